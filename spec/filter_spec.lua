-- Filters of lists and describe calls: every name of AWS's that the model has a field for.

local filters = require "vpcpeer.filters"
local vpcpeer = require "vpcpeer"

-- A model in which each filter below finds just the object that it is meant to find.
local function build()
  local net = vpcpeer.network()
  local a = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16", tags = { Name = "app", Tier = "web" } }
  local b = net:create_vpc { vpc_id = "vpc-b", cidr_block = "10.1.0.0/16", owner_id = "222222222222" }
  a:associate_cidr_block { ipv6_cidr_block = "2001:db8:1234:1a00::/56" }
  a:associate_cidr_block { cidr_block = "10.2.0.0/16" }
  local igw = net:create_internet_gateway { internet_gateway_id = "igw-a" }
  a:attach_internet_gateway { internet_gateway_id = igw }
  net:create_internet_gateway { internet_gateway_id = "igw-b" }
  local subnet = a:create_subnet {
    subnet_id = "subnet-a", cidr_block = "10.0.0.0/24", ipv6_cidr_block = "2001:db8:1234:1a00::/64",
    availability_zone = "us-east-1b",
  }
  b:create_subnet { subnet_id = "subnet-b", cidr_block = "10.1.0.0/24", availability_zone = "us-east-1a" }
  local pcx = net:create_vpc_peering_connection { vpc_peering_connection_id = "pcx-1", vpc_id = a, peer_vpc_id = b,
    peer_owner_id = "222222222222" }
  local rtb = a:create_route_table { route_table_id = "rtb-a" }
  rtb:associate { subnet_id = subnet }
  rtb:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = igw }
  rtb:create_route { destination_cidr_block = "10.1.0.0/16", vpc_peering_connection_id = pcx }
  local group = a:create_security_group { group_id = "sg-a", group_name = "web", description = "front" }
  group:authorize_ingress { ip_protocol = "tcp", from_port = 443, to_port = 444, cidr_ip = "192.0.2.0/24" }
  group:authorize_egress { ip_protocol = "udp", from_port = 53, to_port = 53, cidr_ipv6 = "2001:db8::/32" }
  group:authorize_ingress { ip_protocol = "icmp", referenced_group_id = group }
  local acl = a:create_network_acl { network_acl_id = "acl-a" }
  acl:create_entry { rule_number = 7, protocol = "tcp", rule_action = "allow", cidr_block = "192.0.2.0/24",
    port_range = { from = 80, to = 81 } }
  acl:create_entry { rule_number = 8, protocol = "icmp", rule_action = "allow", cidr_block = "192.0.3.0/24",
    icmp_type_code = { type = 8, code = 0 } }
  acl:associate { subnet_id = subnet }
  local eip = net:allocate_address { allocation_id = "eipalloc-a", public_ip = "203.0.113.4" }
  local web = subnet:run_instance {
    instance_id = "i-a", private_ip_address = "10.0.0.10", security_group_ids = { group }, instance_type = "t3.micro",
  }
  eip:associate { instance_id = web }
  subnet:create_nat_gateway { nat_gateway_id = "nat-a", connectivity_type = "private" }
  net:create_managed_prefix_list { prefix_list_id = "pl-a", prefix_list_name = "offices", max_entries = 1 }
  return net
end

