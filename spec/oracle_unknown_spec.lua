-- Rules about what is not in the data, over which the walk, the rows of connectivity and the oracle
-- once differed: what nobody knows must be told from what is certain either way.

local agreement = require "support.oracle.agreed"
local described = require "support.described"

local agreed, hybrid, route_to = agreement.ask, agreement.hybrid, agreement.route_to
local TCP, GRE = agreement.TCP, agreement.GRE

describe("the walk, the rows and the oracle", function()
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

    -- The only address of the gateway failed, so nobody knows from which it sends.
    it("do not know what a NAT gateway without an address sends, wherever its table leads (3.3)", function()
        local function network(change)
            return described.network([[
vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; subnet A1 A 172.16.0.0/24 ; A2 A 172.16.1.0/24 rtb=A.far ; B1 B 10.0.0.0/24
host a1 A1 172.16.0.10 ; b1 B1 10.0.0.10 ; nat nat-a A2 172.16.1.4
rtb A.main 0.0.0.0/0>nat-a ; A.far ; B.main
]], function(document) change(document.NatGateways[1].NatGatewayAddresses[1]) end)
        end
        local function fail(entry) entry.Status = "failed" end
        assert.equal("false NO_ROUTE_TO_DESTINATION", agreed(network(function() end), "eni-a1", "eni-b1"))
        assert.equal("unknown UNKNOWN_RESOURCE", agreed(network(fail), "eni-a1", "eni-b1"))
        local behind = 0
        for row in network(fail):connectivity { from = "eni-a1" } do
            if row.to == "nat-a" and row.code == "UNKNOWN_RESOURCE" then behind = behind + 1 end
        end
        assert.is_true(behind > 0)
    end)

    -- b1 and c1 have one address, a1's rule means c1 only, and no table says who of them gets packets.
    it("take a rule that names a group for the interface that the question names (6.2)", function()
        local net = described.network([[
vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; C 10.0.0.0/16
subnet A1 A 172.16.0.0/24 ; B1 B 10.0.0.0/24 ; C1 C 10.0.0.0/24
sg app A out|all|all|sg:db ; web B in|all|all|0.0.0.0/0 ; db C in|all|all|0.0.0.0/0
host a1 A1 172.16.0.10 sg=app ; b1 B1 10.0.0.10 sg=web ; c1 C1 10.0.0.10 sg=db ; pcx pcx-1 A C
]], function(document) document.RouteTables = {} end)
        assert.equal("false ENI_SG_RULES_MISMATCH", agreed(net, "eni-a1", "eni-b1"))
        assert.equal("unknown UNKNOWN_RESOURCE", agreed(net, "eni-a1", "eni-c1"))
        assert.equal("unknown UNKNOWN_RESOURCE", agreed(net, "eni-a1", { address = "10.0.0.10" }))
    end)

    -- The VPC of a1 is not in the data, but the metadata service and the router of its subnet are everywhere.
    it("know what AWS answers in a VPC that is not described (7.3)", function()
        local net = described.network([[
vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; subnet A1 A 172.16.0.0/24 ; B1 B 10.0.0.0/24 ; host a1 A1 172.16.0.10
]], function(document)
            document.Vpcs = { document.Vpcs[2] }
            document.SecurityGroups = {}
        end)
        for _, text in ipairs { "169.254.169.254", "169.254.169.253", "172.16.0.1" } do
            assert.equal("true -", agreed(net, "eni-a1", { address = text }))
        end
        assert.equal("false UNKNOWN_RESOURCE", agreed(net, "eni-a1", { address = "172.16.1.1" }))
    end)

    -- From the internet a public address is the interface that has it (9.6); its subnet is not in the data.
    it("do not know who is met at a public address in a subnet that is not described (P1, 9.6)", function()
        local net = described.network([[
vpc B 10.0.0.0/16,2600:1f01::/56 ; subnet B1 B 10.0.0.0/24,2600:1f01::/64
host b1 B1 10.0.0.10,2600:1f01::10 eip=203.0.113.10 ; igw igw-b B
]], function(document) document.Subnets = {} end)
        for _, source in ipairs { "198.51.100.7", "10.9.9.9" } do
            assert.equal("unknown UNKNOWN_RESOURCE",
                agreed(net, { internet = "igw-b", address = source }, { address = "203.0.113.10" }))
        end
        assert.equal("unknown UNKNOWN_RESOURCE", agreed(net, { internet = "igw-b", address = "2600::1" },
            { address = "2600:1f01::10" }, { family = 6 }))
    end)

    -- Nobody but b1 has its address, so it is not somebody on the internet, wherever its VPC is.
    it("follow a packet to an IPv6 address whose VPC is not described, or has no such block (3.1.7)", function()
        local function ask(change)
            return agreed(described.network([[
vpc A 172.16.0.0/16,2600:1f00::/56 ; B 10.0.0.0/16,2600:1f01::/56
subnet A1 A 172.16.0.0/24,2600:1f00::/64 ; B1 B 10.0.0.0/24,2600:1f01::/64
host a1 A1 172.16.0.10,2600:1f00::10 ; b1 B1 10.0.0.10,2600:1f01::10 ; igw igw-a A ; igw-b B
rtb A.main ::/0>igw-a ; B.main ::/0>igw-b
]], change), "eni-a1", { address = "2600:1f01::10" }, { family = 6 })
        end
        assert.equal("true -", ask(nil))
        assert.equal("true -", ask(function(document) table.remove(document.Vpcs, 2) end))
        assert.equal("false IGW_DESTINATION_ADDRESS_IN_VPC_CIDRS", ask(function(document)
            document.Vpcs[2].Ipv6CidrBlockAssociationSet = {}
        end))
        assert.equal("unknown UNKNOWN_RESOURCE", ask(function(document) -- its table leads back to a gateway
            table.remove(document.InternetGateways, 2)
        end))
        assert.equal("false IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS", ask(function(document)
            table.remove(document.InternetGateways, 2)
            described.record(document.RouteTables, "rtb-B.main").Routes = {}
        end))
    end)
end)
