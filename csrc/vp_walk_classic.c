/*
 * vp_walk_classic.c - what is special about ClassLink instances, kept in one place.
 *
 * AWS: VPC Peering Guide (editions up to 2022), "Configurations with ClassicLink"; EC2 User Guide
 * (up to 2022), "ClassicLink".
 */
#include "vp_walk_classic.h"

/* All of EC2-Classic lies in 10.0.0.0/8, and so does the route to it. */
#define CLASSIC_BITS 8

bool vp_walk_is_classic(const vp_walk *walk, const vp_network_interface *met) {
    return met != NULL &&
           vp_network_name_is(walk->network, met->interface_type, VP_CLASSIC_LINK_TYPE);
}

bool vp_walk_carries_classic(const vp_walk *walk, const vp_vpc_peering_connection *connection,
                             vp_name linked_id) {
    const vp_peering_vpc_info *linked, *other;
    /* The flags first: hardly any connection has them, and this is asked at every look-up. */
    return walk->family == 4 && vp_walk_sides_of(connection, linked_id, &linked, &other) &&
           linked->peering_options.allow_egress_from_local_classic_link_to_remote_vpc == VP_TRUE &&
           other->peering_options.allow_egress_from_local_vpc_to_remote_classic_link == VP_TRUE &&
           vp_walk_is_active(walk->network, connection) && !vp_walk_crosses_regions(connection);
}

/* A longer route wins; one of the same length is this route, where a document prints it. */
static bool wins(const vp_route_choice *choice) {
    return choice == NULL || choice->entry.prefix_length < CLASSIC_BITS ||
           (choice->entry.prefix_length == CLASSIC_BITS && choice->target == VP_TARGET_LOCAL);
}

vp_vpc_peering_connection *vp_walk_classic_route(const vp_walk *walk, const vp_route_choice *choice,
                                                 vp_place *holder) {
    const vp_addr *address = &walk->header.destination;
    uint32_t count;
    if (address->family != 4 || address->lo >> 24 != 10 || !wins(choice)) {
        return NULL;
    }
    vp_vpc_peering_connection *const *all =
        vp_index_peerings_of(walk->index, walk->at.vpc_id, &count);
    for (uint32_t i = 0; i < count; i++) {
        const vp_peering_vpc_info *own, *peer;
        if (vp_walk_sides_of(all[i], walk->at.vpc_id, &own, &peer) &&
            vp_walk_carries_classic(walk, all[i], peer->vpc_id)) {
            *holder = vp_walk_holder(walk, peer->vpc_id, address);
            if (vp_walk_is_classic(walk, holder->network_interface)) {
                return all[i];
            }
        }
    }
    return NULL;
}
