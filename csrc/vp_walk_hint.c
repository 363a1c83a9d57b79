/*
 * vp_walk_hint.c - what stands behind a request that found no way (semantics 9.9).
 *
 * The one idea: the first row of a table of conditions that holds gives the hint; how two VPCs are
 * joined is asked of the peering connections, never of routes.
 */
#include "vp_walk_classic.h"

#include <string.h>

/* A hint that says what the first explanation says already is left out. */
static bool repeats_primary(const vp_walk *walk, const char *code) {
    return walk->trace->explanations.count > 0 &&
           strcmp(((const vp_explanation *)walk->trace->explanations.items)[0].code, code) == 0;
}

/* The spare takes what is not to be shown, so that callers can fill it all the same. */
static vp_explanation *hint_between(vp_walk *walk, const char *code, vp_vpc *destination) {
    if (repeats_primary(walk, code)) {
        memset(&walk->spare, 0, sizeof walk->spare);
        return &walk->spare;
    }
    vp_explanation *hint = vp_walk_hint(walk, code);
    hint->vpc = walk->from.vpc;
    hint->destination_vpc = destination;
    return hint;
}

/* The first connection between two VPCs, active or of any status. */
static vp_vpc_peering_connection *connection_between(const vp_walk *walk, vp_name vpc_id,
                                                     vp_name other_id, bool active) {
    uint32_t count;
    vp_vpc_peering_connection *const *all = vp_index_peerings_of(walk->index, vpc_id, &count);
    for (uint32_t i = 0; i < count; i++) {
        const vp_peering_vpc_info *own, *peer;
        if (vp_walk_sides_of(all[i], vpc_id, &own, &peer) && peer->vpc_id == other_id &&
            (!active || vp_walk_is_active(walk->network, all[i]))) {
            return all[i];
        }
    }
    return NULL;
}

/* One overlapping pair of blocks rules out a connection, whatever the other blocks are (5.4). */
static bool find_overlap(const vp_walk *walk, const vp_vpc *a, const vp_vpc *b, vp_cidr pair[2]) {
    uint32_t i = 0;
    while (vp_vpc_next_block(walk->network, a, &i, &pair[0])) {
        uint32_t k = 0;
        while (vp_vpc_next_block(walk->network, b, &k, &pair[1])) {
            if (vp_cidr_overlaps(&pair[0], &pair[1])) {
                return true;
            }
        }
    }
    return false;
}

/* The slot of a VPC in an open-addressing table of places + 1: where it is or where it belongs. */
static uint32_t *slot_of(const vp_trace *trace, vp_name vpc_id) {
    const vp_walk_point *points = trace->points.items;
    uint32_t *slots = trace->slots.items;
    uint32_t mask = trace->slots.capacity - 1;
    uint32_t at = (vpc_id * 2654435761u) & mask;
    while (slots[at] != 0 && points[slots[at] - 1].vpc_id != vpc_id) {
        at = (at + 1) & mask;
    }
    return &slots[at];
}

/* Makes a table that `count` points fill to a half at most, with the points there are. */
static bool make_slots(vp_walk *walk, uint32_t count) {
    vp_trace *trace = walk->trace;
    uint32_t capacity = trace->slots.capacity == 0 ? 64 : trace->slots.capacity;
    while (capacity / 2 < count) {
        capacity *= 2;
    }
    void *items = vp_alloc_array(&trace->alloc, trace->slots.items, trace->slots.capacity, capacity,
                                 sizeof(uint32_t));
    if (items == NULL) {
        walk->status = VP_NO_MEMORY;
        return false;
    }
    memset(items, 0, capacity * sizeof(uint32_t));
    trace->slots.items = items;
    trace->slots.capacity = capacity;
    trace->slots.item_size = sizeof(uint32_t);
    for (uint32_t place = 0; place < trace->points.count; place++) {
        *slot_of(trace, ((const vp_walk_point *)trace->points.items)[place].vpc_id) = place + 1;
    }
    return true;
}

/* Adds a VPC that is reached for the first time; false when it was before, or without memory. */
static bool reach(vp_walk *walk, vp_walk_point point) {
    vp_trace *trace = walk->trace;
    if (trace->points.count >= trace->slots.capacity / 2 &&
        !make_slots(walk, trace->points.count + 1)) {
        return false;
    }
    uint32_t *slot = slot_of(trace, point.vpc_id);
    vp_walk_point *added = *slot != 0 ? NULL : vp_walk_append(walk, &trace->points, sizeof *added);
    if (added == NULL) {
        return false;
    }
    *added = point;
    *slot = trace->points.count;
    return true;
}

/* Adds the VPCs one connection beyond point `place`; true when `wanted` is among them. */
static bool reach_beyond(vp_walk *walk, uint32_t place, vp_name wanted) {
    vp_walk_point from = ((const vp_walk_point *)walk->trace->points.items)[place];
    uint32_t count;
    vp_vpc_peering_connection *const *all = vp_index_peerings_of(walk->index, from.vpc_id, &count);
    for (uint32_t i = 0; i < count && walk->status == VP_OK; i++) {
        const vp_peering_vpc_info *own, *peer;
        if (!vp_walk_is_active(walk->network, all[i]) ||
            !vp_walk_sides_of(all[i], from.vpc_id, &own, &peer)) {
            continue;
        }
        vp_walk_point point = {peer->vpc_id, all[i]->record.id, place, from.depth + 1};
        if (reach(walk, point) && peer->vpc_id == wanted) {
            return true;
        }
    }
    return false;
}

/*
 * Breadth first, connections in id order: the first chain found is the shortest, and of those the
 * one with the smallest ids. The last point is `wanted` then.
 */
