/*
 * vp_walk_reply.c - the answer on its way back: steps R1 to R8 of semantics 9.8.
 *
 * The one idea: the answer is routed by the tables of the subnets where it is, not by the way the
 * request came. Who must get it is the innermost stage of the request that is still to be undone:
 * a translator, a gateway that let the request out, and last the source itself. Groups are not
 * asked (they are stateful), network ACLs are.
 */
#include "vp_walk_classic.h"
#include "vp_walk_endpoint.h"
#include "vp_walk_outbound.h"
#include "vp_walk_transit.h"
#include "vp_walk_vpn.h"

/* Must the answer leave the VPC by the gateway by which the request came in? */
static bool goes_outside(vp_walk *walk) {
    const vp_stage *top = vp_walk_top_stage(walk);
    return top == NULL ? walk->from_outside : top->gateway != NULL;
}

static vp_place receiver_of(vp_walk *walk) {
    const vp_stage *top = vp_walk_top_stage(walk);
    return top == NULL ? walk->from : top->place;
}

/* The way the request came is named too: the route that is missing or wrong should lead there. */
static vp_explanation *fail(vp_walk *walk, const char *code, const vp_route_choice *choice) {
    vp_explanation *explanation = vp_walk_fail(walk, code, VP_RETURN_EGRESS);
    explanation->subnet = walk->at.subnet;
    explanation->vpc = walk->at.vpc;
    explanation->route_table = vp_walk_table(walk);
    explanation->address = walk->header.destination;
    explanation->vpc_peering_connection = walk->crossed;
    explanation->gateway = walk->came_by;
    if (choice != NULL) {
        explanation->route = choice->route;
        explanation->id = choice->target_id;
    }
    return explanation;
}

/* Everything for the internet; on premises the prefix that is known, else the address alone. */
static vp_cidr block_outside(const vp_walk *walk, const vp_addr *address) {
    const vp_record *gateway = walk->came_by;
    if (gateway == NULL || gateway->kind != VP_KIND_VPN_GATEWAY) {
        return vp_cidr_of(address, 0);
    }
    vp_vpn_way way = vp_vpn_find_way(walk->network, (const vp_vpn_gateway *)walk->came_by, address);
    return vp_cidr_is_given(&way.cidr) ? way.cidr : vp_cidr_of(address, vp_addr_bits(address));
}

/* detail.destination: the block of the sender's VPC, or what is outside. */
static vp_cidr route_to_add(vp_walk *walk) {
    const vp_addr *address = &walk->header.destination;
    vp_place receiver = receiver_of(walk);
    vp_cidr block, found = vp_cidr_of(address, vp_addr_bits(address));
    uint32_t position = 0;
    if (goes_outside(walk)) {
        return block_outside(walk, address);
    }
    while (receiver.vpc != NULL &&
           vp_vpc_next_block(walk->network, receiver.vpc, &position, &block)) {
        if (vp_cidr_contains_addr(&block, address)) {
            found = block;
        }
    }
    return found;
}

/* detail.destination where a route exists but leads astray: longer than that route. */
static vp_cidr more_specific_route(vp_walk *walk, const vp_route_choice *choice) {
    const vp_addr *address = &walk->header.destination;
    vp_place receiver = receiver_of(walk);
    const vp_cidr *block = receiver.subnet == NULL ? NULL : &receiver.subnet->cidr_block;
    if (block != NULL && vp_cidr_contains_addr(block, address) &&
        block->prefix_length > choice->entry.prefix_length) {
        return *block;
    }
    return vp_cidr_of(address, vp_addr_bits(address));
}

static vp_step fail_wrong_target(vp_walk *walk, const vp_route_choice *choice) {
    vp_explanation *explanation = fail(walk, "RETURN_ROUTE_WRONG_TARGET", choice);
    explanation->cidr = route_to_add(walk);
    return VP_STEP_FAILED;
}

