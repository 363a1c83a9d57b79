-- Edge to edge: what A reaches through its gateways, its peer B does not reach through A.
--
-- Run it as the first lines of example 1 say. The lines that begin with --> are what it prints.

local vpcpeer = require "vpcpeer"
local net = vpcpeer.network()

-- A question and its answer in one line, with the first reason why not.
local function ask(from, to, port)
  local trace = assert(net:trace { from = from, to = to, port = port })
  local reason = trace.explanations[1]
  return ("%s -> %s tcp %d: %s"):format(tostring(from), tostring(to), port, trace.verdict)
    .. (reason and ("\n  %s: %s"):format(reason.code, reason.message) or "")
end

local function create(name, block)
  local vpc = net:create_vpc { vpc_id = "vpc-" .. name, cidr_block = block .. "/16" }
  vpc.default_security_group:authorize_ingress { ip_protocol = "-1", cidr_ip = "0.0.0.0/0" }
  local subnet = vpc:create_subnet { subnet_id = "subnet-" .. name, cidr_block = block .. "/24" }
  return vpc, subnet
end
local a, a1 = create("a", "172.16.0.0")
local b, b1 = create("b", "10.0.0.0")
local host_a = a1:run_instance { instance_id = "i-a", private_ip_address = "172.16.0.10" }
local host_b = b1:run_instance { instance_id = "i-b", private_ip_address = "10.0.0.10" }
local pcx = net:create_vpc_peering_connection {
  vpc_peering_connection_id = "pcx-aaaabbbb", vpc_id = a, peer_vpc_id = b,
}
pcx:accept()
a.main_route_table:create_route { destination_cidr_block = "10.0.0.0/16", vpc_peering_connection_id = pcx }
b.main_route_table:create_route { destination_cidr_block = "172.16.0.0/16", vpc_peering_connection_id = pcx }
-- B sends everything else to A as well, hoping for A's gateways.
b.main_route_table:create_route { destination_cidr_block = "0.0.0.0/0", vpc_peering_connection_id = pcx }
print(ask(host_b, host_a, 443))
--> i-b -> i-a tcp 443: reachable

-- A VPN connection or Direct Connect to the corporate network 192.168.0.0/16.
local vgw = net:create_vpn_gateway { vpn_gateway_id = "vgw-a" }
a:attach_vpn_gateway { vpn_gateway_id = vgw }
a.main_route_table:create_route { destination_cidr_block = "192.168.0.0/16", gateway_id = vgw }
vgw:declare_routes { cidrs = { "192.168.0.0/16" }, connection = "vpn" }
print(ask(host_a, "192.168.1.10", 443))
--> i-a -> 192.168.1.10 tcp 443: reachable
print(ask(host_b, "192.168.1.10", 443))
--> i-b -> 192.168.1.10 tcp 443: not-reachable
-->   PCX_EDGE_TO_EDGE_VGW: a peering connection (pcx-aaaabbbb) does not lead on to the VPN or Direct Connect connection vgw-a of the peer vpc-a
print(ask("onprem@vgw-a=192.168.1.10", host_b, 443))
--> onprem@vgw-a=192.168.1.10 -> i-b tcp 443: not-reachable
-->   PCX_EDGE_TO_EDGE_VGW: a peering connection (pcx-aaaabbbb) does not lead on to the VPN or Direct Connect connection vgw-a of the peer vpc-a
vgw:declare_routes { cidrs = { "192.168.0.0/16" }, connection = "dx" }
print(ask(host_b, "192.168.1.10", 443))
--> i-b -> 192.168.1.10 tcp 443: not-reachable
-->   PCX_EDGE_TO_EDGE_VGW: a peering connection (pcx-aaaabbbb) does not lead on to the VPN or Direct Connect connection vgw-a of the peer vpc-a

