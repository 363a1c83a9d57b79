-- Hosts with strict globals (nmap's scripts, strict.lua): no module reads or writes a global that
-- may not exist, neither when it is loaded nor when it works.

local shell = require "support.shell"

describe("under strict globals", function()
  local function strict(words)
    return shell.must(shell.quote(shell.interpreter()) .. " spec/support/strict.lua " .. words)
  end

  it("every module loads", function()
    local names = {}
    for _, path in ipairs(shell.sorted_lines(shell.must("find lua -name '*.lua'"))) do
      names[#names + 1] = path:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", ".")
    end
    assert.are.equal("ok\n", strict(table.concat(names, " ")))
  end)

  it("every example runs", function()
    local examples = shell.must("ls examples/*.lua"):gsub("\n", " ")
    assert.are.equal("ok\n", strict("vpcpeer -- " .. examples))
  end)

  it("vpcpeer loads nothing but its own files", function()
    local loaded = shell.must(shell.quote(shell.interpreter()) .. " spec/support/no_libraries.lua")
    assert.is_truthy(loaded:find("vpcpeer.core\n", 1, true))
    for name in loaded:gmatch("[^\n]+") do
      assert.is_truthy(name:match("^vpcpeer"), name)
    end
  end)

  it("the test itself notices", function()
    assert.is_truthy(select(2, shell.run(shell.quote(shell.interpreter())
      .. " spec/support/strict.lua -- spec/support/careless.lua")):find("writes the global careless", 1, true))
  end)
end)
