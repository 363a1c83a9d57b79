-- The generator of organizations that the benchmarks measure on: the same seed gives the same bytes,
-- and what it writes is what AWS could have printed.

local shell = require "support.shell"
local generate = dofile "spec/bench/generate.lua"
local vpcpeer = require "vpcpeer"

-- The complaints of a load beside those about interfaces of NAT gateways, which it does not write.
local function complaints(net)
  local lines = {}
  for _, d in ipairs(net:diagnostics()) do
    if d.severity ~= "info" then
      lines[#lines + 1] = require("vpcpeer.load").line(d)
    end
  end
  return table.concat(lines, "\n")
end

describe("the generator of organizations", function()
  it("gives what loads without a warning, in every size", function()
    for _, size in ipairs { 10, 130, 1500 } do
      local net = generate.network { interfaces = size }
      assert.equal("", complaints(net))
      local count = 0
      for _ in net:network_interfaces() do
        count = count + 1
      end
      assert.equal(size, count)
    end
  end)

  it("depends on seed and size alone", function()
    local function text(seed)
      return generate.network({ interfaces = 100, seed = seed }):describe_json()
    end
    assert.equal(text(7), text(7))
    assert.not_equal(text(7), text(8))
  end)

  it("writes folders that load to the same model", function()
    local folder = shell.temporary_folder()
    local bytes = generate.write(folder, { interfaces = 300, seed = 3 })
    assert.is_true(bytes > 300 * 1000)
    local net = assert(vpcpeer.load(folder))
    assert.equal("", complaints(net))
    assert.equal(generate.network({ interfaces = 300, seed = 3 }):describe_json(), net:describe_json())
    shell.remove(folder)
  end)
end)
