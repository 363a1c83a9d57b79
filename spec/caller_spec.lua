-- Whose call it is: an account that calls in one Region changes and names what is its own there;
-- sharing, peering and unknown owners are the exceptions.

local refused = require "support.refused"
local vpcpeer = require "vpcpeer"

local OTHER, WEST = "222222222222", "us-west-2"

-- One of nearly everything, of 111111111111 in us-east-1.
local function build()
  local net = vpcpeer.network()
  local vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" }
  vpc:associate_cidr_block { ipv6_cidr_block = "2001:db8:a::/56" }
  local subnet = vpc:create_subnet { subnet_id = "subnet-a", cidr_block = "10.0.0.0/24" }
  vpc:create_route_table { route_table_id = "rtb-a" }
  vpc:create_security_group { group_id = "sg-a", group_name = "a" }
  vpc:create_network_acl { network_acl_id = "acl-a" }
  net:create_internet_gateway({ internet_gateway_id = "igw-a" }):attach { vpc_id = vpc }
  net:create_internet_gateway { internet_gateway_id = "igw-free" }
  net:create_vpn_gateway({ vpn_gateway_id = "vgw-a" }):attach { vpc_id = vpc }
  net:create_customer_gateway { customer_gateway_id = "cgw-a", ip_address = "198.51.100.1", bgp_asn = 65000 }
  net:create_vpn_connection { vpn_connection_id = "vpn-a", customer_gateway_id = "cgw-a", vpn_gateway_id = "vgw-a" }
  subnet:run_instance { instance_id = "i-a", network_interface_id = "eni-a", security_group_ids = { "sg-a" } }
  subnet:create_network_interface { network_interface_id = "eni-free" }
  net:allocate_address { allocation_id = "eipalloc-a" }
  net:allocate_address { allocation_id = "eipalloc-nat" }
  subnet:create_nat_gateway { nat_gateway_id = "nat-a", allocation_id = "eipalloc-nat" }
  net:create_managed_prefix_list {
    prefix_list_id = "pl-a", prefix_list_name = "a", entries = { { cidr = "10.9.0.0/16" } },
  }
  net:create_egress_only_internet_gateway { egress_only_internet_gateway_id = "eigw-a", vpc_id = vpc }
  vpc:create_vpc_endpoint { vpc_endpoint_id = "vpce-a", service_name = "com.amazonaws.us-east-1.s3" }
  net:create_hosted_zone { hosted_zone_id = "Z1", name = "example.com", vpc_ids = { vpc } }
  net:create_transit_gateway { transit_gateway_id = "tgw-a" }
  net:get("tgw-a"):create_vpc_attachment {
    transit_gateway_attachment_id = "tgw-attach-a", vpc_id = vpc, subnet_ids = { subnet },
  }
  return net, vpc, subnet
end

