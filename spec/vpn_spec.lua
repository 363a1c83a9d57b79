-- Virtual private gateways, VPN connections and customer gateways: what may be made and changed,
-- what is propagated, and which packets pass.

local refused = require "support.refused"
local vpcpeer = require "vpcpeer"

-- VPC a (10.0.0.0/16) with an instance, and a virtual private gateway attached to it.
local function build()
  local net = vpcpeer.network()
  local m = { net = net, vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" } }
  m.subnet = m.vpc:create_subnet { subnet_id = "subnet-a", cidr_block = "10.0.0.0/24" }
  m.group = m.vpc:create_security_group { group_name = "all" }
  m.group:authorize_ingress { ip_protocol = "-1", cidr_ip = "0.0.0.0/0" }
  m.host = m.subnet:run_instance {
    instance_id = "i-a", network_interface_id = "eni-a", private_ip_address = "10.0.0.10",
    security_group_ids = { m.group },
  }
  m.main = m.vpc.main_route_table
  m.vgw = net:create_vpn_gateway { vpn_gateway_id = "vgw-a" }
  m.vpc:attach_vpn_gateway { vpn_gateway_id = m.vgw }
  return m
end

-- The same with a VPN connection that knows 192.168.0.0/16, propagated to the main table.
local function build_vpn()
  local m = build()
  m.cgw = m.net:create_customer_gateway { customer_gateway_id = "cgw-a", ip_address = "192.0.2.1", bgp_asn = 65010 }
  m.vpn = m.net:create_vpn_connection {
    vpn_connection_id = "vpn-a", customer_gateway_id = m.cgw, vpn_gateway_id = m.vgw, static_routes_only = true,
  }
  m.vpn:create_route { destination_cidr_block = "192.168.0.0/16" }
  m.main:enable_vgw_route_propagation { gateway_id = m.vgw }
  return m
end

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

-- ---- traces --------------------------------------------------------------------------------------

local function ask(net, from, to, options)
  local question = { from = from, to = to }
  for key, value in pairs(options or {}) do
    question[key] = value
  end
  return assert(net:trace(question))
end

-- The verdict in a line: codes of explanations, hints and warnings, each with its connection.
local function line(trace)
  local words = { trace.verdict }
  for _, list in ipairs { trace.explanations, trace.hints, trace.warnings } do
    for _, reason in ipairs(list) do
      words[#words + 1] = reason.code .. (reason.detail.connection and "/" .. reason.detail.connection or "")
    end
  end
  return table.concat(words, " ")
end

-- A changed copy: `change` gets the documents by top-level key.
local function reload(net, change)
  local document = require("vpcpeer.json").decode(net:describe_json())
  change(document)
  return assert(vpcpeer.load_tables(document))
end

describe("a packet to a virtual private gateway", function()
  it("leaves through a connection that knows its prefix, and is answered", function()
    local m = build_vpn()
    local trace = ask(m.net, m.host, "192.168.1.10")
    assert.equal("reachable", line(trace))
    assert.same({ "vgw-a" }, trace.via)
    local kinds = {}
    for i, hop in ipairs(trace.path) do
      kinds[i] = hop.kind .. " " .. tostring(hop.id)
    end
    assert.same({ "network_interface eni-a", "vpn_gateway vgw-a", "onprem cgw-a" }, kinds)
    assert.equal(3, #trace.return_path)
    assert.equal("onprem", trace.return_path[1].kind)
    assert.matches("virtual private gateway vgw%-a", tostring(trace))
  end)

  it("finds no prefix around it: CANNOT_ROUTE", function()
    local m = build_vpn()
    m.main:create_route { destination_cidr_block = "192.0.0.0/8", gateway_id = m.vgw }
    local trace = ask(m.net, m.host, "192.169.1.10")
    assert.equal("not-reachable CANNOT_ROUTE/vpn", line(trace))
    assert.equal("vgw-a", trace.explanations[1].vpn_gateway_id)
    assert.matches("vgw%-a knows no prefix that covers 192%.169%.1%.10", trace.explanations[1].message)
  end)

  it("is believed to arrive when no prefix is known at all, with a warning", function()
    local m = build()
    m.main:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = m.vgw }
    assert.equal("reachable ASSUMPTION_ON_PREMISES_PREFIX/unknown", line(ask(m.net, m.host, "192.168.1.10")))
    m.vgw:declare_routes { cidrs = { "192.168.0.0/16" } }
    assert.equal("reachable", line(ask(m.net, m.host, "192.168.1.10")))
    assert.equal("not-reachable CANNOT_ROUTE/vpn", line(ask(m.net, m.host, "192.169.1.10")))
  end)

  it("is dropped where the VPN is down: BAD_STATE_VPN", function()
    local m = build_vpn()
    local function with(state, statuses)
      return reload(m.net, function(document)
        local connection, telemetry = document.VpnConnections[1], {}
        for i, status in ipairs(statuses) do
          telemetry[i] = { OutsideIpAddress = "192.0.2." .. i, Status = status }
        end
        connection.State, connection.VgwTelemetry = state, telemetry
      end)
    end
    assert.equal("reachable", line(ask(with("available", { "DOWN", "UP" }), "i-a", "192.168.1.10")))
    assert.equal("reachable", line(ask(with("available", {}), "i-a", "192.168.1.10")))
    assert.equal("reachable ASSUMPTION_ON_PREMISES_PREFIX/unknown", line(ask(reload(with("deleted", {}), function(d)
      d.RouteTables[1].Routes[2].Origin = "CreateRoute"
    end), "i-a", "192.168.1.10")))
    for _, net in ipairs { with("available", { "DOWN", "DOWN" }), with("pending", { "UP" }) } do
      local trace = ask(net, "i-a", "192.168.1.10")
      assert.equal("not-reachable BAD_STATE_VPN/vpn", line(trace))
      assert.matches("^the VPN connection of vgw%-a is down", trace.explanations[1].message)
      assert.equal("not-reachable BAD_STATE_VPN/vpn", line(ask(net, "onprem@vgw-a=192.168.1.10", "i-a")))
      net:get("vgw-a"):declare_routes { cidrs = { "192.168.0.0/16" }, connection = "dx" }
      assert.equal("reachable", line(ask(net, "i-a", "192.168.1.10")))
    end
  end)

  it("is no IPv6 packet over VPN, but may be one over Direct Connect", function()
    local m = build_vpn()
    m.vpc:associate_cidr_block { ipv6_cidr_block = "2001:db8:a::/56" }
    local six = m.vpc:create_subnet { ipv6_cidr_block = "2001:db8:a::/64", cidr_block = "10.0.1.0/24" }
    m.group:authorize_ingress { ip_protocol = "-1", cidr_ipv6 = "::/0" }
    m.group:authorize_egress { ip_protocol = "-1", cidr_ipv6 = "::/0" }
    local host = six:run_instance { ipv6_address = "2001:db8:a::10", security_group_ids = { m.group } }
    m.main:create_route { destination_ipv6_cidr_block = "2001:db8:b::/48", gateway_id = m.vgw }
    local trace = ask(m.net, host, "2001:db8:b::1")
    assert.equal("not-reachable PROTOCOL_RESTRICTION/vpn", line(trace))
    assert.equal("not-reachable PROTOCOL_RESTRICTION/vpn", line(ask(m.net, "onprem@vgw-a=2001:db8:b::1", host)))
    m.vgw:declare_routes { cidrs = { "2001:db8:b::/48" }, connection = "dx" }
    assert.equal("reachable", line(ask(m.net, host, "2001:db8:b::1")))
    assert.equal("reachable", line(ask(m.net, "onprem@vgw-a=2001:db8:b::1", host)))
  end)

  it("comes from an interface of the VPC, else VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS", function()
    local m = build_vpn()
    local boxes = m.vpc:create_subnet { cidr_block = "10.0.1.0/24" }
    boxes:run_instance {
      network_interface_id = "eni-box", private_ip_address = "10.0.1.10", security_group_ids = { m.group },
      source_dest_check = false,
    }
    m.vpc:create_route_table({ route_table_id = "rtb-box" }):associate { subnet_id = boxes }
    local edge = m.vpc:create_route_table()
    edge:create_route { destination_cidr_block = "10.0.0.0/24", network_interface_id = "eni-box" }
    edge:associate { gateway_id = m.vgw }
    -- the appliance sends it on by a route that AWS would not take
    local function with(key, target)
      return reload(m.net, function(document)
        for _, route_table in ipairs(document.RouteTables) do
          if route_table.RouteTableId == "rtb-box" then
            table.insert(route_table.Routes, {
              DestinationCidrBlock = "10.0.0.0/24", [key] = target, Origin = "CreateRoute", State = "active",
            })
          end
        end
      end)
    end
    local far = m.net:create_vpc { cidr_block = "10.1.0.0/16" }
    far:create_subnet { cidr_block = "10.1.0.0/24" }
    m.net:create_vpc_peering_connection({
      vpc_peering_connection_id = "pcx-1", vpc_id = far, peer_vpc_id = m.vpc,
    }):accept()
    assert.equal("not-reachable PCX_EDGE_TO_EDGE_VGW/vpn",
      line(ask(with("VpcPeeringConnectionId", "pcx-1"), "onprem@vgw-a=192.168.1.10", "i-a")))
    local trace = ask(with("GatewayId", "vgw-a"), "onprem@vgw-a=192.168.1.10", "i-a")
    assert.equal("not-reachable VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS/vpn", line(trace))
    assert.matches("^vgw%-a takes traffic from interfaces of its own VPC only", trace.explanations[1].message)
  end)

  it("meets a blackhole while the gateway is detached, and the unknown where it is not described", function()
    local m = build_vpn()
    m.main:create_route { destination_cidr_block = "192.168.9.0/24", gateway_id = m.vgw }
    m.vgw:detach { vpc_id = m.vpc }
    assert.equal("not-reachable BAD_STATE_ROUTE", line(ask(m.net, m.host, "192.168.9.1")))
    assert.equal("not-reachable BAD_STATE", line(ask(m.net, "onprem@vgw-a=192.168.9.1", m.host)))
    local net = reload(m.net, function(document)
      document.VpnGateways = nil
      document.RouteTables[1].Routes[2].State = "active"
    end)
    assert.equal("unknown UNKNOWN_DESTINATION", line(ask(net, "i-a", "192.168.9.1")))
  end)

  it("never arrives at an interface elsewhere that has the address: NO_PATH", function()
    local m = build_vpn()
    local other = m.net:create_vpc { cidr_block = "192.168.0.0/16" }:create_subnet { cidr_block = "192.168.1.0/24" }
    local far = other:run_instance { private_ip_address = "192.168.1.10" }
    assert.equal("not-reachable NO_PATH/vpn", line(ask(m.net, m.host, far)))
    assert.equal("reachable", line(ask(m.net, m.host, "192.168.1.10")))
  end)
end)

describe("a network on premises as an end", function()
  it("is the destination: the gateway, or any", function()
    local m = build_vpn()
    for _, to in ipairs { m.vgw, "vgw-a", "onprem", "onprem@vgw-a", { onprem = "vgw-a" }, { onprem = true } } do
      local trace = ask(m.net, m.host, to)
      assert.equal("reachable", line(trace))
      assert.equal("192.168.0.0", trace.to.address)
    end
    local trace = ask(m.net, m.host, "onprem@vgw-a=192.168.7.7")
    assert.same({ "onprem", "192.168.7.7" }, { trace.to.id, trace.to.address })
    assert.equal("not-reachable NO_ROUTE_TO_DESTINATION",
      line(ask(m.net, m.host, { onprem = m.vgw, address = "10.9.0.1" })))
    m.main:disable_vgw_route_propagation { gateway_id = m.vgw }
    assert.equal("not-reachable NO_ROUTE_TO_DESTINATION", line(ask(m.net, m.host, "onprem")))
  end)

  it("is missed when another target wins: NO_PATH with the reason", function()
    local m = build_vpn()
    local igw = m.net:create_internet_gateway()
    m.vpc:attach_internet_gateway { internet_gateway_id = igw }
    m.net:allocate_address({}):associate { network_interface_id = "eni-a" }
    m.vpn:create_route { destination_cidr_block = "198.51.0.0/16" }
    m.main:create_route { destination_cidr_block = "198.51.100.0/24", gateway_id = igw }
    local to = { onprem = "vgw-a", address = "198.51.100.7" }
    assert.equal("not-reachable NO_PATH MORE_SPECIFIC_ROUTE", line(ask(m.net, m.host, to)))
    m.main:create_route { destination_cidr_block = "198.51.0.0/16", gateway_id = igw }
    to.address = "198.51.7.7"
    assert.equal("not-reachable NO_PATH HIGHER_PRIORITY_ROUTE", line(ask(m.net, m.host, to)))
  end)

  it("is the source: an address, any known one, any gateway that leads there", function()
    local m = build_vpn()
    for _, from in ipairs { "onprem@vgw-a=192.168.1.10", { onprem = m.vgw, address = "192.168.1.10" },
      "onprem=192.168.1.10" } do
      local trace = ask(m.net, from, m.host)
      assert.equal("reachable", line(trace))
      assert.same({ "onprem", "192.168.1.10" }, { trace.from.id, trace.from.address })
      assert.same({ "vgw-a" }, trace.via)
    end
    for _, from in ipairs { "onprem", "onprem@vgw-a", m.vgw, { onprem = true } } do
      assert.equal("192.168.0.0", ask(m.net, from, m.host).from.address)
    end
    -- the group decides which of the known addresses gets in
    m.group:revoke_ingress { ip_protocol = "-1", cidr_ip = "0.0.0.0/0" }
    m.group:authorize_ingress { ip_protocol = "tcp", from_port = 443, to_port = 443, cidr_ip = "192.168.64.0/24" }
    local trace = ask(m.net, "onprem", m.host)
    assert.same({ "reachable", "192.168.64.0" }, { line(trace), trace.from.address })
    m.group:revoke_ingress { ip_protocol = "tcp", from_port = 443, to_port = 443, cidr_ip = "192.168.64.0/24" }
    m.group:authorize_ingress { ip_protocol = "tcp", from_port = 443, to_port = 443, cidr_ip = "172.16.0.0/12" }
    assert.equal("not-reachable ENI_SG_RULES_MISMATCH", line(ask(m.net, "onprem", m.host)))
  end)

  it("reaches interfaces of the gateway's VPC only", function()
    local m = build_vpn()
    local trace = ask(m.net, "onprem@vgw-a=192.168.1.10", "10.0.0.99")
    assert.equal("not-reachable VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS/vpn", line(trace))
    assert.matches("^10%.0%.0%.99 is not held by an interface of vgw%-a's VPC", trace.explanations[1].message)
    local far = m.net:create_vpc { vpc_id = "vpc-b", cidr_block = "10.1.0.0/16" }
    local host = far:create_subnet({ cidr_block = "10.1.0.0/24" }):run_instance { private_ip_address = "10.1.0.10" }
    assert.equal("not-reachable VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS/vpn",
      line(ask(m.net, "onprem@vgw-a=192.168.1.10", host)))
    assert.equal("not-reachable VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS/unknown", line(ask(m.net, "onprem", host)))
    m.net:create_vpc_peering_connection({ vpc_id = m.vpc, peer_vpc_id = far }):accept()
    for _, to in ipairs { host, "10.1.0.10" } do
      trace = ask(m.net, "onprem@vgw-a=192.168.1.10", to)
      assert.equal("not-reachable PCX_EDGE_TO_EDGE_VGW/vpn", line(trace))
      assert.equal("VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS", trace.explanations[1].aws_code)
      assert.equal("vgw-a", trace.explanations[1].detail.gateway)
    end
    assert.equal("not-reachable PCX_EDGE_TO_EDGE_VGW/vpn", line(ask(m.net, "onprem", host)))
  end)

  it("is answered through the gateway by which it came, or not at all", function()
    local m = build_vpn()
    local from = "onprem@vgw-a=192.168.1.10"
    m.main:disable_vgw_route_propagation { gateway_id = m.vgw }
    local trace = ask(m.net, from, m.host)
    assert.equal("not-reachable RETURN_ROUTE_MISSING", line(trace))
    assert.equal("192.168.0.0/16", trace.explanations[1].detail.destination)
    assert.matches("add 192%.168%.0%.0/16 %-> vgw%-a", trace.explanations[1].message)
    local igw = m.net:create_internet_gateway()
    m.vpc:attach_internet_gateway { internet_gateway_id = igw }
    m.main:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = igw }
    assert.equal("not-reachable RETURN_ROUTE_WRONG_TARGET", line(ask(m.net, from, m.host)))
    m.main:create_route { destination_cidr_block = "192.168.0.0/16", gateway_id = m.vgw }
    assert.equal("reachable", line(ask(m.net, from, m.host)))
  end)

  it("passes the appliance of the gateway's route table, which needs no public address", function()
    local m = build_vpn()
    local boxes = m.vpc:create_subnet { cidr_block = "10.0.1.0/24" }
    boxes:run_instance {
      network_interface_id = "eni-box", private_ip_address = "10.0.1.10", security_group_ids = { m.group },
      source_dest_check = false,
    }
    local edge = m.vpc:create_route_table()
    edge:create_route { destination_cidr_block = "10.0.0.0/24", network_interface_id = "eni-box" }
    edge:associate { gateway_id = m.vgw }
    local trace = ask(m.net, "onprem@vgw-a=192.168.1.10", m.host)
    assert.equal("reachable ASYMMETRIC_PATH", line(trace))
    assert.same({ "vgw-a", "eni-box" }, trace.via)
    assert.equal("reachable ASYMMETRIC_PATH", line(ask(m.net, m.host, "192.168.1.10")))
  end)

  it("refuses what is no such gateway", function()
    local m = build_vpn()
    local _, message, code = m.net:trace { from = "onprem@i-a", to = m.host }
    assert.same({ "i-a is not a virtual private gateway, or a VPN or Direct Connect attachment", "invalid_end" },
      { message, code })
    _, message, code = m.net:trace { from = "onprem@vgw-9", to = m.host }
    assert.equal("unknown_id", code)
    assert.matches('did you mean "vgw%-a"', message)
    assert.is_false(pcall(m.net.trace, m.net, { from = { address = "10.0.0.1" }, to = m.host }))
  end)
end)

describe("edge to edge through a virtual private gateway", function()
  it("says which connection it would need", function()
    local m = build_vpn()
    local far = m.net:create_vpc { vpc_id = "vpc-b", cidr_block = "10.1.0.0/16" }
    local host = far:create_subnet({ cidr_block = "10.1.0.0/24" }):run_instance { private_ip_address = "10.1.0.10" }
    local pcx = m.net:create_vpc_peering_connection { vpc_id = far, peer_vpc_id = m.vpc }
    pcx:accept()
    assert.equal("not-reachable NO_ROUTE_TO_DESTINATION PCX_EDGE_TO_EDGE_VGW/vpn",
      line(ask(m.net, host, "192.168.1.10")))
    far.main_route_table:create_route {
      destination_cidr_block = "192.168.0.0/16", vpc_peering_connection_id = pcx,
    }
    local trace = ask(m.net, host, "192.168.1.10")
    assert.equal("not-reachable PCX_EDGE_TO_EDGE_VGW/vpn", line(trace))
    assert.equal("PCX_REQUIRES_ADDRESS_IN_VPC_CIDR", trace.explanations[1].aws_code)
    m.vgw:declare_routes { cidrs = { "192.168.0.0/16" }, connection = "dx" }
    assert.equal("not-reachable PCX_EDGE_TO_EDGE_VGW/dx", line(ask(m.net, host, "192.168.1.10")))
  end)
end)
