-- Checks: what each expectation means, on networks small enough to argue by hand.

local check = require "vpcpeer.check"
local peered = require "support.peered"
local random_network = require "support.random_network"
local rows = require "support.rows"
local vpcpeer = require "vpcpeer"

-- The report of a checks file on a network, as "status message" a line.
local function told(net, text)
    local lines = {}
    for i, result in ipairs(check.run(net, text, "checks.lua").results) do
        local message = result.message and ": " .. result.message or ""
        lines[i] = (result.line or 0) .. " " .. result.status .. message
    end
    return table.concat(lines, "\n")
end

-- One VPC behind an internet gateway. web is open to the world on 443 and to an office on 22; twin has two
-- interfaces, of which the second lets 8080 in; lone has no public address.
local function public(change)
    local net = vpcpeer.network()
    local vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" }
    local subnet = vpc:create_subnet { subnet_id = "subnet-a", cidr_block = "10.0.0.0/24", tags = { Tier = "front" } }
    local igw = net:create_internet_gateway { internet_gateway_id = "igw-a" }
    vpc:attach_internet_gateway { internet_gateway_id = igw }
    vpc.main_route_table:create_route { destination_cidr_block = "0.0.0.0/0", gateway_id = igw }
    local web = vpc:create_security_group { group_id = "sg-web", group_name = "web" }
    web:authorize_ingress { ip_protocol = "tcp", from_port = 443, to_port = 443, cidr_ip = "0.0.0.0/0" }
    web:authorize_ingress { ip_protocol = "tcp", from_port = 22, to_port = 22, cidr_ip = "198.51.100.0/24" }
    local app = vpc:create_security_group { group_id = "sg-app", group_name = "app" }
    app:authorize_ingress { ip_protocol = "tcp", from_port = 8080, to_port = 8090, cidr_ip = "10.0.0.0/24" }
    local none = vpc:create_security_group { group_id = "sg-none", group_name = "none" }
    subnet:run_instance { instance_id = "i-web", private_ip_address = "10.0.0.10", security_group_ids = { web },
        associate_public_ip_address = true, tags = { Name = "web" } }
    local twin = subnet:run_instance { instance_id = "i-twin", private_ip_address = "10.0.0.20",
        security_group_ids = { none }, tags = { Name = "twin" } }
    local second = subnet:create_network_interface { network_interface_id = "eni-second",
        private_ip_address = "10.0.0.21", groups = { app } }
    second:attach { instance_id = twin, device_index = 1 }
    subnet:run_instance { instance_id = "i-lone", private_ip_address = "10.0.0.30", security_group_ids = { none },
        tags = { Name = "lone" } }
    if change then
        change(net, vpc, subnet)
    end
    return net
end

describe("can_reach", function()
    it("wants every member of a group to reach, an instance by any of its interfaces", function()
        assert.equal("1 passed\n2 passed\n3 failed: web (i-web) does not reach lone (i-lone) on tcp 8080\n"
            .. "twin (i-twin) does not reach lone (i-lone) on tcp 8080",
            told(public(), [[expect("web"):can_reach("twin", "tcp 8080-8090")
            expect { "web", "lone" }:can_reach("twin", "tcp 8080")
            expect { tag = { Tier = "front" } }:can_reach({ "twin", "lone" }, "tcp 8080")]]))
    end)

    it("wants all that was named, and names what does not pass", function()
        assert.equal("1 passed\n2 failed: web (i-web) does not reach twin (i-twin) on tcp 8091 (of tcp 8080-8091)\n"
            .. "3 failed: web (i-web) does not reach twin (i-twin) on icmp 8/0 (of tcp 8080, icmp 8/0)\n4 passed\n"
            .. "5 failed: web (i-web) does not reach lone (i-lone)",
            told(public(), [[expect("web"):can_reach("twin", "tcp 8080, tcp 8082-8090")
            expect("web"):can_reach("twin", "tcp 8080-8091")
            expect("web"):can_reach("twin", "tcp 8080, icmp 8/0")
            expect("web"):can_reach("twin")
            expect("web"):can_reach("lone")]]))
    end)

    it("counts only what opens connections on one side, and takes them on the other", function()
        local net = public(function(net, _, subnet)
            subnet:create_nat_gateway { nat_gateway_id = "nat-a", allocation_id = net:allocate_address {},
                private_ip_address = "10.0.0.40" }
        end)
        -- The gateway's interface lies in the subnet, but is no member of it here.
        assert.equal("1 passed\n2 passed", told(net, [[expect { "web", "10.0.0.40/32" }:can_reach("twin", "tcp 8080")
            expect("web"):can_reach("10.0.0.20/30", "tcp 8080")]]))
        assert.matches("^1 failed: nothing was examined: 10%.0%.0%.40 stands for nothing in the model that opens",
            told(net, 'expect("10.0.0.40"):cannot_reach("web")'))
    end)

    it("means all of the internet, and all of named addresses", function()
        local report = check.run(public(), [[expect("internet"):can_reach("web", "tcp 443")
            expect("198.51.100.0/24"):can_reach("web", "tcp 443, tcp 22")
            expect("198.51.0.0/16"):can_reach("web", "tcp 443, tcp 22")
            expect("internet"):can_reach("web", "tcp 443, tcp 22")
            expect("web"):can_reach("internet", "tcp 443")
            expect("lone"):can_reach("internet", "tcp 443")]])
        local results = report.results
        assert.same({ passed = 3, failed = 3, unknown = 0, error = 0 }, report.counts)
        assert.equal("198.51.0.0/18, 198.51.64.0/19, 198.51.96.0/22 and 5 more does not reach web (i-web) on "
            .. "tcp 22 (of tcp 443, tcp 22)", results[3].message)
        assert.matches("^internet %[1%.0%.0%.0/8, .* more%] does not reach web %(i%-web%) on tcp 22",
            results[4].message)
        assert.is_false(results[4].traces[1].reachable)
        assert.equal("lone (i-lone) does not reach internet on tcp 443", results[6].message)
    end)

    it("takes either family unless it is told", function()
        local net = public()
        assert.equal("1 passed\n2 passed\n3 failed: web (i-web) does not reach twin (i-twin) on tcp 8080",
            told(net, [[expect("web"):can_reach("twin", "tcp 8080")
            expect("web"):can_reach("twin", "tcp 8080", { family = 4 })
            expect("web"):can_reach("twin", "tcp 8080", { family = 6 })]]))
    end)
end)