/* The route leads into a VPC and ends there: the right one? */
static vp_step land_in(vp_walk *walk, vp_name vpc_id, vp_vpc *vpc, const vp_route_choice *choice) {
    vp_place receiver = receiver_of(walk);
    if (goes_outside(walk)) {
        return fail_wrong_target(walk, choice);
    }
    if (vpc_id == receiver.vpc_id) {
        return VP_STEP_DELIVER;
    }
    vp_explanation *explanation = fail(walk, "RETURN_ROUTE_WRONG_VPC", choice);
    vp_network_interface *met =
        vp_index_interface_at(walk->index, vpc_id, &walk->header.destination);
    explanation->interface_met = met == NULL ? NULL : &met->record;
    explanation->destination_vpc = vpc;
    explanation->cidr = more_specific_route(walk, choice);
    return VP_STEP_FAILED;
}

/* No other check of 9.5 is left: the addresses are those of the request, which was carried. */
static vp_step over_peering(vp_walk *walk, const vp_route_choice *choice) {
    const vp_peering_vpc_info *own, *peer;
    vp_vpc_peering_connection *connection = (vp_vpc_peering_connection *)vp_network_find(
        walk->network, VP_KIND_VPC_PEERING_CONNECTION, choice->target_id);
    if (connection == NULL && goes_outside(walk)) {
        return fail_wrong_target(walk, choice);
    }
    if (connection == NULL) {
        (void)fail(walk, "UNKNOWN_DESTINATION", choice);
        return VP_STEP_FAILED;
    }
    if (!vp_walk_sides_of(connection, walk->at.vpc_id, &own, &peer)) {
        fail(walk, "PCX_NOT_PARTY", choice)->vpc_peering_connection = connection;
        return VP_STEP_FAILED;
    }
    vp_step step = land_in(walk, peer->vpc_id, peer->vpc, choice);
    if (step == VP_STEP_DELIVER) {
        vp_walk_via(walk, &connection->record);
        (void)vp_walk_pass(walk, VP_KIND_VPC_PEERING_CONNECTION, &connection->record, NULL);
    }
    return step;
}

/* The answer must leave by the very gateway that knows the connection (R5). */
static vp_step to_gateway(vp_walk *walk, const vp_route_choice *choice) {
    vp_record *gateway = walk->came_by;
    if (goes_outside(walk) && gateway == NULL && walk->unseen == choice->target_id) {
        return VP_STEP_LEFT;
    }
    if (!goes_outside(walk) || gateway == NULL || gateway->id != choice->target_id) {
        return fail_wrong_target(walk, choice);
    }
    if (gateway->kind == VP_KIND_INTERNET_GATEWAY && vp_walk_is_redirected(walk, gateway)) {
        (void)fail(walk, "INGRESS_RTB_TRAFFIC_REDIRECTION", choice);
        return VP_STEP_FAILED;
    }
    vp_walk_via(walk, gateway);
    vp_walk_pass(walk, (vp_kind)gateway->kind, gateway, &walk->at)->subnet = NULL;
    return VP_STEP_LEFT;
}

/* A route to the receiver itself is a delivery, one to any other interface an appliance. */
static vp_step to_interface(vp_walk *walk, const vp_route_choice *choice) {
    vp_network_interface *box = vp_route_interface(walk->network, walk->index, choice->route);
    if (box == NULL) {
        (void)fail(walk, "UNKNOWN_DESTINATION", choice);
        return VP_STEP_FAILED;
    }
    if (!goes_outside(walk) && receiver_of(walk).network_interface == box) {
        return VP_STEP_DELIVER;
    }
    return vp_walk_middlebox(walk, box);
}

/* A Gateway Load Balancer forwards answers as it does requests; behind others no sender is. */
static vp_step to_endpoint(vp_walk *walk, const vp_route_choice *choice) {
    vp_vpc_endpoint *balancer = vp_walk_balancer(walk, choice);
    if (!goes_outside(walk) && vp_endpoint_find(walk->network, choice->target_id) == NULL) {
        (void)fail(walk, "UNKNOWN_DESTINATION", choice); /* it may be one that forwards */
        return VP_STEP_FAILED;
    }
    return balancer != NULL ? vp_walk_through_balancer(walk, balancer)
                            : fail_wrong_target(walk, choice);
}

/*
 * On premises, which is right for a request that came from there. Another attachment of the same
 * gateway may lead to the same place (D51).
 */
