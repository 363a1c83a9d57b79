/*
 * vp_walk_request.c - the request from an interface: steps F1 to F12 of semantics 9.4.
 *
 * The one idea: look-ups follow one another until one of them delivers the packet, lets it leave
 * the model, or fails. Traffic inside one subnet skips all of them, and never meets an ACL.
 */
#include "vp_endpoint.h"
#include "vp_walk_classic.h"
#include "vp_walk_outbound.h"
#include "vp_walk_transit.h"
#include "vp_walk_vpn.h"

/* An IPv4 address written as a number, or the low part of fd00:ec2::. */
static bool is_one_of(uint64_t value, const uint32_t *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (list[i] == value) {
            return true;
        }
    }
    return false;
}

/*
 * Metadata, ECS, time, licences; not the resolver, which can be off.
 * AWS: VPC User Guide, "Network ACLs".
 */
static bool is_link_service(const vp_addr *address) {
    static const uint32_t ipv4[] = {0xa9fea9feu, 0xa9feaa02u, 0xa9fea97bu, 0xa9fea9fau,
                                    0xa9fea9fbu};
    static const uint32_t ipv6[] = {0x254, 0x123};
    if (address->family == 4) {
        return is_one_of(address->lo, ipv4, VP_COUNT_OF(ipv4));
    }
    if (address->hi == UINT64_C(0xfe800ec200000000)) { /* fe80:ec2::1, the router */
        return address->lo == 1;
    }
    return address->hi == UINT64_C(0xfd000ec200000000) &&
           is_one_of(address->lo, ipv6, VP_COUNT_OF(ipv6));
}

/* The resolver has a link-local address, and the base of the primary block plus two (8.2). */
static bool is_resolver(const vp_vpc *vpc, const vp_addr *address) {
    if (address->family == 6) {
        return address->hi == UINT64_C(0xfd000ec200000000) && address->lo == 0x253;
    }
    if (vpc == NULL) {
        return address->lo == 0xa9fea9fdu;
    }
    vp_addr base_plus_two = vp_addr_plus(&vpc->cidr_block.address, 2);
    return address->lo == 0xa9fea9fdu || vp_addr_equals(&base_plus_two, address);
}

/* The router's address is the second of each block of the subnet. */
static bool is_router_of(const vp_subnet *subnet, const vp_addr *address) {
    vp_addr router = vp_addr_plus(&subnet->cidr_block.address, 1);
    if (vp_addr_equals(&router, address)) {
        return true;
    }
    for (uint32_t i = 0; i < subnet->ipv6_cidr_block_association_set.count; i++) {
        const vp_block_association *block =
            VP_ITEM(vp_block_association, &subnet->ipv6_cidr_block_association_set, i);
        router = vp_addr_plus(&block->cidr_block.address, 1);
        if (vp_addr_equals(&router, address)) {
            return true;
        }
    }
    return false;
}

/*
 * The router has an address in every subnet of the VPC; none of them is an interface's. Where the
 * VPC is not in the data, the subnet itself tells one.
 */
static bool is_router(const vp_walk *walk, const vp_vpc *vpc, const vp_addr *address) {
    if (vpc == NULL) {
        return is_router_of(walk->at.subnet, address);
    }
    if (!vp_vpc_contains(walk->network, vpc, address)) {
        return false;
    }
    const vp_rows *subnets = vp_network_rows(walk->network, VP_KIND_SUBNET);
    for (uint32_t i = 0; i < subnets->count; i++) {
        const vp_subnet *subnet = (const vp_subnet *)subnets->rows[i];
        if (subnet->vpc_id == vpc->record.id && is_router_of(subnet, address)) {
            return true;
        }
    }
    return false;
}

