--- JSON text: a writer whose bytes depend on the value alone, and a strict reader over lua-cjson.
--
-- The writer sorts keys bytewise, prints whole numbers as integers in every Lua version and knows
-- which empty tables are objects. The reader adds to lua-cjson what it leaves open: UTF-8, limits,
-- messages with file and byte offset. lua-cjson is loaded by the reader's first use only.

local core = require "vpcpeer.core"
local utf8 = require "vpcpeer.utf8"

local json = {}

--- Limits: nesting of a document, bytes of a document.
json.MAX_DEPTH = 64
json.MAX_BYTES = 1024 * 1024 * 1024

--- Bytes from which a document is worth cutting into pieces.
json.CUT_BYTES = 64 * 1024

--- What the writer prints as null. (What a reader uses for null is a userdata; those print as null
-- too.)
json.null = setmetatable({}, {
    __tostring = function()
        return "null"
    end,
})

-- Keys whose values are objects by nature, so that an empty one is {}; any other empty table is [].
local OBJECT_KEYS = { detail = true, tags = true }

-- ---- writer --------------------------------------------------------------------------------------

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n",
    ["\r"] = "\\r", ["\t"] = "\\t" }

local function escape(char)
    return ESCAPES[char] or string.format("\\u%04x", char:byte())
end

local function write_string(text)
    if text:find("[\128-\255]") and utf8.bad_offset(text) then
        text = utf8.repair(text)
    end
    return '"' .. text:gsub('[%z\1-\31"\\]', escape) .. '"'
end

-- Whole numbers are integers whatever their subtype is; others take the fewest digits that read
-- back as the same number.
local function write_number(value)
    if value == 0 then
        return "0"
    end
    local plain = tostring(value)
    if plain:find("^%-?%d+$") then
        return plain
    elseif value ~= value or value == math.huge or value == -math.huge then
        error("JSON has no text for the number " .. plain, 0)
    elseif value == math.floor(value) and math.abs(value) <= 2 ^ 53 then
        return string.format("%d", value)
    end
    for digits = 15, 17 do
        plain = string.format("%." .. digits .. "g", value)
        if tonumber(plain) == value then
            break
        end
    end
    -- The host may have set a locale with a decimal comma.
    return (plain:gsub(",", "."))
end

