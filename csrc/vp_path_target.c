/*
 * vp_path_target.c - what happens at the target of a route that a request takes (semantics 9.5).
 *
 * The one idea: a step changes where the packet is or what its addresses are, and nothing else; a
 * translator's address stands for itself, so what is looked up for it does not bind the question.
 */
#include "vp_path.h"

#include <string.h>

/* There are at most two pushes for each look-up, and the second of a pair fails before. */
vp_path_stage *vp_path_push(vp_path *path, const vp_path_place *place, vp_record *gateway) {
    if (path->stage_count == VP_COUNT_OF(path->stages)) {
        return NULL;
    }
    vp_path_stage *stage = &path->stages[path->stage_count++];
    memset(stage, 0, sizeof *stage);
    stage->place = *place;
    stage->sender = path->sender;
    stage->gateway = gateway;
    stage->source = path->source;
    stage->destination = path->destination;
    stage->came_by = path->came_by;
    return stage;
}

static vp_path_address fixed(const vp_addr *value) {
    vp_path_address address = {*value, NULL, {0, 0}, false};
    return address;
}

static vp_path_step go_local(vp_path *path) {
    path->reached = vp_path_holder(path, path->at.vpc_id, &path->destination);
    return vp_path_is_held(&path->reached) ? VP_PATH_DELIVER : vp_path_fail(path);
}

/* ---- peering -----------------------------------------------------------------------------------
 */

/* Is anything of the VPC loaded (D53)? */
bool vp_path_is_described(vp_network *network, const vp_peering_vpc_info *side) {
    if (side->vpc != NULL) {
        return side->vpc->subnet_count > 0;
    }
    const vp_rows *subnets = vp_network_rows(network, VP_KIND_SUBNET);
    for (uint32_t i = 0; i < subnets->count; i++) {
        if (((const vp_subnet *)subnets->rows[i])->vpc_id == side->vpc_id) {
            return true;
        }
    }
    return false;
}

static bool is_in_side(vp_path *path, const vp_vpc_peering_connection *connection,
                       const vp_peering_vpc_info *side, vp_path_address *address) {
    bool accepter = side == &connection->accepter_vpc_info;
    vp_profile blocks =
        vp_compiled_side(path->compiled, connection, accepter, address->value.family);
    return vp_path_value(path, blocks, address) == VP_SPACE_BLOCK;
}

/* The base of the peer's primary block plus two: its DNS server answers its own VPC only. */
static bool is_resolver(vp_path *path, const vp_peering_vpc_info *side) {
    const vp_cidr *primary = side->vpc != NULL ? &side->vpc->cidr_block : &side->cidr_block;
    vp_addr resolver = vp_addr_plus(&primary->address, 2);
    vp_path_address *destination = &path->destination;
    if (primary->address.family != 4 || destination->value.family != 4) {
        return false;
    }
    if (destination->last != NULL) { /* the address itself, and what stands before it, is apart */
        vp_point at = vp_point_of(&resolver), before = vp_point_before(at);
        bool below = vp_point_less(vp_point_of(&destination->value), at) != 0;
        bool equal = vp_addr_equals(&resolver, &destination->value);
        if (below && vp_point_less(before, *destination->last)) {
            *destination->last = before;
        } else if (equal) {
            vp_path_pin(destination);
        }
    }
    return vp_addr_equals(&resolver, &destination->value);
}

