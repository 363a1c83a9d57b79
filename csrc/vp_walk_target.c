/*
 * vp_walk_target.c - what happens at the target of the route that a request takes (9.5).
 *
 * The one idea: a table of functions, one a kind of target. A kind that the walk does not know yet
 * ends it with an unknown verdict, never with a wrong one.
 */
#include "vp_walk_endpoint.h"
#include "vp_walk_outbound.h"
#include "vp_walk_transit.h"
#include "vp_walk_vpn.h"

typedef vp_step target_function(vp_walk *walk, vp_route_table *table,
                                const vp_route_choice *choice);

static vp_explanation *fail(vp_walk *walk, const char *code, vp_route_table *table,
                            const vp_route_choice *choice) {
    vp_explanation *explanation = vp_walk_fail(walk, code, VP_EGRESS);
    explanation->route_table = table;
    explanation->route = choice->route;
    explanation->id = choice->target_id;
    explanation->vpc = walk->at.vpc;
    explanation->address = walk->header.destination;
    return explanation;
}

/*
 * AWS: VPC User Guide, "Route tables": the local route needs an interface at the address, no more.
 */
static vp_step go_local(vp_walk *walk, vp_route_table *table, const vp_route_choice *choice) {
    walk->reached = vp_walk_holder(walk, walk->at.vpc_id, &walk->header.destination);
    if (vp_place_is_held(&walk->reached)) {
        return VP_STEP_DELIVER;
    }
    vp_explanation *explanation = fail(walk, "NO_POSSIBLE_DESTINATION", table, choice);
    explanation->destination_vpc = walk->at.vpc;
    return VP_STEP_FAILED;
}

/* To an interface that holds the address, or through one that does not. */
static vp_step go_to_interface(vp_walk *walk, vp_route_table *table,
                               const vp_route_choice *choice) {
    vp_network_interface *box = vp_route_interface(walk->network, walk->index, choice->route);
    if (box == NULL) {
        (void)fail(walk, "UNKNOWN_DESTINATION", table, choice);
        return VP_STEP_FAILED;
    }
    walk->reached = vp_walk_holder(walk, walk->at.vpc_id, &walk->header.destination);
    if (walk->reached.network_interface == box) {
        return VP_STEP_DELIVER;
    }
    return vp_walk_middlebox(walk, box);
}

/* The verdict is unknown: what lies behind such a target is not judged (D24). */
static vp_step go_nowhere(vp_walk *walk, vp_route_table *table, const vp_route_choice *choice) {
    (void)fail(walk, "UNSUPPORTED_COMPONENT", table, choice);
    return VP_STEP_FAILED;
}

vp_step vp_walk_target(vp_walk *walk, vp_route_table *table, const vp_route_choice *choice) {
    static target_function *const targets[VP_TARGET_COUNT] = {
        [VP_TARGET_LOCAL] = go_local,
        [VP_TARGET_PEERING] = vp_walk_peering,
        [VP_TARGET_VPN_GATEWAY] = vp_walk_vpn_gateway,
        [VP_TARGET_TRANSIT_GATEWAY] = vp_walk_transit_gateway,
        [VP_TARGET_INTERNET_GATEWAY] = vp_walk_internet_gateway,
        [VP_TARGET_NAT_GATEWAY] = vp_walk_nat_gateway,
        [VP_TARGET_INTERFACE] = go_to_interface,
        [VP_TARGET_ENDPOINT] = vp_walk_endpoint,
        [VP_TARGET_EGRESS_ONLY] = vp_walk_egress_only,
        [VP_TARGET_OTHER] = go_nowhere,
    };
    return targets[choice->target](walk, table, choice);
}
