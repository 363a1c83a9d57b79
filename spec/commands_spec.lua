-- The table of semantics 11.2: each command's document, with every field of its row, loads without a
-- complaint and comes out of net:describe again.

local vpcpeer = require "vpcpeer"

local ACCOUNT = "111111111111"
local TAGS = { { Key = "Name", Value = "x" } }

-- What other documents name; each row's document is loaded beside these.
local AROUND = {
  Vpcs = { { VpcId = "vpc-0a", OwnerId = ACCOUNT, CidrBlock = "10.0.0.0/16" },
    { VpcId = "vpc-0b", OwnerId = ACCOUNT, CidrBlock = "10.1.0.0/16" } },
  Subnets = { { SubnetId = "subnet-0a", VpcId = "vpc-0a", CidrBlock = "10.0.0.0/24",
    AvailabilityZone = "us-east-1a" } },
  SecurityGroups = { { GroupId = "sg-0a", VpcId = "vpc-0a", OwnerId = ACCOUNT } },
  InternetGateways = { { InternetGatewayId = "igw-0a", Attachments = { { VpcId = "vpc-0a", State = "available" } } } },
  VpnGateways = { { VpnGatewayId = "vgw-0a", VpcAttachments = { { VpcId = "vpc-0a", State = "attached" } } } },
  CustomerGateways = { { CustomerGatewayId = "cgw-0a" } },
  PrefixLists = { { PrefixListId = "pl-0a", Cidrs = { "10.9.0.0/16" } } },
  TransitGateways = { { TransitGatewayId = "tgw-0a", State = "available" } },
  TransitGatewayRouteTables = { { TransitGatewayRouteTableId = "tgw-rtb-0a", TransitGatewayId = "tgw-0a" } },
}

local ENI = {
  NetworkInterfaceId = "eni-1", VpcId = "vpc-0a", SubnetId = "subnet-0a", OwnerId = ACCOUNT,
  InterfaceType = "interface", Status = "in-use", SourceDestCheck = true, Groups = { { GroupId = "sg-0a" } },
  PrivateIpAddress = "10.0.0.10", Ipv6Addresses = { { Ipv6Address = "2001:db8::1" } },
  PrivateIpAddresses = { { PrivateIpAddress = "10.0.0.10", Primary = true, Association = {
    PublicIp = "203.0.113.4", AllocationId = "eipalloc-1", IpOwnerId = ACCOUNT,
    PublicDnsName = "ec2-203-0-113-4.compute-1.amazonaws.com" } }, { PrivateIpAddress = "10.0.0.11",
    Primary = false } },
  Association = { PublicIp = "203.0.113.4" }, Ipv4Prefixes = { { Ipv4Prefix = "10.0.0.32/28" } },
  Ipv6Prefixes = { { Ipv6Prefix = "2001:db8:0:0:1::/80" } }, Description = "d",
  PrivateDnsName = "ip-10-0-0-10.ec2.internal",
  Attachment = { InstanceId = "i-1", DeviceIndex = 0, Status = "attached" }, DenyAllIgwTraffic = true,
}

local function with(record, more)
  local made = {}
  for key, value in pairs(record) do
    made[key] = value
  end
  for key, value in pairs(more) do
    made[key] = value
  end
  return made
end

local function peering_side(id, block, block6)
  return {
    VpcId = id, OwnerId = ACCOUNT, Region = "us-east-1", CidrBlock = block, CidrBlockSet = { { CidrBlock = block } },
    Ipv6CidrBlockSet = { { Ipv6CidrBlock = block6 } },
    PeeringOptions = { AllowDnsResolutionFromRemoteVpc = true, AllowEgressFromLocalClassicLinkToRemoteVpc = false,
      AllowEgressFromLocalVpcToRemoteClassicLink = false },
  }
end

local function permission(peer_status)
  return {
    IpProtocol = "tcp", FromPort = 80, ToPort = 81, IpRanges = { { CidrIp = "10.0.0.0/8", Description = "d" } },
    Ipv6Ranges = { { CidrIpv6 = "2001:db8::/32" } }, PrefixListIds = { { PrefixListId = "pl-0a" } },
    UserIdGroupPairs = { { GroupId = "sg-0a", UserId = ACCOUNT, VpcId = "vpc-0a", VpcPeeringConnectionId = "pcx-1",
      PeeringStatus = peer_status } },
  }
