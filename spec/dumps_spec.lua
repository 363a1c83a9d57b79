-- Real dumps: they load, describing what was loaded is stable, and one answer is argued from the
-- dump's own words. The dumps lie beside this folder; without them these tests are pending.

local dumps = require "support.dumps"
local shell = require "support.shell"
local vpcpeer = require "vpcpeer"

local DATA = dumps.folder
local PEERED = DATA .. "batfish-vpc-peering-multi-account"

local function file_of(path)
  return require("cjson").decode(shell.read(path))
end

-- Every ordered pair of interfaces, asked for in both protocols that have a way of their own.
local function ask_all(net)
  local interfaces, count = {}, 0
  for interface in net:network_interfaces() do
    interfaces[#interfaces + 1] = interface
  end
  for _, from in ipairs(interfaces) do
    for _, to in ipairs(interfaces) do
      if from ~= to then
        for _, protocol in ipairs { "tcp", "icmp" } do
          local trace = assert(net:trace { from = from, to = to, protocol = protocol })
          assert(trace.reachable or #trace.explanations > 0, "no, and no reason why")
          assert.is_string(tostring(trace))
          assert.equal(trace.reachable, (net:reachable(from, to, protocol)))
          count = count + 1
        end
      end
    end
  end
  return count, #interfaces
end

describe("dumps", function()
  local names, wanted = dumps.names(), dumps.read()
  if #names == 0 then
    pending "the dumps are not beside this folder"
  end

  for _, name in ipairs(names) do
    local path = dumps.folder .. name

    it("load and describe the same after a round trip: " .. name, function()
      local net = assert(vpcpeer.load(path))
      local first = net:describe_json()
      assert.equal(first, net:describe_json())
      local again = assert(vpcpeer.load_json(first)):describe_json()
      assert.equal(first, again)
    end)

    it("say what the golden file says about them: " .. name, function()
      assert.is_table(wanted[name], "lua5.4 spec/support/write-dumps.lua writes it")
      assert.equal(table.concat(wanted[name], "\n"), table.concat(dumps.lines(name), "\n"))
    end)

    it("answer for each pair of their interfaces: " .. name, function()
      local count, interfaces = ask_all(assert(vpcpeer.load(path)))
      assert.equal(interfaces * (interfaces - 1) * 2, count)
    end)
  end

  it("are all in the golden file, and no others", function()
    if #names == 0 then
      return pending "the dumps are not beside this folder"
    end
    local missing = {}
    for name in pairs(wanted) do
      missing[name] = true
    end
    for _, name in ipairs(names) do
      missing[name] = nil
    end
    assert.same({}, missing)
  end)
end)

describe("the dump of two accounts with a peering connection", function()
  local net = vpcpeer.load(PEERED)
  if not net then
    return pending "the dump is not beside this folder"
  end

  local accounts = PEERED .. "/accounts/"
  local bat, fish = accounts .. "123456789012/us-east-1/", accounts .. "123456789013/us-east-1/"
  local web, peer = "i-07ae69cc808e8804e", "i-066ce0b1efbb5602c"

  -- The dump's own words, read without the model: the running instance, the table that its subnet
  -- is associated with, its only group.
  local function facts(folder, instance_id)
    local found = {}
    for _, reservation in ipairs(file_of(folder .. "Reservations.json").Reservations) do
      for _, instance in ipairs(reservation.Instances) do
        if instance.InstanceId == instance_id then
          found.instance = instance
        end
      end
    end
    for _, route_table in ipairs(file_of(folder .. "RouteTables.json").RouteTables) do
      for _, association in ipairs(route_table.Associations) do
        if association.SubnetId == found.instance.SubnetId then
          found.route_table = route_table
        end
      end
    end
    for _, group in ipairs(file_of(folder .. "SecurityGroups.json").SecurityGroups) do
      if group.GroupId == found.instance.SecurityGroups[1].GroupId then
        found.group = group
      end
    end
    found.vpc = file_of(folder .. "Vpcs.json").Vpcs[1]
    return found
  end

  -- The route of a table with exactly this destination.
  local function route_to(route_table, cidr)
    for _, route in ipairs(route_table.Routes) do
      if route.DestinationCidrBlock == cidr then
        return route
      end
    end
    return nil
  end

  local function permission(group, protocol)
    for _, rule in ipairs(group.IpPermissions) do
      if rule.IpProtocol == protocol then
        return rule
      end
    end
    return nil
  end

  local here, there = facts(bat, web), facts(fish, peer)

  -- The hop of a path that shows a route.
  local function routed(path)
    for _, hop in ipairs(path) do
      if hop.route then
        return hop
      end
    end
    return {}
  end

  it("lets tcp 22 through, by the routes and groups it holds", function()
    local out, back = route_to(here.route_table, there.vpc.CidrBlock), route_to(there.route_table, here.vpc.CidrBlock)
    local ssh = permission(there.group, "tcp")
    -- The argument, from the files alone: each side sends the other's block to one connection, the
    -- far group admits tcp 22 from everywhere, the near group lets everything out, and there is no
    -- network ACL in the dump.
    assert.equal(out.VpcPeeringConnectionId, back.VpcPeeringConnectionId)
    assert.same({ "active", "active" }, { out.State, back.State })
    assert.same({ 22, 22, "0.0.0.0/0" }, { ssh.FromPort, ssh.ToPort, ssh.IpRanges[1].CidrIp })
    assert.equal("-1", here.group.IpPermissionsEgress[1].IpProtocol)

    local trace = assert(net:trace { from = web, to = peer, protocol = "tcp", port = 22 })
    assert.is_true(trace.reachable, tostring(trace))
    assert.same({ out.VpcPeeringConnectionId }, trace.via)
    assert.same({ there.instance.PrivateIpAddress }, trace.traceroute)
    local forth, home = routed(trace.path), routed(trace.return_path)
    assert.equal(here.route_table.RouteTableId, forth.route.route_table_id)
    assert.equal(out.DestinationCidrBlock, forth.route.destination_cidr_block)
    assert.equal(there.route_table.RouteTableId, home.route.route_table_id)
    assert.equal(back.DestinationCidrBlock, home.route.destination_cidr_block)
    assert.equal(there.group.GroupId, trace.path[#trace.path].security_group_rule.group_id)
    local warnings = {}
    for _, warning in ipairs(trace.warnings) do
      warnings[warning.code] = true
    end
    assert.is_true(warnings.ASSUMPTION_DEFAULT_NETWORK_ACL)
  end)

  it("admits what else the far group admits: traceroute's ports and echo requests", function()
    local traceroute, echo = permission(there.group, "udp"), permission(there.group, "icmp")
    assert.same({ 33434, 33534, 8, 0 }, { traceroute.FromPort, traceroute.ToPort, echo.FromPort, echo.ToPort })
    assert.is_true(net:reachable(web, peer, "udp", 33434))
    assert.is_true(net:reachable(web, peer, "udp", 33534))
    assert.is_false(net:reachable(web, peer, "udp", 33535))
    assert.is_true(net:trace({ from = web, to = peer, protocol = "icmp" }).reachable)
    assert.is_false(net:trace({ from = web, to = peer, protocol = "icmp", icmp = { 13, 0 } }).reachable)
  end)

  it("stops tcp 443 at the far group, which has no rule for it", function()
    local trace = assert(net:trace { from = web, to = peer, port = 443 })
    assert.is_false(trace.reachable)
    assert.equal(1, #trace.explanations)
    local reason = trace.explanations[1]
    assert.same({ "ENI_SG_RULES_MISMATCH", "ingress" }, { reason.code, reason.direction })
    assert.same({ there.group.GroupId }, reason.security_group_ids)
  end)

  it("knows two hosts of one name, and refuses to guess", function()
    local trace, message, code = net:trace { from = "bat-web01", to = "fish-web01", port = 22 }
    assert.is_nil(trace)
    assert.equal("ambiguous", code)
    assert.truthy(message:find(peer, 1, true), message)
  end)

  it("answers the same through the command, as text and as JSON", function()
    local trace = assert(net:trace { from = web, to = peer, port = 22 })
    local command = ("%s lua/vpcpeer/cli/vpcpeer trace %s --from %s --to %s --port 22"):format(
      shell.interpreter(), shell.quote(PEERED), web, peer)
    assert.equal(tostring(trace) .. "\n", shell.must(command .. " --color never"))
    local decoded = require("cjson").decode(shell.must(command .. " --format json"))
    assert.is_true(decoded.reachable)
    assert.same(trace.via, decoded.via)
    assert.equal(#trace.path, #decoded.path)
    for i, hop in ipairs(trace.path) do
      local same = decoded.path[i]
      assert.same({ hop.kind, hop.id, hop.vpc_id }, { same.kind, same.id, same.vpc_id })
    end
    assert.same({}, decoded.explanations)
  end)

  it("says that a terminated instance cannot answer", function()
    local trace = assert(net:trace { from = web, to = "i-022b9fb2c0a0c72c1", port = 22 })
    assert.not_equal(true, trace.reachable)
    assert.truthy(trace.explanations[1])
  end)
end)

describe("the dump of an interface endpoint", function()
  local net = vpcpeer.load(DATA .. "batfish-vpc-endpoint-interface")
  if not net then
    return pending "the dump is not beside this folder"
  end

  -- One group is on the endpoint's interface and on the hosts: tcp 443 from anywhere comes in, tcp
  -- 80 does not. Both subnets have the table that leads to the internet and inside.
  it("takes what its group admits, from the other subnet too", function()
    local endpoint = net:vpc_endpoints()()
    local eni = endpoint.network_interfaces[1]
    assert.same({ "Interface", "com.amazonaws.us-east-1.cloudtrail", "10.1.101.97", "subnet-0bb8615d8368ece31" }, {
      endpoint.vpc_endpoint_type, endpoint.service_name, eni.private_ip_address, eni.subnet_id,
    })
    local far = net:get "i-0eb6eb395a0d09117"
    assert.equal("subnet-0611b848137c513d1", far.subnet_id)
    assert.same({ true, "10.1.101.97" },
      { net:reachable(far, endpoint), net:trace({ from = far, to = endpoint }).to.address })
    local refusal = net:trace { from = far, to = endpoint, port = 80 }
    assert.same({ "ENI_SG_RULES_MISMATCH", eni.id }, {
      refusal.explanations[1].code, refusal.explanations[1].network_interface_id,
    })
    assert.equal("VPCE_INTRA_VPC_TRAFFIC", net:trace({ from = endpoint, to = far }).explanations[1].code)
  end)

  it("knows the endpoint's own names; the service's needs DNS attributes that the dump does not hold", function()
    local vpc = net:vpcs()()
    assert.equal("10.1.101.97", net:resolve(
      "vpce-083c683a6be29b889-0h4w5u94-us-east-1a.cloudtrail.us-east-1.vpce.amazonaws.com", { from = vpc }))
    local _, why = net:resolve("cloudtrail.us-east-1.amazonaws.com", { from = vpc })
    assert.equal("NXDOMAIN", why)
    vpc:modify_attribute { enable_dns_hostnames = true }
    assert.equal("10.1.101.97", net:resolve("cloudtrail.us-east-1.amazonaws.com", { from = vpc }))
  end)
end)
