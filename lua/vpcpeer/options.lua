--- Options tables of functions written in Lua: unknown keys raise and name the nearest known one.
--
-- The binding does the same for functions written in C, in the same words.

local options = {}

-- Longer texts are compared by their beginnings, as the binding does: names are shorter than this.
local LONGEST = 64

-- Edits (insert, delete, replace, swap neighbours) that make one text of the other, row by row.
local function distance(a, b)
    a, b = a:sub(1, LONGEST), b:sub(1, LONGEST)
    local above, row = nil, {}
    for j = 0, #b do
        row[j] = j
    end
    for i = 1, #a do
        local before = above
        above, row = row, { [0] = i }
        local letter = a:byte(i)
        for j = 1, #b do
            local cost = letter == b:byte(j) and 0 or 1
            row[j] = math.min(above[j - 1] + cost, above[j] + 1, row[j - 1] + 1)
            if i > 1 and j > 1 and letter == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
                row[j] = math.min(row[j], before[j - 2] + 1)
            end
        end
    end
    return row[#b]
end

--- The known name that is nearest to a text; the first one of equally near ones.
-- @tparam string text what was given
-- @tparam {string,...} names what is known, not empty
-- @treturn string one of names
-- @treturn number how many letters differ
function options.nearest(text, names)
    local best, least
    for _, name in ipairs(names) do
        local edits = distance(text, name)
        if not least or edits < least then
            best, least = name, edits
        end
    end
    return best, least
end

local MOST = 3 -- names that are offered
local FARTHER = 2 -- edits by which they may differ from the nearest one

-- Do words of the name begin with all words of the text? `ONE_WAY` is what one remembers of a longer name.
local function has_words(name, text)
    for word in text:gmatch "[^_]+" do
        if not ("_" .. name):find("_" .. word, 1, true) then
            return false
        end
    end
    return text:find("[^_]") ~= nil
end

--- The names that a text may have meant: those that have its words, else those that differ in less
-- than half of its letters, nearest first.
-- @tparam string text what was given
-- @tparam {string,...} names what is known
-- @treturn {string,...} at most three of names
function options.near(text, names)
    local found, edits, least = {}, {}, #text / 2
    for _, name in ipairs(names) do
        local here = has_words(name, text) and 0 or distance(text, name)
        if here < math.min(#text, #name) / 2 then
            found[#found + 1], edits[name], least = name, here, math.min(least, here)
        end
    end
    table.sort(found, function(a, b)
        if edits[a] ~= edits[b] then
            return edits[a] < edits[b]
        end
        return #a < #b or (#a == #b and a < b)
    end)
    while #found > MOST or (found[1] and edits[found[#found]] > least + FARTHER) do
        found[#found] = nil
    end
    return found
end

--- Says a list of names as a choice: `A, B or C`.
-- @tparam {string,...} names
-- @treturn ?string nil without names
function options.either(names)
    local last = names[#names]
    return #names > 1 and table.concat(names, ", ", 1, #names - 1) .. " or " .. last or last
end

--- Checks an options table. The types of values are given as text ("string"), or as `true` where
-- any value goes.
-- @tparam ?table given the options, nil for none
-- @tparam table known name to type
-- @tparam[opt=1] number level whom to blame, as in error(), seen from the caller
-- @treturn table the options, never nil
-- @raise for another type, an unknown key, a value of the wrong type
function options.check(given, known, level)
    level = (level or 1) + 1
    if given == nil then
        return {}
    elseif type(given) ~= "table" then
        error("options must be a table, not " .. type(given), level)
    end
    local names = {}
    for name in pairs(known) do
        names[#names + 1] = name
    end
    table.sort(names)
    for name, value in pairs(given) do
        local wanted = known[name]
        if not wanted then
            local hint = type(name) == "string"
                and " (did you mean '" .. options.nearest(name, names) .. "'?)" or ""
            error("unknown option '" .. tostring(name) .. "'" .. hint, level)
        elseif wanted ~= true and type(value) ~= wanted then
            error("option '" .. name .. "' must be a " .. wanted .. ", not " .. type(value), level)
        end
    end
    return given
end

return options
