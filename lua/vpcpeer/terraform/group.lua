--- Security groups of Terraform: inline rules and the three resources for single rules.
--
-- A rule that is not known in full may admit anything: the members of its group get a further group
-- that no object describes, so that what the known rules admit stays true and the rest is unknown.
-- @module vpcpeer.terraform.group

local draft = require "vpcpeer.terraform.draft"
local reference = require "vpcpeer.terraform.reference"
local value = require "vpcpeer.terraform.value"

local group = { objects = {}, parts = {} }

local PROTOCOLS = { all = "-1", ["-1"] = "-1" }

-- A rule may grow: what is not known of it is an undescribed group of all members.
local function open(self, entry, instance, attribute)
    self:unknown(instance, attribute, entry)
    entry.open = entry.open or draft.placeholder("security_group", instance, attribute)
end

local function key_of(...)
    local parts = { ... }
    for i = 1, select("#", ...) do
        parts[i] = tostring(parts[i])
    end
    return table.concat(parts, "\0")
end

-- Appends the peers that the group does not admit yet: states list single rules in the group too.
local function add_peers(entry, direction, made, key, list)
    for _, peer in ipairs(list) do
        local at = key_of(direction, made.IpProtocol, made.FromPort, made.ToPort, key, peer.CidrIp or peer.CidrIpv6
            or peer.PrefixListId or peer.GroupId)
        if not entry.rules[at] then
            entry.rules[at] = true
            made[key] = made[key] or {}
            table.insert(made[key], peer)
        end
    end
end

local function wrap(list, key)
    local wrapped = {}
    for i, each in ipairs(list) do
        wrapped[i] = { [key] = each }
    end
    return wrapped
end

-- "111122223333/sg-a" names a group of another account.
local function pairs_of(ids)
    local list = {}
    for i, id in ipairs(ids) do
        local owner, bare = id:match("^(%d+)/(.+)$")
        list[i] = { GroupId = bare or id, UserId = owner }
    end
    return list
end

