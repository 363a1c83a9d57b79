/*
 * vp_record_transit.c - the tables that describe transit gateways, attachments and route tables.
 *
 * A row is written once, as a macro, and stands in the table of the whole structure and in that of
 * each document that prints it. Account and Region are printed as in vp_record_vpn.c: AWS has them
 * in the ARN of the gateway alone.
 */
#include "vp_record_transit.h"

#include "vp_record_vpn.h"

/* Nested structures are described by offsets from their own start. */
#define GATEWAY_OPTION(member, key) VP_FIELD(options, member, VP_TYPE_TEXT, key, 0, NULL)
typedef struct vp_transit_gateway_options options;
static const vp_field gateway_options_fields[] = {
    VP_FIELD(options, amazon_side_asn, VP_TYPE_INT, "AmazonSideAsn", VP_FIELD_UNSIGNED, NULL),
    VP_FIELD(options, transit_gateway_cidr_blocks, VP_TYPE_LIST, "TransitGatewayCidrBlocks", 0,
             &vp_text_item_schema),
    GATEWAY_OPTION(auto_accept_shared_attachments, "AutoAcceptSharedAttachments"),
    GATEWAY_OPTION(default_route_table_association, "DefaultRouteTableAssociation"),
    GATEWAY_OPTION(association_default_route_table_id, "AssociationDefaultRouteTableId"),
    GATEWAY_OPTION(default_route_table_propagation, "DefaultRouteTablePropagation"),
    GATEWAY_OPTION(propagation_default_route_table_id, "PropagationDefaultRouteTableId"),
    GATEWAY_OPTION(vpn_ecmp_support, "VpnEcmpSupport"),
    GATEWAY_OPTION(dns_support, "DnsSupport"),
    GATEWAY_OPTION(security_group_referencing_support, "SecurityGroupReferencingSupport"),
    GATEWAY_OPTION(multicast_support, "MulticastSupport")};
static const vp_schema gateway_options_schema =
    VP_SCHEMA("TransitGatewayOptions", options, gateway_options_fields);

static const vp_field gateway_fields[] = {
    VP_FIELD(vp_transit_gateway, record.id, VP_TYPE_TEXT, "TransitGatewayId",
             VP_FIELD_ALWAYS | VP_FIELD_KEY, NULL),
    VP_FIELD(vp_transit_gateway, record.owner_id, VP_TYPE_TEXT, "OwnerId", 0, NULL),
    VP_FIELD(vp_transit_gateway, record.region, VP_TYPE_TEXT, "Region", 0, NULL),
    VP_FIELD(vp_transit_gateway, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS,
             &vp_tag_schema),
    VP_FIELD(vp_transit_gateway, transit_gateway_arn, VP_TYPE_TEXT, "TransitGatewayArn", 0, NULL),
    VP_FIELD(vp_transit_gateway, state, VP_TYPE_TEXT, "State", 0, NULL),
    VP_FIELD(vp_transit_gateway, description, VP_TYPE_TEXT, "Description", 0, NULL),
    VP_FIELD(vp_transit_gateway, creation_time, VP_TYPE_TEXT, "CreationTime", 0, NULL),
    VP_FIELD(vp_transit_gateway, options, VP_TYPE_OBJECT, "Options", 0, &gateway_options_schema)};
const vp_schema vp_transit_gateway_schema =
    VP_SCHEMA("TransitGateway", vp_transit_gateway, gateway_fields);

/* ---- attachments ----------------------------------------------------------------------------- */

