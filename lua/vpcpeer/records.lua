--- Whole records: everything that a model holds, under AWS's keys, also what no command of AWS prints.
--
-- What `describe` prints loses a few things that AWS does not show but calls and collectors say (a
-- NAT instance, the Region of a subnet). Records lose nothing, so topologies and the command's own
-- processes hand models on in this form.
-- @module vpcpeer.records

local aws = require "vpcpeer.aws"
local core = require "vpcpeer.core"
local options = require "vpcpeer.options"

local records = {}

-- The classes, in the order of reading, and the key of each one's id.
records.classes, records.id_key = {}, {}
for _, kind in ipairs(aws.kinds) do
    if not records.id_key[kind.class] then
        records.classes[#records.classes + 1] = kind.class
        records.id_key[kind.class] = kind.id_key
    end
end

-- A copy with ids in the place of handles, and texts in that of blocks. A script may nest its tables
-- in themselves; no record is as deep as this.
local DEEPEST = 16
local function plain(value, depth)
    if type(value) == "userdata" then
        return tostring(value)
    elseif type(value) ~= "table" then
        return value
    elseif depth > DEEPEST then
        error("a record is not nested so deep", 0)
    end
    local copy = {}
    for key, item in pairs(value) do
        copy[key] = plain(item, depth + 1)
    end
    return copy
end

-- Tags as a map are AWS's list in the order of the keys.
local function tag_list(tags)
    local keys, list = {}, {}
    for key in pairs(tags) do
        if type(key) ~= "string" then
            return tags
        end
        keys[#keys + 1] = key
    end
    table.sort(keys)
    for i, key in ipairs(keys) do
        list[i] = { Key = key, Value = tags[key] }
    end
    return list
end

--- Adds one record as it is, without asking whether AWS would have accepted it: what to_lua writes.
-- The keys are those of the EC2 API. What the record leaves out (account, Region) is filled in and
-- judged when the topology that makes the call has been run.
-- @function network:record
-- @tparam string class `"vpc"`, `"route_table"`, ...
-- @tparam table fields as `describe` prints them; an object may stand for its id, and `Tags` may be a
-- map
-- @return the object
-- @raise for an unknown class, for a record without an id
-- @usage net:record("vpc", { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16", Tags = { Name = "app" } })
local function record(network, class, fields)
    local ok, problem = pcall(core.check_receiver, network, "network", "record")
    if not ok then
        error(problem, 2)
    elseif type(class) ~= "string" or not records.id_key[class] then
        local hint = type(class) == "string"
            and " (did you mean '" .. options.nearest(class, records.classes) .. "'?)" or ""
        error("unknown class '" .. tostring(class) .. "'" .. hint, 2)
    elseif type(fields) ~= "table" then
        error("a record must be a table, not " .. type(fields), 2)
    end
    local copied, copy = pcall(plain, fields, 1)
    if not copied then
        error(copy, 2)
    end
    for _, key in ipairs { "Tags", "TagSet" } do
        if type(copy[key]) == "table" then
            copy[key] = tag_list(copy[key])
        end
    end
    if not core.load_record(network, class, copy, {}) then
        error("a " .. class .. " of this id cannot be", 2)
    end
    return network:get(copy[records.id_key[class]])
end

core.methods("network").record = record

--- Everything in a network, as tables.
-- @tparam network network
-- @treturn table `{ owner_id, region, is_inferred, records = {[class] = {...}}, diagnostics }`
function records.of(network)
    local document = { records = {}, diagnostics = network:diagnostics() }
    document.owner_id, document.region, document.is_inferred = core.caller(network)
    for _, class in ipairs(records.classes) do
        document.records[class] = core.records(network, class)
    end
    return document
end

--- The network of what records.of made, equal to the first.
-- @tparam table document
-- @treturn network
function records.load(document)
    -- Who was inferred is inferred again; documents may name accounts that are none.
    local caller = document.is_inferred and {} or { owner_id = document.owner_id, region = document.region }
    local network = core.network(caller)
    for _, class in ipairs(records.classes) do
        for _, each in ipairs(document.records[class] or {}) do
            core.load_record(network, class, each, {})
        end
    end
    if document.is_inferred then
        core.seal(network, {})
    end
    core.forget_diagnostics(network)
    for _, each in ipairs(document.diagnostics) do
        core.diagnose(network, each.severity, each.code, each.resource_id, each.file, each.path, each.message)
    end
    return network
end

return records
