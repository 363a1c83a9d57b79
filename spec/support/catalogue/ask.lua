-- The statements of the catalogue that ask the model: expect, status and dns.
--
-- Each function returns what is wrong as text, or nil. What a statement does not write is not
-- compared.

local pictures = require "support.catalogue.picture"
local witness = require "support.witness"

local M = {}

-- An end of a question as the public interface takes it.
local function end_of(picture, point)
  if point.outside then
    return { [point.outside] = point.gateway, address = point.address }
  end
  return point.address or picture:host_id(point.host)
end

local function codes_of(list)
  local codes = {}
  for i, item in ipairs(list) do
    codes[i] = item.code
  end
  return codes
end

-- The id that a `via` list shows for a label: a middlebox appears as its interface.
local function via_id(picture, label)
  return picture:find("host", label) and pictures.id("eni", label) or label
end

local function differs(what, expected, actual)
  local wanted, got = table.concat(expected, ","), table.concat(actual, ",")
  return wanted ~= got and ("%s is \"%s\", not \"%s\""):format(what, got, wanted) or nil
end

local function verdict(trace)
  local codes = table.concat(codes_of(trace.explanations), ", ")
  return tostring(trace.verdict) .. (codes ~= "" and ": " .. codes or "")
end

-- Compares one trace with the result that the statement wrote.
local function judge(picture, expected, trace)
  if trace.reachable ~= expected.reachable then
    return "it is " .. verdict(trace)
  elseif expected.via then
    local ids = {}
    for i, label in ipairs(expected.via) do
      ids[i] = via_id(picture, label)
    end
    return differs("via", ids, trace.via)
  elseif expected.code and (trace.explanations[1] or {}).code ~= expected.code then
    return "it is " .. verdict(trace)
  elseif expected.hint then
    return differs("hint", expected.hint, codes_of(trace.hints))
  end
  return nil
end

local function show(point)
  return (point.host or (point.outside and point.outside .. "@" .. point.gateway) or point.address)
    .. (point.host and point.family == 6 and "/6" or "")
end

local function ask(net, picture, expect, from, to)
  local trace, message, code = net:trace {
    from = end_of(picture, from), to = end_of(picture, to), protocol = expect.protocol, port = expect.port,
    family = from.family,
  }
  local wrong
  if trace then
    wrong = judge(picture, expect.result, trace)
    if not wrong then
      witness.expect { expect.result.code, expect.result.hint }
    end
  else
    wrong = ("no answer: %s (%s)"):format(tostring(message), tostring(code))
  end
  return wrong and ("%s -> %s: %s"):format(show(from), show(to), wrong) or nil
end

-- All hosts with an address of the family.
local function hosts_with(picture, family)
  local points = {}
  picture:each("host", function(host)
    for _, address in ipairs(host.addresses) do
      if pictures.is_ipv6(address) == (family == 6) then
        points[#points + 1] = { host = host.name, family = family }
        break
      end
    end
  end)
  return points
end

local function pairs_of(picture, expect)
  if not expect.each then
    local list = { { expect.from, expect.to } }
    if expect.both then
      list[2] = { expect.to, expect.from }
    end
    return list
  end
  local points, list = hosts_with(picture, expect.each), {}
  for _, from in ipairs(points) do
    for _, to in ipairs(points) do
      if from ~= to then
        list[#list + 1] = { from, to }
      end
    end
  end
  return list
end

function M.expect(net, picture, statement)
  local list = pairs_of(picture, statement)
  if #list == 0 then
    return "there is no pair to ask for"
  end
  for _, pair in ipairs(list) do
    local wrong = ask(net, picture, statement, pair[1], pair[2])
    if wrong then
      return wrong
    end
  end
  return nil
end

-- A connection that the account does not see any more is gone.
function M.status(net, _, statement)
  local pcx = net:as(statement.account):get(statement.name)
  local state = pcx and pcx.status.code or "gone"
  return state ~= statement.state and "it is " .. state or nil
end

-- The names that AWS gives a host from its addresses. A host without a public address has no public
-- name; a name of that form which nobody has is asked for instead.
local function name_of(picture, which, label)
  local host = picture:get("host", label)
  local region = picture:vpc_of_subnet(host.subnet).region or "us-east-1"
  local first = region == "us-east-1"
  if which == "priv" then
    return "ip-" .. host.addresses[1]:gsub("%.", "-") .. "." .. (first and "ec2" or region .. ".compute") .. ".internal"
  end
  local address = (host.eip or host.addresses[1]):gsub("%.", "-")
  return "ec2-" .. address .. "." .. (first and "compute-1" or region .. ".compute") .. ".amazonaws.com"
end

function M.dns(net, picture, statement)
  local from = statement.from == "internet" and "internet" or picture:host_id(statement.from)
  local address, problem = net:resolve(name_of(picture, statement.which, statement.host), { from = from })
  local result = address or problem
  return result ~= statement.result and "it is " .. tostring(result) or nil
end

return M
