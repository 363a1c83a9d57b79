-- Loading: files and folders, text, tables; what is kept, what is said about it, what comes out.

local shell = require "support.shell"
local vpcpeer = require "vpcpeer"

local VPCS = '{"Vpcs":[{"VpcId":"vpc-a","CidrBlock":"10.0.0.0/16"}]}'

describe("vpcpeer.load", function()
    local folder

    before_each(function()
        folder = shell.temporary_folder()
    end)
    after_each(function()
        shell.remove(folder)
    end)

    local function put(name, text)
        local parent = name:match("^(.*)/")
        if parent then
            shell.must("mkdir -p " .. shell.quote(folder .. "/" .. parent))
        end
        shell.write(folder .. "/" .. name, text)
    end

    local function fails(path, options, code, pattern)
        local net, message, got = vpcpeer.load(path, options)
        assert.is_nil(net)
        assert.equal(code, got)
        assert.matches(pattern, message)
    end

    it("reads a file, whatever it is called", function()
        put("dump.txt", VPCS)
        local net = assert(vpcpeer.load(folder .. "/dump.txt"))
        assert.equal("10.0.0.0/16", net:get("vpc-a").cidr_block)
        assert.same({}, net:diagnostics())
    end)

    it("searches folders, in a defined order, for JSON only", function()
        put("b/z.json", '{"Vpcs":[{"VpcId":"vpc-a","CidrBlock":"10.1.0.0/16"}]}')
        put("a.JSON", VPCS)
        put("b/deep/er/y.json", '{"Vpcs":[{"VpcId":"vpc-b","CidrBlock":"10.2.0.0/16"}]}')
        put("notes.md", "no JSON")
        put(".git/x.json", "no JSON")
        local net = assert(vpcpeer.load(folder))
        assert.equal("10.1.0.0/16", net:get("vpc-a").cidr_block)
        assert.is_not_nil(net:get("vpc-b"))
        local list = net:diagnostics()
        assert.equal(1, #list)
        assert.same({ "info", "redefined", "vpc-a", "b/z.json", "Vpcs[0]" },
            { list[1].severity, list[1].code, list[1].resource_id, list[1].file, list[1].path })
    end)

    it("takes several paths", function()
        put("one/vpcs.json", VPCS)
        put("two.json", '{"Subnets":[{"SubnetId":"subnet-a","VpcId":"vpc-x","CidrBlock":"10.0.0.0/24"}]}')
        local net = assert(vpcpeer.load { folder .. "/one/", folder .. "/two.json" })
        assert.equal(folder .. "/two.json", net:diagnostics()[1].file)
        assert.is_not_nil(net:get("vpc-a"))
    end)

    it("says once that all objects of a kind are missing", function()
        put("subnets.json", [[{"Subnets":[{"SubnetId":"subnet-1","VpcId":"vpc-a"},{"SubnetId":"subnet-2","VpcId":"vpc-b"},
            {"SubnetId":"subnet-3","VpcId":"vpc-a"}]}]])
        local list = assert(vpcpeer.load(folder)):diagnostics()
        assert.equal(1, #list)
        assert.same({ "warning", "unknown_id", "subnet-1", "subnets.json", "Subnets[0].VpcId",
            "names vpc-a, which is not in the data (and 2 more like it)" }, { list[1].severity, list[1].code,
            list[1].resource_id, list[1].file, list[1].path, list[1].message })
    end)

    it("ends at links that lead back", function()
        put("vpcs.json", VPCS)
        shell.must(("ln -s . %s/loop; mkdir %s/in; ln -s .. %s/in/back"):format(folder, folder, folder))
        local net = assert(vpcpeer.load(folder))
        assert.same({}, net:diagnostics())
    end)

    it("refuses what it cannot read, with a code", function()
        fails(folder .. "/none", nil, "not_found", "/none: no such file or folder")
        fails(folder, nil, "empty", "holds no JSON file")
        fails({}, nil, "empty", "no path")
        put("bad.json", '{"Vpcs":[}')
        fails(folder .. "/bad.json", nil, "invalid_json", "/bad%.json: byte offset 9: ")
        put("latin.json", '{"Vpcs":[{"VpcId":"vpc-\233"}]}')
        fails(folder .. "/latin.json", nil, "invalid_utf8", "/latin%.json: byte offset 23: the byte 0xe9")
        put("empty.json", "")
        fails(folder .. "/empty.json", nil, "invalid_json", "byte offset 0")
        put("other.json", '{"Buckets":[]}')
        fails(folder .. "/other.json", nil, "nothing_known", "/other%.json: nothing in it")
        fails("net.lua", nil, "unsupported", "net%.lua: topology scripts")
        put("plan.json", '{"format_version":"1.2","terraform_version":"1.5.0","planned_values":{}}')
        fails(folder .. "/plan.json", nil, "unsupported", "/plan%.json: Terraform")
    end)

    it("says that nothing is known only when that is so in all input", function()
        put("one.json", '{"Buckets":[]}')
        put("two.json", '{"NatGateways":[]}')
        fails(folder, nil, "nothing_known", "nothing in it")
        put("three.json", '{"Vpcs":[]}')
        local net = assert(vpcpeer.load(folder))
        assert.same({ "info Buckets is no key of a describe document",
            "info NatGateways is not part of the model" }, (function()
            local lines = {}
            for i, d in ipairs(net:diagnostics()) do
                assert.equal("unknown_kind", d.code)
                lines[i] = d.severity .. " " .. d.path .. " " .. d.message
            end
            return lines
        end)())
    end)

    it("keeps the rest of a folder in which a file is bad", function()
        put("bad.json", "[1,")
        put("plan.json", '{"format_version":"1.2","terraform_version":"1.5.0"}')
        put("vpcs.json", VPCS)
        local net = assert(vpcpeer.load(folder))
        local list = net:diagnostics()
        assert.same({ "warning", "invalid_json", "bad.json" },
            { list[1].severity, list[1].code, list[1].file })
        assert.matches("byte offset 3", list[1].message)
        assert.same({ "warning", "unsupported", "plan.json" },
            { list[2].severity, list[2].code, list[2].file })
        fails(folder, { strict = true }, "invalid_json", "^bad%.json: byte offset 3")
    end)

    it("takes account and Region from folder names", function()
        put("accounts/111111111111/eu-west-1/vpcs.json", VPCS)
        put("accounts/222222222222/us-gov-west-1/vpcs.json",
            '{"Vpcs":[{"VpcId":"vpc-b","CidrBlock":"10.1.0.0/16"},{"VpcId":"vpc-c","OwnerId":"333333333333"}]}')
        local net = assert(vpcpeer.load(folder))
        local function identity(id)
            local vpc = net:get(id)
            return vpc.owner_id .. " " .. vpc.region
        end
        assert.equal("111111111111 eu-west-1", identity "vpc-a")
        assert.equal("222222222222 us-gov-west-1", identity "vpc-b")
        assert.equal("333333333333 us-gov-west-1", identity "vpc-c")
    end)

    it("prefers an interface's own description to the copy in its instance", function()
        put("a-instances.json", [[{"Reservations":[{"ReservationId":"r-1","OwnerId":"111111111111","Instances":[
            {"InstanceId":"i-1","VpcId":"vpc-a","NetworkInterfaces":[
                {"NetworkInterfaceId":"eni-1","Description":"copy"},
                {"NetworkInterfaceId":"eni-2","Description":"only here","Attachment":{"DeviceIndex":1}}]}]}]}]])
        put("b-interfaces.json", [[{"NetworkInterfaces":[{"NetworkInterfaceId":"eni-1","VpcId":"vpc-a",
            "Description":"own","Attachment":{"InstanceId":"i-1","DeviceIndex":0}}]}]])
        put("c.json", VPCS)
        local net = assert(vpcpeer.load(folder))
        assert.equal("own", net:get("eni-1").description)
        local second = net:get("eni-2")
        assert.equal("only here", second.description)
        assert.equal("vpc-a", second.vpc_id)
        assert.equal("i-1", second.attachment.instance_id)
        assert.equal("111111111111", net:get("i-1").owner_id)
        assert.same({}, net:diagnostics())
    end)

    it("leaves no global behind, also where globals are forbidden", function()
        put("vpcs.json", VPCS)
        local status, text = shell.run(([[%s -e '
            setmetatable(_G, { __newindex = function(_, name) error("write of " .. name) end })
            local net = assert(require("vpcpeer").load(%q))
            assert(rawget(_G, "lfs") == nil)
            assert(package.loaded.lfs and package.loaded.cjson)
            print(net)']]):format(shell.interpreter(), folder))
        assert.equal(0, status, text)
        assert.matches("^network %(1 VPCs", text)
    end)

    it("loads neither lua-cjson nor luafilesystem before they are needed", function()
        local text = shell.must(([[%s -e '
            local vpcpeer = require("vpcpeer")
            vpcpeer.load_tables { Vpcs = {} }
            print(package.loaded.cjson, package.loaded.lfs, package.loaded.argparse)']])
            :format(shell.interpreter()))
        assert.equal("nil\tnil\tnil\n", text)
    end)

    it("raises misuse at the caller's line", function()
        for _, case in ipairs {
            { 12, nil, "a path must be a string" },
            { { 1 }, nil, "path 1 must be a string" },
            { "x", { stict = true }, "unknown option 'stict' %(did you mean 'strict'%?%)" },
            { "x", { strict = "yes" }, "option 'strict' must be a boolean" },
            { "x", { trusted = true }, "option 'trusted' is not supported yet" },
            { "x", "strict", "options must be a table" },
        } do
            local ok, message = pcall(function()
                local net = vpcpeer.load(case[1], case[2])
                return net
            end)
            assert.is_false(ok)
            assert.matches(case[3], message)
        end
    end)

    it("reads the dumps of others, and what it wrote about them", function()
        local dumps = "../shared/data"
        if shell.run("test -d " .. dumps) ~= 0 then
            pending("there are no dumps beside the checkout")
            return
        end
        local count = 0
        for name in shell.must("ls " .. dumps):gmatch("[^\n]+") do
            local net, message, code = vpcpeer.load(dumps .. "/" .. name)
            if name:find("^terraform") then
                assert.equal("unsupported", code)
            else
                assert(net, message)
                local text = net:describe_json()
                local again = assert(vpcpeer.load_json(text)):describe_json()
                assert.is_true(text == again, name)
                count = count + 1
            end
        end
        assert.is_true(count > 10)
    end)
end)

describe("a lenient load", function()
    -- The diagnostics of a document as lines, infos left out.
    local function complaints(document, options)
        local line = require("vpcpeer.load").line
        local net = assert(vpcpeer.load_tables(document, options))
        local lines = {}
        for _, d in ipairs(net:diagnostics()) do
            if d.severity ~= "info" then
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
        assert.is_true(net:get("vpc-a").enable_dns_hostnames.value)
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
end)

describe("net:describe", function()
    local net

    before_each(function()
        net = assert(vpcpeer.load_tables {
            Vpcs = { { VpcId = "vpc-b", CidrBlock = "10.1.0.0/16" },
                { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16", Tags = { { Key = "Name", Value = "app" } } } },
            Subnets = { { SubnetId = "subnet-1", VpcId = "vpc-a", CidrBlock = "10.0.0.0/24" },
                { SubnetId = "subnet-2", VpcId = "vpc-b", CidrBlock = "10.1.0.0/24" } },
            Reservations = { { ReservationId = "r-1", OwnerId = "1",
                Instances = { { InstanceId = "i-2" }, { InstanceId = "i-1" } } },
                { ReservationId = "r-2", OwnerId = "1", Instances = { { InstanceId = "i-3" } } } },
        })
    end)

    local function ids(list, key)
        local found = {}
        for i, record in ipairs(list) do
            found[i] = record[key]
        end
        return table.concat(found, " ")
    end

    it("prints the document of a kind, in id order", function()
        assert.equal("vpc-a vpc-b", ids(net:describe("vpcs").Vpcs, "VpcId"))
        assert.same({}, net:describe("route-tables").RouteTables)
    end)

    it("puts instances into their reservations", function()
        local list = net:describe("instances").Reservations
        assert.equal("r-1 r-2", ids(list, "ReservationId"))
        assert.equal("i-1 i-2", ids(list[1].Instances, "InstanceId"))
        assert.is_nil(list[1].Instances[1].ReservationId)
        assert.equal("1", list[2].OwnerId)
    end)

    it("filters as AWS does", function()
        assert.equal("subnet-2", ids(net:describe("subnets", { ["vpc-id"] = "vpc-b" }).Subnets, "SubnetId"))
        assert.equal("subnet-1 subnet-2",
            ids(net:describe("subnets", { { Name = "vpc-id", Values = { "vpc-a", "vpc-b" } } }).Subnets, "SubnetId"))
        assert.equal("vpc-a", ids(net:describe("vpcs", { ["tag:Name"] = "a?p*" }).Vpcs, "VpcId"))
        assert.equal("", ids(net:describe("vpcs", { ["vpc-id"] = "vpc" }).Vpcs, "VpcId"))
    end)

    it("raises for an unknown kind and an unknown filter", function()
        for _, case in ipairs {
            { "vpc", nil, "unknown kind 'vpc' %(did you mean 'vpcs'%?%)" },
            { nil, nil, "the kind must be a string" },
            { "vpcs", { colour = "red" }, "colour" },
        } do
            local ok, message = pcall(function()
                local document = net:describe(case[1], case[2])
                return document
            end)
            assert.is_false(ok)
            assert.matches("load_spec%.lua:%d+: ", message)
            assert.matches(case[3], message)
        end
        assert.is_false(pcall(net.describe_json, net, "subnet"))
    end)

    it("prints text that loads into an equal model", function()
        local text = net:describe_json()
        assert.matches('^{\n    "Addresses": %[%],\n    "InternetGateways": %[%],', text)
        assert.equal(text, assert(vpcpeer.load_json(text)):describe_json())
        assert.matches('^{\n    "Vpcs": %[\n        {\n            "CidrBlock": "10%.0%.0%.0/16",',
            net:describe_json("vpcs"))
    end)
end)
