-- Route tables, routes and associations through the strict calls (semantics 4.2, 4.4, 4.7).

local vpcpeer = require "vpcpeer"
local refused = require "spec.support.refused"

-- VPC A with a subnet and an instance; B is its peer, C is not.
local function build()
  local net = vpcpeer.network()
  local m = { net = net }
  m.a = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" }
  m.b = net:create_vpc { vpc_id = "vpc-b", cidr_block = "172.16.0.0/16" }
  m.c = net:create_vpc { vpc_id = "vpc-c", cidr_block = "192.168.0.0/16" }
  m.subnet = m.a:create_subnet { subnet_id = "subnet-a1", cidr_block = "10.0.1.0/24" }
  m.host = m.subnet:run_instance { private_ip_address = "10.0.1.10", instance_id = "i-a1",
    network_interface_id = "eni-a1" }
  m.pcx = net:create_vpc_peering_connection { vpc_peering_connection_id = "pcx-1", vpc_id = m.a, peer_vpc_id = m.b }
  m.pcx:accept()
  m.other = net:create_vpc_peering_connection { vpc_peering_connection_id = "pcx-2", vpc_id = m.b, peer_vpc_id = m.c }
  m.main = m.a.main_route_table
  return m
end

-- The route of a table to a destination.
local function route_to(route_table, destination)
  for _, route in ipairs(route_table.routes) do
    if (route.destination_cidr_block or route.destination_ipv6_cidr_block
      or route.destination_prefix_list_id) == destination then
      return route
    end
  end
end

