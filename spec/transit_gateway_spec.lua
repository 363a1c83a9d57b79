-- Transit gateways as scripts make and change them: what AWS allows, what comes of it, and what it
-- refuses with which code, the model unchanged.

local described = require "support.described"
local refused = require "support.refused"
local transit = require "support.transit"
local vpcpeer = require "vpcpeer"

local add_vpc, build, both_ways = transit.add_vpc, transit.build, transit.both_ways
local line, NO_ROUTE = described.line, transit.NO_ROUTE

describe("a transit gateway", function()
  it("comes with AWS's options and a default table that attachments get", function()
    local m = build()
    assert.equal("ok, ok", both_ways(m))
    assert.equal(m.main, m.tgw.propagation_default_route_table)
    assert.equal("available", m.tgw.state)
    assert.equal(64512, m.tgw.options.amazon_side_asn)
    assert.equal("disable", m.tgw.options.security_group_referencing_support)
    assert.is_true(m.main.default_association_route_table)
    assert.equal(m.main.id, m.ta.association.transit_gateway_route_table_id)
    assert.equal("available", m.ta.state)
    assert.equal(m.a, m.ta.vpc)
    assert.equal(m.tgw, m.ta.transit_gateway)
    assert.equal("tgw-attach-a", m.main.transit_gateway_route_table_propagations[1].transit_gateway_attachment_id)
    local ids = {}
    for each in m.tgw:transit_gateway_attachments() do
      ids[#ids + 1] = each.id
    end
    assert.same({ "tgw-attach-a", "tgw-attach-b" }, ids)
    assert.equal("tgw-attach-a", m.a:transit_gateway_attachments()().id)
  end)

  it("has no default table where both options are off", function()
    local m = build()
    local bare = m.net:create_transit_gateway {
      options = { default_route_table_association = "disable", default_route_table_propagation = "disable" },
    }
    assert.is_nil(bare.association_default_route_table)
    assert.is_nil(bare:transit_gateway_route_tables()())
    local attachment = bare:create_vpc_attachment { vpc_id = m.a, subnet_ids = { m.a_subnet } }
    assert.is_nil((attachment.association or {}).transit_gateway_route_table_id)
    refused(m.net, "InvalidParameterValue", m.net, "create_transit_gateway", { options = { dns_support = "on" } })
  end)

  it("takes options of its own, and those that are not given keep AWS's value", function()
    local net = vpcpeer.network()
    local options = net:create_transit_gateway({
      options = { amazon_side_asn = 64600, transit_gateway_cidr_blocks = { "10.99.0.0/24", "2001:db8:99::/64" },
        multicast_support = "enable" },
    }).options
    assert.same({ 64600, { "10.99.0.0/24", "2001:db8:99::/64" }, "enable", "disable", "enable" }, {
      options.amazon_side_asn, options.transit_gateway_cidr_blocks, options.multicast_support,
      options.auto_accept_shared_attachments, options.vpn_ecmp_support,
    })
  end)

  it("is described by documents that load again", function()
    local m = build()
    local text = m.net:describe_json()
    local again = assert(vpcpeer.load_json(text))
    assert.equal(text, again:describe_json())
    assert.equal("ok", line(again, "i-a", "i-b"))
    assert.equal(text, m.net:clone():describe_json())
    local list = m.net:describe("transit-gateway-vpc-attachments", { ["vpc-id"] = "vpc-b" })
      .TransitGatewayVpcAttachments
    assert.equal(1, #list)
    assert.equal("tgw-attach-b", list[1].TransitGatewayAttachmentId)
    assert.same({}, m.net:describe("transit-gateway-peering-attachments").TransitGatewayPeeringAttachments)
  end)

  it("changes its options and its default table", function()
    local m = build()
    local second = m.tgw:create_route_table { transit_gateway_route_table_id = "tgw-rtb-2" }
    m.tgw:modify {
      description = "core",
      options = {
        security_group_referencing_support = "enable", association_default_route_table_id = second,
        amazon_side_asn = 65000,
      },
    }
    assert.equal("core enable tgw-rtb-2", m.tgw.description .. " " .. m.tgw.options.security_group_referencing_support
      .. " " .. m.tgw.options.association_default_route_table_id)
    assert.equal(65000, m.tgw.options.amazon_side_asn)
    assert.is_true(second.default_association_route_table)
    assert.is_false(m.main.default_association_route_table)
    assert.equal(m.main.id, m.ta.association.transit_gateway_route_table_id)
    refused(m.net, "InvalidRouteTableID.NotFound", m.tgw, "modify",
      { options = { association_default_route_table_id = "tgw-rtb-9" } })
    local other = m.net:create_transit_gateway()
    refused(m.net, "InvalidParameterValue", other, "modify",
      { options = { propagation_default_route_table_id = second } })
    refused(m.net, "InvalidParameterValue", m.tgw, "modify", { options = { vpn_ecmp_support = "maybe" } })
  end)

  it("is deleted with its default table once nothing is attached", function()
    local m = build()
    refused(m.net, "IncorrectState", m.tgw, "delete")
    m.ta:delete()
    m.tb:delete()
    local extra = m.tgw:create_route_table()
    refused(m.net, "IncorrectState", m.tgw, "delete")
    extra:delete()
    m.tgw:delete()
    assert.is_nil(m.net:get "tgw-1")
    assert.is_nil(m.net:transit_gateway_route_tables()())
    assert.is_nil(m.net:transit_gateway_attachments()())
    assert.equal("blackhole", m.a.main_route_table.routes[2].state)
  end)

  it("is kept by attachments that live, from either end, and not by those that ended", function()
    for state, keeps in pairs {
      available = true, pendingAcceptance = true, deleted = false, rejected = false, failed = false,
    } do
      local net = assert(vpcpeer.load_tables {
        TransitGateways = { { TransitGatewayId = "tgw-1", OwnerId = "111111111111", State = "available" },
          { TransitGatewayId = "tgw-2", OwnerId = "111111111111", State = "available" } },
        TransitGatewayPeeringAttachments = { { TransitGatewayAttachmentId = "tgw-attach-p", State = state,
          RequesterTgwInfo = { TransitGatewayId = "tgw-1" }, AccepterTgwInfo = { TransitGatewayId = "tgw-2" } } },
      })
      for _, id in ipairs { "tgw-1", "tgw-2" } do
        if keeps then
          refused(net, "IncorrectState", net:get(id), "delete")
        else
          net:get(id):delete()
          assert.is_nil(net:get(id))
          net:create_transit_gateway() -- others may be there
        end
      end
    end
  end)

  it("counts what quotas allow when asked to", function()
    local m = build { quotas = true }
    for _ = 2, 5 do
      m.net:create_transit_gateway()
    end
    refused(m.net, "TransitGatewayLimitExceeded", m.net, "create_transit_gateway")
    for _ = 2, 20 do
      m.tgw:create_route_table()
    end
    refused(m.net, "TransitGatewayRouteTableLimitExceeded", m.tgw, "create_route_table")
  end)
end)

describe("a VPC attachment", function()
  it("is one of five of its VPC when quotas are on", function()
    local m = build { quotas = true }
    for _ = 2, 5 do
      m.net:create_transit_gateway():create_vpc_attachment { vpc_id = m.a, subnet_ids = { m.a_subnet } }
    end
    local far = m.net:as "222222222222":create_transit_gateway()
    m.ta:delete()
    m.net:get(far.id):create_vpc_attachment { vpc_id = m.a, subnet_ids = { m.a_subnet } }
    refused(m.net, "TransitGatewayAttachmentLimitExceeded", m.tgw, "create_vpc_attachment",
      { vpc_id = m.a, subnet_ids = { m.a_subnet } })
  end)

  it("needs a VPC of the Region, and one subnet a zone", function()
    local m = build()
    add_vpc(m, "c", "10.2")
    add_vpc(m, "far", "10.3", { region = "us-west-2" })
    local second = m.c:create_subnet { cidr_block = "10.2.1.0/24", availability_zone = "us-east-1a" }
    local function try(code, options)
      return refused(m.net, code, m.tgw, "create_vpc_attachment", options)
    end
    try("MissingParameter", { subnet_ids = { "subnet-c" } })
    try("MissingParameter", { vpc_id = m.c })
    try("InvalidVpcID.NotFound", { vpc_id = "vpc-9", subnet_ids = { "subnet-c" } })
    try("InvalidVpcID.NotFound", { vpc_id = m.far, subnet_ids = { "subnet-far" } })
    try("InvalidSubnetID.NotFound", { vpc_id = m.c, subnet_ids = { "subnet-9" } })
    try("InvalidParameterValue", { vpc_id = m.c, subnet_ids = { "subnet-a" } })
    try("DuplicateSubnetsInSameZone", { vpc_id = m.c, subnet_ids = { "subnet-c", second } })
    try("InvalidParameterValue", { vpc_id = m.c, subnet_ids = { "subnet-c" }, options = { ipv6_support = "yes" } })
    assert.matches("has non%-deleted Transit Gateway Attachments with same VPC ID",
      try("DuplicateTransitGatewayAttachment", { vpc_id = m.a, subnet_ids = { "subnet-a" } }))
  end)

  it("changes its subnets and options", function()
    local m = build()
    local second = m.a:create_subnet { cidr_block = "10.0.1.0/24", availability_zone = "us-east-1b" }
    m.ta:modify { add_subnet_ids = { second }, options = { appliance_mode_support = "enable" } }
    assert.same({ "subnet-a", second.id }, m.ta.subnet_ids)
    assert.equal("enable", m.ta.options.appliance_mode_support)
    m.ta:modify { remove_subnet_ids = { "subnet-a" } }
    assert.same({ second.id }, m.ta.subnet_ids)
    assert.equal("no TGW_ROUTE_AZ_RESTRICTION", line(m.net, "i-a", "i-b"))
    refused(m.net, "InsufficientSubnetsException", m.ta, "modify", { remove_subnet_ids = { second } })
    refused(m.net, "InvalidSubnetID.NotFound", m.ta, "modify", { remove_subnet_ids = { "subnet-b" } })
    refused(m.net, "DuplicateSubnetsInSameZone", m.ta, "modify",
      { add_subnet_ids = { m.a:create_subnet { cidr_block = "10.0.2.0/24", availability_zone = "us-east-1b" } } })
  end)

  it("of another account waits for the owner of the gateway", function()
    local m = build()
    add_vpc(m, "c", "10.2", { owner_id = "222222222222" })
    local asked = m.net:as("222222222222"):get("tgw-1"):create_vpc_attachment {
      vpc_id = m.c, subnet_ids = { "subnet-c" },
    }
    local tc = m.net:get(asked.id)
    assert.equal("pendingAcceptance", tc.state)
    assert.is_nil((tc.association or {}).state)
    m.c.main_route_table:create_route { destination_cidr_block = "10.0.0.0/8", transit_gateway_id = m.tgw }
    assert.equal("blackhole", m.c.main_route_table.routes[2].state)
    refused(m.net, "IncorrectState", m.main, "associate", { transit_gateway_attachment_id = tc })
    refused(m.net, "IncorrectState", asked, "modify", { options = { dns_support = "disable" } })
    refused(m.net, "OperationNotPermitted", m.net:as("222222222222"):get(tc.id), "accept")
    tc:accept()
    assert.equal("available associated", tc.state .. " " .. tc.association.state)
    assert.equal("active", m.c.main_route_table.routes[2].state)
    assert.equal("ok", line(m.net, "i-c", "i-a"))
    refused(m.net, "IncorrectState", tc, "accept")
    refused(m.net, "IncorrectState", tc, "reject")
    refused(m.net, "OperationNotPermitted", m.net:as("333333333333"):get(tc.id), "delete")
    local id = tc.id
    m.net:as("222222222222"):get(id):delete()
    assert.is_nil(m.net:get(id))
  end)

  it("of another account may be rejected, or accepted by the gateway itself", function()
    local m = build()
    add_vpc(m, "c", "10.2", { owner_id = "222222222222" })
    local theirs = m.net:as("222222222222"):get "tgw-1"
    local asked = theirs:create_vpc_attachment { vpc_id = m.c, subnet_ids = { "subnet-c" } }
    local tc = m.net:get(asked.id)
    tc:reject()
    assert.equal("rejected", tc.state)
    refused(m.net, "IncorrectState", tc, "delete")
    m.tgw:modify { options = { auto_accept_shared_attachments = "enable" } }
    assert.equal("available", theirs:create_vpc_attachment({ vpc_id = m.c, subnet_ids = { "subnet-c" } }).state)
  end)

  it("that was loaded without a state counts as available, with a state unknown here as one that ended", function()
    local function loaded(state)
      local net = assert(vpcpeer.load_tables {
        TransitGateways = { { TransitGatewayId = "tgw-1", OwnerId = "111111111111", State = "available" } },
        TransitGatewayVpcAttachments = { { TransitGatewayAttachmentId = "tgw-attach-1", TransitGatewayId = "tgw-1",
          VpcId = "vpc-1", VpcOwnerId = "111111111111", State = state } },
      })
      return net, net:get "tgw-attach-1"
    end
    local net, attachment = loaded "rollingBack"
    refused(net, "IncorrectState", attachment, "delete")
    net, attachment = loaded()
    attachment:delete()
    assert.is_nil(net:get "tgw-attach-1")
  end)

  it("keeps its VPC and subnets, and goes with its routes", function()
    local m = build()
    m.a:create_subnet { subnet_id = "subnet-x", cidr_block = "10.0.9.0/24" }
    m.ta:modify { add_subnet_ids = {} }
    m.net:get("i-a"):terminate()
    refused(m.net, "DependencyViolation", m.a, "delete")
    refused(m.net, "DependencyViolation", m.a_subnet, "delete")
    m.net:get("subnet-x"):delete() -- no subnet of the attachment
    m.main:create_route { destination_cidr_block = "10.9.0.0/16", transit_gateway_attachment_id = m.ta }
    m.ta:delete()
    assert.equal("blackhole", m.a.main_route_table.routes[2].state)
    assert.same({ "blackhole", {} }, { m.main.routes[1].state, m.main.routes[1].transit_gateway_attachments })
    assert.equal(1, #m.main.transit_gateway_route_table_propagations)
    m.a_subnet:delete()
    assert.equal("no TGW_RTB_BAD_STATE_ROUTE", line(m.net, "i-b", "10.9.0.10"))
    assert.equal(NO_ROUTE, line(m.net, "i-b", "10.0.0.10"))
  end)

  it("propagates unless its VPC overlaps one that was attached before", function()
    local m = build()
    add_vpc(m, "c", "10.1") -- as b
    m.tgw:create_vpc_attachment {
      vpc_id = m.c, subnet_ids = { "subnet-c" }, transit_gateway_attachment_id = "tgw-attach-0",
    }
    local trace = m.net:trace { from = "i-a", to = "10.1.0.10" }
    assert.equal("tgw-attach-b", trace.path[3].route.transit_gateway_attachment_id)
    -- a block that is added later is propagated at once
    m.b:associate_cidr_block { cidr_block = "10.77.0.0/16" }
    trace = m.net:trace { from = "i-a", to = "10.77.0.10" }
    assert.equal("10.77.0.0/16", trace.path[3].route.destination_cidr_block)
  end)
end)

describe("a route to a transit gateway", function()
  it("needs an attachment of the VPC", function()
    local m = build()
    add_vpc(m, "c", "10.2")
    refused(m.net, "InvalidTransitGatewayID.NotFound", m.c.main_route_table, "create_route",
      { destination_cidr_block = "10.0.0.0/8", transit_gateway_id = m.tgw })
    refused(m.net, "InvalidTransitGatewayID.NotFound", m.c.main_route_table, "create_route",
      { destination_cidr_block = "10.0.0.0/8", transit_gateway_id = "tgw-9" })
    refused(m.net, "InvalidParameterValue", m.a.main_route_table, "create_route",
      { destination_cidr_block = "10.0.0.0/24", transit_gateway_id = m.tgw })
    assert.equal("active", m.a.main_route_table.routes[2].state)
  end)
end)

describe("a peering attachment", function()
  -- tgw-1 of build(), and tgw-2 in another Region of another account with VPC far.
  local function build_two()
    local m = build()
    m.there = m.net:as("222222222222", "us-west-2")
    add_vpc(m, "far", "10.3", { owner_id = "222222222222", region = "us-west-2" })
    m.far_tgw = m.there:create_transit_gateway { transit_gateway_id = "tgw-2" }
    m.there:get("tgw-2"):create_vpc_attachment { vpc_id = m.far, subnet_ids = { "subnet-far" } }
    m.far.main_route_table:create_route { destination_cidr_block = "10.0.0.0/8", transit_gateway_id = "tgw-2" }
    return m
  end

  it("is accepted by the other gateway's owner in its Region and carries static routes only", function()
    local m = build_two()
    local p = m.tgw:create_peering_attachment {
      peer_transit_gateway_id = "tgw-2", transit_gateway_attachment_id = "tgw-attach-p",
    }
    assert.same({ "pendingAcceptance", "tgw-1", "222222222222", "us-west-2" }, {
      p.state, p.requester_tgw_info.transit_gateway_id, p.accepter_tgw_info.owner_id, p.accepter_tgw_info.region,
    })
    refused(m.net, "OperationNotPermitted", p, "accept")
    refused(m.net, "IncorrectState", m.main, "create_route",
      { destination_cidr_block = "10.3.0.0/16", transit_gateway_attachment_id = p })
    refused(m.net, "OperationNotPermitted", m.net:as("222222222222"):get "tgw-attach-p", "accept")
    m.there:get("tgw-attach-p"):accept()
    assert.equal("available", p.state)
    assert.equal(m.main.id, p.association.transit_gateway_route_table_id)
    assert.equal(m.far_tgw.association_default_route_table.id, p.peer_association.transit_gateway_route_table_id)
    assert.equal(NO_ROUTE, line(m.net, "i-a", "i-far"))
    refused(m.net, "IncorrectState", m.main, "enable_propagation", { transit_gateway_attachment_id = p })
    m.main:create_route { destination_cidr_block = "10.3.0.0/16", transit_gateway_attachment_id = p }
    m.far_tgw.association_default_route_table:create_route {
      destination_cidr_block = "10.0.0.0/16", transit_gateway_attachment_id = p,
    }
    assert.equal("ok warn AVAILABILITY_ZONE_CROSSED", line(m.net, "i-a", "i-far"))
    local states = {}
    for _, event in ipairs(m.net:events()) do
      if event.resource_id == "tgw-attach-p" then
        states[#states + 1] = event.action:match("^%u%l+") .. " " .. event.state
      end
    end
    assert.same({ "Create initiatingRequest", "Create pendingAcceptance", "Accept pending", "Accept available" },
      states)
    local text = m.net:describe_json()
    assert.equal(text, assert(vpcpeer.load_json(text)):describe_json())
    m.there:get("tgw-attach-p"):delete()
    assert.equal("no TGW_RTB_BAD_STATE_ROUTE", line(m.net, "i-a", "i-far"))
  end)

  it("is rejected, fails, or is refused", function()
    local m = build_two()
    local p = m.tgw:create_peering_attachment { peer_transit_gateway_id = "tgw-2" }
    refused(m.net, "DuplicateTransitGatewayAttachment", m.tgw, "create_peering_attachment",
      { peer_transit_gateway_id = "tgw-2" })
    refused(m.net, "OperationNotPermitted", p, "reject")
    m.there:get(p.id):reject()
    assert.equal("rejected", p.state)
    refused(m.net, "IncorrectState", m.there:get(p.id), "accept")
    assert.equal("failed", m.tgw:create_peering_attachment({ peer_transit_gateway_id = "tgw-9" }).state)
    assert.equal("failed", m.tgw:create_peering_attachment({
      peer_transit_gateway_id = "tgw-2", peer_account_id = "333333333333",
    }).state)
    refused(m.net, "InvalidParameterValue", m.tgw, "create_peering_attachment", { peer_transit_gateway_id = m.tgw })
    refused(m.net, "MissingParameter", m.tgw, "create_peering_attachment", {})
  end)
end)

describe("a way on premises", function()
  it("is a VPN connection, whose attachment comes and goes with it", function()
    local m = build()
    local customer = m.net:create_customer_gateway { ip_address = "192.0.2.1" }
    refused(m.net, "InvalidParameterCombination", m.net, "create_vpn_connection",
      { customer_gateway_id = customer, transit_gateway_id = m.tgw, vpn_gateway_id = "vgw-1" })
    refused(m.net, "InvalidTransitGatewayID.NotFound", m.net, "create_vpn_connection",
      { customer_gateway_id = customer, transit_gateway_id = "tgw-9" })
    local vpn = m.net:create_vpn_connection {
      vpn_connection_id = "vpn-1", customer_gateway_id = customer, transit_gateway_id = m.tgw,
      static_routes_only = true,
    }
    assert.equal("vpn-1", vpn.id)
    assert.equal(m.tgw, vpn.transit_gateway)
    local attachment = m.net:transit_gateway_attachments({ resource_id = "vpn-1" })()
    assert.equal("vpn available associated",
      attachment.resource_type .. " " .. attachment.state .. " " .. attachment.association.state)
    m.a.main_route_table:create_route { destination_cidr_block = "192.168.0.0/16", transit_gateway_id = m.tgw }
    assert.equal(NO_ROUTE, line(m.net, "i-a", "192.168.0.7"))
    vpn:create_route { destination_cidr_block = "192.168.0.0/24" }
    assert.equal("ok", line(m.net, "i-a", "192.168.0.7"))
    attachment:declare_routes { cidrs = { "192.168.1.0/24" } }
    assert.equal("ok", line(m.net, "i-a", "192.168.1.7"))
    assert.equal("ok", line(m.net, "onprem@" .. attachment.id .. "=192.168.1.7", "i-a"))
    refused(m.net, "IncorrectState", attachment, "delete")
    local text = m.net:describe_json()
    assert.equal(text, assert(vpcpeer.load_json(text)):describe_json())
    local id = attachment.id
    vpn:delete()
    assert.is_nil(m.net:get(id))
    assert.equal(NO_ROUTE, line(m.net, "i-a", "192.168.0.7"))
  end)

  it("is a Direct Connect gateway, with the prefixes that it announces", function()
    local m = build()
    local direct = m.tgw:attach_direct_connect_gateway {
      direct_connect_gateway_id = "dx-1", cidrs = { "192.168.0.0/16" }, transit_gateway_attachment_id = "tgw-attach-x",
    }
    assert.equal("direct-connect-gateway dx-1 dx", direct.resource_type .. " " .. direct.resource_id .. " "
      .. direct.declared_routes[1].connection)
    m.a.main_route_table:create_route { destination_cidr_block = "192.168.0.0/16", transit_gateway_id = m.tgw }
    assert.equal("ok", line(m.net, "i-a", "192.168.7.7"))
    refused(m.net, "IncorrectState", m.ta, "declare_routes", { cidrs = { "192.168.0.0/16" } })
    refused(m.net, "MissingParameter", direct, "declare_routes", {})
    local text = m.net:describe_json()
    local again = assert(vpcpeer.load_json(text))
    assert.equal(text, again:describe_json())
    assert.equal("ok", line(again, "i-a", "192.168.7.7"))
    direct:delete()
    assert.equal(NO_ROUTE, line(m.net, "i-a", "192.168.7.7"))
  end)
end)

describe("a group reference over a transit gateway", function()
  it("is allowed inbound where the gateway and both attachments have the option", function()
    local m = build()
    local web = m.a:create_security_group { group_name = "web" }
    local reference = { ip_protocol = "tcp", from_port = 22, to_port = 22, referenced_group_id = web }
    refused(m.net, "InvalidGroup.NotFound", m.b_group, "authorize_ingress", reference)
    m.tgw:modify { options = { security_group_referencing_support = "enable" } }
    refused(m.net, "InvalidGroup.NotFound", m.b_group, "authorize_egress", reference)
    m.b_group:authorize_ingress(reference)
    m.ta:modify { options = { security_group_referencing_support = "disable" } }
    refused(m.net, "InvalidGroup.NotFound", m.b_group, "authorize_ingress",
      { ip_protocol = "tcp", from_port = 80, to_port = 80, referenced_group_id = web })
  end)
end)

describe("the event log", function()
  it("has each state that the parts of a transit gateway pass through", function()
    local net = vpcpeer.network()
    local vpc = net:create_vpc { cidr_block = "10.0.0.0/16" }
    local subnet = vpc:create_subnet { cidr_block = "10.0.0.0/24", availability_zone = "us-east-1a" }
    local before = #net:events()
    local tgw = net:create_transit_gateway { options = {
      default_route_table_association = "disable", default_route_table_propagation = "disable",
    } }
    tgw:create_route_table():delete()
    tgw:create_vpc_attachment { vpc_id = vpc, subnet_ids = { subnet } }:delete()
    tgw:attach_direct_connect_gateway { cidrs = { "192.168.0.0/16" } }:delete()
    tgw:delete()
    local seen = {}
    for i = before + 1, #net:events() do
      local event = net:events()[i]
      seen[#seen + 1] = event.action .. " " .. event.state
    end
    local expected = {}
    for _, name in ipairs {
      "CreateTransitGateway", "CreateTransitGatewayRouteTable", "DeleteTransitGatewayRouteTable",
      "CreateTransitGatewayVpcAttachment", "DeleteTransitGatewayVpcAttachment",
      "CreateDirectConnectGatewayAssociation", "DeleteDirectConnectGatewayAssociation", "DeleteTransitGateway",
    } do
      local comes = name:match("^Create") ~= nil
      expected[#expected + 1] = name .. (comes and " pending" or " deleting")
      expected[#expected + 1] = name .. (comes and " available" or " deleted")
    end
    assert.same(expected, seen)
  end)
end)

-- Transit Gateway Guide, "Attachments to a VPC": one interface in each subnet of the attachment.
describe("the interfaces of a transit gateway", function()
  local function interfaces(net)
    local list = {}
    for eni in net:network_interfaces { ["interface-type"] = "transit_gateway" } do
      list[#list + 1] = ("%s %s %s"):format(eni.subnet_id, eni.private_ip_address, eni.owner_id)
    end
    table.sort(list)
    return table.concat(list, ", ")
  end

  it("stand in the subnets of an attachment, belong to the service and accept nothing", function()
    local m = build()
    assert.equal("subnet-a 10.0.0.4 111111111111, subnet-b 10.1.0.4 111111111111", interfaces(m.net))
    local eni = m.net:network_interfaces { ["interface-type"] = "transit_gateway" }()
    assert.equal("in-use", eni.status)
    assert.is_true(eni.requester_managed)
    assert.equal(0, #eni.groups)
    assert.equal("Network Interface for Transit Gateway Attachment tgw-attach-a", eni.description)
    refused(m.net, "OperationNotPermitted", eni, "delete")
    refused(m.net, "InvalidIPAddress.InUse", m.a_subnet, "create_network_interface",
      { private_ip_address = "10.0.0.4" })
    assert.equal("no NO_POSSIBLE_DESTINATION", line(m.net, "i-b", "10.0.0.4"))
    assert.equal("UNSUPPORTED_COMPONENT", select(2, m.net:reachable(eni, "i-a")))
    assert.equal("ok, ok", both_ways(m))
  end)

  it("come and go with the subnets of the attachment, and with it", function()
    local m = build()
    local other = m.a:create_subnet {
      subnet_id = "subnet-c", cidr_block = "10.0.1.0/24", availability_zone = "us-east-1b",
    }
    m.ta:modify { add_subnet_ids = { other } }
    assert.equal("subnet-a 10.0.0.4 111111111111, subnet-b 10.1.0.4 111111111111, subnet-c 10.0.1.4 111111111111",
      interfaces(m.net))
    m.ta:modify { remove_subnet_ids = { "subnet-a" } }
    assert.equal("subnet-b 10.1.0.4 111111111111, subnet-c 10.0.1.4 111111111111", interfaces(m.net))
    m.ta:delete()
    assert.equal("subnet-b 10.1.0.4 111111111111", interfaces(m.net))
  end)

  it("wait for the acceptance, and are of the account of the VPC", function()
    local m = build()
    local far = m.net:as "222222222222"
    local vpc = far:create_vpc { cidr_block = "10.9.0.0/16" }
    local subnet = vpc:create_subnet { subnet_id = "subnet-far", cidr_block = "10.9.0.0/24" }
    far:get("tgw-1"):create_vpc_attachment {
      vpc_id = vpc, subnet_ids = { subnet }, transit_gateway_attachment_id = "tgw-attach-far",
    }
    assert.not_matches("subnet%-far", interfaces(m.net))
    m.net:get("tgw-attach-far"):accept()
    assert.matches("subnet%-far 10%.9%.0%.4 222222222222", interfaces(m.net))
  end)

  it("need a free address", function()
    local m = build()
    local small = m.a:create_subnet { cidr_block = "10.0.9.0/28", availability_zone = "us-east-1b" }
    for _ = 1, 11 do
      small:create_network_interface()
    end
    refused(m.net, "InsufficientFreeAddressesInSubnet", m.ta, "modify", { add_subnet_ids = { small } })
  end)
end)
