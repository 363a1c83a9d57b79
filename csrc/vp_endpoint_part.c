/*
 * vp_endpoint_part.c - the routes, interfaces and groups of endpoints.
 *
 * The one idea: the endpoint names what is its own, and what it names is changed with it, never
 * alone: routes of gateway endpoints and interfaces of the others are managed by the service.
 * AWS: PrivateLink Guide, "Gateway endpoints"; EC2 API Reference, "ModifyVpcEndpoint".
 */
#include "vp_endpoint_part.h"

#include "vp_interface.h"

#include <stdio.h>
#include <string.h>

#define QUOTA_GROUPS 5

/* ---- lists of ids ---------------------------------------------------------------------------- */

/* A list of ids grows at its end: AWS prints subnets and interfaces in the order of creation. */
static vp_status add_id(vp_call *call, vp_list *ids, vp_name id, vp_error *error) {
    void *item;
    VP_TRY(vp_change_append(call->change, &vp_text_item_schema, ids, &item, error));
    ((vp_text_item *)item)->value = id;
    return VP_OK;
}

/* Removes every mention, since loaded data may name an id twice. Nothing can fail here. */
static void remove_id(const vp_network *network, vp_list *ids, vp_name id) {
    for (uint32_t i = ids->count; i-- > 0;) {
        if (VP_ITEM(vp_text_item, ids, i)->value == id) {
            vp_list_remove(&network->alloc, &vp_text_item_schema, ids, i);
        }
    }
}

/* ---- routes of gateway endpoints ------------------------------------------------------------- */

/* What the data do not say of a service's addresses nobody knows: its list is empty then. */
static vp_status prefix_list_for(vp_call *call, const vp_vpc_endpoint *endpoint, vp_name *id,
                                 vp_error *error) {
    const vp_prefix_list *known =
        vp_endpoint_prefix_list(call->network, endpoint->service_name, endpoint->record.region);
    vp_record *record;
    if (known != NULL) {
        *id = known->record.id;
        return VP_OK;
    }
    VP_TRY(vp_change_add(call->change, VP_KIND_PREFIX_LIST, VP_NO_NAME, &record, error));
    vp_prefix_list *made = (vp_prefix_list *)record;
    made->prefix_list_name = endpoint->service_name;
    record->region = endpoint->record.region;
    VP_SET(call, record->owner_id, "AWS", error);
    VP_SET(call, made->address_family, "IPv4", error);
    VP_SET(call, made->state, "create-complete", error);
    *id = record->id;
    return VP_OK;
}

/* A table of the endpoint's VPC that takes prefix lists: not one of a gateway (4.7). */
static vp_status find_table(vp_call *call, const vp_vpc_endpoint *endpoint, vp_name table_id,
                            vp_route_table **table, vp_error *error) {
    const vp_network *network = call->network;
    vp_record *record;
    VP_TRY(vp_check_own(call, VP_KIND_ROUTE_TABLE, table_id, &record, error));
    *table = (vp_route_table *)record;
    if ((*table)->vpc_id != endpoint->vpc_id) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "route table %s and VPC endpoint %s belong to different networks",
                  vp_network_text(network, table_id),
                  vp_network_text(network, endpoint->record.id));
    }
    for (uint32_t i = 0; i < (*table)->associations.count; i++) {
        if (VP_ITEM(vp_route_table_association, &(*table)->associations, i)->gateway_id !=
            VP_NO_NAME) {
            VP_REFUSE(error, "InvalidParameterValue",
                      "route table %s is associated with a gateway and cannot have prefix lists",
                      vp_network_text(network, table_id));
        }
    }
    return VP_OK;
}

/*
 * One endpoint a service and table (3.5): a second route for the list would never be taken. The
 * route's own words are those that AWS prints: a static route to the endpoint.
 */
