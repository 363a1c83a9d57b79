-- The two tables of semantics 8.3 and 8.4, row by row: every way in which the DNS attributes of two
-- VPCs, their Regions, a peering connection and its options can be set, against the rows as they
-- are written. In both tables the first row that fits decides.

local core = require "vpcpeer.core"
local vpcpeer = require "vpcpeer"

local BOOLS = { true, false }

-- What is asked: the attributes of T and of the asking VPC L, what joins them, where they are.
local function each_case(visit)
  for _, t_support in ipairs(BOOLS) do
    for _, t_names in ipairs(BOOLS) do
      for _, l_support in ipairs(BOOLS) do
        for _, l_names in ipairs(BOOLS) do
          for _, near in ipairs(BOOLS) do
            for _, private in ipairs(BOOLS) do
              for _, peering in ipairs { "none", "active", "deleted", "pending-acceptance" } do
                for _, t_option in ipairs(BOOLS) do
                  visit {
                    t_both = t_support and t_names, t_support = t_support, t_names = t_names,
                    l_both = l_support and l_names, l_support = l_support, l_names = l_names,
                    near = near, private = private, peering = peering, t_option = t_option,
                    peered = peering == "active",
                  }
                end
              end
            end
          end
        end
      end
    end
  end
end

local function build(case)
  local net = vpcpeer.network()
  local function add(key, record)
    assert.is_true(core.load_record(net, key, record, {}))
  end
  local address = case.private and "172.16.0.10" or "100.64.0.10"
  add("Vpcs", {
    VpcId = "vpc-t", CidrBlock = case.private and "172.16.0.0/16" or "100.64.0.0/16", Region = "us-east-1",
    EnableDnsSupport = { Value = case.t_support }, EnableDnsHostnames = { Value = case.t_names },
  })
  add("Vpcs", {
    VpcId = "vpc-l", CidrBlock = "10.0.0.0/16", Region = case.near and "us-east-1" or "us-west-2",
    EnableDnsSupport = { Value = case.l_support }, EnableDnsHostnames = { Value = case.l_names },
  })
  add("NetworkInterfaces", {
    NetworkInterfaceId = "eni-t", VpcId = "vpc-t", PrivateIpAddresses = {
      { PrivateIpAddress = address, Primary = true, Association = { PublicIp = "203.0.113.10" } },
    },
  })
  if case.peering ~= "none" then
    local function side(id, allows)
      return { VpcId = id, PeeringOptions = { AllowDnsResolutionFromRemoteVpc = allows } }
    end
    -- The option of the other side is the opposite, so that only T's can be the one that counts; T
    -- is the requester in half of the cases.
    local t, l = side("vpc-t", case.t_option), side("vpc-l", not case.t_option)
    add("VpcPeeringConnections", {
      VpcPeeringConnectionId = "pcx-1", Status = { Code = case.peering },
      RequesterVpcInfo = case.near and t or l, AccepterVpcInfo = case.near and l or t,
    })
  end
  return net, address
end

local function ask(net, name, from)
  local address, why = net:resolve(name, { from = from })
  return address or why
end

local function label(case)
  local words = {}
  for key, value in pairs(case) do
    words[#words + 1] = key .. "=" .. tostring(value)
  end
  table.sort(words)
  return table.concat(words, " ")
end

describe("the public name of an instance (8.3)", function()
  local NAME = "ec2-203-0-113-10.compute-1.amazonaws.com"
  local PUBLIC = "203.0.113.10"

  it("means what the table says, for another VPC", function()
    each_case(function(case)
      local net, private = build(case)
      local wanted
      if not case.t_both then
        wanted = "NXDOMAIN"
      elseif not case.l_support then
        wanted = "UNRESOLVED"
      elseif case.peered and case.t_option and case.l_both then
        wanted = private
      else
        wanted = PUBLIC
      end
      assert.equal(wanted, ask(net, NAME, "vpc-l"), label(case))
      assert.equal(case.t_both and PUBLIC or "NXDOMAIN", ask(net, NAME, "internet"), label(case))
    end)
  end)

  it("means the private address in its own VPC", function()
    each_case(function(case)
      local net, private = build(case)
      assert.equal(case.t_both and private or "NXDOMAIN", ask(net, NAME, "eni-t"), label(case))
    end)
  end)
end)

describe("the private name of an instance (8.4)", function()
  it("means what the table says, for another VPC", function()
    each_case(function(case)
      local net, private = build(case)
      local name = ("ip-%s.ec2.internal"):format((private:gsub("%.", "-")))
      local wanted
      if not case.l_support then
        wanted = "UNRESOLVED"
      elseif not (case.l_both and case.t_both) then
        wanted = "NXDOMAIN"
      elseif case.peered and case.t_option then
        wanted = private
      elseif case.near and case.private then
        wanted = private
      else
        wanted = "NXDOMAIN"
      end
      assert.equal(wanted, ask(net, name, "vpc-l"), label(case))
      assert.equal("NXDOMAIN", ask(net, name, "internet"), label(case))
    end)
  end)

  it("means the private address in its own VPC, of any range", function()
    each_case(function(case)
      local net, private = build(case)
      local name = ("ip-%s.ec2.internal"):format((private:gsub("%.", "-")))
      local wanted = case.t_both and private or case.t_support and "NXDOMAIN" or "UNRESOLVED"
      assert.equal(wanted, ask(net, name, "eni-t"), label(case))
    end)
  end)
end)
