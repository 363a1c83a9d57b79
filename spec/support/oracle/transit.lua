-- Transit gateways (semantics 3.6): from an attachment through a TGW route table to another one.
--
-- Followed here: attachments of VPCs, of VPN connections and Direct Connect as ways out. Whatever
-- else a route of the gateway names ends the walk without a verdict.

local address = require "support.oracle.address"
local state = require "support.oracle.state"
local tables = require "support.oracle.tables"

local M = {}

local function is_available(record) return not record.State or record.State == "available" end

--- The attachment of a VPC to a gateway, if there is one.
function M.attachment_of(model, gateway_id, vpc_id)
    for attachment in tables.each(model.attachments) do
        if attachment.TransitGatewayId == gateway_id and attachment.ResourceType == "vpc"
            and attachment.ResourceId == vpc_id then
            return attachment
        end
    end
end

--- 4.4: the gateway and the attachment of this VPC are available.
function M.works(model, gateway, vpc_id)
    local attachment = M.attachment_of(model, gateway.TransitGatewayId, vpc_id)
    return is_available(gateway) and attachment and is_available(attachment)
end

local function subnets_of(model, attachment)
    local list = {}
    local details = model.vpc_attachments[attachment.TransitGatewayAttachmentId]
    for _, id in ipairs(details and details.SubnetIds or {}) do
        if model.subnets[id] then list[#list + 1] = model.subnets[id] end
    end
    return list
end

-- D02: zones by id where both have one, else by name.
local function same_zone(a, b)
    if a.zone_id and b.zone_id then return a.zone_id == b.zone_id end
    return a.zone_name ~= nil and a.zone_name == b.zone_name
end

-- The subnet of an attachment in the zone of another subnet.
local function subnet_in_zone(model, attachment, subnet)
    for _, own in ipairs(subnets_of(model, attachment)) do
        if same_zone(own, subnet) then return own end
    end
end

-- D22: the lowest zone of the attachment.
local function lowest_subnet(model, attachment)
    local lowest
    for _, subnet in ipairs(subnets_of(model, attachment)) do
        if not lowest or subnet.zone_name < lowest.zone_name then lowest = subnet end
    end
    return lowest
end

-- What an attachment propagates: the blocks of its VPC, IPv6 only where the attachment has it.
local function propagated_blocks(model, attachment)
    local vpc = attachment.ResourceType == "vpc" and model.vpcs[attachment.ResourceId]
    local details = model.vpc_attachments[attachment.TransitGatewayAttachmentId]
    local six = details and details.Options and details.Options.Ipv6Support == "enable"
    local blocks = {}
    for _, block in ipairs(vpc and vpc.blocks or {}) do
        if #block.bytes == 4 or six then blocks[#blocks + 1] = block end
    end
    return blocks
end

-- Every route of a TGW route table as { cidr, rank, attachment, blackhole }: rank 0 is static, 1
-- propagated. Blocks of propagations stand where no propagated route of that attachment is listed.
local function routes_of(model, table_id)
    local list, listed = {}, {}
    for _, route in ipairs((model.transit_routes[table_id] or {}).Routes or {}) do
        local lowest
        for _, target in ipairs(route.TransitGatewayAttachments or {}) do
            local id = target.TransitGatewayAttachmentId
            if not lowest or id < lowest then lowest = id end
            if route.Type == "propagated" then listed[id] = true end
        end
        list[#list + 1] = {
            cidr = address.cidr(route.DestinationCidrBlock), rank = route.Type == "propagated" and 1 or 0,
            attachment = lowest, blackhole = route.State == "blackhole",
        }
    end
    local propagations = (model.propagations[table_id] or {}).TransitGatewayRouteTablePropagations
    for _, item in ipairs(propagations or {}) do
        local attachment = model.attachments[item.TransitGatewayAttachmentId]
        if attachment and not listed[item.TransitGatewayAttachmentId] and (item.State or "enabled") == "enabled" then
            for _, block in ipairs(propagated_blocks(model, attachment)) do
                list[#list + 1] = { cidr = block, rank = 1, attachment = item.TransitGatewayAttachmentId }
            end
        end
    end
    return list
end

-- Longest prefix, then static before propagated, then the lowest attachment (D21).
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

--- Zone and state of the attachment by which a packet of a subnet enters: its subnet there.
function M.enter(model, gateway, subnet)
    local attachment = M.attachment_of(model, gateway.TransitGatewayId, subnet.vpc)
    return attachment, subnet_in_zone(model, attachment, subnet) or state.fail "TGW_ROUTE_AZ_RESTRICTION"
end

-- With appliance mode the reply takes the zone of the request (3.6), whose subnets `used` has.
local function leaves_by(model, attachment, sender, used)
    local id = attachment.TransitGatewayAttachmentId
    local options = (model.vpc_attachments[id] or {}).Options
    local kept = used and options and options.ApplianceModeSupport == "enable" and used[id]
    return kept or subnet_in_zone(model, attachment, sender) or lowest_subnet(model, attachment)
        or state.fail "UNKNOWN_RESOURCE"
end

--- Where the gateway sends a packet that came from an attachment: the other attachment, and for a
-- VPC the subnet by which it leaves, in the zone of the sender if there is one.
function M.cross(model, attachment, sender, bytes, used)
    local table_id = attachment.Association and attachment.Association.TransitGatewayRouteTableId
    if not table_id then state.fail "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION" end
    local route = select(model, table_id, bytes) or state.fail "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT"
    if route.blackhole then state.fail "TGW_RTB_BAD_STATE_ROUTE" end
    local out = model.attachments[route.attachment] or state.fail "UNKNOWN_DESTINATION"
    if not is_available(out) then state.fail "BAD_STATE_ATTACHMENT" end
    if out.ResourceType ~= "vpc" then state.fail "UNSUPPORTED_COMPONENT" end
    return out, leaves_by(model, out, sender, used)
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
