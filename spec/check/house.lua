-- The rules of the house over one tree: `lua5.4 spec/check/house.lua ROOT BUILD [ORDER]`. Prints
-- each violation with its place and ends with `N passed, N failed`, one count a rule. ORDER is a
-- Lua file like order.lua (the self-test brings its own). Run from the top of the checkout.

package.path = "./?.lua;" .. package.path

local root, build, order = ...
if not build then
    io.stderr:write("usage: house.lua ROOT BUILD [ORDER]\n")
    os.exit(2)
end

local arrows = require "spec.check.arrows"
local objects = require "spec.check.objects"
local texts = require "spec.check.texts"
local tree = require "spec.check.tree"

local files = tree.load(root)
local ranks = order and dofile(order) or require "spec.check.order"

local RULES = {
    { "no Lua header in the core", arrows.no_lua_in_core },
    { "no upward include", function() return arrows.no_upward_include(files, ranks) end },
    { "no include cycle", arrows.no_cycle },
    { "libcidr in vp_text alone", arrows.libcidr_only_in_text },
    { "hidden declarations", arrows.hidden_declarations },
    { "arrows between Lua files", arrows.lua_arrows },
    { "top level", texts.top_level },
    { "file lengths", texts.file_lengths },
    { "function lengths", texts.function_lengths },
    { "no unfinished marks", texts.no_marks },
    { "no machine paths", texts.no_machine_paths },
    { "opening comments", texts.opening_comments },
    { "documented names", texts.documented_names },
    { "objects exist", function() return objects.is_built(build, files) end },
    { "exports", function() return objects.only_one_export(build) end },
    { "no writable static data", function() return objects.no_writable_data(build, files) end },
    { "no forbidden calls", function() return objects.no_forbidden_call(build, files) end },
}

local passed, failed = 0, 0
for _, rule in ipairs(RULES) do
    local wrong = rule[2](files)
    if #wrong == 0 then
        passed = passed + 1
    else
        failed = failed + 1
        for _, text in ipairs(wrong) do print(text) end
        print("not ok: " .. rule[1])
    end
end
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0)
