--- Elastic IP addresses of Terraform, and the interfaces that they lead to.
--
-- An address names an interface or an instance, or an association of its own does. One that is not
-- known until apply leaves open what gets in and out beyond the VPC of the interface it leads to.
-- @module vpcpeer.terraform.address

local draft = require "vpcpeer.terraform.draft"
local interface = require "vpcpeer.terraform.interface"
local reference = require "vpcpeer.terraform.reference"
local value = require "vpcpeer.terraform.value"

local address = { objects = {}, parts = {} }

-- The interface that an address leads to: named itself, or by its instance.
local function target_of(self, node, network_interface, instance_attribute)
    local id, no_interface = reference.id(node, network_interface, "network_interface")
    local instance_id, no_instance = reference.id(node, instance_attribute, "instance")
    id = id or self.primary_of[instance_id or ""]
    return id, instance_id, no_interface or no_instance
end

-- Leads an address to an interface; where it is not known to which, all are hidden.
local function lead(self, entry, node, network_interface, instance_attribute)
    local id, instance_id, is_unknown = target_of(self, node, network_interface, instance_attribute)
    local record, target = entry.record, self:find("network_interface", id)
    record.NetworkInterfaceId, record.InstanceId = id or record.NetworkInterfaceId, instance_id or record.InstanceId
    if is_unknown then
        for _, each in ipairs(self:may_be("network_interface", {})) do
            interface.hide(self, each, node.instance, network_interface)
        end
    elseif target and not record.PublicIp then
        interface.open_public(self, target, entry.instance, "public_ip")
    elseif target and not (target.record.Association or {}).PublicIp then
        target.record.Association = { PublicIp = record.PublicIp, AllocationId = entry.id }
    end
end

function address.objects.aws_eip(self, instance)
    local entry, node = self:object(instance), value.root(instance)
    if not entry then
        return
    end
    draft.copy(entry.record, node, {
        PublicIp = "public_ip", PrivateIpAddress = "private_ip", AssociationId = "association_id",
    })
    entry.record.Domain = "vpc"
    local by_instance = instance.mode == "data" and "instance_id" or "instance"
    lead(self, entry, node, instance.mode == "data" and "network_interface_id" or "network_interface", by_instance)
end

function address.parts.aws_eip_association(self, instance)
    local node = value.root(instance)
    local entry = self:find("address", (self:reference(node, "allocation_id", "address")))
    if not entry then
        return self:orphan(instance, "allocation_id")
    end
    lead(self, entry, node, "network_interface_id", "instance_id")
end

return address
