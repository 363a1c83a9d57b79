/*
 * vp_walk_transit.c - a packet on its way through one transit gateway or several.
 *
 * The one idea: one loop over gateways, from the attachment by which the packet comes to the one by
 * which it leaves them; peering attachments only lead to the next turn. AWS: Transit Gateway Guide,
 * "How transit gateways work", "Network ACLs for transit gateways".
 */
#include "vp_walk_transit.h"

#include "vp_vpn.h"

/* A packet between attachments. */
typedef struct passage {
    vp_transit_gateway_attachment *from; /* by which it comes to the gateway */
    vp_name gateway_id;
    const vp_subnet *zone; /* a subnet in the zone that it came from, or NULL */
    uint32_t gateways;     /* passed so far */
    vp_transit_choice choice;
} passage;

static vp_explanation *fail(vp_walk *walk, const char *code, const passage *way) {
    vp_explanation *explanation = vp_walk_fail(walk, code, vp_walk_direction(walk, true));
    vp_transit_gateway *gateway = vp_transit_find(walk->network, way->gateway_id);
    explanation->gateway = gateway == NULL ? NULL : &gateway->record;
    explanation->transit_attachment = way->from;
    explanation->vpc = walk->at.vpc;
    explanation->subnet = walk->at.subnet;
    explanation->address = walk->header.destination;
    return explanation;
}

/* The decision of a gateway failed, or the attachment that it chose cannot be used. */
static vp_step fail_decision(vp_walk *walk, const char *code, const passage *way) {
    const vp_transit_choice *choice = &way->choice;
    vp_explanation *explanation = fail(walk, code, way);
    explanation->transit_table = choice->table;
    explanation->transit_route = choice->route;
    explanation->id = choice->missing_id;
    if (choice->next != NULL) {
        explanation->transit_attachment = choice->next;
        explanation->state = choice->next->state;
    }
    return VP_STEP_FAILED;
}

/* ---- out of the gateways --------------------------------------------------------------------- */

/* With appliance mode the answer takes the zone that the request took (3.6). */
static vp_subnet *subnet_of_request(const vp_walk *walk,
                                    const vp_transit_gateway_attachment *attachment) {
    const vp_trace_list *path = &walk->trace->path;
    if (!walk->replying ||
        !vp_transit_is_enabled(walk->network, attachment->options.appliance_mode_support)) {
        return NULL;
    }
    for (uint32_t i = 0; i < path->count; i++) {
        const vp_hop *hop = &((const vp_hop *)path->items)[i];
        if (hop->record == &attachment->record && hop->subnet != NULL) {
            return hop->subnet;
        }
    }
    return NULL;
}

/* Group references survive one gateway where all three have the option, and no second one. */
static void note_groups(vp_walk *walk, const passage *way) {
    const vp_transit_choice *choice = &way->choice;
    bool kept = walk->way == VP_WAY_LOCAL && way->gateways == 1 &&
                vp_transit_keeps_groups(walk->network, choice->gateway, way->from, choice->next);
    walk->way = kept ? VP_WAY_TRANSIT : VP_WAY_TRANSIT_OFF;
}

/* Into a VPC: the packet is in the attachment's subnet there, whose table is asked next. */
static vp_step enter_vpc(vp_walk *walk, passage *way) {
    vp_transit_gateway_attachment *next = way->choice.next;
    bool complete;
    vp_subnet *subnet = subnet_of_request(walk, next);
    if (subnet == NULL) {
        subnet = vp_transit_subnet_of(walk->network, next, way->zone, true, &complete);
    }
    if (subnet == NULL) {
        way->choice.missing_id = next->resource_id;
        return fail_decision(walk, "UNKNOWN_RESOURCE", way);
    }
    walk->at = (vp_place){NULL, subnet, subnet->vpc, subnet->vpc_id};
    (void)vp_walk_pass(walk, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, &next->record, &walk->at);
    vp_walk_limit_mtu(walk, 8500);
    if (!walk->replying) {
        note_groups(walk, way);
        walk->came_by = &way->choice.gateway->record;
    }
    return VP_STEP_LOOKUP;
}

/* What the data do not have is taken to be up, as a connection without telemetry is (D19). */
static bool is_vpn_down(const vp_walk *walk, const vp_transit_gateway_attachment *attachment) {
    const vp_vpn_connection *connection = (const vp_vpn_connection *)vp_network_find(
        walk->network, VP_KIND_VPN_CONNECTION, attachment->resource_id);
    return vp_transit_type_of(walk->network, attachment) == VP_TRANSIT_VPN && connection != NULL &&
           !vp_vpn_connection_works(walk->network, connection);
}

