-- The decisions of the semantics (section 14), one test each, named by its number: where AWS's texts
-- are silent or disagree, this is what the model does. The last spec of a whole run counts them.

local described = require "support.described"
local refused = require "support.refused"
local vpcpeer = require "vpcpeer"

local line = described.line

local PEERED = [[
vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; subnet A1 A 172.16.0.0/24 ; B1 B 10.0.0.0/24
host a1 A1 172.16.0.10 ; b1 B1 10.0.0.10 ; pcx pcx-1 A B
rtb A.main 10.0.0.0/16>pcx-1 ; B.main 172.16.0.0/16>pcx-1
]]

local PUBLIC = [[
vpc A 172.16.0.0/16 ; subnet A1 A 172.16.0.0/24 ; A2 A 172.16.1.0/24 rtb=A.two
host a1 A1 172.16.0.10 eip=203.0.113.10 ; a2 A2 172.16.1.10 ; igw igw-a A ; rtb A.main 0.0.0.0/0>igw-a ; A.two
]]

-- The line of one question to a network in notation.
local function answer(text, from, to, more, change)
  return line(described.network(text, change), from, to, more)
end

-- Asserts that every expectation in a case of the notation holds.
local function holds(text)
  assert.equal("", described.wrong(text))
end

local function main_table(documents, vpc)
  return described.record(documents.RouteTables, "rtb-" .. vpc .. ".main")
end

-- The diagnostics of a document as "severity code" by code, infos included.
local function complaints(document, options)
  local found = {}
  local net = assert(vpcpeer.load_tables(document, options))
  for _, diagnostic in ipairs(net:diagnostics()) do
    found[diagnostic.code] = diagnostic.severity
  end
  return found, net
end

