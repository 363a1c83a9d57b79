-- Programs that host Lua: the C programs of spec/hosts load a dump and trace, as a host would.

local shell = require "support.shell"

local quote = shell.quote

describe("a program that hosts Lua #once", function()
  local folder

  setup(function()
    folder = shell.temporary_folder()
    for _, name in ipairs { "host", "threads" } do
      shell.must(("gcc -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Wconversion -Werror"
        .. " -I/usr/include/lua5.4 -o %s spec/hosts/%s.c -llua5.4 -lpthread"):format(
        quote(folder .. "/" .. name), name))
    end
  end)
  teardown(function()
    shell.remove(folder)
  end)

  local function host(words)
    return shell.run(quote(folder .. "/host") .. " " .. words)
  end

  it("traces a path that works", function()
    local status, output = host("examples/dump web db 5432")
    assert.are.equal(0, status, output)
    assert.is_truthy(output:find("\nverdict: reachable\n", 1, true), output)
    assert.are.equal("vpcpeer " .. require("vpcpeer")._VERSION, output:match("^[^\n]+"))
    local command = shell.must(shell.interpreter()
      .. " lua/vpcpeer/cli/vpcpeer trace examples/dump --from web --to db --port 5432 --color never")
    assert.is_truthy(output:find(command, 1, true), "the command prints\n" .. command .. "the host\n" .. output)
  end)

  it("traces a path that does not work", function()
    local status, output = host("examples/dump bastion db 5432")
    assert.are.equal(1, status, output)
    assert.is_truthy(output:find("\nverdict: not-reachable\n", 1, true), output)
  end)

  it("gets a message for what cannot be read or is not known", function()
    local status, output = host("examples/no-such-folder web db 5432")
    assert.are.equal(2, status, output)
    assert.is_truthy(output:find("no-such-folder", 1, true), output)
    status, output = host("examples/dump nobody db 5432")
    assert.are.equal(2, status, output)
    assert.is_truthy(output:find("nobody", 1, true), output)
  end)

  it("may run a state on each of several threads", function()
    local status, output = shell.run(quote(folder .. "/threads") .. " spec/hosts/same_answer.lua")
    assert.are.equal(0, status, output)
    assert.is_truthy(output:find("db", 1, true), output)
  end)
end)
