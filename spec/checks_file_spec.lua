-- Checks files: what a script may do and sees, where it ends, and what reports of it look like.

local check = require "vpcpeer.check"
local confined = require "vpcpeer.confined"
local peered = require "support.peered"
local shell = require "support.shell"

describe("a checks file", function()
    local function broken(text)
        return check.run(peered.network(), text, "checks.lua").broken
    end

    it("reports what is wrong with itself, with its line", function()
        for text, wanted in pairs {
            ["\n\nexpect("] = "^checks%.lua:3: ",
            ["\nerror('out of luck')"] = "^checks%.lua:2: out of luck$",
            ["error({})"] = "^checks%.lua: the script raised a table instead of a text$",
            ["local x = 1"] = "^checks%.lua: it expects nothing$",
            ["expect(net):has_no()\nexpect('web')"] = "^checks%.lua:2: expect%(%.%.%.%) says nothing to expect$",
            ["expect(net):has_no('PCX_ONE_WAY')"] = "^checks%.lua:1: .*did you mean 'PCX_",
            ["expect('web'):has_no()"] = "^checks%.lua:1: 'has_no' is about a network",
            ["expect(net):can_reach('web')"] = "^checks%.lua:1: 'can_reach' is about an end",
            ["expect('app'):are_peered('data')"] = "^checks%.lua:1: 'are_peered' is about two ends",
            ["expect('web'):can_reach('db', 'tcp 22', { famliy = 4 })"] = "^checks%.lua:1: .*did you mean 'family'",
            ["expect('web'):can_reach('db', 22)"] = "^checks%.lua:1: services are text",
            ["expect('web'):can_reach()"] = "^checks%.lua:1: .*no end was given",
            ["expect(nil)"] = "^checks%.lua:1: expect%(nil%)",
            ["os.exit(0)"] = "^checks%.lua:1: 'os' is not defined in a checks file$",
            ["\27Lua"] = "^checks%.lua: holds compiled code; a checks file is text$",
        } do
            assert.matches(wanted, broken(text) or "nothing", text)
        end
    end)

    it("sees net, vpcpeer and expect by name and as ..., and leaves no global", function()
        local report = check.run(peered.network(), [[#!/usr/bin/env vpcpeer
            local n, v, e = ...
            assert(n == net and v == vpcpeer and e == expect and tostring(v.cidr "10.0.0.0/8") == "10.0.0.0/8")
            left_behind = true
            for _, name in ipairs { "db", "lone" } do
                expect(n:get "web"):can_reach(name)
            end
            assert(expect(net):has_no("PCX_OVERLAPPING_CIDRS") == true)]])
        assert.is_nil(report.broken)
        assert.same({ 6, 6, 8 }, { report.results[1].line, report.results[2].line, report.results[3].line })
        assert.is_nil(rawget(_G, "left_behind"))
    end)

    it("ends what loops or fills the memory, and keeps what it has found", function()
        local limits = { confined.INSTRUCTIONS, confined.MEMORY, check.MOST }
        confined.INSTRUCTIONS, confined.MEMORY, check.MOST = 2000000, 16 * 1024 * 1024, 50
        local function ended(text, wanted)
            local report = check.run(peered.network(), "expect(net):has_no() " .. text, "checks.lua")
            assert.matches("^checks%.lua:" .. wanted, report.broken or "nothing", text)
            assert.equal("passed", report.results[1].status)
            assert.equal(1, report.counts.error)
            assert.is_nil(debug.gethook())
        end
        local kept, problem = true, nil
        for text, wanted in pairs {
            ["while true do end"] = "1: limit_exceeded: the script ran too long",
            ["while true do pcall(function() while true do end end) end"] = "1: limit_exceeded: the script ran",
            ["local function f() pcall(f) pcall(f) end while true do f() end"] = ".*limit_exceeded: ",
            ["local t = {} while true do t[#t + 1] = ('x'):rep(1e5) .. #t end"] = ".*limit_exceeded: .* memory",
            ["local s = ('x'):rep(1e10)"] = "1: limit_exceeded: string%.rep makes at most",
            ["while true do expect('web') end"] = ".*limit_exceeded: ",
            ["while true do expect(net):has_no('PCX_ROUTE_ONE_WAY') end"] = "1: .* at most 50 expectations",
        } do
            kept, problem = pcall(ended, text, wanted)
            if not kept then
                break
            end
        end
        confined.INSTRUCTIONS, confined.MEMORY, check.MOST = limits[1], limits[2], limits[3]
        assert(kept, problem)
    end)

    it("does not pay for what its expectations take", function()
        local instructions = confined.INSTRUCTIONS
        confined.INSTRUCTIONS = 20000
        -- Each of these runs far more than a hundred instructions in the library.
        local report = check.run(peered.network(), [[for i = 1, 100 do
            expect("web"):can_reach("db")
            pcall(function() expect("web"):can_reach("db", 22) end)
        end]])
        confined.INSTRUCTIONS = instructions
        assert.is_nil(report.broken)
        assert.equal(100, #report.results)
    end)

    it("tells what was printed to who asked for it", function()
        local said = {}
        check.run(peered.network(), "print('one', 2) expect(net):has_no()", "checks.lua", function(...)
            said[#said + 1] = { ... }
        end)
        assert.same({ { "one", 2 } }, said)
    end)

    it("raises for misuse of the function itself", function()
        assert.error_matches(function() check.run(peered.network(), 7) end, "string expected, got number")
        assert.error_matches(function() check.ask(peered.network(), "can_fly", "web") end, "no expectation 'can_fly'")
    end)
end)

describe("the reports", function()
    it("are XML and JSON that other programs read", function()
        local folder = shell.temporary_folder()
        local top = "lua/vpcpeer/cli/vpcpeer check spec/cli/input/two-vpcs spec/cli/input/checks/nasty.lua --output "
        for _, format in ipairs { "junit", "json" } do
            shell.run(shell.interpreter() .. " " .. top .. folder .. "/" .. format .. " --format " .. format)
        end
        local report = require("vpcpeer.json").decode(shell.read(folder .. "/json"))
        assert.equal(3, #report.checks)
        local xml = shell.read(folder .. "/junit")
        shell.remove(folder)
        assert.is_nil(xml:find "[%z\1-\9\11-\31]")
        assert.equal(#xml, require("vpcpeer.core").utf8_length(xml))
        -- Every element is closed by its own end tag, and what is left over holds no markup.
        local stack = {}
        local elements = xml:gsub("^<%?.-%?>", "")
        local rest = elements:gsub("<(/?)(%a+)([^<>]-)(/?)>", function(closing, name, attributes, empty)
            assert.equal("", (attributes:gsub(' %a+="[^"]*"', "")))
            if closing == "/" then
                assert.equal(name, table.remove(stack))
            elseif empty == "" then
                stack[#stack + 1] = name
            end
            return ""
        end)
        assert.same({}, stack)
        assert.is_nil(rest:find "[<>]")
        assert.is_nil(rest:gsub("&%a+;", ""):gsub("&#10;", ""):find "&")
    end)
end)
