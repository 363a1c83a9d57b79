-- Parameters that AWS's actions take and scripts copy: those that matter are understood, those that
-- have one sensible value take it alone, and the rest is unknown.

local refused = require "support.refused"
local vpcpeer = require "vpcpeer"

local function build()
  local net = vpcpeer.network()
  local vpc = net:create_vpc { cidr_block = "10.0.0.0/16" }
  return net, vpc, vpc:create_subnet { cidr_block = "10.0.0.0/24" }
end

describe("the type of a VPN's parts", function()
  it("is ipsec.1, as AWS has no other", function()
    local net = build()
    local vgw = net:create_vpn_gateway { type = "ipsec.1" }
    local cgw = net:create_customer_gateway { type = "ipsec.1", ip_address = "192.0.2.1" }
    local vpn = net:create_vpn_connection { type = "ipsec.1", customer_gateway_id = cgw, vpn_gateway_id = vgw }
    assert.same({ "ipsec.1", "ipsec.1", "ipsec.1" }, { vgw.type, cgw.type, vpn.type })
    refused(net, "InvalidParameterValue", net, "create_vpn_gateway", { type = "ipsec.2" })
    refused(net, "InvalidParameterValue", net, "create_customer_gateway", { type = "x", ip_address = "192.0.2.2" })
    refused(net, "InvalidParameterValue", net, "create_vpn_connection",
      { type = "ipsec", customer_gateway_id = cgw, vpn_gateway_id = vgw })
  end)
end)

describe("static routes of a VPN connection", function()
  it("are asked for inside of options, or beside them", function()
    local net = build()
    local ends = { customer_gateway_id = net:create_customer_gateway { ip_address = "192.0.2.1" },
      vpn_gateway_id = net:create_vpn_gateway() }
    local function made(inside, outside)
      local options = { options = inside, static_routes_only = outside }
      for key, value in pairs(ends) do
        options[key] = value
      end
      return options
    end
    assert.is_true(net:create_vpn_connection(made { static_routes_only = true }).options.static_routes_only)
    assert.is_false(net:create_vpn_connection(made { static_routes_only = false }).options.static_routes_only)
    assert.is_false(net:create_vpn_connection(made {}).options.static_routes_only)
    assert.is_true(net:create_vpn_connection(made(nil, true)).options.static_routes_only)
    refused(net, "InvalidParameterCombination", net, "create_vpn_connection", made({ static_routes_only = true }, true))
  end)
end)

describe("a customer gateway", function()
  it("has its address under either of AWS's names", function()
    local net = build()
    assert.equal("192.0.2.9", net:create_customer_gateway({ public_ip = "192.0.2.9" }).ip_address)
    refused(net, "InvalidParameterCombination", net, "create_customer_gateway",
      { public_ip = "192.0.2.9", ip_address = "192.0.2.9" })
    refused(net, "MissingParameter", net, "create_customer_gateway", {})
  end)
end)

describe("propagation", function()
  it("names the parameter that it misses", function()
    local net, vpc = build()
    for _, method in ipairs { "enable_vgw_route_propagation", "disable_vgw_route_propagation" } do
      assert.matches("the parameter gatewayId$", refused(net, "MissingParameter", vpc.main_route_table, method, {}))
    end
  end)
end)

describe("an Elastic IP", function()
  it("is asked for by its address, in a VPC", function()
    local net = build()
    local eip = net:allocate_address { address = "203.0.113.7", domain = "vpc" }
    assert.same({ "203.0.113.7", "vpc" }, { eip.public_ip, eip.domain })
    refused(net, "InvalidParameterValue", net, "allocate_address", { domain = "standard" })
    refused(net, "InvalidIPAddress.InUse", net, "allocate_address", { address = "203.0.113.7" })
    refused(net, "InvalidParameterCombination", net, "allocate_address",
      { address = "203.0.113.8", public_ip = "203.0.113.8" })
  end)
end)

describe("the availability mode of a NAT gateway", function()
  it("is that of the place it is made in", function()
    local net, vpc, subnet = build()
    local zonal = subnet:create_nat_gateway { availability_mode = "zonal", connectivity_type = "private" }
    vpc:attach_internet_gateway { internet_gateway_id = net:create_internet_gateway() }
    assert.equal("regional", vpc:create_nat_gateway({ availability_mode = "regional" }).availability_mode)
    assert.equal(subnet, zonal.subnet)
    refused(net, "InvalidParameterCombination", subnet, "create_nat_gateway",
      { availability_mode = "regional", connectivity_type = "private" })
    assert.matches("SubnetId", refused(net, "MissingParameter", vpc, "create_nat_gateway",
      { availability_mode = "zonal" }))
    refused(net, "InvalidParameterValue", subnet, "create_nat_gateway",
      { availability_mode = "x", connectivity_type = "private" })
    refused(net, "InvalidParameterValue", vpc, "create_nat_gateway", { availability_mode = "x" })
  end)
end)

describe("run_instance", function()
  it("makes one instance, which its counts may say", function()
    local net, _, subnet = build()
    subnet:run_instance { min_count = 1, max_count = 1 }
    refused(net, "InvalidParameterValue", subnet, "run_instance", { min_count = 2, max_count = 2 })
    refused(net, "InvalidParameterValue", subnet, "run_instance", { min_count = 1, max_count = 2 })
    refused(net, "InvalidParameterValue", subnet, "run_instance", { max_count = 0 })
  end)
end)

describe("a dry run", function()
  it("changes nothing and tells whether the call would have succeeded", function()
    local net, vpc, subnet = build()
    assert.matches("Request would have succeeded, but DryRun flag is set%.",
      refused(net, "DryRunOperation", subnet, "run_instance", { dry_run = true }))
    refused(net, "DryRunOperation", net, "create_vpc", { cidr_block = "10.0.0.0/16", dry_run = true })
    refused(net, "InvalidVpc.Range", net, "create_vpc", { cidr_block = "10.0.0.0/8", dry_run = true })
    refused(net, "DependencyViolation", vpc, "delete", { dry_run = true })
    refused(net, "InvalidSubnetID.NotFound", subnet, "delete", { dry_run = true, owner_id = "222222222222" })
    subnet:delete { dry_run = false }
    local ok, message = pcall(vpc.delete, vpc, { dry_run = "yes" })
    assert.is_false(ok)
    assert.matches("bad option 'dry_run' %(boolean expected, got string%)", message)
    assert.is_nil(vpcpeer.error_code(message))
  end)
end)

describe("a parameter that cannot matter", function()
  it("is unknown, whatever the call", function()
    local net, vpc, subnet = build()
    for _, key in ipairs { "client_token", "tag_specifications" } do
      for _, case in ipairs { { net, "create_vpc" }, { vpc, "create_subnet" }, { subnet, "run_instance" } } do
        local ok, message = pcall(case[1][case[2]], case[1], { [key] = "x" })
        assert.is_false(ok)
        assert.matches("unknown option '" .. key .. "'", message)
        assert.is_nil(vpcpeer.error_code(message))
      end
    end
  end)
end)
