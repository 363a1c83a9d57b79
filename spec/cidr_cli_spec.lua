-- `vpcpeer cidr` beside the tools it can take the place of, and the search in texts by itself.
-- The golden folders spec/cli/cidr-* show the command line.

local vpcpeer = require "vpcpeer"
local cli = require "vpcpeer.cli"
local shell = require "support.shell"

local function installed(tool)
    return shell.run("command -v " .. tool) == 0
end

describe("set:filter_text", function()
    local set = vpcpeer.set { "10.0.0.0/8", "2001:db8::/32" }

    local function found(line, keep)
        local lines, count = set:filter_text(line, { keep = keep })
        assert.equal(count == 1 and line .. "\n" or "", lines)
        return count == 1
    end

    it("finds addresses that stand by themselves", function()
        for _, line in ipairs {
            "10.0.0.1", "x 10.0.0.1 y", "10.0.0.1:80", "from:10.0.0.1", "from:10.0.0.1:80", "[10.0.0.1]",
            "a=10.0.0.1;", '"10.0.0.1"', "(10.0.0.1)", "-10.0.0.1-", "10.0.0.1/", "10.0.0.1/33", "10.0.0.1/08",
            "10.0.0.1\r", "\t10.0.0.1", "10.0.0.1\0", "11.0.0.1 10.0.0.1", "2001:db8::1", "[2001:db8::1]:443",
            "2001:DB8::1%eth0", "from:2001:db8::1", "2001:db8::1: hello", "2001:db8::", "::ffff:10.0.0.1",
            "::ffff:a00:1", "10.0.0.0/9", "10.0.0.0/8 11.0.0.0/8", "10.0.0.0-10.9.9.9", "10.0.0.9-10.0.0.1",
            "2001:db8::-2001:db8:ffff::", "2001:db8::/32", "\255\254 10.0.0.1 \200",
        } do
            assert.is_true(found(line), line)
            assert.is_false(found(line, "outside"), line)
            assert.is_false(found(line, "rest"), line)
        end
    end)

    it("finds nothing in what only looks like one", function()
        for _, line in ipairs {
            "x", "x10.0.0.1", "10.0.0.1x", "10.0.0.1.5", "5.10.0.0.1", "10.0.0.256", "010.0.0.1", "10.0.0",
            "10.0.0.1.", "10.0.0.1.html", "12:34:56", "2001:db8:::1", "2001:db8::1::", "2001:db8::1g", ":", "::x",
            "2001:db8::1:2:3:4:5:6:7", "2001:db8", "10.0.0.1e5", "add10.0.0.1:80", ".10.0.0.1",
        } do
            assert.is_false(found(line), line)
            assert.is_false(found(line, "outside"), line)
            assert.is_true(found(line, "rest"), line)
        end
    end)

    it("takes blocks and ranges as a whole", function()
        for _, line in ipairs {
            "10.0.0.0/7", "9.0.0.0-10.0.0.1", "10.0.0.1-11.0.0.0", "2001:db8::/31", "::", "8.8.8.8",
        } do
            assert.is_false(found(line), line)
            assert.is_true(found(line, "outside"), line)
            assert.is_true(found(line, "rest"), line)
        end
    end)

    it("keeps lines as they are, and their order", function()
        local text = "b 10.0.0.1\n\n10.0.0.2\r\n11.0.0.1\n10.0.0.3"
        local lines, count = set:filter_text(text)
        assert.equal("b 10.0.0.1\n10.0.0.2\r\n10.0.0.3\n", lines)
        assert.equal(3, count)
        assert.equal("\n11.0.0.1\n", (set:filter_text(text, { keep = "rest" })))
        assert.equal("", (set:filter_text("")))
    end)

    it("refuses misuse", function()
        assert.has_error(function() set:filter_text(1) end)
        assert.has_error(function() set:filter_text("", { keep = "all" }) end)
        assert.has_error(function() set:filter_text("", { keep = 1 }) end)
        assert.has_error(function() set:filter_text("", { kept = "rest" }) end)
    end)
end)

-- ---- beside other tools --------------------------------------------------------------------------

-- Block lengths as lists have them; a quarter of the blocks follow the one before, so that there
-- is something to merge. The ends of the line are left out: iprange 1.0.4 is wrong there.
local LENGTHS = { 8, 16, 20, 22, 24, 24, 24, 25, 28, 30, 31, 32, 32 }

local function address(value)
    local rest = value % 65536
    return ("%d.%d.%d.%d"):format(math.floor(value / 16777216), math.floor(value / 65536) % 256,
        math.floor(rest / 256), rest % 256)
end

-- A list of blocks, addresses and ranges inside a stretch of the address line, as text.
local function random_list(random, start, bits)
    local lines, value, length = {}, start, 32
    for i = 1, random:below(60) do
        if i > 1 and random:below(4) == 0 then
            value = value + 2 ^ (32 - length)
        else
            length = math.max(random:pick(LENGTHS), 32 - bits)
            value = start + random:below(2 ^ bits)
        end
        value = (value - value % 2 ^ (32 - length)) % (240 * 2 ^ 24)
        local kind = random:below(5)
        if kind == 0 then
            lines[i] = address(value) .. "-" .. address(value + random:below(2 ^ math.min(bits, 12)))
        else
            lines[i] = address(value) .. (length == 32 and kind == 1 and "" or "/" .. length)
        end
    end
    return table.concat(lines, "\n") .. "\n"
