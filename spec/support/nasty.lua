-- Values that nobody would pass on purpose, and a small model whose objects join them.

local vpcpeer = require "vpcpeer"

local M = {}

-- The kinds that lead out of a VPC, one of each.
local function add_gateways(net, vpc, subnet)
    local vgw, tgw = net:create_vpn_gateway(), net:create_transit_gateway()
    local cgw = net:create_customer_gateway { ip_address = "192.0.2.1" }
    return {
        vgw, tgw, cgw, net:create_vpn_connection { customer_gateway_id = cgw, vpn_gateway_id = vgw },
        tgw:create_vpc_attachment { vpc_id = vpc, subnet_ids = { subnet } }, tgw:create_route_table(),
        subnet:create_nat_gateway { connectivity_type = "private" },
        vpc:create_vpc_endpoint {
            vpc_endpoint_type = "Interface", service_name = "com.amazonaws.us-east-1.sqs", subnet_ids = { subnet },
        },
        net:create_egress_only_internet_gateway { vpc_id = vpc },
        net:create_hosted_zone { name = "example.internal", vpc_ids = { vpc } },
        net:create_vpc_block_public_access_exclusion {
            vpc_id = vpc, internet_gateway_exclusion_mode = "allow-egress",
        },
    }
end

-- Two peered VPCs with something of every kind; the network and its handles.
function M.model()
    local net = vpcpeer.network()
    local app = net:create_vpc { cidr_block = "172.16.0.0/16", tags = { Name = "app" } }
    local data = net:create_vpc { cidr_block = "10.0.0.0/16", tags = { Name = "data" } }
    local app_a = app:create_subnet { cidr_block = "172.16.0.0/24" }
    local data_a = data:create_subnet { cidr_block = "10.0.0.0/24" }
    local pcx = net:create_vpc_peering_connection { vpc_id = app, peer_vpc_id = data }
    pcx:accept()
    app.main_route_table:create_route {
        destination_cidr_block = data.cidr_block, vpc_peering_connection_id = pcx,
    }
    local group = data:create_security_group { group_name = "db" }
    group:authorize_ingress { ip_protocol = "tcp", from_port = 5432, to_port = 5432, cidr_ip = "0.0.0.0/0" }
    local web = app_a:run_instance { private_ip_address = "172.16.0.10", tags = { Name = "web" } }
    local db = data_a:run_instance { security_group_ids = { group }, tags = { Name = "db" } }
    local gateway = net:create_internet_gateway {}
    app:attach_internet_gateway { internet_gateway_id = gateway }
    local list = net:create_managed_prefix_list {
        prefix_list_name = "all", max_entries = 5, address_family = "IPv4", entries = { { cidr = "10.0.0.0/8" } },
    }
    local handles = {
        app, data, app_a, data_a, pcx, group, web, db, gateway, list, app:create_network_acl {},
        app:create_route_table {}, app.main_route_table, web.network_interfaces[1], net:allocate_address {},
    }
    for _, handle in ipairs(add_gateways(net, app, app_a)) do
        handles[#handles + 1] = handle
    end
    return net, handles
end

local function cyclic()
    local value = {}
    for _, key in ipairs { 1, "a", "tags", "from", "to", "Vpcs", "ip_permissions", "entries", "Reservations" } do
        value[key] = value
    end
    return value
end

local function deep()
    local first = {}
    local last = first
    for _ = 1, 1000 do
        last[1] = {}
        last.tags, last.ip_permissions, last.from, last = last[1], last[1], last[1], last[1]
    end
    return first
end

-- A table whose metamethods do something, then raise.
local function trap(action)
    local function spring()
        action()
        error("the trap sprang", 0)
    end
    return setmetatable({}, {
        __index = spring, __len = spring, __pairs = spring, __tostring = spring, __call = spring, __eq = spring,
    })
end

local function noop() end

--- Values and receivers: `values` are arguments, `objects` have methods, `of` has those of the model by their
-- class. `nil` stands as M.none.
M.none = {}
function M.fresh()
    local net, handles = M.model()
    local other, other_handles = M.model()
    local closed, closed_handles = M.model()
    local gone = net:create_internet_gateway {}
    gone:delete()
    closed:close()
    local set, cidr = vpcpeer.set { "10.0.0.0/8", "::/3" }, vpcpeer.cidr "10.0.0.0/16"
    local map = vpcpeer.prefix_map { { "10.0.0.0/8", 1 }, { "10.0.0.0/9", {} } }
    local trace = net:trace { from = "web", to = "db", port = 5432 }
    local nan = 0 / 0
    local interfaces = { NetworkInterfaces = { { NetworkInterfaceId = nan } } }
    local values = {
        M.none, true, false, 0, -1, 1, 6, 24, 1.5, nan, 1 / 0, -1 / 0, 2 ^ 31, 2 ^ 53, 2 ^ 63, -2 ^ 63,
        "", "\0", "10.0.0.0/8", "10.0.0.0/24\0", "10.0.0.5", "::/0", "fe80::1", "vpc-a\0b", "web", "app",
        "internet", "internet@", "internet@igw-x=1.2.3.4", "subnet-1=10.0.0.9", "\255\254", "%s%n", "tcp", "80-90",
        ("a"):rep(300), ("10.0.0.0/8,"):rep(5000), ("x"):rep(1100000), "vpcs", "instances", "route-tables",
        "{}", '{"Vpcs":[{"VpcId":"vpc-a"}]}', "[[[", ("["):rep(100000), ".", "*", "tag:", "tag-key",
        {}, { {} }, { 1, 2, 3 }, { "10.0.0.0/8", set }, cyclic(), deep(), trap(noop), trap(function()
            other:close()
        end),
        { cidr_block = "10.5.0.0/16" }, { from = "web", to = "db" }, { strict = true },
        { from = cyclic(), to = deep() }, { on_error = "collect" },
        { from = { subnet_id = handles[3], address = "172.16.0.20" }, to = "internet" },
        { tags = { Name = "x" } }, { tags = { "a" } }, { vpc_id = handles[1] }, { vpc_id = other_handles[1] },
        { Vpcs = { { VpcId = "vpc-q", CidrBlock = 5 } } }, { Vpcs = cyclic() }, interfaces,
        { Reservations = { { Instances = {
            { InstanceId = nan, NetworkInterfaces = interfaces.NetworkInterfaces },
        } } } },
        { ip_permissions = { { ip_protocol = "tcp", from_port = -1, to_port = 70000 } } }, { rule_number = nan },
        { [trap(noop)] = 1 }, { [1.5] = 2 }, { owner_id = "" }, { region = "\0" },
        { from = "web", to = "db", port = { 1, nan } },
        noop, coroutine.create(noop), io.stdout, net, other, closed, gone, set, cidr, map, trace,
        set:cidrs(), map:covered("0.0.0.0/0"), net:vpcs(), cidr:subnets(20), closed.vpcs,
    }
    local objects = { net, net, other, closed, gone, set, cidr, map, trace, vpcpeer.builder() }
    local strange = { other_handles[1], other_handles[5], closed_handles[1], closed_handles[7] }
    for _, list in ipairs { handles, handles, strange } do
        for _, handle in ipairs(list) do
            values[#values + 1], objects[#objects + 1] = handle, handle
        end
    end
    local of = { network = { net } }
    for _, handle in ipairs(handles) do
        of[handle.kind] = of[handle.kind] or {}
        table.insert(of[handle.kind], handle)
    end
    return { values = values, objects = objects, of = of }
end

return M
