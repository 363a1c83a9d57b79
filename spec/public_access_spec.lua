-- Block Public Access through the strict calls (semantics 3.1): what the options of an account and
-- its exclusions come to for VPCs and subnets, and what a packet meets.

local refused = require "support.refused"
local shell = require "support.shell"
local vpcpeer = require "vpcpeer"

local OTHER = "222222222222"

-- A VPC with a public subnet, and a plain one behind a NAT gateway.
local function network()
  local net = vpcpeer.network()
  local vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" }
  vpc.default_security_group:authorize_ingress { ip_protocol = "-1", cidr_ip = "0.0.0.0/0" }
  local public = vpc:create_subnet { subnet_id = "subnet-public", cidr_block = "10.0.0.0/24" }
  local plain = vpc:create_subnet { subnet_id = "subnet-plain", cidr_block = "10.0.1.0/24" }
  local igw = net:create_internet_gateway { internet_gateway_id = "igw-a" }
  vpc:attach_internet_gateway { internet_gateway_id = igw }
  vpc.main_route_table:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = igw }
  local nat = public:create_nat_gateway { allocation_id = net:allocate_address() }
  local inner = vpc:create_route_table()
  inner:associate { subnet_id = plain }
  inner:create_route { destination_cidr_block = "0.0.0.0/0", nat_gateway_id = nat }
  public:run_instance { instance_id = "i-public", associate_public_ip_address = true }
  plain:run_instance { instance_id = "i-plain" }
  return net, vpc, public, plain
end

local function mode(object)
  return (object.block_public_access_states or {}).internet_gateway_block_mode
end

-- Out of the public subnet, into it, and out by the NAT gateway: "ok" or the code.
local function ways(net)
  local lines = {}
  for i, question in ipairs {
    { from = "i-public", to = "198.51.100.7" }, { from = "internet", to = "i-public" },
    { from = "i-plain", to = "198.51.100.7" },
  } do
    local trace = assert(net:trace { from = question.from, to = question.to, port = 443 })
    lines[i] = trace.reachable and "ok" or trace.explanations[1].code == "VPC_BLOCK_PUBLIC_ACCESS_ENABLED" and "blocked"
      or trace.explanations[1].code
  end
  return table.concat(lines, " ")
end

local function set(net, word)
  return net:modify_vpc_block_public_access_options { internet_gateway_block_mode = word }
end

local function exclude(net, key, object, word)
  return net:create_vpc_block_public_access_exclusion { [key] = object, internet_gateway_exclusion_mode = word }
end

