-- Gateways to the outside (semantics 3.1, 3.2, 3.4, 4.7, 9.6): who may leave, who may come in.

local address = require "support.oracle.address"
local routes = require "support.oracle.routes"
local state = require "support.oracle.state"
local tables = require "support.oracle.tables"
local transit = require "support.oracle.transit"

local M = {}

--- The public address of a private address: of an interface's, or of a NAT gateway's.
function M.public_of(model, vpc_id, bytes)
    local eni = tables.holder(model, vpc_id, bytes)
    for _, entry in ipairs(eni and eni.addresses or {}) do
        if address.equal(entry.bytes, bytes) and entry.public then return entry.public end
    end
    for gateway in tables.each(model.nats) do
        for _, item in ipairs(gateway.VpcId == vpc_id and gateway.NatGatewayAddresses or {}) do
            local own = item.PrivateIp or item.PublicIp
            if own and item.PublicIp and address.equal(address.parse(own), bytes) then
                return address.parse(item.PublicIp)
            end
        end
    end
end

--- Whose public address, or IPv6 address, is this? The interface and its own address behind it.
function M.public_owner(model, bytes, vpc_id)
    for eni in tables.each(model.interfaces) do
        if not vpc_id or eni.vpc == vpc_id then
            for _, entry in ipairs(eni.addresses) do
                if entry.public and address.equal(entry.public, bytes) then return eni, entry.bytes end
            end
            if #bytes == 16 and tables.holds(eni, bytes) then return eni, bytes end
        end
    end
end

--- Is it the public address of a NAT gateway, which takes no connection (3.3)?
function M.is_nats_own(model, bytes)
    for gateway in tables.each(model.nats) do
        for _, item in ipairs(gateway.NatGatewayAddresses or {}) do
            if item.PublicIp and address.equal(address.parse(item.PublicIp), bytes) then return true end
        end
    end
    return false
end

--- The internet gateway attached to a VPC.
function M.of_vpc(model, vpc_id)
    for gateway in tables.each(model.internet_gateways) do
        if routes.attached(gateway.Attachments, vpc_id) then return gateway end
    end
end

--- P1: a gateway that is not in the data, but may be all the same: the table of the interface sends
-- answers to it, or is not there to tell. What comes in by it nobody knows.
function M.unseen(walk, eni, source)
    local subnet = walk.model.subnets[eni.subnet]
    local route_table = subnet and tables.table_of(walk.model, subnet)
    local route = route_table and routes.select(walk.model, route_table, source)
    local named = route and routes.kind(route) == "igw" and route.state ~= "blackhole"
        and not walk.model.internet_gateways[route.target]
    if route_table and not named then return nil end
    state.refuse(walk, "UNKNOWN_RESOURCE")
    return { InternetGatewayId = route and route.target or "unseen" }
end

-- 3.1.8: the subnet's word, else the VPC's. A workload of another VPC is none of this one's: what
-- sends here decides for it.
local function public_access(model, vpc_id, subnet)
    local vpc = model.vpcs[vpc_id]
    return subnet and subnet.public_access or vpc and vpc.public_access or "off"
end

local function workload_in(walk, vpc_id, subnet)
    return walk.workload and walk.workload.vpc == vpc_id and walk.workload or subnet
end

-- 4.7: the interface to which the gateway's own table redirects a subnet, if it does.
local function redirected_to(model, gateway_id, subnet, family)
    local route_table = tables.table_of_gateway(model, gateway_id)
    if not route_table then return nil end
    for _, block in ipairs(subnet.blocks) do
        if #block.bytes == (family == 4 and 4 or 16) then
            local route = routes.select(model, route_table, block.bytes)
            local kind = route and routes.kind(route)
            if kind == "vpce" then return { id = route.target } end
            if kind == "eni" then
                return routes.interface(model, route) or { id = route.target }
            end
        end
    end
end

