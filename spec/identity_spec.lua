-- What an account, a Region and an id may look like, in calls and in documents (semantics 0.1, 11.1.4).

local json = require "vpcpeer.json"
local vpcpeer = require "vpcpeer"

local function raises(pattern, call)
  local ok, message = pcall(call)
  assert.is_false(ok)
  assert.matches(pattern, message)
end

describe("the caller", function()
  it("is an account of 12 digits and a Region, wherever it is given", function()
    local net = vpcpeer.network { owner_id = "222222222222", region = "us-gov-west-1" }
    for _, wrong in ipairs { "abc", "", "11111111111", "1111111111111", "11111111111a" } do
      raises("bad option 'owner_id' %(an account has 12 digits", function()
        vpcpeer.network { owner_id = wrong }
      end)
      raises("bad option 'owner_id'", function()
        net:as(wrong)
      end)
      raises("bad option 'owner_id'", function()
        net:create_vpc { cidr_block = "10.0.0.0/16", owner_id = wrong }
      end)
      raises("bad option 'owner_id'", function()
        vpcpeer.load_tables({ Vpcs = {} }, { owner_id = wrong })
      end)
    end
    for _, wrong in ipairs { "", "US-EAST-1", "us east 1" } do
      raises("bad option 'region' %(a Region is a text", function()
        vpcpeer.network { region = wrong }
      end)
      raises("bad option 'region'", function()
        net:as("222222222222", wrong)
      end)
    end
    assert.is_nil(net:vpcs()())
  end)
end)

