-- Security groups and network ACLs through the strict calls (semantics 6.1, 6.6, 7).

local vpcpeer = require "vpcpeer"
local refused = require "spec.support.refused"

local function build(options)
  local net = vpcpeer.network(options)
  local vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" }
  return net, vpc, vpc:create_security_group { group_id = "sg-a", group_name = "a" }
end

-- The rules of a direction, one line each.
local function rules(permissions)
  local lines = {}
  for _, p in ipairs(permissions) do
    local head = ("%s %s-%s "):format(p.ip_protocol, tostring(p.from_port), tostring(p.to_port))
    for _, r in ipairs(p.ip_ranges) do lines[#lines + 1] = head .. r.cidr_ip end
    for _, r in ipairs(p.ipv6_ranges) do lines[#lines + 1] = head .. r.cidr_ipv6 end
    for _, r in ipairs(p.prefix_list_ids) do lines[#lines + 1] = head .. r.prefix_list_id end
    for _, r in ipairs(p.user_id_group_pairs) do lines[#lines + 1] = head .. r.user_id .. "/" .. r.group_id end
  end
  return lines
end

describe("security group", function()
  it("starts open outwards and closed inwards", function()
    local _, _, group = build()
    assert.same({}, rules(group.ip_permissions))
    assert.same({ "-1 nil-nil 0.0.0.0/0" }, rules(group.ip_permissions_egress))
  end)

  -- A second value would be one thing more where the call stands in a list.
  it("is all that making one gives, and a VPC with its default group too", function()
    local net, vpc = build()
    local subnet = vpc:create_subnet { cidr_block = "10.0.0.0/24" }
    local web = subnet:run_instance { security_group_ids = { vpc:create_security_group { group_name = "b" } } }
    assert.equal("b", web.security_groups[1].group_name)
    assert.equal(1, select("#", net:create_vpc { cidr_block = "10.0.0.0/16" }))
    assert.equal(1, select("#", net:create_default_vpc()))
    assert.equal(2, select("#", web.vpc.default_security_group:authorize_ingress {
      ip_protocol = "tcp", from_port = 22, to_port = 22, cidr_ip = "10.0.0.0/8",
    }))
  end)

  it("takes rules in AWS's form and flat, and keeps them together", function()
    local net, _, group = build()
    local list = net:create_managed_prefix_list {
      prefix_list_id = "pl-1", prefix_list_name = "p", entries = { { cidr = "10.9.0.0/16" } },
    }
    group:authorize_ingress {
      ip_permissions = {
        {
          ip_protocol = "6", from_port = 443, to_port = 443, ip_ranges = { { cidr_ip = "10.0.0.7/8" } },
          ipv6_ranges = { { cidr_ipv6 = "2001:db8::/32" } }, prefix_list_ids = { { prefix_list_id = list } },
          user_id_group_pairs = { { group_id = group } },
        },
        { ip_protocol = "-1", from_port = 1, to_port = 2, ip_ranges = { { cidr_ip = "192.0.2.0/24" } } },
      },
    }
    group:authorize_ingress { ip_protocol = "TCP", from_port = 443, to_port = 443, cidr_ip = "172.16.0.0/12" }
    group:authorize_ingress { ip_protocol = 58, cidr_ipv6 = "::/0" }
    group:authorize_ingress { ip_protocol = "icmp", from_port = 8, to_port = -1, cidr_ip = "0.0.0.0/0" }
    group:authorize_ingress { ip_protocol = 47, from_port = 1, to_port = 1, cidr_ip = "0.0.0.0/0" }
    assert.same({
      "tcp 443-443 10.0.0.0/8", "tcp 443-443 172.16.0.0/12", "tcp 443-443 2001:db8::/32", "tcp 443-443 pl-1",
      "tcp 443-443 111111111111/sg-a", "-1 nil-nil 192.0.2.0/24", "icmpv6 -1--1 ::/0", "icmp 8--1 0.0.0.0/0",
      "47 nil-nil 0.0.0.0/0",
    }, rules(group.ip_permissions))
  end)

  it("refuses what it has, and to revoke what it has not", function()
    local net, _, group = build()
    local rule = { ip_protocol = "tcp", from_port = 22, to_port = 22, cidr_ip = "10.0.0.0/8" }
    assert.matches("The specified rule does not exist in this security group",
      refused(net, "InvalidPermission.NotFound", group, "revoke_ingress", rule))
    group:authorize_ingress(rule)
    rule.ip_protocol = 6
    assert.matches("The specified rule already exists",
      refused(net, "InvalidPermission.Duplicate", group, "authorize_ingress", rule))
    rule.to_port = 23
    refused(net, "InvalidPermission.NotFound", group, "revoke_ingress", rule)
    rule.to_port = 22
    group:revoke_ingress(rule)
    assert.same({}, rules(group.ip_permissions))
    -- a request fails as a whole
    refused(net, "InvalidPermission.Duplicate", group, "authorize_egress", {
      ip_permissions = {
        { ip_protocol = "udp", from_port = 53, to_port = 53, ip_ranges = { { cidr_ip = "10.0.0.0/8" } } },
        { ip_protocol = "-1", ip_ranges = { { cidr_ip = "0.0.0.0/0" } } },
      },
    })
  end)

  it("refuses rules that are no rules", function()
    local net, _, group = build()
    local function bad(code, rule) return refused(net, code, group, "authorize_ingress", rule) end
    bad("MissingParameter", {})
    bad("InvalidPermission.Malformed", { ip_protocol = "-1" })
    bad("InvalidPermission.Malformed", { ip_protocol = "-1", cidr_ip = "10.0.0.0/8", prefix_list_id = "pl-1" })
    bad("InvalidPermission.Malformed", { ip_permissions = { { ip_protocol = "-1" } } })
    bad("InvalidParameterValue", { ip_protocol = "tcp", cidr_ip = "10.0.0.0/8" })
    bad("InvalidParameterValue", { ip_protocol = "tcp", from_port = 2, to_port = 1, cidr_ip = "10.0.0.0/8" })
    bad("InvalidParameterValue", { ip_protocol = "udp", from_port = 0, to_port = 65536, cidr_ip = "10.0.0.0/8" })
    bad("InvalidParameterValue", { ip_protocol = "256", cidr_ip = "10.0.0.0/8" })
    bad("InvalidParameterValue", { ip_protocol = "tpc", from_port = 1, to_port = 1, cidr_ip = "10.0.0.0/8" })
    bad("InvalidParameterValue", { ip_protocol = "icmp", from_port = 256, to_port = 0, cidr_ip = "10.0.0.0/8" })
    bad("InvalidPrefixListID.NotFound", { ip_protocol = "-1", prefix_list_id = "pl-9" })
    assert.matches("The security group 'sg%-9' does not exist",
      bad("InvalidGroup.NotFound", { ip_protocol = "-1", referenced_group_id = "sg-9" }))
    bad("InvalidGroup.NotFound", { ip_protocol = "-1", referenced_group_id = "222222222222/sg-a" })
    bad("InvalidParameterCombination", { ip_protocol = "-1", cidr_ip = "10.0.0.0/8",
      ip_permissions = { { ip_protocol = "-1", ip_ranges = { { cidr_ip = "10.0.0.0/8" } } } } })
    group:authorize_ingress { ip_protocol = "-1", referenced_group_id = "111111111111/sg-a" }
    assert.same({ "-1 nil-nil 111111111111/sg-a" }, rules(group.ip_permissions))
  end)

  it("refuses codes of ICMP and blocks of the family that there are not", function()
    local net, _, group = build()
    local function bad(code, rule)
      refused(net, code, group, "authorize_ingress", rule)
    end
    bad("InvalidParameterValue", { ip_protocol = "icmp", from_port = 8, to_port = 256, cidr_ip = "10.0.0.0/8" })
    bad("InvalidParameterValue", { ip_protocol = "icmp", from_port = 8, to_port = -2, cidr_ip = "10.0.0.0/8" })
    bad("InvalidParameterValue", { ip_protocol = "icmp", from_port = 256, to_port = -1, cidr_ip = "10.0.0.0/8" })
    bad("InvalidParameterValue", { ip_protocol = "-1", cidr_ip = "2001:db8::/32" })
    bad("InvalidParameterValue", { ip_protocol = "-1", cidr_ipv6 = "10.0.0.0/8" })
    bad("InvalidParameterValue",
      { ip_permissions = { { ip_protocol = "-1", ip_ranges = { { cidr_ip = "2001:db8::/32" } } } } })
    group:authorize_ingress { ip_protocol = "icmp", from_port = 255, to_port = 255, cidr_ip = "10.0.0.0/8" }
    assert.same({ "icmp 255-255 10.0.0.0/8" }, rules(group.ip_permissions))
  end)

  it("takes rules of protocols by their number, which has no ports", function()
    local net, _, group = build()
    local gre = { ip_protocol = "47", cidr_ip = "10.0.0.0/8" }
    group:authorize_ingress(gre)
    refused(net, "InvalidPermission.Duplicate", group, "authorize_ingress", gre)
    refused(net, "InvalidPermission.NotFound", group, "revoke_ingress", { ip_protocol = "50", cidr_ip = "10.0.0.0/8" })
    group:authorize_ingress { ip_protocol = "50", cidr_ip = "10.0.0.0/8" }
    group:revoke_ingress(gre)
    assert.same({ "50 nil-nil 10.0.0.0/8" }, rules(group.ip_permissions))
  end)

  it("has a name of its own in its VPC", function()
    local net, vpc = build()
    refused(net, "InvalidGroup.Duplicate", vpc, "create_security_group", { group_name = "a" })
    refused(net, "InvalidGroup.Reserved", vpc, "create_security_group", { group_name = "default" })
    refused(net, "InvalidParameterValue", vpc, "create_security_group", { group_name = "sg-x" })
    refused(net, "MissingParameter", vpc, "create_security_group", {})
    net:create_vpc({ cidr_block = "10.0.0.0/16" }):create_security_group { group_name = "a" }
  end)

  it("is deleted only when nothing needs it", function()
    local net, vpc, group = build()
    local other = vpc:create_security_group { group_name = "b" }
    other:authorize_ingress { ip_protocol = "-1", referenced_group_id = group }
    refused(net, "InvalidGroup.InUse", group, "delete")
    other:revoke_ingress { ip_protocol = "-1", referenced_group_id = group }
    local subnet = vpc:create_subnet { cidr_block = "10.0.0.0/24" }
    local instance = subnet:run_instance { security_group_ids = { group } }
    refused(net, "DependencyViolation", group, "delete")
    instance:modify_attribute { groups = { other } }
    group:delete()
    for candidate in vpc:security_groups() do
      if candidate.group_name == "default" then
        refused(net, "CannotDelete", candidate, "delete")
      end
    end
  end)

  it("holds 60 rules of a family when quotas are on", function()
    local net, _, group = build { quotas = true }
    for i = 1, 60 do
      group:authorize_ingress { ip_protocol = "tcp", from_port = i, to_port = i, cidr_ip = "10.0.0.0/8" }
    end
    local message = refused(net, "RulesPerSecurityGroupLimitExceeded", group, "authorize_ingress",
      { ip_protocol = "tcp", from_port = 99, to_port = 99, cidr_ip = "10.0.0.0/8" })
    assert.matches("The maximum number of rules per security group has been reached%.", message)
    group:authorize_ingress { ip_protocol = "tcp", from_port = 99, to_port = 99, cidr_ipv6 = "::/0" }
  end)

  -- Semantics 6.6: groups of an interface times rules of a group
  it("keeps an interface from having more than 1000 rules when quotas are on", function()
    local net, vpc, group = build { quotas = true }
    local subnet = vpc:create_subnet { cidr_block = "10.0.7.0/24" }
    local list = net:create_managed_prefix_list {
      prefix_list_name = "offices", address_family = "IPv4", max_entries = 50,
    }
    group:authorize_ingress { ip_protocol = "tcp", from_port = 22, to_port = 22, prefix_list_id = list }
    local groups = { group }
    for i = 2, 4 do
      groups[i] = vpc:create_security_group { group_name = "g" .. i }
    end
    list:modify { max_entries = 250 }
    local host = subnet:run_instance { security_group_ids = groups }
    list:modify { max_entries = 251 }
    refused(net, "SecurityGroupsPerInterfaceLimitExceeded", host, "modify_attribute", { groups = groups })
    host:modify_attribute { groups = { group, groups[2], groups[3] } }
  end)
end)

describe("network ACL", function()
  local function entries(acl)
    local lines = {}
    for _, e in ipairs(acl.entries) do
      lines[#lines + 1] = ("%s %d %s %s %s"):format(e.egress and "out" or "in", e.rule_number, e.rule_action,
        e.protocol,
        e.cidr_block or e.ipv6_cidr_block)
    end
    return lines
  end

  it("denies everything until it has entries, kept in order", function()
    local net, vpc = build()
    local acl = vpc:create_network_acl { network_acl_id = "acl-1" }
    assert.same({ "out 32767 deny -1 0.0.0.0/0", "in 32767 deny -1 0.0.0.0/0" }, entries(acl))
    acl:create_entry { rule_number = 200, protocol = "-1", rule_action = "allow", cidr_block = "10.0.0.9/8" }
    acl:create_entry {
      rule_number = 100, protocol = "tcp", rule_action = "deny", egress = true, ipv6_cidr_block = "::/0",
      port_range = { from = 22, to = 22 },
    }
    acl:create_entry {
      rule_number = 100, protocol = 1, rule_action = "allow", cidr_block = "0.0.0.0/0", icmp_type_code =
        { type = -1, code = -1 },
    }
    assert.same({ "out 100 deny 6 ::/0", "in 100 allow 1 0.0.0.0/0", "in 200 allow -1 10.0.0.0/8",
      "out 32767 deny -1 0.0.0.0/0", "in 32767 deny -1 0.0.0.0/0" }, entries(acl))
    local same = { rule_number = 200, protocol = "-1", rule_action = "deny", cidr_block = "10.0.0.0/8" }
    assert.matches("The network acl entry identified by 200 already exists%.",
      refused(net, "NetworkAclEntryAlreadyExists", acl, "create_entry", same))
    acl:replace_entry(same)
    assert.equal("in 200 deny -1 10.0.0.0/8", entries(acl)[3])
    same.egress = true
    refused(net, "InvalidNetworkAclEntry.NotFound", acl, "replace_entry", same)
    refused(net, "InvalidNetworkAclEntry.NotFound", acl, "delete_entry", { rule_number = 200, egress = true })
    acl:delete_entry { rule_number = 200 }
    assert.equal(4, #acl.entries)
  end)

  it("refuses entries that are no entries", function()
    local net, vpc = build()
    local acl = vpc:create_network_acl()
    local function bad(code, change)
      local entry = { rule_number = 1, protocol = "-1", rule_action = "allow", cidr_block = "10.0.0.0/8" }
      for key, value in pairs(change) do
        entry[key] = value or nil
      end
      refused(net, code, acl, "create_entry", entry)
    end
    bad("InvalidParameterValue", { rule_number = 0 })
    bad("InvalidParameterValue", { rule_number = 32767 })
    bad("MissingParameter", { rule_number = false })
    bad("MissingParameter", { protocol = false })
    bad("MissingParameter", { rule_action = false })
    bad("MissingParameter", { cidr_block = false })
    bad("MissingParameter", { protocol = "udp" })
    bad("MissingParameter", { protocol = "1" })
    bad("InvalidParameterCombination", { ipv6_cidr_block = "::/0" })
    bad("InvalidParameterValue", { rule_action = "drop" })
    bad("InvalidParameterValue", { protocol = "xyz" })
    for _, range in ipairs { { from = 9, to = 8 }, { from = -1, to = 80 }, { from = 80, to = 65536 } } do
      bad("InvalidParameterValue", { protocol = "6", port_range = range })
    end
    for _, icmp in ipairs { { type = 256, code = 0 }, { type = -2, code = 0 }, { type = 0, code = 256 },
      { type = 0, code = -2 } } do
      bad("InvalidParameterValue", { protocol = "1", icmp_type_code = icmp })
    end
    refused(net, "InvalidParameterValue", acl, "delete_entry", { rule_number = 32767 })
    acl:create_entry { rule_number = 32766, protocol = "6", rule_action = "allow", cidr_block = "10.0.0.0/8",
      port_range = { from = 0, to = 65535 } }
    acl:create_entry { rule_number = 1, protocol = "1", rule_action = "allow", cidr_block = "10.0.0.0/8",
      icmp_type_code = { type = 255, code = 255 } }
    assert.equal(4, #acl.entries)
  end)

  it("is one of 200 of its VPC when quotas are on", function()
    local net, vpc = build { quotas = true }
    local other = net:create_vpc { cidr_block = "10.1.0.0/16" }
    for _ = 2, 200 do
      vpc:create_network_acl()
    end
    refused(net, "NetworkAclLimitExceeded", vpc, "create_network_acl")
    other:create_network_acl()
  end)

  it("holds 20 entries a direction when quotas are on (7.5)", function()
    local net, vpc = build { quotas = true }
    local acl = vpc:create_network_acl()
    local function entry(number, egress)
      return { rule_number = number, egress = egress, protocol = "-1", rule_action = "allow",
        cidr_block = "10.0.0.0/8" }
    end
    for number = 1, 20 do
      acl:create_entry(entry(number, false))
    end
    refused(net, "NetworkAclEntryLimitExceeded", acl, "create_entry", entry(21, false))
    acl:create_entry(entry(21, true))
  end)

  it("guards a subnet alone", function()
    local net, vpc = build()
    local subnet, acl = vpc:create_subnet { cidr_block = "10.0.0.0/24" }, vpc:create_network_acl()
    local default = subnet.network_acl
    assert.is_true(default.is_default)
    assert.equal(1, #default.associations)
    assert.matches("^aclassoc%-", acl:associate { subnet_id = subnet })
    assert.equal(acl, subnet.network_acl)
    assert.equal(0, #default.associations)
    refused(net, "DependencyViolation", acl, "delete")
    refused(net, "InvalidParameterValue", default, "delete")
    refused(net, "InvalidSubnetID.NotFound", acl, "associate", { subnet_id = "subnet-9" })
    local foreign = net:create_vpc({ cidr_block = "10.0.0.0/16" }):create_network_acl()
    refused(net, "InvalidParameterValue", foreign, "associate", { subnet_id = subnet })
    default:associate { subnet_id = subnet }
    acl:delete()
  end)

  it("takes over an association that is named by its id", function()
    local net, vpc = build()
    local subnet, acl = vpc:create_subnet { cidr_block = "10.0.0.0/24" }, vpc:create_network_acl()
    local old = subnet.network_acl.associations[1].network_acl_association_id
    local made = acl:replace_association { association_id = old }
    assert.equal(acl, subnet.network_acl)
    assert.equal(made, acl.associations[1].network_acl_association_id)
    refused(net, "InvalidAssociationID.NotFound", acl, "replace_association", { association_id = old })
    refused(net, "MissingParameter", acl, "replace_association", {})
    local foreign = net:create_vpc({ cidr_block = "10.0.0.0/16" }):create_network_acl()
    refused(net, "InvalidParameterValue", foreign, "replace_association", { association_id = made })
  end)
end)