static bool find_chain(vp_walk *walk, vp_name wanted) {
    vp_walk_point start = {walk->from.vpc_id, VP_NO_NAME, 0, 0};
    walk->trace->points.count = 0;
    if (!make_slots(walk, 1) || !reach(walk, start)) {
        return false;
    }
    for (uint32_t place = 0; place < walk->trace->points.count; place++) {
        if (reach_beyond(walk, place, wanted)) {
            return true;
        }
    }
    return false;
}

/*
 * Parents lead from the far end back: the ids are written in that order and turned round in place.
 */
static void describe_chain(vp_walk *walk, vp_explanation *hint) {
    const vp_walk_point *all = walk->trace->points.items;
    uint32_t place = walk->trace->points.count - 1;
    uint32_t count = all[place].depth;
    for (uint32_t i = 0; i < count; i++) {
        vp_walk_chain(walk, hint, &all[place].connection_id, 1);
        place = all[place].parent;
    }
    if (walk->status != VP_OK) {
        return;
    }
    /* The ids were written one by one from the far end: put them in order, as one chain. */
    vp_text_item *items =
        (vp_text_item *)walk->trace->chains.items + (walk->trace->chains.count - count);
    for (uint32_t i = 0; i < count / 2; i++) {
        vp_text_item swapped = items[i];
        items[i] = items[count - 1 - i];
        items[count - 1 - i] = swapped;
    }
    hint->chain.count = count;
    hint->chain.capacity = walk->trace->chains.count - count;
}

/* Rows 2 to 6: the destination's VPC is known. */
static void hint_at_vpc(vp_walk *walk, vp_vpc *destination) {
    vp_name from_id = walk->from.vpc_id, to_id = destination->record.id;
    vp_cidr pair[2];
    if (from_id == to_id || connection_between(walk, from_id, to_id, true) != NULL) {
        return;
    }
    vp_vpc_peering_connection *dead = connection_between(walk, from_id, to_id, false);
    if (walk->from.vpc != NULL && find_overlap(walk, walk->from.vpc, destination, pair)) {
        vp_explanation *hint = hint_between(walk, "PCX_OVERLAPPING_CIDRS", destination);
        hint->pair[0] = pair[0];
        hint->pair[1] = pair[1];
        hint->vpc_peering_connection = dead;
    } else if (dead != NULL) {
        hint_between(walk, "PCX_NOT_ACTIVE", destination)->vpc_peering_connection = dead;
    } else if (find_chain(walk, to_id)) {
        vp_explanation *hint = hint_between(walk, "PCX_TRANSITIVE_PEERING", destination);
        describe_chain(walk, hint);
    } else if (!vp_transit_joins(walk->network, from_id, to_id, false)) {
        (void)hint_between(walk, "DISCONNECTED_VPCS", destination);
    }
}

/* Row 7: what could a peer do with the address, if peering were transitive? */
static void hint_at_peers(vp_walk *walk) {
    uint32_t count;
    vp_vpc_peering_connection *const *all =
        vp_index_peerings_of(walk->index, walk->from.vpc_id, &count);
    for (uint32_t i = 0; i < count; i++) {
        const vp_peering_vpc_info *own, *peer;
        if (vp_walk_is_active(walk->network, all[i]) &&
            vp_walk_sides_of(all[i], walk->from.vpc_id, &own, &peer) &&
            vp_walk_classify(walk, all[i], peer->vpc_id, &walk->to_address, false)) {
            return;
        }
    }
}

/* An address that lies in blocks of two VPCs says nothing about which of them is meant. */
vp_vpc *vp_walk_destination_vpc(const vp_walk *walk) {
    vp_vpc *found = NULL;
    if (walk->to.vpc_id != VP_NO_NAME) {
        return walk->to.vpc;
    }
    const vp_rows *vpcs = vp_network_rows(walk->network, VP_KIND_VPC);
    for (uint32_t i = 0; i < vpcs->count; i++) {
        vp_vpc *vpc = (vp_vpc *)vpcs->rows[i];
        if (vp_vpc_contains(walk->network, vpc, &walk->to_address)) {
            if (found != NULL) {
                return NULL;
            }
            found = vpc;
        }
    }
    return found;
}

/* Row 1: one end is a ClassLink instance of another VPC. */
static bool is_across_classic_link(const vp_walk *walk) {
    return walk->from.vpc_id != walk->to.vpc_id &&
           (vp_walk_is_classic(walk, walk->from.network_interface) ||
            vp_walk_is_classic(walk, walk->to.network_interface));
}

/* Hints belong to requests that ended for want of a way; a filter needs none. */
void vp_walk_hints(vp_walk *walk) {
    static const char *const asking[] = {
        "NO_ROUTE_TO_DESTINATION",      "NO_POSSIBLE_DESTINATION", "PCX_NOT_ACTIVE", "CANNOT_ROUTE",
        "DELIVERED_TO_OTHER_INTERFACE", "IPV6_NOT_ENABLED"};
    bool asked = false;
    for (size_t i = 0; walk->ended != NULL && i < VP_COUNT_OF(asking); i++) {
        asked = asked || strcmp(walk->ended, asking[i]) == 0;
    }
    if (!asked || walk->from.vpc_id == VP_NO_NAME) {
        return;
    }
    vp_vpc *destination = vp_walk_destination_vpc(walk);
    if (is_across_classic_link(walk)) {
        (void)hint_between(walk, "PCX_EDGE_TO_EDGE_CLASSICLINK", destination);
    } else if (destination != NULL) {
        hint_at_vpc(walk, destination);
    } else {
        walk->at.vpc = walk->from.vpc;
        hint_at_peers(walk);
    }
}
