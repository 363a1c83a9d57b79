/*
 * vp_walk_side.c - which addresses an end of a question stands for.
 *
 * The one idea: an end is a short list of (place, address): the private addresses of its interfaces
 * in order, or one bare address. The internet stands for whichever address gets in, and what the
 * rules say changes only at the ends of the blocks that they name.
 */
#include "vp_walk_side.h"

#include "vp_endpoint.h"
#include "vp_transit.h"
#include "vp_walk_vpn.h"

/* Addresses of one delegated prefix that are tried. An IPv4 prefix has 16, an IPv6 one 2^48. */
#define PREFIX_ADDRESSES_MAX 16

/* The n-th private address: the primary, the others as listed, then the delegated prefixes. */
static bool address4_at(const vp_network_interface *met, uint32_t n, vp_addr *address) {
    const vp_addr *primary = &met->private_ip_address;
    if (primary->family == 4 && n-- == 0) {
        *address = *primary;
        return true;
    }
    for (uint32_t i = 0; i < met->private_ip_addresses.count; i++) {
        const vp_private_ip_address *item =
            VP_ITEM(vp_private_ip_address, &met->private_ip_addresses, i);
        if (item->private_ip_address.family == 4 &&
            !vp_addr_equals(&item->private_ip_address, primary) && n-- == 0) {
            *address = item->private_ip_address;
            return true;
        }
    }
    if (n / PREFIX_ADDRESSES_MAX < met->ipv4_prefixes.count) {
        const vp_cidr *prefix =
            &VP_ITEM(vp_ipv4_prefix, &met->ipv4_prefixes, n / PREFIX_ADDRESSES_MAX)->ipv4_prefix;
        *address = vp_addr_plus(&prefix->address, n % PREFIX_ADDRESSES_MAX);
        return true;
    }
    return false;
}

/* Of an IPv6 prefix the first address stands for all. */
static bool address6_at(const vp_network_interface *met, uint32_t n, vp_addr *address) {
    if (n < met->ipv6_addresses.count) {
        *address = VP_ITEM(vp_ipv6_address, &met->ipv6_addresses, n)->ipv6_address;
        return true;
    }
    n -= met->ipv6_addresses.count;
    if (n < met->ipv6_prefixes.count) {
        *address = VP_ITEM(vp_ipv6_prefix, &met->ipv6_prefixes, n)->ipv6_prefix.address;
        return true;
    }
    return false;
}

/* O(n) for the n-th address: interfaces have a handful, and each is asked for once. */
static bool address_at(const vp_network_interface *met, uint8_t family, uint32_t n,
                       vp_addr *address) {
    return family == 4 ? address4_at(met, n, address) : address6_at(met, n, address);
}

/* All addresses of a delegated prefix are the interface's (8.1), also those that are not tried. */
bool vp_interface_holds(const vp_network_interface *network_interface, const vp_addr *address) {
    vp_addr own;
    const vp_list *lists[] = {&network_interface->ipv4_prefixes, &network_interface->ipv6_prefixes};
    const vp_list *prefixes = lists[address->family == 6];
    for (uint32_t n = 0; address_at(network_interface, address->family, n, &own); n++) {
        if (vp_addr_equals(&own, address)) {
            return true;
        }
    }
    for (uint32_t i = 0; i < prefixes->count; i++) {
        const vp_cidr *prefix = address->family == 6
                                    ? &VP_ITEM(vp_ipv6_prefix, prefixes, i)->ipv6_prefix
                                    : &VP_ITEM(vp_ipv4_prefix, prefixes, i)->ipv4_prefix;
        if (vp_cidr_contains_addr(prefix, address)) {
            return true;
        }
    }
    return false;
}

/*
 * An instance is its interfaces, in the order of the devices; an endpoint those that it names and
 * the data have; an interface is a list of one.
 */
