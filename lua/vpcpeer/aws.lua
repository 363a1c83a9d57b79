--- Documents of `aws ec2 describe-*`: which there are, and how a model prints them.
--
-- The core prints single records; this file knows the documents around them. The other direction
-- is vpcpeer.aws_reader.
-- @module vpcpeer.aws

local aws_group = require "vpcpeer.aws_group"
local aws_single = require "vpcpeer.aws_single"
local aws_transit = require "vpcpeer.aws_transit"
local core = require "vpcpeer.core"
local filters = require "vpcpeer.filters"
local objects = require "vpcpeer.objects"

local aws = {}

local function row(command, class, key, id_key)
    return { command = command, class = class, key = key, id_key = id_key }
end

-- A document that prints some of the fields, and the objects that have them.
local function part(...)
    local made = row(...)
    made.is_part = true
    return made
end

-- One that AWS prints of one object at a time.
local function single(...)
    local made = part(...)
    made.is_single = true
    return made
end

-- One that describe_json leaves out where the model has nothing of it, as most have not.
local function optional(...)
    local made = row(...)
    made.is_optional = true
    return made
end

-- A document that follows from the others: it is made when it is asked for by name, and what was
-- loaded of it is only compared.
local function computed(...)
    local made = part(...)
    made.is_computed = true
    return made
end

