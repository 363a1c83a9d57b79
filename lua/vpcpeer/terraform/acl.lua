--- Network ACLs of Terraform: inline and single entries, associations.
--
-- An ACL with an entry that is not known decides nothing: its subnets are left out.
-- @module vpcpeer.terraform.acl

local draft = require "vpcpeer.terraform.draft"
local reference = require "vpcpeer.terraform.reference"
local value = require "vpcpeer.terraform.value"
local vpc = require "vpcpeer.terraform.vpc"

local acl = { objects = {}, parts = {} }

local PROTOCOLS = { all = "-1", icmp = "1", tcp = "6", udp = "17", icmpv6 = "58" }

-- Without any of these nobody knows what an entry decides.
local DECISIVE = {
    "cidr_block", "ipv6_cidr_block", "rule_no", "rule_number", "protocol", "action", "rule_action", "from_port",
    "to_port",
}

local function add_entry(self, entry, node, is_egress)
    local protocol = value.text(node, "protocol") or "-1"
    protocol = PROTOCOLS[protocol:lower()] or protocol
    local made = {
        RuleNumber = value.get(node, "rule_no") or value.get(node, "rule_number"), Protocol = protocol,
        RuleAction = (value.text(node, "action") or value.text(node, "rule_action") or ""):lower(), Egress = is_egress,
        CidrBlock = value.text(node, "cidr_block"), Ipv6CidrBlock = value.text(node, "ipv6_cidr_block"),
    }
    local unknown
    for _, attribute in ipairs(DECISIVE) do
        unknown = unknown or (value.is_unknown(node, attribute) and attribute)
    end
    if unknown then
        self:unknown(node.instance, unknown, entry)
        entry.spoiled = entry.spoiled or { node.instance, unknown }
        return
    elseif not made.RuleNumber or not (made.CidrBlock or made.Ipv6CidrBlock) then
        return self:report(node.instance, "warning", "incomplete", nil,
            "an entry without a number or an address; left out")
    end
    if protocol == "1" or protocol == "58" then
        made.IcmpTypeCode = { Type = value.get(node, "icmp_type") or -1, Code = value.get(node, "icmp_code") or -1 }
    elseif protocol ~= "-1" then
        made.PortRange = { From = value.get(node, "from_port") or 0, To = value.get(node, "to_port") or 65535 }
    end
    -- A refreshed state lists single entries in their ACL too.
    local at = tostring(is_egress) .. tostring(made.RuleNumber)
    local place = entry.places[at] or #entry.record.Entries + 1
    entry.record.Entries[place], entry.places[at] = made, place
end

local function read_entries(self, entry, node)
    for _, direction in ipairs { "ingress", "egress" } do
        local blocks, is_open = value.blocks(node, direction)
        for _, block in ipairs(blocks) do
            add_entry(self, entry, block, direction == "egress")
        end
        if is_open then
            self:unknown(node.instance, direction, entry)
            entry.spoiled = entry.spoiled or { node.instance, direction }
        end
    end
end

local function associate(self, entry, subnet_id)
    local old = self.acl_of[subnet_id]
    if old then
        for i, each in ipairs(old.record.Associations) do
            if each.SubnetId == subnet_id then
                table.remove(old.record.Associations, i)
                break
            end
        end
    end
    self.acl_of[subnet_id] = entry
    table.insert(entry.record.Associations, {
        NetworkAclAssociationId = "aclassoc-" .. subnet_id, NetworkAclId = entry.id, SubnetId = subnet_id,
    })
end

local function spoil_candidates(self, instance, attribute, candidates)
    for _, each in ipairs(self:may_be("subnet", candidates)) do
        vpc.spoil(self, each.id, instance, attribute)
    end
end

-- subnet_ids of a default ACL is what is left over, and follows from the others.
local function associate_all(self, entry, node)
    local ids, is_open = reference.ids(node, "subnet_ids", "subnet")
    if is_open and not entry.record.IsDefault then
        self:unknown(node.instance, "subnet_ids", entry)
        spoil_candidates(self, node.instance, "subnet_ids", ids)
    else
        for _, id in ipairs(ids) do
            associate(self, entry, id)
        end
    end
end

function acl.objects.aws_network_acl(self, instance)
    local entry, node = self:object(instance), value.root(instance)
    if not entry then
        return
    end
    local record = entry.record
    entry.places = {}
    record.Associations, record.Entries = {}, {}
    record.IsDefault = instance.type == "aws_default_network_acl"
    record.VpcId = self:reference(node, "vpc_id", "vpc", entry)
    if not record.VpcId and record.IsDefault then
        record.VpcId = self:vpc_with("default_network_acl_id", entry.id)
    end
    if draft.is_cut(node, "ingress", "egress") then
        self:report(instance, "info", "incomplete", "ingress", "is missing: what the ACL lets through is unknown")
        entry.spoiled = { instance, "ingress" }
    end
    read_entries(self, entry, node)
    draft.assume_empty(entry, node, "ingress")
    draft.assume_empty(entry, node, "egress")
    associate_all(self, entry, node)
end
acl.objects.aws_default_network_acl = acl.objects.aws_network_acl

function acl.parts.aws_network_acl_rule(self, instance)
    local node = value.root(instance)
    local entry = self:owner(instance, "network_acl_id", "network_acl", function(each)
        each.spoiled = each.spoiled or { instance, "network_acl_id" }
    end)
    if entry then
        entry.places = entry.places or {}
        add_entry(self, entry, node, value.get(node, "egress") == true)
    end
end

function acl.parts.aws_network_acl_association(self, instance)
    local node = value.root(instance)
    local subnet_id, is_unknown, candidates = self:reference(node, "subnet_id", "subnet")
    local entry = self:find("network_acl", (self:reference(node, "network_acl_id", "network_acl")))
    if is_unknown then
        spoil_candidates(self, instance, "subnet_id", candidates)
    elseif entry and subnet_id then
        associate(self, entry, subnet_id)
    elseif subnet_id then
        self:orphan(instance, "network_acl_id")
        vpc.spoil(self, subnet_id, instance, "network_acl_id")
    end
end

--- Closes each ACL with the entries that nobody writes, and leaves out subnets of unknown ones.
function acl.finish(self)
    for _, entry in ipairs(self.entries) do
        if entry.kind == "network_acl" then
            for _, is_egress in ipairs { false, true } do
                table.insert(entry.record.Entries, {
                    RuleNumber = 32767, Protocol = "-1", RuleAction = "deny", Egress = is_egress,
                    CidrBlock = "0.0.0.0/0",
                })
            end
            for _, each in ipairs(entry.spoiled and self.entries or {}) do
                local mine = self.acl_of[each.id]
                local is_default = entry.record.IsDefault and each.record.VpcId == entry.record.VpcId
                if each.kind == "subnet" and (mine == entry or (not mine and is_default)) then
                    vpc.spoil(self, each.id, entry.spoiled[1], entry.spoiled[2])
                end
            end
        end
    end
end

return acl
