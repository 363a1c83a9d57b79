-- Two VPCs, peered, with an instance each.
local app = net:create_vpc { vpc_id = "vpc-app", cidr_block = "172.16.0.0/16", tags = { Name = "app" } }
local data = net:create_vpc { vpc_id = "vpc-data", cidr_block = "10.0.0.0/16", tags = { Name = "data" } }
local pcx = net:create_vpc_peering_connection { vpc_id = app, peer_vpc_id = data }
pcx:accept()
app.main_route_table:create_route { destination_cidr_block = "10.0.0.0/16", vpc_peering_connection_id = pcx }
data.main_route_table:create_route { destination_cidr_block = "172.16.0.0/16", vpc_peering_connection_id = pcx }
local group = data:create_security_group { group_name = "db" }
group:authorize_ingress { ip_protocol = "tcp", from_port = 5432, to_port = 5432, cidr_ip = "172.16.0.0/16" }
app:create_subnet { cidr_block = "172.16.0.0/24" }:run_instance {
  private_ip_address = "172.16.0.10", tags = { Name = "web" },
}
data:create_subnet { cidr_block = "10.0.0.0/24" }:run_instance {
  private_ip_address = "10.0.0.10", security_group_ids = { group }, tags = { Name = "db" },
}