static vp_step leave_by_transit(vp_walk *walk, const vp_route_choice *choice) {
    const vp_transit_gateway_attachment *entrance =
        vp_walk_top_stage(walk) == NULL ? walk->entrance : NULL;
    if (entrance == NULL || entrance->transit_gateway_id != walk->outside->transit_gateway_id) {
        return fail_wrong_target(walk, choice);
    }
    if (entrance != walk->outside) {
        (void)vp_walk_warn(walk, "ASYMMETRIC_PATH", NULL);
    }
    return VP_STEP_LEFT;
}

/* Into whatever VPC its tables say, where the look-ups go on; or out of the model. */
static vp_step over_transit(vp_walk *walk, const vp_route_choice *choice) {
    vp_step step = vp_walk_transit_gateway(walk, vp_walk_table(walk), choice);
    return step == VP_STEP_LEFT ? leave_by_transit(walk, choice) : step;
}

/* What is not modelled may lead back to a sender in a VPC (D24), but never to another gateway. */
static vp_step to_other(vp_walk *walk, const vp_route_choice *choice) {
    if (goes_outside(walk)) {
        return fail_wrong_target(walk, choice);
    }
    (void)fail(walk, "UNSUPPORTED_COMPONENT", choice);
    return VP_STEP_FAILED;
}

/*
 * A target that can lead into no VPC is wrong whatever it is, also when the data do not describe
 * it.
 */
static vp_step act_on(vp_walk *walk, const vp_route_choice *choice) {
    switch (choice->target) {
    case VP_TARGET_LOCAL:
        return land_in(walk, walk->at.vpc_id, walk->at.vpc, choice);
    case VP_TARGET_PEERING:
        return over_peering(walk, choice);
    case VP_TARGET_INTERNET_GATEWAY:
    case VP_TARGET_VPN_GATEWAY:
        return to_gateway(walk, choice);
    case VP_TARGET_INTERFACE:
        return to_interface(walk, choice);
    case VP_TARGET_ENDPOINT:
        return to_endpoint(walk, choice);
    case VP_TARGET_TRANSIT_GATEWAY:
        return over_transit(walk, choice);
    case VP_TARGET_OTHER:
        return to_other(walk, choice);
    default:
        return fail_wrong_target(walk, choice);
    }
}

/*
 * AWS: VPC User Guide, "NAT gateway basics": over a peering connection the answer finds the NAT
 * gateway that asked without a route (R3).
 */
static bool is_handed_back(vp_walk *walk) {
    const vp_stage *nat = vp_walk_nat_sender(walk);
    return nat != NULL && walk->crossed != NULL && nat->place.vpc_id != walk->at.vpc_id;
}

/* AWS says it beside the missing route when the request came through a transit gateway (10.3). */
static vp_step fail_missing(vp_walk *walk) {
    vp_record *gateway = walk->came_by;
    fail(walk, "RETURN_ROUTE_MISSING", NULL)->cidr = route_to_add(walk);
    vp_explanation *warning =
        gateway == NULL || gateway->kind != VP_KIND_TRANSIT_GATEWAY
            ? NULL
            : vp_walk_warn(walk, "RESPONSE_RTB_HAS_NO_ROUTE_TO_TRANSIT_GATEWAY", NULL);
    if (warning != NULL) {
        warning->gateway = gateway;
        warning->route_table = vp_walk_table(walk);
        warning->subnet = walk->at.subnet;
        warning->address = walk->header.destination;
    }
    return VP_STEP_FAILED;
}

