-- Two peered VPCs: one trace that works, and three that do not and say why.
--
-- Run it from the top of a checkout after `make`, or anywhere once vpcpeer is installed:
--     lua5.4 examples/01-two-peered-vpcs.lua
-- The lines that begin with --> are what it prints.

local vpcpeer = require "vpcpeer"
local net = vpcpeer.network()

-- Two VPCs with a subnet each. Creating a VPC also makes its main route table, its default network
-- ACL (which allows everything) and its default security group.
local app = net:create_vpc { vpc_id = "vpc-app", cidr_block = "172.16.0.0/16", tags = { Name = "app" } }
local data = net:create_vpc { vpc_id = "vpc-data", cidr_block = "10.0.0.0/16", tags = { Name = "data" } }
local app_a = app:create_subnet {
  subnet_id = "subnet-app-a", cidr_block = "172.16.0.0/24", availability_zone = "us-east-1a",
}
local data_a = data:create_subnet {
  subnet_id = "subnet-data-a", cidr_block = "10.0.0.0/24", availability_zone = "us-east-1a",
}

-- Three steps make traffic flow over a peering connection. The first: request and acceptance.
local pcx = net:create_vpc_peering_connection {
  vpc_peering_connection_id = "pcx-app-data", vpc_id = app, peer_vpc_id = data,
}
print(pcx.status.code)
pcx:accept()
print(pcx.status.code)

-- The second: a route on each side. AWS adds none.
app.main_route_table:create_route { destination_cidr_block = data.cidr_block, vpc_peering_connection_id = pcx }
data.main_route_table:create_route { destination_cidr_block = app.cidr_block, vpc_peering_connection_id = pcx }

-- The third: a group on the far side that admits this side.
local db_sg = data:create_security_group { group_id = "sg-db", group_name = "db", description = "PostgreSQL" }
db_sg:authorize_ingress { ip_protocol = "tcp", from_port = 5432, to_port = 5432, cidr_ip = app_a.cidr_block }

local web = app_a:run_instance { instance_id = "i-web", private_ip_address = "172.16.0.10", tags = { Name = "web" } }
local db = data_a:run_instance {
  instance_id = "i-db", private_ip_address = "10.0.0.10", security_group_ids = { db_sg }, tags = { Name = "db" },
}

-- 1. It works: the packet crosses the connection, and the answer comes back.
print(net:trace { from = web, to = db, protocol = "tcp", port = 5432 })

-- 2. Without the route back, the request arrives and the answer has nowhere to go.
data.main_route_table:delete_route { destination_cidr_block = app.cidr_block }
print(net:trace { from = web, to = db, port = 5432 })
data.main_route_table:create_route { destination_cidr_block = app.cidr_block, vpc_peering_connection_id = pcx }

-- 3. Peering is not transitive: a third VPC that is peered with app cannot reach data through it,
-- whatever its route table says.
local ops = net:create_vpc { vpc_id = "vpc-ops", cidr_block = "192.168.0.0/16", tags = { Name = "ops" } }
local ops_a = ops:create_subnet { subnet_id = "subnet-ops-a", cidr_block = "192.168.0.0/24" }
local bastion = ops_a:run_instance {
  instance_id = "i-bastion", private_ip_address = "192.168.0.10", tags = { Name = "bastion" },
}
local ops_app = net:create_vpc_peering_connection {
  vpc_peering_connection_id = "pcx-ops-app", vpc_id = ops, peer_vpc_id = app,
}
ops_app:accept()
ops.main_route_table:create_route { destination_cidr_block = data.cidr_block, vpc_peering_connection_id = ops_app }
print(net:trace { from = bastion, to = db, port = 5432 })

-- 4. VPCs with overlapping blocks cannot be peered at all: the request fails, and a packet for the
-- other VPC stays in its own.
local copy = net:create_vpc { vpc_id = "vpc-copy", cidr_block = "10.0.0.0/16", tags = { Name = "copy" } }
local copy_a = copy:create_subnet { subnet_id = "subnet-copy-a", cidr_block = "10.0.1.0/24" }
local reader = copy_a:run_instance {
  instance_id = "i-reader", private_ip_address = "10.0.1.20", tags = { Name = "reader" },
}
local failed = net:create_vpc_peering_connection {
  vpc_peering_connection_id = "pcx-copy-data", vpc_id = copy, peer_vpc_id = data,
}
print(failed.status.code, failed.status.message)
print(net:trace { from = reader, to = db, port = 5432 })
