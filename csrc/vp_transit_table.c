/*
 * vp_transit_table.c - the routes of a transit gateway route table, listed and derived.
 *
 * The one idea: a table is a list of routes and a list of attachments that propagate to it. Where
 * no listed route of an attachment is there that was propagated, its blocks stand for them. AWS:
 * Transit Gateway Guide, "Transit gateway route tables"; "Route evaluation order".
 */
#include "vp_transit.h"

#include "vp_vpn.h"

#include <string.h>

/* In the order of 3.6; types that AWS may add come last. */
enum { RANK_STATIC, RANK_PREFIX_LIST, RANK_PROPAGATED };

static uint8_t rank_of_type(const vp_network *network, vp_name resource_type) {
    static const char *const types[] = {"vpc",    "direct-connect-gateway", "connect",
                                        "vpn",    "vpn-concentrator",       "client-vpn",
                                        "peering"};
    uint8_t at = 0;
    while (at < VP_COUNT_OF(types) && !vp_network_name_is(network, resource_type, types[at])) {
        at++;
    }
    return (uint8_t)(RANK_PROPAGATED + at);
}

/* ---- listed routes --------------------------------------------------------------------------- */

/* One listed route; equal-cost ways are one attachment, the lowest (D21). */
static void describe_listed(const vp_network *network, const vp_transit_gateway_route *listed,
                            vp_transit_route *route) {
    memset(route, 0, sizeof *route);
    route->listed = listed;
    route->block = listed->destination_cidr_block;
    route->prefix_list_id = listed->prefix_list_id;
    route->is_propagated = vp_network_name_is(network, listed->type, "propagated");
    route->is_blackhole = vp_network_name_is(network, listed->state, "blackhole");
    for (uint32_t i = 0; i < listed->transit_gateway_attachments.count; i++) {
        const vp_transit_target *target =
            VP_ITEM(vp_transit_target, &listed->transit_gateway_attachments, i);
        if (i == 0 || vp_network_compare(network, target->transit_gateway_attachment_id,
                                         route->attachment_id) < 0) {
            route->attachment_id = target->transit_gateway_attachment_id;
            route->resource_type = target->resource_type;
        }
    }
    route->rank = route->is_propagated ? rank_of_type(network, route->resource_type)
                  : listed->prefix_list_id != VP_NO_NAME ? RANK_PREFIX_LIST
                                                         : RANK_STATIC;
}

static bool next_listed(const vp_network *network, const vp_transit_gateway_route_table *table,
                        vp_transit_cursor *cursor, vp_transit_route *route) {
    if (cursor->item >= table->routes.count) {
        return false;
    }
    describe_listed(network, VP_ITEM(vp_transit_gateway_route, &table->routes, cursor->item++),
                    route);
    return true;
}

/* One route for each entry of a prefix list that the table refers to. */
static bool next_referenced(const vp_network *network, const vp_transit_gateway_route_table *table,
                            vp_transit_cursor *cursor, vp_transit_route *route) {
    for (; cursor->item < table->prefix_list_references.count; cursor->item++, cursor->entry = 0) {
        const vp_transit_prefix_list_reference *reference =
            VP_ITEM(vp_transit_prefix_list_reference, &table->prefix_list_references, cursor->item);
        const vp_prefix_list *list = (const vp_prefix_list *)vp_network_find(
            network, VP_KIND_PREFIX_LIST, reference->prefix_list_id);
        if (list != NULL && cursor->entry < list->cidrs.count) {
            memset(route, 0, sizeof *route);
            route->block = VP_ITEM(vp_cidr_item, &list->cidrs, cursor->entry++)->value;
            route->prefix_list_id = reference->prefix_list_id;
            route->attachment_id =
                reference->transit_gateway_attachment.transit_gateway_attachment_id;
            route->resource_type = reference->transit_gateway_attachment.resource_type;
            route->is_blackhole = reference->blackhole == VP_TRUE;
            route->rank = RANK_PREFIX_LIST;
            return true;
        }
    }
    return false;
}

/* ---- derived routes -------------------------------------------------------------------------- */

