--- Network interfaces and instances of Terraform.
--
-- An instance has a primary interface that no resource names. Where the groups of an interface are not
-- known, it stands in a subnet that no object describes, so that every question about it is answered
-- with "unknown". An address that is not known is the unspecified one, 0.0.0.0 or ::, which may be any
-- of the subnet: questions in which that address has a part are unknown, and so is what a public
-- address has a part in while that is not known.
-- @module vpcpeer.terraform.interface

local draft = require "vpcpeer.terraform.draft"
local reference = require "vpcpeer.terraform.reference"
local value = require "vpcpeer.terraform.value"

local interface = { objects = {}, parts = {} }

-- Addresses that stand for one that is not known until apply.
local UNSPECIFIED, UNSPECIFIED_IPV6 = "0.0.0.0", "::"

local function wrap(list, key)
    local wrapped = {}
    for i, each in ipairs(list) do
        wrapped[i] = { [key] = each }
    end
    return wrapped
end

local function add_addresses(record, primary, others)
    local seen = {}
    record.PrivateIpAddress, record.PrivateIpAddresses = primary, {}
    for i = 0, #others do
        local address = i == 0 and primary or others[i]
        if address and not seen[address] then
            seen[address] = true
            table.insert(record.PrivateIpAddresses, { PrivateIpAddress = address, Primary = address == primary })
        end
    end
end

--- Keeps what is known of an interface out of every answer.
function interface.hide(self, entry, instance, attribute)
    self:unknown(instance, attribute, entry)
    entry.hidden = entry.hidden or draft.placeholder("subnet", instance, attribute)
end

-- Gives an interface a private address that is not known. Without its subnet nothing bounds it.
local function open_private(self, entry, instance, others)
    add_addresses(entry.record, UNSPECIFIED, others)
    if entry.record.SubnetId then
        self:unknown(instance, "private_ip", entry)
    else
        interface.hide(self, entry, instance, "private_ip")
    end
end

--- Gives an interface a public address that is not known: nothing is, beyond its VPC.
function interface.open_public(self, entry, instance, attribute)
    self:unknown(instance, attribute, entry)
    entry.record.Association = { AllocationId = draft.placeholder("address", instance, attribute) }
end

--- The id of the VPC that a subnet is in.
function interface.vpc_of(self, subnet_id)
    local subnet = self:find("subnet", subnet_id)
    return subnet and not subnet.has_open_vpc and subnet.record.VpcId or nil
end

-- The default group of the VPC that a subnet is in: what an interface gets that names no group.
local function default_group(self, subnet_id)
    local subnet = self:find("subnet", subnet_id)
    local owner = subnet and self:find("vpc", subnet.record.VpcId)
    return owner and owner.instance.mode == "managed"
        and reference.implicit(owner.instance, "default_security_group_id") or nil
end

-- The id of a group that an instance names by id, or, in old configurations, by name.
local function group_of(self, id, subnet_id)
    local vpc_id = not id:find("^sg%-") and interface.vpc_of(self, subnet_id)
    return vpc_id and self.group_named[vpc_id .. " " .. id] or id
end

