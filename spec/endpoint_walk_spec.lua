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