vp_hop *vp_walk_pass_behind_transit(vp_walk *walk) {
    const vp_vpn_connection *connection =
        walk->outside == NULL
            ? NULL
            : (const vp_vpn_connection *)vp_network_find(walk->network, VP_KIND_VPN_CONNECTION,
                                                         walk->outside->resource_id);
    vp_record *customer = connection == NULL
                              ? NULL
                              : vp_network_find(walk->network, VP_KIND_CUSTOMER_GATEWAY,
                                                connection->customer_gateway_id);
    return vp_walk_pass(walk, VP_KIND_CUSTOMER_GATEWAY, customer, NULL);
}

static const char *medium_of(const vp_walk *walk, const vp_transit_gateway_attachment *outside) {
    return vp_transit_type_of(walk->network, outside) == VP_TRANSIT_VPN ? "vpn" : "dx";
}

/* Out of the model: an interface that was named is not there, whatever its address is. */
static vp_step leave(vp_walk *walk, const passage *way) {
    vp_record *gateway = &way->choice.gateway->record;
    vp_end_kind asked = walk->query->to.kind;
    vp_stage *stage = vp_walk_push_stage(walk, &walk->at, gateway);
    if (stage == NULL) {
        return VP_STEP_FAILED;
    }
    stage->outside = way->choice.next;
    (void)vp_walk_pass_behind_transit(walk);
    if (vp_end_has_interfaces(asked) || asked == VP_END_SUBNET) {
        vp_explanation *explanation = fail(walk, "NO_PATH", way);
        explanation->connection = medium_of(walk, way->choice.next);
        explanation->destination_vpc = walk->to.vpc;
        return VP_STEP_FAILED;
    }
    walk->left = true;
    walk->arrived = true;
    return VP_STEP_LEFT;
}

/* On premises; the hop of what is there is opened here for a request, by the caller for a reply. */
static vp_step go_outside(vp_walk *walk, passage *way) {
    vp_transit_gateway_attachment *next = way->choice.next;
    (void)vp_walk_pass(walk, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, &next->record, NULL);
    if (is_vpn_down(walk, next)) {
        way->choice.missing_id = next->resource_id;
        return fail_decision(walk, "TGW_BAD_STATE_VPN", way);
    }
    walk->outside = next;
    return walk->replying ? VP_STEP_LEFT : leave(walk, way);
}

/* ---- from gateway to gateway ----------------------------------------------------------------- */

/* One gateway: its hop, its decision. */
static bool ask_gateway(vp_walk *walk, passage *way) {
    vp_transit_choice *choice = &way->choice;
    vp_transit_route_packet(walk->network, way->from, way->gateway_id, &walk->header.destination,
                            choice);
    if (choice->gateway != NULL) {
        vp_walk_via(walk, &choice->gateway->record);
        vp_hop *hop = vp_walk_pass(walk, VP_KIND_TRANSIT_GATEWAY, &choice->gateway->record, NULL);
        hop->transit_table = choice->table;
        hop->transit_route = choice->route;
        way->gateways++;
    }
    if (choice->problem != NULL) {
        (void)fail_decision(walk, choice->problem, way);
    }
    return choice->problem == NULL;
}

static vp_step pass_gateways(vp_walk *walk, passage *way) {
    for (;;) {
        if (++walk->lookups > VP_TRACE_LOOKUPS_MAX) {
            (void)fail(walk, "ROUTING_LOOP", way);
            return VP_STEP_FAILED;
        }
        if (!ask_gateway(walk, way)) {
            return VP_STEP_FAILED;
        }
        vp_transit_gateway_attachment *next = way->choice.next;
        switch (vp_transit_type_of(walk->network, next)) {
        case VP_TRANSIT_VPC:
            return enter_vpc(walk, way);
        case VP_TRANSIT_PEERING:
            (void)vp_walk_pass(walk, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, &next->record, NULL);
            way->gateway_id = vp_transit_other_end(next, way->gateway_id);
            way->from = next;
            break;
        default:
            return go_outside(walk, way);
        }
    }
}

/* ---- into the gateways ----------------------------------------------------------------------- */

/* The zone rule: the attachment needs a subnet in the zone of the sender's. */
static const char *zone_problem(const vp_walk *walk, const passage *way, vp_subnet **subnet) {
    bool complete;
    *subnet = vp_transit_subnet_of(walk->network, way->from, walk->at.subnet,
                                   walk->at.subnet == NULL, &complete);
    if (*subnet != NULL) {
        return NULL;
    }
    return complete ? "TGW_ROUTE_AZ_RESTRICTION" : "UNKNOWN_RESOURCE";
}

/*
 * The inbound rules of the attachment's subnet are asked also where the sender is in that subnet
 * (3.6).
 */
