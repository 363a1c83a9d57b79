-- A question about interfaces, as the product takes it, put to the oracle packet by packet: an
-- interface stands for all its addresses of the family (semantics 9.1, D48).

local address = require "support.oracle.address"
local oracle = require "support.oracle.packet"
local tables = require "support.oracle.tables"

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

-- What the internet calls the interface: its public IPv4 addresses, or its IPv6 addresses.
local function outside_addresses(model, eni, family)
    if family == 6 then return M.addresses(model, eni, 6) end
    local list = {}
    for _, entry in ipairs(eni.addresses) do
        if entry.public then list[#list + 1] = entry.public end
    end
    return list
end

local function with_address(to, bytes)
    local copy = { address = bytes }
    for key, value in pairs(to) do copy[key] = value end
    return copy
end

local function each_end(model, ending, family, outside)
    if ending.address then return { ending } end
    local eni, list = model.interfaces[ending.eni], {}
    for i, bytes in ipairs((outside and outside_addresses or M.addresses)(model, eni, family)) do
        list[i] = with_address(ending, bytes)
    end
    return list
end

--- The verdict of a question: one pair that passes is enough; else a pair that may pass leaves it
-- unknown; else the first pair's reason.
function M.ask(model, question)
    local verdict, code
    for _, from in ipairs(each_end(model, question.from, question.family)) do
        for _, to in ipairs(each_end(model, question.to, question.family, question.from.internet)) do
            local asked = {}
            for key, value in pairs(question) do asked[key] = value end
            asked.from, asked.to = from, to
            local one, why = oracle.packet(model, asked)
            if one == true then return true end
            if verdict == nil or one == "unknown" and not verdict then verdict, code = one, why end
        end
    end
    if verdict == nil then return false, "UNASSOCIATED_COMPONENT" end
    return verdict, code
end

return M
