-- No VPC is that large.
net:create_vpc { cidr_block = "10.0.0.0/8" }