/* Does the table list what the attachment propagated? Then that is the better witness. */
static bool lists_propagated(const vp_network *network, const vp_transit_gateway_route_table *table,
                             vp_name attachment_id) {
    for (uint32_t i = 0; i < table->routes.count; i++) {
        const vp_transit_gateway_route *listed =
            VP_ITEM(vp_transit_gateway_route, &table->routes, i);
        if (!vp_network_name_is(network, listed->type, "propagated")) {
            continue;
        }
        for (uint32_t k = 0; k < listed->transit_gateway_attachments.count; k++) {
            if (VP_ITEM(vp_transit_target, &listed->transit_gateway_attachments, k)
                    ->transit_gateway_attachment_id == attachment_id) {
                return true;
            }
        }
    }
    return false;
}

/* The attachment of a propagation, when its routes are to be derived; else NULL. */
static const vp_transit_gateway_attachment *source_of(const vp_network *network,
                                                      const vp_transit_gateway_route_table *table,
                                                      const vp_transit_propagation *propagation) {
    const vp_transit_gateway_attachment *attachment =
        vp_transit_find_attachment(network, propagation->transit_gateway_attachment_id);
    bool enabled = propagation->state == VP_NO_NAME ||
                   vp_network_name_is(network, propagation->state, "enabled");
    if (attachment == NULL || !enabled || !vp_transit_is_available(network, attachment->state) ||
        lists_propagated(network, table, attachment->record.id)) {
        return NULL;
    }
    return attachment;
}

/* The IPv6 blocks of a VPC only where the attachment supports them. */
static bool next_vpc_block(const vp_network *network,
                           const vp_transit_gateway_attachment *attachment, uint32_t *entry,
                           vp_cidr *block) {
    const vp_vpc *vpc =
        (const vp_vpc *)vp_network_find(network, VP_KIND_VPC, attachment->resource_id);
    bool ipv6 = vp_transit_is_enabled(network, attachment->options.ipv6_support);
    while (vpc != NULL && vp_vpc_next_block(network, vpc, entry, block)) {
        if (block->address.family == 4 || ipv6) {
            return true;
        }
    }
    return false;
}

/* What a VPN connection was given or has learned. */
static bool next_vpn_block(const vp_network *network,
                           const vp_transit_gateway_attachment *attachment, uint32_t *entry,
                           vp_cidr *block) {
    const vp_vpn_connection *connection = (const vp_vpn_connection *)vp_network_find(
        network, VP_KIND_VPN_CONNECTION, attachment->resource_id);
    while (connection != NULL && *entry < connection->routes.count) {
        const vp_vpn_static_route *route =
            VP_ITEM(vp_vpn_static_route, &connection->routes, (*entry)++);
        if (route->state == VP_NO_NAME || vp_network_name_is(network, route->state, "available")) {
            *block = route->destination_cidr_block;
            return true;
        }
    }
    return false;
}

/* What the caller declared comes before; its places are counted from the end of the range. */
static bool next_block(const vp_network *network, const vp_transit_gateway_attachment *attachment,
                       uint32_t *entry, vp_cidr *block) {
    uint32_t declared = attachment->declared_routes.count, rest;
    if (*entry < declared) {
        *block = VP_ITEM(vp_declared_route, &attachment->declared_routes, (*entry)++)->cidr;
        return true;
    }
    rest = *entry - declared;
    vp_transit_type type = vp_transit_type_of(network, attachment);
    bool found = type == VP_TRANSIT_VPC   ? next_vpc_block(network, attachment, &rest, block)
                 : type == VP_TRANSIT_VPN ? next_vpn_block(network, attachment, &rest, block)
                                          : false;
    *entry = declared + rest;
    return found;
}

static bool next_derived(const vp_network *network, const vp_transit_gateway_route_table *table,
                         vp_transit_cursor *cursor, vp_transit_route *route) {
    for (; cursor->item < table->propagations.count; cursor->item++, cursor->entry = 0) {
        const vp_transit_gateway_attachment *attachment = source_of(
            network, table, VP_ITEM(vp_transit_propagation, &table->propagations, cursor->item));
        vp_cidr block;
        if (attachment != NULL && next_block(network, attachment, &cursor->entry, &block)) {
            memset(route, 0, sizeof *route);
            route->block = block;
            route->attachment_id = attachment->record.id;
            route->resource_type = attachment->resource_type;
            route->is_propagated = true;
            route->rank = rank_of_type(network, attachment->resource_type);
            return true;
        }
    }
    return false;
}

