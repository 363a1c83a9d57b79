/*
 * vp_walk_vpn.c - through a virtual private gateway, to and from the network on premises.
 *
 * The one idea: the gateway translates nothing and filters nothing; it takes packets of interfaces
 * of its own VPC and hands them to a connection that knows the prefix, and the other way round.
 * What lies behind a peering connection is not its business. AWS: Site-to-Site VPN User Guide; VPC
 * Peering Guide, "Edge to edge routing through a gateway or private connection".
 */
#include "vp_walk_vpn.h"

#include "vp_walk_outbound.h"
#include "vp_walk_transit.h"

#include <string.h>

static vp_explanation *fail(vp_walk *walk, const char *code, bool egress, vp_vpn_gateway *gateway,
                            const vp_addr *address) {
    vp_explanation *explanation = vp_walk_fail(walk, code, vp_walk_direction(walk, egress));
    explanation->gateway = gateway == NULL ? NULL : &gateway->record;
    explanation->vpc = walk->at.vpc;
    explanation->subnet = walk->at.subnet;
    explanation->address = *address;
    return explanation;
}

/* The far end: the customer gateway where one is known. */
vp_hop *vp_walk_pass_outside(vp_walk *walk, vp_record *gateway, const vp_addr *address) {
    if (gateway != NULL && gateway->kind == VP_KIND_TRANSIT_GATEWAY) {
        return vp_walk_pass_behind_transit(walk);
    }
    if (gateway == NULL || gateway->kind != VP_KIND_VPN_GATEWAY) {
        return vp_walk_pass(walk, VP_KIND_NONE, NULL, NULL);
    }
    vp_vpn_way way = vp_vpn_find_way(walk->network, (const vp_vpn_gateway *)gateway, address);
    vp_record *customer = way.connected == NULL
                              ? NULL
                              : vp_network_find(walk->network, VP_KIND_CUSTOMER_GATEWAY,
                                                way.connected->customer_gateway_id);
    return vp_walk_pass(walk, VP_KIND_CUSTOMER_GATEWAY, customer, NULL);
}

/* A VPN connection that is down, or asked to carry IPv6 (3.4.3): the code, or NULL. */
static const char *connection_problem(const vp_walk *walk, const vp_vpn_way *way) {
    if (walk->family == 6 && strcmp(way->connection, "vpn") == 0) {
        return "PROTOCOL_RESTRICTION";
    }
    return way->is_down ? "BAD_STATE_VPN" : NULL;
}

/* Names the connection that the code speaks of. */
static void name_connection(vp_explanation *explanation, const vp_vpn_way *way) {
    explanation->connection = way->connection;
    if (way->connected != NULL) {
        explanation->id = way->connected->record.id;
        explanation->state = way->connected->state;
    }
}

/* ---- out ------------------------------------------------------------------------------------- */

/* Why the gateway does not take the packet, in the order of 3.4; NULL: it does. */
static const char *problem_out(vp_walk *walk, const vp_vpn_way *way) {
    vp_place sender = vp_walk_holder(walk, walk->at.vpc_id, &walk->header.source);
    if (!vp_place_is_held(&sender) && vp_walk_nat_sender(walk) == NULL) {
        return "VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS";
    }
    const char *problem = connection_problem(walk, way);
    if (problem == NULL && way->knows_any && !vp_cidr_is_given(&way->cidr)) {
        problem = "CANNOT_ROUTE";
    }
    return problem;
}

/* Out of the model: an interface that was named is not there, whatever its address is. */
static vp_step leave(vp_walk *walk, vp_vpn_gateway *gateway, const vp_vpn_way *way) {
    const vp_addr *destination = &walk->header.destination;
    vp_end_kind asked = walk->query->to.kind;
    if (vp_walk_push_stage(walk, &walk->at, &gateway->record) == NULL) {
        return VP_STEP_FAILED;
    }
    (void)vp_walk_pass_outside(walk, &gateway->record, destination);
    if (vp_end_has_interfaces(asked) || asked == VP_END_SUBNET) {
        vp_explanation *explanation = fail(walk, "NO_PATH", true, gateway, destination);
        explanation->connection = way->connection;
        explanation->destination_vpc = walk->to.vpc;
        return VP_STEP_FAILED;
    }
    walk->left = true;
    walk->arrived = true;
    return VP_STEP_LEFT;
}

