-- A model as the documents of the AWS CLI: kinds, filters, text that loads into an equal model.

local vpcpeer = require "vpcpeer"

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

    it("reports a closed network at the line that asked", function()
        net:close()
        for _, ask in ipairs {
            function() net:describe("vpcs") end,
            function() net:describe_json() end,
        } do
            local _, message = pcall(ask)
            assert.matches("^%S*describe_spec%.lua:%d+: the network is closed$", message)
        end
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
            assert.matches("describe_spec%.lua:%d+: ", message)
            assert.matches(case[3], message)
        end
        assert.is_false(pcall(net.describe_json, net, "subnet"))
    end)

    it("prints text that loads into an equal model", function()
        local text = net:describe_json()
        assert.matches('^{\n    "Addresses": %[%],\n    "CustomerGateways": %[%],\n    "EgressOnly', text)
        assert.equal(text, assert(vpcpeer.load_json(text)):describe_json())
        assert.matches('^{\n    "Vpcs": %[\n        {\n            "CidrBlock": "10%.0%.0%.0/16",',
            net:describe_json("vpcs"))
    end)
end)