-- The receiver, a call on it, and the code for an account that does not see the receiver.
local RECEIVERS = {
  { "vpc-a", "InvalidVpcID.NotFound", { "create_subnet", { cidr_block = "10.0.9.0/24" } }, { "delete" },
    { "create_route_table" }, { "create_network_acl" }, { "associate_cidr_block", { cidr_block = "10.1.0.0/16" } },
    { "modify_attribute", { enable_dns_hostnames = true } },
    { "detach_internet_gateway", { internet_gateway_id = "igw-a" } },
    { "create_vpc_endpoint", { service_name = "com.amazonaws.us-east-1.dynamodb" } } },
  { "subnet-a", "InvalidSubnetID.NotFound", { "delete" }, { "modify_attribute", { map_public_ip_on_launch = true } },
    { "create_nat_gateway", { connectivity_type = "private" } },
    { "associate_cidr_block", { ipv6_cidr_block = "2001:db8:a::/64" } } },
  { "rtb-a", "InvalidRouteTableID.NotFound", { "delete" }, { "associate", { subnet_id = "subnet-a" } },
    { "create_route", { destination_cidr_block = "0.0.0.0/0", gateway_id = "igw-a" } },
    { "enable_vgw_route_propagation", { gateway_id = "vgw-a" } } },
  { "sg-a", "InvalidGroup.NotFound", { "delete" },
    { "authorize_ingress", { ip_protocol = "tcp", from_port = 22, to_port = 22, cidr_ip = "0.0.0.0/0" } } },
  { "acl-a", "InvalidNetworkAclID.NotFound", { "delete" }, { "associate", { subnet_id = "subnet-a" } },
    { "create_entry", { rule_number = 1, protocol = "-1", rule_action = "allow", cidr_block = "0.0.0.0/0" } } },
  { "igw-a", "InvalidInternetGatewayID.NotFound", { "detach", { vpc_id = "vpc-a" } } },
  { "igw-free", "InvalidInternetGatewayID.NotFound", { "delete" } },
  { "vgw-a", "InvalidVpnGatewayID.NotFound", { "detach", { vpc_id = "vpc-a" } },
    { "declare_routes", { cidrs = { "10.77.0.0/16" } } } },
  { "vpn-a", "InvalidVpnConnectionID.NotFound", { "delete" } },
  { "cgw-a", "InvalidCustomerGatewayID.NotFound", { "delete" } },
  { "i-a", "InvalidInstanceID.NotFound", { "stop" }, { "terminate" }, { "start" } },
  { "eni-free", "InvalidNetworkInterfaceID.NotFound", { "delete" },
    { "attach", { instance_id = "i-a", device_index = 1 } },
    { "modify_attribute", { source_dest_check = false } }, { "assign_private_ip_addresses",
      { secondary_private_ip_address_count = 1 } } },
  { "eipalloc-a", "InvalidAllocationID.NotFound", { "delete" },
    { "associate", { network_interface_id = "eni-free" } } },
  { "nat-a", "NatGatewayNotFound", { "delete" } },
  { "eigw-a", "InvalidGatewayID.NotFound", { "delete" } },
  { "vpce-a", "InvalidVpcEndpointId.NotFound", { "delete" }, { "modify", { add_route_table_ids = { "rtb-a" } } } },
}

describe("a call", function()
  local function each(receiver, work)
    for i = 3, #receiver do
      work(receiver[1], receiver[2], receiver[i][1], receiver[i][2])
    end
  end

  it("on another account's object is one on an object that does not exist", function()
    local net = build()
    for _, receiver in ipairs(RECEIVERS) do
      each(receiver, function(id, code, method, options)
        refused(net, code, net:as(OTHER):get(id), method, options)
      end)
    end
    refused(net, "NoSuchHostedZone", net:as(OTHER):get "Z1", "delete")
  end)

  it("in another Region is one, too; hosted zones are of all Regions", function()
    local net = build()
    for _, receiver in ipairs(RECEIVERS) do
      each(receiver, function(id, code, method, options)
        refused(net, code, net:as("111111111111", WEST):get(id), method, options)
      end)
    end
    refused(net, "InvalidPrefixListID.NotFound", net:as(OTHER, WEST):get "pl-a", "delete")
    refused(net, "InvalidTransitGatewayID.NotFound", net:as(OTHER, WEST):get "tgw-a", "delete")
    net:as("111111111111", WEST):get("Z1"):delete()
  end)

  it("may carry its account and Region itself", function()
    local net, vpc = build()
    refused(net, "InvalidVpcID.NotFound", vpc, "create_route_table", { owner_id = OTHER })
    refused(net, "InvalidVpcID.NotFound", vpc, "create_route_table", { region = WEST })
    local foreign = net:as(OTHER, WEST):get "vpc-a"
    assert.equal(vpc, foreign:create_route_table({ owner_id = "111111111111", region = "us-east-1" }).vpc)
  end)

  it("tells whose the object is", function()
    local net = build()
    local message = refused(net, "InvalidVpcID.NotFound", net:as(OTHER):get "vpc-a", "delete")
    assert.matches("The vpc ID 'vpc%-a' does not exist", message)
    assert.matches("belongs to account 111111111111 in us%-east%-1", message)
  end)
end)

