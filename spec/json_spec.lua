-- The JSON writer and reader: stable bytes out, strict text in.

local json = require "vpcpeer.json"
local core = require "vpcpeer.core"

-- A text of `depth` lists inside each other.
local function nested(depth)
    return ("["):rep(depth) .. ("]"):rep(depth)
end

describe("the JSON writer", function()
    it("sorts keys bytewise and prints whole numbers as integers", function()
        assert.equal('{"B":2,"a":443,"a_b":-1,"ab":0}', json.encode { a = 443.0, B = 2, ab = 0, a_b = -1 })
        assert.equal("[9007199254740992,-9007199254740991,1000000000000000]",
            json.encode { 2 ^ 53, -(2 ^ 53) + 1, 1e15 })
        assert.equal("0", json.encode(-0.0))
    end)

    it("sorts many keys as it sorts few", function()
        local object, keys = {}, {}
        for i = 1, 300 do
            keys[i] = ("k%d\195\169"):format(i * 7919 % 1009)
            object[keys[i]] = i
        end
        table.sort(keys, function(a, b) -- no letter of these sorts otherwise in any locale
            return a:gsub("\195\169", "~") < b:gsub("\195\169", "~")
        end)
        for i, key in ipairs(keys) do
            keys[i] = ('"%s":%d'):format(key, object[key])
        end
        assert.equal("{" .. table.concat(keys, ",") .. "}", json.encode(object))
    end)

    it("prints fractions with the fewest digits that read back", function()
        assert.equal("[0.1,1.5,-2.25]", json.encode { 0.1, 1.5, -2.25 })
        local third = 1 / 3
        assert.equal(third, tonumber(json.encode(third)))
        assert.equal(1e300, tonumber(json.encode(1e300)))
    end)

    it("knows which empty tables are objects", function()
        assert.equal('{"detail":{},"list":[],"tags":{}}', json.encode { detail = {}, tags = {}, list = {} })
        assert.equal("[]", json.encode {})
        assert.equal("[[]]", json.encode { {} })
    end)

    it("writes null for json.null and for any userdata", function()
        assert.equal('{"reachable":null}', json.encode { reachable = json.null })
        assert.equal('{"stream":null}', json.encode { stream = io.stdout })
        assert.equal("[true,false]", json.encode { true, false })
    end)

    it("escapes what RFC 8259 wants escaped, and nothing else", function()
        assert.equal([["\"\\/\b\f\n\r\t\u0000\u001f]] .. "\127é\"",
            json.encode("\"\\/\b\f\n\r\t\0\31\127é"))
    end)

    it("makes bytes that are no UTF-8 writable", function()
        assert.equal('"a\239\191\189b\239\191\189"', json.encode("a\255b\195"))
    end)

    it("indents as the AWS CLI does", function()
        assert.equal('{\n    "Vpcs": [\n        {\n            "Tags": [],\n            "VpcId": "vpc-a"\n'
            .. '        },\n        1\n    ]\n}', json.encode({ Vpcs = { { VpcId = "vpc-a", Tags = {} }, 1 } }, 4))
        assert.equal("[]", json.encode({}, 4))
    end)

    it("refuses what JSON cannot say", function()
        for _, value in ipairs { 0 / 0, 1 / 0, -1 / 0, print, { [1] = 1, a = 2 }, { [2.5] = 1 } } do
            assert.is_false(pcall(json.encode, value))
        end
        local loop = {}
        loop[1] = loop
        local ok, problem = pcall(json.encode, loop)
        assert.is_false(ok)
        assert.matches("deeper than 64", problem)
    end)
end)

describe("the JSON reader", function()
    local function refused(text, code, pattern)
        local value, message, got = json.decode(text, "x.json")
        assert.is_nil(value)
        assert.equal(code, got)
        assert.matches("^x%.json: ", message)
        assert.matches(pattern, message)
    end

    it("reads values", function()
        local value = assert(json.decode '{"a":[1,2.5,"x",true,null],"b":{}}')
        assert.equal(1, value.a[1])
        assert.equal("x", value.a[3])
        assert.equal("userdata", type(value.a[5]))
        assert.same({}, value.b)
    end)

    it("takes the last of several members with one name", function()
        assert.equal(2, json.decode('{"a":1,"a":2}').a)
    end)

    it("says that a document is empty", function()
        for _, text in ipairs { "", " \r\n", "\239\187\191" } do
            refused(text, "invalid_json", ("byte offset %d: the document is empty"):format(#text))
        end
    end)

    it("names the byte offset of bad syntax", function()
        refused("[", "invalid_json", "byte offset 1: .*the end of the text")
        refused("[1,]", "invalid_json", "byte offset 3: .*'%]'")
        refused('{"a" 1}', "invalid_json", "byte offset 5")
        refused("[1] x", "invalid_json", "byte offset 4")
        refused("\239\187\191[1,]", "invalid_json", "byte offset 6")
    end)

    it("takes only the numbers that JSON has", function()
        for _, text in ipairs { "NaN", "Infinity", "-Infinity", "0x10", "01", "+1", ".5", "nan", "inf" } do
            refused("[" .. text .. "]", "invalid_json", "byte offset 1")
        end
    end)

    it("skips a byte order mark", function()
        assert.same({ 1 }, json.decode("\239\187\191[1]"))
    end)

    it("counts nesting", function()
        assert.is_table(json.decode(nested(64)))
        refused(nested(65), "limit", "byte offset 64: nested deeper than 64 levels")
    end)

    it("bounds the size", function()
        local before = json.MAX_BYTES
        json.MAX_BYTES = 4
        local value, message, code = json.decode("[1,2]", "x.json")
        json.MAX_BYTES = before
        assert.is_nil(value)
        assert.equal("x.json: the document is over 4 bytes", message)
        assert.equal("limit", code)
    end)

    it("leaves the host's lua-cjson alone", function()
        local cjson = require "cjson"
        json.decode("[1]")
        assert.is_table(cjson.decode(nested(100)))
    end)

    it("names the offset of the first byte that is no UTF-8", function()
        local good = "é ← 𝄞 \239\187\191\244\143\191\191"
        assert.equal(#good, core.utf8_length(good))
        assert.equal(good, json.decode('"' .. good .. '"'))
        for bad, offset in pairs {
            ["\128"] = 0, -- continuation alone
            ["a\255"] = 1,
            ["é\192\128"] = 2, -- overlong NUL
            ["\224\128\128"] = 0, -- overlong
            ["\237\160\128"] = 0, -- surrogate
            ["\244\144\128\128"] = 0, -- beyond U+10FFFF
            ["ab\226\130"] = 2, -- cut short
            ["\240\143\191\191"] = 0,
        } do
            assert.equal(offset, core.utf8_length(bad))
            refused('"' .. bad .. '"', "invalid_utf8", "byte offset " .. offset + 1 .. ": the byte 0x%x%x")
        end
    end)
end)

describe("reading back what was written", function()
    it("gives equal bytes on random values", function()
        local seed = os.time()
        print("json seed " .. seed)
        -- A small generator of our own: math.random differs between Lua versions.
        local state = seed % 2147483647
        local function random(n)
            state = (state * 16807) % 2147483647
            return state % n
        end
        local function value(depth)
            local kind = random(depth > 4 and 4 or 6)
            if kind == 0 then
                return random(1000000) - 500000
            elseif kind == 1 then
                return random(2) == 0
            elseif kind == 2 then
                return (random(1000) - 500) / 8
            elseif kind == 3 then
                local bytes = {}
                for i = 1, random(12) do
                    bytes[i] = string.char(random(128))
                end
                return table.concat(bytes) .. (random(3) == 0 and "é𝄞" or "")
            end
            local made = {}
            for i = 1, random(5) do
                made[kind == 4 and i or "k" .. random(100)] = value(depth + 1)
            end
            return made
        end
        for _ = 1, 300 do
            local text = json.encode(value(0), random(2) == 0 and 4 or nil)
            local again = json.decode(text)
            assert.equal((text:gsub("\n *", ""):gsub('": ', '":')),
                (json.encode(again):gsub("\n *", ""):gsub('": ', '":')))
        end
    end)
end)
