-- An instance has two addresses, and one name that is right everywhere.
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

local vpc = net:create_vpc { vpc_id = "vpc-shop", cidr_block = "172.16.0.0/16" }
vpc:modify_attribute { enable_dns_hostnames = true }
local igw = net:create_internet_gateway { internet_gateway_id = "igw-shop" }
vpc:attach_internet_gateway { internet_gateway_id = igw }
vpc.main_route_table:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = igw }
local group = vpc:create_security_group { group_id = "sg-web", group_name = "web" }
group:authorize_ingress { ip_protocol = "tcp", from_port = 443, to_port = 443, cidr_ip = "0.0.0.0/0" }
local subnet = vpc:create_subnet { subnet_id = "subnet-a", cidr_block = "172.16.0.0/24" }
local web = subnet:run_instance {
  instance_id = "i-web", private_ip_address = "172.16.0.10", security_group_ids = { group },
}
local client = subnet:run_instance { instance_id = "i-client", private_ip_address = "172.16.0.20" }
net:allocate_address({ public_ip = "203.0.113.25" }):associate { network_interface_id = web.network_interfaces[1] }

-- From outside only the public address works, inside the private one is the one to use.
print(ask("internet@igw-shop=198.51.100.7", "203.0.113.25", 443))
--> internet@igw-shop=198.51.100.7 -> 203.0.113.25 tcp 443: reachable
print(ask("internet@igw-shop=198.51.100.7", "172.16.0.10", 443))
--> internet@igw-shop=198.51.100.7 -> 172.16.0.10 tcp 443: not-reachable
-->   IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS: 172.16.0.10 is a private address of eni-012ae30237b17df14, which the internet cannot reach: ask for eni-012ae30237b17df14 instead
print(ask(client, "172.16.0.10", 443))
--> i-client -> 172.16.0.10 tcp 443: reachable

-- The public name gives the public address outside and the private one inside, as nslookup shows.
local name, private_name = "ec2-203-0-113-25.compute-1.amazonaws.com", "ip-172-16-0-10.ec2.internal"
print("outside", (net:resolve(name, { from = "internet" })))
--> outside	203.0.113.25
print("inside", (net:resolve(name, { from = client })))
--> inside	172.16.0.10
print(ask(client, name, 443))
--> i-client -> ec2-203-0-113-25.compute-1.amazonaws.com tcp 443: reachable

-- The private name means nothing outside.
print("inside", (net:resolve(private_name, { from = client })))
--> inside	172.16.0.10
print("outside", net:resolve(private_name, { from = "internet" }))
--> outside	nil	NXDOMAIN	only_inside

-- A peer gets the public address, unless the owner of the name allows the private one.
local peer = net:create_vpc { vpc_id = "vpc-peer", cidr_block = "10.0.0.0/16" }
peer:modify_attribute { enable_dns_hostnames = true }
local guest = peer:create_subnet({ cidr_block = "10.0.0.0/24" }):run_instance { instance_id = "i-guest" }
local pcx = net:create_vpc_peering_connection { vpc_id = vpc, peer_vpc_id = peer }
pcx:accept()
print("peer", (net:resolve(name, { from = guest })))
--> peer	203.0.113.25
pcx:modify_options { requester_peering_connection_options = { allow_dns_resolution_from_remote_vpc = true } }
print("peer", (net:resolve(name, { from = guest })))
--> peer	172.16.0.10
