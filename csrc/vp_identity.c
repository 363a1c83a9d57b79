/*
 * vp_identity.c - which account and Region a loaded object belongs to.
 *
 * VPCs come first, since most objects lie in one. `fill` never overwrites, so the order of the
 * calls is the order of precedence.
 */
#include "vp_identity.h"

#include "vp_record_access.h"
#include "vp_record_endpoint.h"
#include "vp_record_transit.h"
#include "vp_record_vpn.h"

#include <string.h>

/* Fills what is missing from another source. */
static void fill(vp_name *owner_id, vp_name *region, vp_identity from) {
    if (*owner_id == VP_NO_NAME) {
        *owner_id = from.owner_id;
    }
    if (*region == VP_NO_NAME) {
        *region = from.region;
    }
}

static void fill_record(vp_record *record, vp_identity from) {
    fill(&record->owner_id, &record->region, from);
}

static vp_identity identity_of(const vp_record *record) {
    return (vp_identity){record->owner_id, record->region};
}

static vp_identity hint_of(const vp_record *record) {
    return (vp_identity){record->hint_owner_id, record->hint_region};
}

/*
 * The Region in the name of a zone: everything up to the first run of digits. us-east-1a is in
 * us-east-1, the Local Zone us-west-2-lax-1a in us-west-2 (semantics 0.1).
 */
static vp_status region_of_zone(vp_network *network, vp_name zone, vp_name *region,
                                vp_error *error) {
    char text[64];
    const char *name = vp_network_text(network, zone);
    size_t letters = strcspn(name, "0123456789");
    size_t length = letters + strspn(name + letters, "0123456789");
    *region = VP_NO_NAME;
    if (length == letters || length >= sizeof text || memchr(name, '-', letters) == NULL) {
        return VP_OK;
    }
    /* Interning may move the text that `name` points to. */
    memcpy(text, name, length);
    return vp_network_intern(network, text, length, region, error);
}

/* Regions of subnets and interfaces from their zones. */
static vp_status fill_from_zones(vp_network *network, vp_error *error) {
    for (int pass = 0; pass < 2; pass++) {
        const vp_rows *rows =
            vp_network_rows(network, pass == 0 ? VP_KIND_SUBNET : VP_KIND_NETWORK_INTERFACE);
        vp_name last_zone = VP_NO_NAME, region = VP_NO_NAME;
        for (uint32_t i = 0; i < rows->count; i++) {
            vp_record *record = rows->rows[i];
            vp_name zone = pass == 0 ? ((vp_subnet *)record)->availability_zone
                                     : ((vp_network_interface *)record)->availability_zone;
            if (record->region != VP_NO_NAME || zone == VP_NO_NAME) {
                continue;
            }
            vp_status status =
                zone == last_zone ? VP_OK : region_of_zone(network, zone, &region, error);
            if (status != VP_OK) {
                return status;
            }
            last_zone = zone;
            record->region = region;
        }
    }
    return VP_OK;
}

static vp_record *vpc_of(const vp_network *network, vp_name vpc_id) {
    return vp_network_find(network, VP_KIND_VPC, vpc_id);
}

/* VPCs: peering connections that name them, the zones of their subnets, place, options. */
static void fill_vpcs(vp_network *network, const vp_identity *options) {
    const vp_rows *peerings = vp_network_rows(network, VP_KIND_VPC_PEERING_CONNECTION);
    for (uint32_t i = 0; i < peerings->count; i++) {
        vp_vpc_peering_connection *peering = (vp_vpc_peering_connection *)peerings->rows[i];
        vp_peering_vpc_info *sides[] = {&peering->requester_vpc_info, &peering->accepter_vpc_info};
        for (size_t side = 0; side < VP_COUNT_OF(sides); side++) {
            vp_record *vpc = vpc_of(network, sides[side]->vpc_id);
            if (vpc != NULL) {
                fill_record(vpc, (vp_identity){sides[side]->owner_id, sides[side]->region});
            }
        }
    }
    const vp_rows *subnets = vp_network_rows(network, VP_KIND_SUBNET);
    for (uint32_t i = 0; i < subnets->count; i++) {
        vp_record *vpc = vpc_of(network, ((vp_subnet *)subnets->rows[i])->vpc_id);
        if (vpc != NULL) {
            fill_record(vpc, (vp_identity){VP_NO_NAME, subnets->rows[i]->region});
        }
    }
    const vp_rows *vpcs = vp_network_rows(network, VP_KIND_VPC);
    for (uint32_t i = 0; i < vpcs->count; i++) {
        fill_record(vpcs->rows[i], hint_of(vpcs->rows[i]));
        fill_record(vpcs->rows[i], *options);
    }
}

