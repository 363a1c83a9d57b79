-- What programs that print figures have in common: a figure's line, the memory of this process, the same
-- numbers at random wherever they run, and the ids of interfaces, which changes are tried on too.

local M = {}

--- Prints a figure; all of them stand below each other.
function M.print(what, value, unit)
  print(("  %-58s %12.3f %s"):format(what, value, unit))
end

--- Mebibytes of this process, 0 where the system does not tell.
-- @tparam[opt="VmRSS"] string key what of it: `VmHWM` is the most that it ever had
function M.memory(key)
  local file = io.open "/proc/self/status"
  local text = file and file:read "*a" or ""
  if file then
    file:close()
  end
  return (tonumber(text:match((key or "VmRSS") .. ":%s*(%d+)")) or 0) / 1024
end

--- A function of a limit that gives whole numbers from 1 to it, the same for equal seeds in every Lua.
function M.number_source(seed)
  local state = seed
  return function(limit)
    state = state * 16807 % 2147483647
    return state % limit + 1
  end
end

--- The ids of all interfaces of a network, in order.
function M.interface_ids(net)
  local ids = {}
  for interface in net:network_interfaces() do
    ids[#ids + 1] = interface.network_interface_id
  end
  return ids
end

return M
