-- The examples print what their comments say, and the dump is what its script describes.

local examples = require "support.examples"
local shell = require "support.shell"
local vpcpeer = require "vpcpeer"

describe("the examples", function()
  for path in shell.must("ls examples/*.lua"):gmatch "[^\n]+" do
    it("print what their comments say: " .. path, function()
      assert.equal(examples.expected(path), examples.text(examples.run(path)))
      assert.not_equal("", examples.expected(path))
    end)
  end

  it("notice a comment that says something else", function()
    local printed = examples.run "examples/01-two-peered-vpcs.lua"
    printed[1].text = "something else"
    assert.not_equal(examples.expected "examples/01-two-peered-vpcs.lua", examples.text(printed))
  end)
end)

describe("the example dump", function()
  local _, net = examples.run "examples/02-four-vpcs.lua"
  local folder = "examples/dump/"

  it("is what its script describes, to the byte", function()
    local files, count = examples.dump(net), 0
    for name in shell.must("ls " .. folder):gmatch "[^\n]+" do
      assert.equal(files[name], shell.read(folder .. name), name)
      count = count + 1
    end
    assert.equal(9, count)
  end)

  it("loads without a diagnostic and describes the same network", function()
    local loaded = assert(vpcpeer.load(folder, { strict = true }))
    assert.same({}, loaded:diagnostics())
    assert.equal(net:describe_json(), loaded:describe_json())
  end)

  it("answers as the script does", function()
    local loaded = assert(vpcpeer.load(folder))
    for from, verdict in pairs { web = true, bastion = false } do
      local question = { from = from, to = "db", port = 5432 }
      local trace = loaded:trace(question)
      assert.equal(verdict, trace.reachable)
      assert.equal(tostring(net:trace(question)), tostring(trace))
    end
    local trace = loaded:trace { from = "bastion", to = "db", port = 5432 }
    assert.equal("PCX_TRANSITIVE_PEERING", trace.explanations[1].code)
  end)

  it("answers the command as its script says", function()
    local command = shell.interpreter() .. " lua/vpcpeer/cli/vpcpeer trace " .. folder .. " --to db --port 5432 --from "
    for from, status in pairs { web = 0, bastion = 1 } do
      local got, output = shell.run(command .. from)
      assert.equal(status, got)
      assert.equal(tostring(net:trace { from = from, to = "db", port = 5432 }) .. "\n", output)
    end
  end)
end)
