-- Finalizers in the middle of a call: the collector runs them whenever C pushes something, and they
-- close the network, change it or ask questions themselves. Prints a line for each scenario that
-- went wrong, then "ok" and how many finalizers came in between.
--
-- A program of its own, so that the heap is small and a full cycle at every push is cheap.

local core = require "vpcpeer.core"
local vpcpeer = require "vpcpeer"

local function on_collect(f)
    if newproxy then -- luacheck: ignore (Lua 5.1 finalizes userdata alone)
        getmetatable(newproxy(true)).__gc = f -- luacheck: ignore
    else
        setmetatable({}, { __gc = f })
    end
end

-- Every step of the collector is a whole cycle from now on, or it is as usual again.
local function collect_always(always)
    if _VERSION == "Lua 5.4" then
        collectgarbage("incremental", always and 1 or 200, always and 1000 or 100, always and 30 or 13)
    else
        collectgarbage("setpause", always and 0 or 200)
        collectgarbage("setstepmul", always and 10000 or 200)
    end
end

local function build()
    local net = vpcpeer.network()
    local app = net:create_vpc { cidr_block = "172.16.0.0/16", tags = { Name = "app", Tier = "front" } }
    local data = net:create_vpc { cidr_block = "10.0.0.0/16", tags = { Name = "data" } }
    local app_a = app:create_subnet { cidr_block = "172.16.0.0/24" }
    local data_a = data:create_subnet { cidr_block = "10.0.0.0/24" }
    local pcx = net:create_vpc_peering_connection { vpc_id = app, peer_vpc_id = data }
    pcx:accept()
    app.main_route_table:create_route {
        destination_cidr_block = data.cidr_block, vpc_peering_connection_id = pcx,
    }
    data.main_route_table:create_route {
        destination_cidr_block = app.cidr_block, vpc_peering_connection_id = pcx,
    }
    local group = data:create_security_group { group_name = "db" }
    group:authorize_ingress {
        ip_protocol = "tcp", from_port = 5432, to_port = 5432, cidr_ip = app_a.cidr_block,
    }
    local web = app_a:run_instance { private_ip_address = "172.16.0.10", tags = { Name = "web" } }
    local db = data_a:run_instance {
        private_ip_address = "10.0.0.10", security_group_ids = { group }, tags = { Name = "db" },
    }
    for _ = 1, 2 do
        net:create_internet_gateway { tags = { Name = "twice" } }
    end
    return { net = net, app = app, group = group, web = web, db = db }
end

