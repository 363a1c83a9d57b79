/*
 * vp_subnet.c - making, changing and deleting subnets.
 *
 * A subnet lies inside one block of its VPC for each family and overlaps no other subnet
 * (semantics 2). It follows the main route table and the default network ACL until told otherwise;
 * AWS shows the latter as an association, the former not.
 */
#include "vp_public_access.h"
#include "vp_transit_part.h"

#include <string.h>

#define QUOTA_SUBNETS 200

/* ---- the rules ------------------------------------------------------------------------------- */

static vp_status refuse_range(const vp_cidr *block, vp_error *error) {
    char text[VP_CIDR_TEXT_MAX];
    (void)vp_cidr_format(block, text);
    VP_REFUSE(error, "InvalidSubnet.Range", "The CIDR '%s' is invalid.", text);
}

static bool overlaps_subnet(const vp_network *network, const vp_subnet *subnet,
                            const vp_cidr *block) {
    const vp_list *ipv6 = &subnet->ipv6_cidr_block_association_set;
    if (vp_cidr_is_given(&subnet->cidr_block) && vp_cidr_overlaps(&subnet->cidr_block, block)) {
        return true;
    }
    for (uint32_t i = 0; i < ipv6->count; i++) {
        const vp_block_association *association = VP_ITEM(vp_block_association, ipv6, i);
        if (vp_block_is_associated(network, association) &&
            vp_cidr_overlaps(&association->cidr_block, block)) {
            return true;
        }
    }
    return false;
}

/* Size, position, overlap: for a block of either family. */
static vp_status check_block(const vp_network *network, const vp_vpc *vpc, const vp_cidr *block,
                             vp_error *error) {
    if (!vp_block_is_subnet_size(block) || !vp_check_vpc_covers(network, vpc, block)) {
        return refuse_range(block, error);
    }
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_SUBNET); i++) {
        const vp_subnet *other = VP_ROW(vp_subnet, network, VP_KIND_SUBNET, i);
        if (other->vpc_id == vpc->record.id && overlaps_subnet(network, other, block)) {
            char text[VP_CIDR_TEXT_MAX];
            (void)vp_cidr_format(block, text);
            VP_REFUSE(error, "InvalidSubnet.Conflict",
                      "The CIDR '%s' conflicts with another subnet", text);
        }
    }
    return VP_OK;
}

/* A zone name is the Region and more: us-east-1a, us-west-2-lax-1a. */
static vp_status check_zone(const vp_network *network, vp_name zone, vp_name region,
                            vp_error *error) {
    const char *zone_text = vp_network_text(network, zone);
    const char *region_text = vp_network_text(network, region);
    size_t length = strlen(region_text);
    if (strncmp(zone_text, region_text, length) != 0 || zone_text[length] == '\0') {
        char quoted[VP_ERROR_QUOTE_MAX];
        VP_REFUSE(error, "InvalidParameterValue",
                  "Value (%s) for parameter availabilityZone is invalid. Subnets of this VPC can "
                  "only be created in zones of the region %s.",
                  vp_error_quote(zone_text, strlen(zone_text), quoted), region_text);
    }
    return VP_OK;
}

static uint32_t count_subnets(const vp_network *network, vp_name vpc_id) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_SUBNET); i++) {
        count += VP_ROW(vp_subnet, network, VP_KIND_SUBNET, i)->vpc_id == vpc_id ? 1 : 0;
    }
    return count;
}

