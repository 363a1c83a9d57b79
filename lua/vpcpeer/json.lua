--- JSON text: a writer whose bytes depend on the value alone, and a strict reader over lua-cjson.
--
-- The writer sorts keys bytewise, prints whole numbers as integers in every Lua version and knows
-- which empty tables are objects. The reader adds to lua-cjson what it leaves open: UTF-8, limits,
-- messages with file and byte offset. lua-cjson is loaded by the reader's first use only.

local core = require "vpcpeer.core"

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

--- The JSON text of a value: keys in byte order, whole numbers as integers, an empty table as []
-- except under `detail` and `tags`. Bytes that are no UTF-8 become U+FFFD.
-- @param value string, number, boolean, json.null, a list, or a table with text keys
-- @tparam[opt] number indent spaces of one level; without it everything is on one line
-- @treturn string text without a newline at its end
-- @raise for functions, NaN, infinity, mixed keys, more than 64 levels
-- @usage json.encode({ Vpcs = {} })   --> {"Vpcs":[]}
function json.encode(value, indent)
    local ok, text = pcall(core.json_encode, value, indent or -1, json.null)
    if not ok then
        error(text, 2)
    end
    return text
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
    local lists, i, key = {}, 1, core.json_piece(cut, 1, true)
    while key do
        lists[key] = lists[key] or {}
        table.insert(lists[key], i)
        i = i + 1
        key = core.json_piece(cut, i, true)
    end
    local function decode_piece(number)
        local _, index, text_of_piece = core.json_piece(cut, number)
        local ok, value = pcall(from_text, text_of_piece)
        if not ok then
            return nil, nil, explain(value, 0)
        end
        return value, index
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
    local good = core.utf8_length(text)
    if good < #text then
        local message = string.format("%sbyte offset %d: the byte 0x%02x is not UTF-8", prefix, good,
            text:byte(good + 1))
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
    if not text:find "%S" then
        return nil, ("%sbyte offset %d: the document is empty; what wrote it may have failed")
            :format(prefix, #text + skipped), "invalid_json"
    end
    local ok, value = pcall(from_text, text)
    if not ok then
        local message, code = explain(value, skipped)
        return nil, prefix .. message, code
    end
    return value
end

return json
