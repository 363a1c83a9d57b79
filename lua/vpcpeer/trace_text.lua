-- A trace as text for people: verdict, the way there, the way back, every reason with its remedy.
--
-- The text is made from the plain fields of the trace alone (and the Name tags kept with it), so
-- the same answer always prints the same bytes. Colour is added by a function that knows the role
-- of each piece; without it the text is plain ASCII apart from what the user's own names hold.

local codes = require "vpcpeer.codes"
local message = require "vpcpeer.message"
local phrase = require "vpcpeer.phrase"

local text = {}

-- How the verdicts are said, and the colour of each piece by its role.
local VERDICTS = { reachable = "reachable", ["not-reachable"] = "not reachable", unknown = "unknown" }
local COLOURS = { good = "\27[32m", bad = "\27[31m", doubt = "\27[33m", head = "\27[1m", dim = "\27[2m" }
local ROLES = { reachable = "good", ["not-reachable"] = "bad", unknown = "doubt" }
-- What an entry of a network ACL does with a packet, by AWS's word for it.
local ACTIONS = { allow = "allows", deny = "denies" }
-- What stands under the hop where a reason applies.
local MARKS = { ["not-reachable"] = "blocked here: reason ", unknown = "unknown from here: reason " }
-- Kinds whose name in the model is not how people say it.
local KINDS = {
    vpc_peering_connection = "peering connection",
    internet_gateway = "internet gateway",
    egress_only_internet_gateway = "egress-only internet gateway",
    vpn_gateway = "virtual private gateway",
    nat_gateway = "NAT gateway",
    vpc_endpoint = "endpoint",
    network_interface = "interface",
    transit_gateway = "transit gateway",
    transit_gateway_attachment = "attachment",
}

local function no_paint(_, words)
    return words
end

local function ansi_paint(role, words)
    return COLOURS[role] .. words .. "\27[0m"
end

-- What stands for the address of an object while it is not known.
local UNSPECIFIED = { ["0.0.0.0"] = true, ["::"] = true }

