-- Completion in shells, as a shell would ask for it; the manual page.

local shell = require "support.shell"

local function vpcpeer(words)
    return shell.must(shell.interpreter() .. " lua/vpcpeer/cli/vpcpeer " .. words)
end

-- What bash offers for the last of some words.
local function offers(...)
    local words = { ... }
    local quoted = {}
    for i, word in ipairs(words) do
        quoted[i] = shell.quote(word)
    end
    local folder = shell.temporary_folder()
    shell.write(folder .. "/ask", table.concat({
        vpcpeer "completion bash",
        "COMP_WORDS=(" .. table.concat(quoted, " ") .. ")",
        "COMP_CWORD=" .. #words - 1,
        'function_name=$(complete -p vpcpeer | sed "s/.*-F \\([^ ]*\\) .*/\\1/")',
        '"$function_name" vpcpeer "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"',
        'printf "%s\\n" "${COMPREPLY[@]}"',
    }, "\n"))
    local list = {}
    for word in shell.must("bash " .. folder .. "/ask"):gmatch("%S+") do
        list[#list + 1] = word
    end
    shell.remove(folder)
    table.sort(list)
    return list
end

describe("completion #once", function()
    it("offers commands, options and their choices in bash", function()
        assert.same({ "collect", "completion", "connectivity" }, offers("vpcpeer", "co"))
        assert.same({ "--protocol" }, offers("vpcpeer", "trace", "--pr"))
        assert.same({ "security_group", "subnet" }, offers("vpcpeer", "connectivity", "--group-by", "s"))
        assert.same({ "merge" }, offers("vpcpeer", "cidr", "me"))
    end)

    it("knows every command in every shell", function()
        local help = vpcpeer "--help"
        for _, name in ipairs { "bash", "zsh", "fish" } do
            local script = vpcpeer("completion " .. name)
            local count = 0
            for command in help:match("Commands:(\n.*)\n\nExit"):gmatch("\n   (%l+) ") do
                assert.is_truthy(script:find(command, 1, true), name .. ": " .. command)
                count = count + 1
            end
            assert.is_true(count >= 10)
        end
    end)
end)

describe("the manual page #once", function()
    it("holds every command and option of the help", function()
        local folder = shell.temporary_folder()
        shell.must(shell.interpreter() .. " spec/support/write-manual.lua " .. folder .. "/page")
        local page = shell.read(folder .. "/page"):gsub("\\%-", "-")
        shell.remove(folder)
        assert.is_truthy(page:find("^%.TH VPCPEER 1"))
        local count = 0
        for _, command in ipairs {
            "", "trace", "connectivity", "find", "lint", "resolve", "show", "cidr merge", "collect",
        } do
            for option in vpcpeer(command .. " --help"):gmatch("\n   [-h, ]*(%-%-[%l-]+)") do
                assert.is_truthy(page:find(option, 1, true), command .. " " .. option)
                count = count + 1
            end
        end
        assert.is_true(count > 40)
    end)
end)
