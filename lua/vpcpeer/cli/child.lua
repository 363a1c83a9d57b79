--- Scripts (topologies, checks files) in a process of their own, which the system limits.
--
-- The library stops scripts that run too long between two instructions; only another process can be
-- stopped within one. While a script runs there, processor time and address space are limited; reading
-- documents and answering expectations are not its doing, and are not.

local child = {}

--- Limits of a script's process: seconds of processor time, KiB of address space over what it has taken
-- before (VPCPEER_SCRIPT_KIB in the environment is taken instead: more KiB, or `unlimited`).
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

-- A value as Lua that makes it; tables are lists or have words for keys.
local function literal(value)
    if type(value) ~= "table" then
        return type(value) == "string" and ("%q"):format(value) or tostring(value)
    end
    local items = {}
    for key, item in pairs(value) do
        items[#items + 1] = ("[%s] = %s"):format(literal(key), literal(item))
    end
    return "{ " .. table.concat(items, ", ") .. " }"
end

-- A program for the child: the paths to its modules, its limits, then the call.
local function program(call, argument)
    return ("package.path, package.cpath = %q, %q os.exit(require('vpcpeer.cli.child').main(%q, %s, %d, %d), true)")
        :format(package.path, package.cpath, call, literal(argument), child.SECONDS, child.KIBIBYTES)
end

--- Runs a child. What it complains of goes where this process's complaints go.
-- @tparam string call `"load"` or `"check"`
-- @tparam table argument of it
-- @treturn[1] string what it printed
-- @treturn[1] number its status
-- @treturn[2] nil
-- @treturn[2] string message: it was ended
function child.run(call, argument)
    local command = "exec 3>&2 2>/dev/null; (ulimit -c 0; exec %s -e %s 2>&3 3>&-); echo \"status=$?\""
    local pipe, problem = io.popen(command:format(shell_quote(interpreter()), shell_quote(program(call, argument))))
    if not pipe then
        return nil, tostring(problem)
    end
    local printed = pipe:read("*a") or ""
    pipe:close()
    local mark = printed:match "status=%d+\n$" or ""
    local status = tonumber(mark:match "%d+")
    if ENDED_LATE[status] then
        return nil, ("limit_exceeded: the script took over %d s of processor time"):format(child.SECONDS)
    elseif not status or status > 3 then
        return nil, ("limit_exceeded: the process of the script ended with status %s, for want of memory "
            .. "perhaps (it has %d MiB)"):format(tostring(status), child.KIBIBYTES / 1024)
    end
    return printed:sub(1, -1 - #mark), status
end

--- Loads paths in a child, as vpcpeer.load does.
-- @tparam {string,...} paths
-- @tparam boolean strict
-- @treturn[1] network
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
function child.load(paths, strict)
    local text, ended = child.run("load", { paths = paths, strict = strict })
    local what = table.concat(paths, ", ")
    if not text then
        return nil, what .. ": " .. ended, "limit_exceeded"
    end
    local document, message, code = require("vpcpeer.json").decode(text)
    if document == nil then
        return nil, what .. ": " .. message, code
    elseif document.message then
        return nil, document.message, document.code
    end
    require "vpcpeer" -- the network's methods
    return require("vpcpeer.records").load(document)
end

-- Prints one JSON text: the whole records of the network, or what went wrong.
local function load(argument)
    local network, message, code = require("vpcpeer").load(argument.paths, { strict = argument.strict })
    local document = network and require("vpcpeer.records").of(network) or { message = message, code = code }
    io.stdout:write(require("vpcpeer.json").encode(document), "\n")
    return 0
end

-- KiB of address space that this process has, where the system tells.
local function own_size()
    local file = io.open("/proc/self/status")
    local size = file and file:read("*a"):match "VmSize:%s*(%d+)"
    if file then
        file:close()
    end
    return tonumber(size) or 0
end

--- What the child does.
-- @tparam string call
-- @tparam table argument
-- @tparam number seconds
-- @tparam number kibibytes
-- @treturn number status
function child.main(call, argument, seconds, kibibytes)
    local wanted = os.getenv "VPCPEER_SCRIPT_KIB"
    kibibytes = wanted == "unlimited" and math.huge or tonumber(wanted) or kibibytes
    require("vpcpeer.confined").process = function()
        return seconds, own_size() + kibibytes
    end
    local ok, status = pcall(call == "check" and require("vpcpeer.cli.check").answer or load, argument)
    if not ok then
        return require("vpcpeer.cli").fail("internal error: " .. tostring(status))
    end
    return status
end

return child