bool vp_transit_next_route(const vp_network *network, const vp_transit_gateway_route_table *table,
                           vp_transit_cursor *cursor, vp_transit_route *route) {
    static bool (*const stages[])(const vp_network *, const vp_transit_gateway_route_table *,
                                  vp_transit_cursor *, vp_transit_route *) = {
        next_listed, next_referenced, next_derived};
    while (cursor->stage < VP_COUNT_OF(stages)) {
        if (stages[cursor->stage](network, table, cursor, route)) {
            return true;
        }
        *cursor = (vp_transit_cursor){cursor->stage + 1, 0, 0};
    }
    return false;
}

/* ---- overlapping VPCs ------------------------------------------------------------------------ */

/* Was one attached before the other? Where the data do not say, the lower id was. */
static bool is_earlier(const vp_network *network, const vp_transit_gateway_attachment *a,
                       const vp_transit_gateway_attachment *b) {
    if (a->creation_time != VP_NO_NAME && b->creation_time != VP_NO_NAME &&
        a->creation_time != b->creation_time) {
        return vp_network_compare(network, a->creation_time, b->creation_time) < 0;
    }
    return vp_network_compare(network, a->record.id, b->record.id) < 0;
}

static bool vpcs_overlap(const vp_network *network, vp_name vpc_id, vp_name other_id) {
    const vp_vpc *vpc = (const vp_vpc *)vp_network_find(network, VP_KIND_VPC, vpc_id);
    const vp_vpc *other = (const vp_vpc *)vp_network_find(network, VP_KIND_VPC, other_id);
    uint32_t position = 0;
    vp_cidr block, theirs;
    while (vpc != NULL && other != NULL && vp_vpc_next_block(network, vpc, &position, &block)) {
        uint32_t other_position = 0;
        while (vp_vpc_next_block(network, other, &other_position, &theirs)) {
            if (vp_cidr_overlaps(&block, &theirs)) {
                return true;
            }
        }
    }
    return false;
}

bool vp_transit_is_shadowed(const vp_network *network,
                            const vp_transit_gateway_attachment *attachment) {
    const vp_rows *rows = &network->rows[VP_KIND_TRANSIT_GATEWAY_ATTACHMENT];
    if (vp_transit_type_of(network, attachment) != VP_TRANSIT_VPC) {
        return false;
    }
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_transit_gateway_attachment *other =
            (const vp_transit_gateway_attachment *)rows->rows[i];
        if (other != attachment && other->transit_gateway_id == attachment->transit_gateway_id &&
            vp_transit_type_of(network, other) == VP_TRANSIT_VPC &&
            vp_transit_is_available(network, other->state) &&
            is_earlier(network, other, attachment) &&
            vpcs_overlap(network, attachment->resource_id, other->resource_id)) {
            return true;
        }
    }
    return false;
}

/* ---- selection ------------------------------------------------------------------------------- */

/* Longest prefix, then rank, then the lowest attachment. */
static bool is_better(const vp_network *network, const vp_transit_route *a,
                      const vp_transit_route *b) {
    if (a->block.prefix_length != b->block.prefix_length) {
        return a->block.prefix_length > b->block.prefix_length;
    }
    if (a->rank != b->rank) {
        return a->rank < b->rank;
    }
    return vp_network_compare(network, a->attachment_id, b->attachment_id) < 0;
}

bool vp_transit_select(const vp_network *network, const vp_transit_gateway_route_table *table,
                       const vp_addr *destination, vp_transit_route *route) {
    vp_transit_cursor cursor = {0, 0, 0};
    vp_transit_route one;
    bool found = false;
    while (vp_transit_next_route(network, table, &cursor, &one)) {
        if (!vp_cidr_contains_addr(&one.block, destination) ||
            (found && !is_better(network, &one, route))) {
            continue;
        }
        const vp_transit_gateway_attachment *derived_of =
            one.is_propagated && one.listed == NULL
                ? vp_transit_find_attachment(network, one.attachment_id)
                : NULL;
        if (derived_of == NULL || !vp_transit_is_shadowed(network, derived_of)) {
            *route = one;
            found = true;
        }
    }
    return found;
}
