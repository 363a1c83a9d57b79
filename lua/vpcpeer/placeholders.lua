-- What the {placeholders} in the templates of the catalogue stand for.
--
-- Each is found in a view: the fields of one explanation and of its detail, with `trace` (the whole
-- answer) and `names` (Name tags by id) beside them. A placeholder without a value is nil.

local phrase = require "vpcpeer.phrase"

local placeholders = {}

-- Several ids with their names; nil for none.
local function joined(list, names, between)
    if not (list and list[1]) then
        return nil
    end
    local text = phrase.label(list[1], names)
    for i = 2, #list do
        text = text .. (between or ", ") .. phrase.label(list[i], names)
    end
    return text
end

-- Rules speak of inbound and outbound as the interface sees it, also for the reply.
local function is_egress(view)
    return view.direction ~= nil and view.direction:find("egress", 1, true) ~= nil
end

local function is_reply(view)
    return view.direction ~= nil and view.direction:find("return", 1, true) ~= nil
end

-- The packet as it was at the component; where that does not matter, as it was asked for.
local function packet_of(view)
    if view.protocols then
        local icmp = view.icmp_type_code
        return phrase.packet(view.protocols[1], icmp and { { icmp.type, icmp.code } } or view.port_ranges)
    end
    return phrase.packet(view.trace.protocol, view.trace.ports)
end

-- An end of the question by its id, or by its address when it has none.
local function end_of(view, which)
    local this = view.trace[which]
    return this and (phrase.label(this.id, view.names) or this.address)
end

-- The gateway that a code speaks of; a route that fails names it by its target.
local function gateway_of(view)
    local route = view.route
    return view.gateway or view.internet_gateway_id or view.egress_only_internet_gateway_id
        or view.nat_gateway_id or view.vpn_gateway_id or view.vpc_endpoint_id or view.transit_gateway_id
        or (route and phrase.target(route))
end

-- The end that lies in no subnet, which is what sets a ClassicLink instance apart.
local function linked_of(view)
    for _, which in ipairs { "from", "to" } do
        local this = view.trace[which]
        if this and this.id and this.vpc_id and not this.subnet_id then
            return this.id
        end
    end
end

-- What passes a gateway that is choosy, by the prefix of its id.
local CARRIED = {
    eigw = "IPv6 connections from inside its VPC",
    nat = "TCP, UDP and ICMP to IPv4 destinations",
    vgw = "IPv4 over its VPN connections",
}

-- Why a name has no address, by detail.cause; %s is the VPC that the name belongs to.
local DNS_CAUSES = {
    not_in_data = "the data say nothing of it for this sender",
    attributes_off = "enableDnsSupport and enableDnsHostnames are not both true in %s",
    attributes_not_loaded = "enableDnsHostnames of %s is not in the data, so it counts as false",
    only_in_region = "it exists in the Region of %s, and for peers that may resolve its names",
    only_in_vpc = "its address is outside RFC 1918, so it exists in %s and for peers that may resolve its names",
    only_inside = "private names exist inside of VPCs only",
}

-- What is not known until apply: an attribute that an id stands for, or those of an object.
local function unknown_attribute_of(view)
    local route = view.route
    return view.known_after_apply or phrase.unknown_attribute(view.missing_component)
        or phrase.unknown_attribute(view.referenced_group_id) or phrase.unknown_attribute(view.component)
        or phrase.unknown_attribute(route and phrase.target(route))
end

-- The many placeholders that are an id of the view with its name.
local function by_label(key)
    return function(view)
        return phrase.label(view[key], view.names)
    end
end

-- What each placeholder stands for: a function of the view that gives text or nil.
placeholders.resolve = {
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
    carried = function(view)
        return CARRIED[(gateway_of(view) or ""):match("^(%l+)%-")]
    end,
    chain = function(view)
        return view.chain and joined(view.chain, view.names, " and ")
    end,
    command = function(view)
        return phrase.command(view.missing_component)
    end,
    command_left_out = function(view)
        local found = view.component or view.missing_component
        if view.referenced_group_id then
            return phrase.command(view.referenced_group_id)
        elseif found then -- of another network everything is missing, not one command's output
            return found:find("^i%-") and "describe-network-interfaces"
                or found:find("^igw%-") and phrase.command(found) or nil
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
    -- A route that was printed as a blackhole, while its peering connection is active.
    stale_route = function(view)
        return view.status == "active" and view.route
            and ("%s of %s is printed as a blackhole"):format(phrase.route(view.route),
                phrase.label(view.route_table_id, view.names) or "the route table") or nil
    end,
    private_address = function(view)
        local holder = phrase.label(view.interface, view.names)
        return view.cause == "private_address" and view.address
            and view.address .. " is a private address" .. (holder and " of " .. holder or "") or nil
    end,
    dns_cause = function(view)
        local words = DNS_CAUSES[view.cause]
        local vpc = phrase.label(view.destination_vpc_id, view.names)
        return words and (words:gsub("%%s", function()
            return vpc or "its VPC"
        end))
    end,
    far = function(view)
        local far_end = view.trace[is_egress(view) == is_reply(view) and "from" or "to"]
        local outside = far_end and (far_end.id == "internet" or far_end.id == "onprem")
            and far_end.address == view.address
        return view.address and (is_egress(view) and "to " or "from ") .. view.address
            .. (outside and " (" .. far_end.id .. ")" or "")
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
    -- Whose gateway it is: of the VPC that the packet entered from outside, else of the one ahead.
    gateway_vpc = function(view)
        local id = view.direction == "ingress" and view.vpc_id or view.vpc_reached or view.destination_vpc_id
        return phrase.label(id, view.names)
    end,
    groups = function(view)
        return joined(view.security_group_ids, view.names)
    end,
    holder = by_label "interface",
    instance = function(view)
        return view.component and view.component:find("^i%-") and phrase.label(view.component, view.names) or nil
    end,
    interface = by_label "network_interface_id",
    -- An object may have several attributes that are not known.
    is_or_are = function(view)
        return (unknown_attribute_of(view) or ""):find(", ", 1, true) and "are" or "is"
    end,
    linked = function(view)
        return phrase.label(linked_of(view), view.names)
    end,
    -- What is referred to but not described: also a group of an interface.
    missing = function(view)
        return phrase.label(view.missing_component or view.referenced_group_id, view.names)
    end,
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
    unknown_attribute = unknown_attribute_of,
    vpc = by_label "vpc_id",
    way = function(view)
        return view.vpc_peering_connection_id or view.gateway or view.internet_gateway_id or view.vpn_gateway_id
    end,
    way_of_rule = function(view)
        return is_egress(view) and "outbound" or "inbound"
    end,
}

-- What a missing value is called outside of brackets.
placeholders.nouns = {
    acl = "the network ACL", address = "the address", component = "the component", far = "", from = "the sender",
    gateway = "the gateway", groups = "the security groups", holder = "another interface",
    interface = "the interface", pcx = "the peering connection", reached_vpc = "the other VPC",
    route = "a route", status = "not active", subnet = "the subnet", table = "the route table",
    to = "the receiver", vpc = "the VPC", chain = "several connections",
}

return placeholders
