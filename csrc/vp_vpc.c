/*
 * vp_vpc.c - making and deleting VPCs, and their attributes.
 *
 * A new VPC is never bare: it comes with a main route table, a default network ACL and a default
 * group (semantics 1.5), which the files of those objects fill.
 */
#include "vp_group_part.h"
#include "vp_host_name.h"
#include "vp_identity.h"
#include "vp_peering.h"
#include "vp_public_access.h"
#include "vp_record_endpoint.h"
#include "vp_transit_part.h"
#include "vp_vpc_block.h"
#include "vp_vpn.h"

#include <stdio.h>

#define QUOTA_VPCS 5
#define DEFAULT_VPC_BLOCK 0xac1f0000u /* 172.31.0.0 */
#define DEFAULT_SUBNETS 3

/* ---- create ---------------------------------------------------------------------------------- */

typedef struct create_request {
    vp_new made;
    vp_cidr cidr_block, ipv6_cidr_block;
    vp_bool amazon_provided_ipv6_cidr_block;
    vp_name instance_tenancy;
} create_request;

static const vp_field create_fields[] = {
    VP_NEW_FIELDS(create_request, "VpcId"),
    VP_FIELD(create_request, cidr_block, VP_TYPE_CIDR, "CidrBlock", 0, NULL),
    VP_FIELD(create_request, ipv6_cidr_block, VP_TYPE_CIDR, "Ipv6CidrBlock", 0, NULL),
    VP_FIELD(create_request, amazon_provided_ipv6_cidr_block, VP_TYPE_BOOL,
             "AmazonProvidedIpv6CidrBlock", 0, NULL),
    VP_FIELD(create_request, instance_tenancy, VP_TYPE_TEXT, "InstanceTenancy", 0, NULL)};
static const vp_schema create_schema = VP_SCHEMA("CreateVpc", create_request, create_fields);

static uint32_t count_vpcs(const vp_call *call) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < VP_ROW_COUNT(call->network, VP_KIND_VPC); i++) {
        const vp_record *record = call->network->rows[VP_KIND_VPC].rows[i];
        count += record->owner_id == call->owner_id && record->region == call->region ? 1 : 0;
    }
    return count;
}

/* The three companions of a new VPC. */
static vp_status furnish(vp_call *call, vp_vpc *vpc, vp_error *error) {
    vp_record *table, *acl, *group;
    vp_new bare = {0};
    VP_TRY(vp_check_add(call, VP_KIND_ROUTE_TABLE, &bare, vpc, &table, error));
    VP_TRY(vp_route_table_fill(call, (vp_route_table *)table, vpc, true, error));
    VP_TRY(vp_check_add(call, VP_KIND_NETWORK_ACL, &bare, vpc, &acl, error));
    VP_TRY(vp_network_acl_fill(call, (vp_network_acl *)acl, vpc, true, error));
    VP_TRY(vp_check_add(call, VP_KIND_SECURITY_GROUP, &bare, vpc, &group, error));
    vp_security_group *named = (vp_security_group *)group;
    VP_SET(call, named->group_name, "default", error);
    VP_SET(call, named->description, "default VPC security group", error);
    return vp_security_group_fill(call, named, vpc, true, error);
}

