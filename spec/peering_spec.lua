-- The life of peering connections: catalogue C72 to C80 and C84, and semantics 5.2 to 5.7, 8.3.

local vpcpeer = require "vpcpeer"
local refused = require "spec.support.refused"

local HOUR = 3600
local OTHER = "222222222222"

-- A network with VPCs "A" and "B"; options of B may name another account and Region.
local function pair(a, b, options)
  local net = vpcpeer.network()
  options = options or {}
  local requester = net:create_vpc { vpc_id = "vpc-a", cidr_block = a }
  local accepter = net:create_vpc { vpc_id = "vpc-b", cidr_block = b, owner_id = options.owner_id,
    region = options.region }
  return net, requester, accepter
end

local function request(net, options)
  options = options or {}
  return net:create_vpc_peering_connection {
    vpc_peering_connection_id = options.id or "pcx-1", vpc_id = "vpc-a", peer_vpc_id = "vpc-b",
    peer_owner_id = options.owner_id, peer_region = options.region,
  }
end

-- The state as an account sees it, "gone" when it does not.
local function status(net, account, id)
  local pcx = net:as(account or "111111111111"):get(id or "pcx-1")
  return pcx and pcx.status.code or "gone"
end

describe("life cycle of a peering connection", function()
  it("C72: one account accepts and deletes", function()
    local net = pair("172.16.0.0/16", "10.0.0.0/16")
    local pcx = request(net)
    assert.equal("pending-acceptance", pcx.status.code)
    assert.equal("Pending Acceptance by 111111111111", pcx.status.message)
    assert.equal("1970-01-08T00:00:00+00:00", pcx.expiration_time)
    pcx:accept()
    assert.same({ "active", "Active" }, { pcx.status.code, pcx.status.message })
    assert.is_nil(pcx.expiration_time)
    local message = refused(net, "InvalidStateTransition", pcx, "accept")
    assert.matches("VpcPeeringConnectionID pcx%-1 is not in the correct state for the request%.", message)
    refused(net, "InvalidStateTransition", pcx, "reject")
    pcx:delete()
    assert.same({ "deleted", "Deleted by 111111111111" }, { pcx.status.code, pcx.status.message })
    refused(net, "InvalidStateTransition", pcx, "accept")
    refused(net, "InvalidStateTransition", pcx, "delete")
    assert.equal("deleted", status(net))
    net:advance(2 * HOUR - 1)
    assert.equal("deleted", status(net))
    net:advance(1)
    assert.equal("gone", status(net))
    refused(net, "InvalidVpcPeeringConnectionID.NotFound", pcx, "delete")
  end)

  it("logs every state it passes through", function()
    local net = pair("172.16.0.0/16", "10.0.0.0/16")
    request(net):accept():delete()
    local states = {}
    for _, event in ipairs(net:events()) do
      if event.resource_id == "pcx-1" then
        states[#states + 1] = event.state
      end
    end
    assert.same({ "initiating-request", "pending-acceptance", "provisioning", "active", "deleting", "deleted" },
      states)
  end)

  it("C73: only the accepter accepts, only the requester withdraws", function()
    local net = pair("172.16.0.0/16", "10.0.0.0/16", { owner_id = OTHER })
    local mine = request(net, { owner_id = OTHER })
    local theirs = net:as(OTHER):get "pcx-1"
    local message = refused(net, "OperationNotPermitted", mine, "accept")
    assert.matches("User %(111111111111%) cannot accept peering pcx%-1", message)
    refused(net, "OperationNotPermitted", mine, "reject")
    refused(net, "OperationNotPermitted", theirs, "delete")
    theirs:accept()
    theirs:delete()
    assert.equal("Deleted by 222222222222", mine.status.message)
    net:advance(2 * HOUR)
    assert.equal("gone", status(net, OTHER))
    assert.equal("deleted", status(net))
    net:advance(46 * HOUR)
    assert.equal("gone", status(net))
  end)

  it("C74: a rejected request is seen 2 hours by the accepter, 2 days by the requester", function()
    local net = pair("172.16.0.0/16", "10.0.0.0/16", { owner_id = OTHER })
    local pcx = request(net, { owner_id = OTHER })
    net:as(OTHER):get("pcx-1"):reject()
    assert.equal("rejected", pcx.status.code)
    refused(net, "InvalidStateTransition", pcx, "delete")
    net:advance(2 * HOUR)
    assert.equal("gone", status(net, OTHER))
    assert.equal("rejected", status(net))
    net:advance(46 * HOUR)
    assert.equal("gone", status(net))
  end)

  it("C75: a request expires after 168 hours", function()
    local net = pair("172.16.0.0/16", "10.0.0.0/16")
    local pcx = request(net)
    net:advance(167 * HOUR)
    assert.equal("pending-acceptance", status(net))
    net:advance(1 * HOUR - 1)
    assert.equal("pending-acceptance", status(net))
    net:advance(1)
    assert.equal("expired", status(net))
    refused(net, "InvalidStateTransition", pcx, "accept")
    net:advance(47 * HOUR)
    assert.equal("expired", status(net))
    net:advance(1 * HOUR)
    assert.equal("gone", status(net))
  end)

  it("expires requests at their own second, in the order of time and then of their ids", function()
    local net = pair("172.16.0.0/16", "10.0.0.0/16")
    for number, id in ipairs { "pcx-3", "pcx-2", "pcx-4" } do
      local vpc = net:create_vpc { cidr_block = ("10.%d.0.0/16"):format(number) }
      net:create_vpc_peering_connection { vpc_peering_connection_id = id, vpc_id = "vpc-a", peer_vpc_id = vpc }
    end
    net:advance(10)
    request(net)
    net:advance(400 * HOUR)
    local expired = {}
    for _, event in ipairs(net:events()) do
      if event.state == "expired" then
        expired[#expired + 1] = event.resource_id .. "@" .. event.at
      end
    end
    assert.same({ "pcx-2@604800", "pcx-3@604800", "pcx-4@604800", "pcx-1@604810" }, expired)
    assert.equal("gone", status(net))
  end)

  it("knows time that goes forward only", function()
    local net = pair("172.16.0.0/16", "10.0.0.0/16")
    local before = net:describe_json()
    for _, seconds in ipairs { -1, -2 ^ 40, 2 ^ 62 } do
      assert.error_matches(function() net:advance(seconds) end, "not between 0 and")
    end
    assert.equal(before, net:describe_json())
  end)

  -- Semantics 5.6: 25 requests of an account may wait, and a VPC may have 50 active connections.
  it("keeps to the quotas when asked", function()
    local net = vpcpeer.network { quotas = true }
    local vpcs = {}
    for i = 0, 52 do
      vpcs[i] = net:create_vpc { cidr_block = ("10.%d.0.0/16"):format(i), region = ("us-east-%d"):format(1 + i % 11) }
    end
    local here = net:as("111111111111", "us-east-1")
    local function ask(i)
      return here:create_vpc_peering_connection {
        vpc_id = vpcs[0], peer_vpc_id = vpcs[i], peer_region = vpcs[i].region,
      }
    end
    local waiting = {}
    for i = 1, 25 do
      waiting[i] = ask(i)
    end
    refused(net, "OutstandingVpcPeeringConnectionLimitExceeded", here, "create_vpc_peering_connection",
      { vpc_id = vpcs[0], peer_vpc_id = vpcs[26], peer_region = vpcs[26].region })
    assert.equal(waiting[1], ask(1)) -- one that is there already is no further request
    local function accept(pcx)
      return net:as("111111111111", pcx.accepter_vpc_info.region):get(pcx.id):accept()
    end
    for i = 1, 25 do
      accept(waiting[i])
    end
    -- the other half is asked for from the other side
    local function ask_back(i)
      return net:as("111111111111", vpcs[i].region):create_vpc_peering_connection {
        vpc_id = vpcs[i], peer_vpc_id = vpcs[0], peer_region = "us-east-1",
      }
    end
    for i = 26, 50 do
      accept(ask_back(i))
    end
    local last = ask_back(51)
    refused(net, "ActiveVpcPeeringConnectionPerVpcLimitExceeded", here:get(last.id), "accept")
    local apart = net:as("111111111111", vpcs[51].region):create_vpc_peering_connection {
      vpc_id = vpcs[51], peer_vpc_id = vpcs[52], peer_region = vpcs[52].region,
    }
    assert.equal("active", accept(apart).status.code) -- each VPC counts its own
    here:get(waiting[1].id):delete()
    assert.equal("active", accept(last).status.code)
  end)

  it("C76: overlapping blocks make a request fail", function()
    local net = pair("10.0.0.0/16", "10.0.0.0/16", { owner_id = OTHER })
    local pcx = request(net, { owner_id = OTHER })
    assert.equal("failed", pcx.status.code)
    assert.equal("Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range", pcx.status.message)
    local diagnostic = net:diagnostics()[1]
    assert.same({ "PCX_OVERLAPPING_CIDRS", "pcx-1" }, { diagnostic.code, diagnostic.resource_id })
    assert.matches("10%.0%.0%.0/16", diagnostic.message)
    refused(net, "InvalidStateTransition", pcx, "delete")
    assert.equal("gone", status(net, OTHER))
    net:advance(2 * HOUR)
    assert.equal("gone", status(net))
  end)

  it("one overlapping pair of any family is enough", function()
    for _, blocks in ipairs {
      { "10.0.0.0/16", "10.0.128.0/17" },
      { "10.0.0.0/16", "100.64.0.0/16", "10.0.1.0/24" },
      { "10.0.0.0/16", "100.64.0.0/16", "2001:db8:1234:1a00::/60" },
    } do
      local net, a, b = pair(blocks[1], blocks[2])
      a:associate_cidr_block { ipv6_cidr_block = "2001:db8:1234:1a00::/56" }
      if blocks[3] then
        local key = blocks[3]:find ":" and "ipv6_cidr_block" or "cidr_block"
        local ok = pcall(b.associate_cidr_block, b, { [key] = blocks[3] })
        if not ok then -- 100.64.0.0/16 takes no private block: swap the ends
          net = vpcpeer.network()
          net:create_vpc { vpc_id = "vpc-a", cidr_block = blocks[1] }
          net:create_vpc({ vpc_id = "vpc-b", cidr_block = blocks[3] }):associate_cidr_block { cidr_block = blocks[2] }
        end
      end
      assert.equal("failed", request(net).status.code)
    end
  end)

  it("fails for an unknown or the same VPC, refuses an unknown requester", function()
    local net = pair("10.0.0.0/16", "172.16.0.0/16", { owner_id = OTHER })
    assert.equal("failed", request(net).status.code) -- not in the caller's account
    assert.equal("PCX_UNKNOWN_VPC", net:diagnostics()[1].code)
    local same = net:create_vpc_peering_connection { vpc_id = "vpc-a", peer_vpc_id = "vpc-a" }
    assert.equal("failed", same.status.code)
    assert.equal("PCX_SAME_VPC", net:diagnostics()[2].code)
    local message = refused(net, "InvalidVpcID.NotFound", net, "create_vpc_peering_connection",
      { vpc_id = "vpc-x", peer_vpc_id = "vpc-a" })
    assert.matches("The vpc ID 'vpc%-x' does not exist", message)
    refused(net, "InvalidVpcID.NotFound", net, "create_vpc_peering_connection", { vpc_id = "vpc-b",
      peer_vpc_id = "vpc-a" })
    refused(net, "MissingParameter", net, "create_vpc_peering_connection", { vpc_id = "vpc-a" })
  end)

  it("C77: between Regions, accept in the accepter's", function()
    local net = pair("172.16.0.0/16", "10.0.0.0/16", { region = "us-west-2" })
    local pcx = request(net, { region = "us-west-2" })
    local message = refused(net, "OperationNotPermitted", pcx, "accept")
    assert.matches("must be accepted in region us%-west%-2", message)
    message = refused(net, "OperationNotPermitted", pcx, "reject")
    assert.matches("must be accepted or rejected in region us%-west%-2", message)
    assert.equal("active", pcx:accept({ region = "us-west-2" }).status.code)
  end)

  it("C78: a repeated request returns the first, an opposite one is never accepted", function()
    local net = pair("172.16.0.0/16", "10.0.0.0/16")
    local pcx = request(net)
    assert.equal(pcx, request(net, { id = "pcx-2" }))
    pcx:accept()
    assert.equal(pcx, request(net, { id = "pcx-2" }))
    local opposite = net:create_vpc_peering_connection { vpc_id = "vpc-b", peer_vpc_id = "vpc-a" }
    assert.equal("pending-acceptance", opposite.status.code)
    refused(net, "VpcPeeringConnectionAlreadyExists", opposite, "accept")
    pcx:delete()
    assert.equal("active", opposite:accept().status.code)
    assert.equal("pending-acceptance", request(net, { id = "pcx-2" }).status.code)
  end)

  it("C79, C80: blocks that come after the request", function()
    local net, a, b = pair("172.16.0.0/16", "10.2.0.0/16")
    local pcx = request(net)
    refused(net, "OperationNotPermitted", a, "associate_cidr_block", { cidr_block = "172.18.0.0/16" })
    b:associate_cidr_block { cidr_block = "10.3.0.0/16" }
    pcx:accept()
    a:associate_cidr_block { cidr_block = "172.18.0.0/16" }
    a:associate_cidr_block { cidr_block = "100.64.0.0/16" }
    refused(net, "InvalidVpc.Range", b, "associate_cidr_block", { cidr_block = "100.64.128.0/17" })
    local late, _, accepter = pair("100.64.0.0/16", "10.2.0.0/16")
    pcx = request(late)
    accepter:associate_cidr_block { cidr_block = "100.64.1.0/24" }
    assert.equal("failed", pcx.status.code)
    assert.equal("PCX_OVERLAPPING_CIDRS", late:diagnostics()[1].code)
    refused(late, "InvalidStateTransition", pcx, "accept")
  end)
end)

describe("what hangs on a peering connection", function()
  it("routes follow its state", function()
    local net, a, b = pair("172.16.0.0/16", "10.0.0.0/16")
    local pcx = request(net)
    local main = a.main_route_table
    main:create_route { destination_cidr_block = b.cidr_block, vpc_peering_connection_id = pcx }
    assert.equal("blackhole", main.routes[2].state)
    pcx:accept()
    assert.equal("active", main.routes[2].state)
    pcx:delete()
    assert.equal("blackhole", main.routes[2].state)
  end)

  it("C84: group references need an active connection in one Region", function()
    local net, a, b = pair("172.16.0.0/16", "10.0.0.0/16")
    local c = net:create_vpc { vpc_id = "vpc-c", cidr_block = "192.168.0.0/16", region = "us-west-2" }
    local sga = a:create_security_group { group_name = "a" }
    local sgb, sgc = b:create_security_group { group_name = "b" }, c:create_security_group { group_name = "c" }
    local rule = { ip_protocol = "tcp", from_port = 443, to_port = 443, referenced_group_id = sgb }
    local message = refused(net, "InvalidGroup.NotFound", sga, "authorize_ingress", rule)
    assert.matches("You have specified two resources that belong to different networks%.", message)
    local pcx = request(net)
    refused(net, "InvalidGroup.NotFound", sga, "authorize_ingress", rule)
    pcx:accept()
    sga:authorize_ingress(rule)
    local named = sga.ip_permissions[1].user_id_group_pairs[1]
    assert.same({ tostring(sgb), "vpc-b", "pcx-1" }, { named.group_id, named.vpc_id,
      named.vpc_peering_connection_id })
    net:create_vpc_peering_connection {
      vpc_peering_connection_id = "pcx-2", vpc_id = "vpc-a", peer_vpc_id = "vpc-c", peer_region = "us-west-2",
    }
    net:as("111111111111", "us-west-2"):get("pcx-2"):accept()
    rule.referenced_group_id = sgc
    refused(net, "InvalidGroup.NotFound", sga, "authorize_ingress", rule)
    sgb:delete() -- a reference from a peer does not hold it
  end)

  it("options are each side's own, and DNS needs both attributes in both VPCs", function()
    local net, a, b = pair("172.16.0.0/16", "10.0.0.0/16", { owner_id = OTHER })
    local mine, on = request(net, { owner_id = OTHER }), { allow_dns_resolution_from_remote_vpc = true }
    local theirs = net:as(OTHER):get "pcx-1"
    local message = refused(net, "OperationNotPermitted", mine, "modify_options",
      { requester_peering_connection_options = on })
    assert.matches("Peering pcx%-1 is not active%. Peering options can be added only to active peerings%.", message)
    theirs:accept()
    refused(net, "InvalidVpcPeeringConnectionState.DnsHostnamesDisabled", mine, "modify_options",
      { requester_peering_connection_options = on })
    a:modify_attribute { enable_dns_hostnames = true }
    refused(net, "InvalidVpcPeeringConnectionState.DnsHostnamesDisabled", mine, "modify_options",
      { requester_peering_connection_options = on })
    b:modify_attribute { enable_dns_hostnames = true }
    refused(net, "OperationNotPermitted", mine, "modify_options", { accepter_peering_connection_options = on })
    mine:modify_options { requester_peering_connection_options = on }
    assert.is_true(mine.requester_vpc_info.peering_options.allow_dns_resolution_from_remote_vpc)
    assert.is_false(mine.accepter_vpc_info.peering_options.allow_dns_resolution_from_remote_vpc)
  end)

  it("a VPC is held by an active connection and by another account's request", function()
    local net, a, b = pair("172.16.0.0/16", "10.0.0.0/16", { owner_id = OTHER })
    local pcx = request(net, { owner_id = OTHER })
    refused(net, "DependencyViolation", b, "delete")
    net:as(OTHER):get("pcx-1"):accept()
    refused(net, "DependencyViolation", a, "delete")
    refused(net, "DependencyViolation", b, "delete")
    pcx:delete()
    a:delete()
    b:delete()
    local other = pair("172.16.0.0/16", "10.0.0.0/16")
    pcx = request(other)
    other:get("vpc-a"):delete()
    assert.equal("deleted", pcx.status.code)
  end)
end)
