/*
 * vp_judge.c - what AWS would not have accepted in a loaded model, and what is missing in it.
 *
 * References are rows of a table: where an id stands and what it must name. Blocks are judged by
 * the questions of vp_block.h, which the strict actions ask too.
 */
#include "vp_judge.h"

#include "vp_block.h"
#include "vp_record_endpoint.h"
#include "vp_record_transit.h"
#include "vp_record_vpn.h"
#include "vp_sort.h"

#include <stdio.h>
#include <string.h>

/* Room for a key with an index, such as "CidrBlockAssociationSet[4].CidrBlock". */
#define KEY_MAX 96

/* A load refuses nothing (D04): the worst that is said of a record is a diagnostic. */
static vp_status warn(vp_network *network, const char *code, const vp_record *record,
                      const char *key, const char *message, vp_error *error) {
    return vp_network_diagnose(network, VP_SEVERITY_WARNING, code, record, key, message, error);
}

/* ---- references ------------------------------------------------------------------------------ */

/* An id in a record, or in the items of one of its lists. */
typedef struct reference {
    uint8_t from, to;     /* vp_kind */
    uint8_t severity;     /* vp_severity of an id that names nothing */
    bool required;        /* not given at all is worth a warning too */
    bool mixed;           /* ids of several kinds stand here: judged are those of this prefix */
    uint16_t list;        /* offset of the list; 0: the id is in the record itself */
    uint16_t item_size;   /* of the list's items */
    uint16_t offset;      /* of the id in the record or item */
    const char *list_key; /* "Associations" */
    const char *key;      /* "SubnetId"; "": the items are the ids */
} reference;

#define IN_RECORD(kind, type, member, key, target, severity, required)                             \
    { kind, target, severity, required, false, 0, 0, (uint16_t)offsetof(type, member), NULL, key }
#define IN_LIST(kind, type, list, list_key, item, member, key, target, severity)                   \
    {                                                                                              \
        kind, target, severity, false, false, (uint16_t)offsetof(type, list),                      \
            (uint16_t)sizeof(item), (uint16_t)offsetof(item, member), list_key, key                \
    }
/* GatewayId names internet gateways, virtual private gateways and endpoints alike. */
#define GATEWAY_IN(list, list_key, item, target)                                                   \
    {                                                                                              \
        VP_KIND_ROUTE_TABLE, target, VP_SEVERITY_INFO, false, true,                                \
            (uint16_t)offsetof(vp_route_table, list), (uint16_t)sizeof(item),                      \
            (uint16_t)offsetof(item, gateway_id), list_key, "GatewayId"                            \
    }

/*
 * Info is for what AWS itself leaves dangling: routes keep the ids of targets that were deleted,
 * and the other side of a connection is often in another account's dump. Warning is for what can
 * only be missing from the data.
 */
