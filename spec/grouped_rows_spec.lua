-- Rows between subnets, VPCs and security groups against the rows between their members, on random
-- networks: the union at every corner, and `all` only where every pair of members has the whole of it.

local random_network = require "support.random_network"
local support = require "support.rows"
local vpcpeer = require "vpcpeer"

local SEEDS = 10

local function groups_of(interface, group_by)
    if group_by == "security_group" then
        local ids = {}
        for i, group in ipairs(interface.groups or {}) do ids[i] = group.group_id end
        return ids
    end
    return { interface[group_by .. "_id"] }
end

-- Members of each group, by id.
local function members_of(net, group_by)
    local members = {}
    for interface in net:network_interfaces() do
        for _, id in ipairs(groups_of(interface, group_by)) do
            members[id] = members[id] or {}
            table.insert(members[id], interface)
        end
    end
    return members
end

local function key_of(from, to, family) return from .. " " .. to .. " " .. family end

-- Rows between interfaces of the model alone, by their ends.
local function index(net, group_by)
    local found = {}
    for row in net:connectivity { group_by = group_by } do
        local source = net:get(row.from)
        assert.is_true(not source or support.is_end(source), row.from)
        if not row.from_cidrs and not row.to_cidrs then
            local key = key_of(row.from, row.to, row.family)
            found[key] = found[key] or { from = row.from, to = row.to, family = row.family }
            table.insert(found[key], row)
        end
    end
    return found
end

-- Every place where a list of rows begins or ends to let something through, as packets.
local function corners(lists, family)
    local packets, seen = {}, {}
    local function add(protocol, kind, a, b)
        local name = table.concat({ protocol, kind, a or "", b or "" }, " ")
        if not seen[name] then
            seen[name] = true
            packets[#packets + 1] = { protocol = protocol, kind = kind, a = a, b = b }
        end
    end
    local function edges(ranges, least)
        local list = {}
        for _, range in ipairs(ranges) do
            for _, port in ipairs { range[1] - 1, range[1], range[2], range[2] + 1 } do
                if port >= least and port <= 65535 then list[#list + 1] = port end
            end
        end
        return list
    end
    for _, rows in ipairs(lists) do
        for _, row in ipairs(rows) do
            for _, service in ipairs(row.services) do
                if service.ports then
                    for _, port in ipairs(edges(service.ports, 0)) do
                        for _, source in ipairs(edges(service.source_ports, 1024)) do
                            add(service.protocol, "ports", port, source)
                        end
                    end
                elseif service.types then
                    for _, item in ipairs(service.types) do
                        add(service.protocol, "types", item[1], math.max(item[2], 0))
                        add(service.protocol, "types", item[1], 7)
                    end
                elseif service.protocol ~= "-1" then
                    add(service.protocol, "plain")
                end
            end
        end
    end
    add("tcp", "ports", 443, 40000)
    add("47", "plain")
    if family == 4 then add("58", "plain") end -- the other family's ICMP, a protocol like any other
    return packets
end

local function inside(ranges, number)
    for _, range in ipairs(ranges) do
        if range[1] <= number and number <= range[2] then return true end
    end
    return false
end

local function lets(service, packet)
    if service.protocol == "-1" then return true end
    if service.protocol ~= packet.protocol then return false end
    if packet.kind == "ports" then
        return inside(service.ports, packet.a) and inside(service.source_ports, packet.b)
    elseif packet.kind == "types" and service.types then
        for _, item in ipairs(service.types) do
            if item[1] == packet.a and (item[2] == -1 or item[2] == packet.b) then return true end
        end
        return false
    end
    return true
end

-- nil, "unknown" or "reachable".
local function verdict(rows, packet)
    local best
    for _, row in ipairs(rows or {}) do
        for _, service in ipairs(row.services) do
            if lets(service, packet) and best ~= "reachable" then best = row.verdict end
        end
    end
    return best
end

describe("rows between groups #once", function()
    for _, group_by in ipairs { "subnet", "vpc", "security_group" } do
        it("are the union of the rows of their members: " .. group_by, function()
            local compared, whole = 0, 0
            for seed = 1, SEEDS do
                local net = assert(vpcpeer.load_tables(random_network.documents(seed)))
                local single, grouped = index(net, "interface"), index(net, group_by)
                local members = members_of(net, group_by)
                for key, rows in pairs(grouped) do
                    local about = ("seed %d, %s"):format(seed, key)
                    local pairs_of, lists = {}, { rows }
                    for _, from in ipairs(members[rows.from]) do
                        for _, to in ipairs(members[rows.to]) do
                            if from ~= to and support.is_end(from) and support.has_family(from, rows.family)
                                and support.has_family(to, rows.family) then
                                local one = single[key_of(from.id, to.id, rows.family)] or {}
                                pairs_of[#pairs_of + 1], lists[#lists + 1] = { one, support.is_end(to) }, one
                            end
                        end
                    end
                    local differs = false
                    for _, packet in ipairs(corners(lists, rows.family)) do
                        local best, every = nil, true
                        for _, one in ipairs(pairs_of) do
                            local answer = verdict(one[1], packet)
                            best = answer == "reachable" and answer or best or answer
                            every = every and (answer == "reachable" or not one[2])
                        end
                        local said = verdict(rows, packet)
                        assert.equal(best, said, about .. " " .. packet.protocol .. " " .. tostring(packet.a))
                        if rows[1].verdict == "reachable" and best == "reachable" then
                            differs = differs or not every
                            whole = whole + (every and 1 or 0)
                        end
                        compared = compared + 1
                    end
                    if rows[1].verdict == "reachable" then
                        assert.equal(not differs, rows[1].all or false, about .. ": all")
                    end
                end
                -- Nothing that single pairs have is missing between their groups.
                for _, rows in pairs(single) do
                    for _, from in ipairs(groups_of(net:get(rows.from), group_by)) do
                        for _, to in ipairs(groups_of(net:get(rows.to), group_by)) do
                            assert.is_truthy(grouped[key_of(from, to, rows.family)],
                                ("seed %d: %s -> %s is missing"):format(seed, from, to))
                        end
                    end
                end
            end
            assert.is_true(compared > 1000, "too few: " .. compared)
            assert.is_true(whole > 10, "too few with all: " .. whole)
        end)
    end
end)

describe("a row between groups", function()
    -- Design 2.4: "with `all = true` when every pair has it"; F10: gateways accept no connections.
    it("has all members also where an interface of a gateway stands among them", function()
        local net = vpcpeer.network()
        local vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" }
        local subnet = vpc:create_subnet { cidr_block = "10.0.0.0/24" }
        for _ = 1, 2 do
            subnet:run_instance()
        end
        subnet:create_nat_gateway { connectivity_type = "private" }
        local function all_of(options)
            for row in net:connectivity(options) do
                if row.from == "vpc-a" and row.to == "vpc-a" then
                    return row.all or false
                end
            end
        end
        assert.is_true(all_of { group_by = "vpc" })
        subnet:run_instance { security_group_ids = { vpc:create_security_group { group_name = "closed" } } }
        assert.is_false(all_of { group_by = "vpc" })
    end)
end)
