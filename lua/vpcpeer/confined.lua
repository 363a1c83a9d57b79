--- Scripts with limits: what topologies and checks files see, and how they are run.
--
-- A script sees its own environment and nothing of the host's, and runs with limits (core.confine).
-- That keeps mistakes from hanging or filling a host; it is no security boundary, since one call of
-- a function in C, such as a search for a bad pattern, runs as long as it takes. The command
-- therefore runs scripts in a process of its own (vpcpeer.cli.child), which sets `confined.process`.
-- @module vpcpeer.confined

local core = require "vpcpeer.core"

local confined = {}

--- Limits of a script: instructions it may run, seconds of processor time, bytes that Lua may give
-- it, bytes of its text, bytes of a text that `rep` may make.
confined.SECONDS = 10
confined.INSTRUCTIONS = 100 * 1000 * 1000
confined.MEMORY = 256 * 1024 * 1024
confined.TEXT_BYTES = 64 * 1024 * 1024
confined.REP_BYTES = 1024 * 1024

--- In a process that serves one script: a function that gives its limits while a script runs, as
-- seconds of processor time and KiB of address space. Never set in a host.
confined.process = nil

-- ---- what a script sees --------------------------------------------------------------------------

-- Functions that can do no more than their arguments say. What is left out reaches around the limits
-- (coroutines have hooks of their own, metatables finalizers), reads or writes the host's state
-- (io, os, the seed of math.random), or makes code (load).
local BASE = { "assert", "error", "ipairs", "next", "pairs", "rawequal", "select", "tonumber",
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
        if count > 0 and count * (unit > 0 and unit or 1) > confined.REP_BYTES then
            error("limit_exceeded: string.rep makes at most " .. confined.REP_BYTES .. " bytes here", 2)
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

--- The globals of a script, made anew for each.
-- @treturn table
function confined.environment()
    local made = pick(_G, BASE, { pcall = core.confined_pcall })
    made.string, made.math = string_functions(), pick(math, MATH)
    made.table = pick(table, TABLE, { insert = bounded(table.insert, 2), remove = bounded(table.remove, 1) })
    -- Lua 5.1 has it as a global; scripts find it at both places.
    made.unpack = rawget(_G, "unpack") or made.table.unpack
    made.table.unpack = made.unpack
    return made
end

--- What a script gets as vpcpeer: what makes values and networks, and reaches nothing outside.
-- @treturn table a copy
function confined.public()
    return pick(require "vpcpeer", PUBLIC)
end

-- ---- text into a function ------------------------------------------------------------------------

--- A function of a script's text. Lua 5.1 gives functions an environment afterwards, later ones when
-- they are compiled.
-- @tparam string text of the script; it may begin with a byte order mark and a line for the shell
-- @tparam string name by which positions in messages begin
-- @tparam table environment
-- @tparam string what it is: "a topology"
-- @treturn[1] function
-- @treturn[2] nil
-- @treturn[2] string message
function confined.compile(text, name, environment, what)
    local source = text:gsub("^\239\187\191", ""):gsub("^#[^\n]*", "")
    if source:sub(1, 1) == "\27" then
        return nil, name .. ": holds compiled code; " .. what .. " is text"
    end
    local set_environment = rawget(_G, "setfenv")
    if not set_environment then
        return load(source, "=" .. name, "t", environment)
    end
    local chunk, problem = rawget(_G, "loadstring")(source, "=" .. name)
    return chunk and set_environment(chunk, environment), problem
end

-- Code that LuaJIT compiles calls no hooks.
local function interpret(chunk)
    local jit = rawget(_G, "jit")
    if type(jit) == "table" and type(jit.off) == "function" then
        jit.off(chunk, true)
    end
end

-- ---- running -------------------------------------------------------------------------------------

-- The processor time at which the process is ended; the system knows it in whole seconds only.
local deadline

-- Calls a function with the limits of the process, where there are such; gives what it gives.
local function limited(call, ...)
    if not confined.process then
        return call(...)
    end
    local seconds, kibibytes = confined.process()
    deadline = os.clock() + seconds
    seconds, kibibytes = core.limit_process(deadline, kibibytes)
    local function restore(...)
        core.limit_process(seconds, kibibytes)
        return ...
    end
    return restore(call(...))
end

-- Calls a function without the limits of the process, as pcall does.
local function unlimited(call, ...)
    local began = os.clock()
    local _, kibibytes = core.limit_process()
    local function restore(...)
        deadline = deadline + os.clock() - began
        core.limit_process(deadline, kibibytes)
        return ...
    end
    return restore(pcall(call, ...))
end

--- Calls a function of the project for a script: what it takes is not counted as the script's.
-- @tparam function call
-- @param ... its arguments
-- @return as pcall does
function confined.outside(call, ...)
    if confined.process then
        return core.unconfined(unlimited, call, ...)
    end
    return pcall(core.unconfined, call, ...)
end

--- Runs a script.
-- @tparam function chunk made by `compile`
-- @param ... its arguments
-- @treturn[1] boolean true
-- @treturn[2] boolean false
-- @treturn[2] any what it raised
-- @treturn[2] ?string `"time"` or `"memory"` when it met that limit
function confined.run(chunk, ...)
    interpret(chunk)
    return limited(core.confine, chunk, { instructions = confined.INSTRUCTIONS, memory = confined.MEMORY,
        seconds = confined.SECONDS }, string_functions(), ...)
end

--- What a script raised as a text, and whether that came of a limit.
-- @param raised as `run` gives it
-- @tparam ?string limit
-- @treturn string message
-- @treturn boolean
function confined.explain(raised, limit)
    if type(raised) ~= "string" and type(raised) ~= "number" then
        return "the script raised a " .. type(raised) .. " instead of a text", false
    end
    local message = tostring(raised)
    -- Lua 5.3 says what for, and at a place of this file when `rep` asked.
    local place = message:match "^(.-)not enough memory"
    if place then
        return (place:find("confined.lua:", 1, true) and "" or place)
            .. "limit_exceeded: the script needs too much memory"
            .. (limit and (" (more than %d MiB)"):format(confined.MEMORY / 1024 / 1024) or ""), true
    elseif limit == "time" then
        -- Deep in a recursion LuaJIT has no room to call what raises this, and says only so.
        place = message:match "^(.-)the script ran too long$" or ""
        return ("%slimit_exceeded: the script ran too long (more than %d million instructions or %d seconds)")
            :format(place, confined.INSTRUCTIONS / 1000000, confined.SECONDS), true
    end
    return message, (message:find("limit_exceeded: ", 1, true) or message:find("stack overflow", 1, true)) ~= nil
end

return confined
