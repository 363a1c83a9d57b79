-- What a change of one record makes of connectivity, from what depends on it alone, against all rows before
-- and after it.

local core = require "vpcpeer.core"
local peered = require "support.peered"
local random = require "support.random"
local random_network = require "support.random_network"
local vpcpeer = require "vpcpeer"

local SEED = tonumber(os.getenv "VPCPEER_SEED") or 1
local RUNS, CHANGES = 120, 6

local text = vpcpeer.services_text

-- Rows between interfaces, by their ends.
local function rows_of(net)
    local found = {}
    for row in net:connectivity {} do
        if not row.from_cidrs and not row.to_cidrs then
            local key = row.from .. " " .. row.to .. " " .. row.family
            found[key] = found[key] or { known = "", unknown = "" }
            found[key][row.verdict == "unknown" and "unknown" or "known"] = text(row.services)
        end
    end
    return found
end

-- The rectangles of a difference, by pairs of ends. `once`: no pair may be in two.
local function pairs_of(list, once)
    local found = {}
    for _, rectangle in ipairs(list) do
        for _, from in ipairs(rectangle.from) do
            for _, to in ipairs(rectangle.to) do
                local key = from .. " " .. to .. " " .. rectangle.family
                if from ~= to then
                    assert(not once or not found[key], "twice: " .. key)
                    found[key] = ("%s > %s ? %s > %s"):format(text(rectangle.before), text(rectangle.after),
                        text(rectangle.unknown_before), text(rectangle.unknown_after))
                end
            end
        end
    end
    return found
end

-- Each end one address: then a row speaks of one pair of addresses, as a rectangle does.
local function with_one_address(documents)
    for _, record in ipairs(documents.NetworkInterfaces or {}) do
        record.PrivateIpAddresses = { (record.PrivateIpAddresses or {})[1] }
        record.Ipv6Addresses = { (record.Ipv6Addresses or {})[1] }
        record.Ipv4Prefixes, record.Ipv6Prefixes = nil, nil
    end
    return documents
end

local BLOCKS = { "10.0.0.0/16", "10.0.1.0/24", "10.1.0.0/17", "0.0.0.0/0", "172.16.0.0/16", "192.168.0.0/20",
    "10.0.0.10/32", "11.0.0.0/8" }

-- Changes that rules alone are part of: the kind of record, and what is called.
local EDITS = {
    { "security_groups", function(group, pick)
        group[pick { "authorize_ingress", "authorize_egress" }](group, { ip_protocol = "tcp", from_port = 22,
            to_port = 8000, cidr_ip = pick(BLOCKS) })
    end },
    { "security_groups", function(group)
        group:authorize_ingress { ip_permissions = { { ip_protocol = "-1",
            ipv6_ranges = { { cidr_ipv6 = "2600:1f01::/32" } } } } }
    end },
    { "security_groups", function(group, pick, any)
        group[pick { "authorize_ingress", "authorize_egress" }](group, { ip_protocol = "-1",
            referenced_group_id = any "security_groups" })
    end },
    { "security_groups", function(group)
        group:revoke_ingress { ip_permissions = { group.ip_permissions[1] } }
    end },
    { "security_groups", function(group)
        group:revoke_egress { ip_permissions = { group.ip_permissions_egress[1] } }
    end },
    { "network_acls", function(acl, pick)
        acl:create_entry { rule_number = 5, protocol = pick { "-1", "6" }, egress = pick { true, false },
            rule_action = pick { "allow", "deny" }, cidr_block = pick(BLOCKS) }
    end },
    { "network_acls", function(acl)
        acl:delete_entry { rule_number = acl.entries[1].rule_number, egress = acl.entries[1].egress }
    end },
    { "route_tables", function(route_table, pick, any)
        route_table:create_route { destination_cidr_block = pick(BLOCKS),
            vpc_peering_connection_id = any "vpc_peering_connections" }
    end },
    { "route_tables", function(route_table, pick)
        local route = pick(route_table.routes)
        route_table:delete_route { destination_cidr_block = route.destination_cidr_block,
            destination_ipv6_cidr_block = route.destination_ipv6_cidr_block }
    end },
    { "vpc_peering_connections", function(connection) connection:delete() end },
    { "vpc_peering_connections", function(connection) connection:accept() end },
}

