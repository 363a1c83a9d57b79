-- What a plan leaves open: ids are found through the configuration, and what is not known until apply
-- makes an answer unknown, in the walk and in the fast answer alike.

local terraform = require "support.terraform"
local vpcpeer = require "vpcpeer"

local OUT = { { protocol = "-1", from_port = 0, to_port = 0, cidr_blocks = { "0.0.0.0/0" } } }
local IN = { { protocol = "tcp", from_port = 5432, to_port = 5432, cidr_blocks = { "10.0.0.0/16" } } }

-- A reference to an attribute, as Terraform prints it.
local function to(text)
  return { text, (text:gsub("%.[%w_]+$", "")) }
end

-- A VPC, a subnet, a group for each of two instances; a case changes them and adds to them.
local function base(...)
  local list = {
    vpc = { "aws_vpc.main", { cidr_block = "10.0.0.0/16" } },
    subnet = { "aws_subnet.a", { cidr_block = "10.0.0.0/24", availability_zone = "eu-west-1a",
      map_public_ip_on_launch = false }, refer = { vpc_id = "aws_vpc.main.id" } },
    web_group = { "aws_security_group.web", { name = "web", egress = OUT }, refer = { vpc_id = "aws_vpc.main.id" } },
    db_group = { "aws_security_group.db", { name = "db", ingress = IN }, refer = { vpc_id = "aws_vpc.main.id" } },
    web = { "aws_instance.web", { private_ip = "10.0.0.10" }, refer = { subnet_id = "aws_subnet.a.id",
      vpc_security_group_ids = to "aws_security_group.web.id" } },
    db = { "aws_instance.db", { private_ip = "10.0.0.20" }, refer = { subnet_id = "aws_subnet.a.id",
      vpc_security_group_ids = to "aws_security_group.db.id" } },
  }
  for _, name in ipairs { "vpc", "subnet", "web_group", "db_group", "web", "db" } do
    list[#list + 1] = list[name]
  end
  for _, each in ipairs { ... } do
    list[#list + 1] = each
  end
  return list
end

local function load(list, given)
  local net = assert(vpcpeer.load_tables(terraform.plan(list, given)))
  assert.equal(net:describe_json(), assert(vpcpeer.load_json(net:describe_json())):describe_json())
  return net
end

-- The verdict, and the first code and message.
local function ask(net, from, target, port)
  local trace = terraform.trace(net, from, target, port or 5432)
  local first = trace.explanations[1] or {}
  return trace.verdict, first.code, first.message
end

local WEB, DB = "aws_instance.web", "aws_instance.db"

describe("a Terraform plan", function()
  it("makes objects with ids of their addresses, which both are ends", function()
    local net = load(base())
    assert.same({}, net:diagnostics())
    assert.equal("i-aws_instance.web", net:get(WEB).id)
    assert.equal("vpc-aws_vpc.main", net:get("aws_subnet.a").vpc_id)
    assert.equal("eu-west-1", net:get("aws_vpc.main").region)
    assert.equal("reachable", (ask(net, WEB, DB)))
    local verdict, code = ask(net, WEB, DB, 22)
    assert.same({ "not-reachable", "ENI_SG_RULES_MISMATCH" }, { verdict, code })
  end)

  it("has what comes into being with a VPC", function()
    local list = base()
    list.web.refer.vpc_security_group_ids = nil
    local net = load(list)
    assert.equal("sg-aws_vpc.main.default", net:get("aws_instance.web.primary_network_interface_id").groups[1].group_id)
    assert.equal("rtb-aws_vpc.main.main", net:get("aws_vpc.main").main_route_table.id)
    assert.equal("acl-aws_vpc.main.default", net:get("aws_vpc.main.default_network_acl_id").id)
  end)

  it("takes adopted defaults for the VPC that their references name", function()
    local net = load(base(
      { "aws_default_security_group.d", { ingress = {}, egress = {} }, refer = { vpc_id = "aws_vpc.main.id" } },
      { "aws_default_route_table.d", {}, refer = { default_route_table_id = "aws_vpc.main.default_route_table_id" } },
      { "aws_default_network_acl.d", {}, refer = { default_network_acl_id = "aws_vpc.main.default_network_acl_id" } }))
    assert.equal("sg-aws_vpc.main.default", net:get("aws_default_security_group.d").id)
    assert.equal("rtb-aws_vpc.main.main", net:get("aws_default_route_table.d").id)
    assert.equal("acl-aws_vpc.main.default", net:get("aws_default_network_acl.d").id)
    assert.equal(net:get("aws_vpc.main").main_route_table, net:get("aws_default_route_table.d"))
    assert.equal("vpc-aws_vpc.main", net:get("aws_default_network_acl.d").vpc_id)
  end)

  it("pairs instances of one count, and of one for_each", function()
    local list = base()
    for i = 0, 1 do
      list[#list + 1] = { ("aws_route_table.r[%d]"):format(i), { route = {} }, refer = { vpc_id = "aws_vpc.main.id" } }
      list[#list + 1] = { ("aws_subnet.n[%d]"):format(i), { cidr_block = ("10.0.%d.0/24"):format(i + 1) },
        refer = { vpc_id = "aws_vpc.main.id" } }
      list[#list + 1] = { ("aws_route_table_association.n[%d]"):format(i), {}, refer = {
        route_table_id = { "aws_route_table.r", "count.index" }, subnet_id = { "aws_subnet.n", "count.index" } } }
    end
    for _, key in ipairs { "x", "y" } do
      list[#list + 1] = { ('aws_subnet.k["%s"]'):format(key),
        { cidr_block = key == "x" and "10.0.8.0/24" or "10.0.9.0/24" },
        refer = { vpc_id = "aws_vpc.main.id" } }
      list[#list + 1] = { ('aws_route_table_association.k["%s"]'):format(key), {}, for_each = "aws_subnet.k", refer = {
        route_table_id = { "aws_route_table.r[1].id", "aws_route_table.r[1]", "aws_route_table.r" },
        subnet_id = { "each.value.id", "each.value" } } }
    end
    local net = load(list)
    local function subnets(address)
      local ids = {}
      for _, association in ipairs(net:get(address).associations) do
        ids[#ids + 1] = association.subnet_id
      end
      return ids
    end
    assert.same({ "subnet-aws_subnet.n.0" }, subnets "aws_route_table.r[0]")
    assert.same({ "subnet-aws_subnet.n.1", "subnet-aws_subnet.k.x", "subnet-aws_subnet.k.y" },
      subnets "aws_route_table.r[1]")
  end)

  it("follows variables into modules and outputs out of them", function()
    local list = base(
      { "module.inner.aws_security_group.g", { name = "g", ingress = IN }, refer = { vpc_id = "var.vpc" } },
      { "module.inner.aws_subnet.s[0]", { cidr_block = "10.0.1.0/24" }, refer = { vpc_id = "var.vpc" } },
      { "module.inner.aws_subnet.s[1]", { cidr_block = "10.0.2.0/24" }, refer = { vpc_id = "var.vpc" } })
    list.db.refer.vpc_security_group_ids = { "module.inner.group", "module.inner" }
    list.db.refer.subnet_id = { "module.inner.subnets[1]", "module.inner" }
    local net = load(list, { modules = { inner = {
      expressions = { vpc = to "aws_vpc.main.id" },
      outputs = { group = "aws_security_group.g.id", subnets = "aws_subnet.s" },
    } } })
    assert.equal("vpc-aws_vpc.main", net:get("module.inner.aws_security_group.g").vpc_id)
    local eni = net:get "aws_instance.db.primary_network_interface_id"
    assert.equal("sg-module.inner.aws_security_group.g", eni.groups[1].group_id)
    assert.equal("subnet-module.inner.aws_subnet.s.1", eni.subnet_id)
  end)

  it("takes the Region of the provider that a resource names", function()
    local document = terraform.plan { { "aws_vpc.far", { cidr_block = "10.0.0.0/16" }, provider = "aws.far" } }
    document.configuration.provider_config["aws.far"] =
      { name = "aws", alias = "far", expressions = { region = { references = { "var.far" } } } }
    document.variables = { far = { value = "ap-south-1" } }
    assert.equal("ap-south-1", assert(vpcpeer.load_tables(document)):get("aws_vpc.far").region)
  end)

  it("lets peerings of other accounts wait, and those of one's own become active", function()
    local other = { "aws_vpc.other", { cidr_block = "10.1.0.0/16" } }
    local pcx = { "aws_vpc_peering_connection.p", { peer_owner_id = "999988887777" },
      refer = { vpc_id = "aws_vpc.main.id", peer_vpc_id = "aws_vpc.other.id" } }
    local net = load(base(other, pcx))
    assert.equal("pending-acceptance", net:get("aws_vpc_peering_connection.p").status.code)
    assert.equal("999988887777", net:get("aws_vpc_peering_connection.p").accepter_vpc_info.owner_id)
    net = load(base(other, pcx, { "aws_vpc_peering_connection_accepter.p", { auto_accept = true },
      refer = { vpc_peering_connection_id = "aws_vpc_peering_connection.p.id" } }))
    assert.equal("active", net:get("aws_vpc_peering_connection.p").status.code)
    pcx[2] = { auto_accept = true }
    assert.equal("active", load(base(other, pcx)):get("aws_vpc_peering_connection.p").status.code)
  end)

  it("assumes the only object that fits, and says so", function()
    local list = base()
    list.subnet.refer.vpc_id = { "local.vpc_id" }
    local net = load(list)
    assert.equal("vpc-aws_vpc.main", net:get("aws_subnet.a").vpc_id)
    local said = net:diagnostics()[1]
    assert.same({ "info", "assumed_reference", "aws_subnet.a.vpc_id" }, { said.severity, said.code, said.path })
  end)
end)

describe("what is not known until apply", function()
  -- The verdict is unknown, and the message names attribute and resource.
  local function open(net, pattern, from, target)
    local verdict, code, message = ask(net, from or WEB, target or DB)
    assert.equal("unknown", verdict)
    assert.matches("^UNKNOWN_", code)
    assert.matches(pattern, message)
    local codes = {}
    for _, d in ipairs(net:diagnostics()) do
      codes[d.code] = d.severity
    end
    assert.same({ known_after_apply = "info" }, codes)
  end

  it("is a private address", function()
    local list = base()
    list.web[2].private_ip = nil
    list.web.unknown = { "private_ip" }
    local net = load(list)
    open(net, "private_ip of aws_instance%.web is not known until apply")
    local rows = {}
    for row in net:connectivity { from = WEB, to = DB } do
      rows[#rows + 1] = row.verdict
    end
    assert.same({ "unknown" }, rows)
  end)

  -- A way out: without one nobody has to know the public address.
  local function with_internet(...)
    return base({ "aws_internet_gateway.i", {}, refer = { vpc_id = "aws_vpc.main.id" } },
      { "aws_route_table.t", {}, refer = { vpc_id = "aws_vpc.main.id" } },
      { "aws_route.out", { destination_cidr_block = "0.0.0.0/0" }, refer = { route_table_id = "aws_route_table.t.id",
        gateway_id = "aws_internet_gateway.i.id" } },
      { "aws_route_table_association.t", {}, refer = { subnet_id = "aws_subnet.a.id",
        route_table_id = "aws_route_table.t.id" } }, ...)
  end

  -- Verdicts of all rows, sorted.
  local function verdicts(net, question)
    local rows = {}
    for row in net:connectivity(question) do
      rows[#rows + 1] = row.family .. " " .. row.verdict
    end
    table.sort(rows)
    return rows
  end

  it("is a private address: the instance stands in its subnet, and may have any address there", function()
    local list = base({ "aws_subnet.b", { cidr_block = "10.0.1.0/24" }, refer = { vpc_id = "aws_vpc.main.id" } })
    list.web[2].private_ip, list.db.refer.subnet_id = nil, "aws_subnet.b.id"
    list.db[2].private_ip, list.web.unknown = "10.0.1.20", { "private_ip" }
    local net = load(list)
    assert.equal("subnet-aws_subnet.a", net:get("aws_instance.web").network_interfaces[1].subnet_id)
    for _, side in ipairs { "aws_subnet.a", "10.0.0.0/16", "10.0.0.128/25", "10.0.0.9" } do
      assert.same({ { side, "4 unknown" } }, { { side, verdicts(net, { from = side, to = DB })[1] } })
      assert.same({ { side, "4 unknown" } }, { { side, verdicts(net, { from = DB, to = side })[1] } })
    end
    assert.same({}, verdicts(net, { from = "aws_subnet.b", to = "10.0.1.0/24" }))
  end)

  it("is a public address: unknown beyond the VPC, and only there", function()
    local by_address = with_internet({ "aws_eip.web", {}, refer = { instance = "aws_instance.web.id" } })
    local by_subnet = with_internet()
    by_subnet.subnet[2].map_public_ip_on_launch = true
    for attribute, list in pairs { ["aws_eip%.web"] = by_address, ["aws_instance%.web"] = by_subnet } do
      local net = load(list)
      open(net, "public_ip of " .. attribute .. " is not known", WEB, "internet=8.8.8.8")
      open(net, "public_ip of " .. attribute .. " is not known", "internet", WEB)
      assert.equal("reachable", (ask(net, WEB, DB)))
      assert.equal("not-reachable", (ask(net, WEB, DB, 22)))
      assert.same({ "4 reachable" }, verdicts(net, { from = WEB, to = DB }))
      assert.same({ "4 unknown" }, verdicts(net, { from = WEB, to = "internet" }))
    end
    local net = load(base({ "aws_eip.web", {}, refer = { instance = "aws_instance.web.id" } }))
    assert.equal("not-reachable", (ask(net, WEB, "internet=8.8.8.8")))
  end)

  it("leaves lists open that a dynamic block may fill, and says what they are taken for", function()
    local list = base()
    list.db_group.unknown, list.web_group.unknown = { "egress" }, { "ingress" }
    local said = {}
    for i, d in ipairs(load(list):diagnostics()) do
      said[i] = d.severity .. " " .. d.code .. " " .. d.path
    end
    assert.same({ "info assumed_default aws_security_group.web.ingress",
      "info assumed_default aws_security_group.db.egress" }, said)
    list = base({ "aws_security_group_rule.out", { type = "egress", protocol = "-1", from_port = 0, to_port = 0,
      cidr_blocks = { "0.0.0.0/0" } }, refer = { security_group_id = "aws_security_group.db.id" } })
    list.db_group.unknown = { "egress" }
    assert.same({}, load(list):diagnostics())
  end)

  it("is a list of an object that exists: what nobody sets would keep its value there", function()
    local list = base()
    list.db_group[2].ingress, list.db_group.unknown, list.db_group.actions = nil, { "ingress" }, { "update" }
    local net = load(list)
    open(net, "^ingress of aws_security_group%.db is not known")
    list.db_group.actions = { "delete", "create" }
    assert.equal("not-reachable", (ask(load(list), WEB, DB)))
  end)

  it("is a rule of a dynamic block: what is not known of it is open", function()
    local list = base()
    list.db_group[2].ingress = { { protocol = "tcp", from_port = 443, to_port = 443 } }
    list.db_group.flags = { ingress = { { cidr_blocks = true } } }
    list.db_group.refer.ingress = nil
    local net = load(list)
    open(net, "ingress%[0%]%.cidr_blocks of aws_security_group%.db is not known")
  end)

  it("is an IPv6 block: unknown over IPv6, and only there", function()
    local list = base()
    list.vpc[2].assign_generated_ipv6_cidr_block = true
    list.subnet[2].assign_ipv6_address_on_creation = true
    list.subnet.refer.ipv6_cidr_block = { "local.block" }
    list.web.unknown, list.db.unknown = { "ipv6_addresses" }, { "ipv6_addresses" }
    local net = load(list)
    assert.equal("reachable", (ask(net, WEB, DB)))
    assert.same({ "4 reachable", "6 unknown" }, verdicts(net, { from = WEB, to = DB }))
    local trace = assert(net:trace { from = WEB, to = DB, port = 5432, family = 6 })
    assert.equal("unknown", trace.verdict)
    assert.matches("ipv6_addresses of aws_instance%.web is not known until apply", trace.explanations[1].message)
    trace = assert(net:trace { from = "aws_subnet.a=2001:db8::5", to = DB, port = 5432 })
    assert.equal("unknown", trace.verdict)
    assert.matches("ipv6_cidr_block of aws_subnet%.a is not known until apply", trace.explanations[1].message)
  end)

  it("is the groups of an instance", function()
    local list = base({ "data.aws_security_groups.all", {} })
    list.web.refer.vpc_security_group_ids = { "local.groups" }
    local net = assert(vpcpeer.load_tables(terraform.plan(list)))
    local verdict, _, message = ask(net, WEB, DB)
    assert.equal("unknown", verdict)
    assert.matches("vpc_security_group_ids of aws_instance%.web is not known", message)
  end)

  it("is a rule: what the others admit stays true", function()
    local list = base({ "aws_security_group_rule.more", { type = "ingress", protocol = "tcp", from_port = 0,
      to_port = 65535 }, refer = { security_group_id = "aws_security_group.db.id", cidr_blocks = { "local.blocks" } } })
    local net = load(list)
    assert.equal("reachable", (ask(net, WEB, DB, 5432)))
    local verdict, code, message = ask(net, WEB, DB, 22)
    assert.same({ "unknown", "UNKNOWN_RESOURCE" }, { verdict, code })
    assert.matches("cidr_blocks of aws_security_group_rule%.more is not known", message)
  end)

  it("is the target of a route", function()
    local route = { "aws_route.out", { destination_cidr_block = "0.0.0.0/0" },
      refer = { route_table_id = "aws_vpc.main.main_route_table_id", nat_gateway_id = { "local.nat" } } }
    open(load(base(route)), "nat_gateway_id of aws_route%.out", WEB, "internet=8.8.8.8")
    assert.equal("reachable", (ask(load(base(route)), WEB, DB)))
  end)

  it("is the destination of a route: nothing is said about subnets that use it", function()
    local route = { "aws_route.out", {}, refer = { route_table_id = "aws_vpc.main.main_route_table_id",
      gateway_id = { "local.gateway" }, destination_cidr_block = { "local.block" } } }
    open(load(base(route)), "destination_cidr_block of aws_route%.out is not known")
  end)

  it("is the table of a subnet", function()
    local association = { "aws_route_table_association.a", {},
      refer = { subnet_id = "aws_subnet.a.id", route_table_id = { "local.table" } } }
    open(load(base(association)), "route_table_id of aws_route_table_association%.a is not known")
  end)

  it("is an entry of a network ACL", function()
    local acl = { "aws_network_acl.n", { subnet_ids = nil }, refer = { vpc_id = "aws_vpc.main.id",
      subnet_ids = to "aws_subnet.a.id" } }
    local entry = { "aws_network_acl_rule.e", { rule_number = 100, protocol = "-1", rule_action = "allow",
      egress = false },
      refer = { network_acl_id = "aws_network_acl.n.id", cidr_block = { "local.block" } } }
    open(load(base(acl, entry)), "cidr_block of aws_network_acl_rule%.e is not known")
  end)

  it("is the block of a VPC", function()
    local list = base()
    list.vpc[2].cidr_block = nil
    list.vpc.refer = { cidr_block = { "data.aws_vpc_ipam_pool.p" } }
    open(load(list), "cidr_block of aws_vpc%.main is not known")
  end)

  it("is the address of a NAT gateway", function()
    local net = load(base(
      { "aws_nat_gateway.n", {}, unknown = { "private_ip" }, refer = { subnet_id = "aws_subnet.a.id" } },
      { "aws_route.out", { destination_cidr_block = "0.0.0.0/0" }, refer = {
        route_table_id = "aws_vpc.main.main_route_table_id", nat_gateway_id = "aws_nat_gateway.n.id" } }))
    open(net, "private_ip of aws_nat_gateway%.n is not known", WEB, "internet=8.8.8.8")
  end)

  -- Two VPCs and two tables, so that nothing can be taken for the only one that fits.
  local OTHER = { "aws_vpc.other", { cidr_block = "10.7.0.0/16" } }

  it("is the VPC of a gateway", function()
    local net = load(base(OTHER, { "aws_internet_gateway.i", {}, refer = { vpc_id = { "local.vpc" } } },
      { "aws_route.out", { destination_cidr_block = "0.0.0.0/0" }, refer = {
        route_table_id = "aws_vpc.main.main_route_table_id", gateway_id = "aws_internet_gateway.i.id" } }))
    assert.same({ "unknown", "UNKNOWN_DESTINATION" }, { (select(1, ask(net, WEB, "internet=8.8.8.8"))),
      (select(2, ask(net, WEB, "internet=8.8.8.8"))) })
  end)

  it("is the VPC of a main table, of a table and of a subnet", function()
    local list = base(OTHER, { "aws_route_table.t", { route = {} }, refer = { vpc_id = "aws_vpc.main.id" } },
      { "aws_main_route_table_association.m", {}, refer = { vpc_id = { "local.vpc" },
        route_table_id = "aws_route_table.t.id" } })
    assert.equal("unknown", (ask(load(list), WEB, "internet=8.8.8.8")))
    list = base(OTHER, { "aws_route_table.t", { route = {} }, refer = { vpc_id = { "local.vpc" } } },
      { "aws_route_table_association.t", {}, refer = { subnet_id = "aws_subnet.a.id",
        route_table_id = "aws_route_table.t.id" } })
    open(load(list), "vpc_id of aws_route_table%.t", WEB, "internet=8.8.8.8")
    list = base(OTHER)
    list.subnet.refer.vpc_id = { "local.vpc" }
    open(load(list), "vpc_id of aws_subnet%.a")
  end)

  it("is the interface that an address leads to", function()
    open(load(base({ "aws_eip.e", { public_ip = "198.51.100.7" }, refer = { instance = { "local.instance" } } })),
      "network_interface of aws_eip%.e", WEB, "internet=8.8.8.8")
  end)
end)
