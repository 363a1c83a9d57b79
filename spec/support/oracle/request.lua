-- The request (semantics 9.4 to 9.6): from the sender, lookup by lookup, to an interface or out.

local address = require "support.oracle.address"
local classic = require "support.oracle.classic"
local gateways = require "support.oracle.gateways"
local nat = require "support.oracle.nat"
local routes = require "support.oracle.routes"
local state = require "support.oracle.state"
local tables = require "support.oracle.tables"
local transit = require "support.oracle.transit"

local M = {}

local SERVICES = {
    "169.254.169.253", "fd00:ec2::253", "169.254.169.254", "fd00:ec2::254", "169.254.170.2", "169.254.169.123",
    "fd00:ec2::123",
}

-- The Amazon DNS server of a VPC (section 2): the base of its primary IPv4 block + 2.
local function dns_server(vpc)
    return vpc and vpc.primary and address.plus(vpc.primary.bytes, 2)
end

-- F2: the services of 7.3, which nothing filters.
local function is_service(walk, vpc, subnet)
    local resolver = dns_server(vpc)
    if resolver and address.equal(resolver, walk.d) or address.equal(address.parse(SERVICES[1]), walk.d)
        or address.equal(address.parse(SERVICES[2]), walk.d) then
        return not vpc or vpc.dns_support or state.fail "DNS_SUPPORT_DISABLED"
    end
    for _, text in ipairs(SERVICES) do
        if address.equal(address.parse(text), walk.d) then return true end
    end
    local router = subnet.blocks[1] and address.plus(subnet.blocks[1].bytes, 1)
    return router and address.equal(router, walk.d)
end

local NO_CONNECTIONS = { nat_gateway = true, natGateway = true, transit_gateway = true }

--- Is it a gateway's own interface, which neither starts (P7) nor takes connections (F10)?
function M.is_gateways_own(eni)
    return NO_CONNECTIONS[eni.kind]
end

local ENDPOINTS = { vpc_endpoint = true, gateway_load_balancer_endpoint = true }

--- Is it an endpoint's interface, which starts nothing (P7)?
function M.is_endpoints_own(eni)
    return ENDPOINTS[eni.kind]
end

--- P5: attached, and its instance running; of an interface endpoint: the endpoint available (3.5).
function M.check_state(model, eni)
    for endpoint in tables.each(model.endpoints) do
        for _, id in ipairs(endpoint.NetworkInterfaceIds or {}) do
            local balancer = endpoint.VpcEndpointType == "GatewayLoadBalancer"
            if id == eni.id and not balancer and not routes.is_available(endpoint) then state.fail "BAD_STATE" end
        end
    end
    local instance = eni.instance and model.instances[eni.instance]
    if eni.managed and eni.status == "in-use" then return end
    if not eni.attached or instance and instance.State and instance.State.Name ~= "running" then
        state.fail "BAD_STATE"
    end
end

-- F9 to F12; `from` is the subnet that the packet comes from, nil from outside and from a peer.
local function deliver(walk, eni, from)
    local subnet = walk.model.subnets[eni.subnet]
    if not from or from.id ~= subnet.id then state.acl(walk, subnet, false, walk.x) end
    walk.receiver = eni
    state.end_segment(walk, { kind = "eni", eni = eni, subnet = subnet })
    if M.is_gateways_own(eni) then state.fail "NO_POSSIBLE_DESTINATION" end
    M.check_state(walk.model, eni)
    state.groups_in(walk, eni)
    local wanted, instance = walk.question.to.eni, walk.question.to.instance
    if instance and instance == eni.instance then return end
    if wanted and wanted ~= eni.id then state.fail "DELIVERED_TO_OTHER_INTERFACE" end
end

local TARGETS = {}
local forward

