--- Terraform plans and states into a model.
--
-- Resources are translated into the records of `aws ec2 describe-*` and loaded as those are: first
-- the objects, kind by kind, then what other resources add to them, then what follows from all of
-- them. Documents are read one by one and put together at the end of the load, since a state may add
-- routes to the table of another one.
--
-- Objects that a plan creates have ids made of their addresses (`i-aws_instance.web`), which AWS's
-- never look like; every object has its address as the tag `terraform:address`, and an END may be
-- named by it.
-- @module vpcpeer.terraform

local core = require "vpcpeer.core"
local document = require "vpcpeer.terraform.document"
local draft = require "vpcpeer.terraform.draft"
local reference = require "vpcpeer.terraform.reference"
local types = require "vpcpeer.terraform.types"
local value = require "vpcpeer.terraform.value"

local terraform = {}

-- The order in which objects are read: an address leads to an instance, an instance to interfaces.
local READ_ORDER = {
    "vpc", "subnet", "route_table", "security_group", "network_acl", "internet_gateway",
    "egress_only_internet_gateway", "network_interface", "instance", "address", "nat_gateway", "vpn_gateway",
    "customer_gateway", "prefix_list", "vpc_endpoint", "transit_gateway", "vpn_connection",
    "vpc_peering_connection", "transit_gateway_attachment", "transit_gateway_route_table",
}

-- Files of readers; the order is that in which they finish.
local FILES = { "group", "gateway", "endpoint", "peering", "transit", "acl", "address", "route", "interface", "vpc" }

local readers -- the modules, loaded once

local function load_readers()
    if not readers then
        readers = { objects = {}, parts = {} }
        for i, name in ipairs(FILES) do
            readers[i] = require("vpcpeer.terraform." .. name)
            for _, sort in ipairs { "objects", "parts" } do
                for type_name, read in pairs(readers[i][sort]) do
                    readers[sort][type_name] = read
                end
            end
        end
    end
    return readers
end

-- ---- reading one document ------------------------------------------------------------------------

--- Is this a document of Terraform?
terraform.is_document = function(decoded)
    return document.form(decoded) ~= nil
end

--- A reader of Terraform documents into one network.
function terraform.new(network)
    return { network = network, documents = {}, known = false }
end

-- Resources of other kinds: one diagnostic for each type of a document.
local function report_unread(instances, report)
    local seen = {}
    for _, instance in ipairs(instances) do
        local type_name = instance.type
        local is_read = types.kind_of[type_name] or types.parts[type_name]
        if not is_read and not seen[type_name] then
            seen[type_name] = true
            report("info", "unknown_kind", instance.address, type_name:find("^aws_") and "is not part of the model"
                or "belongs to another provider")
        end
    end
end

--- Reads a decoded document; its objects are loaded by `finish`.
-- @tparam table reader of terraform.new
-- @tparam table decoded what a JSON reader made; it is not changed
-- @tparam table source `{ name, owner_id, region }`
-- @treturn[1] true
-- @treturn[2] nil
-- @treturn[2] string why not, without the file's name
-- @treturn[2] string code: unsupported_version
function terraform.read(reader, decoded, source)
    local refusal = document.refusal(decoded)
    if refusal then
        return nil, refusal, "unsupported_version"
    end
    local function report(severity, code, path, message)
        core.diagnose(reader.network, severity, code, nil, source.name, path, message)
    end
    local instances = document.read(decoded, source, report)
    local has_any = false
    for _, instance in ipairs(instances) do
        has_any = has_any or instance.type:find("^aws_") ~= nil
    end
    report_unread(instances, report)
    if not has_any then
        report("info", "unknown_kind", nil, "the Terraform document holds no resource of the provider aws")
    end
    reader.known = reader.known or has_any
    table.insert(reader.documents, instances)
    return true
end

-- ---- putting them together -----------------------------------------------------------------------

--- A part whose object no resource of the load describes.
function draft:orphan(instance, attribute)
    self:report(instance, "warning", "incomplete", attribute, "leads to nothing that is described; left out")