-- Bytewise order: < on strings follows the locale that the host has set.
local function bytes_less(a, b)
    for i = 1, math.min(#a, #b) do
        local x, y = a:byte(i), b:byte(i)
        if x ~= y then
            return x < y
        end
    end
    return #a < #b
end

-- The order for table.sort: its own where it is bytewise, which is several times faster.
local function key_order()
    local os_library = rawget(_G, "os")
    local locale = os_library and os_library.setlocale and os_library.setlocale(nil, "collate")
    if locale == "C" or locale == "POSIX" then
        return nil
    end
    return bytes_less
end

local function sorted_keys(state, object)
    local keys = {}
    for key in pairs(object) do
        if type(key) ~= "string" then
            error("a table with text and other keys is no JSON value", 0)
        end
        keys[#keys + 1] = key
    end
    table.sort(keys, state.order)
    return keys
end

-- The length of a list; other keys would be lost.
local function list_length(list)
    local count = 0
    for _ in pairs(list) do
        count = count + 1
    end
    if count ~= #list then
        error("a list with other keys is no JSON value", 0)
    end
    return count
end

-- State of one run: `out` the pieces, `indent` the text of one level or nil, `newlines[depth]`,
-- `labels` the keys as written, `order` of keys.
local write_value

local function write_items(state, depth, open, close, count, write_item)
    local out, newlines = state.out, state.newlines
    if state.indent and not newlines[depth] then
        newlines[depth] = "\n" .. state.indent:rep(depth)
    end
    out[#out + 1] = open
    for i = 1, count do
        if i > 1 then
            out[#out + 1] = ","
        end
        out[#out + 1] = newlines[depth]
        write_item(i)
    end
    out[#out + 1] = state.indent and newlines[depth - 1]
    out[#out + 1] = close
end

local function write_table(state, value, depth, key)
    if depth > json.MAX_DEPTH then
        error("the value is nested deeper than " .. json.MAX_DEPTH .. " levels", 0)
    elseif next(value) == nil then
        state.out[#state.out + 1] = OBJECT_KEYS[key] and "{}" or "[]"
    elseif value[1] ~= nil then
        write_items(state, depth, "[", "]", list_length(value), function(i)
            write_value(state, value[i], depth + 1, nil)
        end)
    else
        local keys = sorted_keys(state, value)
        write_items(state, depth, "{", "}", #keys, function(i)
            local name = keys[i]
            local label = state.labels[name]
            if not label then
                label = write_string(name) .. state.colon
                state.labels[name] = label
            end
            state.out[#state.out + 1] = label
            write_value(state, value[name], depth + 1, name)
        end)
    end
end

function write_value(state, value, depth, key)
    local kind, out = type(value), state.out
    if value == json.null or kind == "userdata" or kind == "nil" then
        out[#out + 1] = "null"
    elseif kind == "table" then
        write_table(state, value, depth, key)
    elseif kind == "string" then
        out[#out + 1] = write_string(value)
    elseif kind == "number" then
        out[#out + 1] = write_number(value)
    elseif kind == "boolean" then
        out[#out + 1] = tostring(value)
    else
        error("JSON has no text for a " .. kind, 0)
    end
end

--- The JSON text of a value: keys in byte order, whole numbers as integers, an empty table as []
-- except under `detail` and `tags`. Bytes that are no UTF-8 become U+FFFD.
-- @param value string, number, boolean, json.null, a list, or a table with text keys
-- @tparam[opt] number indent spaces of one level; without it everything is on one line
-- @treturn string text without a newline at its end
-- @raise for functions, NaN, infinity, mixed keys, more than 64 levels
-- @usage json.encode({ Vpcs = {} })   --> {"Vpcs":[]}
function json.encode(value, indent)
    local state = {
        out = {},
        indent = indent and (" "):rep(indent),
        colon = indent and ": " or ":",
        newlines = { [0] = indent and "\n" },
        labels = {},
        order = key_order(),
    }
    local ok, problem = pcall(write_value, state, value, 1, nil)
    if not ok then
        error(problem, 2)
    end
    return table.concat(state.out)
end

-- ---- reader --------------------------------------------------------------------------------------

local decode -- lua-cjson's function, set up once

local function load_cjson()
    local found, cjson = pcall(require, "cjson")
    if not found then
        return nil, "lua-cjson is needed to read JSON: " .. tostring(cjson), "missing_module"
    end
    -- A state of our own: hosts that use lua-cjson keep their settings.
    local own = cjson.new()
    own.decode_max_depth(json.MAX_DEPTH)
    own.decode_invalid_numbers(false)
    decode = own.decode
    return true
end

-- lua-cjson's names for what it met, in words.
local TOKENS = {
    T_OBJ_BEGIN = "'{'", T_OBJ_END = "'}'", T_ARR_BEGIN = "'['", T_ARR_END = "']'",
    T_STRING = "a string", T_NUMBER = "a number", T_BOOLEAN = "a boolean", T_NULL = "null",
    T_COLON = "':'", T_COMMA = "','", T_END = "the end of the text", T_ERROR = "an invalid token",
}

-- Turns "Expected value but found T_END at character 5" into message and code; `skipped` bytes
-- stood before the text that lua-cjson saw.
local function explain(problem, skipped)
    problem = tostring(problem)
    local what, at = problem:match("^(.-) at character (%d+)$")
    if not what then
        return problem, "invalid_json"
    end
    what = what:gsub("T_[A-Z_]+", TOKENS):gsub("^%u", string.lower)
    local offset = tonumber(at) - 1 + skipped
    if what:find("nested") then
        return string.format("byte offset %d: nested deeper than %d levels", offset,
            json.MAX_DEPTH), "limit"
    end
    return string.format("byte offset %d: %s", offset, what), "invalid_json"
end

-- lua-cjson's decoder, or nil, message, code.
local function decoder()
    if not decode then
        local ok, message, code = load_cjson()
        if not ok then
            return nil, message, code
        end
    end
    return decode
end

--- Cuts a long document into pieces that are decoded one by one, without what nobody reads.
-- @tparam string text
-- @tparam {string,...} long keys of the top level whose lists come in pieces
-- @tparam {string,...} around keys that are read in them besides the fields of records
-- @treturn ?table nil for what json.decode must read as a whole, be it short, unusual or malformed;
-- else `rest`, the document without these lists, `lists`, for each of their keys the numbers of its
-- pieces, and `decode(number)`, which gives the piece's records and the index of the first from 0,
-- or nil, nil, message, code
function json.cut(text, long, around)
    local from_text = #text >= json.CUT_BYTES and #text <= json.MAX_BYTES and decoder()
    local cut = from_text and core.json_cut(text, long, around)
    if not cut then
        return nil
    end
    local lists, i, key, first, piece = {}, 1, core.json_piece(cut, 1)
    while key do
        lists[key] = lists[key] or {}
        table.insert(lists[key], i)
        i = i + 1
        key, first, piece = core.json_piece(cut, i)
    end
    local function decode_piece(number)
        key, first, piece = core.json_piece(cut, number)
        local ok, value = pcall(from_text, piece)
        if not ok then
            return nil, nil, explain(value, 0)
        end
        return value, first
    end
    local rest = decode_piece(i)
    return rest and { rest = rest, lists = lists, decode = decode_piece }
end

--- Reads a JSON text: UTF-8 (a byte order mark is skipped), at most 64 levels deep, numbers as JSON
-- writes them. The last of several members with one name wins; null is a userdata.
-- @tparam string text
-- @tparam[opt] string name what messages start with: the file
-- @return[1] the value
-- @treturn[2] nil
-- @treturn[2] string message, such as `vpcs.json: byte offset 17: expected value but found ','`
-- @treturn[2] string code: invalid_json, invalid_utf8, limit or missing_module
function json.decode(text, name)
    local prefix = name and name .. ": " or ""
    if #text > json.MAX_BYTES then
        return nil, prefix .. "the document is over " .. json.MAX_BYTES .. " bytes", "limit"
    end
    local bad = utf8.bad_offset(text)
    if bad then
        local message = string.format("%sbyte offset %d: the byte 0x%02x is not UTF-8", prefix, bad,
            text:byte(bad + 1))
        return nil, message, "invalid_utf8"
    end
    local from_text, why, kind = decoder()
    if not from_text then
        return nil, prefix .. why, kind
    end
    local skipped = 0
    if text:sub(1, 3) == "\239\187\191" then
        text, skipped = text:sub(4), 3
    end
    local ok, value = pcall(from_text, text)
    if not ok then
        local message, code = explain(value, skipped)
        return nil, prefix .. message, code
    end
    return value
end

return json
