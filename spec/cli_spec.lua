-- The command: golden folders, and what does not fit into them.

local golden = require "support.golden"
local shell = require "support.shell"

describe("the command", function()
    for _, name in ipairs(golden.cases()) do
        it("prints what it should: " .. name, function()
            local wanted, got = golden.expected(name), golden.run(name)
            assert.equal(wanted.stderr, got.stderr)
            assert.equal(wanted.stdout, got.stdout)
            assert.equal(wanted.status, got.status)
        end)
    end

    it("never shows a traceback, whatever goes wrong", function()
        local cli = require "vpcpeer.cli"
        local codes = require "vpcpeer.codes"
        local find, said = codes.find, nil
        local complain = cli.complain
        codes.find = function()
            error("out of luck")
        end
        cli.complain = function(text)
            said = text
        end
        local status = cli.main { "explain", "NO_ROUTE" }
        codes.find, cli.complain = find, complain
        assert.equal(2, status)
        assert.matches("^vpcpeer: internal error: .*out of luck$", said)
    end)

    it("shows the version of the module", function()
        local vpcpeer = require "vpcpeer"
        local text = shell.must(shell.interpreter() .. " lua/vpcpeer/cli/vpcpeer --version")
        assert.equal("vpcpeer " .. vpcpeer._VERSION .. "\n", text)
    end)
end)
