-- Endpoints of a random VPC: gateway, interface, Gateway Load Balancer.

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
    if net:chance(10) then
        local kind = net:pick { "network_load_balancer", "lambda" }
        add_interface(net, vpc, net:pick(vpc.subnets), "eni-lb-" .. vpc.number, kind, 212,
            { { GroupId = net:pick(vpc.groups) } })
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

return M
