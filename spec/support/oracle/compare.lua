-- One network, every question: the oracle's verdict against `net:trace` and `net:reachable`.

local address = require "support.oracle.address"
local ask = require "support.oracle.ask"
local filters = require "support.oracle.filters"
local gateways = require "support.oracle.gateways"
local oracle = require "support.oracle.packet"
local questions = require "support.oracle.questions"
local random = require "support.random"
local random_network = require "support.random_network"
local rows = require "support.oracle.rows"
local tables = require "support.oracle.tables"
local transit = require "support.oracle.transit"
local vpcpeer = require "vpcpeer"

local M = {}

local NAMES = { [true] = "reachable", [false] = "not-reachable", unknown = "unknown" }

--- The product's verdict in the oracle's words, and the first code.
function M.product(net, question)
    local trace, message = net:trace(questions.for_trace(question))
    if not trace then return "error: " .. message end
    local verdict = trace.reachable
    if verdict == nil then verdict = "unknown" end
    return verdict, trace.explanations[1] and trace.explanations[1].code, trace
end

--- The oracle's verdict; no source port given means any of 1024 to 65535.
function M.oracle(model, question)
    model.source_ports = model.source_ports or filters.standing_for(model, 1024, 65535)
    question.ports = question.source_port and { question.source_port } or model.source_ports
    return ask.ask(model, question)
end

--- nil when both agree, else both answers in words; then the product's verdict and first code.
function M.differ(net, model, question)
    local verdict, code = M.product(net, question)
    local right, why = M.oracle(model, question)
    if verdict == right then return nil, verdict, code end
    local text = ("trace says %s (%s), the oracle %s (%s)"):format(NAMES[verdict] or tostring(verdict), tostring(code),
        NAMES[right], tostring(why))
    return text, verdict, code
end

local ECHO = { [4] = { 8, 0 }, [6] = { 128, 0 } }

--- The same for `net:reachable`, which chooses the family and takes any source port: against the
-- long answer, code included, and against the oracle.
function M.differ_shortly(net, model, question)
    local asked = questions.for_trace(question)
    local short = { from = asked.from, to = asked.to, protocol = asked.protocol, port = asked.port }
    local verdict, code = net:reachable(short.from, short.to, short.protocol, short.port)
    local trace = assert(net:trace(short))
    local first = trace.explanations[1] and trace.explanations[1].code
    if verdict ~= trace.reachable or code ~= first then
        return ("reachable says %s (%s), trace %s (%s)"):format(tostring(verdict), tostring(code), trace.verdict,
            tostring(first))
    end
    local icmp = question.icmp and ECHO[trace.family]
    local right = M.oracle(model, {
        from = question.from, to = question.to, family = trace.family, port = question.port, icmp = icmp,
        protocol = icmp and (trace.family == 4 and 1 or 58) or question.protocol,
    })
    if verdict == nil then verdict = "unknown" end
    if verdict == right then return nil end
    return ("reachable says %s (%s), the oracle %s"):format(NAMES[verdict], tostring(code), NAMES[right])
end

-- A pair is worth more questions when filters decide it, and not a missing route.
local BY_FILTERS = { ENI_SG_RULES_MISMATCH = true, SG_HAS_NO_RULES = true, SUBNET_ACL_RESTRICTION = true }

-- Gateways send nothing of their own: they are no sources of rows.
local NO_SOURCES = { nat_gateway = true, natGateway = true, transit_gateway = true }