-- On the internet: an address of the model is followed in through its own gateway (3.1.7).
local function on_the_internet(walk, source)
    local owner = gateways.public_owner(walk.model, walk.d)
    if not owner then
        if gateways.is_nats_own(walk.model, walk.d) then state.fail "NO_POSSIBLE_DESTINATION" end
        walk.exit = "internet"
        return
    end
    local gateway = gateways.of_vpc(walk.model, owner.vpc)
    local unseen = not gateway and gateways.unseen(walk, owner, source)
    if not gateway and not unseen then state.fail "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS" end
    local eni = gateways.enter_internet(walk, gateway or unseen, owner.vpc, source)
    if unseen then return deliver(walk, eni, nil) end
    return M.from_gateway(walk, eni, gateway.InternetGatewayId, owner.vpc)
end

function TARGETS.igw(walk, gateway, here)
    local public = gateways.leave_internet(walk, gateway, here.vpc, here.subnet, here.forwarder)
    return on_the_internet(walk, public)
end

function TARGETS.eigw(walk, gateway, here)
    gateways.leave_egress_only(walk, gateway, here.vpc, here.subnet)
    state.lose_groups(walk)
    return on_the_internet(walk, walk.x)
end

function TARGETS.vgw(walk, gateway, here)
    gateways.leave_premises(walk, gateway, here.vpc)
    walk.exit = "onprem"
end

TARGETS["local"] = function(walk, _, here)
    local eni = tables.holder(walk.model, here.vpc, walk.d) or state.fail "NO_POSSIBLE_DESTINATION"
    deliver(walk, eni, here.subnet)
end

