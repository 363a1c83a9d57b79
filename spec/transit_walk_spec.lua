-- Packets through transit gateways: zones, tables, attachments, network ACLs, groups, the way back.
-- Each case is a network of the notation in which one thing was changed.

local described = require "support.described"
local vpcpeer = require "vpcpeer"

local line, record = described.line, described.record

-- A and B on one gateway; B has subnets in two zones and the attachment stands in that of zone a.
local JOINED = [[
vpc A 172.16.0.0/16 ; B 10.0.0.0/16
subnet A1 A 172.16.0.0/24 ; A2 A 172.16.1.0/24 az=b ; B1 B 10.0.0.0/24 ; B2 B 10.0.1.0/24 az=b
host a1 A1 172.16.0.10 ; a2 A2 172.16.1.10 ; b1 B1 10.0.0.10 ; b2 B2 10.0.1.10
tgw tgw-1 A@A1,B@B1 172.16.0.0/16>A 10.0.0.0/16>B
rtb A.main 10.0.0.0/8>tgw-1 192.168.0.0/16>tgw-1 ; B.main 172.16.0.0/16>tgw-1
]]

local function attachment(document, id, of_vpc)
  local list = of_vpc and document.TransitGatewayVpcAttachments or document.TransitGatewayAttachments
  return record(list, "tgw-attach-1-" .. id)
end

local function routes(document)
  return document.TransitGatewayStaticRoutes[1].Routes
end

local function route_to(id, destination, more)
  local made = {
    DestinationCidrBlock = destination, Type = "static", State = "active",
    TransitGatewayAttachments = { { TransitGatewayAttachmentId = id, ResourceType = "vpc" } },
  }
  for key, value in pairs(more or {}) do
    made[key] = value
  end
  return made
end

local function answer(from, to, change, more)
  return line(described.network(JOINED, change), from, to, more)
end

