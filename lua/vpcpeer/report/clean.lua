-- Text from outside made fit for a report: whole UTF-8, nothing that a terminal or a parser acts on.

local core = require "vpcpeer.core"

local clean = {}

local REPLACEMENT = "\239\191\189" -- U+FFFD

-- Bytes that are no UTF-8 become U+FFFD, one each.
local function repaired(text)
    local good = core.utf8_length(text)
    if good == #text then
        return text
    end
    local parts = {}
    while good < #text do
        parts[#parts + 1] = text:sub(1, good) .. REPLACEMENT
        text = text:sub(good + 2)
        good = core.utf8_length(text)
    end
    return table.concat(parts) .. text
end

--- Several lines: control characters but newlines become question marks (XML and YAML know no others
-- that matter), noncharacters U+FFFD.
-- @param text any value
-- @treturn string
function clean.lines(text)
    text = repaired(tostring(text)):gsub("\194[\128-\159]", "?"):gsub("\239\191[\190\191]", REPLACEMENT)
    return (text:gsub("[%z\1-\9\11-\31\127]", "?"))
end

--- One line: newlines, too.
function clean.line(text)
    return (clean.lines(text):gsub("\n", "?"))
end

return clean
