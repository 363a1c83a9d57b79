--- A model as a topology: `net:to_lua()`.
--
-- Loaded data hold what calls refuse (and VPCs whose companions have ids of their own), so a model is
-- written as records, which vpcpeer.records takes as they are: nothing is lost and nothing is judged
-- anew. Objects stand in the order in which they need each other, those that others name in locals.
-- @module vpcpeer.to_lua

local core = require "vpcpeer.core"
local records = require "vpcpeer.records"

local to_lua = {}

-- What is named by others comes before them; classes of equal rank in the order of their ids.
local ORDER = {
    "vpc", "prefix_list", "internet_gateway", "egress_only_internet_gateway", "customer_gateway", "vpn_gateway",
    "transit_gateway", "transit_gateway_route_table", "vpc_peering_connection", "subnet", "network_acl",
    "security_group", "security_group_rule", "vpn_connection", "transit_gateway_attachment", "instance",
    "network_interface", "address", "nat_gateway", "vpc_endpoint", "route_table", "hosted_zone",
    "vpc_block_public_access_options", "vpc_block_public_access_exclusion",
}

-- Lua has 200 locals in a function, older ones 65,536 texts: beyond these counts objects are named by
-- their ids, and functions hold so many records each.
local LOCALS, STATEMENTS, PART = 180, 1000, 250

local WIDTH = 110

local RESERVED = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return then
    true until while net vpcpeer]]):gmatch "%S+" do
    RESERVED[word] = true
end

-- ---- values --------------------------------------------------------------------------------------

-- A text as Lua reads it in every version; UTF-8 stays readable.
local function quote(text)
    return '"' .. text:gsub('[%c"\\\127]', function(letter)
        if letter == "\n" then
            return "\\n"
        elseif letter == '"' or letter == "\\" then
            return "\\" .. letter
        end
        return ("\\%03d"):format(letter:byte())
    end) .. '"'
end

local function key_text(key)
    return key:find "^[%a_][%w_]*$" and not RESERVED[key] and key or "[" .. quote(key) .. "]"
end

