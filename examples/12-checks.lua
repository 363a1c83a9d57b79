-- Checks: what a network promises, an expectation a line, kept beside it and asked in a pipeline.
--
-- Run it as the first lines of example 1 say. The lines that begin with --> are what it prints.
-- With the checks in a file of their own, a pipeline runs them on a dump or on a Terraform plan, and stops when
-- the command ends with another status than 0:
--
--     vpcpeer check dump checks.lua
--     vpcpeer check plan.json checks.lua --format junit --output report.xml

local vpcpeer = require "vpcpeer"
local net = vpcpeer.network()

local app = net:create_vpc { vpc_id = "vpc-app", cidr_block = "172.16.0.0/16", tags = { Name = "app" } }
local data = net:create_vpc { vpc_id = "vpc-data", cidr_block = "10.0.0.0/16", tags = { Name = "data" } }
local pcx = net:create_vpc_peering_connection {
  vpc_peering_connection_id = "pcx-app-data", vpc_id = app, peer_vpc_id = data,
}
pcx:accept()
app.main_route_table:create_route { destination_cidr_block = "10.0.0.0/16", vpc_peering_connection_id = pcx }
data.main_route_table:create_route { destination_cidr_block = "172.16.0.0/16", vpc_peering_connection_id = pcx }
local group = data:create_security_group { group_id = "sg-db", group_name = "db" }
group:authorize_ingress { ip_protocol = "tcp", from_port = 5432, to_port = 5432, cidr_ip = "172.16.0.0/16" }
app:create_subnet { subnet_id = "subnet-app", cidr_block = "172.16.0.0/24" }
  :run_instance { instance_id = "i-web", private_ip_address = "172.16.0.10", tags = { Name = "web" } }
data:create_subnet { subnet_id = "subnet-data", cidr_block = "10.0.0.0/24", tags = { Tier = "data" } }
  :run_instance {
    instance_id = "i-db", private_ip_address = "10.0.0.10", security_group_ids = { group }, tags = { Name = "db" },
  }

local checks = [[
expect("web"):can_reach("db", "tcp 5432")
expect("internet"):cannot_reach { tag = { Tier = "data" } }
expect("web"):cannot_reach({ tag = { Tier = "data" } }, "tcp 22, tcp 3389")
expect("app"):and_("data"):are_peered()
expect(net):has_no("PCX_ROUTE_ONE_WAY")
]]

-- The report is a plain table; these are its lines.
local function told()
  local lines = {}
  for _, result in ipairs(vpcpeer.check(net, checks, "checks.lua").results) do
    lines[#lines + 1] = ("%s %d: %s"):format(result.status, result.line, result.message or result.words)
  end
  return table.concat(lines, "\n")
end
print(told())
--> passed 1: web can reach db on tcp 5432
--> passed 2: internet cannot reach tag Tier=data
--> passed 3: web cannot reach tag Tier=data on tcp 22, tcp 3389
--> passed 4: app and data are peered
--> passed 5: the network has no PCX_ROUTE_ONE_WAY

-- Somebody opens ports too many. The check finds them wherever they are: it asks for everything that flows.
group:authorize_ingress { ip_protocol = "tcp", from_port = 0, to_port = 3388, cidr_ip = "172.16.0.0/28" }
print(told())
--> passed 1: web can reach db on tcp 5432
--> passed 2: internet cannot reach tag Tier=data
--> failed 3: web (i-web) -> db (i-db): tcp 22
--> passed 4: app and data are peered
--> passed 5: the network has no PCX_ROUTE_ONE_WAY

-- A check that examines nothing does not pass: here, nothing has that tag.
local misspelt = vpcpeer.check(net, [[expect("internet"):cannot_reach { tag = { Tier = "dta" } }]])
print(misspelt.results[1].status, misspelt.results[1].message)
--> failed	nothing was examined: tag Tier=dta stands for nothing in the model that takes connections
