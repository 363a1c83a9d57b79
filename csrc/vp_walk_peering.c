/*
 * vp_walk_peering.c - over a peering connection, and what such a connection does not do.
 *
 * The one idea: a connection carries packets between the blocks of its two VPCs and nothing else;
 * no route table of the peer is asked. Those tables are looked at only to say why a packet for
 * elsewhere is dropped. AWS: VPC Peering Guide, "Unsupported VPC peering configurations".
 */
#include "vp_walk_classic.h"
#include "vp_walk_endpoint.h"
#include "vp_walk_vpn.h"

/* Who asked and who accepted makes no difference to packets. */
bool vp_walk_sides_of(const vp_vpc_peering_connection *connection, vp_name vpc_id,
                      const vp_peering_vpc_info **own, const vp_peering_vpc_info **peer) {
    const vp_peering_vpc_info *requester = &connection->requester_vpc_info;
    const vp_peering_vpc_info *accepter = &connection->accepter_vpc_info;
    bool requests = requester->vpc_id == vpc_id;
    *own = requests ? requester : accepter;
    *peer = requests ? accepter : requester;
    return vpc_id != VP_NO_NAME && (*own)->vpc_id == vpc_id;
}

bool vp_walk_is_active(const vp_network *network, const vp_vpc_peering_connection *connection) {
    return vp_network_name_is(network, connection->status.code, "active");
}

bool vp_walk_side_contains(const vp_network *network, const vp_peering_vpc_info *side,
                           const vp_addr *address) {
    uint32_t position = 0;
    vp_cidr block;
    while (vp_peering_next_block(network, side, &position, &block)) {
        if (vp_cidr_contains_addr(&block, address)) {
            return true;
        }
    }
    return false;
}

/* As with blocks, a loaded VPC is the better witness than what the connection prints (D33). */
static vp_name region_of(const vp_peering_vpc_info *side) {
    return side->vpc != NULL && side->vpc->record.region != VP_NO_NAME ? side->vpc->record.region
                                                                       : side->region;
}

bool vp_walk_crosses_regions(const vp_vpc_peering_connection *connection) {
    return region_of(&connection->requester_vpc_info) != region_of(&connection->accepter_vpc_info);
}

/* Is anything of the VPC loaded? Its connections are printed by the other side too (D53). */
static bool is_described(const vp_walk *walk, const vp_peering_vpc_info *side) {
    if (side->vpc != NULL) {
        return side->vpc->subnet_count > 0;
    }
    const vp_rows *subnets = vp_network_rows(walk->network, VP_KIND_SUBNET);
    for (uint32_t i = 0; i < subnets->count; i++) {
        if (((const vp_subnet *)subnets->rows[i])->vpc_id == side->vpc_id) {
            return true;
        }
    }
    return false;
}

/* The Amazon DNS server of a VPC: the base of its primary block plus two. */
static bool is_resolver(const vp_peering_vpc_info *side, const vp_addr *address) {
    const vp_cidr *primary = side->vpc != NULL ? &side->vpc->cidr_block : &side->cidr_block;
    vp_addr resolver = vp_addr_plus(&primary->address, 2);
    return primary->address.family == 4 && vp_addr_equals(&resolver, address);
}

/* All failures at the connection are routing failures: they end the walk (D49). */
static vp_explanation *fail(vp_walk *walk, const char *code, const vp_route_table *table,
                            const vp_route_choice *choice) {
    vp_explanation *explanation = vp_walk_fail(walk, code, VP_EGRESS);
    explanation->route_table =
        (vp_route_table *)vp_network_find(walk->network, VP_KIND_ROUTE_TABLE, table->record.id);
    explanation->route = choice->route;
    explanation->id = choice->target_id;
    explanation->vpc = walk->at.vpc;
    explanation->subnet = walk->at.subnet;
    explanation->address = walk->header.destination;
    return explanation;
}

/* Why a packet that is not from this VPC is dropped: by how it entered (5.9, second rule). */
static const char *code_of_entry(const vp_walk *walk) {
    switch (walk->came_by == NULL ? VP_KIND_NONE : (vp_kind)walk->came_by->kind) {
    case VP_KIND_VPN_GATEWAY:
        return "PCX_EDGE_TO_EDGE_VGW";
    case VP_KIND_TRANSIT_GATEWAY:
        return "PCX_EDGE_TO_EDGE_TGW";
    case VP_KIND_INTERNET_GATEWAY:
        return "PCX_EDGE_TO_EDGE_IGW";
    default:
        return "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR";
    }
}

