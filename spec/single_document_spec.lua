-- What AWS prints of one object at a time: describe-vpc-attribute and the get- commands.

local vpcpeer = require "vpcpeer"

describe("net:describe of what AWS prints of one object", function()
    it("vpc-attribute has the attributes of a VPC, and AWS's defaults where nothing is loaded", function()
        local net = assert(vpcpeer.load_tables { Vpcs = {
            { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16", IsDefault = true },
            { VpcId = "vpc-b", CidrBlock = "10.1.0.0/16", EnableDnsHostnames = { Value = true },
                EnableDnsSupport = { Value = false } },
            { VpcId = "vpc-c", CidrBlock = "10.2.0.0/16" },
        } })
        local function row(id, support, names)
            return { VpcId = id, EnableDnsSupport = { Value = support }, EnableDnsHostnames = { Value = names } }
        end
        assert.same({ VpcAttributes = {
            row("vpc-a", true, true), row("vpc-b", false, true), row("vpc-c", true, false),
        } }, net:describe("vpc-attribute"))
        assert.same(row("vpc-b", false, true), net:describe("vpc-attribute", { ["vpc-id"] = "vpc-b" }))
        assert.same({ VpcAttributes = {} }, net:describe("vpc-attribute", { ["vpc-id"] = "vpc-z" }))
        assert.same({ VpcAttributes = { row("vpc-b", false, true) } },
            net:describe("vpc-attribute", { cidr = "10.1.*" }))
    end)

    it("managed-prefix-list-entries has the blocks of a list", function()
        local net = vpcpeer.network()
        net:create_managed_prefix_list {
            prefix_list_id = "pl-1", prefix_list_name = "offices", address_family = "IPv4", max_entries = 5,
            entries = { { cidr = "10.0.0.0/8" }, { cidr = "192.0.2.0/24" } },
        }
        local document = { PrefixListId = "pl-1", Entries = { { Cidr = "10.0.0.0/8" }, { Cidr = "192.0.2.0/24" } } }
        assert.same({ ManagedPrefixListEntries = { document } }, net:describe("managed-prefix-list-entries"))
        assert.same(document, net:describe("managed-prefix-list-entries",
            { { Name = "prefix-list-id", Values = { "pl-1" } } }))
    end)

    local function joined()
        local net = vpcpeer.network()
        local vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" }
        local subnet = vpc:create_subnet { cidr_block = "10.0.0.0/24" }
        local gateway = net:create_transit_gateway { transit_gateway_id = "tgw-1" }
        local other = net:create_transit_gateway { transit_gateway_id = "tgw-2" }
        gateway:create_vpc_attachment {
            vpc_id = vpc, subnet_ids = { subnet }, transit_gateway_attachment_id = "tgw-attach-a",
        }
        return net, gateway, other
    end

    it("transit-gateway-route-table-associations has the attachments of a table", function()
        local net, gateway = joined()
        local id = gateway.association_default_route_table.id
        local document = { TransitGatewayRouteTableId = id, Associations = { {
            TransitGatewayAttachmentId = "tgw-attach-a", ResourceId = "vpc-a", ResourceType = "vpc",
            State = "associated",
        } } }
        local kind = "transit-gateway-route-table-associations"
        assert.same(document, net:describe(kind, { ["transit-gateway-route-table-id"] = id }))
        local list = net:describe(kind).TransitGatewayAssociations
        assert.equal(2, #list)
        assert.same({}, list[list[1].TransitGatewayRouteTableId == id and 2 or 1].Associations)
    end)

    it("transit-gateway-routes and -propagations print one table alike", function()
        local net, gateway = joined()
        local only = { ["transit-gateway-route-table-id"] = gateway.association_default_route_table }
        gateway.association_default_route_table:create_route {
            destination_cidr_block = "10.9.0.0/16", transit_gateway_attachment_id = "tgw-attach-a",
        }
        assert.equal("10.9.0.0/16", net:describe("transit-gateway-routes", only).Routes[1].DestinationCidrBlock)
        local propagations = net:describe("transit-gateway-route-table-propagations", only)
        assert.equal("vpc-a", propagations.TransitGatewayRouteTablePropagations[1].ResourceId)
    end)

    it("what is printed can be loaded, alone and as a list", function()
        local net, gateway = joined()
        local id = gateway.association_default_route_table.id
        net:get("vpc-a"):modify_attribute { enable_dns_hostnames = true }
        net:create_managed_prefix_list {
            prefix_list_id = "pl-1", prefix_list_name = "offices", address_family = "IPv4", max_entries = 5,
            entries = { { cidr = "10.0.0.0/8" } },
        }
        local ids = { ["vpc-attribute"] = { "vpc-id", "vpc-a" },
            ["managed-prefix-list-entries"] = { "prefix-list-id", "pl-1" },
            ["transit-gateway-route-table-associations"] = { "transit-gateway-route-table-id", id } }
        local document = net:describe_json("transit-gateway-route-tables")
        for kind, named in pairs(ids) do
            local one = net:describe(kind, { [named[1]] = named[2] })
            for _, tables in ipairs { one, net:describe(kind) } do
                local copy = assert(vpcpeer.load_tables(tables))
                for _, diagnostic in ipairs(copy:diagnostics()) do
                    assert.equal("unknown_id", diagnostic.code)
                end
                if kind:find "^transit" then
                    local attachment = copy:get "tgw-attach-a"
                    assert.equal(id, attachment.association.transit_gateway_route_table_id)
                else
                    assert.same(one, copy:describe(kind, { [named[1]] = named[2] }))
                end
            end
        end
        assert.is_nil(document:find("Associations", 1, true))
        assert.is_nil(net:describe_json():find("VpcAttributes", 1, true))
    end)

    it("a misspelt kind of these is recognized", function()
        local net = vpcpeer.network()
        local ok, message = pcall(net.describe, net, "vpc-attributes")
        assert.is_false(ok)
        assert.matches("did you mean 'vpc%-attribute'", message)
    end)
end)

describe("what one document alone says", function()
  it("keeps what the entries of a prefix list are for", function()
    local net = assert(vpcpeer.load_tables {
      PrefixListId = "pl-1", Entries = { { Cidr = "10.0.0.0/8", Description = "ten" }, { Cidr = "192.0.2.0/24" } },
    })
    assert.same({ { Cidr = "10.0.0.0/8", Description = "ten" }, { Cidr = "192.0.2.0/24" } },
      net:describe("managed-prefix-list-entries").ManagedPrefixListEntries[1].Entries)
    assert.equal(net:describe_json(), assert(vpcpeer.load_json(net:describe_json())):describe_json())
    assert.is_nil(net:describe("managed-prefix-lists").PrefixLists[1].EntryDescriptions)
    local list = net:create_managed_prefix_list {
      prefix_list_name = "offices", max_entries = 3, entries = { { cidr = "198.51.100.0/24", description = "north" } },
    }
    list:modify { add_entries = { { cidr = "203.0.113.0/24", description = "south" } } }
    local entries = list.entry_descriptions
    assert.same({ "north", "south" }, { entries[1].description, entries[2].description })
    list:modify { remove_entries = { { cidr = "198.51.100.0/24" } } }
    assert.same({ { cidr = "203.0.113.0/24", description = "south" } }, list.entry_descriptions)
  end)

  local function association(attachment, resource, type)
    return { TransitGatewayAttachmentId = attachment, ResourceId = resource, ResourceType = type, State = "associated" }
  end

  -- At each of its gateways a peering attachment has a table; the association names the other gateway.
  local WRAPPED = {
    { TransitGatewayRouteTableId = "tgw-rtb-1", Associations = {
      association("tgw-attach-p", "tgw-2", "peering"), association("tgw-attach-v", "vpc-1", "vpc"),
    } },
    { TransitGatewayRouteTableId = "tgw-rtb-2", Associations = { association("tgw-attach-p", "tgw-1", "peering") } },
  }

  it("keeps associations with tables that are not described, at both ends of a peering attachment", function()
    local net = assert(vpcpeer.load_tables { TransitGatewayAssociations = WRAPPED })
    local printed = net:describe("transit-gateway-route-table-associations")
    assert.same({ TransitGatewayAssociations = WRAPPED }, printed)
    assert.same(printed, assert(vpcpeer.load_tables(printed)):describe("transit-gateway-route-table-associations"))
  end)

  it("knows the ends of a peering attachment whichever document comes first", function()
    for _, order in ipairs { { 1, 2 }, { 2, 1 } } do
      local documents = {}
      for i, place in ipairs(order) do
        documents[i] = WRAPPED[place]
      end
      local net = assert(vpcpeer.load_tables {
        TransitGatewayAssociations = documents,
        TransitGatewayPeeringAttachments = { {
          TransitGatewayAttachmentId = "tgw-attach-p", State = "available",
          RequesterTgwInfo = { TransitGatewayId = "tgw-1" }, AccepterTgwInfo = { TransitGatewayId = "tgw-2" },
        } },
      })
      local attachment = net:get "tgw-attach-p"
      assert.equal("tgw-rtb-1", attachment.association.transit_gateway_route_table_id)
      assert.equal("tgw-1", attachment.transit_gateway_id)
      assert.same({ TransitGatewayAssociations = WRAPPED }, net:describe "transit-gateway-route-table-associations")
    end
  end)
end)
