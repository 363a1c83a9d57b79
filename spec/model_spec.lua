-- VPCs, their blocks and subnets, as the strict calls make and refuse them (semantics 1, 2).

local vpcpeer = require "vpcpeer"
local refused = require "spec.support.refused"

local function count(iterator)
  local n = 0
  for _ in iterator do
    n = n + 1
  end
  return n
end

describe("create_vpc", function()
  it("gives a VPC what AWS gives it", function()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { cidr_block = "100.68.0.18/18", vpc_id = "vpc-aaaa", tags = { Name = "app" } }
    assert.equal("vpc-aaaa", tostring(vpc))
    assert.equal("100.68.0.0/18", vpc.cidr_block)
    assert.equal("111111111111", vpc.owner_id)
    assert.equal("us-east-1", vpc.region)
    assert.equal("app", vpc.tags.Name)
    assert.is_false(vpc.is_default)
    local routes = vpc.main_route_table.routes
    assert.equal(1, #routes)
    assert.same({ "100.68.0.0/18", "local", "CreateRouteTable", "active" },
      { routes[1].destination_cidr_block, routes[1].gateway_id, routes[1].origin, routes[1].state })
    local acl = vpc:network_acls()()
    assert.is_true(acl.is_default)
    local entries = {}
    for _, entry in ipairs(acl.entries) do
      entries[#entries + 1] = ("%s %d %s %s"):format(tostring(entry.egress), entry.rule_number,
        entry.rule_action, entry.cidr_block)
    end
    table.sort(entries)
    assert.same({ "false 100 allow 0.0.0.0/0", "false 32767 deny 0.0.0.0/0", "true 100 allow 0.0.0.0/0",
      "true 32767 deny 0.0.0.0/0" }, entries)
    local group = vpc:security_groups()()
    assert.equal("default", group.group_name)
    assert.equal(group.group_id, group.ip_permissions[1].user_id_group_pairs[1].group_id)
    assert.equal("0.0.0.0/0", group.ip_permissions_egress[1].ip_ranges[1].cidr_ip)
    assert.equal(0, #group.ip_permissions_egress[1].ipv6_ranges)
  end)

  it("gives IPv6 blocks of Amazon's, one after the other, and the rules that go with them", function()
    local net = vpcpeer.network()
    local a = net:create_vpc { cidr_block = "10.0.0.0/16", amazon_provided_ipv6_cidr_block = true }
    local b = net:create_vpc { cidr_block = "10.1.0.0/16" }
    assert.equal("2600:1f00::/56", a.ipv6_cidr_block_association_set[1].ipv6_cidr_block)
    b:associate_cidr_block { amazon_provided_ipv6_cidr_block = true }
    assert.equal("2600:1f00:0:100::/56", b.ipv6_cidr_block_association_set[1].ipv6_cidr_block)
    for _, vpc in ipairs { a, b } do
      assert.equal(2, #vpc.main_route_table.routes)
      local numbers = {}
      for _, entry in ipairs(vpc:network_acls()().entries) do
        numbers[entry.rule_number] = (numbers[entry.rule_number] or 0) + 1
      end
      assert.same({ [100] = 2, [101] = 2, [32767] = 2 }, numbers)
      assert.equal("::/0", vpc:security_groups()().ip_permissions_egress[1].ipv6_ranges[1].cidr_ipv6)
    end
  end)

  it("gives no block past the end of Amazon's range", function()
    local net = assert(vpcpeer.load_tables { Vpcs = {
      { VpcId = "vpc-1", CidrBlock = "10.0.0.0/16", Ipv6CidrBlockAssociationSet = {
        { AssociationId = "vpc-cidr-assoc-1", Ipv6CidrBlock = "2600:1fff:ffff:fe00::/56",
          Ipv6CidrBlockState = { State = "associated" } } } },
    } })
    local last = net:create_vpc { cidr_block = "10.1.0.0/16", amazon_provided_ipv6_cidr_block = true }
    assert.equal("2600:1fff:ffff:ff00::/56", last.ipv6_cidr_block_association_set[1].ipv6_cidr_block)
    local before = net:describe_json()
    local ok, message = pcall(net.create_vpc, net, { cidr_block = "10.2.0.0/16",
      amazon_provided_ipv6_cidr_block = true })
    assert.is_false(ok)
    assert.matches("the limit .- is reached", message)
    assert.equal(before, net:describe_json())
  end)

  it("counts the highest rule number among the modifications", function()
    local vpc = vpcpeer.network():create_vpc { cidr_block = "10.0.0.0/16" }
    local acl = vpc.default_network_acl
    acl:create_entry { rule_number = 32766, protocol = "-1", rule_action = "deny", cidr_block = "10.9.0.0/16" }
    vpc:associate_cidr_block { ipv6_cidr_block = "2001:db8:1234:1a00::/56" }
    assert.equal(6, #acl.entries) -- 100, 32766 and * inbound; 100, 101 and * outbound
  end)

  it("takes an outbound rule beside or in place of the first for a modification", function()
    for _, rule in ipairs {
      { ip_protocol = "-1", cidr_ip = "10.9.0.0/16" }, { ip_protocol = "tcp", from_port = 1, to_port = 2,
        cidr_ip = "10.9.0.0/16" }, { ip_protocol = "-1", cidr_ipv6 = "2001:db8::/32" },
    } do
      for _, keeps in ipairs { true, false } do
        local vpc = vpcpeer.network():create_vpc { cidr_block = "10.0.0.0/16" }
        local group = vpc.default_security_group
        group:authorize_egress(rule)
        if not keeps then
          group:revoke_egress { ip_protocol = "-1", cidr_ip = "0.0.0.0/0" }
        end
        vpc:associate_cidr_block { ipv6_cidr_block = "2001:db8:1234:1a00::/56" }
        for _, permission in ipairs(group.ip_permissions_egress) do
          for _, range in ipairs(permission.ipv6_ranges) do
            assert.not_equal("::/0", range.cidr_ipv6)
          end
        end
      end
    end
  end)

  it("leaves modified default rules alone when an IPv6 block comes", function()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16" }
    local acl, group = vpc:network_acls()(), vpc:security_groups()()
    acl:create_entry { rule_number = 50, protocol = "-1", rule_action = "deny", cidr_block = "10.9.0.0/16" }
    group:revoke_egress { ip_protocol = "-1", cidr_ip = "0.0.0.0/0" }
    vpc:associate_cidr_block { ipv6_cidr_block = "2001:db8:1234:1a00::/56" }
    local inbound, outbound = 0, 0
    for _, entry in ipairs(acl.entries) do
      if entry.rule_number == 101 then
        inbound, outbound = inbound + (entry.egress and 0 or 1), outbound + (entry.egress and 1 or 0)
      end
    end
    assert.same({ 0, 1 }, { inbound, outbound })
    assert.equal(0, #group.ip_permissions_egress)
  end)

  it("refuses blocks that AWS refuses", function()
    local net = vpcpeer.network()
    for _, block in ipairs { "10.0.0.0/15", "10.0.0.0/29", "0.0.0.0/16", "127.1.0.0/16", "169.254.0.0/16",
      "224.0.0.0/16", "239.255.0.0/16", "10.0.0.0" } do
      local message = refused(net, "InvalidVpc.Range", net, "create_vpc", { cidr_block = block })
      assert.matches("The CIDR '" .. block:gsub("%p", "%%%0") .. ".*' is invalid%.", message)
    end
    refused(net, "MissingParameter", net, "create_vpc", {})
    for _, text in ipairs { "10.0.0.0/33", "010.0.0.0/16", "2001:db8::/56", "x" } do
      local message = refused(net, "InvalidParameterValue", net, "create_vpc", { cidr_block = text })
      assert.matches("Value %(.*%) for parameter cidrBlock is invalid%. This is not a valid CIDR block%.", message)
    end
    for _, text in ipairs { "2001:db8::/43", "2001:db8::/61", "2001:db8::/64", "2001:db8::/32" } do
      refused(net, "InvalidParameterValue", net, "create_vpc", { cidr_block = "10.0.0.0/16", ipv6_cidr_block = text })
    end
    refused(net, "InvalidParameterValue", net, "create_vpc", { cidr_block = "10.0.0.0/16", vpc_id = "subnet-1" })
    net:create_vpc { cidr_block = "10.0.0.0/16", vpc_id = "vpc-1" }
    refused(net, "InvalidParameterValue", net, "create_vpc", { cidr_block = "10.0.0.0/16", vpc_id = "vpc-1" })
  end)

  it("keeps to the quotas only when asked", function()
    local free, strict = vpcpeer.network(), vpcpeer.network { quotas = true }
    for _ = 1, 5 do
      free:create_vpc { cidr_block = "10.0.0.0/16" }
      strict:create_vpc { cidr_block = "10.0.0.0/16" }
    end
    free:create_vpc { cidr_block = "10.0.0.0/16" }
    refused(strict, "VpcLimitExceeded", strict, "create_vpc", { cidr_block = "10.0.0.0/16" })
    strict:create_vpc { cidr_block = "10.0.0.0/16", region = "eu-west-1" }
    local vpc = strict:vpcs()()
    for i = 1, 4 do
      vpc:associate_cidr_block { cidr_block = ("100.64.%d.0/24"):format(i) }
    end
    local message = refused(strict, "CidrLimitExceeded", vpc, "associate_cidr_block",
      { cidr_block = "100.64.9.0/24" })
    assert.matches("has met its maximum number of allowed CIDRs: 5", message)
    local other = strict:create_vpc { cidr_block = "10.1.0.0/16", region = "eu-west-1" }
    for i = 0, 199 do
      other:create_subnet { cidr_block = ("10.1.%d.0/24"):format(i) }
    end
    refused(strict, "SubnetLimitExceeded", other, "create_subnet", { cidr_block = "10.1.200.0/24" })
    vpc:create_subnet { cidr_block = "10.0.0.0/24" }
  end)

  it("names generated objects the same way in every run", function()
    local function run()
      local net = vpcpeer.network()
      net:create_vpc { cidr_block = "10.0.0.0/16" }
      pcall(net.create_vpc, net, { cidr_block = "10.0.0.0/8" })
      net:create_default_vpc()
      return net:describe_json()
    end
    assert.equal(run(), run())
  end)
end)

describe("disassociate_cidr_block of a subnet", function()
  it("keeps a block of which an interface has an address or a delegated prefix", function()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16", ipv6_cidr_block = "2001:db8:1234:1a00::/56" }
    local prefix = { ipv6_prefix = "2001:db8:1234:1a00:1::/80" }
    for _, options in ipairs { { ipv6_address_count = 1 }, { ipv6_prefixes = { prefix } } } do
      local subnet = vpc:create_subnet { cidr_block = "10.0.0.0/24", ipv6_cidr_block = "2001:db8:1234:1a00::/64" }
      local id = subnet.ipv6_cidr_block_association_set[1].association_id
      local eni = subnet:create_network_interface(options)
      refused(net, "InvalidCidrBlock.InUse", subnet, "disassociate_cidr_block", { association_id = id })
      eni:delete()
      subnet:disassociate_cidr_block { association_id = id }
      subnet:delete()
    end
  end)
end)

describe("create_default_vpc", function()
  it("comes with subnets, a gateway and a default route", function()
    local net = vpcpeer.network { region = "eu-central-1" }
    local vpc = net:create_default_vpc()
    assert.is_true(vpc.is_default)
    assert.equal("172.31.0.0/16", vpc.cidr_block)
    local zones = {}
    for subnet in vpc:subnets() do
      assert.is_true(subnet.map_public_ip_on_launch)
      assert.is_true(subnet.default_for_az)
      zones[#zones + 1] = subnet.cidr_block .. " " .. subnet.availability_zone
    end
    table.sort(zones)
    assert.same({ "172.31.0.0/20 eu-central-1a", "172.31.16.0/20 eu-central-1b",
      "172.31.32.0/20 eu-central-1c" }, zones)
    local route = vpc.main_route_table.routes[2]
    assert.same({ "0.0.0.0/0", tostring(vpc:internet_gateways()()), "active" },
      { route.destination_cidr_block, route.gateway_id, route.state })
    assert.is_true(vpc.enable_dns_hostnames)
    assert.is_true(vpc.enable_dns_support)
    assert.same({ Value = true }, net:describe("vpcs", { ["enable-dns-hostnames"] = true }).Vpcs[1].EnableDnsHostnames)
    refused(net, "DefaultVpcAlreadyExists", net, "create_default_vpc")
    net:create_default_vpc { region = "eu-west-1" }
    net:create_default_vpc { owner_id = "222222222222" }
  end)
end)

describe("associate_cidr_block", function()
  -- Catalogue C81: sizes and ranges of IPv4 blocks.
  it("knows which ranges go together", function()
    local net = vpcpeer.network()
    local vpcs = {}
    for name, block in pairs { A = "10.0.0.0/16", B = "172.16.0.0/16", C = "192.168.0.0/16", D = "100.64.0.0/16",
      E = "198.19.0.0/16", F = "10.2.0.0/16" } do
      vpcs[name] = net:create_vpc { cidr_block = block }
    end
    for _, step in ipairs { { "A", "172.16.0.0/16" }, { "A", "10.1.0.0/16", true }, { "F", "10.0.0.0/24", true },
      { "F", "10.0.1.0/24" }, { "B", "172.31.0.0/16" }, { "B", "172.17.0.0/16", true }, { "C", "198.19.0.0/24" },
      { "C", "192.168.0.0/24" }, { "D", "10.5.0.0/16" }, { "D", "203.0.112.0/20", true }, { "E",
        "100.65.0.0/16", true } } do
      local vpc, options = vpcs[step[1]], { cidr_block = step[2] }
      if step[3] then
        assert.matches("^vpc%-cidr%-assoc%-", vpc:associate_cidr_block(options))
        local routes = vpc.main_route_table.routes
        assert.equal(step[2], routes[#routes].destination_cidr_block)
      else
        refused(net, "InvalidVpc.Range", vpc, "associate_cidr_block", options)
      end
    end
  end)

  it("takes one of the three ways to name a block", function()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16" }
    local four, six = "10.1.0.0/16", "2001:db8:1234:1a00::/56"
    refused(net, "MissingParameter", vpc, "associate_cidr_block", {})
    for _, options in ipairs {
      { cidr_block = four, ipv6_cidr_block = six }, { cidr_block = four, amazon_provided_ipv6_cidr_block = true },
      { ipv6_cidr_block = six, amazon_provided_ipv6_cidr_block = true },
    } do
      refused(net, "InvalidParameterCombination", vpc, "associate_cidr_block", options)
    end
  end)

  it("adds rules for IPv6 with the first IPv6 block only", function()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16" }
    local acl, group = vpc.default_network_acl, vpc.default_security_group
    local function rules()
      return { #acl.entries, #group.ip_permissions_egress[1].ipv6_ranges }
    end
    assert.same({ 4, 0 }, rules())
    vpc:associate_cidr_block { cidr_block = "10.1.0.0/16" }
    assert.same({ 4, 0 }, rules())
    vpc:associate_cidr_block { ipv6_cidr_block = "2001:db8:1234:1a00::/56" }
    assert.same({ 6, 1 }, rules())
    acl:delete_entry { rule_number = 101, egress = false }
    vpc:associate_cidr_block { ipv6_cidr_block = "2001:db8:1234:1b00::/56" }
    assert.same({ 5, 1 }, rules())
  end)

  it("warns of the range that AWS's services use", function()
    local net = vpcpeer.network()
    net:create_vpc { vpc_id = "vpc-1", cidr_block = "172.16.0.0/16" }:associate_cidr_block {
      cidr_block = "172.17.8.0/24",
    }
    local found = net:diagnostics()
    assert.equal(1, #found)
    assert.same({ "warning", "VPC_CIDR_RESTRICTED", "vpc-1" },
      { found[1].severity, found[1].code, found[1].resource_id })
  end)

  it("refuses a block that covers a route, and takes a part of one", function()
    local net = vpcpeer.network()
    local a = net:create_vpc { cidr_block = "10.2.0.0/16" }
    local igw = net:create_internet_gateway()
    a:attach_internet_gateway { internet_gateway_id = igw }
    a.main_route_table:create_route { destination_cidr_block = "10.9.0.0/24", gateway_id = igw }
    refused(net, "InvalidVpc.Range", a, "associate_cidr_block", { cidr_block = "10.9.0.0/24" })
    refused(net, "InvalidVpc.Range", a, "associate_cidr_block", { cidr_block = "10.9.0.0/23" })
    a:associate_cidr_block { cidr_block = "10.9.0.0/25" }
  end)

  it("is undone by disassociate_cidr_block, but for the primary block and blocks in use", function()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16" }
    local id = vpc:associate_cidr_block { cidr_block = "10.1.0.0/16" }
    local six = vpc:associate_cidr_block { ipv6_cidr_block = "2001:db8:1234:1a00::/56" }
    local subnet = vpc:create_subnet { cidr_block = "10.1.0.0/24", ipv6_cidr_block = "2001:db8:1234:1a00::/64" }
    refused(net, "InvalidCidrBlock.InUse", vpc, "disassociate_cidr_block", { association_id = id })
    refused(net, "InvalidCidrBlock.InUse", vpc, "disassociate_cidr_block", { association_id = six })
    refused(net, "InvalidVpcCidrBlockAssociationID.NotFound", vpc, "disassociate_cidr_block",
      { association_id = "x" })
    local message = refused(net, "OperationNotPermitted", vpc, "disassociate_cidr_block",
      { association_id = vpc.cidr_block_association_set[1].association_id })
    assert.matches("It is the primary IPv4 CIDR block of the VPC", message)
    subnet:delete()
    vpc:disassociate_cidr_block { association_id = id }
    vpc:disassociate_cidr_block { association_id = six }
    assert.equal(1, #vpc.main_route_table.routes)
    assert.equal(1, #vpc.cidr_block_association_set)
    assert.same({ "disassociating", "disassociated" },
      { net:events()[#net:events() - 1].state, net:events()[#net:events()].state })
  end)
end)

describe("an IPv6 block of a subnet", function()
  it("is removed by its association, unless an address lies in it", function()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16" }
    vpc:associate_cidr_block { ipv6_cidr_block = "2001:db8:1234:1a00::/56" }
    local subnet = vpc:create_subnet { cidr_block = "10.0.0.0/24" }
    local id = subnet:associate_cidr_block { ipv6_cidr_block = "2001:db8:1234:1a01::/64" }
    local other = subnet:associate_cidr_block { ipv6_cidr_block = "2001:db8:1234:1a02::/64" }
    local eni = subnet:create_network_interface { ipv6_addresses = { { ipv6_address = "2001:db8:1234:1a01::9" } } }
    refused(net, "InvalidCidrBlock.InUse", subnet, "disassociate_cidr_block", { association_id = id })
    assert.equal(subnet, subnet:disassociate_cidr_block { association_id = other })
    eni:delete()
    subnet:disassociate_cidr_block { association_id = id }
    assert.same({}, subnet.ipv6_cidr_block_association_set or {})
    refused(net, "InvalidSubnetCidrBlockAssociationID.NotFound", subnet, "disassociate_cidr_block",
      { association_id = id })
    refused(net, "MissingParameter", subnet, "disassociate_cidr_block", {})
    local events = net:events()
    assert.same({ "DisassociateSubnetCidrBlock", id, "disassociated" },
      { events[#events].action, events[#events].resource_id, events[#events].state })
  end)
end)

describe("create_subnet", function()
  -- Catalogue C82.
  it("wants a free block inside of one of the VPC's", function()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16" }
    local subnet = vpc:create_subnet { cidr_block = "10.0.0.0/24" }
    assert.equal("us-east-1a", subnet.availability_zone)
    assert.equal(tostring(vpc), subnet.vpc_id)
    refused(net, "InvalidSubnet.Range", vpc, "create_subnet", { cidr_block = "10.1.0.0/24" })
    local message = refused(net, "InvalidSubnet.Conflict", vpc, "create_subnet", { cidr_block = "10.0.0.128/25" })
    assert.matches("The CIDR '10%.0%.0%.128/25' conflicts with another subnet", message)
    refused(net, "InvalidSubnet.Range", vpc, "create_subnet", { cidr_block = "10.0.1.0/29" })
    assert.equal("10.0.1.0/24", vpc:create_subnet({ cidr_block = "10.0.1.18/24" }).cidr_block)
    refused(net, "InvalidParameterValue", vpc, "create_subnet", { cidr_block = "10.0.2.0/24",
      availability_zone = "eu-west-1a" })
    refused(net, "MissingParameter", vpc, "create_subnet", {})
    assert.equal("us-east-1-nyc-1a",
      vpc:create_subnet({ cidr_block = "10.0.2.0/24", availability_zone = "us-east-1-nyc-1a" }).availability_zone)
  end)

  it("takes IPv6 blocks in steps of four bits", function()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16", ipv6_cidr_block = "2001:db8:1234:1a00::/56" }
    for _, block in ipairs { "2001:db8:1234:1a00::/63", "2001:db8:1234:1a00::/68", "2001:db8:1234:1b00::/64" } do
      refused(net, "InvalidSubnet.Range", vpc, "create_subnet", { ipv6_native = true, ipv6_cidr_block = block })
    end
    local native = vpc:create_subnet { ipv6_native = true, ipv6_cidr_block = "2001:db8:1234:1a00::/64" }
    assert.is_nil(native.cidr_block)
    local dual = vpc:create_subnet { cidr_block = "10.0.0.0/24" }
    refused(net, "InvalidSubnet.Conflict", dual, "associate_cidr_block",
      { ipv6_cidr_block = "2001:db8:1234:1a00::/60" })
    refused(net, "InvalidParameterValue", dual, "modify_attribute", { assign_ipv6_address_on_creation = true })
    assert.matches("^subnet%-cidr%-assoc%-",
      dual:associate_cidr_block { ipv6_cidr_block = "2001:db8:1234:1a10::/60" })
    dual:modify_attribute { assign_ipv6_address_on_creation = true }
    assert.equal("2001:db8:1234:1a10::4", dual:run_instance().ipv6_address)
  end)
end)

describe("delete", function()
  it("refuses to delete what others depend on", function()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16" }
    local subnet = vpc:create_subnet { cidr_block = "10.0.0.0/24" }
    local instance = subnet:run_instance()
    refused(net, "DependencyViolation", subnet, "delete")
    local message = refused(net, "DependencyViolation", vpc, "delete")
    assert.matches("The vpc '" .. tostring(vpc):gsub("%p",
      "%%%0") .. "' has dependencies and cannot be deleted%.", message)
    instance:terminate()
    subnet:delete()
    local table_, acl = vpc:create_route_table(), vpc:create_network_acl()
    local group = vpc:create_security_group { group_name = "web" }
    for _, object in ipairs { table_, acl, group } do
      refused(net, "DependencyViolation", vpc, "delete")
      object:delete()
    end
    local igw = net:create_internet_gateway()
    igw:attach { vpc_id = vpc }
    refused(net, "DependencyViolation", vpc, "delete")
    refused(net, "DependencyViolation", igw, "delete")
    igw:detach { vpc_id = vpc }
    vpc:delete()
    igw:delete()
    for _, list in ipairs { net:vpcs(), net:subnets(), net:route_tables(), net:network_acls(), net:security_groups(),
      net:network_interfaces() } do
      assert.equal(0, count(list))
    end
    assert.has_error(function()
      return vpc.cidr_block
    end)
  end)
end)
