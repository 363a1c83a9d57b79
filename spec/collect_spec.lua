-- The script that `vpcpeer collect` prints, run against a stand-in for the AWS CLI that knows one account.

local json = require "vpcpeer.json"
local shell = require "support.shell"
local vpcpeer = require "vpcpeer"

-- The stand-in answers a call with the file that is named by the sum of its words; what nobody prepared is refused,
-- as AWS refuses a call that is not allowed. Every call is written down.
local STAND_IN = [[
#!/bin/sh
echo "$*" >>"$ANSWERS/calls"
name=$(printf '%s' "$*" | md5sum | cut -c 1-32)
if [ -f "$ANSWERS/$name" ]; then
    cat "$ANSWERS/$name"
else
    echo "AccessDenied: $*" >&2
    exit 254
fi
]]

local function network()
    local net = vpcpeer.network()
    local app = net:create_vpc { vpc_id = "vpc-app", cidr_block = "172.16.0.0/16", tags = { Name = "app" } }
    local data = net:create_vpc { vpc_id = "vpc-data", cidr_block = "10.0.0.0/16" }
    data:modify_attribute { enable_dns_hostnames = true }
    local app_a = app:create_subnet { cidr_block = "172.16.0.0/24", availability_zone = "us-east-1a" }
    local data_a = data:create_subnet { cidr_block = "10.0.0.0/24", availability_zone = "us-east-1a" }
    local pcx = net:create_vpc_peering_connection { vpc_id = app, peer_vpc_id = data }
    pcx:accept()
    local list = net:create_managed_prefix_list {
        prefix_list_id = "pl-1", prefix_list_name = "apps", address_family = "IPv4", max_entries = 5,
        entries = { { cidr = "172.16.0.0/24" } },
    }
    app.main_route_table:create_route { destination_cidr_block = data.cidr_block, vpc_peering_connection_id = pcx }
    data.main_route_table:create_route { destination_prefix_list_id = list, vpc_peering_connection_id = pcx }
    local gateway = net:create_transit_gateway {}
    gateway:create_vpc_attachment { vpc_id = app, subnet_ids = { app_a } }
    gateway:create_vpc_attachment { vpc_id = data, subnet_ids = { data_a } }
    local group = data:create_security_group { group_name = "db" }
    group:authorize_ingress { ip_protocol = "tcp", from_port = 5432, to_port = 5432, cidr_ip = app.cidr_block }
    app_a:run_instance { instance_id = "i-web", private_ip_address = "172.16.0.10", tags = { Name = "web" } }
    data_a:run_instance {
        instance_id = "i-db", private_ip_address = "10.0.0.10", security_group_ids = { group }, tags = { Name = "db" },
    }
    return net
end

-- What AWS would print for a describe call: of kinds that are shown here in other words than AWS's, AWS's.
local function answer_of(net, kind)
    local document = net:describe(kind)
    if kind == "vpcs" then
        for _, vpc in ipairs(document.Vpcs) do
            vpc.EnableDnsSupport, vpc.EnableDnsHostnames, vpc.Region = nil, nil, nil
        end
    end
    return json.encode(document, 4)
end

