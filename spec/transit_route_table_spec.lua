-- Route tables of transit gateways: associations, propagations, routes and prefix lists, and the documents
-- that AWS prints of one table without naming it.

local described = require "support.described"
local refused = require "support.refused"
local transit = require "support.transit"
local vpcpeer = require "vpcpeer"

local build, line, NO_ROUTE = transit.build, described.line, transit.NO_ROUTE

describe("a transit gateway route table", function()
  it("is associated with attachments, each with one", function()
    local m = build()
    local isolated = m.tgw:create_route_table()
    refused(m.net, "Resource.AlreadyAssociated", isolated, "associate", { transit_gateway_attachment_id = m.ta })
    refused(m.net, "InvalidAssociation.NotFound", isolated, "disassociate", { transit_gateway_attachment_id = m.ta })
    refused(m.net, "MissingParameter", isolated, "associate", {})
    refused(m.net, "InvalidTransitGatewayAttachmentID.NotFound", isolated, "associate",
      { transit_gateway_attachment_id = "tgw-attach-9" })
    m.main:disassociate { transit_gateway_attachment_id = m.ta }
    assert.equal("no TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION", line(m.net, "i-a", "i-b"))
    isolated:associate { transit_gateway_attachment_id = m.ta }
    assert.equal(NO_ROUTE, line(m.net, "i-a", "i-b"))
    assert.equal("tgw-attach-a", isolated:transit_gateway_attachments()().id)
    refused(m.net, "IncorrectState", isolated, "delete")
    refused(m.net, "IncorrectState", m.main, "delete")
    local other = m.net:create_transit_gateway():create_route_table()
    refused(m.net, "InvalidTransitGatewayAttachmentID.NotFound", other, "associate",
      { transit_gateway_attachment_id = m.ta })
  end)

  it("takes routes to a peering attachment from either end, also where its own document alone was loaded", function()
    local function gateway(number)
      return { TransitGatewayId = "tgw-" .. number, OwnerId = "111111111111", State = "available" }
    end
    local function route_table(number)
      return { TransitGatewayRouteTableId = "tgw-rtb-" .. number, TransitGatewayId = "tgw-" .. number,
        State = "available" }
    end
    local net = assert(vpcpeer.load_tables {
      TransitGateways = { gateway(1), gateway(2), gateway(3) },
      TransitGatewayRouteTables = { route_table(1), route_table(2), route_table(3) },
      TransitGatewayPeeringAttachments = { { TransitGatewayAttachmentId = "tgw-attach-p", State = "available",
        RequesterTgwInfo = { TransitGatewayId = "tgw-1" }, AccepterTgwInfo = { TransitGatewayId = "tgw-2" } } },
    })
    local route = { destination_cidr_block = "10.3.0.0/16", transit_gateway_attachment_id = "tgw-attach-p" }
    for number = 1, 2 do
      local into = net:get("tgw-rtb-" .. number)
      into:create_route(route)
      assert.equal("active", into.routes[1].state)
    end
    refused(net, "InvalidTransitGatewayAttachmentID.NotFound", net:get "tgw-rtb-3", "create_route", route)
  end)

  it("takes propagations and loses them", function()
    local m = build()
    refused(m.net, "TransitGatewayRouteTablePropagation.Duplicate", m.main, "enable_propagation",
      { transit_gateway_attachment_id = m.tb })
    m.main:disable_propagation { transit_gateway_attachment_id = m.tb }
    assert.equal(NO_ROUTE, line(m.net, "i-a", "i-b"))
    refused(m.net, "TransitGatewayRouteTablePropagation.NotFound", m.main, "disable_propagation",
      { transit_gateway_attachment_id = m.tb })
    m.main:enable_propagation { transit_gateway_attachment_id = m.tb }
    assert.equal("ok", line(m.net, "i-a", "i-b"))
  end)

  it("takes static routes, changes and loses them", function()
    local m = build()
    local function try(code, method, options)
      refused(m.net, code, m.main, method, options)
    end
    m.main:create_route { destination_cidr_block = "10.1.0.0/24", blackhole = true }
    assert.equal("no TGW_RTB_BAD_STATE_ROUTE", line(m.net, "i-a", "i-b"))
    try("RouteAlreadyExists", "create_route", { destination_cidr_block = "10.1.0.0/24", blackhole = true })
    try("MissingParameter", "create_route", { blackhole = true })
    try("MissingParameter", "create_route", { destination_cidr_block = "10.2.0.0/24" })
    try("InvalidParameterCombination", "create_route",
      { destination_cidr_block = "10.2.0.0/24", blackhole = true, transit_gateway_attachment_id = m.ta })
    try("InvalidTransitGatewayAttachmentID.NotFound", "create_route",
      { destination_cidr_block = "10.2.0.0/24", transit_gateway_attachment_id = "tgw-attach-9" })
    try("InvalidParameterValue", "create_route", { destination_cidr_block = "10.2.0.0/33", blackhole = true })
    m.main:replace_route { destination_cidr_block = "10.1.0.0/24", transit_gateway_attachment_id = m.tb }
    assert.equal("ok", line(m.net, "i-a", "i-b"))
    assert.equal("static active tgw-attach-b", m.main.routes[1].type .. " " .. m.main.routes[1].state .. " "
      .. m.main.routes[1].transit_gateway_attachments[1].transit_gateway_attachment_id)
    try("InvalidRoute.NotFound", "replace_route", { destination_cidr_block = "10.2.0.0/24", blackhole = true })
    m.main:delete_route { destination_cidr_block = "10.1.0.0/24" }
    try("InvalidRoute.NotFound", "delete_route", { destination_cidr_block = "10.1.0.0/24" })
    m.main:create_route { destination_cidr_block = "2001:db8::/32", blackhole = true }
    assert.equal("2001:db8::/32", m.main.routes[1].destination_cidr_block)
  end)

  it("tells all routes as packets meet them", function()
    local m = build()
    local list = m.net:create_managed_prefix_list {
      prefix_list_id = "pl-1", prefix_list_name = "b", address_family = "IPv4", max_entries = 5,
      entries = { { cidr = "10.2.0.0/16" }, { cidr = "10.3.0.0/16" } },
    }
    m.main:create_route { destination_cidr_block = "10.9.0.0/16", blackhole = true }
    m.main:create_prefix_list_reference { prefix_list_id = list, transit_gateway_attachment_id = m.ta }
    local found = {}
    for i, route in ipairs(m.main:search_routes()) do
      found[i] = ("%s %s %s %s"):format(route.destination_cidr_block, route.type, route.state,
        tostring((route.transit_gateway_attachments[1] or {}).resource_id))
    end
    assert.same({
      "10.9.0.0/16 static blackhole nil", "10.2.0.0/16 static active vpc-a", "10.3.0.0/16 static active vpc-a",
      "10.0.0.0/16 propagated active vpc-a", "10.1.0.0/16 propagated active vpc-b",
    }, found)
    assert.is_false(pcall(m.main.search_routes, m.tgw))
    assert.is_false(pcall(m.main.search_routes))
  end)

  it("refers to prefix lists", function()
    local m = build()
    local list = m.net:create_managed_prefix_list {
      prefix_list_id = "pl-1", prefix_list_name = "b", address_family = "IPv4", max_entries = 5,
      entries = { { cidr = "10.1.0.0/24" } },
    }
    local function try(code, method, options)
      refused(m.net, code, m.main, method, options)
    end
    m.main:create_prefix_list_reference { prefix_list_id = list, blackhole = true }
    assert.equal("no TGW_RTB_BAD_STATE_ROUTE", line(m.net, "i-a", "i-b"))
    try("PrefixListReference.Duplicate", "create_prefix_list_reference", { prefix_list_id = list, blackhole = true })
    try("MissingParameter", "create_prefix_list_reference", { blackhole = true })
    try("InvalidPrefixListID.NotFound", "create_prefix_list_reference", { prefix_list_id = "pl-9", blackhole = true })
    m.main:modify_prefix_list_reference { prefix_list_id = list, transit_gateway_attachment_id = m.tb }
    assert.equal("ok", line(m.net, "i-a", "i-b"))
    assert.equal("pl-1", m.net:trace({ from = "i-a", to = "i-b" }).path[3].route.prefix_list_id)
    refused(m.net, "DependencyViolation", list, "delete")
    local text = m.net:describe_json()
    assert.equal(text, assert(vpcpeer.load_json(text)):describe_json())
    local printed = m.net:describe("transit-gateway-prefix-list-references").TransitGatewayPrefixListReferences
    assert.same({ "pl-1", m.main.id, "tgw-attach-b" }, {
      printed[1].PrefixListId, printed[1].TransitGatewayRouteTableId,
      printed[1].TransitGatewayAttachment.TransitGatewayAttachmentId,
    })
    m.main:delete_prefix_list_reference { prefix_list_id = list }
    try("InvalidPrefixListReference.NotFound", "delete_prefix_list_reference", { prefix_list_id = list })
    try("InvalidPrefixListReference.NotFound", "modify_prefix_list_reference",
      { prefix_list_id = list, blackhole = true })
    list:delete()
  end)

  it("keeps references and routes of an attachment that goes, as blackholes", function()
    local m = build()
    for i, attachment in ipairs { m.ta, m.tb } do
      local list = m.net:create_managed_prefix_list {
        prefix_list_id = "pl-" .. i, prefix_list_name = "l" .. i, address_family = "IPv4", max_entries = 1,
        entries = { { cidr = ("10.2%d.0.0/16"):format(i) } },
      }
      m.main:create_prefix_list_reference { prefix_list_id = list, transit_gateway_attachment_id = attachment }
    end
    m.tb:delete()
    local found = {}
    for i, reference in ipairs(m.main.prefix_list_references) do
      found[i] = { reference.prefix_list_id, reference.blackhole or false,
        (reference.transit_gateway_attachment or {}).transit_gateway_attachment_id }
    end
    assert.same({ { "pl-1", false, "tgw-attach-a" }, { "pl-2", true } }, found)
    assert.equal("no TGW_RTB_BAD_STATE_ROUTE", line(m.net, "i-a", "10.22.0.1"))
  end)
end)

