/*
 * vp_path_reply.c - the way back, by the tables of the subnets where the answer is (semantics 9.8).
 *
 * The one idea: what the reply's ACLs admit is a set of source ports; beyond a translator it only
 * matters whether some port passes. The innermost stage of the request says who must get it.
 */
#include "vp_path.h"

static bool goes_outside(vp_path *path) {
    const vp_path_stage *top = vp_path_top(path);
    return top == NULL ? path->from_outside : top->gateway != NULL;
}

static vp_path_place receiver_of(vp_path *path) {
    const vp_path_stage *top = vp_path_top(path);
    return top == NULL ? path->from : top->place;
}

static const vp_path_stage *nat_sender(vp_path *path) {
    const vp_path_stage *top = vp_path_top(path);
    return top != NULL && top->nat != NULL ? top : NULL;
}

/* Undoes the innermost stage: source and destination of the answer change places. */
static void pop(vp_path *path) {
    const vp_path_stage *top = vp_path_top(path);
    if (top->gateway == NULL) {
        path->back = vp_service_translated(path->services, path->back);
    }
    if (top->source.value.family != path->source.value.family) {
        path->back = vp_service_to_ipv6(path->services, path->back, true);
    }
    path->source = top->destination;
    path->destination = top->source;
    path->sender = top->sender;
    path->came_by = top->came_by;
    path->stage_count--;
}

/* The route leads into a VPC: that of the receiver? */
static vp_path_step land_in(vp_path *path, vp_name vpc_id) {
    return !goes_outside(path) && vpc_id == receiver_of(path).vpc_id ? VP_PATH_DELIVER
                                                                     : vp_path_fail(path);
}

static vp_path_step over_peering(vp_path *path, const vp_compiled_action *action) {
    const vp_vpc_peering_connection *connection = (const vp_vpc_peering_connection *)action->record;
    if (connection == NULL) {
        return goes_outside(path) ? vp_path_fail(path)
                                  : vp_path_give_up(path, "UNKNOWN_DESTINATION", action->target_id);
    }
    vp_name a = connection->requester_vpc_info.vpc_id, b = connection->accepter_vpc_info.vpc_id;
    if (path->at.vpc_id == VP_NO_NAME || (a != path->at.vpc_id && b != path->at.vpc_id)) {
        return vp_path_fail(path);
    }
    return land_in(path, a == path->at.vpc_id ? b : a);
}

/* The answer must leave by the very gateway that knows the connection (R5). */
static vp_path_step to_gateway(vp_path *path, const vp_compiled_action *action) {
    const vp_record *gateway = path->came_by;
    if (goes_outside(path) && gateway == NULL && path->unseen == action->target_id) {
        return VP_PATH_LEFT;
    }
    if (!goes_outside(path) || gateway == NULL || gateway->id != action->target_id) {
        return vp_path_fail(path);
    }
    if (gateway->kind == VP_KIND_INTERNET_GATEWAY && vp_path_is_redirected(path, gateway)) {
        return vp_path_fail(path);
    }
    return VP_PATH_LEFT;
}

static vp_path_step to_interface(vp_path *path, const vp_compiled_action *action) {
    vp_network_interface *box = (vp_network_interface *)action->record;
    if (box == NULL) {
        return vp_path_give_up(path, "UNKNOWN_DESTINATION", action->target_id);
    }
    return !goes_outside(path) && receiver_of(path).network_interface == box
               ? VP_PATH_DELIVER
               : vp_path_middlebox(path, box);
}

/* Another attachment of the same gateway may lead to the same place on premises (D51). */
static vp_path_step leave_by_transit(vp_path *path) {
    const vp_transit_gateway_attachment *entrance =
        vp_path_top(path) == NULL ? path->entrance : NULL;
    bool same =
        entrance != NULL && entrance->transit_gateway_id == path->outside->transit_gateway_id;
    return same ? VP_PATH_LEFT : vp_path_fail(path);
}

static vp_path_step over_transit(vp_path *path, const vp_compiled_action *action) {
    vp_path_step step = vp_path_transit_gateway(path, action->target_id);
    return step == VP_PATH_LEFT ? leave_by_transit(path) : step;
}

/*
 * The peer VPC that the data do not describe: if it may have sent the packet, by its blocks. The
 * primary one alone does not tell them all.
 */
