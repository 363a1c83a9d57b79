/*
 * vp_path_filter.c - what filters leave of the set under path.
 *
 * The one idea: a request cuts the sets of destination ports, a reply the set of source ports. What
 * a group that is not in the data might have admitted goes over to what is not known.
 */
#include "vp_path.h"

static vp_service cut(vp_path *path, vp_service set, vp_service admitted) {
    return vp_service_combine(path->services, VP_TRUTH_INTERSECTION, set, admitted);
}

/*
 * AWS: VPC User Guide, "Network ACLs". Without any in the data everything is taken as allowed
 * (D13).
 */
void vp_path_acl(vp_path *path, vp_subnet *subnet, bool egress) {
    vp_path_address *remote = egress ? &path->destination : &path->source;
    if (subnet == NULL || subnet->network_acl == NULL) {
        return;
    }
    vp_service admitted = vp_path_value(
        path, vp_compiled_acl(path->compiled, subnet->network_acl, egress, remote->value.family),
        remote);
    if (path->replying) {
        path->back = cut(path, path->back, admitted);
        return;
    }
    path->known = cut(path, path->known, admitted);
    path->unknown = cut(path, path->unknown, admitted);
}

/* An active connection between two VPCs of one Region, in whatever direction it was asked for. */
bool vp_path_joins_in_region(const vp_network *network,
                             const vp_vpc_peering_connection *connection) {
    const vp_peering_vpc_info *a = &connection->requester_vpc_info;
    const vp_peering_vpc_info *b = &connection->accepter_vpc_info;
    vp_name region_a =
        a->vpc != NULL && a->vpc->record.region != VP_NO_NAME ? a->vpc->record.region : a->region;
    vp_name region_b =
        b->vpc != NULL && b->vpc->record.region != VP_NO_NAME ? b->vpc->record.region : b->region;
    return region_a == region_b && vp_network_name_is(network, connection->status.code, "active");
}

/* Who gets the packet over a connection, as far as rules that name groups may know (6.3). */
static vp_network_interface *beyond(vp_path *path, const vp_path_place *place,
                                    const vp_vpc_peering_connection *connection) {
    const vp_peering_vpc_info *a = &connection->requester_vpc_info;
    const vp_peering_vpc_info *b = &connection->accepter_vpc_info;
    const vp_peering_vpc_info *peer = a->vpc_id == place->vpc_id ? b : a;
    if (!vp_path_joins_in_region(path->network, connection) ||
        (a->vpc_id != place->vpc_id && b->vpc_id != place->vpc_id)) {
        return NULL;
    }
    return vp_path_holder(path, peer->vpc_id, &path->destination).network_interface;
}

/* Are two VPCs one, or joined by a connection that rules with references know (6.2)? */
static bool is_joined(const vp_path *path, vp_name vpc_id, vp_name other_id) {
    uint32_t count;
    vp_vpc_peering_connection *const *all =
        vp_index_peerings_of(path->compiled->index, vpc_id, &count);
    for (uint32_t i = 0; vpc_id != other_id && i < count; i++) {
        vp_name a = all[i]->requester_vpc_info.vpc_id, b = all[i]->accepter_vpc_info.vpc_id;
        if ((a == other_id || b == other_id) && vp_path_joins_in_region(path->network, all[i])) {
            return true;
        }
    }
    return vpc_id == other_id;
}

/* The interface that the question means, where the data do not tell who gets the packet. */
static vp_network_interface *as_asked(const vp_path *path, const vp_path_place *place) {
    vp_network_interface *met = path->to.network_interface;
    bool sent = met != NULL && vp_addr_equals(&path->destination.value, &path->to_end->address);
    return sent && is_joined(path, place->vpc_id, met->vpc_id) ? met : NULL;
}

/* The interface that outbound rules with references see, or NULL. */
static vp_network_interface *far_end_out(vp_path *path, const vp_path_place *place) {
    if (!path->preserved) {
        return NULL;
    }
    vp_network_interface *neighbour =
        vp_path_holder(path, place->vpc_id, &path->destination).network_interface;
    if (neighbour != NULL && neighbour->subnet == place->subnet) {
        return neighbour;
    }
    if (place->subnet == NULL || place->subnet->route_table == NULL) {
        return neighbour != NULL ? neighbour : as_asked(path, place);
    }
    uint32_t number = vp_path_route(path, place->subnet->route_table);
    if (number == 0) {
        return as_asked(path, place);
    }
    if (path->compiled->actions[number].target == VP_TARGET_OTHER) {
        return neighbour != NULL ? neighbour : as_asked(path, place);
    }
    vp_compiled_action action = path->compiled->actions[number];
    if (action.target == VP_TARGET_PEERING) {
        vp_network_interface *met =
            action.record == NULL
                ? NULL
                : beyond(path, place, (const vp_vpc_peering_connection *)action.record);
        vp_network_interface *asked = met == NULL ? as_asked(path, place) : NULL;
        bool own = asked != NULL && asked->vpc_id == place->vpc_id; /* no connection leads back */
        return met != NULL ? met : own ? NULL : asked;
    }
    bool itself = action.target == VP_TARGET_INTERFACE && neighbour != NULL &&
                  action.record == &neighbour->record;
    return itself || action.target == VP_TARGET_LOCAL ? neighbour : NULL;
}

/* The interface that inbound rules with references see: who sent the packet as its own. */
static vp_network_interface *far_end_in(const vp_path *path) {
    if (!path->preserved || (path->by_transit && !path->groups_kept) ||
        (path->crossed != NULL && !vp_path_joins_in_region(path->network, path->crossed))) {
        return NULL;
    }
    return path->sender.network_interface;
}

void vp_path_groups(vp_path *path, const vp_path_place *place, bool egress) {
    vp_compiled *compiled = path->compiled;
    vp_path_address *remote = egress ? &path->destination : &path->source;
    uint8_t family = remote->value.family;
    if (place->network_interface == NULL) {
        return;
    }
    const vp_compiled_interface *own = vp_compiled_of(compiled, place->network_interface);
    if (own->facts & VP_FACT_UNFILTERED) {
        return;
    }
    const vp_compiled_groups *groups = &compiled->groups[own->groups];
    vp_service admitted =
        vp_path_value(path, vp_compiled_group_rules(compiled, own->groups, egress, family), remote);
    if (groups->references[egress]) {
        const vp_network_interface *far_end = egress ? far_end_out(path, place) : far_end_in(path);
        if (far_end != NULL) {
            vp_service named = vp_compiled_references(
                compiled, own->groups, vp_compiled_of(compiled, far_end)->groups, egress, family);
            admitted = vp_service_combine(path->services, VP_TRUTH_UNION, admitted, named);
        }
    }
    if (groups->missing) {
        vp_service refused =
            vp_service_combine(path->services, VP_TRUTH_DIFFERENCE, path->known, admitted);
        path->unknown = vp_service_combine(path->services, VP_TRUTH_UNION, path->unknown, refused);
        path->answer->code = path->answer->code == NULL ? "UNKNOWN_RESOURCE" : path->answer->code;
    } else {
        path->unknown = cut(path, path->unknown, admitted);
    }
    path->known = cut(path, path->known, admitted);
}