static const reference references[] = {
    IN_RECORD(VP_KIND_SUBNET, vp_subnet, vpc_id, "VpcId", VP_KIND_VPC, VP_SEVERITY_WARNING, true),
    IN_RECORD(VP_KIND_ROUTE_TABLE, vp_route_table, vpc_id, "VpcId", VP_KIND_VPC,
              VP_SEVERITY_WARNING, true),
    IN_LIST(VP_KIND_ROUTE_TABLE, vp_route_table, associations, "Associations",
            vp_route_table_association, subnet_id, "SubnetId", VP_KIND_SUBNET, VP_SEVERITY_WARNING),
    IN_LIST(VP_KIND_ROUTE_TABLE, vp_route_table, routes, "Routes", vp_route,
            vpc_peering_connection_id, "VpcPeeringConnectionId", VP_KIND_VPC_PEERING_CONNECTION,
            VP_SEVERITY_INFO),
    IN_LIST(VP_KIND_ROUTE_TABLE, vp_route_table, routes, "Routes", vp_route, network_interface_id,
            "NetworkInterfaceId", VP_KIND_NETWORK_INTERFACE, VP_SEVERITY_INFO),
    IN_LIST(VP_KIND_ROUTE_TABLE, vp_route_table, routes, "Routes", vp_route, nat_gateway_id,
            "NatGatewayId", VP_KIND_NAT_GATEWAY, VP_SEVERITY_INFO),
    IN_LIST(VP_KIND_ROUTE_TABLE, vp_route_table, routes, "Routes", vp_route,
            egress_only_internet_gateway_id, "EgressOnlyInternetGatewayId",
            VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY, VP_SEVERITY_INFO),
    IN_LIST(VP_KIND_ROUTE_TABLE, vp_route_table, routes, "Routes", vp_route, transit_gateway_id,
            "TransitGatewayId", VP_KIND_TRANSIT_GATEWAY, VP_SEVERITY_INFO),
    IN_LIST(VP_KIND_ROUTE_TABLE, vp_route_table, routes, "Routes", vp_route, instance_id,
            "InstanceId", VP_KIND_INSTANCE, VP_SEVERITY_INFO),
    GATEWAY_IN(routes, "Routes", vp_route, VP_KIND_INTERNET_GATEWAY),
    GATEWAY_IN(routes, "Routes", vp_route, VP_KIND_VPN_GATEWAY),
    GATEWAY_IN(routes, "Routes", vp_route, VP_KIND_VPC_ENDPOINT),
    GATEWAY_IN(associations, "Associations", vp_route_table_association, VP_KIND_INTERNET_GATEWAY),
    GATEWAY_IN(associations, "Associations", vp_route_table_association, VP_KIND_VPN_GATEWAY),
    IN_RECORD(VP_KIND_VPN_CONNECTION, vp_vpn_connection, transit_gateway_id, "TransitGatewayId",
              VP_KIND_TRANSIT_GATEWAY, VP_SEVERITY_INFO, false),
    IN_RECORD(VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, vp_transit_gateway_attachment, transit_gateway_id,
              "TransitGatewayId", VP_KIND_TRANSIT_GATEWAY, VP_SEVERITY_INFO, false),
    IN_RECORD(VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, vp_transit_gateway_attachment, vpc_id, "VpcId",
              VP_KIND_VPC, VP_SEVERITY_INFO, false),
    IN_LIST(VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, vp_transit_gateway_attachment, subnet_ids,
            "SubnetIds", vp_text_item, value, "", VP_KIND_SUBNET, VP_SEVERITY_INFO),
    IN_RECORD(VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, vp_transit_gateway_attachment,
              association.transit_gateway_route_table_id, "Association.TransitGatewayRouteTableId",
              VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, VP_SEVERITY_INFO, false),
    IN_RECORD(VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, vp_transit_gateway_route_table,
              transit_gateway_id, "TransitGatewayId", VP_KIND_TRANSIT_GATEWAY, VP_SEVERITY_INFO,
              false),
    IN_RECORD(VP_KIND_SECURITY_GROUP, vp_security_group, vpc_id, "VpcId", VP_KIND_VPC,
              VP_SEVERITY_WARNING, false),
    IN_RECORD(VP_KIND_NETWORK_ACL, vp_network_acl, vpc_id, "VpcId", VP_KIND_VPC,
              VP_SEVERITY_WARNING, true),
    IN_LIST(VP_KIND_NETWORK_ACL, vp_network_acl, associations, "Associations",
            vp_network_acl_association, subnet_id, "SubnetId", VP_KIND_SUBNET, VP_SEVERITY_WARNING),
    IN_LIST(VP_KIND_INTERNET_GATEWAY, vp_internet_gateway, attachments, "Attachments",
            vp_gateway_attachment, vpc_id, "VpcId", VP_KIND_VPC, VP_SEVERITY_WARNING),
    IN_LIST(VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY, vp_egress_only_internet_gateway, attachments,
            "Attachments", vp_gateway_attachment, vpc_id, "VpcId", VP_KIND_VPC,
            VP_SEVERITY_WARNING),
    IN_LIST(VP_KIND_VPN_GATEWAY, vp_vpn_gateway, vpc_attachments, "VpcAttachments",
            vp_gateway_attachment, vpc_id, "VpcId", VP_KIND_VPC, VP_SEVERITY_WARNING),
    IN_LIST(VP_KIND_ROUTE_TABLE, vp_route_table, propagating_vgws, "PropagatingVgws",
            vp_propagating_vgw, gateway_id, "GatewayId", VP_KIND_VPN_GATEWAY, VP_SEVERITY_INFO),
    IN_RECORD(VP_KIND_VPN_CONNECTION, vp_vpn_connection, vpn_gateway_id, "VpnGatewayId",
              VP_KIND_VPN_GATEWAY, VP_SEVERITY_INFO, false),
    IN_RECORD(VP_KIND_VPN_CONNECTION, vp_vpn_connection, customer_gateway_id, "CustomerGatewayId",
              VP_KIND_CUSTOMER_GATEWAY, VP_SEVERITY_INFO, false),
    IN_RECORD(VP_KIND_NAT_GATEWAY, vp_nat_gateway, vpc_id, "VpcId", VP_KIND_VPC,
              VP_SEVERITY_WARNING, true),
    IN_RECORD(VP_KIND_NAT_GATEWAY, vp_nat_gateway, subnet_id, "SubnetId", VP_KIND_SUBNET,
              VP_SEVERITY_WARNING, false),
    IN_RECORD(VP_KIND_NAT_GATEWAY, vp_nat_gateway, route_table_id, "RouteTableId",
              VP_KIND_ROUTE_TABLE, VP_SEVERITY_WARNING, false),
    IN_LIST(VP_KIND_NAT_GATEWAY, vp_nat_gateway, nat_gateway_addresses, "NatGatewayAddresses",
            vp_nat_gateway_address, network_interface_id, "NetworkInterfaceId",
            VP_KIND_NETWORK_INTERFACE, VP_SEVERITY_INFO),
    IN_RECORD(VP_KIND_VPC_ENDPOINT, vp_vpc_endpoint, vpc_id, "VpcId", VP_KIND_VPC,
              VP_SEVERITY_WARNING, true),
    IN_LIST(VP_KIND_VPC_ENDPOINT, vp_vpc_endpoint, route_table_ids, "RouteTableIds", vp_text_item,
            value, "", VP_KIND_ROUTE_TABLE, VP_SEVERITY_WARNING),
    IN_LIST(VP_KIND_VPC_ENDPOINT, vp_vpc_endpoint, subnet_ids, "SubnetIds", vp_text_item, value, "",
            VP_KIND_SUBNET, VP_SEVERITY_WARNING),
    IN_LIST(VP_KIND_VPC_ENDPOINT, vp_vpc_endpoint, network_interface_ids, "NetworkInterfaceIds",
            vp_text_item, value, "", VP_KIND_NETWORK_INTERFACE, VP_SEVERITY_INFO),
    IN_LIST(VP_KIND_VPC_ENDPOINT, vp_vpc_endpoint, groups, "Groups", vp_group_identifier, group_id,
            "GroupId", VP_KIND_SECURITY_GROUP, VP_SEVERITY_WARNING),
    IN_LIST(VP_KIND_HOSTED_ZONE, vp_hosted_zone, vpc_ids, "VpcIds", vp_text_item, value, "",
            VP_KIND_VPC, VP_SEVERITY_INFO),
    IN_RECORD(VP_KIND_NETWORK_INTERFACE, vp_network_interface, vpc_id, "VpcId", VP_KIND_VPC,
              VP_SEVERITY_WARNING, false),
    IN_RECORD(VP_KIND_NETWORK_INTERFACE, vp_network_interface, subnet_id, "SubnetId",
              VP_KIND_SUBNET, VP_SEVERITY_WARNING, false),
    IN_LIST(VP_KIND_NETWORK_INTERFACE, vp_network_interface, groups, "Groups", vp_group_identifier,
            group_id, "GroupId", VP_KIND_SECURITY_GROUP, VP_SEVERITY_WARNING),
    IN_RECORD(VP_KIND_NETWORK_INTERFACE, vp_network_interface, attachment.instance_id,
              "Attachment.InstanceId", VP_KIND_INSTANCE, VP_SEVERITY_INFO, false),
    IN_RECORD(VP_KIND_INSTANCE, vp_instance, vpc_id, "VpcId", VP_KIND_VPC, VP_SEVERITY_WARNING,
              false),
    IN_RECORD(VP_KIND_INSTANCE, vp_instance, subnet_id, "SubnetId", VP_KIND_SUBNET,
              VP_SEVERITY_WARNING, false),
    IN_RECORD(VP_KIND_ADDRESS, vp_address, network_interface_id, "NetworkInterfaceId",
              VP_KIND_NETWORK_INTERFACE, VP_SEVERITY_INFO, false),
};

