-- The examples of the reference: every `@usage` of lua and csrc, with the name of what it shows.

local shell = require "support.shell"
local vpcpeer = require "vpcpeer"

local M = {}

--- The account of whoever answers requests.
M.PARTNER = "222222222222"

-- The blocks of a file in C, without their frames.
local function blocks_of_c(text)
  local blocks = {}
  for block in text:gmatch "/%*%*%*(.-)%*/" do
    blocks[#blocks + 1] = { text = block, name = block:match "@function ([%w_:]+)" }
  end
  return blocks
end

-- The blocks of a Lua file: lines that begin with `--`, the first with three; the name may be that of
-- the function below.
local function blocks_of_lua(text)
  local blocks, open = {}, nil
  for line in (text .. "\n"):gmatch "([^\n]*)\n" do
    if line:find "^%-%-%-" then
      open = { text = line:sub(4) }
    elseif open and line:find "^%-%-" then
      open.text = open.text .. "\n" .. line:gsub("^%-%- ?", "")
    elseif open then
      open.name = open.text:match "@function ([%w_:.]+)" or line:match "function ([%w_:.]+)"
        or line:match "^([%w_.]+) = function" or "?"
      blocks[#blocks + 1], open = open, nil
    end
  end
  return blocks
end

--- All blocks that have an example.
-- @treturn {table,...} each `{ name, path, code }`
function M.all()
  local all = {}
  for path in shell.must("ls csrc/*.c lua/vpcpeer/*.lua lua/vpcpeer/*/*.lua"):gmatch "%S+" do
    local text = shell.read(path)
    for _, block in ipairs(path:find "%.c$" and blocks_of_c(text) or blocks_of_lua(text)) do
      local code = (block.text .. "\n@"):match "@usage%s(.-)\n@"
      if code then
        all[#all + 1] = { name = block.name, path = path, code = (code:gsub("\nSource:.*", "")) }
      end
    end
  end
  return all
end

-- What the names of the examples stand for, made when an example first uses them.
local MAKE = {}

function MAKE.vpc(_, net) return net:create_vpc { cidr_block = "10.0.0.0/16" } end
function MAKE.app(_, net) return net:create_vpc { cidr_block = "172.16.0.0/16", tags = { Name = "app" } } end
function MAKE.peer(_, net)
  return net:create_vpc { vpc_id = "vpc-b", cidr_block = "10.8.0.0/16", owner_id = M.PARTNER }
end
function MAKE.other(_, net) return net:create_vpc { cidr_block = "192.168.0.0/16" } end
function MAKE.data(env) return env.vpc end
function MAKE.subnet(env)
  return env.vpc:create_subnet { cidr_block = "10.0.0.0/24", availability_zone = "us-east-1a" }
end
function MAKE.public(env) return env.subnet end
function MAKE.web(env)
  return env.subnet:run_instance { private_ip_address = "10.0.0.10", tags = { Name = "web" } }
end
function MAKE.db(env)
  local group = env.vpc:create_security_group { group_name = "db" }
  group:authorize_ingress { ip_protocol = "tcp", from_port = 5432, to_port = 5432, cidr_ip = "10.0.0.0/16" }
  return env.subnet:run_instance {
    private_ip_address = "10.0.0.11", security_group_ids = { group }, tags = { Name = "db" },
  }
end
function MAKE.sg(env) return env.vpc:create_security_group { group_name = "sg", group_id = "sg-web" } end
function MAKE.group(env) return env.sg end
function MAKE.igw(_, net) return net:create_internet_gateway() end
function MAKE.eigw(env, net) return net:create_egress_only_internet_gateway { vpc_id = env.vpc } end
function MAKE.eip(_, net) return net:allocate_address() end
function MAKE.eni(env) return env.subnet:create_network_interface { private_ip_address = "10.0.0.20" } end
function MAKE.rtb(env) return env.vpc.main_route_table end
function MAKE.private(env) return env.vpc:create_route_table() end
function MAKE.acl(env) return env.vpc:create_network_acl() end
function MAKE.pcx(env, net) return net:create_vpc_peering_connection { vpc_id = env.vpc, peer_vpc_id = env.app } end
function MAKE.vgw(_, net) return net:create_vpn_gateway() end
function MAKE.cgw(_, net) return net:create_customer_gateway { ip_address = "192.0.2.1", bgp_asn = 65000 } end
function MAKE.vpn(env, net)
  return net:create_vpn_connection {
    customer_gateway_id = env.cgw, vpn_gateway_id = env.vgw, options = { static_routes_only = true },
  }
end
function MAKE.tgw(_, net) return net:create_transit_gateway() end
function MAKE.far(_, net) return net:as(M.PARTNER, "us-west-2"):create_transit_gateway() end
function MAKE.attachment(env)
  return env.tgw:create_vpc_attachment { vpc_id = env.vpc, subnet_ids = { env.subnet } }
end
function MAKE.isolated(env) return env.tgw:create_route_table() end
function MAKE.shared(env) return env.isolated end
function MAKE.list(_, net)
  return net:create_managed_prefix_list { prefix_list_name = "list", max_entries = 10,
    entries = { { cidr = "10.8.0.0/16" } } }
end
function MAKE.offices(env) return env.list end
function MAKE.zone(env, net)
  return net:create_hosted_zone { name = "example.internal", vpc_ids = { env.vpc } }
end
function MAKE.s3(env)
  return env.vpc:create_vpc_endpoint { service_name = "com.amazonaws.us-east-1.s3" }
end
function MAKE.exclusion(env, net)
  return net:create_vpc_block_public_access_exclusion {
    subnet_id = env.subnet, internet_gateway_exclusion_mode = "allow-bidirectional" }
end
function MAKE.nat(env, net) return env.subnet:create_nat_gateway { allocation_id = net:allocate_address() } end
function MAKE.core() return require "vpcpeer.core" end
function MAKE.json() return require "vpcpeer.json" end

--- An environment for one example.
function M.environment()
  local net = vpcpeer.network()
  local env = { net = net, vpcpeer = vpcpeer, print = function() end }
  return setmetatable(env, {
    __index = function(_, name)
      local made = MAKE[name] and MAKE[name](env, net)
      if made == nil then
        made = _G[name]
      end
      rawset(env, name, made)
      return made
    end,
  })
end

return M
