--- VPC networks and peering, offline: addresses, models, questions.
--
-- The public module. Its table holds functions and texts only; nothing is written to globals, and
-- what needs another library is loaded when it is first called.
-- @module vpcpeer

local core = require "vpcpeer.core"

local M = {
  _VERSION = core._VERSION,
  cidr = core.cidr,
  set = core.set,
  set_from_text = core.set_from_text,
  builder = core.builder,
  prefix_map = core.prefix_map,
  network = core.network,
}

require "vpcpeer.objects"
require "vpcpeer.aws"
require "vpcpeer.trace"
require "vpcpeer.to_lua"

M.services_text = require("vpcpeer.connectivity").services_text
require "vpcpeer.lint"

-- The loader and the libraries it needs are loaded by the first call; what the functions take and
-- return is documented there.
for _, name in ipairs { "load", "load_json", "load_tables" } do
  M[name] = function(...)
    return require("vpcpeer.load")[name](...)
  end
end

--- Does a network keep the expectations of a checks file? As `run` of vpcpeer.check, which is loaded by
-- the first call.
-- @function vpcpeer.check
-- @tparam network net
-- @tparam string text Lua with an expectation a line
-- @tparam[opt="checks"] string name what places are told by: the file
-- @treturn table report `{ name, results, counts = { passed, failed, unknown, error }, broken }`
-- @raise for arguments of another type
-- @usage
-- local report = vpcpeer.check(net, 'expect("web"):can_reach("db", "tcp 5432")')
-- assert(report.counts.passed == 1)
function M.check(...)
  return require("vpcpeer.check").run(...)
end

--- The error code in the message of a refused change.
-- A change that AWS would refuse raises `CODE: message`; Lua and hosts put positions in front.
-- @tparam any message what `pcall` gave
-- @treturn string the code (`InvalidSubnet.Conflict`), or nil when there is none
-- @usage
-- assert(vpcpeer.error_code("net.lua:7: InvalidVpc.Range: too large") == "InvalidVpc.Range")
function M.error_code(message)
  if type(message) ~= "string" then
    return nil
  end
  -- A code is followed by a colon and a blank, a position by a number: "file:12: CODE: text".
  local code = message:match "^(%u[%w%.]*): "
  local start = 1
  while not code do
    local _, stop = message:find(":%d+: ", start)
    if not stop then
      return nil
    end
    start = stop + 1
    code = message:match("^(%u[%w%.]*): ", start)
  end
  return code
end

return M
