-- VPC endpoints on the way of a packet: gateway endpoints as the end of it, interface endpoints as
-- destinations, Gateway Load Balancer endpoints as appliances (semantics 3.5, 5.9, 9.5).

local core = require "vpcpeer.core"
local vpcpeer = require "vpcpeer"

local function add(net, key, record)
  assert.is_true(core.load_record(net, key, record, {}))
end

-- VPC a (10.0.0.0/16) with subnets a and b, hosts with everything open, and an internet gateway.
local function build()
  local net = vpcpeer.network()
  local m = { net = net, vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" } }
  m.open = m.vpc:create_security_group { group_id = "sg-open", group_name = "open" }
  m.open:authorize_ingress { ip_protocol = "-1", cidr_ip = "0.0.0.0/0" }
  for i, name in ipairs { "a", "b" } do
    m[name] = m.vpc:create_subnet {
      subnet_id = "subnet-" .. name, cidr_block = ("10.0.%d.0/24"):format(i - 1),
      availability_zone = "us-east-1" .. name,
    }
    m["host_" .. name] = m[name]:run_instance {
      instance_id = "i-" .. name, network_interface_id = "eni-" .. name,
      private_ip_address = ("10.0.%d.10"):format(i - 1), security_group_ids = { m.open },
    }
  end
  m.main = m.vpc.main_route_table
  m.igw = net:create_internet_gateway { internet_gateway_id = "igw-a" }
  m.vpc:attach_internet_gateway { internet_gateway_id = m.igw }
  return m
end

local function first(trace)
  local reason = trace.explanations[1]
  return reason and reason.code or trace.verdict, reason
end

-- The same with a gateway endpoint to a service at 52.216.0.0/15, as documents print it.
local function with_gateway_endpoint(state)
  local m = build()
  add(m.net, "PrefixLists", {
    PrefixListId = "pl-s3", PrefixListName = "com.amazonaws.us-east-1.s3", Cidrs = { "52.216.0.0/15" },
  })
  add(m.net, "VpcEndpoints", {
    VpcEndpointId = "vpce-s3", VpcEndpointType = "Gateway", VpcId = "vpc-a", State = state or "Available",
    ServiceName = "com.amazonaws.us-east-1.s3", RouteTableIds = { m.main.id },
  })
  local routes = m.main.routes
  local list = {
    { DestinationPrefixListId = "pl-s3", GatewayId = "vpce-s3", Origin = "CreateRoute", State = "active" },
  }
  for _, route in ipairs(routes) do
    list[#list + 1] = { DestinationCidrBlock = route.destination_cidr_block, GatewayId = route.gateway_id }
  end
  add(m.net, "RouteTables", { RouteTableId = m.main.id, Routes = list })
  return m
end

describe("a gateway endpoint", function()
  it("is where the way to the service ends, and the answer begins", function()
    local m = with_gateway_endpoint()
    local t = m.net:trace { from = m.host_a, to = "52.216.8.8" }
    assert.is_true(t.reachable)
    assert.same({ { "vpce-s3" }, "vpc_endpoint", 2 }, { t.via, t.path[2].kind, #t.path })
    assert.same({ "pl-s3", "52.216.0.0/15" },
      { t.path[1].route.destination_prefix_list_id, t.path[1].route.destination_cidr_block })
    assert.same({ "vpc_endpoint", "eni-a" }, { t.return_path[1].kind, t.return_path[2].id })
    assert.same({ "52.216.8.8" }, t.traceroute)
    assert.matches("endpoint vpce%-s3", tostring(t))
  end)

  it("carries TCP and ICMP echo only", function()
    local m = with_gateway_endpoint()
    local function ask(question)
      question.from, question.to = m.host_a, "52.216.8.8"
      local t = m.net:trace(question)
      return (first(t)), t
    end
    assert.equal("reachable", (ask { port = 22 }))
    assert.equal("reachable", (ask { protocol = "icmp" }))
    local code, t = ask { protocol = "udp" }
    assert.equal("VPCE_GATEWAY_PROTOCOL_RESTRICTION", code)
    assert.equal("vpce-s3", t.explanations[1].vpc_endpoint_id)
    assert.equal("VPCE_GATEWAY_PROTOCOL_RESTRICTION", (ask { protocol = "47" }))
    assert.equal("VPCE_GATEWAY_PROTOCOL_RESTRICTION", (ask { protocol = "icmp", icmp = { type = 3, code = 4 } }))
    assert.equal("reachable", (ask { protocol = "icmp", icmp = { type = -1, code = -1 } }))
  end)

  it("asks the network ACL of the sender for the answer too", function()
    local m = with_gateway_endpoint()
    local acl = m.a.network_acl
    acl:create_entry {
      rule_number = 10, protocol = "-1", rule_action = "deny", egress = false, cidr_block = "52.0.0.0/8",
    }
    local code, reason = first(m.net:trace { from = m.host_a, to = "52.216.8.8" })
    assert.same({ "SUBNET_ACL_RESTRICTION", "return-ingress" }, { code, reason.direction })
  end)

  it("is a blackhole while it is not available, in either spelling", function()
    assert.equal("BAD_STATE_ROUTE", (first(with_gateway_endpoint("deleting").net:trace {
      from = "i-a", to = "52.216.8.8" })))
    assert.equal("reachable", (first(with_gateway_endpoint("available").net:trace {
      from = "i-a", to = "52.216.8.8" })))
  end)

  it("can be asked for, and opens nothing itself", function()
    local m = with_gateway_endpoint()
    local t = m.net:trace { from = m.host_a, to = "vpce-s3" }
    assert.same({ true, "vpce-s3", "52.216.0.0" }, { t.reachable, t.to.id, t.to.address })
    assert.equal("VPCE_INTRA_VPC_TRAFFIC", (first(m.net:trace { from = "vpce-s3", to = m.host_a })))
    local elsewhere = m.vpc:create_route_table()
    elsewhere:associate { subnet_id = m.b }
    assert.equal("NO_ROUTE_TO_DESTINATION", (first(m.net:trace { from = m.host_b, to = "vpce-s3" })))
  end)

  it("serves its own VPC only", function()
    local m = with_gateway_endpoint()
    add(m.net, "VpcEndpoints", { VpcEndpointId = "vpce-s3", VpcId = "vpc-z" })
    assert.equal("VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION",
      (first(m.net:trace { from = m.host_a, to = "52.216.8.8" })))
  end)

  it("is not extended by a peering connection", function()
    local m = with_gateway_endpoint()
    local peer = m.net:create_vpc { cidr_block = "10.9.0.0/16" }
    local far = peer:create_subnet({ cidr_block = "10.9.0.0/24" }):run_instance {}
    local pcx = m.net:create_vpc_peering_connection { vpc_id = m.vpc, peer_vpc_id = peer }
    pcx:accept()
    local t = m.net:trace { from = far, to = "52.216.8.8" }
    assert.same({ "NO_ROUTE_TO_DESTINATION", "PCX_EDGE_TO_EDGE_VPCE_GATEWAY", "vpce-s3" },
      { t.explanations[1].code, t.hints[1].code, t.hints[1].detail.gateway })
    peer.main_route_table:create_route { destination_cidr_block = "52.0.0.0/8", vpc_peering_connection_id = pcx }
    local code, reason = first(m.net:trace { from = far, to = "52.216.8.8" })
    assert.same({ "PCX_EDGE_TO_EDGE_VPCE_GATEWAY", "vpce-s3" }, { code, reason.detail.gateway })
  end)

  it("takes what translators of its VPC send as their own", function()
    local m = with_gateway_endpoint()
    local nat = m.a:create_nat_gateway { nat_gateway_id = "nat-a", connectivity_type = "private" }
    local inner = m.vpc:create_route_table()
    inner:associate { subnet_id = m.b }
    inner:create_route { destination_cidr_block = "0.0.0.0/0", nat_gateway_id = nat }
    local t = m.net:trace { from = m.host_b, to = "52.216.8.8" }
    assert.same({ true, { "nat-a", "vpce-s3" } }, { t.reachable, t.via })
    assert.equal("eni-b", t.return_path[#t.return_path].id)
    assert.same({}, t.warnings[1] and t.warnings[1].code == "ASYMMETRIC_PATH" and t.warnings or {})
  end)

  it("is not for what came in through a virtual private gateway and an appliance", function()
    local m = with_gateway_endpoint()
    local vgw = m.net:create_vpn_gateway { vpn_gateway_id = "vgw-a" }
    m.vpc:attach_vpn_gateway { vpn_gateway_id = vgw }
    vgw:declare_routes { cidrs = { "192.168.0.0/16" }, connection = "dx" }
    -- The appliance's subnet sends what enters for subnet b to the service.
    local box = m.a:run_instance {
      network_interface_id = "eni-box", private_ip_address = "10.0.0.20", security_group_ids = { m.open },
    }
    m.net:get("eni-box"):modify_attribute { source_dest_check = false }
    local edge = m.vpc:create_route_table()
    edge:associate { gateway_id = vgw }
    edge:create_route { destination_cidr_block = "10.0.1.0/24", instance_id = box }
    add(m.net, "PrefixLists", { PrefixListId = "pl-s3", Cidrs = { "10.0.1.10/32" } })
    local t = m.net:trace { from = "onprem@vgw-a=192.168.1.10", to = m.host_b }
    assert.same({ "VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION", "vpce-s3" },
      { t.explanations[1].code, t.explanations[1].vpc_endpoint_id })
  end)

  it("that the data do not have leaves the verdict open", function()
    local m = build()
    add(m.net, "RouteTables", {
      RouteTableId = m.main.id,
      Routes = { { DestinationCidrBlock = "52.0.0.0/8", GatewayId = "vpce-9", State = "active" } },
    })
    local t = m.net:trace { from = m.host_a, to = "52.216.8.8" }
    assert.same({ "unknown", "UNKNOWN_DESTINATION", "vpce-9" },
      { t.verdict, t.explanations[1].code, t.explanations[1].missing_component })
  end)
end)

describe("an interface endpoint as a destination", function()
  -- An endpoint in both subnets whose group admits tcp 443 of VPC a and of a peer, VPC p.
  local function with_interfaces()
    local m = build()
    m.group = m.vpc:create_security_group { group_id = "sg-ep", group_name = "ep" }
    m.group:authorize_ingress { ip_protocol = "tcp", from_port = 443, to_port = 443, cidr_ip = "10.0.0.0/8" }
    m.endpoint = m.vpc:create_vpc_endpoint {
      vpc_endpoint_id = "vpce-q", vpc_endpoint_type = "Interface", service_name = "com.amazonaws.us-east-1.sqs",
      subnet_ids = { m.a, m.b }, security_group_ids = { m.group }, tags = { Name = "queue" },
    }
    m.peer = m.net:create_vpc { vpc_id = "vpc-p", cidr_block = "10.9.0.0/16" }
    local subnet = m.peer:create_subnet { subnet_id = "subnet-p", cidr_block = "10.9.0.0/24" }
    m.far = subnet:run_instance { instance_id = "i-p", private_ip_address = "10.9.0.10" }
    m.pcx = m.net:create_vpc_peering_connection {
      vpc_peering_connection_id = "pcx-1", vpc_id = m.vpc, peer_vpc_id = m.peer,
    }
    m.pcx:accept()
    m.main:create_route { destination_cidr_block = "10.9.0.0/16", vpc_peering_connection_id = m.pcx }
    m.peer.main_route_table:create_route { destination_cidr_block = "10.0.0.0/16", vpc_peering_connection_id = m.pcx }
    return m
  end

  it("is reached at any of its interfaces, in the order in which it names them", function()
    local m = with_interfaces()
    local t = m.net:trace { from = m.host_b, to = m.endpoint }
    assert.same({ true, "vpce-q", "queue", "10.0.0.4", "subnet-a" },
      { t.reachable, t.to.id, t.to.name, t.to.address, t.to.subnet_id })
    assert.equal(m.endpoint.network_interface_ids[1], t.path[2].id)
    assert.is_true(m.net:reachable(m.host_a, "queue"))
    m.a.network_acl:create_entry {
      rule_number = 10, protocol = "-1", rule_action = "deny", egress = false, cidr_block = "10.0.1.10/32",
    }
    t = m.net:trace { from = m.host_b, to = m.endpoint }
    assert.same({ true, "10.0.1.4" }, { t.reachable, t.to.address })
  end)

  it("is filtered by its groups, and reports its first interface", function()
    local m = with_interfaces()
    local code, reason = first(m.net:trace { from = m.host_b, to = m.endpoint, port = 80 })
    assert.same({ "ENI_SG_RULES_MISMATCH", m.endpoint.network_interface_ids[1] }, { code, reason.network_interface_id })
  end)

  it("is an ordinary address for peers", function()
    local m = with_interfaces()
    local t = m.net:trace { from = m.far, to = m.endpoint }
    assert.same({ true, { "pcx-1" } }, { t.reachable, t.via })
    m.peer.main_route_table:delete_route { destination_cidr_block = "10.0.0.0/16" }
    assert.equal("NO_ROUTE_TO_DESTINATION", (first(m.net:trace { from = m.far, to = m.endpoint })))
  end)

  it("is an ordinary address for networks on premises", function()
    local m = with_interfaces()
    local vgw = m.net:create_vpn_gateway { vpn_gateway_id = "vgw-a" }
    m.vpc:attach_vpn_gateway { vpn_gateway_id = vgw }
    vgw:declare_routes { cidrs = { "10.200.0.0/16" }, connection = "dx" }
    m.main:create_route { destination_cidr_block = "10.200.0.0/16", gateway_id = vgw }
    local t = m.net:trace { from = "onprem@vgw-a=10.200.0.9", to = m.endpoint }
    assert.same({ true, { "vgw-a" } }, { t.reachable, t.via })
    assert.equal("ENI_SG_RULES_MISMATCH", (first(m.net:trace {
      from = "onprem@vgw-a=10.200.0.9", to = m.endpoint, port = 22,
    })))
  end)

  it("opens no connection itself", function()
    local m = with_interfaces()
    local t = m.net:trace { from = m.endpoint, to = m.host_a }
    assert.same({ false, "VPCE_INTRA_VPC_TRAFFIC", "vpce-q" },
      { t.reachable, t.explanations[1].code, t.explanations[1].vpc_endpoint_id })
    assert.matches("vpce%-q %(queue%) is an endpoint, which never opens a connection", t.explanations[1].message)
    local eni = m.endpoint.network_interfaces[1]
    assert.equal("VPCE_INTRA_VPC_TRAFFIC", (first(m.net:trace { from = eni, to = m.host_a })))
  end)

  it("opens none from an interface of which old documents tell no type", function()
    local m = with_interfaces()
    add(m.net, "NetworkInterfaces", { NetworkInterfaceId = "eni-old", VpcId = "vpc-a", SubnetId = "subnet-a",
      PrivateIpAddress = "10.0.0.60", PrivateIpAddresses = { { PrivateIpAddress = "10.0.0.60", Primary = true } },
      Groups = { { GroupId = "sg-open" } }, RequesterManaged = true, Status = "in-use" })
    assert.is_true(m.net:reachable("eni-old", m.host_b))
    add(m.net, "VpcEndpoints", {
      VpcEndpointId = "vpce-old", VpcEndpointType = "Interface", VpcId = "vpc-a", NetworkInterfaceIds = { "eni-old" },
    })
    assert.equal("VPCE_INTRA_VPC_TRAFFIC", (first(m.net:trace { from = "eni-old", to = m.host_b })))
    assert.is_true(m.net:reachable(m.host_b, "vpce-old"))
  end)

  it("can be asked to be passed or avoided", function()
    local m = with_interfaces()
    local eni = m.endpoint.network_interface_ids[1]
    assert.is_true(m.net:trace({ from = m.host_a, to = eni, through = { "vpce-q" } }).reachable)
    assert.equal("COMPONENT_FILTER_RESTRICTION_REMOVED_COMPONENT",
      (first(m.net:trace { from = m.host_a, to = eni, avoid = { m.endpoint } })))
    assert.equal("COMPONENT_FILTER_RESTRICTION",
      (first(m.net:trace { from = m.host_a, to = m.host_b, through = { "vpce-q" } })))
  end)

  it("must be available, on interfaces that are in use and in the data", function()
    local m = with_interfaces()
    add(m.net, "VpcEndpoints", { VpcEndpointId = "vpce-q", State = "PendingAcceptance" })
    local code, reason = first(m.net:trace { from = m.host_a, to = "vpce-q" })
    assert.same({ "BAD_STATE", "PendingAcceptance" }, { code, reason.state })
    assert.matches("vpce%-q %(queue%) is not in use: PendingAcceptance", reason.message)
    add(m.net, "VpcEndpoints", { VpcEndpointId = "vpce-q", State = "Available" })
    for _, id in ipairs(m.endpoint.network_interface_ids) do
      assert.is_true(m.net:trace({ from = m.host_a, to = "vpce-q" }).reachable)
      add(m.net, "NetworkInterfaces", { NetworkInterfaceId = id, Status = "pending" })
    end
    assert.equal("BAD_STATE", (first(m.net:trace { from = m.host_a, to = "vpce-q" })))
    add(m.net, "VpcEndpoints", {
      VpcEndpointId = "vpce-other", VpcEndpointType = "Interface", VpcId = "vpc-a", NetworkInterfaceIds = { "eni-9" },
    })
    local t = m.net:trace { from = m.host_a, to = "vpce-other" }
    assert.same({ "unknown", "UNKNOWN_RESOURCE" }, { t.verdict, t.explanations[1].code })
  end)

  it("is no target of routes, so what happens there is not known", function()
    local m = with_interfaces()
    add(m.net, "RouteTables", {
      RouteTableId = m.main.id,
      Routes = { { DestinationCidrBlock = "0.0.0.0/0", GatewayId = "vpce-q", State = "active" } },
    })
    local t = m.net:trace { from = m.host_a, to = "198.51.100.7" }
    assert.same({ "unknown", "UNSUPPORTED_COMPONENT" }, { t.verdict, t.explanations[1].code })
  end)
end)

describe("a Gateway Load Balancer endpoint on the way", function()
  -- Subnet a reaches the internet through an endpoint in subnet b, and the internet subnet a.
  local function with_balancer()
    local m = build()
    m.gwlb = m.vpc:create_vpc_endpoint {
      vpc_endpoint_id = "vpce-g", vpc_endpoint_type = "GatewayLoadBalancer", subnet_ids = { m.b },
      service_name = "com.amazonaws.vpce.us-east-1.vpce-svc-1",
    }
    m.inner = m.vpc:create_route_table()
    m.inner:associate { subnet_id = m.a }
    m.inner:create_route { destination_cidr_block = "0.0.0.0/0", vpc_endpoint_id = m.gwlb }
    m.main:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = m.igw }
    m.edge = m.vpc:create_route_table()
    m.edge:associate { gateway_id = m.igw }
    m.edge:create_route { destination_cidr_block = "10.0.0.0/24", vpc_endpoint_id = m.gwlb }
    m.eip = m.net:allocate_address { public_ip = "203.0.113.10" }
    m.eip:associate { network_interface_id = "eni-a" }
    return m
  end

  it("D20 passes everything out, and the answer back, with a warning", function()
    local m = with_balancer()
    local t = m.net:trace { from = m.host_a, to = "198.51.100.7" }
    assert.same({ true, { "vpce-g", "igw-a" } }, { t.reachable, t.via })
    assert.same({ "vpc_endpoint", "subnet-b" }, { t.path[2].kind, t.path[2].subnet_id })
    local warned = {}
    for _, warning in ipairs(t.warnings) do
      warned[warning.code] = warning
    end
    local warning = warned.PATH_THROUGH_GWLB_NOT_CHECKED
    assert.same({ "PATH_THROUGH_GWLB_NOT_CHECKED", "vpce-g" }, { warning.code, warning.detail.vpc_endpoint_id })
    assert.is_nil(warned.ASYMMETRIC_PATH)
    assert.matches("the Gateway Load Balancer behind vpce%-g %(.-%) was taken to let everything pass", tostring(t))
    assert.is_true(m.net:trace({ from = m.host_a, to = "vpce-g" }).reachable)
    assert.is_true(m.net:trace({ from = m.host_a, to = "198.51.100.7", protocol = "47" }).reachable)
  end)

  it("takes what enters through a gateway, and its answer", function()
    local m = with_balancer()
    local t = m.net:trace { from = "internet@igw-a=198.51.100.7", to = m.host_a }
    assert.same({ true, { "igw-a", "vpce-g" } }, { t.reachable, t.via })
    m.inner:replace_route { destination_cidr_block = "0.0.0.0/0", gateway_id = m.igw }
    local code, reason = first(m.net:trace { from = "internet@igw-a=198.51.100.7", to = m.host_a })
    assert.same({ "INGRESS_RTB_TRAFFIC_REDIRECTION", "return-egress" }, { code, reason.direction })
    assert.equal("INGRESS_RTB_TRAFFIC_REDIRECTION", (first(m.net:trace { from = m.host_a, to = "198.51.100.7" })))
  end)

  it("is asked for by the network ACL of its subnet, both ways", function()
    local m = with_balancer()
    local acl = m.vpc:create_network_acl()
    acl:associate { subnet_id = m.b }
    local codes = {}
    for i, reason in ipairs(m.net:trace({ from = m.host_a, to = "198.51.100.7" }).explanations) do
      codes[i] = reason.direction .. " " .. reason.code
    end
    assert.same({
      "ingress SUBNET_ACL_RESTRICTION", "egress SUBNET_ACL_RESTRICTION", "return-ingress SUBNET_ACL_RESTRICTION",
      "return-egress SUBNET_ACL_RESTRICTION",
    }, codes)
  end)

  it("loses who sent the packet: references to groups do not match behind it", function()
    local m = with_balancer()
    local only = m.vpc:create_security_group { group_name = "only" }
    only:authorize_ingress { ip_protocol = "-1", referenced_group_id = m.open }
    local third = m.vpc:create_subnet { cidr_block = "10.0.2.0/24" }
    local target = third:run_instance { private_ip_address = "10.0.2.10", security_group_ids = { only } }
    assert.is_true(m.net:trace({ from = m.host_a, to = target }).reachable)
    m.inner:create_route { destination_cidr_block = "10.0.2.0/24", vpc_endpoint_id = m.gwlb }
    m.main:create_route { destination_cidr_block = "10.0.0.0/24", vpc_endpoint_id = m.gwlb }
    assert.equal("SG_REFERENCES_NOT_PRESERVED", (first(m.net:trace { from = m.host_a, to = target })))
  end)

  it("that is not available is a blackhole, and without a subnet unknown", function()
    local m = with_balancer()
    add(m.net, "VpcEndpoints", { VpcEndpointId = "vpce-g", State = "Failed" })
    assert.equal("BAD_STATE_ROUTE", (first(m.net:trace { from = m.host_a, to = "198.51.100.7" })))
    assert.equal("BAD_STATE_ROUTE", (first(m.net:trace { from = "internet@igw-a=198.51.100.7", to = m.host_a })))
    add(m.net, "VpcEndpoints", {
      VpcEndpointId = "vpce-g", State = "Available", SubnetIds = { "subnet-9" }, NetworkInterfaceIds = {},
    })
    local t = m.net:trace { from = m.host_a, to = "198.51.100.7" }
    assert.same({ "unknown", "UNKNOWN_RESOURCE", "subnet-9" },
      { t.verdict, t.explanations[1].code, t.explanations[1].missing_component })
  end)

  it("cannot be used by a peer, and is no code of edge to edge routing", function()
    local m = with_balancer()
    local peer = m.net:create_vpc { cidr_block = "10.9.0.0/16" }
    local far = peer:create_subnet({ cidr_block = "10.9.0.0/24" }):run_instance {}
    local pcx = m.net:create_vpc_peering_connection { vpc_id = m.vpc, peer_vpc_id = peer }
    pcx:accept()
    m.main:delete_route { destination_cidr_block = "0.0.0.0/0" }
    peer.main_route_table:create_route { destination_cidr_block = "0.0.0.0/0", vpc_peering_connection_id = pcx }
    assert.equal("PCX_REQUIRES_ADDRESS_IN_VPC_CIDR", (first(m.net:trace { from = far, to = "198.51.100.7" })))
  end)
end)
