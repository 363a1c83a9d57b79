/*
 * vp_walk_pairs.c - the question as a whole: which pairs are walked, and which walk is the answer.
 *
 * The one idea: every pair of addresses (and, for "any protocol", every protocol) is walked into
 * the same trace; the best one is remembered by its addresses alone and walked again if it was not
 * the last. A walk is a few microseconds and so cheaper than keeping two traces.
 */
#include "vp_walk_side.h"

#include "vp_endpoint.h"
#include "vp_walk_outbound.h"
#include "vp_walk_transit.h"
#include "vp_walk_vpn.h"

#include <string.h>

/* What is walked: enough to walk it again. */
typedef struct pair {
    int protocol;
    vp_place from, to;
    vp_addr from_address, to_address;
} pair;

/* Capacity stays: asking again allocates nothing. */
static void reset_lists(vp_trace *trace) {
    vp_trace_list *const lists[] = {&trace->path,         &trace->return_path, &trace->via,
                                    &trace->explanations, &trace->hints,       &trace->warnings,
                                    &trace->traceroute,   &trace->chains,      &trace->stages,
                                    &trace->saved_ports,  &trace->return_via};
    for (size_t i = 0; i < VP_COUNT_OF(lists); i++) {
        lists[i]->count = 0;
    }
    trace->mtu = 9001;
    trace->reachable = 0;
}

/* The set that the packet starts with: ports, ICMP types, or protocol numbers. */
static void set_ports(vp_walk *walk) {
    const vp_trace_query *query = walk->query;
    vp_ports *ports = &walk->trace->ports;
    int32_t first = 0, last = VP_PORTS_MAX;
    vp_ports_copy(&walk->trace->source_ports, &query->source_ports);
    switch (vp_axis_of(walk->protocol, walk->family)) {
    case VP_AXIS_PORTS:
        vp_ports_copy(ports, &query->ports);
        return;
    case VP_AXIS_ICMP:
        if (!query->icmp_given) {
            first = last = (walk->family == 6 ? 128 : 8) * 256;
        } else if (query->icmp_type >= 0) {
            first = query->icmp_type * 256 + (query->icmp_code < 0 ? 0 : query->icmp_code);
            last = query->icmp_code < 0 ? first + 255 : first;
        }
        break;
    default:
        first = walk->protocol == VP_PROTOCOL_OTHER ? 0 : walk->protocol;
        last = walk->protocol == VP_PROTOCOL_OTHER ? 255 : walk->protocol;
        break;
    }
    vp_ports_clear(ports);
    vp_ports_add(ports, first, last);
    if (walk->protocol == VP_PROTOCOL_OTHER) {
        vp_ports_remove(ports, VP_PROTOCOL_TCP, VP_PROTOCOL_TCP);
        vp_ports_remove(ports, VP_PROTOCOL_UDP, VP_PROTOCOL_UDP);
        int icmp = walk->family == 6 ? VP_PROTOCOL_ICMPV6 : VP_PROTOCOL_ICMP;
        vp_ports_remove(ports, icmp, icmp);
    }
}

static void set_pair(vp_walk *walk, const pair *walked) {
    reset_lists(walk->trace);
    walk->protocol = walked->protocol;
    walk->from = walked->from;
    walk->to = walked->to;
    walk->from_address = walked->from_address;
    walk->to_address = walked->to_address;
    walk->family = walked->from_address.family != 0 ? walked->from_address.family : walk->family;
    walk->came_by = NULL;
    walk->crossed = NULL;
    walk->way = VP_WAY_LOCAL;
    walk->outside = walk->entrance = NULL;
    walk->own_table = NULL;
    walk->direct = walk->arrived = walk->left = walk->at_service = walk->replying = false;
    walk->refused = false;
    walk->lookups = 0;
    walk->ended = NULL;
    set_ports(walk);
}

static bool is_gateway_asked(const vp_walk *walk) {
    return walk->query->to.kind == VP_END_GATEWAY || walk->query->to.kind == VP_END_INTERNET ||
           walk->query->to.kind == VP_END_ONPREM;
}

/* The gateway that a route would have to name: that of an attachment, for one. */
static vp_name gateway_asked(const vp_walk *walk) {
    const vp_record *asked = walk->query->to.record;
    if (asked != NULL && asked->kind == VP_KIND_TRANSIT_GATEWAY_ATTACHMENT) {
        return ((const vp_transit_gateway_attachment *)asked)->transit_gateway_id;
    }
    return asked == NULL ? VP_NO_NAME : asked->id;
}