static vp_path_step lose_over_peering(vp_path *path, const vp_compiled_action *action) {
    const vp_vpc_peering_connection *connection = (const vp_vpc_peering_connection *)action->record;
    if (connection == NULL || connection->record.kind != VP_KIND_VPC_PEERING_CONNECTION) {
        return vp_path_give_up(path, "UNKNOWN_DESTINATION", action->target_id);
    }
    bool accepter = connection->requester_vpc_info.vpc_id == path->at.vpc_id;
    const vp_peering_vpc_info *own =
        accepter ? &connection->requester_vpc_info : &connection->accepter_vpc_info;
    const vp_peering_vpc_info *peer =
        accepter ? &connection->accepter_vpc_info : &connection->requester_vpc_info;
    uint8_t family = path->destination.value.family;
    bool listed = peer->cidr_block_set.count + peer->ipv6_cidr_block_set.count > 0;
    if (own->vpc_id != path->at.vpc_id || vp_path_is_described(path->network, peer) ||
        (listed &&
         vp_path_value(path, vp_compiled_side(path->compiled, connection, accepter, family),
                       &path->destination) != VP_SPACE_BLOCK)) {
        return vp_path_fail(path);
    }
    return vp_path_give_up(path, "UNKNOWN_RESOURCE",
                           peer->vpc_id != VP_NO_NAME ? peer->vpc_id : action->target_id);
}

/* From the internet by a gateway that is not in the data: to those alone who have an address there.
 */
static bool may_be_public(vp_path *path) {
    const vp_network_interface *met = path->to.network_interface;
    return path->destination.value.family == 6
               ? met != NULL && met->deny_all_igw_traffic != VP_TRUE
               : met != NULL &&
                     (vp_compiled_of(path->compiled, met)->facts & VP_FACT_PUBLIC) != 0 &&
                     vp_path_value(path, vp_compiled_private(path->compiled), &path->destination) ==
                         0;
}

/*
 * The answer to somebody who may be behind what is not in the data: it is followed up to there, and
 * anywhere else it does not find whoever asked.
 */
static vp_path_step lose(vp_path *path, const vp_compiled_action *action) {
    vp_path_step step = VP_PATH_FAILED;
    vp_vpc_endpoint *balancer;
    switch (action->target) {
    case VP_TARGET_PEERING:
        return lose_over_peering(path, action);
    case VP_TARGET_INTERFACE:
        return to_interface(path, action);
    case VP_TARGET_TRANSIT_GATEWAY:
        step = vp_path_transit_gateway(path, action->target_id);
        break;
    case VP_TARGET_ENDPOINT:
        balancer = vp_path_balancer(path, action);
        step = balancer != NULL ? vp_path_through_balancer(path, balancer)
               : vp_endpoint_find(path->network, action->target_id) == NULL
                   ? vp_path_give_up(path, "UNKNOWN_DESTINATION", action->target_id)
                   : VP_PATH_LEFT;
        break;
    case VP_TARGET_INTERNET_GATEWAY:
        step = action->record == NULL && may_be_public(path)
                   ? vp_path_give_up(path, "UNKNOWN_DESTINATION", action->target_id)
                   : VP_PATH_LEFT;
        break;
    case VP_TARGET_VPN_GATEWAY:
        step = action->record == NULL
                   ? vp_path_give_up(path, "UNKNOWN_DESTINATION", action->target_id)
                   : VP_PATH_LEFT;
        break;
    case VP_TARGET_OTHER:
        return vp_path_give_up(path, "UNSUPPORTED_COMPONENT",
                               action->target_id != VP_NO_NAME ? action->target_id
                                                               : vp_path_name_of(&path->at));
    default:
        return vp_path_fail(path);
    }
    return step == VP_PATH_LEFT ? vp_path_fail(path) : step;
}

static vp_path_step act_on(vp_path *path, const vp_compiled_action *action) {
    if (path->from_end->kind == VP_PATH_BEYOND) {
        return lose(path, action);
    }
    switch (action->target) {
    case VP_TARGET_LOCAL:
        return land_in(path, path->at.vpc_id);
    case VP_TARGET_PEERING:
        return over_peering(path, action);
    case VP_TARGET_INTERNET_GATEWAY:
    case VP_TARGET_VPN_GATEWAY:
        return to_gateway(path, action);
    case VP_TARGET_INTERFACE:
        return to_interface(path, action);
    case VP_TARGET_TRANSIT_GATEWAY:
        return over_transit(path, action);
    case VP_TARGET_ENDPOINT: {
        vp_vpc_endpoint *balancer = vp_path_balancer(path, action);
        if (!goes_outside(path) && vp_endpoint_find(path->network, action->target_id) == NULL) {
            return vp_path_give_up(path, "UNKNOWN_DESTINATION", action->target_id);
        }
        return balancer != NULL ? vp_path_through_balancer(path, balancer) : vp_path_fail(path);
    }
    case VP_TARGET_OTHER:
        return goes_outside(path)
                   ? vp_path_fail(path)
                   : vp_path_give_up(path, "UNSUPPORTED_COMPONENT", action->target_id);
    default:
        return vp_path_fail(path);
    }
}