-- A value as text that shows every difference.
local function show(value)
    if type(value) ~= "table" then
        return tostring(value)
    end
    local parts = {}
    for key, inner in pairs(value) do
        parts[#parts + 1] = tostring(key) .. "=" .. show(inner)
    end
    table.sort(parts)
    return "{" .. table.concat(parts, ",") .. "}"
end

local function rows_of(m, question)
    local list = {}
    for row in m.net:connectivity(question) do
        list[#list + 1] = row
    end
    return list
end

local READS = {
    describe = function(m) return m.net:describe("security-groups") end,
    list = function(m) return m.app.cidr_block_association_set end,
    tags = function(m) return m.app.tags end,
    text = function(m) return m.app.cidr_block end,
    relation = function(m) return m.app.main_route_table end,
    interfaces = function(m) return m.web.network_interfaces end,
    events = function(m) return m.net:events() end,
    ambiguous = function(m) return select(2, m.net:get "twice") end,
    trace = function(m) return m.net:trace { from = "web", to = "db", port = 5432 } end,
    trace_handles = function(m) return m.net:trace { from = m.web, to = m.db, port = 5432, family = 4 } end,
    trace_table = function(m)
        return m.net:trace { from = m.web, to = { subnet_id = "x", address = "1.2.3.4" } }
    end,
    reachable = function(m) return m.net:reachable("web", "db", "tcp", { 5432, 5432 }) end,
    resolve = function(m) return { m.net:resolve("ip-10-0-0-10.ec2.internal", { from = "web" }) } end,
    rows = function(m)
        return rows_of(m, { from = { m.web, m.db }, to = { { tag = { Name = "data" } }, "internet" } })
    end,
    grouped = function(m) return rows_of(m, { group_by = "vpc", services = "tcp 5432, icmp" }) end,
    scope = function(m) return core.scope(m.net, "from", { m.web, "internet", "10.0.0.0/24" }) end,
    services = function(m) return core.services(m.net, "tcp 22, udp 53, icmp", 4) end,
    difference = function(m) return core.difference(m.net, m.group.id):pairs() end,
    lint = function(m) return m.net:lint() end,
    objects = function(m)
        local list = {}
        for object in m.net:network_interfaces() do
            list[#list + 1] = tostring(object)
        end
        return list
    end,
    json = function(m) return m.net:describe_json() end,
    clone = function(m) return m.net:clone():describe_json() end,
    as = function(m) return tostring(m.net:as("222222222222", "us-west-2"):get("app")) end,
    action = function(m) return m.app:create_subnet { cidr_block = "172.16.9.0/24", tags = { a = "b" } } end,
}

local EVILS = {
    close = function(m) m.net:close() end,
    change = function(m)
        m.group:revoke_ingress {
            ip_protocol = "tcp", from_port = 5432, to_port = 5432, cidr_ip = "172.16.0.0/24",
        }
    end,
    delete = function(m) m.web:terminate() end,
    ask = function(m)
        assert(not m.net:trace { from = "db", to = "web", port = 80 }.reachable)
        m.net:describe("vpcs")
    end,
    -- A refused call leaves the model alone, but the texts of its options have been interned.
    rename = function(m)
        for i = 1, 50 do
            local ok, problem = pcall(m.net.create_vpc, m.net, {
                cidr_block = "10.0.0.0/8", tags = { Name = ("name %d "):format(i):rep(20) },
            })
            assert(not ok)
            assert(problem:find("InvalidVpc.Range", 1, true), problem)
        end
    end,
}

-- What a call may also end with.
local ALLOWED = { close = "closed", delete = "does not exist" }
local ALWAYS_ALLOWED = { "interfered", "was changed while" }

local function is_allowed(evil, got)
    for _, words in ipairs(ALWAYS_ALLOWED) do
        if got:find(words, 1, true) then
            return true
        end
    end
    return got:find(ALLOWED[evil] or "\0", 1, true) ~= nil
end

local met, refused = 0, 0

-- Runs `read` with `evil` in the `after`-th cycle; true when the evil came to run.
local function run(name, evil, after, wanted)
    local model, inside, ran = build(), true, false
    local function again()
        after = after - 1
        if not inside then
            return
        elseif after > 0 then
            return on_collect(again)
        end
        ran, met = true, met + 1
        local ok, problem = pcall(EVILS[evil], model)
        if not ok then
            assert(problem:find("in use by a call", 1, true) or problem:find("question", 1, true), problem)
            refused = refused + 1
        end
    end
    collectgarbage()
    collectgarbage("stop")
    collect_always(true)
    on_collect(again)
    collectgarbage("restart")
    local ok, got = pcall(READS[name], model)
    inside = false
    collect_always(false)
    got = show(got)
    local fine = ok and (got == wanted or evil == "change" or evil == "delete" or name == "action")
    if not fine and not is_allowed(evil, got) then
        print(name, evil, after, got, wanted)
    end
    return ran
end

for name, read in pairs(READS) do
    local wanted = show(read(build()))
    for evil in pairs(EVILS) do
        local after = 1
        while after < 60 and run(name, evil, after, wanted) do
            after = after + 1 + math.floor(after / 3)
        end
    end
end
assert(refused > 0, "no change was refused")
print("ok", met)