/* Without a name any gateway that leads there will do. */
static bool has_passed_gateway(const vp_walk *walk) {
    const vp_trace_list *via = &walk->trace->via;
    bool on_premises = vp_walk_ends_on_premises(walk);
    const vp_record *asked = walk->query->to.record;
    if (asked != NULL && asked->kind == VP_KIND_TRANSIT_GATEWAY_ATTACHMENT) {
        return walk->left && walk->outside != NULL && &walk->outside->record == asked;
    }
    for (uint32_t i = 0; i < via->count; i++) {
        const vp_record *record = ((vp_record *const *)via->items)[i];
        bool leads_there = on_premises
                               ? record->kind == VP_KIND_VPN_GATEWAY || walk->outside != NULL
                               : vp_trace_faces_internet(record);
        if (walk->query->to.record == NULL ? leads_there : record == walk->query->to.record) {
            return true;
        }
    }
    return false;
}

/* The walk ended well, but elsewhere: the first table decided that (D56). */
static void explain_no_path(vp_walk *walk) {
    vp_explanation *explanation = vp_walk_explain(walk, "NO_PATH", VP_EGRESS);
    const vp_hop *first = walk->trace->path.items;
    uint8_t length = 0;
    explanation->gateway = walk->query->to.record;
    explanation->id = gateway_asked(walk);
    explanation->route_table = first->route_table;
    explanation->route = first->route;
    explanation->address = walk->to_address;
    vp_walk_hint_at_transit_routes(walk);
    const vp_route *beaten =
        first->route_table == NULL
            ? NULL
            : vp_route_leading_to(walk->network, first->route_table, &walk->to_address,
                                  gateway_asked(walk), &length);
    if (beaten == NULL || first->route == NULL || beaten == first->route) {
        return;
    }
    vp_explanation *hint =
        vp_walk_hint(walk, length < first->route_entry.prefix_length ? "MORE_SPECIFIC_ROUTE"
                                                                     : "HIGHER_PRIORITY_ROUTE");
    hint->gateway = walk->query->to.record;
    hint->id = gateway_asked(walk);
    hint->route_table = first->route_table;
    hint->route = first->route;
}

/*
 * No public address is routed to the gateway, so there is nothing to send to: the hop shows the
 * sender's address alone. Groups without rules let nothing out whatever the address is; that is
 * certain even where the table is not known.
 */
static void explain_no_way_out(vp_walk *walk) {
    vp_route_table *table = walk->from.subnet == NULL ? NULL : walk->from.subnet->route_table;
    bool unknown = walk->from.subnet != NULL && table == NULL;
    walk->header.source = walk->from_address;
    walk->header.destination = walk->to_address;
    (void)vp_walk_pass_place(walk, &walk->from);
    if (walk->from.network_interface != NULL &&
        vp_filter_is_closed(walk->network, walk->from.network_interface, true)) {
        vp_walk_groups(walk, &walk->from, true);
    }
    vp_explanation *explanation =
        vp_walk_fail(walk, unknown ? "UNKNOWN_RESOURCE" : "NO_ROUTE_TO_DESTINATION", VP_EGRESS);
    explanation->subnet = walk->from.subnet;
    explanation->vpc = walk->from.vpc;
    explanation->route_table = table;
    explanation->gateway = walk->query->to.record;
    explanation->id = gateway_asked(walk);
    explanation->cidr.address = vp_addr_lowest(walk->family);
}

/*
 * A component is anything with an id that had a part in the hop: what was passed and what decided.
 */
static bool is_hop_of(const vp_hop *hop, vp_name id) {
    const vp_record *const records[] = {hop->record,
                                        hop->vpc == NULL ? NULL : &hop->vpc->record,
                                        hop->subnet == NULL ? NULL : &hop->subnet->record,
                                        hop->route_table == NULL ? NULL : &hop->route_table->record,
                                        hop->network_acl == NULL ? NULL : &hop->network_acl->record,
                                        hop->security_group == NULL ? NULL
                                                                    : &hop->security_group->record};
    for (size_t i = 0; i < VP_COUNT_OF(records); i++) {
        if (records[i] != NULL && records[i]->id == id) {
            return true;
        }
    }
    return false;
}

