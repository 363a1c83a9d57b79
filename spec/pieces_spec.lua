-- A long document is read in pieces: the model and what is said about it are those of the whole.

local shell = require "support.shell"
local vpcpeer = require "vpcpeer"
local json = require "vpcpeer.json"

local CUT_BYTES = json.CUT_BYTES

-- Model and diagnostics of a load as one text; its message when there is none.
local function outcome(load, input)
  local net, message, code = load(input)
  if not net then
    return tostring(code) .. " " .. tostring(message)
  end
  local lines = { net:describe_json() }
  for _, d in ipairs(net:diagnostics()) do
    lines[#lines + 1] = ("%s %s %s"):format(d.severity, d.code, require("vpcpeer.load").line(d))
  end
  return table.concat(lines, "\n")
end

-- The same input read whole and in pieces.
local function compare(load, input)
  json.CUT_BYTES = math.huge
  local whole = outcome(load, input)
  json.CUT_BYTES = 0
  local pieces = outcome(load, input)
  json.CUT_BYTES = CUT_BYTES
  assert.equal(whole, pieces)
  return whole
end

-- A document of many VPCs, interfaces and instances, of which some are wrong in some way.
local function document(change)
  local d = { Vpcs = {}, Subnets = {}, NetworkInterfaces = {}, Reservations = {}, Volumes = {}, NextToken = "x" }
  for i = 0, 999 do
    local id, high, low = ("%08x"):format(i), math.floor(i / 256), i % 256
    d.Vpcs[i + 1] = {
      VpcId = "vpc-" .. id, CidrBlock = ("10.%d.%d.0/24"):format(high, low), Unread = { VpcId = { "x" } },
      Tags = { { Key = "Name", Value = "\"\\\n\195\169" .. id } },
    }
    d.NetworkInterfaces[i + 1] = {
      NetworkInterfaceId = "eni-" .. id, VpcId = "vpc-" .. id, PrivateIpAddress = ("10.%d.%d.4"):format(high, low),
    }
    d.Reservations[i + 1] = {
      ReservationId = "r-" .. id, OwnerId = "222222222222", Instances = { {
        InstanceId = "i-" .. id, VpcId = "vpc-" .. id,
        NetworkInterfaces = { { NetworkInterfaceId = "eni-" .. id, Attachment = { DeviceIndex = 0 } },
          { NetworkInterfaceId = "eni-second" .. id, PrivateIpAddress = "10.0.0.9" } },
      } },
    }
  end
  if change then
    change(d)
  end
  return json.encode(d, 4)
end

describe("a document in pieces", function()
  it("is cut where it is long, not where it is short", function()
    assert.is_table(json.cut(document(), { "Vpcs" }, {}))
    assert.is_nil(json.cut('{"Vpcs":[]}', { "Vpcs" }, {}))
  end)

  it("gives the model of the whole", function()
    local text = compare(vpcpeer.load_json, document())
    assert.matches("info unknown_kind Volumes is not part of the model", text)
    assert.matches('"VpcId": "vpc%-000003e7"', text)
  end)

  it("says what is wrong at its place in the whole", function()
    local text = compare(vpcpeer.load_json, document(function(d)
      d.Vpcs[700].CidrBlock = "10.0.0.0/33"
      d.Vpcs[701] = "none"
      d.Vpcs[702].VpcId = nil
      d.NetworkInterfaces[900].SourceDestCheck = "yes"
      d.NetworkInterfaces[901].VpcId = "vpc-none"
      d.Reservations[500] = 7
      d.Reservations[501].Instances = "none"
      d.Reservations[502].Instances[1].NetworkInterfaces = { Id = 1 }
      d.Reservations[503].Instances[1].NetworkInterfaces[2] = false
      d.Reservations[504].Instances[1].NetworkInterfaces[2].SourceDestCheck = 1
      d.Subnets = "none"
    end))
    for _, line in ipairs {
      'invalid_cidr Vpcs[699].CidrBlock "10.0.0.0/33"', "invalid_type Vpcs[700] is no object",
      "missing_id Vpcs[701] has no id", "NetworkInterfaces[899].SourceDestCheck is no boolean",
      "NetworkInterfaces[900].VpcId names vpc-none", "Reservations[499] is no object",
      "Reservations[500].Instances is no list", "Reservations[501].Instances[0].NetworkInterfaces is no list",
      "Reservations[502].Instances[0].NetworkInterfaces[1] is no object",
      "Reservations[503].Instances[0].NetworkInterfaces[1].SourceDestCheck is no boolean", "Subnets is no list",
    } do
      assert.truthy(text:find(line, 1, true), line)
    end
  end)

  it("is refused whole, with the place, when it is malformed anywhere", function()
    local text = document()
    local middle = math.floor(#text / 2)
    for _, damaged in ipairs {
      text:sub(1, -3), text .. "x", text:sub(1, middle) .. '"' .. text:sub(middle + 1),
      (text:gsub("vpc%-000003e7", "vpc-\255", 1)), (text:gsub('"NextToken": "x"', '"NextToken": x')),
    } do
      local message = compare(vpcpeer.load_json, damaged)
      assert.matches("^invalid_[a-z0-9]+ byte offset %d+: ", message)
    end
  end)

  it("takes the last of two lists with one name, as the whole does", function()
    local text = document():gsub("}%s*$", ', "Vpcs": [{"VpcId":"vpc-last","CidrBlock":"10.9.0.0/16"}]}')
    local said = compare(vpcpeer.load_json, text)
    assert.truthy(said:find('"vpc-last"', 1, true))
    assert.is_nil(said:find('"VpcId": "vpc-000003e7",\n            "Unread"', 1, true))
  end)

  local folders = shell.must("ls -d ../shared/data/*/ 2>/dev/null || true")
  for path in folders:gmatch "[^\n]+" do
    it("is that of the whole in " .. path:match "([^/]+)/$", function()
      compare(vpcpeer.load, path)
    end)
  end
end)