end

function draft.is_in(_, list, id)
    for _, each in ipairs(list) do
        if each == id then
            return true
        end
    end
    return false
end

--- The entries of a kind that a reference may mean: its candidates, or all when there are none.
function draft:may_be(kind, candidates)
    local list = {}
    for _, entry in ipairs(self.entries) do
        if entry.kind == kind and (#candidates == 0 or self:is_in(candidates, entry.id)) then
            list[#list + 1] = entry
        end
    end
    return list
end

--- The entry that a part belongs to. A part of nobody knows whom may belong to any of several.
-- @tparam table instance the part
-- @tparam string attribute that names the entry
-- @tparam string kind of the entry
-- @tparam function open called with each entry it may belong to, and an id that stands for the unknown
-- @treturn ?table entry
function draft:owner(instance, attribute, kind, open)
    local id, is_unknown, candidates = self:reference(value.root(instance), attribute, kind)
    local entry = self:find(kind, id)
    if entry then
        entry.has_parts = true
        return entry
    elseif not is_unknown then
        return self:orphan(instance, attribute)
    end
    for _, each in ipairs(self:may_be(kind, candidates)) do
        each.has_parts = true
        open(each, id)
    end
end

--- The VPC whose attribute holds an id.
function draft:vpc_with(attribute, id)
    for _, entry in ipairs(self.entries) do
        if entry.kind == "vpc" and reference.implicit(entry.instance, attribute) == id then
            return entry.id
        end
    end
end

-- Instances by kind, parts apart; data sources that are read during apply tell nothing yet.
local function sort_instances(self, documents)
    local by_kind, parts = {}, {}
    for _, instances in ipairs(documents) do
        for _, instance in ipairs(instances) do
            local kind = types.kind_of[instance.type]
            if instance.mode == "data" and instance.unknown and (kind or types.parts[instance.type]) then
                self:unknown(instance, "id")
            elseif kind then
                by_kind[kind] = by_kind[kind] or {}
                table.insert(by_kind[kind], instance)
            elseif instance.mode == "managed" then
                parts[#parts + 1] = instance
            end
        end
    end
    return by_kind, parts
end

local function read_objects(self, by_kind)
    for _, kind in ipairs(READ_ORDER) do
        local late = {}
        for _, instance in ipairs(by_kind[kind] or {}) do
            local read = readers.objects[instance.type]
            if types.follows[instance.type] then
                late[#late + 1] = instance
            elseif read then
                read(self, instance)
            end
        end
        for _, instance in ipairs(late) do
            local read = readers.objects[instance.type] or readers.parts[instance.type]
            read(self, instance)
        end
    end
end

-- Lists that the configuration does not set and no part fills, taken as empty: a plan that makes an object
-- shows a dynamic block of which nothing is known yet in the same way.
local function report_assumed(self)
    for _, entry in ipairs(self.entries) do
        for _, attribute in ipairs(not entry.has_parts and entry.assumed or {}) do
            self:report(entry.instance, "info", "assumed_default", attribute,
                "is taken as empty: no known block sets it; a dynamic one that is open until apply looks the same")
        end
    end
end

--- Loads what the documents describe.
function terraform.finish(reader)
    load_readers()
    local self = draft.new(reader.network)
    self.main, self.spoiled, self.acl_of, self.primary_of, self.group_named = {}, {}, {}, {}, {}
    local by_kind, parts = sort_instances(self, reader.documents)
    for _, kind in ipairs(READ_ORDER) do
        for _, instance in ipairs(by_kind[kind] or {}) do
            instance.plan.by_id[reference.id_of(instance)] = instance
        end
    end
    read_objects(self, by_kind)
    require("vpcpeer.terraform.vpc").implicit(self)
    for _, instance in ipairs(parts) do
        local read = readers.parts[instance.type]
        if read then
            read(self, instance)
        end
    end
    for _, each in ipairs(readers) do
        if each.finish then
            each.finish(self)
        end
    end
    report_assumed(self)
    self:load()
    reader.documents = {}
end

return terraform
