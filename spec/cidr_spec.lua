local vpcpeer = require "vpcpeer"
local malformed = require "support.malformed"

describe("cidr", function()
    it("reads blocks and clears host bits", function()
        for text, wanted in pairs {
            ["10.0.0.0/8"] = "10.0.0.0/8",
            ["100.68.0.18/18"] = "100.68.0.0/18",
            ["10.1.2.3"] = "10.1.2.3/32",
            ["0.0.0.0/0"] = "0.0.0.0/0",
            ["255.255.255.255/0"] = "0.0.0.0/0",
            ["255.255.255.255"] = "255.255.255.255/32",
            ["::"] = "::/128",
            ["::/0"] = "::/0",
            ["2001:DB8::1/32"] = "2001:db8::/32",
            ["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"] = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
            ["::ffff:1.2.3.4"] = "::ffff:1.2.3.4/128",
            ["64:ff9b::192.0.2.33"] = "64:ff9b::c000:221/128",
            ["1:2:3:4:5:6:7::"] = "1:2:3:4:5:6:7:0/128",
            ["::2:3:4:5:6:7:8"] = "0:2:3:4:5:6:7:8/128",
        } do
            assert.equal(wanted, tostring(assert(vpcpeer.cidr(text))))
        end
    end)

    it("writes IPv6 by RFC 5952", function()
        for text, wanted in pairs {
            ["2001:0db8:0000:0000:0000:0000:0000:0001"] = "2001:db8::1", -- 4.1, 4.2.1
            ["2001:db8:0:1:1:1:1:1"] = "2001:db8:0:1:1:1:1:1", -- 4.2.2: one group is not shortened
            ["2001:0:0:1:0:0:0:1"] = "2001:0:0:1::1", -- 4.2.3: the longest run
            ["2001:db8:0:0:1:0:0:1"] = "2001:db8::1:0:0:1", -- 4.2.3: the first of equal runs
            ["2001:DB8:AAAA::ABCD"] = "2001:db8:aaaa::abcd", -- 4.3
            ["1:0:0:0:0:0:0:0"] = "1::",
            ["0:0:0:0:0:0:0:0"] = "::",
        } do
            assert.equal(wanted, vpcpeer.cidr(text).address)
        end
    end)

    it("has fields", function()
        local block = vpcpeer.cidr "10.1.2.3/15"
        assert.equal("10.0.0.0", block.address)
        assert.equal("10.0.0.0", block.first)
        assert.equal("10.1.255.255", block.last)
        assert.equal(15, block.prefix_length)
        assert.equal(4, block.family)
        local six = vpcpeer.cidr "2001:db8::/33"
        assert.equal("2001:db8:7fff:ffff:ffff:ffff:ffff:ffff", six.last)
        assert.equal(6, six.family)
        assert.is_nil(six.netmsk)
        assert.is_nil(six[1])
        assert.has_error(function() six.address = "::" end)
    end)

    it("takes a cidr and the strict option", function()
        local block = vpcpeer.cidr "10.0.0.0/8"
        assert.equal(block, vpcpeer.cidr(block))
        assert.equal(block, vpcpeer.cidr("10.0.0.0/8", { strict = true }))
        assert.equal(block, vpcpeer.cidr("10.0.0.1/8", { strict = false }))
        local result, message, code = vpcpeer.cidr("10.0.0.1/8", { strict = true })
        assert.is_nil(result)
        assert.equal('"10.0.0.1/8": it has host bits', message)
        assert.equal("invalid_cidr", code)
    end)

    it("refuses malformed text with nil, message, code", function()
        for _, text in ipairs(malformed) do
            local result, message, code = vpcpeer.cidr(text)
            assert.is_nil(result, text)
            assert.equal("string", type(message))
            assert.is_true(#message < 200)
            assert.equal("invalid_cidr", code)
        end
    end)

    it("raises for misuse", function()
        local block = vpcpeer.cidr "10.0.0.0/8"
        for _, call in ipairs {
            function() vpcpeer.cidr() end,
            function() vpcpeer.cidr(nil) end,
            function() vpcpeer.cidr(10) end,
            function() vpcpeer.cidr({}) end,
            function() vpcpeer.cidr("10.0.0.0/8", "strict") end,
            function() vpcpeer.cidr("10.0.0.0/8", { strict = 1 }) end,
            function() vpcpeer.cidr("10.0.0.0/8", { [1] = true }) end,
            function() block:contains() end,
            function() block:contains(10) end,
            function() block.contains("10.0.0.0/8", "10.0.0.0/8") end,
            function() block.contains(io.stdout, "10.0.0.0/8") end,
            function() block:supernet(9) end,
            function() block:supernet(-1) end,
            function() block:subnets() end,
            function() block:subnets(7) end,
            function() block:subnets(33) end,
            function() block:subnets(8.5) end,
            function() block:subnets(0 / 0) end,
            function() block:subnets(1 / 0) end,
            function() block:subnets("x") end,
            function() return block < "10.0.0.0/8" end,
            function() return #block end,
        } do
            assert.has_error(call)
        end
        local _, message = pcall(function() vpcpeer.cidr("10.0.0.0/8", { strct = true }) end)
        assert.truthy(message:find("unknown option 'strct' (did you mean 'strict'?)", 1, true))
        assert.truthy(message:find("cidr_spec.lua:", 1, true))
    end)

    it("answers contains and overlaps", function()
        local block = vpcpeer.cidr "10.0.0.0/8"
        for x, wanted in pairs {
            ["10.0.0.0"] = { true, true },
            ["10.255.255.255"] = { true, true },
            ["11.0.0.0"] = { false, false },
            ["9.255.255.255"] = { false, false },
            ["10.2.0.0/16"] = { true, true },
            ["10.0.0.0/8"] = { true, true },
            ["10.0.0.0/7"] = { false, true },
            ["0.0.0.0/0"] = { false, true },
            ["::/0"] = { false, false },
            ["10.0.0.1 - 10.9.0.0"] = { true, true },
            ["9.0.0.0-10.0.0.0"] = { false, true },
            ["9.0.0.0-11.0.0.0"] = { false, true },
            ["10.255.255.255-11.0.0.0"] = { false, true },
        } do
            assert.equal(wanted[1], block:contains(x), x)
            assert.equal(wanted[2], block:overlaps(x), x)
            assert.equal(wanted[1], block:contains(vpcpeer.set(x)), x)
            assert.equal(wanted[2], block:overlaps(vpcpeer.set(x)), x)
        end
        assert.is_true(block:contains(vpcpeer.cidr "10.3.0.0/16"))
        assert.is_true(block:contains(vpcpeer.set {}))
        assert.is_false(block:overlaps(vpcpeer.set {}))
        assert.is_false(block:contains(vpcpeer.set { "10.0.0.1", "::1" }))
        assert.is_true(vpcpeer.cidr("8000::/1"):contains(vpcpeer.set "ffff::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"))
        assert.is_true(vpcpeer.cidr("240.0.0.0/4"):contains(vpcpeer.set "255.0.0.0/8"))
        local answer, message, code = block:contains "10.0.0"
        assert.is_nil(answer)
        assert.equal('"10.0.0": an IPv4 address has four parts', message)
        assert.equal("invalid_cidr", code)
        assert.is_nil((block:overlaps "x"))
    end)

    it("gives supernets and subnets", function()
        local block = vpcpeer.cidr "10.1.0.0/16"
        assert.equal("10.0.0.0/15", tostring(block:supernet()))
        assert.equal("10.0.0.0/8", tostring(block:supernet(8)))
        assert.equal("10.1.0.0/16", tostring(block:supernet(16)))
        assert.equal("0.0.0.0/0", tostring(block:supernet(0)))
        assert.is_nil(vpcpeer.cidr("0.0.0.0/0"):supernet())
        assert.is_nil(vpcpeer.cidr("::/0"):supernet())
        local list = {}
        for part in block:subnets(18) do list[#list + 1] = tostring(part) end
        assert.same({ "10.1.0.0/18", "10.1.64.0/18", "10.1.128.0/18", "10.1.192.0/18" }, list)
        local count = 0
        for part in vpcpeer.cidr("255.255.255.0/24"):subnets(32) do
            count = count + 1
            assert.equal("255.255.255." .. (count - 1) .. "/32", tostring(part))
        end
        assert.equal(256, count)
        local all = vpcpeer.cidr("::/0"):subnets(128) -- lazy
        assert.equal("::/128", tostring(all()))
        assert.equal("::1/128", tostring(all()))
        local last = vpcpeer.cidr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127"):subnets(128)
        last()
        assert.equal("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", tostring(last()))
        assert.is_nil(last())
        assert.is_nil(last())
    end)

    it("writes masks and reverse names", function()
        local block = vpcpeer.cidr "10.1.2.0/23"
        assert.equal("255.255.254.0", block:netmask())
        assert.equal("0.0.1.255", block:wildcard())
        assert.equal("0.2.1.10.in-addr.arpa", block:ptr())
        assert.equal("10.1.2.0", block:long())
        local six = vpcpeer.cidr "2001:db8::/32"
        assert.equal("ffff:ffff::", six:netmask())
        assert.equal("::ffff:ffff:ffff:ffff:ffff:ffff", six:wildcard())
        assert.equal(("0."):rep(24) .. "8.b.d.0.1.0.0.2.ip6.arpa", six:ptr())
        assert.equal("2001:0db8:0000:0000:0000:0000:0000:0000", six:long())
        assert.equal("0.0.0.0", vpcpeer.cidr("0.0.0.0/0"):netmask())
    end)

    it("counts addresses", function()
        assert.equal(1, vpcpeer.cidr("10.0.0.1"):size())
        assert.equal(2 ^ 32, vpcpeer.cidr("0.0.0.0/0"):size())
        assert.equal(2 ^ 64, vpcpeer.cidr("2001:db8::/64"):size())
        assert.equal(2 ^ 128, vpcpeer.cidr("::/0"):size())
        assert.equal("65536", tostring(vpcpeer.cidr("10.0.0.0/16"):size()))
    end)

    it("compares by value and sorts", function()
        local list = {}
        for _, text in ipairs { "::/0", "10.0.0.0/16", "10.0.0.0/8", "9.0.0.0/8", "10.0.0.0/24" } do
            list[#list + 1] = vpcpeer.cidr(text)
        end
        table.sort(list)
        for i, block in ipairs(list) do list[i] = tostring(block) end
        assert.same({ "9.0.0.0/8", "10.0.0.0/8", "10.0.0.0/16", "10.0.0.0/24", "::/0" }, list)
        assert.is_true(vpcpeer.cidr "10.0.0.0/8" == vpcpeer.cidr "10.9.9.9/8")
        assert.is_false(vpcpeer.cidr "10.0.0.0/8" == vpcpeer.cidr "10.0.0.0/9")
        assert.is_false(vpcpeer.cidr "0.0.0.0/0" == vpcpeer.cidr "::/0")
        assert.is_false(vpcpeer.cidr "10.0.0.0/8" == vpcpeer.set "10.0.0.0/8")
        assert.is_true(vpcpeer.cidr "10.0.0.0/8" <= vpcpeer.cidr "10.0.0.0/8")
    end)

    it("hides its metatable", function()
        assert.equal("vpcpeer.cidr", getmetatable(vpcpeer.cidr "::"))
        assert.has_error(function() setmetatable(vpcpeer.cidr "::", {}) end)
    end)
end)

describe("error_code", function()
    it("finds the code behind positions", function()
        assert.equal("InvalidVpc.Range", vpcpeer.error_code "InvalidVpc.Range: too large")
        assert.equal("InvalidVpc.Range", vpcpeer.error_code "net.lua:7: InvalidVpc.Range: too large")
        assert.equal("A", vpcpeer.error_code '[string "x: y"]:3: outer.lua:9: A: b')
        assert.is_nil(vpcpeer.error_code "net.lua:7: attempt to call a nil value")
        assert.is_nil(vpcpeer.error_code "")
        assert.is_nil(vpcpeer.error_code(nil))
        assert.is_nil(vpcpeer.error_code({}))
    end)
end)
