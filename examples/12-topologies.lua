-- Topologies: a network as a Lua script that is loaded like a dump, and a network written as one.
--
-- Once vpcpeer is installed (`make install`):
--     lua5.4 examples/12-topologies.lua
-- From the top of a checkout after `make`, installed nowhere:
--     LUA_PATH="lua/?.lua;lua/?/init.lua;;" LUA_CPATH="build/5.4/?.so;;" lua5.4 examples/12-topologies.lua
--
-- The lines that begin with --> are what it prints.

local vpcpeer = require "vpcpeer"

-- A topology is a file of its own, kept with the code of whoever owns the network. It gets `net`, and
-- what it makes there is the network: `vpcpeer trace network.lua --from web --to db` asks it too.
local path = os.tmpname()
local function write(text)
  local file = assert(io.open(path .. ".lua", "w"))
  file:write(text)
  file:close()
end
write [[
  local app = net:create_vpc { vpc_id = "vpc-app", cidr_block = "172.16.0.0/16", tags = { Name = "app" } }
  local subnet = app:create_subnet { subnet_id = "subnet-app", cidr_block = "172.16.0.0/24" }
  for i, name in ipairs { "web", "worker" } do
    subnet:run_instance { private_ip_address = "172.16.0." .. 9 + i, tags = { Name = name } }
  end
]]
local net = assert(vpcpeer.load(path .. ".lua"))
print(net)
--> network (1 VPCs, 1 subnets, 0 peering connections, 2 interfaces)
print(net:trace { from = "web", to = "worker", protocol = "tcp", port = 80 }.verdict)
--> reachable

-- The other way round: any network, loaded or made, as a topology. An object is one record.
local text = net:to_lua()
print(text:match "local subnet_app = [^}]-%}%)")
--> local subnet_app = net:record("subnet", {
-->     SubnetId = "subnet-app",
-->     AssignIpv6AddressOnCreation = false,
-->     AvailabilityZone = "us-east-1a",
-->     CidrBlock = "172.16.0.0/24",
-->     DefaultForAz = false,
-->     Ipv6Native = false,
-->     MapPublicIpOnLaunch = false,
-->     OwnerId = "111111111111",
-->     Region = "us-east-1",
-->     State = "available",
-->     VpcId = app,
--> })

-- The script makes an equal network.
write(text)
local same = assert(vpcpeer.load(path .. ".lua"))
print(same:describe_json() == net:describe_json())
--> true

-- What is wrong with a topology is said with its file and line. One that never ends is stopped.
write 'net:create_vpc { cidr_block = "10.0.0.0/8" }'
local _, message, code = vpcpeer.load(path .. ".lua")
print((message:gsub("^.*%.lua:", "network.lua:")), code)
--> network.lua:1: InvalidVpc.Range: The CIDR '10.0.0.0/8' is invalid.	InvalidVpc.Range

os.remove(path)
os.remove(path .. ".lua")