end

-- Command, key, one record with every field of the row that AWS prints.
local ROWS = {
  { "vpcs", "Vpcs", { VpcId = "vpc-1", OwnerId = ACCOUNT, CidrBlock = "10.2.0.0/16", IsDefault = true,
    State = "available", DhcpOptionsId = "dopt-1", InstanceTenancy = "default",
    CidrBlockAssociationSet = { { AssociationId = "vpc-cidr-assoc-1", CidrBlock = "10.2.0.0/16",
      CidrBlockState = { State = "associated" } } },
    Ipv6CidrBlockAssociationSet = { { AssociationId = "vpc-cidr-assoc-2", Ipv6CidrBlock = "2001:db8:1234:1a00::/56",
      Ipv6CidrBlockState = { State = "associated" } } },
    BlockPublicAccessStates = { InternetGatewayBlockMode = "off" }, Tags = TAGS } },
  { "subnets", "Subnets", { SubnetId = "subnet-1", VpcId = "vpc-0a", CidrBlock = "10.0.1.0/24", OwnerId = ACCOUNT,
    AvailabilityZone = "us-east-1a", AvailabilityZoneId = "use1-az1", MapPublicIpOnLaunch = true,
    AssignIpv6AddressOnCreation = false, DefaultForAz = false, Ipv6Native = false, EnableDns64 = true,
    BlockPublicAccessStates = { InternetGatewayBlockMode = "off" }, State = "available" } },
  { "route-tables", "RouteTables", { RouteTableId = "rtb-1", VpcId = "vpc-0a", OwnerId = ACCOUNT,
    Associations = { { Main = false, RouteTableAssociationId = "rtbassoc-1", RouteTableId = "rtb-1",
      SubnetId = "subnet-0a", AssociationState = { State = "associated" } } },
    PropagatingVgws = { { GatewayId = "vgw-0a" } }, Routes = {
      { DestinationCidrBlock = "10.0.0.0/16", GatewayId = "local", Origin = "CreateRouteTable", State = "active" },
      { DestinationIpv6CidrBlock = "::/0", GatewayId = "igw-0a", Origin = "CreateRoute", State = "active" },
      { DestinationPrefixListId = "pl-0a", TransitGatewayId = "tgw-0a", Origin = "CreateRoute", State = "blackhole" },
      { DestinationCidrBlock = "10.7.0.0/16", GatewayId = "vgw-0a", Origin = "EnableVgwRoutePropagation",
        State = "active" },
      { DestinationCidrBlock = "10.8.0.0/16", CarrierGatewayId = "cagw-1", Origin = "Advertisement", State = "active" },
      { DestinationCidrBlock = "10.8.1.0/24", LocalGatewayId = "lgw-1", Origin = "CreateRoute", State = "active" },
      { DestinationCidrBlock = "10.8.2.0/24", CoreNetworkArn = "arn:1", Origin = "CreateRoute", State = "filtered" },
      { DestinationCidrBlock = "10.8.3.0/24", OdbNetworkArn = "arn:2", Origin = "CreateRoute", State = "active" } } } },
  { "vpc-peering-connections", "VpcPeeringConnections", { VpcPeeringConnectionId = "pcx-1",
    RequesterVpcInfo = peering_side("vpc-0a", "10.0.0.0/16", "2001:db8::/56"),
    AccepterVpcInfo = peering_side("vpc-0b", "10.1.0.0/16", "2001:db8:1::/56"),
    Status = { Code = "active", Message = "Active" }, ExpirationTime = "2026-01-01T00:00:00+00:00", Tags = TAGS } },
  { "security-groups", "SecurityGroups", { GroupId = "sg-1", GroupName = "web", Description = "d", VpcId = "vpc-0a",
    OwnerId = ACCOUNT, IpPermissions = { permission "active" }, IpPermissionsEgress = { permission "deleted" } } },
  { "security-group-rules", "SecurityGroupRules", { SecurityGroupRuleId = "sgr-1", GroupId = "sg-0a",
    GroupOwnerId = ACCOUNT, IsEgress = true, IpProtocol = "-1", FromPort = -1, ToPort = -1, Description = "d",
    ReferencedGroupInfo = { GroupId = "sg-0a", UserId = ACCOUNT, VpcId = "vpc-0a", VpcPeeringConnectionId = "pcx-1",
      PeeringStatus = "active" } } },
  { "security-group-rules", "SecurityGroupRules", { SecurityGroupRuleId = "sgr-2", GroupId = "sg-0a",
    GroupOwnerId = ACCOUNT, IsEgress = false, IpProtocol = "tcp", FromPort = 1, ToPort = 2, CidrIpv4 = "10.0.0.0/8" } },
  { "security-group-vpc-associations", "SecurityGroupVpcAssociations", { GroupId = "sg-0a", GroupOwnerId = ACCOUNT,
    VpcId = "vpc-0b", VpcOwnerId = ACCOUNT, State = "associated" } },
  { "network-acls", "NetworkAcls", { NetworkAclId = "acl-1", VpcId = "vpc-0a", IsDefault = true, OwnerId = ACCOUNT,
    Associations = { { NetworkAclAssociationId = "aclassoc-1", NetworkAclId = "acl-1", SubnetId = "subnet-0a" } },
    Entries = {
      { RuleNumber = 100, Protocol = "6", RuleAction = "allow", Egress = false, CidrBlock = "10.0.0.0/16",
        PortRange = { From = 443, To = 444 } },
      { RuleNumber = 101, Protocol = "58", RuleAction = "deny", Egress = false, Ipv6CidrBlock = "::/0",
        IcmpTypeCode = { Type = -1, Code = -1 } },
      { RuleNumber = 32767, Protocol = "-1", RuleAction = "deny", Egress = false, CidrBlock = "0.0.0.0/0",
        PortRange = { From = 0, To = 0 } } } } },
  { "internet-gateways", "InternetGateways", { InternetGatewayId = "igw-1", OwnerId = ACCOUNT, Tags = TAGS,
    Attachments = { { VpcId = "vpc-0b", State = "available" } } } },
  { "egress-only-internet-gateways", "EgressOnlyInternetGateways", { EgressOnlyInternetGatewayId = "eigw-1",
    Attachments = { { VpcId = "vpc-0a", State = "attached" } } } },
  { "nat-gateways", "NatGateways", { NatGatewayId = "nat-1", VpcId = "vpc-0a", SubnetId = "subnet-0a",
    State = "available", ConnectivityType = "public", AvailabilityMode = "zonal", NatGatewayAddresses = {
      { PrivateIp = "10.0.0.9", PublicIp = "203.0.113.9", NetworkInterfaceId = "eni-9", AllocationId = "eipalloc-9",
        IsPrimary = true, AvailabilityZoneId = "use1-az1", Status = "succeeded" } } } },
  { "vpc-endpoints", "VpcEndpoints", { VpcEndpointId = "vpce-1", VpcId = "vpc-0a", VpcEndpointType = "Interface",
    ServiceName = "com.amazonaws.us-east-1.sqs", State = "available", SubnetIds = { "subnet-0a" },
    NetworkInterfaceIds = { "eni-8" }, Groups = { { GroupId = "sg-0a" } }, PrivateDnsEnabled = true,
    DnsEntries = { { DnsName = "vpce-1.sqs.us-east-1.vpce.amazonaws.com" } }, IpAddressType = "ipv4" } },
  { "prefix-lists", "PrefixLists", { PrefixListId = "pl-1", PrefixListName = "com.amazonaws.us-east-1.s3",
    Cidrs = { "52.216.0.0/15", "3.5.0.0/19" } } },
  { "managed-prefix-lists", "PrefixLists", { PrefixListId = "pl-2", PrefixListName = "offices", AddressFamily = "IPv4",
    MaxEntries = 5, OwnerId = ACCOUNT, State = "create-complete" } },
  { "network-interfaces", "NetworkInterfaces", with(ENI, { AvailabilityZone = "us-east-1a", RequesterManaged = true,
    TagSet = TAGS }) },
  { "addresses", "Addresses", { PublicIp = "203.0.113.4", AllocationId = "eipalloc-1", NetworkInterfaceId = "eni-1",
    PrivateIpAddress = "10.0.0.10", InstanceId = "i-1", Domain = "vpc", AssociationId = "eipassoc-1" } },
  { "vpn-gateways", "VpnGateways", { VpnGatewayId = "vgw-1", State = "available", AmazonSideAsn = 64512,
    VpcAttachments = { { VpcId = "vpc-0b", State = "attached" } } } },
  { "vpn-connections", "VpnConnections", { VpnConnectionId = "vpn-1", CustomerGatewayId = "cgw-0a",
    VpnGatewayId = "vgw-0a", State = "available", Options = { StaticRoutesOnly = true },
    Routes = { { DestinationCidrBlock = "192.168.0.0/16", State = "available" } },
    VgwTelemetry = { { OutsideIpAddress = "198.51.100.1", Status = "UP", AcceptedRouteCount = 1 } } } },
  { "customer-gateways", "CustomerGateways", { CustomerGatewayId = "cgw-1", IpAddress = "198.51.100.2",
    BgpAsn = "65000", State = "available" } },
  { "transit-gateways", "TransitGateways", { TransitGatewayId = "tgw-1", OwnerId = ACCOUNT, State = "available",
    Options = { DefaultRouteTableAssociation = "enable", AssociationDefaultRouteTableId = "tgw-rtb-1",
      DefaultRouteTablePropagation = "enable", PropagationDefaultRouteTableId = "tgw-rtb-1",
      SecurityGroupReferencingSupport = "enable", DnsSupport = "enable" } } },
  { "transit-gateway-attachments", "TransitGatewayAttachments", { TransitGatewayAttachmentId = "tgw-attach-1",
    TransitGatewayId = "tgw-0a", ResourceType = "vpc", ResourceId = "vpc-0a", ResourceOwnerId = ACCOUNT,
    State = "available", Association = { TransitGatewayRouteTableId = "tgw-rtb-0a", State = "associated" } } },
  { "transit-gateway-vpc-attachments", "TransitGatewayVpcAttachments", { TransitGatewayAttachmentId = "tgw-attach-1",
    TransitGatewayId = "tgw-0a", VpcId = "vpc-0a", State = "available", SubnetIds = { "subnet-0a" },
    Options = { ApplianceModeSupport = "enable", SecurityGroupReferencingSupport = "enable", Ipv6Support = "enable",
      DnsSupport = "enable" } } },
  { "transit-gateway-peering-attachments", "TransitGatewayPeeringAttachments", {
    TransitGatewayAttachmentId = "tgw-attach-2", State = "available",
    RequesterTgwInfo = { TransitGatewayId = "tgw-0a", OwnerId = ACCOUNT, Region = "us-east-1" },
    AccepterTgwInfo = { TransitGatewayId = "tgw-0b", OwnerId = ACCOUNT, Region = "eu-west-1" } } },
  { "transit-gateway-route-tables", "TransitGatewayRouteTables", { TransitGatewayRouteTableId = "tgw-rtb-1",
    TransitGatewayId = "tgw-0a", State = "available", DefaultAssociationRouteTable = true,
    DefaultPropagationRouteTable = false } },
  { "classic-link-instances", "Instances", { InstanceId = "i-7", VpcId = "vpc-0a",
    Groups = { { GroupId = "sg-0a" } } } },
}