-- What a rule names, in the words of the three forms.
local function peers_of(entry, node, is_open)
    local groups, open_groups = reference.ids(node, "security_groups", "security_group")
    for _, attribute in ipairs { "source_security_group_id", "referenced_security_group_id" } do
        local id, is_unknown = reference.id(node, attribute, "security_group")
        groups[#groups + 1] = id
        open_groups = open_groups or is_unknown
    end
    if value.get(node, "self") == true then
        groups[#groups + 1] = entry.id
    end
    local lists, open_lists = reference.ids(node, "prefix_list_ids", "prefix_list")
    local single, no_single = reference.id(node, "prefix_list_id", "prefix_list")
    lists[#lists + 1] = single
    local ipv4, open_ipv4 = value.texts(node, "cidr_blocks")
    local ipv6, open_ipv6 = value.texts(node, "ipv6_cidr_blocks")
    ipv4[#ipv4 + 1], ipv6[#ipv6 + 1] = value.text(node, "cidr_ipv4"), value.text(node, "cidr_ipv6")
    local attribute = (open_groups and "security groups") or (open_ipv4 and "cidr_blocks")
        or (open_ipv6 and "ipv6_cidr_blocks") or ((open_lists or no_single) and "prefix lists")
        or (value.is_unknown(node, "cidr_ipv4") and "cidr_ipv4")
        or (value.is_unknown(node, "cidr_ipv6") and "cidr_ipv6")
    if attribute then
        is_open(attribute)
    end
    return {
        { "IpRanges", wrap(ipv4, "CidrIp") }, { "Ipv6Ranges", wrap(ipv6, "CidrIpv6") },
        { "PrefixListIds", wrap(lists, "PrefixListId") }, { "UserIdGroupPairs", pairs_of(groups) },
    }
end

-- Reads one rule; `where` names it in diagnostics.
local function read_rule(self, entry, node, direction, where)
    local protocol = value.text(node, "protocol") or value.text(node, "ip_protocol")
    local function is_open(attribute)
        open(self, entry, node.instance, where .. attribute)
    end
    if not protocol and (value.is_unknown(node, "protocol") or value.is_unknown(node, "ip_protocol")) then
        return is_open("protocol")
    elseif not protocol then
        entry.open = entry.open or draft.placeholder("security_group", node.instance, where .. "protocol")
        return self:report(node.instance, "warning", "incomplete", where .. "protocol",
            "is missing: what the rule admits is unknown")
    end
    protocol = PROTOCOLS[protocol:lower()] or protocol:lower()
    local made = { IpProtocol = protocol }
    if protocol ~= "-1" then
        made.FromPort, made.ToPort = value.get(node, "from_port"), value.get(node, "to_port")
        if value.is_unknown(node, "from_port") or value.is_unknown(node, "to_port") then
            return is_open("from_port")
        end
    end
    for _, peers in ipairs(peers_of(entry, node, is_open)) do
        add_peers(entry, direction, made, peers[1], peers[2])
    end
    if made.IpRanges or made.Ipv6Ranges or made.PrefixListIds or made.UserIdGroupPairs then
        local key = direction == "egress" and "IpPermissionsEgress" or "IpPermissions"
        entry.record[key] = entry.record[key] or {}
        table.insert(entry.record[key], made)
    end
end

-- Reads the rules that stand in the group itself.
local function read_inline(self, entry, node, direction)
    local blocks, is_open = value.blocks(node, direction)
    for i, block in ipairs(blocks) do
        read_rule(self, entry, block, direction, direction .. "[" .. i - 1 .. "].")
    end
    if is_open then
        open(self, entry, node.instance, direction)
    end
    draft.assume_empty(entry, node, direction)
end

function group.objects.aws_security_group(self, instance)
    local node = value.root(instance)
    if instance.mode == "data" then
        return self:report(instance, "info", "incomplete", nil,
            "tells no rules: what depends on the group is unknown")
    end
    local entry = self:object(instance)
    if not entry then
        return
    end
    entry.rules = {}
    entry.record.GroupName = value.text(node, "name")
        or (instance.type == "aws_default_security_group" and "default") or nil
    entry.record.Description = value.get(node, "description")
    local vpc_id, no_vpc = self:reference(node, "vpc_id", "vpc", entry)
    entry.record.VpcId = not no_vpc and vpc_id or nil
    if entry.record.VpcId and entry.record.GroupName then
        self.group_named[entry.record.VpcId .. " " .. entry.record.GroupName] = entry.id
    end
    entry.record.IpPermissions, entry.record.IpPermissionsEgress = {}, {}
    if draft.is_cut(node, "ingress", "egress") then
        self:report(instance, "info", "incomplete", "ingress", "is missing: what the group admits is unknown")
        entry.open = draft.placeholder("security_group", instance, "ingress")
    end
    read_inline(self, entry, node, "ingress")
    read_inline(self, entry, node, "egress")
end
group.objects.aws_default_security_group = group.objects.aws_security_group

-- The group of a rule resource. A rule of an unknown group may be one of several.
local function group_of(self, instance)
    local entry = self:owner(instance, "security_group_id", "security_group", function(each, id)
        each.open = each.open or id
    end)
    if entry then
        entry.rules = entry.rules or {}
    end
    return entry
end

local function single_rule(direction)
    return function(self, instance)
        local entry, node = group_of(self, instance), value.root(instance)
        local way = direction or value.text(node, "type")
        if entry and way ~= "ingress" and way ~= "egress" then
            entry.open = entry.open or draft.placeholder("security_group", instance, "type")
            self:report(instance, "warning", "incomplete", "type",
                "is neither ingress nor egress: what the rule admits is unknown")
        elseif entry then
            read_rule(self, entry, node, way, "")
        end
    end
end
group.parts.aws_security_group_rule = single_rule(nil)
group.parts.aws_vpc_security_group_ingress_rule = single_rule("ingress")
group.parts.aws_vpc_security_group_egress_rule = single_rule("egress")

--- Gives the members of groups with unknown rules their further group.
function group.finish(self)
    for _, entry in ipairs(self.entries) do
        if entry.kind == "network_interface" then
            local seen, further = {}, {}
            for _, member in ipairs(entry.record.Groups or {}) do
                local found = self:find("security_group", member.GroupId)
                if found and found.open and not seen[found.open] then
                    seen[found.open] = true
                    further[#further + 1] = { GroupId = found.open }
                end
            end
            for _, each in ipairs(further) do
                table.insert(entry.record.Groups, each)
            end
        end
    end
end

return group