/* AWS: VPC Peering Guide: a connection carries packets between the blocks of its two VPCs. */
static vp_path_step go_over_peering(vp_path *path, const vp_compiled_action *action) {
    vp_vpc_peering_connection *connection = (vp_vpc_peering_connection *)action->record;
    if (connection == NULL || connection->record.kind != VP_KIND_VPC_PEERING_CONNECTION) {
        return vp_path_give_up(path, "UNKNOWN_DESTINATION", action->target_id);
    }
    const vp_peering_vpc_info *own = &connection->requester_vpc_info;
    const vp_peering_vpc_info *peer = &connection->accepter_vpc_info;
    if (own->vpc_id != path->at.vpc_id) {
        own = &connection->accepter_vpc_info;
        peer = &connection->requester_vpc_info;
    }
    if (own->vpc_id != path->at.vpc_id || path->at.vpc_id == VP_NO_NAME) {
        return vp_path_fail(path);
    }
    if (!vp_path_is_described(path->network, peer)) {
        return vp_path_give_up(path, "UNKNOWN_RESOURCE",
                               peer->vpc_id != VP_NO_NAME ? peer->vpc_id : action->target_id);
    }
    vp_path_place holder = vp_path_holder(path, peer->vpc_id, &path->destination);
    bool from_classic = vp_path_is_classic(path, path->at.network_interface);
    bool to_classic = vp_path_is_classic(path, holder.network_interface);
    if ((from_classic && !vp_path_carries_classic(path, connection, own->vpc_id)) ||
        (to_classic && !vp_path_carries_classic(path, connection, peer->vpc_id)) ||
        path->came_by != NULL ||
        (!from_classic && !is_in_side(path, connection, own, &path->source)) ||
        (!to_classic && !is_in_side(path, connection, peer, &path->destination)) ||
        is_resolver(path, peer) || !vp_path_is_held(&holder)) {
        return vp_path_fail(path);
    }
    path->reached = holder;
    path->crossed = connection;
    return VP_PATH_DELIVER;
}

/* ---- interfaces --------------------------------------------------------------------------------
 */

/* From here on the packet is the appliance's own. */
static bool translate(vp_path *path, const vp_path_place *place) {
    if (path->source.value.family != 4 || vp_path_push(path, place, NULL) == NULL) {
        return false;
    }
    path->source = fixed(&place->network_interface->private_ip_address);
    path->sender = *place;
    path->preserved = path->groups_kept = true;
    path->by_transit = false;
    path->came_by = NULL;
    return true;
}

/* What the appliance sends to a neighbour in its subnet is there: no table, no ACL (7.2). */
vp_path_step vp_path_send_on(vp_path *path) {
    vp_path_place neighbour = vp_path_holder(path, path->at.vpc_id, &path->destination);
    if (path->replying || !vp_path_is_held(&neighbour) || neighbour.subnet == NULL ||
        neighbour.subnet != path->at.subnet) {
        return VP_PATH_LOOKUP;
    }
    path->reached = neighbour;
    return VP_PATH_DELIVER;
}

vp_path_step vp_path_middlebox(vp_path *path, vp_network_interface *box) {
    vp_path_place place = vp_path_place_of(box);
    if (box->source_dest_check != VP_FALSE) {
        return vp_path_fail(path);
    }
    if (place.subnet != path->at.subnet) {
        vp_path_acl(path, place.subnet, false);
    }
    path->at = place;
    if (path->replying) {
        return VP_PATH_LOOKUP;
    }
    vp_path_groups(path, &place, false);
    bool marked = (vp_compiled_of(path->compiled, box)->facts & VP_FACT_TRANSLATES) != 0;
    if (!marked || !translate(path, &place)) {
        path->preserved = false;
    }
    vp_path_groups(path, &place, true);
    return vp_path_send_on(path);
}

static vp_path_step go_to_interface(vp_path *path, const vp_compiled_action *action) {
    vp_network_interface *box = (vp_network_interface *)action->record;
    if (box == NULL) {
        return vp_path_give_up(path, "UNKNOWN_DESTINATION", action->target_id);
    }
    path->reached = vp_path_holder(path, path->at.vpc_id, &path->destination);
    return path->reached.network_interface == box ? VP_PATH_DELIVER : vp_path_middlebox(path, box);
}

/* ---- NAT gateways ------------------------------------------------------------------------------
 */

static bool is_regional(const vp_path *path, const vp_nat_gateway *gateway) {
    return gateway->availability_mode == VP_NO_NAME
               ? gateway->subnet_id == VP_NO_NAME
               : vp_network_name_is(path->network, gateway->availability_mode, "regional");
}

static bool is_in_zone(const vp_nat_gateway_address *address, const vp_subnet *subnet) {
    if (address->availability_zone_id != VP_NO_NAME && subnet->availability_zone_id != VP_NO_NAME) {
        return address->availability_zone_id == subnet->availability_zone_id;
    }
    return address->availability_zone != VP_NO_NAME &&
           address->availability_zone == subnet->availability_zone;
}

