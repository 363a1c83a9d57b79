-- Security group rules that name a group which is not reached any more (semantics 6.5).

local vpcpeer = require "vpcpeer"

local ACCOUNT = "111111111111"

local function load(document)
  return assert(vpcpeer.load_tables(document))
end

describe("stale rules", function()
  local function peered()
    local net = vpcpeer.network()
    local a = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.1.0.0/16" }
    local b = net:create_vpc { vpc_id = "vpc-b", cidr_block = "10.2.0.0/16" }
    local pcx = net:create_vpc_peering_connection { vpc_peering_connection_id = "pcx-1", vpc_id = a, peer_vpc_id = b }
    pcx:accept()
    local web = a:create_security_group { group_id = "sg-web", group_name = "web", description = "w" }
    local db = b:create_security_group { group_id = "sg-db", group_name = "db" }
    db:authorize_ingress { ip_protocol = "tcp", from_port = 5432, to_port = 5432, referenced_group_id = web }
    db:authorize_egress { ip_protocol = "udp", from_port = 53, to_port = 53, referenced_group_id = web }
    return net, pcx, db
  end

  local STALE = {
    GroupId = "sg-db", GroupName = "db", VpcId = "vpc-b",
    StaleIpPermissions = { { IpProtocol = "tcp", FromPort = 5432, ToPort = 5432, IpRanges = {}, PrefixListIds = {},
      UserIdGroupPairs = { { GroupId = "sg-web", UserId = ACCOUNT, VpcId = "vpc-a",
        VpcPeeringConnectionId = "pcx-1", PeeringStatus = "deleted" } } } },
    StaleIpPermissionsEgress = { { IpProtocol = "udp", FromPort = 53, ToPort = 53, IpRanges = {}, PrefixListIds = {},
      UserIdGroupPairs = { { GroupId = "sg-web", UserId = ACCOUNT, VpcId = "vpc-a",
        VpcPeeringConnectionId = "pcx-1", PeeringStatus = "deleted" } } } },
  }

  it("are described as AWS prints them, and stay until they are revoked", function()
    local net, pcx, db = peered()
    assert.same({ StaleSecurityGroupSet = {} }, net:describe "stale-security-groups")
    pcx:delete()
    assert.same({ StaleSecurityGroupSet = { STALE } }, net:describe "stale-security-groups")
    assert.same({ StaleSecurityGroupSet = { STALE } }, net:describe("stale-security-groups", { ["vpc-id"] = "vpc-b" }))
    assert.same({ StaleSecurityGroupSet = {} }, net:describe("stale-security-groups", { ["vpc-id"] = "vpc-a" }))
    db:revoke_egress { ip_protocol = "udp", from_port = 53, to_port = 53, referenced_group_id = "sg-web" }
    assert.same({}, net:describe("stale-security-groups").StaleSecurityGroupSet[1].StaleIpPermissionsEgress)
    assert.is_nil(net:describe_json():find("StaleSecurityGroupSet", 1, true))
  end)

  it("show the state of the connection that they came by, in both forms", function()
    local net, pcx = peered()
    local function statuses()
      local list = {}
      for _, group in ipairs(net:describe("security-groups", { ["group-id"] = "sg-db" }).SecurityGroups) do
        for _, key in ipairs { "IpPermissions", "IpPermissionsEgress" } do
          for _, permission in ipairs(group[key]) do
            for _, pair in ipairs(permission.UserIdGroupPairs) do
              list[#list + 1] = pair.PeeringStatus
            end
          end
        end
      end
      for _, rule in ipairs(net:describe("security-group-rules", { ["group-id"] = "sg-db" }).SecurityGroupRules) do
        list[#list + 1] = (rule.ReferencedGroupInfo or {}).PeeringStatus
      end
      return table.concat(list, " ")
    end
    assert.equal("active active active active", statuses())
    pcx:delete()
    assert.equal("deleted deleted deleted deleted", statuses())
    -- a new connection of the two VPCs makes the rules work, and is another one (C53, D44)
    net:create_vpc_peering_connection { vpc_id = "vpc-a", peer_vpc_id = "vpc-b" }:accept()
    assert.equal("deleted deleted deleted deleted", statuses())
    assert.same({}, net:describe("stale-security-groups").StaleSecurityGroupSet)
    local text = net:describe_json()
    assert.equal(text, vpcpeer.load_json(text):describe_json())
  end)

  it("agree with a document that lists them", function()
    local net, pcx = peered()
    pcx:delete()
    local document = { StaleSecurityGroupSet = { STALE } }
    for _, kind in ipairs { "vpcs", "security-groups", "vpc-peering-connections" } do
      for key, list in pairs(net:describe(kind)) do
        document[key] = list
      end
    end
    local loaded = load(document)
    assert.same({}, loaded:diagnostics())
    assert.same({}, loaded:lint { only = "SG_STALE_DISAGREES" })
    assert.same({ StaleSecurityGroupSet = { STALE } }, loaded:describe "stale-security-groups")
    -- listed by the document, but the connection is there again: by the model it works
    document.VpcPeeringConnections[1].Status.Code = "active"
    loaded = load(document)
    local findings = loaded:lint { only = "SG_STALE_DISAGREES" }
    assert.equal(2, #findings)
    assert.equal("SG_STALE_DISAGREES", findings[1].code)
    assert.same({ false, true }, { findings[1].evidence.computed_stale, findings[1].evidence.printed_stale })
    local list = loaded:diagnostics()
    assert.equal(2, #list)
    assert.same({ "warning", "SG_STALE_DISAGREES", "sg-db" }, { list[1].severity, list[1].code, list[1].resource_id })
    -- stale by the model, and the document lists another rule of the VPC only
    document.VpcPeeringConnections[1].Status.Code = "deleted"
    document.StaleSecurityGroupSet = { { GroupId = "sg-db", VpcId = "vpc-b",
      StaleIpPermissions = STALE.StaleIpPermissions } }
    findings = load(document):lint { only = "SG_STALE_DISAGREES" }
    assert.equal(1, #findings)
    assert.same({ true, false, true }, { findings[1].evidence.computed_stale, findings[1].evidence.printed_stale,
      findings[1].evidence.is_egress })
    -- what is listed is told by protocol and by each of its ports
    for _, change in ipairs { { IpProtocol = "udp" }, { FromPort = 5431 }, { ToPort = 5433 } } do
      local other = { IpProtocol = "tcp", FromPort = 5432, ToPort = 5432,
        UserIdGroupPairs = STALE.StaleIpPermissions[1].UserIdGroupPairs }
      for key, value in pairs(change) do
        other[key] = value
      end
      document.StaleSecurityGroupSet = { { GroupId = "sg-db", VpcId = "vpc-b", StaleIpPermissions = { other },
        StaleIpPermissionsEgress = STALE.StaleIpPermissionsEgress } }
      findings = load(document):lint { only = "SG_STALE_DISAGREES" }
      assert.equal(1, #findings)
      assert.same({ true, false, false }, { findings[1].evidence.computed_stale, findings[1].evidence.printed_stale,
        findings[1].evidence.is_egress })
    end
    -- no rule of the VPC is listed: the document was not asked for it
    document.StaleSecurityGroupSet = {}
    assert.same({}, load(document):lint { only = "SG_STALE_DISAGREES" })
  end)
end)
