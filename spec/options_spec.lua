-- Options tables of Lua functions: what is refused, and whose line is blamed.

local options = require "vpcpeer.options"

describe("options", function()
    local function f(given)
        local checked = options.check(given, { strict = "boolean", region = "string", any = true }, 2)
        return checked
    end

    it("lets known options of the right type through", function()
        local given = { strict = true, region = "x", any = 1 }
        assert.equal(given, f(given))
        assert.same({}, f(nil))
    end)

    it("refuses the rest at the caller's line", function()
        for _, case in ipairs {
            { "x", "options must be a table, not string" },
            { { stirct = true }, "unknown option 'stirct' %(did you mean 'strict'%?%)" },
            { { [1] = true }, "unknown option '1'$" },
            { { strict = 1 }, "option 'strict' must be a boolean, not number" },
        } do
            local ok, message = pcall(function()
                local checked = f(case[1])
                return checked
            end)
            assert.is_false(ok)
            assert.matches("options_spec%.lua:%d+: ", message)
            assert.matches(case[2], message)
        end
    end)

    it("counts edits, swapped neighbours as one", function()
        for _, case in ipairs { { "web", "wbe", 1 }, { "", "abc", 3 }, { "abc", "", 3 }, { "abc", "abc", 0 },
            { "abc", "axc", 1 }, { "abc", "ac", 1 }, { "ca", "abc", 3 } } do
            local name, letters = options.nearest(case[1], { case[2] })
            assert.equal(case[2], name)
            assert.equal(case[3], letters)
        end
        assert.equal("a", (options.nearest("b", { "a", "c" })))
    end)
end)