void vp_side_start(const vp_walk *walk, const vp_end *end, uint8_t family, vp_side *side) {
    side->end = end;
    side->network = walk->network;
    side->family = family;
    side->interface = 0;
    side->address = 0;
    side->interface_count = 0;
    side->interfaces = NULL;
    side->alone = NULL;
    side->endpoint = NULL;
    if (end->kind == VP_END_INSTANCE) {
        side->interfaces =
            vp_index_interfaces_of(walk->index, end->record->id, &side->interface_count);
    } else if (end->kind == VP_END_INTERFACE) {
        side->alone = (vp_network_interface *)end->record;
        side->interface_count = 1;
    } else if (end->kind == VP_END_ENDPOINT) {
        side->endpoint = (const vp_vpc_endpoint *)end->record;
        while (vp_endpoint_interface(side->network, side->endpoint, side->interface_count) !=
               NULL) {
            side->interface_count++;
        }
    }
}

static vp_network_interface *interface_of(const vp_side *side) {
    if (side->endpoint != NULL) {
        return vp_endpoint_interface(side->network, side->endpoint, side->interface);
    }
    return side->alone != NULL ? side->alone : side->interfaces[side->interface];
}

/* The next interface that has the address that the question gives. */
static bool next_given(vp_side *side) {
    for (; side->interface < side->interface_count; side->interface++) {
        vp_network_interface *met = interface_of(side);
        if (vp_interface_holds(met, &side->end->address)) {
            side->place = vp_place_of(met);
            side->value = side->end->address;
            side->interface = side->interface_count;
            return true;
        }
    }
    return false;
}

/* Interface after interface, for each its addresses from the primary on: the order of D48. */
static bool next_address(vp_side *side) {
    for (; side->interface < side->interface_count; side->interface++) {
        vp_network_interface *met = interface_of(side);
        if (address_at(met, side->family, side->address, &side->value)) {
            side->address++;
            side->place = vp_place_of(met);
            return true;
        }
        side->address = 0;
    }
    return false;
}

/* The block of a subnet of the family, or NULL. */
static const vp_cidr *block_of(const vp_network *network, const vp_subnet *subnet, uint8_t family) {
    if (family == 4) {
        return subnet->cidr_block.address.family == 4 ? &subnet->cidr_block : NULL;
    }
    const vp_list *blocks = &subnet->ipv6_cidr_block_association_set;
    for (uint32_t i = 0; i < blocks->count; i++) {
        const vp_block_association *block = VP_ITEM(vp_block_association, blocks, i);
        if (vp_block_is_associated(network, block)) {
            return &block->cidr_block;
        }
    }
    return NULL;
}

/* The first four addresses of a subnet are AWS's own. */
static void set_bare(const vp_walk *walk, vp_side *side, vp_subnet *subnet) {
    const vp_cidr *block = block_of(walk->network, subnet, side->family);
    side->place = (vp_place){NULL, subnet, subnet->vpc, subnet->vpc_id};
    side->value = side->end->address;
    if (side->value.family == 0 && block != NULL) {
        side->value = vp_addr_plus(&block->address, 4);
    }
}

/* Everything but interfaces has one address: what the question gives, or none yet. */
bool vp_side_next(const vp_walk *walk, vp_side *side) {
    if (vp_end_has_interfaces(side->end->kind)) {
        return side->end->address.family != 0 ? next_given(side) : next_address(side);
    }
    if (side->address++ > 0) {
        return false;
    }
    if (side->end->kind == VP_END_SUBNET) {
        set_bare(walk, side, (vp_subnet *)side->end->record);
        return true;
    }
    side->place = (vp_place){NULL, NULL, NULL, VP_NO_NAME};
    side->value = side->end->address;
    return true;
}

/* A given address decides; what may be any address of the internet is of both families. */
bool vp_side_has_family(const vp_walk *walk, const vp_end *end, uint8_t family) {
    vp_side side;
    if (end->address.family != 0) {
        return end->address.family == family;
    }
    if (end->kind == VP_END_SUBNET) {
        return block_of(walk->network, (const vp_subnet *)end->record, family) != NULL;
    }
    if (!vp_end_has_interfaces(end->kind)) {
        return true;
    }
    vp_side_start(walk, end, family, &side);
    return vp_side_next(walk, &side);
}