--- What the model holds: the command without "describe-", the class of the objects, the key of the
-- list, the key of the id. The order is the order of reading: what describes an interface itself comes before the
-- copies inside instances.
aws.kinds = {
    row("vpcs", "vpc", "Vpcs", "VpcId"),
    row("subnets", "subnet", "Subnets", "SubnetId"),
    row("route-tables", "route_table", "RouteTables", "RouteTableId"),
    row("vpc-peering-connections", "vpc_peering_connection", "VpcPeeringConnections", "VpcPeeringConnectionId"),
    row("security-groups", "security_group", "SecurityGroups", "GroupId"),
    row("security-group-rules", "security_group_rule", "SecurityGroupRules", "SecurityGroupRuleId"),
    part("security-group-vpc-associations", "security_group", "SecurityGroupVpcAssociations", "GroupId"),
    computed("stale-security-groups", "security_group", "StaleSecurityGroupSet", "GroupId"),
    row("network-acls", "network_acl", "NetworkAcls", "NetworkAclId"),
    row("internet-gateways", "internet_gateway", "InternetGateways", "InternetGatewayId"),
    row("vpn-gateways", "vpn_gateway", "VpnGateways", "VpnGatewayId"),
    row("vpn-connections", "vpn_connection", "VpnConnections", "VpnConnectionId"),
    row("customer-gateways", "customer_gateway", "CustomerGateways", "CustomerGatewayId"),
    row("network-interfaces", "network_interface", "NetworkInterfaces", "NetworkInterfaceId"),
    row("addresses", "address", "Addresses", "AllocationId"),
    row("prefix-lists", "prefix_list", "PrefixLists", "PrefixListId"),
    row("egress-only-internet-gateways", "egress_only_internet_gateway", "EgressOnlyInternetGateways",
        "EgressOnlyInternetGatewayId"),
    row("nat-gateways", "nat_gateway", "NatGateways", "NatGatewayId"),
    row("vpc-endpoints", "vpc_endpoint", "VpcEndpoints", "VpcEndpointId"),
    row("hosted-zones", "hosted_zone", "HostedZones", "Id"),
    row("transit-gateways", "transit_gateway", "TransitGateways", "TransitGatewayId"),
    row("transit-gateway-attachments", "transit_gateway_attachment", "TransitGatewayAttachments",
        "TransitGatewayAttachmentId"),
    part("transit-gateway-vpc-attachments", "transit_gateway_attachment", "TransitGatewayVpcAttachments",
        "TransitGatewayAttachmentId"),
    part("transit-gateway-peering-attachments", "transit_gateway_attachment", "TransitGatewayPeeringAttachments",
        "TransitGatewayAttachmentId"),
    row("transit-gateway-route-tables", "transit_gateway_route_table", "TransitGatewayRouteTables",
        "TransitGatewayRouteTableId"),
    single("transit-gateway-routes", "transit_gateway_route_table", "TransitGatewayStaticRoutes",
        "TransitGatewayRouteTableId"),
    single("transit-gateway-route-table-propagations", "transit_gateway_route_table", "TransitGatewayPropagations",
        "TransitGatewayRouteTableId"),
    part("transit-gateway-prefix-list-references", "transit_gateway_route_table",
        "TransitGatewayPrefixListReferences", "TransitGatewayRouteTableId"),
    optional("vpc-block-public-access-options", "vpc_block_public_access_options", "VpcBlockPublicAccessOptions",
        "VpcBlockPublicAccessOptionsId"),
    optional("vpc-block-public-access-exclusions", "vpc_block_public_access_exclusion",
        "VpcBlockPublicAccessExclusions", "ExclusionId"),
    row("instances", "instance", "Reservations", "InstanceId"),
    part("classic-link-instances", "instance", "Instances", "InstanceId"),
}
-- Alone among the lists it has the key that instances have inside of their reservations.
aws.kinds[#aws.kinds].record_key = "ClassicLinkInstances"

local COMMANDS, KIND_OF = {}, {}
for i, each in ipairs(aws.kinds) do
    COMMANDS[i], KIND_OF[each.command] = each.command, each
end

-- describe-managed-prefix-lists has the key of describe-prefix-lists and leaves the blocks out.
KIND_OF["managed-prefix-lists"] = row("managed-prefix-lists", "prefix_list", "PrefixLists", "PrefixListId")
local function without_blocks(network)
    local list = core.describe(network, "prefix-lists")
    for _, prefix_list in ipairs(list) do
        prefix_list.Cidrs, prefix_list.EntryDescriptions = nil, nil
    end
    return list
end

-- How documents are made that follow from others.
local COMPUTED = { ["stale-security-groups"] = aws_group.stale, ["managed-prefix-lists"] = without_blocks }

-- All of them, for the message about one that is not there: first those that describe_json prints.
local NAMES = { "managed-prefix-lists" }
for command, kind in pairs(aws_single.kinds) do
    KIND_OF[command], COMPUTED[command], NAMES[#NAMES + 1] = kind, kind.documents, command
end
table.sort(NAMES)
for i, command in ipairs(COMMANDS) do
    table.insert(NAMES, i, command)
end

-- Puts instances back into the reservations they were launched by, in order of first instance.
local function reservations_of(instances)
    local list, by_key = {}, {}
    for _, instance in ipairs(instances) do
        local id, owner = instance.ReservationId, instance.OwnerId
        local key = id and id .. " " .. tostring(owner)
        local reservation = key and by_key[key]
        if not reservation then
            reservation = { ReservationId = id, OwnerId = owner, Groups = {}, Instances = {} }
            list[#list + 1] = reservation
            if key then
                by_key[key] = reservation
            end
        end
        instance.ReservationId, instance.OwnerId = nil, nil
        table.insert(reservation.Instances, instance)
    end
    return list
end

-- AWS prints the options of the one account and Region that asks; of several they are a list.
local function one_or_all(list)
    return #list == 1 and list[1] or list
end

-- The documents that are no list of records as the core prints them.
local RESHAPED = {
    ["vpc-block-public-access-options"] = one_or_all,
    instances = reservations_of,
    ["security-group-vpc-associations"] = aws_group.flatten_associations,
    ["transit-gateway-attachments"] = aws_transit.both_ends_of,
    ["transit-gateway-prefix-list-references"] = aws_transit.flatten_references,
}

local function check_kind(kind, level)
    if type(kind) ~= "string" then
        error("the kind must be a string such as 'vpcs', not " .. type(kind), level + 1)
    elseif not KIND_OF[kind] then
        local nearest = require("vpcpeer.options").nearest(kind, NAMES)
        error("unknown kind '" .. kind .. "' (did you mean '" .. nearest .. "'?)", level + 1)
    end
end

-- The records that the filters let through; a document that prints a part may skip objects.
local function select(list, network, kind, accept)
    local kept, position = {}, 0
    for object in objects.each(network, kind.class, function()
        return true
    end) do
        local record = list[position + 1]
        if not kind.is_part or (record and record[kind.id_key] == object.id) then
            position = position + 1
            if accept(object) then
                kept[#kept + 1] = record
            end
        end
    end
    return kept
end

-- Through pcall, so that a closed network is reported at the line of whoever called the method.
local function list_of(network, kind, level, accept)
    local ok, list = pcall(COMPUTED[kind] or core.describe, network, kind)
    if not ok then
        error(list, level + 1)
    end
    if accept then
        list = select(list, network, KIND_OF[kind], accept)
    end
    local reshape = RESHAPED[kind]
    return reshape and reshape(list) or list
end

--- The document that `aws ec2 describe-KIND` prints, as tables.
-- @function network:describe
-- @tparam string kind the command without `describe-`: `"vpcs"`, `"route-tables"`
-- @tparam[opt] table given filters: AWS's list `{{Name = "vpc-id", Values = {...}}}` or a map
-- `{["vpc-id"] = "..."}`; `*` and `?` match as they do in the AWS CLI
-- @treturn table with the document's top-level key. What AWS prints of one object at a time
-- (`"vpc-attribute"`, `"managed-prefix-list-entries"`, `"transit-gateway-routes"`,
-- `"transit-gateway-route-table-associations"`, `"transit-gateway-route-table-propagations"`) is
-- AWS's document with the object's id if the filters name one id, else a list of such documents
-- @raise for an unknown kind, naming the nearest known one; for an unknown filter
-- @usage
-- for _, vpc in ipairs(net:describe("vpcs").Vpcs) do print(vpc.VpcId, vpc.CidrBlock) end
local function describe(network, kind, given)
    check_kind(kind, 2)
    local accept
    if given ~= nil then
        local ok, made = pcall(filters.make, KIND_OF[kind].class, given)
        if not ok then
            error(made, 2)
        end
        accept = made
    end
    local list = list_of(network, kind, 2, accept)
    if KIND_OF[kind].is_single and #list == 1 and aws_single.names_one(KIND_OF[kind].id_key, given) then
        return list[1]
    end
    return { [KIND_OF[kind].key] = list }
end

--- The same as text: keys sorted, empty lists `[]`, four spaces a level, as the AWS CLI prints it.
-- Loading the text gives an equal model.
-- @function network:describe_json
-- @tparam[opt] string kind one kind; without it one document holds all kinds
-- @treturn string JSON without a newline at its end
-- @raise for an unknown kind, naming the nearest known one
-- @usage
-- local copy = assert(vpcpeer.load_json(net:describe_json()))
local function describe_json(network, kind)
    local document = {}
    if kind ~= nil then
        check_kind(kind, 2)
    end
    for _, command in ipairs(kind and { kind } or COMMANDS) do
        local row_of = KIND_OF[command]
        if kind or not row_of.is_computed then
            local list = list_of(network, command, 2)
            if kind or not row_of.is_optional or next(list) ~= nil then
                document[row_of.key] = list
            end
        end
    end
    if kind == nil then
        document.SecurityGroupRules = aws_group.whole(document.SecurityGroups, document.SecurityGroupRules)
    end
    return require("vpcpeer.json").encode(document, 4)
end

local methods = core.methods("network")
methods.describe, methods.describe_json = describe, describe_json

return aws
