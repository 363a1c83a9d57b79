-- Golden cases of the command: a folder with `command`, `stdout`, `stderr` (none: empty), `status`.
--
-- A command is a line for the shell, run in spec/cli/input; `vpcpeer` is the command under test,
-- with the Lua and the module of this run. `lua5.4 spec/support/write-golden.lua` writes anew what
-- the commands print now.

local shell = require "support.shell"

local golden = {}

golden.folder = "spec/cli"

--- The names of all cases, sorted.
function golden.cases()
    local found = shell.must("cd " .. golden.folder .. " && ls -d */command")
    local names = {}
    for name in found:gmatch("([^\n]+)/command") do
        names[#names + 1] = name
    end
    return names
end

-- The paths of LUA_PATH and LUA_CPATH from the top of the checkout, so that they hold elsewhere.
local function absolute(path, top)
    return (path:gsub("([^;]+)", function(item)
        return item:sub(1, 1) == "/" and item or top .. "/" .. item:gsub("^%./", "")
    end))
end

--- Runs a case.
-- @return table { stdout, stderr, status } as texts
function golden.run(name)
    local top = shell.must("pwd"):gsub("\n", "")
    local temporary = shell.temporary_folder()
    local quote = shell.quote
    shell.write(temporary .. "/command", table.concat({
        "export LUA_PATH=" .. quote(absolute(package.path, top)),
        "export LUA_CPATH=" .. quote(absolute(package.cpath, top)),
        "export TMP=" .. quote(temporary) .. " LC_ALL=C NO_COLOR=",
        ("vpcpeer() { %s %s/lua/vpcpeer/cli/vpcpeer \"$@\"; }"):format(quote(shell.interpreter()), quote(top)),
        "cd " .. quote(top .. "/" .. golden.folder .. "/input"),
        shell.read(golden.folder .. "/" .. name .. "/command"),
    }, "\n"))
    local got = {}
    got.status = shell.must(("sh %s/command >%s/stdout 2>%s/stderr </dev/null; echo $?")
        :format(temporary, temporary, temporary))
    got.stdout, got.stderr = shell.read(temporary .. "/stdout"), shell.read(temporary .. "/stderr")
    shell.remove(temporary)
    return got
end

--- What a case expects.
function golden.expected(name)
    local wanted = {}
    for _, part in ipairs { "stdout", "stderr", "status" } do
        local path = golden.folder .. "/" .. name .. "/" .. part
        wanted[part] = shell.run("test -e " .. path) == 0 and shell.read(path) or ""
    end
    return wanted
end

--- Writes what a case prints now as what it expects.
function golden.write(name)
    local got = golden.run(name)
    for part, text in pairs(got) do
        local path = golden.folder .. "/" .. name .. "/" .. part
        if part == "stderr" and text == "" then
            shell.must("rm -f " .. path)
        else
            shell.write(path, text)
        end
    end
end

return golden
