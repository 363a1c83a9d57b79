-- The rock: its lists agree with the tree, and it installs and works the ways the README tells.

local shell = require "support.shell"

local ROCKSPEC = "rockspec/vpcpeer-scm-1.rockspec"
local quote = shell.quote

local function rockspec()
  local fields = {}
  local chunk = assert(loadfile(ROCKSPEC, "t", fields))
  chunk()
  return fields
end

local function version_of_core()
  return shell.read("csrc/vp_base.h"):match('#define VP_VERSION "([^"]+)"')
end

-- A copy of what git has or would take, so that building leaves nothing in the checkout.
local function copy_checkout(folder)
  shell.must("mkdir -p " .. quote(folder) .. [[ && git ls-files -co --exclude-standard -z |
    tar --ignore-failed-read --null -T - -cf - | tar -xf - -C ]] .. quote(folder))
end

-- A shell line with nothing of the test run in its environment: no module paths, its own home.
local function clean(home, command)
  return "unset LUA_PATH LUA_CPATH LUA_INIT LUAROCKS_CONFIG; export HOME=" .. quote(home) .. "\n" .. command
end

describe("the rockspec #once", function()
  it("lists every C source and every Lua module", function()
    local modules = rockspec().build.modules
    local sources, lua = {}, {}
    for _, source in ipairs(modules["vpcpeer.core"].sources) do
      sources[#sources + 1] = source
    end
    for name, path in pairs(modules) do
      if type(path) == "string" then
        lua[#lua + 1] = path
        local wanted = path:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", ".")
        assert.are.equal(wanted, name)
      end
    end
    table.sort(sources)
    table.sort(lua)
    assert.are.same(shell.sorted_lines(shell.must("ls csrc/*.c")), sources, "run: make rockspec")
    assert.are.same(shell.sorted_lines(shell.must("find lua -name '*.lua'")), lua, "run: make rockspec")
  end)

  it("names the folders to install only when they exist", function()
    for _, folder in ipairs(rockspec().build.copy_directories or {}) do
      shell.must("test -d " .. quote(folder))
    end
    shell.must("test -x " .. rockspec().build.install.bin.vpcpeer)
  end)

  it("passes luarocks lint", function()
    shell.must("luarocks-5.4 lint " .. ROCKSPEC)
  end)
end)

describe("the version #once", function()
  it("is the same in the core, in the module and in the change log", function()
    local version = version_of_core()
    assert.is_truthy(version:match("^%d+%.%d+%.%d+$"))
    assert.are.equal(version, require("vpcpeer")._VERSION)
    assert.are.equal(version, shell.read("CHANGELOG.md"):match("\n## (%S+)"))
  end)
end)

describe("an installed rock #once", function()
  local folder, checkout, tree

  before_each(function()
    folder = shell.temporary_folder()
    checkout, tree = folder .. "/checkout", folder .. "/tree"
    copy_checkout(checkout)
    shell.must("mkdir -p " .. quote(folder .. "/home"))
  end)
  after_each(function()
    shell.remove(folder)
  end)

  local function must(command)
    return shell.must(clean(folder .. "/home", command))
  end

  -- The module and the command as a user has them, asked from a folder that is not the checkout.
  local function works()
    local paths = 'cd / && eval "$(luarocks-5.4 --tree ' .. quote(tree) .. ' path)" && '
    local found = must(paths .. [[lua5.4 -e 'print(package.searchpath("vpcpeer.core", package.cpath))']])
    assert.are.equal(tree .. "/lib/lua/5.4/vpcpeer/core.so\n", found)
    local version = must(paths .. [[lua5.4 -e 'print(require("vpcpeer")._VERSION)']])
    assert.are.equal(version_of_core() .. "\n", version)
    local help = must(paths .. quote(tree .. "/bin/vpcpeer") .. " --help")
    assert.is_truthy(help:find("Usage: vpcpeer", 1, true), help)
    assert.is_truthy(help:find("trace", 1, true), help)
  end

  it("comes from a checkout with luarocks make", function()
    must("cd " .. quote(checkout) .. " && luarocks-5.4 --tree " .. quote(tree) .. " make --deps-mode none")
    works()
    local exported = must("nm -D --defined-only " .. quote(tree .. "/lib/lua/5.4/vpcpeer/core.so"))
    assert.is_truthy(exported:match("^%x+ T luaopen_vpcpeer_core\n$"), exported)
  end)

  it("comes from a folder used as a rocks server with luarocks install", function()
    local server = folder .. "/rocks"
    -- The source of the rock is this checkout, as a repository of its own.
    must("cd " .. quote(checkout) .. [[ && git init -q . && git add -A &&
      git -c user.name=test -c user.email=test@localhost commit -qm checkout]])
    local text = shell.read(ROCKSPEC):gsub('url = "[^"]+"', 'url = "git+file://' .. checkout .. '"')
    must("mkdir -p " .. quote(server))
    shell.write(server .. "/vpcpeer-scm-1.rockspec", text)
    must("cd " .. quote(server) .. [[ && luarocks-5.4 pack vpcpeer-scm-1.rockspec &&
      rm vpcpeer-scm-1.rockspec && luarocks-admin-5.4 make_manifest .]])
    must("rm -rf " .. quote(checkout))
    must("cd / && luarocks-5.4 --tree " .. quote(tree) .. " install --deps-mode none --only-server "
      .. quote(server) .. " vpcpeer")
    works()
  end)
end)
