-- Rules over which the walk, the rows of connectivity and the oracle once differed, each in the
-- smallest network: all three must say the same, and it must be what the semantics say.

local agreement = require "support.oracle.agreed"
local described = require "support.described"

local agreed, hybrid, route_to = agreement.ask, agreement.hybrid, agreement.route_to
local ICMP, GRE = agreement.ICMP, agreement.GRE

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

    -- What b1 has on the internet is b1 (9.6), which is stopped, whatever the table of the gateway says.
    it("find from the internet the interface that has an address there (P5, 9.6)", function()
        local text = [[
vpc B 10.0.0.0/16,2600:1f01::/56 ; subnet B1 B 10.0.0.0/24,2600:1f01::/64
host b1 B1 10.0.0.10,2600:1f01::10 eip=203.0.113.10 ; igw igw-b B ; rtb B.main 0.0.0.0/0>igw-b ::/0>igw-b
]]
        local function stop(document)
            described.record(document.NetworkInterfaces, "eni-b1").Attachment.Status = "detaching"
            table.insert(document.RouteTables, { RouteTableId = "rtb-i", VpcId = "vpc-B",
                Associations = { { GatewayId = "igw-b" } }, Routes = {
                    { DestinationCidrBlock = "10.0.0.0/24", NetworkInterfaceId = "eni-gone", State = "active" },
                    { DestinationIpv6CidrBlock = "2600:1f01::/64", NetworkInterfaceId = "eni-gone", State = "active" },
                } })
        end
        local ends = { [4] = { "198.51.100.7", "203.0.113.10" }, [6] = { "2001:db8::7", "2600:1f01::10" } }
        for family, pair in pairs(ends) do
            local from, to = { internet = "igw-b", address = pair[1] }, { address = pair[2] }
            assert.equal("true -", agreed(described.network(text), from, to, { family = family }))
            assert.equal("false BAD_STATE", agreed(described.network(text, stop), from, to, { family = family }))
            assert.equal("ok", described.line(described.network(text), "internet", pair[2], { family = family }))
        end
    end)

    -- k1 has its address in no block of A, so a table of A's gateway has no route to it, there or back.
    it("lose what a gateway's own table does not name (3.1.6, 4.3)", function()
        local function ask(change, from, to)
            return agreed(described.network([[
vpc A 172.31.0.0/16 ; subnet A1 A 172.31.0.0/24 ; classic k1 A 10.1.2.3 ; rtb A.main 192.168.0.0/16>vgw-1
]], function(document)
                document.VpnGateways = gateway_of "vpc-A"
                if change then change(document) end
            end), from, to)
        end
        local function add_table(document)
            table.insert(document.RouteTables, { RouteTableId = "rtb-g", VpcId = "vpc-A",
                Associations = { { GatewayId = "vgw-1" } },
                Routes = { { DestinationCidrBlock = "172.31.0.0/16", GatewayId = "local", State = "active" } } })
        end
        local premises = { onprem = "vgw-1", address = "192.168.0.7" }
        assert.equal("true -", ask(nil, premises, "eni-of-i-k1"))
        assert.equal("false NO_ROUTE_TO_DESTINATION", ask(add_table, premises, "eni-of-i-k1"))
        assert.equal("true -", ask(nil, "eni-of-i-k1", premises))
        assert.equal("false RETURN_ROUTE_MISSING", ask(add_table, "eni-of-i-k1", premises))
    end)
end)
