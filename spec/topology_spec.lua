-- Topologies: scripts that make a network, what they see, and how the hostile ones end.

local core = require "vpcpeer.core"
local shell = require "support.shell"
local confined = require "vpcpeer.confined"
local vpcpeer = require "vpcpeer"

describe("a topology", function()
  local folder, limits

  setup(function()
    folder = shell.temporary_folder()
    limits = { confined.INSTRUCTIONS, confined.MEMORY }
    -- The hostile scripts of this spec go to any limit, so a low one is as good.
    confined.INSTRUCTIONS, confined.MEMORY = 2000000, 64 * 1024 * 1024
  end)
  teardown(function()
    shell.remove(folder)
    confined.INSTRUCTIONS, confined.MEMORY = limits[1], limits[2]
  end)

  local function path_of(name, text)
    local path = folder .. "/" .. name
    shell.write(path, text)
    return path
  end

  local function load_script(text, options)
    return vpcpeer.load(path_of("net.lua", text), options)
  end

  -- Loads what must not load: the message after the path, and the code.
  local function failure(text)
    local net, message, code = load_script(text)
    assert.is_nil(net, text)
    local start = folder .. "/net.lua:"
    assert.equal(start, message:sub(1, #start), message)
    return message:sub(#start + 1), code
  end

  it("makes a network", function()
    local net = assert(load_script [[
      local app = net:create_vpc { cidr_block = "172.16.0.0/16", tags = { Name = "app" } }
      app:create_subnet { cidr_block = "172.16.0.0/24", availability_zone = "us-east-1a" }
    ]])
    assert.equal("172.16.0.0/16", net:get("app").cidr_block)
    assert.same({}, net:diagnostics())
  end)

  it("gets net and vpcpeer as arguments and as names", function()
    assert(load_script [[
      local n, v = ...
      assert(n == net and v == vpcpeer and select("#", ...) == 2)
      assert(vpcpeer.cidr("10.0.0.0/8"):contains("10.1.2.3"))
      assert(vpcpeer.set({ "10.0.0.0/8" }):size() == 2 ^ 24 and vpcpeer.network() ~= net)
    ]])
  end)

  it("sees nothing that reaches out of it", function()
    for name in ([[io os debug package require load loadstring loadfile dofile coroutine getmetatable
      setmetatable getfenv setfenv newproxy collectgarbage rawset _G _ENV_ print module jit ffi bit utf8
      string.dump table.move math.random math.randomseed
      vpcpeer.load vpcpeer.load_json vpcpeer.load_tables]]):gmatch "%S+" do
      assert(load_script("assert(" .. name .. " == nil, '" .. name .. "')"))
    end
  end)

  it("may begin with a byte order mark and a line for the shell", function()
    local message, code = failure("\239\187\191#!/usr/bin/env vpcpeer\nnet:create_vpc { cidr_block = '10.0.0.0/8' }")
    assert.matches("^2: InvalidVpc%.Range: ", message)
    assert.equal("InvalidVpc.Range", code)
  end)

  it("may be a global name's owner, for itself alone", function()
    assert(load_script "answer = 42 assert(answer == 42)")
    assert.is_nil(rawget(_G, "answer"))
    assert(load_script "assert(answer == nil)")
  end)

  it("says the line of a syntax error and of a refusal", function()
    local message, code = failure("local a = 1\nlocal b = = 2")
    assert.matches("^2: unexpected symbol near", message)
    assert.equal("syntax_error", code)
    message, code = failure("\nlocal vpc = net:create_vpc { cidr_block = '10.0.0.0/16' }\n"
      .. "vpc:create_subnet { cidr_block = '10.1.0.0/24' }")
    assert.matches("^3: InvalidSubnet%.Range: ", message)
    assert.equal("InvalidSubnet.Range", code)
    message, code = failure("net:create_vcp {}")
    assert.matches("^1: ", message)
    assert.equal("script_error", code)
  end)

  it("says what it has not, and other scripts have", function()
    assert.equal("1: a topology has no 'require': it gets 'net' and 'vpcpeer', and of Lua what computes",
      (failure "local vpcpeer = require 'vpcpeer'"))
    assert.matches("^1: a topology has no 'os':", (failure "local home = os.getenv 'HOME'"))
    assert.matches("^1: .*for a checks file, the last path", (failure "expect('web'):can_reach('db')"))
    assert.is_nil((failure "net_()"):find("a topology has no", 1, true))
  end)

  it("keeps long paths whole in messages", function()
    local long = ("x"):rep(100) .. ".lua"
    local _, message = vpcpeer.load(path_of(long, "\nerror 'no'"))
    assert.equal(folder .. "/" .. long .. ":2: no", message)
  end)

  it("is text, never compiled code", function()
    local message, code = failure(string.dump(function() return 1 end))
    assert.matches("compiled code", message)
    assert.equal("syntax_error", code)
    message = failure("\239\187\191" .. string.dump(function() return 1 end))
    assert.matches("compiled code", message)
  end)

  it("may raise what is no text", function()
    for _, value in ipairs { "{}", "net", "nil", "true", "print", "function() end" } do
      local message, code = failure("error(" .. value .. ")")
      assert.matches("raised a %a+ instead of a text$", message)
      assert.equal("script_error", code)
    end
    assert.matches("42", (failure "error(42)"))
  end)

  it("is a network or nothing", function()
    assert.matches("closed its network", (failure "net:close()"))
  end)

  describe("that is hostile", function()
    local LATE, FULL = "ran too long", "too much memory"
    for script, wanted in pairs {
      ["while true do end"] = LATE,
      ["repeat until false"] = LATE,
      ["while true do pcall(function() while true do end end) end"] = LATE,
      ["local function f() pcall(f) pcall(f) end while true do f() end"] = LATE,
      ["while true do pcall(error) end"] = LATE,
      ["for _ in function() return 1 end do end"] = LATE,
      ["table.sort({ 1, 2, 3 }, function() while true do end end)"] = LATE,
      ["local s = ('x'):rep(1000) while true do s:gsub('.', function() end) end"] = LATE,
      ["local function f() return f() end f()"] = LATE,
      ["local s = 'x' while true do s = s .. s end"] = FULL,
      ["local s = 'x' while true do pcall(function() s = s .. s end) end"] = FULL,
      ["local t = {} while true do t[#t + 1] = ('x'):rep(1e5) .. #t end"] = FULL,
      ["local t = {} while true do pcall(function() while 1 do t[#t + 1] = ('x'):rep(1e5) .. #t end end) end"] = FULL,
      ["local s, r = ('x'):rep(1e6), ('y'):rep(1e6) return s:gsub('.', r)"] = FULL,
      ["local s, r = ('x'):rep(1e6), ('y'):rep(1e6) return s:gsub('.', { x = r })"] = FULL,
      ["local s, t = ('x'):rep(1e6), {} for i = 1, 1e4 do t[i] = s end return table.concat(t)"] = FULL,
      ["local s, x = ('%s'):rep(240), ('x'):rep(1e6) s:format(" .. ("x,"):rep(239) .. "x)"] = FULL,
      ["local function f() return 1 + f() end f()"] = ".", -- too deep or too much, as the Lua has it
      ["return ('x'):rep(1e10)"] = "string%.rep makes at most",
      ["return string.rep('x', 1e10)"] = "string%.rep makes at most",
      ["return (''):rep(1e15)"] = "string%.rep makes at most",
      ["return string.rep('x', 1e6, ('x'):rep(1e6))"] = "string%.rep makes at most",
    } do
      it("ends: " .. script:sub(1, 90), function()
        local message, code = failure(script)
        assert.matches(wanted, message)
        assert.equal("limit_exceeded", code)
        -- The host has back what was exchanged.
        assert.equal(3000000, #("x"):rep(3000000))
        assert.is_nil(debug.gethook())
      end)
    end

    it("is told to have run too long, whatever was raised last", function()
      local text, limited = confined.explain(" stack overflow", "time")
      assert.matches("^limit_exceeded: the script ran too long %(more than %d+ million", text)
      assert.is_true(limited)
      assert.matches("^t%.lua:3: limit_exceeded: the script ran too long %(",
        (confined.explain("t.lua:3: the script ran too long", "time")))
    end)

    it("cannot change the host's functions", function()
      local format = string.format
      assert(load_script [[
        string.format, string.gsub, table.concat, math.max, vpcpeer.cidr = nil, nil, nil, nil, nil
        assert(("x"):format() == "x")
        assert(#net:describe_json() > 0)
      ]])
      assert.equal(format, string.format)
      assert.equal("x", ("y"):gsub("y", "x"))
      assert.equal("1,2", table.concat({ 1, 2 }, ","))
      assert.is_function(vpcpeer.cidr)
    end)

    it("does not move items that are not there", function()
      assert(load_script [[
        assert(not pcall(table.insert, { 1 }, -1e9, 2) and not pcall(table.insert, { 1 }, 1e9, 2))
        local t = {} table.insert(t, 1) table.insert(t, 1, 0) assert(t[1] == 0 and table.remove(t, 1) == 0)
        assert(table.remove({}) == nil and table.unpack({ 7 }) == 7)
      ]])
    end)

    it("leaves a hook of the host alone", function()
      local function hook() end
      debug.sethook(hook, "", 12345)
      load_script "while true do end"
      local now, _, count = debug.gethook()
      debug.sethook()
      assert.equal(hook, now)
      assert.equal(12345, count)
    end)

    it("has no finalizers, and does not stop the host's", function()
      local finalized = 0
      local proxy = rawget(_G, "newproxy")
      local function leave()
        if proxy then
          debug.getmetatable(proxy(true)).__gc = function() finalized = finalized + 1 end
        else
          setmetatable({}, { __gc = function() finalized = finalized + 1 end })
        end
      end
      leave()
      assert(load_script "local t for i = 1, 50000 do t = { i } end")
      collectgarbage()
      collectgarbage()
      assert.equal(1, finalized)
    end)
  end)

  it("that is trusted sees the host's globals, all of vpcpeer, and has no limits", function()
    assert(load_script([[
      assert(io and os and require and vpcpeer.load)
      for i = 1, 3000000 do end
      net:create_vpc { cidr_block = "10.0.0.0/16" }
      leaked = true
    ]], { trusted = true }))
    assert.is_nil(rawget(_G, "leaked"))
    local net, message, code = load_script("local x = = 1", { trusted = true })
    assert.is_nil(net)
    assert.matches("net%.lua:1: ", message)
    assert.equal("syntax_error", code)
  end)

  it("builds on the documents and topologies before it", function()
    local dump = path_of("vpcs.json", '{"Vpcs":[{"VpcId":"vpc-a","CidrBlock":"10.0.0.0/16","OwnerId":"111111111111"}]}')
    local first = path_of("a.lua",
      "net:get('vpc-a'):create_subnet { subnet_id = 'subnet-a', cidr_block = '10.0.0.0/24' }")
    local second = path_of("b.lua", "assert(net:get 'subnet-a'):delete()")
    local net = assert(vpcpeer.load { first, dump })
    assert.equal("vpc-a", net:get("subnet-a").vpc_id)
    assert.is_nil(assert(vpcpeer.load { first, second, dump }):get "subnet-a")
  end)

  it("that adds records leaves each diagnostic of the documents once", function()
    local dump = path_of("odd.json", '{"Vpcs":[{"VpcId":"vpc-a","CidrBlock":"10.0.0.0/16"}],"Subnets":['
      .. '{"SubnetId":"subnet-a","VpcId":"vpc-a","CidrBlock":"10.9.0.0/24"},'
      .. '{"SubnetId":"subnet-b","VpcId":"vpc-b","CidrBlock":"10.8.0.0/24"}]}')
    local script = path_of("more.lua", [[net:record("vpc", { VpcId = "vpc-b", CidrBlock = "10.8.0.0/16" })
      net:record("subnet", { SubnetId = "subnet-c", VpcId = "vpc-none", CidrBlock = "10.7.0.0/24" })]])
    local said = {}
    for i, d in ipairs(assert(vpcpeer.load { dump, script }):diagnostics()) do
      said[i] = d.resource_id .. " " .. d.code
    end
    table.sort(said)
    -- What the script mends is not said any more.
    assert.same({ "subnet-a InvalidSubnet.Range", "subnet-c unknown_id" }, said)
  end)

  it("is run only when the path itself names it", function()
    shell.must("mkdir -p " .. shell.quote(folder .. "/dump"))
    shell.write(folder .. "/dump/vpcs.json", '{"Vpcs":[]}')
    shell.write(folder .. "/dump/evil.lua", "error 'ran'")
    assert(vpcpeer.load(folder .. "/dump"))
  end)

  it("that is not there is not found", function()
    local net, message, code = vpcpeer.load(folder .. "/none.lua")
    assert.is_nil(net)
    assert.matches("no such file", message)
    assert.equal("not_found", code)
  end)

  it("refuses limits that are none", function()
    assert.has_error(function() core.confine(function() end, {}, {}) end)
    assert.has_error(function() core.confine(function() end, { instructions = 0, memory = 1, seconds = 1 }, {}) end)
  end)
end)
