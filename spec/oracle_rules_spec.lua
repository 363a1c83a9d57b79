-- Rules over which the walk, the rows of connectivity and the oracle once differed, each in the
-- smallest network: all three must say the same, and it must be what the semantics say.

local compare = require "support.oracle.compare"
local described = require "support.described"
local oracle = require "support.oracle.packet"
local rows = require "support.oracle.rows"

local TCP, ICMP = 6, 1

-- What all three say about a packet between two interfaces, or how they differ.
local function agreed(net, from, to, more)
    local question = { family = 4, protocol = TCP, port = 443, from = { eni = from }, to = { eni = to } }
    for name, value in pairs(more or {}) do question[name] = value end
    if question.protocol == ICMP then question.port, question.icmp = nil, question.icmp or { 8, 0 } end
    local model = oracle.read(net)
    local text, verdict, code = compare.differ(net, model, question)
    text = text or compare.differ_shortly(net, model, question)
        or compare.differ_in_rows(model, rows.of(net), question)
    return text or tostring(verdict) .. " " .. (code or "-")
end

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
end)