-- What rows call an end of a question; nil for what no row speaks of: bare addresses in subnets,
-- gateways by name, and on premises what the gateway does not know.
local function named_in_rows(model, ending, other)
    local eni, far = model.interfaces[ending.eni], model.interfaces[other.eni]
    if eni then return eni.id end
    if not ending.address or not far then return nil end
    local gateway = model.internet_gateways[ending.internet]
    if gateway then return (gateway.Attachments[1] or {}).VpcId == far.vpc and "internet" or nil end
    gateway = model.vpn_gateways[ending.onprem]
    if not gateway or (gateway.VpcAttachments[1] or {}).VpcId ~= far.vpc then return nil end
    local known = gateways.known_prefixes(model, ending.onprem)
    return (#known == 0 or address.in_any(known, ending.address)) and "onprem" or nil
end

-- Rows speak of networks on premises as a whole: what one gateway refuses another may let in.
local function leads_elsewhere(model)
    for attachment in tables.each(model.attachments) do
        if transit.is_premises(attachment) then return true end
    end
    return false
end

--- The same for the rows of `net:connectivity`, of which `found` are all; the second value is true
-- when no row speaks of such ends.
function M.differ_in_rows(model, found, question)
    local eni = model.interfaces[question.from.eni]
    local from = named_in_rows(model, question.from, question.to)
    local to = question.to.eni
    local attachment = to and model.attachments[question.from.onprem]
    if eni and NO_SOURCES[eni.kind] or not from and not attachment then return nil, true end
    local right, why, exit = M.oracle(model, question)
    local answered = not question.icmp or question.icmp[1] == ECHO[question.family][1] and question.icmp[2] == 0
    if attachment and (right ~= true or not answered) then
        return nil, true -- another attachment may do; and who gets no answer need not be known behind it
    end
    from = from or "onprem"
    local outside = question.to.address and not address.contains(address.NAT64, question.to.address)
    if not to and right == true and outside and (exit == "internet" or exit == "onprem") then to = exit end
    local bare = outside and not question.to.internet and not question.to.onprem
    if not to and right == false and bare and not gateways.public_owner(model, question.to.address) then
        local open = rows.verdict(found, question, question.ports, from, "internet")
            or rows.verdict(found, question, question.ports, from, "onprem")
        if open then return ("rows say %s, the oracle not-reachable (%s)"):format(NAMES[open], tostring(why)) end
        return nil
    end
    if not to then return nil, true end
    local verdict = rows.verdict(found, question, question.ports, from, to)
    if verdict == false and right == "unknown" and not eni then
        verdict = rows.verdict_from_any(found, question, question.ports, to)
    end
    if verdict == right then return nil end
    if right == false and question.from.onprem and leads_elsewhere(model) then return nil, true end
    return ("rows say %s, the oracle %s (%s)"):format(NAMES[verdict], NAMES[right], tostring(why))
end

-- Questions about at most `limit` pairs of a network, up to `services` for each.
local function ask_about(net, model, numbers, limit, services, report)
    local corners, list = questions.corners(model), questions.pairs(model, numbers)
    local asked, reachable = 0, 0
    local found = rows.of(net)
    for _ = 1, math.min(limit, #list) do
        local pair = table.remove(list, numbers:below(#list) + 1)
        for number = 1, services do
            local question = questions.about(pair, numbers, corners)
            local text, verdict, code = M.differ(net, model, question)
            asked = asked + 1
            if verdict == true then reachable = reachable + 1 end
            if text then report(question, text, net) end
            local beside
            text, beside = M.differ_in_rows(model, found, question)
            asked = asked + (beside and 0 or 1)
            if text then report(question, text, net) end
            if number == 1 then
                text = M.differ_shortly(net, model, question)
                asked = asked + 1
                if text then report(question, text, net) end
            end
            if not verdict and not BY_FILTERS[code] then break end
        end
    end
    return asked, reachable
end

-- Every corner service of a family: all ports of rules, an echo, another ICMP type, another protocol.
local function all_services(corners, family)
    local list = { { protocol = 47 } }
    for _, icmp in ipairs { ECHO[family], { 3, 0 } } do
        list[#list + 1] = { protocol = family == 4 and 1 or 58, icmp = icmp }
    end
    for _, port in ipairs(corners.ports) do
        list[#list + 1] = { protocol = 6, port = port }
        list[#list + 1] = { protocol = 17, port = port }
    end
    return list
end

--- Puts every corner service of every pair of interfaces to the oracle, the walk and the rows: how
-- many questions there were, and the first disagreement in words, if there is one.
function M.interfaces(net)
    local model = oracle.read(net)
    local corners, found, asked = questions.corners(model), rows.of(net), 0
    for _, from in ipairs(model.interfaces.ids) do
        for _, to in ipairs(model.interfaces.ids) do
            for family = 4, 6, 2 do
                for _, question in ipairs(from ~= to and all_services(corners, family) or {}) do
                    question.family, question.from, question.to = family, { eni = from }, { eni = to }
                    local text = M.differ(net, model, question) or M.differ_in_rows(model, found, question)
                    asked = asked + 1
                    if text then return asked, questions.text(question) .. ": " .. text end
                end
            end
        end
    end
    return asked
end

--- The same for all pairs of ends, also outside of the VPCs, with a few corner services each.
function M.ends(net, services)
    local found
    local asked = ask_about(net, oracle.read(net), random.new(1), math.huge, services, function(question, text)
        found = found or questions.text(question) .. ": " .. text
    end)
    return asked, found
end

local CHANGES = 8

--- Puts questions about at most `limit` pairs of the network of a seed, up to `services` for each
-- pair; the second half after some changes of the network. Returns how many were asked and how many
-- were reachable, and calls `report(question, text, net)` for each disagreement.
function M.network(seed, limit, services, report)
    local net = assert(vpcpeer.load_tables(random_network.documents(seed)))
    local numbers = random.new(seed + 1)
    local half = math.ceil(limit / 2)
    local asked, reachable = ask_about(net, oracle.read(net), numbers, half, services, report)
    random_network.change(seed, net, CHANGES)
    local more, passed = ask_about(net, oracle.read(net), numbers, half, services, report)
    return asked + more, reachable + passed
end

return M
