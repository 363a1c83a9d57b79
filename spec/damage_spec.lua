-- Damaged dumps: whatever is wrong with them, a load ends in a model with diagnostics or in nil,
-- message, code, the model answers, and what it describes loads to the same again. VPCPEER_ROUNDS
-- multiplies the rounds, VPCPEER_SEED repeats them.

local damage = require "support.damage"
local dumps = require "support.dumps"
local json = require "vpcpeer.json"
local random = require "support.random"
local shell = require "support.shell"
local vpcpeer = require "vpcpeer"

local ROUNDS = 8 * (tonumber(os.getenv "VPCPEER_ROUNDS") or 1)

-- All JSON documents of a folder as one; later lists of a key come behind earlier ones.
local function document_of(folder)
  local all = {}
  for path in shell.must("find " .. shell.quote(folder) .. " -name '*.json' | LC_ALL=C sort"):gmatch "[^\n]+" do
    local document = json.decode(shell.read(path))
    for key, value in pairs(type(document) == "table" and document or {}) do
      if type(key) == "string" and type(value) == "table" and value[1] ~= nil then
        all[key] = all[key] or {}
        for i = 1, #value do
          table.insert(all[key], value[i])
        end
      end
    end
  end
  return all
end

-- Asks the model a little of everything; none of it may raise.
local function use(net, numbers)
  local ends = { "internet", "198.51.100.7", "i-none" }
  for interface in net:network_interfaces() do
    ends[#ends + 1] = interface
  end
  for _ = 1, 12 do
    local from, to = numbers:pick(ends), numbers:pick(ends)
    local trace, message, code = net:trace { from = from, to = to, protocol = numbers:pick { "tcp", "icmp", "-1" } }
    if trace then
      assert.is_string(tostring(trace))
      assert(trace.reachable or #trace.explanations > 0, "no, and no reason why")
    else
      assert.is_string(message)
      assert.is_string(code)
    end
  end
  if net.lint then
    assert.is_table(net:lint())
  end
end

-- Loads, asks, and goes round; true when there was a model.
local function check(load, input, numbers)
  local net, message, code = load(input)
  if not net then
    assert.is_string(message)
    assert.is_string(code)
    return false
  end
  for _, d in ipairs(net:diagnostics()) do
    assert(d.severity and d.code and d.message, "a diagnostic without its parts")
  end
  use(net, numbers)
  local once = assert(vpcpeer.load_json(net:describe_json())):describe_json()
  assert.equal(once, assert(vpcpeer.load_json(once)):describe_json())
  net:close()
  return true
end

-- Strikes a document again and again, harder and harder; as tables, as text, as text in pieces.
local function strike(document, numbers)
  local models = 0
  for round = 1, ROUNDS do
    local damaged = damage.of(document, numbers, 8 + numbers:below(200))
    local ok, text = pcall(json.encode, damaged)
    json.CUT_BYTES = round % 2 == 0 and 0 or math.huge
    if ok then
      models = models + (check(vpcpeer.load_json, text, numbers) and 1 or 0)
    end
    json.CUT_BYTES = 64 * 1024
    models = models + (check(vpcpeer.load_tables, damaged, numbers) and 1 or 0)
  end
  assert.is_true(models > ROUNDS / 2, "most of what is damaged is still a model: " .. models)
end

describe("a damaged dump", function()
  local numbers = random.start "damage_spec"

  it("loads or says why not: the example's", function()
    strike(document_of "examples/dump", numbers)
  end)

  it("loads or says why not: the command's", function()
    strike(document_of "spec/cli/input/two-vpcs", numbers)
  end)

  it("loads or says why not: a generated organization's", function()
    local generate = dofile "spec/bench/generate.lua"
    strike(generate.tables { interfaces = 40 }, numbers)
  end)

  for _, name in ipairs(dumps.names()) do
    it("loads or says why not: " .. name, function()
      strike(document_of(dumps.folder .. name), numbers)
    end)
  end

  it("that is cut off anywhere says where", function()
    local text = shell.read "examples/dump/describe-route-tables.json"
    for _ = 1, 200 do
      local net, message, code = vpcpeer.load_json(text:sub(1, numbers:below(#text - 1)))
      assert.is_nil(net)
      assert.matches("byte offset %d+", message)
      assert.equal("invalid_json", code)
    end
  end)
end)