local function read_groups(self, entry, node, subnet_id, attributes)
    local groups, is_set = {}, false
    for _, attribute in ipairs(attributes) do
        local ids, is_open = reference.ids(node, attribute, "security_group")
        if is_open then
            interface.hide(self, entry, node.instance, attribute)
        end
        for _, id in ipairs(is_set and {} or ids) do
            groups[#groups + 1] = group_of(self, id, subnet_id)
        end
        is_set = is_set or #ids > 0 or is_open
    end
    if not is_set then
        groups[1] = default_group(self, subnet_id)
    end
    entry.record.Groups = wrap(groups, "GroupId")
end

-- IPv6 addresses; the subnet may give one that is not known yet.
local function add_ipv6(self, entry, node, subnet_id)
    local addresses, is_open = value.texts(node, "ipv6_addresses")
    local subnet = self:find("subnet", subnet_id)
    local is_given = subnet and subnet.record.AssignIpv6AddressOnCreation == true
        and value.is_computed(node, "ipv6_addresses")
    local count = value.get(node, "ipv6_address_count")
    if #addresses == 0 and (is_open or is_given or (node.unknown and type(count) == "number" and count > 0)) then
        addresses[1] = UNSPECIFIED_IPV6
        self:unknown(node.instance, "ipv6_addresses", entry)
    end
    entry.record.Ipv6Addresses = wrap(addresses, "Ipv6Address")
end

local function attach(self, entry, instance_id, index)
    if instance_id and (index or 0) == 0 then
        self.primary_of[instance_id] = entry.id
    end
    entry.record.Status = "in-use"
    entry.record.Attachment = { InstanceId = instance_id, DeviceIndex = index or 0, Status = "attached" }
end

-- The addresses, groups and prefixes that an interface resource sets.
local function read_addresses(self, entry, node)
    local record = entry.record
    local is_listed = value.get(node, "private_ip_list_enabled") == true
    local listed = value.texts(node, is_listed and "private_ip_list" or "private_ips")
    add_addresses(record, value.text(node, "private_ip") or listed[1], listed)
    add_ipv6(self, entry, node, record.SubnetId)
    record.Ipv4Prefixes = wrap(value.texts(node, "ipv4_prefixes"), "Ipv4Prefix")
    read_groups(self, entry, node, record.SubnetId, { "security_groups" })
    if not record.PrivateIpAddress and #record.Ipv6Addresses == 0 then
        open_private(self, entry, node.instance, {})
    end
end

function interface.objects.aws_network_interface(self, instance)
    local entry, node = self:object(instance), value.root(instance)
    if not entry then
        return
    end
    local record = entry.record
    record.SubnetId = self:reference(node, "subnet_id", "subnet", entry)
    record.VpcId = value.text(node, "vpc_id") or interface.vpc_of(self, record.SubnetId)
    draft.copy(record, node, {
        SourceDestCheck = "source_dest_check", Description = "description", InterfaceType = "interface_type",
        PrivateDnsName = "private_dns_name", AvailabilityZone = "availability_zone",
    })
    record.InterfaceType = record.InterfaceType or "interface"
    record.Status = "available"
    read_addresses(self, entry, node)
    for _, block in ipairs((value.blocks(node, "attachment"))) do
        local id = value.text(block, "instance") or value.text(block, "instance_id")
            or self:reference(block, "instance", "instance")
        if id then
            attach(self, entry, id, value.get(block, "device_index"))
        end
    end
    for _, block in ipairs((value.blocks(node, "association"))) do
        record.Association = {
            PublicIp = value.text(block, "public_ip"), AllocationId = value.text(block, "allocation_id"),
        }
    end
end

-- Is there a public address that nobody knows yet?
local function has_open_public_address(self, node, subnet_id)
    if value.text(node, "public_ip") or not node.unknown then
        return false
    end
    local wish = value.get(node, "associate_public_ip_address")
    local subnet = self:find("subnet", subnet_id)
    return wish == true or (wish == nil and subnet ~= nil and subnet.record.MapPublicIpOnLaunch == true)
end

-- The interface that comes with an instance.
local function add_primary(self, entry, instance, node)
    local record = entry.record
    local id = reference.implicit(instance, "primary_network_interface_id")
    local primary = value.text(node, "private_ip")
    if not primary and not instance.unknown and #value.texts(node, "ipv6_addresses") == 0 then
        return -- a state that was cut: no interface is in the data
    end
    local made = self:find("network_interface", id) or self:implicit(instance, "primary_network_interface_id")
    if not made or made.record.PrivateIpAddress then
        return made and attach(self, made, entry.id, 0)
    end
    made.record.SubnetId, made.record.VpcId, made.record.InterfaceType = record.SubnetId, record.VpcId, "interface"
    made.record.SourceDestCheck = value.get(node, "source_dest_check")
    add_ipv6(self, made, node, record.SubnetId)
    local others = value.texts(node, "secondary_private_ips")
    if not primary and #made.record.Ipv6Addresses == 0 then
        open_private(self, made, instance, others)
    else
        add_addresses(made.record, primary, others)
    end
    read_groups(self, made, node, record.SubnetId, { "vpc_security_group_ids", "security_groups" })
    local public = value.text(node, "public_ip")
    made.record.Association = public and { PublicIp = public } or nil
    attach(self, made, entry.id, 0)
    if has_open_public_address(self, node, record.SubnetId) then
        interface.open_public(self, made, instance, "public_ip")
    end
end

-- Interfaces that are resources of their own, and named by the instance.
local function attach_named(self, entry, node)
    local found = false
    for _, key in ipairs { "network_interface", "primary_network_interface" } do
        for _, block in ipairs((value.blocks(node, key))) do
            local id, is_unknown = self:reference(block, "network_interface_id", "network_interface", entry)
            local named = self:find("network_interface", id)
            if named then
                attach(self, named, entry.id, value.get(block, "device_index"))
                entry.record.SubnetId = entry.record.SubnetId or named.record.SubnetId
                entry.record.VpcId = entry.record.VpcId or named.record.VpcId
            end
            found = found or named ~= nil or is_unknown or id ~= nil
        end
    end
    return found
end

function interface.objects.aws_instance(self, instance)
    local entry, node = self:object(instance), value.root(instance)
    if not entry then
        return
    end
    local record = entry.record
    record.InstanceType, record.ImageId = value.get(node, "instance_type"), value.get(node, "ami")
    record.State = { Name = value.text(node, "instance_state") or "running" }
    draft.copy(record, node, {
        PrivateDnsName = "private_dns", PublicDnsName = "public_dns", SourceDestCheck = "source_dest_check",
    })
    record.SubnetId = self:reference(node, "subnet_id", "subnet", entry)
    record.VpcId = interface.vpc_of(self, record.SubnetId)
    if not attach_named(self, entry, node) then
        add_primary(self, entry, instance, node)
    end
end

-- ---- parts ---------------------------------------------------------------------------------------

function interface.parts.aws_network_interface_attachment(self, instance)
    local node = value.root(instance)
    local id = self:reference(node, "network_interface_id", "network_interface")
    local entry = self:find("network_interface", id)
    if not entry then
        return self:orphan(instance, "network_interface_id")
    end
    attach(self, entry, self:reference(node, "instance_id", "instance", entry), value.get(node, "device_index"))
end

function interface.parts.aws_network_interface_sg_attachment(self, instance)
    local node = value.root(instance)
    local id, no_interface, candidates = self:reference(node, "network_interface_id", "network_interface")
    local entry = self:find("network_interface", id)
    local group_id, is_unknown = self:reference(node, "security_group_id", "security_group", entry)
    for _, each in ipairs(no_interface and self:may_be("network_interface", candidates) or {}) do
        interface.hide(self, each, instance, "network_interface_id")
    end
    if no_interface then
        return
    elseif not entry then
        return self:orphan(instance, "network_interface_id")
    elseif is_unknown then
        return interface.hide(self, entry, instance, "security_group_id")
    end
    for _, member in ipairs(entry.record.Groups) do
        if member.GroupId == group_id then
            return
        end
    end
    table.insert(entry.record.Groups, { GroupId = group_id })
end

--- Moves interfaces of which too little is known into the subnets that stand for that.
function interface.finish(self)
    for _, entry in ipairs(self.entries) do
        if entry.kind == "network_interface" then
            entry.record.SubnetId = entry.hidden or entry.record.SubnetId
        end
    end
end

return interface
