-- The dumps of others that lie beside this folder, and what a load of each says about it, as text of
-- ids and codes. `lua5.4 spec/support/write-dumps.lua` writes the golden file anew.

local vpcpeer = require "vpcpeer"

local M = require "support.collected" {
  golden = "spec/dumps/diagnostics.txt",
  title = "What a load says about each dump; see spec/support/dumps.lua.",
}

--- The folders that hold describe-* output.
function M.names()
  return M.list "ls | grep -v ^terraform-"
end

--- The diagnostics of a folder, a line each: severity, code, object, place.
function M.lines(name)
  local lines = {}
  for i, d in ipairs(assert(vpcpeer.load(M.folder .. name)):diagnostics()) do
    lines[i] = ("%s %s %s %s"):format(d.severity, d.code, d.resource_id or "-", d.path or "-")
  end
  return lines
end

return M
