/*
 * vp_record.c - the tables that describe every kind of object under AWS's names.
 *
 * One table a structure of vp_record.h, one row a field that the model keeps; what AWS prints and
 * no rule of the model needs is left out. The last table names the kinds.
 */
#include "vp_record.h"

#include "vp_record_access.h"

#include <string.h>

/*
 * How to read a table: a row for each key that the model keeps. What a document does not have stays
 * "not given", which is different from false, 0 or an empty list. The flags:
 *
 *   VP_FIELD_KEY          without this field the item says nothing and is dropped
 *   VP_FIELD_ALWAYS       AWS prints it even when it is empty, so a round trip must print it too
 *   VP_FIELD_REFERENCE    an id of another object: options take the object itself as well
 *   VP_FIELD_UNWRAPPED    a handle shows the value itself, as calls take it
 *   VP_FIELD_NOT_PRINTED  read where a document has it, but no command of AWS prints it
 */

/*
 * Objects with a single text, which AWS wraps ({"State": "associated"}). The structures keep the
 * bare name, so the offset within them is 0.
 */
static const vp_field state_fields[] = {{"State", VP_TYPE_TEXT, 0, 0, NULL}};
static const vp_schema state_schema = {"State", sizeof(vp_name), 1, state_fields};

static const vp_field state_name_fields[] = {{"Name", VP_TYPE_TEXT, 0, 0, NULL}};
static const vp_schema state_name_schema = {"InstanceState", sizeof(vp_name), 1, state_name_fields};

/* describe-vpc-attribute wraps its booleans: {"Value": true}. */
static const vp_field attribute_fields[] = {{"Value", VP_TYPE_BOOL, 0, 0, NULL}};
static const vp_schema attribute_schema = {"AttributeBooleanValue", sizeof(vp_bool), 1,
                                           attribute_fields};

/* AWS prints it with VPCs and subnets; a subnet's own mode wins over that of its VPC. */
static const vp_field block_public_access_fields[] = {
    {"InternetGatewayBlockMode", VP_TYPE_TEXT, 0, 0, NULL}};
static const vp_schema block_public_access_schema = {"BlockPublicAccessStates", sizeof(vp_name), 1,
                                                     block_public_access_fields};

/* Read for one warning (D08); what else AWS prints there has no effect here. */
static const vp_field encryption_fields[] = {{"Mode", VP_TYPE_TEXT, 0, 0, NULL}};
static const vp_schema encryption_schema = {"VpcEncryptionControl", sizeof(vp_name), 1,
                                            encryption_fields};

/*
 * One structure for both families, with a schema for each, because only the keys differ. Blocks of
 * a VPC and of a subnet are alike, and so are their schemas.
 */
static const vp_field block_association_fields[] = {
    VP_FIELD(vp_block_association, association_id, VP_TYPE_TEXT, "AssociationId", 0, NULL),
    VP_FIELD(vp_block_association, cidr_block, VP_TYPE_CIDR, "CidrBlock", VP_FIELD_KEY, NULL),
    VP_FIELD(vp_block_association, state, VP_TYPE_OBJECT, "CidrBlockState", 0, &state_schema)};
const vp_schema vp_block_association_schema =
    VP_SCHEMA("VpcCidrBlockAssociation", vp_block_association, block_association_fields);

static const vp_field ipv6_block_association_fields[] = {
    VP_FIELD(vp_block_association, association_id, VP_TYPE_TEXT, "AssociationId", 0, NULL),
    VP_FIELD(vp_block_association, cidr_block, VP_TYPE_CIDR, "Ipv6CidrBlock", VP_FIELD_KEY, NULL),
    VP_FIELD(vp_block_association, state, VP_TYPE_OBJECT, "Ipv6CidrBlockState", 0, &state_schema)};
const vp_schema vp_ipv6_block_association_schema =
    VP_SCHEMA("VpcIpv6CidrBlockAssociation", vp_block_association, ipv6_block_association_fields);

/*
 * Region is in no output of describe-vpcs. It is printed all the same: without it a model of
 * several Regions could not be loaded again, and a reader of AWS's own output ignores a key it does
 * not know.
 */
static const vp_field vpc_fields[] = {
    VP_FIELD(vp_vpc, record.id, VP_TYPE_TEXT, "VpcId", VP_FIELD_ALWAYS | VP_FIELD_KEY, NULL),
    VP_FIELD(vp_vpc, record.owner_id, VP_TYPE_TEXT, "OwnerId", 0, NULL),
    VP_FIELD(vp_vpc, record.region, VP_TYPE_TEXT, "Region", 0, NULL),
    VP_FIELD(vp_vpc, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS, &vp_tag_schema),
    VP_FIELD(vp_vpc, cidr_block, VP_TYPE_CIDR, "CidrBlock", 0, NULL),
    VP_FIELD(vp_vpc, cidr_block_association_set, VP_TYPE_LIST, "CidrBlockAssociationSet", 0,
             &vp_block_association_schema),
    VP_FIELD(vp_vpc, ipv6_cidr_block_association_set, VP_TYPE_LIST, "Ipv6CidrBlockAssociationSet",
             0, &vp_ipv6_block_association_schema),
    VP_FIELD(vp_vpc, is_default, VP_TYPE_BOOL, "IsDefault", 0, NULL),
    VP_FIELD(vp_vpc, state, VP_TYPE_TEXT, "State", 0, NULL),
    VP_FIELD(vp_vpc, dhcp_options_id, VP_TYPE_TEXT, "DhcpOptionsId", 0, NULL),
    VP_FIELD(vp_vpc, instance_tenancy, VP_TYPE_TEXT, "InstanceTenancy", 0, NULL),
    VP_FIELD(vp_vpc, enable_dns_support, VP_TYPE_OBJECT, "EnableDnsSupport", VP_FIELD_UNWRAPPED,
             &attribute_schema),
    VP_FIELD(vp_vpc, enable_dns_hostnames, VP_TYPE_OBJECT, "EnableDnsHostnames", VP_FIELD_UNWRAPPED,
             &attribute_schema),
    VP_FIELD(vp_vpc, block_public_access_states, VP_TYPE_OBJECT, "BlockPublicAccessStates", 0,
             &block_public_access_schema),
    VP_FIELD(vp_vpc, encryption_mode, VP_TYPE_OBJECT, "EncryptionControl", 0, &encryption_schema)};
static const vp_schema vpc_schema = VP_SCHEMA("Vpc", vp_vpc, vpc_fields);

