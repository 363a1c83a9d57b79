-- How long everything takes: what can reach what in organizations of several sizes. Figures only:
-- nothing is judged here. Sizes are interfaces; VPCBENCH_SIZES="200000" asks for others.

package.path = "./spec/?.lua;./spec/bench/?.lua;" .. package.path

local core = require "vpcpeer.core"
local generate = require "generate"
require "vpcpeer"

local ROWS, PAIRS, ROUNDS = 300000, 10000, 20

local function memory()
    local file = io.open "/proc/self/status"
    local text = file and file:read "*a" or ""
    if file then
        file:close()
    end
    return (tonumber(text:match "VmRSS:%s*(%d+)") or 0) / 1024
end

local function print_figure(what, value, unit)
    print(("  %-58s %12.3f %s"):format(what, value, unit))
end

local function timed(work)
    local start = os.clock()
    local result = work()
    return os.clock() - start, result
end

local function number_source(seed)
    local state = seed
    return function(limit)
        state = state * 16807 % 2147483647
        return state % limit + 1
    end
end

-- Pairs of interfaces of one VPC, or of two that are peered by the plan of generate.lua, by id.
local function draw_pairs(net)
    local ids, random = {}, number_source(7)
    for interface in net:network_interfaces() do
        ids[#ids + 1] = interface.network_interface_id
    end
    local pairs_drawn = {}
    for i = 1, PAIRS do
        local a = random(#ids)
        pairs_drawn[i] = { ids[a], ids[math.max(1, math.min(#ids, a + random(400) - 200))] }
    end
    return pairs_drawn
end

local function ask(net, list, rounds)
    local passing = {}
    for _, pair in ipairs(list) do
        if net:reachable(pair[1], pair[2], "tcp", 443) then
            passing[#passing + 1] = pair
        end
    end
    local seconds = timed(function()
        for _ = 1, rounds do
            for i = 1, #list do
                net:reachable(list[i][1], list[i][2], "tcp", 443)
            end
        end
    end)
    local passing_seconds = timed(function()
        for _ = 1, rounds do
            for i = 1, #passing do
                net:reachable(passing[i][1], passing[i][2], "tcp", 443)
            end
        end
    end)
    print_figure(("net:reachable, %d pairs cycled"):format(#list), seconds / (rounds * #list) * 1e6, "us")
    print_figure(("net:reachable, the %d of them that pass"):format(#passing),
        passing_seconds / (rounds * math.max(#passing, 1)) * 1e6, "us")
end

local function run(size)
    local net = generate.network { interfaces = size }
    collectgarbage()
    collectgarbage()
    print(("%d interfaces, %s"):format(size, tostring(net)))
    local first = net:network_interfaces()().network_interface_id
    print_figure("index and facts, by the first question", timed(function()
        net:reachable(first, first)
    end) * 1e3, "ms")
    local before = memory()
    local seconds, rows = timed(function()
        local _, examined = core.connectivity(net, {})
        return examined
    end)
    local all, rectangles = timed(function()
        return rows:count()
    end)
    local walks = rows:examined().walks
    print_figure("classes and all that flows inside, as rectangles", (seconds + all) * 1e3, "ms")
    print_figure("rectangles", rectangles, "")
    print_figure("walks", walks, "")
    print_figure("a walk", all / walks * 1e9, "ns")
    print_figure("memory for it, beside the model", memory() - before, "MiB")
    local count = 0
    local row_seconds = timed(function()
        for _ in net:connectivity { to = { "10.0.0.0/8" } } do
            count = count + 1
            if count == ROWS then
                break
            end
        end
    end)
    print_figure(("rows by interface in Lua (%d)"):format(count), count / row_seconds, "rows/s")
    ask(net, draw_pairs(net), ROUNDS)
    net:close()
end

for size in (os.getenv "VPCBENCH_SIZES" or "1000 20000 200000"):gmatch "%d+" do
    run(tonumber(size))
end