/* Sides of peering connections: old output lacks the Region, which is then that of the load. */
static void fill_peerings(vp_network *network, const vp_identity *options) {
    const vp_rows *rows = vp_network_rows(network, VP_KIND_VPC_PEERING_CONNECTION);
    for (uint32_t i = 0; i < rows->count; i++) {
        vp_vpc_peering_connection *peering = (vp_vpc_peering_connection *)rows->rows[i];
        vp_peering_vpc_info *sides[] = {&peering->requester_vpc_info, &peering->accepter_vpc_info};
        vp_identity load = {VP_NO_NAME, peering->record.hint_region};
        fill(&load.owner_id, &load.region, (vp_identity){VP_NO_NAME, options->region});
        for (size_t side = 0; side < VP_COUNT_OF(sides); side++) {
            vp_peering_vpc_info *info = sides[side];
            const vp_record *vpc = vpc_of(network, info->vpc_id);
            if (vpc != NULL) {
                fill(&info->owner_id, &info->region, identity_of(vpc));
            } else if (info->vpc_id != VP_NO_NAME) {
                fill(&info->owner_id, &info->region, load);
            }
        }
        fill_record(&peering->record, (vp_identity){peering->requester_vpc_info.owner_id,
                                                    peering->requester_vpc_info.region});
    }
}

vp_name vp_identity_vpc_id(const vp_network *network, const vp_record *record) {
    switch ((vp_kind)record->kind) {
    case VP_KIND_SUBNET:
        return ((const vp_subnet *)record)->vpc_id;
    case VP_KIND_ROUTE_TABLE:
        return ((const vp_route_table *)record)->vpc_id;
    case VP_KIND_SECURITY_GROUP:
        return ((const vp_security_group *)record)->vpc_id;
    case VP_KIND_SECURITY_GROUP_RULE: {
        vp_name id = ((const vp_security_group_rule *)record)->group_id;
        const vp_record *found = vp_network_find(network, VP_KIND_SECURITY_GROUP, id);
        return found != NULL ? ((const vp_security_group *)found)->vpc_id : VP_NO_NAME;
    }
    case VP_KIND_NETWORK_ACL:
        return ((const vp_network_acl *)record)->vpc_id;
    case VP_KIND_NETWORK_INTERFACE:
        return ((const vp_network_interface *)record)->vpc_id;
    case VP_KIND_INSTANCE:
        return ((const vp_instance *)record)->vpc_id != VP_NO_NAME
                   ? ((const vp_instance *)record)->vpc_id
                   : ((const vp_instance *)record)->classic_link.vpc_id;
    case VP_KIND_INTERNET_GATEWAY: {
        const vp_list *list = &((const vp_internet_gateway *)record)->attachments;
        return list->count > 0 ? VP_ITEM(vp_gateway_attachment, list, 0)->vpc_id : VP_NO_NAME;
    }
    case VP_KIND_NAT_GATEWAY:
        return ((const vp_nat_gateway *)record)->vpc_id;
    case VP_KIND_VPC_ENDPOINT:
        return ((const vp_vpc_endpoint *)record)->vpc_id;
    case VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY: {
        const vp_list *list = &((const vp_egress_only_internet_gateway *)record)->attachments;
        return list->count > 0 ? VP_ITEM(vp_gateway_attachment, list, 0)->vpc_id : VP_NO_NAME;
    }
    case VP_KIND_VPN_GATEWAY: {
        const vp_list *list = &((const vp_vpn_gateway *)record)->vpc_attachments;
        return list->count > 0 ? VP_ITEM(vp_gateway_attachment, list, 0)->vpc_id : VP_NO_NAME;
    }
    case VP_KIND_ADDRESS: {
        vp_name id = ((const vp_address *)record)->network_interface_id;
        const vp_record *found = vp_network_find(network, VP_KIND_NETWORK_INTERFACE, id);
        return found != NULL ? ((const vp_network_interface *)found)->vpc_id : VP_NO_NAME;
    }
    default:
        return VP_NO_NAME;
    }
}

/* One part of arn:aws:ec2:REGION:ACCOUNT:transit-gateway/tgw-..., counted from 0. */
static vp_status part_of_arn(vp_network *network, vp_name arn, int part, vp_name *name,
                             vp_error *error) {
    char text[64];
    const char *at = vp_network_text(network, arn);
    *name = VP_NO_NAME;
    for (; part > 0 && at != NULL; part--) {
        at = strchr(at, ':');
        at = at == NULL ? NULL : at + 1;
    }
    size_t length = at == NULL ? 0 : strcspn(at, ":");
    if (length == 0 || length >= sizeof text || at[length] != ':') {
        return VP_OK;
    }
    /* Interning may move the text that `at` points to. */
    memcpy(text, at, length);
    return vp_network_intern(network, text, length, name, error);
}

static vp_name arn_of(const vp_record *record) {
    return record->kind == VP_KIND_TRANSIT_GATEWAY
               ? ((const vp_transit_gateway *)record)->transit_gateway_arn
               : ((const vp_access_exclusion *)record)->resource_arn;
}