/* How many ids a row finds in a record, and the one at a place. */
static uint32_t id_count(const reference *row, const vp_record *record) {
    const void *list = (const char *)record + row->list;
    return row->list == 0 ? 1 : ((const vp_list *)list)->count;
}

static vp_name id_at(const reference *row, const vp_record *record, uint32_t at) {
    const void *list = (const char *)record + row->list;
    const char *structure =
        row->list == 0 ? (const char *)record
                       : (const char *)((const vp_list *)list)->items + (size_t)at * row->item_size;
    const void *name = structure + row->offset;
    return *(const vp_name *)name;
}

/* An id that stands for something not known until apply: that was said where it was read. */
static bool is_open(const char *id, size_t length) {
    size_t ending = sizeof VP_ID_UNKNOWN_ENDING - 1;
    return length > ending && memcmp(id + length - ending, VP_ID_UNKNOWN_ENDING, ending) == 0;
}

/* Does an id name nothing, though it should name an object of the row's kind? */
static bool is_dangling(const vp_network *network, const reference *row, vp_name id) {
    size_t length;
    const char *text = vp_names_text(&network->names, id, &length);
    return !is_open(text, length) && vp_network_find(network, (vp_kind)row->to, id) == NULL &&
           (!row->mixed || vp_kind_of_id(text, length) == (vp_kind)row->to);
}

