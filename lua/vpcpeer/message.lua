-- Sentences about one explanation, hint or warning, made from the templates of the catalogue.
--
-- A template is text with {placeholders}; a part in [brackets] is left out when a placeholder in it
-- has no value, and [this|that] takes the first alternative that is complete. Outside of brackets a
-- missing value becomes a noun ("the route table"), so that every sentence is whole whatever the
-- data hold. What the user named (tags, ids) is inserted once and never read as a template.

local codes = require "vpcpeer.codes"
local placeholders = require "vpcpeer.placeholders"

local resolve, nouns = placeholders.resolve, placeholders.nouns

local message = {}

-- ---- templates -----------------------------------------------------------------------------------

-- "a {b} c" as { "a ", "b", " c" }: text at odd places, placeholders at even ones.
local function split(text)
    local pieces, position = {}, 1
    for before, key, after in text:gmatch("([^{]*){([%w_]+)}()") do
        pieces[#pieces + 1] = before
        pieces[#pieces + 1] = key
        position = after
    end
    pieces[#pieces + 1] = text:sub(position)
    return pieces
end

-- A template as a list of parts: pieces, or the alternatives of a bracket with `optional` set.
local function parse(template)
    local parts, position = {}, 1
    for before, bracket, after in template:gmatch("([^%[]*)(%b[])()") do
        local alternatives = { optional = true }
        for alternative in bracket:sub(2, -2):gmatch("[^|]+") do
            alternatives[#alternatives + 1] = split(alternative)
        end
        parts[#parts + 1] = split(before)
        parts[#parts + 1] = alternatives
        position = after
    end
    parts[#parts + 1] = split(template:sub(position))
    return parts
end

local parsed = {} -- by template; there are as many as the catalogue holds

local function fill(pieces, view)
    local complete = true
    local out = { pieces[1] }
    for i = 2, #pieces, 2 do
        local key = pieces[i]
        local value = resolve[key] and resolve[key](view)
        if value == nil then
            complete = false
            value = nouns[key] or "?"
        end
        out[i] = value
        out[i + 1] = pieces[i + 1]
    end
    return table.concat(out), complete
end

local function fill_first_complete(alternatives, view)
    for _, pieces in ipairs(alternatives) do
        local filled, complete = fill(pieces, view)
        if complete then
            return filled
        end
    end
    return ""
end

-- The template with its values, and whether every value outside of brackets was there.
local function expand(template, view)
    local parts = parsed[template]
    if not parts then
        parts = parse(template)
        parsed[template] = parts
    end
    local out, complete = {}, true
    for i, part in ipairs(parts) do
        if part.optional then
            out[i] = fill_first_complete(part, view)
        else
            local whole
            out[i], whole = fill(part, view)
            complete = complete and whole
        end
    end
    return table.concat(out), complete
end

-- Everything a template can speak of, from an explanation (fields), or a hint (detail alone).
local function view_of(reason, trace, names)
    local view = {}
    for key, value in pairs(reason) do
        view[key] = value
    end
    for key, value in pairs(reason.detail or {}) do
        if key == "vpc" then
            key = "vpc_reached"
        end
        if view[key] == nil then
            view[key] = value
        end
    end
    view.trace, view.names = trace or {}, names or {}
    return view
end

local function what_of(view)
    return (expand(codes.templates(view.code), view))
end

local function fix_of(view)
    local _, fix, by_status = codes.templates(view.code)
    fix = by_status and by_status[view.status or view.state] or fix
    if not fix then
        return nil
    end
    local text, complete = expand(fix, view)
    return complete and text or nil
end

--- What is wrong, in one sentence without its end.
-- @tparam table reason an explanation, hint or warning of a trace
-- @tparam table trace the trace
-- @tparam {string=string} names Name tags by id
-- @treturn string
function message.what(reason, trace, names)
    return what_of(view_of(reason, trace, names))
end

--- What would mend it: for this very case, or nil when the data do not say it.
function message.fix(reason, trace, names)
    return fix_of(view_of(reason, trace, names))
end

--- The sentence that stands in `message`.
function message.of(reason, trace, names)
    local view = view_of(reason, trace, names)
    local what, fix = what_of(view), fix_of(view)
    return fix and what .. ": " .. fix or what
end

return message
