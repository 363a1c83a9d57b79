-- Plans and states of others: what a load says about each, an answer argued from the file's own
-- words, and what is refused. The files lie beside this folder; without them those tests are pending.

local damage = require "support.damage"
local dumps = require "support.terraform_dumps"
local json = require "vpcpeer.json"
local random = require "support.random"
local shell = require "support.shell"
local terraform = require "support.terraform"
local vpcpeer = require "vpcpeer"

local ROUNDS = 6 * (tonumber(os.getenv "VPCPEER_ROUNDS") or 1)
local PLANS = "terraform-plans/terraform-compliance_test_"

-- Is the file there? Otherwise the test is pending.
local function present(name)
  if shell.run("test -f " .. dumps.folder .. name) ~= 0 then
    pending "the plans and states are not beside this folder"
    return false
  end
  return true
end

-- The verdict of both answers, the first code and its message.
local function ask(net, from, to, port)
  local trace = assert(net:trace { from = from, to = to, port = port or 443 })
  assert.equal(trace.reachable, (net:reachable(from, to, "tcp", port or 443)))
  local first = trace.explanations[1] or {}
  return trace.verdict, first.code, first.message
end

describe("Terraform files of others", function()
  local names, wanted = dumps.names(), dumps.read()
  if #names == 0 then
    pending "the plans and states are not beside this folder"
  end

  for _, name in ipairs(names) do
    it("say what the golden file says about them: " .. name, function()
      assert.is_table(wanted[name], "lua5.4 spec/support/write-terraform.lua writes it")
      assert.equal(table.concat(wanted[name], "\n"), table.concat(dumps.lines(name), "\n"))
    end)

    it("describe the same after a round trip: " .. name, function()
      local net, message, code = vpcpeer.load(dumps.folder .. name)
      if not net then
        assert.equal("unsupported_version", code)
        return assert.matches("terraform show %-json", message)
      end
      local text = net:describe_json()
      assert.equal(text, assert(vpcpeer.load_json(text)):describe_json())
      local topology = shell.temporary_folder() .. "/topology.lua"
      shell.write(topology, net:to_lua())
      assert.equal(text, assert(vpcpeer.load(topology)):describe_json())
    end)
  end

  -- "aws_route_table.private" has a route 0.0.0.0/0 of "private_nat_gateway[0]" to the NAT gateway
  -- of the same number, whose private_ip is in after_unknown; its association is private[0]. The
  -- table of public[0] has "public_internet_gateway[0]" to aws_internet_gateway.this[0].
  it("issue-158: three kinds of subnets in a module", function()
    local name = PLANS .. "issue-158.json"
    if not present(name) then return end
    local net = assert(vpcpeer.load(dumps.folder .. name))
    local private = "module.vpc.aws_subnet.private[0]=10.0.1.10"
    assert.equal("reachable", (ask(net, private, "module.vpc.aws_subnet.public[1]=10.0.102.9")))
    local verdict, code, message = ask(net, private, "internet=8.8.8.8")
    assert.same({ "unknown", "UNKNOWN_RESOURCE" }, { verdict, code })
    assert.matches("private_ip of module%.vpc%.aws_nat_gateway%.this%[0%] is not known until apply", message)
    verdict, code = ask(net, "module.vpc.aws_subnet.public[0]=10.0.101.10", "internet=8.8.8.8")
    assert.same({ "not-reachable", "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS" }, { verdict, code })
    for i = 0, 2 do
      local route = net:get(("module.vpc.aws_route_table.private[%d]"):format(i)).routes[2]
      assert.equal(net:get(("module.vpc.aws_nat_gateway.this[%d]"):format(i)).id, route.nat_gateway_id)
    end
  end)

  -- "test-pub-rtb" has an inline route 0.0.0.0/0 whose gateway_id is in after_unknown; the only
  -- gateway of the plan is "test-igw". "test-pubA-rtb-assoc" associates test-subnet-pubA; the private
  -- subnets are in no association, and no route is added to the main table of "test-vpc".
  it("issue-171: an inline route without a reference", function()
    local name = PLANS .. "issue-171.json"
    if not present(name) then return end
    local net = assert(vpcpeer.load(dumps.folder .. name))
    local verdict, code = ask(net, "aws_subnet.test-subnet-pubA=10.0.0.9", "internet=8.8.8.8")
    assert.same({ "not-reachable", "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS" }, { verdict, code })
    verdict, code = ask(net, "aws_subnet.test-subnet-privA=10.0.10.9", "internet=8.8.8.8")
    assert.same({ "not-reachable", "NO_ROUTE_TO_DESTINATION" }, { verdict, code })
  end)

  -- "rtbassoc" and "rtbassoc2" associate both web subnets with "web_rtb", in one VPC; its only other
  -- route is 0.0.0.0/0 to "web_igw", which does not carry 10.10.10.9 of the other VPC. "web-eni" is
  -- attached by nothing. "web_host" has no private_ip, which after_unknown lists.
  it("checkov: two VPCs, an interface and instances", function()
    local name = "terraform-plans/checkov_tfplan.json"
    if not present(name) then return end
    local net = assert(vpcpeer.load(dumps.folder .. name))
    local web = "aws_subnet.web_subnet=172.16.10.9"
    assert.equal("reachable", (ask(net, web, "aws_subnet.web_subnet2=172.16.11.9")))
    local verdict, code = ask(net, web, "aws_subnet.eks_subnet1=10.10.10.9")
    assert.same({ "not-reachable", "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS" }, { verdict, code })
    verdict, code = ask(net, web, "aws_network_interface.web-eni", 22)
    assert.same({ "not-reachable", "BAD_STATE" }, { verdict, code })
    local _, _, message = ask(net, "internet=8.8.8.8", "aws_instance.web_host", 22)
    assert.matches("^private_ip of aws_instance%.web_host, public_ip of aws_instance%.web_host are not known", message)
    assert.equal("us-west-2", net:get("aws_vpc.web_vpc").region)
  end)

  -- "vpc_subnet_acl" has neither ingress nor egress in its expressions, so it has no entries, and
  -- subnet_ids refers to aws_subnet.vpc_subnet: both instances. They are two, so the ACL is met.
  it("issue-514: an ACL without entries", function()
    local name = PLANS .. "issue-514.json"
    if not present(name) then return end
    local net = assert(vpcpeer.load(dumps.folder .. name))
    local verdict, code = ask(net, "module.vpc_module.aws_subnet.vpc_subnet[0]=172.16.0.140",
      "module.vpc_module.aws_subnet.vpc_subnet[1]=172.16.0.5")
    assert.same({ "not-reachable", "SUBNET_ACL_RESTRICTION" }, { verdict, code })
  end)

  -- "aws_subnet.test" is in "aws_vpc.pass" and no table or route is planned: its table is the main
  -- one, which has the local route alone. "allow_all" is a rule of sg-123456, which is not in the plan.
  it("pull_330: gateways that no route leads to", function()
    local name = PLANS .. "pull_330.json"
    if not present(name) then return end
    local net = assert(vpcpeer.load(dumps.folder .. name))
    local verdict, code = ask(net, "aws_subnet.test=10.0.1.9", "internet=8.8.8.8")
    assert.same({ "not-reachable", "NO_ROUTE_TO_DESTINATION" }, { verdict, code })
    assert.equal("vpc-aws_vpc.pass", net:get("aws_internet_gateway.gw").attachments[1].vpc_id)
  end)

  -- The root's group has vpc_id = module.child1.grandchild_vpc, an output of an output; child2's has
  -- var.child_vpc_id, which the root passes from the same output.
  it("regula: groups whose VPC is behind two modules", function()
    local name = "terraform-plans/regula_resource_view_06.json"
    if not present(name) then return end
    local net = assert(vpcpeer.load(dumps.folder .. name))
    local vpc = net:get("module.child1.module.grandchild1.aws_vpc.grandchild").id
    assert.equal(vpc, net:get("aws_security_group.parent").vpc_id)
    assert.equal(vpc, net:get("module.child2.aws_security_group.child").vpc_id)
    assert.equal("us-east-2", net:get("aws_vpc.parent").region)
  end)

  -- The rules are resources of their own; "alb_ecs_ingress" has source_security_group_id = the group
  -- of the load balancer.
  it("issue-234: rules between groups", function()
    local name = PLANS .. "issue-234-egress.json"
    if not present(name) then return end
    local net = assert(vpcpeer.load(dumps.folder .. name))
    local permission = net:get("aws_security_group.alb_ecs").ip_permissions[1]
    assert.same({ "tcp", 8080, "sg-aws_security_group.alb" },
      { permission.ip_protocol, permission.from_port, permission.user_id_group_pairs[1].group_id })
  end)

  -- The subnet's VPC is in the state by its id alone: nobody knows its table.
  it("lb_listener: a subnet without its VPC", function()
    local name = "terraform-states/driftctl_aws_lb_listener.json"
    if not present(name) then return end
    local net = assert(vpcpeer.load(dumps.folder .. name))
    local verdict, code = ask(net, "aws_subnet.main-1=10.100.0.9", "internet=8.8.8.8")
    assert.same({ "unknown", "UNKNOWN_RESOURCE" }, { verdict, code })
    assert.equal("us-east-1", net:get("aws_subnet.main-1").region)
    assert.equal("533948124879", net:get("aws_subnet.main-1").owner_id)
  end)

  -- The instances are there by their ids alone: no address, no subnet, no interface.
  it("cyclic, repeated_modules: instances that were cut to their ids", function()
    for name, instance in pairs { aws_state_cyclic = "i-00eab1355727cfb44",
      repeated_modules = "module.ec2_ubuntu_a[1].aws_instance.this[0]" } do
      local file = "terraform-states/inframap_" .. name .. ".json"
      if not present(file) then return end
      local verdict, code = ask(assert(vpcpeer.load(dumps.folder .. file)), instance, "internet=8.8.8.8")
      assert.same({ "unknown", "UNKNOWN_RESOURCE" }, { verdict, code })
    end
  end)
end)

