--- From an attribute to the ids that it holds, also where they are not known until apply.
--
-- The one idea: an id that is not known until apply is that of an object of the same plan, and the
-- configuration says of which. Where an expression is more than references, the only object that fits
-- is assumed and said so; where several fit, nothing is.
-- @module vpcpeer.terraform.reference

local search_for = require "vpcpeer.terraform.search"
local types = require "vpcpeer.terraform.types"
local value = require "vpcpeer.terraform.value"

local reference = {}

--- Limit: attributes on the way to an id.
reference.MAX_DEPTH = 8

-- Kinds of which AWS makes some by itself: that one of them is planned says nothing about which is meant.
local HAS_IMPLICIT = {
    route_table = true, security_group = true, network_acl = true, network_interface = true,
    transit_gateway_route_table = true, transit_gateway_attachment = true, prefix_list = true,
}

-- ---- ids of instances ----------------------------------------------------------------------------

local resolve -- below; ids of instances and references need each other

--- The id of an object that came with an instance: known, or made of the address.
function reference.implicit(instance, attribute)
    local made = types.implicit[instance.type][attribute]
    return value.text(value.root(instance), attribute) or types.synthetic(made[1], instance.address, made[2])
end

local function followed_id(instance, kind)
    local attribute = types.follows[instance.type]
    if not attribute then
        return nil
    end
    if attribute ~= "vpc_id" then
        return (reference.id(value.root(instance), attribute, kind))
    end
    local vpc_id = reference.id(value.root(instance), attribute, "vpc")
    local vpc = vpc_id and instance.plan.by_id[vpc_id]
    local leads = vpc and types.leads_from[vpc.type]
    return leads and leads[kind] and reference.implicit(vpc, leads[kind]) or nil
end

--- The id of the object that an instance is: AWS's, or one made of the address.
function reference.id_of(instance)
    if not instance.id then
        local kind = types.kind_of[instance.type]
        local node = value.root(instance)
        local known = value.text(node, "id") or value.text(node, types.leads[kind] or "id")
        if instance.type == "aws_default_security_group" and known and not known:find("^sg%-") then
            known = nil
        end
        instance.id = known or types.synthetic(kind, instance.address)
        instance.has_own_id = known ~= nil
        instance.id = known or followed_id(instance, kind) or instance.id
    end
    return instance.id
end

-- ---- ids of references ---------------------------------------------------------------------------

-- The ids of a kind that an attribute of an instance means.
local function lead(instance, attribute, kind, budget)
    local type_name = instance.type
    local own = types.kind_of[type_name]
    if attribute == nil or attribute == "id" or attribute == "arn" then
        if own == kind then
            return { reference.id_of(instance) }
        end
        attribute = (types.leads_from[type_name] or {})[kind] or types.leads[kind]
    end
    local implicit = types.implicit[type_name] and types.implicit[type_name][attribute]
    if implicit then
        return implicit[1] == kind and { reference.implicit(instance, attribute) } or {}
    elseif attribute == types.leads[kind] and own == kind then
        return { reference.id_of(instance) }
    end
    budget.steps = budget.steps + 1
    if not attribute or budget.depth >= reference.MAX_DEPTH or budget.steps > search_for.MAX_STEPS then
        budget.is_cut = budget.is_cut or attribute ~= nil
        return {}
    end
    budget.depth = budget.depth + 1
    local ids = resolve(value.root(instance), attribute, kind, budget)
    budget.depth = budget.depth - 1
    return ids
end

-- ---- ids behind an attribute ---------------------------------------------------------------------

-- The planned objects of a kind that have no id yet.
local function planned_of(plan, kind)
    plan.planned = plan.planned or {}
    if not plan.planned[kind] then
        local list = {}
        for _, instance in ipairs(plan.instances) do
            if types.kind_of[instance.type] == kind and instance.mode == "managed" and instance.unknown
                and not value.text(value.root(instance), "id") then
                list[#list + 1] = instance
            end
        end
        plan.planned[kind] = list
    end
    return plan.planned[kind]
end

-- The only planned object of the kinds: whatever the expression is, no other id is left open.
local function only_planned(node, kinds)
    local found
    for kind in pairs(kinds) do
        local list = planned_of(node.instance.plan, kind)
        if HAS_IMPLICIT[kind] or #list > 1 or (found and #list == 1) then
            return nil
        end
        found = found or list[1]
    end
    return found and { reference.id_of(found) }
end

local function distinct(search, kinds)
    local ids, seen = {}, {}
    for _, each in ipairs(search.found) do
        for kind in pairs(kinds) do
            for _, id in ipairs(lead(each.instance, each.attribute, kind, search.budget)) do
                if not seen[id] then
                    seen[id] = true
                    ids[#ids + 1] = id
                end
            end
        end
    end
    return ids
end

local function as_set(kind)
    local set = {}
    for _, each in ipairs(type(kind) == "table" and kind or { kind }) do
        set[each] = true
    end
    return set
end

-- Known texts, else the ids of what the configuration refers to; `how` tells: "known", "referred",
-- "assumed", "unknown" (the ids are those that it may be), "absent".
function resolve(node, key, kind, budget)
    local texts, open = value.texts(node, key)
    if #texts > 0 and not open then
        return texts, "known"
    elseif not open then
        return {}, "absent"
    end
    local kinds, expression = as_set(kind), value.expression(node, key)
    local search = search_for.instances(node.instance, expression, budget or { steps = 0, depth = 0 })
    local ids = distinct(search, kinds)
    if search.budget.is_cut then
        return {}, "unknown"
    elseif #ids == 0 then
        local only = only_planned(node, kinds)
        return only or {}, only and "assumed" or "unknown"
    end
    local pick = search.pick or (search.counts and node.instance.key)
    if #ids > 1 and type(pick) == "number" and ids[pick + 1] and #search.found == #ids then
        return { ids[pick + 1] }, "assumed", ids
    end
    return ids, search.open and "assumed" or "referred"
end

local function note(node, key, how, ids)
    local noted = node.instance.noted or {}
    if how == "assumed" and not noted[key] then
        node.instance.noted, noted[key] = noted, true
        node.instance.plan.report("info", "assumed_reference", node.instance.address .. "." .. key,
            "is not known until apply; taken to be " .. ids[1] .. ", the only one that fits")
    end
end

--- The id that an attribute holds.
-- @tparam node node
-- @tparam string key of the attribute
-- @param kind of the object, or a list of kinds
-- @treturn ?string id; nil when there is none or it is not known
-- @treturn boolean whether it is there but not known
-- @treturn {string,...} what it may be, when it is not known
function reference.id(node, key, kind)
    local ids, how = resolve(node, key, kind)
    if how == "absent" then
        return nil, false, ids
    elseif how == "unknown" or #ids > 1 then
        return nil, true, ids
    end
    note(node, key, how, ids)
    return ids[1], false, ids
end

--- The ids that a list attribute holds.
-- @treturn {string,...}
-- @treturn boolean whether some are not known
function reference.ids(node, key, kind)
    local ids, how, all = resolve(node, key, kind)
    return all or ids, how == "unknown" or how == "assumed"
end

return reference
