-- VPCs on a transit gateway, made by the strict calls: what specs of the gateway and its route tables begin with.

local described = require "support.described"
local vpcpeer = require "vpcpeer"

local transit = {}

--- A VPC with one subnet and a host in it that every group rule admits.
function transit.add_vpc(m, name, block, more)
  local options = { vpc_id = "vpc-" .. name, cidr_block = block .. ".0.0/16" }
  for key, value in pairs(more or {}) do
    options[key] = value
  end
  local vpc = m.net:create_vpc(options)
  local zone = (more and more.region or "us-east-1") .. "a"
  local subnet = vpc:create_subnet {
    subnet_id = "subnet-" .. name, cidr_block = block .. ".0.0/24", availability_zone = zone,
  }
  local group = vpc:create_security_group { group_name = "all" }
  group:authorize_ingress { ip_protocol = "-1", cidr_ip = "0.0.0.0/0" }
  subnet:run_instance {
    instance_id = "i-" .. name, private_ip_address = block .. ".0.10", security_group_ids = { group },
  }
  m[name], m[name .. "_subnet"], m[name .. "_group"] = vpc, subnet, group
end

--- Two VPCs on a gateway, with routes to each other.
function transit.build(options)
  local m = { net = vpcpeer.network(options) }
  transit.add_vpc(m, "a", "10.0")
  transit.add_vpc(m, "b", "10.1")
  m.tgw = m.net:create_transit_gateway { transit_gateway_id = "tgw-1", description = "hub" }
  m.ta = m.tgw:create_vpc_attachment {
    vpc_id = m.a, subnet_ids = { m.a_subnet }, transit_gateway_attachment_id = "tgw-attach-a",
  }
  m.tb = m.tgw:create_vpc_attachment {
    vpc_id = m.b, subnet_ids = { "subnet-b" }, transit_gateway_attachment_id = "tgw-attach-b",
  }
  m.main = m.tgw.association_default_route_table
  m.a.main_route_table:create_route { destination_cidr_block = "10.0.0.0/8", transit_gateway_id = m.tgw }
  m.b.main_route_table:create_route { destination_cidr_block = "10.0.0.0/8", transit_gateway_id = m.tgw }
  return m
end

--- What the hosts of the two get from each other.
function transit.both_ways(m)
  return described.line(m.net, "i-a", "i-b") .. ", " .. described.line(m.net, "i-b", "i-a")
end

--- What a packet meets that the gateway has no route for.
transit.NO_ROUTE = "no TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT"

return transit