vp_status vp_endpoint_add_table(vp_call *call, vp_vpc_endpoint *endpoint, vp_name table_id,
                                vp_error *error) {
    vp_route_table *table;
    vp_name list_id;
    void *item;
    VP_TRY(find_table(call, endpoint, table_id, &table, error));
    if (vp_endpoint_lists(&endpoint->route_table_ids, table_id)) {
        return VP_OK; /* named twice */
    }
    VP_TRY(prefix_list_for(call, endpoint, &list_id, error));
    for (uint32_t i = 0; i < table->routes.count; i++) {
        if (VP_ITEM(vp_route, &table->routes, i)->destination_prefix_list_id == list_id) {
            VP_REFUSE(error, "RouteAlreadyExists",
                      "route table %s already has a route with destination-prefix-list-id %s",
                      vp_network_text(call->network, table_id),
                      vp_network_text(call->network, list_id));
        }
    }
    VP_TRY(add_id(call, &endpoint->route_table_ids, table_id, error));
    VP_TRY(vp_change_edit(call->change, &table->record, error));
    VP_TRY(vp_change_append(call->change, &vp_route_schema, &table->routes, &item, error));
    vp_route *route = item;
    route->destination_prefix_list_id = list_id;
    route->gateway_id = endpoint->record.id;
    VP_SET(call, route->origin, "CreateRoute", error);
    VP_SET(call, route->state, "active", error);
    return VP_OK;
}

/*
 * The route is found by its target, not by its list: a loaded route may name a list that the data
 * do not have. A table that is not there any more has no route to lose.
 */
vp_status vp_endpoint_remove_table(vp_call *call, vp_vpc_endpoint *endpoint, vp_name table_id,
                                   vp_error *error) {
    vp_network *network = call->network;
    if (!vp_endpoint_lists(&endpoint->route_table_ids, table_id)) {
        VP_REFUSE(error, "InvalidParameter", "VPC endpoint %s is not associated with %s",
                  vp_network_text(network, endpoint->record.id),
                  vp_network_text(network, table_id));
    }
    remove_id(network, &endpoint->route_table_ids, table_id);
    vp_route_table *table =
        (vp_route_table *)vp_network_find(network, VP_KIND_ROUTE_TABLE, table_id);
    for (uint32_t i = table == NULL ? 0 : table->routes.count; i-- > 0;) {
        if (VP_ITEM(vp_route, &table->routes, i)->gateway_id == endpoint->record.id) {
            VP_TRY(vp_change_edit(call->change, &table->record, error));
            vp_list_remove(&network->alloc, &vp_route_schema, &table->routes, i);
        }
    }
    return VP_OK;
}

/* Only the endpoints change: the table takes its routes along. */
vp_status vp_endpoint_forget_table(vp_change *change, vp_name table_id, vp_error *error) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(change->network, VP_KIND_VPC_ENDPOINT); i++) {
        vp_vpc_endpoint *endpoint =
            VP_ROW(vp_vpc_endpoint, change->network, VP_KIND_VPC_ENDPOINT, i);
        if (vp_endpoint_lists(&endpoint->route_table_ids, table_id)) {
            VP_TRY(vp_change_edit(change, &endpoint->record, error));
            remove_id(change->network, &endpoint->route_table_ids, table_id);
        }
    }
    return VP_OK;
}

/* ---- interfaces ------------------------------------------------------------------------------ */

/* Does a block of the subnet give addresses to endpoints that have IPv6? */
static bool has_ipv6(const vp_network *network, const vp_subnet *subnet) {
    for (uint32_t i = 0; i < subnet->ipv6_cidr_block_association_set.count; i++) {
        if (vp_block_is_associated(network, VP_ITEM(vp_block_association,
                                                    &subnet->ipv6_cidr_block_association_set, i))) {
            return true;
        }
    }
    return false;
}

/* Zones by id where both have one, else by name (D02). */
static bool same_zone(const vp_subnet *a, const vp_subnet *b) {
    if (a->availability_zone_id != VP_NO_NAME && b->availability_zone_id != VP_NO_NAME) {
        return a->availability_zone_id == b->availability_zone_id;
    }
    return a->availability_zone != VP_NO_NAME && a->availability_zone == b->availability_zone;
}

/*
 * One interface a zone, in a subnet of the VPC that has the addresses. AWS: EC2 API Reference,
 * "CreateVpcEndpoint", IpAddressType: ipv4 and dualstack need IPv4 blocks, ipv6 wants subnets that
 * have none.
 */
