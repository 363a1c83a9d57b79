--- Lists of objects: `net:vpcs()`, `vpc:subnets()`.
--
-- Every list is an iterator in id order that asks the core for the next object after an id, so
-- objects may come and go while a loop runs.
-- @module vpcpeer.objects

local core = require "vpcpeer.core"
local filters = require "vpcpeer.filters"

local M = {}

-- What a list of the network is called, and the class of its items.
local network_lists = {
  vpcs = "vpc",
  subnets = "subnet",
  route_tables = "route_table",
  vpc_peering_connections = "vpc_peering_connection",
  security_groups = "security_group",
  security_group_rules = "security_group_rule",
  network_acls = "network_acl",
  internet_gateways = "internet_gateway",
  vpn_gateways = "vpn_gateway",
  vpn_connections = "vpn_connection",
  customer_gateways = "customer_gateway",
  network_interfaces = "network_interface",
  instances = "instance",
  addresses = "address",
  prefix_lists = "prefix_list",
  egress_only_internet_gateways = "egress_only_internet_gateway",
  nat_gateways = "nat_gateway",
  vpc_endpoints = "vpc_endpoint",
  hosted_zones = "hosted_zone",
  vpc_block_public_access_options = "vpc_block_public_access_options",
  vpc_block_public_access_exclusions = "vpc_block_public_access_exclusion",
  transit_gateways = "transit_gateway",
  transit_gateway_attachments = "transit_gateway_attachment",
  transit_gateway_route_tables = "transit_gateway_route_table",
}

-- The lists of other objects: class of the items, and how an item says that it belongs.
local function has(key)
  return function(item, id)
    return item[key] == id
  end
end
local function is_attached_to(item, id)
  for _, attachment in ipairs(item.attachments or item.vpc_attachments) do
    if attachment.vpc_id == id then
      return true
    end
  end
  return false
end
local function has_in(key)
  return function(item, id)
    for _, each in ipairs(item[key]) do
      if each == id then
        return true
      end
    end
    return false
  end
end
local function is_side(item, id)
  return (item.requester_vpc_info or {}).vpc_id == id or (item.accepter_vpc_info or {}).vpc_id == id
end
local function is_at_transit_gateway(item, id)
  return item.transit_gateway_id == id or item.resource_id == id
    or (item.requester_tgw_info or {}).transit_gateway_id == id
    or (item.accepter_tgw_info or {}).transit_gateway_id == id
end
local function is_associated_with(item, id)
  return (item.association or {}).transit_gateway_route_table_id == id
    or (item.peer_association or {}).transit_gateway_route_table_id == id
end
local object_lists = {
  transit_gateway = {
    transit_gateway_attachments = { "transit_gateway_attachment", is_at_transit_gateway },
    transit_gateway_route_tables = { "transit_gateway_route_table", has "transit_gateway_id" },
    vpn_connections = { "vpn_connection", has "transit_gateway_id" },
  },
  transit_gateway_route_table = {
    transit_gateway_attachments = { "transit_gateway_attachment", is_associated_with },
  },
  vpc = {
    transit_gateway_attachments = { "transit_gateway_attachment", has "vpc_id" },
    subnets = { "subnet", has "vpc_id" },
    route_tables = { "route_table", has "vpc_id" },
    security_groups = { "security_group", has "vpc_id" },
    network_acls = { "network_acl", has "vpc_id" },
    network_interfaces = { "network_interface", has "vpc_id" },
    instances = { "instance", has "vpc_id" },
    internet_gateways = { "internet_gateway", is_attached_to },
    egress_only_internet_gateways = { "egress_only_internet_gateway", is_attached_to },
    vpn_gateways = { "vpn_gateway", is_attached_to },
    nat_gateways = { "nat_gateway", has "vpc_id" },
    vpc_peering_connections = { "vpc_peering_connection", is_side },
    vpc_endpoints = { "vpc_endpoint", has "vpc_id" },
    hosted_zones = { "hosted_zone", has_in "vpc_ids" },
  },
  security_group = {
    security_group_rules = { "security_group_rule", has "group_id" },
  },
  subnet = {
    network_interfaces = { "network_interface", has "subnet_id" },
    instances = { "instance", has "subnet_id" },
    nat_gateways = { "nat_gateway", has "subnet_id" },
    vpc_endpoints = { "vpc_endpoint", has_in "subnet_ids" },
  },
  route_table = {
    vpc_endpoints = { "vpc_endpoint", has_in "route_table_ids" },
  },
}

--- Iterates over the objects of a class in id order.
-- @tparam network net
-- @tparam string class
-- @tparam function accept object → boolean
-- @treturn function iterator
function M.each(net, class, accept)
  local last
  return function()
    local object
    repeat
      object = core.next(net, class, last)
      last = object and tostring(object)
    until object == nil or accept(object)
    return object
  end
end

-- Checks who is asked for a list and by which filters; raises misuse at the line that asked.
local function filter_of_caller(receiver, receiver_class, name, class, given)
  local ok, accept = pcall(core.check_receiver, receiver, receiver_class, name)
  if ok then
    ok, accept = pcall(filters.make, class, given)
  end
  if not ok then
    error(accept, 3)
  end
  return accept
end

--- The objects of a network, by what `describe` calls them: `net:vpcs()`, `net:route_tables()`,
-- `net:vpc_peering_connections()`; and those that belong to an object: `vpc:subnets()`,
-- `subnet:instances()`, `security_group:security_group_rules()`.
-- @function network:vpcs
-- @tparam[opt] table filters a text or a list of texts by name: `describe`'s filter names (`"tag:Name"`,
-- `"cidr-block"`, with `*` and `?`), or fields of the object (`cidr_block`)
-- @treturn function iterator of handles in id order; objects may come and go while it runs
-- @raise for an unknown filter, naming the nearest known one, or a closed network
-- @usage
-- for vpc in net:vpcs { ["tag:Name"] = "app*" } do
--   for subnet in vpc:subnets() do print(vpc.cidr_block, subnet.cidr_block) end
-- end
for name, class in pairs(network_lists) do
  core.methods("network")[name] = function(net, given)
    return M.each(net, class, filter_of_caller(net, "network", name, class, given))
  end
end

for owner_class, lists in pairs(object_lists) do
  for name, list in pairs(lists) do
    local class, belongs = list[1], list[2]
    core.methods(owner_class)[name] = function(owner, given)
      local accept = filter_of_caller(owner, owner_class, name, class, given)
      local id = owner.id
      return M.each(core.network_of(owner), class, function(item)
        return belongs(item, id) and accept(item)
      end)
    end
  end
end

return M