/* The Region of all other objects follows from their VPC or zone, so printing it would be noise. */
static const vp_field subnet_fields[] = {
    VP_FIELD(vp_subnet, record.id, VP_TYPE_TEXT, "SubnetId", VP_FIELD_ALWAYS | VP_FIELD_KEY, NULL),
    VP_FIELD(vp_subnet, record.owner_id, VP_TYPE_TEXT, "OwnerId", 0, NULL),
    VP_FIELD(vp_subnet, record.region, VP_TYPE_TEXT, "Region", VP_FIELD_NOT_PRINTED, NULL),
    VP_FIELD(vp_subnet, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS, &vp_tag_schema),
    VP_FIELD(vp_subnet, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_subnet, cidr_block, VP_TYPE_CIDR, "CidrBlock", 0, NULL),
    VP_FIELD(vp_subnet, ipv6_cidr_block_association_set, VP_TYPE_LIST,
             "Ipv6CidrBlockAssociationSet", VP_FIELD_ALWAYS, &vp_ipv6_block_association_schema),
    VP_FIELD(vp_subnet, availability_zone, VP_TYPE_TEXT, "AvailabilityZone", 0, NULL),
    VP_FIELD(vp_subnet, availability_zone_id, VP_TYPE_TEXT, "AvailabilityZoneId", 0, NULL),
    VP_FIELD(vp_subnet, state, VP_TYPE_TEXT, "State", 0, NULL),
    VP_FIELD(vp_subnet, map_public_ip_on_launch, VP_TYPE_BOOL, "MapPublicIpOnLaunch", 0, NULL),
    VP_FIELD(vp_subnet, assign_ipv6_address_on_creation, VP_TYPE_BOOL,
             "AssignIpv6AddressOnCreation", 0, NULL),
    VP_FIELD(vp_subnet, default_for_az, VP_TYPE_BOOL, "DefaultForAz", 0, NULL),
    VP_FIELD(vp_subnet, ipv6_native, VP_TYPE_BOOL, "Ipv6Native", 0, NULL),
    VP_FIELD(vp_subnet, enable_dns64, VP_TYPE_BOOL, "EnableDns64", 0, NULL),
    VP_FIELD(vp_subnet, block_public_access_states, VP_TYPE_OBJECT, "BlockPublicAccessStates", 0,
             &block_public_access_schema)};
static const vp_schema subnet_schema = VP_SCHEMA("Subnet", vp_subnet, subnet_fields);

/*
 * A route has one destination and one target, each under a key of its own kind. All keys of targets
 * are kept, also those that the model cannot follow: the walk must say "unknown" there, and not
 * "no route".
 */