static vp_status check_subnet(const vp_network *network, const vp_vpc_endpoint *endpoint,
                              const vp_subnet *subnet, vp_error *error) {
    const char *id = vp_network_text(network, subnet->record.id);
    bool ipv4 = !vp_network_name_is(network, endpoint->ip_address_type, "ipv6");
    bool ipv6 = !vp_network_name_is(network, endpoint->ip_address_type, "ipv4");
    if (subnet->vpc_id != endpoint->vpc_id) {
        VP_REFUSE(error, "InvalidParameter", "The subnet %s does not belong to VPC %s", id,
                  vp_network_text(network, endpoint->vpc_id));
    }
    if ((ipv4 && !vp_cidr_is_given(&subnet->cidr_block)) || (ipv6 && !has_ipv6(network, subnet)) ||
        (!ipv4 && vp_cidr_is_given(&subnet->cidr_block))) {
        VP_REFUSE(error, "InvalidParameter",
                  "The IP address type %s is not supported by the blocks of subnet %s",
                  vp_network_text(network, endpoint->ip_address_type), id);
    }
    for (uint32_t i = 0; i < endpoint->subnet_ids.count; i++) {
        const vp_subnet *other = (const vp_subnet *)vp_network_find(
            network, VP_KIND_SUBNET, VP_ITEM(vp_text_item, &endpoint->subnet_ids, i)->value);
        if (other != NULL && same_zone(other, subnet)) {
            VP_REFUSE(error, "DuplicateSubnetsInSameZone",
                      "Found another VPC endpoint subnet in the availability zone of %s", id);
        }
    }
    return VP_OK;
}

/* The interface belongs to the service: nobody else may change it, and it is in use at once. */
static vp_status make_interface(vp_call *call, const vp_vpc_endpoint *endpoint,
                                const vp_subnet *subnet, const vp_endpoint_place *place,
                                vp_network_interface **made, vp_error *error) {
    vp_network *network = call->network;
    bool balancer = vp_endpoint_type_of(network, endpoint) == VP_ENDPOINT_LOAD_BALANCER;
    bool ipv6 = !vp_network_name_is(network, endpoint->ip_address_type, "ipv4");
    char description[64];
    vp_interface_request wanted;
    memset(&wanted, 0, sizeof wanted);
    (void)snprintf(description, sizeof description, "VPC Endpoint Interface %.38s",
                   vp_network_text(network, endpoint->record.id));
    wanted.private_ip_address = place->ipv4;
    wanted.ipv6_address = place->ipv6;
    wanted.ipv6_address_count = (vp_int){ipv6 && place->ipv6.family == 0 ? 1 : 0, 1};
    wanted.source_dest_check = balancer ? VP_FALSE : VP_TRUE;
    VP_SET(call, wanted.description, description, error);
    VP_SET(call, wanted.interface_type,
           balancer ? "gateway_load_balancer_endpoint" : "vpc_endpoint", error);
    VP_TRY(vp_interface_make_managed(call, subnet, &wanted, ipv6, made, error));
    return vp_change_copy_list(call->change, &vp_group_identifier_schema, &endpoint->groups,
                               &(*made)->groups, error);
}

/* The interfaces gain an IPv6 address, or lose theirs; addresses that they keep stay the same. */
vp_status vp_endpoint_set_address_type(vp_call *call, vp_vpc_endpoint *endpoint, vp_name wanted,
                                       vp_error *error) {
    vp_network *network = call->network;
    bool single = vp_network_name_is(network, wanted, "ipv4");
    static const vp_addr any = {0, 0, 0};
    vp_network_interface *owner;
    if (wanted == endpoint->ip_address_type) {
        return VP_OK;
    }
    if ((!single && !vp_network_name_is(network, wanted, "dualstack")) ||
        vp_endpoint_type_of(network, endpoint) == VP_ENDPOINT_GATEWAY ||
        vp_network_name_is(network, endpoint->ip_address_type, "ipv6")) {
        char quoted[VP_ERROR_QUOTE_MAX];
        const char *text = vp_network_text(network, wanted);
        VP_REFUSE(error, "InvalidParameter",
                  "The IP address type %s is not supported by the subnets of VPC endpoint %s",
                  vp_error_quote(text, strlen(text), quoted),
                  vp_network_text(network, endpoint->record.id));
    }
    endpoint->ip_address_type = wanted;
    for (uint32_t i = 0; (owner = vp_endpoint_interface(network, endpoint, i)) != NULL; i++) {
        vp_record *subnet;
        VP_TRY(vp_change_edit(call->change, &owner->record, error));
        vp_list_clear(&network->alloc, &vp_ipv6_address_schema, &owner->ipv6_addresses);
        VP_TRY(vp_check_exists(network, VP_KIND_SUBNET, owner->subnet_id, &subnet, error));
        if (!single) {
            VP_TRY(
                vp_interface_add_ipv6(call->change, (const vp_subnet *)subnet, owner, any, error));
        }
    }
    return VP_OK;
}