/* F2: the walk ends here, in success unless the resolver is off. */
static bool ends_at_service(vp_walk *walk, bool held) {
    vp_vpc *vpc = walk->at.vpc;
    const vp_addr *destination = &walk->header.destination;
    if ((vpc == NULL && walk->at.subnet == NULL) || held) {
        return false;
    }
    bool resolver = is_resolver(vpc, destination);
    if (!resolver && !is_link_service(destination) && !is_router(walk, vpc, destination)) {
        return false;
    }
    if (resolver && vpc != NULL && vpc->enable_dns_support.value == VP_FALSE) {
        vp_explanation *explanation = vp_walk_fail(walk, "DNS_SUPPORT_DISABLED", VP_EGRESS);
        explanation->vpc = vpc;
        explanation->address = *destination;
        return true;
    }
    (void)(vpc != NULL ? vp_walk_pass(walk, VP_KIND_VPC, &vpc->record, &walk->at)
                       : vp_walk_pass(walk, VP_KIND_SUBNET, &walk->at.subnet->record, &walk->at));
    walk->at_service = true;
    walk->arrived = true;
    return true;
}

/* Where the packet was and where it wanted to go; each failure adds what it is about. */
static vp_explanation *fail_look_up(vp_walk *walk, const char *code) {
    vp_explanation *explanation = vp_walk_fail(walk, code, VP_EGRESS);
    explanation->subnet = walk->at.subnet;
    explanation->vpc = walk->at.vpc;
    explanation->address = walk->header.destination;
    explanation->destination_vpc = walk->to.vpc;
    return explanation;
}

/* The active connection of two VPCs, or NULL. */
static vp_vpc_peering_connection *connection_to(const vp_walk *walk, vp_name vpc_id) {
    uint32_t count;
    vp_vpc_peering_connection *const *all =
        vp_index_peerings_of(walk->index, walk->at.vpc_id, &count);
    for (uint32_t i = 0; i < count; i++) {
        const vp_peering_vpc_info *own, *peer;
        if (vp_walk_is_active(walk->network, all[i]) &&
            vp_walk_sides_of(all[i], walk->at.vpc_id, &own, &peer) && peer->vpc_id == vpc_id) {
            return all[i];
        }
    }
    return NULL;
}

/* The route that would help: over an active connection to the destination's VPC, or out. */
static void suggest_route(vp_walk *walk, vp_explanation *explanation) {
    const vp_addr *address = &walk->header.destination;
    vp_vpc *destination = vp_walk_destination_vpc(walk);
    uint32_t position = 0;
    vp_cidr block;
    vp_addr public_address;
    if (destination == NULL) {
        vp_internet_gateway *gateway = vp_index_internet_gateway_of(walk->index, walk->at.vpc_id);
        bool is_public = vp_walk_next_public(address, &public_address) &&
                         vp_addr_equals(address, &public_address);
        if (gateway != NULL && is_public) {
            explanation->gateway = &gateway->record;
            explanation->cidr = vp_cidr_of(address, 0);
        }
        return;
    }
    explanation->destination_vpc = destination;
    explanation->vpc_peering_connection = connection_to(walk, destination->record.id);
    while (vp_vpc_next_block(walk->network, destination, &position, &block)) {
        if (vp_cidr_contains_addr(&block, address)) {
            explanation->cidr = block;
        }
    }
}

/* Neither changes the verdict, but both say that AWS may see it differently. */
void vp_walk_warn_of_route(vp_walk *walk, vp_route_table *table, const vp_route_choice *choice,
                           const vp_route_state *state) {
    const char *const codes[] = {choice->tie ? "ROUTE_TIE_PREFIX_LIST" : NULL,
                                 state->disagrees ? "ROUTE_STATE_DISAGREES" : NULL};
    for (size_t i = 0; i < VP_COUNT_OF(codes); i++) {
        vp_explanation *warning =
            codes[i] == NULL ? NULL : vp_walk_warn(walk, codes[i], choice->route);
        if (warning != NULL) {
            warning->route_table = table;
            warning->route = choice->route;
            warning->address = walk->header.destination;
            warning->id = choice->target_id;
        }
    }
}

