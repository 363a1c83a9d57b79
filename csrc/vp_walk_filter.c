/*
 * vp_walk_filter.c - the rules that a packet meets, and who is at its far end.
 *
 * The one idea: a filter narrows the set that the packet carries at that moment (the destination
 * ports of the request, the source ports of the reply, or what the protocol has instead); one that
 * leaves nothing is an explanation, and the walk goes on as if it had let everything pass (D49).
 */
#include "vp_walk.h"

/* The set that filters of this direction narrow. */
static vp_ports *set_under_way(vp_walk *walk) {
    switch (vp_axis_of(walk->protocol, walk->family)) {
    case VP_AXIS_PORTS:
        return walk->replying ? &walk->trace->source_ports : &walk->trace->ports;
    case VP_AXIS_ICMP:
        return walk->replying ? &walk->echo : &walk->trace->ports;
    default:
        return &walk->trace->ports;
    }
}

/* Rules see the packet as it is now: behind a translator or gateway with the new addresses. */
static vp_filter_packet packet_under_way(const vp_walk *walk, bool egress) {
    vp_filter_packet packet = {walk->protocol,
                               egress ? walk->header.destination : walk->header.source, egress};
    return packet;
}

static bool has_translator(vp_walk *walk) { return walk->trace->saved_ports.count > 0; }

/*
 * Some source ports cannot be answered: a warning, or a failure when the question asks for all of
 * them. Beyond a translator the ports are its own, and any one will do.
 */
static bool must_keep_all(vp_walk *walk) {
    return walk->replying && walk->query->ephemeral_all && !has_translator(walk) &&
           vp_axis_of(walk->protocol, walk->family) == VP_AXIS_PORTS;
}

/*
 * AWS: VPC User Guide, "Network ACLs", "Ephemeral ports": which ports a client uses is not known,
 * so a reply that only some of them get is worth a warning (D45).
 */
static void warn_of_narrowing(vp_walk *walk, vp_subnet *subnet, const vp_acl_verdict *verdict) {
    if (!walk->replying || has_translator(walk) ||
        vp_axis_of(walk->protocol, walk->family) != VP_AXIS_PORTS) {
        return;
    }
    vp_explanation *warning = vp_walk_warn(walk, "EPHEMERAL_PORTS_PARTIAL", NULL);
    if (warning != NULL) {
        warning->network_acl = subnet->network_acl;
        warning->network_acl_rule = verdict->denying;
        warning->subnet = subnet;
        warning->protocol = walk->protocol;
        warning->port = verdict->missing;
    }
}

/* `entry` is the rule that denied, or NULL where no rule matched and the last one, "*", did. */
static void explain_acl(vp_walk *walk, vp_subnet *subnet, const vp_filter_packet *packet,
                        const vp_network_acl_entry *entry, vp_ports_range missing) {
    vp_explanation *explanation =
        vp_walk_explain(walk, "SUBNET_ACL_RESTRICTION", vp_walk_direction(walk, packet->egress));
    explanation->network_acl = subnet->network_acl;
    explanation->network_acl_rule = entry;
    explanation->subnet = subnet;
    explanation->vpc = subnet->vpc;
    explanation->address = packet->remote;
    explanation->protocol = walk->protocol;
    explanation->port = missing;
}

/*
 * AWS: VPC User Guide, "Network ACLs": both directions are judged on their own, there is no state.
 * Without any ACL in the data everything is taken as allowed, with a warning (D13).
 */
void vp_walk_acl(vp_walk *walk, vp_subnet *subnet, bool egress) {
    if (subnet == NULL) {
        return;
    }
    if (subnet->network_acl == NULL) {
        vp_explanation *warning = vp_walk_warn(walk, "ASSUMPTION_DEFAULT_NETWORK_ACL", subnet);
        if (warning != NULL) {
            warning->subnet = subnet;
            warning->vpc = subnet->vpc;
        }
        return;
    }
    vp_filter_packet packet = packet_under_way(walk, egress);
    vp_ports *ports = set_under_way(walk), before;
    vp_acl_verdict verdict;
    vp_hop *hop = vp_walk_hop(walk);
    vp_ports_copy(&before, ports);
    vp_filter_acl(walk->network, subnet->network_acl, &packet, ports, &verdict);
    hop->network_acl = subnet->network_acl;
    hop->network_acl_rule = verdict.entry;
    if (verdict.narrowed && must_keep_all(walk)) {
        vp_ports_copy(ports, &before);
        explain_acl(walk, subnet, &packet, verdict.denying, verdict.missing);
    } else if (!verdict.passes) {
        explain_acl(walk, subnet, &packet, verdict.entry, verdict.missing);
    } else if (verdict.narrowed) {
        warn_of_narrowing(walk, subnet, &verdict);
    }
}

