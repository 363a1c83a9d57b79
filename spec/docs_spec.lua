-- The reference of `make docs`: the files it is made of, and what becomes of the blocks in C.

local shell = require "support.shell"

describe("the sources of the reference", function()
  local folder = shell.temporary_folder()
  shell.must("lua5.4 spec/support/doc-sources.lua " .. folder)

  teardown(function()
    shell.remove(folder)
  end)

  it("are a class each, with what belongs to it from every file", function()
    local network = shell.read(folder .. "/network.c")
    assert.matches("@classmod network\n", network)
    for _, method in ipairs { "create_vpc", "reachable", "resolve", "clone" } do
      assert.matches("@function " .. method .. "\n", network)
    end
    assert.matches("Actions on one network ACL%.", shell.read(folder .. "/network_acl.c"))
    assert.matches("Actions on one VPC endpoint%.", shell.read(folder .. "/vpc_endpoint.c"))
  end)

  it("have what makes objects in the module, and nothing that only the project calls", function()
    local makers = shell.read(folder .. "/makers.c")
    for _, name in ipairs { "network", "set", "cidr", "builder", "prefix_map" } do
      assert.matches("@function vpcpeer%." .. name .. "\n", makers)
    end
    assert.not_equal(0, (shell.run("ls " .. folder .. "/core.c 2>&1")))
  end)

  it("name AWS's pages before the tags, since what follows an example is code", function()
    local sources = 0
    for path in shell.must("ls " .. folder .. "/*.c"):gmatch("%S+") do
      for block in shell.read(path):gmatch("/%*%*%*(.-)%*/") do
        local before = block:match("^(.-)\n@")
        sources = sources + (before:find("Source: ", 1, true) and 1 or 0)
        assert.is_nil(block:sub(#before):find("Source: ", 1, true), block)
      end
    end
    assert.is_true(sources > 50)
  end)

  it("are files that there are", function()
    local config = {}
    local text = shell.read("spec/support/config.ld")
    for path in text:gmatch('"%.%./%.%./(lua/[%w_/.]+)"') do
      assert.matches("@module", shell.read(path))
      config[#config + 1] = path
    end
    assert.is_true(#config > 10)
    for module, kind in text:gmatch("%((%a+)/([%w_.]+)%.html%)") do
      if module == "classes" then
        assert.equal(0, (shell.run("test -e " .. folder .. "/" .. kind .. ".c")))
      else
        assert.is_truthy(table.concat(config, " "):find(kind == "vpcpeer" and "init" or kind:gsub("%.", "/"), 1, true))
      end
    end
  end)
end)