/* R2 to R5. A receiver in the same subnet is reached without a look-up. */
static vp_step look_up(vp_walk *walk) {
    vp_route_choice choice;
    vp_place classic_holder;
    if (!goes_outside(walk) && walk->at.subnet != NULL &&
        receiver_of(walk).subnet == walk->at.subnet) {
        return VP_STEP_DELIVER;
    }
    if (++walk->lookups > VP_TRACE_LOOKUPS_MAX) {
        (void)fail(walk, "ROUTING_LOOP", NULL);
        return VP_STEP_FAILED;
    }
    vp_route_table *table = vp_walk_table(walk);
    bool found =
        table != NULL && vp_route_select(walk->network, table, &walk->header.destination, &choice);
    if (!found || !vp_walk_is_near_transit(walk, &choice)) {
        vp_walk_acl(walk, walk->at.subnet, true);
    }
    if (is_handed_back(walk)) {
        vp_walk_via(walk, &walk->crossed->record);
        (void)vp_walk_pass(walk, VP_KIND_VPC_PEERING_CONNECTION, &walk->crossed->record, NULL);
        return VP_STEP_DELIVER;
    }
    if (table == NULL) {
        (void)fail(walk, "UNKNOWN_RESOURCE", NULL);
        return VP_STEP_FAILED;
    }
    vp_hop *hop = vp_walk_hop(walk);
    hop->route_table = table;
    vp_vpc_peering_connection *classic =
        goes_outside(walk) ? NULL
                           : vp_walk_classic_route(walk, found ? &choice : NULL, &classic_holder);
    if (classic != NULL && classic_holder.vpc_id == receiver_of(walk).vpc_id) {
        vp_walk_via(walk, &classic->record);
        (void)vp_walk_pass(walk, VP_KIND_VPC_PEERING_CONNECTION, &classic->record, NULL);
        return VP_STEP_DELIVER;
    }
    if (!found) {
        return fail_missing(walk);
    }
    hop->route = choice.route;
    hop->route_entry = choice.entry;
    vp_route_state state = vp_route_state_of(walk->network, walk->index, &choice, walk->at.vpc_id);
    vp_walk_warn_of_route(walk, table, &choice, &state);
    if (state.blackhole) {
        vp_explanation *explanation = fail(walk, "RETURN_ROUTE_BLACKHOLE", &choice);
        vp_record *target = vp_network_find(walk->network, VP_KIND_NONE, choice.target_id);
        if (choice.target == VP_TARGET_PEERING) {
            explanation->vpc_peering_connection = (vp_vpc_peering_connection *)target;
        }
        return VP_STEP_FAILED;
    }
    return act_on(walk, &choice);
}

/* Is this, by address, who must get it? Else somebody else holds the address there (R8). */
static bool is_receiver(vp_walk *walk, const vp_place *receiver) {
    vp_place holder = vp_walk_holder(walk, receiver->vpc_id, &walk->header.destination);
    bool alone = !vp_place_is_held(&holder) && vp_walk_nat_sender(walk) != NULL;
    if (alone || vp_place_same(&holder, receiver)) {
        return true;
    }
    vp_explanation *explanation = fail(walk, "RETURN_ROUTE_WRONG_VPC", NULL);
    explanation->interface_met =
        holder.network_interface == NULL ? NULL : &holder.network_interface->record;
    explanation->destination_vpc = receiver->vpc;
    return false;
}

/*
 * Opens the hop of who gets the answer. A NAT gateway is one itself, whose table is asked next;
 * other translators are their interfaces.
 */
static vp_record *pass_receiver(vp_walk *walk, const vp_place *receiver) {
    const vp_stage *nat = vp_walk_nat_sender(walk);
    if (nat == NULL) {
        return vp_walk_pass_place(walk, receiver)->record;
    }
    vp_nat_gateway *gateway = nat->nat;
    walk->own_table = (vp_route_table *)vp_network_find(walk->network, VP_KIND_ROUTE_TABLE,
                                                        gateway->route_table_id);
    return vp_walk_pass(walk, VP_KIND_NAT_GATEWAY, &gateway->record, receiver)->record;
}

/* R6 to R8. A translator hands it on; the source has it. */
static vp_step arrive(vp_walk *walk) {
    vp_place receiver = receiver_of(walk);
    vp_record *translator = pass_receiver(walk, &receiver);
    if (receiver.subnet != walk->at.subnet) {
        vp_walk_acl(walk, receiver.subnet, false);
    }
    if (!is_receiver(walk, &receiver)) {
        return VP_STEP_FAILED;
    }
    if (vp_walk_top_stage(walk) == NULL) {
        return VP_STEP_LEFT;
    }
    vp_walk_via(walk, translator);
    vp_walk_pop_stage(walk);
    vp_walk_hop(walk)->header = walk->header;
    walk->at = receiver;
    return VP_STEP_LOOKUP;
}

