-- Compares rows of connectivity with the walk on random networks; status 1 at the first disagreement.
-- Pairs and ports are few, networks many: it is to notice that something is wrong, not what.

package.path = "./spec/?.lua;./lua/?.lua;./lua/?/init.lua;" .. package.path

local random_network = require "support.random_network"
local rows = require "support.rows"
local vpcpeer = require "vpcpeer"

for seed = 1, tonumber(arg[1]) do
    local net = assert(vpcpeer.load_tables(random_network.documents(seed)))
    local _, wrong = rows.compare(net, 8)
    if wrong[1] then
        print(("seed %d: %s"):format(seed, wrong[1]))
        os.exit(1)
    end
end
