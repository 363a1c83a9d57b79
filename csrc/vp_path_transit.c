/*
 * vp_path_transit.c - through transit gateways (semantics 3.6), for requests and replies.
 *
 * The one idea: a gateway's table is a profile like any other, from an address to the attachment by
 * which packets leave; what an attachment propagates is painted into it.
 */
#include "vp_path.h"

#include "vp_vpn.h"

/* A packet between attachments. */
typedef struct passage {
    vp_transit_gateway_attachment *from;
    vp_name gateway_id;
    const vp_subnet *zone;
    uint32_t gateways; /* passed so far */
} passage;

/* The subnet in which a packet met an attachment, for appliance mode. */
static void note_met(vp_path *path, vp_transit_gateway_attachment *attachment, vp_subnet *subnet) {
    if (!path->replying && path->met_count < VP_COUNT_OF(path->met)) {
        path->met[path->met_count].attachment = attachment;
        path->met[path->met_count++].subnet = subnet;
    }
}

/* With appliance mode the answer takes the zone that the request took. */
static vp_subnet *subnet_of_request(const vp_path *path,
                                    const vp_transit_gateway_attachment *attachment) {
    bool appliance =
        vp_transit_is_enabled(path->network, attachment->options.appliance_mode_support);
    for (uint32_t i = 0; path->replying && appliance && i < path->met_count; i++) {
        if (path->met[i].attachment == attachment) {
            return path->met[i].subnet;
        }
    }
    return NULL;
}

static vp_path_step enter_vpc(vp_path *path, const passage *on, vp_transit_gateway *gateway,
                              vp_transit_gateway_attachment *next) {
    bool complete;
    vp_subnet *subnet = subnet_of_request(path, next);
    if (subnet == NULL) {
        subnet = vp_transit_subnet_of(path->network, next, on->zone, true, &complete);
    }
    if (subnet == NULL) {
        return vp_path_give_up(path, "UNKNOWN_RESOURCE", next->resource_id);
    }
    vp_path_place place = {NULL, subnet, subnet->vpc, subnet->vpc_id};
    path->at = place;
    path->from_transit = true;
    note_met(path, next, subnet);
    if (!path->replying) {
        bool kept = path->groups_kept && on->gateways == 1 &&
                    vp_transit_keeps_groups(path->network, gateway, on->from, next);
        path->groups_kept = kept;
        path->by_transit = true;
        path->came_by = &gateway->record;
    }
    return VP_PATH_LOOKUP;
}

static bool is_vpn_down(const vp_path *path, const vp_transit_gateway_attachment *attachment) {
    const vp_vpn_connection *connection = (const vp_vpn_connection *)vp_network_find(
        path->network, VP_KIND_VPN_CONNECTION, attachment->resource_id);
    return vp_transit_type_of(path->network, attachment) == VP_TRANSIT_VPN && connection != NULL &&
           !vp_vpn_connection_works(path->network, connection);
}

static vp_path_step go_outside(vp_path *path, vp_transit_gateway *gateway,
                               vp_transit_gateway_attachment *next) {
    vp_path_end_kind asked = path->to_end->kind;
    if (is_vpn_down(path, next)) {
        return vp_path_fail(path);
    }
    path->outside = next;
    if (path->replying) {
        return VP_PATH_LEFT;
    }
    vp_path_stage *stage = vp_path_push(path, &path->at, &gateway->record);
    if (stage == NULL || asked == VP_PATH_INTERFACE || asked == VP_PATH_SUBNET) {
        return vp_path_fail(path);
    }
    stage->outside = next;
    path->passed = path->passed || path->to_end->gateway == &next->record ||
                   (path->to_end->gateway == NULL && asked == VP_PATH_PREMISES);
    path->left = path->arrived = true;
    return VP_PATH_LEFT;
}