static bool is_usable(const vp_network *network, const vp_nat_gateway_address *address) {
    return address->status == VP_NO_NAME ||
           vp_network_name_is(network, address->status, "succeeded");
}

static bool has_ipv4(const vp_nat_gateway_address *address) {
    return address->private_ip.family == 4 || address->public_ip.family == 4;
}

bool vp_path_is_nat_known(const vp_network *network, const vp_nat_gateway *gateway) {
    uint32_t usable = 0;
    for (uint32_t i = 0; i < gateway->nat_gateway_addresses.count; i++) {
        const vp_nat_gateway_address *address =
            VP_ITEM(vp_nat_gateway_address, &gateway->nat_gateway_addresses, i);
        if (is_usable(network, address) && !has_ipv4(address)) {
            return false;
        }
        usable += is_usable(network, address);
    }
    return usable > 0;
}

/* The usable address of a zone (NULL: of any), the primary one before the others. */
static const vp_nat_gateway_address *address_in(const vp_path *path, const vp_nat_gateway *gateway,
                                                const vp_subnet *zone) {
    const vp_nat_gateway_address *found = NULL;
    for (uint32_t i = 0; i < gateway->nat_gateway_addresses.count; i++) {
        const vp_nat_gateway_address *address =
            VP_ITEM(vp_nat_gateway_address, &gateway->nat_gateway_addresses, i);
        if (is_usable(path->network, address) && (zone == NULL || is_in_zone(address, zone)) &&
            (found == NULL || (found->is_primary != VP_TRUE && address->is_primary == VP_TRUE))) {
            found = address;
        }
    }
    return found;
}

/* 64:ff9b::/96, the range whose last 32 bits are an IPv4 address. */
static bool is_nat64(vp_path *path) {
    const vp_addr *address = &path->destination.value;
    bool inside = address->hi == UINT64_C(0x0064ff9b00000000) && address->lo <= UINT32_MAX;
    vp_point first = {UINT64_C(0x0064ff9b00000000), 0};
    if (inside) {
        vp_path_pin(&path->destination); /* what follows is about another address */
    } else if (path->destination.last != NULL && vp_point_less(vp_point_of(address), first) &&
               !vp_point_less(*path->destination.last, first)) {
        *path->destination.last = vp_point_before(first);
    }
    return inside;
}

/* AWS: VPC User Guide, "NAT gateway basics": TCP, UDP and ICMP; of ICMPv6 the echo (NAT64). */
static void keep_carried(vp_path *path) {
    vp_services *services = path->services;
    vp_service carried = vp_service_of_range(services, vp_service_range_of(1));
    carried = vp_service_combine(services, VP_TRUTH_UNION, carried,
                                 vp_service_of_range(services, vp_service_range_of(6)));
    carried = vp_service_combine(services, VP_TRUTH_UNION, carried,
                                 vp_service_of_range(services, vp_service_range_of(17)));
    if (path->source.value.family == 6) {
        path->known = vp_service_to_ipv4(services, path->known);
        path->unknown = vp_service_to_ipv4(services, path->unknown);
        vp_addr embedded = vp_addr_from_ipv4((uint32_t)path->destination.value.lo);
        path->destination = fixed(&embedded);
        path->family = 4;
    }
    path->known = vp_service_combine(services, VP_TRUTH_INTERSECTION, path->known, carried);
    path->unknown = vp_service_combine(services, VP_TRUTH_INTERSECTION, path->unknown, carried);
}

/* Where the gateway stands: on its interface, else in its subnet; a regional one only in a VPC. */
static vp_path_place place_of(const vp_path *path, const vp_nat_gateway *gateway,
                              const vp_nat_gateway_address *address) {
    vp_path_place place = {NULL, NULL, path->at.vpc, gateway->vpc_id};
    vp_network_interface *met = (vp_network_interface *)vp_network_find(
        path->network, VP_KIND_NETWORK_INTERFACE, address->network_interface_id);
    if (is_regional(path, gateway)) {
        return place;
    }
    if (met != NULL) {
        return vp_path_place_of(met);
    }
    place.subnet = (vp_subnet *)vp_network_find(path->network, VP_KIND_SUBNET, gateway->subnet_id);
    return place;
}

