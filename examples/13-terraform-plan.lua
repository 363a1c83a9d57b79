-- A Terraform plan, asked before it is applied: objects go by their Terraform addresses.
--
-- Run it as the first lines of example 1 say. The lines that begin with --> are what it prints.
-- `examples/plan.json` is what `terraform show -json PLAN` prints; a plan does not say whose account it is for.

local vpcpeer = require "vpcpeer"
local net = assert(vpcpeer.load("examples/plan.json", { owner_id = "111111111111" }))

-- A question and its answer in one line, with every reason.
local function ask(from, to, port)
  local trace = assert(net:trace { from = from, to = to, port = port })
  local lines = { ("%s -> %s tcp %d: %s"):format(from, to, port, trace.verdict) }
  for _, reason in ipairs(trace.explanations) do
    lines[#lines + 1] = ("  %s: %s"):format(reason.code, reason.message)
  end
  return table.concat(lines, "\n")
end

-- The plan connects the two VPCs, but only one side has a route.
print(ask("aws_instance.web", "aws_instance.db", 5432))
--> aws_instance.web -> aws_instance.db tcp 5432: not-reachable
-->   RETURN_ROUTE_MISSING: rtb-aws_vpc.data.main of vpc-aws_vpc.data (data) has no route back to 10.0.1.10: add 10.0.0.0/16 -> pcx-aws_vpc_peering_connection.app_data

-- The model may be changed as if the plan had one resource more.
net:get("aws_vpc.data.main_route_table_id"):create_route {
  destination_cidr_block = "10.0.0.0/16", vpc_peering_connection_id = net:get "aws_vpc_peering_connection.app_data",
}
print(ask("aws_instance.web", "aws_instance.db", 5432))
--> aws_instance.web -> aws_instance.db tcp 5432: reachable

-- An address in a subnet can be asked for in place of a machine that has none yet.
print(ask("aws_subnet.app=10.0.1.20", "aws_instance.db", 5432))
--> aws_subnet.app=10.0.1.20 -> aws_instance.db tcp 5432: reachable
