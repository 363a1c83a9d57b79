-- Each resource of Terraform as the objects of the model that it makes. The same resources are read
-- from a raw state and from what `terraform show -json` prints of it.

local terraform = require "support.terraform"

local EVERYTHING = { { protocol = "-1", from_port = 0, to_port = 0, cidr_blocks = { "0.0.0.0/0" } } }

-- Two VPCs with a subnet each; the rest of a case is added to them.
local function base(...)
  local list = {
    { "aws_vpc.a", { id = "vpc-a", cidr_block = "10.0.0.0/16", main_route_table_id = "rtb-a",
      default_route_table_id = "rtb-a", default_security_group_id = "sg-a", default_network_acl_id = "acl-a",
      arn = "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-a", owner_id = "111122223333" } },
    { "aws_vpc.b", { id = "vpc-b", cidr_block = "10.1.0.0/16", main_route_table_id = "rtb-b",
      default_security_group_id = "sg-b", default_network_acl_id = "acl-b", owner_id = "111122223333" } },
    { "aws_subnet.a", { id = "subnet-a", vpc_id = "vpc-a", cidr_block = "10.0.0.0/24",
      availability_zone = "eu-west-1a", map_public_ip_on_launch = false } },
    { "aws_subnet.b", { id = "subnet-b", vpc_id = "vpc-b", cidr_block = "10.1.0.0/24",
      availability_zone = "eu-west-1a" } },
  }
  for _, each in ipairs { ... } do
    list[#list + 1] = each
  end
  return list
end

local function instance(name, subnet, address, groups)
  return { "aws_instance." .. name, { id = "i-" .. name, subnet_id = subnet, private_ip = address,
    vpc_security_group_ids = groups, instance_state = "running",
    primary_network_interface_id = "eni-" .. name } }
end

local load, verdict = terraform.load, terraform.verdict

local function codes(net)
  local list = {}
  for i, d in ipairs(net:diagnostics()) do
    list[i] = d.code .. " " .. (d.path or "")
  end
  return list
end

describe("a Terraform state", function()
  it("holds VPCs with what AWS makes with them", function()
    local net = load(base())
    assert.equal("10.0.0.0/16", tostring(net:get("vpc-a").cidr_block))
    assert.equal("111122223333", net:get("vpc-a").owner_id)
    assert.equal("eu-west-1", net:get("vpc-a").region)
    assert.equal("rtb-a", net:get("vpc-a").main_route_table.id)
    assert.equal("local", net:get("rtb-a").routes[1].gateway_id)
    assert.equal("default", net:get("sg-a").group_name)
    assert.equal("sg-a", net:get("sg-a").ip_permissions[1].user_id_group_pairs[1].group_id)
    assert.is_true(net:get("acl-a").is_default)
    assert.same({ "assumed_default aws_vpc.a", "assumed_default aws_vpc.b" }, codes(net))
  end)

  it("finds objects by their addresses, also what came with them", function()
    local net = load(base(instance("web", "subnet-a", "10.0.0.10")))
    assert.equal("vpc-a", net:get("aws_vpc.a").id)
    assert.equal("sg-a", net:get("aws_vpc.a.default_security_group_id").id)
    assert.equal("i-web", net:get("aws_instance.web").id)
    assert.equal("eni-web", net:get("aws_instance.web.primary_network_interface_id").id)
    local _, message = net:trace { from = "aws_instance.wbe", to = "i-web" }
    assert.matches('did you mean "aws_instance%.web"', message)
  end)

  it("gives instances the default group when they name none", function()
    local net = load(base(instance("web", "subnet-a", "10.0.0.10"), instance("db", "subnet-a", "10.0.0.11")))
    assert.equal("sg-a", net:get("eni-web").groups[1].group_id)
    assert.equal("reachable", (verdict(net, "aws_instance.web", "aws_instance.db")))
  end)

  it("adds blocks to VPCs, and local routes for them", function()
    local net = load(base({ "aws_vpc_ipv4_cidr_block_association.more", { vpc_id = "vpc-a",
      cidr_block = "10.9.0.0/16" } },
      { "aws_vpc_ipv6_cidr_block_association.six", { vpc_id = "vpc-a", ipv6_cidr_block = "2001:db8::/56" } }))
    local routes = net:describe("route-tables").RouteTables[1].Routes
    assert.equal("10.9.0.0/16", routes[2].DestinationCidrBlock)
    assert.equal("2001:db8::/56", routes[3].DestinationIpv6CidrBlock)
    assert.equal(2, #net:describe("vpcs").Vpcs[1].CidrBlockAssociationSet)
  end)

  it("joins VPCs by peering connections, and routes by both kinds of resources", function()
    local list = base(
      { "aws_vpc_peering_connection.ab", { id = "pcx-ab", vpc_id = "vpc-a", peer_vpc_id = "vpc-b",
        accept_status = "active" } },
      { "aws_vpc_peering_connection_options.ab", { id = "pcx-ab", vpc_peering_connection_id = "pcx-ab",
        accepter = { { allow_remote_vpc_dns_resolution = true } } } },
      { "aws_route_table.a", { id = "rtb-a2", vpc_id = "vpc-a", route = {
        { cidr_block = "10.1.0.0/16", vpc_peering_connection_id = "pcx-ab", gateway_id = "" } } } },
      { "aws_route_table_association.a", { id = "rtbassoc-a", route_table_id = "rtb-a2", subnet_id = "subnet-a" } },
      { "aws_route.back", { route_table_id = "rtb-b", destination_cidr_block = "10.0.0.0/16",
        vpc_peering_connection_id = "pcx-ab", state = "active" } },
      { "aws_security_group.open", { id = "sg-open", vpc_id = "vpc-b", name = "open", ingress = EVERYTHING } },
      instance("web", "subnet-a", "10.0.0.10"), instance("db", "subnet-b", "10.1.0.10", { "sg-open" }))
    local net = load(list)
    assert.equal("active", net:get("pcx-ab").status.code)
    assert.equal("10.1.0.0/16", tostring(net:get("pcx-ab").accepter_vpc_info.cidr_block))
    assert.is_true(net:get("pcx-ab").accepter_vpc_info.peering_options.allow_dns_resolution_from_remote_vpc)
    assert.equal("reachable", (verdict(net, "i-web", "i-db")))
    list[5][2].accept_status = "pending-acceptance"
    assert.same({ "not-reachable", "PCX_NOT_ACTIVE" }, { verdict(load(list), "i-web", "i-db") })
  end)

  it("lets an accepter accept, also alone", function()
    local net = load(base({ "aws_vpc_peering_connection_accepter.b", { id = "pcx-x",
      vpc_peering_connection_id = "pcx-x",
      accept_status = "active", vpc_id = "vpc-b", peer_vpc_id = "vpc-far", peer_owner_id = "999988887777",
      peer_region = "us-east-1" } }))
    local pcx = net:get "pcx-x"
    assert.equal("active", pcx.status.code)
    assert.equal("999988887777", pcx.requester_vpc_info.owner_id)
    assert.equal("us-east-1", pcx.requester_vpc_info.region)
    assert.equal("vpc-b", pcx.accepter_vpc_info.vpc_id)
  end)

  it("replaces main tables, and tells which table is main", function()
    local net = load(base({ "aws_route_table.other", { id = "rtb-other", vpc_id = "vpc-a", route = {} } },
      { "aws_main_route_table_association.a", { vpc_id = "vpc-a", route_table_id = "rtb-other" } }))
    assert.equal("rtb-other", net:get("vpc-a").main_route_table.id)
  end)

  it("takes the default resources for what they adopt", function()
    local net = load(base(
      { "aws_default_route_table.a", { id = "rtb-a", default_route_table_id = "rtb-a", vpc_id = "vpc-a", route = {
        { cidr_block = "0.0.0.0/0", gateway_id = "igw-1" } } } },
      { "aws_default_security_group.a", { id = "sg-a", vpc_id = "vpc-a", ingress = {}, egress = EVERYTHING } },
      { "aws_default_network_acl.a", { id = "acl-a", default_network_acl_id = "acl-a", vpc_id = "vpc-a" } },
      { "aws_internet_gateway.a", { id = "igw-1", vpc_id = "vpc-a" } },
      { "aws_default_vpc.d", { id = "vpc-d", cidr_block = "172.31.0.0/16" } },
      { "aws_default_subnet.d", { id = "subnet-d", vpc_id = "vpc-d", cidr_block = "172.31.0.0/20" } }))
    assert.equal("igw-1", net:get("rtb-a").routes[2].gateway_id)
    assert.equal("rtb-a", net:get("vpc-a").main_route_table.id)
    assert.equal(0, #net:get("sg-a").ip_permissions)
    assert.equal(2, #net:get("acl-a").entries) -- the two that deny the rest
    assert.is_true(net:get("vpc-d").is_default)
    assert.is_true(net:get("subnet-d").default_for_az)
  end)

  it("reads the rules of groups in three forms, each rule once", function()
    local rule = { protocol = "tcp", from_port = 22, to_port = 22, cidr_blocks = { "10.0.0.0/8" }, self = true }
    local net = load(base(
      { "aws_security_group.g", { id = "sg-g", name = "g", description = "d", vpc_id = "vpc-a", ingress = { rule },
        egress = EVERYTHING } },
      { "aws_security_group.h", { id = "sg-h", name = "h", vpc_id = "vpc-a" } },
      { "aws_security_group_rule.again", { security_group_id = "sg-g", type = "ingress", protocol = "tcp",
        from_port = 22, to_port = 22, cidr_blocks = { "10.0.0.0/8" } } },
      { "aws_security_group_rule.from_h", { security_group_id = "sg-g", type = "ingress", protocol = "all",
        from_port = 0, to_port = 0, source_security_group_id = "sg-h" } },
      { "aws_vpc_security_group_ingress_rule.six", { id = "sgr-1", security_group_id = "sg-g", ip_protocol = "icmpv6",
        from_port = -1, to_port = -1, cidr_ipv6 = "2001:db8::/64" } },
      { "aws_vpc_security_group_egress_rule.list", { id = "sgr-2", security_group_id = "sg-h", ip_protocol = "tcp",
        from_port = 443, to_port = 443, prefix_list_id = "pl-1" } },
      { "aws_ec2_managed_prefix_list.l", { id = "pl-1", name = "l", address_family = "IPv4", max_entries = 5,
        entry = { { cidr = "192.0.2.0/24" } } } },
      { "aws_ec2_managed_prefix_list_entry.e", { prefix_list_id = "pl-1", cidr = "198.51.100.0/24" } }))
    local group = net:get "sg-g"
    assert.equal(3, #group.ip_permissions)
    assert.equal("10.0.0.0/8", tostring(group.ip_permissions[1].ip_ranges[1].cidr_ip))
    assert.equal("sg-g", group.ip_permissions[1].user_id_group_pairs[1].group_id)
    assert.equal("-1", group.ip_permissions[2].ip_protocol)
    assert.equal("sg-h", group.ip_permissions[2].user_id_group_pairs[1].group_id)
    assert.equal("2001:db8::/64", tostring(group.ip_permissions[3].ipv6_ranges[1].cidr_ipv6))
    assert.equal("pl-1", net:get("sg-h").ip_permissions_egress[1].prefix_list_ids[1].prefix_list_id)
    assert.equal(2, #net:describe("prefix-lists").PrefixLists[1].Cidrs)
  end)

  it("reads network ACLs, their single entries and associations", function()
    local list = base(
      { "aws_network_acl.n", { id = "acl-n", vpc_id = "vpc-a", subnet_ids = { "subnet-a" },
        egress = { { rule_no = 100, action = "allow", protocol = "-1", cidr_block = "0.0.0.0/0", from_port = 0,
          to_port = 0 } },
        ingress = { { rule_no = 200, action = "allow", protocol = "tcp", cidr_block = "10.0.0.0/16", from_port = 443,
          to_port = 443 } } } },
      { "aws_network_acl_rule.deny", { network_acl_id = "acl-n", rule_number = 100, rule_action = "deny",
        egress = false,
        protocol = "6", from_port = 443, to_port = 443, cidr_block = "10.0.1.0/24" } },
      { "aws_subnet.c", { id = "subnet-c", vpc_id = "vpc-a", cidr_block = "10.0.1.0/24" } },
      { "aws_subnet.d", { id = "subnet-d", vpc_id = "vpc-a", cidr_block = "10.0.2.0/24" } },
      { "aws_network_acl_association.d", { network_acl_id = "acl-n", subnet_id = "subnet-d" } })
    local net = load(list)
    assert.same({ "not-reachable", "SUBNET_ACL_RESTRICTION" },
      { verdict(net, "subnet-c=10.0.1.9", "subnet-a=10.0.0.9") })
    assert.equal("allow", net:describe("network-acls").NetworkAcls[2].Entries[2].RuleAction)
    assert.equal(2, #net:get("acl-n").associations)
    local tcp = 0
    for _, entry in ipairs(net:get("acl-n").entries) do
      tcp = tcp + (entry.protocol == "6" and 1 or 0)
    end
    assert.equal(2, tcp)
  end)

  it("reads gateways, Elastic IP addresses and NAT gateways", function()
    local net = load(base(
      { "aws_internet_gateway.i", { id = "igw-1" } },
      { "aws_internet_gateway_attachment.i", { internet_gateway_id = "igw-1", vpc_id = "vpc-a" } },
      { "aws_egress_only_internet_gateway.e", { id = "eigw-1", vpc_id = "vpc-a" } },
      { "aws_route.out", { route_table_id = "rtb-a", destination_cidr_block = "0.0.0.0/0", gateway_id = "igw-1" } },
      { "aws_route.six", { route_table_id = "rtb-a", destination_ipv6_cidr_block = "::/0",
        egress_only_gateway_id = "eigw-1" } },
      { "aws_eip.web", { id = "eipalloc-1", public_ip = "198.51.100.7", instance = "i-web" } },
      { "aws_eip.nat", { id = "eipalloc-2", public_ip = "198.51.100.8" } },
      { "aws_eip.db", { id = "eipalloc-3", public_ip = "198.51.100.9" } },
      { "aws_eip_association.db", { allocation_id = "eipalloc-3", network_interface_id = "eni-db" } },
      { "aws_nat_gateway.n", { id = "nat-1", subnet_id = "subnet-a", allocation_id = "eipalloc-2",
        private_ip = "10.0.0.50" } },
      { "aws_subnet.p", { id = "subnet-p", vpc_id = "vpc-a", cidr_block = "10.0.5.0/24",
        availability_zone = "eu-west-1a" } },
      { "aws_route_table.p", { id = "rtb-p", vpc_id = "vpc-a", route = { { cidr_block = "0.0.0.0/0",
        nat_gateway_id = "nat-1" } } } },
      { "aws_route_table_association.p", { route_table_id = "rtb-p", subnet_id = "subnet-p" } },
      instance("web", "subnet-a", "10.0.0.10"), instance("db", "subnet-a", "10.0.0.11"),
      instance("inner", "subnet-p", "10.0.5.10")))
    assert.equal("reachable", (verdict(net, "i-web", "internet=8.8.8.8")))
    assert.equal("reachable", (verdict(net, "i-db", "internet=8.8.8.8")))
    local trace = net:trace { from = "i-inner", to = "internet=8.8.8.8" }
    assert.is_true(trace.reachable)
    assert.same({ "nat-1", "igw-1" }, trace.via)
    assert.equal("eigw-1", net:describe("route-tables").RouteTables[1].Routes[3].EgressOnlyInternetGatewayId)
  end)

  it("attaches interfaces that are resources of their own", function()
    local net = load(base(
      { "aws_network_interface.own", { id = "eni-own", subnet_id = "subnet-a", private_ips = { "10.0.0.20",
        "10.0.0.21" },
        private_ip = "10.0.0.20", security_groups = { "sg-a" }, source_dest_check = false } },
      { "aws_network_interface.second", { id = "eni-2", subnet_id = "subnet-a", private_ip = "10.0.0.30" } },
      { "aws_network_interface_attachment.second", { network_interface_id = "eni-2", instance_id = "i-web",
        device_index = 1 } },
      { "aws_security_group.g", { id = "sg-g", name = "g", vpc_id = "vpc-a" } },
      { "aws_network_interface_sg_attachment.g", { network_interface_id = "eni-2", security_group_id = "sg-g" } },
      { "aws_instance.web", { id = "i-web", private_ip = "10.0.0.20", subnet_id = "subnet-a", network_interface = {
        { network_interface_id = "eni-own", device_index = 0 } } } }))
    assert.equal("i-web", net:get("eni-own").attachment.instance_id)
    assert.equal(2, #net:get("eni-own").private_ip_addresses)
    assert.is_false(net:get("eni-own").source_dest_check)
    assert.equal(1, net:get("eni-2").attachment.device_index)
    assert.equal("sg-g", net:get("eni-2").groups[2].group_id)
    assert.is_nil((net:get "eni-web"))
  end)

  it("takes a rule that was cut for one that may admit anything", function()
    local net = load(base(
      { "aws_security_group.g", { id = "sg-g", name = "g", vpc_id = "vpc-a", egress = EVERYTHING } },
      { "aws_security_group_rule.cut", { id = "sgrule-1", security_group_id = "sg-g" } },
      instance("web", "subnet-a", "10.0.0.10"), instance("db", "subnet-a", "10.0.0.11", { "sg-g" })))
    local trace = net:trace { from = "i-web", to = "i-db" }
    assert.equal("unknown", trace.verdict)
    assert.matches("type of aws_security_group_rule%.cut %(missing in the state%)", trace.explanations[1].message)
  end)

  it("knows groups that an instance names by their names", function()
    local net = load(base({ "aws_security_group.g", { id = "sg-g", name = "old", vpc_id = "vpc-a" } },
      { "aws_instance.web", { id = "i-web", subnet_id = "subnet-a", private_ip = "10.0.0.10",
        security_groups = { "old" }, primary_network_interface_id = "eni-web" } }))
    assert.equal("sg-g", net:get("eni-web").groups[1].group_id)
  end)
end)
