-- Topologies in a process of their own: what is stopped there, and what comes back.

local child = require "vpcpeer.cli.child"
local records = require "vpcpeer.records"
local shell = require "support.shell"
local vpcpeer = require "vpcpeer"

describe("a topology in a process of its own #once", function()
  local folder, limits

  setup(function()
    folder = shell.temporary_folder()
    limits = { child.SECONDS, child.KIBIBYTES }
  end)
  teardown(function()
    shell.remove(folder)
  end)
  after_each(function()
    child.SECONDS, child.KIBIBYTES = limits[1], limits[2]
  end)

  local function path_of(name, text)
    local path = folder .. "/" .. name
    shell.write(path, text)
    return path
  end

  it("ends where a single call never would", function()
    child.SECONDS = 1
    local path = path_of("search.lua", "local s = ('a'):rep(5000) s:find(('.-'):rep(20) .. 'b')")
    local net, message, code = child.load({ path }, false)
    assert.is_nil(net)
    assert.equal(path .. ": limit_exceeded: the script took over 1 s of processor time", message)
    assert.equal("limit_exceeded", code)
  end)

  it("ends where the core is asked for memory without end", function()
    child.KIBIBYTES = 200 * 1024
    local path = path_of("models.lua", [[
      local all = {}
      while true do
        all[#all + 1] = vpcpeer.network()
        for _ = 1, 1000 do all[#all]:create_vpc { cidr_block = "10.0.0.0/16" } end
      end]])
    local net, message, code = child.load({ path }, false)
    assert.is_nil(net)
    -- Either the script is told, or nothing is left for telling it.
    assert.matches("limit_exceeded: the [%a ]+ memory", (message:gsub("ended with status %d+,", "ended")))
    assert.equal("limit_exceeded", code)
  end)

  it("counts the script, not the documents and not the answers", function()
    child.SECONDS = 1
    local dump = path_of("dump.json", '{"Vpcs":[{"VpcId":"vpc-a","CidrBlock":"10.0.0.0/16"}]}')
    local checks = path_of("checks.lua", [[
      local function wait() for _ = 1, 2e6 do end end
      for _ = 1, 20 do expect(net):has_no("PCX_ROUTE_ONE_WAY") end
      wait()]])
    local text, status = child.run("check", { path = { dump }, checks = checks, format = "text", color = "never" })
    assert.equal(0, status)
    assert.matches("20 passed$", text)
    local search = path_of("search.lua", "local s = ('a'):rep(5000) s:find(('.-'):rep(20) .. 'b')")
    local none, message = child.run("check", { path = { dump }, checks = search, format = "text", color = "never" })
    assert.is_nil(none)
    assert.equal("limit_exceeded: the script took over 1 s of processor time", message)
  end)

  it("gives the network that the library loads here, with its diagnostics", function()
    local dump = path_of("vpcs.json", '{"Vpcs":[{"VpcId":"vpc-a","CidrBlock":"10.0.0.0/33"},{"VpcId":"vpc-b"}]}')
    local script = path_of("it's $HOME.lua", [[
      local vpc = net:create_vpc { cidr_block = "10.0.0.0/16", tags = { Name = "a\nb" } }
      local subnet = vpc:create_subnet { cidr_block = "10.0.0.0/24" }
      subnet:run_instance { nat = true }
      vpc:create_subnet { cidr_block = "10.0.1.0/24" }:create_network_interface {}
    ]])
    for _, paths in ipairs { { script }, { dump, script } } do
      local here, there = assert(vpcpeer.load(paths)), assert(child.load(paths, false))
      assert.same(records.of(here), records.of(there))
      assert.equal(here:describe_json(), there:describe_json())
      assert.same(here:diagnostics(), there:diagnostics())
    end
  end)

  it("says the same of what cannot be loaded", function()
    for name, text in pairs { ["a.lua"] = "local = 1", ["b.lua"] = "error {}", ["c.lua"] = "net:create_vpc {}" } do
      local path = path_of(name, text)
      local _, message, code = vpcpeer.load(path)
      local net, again, same = child.load({ path }, false)
      assert.is_nil(net)
      assert.equal(message, again)
      assert.equal(code, same)
    end
    local strict = path_of("strict.json", '{"Vpcs":[{"VpcId":"vpc-a","CidrBlock":"10.0.0.0/33"}]}')
    local net, _, code = child.load({ strict, path_of("d.lua", "") }, true)
    assert.is_nil(net)
    assert.equal("invalid_cidr", code)
  end)
end)