vp_step vp_walk_vpn_gateway(vp_walk *walk, vp_route_table *table, const vp_route_choice *choice) {
    vp_vpn_gateway *gateway =
        (vp_vpn_gateway *)vp_network_find(walk->network, VP_KIND_VPN_GATEWAY, choice->target_id);
    const vp_addr *destination = &walk->header.destination;
    if (gateway == NULL) {
        vp_explanation *unknown = fail(walk, "UNKNOWN_DESTINATION", true, NULL, destination);
        unknown->route_table = table;
        unknown->route = choice->route;
        unknown->id = choice->target_id;
        return VP_STEP_FAILED;
    }
    vp_vpn_way way = vp_vpn_find_way(walk->network, gateway, destination);
    vp_walk_via(walk, &gateway->record);
    vp_walk_pass(walk, VP_KIND_VPN_GATEWAY, &gateway->record, &walk->at)->subnet = NULL;
    const char *problem = problem_out(walk, &way);
    if (problem != NULL) {
        vp_explanation *explanation = fail(walk, problem, true, gateway, destination);
        explanation->route_table = table;
        explanation->route = choice->route;
        name_connection(explanation, &way);
        return VP_STEP_FAILED;
    }
    vp_explanation *warning =
        way.knows_any ? NULL : vp_walk_warn(walk, "ASSUMPTION_ON_PREMISES_PREFIX", gateway);
    if (warning != NULL) {
        warning->gateway = &gateway->record;
        warning->address = *destination;
        warning->connection = way.connection;
    }
    return leave(walk, gateway, &way);
}

/* ---- in -------------------------------------------------------------------------------------- */

/* The active connection between the gateway's VPC and the destination's, or NULL. */
static vp_vpc_peering_connection *peering_to(const vp_walk *walk, vp_name vpc_id,
                                             vp_name wanted_id) {
    uint32_t count;
    vp_vpc_peering_connection *const *all = vp_index_peerings_of(walk->index, vpc_id, &count);
    for (uint32_t i = 0; i < count; i++) {
        const vp_peering_vpc_info *own, *peer;
        if (vp_walk_is_active(walk->network, all[i]) &&
            vp_walk_sides_of(all[i], vpc_id, &own, &peer) && peer->vpc_id == wanted_id) {
            return all[i];
        }
    }
    return NULL;
}

/* The destination is not in the gateway's VPC; where a peer has it, that is the reason (5.9). */
static vp_step refuse_entry(vp_walk *walk, vp_vpn_gateway *gateway, vp_vpc *destination,
                            const vp_vpn_way *way) {
    vp_vpc_peering_connection *peering =
        destination == NULL ? NULL : peering_to(walk, walk->at.vpc_id, destination->record.id);
    vp_explanation *explanation = fail(
        walk, peering != NULL ? "PCX_EDGE_TO_EDGE_VGW" : "VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
        false, gateway, &walk->header.destination);
    explanation->network_interface = walk->to.network_interface;
    explanation->destination_vpc = destination;
    explanation->vpc_peering_connection = peering;
    explanation->connection = way->connection;
    return VP_STEP_FAILED;
}

/* The gateway that the question names, else the one of the destination's VPC or of a peer of it. */
static vp_vpn_gateway *entrance(const vp_walk *walk, const vp_vpc *destination) {
    uint32_t count;
    const vp_record *named = walk->query->from.record;
    if (named != NULL) {
        return named->kind == VP_KIND_VPN_GATEWAY ? (vp_vpn_gateway *)walk->query->from.record
                                                  : NULL;
    }
    if (destination == NULL) {
        return NULL;
    }
    vp_name vpc_id = destination->record.id;
    vp_vpn_gateway *gateway = vp_vpn_gateway_of(walk->network, vpc_id);
    vp_vpc_peering_connection *const *all = vp_index_peerings_of(walk->index, vpc_id, &count);
    for (uint32_t i = 0; gateway == NULL && i < count; i++) {
        const vp_peering_vpc_info *own, *peer;
        if (vp_walk_sides_of(all[i], vpc_id, &own, &peer)) {
            gateway = vp_vpn_gateway_of(walk->network, peer->vpc_id);
        }
    }
    return gateway;
}

/*
 * Behind a gateway of which no prefix is known anything may be. A prefix that starts later is
 * remembered, since one that contains the address may still come.
 */
