--- Transit gateways of Terraform with their attachments and route tables.
--
-- AWS describes routes, propagations and associations in documents of their own (vpcpeer.aws_transit);
-- here each becomes one more record of its table. With the defaults of a gateway, attachments use
-- its default table, which no resource names.
-- @module vpcpeer.terraform.transit

local draft = require "vpcpeer.terraform.draft"
local reference = require "vpcpeer.terraform.reference"
local value = require "vpcpeer.terraform.value"

local transit = { objects = {}, parts = {} }

local OPTIONS = {
    AmazonSideAsn = "amazon_side_asn", AutoAcceptSharedAttachments = "auto_accept_shared_attachments",
    DefaultRouteTableAssociation = "default_route_table_association",
    DefaultRouteTablePropagation = "default_route_table_propagation", VpnEcmpSupport = "vpn_ecmp_support",
    DnsSupport = "dns_support", SecurityGroupReferencingSupport = "security_group_referencing_support",
}

-- The table of a transit gateway: routes and propagations are known in full where it is a resource.
local function new_table(self, attribute, instance, gateway_id)
    local entry = self:implicit(instance, attribute)
    if entry and not entry.routes then
        entry.routes, entry.propagations, entry.references = {}, {}, {}
        entry.record.TransitGatewayId, entry.record.State = gateway_id, "available"
    end
    return entry
end

function transit.objects.aws_ec2_transit_gateway(self, instance)
    local entry, node = self:object(instance), value.root(instance)
    if not entry then
        return
    end
    local record, options = entry.record, {}
    record.State, record.Description = "available", value.get(node, "description")
    draft.copy(options, node, OPTIONS)
    record.Options = options
    if instance.mode ~= "managed" then
        options.AssociationDefaultRouteTableId = value.text(node, "association_default_route_table_id")
        options.PropagationDefaultRouteTableId = value.text(node, "propagation_default_route_table_id")
        return
    end
    for _, use in ipairs { "Association", "Propagation" } do
        local attribute = use:lower() .. "_default_route_table_id"
        options["DefaultRouteTable" .. use] = options["DefaultRouteTable" .. use] or "enable"
        if options["DefaultRouteTable" .. use] == "enable" then
            local id = reference.implicit(instance, attribute)
            options[use .. "DefaultRouteTableId"] = id
            local default = new_table(self, attribute, instance, entry.id)
            if default then
                default.record["Default" .. use .. "RouteTable"] = true
            end
        end
    end
end

