/*
 * vp_path_endpoint.c - VPC endpoints as targets of routes (semantics 3.5, 9.5).
 *
 * The one idea: a gateway endpoint ends a way, a Gateway Load Balancer endpoint bends it.
 */
#include "vp_path.h"

vp_vpc_endpoint *vp_path_balancer(const vp_path *path, const vp_compiled_action *action) {
    vp_vpc_endpoint *endpoint = action->target == VP_TARGET_ENDPOINT
                                    ? vp_endpoint_find(path->network, action->target_id)
                                    : NULL;
    bool balancer = endpoint != NULL &&
                    vp_endpoint_type_of(path->network, endpoint) == VP_ENDPOINT_LOAD_BALANCER;
    return balancer ? endpoint : NULL;
}

vp_subnet *vp_path_balancer_subnet(const vp_path *path, const vp_vpc_endpoint *endpoint) {
    const vp_network_interface *met = vp_endpoint_interface(path->network, endpoint, 0);
    if (met != NULL && met->subnet != NULL) {
        return met->subnet;
    }
    vp_name id = endpoint->subnet_ids.count == 0
                     ? VP_NO_NAME
                     : VP_ITEM(vp_text_item, &endpoint->subnet_ids, 0)->value;
    return (vp_subnet *)vp_network_find(path->network, VP_KIND_SUBNET, id);
}

vp_path_step vp_path_through_balancer(vp_path *path, vp_vpc_endpoint *endpoint) {
    vp_subnet *subnet = vp_path_balancer_subnet(path, endpoint);
    vp_path_place place = {vp_endpoint_interface(path->network, endpoint, 0), subnet, path->at.vpc,
                           endpoint->vpc_id};
    if (subnet == NULL) {
        return vp_path_give_up(path, "UNKNOWN_RESOURCE", endpoint->record.id);
    }
    if (subnet != path->at.subnet) {
        vp_path_acl(path, subnet, false);
    }
    path->at = place;
    path->preserved = false;
    return vp_path_send_on(path);
}

/* Of ICMP a service answers to echo requests alone. */
static void keep_served(vp_path *path) {
    vp_services *services = path->services;
    bool wide = path->source.value.family == 6;
    vp_service_range echo = vp_service_range_of(wide ? 58 : 1);
    echo.first += wide ? 128 * 256 : 8 * 256;
    echo.last = echo.first;
    vp_service served = vp_service_combine(services, VP_TRUTH_UNION,
                                           vp_service_of_range(services, vp_service_range_of(6)),
                                           vp_service_of_range(services, echo));
    path->known = vp_service_combine(services, VP_TRUTH_INTERSECTION, path->known, served);
    path->unknown = vp_service_combine(services, VP_TRUTH_INTERSECTION, path->unknown, served);
}

/* From an interface of the endpoint's VPC, or from a translator there that sends as its own. */
static vp_path_step to_service(vp_path *path, vp_vpc_endpoint *endpoint) {
    vp_path_end_kind asked = path->to_end->kind;
    bool inside = path->came_by == NULL && endpoint->vpc_id == path->at.vpc_id;
    path->passed = path->passed || path->to_end->gateway == &endpoint->record;
    if (!inside || asked == VP_PATH_INTERFACE || asked == VP_PATH_SUBNET ||
        vp_path_push(path, &path->at, &endpoint->record) == NULL) {
        return vp_path_fail(path);
    }
    keep_served(path);
    path->far = endpoint->record.id;
    path->left = path->arrived = true;
    return VP_PATH_LEFT;
}

vp_path_step vp_path_endpoint(vp_path *path, const vp_compiled_action *action) {
    vp_vpc_endpoint *endpoint = vp_endpoint_find(path->network, action->target_id);
    if (endpoint == NULL) {
        return vp_path_give_up(path, "UNKNOWN_DESTINATION", action->target_id);
    }
    switch (vp_endpoint_type_of(path->network, endpoint)) {
    case VP_ENDPOINT_GATEWAY:
        return to_service(path, endpoint);
    case VP_ENDPOINT_LOAD_BALANCER:
        return vp_path_through_balancer(path, endpoint);
    default:
        return vp_path_give_up(path, "UNSUPPORTED_COMPONENT", action->target_id);
    }
}
