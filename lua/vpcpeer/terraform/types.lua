--- Which Terraform resource is which object of the model.
--
-- The one idea: everything that is only a name is a row here. A kind is a list of describe documents
-- with the key of its ids and their prefix; a type of Terraform is one of a kind, or a part of one.
-- @module vpcpeer.terraform.types

local types = {}

--- What a kind of objects is called in AWS's documents: the list, the key of the id, the prefix of ids.
types.kinds = {
    vpc = { "Vpcs", "VpcId", "vpc-" },
    subnet = { "Subnets", "SubnetId", "subnet-" },
    route_table = { "RouteTables", "RouteTableId", "rtb-" },
    security_group = { "SecurityGroups", "GroupId", "sg-" },
    network_acl = { "NetworkAcls", "NetworkAclId", "acl-" },
    internet_gateway = { "InternetGateways", "InternetGatewayId", "igw-" },
    egress_only_internet_gateway = { "EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId", "eigw-" },
    nat_gateway = { "NatGateways", "NatGatewayId", "nat-" },
    address = { "Addresses", "AllocationId", "eipalloc-" },
    network_interface = { "NetworkInterfaces", "NetworkInterfaceId", "eni-" },
    instance = { "Reservations", "InstanceId", "i-" },
    vpc_peering_connection = { "VpcPeeringConnections", "VpcPeeringConnectionId", "pcx-" },
    vpc_endpoint = { "VpcEndpoints", "VpcEndpointId", "vpce-" },
    prefix_list = { "PrefixLists", "PrefixListId", "pl-" },
    vpn_gateway = { "VpnGateways", "VpnGatewayId", "vgw-" },
    vpn_connection = { "VpnConnections", "VpnConnectionId", "vpn-" },
    customer_gateway = { "CustomerGateways", "CustomerGatewayId", "cgw-" },
    transit_gateway = { "TransitGateways", "TransitGatewayId", "tgw-" },
    transit_gateway_attachment = { "TransitGatewayAttachments", "TransitGatewayAttachmentId", "tgw-attach-" },
    transit_gateway_route_table = { "TransitGatewayRouteTables", "TransitGatewayRouteTableId", "tgw-rtb-" },
}

--- The kinds in the order in which they are loaded.
types.order = {
    "vpc", "subnet", "route_table", "vpc_peering_connection", "security_group", "network_acl",
    "internet_gateway", "vpn_gateway", "vpn_connection", "customer_gateway", "network_interface", "address",
    "prefix_list", "egress_only_internet_gateway", "nat_gateway", "vpc_endpoint", "transit_gateway",
    "transit_gateway_attachment", "transit_gateway_route_table", "instance",
}

--- The kind of the object that a resource is; what is not here is a part of others.
types.kind_of = {
    aws_vpc = "vpc", aws_default_vpc = "vpc",
    aws_subnet = "subnet", aws_default_subnet = "subnet",
    aws_route_table = "route_table", aws_default_route_table = "route_table",
    aws_security_group = "security_group", aws_default_security_group = "security_group",
    aws_network_acl = "network_acl", aws_default_network_acl = "network_acl",
    aws_internet_gateway = "internet_gateway",
    aws_egress_only_internet_gateway = "egress_only_internet_gateway",
    aws_nat_gateway = "nat_gateway", aws_eip = "address",
    aws_network_interface = "network_interface", aws_instance = "instance",
    aws_vpc_peering_connection = "vpc_peering_connection",
    aws_vpc_peering_connection_accepter = "vpc_peering_connection",
    aws_vpc_endpoint = "vpc_endpoint",
    aws_ec2_managed_prefix_list = "prefix_list", aws_prefix_list = "prefix_list",
    aws_vpn_gateway = "vpn_gateway", aws_vpn_connection = "vpn_connection",
    aws_customer_gateway = "customer_gateway",
    aws_ec2_transit_gateway = "transit_gateway",
    aws_ec2_transit_gateway_vpc_attachment = "transit_gateway_attachment",
    aws_ec2_transit_gateway_vpc_attachment_accepter = "transit_gateway_attachment",
    aws_ec2_transit_gateway_peering_attachment = "transit_gateway_attachment",
    aws_ec2_transit_gateway_peering_attachment_accepter = "transit_gateway_attachment",
    aws_ec2_transit_gateway_route_table = "transit_gateway_route_table",
}