-- An end of the question: `web (i-0a, 172.16.0.10)`.
local function end_text(this, asked)
    local inside = {}
    if this.name and this.id then
        inside[#inside + 1] = this.id
    end
    if this.address and (this.id or this.name) then
        inside[#inside + 1] = UNSPECIFIED[this.address] and "address not known" or this.address
    end
    local first = this.name or this.id or this.address or asked
    local all = inside[1] and first .. " (" .. table.concat(inside, ", ") .. ")" or first
    return (all:gsub("%c", "?"))
end

-- The first line: the verdict, both ends, and the packet as far as it got, of which of several ports that
-- were asked for.
local function headline(t, paint, asked)
    local packet = phrase.packet(t.protocol, asked and asked.icmp and { asked.icmp } or t.ports)
    local ports = asked and phrase.ranges(asked.ports)
    local words = paint(ROLES[t.verdict], VERDICTS[t.verdict])
    return ("%s: %s -> %s %s%s"):format(words, end_text(t.from, "internet"), end_text(t.to, "internet"), packet,
        ports and (" (of %s)"):format(ports) or "")
end

local ICMP = { icmp = true, icmpv6 = true, ["1"] = true, ["58"] = true }

-- The ports of a rule, or type and code; data may hold one end only, and then the other is open.
local function ports_of(protocol, first, last)
    if not (first or last) then
        return nil
    end
    local icmp = ICMP[protocol]
    return { { first or (icmp and -1 or 0), last or (icmp and -1 or 65535) } }
end

-- One group rule, for example `sg-0db (db): tcp 5432 from 172.16.0.0/24`.
local function group_rule_text(rule, names, way)
    local ports = ports_of(rule.ip_protocol, rule.from_port, rule.to_port)
    local peer = rule.cidr_ip or rule.cidr_ipv6 or phrase.label(rule.prefix_list_id, names)
        or phrase.label(rule.referenced_group_id, names)
    local packet = phrase.packet(rule.ip_protocol, ports)
    return ("security group %s allows %s %s %s"):format(phrase.label(rule.group_id, names), packet,
        way == "out" and "to" or "from", peer or "?")
end

-- One network ACL entry; ACLs print protocols as numbers, which phrase.packet turns into words.
local function acl_rule_text(rule, names, way)
    local range = rule.port_range or {}
    local ports = ports_of(rule.protocol, range.from, range.to)
    return ("network ACL %s rule %d %s %s %s %s"):format(phrase.label(rule.network_acl_id, names),
        rule.rule_number, ACTIONS[rule.rule_action] or rule.rule_action, phrase.packet(rule.protocol, ports),
        way == "out" and "to" or "from", rule.cidr_block or rule.ipv6_cidr_block or "?")
end

-- The route that was taken; its state is worth a word only when it is not active.
local function route_text(route, names)
    local table_label = phrase.label(route.route_table_id or route.transit_gateway_route_table_id, names)
    local words = "route " .. phrase.route(route)
    if table_label then
        words = words .. " in " .. table_label
    end
    if route.state and route.state ~= "active" then
        words = words .. ", " .. route.state
    end
    return words
end

-- What decided at a hop, in the order in which the packet met it.
local function decisions(hop, way, names)
    local list = {}
    local group = hop.security_group_rule and group_rule_text(hop.security_group_rule, names, way)
    local acl = hop.network_acl_rule and acl_rule_text(hop.network_acl_rule, names, way)
    if way == "out" then
        list[#list + 1] = group
        list[#list + 1] = acl
    else
        list[#list + 1] = acl
        list[#list + 1] = group
    end
    list[#list + 1] = hop.route and route_text(hop.route, names)
    return list
end

-- What was passed: an interface with its address at the ends of the path, a gateway with what it
-- translates. `way` is "out" for the first hop, "in" for the last, nil between.
local function hop_title(hop, previous, way, names)
    local header = hop.header or {}
    local words = hop.id and phrase.label(hop.id, names) or hop.kind
    local address = way == "out" and header.source_address or way == "in" and header.destination_address
    if hop.kind == "subnet" then -- an address that no interface of the data holds
        words = (address and address .. " in " or "") .. words
    elseif hop.kind == "network_interface" or hop.kind == "internet" or hop.kind == "onprem" then
        words = address and words .. " " .. address or words
    else
        words = (hop.id and (KINDS[hop.kind] or hop.kind:gsub("_", " ")) .. " " or "") .. words
    end
    if hop.subnet_id and hop.subnet_id ~= hop.id then
        words = words .. ", " .. phrase.label(hop.subnet_id, names)
    end
    if hop.vpc_id then
        words = words .. ", " .. phrase.label(hop.vpc_id, names)
    end
    local before = previous and previous.header
    for _, key in ipairs { "source_address", "destination_address" } do
        if before and before[key] and header[key] and before[key] ~= header[key] then
            words = words .. (", translates %s to %s"):format(before[key], header[key])
        end
    end
    return words
end

-- The hop that a reason speaks of: the one it names, else the end that its direction implies.
local function hop_of(reason, hops)
    for _, key in ipairs {
        "internet_gateway_id", "egress_only_internet_gateway_id", "nat_gateway_id", "vpn_gateway_id",
        "vpc_endpoint_id", "transit_gateway_id", "transit_gateway_attachment_id",
        "vpc_peering_connection_id", "network_interface_id",
    } do
        for index, hop in ipairs(hops) do
            if reason[key] and reason[key] == hop.id then
                return index
            end
        end
    end
    return reason.direction:find("ingress", 1, true) and #hops or 1
end

-- The numbers of the reasons by hop, for one of the two ways.
local function marks_of(t, hops, is_reply)
    local marks = {}
    for number, reason in ipairs(t.explanations) do
        local replying = (reason.direction or ""):find("return", 1, true) ~= nil
        if reason.direction and replying == is_reply and not reason.code:find("^COMPONENT_FILTER") then
            local index = hop_of(reason, hops)
            marks[index] = (marks[index] and marks[index] .. ", " or "") .. ("%d"):format(number)
        end
    end
    return marks
end

-- One way: a line for each hop, below it what decided there and which reason applies.
local function add_path(lines, title, t, is_reply, names, paint)
    local hops = is_reply and t.return_path or t.path
    if not hops[1] then
        return
    end
    local marks = marks_of(t, hops, is_reply)
    lines[#lines + 1] = paint("head", title)
    for index, hop in ipairs(hops) do
        local way = index == 1 and "out" or index == #hops and "in" or nil
        lines[#lines + 1] = ("  %d. %s"):format(index, hop_title(hop, hops[index - 1], way, names))
        for _, decision in ipairs(decisions(hop, way, names)) do
            lines[#lines + 1] = paint("dim", "       " .. decision)
        end
        if marks[index] then
            lines[#lines + 1] = "       " .. paint(ROLES[t.verdict], MARKS[t.verdict] .. marks[index])
        end
    end
end

-- The reasons in their order, each with what would mend it: for this case, else in general.
local function add_reasons(lines, t, names, paint)
    if not t.explanations[1] then
        return
    end
    lines[#lines + 1] = paint("head", t.reachable == false and "why not:" or "why this is unknown:")
    for index, reason in ipairs(t.explanations) do
        local tail = paint("dim", " [" .. reason.code .. "]")
        lines[#lines + 1] = ("  %d. %s%s"):format(index, message.what(reason, t, names), tail)
        local _, _, _, remedy = codes.templates(reason.code)
        local fix = message.fix(reason, t, names) or remedy and remedy:gsub("^%u%l", string.lower):gsub("%.$", "")
        if fix then
            lines[#lines + 1] = "     to mend it: " .. fix
        end
    end
end

-- Hints and warnings: a line each, the remedy behind a semicolon.
local function add_remarks(lines, word, list, t, names, paint)
    for _, remark in ipairs(list) do
        local words = message.what(remark, t, names)
        local fix = message.fix(remark, t, names)
        words = fix and words .. "; " .. fix or words
        lines[#lines + 1] = paint("head", word .. ":") .. " " .. words .. paint("dim", " [" .. remark.code .. "]")
    end
end

-- An address that no interface of the question holds is filtered by no group; that must not pass unsaid.
local function add_bare_ends(lines, t, names, paint)
    for _, which in ipairs { "from", "to" } do
        local this = t[which]
        if this.bare and this.address then
            lines[#lines + 1] = ("%s %s stands for an interface of %s without security groups; only routes and "
                .. "network ACLs are tested there"):format(paint("head", "note:"), this.address,
                phrase.label(this.subnet_id, names))
        end
    end
end

-- MTU and traceroute belong to a path that works.
local function add_facts(lines, t)
    local facts = {}
    if t.reachable then
        if t.mtu then
            facts[#facts + 1] = ("MTU %d"):format(t.mtu)
        end
        if t.traceroute[1] then
            facts[#facts + 1] = "traceroute shows " .. table.concat(t.traceroute, ", ")
        end
    end
    if facts[1] then
        lines[#lines + 1] = table.concat(facts, "; ")
    end
end

--- The whole text, lines separated by newlines, none at the end.
-- @tparam table t a trace
-- @tparam {string=string} names Name tags by id
-- @tparam[opt] {color=boolean} options
-- @tparam[opt] table asked what was asked for and the answer does not hold: `icmp`, `ports`
-- @treturn string
function text.render(t, names, options, asked)
    local paint = options and options.color and ansi_paint or no_paint
    local lines = { headline(t, paint, asked) }
    add_path(lines, "the way there:", t, false, names, paint)
    add_path(lines, "the way back:", t, true, names, paint)
    add_reasons(lines, t, names, paint)
    add_remarks(lines, "hint", t.hints, t, names, paint)
    add_remarks(lines, "note", t.warnings, t, names, paint)
    add_bare_ends(lines, t, names, paint)
    add_facts(lines, t)
    return table.concat(lines, "\n")
end

return text