local function found(net, list, given)
  local ids = {}
  for object in net[list](net, given) do
    ids[#ids + 1] = object.id
  end
  return table.concat(ids, " ")
end

-- List, filter of AWS's, value, what it finds.
local CASES = {
  { "vpcs", "cidr", "10.1.*", "vpc-b" },
  { "vpcs", "cidr-block-association.cidr-block", "10.2.0.0/16", "vpc-a" },
  { "vpcs", "cidr-block-association.state", "associated", "vpc-a vpc-b" },
  { "vpcs", "ipv6-cidr-block-association.ipv6-cidr-block", "2001:db8:1234:1a00::/56", "vpc-a" },
  { "vpcs", "ipv6-cidr-block-association.state", "associated", "vpc-a" },
  { "vpcs", "owner-id", "222222222222", "vpc-b" },
  { "vpcs", "is-default", "false", "vpc-a vpc-b" },
  { "vpcs", "isDefault", "true", "" },
  { "vpcs", "state", "available", "vpc-a vpc-b" },
  { "vpcs", "tag:Tier", "w*", "vpc-a" },
  { "vpcs", "tag-key", "Tier", "vpc-a" },
  { "vpcs", "vpc-id", "vpc-?", "vpc-a vpc-b" },
  { "subnets", "availability-zone", "us-east-1b", "subnet-a" },
  { "subnets", "availabilityZone", "us-east-1a", "subnet-b" },
  { "subnets", "cidr-block", "10.1.0.0/24", "subnet-b" },
  { "subnets", "cidr", "10.1.0.0/24", "subnet-b" },
  { "subnets", "default-for-az", "false", "subnet-a subnet-b" },
  { "subnets", "ipv6-cidr-block-association.ipv6-cidr-block", "2001:*", "subnet-a" },
  { "subnets", "ipv6-cidr-block-association.state", "associated", "subnet-a" },
  { "subnets", "subnet-id", "subnet-a", "subnet-a" },
  { "route_tables", "association.subnet-id", "subnet-a", "rtb-a" },
  { "route_tables", "association.route-table-id", "rtb-a", "rtb-a" },
  { "route_tables", "route.gateway-id", "igw-a", "rtb-a" },
  { "route_tables", "route.destination-cidr-block", "0.0.0.0/0", "rtb-a" },
  { "route_tables", "route.vpc-peering-connection-id", "pcx-1", "rtb-a" },
  { "route_tables", "route.state", "blackhole", "rtb-a" },
  { "route_tables", "route.origin", "CreateRoute", "rtb-a" },
  { "vpc_peering_connections", "status-code", "pending-acceptance", "pcx-1" },
  { "vpc_peering_connections", "status-message", "Pending*", "pcx-1" },
  { "vpc_peering_connections", "requester-vpc-info.vpc-id", "vpc-a", "pcx-1" },
  { "vpc_peering_connections", "accepter-vpc-info.owner-id", "222222222222", "pcx-1" },
  { "vpc_peering_connections", "accepter-vpc-info.vpc-id", "vpc-a", "" },
  { "security_groups", "group-name", "web", "sg-a" },
  { "security_groups", "description", "front", "sg-a" },
  { "security_groups", "ip-permission.cidr", "192.0.2.0/24", "sg-a" },
  { "security_groups", "ip-permission.protocol", "icmp", "sg-a" },
  { "security_groups", "ip-permission.from-port", "443", "sg-a" },
  { "security_groups", "ip-permission.to-port", "444", "sg-a" },
  { "security_groups", "ip-permission.group-id", "sg-a", "sg-a" },
  { "security_groups", "egress.ip-permission.ipv6-cidr", "2001:db8::/32", "sg-a" },
  { "security_groups", "egress.ip-permission.protocol", "udp", "sg-a" },
  { "security_groups", "ip-permission.prefix-list-id", "pl-a", "" },
  { "network_acls", "association.subnet-id", "subnet-a", "acl-a" },
  { "network_acls", "association.network-acl-id", "acl-a", "acl-a" },
  { "network_acls", "entry.cidr", "192.0.3.0/24", "acl-a" },
  { "network_acls", "entry.rule-number", "7", "acl-a" },
  { "network_acls", "entry.port-range.to", "81", "acl-a" },
  { "network_acls", "entry.icmp.type", "8", "acl-a" },
  { "network_acls", "entry.protocol", "6", "acl-a" },
  { "internet_gateways", "attachment.vpc-id", "vpc-a", "igw-a" },
  { "internet_gateways", "attachment.state", "available", "igw-a" },
  { "nat_gateways", "subnet-id", "subnet-a", "nat-a" },
  { "nat_gateways", "state", "available", "nat-a" },
  { "instances", "instance-state-name", "running", "i-a" },
  { "instances", "instance.group-id", "sg-a", "i-a" },
  { "instances", "group-name", "web", "i-a" },
  { "instances", "ip-address", "203.0.113.4", "i-a" },
  { "instances", "instance-type", "t3.*", "i-a" },
  { "instances", "network-interface.subnet-id", "subnet-a", "i-a" },
  { "instances", "network-interface.group-id", "sg-a", "i-a" },
  { "instances", "network-interface.addresses.private-ip-address", "10.0.0.10", "i-a" },
  { "instances", "availability-zone", "us-east-1b", "i-a" },
  { "instances", "availability-zone", "us-east-1a", "" },
  { "addresses", "allocation-id", "eipalloc-a", "eipalloc-a" },
  { "addresses", "instance-id", "i-a", "eipalloc-a" },
  { "addresses", "private-ip-address", "10.0.0.10", "eipalloc-a" },
  { "addresses", "domain", "vpc", "eipalloc-a" },
  { "prefix_lists", "prefix-list-name", "off*", "pl-a" },
}

describe("a filter", function()
  local net = build()
  net:get("i-a").network_interfaces[1]:modify_attribute { description = "primary" }
  local eni = net:get("i-a").network_interfaces[1].id
  for _, case in ipairs {
    { "group-id", "sg-a" }, { "attachment.instance-id", "i-a" },
    { "addresses.private-ip-address", "10.0.0.10" }, { "addresses.association.public-ip", "203.0.113.4" },
    { "association.allocation-id", "eipalloc-a" }, { "description", "prim*" }, { "private-ip-address", "10.0.0.10" },
  } do
    CASES[#CASES + 1] = { "network_interfaces", case[1], case[2], eni }
  end

  for _, case in ipairs(CASES) do
    it(("of %s by %s %s"):format(case[1], case[2], case[3]), function()
      assert.equal(case[4], found(net, case[1], { [case[2]] = case[3] }))
      assert.equal(case[4], found(net, case[1], { [case[2]:gsub("%-", "_")] = case[3] }))
      assert.equal(case[4], found(net, case[1], { { Name = case[2], Values = { "nothing", case[3] } } }))
      assert.equal("", found(net, case[1], { [case[2]] = "nothing" }))
    end)
  end

  it("is a handle too, and several filters all hold", function()
    assert.equal("subnet-a", found(net, "subnets", { vpc_id = net:get "vpc-a" }))
    assert.equal("", found(net, "subnets", { vpc_id = "vpc-a", availability_zone = "us-east-1a" }))
  end)

  it("that names nothing is misuse, which names the nearest", function()
    for name, hint in pairs { ["vpc-idd"] = "vpc%-id", ["ip-permission.cdir"] = "ip%-permission%.cidr" } do
      local ok, message = pcall(function()
        local list = net:security_groups { [name] = "x" }
        return list
      end)
      assert.is_false(ok)
      assert.matches("filter_spec%.lua:%d+: unknown filter '.*' of a security_group %(did you mean '" .. hint, message)
    end
    assert.has_error(function()
      filters.make("vpc", "x")
    end)
    assert.has_error(function()
      filters.make("vpc", { {} })
    end)
  end)
end)
