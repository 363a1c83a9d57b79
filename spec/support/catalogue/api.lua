-- The `api` statements of the catalogue: calls of the public methods by some account and Region,
-- and what is compared afterwards.

local documents = require "support.catalogue.documents"
local pictures = require "support.catalogue.picture"
local vpcpeer = require "vpcpeer"

local id = pictures.id

local M = {}

-- The object with this id as the caller sees it. A label that names nothing becomes a failed test,
-- not a passed refusal.
local function object(net, object_id)
  return net:get(object_id) or error(("the model has no \"%s\""):format(object_id), 0)
end

-- AWS's key of a request in snake case.
local function snake(key)
  return (key:gsub("(%l)(%u)", "%1_%2"):gsub("(%d)(%u)", "%1_%2"):lower())
end

-- Each gets the network as the caller sees it, the picture, the words of the statement, the
-- statement, and the network as the default caller sees it.
local operations = {}

function operations.create(net, picture, arguments)
  local accepter = picture:get("vpc", arguments[3])
  return net:create_vpc_peering_connection {
    vpc_id = id("vpc", arguments[2]), peer_vpc_id = id("vpc", arguments[3]), peer_owner_id = accepter.account,
    peer_region = accepter.region, vpc_peering_connection_id = arguments[1],
  }
end

-- A connection may be hidden from the caller, who must then be told that there is none. So the
-- handle is one of the default caller, and the call says who makes it.
for _, action in ipairs { "accept", "reject", "delete" } do
  operations[action] = function(_, _, arguments, statement, net)
    local pcx = object(net, arguments[1])
    pcx[action](pcx, { owner_id = statement.account, region = statement.region })
    return pcx
  end
end

operations["vpc+"] = function(net, _, arguments)
  return net:create_vpc { cidr_block = arguments[1] }
end

operations["cidr+"] = function(net, _, arguments)
  object(net, id("vpc", arguments[1])):associate_cidr_block { cidr_block = arguments[2] }
end

operations["subnet+"] = function(net, _, arguments)
  return object(net, id("vpc", arguments[1])):create_subnet { cidr_block = arguments[2] }
end

operations["route+"] = function(net, picture, arguments, statement)
  local request = {}
  for key, value in pairs(documents.route_record(picture, statement.route)) do
    request[snake(key)] = value
  end
  -- What AWS prints of a route and does not take; an interface stands for its instance.
  request.origin, request.state, request.instance_id, request.instance_owner_id = nil, nil, nil, nil
  object(net, id("rtb", arguments[1])):create_route(request)
end

function operations.sgref(net, _, arguments)
  object(net, id("sg", arguments[1])):authorize_ingress {
    ip_protocol = "tcp", from_port = 443, to_port = 443, referenced_group_id = id("sg", arguments[2]),
  }
end

function operations.options(net, _, arguments)
  object(net, arguments[1]):modify_options {
    [arguments[2] .. "_peering_connection_options"] = { allow_dns_resolution_from_remote_vpc = true },
  }
end

-- Has the model recorded this cause for the connection?
local function has_cause(net, pcx_id, cause)
  for _, diagnostic in ipairs(net:diagnostics()) do
    if diagnostic.resource_id == pcx_id and diagnostic.code == cause then
      return true
    end
  end
  return false
end

local function compare(net, expected, result)
  if expected.state then
    local state = result.status.code
    if state ~= expected.state then
      return "the connection is " .. tostring(state)
    elseif expected.cause and not has_cause(net, tostring(result), expected.cause) then
      return "no diagnostic gives the cause " .. expected.cause
    end
  elseif expected.existing and tostring(result) ~= expected.existing then
    return "got " .. tostring(result)
  elseif expected.cidr and result.cidr_block ~= expected.cidr then
    return "got the block " .. tostring(result.cidr_block)
  end
  return nil
end

-- Carries out a statement; returns what is wrong, or nil.
function M.run(net, picture, statement)
  local caller, expected = net:as(statement.account, statement.region), statement.result
  local ok, result = pcall(operations[statement.operation], caller, picture, statement.arguments, statement, net)
  if ok and expected.error then
    return "it was not refused"
  elseif not ok and not expected.error then
    return tostring(result)
  elseif not ok then
    local code = vpcpeer.error_code(result)
    return code ~= expected.error and ("it was refused with " .. tostring(result)) or nil
  end
  return compare(net, expected, result)
end

return M
