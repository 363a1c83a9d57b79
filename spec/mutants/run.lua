-- Breaks the engine in each of the ways of list.lua and looks whether its rows still agree with the walk, or
-- a C test still passes. A mutant that nobody notices is a hole in the tests, and fails.
--
--     lua5.4 spec/mutants/run.lua [NAME]   from the top of the checkout; objects in build/core, 5.4 and test
-- NAME is a Lua pattern: only the mutants whose names it fits.

package.path = "./spec/?.lua;" .. package.path

local mutants = require "mutants.list"
local shell = require "support.shell"

local SEEDS, TEST_SEEDS = 250, 100
local FLAGS = "-std=c11 -O2 -fPIC -w"

-- The text with the one place replaced; a mutant that does not fit the sources any more is an error.
local function mutate(mutant)
    local text = shell.read(mutant.file)
    local first, last = text:find(mutant.find, 1, true)
    assert(first, mutant.name .. ": not found in " .. mutant.file)
    assert(not text:find(mutant.find, last, true), mutant.name .. ": found twice in " .. mutant.file)
    return text:sub(1, first - 1) .. mutant.put .. text:sub(last + 1)
end

-- The objects of sources whose names fit, but one; what older sources left in the folders is none of them.
local function objects(sources, pattern, folder, base)
    local list = {}
    for name in shell.must("ls " .. sources):gmatch "([%w_]+)%.c\n" do
        if name ~= base and name:find(pattern) then list[#list + 1] = ("build/%s/%s.o"):format(folder, name) end
    end
    return table.concat(list, " ")
end

-- What is shared by the C tests.
local function test_support()
    return (objects("spec/core", "", "test"):gsub("%S+_test%.o", ""))
end

-- A module, or the C test that is to notice, with one object replaced; returns the folder.
local function build(number, mutant)
    local folder = "build/mutants/" .. number
    local base = mutant.file:match "([^/]+)%.c$"
    local core = objects("csrc", "^vp_", "core", base)
    shell.must("rm -rf " .. folder .. " && mkdir -p " .. folder .. "/vpcpeer")
    local file = assert(io.open(folder .. "/" .. base .. ".c", "wb"))
    file:write(mutate(mutant))
    file:close()
    shell.must(("cc %s -Icsrc -c -o %s/%s.o %s/%s.c"):format(FLAGS, folder, base, folder, base))
    if mutant.by then
        shell.must(("cc -o %s/%s build/test/%s.o %s %s %s/%s.o -lcidr"):format(folder, mutant.by, mutant.by,
            test_support(), core, folder, base))
    else
        shell.must(("cc -shared -o %s/vpcpeer/core.so %s %s %s/%s.o -lcidr"):format(folder, core,
            objects("csrc", "^lvp", "5.4", base), folder, base))
    end
    return folder
end

-- Compares in a process of its own: a mutant may crash or hang, which is noticed too.
local function check(folder, seeds)
    return shell.run(("LUA_CPATH='./%s/?.so;;' timeout 300 lua5.4 spec/mutants/check.lua %d"):format(folder, seeds))
end

local function check_test(folder, test)
    for seed = 1, TEST_SEEDS do
        local status = shell.run(("VPCPEER_SEED=%d timeout 300 %s/%s"):format(seed, folder, test))
        if status ~= 0 then return status, "seed " .. seed end
    end
    return 0, ""
end

local passed, failed = 0, 0
local function report(ok, name, why)
    passed, failed = passed + (ok and 1 or 0), failed + (ok and 0 or 1)
    print((ok and "ok: " or "not ok: ") .. name .. (why and ", " .. why or ""))
end

local status, output = check("build/5.4", 10)
report(status == 0, "the engine as it is agrees with the walk", status ~= 0 and output or nil)
report(check_test("build/test", "rectangles_test") == 0, "its bundles do, too")

local function try(number, mutant)
    local folder = build(number, mutant)
    local caught, words
    if mutant.by then
        caught, words = check_test(folder, mutant.by)
    else
        caught, words = check(folder, SEEDS)
    end
    local how = words:match "seed %d+" or words:match "case %d+" or "it did not end well"
    report(caught ~= 0, mutant.name, caught ~= 0 and how or "and nobody noticed")
end

local number = 0
for _, of in ipairs(mutants) do
    for _, row in ipairs(of) do
        local mutant = { file = of.file, by = of.by, name = row[1], find = row[2], put = row[3] or "" }
        number = number + 1
        if mutant.name:find(arg[1] or "") then try(number, mutant) end
    end
end
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and 0 or 1)
