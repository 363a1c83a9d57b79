-- The dumps of others that lie beside this folder, and what a load of each says about it, as text of
-- ids and codes. `lua5.4 spec/support/write-dumps.lua` writes the golden file anew.

local shell = require "support.shell"
local vpcpeer = require "vpcpeer"

local M = {}

M.folder = "../shared/data/"
M.golden = "spec/dumps/diagnostics.txt"

--- The folders that hold describe-* output, in order; empty where the dumps are absent.
function M.names()
  local status, output = shell.run("LC_ALL=C ls " .. M.folder)
  local list = {}
  for name in (status == 0 and output or ""):gmatch "[^\n]+" do
    if not name:find "^terraform%-" then
      list[#list + 1] = name
    end
  end
  return list
end

--- The diagnostics of a loaded folder, a line each: severity, code, object, place.
function M.lines(net)
  local lines = {}
  for i, d in ipairs(net:diagnostics()) do
    lines[i] = ("%s %s %s %s"):format(d.severity, d.code, d.resource_id or "-", d.path or "-")
  end
  return lines
end

--- The golden file as a table from folder to lines.
function M.read()
  local wanted, last = {}, nil
  for line in shell.read(M.golden):gmatch "[^\n]+" do
    local name = line:match "^== (.+)$"
    if name then
      wanted[name], last = {}, name
    elseif line:sub(1, 1) ~= "#" then
      table.insert(wanted[last], line)
    end
  end
  return wanted
end

--- Writes the golden file from the dumps as they load now.
function M.write()
  local out = { "# What a load says about each dump; see spec/support/dumps.lua." }
  for _, name in ipairs(M.names()) do
    out[#out + 1] = "== " .. name
    for _, line in ipairs(M.lines(assert(vpcpeer.load(M.folder .. name)))) do
      out[#out + 1] = line
    end
  end
  shell.write(M.golden, table.concat(out, "\n") .. "\n")
end

return M
