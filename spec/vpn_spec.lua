-- Virtual private gateways, VPN connections and customer gateways: what may be made and changed,
-- and what is propagated.

local refused = require "support.refused"
local vpcpeer = require "vpcpeer"
local vpn = require "support.vpn"

local build, build_vpn = vpn.gateway, vpn.connection

local function routes_of(route_table)
  local list = {}
  for i, route in ipairs(route_table.routes) do
    list[i] = ("%s %s %s %s"):format(route.destination_cidr_block or route.destination_ipv6_cidr_block,
      route.gateway_id, route.origin, route.state)
  end
  return list
end

local LOCAL = "10.0.0.0/16 local CreateRouteTable active"

describe("a virtual private gateway", function()
  it("shows what AWS prints", function()
    local m = build_vpn()
    assert.same({
      VpnGateways = { {
        VpnGatewayId = "vgw-a", OwnerId = "111111111111", Region = "us-east-1", State = "available",
        Type = "ipsec.1", AmazonSideAsn = 64512, Tags = {},
        VpcAttachments = { { VpcId = "vpc-a", State = "attached" } },
      } },
    }, m.net:describe("vpn-gateways"))
    assert.same({
      CustomerGateways = { {
        CustomerGatewayId = "cgw-a", OwnerId = "111111111111", Region = "us-east-1", State = "available",
        Type = "ipsec.1", BgpAsn = "65010", IpAddress = "192.0.2.1", Tags = {},
      } },
    }, m.net:describe("customer-gateways"))
    local connection = m.net:describe("vpn-connections").VpnConnections[1]
    assert.same({ "vgw-a", "cgw-a", "available", true },
      { connection.VpnGatewayId, connection.CustomerGatewayId, connection.State, connection.Options.StaticRoutesOnly })
    assert.same({ { DestinationCidrBlock = "192.168.0.0/16", Source = "Static", State = "available" } },
      connection.Routes)
  end)

  it("is found from what it belongs to", function()
    local m = build_vpn()
    assert.equal(m.vgw, m.vpc.vpn_gateway)
    assert.equal(m.vpc, m.vgw.vpc)
    assert.equal(m.vgw, m.vpn.vpn_gateway)
    assert.equal(m.cgw, m.vpn.customer_gateway)
    assert.equal(m.vgw, m.vpc:vpn_gateways()())
    assert.equal(m.vpn, m.net:vpn_connections { ["vpn-gateway-id"] = "vgw-a" }())
    assert.equal(m.cgw, m.net:customer_gateways { ["bgp-asn"] = "65010" }())
    assert.is_nil(m.net:vpn_gateways { state = "deleted" }())
  end)

  it("is attached to one VPC, and a VPC has one", function()
    local m = build()
    local other = m.net:create_vpc { cidr_block = "10.1.0.0/16" }
    local second = m.net:create_vpn_gateway()
    refused(m.net, "InvalidVpcState", m.vpc, "attach_vpn_gateway", { vpn_gateway_id = second })
    refused(m.net, "InvalidVpcState", second, "attach", { vpc_id = m.vpc })
    refused(m.net, "VpnGatewayAttachmentLimitExceeded", other, "attach_vpn_gateway", { vpn_gateway_id = m.vgw })
    refused(m.net, "InvalidVpnGatewayID.NotFound", other, "attach_vpn_gateway", { vpn_gateway_id = "vgw-9" })
    refused(m.net, "InvalidVpcID.NotFound", second, "attach", { vpc_id = "vpc-9" })
    refused(m.net, "MissingParameter", other, "attach_vpn_gateway", {})
    refused(m.net, "InvalidVpnGatewayAttachment.NotFound", m.vgw, "detach", { vpc_id = other })
    refused(m.net, "InvalidVpnGatewayAttachment.NotFound", m.vpc, "detach_vpn_gateway", { vpn_gateway_id = second })
    refused(m.net, "DependencyViolation", m.vpc, "delete")
    m.vgw:detach { vpc_id = m.vpc }
    assert.is_nil(m.vpc.vpn_gateway)
    m.vgw:attach { vpc_id = other }
    assert.equal(other, m.vgw.vpc)
  end)

  it("is deleted when nothing uses it", function()
    local m = build_vpn()
    refused(m.net, "IncorrectState", m.vgw, "delete")
    m.vpc:detach_vpn_gateway { vpn_gateway_id = m.vgw }
    refused(m.net, "IncorrectState", m.vgw, "delete")
    refused(m.net, "IncorrectState", m.cgw, "delete")
    m.vpn:delete()
    m.vgw:delete()
    m.cgw:delete()
    assert.is_nil(m.net:get "vgw-a")
    assert.is_nil(m.net:get "cgw-a")
  end)

  it("counts against quotas when asked", function()
    local net = vpcpeer.network { quotas = true }
    for _ = 1, 5 do
      net:create_vpn_gateway()
    end
    refused(net, "VpnGatewayLimitExceeded", net, "create_vpn_gateway")
    local cgw = net:create_customer_gateway { ip_address = "192.0.2.1" }
    for i = 2, 50 do
      net:create_customer_gateway { ip_address = "192.0.2." .. i }
    end
    refused(net, "CustomerGatewayLimitExceeded", net, "create_customer_gateway", { ip_address = "192.0.2.51" })
    local vgw = net:vpn_gateways()()
    for _ = 1, 50 do
      net:create_vpn_connection { customer_gateway_id = cgw, vpn_gateway_id = vgw }
    end
    refused(net, "VpnConnectionLimitExceeded", net, "create_vpn_connection",
      { customer_gateway_id = cgw, vpn_gateway_id = vgw })
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16" }
    vpc:attach_vpn_gateway { vpn_gateway_id = vgw }
    local cidrs = {}
    for i = 1, 101 do
      cidrs[i] = ("192.168.%d.0/24"):format(i)
    end
    vgw:declare_routes { cidrs = cidrs }
    refused(net, "RouteLimitExceeded", vpc.main_route_table, "enable_vgw_route_propagation", { gateway_id = vgw })
  end)

  it("keeps an ASN of four bytes, as made and as loaded", function()
    local net = vpcpeer.network()
    net:create_vpn_gateway { vpn_gateway_id = "vgw-a", amazon_side_asn = 4294967294 }
    assert.equal(4294967294, net:get("vgw-a").amazon_side_asn)
    local again = assert(vpcpeer.load_json(net:describe_json()))
    assert.equal(net:describe_json(), again:describe_json())
    assert.same({}, again:diagnostics())
    assert.is_false(pcall(net.create_vpn_gateway, net, { amazon_side_asn = 4294967296 }))
  end)
end)

