-- Terraform documents in the making, as tables: a plan is a list of resources, each with the values
-- that are known, the attributes that are not, and the expressions of its configuration.

local assert = require "luassert"
local vpcpeer = require "vpcpeer"

local M = {}

-- Splits "module.a[0].aws_vpc.b[1]" into the module's address, type, name and index.
local function parts_of(address)
  local module, rest = address:match "^(.*module%.[%w_%-]+[%[%]%w\"]*)%.(.+)$"
  rest = rest or address
  local mode = rest:match "^data%." and "data" or "managed"
  rest = rest:gsub("^data%.", "")
  local type_name, name, key = rest:match "^([%w_]+)%.([%w_%-]+)(.*)$"
  local index = tonumber(key:match "%[(%d+)%]") or key:match '%["(.*)"%]'
  return module or "", mode, type_name, name, index
end

-- The expressions of a resource: a text is one reference, a list several, a table with constants as is.
local function expressions_of(given)
  local made = {}
  for key, value in pairs(given or {}) do
    if type(value) == "string" then
      made[key] = { references = { value, (value:gsub("%.[%w_]+$", "")) } }
    elseif value[1] ~= nil and type(value[1]) == "string" then
      made[key] = { references = value }
    else
      made[key] = value
    end
  end
  return made
end

--- A plan of resources `{ address, values, unknown = {names}, refer = {attribute = reference} }`; they are
-- created unless they have other `actions`.
-- `given.modules` are the calls: module name to `{ expressions, outputs }`.
function M.plan(resources, given)
  given = given or {}
  local document = {
    format_version = "1.2", terraform_version = "1.9.0", resource_changes = {},
    planned_values = { root_module = { resources = {}, child_modules = {} } },
    configuration = {
      provider_config = { aws = { name = "aws", expressions = { region = { constant_value = "eu-west-1" } } } },
      root_module = { resources = {}, module_calls = {} },
    },
  }
  local modules, configs = { [""] = document.planned_values.root_module }, { [""] = document.configuration.root_module }
  for name, call in pairs(given.modules or {}) do
    configs[name] = { resources = {}, outputs = {} }
    for output, reference in pairs(call.outputs or {}) do
      configs[name].outputs[output] = { expression = { references = { reference } } }
    end
    document.configuration.root_module.module_calls[name] =
      { expressions = expressions_of(call.expressions), module = configs[name] }
  end
  local written = {}
  for _, resource in ipairs(resources) do
    local address = resource[1]
    local module, mode, type_name, name, index = parts_of(address)
    if not modules[module] then
      modules[module] = { address = module, resources = {} }
      table.insert(document.planned_values.root_module.child_modules, modules[module])
    end
    table.insert(modules[module].resources, {
      address = address, mode = mode, type = type_name, name = name, index = index, values = resource[2] or {},
      provider_name = "registry.terraform.io/hashicorp/aws",
    })
    local unknown = { id = true }
    for _, key in ipairs(resource.unknown or {}) do
      unknown[key] = true
    end
    for key in pairs(resource.refer or {}) do
      unknown[key] = true
    end
    for key, value in pairs(resource.flags or {}) do
      unknown[key] = value
    end
    table.insert(document.resource_changes, {
      address = address, change = { actions = resource.actions or { "create" }, after_unknown = unknown },
    })
    local bare = (mode == "data" and "data." or "") .. type_name .. "." .. name
    local config = configs[module:match "module%.([%w_%-]+)" or ""]
    if config and not written[module:gsub("%[.-%]", "") .. bare] then
      written[module:gsub("%[.-%]", "") .. bare] = true
      table.insert(config.resources, {
        address = bare, mode = mode, type = type_name, name = name,
        provider_config_key = resource.provider or "aws", expressions = expressions_of(resource.refer),
        for_each_expression = resource.for_each and { references = { resource.for_each } } or nil,
      })
    end
  end
  return document
end

--- A raw state of version 4 of resources `{ address, values }`.
function M.state(resources)
  local document = { version = 4, terraform_version = "1.9.0", serial = 1, lineage = "x", outputs = {}, resources = {} }
  for _, resource in ipairs(resources) do
    local module, mode, type_name, name, index = parts_of(resource[1])
    table.insert(document.resources, {
      module = module ~= "" and module or nil, mode = mode, type = type_name, name = name,
      instances = { { index_key = index, schema_version = 0, attributes = resource[2] } },
    })
  end
  return document
end

--- The same resources as `terraform show -json` prints a state.
function M.shown(resources)
  local document = M.plan(resources)
  return {
    format_version = "1.0", terraform_version = "1.9.0",
    values = { root_module = document.planned_values.root_module },
  }
end

--- Loads the resources of a state in both forms, which say the same, and what it printed once more.
function M.load(list)
  local net = assert(vpcpeer.load_tables(M.state(list)))
  local shown = assert(vpcpeer.load_tables(M.shown(list)))
  assert.equal(net:describe_json(), shown:describe_json())
  assert.equal(net:describe_json(), assert(vpcpeer.load_json(net:describe_json())):describe_json())
  return net
end

--- The walk of a packet; the short answer says the same.
function M.trace(net, from, to, port)
  local trace = assert(net:trace { from = from, to = to, port = port })
  assert.equal(trace.reachable, (net:reachable(from, to, "tcp", port)))
  return trace
end

--- Its verdict and its first code.
function M.verdict(net, from, to, port)
  local trace = M.trace(net, from, to, port or 443)
  return trace.verdict, trace.explanations[1] and trace.explanations[1].code
end

return M