static vp_status check_request(const vp_network *network, const vp_vpc *vpc,
                               const vp_subnet_request *request, vp_error *error) {
    bool ipv4 = vp_cidr_is_given(&request->cidr_block);
    bool ipv6 = vp_cidr_is_given(&request->ipv6_cidr_block);
    bool native = request->ipv6_native == VP_TRUE;
    VP_TRY(vp_check_given(ipv4 || native, "cidrBlock", error));
    VP_TRY(vp_check_given(ipv6 || !native, "ipv6CidrBlock", error));
    VP_TRY(vp_check_not_both(ipv4, native, "cidrBlock and ipv6Native", error));
    VP_TRY(vp_check_family(&request->cidr_block, 4, "cidrBlock", error));
    VP_TRY(vp_check_family(&request->ipv6_cidr_block, 6, "ipv6CidrBlock", error));
    if (ipv4) {
        VP_TRY(check_block(network, vpc, &request->cidr_block, error));
    }
    if (ipv6) {
        VP_TRY(check_block(network, vpc, &request->ipv6_cidr_block, error));
    }
    return vp_check_quota(network, count_subnets(network, vpc->record.id), QUOTA_SUBNETS,
                          "SubnetLimitExceeded", "The maximum number of subnets has been reached.",
                          error);
}

/* ---- create ---------------------------------------------------------------------------------- */

/* Adds an IPv6 block to a subnet; *association_id is the id of the association. */
static vp_status add_ipv6(vp_call *call, vp_subnet *subnet, const vp_cidr *block,
                          vp_name *association_id, vp_error *error) {
    void *item;
    VP_TRY(vp_change_append(call->change, &vp_ipv6_block_association_schema,
                            &subnet->ipv6_cidr_block_association_set, &item, error));
    vp_block_association *association = item;
    association->cidr_block = *block;
    VP_SET(call, association->state.state, "associated", error);
    VP_TRY(vp_network_new_id(call->network, VP_KIND_NONE, "subnet-cidr-assoc-", association_id,
                             error));
    association->association_id = *association_id;
    return VP_OK;
}

/* The zone of a new subnet: the given one, else the first of the Region. */
static vp_status set_zone(vp_call *call, vp_subnet *subnet, const vp_subnet_request *request,
                          vp_error *error) {
    char zone[VP_ERROR_QUOTE_MAX];
    size_t length;
    const char *region = vp_names_text(&call->network->names, subnet->record.region, &length);
    subnet->availability_zone = request->availability_zone;
    subnet->availability_zone_id = request->availability_zone_id;
    if (subnet->availability_zone != VP_NO_NAME) {
        return check_zone(call->network, subnet->availability_zone, subnet->record.region, error);
    }
    if (length + 1 >= sizeof zone) {
        return VP_OK;
    }
    memcpy(zone, region, length);
    zone[length] = 'a';
    return vp_network_intern(call->network, zone, length + 1, &subnet->availability_zone, error);
}

vp_status vp_subnet_make(vp_call *call, const vp_vpc *vpc, vp_subnet_request *request,
                         vp_subnet **made, vp_error *error) {
    const vp_network *network = call->network;
    vp_record *record;
    vp_name association_id;
    VP_TRY(check_request(network, vpc, request, error));
    VP_TRY(vp_check_add(call, VP_KIND_SUBNET, &request->made, vpc, &record, error));
    vp_subnet *subnet = (vp_subnet *)record;
    subnet->vpc_id = vpc->record.id;
    subnet->cidr_block = request->cidr_block;
    subnet->ipv6_native = request->ipv6_native == VP_TRUE ? VP_TRUE : VP_FALSE;
    subnet->map_public_ip_on_launch = VP_FALSE;
    subnet->assign_ipv6_address_on_creation = VP_FALSE;
    subnet->default_for_az = VP_FALSE;
    VP_SET(call, subnet->state, "available", error);
    VP_TRY(set_zone(call, subnet, request, error));
    if (vp_cidr_is_given(&request->ipv6_cidr_block)) {
        VP_TRY(add_ipv6(call, subnet, &request->ipv6_cidr_block, &association_id, error));
    }
    VP_TRY(vp_public_access_enter(call->change, record, error));
    vp_network_acl *acl = vp_network_acl_default(network, vpc->record.id);
    if (acl != NULL) {
        VP_TRY(vp_network_acl_assign(call, acl, record->id, &association_id, error));
    }
    *made = subnet;
    return VP_OK;
}

