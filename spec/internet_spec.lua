-- Questions from the internet: its own address, the gateway and the destination each left open.

local vpcpeer = require "vpcpeer"

-- A VPC with an internet gateway and an instance with an Elastic IP address, open on tcp 443.
local function network()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "172.16.0.0/16" }
    local gateway = net:create_internet_gateway { internet_gateway_id = "igw-a" }
    vpc:attach_internet_gateway { internet_gateway_id = gateway }
    vpc.main_route_table:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = gateway }
    local group = vpc:create_security_group { group_id = "sg-web", group_name = "web", description = "web" }
    group:authorize_ingress { ip_protocol = "tcp", from_port = 443, to_port = 443, cidr_ip = "0.0.0.0/0" }
    local subnet = vpc:create_subnet { subnet_id = "subnet-a", cidr_block = "172.16.0.0/24" }
    subnet:run_instance {
        instance_id = "i-web", private_ip_address = "172.16.0.10", security_group_ids = { group },
        tags = { Name = "web" },
    }
    local address = net:allocate_address {}
    address:associate { instance_id = "i-web" }
    return net, address
end

describe("a question from the internet", function()
    local net, address

    before_each(function()
        net, address = network()
    end)

    it("reaches an instance by its public address, whichever gateway leads there", function()
        for _, to in ipairs { address.public_ip, address } do
            local trace = assert(net:trace { from = "internet", to = to, port = 443 })
            assert.is_true(trace.reachable, tostring(trace))
            assert.same({ "igw-a" }, trace.via)
            assert.equal("172.16.0.10", trace.path[#trace.path].header.destination_address)
        end
    end)

    it("finds which address of the internet the group of a public address admits", function()
        local group = net:get("sg-web")
        group:revoke_ingress { ip_protocol = "tcp", from_port = 443, to_port = 443, cidr_ip = "0.0.0.0/0" }
        assert.is_false(net:reachable("internet", address.public_ip, "tcp", 443))
        group:authorize_ingress { ip_protocol = "tcp", from_port = 443, to_port = 443, cidr_ip = "198.51.100.0/24" }
        local trace = assert(net:trace { from = "internet", to = address.public_ip, port = 443 })
        assert.is_true(trace.reachable, tostring(trace))
        assert.equal("198.51.100.0", trace.from.address)
    end)

    it("does not reach an instance by its private address", function()
        local trace = assert(net:trace { from = "internet", to = "172.16.0.10", port = 443 })
        assert.is_false(trace.reachable)
        assert.equal("IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS", trace.explanations[1].code)
    end)

    it("says whose private address was asked for, and what to ask instead", function()
        local holder = net:get("i-web").network_interfaces[1].id
        for _, from in ipairs { "internet", "internet@igw-a=198.51.100.7" } do
            local trace = assert(net:trace { from = from, to = "172.16.0.10", port = 443 })
            local reason = trace.explanations[1]
            assert.same({ cause = "private_address", interface = holder }, reason.detail)
            assert.equal("172.16.0.10 is a private address of " .. holder .. " (web), which the internet cannot reach: "
                .. "ask for " .. holder .. " (web) instead", reason.message)
        end
        local trace = assert(net:trace { from = "internet", to = "10.9.9.9", port = 443 })
        assert.equal("10.9.9.9 is a private address, which the internet cannot reach: ask for a public address",
            trace.explanations[1].message)
        trace = assert(net:trace { from = "internet", to = "198.51.100.99", port = 443 })
        assert.is_nil(trace.explanations[1].detail.cause)
    end)
end)

describe("a question to the internet", function()
    local function loaded(permissions)
        return assert(vpcpeer.load_tables {
            Vpcs = { { VpcId = "vpc-1", CidrBlock = "10.0.0.0/16" } },
            Subnets = { { SubnetId = "subnet-1", VpcId = "vpc-1", CidrBlock = "10.0.0.0/24" } },
            SecurityGroups = { { GroupId = "sg-1", VpcId = "vpc-1", IpPermissionsEgress = permissions } },
            NetworkInterfaces = { {
                NetworkInterfaceId = "eni-1", VpcId = "vpc-1", SubnetId = "subnet-1", PrivateIpAddress = "10.0.0.5",
                Groups = { { GroupId = "sg-1" } },
            } },
        })
    end

    it("is answered with no where the groups have no rule, though the route table is not in the data", function()
        local trace = assert(loaded({}):trace { from = "eni-1", to = "internet" })
        assert.is_false(trace.reachable)
        assert.equal("SG_HAS_NO_RULES", trace.explanations[1].code)
        assert.equal("UNKNOWN_RESOURCE", trace.explanations[2].code)
        assert.is_false((loaded({}):reachable("eni-1", "internet")))
    end)

    it("is left open where the groups have a rule", function()
        local net = loaded { { IpProtocol = "-1", IpRanges = { { CidrIp = "0.0.0.0/0" } } } }
        local trace = assert(net:trace { from = "eni-1", to = "internet" })
        assert.is_nil(trace.reachable)
        assert.same({ "UNKNOWN_RESOURCE" }, { trace.explanations[1].code, trace.explanations[2] })
    end)
end)
