-- The assertions for busted: each passes, fails with its account, and fails on what is unknown.

local peered = require "support.peered"
local shell = require "support.shell"
local vpcpeer = require "vpcpeer"

local globals = {}
for name in pairs(_G) do
    globals[name] = true
end
local loaded = require "vpcpeer.busted"

describe("the assertions", function()
    local net = peered.network()
    local web, db = net:get "web", net:get "db"

    -- The message of an assertion that does not hold, without its place.
    local function failure(assertion, ...)
        local ok, message = pcall(assertion, ...)
        assert.is_false(ok)
        return (tostring(message):gsub("^[^\n]-:%d+: ", ""))
    end

    it("leave no global behind", function()
        assert.is_true(loaded)
        for name in pairs(_G) do
            assert.is_true(globals[name], name)
        end
    end)

    it("hold where the expectations do", function()
        assert.can_reach(web, db, "tcp 5432")
        assert.can_reach(net, "web", "db", "tcp 5432", { family = 4 })
        assert.can_reach_only(net, "web", { "db", "lone" })
        assert.is_reached_only_by(net, "lone", "web")
        assert.can_reach({ web, "lone" }, { "lone", web }, { family = 4 })
    end)

    it("tell the words, the status and the trace of what does not hold", function()
        local message = failure(assert.can_reach, web, db, "tcp 22")
        assert.matches("^expected: web can reach db on tcp 22 %(failed%)\nweb %(i%-web%) does not reach", message)
        assert.matches("why not:\n  1%. no inbound rule of sg%-db", message)
        message = failure(assert.cannot_reach, web, db)
        assert.matches("^expected: web cannot reach db %(failed%)\n.*: tcp 5432\n\nreachable: web", message)
        assert.matches("data and other are peered %(failed%)\nno peering connection", failure(assert.are.peered, net,
            "data", "other"))
        assert.matches("^expected: the network has no info", failure(assert.has_no.finding, net, "info"))
        assert.matches("^expected: web resolves x%.internal", failure(assert.resolves, web, "x.internal"))
    end)

    it("can be negated where that says something", function()
        assert.is_not.can_reach(web, db, "tcp 22")
        assert.are_not.peered(net, "data", "other")
        assert.has.finding(net, "PCX_ROUTE_WHOLE_PEER")
        assert.has_no_finding(net)
        assert.does_not.resolves(web, "x.internal")
        -- Some ports pass: neither "can reach" all of these, nor "cannot reach" any.
        assert.matches("^expected: web cannot reach db", failure(assert.is_not.can_reach, web, db, "tcp 5432-5433"))
        assert.matches("are not peered %(failed%)", failure(assert.are_not.peered, web, db))
        assert.matches("^expected a finding, but there is none: error", failure(assert.has.finding, net))
        assert.matches("cannot be negated", failure(assert.is_not.can_reach_only, web, db))
        assert.matches("use assert%.can_reach", failure(assert.is_not.cannot_reach, web, db))
    end)

    it("fail on what is unknown, negated or not", function()
        local half = vpcpeer.load_tables(peered.half())
        for _, assertion in ipairs { assert.can_reach, assert.cannot_reach, assert.is_not.can_reach } do
            assert.matches("%(unknown%)\nnot known", failure(assertion, half, "web", "10.0.0.0/24", "tcp 22"))
        end
        assert.matches("%(error%)\nnothing in the model", failure(assert.is_not.can_reach, web, "nobody"))
        assert.matches("nothing in the model", failure(assert.are_not.peered, web, "nobody"))
        assert.matches("^expected not: nobody resolves", failure(assert.does_not.resolves, net, "nobody", "x.internal"))
    end)

    it("raise for misuse", function()
        assert.matches("the network must come first", failure(assert.can_reach, "web", "db"))
        assert.matches("'to' is an end", failure(assert.can_reach, web, 7))
        assert.matches("services are text", failure(assert.can_reach, web, db, 22))
    end)

    it("work in a suite of their own", function()
        local status, text = shell.run(shell.interpreter()
            .. ' "$(command -v busted)" -o TAP spec/support/assertions_suite.lua')
        assert.not_equal(0, status)
        text = "\n" .. text
        local passed, failed = select(2, text:gsub("\nok ", "")), select(2, text:gsub("\nnot ok ", ""))
        assert.same({ 3, 2 }, { passed, failed })
        assert.matches("assertions_suite%.lua:28: expected: web can reach db on tcp 22 %(failed%)", text)
    end)
end)