/* Makes a VPC with its blocks and companions. */
static vp_status make(vp_call *call, create_request *request, bool is_default, vp_vpc **made,
                      vp_error *error) {
    vp_record *record;
    vp_name association_id;
    if (!vp_cidr_is_given(&request->cidr_block)) {
        VP_REFUSE(error, "MissingParameter",
                  "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.");
    }
    VP_TRY(vp_check_family(&request->cidr_block, 4, "cidrBlock", error));
    VP_TRY(vp_check_family(&request->ipv6_cidr_block, 6, "ipv6CidrBlock", error));
    VP_TRY(vp_check_not_both(vp_cidr_is_given(&request->ipv6_cidr_block),
                             request->amazon_provided_ipv6_cidr_block == VP_TRUE,
                             "ipv6CidrBlock and amazonProvidedIpv6CidrBlock", error));
    VP_TRY(vp_check_quota(call->network, count_vpcs(call), QUOTA_VPCS, "VpcLimitExceeded",
                          "The maximum number of VPCs has been reached.", error));
    VP_TRY(vp_check_add(call, VP_KIND_VPC, &request->made, NULL, &record, error));
    vp_vpc *vpc = (vp_vpc *)record;
    vpc->is_default = is_default ? VP_TRUE : VP_FALSE;
    vpc->enable_dns_support.value = VP_TRUE;
    vpc->enable_dns_hostnames.value = is_default ? VP_TRUE : VP_FALSE;
    vpc->instance_tenancy = request->instance_tenancy;
    VP_SET(call, vpc->state, "available", error);
    if (vpc->instance_tenancy == VP_NO_NAME) {
        VP_SET(call, vpc->instance_tenancy, "default", error);
    }
    VP_TRY(vp_vpc_block_add(call, vpc, &request->cidr_block, &association_id, error));
    if (request->amazon_provided_ipv6_cidr_block == VP_TRUE) {
        VP_TRY(vp_vpc_block_from_amazon(call->network, &request->ipv6_cidr_block, error));
    }
    if (vp_cidr_is_given(&request->ipv6_cidr_block)) {
        VP_TRY(vp_vpc_block_add(call, vpc, &request->ipv6_cidr_block, &association_id, error));
    }
    VP_TRY(vp_public_access_enter(call->change, record, error));
    VP_TRY(furnish(call, vpc, error));
    call->result = record;
    *made = vpc;
    return VP_OK;
}

/***
Makes a VPC with its main route table, default network ACL and default security group.
@function network:create_vpc
@tparam table options `cidr_block` (IPv4, /16 to /28), `ipv6_cidr_block` (/44 to /60 in steps of 4)
or `amazon_provided_ipv6_cidr_block` (boolean: a /56 that no other VPC has), `instance_tenancy`,
`vpc_id` (its own id), `tags`
@treturn vpc
@raise MissingParameter, InvalidVpc.Range, InvalidParameterValue, InvalidParameterCombination,
VpcLimitExceeded
@usage local app = net:create_vpc{ cidr_block = "172.16.0.0/16", tags = { Name = "app" } }
Source: EC2 API Reference, "CreateVpc"; Amazon VPC User Guide, "VPC CIDR blocks"
*/
static vp_status create_vpc(vp_call *call, vp_error *error) {
    vp_vpc *vpc;
    return make(call, call->request, false, &vpc, error);
}

/* ---- the default VPC ------------------------------------------------------------------------- */

typedef struct default_request {
    vp_new made;
} default_request;

static const vp_field default_fields[] = {VP_NEW_FIELDS(default_request, "VpcId")};
static const vp_schema default_schema =
    VP_SCHEMA("CreateDefaultVpc", default_request, default_fields);

/* One /20 for each Availability Zone, with public addresses for what is launched there. */
static vp_status add_default_subnets(vp_call *call, const vp_vpc *vpc, vp_error *error) {
    for (uint32_t i = 0; i < DEFAULT_SUBNETS; i++) {
        vp_subnet_request request = {0};
        vp_subnet *subnet;
        vp_addr address = vp_addr_from_ipv4(DEFAULT_VPC_BLOCK + (i << 12));
        char zone[VP_ERROR_QUOTE_MAX];
        (void)snprintf(zone, sizeof zone, "%.60s%c", vp_network_text(call->network, call->region),
                       "abc"[i]);
        request.cidr_block = vp_cidr_of(&address, 20);
        VP_SET(call, request.availability_zone, zone, error);
        VP_TRY(vp_subnet_make(call, vpc, &request, &subnet, error));
        subnet->default_for_az = VP_TRUE;
        subnet->map_public_ip_on_launch = VP_TRUE;
    }
    return VP_OK;
}

