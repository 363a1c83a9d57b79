-- How long it takes until the answer is right again after a change, what a clone costs, and the short
-- question from Lua. Figures only: nothing is judged here. VPCBENCH_SIZES="200000" asks for others.

package.path = "./spec/?.lua;./spec/bench/?.lua;" .. package.path

local figures = require "support.figures"
local generate = require "generate"
local vpcpeer = require "vpcpeer"

local PAIRS, ROUNDS, REPEATS, CHANGES = 10000, 50, 5, 200

-- The shortest of several runs, in seconds: others use the machine too.
local function best(work, repeats)
    local least
    for _ = 1, repeats or REPEATS do
        local start = os.clock()
        work()
        local seconds = os.clock() - start
        least = least and math.min(least, seconds) or seconds
    end
    return least
end

-- Distinct random pairs that may have something to do with each other, by what the answer is: as many
-- of each, if there are so many.
local function draw_pairs(net, ids)
    local random, seen, lists = figures.number_source(7), {}, { [true] = {}, [false] = {} }
    for _ = 1, 10 * PAIRS do
        local a = random(#ids)
        local b = math.max(1, math.min(#ids, a + random(400) - 200))
        local key = a * #ids + b
        if not seen[key] and #lists[true] < PAIRS then
            local list = lists[net:reachable(ids[a], ids[b], "tcp", 443) == true]
            seen[key] = true
            list[#list + 1] = #list < PAIRS and { ids[a], ids[b] } or nil
        end
    end
    return lists[true], lists[false]
end

local function ask(net, what, list)
    local seconds = best(function()
        for i = 1, #list do net:reachable(list[i][1], list[i][2], "tcp", 443) end
    end, ROUNDS)
    figures.print(("net:reachable, %d pairs %s, cycled"):format(#list, what), seconds / #list * 1e6, "us")
end

-- The call and its undoing, each followed by a question: the mean of both.
local function change(net, what, pair, edit, undo)
    local seconds = best(function()
        for _ = 1, CHANGES do
            edit()
            net:reachable(pair[1], pair[2], "tcp", 443)
            undo()
            net:reachable(pair[1], pair[2], "tcp", 443)
        end
    end, 3)
    figures.print(what, seconds / (2 * CHANGES) * 1e6, "us")
end

local RULE = { ip_protocol = "tcp", from_port = 7, to_port = 7, cidr_ip = "203.0.113.0/24" }

-- A pair whose first end belongs to the network's own account and Region, which may change it.
local function own_pair(net, list)
    for _, pair in ipairs(list) do
        local group = net:get(net:get(pair[1]).groups[1].group_id)
        if pcall(group.authorize_ingress, group, RULE) then
            group:revoke_ingress(RULE)
            return pair
        end
    end
end

local function changes(net, pair)
    local interface, rule = net:get(pair[1]), RULE
    local group = net:get(interface.groups[1].group_id)
    change(net, "a rule of a group, and a question", pair, function() group:authorize_ingress(rule) end,
        function() group:revoke_ingress(rule) end)
    local routes = net:get(interface.subnet_id).route_table
    local route = { destination_cidr_block = "203.0.113.0/24" }
    local target
    for _, one in ipairs(routes.routes) do target = target or one.vpc_peering_connection_id end
    route.vpc_peering_connection_id = target
    if target then
        change(net, "a route, and a question", pair, function() routes:create_route(route) end,
            function() routes:delete_route { destination_cidr_block = "203.0.113.0/24" } end)
    end
end

local function clone(net, pair)
    local before, copies = figures.memory(), {}
    local seconds = best(function()
        copies[#copies + 1] = net:clone()
    end, 2)
    figures.print("net:clone", seconds * 1e3, "ms")
    figures.print("memory of a clone", (figures.memory() - before) / #copies, "MiB")
    figures.print("first question to a clone", best(function()
        copies[1]:reachable(pair[1], pair[2], "tcp", 443)
    end, 1) * 1e3, "ms")
    for i = 1, #copies do copies[i]:close() end
end

local function run(size)
    local net = generate.network { interfaces = size }
    collectgarbage()
    collectgarbage()
    print(("%d interfaces, %s"):format(size, tostring(net)))
    local passing, others = draw_pairs(net, figures.interface_ids(net))
    ask(net, "that pass", passing)
    ask(net, "that do not", others)
    changes(net, own_pair(net, passing))
    clone(net, passing[1])
    net:close()
end

-- 1,000 instances in 20 VPCs that are all peered: a load and the first answers.
local function mesh()
    local net = vpcpeer.network()
    local vpcs, hosts = {}, {}
    for i = 1, 20 do
        local vpc = net:create_vpc { cidr_block = ("10.%d.0.0/16"):format(i) }
        vpcs[i] = vpc
        for k = 0, 9 do
            local subnet = vpc:create_subnet { cidr_block = ("10.%d.%d.0/24"):format(i, k) }
            for _ = 1, 5 do hosts[#hosts + 1] = subnet:run_instance {}.instance_id end
        end
    end
    for i = 1, 20 do
        for k = i + 1, 20 do
            local connection = net:create_vpc_peering_connection { vpc_id = vpcs[i], peer_vpc_id = vpcs[k] }
            connection:accept()
            vpcs[i].main_route_table:create_route { destination_cidr_block = vpcs[k].cidr_block,
                vpc_peering_connection_id = connection }
            vpcs[k].main_route_table:create_route { destination_cidr_block = vpcs[i].cidr_block,
                vpc_peering_connection_id = connection }
        end
    end
    return net:describe_json(), hosts
end

local function small()
    local text, hosts = mesh()
    print(("%d instances, 20 VPCs, 200 subnets, 190 peerings, %d bytes"):format(#hosts, #text))
    local net
    figures.print("load from JSON", best(function() net = assert(vpcpeer.load_json(text)) end) * 1e3, "ms")
    figures.print("first trace", best(function() net:trace { from = hosts[1], to = hosts[999] } end, 1) * 1e3, "ms")
    figures.print("10,000 traces", best(function()
        for i = 1, 10000 do net:trace { from = hosts[i % 1000 + 1], to = hosts[i * 7 % 1000 + 1] } end
    end, 2) * 1e3, "ms")
    local rows = 0
    figures.print("full connectivity, every row", best(function()
        rows = 0
        for _ in net:connectivity {} do rows = rows + 1 end
    end, 1) * 1e3, "ms")
    figures.print("rows", rows, "")
    local connections = {}
    for one in net:vpc_peering_connections() do connections[#connections + 1] = one end
    for i = 1, 1000 do net:reachable(hosts[i], hosts[i * 7 % 1000 + 1], "tcp", 443) end
    figures.print("a peering connection deleted, and a question", best(function()
        table.remove(connections):delete()
        net:reachable(hosts[1], hosts[999], "tcp", 443)
    end, 20) * 1e6, "us")
end

small()
for size in (os.getenv "VPCBENCH_SIZES" or "1000 20000"):gmatch "%d+" do
    run(tonumber(size))
end
