-- The expectations there are: for each its words, and the question that decides it.
--
-- `words(subject, ...)` says what is expected; `ask(net, subject, ...)` gives the verdict, and raises for
-- misuse with a message without position. A subject is an END, a network, or a pair made by `and_`.

local ends = require "vpcpeer.check.ends"
local facts = require "vpcpeer.check.facts"
local only = require "vpcpeer.check.only"
local reach = require "vpcpeer.check.reach"

local function on(services, given)
    local options = type(services) == "table" and services or given
    local family = type(options) == "table" and options.family
    return (type(services) == "string" and " on " .. services or "")
        .. (family and " over IPv" .. tostring(family) or "")
end

local function listed(what)
    return type(what) == "table" and table.concat(what, ", ") or tostring(what or "error")
end

return {
    can_reach = {
        words = function(from, to, services, given)
            return ("%s can reach %s%s"):format(ends.words(from), ends.words(to), on(services, given))
        end,
        ask = reach.can_reach,
    },
    cannot_reach = {
        words = function(from, to, services, given)
            return ("%s cannot reach %s%s"):format(ends.words(from), ends.words(to), on(services, given))
        end,
        ask = reach.cannot_reach,
    },
    can_reach_only = {
        words = function(from, to, services, given)
            return ("%s can reach only %s%s"):format(ends.words(from), ends.words(to), on(services, given))
        end,
        ask = only.can_reach_only,
    },
    is_reached_only_by = {
        words = function(to, from, services, given)
            return ("%s is reached only by %s%s"):format(ends.words(to), ends.words(from), on(services, given))
        end,
        ask = only.is_reached_only_by,
    },
    are_peered = {
        of = "pair",
        words = function(pair)
            return ("%s and %s are peered"):format(ends.words(pair[1]), ends.words(pair[2]))
        end,
        ask = function(net, pair)
            return facts.are_peered(net, pair[1], pair[2], true)
        end,
    },
    are_not_peered = {
        of = "pair",
        words = function(pair)
            return ("%s and %s are not peered"):format(ends.words(pair[1]), ends.words(pair[2]))
        end,
        ask = function(net, pair)
            return facts.are_peered(net, pair[1], pair[2], false)
        end,
    },
    has_no = {
        of = "network",
        words = function(_, what)
            return "the network has no " .. listed(what)
        end,
        ask = function(_, net, what)
            return facts.has_no(net, what)
        end,
    },
    resolves = {
        words = function(from, name, address)
            return ("%s resolves %s"):format(ends.words(from), tostring(name))
                .. (address and " to " .. tostring(address) or "")
        end,
        ask = facts.resolves,
    },
}
