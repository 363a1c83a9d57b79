-- The house checks can fail: each rule is shown a tiny tree that breaks it, and nothing else.

local shell = require "support.shell"

local quote = shell.quote

-- A tree that keeps every rule.
local GOOD = {
  ["csrc/vp_base.h"] = "/* ground */\n#include <stdbool.h>\n",
  ["csrc/vp_alloc.h"] = '/* memory */\n#include "vp_base.h"\nVP_BEGIN_DECLS\nint vp_alloc_one(void);\nVP_END_DECLS\n',
  ["csrc/vp_alloc.c"] = "/* memory */\n#include <stdlib.h>\nint vp_alloc_one(void);\n"
    .. "int vp_alloc_one(void) { free(malloc(1)); return 1; }\n",
  ["csrc/vp_text.c"] = '/* text */\n#include "vp_alloc.h"\nextern int cidr_net(int);\nint vp_text_one(void);\n'
    .. "int vp_text_one(void) { return cidr_net(1); }\n",
  ["csrc/lvp_core.c"] = "/* binding */\n"
    .. "/*** One.\n@function one */\nstatic int lvp_one(lua_State *L) {\n    return 0;\n}\n"
    .. 'static const luaL_Reg methods[] = {{"one", lvp_one}, {"__gc", lvp_gc}, {NULL, NULL}};\n',
  ["lua/vpcpeer/init.lua"] = '-- public\nreturn require("vpcpeer.core")\n',
  ["examples/01-one.lua"] = '-- one\nlocal vpcpeer = require "vpcpeer"\n',
  ["README.md"] = "read me\n",
  ["order.lua"] = 'return { "vp_base", "vp_alloc", "vp_text" }\n',
}
-- order.lua is for the checker alone; git must not list it as a file of the tree.
local IGNORED = "order.lua\nbuild\n"

local CORE = "__attribute__((visibility(\"default\"))) int luaopen_vpcpeer_core(void);\n"
  .. "int luaopen_vpcpeer_core(void) { return 0; }\n"

local function many(line, count)
  return line:rep(count)
end

-- What breaks which rule: files to change (false takes one away), or C text to add to the module.
local CASES = {
  { "no Lua header in the core", { ["csrc/vp_base.h"] = "/* x */\n#include <lauxlib.h>\n" } },
  { "no Lua header in the core", { ["csrc/vp_base.h"] = '/* x */\n#include "lvp.h"\n' } },
  { "no upward include", { ["csrc/vp_alloc.h"] = '/* x */\n#include "vp_text.h"\n' } },
  { "no upward include", { ["csrc/vp_new.c"] = "/* has no place in the order */\nint vp_x;\n" } },
  { "no upward include", { ["csrc/other.h"] = "/* has no prefix */\n" } },
  { "no include cycle", {
    ["csrc/lvp_a.h"] = '/* x */\n#include "lvp_b.h"\n', ["csrc/lvp_b.h"] = '/* x */\n#include "lvp_a.h"\n',
  } },
  { "libcidr in vp_text alone", { ["csrc/vp_base.h"] = "/* x */\n#include <libcidr.h>\n" } },
  { "hidden declarations", { ["csrc/vp_base.h"] = "/* x */\nint vp_base_one(void);\n" } },
  { "hidden declarations", {
    ["csrc/vp_base.h"] = "/* x */\nVP_BEGIN_DECLS\n#include <stdio.h>\nVP_END_DECLS\n",
  } },
  { "arrows between Lua files", { ["lua/vpcpeer/load.lua"] = '-- x\nrequire("vpcpeer.cli")\n' } },
  { "arrows between Lua files", { ["examples/01-one.lua"] = '-- x\nrequire "vpcpeer.core"\n' } },
  { "top level", { ["notes.txt"] = "x\n" } },
  { "file lengths", { ["csrc/vp_base.h"] = "/* x */\n" .. many("#define X 1\n", 250) } },
  { "file lengths", { ["lua/vpcpeer/long.lua"] = "-- x\n" .. many("local x\n", 300) } },
  { "function lengths", {
    ["csrc/lvp_long.c"] = "/* x */\nstatic int a(int b,\n             int c) {\n" .. many("    b++;\n", 58) .. "}\n",
  } },
  { "function lengths", { ["lua/vpcpeer/long.lua"] = "-- x\nlocal function a()\n" .. many("  a()\n", 59) .. "end\n" } },
  { "no unfinished marks", { ["README.md"] = "TO" .. "DO: more\n" } },
  { "no machine paths", { ["README.md"] = "see /ho" .. "me/somebody\n" } },
  { "opening comments", { ["csrc/vp_base.h"] = "#include <stdbool.h>\n" } },
  { "opening comments", { ["lua/vpcpeer/init.lua"] = "return {}\n" } },
  { "documented names", {
    ["csrc/lvp_core.c"] = "/* binding */\nstatic int lvp_one(lua_State *L) {\n    return 0;\n}\n"
      .. 'static const luaL_Reg methods[] = {\n    {"one", lvp_one},\n    {NULL, NULL},\n};\n',
  } },
  { "exports", module = "int vp_leaks_out(void);\nint vp_leaks_out(void) { return 1; }\n" },
  { "no writable static data", core = "int vp_text_calls;\n" },
  { "no writable static data", core = "int *vp_next(void);\nint *vp_next(void) { static int n = 7; return &n; }\n" },
  { "no forbidden calls", core = "int puts(const char *);\nint vp_say(void);\n"
    .. 'int vp_say(void) { return puts("x"); }\n' },
  { "no forbidden calls", core = "void *malloc(unsigned long);\nvoid *vp_m(void);\n"
    .. "void *vp_m(void) { return malloc(3); }\n" },
}