/* How two VPCs are joined as far as group references care. */
static vp_way way_between(const vp_walk *walk, vp_name vpc_id, vp_name other_id) {
    uint32_t count;
    vp_way way = VP_WAY_STALE;
    if (vpc_id == other_id) {
        return VP_WAY_LOCAL;
    }
    vp_vpc_peering_connection *const *all = vp_index_peerings_of(walk->index, vpc_id, &count);
    for (uint32_t i = 0; i < count; i++) {
        const vp_peering_vpc_info *own, *peer;
        if (!vp_walk_is_active(walk->network, all[i]) ||
            !vp_walk_sides_of(all[i], vpc_id, &own, &peer) || peer->vpc_id != other_id) {
            continue;
        }
        way = vp_walk_crosses_regions(all[i]) ? VP_WAY_OTHER_REGION : VP_WAY_PEERING;
    }
    return way;
}

/* A packet that the connection will not carry has nobody at its far end there. */
static vp_far_end over_peering(const vp_walk *walk, const vp_place *place, vp_name id) {
    vp_far_end far_end = {NULL, VP_WAY_NONE};
    const vp_peering_vpc_info *own, *peer;
    const vp_vpc_peering_connection *connection =
        (const vp_vpc_peering_connection *)vp_network_find(walk->network,
                                                           VP_KIND_VPC_PEERING_CONNECTION, id);
    if (connection != NULL && vp_walk_is_active(walk->network, connection) &&
        vp_walk_sides_of(connection, place->vpc_id, &own, &peer)) {
        far_end.holder =
            vp_index_interface_at(walk->index, peer->vpc_id, &walk->header.destination);
        far_end.way = vp_walk_crosses_regions(connection) ? VP_WAY_OTHER_REGION : VP_WAY_PEERING;
    }
    return far_end;
}

/*
 * The interface that the question means by the destination, wherever routes lead; by a bare
 * address whoever has it in a VPC that is joined with this one.
 */
static vp_far_end as_asked(const vp_walk *walk, const vp_place *place) {
    vp_far_end far_end = {walk->to.network_interface, VP_WAY_NONE};
    if (far_end.holder != NULL && vp_addr_equals(&walk->to_address, &walk->header.destination)) {
        far_end.way = way_between(walk, place->vpc_id, far_end.holder->vpc_id);
        return far_end;
    }
    far_end.holder = NULL;
    uint32_t count = 0;
    vp_vpc_peering_connection *const *all =
        walk->query->to.kind != VP_END_ADDRESS
            ? NULL
            : vp_index_peerings_of(walk->index, place->vpc_id, &count);
    for (uint32_t i = 0; far_end.holder == NULL && i < count; i++) {
        far_end = over_peering(walk, place, all[i]->record.id);
    }
    return far_end;
}

/* No table is known, and the packet may take any connection; the verdict is unknown later. */
static vp_far_end anywhere(const vp_walk *walk, const vp_place *place) {
    uint32_t count;
    vp_vpc_peering_connection *const *all =
        vp_index_peerings_of(walk->index, place->vpc_id, &count);
    vp_far_end far_end = as_asked(walk, place);
    for (uint32_t i = 0; far_end.holder == NULL && i < count; i++) {
        far_end = over_peering(walk, place, all[i]->record.id);
    }
    return far_end;
}

/*
 * The one look ahead of the walk. It is made only for rules that name a group, because only they
 * need to know who will get the packet before it has left (6.2).
 */
