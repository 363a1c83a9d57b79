-- The network that the setup statements of a case have described so far.
--
-- Objects are kept as the statements wrote them, by kind and label, in the order of their first
-- statement. A later statement with the same label replaces the object; what refers to it refers
-- to labels and so stays.

local Picture = {}
Picture.__index = Picture

local M = {}

function M.new()
  return setmetatable({ kinds = {} }, Picture)
end

function Picture:put(kind, object)
  local objects = self.kinds[kind]
  if not objects then
    objects = { labels = {}, by_label = {} }
    self.kinds[kind] = objects
  end
  if not objects.by_label[object.name] then
    objects.labels[#objects.labels + 1] = object.name
  end
  objects.by_label[object.name] = object
end

-- The object with this label, or nil.
function Picture:find(kind, label)
  local objects = self.kinds[kind]
  return objects and objects.by_label[label]
end

-- The object with this label; raises when no statement described it.
function Picture:get(kind, label)
  return self:find(kind, label) or error(("no %s is called \"%s\""):format(kind, label), 0)
end

-- Calls `visit` with each object of a kind.
function Picture:each(kind, visit)
  for _, label in ipairs(self.kinds[kind] and self.kinds[kind].labels or {}) do
    visit(self.kinds[kind].by_label[label])
  end
end

-- The route table "A.main", empty when nothing has been said about it.
function Picture:table_of(label)
  local route_table = self:find("rtb", label)
  if not route_table then
    route_table = { name = label, routes = {} }
    self:put("rtb", route_table)
  end
  return route_table
end

-- Is the text an IPv6 address or block?
function M.is_ipv6(text)
  return text:find(":", 1, true) ~= nil
end

local function has_ipv6(vpc)
  for _, cidr in ipairs(vpc.cidrs) do
    if M.is_ipv6(cidr) then
      return true
    end
  end
  return false
end

-- Appends to the main table of `from` a route for each block of `to` in the families both have.
function Picture:route_to(from, to, pcx)
  local source, target = self:get("vpc", from), self:get("vpc", to)
  local routes = self:table_of(from .. ".main").routes
  for _, cidr in ipairs(target.cidrs) do
    if not M.is_ipv6(cidr) or has_ipv6(source) then
      routes[#routes + 1] = { destination = cidr, target = pcx, propagated = false }
    end
  end
end

function Picture:join(requester, accepter)
  local pcx = "pcx-" .. requester:lower():rep(4) .. accepter:lower():rep(4)
  self:put("pcx", { name = pcx, requester = requester, accepter = accepter, cl = {} })
  self:route_to(requester, accepter, pcx)
  self:route_to(accepter, requester, pcx)
end

local special = {}

function special.vpc(picture, statement)
  picture:put("vpc", statement)
  picture:table_of(statement.name .. ".main")
end

function special.subnet(picture, statement)
  picture:put("subnet", statement)
  if statement.rtb then
    picture:table_of(statement.rtb)
  end
end

-- The table keeps being the same object, to which mesh and hub append.
function special.rtb(picture, statement)
  local routes = {}
  for i, route in ipairs(statement.routes) do
    routes[i] = route
  end
  picture:table_of(statement.name).routes = routes
end

function special.mesh(picture, statement)
  local vpcs = statement.vpcs
  for i = 1, #vpcs do
    for j = i + 1, #vpcs do
      picture:join(vpcs[i], vpcs[j])
    end
  end
end

function special.hub(picture, statement)
  for i = 2, #statement.vpcs do
    picture:join(statement.vpcs[1], statement.vpcs[i])
  end
end

-- Takes one setup statement in.
function Picture:apply(statement)
  local act = special[statement.keyword]
  if act then
    act(self, statement)
  else
    self:put(statement.keyword, statement)
  end
end

-- The id that a label has in the model; `kind` decides for labels that are no ids themselves.
local prefixes = {
  vpc = "vpc-", subnet = "subnet-", rtb = "rtb-", sg = "sg-", acl = "acl-", host = "i-", classic = "i-", eni = "eni-",
}

function M.id(kind, label)
  return (prefixes[kind] or "") .. label
end

-- The id by which a host is asked for: the instance's, or that of an interface that is none.
function Picture:host_id(label)
  if self:find("classic", label) then
    return M.id("classic", label)
  end
  return M.id(self:get("host", label).kind and "eni" or "host", label)
end

-- The VPC that an object with a subnet lies in.
function Picture:vpc_of_subnet(label)
  return self:get("vpc", self:get("subnet", label).vpc)
end

return M
