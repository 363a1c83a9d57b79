-- A VPC with a subnet in each of two zones, an internet gateway, and the route that makes it public.
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

-- The main route table, the default network ACL and the default group exist with the VPC.
local vpc = net:create_vpc { vpc_id = "vpc-shop", cidr_block = "172.16.0.0/16", tags = { Name = "shop" } }
print(vpc.main_route_table.routes[1].destination_cidr_block, vpc.main_route_table.routes[1].gateway_id)
--> 172.16.0.0/16	local
-- Two subnets in different zones: either keeps running when the other zone does not.
local a = vpc:create_subnet {
  subnet_id = "subnet-a", cidr_block = "172.16.0.0/24", availability_zone = "us-east-1a",
}
local b = vpc:create_subnet {
  subnet_id = "subnet-b", cidr_block = "172.16.1.0/24", availability_zone = "us-east-1b",
}

local web = vpc:create_security_group { group_id = "sg-web", group_name = "web" }
web:authorize_ingress { ip_protocol = "tcp", from_port = 443, to_port = 443, cidr_ip = "0.0.0.0/0" }
local first = a:run_instance {
  instance_id = "i-first", private_ip_address = "172.16.0.10", security_group_ids = { web },
}
local second = b:run_instance {
  instance_id = "i-second", private_ip_address = "172.16.1.10", security_group_ids = { web },
}
-- Subnets of one VPC reach each other by the local route; nothing needs to be configured.
print(ask(first, second, 443))
--> i-first -> i-second tcp 443: reachable

-- The internet gateway becomes the VPC's by being attached.
local igw = net:create_internet_gateway { internet_gateway_id = "igw-shop" }
vpc:attach_internet_gateway { internet_gateway_id = igw }
local address = net:allocate_address { public_ip = "203.0.113.10" }
address:associate { network_interface_id = first.network_interfaces[1] }
-- The gateway alone opens nothing: the answer has no way out yet.
print(ask("internet@igw-shop=198.51.100.7", first, 443))
--> internet@igw-shop=198.51.100.7 -> i-first tcp 443: not-reachable
-->   RETURN_ROUTE_MISSING: rtb-0dbd238973a2b148a of vpc-shop (shop) has no route back to 198.51.100.7: add 0.0.0.0/0 -> igw-shop

-- The default route sends all that is not local to the gateway.
vpc.main_route_table:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = igw }
print(ask("internet@igw-shop=198.51.100.7", first, 443))
--> internet@igw-shop=198.51.100.7 -> i-first tcp 443: reachable
-- Who has no public address is not on the internet, gateway and route or not.
print(ask(second, "198.51.100.7", 443))
--> i-second -> 198.51.100.7 tcp 443: not-reachable
-->   IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS: eni-0075c8519a9320579 has no public IPv4 address for 198.51.100.7, so igw-shop does not let it out: associate an Elastic IP address with eni-0075c8519a9320579, or route through a NAT gateway