describe("create_route", function()
  -- Catalogue C83.
  it("allows and refuses as AWS does", function()
    local m = build()
    local function try(code, destination, key, target)
      local options = { destination_cidr_block = destination, [key] = target }
      if code then
        return refused(m.net, code, m.main, "create_route", options)
      end
      m.main:create_route(options)
      return route_to(m.main, destination)
    end
    local pcx, instance = "vpc_peering_connection_id", "instance_id"
    assert.equal("active", try(nil, "172.16.0.0/16", pcx, m.pcx).state)
    assert.matches("The route identified by 172%.16%.0%.0/16 already exists%.",
      try("RouteAlreadyExists", "172.16.0.0/16", instance, m.host))
    assert.matches("This route only supports interface and instance targets%.",
      try("InvalidParameterValue", "10.0.1.0/24", pcx, m.pcx))
    local through = try(nil, "10.0.1.0/24", instance, m.host)
    assert.same({ "eni-a1", "i-a1", "111111111111", "active", "CreateRoute" }, { through.network_interface_id,
      through.instance_id, through.instance_owner_id, through.state, through.origin })
    try("InvalidParameterValue", "10.0.1.0/25", instance, m.host)
    assert.matches("and network gateway pcx%-2 belong to different networks",
      try("InvalidParameterValue", "192.168.0.0/16", pcx, m.other))
    try("InvalidParameterValue", "169.254.168.0/24", pcx, m.pcx)
    try("InvalidVpcPeeringConnectionID.NotFound", "192.168.0.0/16", pcx, "pcx-9")
    try("InvalidParameterValue", "192.168.0.0/33", pcx, m.pcx)
    try("InvalidInternetGatewayID.NotFound", "0.0.0.0/0", "gateway_id", "igw-9")
    try("InvalidGatewayID.NotFound", "0.0.0.0/0", "gateway_id", "vgw-9")
    try("NatGatewayNotFound", "0.0.0.0/0", "nat_gateway_id", "nat-9")
    try("InvalidNetworkInterfaceID.NotFound", "0.0.0.0/0", "network_interface_id", "eni-9")
    try("InvalidTransitGatewayID.NotFound", "0.0.0.0/0", "transit_gateway_id", "tgw-9")
    try("InvalidNetworkInterfaceID.NotFound", "0.0.0.0/0", "network_interface_id", m.pcx)
    local igw = m.net:create_internet_gateway()
    try("InvalidParameterValue", "0.0.0.0/0", "gateway_id", igw)
    local foreign = m.b:create_subnet({ cidr_block = "172.16.0.0/24" }):create_network_interface()
    assert.matches("and interface .- belong to different networks",
      try("InvalidParameterValue", "0.0.0.0/0", "network_interface_id", foreign))
  end)

  it("wants one destination and one target", function()
    local m = build()
    refused(m.net, "MissingParameter", m.main, "create_route", { destination_cidr_block = "0.0.0.0/0" })
    refused(m.net, "MissingParameter", m.main, "create_route", { vpc_peering_connection_id = m.pcx })
    refused(m.net, "InvalidParameterCombination", m.main, "create_route",
      { destination_cidr_block = "0.0.0.0/0", vpc_peering_connection_id = m.pcx, instance_id = m.host })
    refused(m.net, "InvalidParameterCombination", m.main, "create_route", { destination_cidr_block = "0.0.0.0/0",
      destination_ipv6_cidr_block = "::/0", vpc_peering_connection_id = m.pcx })
    refused(m.net, "InvalidPrefixListID.NotFound", m.main, "create_route",
      { destination_prefix_list_id = "pl-9", vpc_peering_connection_id = m.pcx })
  end)

  it("takes broad destinations, prefix lists and IPv6", function()
    local m = build()
    local list = m.net:create_managed_prefix_list {
      prefix_list_id = "pl-1", prefix_list_name = "peer", entries = { { cidr = "172.16.0.0/17" } },
    }
    m.main:create_route { destination_cidr_block = "10.0.0.0/8", vpc_peering_connection_id = m.pcx }
    m.main:create_route { destination_prefix_list_id = list, vpc_peering_connection_id = m.pcx }
    m.main:create_route { destination_ipv6_cidr_block = "::/0", vpc_peering_connection_id = m.pcx }
    assert.equal("pcx-1", route_to(m.main, "pl-1").vpc_peering_connection_id)
    refused(m.net, "RouteAlreadyExists", m.main, "create_route",
      { destination_prefix_list_id = list, vpc_peering_connection_id = m.pcx })
    refused(m.net, "DependencyViolation", list, "delete")
  end)

  it("counts routes only when quotas are on", function()
    local net = vpcpeer.network { quotas = true }
    local a = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" }
    net:create_vpc { vpc_id = "vpc-b", cidr_block = "172.16.0.0/16" }
    local pcx = net:create_vpc_peering_connection { vpc_id = "vpc-a", peer_vpc_id = "vpc-b" }
    for i = 0, 499 do -- beside the local one
      a.main_route_table:create_route {
        destination_cidr_block = ("172.16.%d.%d/32"):format(math.floor(i / 256), i % 256),
          vpc_peering_connection_id = pcx,
      }
    end
    refused(net, "RouteLimitExceeded", a.main_route_table, "create_route",
      { destination_cidr_block = "172.17.0.0/16", vpc_peering_connection_id = pcx })
    a.main_route_table:create_route { destination_ipv6_cidr_block = "2001:db8::/32", vpc_peering_connection_id = pcx }
  end)

  it("counts a prefix list with its entries at most, among the routes of its family", function()
    local net = vpcpeer.network { quotas = true }
    local a = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" }
    net:create_vpc { vpc_id = "vpc-b", cidr_block = "172.16.0.0/16" }
    local pcx = net:create_vpc_peering_connection { vpc_id = "vpc-a", peer_vpc_id = "vpc-b" }
    local list = net:create_managed_prefix_list {
      prefix_list_name = "l", address_family = "IPv4", max_entries = 499, entries = { { cidr = "172.16.0.0/24" } },
    }
    local table = a.main_route_table
    table:create_route { destination_prefix_list_id = list, vpc_peering_connection_id = pcx }
    table:create_route { destination_cidr_block = "172.17.0.0/16", vpc_peering_connection_id = pcx }
    refused(net, "RouteLimitExceeded", table, "create_route",
      { destination_cidr_block = "172.18.0.0/16", vpc_peering_connection_id = pcx })
    for i = 1, 3 do
      local block = ("2001:db8:%d::/48"):format(i)
      table:create_route { destination_ipv6_cidr_block = block, vpc_peering_connection_id = pcx }
    end
  end)
end)