describe("a VPN connection", function()
  it("needs both its ends, and static routes to take some", function()
    local m = build_vpn()
    local ends = { customer_gateway_id = m.cgw, vpn_gateway_id = m.vgw }
    refused(m.net, "InvalidCustomerGatewayID.NotFound", m.net, "create_vpn_connection",
      { customer_gateway_id = "cgw-9", vpn_gateway_id = m.vgw })
    refused(m.net, "InvalidVpnGatewayID.NotFound", m.net, "create_vpn_connection",
      { customer_gateway_id = m.cgw, vpn_gateway_id = "vgw-9" })
    refused(m.net, "MissingParameter", m.net, "create_vpn_connection", { customer_gateway_id = m.cgw })
    local learning = m.net:create_vpn_connection(ends)
    refused(m.net, "InvalidVpnConnection.InvalidType", learning, "create_route",
      { destination_cidr_block = "192.168.0.0/16" })
    refused(m.net, "RouteAlreadyExists", m.vpn, "create_route", { destination_cidr_block = "192.168.0.0/16" })
    refused(m.net, "MissingParameter", m.vpn, "create_route", {})
    refused(m.net, "InvalidRoute.NotFound", m.vpn, "delete_route", { destination_cidr_block = "192.168.0.0/17" })
  end)

  it("ends at a customer gateway, of which there is one an address and number", function()
    local m = build_vpn()
    local same = { ip_address = "192.0.2.1", bgp_asn = 65010 }
    assert.equal(m.cgw, m.net:create_customer_gateway(same))
    same.customer_gateway_id = "cgw-b"
    refused(m.net, "InvalidCustomerGateway.DuplicateIpAddress", m.net, "create_customer_gateway", same)
    refused(m.net, "MissingParameter", m.net, "create_customer_gateway", {})
    assert.equal("65000", m.net:create_customer_gateway({ ip_address = "192.0.2.1" }).bgp_asn)
  end)
end)

