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