-- What describe-transit-gateway-vpc-attachments says of an attachment besides.
local function describe_attachment(self, entry, node)
    local record, options = entry.record, {}
    draft.copy(options, node, {
        DnsSupport = "dns_support", SecurityGroupReferencingSupport = "security_group_referencing_support",
        Ipv6Support = "ipv6_support", ApplianceModeSupport = "appliance_mode_support",
    })
    local subnets, is_open = reference.ids(node, "subnet_ids", "subnet")
    if is_open then
        self:unknown(node.instance, "subnet_ids", entry)
        subnets[#subnets + 1] = draft.placeholder("subnet", node.instance, "subnet_ids")
    end
    return {
        TransitGatewayAttachmentId = entry.id, TransitGatewayId = record.TransitGatewayId, State = "available",
        VpcId = record.ResourceId, VpcOwnerId = record.ResourceOwnerId, Options = options, SubnetIds = subnets,
    }
end

function transit.objects.aws_ec2_transit_gateway_vpc_attachment(self, instance)
    local node = value.root(instance)
    local entry = self:object(instance)
    if not entry then
        return
    end
    local record = entry.record
    record.OwnerId = nil
    record.TransitGatewayId = self:reference(node, "transit_gateway_id", "transit_gateway", entry)
    record.State, record.ResourceType = "available", "vpc"
    record.ResourceId = self:reference(node, "vpc_id", "vpc", entry)
    record.ResourceOwnerId = value.text(node, "vpc_owner_id")
    entry.extra[1] = { "TransitGatewayVpcAttachments", describe_attachment(self, entry, node) }
    entry.wants = {
        Association = value.get(node, "transit_gateway_default_route_table_association"),
        Propagation = value.get(node, "transit_gateway_default_route_table_propagation"),
    }
    entry.uses_defaults = instance.mode == "managed"
end

-- The accepter of a shared attachment describes it where the request is in another state.
function transit.objects.aws_ec2_transit_gateway_vpc_attachment_accepter(self, instance)
    if not self:find("transit_gateway_attachment", reference.id_of(instance)) then
        transit.objects.aws_ec2_transit_gateway_vpc_attachment(self, instance)
    end
end

function transit.objects.aws_ec2_transit_gateway_peering_attachment(self, instance)
    local entry, node = self:object(instance), value.root(instance)
    if not entry then
        return
    end
    local record = entry.record
    record.OwnerId = nil
    record.TransitGatewayId = self:reference(node, "transit_gateway_id", "transit_gateway", entry)
    record.ResourceId = self:reference(node, "peer_transit_gateway_id", "transit_gateway", entry)
    record.ResourceType, record.State = "peering", value.text(node, "state") or "pendingAcceptance"
    entry.extra[1] = { "TransitGatewayPeeringAttachments", {
        TransitGatewayAttachmentId = entry.id, State = record.State,
        RequesterTgwInfo = { TransitGatewayId = record.TransitGatewayId, Region = entry.region },
        AccepterTgwInfo = {
            TransitGatewayId = record.ResourceId, OwnerId = value.text(node, "peer_account_id"),
            Region = value.text(node, "peer_region"),
        },
    } }
end

function transit.parts.aws_ec2_transit_gateway_peering_attachment_accepter(self, instance)
    local entry = self:find("transit_gateway_attachment", reference.id_of(instance))
    if not entry or not entry.extra[1] then
        return self:orphan(instance, "transit_gateway_attachment_id")
    end
    entry.record.State, entry.extra[1][2].State = "available", "available"
end

function transit.objects.aws_ec2_transit_gateway_route_table(self, instance)
    local node = value.root(instance)
    local entry = self:object(instance)
    if not entry then
        return
    end
    entry.record.TransitGatewayId = self:reference(node, "transit_gateway_id", "transit_gateway", entry)
    entry.record.State = "available"
    if instance.mode == "managed" then
        entry.routes, entry.propagations, entry.references = {}, {}, {}
    end
end

-- ---- parts ---------------------------------------------------------------------------------------

-- The table of a part, which must be one of the document.
local function table_of(self, node)
    local kind = "transit_gateway_route_table"
    local id, is_unknown, candidates = self:reference(node, kind .. "_id", kind)
    local entry = self:find(kind, id)
    if is_unknown then
        for _, each in ipairs(self:may_be(kind, candidates)) do
            each.is_cut = true
        end
        return nil
    elseif not entry or not entry.routes then
        self:orphan(node.instance, "transit_gateway_route_table_id")
        return nil
    end
    return entry
end

-- What a route or a propagation names.
local function target_of(self, node)
    local id = self:reference(node, "transit_gateway_attachment_id", "transit_gateway_attachment")
    local found = self:find("transit_gateway_attachment", id)
    return id and {
        TransitGatewayAttachmentId = id, ResourceType = found and found.record.ResourceType,
        ResourceId = found and found.record.ResourceId,
    }
end

function transit.parts.aws_ec2_transit_gateway_route(self, instance)
    local node = value.root(instance)
    local entry, block = table_of(self, node), value.text(node, "destination_cidr_block")
    if entry and not block then
        self:unknown(instance, "destination_cidr_block", entry)
        entry.is_cut = true
    elseif entry then
        local is_blackhole = value.get(node, "blackhole") == true
        table.insert(entry.routes, {
            DestinationCidrBlock = block, Type = "static", State = is_blackhole and "blackhole" or "active",
            TransitGatewayAttachments = is_blackhole and {} or { target_of(self, node) },
        })
    end
end

function transit.parts.aws_ec2_transit_gateway_prefix_list_reference(self, instance)
    local node = value.root(instance)
    local entry = table_of(self, node)
    if entry then
        local is_blackhole = value.get(node, "blackhole") == true
        table.insert(entry.references, {
            PrefixListId = self:reference(node, "prefix_list_id", "prefix_list", entry), State = "available",
            Blackhole = is_blackhole, TransitGatewayAttachment = not is_blackhole and target_of(self, node) or nil,
        })
    end
end

local function propagate(entry, target)
    for _, known in ipairs(entry.propagations) do
        if known.TransitGatewayAttachmentId == target.TransitGatewayAttachmentId then
            return
        end
    end
    target.State = "enabled"
    table.insert(entry.propagations, target)
end

function transit.parts.aws_ec2_transit_gateway_route_table_propagation(self, instance)
    local node = value.root(instance)
    local entry, target = table_of(self, node), target_of(self, node)
    if entry and target then
        propagate(entry, target)
    end
end

function transit.parts.aws_ec2_transit_gateway_route_table_association(self, instance)
    local node = value.root(instance)
    local id, no_attachment, candidates =
        self:reference(node, "transit_gateway_attachment_id", "transit_gateway_attachment")
    local entry = self:find("transit_gateway_attachment", id)
    for _, each in ipairs(no_attachment and self:may_be("transit_gateway_attachment", candidates) or {}) do
        each.record.Association = {
            TransitGatewayRouteTableId = draft.placeholder("transit_gateway_route_table", instance, "attachment"),
        }
    end
    if no_attachment then
        return
    elseif not entry then
        return self:orphan(instance, "transit_gateway_attachment_id")
    end
    local table_id = self:reference(node, "transit_gateway_route_table_id", "transit_gateway_route_table", entry)
    local found = self:find("transit_gateway_route_table", table_id)
    local association = { TransitGatewayRouteTableId = table_id, State = "associated" }
    local gateway_id = found and found.record.TransitGatewayId
    if entry.record.ResourceType == "peering" and gateway_id and gateway_id == entry.record.ResourceId then
        entry.record.PeerAssociation, entry.record.PeerDescribed = association, true
    else
        entry.record.Association = association
    end
end

-- ---- when everything is read ---------------------------------------------------------------------

local function use_defaults(self, entry)
    local gateway = self:find("transit_gateway", entry.record.TransitGatewayId)
    local options, wants = gateway and gateway.record.Options or {}, entry.wants or {}
    if not entry.record.Association and wants.Association ~= false and options.AssociationDefaultRouteTableId then
        entry.record.Association =
            { TransitGatewayRouteTableId = options.AssociationDefaultRouteTableId, State = "associated" }
    end
    local found = self:find("transit_gateway_route_table", options.PropagationDefaultRouteTableId)
    if wants.Propagation ~= false and found and found.propagations then
        propagate(found, {
            TransitGatewayAttachmentId = entry.id, ResourceType = entry.record.ResourceType,
            ResourceId = entry.record.ResourceId,
        })
    end
end

--- Lets attachments use the default tables, and adds what tables hold as records of their own.
function transit.finish(self)
    for _, entry in ipairs(self.entries) do
        if entry.kind == "transit_gateway_attachment" and entry.uses_defaults then
            use_defaults(self, entry)
        end
    end
    for _, entry in ipairs(self.entries) do
        if entry.routes then
            local id = entry.id
            entry.extra = {
                { "TransitGatewayStaticRoutes", {
                    TransitGatewayRouteTableId = id, Routes = entry.routes, AdditionalRoutesAvailable = entry.is_cut,
                } },
                { "TransitGatewayPropagations", {
                    TransitGatewayRouteTableId = id, TransitGatewayRouteTablePropagations = entry.propagations,
                } },
                { "TransitGatewayPrefixListReferences", {
                    TransitGatewayRouteTableId = id, PrefixListReferences = entry.references,
                } },
            }
        end
    end
end

return transit
