local app = net:record("vpc", { VpcId = "vpc-app", CidrBlock = "10.0.0.0/16", Tags = { Name = "app" } })
local web = net:record("subnet", { SubnetId = "subnet-web", VpcId = app, CidrBlock = "10.0.0.0/24" })
net:record("route_table", {
  RouteTableId = "rtb-web", VpcId = app, Associations = { { RouteTableId = "rtb-web", SubnetId = web } },
  Routes = { { DestinationCidrBlock = "10.0.0.0/16", GatewayId = "local", State = "active" } },
})
