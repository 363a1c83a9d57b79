-- Random changes of a model by every kind of call, whatever is in it. A call that AWS would refuse
-- is refused and changes nothing; which ones were made is told, for the message of a disagreement.

local M = {}

local PORTS = { { 443, 443 }, { 0, 65535 }, { 22, 80 }, { 8000, 8080 } }
local STATES = { "start", "stop", "stop", "terminate" }

local function any(net, random, method)
    local list = {}
    for object in net[method](net) do
        list[#list + 1] = object
    end
    return random:pick(list)
end

-- A block that means something: of a VPC, a subnet, one interface, or everything.
local function block(net, random)
    local kind = random:below(5)
    if kind == 0 then return "0.0.0.0/0" end
    if kind == 1 then return any(net, random, "vpcs").cidr_block end
    if kind == 2 then return any(net, random, "network_interfaces").private_ip_address .. "/32" end
    if kind == 3 then return "10.0.0.0/8" end
    return any(net, random, "subnets").cidr_block
end

local function rule(net, random)
    local ports, kind = random:pick(PORTS), random:below(5)
    local made = { ip_protocol = random:pick { "tcp", "udp", "tcp" }, from_port = ports[1], to_port = ports[2] }
    if kind == 0 then
        made.referenced_group_id = any(net, random, "security_groups")
    elseif kind == 1 then
        made.prefix_list_id = any(net, random, "prefix_lists")
    else
        made.cidr_ip = block(net, random)
    end
    return made
end

local function target(net, random, route)
    local kinds = {
        vpc_peering_connection_id = "vpc_peering_connections", network_interface_id = "network_interfaces",
        gateway_id = "internet_gateways", nat_gateway_id = "nat_gateways", transit_gateway_id = "transit_gateways",
    }
    local key = random:pick {
        "vpc_peering_connection_id", "vpc_peering_connection_id", "network_interface_id", "gateway_id",
        "nat_gateway_id", "transit_gateway_id",
    }
    route[key] = any(net, random, kinds[key])
    return route
end

local EDITS = {
    authorize = function(net, random)
        local group = any(net, random, "security_groups")
        group[random:pick { "authorize_ingress", "authorize_egress" }](group, rule(net, random))
    end,
    revoke = function(net, random)
        local group, egress = any(net, random, "security_groups"), random:below(2) == 0
        local permissions = egress and group.ip_permissions_egress or group.ip_permissions
        group[egress and "revoke_egress" or "revoke_ingress"](group, { ip_permissions = { random:pick(permissions) } })
    end,
    entry = function(net, random)
        any(net, random, "network_acls"):create_entry {
            rule_number = random:pick { 10, 20, 95 }, protocol = random:pick { "-1", "6" },
            egress = random:below(2) == 0, rule_action = random:pick { "allow", "deny" },
            cidr_block = block(net, random),
        }
    end,
    replace_entry = function(net, random)
        local acl = any(net, random, "network_acls")
        local entry = random:pick(acl.entries)
        acl:replace_entry { rule_number = entry.rule_number, egress = entry.egress, protocol = "-1",
            rule_action = random:pick { "allow", "deny" }, cidr_block = block(net, random) }
    end,
    delete_entry = function(net, random)
        local acl = any(net, random, "network_acls")
        local entry = random:pick(acl.entries)
        acl:delete_entry { rule_number = entry.rule_number, egress = entry.egress }
    end,
    route = function(net, random)
        any(net, random, "route_tables"):create_route(target(net, random,
            { destination_cidr_block = block(net, random) }))
    end,
    list_route = function(net, random)
        any(net, random, "route_tables"):create_route(target(net, random,
            { destination_prefix_list_id = any(net, random, "prefix_lists") }))
    end,
    replace_route = function(net, random)
        local routes = any(net, random, "route_tables")
        local route = random:pick(routes.routes)
        routes:replace_route(target(net, random, { destination_cidr_block = route.destination_cidr_block }))
    end,
    delete_route = function(net, random)
        local routes = any(net, random, "route_tables")
        local route = random:pick(routes.routes)
        routes:delete_route { destination_cidr_block = route.destination_cidr_block,
            destination_ipv6_cidr_block = route.destination_ipv6_cidr_block,
            destination_prefix_list_id = route.destination_prefix_list_id }
    end,
    associate = function(net, random)
        local kind = random:pick { "route_tables", "network_acls" }
        any(net, random, kind):associate { subnet_id = any(net, random, "subnets") }
    end,
    table_of_its_own = function(net, random)
        local subnet = any(net, random, "subnets")
        local vpc = net:get(subnet.vpc_id)
        local made = random:below(2) == 0 and vpc:create_route_table {} or vpc:create_network_acl {}
        made:associate { subnet_id = subnet }
    end,
    list = function(net, random)
        net:create_managed_prefix_list { prefix_list_name = "l", max_entries = 9,
            entries = { { cidr = block(net, random) } } }
    end,
    list_entry = function(net, random)
        local list = any(net, random, "prefix_lists")
        list:modify { add_entries = { { cidr = block(net, random) } } }
    end,
    list_less = function(net, random)
        local list = any(net, random, "prefix_lists")
        list:modify { remove_entries = { { cidr = random:pick(list.cidrs) } } }
    end,
    power = function(net, random)
        local instance = any(net, random, "instances")
        instance[random:pick(STATES)](instance)
    end,
    run = function(net, random) any(net, random, "subnets"):run_instance {} end,
    peer = function(net, random)
        net:create_vpc_peering_connection { vpc_id = any(net, random, "vpcs"), peer_vpc_id = any(net, random, "vpcs") }
    end,
    accept = function(net, random) any(net, random, "vpc_peering_connections"):accept() end,
    disconnect = function(net, random) any(net, random, "vpc_peering_connections"):delete() end,
    options = function(net, random)
        any(net, random, "vpc_peering_connections"):modify_options {
            requester_peering_connection_options = { allow_dns_resolution_from_remote_vpc = random:below(2) == 0 } }
    end,
    later = function(net, random) net:advance(random:pick { 60, 3600, 8 * 86400 }) end,
    attach = function(net, random)
        any(net, random, "network_interfaces"):attach { instance_id = any(net, random, "instances"), device_index = 5 }
    end,
    detach = function(net, random) any(net, random, "network_interfaces"):detach { force = true } end,
    interface = function(net, random) any(net, random, "subnets"):create_network_interface {} end,
    delete_interface = function(net, random) any(net, random, "network_interfaces"):delete() end,
    groups = function(net, random)
        any(net, random, "network_interfaces"):modify_attribute { groups = { any(net, random, "security_groups") } }
    end,
    check = function(net, random)
        any(net, random, "network_interfaces"):modify_attribute { source_dest_check = random:below(2) == 0 }
    end,
    address = function(net, random)
        local method = random:pick { "assign_private_ip_addresses", "assign_ipv6_addresses" }
        local interface = any(net, random, "network_interfaces")
        interface[method](interface, method == "assign_ipv6_addresses" and { ipv6_address_count = 1 }
            or { secondary_private_ip_address_count = 1 })
    end,
    elastic = function(net, random)
        net:allocate_address():associate { network_interface_id = any(net, random, "network_interfaces") }
    end,
    release = function(net, random) any(net, random, "addresses"):disassociate() end,
    block = function(net, random) any(net, random, "vpcs"):associate_cidr_block { cidr_block = "100.70.0.0/16" } end,
    unblock = function(net, random)
        local vpc = any(net, random, "vpcs")
        vpc:disassociate_cidr_block(random:pick(vpc.cidr_block_association_set).association_id)
    end,
    gateway = function(net, random) any(net, random, "vpcs"):attach_internet_gateway() end,
    close_gateway = function(net, random) any(net, random, "vpcs"):detach_internet_gateway() end,
    nat = function(net, random) any(net, random, "subnets"):create_nat_gateway { connectivity_type = "private" } end,
    delete_nat = function(net, random) any(net, random, "nat_gateways"):delete() end,
    premises = function(net, random) any(net, random, "vpcs"):attach_vpn_gateway() end,
    propagate = function(net, random)
        any(net, random, "route_tables"):enable_vgw_route_propagation { gateway_id = any(net, random, "vpn_gateways") }
    end,
    transit = function(net, random)
        local gateway = net:create_transit_gateway()
        for _ = 1, 2 do
            local subnet = any(net, random, "subnets")
            gateway:create_vpc_attachment { vpc_id = subnet.vpc_id, subnet_ids = { subnet } }
        end
    end,
    delete_attachment = function(net, random) any(net, random, "transit_gateway_attachments"):delete() end,
    describe = function(net, random) any(net, random, "security_groups"):authorize_ingress { cidr_ip = "not this" } end,
}

local NAMES = {}
for name in pairs(EDITS) do NAMES[#NAMES + 1] = name end
table.sort(NAMES)

--- Tries one change. Returns its name and whether it was made.
function M.one(net, random)
    local name = random:pick(NAMES)
    return name, (pcall(EDITS[name], net, random))
end

M.names = NAMES

return M
