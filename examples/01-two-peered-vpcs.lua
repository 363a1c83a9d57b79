-- Two peered VPCs: one trace that works, and three that do not and say why.
--
-- Once vpcpeer is installed (`make install`):
--     lua5.4 examples/01-two-peered-vpcs.lua
-- From the top of a checkout after `make`, installed nowhere:
--     LUA_PATH="lua/?.lua;lua/?/init.lua;;" LUA_CPATH="build/5.4/?.so;;" lua5.4 examples/01-two-peered-vpcs.lua
--
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
--> pending-acceptance
pcx:accept()
print(pcx.status.code)
--> active

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
--> reachable: web (i-web, 172.16.0.10) -> db (i-db, 10.0.0.10) tcp 5432
--> the way there:
-->   1. eni-0dcfa9555b5f881d1 (web) 172.16.0.10, subnet-app-a, vpc-app (app)
-->        security group sg-0b6bf613dbebb45dc (default) allows any protocol to 0.0.0.0/0
-->        network ACL acl-0b7a4712c74562914 rule 100 allows any protocol to 0.0.0.0/0
-->        route 10.0.0.0/16 -> pcx-app-data in rtb-0dbd238973a2b148a
-->   2. peering connection pcx-app-data
-->   3. eni-00392754934ea1539 (db) 10.0.0.10, subnet-data-a, vpc-data (data)
-->        network ACL acl-0826c6abf7fdd5ad7 rule 100 allows any protocol from 0.0.0.0/0
-->        security group sg-db (db) allows tcp 5432 from 172.16.0.0/24
--> the way back:
-->   1. eni-00392754934ea1539 (db) 10.0.0.10, subnet-data-a, vpc-data (data)
-->        network ACL acl-0826c6abf7fdd5ad7 rule 100 allows any protocol to 0.0.0.0/0
-->        route 172.16.0.0/16 -> pcx-app-data in rtb-012ae30237b17df14
-->   2. peering connection pcx-app-data
-->   3. eni-0dcfa9555b5f881d1 (web) 172.16.0.10, subnet-app-a, vpc-app (app)
-->        network ACL acl-0b7a4712c74562914 rule 100 allows any protocol from 0.0.0.0/0
--> MTU 9001; traceroute shows 10.0.0.10

-- 2. Without the route back, the request arrives and the answer has nowhere to go.
data.main_route_table:delete_route { destination_cidr_block = app.cidr_block }
print(net:trace { from = web, to = db, port = 5432 })
--> not reachable: web (i-web, 172.16.0.10) -> db (i-db, 10.0.0.10) tcp 5432
--> the way there:
-->   1. eni-0dcfa9555b5f881d1 (web) 172.16.0.10, subnet-app-a, vpc-app (app)
-->        security group sg-0b6bf613dbebb45dc (default) allows any protocol to 0.0.0.0/0
-->        network ACL acl-0b7a4712c74562914 rule 100 allows any protocol to 0.0.0.0/0
-->        route 10.0.0.0/16 -> pcx-app-data in rtb-0dbd238973a2b148a
-->   2. peering connection pcx-app-data
-->   3. eni-00392754934ea1539 (db) 10.0.0.10, subnet-data-a, vpc-data (data)
-->        network ACL acl-0826c6abf7fdd5ad7 rule 100 allows any protocol from 0.0.0.0/0
-->        security group sg-db (db) allows tcp 5432 from 172.16.0.0/24
--> the way back:
-->   1. eni-00392754934ea1539 (db) 10.0.0.10, subnet-data-a, vpc-data (data)
-->        network ACL acl-0826c6abf7fdd5ad7 rule 100 allows any protocol to 0.0.0.0/0
-->        blocked here: reason 1
--> why not:
-->   1. rtb-012ae30237b17df14 of vpc-data (data) has no route back to 172.16.0.10 [RETURN_ROUTE_MISSING]
-->      to mend it: add 172.16.0.0/16 -> pcx-app-data
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
--> not reachable: bastion (i-bastion, 192.168.0.10) -> db (i-db, 10.0.0.10) tcp 5432
--> the way there:
-->   1. eni-0378a5760be593ca5 (bastion) 192.168.0.10, subnet-ops-a, vpc-ops (ops)
-->        security group sg-0d633b1846faf2b49 (default) allows any protocol to 0.0.0.0/0
-->        network ACL acl-00eb90a3352640af2 rule 100 allows any protocol to 0.0.0.0/0
-->        route 10.0.0.0/16 -> pcx-ops-app in rtb-0ffcb5c99f6aa8871
-->   2. peering connection pcx-ops-app
-->        blocked here: reason 1
--> why not:
-->   1. peering is not transitive (the way would need pcx-ops-app and pcx-app-data one after the other) [PCX_TRANSITIVE_PEERING]
-->      to mend it: peer vpc-ops (ops) and vpc-data (data) directly, or use a transit gateway

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
--> failed	Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range
print(net:trace { from = reader, to = db, port = 5432 })
--> not reachable: reader (i-reader, 10.0.1.20) -> db (i-db, 10.0.0.10) tcp 5432
--> the way there:
-->   1. eni-0540f172e046ef165 (reader) 10.0.1.20, subnet-copy-a, vpc-copy (copy)
-->        security group sg-04f7abb7627b74f52 (default) allows any protocol to 0.0.0.0/0
-->        network ACL acl-0df890a4933721ba2 rule 100 allows any protocol to 0.0.0.0/0
-->        route 10.0.0.0/16 -> local in rtb-0e8a33702fa0a06db
-->        blocked here: reason 1
--> why not:
-->   1. no interface in vpc-copy (copy) holds 10.0.0.10 [NO_POSSIBLE_DESTINATION]
-->      to mend it: ask for an address that an interface has, or correct the route that led there
--> hint: vpc-copy (copy) and vpc-data (data) cannot be peered: their blocks overlap (10.0.0.0/16 and 10.0.0.0/16) [PCX_OVERLAPPING_CIDRS]
