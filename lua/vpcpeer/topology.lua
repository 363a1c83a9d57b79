--- Topologies: Lua scripts that make a network.
--
-- A script sees its own environment and nothing of the host's, and runs with limits (core.confine).
-- That keeps mistakes from hanging or filling a host; it is no security boundary, since one call of
-- a function in C, such as a search for a bad pattern, runs as long as it takes. The command
-- therefore loads topologies in a process of its own (vpcpeer.cli.child).
-- @module vpcpeer.topology

local core = require "vpcpeer.core"

local topology = {}

--- Limits of a script: instructions it may run, seconds of processor time, bytes that Lua may give
-- it, bytes of its text, bytes of a text that `rep` may make.
topology.SECONDS = 10
topology.INSTRUCTIONS = 100 * 1000 * 1000
topology.MEMORY = 256 * 1024 * 1024
topology.TEXT_BYTES = 64 * 1024 * 1024
topology.REP_BYTES = 1024 * 1024

-- Longer names are cut by Lua in the positions of messages.
local CHUNK_NAME = 58

-- ---- what a script sees --------------------------------------------------------------------------

-- Functions that can do no more than their arguments say. What is left out reaches around the limits
-- (coroutines have hooks of their own, metatables finalizers), reads or writes the host's state
-- (io, os, the seed of math.random), or makes code (load).
local BASE = { "assert", "error", "ipairs", "next", "pairs", "pcall", "rawequal", "select", "tonumber",
    "tostring", "type" }
local STRING = { "byte", "char", "find", "format", "gmatch", "gsub", "len", "lower", "match", "reverse",
    "sub", "upper" }
local TABLE = { "concat", "sort", "unpack" }
local MATH = { "abs", "ceil", "cos", "exp", "floor", "fmod", "huge", "log", "max", "maxinteger", "min",
    "mininteger", "modf", "pi", "sin", "sqrt", "tan", "tointeger", "type" }
local PUBLIC = { "_VERSION", "builder", "cidr", "error_code", "network", "prefix_map", "services_text", "set",
    "set_from_text" }

local function pick(from, names, into)
    into = into or {}
    for _, name in ipairs(names) do
        into[name] = from[name]
    end
    return into
end

-- string.rep of an empty text turns as often as it is told.
local rep = string.rep
local function bounded_rep(text, count, separator)
    if type(text) == "string" and type(count) == "number" then
        local unit = #text + (type(separator) == "string" and #separator or 0)
        if count > 0 and count * (unit > 0 and unit or 1) > topology.REP_BYTES then
            error("limit_exceeded: string.rep makes at most " .. topology.REP_BYTES .. " bytes here", 2)
        end
    end
    return rep(text, count, separator)
end

