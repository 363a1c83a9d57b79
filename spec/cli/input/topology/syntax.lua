local app = net:create_vpc {
  cidr_block = "10.0.0.0/16"
  tags = { Name = "app" },
}
