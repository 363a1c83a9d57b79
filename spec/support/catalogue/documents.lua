-- A picture of the catalogue as the documents that `aws ec2 describe-*` would print.
--
-- One function a kind of list, each returning AWS-shaped records. The result is one document with
-- many top-level keys, as a host that has decoded JSON in memory would hand it over.

local filters = require "support.catalogue.filters"
local gateways = require "support.catalogue.gateways"
local pictures = require "support.catalogue.picture"

local id, is_ipv6 = pictures.id, pictures.is_ipv6

local M = {}

local function account(vpc)
  return vpc.account or "111111111111"
end

local function region(vpc)
  return vpc.region or "us-east-1"
end

-- The blocks of one family under AWS's key, with the state that only a VPC's and subnet's have.
local function blocks(cidrs, ipv6, plain)
  local key = ipv6 and "Ipv6CidrBlock" or "CidrBlock"
  local set = {}
  for _, cidr in ipairs(cidrs) do
    if is_ipv6(cidr) == ipv6 then
      local block = { [key] = cidr }
      if not plain then
        block[key .. "State"] = { State = "associated" }
      end
      set[#set + 1] = block
    end
  end
  return set
end

-- The first text of the family, or nil.
local function first_of(texts, ipv6)
  for _, text in ipairs(texts) do
    if is_ipv6(text) == ipv6 then
      return text
    end
  end
  return nil
end

local function vpcs(picture)
  local records = {}
  picture:each("vpc", function(vpc)
    local dns = vpc.dns or "both"
    records[#records + 1] = {
      VpcId = id("vpc", vpc.name), OwnerId = account(vpc), Region = region(vpc), State = "available",
      CidrBlock = first_of(vpc.cidrs, false), CidrBlockAssociationSet = blocks(vpc.cidrs, false),
      Ipv6CidrBlockAssociationSet = blocks(vpc.cidrs, true), IsDefault = false,
      EnableDnsSupport = { Value = dns ~= "none" }, EnableDnsHostnames = { Value = dns == "both" },
    }
  end)
  return records
end

local function subnets(picture)
  local records = {}
  picture:each("subnet", function(subnet)
    local vpc = picture:get("vpc", subnet.vpc)
    records[#records + 1] = {
      SubnetId = id("subnet", subnet.name), VpcId = id("vpc", subnet.vpc), OwnerId = account(vpc),
      AvailabilityZone = region(vpc) .. (subnet.az or "a"), State = "available",
      CidrBlock = first_of(subnet.cidrs, false), Ipv6CidrBlockAssociationSet = blocks(subnet.cidrs, true),
    }
  end)
  return records
end

-- The field that names a route's target, by the prefix of the label.
local target_fields = {
  pcx = "VpcPeeringConnectionId", igw = "GatewayId", vgw = "GatewayId", vpce = "GatewayId", nat = "NatGatewayId",
  eigw = "EgressOnlyInternetGatewayId", tgw = "TransitGatewayId",
}

-- What AWS prints as the state of a route: nil where only the model knows (a connection that an
-- API call made), else "blackhole" for a connection that is not active.
local function route_state(picture, target)
  if target:match "^pcx%-" then
    local pcx = picture:find("pcx", target)
    return pcx and ((pcx.state or "active") == "active" and "active" or "blackhole") or nil
  end
  return "active"
end

local function route_record(picture, route)
  local record = {
    Origin = route.propagated and "EnableVgwRoutePropagation" or "CreateRoute",
    State = route_state(picture, route.target),
  }
  if route.destination:match "^pl%-" then
    record.DestinationPrefixListId = route.destination
  elseif is_ipv6(route.destination) then
    record.DestinationIpv6CidrBlock = route.destination
  else
    record.DestinationCidrBlock = route.destination
  end
  local field = target_fields[route.target:match "^(%l+)%-" or ""]
  if field then
    record[field] = route.target
  else
    local host = picture:get("host", route.target)
    record.NetworkInterfaceId = id("eni", host.name)
    record.InstanceId = not host.kind and id("host", host.name) or nil
    record.InstanceOwnerId = account(picture:vpc_of_subnet(host.subnet))
  end
  return record
end
M.route_record = route_record

local function associations(picture, label, is_main)
  local list = {}
  local function add(suffix, subnet_id)
    list[#list + 1] = {
      RouteTableAssociationId = "rtbassoc-" .. suffix, RouteTableId = id("rtb", label), Main = subnet_id == nil,
      SubnetId = subnet_id, AssociationState = { State = "associated" },
    }
  end
  if is_main then
    add(label)
  end
  picture:each("subnet", function(subnet)
    if subnet.rtb == label then
      add(subnet.name, id("subnet", subnet.name))
    end
  end)
  return list
end

local function route_tables(picture)
  local records = {}
  picture:each("rtb", function(route_table)
    local vpc_label, name = route_table.name:match "^(%w+)%.(%w+)$"
    local vpc, routes, propagating = picture:get("vpc", vpc_label), {}, {}
    for _, cidr in ipairs(vpc.cidrs) do
      local key = is_ipv6(cidr) and "DestinationIpv6CidrBlock" or "DestinationCidrBlock"
      routes[#routes + 1] = { [key] = cidr, GatewayId = "local", Origin = "CreateRouteTable", State = "active" }
    end
    for _, route in ipairs(route_table.routes) do
      routes[#routes + 1] = route_record(picture, route)
      if route.propagated then
        propagating[1] = { GatewayId = route.target }
      end
    end
    records[#records + 1] = {
      RouteTableId = id("rtb", route_table.name), VpcId = id("vpc", vpc_label), OwnerId = account(vpc),
      Associations = associations(picture, route_table.name, name == "main"), PropagatingVgws = propagating,
      Routes = routes,
    }
  end)
  return records
end

-- One side of a connection. AWS prints blocks of active connections only.
local function side(picture, pcx, label, flags, dns)
  local vpc = picture:get("vpc", label)
  local active = (pcx.state or "active") == "active"
  return {
    VpcId = id("vpc", label), OwnerId = account(vpc), Region = region(vpc),
    CidrBlock = active and first_of(vpc.cidrs, false) or nil,
    CidrBlockSet = active and blocks(vpc.cidrs, false, true) or {},
    Ipv6CidrBlockSet = active and blocks(vpc.cidrs, true, true) or {},
    PeeringOptions = {
      AllowDnsResolutionFromRemoteVpc = dns or false,
      AllowEgressFromLocalClassicLinkToRemoteVpc = flags["local"] or false,
      AllowEgressFromLocalVpcToRemoteClassicLink = flags.remote or false,
    },
  }
end

local function peerings(picture)
  local records = {}
  picture:each("pcx", function(pcx)
    local flags = { req = {}, acc = {} }
    for _, flag in ipairs(pcx.cl) do
      local which, what = flag:match "^(%l+)%.(%l+)$"
      flags[which][what] = true
    end
    records[#records + 1] = {
      VpcPeeringConnectionId = pcx.name, Status = { Code = pcx.state or "active" },
      RequesterVpcInfo = side(picture, pcx, pcx.requester, flags.req, pcx.dnsreq),
      AccepterVpcInfo = side(picture, pcx, pcx.accepter, flags.acc, pcx.dnsacc),
    }
  end)
  return records
end

local function group_identifiers(picture, host)
  local vpc = picture:get("subnet", host.subnet).vpc
  local groups = {}
  for i, name in ipairs(host.sg or { filters.any_group(vpc) }) do
    groups[i] = { GroupId = id("sg", name), GroupName = name }
  end
  return groups
end

local function association(host)
  return host.eip and {
    PublicIp = host.eip, AllocationId = "eipalloc-" .. host.name, IpOwnerId = "111111111111",
    AssociationId = "eipassoc-" .. host.name,
  } or nil
end

local function interface(picture, host)
  local subnet = picture:get("subnet", host.subnet)
  local vpc = picture:get("vpc", subnet.vpc)
  local private, ipv6 = {}, {}
  for _, address in ipairs(host.addresses) do
    if is_ipv6(address) then
      ipv6[#ipv6 + 1] = { Ipv6Address = address }
    else
      local first = #private == 0
      private[#private + 1] =
        { PrivateIpAddress = address, Primary = first, Association = first and association(host) or nil }
    end
  end
  return {
    NetworkInterfaceId = id("eni", host.name), VpcId = id("vpc", subnet.vpc), SubnetId = id("subnet", host.subnet),
    OwnerId = account(vpc), AvailabilityZone = region(vpc) .. (subnet.az or "a"), Status = "in-use",
    InterfaceType = host.kind or "interface", RequesterManaged = host.kind ~= nil,
    SourceDestCheck = host.check ~= "off", Groups = group_identifiers(picture, host),
    PrivateIpAddress = first_of(host.addresses, false), PrivateIpAddresses = private, Ipv6Addresses = ipv6,
    Association = association(host),
    Attachment = {
      AttachmentId = "eni-attach-" .. host.name, DeviceIndex = 0, Status = "attached",
      InstanceId = not host.kind and id("host", host.name) or nil,
    },
    TagSet = host.nat and { { Key = "vpcpeer:nat", Value = "true" } } or {},
  }
end

local function interfaces(picture)
  local records = {}
  picture:each("host", function(host)
    records[#records + 1] = interface(picture, host)
  end)
  return records
end

local function reservations(picture)
  local records = {}
  local function add(label, owner, instance)
    instance.InstanceId, instance.State = id("host", label), { Name = "running" }
    instance.Tags = { { Key = "Name", Value = label } }
    records[#records + 1] = { ReservationId = "r-" .. label, OwnerId = owner, Instances = { instance } }
  end
  picture:each("host", function(host)
    if not host.kind then
      local vpc = picture:vpc_of_subnet(host.subnet)
      add(host.name, account(vpc), {
        VpcId = id("vpc", vpc.name), SubnetId = id("subnet", host.subnet), PublicIpAddress = host.eip,
        PrivateIpAddress = first_of(host.addresses, false), SourceDestCheck = host.check ~= "off",
        SecurityGroups = group_identifiers(picture, host),
      })
    end
  end)
  picture:each("classic", function(host)
    add(host.name, account(picture:get("vpc", host.vpc)), { PrivateIpAddress = host.address })
  end)
  return records
end

-- The whole picture as one document.
function M.of(picture)
  local document = {
    Vpcs = vpcs(picture), Subnets = subnets(picture), RouteTables = route_tables(picture),
    VpcPeeringConnections = peerings(picture), NetworkInterfaces = interfaces(picture),
    Reservations = reservations(picture),
  }
  filters.add(picture, document, account)
  gateways.add(picture, document, account, region)
  return document
end

return M
