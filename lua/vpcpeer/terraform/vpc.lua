--- VPCs and subnets of Terraform, and what comes into being with a VPC.
--
-- A new VPC has a main route table, a default group and a default network ACL that no resource
-- names; a resource that adopts one of them (aws_default_*) has its id and so replaces it.
-- @module vpcpeer.terraform.vpc

local draft = require "vpcpeer.terraform.draft"
local reference = require "vpcpeer.terraform.reference"
local types = require "vpcpeer.terraform.types"
local value = require "vpcpeer.terraform.value"

local vpc = { objects = {}, parts = {} }

local function add_block(record, block)
    local key = block:find(":", 1, true) and "Ipv6CidrBlock" or "CidrBlock"
    local set = key .. "AssociationSet"
    record[set] = record[set] or {}
    for _, known in ipairs(record[set]) do
        if known[key] == block then
            return
        end
    end
    table.insert(record[set], { [key] = block, [key .. "State"] = { State = "associated" } })
end

local function switch(node, attribute, default)
    local given = value.get(node, attribute)
    if given == nil and node.instance.mode == "managed" then
        given = default
    end
    return { Value = given }
end

-- The blocks of a VPC; those that are not known leave it open which addresses are its own.
local function read_blocks(self, entry, node)
    local record, block, ipv6 = entry.record, value.text(node, "cidr_block"), value.text(node, "ipv6_cidr_block")
    if block then
        add_block(record, block)
    elseif value.is_unknown(node, "cidr_block") then
        self:unknown(node.instance, "cidr_block", entry)
        entry.spoiled = "cidr_block"
    end
    if ipv6 then
        add_block(record, ipv6)
    elseif value.get(node, "assign_generated_ipv6_cidr_block") == true or value.is_unknown(node, "ipv6_cidr_block") then
        self:unknown(node.instance, "ipv6_cidr_block", entry)
        entry.has_open_ipv6 = true
    end
    for _, associated in ipairs((value.blocks(node, "cidr_block_associations"))) do
        local text = value.text(associated, "cidr_block")
        if text then
            add_block(record, text)
        end
    end
end

function vpc.objects.aws_vpc(self, instance)
    local entry, node = self:object(instance), value.root(instance)
    if not entry then
        return
    end
    local record = entry.record
    draft.copy(record, node, {
        CidrBlock = "cidr_block", InstanceTenancy = "instance_tenancy", DhcpOptionsId = "dhcp_options_id",
        IsDefault = "default",
    })
    if instance.type == "aws_default_vpc" then
        record.IsDefault = true
    end
    record.State = value.text(node, "state") or "available"
    record.EnableDnsSupport = switch(node, "enable_dns_support", true)
    record.EnableDnsHostnames = switch(node, "enable_dns_hostnames", false)
    read_blocks(self, entry, node)
end
vpc.objects.aws_default_vpc = vpc.objects.aws_vpc

local function read_association(self, instance)
    local node = value.root(instance)
    local entry = self:find("vpc", (self:reference(node, "vpc_id", "vpc")))
    if not entry then
        return self:orphan(instance, "vpc_id")
    end
    for _, attribute in ipairs { "cidr_block", "ipv6_cidr_block" } do
        local block = value.text(node, attribute)
        if block then
            add_block(entry.record, block)
        elseif value.is_unknown(node, attribute) then
            self:unknown(instance, attribute, entry)
            entry.spoiled = entry.spoiled or attribute
        end
    end
end
vpc.parts.aws_vpc_ipv4_cidr_block_association = read_association
vpc.parts.aws_vpc_ipv6_cidr_block_association = read_association

local function read_subnet_blocks(self, entry, node)
    local ipv6 = value.text(node, "ipv6_cidr_block")
    if ipv6 then
        add_block(entry.record, ipv6)
    end
    if value.is_unknown(node, "cidr_block") then
        self:unknown(node.instance, "cidr_block", entry)
    end
    -- Without IPv6 in the VPC an open block of the subnet is no block.
    local owner = self:find("vpc", entry.record.VpcId)
    if value.is_unknown(node, "ipv6_cidr_block") and owner and owner.has_open_ipv6 then
        self:unknown(node.instance, "ipv6_cidr_block", entry)
    end
end