describe("the house checks #once", function()
  local folder

  before_each(function()
    folder = shell.temporary_folder()
  end)
  after_each(function()
    shell.remove(folder)
  end)

  local function compile(name, text)
    shell.write(folder .. "/build/" .. name .. ".c", text)
    shell.must(("cd %s/build && gcc -O2 -fPIC -fvisibility=hidden -c %s.c -o core/%s.o"):format(
      quote(folder), name, name))
  end

  -- Writes the good tree with the changes of one case; returns what the checker says.
  local function check(changes, case)
    local tree = setmetatable({}, { __index = GOOD })
    for path in pairs(GOOD) do
      tree[path] = GOOD[path]
    end
    for path, text in pairs(changes) do
      tree[path] = text
    end
    shell.must(("cd %s && mkdir -p csrc lua/vpcpeer examples build/core build/5.4/vpcpeer && git init -q .")
      :format(quote(folder)))
    for path, text in pairs(tree) do
      shell.write(folder .. "/" .. path, text)
    end
    shell.write(folder .. "/.git/info/exclude", IGNORED)
    compile("vp_alloc", GOOD["csrc/vp_alloc.c"]:gsub('#include "[^"]+"\n', ""))
    compile("vp_text", GOOD["csrc/vp_text.c"]:gsub('#include "[^"]+"\n', "") .. (case.core or ""))
    shell.write(folder .. "/build/module.c", CORE .. (case.module or ""))
    shell.must(("cd %s/build && gcc -shared -fPIC module.c -o 5.4/vpcpeer/core.so"):format(quote(folder)))
    return shell.run(("lua5.4 spec/check/house.lua %s %s %s"):format(quote(folder), quote(folder .. "/build"),
      quote(folder .. "/order.lua")))
  end

  it("find nothing in a tree that keeps the rules", function()
    local status, output = check({}, {})
    assert.are.equal(0, status, output)
    assert.is_truthy(output:match("^%d+ passed, 0 failed\n$"), output)
  end)

  for index, case in ipairs(CASES) do
    it(("find a breach of: %s (%d)"):format(case[1], index), function()
      local status, output = check(case[2] or {}, case)
      assert.are.equal(1, status, output)
      assert.is_truthy(output:find("not ok: " .. case[1] .. "\n", 1, true), output)
      assert.is_truthy(output:find(", 1 failed\n", 1, true), output)
    end)
  end

  it("find that nothing is compiled", function()
    check({}, {})
    local _, output = shell.run(("lua5.4 spec/check/house.lua %s %s %s"):format(quote(folder),
      quote(folder .. "/nowhere"), quote(folder .. "/order.lua")))
    assert.is_truthy(output:find("not ok: objects exist\n", 1, true), output)
    assert.is_truthy(output:find("not ok: exports\n", 1, true), output)
  end)
end)
