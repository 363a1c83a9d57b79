--- The catalogue of codes: what each explanation, hint, warning and finding means.
-- The entries live in vpcpeer/codes/*.lua, one file a subject. An entry holds `code`, `kind` (words:
-- explanation, hint, warning, lint, cause, known), `aws_code` where AWS's Reachability Analyzer says it
-- in other words, `meaning`, `cause` (the usual one), `remedy`, and for codes that a trace can carry the
-- templates `what` and `fix` that vpcpeer/message.lua turns into sentences.
-- Entries are private; callers get copies, so nobody can change the catalogue.
-- @module vpcpeer.codes

local options = require "vpcpeer.options"

local codes = {}

local SUBJECTS = { "query", "routing", "filter", "peering", "gateway", "known" }

-- Codes of this project that AWS has no word for: findings about configuration, and our own warnings.
local OUR_OWN = {
    ASYMMETRIC_PATH = true,
    ASSUMPTION_DEFAULT_NETWORK_ACL = true,
    ASSUMPTION_ON_PREMISES_PREFIX = true,
    EPHEMERAL_PORTS_PARTIAL = true,
    PCX_DUPLICATE = true,
    ROUTE_STATE_DISAGREES = true,
    ROUTE_TIE_PREFIX_LIST = true,
    SG_STALE_DISAGREES = true,
    UNKNOWN_PREFIX_LIST = true,
    VPC_CIDR_RESTRICTED = true,
}

local function aws_code_of(entry)
    if entry.aws_code then
        return entry.aws_code
    end
    if OUR_OWN[entry.code] or entry.kind == "lint" then
        return nil
    end
    return entry.code
end

local entries, order = {}, {}
for _, subject in ipairs(SUBJECTS) do
    for _, entry in ipairs(require("vpcpeer.codes." .. subject)) do
        assert(not entries[entry.code], entry.code)
        entries[entry.code] = entry
        order[#order + 1] = entry.code
    end
end
table.sort(order)

local function copy_of(entry)
    local kinds = {}
    for word in entry.kind:gmatch("%a+") do
        kinds[#kinds + 1] = word
    end
    return {
        code = entry.code,
        kind = kinds,
        aws_code = aws_code_of(entry),
        meaning = entry.meaning,
        cause = entry.cause,
        remedy = entry.remedy,
    }
end

--- Looks a code up.
-- @tparam string code as a trace or a finding carries it; case does not matter
-- @treturn[1] table `{code, kind = {word, ...}, aws_code, meaning, cause, remedy}`, a fresh copy
-- @treturn[2] nil
-- @treturn[2] string message, which names the nearest codes, at most three
-- @treturn[2] string `"unknown_code"`
-- @raise when `code` is no string
-- @usage
-- local codes = require "vpcpeer.codes"
-- print(codes.find("RETURN_ROUTE_MISSING").remedy)
function codes.find(code)
    if type(code) ~= "string" then
        error("bad argument #1 to 'find' (string expected, got " .. type(code) .. ")", 2)
    end
    local wanted = code:upper():gsub("-", "_")
    local entry = entries[wanted]
    if entry then
        return copy_of(entry)
    end
    local meant = options.either(options.near(wanted, order))
    return nil, "there is no code '" .. code .. "'" .. (meant and "; did you mean " .. meant .. "?"
        or ": codes stand in brackets behind the reasons of a trace, and before the findings of lint"), "unknown_code"
end

--- All codes in alphabetical order.
-- @tparam[opt] string kind only codes of this kind: `"explanation"`, `"hint"`, `"warning"`, `"lint"`,
-- `"cause"` or `"known"`
-- @treturn {table,...} entries as `find` returns them
-- @usage
-- for _, entry in ipairs(require("vpcpeer.codes").list "lint") do print(entry.code) end
function codes.list(kind)
    local list = {}
    for _, code in ipairs(order) do
        local entry = entries[code]
        if kind == nil or (" " .. entry.kind .. " "):find(" " .. kind .. " ", 1, true) then
            list[#list + 1] = copy_of(entry)
        end
    end
    return list
end

-- The templates of a code for vpcpeer/message.lua: what, fix, the fixes by status, remedy. A code
-- without templates, or an unknown one, yields its meaning or its own name.
function codes.templates(code)
    local entry = entries[code]
    if not entry then
        return code, nil, nil, nil
    end
    return entry.what or entry.meaning, entry.fix, entry.fix_of, entry.remedy
end

return codes
