-- The words for the parts of an answer: ids with their Name tags, ports, protocols, routes.

local phrase = {}

-- Texts known to hold no control characters: the same ids and names are said again and again.
local clean, clean_count = {}, 0
local CLEAN_MAX = 1024
local LABELLED = "id" -- of those that are also known to stand for an object and no open attribute

-- Names come from outside: control characters must not reach a terminal.
local function plain(text)
    if clean[text] then
        return text
    end
    text = tostring(text)
    if text:find("%c") then
        return (text:gsub("%c", "?"))
    end
    clean_count = clean_count + 1
    if clean_count > CLEAN_MAX then
        clean, clean_count = {}, 1
    end
    clean[text] = true
    return text
end

-- What the ids of things that a Terraform document leaves open end in, and how that is said.
local OPEN = { ["known-after-apply"] = "known after apply", missing = "missing in the state" }

local function open_attribute(id)
    local address, attribute, ending = id:match("^[%l%-]-%-(%l[%w_%-]*%..+):([^:]+):([%l%-]+)$")
    return OPEN[ending] and plain(attribute .. " of " .. address), ending
end

--- The attribute of a Terraform resource that an id stands for while it is not known until apply:
-- `private_ip of aws_instance.web`; nil for ids of objects.
function phrase.unknown_attribute(id)
    local attribute, ending = open_attribute(id or "")
    return ending == "known-after-apply" and attribute or nil
end

--- An id with the Name tag that belongs to it: `rtb-0a (private)`.
function phrase.label(id, names)
    if not id then
        return nil
    end
    if clean[id] ~= LABELLED then
        local attribute, ending = open_attribute(id)
        if attribute then
            return attribute .. " (" .. OPEN[ending] .. ")"
        end
        if plain(id) == id then
            clean[id] = LABELLED
        end
    end
    local name = names and names[id]
    if name and name ~= id then
        return plain(id) .. " (" .. plain(name) .. ")"
    end
    return plain(id)
end

--- A list of closed ranges as text: `80, 443, 8000-8080`; nil when it is empty.
function phrase.ranges(ranges)
    local parts = {}
    for _, range in ipairs(ranges or {}) do
        local first, last = range[1], range[2]
        parts[#parts + 1] = first == last and ("%d"):format(first) or ("%d-%d"):format(first, last)
    end
    return parts[1] and table.concat(parts, ", ")
end

local function is_everything(ranges)
    local only = ranges and #ranges == 1 and ranges[1]
    return only and only[1] == 0 and only[2] == 65535
end

-- The protocols that AWS prints as numbers in network ACLs, and as words in security groups.
local PROTOCOLS = { ["1"] = "icmp", ["6"] = "tcp", ["17"] = "udp", ["58"] = "icmpv6" }

--- Protocol and ports as people say them: `tcp 5432`, `icmp type 8 code 0`, `any protocol`.
function phrase.packet(protocol, ranges)
    if not protocol or protocol == "-1" then
        return "any protocol"
    end
    protocol = PROTOCOLS[protocol] or protocol
    if protocol == "icmp" or protocol == "icmpv6" then
        local range = ranges and ranges[1]
        if not range or range[1] < 0 then
            return protocol
        end
        return ("%s type %d"):format(protocol, range[1]) .. (range[2] >= 0 and (" code %d"):format(range[2]) or "")
    end
    if protocol == "tcp" or protocol == "udp" then
        local text = phrase.ranges(ranges)
        return (text and not is_everything(ranges)) and protocol .. " " .. text or protocol
    end
    return "protocol " .. protocol
end

local TARGETS = {
    "vpc_peering_connection_id", "gateway_id", "nat_gateway_id", "egress_only_internet_gateway_id",
    "transit_gateway_id", "network_interface_id", "instance_id", "carrier_gateway_id", "local_gateway_id",
    "core_network_arn", "odb_network_arn", "transit_gateway_attachment_id",
}

--- The target of a route, an id or `local`.
function phrase.target(route)
    for _, key in ipairs(TARGETS) do
        if route[key] then
            return route[key]
        end
    end
    return nil
end

-- The commands that describe the targets of routes, by the prefix of their ids.
local COMMANDS = {
    pcx = "describe-vpc-peering-connections",
    igw = "describe-internet-gateways",
    eigw = "describe-egress-only-internet-gateways",
    nat = "describe-nat-gateways",
    vgw = "describe-vpn-gateways",
    vpn = "describe-vpn-connections",
    cgw = "describe-customer-gateways",
    tgw = "describe-transit-gateways",
    vpce = "describe-vpc-endpoints",
    eni = "describe-network-interfaces",
    i = "describe-instances",
    pl = "describe-managed-prefix-lists",
    vpc = "describe-vpcs",
    subnet = "describe-subnets",
    sg = "describe-security-groups",
    rtb = "describe-route-tables",
}

--- The command that prints what an id names: `describe-internet-gateways`; nil for other ids, and for
-- what a Terraform document leaves open.
function phrase.command(id)
    if not id or open_attribute(id) then
        return nil
    elseif id:find("^tgw%-attach%-") then
        return "describe-transit-gateway-attachments"
    elseif id:find("^tgw%-rtb%-") then
        return "search-transit-gateway-routes"
    end
    return COMMANDS[id:match("^(%l+)%-")]
end

--- A route as people write it: `10.0.0.0/16 -> pcx-11112222`.
function phrase.route(route)
    local destination = route.destination_cidr_block or route.destination_ipv6_cidr_block
    if route.destination_prefix_list_id then
        destination = route.destination_prefix_list_id .. (destination and " (" .. destination .. ")" or "")
    end
    local target = phrase.target(route) or route.state == "blackhole" and "nowhere"
    return plain(destination or "?") .. " -> " .. plain(target or "?")
end

return phrase
