local net = ...

local vpc = net:create_vpc { cidr_block = "10.0.0.0/16", vpc_id = "vpc-a" }
local subnet = vpc:create_subnet { cidr_block = "10.0.0.0/24", subnet_id = "subnet-a", availability_zone = "us-east-1a" }
local acl = vpc:create_network_acl { network_acl_id = "acl-a", tags = { Name = "strict" } }
acl:create_entry { rule_number = 100, egress = true, rule_action = "allow", protocol = "tcp",
    port_range = { from = 1024, to = 65535 }, cidr_block = "10.0.0.0/8" }
acl:create_entry { rule_number = 110, egress = true, rule_action = "deny", protocol = "47", cidr_block = "10.0.0.0/8" }
acl:create_entry { rule_number = 90, egress = false, rule_action = "allow", protocol = "tcp",
    port_range = { from = 22, to = 22 }, cidr_block = "10.0.0.0/8" }
acl:create_entry { rule_number = 80, egress = false, rule_action = "deny", protocol = "icmp",
    icmp_type_code = { type = 8, code = -1 }, cidr_block = "10.9.0.0/16" }
acl:create_entry { rule_number = 95, egress = false, rule_action = "allow", protocol = "udp",
    port_range = { from = 0, to = 65535 }, ipv6_cidr_block = "::/0" }
acl:associate { subnet_id = subnet }
subnet:create_network_interface { network_interface_id = "eni-db", private_ip_address = "10.0.0.9",
    description = "RDSNetworkInterface" }
