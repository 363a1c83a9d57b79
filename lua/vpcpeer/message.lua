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

local function no_value()
    return nil
end

-- "a {b} c" as { "a ", resolve.b, nouns.b, " c" }: what stands for a placeholder is looked up once.
local function split(text)
    local pieces, position = {}, 1
    for before, key, after in text:gmatch("([^{]*){([%w_]+)}()") do
        pieces[#pieces + 1] = before
        pieces[#pieces + 1] = resolve[key] or no_value
        pieces[#pieces + 1] = nouns[key] or "?"
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

-- Appends pieces to the list `out` from place `n` on; returns the last place, and false when a value
-- was missing.
local function fill(pieces, view, out, n)
    local complete = true
    n = n + 1
    out[n] = pieces[1]
    for i = 2, #pieces, 3 do
        local value = pieces[i](view)
        if value == nil then
            complete, value = false, pieces[i + 1]
        end
        out[n + 1], out[n + 2] = value, pieces[i + 2]
        n = n + 2
    end
    return n, complete
end

-- The first alternative that is complete, or nothing.
local function fill_first_complete(alternatives, view, out, n)
    for i = 1, #alternatives do
        local last, complete = fill(alternatives[i], view, out, n)
        if complete then
            return last
        end
    end
    return n
end

-- The list that every sentence is put together in: no sentence is made while another one is.
local pieces_of_last = {}

-- The template with its values, and whether every value outside of brackets was there.
local function expand(template, view)
    local parts = parsed[template]
    if not parts then
        parts = parse(template)
        parsed[template] = parts
    end
    local out, n, complete = pieces_of_last, 0, true
    for i = 1, #parts do
        local part = parts[i]
        if part.optional then
            n = fill_first_complete(part, view, out, n)
        else
            local whole
            n, whole = fill(part, view, out, n)
            complete = complete and whole
        end
    end
    return table.concat(out, "", 1, n), complete
end

-- Everything a template can speak of, from an explanation (fields), or a hint (detail alone). The
-- fields of the reason are seen through the view and not copied: most sentences need three of them.
-- One view at a time, as with the pieces.
local through_view = {}

local function view_of(reason, trace, names)
    local view = { trace = trace or {}, names = names or {} }
    for key, value in next, reason.detail or {} do
        if key == "vpc" then
            key = "vpc_reached"
        end
        if reason[key] == nil then
            view[key] = value
        end
    end
    through_view.__index = reason
    return setmetatable(view, through_view)
end

local function what_of(view)
    return (expand(codes.templates(view.code), view))
end

local function fix_of(view)
    local _, fix, by_status = codes.templates(view.code)
    fix = by_status and by_status[view.status or view.state or view.cause] or fix
    if not fix then
        return nil
    end
    local text, complete = expand(fix, view)
    return complete and text ~= "" and text or nil
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
