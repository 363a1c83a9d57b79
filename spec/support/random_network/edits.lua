-- Random changes of a random network through the calls of the public API, so that what was compiled
-- before a change must follow it. A change that AWS would refuse is refused, and changes nothing.

local routes = require "support.random_network.routes"

local M = {}

local PORTS = { { 443, 443 }, { 0, 65535 }, { 22, 80 }, { 8000, 8080 } }

local function any(net, method)
    local list = {}
    for object in net.network[method](net.network) do list[#list + 1] = object end
    return #list > 0 and net:pick(list) or nil
end

local function rule(net)
    local ports = net:pick(PORTS)
    if net:chance(30) then return { ip_protocol = "-1", cidr_ip = "0.0.0.0/0" } end
    return { ip_protocol = net:pick { "tcp", "udp" }, from_port = ports[1], to_port = ports[2],
        cidr_ip = routes.any_block(net, 4) }
end

-- The calls, by name for the message of a disagreement.
local EDITS = {
    authorize = function(net)
        local group = any(net, "security_groups")
        group[net:pick { "authorize_ingress", "authorize_egress" }](group, rule(net))
    end,
    refer = function(net)
        any(net, "security_groups"):authorize_ingress { ip_protocol = "tcp", from_port = 443, to_port = 443,
            referenced_group_id = any(net, "security_groups") }
    end,
    revoke = function(net)
        local group = any(net, "security_groups")
        local egress = net:chance(50)
        local permissions = egress and group.ip_permissions_egress or group.ip_permissions
        group[egress and "revoke_egress" or "revoke_ingress"](group, { ip_permissions = { net:pick(permissions) } })
    end,
    entry = function(net)
        any(net, "network_acls"):create_entry {
            rule_number = net:pick { 10, 20, 95 }, protocol = net:pick { "-1", "6" }, egress = net:chance(50),
            rule_action = net:pick { "allow", "deny" }, cidr_block = routes.any_block(net, 4),
        }
    end,
    delete_entry = function(net)
        local acl = any(net, "network_acls")
        local entry = net:pick(acl.entries)
        acl:delete_entry { rule_number = entry.rule_number, egress = entry.egress }
    end,
    route = function(net)
        local host, connection = any(net, "network_interfaces"), any(net, "vpc_peering_connections")
        local route = { destination_cidr_block = routes.any_block(net, 4) }
        if connection and net:chance(60) then
            route.vpc_peering_connection_id = connection
        else
            route.network_interface_id = host
        end
        any(net, "route_tables"):create_route(route)
    end,
    delete_route = function(net)
        local route_table = any(net, "route_tables")
        local route = net:pick(route_table.routes)
        route_table:delete_route { destination_cidr_block = route.destination_cidr_block,
            destination_ipv6_cidr_block = route.destination_ipv6_cidr_block }
    end,
    power = function(net)
        local instance = any(net, "instances")
        instance[net:pick { "start", "stop" }](instance)
    end,
    disconnect = function(net) any(net, "vpc_peering_connections"):delete() end,
    accept = function(net) any(net, "vpc_peering_connections"):accept() end,
    check = function(net)
        any(net, "network_interfaces"):modify_attribute { source_dest_check = net:chance(50) }
    end,
}

local NAMES = {}
for name in pairs(EDITS) do NAMES[#NAMES + 1] = name end
table.sort(NAMES)

--- Tries `count` changes of a network; `net` has the generator's lists and random numbers. Returns
-- the names of those that were made.
function M.make(net, network, count)
    local made = {}
    net.network = network
    for _ = 1, count do
        local name = net:pick(NAMES)
        if pcall(EDITS[name], net) then made[#made + 1] = name end
    end
    return made
end

return M