end

local function command(folder, ...)
    local args = { "cidr", ... }
    args[#args + 1] = "--output"
    args[#args + 1] = folder .. "/ours"
    assert.equal(0, cli.main(args))
    return shell.read(folder .. "/ours")
end

-- The tools are the same whatever Lua this is.
describe("the command cidr #once", function()
    local random = require("support.random").start "cidr_cli_spec"
    local folder

    setup(function() folder = shell.temporary_folder() end)
    teardown(function() shell.remove(folder) end)

    it("equals iprange byte for byte on 200 pairs of lists", function()
        if not installed "iprange" then
            return pending "iprange is not installed"
        end
        local a, b = folder .. "/a", folder .. "/b"
        for case = 1, 200 do
            -- From crowded (12 bits) to almost all of the line.
            local bits = 12 + random:below(20)
            local start = random:below(100) * 2 ^ 24
            shell.write(a, random_list(random, start, bits))
            shell.write(b, random_list(random, start, bits))
            local wanted = shell.must(("cd %s; iprange a b >m; iprange --common a b >c; iprange a --except b >e")
                :format(folder))
            assert.equal("", wanted)
            local place = "pair " .. case
            assert.equal(shell.read(folder .. "/m"), command(folder, "merge", "--bare-hosts", a, b), place)
            assert.equal(shell.read(folder .. "/c"), command(folder, "intersect", "--bare-hosts", a, b), place)
            assert.equal(shell.read(folder .. "/e"), command(folder, "subtract", "--bare-hosts", a, b), place)
            -- The same sets in the other form, whatever order the lines had.
            assert.equal(vpcpeer.set_from_text(shell.read(folder .. "/m")),
                vpcpeer.set_from_text(command(folder, "union", "--ranges", b, a)), place)
        end
    end)

    it("is right where iprange 1.0.4 is not: the address after the last is not the first", function()
        if not installed "iprange" then
            return pending "iprange is not installed"
        end
        shell.write(folder .. "/ends", "255.255.255.0/24\n0.0.0.0/24\n")
        assert.equal("0.0.0.0/24\n255.255.255.0/24\n", command(folder, "merge", folder .. "/ends"))
        if shell.must "iprange --version 2>&1; true":find("iprange 1.0.4", 1, true) then
            local theirs = vpcpeer.set_from_text(shell.must("iprange " .. folder .. "/ends 2>/dev/null"))
            assert.is_true(theirs:size() > 2 ^ 31)
        end
    end)

    it("finds the lines that grepcidr finds", function()
        if not installed "grepcidr" then
            return pending "grepcidr is not installed"
        end
        local forms = { "%s", "%s", "host %s up", "[%s]:443", "src=%s dst=192.0.2.1", "<%s>" }
        for case = 1, 10 do
            local lines = {}
            for i = 1, 500 do
                lines[i] = random:pick(forms):format(address(2 ^ 24 * 10 + random:below(2 ^ 20)))
            end
            lines[501] = "2001:db8::" .. case
            lines[502] = "no address at all"
            shell.write(folder .. "/log", table.concat(lines, "\n") .. "\n")
            shell.write(folder .. "/set", random_list(random, 2 ^ 24 * 10, 20) .. "2001:db8::/124\n192.0.2.99\n")
            for option, theirs in pairs { ["--bare"] = "", ["-v"] = "-v", ["-i"] = "-i" } do
                local wanted = shell.must(("cd %s; grepcidr %s -f set log; true"):format(folder, theirs))
                local args = { "cidr", "contains", "--in", folder .. "/set", folder .. "/log", "--output",
                    folder .. "/ours", option ~= "--bare" and option or nil }
                assert.equal(wanted == "" and 1 or 0, cli.main(args))
                assert.equal(wanted, shell.read(folder .. "/ours"), "case " .. case .. " " .. option)
            end
        end
    end)

    it("searches a text in pieces without cutting lines", function()
        local lines, wanted = {}, {}
        for i = 1, 60000 do
            local inside = random:below(2) == 0
            lines[i] = (inside and "10.0." or "11.0.") .. random:below(256) .. "." .. random:below(256)
                .. (" padding"):rep(random:below(9))
            wanted[#wanted + 1] = inside and lines[i] or nil
        end
        shell.write(folder .. "/log", table.concat(lines, "\n"))
        assert.equal(table.concat(wanted, "\n") .. "\n",
            command(folder, "contains", "--in", "10.0.0.0/8", folder .. "/log"))
    end)

    it("merges a line of ten million bytes and reports a bad one", function()
        shell.write(folder .. "/long", ("10.0.0.1,"):rep(1111111) .. "x")
        local complain, said = cli.complain, {}
        cli.complain = function(text) said[#said + 1] = text end
        local status = cli.main { "cidr", "count", folder .. "/long" }
        cli.complain = complain
        assert.equal(2, status)
        assert.equal(folder .. '/long:1: "x": it is not an address', said[1])
        assert.equal(2, #said)
    end)
end)
