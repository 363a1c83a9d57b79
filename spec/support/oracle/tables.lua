-- The model for the oracle: what `net:describe` prints, by id, with addresses as bytes.
--
-- Nothing is decided here beyond what sections 1 and 2 of the semantics say about which block,
-- table and ACL belong to what; no look-up structure is built, everything is found by searching.

local address = require "support.oracle.address"

local M = {}

local function by_id(list, key, read)
    local objects = { ids = {} }
    for _, record in ipairs(list or {}) do
        local id = record[key]
        objects[id] = read and read(record) or record
        objects.ids[#objects.ids + 1] = id
    end
    table.sort(objects.ids)
    return objects
end

-- Blocks of a list of associations: only those that are `associated`; no state counts so (1.1).
local function associated(blocks, list, key, state)
    for _, item in ipairs(list or {}) do
        local code = item[state] and item[state].State
        if not code or code == "associated" then
            blocks[#blocks + 1] = address.cidr(item[key])
        end
    end
end

local function read_vpc(record)
    local vpc = { id = record.VpcId, region = record.Region, blocks = {} }
    vpc.primary = record.CidrBlock and address.cidr(record.CidrBlock)
    if record.CidrBlockAssociationSet and #record.CidrBlockAssociationSet > 0 then
        associated(vpc.blocks, record.CidrBlockAssociationSet, "CidrBlock", "CidrBlockState")
    elseif vpc.primary then
        vpc.blocks[1] = vpc.primary
    end
    associated(vpc.blocks, record.Ipv6CidrBlockAssociationSet, "Ipv6CidrBlock", "Ipv6CidrBlockState")
    vpc.public_access = record.BlockPublicAccessStates and record.BlockPublicAccessStates.InternetGatewayBlockMode
    vpc.dns_support = not record.EnableDnsSupport or record.EnableDnsSupport.Value
    return vpc
end

local function read_subnet(record)
    local subnet = {
        id = record.SubnetId, vpc = record.VpcId, blocks = {},
        zone = record.AvailabilityZoneId or record.AvailabilityZone,
        zone_id = record.AvailabilityZoneId, zone_name = record.AvailabilityZone,
    }
    if record.CidrBlock then subnet.blocks[1] = address.cidr(record.CidrBlock) end
    associated(subnet.blocks, record.Ipv6CidrBlockAssociationSet, "Ipv6CidrBlock", "Ipv6CidrBlockState")
    subnet.public_access = record.BlockPublicAccessStates
        and record.BlockPublicAccessStates.InternetGatewayBlockMode
    return subnet
end

local function tagged_nat(tags)
    for _, tag in ipairs(tags or {}) do
        if tag.Key == "vpcpeer:nat" and tag.Value == "true" then return true end
    end
    return false
end

-- 8.1: private addresses with their public ones, IPv6 addresses, delegated prefixes.
local function read_interface(record)
    local eni = {
        id = record.NetworkInterfaceId, vpc = record.VpcId, subnet = record.SubnetId, addresses = {}, prefixes = {},
        groups = {}, check = record.SourceDestCheck ~= false, kind = record.InterfaceType, status = record.Status,
        nat = tagged_nat(record.TagSet), refuses_internet = record.DenyAllIgwTraffic == true,
        managed = record.RequesterManaged == true,
    }
    for _, item in ipairs(record.PrivateIpAddresses or {}) do
        local public = item.Association and item.Association.PublicIp
        local entry = { bytes = address.parse(item.PrivateIpAddress), public = public and address.parse(public) }
        table.insert(eni.addresses, item.Primary and 1 or #eni.addresses + 1, entry)
    end
    for _, item in ipairs(record.Ipv6Addresses or {}) do
        eni.addresses[#eni.addresses + 1] = { bytes = address.parse(item.Ipv6Address) }
    end
    for _, item in ipairs(record.Ipv4Prefixes or {}) do
        eni.prefixes[#eni.prefixes + 1] = address.cidr(item.Ipv4Prefix)
    end
    for _, item in ipairs(record.Ipv6Prefixes or {}) do
        eni.prefixes[#eni.prefixes + 1] = address.cidr(item.Ipv6Prefix)
    end
    for _, group in ipairs(record.Groups or {}) do eni.groups[#eni.groups + 1] = group.GroupId end
    local attachment = record.Attachment
    eni.instance = attachment and attachment.InstanceId
    eni.attached = attachment and attachment.Status == "attached"
    return eni
end

local DESTINATIONS = { "DestinationCidrBlock", "DestinationIpv6CidrBlock" }
local TARGETS = {
    "GatewayId", "NatGatewayId", "EgressOnlyInternetGatewayId", "TransitGatewayId", "VpcPeeringConnectionId",
    "NetworkInterfaceId", "InstanceId", "CarrierGatewayId", "LocalGatewayId", "CoreNetworkArn", "OdbNetworkArn",
}

local function read_route(record)
    local route = { list = record.DestinationPrefixListId, state = record.State }
    for _, key in ipairs(DESTINATIONS) do
        if record[key] then route.cidr = address.cidr(record[key]) end
    end
    for i = #TARGETS, 1, -1 do
        if record[TARGETS[i]] then route.key, route.target = TARGETS[i], record[TARGETS[i]] end
    end
    route.propagated = record.Origin == "EnableVgwRoutePropagation" or record.Origin == "Advertisement"
    route.from_vgw = record.Origin == "EnableVgwRoutePropagation"
    return route
end

local function read_table(record)
    local routes = {}
    for i, route in ipairs(record.Routes or {}) do routes[i] = read_route(route) end
    return { id = record.RouteTableId, vpc = record.VpcId, routes = routes, associations = record.Associations or {} }
end

local function read_acl(record)
    local acl = {
        id = record.NetworkAclId, vpc = record.VpcId, default = record.IsDefault,
        associations = record.Associations or {}, entries = {},
    }
    for i, entry in ipairs(record.Entries or {}) do
        acl.entries[i] = {
            number = entry.RuleNumber, egress = entry.Egress, protocol = tonumber(entry.Protocol),
            cidr = address.cidr(entry.CidrBlock or entry.Ipv6CidrBlock), allow = entry.RuleAction == "allow",
            ports = entry.PortRange, icmp = entry.IcmpTypeCode,
        }
    end
    table.sort(acl.entries, function(a, b) return a.number < b.number end)
    return acl
end

local function read_list(record)
    local cidrs = {}
    for i, text in ipairs(record.Cidrs or {}) do cidrs[i] = address.cidr(text) end
    return { id = record.PrefixListId, cidrs = cidrs }
end

-- An attachment is listed once for each gateway at its ends: `ends` has what is said there, `other`
-- the gateway at the other end of a peering. Some documents of VPC attachments alone name one.
local function read_attachments(all)
    local objects = { ids = {} }
    local function find(record)
        local id = record.TransitGatewayAttachmentId
        if not objects[id] then
            objects[id] = { TransitGatewayAttachmentId = id, ends = {}, other = {} }
            objects.ids[#objects.ids + 1] = id
        end
        return objects[id]
    end
    for _, record in ipairs(all.TransitGatewayAttachments or {}) do
        local one = find(record)
        for _, key in ipairs { "TransitGatewayId", "ResourceType", "ResourceId", "State" } do
            one[key] = one[key] or record[key]
        end
        one.ends[record.TransitGatewayId] = { listed = true, Association = record.Association }
        one.other[record.TransitGatewayId] = record.ResourceId
        if record.ResourceId then one.other[record.ResourceId] = record.TransitGatewayId end
    end
    for _, record in ipairs(all.TransitGatewayVpcAttachments or {}) do
        local one = find(record)
        one.ResourceType, one.ResourceId = "vpc", one.ResourceId or record.VpcId
        one.TransitGatewayId, one.State = one.TransitGatewayId or record.TransitGatewayId, one.State or record.State
    end
    for _, record in ipairs(all.TransitGatewayPeeringAttachments or {}) do
        local one = find(record)
        local a, b = record.RequesterTgwInfo.TransitGatewayId, record.AccepterTgwInfo.TransitGatewayId
        one.ResourceType, one.State, one.other = one.ResourceType or "peering", one.State or record.State,
            { [a] = b, [b] = a }
    end
    table.sort(objects.ids)
    return objects
end

-- 5.10: an instance of EC2-Classic is in no subnet: a place of its own, without ACL, by the main table.
local function read_classic(model)
    for _, id in ipairs(model.interfaces.ids) do
        local eni = model.interfaces[id]
        if eni.kind == "classic_link" then
            eni.subnet, eni.classic = "classic " .. id, true
            model.subnets[eni.subnet] = { id = eni.subnet, vpc = eni.vpc, blocks = {}, has_no_acl = true }
        end
    end
end

--- Everything that the network prints, as one document.
function M.documents(net)
    local all = {}
    for _, kind in ipairs {
        "vpcs", "subnets", "route-tables", "network-interfaces", "instances", "security-groups", "network-acls",
        "vpc-peering-connections", "internet-gateways", "egress-only-internet-gateways", "nat-gateways",
        "vpn-gateways", "vpn-connections", "prefix-lists", "vpc-endpoints", "transit-gateways",
        "transit-gateway-attachments", "transit-gateway-vpc-attachments", "transit-gateway-peering-attachments",
        "transit-gateway-route-tables", "transit-gateway-routes", "transit-gateway-route-table-propagations",
        "transit-gateway-prefix-list-references", "classic-link-instances", "security-group-vpc-associations",
    } do
        for key, list in pairs(net:describe(kind)) do all[key] = list end
    end
    return all
end

--- The same by kind and id.
function M.read(net)
    local all = M.documents(net)
    local model = {
        vpcs = by_id(all.Vpcs, "VpcId", read_vpc),
        subnets = by_id(all.Subnets, "SubnetId", read_subnet),
        tables = by_id(all.RouteTables, "RouteTableId", read_table),
        interfaces = by_id(all.NetworkInterfaces, "NetworkInterfaceId", read_interface),
        groups = by_id(all.SecurityGroups, "GroupId"),
        acls = by_id(all.NetworkAcls, "NetworkAclId", read_acl),
        peerings = by_id(all.VpcPeeringConnections, "VpcPeeringConnectionId"),
        internet_gateways = by_id(all.InternetGateways, "InternetGatewayId"),
        egress_only = by_id(all.EgressOnlyInternetGateways, "EgressOnlyInternetGatewayId"),
        nats = by_id(all.NatGateways, "NatGatewayId"),
        vpn_gateways = by_id(all.VpnGateways, "VpnGatewayId"),
        vpns = by_id(all.VpnConnections, "VpnConnectionId"),
        lists = by_id(all.PrefixLists, "PrefixListId", read_list),
        endpoints = by_id(all.VpcEndpoints, "VpcEndpointId"),
        transit_gateways = by_id(all.TransitGateways, "TransitGatewayId"),
        attachments = read_attachments(all),
        transit_tables = by_id(all.TransitGatewayRouteTables, "TransitGatewayRouteTableId"),
        transit_lists = by_id(all.TransitGatewayPrefixListReferences, "TransitGatewayRouteTableId"),
        vpc_attachments = by_id(all.TransitGatewayVpcAttachments, "TransitGatewayAttachmentId"),
        transit_routes = by_id(all.TransitGatewayStaticRoutes, "TransitGatewayRouteTableId"),
        propagations = by_id(all.TransitGatewayPropagations, "TransitGatewayRouteTableId"),
        instances = { ids = {} },
    }
    for _, reservation in ipairs(all.Reservations or {}) do
        for _, instance in ipairs(reservation.Instances) do
            model.instances[instance.InstanceId] = instance
            for _, eni in ipairs(instance.NetworkInterfaces or {}) do
                local known = model.interfaces[eni.NetworkInterfaceId]
                if known and tagged_nat(instance.Tags) then known.nat = true end
            end
        end
    end
    read_classic(model)
    return model
end

--- The objects of a kind, in id order.
function M.each(objects)
    local i = 0
    return function()
        i = i + 1
        return objects[objects.ids[i]]
    end
end

--- 3.3: where a regional NAT gateway stands: in a VPC, without ACL, with a table of its own.
function M.regional_place(gateway)
    return { id = "regional " .. gateway.NatGatewayId, vpc = gateway.VpcId, blocks = {}, has_no_acl = true,
        own_table = gateway.RouteTableId or "none" }
end

--- Section 2: the table associated with the subnet, else the main table of its VPC, else nothing.
function M.table_of(model, subnet)
    if subnet.own_table then return model.tables[subnet.own_table] end
    local main
    for route_table in M.each(model.tables) do
        for _, association in ipairs(route_table.associations) do
            if association.SubnetId == subnet.id then return route_table end
            if association.Main and route_table.vpc == subnet.vpc then main = main or route_table end
        end
    end
    return main
end

--- The table associated with a gateway (4.7), if there is one.
function M.table_of_gateway(model, gateway_id)
    for route_table in M.each(model.tables) do
        for _, association in ipairs(route_table.associations) do
            if association.GatewayId == gateway_id then return route_table end
        end
    end
end

--- Section 2: the ACL associated with the subnet, else the default of its VPC.
function M.acl_of(model, subnet)
    local default
    for acl in M.each(model.acls) do
        for _, association in ipairs(acl.associations) do
            if association.SubnetId == subnet.id then return acl end
        end
        if acl.default and acl.vpc == subnet.vpc then default = default or acl end
    end
    return default
end

function M.holds(eni, bytes)
    for _, entry in ipairs(eni.addresses) do
        if address.equal(entry.bytes, bytes) then return true end
    end
    return address.in_any(eni.prefixes, bytes)
end

--- The interface of a VPC that holds an address (4.5).
function M.holder(model, vpc_id, bytes)
    for eni in M.each(model.interfaces) do
        if eni.vpc == vpc_id and M.holds(eni, bytes) then return eni end
    end
end

return M