function vpc.objects.aws_subnet(self, instance)
    local entry, node = self:object(instance), value.root(instance)
    if not entry then
        return
    end
    local record = entry.record
    draft.copy(record, node, {
        CidrBlock = "cidr_block", AvailabilityZone = "availability_zone", AvailabilityZoneId = "availability_zone_id",
        MapPublicIpOnLaunch = "map_public_ip_on_launch", EnableDns64 = "enable_dns64", Ipv6Native = "ipv6_native",
        AssignIpv6AddressOnCreation = "assign_ipv6_address_on_creation", DefaultForAz = "default_for_az",
    })
    record.State = value.text(node, "state") or "available"
    if instance.type == "aws_default_subnet" then
        record.DefaultForAz = true
    end
    local no_vpc
    record.VpcId, no_vpc = self:reference(node, "vpc_id", "vpc", entry)
    entry.has_open_vpc = no_vpc
    if no_vpc then
        vpc.spoil(self, entry.id, instance, "vpc_id")
    end
    read_subnet_blocks(self, entry, node)
end
vpc.objects.aws_default_subnet = vpc.objects.aws_subnet

-- ---- what comes with a VPC -----------------------------------------------------------------------

local EVERYTHING = { IpProtocol = "-1", IpRanges = { { CidrIp = "0.0.0.0/0" } } }

local function default_group(record, has_ipv6)
    record.GroupName, record.Description = "default", "default VPC security group"
    local everything = EVERYTHING
    if has_ipv6 then
        everything = { IpProtocol = "-1", IpRanges = EVERYTHING.IpRanges, Ipv6Ranges = { { CidrIpv6 = "::/0" } } }
    end
    record.IpPermissions = { { IpProtocol = "-1", UserIdGroupPairs = { { GroupId = record.GroupId } } } }
    record.IpPermissionsEgress = { everything }
end

local function default_acl(record, has_ipv6)
    record.IsDefault, record.Associations, record.Entries = true, {}, {}
    for _, is_egress in ipairs { false, true } do
        table.insert(record.Entries, {
            RuleNumber = 100, Protocol = "-1", RuleAction = "allow", Egress = is_egress, CidrBlock = "0.0.0.0/0",
        })
        if has_ipv6 then
            table.insert(record.Entries, {
                RuleNumber = 101, Protocol = "-1", RuleAction = "allow", Egress = is_egress, Ipv6CidrBlock = "::/0",
            })
        end
    end
end

local function main_table(record)
    record.Associations, record.Routes = {}, {}
end

local MAKE = { route_table = main_table, security_group = default_group, network_acl = default_acl }

-- The objects of a VPC that no resource describes, as AWS makes them.
local function complete(self, entry)
    local made = false
    for kind, attribute in pairs(types.leads_from.aws_vpc) do
        local id = reference.implicit(entry.instance, attribute)
        if not self:find(kind, id) then
            local added = self:implicit(entry.instance, attribute)
            if added then
                added.record.VpcId = entry.id
                MAKE[kind](added.record, entry.has_open_ipv6 or entry.record.Ipv6CidrBlockAssociationSet ~= nil)
                made = true
            end
        end
    end
    if made and not (entry.instance.unknown and not entry.instance.has_own_id) then
        self:report(entry.instance, "info", "assumed_default", nil,
            "its main route table, default group and default network ACL are taken to be as AWS makes them "
                .. "where no resource describes them")
    end
end

--- Adds what comes with each VPC; a VPC that was only read has parts that are not in the document.
function vpc.implicit(self)
    for i = 1, #self.entries do
        local entry = self.entries[i]
        if entry.kind == "vpc" and entry.instance.mode == "managed" then
            complete(self, entry)
        end
    end
end

-- ---- subnets of which too little is known --------------------------------------------------------

--- Leaves out a subnet whose table or ACL is not known: what stands in it is then unknown.
function vpc.spoil(self, subnet_id, instance, attribute)
    local entry = self:find("subnet", subnet_id)
    if entry and not entry.is_left_out then
        entry.is_left_out = true
        self.spoiled[subnet_id] = draft.placeholder("subnet", instance, attribute)
    end
end

-- Lets a record name what stands for a subnet that was left out.
local function replace(spoiled, record)
    record.SubnetId = spoiled[record.SubnetId] or record.SubnetId
    for i, id in ipairs(record.SubnetIds or {}) do
        record.SubnetIds[i] = spoiled[id] or id
    end
    for _, association in ipairs(record.Associations or {}) do
        association.SubnetId = spoiled[association.SubnetId] or association.SubnetId
    end
end

--- Leaves out subnets of VPCs without known blocks, and puts what stands for subnets in their place.
function vpc.finish(self)
    for _, entry in ipairs(self.entries) do
        local owner = entry.kind == "subnet" and self:find("vpc", entry.record.VpcId)
        if owner and owner.spoiled then
            vpc.spoil(self, entry.id, owner.instance, owner.spoiled)
        end
    end
    for _, entry in ipairs(next(self.spoiled) and self.entries or {}) do
        if not entry.is_left_out then
            replace(self.spoiled, entry.record)
            for _, each in ipairs(entry.extra) do
                replace(self.spoiled, each[2])
            end
        end
    end
end

return vpc
