-- Sentences about one explanation, hint or warning, made from the templates of the catalogue.
--
-- A template is text with {placeholders}; a part in [brackets] is left out when a placeholder in it
-- has no value, and [this|that] takes the first alternative that is complete. Outside of brackets a
-- missing value becomes a noun ("the route table"), so that every sentence is whole whatever the
-- data hold. What the user named (tags, ids) is inserted once and never read as a template.

local codes = require "vpcpeer.codes"
local phrase = require "vpcpeer.phrase"

local message = {}

local function joined(list, names)
    local parts = {}
    for _, id in ipairs(list or {}) do
        parts[#parts + 1] = phrase.label(id, names)
    end
    return parts[1] and table.concat(parts, ", ")
end

local function is_egress(view)
    return view.direction ~= nil and view.direction:find("egress", 1, true) ~= nil
end

local function is_reply(view)
    return view.direction ~= nil and view.direction:find("return", 1, true) ~= nil
end

local function packet_of(view)
    if view.protocols then
        local icmp = view.icmp_type_code
        return phrase.packet(view.protocols[1], icmp and { { icmp.type, icmp.code } } or view.port_ranges)
    end
    return phrase.packet(view.trace.protocol, view.trace.ports)
end

local function end_of(view, which)
    local this = view.trace[which]
    return this and (phrase.label(this.id, view.names) or this.address)
end

local function gateway_of(view)
    local route = view.route
    return view.gateway or view.internet_gateway_id or (route and phrase.target(route))
end

local function by_label(key)
    return function(view)
        return phrase.label(view[key], view.names)
    end
end

-- What each placeholder stands for. `view` holds the fields of the explanation and of its detail,
-- and `trace` and `names`.
local resolve = {
    acl = by_label "network_acl_id",
    address = function(view)
        local to = view.trace.to
        return view.address or (to and to.id == "internet" and not to.address and "the internet") or nil
    end,
    acl_rule = function(view)
        local number = view.rule_number
        if not number or number == 32767 then
            return "no rule allows it"
        end
        return ("rule %d denies it"):format(number)
    end,
    chain = function(view)
        return view.chain and view.chain[1] and (joined(view.chain, view.names):gsub(", ", " and "))
    end,
    command = function(view)
        return phrase.command(view.missing_component)
    end,
    command_left_out = function(view)
        local found = view.component or view.missing_component
        if found then -- of another network everything is missing, not one command's output
            return found:find("^i%-") and "describe-network-interfaces" or nil
        end
        return view.subnet_id and "describe-route-tables"
    end,
    component = function(view)
        local id = view.component or view.missing_component or view.prefix_list_id or gateway_of(view)
            or view.vpc_peering_connection_id or view.network_interface_id or view.subnet_id
            or view.route_table_id or view.destination_vpc_id or view.vpc_id
        return phrase.label(id, view.names)
    end,
    destination = function(view)
        return view.destination
    end,
    destination_vpc = by_label "destination_vpc_id",
    far = function(view)
        local far_end = view.trace[is_egress(view) == is_reply(view) and "from" or "to"]
        local outside = far_end and far_end.id == "internet" and far_end.address == view.address
        return view.address and (is_egress(view) and "to " or "from ") .. view.address
            .. (outside and " (internet)" or "")
    end,
    far_block = function(view)
        local block = view.cidrs and view.cidrs[1]
        return block and (is_egress(view) and "to " or "from ") .. block
    end,
    first_group = function(view)
        local groups = view.security_group_ids
        return groups and phrase.label(groups[1], view.names)
    end,
    from = function(view)
        return end_of(view, "from")
    end,
    gateway = function(view)
        return phrase.label(gateway_of(view), view.names)
    end,
    groups = function(view)
        return joined(view.security_group_ids, view.names)
    end,
    holder = by_label "interface",
    instance = function(view)
        return view.component and view.component:find("^i%-") and phrase.label(view.component, view.names) or nil
    end,
    interface = by_label "network_interface_id",
    missing = by_label "missing_component",
    named = by_label "component",
    packet = packet_of,
    pair = function(view)
        return view.pair and view.pair[1] and view.pair[1] .. " and " .. view.pair[2]
    end,
    pcx = by_label "vpc_peering_connection_id",
    reached_vpc = function(view)
        return phrase.label(view.vpc_reached or view.destination_vpc_id, view.names)
    end,
    reference = by_label "referenced_group_id",
    reply_or_packet = function(view)
        return (is_reply(view) and "the answer, " .. packet_of(view) .. "," or packet_of(view))
    end,
    route = function(view)
        return view.route and phrase.route(view.route)
    end,
    rule_place = function(view)
        local number = view.rule_number
        return (number and number ~= 32767) and (" with a number below %d"):format(number) or ""
    end,
    source_ports = function(view)
        return phrase.ranges(view.port_ranges or view.trace.source_ports)
    end,
    state = function(view)
        return view.state
    end,
    status = function(view)
        return view.status
    end,
    subnet = by_label "subnet_id",
    table = by_label "route_table_id",
    through = function(view)
        return is_egress(view) and "out" or "in"
    end,
    to = function(view)
        return end_of(view, "to")
    end,
    vpc = by_label "vpc_id",
    way = function(view)
        return view.vpc_peering_connection_id or view.gateway or view.internet_gateway_id
    end,
    way_of_rule = function(view)
        return is_egress(view) and "outbound" or "inbound"
    end,
}

-- What a missing value is called.
local NOUNS = {
    acl = "the network ACL", address = "the address", component = "the component", far = "", from = "the sender",
    gateway = "the gateway", groups = "the security groups", holder = "another interface",
    interface = "the interface", pcx = "the peering connection", reached_vpc = "the other VPC",
    route = "a route", status = "not active", subnet = "the subnet", table = "the route table",
    to = "the receiver", vpc = "the VPC", chain = "several connections",
}

-- ---- templates -----------------------------------------------------------------------------------

-- "a {b} c" as { "a ", "b", " c" }: text at odd places, placeholders at even ones.
local function split(text)
    local pieces, position = {}, 1
    for before, key, after in text:gmatch("([^{]*){([%w_]+)}()") do
        pieces[#pieces + 1] = before
        pieces[#pieces + 1] = key
        position = after
    end
    pieces[#pieces + 1] = text:sub(position)
    return pieces
end

-- A template as a list of parts: pieces, or the alternatives of a bracket with `optional` set.
local function parse(template)
    local parts, position = {}, 1
    for before, bracket, after in template:gmatch("([^%[]*)(%b[])()") do
        local alternatives = { optional = true }
        for alternative in bracket:sub(2, -2):gmatch("[^|]+") do
            alternatives[#alternatives + 1] = split(alternative)
        end
        parts[#parts + 1] = split(before)
        parts[#parts + 1] = alternatives
        position = after
    end
    parts[#parts + 1] = split(template:sub(position))
    return parts
end

local parsed = {} -- by template; there are as many as the catalogue holds

local function fill(pieces, view)
    local complete = true
    local out = { pieces[1] }
    for i = 2, #pieces, 2 do
        local key = pieces[i]
        local value = resolve[key] and resolve[key](view)
        if value == nil then
            complete = false
            value = NOUNS[key] or "?"
        end
        out[i] = value
        out[i + 1] = pieces[i + 1]
    end
    return table.concat(out), complete
end

local function fill_first_complete(alternatives, view)
    for _, pieces in ipairs(alternatives) do
        local filled, complete = fill(pieces, view)
        if complete then
            return filled
        end
    end
    return ""
end

-- The template with its values, and whether every value outside of brackets was there.
local function expand(template, view)
    local parts = parsed[template]
    if not parts then
        parts = parse(template)
        parsed[template] = parts
    end
    local out, complete = {}, true
    for i, part in ipairs(parts) do
        if part.optional then
            out[i] = fill_first_complete(part, view)
        else
            local whole
            out[i], whole = fill(part, view)
            complete = complete and whole
        end
    end
    return table.concat(out), complete
end

-- Everything a template can speak of, from an explanation (fields), or a hint (detail alone).
local function view_of(reason, trace, names)
    local view = {}
    for key, value in pairs(reason) do
        view[key] = value
    end
    for key, value in pairs(reason.detail or {}) do
        if key == "vpc" then
            key = "vpc_reached"
        end
        if view[key] == nil then
            view[key] = value
        end
    end
    view.trace, view.names = trace or {}, names or {}
    return view
end

local function what_of(view)
    return (expand(codes.templates(view.code), view))
end

local function fix_of(view)
    local _, fix, by_status = codes.templates(view.code)
    fix = by_status and by_status[view.status or view.state] or fix
    if not fix then
        return nil
    end
    local text, complete = expand(fix, view)
    return complete and text or nil
end

--- What is wrong, in one sentence without its end.
-- @tparam table reason an explanation, hint or warning of a trace
-- @tparam table trace the trace
-- @tparam {string=string} names Name tags by id
-- @treturn string
function message.what(reason, trace, names)
    return what_of(view_of(reason, trace, names))
end

--- What would mend it: for this very case, or nil when the data do not say it.
function message.fix(reason, trace, names)
    return fix_of(view_of(reason, trace, names))
end

--- The sentence that stands in `message`.
function message.of(reason, trace, names)
    local view = view_of(reason, trace, names)
    local what, fix = what_of(view), fix_of(view)
    return fix and what .. ": " .. fix or what
end

return message