/* The interface is made before the subnet is noted, so that a refusal leaves both lists equal. */
vp_status vp_endpoint_add_subnet(vp_call *call, vp_vpc_endpoint *endpoint,
                                 const vp_endpoint_place *place, vp_error *error) {
    vp_network_interface *made;
    vp_record *record;
    VP_TRY(vp_check_own(call, VP_KIND_SUBNET, place->subnet_id, &record, error));
    if (vp_endpoint_lists(&endpoint->subnet_ids, record->id)) {
        return VP_OK; /* named twice */
    }
    VP_TRY(check_subnet(call->network, endpoint, (const vp_subnet *)record, error));
    VP_TRY(make_interface(call, endpoint, (const vp_subnet *)record, place, &made, error));
    VP_TRY(add_id(call, &endpoint->subnet_ids, record->id, error));
    return add_id(call, &endpoint->network_interface_ids, made->record.id, error);
}

/* The interface goes with its addresses; routes to it, which only loaded data have, are dead. */
vp_status vp_endpoint_remove_subnet(vp_call *call, vp_vpc_endpoint *endpoint, vp_name subnet_id,
                                    vp_error *error) {
    const vp_network *network = call->network;
    if (!vp_endpoint_lists(&endpoint->subnet_ids, subnet_id)) {
        VP_REFUSE(error, "InvalidParameter", "VPC endpoint %s is not in subnet %s",
                  vp_network_text(network, endpoint->record.id),
                  vp_network_text(network, subnet_id));
    }
    remove_id(network, &endpoint->subnet_ids, subnet_id);
    for (uint32_t i = endpoint->network_interface_ids.count; i-- > 0;) {
        vp_name id = VP_ITEM(vp_text_item, &endpoint->network_interface_ids, i)->value;
        vp_network_interface *owner =
            (vp_network_interface *)vp_network_find(network, VP_KIND_NETWORK_INTERFACE, id);
        if (owner != NULL && owner->subnet_id == subnet_id) {
            remove_id(network, &endpoint->network_interface_ids, id);
            VP_TRY(vp_interface_remove(call->change, owner, error));
        }
    }
    return VP_OK;
}

/* ---- groups ---------------------------------------------------------------------------------- */

/*
 * The endpoint keeps the groups and its interfaces copies of them, as AWS prints both. Naming a
 * group twice is no mistake.
 */
vp_status vp_endpoint_add_group(vp_call *call, vp_vpc_endpoint *endpoint, vp_name group_id,
                                vp_error *error) {
    const vp_network *network = call->network;
    vp_record *record;
    void *item;
    VP_TRY(vp_check_own(call, VP_KIND_SECURITY_GROUP, group_id, &record, error));
    const vp_security_group *group = (const vp_security_group *)record;
    if (!vp_security_group_serves(network, group, endpoint->vpc_id)) {
        VP_REFUSE(error, "InvalidParameter",
                  "Security group %s and VPC endpoint %s belong to different networks.",
                  vp_network_text(network, group_id),
                  vp_network_text(network, endpoint->record.id));
    }
    for (uint32_t i = 0; i < endpoint->groups.count; i++) {
        if (VP_ITEM(vp_group_identifier, &endpoint->groups, i)->group_id == group_id) {
            return VP_OK;
        }
    }
    VP_TRY(vp_change_append(call->change, &vp_group_identifier_schema, &endpoint->groups, &item,
                            error));
    ((vp_group_identifier *)item)->group_id = group_id;
    ((vp_group_identifier *)item)->group_name = group->group_name;
    return vp_check_quota(network, endpoint->groups.count, QUOTA_GROUPS + 1,
                          "SecurityGroupsPerInterfaceLimitExceeded",
                          "The maximum number of security groups per interface has been reached.",
                          error);
}

/* All interfaces of an endpoint have the same groups (3.5). */
vp_status vp_endpoint_show_groups(vp_call *call, const vp_vpc_endpoint *endpoint, vp_error *error) {
    vp_network_interface *owner;
    for (uint32_t i = 0; (owner = vp_endpoint_interface(call->network, endpoint, i)) != NULL; i++) {
        VP_TRY(vp_change_edit(call->change, &owner->record, error));
        VP_TRY(vp_change_copy_list(call->change, &vp_group_identifier_schema, &endpoint->groups,
                                   &owner->groups, error));
    }
    return VP_OK;
}