describe("an id in a call", function()
  -- Another account's VPC, with calls of its owner that name what 111111111111 has.
  local function others(net, account, region)
    local their = net:as(account, region)
    local vpc = their:create_vpc { vpc_id = "vpc-b", cidr_block = "10.0.0.0/16" }
    vpc:associate_cidr_block { ipv6_cidr_block = "2001:db8:b::/56" }
    local subnet = vpc:create_subnet { subnet_id = "subnet-b", cidr_block = "10.0.0.0/24" }
    local free = subnet:create_network_interface { network_interface_id = "eni-b" }
    return their, vpc, subnet, free
  end

  local function check(account, region)
    local net = build()
    local their, vpc, subnet, free = others(net, account, region)
    local main = vpc.main_route_table
    local function no(code, object, method, options)
      refused(net, code, object, method, options)
    end
    no("InvalidGroup.NotFound", subnet, "run_instance", { security_group_ids = { "sg-a" } })
    no("InvalidGroup.NotFound", free, "modify_attribute", { groups = { "sg-a" } })
    no("InvalidNetworkInterfaceID.NotFound", subnet, "run_instance", { network_interface_id = "eni-free" })
    no("InvalidInstanceID.NotFound", free, "attach", { instance_id = "i-a", device_index = 1 })
    no("InvalidInternetGatewayID.NotFound", vpc, "attach_internet_gateway", { internet_gateway_id = "igw-free" })
    no("InvalidVpnGatewayID.NotFound", vpc, "attach_vpn_gateway", { vpn_gateway_id = "vgw-a" })
    no("InvalidVpnGatewayID.NotFound", main, "enable_vgw_route_propagation", { gateway_id = "vgw-a" })
    no("InvalidVpcID.NotFound", their:create_internet_gateway(), "attach", { vpc_id = "vpc-a" })
    no("InvalidVpcID.NotFound", their, "create_egress_only_internet_gateway", { vpc_id = "vpc-a" })
    no("InvalidSubnetID.NotFound", main, "associate", { subnet_id = "subnet-a" })
    no("InvalidInternetGatewayID.NotFound", main, "associate", { gateway_id = "igw-a" })
    no("InvalidVpnGatewayID.NotFound", main, "associate", { gateway_id = "vgw-a" })
    no("InvalidSubnetID.NotFound", vpc.default_network_acl, "associate", { subnet_id = "subnet-a" })
    no("InvalidAllocationID.NotFound", subnet, "create_nat_gateway", { allocation_id = "eipalloc-a" })
    no("InvalidRouteTableID.NotFound", vpc, "create_vpc_endpoint",
      { service_name = "com.amazonaws." .. region .. ".s3", route_table_ids = { "rtb-a" } })
    local elastic = their:allocate_address()
    no("InvalidNetworkInterfaceID.NotFound", elastic, "associate", { network_interface_id = "eni-free" })
    no("InvalidInstanceID.NotFound", elastic, "associate", { instance_id = "i-a" })
    no("InvalidCustomerGatewayID.NotFound", their, "create_vpn_connection",
      { customer_gateway_id = "cgw-a", vpn_gateway_id = their:create_vpn_gateway() })
    no("InvalidVpnGatewayID.NotFound", their, "create_vpn_connection", { vpn_gateway_id = "vgw-a",
      customer_gateway_id = their:create_customer_gateway { ip_address = "198.51.100.2", bgp_asn = 65001 } })
    local tgw = their:create_transit_gateway {}
    no("InvalidVpcID.NotFound", tgw, "create_vpc_attachment", { vpc_id = "vpc-a", subnet_ids = { "subnet-a" } })
    no("InvalidSubnetID.NotFound", tgw, "create_vpc_attachment", { vpc_id = vpc, subnet_ids = { "subnet-a" } })
    local function to(target)
      target.destination_cidr_block = "0.0.0.0/0"
      return target
    end
    no("InvalidInternetGatewayID.NotFound", main, "create_route", to { gateway_id = "igw-a" })
    no("NatGatewayNotFound", main, "create_route", to { nat_gateway_id = "nat-a" })
    no("InvalidNetworkInterfaceID.NotFound", main, "create_route", to { network_interface_id = "eni-a" })
    no("InvalidInstanceID.NotFound", main, "create_route", to { instance_id = "i-a" })
    no("InvalidGatewayID.NotFound", main, "create_route",
      { destination_ipv6_cidr_block = "::/0", egress_only_internet_gateway_id = "eigw-a" })
    return net, their, vpc
  end

  it("of another account's object is unknown; prefix lists are shared, peers named", function()
    local net, their, vpc = check(OTHER, "us-east-1")
    refused(net, "UnauthorizedOperation", their:get "pl-a", "modify", { prefix_list_name = "mine" })
    local igw = their:create_internet_gateway()
    igw:attach { vpc_id = vpc }
    vpc.main_route_table:create_route { destination_prefix_list_id = "pl-a", gateway_id = igw }
    vpc.default_security_group:authorize_ingress { ip_protocol = "-1", prefix_list_id = "pl-a" }
  end)

  it("of another Region's object is unknown, prefix lists included", function()
    local net, their, vpc = check("111111111111", WEST)
    local igw = their:create_internet_gateway()
    igw:attach { vpc_id = vpc }
    refused(net, "InvalidPrefixListID.NotFound", vpc.main_route_table, "create_route",
      { destination_prefix_list_id = "pl-a", gateway_id = igw })
    refused(net, "InvalidPrefixListID.NotFound", vpc.default_security_group, "authorize_ingress",
      { ip_protocol = "-1", prefix_list_id = "pl-a" })
  end)

  it("may name the peer's group across accounts, where a peering connection is active", function()
    local net, vpc = build()
    local theirs = net:create_vpc { vpc_id = "vpc-b", cidr_block = "10.8.0.0/16", owner_id = OTHER }
    local group = theirs:create_security_group { group_name = "b" }
    local reference = { ip_protocol = "-1", referenced_group_id = OTHER .. "/" .. group.id }
    vpc:disassociate_cidr_block { association_id = vpc.ipv6_cidr_block_association_set[1].association_id }
    local pcx = net:create_vpc_peering_connection { vpc_id = vpc, peer_vpc_id = theirs, peer_owner_id = OTHER }
    refused(net, "InvalidGroup.NotFound", net:get "sg-a", "authorize_ingress", reference)
    net:as(OTHER):get(pcx.id):accept()
    net:get("sg-a"):authorize_ingress(reference)
    local pair = net:get("sg-a").ip_permissions[1].user_id_group_pairs[1]
    assert.same({ group.id, OTHER }, { pair.group_id, pair.user_id })
    net:get("sg-a"):revoke_ingress(reference)
    assert.same({}, net:get("sg-a").ip_permissions)
    theirs.main_route_table:create_route { destination_cidr_block = "10.0.0.0/16", vpc_peering_connection_id = pcx }
    assert.equal("active", theirs.main_route_table.routes[2].state)
  end)
end)

