-- The reply (semantics 9.8): the segments of the request backwards. No group is asked; the ACLs
-- see the reply's own destination port, which is the client's source port.

local classic = require "support.oracle.classic"
local gateways = require "support.oracle.gateways"
local routes = require "support.oracle.routes"
local state = require "support.oracle.state"
local tables = require "support.oracle.tables"
local transit = require "support.oracle.transit"

local M = {}

-- R6: into the subnet of x', if the reply does not come from there.
local function arrive(walk, segment, from, ports)
    local subnet = segment.start.subnet
    if not subnet or from and from.id == subnet.id then return ports end
    return state.reply_acl(walk, subnet, false, walk.replier, ports)
end

-- Through an appliance on the way back: the check of its interface and both ACLs of its subnet.
-- The subnet that the reply leaves, or nil when its goal is in that very subnet (4.6).
local function through_appliance(walk, eni, from, segment, ports)
    if eni.check then state.fail "ENI_SOURCE_DEST_CHECK_RESTRICTION" end
    local subnet = walk.model.subnets[eni.subnet]
    if not from or from.id ~= subnet.id then
        ports = state.reply_acl(walk, subnet, false, walk.replier, ports)
    end
    local goal = segment.start.subnet
    if goal and goal.id == subnet.id then return ports, nil end
    return state.reply_acl(walk, subnet, true, segment.x, ports), subnet
end

-- Through a Gateway Load Balancer endpoint: as an appliance, without a check of its interface.
local function through_balancer(walk, endpoint, from, segment, ports)
    local id = (endpoint.SubnetIds or {})[1]
    local inside = { check = false, subnet = walk.model.subnets[id] and id or state.fail "UNKNOWN_RESOURCE" }
    return through_appliance(walk, inside, from, segment, ports)
end

-- Out of a transit gateway: the subnet by which the reply leaves it, nil when its goal is there; or
-- false and the gateway where it leaves the model, for a request that came from there.
local function leave_transit(walk, gateway_id, entrance, from, segment, ports)
    local out, subnet, last_id = transit.cross(walk, entrance, gateway_id, from, segment.x, walk.transit_subnets)
    if not subnet then return ports, false, out.TransitGatewayId or last_id end
    local goal = segment.start.subnet
    if goal and goal.id == subnet.id then return ports, nil end
    local route_table = tables.table_of(walk.model, subnet)
    local route = route_table and routes.select(walk.model, route_table, segment.x)
    local box = route and routes.kind(route) == "eni" and routes.interface(walk.model, route)
    if box and box.subnet == subnet.id then return ports, subnet end -- 3.6: from the gateway to an instance
    return state.reply_acl(walk, subnet, true, segment.x, ports), subnet
end

-- R5: a transit gateway is walked as in 9.5.
local function through_transit(walk, gateway, from, segment, ports)
    local entrance, entrance_subnet = transit.enter(walk.model, gateway, from)
    ports = state.reply_acl(walk, entrance_subnet, false, walk.replier, ports)
    return leave_transit(walk, gateway.TransitGatewayId, entrance, from, segment, ports)
end

local function is_balancer(kind, object)
    return kind == "vpce" and object.VpcEndpointType == "GatewayLoadBalancer"
end

local OUTSIDE = { igw = "InternetGatewayId", eigw = "EgressOnlyInternetGatewayId", vgw = "VpnGatewayId" }

-- R5 for a packet that came in by a gateway: it must go out by the same.
local function leave(walk, segment, kind, object, subnet, forwarder)
    local id = segment.start.gateway
    if not OUTSIDE[kind] or object[OUTSIDE[kind]] ~= id then state.fail "RETURN_ROUTE_WRONG_TARGET" end
    if kind == "igw" then gateways.check_redirection(walk, id, subnet, forwarder) end
end

-- R5 for a sender in a VPC: `local`, or a peering connection into that VPC.
local function leads_to(kind, object, vpc_id)
    if kind == "local" then return vpc_id end
    if kind ~= "pcx" then state.fail "RETURN_ROUTE_WRONG_TARGET" end
    local requester, accepter = object.RequesterVpcInfo.VpcId, object.AccepterVpcInfo.VpcId
    if vpc_id == requester then return accepter end
    return vpc_id == accepter and requester or state.fail "PCX_NOT_PARTY"
end

-- R5 for a packet that came in by a transit gateway: another attachment of it will do (D51).
local function back_outside(segment, gateway_id, ports)
    return segment.start.gateway == gateway_id and ports or state.fail "RETURN_ROUTE_WRONG_TARGET"
end

-- Targets that lead to no sender inside a VPC, whatever they are in detail.
local NEVER_BACK = { nat = true, igw = true, eigw = true, vgw = true }

local UNKNOWN = { UNKNOWN_DESTINATION = true, UNSUPPORTED_COMPONENT = true }

-- Targets from which the reply may go on to the gateway that it must leave by.
local MAY_LEAD_ON = { eni = true, tgw = true }

