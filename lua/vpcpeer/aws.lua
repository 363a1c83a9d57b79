--- Documents of `aws ec2 describe-*`: which there are, and how a model prints them.
--
-- The core prints single records; this file knows the documents around them. The other direction
-- is vpcpeer.aws_reader.
-- @module vpcpeer.aws

local core = require "vpcpeer.core"

local aws = {}

--- What the model holds: the command without "describe-", and the key of its list. The order is the
-- order of reading: what describes an interface itself comes before the copies inside instances.
aws.kinds = {
    { command = "vpcs", key = "Vpcs" },
    { command = "subnets", key = "Subnets" },
    { command = "route-tables", key = "RouteTables" },
    { command = "vpc-peering-connections", key = "VpcPeeringConnections" },
    { command = "security-groups", key = "SecurityGroups" },
    { command = "network-acls", key = "NetworkAcls" },
    { command = "internet-gateways", key = "InternetGateways" },
    { command = "network-interfaces", key = "NetworkInterfaces" },
    { command = "addresses", key = "Addresses" },
    { command = "prefix-lists", key = "PrefixLists" },
    { command = "instances", key = "Reservations" },
}

local COMMANDS, KEY_OF = {}, {}
for i, kind in ipairs(aws.kinds) do
    COMMANDS[i], KEY_OF[kind.command] = kind.command, kind.key
end

-- Puts instances back into the reservations they were launched by, in order of first instance.
local function reservations_of(instances)
    local list, by_key = {}, {}
    for _, instance in ipairs(instances) do
        local id, owner = instance.ReservationId, instance.OwnerId
        local key = id and id .. " " .. tostring(owner)
        local reservation = key and by_key[key]
        if not reservation then
            reservation = { ReservationId = id, OwnerId = owner, Groups = {}, Instances = {} }
            list[#list + 1] = reservation
            if key then
                by_key[key] = reservation
            end
        end
        instance.ReservationId, instance.OwnerId = nil, nil
        table.insert(reservation.Instances, instance)
    end
    return list
end

local function check_kind(kind, level)
    if type(kind) ~= "string" then
        error("the kind must be a string such as 'vpcs', not " .. type(kind), level + 1)
    elseif not KEY_OF[kind] then
        local nearest = require("vpcpeer.options").nearest(kind, COMMANDS)
        error("unknown kind '" .. kind .. "' (did you mean '" .. nearest .. "'?)", level + 1)
    end
end

local function document_of(network, kind)
    local list = core.describe(network, kind)
    return { [KEY_OF[kind]] = kind == "instances" and reservations_of(list) or list }
end

--- The document that `aws ec2 describe-KIND` prints, as tables.
-- @function network:describe
-- @tparam string kind the command without `describe-`: `"vpcs"`, `"route-tables"`
-- @tparam[opt] table filters AWS's list `{{Name = "vpc-id", Values = {...}}}` or a map
-- `{["vpc-id"] = "..."}`; `*` and `?` match as they do in the AWS CLI
-- @treturn table with the document's top-level key
-- @raise for an unknown kind or filter, naming the nearest known one
-- @usage
-- for _, vpc in ipairs(net:describe("vpcs").Vpcs) do print(vpc.VpcId, vpc.CidrBlock) end
local function describe(network, kind, filters)
    check_kind(kind, 2)
    local document = document_of(network, kind)
    if filters ~= nil then
        require("vpcpeer.filter").apply(document, kind, filters, 2)
    end
    return document
end

--- The same as text: keys sorted, empty lists `[]`, four spaces a level, as the AWS CLI prints it.
-- Loading the text gives an equal model.
-- @function network:describe_json
-- @tparam[opt] string kind one kind; without it one document holds all kinds
-- @treturn string JSON without a newline at its end
-- @raise for an unknown kind, naming the nearest known one
-- @usage
-- local copy = assert(vpcpeer.load_json(net:describe_json()))
local function describe_json(network, kind)
    local document
    if kind ~= nil then
        check_kind(kind, 2)
        document = document_of(network, kind)
    else
        document = {}
        for _, command in ipairs(COMMANDS) do
            document[KEY_OF[command]] = document_of(network, command)[KEY_OF[command]]
        end
    end
    return require("vpcpeer.json").encode(document, 4)
end

local methods = core.methods("network")
methods.describe, methods.describe_json = describe, describe_json

return aws