/* The internet gateway and the default route to it. */
static vp_status add_default_gateway(vp_call *call, const vp_vpc *vpc, vp_error *error) {
    vp_record *gateway;
    vp_new bare = {0};
    void *item;
    VP_TRY(vp_check_add(call, VP_KIND_INTERNET_GATEWAY, &bare, vpc, &gateway, error));
    VP_TRY(vp_gateway_attach(call, (vp_internet_gateway *)gateway, vpc, error));
    vp_route_table *table = vp_route_table_main(call->network, vpc->record.id);
    VP_TRY(vp_change_append(call->change, &vp_route_schema, &table->routes, &item, error));
    vp_route *route = item;
    vp_addr everything = vp_addr_lowest(4);
    route->destination_cidr_block = vp_cidr_of(&everything, 0);
    route->gateway_id = gateway->id;
    VP_SET(call, route->origin, "CreateRoute", error);
    VP_SET(call, route->state, "active", error);
    return VP_OK;
}

/***
Makes the default VPC of the caller's account and Region: 172.31.0.0/16, a /20 subnet in the zones
a, b and c, an internet gateway with a default route, both DNS attributes on.
@function network:create_default_vpc
@tparam[opt] table options `vpc_id` (its own id), `tags`
@treturn vpc
@raise DefaultVpcAlreadyExists, VpcLimitExceeded
@usage local vpc = net:create_default_vpc()
Source: Amazon VPC User Guide, "Default VPCs"
*/
static vp_status create_default_vpc(vp_call *call, vp_error *error) {
    default_request *given = call->request;
    vp_vpc *vpc;
    for (uint32_t i = 0; i < VP_ROW_COUNT(call->network, VP_KIND_VPC); i++) {
        const vp_vpc *other = VP_ROW(vp_vpc, call->network, VP_KIND_VPC, i);
        if (other->is_default == VP_TRUE && other->record.owner_id == call->owner_id &&
            other->record.region == call->region) {
            VP_REFUSE(error, "DefaultVpcAlreadyExists",
                      "A Default VPC already exists for this account in this region.");
        }
    }
    create_request request = {0};
    request.made = given->made;
    given->made = (vp_new){0};
    vp_addr address = vp_addr_from_ipv4(DEFAULT_VPC_BLOCK);
    request.cidr_block = vp_cidr_of(&address, 16);
    vp_status status = make(call, &request, true, &vpc, error);
    given->made = request.made; /* tags that were not taken go back to their owner */
    VP_TRY(status);
    VP_TRY(add_default_subnets(call, vpc, error));
    VP_TRY(add_default_gateway(call, vpc, error));
    call->result = &vpc->record;
    return VP_OK;
}

/* ---- attributes ------------------------------------------------------------------------------ */

typedef struct attribute_request {
    vp_bool enable_dns_support, enable_dns_hostnames;
} attribute_request;

static const vp_field attribute_fields[] = {
    VP_FIELD(attribute_request, enable_dns_support, VP_TYPE_BOOL, "EnableDnsSupport", 0, NULL),
    VP_FIELD(attribute_request, enable_dns_hostnames, VP_TYPE_BOOL, "EnableDnsHostnames", 0, NULL)};
static const vp_schema attribute_schema =
    VP_SCHEMA("ModifyVpcAttribute", attribute_request, attribute_fields);

/***
Changes the DNS attributes of a VPC.
@function vpc:modify_attribute
@tparam table options `enable_dns_support`, `enable_dns_hostnames` (booleans)
@treturn vpc itself
@raise MissingParameter
@usage vpc:modify_attribute{ enable_dns_hostnames = true }
Source: EC2 API Reference, "ModifyVpcAttribute"
*/
static vp_status modify_attribute(vp_call *call, vp_error *error) {
    vp_vpc *vpc = (vp_vpc *)call->receiver;
    const attribute_request *request = call->request;
    bool given =
        request->enable_dns_support != VP_UNSET || request->enable_dns_hostnames != VP_UNSET;
    VP_TRY(vp_check_given(given, "enableDnsSupport or enableDnsHostnames", error));
    VP_TRY(vp_change_edit(call->change, &vpc->record, error));
    if (request->enable_dns_support != VP_UNSET) {
        vpc->enable_dns_support.value = request->enable_dns_support;
    }
    if (request->enable_dns_hostnames != VP_UNSET) {
        vpc->enable_dns_hostnames.value = request->enable_dns_hostnames;
    }
    call->result = call->receiver;
    return vp_host_name_refresh(call->change, vpc->record.id, error);
}