/* F5 to F8 once. A blackhole is final: there is no fall-back to a shorter prefix (D28). */
static vp_step look_up(vp_walk *walk) {
    vp_route_choice choice;
    if (++walk->lookups > VP_TRACE_LOOKUPS_MAX) {
        (void)fail_look_up(walk, "ROUTING_LOOP");
        return VP_STEP_FAILED;
    }
    vp_route_table *table = vp_walk_table(walk);
    bool found =
        table != NULL && vp_route_select(walk->network, table, &walk->header.destination, &choice);
    bool near =
        found && (vp_walk_nat_is_near(walk, &choice) || vp_walk_nat_serves_near(walk, &choice) ||
                  vp_walk_is_near_transit(walk, &choice));
    if (!near) {
        vp_walk_acl(walk, walk->at.subnet, true);
    }
    if (table == NULL) {
        vp_explanation *unknown = fail_look_up(walk, "UNKNOWN_RESOURCE");
        unknown->destination_vpc = NULL;
        return VP_STEP_FAILED;
    }
    vp_hop *hop = vp_walk_hop(walk);
    hop->route_table = table;
    vp_vpc_peering_connection *classic =
        vp_walk_classic_route(walk, found ? &choice : NULL, &walk->reached);
    if (classic != NULL) {
        vp_walk_via(walk, &classic->record);
        (void)vp_walk_pass(walk, VP_KIND_VPC_PEERING_CONNECTION, &classic->record, NULL);
        walk->crossed = classic;
        return VP_STEP_DELIVER;
    }
    if (!found) {
        vp_explanation *missing = fail_look_up(walk, "NO_ROUTE_TO_DESTINATION");
        missing->route_table = table;
        suggest_route(walk, missing);
        return VP_STEP_FAILED;
    }
    hop->route = choice.route;
    hop->route_entry = choice.entry;
    vp_route_state state = vp_route_state_of(walk->network, walk->index, &choice, walk->at.vpc_id);
    vp_walk_warn_of_route(walk, table, &choice, &state);
    if (!state.blackhole) {
        return vp_walk_target(walk, table, &choice);
    }
    bool peering = choice.target == VP_TARGET_PEERING;
    vp_explanation *blackhole = fail_look_up(walk, peering ? "PCX_NOT_ACTIVE" : "BAD_STATE_ROUTE");
    blackhole->route_table = table;
    blackhole->route = choice.route;
    blackhole->id = choice.target_id;
    vp_record *target = vp_network_find(walk->network, VP_KIND_NONE, choice.target_id);
    if (target != NULL && target->kind == VP_KIND_VPC_PEERING_CONNECTION) {
        blackhole->vpc_peering_connection = (vp_vpc_peering_connection *)target;
    } else {
        blackhole->gateway = target;
    }
    return VP_STEP_FAILED;
}

/* Any interface of an endpoint takes the connection (3.5). */
static bool is_of_endpoint(const vp_walk *walk, const vp_place *reached) {
    const vp_vpc_endpoint *asked = (const vp_vpc_endpoint *)walk->query->to.record;
    return reached->network_interface != NULL &&
           vp_endpoint_lists(&asked->network_interface_ids, reached->network_interface->record.id);
}

/* F12. An instance is reached by any of its interfaces; an address is whoever holds it. */
static bool is_what_was_asked(const vp_walk *walk) {
    const vp_place *reached = &walk->reached;
    switch (walk->query->to.kind) {
    case VP_END_INSTANCE:
        return vp_place_same(reached, &walk->to) ||
               (reached->network_interface != NULL && walk->to.network_interface != NULL &&
                reached->network_interface->instance != NULL &&
                reached->network_interface->instance == walk->to.network_interface->instance);
    case VP_END_ENDPOINT:
        return is_of_endpoint(walk, reached);
    case VP_END_INTERFACE:
    case VP_END_SUBNET:
        return vp_place_same(reached, &walk->to);
    default:
        return true;
    }
}

