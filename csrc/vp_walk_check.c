/*
 * vp_walk_check.c - what is checked before the first step: semantics 9.3.
 *
 * The one idea: a question about something that is down, missing or of the wrong family has an
 * answer too, with the code that says so; only then is a packet sent.
 */
#include "vp_walk_classic.h"
#include "vp_walk_side.h"

#include "vp_endpoint.h"

#include <string.h>

/* Which end a failure speaks of. */
typedef struct checked_end {
    const vp_end *end;
    vp_place *place;
    bool source;
} checked_end;

/* Everything that is known about the end, so that the sentence can name it. */
static vp_explanation *fail(vp_walk *walk, const char *code, const checked_end *which) {
    vp_explanation *explanation = vp_walk_fail(walk, code, which->source ? VP_EGRESS : VP_INGRESS);
    explanation->network_interface = which->place->network_interface;
    explanation->subnet = which->place->subnet;
    explanation->vpc = which->place->vpc;
    explanation->address = which->end->address;
    if (which->end->kind == VP_END_INSTANCE) {
        explanation->id = which->end->record->id;
    }
    return explanation;
}

/* Of an endpoint without interfaces in the data, the VPC alone is known. */
static vp_place place_of_endpoint(const vp_walk *walk, const vp_vpc_endpoint *endpoint) {
    vp_network_interface *first = vp_endpoint_interface(walk->network, endpoint, 0);
    vp_vpc *vpc = (vp_vpc *)vp_network_find(walk->network, VP_KIND_VPC, endpoint->vpc_id);
    return first != NULL ? vp_place_of(first) : (vp_place){NULL, NULL, vpc, endpoint->vpc_id};
}

/* The place of the first interface, so that failures and hints know the VPC. */
static void find_place(const vp_walk *walk, const checked_end *which) {
    uint32_t count = 0;
    vp_network_interface *const *all;
    switch (which->end->kind) {
    case VP_END_INTERFACE:
        *which->place = vp_place_of((vp_network_interface *)which->end->record);
        break;
    case VP_END_ENDPOINT:
        *which->place = place_of_endpoint(walk, (const vp_vpc_endpoint *)which->end->record);
        break;
    case VP_END_INSTANCE:
        all = vp_index_interfaces_of(walk->index, which->end->record->id, &count);
        if (count > 0) {
            *which->place = vp_place_of(all[0]);
        }
        break;
    case VP_END_SUBNET: {
        vp_subnet *subnet = (vp_subnet *)which->end->record;
        *which->place = (vp_place){NULL, subnet, subnet->vpc, subnet->vpc_id};
        break;
    }
    default:
        break;
    }
}

/* A state that the data do not print is no evidence against the instance. */
static bool is_running(const vp_walk *walk, const vp_instance *instance) {
    return instance->state.name == VP_NO_NAME ||
           vp_network_name_is(walk->network, instance->state.name, "running");
}

/*
 * An endpoint opens no connection (P7), whatever its state; as a destination it must be available,
 * and on interfaces that are in the data.
 */
static bool is_endpoint_usable(vp_walk *walk, const checked_end *which) {
    const vp_vpc_endpoint *endpoint = (const vp_vpc_endpoint *)which->end->record;
    const char *code = which->source                                 ? "VPCE_INTRA_VPC_TRAFFIC"
                       : !vp_endpoint_works(walk->network, endpoint) ? "BAD_STATE"
                       : which->place->network_interface == NULL     ? "UNKNOWN_RESOURCE"
                                                                     : NULL;
    if (code == NULL) {
        return true;
    }
    vp_explanation *explanation = fail(walk, code, which);
    explanation->id = endpoint->record.id;
    explanation->gateway = which->end->record;
    explanation->state = strcmp(code, "BAD_STATE") == 0 ? endpoint->state : VP_NO_NAME;
    return false;
}

