-- Security groups, network ACLs and prefix lists of a picture, as AWS prints them.
--
-- Every VPC gets two things that no statement mentions: a group that allows everything both ways
-- and is referenced by no rule, for hosts without sg=, and a default ACL that allows everything.

local pictures = require "support.catalogue.picture"

local id, is_ipv6 = pictures.id, pictures.is_ipv6

local M = {}

-- The label of the group that hosts of a VPC have when no statement names one.
function M.any_group(vpc_label)
  return "any-" .. vpc_label
end

local function permission(picture, rule)
  local ports = rule.ports or (rule.protocol ~= "all" and { 0, 65535 }) or {}
  local record = {
    IpProtocol = rule.protocol == "all" and "-1" or rule.protocol, FromPort = ports[1], ToPort = ports[2],
    IpRanges = {}, Ipv6Ranges = {}, PrefixListIds = {}, UserIdGroupPairs = {},
  }
  local group, list = rule.peer:match "^sg:(.+)$", rule.peer:match "^pl:(.+)$"
  if group then
    local vpc = picture:get("vpc", picture:get("sg", group).vpc)
    record.UserIdGroupPairs[1] =
      { GroupId = id("sg", group), UserId = vpc.account or "111111111111", VpcId = id("vpc", vpc.name) }
  elseif list then
    record.PrefixListIds[1] = { PrefixListId = list }
  elseif is_ipv6(rule.peer) then
    record.Ipv6Ranges[1] = { CidrIpv6 = rule.peer }
  else
    record.IpRanges[1] = { CidrIp = rule.peer }
  end
  return record
end

local function group_record(vpc, name, owner, permissions)
  return {
    GroupId = id("sg", name), GroupName = name, Description = name, VpcId = id("vpc", vpc), OwnerId = owner,
    IpPermissions = permissions["in"], IpPermissionsEgress = permissions.out,
  }
end

local function security_groups(picture, account)
  local records = {}
  picture:each("vpc", function(vpc)
    local everything = {
      IpProtocol = "-1", IpRanges = { { CidrIp = "0.0.0.0/0" } }, Ipv6Ranges = { { CidrIpv6 = "::/0" } },
      PrefixListIds = {}, UserIdGroupPairs = {},
    }
    records[#records + 1] =
      group_record(vpc.name, M.any_group(vpc.name), account(vpc), { ["in"] = { everything }, out = { everything } })
  end)
  picture:each("sg", function(group)
    local permissions = { ["in"] = {}, out = {} }
    for _, rule in ipairs(group.rules) do
      local list = permissions[rule.direction]
      list[#list + 1] = permission(picture, rule)
    end
    local owner = account(picture:get("vpc", group.vpc))
    records[#records + 1] = group_record(group.vpc, group.name, owner, permissions)
  end)
  return records
end

local protocol_numbers = { all = "-1", tcp = "6", udp = "17", icmp = "1" }

local function entry(direction, number, action, protocol, ports, cidr)
  local ipv6 = is_ipv6(cidr)
  return {
    RuleNumber = number, Egress = direction == "out", RuleAction = action, Protocol = protocol_numbers[protocol],
    CidrBlock = not ipv6 and cidr or nil, Ipv6CidrBlock = ipv6 and cidr or nil,
    PortRange = ports and { From = ports[1], To = ports[2] } or nil,
  }
end

-- One entry a direction and family, the same in all four.
local function for_everything(entries, number, action)
  for _, direction in ipairs { "in", "out" } do
    entries[#entries + 1] = entry(direction, number, action, "all", nil, "0.0.0.0/0")
    entries[#entries + 1] = entry(direction, number + 1, action, "all", nil, "::/0")
  end
end

local function acl_record(vpc, name, owner, is_default)
  return {
    NetworkAclId = id("acl", name), VpcId = id("vpc", vpc), OwnerId = owner, IsDefault = is_default, Associations = {},
    Entries = {},
  }
end

local function network_acls(picture, account)
  local records = {}
  picture:each("vpc", function(vpc)
    local record = acl_record(vpc.name, "default-" .. vpc.name, account(vpc), true)
    for_everything(record.Entries, 100, "allow")
    for_everything(record.Entries, 32767, "deny")
    records[#records + 1] = record
  end)
  picture:each("acl", function(acl)
    local record = acl_record(acl.vpc, acl.name, account(picture:get("vpc", acl.vpc)), false)
    for _, rule in ipairs(acl.rules) do
      record.Entries[#record.Entries + 1] =
        entry(rule.direction, rule.number, rule.action, rule.protocol, rule.ports, rule.cidr)
    end
    for_everything(record.Entries, 32767, "deny")
    picture:each("subnet", function(subnet)
      if subnet.acl == acl.name then
        record.Associations[#record.Associations + 1] = {
          NetworkAclAssociationId = "aclassoc-" .. subnet.name, NetworkAclId = id("acl", acl.name),
          SubnetId = id("subnet", subnet.name),
        }
      end
    end)
    records[#records + 1] = record
  end)
  return records
end

local function prefix_lists(picture)
  local records = {}
  picture:each("pl", function(list)
    records[#records + 1] = { PrefixListId = list.name, PrefixListName = list.name, Cidrs = list.cidrs }
  end)
  return records
end

-- Adds the three lists to a document.
function M.add(picture, document, account)
  document.SecurityGroups = security_groups(picture, account)
  document.NetworkAcls = network_acls(picture, account)
  document.PrefixLists = prefix_lists(picture)
end

return M