/* The address that the gateway sends from; NULL, with the step that ends the path, when none. */
static const vp_nat_gateway_address *own_address(vp_path *path, const vp_nat_gateway *gateway,
                                                 vp_path_step *step) {
    bool regional = is_regional(path, gateway);
    const vp_nat_gateway_address *address =
        address_in(path, gateway, regional ? path->at.subnet : NULL);
    *step = VP_PATH_FAILED;
    if (address == NULL && regional) {
        if (!vp_network_name_is(path->network, gateway->auto_provision_zones, "enabled")) {
            (void)vp_path_fail(path);
            return NULL;
        }
        address = address_in(path, gateway, NULL);
    }
    if (address == NULL || !has_ipv4(address)) {
        keep_carried(path); /* what no gateway carries is no matter of the address */
        (void)vp_path_give_up(path, "UNKNOWN_RESOURCE", gateway->record.id);
        return NULL;
    }
    return address;
}

static vp_path_step go_to_nat_gateway(vp_path *path, const vp_compiled_action *action) {
    vp_nat_gateway *gateway = (vp_nat_gateway *)action->record;
    vp_path_step step;
    if (gateway == NULL) {
        return vp_path_give_up(path, "UNKNOWN_DESTINATION", action->target_id);
    }
    bool by_transit = path->came_by != NULL && path->came_by->kind == VP_KIND_TRANSIT_GATEWAY;
    bool inside = gateway->vpc_id == path->at.vpc_id &&
                  (by_transit ||
                   (path->came_by == NULL &&
                    (path->at.vpc == NULL || vp_path_is_in(path, path->at.vpc, &path->source))));
    if (!inside || (path->source.value.family == 6 && !is_nat64(path))) {
        return vp_path_fail(path);
    }
    const vp_nat_gateway_address *address = own_address(path, gateway, &step);
    if (address == NULL) {
        return step;
    }
    vp_path_place place = place_of(path, gateway, address);
    if (place.subnet != NULL && place.subnet != path->at.subnet) {
        vp_path_acl(path, place.subnet, false);
    }
    vp_path_stage *stage = vp_path_push(path, &place, NULL);
    if (stage == NULL) {
        return vp_path_fail(path);
    }
    stage->nat = gateway;
    stage->nat_public = address->public_ip;
    keep_carried(path);
    path->source =
        fixed(address->private_ip.family == 4 ? &address->private_ip : &address->public_ip);
    path->preserved = false;
    path->came_by = NULL;
    path->at = place;
    path->own_table = (vp_route_table *)vp_network_find(path->network, VP_KIND_ROUTE_TABLE,
                                                        gateway->route_table_id);
    return VP_PATH_LOOKUP;
}

/* ---- all of them -------------------------------------------------------------------------------
 */

vp_path_step vp_path_target(vp_path *path, const vp_compiled_action *action) {
    switch (action->target) {
    case VP_TARGET_LOCAL:
        return go_local(path);
    case VP_TARGET_PEERING:
        return go_over_peering(path, action);
    case VP_TARGET_INTERFACE:
        return go_to_interface(path, action);
    case VP_TARGET_NAT_GATEWAY:
        return go_to_nat_gateway(path, action);
    case VP_TARGET_INTERNET_GATEWAY:
        return vp_path_internet_gateway(path, action);
    case VP_TARGET_EGRESS_ONLY:
        return vp_path_egress_only(path, action);
    case VP_TARGET_VPN_GATEWAY:
        return vp_path_vpn_gateway(path, action);
    case VP_TARGET_TRANSIT_GATEWAY:
        return vp_path_transit_gateway(path, action->target_id);
    case VP_TARGET_ENDPOINT:
        return vp_path_endpoint(path, action);
    default:
        return vp_path_give_up(path, "UNSUPPORTED_COMPONENT",
                               action->target_id != VP_NO_NAME ? action->target_id
                                                               : vp_path_name_of(&path->at));
    }
}
