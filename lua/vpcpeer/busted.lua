--- Expectations about a network as assertions of busted (of luassert, which it uses).
--
--     require "vpcpeer.busted"
--     assert.can_reach(web, db, "tcp 5432")
--     assert.cannot_reach(net, "internet", { tag = { Tier = "data" } }, "tcp 22, tcp 3389")
--     assert.can_reach_only(web, db, "tcp 5432")
--     assert.is_reached_only_by(db, web, "tcp 5432")
--     assert.are.peered(app, data)
--     assert.has_no.finding(net, "PCX_ROUTE_ONE_WAY")
--     assert.resolves(web, "db.example.internal", "10.0.0.10")
--
-- They take and mean what the expectations of a checks file do, and show the same traces. What is unknown
-- fails each of them, negated or not. `assert.is_not.can_reach` is `assert.cannot_reach`. The network is that
-- of the handles among the ends; where none is one, it comes first.
--
-- There is no `assert.has_no(net, code)`: an assertion of that name would take the negation away from
-- luassert's own `has_no.errors`.
-- @module vpcpeer.busted

local check = require "vpcpeer.check"
local check_text = require "vpcpeer.report.check_text"
local core = require "vpcpeer.core"
local luassert = require "luassert.assert"

local function is_network(value)
    return pcall(core.check_receiver, value, "network", "assert")
end

-- The network of the first handle among values, and in lists of them.
local function network_in(values, count)
    for i = 1, count do
        local value = values[i]
        if type(value) == "userdata" then
            local ok, net = pcall(core.network_of, value)
            if ok then
                return net
            end
        elseif type(value) == "table" and value[1] ~= nil then
            local net = network_in(value, #value)
            if net then
                return net
            end
        end
    end
    return nil
end

-- The network and the other arguments. `level` is whom misuse is blamed on, seen from here.
local function split(arguments, level)
    local given = { n = arguments.n }
    for i = 1, arguments.n do
        given[i] = arguments[i]
    end
    local net = is_network(given[1]) and table.remove(given, 1)
    if net then
        given.n = given.n - 1
    else
        net = network_in(given, given.n)
    end
    if not net then
        error("no end is a handle, so the network must come first: assert.can_reach(net, \"web\", \"db\")", level + 1)
    end
    return net, given
end

-- Asks, and keeps what there is to say if the assertion fails.
local function ask(state, net, level, name, ...)
    local ok, verdict = pcall(check.ask, net, name, ...)
    if not ok then
        error((tostring(verdict):gsub("^[^\n]-%.lua:%d+: ", "")), level + 1)
    end
    local account = check_text.account(verdict)
    state.failure_message = ("expected: %s (%s)%s"):format(verdict.words, verdict.status,
        account and "\n" .. account or "")
    return verdict.status
end

local ASSERTIONS = {
    -- Not to reach is not merely that something is not reached: it is that nothing is.
    can_reach = function(state, arguments, level)
        local net, given = split(arguments, level + 1)
        local name = state.mod and "can_reach" or "cannot_reach"
        local status = ask(state, net, level + 1, name, given[1], given[2], given[3], given[4])
        return (status == "passed") == state.mod
    end,
    cannot_reach = function(state, arguments, level)
        if not state.mod then
            error("assert.is_not.cannot_reach says nothing definite; use assert.can_reach", level + 1)
        end
        local net, given = split(arguments, level + 1)
        return ask(state, net, level + 1, "cannot_reach", given[1], given[2], given[3], given[4]) == "passed"
    end,
    peered = function(state, arguments, level)
        local net, given = split(arguments, level + 1)
        local name = state.mod and "are_peered" or "are_not_peered"
        return (ask(state, net, level + 1, name, { given[1], given[2] }) == "passed") == state.mod
    end,
    finding = function(state, arguments, level)
        local net, given = split(arguments, level + 1)
        local status = ask(state, net, level + 1, "has_no", net, given[1])
        if state.mod then
            state.failure_message = "expected a finding, but there is none: " .. tostring(given[1] or "error")
        end
        return status == "failed"
    end,
    resolves = function(state, arguments, level)
        local net, given = split(arguments, level + 1)
        local status = ask(state, net, level + 1, "resolves", given[1], given[2], given[3])
        if state.mod then
            return status == "passed"
        end
        state.failure_message = state.failure_message:gsub("^expected", "expected not", 1)
        return status ~= "failed"
    end,
}

-- These have no opposite that says something definite.
for _, name in ipairs { "can_reach_only", "is_reached_only_by" } do
    ASSERTIONS[name] = function(state, arguments, level)
        if not state.mod then
            error("assert." .. name .. " cannot be negated", level + 1)
        end
        local net, given = split(arguments, level + 1)
        return ask(state, net, level + 1, name, given[1], given[2], given[3], given[4]) == "passed"
    end
end

for name, callback in pairs(ASSERTIONS) do
    luassert:register("assertion", name, callback, "vpcpeer." .. name, "vpcpeer." .. name)
end

return true