/* The packet is at the connection: does it carry it, and who takes it on the other side? */
static vp_step cross(vp_walk *walk, vp_vpc_peering_connection *connection,
                     const vp_route_table *table, const vp_route_choice *choice) {
    const vp_peering_vpc_info *own, *peer;
    const vp_addr *destination = &walk->header.destination;
    const char *code = NULL;
    bool by_vpn = walk->came_by != NULL && walk->came_by->kind == VP_KIND_VPN_GATEWAY;
    (void)vp_walk_sides_of(connection, walk->at.vpc_id, &own, &peer);
    vp_place holder = vp_walk_holder(walk, peer->vpc_id, destination);
    bool from_classic = vp_walk_is_classic(walk, walk->at.network_interface);
    bool to_classic = vp_walk_is_classic(walk, holder.network_interface);
    if (!is_described(walk, peer)) {
        code = "UNKNOWN_RESOURCE";
    } else if ((from_classic && !vp_walk_carries_classic(walk, connection, own->vpc_id)) ||
               (to_classic && !vp_walk_carries_classic(walk, connection, peer->vpc_id))) {
        code = "PCX_EDGE_TO_EDGE_CLASSICLINK";
    } else if (walk->came_by != NULL ||
               (!from_classic &&
                !vp_walk_side_contains(walk->network, own, &walk->header.source))) {
        code = code_of_entry(walk);
    } else if (!to_classic && !vp_walk_side_contains(walk->network, peer, destination)) {
        if (vp_walk_classify(walk, connection, peer->vpc_id, destination, true)) {
            return VP_STEP_FAILED;
        }
        code = "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR";
    } else if (is_resolver(peer, destination)) {
        code = "PCX_REMOTE_RESOLVER";
    } else {
        walk->reached = holder;
        if (vp_place_is_held(&walk->reached)) {
            walk->crossed = connection;
            return VP_STEP_DELIVER;
        }
        code = "NO_POSSIBLE_DESTINATION";
    }
    vp_explanation *explanation = fail(walk, code, table, choice);
    explanation->vpc_peering_connection = connection;
    explanation->destination_vpc = peer->vpc;
    explanation->id = peer->vpc_id;
    explanation->gateway = walk->came_by;
    if (by_vpn) {
        const vp_vpn_gateway *gateway = (const vp_vpn_gateway *)walk->came_by;
        explanation->connection =
            vp_vpn_find_way(walk->network, gateway, &walk->header.source).connection;
    }
    return VP_STEP_FAILED;
}

/* The state was judged with the route; here the connection has to exist and to be the VPC's own. */
vp_step vp_walk_peering(vp_walk *walk, vp_route_table *table, const vp_route_choice *choice) {
    const vp_peering_vpc_info *own, *peer;
    vp_vpc_peering_connection *connection = (vp_vpc_peering_connection *)vp_network_find(
        walk->network, VP_KIND_VPC_PEERING_CONNECTION, choice->target_id);
    if (connection == NULL) {
        (void)fail(walk, "UNKNOWN_DESTINATION", table, choice);
        return VP_STEP_FAILED;
    }
    if (!vp_walk_sides_of(connection, walk->at.vpc_id, &own, &peer)) {
        fail(walk, "PCX_NOT_PARTY", table, choice)->vpc_peering_connection = connection;
        return VP_STEP_FAILED;
    }
    vp_walk_via(walk, &connection->record);
    (void)vp_walk_pass(walk, VP_KIND_VPC_PEERING_CONNECTION, &connection->record, NULL);
    vp_walk_limit_mtu(walk, vp_walk_crosses_regions(connection) ? 8500 : 9001);
    return cross(walk, connection, table, choice);
}

