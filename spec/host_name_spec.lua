-- The host names that AWS prints beside addresses (semantics 8.2), in models that calls have made.

local vpcpeer = require "vpcpeer"

local function launched(region, attributes)
    local net = vpcpeer.network { region = region }
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16" }
    if attributes then
        vpc:modify_attribute(attributes)
    end
    local subnet = vpc:create_subnet { cidr_block = "10.0.0.0/24" }
    local instance = subnet:run_instance { private_ip_address = "10.0.0.10", public_ip = "203.0.113.25" }
    return net, vpc, subnet, instance
end

local function interface_of(net)
    return net:describe("network-interfaces").NetworkInterfaces[1]
end

local function instance_of(net)
    return net:describe("instances").Reservations[1].Instances[1]
end

describe("host names in models that calls have made", function()
    it("a private name stands with the interface, its addresses and its instance", function()
        local net = launched("eu-west-1")
        local name = "ip-10-0-0-10.eu-west-1.compute.internal"
        assert.equal(name, interface_of(net).PrivateDnsName)
        assert.equal(name, interface_of(net).PrivateIpAddresses[1].PrivateDnsName)
        assert.equal(name, instance_of(net).PrivateDnsName)
        assert.equal("ip-10-0-0-10.ec2.internal", interface_of((launched("us-east-1"))).PrivateDnsName)
    end)

    it("a secondary address has its own", function()
        local net, _, subnet = launched("us-east-1")
        local second = subnet:create_network_interface { private_ip_address = "10.0.0.20" }
        second:assign_private_ip_addresses { private_ip_addresses = { "10.0.0.21" } }
        local shown = net:describe("network-interfaces", { ["network-interface-id"] = second.id })
        local addresses = shown.NetworkInterfaces[1].PrivateIpAddresses
        assert.equal("ip-10-0-0-20.ec2.internal", addresses[1].PrivateDnsName)
        assert.equal("ip-10-0-0-21.ec2.internal", addresses[2].PrivateDnsName)
    end)

    it("a public name exists while both attributes of the VPC are true", function()
        local name = "ec2-203-0-113-25.compute-1.amazonaws.com"
        local net, vpc, _, instance = launched("us-east-1")
        assert.is_nil(interface_of(net).Association.PublicDnsName)
        assert.is_nil(instance.public_dns_name)
        vpc:modify_attribute { enable_dns_hostnames = true }
        assert.equal(name, interface_of(net).Association.PublicDnsName)
        assert.equal(name, interface_of(net).PrivateIpAddresses[1].Association.PublicDnsName)
        assert.equal(name, instance_of(net).PublicDnsName)
        vpc:modify_attribute { enable_dns_support = false }
        assert.is_nil(interface_of(net).Association.PublicDnsName)
        assert.is_nil(instance_of(net).PublicDnsName)
    end)

    it("is what the Amazon DNS server answers for", function()
        local net, vpc, _, instance = launched("eu-west-1", { enable_dns_hostnames = true })
        assert.equal("ec2-203-0-113-25.eu-west-1.compute.amazonaws.com", instance.public_dns_name)
        assert.equal("10.0.0.10", (net:resolve(instance.public_dns_name, { from = vpc })))
        assert.equal("10.0.0.10", (net:resolve(instance.private_dns_name, { from = vpc })))
    end)

    it("follows an Elastic IP and goes with it", function()
        local net, vpc, _, instance = launched("us-east-1", { enable_dns_hostnames = true })
        local gateway = net:create_internet_gateway()
        vpc:attach_internet_gateway { internet_gateway_id = gateway }
        local address = net:allocate_address { public_ip = "198.51.100.7" }
        address:associate { instance_id = instance }
        assert.equal("ec2-198-51-100-7.compute-1.amazonaws.com", instance.public_dns_name)
        address:disassociate()
        assert.is_nil(instance.public_dns_name)
        assert.is_nil(interface_of(net).Association)
    end)

    it("is printed again as it was loaded", function()
        local net = launched("us-east-1", { enable_dns_hostnames = true })
        local text = net:describe_json()
        assert.equal(text, vpcpeer.load_json(text):describe_json())
    end)
end)
