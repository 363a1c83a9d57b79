-- Named addresses of which the data know nothing but a route: behind a peer VPC that is not loaded, or
-- what is not modelled. Rows of connectivity are about the model's interfaces, the internet and the premises,
-- so nothing is said of these addresses, and silence proves nothing.
--
-- The one idea: where the table of a workload leads to such a peer, nothing is certain; elsewhere a walk to
-- the first address of each route tells whether it ends in what is unknown.

local ends = require "vpcpeer.check.ends"

local dark = {}

-- The other side of a connection, where the data do not describe it.
local function undescribed_peer(net, pcx, vpc_id)
    local one, other = (pcx.requester_vpc_info or {}).vpc_id, (pcx.accepter_vpc_info or {}).vpc_id
    local peer = one == vpc_id and other or one
    return (pcx.status or {}).code == "active" and peer and not net:get(peer) and peer or nil
end

local function first_address(set)
    return tostring(set:cidrs()()):match "^[^/]+"
end

-- An end of a walk is outside when it is an address; the answer's way is the same either way.
local function walk(ask, workload, address, is_source)
    local ok, trace = pcall(ask.net.trace, ask.net, {
        from = is_source and address or workload, to = is_source and workload or address, protocol = "-1",
    })
    return ok and trace or nil
end

-- What one route leads to, if it is dark: a line and a walk.
local function look(ask, route, set, member, vpc_id, is_source)
    local block = route.destination_cidr_block or route.destination_ipv6_cidr_block
    local part = block and set:intersection(block)
    if not part or part:is_empty() or route.gateway_id == "local" then
        return nil
    end
    local address = first_address(part)
    local pcx = route.vpc_peering_connection_id and ask.net:get(route.vpc_peering_connection_id)
    local peer = pcx and undescribed_peer(ask.net, pcx, vpc_id)
    local trace = walk(ask, member.question, address, is_source)
    if not peer and not (trace and trace.verdict == "unknown") then
        return nil
    end
    local where = peer and ("%s, to which %s leads, is not in the data"):format(peer, ask.names(pcx.id))
        or trace.explanations[1] and trace.explanations[1].code or "?"
    local sides = { member.label, ends.blocks(part) }
    return ("not known (%s): %s -> %s"):format(where, sides[is_source and 2 or 1], sides[is_source and 1 or 2]), trace
end

local function look_from(ask, member, outside, is_source, found)
    for _, id in ipairs(member.ids) do
        local interface = ask.net:get(id)
        local subnet = interface.subnet
        local table_of = subnet and subnet.route_table
        for _, route in ipairs(table_of and table_of.routes or {}) do
            local line, trace = look(ask, route, outside.required[1], member, interface.vpc_id, is_source)
            if line then
                found[#found + 1] = { line = line, trace = trace }
            end
        end
    end
end

--- What is dark between the ends of a question.
-- @tparam table ask see vpcpeer.check.ask
-- @treturn {table,...} `{ line, trace }` each
function dark.find(ask)
    local found = {}
    for _, sides in ipairs { { ask.from, ask.to, false }, { ask.to, ask.from, true } } do
        for _, outside in ipairs(sides[2]) do
            for _, member in ipairs(outside.named and sides[1] or {}) do
                if not member.outside then
                    look_from(ask, member, outside, sides[3], found)
                end
            end
        end
    end
    return found
end

return dark
