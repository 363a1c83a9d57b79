-- net:trace: the shape of an answer, what it says, how it prints, and misuse.

local codes = require "vpcpeer.codes"
local peered = require "support.peered"
local vpcpeer = require "vpcpeer"

local POSTGRES = { from = "web", to = "db", protocol = "tcp", port = 5432 }

-- The fields of design 2.4: "!" must be there, "?" may be. Lists of records name their record.
local FIELDS = {
    trace = {
        verdict = "!", from = "!end", to = "!end", protocol = "!", family = "!", ports = "!", source_ports = "!",
        path = "!list hop", return_path = "!list hop", via = "!", explanations = "!list explanation",
        hints = "!list remark", warnings = "!list remark", traceroute = "!", mtu = "?", reachable = "?",
    },
    ["end"] = { id = "?", name = "?", address = "?", vpc_id = "?", subnet_id = "?" },
    hop = {
        kind = "!", id = "?", name = "?", vpc_id = "?", subnet_id = "?", route = "?route",
        network_acl_rule = "?acl_rule", security_group_rule = "?group_rule", header = "!header",
    },
    header = { source_address = "?", destination_address = "?" },
    route = {
        route_table_id = "?", destination_cidr_block = "?", destination_ipv6_cidr_block = "?",
        destination_prefix_list_id = "?", origin = "?", state = "?", gateway_id = "?",
        vpc_peering_connection_id = "?", network_interface_id = "?", instance_id = "?",
        nat_gateway_id = "?", egress_only_internet_gateway_id = "?",
    },
    acl_rule = {
        network_acl_id = "!", rule_number = "!", rule_action = "!", protocol = "!", cidr_block = "?",
        ipv6_cidr_block = "?", port_range = "?",
    },
    group_rule = {
        group_id = "!", ip_protocol = "!", from_port = "?", to_port = "?", cidr_ip = "?", cidr_ipv6 = "?",
        prefix_list_id = "?", referenced_group_id = "?",
    },
    explanation = {
        code = "!", aws_code = "!", direction = "?", message = "!", detail = "!", network_acl_id = "?",
        rule_number = "?", route_table_id = "?", route = "?route", security_group_ids = "?", subnet_id = "?",
        vpc_id = "?", destination_vpc_id = "?", network_interface_id = "?", vpc_peering_connection_id = "?",
        internet_gateway_id = "?", egress_only_internet_gateway_id = "?",
        nat_gateway_id = "?", address = "?", cidrs = "?", protocols = "?", port_ranges = "?", icmp_type_code = "?",
        state = "?", component = "?", missing_component = "?", prefix_list_id = "?", referenced_group_id = "?",
    },
    remark = { code = "!", message = "!", detail = "!" },
}

-- Fails when a record lacks a field, has one more, or a record inside of it does.
local function check_record(record, shape, place)
    local fields = FIELDS[shape]
    for key, value in pairs(record) do
        local rule = fields[key]
        assert(rule, place .. ": the field " .. tostring(key) .. " is not in the contract")
        local inner = rule:match("list (%w+)")
        if inner then
            for index, item in ipairs(value) do
                check_record(item, inner, place .. "." .. key .. "[" .. index .. "]")
            end
        elseif rule:match("^.(%a[%w_]*)") then
            check_record(value, rule:sub(2), place .. "." .. key)
        end
    end
    for key, rule in pairs(fields) do
        assert(rule:sub(1, 1) ~= "!" or record[key] ~= nil, place .. " lacks " .. key)
    end
end