describe("a shared subnet", function()
  it("takes instances, interfaces and groups of other accounts, which are theirs", function()
    local net = build()
    local their = net:as(OTHER)
    refused(net, "InvalidGroup.NotFound", their:get "subnet-a", "run_instance") -- the default group is the owner's
    local group = their:get("vpc-a"):create_security_group { group_name = "theirs" }
    local instance = their:get("subnet-a"):run_instance { security_group_ids = { group } }
    local interface = their:get("subnet-a"):create_network_interface { groups = { group } }
    assert.same({ OTHER, OTHER, OTHER },
      { group.owner_id, interface.owner_id, instance.network_interfaces[1].owner_id })
    assert.equal(OTHER, net:describe("instances", { ["instance-id"] = instance.id }).Reservations[1].OwnerId)
    group:authorize_ingress { ip_protocol = "-1", cidr_ip = "10.0.0.0/8" }
    their:allocate_address():associate { network_interface_id = interface }
    instance:stop()
    refused(net, "InvalidGroup.NotFound", net:get("eni-free"), "modify_attribute", { groups = { group } })
    refused(net, "InvalidInstanceID.NotFound", net:get(instance.id), "terminate")
    -- a group of theirs may serve in a VPC that is shared with them, in no other
    local other = net:create_vpc { vpc_id = "vpc-b", cidr_block = "10.9.0.0/16", owner_id = "333333333333" }
    local own = their:create_vpc({ cidr_block = "10.7.0.0/16" }):create_security_group { group_name = "own" }
    own:associate_vpc { vpc_id = "vpc-a" }
    refused(net, "InvalidVpcID.NotFound", own, "associate_vpc", { vpc_id = other })
    -- the owner's table may lead to what is theirs
    net:get("rtb-a"):create_route { destination_cidr_block = "10.9.0.0/16", network_interface_id = interface }
  end)

  it("is seen by who takes part, but stays its owner's", function()
    local net = build()
    local their = net:as(OTHER)
    their:get("vpc-a"):create_security_group { group_name = "theirs" }
    local message = refused(net, "UnauthorizedOperation", their:get "subnet-a", "delete")
    assert.matches("You are not authorized to perform this operation", message)
    refused(net, "UnauthorizedOperation", their:get "vpc-a", "create_subnet", { cidr_block = "10.0.9.0/24" })
    refused(net, "UnauthorizedOperation", their:get "rtb-a", "delete")
    refused(net, "UnauthorizedOperation", their:get "acl-a", "delete")
    refused(net, "InvalidGroup.NotFound", their:get "sg-a", "delete")
    refused(net, "OperationNotPermitted", their, "create_vpc_peering_connection",
      { vpc_id = "vpc-a", peer_vpc_id = "vpc-b" })
    refused(net, "InvalidVpcID.NotFound", net:as "333333333333", "create_vpc_peering_connection",
      { vpc_id = "vpc-a", peer_vpc_id = "vpc-b" })
  end)

  it("is none of another Region, and none of a default VPC", function()
    local net = build()
    local vpc = net:create_default_vpc()
    local subnet = vpc:subnets()()
    refused(net, "InvalidSubnetID.NotFound", net:as(OTHER):get(subnet.id), "run_instance")
    refused(net, "InvalidVpcID.NotFound", net:as(OTHER):get(vpc.id), "create_security_group", { group_name = "x" })
    refused(net, "InvalidSubnetID.NotFound", net:as(OTHER, WEST):get "subnet-a", "run_instance")
  end)
end)

