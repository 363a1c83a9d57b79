-- Words of the catalogue's notation: cutting text into words, options, lists, routes and ports.
--
-- What both the statements that describe and those that ask are made of. Every reader takes the
-- place (file and line) first and raises there when the notation does not allow what it sees.

local M = {}

-- Raises for something at `place` = { file, line }.
function M.fail(place, message)
  error(("%s:%d: %s"):format(place.file, place.line, message), 0)
end

function M.split(text, separator)
  local parts = {}
  for part in (text .. separator):gmatch("(.-)" .. separator:gsub("%p", "%%%0")) do
    parts[#parts + 1] = part
  end
  return parts
end

function M.words_of(text)
  local words = {}
  for word in text:gmatch "%S+" do
    words[#words + 1] = word
  end
  return words
end

-- Takes the options "key=value" from the end of the words; `allowed` maps them to their readers.
function M.take_options(place, words, from, into, allowed)
  for i = from, #words do
    local key, value = words[i]:match "^(%a+)=(.+)$"
    local read = key and allowed[key]
    if not read then
      M.fail(place, ("unknown word \"%s\""):format(words[i]))
    end
    into[key] = read == true and value or read[value]
    if into[key] == nil then
      M.fail(place, ("\"%s\" is no value of %s"):format(value, key))
    end
  end
  return into
end

function M.need(place, words, count)
  if #words < count then
    M.fail(place, ("%d words expected, got %d"):format(count, #words))
  end
end

function M.list(text)
  return text and M.split(text, ",") or nil
end

function M.read_route(place, word)
  local destination, target, star = word:match "^([^>]+)>([^>*]+)(%*?)$"
  if not destination then
    M.fail(place, ("\"%s\" is no route"):format(word))
  end
  return { destination = destination, target = target, propagated = star == "*" }
end

function M.read_routes(place, words, from)
  local routes = {}
  for i = from, #words do
    routes[#routes + 1] = M.read_route(place, words[i])
  end
  return routes
end

-- "all", "443" or "32768-65535" as two numbers, nil for all.
function M.read_ports(place, text)
  if text == "all" then
    return nil
  end
  local first, last = text:match "^(%d+)%-(%d+)$"
  first = first or text:match "^%d+$"
  if not first then
    M.fail(place, ("\"%s\" is no port"):format(text))
  end
  return { tonumber(first), tonumber(last or first) }
end

-- The states of a connection, each under its own name.
M.states = {}
for state in ("initiating-request pending-acceptance provisioning active failed rejected expired deleting deleted")
  :gmatch "%S+" do
  M.states[state] = state
end

return M
