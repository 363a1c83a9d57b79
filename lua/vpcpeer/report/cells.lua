-- Tables as CSV and Markdown: cells whose text comes from outside, made harmless.
--
-- CSV follows RFC 4180 but for the line ends, which are newlines. A cell that a spreadsheet would take for
-- a formula gets an apostrophe in front, so that it is a text there. In Markdown nothing in a cell is markup.

local clean = require "vpcpeer.report.clean"

local cells = {}

-- Control characters other than those that a quoted cell may hold.
local function csv_cell(value)
    local text = tostring(value):gsub("[%z\1-\8\11\12\14-\31\127]", "?")
    if text:find "^[=+%-@\t\r\n]" then
        text = "'" .. text
    end
    return text:find '[",\r\n]' and '"' .. text:gsub('"', '""') .. '"' or text
end

--- A line of CSV.
-- @tparam {string,...} list cells
-- @treturn string with its newline
function cells.csv(list)
    local line = {}
    for i, value in ipairs(list) do
        line[i] = csv_cell(value)
    end
    return table.concat(line, ",") .. "\n"
end

--- A row of a Markdown table.
-- @tparam {string,...} list cells
-- @treturn string with its newline
function cells.markdown(list)
    local line = {}
    for i, value in ipairs(list) do
        line[i] = clean.line(value):gsub("[|\\`<*%[%]]", "\\%0")
    end
    return "| " .. table.concat(line, " | ") .. " |\n"
end

--- The first two lines of a Markdown table.
-- @tparam {string,...} columns
-- @treturn string
function cells.markdown_head(columns)
    return "| " .. table.concat(columns, " | ") .. " |\n|" .. (" --- |"):rep(#columns) .. "\n"
end

return cells
