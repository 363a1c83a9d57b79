-- Finalizers are scripts that run while the binding makes Lua values. Whatever they do to the
-- network (close it, change it, ask it) must end in an error at most, never in memory that is gone.

local shell = require "support.shell"
local vpcpeer = require "vpcpeer"

local unpack = rawget(_G, "unpack") or table.unpack -- luacheck: ignore 143

-- Runs `action` when the collector finds garbage: by a table's __gc, by newproxy in Lua 5.1.
local function leave_trap(action)
  local newproxy = rawget(_G, "newproxy")
  if newproxy then
    getmetatable(newproxy(true)).__gc = action
  else
    setmetatable({}, { __gc = action })
  end
end

local function build()
  local net = vpcpeer.network()
  local app = net:create_vpc { cidr_block = "172.16.0.0/16", vpc_id = "vpc-a", tags = { Name = "app" } }
  local subnet = app:create_subnet { cidr_block = "172.16.0.0/24", subnet_id = "subnet-a" }
  for i = 1, 5 do
    subnet:run_instance { instance_id = "i-" .. i, tags = { Name = "host-" .. i, Role = ("x"):rep(50) .. i } }
  end
  return net
end

-- What a finalizer may try to do to the network it got hold of.
local attacks = {
  close = function(net) net:close() end,
  terminate = function(net) net:get("i-2"):terminate() end,
  create = function(net) net:create_vpc { cidr_block = "10.9.0.0/16" } end,
  ask = function(net) net:trace { from = "i-3", to = "i-4" } end,
  describe = function(net) net:describe_json() end,
  other = function()
    local net = build()
    net:trace { from = "i-3", to = "i-4" }
    net:close()
  end,
}

-- Calls during which values are made.
local calls = {
  trace = function(net) return net:trace { from = "i-1", to = "i-2", through = { "vpc-a" } } end,
  reachable = function(net) return net:reachable({ subnet_id = "subnet-a", address = "172.16.0.77" }, "i-2") end,
  describe = function(net) return net:describe("instances") end,
  describe_json = function(net) return net:describe_json() end,
  events = function(net) return net:events() end,
  fields = function(net) return net:get("vpc-a").cidr_block_association_set end,
  tags = function(net) return net:get("i-5").tags end,
  interfaces = function(net) return net:get("i-2").network_interfaces end,
  change = function(net)
    return net:get("vpc-a"):create_security_group { group_name = "web", tags = { a = "b", c = "d" } }
  end,
  list = function(net)
    for instance in net:instances { ["tag:Name"] = "host-*" } do
      tostring(instance)
    end
  end,
}

describe("a finalizer that", function()
  for attack_name, attack in pairs(attacks) do
    for call_name, call in pairs(calls) do
      it(attack_name .. "s during " .. call_name .. " does no harm", function()
        local step, pause = 400, 100
        local ran = 0
        for round = 1, 5 do
          local net = build()
          for _ = 1, 10 do
            leave_trap(function()
              ran = ran + 1
              pcall(attack, net)
            end)
          end
          -- make the collector run often, so that it runs inside the call
          collectgarbage("setpause", pause)
          collectgarbage("setstepmul", step + round)
          local results = { pcall(call, net) }
          for _ = 1, 5 do
            pcall(call, net)
          end
          collectgarbage("setpause", 200)
          collectgarbage("setstepmul", 200)
          assert.is_boolean(results[1])
          assert.is_true(results[1] or type(results[2]) == "string")
          collectgarbage()
        end
        assert.is_true(ran > 0, unpack { "no finalizer ran" })
      end)
    end
  end

  it("comes at every place of a call breaks no answer", function()
    -- When the collector runs depends on the seed of the strings' hash and on the Lua: runs meet some tens of
    -- places, and different ones; several have to meet many together.
    local met, runs = 0, 0
    while met <= 100 and runs < 12 do
      local printed = shell.must(shell.quote(shell.interpreter()) .. " spec/support/finalizing.lua")
      local text = printed:match("^ok\t(%d+)\n$")
      assert(text, printed)
      met, runs = met + tonumber(text), runs + 1
    end
    assert.is_true(met > 100)
  end)

  it("outlives a set or a map finds their iterators refusing", function()
    local printed = shell.must(shell.quote(shell.interpreter()) .. " spec/support/outliving.lua")
    assert.equal(("released\n"):rep(6), printed)
  end)
end)
