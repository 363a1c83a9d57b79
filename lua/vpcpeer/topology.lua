--- Topologies: Lua scripts that make a network.
--
-- They are run with the limits of vpcpeer.confined, unless they are trusted.
-- @module vpcpeer.topology

local confined = require "vpcpeer.confined"
local core = require "vpcpeer.core"

local topology = {}

-- Longer names are cut by Lua in the positions of messages.
local CHUNK_NAME = 58

-- The globals of a script: what a confined one sees or, for one that is trusted, the host's, and the
-- two names.
local function environment_for(network, public, trusted)
    local made = trusted and setmetatable({}, { __index = _G }) or confined.environment()
    made.net, made.vpcpeer = network, public
    return made
end

-- The name by which positions in messages begin.
local function chunk_name(name)
    name = name:gsub("%c", "?")
    return #name <= CHUNK_NAME and name or "..." .. name:sub(-(CHUNK_NAME - 3))
end

-- A message with the whole name of the file in front.
local function placed(message, name, short)
    if message:sub(1, #short + 1) == short .. ":" then
        return name .. message:sub(#short + 1)
    end
    return name .. ": " .. message
end

-- Says what other scripts have and topologies have not, where that is what one failed of.
local function explain_missing(message)
    local name = message:find("a nil value", 1, true) and message:match "global '([%a_]+)'"
    local position = message:match "^.-:%d+: " or ""
    if name == "expect" then
        return position .. "a topology has no 'expect': that is for a checks file, the last path of 'vpcpeer check'"
    elseif name and rawget(_G, name) ~= nil then
        return position .. ("a topology has no '%s': it gets 'net' and 'vpcpeer', and of Lua what computes")
            :format(name)
    end
    return message
end

--- Runs a topology.
-- @tparam network network what it builds on
-- @tparam string text of the script
-- @tparam string name of its file, for messages
-- @tparam[opt] boolean trusted it sees the host's globals, and runs without limits
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message: `file:line: ` and what was raised there
-- @treturn[2] string code: syntax_error, script_error, limit_exceeded, or AWS's of a refused change
function topology.run(network, text, name, trusted)
    if #text > confined.TEXT_BYTES then
        return nil, name .. ": the script is over " .. confined.TEXT_BYTES .. " bytes", "limit_exceeded"
    end
    local short = chunk_name(name)
    local public = trusted and require "vpcpeer" or confined.public()
    local chunk, problem = confined.compile(text, short, environment_for(network, public, trusted), "a topology")
    if not chunk then
        return nil, placed(problem, name, short), "syntax_error"
    end
    local ok, raised, limit = (trusted and pcall or confined.run)(chunk, network, public)
    if not ok then
        local message, is_limit = confined.explain(raised, limit)
        local code = is_limit and "limit_exceeded" or require("vpcpeer").error_code(message) or "script_error"
        return nil, placed(explain_missing(message), name, short), code
    elseif not pcall(core.check_receiver, network, "network", "load") then
        return nil, name .. ": the script closed its network", "script_error"
    end
    return true
end

--- Reads a topology and runs it, as `topology.run` does.
-- @tparam network network
-- @tparam table file one of files.find
-- @tparam[opt] boolean trusted
function topology.load(network, file, trusted)
    local text, problem = require("vpcpeer.files").read(file, confined.TEXT_BYTES)
    if not text then
        return nil, file.name .. ": " .. problem, "unreadable"
    end
    return topology.run(network, text, file.name, trusted)
end

return topology
