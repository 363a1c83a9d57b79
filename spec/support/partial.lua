-- Random networks of which a part is missing, as when one account's dump was loaded and another's was not.

local random = require "support.random"
local random_network = require "support.random_network"

local M = {}

local function keep(documents, kind, wanted)
    local list = {}
    for _, record in ipairs(documents[kind] or {}) do
        if wanted(record) then list[#list + 1] = record end
    end
    documents[kind] = list
end

local OF_VPCS = {
    "Vpcs", "Subnets", "RouteTables", "NetworkAcls", "SecurityGroups", "NetworkInterfaces", "NatGateways",
    "VpcEndpoints",
}

--- Takes away what is in a VPC; what names it elsewhere stays.
function M.without_vpc(documents, id)
    for _, kind in ipairs(OF_VPCS) do
        keep(documents, kind, function(record) return record.VpcId ~= id end)
    end
    for _, kind in ipairs { "InternetGateways", "VpnGateways", "EgressOnlyInternetGateways" } do
        keep(documents, kind, function(record)
            local attachment = (record.VpcAttachments or record.Attachments or {})[1] or {}
            return attachment.VpcId ~= id
        end)
    end
    keep(documents, "Reservations", function(record) return record.Instances[1].VpcId ~= id end)
    return documents
end

-- Kinds of which single records are left out, and how many of ten.
local SINGLE = {
    { "InternetGateways", 2 }, { "VpnGateways", 2 }, { "NatGateways", 1 }, { "VpcPeeringConnections", 1 },
    { "VpcEndpoints", 1 }, { "TransitGateways", 1 }, { "TransitGatewayAttachments", 1 },
    { "TransitGatewayRouteTables", 2 }, { "RouteTables", 1 },
}

--- The documents of the network of a seed, with less in them.
function M.documents(seed)
    local documents, chance = random_network.documents(seed), random.new(seed * 31 + 7)
    local last = {}
    for i = 2, #documents.Vpcs do last[#last + 1] = documents.Vpcs[i].VpcId end
    for _, id in ipairs(last) do
        if chance:below(10) < 5 then M.without_vpc(documents, id) end
    end
    for _, kind in ipairs(SINGLE) do
        keep(documents, kind[1], function() return chance:below(10) >= kind[2] end)
    end
    return documents
end

return M
