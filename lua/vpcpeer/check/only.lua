-- Expectations that say all there is: can_reach_only, is_reached_only_by.
--
-- What was named has to pass, and nothing else may: no row leads elsewhere, to where the data do not tell
-- least of all, and none has other services.

local asking = require "vpcpeer.check.ask"
local ends = require "vpcpeer.check.ends"
local reach = require "vpcpeer.check.reach"
local services = require "vpcpeer.check.services"

local only = {}

-- Lines that a verdict tells, and traces that it shows.
local TOLD, SHOWN = 10, 3

-- The addresses of a row that the named end does not mean; an empty set: it means them all.
local function beyond(cidrs, where, scope)
    local set = require("vpcpeer").set(cidrs)
    if where == "onprem" and scope.onprem then
        return set:difference(set)
    end
    set = scope.internet and where ~= "onprem" and set:difference(scope.internet) or set
    return scope.addresses and set:difference(scope.addresses) or set
end

-- Does a row lead beyond what was named? Gives the label of the far side then.
local function leads_elsewhere(ask, row, far, named)
    local cidrs = row[far .. "_cidrs"]
    if cidrs then
        local rest = beyond(cidrs, row[far], named.scope)
        return not rest:is_empty() and ask.names(row[far]) .. " [" .. ends.blocks(rest) .. "]" or nil
    end
    return not named.of[row[far]] and ask.names(row[far]) or nil
end

local function label_of(ask, row, side)
    local cidrs = row[side .. "_cidrs"]
    return ask.names(row[side]) .. (cidrs and " [" .. ends.blocks(require("vpcpeer").set(cidrs)) .. "]" or "")
end

-- A row that goes too far, as a line; nil for one that does not.
local function line_of(ask, row, far, named)
    local elsewhere = leads_elsewhere(ask, row, far, named)
    local have = {}
    services.add(have, ask.wanted[row.family] or {})
    if not elsewhere and (not ask.text or not services.missing(have, row.services)) then
        return nil
    end
    local mark = row.verdict == "unknown" and ("not known (%s): "):format(row.code) or ""
    local from, to = label_of(ask, row, "from"), label_of(ask, row, "to")
    if elsewhere then
        from, to = far == "from" and elsewhere or from, far == "to" and elsewhere or to
    end
    return ("%s%s -> %s: %s"):format(mark, from, to, require("vpcpeer").services_text(row.services))
end

-- The verdict on everything that flows from or to the near side.
local function judge(ask, near, near_end, far)
    local named, verdict, lines, total = ask[far], { status = "passed", traces = {}, examined = 1 }, {}, 0
    local said = {}
    local function tell(status, line, trace)
        if said[line] then
            return -- the same from another interface of an instance
        end
        said[line], total = true, total + 1
        verdict.status = (status == "failed" or verdict.status == "passed") and status or verdict.status
        lines[#lines + 1] = total <= TOLD and line or nil
        verdict.traces[#verdict.traces + 1] = #verdict.traces < SHOWN and trace or nil
    end
    for row in assert(ask.net:connectivity { [near] = near_end, family = ask.family }) do
        local line = line_of(ask, row, far, named)
        if line then
            tell(row.verdict == "unknown" and "unknown" or "failed", line)
        end
    end
    if total > TOLD then
        lines[#lines + 1] = ("and %d more"):format(total - TOLD)
    end
    verdict.message = lines[1] and "besides what is expected:\n" .. table.concat(lines, "\n")
    return verdict
end

--- Does one side reach the other, by these services, and nothing else anywhere?
function only.can_reach_only(net, from, to, text, given)
    local verdict = reach.can_reach(net, from, to, text, given)
    if verdict.status ~= "passed" then
        return verdict
    end
    return judge(assert(asking.read(net, from, to, text, given)), "from", from, "to")
end

--- Is one side reached by the other, by these services, and by nothing else from anywhere?
function only.is_reached_only_by(net, to, from, text, given)
    local verdict = reach.can_reach(net, from, to, text, given)
    if verdict.status ~= "passed" then
        return verdict
    end
    return judge(assert(asking.read(net, from, to, text, given)), "to", to, "from")
end

return only
