-- What the walk, the rows of connectivity and the oracle say about one packet, asked together; and a
-- network with something of its own on premises, which many of their rules are about.

local address = require "support.oracle.address"
local compare = require "support.oracle.compare"
local described = require "support.described"
local oracle = require "support.oracle.packet"
local rows = require "support.oracle.rows"

local M = {}

-- By number of the protocol; of these a question names what it has instead of ports.
M.TCP, M.ICMP, M.GRE = 6, 1, 47

--- What all three say about a packet between two ends, or how they differ. An end is the id of an
-- interface, or a table as the oracle takes it, with its address as text.
function M.ask(net, from, to, more)
    local function end_of(ending)
        if type(ending) == "string" then return { eni = ending } end
        local copy = {}
        for name, value in pairs(ending) do copy[name] = name == "address" and address.parse(value) or value end
        return copy
    end
    local question = { family = 4, protocol = M.TCP, port = 443, from = end_of(from), to = end_of(to) }
    for name, value in pairs(more or {}) do question[name] = value end
    if question.protocol == M.ICMP then question.port, question.icmp = nil, question.icmp or { 8, 0 } end
    if question.protocol == M.GRE then question.port = nil end
    local model = oracle.read(net)
    local text, verdict, code = compare.differ(net, model, question)
    text = text or compare.differ_shortly(net, model, question)
        or compare.differ_in_rows(model, rows.of(net), question)
    return text or tostring(verdict) .. " " .. (code or "-")
end

-- A and B on one gateway, with Direct Connect and a VPN connection behind it; the tables of spokes
-- and of what is on premises are two.
M.HYBRID = [[
vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; subnet A1 A 172.16.0.0/24 ; B1 B 10.0.0.0/24
host a1 A1 172.16.0.10 ; b1 B1 10.0.0.10 ; tgw tgw-1 A@A1,B@B1 10.0.0.0/16>B 172.16.0.0/16>A
rtb A.main 10.0.0.0/8>tgw-1 192.168.0.0/16>tgw-1 ; B.main 172.16.0.0/16>tgw-1
]]

--- A route of a transit gateway to an attachment.
function M.route_to(id, destination)
    return { DestinationCidrBlock = destination, Type = "static", State = "active",
        TransitGatewayAttachments = { { TransitGatewayAttachmentId = id } } }
end

--- That network; `change(document)` may alter it, and `more` adds statements.
function M.hybrid(change, more)
    return described.network(M.HYBRID .. (more or ""), function(document)
        for id, kind in pairs { ["tgw-attach-v"] = "vpn", ["tgw-attach-x"] = "direct-connect-gateway" } do
            table.insert(document.TransitGatewayAttachments, { TransitGatewayAttachmentId = id, State = "available",
                TransitGatewayId = "tgw-1", ResourceType = kind, ResourceId = id .. "-1",
                Association = { TransitGatewayRouteTableId = "tgw-rtb-2", State = "associated" } })
        end
        document.TransitGatewayStaticRoutes[2] = { TransitGatewayRouteTableId = "tgw-rtb-2",
            Routes = { M.route_to("tgw-attach-1-A", "172.16.0.0/16") } }
        table.insert(document.TransitGatewayStaticRoutes[1].Routes, M.route_to("tgw-attach-v", "192.168.0.0/16"))
        if change then change(document) end
    end)
end

return M
