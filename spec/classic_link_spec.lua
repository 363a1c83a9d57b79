-- ClassLink: instances of EC2-Classic that are linked to a VPC, read from documents only.

local described = require "support.described"
local vpcpeer = require "vpcpeer"

local line, record = described.line, described.record

-- k1 is linked to A; A and B are peered.
local LINKED = [[
vpc A 172.31.0.0/16 ; B 192.168.0.0/16
subnet A1 A 172.31.0.0/24 ; B1 B 192.168.0.0/24 ; host a1 A1 172.31.0.10 ; b1 B1 192.168.0.10 ; classic k1 A 10.1.2.3
pcx pcx-1 A B cl=req.local,acc.remote ; rtb A.main 192.168.0.0/16>pcx-1 ; B.main 172.31.0.0/16>pcx-1
]]

local REFUSED = "no PCX_EDGE_TO_EDGE_CLASSICLINK"
local HINTED = "no NO_ROUTE_TO_DESTINATION hint PCX_EDGE_TO_EDGE_CLASSICLINK"

-- Both directions between k1 and b1.
local function both(text, change)
  local net = described.network(LINKED .. text, change)
  return line(net, "i-k1", "i-b1") .. ", " .. line(net, "i-b1", "i-k1")
end

describe("a ClassLink instance", function()
  it("D41 is kept as it was described", function()
    local net = described.network(LINKED)
    assert.same({
      Instances = { {
        InstanceId = "i-k1", VpcId = "vpc-A", Groups = {}, Tags = { { Key = "Name", Value = "k1" } },
      } },
    }, net:describe "classic-link-instances")
    assert.equal("vpc-A", net:get("i-k1").classic_link.vpc_id)
    assert.is_nil(net:get("i-k1").vpc_id)
    local again = assert(vpcpeer.load_json(net:describe_json()))
    assert.equal(net:describe_json(), again:describe_json())
    assert.equal("ok", line(again, "i-k1", "i-b1"))
  end)

  it("uses the main table of its VPC and meets no network ACL", function()
    assert.equal("ok, ok", both "")
    assert.equal("no NO_ROUTE_TO_DESTINATION hint PCX_EDGE_TO_EDGE_CLASSICLINK",
      line(described.network(LINKED .. "rtb A.main"), "i-k1", "i-b1"))
    assert.equal("ok, ok", both "acl n1 A in|100|deny|all|all|0.0.0.0/0 ; subnet A1 A 172.31.0.0/24 acl=n1")
    local trace = described.network(LINKED):trace { from = "i-b1", to = "i-k1" }
    assert.same({ "pcx-1" }, trace.via)
    assert.same({ "10.1.2.3" }, trace.traceroute)
  end)

  it("talks across a peering connection only where both sides allow it", function()
    assert.equal(REFUSED .. ", " .. HINTED, both "pcx pcx-1 A B")
    assert.equal(REFUSED .. ", " .. HINTED, both "pcx pcx-1 A B cl=req.local")
    assert.equal(REFUSED .. ", " .. HINTED, both "pcx pcx-1 A B cl=acc.remote")
    assert.equal(REFUSED .. ", " .. HINTED, both "pcx pcx-1 A B cl=acc.local,req.remote")
    assert.equal("no PCX_NOT_ACTIVE hint PCX_EDGE_TO_EDGE_CLASSICLINK",
      line(described.network(LINKED .. "pcx pcx-1 A B cl=req.local,acc.remote state=deleted"), "i-k1", "i-b1"))
  end)

  it("talks across a peering connection only in one Region", function()
    assert.equal(REFUSED .. ", " .. HINTED, both "vpc B 192.168.0.0/16 region=us-west-2")
  end)

  it("is reached by the route 10.0.0.0/8 that the option brings, unless a longer one wins", function()
    local function with_route(destination, target)
      return function(document)
        table.insert(record(document.RouteTables, "rtb-B.main").Routes, {
          DestinationCidrBlock = destination, GatewayId = target, Origin = "CreateRoute", State = "active",
        })
      end
    end
    local function reach(destination, target)
      return line(described.network(LINKED, with_route(destination, target)), "i-b1", "i-k1")
    end
    assert.equal("ok", reach("10.0.0.0/8", "local"))
    assert.equal("ok", reach("0.0.0.0/0", "igw-9"))
    assert.equal("unknown UNKNOWN_DESTINATION", reach("10.1.0.0/16", "igw-9"))
    assert.equal("unknown UNKNOWN_DESTINATION", reach("10.0.0.0/8", "igw-9"))
    -- without the option the printed route leads to nobody
    assert.equal("no NO_POSSIBLE_DESTINATION hint PCX_EDGE_TO_EDGE_CLASSICLINK",
      line(described.network(LINKED .. "pcx pcx-1 A B", with_route("10.0.0.0/8", "local")), "i-b1", "i-k1"))
  end)

  it("is refused where a route sends it over the connection all the same", function()
    assert.equal(REFUSED, line(described.network(LINKED .. "pcx pcx-1 A B\n"
      .. "rtb B.main 172.31.0.0/16>pcx-1 10.0.0.0/8>pcx-1"), "i-b1", "i-k1"))
  end)

  it("is named as what the connection does not carry", function()
    local function sentences(from, to)
      local trace = described.network(LINKED .. "pcx pcx-1 A B"):trace { from = from, to = to }
      return trace.explanations[1].message, trace.hints[1] and trace.hints[1].message
    end
    assert.equal("a peering connection (pcx-1) does not carry the traffic of ClassicLink instances such as i-k1 (k1)",
      (sentences("i-k1", "i-b1")))
    assert.equal("a peering connection does not carry the traffic of ClassicLink instances such as i-k1 (k1)",
      select(2, sentences("i-b1", "i-k1")))
  end)

  it("has the groups of the VPC that it was linked with", function()
    local function with_groups(document)
      document.Instances[1].Groups = { { GroupId = "sg-web" } }
    end
    local group = "sg web A out|all|all|0.0.0.0/0"
    assert.equal("ok, no SG_HAS_NO_RULES", both(group, with_groups))
    assert.equal("ok, ok", both(group .. " in|tcp|443|192.168.0.0/16", with_groups))
  end)

  it("has no IPv6 address", function()
    local net = described.network(LINKED .. "vpc B 192.168.0.0/16,2001:db8:b::/56\n"
      .. "subnet B1 B 192.168.0.0/24,2001:db8:b::/64 ; host b1 B1 192.168.0.10,2001:db8:b::10")
    assert.equal("no IPV6_NOT_ENABLED hint PCX_EDGE_TO_EDGE_CLASSICLINK", line(net, "i-b1", "i-k1", { family = 6 }))
  end)
end)

