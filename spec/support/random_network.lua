-- Small hostile networks, the same for the same seed in every Lua: what the oracle is asked about.
--
-- A network is made as the documents of the AWS CLI, because a load takes what strict calls refuse
-- (peered VPCs that overlap, routes into nothing, groups that are gone), and because a document can
-- be made smaller record by record when a disagreement is to be understood. Few values are used for
-- everything (blocks, ports), so that rules, routes and addresses meet at their boundaries.

local random = require "support.random"
local edits = require "support.random_network.edits"
local endpoints = require "support.random_network.endpoints"
local filters = require "support.random_network.filters"
local gateways = require "support.random_network.gateways"
local routes = require "support.random_network.routes"
local transit = require "support.random_network.transit"

local M = {}

local BLOCKS = { "10.0", "10.1", "10.0", "172.16", "192.168", "11.0", "10.2" }
local REGIONS = { "us-east-1", "us-east-1", "eu-west-1" }
local ACCOUNTS = { "111111111111", "111111111111", "222222222222" }

local function v6_block(number, subnet) return ("2600:1f%02x:0:%x::"):format(number, subnet or 0) end

local function add_vpc(net, number)
    local vpc = {
        number = number, id = "vpc-" .. number, net = net, prefix = net:pick(BLOCKS), region = net:pick(REGIONS),
        account = net:pick(ACCOUNTS), subnets = {}, groups = {}, tables = {}, six = net:chance(60),
    }
    vpc.block, vpc.blocks = vpc.prefix .. ".0.0/16", { vpc.prefix .. ".0.0/16" }
    local record = {
        VpcId = vpc.id, CidrBlock = vpc.block, OwnerId = vpc.account, Region = vpc.region,
        CidrBlockAssociationSet = { { AssociationId = "vpc-cidr-assoc-" .. number, CidrBlock = vpc.block,
            CidrBlockState = { State = "associated" } } },
    }
    if net:chance(15) then
        vpc.second = "100.64"
        record.CidrBlockAssociationSet[2] = { AssociationId = "vpc-cidr-assoc-s" .. number,
            CidrBlock = "100.64.0.0/16", CidrBlockState = { State = net:pick { "associated", "disassociated" } } }
    end
    if vpc.six then
        vpc.block6 = v6_block(number) .. "/56"
        vpc.blocks[2] = vpc.block6
        record.Ipv6CidrBlockAssociationSet = { { AssociationId = "vpc-cidr-assoc-6" .. number,
            Ipv6CidrBlock = vpc.block6, Ipv6CidrBlockState = { State = "associated" } } }
    end
    if net:mischance(8) then record.EnableDnsSupport = { Value = false } end
    if net:chance(10) then
        record.BlockPublicAccessStates = {
            InternetGatewayBlockMode = net:pick { "block-ingress", "block-bidirectional", "off" },
        }
    end
    net:add("Vpcs", record)
    net.vpcs[#net.vpcs + 1] = vpc
end

local function add_subnet(net, vpc, number)
    local prefix = number == 3 and vpc.second or vpc.prefix
    local subnet = {
        id = ("subnet-%d%d"):format(vpc.number, number), vpc = vpc, number = number,
        base = ("%s.%d."):format(prefix, number), six = vpc.six and net:chance(80), hosts = {},
    }
    subnet.block = subnet.base .. "0/24"
    local record = {
        SubnetId = subnet.id, VpcId = vpc.id, CidrBlock = subnet.block, OwnerId = vpc.account,
    }
    subnet.zone = net:pick { "a", "b" }
    record.AvailabilityZone = vpc.region .. subnet.zone
    if net:chance(30) then record.AvailabilityZoneId = "az-" .. subnet.zone end
    if subnet.six then
        subnet.block6 = v6_block(vpc.number, number) .. "/64"
        record.Ipv6CidrBlockAssociationSet = { { AssociationId = "subnet-cidr-assoc-" .. subnet.id,
            Ipv6CidrBlock = subnet.block6, Ipv6CidrBlockState = { State = "associated" } } }
    end
    if net:chance(5) then
        record.BlockPublicAccessStates = {
            InternetGatewayBlockMode = net:pick { "off", "block-ingress", "block-bidirectional" },
        }
    end
    net:add("Subnets", record)
    vpc.subnets[#vpc.subnets + 1] = subnet
end

local function public_address(net)
    net.publics = net.publics + 1
    return "203.0.113." .. net.publics
end

-- Secondary addresses, delegated prefixes, IPv6 and public addresses, each some of the time.
local function add_addresses(net, subnet, host, record)
    local function private(text, primary)
        local entry = { PrivateIpAddress = text, Primary = primary }
        if net:chance(35) then
            entry.Association = { PublicIp = public_address(net), IpOwnerId = "amazon" }
        end
        table.insert(record.PrivateIpAddresses, entry)
    end
    host.address = subnet.base .. (10 + host.number)
    record.PrivateIpAddress, record.PrivateIpAddresses = host.address, {}
    private(host.address, true)
    if net:chance(15) then private(subnet.base .. (40 + host.number), false) end
    if net:chance(8) then
        record.Ipv4Prefixes = { { Ipv4Prefix = subnet.base .. (64 + 16 * host.number) .. "/28" } }
    end
    if subnet.six and net:chance(80) then
        host.address6 = v6_block(subnet.vpc.number, subnet.number) .. (10 + host.number)
        record.Ipv6Addresses = { { Ipv6Address = host.address6 } }
        if net:chance(10) then
            local prefix = v6_block(subnet.vpc.number, subnet.number):gsub("::$", (":%x::/80"):format(16 + host.number))
            record.Ipv6Prefixes = { { Ipv6Prefix = prefix } }
        end
    end
end

-- A second interface of an instance, in another subnet and with another address of its own.
local function add_second(net, host)
    local vpc = host.subnet.vpc
    local subnet = net:pick(vpc.subnets)
    if subnet == host.subnet then return end
    host.has_second = true
    local id = host.id .. "s"
    net:add("NetworkInterfaces", {
        NetworkInterfaceId = id, VpcId = vpc.id, SubnetId = subnet.id, OwnerId = vpc.account, Status = "in-use",
        InterfaceType = "interface", SourceDestCheck = true, Groups = { { GroupId = net:pick(vpc.groups) } },
        PrivateIpAddress = subnet.base .. (220 + host.number + 5 * host.subnet.number),
        PrivateIpAddresses = { { PrivateIpAddress = subnet.base .. (220 + host.number + 5 * host.subnet.number),
            Primary = true } },
        Attachment = { AttachmentId = "eni-attach-" .. id, DeviceIndex = 1, InstanceId = host.instance,
            Status = "attached" },
    })
end

-- One instance with one interface; the hostile ones are stopped, detached, without groups, open to
-- packets of others, or NAT instances.
local function add_host(net, subnet, number)
    local vpc = subnet.vpc
    local name = ("%d%d%d"):format(vpc.number, subnet.number, number)
    local host = { number = number, id = "eni-" .. name, instance = "i-" .. name, subnet = subnet }
    local groups = {}
    for _ = 1, net:mischance(15) and 0 or net:pick { 1, 1, 2 } do
        groups[#groups + 1] = { GroupId = net:pick(vpc.groups) }
    end
    if groups[2] and groups[2].GroupId == groups[1].GroupId then groups[2] = nil end
    if net:mischance(3) then groups[#groups + 1] = { GroupId = "sg-gone" } end
    if net:chance(4) then groups[1] = { GroupId = net:pick(net:pick(net.vpcs).groups) } end
    host.forwards = net:chance(20)
    subnet.faces_out = subnet.faces_out or host.forwards
    local record = {
        NetworkInterfaceId = host.id, VpcId = vpc.id, SubnetId = subnet.id, OwnerId = vpc.account, Status = "in-use",
        InterfaceType = "interface", SourceDestCheck = not host.forwards, Groups = groups,
        Attachment = { AttachmentId = "eni-attach-" .. name, DeviceIndex = 0, InstanceId = host.instance,
            Status = net:mischance(4) and "detaching" or "attached" },
    }
    if host.forwards and net:chance(40) then record.TagSet = { { Key = "vpcpeer:nat", Value = "true" } } end
    if net:chance(4) then record.DenyAllIgwTraffic = true end
    add_addresses(net, subnet, host, record)
    net:add("NetworkInterfaces", record)
    net:add("Reservations", { ReservationId = "r-" .. name, OwnerId = vpc.account, Instances = { {
        InstanceId = host.instance, VpcId = vpc.id, SubnetId = subnet.id, PrivateIpAddress = host.address,
        State = { Name = net:mischance(6) and net:pick { "stopped", "stopping", "pending" } or "running" },
    } } })
    subnet.hosts[#subnet.hosts + 1] = host
    net.hosts[#net.hosts + 1] = host
end

local NOT_ACTIVE = {
    "initiating-request", "pending-acceptance", "provisioning", "failed", "rejected", "expired", "deleting", "deleted",
}

-- One side of a peering connection, rarely with the options for ClassLink.
local function side(net, vpc)
    return {
        VpcId = vpc.id, OwnerId = vpc.account, Region = vpc.region, CidrBlock = vpc.block,
        PeeringOptions = net.has_classic and {
            AllowEgressFromLocalClassicLinkToRemoteVpc = net:chance(70),
            AllowEgressFromLocalVpcToRemoteClassicLink = net:chance(70),
        } or nil,
    }
end

-- A connection to a VPC of another account that the data do not have.
local function add_foreign_peering(net, a)
    local b = { id = "vpc-gone", number = 9, block = "10.9.0.0/16", account = "333333333333", region = a.region,
        subnets = { { block = "10.9.0.0/24" } } }
    net.peerings[#net.peerings + 1] = { id = "pcx-" .. a.number .. "9", a = a, b = b }
    net:add("VpcPeeringConnections", {
        VpcPeeringConnectionId = "pcx-" .. a.number .. "9", RequesterVpcInfo = side(net, a),
        AccepterVpcInfo = side(net, b), Status = { Code = "active" },
    })
end

-- An instance of EC2-Classic, linked to a VPC.
local function add_classic(net, vpc)
    local id = "i-c" .. vpc.number
    local address = net:pick { "10.7.0.", "10.1.200.", "11.5.0." } .. (10 + vpc.number)
    net:add("Reservations", { ReservationId = "r-c" .. vpc.number, OwnerId = vpc.account, Instances = { {
        InstanceId = id, PrivateIpAddress = address,
        State = { Name = net:mischance(6) and "stopped" or "running" },
    } } })
    net:add("Instances", { InstanceId = id, VpcId = vpc.id, Groups = { { GroupId = net:pick(vpc.groups) } } })
end

local function add_peering(net, a, b)
    net.peerings[#net.peerings + 1] = { id = "pcx-" .. a.number .. b.number, a = a, b = b }
    net:add("VpcPeeringConnections", {
        VpcPeeringConnectionId = "pcx-" .. a.number .. b.number, RequesterVpcInfo = side(net, a),
        AccepterVpcInfo = side(net, b),
        Status = { Code = net:mischance(25) and net:pick(NOT_ACTIVE) or "active" },
    })
end

local Net = {}
Net.__index = Net

function Net:add(key, record)
    self.documents[key] = self.documents[key] or {}
    table.insert(self.documents[key], record)
    return record
end

function Net:pick(list) return self.random:pick(list) end

function Net:chance(percent) return self.random:below(100) < percent end

--- A chance of something that breaks connections: rarer in a tame network.
function Net:mischance(percent) return self.random:below(100) < percent * self.hostility end

local function add_prefix_lists(net)
    for number = 1, 2 do
        local cidrs = {}
        local family = number == 1 and 4 or net:pick { 4, 6 }
        for i = 1, net:pick { 1, 2, 3 } do cidrs[i] = routes.any_block(net, family) end
        net:add("PrefixLists", { PrefixListId = "pl-" .. number, PrefixListName = "list " .. number,
            AddressFamily = "IPv" .. family, OwnerId = "111111111111", Region = "us-east-1", Cidrs = cidrs })
        net.lists[number] = "pl-" .. number
    end
    net:add("PrefixLists", { PrefixListId = "pl-s3", PrefixListName = "com.amazonaws.us-east-1.s3",
        Cidrs = { "52.216.0.0/15", "2600:1fff::/36" } })
end

-- The documents of the network of a seed, and what they were made of.
local function make(seed)
    local net = setmetatable({
        random = random.new(seed), documents = {}, vpcs = {}, hosts = {}, peerings = {}, lists = {}, publics = 0,
    }, Net)
    for _ = 1, 5 do net.random:below(2) end
    net.hostility = net:pick { 0.1, 0.3, 0.6, 1 }
    local size = net:pick { 1, 1, 1, 2, 2, 4 }
    for number = 1, net:pick { 1, 2, 2, 3, 3, 4, 6 } do add_vpc(net, number) end
    for _, vpc in ipairs(net.vpcs) do
        for number = 0, net:pick { 0, 1, 1, 2 } do add_subnet(net, vpc, number) end
        if vpc.second then add_subnet(net, vpc, 3) end
        for number = 1, net:pick { 1, 2, 3 } do vpc.groups[number] = ("sg-%d%d"):format(vpc.number, number) end
    end
    net.has_classic = net:chance(12)
    for i, a in ipairs(net.vpcs) do
        if net:mischance(8) then add_foreign_peering(net, a) end
        if net.has_classic and net:chance(60) then add_classic(net, a) end
        for j = i + 1, #net.vpcs do
            if net:chance(60) then add_peering(net, a, net.vpcs[j]) end
        end
    end
    for _, vpc in ipairs(net.vpcs) do
        for _, subnet in ipairs(vpc.subnets) do
            for number = 0, net.random:below(size + 1) do
                if #net.hosts < 40 then add_host(net, subnet, number) end
            end
        end
    end
    for _, host in ipairs(net.hosts) do
        if net:chance(8) then add_second(net, host) end
    end
    add_prefix_lists(net)
    for _, vpc in ipairs(net.vpcs) do
        gateways.add(net, vpc)
        endpoints.add(net, vpc)
    end
    transit.add(net)
    for _, vpc in ipairs(net.vpcs) do
        routes.add(net, vpc)
        filters.add_groups(net, vpc)
        filters.add_acls(net, vpc)
    end
    return net
end

--- The documents of the network of a seed.
function M.documents(seed)
    return make(seed).documents
end

--- Changes `network`, which was loaded from the documents of the seed, by up to `count` calls.
function M.change(seed, network, count)
    return edits.make(make(seed), network, count)
end

return M
