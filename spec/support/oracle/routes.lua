-- Which route a table gives an address (semantics 4.3) and whether it works (4.4).

local address = require "support.oracle.address"
local tables = require "support.oracle.tables"
local transit = require "support.oracle.transit"

local M = {}

-- 11.2: the state of an endpoint is written with and without a capital letter.
local function is_available(endpoint)
    return (endpoint.State or "available"):lower() == "available"
end
M.is_available = is_available

-- The length of the longest prefix of the route that contains the address, or nil.
local function match_length(model, route, bytes)
    if route.cidr then
        return address.contains(route.cidr, bytes) and route.cidr.length or nil
    end
    local list, longest = model.lists[route.list]
    for _, cidr in ipairs(list and list.cidrs or {}) do
        if address.contains(cidr, bytes) and (not longest or cidr.length > longest) then longest = cidr.length end
    end
    return longest
end

-- 4.3 step 4, lower is better: static with a CIDR and local, static with a prefix list, propagated.
local function class(route)
    if route.propagated then return 3 end
    return route.list and 2 or 1
end

local function better(a, b)
    if a.length ~= b.length then return a.length > b.length end
    if class(a.route) ~= class(b.route) then return class(a.route) < class(b.route) end
    if class(a.route) == 2 and a.route.list ~= b.route.list then return a.route.list < b.route.list end
    return a.position < b.position
end

-- 4.2: whatever a larger destination says, packets to these ranges are not forwarded.
local NEVER_FORWARDED = { address.cidr "169.254.168.0/22", address.cidr "fd00:ec2::/32" }

--- The route of a table for an address and the length of its prefix, or nil (4.3).
function M.select(model, route_table, bytes)
    local vpc = model.vpcs[route_table.vpc]
    local inside = vpc and address.in_any(vpc.blocks, bytes)
    local best
    if address.in_any(NEVER_FORWARDED, bytes) then return nil end
    for position, route in ipairs(route_table.routes) do
        local length = match_length(model, route, bytes)
        if length and route.state ~= "filtered" and not (inside and route.propagated) then
            local candidate = { route = route, length = length, position = position }
            if not best or better(candidate, best) then best = candidate end
        end
    end
    if best then return best.route, best.length end
end

--- The kind of a route's target: "local", "pcx", "igw", …, from the key and the id's prefix.
function M.kind(route)
    if route.target == "local" then return "local" end
    if route.key == "GatewayId" then return route.target:match "^(%a+)%-" end
    return ({
        NatGatewayId = "nat", EgressOnlyInternetGatewayId = "eigw", TransitGatewayId = "tgw",
        VpcPeeringConnectionId = "pcx", NetworkInterfaceId = "eni", InstanceId = "eni",
    })[route.key] or "unsupported"
end

--- The interface that a route names, also by the instance whose only interface it is (4.1).
function M.interface(model, route)
    if route.key == "NetworkInterfaceId" then return model.interfaces[route.target] end
    for eni in tables.each(model.interfaces) do
        if eni.instance == route.target then return eni end
    end
end

--- Is the gateway attached to the VPC (3.1, 3.2, 3.4)?
function M.attached(attachments, vpc_id)
    for _, attachment in ipairs(attachments or {}) do
        if attachment.VpcId == vpc_id and (attachment.State == "available" or attachment.State == "attached") then
            return true
        end
    end
    return false
end

local GONE = { stopped = true, ["shutting-down"] = true, terminated = true }

local function interface_works(model, eni)
    if eni.managed then return eni.status == "in-use" end
    if not eni.attached then return false end
    local instance = eni.instance and model.instances[eni.instance]
    return not (instance and instance.State and GONE[instance.State.Name])
end

-- 4.4, one row each: what the route's target is, and whether it is usable from the VPC.
local ROWS = {
    pcx = function(model, route)
        local peering = model.peerings[route.target]
        return peering, peering and peering.Status.Code == "active"
    end,
    igw = function(model, route, vpc_id)
        local gateway = model.internet_gateways[route.target]
        return gateway, gateway and M.attached(gateway.Attachments, vpc_id)
    end,
    eigw = function(model, route, vpc_id)
        local gateway = model.egress_only[route.target]
        return gateway, gateway and M.attached(gateway.Attachments, vpc_id)
    end,
    vgw = function(model, route, vpc_id)
        local gateway = model.vpn_gateways[route.target]
        return gateway, gateway and M.attached(gateway.VpcAttachments, vpc_id)
    end,
    vpce = function(model, route)
        local endpoint = model.endpoints[route.target]
        return endpoint, endpoint and is_available(endpoint)
    end,
    tgw = function(model, route, vpc_id)
        local gateway = model.transit_gateways[route.target]
        return gateway, gateway and transit.works(model, gateway, vpc_id)
    end,
    nat = function(model, route)
        local gateway = model.nats[route.target]
        return gateway, gateway and gateway.State == "available"
    end,
    eni = function(model, route)
        local eni = M.interface(model, route)
        return eni, eni and interface_works(model, eni)
    end,
}

--- The target of a selected route: its kind, the object, and nil or the code that stops the packet:
-- a blackhole, printed or found out, or a target that the data do not have (4.4).
function M.target(model, route, vpc_id)
    local kind = M.kind(route)
    if kind == "local" then return kind end
    if not ROWS[kind] then
        return kind, nil, route.state == "blackhole" and "BAD_STATE_ROUTE" or "UNSUPPORTED_COMPONENT"
    end
    local object, works = ROWS[kind](model, route, vpc_id)
    if not object then
        return kind, nil, route.state == "blackhole" and "BAD_STATE_ROUTE" or "UNKNOWN_DESTINATION"
    end
    if route.state == "blackhole" or not works then
        return kind, object, kind == "pcx" and not works and "PCX_NOT_ACTIVE" or "BAD_STATE_ROUTE"
    end
    return kind, object
end

return M