vp_step vp_walk_transit_gateway(vp_walk *walk, vp_route_table *table,
                                const vp_route_choice *choice) {
    passage way = {.gateway_id = choice->target_id, .zone = walk->at.subnet};
    vp_transit_gateway *gateway = vp_transit_find(walk->network, choice->target_id);
    vp_subnet *subnet = NULL;
    way.from = vp_transit_attachment_of(walk->network, choice->target_id, walk->at.vpc_id);
    const char *problem = gateway == NULL    ? "UNKNOWN_DESTINATION"
                          : way.from == NULL ? "UNKNOWN_RESOURCE"
                                             : zone_problem(walk, &way, &subnet);
    if (problem != NULL) {
        vp_explanation *explanation = fail(walk, problem, &way);
        explanation->route_table = table;
        explanation->route = choice->route;
        explanation->id = gateway == NULL ? choice->target_id : VP_NO_NAME;
        return VP_STEP_FAILED;
    }
    vp_place place = {NULL, subnet, walk->at.vpc, walk->at.vpc_id};
    (void)vp_walk_pass(walk, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, &way.from->record, &place);
    vp_walk_acl(walk, subnet, false);
    return pass_gateways(walk, &way);
}

/* The attachment that the question names, else the first one on premises near the destination. */
static vp_transit_gateway_attachment *entrance(const vp_walk *walk) {
    vp_record *named = walk->query->from.record;
    vp_vpc *destination = vp_walk_destination_vpc(walk);
    if (named != NULL) {
        return (vp_transit_gateway_attachment *)named;
    }
    const vp_rows *rows = vp_network_rows(walk->network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT);
    for (uint32_t i = 0; destination != NULL && i < rows->count; i++) {
        vp_transit_gateway_attachment *one = (vp_transit_gateway_attachment *)rows->rows[i];
        vp_transit_type type = vp_transit_type_of(walk->network, one);
        if ((type == VP_TRANSIT_VPN || type == VP_TRANSIT_DIRECT_CONNECT) &&
            vp_transit_attachment_of(walk->network, one->transit_gateway_id,
                                     destination->record.id) != NULL) {
            return one;
        }
    }
    return NULL;
}

vp_step vp_walk_start_behind_transit(vp_walk *walk, bool *begun) {
    vp_transit_gateway_attachment *attachment = entrance(walk);
    *begun = attachment != NULL;
    if (attachment == NULL) {
        return VP_STEP_FAILED;
    }
    passage way = {.from = attachment, .gateway_id = attachment->transit_gateway_id};
    walk->outside = walk->entrance = attachment;
    walk->sender = (vp_place){NULL, NULL, NULL, VP_NO_NAME};
    walk->at = walk->sender;
    (void)vp_walk_pass_behind_transit(walk);
    (void)vp_walk_pass(walk, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, &attachment->record, NULL);
    if (is_vpn_down(walk, attachment)) {
        vp_explanation *explanation = fail(walk, "TGW_BAD_STATE_VPN", &way);
        explanation->id = attachment->resource_id;
        return VP_STEP_FAILED;
    }
    return pass_gateways(walk, &way);
}

vp_step vp_walk_return_by_transit(vp_walk *walk) {
    const vp_stage *top = vp_walk_top_stage(walk);
    passage way = {.from = top->outside, .gateway_id = top->gateway->id};
    vp_walk_pop_stage(walk);
    walk->at = (vp_place){NULL, NULL, NULL, VP_NO_NAME};
    (void)vp_walk_pass(walk, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, &way.from->record, NULL);
    return pass_gateways(walk, &way);
}

/* ---- around it ------------------------------------------------------------------------------- */

bool vp_walk_is_near_transit(const vp_walk *walk, const vp_route_choice *choice) {
    const vp_trace_list *path = walk->replying ? &walk->trace->return_path : &walk->trace->path;
    const vp_hop *last = path->count == 0 ? NULL : &((const vp_hop *)path->items)[path->count - 1];
    if (last == NULL || last->kind != VP_KIND_TRANSIT_GATEWAY_ATTACHMENT ||
        walk->at.subnet == NULL) {
        return false;
    }
    if (choice->target == VP_TARGET_LOCAL) {
        return vp_walk_holder(walk, walk->at.vpc_id, &walk->header.destination).subnet ==
               walk->at.subnet;
    }
    const vp_network_interface *box =
        choice->target == VP_TARGET_INTERFACE
            ? vp_route_interface(walk->network, walk->index, choice->route)
            : NULL;
    return box != NULL && box->subnet == walk->at.subnet;
}