/* Reports an id that names nothing; `more` are others that name an object of the same kind. */
static vp_status report_id(vp_network *network, const reference *row, const vp_record *record,
                           uint32_t at, uint64_t more, vp_error *error) {
    char message[VP_ERROR_MESSAGE_MAX], quoted[VP_ERROR_QUOTE_MAX], key[KEY_MAX],
        also[KEY_MAX] = "";
    size_t length;
    const char *text = vp_names_text(&network->names, id_at(row, record, at), &length);
    if (row->list == 0) {
        (void)snprintf(key, sizeof key, "%s", row->key);
    } else {
        (void)snprintf(key, sizeof key, "%s[%u]%s%s", row->list_key, (unsigned)at,
                       row->key[0] != '\0' ? "." : "", row->key);
    }
    if (more > 0) {
        (void)snprintf(also, sizeof also, " (and %llu more like it)", (unsigned long long)more);
    }
    (void)snprintf(message, sizeof message, "names %s, which is not in the data%s",
                   vp_error_quote(text, length, quoted), also);
    return vp_network_diagnose(network, (vp_severity)row->severity, "unknown_id", record, key,
                               message, error);
}

/*
 * One row of the table. Where the data hold no object at all of the kind that is named, a document
 * is missing: that is said once, not for each of what may be a million records.
 */
static vp_status judge_row(vp_network *network, const reference *row, vp_error *error) {
    const vp_rows *rows = vp_network_rows(network, (vp_kind)row->from);
    bool is_absent = vp_network_rows(network, (vp_kind)row->to)->count == 0;
    const vp_record *first = NULL;
    uint32_t first_at = 0;
    uint64_t unknown = 0;
    vp_status status = VP_OK;
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_record *record = rows->rows[i];
        for (uint32_t at = 0; status == VP_OK && at < id_count(row, record); at++) {
            vp_name id = id_at(row, record, at);
            if (id == VP_NO_NAME) {
                status = row->required ? warn(network, "missing_field", record, row->key,
                                              "is not given", error)
                                       : VP_OK;
            } else if (is_dangling(network, row, id)) {
                status = is_absent ? VP_OK : report_id(network, row, record, at, 0, error);
                first_at = unknown == 0 ? at : first_at;
                first = unknown++ == 0 ? record : first;
            }
        }
    }
    if (status == VP_OK && is_absent && first != NULL) {
        status = report_id(network, row, first, first_at, unknown - 1, error);
    }
    return status;
}

/* Row by row, so that diagnostics of one key stand together. */
vp_status vp_judge_references(vp_network *network, vp_error *error) {
    vp_status status = VP_OK;
    for (size_t i = 0; status == VP_OK && i < VP_COUNT_OF(references); i++) {
        status = judge_row(network, &references[i], error);
    }
    return status;
}

/* ---- blocks of VPCs -------------------------------------------------------------------------- */

