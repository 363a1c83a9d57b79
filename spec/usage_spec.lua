-- Every example of the reference runs, on a small network in which its names stand for something.

local usages = require "support.usages"
local vpcpeer = require "vpcpeer"

local PARTNER = usages.PARTNER

-- What has to be so before the example of a function.
local BEFORE = {}

BEFORE["cli.main"] = function(env)
  env.arg = { "explain", "NO_PATH", "--output", os.tmpname() }
  env.os = { exit = function(status) os.remove(env.arg[4]) assert.equal(0, status) end }
end
BEFORE["load.load"] = function(env)
  env.vpcpeer = { load = function() return vpcpeer.load "examples/dump" end }
end
BEFORE["network:to_lua"] = function(env)
  local name = os.tmpname() .. ".lua"
  env.io = { open = function(_, mode) return io.open(name, mode) end }
  env.vpcpeer = { load = function() return vpcpeer.load(name), os.remove(name) end }
end

-- Questions name instances by their Name tags.
local function with_hosts(env) return env.web, env.db end
for _, name in ipairs { "network:connectivity", "network:find", "network:reachable", "network:trace", "network:get",
  "network:resolve", "trace:render", "check.run", "vpcpeer.check", "rows:examined", "rows:count", "rows:drop" } do
  BEFORE[name] = with_hosts
end
BEFORE["trace:remedies"] = function(env, net)
  with_hosts(env)
  env.t = assert(net:trace { from = "web", to = "db", port = 22 })
end

-- The partner's VPC, and a request that waits for the partner.
BEFORE["network:as"] = function(env, net)
  net:create_vpc { vpc_id = "vpc-b", cidr_block = "10.0.0.0/16", owner_id = PARTNER }
  local far = net:create_vpc { cidr_block = "10.8.0.0/16", owner_id = PARTNER, region = "us-west-2" }
  net:create_vpc_peering_connection {
    vpc_id = env.vpc, peer_vpc_id = far, peer_owner_id = PARTNER, peer_region = "us-west-2",
    vpc_peering_connection_id = "pcx-1",
  }
end
BEFORE["vpc_peering_connection:accept"] = function(env, net)
  net:create_vpc_peering_connection {
    vpc_id = env.vpc, peer_vpc_id = env.peer, peer_owner_id = PARTNER, vpc_peering_connection_id = "pcx-1",
  }
end
BEFORE["transit_gateway_attachment:accept"] = function(env)
  env.tgw:create_peering_attachment {
    peer_transit_gateway_id = env.far, peer_account_id = PARTNER, peer_region = "us-west-2",
    transit_gateway_attachment_id = "tgw-attach-1",
  }
end
BEFORE["transit_gateway_attachment:reject"] = function(env, net)
  local request = env.far:create_peering_attachment {
    peer_transit_gateway_id = env.tgw, peer_account_id = "111111111111", peer_region = "us-east-1" }
  env.attachment = net:get(request.id)
end
BEFORE["transit_gateway_attachment:declare_routes"] = function(env)
  env.attachment = env.tgw:attach_direct_connect_gateway { cidrs = {} }
end
BEFORE["vpc_peering_connection:modify_options"] = function(env)
  env.pcx:accept()
  env.vpc:modify_attribute { enable_dns_hostnames = true }
  env.app:modify_attribute { enable_dns_hostnames = true }
end

-- Gateways stand at the VPC.
local function attach_internet(env) env.vpc:attach_internet_gateway { internet_gateway_id = env.igw } end
for _, name in ipairs {
  "address:associate", "vpc:detach_internet_gateway", "internet_gateway:detach", "nat_gateway:delete",
  "subnet:create_nat_gateway",
  "vpc:create_nat_gateway", "nat_gateway:associate_address", "route_table:replace_route",
} do
  BEFORE[name] = attach_internet
end
BEFORE["address:disassociate"] = function(env)
  attach_internet(env)
  env.eip:associate { instance_id = env.web }
end
local function make_private(env) env.nat = env.subnet:create_nat_gateway { connectivity_type = "private" } end
BEFORE["nat_gateway:assign_private_address"] = make_private
BEFORE["nat_gateway:unassign_private_address"] = function(env)
  make_private(env)
  env.nat:assign_private_address { private_ip_addresses = { "10.0.0.30" } }