/* P1 and P2. An instance without interfaces is gone, or its interfaces are not in the data. */
static bool exists(vp_walk *walk, const checked_end *which) {
    if (which->end->kind == VP_END_NONE) {
        fail(walk, "NO_SOURCE_OR_DESTINATION", which)->id = which->end->name;
        return false;
    }
    if (which->end->kind == VP_END_UNKNOWN) {
        fail(walk, "UNKNOWN_RESOURCE", which)->id = which->end->name;
        return false;
    }
    if (which->end->kind == VP_END_NXDOMAIN || which->end->kind == VP_END_UNRESOLVED) { /* P2 */
        bool unknown = which->end->kind == VP_END_NXDOMAIN;
        vp_explanation *unresolved =
            fail(walk, unknown ? "DNS_NAME_NOT_FOUND" : "DNS_SUPPORT_DISABLED", which);
        unresolved->id = which->end->name;
        unresolved->vpc = walk->from.vpc;
        unresolved->cause = vp_dns_cause_text(which->end->reason.cause);
        if (which->end->reason.vpc != NULL) {
            unresolved->destination_vpc = (vp_vpc *)vp_network_find(
                walk->network, VP_KIND_VPC, which->end->reason.vpc->record.id);
        }
        return false;
    }
    if (which->end->kind == VP_END_ENDPOINT) {
        return is_endpoint_usable(walk, which);
    }
    if (which->end->kind == VP_END_INSTANCE && which->place->network_interface == NULL) {
        const vp_instance *instance = (const vp_instance *)which->end->record;
        if (is_running(walk, instance)) {
            (void)fail(walk, "UNKNOWN_RESOURCE", which);
        } else {
            fail(walk, "BAD_STATE", which)->state = instance->state.name;
        }
        return false;
    }
    return true;
}

/* P3 and P4. */
static bool is_of_family(vp_walk *walk, const checked_end *which) {
    const vp_end *end = which->end;
    if (vp_side_has_family(walk, end, walk->family)) {
        return true;
    }
    if (end->address.family != 0) {
        (void)fail(walk, "ADDRESS_FAMILY_MISMATCH", which);
    } else if (walk->family == 4 || !vp_side_has_family(walk, end, 4)) {
        (void)fail(walk, "UNASSOCIATED_COMPONENT", which);
    } else {
        (void)fail(walk, "IPV6_NOT_ENABLED", which);
    }
    return false;
}

/* However an interface of an endpoint is named, the endpoint must be available (3.5). */
static bool is_service_there(vp_walk *walk, const checked_end *which) {
    const vp_network_interface *met = which->place->network_interface;
    const vp_rows *endpoints = vp_network_rows(walk->network, VP_KIND_VPC_ENDPOINT);
    if (which->source || !vp_network_name_is(walk->network, met->interface_type, "vpc_endpoint")) {
        return true;
    }
    for (uint32_t i = 0; i < endpoints->count; i++) {
        vp_vpc_endpoint *endpoint = (vp_vpc_endpoint *)endpoints->rows[i];
        if (vp_endpoint_lists(&endpoint->network_interface_ids, met->record.id) &&
            !vp_endpoint_works(walk->network, endpoint)) {
            vp_explanation *explanation = fail(walk, "BAD_STATE", which);
            explanation->id = endpoint->record.id;
            explanation->gateway = &endpoint->record;
            explanation->state = endpoint->state;
            return false;
        }
    }
    return true;
}

/* P5. What is not printed counts as usable. */
static bool is_usable(vp_walk *walk, const checked_end *which) {
    const vp_network_interface *met = which->place->network_interface;
    if (met == NULL) {
        return true;
    }
    bool attached = vp_interface_is_attached(walk->network, met);
    bool running = met->instance == NULL || is_running(walk, met->instance);
    if (attached && running) {
        return is_service_there(walk, which);
    }
    vp_explanation *explanation = fail(walk, "BAD_STATE", which);
    explanation->id = attached ? met->instance->record.id : met->record.id;
    explanation->state = attached ? met->instance->state.name : met->status;
    return false;
}

/* Loopback, link-local, multicast and 0.0.0.0/8 stand for nobody on the internet. */
static bool can_be_outside(const vp_addr *address) {
    if (address->family == 6) {
        bool low = address->hi == 0 && address->lo <= 1;
        return !low && (address->hi >> 54) != (0xfe80u >> 6) && (address->hi >> 56) != 0xff;
    }
    uint64_t first = address->lo >> 24;
    return first != 0 && first != 127 && (address->lo >> 16) != 0xa9fe &&
           (first < 224 || first > 239);
}

/* A plan may say that a subnet has an IPv6 block, and not yet which. */
static bool has_open_block(const vp_walk *walk, const vp_subnet *subnet) {
    vp_name open = vp_network_tag(walk->network, &subnet->record, VP_TAG_TERRAFORM_UNKNOWN);
    return open != VP_NO_NAME &&
           strstr(vp_network_text(walk->network, open), "ipv6_cidr_block of ") != NULL;
}