function TARGETS.pcx(walk, peering, here)
    local requester, accepter = peering.RequesterVpcInfo.VpcId, peering.AccepterVpcInfo.VpcId
    if here.vpc ~= requester and here.vpc ~= accepter then state.fail "PCX_NOT_PARTY" end
    local far = walk.model.vpcs[here.vpc == requester and accepter or requester]
    local described = false
    for subnet in tables.each(walk.model.subnets) do
        described = described or far and subnet.vpc == far.id
    end
    if not described then state.fail "UNKNOWN_RESOURCE" end
    local near = walk.model.vpcs[here.vpc]
    local eni, sender = tables.holder(walk.model, far.id, walk.d), here.forwarder
    local from_classic, to_classic = sender and sender.classic, eni and eni.classic
    if from_classic and not classic.is_carried(walk.model, peering, near.id, #walk.d)
        or to_classic and not classic.is_carried(walk.model, peering, far.id, #walk.d) then
        state.fail "PCX_EDGE_TO_EDGE_CLASSICLINK"
    end
    if walk.entered ~= "eni" or not from_classic and not address.in_any(near.blocks, walk.x)
        or not to_classic and not address.in_any(far.blocks, walk.d) then
        state.fail "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"
    end
    local resolver = dns_server(far)
    if resolver and address.equal(resolver, walk.d) then state.fail "PCX_REMOTE_RESOLVER" end
    if not eni then state.fail "NO_POSSIBLE_DESTINATION" end
    walk.segment.crossed = peering
    if near.region ~= far.region then state.lose_groups(walk) end
    deliver(walk, eni, nil)
end

function TARGETS.nat(walk, gateway, here)
    return forward(walk, nat.translate(walk, gateway, here), nil)
end

-- 4.6: in at the appliance, out of the same interface; unchanged, unless it is a NAT instance.
-- Traffic between hosts of one subnet never goes through a route table, so F4 comes first here.
local function through_appliance(walk, eni, from)
    if tables.holds(eni, walk.d) then return deliver(walk, eni, from) end
    if eni.check then state.fail "ENI_SOURCE_DEST_CHECK_RESTRICTION" end
    local subnet = walk.model.subnets[eni.subnet]
    if not from or from.id ~= subnet.id then state.acl(walk, subnet, false, walk.x) end
    state.groups_in(walk, eni)
    state.lose_groups(walk)
    state.groups_out(walk, eni, not (eni.nat and #walk.x == 4))
    if eni.nat and #walk.x == 4 then -- NAT instances translate IPv4
        local own = eni.addresses[1].bytes
        state.end_segment(walk, { kind = "appliance", eni = eni, subnet = subnet })
        state.start_segment(walk, { kind = "appliance", eni = eni, subnet = subnet, vpc = eni.vpc }, own,
            walk.question.nat_ports)
        walk.entered = "eni"
    end
    local neighbour = tables.holder(walk.model, eni.vpc, walk.d)
    if neighbour and neighbour.subnet == subnet.id then return deliver(walk, neighbour, subnet) end
    return forward(walk, subnet, eni)
end

-- 3.5: a gateway endpoint is a way out to its service; a Gateway Load Balancer endpoint forwards.
function TARGETS.vpce(walk, endpoint, here)
    if endpoint.VpcEndpointType == "GatewayLoadBalancer" then
        return M.through_balancer(walk, endpoint, here.subnet)
    end
    state.lose_groups(walk)
    if endpoint.VpcEndpointType ~= "Gateway" then state.fail "UNSUPPORTED_COMPONENT" end
    if walk.entered ~= "eni" or endpoint.VpcId ~= here.vpc then
        state.fail "VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION"
    end
    local packet = walk.packet
    local echo = packet.protocol == 1 and packet.type == 8 or packet.protocol == 58 and packet.type == 128
    if packet.protocol ~= 6 and not (echo and packet.code == 0) then
        state.fail "VPCE_GATEWAY_PROTOCOL_RESTRICTION"
    end
    walk.passed[endpoint.VpcEndpointId], walk.exit = true, "service"
    state.end_segment(walk, { kind = "gateway", gateway = endpoint.VpcEndpointId, vpc = here.vpc })
end

--- Into a Gateway Load Balancer endpoint and on from its subnet (D20): ACLs, no groups.
function M.through_balancer(walk, endpoint, from)
    local subnet = walk.model.subnets[(endpoint.SubnetIds or {})[1]] or state.fail "UNKNOWN_RESOURCE"
    if not from or from.id ~= subnet.id then state.acl(walk, subnet, false, walk.x) end
    state.lose_groups(walk)
    local neighbour = tables.holder(walk.model, subnet.vpc, walk.d)
    if neighbour and neighbour.subnet == subnet.id then return deliver(walk, neighbour, subnet) end
    return forward(walk, subnet, { id = endpoint.VpcEndpointId })
end

-- Out of a transit gateway: into a VPC, by the table of the attachment's subnet, or on premises.
local function leave_transit(walk, gateway_id, entrance, sender)
    local out, subnet, last_id, gateways_passed = transit.cross(walk, entrance, gateway_id, sender, walk.d)
    if not subnet then return gateways.leave_by_transit(walk, out, last_id) end
    local used, id = walk.transit_subnets, out.TransitGatewayAttachmentId
    used[id] = used[id] or subnet
    local gateway = walk.model.transit_gateways[gateway_id]
    state.pass_transit(walk, gateways_passed == 1 and transit.keeps_groups(walk.model, gateway, entrance, out))
    walk.entered = "tgw"
    return forward(walk, subnet, nil)
end

-- 3.6: the ACL of the attachment's subnet also when the sender is in it; then the gateway's table.
function TARGETS.tgw(walk, gateway, here)
    walk.met_transit = true -- no outbound reference matches across it, wherever it leads
    local entrance, subnet = transit.enter(walk.model, gateway, here.subnet)
    local used, id = walk.transit_subnets, entrance.TransitGatewayAttachmentId
    used[id] = used[id] or subnet
    state.acl(walk, subnet, false, walk.x)
    return leave_transit(walk, gateway.TransitGatewayId, entrance, here.subnet)
end

--- From a network on premises behind an attachment of a transit gateway (9.6).
function M.from_premises(walk, attachment, source)
    local id = attachment.TransitGatewayId
    state.start_segment(walk, { kind = "gateway", gateway = id, attachment = attachment }, source, walk.question.ports)
    state.lose_groups(walk)
    transit.check_vpn(walk.model, attachment)
    return leave_transit(walk, id, attachment, nil)
end

function TARGETS.eni(walk, eni, here)
    return through_appliance(walk, eni, here.subnet)
end

-- D17: between a host and a NAT gateway of one subnet there is no ACL, in either direction; nor is
-- there one from a transit gateway's attachment to a host of its subnet (3.6).
local function is_beside_gateway(walk, route_table, subnet, comes_from_gateway)
    local route = route_table and routes.select(walk.model, route_table, walk.d)
    local kind = route and routes.kind(route)
    if kind == "nat" then
        local gateway = walk.model.nats[route.target]
        return gateway and gateway.SubnetId == subnet.id
    end
    local eni = comes_from_gateway and kind == "local" and tables.holder(walk.model, subnet.vpc, walk.d)
        or comes_from_gateway and kind == "eni" and routes.interface(walk.model, route)
    return eni and eni.subnet == subnet.id
end

-- 6.3: what these targets do with the groups of a sender is known, whichever gateway it is and also
-- when the data do not have it.
local LOSES_GROUPS = { nat = true, eni = true, vpce = true, igw = true, eigw = true, vgw = true, tgw = true }

-- F5 to F8 from a subnet; `forwarder` is the interface that sends, nil when a gateway does.
function forward(walk, subnet, forwarder)
    if not is_beside_gateway(walk, tables.table_of(walk.model, subnet), subnet, not forwarder) then
        state.acl(walk, subnet, true, walk.d)
    end
    state.count_lookup(walk)
    local route_table = state.table_of(walk, subnet)
    local route, length = routes.select(walk.model, route_table, walk.d)
    local peering, linked = classic.implied(walk.model, subnet.vpc, route, length, walk.d)
    if peering then
        walk.segment.crossed = peering
        return deliver(walk, linked, nil)
    end
    if not route then state.fail "NO_ROUTE_TO_DESTINATION" end
    local kind, object, code = routes.target(walk.model, route, subnet.vpc)
    if code then
        if LOSES_GROUPS[kind] then state.lose_groups(walk) end
        walk.over_peering = kind == "pcx"
        state.fail(code)
    end
    local act = TARGETS[kind] or state.fail "UNSUPPORTED_COMPONENT"
    return act(walk, object, { vpc = subnet.vpc, subnet = subnet, forwarder = forwarder })
end

--- F1 to F4 from an interface (or a bare address in a subnet, which has no groups).
function M.from_interface(walk, eni, source)
    local subnet = walk.model.subnets[eni.subnet]
    local vpc = walk.model.vpcs[eni.vpc]
    state.start_segment(walk, { kind = "eni", eni = eni, subnet = subnet, vpc = eni.vpc }, source, walk.question.ports)
    walk.entered, walk.workload = "eni", subnet
    if is_service(walk, vpc, subnet) then
        walk.exit, walk.done = "service", true
        return
    end
    state.groups_out(walk, eni)
    local neighbour = tables.holder(walk.model, eni.vpc, walk.d)
    if neighbour and neighbour.subnet == eni.subnet then
        walk.segment.inside_subnet = true
        return deliver(walk, neighbour, subnet)
    end
    return forward(walk, subnet, eni)
end

--- From a gateway into its VPC: by the gateway's own table if it has one (4.7), else by local.
function M.from_gateway(walk, eni, gateway_id, vpc_id)
    local route_table = tables.table_of_gateway(walk.model, gateway_id)
    if not route_table then return deliver(walk, eni, nil) end
    local route = routes.select(walk.model, route_table, walk.d) or state.fail "NO_ROUTE_TO_DESTINATION"
    local kind, object, code = routes.target(walk.model, route, vpc_id)
    if code then state.fail(code) end
    if kind == "local" then return deliver(walk, eni, nil) end
    if kind == "vpce" then return M.through_balancer(walk, object, nil) end
    if kind ~= "eni" then state.fail "UNSUPPORTED_COMPONENT" end
    gateways.check_public(walk.model, gateway_id, object, walk.d)
    return through_appliance(walk, object, nil)
end

return M