-- The place of the first difference: everything that was loaded must be there again.
local function missing(wanted, got, path)
  if type(wanted) ~= "table" then
    return wanted ~= got and ("%s: %s, not %s"):format(path, tostring(got), tostring(wanted)) or nil
  elseif type(got) ~= "table" then
    return path .. ": " .. tostring(got)
  end
  for key, value in pairs(wanted) do
    local wrong = missing(value, got[key], path .. "." .. tostring(key))
    if wrong then
      return wrong
    end
  end
  return nil
end

local function find(list, record)
  for _, each in ipairs(list) do
    if not missing(record, each, "") then
      return nil
    end
  end
  local id_key
  for key, value in pairs(record) do
    for _, each in ipairs(list) do
      if type(value) == "string" and key:match "Id$" and each[key] == value then
        id_key = key
        if key ~= "VpcId" and key ~= "OwnerId" then
          return missing(record, each, "")
        end
      end
    end
  end
  return "no record is like it" .. tostring(id_key)
end

-- A model with the record and everything around it.
local function load_with(key, record)
  local document = {}
  for other, list in pairs(AROUND) do
    document[other] = list
  end
  local list = { record }
  for _, each in ipairs(AROUND[key] or {}) do
    list[#list + 1] = each
  end
  document[key] = list
  return assert(vpcpeer.load_tables(document))
end

describe("the command", function()
  for _, row in ipairs(ROWS) do
    local command, key, record = row[1], row[2], row[3]
    it("describe-" .. command .. " loads and is described again", function()
      local net = load_with(key, record)
      for _, diagnostic in ipairs(net:diagnostics()) do
        assert.equal("info", diagnostic.severity, (diagnostic.path or "") .. " " .. diagnostic.message)
      end
      local document = net:describe(command)
      assert.is_not_nil(document[key])
      assert.is_nil(find(document[key], record))
      local text = net:describe_json()
      assert.is_true(text == assert(vpcpeer.load_json(text)):describe_json())
    end)
  end

  it("describe-instances has them in their reservations, with their interfaces", function()
    local net = load_with("Reservations", { ReservationId = "r-1", OwnerId = ACCOUNT, Instances = { {
      InstanceId = "i-1", VpcId = "vpc-0a", SubnetId = "subnet-0a", State = { Name = "running" },
      PrivateIpAddress = "10.0.0.10", PublicIpAddress = "203.0.113.4", PrivateDnsName = "ip-10-0-0-10.ec2.internal",
      PublicDnsName = "ec2-203-0-113-4.compute-1.amazonaws.com", Ipv6Address = "2001:db8::1", SourceDestCheck = true,
      SecurityGroups = { { GroupId = "sg-0a" } }, NetworkInterfaces = { ENI }, Tags = TAGS } } })
    local reservation = net:describe("instances").Reservations[1]
    assert.same({ "r-1", ACCOUNT }, { reservation.ReservationId, reservation.OwnerId })
    assert.is_nil(missing({ InstanceId = "i-1", State = { Name = "running" }, PublicIpAddress = "203.0.113.4",
      Ipv6Address = "2001:db8::1", SecurityGroups = { { GroupId = "sg-0a" } }, NetworkInterfaces = { ENI },
      Tags = TAGS }, reservation.Instances[1], ""))
  end)

  it("describe-vpc-attribute prints one attribute at a time; its documents are merged", function()
    local text = [[{"Vpcs":[{"VpcId":"vpc-1","CidrBlock":"10.0.0.0/16"}]}]]
    local net = assert(vpcpeer.load_json(text))
    assert.is_nil(net:get("vpc-1").enable_dns_hostnames)
    net = assert(vpcpeer.load_tables { VpcId = "vpc-1", EnableDnsHostnames = { Value = true } })
    assert.is_true(net:get("vpc-1").enable_dns_hostnames)
    assert.is_true(net:describe("vpcs").Vpcs[1].EnableDnsHostnames.Value)
  end)

  it("get-managed-prefix-list-entries is named by a wrapper or by the caller (D55)", function()
    local entries = { { Cidr = "10.0.0.0/8", Description = "d" }, { Cidr = "192.0.2.0/24" } }
    for _, net in ipairs {
      assert(vpcpeer.load_tables { PrefixListId = "pl-1", Entries = entries }),
      assert(vpcpeer.load_tables({ Entries = entries }, { prefix_list_id = "pl-1" })),
    } do
      assert.same({ "10.0.0.0/8", "192.0.2.0/24" }, net:describe("prefix-lists").PrefixLists[1].Cidrs)
      assert.is_nil(net:describe("managed-prefix-lists").PrefixLists[1].Cidrs)
    end
    local net = assert(vpcpeer.load_tables { Vpcs = {}, Entries = entries })
    assert.equal("warning unnamed", net:diagnostics()[1].severity .. " " .. net:diagnostics()[1].code)
    assert.matches("give the option prefix_list_id", net:diagnostics()[1].message)
    assert.matches('add "PrefixListId" to the document', net:diagnostics()[1].message, 1, true)
  end)
end)
