-- The table of actions as a whole: each is a method, each is documented, each reads its options
-- strictly.

local shell = require "support.shell"
local vpcpeer = require "vpcpeer"

-- The rows of all tables of csrc as "receiver:name", and the names that blocks document.
local function read_sources()
  local rows, blocks = {}, {}
  local pipe = assert(io.popen "ls csrc/vp_*.c")
  for path in pipe:lines() do
    local text = shell.read(path)
    for name, kind in text:gmatch '{"([%w_]+)",%s*VP_KIND_(%u[%u_]*),' do
      rows[(kind == "NONE" and "network" or kind:lower()) .. ":" .. name] = path
    end
    for block in text:gmatch "/%*%*%*(.-)%*/" do
      local name = block:match "@function ([%w_:]+)"
      if name then
        blocks[name] = block
      end
    end
  end
  pipe:close()
  return rows, blocks
end

describe("the actions #once", function()
  local rows, blocks = read_sources()

  it("have a block each, with what comes in, what comes out and an example", function()
    local count = 0
    for name, path in pairs(rows) do
      count = count + 1
      local block = blocks[name]
      assert.is_truthy(block, path .. ": no block for " .. name)
      for _, tag in ipairs { "@treturn", "@usage", "Source: " } do
        assert.is_truthy(block:find(tag, 1, true), name .. " lacks " .. tag)
      end
    end
    assert.is_true(count > 60)
    for name in pairs(blocks) do
      assert.is_truthy(rows[name], "a block for " .. name .. ", which is no action")
    end
  end)

  it("have examples that are Lua", function()
    local load_text = loadstring or load -- luacheck: std max
    for name, block in pairs(blocks) do
      local usage = block:match "@usage (.-)\nSource:"
      assert.is_truthy(usage, name .. ": the source does not follow the example")
      assert.is_truthy(load_text(usage), name .. ": " .. tostring(usage))
    end
  end)
end)

describe("an action", function()
  local function message_of(f, ...)
    local ok, message = pcall(f, ...)
    assert.is_false(ok)
    return message
  end

  it("refuses options it does not know and values of the wrong type, as misuse", function()
    local net = vpcpeer.network()
    local message = message_of(net.create_vpc, net, { cidr_blok = "10.0.0.0/16" })
    assert.matches("cidr_blok", message)
    assert.matches("cidr_block", message)
    assert.is_nil(vpcpeer.error_code(message))
    assert.is_nil(vpcpeer.error_code(message_of(net.create_vpc, net, { cidr_block = 10 })))
    assert.is_nil(vpcpeer.error_code(message_of(net.create_vpc, net, "10.0.0.0/16")))
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16" }
    assert.is_nil(vpcpeer.error_code(message_of(vpc.create_subnet, net, { cidr_block = "10.0.0.0/24" })))
    local create_subnet = vpc.create_subnet
    vpc:delete()
    assert.is_nil(vpcpeer.error_code(message_of(create_subnet, vpc, { cidr_block = "10.0.0.0/24" })))
  end)

  it("acts for the caller of its receiver, unless a call says otherwise", function()
    local net = vpcpeer.network { owner_id = "333333333333", region = "eu-west-1" }
    local function of(vpc) return { vpc.owner_id, vpc.region } end
    assert.same({ "333333333333", "eu-west-1" }, of(net:create_vpc { cidr_block = "10.0.0.0/16" }))
    local other = net:as("444444444444", "us-west-2")
    local vpc = other:create_vpc { cidr_block = "10.0.0.0/16" }
    assert.same({ "444444444444", "us-west-2" }, of(vpc))
    assert.same({ "555555555555", "us-west-2" },
      of(other:create_vpc { cidr_block = "10.0.0.0/16", owner_id = "555555555555" }))
    -- a handle that a call made speaks for that call's caller
    local fifth = other:create_vpc { cidr_block = "10.0.0.0/16", owner_id = "555555555555", region = "eu-west-3" }
    local inside = fifth:create_subnet { cidr_block = "10.0.0.0/24" }
    assert.same({ "555555555555", "eu-west-3a" }, { inside.owner_id, inside.availability_zone })
    assert.equal("InvalidVpcID.NotFound", vpcpeer.error_code(message_of(function()
      net:get(tostring(vpc)):create_subnet { cidr_block = "10.0.0.0/24" }
    end)))
    local subnet = vpc:create_subnet { cidr_block = "10.0.0.0/24" }
    assert.equal("444444444444", subnet.owner_id)
    assert.equal("us-west-2a", subnet.availability_zone)
  end)
end)
