-- Reads the statements of the catalogue that act and ask, one function a keyword.
--
-- Each has a result after " : ", which is read into `result`; what is not written is nil there and
-- is not asserted.

local words_reader = require "support.catalogue.words"

local fail = words_reader.fail
local words_of = words_reader.words_of
local need = words_reader.need
local list = words_reader.list
local read_route = words_reader.read_route
local states = words_reader.states

local M = {}

-- What follows states a result after " : ".
local function split_result(place, text)
  local question, result = text:match "^(.-)%s+:%s+(.+)$"
  if not question then
    fail(place, "\" : RESULT\" expected")
  end
  return question, words_of(result)
end

-- A list in a result, where "-" is the empty one.
local function result_list(text)
  return text == "-" and {} or list(text)
end

local function read_expected(place, words)
  local kind, expected = words[1], nil
  local code_given = kind == "no" and words[2]
  local extra = kind == "ok" and 2 or 3
  if kind == "ok" then
    expected = { reachable = true }
  elseif code_given then
    expected = { reachable = false, code = words[2] }
  else
    fail(place, "\"ok\" or \"no CODE\" expected")
  end
  local list_word = kind == "ok" and "via" or "hint"
  if words[extra] then
    if words[extra] ~= list_word or #words ~= extra + 1 then
      fail(place, ("\"%s\" does not belong to a result"):format(words[extra]))
    end
    expected[list_word] = result_list(words[extra + 1])
  end
  return expected
end

-- "a1", "a1/6", "10.0.0.1", "internet@igw-a=198.51.100.7"
local function read_end(text)
  local place, gateway_id, address = text:match "^(%a+)@([^=]+)=(.+)$"
  if place then
    return { outside = place, gateway = gateway_id, address = address, family = address:find(":", 1, true) and 6 or 4 }
  end
  if text:match "^%d+%.%d+%.%d+%.%d+$" then
    return { address = text, family = 4 }
  elseif text:find(":", 1, true) then
    return { address = text, family = 6 }
  end
  local name, six = text:match "^(.-)(/6)$"
  return { host = name or text, family = six and 6 or 4 }
end

function M.expect(place, _, text)
  local question, result = split_result(place, text)
  local words = words_of(question)
  local expect = { protocol = "tcp", port = 443, result = read_expected(place, result) }
  if words[1] == "each" or words[1] == "each/6" then
    expect.each = words[1] == "each" and 4 or 6
    need(place, words, 1)
    words = { words[1], "->", words[1], words[2] }
  else
    need(place, words, 3)
    expect.from, expect.to, expect.both = read_end(words[1]), read_end(words[3]), words[2] == "<->"
  end
  if not (words[2] == "->" or words[2] == "<->") or #words > 4 then
    fail(place, ("\"%s\" is no question"):format(question))
  end
  if words[4] then
    local protocol, port = words[4]:match "^(%a+)/(%d+)$"
    if not protocol then
      fail(place, ("\"%s\" is no service"):format(words[4]))
    end
    expect.protocol, expect.port = protocol, tonumber(port)
  end
  return expect
end

-- How many words each operation takes.
local operations = {
  create = 3, accept = 1, reject = 1, delete = 1, ["vpc+"] = 1, ["cidr+"] = 2, ["subnet+"] = 2, ["route+"] = 2,
  sgref = 2, options = 3,
}

function M.api(place, _, text)
  local question, result = split_result(place, text)
  local words = words_of(question)
  local account, region = (words[1] or ""):match "^(%d+)@(%S+)$"
  if account then
    table.remove(words, 1)
  end
  local operation = table.remove(words, 1)
  if operations[operation] ~= #words then
    fail(place, ("\"%s\" is no operation"):format(question))
  end
  if operation == "options" and not ((words[2] == "requester" or words[2] == "accepter") and words[3] == "on") then
    fail(place, "options take a side and \"on\"")
  end
  local expected = {}
  if result[1] == "ERROR" then
    expected.error = result[2] or fail(place, "an error code is expected")
  elseif result[1] == "ok" then
    expected.cidr = result[2]
  elseif result[1] == "existing" then
    expected.existing = result[2] or fail(place, "a connection is expected")
  else
    expected.state = states[result[1]] or fail(place, ("\"%s\" is no state"):format(result[1]))
    expected.cause = result[2]
  end
  return {
    account = account or "111111111111", region = region or "us-east-1", operation = operation, arguments = words,
    route = operation == "route+" and read_route(place, words[2]) or nil, result = expected,
  }
end

function M.advance(place, words)
  local hours = #words == 1 and words[1]:match "^(%d+)h$" or fail(place, "a time such as 2h is expected")
  return { seconds = tonumber(hours) * 3600 }
end

function M.status(place, _, text)
  local question, result = split_result(place, text)
  local words = words_of(question)
  if not (#words == 1 or (#words == 3 and words[2] == "as")) or #result ~= 1 then
    fail(place, ("\"%s\" is no question about a state"):format(question))
  end
  if not (states[result[1]] or result[1] == "gone") then
    fail(place, ("\"%s\" is no state"):format(result[1]))
  end
  return { name = words[1], account = words[3] or "111111111111", state = result[1] }
end

function M.dns(place, _, text)
  local question, result = split_result(place, text)
  local which, host, from = question:match "^(%l+)%((%w+)%) from (%w+)$"
  if not (which == "pub" or which == "priv") or #result ~= 1 then
    fail(place, ("\"%s\" is no question about a name"):format(question))
  end
  return { which = which, host = host, from = from, result = result[1] }
end

return M
