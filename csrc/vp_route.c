/*
 * vp_route.c - longest prefix match over a route table as it is written.
 *
 * The one idea: one pass keeps the best candidate so far; `is_better` is the whole of AWS's route
 * priority: longer prefix, then static before prefix list before propagated, then table order.
 */
#include "vp_route.h"

#include "vp_endpoint.h"
#include "vp_record_vpn.h"
#include "vp_transit.h"

#include <string.h>

static bool starts_with(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* GatewayId names four kinds of targets; the prefix tells which. */
static vp_target target_of_gateway(const char *id) {
    static const struct {
        const char *prefix;
        vp_target target;
    } kinds[] = {{"igw-", VP_TARGET_INTERNET_GATEWAY}, {"vgw-", VP_TARGET_VPN_GATEWAY},
                 {"vpce-", VP_TARGET_ENDPOINT},        {"nat-", VP_TARGET_NAT_GATEWAY},
                 {"eigw-", VP_TARGET_EGRESS_ONLY},     {"tgw-", VP_TARGET_TRANSIT_GATEWAY},
                 {"pcx-", VP_TARGET_PEERING},          {"eni-", VP_TARGET_INTERFACE}};
    if (strcmp(id, "local") == 0) {
        return VP_TARGET_LOCAL;
    }
    for (size_t i = 0; i < VP_COUNT_OF(kinds); i++) {
        if (starts_with(id, kinds[i].prefix)) {
            return kinds[i].target;
        }
    }
    return VP_TARGET_OTHER;
}

vp_target vp_route_target(const vp_network *network, const vp_route *route, vp_name *id) {
    const struct {
        vp_name id;
        vp_target target;
    } fields[] = {{route->vpc_peering_connection_id, VP_TARGET_PEERING},
                  {route->nat_gateway_id, VP_TARGET_NAT_GATEWAY},
                  {route->transit_gateway_id, VP_TARGET_TRANSIT_GATEWAY},
                  {route->egress_only_internet_gateway_id, VP_TARGET_EGRESS_ONLY},
                  {route->network_interface_id, VP_TARGET_INTERFACE},
                  {route->instance_id, VP_TARGET_INTERFACE},
                  {route->carrier_gateway_id, VP_TARGET_OTHER},
                  {route->local_gateway_id, VP_TARGET_OTHER},
                  {route->core_network_arn, VP_TARGET_OTHER},
                  {route->odb_network_arn, VP_TARGET_OTHER}};
    if (route->gateway_id != VP_NO_NAME) {
        *id = route->gateway_id;
        return target_of_gateway(vp_network_text(network, route->gateway_id));
    }
    for (size_t i = 0; i < VP_COUNT_OF(fields); i++) {
        if (fields[i].id != VP_NO_NAME) {
            *id = fields[i].id;
            return fields[i].target;
        }
    }
    *id = VP_NO_NAME;
    return VP_TARGET_OTHER;
}

/* The prefix of a route that contains the address: its block, or the longest list entry. */
static bool find_entry(const vp_network *network, const vp_route *route, const vp_addr *address,
                       vp_cidr *entry) {
    if (route->destination_prefix_list_id == VP_NO_NAME) {
        const vp_cidr *block = address->family == 4 ? &route->destination_cidr_block
                                                    : &route->destination_ipv6_cidr_block;
        *entry = *block;
        return vp_cidr_contains_addr(block, address);
    }
    const vp_prefix_list *list = (const vp_prefix_list *)vp_network_find(
        network, VP_KIND_PREFIX_LIST, route->destination_prefix_list_id);
    bool found = false;
    for (uint32_t i = 0; list != NULL && i < list->cidrs.count; i++) {
        const vp_cidr *block = &VP_ITEM(vp_cidr_item, &list->cidrs, i)->value;
        if (vp_cidr_contains_addr(block, address) &&
            (!found || block->prefix_length > entry->prefix_length)) {
            *entry = *block;
            found = true;
        }
    }
    return found;
}

/* Among routes of equal length: lower goes first. */
enum { RANK_STATIC, RANK_PREFIX_LIST, RANK_PROPAGATED };

/* Routes of VPC Route Server count as propagated (D25). */
static int rank_of(const vp_network *network, const vp_route *route) {
    if (vp_network_name_is(network, route->origin, "EnableVgwRoutePropagation") ||
        vp_network_name_is(network, route->origin, "Advertisement")) {
        return RANK_PROPAGATED;
    }
    return route->destination_prefix_list_id != VP_NO_NAME ? RANK_PREFIX_LIST : RANK_STATIC;
}

static int compare_lists(const vp_network *network, const vp_route *a, const vp_route *b) {
    return vp_network_compare(network, a->destination_prefix_list_id,
                              b->destination_prefix_list_id);
}

/* Does a candidate beat the choice so far? */
static bool is_better(const vp_network *network, const vp_route *route, uint8_t length, int rank,
                      const vp_route_choice *choice, int chosen_rank) {
    if (choice->route == NULL || length != choice->entry.prefix_length) {
        return choice->route == NULL || length > choice->entry.prefix_length;
    }
    if (rank != chosen_rank || rank != RANK_PREFIX_LIST) {
        return rank < chosen_rank;
    }
    return compare_lists(network, route, choice->route) < 0; /* AWS: at random (D27) */
}

/* Does another prefix list match as long as the one that was chosen? */
static bool has_tie(const vp_network *network, const vp_route_table *table,
                    const vp_addr *destination, const vp_route_choice *choice) {
    for (uint32_t i = 0; i < table->routes.count; i++) {
        const vp_route *route = VP_ITEM(vp_route, &table->routes, i);
        vp_cidr entry;
        if (rank_of(network, route) == RANK_PREFIX_LIST &&
            route->destination_prefix_list_id != choice->route->destination_prefix_list_id &&
            find_entry(network, route, destination, &entry) &&
            entry.prefix_length == choice->entry.prefix_length) {
            return true;
        }
    }
    return false;
}

/*
 * The ranges of AWS's own services are never forwarded, however broad a route is.
 * AWS: VPC User Guide, "Route tables", "Route table concepts".
 */
static bool is_never_forwarded(const vp_addr *address) {
    if (address->family == 4) {
        return (address->lo & 0xfffffc00u) == 0xa9fea800u; /* 169.254.168.0/22 */
    }
    return address->hi >> 32 == 0xfd000ec2u; /* fd00:ec2::/32 */
}

/*
 * Inside the VPC's own blocks propagated routes do not count, however long their prefix is; that
 * is asked once, and only when a propagated route matches.
 */
bool vp_route_select(const vp_network *network, const vp_route_table *table,
                     const vp_addr *destination, vp_route_choice *choice) {
    int chosen_rank = RANK_PROPAGATED, inside = -1;
    memset(choice, 0, sizeof *choice);
    if (is_never_forwarded(destination)) {
        return false;
    }
    for (uint32_t i = 0; i < table->routes.count; i++) {
        const vp_route *route = VP_ITEM(vp_route, &table->routes, i);
        vp_cidr entry;
        if (!find_entry(network, route, destination, &entry) ||
            vp_network_name_is(network, route->state, "filtered")) {
            continue;
        }
        int rank = rank_of(network, route);
        if (rank == RANK_PROPAGATED) {
            if (inside < 0) {
                inside = table->vpc != NULL && vp_vpc_contains(network, table->vpc, destination);
            }
            if (inside > 0) {
                continue;
            }
        }
        if (is_better(network, route, entry.prefix_length, rank, choice, chosen_rank)) {
            choice->route = route;
            choice->entry = entry;
            chosen_rank = rank;
        }
    }
    if (choice->route == NULL) {
        return false;
    }
    choice->target = vp_route_target(network, choice->route, &choice->target_id);
    choice->tie = chosen_rank == RANK_PREFIX_LIST && has_tie(network, table, destination, choice);
    return true;
}

const vp_route *vp_route_leading_to(const vp_network *network, const vp_route_table *table,
                                    const vp_addr *destination, vp_name target_id,
                                    uint8_t *prefix_length) {
    const vp_route *best = NULL;
    for (uint32_t i = 0; i < table->routes.count; i++) {
        const vp_route *route = VP_ITEM(vp_route, &table->routes, i);
        vp_cidr entry;
        vp_name id;
        (void)vp_route_target(network, route, &id);
        if (id == target_id && find_entry(network, route, destination, &entry) &&
            (best == NULL || entry.prefix_length > *prefix_length)) {
            best = route;
            *prefix_length = entry.prefix_length;
        }
    }
    return best;
}

/* AWS prints the instance as well as its interface; the interface is the exact one. */
vp_network_interface *vp_route_interface(const vp_network *network, const vp_index *index,
                                         const vp_route *route) {
    vp_name id =
        route->network_interface_id != VP_NO_NAME ? route->network_interface_id : route->gateway_id;
    if (id != VP_NO_NAME) {
        return (vp_network_interface *)vp_network_find(network, VP_KIND_NETWORK_INTERFACE, id);
    }
    uint32_t count;
    vp_network_interface *const *all = vp_index_interfaces_of(index, route->instance_id, &count);
    return count > 0 ? all[0] : NULL;
}

/*
 * The interfaces of endpoints and load balancers have no attachment to judge, only a status (4.4).
 */
bool vp_interface_is_attached(const vp_network *network,
                              const vp_network_interface *network_interface) {
    vp_name attachment = network_interface->attachment.status;
    if (attachment != VP_NO_NAME && network_interface->requester_managed != VP_TRUE) {
        return vp_network_name_is(network, attachment, "attached");
    }
    return network_interface->status == VP_NO_NAME ||
           vp_network_name_is(network, network_interface->status, "in-use");
}

static vp_name open_of(const vp_address_association *association) {
    return association->public_ip.family == 0 ? association->allocation_id : VP_NO_NAME;
}

vp_name vp_interface_open_public(const vp_network_interface *network_interface,
                                 const vp_addr *private_address) {
    const vp_list *list = &network_interface->private_ip_addresses;
    for (uint32_t i = 0; i < list->count; i++) {
        const vp_private_ip_address *own = VP_ITEM(vp_private_ip_address, list, i);
        bool told = own->association.public_ip.family != 0;
        if ((told || own->association.allocation_id != VP_NO_NAME) &&
            vp_addr_equals(&own->private_ip_address, private_address)) {
            return open_of(&own->association);
        }
    }
    return vp_addr_equals(&network_interface->private_ip_address, private_address)
               ? open_of(&network_interface->association)
               : VP_NO_NAME;
}

/*
 * AWS: VPC User Guide, "Replace or restore the target for a local route": a stopped target is a
 * blackhole (D29).
 */
static bool interface_takes_packets(const vp_network *network,
                                    const vp_network_interface *network_interface) {
    static const char *const down[] = {"stopped", "shutting-down", "terminated"};
    if (!vp_interface_is_attached(network, network_interface)) {
        return false;
    }
    for (size_t i = 0; network_interface->instance != NULL && i < VP_COUNT_OF(down); i++) {
        if (vp_network_name_is(network, network_interface->instance->state.name, down[i])) {
            return false;
        }
    }
    return true;
}

/* Does the target carry packets? 1, 0, or -1 when the data do not say. */
static int target_works(const vp_network *network, const vp_index *index,
                        const vp_route_choice *choice, vp_name vpc_id) {
    switch (choice->target) {
    case VP_TARGET_LOCAL:
        return 1;
    case VP_TARGET_PEERING: {
        const vp_vpc_peering_connection *connection =
            (const vp_vpc_peering_connection *)vp_network_find(
                network, VP_KIND_VPC_PEERING_CONNECTION, choice->target_id);
        return connection == NULL ? -1
                                  : vp_network_name_is(network, connection->status.code, "active");
    }
    case VP_TARGET_INTERNET_GATEWAY: {
        const vp_internet_gateway *gateway = (const vp_internet_gateway *)vp_network_find(
            network, VP_KIND_INTERNET_GATEWAY, choice->target_id);
        return gateway == NULL ? -1 : vp_gateway_is_attached(network, gateway, vpc_id);
    }
    case VP_TARGET_NAT_GATEWAY: {
        const vp_nat_gateway *gateway = (const vp_nat_gateway *)vp_network_find(
            network, VP_KIND_NAT_GATEWAY, choice->target_id);
        return gateway == NULL || gateway->state == VP_NO_NAME
                   ? -1
                   : vp_network_name_is(network, gateway->state, "available");
    }
    case VP_TARGET_EGRESS_ONLY: {
        const vp_egress_only_internet_gateway *gateway =
            (const vp_egress_only_internet_gateway *)vp_network_find(
                network, VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY, choice->target_id);
        return gateway == NULL ? -1 : vp_attachments_hold(network, &gateway->attachments, vpc_id);
    }
    case VP_TARGET_VPN_GATEWAY: {
        const vp_vpn_gateway *gateway = (const vp_vpn_gateway *)vp_network_find(
            network, VP_KIND_VPN_GATEWAY, choice->target_id);
        return gateway == NULL ? -1
                               : vp_attachments_hold(network, &gateway->vpc_attachments, vpc_id);
    }
    case VP_TARGET_ENDPOINT: {
        const vp_vpc_endpoint *endpoint = vp_endpoint_find(network, choice->target_id);
        return endpoint == NULL ? -1 : vp_endpoint_works(network, endpoint);
    }
    case VP_TARGET_TRANSIT_GATEWAY: {
        const vp_transit_gateway *gateway = vp_transit_find(network, choice->target_id);
        const vp_transit_gateway_attachment *attachment =
            vp_transit_attachment_of(network, choice->target_id, vpc_id);
        return gateway == NULL || attachment == NULL
                   ? -1
                   : vp_transit_is_available(network, gateway->state) &&
                         vp_transit_is_available(network, attachment->state);
    }
    case VP_TARGET_INTERFACE: {
        const vp_network_interface *met = vp_route_interface(network, index, choice->route);
        return met == NULL ? -1 : interface_takes_packets(network, met);
    }
    default:
        return -1;
    }
}

vp_route_state vp_route_state_of(const vp_network *network, const vp_index *index,
                                 const vp_route_choice *choice, vp_name vpc_id) {
    vp_name printed = choice->route->state;
    bool says_blackhole = vp_network_name_is(network, printed, "blackhole");
    int works = target_works(network, index, choice, vpc_id);
    vp_route_state state = {says_blackhole || works == 0, false};
    state.disagrees = printed != VP_NO_NAME && works >= 0 && says_blackhole != (works == 0);
    return state;
}
