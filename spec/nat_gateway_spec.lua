-- NAT gateways: made, read, routed to, deleted; what AWS refuses; what a trace says about them.

local refused = require "support.refused"
local vpcpeer = require "vpcpeer"

-- A VPC with an internet gateway, a public and a private subnet, and an Elastic IP.
local function model(options)
  local net = vpcpeer.network(options)
  local m = { net = net, vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" } }
  m.igw = net:create_internet_gateway { internet_gateway_id = "igw-a" }
  m.vpc:attach_internet_gateway { internet_gateway_id = m.igw }
  m.public = m.vpc:create_subnet {
    subnet_id = "subnet-a", cidr_block = "10.0.0.0/24", availability_zone = "us-east-1a",
  }
  m.private = m.vpc:create_subnet {
    subnet_id = "subnet-b", cidr_block = "10.0.1.0/24", availability_zone = "us-east-1a",
  }
  m.vpc.main_route_table:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = m.igw }
  m.routes = m.vpc:create_route_table()
  m.routes:associate { subnet_id = m.private }
  m.eip = net:allocate_address { allocation_id = "eipalloc-a", public_ip = "203.0.113.4" }
  return m
end

local function with_gateway(options)
  local m = model(options)
  m.nat = m.public:create_nat_gateway {
    nat_gateway_id = "nat-a", allocation_id = m.eip, private_ip_address = "10.0.0.50", tags = { Name = "out" },
  }
  return m
end

