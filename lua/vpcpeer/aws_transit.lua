--- Documents about transit gateway route tables that do not look like others.
--
-- search-transit-gateway-routes, get-transit-gateway-route-table-associations and -propagations
-- print what is in one table without naming it: a wrapper names it, or the caller does. References
-- to prefix lists are one flat list, and a peering attachment stands in the lists of both of its
-- gateways. All of them become records that the core reads like any other.
-- @module vpcpeer.aws_transit

local aws_aside = require "vpcpeer.aws_aside"
local core = require "vpcpeer.core"

local aws_transit = {}

local function is_list(value)
    return type(value) == "table" and (value[1] ~= nil or next(value) == nil)
end

-- The gateway that a peering attachment was described at first, where a document says so.
local function first_gateways(reader)
    local gateways = {}
    for _, attachment in ipairs(core.describe(reader.network, "transit-gateway-peering-attachments")) do
        gateways[attachment.TransitGatewayAttachmentId] = (attachment.RequesterTgwInfo or {}).TransitGatewayId
    end
    for id, gateway_id in pairs(reader.peerings) do
        gateways[id] = gateway_id
    end
    return gateways
end

-- A peering attachment has a table at each of its gateways. The association at one names the other
-- gateway as its resource, which tells the two apart once all documents are read.
local function read_peering_ends(reader)
    local gateways, far = {}, {}
    if reader.peering_ends[1] then
        gateways = first_gateways(reader)
    end
    for _, place in ipairs(reader.peering_ends) do
        local association = place.association
        local id, resource = association.TransitGatewayAttachmentId, association.ResourceId
        local shown = { TransitGatewayRouteTableId = place.table_id, State = association.State }
        local is_far = type(id) == "string" and resource
            and (resource == gateways[id] or (not gateways[id] and far[id] and far[id] ~= resource))
        local record = { TransitGatewayAttachmentId = id, ResourceType = "peering" }
        if is_far then
            record.TransitGatewayId, record.PeerAssociation, record.PeerDescribed = resource, shown, true
        else
            record.ResourceId, record.Association = resource, shown
        end
        if type(id) == "string" and not is_far then
            far[id] = resource
        end
        core.load_record(reader.network, "TransitGatewayAttachments", record, place)
    end
    reader.peering_ends = {}
end

-- An association names an attachment; the list of attachments prints it the other way round.
local function read_associations(reader, place, list, table_id)
    for i = 1, #list do
        local association = list[i]
        if type(association) == "table" and association.ResourceType == "peering" then
            local ends = reader.peering_ends
            ends[#ends + 1] = {
                association = association, table_id = table_id, file = place.file, owner_id = place.owner_id,
                region = place.region, path = "Associations[" .. i - 1 .. "]",
            }
        elseif type(association) == "table" then
            place.path = "Associations[" .. i - 1 .. "]"
            core.load_record(reader.network, "TransitGatewayAttachments", {
                TransitGatewayAttachmentId = association.TransitGatewayAttachmentId,
                ResourceType = association.ResourceType, ResourceId = association.ResourceId,
                Association = { TransitGatewayRouteTableId = table_id, State = association.State },
            }, place)
        end
    end
end

-- A list that was cut lacks routes: that no route matches says nothing then.
local function warn_of_cut(reader, place, document, path)
    if document.AdditionalRoutesAvailable == true then
        core.diagnose(reader.network, "warning", "incomplete", nil, place.file, path,
            "has more routes than the list shows (AdditionalRoutesAvailable)")
    end
end