local function codes_of(list)
    local all = {}
    for _, reason in ipairs(list) do
        all[#all + 1] = reason.code
    end
    return table.concat(all, " ")
end

-- Models that fail in their own way; each returns the question to ask.
local function without_route_back(documents)
    table.remove(documents.RouteTables[2].Routes, 2)
end

local function with_pending_connection(documents)
    documents.VpcPeeringConnections[1].Status.Code = "pending-acceptance"
    for table_number = 1, 2 do
        documents.RouteTables[table_number].Routes[2].State = "blackhole"
    end
end

local function with_denying_acl(documents)
    table.insert(documents.NetworkAcls[2].Entries, {
        RuleNumber = 50, Protocol = "6", RuleAction = "deny", Egress = false, CidrBlock = "172.16.0.0/16",
        PortRange = { From = 5432, To = 5432 },
    })
end

local function with_closed_acl(documents)
    documents.NetworkAcls[2].Entries = { documents.NetworkAcls[2].Entries[3] } -- inbound only
end

describe("a trace", function()
    it("has exactly the fields of the contract, whatever came out", function()
        local questions = {
            { POSTGRES }, { POSTGRES, without_route_back }, { POSTGRES, with_pending_connection },
            { POSTGRES, with_denying_acl }, { POSTGRES, with_closed_acl },
            { { from = "db", to = "lone" } }, { { from = "web", to = "10.0.0.99" } },
            { { from = "web", to = "db", protocol = "icmp" } }, { { from = "web", to = "db", family = 6 } },
            { { from = "web", to = "internet" } }, { { from = "lone", to = "web", protocol = "-1" } },
        }
        for number, question in ipairs(questions) do
            local t = assert(peered.network(question[2]):trace(question[1]))
            check_record(t, "trace", "trace " .. number)
            local verdicts = { ["true"] = "reachable", ["false"] = "not-reachable", ["nil"] = "unknown" }
            assert.equal(verdicts[tostring(t.reachable)], t.verdict)
            for _, reason in ipairs(t.explanations) do
                assert.equal(codes.find(reason.code).aws_code, reason.aws_code)
            end
        end
    end)

    it("tells the ends, the hops and what decided at each", function()
        local t = peered.network():trace(POSTGRES)
        assert.is_true(t.reachable)
        assert.same({
            id = "i-web", name = "web", address = "172.16.0.10", vpc_id = "vpc-a", subnet_id = "subnet-a",
        }, t.from)
        assert.same({
            id = "i-db", name = "db", address = "10.0.0.10", vpc_id = "vpc-b", subnet_id = "subnet-b",
        }, t.to)
        assert.equal("tcp", t.protocol)
        assert.equal(4, t.family)
        assert.same({ { 5432, 5432 } }, t.ports)
        assert.same({ { 1024, 65535 } }, t.source_ports)
        assert.same({ "pcx-11112222" }, t.via)
        assert.same({ "10.0.0.10" }, t.traceroute)
        assert.equal(9001, t.mtu)
        assert.same({}, t.explanations)

        assert.equal(3, #t.path)
        local first, second, third = t.path[1], t.path[2], t.path[3]
        local header = { source_address = "172.16.0.10", destination_address = "10.0.0.10" }
        assert.same({ "network_interface", "eni-web" }, { first.kind, first.id })
        assert.same({
            route_table_id = "rtb-a", destination_cidr_block = "10.0.0.0/16", state = "active",
            vpc_peering_connection_id = "pcx-11112222", origin = "CreateRoute",
        }, first.route)
        assert.same({
            network_acl_id = "acl-a", rule_number = 100, rule_action = "allow", protocol = "-1",
            cidr_block = "0.0.0.0/0",
        }, first.network_acl_rule)
        assert.same({ group_id = "sg-web", ip_protocol = "-1", cidr_ip = "0.0.0.0/0" }, first.security_group_rule)
        assert.same(header, first.header)
        assert.same({ "vpc_peering_connection", "pcx-11112222", "app-data" }, { second.kind, second.id, second.name })
        assert.same({ "network_interface", "eni-db", "vpc-b", "subnet-b" },
            { third.kind, third.id, third.vpc_id, third.subnet_id })
        assert.same({
            group_id = "sg-db", ip_protocol = "tcp", from_port = 5432, to_port = 5432, cidr_ip = "172.16.0.0/24",
        }, third.security_group_rule)
        assert.equal("acl-b", third.network_acl_rule.network_acl_id)
        assert.equal("rtb-b", t.return_path[1].route.route_table_id)
        assert.equal("eni-web", t.return_path[#t.return_path].id)
    end)

    it("is fresh data: what one question returned does not change later", function()
        local net = peered.network()
        local first = net:trace(POSTGRES)
        local printed = tostring(first)
        first.path[1].id = "changed"
        assert.equal("eni-web", net:trace(POSTGRES).path[1].id)
        first.path[1].id = "eni-web"
        net:trace { from = "db", to = "lone" }
        net:close()
        assert.equal(printed, tostring(first))
    end)
end)

describe("the reasons of a trace", function()
    it("name the route that is missing on the way back", function()
        local t = peered.network(without_route_back):trace(POSTGRES)
        assert.is_false(t.reachable)
        assert.equal("RETURN_ROUTE_MISSING", codes_of(t.explanations))
        local reason = t.explanations[1]
        assert.equal("return-egress", reason.direction)
        assert.equal("rtb-b", reason.route_table_id)
        assert.same({ route_table = "rtb-b", destination = "172.16.0.0/16" }, reason.detail)
        assert.equal("rtb-b (private) of vpc-b (data) has no route back to 172.16.0.10: "
            .. "add 172.16.0.0/16 -> pcx-11112222", reason.message)
    end)

    it("name the connection that is not active", function()
        local t = peered.network(with_pending_connection):trace(POSTGRES)
        local reason = t.explanations[1]
        assert.equal("PCX_NOT_ACTIVE", reason.code)
        assert.equal("BAD_STATE_ROUTE", reason.aws_code)
        assert.equal("pending-acceptance", reason.detail.status)
        assert.equal("pcx-11112222", reason.vpc_peering_connection_id)
        assert.equal("pcx-11112222 (app-data) is pending-acceptance, so it carries no traffic: "
            .. "accept pcx-11112222 (app-data) as the owner of the accepter VPC", reason.message)
    end)

    it("name every filter that blocks, with the rule to add", function()
        local t = peered.network(with_denying_acl):trace { from = "web", to = "db", port = { 5432, 5433 } }
        assert.is_true(t.reachable == false or #t.ports > 0)
        t = peered.network(with_denying_acl):trace(POSTGRES)
        assert.equal("SUBNET_ACL_RESTRICTION", codes_of(t.explanations))
        assert.equal("acl-b", t.explanations[1].network_acl_id)
        assert.equal(50, t.explanations[1].rule_number)
        assert.matches("acl%-b of subnet%-b %(data%-a%) does not let tcp 5432 in from 172%.16%.0%.10 "
            .. "%(rule 50 denies it%): add an inbound rule with a number below 50", t.explanations[1].message)

        t = peered.network(with_closed_acl):trace { from = "web", to = "db", port = 22 }
        assert.equal("ENI_SG_RULES_MISMATCH SUBNET_ACL_RESTRICTION", codes_of(t.explanations))
        assert.same({ "sg-db" }, t.explanations[1].security_group_ids)
        assert.equal("no inbound rule of sg-db (db) on eni-db (db) admits tcp 22 from 172.16.0.10: "
            .. "add an inbound rule tcp 22 from 172.16.0.10/32 to sg-db (db)", t.explanations[1].message)
        assert.equal("return-egress", t.explanations[2].direction)
        assert.is_nil(t.explanations[2].rule_number)
        assert.matches("the answer, tcp", t.explanations[2].message)
    end)

    it("hint at the connections that transitive peering would need", function()
        local t = peered.network():trace { from = "db", to = "lone" }
        assert.equal("NO_ROUTE_TO_DESTINATION", codes_of(t.explanations))
        assert.equal("PCX_TRANSITIVE_PEERING", codes_of(t.hints))
        assert.same({ "pcx-11112222", "pcx-33334444" }, t.hints[1].detail.chain)
        assert.equal("peering is not transitive (the way would need pcx-11112222 (app-data) and "
            .. "pcx-33334444 (app-other) one after the other): peer vpc-b (data) and vpc-c (other) directly, "
            .. "or use a transit gateway", t.hints[1].message)
    end)
end)

describe("an unknown verdict", function()
    -- The route leads to a gateway of which the documents hold nothing but the id.
    local function with_unknown_gateway(documents)
        table.insert(documents.RouteTables[1].Routes, {
            DestinationCidrBlock = "0.0.0.0/0", GatewayId = "igw-9", Origin = "CreateRoute", State = "active",
        })
    end

    it("is no field but a nil, with what to load", function()
        local net = peered.network(with_unknown_gateway)
        local t = net:trace { from = "web", to = "198.51.100.7" }
        assert.is_nil(t.reachable)
        assert.equal("unknown", t.verdict)
        check_record(t, "trace", "trace")
        assert.equal("UNKNOWN_DESTINATION", codes_of(t.explanations))
        assert.equal("igw-9", t.explanations[1].missing_component)
        assert.equal("rtb-a (app-main) sends the packet to igw-9, which is not in the data, so the answer is "
            .. "unknown: load the output of describe-internet-gateways as well", t.explanations[1].message)
        assert.matches("^unknown: web", tostring(t))
        assert.matches("unknown from here: reason 1", tostring(t))
        local verdict, code = net:reachable("web", "198.51.100.7")
        assert.is_nil(verdict)
        assert.equal("UNKNOWN_DESTINATION", code)
    end)

    it("names the command that describes groups where one is missing", function()
        local documents = peered.documents()
        documents.SecurityGroups = nil
        local t = vpcpeer.load_tables(documents):trace { from = "web", to = "db", port = 5432 }
        assert.equal("UNKNOWN_RESOURCE UNKNOWN_RESOURCE", codes_of(t.explanations))
        for i, group in ipairs { "sg-web", "sg-db" } do
            assert.equal(group .. " is referred to but not described in the data, so the answer is unknown: load "
                .. "the output of describe-security-groups as well", t.explanations[i].message)
        end
    end)
end)

describe("the printed trace", function()
    it("begins with the verdict and says hops and rules", function()
        local lines = {}
        for line in (tostring(peered.network():trace(POSTGRES)) .. "\n"):gmatch("(.-)\n") do
            lines[#lines + 1] = line
        end
        assert.equal("reachable: web (i-web, 172.16.0.10) -> db (i-db, 10.0.0.10) tcp 5432", lines[1])
        local text = table.concat(lines, "\n")
        for _, part in ipairs {
            "route 10.0.0.0/16 -> pcx-11112222 in rtb-a (app-main)", "peering connection pcx-11112222 (app-data)",
            "security group sg-db (db) allows tcp 5432 from 172.16.0.0/24", "the way back:",
            "network ACL acl-b rule 100 allows any protocol from 0.0.0.0/0", "traceroute shows 10.0.0.10",
        } do
            assert.truthy(text:find(part, 1, true), part .. "\n" .. text)
        end
        assert.is_nil(text:find("\27", 1, true))
    end)

    it("says which of several ports pass, and which ICMP message was asked for", function()
        local net = peered.network()
        local function head(question)
            question.from, question.to = "web", "db"
            return tostring(net:trace(question)):match "^([^:]+): .- %-> db %b() ([^\n]*)\n"
        end
        for _, each in ipairs {
            { { port = "5000-6000" }, "reachable", "tcp 5432 (of 5000-6000)" },
            { { port = { { 80, 80 }, { 443, 444 } } }, "not reachable", "tcp 80, 443-444" },
            { { protocol = "icmp" }, "not reachable", "icmp type 8 code 0" },
            { { icmp = { 3 } }, "not reachable", "icmp type 3" },
            { { protocol = "47" }, "not reachable", "protocol 47" },
        } do
            local verdict, packet = head(each[1])
            assert.equal(each[2], verdict)
            assert.equal(each[3], packet)
        end
    end)

    it("numbers the reasons and says what would mend them", function()
        local text = tostring(peered.network(without_route_back):trace(POSTGRES))
        assert.matches("^not reachable: web", text)
        assert.truthy(text:find("1. rtb-b (private) of vpc-b (data) has no route back to 172.16.0.10 "
            .. "[RETURN_ROUTE_MISSING]\n     to mend it: add 172.16.0.0/16 -> pcx-11112222", 1, true), text)
        assert.truthy(text:find("blocked here: reason 1", 1, true), text)
    end)

    it("is the same each time, and the same but for colour with colour", function()
        local t = peered.network(with_closed_acl):trace { from = "web", to = "db", port = 22 }
        assert.equal(tostring(t), tostring(t))
        local coloured = t:render { color = true }
        assert.truthy(coloured:find("\27[31mnot reachable\27[0m", 1, true))
        assert.equal(tostring(t), (coloured:gsub("\27%[%d*m", "")))
        assert.error_matches(function() t:render { colour = true } end, "unknown option 'colour'")
        assert.error_matches(function() t:render "red" end, "^options must be a table, not string")
    end)
end)

describe("a question", function()
    local net = peered.network()

    local function ends_of(question)
        question.port, question.to = 5432, question.to or "db"
        local t = assert(net:trace(question))
        return t.from.id .. " " .. (t.to.id or t.to.address) .. " " .. t.verdict
    end

    it("takes its ends in every form", function()
        for _, from in ipairs { "i-web", "eni-web", "web", net:get "i-web", net:get("i-web").network_interfaces[1] } do
            assert.matches("i%-web i%-db reachable", (ends_of({ from = from }):gsub("^eni", "i")))
        end
        assert.equal("i-web eni-db reachable", ends_of { from = "web", to = "10.0.0.10" })
        assert.equal("i-web eni-db reachable", ends_of { from = "web", to = vpcpeer.cidr "10.0.0.10" })
        assert.matches("^subnet%-a", ends_of { from = "subnet-a=172.16.0.77" })
        assert.matches("^subnet%-a", ends_of { from = { subnet_id = "subnet-a", address = "172.16.0.77" } })
        assert.matches("^subnet%-a",
            ends_of { from = { subnet_id = net:get "subnet-a", address = "172.16.0.77" } })
        assert.equal("i-web internet not-reachable", ends_of { from = "web", to = "internet" })
        assert.equal("i-web internet not-reachable", ends_of { from = "web", to = { internet = true } })
    end)

    it("takes ports and protocols in every form", function()
        local forms = {
            { 5432, { { 5432, 5432 } } }, { "5432", { { 5432, 5432 } } }, { { 5000, 6000 }, { { 5432, 5432 } } },
            { "5000-6000", { { 5432, 5432 } } }, { { { 1, 2 }, { 5430, 5440 } }, { { 5432, 5432 } } },
        }
        for _, form in ipairs(forms) do
            local t = net:trace { from = "web", to = "db", port = form[1] }
            assert.is_true(t.reachable)
            assert.same(form[2], t.ports)
        end
        for _, protocol in ipairs { "tcp", 6, "6" } do
            assert.equal("tcp", net:trace({ from = "web", to = "db", protocol = protocol }).protocol)
        end
        assert.equal("47", net:trace({ from = "web", to = "db", protocol = 47 }).protocol)
        assert.same({}, net:trace({ from = "web", to = "db", protocol = 47 }).ports)
        assert.equal("icmp", net:trace({ from = "web", to = "db", icmp = { 3, 4 } }).protocol)
        assert.same({ { 2000, 2100 } },
            net:trace({ from = "web", to = "db", port = 5432, source_port = { 2000, 2100 } }).source_ports)
    end)

    it("examines one direction only on demand", function()
        local closed = peered.network(without_route_back)
        local t = closed:trace { from = "web", to = "db", port = 5432, bidirectional = false }
        assert.is_true(t.reachable)
        assert.equal("UNIDIRECTIONAL_PATH_ANALYSIS_ONLY", codes_of(t.warnings))
        assert.same({}, t.return_path)
    end)

    it("gives nil, message, code for what is not in the data", function()
        local function outcome(question)
            local t, message, code = net:trace(question)
            assert.is_nil(t)
            assert.is_string(message)
            return code, message
        end
        local code, message = outcome { from = "nobody", to = "db" }
        assert.equal("unknown_id", code)
        assert.matches("nobody", message)
        assert.equal("unknown_id", (outcome { from = "web", to = "db", through = "pcx-9" }))
        assert.equal("invalid_port", (outcome { from = "web", to = "db", port = "70000" }))
        assert.equal("invalid_port", (outcome { from = "web", to = "db", port = "90-80" }))
        assert.equal("invalid_protocol", (outcome { from = "web", to = "db", protocol = "tpc" }))
        assert.equal("invalid_protocol", (outcome { from = "web", to = "db", protocol = "256" }))
    end)

    it("raises for misuse, at the caller's line", function()
        local function message_of(question)
            local fine, message = pcall(function() return (net:trace(question)) end)
            assert.is_false(fine)
            assert.matches("trace_spec%.lua:%d+: ", message)
            return message
        end
        assert.matches("unknown option 'prot' %(did you mean 'protocol'%?%)",
            message_of { from = "web", to = "db", prot = 1 })
        assert.matches("'from': a tag stands for any number of ends",
            message_of { from = { tag = { Name = "web" } }, to = "db" })
        assert.matches("table expected, got nil", message_of(nil))
        assert.matches("needs 'from'", message_of { to = "db" })
        assert.matches("needs 'to'", message_of { from = "web" })
        assert.matches("'from' is an end .*, not number", message_of { from = 7, to = "db" })
        assert.matches("not to a block", message_of { from = "web", to = vpcpeer.cidr "10.0.0.0/24" })
        assert.matches("'port' is a whole number from 0 to 65535", message_of { from = "web", to = "db", port = 65536 })
        assert.matches("'port' is a whole number", message_of { from = "web", to = "db", port = 1.5 })
        assert.matches("ends before it begins", message_of { from = "web", to = "db", port = { 9, 1 } })
        assert.matches("'port' is a number, {first, last}", message_of { from = "web", to = "db", port = { 1, 2, 3 } })
        assert.matches("'family' is 4 or 6", message_of { from = "web", to = "db", family = 5 })
        assert.matches("'ephemeral' is", message_of { from = "web", to = "db", ephemeral = "some" })
        assert.matches("true or false", message_of { from = "web", to = "db", bidirectional = 1 })
        assert.matches("'icmp' is {type, code}", message_of { from = "web", to = "db", icmp = 8 })
        assert.matches("'through' is an id or an object", message_of { from = "web", to = "db", through = { 5 } })
        assert.matches("another network", message_of { from = peered.network():get "web", to = "db" })
        assert.matches("rtb%-a is not an interface", message_of { from = net:get "rtb-a", to = "db" })
        local closed = peered.network()
        closed:close()
        assert.error_matches(function() closed:trace(POSTGRES) end, "closed")
    end)

    it("is a method of every network, also of one made by a script", function()
        local t, _, code = vpcpeer.network():trace { from = "a", to = "b" }
        assert.is_nil(t)
        assert.equal("unknown_id", code)
    end)
end)
