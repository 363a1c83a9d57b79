-- The README tells the truth: its console blocks print what they show, its Lua blocks too.

local shell = require "support.shell"

-- The fenced blocks of one language.
local function blocks(language)
  local list = {}
  for block in ("\n" .. shell.read("README.md")):gmatch("\n```" .. language .. "\n(.-\n)```") do
    list[#list + 1] = block
  end
  return list
end

-- The commands of a console block, each with what it is to print.
local function sessions(block)
  local list = {}
  for line in block:gmatch("([^\n]*)\n") do
    local command = line:match("^%$ (.*)")
    if command then
      list[#list + 1] = { command = command, wanted = "" }
    else
      list[#list].wanted = list[#list].wanted .. line .. "\n"
    end
  end
  return list
end

describe("the README #once", function()
  it("shows what its commands print", function()
    local seen = 0
    for _, block in ipairs(blocks("console")) do
      for _, session in ipairs(sessions(block)) do
        local _, output = shell.run(session.command)
        assert.are.equal(session.wanted, output)
        seen = seen + 1
      end
    end
    assert.is_true(seen > 0)
  end)

  it("shows what its Lua prints", function()
    local seen = 0
    for _, block in ipairs(blocks("lua")) do
      local wanted, printed = {}, {}
      for text in block:gmatch("%-%->%s*([^\n]+)") do
        wanted[#wanted + 1] = text
      end
      local env = setmetatable({ print = function(...)
        local words = {}
        for i = 1, select("#", ...) do
          words[i] = tostring((select(i, ...)))
        end
        printed[#printed + 1] = table.concat(words, "\t")
      end }, { __index = _G })
      assert(load(block, "=README.md", "t", env))()
      assert.are.same(wanted, printed)
      seen = seen + #wanted
    end
    assert.is_true(seen > 0)
  end)

  it("names only targets that the Makefile has", function()
    local seen = 0
    for target in shell.read("README.md"):gmatch("make (%l[%w-]*%.?%d*)") do
      shell.must("make --dry-run " .. target)
      seen = seen + 1
    end
    assert.is_true(seen > 5)
  end)
end)

describe("make demo #once", function()
  it("shows a trace that works and one that does not", function()
    local output = shell.must("spec/support/demo.sh")
    assert.is_truthy(output:find("\nreachable: ", 1, true), output)
    assert.is_truthy(output:find("\nnot reachable: ", 1, true), output)
    assert.is_truthy(output:find("[PCX_TRANSITIVE_PEERING]", 1, true), output)
  end)
end)