describe("a transit gateway", function()
  it("shows its attachments, its route and what decided around it", function()
    local trace = described.network(JOINED):trace { from = "i-a1", to = "i-b1" }
    local kinds = {}
    for i, hop in ipairs(trace.path) do
      kinds[i] = hop.kind .. " " .. hop.id .. (hop.subnet_id and " " .. hop.subnet_id or "")
    end
    assert.same({
      "network_interface eni-a1 subnet-A1", "transit_gateway_attachment tgw-attach-1-A subnet-A1",
      "transit_gateway tgw-1", "transit_gateway_attachment tgw-attach-1-B subnet-B1",
      "network_interface eni-b1 subnet-B1",
    }, kinds)
    assert.same({
      destination_cidr_block = "10.0.0.0/16", type = "static", state = "active",
      transit_gateway_attachment_id = "tgw-attach-1-B", transit_gateway_route_table_id = "tgw-rtb-1",
    }, trace.path[3].route)
    assert.same({ "tgw-1" }, trace.via)
    assert.equal(8500, trace.mtu)
    assert.same({ "10.0.0.10" }, trace.traceroute)
    assert.matches("transit gateway tgw%-1\n +route 10%.0%.0%.0/16 %-> tgw%-attach%-1%-B in tgw%-rtb%-1",
      tostring(trace))
  end)

  it("takes packets in the zones of the attachment only", function()
    assert.equal("no TGW_ROUTE_AZ_RESTRICTION", answer("i-a2", "i-b1"))
    assert.equal("ok warn AVAILABILITY_ZONE_CROSSED", answer("i-a2", "i-b1", function(document)
      table.insert(attachment(document, "A", true).SubnetIds, "subnet-A2")
    end))
    -- without the subnets of the attachment nobody knows
    assert.equal("unknown UNKNOWN_RESOURCE", answer("i-a1", "i-b1", function(document)
      document.TransitGatewayVpcAttachments = nil
    end))
    assert.equal("unknown UNKNOWN_RESOURCE", answer("i-a2", "i-b1", function(document)
      table.insert(attachment(document, "A", true).SubnetIds, "subnet-9")
    end))
  end)

  it("D22 delivers in the zone of the sender where it can, else in the lowest zone", function()
    local function both(document)
      attachment(document, "A", true).SubnetIds = { "subnet-A2", "subnet-A1" }
      attachment(document, "B", true).SubnetIds = { "subnet-B2", "subnet-B1" }
    end
    local net = described.network(JOINED, both)
    assert.equal("subnet-B1", net:trace({ from = "i-a1", to = "i-b2" }).path[4].subnet_id)
    assert.equal("subnet-B2", net:trace({ from = "i-a2", to = "i-b1" }).path[4].subnet_id)
    local one = described.network(JOINED, function(document)
      attachment(document, "A", true).SubnetIds = { "subnet-A2", "subnet-A1" }
    end)
    assert.equal("subnet-B1", one:trace({ from = "i-a2", to = "i-b1" }).path[4].subnet_id)
  end)

  it("needs a gateway and attachments that are available", function()
    local function set_state(what, id)
      return function(document)
        if what == "gateway" then
          document.TransitGateways[1].State = "deleting"
        else
          attachment(document, id).State = "pending"
          attachment(document, id, true).State = "pending"
        end
      end
    end
    assert.equal("no BAD_STATE_ROUTE warn ROUTE_STATE_DISAGREES", answer("i-a1", "i-b1", set_state "gateway"))
    assert.equal("no BAD_STATE_ROUTE warn ROUTE_STATE_DISAGREES", answer("i-a1", "i-b1", set_state("attachment", "A")))
    assert.equal("no BAD_STATE_ATTACHMENT", answer("i-a1", "i-b1", set_state("attachment", "B")))
  end)

  it("asks the table that the attachment is associated with", function()
    assert.equal("no TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION", answer("i-a1", "i-b1", function(document)
      attachment(document, "A").Association = nil
    end))
    assert.equal("no TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION", answer("i-a1", "i-b1", function(document)
      attachment(document, "A").Association.State = "disassociating"
    end))
    -- the list of VPC attachments says nothing about associations
    assert.equal("unknown UNKNOWN_RESOURCE", answer("i-a1", "i-b1", function(document)
      document.TransitGatewayAttachments = nil
    end))
    assert.equal("ok", answer("i-a1", "i-b1", function(document)
      document.TransitGatewayAttachments = nil
      document.TransitGatewayAssociations = { {
        TransitGatewayRouteTableId = "tgw-rtb-1",
        Associations = {
          { TransitGatewayAttachmentId = "tgw-attach-1-A", ResourceType = "vpc", State = "associated" },
          { TransitGatewayAttachmentId = "tgw-attach-1-B", ResourceType = "vpc", State = "associated" },
        },
      } }
    end))
  end)

  it("drops what no route or a black hole covers, and does not know what is not loaded", function()
    assert.equal("no TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT", answer("i-a1", "10.9.0.10"))
    assert.equal("no TGW_RTB_BAD_STATE_ROUTE", answer("i-a1", "i-b1", function(document)
      table.insert(routes(document), { DestinationCidrBlock = "10.0.0.0/24", Type = "static", State = "blackhole" })
    end))
    assert.equal("unknown TGW_RTB_ROUTES_ARE_UNKNOWN", answer("i-a1", "i-b1", function(document)
      document.TransitGatewayStaticRoutes = nil
    end))
    assert.equal("unknown TGW_RTB_ROUTES_ARE_UNKNOWN", answer("i-a1", "10.9.0.10", function(document)
      document.TransitGatewayStaticRoutes[1].AdditionalRoutesAvailable = true
    end))
    assert.equal("unknown TGW_RTB_ROUTES_ARE_UNKNOWN", answer("i-a1", "i-b1", function(document)
      document.TransitGatewayRouteTables, document.TransitGatewayStaticRoutes = nil, nil
    end))
    assert.equal("unknown UNKNOWN_DESTINATION", answer("i-a1", "i-b1", function(document)
      document.TransitGateways = nil
    end))
    assert.equal("unknown UNKNOWN_DESTINATION", answer("i-a1", "10.9.0.10", function(document)
      table.insert(routes(document), route_to("tgw-attach-9", "10.9.0.0/16"))
    end))
    assert.equal("unknown UNKNOWN_RESOURCE", answer("i-a1", "i-b1", function(document)
      document.TransitGatewayAttachments, document.TransitGatewayVpcAttachments = nil, nil
    end))
  end)

  it("D24 does not follow attachments of other types", function()
    assert.equal("unknown UNSUPPORTED_COMPONENT", answer("i-a1", "10.9.0.10", function(document)
      table.insert(document.TransitGatewayAttachments, {
        TransitGatewayAttachmentId = "tgw-attach-c", TransitGatewayId = "tgw-1", ResourceType = "connect",
        State = "available",
      })
      table.insert(routes(document), route_to("tgw-attach-c", "10.9.0.0/16"))
    end))
  end)
end)

