-- Endpoints of a random VPC (gateway, interface, Gateway Load Balancer) and transit gateways.

local M = {}

local function add_interface(net, vpc, subnet, id, kind, host_part, groups)
    net:add("NetworkInterfaces", {
        NetworkInterfaceId = id, VpcId = vpc.id, SubnetId = subnet.id, OwnerId = vpc.account, Status = "in-use",
        InterfaceType = kind, RequesterManaged = true, SourceDestCheck = false, Groups = groups,
        PrivateIpAddress = subnet.base .. host_part,
        PrivateIpAddresses = { { PrivateIpAddress = subnet.base .. host_part, Primary = true } },
        Attachment = { AttachmentId = "eni-attach-" .. id, DeviceIndex = 1, Status = "attached" },
    })
end

local function state(net) return net:mischance(10) and "deleting" or net:pick { "available", "Available" } end

--- The endpoints of a VPC: `vpc.gateway_endpoint` and `vpc.balancer` are targets for its routes.
function M.add(net, vpc)
    if net:chance(20) then
        vpc.gateway_endpoint = "vpce-s" .. vpc.number
        net:add("VpcEndpoints", { VpcEndpointId = vpc.gateway_endpoint, VpcEndpointType = "Gateway", VpcId = vpc.id,
            ServiceName = "com.amazonaws.us-east-1.s3", State = state(net) })
    end
    if net:chance(20) then
        local subnet, id = net:pick(vpc.subnets), "vpce-i" .. vpc.number
        local groups = { { GroupId = net:pick(vpc.groups) } }
        add_interface(net, vpc, subnet, "eni-" .. id, "vpc_endpoint", 210, groups)
        net:add("VpcEndpoints", { VpcEndpointId = id, VpcEndpointType = "Interface", VpcId = vpc.id,
            ServiceName = "com.amazonaws.us-east-1.sqs", State = state(net), SubnetIds = { subnet.id },
            NetworkInterfaceIds = { "eni-" .. id }, Groups = groups })
    end
    if net:chance(20) then
        local subnet = net:pick(vpc.subnets)
        vpc.balancer = "vpce-g" .. vpc.number
        add_interface(net, vpc, subnet, "eni-" .. vpc.balancer, "gateway_load_balancer_endpoint", 211, {})
        net:add("VpcEndpoints", { VpcEndpointId = vpc.balancer, VpcEndpointType = "GatewayLoadBalancer",
            VpcId = vpc.id, ServiceName = "com.amazonaws.vpce.us-east-1.vpce-svc-1", State = state(net),
            SubnetIds = { subnet.id }, NetworkInterfaceIds = { "eni-" .. vpc.balancer } })
    end
end

local function switch(net, percent) return net:chance(percent) and "enable" or "disable" end

local function attach(net, vpc, referencing)
    local id = "tgw-attach-" .. vpc.number
    local subnets, zones = {}, {}
    for _, subnet in ipairs(vpc.subnets) do
        if not zones[subnet.zone] and (#subnets == 0 or not net:mischance(50)) then
            zones[subnet.zone] = true
            subnets[#subnets + 1] = subnet.id
        end
    end
    local there = net:mischance(8) and "modifying" or "available"
    local association
    if not net:mischance(6) then
        association = { TransitGatewayRouteTableId = "tgw-rtb-" .. net:pick { 1, 1, 2 }, State = "associated" }
    end
    net:add("TransitGatewayAttachments", { TransitGatewayAttachmentId = id, TransitGatewayId = "tgw-1",
        ResourceType = "vpc", ResourceId = vpc.id, State = there, Association = association })
    net:add("TransitGatewayVpcAttachments", { TransitGatewayAttachmentId = id, TransitGatewayId = "tgw-1",
        VpcId = vpc.id, State = there, SubnetIds = subnets,
        Options = { Ipv6Support = switch(net, 60), SecurityGroupReferencingSupport = switch(net, referencing),
            ApplianceModeSupport = switch(net, 50) } })
    return { TransitGatewayAttachmentId = id, ResourceType = "vpc", ResourceId = vpc.id }
end

-- Static routes, propagated ones as listed, blackholes; one a destination.
local function add_table(net, number, attached)
    local routes, seen = {}, {}
    local function add(cidr, target, kind)
        if not cidr or seen[cidr] then return end
        seen[cidr] = true
        local blackhole = net:mischance(8)
        routes[#routes + 1] = { DestinationCidrBlock = cidr, Type = kind, State = blackhole and "blackhole" or "active",
            TransitGatewayAttachments = not blackhole and { target } or nil }
    end
    for _, each in ipairs(attached) do
        local kind = net:pick { "static", "propagated" }
        if not net:mischance(30) then
            add(each.vpc.block, each.target, kind)
            add(each.vpc.block6, each.target, kind)
        end
        if net:mischance(30) then add(net:pick(each.vpc.subnets).block, net:pick(attached).target, "static") end
    end
    if net:chance(30) then add("0.0.0.0/0", net:pick(attached).target, "static") end
    local id = "tgw-rtb-" .. number
    net:add("TransitGatewayRouteTables", { TransitGatewayRouteTableId = id, TransitGatewayId = "tgw-1",
        State = "available" })
    net:add("TransitGatewayStaticRoutes", { TransitGatewayRouteTableId = id, Routes = routes })
end

--- One transit gateway between VPCs of one Region, in some networks.
function M.add_transit(net)
    if #net.vpcs < 2 or net:chance(55) then return end
    local region, referencing = net.vpcs[1].region, net:pick { 0, 60, 100 }
    local attached = {}
    for _, vpc in ipairs(net.vpcs) do
        if vpc.region == region and net:chance(80) then
            vpc.transit = "tgw-1"
            attached[#attached + 1] = { vpc = vpc, target = attach(net, vpc, referencing) }
        end
    end
    if #attached == 0 then return end
    net:add("TransitGateways", { TransitGatewayId = "tgw-1", State = "available",
        Options = { SecurityGroupReferencingSupport = switch(net, referencing) } })
    for number = 1, 2 do add_table(net, number, attached) end
end

return M
