-- ClassLink (semantics 5.10): instances of EC2-Classic, linked to a VPC, and their way over a peering.

local address = require "support.oracle.address"
local tables = require "support.oracle.tables"

local M = {}

local CLASSIC = address.cidr "10.0.0.0/8"

--- Does the connection carry packets of instances that are linked to this VPC? Both sides must allow
-- it, in one Region and over IPv4.
function M.is_carried(model, peering, linked_id, family)
    local linked, other = peering.RequesterVpcInfo, peering.AccepterVpcInfo
    if other.VpcId == linked_id then linked, other = other, linked end
    local a, b = model.vpcs[linked.VpcId], model.vpcs[other.VpcId]
    local mine, theirs = linked.PeeringOptions or {}, other.PeeringOptions or {}
    return linked.VpcId == linked_id and family == 4 and peering.Status.Code == "active"
        and (a and a.region or linked.Region) == (b and b.region or other.Region)
        and mine.AllowEgressFromLocalClassicLinkToRemoteVpc == true
        and theirs.AllowEgressFromLocalVpcToRemoteClassicLink == true
end

--- The route to 10.0.0.0/8 that the options put into every table of a VPC: the connection and the
-- instance behind it that has the address, unless `route`, which the table has, is a longer one.
function M.implied(model, vpc_id, route, length, bytes)
    local weaker = not route or length < 8 or length == 8 and route.target == "local"
    if not weaker or not address.contains(CLASSIC, bytes) then return nil end
    for peering in tables.each(model.peerings) do
        local a, b = peering.RequesterVpcInfo.VpcId, peering.AccepterVpcInfo.VpcId
        local linked = a == vpc_id and b or b == vpc_id and a or nil
        local eni = linked and M.is_carried(model, peering, linked, 4) and tables.holder(model, linked, bytes)
        if eni and eni.classic then return peering, eni end
    end
end

return M