/* Item `at` of the blocks of a VPC, with the key it stands under; false beyond the last. */
static bool block_at(const vp_network *network, const vp_vpc *vpc, uint32_t at, vp_cidr *block,
                     char key[KEY_MAX]) {
    const vp_list *ipv4 = &vpc->cidr_block_association_set;
    const vp_list *ipv6 = &vpc->ipv6_cidr_block_association_set;
    uint32_t before_ipv6 = ipv4->count > 0 ? ipv4->count : 1;
    bool is_ipv6 = at >= before_ipv6;
    *block = (vp_cidr){.prefix_length = 0};
    if (at >= before_ipv6 + ipv6->count) {
        return false;
    }
    if (ipv4->count == 0 && !is_ipv6) {
        *block = vpc->cidr_block;
        (void)snprintf(key, KEY_MAX, "CidrBlock");
        return true;
    }
    const vp_block_association *association =
        is_ipv6 ? VP_ITEM(vp_block_association, ipv6, at - before_ipv6)
                : VP_ITEM(vp_block_association, ipv4, at);
    if (vp_block_is_associated(network, association)) {
        *block = association->cidr_block;
    }
    (void)snprintf(key, KEY_MAX,
                   is_ipv6 ? "Ipv6CidrBlockAssociationSet[%u].Ipv6CidrBlock"
                           : "CidrBlockAssociationSet[%u].CidrBlock",
                   (unsigned)(is_ipv6 ? at - before_ipv6 : at));
    return true;
}

/* The block before `end` that overlaps `block`, or one inside 10.0.0.0/15: what came earlier. */
static bool find_earlier(const vp_network *network, const vp_vpc *vpc, uint32_t end,
                         const vp_cidr *block, vp_cidr *overlapped, bool *has_10_15) {
    char key[KEY_MAX];
    vp_cidr earlier;
    bool found = false;
    *has_10_15 = false;
    for (uint32_t i = 0; i < end && block_at(network, vpc, i, &earlier, key); i++) {
        if (vp_cidr_is_given(&earlier)) {
            *has_10_15 = *has_10_15 || vp_block_is_in_10_15(&earlier);
            if (!found && vp_cidr_overlaps(&earlier, block)) {
                *overlapped = earlier;
                found = true;
            }
        }
    }
    return found;
}

/* One complaint a block, the most basic one: a block of a wrong size need not be compared. */
static vp_status judge_vpc_block(vp_network *network, const vp_vpc *vpc, uint32_t at,
                                 const vp_cidr *block, const char *key, vp_error *error) {
    char text[VP_CIDR_TEXT_MAX], other[VP_CIDR_TEXT_MAX], message[VP_ERROR_MESSAGE_MAX];
    vp_cidr overlapped;
    bool has_10_15;
    bool valid =
        block->address.family == 4 ? vp_block_is_valid_ipv4(block) : vp_block_is_valid_ipv6(block);
    bool overlaps = find_earlier(network, vpc, at, block, &overlapped, &has_10_15);
    (void)vp_cidr_format(block, text);
    if (!valid || overlaps) {
        if (valid) {
            (void)vp_cidr_format(&overlapped, other);
            (void)snprintf(message, sizeof message, "%s overlaps %s of the same VPC", text, other);
        } else {
            (void)snprintf(message, sizeof message, "%s has a size or range that no VPC can have",
                           text);
        }
        return warn(network, "InvalidVpc.Range", &vpc->record, key, message, error);
    }
    if (block->address.family == 4 && vp_cidr_is_given(&vpc->cidr_block) &&
        !vp_cidr_equals(&vpc->cidr_block, block) &&
        !vp_block_may_join(&vpc->cidr_block, has_10_15, block)) {
        (void)vp_cidr_format(&vpc->cidr_block, other);
        (void)snprintf(message, sizeof message,
                       "%s is restricted in a VPC whose primary block is %s", text, other);
        return warn(network, "VPC_CIDR_RESTRICTED", &vpc->record, key, message, error);
    }
    if (vp_block_is_used_internally(block)) {
        return warn(network, "VPC_CIDR_RESTRICTED", &vpc->record, key,
                    "172.17.0.0/16 is used internally by some AWS services", error);
    }
    return VP_OK;
}

/* Enforced encryption can drop what this model lets through (D08). */
static vp_status judge_encryption(vp_network *network, const vp_vpc *vpc, vp_error *error) {
    if (!vp_network_name_is(network, vpc->encryption_mode, "enforce")) {
        return VP_OK;
    }
    return warn(network, "ENCRYPTION_CONTROL_ENFORCED", &vpc->record, "EncryptionControl.Mode",
                "is enforce, which is not modelled: unencrypted traffic may be dropped", error);
}

