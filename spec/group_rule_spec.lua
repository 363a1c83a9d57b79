-- Security group rules in rule form (semantics 6.1, D43).

local vpcpeer = require "vpcpeer"
local refused = require "spec.support.refused"

local ACCOUNT = "111111111111"

local function load(document)
  return assert(vpcpeer.load_tables(document))
end

local function build(options)
  local net = vpcpeer.network(options)
  local vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" }
  return net, vpc, vpc:create_security_group { group_id = "sg-a", group_name = "a" }
end

-- One line a rule of a permission list, with its id.
local function lines_of(permissions)
  local lines = {}
  for _, p in ipairs(permissions) do
    local head = ("%s %s-%s "):format(p.ip_protocol, tostring(p.from_port), tostring(p.to_port))
    local function add(peer, item)
      lines[#lines + 1] = head .. peer .. " " .. tostring(item.security_group_rule_id)
    end
    for _, r in ipairs(p.ip_ranges) do add(r.cidr_ip, r) end
    for _, r in ipairs(p.ipv6_ranges) do add(r.cidr_ipv6, r) end
    for _, r in ipairs(p.prefix_list_ids) do add(r.prefix_list_id, r) end
    for _, r in ipairs(p.user_id_group_pairs) do add(r.group_id, r) end
  end
  return lines
end

-- Both forms must say the same: every peer with an id has its record, and the other way round.
local function check_forms(net)
  local ids = 0
  for group in net:security_groups() do
    for egress, list in pairs { [false] = group.ip_permissions, [true] = group.ip_permissions_egress } do
      for _, line in ipairs(lines_of(list)) do
        local id = line:match "sgr%-%S+$"
        local rule = net:get(id)
        assert.equal(group, rule.security_group)
        assert.equal(egress, rule.is_egress)
        ids = ids + 1
      end
    end
  end
  local records = 0
  for _ in net:security_group_rules() do
    records = records + 1
  end
  assert.equal(records, ids)
end

describe("group rules in rule form", function()
  it("come with every rule that a call makes", function()
    local net, vpc, group = build()
    local other = vpc:create_security_group { group_id = "sg-b", group_name = "b" }
    local list = net:create_managed_prefix_list { prefix_list_id = "pl-1", prefix_list_name = "p", max_entries = 1 }
    local result, ids = group:authorize_ingress {
      ip_permissions = { {
        ip_protocol = "tcp", from_port = 443, to_port = 443,
        ip_ranges = { { cidr_ip = "192.0.2.0/24", description = "office", security_group_rule_id = "sgr-1" } },
        ipv6_ranges = { { cidr_ipv6 = "2001:db8::/32" } }, prefix_list_ids = { { prefix_list_id = list } },
        user_id_group_pairs = { { group_id = other } },
      } },
    }
    assert.equal(group, result)
    assert.equal(4, #ids)
    assert.equal("sgr-1", ids[1])
    local rule = net:get "sgr-1"
    assert.same({ "sg-a", "tcp", 443, 443, "192.0.2.0/24", "office", false, ACCOUNT },
      { rule.group_id, rule.ip_protocol, rule.from_port, rule.to_port, rule.cidr_ipv4, rule.description,
        rule.is_egress, rule.group_owner_id })
    assert.equal(group, rule.security_group)
    assert.equal("2001:db8::/32", net:get(ids[2]).cidr_ipv6)
    assert.equal("pl-1", net:get(ids[3]).prefix_list_id)
    assert.same({ group_id = "sg-b", user_id = ACCOUNT }, net:get(ids[4]).referenced_group_info)
    check_forms(net)
  end)

  it("may be named and tagged", function()
    local net, _, group = build()
    local _, ids = group:authorize_egress {
      ip_protocol = "-1", cidr_ip = "10.9.0.0/16", security_group_rule_id = "sgr-x", tags = { Name = "to-nine" },
    }
    assert.same({ "sgr-x" }, ids)
    assert.equal("to-nine", net:get("sgr-x").tags.Name)
    assert.is_true(net:get("sgr-x").is_egress)
    assert.same({ -1, -1 }, { net:get("sgr-x").from_port, net:get("sgr-x").to_port })
    refused(net, "InvalidParameterValue", group, "authorize_ingress",
      { ip_protocol = "-1", cidr_ip = "10.9.0.0/16", security_group_rule_id = "sgr-x" })
    refused(net, "InvalidParameterValue", group, "authorize_ingress",
      { ip_protocol = "-1", cidr_ip = "10.9.0.0/16", security_group_rule_id = "sg-x" })
  end)

  it("do not change the ids of other objects", function()
    local function ids(rules)
      local net, vpc, group = build()
      for i = 1, rules do
        group:authorize_ingress { ip_protocol = "tcp", from_port = i, to_port = i, cidr_ip = "10.0.0.0/8" }
      end
      return vpc:create_subnet({ cidr_block = "10.0.0.0/24" }).id, net
    end
    assert.equal(ids(0), ids(5))
  end)

  it("belong to the default group and its IPv6 rule", function()
    local net, vpc = build()
    local default = vpc.default_security_group
    assert.equal(1, #lines_of(default.ip_permissions))
    vpc:associate_cidr_block { amazon_provided_ipv6_cidr_block = true }
    assert.equal(2, #lines_of(default.ip_permissions_egress))
    check_forms(net)
  end)

  it("are revoked by what they say, or by id", function()
    local net, vpc, group = build()
    local _, ids = group:authorize_ingress { ip_permissions = {
      { ip_protocol = "tcp", from_port = 22, to_port = 22,
        ip_ranges = { { cidr_ip = "10.1.0.0/16" }, { cidr_ip = "10.2.0.0/16" } } },
      { ip_protocol = "udp", from_port = 53, to_port = 53, user_id_group_pairs = { { group_id = group } } },
    } }
    group:revoke_ingress { ip_protocol = "tcp", from_port = 22, to_port = 22, cidr_ip = "10.1.0.0/16" }
    assert.is_nil(net:get(ids[1]))
    refused(net, "InvalidSecurityGroupRuleId.NotFound", group, "revoke_egress",
      { security_group_rule_ids = { ids[2] } })
    refused(net, "InvalidSecurityGroupRuleId.NotFound", vpc.default_security_group, "revoke_ingress",
      { security_group_rule_ids = { ids[2] } })
    refused(net, "InvalidSecurityGroupRuleId.NotFound", group, "revoke_ingress",
      { security_group_rule_ids = { ids[2], "sgr-9" } })
    refused(net, "InvalidParameterCombination", group, "revoke_ingress",
      { security_group_rule_ids = { ids[2] }, ip_protocol = "-1", cidr_ip = "10.0.0.0/8" })
    group:revoke_ingress { security_group_rule_ids = { net:get(ids[2]), ids[3] } }
    assert.same({}, group.ip_permissions)
    check_forms(net)
  end)

  it("go with their group and their VPC", function()
    local net, vpc, group = build()
    group:authorize_ingress { ip_protocol = "-1", cidr_ip = "10.0.0.0/8" }
    group:delete()
    check_forms(net)
    vpc:delete()
    assert.is_nil(net:security_group_rules()())
  end)

  it("are described as AWS prints them, and found by filters", function()
    local net, _, group = build()
    group:revoke_egress { ip_protocol = "-1", cidr_ip = "0.0.0.0/0" }
    group:authorize_ingress { ip_protocol = "icmp", cidr_ip = "10.0.0.0/8", security_group_rule_id = "sgr-1" }
    assert.same({ SecurityGroupRules = { {
      SecurityGroupRuleId = "sgr-1", GroupId = "sg-a", GroupOwnerId = ACCOUNT, IsEgress = false, IpProtocol = "icmp",
      FromPort = -1, ToPort = -1, CidrIpv4 = "10.0.0.0/8", Tags = {},
    } } }, net:describe("security-group-rules", { ["group-id"] = "sg-a" }))
    assert.equal("sgr-1", group:security_group_rules { ["security-group-rule-id"] = "sgr-*" }().id)
    assert.equal("sgr-1", group:security_group_rules { is_egress = false }().id)
    assert.is_nil(group:security_group_rules { is_egress = true }())
  end)

  it("stand in a trace's hops", function()
    local net, vpc, group = build()
    group:authorize_ingress {
      ip_protocol = "tcp", from_port = 443, to_port = 443, cidr_ip = "10.0.0.0/16", security_group_rule_id = "sgr-1",
    }
    local subnet = vpc:create_subnet { cidr_block = "10.0.0.0/24" }
    local from = subnet:run_instance { security_group_ids = { group } }
    local to = subnet:run_instance { security_group_ids = { group } }
    local t = net:trace { from = from, to = to }
    assert.is_true(t.reachable)
    assert.equal("sgr-1", t.path[2].security_group_rule.security_group_rule_id)
  end)

  it("round-trip byte for byte with the permissions", function()
    local net, vpc, group = build()
    vpc:associate_cidr_block { amazon_provided_ipv6_cidr_block = true }
    group:authorize_ingress { ip_protocol = "-1", cidr_ip = "10.0.0.0/8" }
    group:authorize_ingress { ip_protocol = "tcp", from_port = 1, to_port = 2, cidr_ipv6 = "::/0", tags = { a = "b" } }
    group:authorize_ingress { ip_protocol = 58, cidr_ipv6 = "::/0" }
    group:authorize_egress { ip_protocol = "udp", from_port = 0, to_port = 65535, referenced_group_id = group }
    local text = net:describe_json()
    local copy = assert(vpcpeer.load_json(text))
    assert.same({}, copy:diagnostics())
    assert.equal(text, copy:describe_json())
    assert.same(lines_of(group.ip_permissions), lines_of(copy:get("sg-a").ip_permissions))
    check_forms(copy)
    assert.equal(text, net:clone():describe_json())
  end)

  it("of a group that was loaded without ids are printed whole, or not in rule form", function()
    local net = assert(vpcpeer.load_tables {
      Vpcs = { { VpcId = "vpc-1", CidrBlock = "10.0.0.0/16" } },
      SecurityGroups = { { GroupId = "sg-1", GroupName = "web", VpcId = "vpc-1", IpPermissions = { {
        IpProtocol = "tcp", FromPort = 443, ToPort = 443, IpRanges = { { CidrIp = "0.0.0.0/0" } },
      } }, IpPermissionsEgress = {} } },
    })
    net:get("sg-1"):authorize_ingress { ip_protocol = "tcp", from_port = 22, to_port = 22, cidr_ip = "10.0.0.0/8" }
    assert.equal(1, #net:describe("security-group-rules").SecurityGroupRules)
    local again = assert(vpcpeer.load_json(net:describe_json()))
    assert.same(net:describe("security-groups"), again:describe("security-groups"))
    assert.equal(2, #again:describe("security-groups").SecurityGroups[1].IpPermissions)
    net:get("sg-1"):revoke_ingress { ip_protocol = "tcp", from_port = 443, to_port = 443, cidr_ip = "0.0.0.0/0" }
    again = assert(vpcpeer.load_json(net:describe_json()))
    assert.equal(1, #again:describe("security-group-rules").SecurityGroupRules)
  end)
end)

describe("both forms of loaded rules", function()
  local RULES = {
    { SecurityGroupRuleId = "sgr-1", GroupId = "sg-1", GroupOwnerId = ACCOUNT, IsEgress = false, IpProtocol = "tcp",
      FromPort = 80, ToPort = 80, CidrIpv4 = "10.0.0.0/8" },
    { SecurityGroupRuleId = "sgr-2", GroupId = "sg-1", GroupOwnerId = ACCOUNT, IsEgress = false, IpProtocol = "tcp",
      FromPort = 80, ToPort = 80, CidrIpv6 = "2001:db8::/32" },
    { SecurityGroupRuleId = "sgr-3", GroupId = "sg-1", GroupOwnerId = ACCOUNT, IsEgress = true, IpProtocol = "-1",
      FromPort = -1, ToPort = -1, ReferencedGroupInfo = { GroupId = "sg-1", UserId = ACCOUNT } },
    { SecurityGroupRuleId = "sgr-4", GroupId = "sg-1", GroupOwnerId = ACCOUNT, IsEgress = false, IpProtocol = "udp",
      FromPort = 53, ToPort = 53, PrefixListId = "pl-1" },
  }
  local VPCS = { { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16", OwnerId = ACCOUNT } }

  local function group(ingress, egress)
    return { { GroupId = "sg-1", GroupName = "one", VpcId = "vpc-a", OwnerId = ACCOUNT, IpPermissions = ingress,
      IpPermissionsEgress = egress } }
  end

  it("merge without duplicates where they agree", function()
    local net = load {
      Vpcs = VPCS, PrefixLists = { { PrefixListId = "pl-1", Cidrs = {} } }, SecurityGroupRules = RULES,
      SecurityGroups = group({
        { IpProtocol = "udp", FromPort = 53, ToPort = 53, PrefixListIds = { { PrefixListId = "pl-1" } } },
        { IpProtocol = "6", FromPort = 80, ToPort = 80, IpRanges = { { CidrIp = "10.0.0.0/8" } },
          Ipv6Ranges = { { CidrIpv6 = "2001:db8::/32" } } },
      }, { { IpProtocol = "-1", UserIdGroupPairs = { { GroupId = "sg-1", UserId = ACCOUNT } } } }),
    }
    local sg = net:get "sg-1"
    assert.same({ "udp 53-53 pl-1 sgr-4", "6 80-80 10.0.0.0/8 sgr-1", "6 80-80 2001:db8::/32 sgr-2" },
      lines_of(sg.ip_permissions))
    assert.same({ "-1 nil-nil sg-1 sgr-3" }, lines_of(sg.ip_permissions_egress))
    assert.same({}, net:diagnostics())
  end)

  it("follow the rule form where they disagree (D43), and say so", function()
    local net = load {
      Vpcs = VPCS, PrefixLists = { { PrefixListId = "pl-1", Cidrs = {} } }, SecurityGroupRules = RULES,
      SecurityGroups = group({
        { IpProtocol = "tcp", FromPort = 22, ToPort = 22, IpRanges = { { CidrIp = "0.0.0.0/0" } } },
        { IpProtocol = "tcp", FromPort = 80, ToPort = 80,
          IpRanges = { { CidrIp = "192.0.2.0/24" }, { CidrIp = "10.0.0.0/8" } } },
      }, { { IpProtocol = "-1", IpRanges = { { CidrIp = "0.0.0.0/0" } } } }),
    }
    local sg = net:get "sg-1"
    assert.same({ "tcp 80-80 10.0.0.0/8 sgr-1", "tcp 80-80 2001:db8::/32 sgr-2", "udp 53-53 pl-1 sgr-4" },
      lines_of(sg.ip_permissions))
    assert.same({ "-1 nil-nil sg-1 sgr-3" }, lines_of(sg.ip_permissions_egress))
    local list = net:diagnostics()
    assert.equal(1, #list)
    assert.same({ "info", "redefined", "sg-1" }, { list[1].severity, list[1].code, list[1].resource_id })
  end)

  it("come together in any order, and from the rules alone (D43)", function()
    local first = load { SecurityGroupRules = RULES }
    local sg = first:get "sg-1"
    assert.same({ "tcp 80-80 10.0.0.0/8 sgr-1", "tcp 80-80 2001:db8::/32 sgr-2", "udp 53-53 pl-1 sgr-4" },
      lines_of(sg.ip_permissions))
    assert.equal(ACCOUNT, sg.owner_id)
    local text = first:describe_json()
    assert.equal(text, assert(vpcpeer.load_json(text)):describe_json())
  end)

  it("leave groups alone of which no rule was loaded by itself", function()
    local net = load { Vpcs = VPCS, SecurityGroupRules = RULES, SecurityGroups = {
      { GroupId = "sg-2", VpcId = "vpc-a", IpPermissions = {
        { IpProtocol = "-1", IpRanges = { { CidrIp = "10.0.0.0/8" } } } } } } }
    assert.same({ "-1 nil-nil 10.0.0.0/8 nil" }, lines_of(net:get("sg-2").ip_permissions))
  end)

  it("keep the rest of damaged data", function()
    local net = load { Vpcs = VPCS, SecurityGroupRules = {
      { SecurityGroupRuleId = "sgr-1", GroupId = "sg-1", IpProtocol = "-1" },
      { SecurityGroupRuleId = "sgr-2", GroupId = "sg-1", IpProtocol = "-1", CidrIpv4 = "10.0.0.0/8",
        PrefixListId = "pl-1" },
      { SecurityGroupRuleId = "sgr-3", GroupId = "vpc-a", IpProtocol = "-1", CidrIpv4 = "10.0.0.0/8" },
      { SecurityGroupRuleId = "sgr-4", IpProtocol = "-1", CidrIpv4 = "10.0.0.0/8" },
      { SecurityGroupRuleId = "sgr-5", GroupId = "sg-1", IpProtocol = "weird", CidrIpv4 = "10.0.0.0/8" },
      { SecurityGroupRuleId = "sgr-6", GroupId = "sg-1", IpProtocol = "weird", CidrIpv4 = "10.0.0.0/8" },
      { GroupId = "sg-1", IpProtocol = "-1", CidrIpv4 = "10.0.0.0/8" }, 7,
    } }
    assert.same({ "weird nil-nil 10.0.0.0/8 sgr-5", "weird nil-nil 10.0.0.0/8 sgr-6" },
      lines_of(net:get("sg-1").ip_permissions))
    local codes = {}
    for _, d in ipairs(net:diagnostics()) do
      codes[d.code] = (codes[d.code] or 0) + 1
    end
    assert.same({ invalid_rule = 2, missing_field = 2, missing_id = 1, invalid_type = 1 }, codes)
    local text = net:describe_json()
    assert.equal(text, assert(vpcpeer.load_json(text)):describe_json())
  end)

  it("end also where there are many", function()
    local rules, permissions = {}, {}
    for i = 1, 4000 do
      rules[i] = { SecurityGroupRuleId = ("sgr-%05d"):format(i), GroupId = "sg-1", IpProtocol = "tcp", FromPort = i,
        ToPort = i, CidrIpv4 = "10.0.0.0/8" }
      permissions[i] = { IpProtocol = "tcp", FromPort = 8001 - i, ToPort = 8001 - i,
        IpRanges = { { CidrIp = "10.0.0.0/8" } } }
    end
    local net = load { Vpcs = VPCS, SecurityGroupRules = rules, SecurityGroups = group(permissions) }
    assert.equal(4000, #net:get("sg-1").ip_permissions)
  end)
end)