/* The answer comes back in by the gateway that let the request out. */
static vp_step come_back_in(vp_walk *walk) {
    const vp_stage *top = vp_walk_top_stage(walk);
    vp_record *gateway = top->gateway;
    if (gateway->kind == VP_KIND_TRANSIT_GATEWAY) {
        vp_step step = vp_walk_return_by_transit(walk);
        return step == VP_STEP_LEFT ? leave_by_transit(walk, NULL) : step;
    }
    vp_place inside = {NULL, NULL, top->place.vpc, top->place.vpc_id};
    vp_walk_via(walk, gateway);
    vp_walk_pop_stage(walk);
    (void)vp_walk_pass(walk, (vp_kind)gateway->kind, gateway, &inside);
    walk->at = inside;
    return vp_walk_enter(walk, gateway);
}

/* From look-up to look-up until the source has it. */
static void walk_back(vp_walk *walk) {
    vp_step step = VP_STEP_LOOKUP;
    if (walk->left) {
        step = VP_STEP_LEFT;
    } else {
        walk->at = walk->reached;
        (void)vp_walk_pass_place(walk, &walk->reached);
    }
    while (step != VP_STEP_FAILED) {
        if (step == VP_STEP_LOOKUP) {
            step = look_up(walk);
            continue;
        }
        if (step == VP_STEP_DELIVER) {
            step = arrive(walk);
            if (step == VP_STEP_LEFT) {
                return; /* the source has it */
            }
            continue;
        }
        const vp_stage *top = vp_walk_top_stage(walk);
        if (top == NULL || top->gateway->kind != VP_KIND_VPC_ENDPOINT) { /* a service is no hop */
            (void)vp_walk_pass_outside(walk, top == NULL ? walk->came_by : top->gateway,
                                       top == NULL ? &walk->header.destination
                                                   : &walk->header.source);
        }
        if (top == NULL) {
            return; /* the source is out there */
        }
        step = come_back_in(walk);
    }
}

/* A reply that works but passes other components than the request (D51). */
static void warn_of_asymmetry(vp_walk *walk) {
    const vp_trace_list *there = &walk->trace->via, *back = &walk->trace->return_via;
    bool same = there->count == back->count;
    for (uint32_t i = 0; same && i < there->count; i++) {
        same = ((vp_record **)there->items)[i] == ((vp_record **)back->items)[back->count - 1 - i];
    }
    if (!same) {
        (void)vp_walk_warn(walk, "ASYMMETRIC_PATH", NULL);
    }
}

/* Source and destination change places; inside one subnet there is nothing to judge (R1). */
static void walk_and_judge(vp_walk *walk) {
    uint32_t before = walk->trace->explanations.count;
    vp_addr source = walk->header.source;
    walk->replying = true;
    walk->lookups = 0;
    walk->header.source = walk->header.destination;
    walk->header.destination = source;
    if (walk->direct) {
        (void)vp_walk_pass_place(walk, &walk->reached);
        (void)vp_walk_pass_place(walk, &walk->from);
        return;
    }
    walk_back(walk);
    if (walk->trace->explanations.count == before) {
        warn_of_asymmetry(walk);
    }
}

/*
 * Of the ICMP types only an echo request is answered. Where others pass, an echo that finds no way
 * back is one type less, not a failure.
 */
static void answer_echo(vp_walk *walk) {
    int32_t request = (walk->family == 6 ? 128 : 8) * 256;
    int32_t reply = (walk->family == 6 ? 129 : 0) * 256;
    uint32_t before = walk->trace->explanations.count;
    if (!vp_ports_contains(&walk->trace->ports, request)) {
        return;
    }
    bool alone = vp_ports_is_within(&walk->trace->ports, request, request);
    vp_ports_clear(&walk->echo);
    vp_ports_add(&walk->echo, reply, reply);
    walk_and_judge(walk);
    if (!alone && walk->trace->explanations.count > before) {
        walk->trace->explanations.count = before;
        walk->trace->return_path.count = 0;
        vp_ports_remove(&walk->trace->ports, request, request);
    }
}

void vp_walk_reply(vp_walk *walk) {
    if (vp_axis_of(walk->protocol, walk->family) == VP_AXIS_ICMP) {
        answer_echo(walk);
    } else {
        walk_and_judge(walk);
    }
}
