-- Delegated prefixes through the strict calls (semantics 8.1): which can be had, how they are
-- printed, and that all their addresses are the interface's.

local refused = require "support.refused"
local vpcpeer = require "vpcpeer"

local V6 = "2001:db8:1234:1a00:"

local function build()
  local net = vpcpeer.network()
  local vpc = net:create_vpc {
    vpc_id = "vpc-a", cidr_block = "10.0.0.0/16", ipv6_cidr_block = "2001:db8:1234:1a00::/56",
  }
  local subnet = vpc:create_subnet {
    subnet_id = "subnet-a", cidr_block = "10.0.0.0/25", ipv6_cidr_block = V6 .. ":/64",
  }
  return net, subnet, vpc
end

-- The prefixes of an interface, as one text.
local function prefixes(eni)
  local list = {}
  for _, item in ipairs(eni.ipv4_prefixes or {}) do
    list[#list + 1] = item.ipv4_prefix
  end
  for _, item in ipairs(eni.ipv6_prefixes or {}) do
    list[#list + 1] = item.ipv6_prefix
  end
  return table.concat(list, " ")
end

describe("a delegated prefix", function()
  it("is given to a new interface, the named one or the lowest free one", function()
    local net, subnet = build()
    local eni = subnet:create_network_interface {
      private_ip_address = "10.0.0.20", ipv4_prefixes = { { ipv4_prefix = "10.0.0.32/28" } },
      ipv6_prefixes = { { ipv6_prefix = V6 .. "8::/80" } },
    }
    assert.equal("10.0.0.32/28 " .. V6 .. "8::/80", prefixes(eni))
    -- 10.0.0.0/28 has reserved addresses, .16 a host, .32 is taken
    local counted = subnet:create_network_interface { ipv4_prefix_count = 2, ipv6_prefix_count = 1 }
    assert.equal("10.0.0.48/28 10.0.0.64/28 " .. V6 .. "1::/80", prefixes(counted))
    assert.equal("10.0.0.4", counted.private_ip_address)
    local host = subnet:run_instance { ipv4_prefix_count = 1, ipv6_prefixes = { { ipv6_prefix = V6 .. "9::/80" } } }
    assert.equal("10.0.0.80/28 " .. V6 .. "9::/80", prefixes(host.network_interfaces[1]))
    local printed = net:describe("network-interfaces", { ["network-interface-id"] = eni.id }).NetworkInterfaces[1]
    assert.same({ { Ipv4Prefix = "10.0.0.32/28" } }, printed.Ipv4Prefixes)
    assert.same({ { Ipv6Prefix = V6 .. "8::/80" } }, printed.Ipv6Prefixes)
    local text = net:describe_json()
    assert.equal(text, assert(vpcpeer.load_json(text)):describe_json())
  end)

  it("is assigned and unassigned later", function()
    local net, subnet = build()
    local eni = subnet:create_network_interface()
    eni:assign_private_ip_addresses { ipv4_prefixes = { "10.0.0.64/28", "10.0.0.48/28" } }
    eni:assign_private_ip_addresses { ipv4_prefix_count = 1, private_ip_addresses = { "10.0.0.9" } }
    eni:assign_ipv6_addresses { ipv6_prefix_count = 1 }
    eni:assign_ipv6_addresses { ipv6_prefixes = { V6 .. "7::/80" } }
    assert.equal("10.0.0.64/28 10.0.0.48/28 10.0.0.16/28 " .. V6 .. "1::/80 " .. V6 .. "7::/80", prefixes(eni))
    eni:unassign_private_ip_addresses { ipv4_prefixes = { "10.0.0.48/28" }, private_ip_addresses = { "10.0.0.9" } }
    eni:unassign_ipv6_addresses { ipv6_prefixes = { V6 .. "1::/80" } }
    assert.equal("10.0.0.64/28 10.0.0.16/28 " .. V6 .. "7::/80", prefixes(eni))
    assert.equal(1, #eni.private_ip_addresses)
    refused(net, "InvalidParameterValue", eni, "unassign_private_ip_addresses", { ipv4_prefixes = { "10.0.0.48/28" } })
    refused(net, "InvalidParameterValue", eni, "unassign_ipv6_addresses", { ipv6_prefixes = { V6 .. "1::/80" } })
    refused(net, "MissingParameter", eni, "unassign_private_ip_addresses", {})
    refused(net, "MissingParameter", eni, "assign_ipv6_addresses", {})
  end)

  it("is a /28 or /80 inside of the subnet, without what others or the subnet itself have", function()
    local net, subnet, vpc = build()
    local eni = subnet:create_network_interface { private_ip_address = "10.0.0.20" }
    subnet:create_network_interface { private_ip_address = "10.0.0.70", ipv4_prefix_count = 1 } -- 10.0.0.32/28
    eni:assign_ipv6_addresses { ipv6_addresses = { V6 .. "5::5" } }
    for _, case in ipairs {
      { "InvalidParameterValue", "10.0.0.96/27" }, { "InvalidParameterValue", "10.0.0.96/29" },
      { "InvalidParameterValue", "10.0.0.128/28" }, { "InvalidParameterValue", "10.0.0.0/28" },
      { "InvalidParameterValue", "10.0.0.112/28" }, { "InvalidParameterValue", V6 .. ":/80" },
      { "InvalidIPAddress.InUse", "10.0.0.16/28" }, { "InvalidIPAddress.InUse", "10.0.0.32/28" },
      { "InvalidIPAddress.InUse", "10.0.0.64/28" },
    } do
      refused(net, case[1], eni, "assign_private_ip_addresses", { ipv4_prefixes = { case[2] } })
      refused(net, case[1], subnet, "create_network_interface", { ipv4_prefixes = { { ipv4_prefix = case[2] } } })
    end
    for _, case in ipairs {
      { "InvalidParameterValue", V6 .. "8::/64" }, { "InvalidParameterValue", V6 .. "8::/96" },
      { "InvalidParameterValue", "2001:db8:1234:1a01::/80" }, { "InvalidParameterValue", V6 .. ":/80" },
      { "InvalidParameterValue", "10.0.0.96/28" }, { "InvalidIPAddress.InUse", V6 .. "5::/80" },
    } do
      refused(net, case[1], eni, "assign_ipv6_addresses", { ipv6_prefixes = { case[2] } })
      refused(net, case[1], subnet, "run_instance", { ipv6_prefixes = { { ipv6_prefix = case[2] } } })
    end
    local plain = vpc:create_subnet { cidr_block = "10.0.1.0/28" }
    assert.matches("does not have enough free cidr blocks",
      refused(net, "InsufficientCidrBlocks", plain, "run_instance", { ipv4_prefix_count = 1 }))
    refused(net, "InvalidParameterValue", plain, "run_instance", { ipv6_prefix_count = 1 })
    refused(net, "InvalidParameterValue", plain, "run_instance", { ipv4_prefix_count = -1 })
    refused(net, "InsufficientCidrBlocks", subnet, "run_instance", { ipv4_prefix_count = 99 })
    refused(net, "PrivateIpAddressLimitExceeded", eni, "assign_ipv6_addresses", { ipv6_prefix_count = 257 })
    -- what a prefix holds is nobody else's
    refused(net, "InvalidIPAddress.InUse", subnet, "run_instance", { private_ip_address = "10.0.0.40" })
  end)

  it("stands instead of addresses of its family", function()
    local net, subnet = build()
    local eni = subnet:create_network_interface()
    for _, options in ipairs {
      { ipv4_prefix_count = 1, secondary_private_ip_address_count = 1 },
      { ipv4_prefix_count = 1, private_ip_addresses = { { private_ip_address = "10.0.0.9" } } },
      { ipv4_prefix_count = 1, ipv4_prefixes = { { ipv4_prefix = "10.0.0.32/28" } } },
      { ipv6_prefix_count = 1, ipv6_address_count = 1 },
      { ipv6_prefix_count = 1, ipv6_prefixes = { { ipv6_prefix = V6 .. "8::/80" } } },
    } do
      refused(net, "InvalidParameterCombination", subnet, "create_network_interface", options)
      refused(net, "InvalidParameterCombination", subnet, "run_instance", options)
    end
    refused(net, "InvalidParameterCombination", eni, "assign_private_ip_addresses",
      { ipv4_prefix_count = 1, ipv4_prefixes = { "10.0.0.32/28" } })
    subnet:create_network_interface { ipv4_prefix_count = 1, ipv6_address_count = 1 }
  end)

  it("is where packets to its addresses arrive, and what they may come from", function()
    local net, subnet, vpc = build()
    vpc.default_security_group:authorize_ingress { ip_protocol = "-1", cidr_ip = "10.0.0.0/16" }
    local asker = subnet:run_instance { private_ip_address = "10.0.0.10", instance_id = "i-asker" }
    assert.is_not_true(net:trace({ from = asker, to = "10.0.0.40", port = 80 }).reachable)
    local host = subnet:run_instance { instance_id = "i-host", ipv4_prefixes = { { ipv4_prefix = "10.0.0.32/28" } } }
    local trace = assert(net:trace { from = asker, to = "10.0.0.40", port = 80 })
    assert.is_true(trace.reachable)
    assert.equal(host.network_interfaces[1].id, trace.path[#trace.path].id)
    assert.is_true(net:trace({ from = "10.0.0.47", to = asker, port = 80 }).reachable)
    host.network_interfaces[1]:unassign_private_ip_addresses { ipv4_prefixes = { "10.0.0.32/28" } }
    assert.is_not_true(net:trace({ from = asker, to = "10.0.0.40", port = 80 }).reachable)
  end)
end)