describe("the route of a transit gateway", function()
  local function propagations(document, ...)
    local list = {}
    for i, id in ipairs { ... } do
      list[i] = { TransitGatewayAttachmentId = "tgw-attach-1-" .. id, ResourceType = "vpc", State = "enabled" }
    end
    document.TransitGatewayPropagations =
      { { TransitGatewayRouteTableId = "tgw-rtb-1", TransitGatewayRouteTablePropagations = list } }
  end

  -- The attachment by which the gateway sends a packet of a1 on, and how it knows.
  local function chosen(to, change)
    local trace = described.network(JOINED, change):trace { from = "i-a1", to = to }
    local route = trace.path[3] and trace.path[3].route
    return route and route.transit_gateway_attachment_id .. " " .. route.type or trace.explanations[1].code
  end

  it("is derived from the blocks of the VPCs that propagate", function()
    local function without_routes(document)
      document.TransitGatewayStaticRoutes[1].Routes = {}
      propagations(document, "A", "B")
    end
    assert.equal("tgw-attach-1-B propagated", chosen("i-b1", without_routes))
    assert.equal("ok", answer("i-a1", "i-b1", without_routes))
    assert.equal("TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT", chosen("i-b1", function(document)
      document.TransitGatewayStaticRoutes[1].Routes = {}
      propagations(document, "A")
    end))
    assert.equal("TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT", chosen("i-b1", function(document)
      without_routes(document)
      document.TransitGatewayPropagations[1].TransitGatewayRouteTablePropagations[2].State = "disabling"
    end))
    -- what documents list of an attachment stands for what it propagates
    assert.equal("TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT", chosen("i-b1", function(document)
      without_routes(document)
      routes(document)[1] = route_to("tgw-attach-1-B", "10.7.0.0/16", { Type = "propagated" })
    end))
  end)

  it("is the longest, then static, then from a prefix list, then propagated", function()
    local function with(...)
      local extra = { ... }
      return function(document)
        document.TransitGatewayStaticRoutes[1].Routes = {}
        document.PrefixLists = { { PrefixListId = "pl-1", Cidrs = { "10.0.0.0/16" } } }
        for _, route in ipairs(extra) do
          table.insert(routes(document), route)
        end
        propagations(document, "A", "B")
      end
    end
    local from_list = route_to("tgw-attach-1-A", "10.0.0.0/16", { PrefixListId = "pl-1" })
    local static = route_to("tgw-attach-1-B", "10.0.0.0/16")
    assert.equal("tgw-attach-1-A static", chosen("i-b1", with(route_to("tgw-attach-1-A", "10.0.0.0/24"))))
    assert.equal("tgw-attach-1-B propagated", chosen("i-b1", with(route_to("tgw-attach-1-A", "10.0.0.0/8"))))
    assert.equal("tgw-attach-1-A static", chosen("i-b1", with(from_list)))
    assert.equal("tgw-attach-1-B static", chosen("i-b1", with(from_list, static)))
    assert.equal("tgw-attach-1-A static", chosen("i-b1", function(document)
      with()(document)
      document.TransitGatewayPrefixListReferences = { {
        TransitGatewayRouteTableId = "tgw-rtb-1", PrefixListId = "pl-1", State = "available", Blackhole = false,
        TransitGatewayAttachment = { TransitGatewayAttachmentId = "tgw-attach-1-A", ResourceType = "vpc" },
      } }
    end))
  end)

  it("D21 is by the lowest attachment among equals", function()
    local equal = route_to("tgw-attach-1-B", "10.0.0.0/16")
    table.insert(equal.TransitGatewayAttachments, 1, { TransitGatewayAttachmentId = "tgw-attach-1-C" })
    assert.equal("tgw-attach-1-B static", chosen("i-b1", function(document)
      routes(document)[2] = equal
    end))
    assert.equal("tgw-attach-1-A static", chosen("i-b1", function(document)
      table.insert(routes(document), route_to("tgw-attach-1-A", "10.0.0.0/16"))
    end))
  end)

  it("is not derived for a VPC whose block overlaps one that was attached before", function()
    local text = JOINED .. "vpc C 10.0.128.0/17 ; subnet C1 C 10.0.128.0/24 ; host c1 C1 10.0.128.10\n"
      .. "tgw tgw-1 A@A1,B@B1,C@C1 172.16.0.0/16>A"
    local function by_time(first, second)
      local net = described.network(text, function(document)
        propagations(document, "B", "C")
        attachment(document, "B").CreationTime, attachment(document, "C").CreationTime = first, second
      end)
      local trace = net:trace { from = "i-a1", to = "10.0.128.10" }
      return trace.path[3].route.transit_gateway_attachment_id
    end
    assert.equal("tgw-attach-1-B", by_time("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"))
    assert.equal("tgw-attach-1-C", by_time("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"))
    assert.equal("tgw-attach-1-B", by_time())
  end)

  it("carries IPv6 where the attachment supports it", function()
    local text = [[
vpc A 172.16.0.0/16,2001:db8:a::/56 ; B 10.0.0.0/16,2001:db8:b::/56
subnet A1 A 172.16.0.0/24,2001:db8:a::/64 ; B1 B 10.0.0.0/24,2001:db8:b::/64
host a1 A1 172.16.0.10,2001:db8:a::10 ; b1 B1 10.0.0.10,2001:db8:b::10
tgw tgw-1 A@A1,B@B1 172.16.0.0/16>A
rtb A.main 2001:db8:b::/56>tgw-1 ; B.main 2001:db8:a::/56>tgw-1
]]
    local function ask(option)
      return line(described.network(text, function(document)
        propagations(document, "A", "B")
        attachment(document, "A", true).Options.Ipv6Support = "enable"
        attachment(document, "B", true).Options.Ipv6Support = option
      end), "i-a1", "i-b1", { family = 6 })
    end
    assert.equal("ok", ask "enable")
    assert.equal("no TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT", ask "disable")
    assert.equal("no TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT", ask(nil))
  end)
end)

