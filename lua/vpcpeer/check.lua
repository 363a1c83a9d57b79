--- Checks: a Lua file of expectations about a network, an expectation a line in plain words.
--
-- A checks file sees `net`, `vpcpeer` and `expect`, by name and as `...`, and the parts of Lua's library
-- that touch nothing outside. It has the limits of a topology, which count what it does itself, not what
-- is asked for an expectation. Every expectation is recorded where it stands, and none stops the file:
--
--     expect(A):can_reach(B [, services] [, options])      each of A reaches each of B, all that is named
--     expect(A):cannot_reach(B [, services] [, options])   nothing of A reaches anything of B
--     expect(A):can_reach_only(B [, services])             that, and nothing else anywhere
--     expect(B):is_reached_only_by(A [, services])         the same, seen from B
--     expect(A):and_(B):are_peered()                       or are_not_peered(): an active connection
--     expect(net):has_no([what])                           findings: a code, a list of them, a severity
--     expect(A):resolves(name [, address])                 what a host name means for A
--
-- A and B are ENDs as `net:connectivity` takes them. An instance is one thing, reached by any of its
-- interfaces; a VPC, a subnet, a group, a tag, a block is each thing in it that opens (A) or takes (B)
-- connections. `"internet"` is all of it, named addresses are all of these, `"onprem"` is some of it. Without
-- services, `can_reach` wants anything at all to pass; with them, all of them, each port of a range (where
-- `net:trace` is content with one). Options: `family`, `source_port`. What is unknown
-- passes nothing, nor does a question with nothing to look at.
-- @module vpcpeer.check

local confined = require "vpcpeer.confined"
local core = require "vpcpeer.core"
local expectations = require "vpcpeer.check.expectations"

local check = {}

--- The most expectations of a file: their results are kept, so that a loop cannot fill the memory.
check.MOST = 100 * 1000

-- What Lua calls the chunk in messages: names of files may be longer than it would tell.
local CHUNK = "checks file"

-- ---- the environment -----------------------------------------------------------------------------

-- What a checks file sees. A name that is not there is misspelt: reading it raises.
local function environment(given)
    local env = confined.environment()
    env.print, env.net, env.expect, env.vpcpeer = given.print, given.net, given.expect, confined.public()
    return setmetatable(env, {
        __index = function(_, name)
            if name ~= "unpack" then
                error("'" .. tostring(name) .. "' is not defined in a checks file", 2)
            end
        end,
    })
end

local function compile(text, env)
    if #text > confined.TEXT_BYTES then
        return nil, "limit_exceeded: it is over " .. confined.TEXT_BYTES .. " bytes"
    end
    return confined.compile(text, CHUNK, env, "a checks file")
end

-- ---- expectations --------------------------------------------------------------------------------

-- The line of the checks file that is being run: the innermost of its functions.
local function line_of()
    local debug = rawget(_G, "debug")
    local level = 2
    while debug do
        local info = debug.getinfo(level, "Sl")
        if not info then
            return nil
        elseif info.source == "=" .. CHUNK then
            return info.currentline
        end
        level = level + 1
    end
    return nil
end

local function is_network(value)
    return pcall(core.check_receiver, value, "network", "expect")
end

local KIND = {
    pair = "two ends: expect(a):and_(b)", network = "a network: expect(net)", ["end"] = "an end: expect(web)",
}

-- Is the subject of the kind that the expectation is about?
local function check_subject(name, subject)
    local wanted = expectations[name].of or "end"
    local is = subject.pair and "pair" or is_network(subject.value) and "network" or "end"
    if is ~= wanted then
        error(("'%s' is about %s"):format(name, KIND[wanted]), 3)
    end
end

-- Runs one expectation; misuse comes as an error without position, and is the caller's.
local function decide(name, net, subject, ...)
    local ok, verdict = confined.outside(expectations[name].ask, net, subject.pair or subject.value, ...)
    if not ok then
        error((tostring(verdict):gsub("^[^\n]-%.lua:%d+: ", "")), 3)
    end
    return verdict
end