/* F10. Interfaces of gateways only take what the gateway's own way brings them. */
static bool takes_connections(const vp_walk *walk, const vp_network_interface *met) {
    static const char *const types[] = {"nat_gateway", "natGateway", "transit_gateway"};
    for (size_t i = 0; met != NULL && i < VP_COUNT_OF(types); i++) {
        if (vp_network_name_is(walk->network, met->interface_type, types[i])) {
            return false;
        }
    }
    return met == NULL || !vp_walk_is_nat_interface(walk, met);
}

/* The two zones by id where both have one, else by name (D02). */
static bool crosses_zones(const vp_subnet *a, const vp_subnet *b) {
    if (a->availability_zone_id != VP_NO_NAME && b->availability_zone_id != VP_NO_NAME) {
        return a->availability_zone_id != b->availability_zone_id;
    }
    return a->availability_zone != VP_NO_NAME && b->availability_zone != VP_NO_NAME &&
           a->availability_zone != b->availability_zone;
}

static void warn_of_zones(vp_walk *walk) {
    const vp_subnet *from = walk->from.subnet, *to = walk->reached.subnet;
    if (from != NULL && to != NULL && crosses_zones(from, to)) {
        vp_explanation *warning = vp_walk_warn(walk, "AVAILABILITY_ZONE_CROSSED", NULL);
        if (warning != NULL) {
            warning->subnet = walk->reached.subnet;
        }
    }
}

/* F9 to F12. */
static void deliver(vp_walk *walk) {
    const vp_place *reached = &walk->reached;
    (void)vp_walk_pass_place(walk, reached);
    if (reached->subnet != walk->at.subnet) {
        vp_walk_acl(walk, reached->subnet, false);
    }
    if (!takes_connections(walk, reached->network_interface)) {
        vp_explanation *explanation = vp_walk_fail(walk, "NO_POSSIBLE_DESTINATION", VP_INGRESS);
        explanation->network_interface = reached->network_interface;
        explanation->destination_vpc = reached->vpc;
        explanation->address = walk->header.destination;
        return;
    }
    if (!vp_end_has_interfaces(walk->query->to.kind) && !vp_walk_check_reached(walk)) {
        return;
    }
    vp_walk_groups(walk, reached, false);
    if (!is_what_was_asked(walk)) {
        vp_explanation *explanation =
            vp_walk_fail(walk, "DELIVERED_TO_OTHER_INTERFACE", VP_INGRESS);
        explanation->network_interface = walk->to.network_interface;
        explanation->interface_met =
            reached->network_interface == NULL ? NULL : &reached->network_interface->record;
        explanation->destination_vpc = reached->vpc;
        explanation->address = walk->header.destination;
        return;
    }
    walk->arrived = true;
    warn_of_zones(walk);
}

/*
 * F1 needs no step of its own: a question about an address that the interface does not have was
 * refused before (P6).
 */
static vp_step start_at_interface(vp_walk *walk) {
    walk->at = walk->from;
    walk->sender = walk->from;
    (void)vp_walk_pass_place(walk, &walk->from);
    vp_place neighbour = vp_walk_holder(walk, walk->at.vpc_id, &walk->header.destination);
    bool held = vp_place_is_held(&neighbour);
    if (ends_at_service(walk, held)) {
        return VP_STEP_LEFT;
    }
    vp_walk_groups(walk, &walk->from, true);
    if (held && neighbour.subnet != NULL && neighbour.subnet == walk->at.subnet) {
        walk->direct = true;
        walk->reached = neighbour;
        return VP_STEP_DELIVER;
    }
    return VP_STEP_LOOKUP;
}

void vp_walk_request(vp_walk *walk) {
    walk->header.source = walk->from_address;
    walk->header.destination = walk->to_address;
    walk->preserved = true;
    vp_step step = walk->query->from.kind == VP_END_ONPREM ? vp_walk_start_on_premises(walk)
                   : walk->from_outside                    ? vp_walk_start_outside(walk)
                                                           : start_at_interface(walk);
    while (step == VP_STEP_LOOKUP) {
        step = look_up(walk);
    }
    if (step == VP_STEP_DELIVER) {
        deliver(walk);
    }
}
