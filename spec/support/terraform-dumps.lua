-- The plans and states of others that lie beside this folder, and what a load of each says about it.
-- `lua5.4 spec/support/write-terraform.lua` writes the golden file anew.

local shell = require "support.shell"
local vpcpeer = require "vpcpeer"

local M = {}

M.folder = "../shared/data/"
M.golden = "spec/terraform/diagnostics.txt"

--- The files in both folders, in order; empty where they are absent.
function M.names()
  local status, output = shell.run("cd " .. M.folder .. " && LC_ALL=C ls terraform-*/*.json")
  local list = {}
  for name in (status == 0 and output or ""):gmatch "[^\n]+" do
    list[#list + 1] = name
  end
  return list
end

--- What a load says: a line for each diagnostic, or for the refusal.
function M.lines(name)
  local net, message, code = vpcpeer.load(M.folder .. name)
  if not net then
    return { "refused " .. code .. " " .. message:gsub("^.-: ", "") }
  end
  local lines = {}
  for i, d in ipairs(net:diagnostics()) do
    lines[i] = ("%s %s %s: %s"):format(d.severity, d.code, d.path or "-", d.message)
  end
  return lines
end

--- The golden file as a table from file to lines.
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

--- Writes the golden file.
function M.write()
  local out = { "# What a load says about each plan and state; see spec/support/terraform-dumps.lua." }
  for _, name in ipairs(M.names()) do
    out[#out + 1] = "== " .. name
    for _, line in ipairs(M.lines(name)) do
      out[#out + 1] = line
    end
  end
  shell.write(M.golden, table.concat(out, "\n") .. "\n")
end

return M