/* An interface endpoint has a part in the hop of each of its interfaces. */
static bool is_endpoint_of(const vp_walk *walk, const vp_hop *hop, vp_name id) {
    const vp_vpc_endpoint *endpoint = vp_endpoint_find(walk->network, id);
    return endpoint != NULL && hop->record != NULL &&
           vp_endpoint_lists(&endpoint->network_interface_ids, hop->record->id);
}

static bool passes(const vp_walk *walk, vp_name id) {
    const vp_trace_list *path = &walk->trace->path;
    for (uint32_t i = 0; i < path->count; i++) {
        const vp_hop *hop = &((const vp_hop *)path->items)[i];
        if (is_hop_of(hop, id) || is_endpoint_of(walk, hop, id)) {
            return true;
        }
    }
    return false;
}

/* Only a path that works is judged, so that a real obstacle is never hidden behind this one. */
static void apply_component_filter(vp_walk *walk) {
    const vp_trace_query *query = walk->query;
    for (uint32_t i = 0; i < query->through_count; i++) {
        if (!passes(walk, query->through[i])) {
            vp_walk_explain(walk, "COMPONENT_FILTER_RESTRICTION", VP_EGRESS)->id =
                query->through[i];
            return;
        }
    }
    for (uint32_t i = 0; i < query->avoid_count; i++) {
        if (passes(walk, query->avoid[i])) {
            vp_walk_explain(walk, "COMPONENT_FILTER_RESTRICTION_REMOVED_COMPONENT", VP_EGRESS)->id =
                query->avoid[i];
            return;
        }
    }
}

/*
 * Unknown needs every reason to be one of lacking data: one known obstacle is enough for "no"
 * (9.10).
 */
static int verdict_of(const vp_trace *trace) {
    static const char *const unknown[] = {"UNSUPPORTED_COMPONENT", "UNKNOWN_RESOURCE",
                                          "UNKNOWN_DESTINATION", "TGW_RTB_ROUTES_ARE_UNKNOWN"};
    for (uint32_t i = 0; i < trace->explanations.count; i++) {
        const char *code = ((const vp_explanation *)trace->explanations.items)[i].code;
        bool known = true;
        for (size_t k = 0; k < VP_COUNT_OF(unknown); k++) {
            known = known && strcmp(code, unknown[k]) != 0;
        }
        if (known) {
            return 0;
        }
    }
    return trace->explanations.count == 0 ? 1 : -1;
}

/*
 * The steps of part 9 for one pair: check, request, reply, and whether the path is one that was
 * asked for.
 */
static void walk_pair(vp_walk *walk, const pair *walked) {
    set_pair(walk, walked);
    if (!vp_walk_check_pair(walk)) {
        walk->trace->reachable = verdict_of(walk->trace);
        return;
    }
    if (walk->to_address.family == 0) {
        explain_no_way_out(walk);
        walk->trace->reachable = verdict_of(walk->trace);
        return;
    }
    vp_walk_request(walk);
    if (walk->arrived && is_gateway_asked(walk) && verdict_of(walk->trace) != 0 &&
        !has_passed_gateway(walk)) {
        explain_no_path(walk);
    }
    if (walk->arrived && walk->query->bidirectional && !walk->at_service) {
        vp_walk_reply(walk);
    }
    if (walk->trace->explanations.count == 0) {
        apply_component_filter(walk);
        walk->refused = walk->trace->explanations.count > 0;
    }
    walk->trace->reachable = verdict_of(walk->trace);
}

/* The best walk so far and the one that was made last. */
typedef struct search {
    pair first, best, unknown, refused, last; /* refused: by through or avoid alone */
    bool has_first, has_best, has_unknown, has_refused, last_is_best;
    bool one_to_one; /* no end has several interfaces */
    uint32_t best_hops;
} search;

static bool is_same_pair(const pair *a, const pair *b) {
    return a->protocol == b->protocol && vp_place_same(&a->from, &b->from) &&
           vp_place_same(&a->to, &b->to) && vp_addr_equals(&a->from_address, &b->from_address) &&
           vp_addr_equals(&a->to_address, &b->to_address);
}

/*
 * Fewer hops are better (9.10); of equal ones the first stays, so the order of addresses decides.
 */
