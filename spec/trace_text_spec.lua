-- What the printed trace says of less common hops and decisions.

local peered = require "support.peered"

local function lines_of(net, question)
    local lines = {}
    for line in (tostring(assert(net:trace(question))) .. "\n"):gmatch("(.-)\n") do
        lines[#lines + 1] = line
    end
    return lines
end

local function has_line(lines, wanted)
    for _, line in ipairs(lines) do
        if line == wanted then
            return true
        end
    end
    error("no line is: " .. wanted .. "\n" .. table.concat(lines, "\n"), 2)
end

describe("the printed trace", function()
    it("says that a network ACL denies", function()
        local net = peered.network(function(documents)
            table.insert(documents.NetworkAcls[2].Entries, 1, {
                RuleNumber = 50, Protocol = "6", RuleAction = "deny", Egress = false, CidrBlock = "172.16.0.0/16",
                PortRange = { From = 5432, To = 5432 },
            })
        end)
        has_line(lines_of(net, { from = "web", to = "db", port = 5432 }),
            "       network ACL acl-b rule 50 denies tcp 5432 from 172.16.0.0/16")
    end)

    it("names an address in a subnet once, with the address", function()
        local lines = lines_of(peered.network(), { from = "subnet-a=172.16.0.77", to = "db", port = 5432 })
        has_line(lines, "  1. 172.16.0.77 in subnet-a (app-a), vpc-a (app)")
        has_line(lines, "  3. 172.16.0.77 in subnet-a (app-a), vpc-a (app)")
    end)

    it("says that an address in a subnet is filtered by no group", function()
        local net = peered.network()
        local lines = lines_of(net, { from = "subnet-a", to = "subnet-a=172.16.0.77" })
        for _, address in ipairs { "172.16.0.4", "172.16.0.77" } do
            has_line(lines, "note: " .. address .. " stands for an interface of subnet-a (app-a) without security "
                .. "groups; only routes and network ACLs are tested there")
        end
        local trace = assert(net:trace { from = "web", to = "subnet-a=172.16.0.77" })
        assert.is_nil(trace.from.bare)
        assert.is_true(trace.to.bare)
    end)

    it("shows the sender's address although no address of the internet was found", function()
        local lines = lines_of(peered.network(), { from = "web", to = "internet" })
        has_line(lines, "  1. eni-web (web) 172.16.0.10, subnet-a (app-a), vpc-a (app)")
    end)

    it("does not say of an active connection that it carries nothing", function()
        local net = peered.network(function(documents)
            for _, route in ipairs(documents.RouteTables[1].Routes) do
                route.State = route.VpcPeeringConnectionId and "blackhole" or route.State
            end
        end)
        local t = assert(net:trace { from = "web", to = "db", port = 5432 })
        assert.equal("PCX_NOT_ACTIVE", t.explanations[1].code)
        assert.equal("10.0.0.0/16 -> pcx-11112222 of rtb-a (app-main) is printed as a blackhole, although "
            .. "pcx-11112222 (app-data) is active: take the dump again, since its files were written at different "
            .. "times", t.explanations[1].message)
    end)

    it("does not advise to accept a connection that is deleted", function()
        local net = peered.network(function(documents)
            documents.VpcPeeringConnections[1].Status = { Code = "deleted", Message = "Deleted" }
        end)
        has_line(lines_of(net, { from = "web", to = "db", port = 5432 }),
            "     to mend it: request a new connection between vpc-a (app) and vpc-b (data) and point the routes at it")
    end)
end)

describe("the words for ids", function()
  local phrase = require "vpcpeer.phrase"

  it("tell open attributes from objects, however often each is said", function()
    local open = "eni-aws_network_interface.web:private_ip:known-after-apply"
    for _ = 1, 3 do
      assert.equal("x -> " .. open, phrase.route { destination_cidr_block = "x", network_interface_id = open })
      assert.equal("private_ip of aws_network_interface.web (known after apply)", phrase.label(open))
      assert.equal("eni-1 (web)", phrase.label("eni-1", { ["eni-1"] = "web" }))
      assert.equal("eni-1", phrase.label "eni-1")
      assert.equal("eni?1 (a?b)", phrase.label("eni\n1", { ["eni\n1"] = "a\27b" }))
    end
  end)
end)
