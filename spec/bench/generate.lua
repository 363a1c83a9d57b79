-- Writes an organization as `aws ec2 describe-*` would print it: VPCs in cells that are meshes or hubs
-- with spokes, in several accounts and Regions, with everything that real ones have in them. The same
-- seed and size give the same bytes.
--
--     lua5.4 spec/bench/generate.lua FOLDER [INTERFACES [SEED]]
--
-- or, from Lua, `generate.write(folder, options)`, `generate.tables(options)` for a host that loads
-- decoded documents, and `generate.network(options)`. Options: interfaces (10 to 2,000,000), seed; vpcs
-- (else a VPC for each hundred interfaces); peers, of each VPC in a ring in place of cells, or 0; mesh:
-- one Region with one transit gateway that joins all VPCs; plain: neither IPv6, nor instances, nor
-- transit gateways but the mesh's.

local M = {}

local REGIONS = { "us-east-1", "us-west-2", "eu-west-1" }
local CELL = 8 -- VPCs that are peered with each other, or with their first
local SUBNETS, PER_SUBNET = 10, 10
local MOST_VPCS = 4000 -- a /20 of 10.0.0.0/8 each
local MOST_INTERFACES = 2000000
local PIECE = 20000 -- records read at once
local STEPS = { 1, 3, 9, 27, 81, 2, 6, 18, 54, 162 } -- to the peers in a ring, both ways round
local TIERS = { "web", "app", "db" }

-- A generator of whole numbers below a limit that is the same in every Lua.
local function random_source(seed)
  local state = seed % 2147483646 + 1
  return function(limit)
    state = state * 16807 % 2147483647
    return state % limit
  end
end

-- ---- one VPC --------------------------------------------------------------------------------------

