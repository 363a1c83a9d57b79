-- NAT gateways (semantics 3.3, 9.5): what they take, and where and from which address it goes on.

local address = require "support.oracle.address"
local state = require "support.oracle.state"
local tables = require "support.oracle.tables"

local M = {}

local PROTOCOLS = { [1] = true, [6] = true, [17] = true, [58] = true }

local function is_regional(gateway)
    return gateway.AvailabilityMode == "regional" or not gateway.AvailabilityMode and not gateway.SubnetId
end

-- D02: zones by id where both have one, else by name.
local function serves(item, subnet)
    if item.AvailabilityZoneId and subnet.zone_id then return item.AvailabilityZoneId == subnet.zone_id end
    return item.AvailabilityZone ~= nil and item.AvailabilityZone == subnet.zone_name
end

-- The address that the gateway sends from, the primary one before others; `subnet` is nil for any zone.
local function find_address(gateway, subnet)
    local chosen
    for _, item in ipairs(gateway.NatGatewayAddresses or {}) do
        local usable = (item.Status or "succeeded") == "succeeded" and (not subnet or serves(item, subnet))
        if usable and (not chosen or item.IsPrimary and not chosen.IsPrimary) then chosen = item end
    end
    return chosen
end

local function own_address(gateway, subnet)
    local chosen
    if is_regional(gateway) then
        chosen = find_address(gateway, subnet)
        if not chosen and gateway.AutoProvisionZones ~= "enabled" then
            state.fail "REGIONAL_NGW_ROUTE_AZ_RESTRICTION"
        end
    end
    chosen = chosen or find_address(gateway)
    local text = chosen and (chosen.PrivateIp or chosen.PublicIp) or state.fail "UNKNOWN_RESOURCE"
    return address.parse(text)
end

-- IPv6 to IPv4 (NAT64): the destination is the embedded address; of ICMPv6 only the echo has a counterpart.
local function leave_ipv6(walk)
    walk.d = { walk.d[13], walk.d[14], walk.d[15], walk.d[16] }
    if walk.packet.protocol ~= 58 then return end
    if walk.packet.type ~= 128 or walk.packet.code ~= 0 then state.fail "PROTOCOL_RESTRICTION" end
    walk.packet = { protocol = 1, type = 8, code = 0 }
end

--- Through the gateway: the subnet (or the place of a regional one) from which the packet goes on.
function M.translate(walk, gateway, here)
    local vpc = walk.model.vpcs[here.vpc]
    local from_vpc = walk.entered == "eni" and address.in_any(vpc.blocks, walk.x)
    if not from_vpc and walk.entered ~= "tgw" or gateway.VpcId ~= here.vpc then
        state.fail "NGW_REQUIRES_SOURCE_IN_VPC"
    end
    local embedded = #walk.d == 16 and address.contains(address.NAT64, walk.d)
    if not PROTOCOLS[walk.packet.protocol] or #walk.d == 16 and not embedded then
        state.fail "PROTOCOL_RESTRICTION"
    end
    state.lose_groups(walk)
    local own = own_address(gateway, here.subnet)
    local subnet = is_regional(gateway) and tables.regional_place(gateway) or walk.model.subnets[gateway.SubnetId]
    if here.subnet.id ~= subnet.id then state.acl(walk, subnet, false, walk.x) end
    state.end_segment(walk, { kind = "nat", subnet = subnet })
    if embedded then leave_ipv6(walk) end
    state.start_segment(walk, { kind = "nat", subnet = subnet, vpc = gateway.VpcId }, own, walk.question.nat_ports)
    walk.entered, walk.workload, walk.through_nat_gateway = "eni", subnet, true
    return subnet
end

return M