-- R4 and R5 from a subnet, through as many appliances as the tables say, to the segment's start.
local function route_back(walk, segment, subnet, forwarder, ports)
    state.count_lookup(walk)
    local route_table = state.table_of(walk, subnet)
    local route, length = routes.select(walk.model, route_table, segment.x)
    local _, linked = classic.implied(walk.model, subnet.vpc, route, length, segment.x)
    if linked and segment.start.kind ~= "gateway" and linked.vpc == segment.start.vpc then
        return arrive(walk, segment, subnet, ports)
    end
    if not route then state.fail "RETURN_ROUTE_MISSING" end
    local kind, object, code = routes.target(walk.model, route, subnet.vpc)
    local never = NEVER_BACK[kind] or segment.start.kind == "gateway" and not MAY_LEAD_ON[kind]
    if code and UNKNOWN[code] and never and route.target ~= segment.start.gateway then
        state.fail "RETURN_ROUTE_WRONG_TARGET"
    end
    if code then state.fail(UNKNOWN[code] and code or "RETURN_ROUTE_BLACKHOLE") end
    if kind == "eni" and not tables.holds(object, segment.x) then
        local next_subnet
        ports, next_subnet = through_appliance(walk, object, subnet, segment, ports)
        if not next_subnet then return ports end
        return route_back(walk, segment, next_subnet, object, ports)
    end
    if is_balancer(kind, object) then
        local next_subnet
        ports, next_subnet = through_balancer(walk, object, subnet, segment, ports)
        if not next_subnet then return ports end
        return route_back(walk, segment, next_subnet, { id = object.VpcEndpointId }, ports)
    end
    if kind == "tgw" then
        local next_subnet, outside
        ports, next_subnet, outside = through_transit(walk, object, subnet, segment, ports)
        if outside then return back_outside(segment, outside, ports) end
        if not next_subnet then return ports end
        return route_back(walk, segment, next_subnet, nil, ports)
    end
    if segment.start.kind == "gateway" then
        leave(walk, segment, kind, object, subnet, forwarder)
        return ports
    end
    local vpc_id = kind == "eni" and object.vpc or leads_to(kind, object, subnet.vpc)
    if vpc_id ~= segment.start.vpc then state.fail "RETURN_ROUTE_WRONG_VPC" end
    return arrive(walk, segment, subnet, ports)
end

-- From the receiver or a translator back to where the segment started.
local function go_back(walk, segment, ports)
    local finish, start = segment.finish, segment.start
    if start.subnet and start.subnet.id == finish.subnet.id then
        return ports -- R1; the same beside a translator, by R7 and D17
    end
    ports = state.reply_acl(walk, finish.subnet, true, segment.x, ports) -- R2
    if segment.crossed and start.kind == "nat" then -- R3
        return arrive(walk, segment, nil, ports)
    end
    return route_back(walk, segment, finish.subnet, finish.eni, ports)
end

-- The far end answered to a transit gateway: in again by the attachment.
local function come_in_by_transit(walk, segment, ports)
    local subnet, outside
    local finish = segment.finish
    ports, subnet, outside = leave_transit(walk, finish.gateway, finish.attachment, nil, segment, ports)
    if outside then return back_outside(segment, outside, ports) end
    return subnet and route_back(walk, segment, subnet, nil, ports) or ports
end

-- The far end answered to a gateway: in again, by the gateway's own table if it has one.
local function come_in(walk, segment, ports)
    if segment.finish.attachment then return come_in_by_transit(walk, segment, ports) end
    local route_table = tables.table_of_gateway(walk.model, segment.finish.gateway)
    local route = route_table and routes.select(walk.model, route_table, segment.x)
    if route_table and not route then state.fail "RETURN_ROUTE_MISSING" end
    local kind = route and routes.kind(route)
    if kind == "eni" or kind == "vpce" then
        local _, eni, code = routes.target(walk.model, route, segment.finish.vpc)
        if code then state.fail(UNKNOWN[code] and code or "RETURN_ROUTE_BLACKHOLE") end
        gateways.check_public(walk.model, segment.finish.gateway, kind == "eni" and eni, segment.x)
        if kind == "vpce" or not tables.holds(eni, segment.x) then
            local through, subnet = kind == "vpce" and through_balancer or through_appliance
            ports, subnet = through(walk, eni, nil, segment, ports)
            if not subnet then return ports end
            return route_back(walk, segment, subnet, { id = eni.id or eni.VpcEndpointId }, ports)
        end
    end
    return arrive(walk, segment, nil, ports)
end

--- The reply of a request that arrived.
function M.walk(walk)
    walk.lookups = 0
    local carried
    for i = #walk.segments, 1, -1 do
        local segment = walk.segments[i]
        walk.reply = walk.question.reply_of(segment)
        walk.replier = segment.d
        local ports = carried or segment.ports
        ports = (segment.finish.kind == "gateway" and come_in or go_back)(walk, segment, ports)
        carried = segment.start.kind == "gateway" and ports or nil
    end
end

return M