-- The method of one expectation.
local function method_of(run, name, expectation)
    return function(subject, ...)
        if type(subject) ~= "table" or not run.subjects[subject] then
            error(("bad receiver of '%s' (call it with a colon: expect(x):%s)"):format(name, name), 2)
        end
        check_subject(name, subject)
        if #run.results >= check.MOST then
            error("limit_exceeded: a checks file has at most " .. check.MOST .. " expectations", 2)
        end
        run.subjects[subject].used = true
        local verdict = decide(name, run.net, subject, ...)
        verdict.words = expectation.words(subject.pair or subject.value, ...)
        verdict.file, verdict.line = run.name, line_of()
        run.results[#run.results + 1] = verdict
        return verdict.status == "passed"
    end
end

-- What `expect(value)` gives: a table with a method for each expectation.
local function subject_class(run)
    local methods = {}
    for name, expectation in pairs(expectations) do
        methods[name] = method_of(run, name, expectation)
    end
    function methods.and_(subject, other)
        if type(subject) ~= "table" or not run.subjects[subject] or other == nil then
            error("bad receiver or argument of 'and_' (expect(a):and_(b))", 2)
        end
        subject.pair = { subject.value, other }
        return subject
    end
    return {
        __index = function(_, name)
            local names = {}
            for known in pairs(methods) do
                names[#names + 1] = known
            end
            table.sort(names)
            return methods[name] or error(("there is no expectation '%s' (did you mean '%s'?)"):format(
                tostring(name), require("vpcpeer.options").nearest(tostring(name), names)), 2)
        end,
    }
end

local function expect_function(run)
    local class = subject_class(run)
    return function(value)
        if value == nil then
            error("expect(nil): the end or network is missing", 2)
        end
        local subject = setmetatable({ value = value, pair = false }, class)
        local mark = { line = line_of() }
        run.subjects[subject] = mark
        run.marks[#run.marks + 1] = mark
        return subject
    end
end

-- ---- one run -------------------------------------------------------------------------------------

local function count(results)
    local counts = { passed = 0, failed = 0, unknown = 0, error = 0 }
    for _, result in ipairs(results) do
        counts[result.status] = counts[result.status] + 1
    end
    return counts
end

-- What an error of the chunk says, as line and message.
local function split_position(problem, limit)
    local text = confined.explain(problem, limit)
    local line, message = text:match("^" .. CHUNK .. ":(%d+): (.*)$")
    return tonumber(line), message or text:match("^" .. CHUNK .. ": (.*)$") or text
end

local function placed(name, line, message)
    return (line and ("%s:%d"):format(name, line) or name) .. ": " .. message
end

-- What is wrong with the file itself, as the last of its results.
local function complain(run, line, message)
    run.results[#run.results + 1] = {
        status = "error", words = "reading the checks file", file = run.name, line = line, message = message,
        traces = {},
    }
    run.broken = run.broken or placed(run.name, line, message)
end

local function finish(run)
    for _, mark in ipairs(run.marks) do
        if not mark.used and not run.broken then
            complain(run, mark.line, "expect(...) says nothing to expect")
        end
    end
    if not run.results[1] then
        complain(run, nil, "it expects nothing")
    end
    return { name = run.name, results = run.results, counts = count(run.results), broken = run.broken }
end

--- Runs a checks file, given as text.
-- @tparam network net
-- @tparam string text Lua
-- @tparam[opt="checks"] string name what places are told by: the file
-- @tparam[opt] function say what `print` does in it; nothing unless given
-- @treturn table report `{ name, results, counts = { passed, failed, unknown, error }, broken }`. A result
-- is `{ status, words, file, line, message, traces, rows, findings }`: `status` is `"passed"`, `"failed"`,
-- `"unknown"` (the data do not tell), or `"error"` (what was asked cannot be: an end that does not exist, a
-- mistake in the file); `broken` says what is wrong with the file itself
-- @raise for arguments of another type
-- @usage
-- local report = require("vpcpeer.check").run(net, 'expect("web"):can_reach("db", "tcp 5432")', "checks.lua")
-- assert(report.counts.passed == #report.results)
function check.run(net, text, name, say)
    local place = type(text) ~= "string" and 2 or name and type(name) ~= "string" and 3
    if place then
        local got = type(place == 2 and text or name)
        error(("bad argument #%d to 'run' (string expected, got %s)"):format(place, got), 2)
    end
    local run = { net = net, name = name or "checks", results = {}, subjects = {}, marks = {} }
    local env = environment {
        net = net, expect = expect_function(run), print = say or function() end,
    }
    local chunk, problem = compile(text, env)
    local ok, limit
    if chunk then
        ok, problem, limit = confined.run(chunk, net, env.vpcpeer, env.expect)
    end
    if not ok then
        complain(run, split_position(problem, limit))
    end
    return finish(run)
end

--- The report of a checks file that could not be run.
-- @tparam string name what places are told by
-- @tparam ?number line
-- @tparam string message
-- @treturn table report as `run` gives it
function check.refused(name, line, message)
    local run = { name = name, results = {}, marks = {} }
    complain(run, line, message)
    return finish(run)
end

--- What is wrong with the syntax of a checks file.
-- @tparam string text
-- @tparam string name what places are told by
-- @treturn ?table report of a file that could not be run, nil when it can be
function check.syntax(text, name)
    local chunk, problem = compile(text, {})
    return not chunk and check.refused(name, split_position(problem)) or nil
end

--- One expectation, asked without a file.
-- @tparam network net
-- @tparam string name `"can_reach"`, `"cannot_reach"`, `"can_reach_only"`, `"is_reached_only_by"`,
-- `"are_peered"`, `"are_not_peered"`, `"has_no"` or `"resolves"`
-- @param subject END; for `are_peered` a list of two; for `has_no` a network
-- @param ... as in a checks file
-- @treturn table result as in a report, without `file` and `line`
-- @raise for misuse
function check.ask(net, name, subject, ...)
    local expectation = expectations[name]
    if not expectation then
        error("there is no expectation '" .. tostring(name) .. "'", 2)
    end
    local ok, verdict = pcall(expectation.ask, net, subject, ...)
    if not ok then
        error((tostring(verdict):gsub("^[^\n]-%.lua:%d+: ", "")), 2)
    end
    verdict.words = expectation.words(subject, ...)
    return verdict
end

return check
