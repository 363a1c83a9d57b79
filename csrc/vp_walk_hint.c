/*
 * vp_walk_hint.c - what stands behind a request that found no way (semantics 9.9).
 *
 * The one idea: the first row of a table of conditions that holds gives the hint; how two VPCs are
 * joined is asked of the peering connections, never of routes.
 */
#include "vp_walk.h"

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

/* Few VPCs are within reach of a failed question, so a plain scan will do. */
static bool is_reached(const vp_trace_list *points, vp_name vpc_id) {
    for (uint32_t i = 0; i < points->count; i++) {
        if (((const vp_walk_point *)points->items)[i].vpc_id == vpc_id) {
            return true;
        }
    }
    return false;
}

/* Adds the VPCs one connection beyond point `place`; true when `wanted` is among them. */
static bool reach_beyond(vp_walk *walk, vp_trace_list *points, uint32_t place, vp_name wanted) {
    vp_walk_point from = ((const vp_walk_point *)points->items)[place];
    uint32_t count;
    vp_vpc_peering_connection *const *all = vp_index_peerings_of(walk->index, from.vpc_id, &count);
    for (uint32_t i = 0; i < count; i++) {
        const vp_peering_vpc_info *own, *peer;
        if (!vp_walk_is_active(walk->network, all[i]) ||
            !vp_walk_sides_of(all[i], from.vpc_id, &own, &peer) ||
            is_reached(points, peer->vpc_id)) {
            continue;
        }
        vp_walk_point *point = vp_walk_append(walk, points, sizeof *point);
        if (point == NULL) {
            return false;
        }
        *point = (vp_walk_point){peer->vpc_id, all[i]->record.id, place, from.depth + 1};
        if (peer->vpc_id == wanted) {
            return true;
        }
    }
    return false;
}

/*
 * Breadth first, connections in id order: the first chain found is the shortest, and of those the
 * one with the smallest ids. The last point is `wanted` then.
 */
static bool find_chain(vp_walk *walk, vp_trace_list *points, vp_name wanted) {
    points->count = 0;
    vp_walk_point *first = vp_walk_append(walk, points, sizeof *first);
    if (first == NULL) {
        return false;
    }
    first->vpc_id = walk->from.vpc_id;
    for (uint32_t place = 0; place < points->count; place++) {
        if (reach_beyond(walk, points, place, wanted)) {
            return true;
        }
    }
    return false;
}

/*
 * Parents lead from the far end back: the ids are written in that order and turned round in place.
 */
static void describe_chain(vp_walk *walk, const vp_trace_list *points, vp_explanation *hint) {
    const vp_walk_point *all = points->items;
    uint32_t place = points->count - 1;
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
    } else if (find_chain(walk, &walk->trace->points, to_id)) {
        vp_explanation *hint = hint_between(walk, "PCX_TRANSITIVE_PEERING", destination);
        describe_chain(walk, &walk->trace->points, hint);
    } else {
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
    if (destination != NULL) {
        hint_at_vpc(walk, destination);
    } else {
        walk->at.vpc = walk->from.vpc;
        hint_at_peers(walk);
    }
}