--- A subnet that the gateway redirects must go through its appliance; the appliance itself need not.
function M.check_redirection(walk, gateway_id, subnet, forwarder)
    local appliance = redirected_to(walk.model, gateway_id, subnet, #walk.d == 4 and 4 or 6)
    if appliance and not (forwarder and forwarder.id == appliance.id) then
        state.fail "INGRESS_RTB_TRAFFIC_REDIRECTION"
    end
end

--- 4.7: an interface that a gateway's table names for traffic of the internet has a public address.
function M.check_public(model, gateway_id, eni, bytes)
    if not eni or #bytes ~= 4 or not model.internet_gateways[gateway_id] or tables.holds(eni, bytes) then return end
    for _, entry in ipairs(eni.addresses) do
        if entry.public then return end
    end
    state.fail "INGRESS_RTB_NO_PUBLIC_IP"
end

local function private_code(bytes, prefix, suffix)
    if address.in_any(address.RFC1918, bytes) then return prefix .. "RFC1918" .. suffix end
    if address.in_any(address.RFC6598, bytes) then return prefix .. "RFC6598" .. suffix end
end

--- Out through an internet gateway (9.5). The packet then has its public source.
function M.leave_internet(walk, gateway, vpc_id, subnet, forwarder)
    local mode = public_access(walk.model, vpc_id, workload_in(walk, vpc_id, subnet))
    if mode == "block-bidirectional" or mode == "block-ingress" and not walk.through_nat_gateway then
        state.fail "VPC_BLOCK_PUBLIC_ACCESS_ENABLED"
    end
    if subnet then M.check_redirection(walk, gateway.InternetGatewayId, subnet, forwarder) end
    walk.passed[gateway.InternetGatewayId], walk.left_to_internet = true, true
    state.lose_groups(walk)
    state.end_segment(walk, { kind = "gateway", gateway = gateway.InternetGatewayId, vpc = vpc_id })
    if #walk.d == 4 then
        local code = private_code(walk.d, "IGW_DESTINATION_ADDRESS_NOT_IN_", "_EGRESS")
        if code then state.fail(code) end
        return M.public_of(walk.model, vpc_id, walk.x) or state.fail "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"
    end
    return walk.x
end

--- Out through an egress-only gateway (3.2).
function M.leave_egress_only(walk, gateway, vpc_id, subnet)
    if #walk.d == 4 then state.fail "PROTOCOL_RESTRICTION" end
    if public_access(walk.model, vpc_id, workload_in(walk, vpc_id, subnet)) == "block-bidirectional" then
        state.fail "VPC_BLOCK_PUBLIC_ACCESS_ENABLED"
    end
    local id = gateway.EgressOnlyInternetGatewayId
    walk.passed[id], walk.left_to_internet = true, true
    state.end_segment(walk, { kind = "gateway", gateway = id, vpc = vpc_id })
end

-- 3.4.3: of the gateway's VPN connections one must work; a gateway without any has Direct Connect.
-- AWS prints a deleted connection for a while: it is none.
local function check_vpn(walk, gateway_id)
    local any, works = false, false
    for vpn in tables.each(walk.model.vpns) do
        if vpn.VpnGatewayId == gateway_id and vpn.State ~= "deleted" then
            any, works = true, works or transit.vpn_works(vpn)
        end
    end
    if any and #walk.d == 16 then state.fail "PROTOCOL_RESTRICTION" end
    if any and not works then state.fail "BAD_STATE_VPN" end
end

-- 3.4.2: every prefix that the gateway knows; an empty list means that nothing is known of them.
function M.known_prefixes(model, gateway_id)
    local known = {}
    for vpn in tables.each(model.vpns) do
        if vpn.VpnGatewayId == gateway_id and vpn.State == "available" then
            for _, route in ipairs(vpn.Routes or {}) do
                if route.State == "available" then known[#known + 1] = address.cidr(route.DestinationCidrBlock) end
            end
        end
    end
    for route_table in tables.each(model.tables) do
        for _, route in ipairs(route_table.routes) do
            if route.from_vgw and route.target == gateway_id and route.cidr then known[#known + 1] = route.cidr end
        end
    end
    return known
end

--- Out through a virtual private gateway (3.4).
function M.leave_premises(walk, gateway, vpc_id)
    local id = gateway.VpnGatewayId
    local is_sender = walk.entered == "eni" and address.equal(walk.x, walk.segment.x)
    -- A bare address stands for an interface of its VPC, also when the packet comes back into it.
    local is_bare = walk.bare and walk.bare.vpc == vpc_id and address.equal(walk.x, walk.bare.address)
    if not is_sender and not is_bare and not tables.holder(walk.model, vpc_id, walk.x) then
        state.fail "VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS"
    end
    check_vpn(walk, id)
    local known = M.known_prefixes(walk.model, id)
    if #known > 0 and not address.in_any(known, walk.d) then state.fail "CANNOT_ROUTE" end
    walk.passed[id], walk.left_to_premises = true, true
    state.end_segment(walk, { kind = "gateway", gateway = id, vpc = vpc_id })
end

-- Is the address in a block of the VPC? Of one that is not in the data nobody knows any.
local function is_inside(model, vpc_id, bytes)
    local vpc = model.vpcs[vpc_id]
    return vpc and address.in_any(vpc.blocks, bytes)
end

--- In from the internet (9.6): walk.d is the public address; it becomes the interface's own.
function M.enter_internet(walk, gateway, vpc_id, source)
    state.start_segment(walk, { kind = "gateway", gateway = gateway.InternetGatewayId, vpc = vpc_id }, source,
        walk.segment and walk.segment.ports or walk.question.ports)
    walk.entered = "igw"
    local code = #source == 4 and private_code(source, "IGW_SOURCE_ADDRESS_NOT_IN_", "_INGRESS")
    if code then state.fail(code) end
    if is_inside(walk.model, vpc_id, source) then state.fail "GATEWAY_REJECTS_SPOOFED_TRAFFIC" end
    local eni, own = M.public_owner(walk.model, walk.d, vpc_id)
    if not eni or #walk.d == 16 and eni.refuses_internet then
        state.fail "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"
    end
    walk.d = own
    if walk.model.vpcs[vpc_id] and not is_inside(walk.model, vpc_id, own) then
        state.fail "IGW_DESTINATION_ADDRESS_IN_VPC_CIDRS"
    end
    if public_access(walk.model, vpc_id, walk.model.subnets[eni.subnet]) ~= "off" then
        state.fail "VPC_BLOCK_PUBLIC_ACCESS_ENABLED"
    end
    walk.passed[gateway.InternetGatewayId] = true
    state.lose_groups(walk)
    return eni
end

--- Out through a transit gateway to a network on premises (9.5): an interface that was asked for is
-- not there.
function M.leave_by_transit(walk, attachment, gateway_id)
    walk.passed[attachment.TransitGatewayAttachmentId], walk.left_to_premises = true, true
    walk.exit = "onprem"
    state.end_segment(walk, { kind = "gateway", gateway = gateway_id, attachment = attachment })
end

--- In from on premises (9.6).
function M.enter_premises(walk, gateway, vpc_id, source)
    local id = gateway.VpnGatewayId
    state.start_segment(walk, { kind = "gateway", gateway = id, vpc = vpc_id }, source, walk.question.ports)
    walk.entered = "vgw"
    local asked = walk.model.interfaces[walk.question.to.eni]
    if asked and asked.vpc ~= vpc_id then state.fail "VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS" end
    local eni = tables.holder(walk.model, vpc_id, walk.d) or state.fail "VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"
    check_vpn(walk, id)
    walk.passed[id] = true
    state.lose_groups(walk)
    return eni
end

return M
