-- Transit gateways (semantics 3.6): from an attachment through a TGW route table to another one.
--
-- Followed here: attachments of VPCs, of VPN connections and Direct Connect as ways out and in, and
-- peerings of gateways. Whatever else a route names ends the walk without a verdict.

local address = require "support.oracle.address"
local state = require "support.oracle.state"
local tables = require "support.oracle.tables"

local M = {}

local function is_available(record) return not record.State or record.State == "available" end

local PEERING = { peering = true, ["tgw-peering"] = true }
local PREMISES = { vpn = true, ["direct-connect-gateway"] = true }

--- An attachment that leads to a network on premises (VPN or Direct Connect).
function M.is_premises(attachment) return PREMISES[attachment.ResourceType] end

--- The attachment of a VPC to a gateway, if there is one.
function M.attachment_of(model, gateway_id, vpc_id)
    for attachment in tables.each(model.attachments) do
        if attachment.TransitGatewayId == gateway_id and attachment.ResourceType == "vpc"
            and attachment.ResourceId == vpc_id then
            return attachment
        end
    end
end

--- 4.4: the gateway and the attachment of this VPC are available; an attachment that the data do not
-- have is no reason for a blackhole.
function M.works(model, gateway, vpc_id)
    local attachment = M.attachment_of(model, gateway.TransitGatewayId, vpc_id)
    return is_available(gateway) and (not attachment or is_available(attachment))
end

