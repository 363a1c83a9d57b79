--- Route tables of Terraform: tables, inline and single routes, associations.
--
-- A route whose target is not known leads to a placeholder; a table in which a destination or a
-- subnet is not known says nothing about the subnets that may use it, which are then left out.
-- @module vpcpeer.terraform.route

local draft = require "vpcpeer.terraform.draft"
local reference = require "vpcpeer.terraform.reference"
local value = require "vpcpeer.terraform.value"
local vpc = require "vpcpeer.terraform.vpc"

local route = { objects = {}, parts = {} }

-- Attribute, AWS's key, kind of the target.
local TARGETS = {
    { "gateway_id", "GatewayId", { "internet_gateway", "vpn_gateway" } },
    { "nat_gateway_id", "NatGatewayId", "nat_gateway" },
    { "egress_only_gateway_id", "EgressOnlyInternetGatewayId", "egress_only_internet_gateway" },
    { "transit_gateway_id", "TransitGatewayId", "transit_gateway" },
    { "vpc_peering_connection_id", "VpcPeeringConnectionId", "vpc_peering_connection" },
    { "network_interface_id", "NetworkInterfaceId", "network_interface" },
    { "instance_id", "InstanceId", "instance" },
    { "vpc_endpoint_id", "GatewayId", "vpc_endpoint" },
    { "carrier_gateway_id", "CarrierGatewayId" },
    { "local_gateway_id", "LocalGatewayId" },
    { "core_network_arn", "CoreNetworkArn" },
    { "odb_network_arn", "OdbNetworkArn" },
}

local DESTINATIONS = {
    { "destination_cidr_block", "DestinationCidrBlock" }, { "cidr_block", "DestinationCidrBlock" },
    { "destination_ipv6_cidr_block", "DestinationIpv6CidrBlock" }, { "ipv6_cidr_block", "DestinationIpv6CidrBlock" },
    { "destination_prefix_list_id", "DestinationPrefixListId", "prefix_list" },
}

local function destination_of(made)
    return made.DestinationCidrBlock or made.DestinationIpv6CidrBlock or made.DestinationPrefixListId
end

--- Adds a route to a table; one with the same destination replaces it, as states list single routes
-- in their tables too.
function route.add(entry, made)
    local routes, destination = entry.record.Routes, destination_of(made)
    entry.places = entry.places or {}
    local at = entry.places[destination] or #routes + 1
    routes[at], entry.places[destination] = made, at
end

local function read_target(self, node, made)
    local found = false
    for _, target in ipairs(TARGETS) do
        local attribute, key, kind = target[1], target[2], target[3]
        local id = value.text(node, attribute)
        if not id and kind and value.is_unknown(node, attribute) then
            id = self:reference(node, attribute, kind)
        end
        if id then
            made[key] = id
            found = true
        end
    end
    return found
end

-- Reads one route into a table.
local function read_route(self, node, entry)
    local made = { Origin = value.text(node, "origin") or "CreateRoute", State = value.text(node, "state") or "active" }
    for _, each in ipairs(DESTINATIONS) do
        local id = value.text(node, each[1])
        if not id and each[3] and value.is_unknown(node, each[1]) then
            id = reference.id(node, each[1], each[3])
        end
        made[each[2]] = made[each[2]] or id
        if not id and value.is_unknown(node, each[1]) then
            made.unknown = each[1]
        end
    end
    local unknown = made.unknown
    made.unknown = nil
    if not destination_of(made) and unknown then
        self:unknown(node.instance, unknown, entry)
        entry.spoiled = entry.spoiled or { node.instance, unknown }
    elseif not destination_of(made) then
        self:report(node.instance, "warning", "invalid_value", "route", "a route has no destination; left out")
    elseif read_target(self, node, made) then
        route.add(entry, made)
    else
        made.GatewayId = draft.placeholder("internet_gateway", node.instance, "target")
        route.add(entry, made)
        self:report(node.instance, "warning", "incomplete", "route", "the route to " .. destination_of(made)
            .. " has no target that is known")
    end
end

local function read_routes(self, node, key, entry)
    local blocks, is_open = value.blocks(node, key)
    for _, block in ipairs(blocks) do
        read_route(self, block, entry)
    end
    if is_open then
        self:unknown(node.instance, key, entry)
        entry.spoiled = entry.spoiled or { node.instance, key }
    end
end

local function associate(entry, subnet_id, gateway_id)
    table.insert(entry.record.Associations, {
        RouteTableId = entry.id, SubnetId = subnet_id, GatewayId = gateway_id,
        RouteTableAssociationId = "rtbassoc-" .. entry.id .. "-" .. #entry.record.Associations,
        Main = false, AssociationState = { State = "associated" },
    })
end

function route.objects.aws_route_table(self, instance)
    local entry, node = self:object(instance), value.root(instance)
    if not entry then
        return
    end
    local record = entry.record
    record.Associations, record.Routes, record.PropagatingVgws = {}, {}, {}
    local no_vpc
    record.VpcId, no_vpc = self:reference(node, "vpc_id", "vpc", entry)
    if not record.VpcId and instance.type == "aws_default_route_table" then
        record.VpcId = self:vpc_with("main_route_table_id", entry.id)
    end
    if no_vpc or (instance.mode == "managed" and draft.is_cut(node, "route")) then
        entry.spoiled = { instance, no_vpc and "vpc_id" or "route" }
    end
    read_routes(self, node, instance.mode == "data" and "routes" or "route", entry)
    draft.assume_empty(entry, node, "route")
    for _, id in ipairs((reference.ids(node, "propagating_vgws", "vpn_gateway"))) do
        table.insert(record.PropagatingVgws, { GatewayId = id })
    end
    for _, block in ipairs((value.blocks(node, "associations"))) do
        local subnet_id, gateway_id = value.text(block, "subnet_id"), value.text(block, "gateway_id")
        if value.get(block, "main") == true then
            self.main[record.VpcId or ""] = entry.id
        elseif subnet_id or gateway_id then
            associate(entry, subnet_id, gateway_id)
        end
    end
