local vpcpeer = require "vpcpeer"
local malformed = require "support.malformed"
local random = require("support.random").start "prefix_map_spec"

-- "block=value" for every step of an iterator
local function walked(iterator)
    local list = {}
    for block, value in iterator do list[#list + 1] = tostring(block) .. "=" .. tostring(value) end
    return list
end

describe("prefix_map", function()
    local map = vpcpeer.prefix_map {
        { "10.0.0.0/8", "eight" }, { "10.1.0.0/16", "sixteen" }, { "10.1.2.0/24", { "table" } },
        { "0.0.0.0/0", 0 }, { vpcpeer.cidr "2001:db8::/32", "six" }, { "2001:db8::1", false },
        { "255.255.255.255", "end" },
    }

    it("finds the longest block", function()
        for address, wanted in pairs {
            ["10.9.9.9"] = { "eight", "10.0.0.0/8" },
            ["10.1.9.9"] = { "sixteen", "10.1.0.0/16" },
            ["10.1.3.0"] = { "sixteen", "10.1.0.0/16" },
            ["11.0.0.0"] = { 0, "0.0.0.0/0" },
            ["9.255.255.255"] = { 0, "0.0.0.0/0" },
            ["255.255.255.255"] = { "end", "255.255.255.255/32" },
            ["2001:db8::2"] = { "six", "2001:db8::/32" },
            ["10.1.0.0/15"] = { "eight", "10.0.0.0/8" },
            ["10.0.0.0/8"] = { "eight", "10.0.0.0/8" },
            ["8.0.0.0/5"] = { 0, "0.0.0.0/0" },
            ["2001:db8::/48"] = { "six", "2001:db8::/32" },
        } do
            local value, block = map:lookup(address)
            assert.equal(wanted[1], value, address)
            assert.equal(wanted[2], tostring(block), address)
        end
        local value, block = map:lookup "2001:db8::1"
        assert.is_false(value)
        assert.equal("2001:db8::1/128", tostring(block))
        assert.same({ "table" }, (map:lookup(vpcpeer.cidr "10.1.2.3")))
        assert.is_nil((map:lookup "::1"))
        assert.equal(1, select("#", map:lookup "::1"))
    end)

    it("answers in bulk", function()
        assert.same({ "eight", false, "six", 0, false }, map:lookup_all {
            "10.9.9.9", "::1", vpcpeer.cidr "2001:db8:1::/48", "1.2.3.4", "2001:db8::1" })
        local text, count = map:lookup_text "10.9.9.9, ::1\n2001:db8::1\n# no\n1.1.1.1-1.1.1.9\n2001:db8::7\n"
        assert.equal("eight\nfalse\nfalse\n0\nsix\n", text)
        assert.equal(4, count)
        assert.has_error(function() map:lookup_text "10.1.2.3" end)
        local list, message, code = map:lookup_all { "10.0.0.1", "10.0.0" }
        assert.is_nil(list)
        assert.equal('item 2: "10.0.0": an IPv4 address has four parts', message)
        assert.equal("invalid_cidr", code)
        list, message, code = map:lookup_text "10.0.0.1\n10.0.0"
        assert.is_nil(list)
        assert.equal('line 2: "10.0.0": an IPv4 address has four parts', message)
        assert.equal("invalid_cidr", code)
    end)

    it("writes each kind of value in a long text as in a short one", function()
        local values = { "a", "b", "", "false", "1", ("long "):rep(50), "with\0NUL", 1, 2.5, -7, true, false, 2 ^ 60 }
        local entries, lines, wanted = {}, {}, {}
        for i = 1, 600 do
            local value = values[i % #values + 1]
            local text = i % 3 == 0 and ("2001:db8:%x::1"):format(i) or ("10.%d.%d.1"):format(i % 256, i % 7)
            entries[i] = { text .. (i % 3 == 0 and "/48" or "/24"), value }
        end
        local long = vpcpeer.prefix_map(entries)
        for i = 1, 2000 do
            local text = entries[i % #entries + 1][1]:match "^[^/]+"
            if i % 11 == 0 then text = "192.0.2.1" end
            local value = long:lookup(text)
            lines[i], wanted[i] = text, value == nil and "false" or tostring(value)
        end
        for _, count in ipairs { 1, 20, 2000, 1, 2000 } do -- short texts before and after a long one
            local got = assert(long:lookup_text(table.concat(lines, "\n", 1, count)))
            assert.equal(table.concat(wanted, "\n", 1, count) .. "\n", got)
        end
    end)

    it("raises for a value without text only when it is met", function()
        local mixed = vpcpeer.prefix_map { { "10.0.0.0/8", {} }, { "11.0.0.0/8", "eleven" } }
        local text, count = mixed:lookup_text(("11.0.0.1\n"):rep(200))
        assert.equal(("eleven\n"):rep(200), text)
        assert.equal(200, count)
        local ok, message = pcall(mixed.lookup_text, mixed, ("11.0.0.1\n"):rep(200) .. "10.0.0.1")
        assert.is_false(ok)
        assert.truthy(message:find("not table", 1, true))
    end)

    it("walks what is around and inside a block", function()
        assert.same({ "0.0.0.0/0=0", "10.0.0.0/8=eight", "10.1.0.0/16=sixteen" }, walked(map:covering "10.1.3.0/24"))
        assert.same({ "0.0.0.0/0=0", "10.0.0.0/8=eight" }, walked(map:covering "10.0.0.0/8"))
        assert.same({}, walked(map:covering "::"))
        assert.same({ "10.0.0.0/8=eight", "10.1.0.0/16=sixteen" },
            { walked(map:covered "10.0.0.0/8")[1], walked(map:covered "10.0.0.0/8")[2] })
        assert.equal(5, #walked(map:covered "0.0.0.0/0"))
        assert.same({ "2001:db8::/32=six", "2001:db8::1/128=false" }, walked(map:covered "::/0"))
        assert.same({ "2001:db8::1/128=false" }, walked(map:covered "2001:db8::/33"))
        assert.same({}, walked(map:covered "10.2.0.0/16"))
        assert.is_nil((map:covering "x"))
        assert.is_nil((map:covered "10.0.0.0/33"))
        local iterator = vpcpeer.prefix_map({ { "10.0.0.0/8", "kept" } }):covered "10.0.0.0/8"
        collectgarbage()
        collectgarbage()
        local block, value = iterator()
        assert.equal("10.0.0.0/8=kept", tostring(block) .. "=" .. value)
        assert.is_nil((iterator()))
    end)

    it("takes a table by block, lists with the last of equals", function()
        local by_block = vpcpeer.prefix_map { ["10.0.0.0/8"] = 1, [vpcpeer.cidr "::/0"] = 2, ["10.0.0.1"] = 3 }
        assert.equal(3, #by_block)
        assert.equal(3, (by_block:lookup "10.0.0.1"))
        assert.equal(2, (by_block:lookup "1::"))
        local result, message, code = vpcpeer.prefix_map { ["10.0.0.0/8"] = 1, ["10.0.0.1/8"] = 2 }
        assert.is_nil(result)
        assert.truthy(message:find("same block", 1, true))
        assert.equal("invalid_cidr", code)
        local last = vpcpeer.prefix_map { { "10.0.0.0/8", 1 }, { "11.0.0.0/8", 2 }, { "10.9.0.0/8", 3 } }
        assert.equal(2, #last)
        assert.equal(3, (last:lookup "10.0.0.1"))
        local empty = vpcpeer.prefix_map {}
        assert.equal(0, #empty)
        assert.is_nil((empty:lookup "10.0.0.1"))
        assert.equal("vpcpeer.prefix_map: 0 blocks", tostring(empty))
    end)

    it("refuses bad text and misuse", function()
        for _, text in ipairs(malformed) do
            local result, _, code = vpcpeer.prefix_map { { text, 1 } }
            assert.is_nil(result, text)
            assert.equal("invalid_cidr", code)
            result, _, code = map:lookup(text)
            assert.is_nil(result, text)
            assert.equal("invalid_cidr", code)
        end
        local result, message = vpcpeer.prefix_map { { "10.0.0.0/8", 1 }, { "x", 2 } }
        assert.is_nil(result)
        assert.equal('item 2: "x": it is not an address', message)
        for _, call in ipairs {
            function() vpcpeer.prefix_map() end,
            function() vpcpeer.prefix_map "10.0.0.0/8" end,
            function() vpcpeer.prefix_map { "10.0.0.0/8" } end,
            function() vpcpeer.prefix_map { { "10.0.0.0/8" } } end,
            function() vpcpeer.prefix_map { { 10, 1 } } end,
            function() vpcpeer.prefix_map { [true] = 1 } end,
            function() map:lookup() end,
            function() map:lookup(10) end,
            function() map:lookup_all "10.0.0.1" end,
            function() map:lookup_all { 1 } end,
            function() map:lookup_text(1) end,
            function() map.lookup({}, "10.0.0.1") end,
        } do
            assert.has_error(call)
        end
    end)

    it("agrees with a scan over all entries", function()
        for _ = 1, 200 do
            local entries = {}
            for i = 1, random:below(60) do
                local text = ("10.%d.%d.0/%d"):format(random:below(4) * 64, random:below(4) * 64, 6 + random:below(27))
                entries[i] = { vpcpeer.cidr(text), i }
            end
            local some = vpcpeer.prefix_map(entries)
            for _ = 1, 40 do
                local second = random:below(4) * 64 + random:below(2)
                local address = ("10.%d.%d.%d"):format(second, random:below(256), random:below(3))
                local wanted
                for _, entry in ipairs(entries) do
                    if entry[1]:contains(address)
                        and (not wanted or entry[1].prefix_length >= wanted[1].prefix_length) then
                        wanted = entry
                    end
                end
                local value, block = some:lookup(address)
                assert.equal(wanted and wanted[2], value)
                assert.is_true(block == (wanted and wanted[1]))
            end
        end
    end)
end)