static const vp_field create_fields[] = {
    VP_NEW_FIELDS(vp_subnet_request, "SubnetId"),
    VP_FIELD(vp_subnet_request, cidr_block, VP_TYPE_CIDR, "CidrBlock", 0, NULL),
    VP_FIELD(vp_subnet_request, ipv6_cidr_block, VP_TYPE_CIDR, "Ipv6CidrBlock", 0, NULL),
    VP_FIELD(vp_subnet_request, ipv6_native, VP_TYPE_BOOL, "Ipv6Native", 0, NULL),
    VP_FIELD(vp_subnet_request, availability_zone, VP_TYPE_TEXT, "AvailabilityZone", 0, NULL),
    VP_FIELD(vp_subnet_request, availability_zone_id, VP_TYPE_TEXT, "AvailabilityZoneId", 0, NULL)};
static const vp_schema create_schema = VP_SCHEMA("CreateSubnet", vp_subnet_request, create_fields);

/***
Makes a subnet in a VPC. It follows the VPC's main route table and default network ACL.
@function vpc:create_subnet
@tparam table options `cidr_block` (IPv4, /16 to /28, inside a block of the VPC), `ipv6_cidr_block`
(/44 to /64 in steps of 4), `ipv6_native` (boolean: no IPv4 block), `availability_zone` (default:
zone a of the Region), `availability_zone_id`, `subnet_id` (its own id), `tags`
@treturn subnet
@raise InvalidSubnet.Range, InvalidSubnet.Conflict, InvalidParameterValue,
InvalidParameterCombination, MissingParameter, SubnetLimitExceeded
@usage local a = vpc:create_subnet{ cidr_block = "10.0.0.0/24", availability_zone = "us-east-1a" }
Source: EC2 API Reference, "CreateSubnet"; Amazon VPC User Guide, "Subnet CIDR blocks"
*/
static vp_status create_subnet(vp_call *call, vp_error *error) {
    vp_subnet *subnet;
    return vp_subnet_make(call, (const vp_vpc *)call->receiver, call->request, &subnet, error);
}

/* ---- attributes ------------------------------------------------------------------------------ */

typedef struct attribute_request {
    vp_bool map_public_ip_on_launch, assign_ipv6_address_on_creation, enable_dns64;
} attribute_request;

static const vp_field attribute_fields[] = {
    VP_FIELD(attribute_request, map_public_ip_on_launch, VP_TYPE_BOOL, "MapPublicIpOnLaunch", 0,
             NULL),
    VP_FIELD(attribute_request, assign_ipv6_address_on_creation, VP_TYPE_BOOL,
             "AssignIpv6AddressOnCreation", 0, NULL),
    VP_FIELD(attribute_request, enable_dns64, VP_TYPE_BOOL, "EnableDns64", 0, NULL)};
static const vp_schema attribute_schema =
    VP_SCHEMA("ModifySubnetAttribute", attribute_request, attribute_fields);

static bool has_ipv6(const vp_network *network, const vp_subnet *subnet) {
    const vp_list *ipv6 = &subnet->ipv6_cidr_block_association_set;
    for (uint32_t i = 0; i < ipv6->count; i++) {
        if (vp_block_is_associated(network, VP_ITEM(vp_block_association, ipv6, i))) {
            return true;
        }
    }
    return false;
}

