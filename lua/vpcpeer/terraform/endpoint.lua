--- VPC endpoints and prefix lists of Terraform.
--
-- A gateway endpoint puts a route to its service's prefix list into each of its tables.
-- @module vpcpeer.terraform.endpoint

local draft = require "vpcpeer.terraform.draft"
local reference = require "vpcpeer.terraform.reference"
local route = require "vpcpeer.terraform.route"
local value = require "vpcpeer.terraform.value"

local endpoint = { objects = {}, parts = {} }

-- The list of an attribute's ids in the record; more of them come from associations.
local function read_ids(self, entry, node, attribute, kind, key)
    local ids, is_open = reference.ids(node, attribute, kind)
    if is_open then
        self:unknown(node.instance, attribute, entry)
    end
    entry.record[key] = ids
end

local function list_groups(self, entry, node)
    local ids, is_open = reference.ids(node, "security_group_ids", "security_group")
    if is_open then
        self:unknown(node.instance, "security_group_ids", entry)
        ids[#ids + 1] = draft.placeholder("security_group", node.instance, "security_group_ids")
    end
    entry.record.Groups = {}
    for i, id in ipairs(ids) do
        entry.record.Groups[i] = { GroupId = id }
    end
end

-- The prefix list of a gateway endpoint's service comes with the endpoint.
local function read_service_list(self, entry, node)
    local blocks = value.texts(node, "cidr_blocks")
    entry.prefix_list_id = reference.implicit(node.instance, "prefix_list_id")
    if #blocks > 0 and entry.record.VpcEndpointType == "Gateway" then
        local list = self:implicit(node.instance, "prefix_list_id")
        if list then
            list.record.Cidrs, list.record.PrefixListName = blocks, value.text(node, "service_name")
        end
    end
end

function endpoint.objects.aws_vpc_endpoint(self, instance)
    local entry, node = self:object(instance), value.root(instance)
    if not entry then
        return
    end
    local record = entry.record
    draft.copy(record, node, {
        ServiceName = "service_name", PrivateDnsEnabled = "private_dns_enabled", IpAddressType = "ip_address_type",
        PolicyDocument = "policy", RequesterManaged = "requester_managed",
        ResourceConfigurationArn = "resource_configuration_arn", ServiceNetworkArn = "service_network_arn",
    })
    record.VpcEndpointType = value.text(node, "vpc_endpoint_type") or "Gateway"
    record.State = value.text(node, "state") or "available"
    record.VpcId = self:reference(node, "vpc_id", "vpc", entry)
    read_ids(self, entry, node, "route_table_ids", "route_table", "RouteTableIds")
    read_ids(self, entry, node, "subnet_ids", "subnet", "SubnetIds")
    read_ids(self, entry, node, "network_interface_ids", "network_interface", "NetworkInterfaceIds")
    list_groups(self, entry, node)
    record.DnsEntries = {}
    for _, block in ipairs((value.blocks(node, "dns_entry"))) do
        table.insert(record.DnsEntries, {
            DnsName = value.text(block, "dns_name"), HostedZoneId = value.text(block, "hosted_zone_id"),
        })
    end
    read_service_list(self, entry, node)
end

local function association(attribute, kind, key, wrap)
    return function(self, instance)
        local node = value.root(instance)
        local entry = self:find("vpc_endpoint", (self:reference(node, "vpc_endpoint_id", "vpc_endpoint")))
        if not entry then
            return self:orphan(instance, "vpc_endpoint_id")
        end
        local id = self:reference(node, attribute, kind, entry)
        for _, known in ipairs(entry.record[key]) do
            if known == id or (wrap and known[wrap] == id) then
                return
            end
        end
        table.insert(entry.record[key], wrap and { [wrap] = id } or id)
    end
end
endpoint.parts.aws_vpc_endpoint_route_table_association = association("route_table_id", "route_table", "RouteTableIds")
endpoint.parts.aws_vpc_endpoint_subnet_association = association("subnet_id", "subnet", "SubnetIds")
endpoint.parts.aws_vpc_endpoint_security_group_association =
    association("security_group_id", "security_group", "Groups", "GroupId")

-- ---- prefix lists --------------------------------------------------------------------------------

local function add_block(entry, block)
    for _, known in ipairs(entry.record.Cidrs) do
        if known == block then
            return
        end
    end
    table.insert(entry.record.Cidrs, block)
end

-- A list of which an entry is not known matches nothing and everything: it is not described.
local function read_entry(self, entry, node)
    local block = value.text(node, "cidr")
    if block then
        add_block(entry, block)
    elseif value.is_unknown(node, "cidr") then
        self:unknown(node.instance, "cidr", entry)
        entry.is_left_out = true
    end
end

function endpoint.objects.aws_ec2_managed_prefix_list(self, instance)
    local entry, node = self:object(instance), value.root(instance)
    if not entry then
        return
    end
    entry.record.Cidrs = value.texts(node, "cidr_blocks")
    draft.copy(entry.record, node, {
        PrefixListName = "name", AddressFamily = "address_family", MaxEntries = "max_entries", State = "state",
    })
    for _, key in ipairs { "entry", "entries" } do
        local blocks, is_open = value.blocks(node, key)
        for _, block in ipairs(blocks) do
            read_entry(self, entry, block)
        end
        if is_open then
            self:unknown(instance, key, entry)
            entry.is_left_out = true
        end
    end
end
endpoint.objects.aws_prefix_list = endpoint.objects.aws_ec2_managed_prefix_list

function endpoint.parts.aws_ec2_managed_prefix_list_entry(self, instance)
    local node = value.root(instance)
    local entry = self:find("prefix_list", (self:reference(node, "prefix_list_id", "prefix_list")))
    if not entry then
        return self:orphan(instance, "prefix_list_id")
    end
    read_entry(self, entry, node)
end

--- Puts the routes of gateway endpoints into their tables.
function endpoint.finish(self)
    for _, entry in ipairs(self.entries) do
        local record = entry.record
        if entry.kind == "vpc_endpoint" and record.VpcEndpointType == "Gateway"
            and entry.instance.mode == "managed" then
            for _, id in ipairs(record.RouteTableIds) do
                local found = self:find("route_table", id)
                if found then
                    route.add(found, {
                        DestinationPrefixListId = entry.prefix_list_id, GatewayId = entry.id,
                        Origin = "CreateRoute", State = "active",
                    })
                end
            end
        end
    end
end

return endpoint
