--- Topologies in a process of their own, whose processor time and memory the system limits.
--
-- The library stops scripts that run too long between two instructions; only another process can be
-- stopped within one. The child loads all paths, since topologies build on the documents beside them,
-- and prints one JSON text: the whole records of the network, or what went wrong.

local child = {}

--- Limits of the child, for the shell's `ulimit`: seconds of processor time, KiB of address space
-- (VPCPEER_TOPOLOGY_KIB in the environment is taken instead: more KiB, or `unlimited`).
child.SECONDS = 20
child.KIBIBYTES = 2 * 1024 * 1024

-- What the shell reports for a process that was ended by the limits: 128 and the number of SIGXCPU or
-- SIGKILL.
local ENDED_LATE = { [152] = true, [137] = true }

--- Is one of the paths a topology?
function child.is_wanted(paths)
    for _, path in ipairs(paths) do
        if path:lower():find("%.lua$") then
            return true
        end
    end
    return false
end

local function shell_quote(text)
    return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- The Lua that runs this process: what the command line began with.
local function interpreter()
    local words, first = rawget(_G, "arg"), 0
    while type(words) == "table" and words[first - 1] do
        first = first - 1
    end
    if first < 0 then
        return words[first]
    end
    return rawget(_G, "jit") and "luajit" or (_VERSION:lower():gsub(" ", ""))
end

-- A program for the child: the paths to its modules, then the call.
local function program(paths, strict)
    local quoted = {}
    for i, path in ipairs(paths) do
        quoted[i] = ("%q"):format(path)
    end
    return ("package.path, package.cpath = %q, %q require('vpcpeer.cli.child').main({ %s }, %s)"):format(
        package.path, package.cpath, table.concat(quoted, ", "), tostring(strict))
end

-- Runs the child; gives what it printed and its status. Where the system has no such limit the
-- shell's complaint is not heard.
local function run(paths, strict)
    local command = "exec 2>/dev/null; (ulimit -c 0; ulimit -t %d; ulimit -v \"${VPCPEER_TOPOLOGY_KIB:-%d}\"; "
        .. "exec %s -e %s); echo \"status=$?\""
    local pipe, problem = io.popen(command:format(child.SECONDS, child.KIBIBYTES, shell_quote(interpreter()),
        shell_quote(program(paths, strict))))
    if not pipe then
        return nil, problem
    end
    local printed = pipe:read("*a") or ""
    pipe:close()
    local text, status = printed:match("^(.-)status=(%d+)\n$")
    return text, tonumber(status)
end

--- Loads paths in a child, as vpcpeer.load does.
-- @tparam {string,...} paths
-- @tparam boolean strict
-- @treturn[1] network
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
function child.load(paths, strict)
    local text, status = run(paths, strict)
    local what = table.concat(paths, ", ")
    if ENDED_LATE[status] then
        return nil, ("%s: limit_exceeded: the topology took over %d s of processor time"):format(what,
            child.SECONDS), "limit_exceeded"
    elseif status ~= 0 then
        return nil, ("%s: limit_exceeded: the process of the topology ended with status %s, for want of memory "
            .. "perhaps (it has %d MiB)"):format(what, tostring(status), child.KIBIBYTES / 1024), "limit_exceeded"
    end
    local document, message, code = require("vpcpeer.json").decode(text)
    if not document then
        return nil, what .. ": " .. message, code
    elseif document.message then
        return nil, document.message, document.code
    end
    require "vpcpeer" -- the network's methods
    return require("vpcpeer.records").load(document)
end

--- What the child does. Its only output is the JSON text.
-- @tparam {string,...} paths
-- @tparam boolean strict
function child.main(paths, strict)
    local network, message, code = require("vpcpeer").load(paths, { strict = strict })
    local document = network and require("vpcpeer.records").of(network) or { message = message, code = code }
    io.stdout:write(require("vpcpeer.json").encode(document), "\n")
end

return child