describe("replace_route and delete_route", function()
  it("replace what is there, and only that", function()
    local m = build()
    local message = refused(m.net, "InvalidParameterValue", m.main, "replace_route",
      { destination_cidr_block = "172.16.0.0/16", vpc_peering_connection_id = m.pcx })
    assert.matches("There is no route defined for '172%.16%.0%.0/16' in the route table%.", message)
    assert.matches("Use CreateRoute instead%.", message)
    m.main:create_route { destination_cidr_block = "172.16.0.0/16", instance_id = m.host }
    m.main:replace_route { destination_cidr_block = "172.16.0.0/16", vpc_peering_connection_id = m.pcx }
    local route = route_to(m.main, "172.16.0.0/16")
    assert.same({ "pcx-1" }, { route.vpc_peering_connection_id, route.instance_id, route.network_interface_id })
    refused(m.net, "InvalidRoute.NotFound", m.main, "delete_route", { destination_cidr_block = "172.16.0.0/17" })
    m.main:delete_route { destination_cidr_block = "172.16.0.0/16" }
    assert.equal(1, #m.main.routes)
  end)

  it("give the local route another target and its own back", function()
    local m = build()
    refused(m.net, "InvalidParameterValue", m.main, "replace_route",
      { destination_cidr_block = "10.0.0.0/16", vpc_peering_connection_id = m.pcx })
    m.main:replace_route { destination_cidr_block = "10.0.0.0/16", network_interface_id = "eni-a1" }
    assert.equal("eni-a1", m.main.routes[1].network_interface_id)
    refused(m.net, "InvalidParameterValue", m.main, "delete_route", { destination_cidr_block = "10.0.0.0/16" })
    m.main:replace_route { destination_cidr_block = "10.0.0.0/16", local_target = true }
    assert.same({ "local" }, { m.main.routes[1].gateway_id, m.main.routes[1].network_interface_id })
  end)
end)

describe("the state of a route", function()
  it("follows instance, interface and gateway", function()
    local m = build()
    m.main:create_route { destination_cidr_block = "192.168.0.0/16", instance_id = m.host }
    local function state() return route_to(m.main, "192.168.0.0/16").state end
    m.host:stop()
    assert.equal("blackhole", state())
    m.host:start()
    assert.equal("active", state())
    m.host:terminate()
    assert.equal("blackhole", state())
    local igw = m.net:create_internet_gateway()
    m.a:attach_internet_gateway { internet_gateway_id = igw }
    m.main:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = igw }
    m.a:detach_internet_gateway { internet_gateway_id = igw }
    assert.equal("blackhole", route_to(m.main, "0.0.0.0/0").state)
    m.a:attach_internet_gateway { internet_gateway_id = igw }
    assert.equal("active", route_to(m.main, "0.0.0.0/0").state)
  end)

  it("shows the instance an interface is attached to", function()
    local m = build()
    local eni = m.subnet:create_network_interface { network_interface_id = "eni-a2" }
    m.main:create_route { destination_cidr_block = "192.168.0.0/16", network_interface_id = eni }
    local function shown()
      local route = route_to(m.main, "192.168.0.0/16")
      return { route.state, route.instance_id }
    end
    assert.same({ "blackhole" }, shown())
    eni:attach { instance_id = m.host, device_index = 1 }
    assert.same({ "active", "i-a1" }, shown())
    refused(m.net, "InvalidInstanceID", m.main, "create_route", { destination_cidr_block = "0.0.0.0/0",
      instance_id = m.host })
    eni:detach()
    assert.same({ "blackhole" }, shown())
    eni:delete()
    assert.same({ "blackhole" }, shown())
  end)
end)

describe("create_route_table", function()
  it("makes 200 tables in a VPC at most when quotas are on", function()
    local net = vpcpeer.network { quotas = true }
    local a, b = net:create_vpc { cidr_block = "10.0.0.0/16" }, net:create_vpc { cidr_block = "10.1.0.0/16" }
    for _ = 2, 200 do
      a:create_route_table()
    end
    refused(net, "RouteTableLimitExceeded", a, "create_route_table")
    b:create_route_table()
  end)
end)