describe("a Terraform document that is refused", function()
  local function refused(document, code, pattern)
    local net, message, got = vpcpeer.load_tables(document)
    assert.is_nil(net)
    assert.equal(code, got)
    assert.matches(pattern, message)
  end

  it("has another version", function()
    for _, version in ipairs { 1, 3, 5, "x" } do
      refused({ version = version, terraform_version = "0.11.14" }, "unsupported_version", "terraform show %-json")
    end
    refused({ format_version = "2.0", terraform_version = "9.0" }, "unsupported_version", "format 2%.0")
  end)

  it("is of another provider, or holds nothing", function()
    refused(terraform.state { { "google_compute_network.n", { id = "n" } } }, "nothing_known", "provider aws")
    refused(terraform.plan {}, "nothing_known", "provider aws")
  end)

  it("is truncated", function()
    local text = json.encode(terraform.state { { "aws_vpc.v", { id = "vpc-v", cidr_block = "10.0.0.0/16" } } })
    for length = 2, #text - 1, 7 do
      local net, _, code = vpcpeer.load_json(text:sub(1, length))
      assert.is_nil(net)
      assert.equal("invalid_json", code)
    end
  end)
end)

describe("hostile Terraform documents", function()
  it("may have modules in circles, and deep ones", function()
    local module = { address = "module.a", resources = { { type = "aws_vpc", name = "v", mode = "managed",
      address = "module.a.aws_vpc.v", values = { cidr_block = "10.0.0.0/16" } } } }
    module.child_modules = { module, { child_modules = { module } } }
    local document = terraform.plan {}
    document.planned_values.root_module = module
    assert.equal("vpc-module.a.aws_vpc.v", assert(vpcpeer.load_tables(document)):get("module.a.aws_vpc.v").id)
    local inner = module
    for i = 1, 5000 do
      inner = { address = ("module.m"):rep(1) .. i, child_modules = { inner } }
    end
    document.planned_values.root_module = { child_modules = { inner }, resources = module.resources }
    local net = assert(vpcpeer.load_tables(document))
    assert.equal("limit", net:diagnostics()[1].code)
  end)

  it("may have references in circles", function()
    local list = { { "aws_vpc.a", {}, refer = { cidr_block = "aws_vpc.a.cidr_block" } } }
    for i = 1, 60 do
      local refs = {}
      for k = 1, 60 do
        refs[k] = ("aws_route_table_association.r%d.subnet_id"):format(k)
      end
      list[#list + 1] = { ("aws_route_table_association.r%d"):format(i), {}, refer = { subnet_id = refs,
        route_table_id = refs } }
    end
    list[#list + 1] = { "aws_subnet.s", { cidr_block = "10.0.0.0/24" }, refer = { vpc_id = "module.m.o" } }
    local document = terraform.plan(list, { modules = { m = { expressions = { v = { "module.m.o" } },
      outputs = { o = "var.v" } } } })
    assert(vpcpeer.load_tables(document))
  end)

  it("may be wrong everywhere", function()
    local numbers = random.start "terraform_spec"
    local sources = {
      function()
        return terraform.plan {
          { "aws_vpc.v", { cidr_block = "10.0.0.0/16", tags = { Name = "v" } } },
          { "aws_subnet.s[0]", { cidr_block = "10.0.0.0/24" }, refer = { vpc_id = "aws_vpc.v.id" } },
          { "aws_security_group.g", { name = "g", ingress = { { protocol = "tcp", from_port = 1, to_port = 2,
            cidr_blocks = { "10.0.0.0/8" }, security_groups = { "sg-1" } } } }, refer = { vpc_id = "aws_vpc.v.id" } },
          { 'aws_instance.i["x"]', { private_ip = "10.0.0.9", network_interface = { { device_index = 0 } } },
            refer = { subnet_id = "aws_subnet.s", vpc_security_group_ids = { "aws_security_group.g" } } },
          { "aws_route_table.r", { route = { { cidr_block = "0.0.0.0/0" } } }, refer = { vpc_id = "aws_vpc.v.id" } },
          { "aws_route_table_association.r", {}, refer = { subnet_id = "aws_subnet.s[0].id",
            route_table_id = "aws_route_table.r" } },
          { "module.m[0].aws_nat_gateway.n", {}, refer = { subnet_id = "var.s" } },
          { "aws_network_acl.n", { ingress = { { rule_no = 1, action = "allow", cidr_block = "0.0.0.0/0" } } },
            refer = { subnet_ids = "aws_subnet.s", vpc_id = "local.v" } },
          { "aws_vpc_peering_connection.p", { auto_accept = true }, refer = { vpc_id = "aws_vpc.v",
            peer_vpc_id = "aws_vpc.v" } },
          { "aws_ec2_transit_gateway.t", {} }, { "aws_eip.e", {}, refer = { instance = "aws_instance.i" } },
        }
      end,
    }
    for _, name in ipairs(dumps.names()) do
      sources[#sources + 1] = function()
        return json.decode(shell.read(dumps.folder .. name))
      end
    end
    local models = 0
    for i, source in ipairs(sources) do
      local document = source()
      for round = 1, ROUNDS * (i == 1 and 40 or 1) do
        local broken = damage.of(document, numbers, round % 2 == 0 and 12 or 60)
        for _, key in ipairs { "format_version", "terraform_version", "version" } do
          broken[key] = numbers:below(20) > 0 and document[key] or broken[key]
        end
        local net, message, code = vpcpeer.load_tables(broken)
        if net then
          models = models + 1
          local text = net:describe_json()
          assert.equal(text, assert(vpcpeer.load_json(text)):describe_json())
          for subnet in net:subnets() do
            net:trace { from = subnet, to = "internet" }
          end
          net:lint()
        else
          assert.is_string(message)
          assert.is_string(code)
        end
      end
    end
    assert.is_true(models > ROUNDS)
  end)

  it("may be large", function()
    local list = { { "aws_vpc.v", { cidr_block = "10.0.0.0/8" } } }
    for i = 0, 1999 do
      list[#list + 1] = { ("aws_subnet.s[%d]"):format(i),
        { cidr_block = ("10.%d.%d.0/24"):format(i / 250 - i / 250 % 1, i % 250) },
        refer = { vpc_id = "local.v" } }
      list[#list + 1] = { ("aws_route_table_association.s[%d]"):format(i), {},
        refer = { subnet_id = { "aws_subnet.s", "count.index" }, route_table_id = "aws_vpc.v.main_route_table_id" } }
    end
    local net = assert(vpcpeer.load_tables(terraform.plan(list)))
    assert.equal(2000, #net:describe("subnets").Subnets)
  end)
end)