/* P6. */
static bool address_fits(vp_walk *walk, const checked_end *which) {
    const vp_end *end = which->end;
    vp_side side;
    if (end->address.family == 0 || end->kind == VP_END_ADDRESS || end->kind == VP_END_ONPREM) {
        return true;
    }
    if (end->kind == VP_END_INTERNET || end->kind == VP_END_GATEWAY) {
        if (!can_be_outside(&end->address)) {
            (void)fail(walk, "IGW_EXPECTS_PUBLIC_ADDRESS", which);
            return false;
        }
        return true;
    }
    bool held;
    if (end->kind == VP_END_SUBNET) {
        const vp_subnet *subnet = (const vp_subnet *)end->record;
        const vp_list *blocks = &subnet->ipv6_cidr_block_association_set;
        held = vp_cidr_contains_addr(&subnet->cidr_block, &end->address);
        for (uint32_t i = 0; !held && i < blocks->count; i++) {
            held = vp_cidr_contains_addr(&VP_ITEM(vp_block_association, blocks, i)->cidr_block,
                                         &end->address);
        }
        if (!held && end->address.family == 6 && has_open_block(walk, subnet)) {
            fail(walk, "UNKNOWN_RESOURCE", which)->id = subnet->record.id;
            return false;
        }
    } else {
        vp_side_start(walk, end, walk->family, &side);
        held = vp_side_next(walk, &side);
    }
    if (!held && is_usable(walk, which)) {
        (void)fail(walk, "ENI_ADDRESS_RESTRICTION", which);
    }
    return held;
}

/* IPv4 unless one end has none (9.1); ICMPv6 is asked over IPv6 only. */
static uint8_t choose_family(const vp_walk *walk) {
    const vp_trace_query *query = walk->query;
    if (query->family != 0) {
        return (uint8_t)query->family;
    }
    bool both = query->protocol != VP_PROTOCOL_ICMPV6 &&
                vp_side_has_family(walk, &query->from, 4) &&
                vp_side_has_family(walk, &query->to, 4);
    return both ? 4 : 6;
}

/* The source is judged before the destination at every step, as the packet would meet them. */
bool vp_walk_check_ends(vp_walk *walk) {
    checked_end source = {&walk->query->from, &walk->from, true};
    checked_end destination = {&walk->query->to, &walk->to, false};
    find_place(walk, &source);
    find_place(walk, &destination);
    if (!exists(walk, &source) || !exists(walk, &destination)) {
        walk->family = walk->query->family == 6 ? 6 : 4;
        return false;
    }
    walk->family = choose_family(walk);
    return is_of_family(walk, &source) && is_of_family(walk, &destination) &&
           address_fits(walk, &source) && address_fits(walk, &destination);
}

/*
 * An interface in a subnet that is not in the data meets unknown rules, and one whose address is
 * not known may meet any.
 */
static bool is_described(vp_walk *walk, const checked_end *which) {
    const vp_place *place = which->place;
    const vp_addr *address = which->source ? &walk->from_address : &walk->to_address;
    if (place->network_interface != NULL && place->subnet != NULL &&
        vp_addr_is_unspecified(address)) {
        fail(walk, "UNKNOWN_RESOURCE", which)->id = place->network_interface->record.id;
        return false;
    }
    if (place->network_interface == NULL || place->subnet != NULL ||
        vp_walk_is_classic(walk, place->network_interface)) {
        return true;
    }
    fail(walk, "UNKNOWN_RESOURCE", which)->id = place->network_interface->subnet_id;
    return false;
}

/* P7. */
static bool can_open(vp_walk *walk, const checked_end *which) {
    static const struct {
        const char *type, *code;
    } types[] = {{"vpc_endpoint", "VPCE_INTRA_VPC_TRAFFIC"},
                 {"gateway_load_balancer_endpoint", "VPCE_INTRA_VPC_TRAFFIC"},
                 {"nat_gateway", "UNSUPPORTED_COMPONENT"},
                 {"natGateway", "UNSUPPORTED_COMPONENT"},
                 {"transit_gateway", "UNSUPPORTED_COMPONENT"}};
    const vp_network_interface *met = which->place->network_interface;
    for (size_t i = 0; met != NULL && i < VP_COUNT_OF(types); i++) {
        if (vp_network_name_is(walk->network, met->interface_type, types[i].type)) {
            (void)fail(walk, types[i].code, which);
            return false;
        }
    }
    if (met != NULL && met->interface_type == VP_NO_NAME && met->instance == NULL &&
        vp_endpoint_of_interface(walk->network, met->record.id) != NULL) {
        (void)fail(walk, "VPCE_INTRA_VPC_TRAFFIC", which); /* old documents tell no type */
        return false;
    }
    return true;
}

bool vp_walk_check_reached(vp_walk *walk) {
    checked_end met = {&walk->query->to, &walk->reached, false};
    return is_usable(walk, &met);
}

bool vp_walk_check_pair(vp_walk *walk) {
    checked_end source = {&walk->query->from, &walk->from, true};
    checked_end destination = {&walk->query->to, &walk->to, false};
    return is_described(walk, &source) && is_described(walk, &destination) &&
           is_usable(walk, &source) && is_usable(walk, &destination) && can_open(walk, &source);
}
