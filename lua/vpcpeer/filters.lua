--- Filters of lists and describe calls: AWS's names, and the fields that they mean.
--
-- Any field of a class is a filter under its own name, in AWS's spelling or in snake case. What AWS
-- calls by another name than the field's is in the tables here.
-- @module vpcpeer.filters

local core = require "vpcpeer.core"

local filters = {}

-- AWS's names without a prefix: the same in every class.
local COMMON = { ["default"] = "is_default", isDefault = "is_default" }

-- By class: AWS's name to the path of the field. A name that ends in a dot stands for all that begin so.
local NAMES = {
    vpc = {
        cidr = "cidr_block",
        ["cidr-block-association.cidr-block"] = "cidr_block_association_set.cidr_block",
        ["cidr-block-association.association-id"] = "cidr_block_association_set.association_id",
        ["cidr-block-association.state"] = "cidr_block_association_set.cidr_block_state.state",
        ["ipv6-cidr-block-association.ipv6-cidr-block"] = "ipv6_cidr_block_association_set.ipv6_cidr_block",
        ["ipv6-cidr-block-association.association-id"] = "ipv6_cidr_block_association_set.association_id",
        ["ipv6-cidr-block-association.state"] = "ipv6_cidr_block_association_set.ipv6_cidr_block_state.state",
    },
    subnet = {
        cidr = "cidr_block", cidrBlock = "cidr_block", availabilityZone = "availability_zone",
        defaultForAz = "default_for_az",
        ["ipv6-cidr-block-association.ipv6-cidr-block"] = "ipv6_cidr_block_association_set.ipv6_cidr_block",
        ["ipv6-cidr-block-association.association-id"] = "ipv6_cidr_block_association_set.association_id",
        ["ipv6-cidr-block-association.state"] = "ipv6_cidr_block_association_set.ipv6_cidr_block_state.state",
    },
    route_table = { ["association."] = "associations.", ["route."] = "routes." },
    vpc_peering_connection = { ["status-code"] = "status.code", ["status-message"] = "status.message" },
    security_group = {},
    network_acl = {
        ["association.association-id"] = "associations.network_acl_association_id",
        ["association."] = "associations.",
        ["entry.cidr"] = "entries.cidr_block", ["entry.ipv6-cidr"] = "entries.ipv6_cidr_block",
        ["entry.icmp."] = "entries.icmp_type_code.", ["entry."] = "entries.",
    },
    internet_gateway = { ["attachment."] = "attachments." },
    egress_only_internet_gateway = { ["attachment."] = "attachments." },
    vpn_gateway = { ["attachment."] = "vpc_attachments." },
    vpn_connection = { ["option."] = "options.", ["route."] = "routes." },
    network_interface = {
        ["group-id"] = "groups.group_id", ["group-name"] = "groups.group_name",
        ["addresses.association.owner-id"] = "private_ip_addresses.association.ip_owner_id",
        ["addresses."] = "private_ip_addresses.",
    },
    instance = {
        ["instance-state-name"] = "state.name", ["ip-address"] = "public_ip_address", ["dns-name"] = "public_dns_name",
        ["group-id"] = "security_groups.group_id", ["group-name"] = "security_groups.group_name",
        ["instance."] = "security_groups.", ["availability-zone"] = "network_interfaces.availability_zone",
        ["network-interface.group-id"] = "network_interfaces.groups.group_id",
        ["network-interface.group-name"] = "network_interfaces.groups.group_name",
        ["network-interface.addresses."] = "network_interfaces.private_ip_addresses.",
        ["network-interface."] = "network_interfaces.",
    },
    vpc_endpoint = { ["vpc-endpoint-state"] = "state", ["group-id"] = "groups.group_id" },
    transit_gateway_attachment = {},
}

-- What a filter of group rules is called after `ip-permission.` and `egress.ip-permission.`.
for name, path in pairs {
    cidr = "ip_ranges.cidr_ip", ["ipv6-cidr"] = "ipv6_ranges.cidr_ipv6", protocol = "ip_protocol",
    ["from-port"] = "from_port", ["to-port"] = "to_port", ["prefix-list-id"] = "prefix_list_ids.prefix_list_id",
    ["group-id"] = "user_id_group_pairs.group_id", ["group-name"] = "user_id_group_pairs.group_name",
    ["user-id"] = "user_id_group_pairs.user_id",
} do
    NAMES.security_group["ip-permission." .. name] = "ip_permissions." .. path
    NAMES.security_group["egress.ip-permission." .. name] = "ip_permissions_egress." .. path
end

-- Relations that hold what AWS filters by though it is no field: lists of handles.
local RELATIONS = { instance = { network_interfaces = true } }

