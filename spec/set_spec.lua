local vpcpeer = require "vpcpeer"
local malformed = require "support.malformed"
local oracle = require "support.oracle_set"
local random = require("support.random").start "set_spec"

local function texts(iterator)
    local list = {}
    for block in iterator do list[#list + 1] = tostring(block) end
    return list
end

describe("set", function()
    it("is made of addresses, blocks, ranges, cidrs, sets", function()
        local set = vpcpeer.set {
            "10.0.0.0/8", "10.0.0.1 - 11.0.0.5", "fd00::/8", vpcpeer.cidr "192.168.0.0/16",
            vpcpeer.set { "1.1.1.1" }, "10.9.9.9",
        }
        assert.equal("1.1.1.1/32\n10.0.0.0/8\n11.0.0.0/30\n11.0.0.4/31\n192.168.0.0/16\nfd00::/8\n", set:to_text())
        assert.equal(4, #set)
        assert.equal(vpcpeer.set "10.0.0.0/8", vpcpeer.set { "10.0.0.0/9", "10.128.0.0/9" })
        assert.equal(vpcpeer.set(vpcpeer.cidr "::/0"), vpcpeer.set { "::/1", "8000::/1" })
        assert.is_true(vpcpeer.set({}):is_empty())
    end)

    it("names the bad item of a list", function()
        local result, message, code = vpcpeer.set { "10.0.0.0/8", "10.0.0.0/33" }
        assert.is_nil(result)
        assert.equal('item 2: "10.0.0.0/33": the prefix length is over 32', message)
        assert.equal("invalid_cidr", code)
        result, message = vpcpeer.set "10.0.0.9-10.0.0.1"
        assert.is_nil(result)
        assert.equal('"10.0.0.9-10.0.0.1": the range ends before it starts', message)
        result, message = vpcpeer.set "10.0.0.9-::1"
        assert.is_nil(result)
        assert.equal('"10.0.0.9-::1": the range mixes IPv4 and IPv6', message)
        for _, text in ipairs { "10.0.0.0/8-10.0.0.9", "1.1.1.1-", "-1.1.1.1", "-", "1.1.1.1-2.2.2.2-3.3.3.3" } do
            assert.is_nil((vpcpeer.set(text)), text)
        end
    end)

    it("refuses malformed text everywhere", function()
        local set = vpcpeer.set "10.0.0.0/8"
        for _, text in ipairs(malformed) do
            for _, call in ipairs {
                function() return vpcpeer.set(text) end,
                function() return vpcpeer.set { text } end,
                function() return set:contains(text) end,
                function() return set:overlaps(text) end,
                function() return set:contains_all { text } end,
                function() return vpcpeer.builder():add(text) end,
            } do
                local result, message, code = call()
                assert.is_nil(result, text)
                assert.equal("string", type(message))
                assert.equal("invalid_cidr", code)
            end
            assert.has_error(function() set:union(text) end)
        end
    end)

    it("raises for misuse", function()
        local set, six = vpcpeer.set "10.0.0.0/8", vpcpeer.set "::/64"
        for _, call in ipairs {
            function() vpcpeer.set() end,
            function() vpcpeer.set(nil) end,
            function() vpcpeer.set(10) end,
            function() vpcpeer.set { 10 } end,
            function() vpcpeer.set { "10.0.0.0/8", {} } end,
            function() vpcpeer.set { list = "10.0.0.0/8" } end,
            function() set:union() end,
            function() set:union(1) end,
            function() return set + "10.0.0" end,
            function() return set * 1 end,
            function() return set - nil end,
            function() set:complement "10.0.0" end,
            function() set:contains() end,
            function() set:contains_all "10.0.0.0/8" end,
            function() set:contains_all { 1 } end,
            function() set:contains_text(nil) end,
            function() set:to_text { bare = true } end,
            function() set:subnets() end,
            function() set:subnets(33) end,
            function() set:subnets(-1) end,
            function() six:subnets(129) end,
            function() six:free(80) end,
            function() set:free(24.5, "10.0.0.0/8") end,
            function() set:free(24, "10.0.0") end,
            function() set.contains(vpcpeer.cidr "::", "::") end,
            function() vpcpeer.set_from_text() end,
            function() vpcpeer.set_from_text(10) end,
            function() vpcpeer.set_from_text("", { on_error = "ignore" }) end,
            function() vpcpeer.set_from_text("", { on_eror = "collect" }) end,
            function() vpcpeer.builder():add() end,
            function() vpcpeer.builder():add(1) end,
            function() vpcpeer.builder():add_text(1) end,
            function() vpcpeer.builder().set(set) end,
        } do
            assert.has_error(call)
        end
    end)

    it("knows the edges of the lines", function()
        local all = vpcpeer.set({}):complement()
        assert.equal("0.0.0.0/0\n::/0\n", all:to_text())
        assert.equal("340282366920938463463374607436063178752", all:size_text())
        assert.is_true(all:complement():is_empty())
        local ends = vpcpeer.set { "0.0.0.0", "255.255.255.255", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" }
        assert.equal(4, ends:size())
        assert.equal(4, #ends)
        assert.equal(ends, ends:complement():complement())
        assert.is_false(ends:complement():overlaps(ends))
        -- Debian's iprange 1.0.4 prints almost everything here
        assert.equal("0.0.0.0/24\n255.255.255.0/24\n", vpcpeer.set({ "255.255.255.0/24", "0.0.0.0/24" }):to_text())
    end)

    it("counts exactly", function()
        assert.equal(0, vpcpeer.set({}):size())
        assert.equal("0", vpcpeer.set({}):size_text())
        assert.equal("4294967296", tostring(vpcpeer.set("0.0.0.0/0"):size()))
        assert.equal(2 ^ 53, vpcpeer.set("::/75"):size())
        assert.equal("9007199254740993", vpcpeer.set({ "::/75", "ffff::" }):size_text())
        assert.equal(2 ^ 128, vpcpeer.set("::/0"):size())
        assert.equal("18446744073709551616", vpcpeer.set("::/64"):size_text())
    end)

    it("writes text and tostring", function()
        local set = vpcpeer.set { "10.0.0.1", "10.0.0.4-10.0.0.9", "::1" }
        assert.equal("10.0.0.1/32\n10.0.0.4/30\n10.0.0.8/31\n::1/128\n", set:to_text())
        assert.equal("10.0.0.1\n10.0.0.4/30\n10.0.0.8/31\n::1\n", set:to_text { bare_hosts = true })
        assert.equal("10.0.0.1\n10.0.0.4-10.0.0.9\n::1\n", set:to_text { ranges = true })
        assert.equal("10.0.0.1/32, 10.0.0.4/30, 10.0.0.8/31, ::1/128", tostring(set))
        assert.equal(set, (vpcpeer.set_from_text(tostring(set))))
        assert.equal("", vpcpeer.set({}):to_text())
        local long = tostring(vpcpeer.set({}):complement("10.0.0.0/8") - vpcpeer.set "10.0.0.1-10.200.0.7")
        assert.truthy(long:find("...", 1, true))
        assert.is_true(#long < 400)
        local many = {}
        for i = 0, 999 do many[i + 1] = ("2001:db8:%x:%x:1:1:1:1/128"):format(i * 7 % 1000, i) end
        many = vpcpeer.set(many)
        assert.equal(many, (vpcpeer.set_from_text(many:to_text())))
    end)

    it("walks blocks and ranges in order", function()
        local set = vpcpeer.set { "::1-::2", "10.0.0.1-10.0.0.6", "9.0.0.0/8" }
        assert.same({ "9.0.0.0/8", "10.0.0.1/32", "10.0.0.2/31", "10.0.0.4/31", "10.0.0.6/32", "::1/128", "::2/128" },
            texts(set:cidrs()))
        local ranges = {}
        for first, last in set:ranges() do ranges[#ranges + 1] = first .. " " .. last end
        assert.same({ "9.0.0.0 9.255.255.255", "10.0.0.1 10.0.0.6", "::1 ::2" }, ranges)
        local iterator = vpcpeer.set("10.0.0.0/31"):cidrs()
        collectgarbage()
        assert.equal("10.0.0.0/31", tostring(iterator()))
        assert.is_nil(iterator())
        assert.is_nil(iterator())
    end)

    it("finds subnets and free blocks", function()
        assert.same({ "10.0.0.0/24", "10.0.1.0/24" }, texts(vpcpeer.set("10.0.0.0-10.0.2.5"):subnets(24)))
        assert.same({ "10.0.1.0/24" }, texts(vpcpeer.set("10.0.0.1-10.0.2.5"):subnets(24)))
        assert.same({}, texts(vpcpeer.set("10.0.0.1-10.0.1.254"):subnets(24)))
        assert.same({ "255.255.255.255/32" }, texts(vpcpeer.set("255.255.255.255"):subnets(32)))
        local used = vpcpeer.set { "10.0.0.0/24", "10.0.2.0/25" }
        assert.same({ "10.0.1.0/24", "10.0.3.0/24" }, texts(used:free(24, "10.0.0.0/22")))
        assert.same({}, texts(used:free(21, "10.0.0.0/22")))
        assert.same({}, texts(used:free(24, {})))
        assert.same({ "10.0.2.128/25" }, texts(used:free(25, { "10.0.2.0/24", "10.0.0.0/24" })))
        assert.equal("10.0.3.0/24", texts(used:free(24, vpcpeer.set "10.0.2.0/23"))[1])
        assert.same({ "172.16.0.0/12" }, texts(vpcpeer.set("10.0.0.1"):free(12)()
            and vpcpeer.set({ "10.0.0.0/8" }):free(12)))
        assert.equal("10.0.0.0/16", tostring(vpcpeer.set({}):free(16)()))
        assert.equal("fd00:0:0:1::/64", tostring(vpcpeer.set("fd00::1"):free(64, "fd00::/8")()))
        local lazy = vpcpeer.set("::/0"):subnets(128)
        assert.equal("::/128", tostring(lazy()))
        assert.equal("8000::/128", tostring(vpcpeer.set("::/1"):free(128, "::/0")()))
    end)

    it("compares", function()
        local small, large = vpcpeer.set "10.0.0.0/9", vpcpeer.set { "10.0.0.0/8", "::1" }
        assert.is_true(small <= large)
        assert.is_true(small < large)
        assert.is_false(large <= small)
        assert.is_true(large <= large)
        assert.is_false(large < large)
        assert.is_true(large >= small)
        assert.is_false(vpcpeer.set "11.0.0.0/8" <= large)
        assert.is_true(vpcpeer.set {} < small)
        assert.is_false(small == large)
        assert.is_false(small == vpcpeer.cidr "10.0.0.0/9")
        assert.equal("vpcpeer.set", getmetatable(small))
    end)

    it("answers in bulk", function()
        local set = vpcpeer.set { "10.0.0.0/8", "::/64" }
        local answers = set:contains_all { "10.0.0.1", "8.8.8.8", vpcpeer.cidr "10.1.0.0/16", "::5", vpcpeer.set {} }
        assert.same({ true, false, true, true, true }, answers)
        local text, count = set:contains_text "10.0.0.1\n8.8.8.8, 10.0.0.0/7\r\n\n# nothing\n::1 # yes\n"
        assert.equal("1\n0\n0\n1\n", text)
        assert.equal(2, count)
        local result, message, code = set:contains_text "10.0.0.1\n8.8.8\n"
        assert.is_nil(result)
        assert.equal('line 2: "8.8.8": an IPv4 address has four parts', message)
        assert.equal("invalid_cidr", code)
        assert.equal("", (set:contains_text ""))
        result, message = set:contains_all { "10.0.0.1", "x" }
        assert.is_nil(result)
        assert.truthy(message:find("item 2:", 1, true))
        local lines = {}
        for i = 1, 3000 do lines[i] = (i % 2 == 0 and "10." or "11.") .. i % 256 .. ".0." .. i % 199 end
        text, count = set:contains_text(table.concat(lines, "\n"))
        assert.equal(("0\n1\n"):rep(1500), text)
        assert.equal(1500, count)
    end)
end)

describe("set_from_text", function()
    it("reads lines, commas, comments, ranges", function()
        local set = assert(vpcpeer.set_from_text(table.concat({
            "# a list", "10.0.0.0/24", "", "  10.0.1.0/24\t# with a comment, and a comma", "\r",
            "10.0.2.0/24,10.0.3.0/24 ,, 10.0.4.0\r", "192.0.2.1 - 192.0.2.6#x", "::1,::2/128", "\t\f\v",
            "255.255.255.255",
        }, "\n")))
        assert.equal("10.0.0.0/22, 10.0.4.0/32, 192.0.2.1/32, 192.0.2.2/31, 192.0.2.4/31, 192.0.2.6/32, "
            .. "255.255.255.255/32, ::1/128, ...", tostring(set))
        assert.is_true(vpcpeer.set_from_text(""):is_empty())
        assert.is_true(vpcpeer.set_from_text(" ,\n#10.0.0.0/8"):is_empty())
    end)

    it("names the first bad line", function()
        local result, message, code = vpcpeer.set_from_text "10.0.0.0/8\n\n# x\n10.0.0.1, 10.0/16\n11"
        assert.is_nil(result)
        assert.equal('line 4: "10.0/16": an IPv4 address has four parts', message)
        assert.equal("invalid_cidr", code)
    end)

    it("collects every bad item", function()
        local set, problems = vpcpeer.set_from_text(
            "1.1.1.1\nfoo\n2.2.2.2, 3.3.3 ,4.4.4.4/33\n\n5.5.5.9-5.5.5.1 # no\n6.6.6.6", { on_error = "collect" })
        assert.equal("1.1.1.1/32, 2.2.2.2/32, 6.6.6.6/32", tostring(set))
        assert.same({
            { line = 2, text = "foo", message = '"foo": it is not an address' },
            { line = 3, text = "3.3.3", message = '"3.3.3": an IPv4 address has four parts' },
            { line = 3, text = "4.4.4.4/33", message = '"4.4.4.4/33": the prefix length is over 32' },
            { line = 5, text = "5.5.5.9-5.5.5.1", message = '"5.5.5.9-5.5.5.1": the range ends before it starts' },
        }, problems)
        local _, none = vpcpeer.set_from_text("1.1.1.1", { on_error = "collect" })
        assert.same({}, none)
    end)

    it("refuses malformed text in any place of a line", function()
        for _, text in ipairs(malformed) do
            if text:find "%S" and not text:find "[,\n ]" then
                for _, line in ipairs { text, " " .. text .. "\r", text .. " # x", "1.1.1.1," .. text .. ",2.2.2.2",
                    text .. (" "):rep(40) .. "\n" } do
                    local result, _, code = vpcpeer.set_from_text(line)
                    assert.is_nil(result, text)
                    assert.equal("invalid_cidr", code)
                    local set, problems = vpcpeer.set_from_text(line, { on_error = "collect" })
                    assert.equal(1, #problems)
                    assert.equal(text, problems[1].text)
                    assert.is_true(set <= vpcpeer.set { "1.1.1.1", "2.2.2.2" })
                end
            end
        end
    end)

    it("survives a line of 10 MB", function()
        local line = ("9"):rep(10 * 1024 * 1024)
        local result, message = vpcpeer.set_from_text("1.1.1.1\n" .. line)
        assert.is_nil(result)
        assert.is_true(#message < 200)
        result = vpcpeer.set_from_text("1.1.1.1\n#" .. line .. "\n" .. (" "):rep(10 * 1024 * 1024) .. "2.2.2.2")
        assert.equal(2, result:size())
    end)
end)

describe("builder", function()
    it("collects and may go on", function()
        local builder = vpcpeer.builder()
        assert.is_true(builder:set():is_empty())
        assert.equal(builder, builder:add("10.0.0.0/25"):add { "10.0.0.128/25", vpcpeer.cidr "::1" })
        local first = builder:set()
        assert.equal("10.0.0.0/24, ::1/128", tostring(first))
        assert.equal(first, builder:set())
        assert.equal(builder, builder:add_text "10.0.1.0/24\n9.0.0.0/8")
        assert.equal(builder, builder:add(vpcpeer.set "8.8.8.8"))
        assert.equal("8.8.8.8/32, 9.0.0.0/8, 10.0.0.0/23, ::1/128", tostring(builder:set()))
        assert.equal("10.0.0.0/24, ::1/128", tostring(first))
    end)

    it("adds all or nothing", function()
        local builder = vpcpeer.builder()
        for _, call in ipairs {
            function() return builder:add { vpcpeer.set "7.7.7.7", "10.0.0.0/8", "x" } end,
            function() return builder:add "x" end,
            function() return builder:add_text "10.0.0.0/8\nx" end,
        } do
            local result, message, code = call()
            assert.is_nil(result)
            assert.equal("string", type(message))
            assert.equal("invalid_cidr", code)
        end
        assert.has_error(function() builder:add { "10.0.0.0/8", 1 } end)
        assert.is_true(builder:set():is_empty())
        local again, problems = builder:add_text("10.0.0.0/8\nx", { on_error = "collect" })
        assert.equal(builder, again)
        assert.equal(2, problems[1].line)
        assert.equal("10.0.0.0/8", tostring(builder:set()))
    end)

    it("takes single inserts in any order", function()
        local builder, list = vpcpeer.builder(), {}
        for i = 1, 2000 do
            local text = ("10.%d.%d.%d"):format(random:below(2), random:below(20), random:below(256))
            list[i] = text
            assert(builder:add(text))
            if random:below(500) == 0 then builder:set() end
        end
        assert.equal(vpcpeer.set(list), builder:set())
    end)
end)

describe("set operations", function()
    local OPERATIONS = {
        union = function(a, b) return a or b end,
        intersection = function(a, b) return a and b end,
        difference = function(a, b) return a and not b end,
        symmetric_difference = function(a, b) return a ~= b end,
    }
    local names = { "union", "intersection", "difference", "symmetric_difference" }

    it("agree with a bit-by-bit oracle on 10,000 random inputs", function()
        local list, cells = oracle.random(random)
        for _ = 1, 5000 do
            -- each round combines a new set with that of the round before, by two operations
            local next_list, next_cells = oracle.random(random)
            local a, b = vpcpeer.set(list), vpcpeer.set(next_list)
            for _ = 1, 2 do
                local name = random:pick(names)
                local wanted = oracle.combine(cells, next_cells, OPERATIONS[name])
                local got = a[name](a, b)
                assert.same(oracle.answers(wanted), got:contains_all(oracle.probes), name)
            end
            assert.equal(not oracle.is_empty(oracle.combine(cells, next_cells, OPERATIONS.intersection)), a:overlaps(b))
            assert.equal(oracle.is_empty(oracle.combine(cells, next_cells, OPERATIONS.difference)), a <= b)
            list, cells = next_list, next_cells
        end
    end)

    it("obey the laws of sets", function()
        for _ = 1, 1000 do
            local a, b = vpcpeer.set((oracle.random(random))), vpcpeer.set((oracle.random(random)))
            local c = vpcpeer.set((oracle.random(random)))
            assert.equal(a + b, b + a)
            assert.equal(a * b, b * a)
            assert.equal((a + b) + c, a + (b + c))
            assert.equal(a * (b + c), a * b + a * c)
            assert.equal((a + b):complement(), a:complement() * b:complement())
            assert.equal((a * b):complement(), a:complement() + b:complement())
            assert.equal(a, a:complement():complement())
            assert.equal(a - b, a * b:complement())
            assert.equal(a:symmetric_difference(b), (a - b) + (b - a))
            assert.equal(a:complement(b), b - a)
            assert.is_true((a - a):is_empty())
            assert.equal(a, vpcpeer.set_from_text(a:to_text()))
            assert.equal(a, vpcpeer.set_from_text(a:to_text { ranges = true }))
            local blocks = {}
            for block in a:cidrs() do blocks[#blocks + 1] = block end
            assert.equal(a, vpcpeer.set(blocks))
        end
    end)

    it("take text, cidrs and lists as operands", function()
        local set = vpcpeer.set "10.0.0.0/9"
        assert.equal("10.0.0.0/8", tostring(set + "10.128.0.0/9"))
        assert.equal("10.0.0.0/8", tostring(set + vpcpeer.cidr "10.128.0.0/9"))
        assert.equal("10.0.0.0/8", tostring(vpcpeer.cidr "10.128.0.0/9" + set))
        assert.equal("10.0.0.0/8", tostring(set:union { "10.128.0.0/10", "10.192.0.0/10" }))
        assert.equal("10.128.0.0/9", tostring(set:complement "10.0.0.0/8"))
        assert.equal("10.0.0.0/10", tostring(set * "0.0.0.0-10.63.255.255"))
        local compile = loadstring or load -- luacheck: ignore
        local operators = compile "local a, b = ... return a ~ b, ~a"
        if operators then
            local changed, rest = operators(set, vpcpeer.set "10.0.0.0/8")
            assert.equal("10.128.0.0/9", tostring(changed))
            assert.equal(set:complement(), rest)
        end
    end)
end)
