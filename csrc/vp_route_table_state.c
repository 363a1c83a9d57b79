/*
 * vp_route_table_state.c - keeping the printed state of routes true.
 *
 * AWS prints a route as `blackhole` while its target does not work. Strict actions keep that up to
 * date: whatever changes a target ends in vp_route_table_refresh.
 * AWS: Amazon VPC User Guide, "Route table concepts" (blackhole).
 */
#include "vp_endpoint.h"
#include "vp_part.h"
#include "vp_record_vpn.h"
#include "vp_transit.h"

/* A route names its target in one member; an instance stands beside its interface. */
static bool names(const vp_route *route, vp_name target) {
    return route->gateway_id == target || route->vpc_peering_connection_id == target ||
           route->network_interface_id == target || route->instance_id == target ||
           route->egress_only_internet_gateway_id == target || route->nat_gateway_id == target ||
           route->transit_gateway_id == target;
}

/* Attached to an instance that is not stopped; what a service made, in use (semantics 4.4, D29). */
static bool interface_works(const vp_network *network, vp_name id) {
    const vp_network_interface *interface =
        (const vp_network_interface *)vp_network_find(network, VP_KIND_NETWORK_INTERFACE, id);
    if (interface == NULL) {
        return false;
    }
    if (interface->requester_managed == VP_TRUE) {
        return vp_network_name_is(network, interface->status, "in-use");
    }
    const vp_instance *instance = (const vp_instance *)vp_network_find(
        network, VP_KIND_INSTANCE, interface->attachment.instance_id);
    bool stopped =
        instance != NULL && (vp_network_name_is(network, instance->state.name, "stopped") ||
                             vp_network_name_is(network, instance->state.name, "shutting-down") ||
                             vp_network_name_is(network, instance->state.name, "terminated"));
    return vp_network_name_is(network, interface->attachment.status, "attached") && !stopped;
}

bool vp_route_table_works(const vp_network *network, const vp_route_table *table,
                          const vp_route *route) {
    if (route->vpc_peering_connection_id != VP_NO_NAME) {
        const vp_vpc_peering_connection *pcx = (const vp_vpc_peering_connection *)vp_network_find(
            network, VP_KIND_VPC_PEERING_CONNECTION, route->vpc_peering_connection_id);
        return pcx != NULL && vp_network_name_is(network, pcx->status.code, "active");
    }
    if (route->network_interface_id != VP_NO_NAME) {
        return interface_works(network, route->network_interface_id);
    }
    if (route->nat_gateway_id != VP_NO_NAME) {
        const vp_nat_gateway *nat = (const vp_nat_gateway *)vp_network_find(
            network, VP_KIND_NAT_GATEWAY, route->nat_gateway_id);
        return nat != NULL && vp_network_name_is(network, nat->state, "available");
    }
    if (route->transit_gateway_id != VP_NO_NAME) {
        const vp_transit_gateway *transit = vp_transit_find(network, route->transit_gateway_id);
        const vp_transit_gateway_attachment *attachment =
            vp_transit_attachment_of(network, route->transit_gateway_id, table->vpc_id);
        return transit != NULL && vp_transit_is_available(network, transit->state) &&
               attachment != NULL && vp_transit_is_available(network, attachment->state);
    }
    if (route->egress_only_internet_gateway_id != VP_NO_NAME) {
        const vp_egress_only_internet_gateway *outbound =
            (const vp_egress_only_internet_gateway *)vp_network_find(
                network, VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY,
                route->egress_only_internet_gateway_id);
        return outbound != NULL &&
               vp_attachments_hold(network, &outbound->attachments, table->vpc_id);
    }
    const vp_vpc_endpoint *endpoint = vp_endpoint_find(network, route->gateway_id);
    if (endpoint != NULL) {
        return vp_endpoint_works(network, endpoint);
    }
    const vp_vpn_gateway *private_gateway =
        (const vp_vpn_gateway *)vp_network_find(network, VP_KIND_VPN_GATEWAY, route->gateway_id);
    if (private_gateway != NULL) {
        return vp_attachments_hold(network, &private_gateway->vpc_attachments, table->vpc_id);
    }
    const vp_internet_gateway *gateway = (const vp_internet_gateway *)vp_network_find(
        network, VP_KIND_INTERNET_GATEWAY, route->gateway_id);
    return gateway == NULL || vp_gateway_is_attached(network, gateway, table->vpc_id);
}

/* A route to an interface shows the instance that the interface is attached to. */
static void show_instance(const vp_network *network, vp_route *route) {
    const vp_network_interface *interface = (const vp_network_interface *)vp_network_find(
        network, VP_KIND_NETWORK_INTERFACE, route->network_interface_id);
    if (interface != NULL) {
        route->instance_id = interface->attachment.instance_id;
        route->instance_owner_id = interface->attachment.instance_owner_id;
    }
}

/* All tables are searched: targets are shared between tables and change rarely. */
vp_status vp_route_table_refresh(vp_change *change, vp_name target, bool gone, vp_error *error) {
    vp_network *network = change->network;
    vp_name active, blackhole;
    VP_TRY(vp_network_name(network, "active", &active, error));
    VP_TRY(vp_network_name(network, "blackhole", &blackhole, error));
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_ROUTE_TABLE); i++) {
        vp_route_table *table = VP_ROW(vp_route_table, network, VP_KIND_ROUTE_TABLE, i);
        for (uint32_t j = 0; j < table->routes.count; j++) {
            if (!names(VP_ITEM(vp_route, &table->routes, j), target)) {
                continue;
            }
            VP_TRY(vp_change_edit(change, &table->record, error));
            vp_route *route = VP_ITEM(vp_route, &table->routes, j);
            bool works = !gone && vp_route_table_works(network, table, route);
            route->state = works ? active : blackhole;
            show_instance(network, route);
        }
    }
    return VP_OK;
}
