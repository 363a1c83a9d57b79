-- Runs shell commands for specs, the same on every Lua: exit status and output, temporary folders.

local M = {}

--- A text as one word of a shell command.
function M.quote(text)
  return "'" .. tostring(text):gsub("'", "'\\''") .. "'"
end

--- Runs a command; returns its exit status and everything it printed (standard error included).
-- The command runs in a shell of its own, so it may hold redirections and several lines. In the
-- sanitized run the system's tools are not asked for leaks, as they do leak; M.interpreter() is.
function M.run(command)
  local pipe = assert(io.popen("exec 2>&1; export ASAN_OPTIONS=detect_leaks=0\n(" .. command
    .. "\n); echo \"status=$?\"", "r"))
  local text = pipe:read("*a")
  pipe:close()
  local output, status = text:match("^(.*)status=(%d+)\n$")
  return tonumber(status), output
end

--- Runs a command that has to succeed; returns what it printed.
function M.must(command)
  local status, output = M.run(command)
  if status ~= 0 then
    error(("status %d from: %s\n%s"):format(status, command, output), 2)
  end
  return output
end

--- The Lua that runs this spec, as one word for a command; under the sanitizers it reports leaks.
function M.interpreter()
  local sanitized = os.getenv("VPCPEER_SANITIZED_LUA")
  if sanitized then
    return sanitized
  end
  local index = 0
  while arg[index - 1] do
    index = index - 1
  end
  return arg[index]
end

--- A new empty folder; M.remove(folder) takes it away.
function M.temporary_folder()
  return (M.must("mktemp -d"):gsub("\n$", ""))
end

function M.remove(folder)
  M.must("rm -rf " .. M.quote(folder))
end

function M.write(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  file:close()
end

function M.read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

--- The lines of a text, sorted.
function M.sorted_lines(text)
  local list = {}
  for line in text:gmatch("[^\n]+") do
    list[#list + 1] = line
  end
  table.sort(list)
  return list
end

return M
