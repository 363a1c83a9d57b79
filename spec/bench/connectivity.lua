-- How long everything takes: what can reach what in organizations of several sizes. Figures only:
-- nothing is judged here. VPCBENCH_SIZES="200000" asks for organizations with so many interfaces,
-- VPCBENCH_VPCS="2000" for so many VPCs with a hundred and a thousand interfaces each,
-- VPCBENCH_RULES="1000" for so many rules in the groups of a subnet; "" for none.

package.path = "./spec/?.lua;./spec/bench/?.lua;" .. package.path

local core = require "vpcpeer.core"
local figures = require "support.figures"
local generate = require "generate"
require "vpcpeer"

local ROWS, PAIRS, ROUNDS = 300000, 10000, 20

local function timed(work)
    local start = os.clock()
    local result = work()
    return os.clock() - start, result
end

-- Pairs of interfaces of one VPC, or of two that are peered by the plan of generate.lua, by id.
local function draw_pairs(net)
    local ids, random = figures.interface_ids(net), figures.number_source(7)
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
    figures.print(("net:reachable, %d pairs cycled"):format(#list), seconds / (rounds * #list) * 1e6, "us")
    figures.print(("net:reachable, the %d of them that pass"):format(#passing),
        passing_seconds / (rounds * math.max(#passing, 1)) * 1e6, "us")
end

-- Everything inside as rectangles, and what it takes beside the model; returns the seconds.
local function measure_all(net)
    local before = figures.memory()
    local opened, rows = timed(function()
        return select(2, core.connectivity(net, {}))
    end)
    local all, rectangles = timed(function()
        return rows:count()
    end)
    local examined = rows:examined()
    figures.print("index, facts and classes", opened * 1e3, "ms")
    figures.print("all that flows inside, as rectangles", all * 1e3, "ms")
    figures.print("together", (opened + all) * 1e3, "ms")
    figures.print("memory for it, beside the model", figures.memory() - before, "MiB")
    figures.print("classes", examined.classes, "")
    figures.print("rectangles", rectangles, "")
    figures.print("walks", examined.walks, "")
    local first = net:network_interfaces()().network_interface_id
    figures.print("the first net:reachable after it", timed(function()
        net:reachable(first, first)
    end) * 1e3, "ms")
    return opened + all, rectangles
end

local function measure_rows(net)
    local _, rows = core.connectivity(net, { to = { "10.0.0.0/8" } })
    local made, count = timed(function()
        return rows:drop(ROWS)
    end)
    figures.print(("rows by interface in C (%d)"):format(count), count / made, "rows/s")
    count = 0
    made = timed(function()
        for _ in net:connectivity { to = { "10.0.0.0/8" } } do
            count = count + 1
            if count == ROWS then
                break
            end
        end
    end)
    figures.print(("rows by interface in Lua (%d)"):format(count), count / made, "rows/s")
end

local function make(options, what)
    local net = generate.network(options)
    collectgarbage()
    collectgarbage()
    print(("%s: %s"):format(what, tostring(net)))
    return net
end

-- The organization of generate.lua as it comes.
local function run(size)
    local net = make({ interfaces = size }, "cells, three Regions, both families")
    measure_all(net)
    measure_rows(net)
    ask(net, draw_pairs(net), ROUNDS)
    net:close()
end

-- VPCs with ten peers each, or all on one transit gateway: interfaces, and a hundred to a VPC.
local function run_plain(size, vpcs, mesh)
    local net = make({ interfaces = size, vpcs = vpcs, peers = mesh and 0 or 10, mesh = mesh, plain = true },
        mesh and "all VPCs on one transit gateway" or "ten peers to each VPC")
    measure_all(net)
    if not mesh then
        measure_rows(net)
    end
    net:close()
end

-- Time for networks of once, twice, four and eight times a size, for each million of rectangles too.
local function run_growth(size, mesh)
    print(mesh and "growth, one transit gateway" or "growth, ten peers to each VPC")
    for _, factor in ipairs { 1, 2, 4, 8 } do
        local net = generate.network { interfaces = size * factor, vpcs = size * factor / 100,
            peers = mesh and 0 or 10, mesh = mesh, plain = true }
        local seconds, count = timed(function()
            local _, rows = core.connectivity(net, {})
            return rows:count()
        end)
        figures.print(("%d interfaces, %d rectangles"):format(size * factor, count), seconds * 1e3, "ms")
        net:close()
    end
end

-- Two subnets whose groups have RULES rules, each with a block and a port of its own.
local function run_worst(rules)
    local function permissions(seed)
        local random, list = figures.number_source(seed), {}
        for i = 1, rules do
            local port = 1000 + random(50000)
            local block = ("10.0.%d.%d/32"):format(random(2) - 1, random(250))
            list[i] = { IpProtocol = "tcp", FromPort = port, ToPort = port + random(500),
                IpRanges = { { CidrIp = block } } }
        end
        return list
    end
    local document = { Vpcs = { { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16" } },
        Subnets = {}, NetworkInterfaces = {},
        SecurityGroups = { { GroupId = "sg-a", VpcId = "vpc-a", IpPermissions = permissions(3),
            IpPermissionsEgress = permissions(4) } },
        RouteTables = { { RouteTableId = "rtb-a", VpcId = "vpc-a", Associations = { { Main = true } },
            Routes = { { DestinationCidrBlock = "10.0.0.0/16", GatewayId = "local" } } } } }
    for k = 0, 1 do
        document.Subnets[k + 1] = { SubnetId = "subnet-" .. k, VpcId = "vpc-a",
            CidrBlock = ("10.0.%d.0/24"):format(k) }
        for i = 1, 250 do
            table.insert(document.NetworkInterfaces, { NetworkInterfaceId = ("eni-%d%03d"):format(k, i),
                VpcId = "vpc-a", SubnetId = "subnet-" .. k, PrivateIpAddress = ("10.0.%d.%d"):format(k, i),
                Groups = { { GroupId = "sg-a" } } })
        end
    end
    local net = assert(require("vpcpeer").load_tables(document))
    print(("%d rules with blocks and ports of their own, both ways: %s"):format(rules, tostring(net)))
    measure_all(net)
    net:close()
end

local function numbers(name, otherwise)
    local list = {}
    for word in (os.getenv(name) or otherwise):gmatch "%d+" do
        list[#list + 1] = tonumber(word)
    end
    return list
end

for _, size in ipairs(numbers("VPCBENCH_SIZES", "1000 20000")) do
    run(size)
end
for _, vpcs in ipairs(numbers("VPCBENCH_VPCS", "200")) do
    run_plain(vpcs * 100, vpcs, false)
    run_plain(vpcs * 1000, vpcs, false)
    run_plain(vpcs * 100, vpcs, true)
    run_growth(vpcs * 10, false)
    run_growth(vpcs * 10, true)
end
for _, rules in ipairs(numbers("VPCBENCH_RULES", "1000")) do
    run_worst(rules)
end
