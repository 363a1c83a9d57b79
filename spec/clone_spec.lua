-- A clone shares what is compiled with its original and nothing else: changing one never changes
-- what the other answers, and either may go first.

local changes = require "support.changes"
local random = require "support.random"
local random_network = require "support.random_network"
local vpcpeer = require "vpcpeer"

local SEED = random.start("clone").state - 1
local RUNS = 8

-- All rows, by their ends and services, as one text.
local function answers(net)
    local lines = {}
    for row in net:connectivity {} do
        local line = { row.from, row.to, tostring(row.family), row.verdict, tostring(row.code) }
        for _, service in ipairs(row.services) do
            line[#line + 1] = service.protocol
            for _, list in ipairs { service.ports or {}, service.source_ports or {}, service.types or {} } do
                for _, pair in ipairs(list) do line[#line + 1] = table.concat(pair, "-") end
            end
        end
        lines[#lines + 1] = table.concat(line, " ")
    end
    return table.concat(lines, "\n")
end

local function change(net, numbers, count)
    for _ = 1, count do changes.one(net, numbers) end
end

describe("a clone #once", function()
    it("answers as its original did, whatever happens to that one", function()
        local told = 0 -- a network alone may have nothing that flows
        for run = 1, RUNS do
            local label = ("VPCPEER_SEED=%d run %d"):format(SEED, run)
            local numbers = random.new(SEED + run)
            local net = assert(vpcpeer.load_tables(random_network.documents(SEED + run)))
            local before = answers(net)
            local clone = net:clone()
            change(net, numbers, 20)
            local after = answers(net)
            assert.equal(before, answers(clone), label)
            local second = clone:clone()
            change(clone, numbers, 20)
            local cloned = answers(clone)
            assert.equal(after, answers(net), label)
            if run % 2 == 0 then net:close() end
            collectgarbage()
            assert.equal(before, answers(second), label)
            clone:close()
            assert.equal(before, answers(second), label)
            if run % 2 == 1 then
                assert.equal(after, answers(net), label)
                net:close()
            end
            told = told + #cloned
        end
        assert.is_true(told > 0)
    end)

    it("answers the same as its original after the same changes", function()
        for run = 1, RUNS do
            local net = assert(vpcpeer.load_tables(random_network.documents(SEED + run)))
            answers(net)
            local clone = net:clone()
            change(net, random.new(run), 15)
            change(clone, random.new(run), 15)
            assert.equal(answers(net), answers(clone), ("VPCPEER_SEED=%d run %d"):format(SEED, run))
        end
    end)
end)