-- The subnets of an attachment, and whether the data have all of them.
local function subnets_of(model, attachment)
    local list, complete = {}, true
    local details = model.vpc_attachments[attachment.TransitGatewayAttachmentId]
    local ids = details and details.SubnetIds or {}
    for _, id in ipairs(ids) do
        if model.subnets[id] then
            list[#list + 1] = model.subnets[id]
        else
            complete = false
        end
    end
    return list, complete and #ids > 0
end

-- D02: zones by id where both have one, else by name.
local function same_zone(a, b)
    if a.zone_id and b.zone_id then return a.zone_id == b.zone_id end
    return a.zone_name ~= nil and a.zone_name == b.zone_name
end
M.same_zone = same_zone

-- The subnet of an attachment in the zone of another subnet.
local function subnet_in_zone(model, attachment, subnet)
    for _, own in ipairs(subnets_of(model, attachment)) do
        if subnet and same_zone(own, subnet) then return own end
    end
end

-- D22: the lowest zone of the attachment.
local function lowest_subnet(model, attachment)
    local lowest
    for _, subnet in ipairs((subnets_of(model, attachment))) do
        if not lowest or subnet.zone_name < lowest.zone_name then lowest = subnet end
    end
    return lowest
end

local function overlaps(a, b)
    return address.contains(a, b.bytes) or address.contains(b, a.bytes)
end

-- Does a block of the VPC equal or overlap one of a VPC that was attached before? Ids stand for the
-- order in which the attachments were made. Then none of its blocks is propagated.
local function is_shadowed(model, attachment)
    for other in tables.each(model.attachments) do
        local vpc, own = model.vpcs[other.ResourceId], model.vpcs[attachment.ResourceId]
        if other.TransitGatewayId == attachment.TransitGatewayId and other.ResourceType == "vpc" and vpc and own
            and is_available(other) and other.TransitGatewayAttachmentId < attachment.TransitGatewayAttachmentId then
            for _, a in ipairs(vpc.blocks) do
                for _, b in ipairs(own.blocks) do
                    if overlaps(a, b) then return true end
                end
            end
        end
    end
    return false
end

-- What an attachment propagates: the blocks of its VPC, IPv6 only where the attachment has it; what
-- a VPN connection has learned.
local function propagated_blocks(model, attachment)
    local blocks = {}
    if attachment.ResourceType == "vpc" and not is_shadowed(model, attachment) then
        local vpc = model.vpcs[attachment.ResourceId]
        local details = model.vpc_attachments[attachment.TransitGatewayAttachmentId]
        local six = details and details.Options and details.Options.Ipv6Support == "enable"
        for _, block in ipairs(vpc and vpc.blocks or {}) do
            if #block.bytes == 4 or six then blocks[#blocks + 1] = block end
        end
    elseif attachment.ResourceType == "vpn" then
        for _, route in ipairs((model.vpns[attachment.ResourceId] or {}).Routes or {}) do
            if (route.State or "available") == "available" then
                blocks[#blocks + 1] = address.cidr(route.DestinationCidrBlock)
            end
        end
    end
    return blocks
end

-- The order of 3.6 among propagated routes; static ones are 0, those from a prefix list 1.
local RANKS = { vpc = 2, ["direct-connect-gateway"] = 3, vpn = 5 }

local function listed_routes(model, table_id, list, listed)
    for _, route in ipairs((model.transit_routes[table_id] or {}).Routes or {}) do
        local lowest, kind
        for _, target in ipairs(route.TransitGatewayAttachments or {}) do
            local id = target.TransitGatewayAttachmentId
            if not lowest or id < lowest then lowest, kind = id, target.ResourceType end
            if route.Type == "propagated" then listed[id] = true end
        end
        list[#list + 1] = {
            cidr = address.cidr(route.DestinationCidrBlock), attachment = lowest,
            blackhole = route.State == "blackhole",
            rank = route.Type == "propagated" and (RANKS[kind] or 9) or route.PrefixListId and 1 or 0,
        }
    end
end

local function referenced_routes(model, table_id, list)
    local references = (model.transit_lists[table_id] or {}).TransitGatewayPrefixListReferences or {}
    for _, reference in ipairs(references) do
        for _, cidr in ipairs((model.lists[reference.PrefixListId] or { cidrs = {} }).cidrs) do
            list[#list + 1] = { cidr = cidr, rank = 1, blackhole = reference.Blackhole == true,
                attachment = (reference.TransitGatewayAttachment or {}).TransitGatewayAttachmentId }
        end
    end
end

-- Every route of a TGW route table as { cidr, rank, attachment, blackhole }. Blocks of propagations
-- stand where no propagated route of that attachment is listed.
local function routes_of(model, table_id)
    local list, listed = {}, {}
    listed_routes(model, table_id, list, listed)
    referenced_routes(model, table_id, list)
    local propagations = (model.propagations[table_id] or {}).TransitGatewayRouteTablePropagations
    for _, item in ipairs(propagations or {}) do
        local attachment = model.attachments[item.TransitGatewayAttachmentId]
        if attachment and not listed[item.TransitGatewayAttachmentId] and (item.State or "enabled") == "enabled"
            and is_available(attachment) then
            for _, block in ipairs(propagated_blocks(model, attachment)) do
                list[#list + 1] = { cidr = block, rank = RANKS[attachment.ResourceType] or 9,
                    attachment = item.TransitGatewayAttachmentId }
            end
        end
    end
    return list
end

-- Longest prefix, then by rank, then the lowest attachment (D21).
local function better(a, b)
    if a.cidr.length ~= b.cidr.length then return a.cidr.length > b.cidr.length end
    if a.rank ~= b.rank then return a.rank < b.rank end
    return (a.attachment or "") < (b.attachment or "")
end

local function select(model, table_id, bytes)
    local best
    for _, route in ipairs(routes_of(model, table_id)) do
        if address.contains(route.cidr, bytes) and (not best or better(route, best)) then best = route end
    end
    return best
end

--- Zone and state of the attachment by which a packet of a subnet enters: its subnet there. A sender
-- without a zone takes the lowest one.
function M.enter(model, gateway, subnet)
    local attachment = M.attachment_of(model, gateway.TransitGatewayId, subnet.vpc)
        or state.fail "UNKNOWN_RESOURCE"
    local _, complete = subnets_of(model, attachment)
    local entrance = subnet_in_zone(model, attachment, subnet)
        or not subnet.zone_name and lowest_subnet(model, attachment)
    return attachment, entrance or state.fail(complete and "TGW_ROUTE_AZ_RESTRICTION" or "UNKNOWN_RESOURCE")
end

-- With appliance mode the reply takes the zone of the request (3.6), whose subnets `used` has.
local function leaves_by(model, attachment, sender, used)
    local id = attachment.TransitGatewayAttachmentId
    local options = (model.vpc_attachments[id] or {}).Options
    local kept = used and options and options.ApplianceModeSupport == "enable" and used[id]
    return kept or subnet_in_zone(model, attachment, sender) or lowest_subnet(model, attachment)
        or state.fail "UNKNOWN_RESOURCE"
end

-- The table that decides for packets from an attachment at one of its gateways.
local function table_for(model, attachment, gateway_id)
    local there = attachment.ends[gateway_id]
    if not there or not there.listed then state.fail "UNKNOWN_RESOURCE" end
    local association = there.Association
    if not association or (association.State or "associated") ~= "associated" then
        state.fail "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION"
    end
    local id = association.TransitGatewayRouteTableId
    if not model.transit_tables[id] then state.fail "TGW_RTB_ROUTES_ARE_UNKNOWN" end
    return id
end

-- The attachment by which a packet leaves one gateway.
local function hop(model, attachment, gateway_id, bytes)
    local gateway = model.transit_gateways[gateway_id] or state.fail "UNKNOWN_RESOURCE"
    if not is_available(gateway) or not is_available(attachment) then state.fail "BAD_STATE_ATTACHMENT" end
    local id = table_for(model, attachment, gateway_id)
    local route = select(model, id, bytes)
    if not route then
        local known = model.transit_routes[id]
        state.fail(known and known.AdditionalRoutesAvailable ~= true and "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT"
            or "TGW_RTB_ROUTES_ARE_UNKNOWN")
    end
    if route.blackhole or not route.attachment then state.fail "TGW_RTB_BAD_STATE_ROUTE" end
    local out = model.attachments[route.attachment] or state.fail "UNKNOWN_DESTINATION"
    if not is_available(out) then state.fail "BAD_STATE_ATTACHMENT" end
    return out
end

-- 9.5: the state of the VPN connection behind an attachment; one that is not described is up.
local function check_vpn(model, attachment)
    local vpn = attachment.ResourceType == "vpn" and model.vpns[attachment.ResourceId]
    if vpn and not M.vpn_works(vpn) then state.fail "TGW_BAD_STATE_VPN" end
end
M.check_vpn = check_vpn

--- 3.4.3: a VPN connection is available, and one of its tunnels is up if any says how it is.
function M.vpn_works(vpn)
    if vpn.State ~= "available" then return false end
    for _, tunnel in ipairs(vpn.VgwTelemetry or {}) do
        if tunnel.Status == "UP" then return true end
    end
    return #(vpn.VgwTelemetry or {}) == 0
end

--- From an attachment through one gateway, or several that are peered: the attachment by which the
-- packet leaves, and for a VPC the subnet, in the zone of the sender (if there is one) if possible;
-- then the last gateway and how many there were.
function M.cross(walk, attachment, gateway_id, sender, bytes, used)
    local model, gateways = walk.model, 0
    while true do
        state.count_lookup(walk)
        gateways = gateways + 1
        walk.passed[gateway_id] = true
        local out = hop(model, attachment, gateway_id, bytes)
        if out.ResourceType == "vpc" then
            return out, leaves_by(model, out, sender, used), gateway_id, gateways
        elseif PREMISES[out.ResourceType] then
            check_vpn(model, out)
            return out, nil, gateway_id, gateways
        elseif not PEERING[out.ResourceType] then
            state.fail "UNSUPPORTED_COMPONENT"
        end
        attachment, gateway_id = out, out.other[gateway_id] or state.fail "UNKNOWN_RESOURCE"
    end
end

local function refers(model, attachment)
    local details = model.vpc_attachments[attachment.TransitGatewayAttachmentId]
    return details and details.Options and details.Options.SecurityGroupReferencingSupport == "enable"
end

--- 3.6: inbound references work where the gateway and both attachments support them.
function M.keeps_groups(model, gateway, one, other)
    local options = gateway.Options
    return options and options.SecurityGroupReferencingSupport == "enable" and refers(model, one)
        and refers(model, other)
end

return M