--- Resources that stand for an object of another one: the attribute that names it.
types.follows = {
    aws_default_route_table = "default_route_table_id",
    aws_default_network_acl = "default_network_acl_id",
    aws_default_security_group = "vpc_id",
    aws_vpc_peering_connection_accepter = "vpc_peering_connection_id",
    aws_ec2_transit_gateway_vpc_attachment_accepter = "transit_gateway_attachment_id",
    aws_ec2_transit_gateway_peering_attachment_accepter = "transit_gateway_attachment_id",
}

local VPC = {
    main_route_table_id = { "route_table", "main" }, default_route_table_id = { "route_table", "main" },
    default_security_group_id = { "security_group", "default" },
    default_network_acl_id = { "network_acl", "default" },
}

--- Objects that come into being with another: by the attribute that holds their id, kind and ending.
types.implicit = {
    aws_vpc = VPC, aws_default_vpc = VPC,
    aws_instance = { primary_network_interface_id = { "network_interface", "primary" } },
    aws_nat_gateway = { network_interface_id = { "network_interface", "interface" } },
    aws_vpc_endpoint = { prefix_list_id = { "prefix_list", "service" } },
    aws_ec2_transit_gateway = {
        association_default_route_table_id = { "transit_gateway_route_table", "default" },
        propagation_default_route_table_id = { "transit_gateway_route_table", "default" },
    },
    aws_vpn_connection = { transit_gateway_attachment_id = { "transit_gateway_attachment", "attachment" } },
}

--- Which attribute of a resource leads to an object of a kind that the resource is not: old plans
-- name the resource without the attribute.
types.leads = {
    vpc = "vpc_id", subnet = "subnet_id", security_group = "security_group_id",
    network_interface = "network_interface_id", prefix_list = "prefix_list_id",
    vpc_peering_connection = "vpc_peering_connection_id", transit_gateway = "transit_gateway_id",
    internet_gateway = "internet_gateway_id", vpn_gateway = "vpn_gateway_id",
    transit_gateway_attachment = "transit_gateway_attachment_id", address = "allocation_id",
    route_table = "route_table_id", network_acl = "network_acl_id",
}
types.leads_from = {
    aws_vpc = {
        route_table = "main_route_table_id", security_group = "default_security_group_id",
        network_acl = "default_network_acl_id",
    },
    aws_instance = { network_interface = "primary_network_interface_id" },
    aws_ec2_transit_gateway = { transit_gateway_route_table = "association_default_route_table_id" },
}
types.leads_from.aws_default_vpc = types.leads_from.aws_vpc

--- Resources that are only parts of objects; which file reads them.
types.parts = {}
for name in ([[
    vpc_ipv4_cidr_block_association vpc_ipv6_cidr_block_association route route_table_association
    main_route_table_association internet_gateway_attachment eip_association vpc_peering_connection_options
    security_group_rule vpc_security_group_ingress_rule vpc_security_group_egress_rule network_acl_rule
    network_acl_association network_interface_attachment network_interface_sg_attachment
    vpc_endpoint_route_table_association vpc_endpoint_subnet_association
    vpc_endpoint_security_group_association ec2_managed_prefix_list_entry ec2_transit_gateway_route
    ec2_transit_gateway_route_table_association ec2_transit_gateway_route_table_propagation
    ec2_transit_gateway_prefix_list_reference vpn_gateway_attachment vpn_gateway_route_propagation
    vpn_connection_route ec2_tag
]]):gmatch("%S+") do
    types.parts["aws_" .. name] = true
end

--- Synthetic ids are the prefix of the kind and the address, in the letters that ids have.
function types.synthetic(kind, address, ending)
    local text = address:gsub('%["?', "."):gsub('"?%]', ""):gsub("[^%w_.%-]", "-")
    return types.kinds[kind][3] .. text .. (ending and "." .. ending or "")
end

return types
