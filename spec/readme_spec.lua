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

-- Commands that change the machine, or take as long as all the tests, and what is run in their place:
-- `make` says what it would do, `apt-get` looks whether the packages are there, LuaRocks only reads the
-- rock it is to make or finds the server it is given (spec/packaging_spec.lua really installs), the AWS CLI
-- answers from the dump of the examples.
local STAND_INS = {
  make = [[exec "$REAL_MAKE" --dry-run "$@"]],
  ["apt-get"] = [[
[ "$1" = install ] && shift || exit 0
for word; do
    case $word in
    -*) ;;
    *) dpkg-query --status "$word" >/dev/null || exit 1 ;;
    esac
done]],
  ["luarocks-5.4"] = [[
case "$1 $*" in
make*--deps-mode\ none*) exec "$REAL_LUAROCKS" lint rockspec/vpcpeer-scm-1.rockspec ;;
install*--only-server*vpcpeer*) exit 0 ;;
*) echo "not expected: $*"; exit 1 ;;
esac]],
  aws = [[
case "$*" in
*get-caller-identity*) echo 111111111111 ;;
*"configure get region"*) echo us-east-1 ;;
*"--query"*"--output text"*) ;;
*)
    for word; do
        [ -f "$TOP/examples/dump/$word.json" ] && exec cat "$TOP/examples/dump/$word.json"
    done
    echo '{}' ;;
esac]],
}

-- Runs a block for the shell in a folder that looks like the checkout; returns the status and what it printed.
local function run_block(block)
  local folder = shell.temporary_folder()
  shell.must(("mkdir %s/bin %s/top && ln -s \"$PWD\"/* %s/top"):format(folder, folder, folder))
  for name, text in pairs(STAND_INS) do
    shell.write(folder .. "/bin/" .. name, "#!/bin/sh\n" .. text .. "\n")
  end
  shell.write(folder .. "/bin/vpcpeer", '#!/bin/sh\nexec "$TOP/build/vpcpeer" "$@"\n')
  shell.must("chmod +x " .. folder .. "/bin/*")
  local status, output = shell.run(table.concat({
    "REAL_MAKE=$(command -v make) REAL_LUAROCKS=$(command -v luarocks-5.4) TOP=" .. folder .. "/top",
    "export REAL_MAKE REAL_LUAROCKS TOP",
    "PATH=" .. folder .. "/bin:$PATH", "cd " .. folder .. "/top && set -e", block,
  }, "\n"))
  shell.remove(folder)
  return status, output
end

describe("the README #once", function()
  it("has no block that no test runs", function()
    for language in ("\n" .. shell.read("README.md")):gmatch("\n```(%l+)\n") do
      assert.is_truthy(({ console = true, lua = true, sh = true })[language], language)
    end
  end)

  it("shows what works in a shell", function()
    local seen = 0
    for _, block in ipairs(blocks("sh")) do
      local status, output = run_block(block)
      assert.are.equal(0, status, block .. "\n" .. output)
      seen = seen + 1
    end
    assert.is_true(seen > 0)
  end)

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
