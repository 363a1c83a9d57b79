-- A question about interfaces, as the product takes it, put to the oracle packet by packet: an
-- interface stands for all its addresses of the family (semantics 9.1, D48).

local address = require "support.oracle.address"
local filters = require "support.oracle.filters"
local oracle = require "support.oracle.packet"
local routes = require "support.oracle.routes"
local tables = require "support.oracle.tables"
local transit = require "support.oracle.transit"

local M = {}

-- Every block written anywhere in the model begins or ends a range of addresses that are treated
-- alike; of a delegated prefix, the first of each such range stands for the range.
local function standing_for(model, prefix)
    local list, seen = {}, {}
    local function add(bytes)
        if bytes and address.contains(prefix, bytes) and not seen[address.text(bytes)] then
            seen[address.text(bytes)] = true
            list[#list + 1] = bytes
        end
    end
    add(prefix.bytes)
    for _, cidr in ipairs(model.written) do
        add(cidr.bytes)
        add(address.plus(address.last(cidr), 1))
    end
    return list
end

-- All blocks of rules, ACL entries, routes and prefix lists.
local function collect_blocks(model)
    local written = {}
    local function add(cidr) written[#written + 1] = cidr end
    for group in tables.each(model.groups) do
        for _, way in ipairs { "IpPermissions", "IpPermissionsEgress" } do
            for _, permission in ipairs(group[way] or {}) do
                for _, range in ipairs(permission.IpRanges or {}) do add(address.cidr(range.CidrIp)) end
                for _, range in ipairs(permission.Ipv6Ranges or {}) do add(address.cidr(range.CidrIpv6)) end
            end
        end
    end
    for acl in tables.each(model.acls) do
        for _, entry in ipairs(acl.entries) do add(entry.cidr) end
    end
    for list in tables.each(model.lists) do
        for _, cidr in ipairs(list.cidrs) do add(cidr) end
    end
    for route_table in tables.each(model.tables) do
        for _, route in ipairs(route_table.routes) do
            if route.cidr then add(route.cidr) end
        end
    end
    return written
end

local function size(family) return family == 4 and 4 or 16 end

--- The private addresses of an interface, primary first, delegated prefixes last.
function M.addresses(model, eni, family)
    local list = {}
    for _, entry in ipairs(eni.addresses) do
        if #entry.bytes == size(family) then list[#list + 1] = entry.bytes end
    end
    model.written = model.written or collect_blocks(model)
    for _, prefix in ipairs(eni.prefixes) do
        if #prefix.bytes == size(family) then
            for _, bytes in ipairs(standing_for(model, prefix)) do list[#list + 1] = bytes end
        end
    end
    return list
end

-- What the internet calls the interface: its public IPv4 addresses, or its IPv6 addresses. Of an address
-- that a plan leaves open, it may have any.
local function outside_addresses(model, eni, family)
    if family == 6 then return M.addresses(model, eni, 6) end
    local list = {}
    for _, entry in ipairs(eni.addresses) do
        local open = address.in_any(address.UNSPECIFIED, entry.bytes) and entry.bytes
        list[#list + 1] = entry.public or open or nil
    end
    return list
end

local function with_field(record, name, value)
    local copy = {}
    for key, old in pairs(record) do copy[key] = old end
    copy[name] = value
    return copy
end

local function with_address(to, bytes) return with_field(to, "address", bytes) end

local function each_address(model, ending, family, outside, list)
    local eni = model.interfaces[ending.eni]
    for _, bytes in ipairs((outside and outside_addresses or M.addresses)(model, eni, family)) do
        list[#list + 1] = with_address(ending, bytes)
    end
end

-- An interface stands for its addresses, an instance for its interfaces.
local function each_end(model, ending, family, outside)
    if ending.address then return { ending } end
    local list = {}
    if ending.eni then
        each_address(model, ending, family, outside, list)
        return list
    end
    for eni in tables.each(model.interfaces) do
        if eni.instance == ending.instance then
            each_address(model, { eni = eni.id, instance = ending.instance }, family, outside, list)
        end
    end
    return list
end

-- What a question without an address means by the internet or a network on premises (9.1).
local EXCLUDED = {
    internet = {
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
        "224.0.0.0/3",
    },
    onprem = { "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3" },
}
local TARGETS = { internet = { igw = true, eigw = true, nat = true }, onprem = { vgw = true } }
local GLOBAL6 = address.cidr "2000::/3"

local function is_outside(bytes, kind)
    if #bytes == 16 then return address.contains(GLOBAL6, bytes) end
    for _, text in ipairs(EXCLUDED[kind]) do
        if address.contains(address.cidr(text), bytes) then return false end
    end
    return true
end

-- Only where a block of the table, or an excluded one, begins or has ended can the lowest be.
local function candidates(model, route_table, family, kind)
    local list = { address.parse(family == 4 and "0.0.0.0" or "2000::") }
    local function add(cidr)
        if #cidr.bytes == size(family) then
            list[#list + 1] = cidr.bytes
            list[#list + 1] = address.plus(address.last(cidr), 1)
        end
    end
    for _, route in ipairs(route_table.routes) do
        for _, cidr in ipairs(route.cidr and { route.cidr } or (model.lists[route.list] or {}).cidrs or {}) do
            add(cidr)
        end
    end
    for _, text in ipairs(EXCLUDED[kind]) do add(address.cidr(text)) end
    table.sort(list, function(a, b)
        for i = 1, #a do
            if a[i] ~= b[i] then return a[i] < b[i] end
        end
        return false
    end)
    return list
end

-- A transit gateway leads to networks on premises if one of its attachments does.
local function leads_out(model, route, kind)
    local target = routes.kind(route)
    if kind ~= "onprem" or target ~= "tgw" then return TARGETS[kind][target] end
    for attachment in tables.each(model.attachments) do
        if attachment.ends[route.target] and transit.is_premises(attachment) then return true end
    end
    return false
end

--- The lowest address that the table of a subnet sends to a gateway, or to any of that kind.
function M.lowest(model, subnet, to, family)
    local route_table = tables.table_of(model, subnet)
    if not route_table then return nil, "unknown" end
    local kind = to.internet and "internet" or "onprem"
    for _, bytes in ipairs(candidates(model, route_table, family, kind)) do
        local route = is_outside(bytes, kind) and routes.select(model, route_table, bytes)
        if route and (to[kind] == true and leads_out(model, route, kind) or route.target == to[kind]) then
            return bytes
        end
    end
    return nil, false
end

--- The verdict of a question: one pair that passes is enough; else a pair that may pass leaves it
-- unknown; else the first pair's reason.
function M.ask(model, question)
    local verdict, code
    if (question.to.internet or question.to.onprem) and not question.to.address then
        local eni = model.interfaces[question.from.eni]
        local own = M.addresses(model, eni, question.family)[1]
        if not own then return false, "UNASSOCIATED_COMPONENT" end
        local problem, why = oracle.source_problem(model, eni, own)
        if problem ~= nil then return problem, why end
        local bytes, without = M.lowest(model, model.subnets[eni.subnet], question.to, question.family)
        if not bytes and filters.is_closed(model, eni) then return false, "SG_HAS_NO_RULES" end
        if not bytes then return without, "NO_ROUTE_TO_DESTINATION" end
        question = with_field(question, "to", with_address(question.to, bytes))
    end
    for _, from in ipairs(each_end(model, question.from, question.family)) do
        for _, to in ipairs(each_end(model, question.to, question.family, question.from.internet)) do
            local asked = {}
            for key, value in pairs(question) do asked[key] = value end
            asked.from, asked.to = from, to
            local one, why, exit = oracle.packet(model, asked)
            if one == true then return true, nil, exit end
            if verdict == nil or one == "unknown" and not verdict then verdict, code = one, why end
        end
    end
    if verdict == nil then return false, "UNASSOCIATED_COMPONENT" end
    return verdict, code
end

return M