describe("the way back through a transit gateway", function()
  it("needs a route in the receiver's subnet", function()
    assert.equal("no RETURN_ROUTE_MISSING warn RESPONSE_RTB_HAS_NO_ROUTE_TO_TRANSIT_GATEWAY",
      line(described.network(JOINED .. "rtb B.main 10.99.0.0/16>tgw-1"), "i-a1", "i-b1"))
  end)

  it("is decided by the tables of the gateway, too", function()
    local function without_route_back(document)
      table.remove(routes(document), 1)
    end
    local trace = described.network(JOINED, without_route_back):trace { from = "i-a1", to = "i-b1" }
    assert.equal("TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT return-egress",
      trace.explanations[1].code .. " " .. trace.explanations[1].direction)
    assert.equal("no TGW_ROUTE_AZ_RESTRICTION warn AVAILABILITY_ZONE_CROSSED",
      line(described.network(JOINED), "i-a1", "i-b2"))
  end)

  it("may lead into another VPC, which is a failure", function()
    local text = JOINED .. "vpc C 192.168.0.0/16 ; subnet C1 C 192.168.0.0/24 ; host c1 C1 192.168.0.10\n"
      .. "tgw tgw-1 A@A1,B@B1,C@C1 172.16.0.0/16>C 10.0.0.0/16>B"
    assert.equal("no RETURN_ROUTE_MISSING warn RESPONSE_RTB_HAS_NO_ROUTE_TO_TRANSIT_GATEWAY",
      line(described.network(text), "i-a1", "i-b1"))
    assert.equal("no RETURN_ROUTE_WRONG_VPC", line(described.network(text .. "\nvpc C 172.16.0.0/16 ; subnet C1 C "
      .. "172.16.0.0/24 ; host c1 C1 172.16.0.11"), "i-a1", "i-b1"))
  end)

  it("ends in a loop when two gateways send it to each other", function()
    local function ring(document)
      table.insert(document.TransitGateways, { TransitGatewayId = "tgw-2", State = "available" })
      for _, id in ipairs { "tgw-1", "tgw-2" } do
        table.insert(document.TransitGatewayAttachments, {
          TransitGatewayAttachmentId = "tgw-attach-p", TransitGatewayId = id, ResourceType = "peering",
          ResourceId = id == "tgw-1" and "tgw-2" or "tgw-1", State = "available",
          Association = { TransitGatewayRouteTableId = id == "tgw-1" and "tgw-rtb-1" or "tgw-rtb-2" },
        })
      end
      table.insert(document.TransitGatewayStaticRoutes, {
        TransitGatewayRouteTableId = "tgw-rtb-2", Routes = { route_to("tgw-attach-p", "10.9.0.0/16") },
      })
      table.insert(routes(document), route_to("tgw-attach-p", "10.9.0.0/16"))
    end
    assert.equal("no ROUTING_LOOP", answer("i-a1", "10.9.0.10", ring))
  end)
end)

describe("network ACLs around a transit gateway", function()
  -- a1 stands in the attachment's own subnet, a3 in another one of its zone.
  local function with_acl(rules, from)
    local text = JOINED .. "subnet A3 A 172.16.3.0/24 ; host a3 A3 172.16.3.10\n"
      .. "acl n1 A " .. rules .. "\nsubnet A1 A 172.16.0.0/24 acl=n1"
    local trace = described.network(text):trace { from = from, to = "i-b1" }
    local list = {}
    for i, reason in ipairs(trace.explanations) do
      list[i] = reason.code .. " " .. reason.direction
    end
    return table.concat(list, ", ")
  end

  local OUT, IN = "out|100|allow|all|all|0.0.0.0/0", "in|100|allow|all|all|0.0.0.0/0"

  it("judge what an instance in the attachment's subnet sends twice, and what it gets never", function()
    assert.equal("", with_acl(OUT .. " " .. IN, "i-a1"))
    -- the rules inbound see the sender's own address
    assert.equal("", with_acl(OUT .. " in|100|allow|all|all|172.16.0.0/16", "i-a1"))
    assert.equal("SUBNET_ACL_RESTRICTION ingress", with_acl(OUT .. " in|100|allow|all|all|10.0.0.0/8", "i-a1"))
    assert.equal("SUBNET_ACL_RESTRICTION egress", with_acl(IN, "i-a1"))
  end)

  it("judge what passes the attachment's subnet on its way to and from another one", function()
    assert.equal("", with_acl(OUT .. " " .. IN, "i-a3"))
    assert.equal("SUBNET_ACL_RESTRICTION ingress", with_acl(OUT .. " in|100|deny|all|all|172.16.3.0/24", "i-a3"))
    assert.equal("SUBNET_ACL_RESTRICTION return-egress", with_acl(IN, "i-a3"))
  end)
end)

