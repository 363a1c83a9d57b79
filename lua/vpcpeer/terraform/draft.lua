--- The records of a load in the making, in the form of `aws ec2 describe-*`.
--
-- Several resources of Terraform make one object of AWS: a table and its routes, a group and its
-- rules. They are put together here and loaded at the end as any describe document is, so that there
-- is one loader. What is not known until apply is referred to by an id that no object has, which
-- every question answers with "unknown".
-- @module vpcpeer.terraform.draft

local core = require "vpcpeer.core"
local reference = require "vpcpeer.terraform.reference"
local types = require "vpcpeer.terraform.types"
local value = require "vpcpeer.terraform.value"

local draft = {}
draft.__index = draft

--- The tag with the attributes of an object that are not known until apply.
draft.UNKNOWN_TAG = "terraform:known_after_apply"

-- What ends the ids of things that are not known until apply, or that a state leaves out.
local KNOWN_LATER, MISSING = "known-after-apply", "missing"

function draft.new(network)
    return setmetatable({ network = network, entries = {}, by_id = {} }, draft)
end

-- Account and Region as the values tell them: provider 6 has `region`, most resources an ARN.
local function identity_of(instance)
    local node = value.root(instance)
    local region, owner = (value.text(node, "arn") or ""):match("^arn:[^:]*:[^:]*:([^:]*):(%d*):")
    return value.text(node, "owner_id") or (owner ~= "" and owner or nil),
        value.text(node, "region") or (region ~= "" and region or nil) or instance.region
end

--- The entry of an object: `{ record, kind, id, instance }`; made when there is none.
function draft:entry(kind, id, instance)
    local known = self.by_id[id]
    if known then
        return known.kind == kind and known or nil
    end
    local owner, region = identity_of(instance)
    local entry = { kind = kind, id = id, instance = instance, record = { [types.kinds[kind][2]] = id }, extra = {} }
    entry.record.OwnerId, entry.region = owner, region
    self.by_id[id] = entry
    self.entries[#self.entries + 1] = entry
    return entry
end

--- The entry of an object that came with an instance, by the attribute that holds its id.
function draft:implicit(instance, attribute)
    local kind = types.implicit[instance.type][attribute][1]
    local entry = self:entry(kind, reference.implicit(instance, attribute), instance)
    if entry and not entry.record.Tags and not entry.record.TagSet then
        entry.record[kind == "network_interface" and "TagSet" or "Tags"] =
            { { Key = value.ADDRESS_TAG, Value = instance.address .. "." .. attribute } }
    end
    return entry
end

--- The entry of the object that an instance is, with its tags.
function draft:object(instance)
    local kind = types.kind_of[instance.type]
    local entry = self:entry(kind, reference.id_of(instance), instance)
    if not entry then
        self:report(instance, "warning", "invalid_type", nil, "has the id of another kind of object; left out")
        return nil
    end
    entry.record[kind == "network_interface" and "TagSet" or "Tags"] = value.tags(instance)
    entry.instance = instance
    return entry
end

--- The entry with an id, if it is of the kind.
function draft:find(kind, id)
    local entry = id and self.by_id[id]
    return entry and entry.kind == kind and entry or nil
end

--- A diagnostic about a resource, or one of its attributes.
function draft:report(instance, severity, code, attribute, message)
    local path = attribute and instance.address .. "." .. attribute or instance.address
    core.diagnose(self.network, severity, code, instance.id, instance.source.name, path, message)
end

--- Notes that an attribute is not known until apply, at the object that answers depend on.
-- @tparam table instance whose attribute it is
-- @tparam string attribute
-- @tparam[opt] table entry the object
function draft:unknown(instance, attribute, entry)
    self:report(instance, "info", "known_after_apply", attribute,
        "is not known until apply: what depends on it is unknown")
    if entry then
        local tags = entry.record.TagSet or entry.record.Tags
        local text = attribute .. " of " .. instance.address
        if not entry.unknown then
            entry.unknown = { Key = draft.UNKNOWN_TAG, Value = text }
            tags = tags or {}
            tags[#tags + 1] = entry.unknown
            entry.record[entry.kind == "network_interface" and "TagSet" or "Tags"] = tags
        elseif not entry.unknown.Value:find(text, 1, true) then
            entry.unknown.Value = entry.unknown.Value .. ", " .. text
        end
    end
end

--- Notes a list that the plan leaves to the provider: without parts of its own it is taken as empty.
function draft.assume_empty(entry, node, attribute)
    if value.is_computed(node, attribute) then
        entry.assumed = entry.assumed or {}
        table.insert(entry.assumed, attribute)
    end
end

--- An id for something that is not known until apply; no object has it, and messages take address
-- and attribute from it (vpcpeer.phrase).
function draft.placeholder(kind, instance, attribute)
    local ending = instance.unknown and KNOWN_LATER or MISSING
    return ("%s%s:%s:%s"):format(types.kinds[kind][3], instance.address, attribute, ending)
end

--- A reference of a resource: the id, or, when it is not known, a placeholder and a diagnostic.
-- @treturn ?string id
-- @treturn boolean whether it stands for something that is not known
-- @treturn {string,...} what it may be
function draft:reference(node, attribute, kind, entry)
    local id, is_unknown, candidates = reference.id(node, attribute, kind)
    if is_unknown then
        self:unknown(node.instance, attribute, entry)
        id = draft.placeholder(type(kind) == "table" and kind[1] or kind, node.instance, attribute)
    end
    return id, is_unknown, candidates
end

--- Copies plain attributes: `{ AWS key = attribute }`; null stays away.
function draft.copy(record, node, names)
    for key, attribute in pairs(names) do
        record[key] = value.get(node, attribute)
    end
end

--- Has a state lost both attributes? Terraform writes them even when they are empty.
function draft.is_cut(node, first, second)
    return not node.instance.unknown and node.values[first] == nil and node.values[second or first] == nil
end

-- ---- loading -------------------------------------------------------------------------------------

local function load_entry(self, entry, place)
    local key = types.kinds[entry.kind][1]
    if entry.kind == "instance" then
        local reservation = { OwnerId = entry.record.OwnerId, Instances = { entry.record } }
        core.load_records(self.network, key, { reservation }, place)
    else
        core.load_record(self.network, key, entry.record, place)
    end
    for _, each in ipairs(entry.extra) do
        core.load_record(self.network, each[1], each[2], place)
    end
end

--- Loads the records, kind by kind in the order of the documents.
function draft:load()
    local by_kind = {}
    for _, entry in ipairs(self.entries) do
        by_kind[entry.kind] = by_kind[entry.kind] or {}
        table.insert(by_kind[entry.kind], entry)
    end
    for _, kind in ipairs(types.order) do
        for i, entry in ipairs(by_kind[kind] or {}) do
            if not entry.is_left_out then
                local source = entry.instance.source
                load_entry(self, entry, {
                    file = source.name, path = entry.instance.address, index = i - 1, owner_id = source.owner_id,
                    region = entry.region or source.region,
                })
            end
        end
    end
end

return draft