/* R3: over a peering connection the answer finds the NAT gateway that asked without a route. */
static bool is_handed_back(vp_path *path) {
    const vp_path_stage *nat = nat_sender(path);
    return nat != NULL && path->crossed != NULL && nat->place.vpc_id != path->at.vpc_id;
}

/* R2 to R5. */
static vp_path_step look_up(vp_path *path) {
    if (!goes_outside(path) && path->at.subnet != NULL &&
        receiver_of(path).subnet == path->at.subnet) {
        return VP_PATH_DELIVER;
    }
    if (++path->lookups > VP_PATH_LOOKUPS_MAX) {
        return vp_path_fail(path);
    }
    vp_route_table *table = vp_path_table(path);
    uint32_t number = table == NULL ? 0 : vp_path_route(path, table);
    vp_compiled_action action = {.target = VP_TARGET_OTHER};
    if (number != 0) {
        action = path->compiled->actions[number];
    }
    bool near = number != 0 && vp_path_is_near(path, &action);
    path->from_transit = false;
    if (!near) {
        vp_path_acl(path, path->at.subnet, true);
    }
    if (is_handed_back(path)) {
        return VP_PATH_DELIVER;
    }
    if (table == NULL) {
        return vp_path_give_up(path, "UNKNOWN_RESOURCE", vp_path_name_of(&path->at));
    }
    vp_path_place classic_holder;
    if (!goes_outside(path) && vp_path_classic_route(path, table, &classic_holder) != NULL &&
        classic_holder.vpc_id == receiver_of(path).vpc_id) {
        return VP_PATH_DELIVER;
    }
    return number == 0 || action.blackhole ? vp_path_fail(path) : act_on(path, &action);
}

/* R8: is this, by address, who must get it? */
static bool is_receiver(vp_path *path, const vp_path_place *receiver) {
    vp_path_place holder = vp_path_holder(path, receiver->vpc_id, &path->destination);
    bool alone = !vp_path_is_held(&holder) && nat_sender(path) != NULL;
    return alone || vp_path_is_same(&holder, receiver);
}

/* R6 to R8: VP_PATH_LEFT says that the source has it. */
static vp_path_step arrive(vp_path *path) {
    vp_path_place receiver = receiver_of(path);
    const vp_path_stage *nat = nat_sender(path);
    if (nat != NULL) {
        path->own_table = (vp_route_table *)vp_network_find(path->network, VP_KIND_ROUTE_TABLE,
                                                            nat->nat->route_table_id);
    }
    if (receiver.subnet != path->at.subnet) {
        vp_path_acl(path, receiver.subnet, false);
    }
    if (!is_receiver(path, &receiver)) {
        return vp_path_fail(path);
    }
    if (vp_path_top(path) == NULL) {
        return VP_PATH_LEFT;
    }
    pop(path);
    path->at = receiver;
    return VP_PATH_LOOKUP;
}

/* The answer comes back in by the gateway that let the request out. */
static vp_path_step come_back_in(vp_path *path) {
    vp_path_stage stage = *vp_path_top(path);
    vp_path_place inside = {NULL, NULL, stage.place.vpc, stage.place.vpc_id};
    pop(path);
    if (stage.gateway->kind == VP_KIND_TRANSIT_GATEWAY) {
        vp_path_step step = vp_path_return_by_transit(path, &stage);
        return step == VP_PATH_LEFT ? leave_by_transit(path) : step;
    }
    path->at = inside;
    return vp_path_enter(path, stage.gateway);
}

void vp_path_reply(vp_path *path) {
    vp_path_address source = path->source;
    vp_path_step step = path->left ? VP_PATH_LEFT : VP_PATH_LOOKUP;
    path->replying = true;
    path->lookups = 0;
    path->from_transit = false;
    path->source = path->destination;
    path->destination = source;
    if (!path->left) {
        path->at = path->reached;
    }
    while (step != VP_PATH_FAILED) {
        if (step == VP_PATH_LOOKUP) {
            step = look_up(path);
        } else if (step == VP_PATH_DELIVER) {
            step = arrive(path);
            if (step == VP_PATH_LEFT) {
                return;
            }
        } else if (vp_path_top(path) == NULL) {
            return; /* the source is out there */
        } else {
            step = come_back_in(path);
        }
    }
}