-- The internet through A's internet gateway.
local igw = net:create_internet_gateway { internet_gateway_id = "igw-a" }
a:attach_internet_gateway { internet_gateway_id = igw }
a.main_route_table:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = igw }
net:allocate_address({ public_ip = "203.0.113.10" }):associate { network_interface_id = host_a.network_interfaces[1] }
print(ask(host_a, "198.51.100.7", 443))
--> i-a -> 198.51.100.7 tcp 443: reachable
print(ask(host_b, "198.51.100.7", 443))
--> i-b -> 198.51.100.7 tcp 443: not-reachable
-->   PCX_EDGE_TO_EDGE_IGW: a peering connection (pcx-aaaabbbb) does not lead on to the internet gateway igw-a of the peer vpc-a
print(ask("internet@igw-a=198.51.100.7", host_b, 443))
--> internet@igw-a=198.51.100.7 -> i-b tcp 443: not-reachable
-->   IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS: eni-00392754934ea1539 has no public address behind igw-a, so the internet cannot reach it

-- The internet through A's NAT gateway, the only way out that is left in A's tables.
local nat = a1:create_nat_gateway {
  nat_gateway_id = "nat-a", connectivity_type = "private", private_ip_address = "172.16.0.4",
}
a.main_route_table:replace_route { destination_cidr_block = "0.0.0.0/0", nat_gateway_id = nat }
print(ask(host_b, "198.51.100.7", 443))
--> i-b -> 198.51.100.7 tcp 443: not-reachable
-->   PCX_EDGE_TO_EDGE_NAT: a peering connection (pcx-aaaabbbb) does not lead on to the NAT gateway or NAT instance nat-a of the peer vpc-a

-- What AWS has no call for here, or no longer: a gateway endpoint as a dump shows it, and an instance
-- that is linked to A by ClassLink. The model so far, with both added, is loaded anew.
local documents = {}
for _, kind in ipairs {
  "vpcs", "subnets", "route-tables", "vpc-peering-connections", "security-groups", "network-acls",
  "network-interfaces", "instances",
} do
  for key, list in pairs(net:describe(kind)) do
    documents[key] = list
  end
end
documents.PrefixLists = { {
  PrefixListId = "pl-s3", PrefixListName = "com.amazonaws.us-east-1.s3", Cidrs = { "52.216.0.0/15" },
} }
documents.VpcEndpoints = { {
  VpcEndpointId = "vpce-s3", VpcEndpointType = "Gateway", VpcId = "vpc-a", State = "available",
  ServiceName = "com.amazonaws.us-east-1.s3", RouteTableIds = { a.main_route_table.id },
} }
for _, route_table in ipairs(documents.RouteTables) do
  if route_table.RouteTableId == a.main_route_table.id then
    table.insert(route_table.Routes, {
      DestinationPrefixListId = "pl-s3", GatewayId = "vpce-s3", Origin = "CreateRoute", State = "active",
    })
  end
end
documents.Instances = { { InstanceId = "i-classic", VpcId = "vpc-a", Groups = {} } }
table.insert(documents.Reservations, {
  Instances = { { InstanceId = "i-classic", PrivateIpAddress = "10.1.2.3", State = { Name = "running" } } },
})
net = assert(vpcpeer.load_tables(documents))
print(ask("i-a", "52.216.8.8", 443))
--> i-a -> 52.216.8.8 tcp 443: reachable
print(ask("i-b", "52.216.8.8", 443))
--> i-b -> 52.216.8.8 tcp 443: not-reachable
-->   PCX_EDGE_TO_EDGE_VPCE_GATEWAY: a peering connection (pcx-aaaabbbb) does not lead on to the gateway endpoint vpce-s3 (com.amazonaws.us-east-1.s3) of the peer vpc-a

-- ClassLink extends over the connection for IPv4 when both sides allow it, else it does not.
print(ask("i-classic", "i-b", 443))
--> i-classic -> i-b tcp 443: not-reachable
-->   PCX_EDGE_TO_EDGE_CLASSICLINK: a peering connection (pcx-aaaabbbb) does not carry the traffic of ClassicLink instances such as i-classic
local sides = documents.VpcPeeringConnections[1]
sides.RequesterVpcInfo.PeeringOptions.AllowEgressFromLocalClassicLinkToRemoteVpc = true
sides.AccepterVpcInfo.PeeringOptions.AllowEgressFromLocalVpcToRemoteClassicLink = true
net = assert(vpcpeer.load_tables(documents))
print(ask("i-classic", "i-b", 443))
--> i-classic -> i-b tcp 443: reachable