describe("conventions:", function()
  it("D01 an id ends in any letters, digits, '_', '.', '-', not in nothing", function()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { vpc_id = "vpc-My_1.a-b", cidr_block = "10.0.0.0/16" }
    assert.equal("vpc-My_1.a-b", vpc.vpc_id)
    for _, bad in ipairs { "vpc-", "vpc-a b", "vpc-a/b", "subnet-1" } do
      assert.is_false(pcall(net.create_vpc, net, { vpc_id = bad, cidr_block = "10.1.0.0/16" }), bad)
    end
  end)

  it("D02 zones are compared by id where both subnets have one, else by name", function()
    local text = "vpc A 10.0.0.0/16 ; subnet A1 A 10.0.1.0/24 az=a ; A2 A 10.0.2.0/24 az=%s\n"
      .. "host a1 A1 10.0.1.10 ; a2 A2 10.0.2.10"
    local function ids(first, second)
      return function(documents)
        documents.Subnets[1].AvailabilityZoneId, documents.Subnets[2].AvailabilityZoneId = first, second
      end
    end
    local CROSSED = "ok warn AVAILABILITY_ZONE_CROSSED"
    assert.equal("ok", answer(text:format "a", "i-a1", "i-a2"))
    assert.equal(CROSSED, answer(text:format "b", "i-a1", "i-a2"))
    assert.equal("ok", answer(text:format "b", "i-a1", "i-a2", nil, ids("use1-az1", "use1-az1")))
    assert.equal(CROSSED, answer(text:format "a", "i-a1", "i-a2", nil, ids("use1-az1", "use1-az2")))
    assert.equal("ok", answer(text:format "a", "i-a1", "i-a2", nil, ids("use1-az1", nil)))
  end)

  it("D03 host bits are cleared, and an error only in the strict form", function()
    assert.equal("100.68.0.0/18", tostring(vpcpeer.cidr "100.68.0.18/18"))
    assert.is_nil((vpcpeer.cidr("100.68.0.18/18", { strict = true })))
    assert.equal("10.0.0.0/16", vpcpeer.network():create_vpc({ cidr_block = "10.0.7.7/16" }).cidr_block)
  end)

  it("D04 loaded data that break a rule are kept, with a diagnostic", function()
    local found, net = complaints(described.documents(
      "vpc A 10.0.0.0/16 ; subnet A1 A 10.0.0.0/24 ; A2 A 10.0.0.128/25 ; A3 A 10.9.0.0/24"))
    assert.is_string(next(found))
    assert.equal("10.0.0.128/25", net:get("subnet-A2").cidr_block)
    assert.equal("10.9.0.0/24", net:get("subnet-A3").cidr_block)
  end)

  it("D05 quotas are checked on request only", function()
    local function create_six(options)
      local net = vpcpeer.network(options)
      for i = 1, 5 do
        net:create_vpc { cidr_block = "10." .. i .. ".0.0/16" }
      end
      return net
    end
    create_six():create_vpc { cidr_block = "10.6.0.0/16" }
    local net = create_six { quotas = true }
    refused(net, "VpcLimitExceeded", net, "create_vpc", { cidr_block = "10.6.0.0/16" })
  end)

  it("D06 observed messages are AWS's, word for word", function()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" }
    vpc:create_subnet { cidr_block = "10.0.0.0/24" }
    local function message(object, method, options)
      return select(2, pcall(object[method], object, options))
    end
    assert.matches("The CIDR '10%.0%.0%.0/24' conflicts with another subnet$",
      message(vpc, "create_subnet", { cidr_block = "10.0.0.0/24" }))
    assert.matches("The vpc 'vpc%-a' has dependencies and cannot be deleted%.$", message(vpc, "delete"))
    assert.matches("The CIDR '10%.0%.0%.0/8' is invalid%.$", message(net, "create_vpc", { cidr_block = "10.0.0.0/8" }))
    local message_of_pending = message(net, "create_vpc", { cidr_block = "10.0.0.0/33" })
    assert.matches("Value %(10%.0%.0%.0/33%) for parameter cidrBlock is invalid%. This is not a valid CIDR block%.$",
      message_of_pending)
    vpc:create_security_group { group_name = "web" }
    assert.matches("The security group 'web' already exists$",
      message(vpc, "create_security_group", { group_name = "web" }))
  end)

  it("D07 transient states last no time, and the log has each", function()
    local net = described.network("vpc A 10.0.0.0/16 ; B 10.1.0.0/16")
    local pcx = net:create_vpc_peering_connection { vpc_id = "vpc-A", peer_vpc_id = "vpc-B" }
    pcx:accept()
    assert.equal("active", pcx.status.code)
    local states, at = {}, {}
    for _, event in ipairs(net:events()) do
      if event.resource_id == pcx.vpc_peering_connection_id then
        states[#states + 1], at[event.at] = event.state, true
      end
    end
    assert.equal("initiating-request pending-acceptance provisioning active", table.concat(states, " "))
    assert.same({ [0] = true }, at)
  end)
end)

describe("VPCs and subnets:", function()
  it("D08 enforced encryption is a warning and stops nothing", function()
    local function enforce(mode)
      return function(documents)
        documents.Vpcs[1].EncryptionControl = { VpcId = "vpc-A", Mode = mode, State = "available" }
      end
    end
    local found, net = complaints(described.documents(PEERED, enforce "enforce"))
    assert.equal("warning", found.ENCRYPTION_CONTROL_ENFORCED)
    assert.equal("ok", line(net, "i-a1", "i-b1"))
    assert.is_nil(complaints(described.documents(PEERED, enforce "monitor")).ENCRYPTION_CONTROL_ENFORCED)
  end)

  it("D09 a block without a state is associated, a VPC without a set has its one block", function()
    local function without(documents)
      documents.Vpcs[1].CidrBlockAssociationSet = nil
      documents.Vpcs[2].CidrBlockAssociationSet = { { CidrBlock = "10.0.0.0/16" } }
    end
    assert.equal("ok", answer(PEERED, "i-a1", "i-b1", nil, without))
    local function disassociate(documents)
      documents.Vpcs[2].CidrBlockAssociationSet = {
        { CidrBlock = "10.0.0.0/16", CidrBlockState = { State = "disassociated" } },
      }
    end
    assert.equal("no PCX_REQUIRES_ADDRESS_IN_VPC_CIDR", answer(PEERED, "i-a1", "i-b1", nil, disassociate))
  end)

  it("D10 a wrong size is InvalidVpc.Range", function()
    local net = vpcpeer.network()
    refused(net, "InvalidVpc.Range", net, "create_vpc", { cidr_block = "10.0.0.0/15" })
  end)

  it("D11 the class of the primary block decides which may be added", function()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16" }
    vpc:associate_cidr_block { cidr_block = "100.64.0.0/16" }
    refused(net, "InvalidVpc.Range", vpc, "associate_cidr_block", { cidr_block = "192.168.0.0/16" })
    local public = net:create_vpc { cidr_block = "100.64.0.0/16" }
    refused(net, "InvalidVpc.Range", public, "associate_cidr_block", { cidr_block = "10.7.0.0/16" })
  end)

  it("D12 IPv6 blocks are /44 to /60, those of subnets /44 to /64, in steps of 4", function()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16" }
    for _, length in ipairs { 40, 46, 57, 64 } do
      refused(net, "InvalidParameterValue", vpc, "associate_cidr_block", { ipv6_cidr_block = "2001:db8::/" .. length })
    end
    vpc:associate_cidr_block { ipv6_cidr_block = "2001:db8::/44" }
    for i, length in ipairs { 48, 60, 64 } do
      vpc:create_subnet {
        cidr_block = ("10.0.%d.0/24"):format(i), ipv6_cidr_block = ("2001:db8:%d::/%d"):format(i, length),
      }
    end
    refused(net, "InvalidSubnet.Range", vpc, "create_subnet",
      { cidr_block = "10.0.9.0/24", ipv6_cidr_block = "2001:db8:9::/62" })
  end)

  it("D13 no ACL in the data allows, with a warning; no route table is unknown", function()
    local function without(key)
      return function(documents)
        documents[key] = nil
      end
    end
    assert.equal("ok warn ASSUMPTION_DEFAULT_NETWORK_ACL ASSUMPTION_DEFAULT_NETWORK_ACL",
      answer(PEERED, "i-a1", "i-b1", nil, without "NetworkAcls"))
    assert.equal("unknown UNKNOWN_RESOURCE", answer(PEERED, "i-a1", "i-b1", nil, without "RouteTables"))
  end)
end)

describe("gateways:", function()
  it("D14 a public address of the model is followed through both internet gateways", function()
    holds [[
vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; subnet A1 A 172.16.0.0/24 ; B1 B 10.0.0.0/24
host a1 A1 172.16.0.10 eip=203.0.113.10 ; b1 B1 10.0.0.10 eip=203.0.113.20 ; igw igw-a A ; igw-b B
rtb A.main 0.0.0.0/0>igw-a ; B.main 0.0.0.0/0>igw-b ; expect a1 -> 203.0.113.20 : ok via igw-a,igw-b]]
  end)

  it("D15 nothing gets in by an egress-only gateway: PROTOCOL_RESTRICTION", function()
    local text = [[
vpc A 172.16.0.0/16,2001:db8:a::/56 ; subnet A1 A 172.16.0.0/24,2001:db8:a::/64
host a1 A1 172.16.0.10,2001:db8:a::10 ; eigw eigw-a A ; rtb A.main ::/0>eigw-a]]
    assert.equal("no PROTOCOL_RESTRICTION", answer(text, "internet@eigw-a=2001:db8:ffff::1", "i-a1"))
    assert.equal("ok", answer(text, "i-a1", "2001:db8:ffff::1"))
  end)

  it("D16 a NAT gateway that is not available makes routes to it black holes", function()
    local text = PUBLIC .. "nat nat-a A1 172.16.0.4 eip=203.0.113.4 ; rtb A.two 0.0.0.0/0>nat-a"
    assert.equal("ok", answer(text, "i-a2", "198.51.100.7"))
    for _, state in ipairs { "pending", "failed", "deleting", "deleted" } do
      local function set(documents)
        documents.NatGateways[1].State = state
      end
      assert.matches("^no BAD_STATE_ROUTE", answer(text, "i-a2", "198.51.100.7", nil, set))
    end
  end)

  it("D17 no ACL stands between a host and a NAT gateway of its subnet, in either direction", function()
    -- Beyond the gateway the ACL of their subnet admits what the internet sends, not what a host does.
    local text = [[
vpc A 172.16.0.0/16 ; acl n A in|1|deny|all|all|172.16.0.0/16 in|2|allow|all|all|0.0.0.0/0 out|1|allow|tcp|443|0.0.0.0/0
subnet A1 A 172.16.0.0/24 acl=n ; AR A 172.16.5.0/24 rtb=A.two ; %s
nat nat-a A1 172.16.0.4 ; igw igw-a A ; rtb A.main 10.0.0.0/8>nat-a ; A.two 10.0.0.0/8>nat-a]]
    local function hops(host)
      local trace = described.network(text:format(host)):trace { from = "i-h", to = "10.9.9.9" }
      local blocked = {}
      for i, reason in ipairs(trace.explanations) do
        blocked[i] = reason.code
      end
      return table.concat(blocked, " ")
    end
    assert.equal("ROUTING_LOOP", hops "host h A1 172.16.0.10")
    assert.equal("SUBNET_ACL_RESTRICTION ROUTING_LOOP", hops "host h AR 172.16.5.10")
  end)

  local VPN = [[
vpc A 172.16.0.0/16 ; subnet A1 A 172.16.0.0/24 ; host a1 A1 172.16.0.10 ; vgw vgw-a A routes=192.168.0.0/16 type=vpn
rtb A.main 192.168.0.0/16>vgw-a 10.0.0.0/8>vgw-a]]

  it("D18 what lies behind a virtual private gateway is checked where prefixes are known, else assumed", function()
    assert.equal("ok", answer(VPN, "i-a1", "192.168.1.10"))
    assert.equal("no CANNOT_ROUTE", answer(VPN, "i-a1", "10.9.9.9"))
    local function forget(documents)
      documents.VpnConnections = nil
    end
    assert.equal("ok warn ASSUMPTION_ON_PREMISES_PREFIX", answer(VPN, "i-a1", "10.9.9.9", nil, forget))
  end)

  it("D19 a VPN connection without telemetry is up", function()
    local function telemetry(list)
      return function(documents)
        documents.VpnConnections[1].VgwTelemetry = list
      end
    end
    assert.equal("ok", answer(VPN, "i-a1", "192.168.1.10", nil, telemetry(nil)))
    assert.equal("ok", answer(VPN, "i-a1", "192.168.1.10", nil, telemetry { { Status = "DOWN" }, { Status = "UP" } }))
    assert.equal("no BAD_STATE_VPN", answer(VPN, "i-a1", "192.168.1.10", nil, telemetry { { Status = "DOWN" } }))
  end)

  it("D24 targets out of scope are kept, and the verdict is unknown", function()
    local function carrier(documents)
      table.insert(main_table(documents, "A").Routes, {
        DestinationCidrBlock = "198.51.100.0/24", CarrierGatewayId = "cagw-1", Origin = "CreateRoute", State = "active",
      })
    end
    local net = described.network(PEERED, carrier)
    assert.equal("unknown UNSUPPORTED_COMPONENT", line(net, "i-a1", "198.51.100.7"))
    assert.matches('"CarrierGatewayId":%s*"cagw%-1"', net:describe_json "route-tables")
  end)
end)

describe("routes:", function()
  -- PEERED with one more route in A's main table.
  local function with_route(route)
    return function(documents)
      table.insert(main_table(documents, "A").Routes, route)
    end
  end

  it("D25 a route of VPC Route Server counts as propagated: a static one of its length wins", function()
    local text = PEERED .. "pcx pcx-2 A B state=deleted ; rtb A.main 10.0.0.0/16>pcx-2"
    local function advertise(origin)
      return with_route {
        DestinationCidrBlock = "10.0.0.0/16", VpcPeeringConnectionId = "pcx-1", Origin = origin, State = "active",
      }
    end
    assert.matches("^no PCX_NOT_ACTIVE", answer(text, "i-a1", "i-b1", nil, advertise "Advertisement"))
    -- Inside the VPC's own blocks a propagated route does not beat the local one, however long it is.
    local function inside(origin)
      return with_route {
        DestinationCidrBlock = "172.16.1.0/24", VpcPeeringConnectionId = "pcx-1", Origin = origin, State = "active",
      }
    end
    local two = PEERED .. "subnet A2 A 172.16.1.0/24 ; host a2 A2 172.16.1.10"
    assert.equal("ok", answer(two, "i-a1", "i-a2", nil, inside "Advertisement"))
    assert.matches("^no PCX_REQUIRES_ADDRESS_IN_VPC_CIDR", answer(two, "i-a1", "i-a2", nil, inside "CreateRoute"))
  end)

  it("D26 a filtered route is ignored", function()
    local function filter(documents)
      main_table(documents, "A").Routes[2].State = "filtered"
    end
    assert.equal("no NO_ROUTE_TO_DESTINATION", answer(PEERED, "i-a1", "i-b1", nil, filter))
  end)

  it("D27 among prefix lists of one length the smallest id wins, with a warning", function()
    local text = PEERED .. "pl pl-1 10.0.0.0/16 ; pl-2 10.0.0.0/16 ; pcx pcx-0 A B state=deleted\n"
    assert.equal("ok warn ROUTE_TIE_PREFIX_LIST", answer(text .. "rtb A.main pl-2>pcx-0 pl-1>pcx-1", "i-a1", "i-b1"))
    assert.matches("^no PCX_NOT_ACTIVE.* warn ROUTE_TIE_PREFIX_LIST",
      answer(text .. "rtb A.main pl-2>pcx-1 pl-1>pcx-0", "i-a1", "i-b1"))
  end)

  it("D28 a black hole does not fall back to a shorter prefix", function()
    local text = PEERED .. "pcx pcx-0 A B state=deleted ; rtb A.main 10.0.0.0/16>pcx-1 10.0.0.0/24>pcx-0"
    assert.matches("^no PCX_NOT_ACTIVE", answer(text, "i-a1", "i-b1"))
  end)

  it("D29 a route to a stopped instance or a detached interface is a black hole", function()
    local text = PEERED .. "subnet AM A 172.16.9.0/24 ; host box AM 172.16.9.10 check=off ; rtb A.main 10.9.0.0/16>box"
    local function stop(documents)
      for _, reservation in ipairs(documents.Reservations) do
        for _, instance in ipairs(reservation.Instances) do
          instance.State.Name = instance.InstanceId == "i-box" and "stopped" or instance.State.Name
        end
      end
    end
    local function detach(documents)
      described.record(documents.NetworkInterfaces, "eni-box").Attachment.Status = "detached"
    end
    assert.matches("^no BAD_STATE_ROUTE", answer(text, "i-a1", "10.9.0.1", nil, stop))
    assert.matches("^no BAD_STATE_ROUTE", answer(text, "i-a1", "10.9.0.1", nil, detach))
  end)

  it("D30 a target that is not loaded has its printed state, and the verdict is unknown", function()
    local function lose(documents)
      documents.VpcPeeringConnections = nil
    end
    assert.equal("unknown UNKNOWN_DESTINATION", answer(PEERED, "i-a1", "10.0.0.10", nil, lose))
    local function lose_dead(documents)
      lose(documents)
      main_table(documents, "A").Routes[2].State = "blackhole"
    end
    assert.matches("^no PCX_NOT_ACTIVE", answer(PEERED, "i-a1", "10.0.0.10", nil, lose_dead))
  end)

  it("D31 a middlebox forwards unchanged and translates only where it is marked", function()
    local text = PUBLIC .. "host box A1 172.16.0.5 check=off eip=203.0.113.5 %s ; rtb A.two 0.0.0.0/0>box"
    assert.equal("ok", answer(text:format "nat=yes", "i-a2", "198.51.100.7"))
    assert.equal("no IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS", answer(text:format "", "i-a2", "198.51.100.7"))
  end)

  it("D32 a redirected subnet cannot use its own route to the gateway, out or back", function()
    local text = PUBLIC .. [[
subnet AM A 172.16.9.0/24 rtb=A.box ; host box AM 172.16.9.10 check=off eip=203.0.113.9
rtb A.box 0.0.0.0/0>igw-a ; A.edge 172.16.0.0/24>box]]
    local function edge(documents)
      described.record(documents.RouteTables, "rtb-A.edge").Associations = {
        { RouteTableAssociationId = "rtbassoc-e", RouteTableId = "rtb-A.edge", GatewayId = "igw-a", Main = false },
      }
    end
    local net = described.network(text, edge)
    assert.equal("no INGRESS_RTB_TRAFFIC_REDIRECTION", line(net, "i-a1", "198.51.100.7"))
    assert.equal("no INGRESS_RTB_TRAFFIC_REDIRECTION", line(net, "internet@igw-a=198.51.100.7", "i-a1"))
    assert.equal("ok", line(net, "i-box", "198.51.100.7"))
  end)
end)

describe("peering:", function()
  local OTHER = "222222222222"

  it("D33 the blocks of a loaded VPC win over those printed in the connection", function()
    local function stale(documents)
      local side = documents.VpcPeeringConnections[1].AccepterVpcInfo
      side.CidrBlock, side.CidrBlockSet = "10.7.0.0/16", { { CidrBlock = "10.7.0.0/16" } }
    end
    assert.equal("ok", answer(PEERED, "i-a1", "i-b1", nil, stale))
  end)

  it("D34 a request that is initiating or failed is not seen by the accepter", function()
    local net = described.network("vpc A 10.0.0.0/16 ; B 10.0.0.0/16 account=" .. OTHER)
    local pcx = net:create_vpc_peering_connection { vpc_id = "vpc-A", peer_vpc_id = "vpc-B", peer_owner_id = OTHER }
    assert.equal("failed", pcx.status.code)
    assert.is_nil(net:as(OTHER):get(pcx.vpc_peering_connection_id))
    local function initiating(documents)
      documents.VpcPeeringConnections[1].Status.Code = "initiating-request"
    end
    net = described.network("vpc A 10.0.0.0/16 ; B 10.1.0.0/16 account=222222222222 ; pcx pcx-1 A B", initiating)
    assert.is_nil(net:as(OTHER):get "pcx-1")
    assert.equal("initiating-request", net:get("pcx-1").status.code)
  end)

  it("D35 what is not seen any more is InvalidVpcPeeringConnectionID.NotFound", function()
    local net = described.network "vpc A 10.0.0.0/16 ; B 10.1.0.0/16"
    local pcx = net:create_vpc_peering_connection { vpc_id = "vpc-A", peer_vpc_id = "vpc-B" }
    pcx:accept()
    pcx:delete()
    net:advance(2 * 3600)
    refused(net, "InvalidVpcPeeringConnectionID.NotFound", pcx, "delete")
  end)

  it("D36 a connection that is provisioning cannot be deleted", function()
    local function provision(documents)
      documents.VpcPeeringConnections[1].Status.Code = "provisioning"
    end
    local net = described.network(PEERED, provision)
    refused(net, "InvalidStateTransition", net:get "pcx-1", "delete")
  end)

  it("D37 a VPC with an active connection is not deleted: DependencyViolation", function()
    local net = described.network "vpc A 10.0.0.0/16 ; B 10.1.0.0/16 ; pcx pcx-1 A B"
    refused(net, "DependencyViolation", net:get "vpc-A", "delete")
  end)

  it("D38 a request to an unknown or the same VPC becomes failed, with its cause", function()
    holds "vpc A 10.0.0.0/16\napi create pcx-1 A A : failed PCX_SAME_VPC"
    local net = described.network "vpc A 10.0.0.0/16"
    local pcx = net:create_vpc_peering_connection { vpc_id = "vpc-A", peer_vpc_id = "vpc-9" }
    assert.equal("failed", pcx.status.code)
    local diagnostics = net:diagnostics()
    assert.equal("PCX_UNKNOWN_VPC", diagnostics[#diagnostics].code)
  end)

  it("D39 the rules for added blocks hold for IPv6 too", function()
    local net = described.network("vpc A 10.0.0.0/16,2001:db8:a::/56 ; B 10.1.0.0/16 ; pcx pcx-1 A B")
    refused(net, "InvalidVpc.Range", net:get "vpc-B", "associate_cidr_block", { ipv6_cidr_block = "2001:db8:a::/60" })
    net:get("vpc-B"):associate_cidr_block { ipv6_cidr_block = "2001:db8:b::/56" }
    local c = net:create_vpc { vpc_id = "vpc-C", cidr_block = "10.2.0.0/16" }
    net:create_vpc_peering_connection { vpc_id = c, peer_vpc_id = "vpc-B" }
    refused(net, "OperationNotPermitted", c, "associate_cidr_block", { ipv6_cidr_block = "2001:db8:c::/56" })
  end)

  it("D40 IPv6 works between Regions", function()
    holds [[
vpc A 172.16.0.0/16,2001:db8:a::/56 ; B 10.0.0.0/16,2001:db8:b::/56 region=us-west-2
subnet A1 A 172.16.0.0/24,2001:db8:a::/64 ; B1 B 10.0.0.0/24,2001:db8:b::/64
host a1 A1 172.16.0.10,2001:db8:a::10 ; b1 B1 10.0.0.10,2001:db8:b::10
hub A B ; expect a1/6 <-> b1/6 : ok via pcx-aaaabbbb]]
  end)
end)

describe("filters:", function()
  it("D42 an instance without groups admits nothing, the interface of a gateway is not filtered", function()
    local function strip(documents)
      described.record(documents.NetworkInterfaces, "eni-b1").Groups = {}
      for _, reservation in ipairs(documents.Reservations) do
        for _, instance in ipairs(reservation.Instances) do
          if instance.InstanceId == "i-b1" then
            instance.SecurityGroups = {}
          end
        end
      end
    end
    assert.equal("no SG_HAS_NO_RULES", answer(PEERED, "i-a1", "i-b1", nil, strip))
    local gateway = PEERED .. "host b1 B1 10.0.0.10 kind=gateway_load_balancer"
    assert.equal("ok", answer(gateway, "i-a1", "eni-b1", nil, function(documents)
      described.record(documents.NetworkInterfaces, "eni-b1").Groups = {}
    end))
  end)

  it("D44 a rule of a deleted connection is valid again when the VPCs are peered anew", function()
    local text = PEERED .. "sg web A out|all|all|0.0.0.0/0 ; db B in|tcp|443|sg:web ; "
      .. "host a1 A1 172.16.0.10 sg=web ; b1 B1 10.0.0.10 sg=db ; pcx pcx-1 A B state=deleted\n"
      .. "pcx pcx-2 A B ; rtb A.main 10.0.0.0/16>pcx-2 ; B.main 172.16.0.0/16>pcx-2"
    local function recorded(documents)
      described.record(documents.SecurityGroups, "sg-db").IpPermissions[1].UserIdGroupPairs = {
        { GroupId = "sg-web", UserId = "111111111111", VpcId = "vpc-A", VpcPeeringConnectionId = "pcx-1" },
      }
    end
    assert.equal("ok", answer(text, "i-a1", "i-b1", nil, recorded))
  end)

  it("D45 ephemeral ports that are partly open pass with a warning, or fail when all must be", function()
    local text = PEERED .. "acl n B in|1|allow|all|all|0.0.0.0/0 out|1|allow|tcp|40000-50000|0.0.0.0/0\n"
      .. "subnet B1 B 10.0.0.0/24 acl=n"
    assert.equal("ok warn EPHEMERAL_PORTS_PARTIAL", answer(text, "i-a1", "i-b1"))
    assert.equal("no SUBNET_ACL_RESTRICTION", answer(text, "i-a1", "i-b1", { ephemeral = "all" }))
    local trace = described.network(text):trace { from = "i-a1", to = "i-b1" }
    assert.same({ { 40000, 50000 } }, trace.source_ports)
  end)
end)

describe("names:", function()
  it("D46 private names of RFC 1918 addresses resolve in the Region, peered or not", function()
    holds [[
vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; C 100.64.0.0/16
subnet A1 A 172.16.0.0/24 ; B1 B 10.0.0.0/24 ; C1 C 100.64.0.0/24
host a1 A1 172.16.0.10 ; b1 B1 10.0.0.10 ; c1 C1 100.64.0.10
dns priv(a1) from b1 : 172.16.0.10 ; priv(c1) from b1 : NXDOMAIN]]
  end)

  it("D57 private names need both attributes in both VPCs", function()
    for _, attributes in ipairs { { "support", "both" }, { "both", "support" } } do
      holds(([[
vpc A 172.16.0.0/16 dns=%s ; B 10.0.0.0/16 dns=%s ; subnet A1 A 172.16.0.0/24 ; B1 B 10.0.0.0/24
host a1 A1 172.16.0.10 ; b1 B1 10.0.0.10
dns priv(a1) from b1 : NXDOMAIN]]):format(attributes[1], attributes[2]))
    end
  end)
end)

describe("the walk:", function()
  it("D48 one pair of addresses suffices, and a failure tells of the first", function()
    local function second(documents)
      local held = described.record(documents.NetworkInterfaces, "eni-b1")
      table.insert(held.PrivateIpAddresses, { PrivateIpAddress = "10.0.0.99", Primary = false })
    end
    local closed = "sg web A out|tcp|443|10.0.0.%d/32 ; host a1 A1 172.16.0.10 sg=web"
    assert.equal("ok", answer(PEERED .. closed:format(99), "i-a1", "i-b1", nil, second))
    local trace = described.network(PEERED .. closed:format(50), second):trace { from = "i-a1", to = "i-b1" }
    assert.equal("ENI_SG_RULES_MISMATCH", trace.explanations[1].code)
    assert.equal("10.0.0.10", trace.to.address)
  end)

  it("D49 filters are collected, a routing failure ends the walk", function()
    local text = PEERED .. "acl n B in|1|deny|all|all|0.0.0.0/0 ; subnet B1 B 10.0.0.0/24 acl=n\n"
      .. "sg none B ; host b1 B1 10.0.0.10 sg=none ; sg out A ; host a1 A1 172.16.0.10 sg=out"
    assert.equal("no SG_HAS_NO_RULES SUBNET_ACL_RESTRICTION SG_HAS_NO_RULES SUBNET_ACL_RESTRICTION",
      answer(text, "i-a1", "i-b1"))
    assert.equal("no SG_HAS_NO_RULES NO_ROUTE_TO_DESTINATION", answer(text .. " ; rtb A.main", "i-a1", "i-b1"))
  end)

  it("D50 a stopped instance is no destination: BAD_STATE", function()
    local net = described.network(PEERED)
    net:get("i-b1"):stop()
    assert.equal("no BAD_STATE", line(net, "i-a1", "i-b1"))
  end)

  it("D51 a reply by another way that works passes, with a warning", function()
    local text = [[
vpc A 10.0.0.0/16 ; subnet A1 A 10.0.1.0/24 rtb=A.a ; A2 A 10.0.2.0/24 ; AM A 10.0.3.0/24
host a1 A1 10.0.1.10 ; a2 A2 10.0.2.10 ; box AM 10.0.3.10 check=off ; rtb A.a 10.0.2.0/24>box]]
    assert.equal("ok warn ASYMMETRIC_PATH", answer(text, "i-a1", "i-a2"))
  end)

  it("D52 NAT gateways and middleboxes answer traceroute, routers and gateways do not", function()
    local text = PUBLIC .. "nat nat-a A1 172.16.0.4 eip=203.0.113.4 ; rtb A.two 0.0.0.0/0>nat-a"
    local trace = described.network(text):trace { from = "i-a2", to = "198.51.100.7" }
    assert.same({ "172.16.0.4", "198.51.100.7" }, trace.traceroute)
    assert.same({ "10.0.0.10" }, described.network(PEERED):trace({ from = "i-a1", to = "i-b1" }).traceroute)
  end)

  it("D53 a peer VPC that is not described is unknown", function()
    local function forget(documents)
      for _, key in ipairs { "Vpcs", "Subnets", "RouteTables", "NetworkAcls", "SecurityGroups", "NetworkInterfaces",
        "Reservations" } do
        local kept = {}
        for _, record in ipairs(documents[key]) do
          local inner = record.Instances and record.Instances[1] or record
          if inner.VpcId ~= "vpc-B" then
            kept[#kept + 1] = record
          end
        end
        documents[key] = kept
      end
    end
    assert.equal("unknown UNKNOWN_RESOURCE", answer(PEERED, "i-a1", "10.0.0.10", nil, forget))
  end)

  it("D56 the internet without an address is the lowest one that the table sends there", function()
    local net = described.network(PUBLIC .. "rtb A.main 8.8.0.0/16>igw-a 0.0.0.0/1>igw-a")
    assert.equal("1.0.0.0", net:trace({ from = "i-a1", to = "internet" }).to.address)
    net = described.network(PUBLIC .. "rtb A.main 10.0.0.0/8>igw-a 8.8.0.0/16>igw-a")
    assert.equal("8.8.0.0", net:trace({ from = "i-a1", to = "internet" }).to.address)
    assert.equal("no NO_ROUTE_TO_DESTINATION", answer(PUBLIC .. "rtb A.main 10.0.0.0/8>igw-a", "i-a1", "internet"))
  end)
end)

describe("input:", function()
  it("D54 account and Region are derived, else placeholders", function()
    local net = assert(vpcpeer.load_tables { Vpcs = { { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16" } } })
    assert.same({ "000000000000", "unknown" }, { net:get("vpc-a").owner_id, net:get("vpc-a").region })
    net = assert(vpcpeer.load_tables {
      Vpcs = { { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16" } },
      Subnets = { { SubnetId = "subnet-a", VpcId = "vpc-a", CidrBlock = "10.0.0.0/24", OwnerId = "333333333333",
        AvailabilityZone = "eu-west-1b" } },
    })
    assert.equal("eu-west-1", net:get("subnet-a").region)
  end)

  it("D55 entries that do not name their list are named by a wrapper or the caller", function()
    local entries = { Entries = { { Cidr = "10.0.0.0/8" } } }
    assert.is_nil((vpcpeer.load_tables(entries)))
    local net = assert(vpcpeer.load_tables(entries, { prefix_list_id = "pl-1" }))
    assert.same({ "10.0.0.0/8" }, net:get("pl-1").cidrs)
    entries.PrefixListId = "pl-2"
    assert.same({ "10.0.0.0/8" }, assert(vpcpeer.load_tables(entries)):get("pl-2").cidrs)
  end)
end)