static void try_pair(vp_walk *walk, search *found, const pair *walked) {
    walk_pair(walk, walked);
    uint32_t hops = walk->trace->path.count;
    found->last_is_best = false;
    if (!found->has_first) {
        found->first = *walked;
        found->has_first = true;
    }
    if (walk->trace->reachable == 1 && (!found->has_best || hops < found->best_hops)) {
        found->best = *walked;
        found->best_hops = hops;
        found->has_best = true;
        found->last_is_best = true;
    }
    if (walk->refused && !found->has_refused) {
        found->refused = *walked;
        found->has_refused = true;
    }
    if (walk->trace->reachable == -1 && !found->has_unknown) {
        found->unknown = *walked;
        found->has_unknown = true;
    }
    found->last = *walked;
}

/* Does some address of the internet, or on premises, get in? The lowest one first, then where rules
 * change. */
static void try_from_anywhere(vp_walk *walk, search *found, pair *walked) {
    vp_addr lowest = vp_addr_lowest(walk->family);
    walk->to = walked->to;
    walk->to_address = walked->to_address;
    (void)vp_side_next_source(walk, &lowest, &walked->from_address);
    try_pair(walk, found, walked);
    if (walk->trace->reachable != 0) {
        return;
    }
    vp_side_candidates(walk, &walked->to, walk->family);
    for (uint32_t i = 0; i < walk->trace->candidates.count && walk->status == VP_OK; i++) {
        walked->from_address = ((const vp_addr *)walk->trace->candidates.items)[i];
        try_pair(walk, found, walked);
        if (walk->trace->reachable == 1) {
            return;
        }
    }
}

/* The fewest hops that a path can have: no other pair can do better. */
static bool is_shortest(const search *found) {
    const pair *best = &found->best;
    bool apart = found->one_to_one && best->from.vpc_id != best->to.vpc_id;
    return found->has_best && found->best_hops <= (apart ? 3u : 2u);
}

/*
 * A bare destination that an interface holds is that interface. Seen from the internet it is the
 * one that has it there: only then are the gateway that leads there and its rules known.
 */
static void settle_destination(const vp_walk *walk, pair *walked) {
    if (walked->to.network_interface == NULL && walked->to.subnet != NULL) {
        vp_network_interface *holder =
            vp_index_interface_at(walk->index, walked->to.vpc_id, &walked->to_address);
        if (holder != NULL) {
            walked->to = vp_place_of(holder);
        }
    }
    if (walk->query->from.kind == VP_END_INTERNET && walk->query->to.kind == VP_END_ADDRESS) {
        vp_network_interface *holder = vp_walk_public_holder(walk, &walked->to_address);
        walked->to = holder == NULL ? walked->to : vp_place_of(holder);
    }
    if (is_gateway_asked(walk) && walked->to_address.family == 0 && walked->from.subnet != NULL &&
        walked->from.subnet->route_table != NULL) {
        (void)vp_side_lowest_through(walk, walked->from.subnet->route_table, walk->family,
                                     gateway_asked(walk), &walked->to_address);
    }
}

/* Sources in order, for each the destinations in order: "the first pair" of D48. */
static void try_protocol(vp_walk *walk, search *found, int protocol) {
    vp_side from, to;
    vp_side_start(walk, &walk->query->from, walk->family, &from);
    while (walk->status == VP_OK && vp_side_next(walk, &from)) {
        vp_side_start(walk, &walk->query->to, walk->family, &to);
        found->one_to_one = from.interface_count <= 1 && to.interface_count <= 1;
        while (walk->status == VP_OK && vp_side_next(walk, &to)) {
            pair walked = {protocol, from.place, to.place, from.value, to.value};
            settle_destination(walk, &walked);
            if (walk->from_outside && walked.from_address.family == 0) {
                try_from_anywhere(walk, found, &walked);
            } else {
                try_pair(walk, found, &walked);
            }
            if (is_shortest(found)) {
                return;
            }
        }
    }
}

/*
 * The protocols of "any" are tried one after the other, and the first that passes is the answer.
 * Where none does, lacking data is said before a refusal by name, and that before the first pair's
 * reasons.
 */
