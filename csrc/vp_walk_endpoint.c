/*
 * vp_walk_endpoint.c - VPC endpoints as targets of routes.
 *
 * The one idea: a gateway endpoint takes packets of interfaces of its own VPC and is the end of
 * their way; whatever came through a gateway is not for it. A Gateway Load Balancer endpoint sends
 * on what it gets, and what its appliances would refuse is not known (D20). AWS: PrivateLink
 * Guide, "Gateway endpoints"; Gateway Load Balancers, "Getting started".
 */
#include "vp_walk_endpoint.h"

#include "vp_walk_transit.h"

/* Where the packet was and which route brought it there. */
static vp_explanation *fail(vp_walk *walk, const char *code, vp_vpc_endpoint *endpoint,
                            vp_route_table *table, const vp_route_choice *choice) {
    vp_explanation *explanation = vp_walk_fail(walk, code, VP_EGRESS);
    explanation->gateway = endpoint == NULL ? NULL : &endpoint->record;
    explanation->route_table = table;
    explanation->route = choice->route;
    explanation->vpc = walk->at.vpc;
    explanation->subnet = walk->at.subnet;
    explanation->address = walk->header.destination;
    if (endpoint == NULL) {
        explanation->id = choice->target_id;
    }
    return explanation;
}

/* ---- gateway endpoints ----------------------------------------------------------------------- */

/* Of ICMP the service answers to echo requests alone: what else was asked for ends here. */
static bool takes_protocol(vp_walk *walk) {
    int32_t echo = (walk->family == 6 ? 128 : 8) * 256;
    vp_ports *asked = &walk->trace->ports;
    if (vp_axis_of(walk->protocol, walk->family) != VP_AXIS_ICMP) {
        return walk->protocol == VP_PROTOCOL_TCP;
    }
    if (!vp_ports_contains(asked, echo)) {
        return false;
    }
    vp_ports_clear(asked);
    vp_ports_add(asked, echo, echo);
    return true;
}

/* From an interface of the endpoint's VPC, or from a translator there that sends as its own. */
static bool is_from_inside(const vp_walk *walk, const vp_vpc_endpoint *endpoint) {
    return walk->came_by == NULL && endpoint->vpc_id == walk->at.vpc_id;
}

/*
 * The end of the request. An interface that was named is not behind a service, whatever its address
 * is.
 */
static vp_step end_at_service(vp_walk *walk, vp_vpc_endpoint *endpoint, vp_route_table *table,
                              const vp_route_choice *choice) {
    vp_end_kind asked = walk->query->to.kind;
    if (vp_walk_push_stage(walk, &walk->at, &endpoint->record) == NULL) {
        return VP_STEP_FAILED;
    }
    if (vp_end_has_interfaces(asked) || asked == VP_END_SUBNET) {
        fail(walk, "NO_PATH", endpoint, table, choice)->destination_vpc = walk->to.vpc;
        return VP_STEP_FAILED;
    }
    walk->left = true;
    walk->arrived = true;
    return VP_STEP_LEFT;
}

/* The checks of 9.5 in order: who sends, then what. */
static vp_step to_service(vp_walk *walk, vp_vpc_endpoint *endpoint, vp_route_table *table,
                          const vp_route_choice *choice) {
    const char *problem = NULL;
    if (!is_from_inside(walk, endpoint)) {
        problem = "VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION";
    } else if (!takes_protocol(walk)) {
        problem = "VPCE_GATEWAY_PROTOCOL_RESTRICTION";
    }
    vp_walk_via(walk, &endpoint->record);
    vp_walk_pass(walk, VP_KIND_VPC_ENDPOINT, &endpoint->record, &walk->at)->subnet = NULL;
    if (problem != NULL) {
        (void)fail(walk, problem, endpoint, table, choice);
        return VP_STEP_FAILED;
    }
    return end_at_service(walk, endpoint, table, choice);
}

/* ---- Gateway Load Balancer endpoints --------------------------------------------------------- */

vp_vpc_endpoint *vp_walk_balancer(const vp_walk *walk, const vp_route_choice *choice) {
    vp_vpc_endpoint *endpoint = choice->target == VP_TARGET_ENDPOINT
                                    ? vp_endpoint_find(walk->network, choice->target_id)
                                    : NULL;
    bool is_balancer = endpoint != NULL &&
                       vp_endpoint_type_of(walk->network, endpoint) == VP_ENDPOINT_LOAD_BALANCER;
    return is_balancer ? endpoint : NULL;
}

/* It has one subnet: that of its interface, where the data have it, else the one it names. */
vp_subnet *vp_walk_balancer_subnet(const vp_walk *walk, const vp_vpc_endpoint *endpoint) {
    const vp_network_interface *met = vp_endpoint_interface(walk->network, endpoint, 0);
    if (met != NULL && met->subnet != NULL) {
        return met->subnet;
    }
    vp_name id = endpoint->subnet_ids.count == 0
                     ? VP_NO_NAME
                     : VP_ITEM(vp_text_item, &endpoint->subnet_ids, 0)->value;
    return (vp_subnet *)vp_network_find(walk->network, VP_KIND_SUBNET, id);
}

/* It has no groups, and its network ACL is asked as an appliance's is (7.2). */
vp_step vp_walk_through_balancer(vp_walk *walk, vp_vpc_endpoint *endpoint) {
    vp_subnet *subnet = vp_walk_balancer_subnet(walk, endpoint);
    vp_place place = {vp_endpoint_interface(walk->network, endpoint, 0), subnet, walk->at.vpc,
                      endpoint->vpc_id};
    vp_walk_via(walk, &endpoint->record);
    (void)vp_walk_pass(walk, VP_KIND_VPC_ENDPOINT, &endpoint->record, &place);
    vp_explanation *warning = vp_walk_warn(walk, "PATH_THROUGH_GWLB_NOT_CHECKED", endpoint);
    if (warning != NULL) {
        warning->gateway = &endpoint->record;
        warning->subnet = subnet;
    }
    if (subnet == NULL) {
        vp_explanation *unknown =
            vp_walk_fail(walk, "UNKNOWN_RESOURCE", vp_walk_direction(walk, false));
        unknown->gateway = &endpoint->record;
        unknown->id = endpoint->subnet_ids.count == 0
                          ? endpoint->record.id
                          : VP_ITEM(vp_text_item, &endpoint->subnet_ids, 0)->value;
        return VP_STEP_FAILED;
    }
    if (subnet != walk->at.subnet) {
        vp_walk_acl(walk, subnet, false);
    }
    walk->at = place;
    vp_walk_warn_of_appliance(walk);
    walk->preserved = false;
    return vp_walk_send_on(walk);
}

/* ---- both ------------------------------------------------------------------------------------ */

/* No AWS route leads to an interface endpoint, so what would happen there is not known. */
vp_step vp_walk_endpoint(vp_walk *walk, vp_route_table *table, const vp_route_choice *choice) {
    vp_vpc_endpoint *endpoint = vp_endpoint_find(walk->network, choice->target_id);
    if (endpoint == NULL) {
        (void)fail(walk, "UNKNOWN_DESTINATION", NULL, table, choice);
        return VP_STEP_FAILED;
    }
    switch (vp_endpoint_type_of(walk->network, endpoint)) {
    case VP_ENDPOINT_GATEWAY:
        return to_service(walk, endpoint, table, choice);
    case VP_ENDPOINT_LOAD_BALANCER:
        return vp_walk_through_balancer(walk, endpoint);
    default:
        (void)fail(walk, "UNSUPPORTED_COMPONENT", endpoint, table, choice);
        return VP_STEP_FAILED;
    }
}
