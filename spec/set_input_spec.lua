-- What addresses, sets and prefix maps do with input that is wrong: the reason is named, the state
-- stays as it was, and absurd counts cost nothing until somebody walks them.

local vpcpeer = require "vpcpeer"

-- Every way in which text becomes addresses; each gives nil, message, code for bad text.
local READERS = {
  set = vpcpeer.set,
  ["a list"] = function(text)
    return vpcpeer.set { "1.1.1.1", text }
  end,
  set_from_text = vpcpeer.set_from_text,
  contains = function(text)
    return vpcpeer.set("10.0.0.0/8"):contains(text)
  end,
  overlaps = function(text)
    return vpcpeer.set("10.0.0.0/8"):overlaps(text)
  end,
  contains_all = function(text)
    return vpcpeer.set("10.0.0.0/8"):contains_all { text }
  end,
  contains_text = function(text)
    return vpcpeer.set("10.0.0.0/8"):contains_text(text)
  end,
  ["builder:add"] = function(text)
    return vpcpeer.builder():add(text)
  end,
  ["builder:add_text"] = function(text)
    return vpcpeer.builder():add_text(text)
  end,
  lookup_text = function(text)
    return vpcpeer.prefix_map({ { "10.0.0.0/8", 1 } }):lookup_text(text)
  end,
}

local function refused(reason, text)
  for name, read in pairs(READERS) do
    local result, message, code = read(text)
    assert.is_nil(result, name)
    assert.truthy(message:find(reason, 1, true), name .. ": " .. message)
    assert.equal("invalid_cidr", code, name)
  end
end

describe("bad input", function()
  it("is refused with its reason by every reader", function()
    refused("the range ends before it starts", "10.0.0.9-10.0.0.1")
    refused("the range ends before it starts", "::2 - ::1")
    refused("the range mixes IPv4 and IPv6", "10.0.0.9-::1")
    refused("the range mixes IPv4 and IPv6", "::-255.255.255.255")
    refused("a range is two addresses", "10.0.0.0/8-11.0.0.0")
    refused("the prefix length is over 32", "10.0.0.0/33")
    refused("the prefix length is over 128", "::/129")
    refused("the prefix length is over 32", "10.0.0.0/18446744073709551624")
    refused("a part is over 255", "10.0.0.256")
    refused("a part is over 255", "10.0.0.18446744073709551617")
    refused("a part has a leading zero", "10.0.0.01")
    refused("an IPv4 address has four parts", "10.0.0")
  end)

  it("ends at no NUL byte", function()
    for _, text in ipairs {
      "10.0.0.1\0", "10.0.0.1\0/8", "\00010.0.0.1", "10.0.0.0/8\0", "10.0.0.0/1\0006", "::1\0",
    } do
      for name, read in pairs(READERS) do
        local result, _, code = read(text)
        assert.is_nil(result, name)
        assert.equal("invalid_cidr", code, name)
      end
    end
  end)

  it("may be a line of 10 MB", function()
    local size = 10 * 1024 * 1024
    for _, line in ipairs {
      ("9"):rep(size), ("1."):rep(size / 2), (":"):rep(size), "10.0.0.0/" .. ("0"):rep(size), ("-"):rep(size),
      "10.0.0.1" .. (" "):rep(size) .. "x",
    } do
      for name, read in pairs(READERS) do
        local result, message = read(line)
        assert.is_nil(result, name)
        assert.is_true(#message < 300, name)
      end
    end
    local lines, count = vpcpeer.set("10.0.0.0/8"):filter_text(("x"):rep(size) .. " 10.0.0.1")
    assert.equal(1, count)
    assert.equal(size + 10, #lines)
    local set = vpcpeer.set_from_text(("10.0.0.1,"):rep(math.floor(size / 9)))
    assert.equal("10.0.0.1/32", tostring(set))
  end)
end)

describe("a prefix length", function()
  local set, six, block = vpcpeer.set "10.0.0.0/8", vpcpeer.set "::/64", vpcpeer.cidr "10.0.0.0/8"
  local CALLS = {
    subnets = { function(length) return set:subnets(length) end, function(length) return block:subnets(length) end },
    free = { function(length) return set:free(length) end, function(length) return six:free(length, "::/0") end },
    supernet = { function(length) return block:supernet(length) end },
  }

  -- `none`: also without a length, which is the next shorter one for supernet.
  local function raises(reason, length, none)
    for name, calls in pairs(CALLS) do
      for _, call in ipairs(none and name == "supernet" and {} or calls) do
        local ok, message = pcall(call, length)
        assert.is_false(ok, name)
        assert.truthy(message:find("(" .. reason, 1, true), message) -- LuaJIT knows no name here
      end
    end
  end

  it("is a whole number in range, or it raises", function()
    raises("number expected, got ", nil, true)
    raises("number expected, got string", "24")
    raises("number expected, got boolean", true)
    raises("not ", 0 / 0)
    raises("not ", 24.5)
    raises("not ", 8.000001)
    raises("not between ", -1)
    raises("not between ", 129)
    raises("not between ", 1 / 0)
    raises("not between ", -1 / 0)
    raises("not between ", 2 ^ 53)
    assert.equal("10.0.0.0/9", tostring(set:subnets(9.0)()))
  end)

  it("may ask for more blocks than there are numbers: they come one at a time", function()
    for _, iterator in ipairs {
      vpcpeer.set("::/0"):subnets(128), vpcpeer.cidr("::/0"):subnets(128), vpcpeer.set({}):free(128, "::/0"),
    } do
      assert.equal("::/128", tostring(iterator()))
      assert.equal("::1/128", tostring(iterator()))
      assert.equal("::2/128", tostring(iterator()))
    end
    local all = vpcpeer.set { "0.0.0.0/0", "::/0" }
    assert.equal("0.0.0.0/32", tostring(all:subnets(32)()))
    assert.equal("::/128", tostring(vpcpeer.set("::/0"):complement("::/0"):complement("::/0"):subnets(128)()))
  end)
end)

describe("a value of another type", function()
  it("is misuse, whatever it is", function()
    local set, map = vpcpeer.set "10.0.0.0/8", vpcpeer.prefix_map { { "10.0.0.0/8", 1 } }
    for _, value in ipairs { 1, 0 / 0, -1.5, true, print, io.stdout } do
      for _, call in ipairs {
        vpcpeer.cidr, vpcpeer.set, vpcpeer.set_from_text, vpcpeer.prefix_map, function(x) return vpcpeer.set { x } end,
        function(x) return set:contains(x) end, function(x) return set:union(x) end,
        function(x) return set:contains_all { x } end, function(x) return set:contains_text(x) end,
        function(x) return set:filter_text(x) end, function(x) return vpcpeer.builder():add(x) end,
        function(x) return vpcpeer.builder():add_text(x) end, function(x) return map:lookup(x) end,
        function(x) return map:lookup_all { x } end, function(x) return map:lookup_text(x) end,
        function(x) return vpcpeer.prefix_map { { x, 1 } } end,
      } do
        assert.is_false((pcall(call, value)), tostring(value))
      end
    end
  end)

  it("is told under the public name of the function", function()
    for _, name in ipairs { "cidr", "set", "set_from_text", "prefix_map" } do
      local _, message = pcall(vpcpeer[name])
      assert.is_nil(message:find("vpcpeer.core", 1, true), message)
    end
  end)
end)
