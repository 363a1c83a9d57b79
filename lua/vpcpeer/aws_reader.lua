--- Documents of `aws ec2 describe-*` into a model: where the records are in a decoded document.
--
-- The core reads single records; this file knows the documents around them. A document shows by its
-- keys what it is; file names mean nothing. A document is never changed: hosts pass in their own.
-- @module vpcpeer.aws_reader

local aws = require "vpcpeer.aws"
local aws_group = require "vpcpeer.aws_group"
local aws_transit = require "vpcpeer.aws_transit"
local core = require "vpcpeer.core"

local aws_reader = {}

--- Lists that may be long enough to be worth reading in pieces, and what is read in them besides
-- the fields of records.
aws_reader.LONG = {
    "Vpcs", "Subnets", "RouteTables", "SecurityGroups", "NetworkAcls", "NetworkInterfaces", "Addresses",
    "Reservations",
}
aws_reader.AROUND = { "Instances", "OwnerId", "ReservationId", "NetworkInterfaces" }

local IS_LIST_KEY = {}
for _, kind in ipairs(aws.kinds) do
    IS_LIST_KEY[kind.key] = true
end

-- Keys that surround the answer and say nothing about the network.
local IGNORED = { NextToken = true, ResponseMetadata = true, AdditionalRoutesAvailable = true }

-- Keys of other describe commands: known, but not part of the model.
local NOT_MODELLED = {}
for key in ([[
    AvailabilityZones CarrierGateways ClassicLinkInstances DhcpOptions
    FlowLogs Hosts Images InstanceStatuses KeyPairs LocalGateways
    ManagedPrefixLists MovingAddressStatuses NetworkInsightsPaths PlacementGroups
    Regions SecurityGroupsReferenceSet Volumes
    ServiceNames ServiceDetails ServiceConfigurations VpcEndpointConnections AllowedPrincipals
]]):gmatch("%S+") do
    NOT_MODELLED[key] = true
end

-- The table that is reused for every record: where the record stands.
local function make_place(source)
    return { file = source.name, owner_id = source.owner_id, region = source.region }
end

-- A message reads on after file and path: "vpcs.json: Vpcs is no list".
local function diagnose(reader, place, severity, code, path, message)
    core.diagnose(reader.network, severity, code, nil, place.file, path, message)
end

-- A list of a document. Null is absent; an empty object is an empty list, as some writers print it.
local function list_of(reader, place, value, path)
    if value == nil or type(value) == "userdata" then
        return {}
    elseif type(value) ~= "table" or (value[1] == nil and next(value) ~= nil) then
        diagnose(reader, place, "warning", "invalid_type", path, "is no list; left out")
        return {}
    end
    return value
end

-- Records that are changed, or put aside, before they are loaded, or that the core knows by
-- another key than the document's.
local function read_settled(reader, place, document, kind)
    local key = kind.key
    local list = list_of(reader, place, document[key], key)
    for i = 1, #list do
        place.index, place.path = i - 1, key .. "[" .. i - 1 .. "]"
        local record = aws_group.settle(reader, place, key, aws_transit.settle(reader, place, key, list[i]))
        if record ~= nil then
            core.load_record(reader.network, kind.record_key or key, record, place)
        end
    end
    place.index, place.path = nil, nil
end

-- A list in pieces, decoded one after the other; `cut` is of json.cut.
local function read_pieces(reader, place, cut, key)
    for _, i in ipairs(cut.lists[key]) do
        local list, first, message, code = cut.decode(i)
        if list then
            core.load_records(reader.network, key, list, place, first)
        else
            diagnose(reader, place, "warning", code, key, message)
        end
    end
end

-- describe-vpc-attribute prints one attribute of one VPC without a list around it.
local function read_vpc_attribute(reader, place, document)
    if type(document.VpcId) ~= "string"
        or not (document.EnableDnsSupport or document.EnableDnsHostnames) then
        return false
    end
    place.index, place.path = nil, nil
    core.load_record(reader.network, "Vpcs", {
        VpcId = document.VpcId,
        EnableDnsSupport = document.EnableDnsSupport,
        EnableDnsHostnames = document.EnableDnsHostnames,
    }, place)
    return true
end

