--- What the references of an expression mean: instances of the same plan.
--
-- References go through variables to the module that called, through outputs to modules that were
-- called, and through for_each to what it runs over. Every search has a budget, so that modules that
-- feed each other end.
-- @module vpcpeer.terraform.search

local document = require "vpcpeer.terraform.document"

local search_for = {}

--- Limits: steps of one search, references of one expression.
search_for.MAX_STEPS = 500
search_for.MAX_REFERENCES = 200

-- Names that stand for the instance itself and lead nowhere.
local OWN = { path = true, terraform = true, self = true }

local function table_or_empty(v)
    return type(v) == "table" and v or {}
end

-- The references that are no beginning of another: Terraform prints `a.b.id` and `a.b`.
local function longest(references, budget)
    local list = {}
    if budget.steps > search_for.MAX_STEPS then
        return list
    end
    references = table_or_empty(references)
    for i = 1, math.min(#references, search_for.MAX_REFERENCES) do
        local each = references[i]
        local kept = type(each) == "string"
        for k = 1, math.min(#references, search_for.MAX_REFERENCES) do
            local other = references[k]
            if kept and type(other) == "string" and #other > #each and other:sub(1, #each) == each
                and other:sub(#each + 1, #each + 1):find("[.%[]") then
                kept = false
            end
        end
        list[#list + 1] = kept and each or nil
    end
    return list
end

local function with_key(list, key)
    if not list.by_key then
        list.by_key = {}
        for _, each in ipairs(list) do
            if each.key ~= nil then
                list.by_key[each.key] = { each }
            end
        end
    end
    return list.by_key[key]
end

local collect

local function collect_resource(search, scope, bare, step, attribute, key)
    local list = scope.resources[bare] or {}
    if step[2] ~= nil then
        list = with_key(list, step[2]) or {}
    elseif #list > 1 and key ~= nil then
        list = with_key(list, key) or list
    end
    for _, instance in ipairs(list) do
        search.found[#search.found + 1] = { instance = instance, attribute = attribute }
    end
end

local function collect_variable(search, scope, step)
    local expression = scope.parent and table_or_empty(table_or_empty(scope.call).expressions)[step[1]]
    if type(expression) == "table" then
        search.pick = search.pick or step[2]
        collect(search, scope.parent, expression.references, scope.key, scope.call)
    elseif not scope.parent then
        search.open = true
    end
end

local function collect_output(search, scope, steps, key)
    local name, output = steps[2], steps[3]
    local children = scope.named[name[1]] or {}
    if name[2] ~= nil then
        children = with_key(children, name[2]) or {}
    elseif #children > 1 and key ~= nil then
        children = with_key(children, key) or children
    end
    if #children == 0 then
        children = { document.child_scope(scope, name[1], name[2]) }
    end
    for _, child in ipairs(output and children or {}) do
        local found = table_or_empty(table_or_empty(table_or_empty(child.config).outputs)[output[1]])
        search.pick = search.pick or output[2]
        collect(search, child, table_or_empty(found.expression).references, nil, nil)
    end
end

-- Finds the instances that references of a scope mean; `key` is that of the instance that asks.
function collect(search, scope, references, key, config)
    for _, text in ipairs(longest(references, search.budget)) do
        local steps = document.steps(text)
        local head = steps[1] and steps[1][1]
        search.budget.steps = search.budget.steps + 1
        if search.budget.steps > search_for.MAX_STEPS then
            search.budget.is_cut = true
            return
        elseif head == "var" and steps[2] then
            collect_variable(search, scope, steps[2])
        elseif head == "module" and steps[2] then
            collect_output(search, scope, steps, key)
        elseif head == "each" then
            local each = table_or_empty(table_or_empty(config).for_each_expression)
            collect(search, scope, each.references, key, nil)
        elseif head == "data" and steps[3] then
            collect_resource(search, scope, "data." .. steps[2][1] .. "." .. steps[3][1], steps[3],
                steps[4] and steps[4][1], key)
        elseif head == "local" then
            search.open = true
        elseif head and not OWN[head] and head ~= "count" and steps[2] then
            collect_resource(search, scope, head .. "." .. steps[2][1], steps[2], steps[3] and steps[3][1], key)
        elseif head == "count" then
            search.counts = true
        end
    end
end

--- Finds instances.
-- @tparam table instance that has the expression
-- @tparam table expression of the configuration
-- @tparam table budget `{ steps }`, shared by searches that belong together
-- @treturn table `found`, a list of `{ instance, attribute }`; `open`: there is more in the expression
-- than references; `pick`, `counts`: it takes one item of a list, or one by its own number
function search_for.instances(instance, expression, budget)
    local search = { found = {}, budget = budget }
    if expression then
        collect(search, instance.scope, expression.references, instance.key, instance.config)
    end
    return search
end

return search_for
