--- The part of `vpcpeer show` below the VPCs: what joins them with each other and with the outside.
--
-- One table says it all: a section for each kind of object, with the cells of its rows. A section
-- without rows is not printed.

local cells = require "vpcpeer.cli.cells"

local label = cells.label

local gateways = {}

-- An id with its Name tag; nil where the data do not say.
local function named(id, names)
    return id and label(id, names[id])
end

-- Several of them in one cell.
local function all_named(ids, names)
    local list = {}
    for i, id in ipairs(ids or {}) do
        list[i] = named(id, names)
    end
    return table.concat(list, ", ")
end

-- The VPC of a gateway that is attached to one.
local function attached(attachments, names)
    return named((attachments[1] or {}).VpcId, names)
end

-- What of a list of records is worth a word, in one cell.
local function joined(list, key)
    local parts = {}
    for _, item in ipairs(list or {}) do
        parts[#parts + 1] = item[key]
    end
    return table.concat(parts, ", ")
end

local function peering(record, names)
    return record.Status.Code, named(record.RequesterVpcInfo.VpcId, names), "<->",
        named(record.AccepterVpcInfo.VpcId, names)
end

-- A regional NAT gateway has no subnet.
local function nat_gateway(record, names)
    return record.State, record.ConnectivityType, named(record.VpcId, names), named(record.SubnetId, names),
        joined(record.NatGatewayAddresses, "PrivateIp"), joined(record.NatGatewayAddresses, "PublicIp")
end

-- The far end is the customer gateway, the near end one of two kinds.
local function vpn_connection(record, names)
    return record.State, named(record.VpnGatewayId or record.TransitGatewayId, names), "<->",
        named(record.CustomerGatewayId, names), joined(record.Routes, "DestinationCidrBlock")
end

-- Gateway endpoints are in route tables, the others in subnets.
local function vpc_endpoint(record, names)
    local places = record.RouteTableIds[1] and record.RouteTableIds or record.SubnetIds
    local far = record.ServiceName or record.ResourceConfigurationArn or record.ServiceNetworkArn
    return record.State, record.VpcEndpointType, far, named(record.VpcId, names),
        all_named(places, names), joined(record.Groups, "GroupId")
end

local function attachment(record, names)
    return record.State, named(record.TransitGatewayId, names), record.ResourceType or record.VpcId and "vpc",
        named(record.ResourceId or record.VpcId, names), all_named(record.SubnetIds, names)
end

-- What is not an instance's: of databases, load balancers, functions and the like. Gateways and endpoints
-- have theirs named by type.
local function network_interface(record, names)
    local public = (record.Association or {}).PublicIp
    return record.PrivateIpAddress, public, record.InterfaceType ~= "interface" and record.InterfaceType or nil,
        named(record.SubnetId, names), joined(record.Groups, "GroupId"), record.Description
end

local function instance(record)
    return record.PrivateIpAddress, record.PublicIpAddress, (record.State or {}).Name, record.SubnetId,
        cells.groups(record)
end

-- Class, heading, the cells after the id, and which records are meant (all, unless it says).
local SECTIONS = {
    { "vpc_peering_connection", "peering connections", peering },
    { "internet_gateway", "internet gateways", function(record, names)
        return attached(record.Attachments, names)
    end },
    { "egress_only_internet_gateway", "egress-only internet gateways", function(record, names)
        return attached(record.Attachments, names)
    end },
    { "nat_gateway", "NAT gateways", nat_gateway },
    { "vpc_endpoint", "endpoints", vpc_endpoint },
    { "vpn_gateway", "virtual private gateways", function(record, names)
        return record.State, attached(record.VpcAttachments, names)
    end },
    { "vpn_connection", "VPN connections", vpn_connection },
    { "transit_gateway", "transit gateways", function(record)
        return record.State
    end },
    { "transit_gateway_attachment", "transit gateway attachments", attachment },
    { "hosted_zone", "hosted zones", function(record, names)
        local count = #record.Records
        return record.Name, count .. (count == 1 and " record" or " records"), all_named(record.VpcIds, names)
    end },
    { "instance", "instances", instance },
    { "network_interface", "interfaces of no instance", network_interface, function(record)
        return not (record.Attachment or {}).InstanceId
    end },
}

-- What a transit gateway route table says, a heading each: its routes, who propagates into it.
local function add_transit_table(page, record, names)
    local gateway = named(record.TransitGatewayId, names)
    page:heading("", "transit gateway route table " .. named(record.id, names) .. (gateway and " of " .. gateway or ""))
    for _, route in ipairs(record.Routes or {}) do
        local targets = joined(route.TransitGatewayAttachments, "TransitGatewayAttachmentId")
        page:row("  ", route.DestinationCidrBlock, targets, route.Type, route.State)
    end
    for _, reference in ipairs(record.PrefixListReferences or {}) do
        page:row("  ", named(reference.PrefixListId, names),
            (reference.TransitGatewayAttachment or {}).TransitGatewayAttachmentId, "static",
            reference.Blackhole and "blackhole" or "active")
    end
    for _, propagation in ipairs(record.TransitGatewayRouteTablePropagations or {}) do
        page:row("  ", propagation.ResourceId, propagation.TransitGatewayAttachmentId, "propagates", propagation.State)
    end
end

--- Adds the sections to a page.
-- @tparam table page see vpcpeer.cli.page
-- @tparam {string={table,...}} model the records of each class, each with its id under `id`
-- @tparam {string=string} names Name tags by id
function gateways.add(page, model, names)
    for _, section in ipairs(SECTIONS) do
        local is_meant, any = section[4], false
        for _, record in ipairs(model[section[1]] or {}) do
            if not is_meant or is_meant(record) then
                if not any then
                    page:heading("", section[2])
                end
                any = true
                page:row("  ", named(record.id, names), section[3](record, names))
            end
        end
        if section[1] == "transit_gateway_attachment" then
            for _, record in ipairs(model.transit_gateway_route_table or {}) do
                add_transit_table(page, record, names)
            end
        end
    end
    page:flush()
end

return gateways
