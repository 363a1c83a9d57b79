/*
 * vp_walk_egress_only.c - out of a VPC through its egress-only internet gateway.
 *
 * The one idea: it is an internet gateway for connections that start inside, and for IPv6 alone. It
 * knows which connections went out, so their answers come back in and nothing else does.
 * AWS: VPC User Guide, "Enable outbound IPv6 traffic using an egress-only internet gateway".
 */
#include "vp_walk_outbound.h"

static vp_explanation *fail(vp_walk *walk, const char *code, vp_direction direction,
                            vp_record *gateway, const vp_addr *address) {
    vp_explanation *explanation = vp_walk_fail(walk, code, direction);
    explanation->gateway = gateway;
    explanation->vpc = walk->at.vpc;
    explanation->subnet = walk->at.subnet;
    explanation->address = *address;
    return explanation;
}

/*
 * AWS has no code for what this gateway does not carry; the general one serves (D15). Block Public
 * Access asks the workload, also behind an appliance (3.1.8).
 */
static const char *problem_of(const vp_walk *walk) {
    if (walk->family != 6) {
        return "PROTOCOL_RESTRICTION";
    }
    bool own = walk->from.vpc_id == walk->at.vpc_id;
    return vp_walk_is_blocked(walk, own ? &walk->from : &walk->at, true)
               ? "VPC_BLOCK_PUBLIC_ACCESS_ENABLED"
               : NULL;
}

vp_step vp_walk_egress_only(vp_walk *walk, vp_route_table *table, const vp_route_choice *choice) {
    vp_record *gateway =
        vp_network_find(walk->network, VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY, choice->target_id);
    const vp_addr *destination = &walk->header.destination;
    const char *problem = "UNKNOWN_DESTINATION";
    if (gateway != NULL) {
        vp_walk_via(walk, gateway);
        vp_walk_pass(walk, (vp_kind)gateway->kind, gateway, &walk->at)->subnet = NULL;
        vp_walk_limit_mtu(walk, 1500);
        problem = problem_of(walk);
    }
    if (problem != NULL) {
        vp_explanation *explanation = fail(walk, problem, VP_EGRESS, gateway, destination);
        explanation->route_table = table;
        explanation->route = choice->route;
        explanation->id = gateway == NULL ? choice->target_id : VP_NO_NAME;
        return VP_STEP_FAILED;
    }
    if (vp_walk_push_stage(walk, &walk->at, gateway) == NULL) {
        return VP_STEP_FAILED;
    }
    return vp_walk_to_internet(walk);
}

vp_step vp_walk_refuse_egress_only(vp_walk *walk) {
    vp_record *gateway = walk->query->from.record;
    vp_walk_via(walk, gateway);
    (void)vp_walk_pass(walk, (vp_kind)gateway->kind, gateway, NULL);
    fail(walk, "PROTOCOL_RESTRICTION", VP_INGRESS, gateway, &walk->header.source)
        ->network_interface = walk->to.network_interface;
    return VP_STEP_FAILED;
}
