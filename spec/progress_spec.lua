-- Progress on standard error: after a while, on a terminal, and gone at the end.

local progress = require "vpcpeer.cli.progress"

describe("progress", function()
    local now, terminal, written, asked

    local function start(args)
        now, terminal, written, asked = 0, true, {}, 0
        return progress.new(args or {}, {
            clock = function()
                return now
            end,
            is_terminal = function()
                asked = asked + 1
                return terminal
            end,
            write = function(text)
                written[#written + 1] = text
            end,
        })
    end

    it("is silent for short work, and does not even look for a terminal", function()
        local work = start()
        now = 0.9
        work:show("reading a")
        work:finish()
        assert.same({}, written)
        assert.equal(0, asked)
    end)

    it("shows a line, writes over it at most five times a second, and takes it away", function()
        local work = start()
        now = 1.1
        work:show("reading a")
        now = 1.2
        work:show("reading b")
        now = 1.4
        work:show("reading c\n")
        work:finish()
        work:finish()
        assert.same({ "\r\27[Kreading a", "\r\27[Kreading c?", "\r\27[K" }, written)
    end)

    it("is silent where standard error is no terminal, or with --quiet", function()
        local work = start()
        terminal, now = false, 2
        work:show("reading a")
        now = 3
        work:show("reading b")
        work:finish()
        assert.same({}, written)
        assert.equal(1, asked)
        work = start { quiet = true }
        now = 2
        work:show("reading a")
        work:finish()
        assert.same({}, written)
        assert.equal(0, asked)
    end)

    it("hears of every file that is read", function()
        local seen = {}
        assert(require("vpcpeer").load({ "examples/dump" }, {
            progress = function(name, number, count)
                seen[#seen + 1] = number .. "/" .. count .. " " .. name
            end,
        }))
        assert.is_true(#seen >= 9)
        assert.matches("^1/9 describe%-[%l-]+%.json$", seen[1])
    end)
end)
