--- Terraform documents as one flat list of resource instances.
--
-- A plan, a state that `terraform show -json` printed and a raw state differ in where things stand;
-- behind this file they are the same: instances with an address, values, what is not known until
-- apply, and the configuration they come from. Outside data: every table may be of a wrong shape.
-- @module vpcpeer.terraform.document

local document = {}

--- Limits: modules inside modules, steps in an address.
document.MAX_DEPTH = 64

local function is_table(value)
    return type(value) == "table"
end

local function table_or_empty(value)
    return is_table(value) and value or {}
end

--- The steps of an address or reference: `module.a[0].aws_vpc.b.id` as `{{"module"}, {"a", 0}, ...}`.
-- @treturn {table,...} each `{ name, key }`; what cannot be read ends the list
function document.steps(text)
    local steps, at = {}, 1
    while at <= #text and #steps < 2 * document.MAX_DEPTH do
        local name, after = text:match("^([%w_%-]+)()", at)
        if not name then
            break
        end
        local step = { name }
        local number, past = text:match("^%[(%d+)%]()", after)
        if not number then
            number, past = text:match('^%["(.-)"%]()', after)
            step[2] = number
        else
            step[2] = tonumber(number)
        end
        steps[#steps + 1] = step
        at = past or after
        if text:sub(at, at) ~= "." then
            break
        end
        at = at + 1
    end
    return steps
end

-- ---- module instances ----------------------------------------------------------------------------

local function new_scope(parent, name, key, config, call)
    return {
        parent = parent, name = name, key = key, call = call, config = config,
        resources = {}, children = {}, named = {},
        depth = parent and parent.depth + 1 or 0,
    }
end

--- The scope of a module instance below another; the configuration knows calls by name alone.
function document.child_scope(scope, name, key)
    local at = name .. "\0" .. tostring(key)
    local known = scope.children[at]
    if not known then
        local call = table_or_empty(table_or_empty(table_or_empty(scope.config).module_calls)[name])
        known = new_scope(scope, name, key, call.module, call)
        scope.children[at] = known
        scope.named[name] = scope.named[name] or {}
        table.insert(scope.named[name], known)
    end
    return known
end

-- The scope of an address `module.a[0].module.b`.
local function scope_of(root, address)
    local scope, steps = root, document.steps(address)
    for i = 1, #steps - 1, 2 do
        if steps[i][1] ~= "module" or scope.depth >= document.MAX_DEPTH then
            break
        end
        scope = document.child_scope(scope, steps[i + 1][1], steps[i + 1][2])
    end
    return scope
end

-- The resources of a module's configuration by address.
local function config_of(scope, name)
    if not scope.by_name then
        scope.by_name = {}
        for _, resource in ipairs(table_or_empty(table_or_empty(scope.config).resources)) do
            if is_table(resource) and type(resource.address) == "string" then
                scope.by_name[resource.address] = resource
            end
        end
    end
    return scope.by_name[name]
end

-- ---- providers -----------------------------------------------------------------------------------

local function region_of_provider(read, provider)
    local region = table_or_empty(table_or_empty(table_or_empty(provider).expressions).region)
    if type(region.constant_value) == "string" then
        return region.constant_value
    end
    for _, reference in ipairs(table_or_empty(region.references)) do
        local name = type(reference) == "string" and reference:match("^var%.([%w_%-]+)$")
        local variable = name and table_or_empty(read.document.variables)[name]
        if is_table(variable) and type(variable.value) == "string" then
            return variable.value
        end
    end
end

-- The Region that the configuration gives a resource. A module's own key falls back to the root's.
local function region_of(read, config)
    local key = table_or_empty(config).provider_config_key
    local providers = table_or_empty(table_or_empty(read.document.configuration).provider_config)
    if type(key) ~= "string" then
        return nil
    end
    if read.regions[key] == nil then
        local provider = providers[key] or providers[key:match("[^:]*$")]
            or (not key:find(".", 1, true) and providers.aws)
        read.regions[key] = region_of_provider(read, provider) or false
    end
    return read.regions[key] or nil
end

-- ---- instances -----------------------------------------------------------------------------------

local function name_of(mode, type_name, name, key)
    local bare = (mode == "data" and "data." or "") .. type_name .. "." .. name
    if type(key) == "number" then
        return bare, ("%s[%.0f]"):format(bare, key)
    elseif type(key) == "string" then
        return bare, ('%s["%s"]'):format(bare, key)
    end
    return bare, bare
end

-- Adds an instance; `given` has type, name, mode, key, values.
local function add(read, scope, prefix, given)
    local bare, short = name_of(given.mode, given.type, given.name, given.key)
    local address = given.address or prefix .. short
    if read.seen[address] then
        return
    end
    read.seen[address] = true
    local config = config_of(scope, bare)
    local instance = {
        address = address, type = given.type, mode = given.mode, key = given.key, scope = scope, source = read.source,
        values = table_or_empty(given.values), unknown = read.unknown[address], config = config,
        is_updated = read.updated[address], region = region_of(read, config), plan = read.plan,
    }
    read.list[#read.list + 1] = instance
    scope.resources[bare] = scope.resources[bare] or {}
    table.insert(scope.resources[bare], instance)
end

-- Is it a resource that can be told from others? One that is not is reported.
local function is_named(read, resource)
    local named = is_table(resource) and type(resource.type) == "string" and type(resource.name) == "string"
    if not named then
        read.report("warning", "invalid_type", nil, "a resource has no type or no name; left out")
    end
    return named
end

-- What `add` wants of a resource and the values of one of its instances.
local function given_of(resource, key, values)
    return {
        type = resource.type, name = resource.name, mode = resource.mode == "data" and "data" or "managed",
        key = (type(key) == "number" or type(key) == "string") and key or nil, values = values,
    }
end

local function add_printed(read, scope, resource, data_only)
    if is_named(read, resource) and (resource.mode == "data" or not data_only) then
        local given = given_of(resource, resource.index, resource.values)
        given.address = type(resource.address) == "string" and resource.address or nil
        add(read, scope, "", given)
    end
end

-- The modules of planned_values or values; tables of a host may contain themselves.
local function walk_modules(read, root_module, data_only)
    local stack, visited = { { root_module, 1 } }, {}
    while #stack > 0 do
        local entry = table.remove(stack)
        local module, depth = entry[1], entry[2]
        if is_table(module) and not visited[module] and depth <= document.MAX_DEPTH then
            visited[module] = true
            local scope = scope_of(read.root, type(module.address) == "string" and module.address or "")
            for _, resource in ipairs(table_or_empty(module.resources)) do
                add_printed(read, scope, resource, data_only)
            end
            local children = table_or_empty(module.child_modules)
            for i = #children, 1, -1 do
                stack[#stack + 1] = { children[i], depth + 1 }
            end
        elseif is_table(module) and not visited[module] then
            read.report("warning", "limit", nil,
                "modules are nested deeper than " .. document.MAX_DEPTH .. " levels; left out")
        end
    end
end

-- What the plan says of the values of a resource, by its address.
local function read_change(read, resource_change)
    local change = table_or_empty(resource_change.change)
    if is_table(change.after_unknown) and type(resource_change.address) == "string" then
        local actions = table_or_empty(change.actions)
        read.unknown[resource_change.address] = change.after_unknown
        read.updated[resource_change.address] = actions[1] == "update"
    end
end

local function read_printed(read)
    local printed = read.document
    for _, change in ipairs(table_or_empty(printed.resource_changes)) do
        read_change(read, table_or_empty(change))
    end
    local planned = table_or_empty(printed.planned_values)
    walk_modules(read, planned.root_module or table_or_empty(printed.values).root_module)
    walk_modules(read, table_or_empty(table_or_empty(printed.prior_state).values).root_module, true)
end

local function add_raw(read, resource)
    local path = type(resource.module) == "string" and resource.module or ""
    local scope, prefix = scope_of(read.root, path), path == "" and "" or path .. "."
    for _, instance in ipairs(table_or_empty(resource.instances)) do
        -- A deposed object waits to be deleted; its successor stands beside it.
        if is_table(instance) and type(instance.deposed) ~= "string" then
            local values = is_table(instance.attributes) and instance.attributes or instance.attributes_flat
            add(read, scope, prefix, given_of(resource, instance.index_key, values))
        end
    end
end

local function read_raw(read)
    for _, resource in ipairs(table_or_empty(read.document.resources)) do
        if is_named(read, resource) then
            add_raw(read, resource)
        end
    end
end

-- ---- what a document is --------------------------------------------------------------------------

--- Tells Terraform's documents from others.
-- @treturn ?string "printed" (`terraform show -json`) or "raw" (a state file); nil for other documents
function document.form(value)
    if not is_table(value) then
        return nil
    end
    local has_version = value.terraform_version ~= nil
    if type(value.format_version) == "string"
        and (has_version or value.planned_values ~= nil or value.resource_changes ~= nil) then
        return "printed"
    elseif has_version and value.version ~= nil then
        return "raw"
    end
end

--- Why a document of Terraform cannot be read, nil when it can.
function document.refusal(value)
    if document.form(value) == "raw" then
        local version = tonumber(value.version)
        if version ~= 4 then
            return ("a Terraform state of version %s cannot be read, only version 4: run `terraform show -json`, "
                .. "or let a newer Terraform rewrite the state (`terraform apply -refresh-only`)")
                :format(version and ("%.0f"):format(version) or tostring(value.version))
        end
    elseif not value.format_version:find("^[01]%.") and value.format_version ~= "1" then
        return ("output of `terraform show -json` in format %s cannot be read, only formats 0 and 1: print it with "
            .. "Terraform 1"):format(value.format_version)
    end
end

--- Reads a document into a list of instances.
-- @tparam table value what a JSON reader made
-- @tparam table source `{ name, owner_id, region }`
-- @tparam function report severity, code, path, message
-- @treturn {table,...} instances: `address`, `type`, `mode`, `key`, `values`, `unknown`, `config`, `scope`, `region`,
-- `is_updated`, `plan`
function document.read(value, source, report)
    local read = {
        document = value, source = source, report = report, list = {}, seen = {}, unknown = {}, updated = {},
        regions = {}, plan = { by_id = {}, report = report },
        root = new_scope(nil, nil, nil, table_or_empty(value.configuration).root_module, nil),
    }
    if document.form(value) == "raw" then
        read_raw(read)
    else
        read_printed(read)
    end
    read.plan.instances = read.list
    return read.list
end

return document