-- Everything that follows from the number of a VPC.
local function vpc_of(plan, i)
  local high, low = math.floor(i / 16), i % 16 * 16
  local cell = math.floor(i / CELL)
  return {
    number = i, id = ("%08x"):format(i), region = REGIONS[plan.mesh and 1 or cell % #REGIONS + 1],
    account = ("%012d"):format(111111111111 + math.floor(i / 20) % plan.accounts), hub = cell * CELL,
    cidr = ("10.%d.%d.0/20"):format(high, low), high = high, low = low,
    ipv6 = i % 3 == 0 and not plan.plain and ("2600:1f00:%x:"):format(i) or nil,
    name = ("%s-%d"):format(i % CELL == 0 and "hub" or "app", i),
  }
end

local function subnet_cidr(vpc, k)
  return ("10.%d.%d.0/24"):format(vpc.high, vpc.low + k)
end

local function tags(name)
  return { { Key = "Name", Value = name }, { Key = "Environment", Value = #name % 2 == 0 and "prod" or "test" } }
end

-- In a ring: as many as are wanted, or all others where there are fewer.
local function ring_of(plan, vpc)
  local list, seen = {}, { [vpc.number] = true }
  for i = 1, plan.peers do
    local step = STEPS[math.floor((i + 1) / 2)] * (i % 2 == 0 and -1 or 1)
    local other = (vpc.number + step) % plan.vpcs
    if not seen[other] then
      seen[other], list[#list + 1] = true, other
    end
  end
  return list
end

-- The VPCs that a VPC is peered with: its cell, as a mesh or a star, and the hub of the next cell.
local function peers_of(plan, vpc)
  if plan.peers then
    return ring_of(plan, vpc)
  end
  local list, mesh = {}, math.floor(vpc.number / CELL) % 2 == 0
  for other = vpc.hub, math.min(vpc.hub + CELL, plan.vpcs) - 1 do
    if other ~= vpc.number and (mesh or vpc.number == vpc.hub or other == vpc.hub) then
      list[#list + 1] = other
    end
  end
  for _, step in ipairs(vpc.number == vpc.hub and { -CELL, CELL } or {}) do
    local other = vpc.number + step
    if other >= 0 and other < plan.vpcs then
      list[#list + 1] = other
    end
  end
  return list
end

local function connection_id(a, b)
  return ("pcx-%08x%08x"):format(math.min(a, b), math.max(a, b))
end

local function side(vpc)
  return {
    VpcId = "vpc-" .. vpc.id, OwnerId = vpc.account, Region = vpc.region, CidrBlock = vpc.cidr,
    CidrBlockSet = { { CidrBlock = vpc.cidr } },
    Ipv6CidrBlockSet = vpc.ipv6 and { { Ipv6CidrBlock = vpc.ipv6 .. "100::/56" } } or {},
    PeeringOptions = { AllowDnsResolutionFromRemoteVpc = vpc.number % 2 == 0 },
  }
end

local function add_vpc(plan, add, vpc)
  local ipv6 = {}
  if vpc.ipv6 then
    ipv6[1] = { Ipv6CidrBlock = vpc.ipv6 .. "100::/56", Ipv6CidrBlockState = { State = "associated" },
      NetworkBorderGroup = vpc.region, Ipv6Pool = "Amazon" }
  end
  add("Vpcs", {
    VpcId = "vpc-" .. vpc.id, OwnerId = vpc.account, CidrBlock = vpc.cidr, IsDefault = false, State = "available",
    InstanceTenancy = "default", DhcpOptionsId = "dopt-" .. vpc.id, Tags = tags(vpc.name),
    CidrBlockAssociationSet = { { AssociationId = "vpc-cidr-assoc-" .. vpc.id, CidrBlock = vpc.cidr,
      CidrBlockState = { State = "associated" } } },
    Ipv6CidrBlockAssociationSet = ipv6,
  })
  add("InternetGateways", { InternetGatewayId = "igw-" .. vpc.id, OwnerId = vpc.account, Tags = tags(vpc.name),
    Attachments = { { VpcId = "vpc-" .. vpc.id, State = "available" } } })
  for _, other in ipairs(peers_of(plan, vpc)) do
    if other > vpc.number then
      add("VpcPeeringConnections", {
        VpcPeeringConnectionId = connection_id(vpc.number, other), Status = { Code = "active", Message = "Active" },
        RequesterVpcInfo = side(vpc), AccepterVpcInfo = side(vpc_of(plan, other)), Tags = {},
      })
    end
  end
end

-- ---- routes and filters ---------------------------------------------------------------------------

local function route(destination, field, target, origin)
  local key = destination:find(":", 1, true) and "DestinationIpv6CidrBlock" or "DestinationCidrBlock"
  return { [key] = destination, [field] = target, Origin = origin or "CreateRoute", State = "active" }
end

-- A table of the VPC: 1 is main and private, 2 public, 3 isolated.
local function add_route_table(plan, add, vpc, number, subnets)
  local routes = { route(vpc.cidr, "GatewayId", "local", "CreateRouteTable") }
  local function put(...)
    routes[#routes + 1] = route(...)
  end
  for _, other in ipairs(peers_of(plan, vpc)) do
    local peer, pcx = vpc_of(plan, other), connection_id(vpc.number, other)
    put(peer.cidr, "VpcPeeringConnectionId", pcx)
    if vpc.ipv6 and peer.ipv6 then
      put(peer.ipv6 .. "100::/56", "VpcPeeringConnectionId", pcx)
    end
  end
  if vpc.ipv6 then
    put(vpc.ipv6 .. "100::/56", "GatewayId", "local", "CreateRouteTable")
  end
  if plan.attached(vpc.number) then
    put("10.0.0.0/8", "TransitGatewayId", "tgw-" .. vpc.region)
  end
  if number == 1 then
    put("0.0.0.0/0", "NatGatewayId", "nat-" .. vpc.id)
  elseif number == 2 then
    put("0.0.0.0/0", "GatewayId", "igw-" .. vpc.id)
    if vpc.ipv6 then
      put("::/0", "GatewayId", "igw-" .. vpc.id)
    end
  end
  local id = "rtb-" .. vpc.id .. number
  local associations = {}
  if number == 1 then
    associations[1] = { Main = true, RouteTableId = id, RouteTableAssociationId = "rtbassoc-" .. vpc.id,
      AssociationState = { State = "associated" } }
  end
  for _, k in ipairs(subnets) do
    associations[#associations + 1] = { Main = false, RouteTableId = id,
      SubnetId = ("subnet-%s%02d"):format(vpc.id, k),
      RouteTableAssociationId = ("rtbassoc-%s%02d"):format(vpc.id, k), AssociationState = { State = "associated" } }
  end
  add("RouteTables", { RouteTableId = id, VpcId = "vpc-" .. vpc.id, OwnerId = vpc.account, Routes = routes,
    Associations = associations, PropagatingVgws = {}, Tags = tags(vpc.name) })
end

-- "number action egress protocol first last cidr" as AWS prints it.
local function entry(text)
  local number, action, egress, protocol, first, last, cidr =
    text:match "^(%d+) (%l+) (%l+) (%S+) (%-?%d+) (%-?%d+) (%S+)$"
  local made = { RuleNumber = tonumber(number), RuleAction = action, Egress = egress == "out", Protocol = protocol }
  made[cidr:find(":", 1, true) and "Ipv6CidrBlock" or "CidrBlock"] = cidr
  if tonumber(first) >= 0 then
    made.PortRange = { From = tonumber(first), To = tonumber(last) }
  end
  return made
end

local OPEN = { "100 allow in -1 -1 -1 0.0.0.0/0", "100 allow out -1 -1 -1 0.0.0.0/0", "101 allow in -1 -1 -1 ::/0",
  "101 allow out -1 -1 -1 ::/0" }
-- Written in no order, with denials between, before and behind what they cut.
local ODD = { "200 allow in 6 0 1023 10.0.0.0/8", "90 deny in 6 22 22 10.0.0.0/9",
  "110 allow in 6 1024 65535 0.0.0.0/0", "65 deny in -1 -1 -1 10.3.0.0/16", "300 deny in 6 8080 8080 10.0.0.0/8",
  "95 allow in 1 -1 -1 0.0.0.0/0",
  "120 deny in 17 53 53 0.0.0.0/0", "130 allow in 17 -1 -1 10.0.0.0/8", "100 allow out -1 -1 -1 0.0.0.0/0",
  "50 deny out 6 25 25 0.0.0.0/0", "101 allow out -1 -1 -1 ::/0", "102 allow in 6 443 443 ::/0" }

local function add_acl(add, vpc, suffix, lines, subnets)
  local entries = { entry "32767 deny in -1 -1 -1 0.0.0.0/0", entry "32767 deny out -1 -1 -1 0.0.0.0/0" }
  local associations = {}
  for i, line in ipairs(lines) do
    table.insert(entries, i, entry(line))
  end
  for i, k in ipairs(subnets) do
    associations[i] = { NetworkAclAssociationId = ("aclassoc-%s%02d"):format(vpc.id, k),
      NetworkAclId = "acl-" .. vpc.id .. suffix, SubnetId = ("subnet-%s%02d"):format(vpc.id, k) }
  end
  add("NetworkAcls", { NetworkAclId = "acl-" .. vpc.id .. suffix, VpcId = "vpc-" .. vpc.id, OwnerId = vpc.account,
    IsDefault = suffix == "a", Entries = entries, Associations = associations, Tags = {} })
end

local function permission(protocol, first, last, peers)
  local made = { IpProtocol = protocol, FromPort = first, ToPort = last, IpRanges = {}, Ipv6Ranges = {},
    PrefixListIds = {}, UserIdGroupPairs = {} }
  for key, value in pairs(peers) do
    made[key] = value
  end
  return made
end

local function add_groups(plan, add, vpc)
  local function pair(group, other)
    return { GroupId = "sg-" .. other.id .. group, UserId = other.account, VpcId = "vpc-" .. other.id }
  end
  local extra = {}
  for i = 1, 1 + plan.random(3) do
    local port = 1000 + plan.random(9000)
    extra[i] = permission("tcp", port, port + plan.random(3), { IpRanges = { {
      CidrIp = vpc_of(plan, plan.random(plan.vpcs)).cidr, Description = "generated" } } })
  end
  local shared, hub = { pair("web", vpc) }, vpc_of(plan, vpc.hub)
  for _, other in ipairs(peers_of(plan, vpc)) do
    local peer = vpc_of(plan, other)
    if peer.region == vpc.region and #shared < 5 then
      shared[#shared + 1] = pair("web", peer)
    end
  end
  local all = { IpRanges = { { CidrIp = "0.0.0.0/0" } }, Ipv6Ranges = { { CidrIpv6 = "::/0" } } }
  local rules = {
    web = { permission("tcp", 443, 443, all),
      permission("tcp", 22, 22, { PrefixListIds = { { PrefixListId = "pl-" .. vpc.region } } }) },
    app = { permission("tcp", 8080, 8089, { UserIdGroupPairs = shared }) },
    db = { permission("tcp", 5432, 5432, { UserIdGroupPairs = { pair("app", vpc) } }),
      permission("tcp", 9100, 9100, { IpRanges = { { CidrIp = hub.cidr, Description = "monitoring" } } }) },
  }
  for i, rule in ipairs(extra) do
    rules.app[i + 1] = rule
  end
  local out = { permission("-1", nil, nil, all) }
  for _, name in ipairs(TIERS) do
    add("SecurityGroups", { GroupId = "sg-" .. vpc.id .. name, GroupName = name, VpcId = "vpc-" .. vpc.id,
      OwnerId = vpc.account, Description = name .. " of " .. vpc.name, IpPermissions = rules[name],
      IpPermissionsEgress = out, Tags = tags(name) })
  end
end

-- ---- subnets and what is in them ------------------------------------------------------------------

local function add_subnet(add, vpc, k)
  add("Subnets", {
    SubnetId = ("subnet-%s%02d"):format(vpc.id, k), VpcId = "vpc-" .. vpc.id, OwnerId = vpc.account,
    CidrBlock = subnet_cidr(vpc, k), AvailabilityZone = vpc.region .. ("abc"):sub(k % 3 + 1, k % 3 + 1),
    AvailableIpAddressCount = 241, DefaultForAz = false, MapPublicIpOnLaunch = k == 0, State = "available",
    Ipv6CidrBlockAssociationSet = vpc.ipv6 and { { Ipv6CidrBlock = ("%s%x::/64"):format(vpc.ipv6, 256 + k),
      Ipv6CidrBlockState = { State = "associated" } } } or {},
    Tags = tags(("%s-%d"):format(vpc.name, k)),
  })
end

local function add_nat(add, vpc, public)
  local id, address = "eni-" .. vpc.id .. "nat", ("10.%d.%d.5"):format(vpc.high, vpc.low)
  add("NatGateways", { NatGatewayId = "nat-" .. vpc.id, VpcId = "vpc-" .. vpc.id, State = "available",
    SubnetId = "subnet-" .. vpc.id .. "00", ConnectivityType = "public", Tags = {},
    NatGatewayAddresses = { { PrivateIp = address, PublicIp = public, NetworkInterfaceId = id, IsPrimary = true } } })
end

-- One interface; most belong to an instance, which prints it again.
local function add_interface(plan, add, vpc, k, n, number)
  local tier, subnet_id = TIERS[k % 3 + 1], ("subnet-%s%02d"):format(vpc.id, k)
  local id = ("%08x%08x"):format(vpc.number, number)
  local address = ("10.%d.%d.%d"):format(vpc.high, vpc.low + k, 10 + n)
  local groups = { { GroupId = "sg-" .. vpc.id .. tier, GroupName = tier } }
  local is_instance = plan.random(10) < 8 and not plan.plain
  local association = k == 0 and plan.random(2) == 0 and { IpOwnerId = "amazon", PublicDnsName = "",
    PublicIp = ("52.%d.%d.%d"):format(math.floor(vpc.number / 256), vpc.number % 256, 10 + n) } or nil
  local attachment = { AttachmentId = "eni-attach-" .. id, DeviceIndex = is_instance and 0 or 1, Status = "attached",
    AttachTime = "2026-01-01T00:00:00.000Z", DeleteOnTermination = true }
  local eni = {
    NetworkInterfaceId = "eni-" .. id, VpcId = "vpc-" .. vpc.id, SubnetId = subnet_id, OwnerId = vpc.account,
    Status = "in-use", SourceDestCheck = true, MacAddress = "0a:11:22:33:44:55", InterfaceType = "interface",
    PrivateIpAddress = address, Groups = groups, Description = is_instance and "" or "ELB app/" .. tier,
    Ipv6Addresses = vpc.ipv6 and { { Ipv6Address = ("%s%x::%x"):format(vpc.ipv6, 256 + k, 10 + n) } } or {},
    PrivateIpAddresses = { { Primary = true, PrivateIpAddress = address, Association = association } },
    Attachment = attachment, Association = association,
  }
  local function listed()
    local copy = { AvailabilityZone = vpc.region .. ("abc"):sub(k % 3 + 1, k % 3 + 1), TagSet = {},
      RequesterManaged = not is_instance, InterfaceType = "interface" }
    for key, value in pairs(eni) do
      copy[key] = value
    end
    copy.Attachment = { InstanceId = is_instance and "i-" .. id or nil, InstanceOwnerId = vpc.account }
    for key, value in pairs(attachment) do
      copy.Attachment[key] = value
    end
    return copy
  end
  add("NetworkInterfaces", listed())
  if is_instance then
    add("Reservations", { ReservationId = "r-" .. id, OwnerId = vpc.account, Groups = {}, Instances = { {
      InstanceId = "i-" .. id, ImageId = "ami-0123456789abcdef0", InstanceType = "m5.large",
      VpcId = "vpc-" .. vpc.id, SubnetId = subnet_id, PrivateIpAddress = address, SecurityGroups = groups,
      State = { Code = 16, Name = "running" }, SourceDestCheck = true, LaunchTime = "2026-01-01T00:00:00.000Z",
      Architecture = "x86_64", Hypervisor = "xen",
      PrivateDnsName = ("ip-%s.ec2.internal"):format((address:gsub("%.", "-"))), NetworkInterfaces = { eni },
      Tags = tags(("%s-%s-%d"):format(vpc.name, tier, number)),
    } } })
  end
end

-- ---- one Region -----------------------------------------------------------------------------------

-- A transit gateway for some VPCs, and the prefix list that groups name.
local function add_regional(plan, add, region)
  local gateway, tgw_rtb = "tgw-" .. region, "tgw-rtb-" .. region
  local propagations = {}
  add("PrefixLists", { PrefixListId = "pl-" .. region, PrefixListName = "office",
    Cidrs = { "198.51.100.0/24", "203.0.113.0/25", "192.0.2.7/32" } })
  for i = 0, plan.vpcs - 1 do
    local vpc = vpc_of(plan, i)
    if plan.attached(i) and vpc.region == region then
      local id = "tgw-attach-" .. vpc.id
      add("TransitGatewayVpcAttachments", { TransitGatewayAttachmentId = id, TransitGatewayId = gateway,
        VpcId = "vpc-" .. vpc.id, VpcOwnerId = vpc.account, State = "available", Tags = {},
        SubnetIds = { "subnet-" .. vpc.id .. "00", plan.subnets > 2 and "subnet-" .. vpc.id .. "02" or nil } })
      add("TransitGatewayAttachments", { TransitGatewayAttachmentId = id, TransitGatewayId = gateway,
        ResourceType = "vpc", ResourceId = "vpc-" .. vpc.id, ResourceOwnerId = vpc.account, State = "available",
        Association = { TransitGatewayRouteTableId = tgw_rtb, State = "associated" }, Tags = {} })
      propagations[#propagations + 1] = { TransitGatewayAttachmentId = id, ResourceType = "vpc",
        ResourceId = "vpc-" .. vpc.id, State = "enabled" }
    end
  end
  add("TransitGateways", { TransitGatewayId = gateway, OwnerId = "111111111111", State = "available", Tags = {} })
  add("TransitGatewayRouteTables", { TransitGatewayRouteTableId = tgw_rtb, TransitGatewayId = gateway,
    State = "available", Tags = {} })
  add("TransitGatewayPropagations", { TransitGatewayRouteTableId = tgw_rtb,
    TransitGatewayRouteTablePropagations = propagations })
end

local function add_everything_in(plan, add, vpc, first, count)
  local by_table, by_acl = { {}, {}, {} }, { {}, {} }
  add_vpc(plan, add, vpc)
  for k = 0, plan.subnets - 1 do
    add_subnet(add, vpc, k)
    table.insert(by_table[k == 0 and 2 or k % 5 == 4 and 3 or 1], k)
    table.insert(by_acl[vpc.number % 4 == 1 and k % 3 == 1 and 2 or 1], k)
  end
  for number, subnets in ipairs(by_table) do
    add_route_table(plan, add, vpc, number, subnets)
  end
  add_acl(add, vpc, "a", OPEN, by_acl[1])
  add_acl(add, vpc, "b", ODD, by_acl[2])
  add_groups(plan, add, vpc)
  add_nat(add, vpc, ("54.%d.%d.1"):format(math.floor(vpc.number / 256), vpc.number % 256))
  for n = 0, count - 1 do
    add_interface(plan, add, vpc, n % plan.subnets, math.floor(n / plan.subnets), first + n)
  end
end

-- What follows from the options.
local function plan_of(options)
  local interfaces = math.max(10, math.min(options.interfaces or 1000, MOST_INTERFACES))
  local plan = { random = random_source(options.seed or 1), interfaces = interfaces, peers = options.peers,
    mesh = options.mesh, plain = options.plain }
  plan.vpcs = math.max(2, math.min(MOST_VPCS, options.vpcs or math.ceil(interfaces / (SUBNETS * PER_SUBNET))))
  plan.accounts = math.min(20, math.ceil(plan.vpcs / 20))
  plan.each = math.ceil(interfaces / plan.vpcs)
  plan.subnets = math.min(SUBNETS, math.max(1, math.ceil(plan.each / PER_SUBNET)))
  function plan.attached(i)
    return plan.mesh or (not plan.plain and i % 5 == 0)
  end
  return plan
end

--- Calls `sink(account, region, key, record)` for every record of an organization.
function M.each(options, sink)
  local plan = plan_of(options)
  local each = plan.each
  for _, region in ipairs(REGIONS) do
    add_regional(plan, function(key, record)
      sink("111111111111", region, key, record)
    end, region)
  end
  for i = 0, plan.vpcs - 1 do
    local vpc = vpc_of(plan, i)
    add_everything_in(plan, function(key, record)
      sink(vpc.account, vpc.region, key, record)
    end, vpc, i * each, math.min(each, plan.interfaces - i * each))
  end
end

-- ---- the forms of an organization -----------------------------------------------------------------

local function add_to(all, account, region, key, record)
  record.OwnerId, record.Region = record.OwnerId or account, region
  all[key] = all[key] or {}
  table.insert(all[key], record)
end

--- The documents of a whole organization in one table, for vpcpeer.load_tables.
function M.tables(options)
  local all = {}
  M.each(options, function(...)
    add_to(all, ...)
  end)
  return all
end

--- The model of an organization, read in pieces, so that its documents never are all in memory.
function M.network(options)
  require "vpcpeer"
  local core, aws_reader = require "vpcpeer.core", require "vpcpeer.aws_reader"
  local network, part, count = core.network {}, {}, 0
  local reader = aws_reader.new(network)
  local function read()
    aws_reader.read(reader, part, { name = "generated" })
    part, count = {}, 0
  end
  M.each(options, function(...)
    add_to(part, ...)
    count = count + 1
    if count == PIECE then
      read()
    end
  end)
  read()
  aws_reader.finish(reader)
  core.seal(network, {})
  return network
end

--- Writes FOLDER/ACCOUNT/REGION/KEY.json as the AWS CLI prints them; returns the bytes written.
function M.write(folder, options)
  local json, handles, bytes = require "vpcpeer.json", {}, 0
  M.each(options, function(account, region, key, record)
    local path = ("%s/%s/%s"):format(folder, account, region)
    local name = ("%s/%s.json"):format(path, key)
    local text = json.encode(record, 4):gsub("\n", "\n        ")
    if not handles[name] then
      assert(os.execute(("mkdir -p '%s'"):format(path)))
      handles[name] = assert(io.open(name, "wb"))
      text = ('{\n    "%s": [\n        %s'):format(key, text)
    else
      text = ",\n        " .. text
    end
    bytes = bytes + #text
    assert(handles[name]:write(text))
  end)
  for _, handle in pairs(handles) do
    handle:write("\n    ]\n}\n")
    handle:close()
    bytes = bytes + 9
  end
  return bytes
end

if arg and arg[0] and arg[0]:find "generate%.lua$" then
  if arg[1] then
    print(M.write(arg[1], { interfaces = tonumber(arg[2]), seed = tonumber(arg[3]) }) .. " bytes in " .. arg[1])
  else
    print "lua5.4 spec/bench/generate.lua FOLDER [INTERFACES [SEED]] writes an organization"
  end
end

return M
