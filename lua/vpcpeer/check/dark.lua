-- Named addresses that rows of connectivity do not speak of. Rows are about the model's interfaces, the
-- internet and the premises; behind a peer VPC that is not loaded, behind a gateway endpoint, or behind what
-- is not modelled there is none of these, and silence would prove nothing.
--
-- The one idea: go along the routes of a workload. Where one leads to a peer that is not loaded, nothing is
-- certain; elsewhere a walk to the first address of each block that it covers tells.

local ends = require "vpcpeer.check.ends"
local services = require "vpcpeer.check.services"

local dark = {}

local function first_address(set)
    return tostring(set:cidrs()()):match "^[^/]+"
end

--- What passes to (or from) one address.
-- @treturn table services as services.add collects them
-- @treturn ?trace a walk that shows some of it
-- @treturn ?trace a walk whose end is not known
function dark.probe(ask, workload, address, is_source)
    local have, shown, unknown = {}, nil, nil
    local family = address:find ":" and 6 or 4
    for _, service in ipairs(ask.wanted[family] or { { protocol = "-1" } }) do
        local ok, trace = pcall(ask.net.trace, ask.net, {
            from = is_source and address or workload, to = is_source and workload or address,
            protocol = service.protocol, port = service.ports, icmp = service.types and service.types[1],
        })
        if ok and trace and trace.reachable then
            services.add(have, { { protocol = service.protocol, ports = service.ports and trace.ports,
                types = service.types } })
            shown = shown or trace
        elseif ok and trace and trace.reachable == nil then
            unknown = unknown or trace
        end
    end
    return have, shown, unknown
end

-- The other side of a connection, where the data do not describe it.
local function undescribed_peer(net, pcx, vpc_id)
    local one, other = (pcx.requester_vpc_info or {}).vpc_id, (pcx.accepter_vpc_info or {}).vpc_id
    local peer = one == vpc_id and other or one
    return (pcx.status or {}).code == "active" and peer and not net:get(peer) and peer or nil
end

-- The blocks of a route that are not the VPC's own.
local function blocks_of(net, route)
    local block = route.destination_cidr_block or route.destination_ipv6_cidr_block
    if route.gateway_id == "local" then
        return {}
    elseif block then
        return { block }
    end
    local list = route.destination_prefix_list_id and net:get(route.destination_prefix_list_id)
    return list and list.cidrs or {}
end

-- Calls visit(route, part, interface) for each part of a set that a route of a workload covers.
local function each_route(ask, member, set, visit)
    for _, id in ipairs(member.ids) do
        local interface = ask.net:get(id)
        local subnet = interface.subnet
        local table_of = subnet and subnet.route_table
        for _, route in ipairs(table_of and table_of.routes or {}) do
            for _, block in ipairs(blocks_of(ask.net, route)) do
                local part = set:intersection(block)
                if not part:is_empty() then
                    visit(route, part, interface)
                end
            end
        end
    end
end

-- What one route leads to, if no row speaks of it: status, line, walk.
local function look(ask, route, part, member, vpc_id, is_source)
    local pcx = route.vpc_peering_connection_id and ask.net:get(route.vpc_peering_connection_id)
    local peer = pcx and undescribed_peer(ask.net, pcx, vpc_id)
    local _, shown, unknown = dark.probe(ask, member.question, first_address(part), is_source)
    local sides = { member.label, ends.blocks(part) }
    local line = ("%s -> %s"):format(sides[is_source and 2 or 1], sides[is_source and 1 or 2])
    if peer then
        return "unknown", ("not known (%s, to which %s leads, is not in the data): %s"):format(peer,
            ask.names(pcx.id), line), unknown
    elseif shown then
        return "failed", line .. (shown.via[1] and " by " .. ask.names(shown.via[1]) or ""), shown
    end
    local code = unknown and unknown.explanations[1] and unknown.explanations[1].code
    return unknown and "unknown", ("not known (%s): %s"):format(code or "?", line), unknown
end

--- What flows, or perhaps flows, between the ends of a question besides what rows tell.
-- @tparam table ask see vpcpeer.check.ask
-- @tparam table told set of the addresses outside that rows have told of
-- @treturn {table,...} `{ status, line, trace }` each
function dark.find(ask, told)
    local found, said = {}, {}
    for _, sides in ipairs { { ask.from, ask.to, false }, { ask.to, ask.from, true } } do
        for _, outside in ipairs(sides[2]) do
            for _, member in ipairs(outside.named and sides[1] or {}) do
                if not member.outside then
                    each_route(ask, member, outside.required[1]:difference(told), function(route, part, interface)
                        local status, line, trace = look(ask, route, part, member, interface.vpc_id, sides[3])
                        if status and not said[line] then
                            said[line] = true
                            found[#found + 1] = { status = status, line = line, trace = trace }
                        end
                    end)
                end
            end
        end
    end
    return found
end

--- The part of a set that a workload reaches through its gateway endpoints, with all that is asked for.
-- @tparam table ask
-- @tparam table member a workload
-- @tparam set left
-- @treturn set
function dark.served(ask, member, left)
    local builder = require("vpcpeer").builder()
    each_route(ask, member, left, function(route, part)
        if (route.gateway_id or ""):find "^vpce%-" then
            local address = first_address(part)
            local have = dark.probe(ask, member.question, address, false)
            if not services.missing(have, ask.wanted[address:find ":" and 6 or 4]) then
                builder:add(part)
            end
        end
    end)
    return builder:set()
end

return dark