-- Makes a random change. Gives the difference, or nil where there is nothing to change, and what it was.
local function edit(net, numbers)
    local function pick(list) return numbers:pick(list) end
    local function any(method)
        local list = {}
        for object in net[method](net) do list[#list + 1] = object end
        return list[1] and pick(list)
    end
    local number = 1 + numbers:below(#EDITS)
    local object = any(EDITS[number][1])
    if not object then return nil end
    local difference = assert(core.difference(net, object.id))
    pcall(EDITS[number][2], object, pick, any)
    return difference, "edit " .. number .. " of " .. object.id
end

-- Compares a difference with the rows before and after. Returns how many pairs changed.
local function compare(found, before, after, exactly, what)
    local keys, changed = {}, 0
    for _, list in ipairs { before, after, found } do
        for key in pairs(list) do keys[key] = true end
    end
    for key in pairs(keys) do
        local old, new = before[key] or { known = "", unknown = "" }, after[key] or { known = "", unknown = "" }
        local said = ("%s > %s ? %s > %s"):format(old.known, new.known, old.unknown, new.unknown)
        local differs = old.known ~= new.known or old.unknown ~= new.unknown
        changed = changed + (differs and 1 or 0)
        if exactly then
            assert.equal(differs and said or nil, found[key], what .. ": " .. key)
        elseif differs then
            assert.is_truthy(found[key], what .. ": " .. key .. " " .. said)
        end
    end
    return changed
end

describe("a difference", function()
    it("is that of all rows before and after, on random networks #once", function()
        local changed = 0
        for seed = SEED, SEED + RUNS - 1 do
            local numbers, exactly = random.new(seed * 7 + 3), seed % 3 > 0
            local documents = random_network.documents(seed)
            local net = assert(vpcpeer.load_tables(exactly and with_one_address(documents) or documents))
            local before = rows_of(net)
            for _ = 1, CHANGES do
                local difference, what = edit(net, numbers)
                local after = rows_of(net)
                local fine, list = pcall(function() return difference and difference:pairs() or {} end)
                if fine then
                    changed = changed + compare(pairs_of(list, exactly), before, after, exactly,
                        ("seed %d: %s"):format(seed, tostring(what)))
                else -- a route to an appliance came or went
                    assert.matches("more than rules was changed", list)
                end
                before = after
            end
        end
        assert.is_true(changed > 2 * RUNS, "too few changes: " .. changed)
    end)

    it("tells which services between whom a rule opens and closes", function()
        local net = peered.network()
        local group = net:get "sg-db"
        local difference = core.difference(net, "sg-db")
        group:authorize_ingress { ip_protocol = "tcp", from_port = 22, to_port = 23, cidr_ip = "172.16.0.10/32" }
        local list = difference:pairs()
        assert.equal(1, #list)
        assert.same({ "eni-web" }, list[1].from)
        assert.same({ "eni-db" }, list[1].to)
        assert.equal("tcp 22-23", text(list[1].opened))
        assert.equal("", text(list[1].closed))
        difference = core.difference(net, "sg-db")
        assert.same({}, difference:pairs())
        group:revoke_ingress { ip_protocol = "tcp", from_port = 22, to_port = 23, cidr_ip = "172.16.0.10/32" }
        list = difference:pairs()
        assert.equal("tcp 22-23", text(list[1].closed))
        assert.is_nil(list[2])
    end)

    -- The receiver sees the address of the NAT gateway, not that of who asks.
    it("knows who is behind a translator", function()
        local net = vpcpeer.network()
        local a = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" }
        local b = net:create_vpc { vpc_id = "vpc-b", cidr_block = "10.1.0.0/16" }
        local own, nat = a:create_subnet { cidr_block = "10.0.0.0/24" }, a:create_subnet { cidr_block = "10.0.1.0/24" }
        local far = b:create_subnet { cidr_block = "10.1.0.0/24" }
        local connection = net:create_vpc_peering_connection { vpc_id = a, peer_vpc_id = b }
        connection:accept()
        local gateway = nat:create_nat_gateway { connectivity_type = "private", private_ip_address = "10.0.1.9" }
        local out = a:create_route_table {}
        out:associate { subnet_id = own }
        out:create_route { destination_cidr_block = "10.1.0.0/16", nat_gateway_id = gateway }
        a.main_route_table:create_route { destination_cidr_block = "10.1.0.0/16",
            vpc_peering_connection_id = connection }
        own:run_instance { network_interface_id = "eni-a", private_ip_address = "10.0.0.5" }
        local group = b:create_security_group { group_id = "sg-b", group_name = "b" }
        far:run_instance { network_interface_id = "eni-b", private_ip_address = "10.1.0.5",
            security_group_ids = { group } }
        local difference = core.difference(net, "sg-b")
        group:authorize_ingress { ip_protocol = "tcp", from_port = 80, to_port = 80, cidr_ip = "10.0.1.9/32" }
        local list = difference:pairs()
        assert.equal(1, #list)
        assert.same({ { "eni-a" }, { "eni-b" }, "tcp 80" }, { list[1].from, list[1].to, text(list[1].opened) })
        assert.is_true(net:reachable("eni-a", "eni-b", "tcp", 80))
    end)

    it("refuses to compare what it was not begun for", function()
        local net = peered.network()
        local difference = core.difference(net, "sg-db")
        net:create_vpc { cidr_block = "10.77.0.0/16" }
        assert.error_matches(function() difference:pairs() end, "more than rules was changed")
        assert.equal("unknown_id", select(3, core.difference(net, "sg-none")))
        assert.same({}, core.difference(net, "i-web"):pairs())
    end)

    it("leaves everything as it was", function()
        local net = peered.network()
        local before = net:describe_json()
        local difference = core.difference(net, "sg-db")
        net:get "sg-db":authorize_ingress { ip_protocol = "-1", cidr_ip = "0.0.0.0/0" }
        local after, rows = net:describe_json(), rows_of(net)
        difference:pairs()
        difference:pairs()
        assert.equal(after, net:describe_json())
        assert.not_equal(before, after)
        assert.same(rows, rows_of(net))
        assert.same(rows, rows_of(assert(vpcpeer.load_json(after))))
    end)
end)
