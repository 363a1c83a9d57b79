-- Egress-only internet gateways: made, read, routed to, deleted; what a trace says about them.

local refused = require "support.refused"
local vpcpeer = require "vpcpeer"

local function model(options)
  local net = vpcpeer.network(options)
  local vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" }
  vpc:associate_cidr_block { ipv6_cidr_block = "2001:db8:1234:1a00::/56" }
  local eigw = net:create_egress_only_internet_gateway {
    egress_only_internet_gateway_id = "eigw-a", vpc_id = vpc, tags = { Name = "out" },
  }
  return net, vpc, eigw
end

describe("an egress-only internet gateway", function()
  it("is made for a VPC and says so", function()
    local net, vpc, eigw = model()
    assert.equal("eigw-a", eigw.egress_only_internet_gateway_id)
    assert.same({ { vpc_id = "vpc-a", state = "attached" } }, eigw.attachments)
    assert.equal(vpc, eigw.vpc)
    assert.equal(eigw, net:egress_only_internet_gateways()())
    assert.equal(eigw, vpc:egress_only_internet_gateways()())
    assert.equal(eigw, net:get "out")
    assert.same({ EgressOnlyInternetGateways = { {
      EgressOnlyInternetGatewayId = "eigw-a", Attachments = { { VpcId = "vpc-a", State = "attached" } },
      Tags = { { Key = "Name", Value = "out" } },
    } } }, net:describe "egress-only-internet-gateways")
    assert.same({}, net:describe("egress-only-internet-gateways", { ["attachment.vpc-id"] = "vpc-b" })
      .EgressOnlyInternetGateways)
  end)

  it("loads as it is printed, and its account is that of the VPC", function()
    local net = model { owner_id = "222222222222" }
    local text = net:describe_json()
    local copy = assert(vpcpeer.load_json(text))
    assert.equal(text, copy:describe_json())
    assert.equal("222222222222", copy:get("eigw-a").owner_id)
    assert.same({}, copy:diagnostics())
  end)

  it("is one of a VPC, in the VPC's Region", function()
    local net, vpc = model()
    local message = refused(net, "InvalidParameterValue", net, "create_egress_only_internet_gateway", { vpc_id = vpc })
    assert.matches("Network vpc%-a already has an egress%-only internet gateway attached", message)
    refused(net, "InvalidVpcID.NotFound", net, "create_egress_only_internet_gateway", { vpc_id = "vpc-9" })
    refused(net, "MissingParameter", net, "create_egress_only_internet_gateway", {})
    local west = net:as("111111111111", "us-west-2")
    local other = west:create_vpc { cidr_block = "10.8.0.0/16" }
    refused(net, "InvalidVpcID.NotFound", net, "create_egress_only_internet_gateway", { vpc_id = other })
    assert.equal("us-west-2", west:create_egress_only_internet_gateway({ vpc_id = other }).region)
  end)

  it("is a target of routes of its own VPC", function()
    local net, vpc, eigw = model()
    local other = net:create_vpc { vpc_id = "vpc-b", cidr_block = "10.1.0.0/16" }
    local main = vpc.main_route_table
    refused(net, "InvalidParameterValue", other.main_route_table, "create_route",
      { destination_ipv6_cidr_block = "::/0", egress_only_internet_gateway_id = eigw })
    refused(net, "InvalidGatewayID.NotFound", main, "create_route",
      { destination_ipv6_cidr_block = "::/0", egress_only_internet_gateway_id = "eigw-9" })
    local four = net:create_managed_prefix_list { prefix_list_name = "four", max_entries = 1 }
    local six = net:create_managed_prefix_list { prefix_list_name = "six", max_entries = 1, address_family = "IPv6" }
    refused(net, "InvalidParameterValue", main, "create_route",
      { destination_prefix_list_id = four, egress_only_internet_gateway_id = eigw })
    main:create_route { destination_prefix_list_id = six, egress_only_internet_gateway_id = eigw }
    main:delete_route { destination_prefix_list_id = six }
    assert.matches("takes IPv6 destinations only", refused(net, "InvalidParameterValue", main, "create_route",
      { destination_cidr_block = "0.0.0.0/0", egress_only_internet_gateway_id = eigw }))
    main:create_route { destination_ipv6_cidr_block = "::/0", egress_only_internet_gateway_id = eigw }
    local function state()
      local route = main.routes[#main.routes]
      return route.egress_only_internet_gateway_id .. " " .. route.state
    end
    assert.equal("eigw-a active", state())
    refused(net, "DependencyViolation", vpc, "delete")
    eigw:delete()
    assert.equal("eigw-a blackhole", state())
    assert.is_nil(net:get "eigw-a")
    vpc:delete()
  end)

  it("is named by what a trace says", function()
    local net, vpc, eigw = model()
    local subnet = vpc:create_subnet { cidr_block = "10.0.0.0/24", ipv6_cidr_block = "2001:db8:1234:1a00::/64" }
    local web = subnet:run_instance { private_ip_address = "10.0.0.10", ipv6_address = "2001:db8:1234:1a00::10" }
    vpc.main_route_table:create_route { destination_ipv6_cidr_block = "::/0", egress_only_internet_gateway_id = eigw }
    vpc.main_route_table:create_route {
      destination_ipv6_cidr_block = "3000::/4", egress_only_internet_gateway_id = eigw,
    }
    -- AWS takes no IPv4 route to it, but data may hold one
    local text, count = net:describe_json():gsub('"DestinationIpv6CidrBlock"(:%s*)"3000::/4"',
      '"DestinationCidrBlock"%1"0.0.0.0/0"')
    assert.equal(1, count)
    net = assert(vpcpeer.load_json(text))
    web = net:get(web.id)
    local out = net:trace { from = web, to = "2600::1" }
    assert.is_true(out.reachable)
    assert.same({ { "eigw-a" }, 1500, "egress_only_internet_gateway" }, { out.via, out.mtu, out.path[2].kind })
    assert.matches("egress%-only internet gateway eigw%-a %(out%)", tostring(out))
    local reason = net:trace({ from = web, to = "198.51.100.7" }).explanations[1]
    assert.same({ "PROTOCOL_RESTRICTION", "egress", "eigw-a" },
      { reason.code, reason.direction, reason.egress_only_internet_gateway_id })
    assert.equal("eigw-a (out) carries only IPv6 connections from inside its VPC, not tcp 443 to 198.51.100.7",
      reason.message)
    reason = net:trace({ from = "internet@eigw-a=2600::1", to = web }).explanations[1]
    assert.same({ "PROTOCOL_RESTRICTION", "ingress" }, { reason.code, reason.direction })
    assert.equal("eigw-a (out) carries only IPv6 connections from inside its VPC, not tcp 443 from 2600::1 (internet)",
      reason.message)
  end)
end)
