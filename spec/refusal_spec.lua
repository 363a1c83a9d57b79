-- Every call that refuses leaves the model as it was and tells the caller's line, whatever it was
-- given: actions with options that fit, that name the wrong thing, or that make no sense.
-- VPCPEER_ROUNDS multiplies the calls, VPCPEER_SEED repeats them.

local described = require "support.described"
local random = require "support.random"
local shell = require "support.shell"
local vpcpeer = require "vpcpeer"

local CALLS = 1500 * (tonumber(os.getenv "VPCPEER_ROUNDS") or 1)
local CALLS_PER_MODEL = 60

-- A model with something of nearly every kind.
local function fresh()
  local net = described.network [[
vpc A 172.16.0.0/16,2001:db8:a::/56 ; B 10.0.0.0/16 ; C 192.168.0.0/16 account=222222222222
subnet A1 A 172.16.0.0/24,2001:db8:a::/64 ; A2 A 172.16.1.0/24 rtb=A.two acl=n
subnet B1 B 10.0.0.0/24 ; C1 C 192.168.0.0/24
acl n A in|1|allow|all|all|0.0.0.0/0 out|1|allow|all|all|0.0.0.0/0
sg web A in|tcp|443|0.0.0.0/0 ; db B in|tcp|5432|sg:web
host a1 A1 172.16.0.10,2001:db8:a::10 sg=web eip=203.0.113.10 ; a2 A2 172.16.1.10
host b1 B1 10.0.0.10 sg=db ; c1 C1 192.168.0.10
pcx pcx-1 A B ; pcx-2 A C state=pending-acceptance ; pcx-3 B C state=deleted
igw igw-a A ; eigw eigw-a A ; nat nat-a A1 172.16.0.4 eip=203.0.113.4 ; pl pl-1 10.0.0.0/8
vgw vgw-a A routes=10.9.0.0/16 type=vpn
rtb A.main 10.0.0.0/16>pcx-1 0.0.0.0/0>igw-a ; A.two 0.0.0.0/0>nat-a 10.9.0.0/16>vgw-a ; B.main 172.16.0.0/16>pcx-1]]
  local objects = { net, net:as "222222222222", net:as("111111111111", "us-west-2") }
  for _, id in ipairs {
    "vpc-A", "vpc-B", "vpc-C", "subnet-A1", "subnet-A2", "subnet-B1", "rtb-A.main", "rtb-A.two", "rtb-B.main", "acl-n",
    "sg-web", "sg-db", "i-a1", "i-b1", "eni-a1", "eni-a2", "pcx-1", "pcx-2", "pcx-3", "igw-a", "eigw-a", "nat-a",
    "pl-1", "vgw-a",
  } do
    objects[#objects + 1] = assert(net:get(id), id)
  end
  objects[#objects + 1] = net:allocate_address { public_ip = "203.0.113.99" }
  objects[#objects + 1] = net:create_internet_gateway { internet_gateway_id = "igw-free" }
  return net, objects
end

-- Methods that change nothing, or end the model.
local OTHER = { get = true, as = true, close = true, clone = true, trace = true, reachable = true, describe = true,
  describe_json = true, diagnostics = true, events = true, resolve = true, lint = true, advance = true,
  connectivity = true, find = true, diff = true, what_if = true, plan = true }

-- The actions of an object's class, in order: methods that the sources list as rows of a table.
local function read_actions()
  local actions = {}
  for name, kind in shell.must("cat csrc/vp_*.c"):gmatch '{"([%w_]+)",%s*VP_KIND_(%u[%u_]*),' do
    local class = kind == "NONE" and "network" or kind:lower()
    if not OTHER[name] then
      actions[class] = actions[class] or {}
      table.insert(actions[class], name)
    end
  end
  for _, list in pairs(actions) do
    table.sort(list)
  end
  return actions
end

-- The names of all options of all actions, in snake case.
local function read_names()
  local seen, names = {}, {}
  for key in shell.must("cat csrc/vp_*.c"):gmatch 'VP_FIELD%([^"]-"(%u%w+)"' do
    local name = key:gsub("(%l)(%u)", "%1_%2"):gsub("(%d)(%u)", "%1_%2"):lower()
    if not seen[name] then
      seen[name] = true
      names[#names + 1] = name
    end
  end
  table.sort(names)
  return names
end

-- The options that an action takes: any other is unknown to it.
local function options_of(object, method, names)
  local taken = {}
  for _, name in ipairs(names) do
    local ok, message = pcall(object[method], object, { [name] = print })
    if not ok and not message:find("unknown option", 1, true) then
      taken[#taken + 1] = name
    end
  end
  return taken
end

local IDS = { "vpc-A", "vpc-B", "vpc-C", "vpc-none", "subnet-A1", "subnet-A2", "subnet-B1", "subnet-none", "rtb-A.main",
  "rtb-A.two", "rtb-none", "acl-n", "acl-none", "sg-web", "sg-db", "sg-none", "i-a1", "i-none", "eni-a1", "eni-a2",
  "eni-none", "pcx-1", "pcx-2", "pcx-3", "pcx-none", "igw-a", "igw-free", "igw-none", "eigw-a", "nat-a", "nat-none",
  "pl-1", "pl-none", "vgw-a", "vgw-none", "tgw-none", "vpce-none", "eipalloc-none", "cgw-none", "" }
local BLOCKS = { "10.0.0.0/16", "10.0.0.0/24", "10.0.1.0/24", "172.16.0.0/16", "172.16.0.0/24", "172.16.5.0/24",
  "172.17.0.0/16", "100.64.0.0/16", "0.0.0.0/0", "10.0.0.0/33", "10.9.0.0/16", "169.254.168.0/24", "224.0.0.0/16", "x",
  "2001:db8:a::/56", "2001:db8:b::/56", "2001:db8:a:1::/64", "::/0", "10.0.0.0/29", "10.0.0.0/8" }
local ADDRESSES = { "172.16.0.10", "172.16.0.1", "172.16.0.50", "10.0.0.20", "203.0.113.10", "2001:db8:a::20", "x" }

-- A value for an option, that fits it more often than not.
local function value_for(name, numbers, objects)
  if numbers:below(30) == 0 then
    return numbers:pick { false, true, -1, 7, 1e9, "", "x", {}, { {} }, { "x" }, { a = 1 } }
  elseif name:find "_ids$" then
    return { numbers:pick(IDS), numbers:pick(IDS) }
  elseif name:find "_id$" then
    return numbers:below(4) == 0 and objects[3 + numbers:below(#objects - 3) + 1] or numbers:pick(IDS)
  elseif name:find "cidr" then
    return numbers:pick(BLOCKS)
  elseif name:find "address" or name:find "_ip$" then
    return numbers:pick(ADDRESSES)
  elseif name:find "protocol" then
    return numbers:pick { "tcp", "udp", "icmp", "-1", "6", "47", "300", "x" }
  elseif name:find "port" or name:find "number" or name:find "count" or name:find "entries" then
    return numbers:pick { 0, 1, 22, 443, 100, 32767, 65535, 65536, -1 }
  elseif name:find "name" then
    return numbers:pick { "web", "default", "db", "new", "" }
  elseif name == "tags" then
    return { Name = "x" }
  end
  return numbers:pick { true, false, "available", "allow", "deny", "public", "private", "x", 1 }
end

-- The whole state that a script can see, as one text.
local function state_of(net)
  return net:describe_json() .. #net:events() .. " " .. #net:diagnostics()
end

-- The class of an object, by the prefix of its id.
local CLASSES = {
  vpc = "vpc", subnet = "subnet", rtb = "route_table", acl = "network_acl", sg = "security_group", i = "instance",
  eni = "network_interface", pcx = "vpc_peering_connection", igw = "internet_gateway", nat = "nat_gateway",
  eigw = "egress_only_internet_gateway", pl = "prefix_list", vgw = "vpn_gateway", eipalloc = "address",
}

local function class_of(object)
  local text = tostring(object)
  return text:find "^network " and "network" or CLASSES[text:match "^(%l+)%-"]
end

describe("a call that refuses", function()
  local actions, names = read_actions(), read_names()

  it("changes nothing and tells the caller's line, whatever it is given", function()
    local numbers = random.start "refusal_spec"
    local net, objects, before
    local taken, codes, refused, done = {}, {}, 0, 0
    for n = 1, CALLS do
      if n % CALLS_PER_MODEL == 1 then
        net, objects = fresh()
        before = state_of(net)
      end
      local object = numbers:pick(objects)
      local class = class_of(object)
      local method = numbers:pick(actions[class] or { false })
      if method and object[method] then
        local key = class .. ":" .. method
        taken[key] = taken[key] or options_of(object, method, names)
        local options = {}
        for _ = 1, #taken[key] > 0 and numbers:below(5) or 0 do
          local name = numbers:pick(taken[key])
          options[name] = value_for(name, numbers, objects)
        end
        done = done + 1
        local ok, message = pcall(function()
          return (object[method](object, options))
        end)
        local after = state_of(net)
        if not ok then
          refused = refused + 1
          assert.matches("refusal_spec%.lua:%d+: ", message)
          assert(before == after, key .. " changed the model and refused: " .. message)
          codes[vpcpeer.error_code(message) or "misuse"] = true
        end
        before = after
        -- Objects that are gone are no objects to ask.
        for i = #objects, 4, -1 do
          if not pcall(function() return objects[i].tags end) then
            table.remove(objects, i)
          end
        end
      end
    end
    local count = 0
    for _ in pairs(codes) do
      count = count + 1
    end
    -- Enough of all sorts, or the test has ceased to test.
    assert(refused > done / 4 and count > 15, ("%d of %d refused with %d codes"):format(refused, done, count))
  end)
end)
