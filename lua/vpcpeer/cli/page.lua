--- A page of text for people: lines, headings, and rows whose cells stand in columns.
--
-- Rows between two headings form a block; its columns are as wide as its widest cells.

local pages = {}

local methods = {}

-- What stands in a cell that says nothing.
local NOTHING = "-"

--- An empty page.
-- @tparam boolean color headings stand out by a terminal's means
-- @treturn table page
function pages.new(color)
    return setmetatable({ lines = {}, rows = {}, color = color }, { __index = methods })
end

-- How many characters a text has: of UTF-8, the bytes that do not continue one.
local function width_of(text)
    return #text:gsub("[\128-\191]", "")
end

-- The width of each column, in the place of a column that holds nothing but dashes nil: it would
-- tell the reader that something is missing where nothing is.
local function widths_of(rows)
    local widths, told = {}, {}
    for _, row in ipairs(rows) do
        for i, cell in ipairs(row.cells) do
            widths[i] = math.max(widths[i] or 0, width_of(cell))
            told[i] = told[i] or cell ~= NOTHING
        end
    end
    for i in pairs(widths) do
        widths[i] = told[i] and widths[i] or nil
    end
    return widths
end

--- Ends a block of rows.
function methods:flush()
    local widths = widths_of(self.rows)
    for _, row in ipairs(self.rows) do
        local cells = {}
        for i, cell in ipairs(row.cells) do
            if widths[i] then
                cells[#cells + 1] = cell .. (" "):rep(widths[i] - width_of(cell))
            end
        end
        self.lines[#self.lines + 1] = (row.indent .. table.concat(cells, "  ")):gsub("%s+$", "")
    end
    self.rows = {}
end

--- Adds a line as it is.
-- @tparam string text
function methods:line(text)
    self:flush()
    self.lines[#self.lines + 1] = text
end

--- Adds a heading. Its text may come from the data, and no control character may reach a terminal.
-- @tparam string indent
-- @tparam string text
function methods:heading(indent, text)
    text = text:gsub("%c", "?")
    self:line(indent .. (self.color and "\27[1m" .. text .. "\27[0m" or text))
end

--- Adds a row. A cell that says nothing is a dash, so that columns stay readable; a column in which
-- no cell of the block says anything is left out.
-- @tparam string indent
-- @param ... cells
function methods:row(indent, ...)
    local cells = {}
    for i = 1, select("#", ...) do
        local cell = select(i, ...)
        cells[i] = (cell == nil or cell == "") and NOTHING or tostring(cell):gsub("%c", "?")
    end
    self.rows[#self.rows + 1] = { indent = indent, cells = cells }
end

--- The whole page without empty lines at its end.
-- @treturn string text
function methods:text()
    self:flush()
    return (table.concat(self.lines, "\n"):gsub("\n+$", ""))
end

return pages