/* What the classification calls each kind of target; the order of the targets is its order. */
static const char *const class_codes[VP_TARGET_COUNT] = {
    [VP_TARGET_PEERING] = "PCX_TRANSITIVE_PEERING",
    [VP_TARGET_VPN_GATEWAY] = "PCX_EDGE_TO_EDGE_VGW",
    [VP_TARGET_TRANSIT_GATEWAY] = "PCX_EDGE_TO_EDGE_TGW",
    [VP_TARGET_INTERNET_GATEWAY] = "PCX_EDGE_TO_EDGE_IGW",
    [VP_TARGET_NAT_GATEWAY] = "PCX_EDGE_TO_EDGE_NAT",
    [VP_TARGET_INTERFACE] = "PCX_EDGE_TO_EDGE_NAT",
    [VP_TARGET_ENDPOINT] = "PCX_EDGE_TO_EDGE_VPCE_GATEWAY",
    [VP_TARGET_EGRESS_ONLY] = "PCX_EDGE_TO_EDGE_EIGW",
};

/* What the tables of a VPC would do with an address: by target, the first choice of most bits. */
static void look_up_all(const vp_walk *walk, vp_name vpc_id, vp_name ignored_id,
                        const vp_addr *address, vp_route_choice found[VP_TARGET_COUNT]) {
    uint32_t count;
    int longest = -1;
    vp_route_table *const *tables = vp_index_route_tables_of(walk->index, vpc_id, &count);
    for (int target = 0; target < VP_TARGET_COUNT; target++) {
        found[target].route = NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        vp_route_choice choice;
        if (!vp_route_select(walk->network, tables[i], address, &choice) ||
            class_codes[choice.target] == NULL || choice.target_id == ignored_id ||
            vp_walk_balancer(walk, &choice) != NULL || choice.entry.prefix_length < longest) {
            continue;
        }
        for (int target = 0; choice.entry.prefix_length > longest && target < VP_TARGET_COUNT;
             target++) {
            found[target].route = NULL;
        }
        longest = choice.entry.prefix_length;
        if (found[choice.target].route == NULL) {
            found[choice.target] = choice;
        }
    }
}

/* Completes the explanation of one kind of target beyond the peer. */
static void describe_class(vp_walk *walk, vp_explanation *explanation,
                           vp_vpc_peering_connection *connection, vp_name peer_vpc_id,
                           const vp_route_choice *choice, const vp_addr *address) {
    explanation->vpc_peering_connection = connection;
    explanation->vpc = walk->at.vpc;
    explanation->destination_vpc =
        (vp_vpc *)vp_network_find(walk->network, VP_KIND_VPC, peer_vpc_id);
    explanation->id = choice->target_id;
    explanation->gateway = vp_network_find(walk->network, VP_KIND_NONE, choice->target_id);
    if (choice->target == VP_TARGET_VPN_GATEWAY) {
        const vp_vpn_gateway *gateway = (const vp_vpn_gateway *)explanation->gateway;
        explanation->connection = gateway == NULL
                                      ? "unknown"
                                      : vp_vpn_find_way(walk->network, gateway, address).connection;
    }
    if (choice->target != VP_TARGET_PEERING) {
        return;
    }
    const vp_peering_vpc_info *own, *beyond;
    const vp_vpc_peering_connection *next = (const vp_vpc_peering_connection *)vp_network_find(
        walk->network, VP_KIND_VPC_PEERING_CONNECTION, choice->target_id);
    vp_name ids[2] = {connection->record.id, choice->target_id};
    vp_walk_chain(walk, explanation, ids, 2);
    explanation->gateway = NULL;
    if (next != NULL && vp_walk_sides_of(next, peer_vpc_id, &own, &beyond)) {
        explanation->destination_vpc = beyond->vpc;
    }
}

/*
 * AWS: VPC Peering Guide, "Edge to edge routing through a gateway or private connection". The
 * first kind of target in the order of 5.9 is the reason, the others could be the next one to be
 * hit.
 */
bool vp_walk_classify(vp_walk *walk, vp_vpc_peering_connection *connection, vp_name peer_vpc_id,
                      const vp_addr *address, bool fails) {
    vp_route_choice found[VP_TARGET_COUNT];
    const char *previous = NULL;
    look_up_all(walk, peer_vpc_id, connection->record.id, address, found);
    for (int target = 0; target < VP_TARGET_COUNT; target++) {
        if (found[target].route == NULL || class_codes[target] == previous) {
            continue;
        }
        vp_explanation *explanation = fails && previous == NULL
                                          ? vp_walk_fail(walk, class_codes[target], VP_EGRESS)
                                          : vp_walk_hint(walk, class_codes[target]);
        describe_class(walk, explanation, connection, peer_vpc_id, &found[target], address);
        explanation->address = *address;
        previous = class_codes[target];
    }
    return previous != NULL;
}
