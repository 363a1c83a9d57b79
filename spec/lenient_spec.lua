-- A lenient load: what is kept of bad data, what is said about it, what is derived.

local shell = require "support.shell"
local vpcpeer = require "vpcpeer"

describe("a lenient load", function()
    -- The diagnostics of a document as lines, infos left out unless they are asked for.
    local function complaints(document, options, with_infos)
        local line = require("vpcpeer.load").line
        local net = assert(vpcpeer.load_tables(document, options))
        local lines = {}
        for _, d in ipairs(net:diagnostics()) do
            if d.severity ~= "info" or with_infos then
                lines[#lines + 1] = d.severity .. " " .. d.code .. " " .. line(d)
            end
        end
        return lines, net
    end

    it("keeps what is good of a bad record and names the rest", function()
        local lines, net = complaints {
            Vpcs = {
                { VpcId = "vpc-a", CidrBlock = "10.0.0.0/33", IsDefault = "yes" },
                { CidrBlock = "10.0.0.0/16" },
                "vpc-b",
                { VpcId = "vpc-c", CidrBlock = "010.0.0.1/8", Tags = { { Key = "Name", Value = "c" } } },
            },
            Subnets = "none",
        }
        assert.same({
            'warning invalid_cidr Vpcs[0].CidrBlock "10.0.0.0/33": the prefix length is over 32',
            "warning invalid_type Vpcs[0].IsDefault is no boolean (a string); left out",
            "warning missing_id Vpcs[1] has no id; left out",
            "warning invalid_type Vpcs[2] is no object; left out",
            'warning invalid_cidr Vpcs[3].CidrBlock "010.0.0.1/8": a part has a leading zero',
            "warning invalid_type Subnets is no list; left out",
        }, lines)
        assert.is_not_nil(net:get("vpc-a"))
        assert.equal("vpc-c", tostring(net:get("c")))
    end)

    it("warns of the block that AWS's services use, as the strict call does", function()
        local lines = complaints { Vpcs = { { VpcId = "vpc-a", CidrBlock = "172.17.0.0/16" } } }
        assert.same({
            "warning VPC_CIDR_RESTRICTED Vpcs[0].CidrBlock 172.17.0.0/16 is used internally by some AWS services",
        }, lines)
    end)

    it("keeps the rest of a record with a text beyond all measure", function()
        local long = ("a"):rep(2 ^ 20 + 1)
        local lines, net = complaints {
            Vpcs = { { VpcId = "vpc-" .. long, CidrBlock = "10.0.0.0/16" }, { VpcId = "vpc-b", State = long } },
        }
        assert.same({
            "warning limit Vpcs[0].VpcId is longer than 1048576 bytes; left out",
            "warning missing_id Vpcs[0] has no id; left out",
            "warning limit Vpcs[1].State is longer than 1048576 bytes; left out",
        }, lines)
        assert.is_not_nil(net:get("vpc-b"))
    end)

    it("names ids that name nothing", function()
        local lines = complaints {
            Vpcs = { { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16" } },
            Subnets = { { SubnetId = "subnet-1", VpcId = "vpc-z" }, { SubnetId = "subnet-2" } },
            RouteTables = { { RouteTableId = "rtb-1", VpcId = "vpc-a", Associations = { { Main = true },
                { SubnetId = "subnet-1" }, { SubnetId = "subnet-9" } } } },
            NetworkInterfaces = { { NetworkInterfaceId = "eni-1", VpcId = "vpc-a", SubnetId = "subnet-8",
                Groups = { { GroupId = "sg-1" } } } },
        }
        assert.same({
            "warning unknown_id Subnets[0].VpcId names vpc-z, which is not in the data",
            "warning missing_field Subnets[1].VpcId is not given",
            "warning unknown_id RouteTables[0].Associations[2].SubnetId names subnet-9, which is not in the data",
            "warning unknown_id NetworkInterfaces[0].SubnetId names subnet-8, which is not in the data",
            "warning unknown_id NetworkInterfaces[0].Groups[0].GroupId names sg-1, which is not in the data",
        }, lines)
    end)

    it("names gateways that a table routes to and the data lack", function()
        local everything, local_block = "0.0.0.0/0", "10.0.0.0/16"
        local lines = complaints({
            Vpcs = { { VpcId = "vpc-a", CidrBlock = local_block } },
            InternetGateways = { { InternetGatewayId = "igw-1", Attachments = {} } },
            RouteTables = { { RouteTableId = "rtb-1", VpcId = "vpc-a", Associations = { { GatewayId = "igw-8" } },
                Routes = { { DestinationCidrBlock = local_block, GatewayId = "local" },
                    { DestinationCidrBlock = everything, GatewayId = "igw-9" },
                    { DestinationCidrBlock = "10.1.0.0/16", GatewayId = "igw-1" },
                    { DestinationCidrBlock = "10.2.0.0/16", GatewayId = "vgw-9" },
                    { DestinationPrefixListId = "pl-1", GatewayId = "vpce-9" },
                    { DestinationCidrBlock = "10.3.0.0/16", InstanceId = "i-9" } } } },
        }, nil, true)
        assert.same({
            "info unknown_id RouteTables[0].Routes[5].InstanceId names i-9, which is not in the data",
            "info unknown_id RouteTables[0].Routes[1].GatewayId names igw-9, which is not in the data",
            "info unknown_id RouteTables[0].Routes[3].GatewayId names vgw-9, which is not in the data",
            "info unknown_id RouteTables[0].Routes[4].GatewayId names vpce-9, which is not in the data",
            "info unknown_id RouteTables[0].Associations[0].GatewayId names igw-8, which is not in the data",
        }, lines)
    end)

    -- Semantics 1.2, 1.3
    it("judges the blocks of VPCs", function()
        local function vpc(id, ...)
            local set = {}
            for i, block in ipairs { ... } do
                set[i] = { CidrBlock = block, CidrBlockState = { State = "associated" } }
            end
            return { VpcId = id, CidrBlock = (...), CidrBlockAssociationSet = set }
        end
        local lines = complaints { Vpcs = {
            vpc("vpc-1", "10.0.0.0/15"),
            vpc("vpc-2", "172.16.0.0/16", "10.2.0.0/16", "172.18.0.0/16", "100.64.0.0/16"),
            vpc("vpc-3", "10.1.0.0/16", "10.0.0.0/16"),
            vpc("vpc-4", "10.4.0.0/16", "10.4.1.0/24"),
            vpc("vpc-5", "169.254.0.0/16"),
            { VpcId = "vpc-6", CidrBlock = "10.5.0.0/16", CidrBlockAssociationSet = {
                { CidrBlock = "10.5.0.0/16" },
                { CidrBlock = "192.168.0.0/16", CidrBlockState = { State = "disassociated" } } } },
            { VpcId = "vpc-7", CidrBlock = "10.6.0.0/16",
                Ipv6CidrBlockAssociationSet = { { Ipv6CidrBlock = "2001:db8::/56" },
                    { Ipv6CidrBlock = "2001:db8:1::/49" } } },
        } }
        assert.same({
            "warning InvalidVpc.Range Vpcs[0].CidrBlockAssociationSet[0].CidrBlock 10.0.0.0/15 has a "
                .. "size or range that no VPC can have",
            "warning VPC_CIDR_RESTRICTED Vpcs[1].CidrBlockAssociationSet[1].CidrBlock 10.2.0.0/16 is "
                .. "restricted in a VPC whose primary block is 172.16.0.0/16",
            "warning VPC_CIDR_RESTRICTED Vpcs[2].CidrBlockAssociationSet[1].CidrBlock 10.0.0.0/16 is "
                .. "restricted in a VPC whose primary block is 10.1.0.0/16",
            "warning InvalidVpc.Range Vpcs[3].CidrBlockAssociationSet[1].CidrBlock 10.4.1.0/24 "
                .. "overlaps 10.4.0.0/16 of the same VPC",
            "warning InvalidVpc.Range Vpcs[4].CidrBlockAssociationSet[0].CidrBlock 169.254.0.0/16 has "
                .. "a size or range that no VPC can have",
            "warning InvalidVpc.Range Vpcs[6].Ipv6CidrBlockAssociationSet[1].Ipv6CidrBlock "
                .. "2001:db8:1::/49 has a size or range that no VPC can have",
        }, lines)
    end)

    -- Semantics 2
    it("judges the blocks of subnets and the addresses in them", function()
        local lines = complaints {
            Vpcs = { { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16" }, { VpcId = "vpc-b", CidrBlock = "10.0.0.0/16" } },
            Subnets = {
                { SubnetId = "subnet-1", VpcId = "vpc-a", CidrBlock = "10.0.0.0/24" },
                { SubnetId = "subnet-2", VpcId = "vpc-a", CidrBlock = "10.0.0.128/25" },
                { SubnetId = "subnet-3", VpcId = "vpc-a", CidrBlock = "10.1.0.0/24" },
                { SubnetId = "subnet-4", VpcId = "vpc-a", CidrBlock = "10.0.1.0/29" },
                { SubnetId = "subnet-5", VpcId = "vpc-b", CidrBlock = "10.0.0.0/24" },
                { SubnetId = "subnet-6", VpcId = "vpc-a", CidrBlock = "10.0.0.192/26" },
            },
            NetworkInterfaces = { { NetworkInterfaceId = "eni-1", VpcId = "vpc-a", SubnetId = "subnet-1",
                PrivateIpAddresses = { { PrivateIpAddress = "10.0.0.4", Primary = true },
                    { PrivateIpAddress = "10.0.0.3" }, { PrivateIpAddress = "10.0.9.9" } } } },
        }
        assert.same({
            "warning InvalidSubnet.Conflict Subnets[1].CidrBlock 10.0.0.128/25 overlaps 10.0.0.0/24 of subnet-1",
            "warning InvalidSubnet.Conflict Subnets[5].CidrBlock 10.0.0.192/26 overlaps 10.0.0.0/24 of subnet-1",
            "warning InvalidSubnet.Range Subnets[3].CidrBlock 10.0.1.0/29 has a size that no subnet can have",
            "warning InvalidSubnet.Range Subnets[2].CidrBlock 10.1.0.0/24 lies in no block of its VPC",
            "warning InvalidParameterValue NetworkInterfaces[0].PrivateIpAddresses[1].PrivateIpAddress "
                .. "10.0.0.3 is reserved in the subnet's block 10.0.0.0/24",
            "warning InvalidParameterValue NetworkInterfaces[0].PrivateIpAddresses[2].PrivateIpAddress "
                .. "10.0.9.9 is outside of the subnet's block 10.0.0.0/24",
        }, lines)
    end)

    local function peering(id, code, accepter)
        return { VpcPeeringConnectionId = id, Status = { Code = code },
            RequesterVpcInfo = { VpcId = "vpc-a" }, AccepterVpcInfo = accepter }
    end

    -- Semantics 5.11
    it("reports live peering connections over overlapping blocks", function()
        local lines = complaints {
            Vpcs = { { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16" },
                { VpcId = "vpc-b", CidrBlock = "10.0.128.0/17" },
                { VpcId = "vpc-c", CidrBlock = "10.1.0.0/16" } },
            VpcPeeringConnections = {
                peering("pcx-1", "active", { VpcId = "vpc-b" }),
                peering("pcx-2", "deleted", { VpcId = "vpc-b" }),
                peering("pcx-3", "active", { VpcId = "vpc-c" }),
                peering("pcx-4", "pending-acceptance", { VpcId = "vpc-z", CidrBlock = "10.0.0.0/24" }),
            },
        }
        assert.same({
            "error PCX_OVERLAPPING_CIDRS VpcPeeringConnections[0] joins VPCs whose blocks 10.0.0.0/16 "
                .. "and 10.0.128.0/17 overlap, which AWS never allows",
            "error PCX_OVERLAPPING_CIDRS VpcPeeringConnections[3] joins VPCs whose blocks 10.0.0.0/16 "
                .. "and 10.0.0.0/24 overlap, which AWS never allows",
        }, lines)
    end)

    -- Semantics D54
    it("derives account and Region from the first that knows", function()
        local _, net = complaints({
            Vpcs = { { VpcId = "vpc-a" }, { VpcId = "vpc-b" }, { VpcId = "vpc-c" },
                { VpcId = "vpc-d", Region = "sa-east-1" } },
            Subnets = {
                { SubnetId = "subnet-a", VpcId = "vpc-a", AvailabilityZone = "us-west-2-lax-1a" },
                { SubnetId = "subnet-b", VpcId = "vpc-b", AvailabilityZone = "eu-central-1b",
                    OwnerId = "999999999999" },
                { SubnetId = "subnet-c", VpcId = "vpc-c" },
                { SubnetId = "subnet-d", VpcId = "vpc-d" },
            },
            VpcPeeringConnections = { { VpcPeeringConnectionId = "pcx-1", Status = { Code = "active" },
                RequesterVpcInfo = { VpcId = "vpc-a", OwnerId = "111111111111", Region = "us-east-1" },
                AccepterVpcInfo = { VpcId = "vpc-d", OwnerId = "444444444444", Region = "us-east-1" } } },
            SecurityGroups = { { GroupId = "sg-a", VpcId = "vpc-a" } },
        }, { owner_id = "777777777777", region = "ap-south-1" })
        local function identity(id)
            local object = net:get(id)
            return object.owner_id .. " " .. object.region
        end
        assert.equal("111111111111 us-east-1", identity "vpc-a") -- the connection
        assert.equal("777777777777 eu-central-1", identity "vpc-b") -- options; the zone of its subnet
        assert.equal("777777777777 ap-south-1", identity "vpc-c") -- options
        assert.equal("444444444444 sa-east-1", identity "vpc-d") -- itself before the connection
        assert.equal("111111111111 us-west-2", identity "subnet-a") -- its zone before its VPC
        assert.equal("999999999999 eu-central-1", identity "subnet-b")
        assert.equal("444444444444 sa-east-1", identity "subnet-d") -- its VPC
        assert.equal("111111111111 us-east-1", identity "sg-a")
    end)

    it("uses placeholders where nothing tells", function()
        local _, net = complaints {
            Vpcs = { { VpcId = "vpc-a" } },
            VpcPeeringConnections = { peering("pcx-1", "active", { VpcId = "vpc-b" }) },
        }
        assert.equal("000000000000", net:get("vpc-a").owner_id)
        assert.equal("unknown", net:get("vpc-a").region)
        local text = net:describe_json()
        assert.equal(text, assert(vpcpeer.load_json(text)):describe_json())
    end)

    -- Semantics 11.1.5
    it("gives an instance without interfaces one of its own", function()
        local document = {
            Vpcs = { { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16" } },
            Subnets = { { SubnetId = "subnet-1", VpcId = "vpc-a", CidrBlock = "10.0.0.0/24" } },
            SecurityGroups = { { GroupId = "sg-1", VpcId = "vpc-a" } },
            Reservations = { { ReservationId = "r-1", OwnerId = "111111111111", Instances = {
                { InstanceId = "i-1", VpcId = "vpc-a", SubnetId = "subnet-1", PrivateIpAddress = "10.0.0.10",
                    PublicIpAddress = "198.51.100.1", SourceDestCheck = false, State = { Name = "running" },
                    SecurityGroups = { { GroupId = "sg-1" } } },
                { InstanceId = "i-2", State = { Name = "terminated" } },
            } } },
        }
        local lines, net = complaints(document)
        assert.same({}, lines)
        local eni = net:get("eni-of-i-1")
        assert.equal("10.0.0.10", eni.private_ip_address)
        assert.equal("198.51.100.1", eni.private_ip_addresses[1].association.public_ip)
        assert.equal("sg-1", eni.groups[1].group_id)
        assert.equal("i-1", eni.attachment.instance_id)
        assert.is_false(eni.source_dest_check)
        assert.is_nil(net:get("eni-of-i-2"))
        local text = net:describe_json()
        assert.equal(text, assert(vpcpeer.load_json(text)):describe_json())
    end)

    it("takes absent, null and empty text for the same", function()
        local net = assert(vpcpeer.load_json [[{"Vpcs":[{"VpcId":"vpc-a","CidrBlock":null,"State":"","Tags":{}}],
            "Subnets":null,"RouteTables":{},"NextToken":null}]])
        assert.same({}, net:diagnostics())
        assert.is_nil(net:get("vpc-a").cidr_block)
    end)

    it("reads attributes of a VPC and entries of a prefix list, which stand in no list", function()
        local net = assert(vpcpeer.load_tables { VpcId = "vpc-a", EnableDnsHostnames = { Value = true } })
        assert.is_true(net:get("vpc-a").enable_dns_hostnames)
        local entries = { Entries = { { Cidr = "10.0.0.0/8" }, { Cidr = "bad" } } }
        assert.is_nil((vpcpeer.load_tables(entries)))
        net = assert(vpcpeer.load_tables(entries, { prefix_list_id = "pl-1" }))
        assert.same({ "10.0.0.0/8" }, net:describe("prefix-lists").PrefixLists[1].Cidrs)
        entries.PrefixListId = "pl-2"
        assert.is_not_nil(assert(vpcpeer.load_tables(entries)):get("pl-2"))
    end)

    it("does not change the tables of a host", function()
        local document = { Reservations = { { ReservationId = "r-1", OwnerId = "1", Instances = { { InstanceId = "i-1",
            VpcId = "vpc-a", NetworkInterfaces = { { NetworkInterfaceId = "eni-1" } } } } } } }
        assert(vpcpeer.load_tables(document))
        local instance = document.Reservations[1].Instances[1]
        assert.is_nil(instance.OwnerId)
        assert.same({ NetworkInterfaceId = "eni-1" }, instance.NetworkInterfaces[1])
    end)

    it("fails on the first warning when it is strict", function()
        local net, message, code = vpcpeer.load_json('{"Vpcs":[{"VpcId":"vpc-a","CidrBlock":"10.0.0.0/33"}]}',
            { strict = true })
        assert.is_nil(net)
        assert.equal("invalid_cidr", code)
        assert.equal('Vpcs[0].CidrBlock "10.0.0.0/33": the prefix length is over 32', message)
        assert.is_not_nil(vpcpeer.load_json('{"Vpcs":[],"Buckets":[]}', { strict = true }))
    end)

    -- A value of another type or shape than the one that stands there.
    local function odd_value(random)
        local values = { false, true, -1, 2.5, 1e300, "", "x", "10.0.0.0/8", "\255", {}, { {} }, { "x" },
            { a = 1 }, { [3] = 1 }, io.stdout, print, math.huge, ("x"):rep(5000) }
        return values[random(#values) + 1]
    end

    -- A copy of a document in which one value in `rarity` is another.
    local function damaged(value, random, rarity)
        if random(rarity) == 0 then
            return odd_value(random)
        elseif type(value) ~= "table" then
            return value
        end
        local copy = {}
        for key, item in pairs(value) do
            copy[key] = damaged(item, random, rarity)
        end
        return copy
    end

    -- Numbers from 0 to n - 1 of a seed that is printed.
    local function seeded()
        local seed = os.time()
        print("damage seed " .. seed)
        local state = seed % 2147483647
        return function(n)
            state = (state * 16807) % 2147483647
            return state % n
        end
    end

    it("never raises in questions about what is left of gateways, endpoints and zones", function()
        local document = assert(require("vpcpeer.json").decode(shell.read "spec/cli/input/gateways/network.json"))
        local random, asked, answered = seeded(), 0, 0
        for round = 1, 150 do
            local copy = {}
            for key, list in pairs(document) do
                copy[key] = damaged(list, random, 20 + round)
            end
            local net = vpcpeer.load_tables(copy)
            for _, to in ipairs(net and { "queue", "vpce-s3", "52.216.8.8", "sqs.us-east-1.amazonaws.com",
                "web.app.internal", "198.51.100.7" } or {}) do
                local trace = net:trace { from = "eni-web", to = to }
                asked, answered = asked + 1, answered + (trace and 1 or 0)
                if net:get "vpc-app" then net:resolve(to, { from = "vpc-app" }) end
            end
            local text = net and net:describe_json()
            if text then
                local again = assert(vpcpeer.load_json(text)):describe_json()
                assert.is_true(again == assert(vpcpeer.load_json(again)):describe_json(), "round " .. round)
            end
        end
        assert.is_true(asked > 500 and answered > asked / 2)
    end)

    it("never raises, whatever a document holds", function()
        local json = require "vpcpeer.json"
        local random = seeded()
        local documents = {}
        for _, name in ipairs { "vpcs", "subnets", "routing", "instances" } do
            documents[#documents + 1] = assert(json.decode(shell.read("spec/cli/input/two-vpcs/" .. name .. ".json")))
        end
        local loaded = 0
        for round = 1, 150 do
            local document = {}
            for _, part in ipairs(documents) do
                for key, list in pairs(part) do
                    document[key] = damaged(list, random, 10 + round)
                end
            end
            local net = vpcpeer.load_tables(document)
            if net then
                loaded = loaded + 1
                local text = net:describe_json()
                local again = assert(vpcpeer.load_json(text)):describe_json()
                assert.is_true(again == assert(vpcpeer.load_json(again)):describe_json(), "round " .. round)
            end
        end
        assert.is_true(loaded > 100)
    end)
end)