bool vp_walk_next_behind(const vp_walk *walk, const vp_addr *address, vp_addr *found) {
    const vp_record *named = walk->query->from.record;
    if (named != NULL && named->kind == VP_KIND_TRANSIT_GATEWAY_ATTACHMENT) {
        return vp_walk_next_behind_transit(walk, (const vp_transit_gateway_attachment *)named,
                                           address, found);
    }
    const vp_vpn_gateway *gateway = entrance(walk, vp_walk_destination_vpc(walk));
    vp_vpn_cursor cursor = {0, 0, 0};
    vp_vpn_prefix prefix;
    bool knows_any = false, any = false;
    while (gateway != NULL && vp_vpn_next_prefix(walk->network, gateway, &cursor, &prefix)) {
        knows_any = true;
        if (vp_cidr_contains_addr(&prefix.cidr, address)) {
            *found = *address;
            return true;
        }
        const vp_addr *first = &prefix.cidr.address;
        if (first->family == address->family && vp_addr_compare(first, address) > 0 &&
            (!any || vp_addr_compare(first, found) < 0)) {
            *found = *first;
            any = true;
        }
    }
    return knows_any ? any : vp_walk_next_outside(address, true, found);
}

bool vp_walk_ends_on_premises(const vp_walk *walk) {
    const vp_end *to = &walk->query->to;
    return to->kind == VP_END_ONPREM ||
           (to->kind == VP_END_GATEWAY && (to->record->kind == VP_KIND_VPN_GATEWAY ||
                                           to->record->kind == VP_KIND_TRANSIT_GATEWAY));
}

/* By a gateway that the data only name, straight to the interface that is asked for. */
static vp_step start_unseen(vp_walk *walk) {
    (void)vp_walk_pass(walk, VP_KIND_CUSTOMER_GATEWAY, NULL, NULL);
    walk->at = (vp_place){NULL, NULL, walk->to.vpc, walk->to.vpc_id};
    walk->sender = (vp_place){NULL, NULL, NULL, VP_NO_NAME};
    walk->reached = walk->to;
    return vp_walk_come_in_unseen(walk);
}

/* 9.6. Groups and ACLs of the destination are asked when it is delivered. */
vp_step vp_walk_start_on_premises(vp_walk *walk) {
    static const vp_vpn_way unknown = {.connection = "unknown"};
    vp_vpc *destination = vp_walk_destination_vpc(walk);
    vp_vpn_gateway *gateway = entrance(walk, destination);
    bool begun;
    const vp_addr *source = &walk->header.source;
    if (walk->query->from.record == NULL &&
        vp_vpn_gateway_of(walk->network, walk->to.vpc_id) == NULL &&
        vp_walk_may_have_gateway(walk, walk->to.network_interface, true)) {
        return start_unseen(walk);
    }
    if (gateway == NULL) {
        vp_step step = vp_walk_start_behind_transit(walk, &begun);
        if (begun) {
            return step;
        }
        (void)vp_walk_pass(walk, VP_KIND_CUSTOMER_GATEWAY, NULL, NULL);
        return refuse_entry(walk, NULL, destination, &unknown);
    }
    vp_vpn_way way = vp_vpn_find_way(walk->network, gateway, source);
    vp_name vpc_id = vp_vpn_vpc_of(walk->network, gateway);
    (void)vp_walk_pass_outside(walk, &gateway->record, source);
    walk->at = (vp_place){NULL, NULL, (vp_vpc *)vp_network_find(walk->network, VP_KIND_VPC, vpc_id),
                          vpc_id};
    walk->came_by = &gateway->record;
    walk->sender = (vp_place){NULL, NULL, NULL, VP_NO_NAME};
    vp_walk_via(walk, &gateway->record);
    (void)vp_walk_pass(walk, VP_KIND_VPN_GATEWAY, &gateway->record, &walk->at);
    if (vpc_id == VP_NO_NAME) {
        (void)fail(walk, "BAD_STATE", false, gateway, &walk->header.destination);
        return VP_STEP_FAILED;
    }
    walk->reached = vp_walk_holder(walk, vpc_id, &walk->header.destination);
    bool elsewhere = walk->to.vpc_id != VP_NO_NAME && walk->to.vpc_id != vpc_id;
    if (elsewhere || !vp_place_is_held(&walk->reached)) {
        return refuse_entry(walk, gateway, destination, &way);
    }
    const char *problem = connection_problem(walk, &way);
    if (problem != NULL) {
        name_connection(fail(walk, problem, false, gateway, source), &way);
        return VP_STEP_FAILED;
    }
    return vp_walk_enter(walk, &gateway->record);
}