/* In the order of the document, each block against those before it: the later one is at fault. */
vp_status vp_judge_vpcs(vp_network *network, vp_error *error) {
    const vp_rows *rows = vp_network_rows(network, VP_KIND_VPC);
    vp_status status = VP_OK;
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_vpc *vpc = (const vp_vpc *)rows->rows[i];
        char key[KEY_MAX];
        vp_cidr block;
        for (uint32_t at = 0; status == VP_OK && block_at(network, vpc, at, &block, key); at++) {
            if (vp_cidr_is_given(&block)) {
                status = judge_vpc_block(network, vpc, at, &block, key, error);
            }
        }
        status = status == VP_OK ? judge_encryption(network, vpc, error) : status;
    }
    return status;
}

/* ---- blocks of subnets ----------------------------------------------------------------------- */

/* A block of a subnet; `at` is its place in the IPv6 set, -1 = CidrBlock. */
typedef struct subnet_block {
    const vp_subnet *subnet;
    vp_cidr block;
    int32_t at;
} subnet_block;

/* By VPC, then blocks in order: a block comes after every block that contains it. */
static int compare_subnet_blocks(const void *a, const void *b, const void *context) {
    const subnet_block *one = a, *two = b;
    (void)context;
    if (one->subnet->vpc_id != two->subnet->vpc_id) {
        return one->subnet->vpc_id < two->subnet->vpc_id ? -1 : 1;
    }
    return vp_cidr_compare(&one->block, &two->block);
}

/*
 * Size and place exclude each other; an overlap is said besides. A VPC without blocks in the data
 * says nothing about where a subnet may lie.
 */
static vp_status judge_subnet_block(vp_network *network, const subnet_block *this,
                                    const subnet_block *around, vp_error *error) {
    char key[KEY_MAX] = "CidrBlock", text[VP_CIDR_TEXT_MAX], message[VP_ERROR_MESSAGE_MAX];
    const vp_record *record = &this->subnet->record;
    const vp_vpc *vpc = (const vp_vpc *)vp_network_find(network, VP_KIND_VPC, this->subnet->vpc_id);
    bool inside = vpc == NULL, any = false;
    uint32_t position = 0;
    vp_cidr block;
    while (vpc != NULL && vp_vpc_next_block(network, vpc, &position, &block)) {
        any = true;
        inside = inside || vp_cidr_contains(&block, &this->block);
    }
    if (this->at >= 0) {
        (void)snprintf(key, sizeof key, "Ipv6CidrBlockAssociationSet[%d].Ipv6CidrBlock", this->at);
    }
    (void)vp_cidr_format(&this->block, text);
    vp_status status = VP_OK;
    if (!vp_block_is_subnet_size(&this->block)) {
        (void)snprintf(message, sizeof message, "%s has a size that no subnet can have", text);
        status = warn(network, "InvalidSubnet.Range", record, key, message, error);
    } else if (any && !inside) {
        (void)snprintf(message, sizeof message, "%s lies in no block of its VPC", text);
        status = warn(network, "InvalidSubnet.Range", record, key, message, error);
    }
    if (status == VP_OK && around != NULL) {
        char other[VP_CIDR_TEXT_MAX], id[VP_ERROR_QUOTE_MAX];
        size_t length;
        const char *name = vp_names_text(&network->names, around->subnet->record.id, &length);
        (void)vp_cidr_format(&around->block, other);
        (void)snprintf(message, sizeof message, "%s overlaps %s of %s", text, other,
                       vp_error_quote(name, length, id));
        status = warn(network, "InvalidSubnet.Conflict", record, key, message, error);
    }
    return status;
}