describe("a transit gateway", function()
  it("is shared for attachments of the accounts' own VPCs, and nothing else", function()
    local net = build()
    local their = net:as(OTHER)
    local vpc = their:create_vpc { cidr_block = "10.5.0.0/16" }
    local subnet = vpc:create_subnet { cidr_block = "10.5.0.0/24" }
    refused(net, "UnauthorizedOperation", their:get "tgw-a", "delete")
    refused(net, "UnauthorizedOperation", their:get "tgw-a", "create_peering_attachment",
      { peer_transit_gateway_id = "tgw-b" })
    refused(net, "UnauthorizedOperation", their, "create_vpn_connection", { transit_gateway_id = "tgw-a",
      customer_gateway_id = their:create_customer_gateway { ip_address = "198.51.100.2", bgp_asn = 65001 } })
    refused(net, "InvalidRouteTableID.NotFound", their:get("tgw-a").association_default_route_table, "delete")
    local made = their:get("tgw-a"):create_vpc_attachment { vpc_id = vpc, subnet_ids = { subnet } }
    assert.equal("pendingAcceptance", made.state)
    refused(net, "InvalidTransitGatewayAttachmentID.NotFound", their:get "tgw-attach-a", "modify",
      { options = { dns_support = "disable" } })
    net:get(made.id):accept()
  end)
end)