describe("groups across a transit gateway", function()
  local function grouped(rules_of_a, rules_of_b, gateway, a, b, ask)
    local text = JOINED .. "sg app A " .. rules_of_a .. " ; db B " .. rules_of_b
      .. "\nhost a3 A1 172.16.0.11 ; a1 A1 172.16.0.10 sg=app ; b1 B1 10.0.0.10 sg=db"
    return line(described.network(text, function(document)
      document.TransitGateways[1].Options.SecurityGroupReferencingSupport = gateway
      attachment(document, "A", true).Options.SecurityGroupReferencingSupport = a
      attachment(document, "B", true).Options.SecurityGroupReferencingSupport = b
    end), ask or "i-a1", "i-b1")
  end

  local ALL, FROM_APP = "out|all|all|0.0.0.0/0", "in|tcp|443|sg:app"

  it("are known inbound where the gateway and both attachments have the option", function()
    assert.equal("ok", grouped(ALL, FROM_APP, "enable", "enable", "enable"))
    assert.equal("no SG_REFERENCING_SUPPORT", grouped(ALL, FROM_APP, "disable", "enable", "enable"))
    assert.equal("no SG_REFERENCING_SUPPORT", grouped(ALL, FROM_APP, "enable", nil, "enable"))
    assert.equal("no SG_REFERENCING_SUPPORT", grouped(ALL, FROM_APP, "enable", "enable", "disable"))
    assert.equal("no ENI_SG_RULES_MISMATCH", grouped(ALL, FROM_APP, "enable", "enable", "enable", "i-a3"))
  end)

  it("are never known outbound", function()
    assert.equal("no SG_REFERENCING_SUPPORT",
      grouped("out|tcp|443|sg:db", "in|all|all|0.0.0.0/0", "enable", "enable", "enable"))
  end)
end)

describe("a way out that several VPCs share behind a transit gateway", function()
  -- A sends everything to the gateway; E has a NAT gateway and an internet gateway.
  local EGRESS = [[
vpc A 172.16.0.0/16 ; E 10.100.0.0/16
subnet A1 A 172.16.0.0/24 ; ET E 10.100.0.0/24 rtb=E.att ; EP E 10.100.1.0/24 rtb=E.pub
host a1 A1 172.16.0.10 ; igw igw-e E ; nat nat-e EP 10.100.1.4 eip=203.0.113.4
tgw tgw-1 A@A1,E@ET 172.16.0.0/16>A 0.0.0.0/0>E
rtb A.main 0.0.0.0/0>tgw-1 ; E.att 0.0.0.0/0>nat-e ; E.pub 0.0.0.0/0>igw-e 172.16.0.0/16>tgw-1
]]

  it("is a NAT gateway", function()
    local trace = described.network(EGRESS):trace { from = "i-a1", to = "198.51.100.7" }
    assert.equal("reachable", trace.verdict)
    assert.same({ "tgw-1", "nat-e", "igw-e" }, trace.via)
    assert.same({}, trace.warnings)
    assert.equal("no RETURN_ROUTE_WRONG_TARGET",
      line(described.network(EGRESS .. "rtb E.pub 0.0.0.0/0>igw-e"), "i-a1", "198.51.100.7"))
  end)

  it("is no internet gateway alone", function()
    assert.equal("no IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
      line(described.network(EGRESS .. "rtb E.att 0.0.0.0/0>igw-e"), "i-a1", "198.51.100.7"))
  end)

  it("is no connection of another kind", function()
    local text = EGRESS
      .. "vpc P 192.168.0.0/16 ; subnet P1 P 192.168.0.0/24 ; host p1 P1 192.168.0.10 ; pcx pcx-1 E P\n"
      .. "rtb E.att 192.168.0.0/16>pcx-1 ; P.main 172.16.0.0/16>pcx-1"
    assert.equal("no PCX_EDGE_TO_EDGE_TGW", line(described.network(text), "i-a1", "i-p1"))
    local back = line(described.network(text), "i-p1", "i-a1")
    assert.equal("no PCX_EDGE_TO_EDGE_TGW", back)
    -- a hint where the peer could go on through its transit gateway
    assert.equal("no NO_ROUTE_TO_DESTINATION hint PCX_EDGE_TO_EDGE_TGW",
      line(described.network(text .. "\nrtb P.main 10.100.0.0/16>pcx-1 ; E.att 172.18.0.0/16>tgw-1 ; E.pub"), "i-p1",
        "172.18.0.10"))
  end)
end)