describe("associations of a route table", function()
  it("give a subnet one table at a time", function()
    local m = build()
    local private = m.a:create_route_table { route_table_id = "rtb-p" }
    assert.equal(1, #private.routes)
    local id = private:associate { subnet_id = m.subnet }
    assert.matches("^rtbassoc%-", id)
    assert.equal(private, m.subnet.route_table)
    local second = m.a:create_route_table()
    refused(m.net, "Resource.AlreadyAssociated", second, "associate", { subnet_id = m.subnet })
    refused(m.net, "InvalidSubnetID.NotFound", second, "associate", { subnet_id = "subnet-9" })
    refused(m.net, "InvalidParameterValue", m.b:create_route_table(), "associate", { subnet_id = m.subnet })
    refused(m.net, "DependencyViolation", private, "delete")
    refused(m.net, "InvalidAssociationID.NotFound", second, "disassociate", { association_id = id })
    refused(m.net, "InvalidAssociationID.NotFound", second, "disassociate", { subnet_id = m.subnet })
    second:replace_association { association_id = id }
    assert.equal(second, m.subnet.route_table)
    private:delete()
    refused(m.net, "InvalidAssociationID.NotFound", second, "disassociate", { association_id = id })
    second:disassociate { subnet_id = m.subnet }
    assert.equal(m.main, m.subnet.route_table)
  end)

  it("move the role of the main table", function()
    local m = build()
    local second = m.a:create_route_table()
    refused(m.net, "DependencyViolation", m.main, "delete")
    refused(m.net, "InvalidParameterValue", m.main, "disassociate",
      { association_id = m.main.associations[1].route_table_association_id })
    second:associate { main = true }
    assert.equal(second, m.a.main_route_table)
    assert.equal(second, m.subnet.route_table)
    m.main:delete()
  end)

  it("are replaced where they are: the main one, and those of gateways, within a VPC", function()
    local m = build()
    local second, edge = m.a:create_route_table(), m.a:create_route_table()
    local igw = m.net:create_internet_gateway()
    m.a:attach_internet_gateway { internet_gateway_id = igw }
    local main = m.main.associations[1].route_table_association_id
    assert.equal(main, m.main:associate { main = true }) -- it is already
    refused(m.net, "InvalidParameterValue", m.b:create_route_table(), "replace_association", { association_id = main })
    second:replace_association { association_id = main }
    assert.equal(second, m.a.main_route_table)
    assert.equal(0, #m.main.associations)
    local id = edge:associate { gateway_id = igw }
    m.main:create_route { destination_cidr_block = "172.16.0.0/16", vpc_peering_connection_id = m.pcx }
    refused(m.net, "InvalidParameterValue", m.main, "replace_association", { association_id = id })
    m.main:delete_route { destination_cidr_block = "172.16.0.0/16" }
    m.main:replace_association { association_id = id }
    assert.same({ 0, igw.id }, { #edge.associations, m.main.associations[1].gateway_id })
  end)

  it("steer what enters through a gateway", function()
    local m = build()
    local edge, igw = m.a:create_route_table(), m.net:create_internet_gateway()
    refused(m.net, "InvalidParameterValue", edge, "associate", { gateway_id = igw })
    m.a:attach_internet_gateway { internet_gateway_id = igw }
    refused(m.net, "InvalidParameterValue", m.main, "associate", { gateway_id = igw })
    edge:create_route { destination_cidr_block = "172.16.0.0/16", vpc_peering_connection_id = m.pcx }
    refused(m.net, "InvalidParameterValue", edge, "associate", { gateway_id = igw })
    edge:delete_route { destination_cidr_block = "172.16.0.0/16" }
    edge:create_route { destination_cidr_block = "192.168.0.0/16", network_interface_id = "eni-a1" }
    refused(m.net, "InvalidParameterValue", edge, "associate", { gateway_id = igw })
    edge:delete_route { destination_cidr_block = "192.168.0.0/16" }
    edge:associate { gateway_id = igw }
    refused(m.net, "InvalidParameterValue", edge, "associate", { main = true })
    refused(m.net, "InvalidParameterValue", edge, "create_route",
      { destination_cidr_block = "172.16.0.0/16", vpc_peering_connection_id = m.pcx })
    -- blocks of the VPC and its subnets to interfaces: nothing else (semantics 4.7)
    refused(m.net, "InvalidParameterValue", edge, "create_route",
      { destination_cidr_block = "192.168.0.0/16", network_interface_id = "eni-a1" })
    refused(m.net, "InvalidParameterValue", edge, "create_route",
      { destination_cidr_block = "10.0.1.0/24", vpc_peering_connection_id = m.pcx })
    edge:create_route { destination_cidr_block = "10.0.1.0/24", network_interface_id = "eni-a1" }
    m.a:detach_internet_gateway { internet_gateway_id = igw }
    assert.equal(0, #edge.associations)
  end)
end)