describe("the options of Block Public Access", function()
  it("hold for every VPC and subnet of the account in its Region, and for what is made later", function()
    local net, vpc, public = network()
    local theirs = net:create_vpc { cidr_block = "10.1.0.0/16", owner_id = OTHER }
    local west = net:create_vpc { cidr_block = "10.2.0.0/16", region = "us-west-2" }
    assert.is_nil(mode(vpc))
    local options = set(net, "block-bidirectional")
    assert.same({ "111111111111", "us-east-1", "block-bidirectional", "update-complete" },
      { options.aws_account_id, options.aws_region, options.internet_gateway_block_mode, options.state })
    local later = net:create_vpc { cidr_block = "10.3.0.0/16" }
    local subnet = later:create_subnet { cidr_block = "10.3.0.0/24" }
    for _, object in ipairs { vpc, public, later, subnet } do
      assert.equal("block-bidirectional", mode(object))
    end
    assert.is_nil(mode(theirs))
    assert.is_nil(mode(west))
    set(net:as(OTHER), "block-ingress")
    assert.same({ "block-ingress", "block-bidirectional" }, { mode(theirs), mode(vpc) })
    assert.equal(options, set(net, "off"))
    assert.same({ "off", "off" }, { mode(vpc), mode(subnet) })
    assert.equal("off", net:describe("vpcs", { ["vpc-id"] = "vpc-a" }).Vpcs[1]
      .BlockPublicAccessStates.InternetGatewayBlockMode)
  end)

  it("stop what goes through internet gateways, or what comes in", function()
    local net = network()
    assert.equal("ok ok ok", ways(net))
    set(net, "block-bidirectional")
    assert.equal("blocked blocked blocked", ways(net))
    set(net, "block-ingress")
    assert.equal("blocked blocked ok", ways(net))
    set(net, "off")
    assert.equal("ok ok ok", ways(net))
  end)

  it("are one of three words", function()
    local net = network()
    refused(net, "MissingParameter", net, "modify_vpc_block_public_access_options", {})
    refused(net, "InvalidParameterValue", net, "modify_vpc_block_public_access_options",
      { internet_gateway_block_mode = "block" })
  end)

  it("log the states they pass through", function()
    local net = vpcpeer.network()
    local options = set(net, "block-ingress")
    local events = net:events()
    assert.same({ "update-in-progress", "update-complete" }, { events[#events - 1].state, events[#events].state })
    assert.equal(options.id, events[#events].resource_id)
  end)
end)

describe("an exclusion", function()
  it("keeps a subnet or VPC open, or open outward", function()
    local net, vpc, public, plain = network()
    local exclusion = exclude(net, "subnet_id", public, "allow-bidirectional") -- also before it is turned on
    assert.is_nil(mode(public))
    set(net, "block-bidirectional")
    assert.same({ "block-bidirectional", "off", "block-bidirectional" }, { mode(vpc), mode(public), mode(plain) })
    assert.matches("^vpcbpa%-exclude%-", exclusion.exclusion_id)
    assert.same({ "arn:aws:ec2:us-east-1:111111111111:subnet/subnet-public", "create-complete" },
      { exclusion.resource_arn, exclusion.state })
    assert.equal("ok ok ok", ways(net)) -- for the NAT gateway its own subnet counts
    exclusion:modify { internet_gateway_exclusion_mode = "allow-egress" }
    assert.equal("block-ingress", mode(public))
    assert.equal("update-complete", exclusion.state)
    set(net, "block-ingress")
    assert.equal("block-ingress", mode(public))
    set(net, "block-bidirectional")
    exclude(net, "vpc_id", vpc, "allow-bidirectional")
    -- the subnet's own exclusion goes before its VPC's
    assert.same({ "off", "block-ingress", "off" }, { mode(vpc), mode(public), mode(plain) })
    assert.equal("off", mode(vpc:create_subnet { cidr_block = "10.0.2.0/24" }))
    exclusion:delete()
    assert.equal("off", mode(public))
    assert.equal(1, #net:describe("vpc-block-public-access-exclusions").VpcBlockPublicAccessExclusions)
    net:vpc_block_public_access_exclusions()():delete()
    assert.same({ "block-bidirectional", "block-bidirectional" }, { mode(vpc), mode(public) })
  end)

  it("is of one VPC or subnet of the caller, once", function()
    local net, vpc, public = network()
    local name = "create_vpc_block_public_access_exclusion"
    local exclusion = exclude(net, "vpc_id", vpc, "allow-egress")
    local word = "allow-egress"
    refused(net, "MissingParameter", net, name, { internet_gateway_exclusion_mode = word })
    refused(net, "MissingParameter", net, name, { subnet_id = public })
    refused(net, "InvalidParameterCombination", net, name,
      { vpc_id = vpc, subnet_id = public, internet_gateway_exclusion_mode = word })
    refused(net, "InvalidParameterValue", net, name, { subnet_id = public, internet_gateway_exclusion_mode = "off" })
    refused(net, "InvalidParameterValue", net, name, { vpc_id = vpc, internet_gateway_exclusion_mode = word })
    refused(net, "InvalidVpcID.NotFound", net, name, { vpc_id = "vpc-9", internet_gateway_exclusion_mode = word })
    refused(net, "InvalidSubnetID.NotFound", net:as(OTHER), name,
      { subnet_id = public, internet_gateway_exclusion_mode = word })
    refused(net, "MissingParameter", exclusion, "modify", {})
    refused(net, "InvalidParameterValue", exclusion, "modify", { internet_gateway_exclusion_mode = "x" })
    refused(net, "InvalidVpcBlockPublicAccessExclusionId.NotFound", net:as(OTHER):get(exclusion.id), "delete")
  end)

  it("goes with its VPC or subnet; there are fifty at most", function()
    local net = vpcpeer.network { quotas = true }
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16" }
    local subnet = vpc:create_subnet { cidr_block = "10.0.255.0/24" }
    exclude(net, "vpc_id", vpc, "allow-egress")
    exclude(net, "subnet_id", subnet, "allow-egress")
    local function count()
      return #net:describe("vpc-block-public-access-exclusions").VpcBlockPublicAccessExclusions
    end
    subnet:delete()
    assert.equal(1, count())
    for i = 1, 49 do
      exclude(net, "subnet_id", vpc:create_subnet { cidr_block = ("10.0.%d.0/24"):format(i) }, "allow-egress")
    end
    local one_more = vpc:create_subnet { cidr_block = "10.0.99.0/24" }
    refused(net, "VpcBlockPublicAccessExclusionLimitExceeded", net, "create_vpc_block_public_access_exclusion",
      { subnet_id = one_more, internet_gateway_exclusion_mode = "allow-egress" })
    for each in vpc:subnets() do
      each:delete()
    end
    assert.equal(1, count())
    vpc:delete()
    assert.equal(0, count())
  end)
end)

describe("Block Public Access in documents", function()
  it("is printed as AWS does, and loaded again", function()
    local net, vpc, public = network()
    assert.is_nil(net:describe_json():find("BlockPublicAccess", 1, true))
    set(net, "block-bidirectional")
    exclude(net, "subnet_id", public, "allow-egress")
    assert.same({ VpcBlockPublicAccessOptions = { AwsAccountId = "111111111111", AwsRegion = "us-east-1",
      InternetGatewayBlockMode = "block-bidirectional", State = "update-complete" } },
      net:describe "vpc-block-public-access-options")
    local text = net:describe_json()
    local copy = assert(vpcpeer.load_json(text))
    assert.equal(text, copy:describe_json())
    local exclusion = copy:vpc_block_public_access_exclusions()()
    assert.same({ "111111111111", "us-east-1" }, { exclusion.owner_id, exclusion.region })
    local folder = shell.temporary_folder()
    shell.write(folder .. "/network.lua", net:to_lua())
    assert.equal(text, assert(vpcpeer.load(folder .. "/network.lua")):describe_json())
    shell.remove(folder)
    -- the copy goes on where the model was
    assert.equal("block-bidirectional", mode(copy:get(vpc.id):create_subnet { cidr_block = "10.0.9.0/24" }))
    assert.same({ "block-ingress", "block-bidirectional" }, { mode(copy:get(public.id)), mode(copy:get(vpc.id)) })
    copy:modify_vpc_block_public_access_options { internet_gateway_block_mode = "off" }
    assert.equal("off", mode(copy:get(public.id)))
  end)

  it("of several accounts is a list", function()
    local net = vpcpeer.network()
    set(net, "block-ingress")
    set(net:as(OTHER), "off")
    assert.equal(2, #net:describe("vpc-block-public-access-options").VpcBlockPublicAccessOptions)
    local text = net:describe_json()
    assert.equal(text, assert(vpcpeer.load_json(text)):describe_json())
  end)
end)