-- Lua 5.1 moves as many items as the position says, be they there or not.
local function bounded(change, most)
    return function(list, ...)
        local position = ...
        if select("#", ...) == most and type(list) == "table" and type(position) == "number"
            and not (position >= 1 and position <= #list + 1) and #list > 0 then
            error("position out of bounds", 2)
        end
        return change(list, ...)
    end
end

-- A table of functions for methods of strings; scripts get the same functions in another.
local function string_functions()
    return pick(string, STRING, { rep = bounded_rep })
end

-- The globals of a script, made anew for each.
local function environment_for(network, public)
    local made = pick(_G, BASE)
    made.net, made.vpcpeer = network, public
    made.string, made.math = string_functions(), pick(math, MATH)
    made.table = pick(table, TABLE, { insert = bounded(table.insert, 2), remove = bounded(table.remove, 1) })
    -- Lua 5.1 has it as a global; scripts find it at both places.
    made.unpack = rawget(_G, "unpack") or made.table.unpack
    made.table.unpack = made.unpack
    return made
end

-- The environment of a script that is trusted: the host's globals, and the two names.
local function trusted_environment(network, public)
    return setmetatable({ net = network, vpcpeer = public }, { __index = _G })
end

-- ---- text into a function ------------------------------------------------------------------------

-- The text without a byte order mark and without a line for the shell.
local function source_of(text)
    if text:sub(1, 3) == "\239\187\191" then
        text = text:sub(4)
    end
    return (text:gsub("^#[^\n]*", ""))
end

-- The name by which positions in messages begin.
local function chunk_name(name)
    name = name:gsub("%c", "?")
    return #name <= CHUNK_NAME and name or "..." .. name:sub(-(CHUNK_NAME - 3))
end

-- A function of the source, or nil and what is wrong. Lua 5.1 gives functions an environment
-- afterwards, later ones when they are compiled.
local function compile(source, name, environment)
    if source:sub(1, 1) == "\27" then
        return nil, name .. ": holds compiled code; a topology is text"
    end
    local set_environment = rawget(_G, "setfenv")
    local chunk, problem
    if set_environment then
        chunk, problem = rawget(_G, "loadstring")(source, "=" .. name)
        chunk = chunk and set_environment(chunk, environment)
    else
        chunk, problem = load(source, "=" .. name, "t", environment)
    end
    return chunk, problem
end

-- Code that LuaJIT compiles calls no hooks.
local function interpret(chunk)
    local jit = rawget(_G, "jit")
    if type(jit) == "table" and type(jit.off) == "function" then
        jit.off(chunk, true)
    end
end

-- ---- running -------------------------------------------------------------------------------------

-- The code of a failure, and its message with the file in front.
local function explain(problem, limit, name, short)
    local code = "script_error"
    if type(problem) ~= "string" and type(problem) ~= "number" then
        problem = "the script raised a " .. type(problem) .. " instead of a text"
    end
    local message = tostring(problem)
    if message:find("not enough memory", 1, true) then
        message = message:gsub("not enough memory", "limit_exceeded: the script needs too much memory"
            .. (limit and (" (more than %d MiB)"):format(topology.MEMORY / 1024 / 1024) or ""))
        code = "limit_exceeded"
    elseif limit == "time" then
        message = message:gsub("the script ran too long$", ("limit_exceeded: %%0 (more than %d million "
            .. "instructions or %d seconds)"):format(topology.INSTRUCTIONS / 1000000, topology.SECONDS))
        code = "limit_exceeded"
    elseif message:find("limit_exceeded: ", 1, true) or message:find("stack overflow", 1, true) then
        code = "limit_exceeded"
    else
        code = require("vpcpeer").error_code(message) or code
    end
    if message:sub(1, #short + 1) == short .. ":" then
        return name .. message:sub(#short + 1), code
    end
    return name .. ": " .. message, code
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
    if #text > topology.TEXT_BYTES then
        return nil, name .. ": the script is over " .. topology.TEXT_BYTES .. " bytes", "limit_exceeded"
    end
    local vpcpeer, short = require "vpcpeer", chunk_name(name)
    local public = trusted and vpcpeer or pick(vpcpeer, PUBLIC)
    local environment = (trusted and trusted_environment or environment_for)(network, public)
    local chunk, problem = compile(source_of(text), short, environment)
    if not chunk then
        return nil, (explain(problem, nil, name, short)), "syntax_error"
    end
    local ok, raised, limit
    if trusted then
        ok, raised = pcall(chunk, network, public)
    else
        interpret(chunk)
        ok, raised, limit = core.confine(chunk, { instructions = topology.INSTRUCTIONS,
            memory = topology.MEMORY, seconds = topology.SECONDS }, string_functions(), network, public)
    end
    if not ok then
        return nil, explain(raised, limit, name, short)
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
    local text, problem = require("vpcpeer.files").read(file, topology.TEXT_BYTES)
    if not text then
        return nil, file.name .. ": " .. problem, "unreadable"
    end
    return topology.run(network, text, file.name, trusted)
end

return topology
