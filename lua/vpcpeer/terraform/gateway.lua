--- Gateways of Terraform: internet, egress-only and NAT gateways, the VPN family.
--
-- Attachments are attributes or resources of their own. A gateway of which the VPC is not known is
-- left out, so that a route to it leads to something unknown. Routes that a virtual private gateway
-- propagates are listed by no resource; those of static connections follow from the connections.
-- @module vpcpeer.terraform.gateway

local draft = require "vpcpeer.terraform.draft"
local interface = require "vpcpeer.terraform.interface"
local reference = require "vpcpeer.terraform.reference"
local route = require "vpcpeer.terraform.route"
local value = require "vpcpeer.terraform.value"

local gateway = { objects = {}, parts = {} }

local function attach(record, key, vpc_id, state)
    record[key] = record[key] or {}
    for _, known in ipairs(record[key]) do
        if known.VpcId == vpc_id then
            return
        end
    end
    if vpc_id then
        table.insert(record[key], { VpcId = vpc_id, State = state })
    end
end

-- A gateway that one attribute attaches to a VPC.
local function attached(key, state)
    return function(self, instance)
        local entry, node = self:object(instance), value.root(instance)
        if not entry then
            return
        end
        attach(entry.record, key, nil)
        for _, attribute in ipairs { "vpc_id", "attached_vpc_id" } do
            local vpc_id, is_unknown = self:reference(node, attribute, "vpc", entry)
            entry.is_left_out = entry.is_left_out or is_unknown
            attach(entry.record, key, vpc_id, state)
        end
        for _, block in ipairs((value.blocks(node, "attachments"))) do
            attach(entry.record, key, value.text(block, "vpc_id"), value.text(block, "state") or state)
        end
        return entry, node
    end
end

local function attachment(kind, attribute, key, state)
    return function(self, instance)
        local node = value.root(instance)
        local entry = self:find(kind, (self:reference(node, attribute, kind)))
        if not entry then
            return self:orphan(instance, attribute)
        end
        local vpc_id, is_unknown = self:reference(node, "vpc_id", "vpc", entry)
        entry.is_left_out = entry.is_left_out or is_unknown
        attach(entry.record, key, vpc_id, state)
    end
end

gateway.objects.aws_internet_gateway = attached("Attachments", "available")
gateway.objects.aws_egress_only_internet_gateway = attached("Attachments", "attached")
gateway.parts.aws_internet_gateway_attachment =
    attachment("internet_gateway", "internet_gateway_id", "Attachments", "available")
gateway.parts.aws_vpn_gateway_attachment = attachment("vpn_gateway", "vpn_gateway_id", "VpcAttachments", "attached")

local read_vpn_gateway = attached("VpcAttachments", "attached")
function gateway.objects.aws_vpn_gateway(self, instance)
    local entry, node = read_vpn_gateway(self, instance)
    if entry then
        entry.record.State, entry.record.Type = "available", "ipsec.1"
        entry.record.AmazonSideAsn = value.get(node, "amazon_side_asn")
    end
end

function gateway.objects.aws_nat_gateway(self, instance)
    local entry, node = self:object(instance), value.root(instance)
    if not entry then
        return
    end
    local record = entry.record
    record.SubnetId, entry.is_left_out = self:reference(node, "subnet_id", "subnet", entry)
    record.VpcId = interface.vpc_of(self, record.SubnetId) or self:reference(node, "vpc_id", "vpc", entry)
    record.State = value.text(node, "state") or "available"
    record.ConnectivityType = value.text(node, "connectivity_type") or "public"
    record.AvailabilityMode = value.text(node, "availability_mode")
    local allocation_id = reference.id(node, "allocation_id", "address")
    local address = self:find("address", allocation_id)
    local made = {
        AllocationId = allocation_id, IsPrimary = true, Status = "succeeded",
        PrivateIp = value.text(node, "private_ip"),
        PublicIp = value.text(node, "public_ip") or (address and address.record.PublicIp),
        NetworkInterfaceId = value.text(node, "network_interface_id"),
    }
    if instance.unknown and not made.PrivateIp and not made.PublicIp then
        self:unknown(instance, "private_ip", entry)
    end
    record.NatGatewayAddresses = { made }
end

-- ---- VPN -----------------------------------------------------------------------------------------

function gateway.objects.aws_customer_gateway(self, instance)
    local entry, node = self:object(instance), value.root(instance)
    if entry then
        draft.copy(entry.record, node, { IpAddress = "ip_address", Type = "type" })
        entry.record.BgpAsn, entry.record.State = value.text(node, "bgp_asn"), "available"
    end
end

function gateway.objects.aws_vpn_connection(self, instance)
    local entry, node = self:object(instance), value.root(instance)
    if not entry then
        return
    end
    local record = entry.record
    record.State, record.Type = "available", value.text(node, "type")
    record.CustomerGatewayId = self:reference(node, "customer_gateway_id", "customer_gateway", entry)
    record.VpnGatewayId = self:reference(node, "vpn_gateway_id", "vpn_gateway", entry)
    record.TransitGatewayId = self:reference(node, "transit_gateway_id", "transit_gateway", entry)
    record.Options = { StaticRoutesOnly = value.get(node, "static_routes_only") == true }
    record.Routes = {}
    for _, block in ipairs((value.blocks(node, "routes"))) do
        table.insert(record.Routes, {
            DestinationCidrBlock = value.text(block, "destination_cidr_block"),
            State = value.text(block, "state") or "available",
        })
    end
    if record.TransitGatewayId then
        local attached_to = self:implicit(instance, "transit_gateway_attachment_id")
        if attached_to then
            attached_to.record.TransitGatewayId, attached_to.record.State = record.TransitGatewayId, "available"
            attached_to.record.ResourceType, attached_to.record.ResourceId = "vpn", entry.id
            attached_to.uses_defaults = true
        end
    end
end

function gateway.parts.aws_vpn_connection_route(self, instance)
    local node = value.root(instance)
    local entry = self:find("vpn_connection", (self:reference(node, "vpn_connection_id", "vpn_connection")))
    local block = value.text(node, "destination_cidr_block")
    if not entry then
        return self:orphan(instance, "vpn_connection_id")
    elseif not block then
        return self:unknown(instance, "destination_cidr_block", entry)
    end
    for _, known in ipairs(entry.record.Routes) do
        if known.DestinationCidrBlock == block then
            return
        end
    end
    table.insert(entry.record.Routes, { DestinationCidrBlock = block, State = "available" })
end

-- The static routes of the connections of a gateway, in the tables that it propagates to.
local function propagate(self, entry, gateway_id)
    for _, each in ipairs(self.entries) do
        if each.kind == "vpn_connection" and each.record.VpnGatewayId == gateway_id then
            for _, known in ipairs(each.record.Routes) do
                local block = known.DestinationCidrBlock
                if block and not (entry.places and entry.places[block]) then
                    route.add(entry, {
                        DestinationCidrBlock = block, GatewayId = gateway_id, State = "active",
                        Origin = "EnableVgwRoutePropagation",
                    })
                end
            end
            if not each.record.Options.StaticRoutesOnly then
                self:report(entry.instance, "info", "incomplete", "propagating_vgws",
                    "the routes that " .. each.id .. " learns by BGP are not known")
            end
        end
    end
end

function gateway.finish(self)
    for _, entry in ipairs(self.entries) do
        if entry.kind == "route_table" then
            for _, each in ipairs(entry.record.PropagatingVgws or {}) do
                propagate(self, entry, each.GatewayId)
            end
        end
    end
end

return gateway
