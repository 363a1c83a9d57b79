-- Gateways of a picture as AWS prints them: attached and available, as the notation says.
--
-- Kinds that no case needs yet are printed all the same: a loader that does not know them keeps
-- the rest.

local pictures = require "support.catalogue.picture"

local id = pictures.id

local M = {}

-- Puts the records that `make` returns for the objects of a kind under a key of the document.
local function add_list(picture, document, kind, key, make)
  local records = {}
  picture:each(kind, function(object)
    records[#records + 1] = make(object)
  end)
  document[key] = #records > 0 and records or nil
end

local function add_internet_gateways(picture, document, account)
  local function attachments(gateway, state)
    return { { VpcId = id("vpc", gateway.vpc), State = state } }
  end
  add_list(picture, document, "igw", "InternetGateways", function(igw)
    local owner = account(picture:get("vpc", igw.vpc))
    return { InternetGatewayId = igw.name, OwnerId = owner, Attachments = attachments(igw, "available") }
  end)
  add_list(picture, document, "eigw", "EgressOnlyInternetGateways", function(eigw)
    return { EgressOnlyInternetGatewayId = eigw.name, Attachments = attachments(eigw, "attached") }
  end)
end

-- A NAT gateway and the interface it stands on.
local function add_nat_gateways(picture, document, account, region)
  add_list(picture, document, "nat", "NatGateways", function(nat)
    local subnet = picture:get("subnet", nat.subnet)
    local vpc = picture:get("vpc", subnet.vpc)
    local interfaces = document.NetworkInterfaces
    interfaces[#interfaces + 1] = {
      NetworkInterfaceId = "eni-" .. nat.name, VpcId = id("vpc", subnet.vpc), SubnetId = id("subnet", nat.subnet),
      OwnerId = account(vpc), AvailabilityZone = region(vpc) .. (subnet.az or "a"), InterfaceType = "nat_gateway",
      Status = "in-use", RequesterManaged = true, SourceDestCheck = false, Groups = {}, Ipv6Addresses = {},
      PrivateIpAddress = nat.address, Attachment = { Status = "attached", DeviceIndex = 1 },
      PrivateIpAddresses = {
        { PrivateIpAddress = nat.address, Primary = true, Association = nat.eip and { PublicIp = nat.eip } or nil },
      },
    }
    return {
      NatGatewayId = nat.name, VpcId = id("vpc", subnet.vpc), SubnetId = id("subnet", nat.subnet),
      State = "available", ConnectivityType = nat.eip and "public" or "private", AvailabilityMode = "zonal",
      NatGatewayAddresses = {
        {
          PrivateIp = nat.address, PublicIp = nat.eip, NetworkInterfaceId = "eni-" .. nat.name, IsPrimary = true,
          Status = "succeeded",
        },
      },
    }
  end)
end

-- A virtual private gateway; type=vpn has a VPN connection that knows its routes. What Direct
-- Connect knows is printed by no describe command: the driver declares it.
local function add_private_gateways(picture, document)
  add_list(picture, document, "vgw", "VpnGateways", function(vgw)
    local attachments = { { VpcId = id("vpc", vgw.vpc), State = "attached" } }
    return { VpnGatewayId = vgw.name, State = "available", VpcAttachments = attachments }
  end)
  local connections = {}
  picture:each("vgw", function(vgw)
    if vgw.type ~= "dx" then
      local routes = {}
      for i, cidr in ipairs(vgw.routes) do
        routes[i] = { DestinationCidrBlock = cidr, State = "available" }
      end
      connections[#connections + 1] = {
        VpnConnectionId = "vpn-" .. vgw.name, VpnGatewayId = vgw.name, State = "available", Routes = routes,
        VgwTelemetry = { { OutsideIpAddress = "192.0.2.1", Status = "UP", AcceptedRouteCount = #routes } },
      }
    end
  end)
  document.VpnConnections = #connections > 0 and connections or nil
end

local function add_endpoints(picture, document)
  add_list(picture, document, "vpceg", "VpcEndpoints", function(endpoint)
    return {
      VpcEndpointId = endpoint.name, VpcId = id("vpc", endpoint.vpc), VpcEndpointType = "Gateway",
      ServiceName = endpoint.pl, State = "available", RouteTableIds = {},
    }
  end)
end

local function attachment_id(tgw, vpc_label)
  return "tgw-attach-" .. tgw.name:gsub("^tgw%-", "") .. "-" .. vpc_label
end

-- The static routes of a transit gateway's table, each to a VPC attachment.
local function transit_routes(tgw)
  local routes = {}
  for i, route in ipairs(tgw.routes) do
    routes[i] = {
      DestinationCidrBlock = route.destination, Type = "static", State = "active",
      TransitGatewayAttachments = {
        {
          TransitGatewayAttachmentId = attachment_id(tgw, route.target), ResourceType = "vpc",
          ResourceId = id("vpc", route.target),
        },
      },
    }
  end
  return routes
end

local function add_transit_gateways(picture, document, account)
  local attachments, vpc_attachments = {}, {}
  local function table_id(tgw)
    return "tgw-rtb-" .. tgw.name:gsub("^tgw%-", "")
  end
  add_list(picture, document, "tgw", "TransitGateways", function(tgw)
    for _, attachment in ipairs(tgw.attachments) do
      local owner = account(picture:get("vpc", attachment.vpc))
      attachments[#attachments + 1] = {
        TransitGatewayAttachmentId = attachment_id(tgw, attachment.vpc), TransitGatewayId = tgw.name,
        ResourceType = "vpc", ResourceId = id("vpc", attachment.vpc), ResourceOwnerId = owner, State = "available",
        Association = { TransitGatewayRouteTableId = table_id(tgw), State = "associated" },
      }
      vpc_attachments[#vpc_attachments + 1] = {
        TransitGatewayAttachmentId = attachment_id(tgw, attachment.vpc), TransitGatewayId = tgw.name,
        VpcId = id("vpc", attachment.vpc), State = "available", SubnetIds = { id("subnet", attachment.subnet) },
        Options = { Ipv6Support = "enable", ApplianceModeSupport = "disable" },
      }
    end
    return { TransitGatewayId = tgw.name, State = "available", Options = {} }
  end)
  add_list(picture, document, "tgw", "TransitGatewayRouteTables", function(tgw)
    return { TransitGatewayRouteTableId = table_id(tgw), TransitGatewayId = tgw.name, State = "available" }
  end)
  add_list(picture, document, "tgw", "TransitGatewayStaticRoutes", function(tgw)
    return { TransitGatewayRouteTableId = table_id(tgw), Routes = transit_routes(tgw) }
  end)
  document.TransitGatewayAttachments = #attachments > 0 and attachments or nil
  document.TransitGatewayVpcAttachments = #vpc_attachments > 0 and vpc_attachments or nil
end

local function add_classic_links(picture, document)
  add_list(picture, document, "classic", "Instances", function(host)
    return { InstanceId = id("classic", host.name), VpcId = id("vpc", host.vpc), Groups = {} }
  end)
end

-- Adds every gateway of the picture to a document; NAT gateways add their interfaces.
function M.add(picture, document, account, region)
  add_internet_gateways(picture, document, account)
  add_nat_gateways(picture, document, account, region)
  add_private_gateways(picture, document)
  add_endpoints(picture, document)
  add_transit_gateways(picture, document, account)
  add_classic_links(picture, document)
end

return M