/* In one zone alone both directions take the same way in any mode. */
static bool spans_zones(const vp_walk *walk, const vp_transit_gateway_attachment *attachment) {
    const vp_subnet *first = NULL;
    for (uint32_t i = 0; i < attachment->subnet_ids.count; i++) {
        const vp_subnet *subnet = (const vp_subnet *)vp_network_find(
            walk->network, VP_KIND_SUBNET,
            VP_ITEM(vp_text_item, &attachment->subnet_ids, i)->value);
        if (subnet != NULL && first != NULL && !vp_transit_same_zone(first, subnet)) {
            return true;
        }
        first = subnet != NULL ? subnet : first;
    }
    return false;
}

void vp_walk_warn_of_appliance(vp_walk *walk) {
    if (walk->replying || walk->came_by == NULL || walk->came_by->kind != VP_KIND_TRANSIT_GATEWAY) {
        return;
    }
    vp_transit_gateway_attachment *attachment =
        vp_transit_attachment_of(walk->network, walk->came_by->id, walk->at.vpc_id);
    if (attachment == NULL || !spans_zones(walk, attachment) ||
        vp_transit_is_enabled(walk->network, attachment->options.appliance_mode_support)) {
        return;
    }
    vp_explanation *warning =
        vp_walk_warn(walk, "TRANSIT_GATEWAY_APPLIANCE_MODE_RECOMMENDED", attachment);
    if (warning != NULL) {
        warning->gateway = walk->came_by;
        warning->transit_attachment = attachment;
        warning->vpc = walk->at.vpc;
    }
}

/* The prefixes that the routes of the gateway's tables send to the attachment. */
bool vp_walk_next_behind_transit(const vp_walk *walk,
                                 const vp_transit_gateway_attachment *attachment,
                                 const vp_addr *address, vp_addr *found) {
    const vp_rows *rows = vp_network_rows(walk->network, VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE);
    bool knows_any = false, any = false;
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_transit_gateway_route_table *table =
            (const vp_transit_gateway_route_table *)rows->rows[i];
        vp_transit_cursor cursor = {0, 0, 0};
        vp_transit_route route;
        while (table->transit_gateway_id == attachment->transit_gateway_id &&
               vp_transit_next_route(walk->network, table, &cursor, &route)) {
            const vp_addr *first = &route.block.address;
            if (route.attachment_id != attachment->record.id) {
                continue;
            }
            knows_any = true;
            if (vp_cidr_contains_addr(&route.block, address)) {
                *found = *address;
                return true;
            }
            if (first->family == address->family && vp_addr_compare(first, address) > 0 &&
                (!any || vp_addr_compare(first, found) < 0)) {
                *found = *first;
                any = true;
            }
        }
    }
    return knows_any ? any : vp_walk_next_outside(address, true, found);
}

/* Does a route lead where the question wants to go: by that attachment, or to that gateway? */
static bool leads_there(const vp_walk *walk, const vp_hop *hop, const vp_transit_route *route) {
    const vp_record *asked = walk->query->to.record;
    const vp_transit_gateway_attachment *attachment =
        vp_transit_find_attachment(walk->network, route->attachment_id);
    return attachment != NULL &&
           (&attachment->record == asked ||
            (vp_transit_type_of(walk->network, attachment) == VP_TRANSIT_PEERING &&
             vp_transit_other_end(attachment, hop->record->id) == asked->id));
}

/* The longest route of one table that leads there and was not taken. */
static bool find_beaten(const vp_walk *walk, const vp_hop *hop, vp_transit_route *beaten) {
    vp_transit_cursor cursor = {0, 0, 0};
    vp_transit_route route;
    bool found = false;
    while (hop->transit_table != NULL &&
           vp_transit_next_route(walk->network, hop->transit_table, &cursor, &route)) {
        if (vp_cidr_contains_addr(&route.block, &hop->header.destination) &&
            route.attachment_id != hop->transit_route.attachment_id &&
            leads_there(walk, hop, &route) &&
            (!found || route.block.prefix_length > beaten->block.prefix_length)) {
            *beaten = route;
            found = true;
        }
    }
    return found;
}

void vp_walk_hint_at_transit_routes(vp_walk *walk) {
    for (uint32_t i = 0; walk->query->to.record != NULL && i < walk->trace->path.count; i++) {
        const vp_hop *hop = &((const vp_hop *)walk->trace->path.items)[i];
        vp_transit_route beaten;
        if (!find_beaten(walk, hop, &beaten)) {
            continue;
        }
        bool shorter = beaten.block.prefix_length < hop->transit_route.block.prefix_length;
        vp_explanation *hint = vp_walk_hint(walk, shorter ? "TGW_RTB_MORE_SPECIFIC_ROUTE"
                                                          : "TGW_RTB_HIGHER_PRIORITY_ROUTE");
        hint->gateway = hop->record;
        hint->transit_table = hop->transit_table;
        hint->transit_route = hop->transit_route;
        hint->id = walk->query->to.record->id;
        hint->address = hop->header.destination;
    }
}