/* Is a VPN connection or Direct Connect attached to the transit gateway? */
static bool has_premises(const vp_walk *walk, vp_name gateway_id) {
    const vp_rows *rows = vp_network_rows(walk->network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT);
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_transit_gateway_attachment *one =
            (const vp_transit_gateway_attachment *)rows->rows[i];
        vp_transit_type type = vp_transit_type_of(walk->network, one);
        if (one->transit_gateway_id == gateway_id &&
            (type == VP_TRANSIT_VPN || type == VP_TRANSIT_DIRECT_CONNECT)) {
            return true;
        }
    }
    return false;
}

/* "internet" and "onprem" without a name are any gateway by which packets get there (9.1). */
static bool leads_out(const vp_walk *walk, const vp_route_choice *choice, vp_name gateway_id) {
    if (gateway_id != VP_NO_NAME) {
        return choice->target_id == gateway_id;
    }
    if (vp_walk_ends_on_premises(walk)) {
        return choice->target == VP_TARGET_VPN_GATEWAY ||
               (choice->target == VP_TARGET_TRANSIT_GATEWAY &&
                has_premises(walk, choice->target_id));
    }
    return choice->target == VP_TARGET_INTERNET_GATEWAY ||
           choice->target == VP_TARGET_EGRESS_ONLY || choice->target == VP_TARGET_NAT_GATEWAY;
}

/* Moves past block after block that other routes take, inside one block that leads out. */
static bool lowest_in(const vp_walk *walk, const vp_route_table *table, const vp_cidr *block,
                      vp_name gateway_id, vp_addr *found) {
    vp_addr at = block->address;
    bool on_premises = vp_walk_ends_on_premises(walk);
    while (vp_walk_next_outside(&at, on_premises, &at) && vp_cidr_contains_addr(block, &at)) {
        vp_route_choice choice;
        if (!vp_route_select(walk->network, table, &at, &choice)) {
            return false;
        }
        if (leads_out(walk, &choice, gateway_id)) {
            *found = at;
            return true;
        }
        vp_addr last = vp_cidr_last(&choice.entry), highest = vp_addr_highest(at.family);
        if (vp_addr_equals(&last, &highest)) {
            return false;
        }
        at = vp_addr_plus(&last, 1);
    }
    return false;
}

/* The n-th block of a route: its own, or an entry of its prefix list. */
static const vp_cidr *route_block(const vp_walk *walk, const vp_route *route, uint8_t family,
                                  uint32_t n) {
    if (route->destination_prefix_list_id == VP_NO_NAME) {
        const vp_cidr *block =
            family == 4 ? &route->destination_cidr_block : &route->destination_ipv6_cidr_block;
        return n == 0 ? block : NULL;
    }
    const vp_prefix_list *list = (const vp_prefix_list *)vp_network_find(
        walk->network, VP_KIND_PREFIX_LIST, route->destination_prefix_list_id);
    return list != NULL && n < list->cidrs.count ? &VP_ITEM(vp_cidr_item, &list->cidrs, n)->value
                                                 : NULL;
}

/*
 * The lowest address over all routes that lead out (9.1). Each block is looked through by itself,
 * since the lowest route need not hold the lowest address: a longer prefix may take its beginning.
 */
bool vp_side_lowest_through(const vp_walk *walk, const vp_route_table *table, uint8_t family,
                            vp_name gateway_id, vp_addr *found) {
    bool any = false;
    for (uint32_t i = 0; i < table->routes.count; i++) {
        const vp_route *route = VP_ITEM(vp_route, &table->routes, i);
        const vp_cidr *block;
        vp_route_choice leading = {.route = route};
        leading.target = vp_route_target(walk->network, route, &leading.target_id);
        for (uint32_t n = 0; leads_out(walk, &leading, gateway_id) &&
                             (block = route_block(walk, route, family, n)) != NULL;
             n++) {
            vp_addr lowest;
            if (block->address.family == family &&
                lowest_in(walk, table, block, gateway_id, &lowest) &&
                (!any || vp_addr_compare(&lowest, found) < 0)) {
                *found = lowest;
                any = true;
            }
        }
    }
    return any;
}

bool vp_side_next_source(const vp_walk *walk, const vp_addr *address, vp_addr *found) {
    return walk->query->from.kind == VP_END_ONPREM ? vp_walk_next_behind(walk, address, found)
                                                   : vp_walk_next_public(address, found);
}