-- AWS's wildcards: * is any text, ? any one character.
local function to_pattern(text)
    local pattern = tostring(text):gsub("[%^%$%(%)%%%.%[%]%+%-]", "%%%0"):gsub("%*", ".*")
    return "^" .. pattern:gsub("%?", ".") .. "$"
end

-- The path of a field that a name means: AWS's other name, else the name itself in snake case.
local function path_of(class, name)
    local names, snake, hyphenated = NAMES[class] or {}, name:gsub("%-", "_"), name:gsub("_", "-")
    local path = names[hyphenated] or names[name]
    local prefix = hyphenated
    while not path and prefix ~= "" do
        prefix = prefix:match "^(.*%.)[^.]+%.?$" or ""
        path = names[prefix] and names[prefix] .. snake:sub(#prefix + 1)
    end
    local fields = core.fields(class)
    -- A field of the class wins where AWS's name is for others: `group-id` of a rule is its own.
    if path and not (names[hyphenated] or names[name]) and fields[snake:match "^[^.]*"] then
        path = nil
    end
    path = path or (not fields[snake] and (COMMON[hyphenated] or COMMON[name])) or snake
    local first = path:match "^[^.]*"
    return (fields[first] or (RELATIONS[class] or {})[first]) and path or nil
end

-- What a misspelt filter may have meant.
local function nearest(class, name)
    local known = {}
    for field in pairs(core.fields(class)) do
        known[#known + 1] = (field:gsub("_", "-"))
    end
    for other in pairs(NAMES[class] or {}) do
        if other:sub(-1) ~= "." then
            known[#known + 1] = other
        end
    end
    table.sort(known)
    return require("vpcpeer.options").nearest(name, known)
end

-- Does the value, or any value of a list of them, match one of the patterns? Handles have fields too.
local function value_matches(value, path, patterns)
    if type(value) == "table" and (#value > 0 or path ~= "") then
        local list = #value > 0 and value or { value }
        local key, rest = path:match "^([^.]+)%.?(.*)$"
        for _, item in ipairs(list) do
            local inner, inner_path = item, path
            if key and (type(item) == "table" or type(item) == "userdata") then
                inner, inner_path = item[key], rest
            end
            if value_matches(inner, inner_path, patterns) then
                return true
            end
        end
        return false
    end
    if value == nil or type(value) == "table" then
        return false
    end
    for _, pattern in ipairs(patterns) do
        if tostring(value):find(pattern) then
            return true
        end
    end
    return false
end

-- One filter as { path, patterns } or { tag = key, patterns }; raises for a field that is unknown.
local function compile(class, name, values)
    local patterns = {}
    if type(values) ~= "table" then
        values = { values }
    end
    for _, value in ipairs(values) do
        patterns[#patterns + 1] = to_pattern(value)
    end
    local tag = name:match "^tag:(.*)$"
    if tag or name == "tag-key" or name == "tag_key" then
        return { tag = tag, patterns = patterns }
    end
    local path = path_of(class, name)
    if not path then
        error(("unknown filter '%s' of a %s (did you mean '%s'?)"):format(name, class, nearest(class, name)), 0)
    end
    return { path = path, patterns = patterns }
end

local function matches(object, filter)
    if filter.path then
        local key, rest = filter.path:match "^([^.]+)%.?(.*)$"
        return value_matches(object[key], rest, filter.patterns)
    elseif filter.tag then
        return value_matches(object.tags[filter.tag], "", filter.patterns)
    end
    for tag_key in pairs(object.tags) do
        if value_matches(tag_key, "", filter.patterns) then
            return true
        end
    end
    return false
end

--- Makes a predicate of filters.
-- @tparam string class the class of the objects, such as `"subnet"`
-- @tparam ?table given a map from filter name to a value or a list of values, or AWS's list
-- `{{ Name = "tag:Tier", Values = {"web"} }}`. A name is AWS's (`vpc-id`, `association.main`,
-- `tag:Name`) or a field's (`vpc_id`); in a value `*` is any text and `?` one character. All filters
-- must match, one value of each.
-- @treturn function object → boolean
-- @raise misuse: a filter that names no field of the class, with the nearest one that does
function filters.make(class, given)
    if given == nil then
        return function()
            return true
        end
    end
    if type(given) ~= "table" then
        error("bad filters (table expected, got " .. type(given) .. ")", 0)
    end
    local compiled = {}
    for name, values in pairs(given) do
        if type(name) == "number" and type(values) == "table" then
            name, values = values.Name or values.name, values.Values or values.values
        end
        if type(name) ~= "string" or values == nil then
            error("bad filter: { Name = ..., Values = {...} } or name = value expected", 0)
        end
        compiled[#compiled + 1] = compile(class, name, values)
    end
    return function(object)
        for _, filter in ipairs(compiled) do
            if not matches(object, filter) then
                return false
            end
        end
        return true
    end
end

return filters