/* Writes the blocks of all subnets; returns how many there are. `out` NULL only counts. */
static size_t collect_subnet_blocks(vp_network *network, subnet_block *out) {
    const vp_rows *rows = vp_network_rows(network, VP_KIND_SUBNET);
    size_t count = 0;
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_subnet *subnet = (const vp_subnet *)rows->rows[i];
        const vp_list *ipv6 = &subnet->ipv6_cidr_block_association_set;
        for (int32_t at = -1; at < (int32_t)ipv6->count; at++) {
            const vp_block_association *association =
                at < 0 ? NULL : VP_ITEM(vp_block_association, ipv6, (uint32_t)at);
            const vp_cidr *block = at < 0 ? &subnet->cidr_block : &association->cidr_block;
            if (!vp_cidr_is_given(block) ||
                (at >= 0 && !vp_block_is_associated(network, association))) {
                continue;
            }
            if (out != NULL) {
                out[count] = (subnet_block){subnet, *block, at};
            }
            count++;
        }
    }
    return count;
}

vp_status vp_judge_subnets(vp_network *network, vp_error *error) {
    size_t count = collect_subnet_blocks(network, NULL);
    if (count == 0) {
        return VP_OK;
    }
    subnet_block *blocks = vp_alloc_array(&network->alloc, NULL, 0, count, sizeof *blocks);
    if (blocks == NULL) {
        return vp_error_no_memory(error);
    }
    (void)collect_subnet_blocks(network, blocks);
    vp_status status =
        vp_sort(&network->alloc, blocks, count, sizeof *blocks, compare_subnet_blocks, NULL);
    if (status == VP_NO_MEMORY) {
        (void)vp_error_no_memory(error);
    }
    /* Blocks nest or are disjoint, so only the widest one that is still open can be overlapped. */
    const subnet_block *open = NULL;
    for (size_t i = 0; status == VP_OK && i < count; i++) {
        bool overlaps = open != NULL && open->subnet->vpc_id == blocks[i].subnet->vpc_id &&
                        vp_cidr_overlaps(&open->block, &blocks[i].block);
        status = judge_subnet_block(network, &blocks[i], overlaps ? open : NULL, error);
        open = overlaps ? open : &blocks[i];
    }
    vp_alloc_free(&network->alloc, blocks, count * sizeof *blocks);
    return status;
}

/* ---- addresses and connections --------------------------------------------------------------- */

/* A group of another VPC that is not associated with the interface's one (semantics 6.6). */
static vp_status judge_groups(vp_network *network, const vp_network_interface *interface,
                              vp_error *error) {
    vp_status status = VP_OK;
    for (uint32_t at = 0; status == VP_OK && at < interface->groups.count; at++) {
        vp_name id = VP_ITEM(vp_group_identifier, &interface->groups, at)->group_id;
        const vp_security_group *group =
            (const vp_security_group *)vp_network_find(network, VP_KIND_SECURITY_GROUP, id);
        char key[KEY_MAX];
        if (group == NULL || group->vpc_id == VP_NO_NAME || interface->vpc_id == VP_NO_NAME ||
            vp_security_group_serves(network, group, interface->vpc_id)) {
            continue;
        }
        (void)snprintf(key, sizeof key, "Groups[%u].GroupId", (unsigned)at);
        status = warn(network, "InvalidParameter", &interface->record, key,
                      "is a group of another VPC, which is not associated with this one", error);
    }
    return status;
}

vp_status vp_judge_interfaces(vp_network *network, vp_error *error) {
    const vp_rows *rows = vp_network_rows(network, VP_KIND_NETWORK_INTERFACE);
    vp_status status = VP_OK;
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_network_interface *interface = (const vp_network_interface *)rows->rows[i];
        const vp_subnet *subnet =
            (const vp_subnet *)vp_network_find(network, VP_KIND_SUBNET, interface->subnet_id);
        const vp_list *list = &interface->private_ip_addresses;
        status = status == VP_OK ? judge_groups(network, interface, error) : status;
        for (uint32_t at = 0; subnet != NULL && status == VP_OK && at < list->count; at++) {
            const vp_addr *address = &VP_ITEM(vp_private_ip_address, list, at)->private_ip_address;
            const vp_cidr *block = &subnet->cidr_block;
            char key[KEY_MAX], text[VP_ADDR_TEXT_MAX], in[VP_CIDR_TEXT_MAX],
                message[VP_ERROR_MESSAGE_MAX];
            if (!vp_cidr_is_given(block) || vp_addr_is_unspecified(address) ||
                !vp_block_is_reserved(block, address)) {
                continue;
            }
            (void)vp_addr_format(address, text);
            (void)vp_cidr_format(block, in);
            (void)snprintf(key, sizeof key, "PrivateIpAddresses[%u].PrivateIpAddress",
                           (unsigned)at);
            (void)snprintf(message, sizeof message, "%s is %s the subnet's block %s", text,
                           vp_cidr_contains_addr(block, address) ? "reserved in" : "outside of",
                           in);
            status =
                warn(network, "InvalidParameterValue", &interface->record, key, message, error);
        }
    }
    return status;
}

