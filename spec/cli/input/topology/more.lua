-- A row of VPCs on top of the dump beside it.
net:get("vpc-app"):create_subnet { subnet_id = "subnet-more", cidr_block = "172.16.9.0/24" }