static const vp_field route_fields[] = {
    VP_FIELD(vp_route, destination_cidr_block, VP_TYPE_CIDR, "DestinationCidrBlock", 0, NULL),
    VP_FIELD(vp_route, destination_ipv6_cidr_block, VP_TYPE_CIDR, "DestinationIpv6CidrBlock", 0,
             NULL),
    VP_FIELD(vp_route, destination_prefix_list_id, VP_TYPE_TEXT, "DestinationPrefixListId",
             VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_route, gateway_id, VP_TYPE_TEXT, "GatewayId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_route, nat_gateway_id, VP_TYPE_TEXT, "NatGatewayId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_route, egress_only_internet_gateway_id, VP_TYPE_TEXT, "EgressOnlyInternetGatewayId",
             VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_route, transit_gateway_id, VP_TYPE_TEXT, "TransitGatewayId", VP_FIELD_REFERENCE,
             NULL),
    VP_FIELD(vp_route, vpc_peering_connection_id, VP_TYPE_TEXT, "VpcPeeringConnectionId",
             VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_route, network_interface_id, VP_TYPE_TEXT, "NetworkInterfaceId", VP_FIELD_REFERENCE,
             NULL),
    VP_FIELD(vp_route, instance_id, VP_TYPE_TEXT, "InstanceId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_route, instance_owner_id, VP_TYPE_TEXT, "InstanceOwnerId", 0, NULL),
    VP_FIELD(vp_route, carrier_gateway_id, VP_TYPE_TEXT, "CarrierGatewayId", 0, NULL),
    VP_FIELD(vp_route, local_gateway_id, VP_TYPE_TEXT, "LocalGatewayId", 0, NULL),
    VP_FIELD(vp_route, core_network_arn, VP_TYPE_TEXT, "CoreNetworkArn", 0, NULL),
    VP_FIELD(vp_route, odb_network_arn, VP_TYPE_TEXT, "OdbNetworkArn", 0, NULL),
    VP_FIELD(vp_route, origin, VP_TYPE_TEXT, "Origin", 0, NULL),
    VP_FIELD(vp_route, state, VP_TYPE_TEXT, "State", 0, NULL)};
const vp_schema vp_route_schema = VP_SCHEMA("Route", vp_route, route_fields);

/* Of a subnet, of a gateway, or (Main) of every subnet of the VPC without an association. */
static const vp_field route_table_association_fields[] = {
    VP_FIELD(vp_route_table_association, route_table_association_id, VP_TYPE_TEXT,
             "RouteTableAssociationId", 0, NULL),
    VP_FIELD(vp_route_table_association, route_table_id, VP_TYPE_TEXT, "RouteTableId", 0, NULL),
    VP_FIELD(vp_route_table_association, subnet_id, VP_TYPE_TEXT, "SubnetId", VP_FIELD_REFERENCE,
             NULL),
    VP_FIELD(vp_route_table_association, gateway_id, VP_TYPE_TEXT, "GatewayId", VP_FIELD_REFERENCE,
             NULL),
    VP_FIELD(vp_route_table_association, main, VP_TYPE_BOOL, "Main", VP_FIELD_ALWAYS, NULL),
    VP_FIELD(vp_route_table_association, association_state, VP_TYPE_OBJECT, "AssociationState", 0,
             &state_schema)};
const vp_schema vp_route_table_association_schema =
    VP_SCHEMA("RouteTableAssociation", vp_route_table_association, route_table_association_fields);

/* Kept for the round trip; propagated routes themselves are printed among the routes. */
static const vp_field propagating_vgw_fields[] = {
    VP_FIELD(vp_propagating_vgw, gateway_id, VP_TYPE_TEXT, "GatewayId", VP_FIELD_KEY, NULL)};
const vp_schema vp_propagating_vgw_schema =
    VP_SCHEMA("PropagatingVgw", vp_propagating_vgw, propagating_vgw_fields);

static const vp_field route_table_fields[] = {
    VP_FIELD(vp_route_table, record.id, VP_TYPE_TEXT, "RouteTableId",
             VP_FIELD_ALWAYS | VP_FIELD_KEY, NULL),
    VP_FIELD(vp_route_table, record.owner_id, VP_TYPE_TEXT, "OwnerId", 0, NULL),
    VP_FIELD(vp_route_table, record.region, VP_TYPE_TEXT, "Region", VP_FIELD_NOT_PRINTED, NULL),
    VP_FIELD(vp_route_table, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS, &vp_tag_schema),
    VP_FIELD(vp_route_table, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_route_table, associations, VP_TYPE_LIST, "Associations", VP_FIELD_ALWAYS,
             &vp_route_table_association_schema),
    VP_FIELD(vp_route_table, propagating_vgws, VP_TYPE_LIST, "PropagatingVgws", VP_FIELD_ALWAYS,
             &vp_propagating_vgw_schema),
    VP_FIELD(vp_route_table, routes, VP_TYPE_LIST, "Routes", VP_FIELD_ALWAYS, &vp_route_schema)};
static const vp_schema route_table_schema =
    VP_SCHEMA("RouteTable", vp_route_table, route_table_fields);

/* A side of a connection prints its blocks without a state: they are those of its last change. */
static const vp_field peering_block_fields[] = {
    VP_FIELD(vp_peering_block, cidr_block, VP_TYPE_CIDR, "CidrBlock", VP_FIELD_KEY, NULL)};
const vp_schema vp_peering_block_schema =
    VP_SCHEMA("CidrBlock", vp_peering_block, peering_block_fields);

static const vp_field peering_ipv6_block_fields[] = {VP_FIELD(
    vp_peering_ipv6_block, ipv6_cidr_block, VP_TYPE_CIDR, "Ipv6CidrBlock", VP_FIELD_KEY, NULL)};
const vp_schema vp_peering_ipv6_block_schema =
    VP_SCHEMA("Ipv6CidrBlock", vp_peering_ipv6_block, peering_ipv6_block_fields);

/* The options sit inside vp_peering_vpc_info: offsets are taken from its start. */
#define PEERING_OPTION(member, key)                                                                \
    {                                                                                              \
        key, VP_TYPE_BOOL, 0,                                                                      \
            (uint16_t)(offsetof(vp_peering_vpc_info, peering_options.member) -                     \
                       offsetof(vp_peering_vpc_info, peering_options)),                            \
            NULL                                                                                   \
    }
static const vp_field peering_options_fields[] = {
    PEERING_OPTION(allow_dns_resolution_from_remote_vpc, "AllowDnsResolutionFromRemoteVpc"),
    PEERING_OPTION(allow_egress_from_local_classic_link_to_remote_vpc,
                   "AllowEgressFromLocalClassicLinkToRemoteVpc"),
    PEERING_OPTION(allow_egress_from_local_vpc_to_remote_classic_link,
                   "AllowEgressFromLocalVpcToRemoteClassicLink")};
static const vp_schema peering_options_schema = {
    "VpcPeeringConnectionOptionsDescription", sizeof(((vp_peering_vpc_info *)0)->peering_options),
    VP_COUNT_OF(peering_options_fields), peering_options_fields};

/*
 * A side may be a VPC of an account whose dump is not loaded. What the connection prints of it is
 * then all that is known, which is why the blocks are kept beside the id.
 */
static const vp_field peering_vpc_info_fields[] = {
    VP_FIELD(vp_peering_vpc_info, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_peering_vpc_info, owner_id, VP_TYPE_TEXT, "OwnerId", 0, NULL),
    VP_FIELD(vp_peering_vpc_info, region, VP_TYPE_TEXT, "Region", 0, NULL),
    VP_FIELD(vp_peering_vpc_info, cidr_block, VP_TYPE_CIDR, "CidrBlock", 0, NULL),
    VP_FIELD(vp_peering_vpc_info, cidr_block_set, VP_TYPE_LIST, "CidrBlockSet", 0,
             &vp_peering_block_schema),
    VP_FIELD(vp_peering_vpc_info, ipv6_cidr_block_set, VP_TYPE_LIST, "Ipv6CidrBlockSet", 0,
             &vp_peering_ipv6_block_schema),
    VP_FIELD(vp_peering_vpc_info, peering_options, VP_TYPE_OBJECT, "PeeringOptions", 0,
             &peering_options_schema)};
static const vp_schema peering_vpc_info_schema =
    VP_SCHEMA("VpcPeeringConnectionVpcInfo", vp_peering_vpc_info, peering_vpc_info_fields);

/* Both members are names side by side in the structure, hence the offsets 0 and one name. */
static const vp_field peering_status_fields[] = {
    {"Code", VP_TYPE_TEXT, 0, 0, NULL}, {"Message", VP_TYPE_TEXT, 0, sizeof(vp_name), NULL}};
static const vp_schema peering_status_schema = {"VpcPeeringConnectionStateReason",
                                                2 * sizeof(vp_name), 2, peering_status_fields};

/* No owner and no Region at the top: a connection belongs to two accounts, and each side has its.
 */
static const vp_field vpc_peering_connection_fields[] = {
    VP_FIELD(vp_vpc_peering_connection, record.id, VP_TYPE_TEXT, "VpcPeeringConnectionId",
             VP_FIELD_ALWAYS | VP_FIELD_KEY, NULL),
    VP_FIELD(vp_vpc_peering_connection, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS,
             &vp_tag_schema),
    VP_FIELD(vp_vpc_peering_connection, requester_vpc_info, VP_TYPE_OBJECT, "RequesterVpcInfo",
             VP_FIELD_ALWAYS, &peering_vpc_info_schema),
    VP_FIELD(vp_vpc_peering_connection, accepter_vpc_info, VP_TYPE_OBJECT, "AccepterVpcInfo",
             VP_FIELD_ALWAYS, &peering_vpc_info_schema),
    VP_FIELD(vp_vpc_peering_connection, status, VP_TYPE_OBJECT, "Status", VP_FIELD_ALWAYS,
             &peering_status_schema),
    VP_FIELD(vp_vpc_peering_connection, expiration_time, VP_TYPE_TEXT, "ExpirationTime", 0, NULL)};
static const vp_schema vpc_peering_connection_schema =
    VP_SCHEMA("VpcPeeringConnection", vp_vpc_peering_connection, vpc_peering_connection_fields);

/* The four kinds of peers that a permission can have; AWS keeps a list of each. */
static const vp_field ip_range_fields[] = {
    VP_FIELD(vp_ip_range, cidr_ip, VP_TYPE_CIDR, "CidrIp", VP_FIELD_KEY, NULL),
    VP_FIELD(vp_ip_range, description, VP_TYPE_TEXT, "Description", 0, NULL),
    VP_FIELD(vp_ip_range, security_group_rule_id, VP_TYPE_TEXT, "SecurityGroupRuleId",
             VP_FIELD_NOT_PRINTED, NULL)};
const vp_schema vp_ip_range_schema = VP_SCHEMA("IpRange", vp_ip_range, ip_range_fields);

static const vp_field ipv6_range_fields[] = {
    VP_FIELD(vp_ipv6_range, cidr_ipv6, VP_TYPE_CIDR, "CidrIpv6", VP_FIELD_KEY, NULL),
    VP_FIELD(vp_ipv6_range, description, VP_TYPE_TEXT, "Description", 0, NULL),
    VP_FIELD(vp_ipv6_range, security_group_rule_id, VP_TYPE_TEXT, "SecurityGroupRuleId",
             VP_FIELD_NOT_PRINTED, NULL)};
const vp_schema vp_ipv6_range_schema = VP_SCHEMA("Ipv6Range", vp_ipv6_range, ipv6_range_fields);

static const vp_field prefix_list_id_fields[] = {
    VP_FIELD(vp_prefix_list_id, prefix_list_id, VP_TYPE_TEXT, "PrefixListId",
             VP_FIELD_KEY | VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_prefix_list_id, description, VP_TYPE_TEXT, "Description", 0, NULL),
    VP_FIELD(vp_prefix_list_id, security_group_rule_id, VP_TYPE_TEXT, "SecurityGroupRuleId",
             VP_FIELD_NOT_PRINTED, NULL)};
const vp_schema vp_prefix_list_id_schema =
    VP_SCHEMA("PrefixListId", vp_prefix_list_id, prefix_list_id_fields);

/*
 * UserId and VpcPeeringConnectionId tell a group of a peer VPC from one of the own VPC;
 * PeeringStatus is what AWS thought at the time of the dump and is compared with what the model
 * thinks.
 */
static const vp_field user_id_group_pair_fields[] = {
    VP_FIELD(vp_user_id_group_pair, group_id, VP_TYPE_TEXT, "GroupId",
             VP_FIELD_KEY | VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_user_id_group_pair, group_name, VP_TYPE_TEXT, "GroupName", 0, NULL),
    VP_FIELD(vp_user_id_group_pair, user_id, VP_TYPE_TEXT, "UserId", 0, NULL),
    VP_FIELD(vp_user_id_group_pair, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_user_id_group_pair, vpc_peering_connection_id, VP_TYPE_TEXT,
             "VpcPeeringConnectionId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_user_id_group_pair, peering_status, VP_TYPE_TEXT, "PeeringStatus", 0, NULL),
    VP_FIELD(vp_user_id_group_pair, description, VP_TYPE_TEXT, "Description", 0, NULL),
    VP_FIELD(vp_user_id_group_pair, security_group_rule_id, VP_TYPE_TEXT, "SecurityGroupRuleId",
             VP_FIELD_NOT_PRINTED, NULL)};
const vp_schema vp_user_id_group_pair_schema =
    VP_SCHEMA("UserIdGroupPair", vp_user_id_group_pair, user_id_group_pair_fields);

/* Absent ports mean all of them; for ICMP FromPort is the type and ToPort the code, -1 for any. */
static const vp_field ip_permission_fields[] = {
    VP_FIELD(vp_ip_permission, ip_protocol, VP_TYPE_TEXT, "IpProtocol", VP_FIELD_KEY, NULL),
    VP_FIELD(vp_ip_permission, from_port, VP_TYPE_INT, "FromPort", 0, NULL),
    VP_FIELD(vp_ip_permission, to_port, VP_TYPE_INT, "ToPort", 0, NULL),
    VP_FIELD(vp_ip_permission, ip_ranges, VP_TYPE_LIST, "IpRanges", VP_FIELD_ALWAYS,
             &vp_ip_range_schema),
    VP_FIELD(vp_ip_permission, ipv6_ranges, VP_TYPE_LIST, "Ipv6Ranges", VP_FIELD_ALWAYS,
             &vp_ipv6_range_schema),
    VP_FIELD(vp_ip_permission, prefix_list_ids, VP_TYPE_LIST, "PrefixListIds", VP_FIELD_ALWAYS,
             &vp_prefix_list_id_schema),
    VP_FIELD(vp_ip_permission, user_id_group_pairs, VP_TYPE_LIST, "UserIdGroupPairs",
             VP_FIELD_ALWAYS, &vp_user_id_group_pair_schema)};
const vp_schema vp_ip_permission_schema =
    VP_SCHEMA("IpPermission", vp_ip_permission, ip_permission_fields);

static const vp_field security_group_fields[] = {
    VP_FIELD(vp_security_group, record.id, VP_TYPE_TEXT, "GroupId", VP_FIELD_ALWAYS | VP_FIELD_KEY,
             NULL),
    VP_FIELD(vp_security_group, record.owner_id, VP_TYPE_TEXT, "OwnerId", 0, NULL),
    VP_FIELD(vp_security_group, record.region, VP_TYPE_TEXT, "Region", VP_FIELD_NOT_PRINTED, NULL),
    VP_FIELD(vp_security_group, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS, &vp_tag_schema),
    VP_FIELD(vp_security_group, group_name, VP_TYPE_TEXT, "GroupName", 0, NULL),
    VP_FIELD(vp_security_group, description, VP_TYPE_TEXT, "Description", 0, NULL),
    VP_FIELD(vp_security_group, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_security_group, ip_permissions, VP_TYPE_LIST, "IpPermissions", VP_FIELD_ALWAYS,
             &vp_ip_permission_schema),
    VP_FIELD(vp_security_group, ip_permissions_egress, VP_TYPE_LIST, "IpPermissionsEgress",
             VP_FIELD_ALWAYS, &vp_ip_permission_schema),
    VP_FIELD(vp_security_group, vpc_associations, VP_TYPE_LIST, "VpcAssociations",
             VP_FIELD_NOT_PRINTED, &vp_group_vpc_association_schema),
    VP_FIELD(vp_security_group, stale_ip_permissions, VP_TYPE_LIST, "StaleIpPermissions",
             VP_FIELD_NOT_PRINTED, &vp_ip_permission_schema),
    VP_FIELD(vp_security_group, stale_ip_permissions_egress, VP_TYPE_LIST,
             "StaleIpPermissionsEgress", VP_FIELD_NOT_PRINTED, &vp_ip_permission_schema)};
static const vp_schema security_group_schema =
    VP_SCHEMA("SecurityGroup", vp_security_group, security_group_fields);

/* describe-security-group-vpc-associations, the rows of one group together. */
static const vp_field group_associations_fields[] = {
    VP_FIELD(vp_security_group, record.id, VP_TYPE_TEXT, "GroupId", VP_FIELD_ALWAYS | VP_FIELD_KEY,
             NULL),
    VP_FIELD(vp_security_group, record.owner_id, VP_TYPE_TEXT, "GroupOwnerId", 0, NULL),
    VP_FIELD(vp_security_group, vpc_associations, VP_TYPE_LIST, "VpcAssociations", VP_FIELD_ALWAYS,
             &vp_group_vpc_association_schema)};
const vp_schema vp_group_associations_view =
    VP_SCHEMA("SecurityGroupVpcAssociations", vp_security_group, group_associations_fields);

/* describe-stale-security-groups, as far as it is compared with what the model says. */
static const vp_field group_stale_fields[] = {
    VP_FIELD(vp_security_group, record.id, VP_TYPE_TEXT, "GroupId", VP_FIELD_ALWAYS | VP_FIELD_KEY,
             NULL),
    VP_FIELD(vp_security_group, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_security_group, stale_ip_permissions, VP_TYPE_LIST, "StaleIpPermissions",
             VP_FIELD_ALWAYS, &vp_ip_permission_schema),
    VP_FIELD(vp_security_group, stale_ip_permissions_egress, VP_TYPE_LIST,
             "StaleIpPermissionsEgress", VP_FIELD_ALWAYS, &vp_ip_permission_schema)};
const vp_schema vp_group_stale_view =
    VP_SCHEMA("StaleSecurityGroup", vp_security_group, group_stale_fields);

static const vp_field range_fields[] = {{"From", VP_TYPE_INT, 0, 0, NULL},
                                        {"To", VP_TYPE_INT, 0, sizeof(vp_int), NULL}};
static const vp_schema range_schema = {"PortRange", 2 * sizeof(vp_int), 2, range_fields};
static const vp_field icmp_fields[] = {{"Type", VP_TYPE_INT, 0, 0, NULL},
                                       {"Code", VP_TYPE_INT, 0, sizeof(vp_int), NULL}};
static const vp_schema icmp_schema = {"IcmpTypeCode", 2 * sizeof(vp_int), 2, icmp_fields};

static const vp_field network_acl_entry_fields[] = {
    VP_FIELD(vp_network_acl_entry, rule_number, VP_TYPE_INT, "RuleNumber", VP_FIELD_KEY, NULL),
    VP_FIELD(vp_network_acl_entry, protocol, VP_TYPE_TEXT, "Protocol", VP_FIELD_KEY, NULL),
    VP_FIELD(vp_network_acl_entry, rule_action, VP_TYPE_TEXT, "RuleAction", VP_FIELD_KEY, NULL),
    VP_FIELD(vp_network_acl_entry, egress, VP_TYPE_BOOL, "Egress", VP_FIELD_ALWAYS, NULL),
    VP_FIELD(vp_network_acl_entry, cidr_block, VP_TYPE_CIDR, "CidrBlock", 0, NULL),
    VP_FIELD(vp_network_acl_entry, ipv6_cidr_block, VP_TYPE_CIDR, "Ipv6CidrBlock", 0, NULL),
    VP_FIELD(vp_network_acl_entry, port_range, VP_TYPE_OBJECT, "PortRange", 0, &range_schema),
    VP_FIELD(vp_network_acl_entry, icmp_type_code, VP_TYPE_OBJECT, "IcmpTypeCode", 0,
             &icmp_schema)};
const vp_schema vp_network_acl_entry_schema =
    VP_SCHEMA("NetworkAclEntry", vp_network_acl_entry, network_acl_entry_fields);

static const vp_field network_acl_association_fields[] = {
    VP_FIELD(vp_network_acl_association, network_acl_association_id, VP_TYPE_TEXT,
             "NetworkAclAssociationId", 0, NULL),
    VP_FIELD(vp_network_acl_association, network_acl_id, VP_TYPE_TEXT, "NetworkAclId", 0, NULL),
    VP_FIELD(vp_network_acl_association, subnet_id, VP_TYPE_TEXT, "SubnetId",
             VP_FIELD_KEY | VP_FIELD_REFERENCE, NULL)};
const vp_schema vp_network_acl_association_schema =
    VP_SCHEMA("NetworkAclAssociation", vp_network_acl_association, network_acl_association_fields);

static const vp_field network_acl_fields[] = {
    VP_FIELD(vp_network_acl, record.id, VP_TYPE_TEXT, "NetworkAclId",
             VP_FIELD_ALWAYS | VP_FIELD_KEY, NULL),
    VP_FIELD(vp_network_acl, record.owner_id, VP_TYPE_TEXT, "OwnerId", 0, NULL),
    VP_FIELD(vp_network_acl, record.region, VP_TYPE_TEXT, "Region", VP_FIELD_NOT_PRINTED, NULL),
    VP_FIELD(vp_network_acl, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS, &vp_tag_schema),
    VP_FIELD(vp_network_acl, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_network_acl, is_default, VP_TYPE_BOOL, "IsDefault", VP_FIELD_ALWAYS, NULL),
    VP_FIELD(vp_network_acl, associations, VP_TYPE_LIST, "Associations", VP_FIELD_ALWAYS,
             &vp_network_acl_association_schema),
    VP_FIELD(vp_network_acl, entries, VP_TYPE_LIST, "Entries", VP_FIELD_ALWAYS,
             &vp_network_acl_entry_schema)};
static const vp_schema network_acl_schema =
    VP_SCHEMA("NetworkAcl", vp_network_acl, network_acl_fields);

static const vp_field gateway_attachment_fields[] = {
    VP_FIELD(vp_gateway_attachment, vpc_id, VP_TYPE_TEXT, "VpcId",
             VP_FIELD_KEY | VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_gateway_attachment, state, VP_TYPE_TEXT, "State", 0, NULL)};
const vp_schema vp_gateway_attachment_schema =
    VP_SCHEMA("InternetGatewayAttachment", vp_gateway_attachment, gateway_attachment_fields);

static const vp_field internet_gateway_fields[] = {
    VP_FIELD(vp_internet_gateway, record.id, VP_TYPE_TEXT, "InternetGatewayId",
             VP_FIELD_ALWAYS | VP_FIELD_KEY, NULL),
    VP_FIELD(vp_internet_gateway, record.owner_id, VP_TYPE_TEXT, "OwnerId", 0, NULL),
    VP_FIELD(vp_internet_gateway, record.region, VP_TYPE_TEXT, "Region", 0, NULL),
    VP_FIELD(vp_internet_gateway, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS,
             &vp_tag_schema),
    VP_FIELD(vp_internet_gateway, attachments, VP_TYPE_LIST, "Attachments", VP_FIELD_ALWAYS,
             &vp_gateway_attachment_schema)};
static const vp_schema internet_gateway_schema =
    VP_SCHEMA("InternetGateway", vp_internet_gateway, internet_gateway_fields);

static const vp_field egress_only_internet_gateway_fields[] = {
    VP_FIELD(vp_egress_only_internet_gateway, record.id, VP_TYPE_TEXT,
             "EgressOnlyInternetGatewayId", VP_FIELD_ALWAYS | VP_FIELD_KEY, NULL),
    VP_FIELD(vp_egress_only_internet_gateway, record.owner_id, VP_TYPE_TEXT, "OwnerId",
             VP_FIELD_NOT_PRINTED, NULL),
    VP_FIELD(vp_egress_only_internet_gateway, record.region, VP_TYPE_TEXT, "Region",
             VP_FIELD_NOT_PRINTED, NULL),
    VP_FIELD(vp_egress_only_internet_gateway, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS,
             &vp_tag_schema),
    VP_FIELD(vp_egress_only_internet_gateway, attachments, VP_TYPE_LIST, "Attachments",
             VP_FIELD_ALWAYS, &vp_gateway_attachment_schema)};
static const vp_schema egress_only_internet_gateway_schema =
    VP_SCHEMA("EgressOnlyInternetGateway", vp_egress_only_internet_gateway,
              egress_only_internet_gateway_fields);

static const vp_field address_association_fields[] = {
    VP_FIELD(vp_address_association, public_ip, VP_TYPE_ADDR, "PublicIp", 0, NULL),
    VP_FIELD(vp_address_association, allocation_id, VP_TYPE_TEXT, "AllocationId", 0, NULL),
    VP_FIELD(vp_address_association, association_id, VP_TYPE_TEXT, "AssociationId", 0, NULL),
    VP_FIELD(vp_address_association, ip_owner_id, VP_TYPE_TEXT, "IpOwnerId", 0, NULL),
    VP_FIELD(vp_address_association, public_dns_name, VP_TYPE_TEXT, "PublicDnsName", 0, NULL)};
static const vp_schema address_association_schema =
    VP_SCHEMA("NetworkInterfaceAssociation", vp_address_association, address_association_fields);

static const vp_field private_ip_address_fields[] = {
    VP_FIELD(vp_private_ip_address, private_ip_address, VP_TYPE_ADDR, "PrivateIpAddress",
             VP_FIELD_KEY, NULL),
    VP_FIELD(vp_private_ip_address, primary, VP_TYPE_BOOL, "Primary", 0, NULL),
    VP_FIELD(vp_private_ip_address, private_dns_name, VP_TYPE_TEXT, "PrivateDnsName", 0, NULL),
    VP_FIELD(vp_private_ip_address, association, VP_TYPE_OBJECT, "Association", 0,
             &address_association_schema)};
const vp_schema vp_private_ip_address_schema =
    VP_SCHEMA("NetworkInterfacePrivateIpAddress", vp_private_ip_address, private_ip_address_fields);

static const vp_field ipv6_address_fields[] = {
    VP_FIELD(vp_ipv6_address, ipv6_address, VP_TYPE_ADDR, "Ipv6Address", VP_FIELD_KEY, NULL)};
const vp_schema vp_ipv6_address_schema =
    VP_SCHEMA("NetworkInterfaceIpv6Address", vp_ipv6_address, ipv6_address_fields);

static const vp_field ipv4_prefix_fields[] = {
    VP_FIELD(vp_ipv4_prefix, ipv4_prefix, VP_TYPE_CIDR, "Ipv4Prefix", VP_FIELD_KEY, NULL)};
const vp_schema vp_ipv4_prefix_schema =
    VP_SCHEMA("Ipv4PrefixSpecification", vp_ipv4_prefix, ipv4_prefix_fields);

static const vp_field ipv6_prefix_fields[] = {
    VP_FIELD(vp_ipv6_prefix, ipv6_prefix, VP_TYPE_CIDR, "Ipv6Prefix", VP_FIELD_KEY, NULL)};
const vp_schema vp_ipv6_prefix_schema =
    VP_SCHEMA("Ipv6PrefixSpecification", vp_ipv6_prefix, ipv6_prefix_fields);

static const vp_field group_identifier_fields[] = {
    VP_FIELD(vp_group_identifier, group_id, VP_TYPE_TEXT, "GroupId",
             VP_FIELD_KEY | VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_group_identifier, group_name, VP_TYPE_TEXT, "GroupName", 0, NULL)};
const vp_schema vp_group_identifier_schema =
    VP_SCHEMA("GroupIdentifier", vp_group_identifier, group_identifier_fields);

#define ATTACHMENT_FIELD(member, kind, key)                                                        \
    {                                                                                              \
        key, kind, 0,                                                                              \
            (uint16_t)(offsetof(vp_network_interface, attachment.member) -                         \
                       offsetof(vp_network_interface, attachment)),                                \
            NULL                                                                                   \
    }
static const vp_field attachment_fields[] = {
    ATTACHMENT_FIELD(attachment_id, VP_TYPE_TEXT, "AttachmentId"),
    ATTACHMENT_FIELD(instance_id, VP_TYPE_TEXT, "InstanceId"),
    ATTACHMENT_FIELD(instance_owner_id, VP_TYPE_TEXT, "InstanceOwnerId"),
    ATTACHMENT_FIELD(status, VP_TYPE_TEXT, "Status"),
    ATTACHMENT_FIELD(device_index, VP_TYPE_INT, "DeviceIndex"),
    ATTACHMENT_FIELD(delete_on_termination, VP_TYPE_BOOL, "DeleteOnTermination")};
static const vp_schema attachment_schema = {"NetworkInterfaceAttachment",
                                            sizeof(((vp_network_interface *)0)->attachment),
                                            VP_COUNT_OF(attachment_fields), attachment_fields};

static const vp_field network_interface_fields[] = {
    VP_FIELD(vp_network_interface, record.id, VP_TYPE_TEXT, "NetworkInterfaceId",
             VP_FIELD_ALWAYS | VP_FIELD_KEY, NULL),
    VP_FIELD(vp_network_interface, record.owner_id, VP_TYPE_TEXT, "OwnerId", 0, NULL),
    VP_FIELD(vp_network_interface, record.region, VP_TYPE_TEXT, "Region", VP_FIELD_NOT_PRINTED,
             NULL),
    VP_FIELD(vp_network_interface, record.tags, VP_TYPE_LIST, "TagSet",
             VP_FIELD_ALWAYS | VP_FIELD_NOT_EMBEDDED, &vp_tag_schema),
    VP_FIELD(vp_network_interface, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_network_interface, subnet_id, VP_TYPE_TEXT, "SubnetId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_network_interface, availability_zone, VP_TYPE_TEXT, "AvailabilityZone",
             VP_FIELD_NOT_EMBEDDED, NULL),
    VP_FIELD(vp_network_interface, interface_type, VP_TYPE_TEXT, "InterfaceType", 0, NULL),
    VP_FIELD(vp_network_interface, status, VP_TYPE_TEXT, "Status", 0, NULL),
    VP_FIELD(vp_network_interface, description, VP_TYPE_TEXT, "Description", 0, NULL),
    VP_FIELD(vp_network_interface, private_dns_name, VP_TYPE_TEXT, "PrivateDnsName", 0, NULL),
    VP_FIELD(vp_network_interface, source_dest_check, VP_TYPE_BOOL, "SourceDestCheck", 0, NULL),
    VP_FIELD(vp_network_interface, requester_managed, VP_TYPE_BOOL, "RequesterManaged",
             VP_FIELD_NOT_EMBEDDED, NULL),
    VP_FIELD(vp_network_interface, deny_all_igw_traffic, VP_TYPE_BOOL, "DenyAllIgwTraffic", 0,
             NULL),
    VP_FIELD(vp_network_interface, associate_public_ip_address, VP_TYPE_BOOL,
             "AssociatePublicIpAddress", VP_FIELD_NOT_PRINTED, NULL),
    VP_FIELD(vp_network_interface, groups, VP_TYPE_LIST, "Groups", VP_FIELD_ALWAYS,
             &vp_group_identifier_schema),
    VP_FIELD(vp_network_interface, private_ip_address, VP_TYPE_ADDR, "PrivateIpAddress", 0, NULL),
    VP_FIELD(vp_network_interface, association, VP_TYPE_OBJECT, "Association", 0,
             &address_association_schema),
    VP_FIELD(vp_network_interface, private_ip_addresses, VP_TYPE_LIST, "PrivateIpAddresses",
             VP_FIELD_ALWAYS, &vp_private_ip_address_schema),
    VP_FIELD(vp_network_interface, ipv6_addresses, VP_TYPE_LIST, "Ipv6Addresses", VP_FIELD_ALWAYS,
             &vp_ipv6_address_schema),
    VP_FIELD(vp_network_interface, ipv4_prefixes, VP_TYPE_LIST, "Ipv4Prefixes", 0,
             &vp_ipv4_prefix_schema),
    VP_FIELD(vp_network_interface, ipv6_prefixes, VP_TYPE_LIST, "Ipv6Prefixes", 0,
             &vp_ipv6_prefix_schema),
    VP_FIELD(vp_network_interface, attachment, VP_TYPE_OBJECT, "Attachment", 0,
             &attachment_schema)};
static const vp_schema network_interface_schema =
    VP_SCHEMA("NetworkInterface", vp_network_interface, network_interface_fields);

/* Retired with EC2-Classic, but dumps still hold it: kept, read only (D41). */
static const vp_field classic_link_fields[] = {
    VP_FIELD(vp_classic_link, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_classic_link, groups, VP_TYPE_LIST, "Groups", 0, &vp_group_identifier_schema),
    VP_FIELD(vp_classic_link, is_described, VP_TYPE_BOOL, "IsDescribed", 0, NULL)};
const vp_schema vp_classic_link_schema =
    VP_SCHEMA("ClassicLink", vp_classic_link, classic_link_fields);

static const vp_field classic_link_view_fields[] = {
    VP_FIELD(vp_instance, record.id, VP_TYPE_TEXT, "InstanceId", VP_FIELD_ALWAYS | VP_FIELD_KEY,
             NULL),
    VP_FIELD(vp_instance, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS, &vp_tag_schema),
    VP_FIELD(vp_instance, classic_link.vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_instance, classic_link.groups, VP_TYPE_LIST, "Groups", VP_FIELD_ALWAYS,
             &vp_group_identifier_schema)};
const vp_schema vp_classic_link_view =
    VP_SCHEMA("ClassicLinkInstance", vp_instance, classic_link_view_fields);

static const vp_field instance_fields[] = {
    VP_FIELD(vp_instance, record.id, VP_TYPE_TEXT, "InstanceId", VP_FIELD_ALWAYS | VP_FIELD_KEY,
             NULL),
    VP_FIELD(vp_instance, record.owner_id, VP_TYPE_TEXT, "OwnerId", VP_FIELD_NOT_PRINTED, NULL),
    VP_FIELD(vp_instance, record.region, VP_TYPE_TEXT, "Region", VP_FIELD_NOT_PRINTED, NULL),
    VP_FIELD(vp_instance, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS, &vp_tag_schema),
    VP_FIELD(vp_instance, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_instance, subnet_id, VP_TYPE_TEXT, "SubnetId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_instance, reservation_id, VP_TYPE_TEXT, "ReservationId", VP_FIELD_NOT_PRINTED,
             NULL),
    VP_FIELD(vp_instance, instance_type, VP_TYPE_TEXT, "InstanceType", 0, NULL),
    VP_FIELD(vp_instance, image_id, VP_TYPE_TEXT, "ImageId", 0, NULL),
    VP_FIELD(vp_instance, state, VP_TYPE_OBJECT, "State", 0, &state_name_schema),
    VP_FIELD(vp_instance, private_ip_address, VP_TYPE_ADDR, "PrivateIpAddress", 0, NULL),
    VP_FIELD(vp_instance, public_ip_address, VP_TYPE_ADDR, "PublicIpAddress", 0, NULL),
    VP_FIELD(vp_instance, ipv6_address, VP_TYPE_ADDR, "Ipv6Address", 0, NULL),
    VP_FIELD(vp_instance, private_dns_name, VP_TYPE_TEXT, "PrivateDnsName", 0, NULL),
    VP_FIELD(vp_instance, public_dns_name, VP_TYPE_TEXT, "PublicDnsName", 0, NULL),
    VP_FIELD(vp_instance, source_dest_check, VP_TYPE_BOOL, "SourceDestCheck", 0, NULL),
    VP_FIELD(vp_instance, security_groups, VP_TYPE_LIST, "SecurityGroups", VP_FIELD_ALWAYS,
             &vp_group_identifier_schema),
    VP_FIELD(vp_instance, classic_link, VP_TYPE_OBJECT, "ClassicLink", VP_FIELD_NOT_PRINTED,
             &vp_classic_link_schema)};
static const vp_schema instance_schema = VP_SCHEMA("Instance", vp_instance, instance_fields);

static const vp_field address_fields[] = {
    VP_FIELD(vp_address, record.id, VP_TYPE_TEXT, "AllocationId", VP_FIELD_ALWAYS | VP_FIELD_KEY,
             NULL),
    VP_FIELD(vp_address, record.owner_id, VP_TYPE_TEXT, "OwnerId", VP_FIELD_NOT_PRINTED, NULL),
    VP_FIELD(vp_address, record.region, VP_TYPE_TEXT, "Region", 0, NULL),
    VP_FIELD(vp_address, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS, &vp_tag_schema),
    VP_FIELD(vp_address, public_ip, VP_TYPE_ADDR, "PublicIp", 0, NULL),
    VP_FIELD(vp_address, private_ip_address, VP_TYPE_ADDR, "PrivateIpAddress", 0, NULL),
    VP_FIELD(vp_address, association_id, VP_TYPE_TEXT, "AssociationId", 0, NULL),
    VP_FIELD(vp_address, domain, VP_TYPE_TEXT, "Domain", 0, NULL),
    VP_FIELD(vp_address, instance_id, VP_TYPE_TEXT, "InstanceId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_address, network_interface_id, VP_TYPE_TEXT, "NetworkInterfaceId",
             VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_address, network_interface_owner_id, VP_TYPE_TEXT, "NetworkInterfaceOwnerId", 0,
             NULL)};
static const vp_schema address_schema = VP_SCHEMA("Address", vp_address, address_fields);

static const vp_field prefix_list_entry_fields[] = {
    VP_FIELD(vp_prefix_list_entry, cidr, VP_TYPE_CIDR, "Cidr", VP_FIELD_KEY, NULL),
    VP_FIELD(vp_prefix_list_entry, description, VP_TYPE_TEXT, "Description", 0, NULL)};
const vp_schema vp_prefix_list_entry_schema =
    VP_SCHEMA("PrefixListEntry", vp_prefix_list_entry, prefix_list_entry_fields);

static const vp_field prefix_list_fields[] = {
    VP_FIELD(vp_prefix_list, record.id, VP_TYPE_TEXT, "PrefixListId",
             VP_FIELD_ALWAYS | VP_FIELD_KEY, NULL),
    VP_FIELD(vp_prefix_list, record.owner_id, VP_TYPE_TEXT, "OwnerId", 0, NULL),
    VP_FIELD(vp_prefix_list, record.region, VP_TYPE_TEXT, "Region", 0, NULL),
    VP_FIELD(vp_prefix_list, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS, &vp_tag_schema),
    VP_FIELD(vp_prefix_list, prefix_list_name, VP_TYPE_TEXT, "PrefixListName", 0, NULL),
    VP_FIELD(vp_prefix_list, address_family, VP_TYPE_TEXT, "AddressFamily", 0, NULL),
    VP_FIELD(vp_prefix_list, state, VP_TYPE_TEXT, "State", 0, NULL),
    VP_FIELD(vp_prefix_list, max_entries, VP_TYPE_INT, "MaxEntries", 0, NULL),
    VP_FIELD(vp_prefix_list, version, VP_TYPE_INT, "Version", 0, NULL),
    VP_FIELD(vp_prefix_list, cidrs, VP_TYPE_LIST, "Cidrs", VP_FIELD_ALWAYS, &vp_cidr_item_schema),
    VP_FIELD(vp_prefix_list, entry_descriptions, VP_TYPE_LIST, "EntryDescriptions", 0,
             &vp_prefix_list_entry_schema)};
static const vp_schema prefix_list_schema =
    VP_SCHEMA("PrefixList", vp_prefix_list, prefix_list_fields);

static const vp_kind_info kinds[VP_KIND_COUNT] = {
    [VP_KIND_NONE] = {NULL, NULL, NULL, NULL, NULL, NULL},
    [VP_KIND_VPC] = {"vpc", "vpcs", "Vpcs", "VpcId", "vpc-", &vpc_schema},
    [VP_KIND_SUBNET] = {"subnet", "subnets", "Subnets", "SubnetId", "subnet-", &subnet_schema},
    [VP_KIND_ROUTE_TABLE] = {"route_table", "route-tables", "RouteTables", "RouteTableId", "rtb-",
                             &route_table_schema},
    [VP_KIND_VPC_PEERING_CONNECTION] = {"vpc_peering_connection", "vpc-peering-connections",
                                        "VpcPeeringConnections", "VpcPeeringConnectionId", "pcx-",
                                        &vpc_peering_connection_schema},
    [VP_KIND_SECURITY_GROUP] = {"security_group", "security-groups", "SecurityGroups", "GroupId",
                                "sg-", &security_group_schema},
    [VP_KIND_SECURITY_GROUP_RULE] = {"security_group_rule", "security-group-rules",
                                     "SecurityGroupRules", "SecurityGroupRuleId", "sgr-",
                                     &vp_security_group_rule_schema},
    [VP_KIND_NETWORK_ACL] = {"network_acl", "network-acls", "NetworkAcls", "NetworkAclId", "acl-",
                             &network_acl_schema},
    [VP_KIND_INTERNET_GATEWAY] = {"internet_gateway", "internet-gateways", "InternetGateways",
                                  "InternetGatewayId", "igw-", &internet_gateway_schema},
    [VP_KIND_VPN_GATEWAY] = {"vpn_gateway", "vpn-gateways", "VpnGateways", "VpnGatewayId", "vgw-",
                             &vp_vpn_gateway_schema},
    [VP_KIND_VPN_CONNECTION] = {"vpn_connection", "vpn-connections", "VpnConnections",
                                "VpnConnectionId", "vpn-", &vp_vpn_connection_schema},
    [VP_KIND_CUSTOMER_GATEWAY] = {"customer_gateway", "customer-gateways", "CustomerGateways",
                                  "CustomerGatewayId", "cgw-", &vp_customer_gateway_schema},
    [VP_KIND_NETWORK_INTERFACE] = {"network_interface", "network-interfaces", "NetworkInterfaces",
                                   "NetworkInterfaceId", "eni-", &network_interface_schema},
    [VP_KIND_INSTANCE] = {"instance", "instances", "Instances", "InstanceId", "i-",
                          &instance_schema},
    [VP_KIND_ADDRESS] = {"address", "addresses", "Addresses", "AllocationId", "eipalloc-",
                         &address_schema},
    [VP_KIND_PREFIX_LIST] = {"prefix_list", "prefix-lists", "PrefixLists", "PrefixListId", "pl-",
                             &prefix_list_schema},
    [VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY] = {"egress_only_internet_gateway",
                                              "egress-only-internet-gateways",
                                              "EgressOnlyInternetGateways",
                                              "EgressOnlyInternetGatewayId", "eigw-",
                                              &egress_only_internet_gateway_schema},
    [VP_KIND_NAT_GATEWAY] = {"nat_gateway", "nat-gateways", "NatGateways", "NatGatewayId", "nat-",
                             &vp_nat_gateway_schema},
    [VP_KIND_VPC_ENDPOINT] = {"vpc_endpoint", "vpc-endpoints", "VpcEndpoints", "VpcEndpointId",
                              "vpce-", &vp_vpc_endpoint_schema},
    [VP_KIND_HOSTED_ZONE] = {"hosted_zone", "hosted-zones", "HostedZones", "Id", "Z",
                             &vp_hosted_zone_schema},
    [VP_KIND_TRANSIT_GATEWAY] = {"transit_gateway", "transit-gateways", "TransitGateways",
                                 "TransitGatewayId", "tgw-", &vp_transit_gateway_schema},
    [VP_KIND_TRANSIT_GATEWAY_ATTACHMENT] = {"transit_gateway_attachment",
                                            "transit-gateway-attachments",
                                            "TransitGatewayAttachments",
                                            "TransitGatewayAttachmentId", "tgw-attach-",
                                            &vp_transit_gateway_attachment_schema},
    [VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE] = {"transit_gateway_route_table",
                                             "transit-gateway-route-tables",
                                             "TransitGatewayRouteTables",
                                             "TransitGatewayRouteTableId", "tgw-rtb-",
                                             &vp_transit_gateway_route_table_schema},
    [VP_KIND_VPC_BLOCK_PUBLIC_ACCESS_OPTIONS] = {"vpc_block_public_access_options",
                                                 "vpc-block-public-access-options",
                                                 "VpcBlockPublicAccessOptions",
                                                 "VpcBlockPublicAccessOptionsId",
                                                 "bpa-", &vp_access_options_schema},
    [VP_KIND_VPC_BLOCK_PUBLIC_ACCESS_EXCLUSION] = {"vpc_block_public_access_exclusion",
                                                   "vpc-block-public-access-exclusions",
                                                   "VpcBlockPublicAccessExclusions", "ExclusionId",
                                                   "vpcbpa-exclude-", &vp_access_exclusion_schema}};

const vp_kind_info *vp_kind_describe(vp_kind kind) { return &kinds[kind]; }

vp_kind vp_kind_of_id(const char *id, size_t length) {
    vp_kind found = VP_KIND_NONE;
    size_t longest = 0;
    for (int kind = VP_KIND_NONE + 1; kind < VP_KIND_COUNT; kind++) {
        size_t prefix = strlen(kinds[kind].prefix);
        if (prefix > longest && length >= prefix && memcmp(id, kinds[kind].prefix, prefix) == 0) {
            found = (vp_kind)kind;
            longest = prefix;
        }
    }
    return length > longest ? found : VP_KIND_NONE;
}