describe("an appliance VPC behind a transit gateway", function()
  -- Everything between A and B passes the appliance in M, which stands in zone a alone.
  local INSPECTED = [[
vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; M 192.168.0.0/16
subnet A1 A 172.16.0.0/24 ; B1 B 10.0.0.0/24 az=b ; MA M 192.168.0.0/24 rtb=M.att ; MB M 192.168.1.0/24 az=b rtb=M.att
subnet MX M 192.168.2.0/24 rtb=M.box
host a1 A1 172.16.0.10 ; b1 B1 10.0.0.10 ; box MX 192.168.2.10 check=off
tgw tgw-1 A@A1,B@B1,M@MA 0.0.0.0/0>M
rtb A.main 0.0.0.0/0>tgw-1 ; B.main 0.0.0.0/0>tgw-1 ; M.att 0.0.0.0/0>box ; M.box 0.0.0.0/0>tgw-1
]]

  -- Spokes ask a table that leads to M, M asks one that leads to the spokes.
  local function inspected(mode)
    return described.network(INSPECTED, function(document)
      attachment(document, "M").Association.TransitGatewayRouteTableId = "tgw-rtb-m"
      attachment(document, "M", true).SubnetIds = { "subnet-MA", "subnet-MB" }
      attachment(document, "M", true).Options.ApplianceModeSupport = mode
      table.insert(document.TransitGatewayStaticRoutes, {
        TransitGatewayRouteTableId = "tgw-rtb-m",
        Routes = { route_to("tgw-attach-1-A", "172.16.0.0/16"), route_to("tgw-attach-1-B", "10.0.0.0/16") },
      })
    end)
  end

  it("D23 gets a warning without appliance mode, not a failure", function()
    local net = inspected "disable"
    local trace = net:trace { from = "i-a1", to = "i-b1" }
    assert.equal("ok warn TRANSIT_GATEWAY_APPLIANCE_MODE_RECOMMENDED AVAILABILITY_ZONE_CROSSED",
      line(net, "i-a1", "i-b1"))
    assert.same({ "tgw-1", "eni-box", "tgw-1" }, trace.via)
    assert.equal("subnet-MA", trace.path[4].subnet_id)
    assert.equal("subnet-MB", trace.return_path[4].subnet_id)
  end)

  it("keeps both directions in one zone with it", function()
    local net = inspected "enable"
    assert.equal("ok warn AVAILABILITY_ZONE_CROSSED", line(net, "i-a1", "i-b1"))
    local trace = net:trace { from = "i-a1", to = "i-b1" }
    assert.equal("subnet-MA", trace.path[4].subnet_id)
    assert.equal("subnet-MA", trace.return_path[4].subnet_id)
  end)
end)

