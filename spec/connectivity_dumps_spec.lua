-- The whole table of what flows in three real dumps, argued from their own rules by hand. The dumps lie
-- beside this folder; without them these tests are pending.

local shell = require "support.shell"
local vpcpeer = require "vpcpeer"

local DATA = "../shared/data/"

-- All rows as lines; the outside without its blocks.
local function table_of(name)
    local lines = {}
    local net = assert(vpcpeer.load(DATA .. name))
    for row in net:connectivity {} do
        lines[#lines + 1] = ("%s -> %s %s%s: %s"):format(row.from, row.to, row.verdict,
            row.code and " " .. row.code or "", vpcpeer.services_text(row.services))
    end
    return lines, net
end

-- Everything but what ICMP answers to: other types of ICMP need no way back.
local ONE_WAY = "icmp 0-7, icmp 8/1-255, icmp 9-255"
local ANSWERED = "0, icmp 8/0, 2-5, tcp, 7-16, udp, 18-255"

describe("what flows in real dumps #once", function()
    if shell.run("ls -d " .. DATA) ~= 0 then
        pending "the dumps are not beside this folder"
        return
    end

    -- Two VPCs with one host each. Tables: 10.1.0.0/16 is local in one and goes over the connection in the
    -- other, and 10.2.0.0/16 the other way round, so request and reply have routes. Neither has a network
    -- ACL in the data, so all passes there. Outbound rules let everything out; inbound ones take traceroute
    -- (udp 33434-33534), SSH and echo requests from anywhere. The default routes lead to internet gateways
    -- that nobody described: for public addresses the answer is unknown, for all others it is just as unknown
    -- what the gateway does with them, and since both hosts have public addresses whoever is behind it may
    -- come in.
    it("batfish-vpc-peering-multi-account", function()
        local bat, fish = "eni-0664ca29e3153724d", "eni-0b9f8c68d6cb974a6"
        local bat_gateway, fish_gateway = "igw-0ccac11864b23b189", "igw-040de946422fc9672"
        local open = "icmp 8/0, tcp 22, udp 33434-33534"
        assert.same({
            bat .. " -> " .. fish .. " reachable: " .. open,
            bat .. " -> internet unknown UNKNOWN_DESTINATION: all",
            bat .. " -> " .. bat_gateway .. " unknown UNKNOWN_DESTINATION: all",
            fish .. " -> " .. bat .. " reachable: " .. open,
            fish .. " -> internet unknown UNKNOWN_DESTINATION: all",
            fish .. " -> " .. fish_gateway .. " unknown UNKNOWN_DESTINATION: all",
            fish_gateway .. " -> " .. fish .. " unknown UNKNOWN_DESTINATION: " .. open,
            bat_gateway .. " -> " .. bat .. " unknown UNKNOWN_DESTINATION: " .. open,
        }, (table_of "batfish-vpc-peering-multi-account"))
    end)

    -- One subnet with two hosts, so neither ACL nor table is asked between them. Each takes SSH from anywhere
    -- and nothing else; both may send everything. The one table has the local route alone: no way out, and
    -- without a public address no way in.
    it("batfish-subnet", function()
        local one, two = "eni-010f649a7fc5c1e34", "eni-029bf1092de61fb40"
        assert.same({
            one .. " -> " .. two .. " reachable: tcp 22",
            two .. " -> " .. one .. " reachable: tcp 22",
        }, (table_of "batfish-subnet"))
    end)

    -- Two subnets with a host each, whose group and ACLs let everything pass both ways. No route table is in
    -- the data, so whatever leaves a subnet has an unknown end, inside and outside, and whoever sends to it from
    -- elsewhere may get an answer: rows to and from the subnet. The second host has a public address: from the
    -- internet it gets everything, but where the answers go is unknown, so only the types of ICMP that have
    -- none are certain.
    it("npguard-basic-with-sg", function()
        local inner, outer = "NetworkInterfaceId:19", "NetworkInterfaceId:9"
        local lines, net = table_of "npguard-basic-with-sg"
        assert.same({
            inner .. " -> " .. outer .. " unknown UNKNOWN_RESOURCE: all",
            inner .. " -> internet unknown UNKNOWN_RESOURCE: all",
            inner .. " -> SubnetId:17 unknown UNKNOWN_RESOURCE: all",
            outer .. " -> " .. inner .. " unknown UNKNOWN_RESOURCE: all",
            outer .. " -> internet unknown UNKNOWN_RESOURCE: all",
            outer .. " -> SubnetId:6 unknown UNKNOWN_RESOURCE: all",
            "internet -> " .. outer .. " reachable: " .. ONE_WAY,
            "internet -> " .. outer .. " unknown UNKNOWN_RESOURCE: " .. ANSWERED,
            "SubnetId:17 -> " .. inner .. " unknown UNKNOWN_RESOURCE: all",
            "SubnetId:6 -> " .. outer .. " unknown UNKNOWN_RESOURCE: all",
        }, lines)
        assert.equal("1.0.0.1", net:get(outer).association.public_ip)
        assert.same({}, net:describe("route-tables").RouteTables)
    end)
end)
