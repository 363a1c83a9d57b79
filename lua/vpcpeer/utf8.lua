--- Is a text UTF-8, and where does it stop being so: what JSON needs and lua-cjson does not check.
--
-- Runs of ASCII are skipped by one pattern, so a dump costs about what reading it from disk does.

local utf8 = {}

-- The forms of a character of several bytes (Unicode, table 3-7), by pattern.
local UTF8_FORMS = {
    "^[\194-\223][\128-\191]()",
    "^\224[\160-\191][\128-\191]()",
    "^[\225-\236\238\239][\128-\191][\128-\191]()",
    "^\237[\128-\159][\128-\191]()",
    "^\240[\144-\191][\128-\191][\128-\191]()",
    "^[\241-\243][\128-\191][\128-\191][\128-\191]()",
    "^\244[\128-\143][\128-\191][\128-\191]()",
}

-- The position after the well-formed text that starts at `position`; at the end #text + 1.
local function skip_utf8(text, position)
    while true do
        position = text:match("^[^\128-\255]*()", position)
        if position > #text then
            return position
        end
        local after
        for i = 1, #UTF8_FORMS do
            after = text:match(UTF8_FORMS[i], position)
            if after then
                break
            end
        end
        if not after then
            return position
        end
        position = after
    end
end

--- Where a text stops being UTF-8.
-- @tparam string text
-- @treturn ?number byte offset (from 0) of the first bad byte, nil for good text
function utf8.bad_offset(text)
    local position = skip_utf8(text, 1)
    if position <= #text then
        return position - 1
    end
    return nil
end

--- Makes any text UTF-8: each bad byte becomes U+FFFD.
-- @tparam string text
-- @treturn string text
function utf8.repair(text)
    local pieces, from = {}, 1
    while true do
        local bad = skip_utf8(text, from)
        pieces[#pieces + 1] = text:sub(from, bad - 1)
        if bad > #text then
            return table.concat(pieces)
        end
        pieces[#pieces + 1] = "\239\191\189"
        from = bad + 1
    end
end

return utf8