/***
Changes what instances launched into a subnet get.
@function subnet:modify_attribute
@tparam table options `map_public_ip_on_launch`, `assign_ipv6_address_on_creation`, `enable_dns64`
(booleans)
@treturn subnet itself
@raise MissingParameter, InvalidParameterValue (no IPv6 block to assign from)
@usage subnet:modify_attribute{ map_public_ip_on_launch = true }
Source: EC2 API Reference, "ModifySubnetAttribute"
*/
static vp_status modify_attribute(vp_call *call, vp_error *error) {
    vp_subnet *subnet = (vp_subnet *)call->receiver;
    const attribute_request *request = call->request;
    VP_TRY(vp_check_given(request->map_public_ip_on_launch != VP_UNSET ||
                              request->assign_ipv6_address_on_creation != VP_UNSET ||
                              request->enable_dns64 != VP_UNSET,
                          "mapPublicIpOnLaunch", error));
    if (request->assign_ipv6_address_on_creation == VP_TRUE && !has_ipv6(call->network, subnet)) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "Invalid value 'true' for assignIpv6AddressOnCreation. Subnet must have an "
                  "associated IPv6 CIDR block first.");
    }
    VP_TRY(vp_change_edit(call->change, &subnet->record, error));
    if (request->map_public_ip_on_launch != VP_UNSET) {
        subnet->map_public_ip_on_launch = request->map_public_ip_on_launch;
    }
    if (request->assign_ipv6_address_on_creation != VP_UNSET) {
        subnet->assign_ipv6_address_on_creation = request->assign_ipv6_address_on_creation;
    }
    if (request->enable_dns64 != VP_UNSET) {
        subnet->enable_dns64 = request->enable_dns64;
    }
    call->result = call->receiver;
    return VP_OK;
}

/* ---- IPv6 blocks of a subnet that exists ----------------------------------------------------- */

typedef struct associate_request {
    vp_cidr ipv6_cidr_block;
} associate_request;

static const vp_field associate_fields[] = {
    VP_FIELD(associate_request, ipv6_cidr_block, VP_TYPE_CIDR, "Ipv6CidrBlock", 0, NULL)};
static const vp_schema associate_schema =
    VP_SCHEMA("AssociateSubnetCidrBlock", associate_request, associate_fields);

/***
Adds an IPv6 block to a subnet.
@function subnet:associate_cidr_block
@tparam table options `ipv6_cidr_block` (/44 to /64 in steps of 4, inside a block of the VPC)
@treturn string the id of the association
@raise InvalidSubnet.Range, InvalidSubnet.Conflict, MissingParameter, InvalidVpcID.NotFound
@usage subnet:associate_cidr_block{ ipv6_cidr_block = "2001:db8:1234:1a01::/64" }
Source: EC2 API Reference, "AssociateSubnetCidrBlock"
*/
static vp_status associate_cidr_block(vp_call *call, vp_error *error) {
    vp_subnet *subnet = (vp_subnet *)call->receiver;
    const vp_cidr *block = &((const associate_request *)call->request)->ipv6_cidr_block;
    vp_vpc *vpc;
    VP_TRY(vp_check_given(vp_cidr_is_given(block), "ipv6CidrBlock", error));
    VP_TRY(vp_check_family(block, 6, "ipv6CidrBlock", error));
    VP_TRY(vp_check_vpc(call, subnet->vpc_id, &vpc, error));
    VP_TRY(check_block(call->network, vpc, block, error));
    VP_TRY(vp_change_edit(call->change, &subnet->record, error));
    return add_ipv6(call, subnet, block, &call->result_id, error);
}

typedef struct disassociate_request {
    vp_name association_id;
} disassociate_request;

static const vp_field disassociate_fields[] = {
    VP_FIELD(disassociate_request, association_id, VP_TYPE_TEXT, "AssociationId", 0, NULL)};
static const vp_schema disassociate_schema =
    VP_SCHEMA("DisassociateSubnetCidrBlock", disassociate_request, disassociate_fields);

/* Has an interface an IPv6 address, or a prefix, in the block? */
static bool has_addresses_in(const vp_network_interface *interface, const vp_cidr *block) {
    for (uint32_t i = 0; i < interface->ipv6_addresses.count; i++) {
        if (vp_cidr_contains_addr(
                block, &VP_ITEM(vp_ipv6_address, &interface->ipv6_addresses, i)->ipv6_address)) {
            return true;
        }
    }
    for (uint32_t i = 0; i < interface->ipv6_prefixes.count; i++) {
        if (vp_cidr_overlaps(block,
                             &VP_ITEM(vp_ipv6_prefix, &interface->ipv6_prefixes, i)->ipv6_prefix)) {
            return true;
        }
    }
    return false;
}

