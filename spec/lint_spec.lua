-- net:lint: every code of semantics 5.11 (and the few more), found where it is, silent where it nearly is.

local vpcpeer = require "vpcpeer"
local codes = require "vpcpeer.codes"

-- Two peered VPCs with a route each way that covers less than the peer: nothing to find.
local function peered(second)
  local net = vpcpeer.network()
  local a = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.1.0.0/16" }
  local b = net:create_vpc { vpc_id = "vpc-b", cidr_block = second or "10.2.0.0/16" }
  local pcx = net:create_vpc_peering_connection {
    vpc_peering_connection_id = "pcx-1", vpc_id = a, peer_vpc_id = b,
  }
  return net, a, b, pcx
end

local function routed(second)
  local net, a, b, pcx = peered(second)
  pcx:accept()
  a.main_route_table:create_route { destination_cidr_block = "10.2.1.0/24", vpc_peering_connection_id = pcx }
  b.main_route_table:create_route { destination_cidr_block = "10.1.1.0/24", vpc_peering_connection_id = pcx }
  return net, a, b, pcx
end

local function codes_of(net, options)
  local list = {}
  for i, finding in ipairs(net:lint(options)) do
    list[i] = finding.code
  end
  return list
end

-- The only finding of a code; the rest of the model must be silent about it.
local function only(net, code)
  local list = net:lint { only = code }
  assert.equal(1, #list, code)
  local finding = list[1]
  assert.equal(code, finding.code)
  assert.is_true(#finding.message > 20)
  assert.is_true(#finding.remedy > 10)
  assert.is_true(#finding.resource_ids > 0)
  assert.equal("table", type(finding.evidence))
  return finding
end

local function silent(net, code)
  assert.same({}, net:lint { only = code })
end

-- A loaded model, in which may stand what strict calls refuse.
local function load(document)
  return assert(vpcpeer.load_tables(document))
end

local function vpc(id, block, more)
  local record = { VpcId = id, CidrBlock = block, OwnerId = "111111111111", Region = "us-east-1" }
  for key, value in pairs(more or {}) do
    record[key] = value
  end
  return record
end

local function side(id, block, region)
  return {
    VpcId = id, OwnerId = "111111111111", Region = region or "us-east-1", CidrBlock = block,
    CidrBlockSet = { { CidrBlock = block } },
  }
end

local function connection(id, one, two, status)
  return {
    VpcPeeringConnectionId = id, RequesterVpcInfo = one, AccepterVpcInfo = two,
    Status = { Code = status or "active" },
  }
end

describe("lint", function()
  it("is silent about a sound network", function()
    local net = routed()
    assert.same({}, net:lint())
    assert.same({}, vpcpeer.network():lint())
  end)

  it("knows each of its codes, and explain knows them too", function()
    for _, code in ipairs(require("vpcpeer.lint").codes()) do
      local entry = codes.find(code)
      assert.is_not_nil(entry, code)
      assert.is_true(table.concat(entry.kind, " "):find("lint", 1, true) ~= nil, code)
    end
    assert.equal(15, #require("vpcpeer.lint").codes())
  end)

  it("takes codes to look for and to leave out", function()
    local net, a, _, pcx = routed()
    a.main_route_table:create_route { destination_cidr_block = "10.0.0.0/14", vpc_peering_connection_id = pcx }
    assert.same({ "PCX_ROUTE_BROADER_THAN_PEER", "PCX_ROUTE_WHOLE_PEER" }, codes_of(net))
    assert.same({ "PCX_ROUTE_WHOLE_PEER" }, codes_of(net, { only = { "pcx_route_whole_peer", "PCX_DUPLICATE" } }))
    assert.same({ "PCX_ROUTE_BROADER_THAN_PEER" }, codes_of(net, { except = "PCX_ROUTE_WHOLE_PEER" }))
    assert.same({}, codes_of(net, { only = "PCX_ROUTE_WHOLE_PEER", except = { "PCX_ROUTE_WHOLE_PEER" } }))
    assert.same({}, codes_of(net, { only = {} }))
  end)

  it("raises misuse at the caller's line", function()
    local net = routed()
    for _, case in ipairs {
      { { onyl = "X" }, "unknown option 'onyl' %(did you mean 'only'%?%)" },
      { { only = "PCX_DUPLICAT" }, "there is no finding 'PCX_DUPLICAT' %(did you mean 'PCX_DUPLICATE'%?%)" },
      { { except = "ONE_WAY" }, "there is no finding 'ONE_WAY' %(did you mean 'PCX_ROUTE_ONE_WAY'%?%)" },
      { { only = "XYZZY" }, "there is no finding 'XYZZY': they are PCX_" },
      { { except = 7 }, "option 'except' must be a code or a list of codes" },
      { { except = { 7 } }, "option 'except' must hold codes, not a number" },
      { "x", "options must be a table" },
    } do
      local ok, message = pcall(function()
        local found = net:lint(case[1])
        return found
      end)
      assert.is_false(ok)
      assert.matches("lint_spec%.lua:%d+: ", message)
      assert.matches(case[2], message)
    end
    net:close()
    assert.has_error(function()
      net:lint()
    end)
  end)

  it("lists errors, then warnings, then hints, by code and by ids", function()
    local net = load {
      Vpcs = { vpc("vpc-b", "10.2.0.0/16"), vpc("vpc-a", "10.1.0.0/16"), vpc("vpc-c", "10.1.0.0/20") },
      VpcPeeringConnections = {
        connection("pcx-2", side("vpc-a", "10.1.0.0/16"), side("vpc-b", "10.2.0.0/16")),
        connection("pcx-1", side("vpc-b", "10.2.0.0/16"), side("vpc-a", "10.1.0.0/16")),
        connection("pcx-3", side("vpc-a", "10.1.0.0/16"), side("vpc-c", "10.1.0.0/20")),
      },
      RouteTables = {
        { RouteTableId = "rtb-b", VpcId = "vpc-b", Routes = {
          { DestinationCidrBlock = "10.1.0.0/16", VpcPeeringConnectionId = "pcx-1", State = "active" },
          { DestinationCidrBlock = "10.3.0.0/16", VpcPeeringConnectionId = "pcx-9", State = "blackhole" } } },
        { RouteTableId = "rtb-a", VpcId = "vpc-a", Routes = {
          { DestinationCidrBlock = "10.2.0.0/16", VpcPeeringConnectionId = "pcx-2", State = "active" } } },
      },
    }
    assert.same({ "PCX_OVERLAPPING_CIDRS", "PCX_DUPLICATE", "PCX_ROUTE_ONE_WAY", "PCX_ROUTE_ONE_WAY",
      "PCX_ROUTE_BLACKHOLE", "PCX_ROUTE_WHOLE_PEER", "PCX_ROUTE_WHOLE_PEER" }, codes_of(net))
    local list = net:lint()
    assert.same({ "pcx-1", "rtb-b", "vpc-a" }, list[3].resource_ids)
    assert.same({ "pcx-2", "rtb-a", "vpc-b" }, list[4].resource_ids)
    assert.same({ "rtb-a", "pcx-2" }, list[6].resource_ids)
    assert.same({ "error", "error", "warning" }, { list[1].severity, list[2].severity, list[3].severity })
    assert.equal("info", list[7].severity)
    -- the same again, and of a copy
    assert.same(list, net:lint())
    assert.same(list, net:clone():lint())
  end)
end)

describe("lint finds", function()
  it("PCX_OVERLAPPING_CIDRS: live connections of VPCs with overlapping blocks", function()
    local function overlapping(status, block, version)
      return load {
        Vpcs = { vpc("vpc-a", "172.16.0.0/16"), vpc("vpc-b", "10.0.0.0/16", {
          [version == 6 and "Ipv6CidrBlockAssociationSet" or "CidrBlockAssociationSet"] = {
            { CidrBlock = version ~= 6 and "10.0.0.0/16" or nil,
              Ipv6CidrBlock = version == 6 and "2001:db8::/56" or nil },
            { CidrBlock = block, Ipv6CidrBlock = version == 6 and block or nil } } }) },
        VpcPeeringConnections = {
          connection("pcx-1", side("vpc-a", "172.16.0.0/16"), side("vpc-b", "10.0.0.0/16"), status) },
      }
    end
    local finding = only(overlapping("active", "172.16.128.0/20"), "PCX_OVERLAPPING_CIDRS")
    assert.equal("error", finding.severity)
    assert.same({ "pcx-1", "vpc-a", "vpc-b" }, finding.resource_ids)
    assert.equal("172.16.0.0/16", finding.evidence.cidr_block)
    assert.equal("172.16.128.0/20", finding.evidence.peer_cidr_block)
    assert.matches("172%.16%.0%.0/16 and 172%.16%.128%.0/20 overlap", finding.message)
    only(overlapping("provisioning", "172.0.0.0/8"), "PCX_OVERLAPPING_CIDRS")
    silent(overlapping("deleted", "172.16.128.0/20"), "PCX_OVERLAPPING_CIDRS")
    silent(overlapping("active", "172.17.0.0/16"), "PCX_OVERLAPPING_CIDRS")
    silent(overlapping("active", "172.16.0.0/16", 6), "PCX_OVERLAPPING_CIDRS")
  end)

  it("PCX_OVERLAPPING_CIDRS by the connection's own blocks where a VPC is not loaded", function()
    local function half(block)
      return load {
        Vpcs = { vpc("vpc-a", "10.1.0.0/16") },
        VpcPeeringConnections = { connection("pcx-1", side("vpc-a", "10.9.0.0/16"), side("vpc-x", block)) },
      }
    end
    only(half "10.1.2.0/24", "PCX_OVERLAPPING_CIDRS")
    silent(half "10.9.0.0/16", "PCX_OVERLAPPING_CIDRS") -- the VPC's own block is another (D33)
  end)

  it("PCX_DUPLICATE: two live connections of one pair", function()
    local function twice(status)
      return load {
        Vpcs = { vpc("vpc-a", "10.1.0.0/16"), vpc("vpc-b", "10.2.0.0/16") },
        VpcPeeringConnections = {
          connection("pcx-1", side("vpc-a", "10.1.0.0/16"), side("vpc-b", "10.2.0.0/16")),
          connection("pcx-2", side("vpc-b", "10.2.0.0/16"), side("vpc-a", "10.1.0.0/16"), status),
        },
      }
    end
    local finding = only(twice "active", "PCX_DUPLICATE")
    assert.same({ "pcx-1", "pcx-2", "vpc-a", "vpc-b" }, finding.resource_ids)
    assert.equal("error", finding.severity)
    silent(twice "pending-acceptance", "PCX_DUPLICATE") -- it can never be accepted (5.5)
    silent(twice "deleted", "PCX_DUPLICATE")
  end)

  it("PCX_ROUTE_ONE_WAY: one side routes, the other does not", function()
    local net, a, b, pcx = peered()
    pcx:accept()
    a.main_route_table:create_route { destination_cidr_block = "10.2.1.0/24", vpc_peering_connection_id = pcx }
    local finding = only(net, "PCX_ROUTE_ONE_WAY")
    assert.same({ "pcx-1", a.main_route_table.id, "vpc-b" }, finding.resource_ids)
    assert.equal("warning", finding.severity)
    assert.equal("vpc-a", finding.evidence.vpc_id)
    assert.equal("vpc-b", finding.evidence.peer_vpc_id)
    silent(net, "PCX_ROUTE_UNUSED_CONNECTION")
    -- any table of the other side will do
    local other = b:create_route_table()
    other:create_route { destination_cidr_block = "10.1.1.0/24", vpc_peering_connection_id = pcx }
    silent(net, "PCX_ROUTE_ONE_WAY")
  end)

  it("PCX_ROUTE_ONE_WAY only where the other side's tables are in the data", function()
    silent(load {
      Vpcs = { vpc("vpc-a", "10.1.0.0/16") },
      VpcPeeringConnections = { connection("pcx-1", side("vpc-a", "10.1.0.0/16"), side("vpc-x", "10.2.0.0/16")) },
      RouteTables = { { RouteTableId = "rtb-a", VpcId = "vpc-a", Routes = {
        { DestinationCidrBlock = "10.2.0.0/24", VpcPeeringConnectionId = "pcx-1", State = "active" } } } },
    }, "PCX_ROUTE_ONE_WAY")
  end)

  it("PCX_ROUTE_UNUSED_CONNECTION: a live connection that no table uses", function()
    local net, a, _, pcx = peered()
    silent(net, "PCX_ROUTE_UNUSED_CONNECTION") -- it only waits
    pcx:accept()
    local finding = only(net, "PCX_ROUTE_UNUSED_CONNECTION")
    assert.same({ "pcx-1", "vpc-a", "vpc-b" }, finding.resource_ids)
    assert.equal("info", finding.severity)
    a.main_route_table:create_route { destination_cidr_block = "10.2.1.0/24", vpc_peering_connection_id = pcx }
    silent(net, "PCX_ROUTE_UNUSED_CONNECTION")
  end)

  it("PCX_ROUTE_BROADER_THAN_PEER: a destination that the peer's blocks do not cover", function()
    local net, a, b, pcx = routed()
    local main = a.main_route_table
    main:create_route { destination_cidr_block = "10.2.0.0/16", vpc_peering_connection_id = pcx }
    silent(net, "PCX_ROUTE_BROADER_THAN_PEER")
    main:create_route { destination_cidr_block = "10.2.0.0/15", vpc_peering_connection_id = pcx }
    local finding = only(net, "PCX_ROUTE_BROADER_THAN_PEER")
    assert.same({ main.id, "pcx-1" }, finding.resource_ids)
    assert.equal("10.2.0.0/15", finding.evidence.route.destination_cidr_block)
    assert.equal("vpc-b", finding.evidence.peer_vpc_id)
    b:associate_cidr_block { cidr_block = "10.3.0.0/16" } -- together the blocks cover it
    silent(net, "PCX_ROUTE_BROADER_THAN_PEER")
    main:create_route { destination_ipv6_cidr_block = "::/0", vpc_peering_connection_id = pcx }
    assert.equal("::/0", only(net, "PCX_ROUTE_BROADER_THAN_PEER").evidence.route.destination_ipv6_cidr_block)
  end)

  it("PCX_ROUTE_BROADER_THAN_PEER and PCX_ROUTE_WHOLE_PEER by the entries of a prefix list", function()
    local net, a, _, pcx = routed()
    local inside = net:create_managed_prefix_list {
      prefix_list_id = "pl-1", prefix_list_name = "in", max_entries = 5,
      entries = { { cidr = "10.2.8.0/24" }, { cidr = "10.2.9.0/24" } },
    }
    local beyond = net:create_managed_prefix_list {
      prefix_list_id = "pl-2", prefix_list_name = "out", max_entries = 5,
      entries = { { cidr = "10.2.0.0/17" }, { cidr = "10.2.128.0/17" }, { cidr = "10.9.0.0/24" } },
    }
    local main = a.main_route_table
    main:create_route { destination_prefix_list_id = inside, vpc_peering_connection_id = pcx }
    assert.same({}, net:lint())
    main:create_route { destination_prefix_list_id = beyond, vpc_peering_connection_id = pcx }
    assert.equal("pl-2", only(net, "PCX_ROUTE_BROADER_THAN_PEER").evidence.route.destination_prefix_list_id)
    assert.equal("10.2.0.0/16", only(net, "PCX_ROUTE_WHOLE_PEER").evidence.peer_cidr_block)
  end)

  it("PCX_ROUTE_WHOLE_PEER: a destination that covers a whole block of the peer", function()
    local net, a, b, pcx = routed()
    local main = a.main_route_table
    main:create_route { destination_cidr_block = "10.2.128.0/17", vpc_peering_connection_id = pcx }
    silent(net, "PCX_ROUTE_WHOLE_PEER")
    b:associate_cidr_block { cidr_block = "10.3.128.0/20" }
    main:create_route { destination_cidr_block = "10.3.128.0/20", vpc_peering_connection_id = pcx }
    local finding = only(net, "PCX_ROUTE_WHOLE_PEER")
    assert.equal("info", finding.severity)
    assert.equal("10.3.128.0/20", finding.evidence.peer_cidr_block)
  end)

  it("PCX_ROUTE_AMBIGUOUS_PEERS: a VPC with two peers whose blocks overlap", function()
    local net = vpcpeer.network()
    local a = net:create_vpc { vpc_id = "vpc-a", cidr_block = "172.16.0.0/16" }
    local function peer(id, block)
      local other = net:create_vpc { vpc_id = "vpc-" .. id, cidr_block = block }
      local pcx = net:create_vpc_peering_connection {
        vpc_peering_connection_id = "pcx-" .. id, vpc_id = a, peer_vpc_id = other,
      }
      pcx:accept()
      return pcx
    end
    peer("b", "10.0.0.0/16")
    peer("d", "10.1.0.0/16")
    silent(net, "PCX_ROUTE_AMBIGUOUS_PEERS")
    local pcx = peer("c", "10.0.128.0/20")
    local finding = only(net, "PCX_ROUTE_AMBIGUOUS_PEERS")
    assert.same({ "vpc-a", "pcx-b", "pcx-c" }, finding.resource_ids)
    assert.same({
      { vpc_id = "vpc-b", vpc_peering_connection_id = "pcx-b", cidr_block = "10.0.0.0/16" },
      { vpc_id = "vpc-c", vpc_peering_connection_id = "pcx-c", cidr_block = "10.0.128.0/20" },
    }, finding.evidence.blocks)
    pcx:delete()
    silent(net, "PCX_ROUTE_AMBIGUOUS_PEERS")
    -- whatever the order of the connections' names
    peer("a0", "10.1.16.0/20")
    assert.same({ "vpc-a", "pcx-d", "pcx-a0" }, only(net, "PCX_ROUTE_AMBIGUOUS_PEERS").resource_ids)
  end)

  it("PCX_ROUTE_BLACKHOLE: a route to a connection that is not active", function()
    local net, a, _, pcx = peered()
    local main = a.main_route_table
    main:create_route { destination_cidr_block = "10.2.1.0/24", vpc_peering_connection_id = pcx }
    local finding = only(net, "PCX_ROUTE_BLACKHOLE")
    assert.same({ main.id, "pcx-1" }, finding.resource_ids)
    assert.equal("pending-acceptance", finding.evidence.status)
    assert.matches("^accept pcx%-1", finding.remedy)
    pcx:accept()
    silent(net, "PCX_ROUTE_BLACKHOLE")
    pcx:delete()
    assert.matches("^delete the route", only(net, "PCX_ROUTE_BLACKHOLE").remedy)
  end)

  it("PCX_ROUTE_BLACKHOLE where the connection is gone from the data", function()
    local function dangling(state)
      return load {
        Vpcs = { vpc("vpc-a", "10.1.0.0/16") },
        RouteTables = { { RouteTableId = "rtb-a", VpcId = "vpc-a", Routes = {
          { DestinationCidrBlock = "10.2.0.0/24", VpcPeeringConnectionId = "pcx-9", State = state } } } },
      }
    end
    assert.same({ "rtb-a", "pcx-9" }, only(dangling "blackhole", "PCX_ROUTE_BLACKHOLE").resource_ids)
    assert.same({}, dangling("active"):lint()) -- the connection may be in another dump
    assert.same({}, dangling("filtered"):lint())
  end)

  it("PCX_NOT_PARTY: a route to a connection of other VPCs", function()
    local function stray(owner)
      return load {
        Vpcs = { vpc("vpc-a", "10.1.0.0/16"), vpc("vpc-b", "10.2.0.0/16"), vpc("vpc-c", "10.3.0.0/16") },
        VpcPeeringConnections = {
          connection("pcx-1", side("vpc-a", "10.1.0.0/16"), side("vpc-b", "10.2.0.0/16")) },
        RouteTables = { { RouteTableId = "rtb-1", VpcId = owner, Routes = {
          { DestinationCidrBlock = "10.2.1.0/24", VpcPeeringConnectionId = "pcx-1", State = "active" } } } },
      }
    end
    local finding = only(stray "vpc-c", "PCX_NOT_PARTY")
    assert.same({ "rtb-1", "pcx-1" }, finding.resource_ids)
    assert.equal("error", finding.severity)
    silent(stray "vpc-a", "PCX_NOT_PARTY")
  end)

  it("VPC_CIDR_RESTRICTED: a combination of blocks that 1.3 forbids", function()
    local function blocks(second)
      return load { Vpcs = { vpc("vpc-b", "172.16.0.0/16", { CidrBlockAssociationSet = {
        { CidrBlock = "172.16.0.0/16" }, { CidrBlock = second } } }) } }
    end
    local finding = only(blocks "10.2.0.0/16", "VPC_CIDR_RESTRICTED") -- the seed's own figure, C29
    assert.same({ "vpc-b" }, finding.resource_ids)
    assert.equal("10.2.0.0/16", finding.evidence.peer_cidr_block)
    only(blocks "172.31.0.0/16", "VPC_CIDR_RESTRICTED")
    silent(blocks "172.20.0.0/16", "VPC_CIDR_RESTRICTED")
    silent(blocks "100.64.0.0/16", "VPC_CIDR_RESTRICTED")
  end)

  it("VPC_CIDR_RESTRICTED: the first /16 of 10.0.0.0/8 beside another block of 10.0.0.0/15", function()
    local function beside(...)
      local set = { { CidrBlock = "10.2.0.0/16" } }
      for _, block in ipairs { ... } do
        set[#set + 1] = { CidrBlock = block }
      end
      return load { Vpcs = { vpc("vpc-a", "10.2.0.0/16", { CidrBlockAssociationSet = set }) } }
    end
    assert.equal("10.0.0.0/24", only(beside("10.1.0.0/16", "10.0.0.0/24"), "VPC_CIDR_RESTRICTED").evidence
      .peer_cidr_block)
    silent(beside("10.3.0.0/16", "10.0.0.0/24"), "VPC_CIDR_RESTRICTED")
    silent(beside "10.0.0.0/24", "VPC_CIDR_RESTRICTED")
  end)

  it("ROUTE_STATE_DISAGREES: a printed state that the target contradicts", function()
    local function printed(state, status)
      return load {
        Vpcs = { vpc("vpc-a", "10.1.0.0/16"), vpc("vpc-b", "10.2.0.0/16") },
        VpcPeeringConnections = {
          connection("pcx-1", side("vpc-a", "10.1.0.0/16"), side("vpc-b", "10.2.0.0/16"), status) },
        RouteTables = { { RouteTableId = "rtb-1", VpcId = "vpc-a", Routes = {
          { DestinationCidrBlock = "10.2.1.0/24", VpcPeeringConnectionId = "pcx-1", State = state } } } },
      }
    end
    assert.same({ "rtb-1", "pcx-1" }, only(printed("active", "deleted"), "ROUTE_STATE_DISAGREES").resource_ids)
    only(printed("blackhole", "active"), "ROUTE_STATE_DISAGREES")
    silent(printed("active", "active"), "ROUTE_STATE_DISAGREES")
    silent(printed("blackhole", "deleted"), "ROUTE_STATE_DISAGREES")
    silent(printed(nil, "deleted"), "ROUTE_STATE_DISAGREES")
  end)

  it("nothing about a route that is filtered, as if it were not there (D26)", function()
    local function leading(state)
      return load {
        Vpcs = { vpc("vpc-a", "10.1.0.0/16"), vpc("vpc-b", "10.2.0.0/16") },
        VpcPeeringConnections = {
          connection("pcx-1", side("vpc-a", "10.1.0.0/16"), side("vpc-b", "10.2.0.0/16")) },
        RouteTables = { { RouteTableId = "rtb-1", VpcId = "vpc-a", Routes = {
          { DestinationCidrBlock = "10.0.0.0/8", VpcPeeringConnectionId = "pcx-1", State = state } } } },
      }
    end
    only(leading "active", "PCX_ROUTE_BROADER_THAN_PEER")
    silent(leading "filtered", "PCX_ROUTE_BROADER_THAN_PEER")
    silent(leading "filtered", "PCX_ROUTE_WHOLE_PEER")
  end)

  it("UNKNOWN_PREFIX_LIST: a list that rules or routes name and nobody described", function()
    local function naming(lists)
      return load {
        PrefixLists = lists,
        Vpcs = { vpc("vpc-a", "10.1.0.0/16") },
        SecurityGroups = { { GroupId = "sg-1", VpcId = "vpc-a", IpPermissions = {
          { IpProtocol = "-1", PrefixListIds = { { PrefixListId = "pl-1" } } } } } },
        RouteTables = { { RouteTableId = "rtb-1", VpcId = "vpc-a", Routes = {
          { DestinationPrefixListId = "pl-1", GatewayId = "vpce-1", State = "active" },
          { DestinationPrefixListId = "pl-1", GatewayId = "vpce-2", State = "active" } } } },
      }
    end
    assert.same({ "pl-1", "rtb-1", "sg-1" }, only(naming(), "UNKNOWN_PREFIX_LIST").resource_ids)
    silent(naming { { PrefixListId = "pl-1", Cidrs = {} } }, "UNKNOWN_PREFIX_LIST")
  end)

  it("UNKNOWN_PREFIX_LIST: one finding a list, with all that name it", function()
    local function group(id, ...)
      local items = {}
      for i, list in ipairs { ... } do
        items[i] = { PrefixListId = list }
      end
      return { GroupId = id, VpcId = "vpc-a", IpPermissions = { { IpProtocol = "-1", PrefixListIds = items } } }
    end
    local net = load {
      Vpcs = { vpc("vpc-a", "10.1.0.0/16") },
      SecurityGroups = { group("sg-1", "pl-2", "pl-1"), group("sg-2", "pl-1", "pl-2"), group("sg-3", "pl-2") },
    }
    local found = {}
    for i, finding in ipairs(net:lint { only = "UNKNOWN_PREFIX_LIST" }) do
      found[i] = table.concat(finding.resource_ids, " ")
    end
    assert.same({ "pl-1 sg-1 sg-2", "pl-2 sg-1 sg-2 sg-3" }, found)
  end)
end)

describe("lint finds in group rules", function()
  local function with_reference()
    local net, a, b, pcx = routed()
    local web = a:create_security_group { group_id = "sg-web", group_name = "web" }
    local db = b:create_security_group { group_id = "sg-db", group_name = "db" }
    db:authorize_ingress { ip_protocol = "tcp", from_port = 5432, to_port = 5432, referenced_group_id = web }
    return net, a, b, pcx, web, db
  end

  it("SG_RULE_STALE: the connection is deleted; new peering mends it (D44)", function()
    local net, a, b, pcx = with_reference()
    silent(net, "SG_RULE_STALE")
    pcx:delete()
    local finding = only(net, "SG_RULE_STALE")
    assert.equal("warning", finding.severity)
    assert.same({ "sg-db", "sg-web" }, finding.resource_ids)
    assert.same({ "tcp", 5432, 5432, false, "sg-web", "pcx-1" }, {
      finding.evidence.ip_protocol, finding.evidence.from_port, finding.evidence.to_port,
      finding.evidence.is_egress, finding.evidence.referenced_group_id,
      finding.evidence.vpc_peering_connection_id,
    })
    net:create_vpc_peering_connection { vpc_id = b, peer_vpc_id = a }:accept()
    silent(net, "SG_RULE_STALE")
  end)

  it("SG_RULE_STALE: the group is deleted", function()
    local net, _, _, _, web = with_reference()
    web:delete()
    assert.same({ "sg-db", "sg-web" }, only(net, "SG_RULE_STALE").resource_ids)
  end)

  it("SG_RULE_STALE only where the data tell", function()
    local function rule(pair, connections, more)
      pair.GroupId, pair.UserId = "sg-x", "222222222222"
      local document = {
        Vpcs = { vpc("vpc-a", "10.1.0.0/16") },
        VpcPeeringConnections = connections,
        SecurityGroups = { { GroupId = "sg-1", VpcId = "vpc-a", OwnerId = "111111111111", IpPermissions = {},
          IpPermissionsEgress = { { IpProtocol = "-1", UserIdGroupPairs = { pair } } } }, more },
      }
      return load(document)
    end
    local one, two = side("vpc-a", "10.1.0.0/16"), side("vpc-x", "10.2.0.0/16")
    local peer = { VpcId = "vpc-x", VpcPeeringConnectionId = "pcx-1" }
    silent(rule(peer), "SG_RULE_STALE")
    silent(rule(peer, { connection("pcx-1", one, two) }), "SG_RULE_STALE")
    only(rule(peer, { connection("pcx-1", one, two, "deleted") }), "SG_RULE_STALE")
    silent(rule(peer, { connection("pcx-1", one, two, "deleted"), connection("pcx-2", two, one) }),
      "SG_RULE_STALE")
    -- what joins the VPCs may be in another dump, as is the group
    silent(rule({ VpcId = "vpc-x" }, { connection("pcx-2", one, side("vpc-y", "10.3.0.0/16")) }), "SG_RULE_STALE")
    only(rule({ VpcId = "vpc-x", PeeringStatus = "deleted" }), "SG_RULE_STALE")
    silent(rule({ VpcId = "vpc-x", PeeringStatus = "active" }), "SG_RULE_STALE")
    -- another group of the peer is in the data, this one is not: it is gone
    local finding = only(rule(peer, { connection("pcx-1", one, two) }, { GroupId = "sg-2", VpcId = "vpc-x" }),
      "SG_RULE_STALE")
    assert.is_true(finding.evidence.is_egress)
    -- the group of a participant of the same (shared) VPC
    silent(rule {}, "SG_RULE_STALE")
  end)

  it("SG_RULE_STALE: both groups are in the data, and so are connections, but none of the two", function()
    local function apart(connections)
      return load {
        Vpcs = { vpc("vpc-a", "10.1.0.0/16"), vpc("vpc-x", "10.2.0.0/16") }, VpcPeeringConnections = connections,
        SecurityGroups = {
          { GroupId = "sg-1", VpcId = "vpc-a", IpPermissions = {
            { IpProtocol = "-1", UserIdGroupPairs = { { GroupId = "sg-x", VpcId = "vpc-x" } } } } },
          { GroupId = "sg-x", VpcId = "vpc-x" },
        },
      }
    end
    local one = side("vpc-a", "10.1.0.0/16")
    assert.same({ "sg-1", "sg-x" }, only(apart { connection("pcx-2", one, side("vpc-y", "10.3.0.0/16")) },
      "SG_RULE_STALE").resource_ids)
    silent(apart { connection("pcx-1", one, side("vpc-x", "10.2.0.0/16")) }, "SG_RULE_STALE")
    silent(apart(), "SG_RULE_STALE") -- nobody asked for connections
  end)

  it("SG_RULE_STALE: over a transit gateway while it carries references, inbound only", function()
    local net = vpcpeer.network()
    local tgw = net:create_transit_gateway {
      transit_gateway_id = "tgw-1", options = { security_group_referencing_support = "enable" },
    }
    local groups, attachments = {}, {}
    for i, id in ipairs { "a", "b" } do
      local owner = net:create_vpc { vpc_id = "vpc-" .. id, cidr_block = ("10.%d.0.0/16"):format(i) }
      local subnet = owner:create_subnet { cidr_block = ("10.%d.0.0/24"):format(i) }
      attachments[i] = tgw:create_vpc_attachment { vpc_id = owner, subnet_ids = { subnet } }
      groups[i] = owner:create_security_group { group_id = "sg-" .. id, group_name = id }
    end
    groups[2]:authorize_ingress { ip_protocol = "-1", referenced_group_id = groups[1] }
    silent(net, "SG_RULE_STALE")
    assert.equal("InvalidGroup.NotFound", vpcpeer.error_code(select(2, pcall(function()
      groups[2]:authorize_egress { ip_protocol = "-1", referenced_group_id = groups[1] }
    end))))
    tgw:modify { options = { security_group_referencing_support = "disable" } }
    assert.same({ "sg-b", "sg-a" }, only(net, "SG_RULE_STALE").resource_ids)
    tgw:modify { options = { security_group_referencing_support = "enable" } }
    silent(net, "SG_RULE_STALE")
    attachments[1]:delete()
    only(net, "SG_RULE_STALE")
  end)

  it("SG_RULE_CROSS_REGION: a reference to a group in another Region", function()
    local function rule(region)
      return load {
        Vpcs = { vpc("vpc-a", "10.1.0.0/16"), vpc("vpc-b", "10.2.0.0/16", { Region = region }) },
        VpcPeeringConnections = { connection("pcx-1", side("vpc-a", "10.1.0.0/16"),
          side("vpc-b", "10.2.0.0/16", region)) },
        SecurityGroups = {
          { GroupId = "sg-1", VpcId = "vpc-a", IpPermissions = { { IpProtocol = "udp", FromPort = 53, ToPort = 53,
            UserIdGroupPairs = { { GroupId = "sg-2", VpcId = "vpc-b", VpcPeeringConnectionId = "pcx-1" } } } } },
          { GroupId = "sg-2", VpcId = "vpc-b" },
        },
      }
    end
    local net = rule "eu-west-1"
    local finding = only(net, "SG_RULE_CROSS_REGION")
    assert.same({ "sg-1", "sg-2" }, finding.resource_ids)
    assert.equal("error", finding.severity)
    assert.same({ "us-east-1", "eu-west-1" }, { finding.evidence.region, finding.evidence.peer_region })
    silent(net, "SG_RULE_STALE")
    silent(rule "us-east-1", "SG_RULE_CROSS_REGION")
  end)
end)

describe("lint of a model made to be slow", function()
  -- A star of peers that all have one block, with as many references and routes to one list: what would
  -- be a question for every pair ends in one pass.
  it("ends, with findings in proportion to the model", function()
    local count = 3000
    local document = {
      Vpcs = { vpc("vpc-hub", "172.16.0.0/16") }, VpcPeeringConnections = {}, PrefixLists = {},
      RouteTables = { { RouteTableId = "rtb-hub", VpcId = "vpc-hub", Routes = {} } },
      SecurityGroups = { { GroupId = "sg-hub", VpcId = "vpc-hub", IpPermissions = {
        { IpProtocol = "-1", UserIdGroupPairs = {} } } } },
    }
    local entries = {}
    for i = 1, count do
      entries[i] = ("10.%d.%d.0/24"):format(i % 200, i % 250)
    end
    document.PrefixLists[1] = { PrefixListId = "pl-1", Cidrs = entries }
    for i = 1, count do
      local id = ("%05d"):format(i)
      document.Vpcs[i + 1] = vpc("vpc-" .. id, "10.0.0.0/8")
      document.VpcPeeringConnections[i] = connection("pcx-" .. id, side("vpc-hub", "172.16.0.0/16"),
        side("vpc-" .. id, "10.0.0.0/8"))
      document.RouteTables[1].Routes[i] = {
        DestinationPrefixListId = "pl-1", VpcPeeringConnectionId = "pcx-" .. id, State = "active",
      }
      document.SecurityGroups[1].IpPermissions[1].UserIdGroupPairs[i] = {
        GroupId = "sg-x", VpcId = "vpc-" .. id, VpcPeeringConnectionId = "pcx-" .. id,
      }
    end
    local net = load(document)
    local list = net:lint()
    assert.equal(1, #list)
    assert.equal("PCX_ROUTE_AMBIGUOUS_PEERS", list[1].code)
    assert.equal(count + 1, #list[1].resource_ids)
  end)
end)