describe("a network on premises behind a transit gateway", function()
  local CUSTOMER = { { CustomerGatewayId = "cgw-1", IpAddress = "192.0.2.1", BgpAsn = "65000", State = "available" } }

  -- JOINED with two ways on premises: a VPN connection and Direct Connect.
  local function hybrid(change)
    return described.network(JOINED .. "rtb B.main 172.16.0.0/16>tgw-1 192.168.0.0/16>tgw-1", function(document)
      document.CustomerGateways = CUSTOMER
      document.VpnConnections = { {
        VpnConnectionId = "vpn-1", TransitGatewayId = "tgw-1", CustomerGatewayId = "cgw-1", State = "available",
        Routes = { { DestinationCidrBlock = "192.168.0.0/24", State = "available" } },
        VgwTelemetry = { { Status = "UP" } },
      } }
      local association = { TransitGatewayRouteTableId = "tgw-rtb-1", State = "associated" }
      table.insert(document.TransitGatewayAttachments, {
        TransitGatewayAttachmentId = "tgw-attach-v", TransitGatewayId = "tgw-1", ResourceType = "vpn",
        ResourceId = "vpn-1", State = "available", Association = association,
      })
      table.insert(document.TransitGatewayAttachments, {
        TransitGatewayAttachmentId = "tgw-attach-x", TransitGatewayId = "tgw-1", State = "available",
        ResourceType = "direct-connect-gateway", ResourceId = "dx-1", Association = association,
      })
      document.TransitGatewayPropagations = { {
        TransitGatewayRouteTableId = "tgw-rtb-1",
        TransitGatewayRouteTablePropagations = {
          { TransitGatewayAttachmentId = "tgw-attach-v", ResourceType = "vpn", State = "enabled" },
        },
      } }
      table.insert(routes(document), route_to("tgw-attach-x", "192.168.1.0/24"))
      if change then
        change(document)
      end
    end)
  end

  it("is reached by VPN and by Direct Connect", function()
    local net = hybrid()
    local trace = net:trace { from = "i-a1", to = "192.168.0.7" }
    assert.equal("reachable", trace.verdict)
    assert.same({ "tgw-1" }, trace.via)
    assert.same({ "tgw-1" }, net:trace({ from = "i-a1", to = "onprem" }).via)
    assert.same({ "onprem", "cgw-1" }, { trace.path[5].kind, trace.path[5].id })
    assert.equal("tgw-attach-v", trace.return_path[2].id)
    assert.equal("ok", line(net, "i-a1", "192.168.1.7"))
    assert.equal("no TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT", line(net, "i-a1", "192.168.2.7"))
    assert.equal("no TGW_BAD_STATE_VPN", line(hybrid(function(document)
      document.VpnConnections[1].VgwTelemetry[1].Status = "DOWN"
    end), "i-a1", "192.168.0.7"))
    assert.equal("no TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT", line(hybrid(function(document)
      table.remove(routes(document), 1)
    end), "i-a1", "192.168.0.7"))
  end)

  it("reaches what the gateway leads to", function()
    local net = hybrid()
    assert.equal("ok", line(net, "onprem@tgw-attach-v=192.168.0.7", "i-a1"))
    assert.equal("ok", line(net, "tgw-attach-x", "i-b1"))
    assert.equal("ok", line(net, "onprem=192.168.0.7", "i-b1"))
    assert.same({ "tgw-1" }, net:trace({ from = "onprem@tgw-attach-x=192.168.1.7", to = "i-a1" }).via)
    assert.equal("192.168.0.0", net:trace({ from = "onprem@tgw-attach-v", to = "i-a1" }).from.address)
    -- the answer leaves by another attachment of the gateway
    assert.equal("ok warn ASYMMETRIC_PATH", line(net, "onprem@tgw-attach-x=192.168.0.7", "i-a1"))
    assert.equal("no TGW_BAD_STATE_VPN", line(hybrid(function(document)
      document.VpnConnections[1].State = "deleting"
    end), "onprem@tgw-attach-v=192.168.0.7", "i-a1"))
    assert.equal("no RETURN_ROUTE_WRONG_TARGET", line(hybrid(function(document)
      record(document.RouteTables, "rtb-A.main").Routes[3].TransitGatewayId = nil
      record(document.RouteTables, "rtb-A.main").Routes[3].GatewayId = "igw-9"
    end), "onprem@tgw-attach-v=192.168.0.7", "i-a1"))
  end)

  it("is no interface that a question names", function()
    local net = hybrid(function(document)
      routes(document)[2] = route_to("tgw-attach-x", "10.0.0.0/16")
    end)
    assert.equal("no NO_PATH", line(net, "i-a1", "i-b1"))
  end)

  it("can be asked for by a gateway or an attachment", function()
    local net = hybrid()
    assert.equal("ok", line(net, "i-a1", "onprem@tgw-attach-v=192.168.0.7"))
    assert.equal("no NO_PATH", line(net, "i-a1", "onprem@tgw-attach-v=192.168.1.7"))
    local trace = net:trace { from = "i-a1", to = "tgw-1" }
    assert.equal("10.0.0.0", trace.to.address)
    assert.equal("NO_POSSIBLE_DESTINATION", trace.explanations[1].code)
    assert.same({ "tgw-1" }, trace.via)
    local _, message = net:trace { from = "tgw-1", to = "i-a1" }
    assert.equal("tgw-1 is not an interface, an instance or a subnet", message)
    _, message = net:trace { from = "onprem@tgw-attach-1-A", to = "i-a1" }
    assert.equal("tgw-attach-1-A is not a virtual private gateway, or a VPN or Direct Connect attachment", message)
  end)

  it("is missed for a route that is longer, or of a higher rank", function()
    assert.equal("no NO_PATH hint TGW_RTB_MORE_SPECIFIC_ROUTE", line(hybrid(function(document)
      table.insert(routes(document), route_to("tgw-attach-x", "192.168.0.0/28"))
    end), "i-a1", "onprem@tgw-attach-v=192.168.0.7"))
    assert.equal("no NO_PATH hint TGW_RTB_HIGHER_PRIORITY_ROUTE", line(hybrid(function(document)
      table.insert(routes(document), route_to("tgw-attach-x", "192.168.0.0/24"))
    end), "i-a1", "onprem@tgw-attach-v=192.168.0.7"))
  end)
end)

