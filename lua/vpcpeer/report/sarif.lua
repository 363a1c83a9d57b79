-- Findings as SARIF 2.1.0, the form that code scanning services read.
--
-- One run, one rule for each code that lint knows, one result a finding. Where the files of the input are
-- known, a result points at the line on which the first of its resources is named; its fingerprint rests on
-- what was found and not on where, so that a finding stays the same when a dump is made anew.
-- Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"

local clean = require "vpcpeer.report.clean"
local codes = require "vpcpeer.codes"
local core = require "vpcpeer.core"

local sarif = {}

local SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
local LEVEL = { error = "error", warning = "warning", info = "note" }

-- ---- rules ---------------------------------------------------------------------------------------

local function rule_of(code, level)
    local entry = codes.find(code)
    local help = {}
    for _, part in ipairs { "meaning", "cause", "remedy" } do
        help[#help + 1] = entry[part]
    end
    return {
        id = code, shortDescription = { text = entry.meaning },
        help = { text = table.concat(help, "\n") },
        defaultConfiguration = { level = level },
    }
end

local function rules()
    local list, index = {}, {}
    for i, known in ipairs(core.lint_codes()) do
        list[i] = rule_of(known.code, LEVEL[known.severity])
        index[known.code] = i - 1
    end
    return list, index
end

-- ---- results -------------------------------------------------------------------------------------

-- A short number of a text that is the same everywhere; two of them make accidents unlikely.
local function hash(text, factor)
    local value = 7
    for i = 1, #text do
        value = (value * factor + text:byte(i)) % 4294967296
    end
    return ("%04x%04x"):format(math.floor(value / 65536), value % 65536)
end

-- Evidence that changes while the finding stays.
local PASSING = { status = true }

local function add_evidence(parts, evidence, prefix)
    local keys = {}
    for key in pairs(evidence) do
        keys[#keys + 1] = tostring(key)
    end
    table.sort(keys)
    for _, key in ipairs(keys) do
        local value = evidence[key] == nil and evidence[tonumber(key)] or evidence[key]
        if type(value) == "table" then
            add_evidence(parts, value, prefix .. key .. ".")
        elseif not PASSING[key] then
            parts[#parts + 1] = prefix .. key .. "=" .. tostring(value)
        end
    end
end

local function fingerprint(finding)
    local parts = { finding.code, table.concat(finding.resource_ids, ",") }
    add_evidence(parts, finding.evidence, "")
    local text = table.concat(parts, "\n")
    return hash(text, 31) .. hash(text, 131)
end

-- Each resource once, as SARIF wants it.
local function logical_locations(finding, net)
    local list, seen = {}, {}
    for _, id in ipairs(finding.resource_ids) do
        if not seen[id] then
            local object = net:get(id)
            local tags = object and object.tags or {}
            seen[id] = true
            list[#list + 1] = { name = clean.line(tags.Name or id), fullyQualifiedName = clean.line(id),
                kind = "resource" }
        end
    end
    return list
end

-- Reserved characters and bytes beyond ASCII as %XX; an absolute path is a file: URI.
local function uri_of(path)
    local text = path:gsub("\\", "/"):gsub("[^%w%-%._~/]", function(letter)
        return ("%%%02X"):format(letter:byte())
    end)
    return (text:sub(1, 1) == "/" and "file://" or "") .. text:gsub("^%./", "")
end

local function location_of(finding, net, place_of)
    local location = { logicalLocations = logical_locations(finding, net) }
    for _, id in ipairs(finding.resource_ids) do
        local path, line = place_of(id)
        if path then
            location.physicalLocation = {
                artifactLocation = { uri = uri_of(path) }, region = line and { startLine = line } or nil,
            }
            break
        end
    end
    return location
end

--- The findings as a SARIF log.
-- @tparam {table,...} findings of net:lint
-- @tparam network net
-- @tparam string version of vpcpeer
-- @tparam function place_of id to the path of its file and the line there, or nil
-- @treturn string JSON
function sarif.render(findings, net, version, place_of)
    local list, index = rules()
    local results = {}
    for i, finding in ipairs(findings) do
        results[i] = {
            ruleId = finding.code, ruleIndex = index[finding.code], level = LEVEL[finding.severity],
            message = { text = clean.line(finding.message) .. "; to mend it: " .. clean.line(finding.remedy) },
            locations = { location_of(finding, net, place_of) },
            partialFingerprints = { ["vpcpeer/v1"] = fingerprint(finding) },
        }
    end
    return require("vpcpeer.json").encode({
        ["$schema"] = SCHEMA, version = "2.1.0",
        runs = { {
            tool = { driver = {
                name = "vpcpeer", version = version, informationUri = "https://github.com/vpcpeer/vpcpeer",
                rules = list,
            } },
            results = results,
        } },
    }, 4)
end

return sarif
