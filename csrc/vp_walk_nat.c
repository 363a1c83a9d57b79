/*
 * vp_walk_nat.c - through a NAT gateway (3.3): the packet goes on from the gateway's own address.
 *
 * The one idea: what the gateway did is one stage, which the reply undoes. It filters nothing but
 * what it cannot translate; the network ACL of its subnet is what protects it. NAT64 is the same
 * step with a change of family. AWS: VPC User Guide, "NAT gateways", "DNS64 and NAT64".
 */
#include "vp_walk_outbound.h"

#include "vp_walk_classic.h"

/* 64:ff9b::/96, the range whose last 32 bits are an IPv4 address. */
static bool is_nat64(const vp_addr *address) {
    return address->family == 6 && address->hi == UINT64_C(0x0064ff9b00000000) &&
           address->lo <= UINT32_MAX;
}

/* Without a mode, as old documents print it, a gateway that names a subnet is zonal. */
static bool is_regional(const vp_walk *walk, const vp_nat_gateway *gateway) {
    return gateway->availability_mode == VP_NO_NAME
               ? gateway->subnet_id == VP_NO_NAME
               : vp_network_name_is(walk->network, gateway->availability_mode, "regional");
}

static bool is_usable(const vp_walk *walk, const vp_nat_gateway_address *address) {
    return address->status == VP_NO_NAME ||
           vp_network_name_is(walk->network, address->status, "succeeded");
}

/* Zones by id where both have one, else by name (D02). */
static bool is_in_zone(const vp_nat_gateway_address *address, const vp_subnet *subnet) {
    if (address->availability_zone_id != VP_NO_NAME && subnet->availability_zone_id != VP_NO_NAME) {
        return address->availability_zone_id == subnet->availability_zone_id;
    }
    return address->availability_zone != VP_NO_NAME &&
           address->availability_zone == subnet->availability_zone;
}

/* The usable address of a zone (NULL: of any), the primary one before the others. */
static const vp_nat_gateway_address *address_in(const vp_walk *walk, const vp_nat_gateway *gateway,
                                                const vp_subnet *zone) {
    const vp_nat_gateway_address *found = NULL;
    for (uint32_t i = 0; i < gateway->nat_gateway_addresses.count; i++) {
        const vp_nat_gateway_address *address =
            VP_ITEM(vp_nat_gateway_address, &gateway->nat_gateway_addresses, i);
        if (is_usable(walk, address) && (zone == NULL || is_in_zone(address, zone)) &&
            (found == NULL || (found->is_primary != VP_TRUE && address->is_primary == VP_TRUE))) {
            found = address;
        }
    }
    return found;
}

/* Protocols that have ports or an identifier to tell connections apart by. */
static bool is_carried(const vp_walk *walk) {
    int icmp = walk->family == 6 ? VP_PROTOCOL_ICMPV6 : VP_PROTOCOL_ICMP;
    int32_t echo = 128 * 256;
    if (walk->family == 6 && !is_nat64(&walk->header.destination)) {
        return false;
    }
    if (walk->protocol == VP_PROTOCOL_ICMPV6 && !vp_ports_contains(&walk->trace->ports, echo)) {
        return false;
    }
    return walk->protocol == VP_PROTOCOL_TCP || walk->protocol == VP_PROTOCOL_UDP ||
           walk->protocol == icmp;
}

/*
 * A source that is no address of the VPC has come from elsewhere, whatever it says; by a transit
 * gateway it may (3.3): that is how several VPCs share one way out.
 */
static bool is_from_inside(const vp_walk *walk, const vp_nat_gateway *gateway) {
    if (walk->came_by != NULL && walk->came_by->kind == VP_KIND_TRANSIT_GATEWAY) {
        return gateway->vpc_id == walk->at.vpc_id;
    }
    return walk->came_by == NULL && gateway->vpc_id == walk->at.vpc_id &&
           (walk->at.vpc == NULL ||
            vp_vpc_contains(walk->network, walk->at.vpc, &walk->header.source));
}