/* What is not outside is moved up to the next address that is. */
static void add_candidate(vp_walk *walk, const vp_addr *address) {
    vp_addr found;
    vp_addr *item;
    if (vp_side_next_source(walk, address, &found) &&
        (item = vp_walk_append(walk, &walk->trace->candidates, sizeof *item)) != NULL) {
        *item = found;
    }
}

/* A block's first address, and the first one after it. */
static void add_block(vp_walk *walk, const vp_cidr *block, uint8_t family) {
    if (block->address.family != family) {
        return;
    }
    vp_addr last = vp_cidr_last(block), highest = vp_addr_highest(family);
    add_candidate(walk, &block->address);
    if (!vp_addr_equals(&last, &highest)) {
        vp_addr next = vp_addr_plus(&last, 1);
        add_candidate(walk, &next);
    }
}

/* References are left out: no address of the internet is a member of a group. */
static void add_permission(vp_walk *walk, const vp_ip_permission *permission, uint8_t family) {
    for (uint32_t i = 0; i < permission->ip_ranges.count; i++) {
        add_block(walk, &VP_ITEM(vp_ip_range, &permission->ip_ranges, i)->cidr_ip, family);
    }
    for (uint32_t i = 0; i < permission->ipv6_ranges.count; i++) {
        add_block(walk, &VP_ITEM(vp_ipv6_range, &permission->ipv6_ranges, i)->cidr_ipv6, family);
    }
    for (uint32_t i = 0; i < permission->prefix_list_ids.count; i++) {
        const vp_prefix_list *list = (const vp_prefix_list *)vp_network_find(
            walk->network, VP_KIND_PREFIX_LIST,
            VP_ITEM(vp_prefix_list_id, &permission->prefix_list_ids, i)->prefix_list_id);
        for (uint32_t k = 0; list != NULL && k < list->cidrs.count; k++) {
            add_block(walk, &VP_ITEM(vp_cidr_item, &list->cidrs, k)->value, family);
        }
    }
}

/* Inbound rules alone: the answer is not tested by groups. */
static void add_groups(vp_walk *walk, const vp_network_interface *met, uint8_t family) {
    for (uint32_t i = 0; i < met->groups.count; i++) {
        const vp_security_group *group = (const vp_security_group *)vp_network_find(
            walk->network, VP_KIND_SECURITY_GROUP,
            VP_ITEM(vp_group_identifier, &met->groups, i)->group_id);
        for (uint32_t k = 0; group != NULL && k < group->ip_permissions.count; k++) {
            add_permission(walk, VP_ITEM(vp_ip_permission, &group->ip_permissions, k), family);
        }
    }
}

/* The ACL decides what comes in, the route table whether the answer finds its way out. */
static void add_subnet(vp_walk *walk, const vp_subnet *subnet, uint8_t family) {
    const vp_network_acl *acl = subnet->network_acl;
    for (uint32_t i = 0; acl != NULL && i < acl->entries.count; i++) {
        const vp_network_acl_entry *entry = VP_ITEM(vp_network_acl_entry, &acl->entries, i);
        add_block(walk, family == 4 ? &entry->cidr_block : &entry->ipv6_cidr_block, family);
    }
    const vp_route_table *table = subnet->route_table;
    for (uint32_t i = 0; table != NULL && i < table->routes.count; i++) {
        const vp_route *route = VP_ITEM(vp_route, &table->routes, i);
        const vp_cidr *block;
        for (uint32_t n = 0; (block = route_block(walk, route, family, n)) != NULL; n++) {
            add_block(walk, block, family);
        }
    }
}

void vp_side_candidates(vp_walk *walk, const vp_place *to, uint8_t family) {
    vp_cidr block;
    uint32_t position = 0;
    walk->trace->candidates.count = 0;
    if (to->network_interface != NULL) {
        add_groups(walk, to->network_interface, family);
    }
    if (to->subnet != NULL) {
        add_subnet(walk, to->subnet, family);
    }
    while (to->vpc != NULL && vp_vpc_next_block(walk->network, to->vpc, &position, &block)) {
        add_block(walk, &block, family);
    }
}
