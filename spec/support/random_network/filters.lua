-- Security groups and network ACLs of a random network: few ports, odd orders, every kind of peer.

local routes = require "support.random_network.routes"

local M = {}

local PORTS = {
    { 443, 443 }, { 22, 22 }, { 8000, 8080 }, { 0, 65535 }, { 1024, 65535 }, { 443, 8000 }, { 65535, 65535 },
}
local REPLIES = { { 1024, 65535 }, { 32768, 61000 }, { 0, 65535 }, { 1024, 1024 }, { 40000, 40001 } }

local function permission(net, family)
    local rule = { IpProtocol = net:pick { "-1", "-1", "tcp", "tcp", "tcp", "udp", "icmp", "47", "6" } }
    if rule.IpProtocol == "icmp" then
        rule.IpProtocol = family == 6 and "icmpv6" or "icmp"
        local type = net:pick { -1, family == 6 and 128 or 8, 3 }
        rule.FromPort, rule.ToPort = type, type == -1 and -1 or net:pick { -1, 0 }
    elseif rule.IpProtocol == "tcp" or rule.IpProtocol == "udp" or rule.IpProtocol == "6" then
        local ports = net:pick(PORTS)
        rule.FromPort, rule.ToPort = ports[1], ports[2]
    end
    return rule
end

-- A group of the own VPC (itself included), of another VPC (peered or not), or one that is gone.
local function any_group(net, vpc)
    if net:chance(40) then return net:pick(vpc.groups) end
    if net:chance(10) then return "sg-gone" end
    local peering = #net.peerings > 0 and net:chance(70) and net:pick(net.peerings)
    local peer = peering and (peering.a == vpc and peering.b or peering.b == vpc and peering.a)
    if peer and peer.groups then return net:pick(peer.groups) end
    return net:pick(net:pick(net.vpcs).groups)
end

local function add_peer(net, vpc, rule, family)
    local kind = net.random:below(10)
    if kind < 3 then
        rule.UserIdGroupPairs = { { GroupId = any_group(net, vpc), UserId = "111111111111" } }
    elseif kind == 3 then
        rule.PrefixListIds = { { PrefixListId = net:chance(90) and net:pick(net.lists) or "pl-gone" } }
    elseif family == 4 then
        rule.IpRanges = { { CidrIp = net:chance(45) and "0.0.0.0/0" or routes.any_block(net, 4) } }
    else
        rule.Ipv6Ranges = { { CidrIpv6 = net:chance(45) and "::/0" or routes.any_block(net, 6) } }
    end
end

local function permissions(net, vpc)
    local list = {}
    if not net:mischance(70) then
        list[1] = { IpProtocol = "-1", IpRanges = { { CidrIp = "0.0.0.0/0" } }, Ipv6Ranges = { { CidrIpv6 = "::/0" } } }
        return list
    end
    for i = 1, net:pick { 1, 2, 3, 4, net:mischance(80) and 0 or 5 } do
        local family = net:chance(65) and 4 or 6
        list[i] = permission(net, family)
        add_peer(net, vpc, list[i], family)
    end
    return list
end

-- A group may serve a second VPC of its Region (6.6).
local function associate(net, vpc, id)
    local other = net:pick(net.vpcs)
    if other == vpc or other.region ~= vpc.region then return end
    net:add("SecurityGroupVpcAssociations", { GroupId = id, VpcId = other.id,
        State = net:mischance(20) and "disassociated" or "associated" })
end

function M.add_groups(net, vpc)
    for _, id in ipairs(vpc.groups) do
        if net:chance(10) then associate(net, vpc, id) end
        net:add("SecurityGroups", {
            GroupId = id, GroupName = id, VpcId = vpc.id, OwnerId = vpc.account, IpPermissions = permissions(net, vpc),
            IpPermissionsEgress = permissions(net, vpc),
        })
    end
end

local function entry(net, number, egress)
    local family = net:chance(65) and 4 or 6
    local record = {
        RuleNumber = number, Egress = egress, RuleAction = net:mischance(45) and "deny" or "allow",
        Protocol = net:pick { "-1", "6", "6", "17", family == 4 and "1" or "58", "47", "58" },
    }
    local block = net:chance(40) and (family == 4 and "0.0.0.0/0" or "::/0") or routes.any_block(net, family)
    record[family == 4 and "CidrBlock" or "Ipv6CidrBlock"] = block
    if (record.Protocol == "6" or record.Protocol == "17") and net:chance(80) then
        local ports = net:pick(net:chance(50) and PORTS or REPLIES)
        record.PortRange = { From = ports[1], To = ports[2] }
    elseif record.Protocol == "1" or record.Protocol == "58" then
        local types = family == 4 and { -1, 0, 8 } or { -1, 128, 129 }
        local type = net:pick(types)
        record.IcmpTypeCode = { Type = type, Code = type == -1 and -1 or net:pick { -1, -1, 0 } }
    end
    return record
end

local function all(number, egress, action, key, block)
    return { RuleNumber = number, Egress = egress, RuleAction = action, Protocol = "-1", [key] = block }
end

-- Entries in no order; most ACLs end with a rule that allows what no other decided.
local function entries(net)
    local list, open = {}, not net:mischance(30)
    for _, egress in ipairs { true, false } do
        local numbers = { 100, 90, 200, 110 }
        for i = 1, net:pick { 0, 1, 2, 3, 4 } do list[#list + 1] = entry(net, numbers[i], egress) end
        if open then
            list[#list + 1] = all(300, egress, "allow", "CidrBlock", "0.0.0.0/0")
            list[#list + 1] = all(301, egress, "allow", "Ipv6CidrBlock", "::/0")
        end
        list[#list + 1] = all(32767, egress, "deny", "CidrBlock", "0.0.0.0/0")
        list[#list + 1] = all(32768, egress, "deny", "Ipv6CidrBlock", "::/0")
    end
    return list
end

function M.add_acls(net, vpc)
    if net:chance(10) then return end
    local default = {
        NetworkAclId = "acl-" .. vpc.number .. "0", VpcId = vpc.id, OwnerId = vpc.account, IsDefault = true,
        Associations = {}, Entries = {},
    }
    for _, egress in ipairs { true, false } do
        table.insert(default.Entries, all(100, egress, "allow", "CidrBlock", "0.0.0.0/0"))
        table.insert(default.Entries, all(101, egress, "allow", "Ipv6CidrBlock", "::/0"))
        table.insert(default.Entries, all(32767, egress, "deny", "CidrBlock", "0.0.0.0/0"))
    end
    net:add("NetworkAcls", default)
    for i, subnet in ipairs(vpc.subnets) do
        if net:chance(35) then
            local id = ("acl-%d%d"):format(vpc.number, i)
            net:add("NetworkAcls", {
                NetworkAclId = id, VpcId = vpc.id, OwnerId = vpc.account, IsDefault = false, Entries = entries(net),
                Associations = { { NetworkAclAssociationId = "aclassoc-" .. subnet.id, NetworkAclId = id,
                    SubnetId = subnet.id } },
            })
        end
    end
end

return M