/* The checks of 9.5 in order; NULL: it takes the packet, from *address. */
static const char *problem_of(vp_walk *walk, const vp_nat_gateway *gateway,
                              const vp_nat_gateway_address **address) {
    bool regional = is_regional(walk, gateway);
    if (!is_from_inside(walk, gateway)) {
        return "NGW_REQUIRES_SOURCE_IN_VPC";
    }
    if (!is_carried(walk)) {
        return "PROTOCOL_RESTRICTION";
    }
    *address = address_in(walk, gateway, regional ? walk->at.subnet : NULL);
    if (*address == NULL && regional) {
        if (!vp_network_name_is(walk->network, gateway->auto_provision_zones, "enabled")) {
            return "REGIONAL_NGW_ROUTE_AZ_RESTRICTION";
        }
        *address = address_in(walk, gateway, NULL);
        (void)vp_walk_warn(walk, "AVAILABILITY_ZONE_CROSSED", NULL);
    }
    bool known = *address != NULL &&
                 ((*address)->private_ip.family == 4 || (*address)->public_ip.family == 4);
    return known ? NULL : "UNKNOWN_RESOURCE";
}

/* Where the gateway stands: on its interface, else in its subnet; a regional one only in a VPC. */
static vp_place place_of(const vp_walk *walk, const vp_nat_gateway *gateway,
                         const vp_nat_gateway_address *address) {
    vp_place place = {NULL, NULL, walk->at.vpc, gateway->vpc_id};
    if (is_regional(walk, gateway)) {
        return place;
    }
    vp_network_interface *met = (vp_network_interface *)vp_network_find(
        walk->network, VP_KIND_NETWORK_INTERFACE, address->network_interface_id);
    if (met != NULL) {
        return vp_place_of(met);
    }
    place.subnet = (vp_subnet *)vp_network_find(walk->network, VP_KIND_SUBNET, gateway->subnet_id);
    return place;
}

/* IPv6 to IPv4: the destination is the embedded address, an echo request stays one. */
static void leave_ipv6(vp_walk *walk) {
    vp_addr embedded = vp_addr_from_ipv4((uint32_t)walk->header.destination.lo);
    walk->header.destination = embedded;
    walk->family = 4;
    if (walk->protocol == VP_PROTOCOL_ICMPV6) {
        walk->protocol = VP_PROTOCOL_ICMP;
        vp_ports_clear(&walk->trace->ports);
        vp_ports_add(&walk->trace->ports, 8 * 256, 8 * 256);
    }
}

/* The private address; of a regional gateway the data may know the public one alone. */
static const vp_addr *own_address(const vp_nat_gateway_address *address) {
    return address->private_ip.family == 4 ? &address->private_ip : &address->public_ip;
}

/* Groups of the sender are lost behind the gateway, which has none itself (6.3). */
static vp_step translate(vp_walk *walk, vp_nat_gateway *gateway, const vp_place *place,
                         const vp_nat_gateway_address *address) {
    vp_stage *stage = vp_walk_push_stage(walk, place, NULL);
    vp_addr *responder = vp_walk_append(walk, &walk->trace->traceroute, sizeof *responder);
    if (stage == NULL || responder == NULL) {
        return VP_STEP_FAILED;
    }
    stage->nat = gateway;
    stage->nat_address = address;
    if (walk->family == 6) {
        leave_ipv6(walk);
    }
    walk->header.source = *own_address(address);
    *responder = walk->header.source;
    if (vp_axis_of(walk->protocol, walk->family) == VP_AXIS_PORTS) {
        vp_ports_clear(&walk->trace->source_ports);
        vp_ports_add(&walk->trace->source_ports, 1024, VP_PORTS_MAX);
    }
    walk->preserved = false;
    walk->came_by = NULL;
    walk->at = *place;
    walk->own_table = (vp_route_table *)vp_network_find(walk->network, VP_KIND_ROUTE_TABLE,
                                                        gateway->route_table_id);
    vp_walk_hop(walk)->header = walk->header;
    return VP_STEP_LOOKUP;
}

