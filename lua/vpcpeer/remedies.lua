--- The edits that would mend a failed trace, as calls that the model takes.
--
-- Each explanation is looked at by itself: what it says of ports, addresses and tables is all that an
-- edit needs. Where the data leave open what is wanted (a connection that was rejected, overlapping
-- blocks) there is no edit.
-- @module vpcpeer.remedies

local message = require "vpcpeer.message"

local remedies = {}

local LAST_ENTRY = 32766 -- the highest number of a network ACL's entry that users may give

-- IPv6 values have keys of their own.
local function key_for(block, ipv4, ipv6)
    return block:find(":", 1, true) and ipv6 or ipv4
end

local function is_egress(reason)
    return reason.direction ~= nil and reason.direction:find("egress", 1, true) ~= nil
end

-- What routes call the target that an explanation names.
local TARGETS = {
    { "vpc_peering_connection_id", "vpc_peering_connection_id" }, { "nat_gateway_id", "nat_gateway_id" },
    { "transit_gateway_id", "transit_gateway_id" }, { "internet_gateway_id", "gateway_id" },
    { "vpn_gateway_id", "gateway_id" },
    { "egress_only_internet_gateway_id", "egress_only_internet_gateway_id" },
}

local function add_route(reason)
    local destination = reason.detail.destination
    for _, target in ipairs(destination and reason.route_table_id and TARGETS or {}) do
        local id = reason[target[1]]
        if id then
            return { {
                action = "create_route", resource_id = reason.route_table_id,
                arguments = {
                    [key_for(destination, "destination_cidr_block", "destination_ipv6_cidr_block")] = destination,
                    [target[2]] = id,
                },
            } }
        end
    end
    return nil
end

-- The ranges that a rule must let through: ports, an ICMP type and code, or nothing to say.
local function ranges_of(reason)
    local icmp = reason.icmp_type_code
    if icmp then
        return { { icmp.type, icmp.code } }
    end
    return reason.port_ranges and reason.port_ranges[1] and reason.port_ranges or { {} }
end

local function admit(reason)
    local group, block = (reason.security_group_ids or {})[1], (reason.cidrs or {})[1]
    local protocol = (reason.protocols or {})[1]
    if not (group and block and protocol) then
        return nil
    end
    local edits = {}
    for i, range in ipairs(ranges_of(reason)) do
        edits[i] = {
            action = is_egress(reason) and "authorize_egress" or "authorize_ingress", resource_id = group,
            arguments = {
                ip_protocol = protocol, from_port = range[1], to_port = range[2],
                [key_for(block, "cidr_ip", "cidr_ipv6")] = block,
            },
        }
    end
    return edits
end

local NUMBERS = { tcp = "6", udp = "17", icmp = "1", icmpv6 = "58" }

-- Entries right before the one that denies, downwards; the caller knows which numbers it took so far.
local function allow(reason, taken)
    local block, protocol = (reason.cidrs or {})[1], (reason.protocols or {})[1]
    local place = tostring(reason.network_acl_id) .. tostring(is_egress(reason))
    local number = taken[place] or math.min(reason.rule_number or LAST_ENTRY + 1, LAST_ENTRY + 1)
    local ranges = ranges_of(reason)
    if not (reason.network_acl_id and block and protocol) or number - #ranges < 1 then
        return nil
    end
    protocol = NUMBERS[protocol] or protocol
    local edits = {}
    for i, range in ipairs(ranges) do
        number = number - 1
        local is_icmp = reason.icmp_type_code ~= nil
        edits[i] = {
            action = "create_entry", resource_id = reason.network_acl_id,
            arguments = {
                rule_number = number, egress = is_egress(reason), rule_action = "allow", protocol = protocol,
                port_range = not is_icmp and range[1] and { from = range[1], to = range[2] } or nil,
                icmp_type_code = is_icmp and { type = range[1], code = range[2] } or nil,
                [key_for(block, "cidr_block", "ipv6_cidr_block")] = block,
            },
        }
    end
    taken[place] = number
    return edits
end

local function accept(reason)
    local id = reason.vpc_peering_connection_id or reason.detail.vpc_peering_connection_id
    if not id or reason.detail.status ~= "pending-acceptance" then
        return nil
    end
    return { { action = "accept", resource_id = id, arguments = {} } }
end

local function start(reason)
    local id = reason.component
    if not id or not id:find "^i%-" or reason.state ~= "stopped" then
        return nil
    end
    return { { action = "start", resource_id = id, arguments = {} } }
end

local function forward(reason)
    local id = reason.network_interface_id
    return id and { { action = "modify_attribute", resource_id = id, arguments = { source_dest_check = false } } }
end

-- A name that its VPC's own attributes hide; where they are not loaded they may be on already.
local function switch_names_on(reason)
    local id = reason.destination_vpc_id
    if not id or reason.detail.cause ~= "attributes_off" then
        return nil
    end
    return { {
        action = "modify_attribute", resource_id = id,
        arguments = { enable_dns_support = true, enable_dns_hostnames = true },
    } }
end

local function switch_server_on(reason)
    local id = reason.vpc_id
    return id and { { action = "modify_attribute", resource_id = id, arguments = { enable_dns_support = true } } }
end

local EDITS = {
    NO_ROUTE_TO_DESTINATION = add_route, RETURN_ROUTE_MISSING = add_route,
    SG_HAS_NO_RULES = admit, ENI_SG_RULES_MISMATCH = admit, SG_REFERENCE_STALE = admit,
    SG_REFERENCE_CROSS_REGION = admit, SG_REFERENCES_NOT_PRESERVED = admit, SG_REFERENCING_SUPPORT = admit,
    SUBNET_ACL_RESTRICTION = allow, PCX_NOT_ACTIVE = accept, BAD_STATE = start,
    ENI_SOURCE_DEST_CHECK_RESTRICTION = forward, DNS_NAME_NOT_FOUND = switch_names_on,
    DNS_SUPPORT_DISABLED = switch_server_on,
}

-- Edits are equal when they print alike.
local function print_of(edit)
    local json = require "vpcpeer.json"
    return edit.action .. " " .. edit.resource_id .. " " .. json.encode(edit.arguments)
end

--- The edits that would mend this trace, in the order of its explanations.
-- @function trace:remedies
-- @treturn {table,...} edits `{ action, resource_id, arguments, code, text }`: calling `action` of the
-- object `resource_id` with `arguments` makes the edit (an entry of a network ACL gets the number before
-- the one that denies; where that is taken, another must be chosen); `code` is the explanation that it
-- mends and `text` says it in words
-- @treturn boolean true when every explanation has an edit; mending one may show others behind it
-- @usage
-- for _, edit in ipairs(t:remedies()) do
--   local object = net:get(edit.resource_id)
--   object[edit.action](object, edit.arguments)
-- end
function remedies.of(trace, names)
    local list, seen, taken, complete = {}, {}, {}, true
    local function add(reason)
        local make = EDITS[reason.code]
        local edits = make and make(reason, taken)
        for _, edit in ipairs(edits or {}) do
            local print = print_of(edit)
            if not seen[print] then
                seen[print] = true
                edit.code = reason.code
                edit.text = message.fix(reason, trace, names) or message.of(reason, trace, names)
                list[#list + 1] = edit
            end
        end
        return edits ~= nil
    end
    for _, reason in ipairs(trace.explanations) do
        complete = add(reason) and complete
    end
    -- What stands behind a missing route: a request that waits.
    for _, hint in ipairs(trace.hints) do
        if hint.code == "PCX_NOT_ACTIVE" then
            add(hint)
        end
    end
    return list, complete
end

return remedies
