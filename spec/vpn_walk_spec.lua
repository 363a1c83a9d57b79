-- Which packets pass a virtual private gateway, from both of its sides.

local vpcpeer = require "vpcpeer"
local vpn = require "support.vpn"

local build, build_vpn = vpn.gateway, vpn.connection

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

-- An appliance to which the gateway's route table sends what is for the host; gives its subnet.
local function add_box(m)
  local boxes = m.vpc:create_subnet { cidr_block = "10.0.1.0/24" }
  boxes:run_instance {
    network_interface_id = "eni-box", private_ip_address = "10.0.1.10", security_group_ids = { m.group },
    source_dest_check = false,
  }
  local edge = m.vpc:create_route_table()
  edge:create_route { destination_cidr_block = "10.0.0.0/24", network_interface_id = "eni-box" }
  edge:associate { gateway_id = m.vgw }
  return boxes
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
    m.vpc:create_route_table({ route_table_id = "rtb-box" }):associate { subnet_id = add_box(m) }
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
    add_box(m)
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