local function last_state(route_table)
  return route_table.routes[#route_table.routes].state
end

describe("a zonal NAT gateway", function()
  it("stands on an interface of its subnet, with its Elastic IP", function()
    local m = with_gateway()
    local nat, address = m.nat, m.nat.nat_gateway_addresses[1]
    assert.same({ "nat-a", "vpc-a", "subnet-a", "available", "public", "zonal" }, {
      nat.nat_gateway_id, nat.vpc_id, nat.subnet_id, nat.state, nat.connectivity_type, nat.availability_mode,
    })
    assert.same({ "10.0.0.50", "203.0.113.4", "eipalloc-a", "succeeded", true }, {
      address.private_ip, address.public_ip, address.allocation_id, address.status, address.is_primary,
    })
    local interface = m.net:get(address.network_interface_id)
    assert.same({ "nat_gateway", "in-use", false, true, {} }, {
      interface.interface_type, interface.status, interface.source_dest_check, interface.requester_managed,
      interface.groups,
    })
    assert.equal(address.network_interface_id, m.eip.network_interface_id)
    assert.equal(nat, m.net:nat_gateways()())
    assert.equal(nat, m.vpc:nat_gateways()())
    assert.equal(nat, m.public:nat_gateways()())
    assert.is_nil(m.private:nat_gateways()())
    assert.same({ m.vpc, m.public, m.net:get "out" }, { nat.vpc, nat.subnet, nat })
  end)

  it("is private without an Elastic IP, and takes the lowest free address", function()
    local m = model()
    local address = m.public:create_nat_gateway({ connectivity_type = "private" }).nat_gateway_addresses[1]
    assert.same({ "10.0.0.4" }, { address.private_ip, address.public_ip })
  end)

  it("loads as it is printed", function()
    local m = with_gateway { owner_id = "222222222222" }
    m.routes:create_route { destination_cidr_block = "0.0.0.0/0", nat_gateway_id = m.nat }
    local text = m.net:describe_json()
    local copy = assert(vpcpeer.load_json(text))
    assert.equal(text, copy:describe_json())
    assert.equal("222222222222", copy:get("nat-a").owner_id)
    for _, diagnostic in ipairs(copy:diagnostics()) do
      assert.equal("info", diagnostic.severity, diagnostic.message)
    end
    local record = m.net:describe("nat-gateways", { ["vpc-id"] = "vpc-a" }).NatGateways[1]
    assert.same({ "nat-a", "10.0.0.50" }, { record.NatGatewayId, record.NatGatewayAddresses[1].PrivateIp })
  end)

  it("is refused as AWS refuses it", function()
    local m = with_gateway { quotas = true }
    local function no(code, options)
      refused(m.net, code, m.public, "create_nat_gateway", options)
    end
    no("MissingParameter", {})
    no("InvalidParameterValue", { connectivity_type = "secret" })
    no("InvalidParameterCombination", { connectivity_type = "private", allocation_id = m.eip })
    no("InvalidAllocationID.NotFound", { allocation_id = "eipalloc-9" })
    no("Resource.AlreadyAssociated", { allocation_id = m.eip })
    no("InvalidIPAddress.InUse", { connectivity_type = "private", private_ip_address = "10.0.0.50" })
    no("InvalidParameterValue", { connectivity_type = "private", private_ip_address = "10.0.1.50" })
    for _ = 2, 5 do
      m.public:create_nat_gateway { connectivity_type = "private" }
    end
    no("NatGatewayLimitExceeded", { connectivity_type = "private" })
    local alone = m.net:create_vpc { cidr_block = "10.1.0.0/16" }
    local subnet = alone:create_subnet { cidr_block = "10.1.0.0/24", availability_zone = "us-east-1b" }
    local eip = m.net:allocate_address()
    refused(m.net, "Gateway.NotAttached", subnet, "create_nat_gateway", { allocation_id = eip })
    local small = alone:create_subnet { cidr_block = "10.1.1.0/28", availability_zone = "us-east-1c" }
    small:create_network_interface { secondary_private_ip_address_count = 10 }
    refused(m.net, "InsufficientFreeAddressesInSubnet", small, "create_nat_gateway", { connectivity_type = "private" })
  end)

  it("is a target of routes of its own VPC, also of a whole subnet of it", function()
    local m = with_gateway()
    local other = m.net:create_vpc { cidr_block = "10.1.0.0/16" }
    local message = refused(m.net, "InvalidParameterValue", other.main_route_table, "create_route",
      { destination_cidr_block = "0.0.0.0/0", nat_gateway_id = m.nat })
    assert.matches("and NAT gateway nat%-a belong to different networks", message)
    refused(m.net, "NatGatewayNotFound", m.routes, "create_route",
      { destination_cidr_block = "0.0.0.0/0", nat_gateway_id = "nat-9" })
    refused(m.net, "InvalidParameterValue", m.routes, "create_route",
      { destination_cidr_block = "10.0.0.0/25", nat_gateway_id = m.nat })
    m.routes:create_route { destination_cidr_block = "10.0.0.0/24", nat_gateway_id = m.nat }
    m.routes:create_route { destination_cidr_block = "0.0.0.0/0", nat_gateway_id = m.nat }
    assert.equal("active", last_state(m.routes))
    m.nat:delete()
    assert.equal("blackhole", last_state(m.routes))
  end)

  it("goes with its interface and gives its Elastic IP back", function()
    local m = with_gateway()
    local interface = m.nat.nat_gateway_addresses[1].network_interface_id
    local own = m.net:get(interface)
    refused(m.net, "OperationNotPermitted", m.eip, "disassociate")
    refused(m.net, "OperationNotPermitted", own, "modify_attribute", { source_dest_check = true })
    refused(m.net, "OperationNotPermitted", own, "assign_private_ip_addresses",
      { private_ip_addresses = { "10.0.0.60" } })
    refused(m.net, "OperationNotPermitted", own, "unassign_private_ip_addresses",
      { private_ip_addresses = { "10.0.0.50" } })
    refused(m.net, "OperationNotPermitted", m.net:allocate_address(), "associate", { network_interface_id = own })
    refused(m.net, "DependencyViolation", m.public, "delete")
    refused(m.net, "DependencyViolation", m.vpc, "detach_internet_gateway", { internet_gateway_id = m.igw })
    m.nat:delete()
    assert.same({}, { m.net:get "nat-a", m.net:get(interface), m.eip.network_interface_id })
    m.eip:delete()
    m.public:delete()
    local states = {}
    for _, event in ipairs(m.net:events()) do
      states[#states + 1] = event.resource_id == "nat-a" and event.state or nil
    end
    assert.same({ "pending", "available", "deleting", "deleted" }, states)
  end)

  it("is named by what a trace says", function()
    local m = with_gateway()
    m.routes:create_route { destination_cidr_block = "0.0.0.0/0", nat_gateway_id = m.nat }
    local web = m.private:run_instance { private_ip_address = "10.0.1.10" }
    local out = m.net:trace { from = web, to = "198.51.100.7" }
    assert.is_true(out.reachable)
    assert.same({ { "nat-a", "igw-a" }, { "10.0.0.50", "198.51.100.7" }, "nat_gateway" },
      { out.via, out.traceroute, out.path[2].kind })
    assert.matches("NAT gateway nat%-a %(out%).-translates 10%.0%.1%.10 to 10%.0%.0%.50", tostring(out))
    local reason = m.net:trace({ from = web, to = "198.51.100.7", protocol = "47" }).explanations[1]
    assert.same({ "PROTOCOL_RESTRICTION", "nat-a" }, { reason.code, reason.nat_gateway_id })
    assert.matches("nat%-a %(out%) carries only TCP, UDP and ICMP to IPv4 destinations, not protocol 47",
      reason.message)
    reason = m.net:trace({ from = web, to = m.nat.nat_gateway_addresses[1].private_ip }).explanations[1]
    assert.equal("NO_POSSIBLE_DESTINATION", reason.code)
  end)
end)

describe("a regional NAT gateway", function()
  it("serves the zones that it was given addresses for", function()
    local m = model()
    local nat = m.vpc:create_nat_gateway {
      nat_gateway_id = "nat-r",
      availability_zone_addresses = { { availability_zone = "us-east-1a", allocation_ids = { m.eip } } },
    }
    assert.same({ "regional", "disabled", "203.0.113.4" },
      { nat.availability_mode, nat.auto_provision_zones, nat.nat_gateway_addresses[1].public_ip })
    assert.is_nil(nat.subnet_id)
    m.routes:create_route { destination_cidr_block = "0.0.0.0/0", nat_gateway_id = nat }
    local here = m.private:run_instance { private_ip_address = "10.0.1.10" }
    local far = m.vpc:create_subnet { cidr_block = "10.0.2.0/24", availability_zone = "us-east-1b" }
    m.routes:associate { subnet_id = far }
    local there = far:run_instance { private_ip_address = "10.0.2.10" }
    assert.same({ "nat-r", "igw-a" }, m.net:trace({ from = here, to = "198.51.100.7" }).via)
    local reason = m.net:trace({ from = there, to = "198.51.100.7" }).explanations[1]
    assert.same({ "REGIONAL_NGW_ROUTE_AZ_RESTRICTION", "nat-r" }, { reason.code, reason.nat_gateway_id })
    local text = m.net:describe_json()
    assert.equal(text, assert(vpcpeer.load_json(text)):describe_json())
    refused(m.net, "DependencyViolation", m.vpc, "detach_internet_gateway", { internet_gateway_id = m.igw })
    refused(m.net, "InvalidIPAddress.InUse", m.eip, "delete")
    refused(m.net, "OperationNotPermitted", m.eip, "disassociate")
    refused(m.net, "Resource.AlreadyAssociated", m.eip, "associate", { instance_id = here, allow_reassociation = true })
    local own = nat.route_table
    refused(m.net, "DependencyViolation", own, "delete")
    own:associate { subnet_id = m.public }
    nat:delete()
    assert.equal(own, m.public.route_table)
    local unused = m.vpc:create_nat_gateway()
    local table_id = unused.route_table.id
    unused:delete()
    assert.is_nil(m.net:get(table_id)) -- it goes with its gateway where no subnet uses it
    m.eip:delete()
    m.vpc:detach_internet_gateway { internet_gateway_id = m.igw }
  end)

  it("serves every zone when it provides addresses itself", function()
    local m = model()
    local nat, second = m.vpc:create_nat_gateway(), m.vpc:create_nat_gateway()
    assert.not_equal(nat.nat_gateway_addresses[1].public_ip, second.nat_gateway_addresses[1].public_ip)
    m.routes:create_route { destination_cidr_block = "0.0.0.0/0", nat_gateway_id = nat }
    local out = m.net:trace { from = m.private:run_instance(), to = "198.51.100.7" }
    assert.is_true(out.reachable)
    assert.equal("AVAILABILITY_ZONE_CROSSED", out.warnings[1].code)
    assert.equal(nat.route_table, m.net:get(out.path[2].route.route_table_id))
  end)

  it("is refused as AWS refuses it", function()
    local m = model()
    local alone = m.net:create_vpc { cidr_block = "10.1.0.0/16" }
    refused(m.net, "Gateway.NotAttached", alone, "create_nat_gateway")
    refused(m.net, "InvalidParameterCombination", m.vpc, "create_nat_gateway", { connectivity_type = "private" })
    local function no(code, zone)
      refused(m.net, code, m.vpc, "create_nat_gateway", { availability_zone_addresses = { zone } })
    end
    no("MissingParameter", { allocation_ids = { m.eip } })
    no("MissingParameter", { availability_zone = "us-east-1a" })
    no("InvalidAllocationID.NotFound", { availability_zone = "us-east-1a", allocation_ids = { "eipalloc-9" } })
    no("Resource.AlreadyAssociated", { availability_zone = "us-east-1a", allocation_ids = { m.eip, m.eip } })
  end)
end)

describe("secondary addresses of a NAT gateway", function()
  -- The addresses as "private public", primary first.
  local function addresses_of(nat)
    local lines = {}
    for i, address in ipairs(nat.nat_gateway_addresses) do
      assert.equal(i == 1, address.is_primary)
      assert.equal("succeeded", address.status)
      lines[i] = address.private_ip .. " " .. tostring(address.public_ip)
    end
    return lines
  end

  -- The interface holds what the gateway shows.
  local function check_interface(m, nat)
    local own = m.net:get(nat.nat_gateway_addresses[1].network_interface_id)
    assert.equal(#nat.nat_gateway_addresses, #own.private_ip_addresses)
    for i, address in ipairs(nat.nat_gateway_addresses) do
      assert.equal(address.private_ip, own.private_ip_addresses[i].private_ip_address)
      assert.equal(address.public_ip, (own.private_ip_addresses[i].association or {}).public_ip)
    end
  end

  it("come with a public one as Elastic IPs, each with a private address", function()
    local m = model()
    local two = m.net:allocate_address { public_ip = "203.0.113.5" }
    local three = m.net:allocate_address { public_ip = "203.0.113.6" }
    local nat = m.public:create_nat_gateway {
      allocation_id = m.eip, private_ip_address = "10.0.0.50", secondary_allocation_ids = { two, three },
      secondary_private_ip_addresses = { "10.0.0.60", "10.0.0.40" },
    }
    assert.same({ "10.0.0.50 203.0.113.4", "10.0.0.60 203.0.113.5", "10.0.0.40 203.0.113.6" }, addresses_of(nat))
    assert.equal("10.0.0.60", two.private_ip_address)
    check_interface(m, nat)
    local ids = { nat.nat_gateway_addresses[2].association_id }
    assert.equal(nat, nat:disassociate_address { association_ids = ids })
    assert.same({ "10.0.0.50 203.0.113.4", "10.0.0.40 203.0.113.6" }, addresses_of(nat))
    assert.is_nil(two.association_id)
    check_interface(m, nat)
    refused(m.net, "InvalidAssociationID.NotFound", nat, "disassociate_address", { association_ids = ids })
    refused(m.net, "InvalidAssociationID.NotFound", nat, "disassociate_address",
      { association_ids = { nat.nat_gateway_addresses[1].association_id } })
    nat:associate_address { allocation_ids = { two } }
    assert.equal("203.0.113.5", nat.nat_gateway_addresses[3].public_ip)
    check_interface(m, nat)
    nat:delete()
    assert.is_nil(three.association_id)
    two:delete()
  end)

  it("come with a private one, given or counted", function()
    local m = model()
    local nat = m.private:create_nat_gateway {
      connectivity_type = "private", private_ip_address = "10.0.1.50",
      secondary_private_ip_addresses = { "10.0.1.60" }, secondary_private_ip_address_count = 1,
    }
    assert.same({ "10.0.1.50 nil", "10.0.1.60 nil", "10.0.1.4 nil" }, addresses_of(nat))
    assert.equal(nat, nat:unassign_private_address { private_ip_addresses = { "10.0.1.60" } })
    assert.equal(nat, nat:assign_private_address { private_ip_address_count = 2 })
    assert.same({ "10.0.1.50 nil", "10.0.1.4 nil", "10.0.1.5 nil", "10.0.1.6 nil" }, addresses_of(nat))
    check_interface(m, nat)
    refused(m.net, "InvalidParameterValue", nat, "unassign_private_address", { private_ip_addresses = { "10.0.1.60" } })
    refused(m.net, "InvalidParameterValue", nat, "unassign_private_address", { private_ip_addresses = { "10.0.1.50" } })
    refused(m.net, "InvalidIPAddress.InUse", nat, "assign_private_address", { private_ip_addresses = { "10.0.1.4" } })
    refused(m.net, "MissingParameter", nat, "assign_private_address", {})
    refused(m.net, "MissingParameter", nat, "unassign_private_address", {})
    local text = m.net:describe_json()
    assert.equal(text, assert(vpcpeer.load_json(text)):describe_json())
  end)

  it("are refused where the type of the gateway has none", function()
    local m = with_gateway()
    local spare = m.net:allocate_address()
    refused(m.net, "InvalidParameterValue", m.nat, "assign_private_address", { private_ip_address_count = 1 })
    refused(m.net, "InvalidParameterValue", m.nat, "unassign_private_address",
      { private_ip_addresses = { "10.0.0.5" } })
    refused(m.net, "Resource.AlreadyAssociated", m.nat, "associate_address", { allocation_ids = { m.eip } })
    refused(m.net, "InvalidParameterCombination", m.nat, "associate_address",
      { allocation_ids = { spare }, private_ip_addresses = { "10.0.0.8", "10.0.0.9" } })
    refused(m.net, "MissingParameter", m.nat, "associate_address", {})
    refused(m.net, "MissingParameter", m.nat, "disassociate_address", {})
    local inner = m.private:create_nat_gateway { connectivity_type = "private" }
    refused(m.net, "InvalidParameterValue", inner, "associate_address", { allocation_ids = { spare } })
    refused(m.net, "InvalidParameterValue", inner, "disassociate_address", { association_ids = { "eipassoc-1" } })
    for _, wrong in ipairs {
      { connectivity_type = "private", secondary_allocation_ids = { spare } },
      { allocation_id = spare, secondary_private_ip_addresses = { "10.0.0.60" } },
      { allocation_id = spare, secondary_private_ip_address_count = 1 },
    } do
      refused(m.net, "InvalidParameterCombination", m.public, "create_nat_gateway", wrong)
    end
    local regional = m.vpc:create_nat_gateway {
      availability_zone_addresses = { { availability_zone = "us-east-1a", allocation_ids = { spare } } },
    }
    refused(m.net, "InvalidParameterValue", regional, "associate_address",
      { allocation_ids = { m.net:allocate_address() } })
  end)
end)