end
BEFORE["nat_gateway:disassociate_address"] = function(env, net)
  attach_internet(env)
  env.nat:associate_address { allocation_ids = { net:allocate_address() } }
end
BEFORE["route_table:replace_route"] = function(env)
  attach_internet(env)
  env.rtb:create_route { destination_cidr_block = "0.0.0.0/0", network_interface_id = env.eni }
end
for _, name in ipairs { "vpc:detach_vpn_gateway", "vpn_gateway:detach", "vpn_gateway:declare_routes",
  "route_table:enable_vgw_route_propagation", "route_table:disable_vgw_route_propagation" } do
  BEFORE[name] = function(env)
    env.vpc:attach_vpn_gateway { vpn_gateway_id = env.vgw }
    if name == "route_table:disable_vgw_route_propagation" then
      env.rtb:enable_vgw_route_propagation { gateway_id = env.vgw }
    end
  end
end
BEFORE["vpn_connection:delete_route"] = function(env)
  env.vpn:create_route { destination_cidr_block = "192.168.0.0/16" }
end

-- Groups, and names that are groups there and instances elsewhere.
for _, way in ipairs { "ingress", "egress" } do
  for _, action in ipairs { "authorize_", "revoke_" } do
    BEFORE["security_group:" .. action .. way] = function(env)
      env.web, env.db = env.sg, env.sg
      if action == "revoke_" and way == "ingress" then
        env.sg:authorize_ingress { ip_protocol = "tcp", from_port = 5432, to_port = 5432, cidr_ip = "172.16.0.0/24" }
      end
    end
  end
end
BEFORE["security_group:disassociate_vpc"] = function(env) env.sg:associate_vpc { vpc_id = env.other } end
BEFORE["difference:pairs"] = function(env) return env.sg end

-- What is undone has been done.
BEFORE["hosted_zone:disassociate_vpc"] = function(env) env.zone:associate_vpc { vpc_id = env.peer } end
BEFORE["network_interface:detach"] = function(env) env.eni:attach { instance_id = env.web, device_index = 1 } end
BEFORE["network_interface:unassign_private_ip_addresses"] = function(env)
  env.eni:assign_private_ip_addresses { private_ip_addresses = { "10.0.0.30" } }
end
BEFORE["instance:modify_attribute"] = function(env) env.nat = env.web end
BEFORE["instance:start"] = function(env) env.web:stop() end
BEFORE["route_table:create_route"] = function(env)
  env.vpc, env.app = env.app, env.vpc
  env.pcx:accept()
end
BEFORE["route_table:delete_route"] = function(env)
  env.rtb = env.app.main_route_table
  env.pcx:accept()
  env.rtb:create_route { destination_cidr_block = "10.0.0.0/16", vpc_peering_connection_id = env.pcx }
end
for _, name in ipairs { "route_table:disassociate", "route_table:replace_association" } do
  BEFORE[name] = function(env)
    local old = name == "route_table:disassociate" and env.private or env.vpc:create_route_table()
    old:associate { subnet_id = env.subnet }
  end
end
for _, name in ipairs { "network_acl:replace_entry", "network_acl:delete_entry" } do
  BEFORE[name] = function(env)
    env.acl:create_entry { rule_number = 100, egress = name == "network_acl:delete_entry", protocol = "-1",
      rule_action = "allow", cidr_block = "10.0.0.0/16" }
  end
end
BEFORE["network_acl:replace_association"] = function(env)
  env.old = env.vpc:create_network_acl()
  env.old:associate { subnet_id = env.subnet }
end

-- Blocks, IPv6 ones too.
local function with_ipv6(env)
  env.vpc:associate_cidr_block { ipv6_cidr_block = "2001:db8:1234:1a00::/56" }
  return env.subnet:associate_cidr_block { ipv6_cidr_block = "2001:db8:1234:1a00::/64" }
end
BEFORE["network_interface:assign_ipv6_addresses"] = with_ipv6
BEFORE["network_interface:unassign_ipv6_addresses"] = function(env)
  with_ipv6(env)
  env.eni:assign_ipv6_addresses { ipv6_addresses = { "2001:db8:1234:1a00::5" } }
