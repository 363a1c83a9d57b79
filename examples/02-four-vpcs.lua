-- Four VPCs around a hub, as a script and as the dump that AWS's describe commands would print.
--
--     lua5.4 examples/02-four-vpcs.lua            (the first lines of example 1 say how from a checkout)
--
-- The folder examples/dump holds exactly what net:describe_json writes of this network, a file a
-- describe command. The command asks it the same questions:
--     build/vpcpeer trace examples/dump --from web --to db --port 5432
--     build/vpcpeer trace examples/dump --from bastion --to db --port 5432

local vpcpeer = require "vpcpeer"
local net = vpcpeer.network { owner_id = "111111111111", region = "us-east-1" }

-- A VPC with one subnet. Ids are given, so that the dump can be read; AWS would make them up.
local function create(name, block, subnet_block)
  local vpc = net:create_vpc { vpc_id = "vpc-" .. name, cidr_block = block, tags = { Name = name } }
  vpc:modify_attribute { enable_dns_hostnames = true }
  local subnet = vpc:create_subnet {
    subnet_id = "subnet-" .. name, cidr_block = subnet_block, availability_zone = "us-east-1a",
    tags = { Name = name .. "-a" },
  }
  return vpc, subnet
end

local app, app_a = create("app", "172.16.0.0/16", "172.16.0.0/24")
local data, data_a = create("data", "10.0.0.0/16", "10.0.0.0/24")
local shared, shared_a = create("shared", "10.1.0.0/16", "10.1.0.0/24")
local ops, ops_a = create("ops", "192.168.0.0/16", "192.168.0.0/24")

local function peer(a, b)
  local name = a.tags.Name .. "-" .. b.tags.Name
  local pcx = net:create_vpc_peering_connection {
    vpc_peering_connection_id = "pcx-" .. name, vpc_id = a, peer_vpc_id = b, tags = { Name = name },
  }
  pcx:accept()
  a.main_route_table:create_route { destination_cidr_block = b.cidr_block, vpc_peering_connection_id = pcx }
  b.main_route_table:create_route { destination_cidr_block = a.cidr_block, vpc_peering_connection_id = pcx }
  return pcx
end

-- The hub: shared is peered with all others. Besides, app is peered with data.
peer(shared, app)
peer(shared, data)
local ops_hub = peer(shared, ops)
peer(app, data)

-- Somebody hoped that ops reaches data through the hub. Peering is not transitive: it does not.
ops.main_route_table:create_route { destination_cidr_block = data.cidr_block, vpc_peering_connection_id = ops_hub }

local function group(vpc, name, port, source)
  local made = vpc:create_security_group { group_id = "sg-" .. name, group_name = name, description = name }
  if source then
    source.ip_protocol, source.from_port, source.to_port = "tcp", port, port
    made:authorize_ingress(source)
  end
  return made
end

-- The database admits the members of web's group, which a rule may name across a connection.
local web_sg = group(app, "web", 443, { cidr_ip = "192.168.0.0/16" })
local db_sg = group(data, "db", 5432, { referenced_group_id = web_sg })
local log_sg = group(shared, "log", 6514, { cidr_ip = "172.16.0.0/16" })
local bastion_sg = group(ops, "bastion")

local function host(subnet, name, address, sg)
  return subnet:run_instance {
    instance_id = "i-" .. name, private_ip_address = address, security_group_ids = { sg }, tags = { Name = name },
  }
end

host(app_a, "web", "172.16.0.10", web_sg)
host(data_a, "db", "10.0.0.10", db_sg)
host(shared_a, "log", "10.1.0.10", log_sg)
host(ops_a, "bastion", "192.168.0.10", bastion_sg)

print(net:trace { from = "web", to = "db", port = 5432 })
--> reachable: web (i-web, 172.16.0.10) -> db (i-db, 10.0.0.10) tcp 5432
--> the way there:
-->   1. eni-0d7a982c106d3fe38 (web) 172.16.0.10, subnet-app (app-a), vpc-app (app)
-->        security group sg-web (web) allows any protocol to 0.0.0.0/0
-->        network ACL acl-0b7a4712c74562914 rule 100 allows any protocol to 0.0.0.0/0
-->        route 10.0.0.0/16 -> pcx-app-data in rtb-0dbd238973a2b148a
-->   2. peering connection pcx-app-data (app-data)
-->   3. eni-032469675332a0efc (db) 10.0.0.10, subnet-data (data-a), vpc-data (data)
-->        network ACL acl-0075c8519a9320579 rule 100 allows any protocol from 0.0.0.0/0
-->        security group sg-db (db) allows tcp 5432 from sg-web (web)
--> the way back:
-->   1. eni-032469675332a0efc (db) 10.0.0.10, subnet-data (data-a), vpc-data (data)
-->        network ACL acl-0075c8519a9320579 rule 100 allows any protocol to 0.0.0.0/0
-->        route 172.16.0.0/16 -> pcx-app-data in rtb-0d56b1fbb9ceba9e8
-->   2. peering connection pcx-app-data (app-data)
-->   3. eni-0d7a982c106d3fe38 (web) 172.16.0.10, subnet-app (app-a), vpc-app (app)
-->        network ACL acl-0b7a4712c74562914 rule 100 allows any protocol from 0.0.0.0/0
--> MTU 9001; traceroute shows 10.0.0.10
print(net:trace { from = "bastion", to = "db", port = 5432 })
--> not reachable: bastion (i-bastion, 192.168.0.10) -> db (i-db, 10.0.0.10) tcp 5432
--> the way there:
-->   1. eni-0540f172e046ef165 (bastion) 192.168.0.10, subnet-ops (ops-a), vpc-ops (ops)
-->        security group sg-bastion (bastion) allows any protocol to 0.0.0.0/0
-->        network ACL acl-0fd95fa4db404dd7b rule 100 allows any protocol to 0.0.0.0/0
-->        route 10.0.0.0/16 -> pcx-shared-ops in rtb-00eb90a3352640af2
-->   2. peering connection pcx-shared-ops (shared-ops)
-->        blocked here: reason 1
--> why not:
-->   1. peering is not transitive (the way would need pcx-shared-ops (shared-ops) and pcx-shared-data (shared-data) one after the other) [PCX_TRANSITIVE_PEERING]
-->      to mend it: peer vpc-ops (ops) and vpc-data (data) directly, or use a transit gateway

return net