describe("a peering connection", function()
  it("is seen by its two parties and who looks at the whole model", function()
    local net = vpcpeer.network()
    local a = net:create_vpc { cidr_block = "10.0.0.0/16", owner_id = OTHER }
    local b = net:create_vpc { cidr_block = "10.1.0.0/16", owner_id = "333333333333" }
    local pcx = net:as(OTHER):create_vpc_peering_connection {
      vpc_id = a, peer_vpc_id = b, peer_owner_id = "333333333333", tags = { Name = "theirs" },
    }
    for account, sees in pairs { [OTHER] = true, ["333333333333"] = true, ["444444444444"] = false } do
      local view = net:as(account)
      assert.equal(sees, view:get(pcx.id) ~= nil, account)
      assert.equal(sees, view:get "theirs" ~= nil)
      assert.equal(sees, view:vpc_peering_connections()() ~= nil)
      assert.equal(sees and 1 or 0, #view:describe("vpc-peering-connections").VpcPeeringConnections)
      assert.equal(sees, view:describe_json():find(pcx.id, 1, true) ~= nil)
    end
    -- the network itself is the whole model, which a saved document must hold
    assert.equal(pcx, net:get(pcx.id))
    assert.equal(1, #net:describe("vpc-peering-connections").VpcPeeringConnections)
    refused(net, "InvalidVpcPeeringConnectionID.NotFound", net:get(pcx.id), "accept")
    refused(net, "InvalidVpcPeeringConnectionID.NotFound", pcx, "accept", { owner_id = "444444444444" })
  end)
end)

describe("a loaded model", function()
  local function load(options)
    return assert(vpcpeer.load_tables({
      Vpcs = {
        { VpcId = "vpc-1", CidrBlock = "10.1.0.0/16", OwnerId = OTHER },
        { VpcId = "vpc-2", CidrBlock = "10.2.0.0/16", OwnerId = "333333333333" },
        { VpcId = "vpc-3", CidrBlock = "10.3.0.0/16", OwnerId = "333333333333" },
        { VpcId = "vpc-4", CidrBlock = "10.4.0.0/16" },
      },
      Subnets = {
        { SubnetId = "subnet-1", VpcId = "vpc-1", CidrBlock = "10.1.0.0/24", AvailabilityZone = "eu-west-1a" },
        { SubnetId = "subnet-2", VpcId = "vpc-2", CidrBlock = "10.2.0.0/24", AvailabilityZone = "eu-west-1a" },
        { SubnetId = "subnet-3", VpcId = "vpc-3", CidrBlock = "10.3.0.0/24", AvailabilityZone = "eu-west-1a" },
      },
      VpcPeeringConnections = { {
        VpcPeeringConnectionId = "pcx-1", Status = { Code = "failed" },
        RequesterVpcInfo = { VpcId = "vpc-1", OwnerId = OTHER, Region = "eu-west-1" },
        AccepterVpcInfo = { VpcId = "vpc-2", OwnerId = "333333333333", Region = "eu-west-1" },
      } },
    }, options))
  end

  it("is edited by the account and in the Region of most of its VPCs", function()
    local net = load()
    local vpc = net:get "vpc-2"
    vpc:attach_internet_gateway { internet_gateway_id = net:create_internet_gateway() }
    assert.same({ "333333333333", "eu-west-1" },
      { net:internet_gateways()().owner_id, vpc:create_route_table().vpc.region })
    refused(net, "InvalidVpcID.NotFound", net:get "vpc-1", "create_route_table")
    net:as(OTHER):get("vpc-1"):create_route_table()
    net:clone():get("vpc-3"):create_route_table()
  end)

  it("is edited by whom the options name", function()
    local net = load { owner_id = OTHER }
    net:get("vpc-1"):create_route_table()
    refused(net, "InvalidVpcID.NotFound", net:get "vpc-2", "create_route_table")
    refused(net, "InvalidVpcID.NotFound", load { region = "us-east-1" }:get "vpc-2", "create_route_table")
  end)

  it("is edited in the Region that is known, if no owner is", function()
    local net = assert(vpcpeer.load_tables {
      Vpcs = { { VpcId = "vpc-1", CidrBlock = "10.1.0.0/16" } },
      Subnets = { { SubnetId = "subnet-1", VpcId = "vpc-1", CidrBlock = "10.1.0.0/24",
        AvailabilityZone = "eu-west-1a" } },
    })
    local made = net:get("vpc-1"):create_subnet { cidr_block = "10.1.1.0/24" }
    assert.equal("eu-west-1a", made.availability_zone)
    local group = net:get("vpc-1"):create_security_group { group_name = "a" }
    net:get("subnet-1"):create_network_interface { groups = { group } }
  end)

  it("lets everybody edit what has no known owner", function()
    local net = load()
    assert.equal("000000000000", net:get("vpc-4").owner_id)
    net:get("vpc-4"):create_subnet { cidr_block = "10.4.0.0/24" }:delete()
    net:as(OTHER, WEST):get("vpc-4"):delete()
  end)

  it("shows all its peering connections, for a document must not lose them", function()
    assert.equal("failed", load():get("pcx-1").status.code)
    assert.is_nil(load():as("333333333333"):get "pcx-none")
    assert.is_nil(load({ owner_id = "333333333333" }):get "pcx-1")
  end)
end)
