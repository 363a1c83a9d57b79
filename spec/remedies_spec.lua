-- trace:remedies: the edits of a failed trace, each one made on a copy of the model, which then lets it pass.

local vpcpeer = require "vpcpeer"

local function apply(net, edits)
  for _, edit in ipairs(edits) do
    local object = assert(net:get(edit.resource_id))
    object[edit.action](object, edit.arguments)
  end
end

-- Two VPCs, an instance in each, and nothing between them but a pending request.
local function build(family)
  local net = vpcpeer.network()
  local m = { net = net }
  for i, id in ipairs { "a", "b" } do
    local vpc = net:create_vpc { vpc_id = "vpc-" .. id, cidr_block = ("10.%d.0.0/16"):format(i) }
    local block6 = ("2001:db8:%d::/56"):format(i)
    vpc:associate_cidr_block { ipv6_cidr_block = block6 }
    local subnet = vpc:create_subnet {
      subnet_id = "subnet-" .. id, cidr_block = ("10.%d.0.0/24"):format(i),
      ipv6_cidr_block = ("2001:db8:%d::/64"):format(i),
    }
    local group = vpc:create_security_group { group_id = "sg-" .. id, group_name = id }
    group:revoke_egress { ip_protocol = "-1", cidr_ip = "0.0.0.0/0" }
    group:revoke_egress { ip_protocol = "-1", cidr_ipv6 = "::/0" }
    vpc:create_network_acl { network_acl_id = "acl-" .. id }:associate { subnet_id = subnet }
    m[id] = subnet:run_instance {
      instance_id = "i-" .. id, security_group_ids = { group }, ipv6_address_count = family == 6 and 1 or nil,
    }
  end
  net:create_vpc_peering_connection {
    vpc_peering_connection_id = "pcx-1", vpc_id = "vpc-a", peer_vpc_id = "vpc-b",
  }
  return m
end

-- Mends until the question is answered, or until there is nothing left to do; returns how often.
local function mend(m, question)
  local net = m.net:clone()
  for round = 1, 8 do
    local t = assert(net:trace(question))
    local edits, complete = t:remedies()
    if t.reachable then
      assert.same({}, edits)
      assert.is_true(complete)
      return round - 1
    end
    assert.is_true(#edits > 0, tostring(t))
    for _, edit in ipairs(edits) do
      assert.is_true(#edit.text > 5, edit.code)
    end
    apply(net, edits)
  end
  error("it never got better", 0)
end

describe("trace:remedies", function()
  it("mends a way on which everything is missing", function()
    assert.is_true(mend(build(), { from = "i-a", to = "i-b", port = 5432 }) <= 4)
  end)

  it("mends UDP, ICMP, other protocols, several ports and IPv6", function()
    for _, question in ipairs {
      { protocol = "udp", port = 53 }, { protocol = "icmp" }, { protocol = "47" },
      { protocol = "tcp", port = { { 80, 81 }, { 443, 443 } } },
    } do
      question.from, question.to = "i-a", "i-b"
      mend(build(), question)
    end
    mend(build(6), { from = "i-a", to = "i-b", port = 22, family = 6 })
  end)

  it("says each edit once, as a call of the model", function()
    local m = build()
    m.net:get("pcx-1"):accept()
    local edits, complete = m.net:trace({ from = "i-a", to = "i-b", port = 5432 }):remedies()
    assert.is_true(complete)
    assert.same({
      { "authorize_egress", "sg-a", { ip_protocol = "tcp", from_port = 5432, to_port = 5432,
        cidr_ip = "10.2.0.4/32" } },
      { "create_entry", "acl-a", { rule_number = 32766, egress = true, rule_action = "allow", protocol = "6",
        port_range = { from = 5432, to = 5432 }, cidr_block = "10.2.0.4/32" } },
      { "create_route", m.net:get("vpc-a").main_route_table.id,
        { destination_cidr_block = "10.2.0.0/16", vpc_peering_connection_id = "pcx-1" } },
    }, (function()
      local plain = {}
      for i, edit in ipairs(edits) do
        plain[i] = { edit.action, edit.resource_id, edit.arguments }
      end
      return plain
    end)())
    assert.equal("SG_HAS_NO_RULES", edits[1].code)
  end)

  it("starts an instance, and accepts a request", function()
    local m = build()
    m.b:stop()
    local edits = m.net:trace({ from = "i-a", to = "i-b" }):remedies()
    assert.same({ "start", "i-b" }, { edits[1].action, edits[1].resource_id })
    mend(m, { from = "i-a", to = "i-b" })
  end)

  it("is incomplete where no edit is sure to be meant", function()
    local net = vpcpeer.network()
    for _, id in ipairs { "a", "b" } do
      net:create_vpc({ vpc_id = "vpc-" .. id, cidr_block = "10.0.0.0/16" })
        :create_subnet({ cidr_block = "10.0.0.0/24" }):run_instance { instance_id = "i-" .. id }
    end
    local _, complete = net:trace({ from = "i-a", to = "i-b" }):remedies()
    assert.is_false(complete)
  end)

  it("is a method of a trace", function()
    local t = build().net:trace { from = "i-a", to = "i-b" }
    for _, wrong in ipairs { 7, "x", {}, setmetatable({}, {}) } do
      local ok, message = pcall(t.remedies, wrong)
      assert.is_false(ok)
      assert.matches("bad receiver of 'remedies'", message)
    end
  end)
end)

describe("the remedies of a name that does not resolve", function()
  it("are the DNS attributes that hide it", function()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" }
    local subnet = vpc:create_subnet { cidr_block = "10.0.0.0/24" }
    for i = 1, 2 do
      subnet:run_instance { instance_id = "i-" .. i, private_ip_address = "10.0.0.1" .. i }
    end
    local question = { from = "i-1", to = "ip-10-0-0-12.ec2.internal" }
    assert.equal(1, mend({ net = net }, question))
    assert.equal("switch enableDnsSupport and enableDnsHostnames on in vpc-a",
      net:trace(question):remedies()[1].text)
    vpc:modify_attribute { enable_dns_support = false }
    question.to = "10.0.0.2"
    question.protocol, question.port = "udp", 53
    assert.same({ "DNS_SUPPORT_DISABLED" }, { net:trace(question).explanations[1].code })
    assert.equal("switch enableDnsSupport on in vpc-a", net:trace(question):remedies()[1].text)
    assert.equal(1, mend({ net = net }, question))
  end)
end)