describe("cannot_reach", function()
    it("fails for any row, and tells it", function()
        local report = check.run(public(), 'expect("internet"):cannot_reach({ tag = { Tier = "front" } }, "tcp 22")')
        local result = report.results[1]
        assert.equal("failed", result.status)
        assert.equal("internet [198.51.100.0/24] -> web (i-web): tcp 22", result.message)
        assert.is_true(result.traces[1].reachable)
        assert.equal(1, #result.rows)
    end)

    it("finds what one probe misses", function()
        -- net:trace from any address of the internet, or to the first interface, would see nothing here.
        assert.equal("1 failed: web (i-web) -> twin (i-twin): tcp 8081", told(public(),
            'expect("web"):cannot_reach("twin", "tcp 8081")'))
        assert.equal("1 passed", told(public(), 'expect("web"):cannot_reach("twin", "tcp 8079, udp, icmp")'))
    end)

    it("minds source ports that are named", function()
        assert.equal("1 failed: web (i-web) -> twin (i-twin): tcp 8080 from 53\n2 failed: web (i-web) -> "
            .. "twin (i-twin): tcp 8080 from 53", told(public(),
            [[expect("web"):cannot_reach("twin", "tcp 8080 from 53")
            expect("web"):cannot_reach("twin", "tcp 8080", { source_port = 53 })]]))
    end)

    it("does not pass on what is unknown", function()
        local net = vpcpeer.load_tables(peered.half())
        local report = check.run(net, [[expect("web"):cannot_reach("10.0.0.0/24", "tcp 22")
            expect("web"):can_reach("10.0.0.0/24", "tcp 22")
            expect("web"):can_reach("lone", "tcp 22")]])
        assert.same({ passed = 1, failed = 0, unknown = 2, error = 0 }, report.counts)
        assert.equal("not known (UNKNOWN_RESOURCE): web (i-web) -> vpc-b [10.0.0.0/24]: tcp 22",
            report.results[1].message)
        assert.equal("not known whether web (i-web) reaches 10.0.0.0/24 on tcp 22 (UNKNOWN_RESOURCE)",
            report.results[2].message)
        assert.matches("^1 unknown: .*: vpc%-b %[10%.0%.0%.0/28%] %-> web", told(net, [[
            expect("10.0.0.0/28"):cannot_reach("web")]]):gsub("^2", "1"))
        assert.equal("1 passed", told(net, 'expect("lone"):cannot_reach("10.0.0.0/24")'))
    end)

    it("sees what gateway endpoints serve, which is no part of the internet", function()
        local net = public(function(_, vpc)
            vpc:create_vpc_endpoint { vpc_endpoint_id = "vpce-s3", service_name = "com.amazonaws.us-east-1.s3",
                vpc_endpoint_type = "Gateway", route_table_ids = { vpc.main_route_table } }
        end)
        local documents = require("vpcpeer.json").decode(net:describe_json())
        documents.PrefixLists[1].Cidrs = { "52.216.0.0/15" }
        net = assert(vpcpeer.load_tables(documents))
        assert.equal("1 failed: web (i-web) -> vpce-s3 [52.216.0.0/16]: tcp 443\n2 passed\n3 passed\n4 passed\n"
            .. "5 failed: web (i-web) does not reach internet [52.216.0.0/15] on udp 53 (of tcp 443, udp 53)",
            told(net, [[expect("web"):cannot_reach("52.216.0.0/16", "tcp 443")
            expect("web"):cannot_reach("52.216.0.0/16", "udp 443")
            expect("web"):can_reach("52.0.0.0/8", "tcp 443")
            expect("web"):can_reach("internet", "tcp 443")
            expect("web"):can_reach("internet", "tcp 443, udp 53")]]))
    end)

    it("never passes when nothing was examined", function()
        for _, text in ipairs {
            'expect("internet"):cannot_reach { tag = { Tier = "none" } }', 'expect("internet"):cannot_reach("onprem")',
            'expect("10.0.9.0/24"):cannot_reach("web")', 'expect("lone"):cannot_reach("lone")',
            'expect("internet"):can_reach { tag = { Tier = "none" } }', 'expect("web"):can_reach("web")',
            'expect("web"):can_reach("10.0.9.0/24")',
        } do
            assert.matches("^1 failed: nothing was examined: ", told(public(), text))
        end
    end)
end)

describe("can_reach_only and is_reached_only_by", function()
    it("want all that was named, and nothing else from or to anywhere", function()
        local extra = "besides what is expected:\n"
        local net = peered.network(function(documents)
            documents.SecurityGroups[2].IpPermissionsEgress = {}
        end)
        assert.equal("1 passed\n2 failed: " .. extra .. "web (i-web) -> db (i-db): tcp 5432\n"
            .. "3 failed: " .. extra .. "web (i-web) -> lone (i-lone): all\n4 passed\n5 passed\n"
            .. "6 failed: db (i-db) does not reach web (i-web) on tcp 5432\n7 failed: " .. extra
            .. "lone (i-lone) -> web (i-web): all\n8 passed\n"
            .. "9 failed: nothing was examined: tag Tier=x stands for nothing in the model that takes connections",
            told(net, [[expect("db"):is_reached_only_by("web", "tcp 5432")
            expect("web"):can_reach_only("lone")
            expect("web"):can_reach_only("db", "tcp 5432")
            expect("web"):can_reach_only { "db", "lone" }
            expect("lone"):can_reach_only("172.16.0.0/16")
            expect("db"):can_reach_only("web", "tcp 5432")
            expect("web"):is_reached_only_by("lone", "udp")
            expect("lone"):is_reached_only_by("vpc-a")
            expect("web"):can_reach_only { tag = { Tier = "x" } }]]))
    end)

    it("see the outside", function()
        assert.equal("1 passed\n2 failed: besides what is expected:\nlone (i-lone) -> web (i-web): tcp 443\n"
            .. "twin (i-twin) -> web (i-web): tcp 443\ninternet [198.51.100.0/24] -> web (i-web): tcp 22, tcp 443",
            told(public(), [[expect("web"):is_reached_only_by { "internet", "lone", "twin" }
            expect("web"):is_reached_only_by("internet", "tcp 443")]]))
    end)

    it("do not pass where the data do not tell", function()
        local other = vpcpeer.load_tables(peered.half())
        assert.equal("1 unknown: besides what is expected:\nnot known (UNKNOWN_RESOURCE): web (i-web) -> vpc-b "
            .. "[10.0.0.0/16]: all", told(other, 'expect("web"):can_reach_only("lone")'))
        assert.equal("1 passed", told(other, 'expect("lone"):can_reach_only("web")'))
    end)
end)

describe("are_peered", function()
    it("knows connections by their VPCs and what lies in them", function()
        assert.equal("1 passed\n2 passed\n3 failed: no peering connection joins data (vpc-b) and other (vpc-c)\n"
            .. "4 passed\n5 failed: app-data (pcx-11112222) between them is active",
            told(peered.network(), [[expect("app"):and_("vpc-b"):are_peered()
            expect(net:get "web"):and_("subnet-b"):are_peered()
            expect("data"):and_("other"):are_peered()
            expect("data"):and_("other"):are_not_peered()
            expect("data"):and_("app"):are_not_peered()]]))
    end)

    it("wants an active connection", function()
        local net = vpcpeer.network()
        local a = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" }
        local b = net:create_vpc { vpc_id = "vpc-b", cidr_block = "10.1.0.0/16" }
        net:create_vpc_peering_connection { vpc_peering_connection_id = "pcx-1", vpc_id = a, peer_vpc_id = b }
        assert.equal("1 failed: pcx-1 between them is pending-acceptance",
            told(net, 'expect("vpc-a"):and_("vpc-b"):are_peered()'))
    end)

    it("knows a peer of which the data hold the id alone", function()
        local net = peered.network(function(documents)
            table.remove(documents.VpcPeeringConnections)
            documents.VpcPeeringConnections[1].AccepterVpcInfo.VpcId = "vpc-far"
        end)
        assert.equal("1 passed\n2 error: nothing in the model has the id or unique Name tag \"vpc-near\"",
            told(net, [[expect("app"):and_("vpc-far"):are_peered()
            expect("app"):and_("vpc-near"):are_peered()]]))
    end)
end)

describe("has_no and resolves", function()
    it("take codes, severities, or any error", function()
        local net = peered.network(function(documents)
            table.remove(documents.RouteTables[2].Routes)
        end)
        assert.matches("^1 passed\n2 failed: warning: .*PCX_ROUTE_ONE_WAY.*\n3 failed: .*\n4 passed$", told(net,
            [[expect(net):has_no()
            expect(net):has_no("PCX_ROUTE_ONE_WAY")
            expect(net):has_no("warning")
            expect(net):has_no { "PCX_OVERLAPPING_CIDRS", "SG_RULE_STALE" }]]))
    end)

    it("ask host names as who asks would", function()
        local net = public(function(net, vpc)
            net:create_hosted_zone { name = "example.internal", vpc_ids = { vpc },
                records = { { name = "db.example.internal", type = "A", value = "10.0.0.30" } } }
            vpc:modify_attribute { enable_dns_hostnames = true }
        end)
        assert.equal("1 passed\n2 passed\n3 failed: it is 10.0.0.30\n"
            .. "4 failed: the name does not exist for who asks (NXDOMAIN)", told(net,
            [[expect("web"):resolves("db.example.internal")
            expect("web"):resolves("db.example.internal", "10.0.0.30")
            expect("web"):resolves("db.example.internal", "10.0.0.31")
            expect("web"):resolves("cache.example.internal")]]))
    end)
end)

describe("checks and the walk", function()
    local SEED = tonumber(os.getenv "VPCPEER_ORACLE_SEED") or 1

    -- What walks of both families say of one packet: true, false, or nil for unknown.
    local function walked(net, from, to, port)
        local known = false
        for family = 4, 6, 2 do
            local trace = net:trace { from = from, to = to, port = port, family = family }
            if trace and trace.reachable then
                return true
            elseif trace and trace.reachable == nil then
                known = nil
            end
        end
        return known
    end

    local WANTED = {
        [true] = { can_reach = "passed", cannot_reach = "failed" },
        [false] = { can_reach = "failed", cannot_reach = "passed" },
        unknown = { can_reach = "unknown", cannot_reach = "unknown" },
    }

    -- Of an interface of a gateway, which sends nothing of its own.
    local REFUSED = { can_reach = "error", cannot_reach = "error" }

    it("agree on random networks #once", function()
        local asked = { error = 0, passed = 0, failed = 0, unknown = 0 }
        for seed = SEED, SEED + 5 do
            local net = assert(vpcpeer.load_tables(random_network.documents(seed)))
            local ids, corners = {}, rows.corner_ports(net, 10)
            local ports = { corners[2], corners[5], corners[8] }
            for interface in net:network_interfaces() do
                ids[#ids + 1] = interface.id
            end
            for _, from in ipairs(ids) do
                for _, to in ipairs(ids) do
                    for _, port in ipairs(ports) do
                        local told_by_walk = walked(net, from, to, port)
                        local wanted = net:get(from).interface_type == "nat_gateway" and REFUSED
                            or WANTED[told_by_walk == nil and "unknown" or told_by_walk]
                        for name, status in pairs(wanted) do
                            local verdict = check.ask(net, name, from, to, "tcp " .. port)
                            if not (verdict.message or ""):find "^nothing was examined" then
                                local what = ("seed %d: %s %s %s tcp %d"):format(seed, from, name, to, port)
                                assert.equal(status, verdict.status, what)
                                asked[status] = asked[status] + 1
                            end
                        end
                    end
                end
            end
        end
        assert.is_true(asked.passed > 500 and asked.failed > 500 and asked.error > 500 and asked.unknown > 0)
    end)
end)