static vp_far_end far_end_out(const vp_walk *walk, const vp_place *place) {
    vp_network_interface *neighbour =
        vp_index_interface_at(walk->index, place->vpc_id, &walk->header.destination);
    vp_far_end local = {neighbour, VP_WAY_LOCAL};
    vp_route_choice choice;
    if (!walk->preserved) {
        vp_far_end lost = {walk->to.network_interface, VP_WAY_NOT_PRESERVED};
        return lost;
    }
    if (neighbour != NULL && neighbour->subnet == place->subnet) {
        return local;
    }
    const vp_route_table *table = place->subnet == NULL ? NULL : place->subnet->route_table;
    if (table == NULL) {
        return neighbour != NULL ? local : anywhere(walk, place);
    }
    if (!vp_route_select(walk->network, table, &walk->header.destination, &choice)) {
        return as_asked(walk, place);
    }
    vp_far_end far_end = as_asked(walk, place);
    switch (choice.target) {
    case VP_TARGET_LOCAL:
        return local;
    case VP_TARGET_PEERING: {
        vp_far_end met = over_peering(walk, place, choice.target_id), nobody = {NULL, VP_WAY_NONE};
        bool own = far_end.way == VP_WAY_LOCAL; /* where no connection leads back to */
        return met.holder != NULL ? met : own ? nobody : far_end;
    }
    case VP_TARGET_INTERFACE:
        if (neighbour != NULL &&
            vp_route_interface(walk->network, walk->index, choice.route) == neighbour) {
            return local;
        }
        far_end.way = VP_WAY_NOT_PRESERVED;
        return far_end;
    case VP_TARGET_TRANSIT_GATEWAY:
        far_end.way = VP_WAY_TRANSIT_OFF;
        return far_end;
    case VP_TARGET_NAT_GATEWAY:
    case VP_TARGET_ENDPOINT:
        far_end.way = VP_WAY_NOT_PRESERVED;
        return far_end;
    case VP_TARGET_OTHER: /* what is behind is not known, so nothing is known against it */
        return neighbour != NULL ? local : far_end;
    default:
        far_end.holder = NULL;
        return far_end;
    }
}

/*
 * Inbound rules see the sender: the source, or the last translator, whose own groups do match
 * (6.3).
 */
static vp_far_end far_end_in(const vp_walk *walk) {
    vp_far_end far_end = {walk->sender.network_interface, VP_WAY_LOCAL};
    if (!walk->preserved) {
        far_end.way = VP_WAY_NOT_PRESERVED;
    } else if (walk->way != VP_WAY_LOCAL) {
        far_end.way = walk->way;
    } else if (walk->crossed != NULL) {
        far_end.way = vp_walk_crosses_regions(walk->crossed) ? VP_WAY_OTHER_REGION : VP_WAY_PEERING;
    }
    return far_end;
}

/* What could not be judged for want of data, whether it mattered in the end or not. */
static void note_unknown(vp_walk *walk, vp_network_interface *network_interface, bool egress,
                         const vp_group_verdict *verdict) {
    if (verdict->unknown_prefix_list != VP_NO_NAME) {
        vp_explanation *warning =
            vp_walk_warn(walk, "UNKNOWN_PREFIX_LIST",
                         vp_network_text(walk->network, verdict->unknown_prefix_list));
        if (warning != NULL) {
            warning->id = verdict->unknown_prefix_list;
            warning->network_interface = network_interface;
        }
    }
    if (!verdict->passes && !egress && verdict->unknown_group != VP_NO_NAME) {
        vp_explanation *hint = vp_walk_hint(walk, "UNKNOWN_PEERED_SGS");
        hint->id = verdict->unknown_group;
        hint->network_interface = network_interface;
    }
}

static void explain_groups(vp_walk *walk, vp_network_interface *network_interface,
                           const vp_filter_packet *packet, const vp_group_verdict *verdict) {
    vp_explanation *explanation =
        vp_walk_explain(walk, verdict->code, vp_walk_direction(walk, packet->egress));
    explanation->network_interface = network_interface;
    explanation->subnet = network_interface->subnet;
    explanation->vpc = network_interface->vpc;
    explanation->address = packet->remote;
    explanation->id = verdict->group;
    explanation->protocol = walk->protocol;
    explanation->port = verdict->missing;
}

/*
 * AWS: VPC User Guide, "Security group rules": all rules of all groups count as one list of
 * allowances.
 */
void vp_walk_groups(vp_walk *walk, const vp_place *place, bool egress) {
    vp_network_interface *network_interface = place->network_interface;
    vp_far_end far_end = {NULL, VP_WAY_NONE};
    vp_group_verdict verdict;
    if (network_interface == NULL) {
        return;
    }
    if (vp_filter_has_references(walk->network, network_interface, egress)) {
        far_end = egress ? far_end_out(walk, place) : far_end_in(walk);
    }
    vp_filter_packet packet = packet_under_way(walk, egress);
    vp_filter_groups(walk->network, network_interface, &packet, &far_end, set_under_way(walk),
                     &verdict);
    note_unknown(walk, network_interface, egress, &verdict);
    if (!verdict.passes) {
        explain_groups(walk, network_interface, &packet, &verdict);
        return;
    }
    vp_hop *hop = vp_walk_hop(walk);
    hop->security_group = verdict.security_group;
    hop->permission = verdict.permission;
    hop->permission_type = verdict.permission_type;
    hop->permission_index = verdict.permission_index;
    hop->permission_ipv6 = verdict.permission_ipv6;
}
