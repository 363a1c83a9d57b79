-- vpcpeer from Lua: `lua5.4 ours.lua FOLDER PART [NAME]`. A part runs in a process of its own, so
-- that its peak memory is its own. Prints a line a result as bench.h describes: workload, median
-- seconds of processor time, answer.

local vpcpeer = require "vpcpeer"

local folder, part, name = ...

local function read(file_name)
    local file = assert(io.open(folder .. "/" .. file_name .. ".txt", "rb"))
    local text = file:read("*a")
    file:close()
    return text
end

local function lines_of(text)
    local list = {}
    for line in text:gmatch "[^\n]+" do list[#list + 1] = line end
    return list
end

-- Runs `work` and prints its median time; its result is the answer, or what `answer` makes of it.
local function measure(workload, repeats, work, answer)
    local times, count = {}
    for i = 1, repeats do
        collectgarbage()
        collectgarbage "stop"
        local start = os.clock()
        local result = work()
        times[i] = os.clock() - start
        collectgarbage "restart"
        if i == repeats then count = answer and answer(result) or result end
    end
    table.sort(times)
    io.write(("%s\t%.9f\t%.0f\n"):format(workload, times[math.floor(repeats / 2) + 1], count))
end

local function count_lines(text)
    local _, count = text:gsub("\n", "")
    return count
end

local function size(set)
    return set:size()
end

-- One address a call, from a list of texts, `rounds` times over.
local function ask(workload, set, list, rounds)
    measure(workload, 5, function()
        local hits = 0
        for _ = 1, rounds do
            for i = 1, #list do
                if set:contains(list[i]) then hits = hits + 1 end
            end
        end
        return hits
    end)
end

local PARTS = {}

function PARTS.text()
    local input = read(name)
    measure("text", 7, function() return vpcpeer.set_from_text(input):to_text() end, count_lines)
end

function PARTS.read()
    local input = read(name)
    measure("read", 7, function() return #vpcpeer.set_from_text(input) end)
end

-- One call for each block, then the set.
function PARTS.builder()
    local list = lines_of(read(name))
    measure("builder", 5, function()
        local builder = vpcpeer.builder()
        local add = builder.add
        for i = 1, #list do add(builder, list[i]) end
        return #builder:set()
    end)
end

-- What a loop with as many calls of a C function costs that looks at a text and does nothing with it.
function PARTS.calls()
    local list = lines_of(read(name))
    measure("calls", 5, function()
        local call = string.len
        for i = 1, #list do call(list[i]) end
        return #list
    end)
end

function PARTS.algebra()
    local a, b = vpcpeer.set_from_text(read("a" .. name)), vpcpeer.set_from_text(read("b" .. name))
    for _, method in ipairs { "union", "intersection", "difference", "complement" } do
        local other = method ~= "complement" and b or nil
        measure(method, 7, function() return a[method](a, other) end, size)
    end
end

-- `name` is the family. A million texts are asked for once, which is mostly waiting for their memory;
-- a thousand of them a thousand times: these are in the caches, as is a text that was just read.
function PARTS.member()
    local set, probes = vpcpeer.set_from_text(read("a" .. name .. "_100000")), read("probes" .. name)
    local list = lines_of(probes)
    ask("calls", set, list, 1)
    local few = {}
    for i = 1, 1000 do few[i] = list[i] end
    ask("calls_again", set, few, 1000)
    measure("bulk", 7, function()
        local _, hits = set:contains_text(probes)
        return hits
    end)
    measure("lines", 7, function()
        local _, hits = set:filter_text(probes)
        return hits
    end)
end

-- Each route leads to one of 200 next hops, as in a real table.
function PARTS.lpm()
    local list, input = lines_of(read("routes" .. name)), read("hits" .. name)
    for i, line in ipairs(list) do list[i] = { line, "hop-" .. i % 200 } end
    local map = vpcpeer.prefix_map(list)
    measure("lpm", 5, function()
        local _, count = map:lookup_text(input)
        return count
    end)
end

PARTS[part]()
