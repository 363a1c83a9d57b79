-- Rules over which the walk, the rows of connectivity and the oracle once differed, each in the
-- smallest network: all three must say the same, and it must be what the semantics say.

local agreement = require "support.oracle.agreed"
local described = require "support.described"

local agreed, hybrid, route_to = agreement.ask, agreement.hybrid, agreement.route_to
local TCP, ICMP, GRE = agreement.TCP, agreement.ICMP, agreement.GRE

describe("the walk, the rows and the oracle", function()
    -- a1 may send to members of B's group only, and its way to B is a NAT gateway.
    it("hold it against a reference that a NAT gateway is on the way, described or not (6.3, D30)", function()
        local text = [[
vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; subnet A1 A 172.16.0.0/24 ; A2 A 172.16.1.0/24 rtb=A.far ; B1 B 10.0.0.0/24
sg app A out|all|all|sg:db ; db B in|all|all|0.0.0.0/0
host a1 A1 172.16.0.10 sg=app ; b1 B1 10.0.0.10 sg=db ; nat nat-a A2 172.16.1.4
pcx pcx-1 A B ; rtb A.main 0.0.0.0/0>nat-a ; A.far 10.0.0.0/16>pcx-1 ; B.main
]]
        local function ask(change)
            return agreed(described.network(text, change), "eni-a1", "eni-b1", { protocol = ICMP })
        end
        assert.equal("false SG_REFERENCES_NOT_PRESERVED", ask(nil))
        assert.equal("false SG_REFERENCES_NOT_PRESERVED", ask(function(document) document.NatGateways = nil end))
        -- by CIDR the rule holds, and what is behind the gateway is not known
        text = text:gsub("sg:db", "10.0.0.0/8")
        assert.equal("true -", ask(nil))
        assert.equal("unknown UNKNOWN_DESTINATION", ask(function(document) document.NatGateways = nil end))
    end)

    it("lose a reply that a transit gateway sends on premises again (R5)", function()
        local premises = { onprem = "tgw-attach-v", address = "192.168.0.7" }
        assert.equal("true -", agreed(hybrid(), "eni-a1", premises))
        local function astray(document)
            document.TransitGatewayStaticRoutes[2].Routes[1] = route_to("tgw-attach-x", "0.0.0.0/0")
        end
        assert.equal("false RETURN_ROUTE_WRONG_TARGET", agreed(hybrid(astray), "eni-a1", premises))
        assert.equal("true -", agreed(hybrid(astray), "eni-a1", premises, { protocol = ICMP, icmp = { 3, 0 } }))
    end)

    -- Packets from premises come to a3 by a translator of A: its table leads back to them, a3's does not.
    it("let a translator answer for who does not know the sender (3.3, R7)", function()
        local function ask(box, id)
            local net = hybrid(nil, box .. [[

subnet A2 A 172.16.1.0/24 rtb=A.out ; A3 A 172.16.2.0/24 rtb=A.in ; host a3 A3 172.16.2.10
rtb A.out 192.168.0.0/16>tgw-1 ; A.in ; A.main 172.16.2.0/24>]] .. id)
            return agreed(net, { onprem = "tgw-attach-v", address = "192.168.0.7" }, "eni-a3")
        end
        assert.equal("true -", ask("nat nat-a A2 172.16.1.4", "nat-a"))
        assert.equal("true -", ask("host x A2 172.16.1.5 check=off nat=yes", "x"))
    end)

    it("take no public address for its interface on the way from premises (9.6)", function()
        local net = hybrid(function(document)
            for _, record in ipairs(document.NetworkInterfaces) do
                if record.NetworkInterfaceId == "eni-b1" then
                    record.Attachment.Status = "detaching"
                    record.PrivateIpAddresses = { { PrivateIpAddress = "10.0.0.10", Primary = true,
                        Association = { PublicIp = "203.0.113.9", IpOwnerId = "amazon" } } }
                end
            end
            table.insert(document.TransitGatewayStaticRoutes[2].Routes, route_to("tgw-attach-v", "0.0.0.0/0"))
        end)
        local from = { onprem = "tgw-attach-v", address = "192.168.0.7" }
        assert.equal("true -", agreed(net, from, { address = "203.0.113.9" }))
    end)

    -- a1 has a group that is not in the data, so what leaves it nobody knows; but not by the gateway.
    it("know that a packet passes no gateway to which no route leads (9.1)", function()
        local function ask(gateway)
            return agreed(described.network(agreement.HYBRID .. "igw igw-a A ; igw-b B", function(document)
                for _, record in ipairs(document.NetworkInterfaces) do
                    if record.NetworkInterfaceId == "eni-a1" then record.Groups = { { GroupId = "sg-9" } } end
                end
            end), "eni-a1", gateway)
        end
        assert.equal("unknown UNKNOWN_RESOURCE", ask "eni-b1")
        assert.equal("false UNKNOWN_RESOURCE", ask { internet = "igw-b", address = "10.0.0.10" })
    end)

    it("know that a route into a black hole is one, also where not all routes are listed (3.6)", function()
        assert.equal("false TGW_RTB_BAD_STATE_ROUTE", agreed(hybrid(function(document)
            local listed = document.TransitGatewayStaticRoutes[1]
            listed.AdditionalRoutesAvailable = true
            listed.Routes[1].State, listed.Routes[1].TransitGatewayAttachments = "blackhole", nil
        end), "eni-a1", "eni-b1"))
    end)

    it("do not know who is behind an attachment that lacks subnets or a gateway (3.6)", function()
        assert.equal("true -", agreed(hybrid(), "eni-a1", "eni-b1"))
        assert.equal("unknown UNKNOWN_RESOURCE", agreed(hybrid(function(document)
            document.TransitGatewayVpcAttachments[1].SubnetIds = { "subnet-9" }
            document.TransitGatewayStaticRoutes[1].Routes = {}
        end), "eni-a1", "eni-b1"))
        assert.equal("unknown UNKNOWN_RESOURCE", agreed(hybrid(function(document)
            document.TransitGatewayStaticRoutes[1].Routes = { route_to("tgw-attach-p", "10.0.0.0/16") }
            document.TransitGatewayStaticRoutes[2].Routes = {}
            for i, id in ipairs { "tgw-1", "tgw-9" } do
                table.insert(document.TransitGatewayAttachments, { TransitGatewayAttachmentId = "tgw-attach-p",
                    TransitGatewayId = id, ResourceType = "peering", ResourceId = i == 1 and "tgw-9" or "tgw-1",
                    State = "available", Association = { TransitGatewayRouteTableId = "tgw-rtb-2" } })
            end
        end), "eni-a1", "eni-b1"))
    end)

    -- How many walks the rows of everything took: a hop too short would make it millions.
    local function walks(net)
        local _, examined = net:find { services = "tcp 1" }
        return examined.walks
    end

    -- A virtual private gateway of which no prefix is known, so that everything may be behind it.
    local function gateway_of(vpc_id)
        return { { VpnGatewayId = "vgw-1", State = "available",
            VpcAttachments = { { VpcId = vpc_id, State = "attached" } } } }
    end

    it("carry no other protocol over a NAT gateway, whatever its address is (3.3)", function()
        local net = described.network([[
vpc A 172.16.0.0/16 ; subnet A1 A 172.16.0.0/24 ; A2 A 172.16.1.0/24 ; host a1 A1 172.16.0.10
nat nat-a A2 172.16.1.4 ; rtb A.main 0.0.0.0/0>nat-a
]], function(document)
            document.NatGateways[1].NatGatewayAddresses = {}
        end)
        local function ask(protocol)
            return agreed(net, "eni-a1", { address = "198.51.100.7" }, { protocol = protocol })
        end
        assert.equal("unknown UNKNOWN_RESOURCE", ask(TCP))
        assert.equal("false PROTOCOL_RESTRICTION", ask(GRE))
    end)

    it("do not know where a reply goes at an endpoint that is not described (R5, D30)", function()
        local net = described.network([[
vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; subnet A1 A 172.16.0.0/24 ; B1 B 10.0.0.0/24
host a1 A1 172.16.0.10 ; b1 B1 10.0.0.10 ; pcx pcx-1 A B ; rtb A.main 10.0.0.0/16>pcx-1 ; B.main
]], function(document)
            table.insert(described.record(document.RouteTables, "rtb-B.main").Routes, { State = "active",
                DestinationCidrBlock = "172.16.0.0/16", GatewayId = "vpce-gone", Origin = "CreateRoute" })
        end)
        assert.equal("unknown UNKNOWN_DESTINATION", agreed(net, "eni-a1", "eni-b1"))
    end)

    it("give the address of a NAT gateway to the internet gateway of its own VPC alone (3.1.3)", function()
        local text = [[
vpc A 172.16.0.0/16 ; E 10.0.0.0/16 ; subnet A1 A 172.16.0.0/24 ; A2 A 172.16.1.0/24 rtb=A.out ; E1 E 10.0.0.0/24
host a1 A1 172.16.0.10 ; nat nat-a A2 172.16.1.4 eip=203.0.113.4 ; igw igw-a A ; igw-e E
tgw tgw-1 A@A1,A@A2,E@E1 172.16.0.0/16>A 0.0.0.0/0>E
rtb A.main 0.0.0.0/0>nat-a ; A.out 0.0.0.0/0>igw-a ; E.main 0.0.0.0/0>igw-e 172.16.0.0/16>tgw-1
]]
        local far = { address = "198.51.100.7" }
        assert.equal("true -", agreed(described.network(text), "eni-a1", far))
        assert.equal("false IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
            agreed(described.network(text .. "rtb A.out 0.0.0.0/0>tgw-1"), "eni-a1", far))
    end)

    -- a1 may send to members of B's group, and its way there is a connection that is not described.
    it("know that no connection leads back into its own VPC, and little else (6.2, D30)", function()
        local net = described.network([[
vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; subnet A1 A 172.16.0.0/24 ; A2 A 172.16.1.0/24 ; B1 B 10.0.0.0/24
sg app A out|all|all|sg:own out|all|all|sg:db ; own A in|all|all|0.0.0.0/0 ; db B in|all|all|0.0.0.0/0
host a1 A1 172.16.0.10 sg=app ; a2 A2 172.16.1.10 sg=own ; b1 B1 10.0.0.10 sg=db ; pcx pcx-1 A B ; rtb B.main
]], function(document)
            described.record(document.RouteTables, "rtb-A.main").Routes = { { DestinationCidrBlock = "0.0.0.0/0",
                VpcPeeringConnectionId = "pcx-gone", Origin = "CreateRoute", State = "active" } }
        end)
        assert.equal("unknown UNKNOWN_DESTINATION", agreed(net, "eni-a1", "eni-b1"))
        assert.equal("unknown UNKNOWN_DESTINATION", agreed(net, "eni-a1", { address = "10.0.0.10" }))
        assert.equal("false ENI_SG_RULES_MISMATCH", agreed(net, "eni-a1", "eni-a2"))
        assert.equal("false ENI_SG_RULES_MISMATCH", agreed(net, "eni-a1", { address = "172.16.1.10" }))
    end)

    it("treat the addresses of a delegated IPv6 prefix alike", function()
        local net = described.network([[
vpc A 10.0.0.0/16,2600:1f00::/56 ; B 10.1.0.0/16,2600:1f01::/56
subnet A1 A 10.0.0.0/24,2600:1f00::/64 ; B1 B 10.1.0.0/24,2600:1f01::/64
host a1 A1 10.0.0.10,2600:1f00::10 ; b1 B1 10.1.0.10,2600:1f01::10
igw igw-a A ; igw-b B ; rtb A.main ::/0>igw-a ; B.main ::/0>igw-b
]], function(document)
            document.VpnGateways = gateway_of "vpc-A"
            for _, record in ipairs(document.NetworkInterfaces) do
                if record.NetworkInterfaceId == "eni-b1" then
                    record.Ipv6Prefixes = { { Ipv6Prefix = "2600:1f01:0:0:aa::/80" } }
                end
            end
        end)
        assert.is_true(walks(net) < 1000)
        assert.equal("true -", agreed(net, "eni-a1", "eni-b1", { family = 6 }))
    end)

    it("treat the addresses alike that no ClassLink instance has", function()
        local net = described.network([[
vpc A 172.31.0.0/16 ; B 192.168.0.0/16
subnet A1 A 172.31.0.0/24 ; B1 B 192.168.0.0/24 ; host a1 A1 172.31.0.10 ; b1 B1 192.168.0.10 eip=203.0.113.10
classic k1 A 10.1.2.3 ; pcx pcx-1 A B cl=req.local,acc.remote ; igw igw-b B
rtb A.main 192.168.0.0/16>pcx-1 ; B.main 172.31.0.0/16>pcx-1 0.0.0.0/0>igw-b
]], function(document) document.VpnGateways = gateway_of "vpc-B" end)
        assert.is_true(walks(net) < 1000)
        assert.equal("false NO_ROUTE_TO_DESTINATION", agreed(net, "eni-a1", "eni-of-i-k1"))
        assert.equal("true -", agreed(net, "eni-of-i-k1", "eni-b1", { protocol = ICMP, icmp = { 3, 0 } }))
    end)

    -- A hairpin: over the transit gateway back into A, and out by A's virtual private gateway.
    it("take a bare address for an interface of its VPC also when its packets come back (9.1)", function()
        local net = described.network([[
vpc A 172.16.0.0/16 ; subnet A1 A 172.16.0.0/24 ; A2 A 172.16.1.0/24 rtb=A.far ; host a1 A1 172.16.0.10
tgw tgw-1 A@A2 192.168.0.0/16>A ; rtb A.main 192.168.0.0/16>tgw-1 ; A.far 192.168.0.0/16>vgw-1
]], function(document) document.VpnGateways = gateway_of "vpc-A" end)
        local far = { address = "192.168.0.7" }
        local gre = { protocol = GRE }
        assert.equal("true -", agreed(net, { subnet = "subnet-A1", address = "172.16.0.50" }, far, gre))
        assert.equal("true -", agreed(net, "eni-a1", far, gre))
    end)
end)
