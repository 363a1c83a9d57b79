-- Private hosted zones and the names of endpoints: what is made and refused, and who gets which
-- answer (semantics 8.5, D47).

local core = require "vpcpeer.core"
local refused = require "support.refused"
local vpcpeer = require "vpcpeer"

-- VPCs a and b with both DNS attributes, peered with all options on; hosts i-a and i-b.
local function build()
  local net = vpcpeer.network()
  local m = { net = net }
  for i, name in ipairs { "a", "b" } do
    local vpc = net:create_vpc { vpc_id = "vpc-" .. name, cidr_block = ("10.%d.0.0/16"):format(i) }
    vpc:modify_attribute { enable_dns_hostnames = true }
    local subnet = vpc:create_subnet {
      subnet_id = "subnet-" .. name, cidr_block = ("10.%d.0.0/24"):format(i), availability_zone = "us-east-1a",
    }
    local host = subnet:run_instance { instance_id = "i-" .. name, private_ip_address = ("10.%d.0.10"):format(i) }
    m[name], m["subnet_" .. name], m["host_" .. name] = vpc, subnet, host
  end
  local pcx = net:create_vpc_peering_connection { vpc_id = m.a, peer_vpc_id = m.b }
  pcx:accept()
  pcx:modify_options {
    requester_peering_connection_options = { allow_dns_resolution_from_remote_vpc = true },
    accepter_peering_connection_options = { allow_dns_resolution_from_remote_vpc = true },
  }
  m.a.main_route_table:create_route { destination_cidr_block = "10.2.0.0/16", vpc_peering_connection_id = pcx }
  m.b.main_route_table:create_route { destination_cidr_block = "10.1.0.0/16", vpc_peering_connection_id = pcx }
  return m
end

local function with_zone()
  local m = build()
  m.zone = m.net:create_hosted_zone {
    hosted_zone_id = "Z1", name = "Example.Internal.", vpc_ids = { m.a }, tags = { Name = "names" },
    records = {
      { name = "db.example.internal", type = "A", values = { "10.1.0.10", "10.1.0.11" } },
      { name = "DB.example.internal.", type = "AAAA", value = "2001:DB8::10" },
      { name = "alias.example.internal", type = "CNAME", value = "db.example.internal." },
      { name = "*.any.example.internal", type = "A", value = "10.1.0.99" },
      { name = "host.example.internal", type = "CNAME", value = "ip-10-1-0-10.ec2.internal" },
    },
  }
  return m
end

-- The answer in one word.
local function ask(m, name, from, family)
  local address, why = m.net:resolve(name, { from = from, family = family })
  return address or why
end

