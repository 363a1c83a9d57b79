-- The plans and states of others that lie beside this folder, and what a load of each says about it.
-- `lua5.4 spec/support/write-terraform.lua` writes the golden file anew.

local vpcpeer = require "vpcpeer"

local M = require "support.collected" {
  golden = "spec/terraform/diagnostics.txt",
  title = "What a load says about each plan and state; see spec/support/terraform_dumps.lua.",
}

--- The files in both folders.
function M.names()
  return M.list "ls terraform-*/*.json"
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

return M
