-- Security groups that are associated with further VPCs (semantics 6.6).

local refused = require "support.refused"
local vpcpeer = require "vpcpeer"

local ACCOUNT = "111111111111"

describe("a group of several VPCs", function()
  local function two()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" }
    local group = vpc:create_security_group { group_id = "sg-a", group_name = "a" }
    local other = net:create_vpc { vpc_id = "vpc-b", cidr_block = "10.1.0.0/16" }
    return net, vpc, group, other, other:create_subnet { subnet_id = "subnet-b", cidr_block = "10.1.0.0/24" }
  end

  it("is usable on interfaces of VPCs that it is associated with", function()
    local net, _, group, other, subnet = two()
    local message = refused(net, "InvalidParameter", subnet, "run_instance", { security_group_ids = { group } })
    assert.matches("Security group sg%-a and subnet subnet%-b belong to different networks%.", message)
    assert.equal(group, group:associate_vpc { vpc_id = other })
    local instance = subnet:run_instance { security_group_ids = { group } }
    refused(net, "DependencyViolation", group, "disassociate_vpc", { vpc_id = other })
    instance:terminate()
    assert.equal(group, group:disassociate_vpc { vpc_id = other })
    refused(net, "InvalidParameter", subnet, "run_instance", { security_group_ids = { group } })
  end)

  it("can be named by rules there, until it is taken away: then they are stale", function()
    local net, _, group, other = two()
    local there = other:create_security_group { group_id = "sg-b", group_name = "b" }
    local rule = { ip_protocol = "-1", referenced_group_id = group }
    assert.matches("You have specified two resources that belong to different networks%.",
      refused(net, "InvalidGroup.NotFound", there, "authorize_ingress", rule))
    group:associate_vpc { vpc_id = other }
    there:authorize_ingress(rule)
    assert.same({}, net:lint())
    group:disassociate_vpc { vpc_id = other }
    assert.equal("SG_RULE_STALE", net:lint()[1].code)
  end)

  it("is never a default group, nor of a default VPC, another Region or twice", function()
    local net, vpc, group, other = two()
    refused(net, "OperationNotPermitted", vpc.default_security_group, "associate_vpc", { vpc_id = other })
    refused(net, "InvalidParameterValue", group, "associate_vpc", { vpc_id = net:create_default_vpc() })
    local far = net:create_vpc { cidr_block = "10.2.0.0/16", region = "eu-west-1" }
    refused(net, "InvalidParameterValue", group, "associate_vpc", { vpc_id = far })
    refused(net, "InvalidParameterValue", group, "associate_vpc", { vpc_id = vpc })
    refused(net, "InvalidVpcID.NotFound", group, "associate_vpc", { vpc_id = "vpc-9" })
    refused(net, "MissingParameter", group, "associate_vpc", {})
    refused(net, "InvalidParameterValue", group, "disassociate_vpc", { vpc_id = other })
    group:associate_vpc { vpc_id = other }
    refused(net, "InvalidParameterValue", group, "associate_vpc", { vpc_id = other })
  end)

  it("is described as AWS does, and loaded from one flat list", function()
    local net, _, group, other = two()
    group:associate_vpc { vpc_id = other }
    local row = { GroupId = "sg-a", GroupOwnerId = ACCOUNT, VpcId = "vpc-b", VpcOwnerId = ACCOUNT,
      State = "associated" }
    assert.same({ SecurityGroupVpcAssociations = { row } }, net:describe "security-group-vpc-associations")
    local text = net:describe_json()
    local copy = assert(vpcpeer.load_json(text))
    assert.same({}, copy:diagnostics())
    assert.equal(text, copy:describe_json())
  end)

  it("is a warning of a load where it is on a foreign interface", function()
    local function document(associations)
      return assert(vpcpeer.load_tables {
        Vpcs = { { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16" }, { VpcId = "vpc-b", CidrBlock = "10.1.0.0/16" } },
        Subnets = { { SubnetId = "subnet-b", VpcId = "vpc-b", CidrBlock = "10.1.0.0/24" } },
        SecurityGroups = { { GroupId = "sg-1", VpcId = "vpc-a" } },
        SecurityGroupVpcAssociations = associations,
        NetworkInterfaces = { { NetworkInterfaceId = "eni-1", VpcId = "vpc-b", SubnetId = "subnet-b",
          PrivateIpAddress = "10.1.0.9", Groups = { { GroupId = "sg-1" } } } },
      })
    end
    local list = document():diagnostics()
    assert.equal(1, #list)
    assert.same({ "warning", "InvalidParameter", "eni-1", "NetworkInterfaces[0].Groups[0].GroupId" },
      { list[1].severity, list[1].code, list[1].resource_id, list[1].path })
    local function row(vpc_id, state)
      return { GroupId = "sg-1", VpcId = vpc_id, State = state }
    end
    assert.same({}, document({ row("vpc-x", "associated"), row("vpc-b", "associated") }):diagnostics())
    assert.equal(1, #document({ row("vpc-b", "disassociating") }):diagnostics())
  end)
end)
