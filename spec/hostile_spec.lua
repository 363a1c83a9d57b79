-- Every function and method of the module, called with arguments that make no sense.
--
-- A call may raise a message or return anything; it must not crash (the sanitized run sees what
-- the others cannot), nor fail inside of the module's own Lua files. VPCPEER_ROUNDS multiplies the
-- number of calls, VPCPEER_SEED repeats them.

local core = require "vpcpeer.core"
local nasty = require "support.nasty"
local random = require "support.random"
local vpcpeer = require "vpcpeer"

local unpack = rawget(_G, "unpack") or table.unpack -- luacheck: ignore 143

local CALLS = 2000 * (tonumber(os.getenv "VPCPEER_ROUNDS") or 1)

local CLASSES = {
  "network", "vpc", "subnet", "route_table", "vpc_peering_connection", "security_group", "network_acl",
  "internet_gateway", "network_interface", "instance", "address", "prefix_list", "nat_gateway", "vpc_endpoint",
  "vpn_gateway", "customer_gateway", "vpn_connection", "transit_gateway", "transit_gateway_attachment",
  "transit_gateway_route_table", "egress_only_internet_gateway", "hosted_zone", "security_group_rule",
  "vpc_block_public_access_exclusion",
}

-- All functions by a name for messages, in a fixed order.
local function all_functions()
  local list = {}
  local function add_all(prefix, functions, class)
    for name, value in pairs(functions) do
      if type(value) == "function" and name ~= "__gc" and name ~= "methods" then
        list[#list + 1] = { name = prefix .. name, call = value, class = class }
      end
    end
  end
  add_all("vpcpeer.", vpcpeer)
  add_all("core.", core)
  for _, class in ipairs(CLASSES) do
    add_all(class .. ":", core.methods(class), class)
  end
  local done = {}
  for _, object in ipairs(nasty.fresh().objects) do
    local metatable = debug.getmetatable(object)
    if not done[metatable] and metatable.__name ~= "vpcpeer.trace" then
      done[metatable] = true
      add_all(metatable.__name .. " ", metatable)
      add_all(metatable.__name .. ":", type(metatable.__index) == "table" and metatable.__index or {})
    end
  end
  table.sort(list, function(a, b)
    return a.name < b.name
  end)
  return list
end

-- A method of a class gets a receiver of that class every other time, else it never comes far.
local function arguments(numbers, pool, class)
  local list, count = {}, numbers:below(5)
  for i = 1, count do
    local from = i == 1 and numbers:below(4) > 0 and pool.objects or pool.values
    from = i == 1 and pool.of[class] and numbers:below(2) == 0 and pool.of[class] or from
    list[i] = numbers:pick(from)
    if rawequal(list[i], nasty.none) then
      list[i] = nil
    end
  end
  return list, count
end

-- What a call returned is used a little.
local function use(value)
  if type(value) == "function" then
    for _ = 1, 3 do
      if not pcall(value) then
        return
      end
    end
  elseif type(value) == "userdata" then
    pcall(tostring, value)
    pcall(function()
      return value == vpcpeer, value.tags, value.id
    end)
  end
end

describe("senseless calls", function()
  it("raise messages at most", function()
    local numbers = random.start "hostile_spec"
    local functions, pool = all_functions(), nil
    for n = 1, CALLS do
      pool = n % 400 == 1 and nasty.fresh() or pool
      local chosen = numbers:pick(functions)
      local list, count = arguments(numbers, pool, chosen.class)
      local results = { pcall(chosen.call, unpack(list, 1, count)) }
      if not results[1] then
        local where = ("call %d, %s: %s"):format(n, chosen.name, tostring(results[2]))
        assert(type(results[2]) == "string", where)
        assert(not results[2]:find("attempt to", 1, true), where)
      end
      for i = 2, 4 do
        use(results[i])
      end
      if n % 50 == 0 then
        collectgarbage()
      end
    end
  end)
end)

describe("misuse", function()
  local net, handles = nasty.model()
  local vpc, subnet = handles[1], handles[3]

  it("of values of different classes compares as unequal", function()
    local values = { net, vpc, vpcpeer.set {}, vpcpeer.cidr "::/0", io.stdout }
    for i, a in ipairs(values) do
      for k, b in ipairs(values) do
        assert.equal(i == k, a == b)
      end
    end
  end)

  it("of a list's receiver is told where it happens", function()
    for _, call in ipairs {
      function() local list = vpc.subnets() return list end,
      function() local list = vpc.subnets(subnet) return list end,
      function() local list = vpc.subnets(net) return list end,
      function() local list = net.vpcs(vpc) return list end,
    } do
      local ok, message = pcall(call)
      assert.is_false(ok)
      assert.matches("^spec/hostile_spec.lua:%d+: bad receiver of '", message)
    end
  end)

  it("of lists of ends within lists, which could be endless, is told", function()
    local cycle = { "web" }
    cycle[2] = cycle
    for _, ends in ipairs { cycle, { { "web" } }, { { cycle } } } do
      local ok, message = pcall(net.connectivity, net, { from = ends, to = "db" })
      assert.is_false(ok)
      assert.matches("'from': a list of ends holds ends, not lists", message, 1, true)
    end
  end)

  it("of the arguments of a checks file's run is told", function()
    local ok, message = pcall(require("vpcpeer.check").run, net, "", {})
    assert.is_false(ok)
    assert.matches("bad argument #3 to 'run' (string expected, got table)", message, 1, true)
  end)

  it("with a text of megabytes where a kind is expected ends soon", function()
    local ok, message = pcall(net.describe, net, ("x"):rep(3000000))
    assert.is_false(ok)
    assert.matches("^unknown kind", (message:gsub("^[^ ]*: ", "")))
  end)
end)
