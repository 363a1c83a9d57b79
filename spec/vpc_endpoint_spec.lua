-- VPC endpoints: made, read, changed, deleted; the routes, interfaces and names that come with them;
-- what AWS refuses (semantics 3.5, 4.2, 8.5).

local refused = require "support.refused"
local vpcpeer = require "vpcpeer"

local S3 = "com.amazonaws.us-east-1.s3"
local SQS = "com.amazonaws.us-east-1.sqs"
local APPLIANCES = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"

-- VPC a with both DNS attributes on, a subnet in each of two zones, and the addresses of S3.
local function build(options)
  local net = vpcpeer.network(options)
  local m = { net = net, vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" } }
  m.vpc:modify_attribute { enable_dns_hostnames = true }
  for i, zone in ipairs { "a", "b" } do
    m[zone] = m.vpc:create_subnet {
      subnet_id = "subnet-" .. zone, cidr_block = ("10.0.%d.0/24"):format(i - 1),
      availability_zone = "us-east-1" .. zone,
    }
  end
  m.main = m.vpc.main_route_table
  m.s3_list = net:create_managed_prefix_list {
    prefix_list_id = "pl-s3", prefix_list_name = S3, entries = { { cidr = "52.216.0.0/15" } },
  }
  return m
end

local function with_gateway(options)
  local m = build(options)
  m.s3 = m.vpc:create_vpc_endpoint { vpc_endpoint_id = "vpce-s3", service_name = S3, route_table_ids = { m.main } }
  return m
end

local function with_interface(options, wanted)
  local m = build(options)
  local given = {
    vpc_endpoint_id = "vpce-sqs", vpc_endpoint_type = "Interface", service_name = SQS, subnet_ids = { m.a, m.b },
    tags = { Name = "queue" },
  }
  for key, value in pairs(wanted or {}) do
    given[key] = value
  end
  m.sqs = m.vpc:create_vpc_endpoint(given)
  return m
end

local function with_balancer()
  local m = build()
  m.gwlb = m.vpc:create_vpc_endpoint {
    vpc_endpoint_id = "vpce-gwlb", vpc_endpoint_type = "GatewayLoadBalancer", service_name = APPLIANCES,
    subnet_ids = { m.b },
  }
  return m
end

local function names_of(endpoint)
  local list = {}
  for i, entry in ipairs(endpoint.dns_entries) do
    list[i] = entry.dns_name
  end
  return list
end

-- What a network prints loads again as it was, with nothing worth a warning.
local function check_round_trip(net)
  local text = net:describe_json()
  local copy = assert(vpcpeer.load_json(text))
  assert.equal(text, copy:describe_json())
  for _, diagnostic in ipairs(copy:diagnostics()) do
    assert.equal("info", diagnostic.severity, diagnostic.message)
  end
end

describe("a gateway endpoint", function()
  it("puts a route for the service's prefix list into its tables", function()
    local m = with_gateway()
    assert.same({ "vpce-s3", "vpc-a", "Gateway", "available", S3, "ipv4", "111111111111" }, {
      m.s3.vpc_endpoint_id, m.s3.vpc_id, m.s3.vpc_endpoint_type, m.s3.state, m.s3.service_name,
      m.s3.ip_address_type, m.s3.owner_id,
    })
    assert.same({ m.main.id }, m.s3.route_table_ids)
    assert.same({
      destination_prefix_list_id = "pl-s3", gateway_id = "vpce-s3", origin = "CreateRoute", state = "active",
    }, m.main.routes[2])
    assert.same({ m.main }, m.s3.route_tables)
    assert.same({ {}, {}, {} }, { m.s3.network_interfaces, m.s3.subnets, m.s3.dns_entries })
    assert.same({ m.vpc, m.s3, m.s3, m.s3 },
      { m.s3.vpc, m.net:vpc_endpoints()(), m.vpc:vpc_endpoints()(), m.main:vpc_endpoints()() })
    assert.is_nil(m.a:vpc_endpoints()())
    check_round_trip(m.net)
  end)

  it("is printed as AWS prints it", function()
    local m = with_gateway()
    assert.same({
      VpcEndpoints = { {
        VpcEndpointId = "vpce-s3", OwnerId = "111111111111", VpcId = "vpc-a", VpcEndpointType = "Gateway",
        ServiceName = S3, State = "available", IpAddressType = "ipv4", RouteTableIds = { m.main.id },
        SubnetIds = {}, NetworkInterfaceIds = {}, Groups = {}, DnsEntries = {}, Tags = {},
        PrivateDnsEnabled = false, RequesterManaged = false,
      } },
    }, m.net:describe("vpc-endpoints", { ["service-name"] = S3 }))
    assert.same({}, m.net:describe("vpc-endpoints", { ["vpc-id"] = "vpc-z" }).VpcEndpoints)
  end)

  it("makes an empty list for a service of which nothing is known", function()
    local m = build()
    m.vpc:create_vpc_endpoint { service_name = "com.amazonaws.us-east-1.dynamodb", route_table_ids = { m.main } }
    local list = m.net:get(m.main.routes[2].destination_prefix_list_id)
    assert.same({ "com.amazonaws.us-east-1.dynamodb", {}, "AWS", "us-east-1" },
      { list.prefix_list_name, list.cidrs, list.owner_id, list.region })
    check_round_trip(m.net)
  end)

  it("that names a table without its route is worth a warning in a load", function()
    local m = with_gateway()
    local document = require("cjson").decode(m.net:describe_json())
    table.remove(document.RouteTables[1].Routes)
    local net = assert(vpcpeer.load_tables(document))
    local seen = {}
    for _, diagnostic in ipairs(net:diagnostics()) do
      if diagnostic.severity ~= "info" then
        seen[#seen + 1] = diagnostic.code .. " " .. diagnostic.resource_id .. " " .. diagnostic.path
      end
    end
    assert.same({ "missing_route vpce-s3 VpcEndpoints[0].RouteTableIds[0]" }, seen)
  end)

  it("gives tables and takes them back", function()
    local m = with_gateway()
    local own = m.vpc:create_route_table()
    m.s3:modify { add_route_table_ids = { own }, remove_route_table_ids = { m.main }, policy_document = "{}" }
    assert.same({ { own.id }, 1, 2, "{}" }, { m.s3.route_table_ids, #m.main.routes, #own.routes, m.s3.policy_document })
    assert.same({ "local", "vpce-s3" }, { m.main.routes[1].gateway_id, own.routes[2].gateway_id })
    m.s3:modify { reset_policy = true }
    assert.is_nil(m.s3.policy_document)
    own:delete()
    assert.same({}, m.s3.route_table_ids)
  end)

  it("owns its routes: by hand they are neither changed nor removed", function()
    local m = with_gateway()
    local message = refused(m.net, "InvalidParameterValue", m.main, "delete_route",
      { destination_prefix_list_id = "pl-s3" })
    assert.matches("cannot remove VPC endpoint route pl%-s3 in route table", message)
    local igw = m.net:create_internet_gateway()
    m.vpc:attach_internet_gateway { internet_gateway_id = igw }
    refused(m.net, "InvalidParameterValue", m.main, "replace_route",
      { destination_prefix_list_id = "pl-s3", gateway_id = igw })
    refused(m.net, "InvalidParameterValue", m.main, "create_route",
      { destination_cidr_block = "192.0.2.0/24", gateway_id = m.s3 })
    refused(m.net, "InvalidVpcEndpointId.NotFound", m.main, "create_route",
      { destination_cidr_block = "192.0.2.0/24", vpc_endpoint_id = "vpce-9" })
    m.s3:delete()
    assert.equal(1, #m.main.routes)
    assert.is_nil(m.net:get "vpce-s3")
  end)

  it("is refused as AWS refuses it", function()
    local m = with_gateway { quotas = true }
    local other = m.net:create_vpc { cidr_block = "10.1.0.0/16" }
    local function no(code, options)
      options.service_name = options.service_name or S3
      return refused(m.net, code, m.vpc, "create_vpc_endpoint", options)
    end
    refused(m.net, "MissingParameter", m.vpc, "create_vpc_endpoint", {})
    no("InvalidParameterValue", { vpc_endpoint_type = "gateway" })
    no("InvalidServiceName", { service_name = "s3" })
    no("InvalidServiceName", { service_name = "com.amazonaws.us-west-2.s3" })
    assert.matches("does not match available service types", no("InvalidParameter", { service_name = SQS }))
    no("InvalidParameter", { subnet_ids = { m.a } })
    no("InvalidParameter", { security_group_ids = { m.vpc.default_security_group } })
    no("InvalidParameter", { private_dns_enabled = true })
    no("InvalidParameterValue", { ip_address_type = "ipv6" })
    no("InvalidParameterValue", { vpc_endpoint_id = "vpce-s3" })
    no("InvalidRouteTableID.NotFound", { route_table_ids = { "rtb-9" } })
    no("InvalidParameterValue", { route_table_ids = { other.main_route_table } })
    assert.matches("already has a route with destination%-prefix%-list%-id pl%-s3",
      no("RouteAlreadyExists", { route_table_ids = { m.main } }))
    local igw, edge = m.net:create_internet_gateway(), m.vpc:create_route_table()
    m.vpc:attach_internet_gateway { internet_gateway_id = igw }
    edge:associate { gateway_id = igw }
    no("InvalidParameterValue", { route_table_ids = { edge } })
    refused(m.net, "InvalidParameter", m.s3, "modify", { remove_route_table_ids = { edge } })
    refused(m.net, "InvalidParameter", m.s3, "modify", { add_subnet_ids = { m.a } })
    for _ = 2, 20 do
      m.vpc:create_vpc_endpoint { service_name = S3 }
    end
    no("VpcEndpointLimitExceeded", {})
    refused(m.net, "DependencyViolation", m.s3_list, "delete")
  end)

  it("keeps its VPC from going", function()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16" }
    local s3 = vpc:create_vpc_endpoint { service_name = S3, route_table_ids = { vpc.main_route_table } }
    refused(net, "DependencyViolation", vpc, "delete")
    s3:delete()
    vpc:delete()
  end)
end)

describe("an interface endpoint", function()
  it("stands on an interface in each subnet, with its groups", function()
    local m = with_interface()
    assert.same({ { "subnet-a", "subnet-b" }, { m.a, m.b }, 2 },
      { m.sqs.subnet_ids, m.sqs.subnets, #m.sqs.network_interface_ids })
    local default = m.vpc.default_security_group
    assert.same({ { group_id = default.id, group_name = "default" } }, m.sqs.groups)
    local eni = m.sqs.network_interfaces[2]
    assert.same({ "10.0.1.4", "vpc_endpoint", "in-use", true, "subnet-b", "VPC Endpoint Interface vpce-sqs" }, {
      eni.private_ip_address, eni.interface_type, eni.status, eni.requester_managed, eni.subnet_id, eni.description,
    })
    assert.same(m.sqs.groups, eni.groups)
    assert.same({ m.sqs, m.sqs }, { m.a:vpc_endpoints()(), m.net:get "queue" })
    refused(m.net, "OperationNotPermitted", eni, "delete")
    refused(m.net, "DependencyViolation", m.a, "delete")
    check_round_trip(m.net)
  end)

  it("has host names of its own, and with private DNS the service's", function()
    local m = with_interface()
    local names = names_of(m.sqs)
    assert.equal(4, #names)
    local own = names[1]:match "^(vpce%-sqs%-%w+)%.sqs%.us%-east%-1%.vpce%.amazonaws%.com$"
    assert.equal(own .. "-us-east-1b.sqs.us-east-1.vpce.amazonaws.com", names[3])
    assert.same({ true, "sqs.us-east-1.amazonaws.com" }, { m.sqs.private_dns_enabled, names[4] })
    m.sqs:modify { private_dns_enabled = false, remove_subnet_ids = { m.b } }
    assert.same({ names[1], names[2] }, names_of(m.sqs))
    local ecr = m.vpc:create_vpc_endpoint {
      vpc_endpoint_type = "Interface", service_name = "com.amazonaws.us-east-1.ecr.api", subnet_ids = { m.a },
    }
    names = names_of(ecr)
    assert.matches("%.api%.ecr%.us%-east%-1%.vpce%.amazonaws%.com$", names[1])
    assert.equal("api.ecr.us-east-1.amazonaws.com", names[3])
  end)

  it("takes addresses, groups and an address type", function()
    local m = build()
    local group = m.vpc:create_security_group { group_name = "ep" }
    local endpoint = m.vpc:create_vpc_endpoint {
      vpc_endpoint_type = "Interface", service_name = SQS, security_group_ids = { group, group },
      subnet_configurations = { { subnet_id = m.a, ipv4 = "10.0.0.99" } }, subnet_ids = { m.a, m.b },
    }
    assert.same({ "10.0.0.99", { { group_id = group.id, group_name = "ep" } }, 2 }, {
      endpoint.network_interfaces[1].private_ip_address, endpoint.network_interfaces[1].groups,
      #endpoint.subnet_ids,
    })
    m.vpc:associate_cidr_block { ipv6_cidr_block = "2001:db8:1:1a00::/56" }
    local both = m.vpc:create_subnet {
      cidr_block = "10.0.9.0/24", ipv6_cidr_block = "2001:db8:1:1a01::/64", availability_zone = "us-east-1c",
    }
    endpoint = m.vpc:create_vpc_endpoint {
      vpc_endpoint_type = "Interface", service_name = "com.amazonaws.us-east-1.sns", subnet_ids = { both },
      ip_address_type = "dualstack",
    }
    assert.equal(1, #endpoint.network_interfaces[1].ipv6_addresses)
    local address = endpoint.network_interfaces[1].private_ip_address
    endpoint:modify { ip_address_type = "ipv4" }
    assert.same({ {}, "ipv4" }, { endpoint.network_interfaces[1].ipv6_addresses, endpoint.ip_address_type })
    endpoint:modify { ip_address_type = "dualstack" }
    assert.same({ 1, address },
      { #endpoint.network_interfaces[1].ipv6_addresses, endpoint.network_interfaces[1].private_ip_address })
    refused(m.net, "InvalidParameter", endpoint, "modify", { ip_address_type = "ipv6" })
    local plain = m.vpc:create_vpc_endpoint {
      vpc_endpoint_type = "Interface", service_name = "com.amazonaws.us-east-1.ecs", subnet_ids = { m.a },
    }
    refused(m.net, "InvalidParameterValue", plain, "modify", { ip_address_type = "dualstack" })
    local s3 = m.vpc:create_vpc_endpoint { service_name = S3 }
    refused(m.net, "InvalidParameter", s3, "modify", { ip_address_type = "dualstack" })
    check_round_trip(m.net)
  end)

  it("changes subnets and groups", function()
    local m = with_interface()
    local group = m.vpc:create_security_group { group_id = "sg-ep", group_name = "ep" }
    local default = m.vpc.default_security_group
    m.sqs:modify {
      remove_subnet_ids = { m.a }, add_security_group_ids = { group }, remove_security_group_ids = { default },
    }
    assert.same({ { "subnet-b" }, 1, { { group_id = "sg-ep", group_name = "ep" } } },
      { m.sqs.subnet_ids, #m.sqs.network_interfaces, m.sqs.groups })
    assert.same(m.sqs.groups, m.sqs.network_interfaces[1].groups)
    m.a:delete()
    local third = m.vpc:create_subnet { cidr_block = "10.0.3.0/24", availability_zone = "us-east-1a" }
    m.sqs:modify { subnet_configurations = { { subnet_id = third, ipv4 = "10.0.3.50" } } }
    assert.same({ "10.0.3.50", m.sqs.groups },
      { m.sqs.network_interfaces[2].private_ip_address, m.sqs.network_interfaces[2].groups })
    refused(m.net, "DependencyViolation", group, "delete")
    local interfaces = m.sqs.network_interfaces
    m.sqs:delete()
    assert.same({}, { m.net:get(tostring(interfaces[1])), m.net:get "vpce-sqs" })
    group:delete()
    third:delete()
  end)

  it("is refused as AWS refuses it", function()
    local m = with_interface { quotas = true }
    local other = m.net:create_vpc { cidr_block = "10.1.0.0/16" }
    local foreign = other:create_subnet { cidr_block = "10.1.0.0/24" }
    local twin = m.vpc:create_subnet { cidr_block = "10.0.5.0/24", availability_zone = "us-east-1a" }
    local function no(code, options)
      options.vpc_endpoint_type, options.service_name = "Interface", options.service_name or SQS
      return refused(m.net, code, m.vpc, "create_vpc_endpoint", options)
    end
    no("InvalidParameter", { route_table_ids = { m.main } })
    no("InvalidSubnetID.NotFound", { subnet_ids = { "subnet-9" } })
    no("InvalidParameter", { subnet_ids = { foreign } })
    no("DuplicateSubnetsInSameZone", { subnet_ids = { m.a, twin } })
    no("InvalidGroup.NotFound", { security_group_ids = { "sg-9" } })
    no("InvalidParameter", { security_group_ids = { other.default_security_group } })
    no("InvalidParameter", { subnet_ids = { m.a }, ip_address_type = "dualstack" })
    no("InvalidParameterValue", { ip_address_type = "ipv5" })
    no("InvalidIPAddress.InUse", { subnet_configurations = { { subnet_id = m.a, ipv4 = "10.0.0.4" } } })
    no("InvalidParameterValue", { subnet_configurations = { { subnet_id = m.a, ipv4 = "10.0.1.4" } } })
    assert.matches("conflicting DNS domain for sqs", no("InvalidParameter", { private_dns_enabled = true }))
    m.net:create_hosted_zone { name = "sns.us-east-1.amazonaws.com", vpc_ids = { m.vpc } }
    assert.matches("conflicting DNS domain for sns",
      no("InvalidParameter", { service_name = "com.amazonaws.us-east-1.sns", private_dns_enabled = true }))
    m.net:hosted_zones()():delete()
    -- another service, or another VPC, has names of its own
    assert.is_true(m.vpc:create_vpc_endpoint {
      vpc_endpoint_type = "Interface", service_name = "com.amazonaws.us-east-1.kms", private_dns_enabled = true,
    }.private_dns_enabled)
    other:modify_attribute { enable_dns_hostnames = true }
    assert.is_true(other:create_vpc_endpoint {
      vpc_endpoint_type = "Interface", service_name = SQS, private_dns_enabled = true,
    }.private_dns_enabled)
    no("InvalidParameter", { service_name = APPLIANCES, private_dns_enabled = true })
    local many = {}
    for i = 1, 6 do
      many[i] = m.vpc:create_security_group { group_name = "g" .. i }
    end
    no("SecurityGroupsPerInterfaceLimitExceeded", { security_group_ids = many })
    m.vpc:modify_attribute { enable_dns_hostnames = false }
    assert.matches("requires both enableDnsSupport and enableDnsHostnames",
      no("InvalidParameter", { service_name = "com.amazonaws.us-east-1.sns", private_dns_enabled = true }))
    local quiet = m.vpc:create_vpc_endpoint {
      vpc_endpoint_type = "Interface", service_name = "com.amazonaws.us-east-1.sns", subnet_ids = { m.a },
    }
    assert.is_false(quiet.private_dns_enabled)
    refused(m.net, "InvalidParameter", quiet, "modify", { private_dns_enabled = true })
    refused(m.net, "InvalidParameter", m.sqs, "modify", { remove_subnet_ids = { twin } })
    refused(m.net, "InvalidParameter", m.sqs, "modify",
      { remove_security_group_ids = { m.vpc.default_security_group } })
    refused(m.net, "InvalidParameter", m.sqs, "modify", { add_route_table_ids = { m.main } })
    refused(m.net, "InvalidParameterValue", m.main, "create_route",
      { destination_cidr_block = "192.0.2.0/24", vpc_endpoint_id = m.sqs })
  end)

  it("has one subnet a zone, by the id of the zone where the data have one (D02)", function()
    local function make(second)
      local subnets = {
        { SubnetId = "subnet-1", VpcId = "vpc-a", CidrBlock = "10.0.1.0/24", AvailabilityZone = "us-east-1a",
          AvailabilityZoneId = "use1-az1" },
        { SubnetId = "subnet-2", VpcId = "vpc-a", CidrBlock = "10.0.2.0/24" },
      }
      subnets[2].AvailabilityZone, subnets[2].AvailabilityZoneId = second[1], second[2]
      local net = assert(vpcpeer.load_tables {
        Vpcs = { { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16", OwnerId = "111111111111" } }, Subnets = subnets,
        SecurityGroups = { { GroupId = "sg-a", GroupName = "default", VpcId = "vpc-a", OwnerId = "111111111111" } },
      })
      return select(2, pcall(net:get("vpc-a").create_vpc_endpoint, net:get "vpc-a", {
        vpc_endpoint_type = "Interface", service_name = SQS, subnet_ids = { "subnet-1", "subnet-2" },
        security_group_ids = { "sg-a" }, private_dns_enabled = false,
      }))
    end
    for _, same in ipairs { { "us-east-1a", "use1-az1" }, { "us-east-1b", "use1-az1" }, { "us-east-1a" } } do
      assert.equal("DuplicateSubnetsInSameZone", vpcpeer.error_code(make(same)))
    end
    for _, other in ipairs { { "us-east-1b", "use1-az2" }, { "us-east-1a", "use1-az2" }, { "us-east-1b" }, {} } do
      assert.equal(2, #make(other).subnet_ids)
    end
  end)

  it("holds its groups also before it has an interface", function()
    local m = build()
    local group = m.vpc:create_security_group { group_name = "ep" }
    local endpoint = m.vpc:create_vpc_endpoint {
      vpc_endpoint_type = "Interface", service_name = SQS, security_group_ids = { group },
    }
    refused(m.net, "DependencyViolation", group, "delete")
    endpoint:delete()
    group:delete()
  end)

  it("that a service manages is the service's to change", function()
    local m = build()
    assert.is_true(require("vpcpeer.core").load_record(m.net, "VpcEndpoints", {
      VpcEndpointId = "vpce-rds", VpcId = "vpc-a", VpcEndpointType = "Interface", RequesterManaged = true,
    }, {}))
    local managed = m.net:get "vpce-rds"
    refused(m.net, "OperationNotPermitted", managed, "delete")
    refused(m.net, "OperationNotPermitted", managed, "modify", { policy_document = "{}" })
  end)
end)

describe("a Gateway Load Balancer endpoint", function()
  it("stands on one interface without groups", function()
    local m = with_balancer()
    local eni = m.gwlb.network_interfaces[1]
    assert.same({ "gateway_load_balancer_endpoint", {}, false, {} },
      { eni.interface_type, eni.groups, eni.source_dest_check, m.gwlb.dns_entries })
    check_round_trip(m.net)
  end)

  it("is a target of routes, also of a whole subnet and of gateways' tables", function()
    local m = with_balancer()
    local igw, edge = m.net:create_internet_gateway(), m.vpc:create_route_table()
    m.vpc:attach_internet_gateway { internet_gateway_id = igw }
    edge:associate { gateway_id = igw }
    edge:create_route { destination_cidr_block = "10.0.0.0/24", vpc_endpoint_id = m.gwlb }
    m.main:create_route { destination_cidr_block = "0.0.0.0/0", vpc_endpoint_id = m.gwlb }
    m.main:create_route { destination_cidr_block = "10.0.0.0/24", gateway_id = "vpce-gwlb" }
    assert.same({
      destination_cidr_block = "0.0.0.0/0", gateway_id = "vpce-gwlb", origin = "CreateRoute", state = "active",
    }, m.main.routes[2])
    refused(m.net, "InvalidParameterValue", m.main, "create_route",
      { destination_cidr_block = "10.0.0.0/25", vpc_endpoint_id = m.gwlb })
    local other = m.net:create_vpc { cidr_block = "10.1.0.0/16" }
    assert.matches("belong to different networks", refused(m.net, "InvalidParameterValue", other.main_route_table,
      "create_route", { destination_cidr_block = "0.0.0.0/0", vpc_endpoint_id = m.gwlb }))
    local late = m.vpc:create_route_table()
    late:create_route { destination_cidr_block = "10.0.1.0/24", vpc_endpoint_id = m.gwlb }
    edge:disassociate { association_id = edge.associations[1].route_table_association_id }
    late:associate { gateway_id = igw }
    local s3 = m.vpc:create_route_table()
    m.vpc:create_vpc_endpoint { service_name = S3, route_table_ids = { s3 } }
    late:disassociate { association_id = late.associations[1].route_table_association_id }
    refused(m.net, "InvalidParameterValue", s3, "associate", { gateway_id = igw })
    late:delete_route { destination_cidr_block = "10.0.1.0/24" }
    check_round_trip(m.net)
    refused(m.net, "DependencyViolation", m.gwlb, "delete")
    edge:delete_route { destination_cidr_block = "10.0.0.0/24" }
    m.main:delete_route { destination_cidr_block = "0.0.0.0/0" }
    m.main:delete_route { destination_cidr_block = "10.0.0.0/24" }
    m.gwlb:delete()
    assert.is_nil(m.net:get "vpce-gwlb")
  end)

  it("is refused as AWS refuses it", function()
    local m = with_balancer()
    local function no(code, options)
      options.vpc_endpoint_type, options.service_name = "GatewayLoadBalancer", options.service_name or APPLIANCES
      return refused(m.net, code, m.vpc, "create_vpc_endpoint", options)
    end
    no("InvalidParameter", {})
    no("InvalidParameter", { subnet_ids = { m.a, m.b } })
    no("InvalidParameter", { subnet_ids = { m.a }, service_name = SQS })
    no("InvalidParameter", { subnet_ids = { m.a }, security_group_ids = { m.vpc.default_security_group } })
    no("InvalidParameter", { subnet_ids = { m.a }, private_dns_enabled = true })
    refused(m.net, "InvalidParameter", m.gwlb, "modify", { add_subnet_ids = { m.a } })
  end)
end)

-- Semantics 3.5: "`Resource` and `ServiceNetwork` endpoints: as interface endpoints".
describe("an endpoint of VPC Lattice", function()
  local LATTICE = "arn:aws:vpc-lattice:us-east-1:222222222222:"
  local RESOURCE, SERVICES = LATTICE .. "resourceconfiguration/rcfg-1", LATTICE .. "servicenetwork/sn-1"

  local function with_both()
    local m = build()
    m.resource = m.vpc:create_vpc_endpoint {
      vpc_endpoint_id = "vpce-rsc", vpc_endpoint_type = "Resource", resource_configuration_arn = RESOURCE,
      subnet_configurations = { { subnet_id = m.a, ipv4 = "10.0.0.100" } },
    }
    m.services = m.vpc:create_vpc_endpoint {
      vpc_endpoint_id = "vpce-sn", vpc_endpoint_type = "ServiceNetwork", service_network_arn = SERVICES,
      subnet_ids = { m.a, m.b },
    }
    return m
  end

  it("stands on interfaces as an interface endpoint does", function()
    local m = with_both()
    assert.same({ RESOURCE, SERVICES }, { m.resource.resource_configuration_arn, m.services.service_network_arn })
    assert.same({ 1, 2 }, { #m.resource.network_interface_ids, #m.services.network_interface_ids })
    assert.is_false(m.resource.private_dns_enabled)
    assert.same({}, names_of(m.services))
    local web = m.a:run_instance {}
    m.vpc.default_security_group:revoke_ingress {
      ip_protocol = "-1", referenced_group_id = m.vpc.default_security_group,
    }
    local function ask()
      return m.net:trace { from = web, to = "10.0.0.100", protocol = "tcp", port = 443 }
    end
    assert.is_false(ask().reachable)
    local group = m.vpc:create_security_group { group_name = "clients" }
    group:authorize_ingress { ip_protocol = "tcp", from_port = 443, to_port = 443, cidr_ip = "10.0.0.0/16" }
    m.resource:modify { add_security_group_ids = { group }, add_subnet_ids = { m.b } }
    assert.is_true(ask().reachable)
    assert.equal(2, #m.resource.network_interface_ids)
    check_round_trip(m.net)
    m.resource:delete()
    assert.equal("NO_POSSIBLE_DESTINATION", ask().explanations[1].code)
  end)

  it("is refused where what it leads to is not told", function()
    local m = with_both()
    local function no(code, kind, options)
      options.vpc_endpoint_type, options.subnet_ids = kind, { m.a }
      return refused(m.net, code, m.vpc, "create_vpc_endpoint", options)
    end
    assert.matches("resourceConfigurationArn", no("MissingParameter", "Resource", {}))
    assert.matches("serviceNetworkArn", no("MissingParameter", "ServiceNetwork", {}))
    assert.matches(":resourceconfiguration/%.%.%.",
      no("InvalidParameterValue", "Resource", { resource_configuration_arn = SERVICES }))
    no("InvalidParameterValue", "ServiceNetwork", { service_network_arn = "sn-1" })
    no("InvalidParameterValue", "ServiceNetwork", { service_network_arn = LATTICE .. "servicenetwork/" })
    no("InvalidParameter", "Resource", { resource_configuration_arn = RESOURCE, service_name = SQS })
    no("InvalidParameter", "Resource", { service_network_arn = SERVICES })
    no("InvalidParameter", "ServiceNetwork", { service_network_arn = SERVICES, route_table_ids = { m.main } })
    no("InvalidParameter", "Interface", { service_name = SQS, resource_configuration_arn = RESOURCE })
    no("InvalidParameterValue", "Lattice", {})
    assert.matches("private hosted zone",
      no("InvalidParameter", "Resource", { resource_configuration_arn = RESOURCE, private_dns_enabled = true }))
    assert.matches("type Resource", refused(m.net, "InvalidParameter", m.resource, "modify",
      { add_route_table_ids = { m.main } }))
    refused(m.net, "InvalidParameter", m.services, "modify", { private_dns_enabled = true })
  end)
end)
