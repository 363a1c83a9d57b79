-- Interfaces, instances, public addresses, gateways and prefix lists through the strict calls
-- (semantics 2, 3.1, 8.1).

local vpcpeer = require "vpcpeer"
local refused = require "spec.support.refused"

local function build()
  local net = vpcpeer.network()
  local vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16",
    ipv6_cidr_block = "2001:db8:1234:1a00::/56" }
  local subnet = vpc:create_subnet {
    subnet_id = "subnet-a", cidr_block = "10.0.0.0/28", ipv6_cidr_block = "2001:db8:1234:1a00::/64",
  }
  return net, vpc, subnet
end

local function with_gateway(net, vpc)
  local igw = net:create_internet_gateway { internet_gateway_id = "igw-a" }
  vpc:attach_internet_gateway { internet_gateway_id = igw }
  return igw
end

describe("run_instance", function()
  it("makes an instance with one interface", function()
    local net, vpc, subnet = build()
    local group = vpc:create_security_group { group_id = "sg-a", group_name = "a" }
    local web = subnet:run_instance {
      private_ip_address = "10.0.0.10", security_group_ids = { group, "sg-a" }, instance_id = "i-1", nat = true,
      network_interface_id = "eni-1", source_dest_check = false, public_ip = "198.51.100.7",
      ipv6_addresses = { { ipv6_address = "2001:db8:1234:1a00::99" } }, tags = { Name = "web" },
    }
    assert.equal(web, net:get "web")
    assert.same({ "running", "10.0.0.10", "198.51.100.7", "2001:db8:1234:1a00::99", "ip-10-0-0-10.ec2.internal",
      "vpc-a",
      "subnet-a", false, "true" }, { web.state.name, web.private_ip_address, web.public_ip_address, web.ipv6_address,
      web.private_dns_name, web.vpc_id, web.subnet_id, web.source_dest_check, web.tags["vpcpeer:nat"] })
    assert.same({ { group_id = "sg-a", group_name = "a" } }, web.security_groups)
    local eni = net:get "eni-1"
    assert.same({ "in-use", "i-1", 0, "attached" }, { eni.status, eni.attachment.instance_id,
      eni.attachment.device_index,
      eni.attachment.status })
    assert.equal("amazon", eni.association.ip_owner_id)
  end)

  it("makes an instance with several interfaces, by device index", function()
    local net, vpc, subnet = build()
    local group = vpc:create_security_group { group_id = "sg-a", group_name = "a" }
    local other = vpc:create_subnet { subnet_id = "subnet-b", cidr_block = "10.0.1.0/24" }
    local kept = other:create_network_interface { network_interface_id = "eni-2", private_ip_address = "10.0.1.20" }
    local both = subnet:run_instance {
      instance_id = "i-1",
      network_interfaces = {
        { device_index = 2, network_interface_id = kept },
        { device_index = 1, subnet_id = other, network_interface_id = "eni-1", ipv4_prefix_count = 1 },
        { device_index = 0, private_ip_address = "10.0.0.10", groups = { group }, description = "front" },
      },
    }
    local list = {}
    for i, eni in ipairs(both.network_interfaces) do
      list[i] = ("%d %s %s"):format(eni.attachment.device_index, eni.subnet_id, eni.private_ip_address)
    end
    assert.same({ "0 subnet-a 10.0.0.10", "1 subnet-b 10.0.1.4", "2 subnet-b 10.0.1.20" }, list)
    assert.same({ "10.0.0.10", "subnet-a", "sg-a" },
      { both.private_ip_address, both.subnet_id, both.security_groups[1].group_id })
    assert.equal("front", both.network_interfaces[1].description)
    assert.equal("i-1", net:get("eni-1").attachment.instance_id)
    assert.equal("i-1", kept.attachment.instance_id)
  end)

  it("makes the one interface of a list as it makes one without", function()
    local net, vpc, subnet = build()
    with_gateway(net, vpc)
    subnet:modify_attribute { map_public_ip_on_launch = true }
    assert.is_string(subnet:run_instance({ network_interfaces = { { device_index = 0 } } }).public_ip_address)
    assert.is_nil(subnet:run_instance({
      network_interfaces = { { device_index = 0, associate_public_ip_address = false } },
    }).public_ip_address)
    -- AWS lends an address to an instance with one interface only.
    assert.is_nil(subnet:run_instance({
      network_interfaces = { { device_index = 0 }, { device_index = 1 } },
    }).public_ip_address)
  end)

  it("refuses lists of interfaces that do not fit together", function()
    local net, vpc, subnet = build()
    local far = vpc:create_subnet { cidr_block = "10.0.2.0/24", availability_zone = "us-east-1b" }
    local first = { device_index = 0 }
    for _, case in ipairs {
      { "MissingParameter", { {} } },
      { "InvalidParameterValue", { first, { device_index = -1 } } },
      { "InvalidParameterValue", { { device_index = 1 } } },
      { "InvalidParameterCombination", { first, { device_index = 0 } } },
      { "InvalidParameterCombination", { { device_index = 0, subnet_id = far } } },
      { "InvalidParameterCombination", { first, { device_index = 1, subnet_id = far } } },
      { "InvalidParameterCombination", { first, { device_index = 1, associate_public_ip_address = true } } },
      { "InvalidSubnetID.NotFound", { first, { device_index = 1, subnet_id = "subnet-9" } } },
      { "InvalidIPAddress.InUse", { { device_index = 0, private_ip_address = "10.0.0.10" },
        { device_index = 1, private_ip_address = "10.0.0.10" } } },
    } do
      refused(net, case[1], subnet, "run_instance", { network_interfaces = case[2] })
    end
    for key, value in pairs {
      private_ip_address = "10.0.0.9", security_group_ids = { "sg-1" }, associate_public_ip_address = true,
      network_interface_id = "eni-9", ipv6_address_count = 1, secondary_private_ip_address_count = 1,
    } do
      refused(net, "InvalidParameterCombination", subnet, "run_instance",
        { network_interfaces = { first }, [key] = value })
    end
  end)

  it("refuses to say anew what an interface that exists has", function()
    local net, vpc, subnet = build()
    local group = vpc:create_security_group { group_name = "a" }
    local kept = subnet:create_network_interface { network_interface_id = "eni-2" }
    local first = { device_index = 0 }
    for key, value in pairs {
      private_ip_address = "10.0.0.9", groups = { group }, ipv6_address_count = 1, description = "x",
      source_dest_check = false, delete_on_termination = true, associate_public_ip_address = true,
    } do
      local item = { device_index = 1, network_interface_id = kept, [key] = value }
      refused(net, "InvalidParameterCombination", subnet, "run_instance", { network_interfaces = { first, item } })
    end
    for key, value in pairs {
      private_ip_address = "10.0.0.9", security_group_ids = { group }, public_ip = "198.51.100.7",
    } do
      refused(net, "InvalidParameterCombination", subnet, "run_instance",
        { network_interface_id = kept, [key] = value })
    end
    local both = subnet:run_instance {
      network_interfaces = { first, { device_index = 1, network_interface_id = kept, delete_on_termination = false } },
    }
    assert.equal(kept, both.network_interfaces[2])
  end)

  it("takes the lowest free addresses and the default group", function()
    local net, _, subnet = build()
    local held = {}
    for i = 1, 11 do
      local instance = subnet:run_instance { ipv6_address_count = 1 }
      held[i] = instance.private_ip_address
      assert.equal("default", instance.security_groups[1].group_name)
      assert.equal(("2001:db8:1234:1a00::%x"):format(3 + i), instance.ipv6_address)
    end
    assert.equal("10.0.0.4", held[1])
    assert.equal("10.0.0.14", held[11])
    refused(net, "InsufficientFreeAddressesInSubnet", subnet, "run_instance", {})
  end)

  it("refuses what does not lie in the subnet, or has no address to be public", function()
    local net, vpc, subnet = build()
    local other = vpc:create_subnet { cidr_block = "10.0.1.0/24" }
    local kept = other:create_network_interface()
    assert.matches("is not in the subnet subnet%-a",
      refused(net, "InvalidParameterCombination", subnet, "run_instance", { network_interface_id = kept }))
    local native = vpc:create_subnet { ipv6_cidr_block = "2001:db8:1234:1a01::/64", ipv6_native = true }
    refused(net, "InvalidParameterCombination", native, "run_instance", { associate_public_ip_address = true })
    refused(net, "InvalidParameterValue", native, "create_nat_gateway", { connectivity_type = "private" })
    assert.is_nil(native:run_instance().public_ip_address)
  end)

  it("attaches to what runs or is stopped, at an index that there is", function()
    local net, _, subnet = build()
    local web, free = subnet:run_instance(), subnet:create_network_interface()
    refused(net, "InvalidParameterValue", free, "attach", { instance_id = web, device_index = -1 })
    refused(net, "MissingParameter", free, "attach", { instance_id = web })
    web:terminate()
    refused(net, "IncorrectState", free, "attach", { instance_id = web, device_index = 1 })
    local stopped = subnet:run_instance():stop()
    free:attach { instance_id = stopped, device_index = 1 }
    assert.equal("in-use", free.status)
  end)

  it("keeps given addresses out of the way of generated ones", function()
    local net, _, subnet = build()
    local eni = subnet:create_network_interface {
      private_ip_addresses = { { private_ip_address = "10.0.0.4" }, { private_ip_address = "10.0.0.5" } },
      secondary_private_ip_address_count = 1,
    }
    local list = {}
    for i, item in ipairs(eni.private_ip_addresses) do
      list[i] = item.private_ip_address .. (item.primary and "*" or "")
    end
    assert.same({ "10.0.0.6*", "10.0.0.4", "10.0.0.5", "10.0.0.7" }, list)
    assert.equal("10.0.0.6", eni.private_ip_address)
    refused(net, "InvalidParameterCombination", subnet, "create_network_interface", {
      private_ip_address = "10.0.0.8", private_ip_addresses = { { private_ip_address = "10.0.0.9", primary = true } },
    })
  end)

  it("refuses addresses that cannot be had", function()
    local net, vpc, subnet = build()
    subnet:run_instance { private_ip_address = "10.0.0.10", ipv6_address = "2001:db8:1234:1a00::10" }
    for _, case in ipairs {
      { "InvalidParameterValue", "10.0.1.10" }, { "InvalidParameterValue", "10.0.0.0" },
      { "InvalidParameterValue", "10.0.0.3" }, { "InvalidParameterValue", "10.0.0.15" },
      { "InvalidIPAddress.InUse", "10.0.0.10" },
    } do
      refused(net, case[1], subnet, "run_instance", { private_ip_address = case[2] })
    end
    for _, case in ipairs {
      { "InvalidParameterValue", "2001:db8:1234:1a01::10" }, { "InvalidParameterValue", "2001:db8:1234:1a00::3" },
      { "InvalidParameterValue", "2001:db8:1234:1a00:ffff:ffff:ffff:ffff" }, { "InvalidIPAddress.InUse",
        "2001:db8:1234:1a00::10" },
    } do
      refused(net, case[1], subnet, "run_instance", { ipv6_address = case[2] })
    end
    local plain = vpc:create_subnet { cidr_block = "10.0.1.0/24" }
    refused(net, "InvalidParameterValue", plain, "run_instance", { ipv6_address_count = 1 })
    refused(net, "InvalidParameterValue", plain, "run_instance", { private_ip_address = "10.0.1.300" })
    refused(net, "InvalidGroup.NotFound", plain, "run_instance", { security_group_ids = { "sg-9" } })
    local foreign = net:create_vpc({ cidr_block = "10.0.0.0/16" }):create_security_group { group_name = "x" }
    assert.matches("and subnet subnet%-a belong to different networks%.",
      refused(net, "InvalidParameter", subnet, "run_instance", { security_group_ids = { foreign } }))
  end)

  it("gives an interface 256 addresses of a family at most", function()
    local net, vpc, subnet = build()
    local wide = vpc:create_subnet { cidr_block = "10.0.16.0/20" }
    refused(net, "PrivateIpAddressLimitExceeded", wide, "run_instance", { secondary_private_ip_address_count = 256 })
    refused(net, "PrivateIpAddressLimitExceeded", subnet, "run_instance", { ipv6_address_count = 2147483647 })
    refused(net, "InvalidParameterValue", subnet, "run_instance", { ipv6_address_count = -1 })
    local eni = wide:create_network_interface { secondary_private_ip_address_count = 255 }
    assert.equal(256, #eni.private_ip_addresses)
    refused(net, "PrivateIpAddressLimitExceeded", eni, "assign_private_ip_addresses",
      { private_ip_addresses = { "10.0.31.9" } })
    refused(net, "InvalidParameterValue", eni, "assign_private_ip_addresses",
      { secondary_private_ip_address_count = -1 })
  end)

  it("gives public addresses where the subnet or the launch says so", function()
    local net, _, subnet = build()
    assert.is_nil(subnet:run_instance().public_ip_address)
    assert.equal("54.144.0.1", subnet:run_instance({ associate_public_ip_address = true }).public_ip_address)
    subnet:modify_attribute { map_public_ip_on_launch = true }
    local web = subnet:run_instance()
    assert.equal("54.144.0.2", web.public_ip_address)
    assert.is_nil(subnet:run_instance({ associate_public_ip_address = false }).public_ip_address)
    refused(net, "InvalidIPAddress.InUse", subnet, "run_instance", { public_ip = "54.144.0.2" })
    web:stop()
    assert.is_nil(web.public_ip_address)
    assert.equal("stopped", web:stop().state.name)
    web:start()
    assert.equal("54.144.0.3", web.public_ip_address) -- a new one
    local events = #net:events()
    assert.equal("running", web:start().state.name) -- as it was: nothing happens
    assert.equal(events, #net:events())
    web:terminate()
    assert.equal("terminated", web:terminate().state.name)
    refused(net, "IncorrectInstanceState", web, "start")
    refused(net, "IncorrectInstanceState", web, "stop")
  end)
end)

-- EC2 API Reference, "InstanceNetworkInterfaceSpecification", DeleteOnTermination
describe("delete_on_termination", function()
  local function flags(instance)
    local list = {}
    for i, eni in ipairs(instance.network_interfaces) do
      list[i] = tostring(eni.attachment.delete_on_termination)
    end
    return table.concat(list, " ")
  end

  it("is true for what a launch makes, false for what was there", function()
    local net, _, subnet = build()
    local there, later = subnet:create_network_interface {}, subnet:create_network_interface {}
    local both = subnet:run_instance {
      network_interfaces = {
        { device_index = 0, private_ip_address = "10.0.0.10" }, { device_index = 1 },
        { device_index = 2, network_interface_id = there }, { device_index = 3, delete_on_termination = false },
      },
    }
    later:attach { instance_id = both, device_index = 4 }
    assert.equal("true true false false false", flags(both))
    assert.equal("true", flags(subnet:run_instance()))
    assert.equal("false", flags(subnet:run_instance { network_interface_id = subnet:create_network_interface {} }))
    assert.matches('"DeleteOnTermination": ?true', net:describe_json "instances")
    assert.matches('"DeleteOnTermination": ?false', net:describe_json "network-interfaces")
  end)

  it("says what stays when the instance is terminated", function()
    local net, vpc, subnet = build()
    with_gateway(net, vpc)
    local front = subnet:create_network_interface { network_interface_id = "eni-front" }
    local eip = net:allocate_address()
    local both = subnet:run_instance {
      network_interfaces = {
        { device_index = 0, network_interface_id = front },
        { device_index = 1, network_interface_id = "eni-back" },
      },
    }
    eip:associate { network_interface_id = front }
    local table_of = vpc.main_route_table
    table_of:create_route { destination_cidr_block = "192.168.0.0/16", network_interface_id = front }
    both:terminate()
    assert.is_nil(net:get "eni-back")
    assert.same({ "available", "10.0.0.4" }, { front.status, front.private_ip_address })
    assert.is_nil(front.attachment.instance_id)
    assert.equal("eni-front", eip.network_interface_id) -- an Elastic IP stays with its interface
    assert.is_nil(eip.instance_id)
    local states = {}
    for i, route in ipairs(table_of.routes) do
      states[i] = tostring(route.network_interface_id) .. " " .. route.state
    end
    assert.same({ "nil active", "nil active", "eni-front blackhole" }, states)
    front:delete()
  end)

  it("gives back an address that Amazon lent to what stays", function()
    local net, vpc, subnet = build()
    with_gateway(net, vpc)
    local web = subnet:run_instance {
      network_interfaces = { { device_index = 0, delete_on_termination = false, associate_public_ip_address = true } },
    }
    local eni = web.network_interfaces[1]
    assert.is_string(web.public_ip_address)
    web:terminate()
    assert.is_nil(eni.association.public_ip)
    assert.equal("available", eni.status)
  end)

  it("is changed by the attachment", function()
    local net, _, subnet = build()
    local web = subnet:run_instance()
    local eni, free = web.network_interfaces[1], subnet:create_network_interface {}
    local id = eni.attachment.attachment_id
    refused(net, "InvalidAttachmentID.NotFound", eni, "modify_attribute",
      { attachment = { attachment_id = "eni-attach-9", delete_on_termination = false } })
    refused(net, "InvalidAttachmentID.NotFound", free, "modify_attribute",
      { attachment = { attachment_id = id, delete_on_termination = false } })
    refused(net, "MissingParameter", eni, "modify_attribute", { attachment = { delete_on_termination = false } })
    refused(net, "MissingParameter", eni, "modify_attribute", { attachment = { attachment_id = id } })
    eni:modify_attribute { attachment = { attachment_id = id, delete_on_termination = false } }
    assert.equal("false", flags(web))
    web:terminate()
    assert.equal("available", eni.status)
  end)

  it("is what the data say of a loaded instance, else true for its first interface alone", function()
    local function interface(id, index, flag)
      return { NetworkInterfaceId = id, VpcId = "vpc-a", SubnetId = "subnet-a", Status = "in-use",
        Attachment = { AttachmentId = "eni-attach-" .. id, InstanceId = "i-1", DeviceIndex = index, Status = "attached",
          DeleteOnTermination = flag } }
    end
    local net = assert(vpcpeer.load_tables {
      Vpcs = { { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16", OwnerId = "111111111111" } },
      Subnets = { { SubnetId = "subnet-a", VpcId = "vpc-a", CidrBlock = "10.0.0.0/24" } },
      Reservations = { { Instances = { { InstanceId = "i-1", VpcId = "vpc-a", State = { Name = "running" } } } } },
      NetworkInterfaces = { interface("eni-0", 0), interface("eni-1", 1), interface("eni-2", 2, true),
        interface("eni-3", 3, false) },
    })
    net:get("i-1"):terminate()
    assert.same({ false, true, false, true }, { net:get "eni-0" ~= nil, net:get "eni-1" ~= nil, net:get "eni-2" ~= nil,
      net:get "eni-3" ~= nil })
  end)
end)

describe("a secondary address", function()
  it("moves to another interface of the subnet if that is allowed, with its Elastic IP", function()
    local net, vpc, subnet = build()
    with_gateway(net, vpc)
    local old = subnet:run_instance { instance_id = "i-old", private_ip_addresses = {
      { private_ip_address = "10.0.0.4", primary = true }, { private_ip_address = "10.0.0.9" },
    } }.network_interfaces[1]
    local new = subnet:create_network_interface { private_ip_address = "10.0.0.5" }
    local eip = net:allocate_address { public_ip = "203.0.113.9" }
    eip:associate { network_interface_id = old, private_ip_address = "10.0.0.9" }
    local wanted = { private_ip_addresses = { "10.0.0.9" } }
    refused(net, "InvalidIPAddress.InUse", new, "assign_private_ip_addresses", wanted)
    wanted.allow_reassignment = true
    new:assign_private_ip_addresses(wanted)
    assert.same({ 1, 2, "10.0.0.9" },
      { #old.private_ip_addresses, #new.private_ip_addresses, new.private_ip_addresses[2].private_ip_address })
    assert.same({ new.id, "10.0.0.9" }, { eip.network_interface_id, eip.private_ip_address })
    assert.equal("203.0.113.9", new.private_ip_addresses[2].association.public_ip)
    -- a primary address stays, whatever is allowed; what is there already is in use
    refused(net, "InvalidIPAddress.InUse", new, "assign_private_ip_addresses",
      { private_ip_addresses = { "10.0.0.4" }, allow_reassignment = true })
    refused(net, "InvalidIPAddress.InUse", new, "assign_private_ip_addresses", wanted)
    local far = vpc:create_subnet({ cidr_block = "10.0.1.0/28" }):create_network_interface()
    refused(net, "InvalidParameterValue", far, "assign_private_ip_addresses", wanted)
  end)
end)

describe("an address that Amazon lends", function()
  it("comes back as another one, where the launch or the subnet says so", function()
    local net, _, subnet = build()
    local first = subnet:run_instance { associate_public_ip_address = true }
    local named = subnet:run_instance { public_ip = "203.0.113.10" }
    local none = subnet:run_instance()
    local function restarted(instance)
      instance:stop()
      return instance:start().public_ip_address
    end
    assert.same({ "54.144.0.2", "54.144.0.3" }, { restarted(first), restarted(named) })
    assert.is_nil(restarted(none))
    -- the launch counts, not what the subnet says later; a copy goes on counting
    subnet:modify_attribute { map_public_ip_on_launch = true }
    local closed = subnet:run_instance { associate_public_ip_address = false }
    assert.is_nil(restarted(closed))
    assert.equal("54.144.0.4", restarted(first))
    assert.equal("54.144.0.5", restarted(net:clone():get(first.id)))
    assert.equal("54.144.0.5", restarted(first))
    -- a call that is refused has lent nothing
    refused(net, "InvalidParameterValue", net, "allocate_address", { allocation_id = "eip-1" })
    assert.equal("54.144.0.6", net:allocate_address().public_ip)
    assert.equal("54.144.0.6", tostring(first:stop() and net:addresses()().public_ip))
    -- loaded data do not tell the launch: the subnet does
    local loaded = assert(vpcpeer.load_json(net:describe_json()))
    assert.equal("54.144.0.7", restarted(loaded:get(named.id)))
  end)

  it("is public, as an Elastic IP is", function()
    local net, _, subnet = build()
    for _, address in ipairs {
      "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "127.0.0.1", "169.254.1.1", "0.0.0.1", "224.0.0.1",
      "255.255.255.255", "2001:db8::1",
    } do
      refused(net, "InvalidParameterValue", net, "allocate_address", { public_ip = address })
      refused(net, "InvalidParameterValue", net, "allocate_address", { address = address })
      refused(net, "InvalidParameterValue", subnet, "run_instance", { public_ip = address })
    end
    assert.equal("172.32.0.1", net:allocate_address({ address = "172.32.0.1" }).public_ip)
  end)
end)

describe("network interface", function()
  it("is attached, detached and deleted", function()
    local net, vpc, subnet = build()
    local web = subnet:run_instance { instance_id = "i-1", network_interface_id = "eni-0" }
    local eni = subnet:create_network_interface { network_interface_id = "eni-1", private_ip_address = "10.0.0.9" }
    assert.equal("available", eni.status)
    refused(net, "MissingParameter", eni, "attach", { instance_id = web })
    refused(net, "InvalidParameterValue", eni, "attach", { instance_id = web, device_index = 0 })
    refused(net, "InvalidInstanceID.NotFound", eni, "attach", { instance_id = "i-9", device_index = 1 })
    assert.matches("^eni%-attach%-", eni:attach { instance_id = web, device_index = 1 })
    refused(net, "InvalidNetworkInterface.InUse", eni, "attach", { instance_id = web, device_index = 2 })
    refused(net, "InvalidParameterValue", eni, "delete")
    refused(net, "InvalidInstanceID", web, "modify_attribute", { source_dest_check = false })
    refused(net, "OperationNotPermitted", net:get "eni-0", "detach")
    eni:detach()
    refused(net, "InvalidAttachmentID.NotFound", eni, "detach")
    local far = vpc:create_subnet { cidr_block = "10.0.1.0/24", availability_zone = "us-east-1b" }
    refused(net, "InvalidParameterCombination", far:create_network_interface(), "attach", { instance_id = web,
      device_index = 1 })
    local second = subnet:run_instance { network_interface_id = eni }
    assert.equal("10.0.0.9", second.private_ip_address)
    refused(net, "InvalidNetworkInterface.InUse", subnet, "run_instance", { network_interface_id = eni })
    second:terminate()
    assert.equal("available", eni.status) -- it was there before the instance
    eni:delete()
    assert.is_nil(net:get "eni-1")
  end)

  it("takes and loses addresses and attributes, and its instance shows it", function()
    local net, vpc, subnet = build()
    local web = subnet:run_instance { network_interface_id = "eni-1" }
    local eni = net:get "eni-1"
    eni:assign_private_ip_addresses { private_ip_addresses = { "10.0.0.9" }, secondary_private_ip_address_count = 1 }
    eni:assign_ipv6_addresses { ipv6_addresses = { "2001:db8:1234:1a00::aa" }, ipv6_address_count = 1 }
    assert.equal(3, #eni.private_ip_addresses)
    assert.equal("2001:db8:1234:1a00::aa", web.ipv6_address)
    refused(net, "InvalidParameterValue", eni, "unassign_private_ip_addresses", { private_ip_addresses =
      { "10.0.0.4" } })
    eni:unassign_private_ip_addresses { private_ip_addresses = { "10.0.0.9" } }
    eni:unassign_ipv6_addresses { ipv6_addresses = { "2001:db8:1234:1a00::aa" } }
    assert.equal("2001:db8:1234:1a00::4", web.ipv6_address)
    refused(net, "InvalidParameterValue", eni, "unassign_ipv6_addresses", { ipv6_addresses =
      { "2001:db8:1234:1a00::aa" } })
    refused(net, "MissingParameter", eni, "assign_ipv6_addresses", {})
    local group = vpc:create_security_group { group_name = "a" }
    eni:modify_attribute { groups = { group }, source_dest_check = false, description = "nat" }
    assert.same({ "a", false, "nat" }, { web.security_groups[1].group_name, web.source_dest_check, eni.description })
    refused(net, "MissingParameter", eni, "modify_attribute", {})
  end)
end)

describe("Elastic IP address", function()
  it("belongs to one private address at a time", function()
    local net, vpc, subnet = build()
    local web = subnet:run_instance { instance_id = "i-1", network_interface_id = "eni-1" }
    local db = subnet:run_instance { instance_id = "i-2" }
    local eip = net:allocate_address { public_ip = "203.0.113.25", allocation_id = "eipalloc-1" }
    refused(net, "InvalidIPAddress.InUse", net, "allocate_address", { public_ip = "203.0.113.25" })
    assert.matches("is not attached to any internet gateway",
      refused(net, "Gateway.NotAttached", eip, "associate", { instance_id = web }))
    with_gateway(net, vpc)
    refused(net, "MissingParameter", eip, "associate", {})
    refused(net, "InvalidParameterCombination", eip, "associate", { instance_id = web,
      network_interface_id = "eni-1" })
    refused(net, "InvalidParameterValue", eip, "associate", { instance_id = web, private_ip_address = "10.0.0.13" })
    local id = eip:associate { instance_id = web }
    assert.same({ "203.0.113.25", "203.0.113.25", id, "eni-1", "i-1", "10.0.0.4" }, { web.public_ip_address,
      net:get("eni-1").association.public_ip, eip.association_id, eip.network_interface_id, eip.instance_id,
      eip.private_ip_address })
    assert.matches("resource eipalloc%-1 is already associated with associate%-id " .. id:gsub("%p", "%%%0"),
      refused(net, "Resource.AlreadyAssociated", eip, "associate", { instance_id = db }))
    refused(net, "Resource.AlreadyAssociated", net:allocate_address(), "associate", { instance_id = web })
    eip:associate { instance_id = db, allow_reassociation = true }
    assert.is_nil(web.public_ip_address)
    assert.equal("203.0.113.25", db.public_ip_address)
    db:stop()
    assert.equal("203.0.113.25", db.public_ip_address)
    refused(net, "InvalidIPAddress.InUse", eip, "delete")
    db:terminate()
    assert.is_nil(eip.network_interface_id)
    refused(net, "InvalidAssociationID.NotFound", eip, "disassociate")
    eip:delete()
    assert.is_nil(net:get "eipalloc-1")
  end)

  it("wants the interface of an instance that has several", function()
    local net, vpc, subnet = build()
    with_gateway(net, vpc)
    local web = subnet:run_instance { network_interfaces = { { device_index = 0 }, { device_index = 1 } } }
    local eip = net:allocate_address()
    assert.matches("There are multiple interfaces attached to instance",
      refused(net, "InvalidInstanceID", eip, "associate", { instance_id = web }))
    eip:associate { network_interface_id = web.network_interfaces[2] }
    assert.equal(eip.public_ip, web.network_interfaces[2].association.public_ip)
  end)

  it("is none that the data show anywhere, given or counted", function()
    local function shown(number)
      return "54.144.0." .. number
    end
    local net = assert(vpcpeer.load_tables {
      Vpcs = { { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16" } },
      Addresses = { { AllocationId = "eipalloc-1", PublicIp = shown(1) } },
      NetworkInterfaces = {
        { NetworkInterfaceId = "eni-1", VpcId = "vpc-a", Association = { PublicIp = shown(2) } },
        { NetworkInterfaceId = "eni-2", VpcId = "vpc-a", PrivateIpAddresses = {
          { PrivateIpAddress = "10.0.0.5", Primary = true, Association = { PublicIp = shown(3) } },
          { PrivateIpAddress = "10.0.0.6", Primary = false, Association = { PublicIp = shown(4) } } } },
      },
      NatGateways = { { NatGatewayId = "nat-1", VpcId = "vpc-a", State = "available", NatGatewayAddresses = {
        { PublicIp = shown(5) }, { PublicIp = shown(6) } } } },
    })
    for number = 1, 6 do
      refused(net, "InvalidIPAddress.InUse", net, "allocate_address", { public_ip = shown(number) })
    end
    assert.equal(shown(7), net:allocate_address().public_ip) -- behind the highest
  end)
end)

describe("internet gateway", function()
  it("is one of five of its account and Region when quotas are on", function()
    local net = vpcpeer.network { quotas = true }
    for _ = 1, 5 do
      net:create_internet_gateway()
    end
    refused(net, "InternetGatewayLimitExceeded", net, "create_internet_gateway")
    net:as("111111111111", "eu-west-1"):create_internet_gateway()
    net:as("222222222222"):create_internet_gateway()
  end)

  it("has one VPC, and a VPC one gateway", function()
    local net, vpc, subnet = build()
    local igw, other = with_gateway(net, vpc), net:create_internet_gateway()
    assert.equal("available", igw.attachments[1].state)
    refused(net, "Resource.AlreadyAssociated", net:create_vpc { cidr_block = "10.0.0.0/16" },
      "attach_internet_gateway",
      { internet_gateway_id = igw })
    assert.matches("Network vpc%-a already has an internet gateway attached",
      refused(net, "InvalidParameterValue", vpc, "attach_internet_gateway", { internet_gateway_id = other }))
    refused(net, "Gateway.NotAttached", vpc, "detach_internet_gateway", { internet_gateway_id = other })
    refused(net, "InvalidInternetGatewayID.NotFound", vpc, "detach_internet_gateway",
      { internet_gateway_id = "igw-9" })
    local web = subnet:run_instance { public_ip = "198.51.100.7" }
    refused(net, "DependencyViolation", vpc, "detach_internet_gateway", { internet_gateway_id = igw })
    web:terminate()
    vpc:detach_internet_gateway { internet_gateway_id = igw }
    igw:delete()
  end)
end)

describe("prefix list", function()
  it("counts its versions, and is changed in the one that is meant", function()
    local net = vpcpeer.network()
    local list = net:create_managed_prefix_list { prefix_list_name = "x", max_entries = 5 }
    assert.equal(1, list.version)
    list:modify { current_version = 1, add_entries = { { cidr = "10.0.0.0/8" } } }
    assert.matches("The prefix list has the incorrect version number%.",
      refused(net, "PrefixListVersionMismatch", list, "modify",
        { current_version = 1, remove_entries = { { cidr = "10.0.0.0/8" } } }))
    list:modify { current_version = 2, remove_entries = { { cidr = "10.0.0.0/8" } } }
    assert.equal(3, list:modify({ prefix_list_name = "y" }).version) -- the entries make the version
    list:modify { max_entries = 6 }
    assert.same({ "y", 6, 3 }, { list.prefix_list_name, list.max_entries, list.version })
    assert.equal(3, net:describe("managed-prefix-lists").PrefixLists[1].Version)
  end)

  it("is kept by what names it: routes, and rules of either direction", function()
    local net, vpc = build()
    local igw = with_gateway(net, vpc)
    local group, main = vpc:create_security_group { group_name = "a" }, vpc.main_route_table
    local lists = {}
    for i = 1, 3 do
      lists[i] = net:create_managed_prefix_list { prefix_list_name = "l" .. i, max_entries = 1 }
    end
    main:create_route { destination_prefix_list_id = lists[1], gateway_id = igw }
    group:authorize_ingress { ip_protocol = "-1", prefix_list_id = lists[2] }
    group:authorize_egress { ip_protocol = "-1", prefix_list_id = lists[3] }
    for i = 1, 3 do
      refused(net, "DependencyViolation", lists[i], "delete")
    end
    net:create_managed_prefix_list({ prefix_list_name = "l4", max_entries = 1 }):delete()
    main:delete_route { destination_prefix_list_id = lists[1] }
    group:revoke_ingress { ip_protocol = "-1", prefix_list_id = lists[2] }
    group:revoke_egress { ip_protocol = "-1", prefix_list_id = lists[3] }
    for i = 1, 3 do
      lists[i]:delete()
    end
  end)

  it("keeps the highest version that there is", function()
    local net = assert(vpcpeer.load_tables { PrefixLists = { { PrefixListId = "pl-1", PrefixListName = "p",
      OwnerId = "111111111111", AddressFamily = "IPv4", MaxEntries = 3, Version = 2147483646, Entries = {} } } })
    local list = net:get "pl-1"
    for number, version in ipairs { 2147483647, 2147483647 } do
      list:modify { add_entries = { { cidr = ("10.%d.0.0/16"):format(number) } } }
      assert.equal(version, list.version)
    end
  end)

  it("has entries of one family, up to its maximum", function()
    local net = vpcpeer.network()
    local list = net:create_managed_prefix_list {
      prefix_list_name = "six", max_entries = 2, entries = { { cidr = "2001:db8::/32" } },
    }
    assert.equal("IPv6", list.address_family)
    refused(net, "InvalidParameterValue", list, "modify", { add_entries = { { cidr = "10.0.0.0/8" } } })
    refused(net, "InvalidPrefixListModification", list, "modify", { add_entries = { { cidr = "2001:db8::/32" } } })
    refused(net, "InvalidPrefixListModification", list, "modify", { remove_entries = { { cidr = "2001:db9::/32" } } })
    refused(net, "PrefixListMaxEntriesExceeded", list, "modify",
      { add_entries = { { cidr = "2001:db9::/32" }, { cidr = "2001:dba::/32" } } })
    list:modify { add_entries = { { cidr = "2001:db9::/32" } }, remove_entries = { { cidr = "2001:db8::/32" } } }
    assert.same({ "2001:db9::/32" }, list.cidrs)
    refused(net, "MissingParameter", net, "create_managed_prefix_list", {})
    refused(net, "InvalidParameterValue", net, "create_managed_prefix_list",
      { prefix_list_name = "x", max_entries = 1, address_family = "IPv5" })
    refused(net, "InvalidParameterValue", net, "create_managed_prefix_list", { prefix_list_name = "x",
      max_entries = 0 })
    list:delete()
  end)
end)

describe("a model made by calls", function()
  it("is described as documents that load as an equal model", function()
    local net, vpc, subnet = build()
    with_gateway(net, vpc)
    local web = subnet:run_instance { public_ip = "198.51.100.7", ipv6_address_count = 1, tags = { Name = "web" } }
    net:allocate_address():associate { instance_id = web, allow_reassociation = true }
    net:create_default_vpc()
    net:create_vpc { vpc_id = "vpc-b", cidr_block = "172.16.0.0/16" }
    net:create_vpc_peering_connection({ vpc_id = "vpc-a", peer_vpc_id = "vpc-b" }):accept()
    local text = net:describe_json()
    local loaded = assert(vpcpeer.load_json(text))
    assert.equal(text, loaded:describe_json())
    assert.same({}, loaded:diagnostics())
    assert.equal(text, net:clone():describe_json())
  end)
end)
