-- Route tables of a random VPC: what works, what nearly works, and what leads astray.

local M = {}

--- A block that means something in this network: of a VPC, a part of it, a subnet, or one host.
function M.any_block(net, family)
    local vpc = net:pick(net.vpcs)
    local kind = net.random:below(6)
    local subnet, host = net:pick(vpc.subnets), net:pick(net.hosts)
    if family == 6 then
        if kind == 0 then return (host.address6 or "2600:1f01:0:0::10") .. "/128" end
        if kind == 1 then return "2600::/12" end
        return kind < 4 and subnet.block6 or vpc.block6 or "2600:1f01::/32"
    end
    if kind == 0 then return host.address .. "/32" end
    if kind == 1 then return vpc.prefix .. ".0.0/17" end
    if kind == 2 then return subnet.base .. "0/28" end
    if kind == 3 then return net:pick { "10.0.0.0/8", "203.0.113.0/28", "203.0.113.2/32", "198.18.0.0/16" } end
    return kind == 4 and subnet.block or vpc.block
end

local function appliance(net, vpc)
    local list = {}
    for _, subnet in ipairs(vpc.subnets) do
        for _, host in ipairs(subnet.hosts) do
            if host.forwards or net:mischance(15) then list[#list + 1] = host end
        end
    end
    return #list > 0 and net:pick(list) or nil
end

-- Where the traffic of a subnet with a NAT gateway or an appliance goes, unless it goes round in
-- circles: out.
local function way_out(net, vpc, family)
    if family == 6 and vpc.eigw and net:chance(50) then return "EgressOnlyInternetGatewayId", vpc.eigw end
    if vpc.vgw and (not vpc.igw or net:chance(25)) then return "GatewayId", vpc.vgw end
    if vpc.igw then return "GatewayId", vpc.igw end
end

-- A target of the VPC other than a peering connection: key and id, or nothing.
local function other_target(net, vpc, family, faces_out)
    if faces_out and not net:mischance(25) then return way_out(net, vpc, family) end
    local kind = net.random:below(12)
    if kind < 3 and vpc.igw then return "GatewayId", vpc.igw end
    if kind < 5 and family == 6 and vpc.eigw then return "EgressOnlyInternetGatewayId", vpc.eigw end
    if kind < 6 and vpc.vgw then return "GatewayId", vpc.vgw end
    if kind < 9 and vpc.nats[1] then return "NatGatewayId", net:pick(vpc.nats) end
    if kind == 9 and net:chance(20) then return "NatGatewayId", "nat-gone" end
    if kind == 10 and net:chance(20) then return "LocalGatewayId", "lgw-1" end
    if net:mischance(1) then return "GatewayId", net:pick { "igw-gone", "vgw-gone", "vpce-gone" } end
    if net:mischance(1) then return "TransitGatewayId", "tgw-gone" end
    if (kind == 11 or net:chance(15)) and vpc.transit then return "TransitGatewayId", vpc.transit end
    if kind > 8 and vpc.balancer and net:chance(40) then return "GatewayId", vpc.balancer end
    local host = appliance(net, vpc)
    if not host then return nil end
    if net:chance(25) and not host.has_second then return "InstanceId", host.instance end
    return "NetworkInterfaceId", host.id
end

-- Adds a route unless one for the same destination is there; a tie in one class is not written.
local function add_route(net, routes, destination, key, id, extra)
    if not key or not destination or routes[destination] then return end
    local field = "DestinationCidrBlock"
    if destination:match "^pl%-" then
        field = "DestinationPrefixListId"
    elseif destination:find(":", 1, true) then
        field = "DestinationIpv6CidrBlock"
    end
    local route = { [field] = destination, [key] = id, Origin = "CreateRoute", State = "active" }
    if net:mischance(5) then route.State = net:pick { "blackhole", "blackhole", "filtered" } end
    for name, value in pairs(extra or {}) do route[name] = value end
    routes[destination] = true
    routes[#routes + 1] = route
end

-- Routes over the VPC's peering connections: the whole peer, parts, and sometimes another VPC.
local function add_peering_routes(net, vpc, routes)
    for _, peering in ipairs(net.peerings) do
        local peer = peering.a == vpc and peering.b or peering.b == vpc and peering.a
        if peer then
            if not net:mischance(25) then
                add_route(net, routes, net:mischance(40) and net:pick(peer.subnets).block or peer.block,
                    "VpcPeeringConnectionId", peering.id)
            end
            if peer.block6 and not net:mischance(30) then
                add_route(net, routes, peer.block6, "VpcPeeringConnectionId", peering.id)
            end
            if net:mischance(35) then
                add_route(net, routes, M.any_block(net, net:pick { 4, 6 }), "VpcPeeringConnectionId", peering.id)
            end
        elseif net:mischance(4) then
            add_route(net, routes, M.any_block(net, 4), "VpcPeeringConnectionId",
                net:chance(50) and peering.id or "pcx-gone")
        end
    end
end

local function add_other_routes(net, vpc, routes, faces_out)
    if not net:mischance(25) then
        add_route(net, routes, "0.0.0.0/0", other_target(net, vpc, 4, faces_out))
    end
    if not net:mischance(35) then
        add_route(net, routes, "::/0", other_target(net, vpc, 6, faces_out))
    end
    for _ = 1, net:pick { 0, 0, 0, net:mischance(80) and 2 or 1 } do
        local family = net:pick { 4, 4, 6 }
        add_route(net, routes, M.any_block(net, family), other_target(net, vpc, family, faces_out))
    end
    if net:chance(15) then
        local key, id = other_target(net, vpc, 4)
        add_route(net, routes, net:pick(net.lists), key, id)
        if net:chance(30) then add_route(net, routes, net:pick(net.lists), other_target(net, vpc, 4)) end
    end
    if net:chance(6) then
        local key, id = other_target(net, vpc, 4)
        add_route(net, routes, M.any_block(net, 4), key, id, { Origin = "Advertisement" })
    end
    if vpc.vgw and net:chance(50) then
        local extra = { Origin = "EnableVgwRoutePropagation" }
        add_route(net, routes, net:pick { "198.18.0.0/16", "10.1.0.0/16", "0.0.0.0/0" }, "GatewayId", vpc.vgw, extra)
        add_route(net, routes, M.any_block(net, 4), "GatewayId", vpc.vgw, extra)
    end
    local other = net:pick(vpc.subnets)
    local host = net:mischance(35) and appliance(net, vpc)
    if host then
        add_route(net, routes, net:chance(70) and other.block or other.block6, "NetworkInterfaceId", host.id)
    end
    if vpc.nats[1] and net:chance(5) then add_route(net, routes, other.block, "NatGatewayId", net:pick(vpc.nats)) end
end

local function add_table(net, vpc, name, associations, own_id)
    local id = own_id or ("rtb-%d%s"):format(vpc.number, name)
    local routes = {}
    for _, association in ipairs(associations) do
        association.RouteTableId = id
        association.AssociationState = { State = "associated" }
    end
    net:add("RouteTables", {
        RouteTableId = id, VpcId = vpc.id, OwnerId = vpc.account, Associations = associations, Routes = routes,
    })
    local all = { vpc.block }
    if vpc.second then all[2] = "100.64.0.0/16" end
    all[#all + 1] = vpc.block6
    for _, block in ipairs(all) do
        add_route(net, routes, block, "GatewayId", "local", { Origin = "CreateRouteTable", State = "active" })
    end
    return routes
end

-- The gateway endpoint, and the other VPCs of the transit gateway.
local function add_service_routes(net, vpc, routes)
    if vpc.gateway_endpoint and not net:mischance(40) then
        add_route(net, routes, "pl-s3", "GatewayId", vpc.gateway_endpoint)
    end
    for _, other in ipairs(net.vpcs) do
        if vpc.transit and other.transit and other ~= vpc and not net:mischance(25) then
            add_route(net, routes, net:chance(80) and other.block or net:pick(other.subnets).block, "TransitGatewayId",
                vpc.transit)
            add_route(net, routes, other.block6, "TransitGatewayId", vpc.transit)
        end
    end
    if vpc.transit and net:chance(50) then
        local block = net:pick { "198.18.0.0/16", "10.1.0.0/16", "10.0.0.0/8" }
        add_route(net, routes, block, "TransitGatewayId", vpc.transit)
        if net:chance(40) then add_route(net, routes, "2600::/12", "TransitGatewayId", vpc.transit) end
    end
    local other = net:pick(vpc.subnets)
    if vpc.balancer and net:mischance(35) then
        add_route(net, routes, net:chance(70) and other.block or other.block6, "GatewayId", vpc.balancer)
    end
end

-- A table of the gateway (edge association): whole subnets to an appliance, or nothing special.
local function add_gateway_table(net, vpc, gateway, name)
    local routes = add_table(net, vpc, name, { { RouteTableAssociationId = "rtbassoc-" .. gateway,
        GatewayId = gateway } })
    for _, subnet in ipairs(vpc.subnets) do
        local host = net:chance(40) and appliance(net, vpc)
        if host then
            local id = net:mischance(5) and "eni-gone" or host.id
            add_route(net, routes, subnet.block, "NetworkInterfaceId", id)
            if net:chance(60) then add_route(net, routes, subnet.block6, "NetworkInterfaceId", host.id) end
        elseif vpc.balancer and net:chance(40) then
            add_route(net, routes, subnet.block, "GatewayId", vpc.balancer)
        end
    end
end

local function strip(routes)
    for key in pairs(routes) do
        if type(key) == "string" then routes[key] = nil end
    end
end

--- The main table, tables of single subnets, and sometimes those of the gateways.
function M.add(net, vpc)
    local function fill(routes, faces_out)
        if net:chance(50) then add_service_routes(net, vpc, routes) end
        add_peering_routes(net, vpc, routes)
        add_service_routes(net, vpc, routes)
        add_other_routes(net, vpc, routes, faces_out)
    end
    if not net:mischance(6) then
        fill(add_table(net, vpc, "m", { { RouteTableAssociationId = "rtbassoc-" .. vpc.number, Main = true } }))
    end
    for i, subnet in ipairs(vpc.subnets) do
        if subnet.faces_out and not net:mischance(40) or net:chance(40) then
            fill(add_table(net, vpc, tostring(i), { { RouteTableAssociationId = "rtbassoc-" .. subnet.id,
                SubnetId = subnet.id } }), subnet.faces_out)
        end
    end
    for _, id in ipairs(vpc.regional) do
        if not net:mischance(5) then fill(add_table(net, vpc, "", {}, "rtb-" .. id), true) end
    end
    if vpc.igw and net:chance(20) then add_gateway_table(net, vpc, vpc.igw, "i") end
    if vpc.vgw and net:chance(20) then add_gateway_table(net, vpc, vpc.vgw, "v") end
    for _, record in ipairs(net.documents.RouteTables or {}) do strip(record.Routes) end
end

return M
