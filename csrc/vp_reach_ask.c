/*
 * vp_reach_ask.c - one question about one packet, answered by the engine.
 *
 * The one idea: only "yes" is answered here. A question that is not certain to pass goes on to the
 * literal walk, which also knows why not; so this must never say yes where the walk says no, and
 * may say no whenever a question is unusual.
 */
#include "vp_reach.h"

#define ECHO_REQUEST (8 * 256)
#define ECHO_REQUEST6 (128 * 256)

/* One of the ports in the set, as points of a protocol. */
static bool has_port(const vp_services *services, vp_service set, uint32_t protocol,
                     const vp_ports *ports) {
    vp_ports_range range;
    int32_t position = 0;
    while (vp_ports_next_range(ports, &position, &range)) {
        vp_service_range part = {protocol << 16 | (uint32_t)range.first,
                                 protocol << 16 | (uint32_t)range.last};
        if (vp_service_meets(services, set, part)) {
            return true;
        }
    }
    return false;
}

/* An echo request needs its reply; other types are one-way. */
static bool has_type(const vp_services *services, const vp_path_answer *answer,
                     const vp_trace_query *query, uint8_t family) {
    uint32_t base = (family == 6 ? 58u : 1u) << 16;
    uint32_t echo = base + (family == 6 ? ECHO_REQUEST6 : ECHO_REQUEST);
    uint32_t reply = base + (family == 6 ? 129u * 256 : 0);
    if (query->icmp_given) {
        return false;
    }
    return vp_service_contains(services, answer->known, echo) &&
           vp_service_contains(services, answer->back, reply);
}

static bool passes(vp_compiled *compiled, const vp_path_end *from, const vp_path_end *to,
                   const vp_trace_query *query) {
    const vp_services *services = &compiled->profiles->services;
    vp_path_answer answer;
    uint8_t family = from->address.family;
    int icmp = family == 6 ? VP_PROTOCOL_ICMPV6 : VP_PROTOCOL_ICMP;
    uint32_t protocol = (uint32_t)query->protocol;
    vp_path_ask(compiled, from, to, true, &answer);
    if (query->protocol == VP_PROTOCOL_TCP || query->protocol == VP_PROTOCOL_UDP) {
        return has_port(services, answer.known, protocol, &query->ports) &&
               has_port(services, answer.back, protocol, &query->source_ports);
    }
    if (query->protocol == icmp || query->protocol == VP_PROTOCOL_ICMP) {
        return has_type(services, &answer, query, family);
    }
    return vp_service_contains(services, answer.known, protocol << 16) &&
           vp_service_contains(services, answer.back, protocol << 16);
}

/* The primary address of an end that is one interface; family 0: look further. */
static vp_path_end end_of(const vp_index *index, const vp_end *end, uint8_t family) {
    vp_path_end found = {.kind = VP_PATH_INTERFACE, .strict = true};
    uint32_t count = 0;
    if (end->kind == VP_END_INSTANCE) {
        vp_network_interface *const *all = vp_index_interfaces_of(index, end->record->id, &count);
        found.network_interface = count == 1 ? all[0] : NULL;
    } else if (end->kind == VP_END_INTERFACE) {
        found.network_interface = (vp_network_interface *)end->record;
    }
    const vp_network_interface *met = found.network_interface;
    if (met == NULL) {
        return found;
    }
    if (family == 4) {
        found.address = met->private_ip_address;
    } else if (met->ipv6_addresses.count > 0) {
        found.address = VP_ITEM(vp_ipv6_address, &met->ipv6_addresses, 0)->ipv6_address;
    }
    if (end->address.family != 0 && !vp_addr_equals(&end->address, &found.address)) {
        found.address.family = 0;
    }
    return found;
}

bool vp_reach_passes(vp_network *network, const vp_trace_query *query) {
    vp_compiled *compiled;
    bool usual = query->bidirectional && !query->ephemeral_all && query->through_count == 0 &&
                 query->avoid_count == 0 && query->protocol >= 0;
    if (!usual || vp_compiled_get(network, &compiled, NULL) != VP_OK) {
        return false;
    }
    uint8_t family = query->protocol == VP_PROTOCOL_ICMPV6 ? 6 : 4;
    family = query->family != 0 ? (uint8_t)query->family : family;
    vp_path_end from = end_of(compiled->index, &query->from, family);
    vp_path_end to = end_of(compiled->index, &query->to, family);
    bool both = from.address.family == family && to.address.family == family;
    bool yes = both && passes(compiled, &from, &to, query);
    return vp_compiled_status(compiled, NULL) == VP_OK && yes;
}
