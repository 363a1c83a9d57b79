/*
 * vp_path_classic.c - instances of EC2-Classic that are linked to a VPC (semantics 5.10).
 *
 * Retired, and kept for old data: whether an instance of a peer has the address is asked first, so
 * that other addresses are treated alike; only then is the route looked up, as it is written.
 */
#include "vp_path.h"

#define CLASSIC_BITS 8

bool vp_path_is_classic(const vp_path *path, const vp_network_interface *met) {
    return met != NULL && path->compiled->has_classic &&
           (vp_compiled_of(path->compiled, met)->facts & VP_FACT_CLASSIC) != 0;
}

static vp_name region_of(const vp_peering_vpc_info *side) {
    return side->vpc != NULL && side->vpc->record.region != VP_NO_NAME ? side->vpc->record.region
                                                                       : side->region;
}

bool vp_path_carries_classic(const vp_path *path, const vp_vpc_peering_connection *connection,
                             vp_name linked_id) {
    const vp_peering_vpc_info *a = &connection->requester_vpc_info;
    const vp_peering_vpc_info *b = &connection->accepter_vpc_info;
    const vp_peering_vpc_info *linked = a->vpc_id == linked_id ? a : b;
    const vp_peering_vpc_info *other = linked == a ? b : a;
    return linked_id != VP_NO_NAME && linked->vpc_id == linked_id &&
           path->source.value.family == 4 &&
           vp_network_name_is(path->network, connection->status.code, "active") &&
           region_of(a) == region_of(b) &&
           linked->peering_options.allow_egress_from_local_classic_link_to_remote_vpc == VP_TRUE &&
           other->peering_options.allow_egress_from_local_vpc_to_remote_classic_link == VP_TRUE;
}

/* The implied route to EC2-Classic loses against a longer one. */
static bool wins(const vp_path *path, const vp_route_table *table) {
    vp_route_choice choice;
    if (!vp_route_select(path->network, table, &path->destination.value, &choice)) {
        return true;
    }
    return choice.entry.prefix_length < CLASSIC_BITS ||
           (choice.entry.prefix_length == CLASSIC_BITS && choice.target == VP_TARGET_LOCAL);
}

vp_vpc_peering_connection *vp_path_classic_route(vp_path *path, vp_route_table *table,
                                                 vp_path_place *holder) {
    uint32_t count;
    if (!path->compiled->has_classic || path->destination.value.family != 4) {
        return NULL;
    }
    vp_vpc_peering_connection *const *all =
        vp_index_peerings_of(path->compiled->index, path->at.vpc_id, &count);
    for (uint32_t i = 0; i < count; i++) {
        vp_name a = all[i]->requester_vpc_info.vpc_id, b = all[i]->accepter_vpc_info.vpc_id;
        vp_name peer_id = a == path->at.vpc_id ? b : a;
        if (vp_path_carries_classic(path, all[i], peer_id)) {
            *holder = vp_path_holder(path, peer_id, &path->destination);
            if (vp_path_is_classic(path, holder->network_interface)) {
                vp_path_pin(&path->destination); /* the instance has one address */
                bool inside = path->destination.value.lo >> 24 == 10;
                return inside && wins(path, table) ? all[i] : NULL;
            }
        }
    }
    return NULL;
}