describe("a hosted zone", function()
  it("keeps names in lower case, addresses in canonical form", function()
    local m = with_zone()
    assert.same({ "Z1", "example.internal", { "vpc-a" }, "111111111111", "names" },
      { m.zone.id, m.zone.name, m.zone.vpc_ids, m.zone.owner_id, m.zone.tags.Name })
    assert.same({ name = "db.example.internal", type = "AAAA", values = { "2001:db8::10" } }, m.zone.records[2])
    assert.same({ "db.example.internal" }, m.zone.records[3].values)
    assert.same({ { m.a }, m.zone, m.zone, m.zone },
      { m.zone.vpcs, m.net:hosted_zones()(), m.a:hosted_zones()(), m.net:get "names" })
    assert.is_nil(m.b:hosted_zones()())
  end)

  it("D47 comes from the caller, is printed in a list of its own and loads as it is printed", function()
    local m = with_zone()
    local zone = m.net:describe("hosted-zones").HostedZones[1]
    assert.same({ "Z1", "example.internal", { "vpc-a" } }, { zone.Id, zone.Name, zone.VpcIds })
    local text = m.net:describe_json()
    local copy = assert(vpcpeer.load_json(text))
    assert.equal(text, copy:describe_json())
    assert.equal("10.1.0.10", copy:resolve("alias.example.internal", { from = "i-a" }))
    for _, diagnostic in ipairs(copy:diagnostics()) do
      assert.equal("info", diagnostic.severity, diagnostic.message)
    end
  end)

  it("loads leniently", function()
    local net = assert(vpcpeer.load_tables {
      HostedZones = {
        { Id = "Z9", Name = "x.internal.", VpcIds = { "vpc-9" }, Records = {
          { Name = "a.x.internal.", Type = "A", Values = { "no address" } }, { Type = "A" } } },
        { Name = "no id" },
      },
    })
    local seen = {}
    for _, diagnostic in ipairs(net:diagnostics()) do
      seen[#seen + 1] = ("%s %s %s"):format(diagnostic.severity, diagnostic.code, diagnostic.path)
    end
    table.sort(seen)
    assert.same({ "info unknown_id HostedZones[0].VpcIds[0]", "warning missing_id HostedZones[1]" }, seen)
    assert.equal(1, #net:get("Z9").records)
  end)

  it("loads names with the dot at their end that Route 53 prints", function()
    local net = assert(vpcpeer.load_tables {
      Vpcs = { { VpcId = "vpc-a", CidrBlock = "10.1.0.0/16", EnableDnsSupport = { Value = true },
        EnableDnsHostnames = { Value = true } } },
      HostedZones = { { Id = "Z9", Name = "x.internal.", VpcIds = { "vpc-a" }, Records = {
        { Name = "a.x.internal.", Type = "A", Values = { "10.1.0.7" } },
        { Name = "*.ANY.x.internal.", Type = "CNAME", Values = { "a.x.internal." } },
      } } },
    })
    for _, name in ipairs { "a.x.internal", "a.x.internal.", "b.any.x.internal", "A.X.internal", "Z.any.X.internal" } do
      assert.equal("10.1.0.7", ask({ net = net }, name, "vpc-a"))
    end
    for _, name in ipairs { "b.x.internal", "any.x.internal", "x.internal" } do
      assert.equal("NXDOMAIN", ask({ net = net }, name, "vpc-a"))
    end
  end)

  it("gains and loses VPCs and records", function()
    local m = with_zone()
    m.zone:associate_vpc { vpc_id = m.b }
    assert.same({ "vpc-a", "vpc-b" }, m.zone.vpc_ids)
    m.zone:disassociate_vpc { vpc_id = m.a }
    assert.equal("10.1.0.10", ask(m, "db.example.internal", "i-b"))
    m.zone:change_resource_record_sets { changes = {
      { action = "UPSERT", name = "db.example.internal", type = "A", values = { "10.2.0.77" } },
      { action = "CREATE", name = "example.internal", type = "A", value = "10.2.0.78" },
      { action = "DELETE", name = "alias.example.internal", type = "CNAME" },
    } }
    assert.same({ "10.2.0.77", "10.2.0.78", "NXDOMAIN" }, {
      ask(m, "db.example.internal", "i-b"), ask(m, "example.internal", "i-b"), ask(m, "alias.example.internal", "i-b"),
    })
    local changes = {}
    for i, record in ipairs(m.zone.records) do
      changes[i] = { action = "DELETE", name = record.name, type = record.type }
    end
    m.zone:change_resource_record_sets { changes = changes }
    m.zone:delete()
    assert.is_nil(m.net:get "Z1")
  end)

  it("takes names in letters of both cases for the same", function()
    local m = with_zone()
    m.zone:change_resource_record_sets { changes = {
      { action = "CREATE", name = "AZ.aZ.Example.internal", type = "A", value = "10.1.0.60" },
    } }
    assert.equal("az.az.example.internal", m.zone.records[#m.zone.records].name)
    assert.equal("10.1.0.60", ask(m, "Az.Az.example.internal", "i-a"))
    refused(m.net, "InvalidChangeBatch", m.zone, "change_resource_record_sets", { changes = {
      { action = "CREATE", name = "az.AZ.example.internal", type = "A", value = "10.1.0.61" },
    } })
  end)

  it("loses a VPC that is deleted", function()
    local m = with_zone()
    local alone = m.net:create_vpc { cidr_block = "10.3.0.0/16" }
    m.zone:associate_vpc { vpc_id = alone }
    alone:delete()
    assert.same({ "vpc-a" }, m.zone.vpc_ids)
  end)

  it("is refused as Route 53 refuses it", function()
    local m = with_zone()
    local function no(code, options)
      refused(m.net, code, m.net, "create_hosted_zone", options)
    end
    no("MissingParameter", { vpc_ids = { m.b } })
    no("MissingParameter", { name = "x.internal" })
    no("InvalidDomainName", { name = "a b.internal", vpc_ids = { m.b } })
    no("InvalidDomainName", { name = "a..internal", vpc_ids = { m.b } })
    no("InvalidDomainName", { name = ("x"):rep(64) .. ".internal", vpc_ids = { m.b } })
    no("InvalidDomainName", { name = ("x."):rep(130), vpc_ids = { m.b } })
    no("InvalidVPCId", { name = "x.internal", vpc_ids = { "vpc-9" } })
    no("ConflictingDomainExists", { name = "EXAMPLE.internal", vpc_ids = { m.b, m.a } })
    no("InvalidParameterValue", { name = "x.internal", vpc_ids = { m.b }, hosted_zone_id = "Z1" })
    no("InvalidChangeBatch",
      { name = "x.internal", vpc_ids = { m.b }, records = { { name = "x.example", type = "A", value = "10.0.0.1" } } })
    refused(m.net, "MissingParameter", m.zone, "associate_vpc", {})
    refused(m.net, "InvalidVPCId", m.zone, "associate_vpc", { vpc_id = "vpc-9" })
    refused(m.net, "ConflictingDomainExists", m.zone, "associate_vpc", { vpc_id = m.a })
    refused(m.net, "VPCAssociationNotFound", m.zone, "disassociate_vpc", { vpc_id = m.b })
    refused(m.net, "LastVPCAssociation", m.zone, "disassociate_vpc", { vpc_id = m.a })
    refused(m.net, "HostedZoneNotEmpty", m.zone, "delete")
    local function not_changed(code, change)
      local first = { action = "UPSERT", name = "new.example.internal", type = "A", value = "10.1.0.1" }
      refused(m.net, code, m.zone, "change_resource_record_sets", { changes = { first, change } })
    end
    local function record(action, name, type, value)
      return { action = action, name = name .. ".example.internal", type = type, value = value }
    end
    refused(m.net, "MissingParameter", m.zone, "change_resource_record_sets", {})
    not_changed("InvalidInput", record("REPLACE", "db", "A", "10.1.0.1"))
    not_changed("InvalidInput", record("CREATE", "mail", "MX", "10 mail"))
    not_changed("MissingParameter", record("CREATE", "none", "A"))
    not_changed("InvalidChangeBatch", record("CREATE", "db", "A", "10.1.0.1"))
    not_changed("InvalidChangeBatch", record("DELETE", "nobody", "A"))
    not_changed("InvalidChangeBatch", record("CREATE", "x", "A", "2001:db8::1"))
    not_changed("InvalidChangeBatch", record("CREATE", "x", "AAAA", "10.1.0.1"))
    not_changed("InvalidChangeBatch", record("CREATE", "x", "A", "010.1.0.1"))
    not_changed("InvalidDomainName", record("CREATE", "x", "CNAME", "not a name"))
    not_changed("InvalidChangeBatch", record("CREATE", "db", "CNAME", "x.example.internal"))
    not_changed("InvalidChangeBatch", record("CREATE", "alias", "A", "10.1.0.1"))
    not_changed("InvalidChangeBatch",
      { action = "CREATE", name = "example.internal", type = "CNAME", value = "db.example.internal" })
    not_changed("InvalidChangeBatch", { action = "CREATE", name = "db.other", type = "A", value = "10.1.0.1" })
  end)
end)

describe("names of a hosted zone", function()
  it("mean their first value, by family and through aliases", function()
    local m = with_zone()
    assert.equal("10.1.0.10", ask(m, "db.example.internal", "i-a"))
    assert.equal("10.1.0.10", ask(m, "DB.Example.Internal.", m.a))
    assert.equal("2001:db8::10", ask(m, "db.example.internal", "i-a", 6))
    assert.equal("2001:db8::10", ask(m, "alias.example.internal", "i-a", 6))
    assert.equal("10.1.0.10", ask(m, "host.example.internal", "i-a"))
    assert.equal("10.1.0.99", ask(m, "a.b.any.example.internal", "i-a"))
    assert.equal("NXDOMAIN", ask(m, "any.example.internal", "i-a"))
    assert.equal("NXDOMAIN", ask(m, "missing.example.internal", "i-a"))
    assert.equal("NXDOMAIN", ask(m, "notexample.internal", "i-a"))
  end)

  it("are known in the VPCs of the zone alone: not over peering, not outside", function()
    local m = with_zone()
    assert.equal("NXDOMAIN", ask(m, "db.example.internal", "i-b"))
    for _, outside in ipairs { "internet", "onprem", "onprem@vgw-1", "internet=198.51.100.7" } do
      assert.equal("NXDOMAIN", ask(m, "db.example.internal", outside))
    end
    assert.matches("nothing in a VPC", ask(m, "db.example.internal", "onpremises"))
    m.zone:associate_vpc { vpc_id = m.b }
    assert.equal("10.1.0.10", ask(m, "db.example.internal", "i-b"))
  end)

  it("need both DNS attributes of the asking VPC", function()
    local m = with_zone()
    m.a:modify_attribute { enable_dns_hostnames = false }
    assert.equal("NXDOMAIN", ask(m, "db.example.internal", "i-a"))
    m.a:modify_attribute { enable_dns_support = false }
    assert.equal("UNRESOLVED", ask(m, "db.example.internal", "i-a"))
  end)

  it("are those of the zone with the longest name, also before names of AWS", function()
    local m = with_zone()
    m.net:create_hosted_zone {
      name = "any.example.internal", vpc_ids = { m.a },
      records = { { name = "one.any.example.internal", type = "A", value = "10.1.0.50" } },
    }
    assert.equal("10.1.0.50", ask(m, "one.any.example.internal", "i-a"))
    assert.equal("NXDOMAIN", ask(m, "two.any.example.internal", "i-a"))
    assert.equal("10.1.0.10", ask(m, "ip-10-1-0-10.ec2.internal", "i-a"))
    m.net:create_hosted_zone { name = "ec2.internal", vpc_ids = { m.a } }
    assert.equal("NXDOMAIN", ask(m, "ip-10-1-0-10.ec2.internal", "i-a"))
    assert.equal("10.1.0.10", ask(m, "ip-10-1-0-10.ec2.internal", "i-b"))
  end)

  it("that go round in circles do not exist", function()
    local m = with_zone()
    m.zone:change_resource_record_sets { changes = {
      { action = "CREATE", name = "x.example.internal", type = "CNAME", value = "y.example.internal" },
      { action = "CREATE", name = "y.example.internal", type = "CNAME", value = "x.example.internal" },
      { action = "CREATE", name = "out.example.internal", type = "CNAME", value = "www.example.com" },
    } }
    assert.equal("NXDOMAIN", ask(m, "x.example.internal", "i-a"))
    assert.equal("NXDOMAIN", ask(m, "out.example.internal", "i-a"))
  end)

  it("can be the destination of a question", function()
    local m = with_zone()
    m.zone:change_resource_record_sets { changes = {
      { action = "CREATE", name = "far.example.internal", type = "A", value = "10.2.0.10" },
      { action = "CREATE", name = "six.example.internal", type = "AAAA", value = "2001:db8::6" },
    } }
    local t = m.net:trace { from = "i-a", to = "far.example.internal", port = 22 }
    assert.same({ "10.2.0.10", "ENI_SG_RULES_MISMATCH" }, { t.to.address, t.explanations[1].code })
    t = m.net:trace { from = "i-b", to = "far.example.internal" }
    assert.same({ "DNS_NAME_NOT_FOUND", "NO_SOURCE_OR_DESTINATION" },
      { t.explanations[1].code, t.explanations[1].aws_code })
    t = m.net:trace { from = "i-a", to = "six.example.internal" }
    assert.equal("2001:db8::6", t.to.address)
    local none, _, code = m.net:trace { from = "i-a", to = "far.example.com" }
    assert.is_nil(none)
    assert.equal("unknown_id", code)
  end)
end)

describe("names of an interface endpoint", function()
  local SQS = "sqs.us-east-1.amazonaws.com"

  local function with_endpoint(wanted)
    local m = build()
    m.second = m.a:create_subnet { cidr_block = "10.1.1.0/24", availability_zone = "us-east-1b" }
    local given = {
      vpc_endpoint_id = "vpce-q", vpc_endpoint_type = "Interface", service_name = "com.amazonaws.us-east-1.sqs",
      subnet_configurations = {
        { subnet_id = m.subnet_a, ipv4 = "10.1.0.50" }, { subnet_id = m.second, ipv4 = "10.1.1.50" },
      },
    }
    for key, value in pairs(wanted or {}) do
      given[key] = value
    end
    m.endpoint = m.a:create_vpc_endpoint(given)
    return m
  end

  it("mean its interfaces inside of its VPC where private DNS is on", function()
    local m = with_endpoint()
    assert.equal("10.1.0.50", ask(m, SQS, "i-a"))
    assert.equal("NXDOMAIN", ask(m, "queue." .. SQS, "i-a"))
    assert.equal("NXDOMAIN", ask(m, SQS, "i-a", 6))
    m.endpoint:modify { private_dns_enabled = false }
    assert.equal("NXDOMAIN", ask(m, SQS, "i-a"))
  end)

  it("are not known to peers, unless a zone is shared by hand", function()
    local m = with_endpoint()
    assert.equal("NXDOMAIN", ask(m, SQS, "i-b"))
    local function shared(vpc)
      return { name = SQS, vpc_ids = { vpc }, records = { { name = SQS, type = "A", value = "10.1.0.50" } } }
    end
    refused(m.net, "ConflictingDomainExists", m.net, "create_hosted_zone", shared(m.a))
    m.net:create_hosted_zone(shared(m.b))
    assert.equal("10.1.0.50", ask(m, SQS, "i-b"))
    local t = m.net:trace { from = "i-b", to = SQS }
    assert.equal("10.1.0.50", t.to.address)
  end)

  it("of its own are known everywhere, one for each zone", function()
    local m = with_endpoint()
    local names = m.endpoint.dns_entries
    assert.equal("10.1.0.50", ask(m, names[1].dns_name, "i-b"))
    assert.equal("10.1.0.50", ask(m, names[2].dns_name, "internet"))
    for _, from in ipairs { "internet", "i-b", "i-a" } do
      assert.equal("10.1.1.50", ask(m, names[3].dns_name, from))
    end
    m.b:modify_attribute { enable_dns_support = false }
    assert.equal("UNRESOLVED", ask(m, names[1].dns_name, "i-b"))
    m.endpoint:modify { remove_subnet_ids = { m.subnet_a } }
    assert.equal("10.1.1.50", ask(m, names[1].dns_name, "i-a"))
    assert.equal("NXDOMAIN", ask(m, names[2].dns_name, "i-a"))
    assert.equal("10.1.1.50", m.net:trace({ from = "i-a", to = names[3].dns_name }).to.address)
  end)

  it("of one zone mean the interfaces of that zone, also where an interface's own is not in the data", function()
    local net = vpcpeer.network()
    local function add(key, record)
      assert.is_true(core.load_record(net, key, record, {}))
    end
    local function entry_of(zone)
      return { DnsName = "vpce-q-0123abcd" .. zone .. ".sqs.us-east-1.vpce.amazonaws.com" }
    end
    add("Vpcs", { VpcId = "vpc-a", CidrBlock = "10.1.0.0/16" })
    for i, zone in ipairs { "us-east-1a", "us-east-1b" } do
      add("Subnets", { SubnetId = "subnet-" .. i, VpcId = "vpc-a", CidrBlock = ("10.1.%d.0/24"):format(i),
        AvailabilityZone = zone })
      add("NetworkInterfaces", { NetworkInterfaceId = "eni-" .. i, VpcId = "vpc-a", SubnetId = "subnet-" .. i,
        Status = "in-use", PrivateIpAddress = ("10.1.%d.50"):format(i) })
    end
    add("VpcEndpoints", {
      VpcEndpointId = "vpce-q", VpcId = "vpc-a", VpcEndpointType = "Interface", State = "available",
      ServiceName = "com.amazonaws.us-east-1.sqs", NetworkInterfaceIds = { "eni-1", "eni-2" },
      DnsEntries = { entry_of "", entry_of "-us-east-1a", entry_of "-us-east-1b" },
    })
    for zone, wanted in pairs { [""] = "10.1.1.50", ["-us-east-1a"] = "10.1.1.50", ["-us-east-1b"] = "10.1.2.50" } do
      assert.equal(wanted, ask({ net = net }, entry_of(zone).DnsName, "internet"))
    end
    local none, _, code = net:trace { from = "eni-1", to = "name.of.nothing" }
    assert.is_nil(none)
    assert.equal("unknown_id", code) -- no entry of an endpoint covers it
  end)

  it("below the service's are known for services that have such", function()
    local m = with_endpoint { service_name = "com.amazonaws.us-east-1.s3" }
    assert.equal("10.1.0.50", ask(m, "s3.us-east-1.amazonaws.com", "i-a"))
    assert.equal("10.1.0.50", ask(m, "bucket.s3.us-east-1.amazonaws.com", "i-a"))
    assert.equal("NXDOMAIN", ask(m, "bucket.s3.us-west-2.amazonaws.com", "i-a"))
  end)

  it("leave out interfaces that are not in use, and endpoints that are not available", function()
    local m = with_endpoint()
    assert.is_true(core.load_record(m.net, "NetworkInterfaces",
      { NetworkInterfaceId = m.endpoint.network_interface_ids[1], Status = "pending" }, {}))
    assert.equal("10.1.1.50", ask(m, SQS, "i-a"))
    assert.is_true(core.load_record(m.net, "VpcEndpoints", { VpcEndpointId = "vpce-q", State = "Deleting" }, {}))
    assert.equal("NXDOMAIN", ask(m, SQS, "i-a"))
  end)
end)
