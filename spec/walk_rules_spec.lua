-- Rules of the walk that random networks showed to be broken once: each in the smallest network.

local peered = require "support.peered"
local vpcpeer = require "vpcpeer"

local function all_open(vpc, name)
    local group = vpc:create_security_group { group_name = name, description = name }
    group:authorize_ingress { ip_protocol = "-1", cidr_ip = "0.0.0.0/0" }
    return group
end

-- A VPC with a gateway to the internet and two subnets: host a in one, host b and box in the other.
local function model()
    local net = vpcpeer.network()
    local m = { net = net, vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" } }
    m.igw = net:create_internet_gateway { internet_gateway_id = "igw-a" }
    m.vpc:attach_internet_gateway { internet_gateway_id = m.igw }
    m.near = m.vpc:create_subnet { subnet_id = "subnet-a", cidr_block = "10.0.0.0/24" }
    m.far = m.vpc:create_subnet { subnet_id = "subnet-b", cidr_block = "10.0.1.0/24" }
    local group = all_open(m.vpc, "open")
    local function host(subnet, name, address)
        return subnet:run_instance {
            instance_id = "i-" .. name, private_ip_address = address, security_group_ids = { group },
        }
    end
    m.a, m.b = host(m.near, "a", "10.0.0.10"), host(m.far, "b", "10.0.1.10")
    m.box = host(m.far, "box", "10.0.1.20")
    m.box_interface = m.box.network_interfaces[1]
    m.box_interface:modify_attribute { source_dest_check = false }
    m.routes = m.vpc:create_route_table()
    m.routes:associate { subnet_id = m.near }
    return m
end

-- Lets nothing out of the far subnet but answers to the near one.
local function close_far(m)
    local acl = m.vpc:create_network_acl()
    acl:create_entry { rule_number = 100, egress = false, protocol = "-1", rule_action = "allow",
        cidr_block = "0.0.0.0/0" }
    acl:create_entry { rule_number = 100, egress = true, protocol = "-1", rule_action = "allow",
        cidr_block = "10.0.0.0/24" }
    acl:associate { subnet_id = m.far }
end

-- The model as documents, loaded again after a change.
local function reloaded(m, change)
    local document = {}
    for _, kind in ipairs { "vpcs", "subnets", "route-tables", "network-interfaces", "instances", "security-groups",
        "network-acls", "internet-gateways", "vpn-gateways", "nat-gateways" } do
        for key, list in pairs(m.net:describe(kind)) do document[key] = list end
    end
    change(document)
    return assert(vpcpeer.load_tables(document))
end

-- Lets web's group out to itself alone, and puts lone into it, in a subnet of the same VPC.
local function refer_to_own_group(documents)
    local group = documents.Reservations[1].Instances[1].SecurityGroups
    local egress = { { IpProtocol = "-1", UserIdGroupPairs = { group[1] } } }
    for _, record in ipairs(documents.SecurityGroups) do
        if record.GroupId == group[1].GroupId then record.IpPermissionsEgress = egress end
    end
    local lone = documents.Reservations[1].Instances[3]
    lone.VpcId, lone.SubnetId, lone.PrivateIpAddress = "vpc-a", "subnet-d", "172.16.9.9"
    lone.SecurityGroups, lone.NetworkInterfaces = group, nil
    documents.Subnets[4] = { SubnetId = "subnet-d", VpcId = "vpc-a", CidrBlock = "172.16.9.0/24" }
end

local function each_route(document, change)
    for _, record in ipairs(document.RouteTables) do
        for _, route in ipairs(record.Routes) do change(route) end
    end
end

-- The model with a Gateway Load Balancer endpoint in the far subnet, to which all routes to interfaces lead.
local function with_endpoint(m)
    return reloaded(m, function(document)
        document.VpcEndpoints = { { VpcEndpointId = "vpce-g", VpcEndpointType = "GatewayLoadBalancer",
            VpcId = "vpc-a", State = "available", SubnetIds = { "subnet-b" } } }
        each_route(document, function(route)
            if route.NetworkInterfaceId then
                route.NetworkInterfaceId, route.InstanceId, route.InstanceOwnerId = nil, nil, nil
                route.GatewayId = "vpce-g"
            end
        end)
    end)
end

local function verdict(net, from, to)
    local trace = assert(net:trace { from = from, to = to })
    return trace.verdict .. " " .. (trace.explanations[1] and trace.explanations[1].code or "-")
end

describe("the walk", function()
    it("sends from an appliance to a neighbour without ACL and look-up (4.6, 7.2)", function()
        local m = model()
        close_far(m)
        m.routes:create_route { destination_cidr_block = "10.0.1.0/24", network_interface_id = m.box_interface }
        m.vpc.main_route_table:create_route {
            destination_cidr_block = "10.0.1.0/24", network_interface_id = m.box_interface,
        }
        assert.equal("reachable -", verdict(m.net, m.a, m.b))
    end)

    it("has no ACL between a NAT gateway and a host of its subnet, in both directions (D17)", function()
        local m = model()
        close_far(m)
        local nat = m.far:create_nat_gateway { connectivity_type = "private", private_ip_address = "10.0.1.50" }
        m.routes:create_route { destination_cidr_block = "10.0.1.0/24", nat_gateway_id = nat }
        assert.equal("reachable -", verdict(m.net, m.a, m.b))
    end)

    it("redirects all of a subnet but the appliance itself (9.5, D32)", function()
        local m = model()
        for _, host in ipairs { m.b, m.box } do
            m.net:allocate_address({}):associate { instance_id = host }
        end
        m.vpc.main_route_table:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = m.igw }
        local edge = m.vpc:create_route_table()
        edge:associate { gateway_id = m.igw }
        assert.equal("reachable -", verdict(m.net, m.b, "198.51.100.7"))
        edge:create_route { destination_cidr_block = "10.0.1.0/24", network_interface_id = m.box_interface }
        assert.equal("not-reachable INGRESS_RTB_TRAFFIC_REDIRECTION", verdict(m.net, m.b, "198.51.100.7"))
        assert.equal("reachable -", verdict(m.net, m.box, "198.51.100.7"))
    end)

    it("drops what a gateway's own table sends into a blackhole or the unknown (4.4, D28, D30)", function()
        local m = model()
        m.net:allocate_address({}):associate { instance_id = m.b }
        m.vpc.main_route_table:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = m.igw }
        local edge = m.vpc:create_route_table()
        edge:associate { gateway_id = m.igw }
        edge:create_route { destination_cidr_block = "10.0.1.0/24", network_interface_id = m.b.network_interfaces[1] }
        assert.equal("reachable -", verdict(m.net, "internet@igw-a=198.51.100.7", m.b))
        local function changed(change)
            local net = reloaded(m, function(document)
                each_route(document, function(route)
                    if route.NetworkInterfaceId then change(route) end
                end)
            end)
            return verdict(net, "internet@igw-a=198.51.100.7", "i-b")
        end
        assert.equal("not-reachable BAD_STATE_ROUTE", changed(function(route) route.State = "blackhole" end))
        assert.equal("unknown UNKNOWN_DESTINATION", changed(function(route)
            route.NetworkInterfaceId, route.InstanceId, route.InstanceOwnerId = "eni-gone", nil, nil
        end))
    end)

    it("never finds a named interface on the internet by the address of its VPC (1.2, F12)", function()
        local m = model()
        local other = m.net:create_vpc { cidr_block = "11.0.0.0/16" }:create_subnet { cidr_block = "11.0.0.0/24" }
        local far = other:run_instance { private_ip_address = "11.0.0.10" }
        m.net:allocate_address({}):associate { instance_id = m.a }
        m.routes:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = m.igw }
        assert.equal("reachable -", verdict(m.net, m.a, "11.0.0.10"))
        assert.equal("not-reachable NO_PATH", verdict(m.net, m.a, far))
    end)

    it("does not know the way back through what is not modelled (D24)", function()
        local net = peered.network(function(documents)
            documents.RouteTables[2].Routes[2] = {
                DestinationCidrBlock = "172.16.0.0/16", CoreNetworkArn = "arn:aws:networkmanager::1:core-network/c",
                Origin = "CreateRoute", State = "active",
            }
        end)
        assert.same({ nil, "UNSUPPORTED_COMPONENT" }, { net:reachable("web", "db", "tcp", 5432) })
    end)

    it("knows that no peering connection leads back to the internet (R5)", function()
        local m = model()
        m.net:allocate_address({}):associate { instance_id = m.b }
        m.vpc.main_route_table:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = m.igw }
        local net = reloaded(m, function(document)
            each_route(document, function(route)
                if route.GatewayId == "igw-a" then route.GatewayId, route.VpcPeeringConnectionId = nil, "pcx-gone" end
            end)
        end)
        assert.equal("not-reachable RETURN_ROUTE_WRONG_TARGET", verdict(net, "internet@igw-a=198.51.100.7", "i-b"))
    end)

    it("takes a NAT gateway whose interface is not described for one of its VPC (3.4)", function()
        local m = model()
        local vgw = m.net:create_vpn_gateway { vpn_gateway_id = "vgw-a" }
        m.vpc:attach_vpn_gateway { vpn_gateway_id = vgw }
        local nat = m.far:create_nat_gateway { connectivity_type = "private", private_ip_address = "10.0.1.50" }
        m.routes:create_route { destination_cidr_block = "192.168.0.0/16", nat_gateway_id = nat }
        m.vpc.main_route_table:create_route { destination_cidr_block = "192.168.0.0/16", gateway_id = vgw }
        local net = reloaded(m, function(document) document.NetworkInterfaces = nil end)
        assert.equal("reachable -", verdict(net, "i-a", "192.168.9.1"))
    end)

    it("lets a rule that names a group hold where no route table is known (6.2)", function()
        local net = peered.network(function(documents)
            refer_to_own_group(documents)
            table.remove(documents.RouteTables, 1)
        end)
        assert.same({ nil, "UNKNOWN_RESOURCE" }, { net:reachable("web", "172.16.9.9", "tcp", 22) })
    end)

    it("asks the workload behind an appliance about Block Public Access (3.1.8)", function()
        local open = { { IpProtocol = "-1", Ipv6Ranges = { { CidrIpv6 = "::/0" } } } }
        local function documents(mode)
            local function subnet(letter, n, states)
                return { SubnetId = "subnet-" .. letter, VpcId = "vpc-a", CidrBlock = ("10.0.%d.0/24"):format(n),
                    BlockPublicAccessStates = states }
            end
            local function host(letter, n, check)
                return { NetworkInterfaceId = "eni-" .. letter, VpcId = "vpc-a", SubnetId = "subnet-" .. letter,
                    InterfaceType = "interface", Status = "in-use", SourceDestCheck = check,
                    PrivateIpAddress = ("10.0.%d.10"):format(n), Groups = { { GroupId = "sg-a" } },
                    Ipv6Addresses = { { Ipv6Address = ("2600:1f00:0:%d::10"):format(n) } } }
            end
            local function routes(letter, key, id)
                return { RouteTableId = "rtb-" .. letter, VpcId = "vpc-a",
                    Associations = { { SubnetId = "subnet-" .. letter } },
                    Routes = { { DestinationIpv6CidrBlock = "::/0", [key] = id, State = "active" } } }
            end
            return {
                Vpcs = { { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16", Ipv6CidrBlockAssociationSet = {
                    { Ipv6CidrBlock = "2600:1f00::/56" } } } },
                Subnets = { subnet("a", 0, { InternetGatewayBlockMode = mode }), subnet("b", 1) },
                NetworkInterfaces = { host("a", 0, true), host("b", 1, false) },
                SecurityGroups = { { GroupId = "sg-a", VpcId = "vpc-a", IpPermissions = open,
                    IpPermissionsEgress = open } },
                EgressOnlyInternetGateways = { { EgressOnlyInternetGatewayId = "eigw-a",
                    Attachments = { { VpcId = "vpc-a", State = "attached" } } } },
                RouteTables = { routes("a", "NetworkInterfaceId", "eni-b"),
                    routes("b", "EgressOnlyInternetGatewayId", "eigw-a") },
            }
        end
        local question = { from = "eni-a", to = "2600::1", icmp = { type = 1, code = 4 }, family = 6 }
        assert.is_true(assert(vpcpeer.load_tables(documents "off")):trace(question).reachable)
        local blocked = assert(vpcpeer.load_tables(documents "block-bidirectional"))
        assert.equal("VPC_BLOCK_PUBLIC_ACCESS_ENABLED", blocked:trace(question).explanations[1].code)
        local rows = blocked:find { from = "eni-a", to = "internet" }
        assert.same({}, rows)
    end)

    it("holds nothing against a reference where what is behind a route is not modelled (6.2, D24)", function()
        local net = peered.network(function(documents)
            refer_to_own_group(documents)
            table.insert(documents.RouteTables[1].Routes, { DestinationCidrBlock = "172.16.9.0/24",
                LocalGatewayId = "lgw-1", State = "active" })
        end)
        assert.same({ nil, "UNSUPPORTED_COMPONENT" }, { net:reachable("web", "172.16.9.9", "tcp", 22) })
    end)

    it("asks any protocol for any port unless one is given (9.1)", function()
        local net = assert(vpcpeer.load "examples/dump")
        assert.is_true(net:reachable("web", "db", "-1"))
        assert.is_true(net:trace({ from = "web", to = "db", protocol = "-1" }).reachable)
        assert.is_false(net:reachable("web", "db", "-1", 443))
        assert.is_false(net:reachable("web", "db", "tcp"))
    end)

    it("sends from a Gateway Load Balancer endpoint to a neighbour without ACL and look-up (4.6, 7.2)", function()
        local m = model()
        close_far(m)
        m.routes:create_route { destination_cidr_block = "10.0.1.0/24", network_interface_id = m.box_interface }
        local net = with_endpoint(m)
        assert.equal("reachable -", verdict(net, "i-a", "i-b"))
    end)

    it("lets every interface of the VPC use its gateway endpoint, whatever its address (3.5)", function()
        local m = model()
        local net = reloaded(m, function(document)
            document.PrefixLists = { { PrefixListId = "pl-s3", Cidrs = { "52.216.0.0/15" } } }
            document.VpcEndpoints = { { VpcEndpointId = "vpce-s3", VpcEndpointType = "Gateway", VpcId = "vpc-a",
                ServiceName = "com.amazonaws.us-east-1.s3", State = "available" } }
            each_route(document, function(route)
                route.GatewayId, route.DestinationCidrBlock, route.DestinationPrefixListId = "vpce-s3", nil, "pl-s3"
            end)
            document.Vpcs[1].CidrBlock = "10.9.0.0/16"
            document.Vpcs[1].CidrBlockAssociationSet = nil
        end)
        assert.equal("reachable -", verdict(net, "i-a", "52.216.8.8"))
    end)

    it("finds no service on an interface whose endpoint is not available (3.5)", function()
        local m = model()
        local function named(state, to)
            return verdict(reloaded(m, function(document)
                for _, record in ipairs(document.NetworkInterfaces) do
                    if record.PrivateIpAddress == "10.0.1.10" then
                        record.InterfaceType, record.Attachment.InstanceId = "vpc_endpoint", nil
                        document.VpcEndpoints = { { VpcEndpointId = "vpce-i", VpcEndpointType = "Interface",
                            VpcId = "vpc-a", State = state, NetworkInterfaceIds = { record.NetworkInterfaceId } } }
                    end
                end
                document.Reservations = {}
            end), m.a.network_interfaces[1].id, to)
        end
        local eni = m.b.network_interfaces[1].id
        assert.equal("reachable -", named("available", eni))
        assert.equal("not-reachable BAD_STATE", named("deleting", eni))
        assert.equal("not-reachable BAD_STATE", named("deleting", "10.0.1.10"))
    end)

    it("redirects the hosts beside a Gateway Load Balancer endpoint too (9.5, D32)", function()
        local m = model()
        m.net:allocate_address({}):associate { instance_id = m.b }
        m.vpc.main_route_table:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = m.igw }
        local edge = m.vpc:create_route_table()
        edge:associate { gateway_id = m.igw }
        edge:create_route { destination_cidr_block = "10.0.1.0/24", network_interface_id = m.box_interface }
        local net = with_endpoint(m)
        assert.equal("not-reachable INGRESS_RTB_TRAFFIC_REDIRECTION", verdict(net, "i-b", "198.51.100.7"))
    end)

    it("takes any public address of an appliance (4.7)", function()
        local m = model()
        m.net:allocate_address({}):associate { instance_id = m.b }
        m.box_interface:assign_private_ip_addresses { private_ip_addresses = { "10.0.1.21" } }
        m.vpc.main_route_table:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = m.igw }
        local edge = m.vpc:create_route_table()
        edge:associate { gateway_id = m.igw }
        edge:create_route { destination_cidr_block = "10.0.1.0/24", network_interface_id = m.box_interface }
        local function first()
            local trace = m.net:trace { from = "internet@igw-a=198.51.100.7", to = m.b, bidirectional = false }
            return trace.explanations[1] and trace.explanations[1].code
        end
        assert.equal("INGRESS_RTB_NO_PUBLIC_IP", first())
        m.net:allocate_address({}):associate {
            network_interface_id = m.box_interface, private_ip_address = "10.0.1.21",
        }
        assert.is_nil(first())
    end)
end)
