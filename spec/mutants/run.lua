-- Breaks the engine in each of the ways of list.lua and looks whether its rows still agree with the walk.
-- A mutant that nobody notices is a hole in the tests, and fails.
--
--     lua5.4 spec/mutants/run.lua [NAME]   from the top of the checkout; objects in build/core and build/5.4
-- NAME is a Lua pattern: only the mutants whose names it fits.

package.path = "./spec/?.lua;" .. package.path

local mutants = require "mutants.list"
local shell = require "support.shell"

local SEEDS = 250
local FLAGS = "-std=c11 -O2 -fPIC -w"

-- The text with the one place replaced; a mutant that does not fit the sources any more is an error.
local function mutate(mutant)
    local text = shell.read(mutant.file)
    local first, last = text:find(mutant.find, 1, true)
    assert(first, mutant.name .. ": not found in " .. mutant.file)
    assert(not text:find(mutant.find, last, true), mutant.name .. ": found twice in " .. mutant.file)
    return text:sub(1, first - 1) .. mutant.put .. text:sub(last + 1)
end

-- The objects of all sources but one; what older sources left in the folders is none of them.
local function objects_without(base)
    local list = {}
    for name in shell.must("ls csrc"):gmatch "([%w_]+)%.c\n" do
        if name ~= base then
            list[#list + 1] = ("build/%s/%s.o"):format(name:find "^vp_" and "core" or "5.4", name)
        end
    end
    return table.concat(list, " ")
end

-- A module with one object replaced.
local function build(number, mutant)
    local folder = "build/mutants/" .. number
    local base = mutant.file:match "([^/]+)%.c$"
    shell.must("rm -rf " .. folder .. " && mkdir -p " .. folder .. "/vpcpeer")
    local file = assert(io.open(folder .. "/" .. base .. ".c", "wb"))
    file:write(mutate(mutant))
    file:close()
    shell.must(("cc %s -Icsrc -c -o %s/%s.o %s/%s.c"):format(FLAGS, folder, base, folder, base))
    shell.must(("cc -shared -o %s/vpcpeer/core.so %s %s/%s.o -lcidr"):format(folder, objects_without(base), folder,
        base))
    return folder
end

-- Runs the comparison in a process of its own: a mutant may crash or hang, which is noticed too.
local function check(folder, seeds)
    return shell.run(("LUA_CPATH='./%s/?.so;;' timeout 300 lua5.4 spec/mutants/check.lua %d"):format(folder, seeds))
end

local passed, failed = 0, 0
local function report(ok, name, why)
    passed, failed = passed + (ok and 1 or 0), failed + (ok and 0 or 1)
    print((ok and "ok: " or "not ok: ") .. name .. (why and ", " .. why or ""))
end

local status, output = check("build/5.4", 10)
report(status == 0, "the engine as it is agrees with the walk", status ~= 0 and output or nil)
local function try(number, mutant)
    local caught, words = check(build(number, mutant), SEEDS)
    local how = words:match "seed %d+" or words:match "case %d+" or "it did not end well"
    report(caught ~= 0, mutant.name, caught ~= 0 and how or "and nobody noticed")
end

for number, mutant in ipairs(mutants) do
    if mutant.name:find(arg[1] or "") then try(number, mutant) end
end
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and 0 or 1)
