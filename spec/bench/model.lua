-- How long it takes to load a dump, to write one, and to answer a question. Figures only: nothing is
-- judged here.
--
-- The dump is that of generate.lua, about 100 MB of what the AWS CLI prints, in build/bench; questions
-- are asked on the largest network of the conformance catalogue, each ordered pair of its hosts.

package.path = "./spec/?.lua;./spec/bench/?.lua;" .. package.path

local catalogue = require "support.catalogue"
local figures = require "support.figures"
local generate = require "generate"
local vpcpeer = require "vpcpeer"

local FOLDER, INTERFACES, REPEATS = "build/bench/dump", 24000, 5

-- Median seconds of `work`, called once a repeat, with its last result.
local function measure(work)
  local times = {}
  local result
  for i = 1, REPEATS do
    collectgarbage()
    collectgarbage()
    local start = os.clock()
    local made = work()
    times[i] = os.clock() - start
    if i == REPEATS then
      result = made
    elseif type(made) == "userdata" then
      made:close()
    end
  end
  table.sort(times)
  return times[math.floor(REPEATS / 2) + 1], result
end

-- ---- a dump ---------------------------------------------------------------------------------------

os.execute("rm -rf " .. FOLDER)
local bytes = generate.write(FOLDER, { interfaces = INTERFACES })
collectgarbage()
local before = figures.memory()
local net = assert(vpcpeer.load(FOLDER))
local peak = figures.memory "VmHWM"
print(("a folder of %.1f MB, %s"):format(bytes / 1e6, tostring(net)))
figures.print("memory of the first load, at most, an interface", (peak - before) * 1048576 / INTERFACES, "bytes")
collectgarbage()
local kept = figures.memory() - before
figures.print("and when it is done, of all objects together", kept * 1048576 / INTERFACES, "bytes")
net:close()

local seconds
seconds, net = measure(function()
  return assert(vpcpeer.load(FOLDER))
end)
figures.print("load", bytes / 1e6 / seconds, "MB/s")

local text
seconds, text = measure(function()
  return net:describe_json()
end)
figures.print(("describe_json, %.1f MB"):format(#text / 1e6), #text / 1e6 / seconds, "MB/s")
net:close()
net = nil -- luacheck: ignore
seconds = measure(function()
  return assert(vpcpeer.load_json(text))
end)
figures.print("load_json of that", #text / 1e6 / seconds, "MB/s")
text = nil -- luacheck: ignore

-- ---- questions ------------------------------------------------------------------------------------

-- The documents of the case with the most records, and its name.
local function largest_case()
  local cases = catalogue.load()
  local best, most, name = nil, 0, nil
  for _, case in ipairs(cases) do
    local document, count = catalogue.documents(cases, case), 0
    for _, list in pairs(document) do
      count = count + #list
    end
    if count > most then
      best, most, name = document, count, case.id
    end
  end
  return best, name
end

local document, name = largest_case()
net = assert(vpcpeer.load_tables(document))
local pairs_that, hosts = { reach = {}, ["do not"] = {} }, {}
for instance in net:instances() do
  hosts[#hosts + 1] = instance
end
for _, from in ipairs(hosts) do
  for _, to in ipairs(hosts) do
    if from ~= to then
      table.insert(pairs_that[net:reachable(from, to) and "reach" or "do not"], { from = from, to = to, port = 443 })
    end
  end
end

-- Microseconds of a call for each question of a list, asked in turn.
local function per_call(list, ask)
  local rounds = math.ceil(20000 / #list)
  return measure(function()
    for _ = 1, rounds do
      for i = 1, #list do
        ask(list[i])
      end
    end
  end) / rounds / #list * 1e6
end

print(("questions on case %s, %s"):format(name, tostring(net)))
for _, which in ipairs { "reach", "do not" } do
  local list = pairs_that[which]
  figures.print(("net:reachable, the %d pairs that %s"):format(#list, which), per_call(list, function(question)
    return net:reachable(question.from, question.to, "tcp", 443)
  end), "us a call")
  figures.print(("net:trace, the %d pairs that %s"):format(#list, which), per_call(list, function(question)
    return net:trace(question)
  end), "us a call")
end
local answer = net:trace(pairs_that["do not"][1])
figures.print("tostring of a trace", per_call({ answer }, tostring), "us a call")