--- Reads the contents of one table, which `table_id` names.
-- @treturn boolean whether the document was one of these
function aws_transit.read_table(reader, place, document)
    local table_id = document.TransitGatewayRouteTableId or reader.transit_gateway_route_table_id
    if type(table_id) ~= "string" then
        return false
    end
    local found = false
    place.index, place.path = nil, nil
    if is_list(document.Routes) then
        core.load_record(reader.network, "TransitGatewayStaticRoutes", {
            TransitGatewayRouteTableId = table_id, Routes = document.Routes,
            AdditionalRoutesAvailable = document.AdditionalRoutesAvailable,
        }, place)
        warn_of_cut(reader, place, document, "Routes")
        found = true
    end
    if is_list(document.TransitGatewayRouteTablePropagations) then
        core.load_record(reader.network, "TransitGatewayPropagations", {
            TransitGatewayRouteTableId = table_id,
            TransitGatewayRouteTablePropagations = document.TransitGatewayRouteTablePropagations,
        }, place)
        found = true
    end
    if is_list(document.Associations) then
        read_associations(reader, place, document.Associations, table_id)
        found = true
    end
    return found
end

--- Reads a wrapper, which names the table; one that does not says nothing.
function aws_transit.read_wrapped(reader, place, wrapper)
    if type(wrapper.TransitGatewayRouteTableId) == "string" then
        aws_transit.read_table(reader, place, wrapper)
    end
end

-- The second gateway that a peering attachment is described at: only its association is new.
local function from_other_end(reader, record)
    local id, gateway_id = record.TransitGatewayAttachmentId, record.TransitGatewayId
    if record.ResourceType ~= "peering" or type(id) ~= "string" or type(gateway_id) ~= "string" then
        return record
    end
    local first = reader.peerings[id]
    if first == nil or first == gateway_id then
        reader.peerings[id] = gateway_id
        return record
    end
    return { TransitGatewayAttachmentId = id, PeerAssociation = record.Association, PeerDescribed = true }
end

--- Keys of lists whose records `settle` looks at.
aws_transit.settled = {
    TransitGatewayAttachments = true, TransitGatewayStaticRoutes = true,
    TransitGatewayPrefixListReferences = true,
}

--- What is to be loaded for a record of a list; nil when it was put aside.
function aws_transit.settle(reader, place, key, record)
    if type(record) ~= "table" then
        return record
    elseif key == "TransitGatewayAttachments" then
        return from_other_end(reader, record)
    elseif key == "TransitGatewayStaticRoutes" then
        warn_of_cut(reader, place, record, place.path)
    elseif key == "TransitGatewayPrefixListReferences" and type(record.TransitGatewayRouteTableId) == "string" then
        aws_aside.put(reader.references, record.TransitGatewayRouteTableId, place, record)
        return nil
    end
    return record
end

--- Loads what was put aside: the associations of peering attachments, and the references of each table
-- as one list.
function aws_transit.finish(reader)
    read_peering_ends(reader)
    for _, kept in ipairs(reader.references) do
        core.load_record(reader.network, "TransitGatewayPrefixListReferences",
            { TransitGatewayRouteTableId = kept.id, PrefixListReferences = kept.rows }, kept)
    end
    reader.references = {}
end

--- The references of all tables as AWS prints them: one flat list.
function aws_transit.flatten_references(tables)
    local flat = {}
    for _, route_table in ipairs(tables) do
        for _, reference in ipairs(route_table.PrefixListReferences) do
            reference.TransitGatewayRouteTableId = route_table.TransitGatewayRouteTableId
            flat[#flat + 1] = reference
        end
    end
    return flat
end

--- Every attachment as its gateways list it: a peering attachment stands in the lists of both.
function aws_transit.both_ends_of(attachments)
    local list = {}
    for _, attachment in ipairs(attachments) do
        list[#list + 1] = attachment
        if attachment.PeerDescribed then
            list[#list + 1] = {
                TransitGatewayAttachmentId = attachment.TransitGatewayAttachmentId,
                TransitGatewayId = attachment.ResourceId, TransitGatewayOwnerId = attachment.ResourceOwnerId,
                ResourceType = attachment.ResourceType, ResourceId = attachment.TransitGatewayId,
                ResourceOwnerId = attachment.TransitGatewayOwnerId, State = attachment.State,
                CreationTime = attachment.CreationTime, Association = attachment.PeerAssociation,
                Tags = attachment.Tags,
            }
        end
        attachment.PeerDescribed, attachment.PeerAssociation = nil, nil
    end
    return list
end

return aws_transit
