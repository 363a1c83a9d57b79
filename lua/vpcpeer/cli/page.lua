--- A page of text for people: lines, headings, and rows whose cells stand in columns.
--
-- Rows between two headings form a block; its columns are as wide as its widest cells.

local pages = {}

local methods = {}

--- An empty page.
-- @tparam boolean color headings stand out by a terminal's means
-- @treturn table page
function pages.new(color)
    return setmetatable({ lines = {}, rows = {}, color = color }, { __index = methods })
end

--- Ends a block of rows.
function methods:flush()
    local widths = {}
    for _, row in ipairs(self.rows) do
        for i, cell in ipairs(row.cells) do
            widths[i] = math.max(widths[i] or 0, #cell)
        end
    end
    for _, row in ipairs(self.rows) do
        local cells = {}
        for i, cell in ipairs(row.cells) do
            cells[i] = cell .. (" "):rep(widths[i] - #cell)
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

--- Adds a heading.
-- @tparam string indent
-- @tparam string text
function methods:heading(indent, text)
    self:line(indent .. (self.color and "\27[1m" .. text .. "\27[0m" or text))
end

--- Adds a row. A cell that says nothing is a dash, so that columns stay readable.
-- @tparam string indent
-- @param ... cells
function methods:row(indent, ...)
    local cells = {}
    for i = 1, select("#", ...) do
        local cell = select(i, ...)
        cells[i] = (cell == nil or cell == "") and "-" or tostring(cell):gsub("%c", "?")
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
