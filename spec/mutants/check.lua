-- Compares rows of connectivity with the walk, on a few small networks and on many random ones; status 1
-- at the first disagreement. Pairs and ports are few: it is to notice that something is wrong, not what.

package.path = "./spec/?.lua;./lua/?.lua;./lua/?/init.lua;" .. package.path

local cases = require "mutants.cases"
local random_network = require "support.random_network"
local rows = require "support.rows"
local vpcpeer = require "vpcpeer"

local function check(documents, name)
    local _, wrong = rows.compare(assert(vpcpeer.load_tables(documents)), 8)
    if wrong[1] then
        print(name .. ": " .. wrong[1])
        os.exit(1)
    end
end

for number, documents in ipairs(cases) do
    check(documents, "case " .. number)
end
for seed = 1, tonumber(arg[1]) do
    check(random_network.documents(seed), "seed " .. seed)
end
