-- Peering is not transitive: what is peered with A does not reach what else is peered with A.
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

-- A VPC with one host.
local function create(name, block, address)
  local vpc = net:create_vpc { vpc_id = "vpc-" .. name, cidr_block = block .. "/16" }
  local host = vpc:create_subnet({ subnet_id = "subnet-" .. name, cidr_block = block .. "/24" })
    :run_instance { instance_id = "i-" .. name, private_ip_address = address }
  vpc.default_security_group:authorize_ingress { ip_protocol = "-1", cidr_ip = "0.0.0.0/0" }
  return vpc, host
end
local a, host_a = create("a", "172.16.0.0", "172.16.0.10")
local b, host_b = create("b", "10.0.0.0", "10.0.0.10")
local c, host_c = create("c", "192.168.0.0", "192.168.0.10")

-- Peers two VPCs, with a route on each side.
local function peer(id, x, y)
  local pcx = net:create_vpc_peering_connection { vpc_peering_connection_id = id, vpc_id = x, peer_vpc_id = y }
  pcx:accept()
  x.main_route_table:create_route { destination_cidr_block = y.cidr_block, vpc_peering_connection_id = pcx }
  y.main_route_table:create_route { destination_cidr_block = x.cidr_block, vpc_peering_connection_id = pcx }
  return pcx
end
local ab = peer("pcx-aaaabbbb", a, b)
local ac = peer("pcx-aaaacccc", a, c)
print(ask(host_a, host_b, 443))
--> i-a -> i-b tcp 443: reachable
print(ask(host_a, host_c, 443))
--> i-a -> i-c tcp 443: reachable

-- Between B and C is no connection; a way through A would need both.
print(ask(host_b, host_c, 443))
--> i-b -> i-c tcp 443: not-reachable
-->   NO_ROUTE_TO_DESTINATION: rtb-0075c8519a9320579 of vpc-b has no route to 192.168.0.10
-- Routes into A do not help: A's connection drops what is not for A.
b.main_route_table:create_route { destination_cidr_block = c.cidr_block, vpc_peering_connection_id = ab }
c.main_route_table:create_route { destination_cidr_block = b.cidr_block, vpc_peering_connection_id = ac }
print(ask(host_b, host_c, 443))
--> i-b -> i-c tcp 443: not-reachable
-->   PCX_TRANSITIVE_PEERING: peering is not transitive (the way would need pcx-aaaabbbb and pcx-aaaacccc one after the other): peer vpc-b and vpc-c directly, or use a transit gateway

-- A connection of their own does.
b.main_route_table:delete_route { destination_cidr_block = c.cidr_block }
c.main_route_table:delete_route { destination_cidr_block = b.cidr_block }
peer("pcx-bbbbcccc", b, c)
print(ask(host_b, host_c, 443))
--> i-b -> i-c tcp 443: reachable