describe("documents about one route table that do not name it", function()
  local ROUTES = {
    Routes = { { DestinationCidrBlock = "10.0.0.0/8", Type = "static", State = "blackhole" } },
    AdditionalRoutesAvailable = false,
  }

  it("are told by the option transit_gateway_route_table_id", function()
    local net = assert(vpcpeer.load_tables(ROUTES, { transit_gateway_route_table_id = "tgw-rtb-1" }))
    assert.equal("10.0.0.0/8", net:get("tgw-rtb-1").routes[1].destination_cidr_block)
    net = assert(vpcpeer.load_tables({
      TransitGatewayRouteTablePropagations = { { TransitGatewayAttachmentId = "tgw-attach-1", State = "enabled" } },
      Associations = { { TransitGatewayAttachmentId = "tgw-attach-1", ResourceType = "vpc", State = "associated" } },
    }, { transit_gateway_route_table_id = "tgw-rtb-1" }))
    assert.equal("tgw-attach-1",
      net:get("tgw-rtb-1").transit_gateway_route_table_propagations[1].transit_gateway_attachment_id)
    assert.equal("tgw-rtb-1", net:get("tgw-attach-1").association.transit_gateway_route_table_id)
  end)

  it("are told by a wrapper, and left out with a diagnostic otherwise", function()
    local wrapped = { TransitGatewayRouteTableId = "tgw-rtb-2", Routes = ROUTES.Routes }
    local net = assert(vpcpeer.load_tables(wrapped, { transit_gateway_route_table_id = "tgw-rtb-1" }))
    assert.equal(1, #net:get("tgw-rtb-2").routes)
    local _, message, code = vpcpeer.load_tables(ROUTES)
    assert.equal("nothing_known", code)
    assert.matches("give the option transit_gateway_route_table_id", message)
    local attachments = { { TransitGatewayAttachmentId = "tgw-attach-1", State = "enabled" } }
    for key, list in pairs {
      Routes = ROUTES.Routes, Associations = attachments, TransitGatewayRouteTablePropagations = attachments,
    } do
      net = assert(vpcpeer.load_tables { Vpcs = {}, AdditionalRoutesAvailable = false, [key] = list })
      assert.equal(1, #net:diagnostics())
      local diagnostic = net:diagnostics()[1]
      assert.same({ "warning", "unnamed", key }, { diagnostic.severity, diagnostic.code, diagnostic.path })
      assert.matches("give the option transit_gateway_route_table_id", diagnostic.message)
    end
    -- other services have keys of these names
    net = assert(vpcpeer.load_tables { Vpcs = {}, Routes = { { RouteName = "mesh" } } })
    assert.equal("info unknown_kind", net:diagnostics()[1].severity .. " " .. net:diagnostics()[1].code)
  end)

  it("warn of a list that was cut", function()
    local net = assert(vpcpeer.load_tables({
      TransitGatewayStaticRoutes = { {
        TransitGatewayRouteTableId = "tgw-rtb-1", Routes = {}, AdditionalRoutesAvailable = true,
      } },
    }))
    local diagnostic = net:diagnostics()[1]
    assert.equal("warning incomplete", diagnostic.severity .. " " .. diagnostic.code)
    assert.equal("TransitGatewayStaticRoutes[0]", diagnostic.path)
  end)
end)
