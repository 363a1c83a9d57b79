--- The attributes of a resource: what is known, what is not known until apply, what nobody set.
--
-- A node is an object of the values with the same place in what is unknown and in the configuration.
-- An attribute that is not known until apply although the configuration does not set it is what the
-- provider fills in; for most of them AWS's default is known, so the readers tell the two apart.
-- @module vpcpeer.terraform.value

local value = {}

local function is_null(v)
    return v == nil or type(v) == "userdata"
end

--- The node of a whole instance.
function value.root(instance)
    if not instance.node then
        local config = type(instance.config) == "table" and instance.config or {}
        instance.node = {
            values = instance.values, unknown = instance.unknown, instance = instance,
            expressions = type(config.expressions) == "table" and config.expressions or nil,
        }
    end
    return instance.node
end

--- The plain value of an attribute, nil for null.
function value.get(node, key)
    local v = node.values[key]
    if is_null(v) then
        return nil
    end
    return v
end

--- A text that is not empty; numbers are written as text, other types are none.
function value.text(node, key)
    local v = value.get(node, key)
    if type(v) == "number" then
        v = ("%.0f"):format(v)
    end
    return type(v) == "string" and v ~= "" and v or nil
end

--- The configuration of an attribute: `{ constant_value }`, `{ references }`, or nil.
function value.expression(node, key)
    local found = node.expressions and node.expressions[key]
    return type(found) == "table" and found or nil
end

--- Is an attribute left open until apply? False also for what the provider fills in: at an object that
-- exists it did so, and what is open there all the same is set, by a dynamic block perhaps, which no
-- plan shows in its configuration.
-- @treturn boolean
function value.is_unknown(node, key)
    local unknown = node.unknown
    if value.get(node, key) ~= nil and not (type(unknown) == "table" and type(unknown[key]) == "table") then
        return false
    elseif unknown ~= true and not (type(unknown) == "table" and unknown[key] == true) then
        return false
    end
    return node.instance.is_updated or node.expressions == nil or value.expression(node, key) ~= nil
end

--- Is an attribute not in the values because the provider fills it in?
function value.is_computed(node, key)
    return value.get(node, key) == nil and type(node.unknown) == "table" and node.unknown[key] == true
        and not value.is_unknown(node, key)
end

-- Does a block of the configuration agree with an item of the values, as far as it is constant?
local function agrees(item, expressions)
    for key, expression in pairs(expressions) do
        local constant = type(expression) == "table" and expression.constant_value
        local given = item[key]
        if (type(constant) == "string" or type(constant) == "number") and not is_null(given)
            and tostring(tonumber(constant) or constant) ~= tostring(tonumber(given) or given) then
            return false
        end
    end
    return true
end

-- The configuration of one block: the only one that agrees. Sets have no order.
local function expressions_of(blocks, item)
    local found
    for _, block in ipairs(blocks) do
        if type(block) == "table" and agrees(item, block) then
            if found then
                return nil
            end
            found = block
        end
    end
    return found
end

--- The blocks of a list attribute as nodes. Items that are no objects are left out.
-- @treturn {node,...}
-- @treturn boolean whether there may be more that are not known until apply
function value.blocks(node, key)
    local nodes, list, unknown = {}, value.get(node, key), node.unknown
    local flags = type(unknown) == "table" and type(unknown[key]) == "table" and unknown[key] or {}
    local configured = value.expression(node, key)
    if type(list) ~= "table" then
        return nodes, value.is_unknown(node, key)
    elseif list[1] == nil and next(list) ~= nil then
        list = { list } -- a single block
    end
    for i = 1, #list do
        if type(list[i]) == "table" then
            nodes[#nodes + 1] = {
                values = list[i], unknown = flags[i], instance = node.instance,
                expressions = configured and expressions_of(configured[1] and configured or { configured }, list[i]),
            }
        end
    end
    return nodes, false
end

--- The items of a list of texts, in order.
-- @treturn {string,...}
-- @treturn boolean whether some are not known until apply
function value.texts(node, key)
    local list, texts, unknown = value.get(node, key), {}, node.unknown
    if type(list) == "string" then
        list = { list }
    elseif type(list) ~= "table" then
        return texts, value.is_unknown(node, key)
    end
    local flags = type(unknown) == "table" and unknown[key]
    local open = false
    for i = 1, math.max(#list, type(flags) == "table" and #flags or 0) do
        if type(list[i]) == "string" and list[i] ~= "" then
            texts[#texts + 1] = list[i]
        elseif type(flags) == "table" and flags[i] == true then
            open = true
        end
    end
    return texts, open
end

--- Tags in AWS's form. `tags_all` holds the default tags of the provider too.
function value.tags(instance)
    local node, tags, keys = value.root(instance), {}, {}
    local all = value.get(node, "tags_all")
    local map = type(all) == "table" and next(all) ~= nil and all or value.get(node, "tags")
    for key, text in pairs(type(map) == "table" and map or {}) do
        if type(key) == "string" and type(text) == "string" then
            keys[#keys + 1] = key
        end
    end
    table.sort(keys)
    for i, key in ipairs(keys) do
        tags[i] = { Key = key, Value = map[key] }
    end
    tags[#tags + 1] = { Key = value.ADDRESS_TAG, Value = instance.address }
    return tags
end

--- The tag that holds the address of the resource; an END may be named by it.
value.ADDRESS_TAG = "terraform:address"

return value