-- Keys in order: the id of the object, its tags, then by name.
local function sorted_keys(value, first)
    local keys = {}
    for key in pairs(value) do
        keys[#keys + 1] = key
    end
    local function rank(key)
        return key == first and "1" or (key == "Tags" or key == "TagSet") and "2" or "3" .. key
    end
    table.sort(keys, function(a, b)
        return rank(a) < rank(b)
    end)
    return keys
end

-- Tags as a map, if reading the map gives the same list.
local function tag_map(tags)
    local map, last = {}, nil
    for _, tag in ipairs(tags) do
        if type(tag.Key) ~= "string" or type(tag.Value) ~= "string" or (last and last >= tag.Key) then
            return tags
        end
        map[tag.Key], last = tag.Value, tag.Key
    end
    return map
end

-- The parts of a table's text, and whether it is short enough for a line whatever stands around it.
local write
local function parts_of(value, first, indent, local_of)
    local parts = {}
    if value[1] ~= nil then
        for i, item in ipairs(value) do
            parts[i] = write(item, nil, indent, local_of)
        end
        return parts
    end
    for _, key in ipairs(sorted_keys(value, first)) do
        local item = value[key]
        if (key == "Tags" or key == "TagSet") and type(item) == "table" then
            item = tag_map(item)
        end
        local name = type(item) == "string" and key ~= first and key:find "Id$" and local_of[item]
        -- What is empty says nothing, but for the items of lists.
        if type(item) ~= "table" or next(item) ~= nil then
            parts[#parts + 1] = key_text(key) .. " = " .. (name or write(item, nil, indent, local_of, #key + 3))
        end
    end
    return parts
end

-- `used` is what stands before the value on its line.
function write(value, first, indent, local_of, used)
    if type(value) == "string" then
        return quote(value)
    elseif type(value) == "number" then
        return ("%.14g"):format(value)
    elseif type(value) ~= "table" then
        return tostring(value)
    end
    local deeper = indent .. "    "
    local parts = parts_of(value, first, deeper, local_of)
    local line = parts[1] and "{ " .. table.concat(parts, ", ") .. " }" or "{}"
    if #line + #indent + (used or 0) <= WIDTH and not line:find("\n", 1, true) then
        return line
    end
    return "{\n" .. deeper .. table.concat(parts, ",\n" .. deeper) .. ",\n" .. indent .. "}"
end

-- ---- names ---------------------------------------------------------------------------------------

-- The Name of a record, if it has one.
local function name_of(record)
    for _, tag in ipairs(record.Tags or record.TagSet or {}) do
        if tag.Key == "Name" and tag.Value ~= "" then
            return tag.Value
        end
    end
end

-- A name for a local that nothing else has.
local function new_name(record, id, class, taken)
    local name = (name_of(record) or id):lower():gsub("[^%w_]+", "_"):gsub("^_+", ""):gsub("_+$", "")
    if not name:find "%a" or #name > 40 then
        name = id:lower():gsub("[^%w_]+", "_")
    end
    if name:find "^%d" or RESERVED[name] or taken[name] then
        name = class .. "_" .. name
    end
    local unique, count = name, 1
    while taken[unique] do
        count = count + 1
        unique = name .. "_" .. count
    end
    taken[unique] = true
    return unique
end

-- Adds the ids that a record names to a set.
local function add_references(value, into, key)
    if type(value) == "table" then
        for inner, item in pairs(value) do
            add_references(item, into, inner)
        end
    elseif type(value) == "string" and type(key) == "string" and key:find "Id$" then
        into[value] = true
    end
end

-- All records in order; each with its class, and with `is_named` when a later one names it.
local function statements_of(network)
    local statements, named = {}, {}
    for _, class in ipairs(ORDER) do
        for _, record in ipairs(core.records(network, class)) do
            statements[#statements + 1] = { class = class, record = record, id = record[records.id_key[class]] }
        end
    end
    for i = #statements, 1, -1 do
        local each = statements[i]
        each.is_named = named[each.id]
        add_references(each.record, named)
    end
    return statements
end

-- ---- the script ----------------------------------------------------------------------------------

local HEAD = [[
-- A topology for vpcpeer, written by net:to_lua(): `vpcpeer show FILE.lua` tells what is in it.
-- Each record is one object with the keys of the EC2 API, taken as it is.
local net = ...
]]

-- What several of a class are called: "network acls", "addresses".
local function plural(class)
    return (class:gsub("_", " "):gsub("[^s]$", "%0s"):gsub("ss$", "sses"))
end

-- The lines of one statement.
local function add_statement(lines, each, indent, local_of, taken)
    local head = "net:record(" .. quote(each.class) .. ", "
    if taken and each.is_named and #lines.names < LOCALS then
        local name = new_name(each.record, each.id, each.class, taken)
        lines.names[#lines.names + 1] = name
        head = "local " .. name .. " = " .. head
    end
    local text = head .. write(each.record, records.id_key[each.class], indent, local_of, #head + 1) .. ")"
    if head:sub(1, 6) == "local " then
        local_of[each.id] = lines.names[#lines.names]
    end
    lines[#lines + 1] = indent .. text
end

--- The model as a topology: a Lua script that makes an equal network, for `vpcpeer.load` and for
-- version control. The same model gives the same text. An object is one `net:record` with the keys of
-- the EC2 API, in a local named after its Name or id where others refer to it; `describe_json` of the
-- network that the script makes is byte-equal. A script is data to trust like any script of the host:
-- see `load`, and do not run one from elsewhere in a host for its limits' sake.
-- @function network:to_lua
-- @treturn string Lua source
-- @usage
-- local file = assert(io.open("network.lua", "w"))
-- file:write(net:to_lua())
-- file:close()
-- local same = assert(vpcpeer.load("network.lua"))
function to_lua.write(network)
    local ok, problem = pcall(core.check_receiver, network, "network", "to_lua")
    if not ok then
        error(problem, 2)
    end
    local statements = statements_of(network)
    local lines, local_of, class = { HEAD, names = {} }, {}, nil
    local is_large = #statements > STATEMENTS
    local taken = not is_large and {} or nil
    local indent = is_large and "    " or ""
    for i, each in ipairs(statements) do
        if is_large and i % PART == 1 then
            lines[#lines + 1] = (i > 1 and "end)(net)\n" or "") .. ";(function(net)"
        end
        if each.class ~= class then
            class = each.class
            lines[#lines + 1] = (is_large and "" or "\n") .. indent .. "-- " .. plural(class)
        end
        add_statement(lines, each, indent, local_of, taken)
    end
    if is_large then
        lines[#lines + 1] = "end)(net)"
    end
    return (table.concat(lines, "\n"):gsub("\n\n\n", "\n\n")) .. "\n"
end

core.methods("network").to_lua = to_lua.write

return to_lua