/* ---- delete ---------------------------------------------------------------------------------- */

/* Is this a companion that goes with its VPC, and not a dependent that keeps it? */
static bool goes_along(const vp_network *network, const vp_record *record) {
    switch (record->kind) {
    case VP_KIND_ROUTE_TABLE:
        return vp_route_table_main(network, ((const vp_route_table *)record)->vpc_id) ==
               (const vp_route_table *)record;
    case VP_KIND_NETWORK_ACL:
        return ((const vp_network_acl *)record)->is_default == VP_TRUE;
    case VP_KIND_SECURITY_GROUP:
        return vp_network_name_is(network, ((const vp_security_group *)record)->group_name,
                                  "default");
    default:
        return false;
    }
}

/***
Deletes a VPC with its main route table, default network ACL and default group. Pending peering
requests of it are deleted.
@function vpc:delete
@treturn vpc itself, gone
@raise DependencyViolation: subnets, other route tables, ACLs or groups, an attached gateway, an
active peering connection, another account's pending request
@usage vpc:delete()
Source: EC2 API Reference, "DeleteVpc"
*/
static vp_status delete_vpc(vp_call *call, vp_error *error) {
    static const vp_kind kinds[] = {
        VP_KIND_SUBNET,         VP_KIND_ROUTE_TABLE,       VP_KIND_NETWORK_ACL,
        VP_KIND_SECURITY_GROUP, VP_KIND_NETWORK_INTERFACE, VP_KIND_NAT_GATEWAY,
        VP_KIND_VPC_ENDPOINT};
    const vp_network *network = call->network;
    const vp_vpc *vpc = (const vp_vpc *)call->receiver;
    bool has_gateway = vp_gateway_of(network, vpc->record.id) != NULL ||
                       vp_egress_only_of(network, vpc->record.id) != NULL ||
                       vp_vpn_gateway_of(network, vpc->record.id) != NULL ||
                       vp_transit_uses(network, vpc->record.id, VP_NO_NAME);
    VP_TRY(vp_check_no_dependents(network, &vpc->record, has_gateway, error));
    for (size_t kind = 0; kind < VP_COUNT_OF(kinds); kind++) {
        const vp_rows *rows = &network->rows[kinds[kind]];
        for (uint32_t i = 0; i < rows->count; i++) {
            if (vp_identity_vpc_id(network, rows->rows[i]) == vpc->record.id) {
                bool keeps = !goes_along(network, rows->rows[i]);
                VP_TRY(vp_check_no_dependents(network, &vpc->record, keeps, error));
                VP_TRY(vp_group_rule_forget(call, rows->rows[i]->id, error));
                VP_TRY(vp_change_remove(call->change, rows->rows[i], error));
            }
        }
    }
    VP_TRY(vp_hosted_zone_forget_vpc(call->change, vpc->record.id, error));
    VP_TRY(vp_public_access_forget(call->change, vpc->record.id, error));
    VP_TRY(vp_peering_release_vpc(call->change, vpc, error));
    return vp_change_remove(call->change, call->receiver, error);
}

const vp_action vp_vpc_actions[] = {
    {"create_vpc", VP_KIND_NONE, &create_schema, create_vpc},
    {"create_default_vpc", VP_KIND_NONE, &default_schema, create_default_vpc},
    {"modify_attribute", VP_KIND_VPC, &attribute_schema, modify_attribute},
    {"delete", VP_KIND_VPC, NULL, delete_vpc},
    {NULL, VP_KIND_NONE, NULL, NULL}};
