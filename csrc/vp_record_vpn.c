/*
 * vp_record_vpn.c - the tables that describe gateways and connections to networks on premises.
 *
 * One table a structure of vp_record_vpn.h, one row a field that the model keeps, as in
 * vp_record.c. AWS prints neither account nor Region of these objects; they are printed here, since
 * a gateway that is attached to nothing would lose them otherwise.
 */
#include "vp_record_vpn.h"

static const vp_field declared_route_fields[] = {
    VP_FIELD(vp_declared_route, cidr, VP_TYPE_CIDR, "Cidr", VP_FIELD_KEY, NULL),
    VP_FIELD(vp_declared_route, connection, VP_TYPE_TEXT, "Connection", 0, NULL)};
const vp_schema vp_declared_route_schema =
    VP_SCHEMA("DeclaredRoute", vp_declared_route, declared_route_fields);

/* The fields that all three kinds have, under the name of their id. */
#define COMMON_FIELDS(type, id_key)                                                                \
    VP_FIELD(type, record.id, VP_TYPE_TEXT, id_key, VP_FIELD_ALWAYS | VP_FIELD_KEY, NULL),         \
        VP_FIELD(type, record.owner_id, VP_TYPE_TEXT, "OwnerId", 0, NULL),                         \
        VP_FIELD(type, record.region, VP_TYPE_TEXT, "Region", 0, NULL),                            \
        VP_FIELD(type, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS, &vp_tag_schema)

static const vp_field vpn_gateway_fields[] = {
    COMMON_FIELDS(vp_vpn_gateway, "VpnGatewayId"),
    VP_FIELD(vp_vpn_gateway, state, VP_TYPE_TEXT, "State", 0, NULL),
    VP_FIELD(vp_vpn_gateway, type, VP_TYPE_TEXT, "Type", 0, NULL),
    VP_FIELD(vp_vpn_gateway, availability_zone, VP_TYPE_TEXT, "AvailabilityZone", 0, NULL),
    VP_FIELD(vp_vpn_gateway, amazon_side_asn, VP_TYPE_INT, "AmazonSideAsn", VP_FIELD_UNSIGNED,
             NULL),
    VP_FIELD(vp_vpn_gateway, vpc_attachments, VP_TYPE_LIST, "VpcAttachments", VP_FIELD_ALWAYS,
             &vp_gateway_attachment_schema),
    VP_FIELD(vp_vpn_gateway, declared_routes, VP_TYPE_LIST, "DeclaredRoutes", 0,
             &vp_declared_route_schema)};
const vp_schema vp_vpn_gateway_schema = VP_SCHEMA("VpnGateway", vp_vpn_gateway, vpn_gateway_fields);

static const vp_field vpn_static_route_fields[] = {
    VP_FIELD(vp_vpn_static_route, destination_cidr_block, VP_TYPE_CIDR, "DestinationCidrBlock",
             VP_FIELD_KEY, NULL),
    VP_FIELD(vp_vpn_static_route, source, VP_TYPE_TEXT, "Source", 0, NULL),
    VP_FIELD(vp_vpn_static_route, state, VP_TYPE_TEXT, "State", 0, NULL)};
const vp_schema vp_vpn_static_route_schema =
    VP_SCHEMA("VpnStaticRoute", vp_vpn_static_route, vpn_static_route_fields);

static const vp_field telemetry_fields[] = {
    VP_FIELD(vp_vgw_telemetry, outside_ip_address, VP_TYPE_TEXT, "OutsideIpAddress", 0, NULL),
    VP_FIELD(vp_vgw_telemetry, status, VP_TYPE_TEXT, "Status", 0, NULL),
    VP_FIELD(vp_vgw_telemetry, accepted_route_count, VP_TYPE_INT, "AcceptedRouteCount", 0, NULL)};
static const vp_schema telemetry_schema =
    VP_SCHEMA("VgwTelemetry", vp_vgw_telemetry, telemetry_fields);

static const vp_field options_fields[] = {{"StaticRoutesOnly", VP_TYPE_BOOL, 0, 0, NULL}};
static const vp_schema options_schema = {"VpnConnectionOptions", sizeof(vp_bool), 1,
                                         options_fields};

static const vp_field vpn_connection_fields[] = {
    COMMON_FIELDS(vp_vpn_connection, "VpnConnectionId"),
    VP_FIELD(vp_vpn_connection, customer_gateway_id, VP_TYPE_TEXT, "CustomerGatewayId",
             VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_vpn_connection, vpn_gateway_id, VP_TYPE_TEXT, "VpnGatewayId", VP_FIELD_REFERENCE,
             NULL),
    VP_FIELD(vp_vpn_connection, transit_gateway_id, VP_TYPE_TEXT, "TransitGatewayId",
             VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_vpn_connection, state, VP_TYPE_TEXT, "State", 0, NULL),
    VP_FIELD(vp_vpn_connection, type, VP_TYPE_TEXT, "Type", 0, NULL),
    VP_FIELD(vp_vpn_connection, category, VP_TYPE_TEXT, "Category", 0, NULL),
    VP_FIELD(vp_vpn_connection, options, VP_TYPE_OBJECT, "Options", 0, &options_schema),
    VP_FIELD(vp_vpn_connection, routes, VP_TYPE_LIST, "Routes", VP_FIELD_ALWAYS,
             &vp_vpn_static_route_schema),
    VP_FIELD(vp_vpn_connection, vgw_telemetry, VP_TYPE_LIST, "VgwTelemetry", VP_FIELD_ALWAYS,
             &telemetry_schema)};
const vp_schema vp_vpn_connection_schema =
    VP_SCHEMA("VpnConnection", vp_vpn_connection, vpn_connection_fields);

static const vp_field customer_gateway_fields[] = {
    COMMON_FIELDS(vp_customer_gateway, "CustomerGatewayId"),
    VP_FIELD(vp_customer_gateway, ip_address, VP_TYPE_TEXT, "IpAddress", 0, NULL),
    VP_FIELD(vp_customer_gateway, bgp_asn, VP_TYPE_TEXT, "BgpAsn", 0, NULL),
    VP_FIELD(vp_customer_gateway, state, VP_TYPE_TEXT, "State", 0, NULL),
    VP_FIELD(vp_customer_gateway, type, VP_TYPE_TEXT, "Type", 0, NULL)};
const vp_schema vp_customer_gateway_schema =
    VP_SCHEMA("CustomerGateway", vp_customer_gateway, customer_gateway_fields);
