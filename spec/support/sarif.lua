-- The rules of the SARIF 2.1.0 schema that our output has to keep: a small checker, written by us.
--
-- A rule of an object: its properties with their types, which of them it must have, and that it has no
-- others (the schema says additionalProperties: false everywhere but in property bags).

local sarif = {}

local LEVEL = { none = true, note = true, warning = true, error = true }

local function object(required, properties)
    return function(value, path, wrong)
        if type(value) ~= "table" or value[1] ~= nil then
            wrong(path .. " is no object")
            return
        end
        for _, name in ipairs(required) do
            if value[name] == nil then
                wrong(path .. " lacks " .. name)
            end
        end
        for name, item in pairs(value) do
            if properties[name] then
                properties[name](item, path .. "." .. tostring(name), wrong)
            else
                wrong(path .. " has an unknown " .. tostring(name))
            end
        end
    end
end

local function text_of(...)
    local allowed = select("#", ...) > 0 and { ... }
    return function(value, path, wrong)
        local fits = type(value) == "string"
        for _, item in ipairs(allowed or {}) do
            fits = fits and value == item
        end
        if not fits then
            wrong(path .. " is '" .. tostring(value) .. "'")
        end
    end
end
local text = text_of()

-- A reference as RFC 3986 has it: no blanks, no quotes, no bytes beyond ASCII, % only before two digits.
local function uri(value, path, wrong)
    if type(value) ~= "string" or value:find '[^%w%-%._~:/?#%[%]@!$&\'()*+,;=%%]' or
        value:gsub("%%%x%x", ""):find "%%" then
        wrong(path .. " is no URI reference: " .. tostring(value))
    end
end

local function level(value, path, wrong)
    if not LEVEL[value] then
        wrong(path .. " is " .. tostring(value))
    end
end

local function integer(least)
    return function(value, path, wrong)
        if type(value) ~= "number" or value % 1 ~= 0 or value < least then
            wrong(path .. " is " .. tostring(value))
        end
    end
end

local function same(a, b)
    if type(a) ~= "table" or type(b) ~= "table" then
        return a == b
    end
    for key, value in pairs(a) do
        if not same(value, b[key]) then
            return false
        end
    end
    for key in pairs(b) do
        if a[key] == nil then
            return false
        end
    end
    return true
end

local function list(item, is_unique)
    return function(value, path, wrong)
        for i, each in ipairs(value) do
            item(each, path .. "[" .. i .. "]", wrong)
            for k = 1, is_unique and i - 1 or 0 do
                if same(value[k], each) then
                    wrong(path .. " holds an item twice")
                end
            end
        end
    end
end

local function texts(value, path, wrong)
    for key, item in pairs(value) do
        text(item, path .. "." .. tostring(key), wrong)
    end
end

local message = object({ "text" }, { text = text })
local rule = object({ "id" }, {
    id = text, shortDescription = message, help = message,
    defaultConfiguration = object({}, { level = level }),
})
local location = object({}, {
    physicalLocation = object({ "artifactLocation" }, {
        artifactLocation = object({}, { uri = uri }), region = object({}, { startLine = integer(1) }),
    }),
    logicalLocations = list(object({}, { name = text, fullyQualifiedName = text, kind = text }), true),
})
local result = object({ "message" }, {
    ruleId = text, ruleIndex = integer(0), level = level, message = message, locations = list(location),
    partialFingerprints = texts,
})
local run = object({ "tool" }, {
    tool = object({ "driver" }, {
        driver = object({ "name" }, { name = text, version = text, informationUri = uri, rules = list(rule, true) }),
    }),
    results = list(result),
})
local log = object({ "version", "runs" }, {
    ["$schema"] = uri, version = text_of "2.1.0", runs = list(run),
})

--- What is wrong with a decoded SARIF log.
-- @treturn {string,...} messages, none when it keeps the rules
function sarif.violations(document)
    local found = {}
    log(document, "log", function(problem)
        found[#found + 1] = problem
    end)
    for _, each in ipairs(document.runs or {}) do
        for i, item in ipairs(each.results) do
            local named = each.tool.driver.rules[item.ruleIndex + 1]
            if not named or named.id ~= item.ruleId then
                found[#found + 1] = "result " .. i .. " names another rule by its index"
            end
        end
    end
    return found
end

return sarif
