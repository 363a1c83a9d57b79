-- Host names of instances: who gets which answer (semantics 8.2 to 8.4).

local core = require "vpcpeer.core"
local vpcpeer = require "vpcpeer"

-- VPC a in us-east-1 with both DNS attributes, VPC b likewise, VPC c in us-west-2; b peered with a.
local function build(options)
  options = options or {}
  local net = vpcpeer.network()
  local function add(key, record)
    assert.is_true(core.load_record(net, key, record, {}))
  end
  local function vpc(id, block, region, attributes)
    add("Vpcs", {
      VpcId = id, CidrBlock = block, Region = region, OwnerId = "111111111111",
      EnableDnsSupport = { Value = attributes ~= "none" },
      EnableDnsHostnames = { Value = attributes == nil },
    })
  end
  local function host(id, vpc_id, address, public)
    add("Instances", { InstanceId = "i-" .. id, VpcId = vpc_id, State = { Name = "running" } })
    add("NetworkInterfaces", {
      NetworkInterfaceId = "eni-" .. id, VpcId = vpc_id, Attachment = { InstanceId = "i-" .. id },
      PrivateIpAddresses = {
        { PrivateIpAddress = address, Primary = true, Association = public and { PublicIp = public } },
      },
      Ipv6Addresses = { { Ipv6Address = "2001:db8::" .. address:match "%d+$" } },
    })
  end
  vpc("vpc-a", "172.16.0.0/16", "us-east-1", options.a)
  vpc("vpc-b", "100.64.0.0/16", "us-east-1", options.b)
  vpc("vpc-c", "10.1.0.0/16", "us-west-2")
  host("a", "vpc-a", "172.16.0.10", "203.0.113.10")
  host("b", "vpc-b", "100.64.0.20")
  host("c", "vpc-c", "10.1.0.30", "203.0.113.30")
  add("VpcPeeringConnections", {
    VpcPeeringConnectionId = "pcx-1", Status = { Code = options.status or "active" },
    RequesterVpcInfo = {
      VpcId = "vpc-a", PeeringOptions = { AllowDnsResolutionFromRemoteVpc = options.requester or false },
    },
    AccepterVpcInfo = {
      VpcId = "vpc-b", PeeringOptions = { AllowDnsResolutionFromRemoteVpc = options.accepter or false },
    },
  })
  return net
end

local public_a = "ec2-203-0-113-10.compute-1.amazonaws.com"
local private_a = "ip-172-16-0-10.ec2.internal"
local private_b = "ip-100-64-0-20.ec2.internal"

-- The answer in one word.
local function ask(net, name, from, family)
  local address, why = net:resolve(name, { from = from, family = family })
  return address or why
end

