-- The network, its handles, lists and filters, and how options and documents are read.

local core = require "vpcpeer.core"
local vpcpeer = require "vpcpeer"

-- A small model, told as documents tell it.
local function build()
  local net = vpcpeer.network()
  local function add(key, record, place)
    assert.is_true(core.load_record(net, key, record, place or {}))
  end
  add("Vpcs", {
    VpcId = "vpc-b", OwnerId = "222222222222", CidrBlock = "10.0.0.0/16",
    Tags = { { Key = "Name", Value = "data" }, { Key = "Tier", Value = "" } },
  })
  add("Vpcs", { VpcId = "vpc-a", CidrBlock = "172.16.0.0/16", Tags = { { Key = "Name", Value = "app" } } })
  add("Subnets", { SubnetId = "subnet-1", VpcId = "vpc-a", CidrBlock = "172.16.0.0/24" })
  add("Subnets", { SubnetId = "subnet-2", VpcId = "vpc-b", CidrBlock = "10.0.0.0/24" })
  add("Subnets", { SubnetId = "subnet-3", VpcId = "vpc-a", CidrBlock = "172.16.1.0/24" })
  add("RouteTables", {
    RouteTableId = "rtb-a", VpcId = "vpc-a",
    Associations = { { Main = true, RouteTableId = "rtb-a" } },
    Routes = { { DestinationCidrBlock = "172.16.0.0/16", GatewayId = "local" } },
  })
  add("Instances", { InstanceId = "i-1", VpcId = "vpc-a", SubnetId = "subnet-1", State = { Name = "running" } })
  add("NetworkInterfaces", {
    NetworkInterfaceId = "eni-1", VpcId = "vpc-a", SubnetId = "subnet-1",
    PrivateIpAddresses = {
      { PrivateIpAddress = "172.16.0.11", Primary = false },
      { PrivateIpAddress = "172.16.0.10", Primary = true },
    },
    Attachment = { InstanceId = "i-1", DeviceIndex = 0.0, Status = "attached" },
  })
  return net
end

