/*
 * vp_record_nat.c - the tables that describe NAT gateways under AWS's names.
 *
 * As in vp_record.c, what AWS prints and no rule of the model needs is left out.
 */
#include "vp_record_nat.h"

static const vp_field address_fields[] = {
    VP_FIELD(vp_nat_gateway_address, private_ip, VP_TYPE_ADDR, "PrivateIp", 0, NULL),
    VP_FIELD(vp_nat_gateway_address, public_ip, VP_TYPE_ADDR, "PublicIp", 0, NULL),
    VP_FIELD(vp_nat_gateway_address, network_interface_id, VP_TYPE_TEXT, "NetworkInterfaceId",
             VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_nat_gateway_address, allocation_id, VP_TYPE_TEXT, "AllocationId",
             VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_nat_gateway_address, association_id, VP_TYPE_TEXT, "AssociationId", 0, NULL),
    VP_FIELD(vp_nat_gateway_address, availability_zone, VP_TYPE_TEXT, "AvailabilityZone", 0, NULL),
    VP_FIELD(vp_nat_gateway_address, availability_zone_id, VP_TYPE_TEXT, "AvailabilityZoneId", 0,
             NULL),
    VP_FIELD(vp_nat_gateway_address, status, VP_TYPE_TEXT, "Status", 0, NULL),
    VP_FIELD(vp_nat_gateway_address, is_primary, VP_TYPE_BOOL, "IsPrimary", 0, NULL)};
const vp_schema vp_nat_gateway_address_schema =
    VP_SCHEMA("NatGatewayAddress", vp_nat_gateway_address, address_fields);

/* AWS prints neither account nor Region: the VPC has them. */
static const vp_field gateway_fields[] = {
    VP_FIELD(vp_nat_gateway, record.id, VP_TYPE_TEXT, "NatGatewayId",
             VP_FIELD_ALWAYS | VP_FIELD_KEY, NULL),
    VP_FIELD(vp_nat_gateway, record.owner_id, VP_TYPE_TEXT, "OwnerId", VP_FIELD_NOT_PRINTED, NULL),
    VP_FIELD(vp_nat_gateway, record.region, VP_TYPE_TEXT, "Region", VP_FIELD_NOT_PRINTED, NULL),
    VP_FIELD(vp_nat_gateway, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS, &vp_tag_schema),
    VP_FIELD(vp_nat_gateway, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_nat_gateway, subnet_id, VP_TYPE_TEXT, "SubnetId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_nat_gateway, state, VP_TYPE_TEXT, "State", 0, NULL),
    VP_FIELD(vp_nat_gateway, connectivity_type, VP_TYPE_TEXT, "ConnectivityType", 0, NULL),
    VP_FIELD(vp_nat_gateway, availability_mode, VP_TYPE_TEXT, "AvailabilityMode", 0, NULL),
    VP_FIELD(vp_nat_gateway, auto_provision_zones, VP_TYPE_TEXT, "AutoProvisionZones", 0, NULL),
    VP_FIELD(vp_nat_gateway, route_table_id, VP_TYPE_TEXT, "RouteTableId", VP_FIELD_REFERENCE,
             NULL),
    VP_FIELD(vp_nat_gateway, nat_gateway_addresses, VP_TYPE_LIST, "NatGatewayAddresses",
             VP_FIELD_ALWAYS, &vp_nat_gateway_address_schema)};
const vp_schema vp_nat_gateway_schema = VP_SCHEMA("NatGateway", vp_nat_gateway, gateway_fields);