/* These have an ARN, which says both. What hangs on a transit gateway is where the gateway is. */
static vp_status fill_from_arns(vp_network *network, vp_kind kind, vp_error *error) {
    const vp_rows *rows = vp_network_rows(network, kind);
    for (uint32_t i = 0; i < rows->count; i++) {
        vp_name arn = arn_of(rows->rows[i]);
        vp_identity said;
        vp_status status = part_of_arn(network, arn, 3, &said.region, error);
        if (status == VP_OK) {
            status = part_of_arn(network, arn, 4, &said.owner_id, error);
        }
        if (status != VP_OK) {
            return status;
        }
        fill_record(rows->rows[i], said);
    }
    return VP_OK;
}

/* The transit gateway that an object hangs on, or VP_NO_NAME. */
static vp_name transit_gateway_id_of(const vp_record *record) {
    switch ((vp_kind)record->kind) {
    case VP_KIND_TRANSIT_GATEWAY_ATTACHMENT:
        return ((const vp_transit_gateway_attachment *)record)->transit_gateway_id;
    case VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE:
        return ((const vp_transit_gateway_route_table *)record)->transit_gateway_id;
    case VP_KIND_VPN_CONNECTION:
        return ((const vp_vpn_connection *)record)->transit_gateway_id;
    default:
        return VP_NO_NAME;
    }
}

/* After the gateways themselves are complete. An attachment belongs to whom its VPC belongs to. */
static void fill_from_transit_gateways(vp_network *network) {
    static const vp_kind kinds[] = {VP_KIND_TRANSIT_GATEWAY_ATTACHMENT,
                                    VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, VP_KIND_VPN_CONNECTION};
    for (size_t kind = 0; kind < VP_COUNT_OF(kinds); kind++) {
        const vp_rows *rows = vp_network_rows(network, kinds[kind]);
        for (uint32_t i = 0; i < rows->count; i++) {
            vp_record *record = rows->rows[i];
            const vp_record *gateway =
                vp_network_find(network, VP_KIND_TRANSIT_GATEWAY, transit_gateway_id_of(record));
            if (record->kind == VP_KIND_TRANSIT_GATEWAY_ATTACHMENT) {
                vp_name owner_id = ((vp_transit_gateway_attachment *)record)->resource_owner_id;
                fill_record(record, (vp_identity){owner_id, VP_NO_NAME});
            }
            if (gateway != NULL) {
                fill_record(record, identity_of(gateway));
            }
        }
    }
}

static void fill_others(vp_network *network, const vp_identity *options,
                        const vp_identity *placeholder) {
    const vp_rows *gateways = vp_network_rows(network, VP_KIND_TRANSIT_GATEWAY);
    for (uint32_t i = 0; i < gateways->count; i++) {
        fill_record(gateways->rows[i], hint_of(gateways->rows[i]));
        fill_record(gateways->rows[i], *options);
    }
    fill_from_transit_gateways(network);
    for (int kind = VP_KIND_NONE + 1; kind < VP_KIND_COUNT; kind++) {
        const vp_rows *rows = vp_network_rows(network, (vp_kind)kind);
        for (uint32_t i = 0; i < rows->count; i++) {
            vp_record *record = rows->rows[i];
            const vp_record *vpc = vpc_of(network, vp_identity_vpc_id(network, record));
            if (vpc != NULL) {
                fill_record(record, identity_of(vpc));
            }
            fill_record(record, hint_of(record));
            fill_record(record, *options);
        }
    }
    /* Only now: an object in a VPC of which nothing is known may itself know more. */
    for (int kind = VP_KIND_NONE + 1; kind < VP_KIND_COUNT; kind++) {
        const vp_rows *rows = vp_network_rows(network, (vp_kind)kind);
        for (uint32_t i = 0; i < rows->count; i++) {
            fill_record(rows->rows[i], *placeholder);
        }
    }
}

vp_status vp_identity_derive(vp_network *network, const vp_identity *options, vp_error *error) {
    vp_identity placeholder;
    vp_status status = vp_network_name(network, VP_UNKNOWN_OWNER_ID, &placeholder.owner_id, error);
    if (status == VP_OK) {
        status = vp_network_name(network, VP_UNKNOWN_REGION, &placeholder.region, error);
    }
    if (status == VP_OK) {
        status = fill_from_zones(network, error);
    }
    if (status == VP_OK) {
        status = fill_from_arns(network, VP_KIND_TRANSIT_GATEWAY, error);
    }
    if (status == VP_OK) {
        status = fill_from_arns(network, VP_KIND_VPC_BLOCK_PUBLIC_ACCESS_EXCLUSION, error);
    }
    if (status != VP_OK) {
        return status;
    }
    fill_vpcs(network, options);
    fill_peerings(network, options);
    fill_others(network, options, &placeholder);
    /* Again, for what VPCs know only now: a second run must find nothing to fill. */
    fill_peerings(network, options);
    return VP_OK;
}