local function ids(iterator)
  local list = {}
  for object in iterator do
    list[#list + 1] = tostring(object)
  end
  return list
end

describe("network", function()
  it("prints short and canonical", function()
    assert.equal("network (2 VPCs, 3 subnets, 0 peering connections, 1 interfaces)", tostring(build()))
  end)

  it("finds objects by id and by unique Name", function()
    local net = build()
    assert.equal("vpc-a", tostring(net:get "vpc-a"))
    assert.equal(net:get "vpc-b", net:get "data")
    assert.is_nil(net:get "nobody")
    assert.is_nil(net:get "")
    core.load_record(net, "Subnets", { SubnetId = "subnet-9", Tags = { { Key = "Name", Value = "data" } } }, {})
    local object, message, code = net:get "data"
    assert.is_nil(object)
    assert.equal("ambiguous", code)
    assert.matches("subnet%-9, vpc%-b", message)
  end)

  it("reads fields in snake case, relations as handles, tags as a map", function()
    local net = build()
    local vpc, interface = net:get "vpc-a", net:get "eni-1"
    assert.equal("172.16.0.0/16", vpc.cidr_block)
    assert.equal("rtb-a", tostring(vpc.main_route_table))
    assert.equal("app", vpc.tags.Name)
    assert.equal("", net:get("vpc-b").tags.Tier)
    assert.equal(vpc, net:get("subnet-1").vpc)
    assert.equal("rtb-a", tostring(net:get("subnet-3").route_table))
    assert.equal("172.16.0.10", interface.private_ip_address)
    assert.equal("172.16.0.10", interface.private_ip_addresses[1].private_ip_address)
    assert.equal(0, interface.attachment.device_index)
    assert.equal(interface, net:get("i-1").network_interfaces[1])
    assert.equal("running", net:get("i-1").state.name)
    assert.is_nil(vpc.no_such_field)
    assert.equal("local", net:get("rtb-a").routes[1].gateway_id)
  end)

  it("refuses writes to objects", function()
    local net = build()
    assert.has_error(function()
      net:get("vpc-a").cidr_block = "10.0.0.0/8"
    end)
  end)

  it("lists in id order, also while objects come", function()
    local net = build()
    assert.same({ "vpc-a", "vpc-b" }, ids(net:vpcs()))
    assert.same({ "subnet-1", "subnet-3" }, ids(net:get("vpc-a"):subnets()))
    assert.same({ "i-1" }, ids(net:get("subnet-1"):instances()))
    local seen = {}
    for subnet in net:subnets() do
      seen[#seen + 1] = subnet.id
      if #seen == 1 then
        core.load_record(net, "Subnets", { SubnetId = "subnet-15" }, {})
      end
    end
    assert.same({ "subnet-1", "subnet-15", "subnet-2", "subnet-3" }, seen)
  end)

  it("filters by AWS's names and by fields", function()
    local net = build()
    assert.same({ "subnet-2" }, ids(net:subnets { ["vpc-id"] = "vpc-b" }))
    assert.same({ "subnet-1", "subnet-3" }, ids(net:subnets { vpc_id = { "vpc-a", "vpc-x" } }))
    assert.same({ "vpc-b" }, ids(net:vpcs { { Name = "tag:Name", Values = { "d*a" } } }))
    assert.same({}, ids(net:vpcs { ["tag:Name"] = "d?a" }))
    assert.same({ "vpc-b" }, ids(net:vpcs { ["tag-key"] = "Tier" }))
    assert.same({ "rtb-a" }, ids(net:route_tables { ["association.main"] = "true" }))
    assert.same({ "i-1" }, ids(net:instances { ["instance-state-name"] = "running", vpc_id = "vpc-a" }))
    assert.same({}, ids(net:instances { ["instance-state-name"] = "running", vpc_id = "vpc-b" }))
    assert.has_error(function()
      net:subnets { colour = "red" }
    end)
    assert.has_error(function()
      net:subnets "vpc-a"
    end)
  end)

  it("clones independently", function()
    local net = build()
    local copy = net:clone()
    core.load_record(copy, "Vpcs", { VpcId = "vpc-c", CidrBlock = "10.9.0.0/16" }, {})
    core.load_record(copy, "Vpcs", { VpcId = "vpc-a", CidrBlock = "172.20.0.0/16" }, {})
    assert.same({ "vpc-a", "vpc-b" }, ids(net:vpcs()))
    assert.same({ "vpc-a", "vpc-b", "vpc-c" }, ids(copy:vpcs()))
    assert.equal("172.16.0.0/16", net:get("vpc-a").cidr_block)
    assert.equal("app", copy:get("vpc-a").tags.Name)
    assert.not_equal(net:get "vpc-a", copy:get "vpc-a")
  end)

  it("is closed for good", function()
    local net = build()
    local vpc = net:get "vpc-a"
    net:close()
    net:close()
    assert.equal("network (closed)", tostring(net))
    assert.has_error(function()
      net:get "vpc-a"
    end)
    assert.has_error(function()
      return vpc.cidr_block
    end)
    assert.is_string(tostring(vpc))
  end)

  it("outlives its box while a handle is alive", function()
    local vpc = build():get "vpc-a"
    collectgarbage()
    collectgarbage()
    assert.equal("172.16.0.0/16", vpc.cidr_block)
  end)

  it("is the same network for another caller", function()
    local net = build()
    local other = net:as("222222222222", "eu-west-1")
    assert.equal(net:get "vpc-a", other:get "vpc-a")
    assert.not_equal(net, other)
    assert.equal(net, net:as("111111111111", "us-east-1"))
  end)

  it("names the nearest option", function()
    local ok, message = pcall(vpcpeer.network, { regoin = "x" })
    assert.is_false(ok)
    assert.matches("regoin.*region", message)
    assert.has_error(function()
      vpcpeer.network { owner_id = 1 }
    end)
    assert.has_error(function()
      vpcpeer.network "us-east-1"
    end)
  end)
end)

describe("reading a document's record", function()
  local function diagnostics_of(key, record, place)
    local net = vpcpeer.network()
    local kept = core.load_record(net, key, record, place or { file = "x.json", path = key .. "[3]", index = 3 })
    local list = {}
    for _, d in ipairs(net:diagnostics()) do
      list[#list + 1] = table.concat({ d.severity, d.code, d.file, d.path, d.message }, " ")
    end
    return list, kept, net
  end

  it("says where and why a block cannot be read, and keeps the rest", function()
    local list, kept, net = diagnostics_of("Vpcs", { VpcId = "vpc-a", CidrBlock = "10.0.0.0/33", State = "available" })
    assert.is_true(kept)
    assert.same(1, #list)
    assert.matches('^warning invalid_cidr x%.json Vpcs%[3%]%.CidrBlock .*10%.0%.0%.0/33', list[1])
    assert.equal("available", net:get("vpc-a").state)
    list = diagnostics_of("Vpcs", { VpcId = "vpc-a", CidrBlock = "010.0.0.1/8" })
    assert.matches("invalid_cidr", list[1])
    list = diagnostics_of("Vpcs", { VpcId = "vpc-a", CidrBlock = "2001:db8::/32" })
    assert.matches("not an IPv4", list[1])
  end)

  it("drops an item that says nothing, with its path", function()
    local list, _, net = diagnostics_of("SecurityGroups", {
      GroupId = "sg-a",
      IpPermissions = { { IpProtocol = "tcp", IpRanges = { { CidrIp = "10.0.0.0/8" }, { CidrIp = "10.0.0.0/x" } } } },
    })
    assert.equal(1, #list)
    assert.matches("SecurityGroups%[3%]%.IpPermissions%[0%]%.IpRanges%[1%]%.CidrIp", list[1])
    assert.equal(1, #net:get("sg-a").ip_permissions[1].ip_ranges)
  end)

  it("survives every wrong type", function()
    for _, wrong in ipairs { 1, true, "x", {}, { {} }, { 1 }, { "x" }, { a = { b = 1 } } } do
      for _, key in ipairs {
        "VpcId", "OwnerId", "CidrBlock", "Tags", "IsDefault", "CidrBlockAssociationSet", "EnableDnsSupport",
      } do
        local record = { VpcId = "vpc-a" }
        record[key] = wrong
        assert.is_boolean(select(2, diagnostics_of("Vpcs", record)))
      end
      assert.is_boolean(select(2, diagnostics_of("Vpcs", wrong)))
    end
  end)

  it("needs an id", function()
    local list, kept = diagnostics_of("Vpcs", { CidrBlock = "10.0.0.0/8" })
    assert.is_false(kept)
    assert.matches("missing_id", list[1])
  end)

  it("lets later fields replace earlier ones and says so", function()
    local net = vpcpeer.network()
    core.load_record(net, "Vpcs", { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16", State = "available" }, {})
    core.load_record(net, "Vpcs", { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16" }, {})
    assert.equal(0, #net:diagnostics())
    core.load_record(net, "Vpcs", { VpcId = "vpc-a", CidrBlock = "10.1.0.0/16" }, {})
    assert.equal("redefined", net:diagnostics()[1].code)
    assert.equal("10.1.0.0/16", net:get("vpc-a").cidr_block)
    assert.equal("available", net:get("vpc-a").state)
    assert.is_false(core.load_record(net, "Subnets", { SubnetId = "vpc-a" }, {}))
  end)

  it("takes numbers as text, digits as numbers, floats that are whole", function()
    local _, _, net = diagnostics_of("NetworkAcls", {
      NetworkAclId = "acl-a",
      Entries = { { RuleNumber = "100", Protocol = 6, RuleAction = "allow", PortRange = { From = 443.0, To = 443 } } },
    })
    local entry = net:get("acl-a").entries[1]
    assert.equal(100, entry.rule_number)
    assert.equal("6", entry.protocol)
    assert.equal("443", tostring(entry.port_range.from):gsub("%.0$", ""))
  end)

  it("has no opinion on what a hostile table does", function()
    local deep = {}
    local at = deep
    for _ = 1, 1000 do
      at.CidrBlockState = {}
      at = at.CidrBlockState
    end
    assert.is_true(select(2, diagnostics_of("Vpcs", { VpcId = "vpc-a", CidrBlockAssociationSet = { deep } })))
    local loop = { VpcId = "vpc-a" }
    loop.CidrBlockAssociationSet = { loop }
    assert.is_true(select(2, diagnostics_of("Vpcs", loop)))
  end)
end)

describe("core.describe", function()
  it("writes what was read", function()
    local net = build()
    local list = core.describe(net, "vpcs")
    assert.equal("vpc-a", list[1].VpcId)
    assert.same({ { Key = "Name", Value = "data" }, { Key = "Tier", Value = "" } }, list[2].Tags)
    local instance = core.describe(net, "instances")[1]
    assert.equal("eni-1", instance.NetworkInterfaces[1].NetworkInterfaceId)
    assert.is_nil(instance.NetworkInterfaces[1].TagSet)
    assert.has_error(function()
      core.describe(net, "vpc")
    end)
  end)
end)
