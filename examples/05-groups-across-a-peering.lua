-- A rule may name a group of the peer VPC instead of its addresses, once the two are peered.
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
local web_group = app:create_security_group { group_id = "sg-web", group_name = "web" }
local db_group = data:create_security_group { group_id = "sg-db", group_name = "db" }
local app_a = app:create_subnet { subnet_id = "subnet-app", cidr_block = "172.16.0.0/24" }
local web = app_a:run_instance {
  instance_id = "i-web", private_ip_address = "172.16.0.10", security_group_ids = { web_group },
}
local other = app_a:run_instance { instance_id = "i-other", private_ip_address = "172.16.0.11" }
local db = data:create_subnet({ subnet_id = "subnet-data", cidr_block = "10.0.0.0/24" })
  :run_instance { instance_id = "i-db", private_ip_address = "10.0.0.10", security_group_ids = { db_group } }

local rule = { ip_protocol = "tcp", from_port = 5432, to_port = 5432, referenced_group_id = web_group }

-- Without the connection AWS refuses the rule, in these words.
local ok, message = pcall(db_group.authorize_ingress, db_group, rule)
print(ok, vpcpeer.error_code(message))
--> false	InvalidGroup.NotFound
print((message:match "InvalidGroup.*$"))
--> InvalidGroup.NotFound: You have specified two resources that belong to different networks.

-- A request that waits for acceptance is not enough.
local pcx = net:create_vpc_peering_connection {
  vpc_peering_connection_id = "pcx-app-data", vpc_id = app, peer_vpc_id = data,
}
print(pcx.status.code, (pcall(db_group.authorize_ingress, db_group, rule)))
--> pending-acceptance	false
pcx:accept()
db_group:authorize_ingress(rule)
print(pcx.status.code, #db_group.ip_permissions)
--> active	1

app.main_route_table:create_route { destination_cidr_block = "10.0.0.0/16", vpc_peering_connection_id = pcx }
data.main_route_table:create_route { destination_cidr_block = "172.16.0.0/16", vpc_peering_connection_id = pcx }
print(ask(web, db, 5432))
--> i-web -> i-db tcp 5432: reachable
-- The rule admits members of the group, whatever their address, and nobody else.
print(ask(other, db, 5432))
--> i-other -> i-db tcp 5432: not-reachable
-->   ENI_SG_RULES_MISMATCH: no inbound rule of sg-db (db) on eni-0302b8631721c51be admits tcp 5432 from 172.16.0.11: add an inbound rule tcp 5432 from 172.16.0.11/32 to sg-db (db)

-- Without the connection the rule is stale and matches nothing.
pcx:delete()
print(ask(web, db, 5432))
--> i-web -> i-db tcp 5432: not-reachable
-->   PCX_NOT_ACTIVE: pcx-app-data is deleted, so it carries no traffic: request a new connection between vpc-app and vpc-data and point the routes at it