describe("vpcpeer collect #once", function()
    local folder, script

    local function file_of(call)
        return folder .. "/answers/"
            .. shell.must("printf '%s' " .. shell.quote(call) .. " | md5sum | cut -c 1-32"):gsub("\n", "")
    end

    local function prepare(call, text)
        shell.write(file_of(call), text)
    end

    -- Answers to every call that the script makes.
    local function prepare_all(net)
        local region = "--region us-east-1 "
        prepare(region .. "sts get-caller-identity --query Account --output text", "111111111111\n")
        for kind in script:gmatch("save [%w-]+ describe%-([%w-]+)\n") do
            local ok, text = pcall(answer_of, net, kind)
            assert(ok, text)
            prepare(region .. "ec2 describe-" .. kind .. " --output json", text)
        end
        local vpcs = net:describe("vpcs").Vpcs
        prepare(region .. "ec2 describe-vpcs --query Vpcs[].VpcId --output text",
            vpcs[1].VpcId .. "\t" .. vpcs[2].VpcId .. "\n")
        for _, vpc in ipairs(vpcs) do
            for _, attribute in ipairs { "Support", "Hostnames" } do
                prepare(region .. "ec2 describe-vpc-attribute --vpc-id " .. vpc.VpcId .. " --attribute enableDns"
                    .. attribute .. " --output json",
                    json.encode({ VpcId = vpc.VpcId, ["EnableDns" .. attribute] = vpc["EnableDns" .. attribute] }, 4))
            end
        end
        local list = net:describe("prefix-lists").PrefixLists[1]
        prepare(region .. "ec2 describe-managed-prefix-lists --query PrefixLists[].PrefixListId --output text",
            list.PrefixListId .. "\n")
        prepare(region .. "ec2 get-managed-prefix-list-entries --prefix-list-id pl-1 "
            .. "--query {PrefixListId:'pl-1',Entries:Entries} --output json",
            json.encode({ PrefixListId = "pl-1", Entries = { { Cidr = list.Cidrs[1] } } }, 4))
        local id = net:describe("transit-gateway-route-tables").TransitGatewayRouteTables[1].TransitGatewayRouteTableId
        local of_table = " --transit-gateway-route-table-id " .. id
        local query = " --query {TransitGatewayRouteTableId:'" .. id .. "',"
        prepare(region .. "ec2 describe-transit-gateway-route-tables --query "
            .. "TransitGatewayRouteTables[].TransitGatewayRouteTableId --output text", id .. "\n")
        local attachments, routes = net:describe("transit-gateway-vpc-attachments").TransitGatewayVpcAttachments, {}
        local rows = {}
        for i, attachment in ipairs(attachments) do
            rows[i] = {
                TransitGatewayAttachmentId = attachment.TransitGatewayAttachmentId,
                ResourceId = attachment.VpcId, ResourceType = "vpc", State = "associated",
            }
            routes[i] = {
                DestinationCidrBlock = net:get(attachment.VpcId).cidr_block, Type = "propagated", State = "active",
                TransitGatewayAttachments = { rows[i] },
            }
        end
        prepare(region .. "ec2 get-transit-gateway-route-table-associations" .. of_table .. query
            .. "Associations:Associations} --output json",
            json.encode({ TransitGatewayRouteTableId = id, Associations = rows }, 4))
        prepare(region .. "ec2 search-transit-gateway-routes" .. of_table
            .. " --filters Name=state,Values=active,blackhole" .. query
            .. "Routes:Routes,AdditionalRoutesAvailable:AdditionalRoutesAvailable} --output json",
            json.encode({ TransitGatewayRouteTableId = id, Routes = routes, AdditionalRoutesAvailable = false }, 4))
        for _, row in ipairs(rows) do
            row.State = "enabled"
        end
        prepare(region .. "ec2 get-transit-gateway-route-table-propagations" .. of_table .. query
            .. "TransitGatewayRouteTablePropagations:TransitGatewayRouteTablePropagations} --output json",
            json.encode({ TransitGatewayRouteTableId = id, TransitGatewayRouteTablePropagations = rows }, 4))
    end

    local function collect()
        return shell.run(("cd %s && PATH=%s:$PATH ANSWERS=%s/answers sh collect.sh 'a dump'"):format(
            folder, folder, folder))
    end

    before_each(function()
        folder = shell.temporary_folder()
        shell.must("mkdir " .. folder .. "/answers")
        shell.write(folder .. "/aws", STAND_IN)
        shell.must("chmod +x " .. folder .. "/aws")
        script = shell.must(shell.interpreter() .. " lua/vpcpeer/cli/vpcpeer collect --region us-east-1")
        shell.write(folder .. "/collect.sh", script)
    end)

    after_each(function()
        shell.remove(folder)
    end)

    local function rows_of(net)
        local lines = {}
        for row in net:connectivity {} do
            lines[#lines + 1] = row.from .. " " .. row.to .. " " .. vpcpeer.services_text(row.services)
        end
        return lines
    end

    it("makes a dump that loads without a diagnostic and answers as the account would", function()
        local net = network()
        prepare_all(net)
        local status, said = collect()
        assert.equal(0, status, said)
        local loaded = assert(vpcpeer.load(folder .. "/a dump"))
        assert.same({}, loaded:diagnostics())
        local rows = rows_of(net)
        assert.is_true(#rows > 0)
        assert.same(rows, rows_of(loaded))
        assert.equal("us-east-1", loaded:get("vpc-app").region)
        assert.equal("111111111111", loaded:get("vpc-app").owner_id)
        assert.same(net:describe("vpcs").Vpcs, loaded:describe("vpcs").Vpcs)
    end)

    it("names what it may not see, collects the rest, and ends with 1", function()
        prepare_all(network())
        shell.must("rm " .. file_of "--region us-east-1 ec2 describe-addresses --output json")
        local status, said = collect()
        assert.equal(1, status)
        assert.is_truthy(said:find("not collected: a dump/111111111111/us-east-1/addresses.json", 1, true), said)
        assert.equal(0, (shell.run("test -e '" .. folder .. "/a dump/111111111111/us-east-1/instances.json'")))
        assert.not_equal(0, (shell.run("ls '" .. folder
            .. "/a dump/111111111111/us-east-1/' | grep -q 'addresses\\|part'")))
    end)

    it("only reads", function()
        prepare_all(network())
        collect()
        for call in shell.read(folder .. "/answers/calls"):gmatch("[^\n]+") do
            assert.is_truthy(call:find(" describe-", 1, true) or call:find(" get-", 1, true)
                or call:find(" search-", 1, true), call)
        end
    end)

    it("says which account it cannot enter, and goes on to the next", function()
        local status, said = collect()
        assert.equal(1, status)
        assert.is_truthy(said:find("no account", 1, true), said)
    end)
end)
