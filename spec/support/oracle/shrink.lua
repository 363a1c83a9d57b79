-- Makes a network smaller while a disagreement stays: whole records first, then the items of their
-- lists (routes, rules, entries), one at a time, as long as anything can go.

local oracle = require "support.oracle.packet"
local vpcpeer = require "vpcpeer"

local M = {}

-- The lists inside records that can lose an item.
local INNER = {
    RouteTables = { "Routes", "Associations" }, SecurityGroups = { "IpPermissions", "IpPermissionsEgress" },
    NetworkAcls = { "Entries", "Associations" }, NetworkInterfaces = { "Groups", "Ipv6Addresses" },
    VpnConnections = { "Routes" }, PrefixLists = { "Cidrs" }, TransitGatewayStaticRoutes = { "Routes" },
    TransitGatewayPropagations = { "TransitGatewayRouteTablePropagations" }, VpcEndpoints = { "SubnetIds" },
    TransitGatewayVpcAttachments = { "SubnetIds" }, NatGateways = { "NatGatewayAddresses" },
}

local KINDS = {
    "NetworkInterfaces", "Reservations", "NatGateways", "VpcPeeringConnections", "SecurityGroups", "NetworkAcls",
    "RouteTables", "PrefixLists", "VpnConnections", "VpnGateways", "EgressOnlyInternetGateways", "InternetGateways",
    "VpcEndpoints", "TransitGatewayPropagations", "TransitGatewayPrefixListReferences", "TransitGatewayStaticRoutes",
    "TransitGatewayRouteTables", "TransitGatewayVpcAttachments", "TransitGatewayPeeringAttachments",
    "TransitGatewayAttachments", "TransitGateways", "Instances", "SecurityGroupVpcAssociations", "Subnets", "Vpcs",
}

-- Takes items out of a list, last first, while `holds` says that the disagreement is still there.
local function thin(list, holds)
    local changed = false
    for i = #list, 1, -1 do
        local item = table.remove(list, i)
        if holds() then
            changed = true
        else
            table.insert(list, i, item)
        end
    end
    return changed
end

--- Shrinks the documents in place; `differ(net, model)` is true while the two still disagree.
function M.documents(documents, differ)
    local function holds()
        local net = vpcpeer.load_tables(documents)
        if not net then return false end
        local ok, differs = pcall(function() return differ(net, oracle.read(net)) end)
        return ok and differs
    end
    local changed = true
    while changed do
        changed = false
        for _, kind in ipairs(KINDS) do
            local list = documents[kind] or {}
            changed = thin(list, holds) or changed
            for _, record in ipairs(list) do
                for _, key in ipairs(INNER[kind] or {}) do
                    changed = thin(record[key] or {}, holds) or changed
                end
            end
        end
    end
    return documents
end

return M