static const vp_field association_fields[] = {
    VP_FIELD(vp_transit_association, transit_gateway_route_table_id, VP_TYPE_TEXT,
             "TransitGatewayRouteTableId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_transit_association, state, VP_TYPE_TEXT, "State", 0, NULL)};
static const vp_schema association_schema =
    VP_SCHEMA("TransitGatewayAttachmentAssociation", vp_transit_association, association_fields);

static const vp_field info_fields[] = {
    VP_FIELD(vp_transit_gateway_info, transit_gateway_id, VP_TYPE_TEXT, "TransitGatewayId",
             VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_transit_gateway_info, owner_id, VP_TYPE_TEXT, "OwnerId", 0, NULL),
    VP_FIELD(vp_transit_gateway_info, region, VP_TYPE_TEXT, "Region", 0, NULL)};
static const vp_schema info_schema =
    VP_SCHEMA("PeeringTgwInfo", vp_transit_gateway_info, info_fields);

typedef struct vp_transit_attachment_options attachment_options;
#define ATTACHMENT_OPTION(member, key)                                                             \
    VP_FIELD(attachment_options, member, VP_TYPE_TEXT, key, 0, NULL)
static const vp_field attachment_options_fields[] = {
    ATTACHMENT_OPTION(dns_support, "DnsSupport"),
    ATTACHMENT_OPTION(security_group_referencing_support, "SecurityGroupReferencingSupport"),
    ATTACHMENT_OPTION(ipv6_support, "Ipv6Support"),
    ATTACHMENT_OPTION(appliance_mode_support, "ApplianceModeSupport")};
static const vp_schema attachment_options_schema =
    VP_SCHEMA("TransitGatewayVpcAttachmentOptions", attachment_options, attachment_options_fields);

#define ATTACHMENT(member, key, flags)                                                             \
    VP_FIELD(vp_transit_gateway_attachment, member, VP_TYPE_TEXT, key, flags, NULL)
#define ATTACHMENT_MARK(member, key)                                                               \
    VP_FIELD(vp_transit_gateway_attachment, member, VP_TYPE_BOOL, key, VP_FIELD_NOT_PRINTED, NULL)
#define ATTACHMENT_ID                                                                              \
    ATTACHMENT(record.id, "TransitGatewayAttachmentId", VP_FIELD_ALWAYS | VP_FIELD_KEY)
#define ATTACHMENT_TAGS                                                                            \
    VP_FIELD(vp_transit_gateway_attachment, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS,    \
             &vp_tag_schema)
#define ATTACHMENT_STATE ATTACHMENT(state, "State", 0), ATTACHMENT(creation_time, "CreationTime", 0)
#define ATTACHMENT_GATEWAY ATTACHMENT(transit_gateway_id, "TransitGatewayId", VP_FIELD_REFERENCE)

/* What describe-transit-gateway-attachments prints of attachments of all types. */
#define ATTACHMENT_PLAIN                                                                           \
    ATTACHMENT(record.region, "Region", 0),                                                        \
        ATTACHMENT(transit_gateway_owner_id, "TransitGatewayOwnerId", 0),                          \
        ATTACHMENT(resource_type, "ResourceType", 0), ATTACHMENT(resource_id, "ResourceId", 0),    \
        ATTACHMENT(resource_owner_id, "ResourceOwnerId", 0),                                       \
        VP_FIELD(vp_transit_gateway_attachment, association, VP_TYPE_OBJECT, "Association", 0,     \
                 &association_schema),                                                             \
        VP_FIELD(vp_transit_gateway_attachment, peer_association, VP_TYPE_OBJECT,                  \
                 "PeerAssociation", 0, &association_schema),                                       \
        VP_FIELD(vp_transit_gateway_attachment, is_peer_described, VP_TYPE_BOOL, "PeerDescribed",  \
                 0, NULL),                                                                         \
        VP_FIELD(vp_transit_gateway_attachment, declared_routes, VP_TYPE_LIST, "DeclaredRoutes",   \
                 0, &vp_declared_route_schema)

#define ATTACHMENT_VPC                                                                             \
    ATTACHMENT(vpc_id, "VpcId", VP_FIELD_REFERENCE), ATTACHMENT(vpc_owner_id, "VpcOwnerId", 0),    \
        VP_FIELD(vp_transit_gateway_attachment, options, VP_TYPE_OBJECT, "Options", 0,             \
                 &attachment_options_schema)
#define ATTACHMENT_SUBNETS(flags)                                                                  \
    VP_FIELD(vp_transit_gateway_attachment, subnet_ids, VP_TYPE_LIST, "SubnetIds", flags,          \
             &vp_text_item_schema)

#define ATTACHMENT_PEERING                                                                         \
    VP_FIELD(vp_transit_gateway_attachment, requester_tgw_info, VP_TYPE_OBJECT,                    \
             "RequesterTgwInfo", 0, &info_schema),                                                 \
        VP_FIELD(vp_transit_gateway_attachment, accepter_tgw_info, VP_TYPE_OBJECT,                 \
                 "AccepterTgwInfo", 0, &info_schema)

static const vp_field attachment_fields[] = {
    ATTACHMENT_ID,
    ATTACHMENT(record.owner_id, "OwnerId", VP_FIELD_NOT_PRINTED),
    ATTACHMENT_TAGS,
    ATTACHMENT_STATE,
    ATTACHMENT_GATEWAY,
    ATTACHMENT_PLAIN,
    ATTACHMENT_VPC,
    ATTACHMENT_SUBNETS(0),
    ATTACHMENT_PEERING,
    ATTACHMENT_MARK(is_described, "IsDescribed"),
    ATTACHMENT_MARK(is_vpc_described, "IsVpcDescribed"),
    ATTACHMENT_MARK(is_peering_described, "IsPeeringDescribed")};
const vp_schema vp_transit_gateway_attachment_schema =
    VP_SCHEMA("TransitGatewayAttachment", vp_transit_gateway_attachment, attachment_fields);

static const vp_field attachment_view_fields[] = {ATTACHMENT_ID, ATTACHMENT_TAGS, ATTACHMENT_STATE,
                                                  ATTACHMENT_GATEWAY, ATTACHMENT_PLAIN};
const vp_schema vp_transit_attachment_view =
    VP_SCHEMA("TransitGatewayAttachment", vp_transit_gateway_attachment, attachment_view_fields);

static const vp_field vpc_attachment_fields[] = {
    ATTACHMENT_ID,      ATTACHMENT_TAGS, ATTACHMENT_STATE,
    ATTACHMENT_GATEWAY, ATTACHMENT_VPC,  ATTACHMENT_SUBNETS(VP_FIELD_ALWAYS)};
const vp_schema vp_transit_vpc_attachment_view =
    VP_SCHEMA("TransitGatewayVpcAttachment", vp_transit_gateway_attachment, vpc_attachment_fields);

static const vp_field peering_attachment_fields[] = {ATTACHMENT_ID, ATTACHMENT_TAGS,
                                                     ATTACHMENT_STATE, ATTACHMENT_PEERING};
const vp_schema vp_transit_peering_attachment_view = VP_SCHEMA(
    "TransitGatewayPeeringAttachment", vp_transit_gateway_attachment, peering_attachment_fields);

/* ---- route tables ---------------------------------------------------------------------------- */

#define TARGET_FIELDS(type)                                                                        \
    VP_FIELD(type, transit_gateway_attachment_id, VP_TYPE_TEXT, "TransitGatewayAttachmentId",      \
             VP_FIELD_REFERENCE | VP_FIELD_KEY, NULL),                                             \
        VP_FIELD(type, resource_type, VP_TYPE_TEXT, "ResourceType", 0, NULL),                      \
        VP_FIELD(type, resource_id, VP_TYPE_TEXT, "ResourceId", 0, NULL)

static const vp_field target_fields[] = {TARGET_FIELDS(vp_transit_target)};
const vp_schema vp_transit_target_schema =
    VP_SCHEMA("TransitGatewayRouteAttachment", vp_transit_target, target_fields);

static const vp_field propagation_fields[] = {
    TARGET_FIELDS(vp_transit_propagation),
    VP_FIELD(vp_transit_propagation, state, VP_TYPE_TEXT, "State", 0, NULL)};
const vp_schema vp_transit_propagation_schema =
    VP_SCHEMA("TransitGatewayRouteTablePropagation", vp_transit_propagation, propagation_fields);

static const vp_field reference_fields[] = {
    VP_FIELD(vp_transit_prefix_list_reference, prefix_list_id, VP_TYPE_TEXT, "PrefixListId",
             VP_FIELD_REFERENCE | VP_FIELD_KEY, NULL),
    VP_FIELD(vp_transit_prefix_list_reference, prefix_list_owner_id, VP_TYPE_TEXT,
             "PrefixListOwnerId", 0, NULL),
    VP_FIELD(vp_transit_prefix_list_reference, state, VP_TYPE_TEXT, "State", 0, NULL),
    VP_FIELD(vp_transit_prefix_list_reference, blackhole, VP_TYPE_BOOL, "Blackhole", 0, NULL),
    VP_FIELD(vp_transit_prefix_list_reference, transit_gateway_attachment, VP_TYPE_OBJECT,
             "TransitGatewayAttachment", 0, &vp_transit_target_schema)};
const vp_schema vp_transit_prefix_list_reference_schema = VP_SCHEMA(
    "TransitGatewayPrefixListReference", vp_transit_prefix_list_reference, reference_fields);

/* One key for both families, unlike in a route of a VPC. */
static const vp_field route_fields[] = {
    VP_FIELD(vp_transit_gateway_route, destination_cidr_block, VP_TYPE_CIDR, "DestinationCidrBlock",
             VP_FIELD_ANY_FAMILY, NULL),
    VP_FIELD(vp_transit_gateway_route, prefix_list_id, VP_TYPE_TEXT, "PrefixListId",
             VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_transit_gateway_route, type, VP_TYPE_TEXT, "Type", 0, NULL),
    VP_FIELD(vp_transit_gateway_route, state, VP_TYPE_TEXT, "State", 0, NULL),
    VP_FIELD(vp_transit_gateway_route, transit_gateway_attachments, VP_TYPE_LIST,
             "TransitGatewayAttachments", VP_FIELD_ALWAYS, &vp_transit_target_schema)};
const vp_schema vp_transit_gateway_route_schema =
    VP_SCHEMA("TransitGatewayRoute", vp_transit_gateway_route, route_fields);

typedef vp_transit_gateway_route_table route_table;
#define TABLE_ID                                                                                   \
    VP_FIELD(route_table, record.id, VP_TYPE_TEXT, "TransitGatewayRouteTableId",                   \
             VP_FIELD_ALWAYS | VP_FIELD_KEY, NULL)
#define TABLE_PLAIN                                                                                \
    VP_FIELD(route_table, record.region, VP_TYPE_TEXT, "Region", 0, NULL),                         \
        VP_FIELD(route_table, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS, &vp_tag_schema), \
        VP_FIELD(route_table, transit_gateway_id, VP_TYPE_TEXT, "TransitGatewayId",                \
                 VP_FIELD_REFERENCE, NULL),                                                        \
        VP_FIELD(route_table, state, VP_TYPE_TEXT, "State", 0, NULL),                              \
        VP_FIELD(route_table, creation_time, VP_TYPE_TEXT, "CreationTime", 0, NULL),               \
        VP_FIELD(route_table, default_association_route_table, VP_TYPE_BOOL,                       \
                 "DefaultAssociationRouteTable", 0, NULL),                                         \
        VP_FIELD(route_table, default_propagation_route_table, VP_TYPE_BOOL,                       \
                 "DefaultPropagationRouteTable", 0, NULL)
#define TABLE_ROUTES                                                                               \
    VP_FIELD(route_table, routes, VP_TYPE_LIST, "Routes", VP_FIELD_ALWAYS,                         \
             &vp_transit_gateway_route_schema),                                                    \
        VP_FIELD(route_table, additional_routes_available, VP_TYPE_BOOL,                           \
                 "AdditionalRoutesAvailable", 0, NULL)
#define TABLE_PROPAGATIONS                                                                         \
    VP_FIELD(route_table, propagations, VP_TYPE_LIST, "TransitGatewayRouteTablePropagations",      \
             VP_FIELD_ALWAYS, &vp_transit_propagation_schema)

#define TABLE_REFERENCES                                                                           \
    VP_FIELD(route_table, prefix_list_references, VP_TYPE_LIST, "PrefixListReferences",            \
             VP_FIELD_ALWAYS, &vp_transit_prefix_list_reference_schema)

static const vp_field route_table_fields[] = {
    TABLE_ID,
    VP_FIELD(route_table, record.owner_id, VP_TYPE_TEXT, "OwnerId", VP_FIELD_NOT_PRINTED, NULL),
    TABLE_PLAIN,
    TABLE_ROUTES,
    TABLE_PROPAGATIONS,
    TABLE_REFERENCES,
    VP_FIELD(route_table, are_references_known, VP_TYPE_BOOL, "AreReferencesKnown",
             VP_FIELD_NOT_PRINTED, NULL),
    VP_FIELD(route_table, are_routes_known, VP_TYPE_BOOL, "AreRoutesKnown", VP_FIELD_NOT_PRINTED,
             NULL),
    VP_FIELD(route_table, are_propagations_known, VP_TYPE_BOOL, "ArePropagationsKnown",
             VP_FIELD_NOT_PRINTED, NULL)};
const vp_schema vp_transit_gateway_route_table_schema =
    VP_SCHEMA("TransitGatewayRouteTable", route_table, route_table_fields);

static const vp_field route_table_view_fields[] = {TABLE_ID, TABLE_PLAIN};
const vp_schema vp_transit_route_table_view =
    VP_SCHEMA("TransitGatewayRouteTable", route_table, route_table_view_fields);

static const vp_field routes_view_fields[] = {TABLE_ID, TABLE_ROUTES};
const vp_schema vp_transit_routes_view =
    VP_SCHEMA("TransitGatewayRoutes", route_table, routes_view_fields);

static const vp_field propagations_view_fields[] = {TABLE_ID, TABLE_PROPAGATIONS};
const vp_schema vp_transit_propagations_view =
    VP_SCHEMA("TransitGatewayPropagations", route_table, propagations_view_fields);

static const vp_field references_view_fields[] = {TABLE_ID, TABLE_REFERENCES};
const vp_schema vp_transit_references_view =
    VP_SCHEMA("TransitGatewayPrefixListReferences", route_table, references_view_fields);
