-- Endpoints, the VPN family, transit gateways and data sources of Terraform as objects of the model.

local terraform = require "support.terraform"

local OPEN = { { protocol = "-1", from_port = 0, to_port = 0, cidr_blocks = { "0.0.0.0/0" } } }

-- Two VPCs, each with a subnet, a group that lets everything in and an instance.
local function base(...)
  local list = {}
  for i, name in ipairs { "a", "b" } do
    local net = "10." .. i - 1 .. "."
    list[#list + 1] = { "aws_vpc." .. name, { id = "vpc-" .. name, cidr_block = net .. "0.0/16",
      main_route_table_id = "rtb-" .. name, default_security_group_id = "sg-d" .. name } }
    list[#list + 1] = { "aws_subnet." .. name, { id = "subnet-" .. name, vpc_id = "vpc-" .. name,
      cidr_block = net .. "0.0/24", availability_zone = "eu-west-1a" } }
    list[#list + 1] = { "aws_security_group." .. name, { id = "sg-" .. name, name = name, vpc_id = "vpc-" .. name,
      ingress = OPEN, egress = OPEN } }
    list[#list + 1] = { "aws_instance." .. name, { id = "i-" .. name, subnet_id = "subnet-" .. name,
      private_ip = net .. "0.10", vpc_security_group_ids = { "sg-" .. name } } }
  end
  for _, each in ipairs { ... } do
    list[#list + 1] = each
  end
  return list
end

local load, verdict = terraform.load, terraform.verdict

describe("a Terraform state", function()
  it("holds gateway endpoints with the routes that they add", function()
    local net = load(base(
      { "aws_vpc_endpoint.s3", { id = "vpce-1", vpc_id = "vpc-a", vpc_endpoint_type = "Gateway",
        service_name = "com.amazonaws.eu-west-1.s3", prefix_list_id = "pl-s3", cidr_blocks = { "52.218.0.0/17" } } },
      { "aws_vpc_endpoint_route_table_association.s3", { vpc_endpoint_id = "vpce-1", route_table_id = "rtb-a" } }))
    assert.equal("vpce-1", net:describe("route-tables").RouteTables[1].Routes[2].GatewayId)
    local trace = net:trace { from = "i-a", to = "internet=52.218.1.1" }
    assert.same({ "vpce-1" }, trace.via)
  end)

  it("holds interface endpoints and their parts", function()
    local net = load(base(
      { "aws_vpc_endpoint.sqs", { id = "vpce-2", vpc_id = "vpc-a", vpc_endpoint_type = "Interface",
        service_name = "com.amazonaws.eu-west-1.sqs", subnet_ids = {}, security_group_ids = {},
        network_interface_ids = { "eni-e" }, private_dns_enabled = true,
        dns_entry = { { dns_name = "vpce-2.sqs.eu-west-1.vpce.amazonaws.com", hosted_zone_id = "Z1" } } } },
      { "aws_vpc_endpoint_subnet_association.s", { vpc_endpoint_id = "vpce-2", subnet_id = "subnet-a" } },
      { "aws_vpc_endpoint_security_group_association.g", { vpc_endpoint_id = "vpce-2", security_group_id = "sg-a" } }))
    local endpoint = net:describe("vpc-endpoints").VpcEndpoints[1]
    assert.same({ "subnet-a" }, endpoint.SubnetIds)
    assert.equal("sg-a", endpoint.Groups[1].GroupId)
    assert.is_true(endpoint.PrivateDnsEnabled)
    assert.equal("Z1", endpoint.DnsEntries[1].HostedZoneId)
  end)

  it("holds endpoints to resources of VPC Lattice", function()
    local arn = "arn:aws:vpc-lattice:eu-west-1:111111111111:resourceconfiguration/rcfg-1"
    local net = load(base({ "aws_vpc_endpoint.r", { id = "vpce-3", vpc_id = "vpc-a", vpc_endpoint_type = "Resource",
      resource_configuration_arn = arn } }))
    assert.equal(arn, net:get("vpce-3").resource_configuration_arn)
  end)

  it("holds the VPN family, with the routes that its gateway propagates", function()
    local net = load(base(
      { "aws_vpn_gateway.v", { id = "vgw-1" } },
      { "aws_vpn_gateway_attachment.v", { vpn_gateway_id = "vgw-1", vpc_id = "vpc-a" } },
      { "aws_customer_gateway.c", { id = "cgw-1", bgp_asn = "65000", ip_address = "203.0.113.1", type = "ipsec.1" } },
      { "aws_vpn_connection.c", { id = "vpn-1", vpn_gateway_id = "vgw-1", customer_gateway_id = "cgw-1",
        static_routes_only = true } },
      { "aws_vpn_connection_route.office", { vpn_connection_id = "vpn-1", destination_cidr_block = "192.168.0.0/16" } },
      { "aws_vpn_gateway_route_propagation.p", { vpn_gateway_id = "vgw-1", route_table_id = "rtb-a" } }))
    local route = net:describe("route-tables").RouteTables[1].Routes[2]
    assert.same({ "192.168.0.0/16", "vgw-1", "EnableVgwRoutePropagation" },
      { route.DestinationCidrBlock, route.GatewayId, route.Origin })
    assert.equal("reachable", (verdict(net, "i-a", "onprem=192.168.0.5")))
    assert.equal("65000", net:get("cgw-1").bgp_asn)
  end)

  local function joined(...)
    return base(
      { "aws_ec2_transit_gateway.t", { id = "tgw-1", association_default_route_table_id = "tgw-rtb-1",
        propagation_default_route_table_id = "tgw-rtb-1", default_route_table_association = "enable",
        default_route_table_propagation = "enable" } },
      { "aws_ec2_transit_gateway_vpc_attachment.a", { id = "tgw-attach-a", transit_gateway_id = "tgw-1",
        vpc_id = "vpc-a", subnet_ids = { "subnet-a" } } },
      { "aws_ec2_transit_gateway_vpc_attachment.b", { id = "tgw-attach-b", transit_gateway_id = "tgw-1",
        vpc_id = "vpc-b", subnet_ids = { "subnet-b" } } },
      { "aws_route.a", { route_table_id = "rtb-a", destination_cidr_block = "10.0.0.0/8",
        transit_gateway_id = "tgw-1" } },
      { "aws_route.b", { route_table_id = "rtb-b", destination_cidr_block = "10.0.0.0/8",
        transit_gateway_id = "tgw-1" } },
      ...)
  end

  it("joins VPCs by a transit gateway with its default table", function()
    local net = load(joined())
    assert.equal("reachable", (verdict(net, "i-a", "i-b")))
    assert.equal("tgw-1", net:get("tgw-rtb-1").transit_gateway_id)
  end)

  it("uses tables of one's own in place of the default one", function()
    local list = joined(
      { "aws_ec2_transit_gateway_route_table.own", { id = "tgw-rtb-2", transit_gateway_id = "tgw-1" } },
      { "aws_ec2_transit_gateway_route_table_association.a", { transit_gateway_attachment_id = "tgw-attach-a",
        transit_gateway_route_table_id = "tgw-rtb-2" } })
    list[10][2].transit_gateway_default_route_table_association = false
    assert.same({ "not-reachable", "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT" }, { verdict(load(list), "i-a", "i-b") })
    list[#list + 1] = { "aws_ec2_transit_gateway_route.b", { transit_gateway_route_table_id = "tgw-rtb-2",
      destination_cidr_block = "10.1.0.0/16", transit_gateway_attachment_id = "tgw-attach-b", blackhole = false } }
    assert.equal("reachable", (verdict(load(list), "i-a", "i-b")))
    list[#list][2].blackhole = true
    assert.same({ "not-reachable", "TGW_RTB_BAD_STATE_ROUTE" }, { verdict(load(list), "i-a", "i-b") })
    list[#list] = { "aws_ec2_transit_gateway_route_table_propagation.b", {
      transit_gateway_route_table_id = "tgw-rtb-2", transit_gateway_attachment_id = "tgw-attach-b" } }
    assert.equal("reachable", (verdict(load(list), "i-a", "i-b")))
    list[#list] = { "aws_ec2_transit_gateway_prefix_list_reference.b", { prefix_list_id = "pl-b",
      transit_gateway_route_table_id = "tgw-rtb-2", transit_gateway_attachment_id = "tgw-attach-b" } }
    list[#list + 1] = { "aws_ec2_managed_prefix_list.b", { id = "pl-b", entry = { { cidr = "10.1.0.0/24" } } } }
    assert.equal("reachable", (verdict(load(list), "i-a", "i-b")))
  end)

  it("joins transit gateways by a peering attachment that was accepted", function()
    local list = joined(
      { "aws_ec2_transit_gateway.far", { id = "tgw-2" } },
      { "aws_ec2_transit_gateway_peering_attachment.p", { id = "tgw-attach-p", transit_gateway_id = "tgw-1",
        peer_transit_gateway_id = "tgw-2", peer_account_id = "999988887777", peer_region = "us-east-1" } })
    assert.equal("pendingAcceptance", load(list):get("tgw-attach-p").state)
    list[#list + 1] = { "aws_ec2_transit_gateway_peering_attachment_accepter.p", {
      id = "tgw-attach-p", transit_gateway_attachment_id = "tgw-attach-p" } }
    local net = load(list)
    assert.equal("available", net:get("tgw-attach-p").state)
    assert.equal("tgw-2", net:get("tgw-attach-p").accepter_tgw_info.transit_gateway_id)
  end)

  it("reads data sources, and takes nothing for granted about them", function()
    local net = load {
      { "data.aws_vpc.v", { id = "vpc-v", cidr_block = "10.3.0.0/16", default = true, main_route_table_id = "rtb-v",
        cidr_block_associations = { { cidr_block = "10.3.0.0/16" }, { cidr_block = "10.4.0.0/16" } } } },
      { "data.aws_subnet.s", { id = "subnet-s", vpc_id = "vpc-v", cidr_block = "10.3.0.0/24" } },
      { "data.aws_subnet.t", { id = "subnet-t", vpc_id = "vpc-v", cidr_block = "10.3.1.0/24" } },
      { "data.aws_security_group.g", { id = "sg-g", name = "g", vpc_id = "vpc-v" } },
      { "data.aws_internet_gateway.i", { id = "igw-i", attachments = { { vpc_id = "vpc-v", state = "available" } } } },
      { "data.aws_instance.i", { id = "i-i", subnet_id = "subnet-s", private_ip = "10.3.0.10",
        vpc_security_group_ids = { "sg-g" }, network_interface_id = "eni-i" } },
    }
    assert.is_true(net:get("vpc-v").is_default)
    assert.equal(2, #net:describe("vpcs").Vpcs[1].CidrBlockAssociationSet)
    assert.is_nil((net:get "rtb-v"))
    assert.is_nil((net:get "sg-g"))
    assert.equal("vpc-v", net:get("data.aws_internet_gateway.i").attachments[1].vpc_id)
    assert.same({ "unknown", "UNKNOWN_RESOURCE" }, { verdict(net, "data.aws_instance.i", "subnet-t=10.3.1.9") })
  end)

  it("reads the routes of a table that is a data source", function()
    local net = load {
      { "data.aws_vpc.v", { id = "vpc-v", cidr_block = "10.3.0.0/16" } },
      { "data.aws_subnet.s", { id = "subnet-s", vpc_id = "vpc-v", cidr_block = "10.3.0.0/24" } },
      { "data.aws_route_table.r", { id = "rtb-r", vpc_id = "vpc-v",
        routes = { { cidr_block = "0.0.0.0/0", gateway_id = "igw-i" } },
        associations = { { main = true }, { main = false, subnet_id = "subnet-s" } } } },
      { "data.aws_internet_gateway.i", { id = "igw-i", attachments = { { vpc_id = "vpc-v", state = "available" } } } },
    }
    assert.equal("rtb-r", net:get("vpc-v").main_route_table.id)
    assert.same({ "not-reachable", "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS" },
      { verdict(net, "subnet-s=10.3.0.9", "internet=8.8.8.8") })
  end)
end)