vp_step vp_walk_nat_gateway(vp_walk *walk, vp_route_table *table, const vp_route_choice *choice) {
    vp_nat_gateway *gateway =
        (vp_nat_gateway *)vp_network_find(walk->network, VP_KIND_NAT_GATEWAY, choice->target_id);
    const vp_nat_gateway_address *address = NULL;
    const char *problem = "UNKNOWN_DESTINATION";
    if (gateway != NULL) {
        vp_hop *hop = vp_walk_pass(walk, VP_KIND_NAT_GATEWAY, &gateway->record, &walk->at);
        hop->subnet =
            (vp_subnet *)vp_network_find(walk->network, VP_KIND_SUBNET, gateway->subnet_id);
        vp_walk_via(walk, &gateway->record);
        vp_walk_limit_mtu(walk, 8500);
        problem = problem_of(walk, gateway, &address);
    }
    if (problem != NULL) {
        vp_explanation *explanation = vp_walk_fail(walk, problem, VP_EGRESS);
        explanation->gateway = gateway == NULL ? NULL : &gateway->record;
        explanation->vpc = walk->at.vpc;
        explanation->subnet = walk->at.subnet;
        explanation->address = walk->header.destination;
        explanation->route_table = table;
        explanation->route = choice->route;
        explanation->id = choice->target_id;
        return VP_STEP_FAILED;
    }
    vp_place place = place_of(walk, gateway, address);
    if (place.subnet != NULL && place.subnet != walk->at.subnet) {
        vp_walk_acl(walk, place.subnet, false);
    }
    return translate(walk, gateway, &place, address);
}

vp_route_table *vp_walk_table(const vp_walk *walk) {
    if (walk->at.subnet != NULL) {
        return walk->at.subnet->route_table;
    }
    if (vp_walk_is_classic(walk, walk->at.network_interface)) {
        return walk->at.vpc == NULL ? NULL : walk->at.vpc->main_route_table;
    }
    return walk->at.network_interface == NULL ? walk->own_table : NULL;
}

bool vp_walk_nat_is_near(const vp_walk *walk, const vp_route_choice *choice) {
    const vp_nat_gateway *gateway =
        choice->target != VP_TARGET_NAT_GATEWAY
            ? NULL
            : (const vp_nat_gateway *)vp_network_find(walk->network, VP_KIND_NAT_GATEWAY,
                                                      choice->target_id);
    return gateway != NULL && walk->at.subnet != NULL &&
           gateway->subnet_id == walk->at.subnet->record.id;
}

bool vp_walk_nat_serves_near(vp_walk *walk, const vp_route_choice *choice) {
    if (choice->target != VP_TARGET_LOCAL || walk->at.subnet == NULL ||
        vp_walk_nat_sender(walk) == NULL) {
        return false;
    }
    vp_place host = vp_walk_holder(walk, walk->at.vpc_id, &walk->header.destination);
    return host.subnet == walk->at.subnet;
}

const vp_stage *vp_walk_nat_sender(vp_walk *walk) {
    const vp_stage *top = vp_walk_top_stage(walk);
    return top != NULL && top->nat != NULL ? top : NULL;
}

/* Is there an address of a NAT gateway that stands on the interface, or (NULL) is this public? */
static bool has_address(const vp_walk *walk, const vp_network_interface *met,
                        const vp_addr *public_ip) {
    const vp_rows *gateways = vp_network_rows(walk->network, VP_KIND_NAT_GATEWAY);
    for (uint32_t i = 0; i < gateways->count; i++) {
        const vp_list *list = &((const vp_nat_gateway *)gateways->rows[i])->nat_gateway_addresses;
        for (uint32_t n = 0; n < list->count; n++) {
            const vp_nat_gateway_address *address = VP_ITEM(vp_nat_gateway_address, list, n);
            if (met != NULL ? address->network_interface_id == met->record.id
                            : vp_addr_equals(&address->public_ip, public_ip)) {
                return true;
            }
        }
    }
    return false;
}

bool vp_walk_is_nat_interface(const vp_walk *walk, const vp_network_interface *met) {
    return met->instance == NULL && has_address(walk, met, NULL);
}

bool vp_walk_is_nat_public(const vp_walk *walk, const vp_addr *address) {
    return has_address(walk, NULL, address);
}
