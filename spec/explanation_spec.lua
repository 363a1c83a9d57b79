-- The codes of an answer (semantics 10) that the catalogue does not ask for: each is met on a network
-- that differs in one thing from one that works, and what differs is written in the test.

local described = require "support.described"

local line = described.line

-- Two public hosts and a private one in a VPC with an internet gateway.
local PUBLIC = [[
vpc A 172.16.0.0/16,2001:db8:a::/56 ; subnet A1 A 172.16.0.0/24,2001:db8:a::/64 ; A2 A 172.16.1.0/24 rtb=A.two
host a1 A1 172.16.0.10,2001:db8:a::10 eip=203.0.113.10 ; a2 A2 172.16.1.10
igw igw-a A ; rtb A.main 0.0.0.0/0>igw-a ::/0>igw-a ; A.two
]]

-- Two peered VPCs with a host each.
local PEERED = [[
vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; subnet A1 A 172.16.0.0/24 ; B1 B 10.0.0.0/24
host a1 A1 172.16.0.10 ; b1 B1 10.0.0.10 ; pcx pcx-1 A B
rtb A.main 10.0.0.0/16>pcx-1 ; B.main 172.16.0.0/16>pcx-1
]]

-- The same, with b1 behind rules of its own and a1 in a group that they can name.
local function grouped(rule)
  return PEERED .. "sg web A out|all|all|0.0.0.0/0 ; db B " .. rule
    .. " ; host a1 A1 172.16.0.10 sg=web ; b1 B1 10.0.0.10 sg=db"
end

-- The line of one question to a network in notation.
local function answer(text, from, to, more, change)
  return line(described.network(text, change), from, to, more)
end

-- Associates the route table A.edge with a gateway.
local function with_edge(gateway)
  return function(documents)
    described.record(documents.RouteTables, "rtb-A.edge").Associations = {
      { RouteTableAssociationId = "rtbassoc-edge", RouteTableId = "rtb-A.edge", GatewayId = gateway, Main = false },
    }
  end
end

describe("the ends of a question", function()
  it("have addresses of one family", function()
    assert.equal("no ADDRESS_FAMILY_MISMATCH", answer(PUBLIC, "i-a1", "2001:db8:ffff::1", { family = 4 }))
    assert.equal("no UNASSOCIATED_COMPONENT",
      answer(PUBLIC .. "subnet A3 A 2001:db8:a:1::/64 ; host a3 A3 2001:db8:a:1::10", "i-a3", "i-a1", { family = 4 }))
    assert.equal("no IPV6_NOT_ENABLED", answer(PUBLIC, "i-a2", "i-a1", { family = 6 }))
  end)

  it("have addresses that belong to them", function()
    assert.equal("no ENI_ADDRESS_RESTRICTION", answer(PUBLIC, "subnet-A1=172.16.9.9", "i-a1"))
    assert.equal("no IGW_EXPECTS_PUBLIC_ADDRESS", answer(PUBLIC, "internet@igw-a=127.0.0.1", "i-a1"))
    assert.equal("no IGW_EXPECTS_PUBLIC_ADDRESS", answer(PUBLIC, "internet@igw-a=169.254.1.1", "i-a1"))
  end)

  it("can open a connection", function()
    local kinds = {
      vpc_endpoint = "no VPCE_INTRA_VPC_TRAFFIC", transit_gateway = "unknown UNSUPPORTED_COMPONENT",
      nat_gateway = "unknown UNSUPPORTED_COMPONENT",
    }
    for kind, expected in pairs(kinds) do
      assert.equal(expected, answer(PUBLIC .. "host e1 A1 172.16.0.11 kind=" .. kind, "eni-e1", "i-a1"))
    end
  end)

  it("are described", function()
    local function without_subnet(documents)
      table.remove(documents.Subnets, 1)
    end
    assert.matches("^unknown UNKNOWN_RESOURCE", answer(PUBLIC, "i-a1", "i-a2", nil, without_subnet))
  end)
end)

describe("a route", function()
  it("to a connection of other VPCs leads nowhere", function()
    assert.equal("no PCX_NOT_PARTY", answer(PEERED .. [[
vpc C 10.9.0.0/16 ; subnet C1 C 10.9.0.0/24 ; host c1 C1 10.9.0.10 ; rtb C.main 10.0.0.0/16>pcx-1]],
      "i-c1", "10.0.0.10"))
  end)

  it("whose printed state is not the target's says so", function()
    local function disagree(documents)
      described.record(documents.RouteTables, "rtb-A.main").Routes[2].State = "blackhole"
    end
    assert.equal("no BAD_STATE_ROUTE warn ROUTE_STATE_DISAGREES",
      (answer(PEERED, "i-a1", "i-b1", nil, disagree):gsub("PCX_NOT_ACTIVE", "BAD_STATE_ROUTE")))
  end)

  it("back that is a blackhole", function()
    local net = described.network(PEERED .. "pcx pcx-2 A B state=deleted ; rtb B.main 172.16.0.0/16>pcx-2")
    assert.equal("no RETURN_ROUTE_BLACKHOLE", line(net, "i-a1", "i-b1"))
  end)

  it("can lead in circles", function()
    assert.equal("no ROUTING_LOOP", answer([[
vpc A 10.0.0.0/16 ; subnet A1 A 10.0.1.0/24 rtb=A.a ; A2 A 10.0.2.0/24 rtb=A.b ; A3 A 10.0.3.0/24 rtb=A.c
host a1 A1 10.0.1.10 ; m2 A2 10.0.2.10 check=off ; m3 A3 10.0.3.10 check=off
rtb A.a 0.0.0.0/0>m2 ; A.b 0.0.0.0/0>m3 ; A.c 0.0.0.0/0>m2]], "i-a1", "198.51.100.7"))
  end)
end)

