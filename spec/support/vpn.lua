-- A VPC behind a virtual private gateway, with or without a VPN connection: what specs of both begin with.

local vpcpeer = require "vpcpeer"

local vpn = {}

--- VPC a (10.0.0.0/16) with an instance, and a virtual private gateway attached to it.
function vpn.gateway()
  local net = vpcpeer.network()
  local m = { net = net, vpc = net:create_vpc { vpc_id = "vpc-a", cidr_block = "10.0.0.0/16" } }
  m.subnet = m.vpc:create_subnet { subnet_id = "subnet-a", cidr_block = "10.0.0.0/24" }
  m.group = m.vpc:create_security_group { group_name = "all" }
  m.group:authorize_ingress { ip_protocol = "-1", cidr_ip = "0.0.0.0/0" }
  m.host = m.subnet:run_instance {
    instance_id = "i-a", network_interface_id = "eni-a", private_ip_address = "10.0.0.10",
    security_group_ids = { m.group },
  }
  m.main = m.vpc.main_route_table
  m.vgw = net:create_vpn_gateway { vpn_gateway_id = "vgw-a" }
  m.vpc:attach_vpn_gateway { vpn_gateway_id = m.vgw }
  return m
end

--- The same with a VPN connection that knows 192.168.0.0/16, propagated to the main table.
function vpn.connection()
  local m = vpn.gateway()
  m.cgw = m.net:create_customer_gateway { customer_gateway_id = "cgw-a", ip_address = "192.0.2.1", bgp_asn = 65010 }
  m.vpn = m.net:create_vpn_connection {
    vpn_connection_id = "vpn-a", customer_gateway_id = m.cgw, vpn_gateway_id = m.vgw, static_routes_only = true,
  }
  m.vpn:create_route { destination_cidr_block = "192.168.0.0/16" }
  m.main:enable_vgw_route_propagation { gateway_id = m.vgw }
  return m
end

return vpn
