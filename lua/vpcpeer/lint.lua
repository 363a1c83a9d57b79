--- Findings: what of a configuration AWS holds, but hardly anybody means.
--
-- The core finds and gives the evidence; the words are made here (vpcpeer.lint_text).
-- @module vpcpeer.lint

local core = require "vpcpeer.core"
local lint_text = require "vpcpeer.lint_text"
local options = require "vpcpeer.options"

local lint = {}

-- The codes in the order of findings, and severity by code.
local CODES, SEVERITY = {}, {}
for i, entry in ipairs(core.lint_codes()) do
    CODES[i], SEVERITY[entry.code] = entry.code, entry.severity
end

-- What a text that is no code of a finding may have meant.
local function guess(text)
    local meant = options.near(text, CODES)
    for i, code in ipairs(meant) do
        meant[i] = "'" .. code .. "'"
    end
    return meant[1] and (" (did you mean %s?)"):format(options.either(meant))
        or ": they are " .. table.concat(CODES, ", ")
end

-- A list of codes as a set; one code may stand alone. Case does not matter.
local function set_of(value, name, level)
    local list = type(value) == "string" and { value } or value
    if type(list) ~= "table" then
        error("option '" .. name .. "' must be a code or a list of codes, not " .. type(value), level + 1)
    end
    local set = {}
    for _, code in ipairs(list) do
        local upper = type(code) == "string" and code:upper():gsub("-", "_") or nil
        if not upper then
            error("option '" .. name .. "' must hold codes, not a " .. type(code), level + 1)
        elseif not SEVERITY[upper] then
            error(("option '%s': there is no finding '%s'%s"):format(name, code, guess(upper)), level + 1)
        end
        set[upper] = true
    end
    return set
end

--- Reads the options of a run.
-- @tparam ?table given `only`, `except`
-- @tparam[opt=1] number level whom to blame, as in error()
-- @treturn {string=boolean} which codes are wanted
-- @raise for an unknown option or code
function lint.check(given, level)
    level = (level or 1) + 1
    options.check(given, { only = true, except = true }, level)
    given = given or {}
    local only = given.only ~= nil and set_of(given.only, "only", level) or SEVERITY
    local except = given.except ~= nil and set_of(given.except, "except", level) or {}
    local wanted = {}
    for _, code in ipairs(CODES) do
        wanted[code] = only[code] and not except[code] or false
    end
    return wanted
end

--- What a network has that is probably not meant: blocks that overlap, routes without a way back, rules
-- that match nothing.
-- Source: VPC Peering Guide, "How VPC peering connections work"
-- @function network:lint
-- @tparam[opt] table options `only`: codes to look for, `except`: codes to leave out; a code or a list
-- of codes each (`vpcpeer explain CODE` says what they mean)
-- @treturn {table,...} findings `{ code, severity, resource_ids, message, evidence, remedy }`:
-- `severity` is `"error"`, `"warning"` or `"info"`, and findings come in this order, then by code, then
-- by `resource_ids`; `evidence` is a table with what the finding rests on (`route`, `cidr_block`,
-- `vpc_peering_connection_id` ...); `remedy` says what would mend it
-- @raise for an unknown option or code, naming the nearest known ones
-- @usage
-- for _, f in ipairs(net:lint { except = "PCX_ROUTE_WHOLE_PEER" }) do print(f.severity, f.code, f.message) end
function lint.run(network, given)
    local wanted = lint.check(given, 2)
    -- Through pcall, so that misuse is reported at the caller's line and not at this one.
    local ok, findings, names = pcall(core.lint, network, wanted)
    if not ok then
        error(findings, 2)
    end
    for _, finding in ipairs(findings) do
        lint_text.dress(finding, names)
    end
    return findings
end

--- The codes that lint can find, in the order of findings.
-- @treturn {string,...}
function lint.codes()
    local list = {}
    for i, code in ipairs(CODES) do
        list[i] = code
    end
    return list
end

core.methods("network").lint = lint.run

return lint