static void try_all(vp_walk *walk) {
    int icmp = walk->family == 6 ? VP_PROTOCOL_ICMPV6 : VP_PROTOCOL_ICMP;
    const int any[] = {VP_PROTOCOL_TCP, VP_PROTOCOL_UDP, icmp, VP_PROTOCOL_OTHER};
    int protocol = walk->query->protocol == VP_PROTOCOL_ICMP ? icmp : walk->query->protocol;
    bool all = protocol == VP_PROTOCOL_ALL;
    search found;
    memset(&found, 0, sizeof found);
    for (size_t i = 0; i < (all ? VP_COUNT_OF(any) : 1) && !found.has_best; i++) {
        try_protocol(walk, &found, all ? any[i] : protocol);
    }
    const pair *answer = found.has_best      ? &found.best
                         : found.has_unknown ? &found.unknown
                         : found.has_refused ? &found.refused
                                             : &found.first;
    if (found.has_first && walk->status == VP_OK && !found.last_is_best &&
        !is_same_pair(answer, &found.last)) {
        walk_pair(walk, answer);
    }
}

static void describe_end(const vp_walk *walk, const vp_place *place, vp_hop *hop) {
    memset(hop, 0, sizeof *hop);
    hop->vpc = place->vpc;
    hop->subnet = place->subnet;
    if (place->network_interface != NULL) {
        hop->kind = VP_KIND_NETWORK_INTERFACE;
        hop->record = &place->network_interface->record;
    } else if (place->subnet != NULL) {
        hop->kind = VP_KIND_SUBNET;
        hop->record = &place->subnet->record;
    }
    hop->header = walk->header;
}

/* A walk that ended beyond a NAT64 gateway speaks of the packet that was asked for. */
static void return_to_question(vp_walk *walk) {
    while (walk->from_address.family != 0 && walk->family != walk->from_address.family &&
           vp_walk_top_stage(walk) != NULL) {
        vp_walk_pop_stage(walk);
    }
}

/* Hints are made for the answer alone: they are the expensive part of a failure. */
static void finish(vp_walk *walk) {
    vp_trace *trace = walk->trace;
    return_to_question(walk);
    bool ends_known =
        walk->to.network_interface == NULL && walk->arrived && !walk->left && !walk->at_service;
    if (trace->reachable != 1) {
        vp_walk_hints(walk);
    } else {
        vp_addr *last = vp_walk_append(walk, &trace->traceroute, sizeof *last);
        if (last != NULL) {
            *last = ((const vp_hop *)trace->path.items)[0].header.destination;
        }
    }
    if (!walk->query->bidirectional) {
        (void)vp_walk_warn(walk, "UNIDIRECTIONAL_PATH_ANALYSIS_ONLY", NULL);
    }
    vp_walk_finish_chains(walk);
    trace->protocol = walk->protocol;
    if (walk->protocol == VP_PROTOCOL_OTHER) {
        trace->protocol = vp_ports_is_empty(&trace->ports) ? VP_PROTOCOL_ALL : trace->ports.low;
    }
    trace->family = walk->family;
    trace->from_address = walk->from_address;
    trace->to_address = walk->to_address;
    describe_end(walk, &walk->from, &trace->from_end);
    describe_end(walk, ends_known ? &walk->reached : &walk->to, &trace->to_end);
}

static bool can_be_source(const vp_end *end) {
    return end->kind != VP_END_ADDRESS && end->kind != VP_END_GATEWAY &&
           (end->kind != VP_END_INTERNET || end->record == NULL ||
            vp_trace_faces_internet(end->record));
}

vp_status vp_trace_run(vp_network *network, const vp_trace_query *query, vp_trace *trace,
                       vp_error *error) {
    vp_walk walk;
    memset(&walk, 0, offsetof(vp_walk, echo));
    reset_lists(trace);
    vp_status status = vp_index_get(network, &walk.index, error);
    if (status != VP_OK) {
        return status;
    }
    if (!can_be_source(&query->from)) {
        return vp_error_set(error, VP_INVALID, "invalid_end",
                            "a question cannot start at a bare address or a gateway: name an "
                            "interface, an instance, subnet=address or internet@gateway=address");
    }
    walk.network = network;
    walk.query = query;
    walk.trace = trace;
    walk.from_outside = query->from.kind == VP_END_INTERNET || query->from.kind == VP_END_ONPREM;
    walk.protocol = query->protocol;
    trace->from = query->from;
    trace->to = query->to;
    if (vp_walk_check_ends(&walk)) {
        try_all(&walk);
    } else {
        vp_ports_copy(&trace->ports, &query->ports);
        vp_ports_copy(&trace->source_ports, &query->source_ports);
        trace->reachable = verdict_of(trace);
    }
    finish(&walk);
    return walk.status == VP_OK ? VP_OK : vp_error_no_memory(error);
}
