-- The ends of expectations: their words, and what of the model they stand for.
--
-- The one idea: an end is a list of members, each of which counts. A member is a workload (an instance
-- with all its interfaces, or an interface of its own), the internet, the premises, or the part of named
-- addresses that lies outside of every VPC of the model. No members: nothing can be said.

local core = require "vpcpeer.core"

local ends = {}

-- Names come from outside: control characters must not reach a terminal.
local function plain(text)
    return (tostring(text):gsub("%c", "?"))
end

-- ---- words ---------------------------------------------------------------------------------------

--- Gives ids their Names: "web (i-web)"; an interface speaks for its instance.
-- @tparam network net
-- @treturn function id to text
function ends.namer(net)
    local known = {}
    return function(id)
        if not known[id] then
            local object = net:get(id)
            local holder = object and (object.instance or object)
            local name = holder and holder.tags.Name
            known[id] = plain(name and name .. " (" .. tostring(holder.id) .. ")" or holder and holder.id or id)
        end
        return known[id]
    end
end

local function words_of_tags(tags)
    local list = {}
    for key, value in pairs(tags) do
        list[#list + 1] = tostring(key) .. "=" .. tostring(value)
    end
    table.sort(list)
    return "tag " .. table.concat(list, ", ")
end

local function words_of_table(given)
    if type(given.tag) == "table" then
        return words_of_tags(given.tag)
    elseif given[1] ~= nil then
        local list = {}
        for i, item in ipairs(given) do
            list[i] = ends.words(item)
        end
        return table.concat(list, ", ")
    end
    for _, word in ipairs { "internet", "onprem" } do
        if given[word] then
            local gateway = given[word] ~= true and "@" .. ends.words(given[word]) or ""
            return word .. gateway .. (given.address and "=" .. tostring(given.address) or "")
        end
    end
    return ends.words(given.subnet_id) .. (given.address and "=" .. tostring(given.address) or "")
end

--- An end as the user wrote it, or an object as people know it.
function ends.words(given)
    if type(given) == "table" then
        return words_of_table(given)
    elseif type(given) == "userdata" then
        local ok, tags = pcall(function()
            return given.tags
        end)
        return plain(ok and type(tags) == "table" and tags.Name or given)
    end
    return plain(given)
end

-- ---- members -------------------------------------------------------------------------------------

local function add_workloads(members, net, ids, names)
    local by_key = {}
    for _, id in ipairs(ids) do
        local instance = net:get(id).instance
        local key = instance and instance.id or id
        local member = by_key[key]
        if not member then
            member = { key = key, label = names(id), question = key, ids = {} }
            by_key[key] = member
            members[#members + 1] = member
        end
        member.ids[#member.ids + 1] = id
        members.of[id] = member
    end
end

--- All blocks of the model's VPCs: an address in them is an interface's or nobody's.
function ends.own_blocks(net)
    local builder = require("vpcpeer").builder()
    for vpc in net:vpcs() do
        if vpc.cidr_block then
            builder:add(vpc.cidr_block)
        end
        for _, association in ipairs(vpc.cidr_block_association_set or {}) do
            builder:add(association.cidr_block)
        end
        for _, association in ipairs(vpc.ipv6_cidr_block_association_set or {}) do
            builder:add(association.ipv6_cidr_block)
        end
    end
    return builder:set()
end

local FAMILY = { [4] = "0.0.0.0/0", [6] = "::/0" }

-- The outside: `required` are sets one of which has to be reached as a whole.
local function add_outside(members, net, scope, family)
    local function add(label, required, named)
        if required[1] then
            members[#members + 1] = { key = label, label = label, outside = true, required = required, named = named }
        end
    end
    local function cut(set, to)
        local part = set:intersection(FAMILY[to])
        return not part:is_empty() and (family or to) == to and part or nil
    end
    if scope.internet then
        local v4, v6 = cut(scope.internet, 4), cut(scope.internet, 6)
        add("internet", { v4 or v6, v4 and v6 })
    end
    if scope.onprem then
        members[#members + 1] = { key = "onprem", label = "onprem", outside = true }
    end
    if scope.addresses then
        local rest = scope.addresses:difference(ends.own_blocks(net))
        rest = family and rest:intersection(FAMILY[family]) or rest
        add(ends.blocks(rest), { not rest:is_empty() and rest or nil }, true)
    end
end

-- Blocks that are listed in a text.
local BLOCKS_SHOWN = 3

--- A set as a few words.
function ends.blocks(set)
    local list, more = {}, 0
    for cidr in set:cidrs() do
        if #list < BLOCKS_SHOWN then
            list[#list + 1] = tostring(cidr)
        else
            more = more + 1
        end
    end
    local rest = more > 0 and (" and %d more"):format(more) or ""
    return table.concat(list, ", ") .. rest
end

--- Reads an end.
-- @tparam network net
-- @tparam string what "from" or "to"
-- @param given END or list of them
-- @tparam ?number family of the question
-- @tparam function names see `namer`
-- @treturn[1] table members, `of`: member by id of interface, `scope`: what the core made of it
-- @treturn[2] nil
-- @treturn[2] string message
-- @raise for what can be no end
function ends.read(net, what, given, family, names)
    local scope, message = core.scope(net, what, given)
    if not scope then
        return nil, message
    end
    local members = { of = {}, scope = scope }
    add_workloads(members, net, scope.interfaces, names)
    add_outside(members, net, scope, family)
    return members
end

return ends
