-- The oracle of address sets: one boolean a cell. Nothing is clever here.
--
-- The universe of a family is a strip of cells: its lowest addresses, one cell for everything in
-- between, its highest addresses. A set of the oracle is { [4] = cells, [6] = cells }.

local M = {}

local EDGE = 32
M.cells = 2 * EDGE + 1

-- First and last address of every cell, as text.
local first, last = { [4] = {}, [6] = {} }, { [4] = {}, [6] = {} }
for i = 1, EDGE do
    first[4][i] = "0.0.0." .. (i - 1)
    first[6][i] = ("::%x"):format(i - 1)
    first[4][EDGE + 1 + i] = "255.255.255." .. (256 - EDGE + i - 1)
    first[6][EDGE + 1 + i] = ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:%x"):format(65536 - EDGE + i - 1)
end
for _, family in ipairs { 4, 6 } do
    for i = 1, M.cells do last[family][i] = first[family][i] end
end
first[4][EDGE + 1], last[4][EDGE + 1] = "0.0.0." .. EDGE, "255.255.255." .. (256 - EDGE - 1)
first[6][EDGE + 1] = ("::%x"):format(EDGE)
last[6][EDGE + 1] = ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:%x"):format(65536 - EDGE - 1)

-- Every cell as a range, IPv4 first: what to ask `contains_all` for.
M.probes = {}
for _, family in ipairs { 4, 6 } do
    for i = 1, M.cells do M.probes[#M.probes + 1] = first[family][i] .. "-" .. last[family][i] end
end

-- A random set: a list of ranges for the library and the cells that they cover.
function M.random(random)
    local list, set = {}, { [4] = {}, [6] = {} }
    for _, family in ipairs { 4, 6 } do
        for i = 1, M.cells do set[family][i] = false end
        local longest = random:pick { 1, 2, 8, M.cells }
        for _ = 1, random:pick { 0, 1, 2, 4, 12, 24 } do
            local from = random:below(M.cells) + 1
            local to = math.min(from + random:below(longest), M.cells)
            list[#list + 1] = first[family][from] .. "-" .. last[family][to]
            for i = from, to do set[family][i] = true end
        end
    end
    return list, set
end

-- The cells where `operation(a, b)` holds.
function M.combine(a, b, operation)
    local set = { [4] = {}, [6] = {} }
    for _, family in ipairs { 4, 6 } do
        for i = 1, M.cells do set[family][i] = operation(a[family][i], b[family][i]) end
    end
    return set
end

-- The same as the array that `contains_all(M.probes)` gives.
function M.answers(set)
    local list = {}
    for _, family in ipairs { 4, 6 } do
        for i = 1, M.cells do list[#list + 1] = set[family][i] end
    end
    return list
end

function M.is_empty(set)
    for _, inside in ipairs(M.answers(set)) do
        if inside then return false end
    end
    return true
end

return M