/***
Removes an IPv6 block from a subnet.
@function subnet:disassociate_cidr_block
@tparam table options `association_id` (what associate\_cidr\_block returned)
@treturn subnet itself
@raise MissingParameter, InvalidSubnetCidrBlockAssociationID.NotFound, InvalidCidrBlock.InUse (an
interface has an address in it)
@usage subnet:disassociate_cidr_block{ association_id = id }
Source: EC2 API Reference, "DisassociateSubnetCidrBlock"
*/
static vp_status disassociate_cidr_block(vp_call *call, vp_error *error) {
    static const char action[] = "DisassociateSubnetCidrBlock";
    vp_subnet *subnet = (vp_subnet *)call->receiver;
    vp_network *network = call->network;
    vp_name id = ((const disassociate_request *)call->request)->association_id;
    vp_list *set = &subnet->ipv6_cidr_block_association_set;
    uint32_t at = 0;
    VP_TRY(vp_check_given(id != VP_NO_NAME, "associationId", error));
    while (at < set->count && VP_ITEM(vp_block_association, set, at)->association_id != id) {
        at++;
    }
    if (at == set->count) {
        VP_REFUSE(error, "InvalidSubnetCidrBlockAssociationID.NotFound",
                  "The subnet CIDR block association ID '%.100s' does not exist",
                  vp_network_text(network, id));
    }
    const vp_cidr *block = &VP_ITEM(vp_block_association, set, at)->cidr_block;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_NETWORK_INTERFACE); i++) {
        const vp_network_interface *interface =
            VP_ROW(vp_network_interface, network, VP_KIND_NETWORK_INTERFACE, i);
        if (interface->subnet_id == subnet->record.id && has_addresses_in(interface, block)) {
            VP_REFUSE(error, "InvalidCidrBlock.InUse",
                      "The network interface %s has an address in the CIDR block with association "
                      "ID %s",
                      vp_network_text(network, interface->record.id), vp_network_text(network, id));
        }
    }
    VP_TRY(vp_change_edit(call->change, &subnet->record, error));
    vp_list_remove(&network->alloc, &vp_ipv6_block_association_schema, set, at);
    call->result = call->receiver;
    VP_TRY(vp_network_log(network, action, id, "disassociating", error));
    return vp_network_log(network, action, id, "disassociated", error);
}

/* ---- delete ---------------------------------------------------------------------------------- */

/***
Deletes a subnet. Its explicit associations go with it.
@function subnet:delete
@treturn subnet itself, gone
@raise DependencyViolation: an interface is in it, or the attachment of a transit gateway
@usage subnet:delete()
Source: EC2 API Reference, "DeleteSubnet"
*/
static vp_status delete_subnet(vp_call *call, vp_error *error) {
    const vp_network *network = call->network;
    vp_name id = call->receiver->id;
    bool used = vp_transit_uses(network, ((const vp_subnet *)call->receiver)->vpc_id, id);
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_NETWORK_INTERFACE); i++) {
        const vp_network_interface *interface =
            VP_ROW(vp_network_interface, network, VP_KIND_NETWORK_INTERFACE, i);
        used = used || interface->subnet_id == id;
    }
    VP_TRY(vp_check_no_dependents(network, call->receiver, used, error));
    VP_TRY(vp_route_table_forget(call->change, id, error));
    VP_TRY(vp_network_acl_forget(call->change, id, error));
    VP_TRY(vp_public_access_forget(call->change, call->receiver->id, error));
    return vp_change_remove(call->change, call->receiver, error);
}

const vp_action vp_subnet_actions[] = {
    {"create_subnet", VP_KIND_VPC, &create_schema, create_subnet},
    {"modify_attribute", VP_KIND_SUBNET, &attribute_schema, modify_attribute},
    {"associate_cidr_block", VP_KIND_SUBNET, &associate_schema, associate_cidr_block},
    {"disassociate_cidr_block", VP_KIND_SUBNET, &disassociate_schema, disassociate_cidr_block},
    {"delete", VP_KIND_SUBNET, NULL, delete_subnet},
    {NULL, VP_KIND_NONE, NULL, NULL}};