describe("an internet gateway", function()
  it("takes no private destinations out and no private sources in", function()
    local net = described.network(PUBLIC)
    assert.equal("no IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS", line(net, "i-a1", "10.1.2.3"))
    assert.equal("no IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS", line(net, "i-a1", "100.64.0.1"))
    assert.equal("no IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS", line(net, "internet@igw-a=10.9.9.9", "i-a1"))
    assert.equal("no IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS", line(net, "internet@igw-a=100.64.9.9", "i-a1"))
  end)

  it("rejects sources that lie in the VPC itself", function()
    assert.equal("no GATEWAY_REJECTS_SPOOFED_TRAFFIC", answer([[
vpc A 198.18.0.0/16 ; subnet A1 A 198.18.0.0/24 ; host a1 A1 198.18.0.10 eip=203.0.113.10
igw igw-a A ; rtb A.main 0.0.0.0/0>igw-a]], "internet@igw-a=198.18.7.7", "i-a1"))
  end)

  it("translates to an address of the VPC only", function()
    local function outside(documents)
      documents.Vpcs[1].CidrBlockAssociationSet = nil
      documents.Vpcs[1].CidrBlock = "172.17.0.0/16"
    end
    assert.equal("no IGW_DESTINATION_ADDRESS_IN_VPC_CIDRS",
      answer(PUBLIC, "internet@igw-a=198.51.100.7", "i-a1", nil, outside))
  end)

  it("is closed by Block Public Access, which leaves peering alone", function()
    local function block(mode)
      return function(documents)
        documents.Vpcs[1].BlockPublicAccessStates = { InternetGatewayBlockMode = mode }
      end
    end
    assert.equal("no VPC_BLOCK_PUBLIC_ACCESS_ENABLED",
      answer(PUBLIC, "i-a1", "198.51.100.7", nil, block "block-bidirectional"))
    assert.equal("no VPC_BLOCK_PUBLIC_ACCESS_ENABLED",
      answer(PUBLIC, "internet@igw-a=198.51.100.7", "i-a1", nil, block "block-ingress"))
    assert.equal("ok", answer(PEERED, "i-a1", "i-b1", nil, block "block-bidirectional"))
  end)

  it("hands what its own table redirects to an appliance with a public address", function()
    local box = PUBLIC .. "subnet AM A 172.16.9.0/24 rtb=A.box ; rtb A.box 0.0.0.0/0>igw-a\n"
    local with_box = box .. "host box AM 172.16.9.10 check=off eip=203.0.113.9\nrtb A.edge 172.16.0.0/24>box\n"
    local edge = with_edge "igw-a"
    assert.equal("no INGRESS_RTB_TRAFFIC_REDIRECTION", answer(with_box, "i-a1", "198.51.100.7", nil, edge))
    assert.equal("no INGRESS_RTB_TRAFFIC_REDIRECTION",
      answer(with_box, "internet@igw-a=198.51.100.7", "i-a1", nil, edge))
    assert.equal("ok", answer(with_box .. "rtb A.main 0.0.0.0/0>box", "i-a1", "198.51.100.7", nil, edge))
    assert.equal("no INGRESS_RTB_NO_PUBLIC_IP", answer(box .. [[
host box AM 172.16.9.10 check=off ; rtb A.edge 172.16.0.0/24>box ; A.main 0.0.0.0/0>box]],
      "internet@igw-a=198.51.100.7", "i-a1", nil, edge))
  end)
end)

describe("a NAT gateway", function()
  it("serves its own VPC, not what came in through a gateway", function()
    local text = PUBLIC .. [[
subnet AM A 172.16.9.0/24 rtb=A.prv ; host box AM 172.16.9.10 check=off eip=203.0.113.9
nat nat-a A1 172.16.0.4 eip=203.0.113.4 ; rtb A.edge 172.16.0.0/24>box ; A.prv 172.16.0.0/24>nat-a]]
    assert.equal("no NGW_REQUIRES_SOURCE_IN_VPC",
      answer(text, "internet@igw-a=198.51.100.7", "i-a1", nil, with_edge "igw-a"))
  end)
end)