describe("net:resolve", function()
  it("gives the public address outside and the private one inside", function()
    local net = build()
    assert.equal("203.0.113.10", ask(net, public_a, "internet"))
    assert.equal("172.16.0.10", ask(net, public_a, "i-a"))
    assert.equal("172.16.0.10", ask(net, public_a:upper(), net:get "vpc-a"))
    assert.equal("203.0.113.10", ask(net, public_a, "i-c"))
    assert.equal("203.0.113.30", ask(net, "ec2-203-0-113-30.us-west-2.compute.amazonaws.com", "internet"))
    assert.equal("NXDOMAIN", ask(net, "ec2-203-0-113-30.compute-1.amazonaws.com", "internet"))
    assert.equal("NXDOMAIN", ask(net, "ec2-203-0-113-99.compute-1.amazonaws.com", "internet"))
  end)

  it("asks the peering option of the side whose name it is", function()
    assert.equal("203.0.113.10", ask(build(), public_a, "i-b"))
    assert.equal("203.0.113.10", ask(build { accepter = true }, public_a, "i-b"))
    assert.equal("172.16.0.10", ask(build { requester = true }, public_a, "i-b"))
    assert.equal("203.0.113.10", ask(build { requester = true, status = "deleted" }, public_a, "i-b"))
    assert.equal("203.0.113.10", ask(build { requester = true, b = "support" }, public_a, "i-b"))
  end)

  it("knows private names inside, over peering, and of RFC 1918 in the Region (D46)", function()
    local net = build()
    assert.equal("NXDOMAIN", ask(net, private_a, "internet"))
    assert.equal("172.16.0.10", ask(net, private_a, "i-a"))
    assert.equal("172.16.0.10", ask(net, private_a, "i-b"))
    assert.equal("NXDOMAIN", ask(net, private_b, "i-a"))
    assert.equal("100.64.0.20", ask(build { accepter = true }, private_b, "i-a"))
    assert.equal("NXDOMAIN", ask(net, private_a, "i-c"))
    assert.equal("NXDOMAIN", ask(net, "ip-10-1-0-30.us-west-2.compute.internal", "i-a"))
    assert.equal("10.1.0.30", ask(net, "ip-10-1-0-30.us-west-2.compute.internal", "i-c"))
  end)

  it("needs both attributes for private names (D57) and DNS support of the asker", function()
    assert.equal("NXDOMAIN", ask(build { a = "support" }, private_a, "i-a"))
    assert.equal("NXDOMAIN", ask(build { a = "support" }, public_a, "i-b"))
    assert.equal("UNRESOLVED", ask(build { b = "none" }, public_a, "i-b"))
    assert.equal("UNRESOLVED", ask(build { b = "none" }, "example.com", "i-b"))
  end)

  -- What is not in the data may exist all the same; what is there and hidden says why.
  it("tells what the data leave open from what they decide", function()
    local function why(net, name, from)
      local address, result, cause, vpc = net:resolve(name, { from = from })
      assert.is_nil(address)
      assert.equal("NXDOMAIN", result)
      return tostring(cause) .. (vpc and " " .. vpc or "")
    end
    local net = build()
    for _, name in ipairs { "ec2-198-51-100-9.compute-1.amazonaws.com", "www.example.com", "i-zzz.ec2.internal" } do
      assert.equal("not_in_data", why(net, name, "i-a"))
    end
    assert.equal("not_in_data", why(net, "ip-10-9-9-9.ec2.internal", "i-a"))
    assert.equal("nil", why(net, "ip-172-16-0-99.ec2.internal", "i-a")) -- its VPC is in the data
    assert.equal("nil", why(net, "ip-172-16-0.ec2.internal", "i-a")) -- no form of AWS's names
    assert.equal("nil", why(net, "ec2-203-0-113-30.compute-1.amazonaws.com", "i-a")) -- c is elsewhere
    for _, name in ipairs { "nonsense", "nonsense.", "nonsense..", ".nonsense", "db.ec2.internal" } do
      assert.equal("nil", why(net, name, "i-a")) -- no name that a zone could hold
    end
    assert.equal("only_inside", why(net, private_a, "internet"))
    assert.equal("only_in_vpc vpc-b", why(net, private_b, "i-a"))
    assert.equal("only_in_region vpc-a", why(net, private_a, "i-c"))
    assert.equal("attributes_off vpc-a", why(build { a = "support" }, private_a, "i-b"))
    assert.equal("attributes_off vpc-a", why(build { a = "support" }, public_a, "internet"))
    assert.equal("attributes_off vpc-b", why(build { b = "support" }, private_a, "i-b"))
    local bare = vpcpeer.network()
    core.load_record(bare, "Vpcs", { VpcId = "vpc-n", CidrBlock = "10.0.0.0/16", Region = "us-east-1" }, {})
    core.load_record(bare, "NetworkInterfaces", {
      NetworkInterfaceId = "eni-n", VpcId = "vpc-n",
      PrivateIpAddresses = {
        { PrivateIpAddress = "10.0.0.7", Primary = true, Association = { PublicIp = "203.0.113.7" } },
      },
    }, {})
    assert.equal("attributes_not_loaded vpc-n", why(bare, "ip-10-0-0-7.ec2.internal", "eni-n"))
    assert.equal("attributes_not_loaded vpc-n", why(bare, "ec2-203-0-113-7.compute-1.amazonaws.com", "internet"))
    core.load_record(bare, "Vpcs", { VpcId = "vpc-n", EnableDnsHostnames = { Value = false } }, {})
    assert.equal("attributes_off vpc-n", why(bare, "ip-10-0-0-7.ec2.internal", "eni-n"))
  end)

  it("knows resource names, IPv6 too", function()
    local net = build()
    assert.equal("172.16.0.10", ask(net, "i-a.ec2.internal", "i-a"))
    assert.equal("2001:db8::10", ask(net, "i-a.ec2.internal", "i-a", 6))
    assert.equal("NXDOMAIN", ask(net, "i-zzz.ec2.internal", "i-a"))
    assert.equal("NXDOMAIN", ask(net, "i-a.us-west-2.compute.internal", "i-a"))
    -- they are private names, known where those are (8.4)
    assert.equal("NXDOMAIN", ask(net, "i-a.ec2.internal", "internet"))
    assert.equal("NXDOMAIN", ask(net, "i-b.ec2.internal", "i-a"))
    assert.equal("100.64.0.20", ask(build { accepter = true }, "i-b.ec2.internal", "i-a"))
    assert.equal("UNRESOLVED", ask(build { b = "none" }, "i-b.ec2.internal", "i-b"))
  end)

  it("refuses misuse, reports an unknown asker", function()
    local net = build()
    assert.has_error(function()
      net:resolve(public_a)
    end)
    assert.has_error(function()
      net:resolve(public_a, { form = "i-a" })
    end)
    local address, message, code = net:resolve(public_a, { from = "i-zzz" })
    assert.is_nil(address)
    assert.equal("unknown_id", code)
    assert.matches("i%-zzz", message)
    for _, name in ipairs { "", ".", "ip-", "ip-1-2-3.ec2.internal", "i-", "i-.", ("x"):rep(300), "ec2-1-2-3-4" } do
      assert.equal("NXDOMAIN", ask(net, name, "i-a"))
    end
  end)
end)

