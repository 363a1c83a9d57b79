-- The question that an expectation asks: its ends, services and options, read and checked.

local core = require "vpcpeer.core"
local ends = require "vpcpeer.check.ends"
local options = require "vpcpeer.options"

local asking = {}

local OPTIONS = { family = "number", source_port = true }

local function wrong(message)
    return { status = "error", message = message, traces = {} }
end

-- The services that are wanted, by family; nil and a message for a text that is none.
local function services_of(net, text)
    local wanted = {}
    for _, family in ipairs(text and { 4, 6 } or {}) do
        local list, message = core.services(net, text, family)
        if not list then
            return nil, message
        end
        wanted[family] = list
    end
    return wanted
end

-- Reads one end of a question; a message where it stands for nothing that can be asked about.
local function read_side(ask, what, given)
    if given == nil then
        error("'" .. what .. "' is missing: no end was given", 0)
    end
    local members, message = ends.read(ask.net, what, given, ask.family, ask.names)
    ask[what] = members
    return not members and message or nil
end

--- Reads a question.
-- @treturn[1] table `from`, `to`: members, see vpcpeer.check.ends; `wanted`: services by family;
-- `question`: for net:connectivity; `net`, `names`, `text`, `family`
-- @treturn[2] nil
-- @treturn[2] table the verdict that it cannot be asked
-- @raise for values of the wrong type, and unknown options
function asking.read(net, from, to, text, given)
    if type(text) == "table" and given == nil then
        text, given = nil, text
    end
    if text ~= nil and type(text) ~= "string" then
        error("services are text such as \"tcp 22, tcp 3389\", not " .. type(text), 0)
    end
    given = options.check(given, OPTIONS)
    if given.family and given.family ~= 4 and given.family ~= 6 then
        error("option 'family' must be 4 or 6", 0)
    end
    local wanted, problem = services_of(net, text)
    if not wanted then
        return nil, wrong(problem)
    end
    local ask = { net = net, names = ends.namer(net), text = text, family = given.family, wanted = wanted }
    problem = read_side(ask, "from", from) or read_side(ask, "to", to)
    if problem then
        return nil, wrong(problem)
    end
    -- Services that name their source ports mean these, not the usual ones.
    local source_port = given.source_port or text and text:find "%f[%a]from%f[%A]" and "0-65535" or nil
    ask.question = { from = from, to = to, services = text, family = given.family, source_port = source_port }
    return ask
end

--- " on tcp 22", or nothing.
function asking.on(ask)
    return ask.text and " on " .. ask.text or ""
end

-- Pairs of members that could exchange packets of the model: none with itself, none outside alone.
local function pairs_of(ask)
    local list = {}
    for _, from in ipairs(ask.from) do
        for _, to in ipairs(ask.to) do
            if from.key ~= to.key and not (from.outside and to.outside) then
                list[#list + 1] = { from = from, to = to }
            end
        end
    end
    return list
end

-- The verdict where there is no pair to look at.
local function nothing(ask, from, to)
    local lines = {}
    for _, side in ipairs { { ask.from, from, "opens" }, { ask.to, to, "takes" } } do
        if not side[1][1] then
            lines[#lines + 1] = ("%s stands for nothing in the model that %s connections"):format(
                ends.words(side[2]), side[3])
        end
    end
    lines[1] = lines[1] or "both ends are the same, or both are outside of the model"
    return { status = "failed", message = "nothing was examined: " .. table.concat(lines, ", and "), traces = {} }
end

--- Reads a question, and which pairs it is about.
-- @treturn[1] table as `read` gives it
-- @treturn[1] table list of pairs, at least one: `{ from = member, to = member }`
-- @treturn[2] nil
-- @treturn[2] nil
-- @treturn[2] table the verdict that it cannot be asked, or asks nothing
-- @raise as `read`
function asking.read_pairs(net, from, to, text, given)
    local ask, verdict = asking.read(net, from, to, text, given)
    if not ask then
        return nil, nil, verdict
    end
    local list = pairs_of(ask)
    if not list[1] then
        return nil, nil, nothing(ask, from, to)
    end
    return ask, list
end

return asking