describe("a group reference", function()
  it("does not survive an appliance", function()
    local text = [[
vpc A 10.0.0.0/16 ; subnet A1 A 10.0.1.0/24 rtb=A.a ; A2 A 10.0.2.0/24 ; AM A 10.0.3.0/24
sg web A out|all|all|0.0.0.0/0 ; db A in|tcp|5432|sg:web
host a1 A1 10.0.1.10 sg=web ; a2 A2 10.0.2.10 sg=db ; box AM 10.0.3.10 check=off ; rtb A.a 10.0.2.0/24>box]]
    assert.matches("^no SG_REFERENCES_NOT_PRESERVED", answer(text, "i-a1", "i-a2", { port = 5432 }))
    assert.equal("ok", answer(text .. " ; A.a", "i-a1", "i-a2", { port = 5432 }))
  end)

  it("is stale where the connection is gone", function()
    local text = PEERED .. "sg web A out|tcp|443|sg:db ; db B in|all|all|0.0.0.0/0 ; "
      .. "host a1 A1 172.16.0.10 sg=web ; b1 B1 10.0.0.10 sg=db"
    assert.equal("ok", answer(text, "i-a1", "i-b1"))
    assert.equal("no SG_REFERENCE_STALE PCX_NOT_ACTIVE hint PCX_NOT_ACTIVE",
      answer(text .. " ; pcx pcx-1 A B state=deleted", "i-a1", "i-b1"))
  end)

  it("to a peer's group that is not loaded matches nothing, with a hint", function()
    local function refer(documents)
      described.record(documents.SecurityGroups, "sg-db").IpPermissions[1].UserIdGroupPairs = {
        { GroupId = "sg-far", UserId = "222222222222", VpcId = "vpc-far", VpcPeeringConnectionId = "pcx-1" },
      }
    end
    assert.equal("no ENI_SG_RULES_MISMATCH hint UNKNOWN_PEERED_SGS",
      answer(grouped "in|tcp|443|sg:web", "i-a1", "i-b1", nil, refer))
  end)

  it("to a prefix list that is not loaded matches nothing, with a warning", function()
    local function forget_list(documents)
      documents.PrefixLists = nil
    end
    assert.equal("no ENI_SG_RULES_MISMATCH warn UNKNOWN_PREFIX_LIST",
      answer("pl pl-1 172.16.0.0/16\n" .. grouped "in|tcp|443|pl:pl-1", "i-a1", "i-b1", nil, forget_list))
  end)
end)

describe("components asked for", function()
  it("are on the path, or it is none", function()
    local net = described.network(PEERED .. "pcx pcx-2 A B state=deleted")
    assert.equal("ok", line(net, "i-a1", "i-b1", { through = { "pcx-1" } }))
    assert.equal("no COMPONENT_FILTER_RESTRICTION", line(net, "i-a1", "i-b1", { through = { "pcx-1", "pcx-2" } }))
    assert.equal("no COMPONENT_FILTER_RESTRICTION_REMOVED_COMPONENT",
      line(net, "i-a1", "i-b1", { avoid = { "pcx-1" } }))
  end)
end)

describe("a hint", function()
  local APART = "vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; subnet A1 A 172.16.0.0/24 ; B1 B 10.0.0.0/24\n"
    .. "host a1 A1 172.16.0.10 ; b1 B1 10.0.0.10\n"

  it("says that nothing joins two VPCs", function()
    assert.equal("no NO_ROUTE_TO_DESTINATION hint DISCONNECTED_VPCS", answer(APART, "i-a1", "i-b1"))
  end)

  it("names a connection that is not active yet", function()
    assert.equal("no NO_ROUTE_TO_DESTINATION hint PCX_NOT_ACTIVE",
      answer(APART .. "pcx pcx-1 A B state=pending-acceptance", "i-a1", "i-b1"))
  end)

  it("names the egress-only gateway of a peer", function()
    assert.equal("no NO_ROUTE_TO_DESTINATION hint PCX_EDGE_TO_EDGE_EIGW", answer([[
vpc A 172.16.0.0/16,2001:db8:a::/56 ; B 10.0.0.0/16,2001:db8:b::/56 ; subnet A1 A 172.16.0.0/24,2001:db8:a::/64
subnet B1 B 10.0.0.0/24,2001:db8:b::/64 ; host a1 A1 172.16.0.10,2001:db8:a::10 ; b1 B1 10.0.0.10,2001:db8:b::10
pcx pcx-1 A B ; eigw eigw-b B ; rtb A.main 2001:db8:b::/56>pcx-1 ; B.main 2001:db8:a::/56>pcx-1 ::/0>eigw-b]],
      "i-a1", "2001:db8:ffff::1"))
  end)
end)

describe("the sentence of edge to edge routing", function()
  local TEXT = PEERED .. "vgw vgw-a A routes=192.168.0.0/16 type=vpn ; rtb B.main 192.168.0.0/16>pcx-1 ; "
    .. "A.main 10.0.0.0/16>pcx-1 192.168.0.0/16>vgw-a*"

  it("names the VPC whose gateway it is, from either side", function()
    local net = described.network(TEXT)
    for from, to in pairs { ["i-b1"] = "192.168.1.10", ["onprem@vgw-a=192.168.1.10"] = "i-b1" } do
      local reason = net:trace({ from = from, to = to }).explanations[1]
      assert.equal("PCX_EDGE_TO_EDGE_VGW", reason.code)
      assert.matches("vgw%-a of the peer vpc%-A", reason.message)
    end
  end)
end)