describe("a host name as the destination of a question", function()
  -- The trace only has to get as far as the address: the model has no subnets.
  local function first_code(net, to, family)
    local trace = assert(net:trace { from = "i-a", to = to, family = family })
    return trace.explanations[1] and trace.explanations[1].code, trace
  end

  it("is resolved as the source's VPC does", function()
    local _, trace = first_code(build(), private_a)
    assert.equal("172.16.0.10", trace.to.address)
    _, trace = first_code(build { accepter = true }, private_b)
    assert.equal("100.64.0.20", trace.to.address)
    _, trace = first_code(build(), "i-a.ec2.internal", 6)
    assert.equal("2001:db8::10", trace.to.address)
  end)

  it("says when it does not resolve (P2)", function()
    local code, trace = first_code(build(), private_b)
    assert.equal("DNS_NAME_NOT_FOUND", code)
    assert.equal("NO_SOURCE_OR_DESTINATION", trace.explanations[1].aws_code)
    assert.matches(private_b, trace.explanations[1].message, 1, true)
    assert.equal("DNS_SUPPORT_DISABLED", (first_code(build { a = "none" }, private_b)))
    local reachable, why = build():reachable("i-a", private_b)
    assert.is_false(reachable)
    assert.equal("DNS_NAME_NOT_FOUND", why)
  end)

  it("says what would mend it", function()
    local function mend(net, to)
      local _, trace = first_code(net, to)
      local text = tostring(trace)
      return text:match "to mend it: ([^\n]*)"
    end
    assert.equal("switch enableDnsSupport and enableDnsHostnames on in vpc-a", mend(build { a = "support" }, private_a))
    assert.equal("peer the VPCs, and let the other side resolve names of vpc-b", mend(build(), private_b))
    assert.matches("ask for the address instead", mend(build(), "ec2-198-51-100-9.compute-1.amazonaws.com"), 1, true)
    local _, trace = first_code(build(), private_b)
    assert.equal("only_in_vpc", trace.explanations[1].detail.cause)
    assert.equal("vpc-b", trace.explanations[1].destination_vpc_id)
  end)

  it("cannot be the source", function()
    local trace, message, code = build():trace { from = private_a, to = "i-a" }
    assert.is_nil(trace)
    assert.equal("invalid_end", code)
    assert.matches("host name", message)
  end)
end)
