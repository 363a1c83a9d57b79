-- Loading files and folders: what is found, what cannot be read, what depends on the place.

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
        put("subnets.json", [[{"Subnets":[{"SubnetId":"subnet-1","VpcId":"vpc-a"},
            {"SubnetId":"subnet-2","VpcId":"vpc-b"},{"SubnetId":"subnet-3","VpcId":"vpc-a"}]}]])
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

    it("says so where it does not look farther, and leaves nothing out in silence", function()
        local files = require "vpcpeer.files"
        put(("deep/"):rep(files.MAX_DEPTH) .. "vpcs.json", VPCS)
        fails(folder, nil, "limit", "deep: folders are nested deeper than 32 levels")
        assert(vpcpeer.load(folder .. "/deep"))
        local most = files.MAX_FILES
        files.MAX_FILES = 1
        put("few/one.json", VPCS)
        local one = vpcpeer.load(folder .. "/few")
        put("few/two.json", VPCS)
        local two, _, code = vpcpeer.load(folder .. "/few")
        files.MAX_FILES = most
        assert.same({ true, nil, "limit" }, { one ~= nil, two, code })
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
        fails(folder .. "/empty.json", nil, "invalid_json", "/empty%.json: byte offset 0: the document is empty")
        put("other.json", '{"Buckets":[]}')
        fails(folder .. "/other.json", nil, "nothing_known", "/other%.json: nothing in it")
        fails("net.lua", nil, "not_found", "net%.lua: no such file or folder")
        put("plan.json", '{"format_version":"1.2","terraform_version":"1.5.0","planned_values":{}}')
        fails(folder .. "/plan.json", nil, "nothing_known", "/plan%.json: no Terraform document")
        put("state.json", '{"version":3,"terraform_version":"0.11.14","modules":[]}')
        fails(folder .. "/state.json", nil, "unsupported_version", "/state%.json: .*version 3 .*terraform show %-json")
    end)

    it("says that nothing is known only when that is so in all input", function()
        put("one.json", '{"Buckets":[]}')
        put("two.json", '{"CarrierGateways":[]}')
        fails(folder, nil, "nothing_known", "nothing in it")
        put("three.json", '{"Vpcs":[]}')
        local net = assert(vpcpeer.load(folder))
        assert.same({ "info Buckets is no key of a describe document",
            "info CarrierGateways is not part of the model" }, (function()
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
        put("plan.json", '{"version":3,"terraform_version":"0.11.14"}')
        put("vpcs.json", VPCS)
        local net = assert(vpcpeer.load(folder))
        local list = net:diagnostics()
        assert.same({ "warning", "invalid_json", "bad.json" },
            { list[1].severity, list[1].code, list[1].file })
        assert.matches("byte offset 3", list[1].message)
        assert.same({ "warning", "unsupported_version", "plan.json" },
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
            { "x", { trusted = 1 }, "option 'trusted' must be a boolean, not number" },
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
            local net, message = vpcpeer.load(dumps .. "/" .. name)
            assert(net, message)
            local text = net:describe_json()
            local again = assert(vpcpeer.load_json(text)):describe_json()
            assert.is_true(text == again, name)
            count = count + 1
        end
        assert.is_true(count > 10)
    end)
end)
