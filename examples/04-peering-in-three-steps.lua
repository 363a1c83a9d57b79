-- Peering in three steps: request and acceptance, a route on each side, a group that admits the peer.
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

local app = net:create_vpc { vpc_id = "vpc-app", cidr_block = "172.16.0.0/16" }
local data = net:create_vpc { vpc_id = "vpc-data", cidr_block = "10.0.0.0/16" }
local db_group = data:create_security_group { group_id = "sg-db", group_name = "db" }
local web = app:create_subnet({ subnet_id = "subnet-app", cidr_block = "172.16.0.0/24" })
  :run_instance { instance_id = "i-web", private_ip_address = "172.16.0.10" }
local db = data:create_subnet({ subnet_id = "subnet-data", cidr_block = "10.0.0.0/24" })
  :run_instance { instance_id = "i-db", private_ip_address = "10.0.0.10", security_group_ids = { db_group } }

-- Two VPCs are two isolated networks.
print(ask(web, db, 5432))
--> i-web -> i-db tcp 5432: not-reachable
-->   NO_ROUTE_TO_DESTINATION: rtb-0dbd238973a2b148a of vpc-app has no route to 10.0.0.10

-- Step 1: one side requests, the other accepts; also when both belong to one account.
local pcx = net:create_vpc_peering_connection {
  vpc_peering_connection_id = "pcx-app-data", vpc_id = app, peer_vpc_id = data,
}
print(pcx.status.code, pcx.status.message)
--> pending-acceptance	Pending Acceptance by 111111111111
pcx:accept()
print(pcx.status.code)
--> active
print(ask(web, db, 5432))
--> i-web -> i-db tcp 5432: not-reachable
-->   NO_ROUTE_TO_DESTINATION: rtb-0dbd238973a2b148a of vpc-app has no route to 10.0.0.10: add 10.0.0.0/16 -> pcx-app-data to rtb-0dbd238973a2b148a

-- Step 2: a route on each side, with the connection as target.
app.main_route_table:create_route { destination_cidr_block = "10.0.0.0/16", vpc_peering_connection_id = pcx }
data.main_route_table:create_route { destination_cidr_block = "172.16.0.0/16", vpc_peering_connection_id = pcx }
print(ask(web, db, 5432))
--> i-web -> i-db tcp 5432: not-reachable
-->   SG_HAS_NO_RULES: there is no inbound rule at all in sg-db (db) on eni-00392754934ea1539: add an inbound rule tcp 5432 from 172.16.0.10/32 to sg-db (db)

-- Step 3: a rule that admits the range of the other VPC, or just the part of it that needs to come in.
db_group:authorize_ingress { ip_protocol = "tcp", from_port = 5432, to_port = 5432, cidr_ip = "172.16.0.0/24" }
print(ask(web, db, 5432))
--> i-web -> i-db tcp 5432: reachable
print(ask(web, db, 22))
--> i-web -> i-db tcp 22: not-reachable
-->   ENI_SG_RULES_MISMATCH: no inbound rule of sg-db (db) on eni-00392754934ea1539 admits tcp 22 from 172.16.0.10: add an inbound rule tcp 22 from 172.16.0.10/32 to sg-db (db)