-- get-managed-prefix-list-entries does not say whose entries they are: a wrapper or the caller does.
local function read_entries(reader, place, document)
    local id = document.PrefixListId or reader.prefix_list_id
    if type(document.Entries) ~= "table" or type(id) ~= "string" then
        return false
    end
    local cidrs, descriptions = {}, {}
    for i, entry in ipairs(document.Entries) do
        cidrs[i] = type(entry) == "table" and entry.Cidr or entry
        if type(entry) == "table" and entry.Description and entry.Description ~= "" then
            descriptions[#descriptions + 1] = { Cidr = entry.Cidr, Description = entry.Description }
        end
    end
    place.index, place.path = nil, nil
    core.load_record(reader.network, "PrefixLists", {
        PrefixListId = id, Cidrs = cidrs, EntryDescriptions = descriptions[1] and descriptions,
    }, place)
    return true
end

-- describe-vpc-block-public-access-options prints the options of one account and Region, without an
-- id; several are a list.
local function read_access_options(reader, place, document)
    local value = document.VpcBlockPublicAccessOptions
    if type(value) == "table" and value[1] == nil and next(value) ~= nil then
        value = { value }
    end
    for i, given in ipairs(list_of(reader, place, value, "VpcBlockPublicAccessOptions")) do
        local record = {}
        for key, field in pairs(type(given) == "table" and given or {}) do
            record[key] = field
        end
        local account, region = record.AwsAccountId or place.owner_id, record.AwsRegion or place.region
        record.VpcBlockPublicAccessOptionsId = type(account) == "string" and type(region) == "string"
            and ("bpa-" .. account .. "-" .. region) or nil
        place.index, place.path = i - 1, "VpcBlockPublicAccessOptions[" .. i - 1 .. "]"
        core.load_record(reader.network, "VpcBlockPublicAccessOptions", record, place)
    end
    place.index, place.path = nil, nil
end

-- Lists of the documents of several objects, as network:describe prints them.
local SINGLES = {
    { "VpcAttributes", read_vpc_attribute }, { "ManagedPrefixListEntries", read_entries },
    { "TransitGatewayAssociations", aws_transit.read_wrapped },
}
for _, single in ipairs(SINGLES) do
    IGNORED[single[1]] = true
end

local function read_singles(reader, place, document)
    local found = false
    for _, single in ipairs(SINGLES) do
        local key, read = single[1], single[2]
        if document[key] ~= nil and type(document[key]) ~= "userdata" then
            for _, one in ipairs(list_of(reader, place, document[key], key)) do
                if type(one) == "table" then
                    read(reader, place, one)
                end
            end
            found = true
        end
    end
    return found
end

-- Keys of documents that belong to an object which they do not name: the member that would name it, the
-- option that does, and what the first item must have, since other services have keys of these names.
local UNNAMED = {
    Entries = { "a prefix list", "PrefixListId", "prefix_list_id", "Cidr" },
    Routes = {
        "a transit gateway route table", "TransitGatewayRouteTableId", "transit_gateway_route_table_id",
        "DestinationCidrBlock",
    },
    Associations = {
        "a transit gateway route table", "TransitGatewayRouteTableId", "transit_gateway_route_table_id",
        "TransitGatewayAttachmentId",
    },
}
UNNAMED.TransitGatewayRouteTablePropagations = UNNAMED.Associations

-- What is to be said of a key that nothing was read from.
local function why_unread(key, value)
    local unnamed = UNNAMED[key]
    local first = unnamed and type(value) == "table" and value[1]
    if type(first) == "table" and (first[unnamed[4]] or first.PrefixListId) then
        return "warning", "unnamed", ("belongs to %s that is not named; left out: add \"%s\" to the document, "
            .. "or in Lua give the option %s"):format(unnamed[1], unnamed[2], unnamed[3])
    end
    return "info", "unknown_kind",
        NOT_MODELLED[key] and "is not part of the model" or "is no key of a describe document"
end

-- Keys that nothing was read from are named, so that nothing is left out in silence.
local function report_unknown(reader, place, document)
    local keys = {}
    for key in pairs(document) do
        keys[#keys + 1] = tostring(key)
    end
    table.sort(keys)
    for _, key in ipairs(keys) do
        if not IS_LIST_KEY[key] and not IGNORED[key] then
            local severity, code, message = why_unread(key, document[key])
            diagnose(reader, place, severity, code, key, message)
        end
    end
end

--- A reader of documents into one network.
-- @tparam network network
-- @tparam[opt] table given options: `prefix_list_id` and `transit_gateway_route_table_id`, of documents
-- that do not name their list or table
-- @treturn table for `aws_reader.read`; `known` tells whether any document said something
function aws_reader.new(network, given)
    given = given or {}
    return {
        network = network, prefix_list_id = given.prefix_list_id,
        transit_gateway_route_table_id = given.transit_gateway_route_table_id,
        peerings = {}, peering_ends = {}, references = {}, associations = {}, known = false,
    }
end

--- Loads what had to wait for the last document.
function aws_reader.finish(reader)
    aws_transit.finish(reader)
    aws_group.finish(reader)
end

--- Reads a decoded document into the reader's network. The document is not changed.
-- @tparam table reader from aws_reader.new
-- @param document what a JSON reader made
-- @tparam table source `{ name, owner_id, region }`: the file, and what its place suggests
-- @tparam[opt] table cut the lists of the document that came in pieces, of json.cut
function aws_reader.read(reader, document, source, cut)
    local place, known = make_place(source), false
    if type(document) ~= "table" or document[1] ~= nil then
        diagnose(reader, place, "info", "unknown_kind", nil, "the document is no object")
        return
    end
    for _, kind in ipairs(aws.kinds) do
        if cut and cut.lists[kind.key] then
            known = true
            read_pieces(reader, place, cut, kind.key)
        elseif document[kind.key] ~= nil and type(document[kind.key]) ~= "userdata" then
            known = true
            if kind.key == "VpcBlockPublicAccessOptions" then
                read_access_options(reader, place, document)
            elseif kind.record_key or aws_transit.settled[kind.key] or aws_group.settled[kind.key] then
                read_settled(reader, place, document, kind)
            else
                core.load_records(reader.network, kind.key, document[kind.key], place)
            end
        end
    end
    known = read_singles(reader, place, document) or known
    if read_vpc_attribute(reader, place, document) or read_entries(reader, place, document)
        or aws_transit.read_table(reader, place, document) then
        known = true
    else
        report_unknown(reader, place, document)
    end
    reader.known = reader.known or known
end

return aws_reader
