--- Is a text UTF-8, and where does it stop being so: what JSON needs and lua-cjson does not check.
-- @module vpcpeer.utf8

local core = require "vpcpeer.core"

local utf8 = {}

--- Where a text stops being UTF-8.
-- @tparam string text
-- @treturn ?number byte offset (from 0) of the first bad byte, nil for good text
function utf8.bad_offset(text)
    local length = core.utf8_length(text)
    return length < #text and length or nil
end

--- Makes any text UTF-8: each bad byte becomes U+FFFD.
-- @tparam string text
-- @treturn string text
function utf8.repair(text)
    local pieces = {}
    while true do
        local length = core.utf8_length(text)
        pieces[#pieces + 1] = text:sub(1, length)
        if length == #text then
            return table.concat(pieces)
        end
        pieces[#pieces + 1] = "\239\191\189"
        text = text:sub(length + 2)
    end
end

return utf8
