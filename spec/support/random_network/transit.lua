-- Transit gateways of a random network: one or two that are peered, attachments of VPCs, of VPN
-- connections and Direct Connect, tables with static, listed and derived routes, and what lacks.

local M = {}

local function switch(net, percent) return net:chance(percent) and "enable" or "disable" end

-- The attachment in the list of all, with its association at one gateway.
local function list_attachment(net, id, gateway, kind, resource)
    local association
    if not net:mischance(6) then
        association = { TransitGatewayRouteTableId = net:pick(gateway.tables),
            State = net:mischance(3) and "disassociating" or "associated" }
        if net:mischance(2) then association.TransitGatewayRouteTableId = "tgw-rtb-gone" end
    end
    local state = net:mischance(6) and "modifying" or "available"
    net:add("TransitGatewayAttachments", { TransitGatewayAttachmentId = id, TransitGatewayId = gateway.id,
        ResourceType = kind, ResourceId = resource, State = state, Association = association })
    return state
end

-- A VPC attachment with a subnet in each zone or in some; rarely one of the two documents lacks.
local function attach(net, vpc, gateway, referencing)
    local id = "tgw-attach-" .. vpc.number
    local subnets, zones = {}, {}
    for _, subnet in ipairs(vpc.subnets) do
        if not zones[subnet.zone] and (#subnets == 0 or not net:mischance(50)) then
            zones[subnet.zone] = true
            subnets[#subnets + 1] = subnet.id
        end
    end
    if net:mischance(3) then subnets[#subnets + 1] = "subnet-gone" end
    local state = "available"
    if not net:mischance(3) then state = list_attachment(net, id, gateway, "vpc", vpc.id) end
    if not net:mischance(3) then
        net:add("TransitGatewayVpcAttachments", { TransitGatewayAttachmentId = id, TransitGatewayId = gateway.id,
            VpcId = vpc.id, State = state, SubnetIds = subnets,
            Options = { Ipv6Support = switch(net, 60), SecurityGroupReferencingSupport = switch(net, referencing),
                ApplianceModeSupport = switch(net, 50) } })
    end
    return { TransitGatewayAttachmentId = id, ResourceType = "vpc", ResourceId = vpc.id }
end

-- A VPN connection and Direct Connect behind a gateway, and a type that is not modelled.
local function attach_premises(net, gateway, targets)
    local function target(id, kind, resource)
        list_attachment(net, id, gateway, kind, resource)
        targets[#targets + 1] = { TransitGatewayAttachmentId = id, ResourceType = kind, ResourceId = resource }
    end
    if net:chance(35) then
        local id = "vpn-" .. gateway.id
        target("tgw-attach-v" .. gateway.id, "vpn", id)
        net.premises[#net.premises + 1] = "tgw-attach-v" .. gateway.id
        if not net:mischance(15) then
            local routes = {}
            for _, block in ipairs { "198.18.0.0/16", "198.18.5.0/24" } do
                if net:chance(60) then
                    routes[#routes + 1] = { DestinationCidrBlock = block,
                        State = net:mischance(20) and "pending" or "available" }
                end
            end
            net:add("VpnConnections", { VpnConnectionId = id, CustomerGatewayId = "cgw-1",
                TransitGatewayId = gateway.id, State = net:mischance(15) and "deleting" or "available", Routes = routes,
                VgwTelemetry = net:chance(60) and { { OutsideIpAddress = "192.0.2.1",
                    Status = net:mischance(25) and "DOWN" or "UP" } } or nil })
        end
    end
    if net:chance(35) then
        target("tgw-attach-x" .. gateway.id, "direct-connect-gateway", "dx-" .. gateway.id)
        net.premises[#net.premises + 1] = "tgw-attach-x" .. gateway.id
    end
    if net:mischance(15) then target("tgw-attach-c" .. gateway.id, "connect", "connect-1") end
end

-- Where the routes of a table lead: the blocks of the VPCs, what is on premises, everything.
local function destinations(net, gateway)
    local list = {}
    for _, each in ipairs(gateway.attached) do
        if not net:mischance(30) then
            list[#list + 1] = { each.vpc.block, each.target }
            list[#list + 1] = { each.vpc.block6, each.target }
        end
        if net:mischance(30) then list[#list + 1] = { net:pick(each.vpc.subnets).block, net:pick(gateway.targets) } end
    end
    for _, each in ipairs(gateway.beyond or {}) do
        if not net:mischance(20) then
            list[#list + 1] = { each.vpc.block, gateway.peering }
            list[#list + 1] = { each.vpc.block6, gateway.peering }
        end
    end
    for _, target in ipairs(gateway.targets) do
        if target.ResourceType ~= "vpc" and net:chance(60) then
            list[#list + 1] = { net:pick { "198.18.0.0/16", "10.1.0.0/16", "0.0.0.0/0", "2600::/12" }, target }
        end
    end
    if net:chance(30) then list[#list + 1] = { "0.0.0.0/0", net:pick(gateway.targets) } end
    if net:mischance(10) then
        list[#list + 1] = { "10.9.0.0/16", { TransitGatewayAttachmentId = "tgw-attach-gone", ResourceType = "vpc" } }
    end
    return list
end

-- Which attachments propagate to a table; their routes are derived unless some are listed.
local function add_propagations(net, id, gateway)
    local list = {}
    for _, target in ipairs(gateway.targets) do
        if target.ResourceType ~= "peering" and net:chance(60) then
            list[#list + 1] = { TransitGatewayAttachmentId = target.TransitGatewayAttachmentId,
                ResourceType = target.ResourceType, ResourceId = target.ResourceId,
                State = net:mischance(10) and "disabling" or "enabled" }
        end
    end
    net:add("TransitGatewayPropagations",
        { TransitGatewayRouteTableId = id, TransitGatewayRouteTablePropagations = list })
end

-- Static routes, propagated ones as listed, blackholes; one a destination. Sometimes nothing is listed.
local function add_table(net, id, gateway)
    local routes, seen = {}, {}
    for _, each in ipairs(destinations(net, gateway)) do
        local cidr, target = each[1], each[2]
        if cidr and not seen[cidr] then
            seen[cidr] = true
            local blackhole = net:mischance(8)
            local propagated = target.ResourceType ~= "peering" and net:chance(40)
            routes[#routes + 1] = { DestinationCidrBlock = cidr, Type = propagated and "propagated" or "static",
                State = blackhole and "blackhole" or "active",
                TransitGatewayAttachments = not blackhole and { target } or nil }
        end
    end
    if net:chance(10) and #gateway.targets > 1 and routes[1] and routes[1].TransitGatewayAttachments then
        table.insert(routes[1].TransitGatewayAttachments, net:pick(gateway.targets))
    end
    net:add("TransitGatewayRouteTables", { TransitGatewayRouteTableId = id, TransitGatewayId = gateway.id,
        State = "available" })
    if not net:mischance(4) then
        net:add("TransitGatewayStaticRoutes", { TransitGatewayRouteTableId = id, Routes = routes,
            AdditionalRoutesAvailable = net:mischance(3) or nil })
    end
    if net:chance(35) then add_propagations(net, id, gateway) end
    if net:chance(15) then
        net:add("TransitGatewayPrefixListReferences", { TransitGatewayRouteTableId = id,
            TransitGatewayPrefixListReferences = { { TransitGatewayRouteTableId = id,
                PrefixListId = net:pick(net.lists), State = "available", Blackhole = false,
                TransitGatewayAttachment = net:pick(gateway.targets) } } })
    end
end

local function add_gateway(net, number, region, referencing)
    local gateway = { id = "tgw-" .. number, tables = {}, attached = {}, targets = {}, region = region }
    for i = 1, 2 do gateway.tables[i] = ("tgw-rtb-%d%d"):format(number, i) end
    for _, vpc in ipairs(net.vpcs) do
        if vpc.region == region and not vpc.transit and net:chance(80) then
            vpc.transit = gateway.id
            local target = attach(net, vpc, gateway, referencing)
            table.insert(gateway.attached, { vpc = vpc, target = target })
            table.insert(gateway.targets, target)
        end
    end
    attach_premises(net, gateway, gateway.targets)
    if not net:mischance(3) then
        net:add("TransitGateways", { TransitGatewayId = gateway.id,
            State = net:mischance(4) and "deleting" or "available",
            Options = { SecurityGroupReferencingSupport = switch(net, referencing) } })
    end
    return gateway
end

-- Two gateways that are peered: each prints the attachment as its own.
local function peer(net, one, other)
    local id = "tgw-attach-p"
    for _, pair in ipairs { { one, other }, { other, one } } do
        if not net:mischance(4) then list_attachment(net, id, pair[1], "peering", pair[2].id) end
        pair[1].peering = { TransitGatewayAttachmentId = id, ResourceType = "peering", ResourceId = pair[2].id }
        pair[1].beyond = pair[2].attached
        if net:mischance(30) then table.insert(pair[1].targets, pair[1].peering) end
    end
    net:add("TransitGatewayPeeringAttachments", { TransitGatewayAttachmentId = id, State = "available",
        RequesterTgwInfo = { TransitGatewayId = one.id, OwnerId = "111111111111", Region = one.region },
        AccepterTgwInfo = { TransitGatewayId = other.id, OwnerId = "111111111111", Region = other.region } })
end

--- One transit gateway, or two that are peered, in some networks; `net.premises` are the attachments
-- to networks on premises.
function M.add(net)
    net.premises = {}
    if #net.vpcs < 2 or net:chance(50) then return end
    local referencing, gateways = net:pick { 0, 60, 100 }, {}
    gateways[1] = add_gateway(net, 1, net.vpcs[1].region, referencing)
    if net:chance(40) then
        gateways[2] = add_gateway(net, 2, net:pick(net.vpcs).region, referencing)
        peer(net, gateways[1], gateways[2])
    end
    for _, gateway in ipairs(gateways) do
        if #gateway.targets > 0 then
            for _, id in ipairs(gateway.tables) do add_table(net, id, gateway) end
        end
    end
end

return M