-- The option of a side routes the block of EC2-Classic into the tables of that side's VPC.
describe("opening a VPC to the ClassicLink instances of a peer", function()
  local net, pcx, vpc

  before_each(function()
    net = vpcpeer.network()
    net:create_vpc { vpc_id = "vpc-a", cidr_block = "172.31.0.0/16" }
    vpc = net:create_vpc { vpc_id = "vpc-b", cidr_block = "192.168.0.0/16" }
    pcx = net:create_vpc_peering_connection { vpc_id = "vpc-a", peer_vpc_id = vpc }
    pcx:accept()
  end)

  local function open(is_open)
    pcx:modify_options {
      accepter_peering_connection_options = { allow_egress_from_local_vpc_to_remote_classic_link = is_open },
    }
  end

  local function routes_of(route_table)
    local list = {}
    for i, route in ipairs(route_table.routes) do
      list[i] = route.destination_cidr_block .. " " .. tostring(route.gateway_id or route.vpc_peering_connection_id)
    end
    return table.concat(list, ", ")
  end

  it("adds a local route to 10.0.0.0/8 to all its tables, and to those that come later", function()
    local other = vpc:create_route_table()
    open(true)
    local wanted = "192.168.0.0/16 local, 10.0.0.0/8 local"
    assert.equal(wanted, routes_of(vpc.main_route_table))
    assert.equal(wanted, routes_of(other))
    assert.equal(wanted, routes_of(vpc:create_route_table()))
    assert.equal("172.31.0.0/16 local", routes_of(net:get("vpc-a").main_route_table))
    open(true)
    assert.equal(wanted, routes_of(other))
    open(false)
    assert.equal("192.168.0.0/16 local", routes_of(other))
  end)

  it("ends with the connection, and adds nothing beside a route that is there", function()
    open(true)
    pcx:delete()
    assert.equal("192.168.0.0/16 local", routes_of(vpc.main_route_table))
    local again = net:create_vpc_peering_connection { vpc_id = "vpc-a", peer_vpc_id = vpc }
    again:accept()
    pcx = again
    vpc.main_route_table:create_route { destination_cidr_block = "10.0.0.0/8", vpc_peering_connection_id = again }
    open(true)
    local wanted = "192.168.0.0/16 local, 10.0.0.0/8 " .. again.id
    assert.equal(wanted, routes_of(vpc.main_route_table))
    open(false)
    assert.equal(wanted, routes_of(vpc.main_route_table)) -- nor takes it away
  end)
end)