describe("two transit gateways that are peered", function()
  -- A hangs on tgw-1, B on tgw-2 in another Region.
  local TWO = [[
vpc A 172.16.0.0/16 ; B 10.0.0.0/16 region=us-west-2
subnet A1 A 172.16.0.0/24 ; B1 B 10.0.0.0/24 ; host a1 A1 172.16.0.10 ; b1 B1 10.0.0.10
tgw tgw-1 A@A1 172.16.0.0/16>A ; tgw tgw-2 B@B1 10.0.0.0/16>B
rtb A.main 10.0.0.0/16>tgw-1 ; B.main 172.16.0.0/16>tgw-2
]]

  local function peered(change, more)
    return described.network(TWO .. (more or ""), function(document)
      for i, id in ipairs { "tgw-1", "tgw-2" } do
        local other = i == 1 and "tgw-2" or "tgw-1"
        table.insert(document.TransitGatewayAttachments, {
          TransitGatewayAttachmentId = "tgw-attach-p", TransitGatewayId = id, ResourceType = "peering",
          ResourceId = other, State = "available",
          Association = { TransitGatewayRouteTableId = "tgw-rtb-" .. i, State = "associated" },
        })
        table.insert(document.TransitGatewayStaticRoutes[i].Routes,
          route_to("tgw-attach-p", i == 1 and "10.0.0.0/16" or "172.16.0.0/16"))
      end
      document.TransitGatewayPeeringAttachments = { {
        TransitGatewayAttachmentId = "tgw-attach-p", State = "available",
        RequesterTgwInfo = { TransitGatewayId = "tgw-1", OwnerId = "111111111111", Region = "us-east-1" },
        AccepterTgwInfo = { TransitGatewayId = "tgw-2", OwnerId = "111111111111", Region = "us-west-2" },
      } }
      if change then
        change(document)
      end
    end)
  end

  it("lead from one to the other and back", function()
    local net = peered()
    local trace = net:trace { from = "i-a1", to = "i-b1" }
    assert.equal("reachable", trace.verdict)
    assert.same({ "tgw-1", "tgw-2" }, trace.via)
    assert.equal("tgw-rtb-2", trace.path[5].route.transit_gateway_route_table_id)
    assert.equal("ok warn AVAILABILITY_ZONE_CROSSED", line(net, "i-b1", "i-a1"))
  end)

  it("have an association each, which documents of both Regions print", function()
    local net = peered()
    local listed = {}
    for _, each in ipairs(net:describe("transit-gateway-attachments").TransitGatewayAttachments) do
      listed[#listed + 1] = each.TransitGatewayAttachmentId .. " " .. each.TransitGatewayId .. " "
        .. each.Association.TransitGatewayRouteTableId
    end
    assert.same({
      "tgw-attach-1-A tgw-1 tgw-rtb-1", "tgw-attach-2-B tgw-2 tgw-rtb-2", "tgw-attach-p tgw-1 tgw-rtb-1",
      "tgw-attach-p tgw-2 tgw-rtb-2",
    }, listed)
    local again = assert(vpcpeer.load_json(net:describe_json()))
    assert.equal(net:describe_json(), again:describe_json())
    assert.equal("ok warn AVAILABILITY_ZONE_CROSSED", line(again, "i-a1", "i-b1"))
  end)

  it("do not know group references of each other", function()
    local groups = "sg app A out|all|all|0.0.0.0/0 ; db B in|tcp|443|sg:app\n"
      .. "host a1 A1 172.16.0.10 sg=app ; b1 B1 10.0.0.10 sg=db"
    local net = peered(function(document)
      for _, list in ipairs { document.TransitGateways, document.TransitGatewayVpcAttachments } do
        for _, each in ipairs(list) do
          each.Options.SecurityGroupReferencingSupport = "enable"
        end
      end
    end, groups)
    assert.equal("no SG_REFERENCING_SUPPORT warn AVAILABILITY_ZONE_CROSSED", line(net, "i-a1", "i-b1"))
  end)

  it("need an attachment that is available, and a gateway that is described", function()
    local function with_state(state)
      return function(document)
        document.TransitGatewayPeeringAttachments[1].State = state
      end
    end
    assert.equal("no BAD_STATE_ATTACHMENT", line(peered(with_state "pendingAcceptance"), "i-a1", "i-b1"))
    assert.equal("unknown UNKNOWN_RESOURCE", line(peered(function(document)
      table.remove(document.TransitGateways, 2)
    end), "i-a1", "i-b1"))
  end)
end)

describe("VPCs on one transit gateway", function()
  it("are not called disconnected", function()
    assert.equal("no NO_ROUTE_TO_DESTINATION", line(described.network(JOINED .. "rtb A.main"), "i-a1", "i-b1"))
    assert.equal("no NO_ROUTE_TO_DESTINATION hint DISCONNECTED_VPCS",
      line(described.network(JOINED .. "rtb A.main", function(document)
        attachment(document, "B").State, attachment(document, "B", true).State = "deleted", "deleted"
      end), "i-a1", "i-b1"))
  end)
end)
