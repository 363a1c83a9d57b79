-- What traceroute shows: across a peering connection the destination is the very next hop.
--
-- Run it as the first lines of example 1 say. The lines that begin with --> are what it prints.

local vpcpeer = require "vpcpeer"
local net = vpcpeer.network()

local function create(name, block)
  local vpc = net:create_vpc { vpc_id = "vpc-" .. name, cidr_block = block .. "/16" }
  vpc.default_security_group:authorize_ingress { ip_protocol = "-1", cidr_ip = "0.0.0.0/0" }
  return vpc, vpc:create_subnet { subnet_id = "subnet-" .. name, cidr_block = block .. "/24" }
end
local app, app_a = create("app", "172.16.0.0")
local data, data_a = create("data", "10.0.0.0")
local web = app_a:run_instance { instance_id = "i-web", private_ip_address = "172.16.0.10" }
local db = data_a:run_instance { instance_id = "i-db", private_ip_address = "10.0.0.10" }
local pcx = net:create_vpc_peering_connection {
  vpc_peering_connection_id = "pcx-app-data", vpc_id = app, peer_vpc_id = data,
}
pcx:accept()
app.main_route_table:create_route { destination_cidr_block = "10.0.0.0/16", vpc_peering_connection_id = pcx }
data.main_route_table:create_route { destination_cidr_block = "172.16.0.0/16", vpc_peering_connection_id = pcx }

-- The connection is neither a gateway nor a device: it adds no hop of its own.
local trace = net:trace { from = web, to = db, protocol = "icmp" }
print(trace.verdict, "via " .. table.concat(trace.via, ", "))
--> reachable	via pcx-app-data
print("traceroute: " .. table.concat(trace.traceroute, " "), "MTU " .. trace.mtu)
--> traceroute: 10.0.0.10	MTU 9001

-- A NAT gateway answers with its private address, the internet gateway behind it does not.
local igw = net:create_internet_gateway { internet_gateway_id = "igw-app" }
app:attach_internet_gateway { internet_gateway_id = igw }
local public = app:create_subnet { subnet_id = "subnet-public", cidr_block = "172.16.1.0/24" }
local nat = public:create_nat_gateway {
  nat_gateway_id = "nat-app", allocation_id = net:allocate_address { public_ip = "203.0.113.4" },
  private_ip_address = "172.16.1.4",
}
local to_internet = app:create_route_table { route_table_id = "rtb-public" }
to_internet:associate { subnet_id = public }
to_internet:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = igw }
app.main_route_table:create_route { destination_cidr_block = "0.0.0.0/0", nat_gateway_id = nat }
trace = net:trace { from = web, to = "198.51.100.7", protocol = "icmp" }
print(trace.verdict, "via " .. table.concat(trace.via, ", "))
--> reachable	via nat-app, igw-app
print("traceroute: " .. table.concat(trace.traceroute, " "), "MTU " .. trace.mtu)
--> traceroute: 172.16.1.4 198.51.100.7	MTU 1500