/* The attachment that a gateway chooses; NULL, with *step set, when there is none. */
static vp_transit_gateway_attachment *
choose(vp_path *path, const passage *on, const vp_transit_gateway *gateway, vp_path_step *step) {
    vp_network *network = path->network;
    if (gateway == NULL) {
        *step = vp_path_give_up(path, "UNKNOWN_RESOURCE", on->gateway_id);
        return NULL;
    }
    path->passed = path->passed || path->to_end->gateway == &gateway->record;
    if (!vp_transit_is_available(network, gateway->state) ||
        !vp_transit_is_available(network, on->from->state)) {
        *step = vp_path_fail(path);
        return NULL;
    }
    vp_transit_table table = vp_transit_table_of(network, on->from, on->gateway_id);
    if (table.id == VP_NO_NAME || table.table == NULL) {
        bool none = table.id == VP_NO_NAME;
        const char *code = none ? "UNKNOWN_RESOURCE" : "TGW_RTB_ROUTES_ARE_UNKNOWN";
        *step = none && table.is_known ? vp_path_fail(path)
                                       : vp_path_give_up(path, code, on->gateway_id);
        return NULL;
    }
    uint8_t family = path->destination.value.family;
    uint32_t value = vp_path_value(path, vp_compiled_transit(path->compiled, table.table, family),
                                   &path->destination);
    if (value == 0) {
        bool complete = table.table->are_routes_known == VP_TRUE &&
                        table.table->additional_routes_available != VP_TRUE;
        *step = complete ? vp_path_fail(path)
                         : vp_path_give_up(path, "TGW_RTB_ROUTES_ARE_UNKNOWN", on->gateway_id);
    } else if (value == VP_TRANSIT_REFUSED) {
        *step = vp_path_fail(path);
    } else if (value == VP_TRANSIT_NOT_LOADED) {
        *step = vp_path_give_up(path, "UNKNOWN_DESTINATION", on->gateway_id);
    } else if (value == VP_TRANSIT_NOT_MODELLED) {
        *step = vp_path_give_up(path, "UNSUPPORTED_COMPONENT", on->gateway_id);
    } else {
        const vp_rows *rows = vp_network_rows(network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT);
        return (vp_transit_gateway_attachment *)rows->rows[value - 1];
    }
    return NULL;
}

static vp_path_step pass_gateways(vp_path *path, passage *on) {
    for (;;) {
        vp_path_step step = VP_PATH_FAILED;
        vp_transit_gateway *gateway = vp_transit_find(path->network, on->gateway_id);
        if (++path->lookups > VP_PATH_LOOKUPS_MAX) {
            return vp_path_fail(path);
        }
        vp_transit_gateway_attachment *next = choose(path, on, gateway, &step);
        if (next == NULL) {
            return step;
        }
        on->gateways++;
        switch (vp_transit_type_of(path->network, next)) {
        case VP_TRANSIT_VPC:
            return enter_vpc(path, on, gateway, next);
        case VP_TRANSIT_PEERING:
            on->gateway_id = vp_transit_other_end(next, on->gateway_id);
            on->from = next;
            break;
        default:
            return go_outside(path, gateway, next);
        }
    }
}

vp_path_step vp_path_transit_gateway(vp_path *path, vp_name gateway_id) {
    passage on = {.gateway_id = gateway_id, .zone = path->at.subnet};
    bool complete;
    if (vp_transit_find(path->network, gateway_id) == NULL) {
        return vp_path_give_up(path, "UNKNOWN_DESTINATION", gateway_id);
    }
    on.from = vp_compiled_attachment(path->compiled, gateway_id, path->at.vpc_id);
    if (on.from == NULL) {
        return vp_path_give_up(path, "UNKNOWN_RESOURCE", gateway_id);
    }
    vp_subnet *subnet = vp_transit_subnet_of(path->network, on.from, path->at.subnet,
                                             path->at.subnet == NULL, &complete);
    if (subnet == NULL) {
        return complete ? vp_path_fail(path)
                        : vp_path_give_up(path, "UNKNOWN_RESOURCE", gateway_id);
    }
    note_met(path, on.from, subnet);
    vp_path_acl(path, subnet, false);
    return pass_gateways(path, &on);
}

/* The attachment that the question names, else the first one on premises near the destination. */
static vp_transit_gateway_attachment *entrance(const vp_path *path) {
    vp_record *named = path->from_end->gateway;
    const vp_rows *rows = vp_network_rows(path->network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT);
    if (named != NULL) {
        return named->kind == VP_KIND_TRANSIT_GATEWAY_ATTACHMENT
                   ? (vp_transit_gateway_attachment *)named
                   : NULL;
    }
    for (uint32_t i = 0; i < rows->count; i++) {
        vp_transit_gateway_attachment *one = (vp_transit_gateway_attachment *)rows->rows[i];
        vp_transit_type type = vp_transit_type_of(path->network, one);
        if ((type == VP_TRANSIT_VPN || type == VP_TRANSIT_DIRECT_CONNECT) &&
            vp_compiled_attachment(path->compiled, one->transit_gateway_id, path->to.vpc_id) !=
                NULL) {
            return one;
        }
    }
    return NULL;
}

vp_path_step vp_path_start_behind_transit(vp_path *path) {
    vp_transit_gateway_attachment *attachment = entrance(path);
    if (attachment == NULL || is_vpn_down(path, attachment)) {
        return vp_path_fail(path);
    }
    passage on = {.from = attachment, .gateway_id = attachment->transit_gateway_id};
    path->outside = path->entrance = attachment;
    return pass_gateways(path, &on);
}

vp_path_step vp_path_return_by_transit(vp_path *path, const vp_path_stage *stage) {
    vp_path_place nowhere = {NULL, NULL, NULL, VP_NO_NAME};
    passage on = {.from = stage->outside, .gateway_id = stage->gateway->id};
    path->at = nowhere;
    return pass_gateways(path, &on);
}
