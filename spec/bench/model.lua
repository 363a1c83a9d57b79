-- How long it takes to load a dump and to answer a question. Figures only: nothing is judged here.
--
-- Each figure is the median of several repeats in this process. The dump is written by this program:
-- one document of interfaces, indented as the AWS CLI prints it.

local vpcpeer = require "vpcpeer"

local REPEATS = 5

local function median(list)
  table.sort(list)
  return list[math.floor(#list / 2) + 1]
end

-- Median seconds of `work`, called once a repeat.
local function measure(work)
  local times = {}
  for i = 1, REPEATS do
    collectgarbage()
    local start = os.clock()
    work()
    times[i] = os.clock() - start
  end
  return median(times)
end

local interface_template = [[
        {
            "Attachment": {
                "AttachTime": "2026-01-01T00:00:00.000Z",
                "AttachmentId": "eni-attach-%ID%",
                "DeleteOnTermination": true,
                "DeviceIndex": 0,
                "InstanceOwnerId": "111111111111",
                "Status": "attached"
            },
            "AvailabilityZone": "us-east-1a",
            "Description": "",
            "Groups": [
                {
                    "GroupName": "web",
                    "GroupId": "sg-%VPC%"
                }
            ],
            "InterfaceType": "interface",
            "Ipv6Addresses": [],
            "MacAddress": "0a:11:22:33:44:55",
            "NetworkInterfaceId": "eni-%ID%",
            "OwnerId": "111111111111",
            "PrivateIpAddress": "%IP%",
            "PrivateIpAddresses": [
                {
                    "Primary": true,
                    "PrivateIpAddress": "%IP%"
                }
            ],
            "RequesterManaged": false,
            "SourceDestCheck": true,
            "Status": "in-use",
            "SubnetId": "subnet-%VPC%",
            "TagSet": [
                {
                    "Key": "Name",
                    "Value": "host-%ID%"
                }
            ],
            "VpcId": "vpc-%VPC%"
        }]]

-- A document with `vpcs` VPCs of 200 interfaces each.
local function write_document(vpcs)
  local lists = { Vpcs = {}, Subnets = {}, SecurityGroups = {}, NetworkInterfaces = {} }
  local function add(key, text)
    lists[key][#lists[key] + 1] = text
  end
  for v = 0, vpcs - 1 do
    local vpc, block = ("%08d"):format(v), "10." .. v % 256
    add("Vpcs", ('{"VpcId":"vpc-%s","OwnerId":"111111111111","CidrBlock":"%s.0.0/16"}'):format(vpc, block))
    add("Subnets", ('{"SubnetId":"subnet-%s","VpcId":"vpc-%s","CidrBlock":"%s.0.0/24"}'):format(vpc, vpc, block))
    add("SecurityGroups", ('{"GroupId":"sg-%s","GroupName":"web","VpcId":"vpc-%s"}'):format(vpc, vpc))
    for host = 0, 199 do
      local values = { ID = ("%08d%04d"):format(v, host), VPC = vpc, IP = block .. ".0." .. host + 10 }
      add("NetworkInterfaces", (interface_template:gsub("%%(%u+)%%", values)))
    end
  end
  local parts = {}
  for _, key in ipairs { "Vpcs", "Subnets", "SecurityGroups", "NetworkInterfaces" } do
    parts[#parts + 1] = ('    "%s": [\n%s\n    ]'):format(key, table.concat(lists[key], ",\n"))
  end
  return "{\n" .. table.concat(parts, ",\n") .. "\n}\n"
end

-- Two peered VPCs with a group rule: the listing of the README.
local function build_peered()
  local net = vpcpeer.network()
  local app = net:create_vpc { cidr_block = "172.16.0.0/16" }
  local data = net:create_vpc { cidr_block = "10.0.0.0/16" }
  local app_a = app:create_subnet { cidr_block = "172.16.0.0/24" }
  local data_a = data:create_subnet { cidr_block = "10.0.0.0/24" }
  local pcx = net:create_vpc_peering_connection { vpc_id = app, peer_vpc_id = data }
  pcx:accept()
  app.main_route_table:create_route { destination_cidr_block = "10.0.0.0/16", vpc_peering_connection_id = pcx }
  data.main_route_table:create_route { destination_cidr_block = "172.16.0.0/16", vpc_peering_connection_id = pcx }
  local group = data:create_security_group { group_name = "db" }
  group:authorize_ingress { ip_protocol = "tcp", from_port = 5432, to_port = 5432, cidr_ip = "172.16.0.0/24" }
  local web = app_a:run_instance { private_ip_address = "172.16.0.10" }
  local db = data_a:run_instance { private_ip_address = "10.0.0.10", security_group_ids = { group } }
  return net, web, db
end

local function print_figure(what, value, unit)
  print(("%-52s %10.3f %s"):format(what, value, unit))
end

local document = write_document(200)
local loaded
local seconds = measure(function()
  loaded = assert(vpcpeer.load_json(document))
end)
print(("load_json of %.1f MB, %s"):format(#document / 1e6, tostring(loaded)))
print_figure("  load_json", #document / 1e6 / seconds, "MB/s")
loaded:close()

local net, web, db = build_peered()
local COUNT = 20000
assert(net:reachable(web, db, "tcp", 5432))
seconds = measure(function()
  for _ = 1, COUNT do
    net:reachable(web, db, "tcp", 5432)
  end
end)
print_figure("net:reachable over a peering connection", seconds / COUNT * 1e6, "us a call")
seconds = measure(function()
  for _ = 1, COUNT do
    net:trace { from = web, to = db, protocol = "tcp", port = 5432 }
  end
end)
print_figure("net:trace over a peering connection", seconds / COUNT * 1e6, "us a call")
local answer = net:trace { from = web, to = db, protocol = "tcp", port = 5432 }
seconds = measure(function()
  for _ = 1, 2000 do
    tostring(answer)
  end
end)
print_figure("tostring of that trace", seconds / 2000 * 1e6, "us a call")
