-- net:to_lua(): a model as a topology; the network that the script makes is equal.

local dumps = require "support.dumps"
local json = require "vpcpeer.json"
local records = require "vpcpeer.records"
local shell = require "support.shell"
local vpcpeer = require "vpcpeer"

local DATA = dumps.folder

describe("net:to_lua", function()
  local folder

  setup(function()
    folder = shell.temporary_folder()
  end)
  teardown(function()
    shell.remove(folder)
  end)

  -- The network that the script of another makes.
  local function written_and_loaded(net)
    shell.write(folder .. "/network.lua", net:to_lua())
    return assert(vpcpeer.load(folder .. "/network.lua"))
  end

  -- Everything that can reach everything, and how, as one text.
  local function connectivity_of(net)
    local lines = {}
    for row in assert(net:connectivity()) do
      lines[#lines + 1] = json.encode(row)
    end
    return table.concat(lines, "\n")
  end

  local function assert_equal_after_round_trip(net)
    local again = written_and_loaded(net)
    assert.equal(net:describe_json(), again:describe_json())
    assert.same(records.of(net).records, records.of(again).records)
    assert.equal(connectivity_of(net), connectivity_of(again))
    assert.equal(net:to_lua(), again:to_lua())
    return again
  end

  -- A model made by calls, with what describe does not print.
  local function model()
    local net = vpcpeer.network()
    local app = net:create_vpc { vpc_id = "vpc-app", cidr_block = "172.16.0.0/16", tags = { Name = "app" } }
    local data = net:create_vpc { vpc_id = "vpc-data", cidr_block = "10.0.0.0/16", tags = { Name = "data", b = "" } }
    local pcx = net:create_vpc_peering_connection { vpc_id = app, peer_vpc_id = data }
    pcx:accept()
    app.main_route_table:create_route { destination_cidr_block = "10.0.0.0/16", vpc_peering_connection_id = pcx }
    data.main_route_table:create_route { destination_cidr_block = "172.16.0.0/16", vpc_peering_connection_id = pcx }
    app:create_subnet { subnet_id = "subnet-app", cidr_block = "172.16.0.0/24" }:run_instance {
      nat = true, tags = { Name = "end" },
    }
    data:create_subnet { subnet_id = "subnet-data", cidr_block = "10.0.0.0/24" }:run_instance {
      tags = { Name = "weird \"name\"\\\n\0\127]]\r é" },
    }
    net:create_hosted_zone { name = "corp.example", vpc_ids = { app }, records = {
      { name = "db.corp.example", type = "A", values = { "10.0.0.10" } },
    } }
    return net
  end

  it("makes an equal network of one that calls made", function()
    local net = model()
    local again = assert_equal_after_round_trip(net)
    assert.same({}, again:diagnostics())
    assert.is_true(again:trace({ from = "end", to = "10.0.0.4", protocol = "icmp" }).reachable
      == net:trace({ from = "end", to = "10.0.0.4", protocol = "icmp" }).reachable)
  end)

  it("makes an empty network of one", function()
    assert_equal_after_round_trip(vpcpeer.network())
  end)

  it("names objects by their Names and ids, and refers to them", function()
    local text = model():to_lua()
    assert.matches('\nlocal app = net:record%("vpc", {\n    VpcId = "vpc%-app",\n    Tags = { Name = "app" },\n', text)
    assert.matches("\nlocal subnet_app = ", text)
    assert.matches("VpcId = app,", text, 1, true)
    assert.matches("\nlocal instance_end = ", text, 1, true)
    assert.is_nil(text:find(folder, 1, true))
  end)

  it("is the same text for the same network", function()
    assert.equal(model():to_lua(), model():to_lua())
    assert.equal(model():to_lua(), model():clone():to_lua())
  end)

  it("is Lua that every version compiles, also of a large model", function()
    local net = vpcpeer.network()
    for i = 0, 299 do
      local vpc = net:create_vpc { cidr_block = "10.0.0.0/16", tags = { Name = "vpc " .. i } }
      vpc:create_subnet { cidr_block = "10.0.0.0/24", tags = { Name = "and" } }
    end
    assert_equal_after_round_trip(net)
    net = vpcpeer.network()
    for _ = 1, 220 do
      net:create_internet_gateway { tags = { Name = "same" } }
    end
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16" }
    for i = 1, 200 do
      vpc:create_security_group { group_name = "g" .. i }
    end
    assert_equal_after_round_trip(net)
  end)

  it("needs a network", function()
    assert.has_error(function() vpcpeer.network().to_lua(1) end,
      "bad receiver of 'to_lua' (call it with a colon on a network)")
  end)

  local inputs = {}
  for _, name in ipairs(dumps.names()) do
    inputs[#inputs + 1] = name
  end
  for _, kind in ipairs { "terraform-plans", "terraform-states" } do
    local status, list = shell.run("cd " .. shell.quote(DATA .. kind) .. " && ls *.json")
    for name in (status == 0 and list or ""):gmatch "%S+" do
      inputs[#inputs + 1] = kind .. "/" .. name
    end
  end
  if #inputs == 0 then
    pending "the dumps are not beside this folder"
  end
  for _, name in ipairs(inputs) do
    it("writes an equal network: " .. name, function()
      local net, _, code = vpcpeer.load(DATA .. name)
      if not net then
        return assert.is_truthy(code == "unsupported_version" or code == "nothing_known", code)
      end
      assert_equal_after_round_trip(net)
    end)
  end
end)

describe("net:record", function()
  it("adds what calls would refuse, and judges nothing", function()
    local net = vpcpeer.network()
    local vpc = net:record("vpc", { VpcId = "vpc-a", CidrBlock = "10.0.0.0/7", Tags = { b = "2", Name = "a" } })
    assert.equal("10.0.0.0/7", vpc.cidr_block)
    assert.same({ Name = "a", b = "2" }, vpc.tags)
    local subnet = net:record("subnet", { SubnetId = "subnet-a", VpcId = vpc, CidrBlock = vpcpeer.cidr "11.0.0.0/8" })
    assert.equal("vpc-a", subnet.vpc_id)
    assert.equal("11.0.0.0/8", subnet.cidr_block)
  end)

  it("is misuse of other things", function()
    local net = vpcpeer.network()
    for _, case in ipairs {
      { { "vpcs", {} }, "unknown class 'vpcs' %(did you mean 'vpc'%?%)" },
      { { 1, {} }, "unknown class '1'" },
      { { "vpc", 1 }, "a record must be a table, not number" },
      { { "vpc", {} }, "a vpc of this id cannot be" },
      { { "vpc", { VpcId = "subnet-a" } }, "a vpc of this id cannot be" },
    } do
      local ok, message = pcall(net.record, net, case[1][1], case[1][2])
      assert.is_false(ok)
      assert.matches(case[2], message)
    end
    local endless = { VpcId = "vpc-a" }
    endless.Tags = { endless }
    assert.is_false((pcall(net.record, net, "vpc", endless)))
    assert.is_false((pcall(net.record, 1, "vpc", {})))
  end)
end)