/* Is the connection in a state from which it can carry traffic now or later? */
static bool is_live(const vp_network *network, const vp_vpc_peering_connection *peering) {
    static const char *const states[] = {"active", "provisioning", "pending-acceptance",
                                         "initiating-request"};
    for (size_t i = 0; i < VP_COUNT_OF(states); i++) {
        if (vp_network_name_is(network, peering->status.code, states[i])) {
            return true;
        }
    }
    return false;
}

/* The first pair of blocks of the two sides that overlap. */
static bool find_overlap(const vp_network *network, const vp_vpc_peering_connection *peering,
                         vp_cidr *one, vp_cidr *two) {
    uint32_t position = 0;
    while (vp_peering_next_block(network, &peering->requester_vpc_info, &position, one)) {
        uint32_t other = 0;
        while (vp_peering_next_block(network, &peering->accepter_vpc_info, &other, two)) {
            if (vp_cidr_overlaps(one, two)) {
                return true;
            }
        }
    }
    return false;
}

/*
 * The one error of a load: AWS cannot hold such a connection, so either the dump is mixed from
 * different times or the model would answer about a network that does not exist.
 */
vp_status vp_judge_peerings(vp_network *network, vp_error *error) {
    const vp_rows *rows = vp_network_rows(network, VP_KIND_VPC_PEERING_CONNECTION);
    vp_status status = VP_OK;
    for (uint32_t i = 0; status == VP_OK && i < rows->count; i++) {
        const vp_vpc_peering_connection *peering = (const vp_vpc_peering_connection *)rows->rows[i];
        char one[VP_CIDR_TEXT_MAX], two[VP_CIDR_TEXT_MAX], message[VP_ERROR_MESSAGE_MAX];
        vp_cidr requester, accepter;
        if (is_live(network, peering) && find_overlap(network, peering, &requester, &accepter)) {
            (void)vp_cidr_format(&requester, one);
            (void)vp_cidr_format(&accepter, two);
            (void)snprintf(message, sizeof message,
                           "joins VPCs whose blocks %s and %s overlap, which AWS never allows", one,
                           two);
            status = vp_network_diagnose(network, VP_SEVERITY_ERROR, "PCX_OVERLAPPING_CIDRS",
                                         &peering->record, NULL, message, error);
        }
    }
    return status;
}

/* ---- endpoints ------------------------------------------------------------------------------- */

/* Does a loaded table lead to the endpoint? A table that is not in the data is no evidence. */
static bool lacks_route(const vp_network *network, vp_name table_id, vp_name endpoint_id) {
    const vp_route_table *table =
        (const vp_route_table *)vp_network_find(network, VP_KIND_ROUTE_TABLE, table_id);
    for (uint32_t i = 0; table != NULL && i < table->routes.count; i++) {
        if (VP_ITEM(vp_route, &table->routes, i)->gateway_id == endpoint_id) {
            return false;
        }
    }
    return table != NULL;
}

/* AWS puts a route into each table that a gateway endpoint names (3.5): the two documents disagree.
 */
vp_status vp_judge_endpoints(vp_network *network, vp_error *error) {
    const vp_rows *rows = vp_network_rows(network, VP_KIND_VPC_ENDPOINT);
    vp_status status = VP_OK;
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_vpc_endpoint *endpoint = (const vp_vpc_endpoint *)rows->rows[i];
        const vp_list *tables = &endpoint->route_table_ids;
        for (uint32_t at = 0; status == VP_OK && at < tables->count; at++) {
            vp_name id = VP_ITEM(vp_text_item, tables, at)->value;
            char key[KEY_MAX];
            if (lacks_route(network, id, endpoint->record.id)) {
                (void)snprintf(key, sizeof key, "RouteTableIds[%u]", (unsigned)at);
                status = warn(network, "missing_route", &endpoint->record, key,
                              "names a route table that has no route to the endpoint", error);
            }
        }
    }
    return status;
}