describe("an id", function()
  it("is no number: that is misuse, and nothing happens", function()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16" }
    local group = vpc:create_security_group { group_name = "g" }
    for _, case in ipairs {
      { net, "create_vpc", { vpc_id = 5, cidr_block = "10.1.0.0/16" }, "vpc_id" },
      { net, "create_vpc_peering_connection", { vpc_id = vpc, peer_vpc_id = 7 }, "peer_vpc_id" },
      { vpc, "create_security_group", { group_name = 7 }, "group_name" },
      { vpc, "create_subnet", { cidr_block = "10.0.0.0/24", availability_zone = 1 }, "availability_zone" },
      { group, "revoke_ingress", { security_group_rule_ids = { 1 } }, "security_group_rule_ids" },
    } do
      local before = net:describe_json()
      raises("bad option '" .. case[4] .. ".*%(string expected, got number%)", function()
        case[1][case[2]](case[1], case[3])
      end)
      assert.equal(before, net:describe_json())
    end
    -- where AWS's text is a number, a number will do
    group:authorize_ingress { ip_protocol = 6, from_port = 1, to_port = 1, cidr_ip = "10.0.0.0/8" }
    vpc:create_network_acl():create_entry {
      rule_number = 1, protocol = 47, rule_action = "allow", cidr_block = "10.0.0.0/8",
    }
    assert.equal("5", net:create_vpc({ cidr_block = "10.2.0.0/16", tags = { Rank = 5 } }).tags.Rank)
  end)

  it("in a document says of which kind the object is", function()
    local net = assert(vpcpeer.load_tables {
      Vpcs = { { VpcId = "subnet-1", CidrBlock = "10.0.0.0/16" }, { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16" },
        { VpcId = "my-own", CidrBlock = "10.1.0.0/16" } },
      Subnets = { { SubnetId = "subnet-1", VpcId = "vpc-a", CidrBlock = "10.0.0.0/24" } },
      NetworkAcls = { { NetworkAclId = "tgw-attach-1", VpcId = "vpc-a" } },
    })
    assert.equal("subnet", net:get("subnet-1").kind)
    assert.equal("vpc", net:get("my-own").kind)
    assert.is_nil(net:get "tgw-attach-1")
    local list = net:diagnostics()
    assert.equal(2, #list)
    for i, path in ipairs { "Vpcs[0]", "NetworkAcls[0]" } do
      assert.same({ "warning", "invalid_id", path, "has an id of another kind of object; left out" },
        { list[i].severity, list[i].code, list[i].path, list[i].message })
    end
  end)
end)

describe("null in a document", function()
  it("is no list: it makes nothing known", function()
    local net, message, code = vpcpeer.load_json '{"Vpcs":null,"TransitGatewayAssociations":null}'
    assert.is_nil(net)
    assert.equal("nothing_known", code)
    assert.matches("nothing in it", message)
    net = assert(vpcpeer.load_json '{"Vpcs":null,"Subnets":[]}')
    assert.same({}, net:diagnostics())
    assert.is_not_nil(json.null)
  end)
end)

-- Semantics 0.1: what a document does not say of an object's account and Region follows from what it belongs to.
describe("the account and the Region of a loaded object", function()
  local function place(net, id)
    local object = net:get(id)
    return (object.owner_id or object.group_owner_id) .. " " .. object.region
  end

  it("are those that peering connections give its VPC, for all that is in it", function()
    local net = assert(vpcpeer.load_tables {
      Vpcs = { { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16" }, { VpcId = "vpc-b", CidrBlock = "10.1.0.0/16" } },
      VpcPeeringConnections = { { VpcPeeringConnectionId = "pcx-1", Status = { Code = "active" },
        RequesterVpcInfo = { VpcId = "vpc-a", OwnerId = "222222222222", Region = "eu-west-1" },
        AccepterVpcInfo = { VpcId = "vpc-b", OwnerId = "333333333333", Region = "eu-west-2" } } },
      SecurityGroups = { { GroupId = "sg-1", VpcId = "vpc-a" } },
      SecurityGroupRules = { { SecurityGroupRuleId = "sgr-1", GroupId = "sg-1", IpProtocol = "-1",
        CidrIpv4 = "10.0.0.0/8", IsEgress = false } },
      Reservations = { { Instances = { { InstanceId = "i-1", VpcId = "vpc-b", State = { Name = "running" } } } } },
      Instances = { { InstanceId = "i-2", VpcId = "vpc-a" } }, -- of describe-classic-link-instances
    })
    for id, wanted in pairs {
      ["vpc-a"] = "222222222222 eu-west-1", ["vpc-b"] = "333333333333 eu-west-2", ["sg-1"] = "222222222222 eu-west-1",
      ["sgr-1"] = "222222222222 eu-west-1", ["i-1"] = "333333333333 eu-west-2", ["i-2"] = "222222222222 eu-west-1",
    } do
      assert.equal(wanted, place(net, id), id)
    end
  end)

  it("are those of its ARN, where that is one", function()
    local long = ("9"):rep(64)
    for arn, wanted in pairs {
      ["arn:aws:ec2:eu-west-1:222222222222:transit-gateway/tgw-1"] = "222222222222 eu-west-1",
      ["arn:aws:ec2:eu-west-1"] = "000000000000 unknown", ["arn:aws:ec2::222222222222:x"] = "222222222222 unknown",
      ["arn:aws:ec2:eu-west-1:222222222222"] = "000000000000 eu-west-1", [""] = "000000000000 unknown",
      ["arn:aws:ec2:" .. long .. ":" .. long .. ":x"] = "000000000000 unknown",
    } do
      local net = assert(vpcpeer.load_tables {
        TransitGateways = { { TransitGatewayId = "tgw-1", TransitGatewayArn = arn } },
      })
      assert.equal(wanted, place(net, "tgw-1"), arn)
    end
  end)

  it("follow from the name of a zone, as far as it is one", function()
    for zone, region in pairs {
      ["us-east-1a"] = "us-east-1", ["us-west-2-lax-1a"] = "us-west-2", ["us-gov-west-1b"] = "us-gov-west-1",
      ["zone1a"] = "unknown", ["us-east"] = "unknown", [("us-"):rep(30) .. "1a"] = "unknown", [""] = "unknown",
    } do
      local net = assert(vpcpeer.load_tables {
        Vpcs = { { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16" } },
        Subnets = { { SubnetId = "subnet-1", VpcId = "vpc-a", CidrBlock = "10.0.0.0/24", AvailabilityZone = zone } },
      })
      assert.same({ region, region }, { net:get("subnet-1").region, net:get("vpc-a").region }, zone)
    end
  end)
end)
