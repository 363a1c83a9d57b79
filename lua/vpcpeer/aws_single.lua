--- Documents that AWS prints of one object: `describe-vpc-attribute` and the `get-...` commands.
--
-- AWS names the object in the question and often not in the answer. Here each answer names it, so
-- that it can be loaded again, and the answers for several objects stand in one list.
-- @module vpcpeer.aws_single

local aws_transit = require "vpcpeer.aws_transit"
local core = require "vpcpeer.core"

local aws_single = {}

-- The attributes of each VPC, with AWS's defaults where the data do not say (semantics 1.1).
local function vpc_attributes(network)
    local list = {}
    for i, vpc in ipairs(core.describe(network, "vpcs")) do
        local support, names = vpc.EnableDnsSupport or {}, vpc.EnableDnsHostnames or {}
        local has_names = names.Value
        if has_names == nil then
            has_names = vpc.IsDefault == true
        end
        list[i] = {
            VpcId = vpc.VpcId, EnableDnsSupport = { Value = support.Value ~= false },
            EnableDnsHostnames = { Value = has_names },
        }
    end
    return list
end

-- The blocks of each prefix list.
local function prefix_list_entries(network)
    local list = {}
    for i, prefix_list in ipairs(core.describe(network, "prefix-lists")) do
        local entries, descriptions = {}, {}
        for _, entry in ipairs(prefix_list.EntryDescriptions or {}) do
            descriptions[entry.Cidr] = entry.Description
        end
        for n, block in ipairs(prefix_list.Cidrs) do
            entries[n] = { Cidr = block, Description = descriptions[block] }
        end
        list[i] = { PrefixListId = prefix_list.PrefixListId, Entries = entries }
    end
    return list
end

-- The attachments that each transit gateway route table decides for. An attachment prints its
-- table, a peering attachment one at each end: the list is turned round. A table that only its
-- associations name has a document too.
local function associations(network)
    local list, by_table = {}, {}
    local function document_of(table_id)
        local document = by_table[table_id]
        if not document then
            document = { TransitGatewayRouteTableId = table_id, Associations = {} }
            list[#list + 1], by_table[table_id] = document, document
        end
        return document.Associations
    end
    for _, route_table in ipairs(core.describe(network, "transit-gateway-route-tables")) do
        document_of(route_table.TransitGatewayRouteTableId)
    end
    for _, attachment in ipairs(aws_transit.both_ends_of(core.describe(network, "transit-gateway-attachments"))) do
        local association = attachment.Association or {}
        if association.TransitGatewayRouteTableId then
            local of_table = document_of(association.TransitGatewayRouteTableId)
            of_table[#of_table + 1] = {
                TransitGatewayAttachmentId = attachment.TransitGatewayAttachmentId,
                ResourceId = attachment.ResourceId, ResourceType = attachment.ResourceType,
                State = association.State,
            }
        end
    end
    table.sort(list, function(a, b)
        return a.TransitGatewayRouteTableId < b.TransitGatewayRouteTableId
    end)
    return list
end

local function single(class, key, id_key, documents)
    return { class = class, key = key, id_key = id_key, documents = documents, is_part = true, is_single = true }
end

--- By command: the class of the objects, the key of the list of documents, the key of the id, and
-- the function that makes the documents, one for each object in id order.
aws_single.kinds = {
    ["vpc-attribute"] = single("vpc", "VpcAttributes", "VpcId", vpc_attributes),
    ["managed-prefix-list-entries"] = single("prefix_list", "ManagedPrefixListEntries", "PrefixListId",
        prefix_list_entries),
    ["transit-gateway-route-table-associations"] = single("transit_gateway_route_table",
        "TransitGatewayAssociations", "TransitGatewayRouteTableId", associations),
}

--- Do the filters name one object by its id, as AWS's command has to?
-- @tparam string id_key such as `"VpcId"`
-- @tparam ?table given as for `filters.make`
function aws_single.names_one(id_key, given)
    local snake = id_key:gsub("(%l)(%u)", "%1_%2"):lower()
    for name, values in pairs(given or {}) do
        if type(name) == "number" and type(values) == "table" then
            name, values = values.Name or values.name, values.Values or values.values
        end
        if type(name) == "string" and name:gsub("-", "_") == snake then
            return type(values) ~= "table" or #values == 1
        end
    end
    return false
end

return aws_single