end
BEFORE["subnet:associate_cidr_block"] = function(env)
  env.vpc:associate_cidr_block { ipv6_cidr_block = "2001:db8:1234:1a00::/56" }
end
BEFORE["subnet:disassociate_cidr_block"] = function(env) env.id = with_ipv6(env) end
BEFORE["subnet:run_instance"] = function(env)
  env.subnet = env.app:create_subnet { cidr_block = "172.16.0.0/24" }
end
BEFORE["vpc:associate_cidr_block"] = function(env) env.vpc = env.app end
BEFORE["vpc:disassociate_cidr_block"] = function(env)
  env.id = env.vpc:associate_cidr_block { cidr_block = "10.1.0.0/16" }
end

-- Route tables of transit gateways: an attachment that no table decides for, and what they hold.
for name, prepare in pairs {
  associate = function() end,
  disassociate = function(env) env.isolated:associate { transit_gateway_attachment_id = env.attachment } end,
  disable_propagation = function(env)
    env.shared:enable_propagation { transit_gateway_attachment_id = env.attachment }
  end,
  replace_route = function(env) env.shared:create_route { destination_cidr_block = "10.0.0.0/8", blackhole = true } end,
  delete_route = function(env) env.shared:create_route { destination_cidr_block = "10.0.0.0/8", blackhole = true } end,
  modify_prefix_list_reference = function(env)
    env.shared:create_prefix_list_reference { prefix_list_id = env.list, blackhole = true }
  end,
  delete_prefix_list_reference = function(env)
    env.shared:create_prefix_list_reference { prefix_list_id = env.list, blackhole = true }
  end,
} do
  BEFORE["transit_gateway_route_table:" .. name] = function(env)
    env.tgw.association_default_route_table:disassociate { transit_gateway_attachment_id = env.attachment }
    prepare(env)
  end
end

-- Runs a text in an environment, on every Lua.
local function run(code, env, name)
  local set_environment = rawget(_G, "setfenv")
  if set_environment then
    return set_environment(assert(rawget(_G, "loadstring")(code, "=" .. name)), env)()
  end
  return assert(load(code, "=" .. name, "t", env))()
end

describe("the example of", function()
  for _, usage in ipairs(usages.all()) do
    it(usage.name .. " in " .. usage.path, function()
      local env = usages.environment()
      local before = BEFORE[usage.name]
      if before then
        before(env, env.net)
      end
      run(usage.code, env, usage.name)
    end)
  end
end)

-- What design calls the values' own methods; those of networks and their objects are in tables.
local VALUES = {
  cidr = "contains overlaps supernet subnets netmask wildcard ptr long size",
  set = "union intersection difference symmetric_difference complement contains overlaps is_empty size size_text "
    .. "contains_all contains_text filter_text cidrs ranges to_text free subnets",
  builder = "add add_text set",
  prefix_map = "lookup lookup_all lookup_text covering covered",
  trace = "remedies render",
}

describe("the reference #once", function()
  it("has an example of every public name", function()
    local core = require "vpcpeer.core"
    local shown, missing = {}, {}
    for _, usage in ipairs(usages.all()) do
      shown[usage.name:gsub("^load%.", "vpcpeer."):gsub("^M%.", "vpcpeer.")] = true
    end
    for name, value in pairs(vpcpeer) do
      missing[name] = type(value) == "function" and not (shown[name] or shown["vpcpeer." .. name]) or nil
    end
    for class, names in pairs(VALUES) do
      for name in names:gmatch "%S+" do
        missing[class .. ":" .. name] = not shown[class .. ":" .. name] or nil
      end
    end
    -- Lists are named after the objects that they hold, and shown together.
    local classes, is_list = { "network" }, {}
    for _, class in ipairs(require("vpcpeer.records").classes) do
      classes[#classes + 1] = class
      is_list[class], is_list[class .. "s"], is_list[class .. "es"] = true, true, true
    end
    for _, class in ipairs(classes) do
      for name in pairs(core.methods(class)) do
        missing[class .. ":" .. name] = not (is_list[name] or shown[class .. ":" .. name]) or nil
      end
    end
    assert.same({}, missing)
  end)
end)
