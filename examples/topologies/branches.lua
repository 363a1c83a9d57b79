-- A topology: a network that is not there yet, as a script that every command takes like a dump.
--
--     vpcpeer show examples/topologies/branches.lua
--     vpcpeer trace examples/topologies/branches.lua --from north-host --to south-host
--
-- It gets `net`, an empty network (or what documents beside it on the command line describe), and `vpcpeer`,
-- as arguments and as names; of Lua it has what computes, and nothing that reaches outside: no require, no io, no os.

local net = ...

-- A VPC with one host that takes HTTPS from the other VPCs.
local function branch(name, number)
  local vpc = net:create_vpc {
    vpc_id = "vpc-" .. name, cidr_block = ("10.%d.0.0/16"):format(number), tags = { Name = name },
  }
  local group = vpc:create_security_group { group_id = "sg-" .. name, group_name = "host" }
  group:authorize_ingress { ip_protocol = "tcp", from_port = 443, to_port = 443, cidr_ip = "10.0.0.0/8" }
  vpc:create_subnet { subnet_id = "subnet-" .. name, cidr_block = ("10.%d.0.0/24"):format(number) }
    :run_instance {
      instance_id = "i-" .. name, private_ip_address = ("10.%d.0.10"):format(number), security_group_ids = { group },
      tags = { Name = name .. "-host" },
    }
  return vpc
end

local function peer(a, b)
  local pcx = net:create_vpc_peering_connection {
    vpc_peering_connection_id = "pcx-" .. a.tags.Name .. "-" .. b.tags.Name, vpc_id = a, peer_vpc_id = b,
  }
  pcx:accept()
  for _, ends in ipairs { { a, b }, { b, a } } do
    ends[1].main_route_table:create_route {
      destination_cidr_block = ends[2].cidr_block, vpc_peering_connection_id = pcx,
    }
  end
end

-- A middle with two branches: each talks to the middle, not to the other through it.
local middle = branch("middle", 0)
peer(middle, branch("north", 1))
peer(middle, branch("south", 2))
