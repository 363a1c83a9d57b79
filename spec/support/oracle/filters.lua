-- Security groups (semantics 6) and network ACLs (7) for one packet, read as written.
--
-- A packet here is { protocol = number, port = destination port, type, code = ICMP }. The remote
-- address is given apart, because it depends on the place where the packet is looked at.

local address = require "support.oracle.address"
local tables = require "support.oracle.tables"

local M = {}

local TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
local NUMBERS = { ["-1"] = -1, tcp = TCP, udp = UDP, icmp = ICMP, icmpv6 = ICMPV6 }

local function has_ports(protocol) return protocol == TCP or protocol == UDP end

-- 6.1: protocol, then ports of TCP and UDP, or type and code of ICMP and ICMPv6.
local function permission_admits(permission, packet)
    local protocol = NUMBERS[permission.IpProtocol] or tonumber(permission.IpProtocol)
    if protocol == -1 then return true end
    if protocol ~= packet.protocol then return false end
    local from, to = permission.FromPort, permission.ToPort
    if has_ports(protocol) then
        return not from or from <= packet.port and packet.port <= to
    elseif protocol == ICMP or protocol == ICMPV6 then
        if not from or from == -1 then return true end
        return from == packet.type and (not to or to == -1 or to == packet.code)
    end
    return true
end

-- The VPCs of both interfaces are one, or peered in one Region by a connection that is active (6.2). A
-- group may serve more VPCs than its own (6.6), so the members' decide.
local function reference_allowed(model, vpc_id, far_vpc_id)
    if vpc_id == far_vpc_id then return true end
    local vpc, other = model.vpcs[vpc_id], model.vpcs[far_vpc_id]
    if not vpc or not other or vpc.region ~= other.region then return false end
    for peering in tables.each(model.peerings) do
        local a, b = peering.RequesterVpcInfo.VpcId, peering.AccepterVpcInfo.VpcId
        if peering.Status.Code == "active"
            and (a == vpc_id and b == far_vpc_id or a == far_vpc_id and b == vpc_id) then
            return true
        end
    end
    return false
end

-- 6.2: the far interface has the group, its information is preserved on the way, and the group is
-- where a rule of this interface may name it: anywhere on a transit gateway that supports it, which
-- `far.by_transit` says. `far` is nil when the way loses the information.
local function reference_matches(model, eni, group_id, far)
    if not far then return false end
    for _, id in ipairs(far.eni.groups) do
        if id == group_id then return far.by_transit or reference_allowed(model, eni.vpc, far.eni.vpc) end
    end
    return false
end

local function any_peer_matches(model, eni, permission, remote, far)
    for _, range in ipairs(permission.IpRanges or {}) do
        if address.contains(address.cidr(range.CidrIp), remote) then return true end
    end
    for _, range in ipairs(permission.Ipv6Ranges or {}) do
        if address.contains(address.cidr(range.CidrIpv6), remote) then return true end
    end
    for _, item in ipairs(permission.PrefixListIds or {}) do
        local list = model.lists[item.PrefixListId]
        if list and address.in_any(list.cidrs, remote) then return true end
    end
    for _, pair in ipairs(permission.UserIdGroupPairs or {}) do
        if reference_matches(model, eni, pair.GroupId, far) then return true end
    end
    return false
end

-- Interfaces that are gateways' own are not filtered when they have no group (6.1, D42).
local GATEWAYS = {
    nat_gateway = true, natGateway = true, transit_gateway = true, gateway_load_balancer_endpoint = true,
}

--- Do the groups of an interface admit the packet? nil, or the code of the refusal.
function M.groups_refuse(model, eni, egress, packet, remote, far)
    if eni.bare or #eni.groups == 0 and (GATEWAYS[eni.kind] or eni.classic) then return nil end
    local rules, missing = 0, false
    for _, id in ipairs(eni.groups) do
        local group = model.groups[id]
        missing = missing or not group
        for _, permission in ipairs(group and group[egress and "IpPermissionsEgress" or "IpPermissions"] or {}) do
            rules = rules + 1
            if permission_admits(permission, packet) and any_peer_matches(model, eni, permission, remote, far) then
                return nil
            end
        end
    end
    if missing then return "UNKNOWN_RESOURCE" end -- what it would have admitted nobody knows
    return rules == 0 and "SG_HAS_NO_RULES" or "ENI_SG_RULES_MISMATCH"
end

--- Do the groups of an interface let nothing out, whatever it is, because they have no rule?
function M.is_closed(model, eni)
    return M.groups_refuse(model, eni, true, { protocol = -2 }, { 0, 0, 0, 0 }) == "SG_HAS_NO_RULES"
end

local function entry_matches(entry, egress, packet, remote)
    if entry.egress ~= egress or not address.contains(entry.cidr, remote) then return false end
    if entry.protocol == -1 then return true end
    if entry.protocol ~= packet.protocol then return false end
    if has_ports(packet.protocol) then
        return not entry.ports or entry.ports.From <= packet.port and packet.port <= entry.ports.To
    end
    local family = #entry.cidr.bytes == 4 and 4 or 6
    if packet.protocol == ICMP or packet.protocol == ICMPV6 and family == 6 then
        local icmp = entry.icmp
        if not icmp then return true end
        return (icmp.Type == -1 or icmp.Type == packet.type) and (icmp.Code == -1 or icmp.Code == packet.code)
    end
    return true
end

-- 7.1: ascending rule numbers, the first match decides, no match denies.
local function acl_allows(acl, egress, packet, remote)
    for _, entry in ipairs(acl.entries) do
        if entry_matches(entry, egress, packet, remote) then return entry.allow end
    end
    return false
end

-- Section 2: a VPC without any ACL in the data filters nothing.
local function acl_for(model, subnet)
    if subnet.has_no_acl then return nil end
    local acl = tables.acl_of(model, subnet)
    if acl then return acl end
    for other in tables.each(model.acls) do
        if other.vpc == subnet.vpc then return { entries = {} } end
    end
end

--- Does the ACL of the subnet let a request through?
function M.acl_admits(model, subnet, egress, packet, remote)
    local acl = acl_for(model, subnet)
    return not acl or acl_allows(acl, egress, packet, remote)
end

--- The ports of `ports` with which the ACL of the subnet lets the reply through: the destination
-- port of a reply is the client's source port (7.1).
function M.acl_keeps(model, subnet, egress, packet, remote, ports)
    local acl = acl_for(model, subnet)
    if not acl then return ports end
    local kept = {}
    for _, port in ipairs(ports) do
        local reply = { protocol = packet.protocol, port = port, type = packet.type, code = packet.code }
        if acl_allows(acl, egress, reply, remote) then kept[#kept + 1] = port end
    end
    return kept
end

--- Ports that stand for all of `from` to `to`: both ends, and those at and next to each boundary
-- of an ACL entry. No ACL tells two ports between neighbours of this list apart.
function M.standing_for(model, from, to)
    local seen, ports = {}, {}
    local function add(port)
        if from <= port and port <= to and not seen[port] then
            seen[port] = true
            ports[#ports + 1] = port
        end
    end
    add(from)
    add(to)
    for acl in tables.each(model.acls) do
        for _, entry in ipairs(acl.entries) do
            if entry.ports then
                add(entry.ports.From)
                add(entry.ports.To + 1)
            end
        end
    end
    table.sort(ports)
    return ports
end

return M
