-- What one walk carries, and how it ends: a routing failure ends it (an error that `packet` takes),
-- a refusal by a filter is noted and the walk goes on (semantics 9.2).
--
-- A walk is a list of segments. A segment is the stretch in which the source address stays the
-- same: it starts at the sender, at a translator or at a gateway, and ends at the receiver, at the
-- next translator or at a gateway. The reply goes through the segments backwards.

local filters = require "support.oracle.filters"
local tables = require "support.oracle.tables"

local M = {}

M.LOOKUPS = 64

--- A routing failure: the walk stops here.
function M.fail(code)
    error({ code = code }, 0)
end

function M.refuse(walk, code)
    walk.codes[#walk.codes + 1] = code
end

--- One more route lookup in this direction (9.2.5).
function M.count_lookup(walk)
    walk.lookups = walk.lookups + 1
    if walk.lookups > M.LOOKUPS then M.fail "ROUTING_LOOP" end
end

--- The table that decides for a subnet; a VPC whose tables are not in the data leaves it unknown.
function M.table_of(walk, subnet)
    return tables.table_of(walk.model, subnet) or M.fail "UNKNOWN_RESOURCE"
end

function M.acl(walk, subnet, egress, remote)
    if not filters.acl_admits(walk.model, subnet, egress, walk.packet, remote) then
        M.refuse(walk, "SUBNET_ACL_RESTRICTION")
    end
end

--- The ACL of a subnet on the reply: keeps the ports that it lets back; none left is a refusal, and
-- the walk goes on as if all had passed (9.2.1).
function M.reply_acl(walk, subnet, egress, remote, ports)
    local kept = filters.acl_keeps(walk.model, subnet, egress, walk.reply, remote, ports)
    if #kept > 0 then return kept end
    M.refuse(walk, "SUBNET_ACL_RESTRICTION")
    return ports
end

--- The source address changes, or the packet starts: a new segment.
function M.start_segment(walk, start, source, ports)
    walk.x = source
    walk.segment = { start = start, x = source, ports = ports, family = #source == 4 and 4 or 6 }
    walk.segments[#walk.segments + 1] = walk.segment
    walk.sender, walk.sender_losses, walk.by_transit, walk.met_transit = start.eni, walk.losses, nil, nil
end

--- The segment ends; the destination address in it is what answers there.
function M.end_segment(walk, finish)
    walk.segment.finish, walk.segment.d = finish, walk.d
end

--- Group information survives a transit gateway for inbound rules only, and only if `kept` (3.6); one
-- such gateway on the way is all that it survives.
function M.pass_transit(walk, kept)
    if not kept or walk.by_transit then walk.losses = walk.losses + 1 end
    walk.by_transit = true
end

--- Group information does not survive what comes now (6.3).
function M.lose_groups(walk)
    walk.losses = walk.losses + 1
end

--- Inbound groups: the far interface is the sender, if nothing on the way lost its groups.
function M.groups_in(walk, eni)
    local kept = walk.sender and walk.losses == walk.sender_losses
    local far = kept and { eni = walk.sender, by_transit = walk.by_transit } or nil
    local code = filters.groups_refuse(walk.model, eni, false, walk.packet, walk.x, far)
    if code then M.refuse(walk, code) end
end

--- Outbound groups: which interface the packet will reach, and whether the way there keeps group
-- information, is known at the end of the request only; so the check waits until then. References
-- do not survive an appliance (4.6), `lost` from its own outbound rules on.
function M.groups_out(walk, eni, lost)
    walk.codes[#walk.codes + 1] = false
    walk.waiting[#walk.waiting + 1] = {
        eni = eni, remote = walk.d, losses = lost and -1 or walk.losses, place = #walk.codes, packet = walk.packet,
    }
end

-- May the packet end at the interface? One that the question names is the only one that counts.
local function may_end_at(question, eni)
    local to = question.to
    return not (to.eni or to.instance) or to.eni == eni.id or to.instance and to.instance == eni.instance
end

-- The interfaces that a reference may mean: the one that was reached, if its groups survive the way;
-- all that hold the address when nobody knows where the way would have led: in the own VPC, if one
-- there does; in others alone, where a peering connection leads that is not described.
local function far_ends(walk, check)
    local list = { false }
    if walk.exit or check.losses ~= walk.losses or walk.met_transit then return list end
    if walk.receiver then return { { eni = walk.receiver } } end
    local inside = not walk.over_peering and tables.holder(walk.model, check.eni.vpc, check.remote)
    for eni in tables.each(walk.model.interfaces) do
        local own = eni.vpc == check.eni.vpc
        local possible = (not inside or own) and not (own and walk.over_peering)
        if possible and tables.holds(eni, check.remote) and may_end_at(walk.question, eni) then
            list[#list + 1] = { eni = eni }
        end
    end
    return list
end

--- The end of the request: the waiting checks are made.
function M.settle(walk)
    for _, check in ipairs(walk.waiting) do
        local code
        for _, far in ipairs(far_ends(walk, check)) do
            code = filters.groups_refuse(walk.model, check.eni, true, check.packet, check.remote, far or nil)
            if not code then break end
        end
        walk.codes[check.place] = code or false
    end
    local codes = {}
    for _, code in ipairs(walk.codes) do
        if code then codes[#codes + 1] = code end
    end
    walk.codes, walk.waiting = codes, {}
end

function M.new(model, question)
    return {
        model = model, question = question, packet = question.packet, reply = question.reply, codes = {},
        waiting = {}, segments = {}, losses = 0, lookups = 0, passed = {},
        transit_subnets = {},
    }
end

return M