end
route.objects.aws_default_route_table = route.objects.aws_route_table

function route.parts.aws_route(self, instance)
    local entry = self:owner(instance, "route_table_id", "route_table", function(each)
        each.spoiled = each.spoiled or { instance, "route_table_id" }
    end)
    if entry then
        read_route(self, value.root(instance), entry)
    end
end

function route.parts.aws_route_table_association(self, instance)
    local node = value.root(instance)
    local table_id, no_table = self:reference(node, "route_table_id", "route_table")
    local subnet_id, no_subnet, candidates = self:reference(node, "subnet_id", "subnet")
    local gateway_id = self:reference(node, "gateway_id", { "internet_gateway", "vpn_gateway" })
    local entry = self:find("route_table", table_id)
    if no_subnet then
        for _, each in ipairs(self:may_be("subnet", candidates)) do
            vpc.spoil(self, each.id, instance, "subnet_id")
        end
    elseif entry and (subnet_id or gateway_id) then
        associate(entry, subnet_id, gateway_id)
    elseif no_table and subnet_id then
        vpc.spoil(self, subnet_id, instance, "route_table_id")
    elseif subnet_id and table_id and self:find("subnet", subnet_id) then
        self:orphan(instance, "route_table_id")
        vpc.spoil(self, subnet_id, instance, "route_table_id")
    else
        self:orphan(instance, "route_table_id")
    end
end

function route.parts.aws_main_route_table_association(self, instance)
    local node = value.root(instance)
    local vpc_id, is_unknown, candidates = self:reference(node, "vpc_id", "vpc")
    local table_id = self:reference(node, "route_table_id", "route_table")
    if not is_unknown then
        self.main[vpc_id or ""] = table_id
        return
    end
    for _, each in ipairs(self:may_be("vpc", candidates)) do
        self.main[each.id] = draft.placeholder("route_table", instance, "vpc_id")
    end
end

function route.parts.aws_vpn_gateway_route_propagation(self, instance)
    local node = value.root(instance)
    local entry = self:find("route_table", (self:reference(node, "route_table_id", "route_table")))
    if not entry then
        return self:orphan(instance, "route_table_id")
    end
    entry.record.PropagatingVgws = entry.record.PropagatingVgws or {}
    table.insert(entry.record.PropagatingVgws, { GatewayId = self:reference(node, "vpn_gateway_id", "vpn_gateway") })
end

-- ---- when everything is read ---------------------------------------------------------------------

-- The local routes, which no resource lists; first in the table, as AWS prints them.
local function add_local_routes(entry, vpc_record)
    local own = {}
    for key, prefix in pairs { CidrBlock = "Destination", Ipv6CidrBlock = "Destination" } do
        for _, block in ipairs(vpc_record[key .. "AssociationSet"] or {}) do
            if not (entry.places and entry.places[block[key]]) then
                own[#own + 1] = {
                    [prefix .. key] = block[key], GatewayId = "local", Origin = "CreateRouteTable", State = "active",
                }
            end
        end
    end
    table.sort(own, function(a, b)
        return destination_of(a) < destination_of(b)
    end)
    for i, made in ipairs(own) do
        table.insert(entry.record.Routes, i, made)
    end
end

local function spoil_users(self, entry, is_main)
    local uses, taken = {}, {}
    for _, association in ipairs(entry.record.Associations) do
        uses[association.SubnetId or ""] = true
    end
    for _, each in ipairs(is_main and self.entries or {}) do
        for _, association in ipairs(each.kind == "route_table" and each.record.Associations or {}) do
            taken[association.SubnetId or ""] = true
        end
    end
    for _, each in ipairs(self.entries) do
        if each.kind == "subnet"
            and (uses[each.id] or (is_main and each.record.VpcId == entry.record.VpcId and not taken[each.id])) then
            vpc.spoil(self, each.id, entry.spoiled[1], entry.spoiled[2])
        end
    end
end

--- Marks the main tables, adds local routes, leaves out what uses tables that are not known.
function route.finish(self)
    for _, entry in ipairs(self.entries) do
        if entry.kind == "vpc" then
            self.main[entry.id] = self.main[entry.id] or reference.implicit(entry.instance, "main_route_table_id")
        end
    end
    for _, entry in ipairs(self.entries) do
        if entry.kind == "route_table" then
            local is_main = self.main[entry.record.VpcId or ""] == entry.id
            if is_main then
                table.insert(entry.record.Associations, 1, {
                    RouteTableId = entry.id, RouteTableAssociationId = "rtbassoc-" .. entry.id, Main = true,
                    AssociationState = { State = "associated" },
                })
            end
            local owner = self:find("vpc", entry.record.VpcId)
            if owner then
                add_local_routes(entry, owner.record)
            end
            if entry.spoiled then
                spoil_users(self, entry, is_main)
            end
        end
    end
end

return route