describe("propagation", function()
  it("follows what the gateway knows", function()
    local m = build_vpn()
    local vpn_route = "192.168.0.0/16 vgw-a EnableVgwRoutePropagation active"
    assert.same({ LOCAL, vpn_route }, routes_of(m.main))
    assert.same({ { gateway_id = "vgw-a" } }, m.main.propagating_vgws)
    m.main:enable_vgw_route_propagation { gateway_id = m.vgw }
    assert.equal(1, #m.main.propagating_vgws)
    m.vpn:create_route { destination_cidr_block = "192.168.1.0/24" }
    m.vgw:declare_routes { cidrs = { "192.168.0.0/16", "2001:db8::/32" }, connection = "dx" }
    assert.same({
      LOCAL, vpn_route, "192.168.1.0/24 vgw-a EnableVgwRoutePropagation active",
      "2001:db8::/32 vgw-a EnableVgwRoutePropagation active",
    }, routes_of(m.main))
    m.vpn:delete_route { destination_cidr_block = "192.168.1.0/24" }
    m.vpn:delete_route { destination_cidr_block = "192.168.0.0/16" } -- still declared
    assert.same({ LOCAL, vpn_route, "2001:db8::/32 vgw-a EnableVgwRoutePropagation active" }, routes_of(m.main))
    m.main:disable_vgw_route_propagation { gateway_id = m.vgw }
    m.main:disable_vgw_route_propagation { gateway_id = m.vgw }
    assert.same({ LOCAL }, routes_of(m.main))
  end)

  it("ends with the attachment and with the connection; static routes become blackholes", function()
    local m = build_vpn()
    m.main:create_route { destination_cidr_block = "192.168.9.0/24", gateway_id = m.vgw }
    m.vgw:detach { vpc_id = m.vpc }
    assert.same({ LOCAL, "192.168.9.0/24 vgw-a CreateRoute blackhole" }, routes_of(m.main))
    assert.same({}, m.main.propagating_vgws)
    m.vgw:attach { vpc_id = m.vpc }
    assert.same({ LOCAL, "192.168.9.0/24 vgw-a CreateRoute active" }, routes_of(m.main))
    m.main:enable_vgw_route_propagation { gateway_id = m.vgw }
    assert.equal(3, #m.main.routes)
    m.vpn:delete()
    assert.equal(2, #m.main.routes)
  end)

  it("needs a gateway of the VPC and a table of subnets", function()
    local m = build()
    local loose = m.net:create_vpn_gateway()
    refused(m.net, "Gateway.NotAttached", m.main, "enable_vgw_route_propagation", { gateway_id = loose })
    refused(m.net, "InvalidVpnGatewayID.NotFound", m.main, "enable_vgw_route_propagation", { gateway_id = "vgw-9" })
    refused(m.net, "InvalidVpnGatewayID.NotFound", m.main, "disable_vgw_route_propagation", { gateway_id = "vgw-9" })
    refused(m.net, "MissingParameter", m.main, "enable_vgw_route_propagation", {})
    local edge = m.vpc:create_route_table()
    edge:associate { gateway_id = m.vgw }
    refused(m.net, "InvalidParameterValue", edge, "enable_vgw_route_propagation", { gateway_id = m.vgw })
    local propagated = m.vpc:create_route_table()
    m.vgw:detach { vpc_id = m.vpc }
    m.vgw:attach { vpc_id = m.vpc }
    propagated:enable_vgw_route_propagation { gateway_id = m.vgw }
    refused(m.net, "InvalidParameterValue", propagated, "associate", { gateway_id = m.vgw })
    refused(m.net, "InvalidParameterValue", edge, "associate", { gateway_id = loose })
    refused(m.net, "InvalidParameterValue", m.main, "create_route",
      { destination_cidr_block = "192.168.0.0/16", gateway_id = loose })
  end)
end)

describe("declared prefixes", function()
  it("are printed and read again", function()
    local m = build()
    m.vgw:declare_routes { cidrs = { "192.168.0.0/16" } }
    m.vgw:declare_routes { cidrs = { "192.168.0.0/16", "192.168.0.0/16", "2001:db8::/32" }, connection = "dx" }
    local declared = {
      { cidr = "192.168.0.0/16", connection = "vpn" }, { cidr = "192.168.0.0/16", connection = "dx" },
      { cidr = "2001:db8::/32", connection = "dx" },
    }
    assert.same(declared, m.vgw.declared_routes)
    local again = assert(vpcpeer.load_json(m.net:describe_json()))
    assert.equal(m.net:describe_json(), again:describe_json())
    assert.same(declared, again:get("vgw-a").declared_routes)
    assert.same(declared, m.net:clone():get("vgw-a").declared_routes)
  end)

  it("are refused where no connection could have them", function()
    local m = build()
    refused(m.net, "InvalidParameterValue", m.vgw, "declare_routes",
      { cidrs = { "192.168.0.0/16" }, connection = "satellite" })
    refused(m.net, "InvalidParameterValue", m.vgw, "declare_routes", { cidrs = { "2001:db8::/32" } })
    refused(m.net, "MissingParameter", m.vgw, "declare_routes", { connection = "dx" })
  end)
end)
