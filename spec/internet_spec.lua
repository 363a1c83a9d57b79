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
end)
