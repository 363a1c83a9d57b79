-- What every spec of a refused change checks: AWS's code, the place of the caller, and that the
-- model is exactly what it was.

local vpcpeer = require "vpcpeer"
local assert = require "luassert"

-- The whole state that a script can see, as one text.
local function state_of(net)
  local lines = { net:describe_json() }
  for _, event in ipairs(net:events()) do
    lines[#lines + 1] = ("%d %s %s %s"):format(event.at, event.action, event.resource_id, event.state)
  end
  for _, diagnostic in ipairs(net:diagnostics()) do
    lines[#lines + 1] = tostring(diagnostic.code) .. tostring(diagnostic.message)
  end
  return table.concat(lines, "\n")
end

-- Calls object[method](object, options), which must raise `code`; returns the message.
return function(net, code, object, method, options)
  local before = state_of(net)
  local ok, message = pcall(function()
    object[method](object, options)
  end)
  assert.is_false(ok, method .. " was not refused")
  assert.equal(code, vpcpeer.error_code(message), message)
  assert.matches("refused%.lua:%d+: ", message)
  assert.equal(before, state_of(net))
  return message
end
