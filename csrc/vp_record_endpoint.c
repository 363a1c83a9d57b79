/*
 * vp_record_endpoint.c - the tables that describe endpoints and hosted zones.
 *
 * As in vp_record.c, what AWS prints and no rule of the model needs is left out; the policy of an
 * endpoint is kept as the text it is, since it is the one thing a user writes there.
 */
#include "vp_record_endpoint.h"

static const vp_field dns_entry_fields[] = {
    VP_FIELD(vp_dns_entry, dns_name, VP_TYPE_TEXT, "DnsName", VP_FIELD_KEY, NULL),
    VP_FIELD(vp_dns_entry, hosted_zone_id, VP_TYPE_TEXT, "HostedZoneId", 0, NULL)};
const vp_schema vp_dns_entry_schema = VP_SCHEMA("DnsEntry", vp_dns_entry, dns_entry_fields);

/* AWS prints the account, but not the Region: the VPC has it. */
static const vp_field endpoint_fields[] = {
    VP_FIELD(vp_vpc_endpoint, record.id, VP_TYPE_TEXT, "VpcEndpointId",
             VP_FIELD_ALWAYS | VP_FIELD_KEY, NULL),
    VP_FIELD(vp_vpc_endpoint, record.owner_id, VP_TYPE_TEXT, "OwnerId", 0, NULL),
    VP_FIELD(vp_vpc_endpoint, record.region, VP_TYPE_TEXT, "Region", VP_FIELD_NOT_PRINTED, NULL),
    VP_FIELD(vp_vpc_endpoint, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS, &vp_tag_schema),
    VP_FIELD(vp_vpc_endpoint, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_vpc_endpoint, vpc_endpoint_type, VP_TYPE_TEXT, "VpcEndpointType", 0, NULL),
    VP_FIELD(vp_vpc_endpoint, service_name, VP_TYPE_TEXT, "ServiceName", 0, NULL),
    VP_FIELD(vp_vpc_endpoint, resource_configuration_arn, VP_TYPE_TEXT, "ResourceConfigurationArn",
             0, NULL),
    VP_FIELD(vp_vpc_endpoint, service_network_arn, VP_TYPE_TEXT, "ServiceNetworkArn", 0, NULL),
    VP_FIELD(vp_vpc_endpoint, state, VP_TYPE_TEXT, "State", 0, NULL),
    VP_FIELD(vp_vpc_endpoint, policy_document, VP_TYPE_TEXT, "PolicyDocument", 0, NULL),
    VP_FIELD(vp_vpc_endpoint, ip_address_type, VP_TYPE_TEXT, "IpAddressType", 0, NULL),
    VP_FIELD(vp_vpc_endpoint, route_table_ids, VP_TYPE_LIST, "RouteTableIds",
             VP_FIELD_ALWAYS | VP_FIELD_REFERENCE, &vp_text_item_schema),
    VP_FIELD(vp_vpc_endpoint, subnet_ids, VP_TYPE_LIST, "SubnetIds",
             VP_FIELD_ALWAYS | VP_FIELD_REFERENCE, &vp_text_item_schema),
    VP_FIELD(vp_vpc_endpoint, network_interface_ids, VP_TYPE_LIST, "NetworkInterfaceIds",
             VP_FIELD_ALWAYS | VP_FIELD_REFERENCE, &vp_text_item_schema),
    VP_FIELD(vp_vpc_endpoint, groups, VP_TYPE_LIST, "Groups", VP_FIELD_ALWAYS,
             &vp_group_identifier_schema),
    VP_FIELD(vp_vpc_endpoint, dns_entries, VP_TYPE_LIST, "DnsEntries", VP_FIELD_ALWAYS,
             &vp_dns_entry_schema),
    VP_FIELD(vp_vpc_endpoint, private_dns_enabled, VP_TYPE_BOOL, "PrivateDnsEnabled", 0, NULL),
    VP_FIELD(vp_vpc_endpoint, requester_managed, VP_TYPE_BOOL, "RequesterManaged", 0, NULL)};
const vp_schema vp_vpc_endpoint_schema = VP_SCHEMA("VpcEndpoint", vp_vpc_endpoint, endpoint_fields);

static const vp_field zone_record_fields[] = {
    VP_FIELD(vp_zone_record, name, VP_TYPE_TEXT, "Name", VP_FIELD_KEY, NULL),
    VP_FIELD(vp_zone_record, type, VP_TYPE_TEXT, "Type", VP_FIELD_KEY, NULL),
    VP_FIELD(vp_zone_record, values, VP_TYPE_LIST, "Values", VP_FIELD_ALWAYS,
             &vp_text_item_schema)};
const vp_schema vp_zone_record_schema =
    VP_SCHEMA("ResourceRecordSet", vp_zone_record, zone_record_fields);

/* A zone belongs to an account, not to a Region. */
static const vp_field zone_fields[] = {
    VP_FIELD(vp_hosted_zone, record.id, VP_TYPE_TEXT, "Id", VP_FIELD_ALWAYS | VP_FIELD_KEY, NULL),
    VP_FIELD(vp_hosted_zone, record.owner_id, VP_TYPE_TEXT, "OwnerId", 0, NULL),
    VP_FIELD(vp_hosted_zone, record.region, VP_TYPE_TEXT, "Region", VP_FIELD_NOT_PRINTED, NULL),
    VP_FIELD(vp_hosted_zone, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS, &vp_tag_schema),
    VP_FIELD(vp_hosted_zone, name, VP_TYPE_TEXT, "Name", 0, NULL),
    VP_FIELD(vp_hosted_zone, vpc_ids, VP_TYPE_LIST, "VpcIds", VP_FIELD_ALWAYS | VP_FIELD_REFERENCE,
             &vp_text_item_schema),
    VP_FIELD(vp_hosted_zone, records, VP_TYPE_LIST, "Records", VP_FIELD_ALWAYS,
             &vp_zone_record_schema)};
const vp_schema vp_hosted_zone_schema = VP_SCHEMA("HostedZone", vp_hosted_zone, zone_fields);
