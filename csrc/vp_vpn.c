/*
 * vp_vpn.c - which prefixes a virtual private gateway knows, and which way leads to an address.
 *
 * The one idea: three sources of prefixes are one sequence, and a way is the best item of it. AWS:
 * Site-to-Site VPN User Guide, "Route tables and route priority".
 */
#include "vp_vpn.h"

#include <string.h>

static const char is_vpn[] = "vpn", is_dx[] = "dx", is_unknown[] = "unknown";

vp_name vp_vpn_vpc_of(const vp_network *network, const vp_vpn_gateway *gateway) {
    for (uint32_t i = 0; i < gateway->vpc_attachments.count; i++) {
        vp_name id = VP_ITEM(vp_gateway_attachment, &gateway->vpc_attachments, i)->vpc_id;
        if (vp_attachments_hold(network, &gateway->vpc_attachments, id)) {
            return id;
        }
    }
    return VP_NO_NAME;
}

vp_vpn_gateway *vp_vpn_gateway_of(const vp_network *network, vp_name vpc_id) {
    const vp_rows *rows = &network->rows[VP_KIND_VPN_GATEWAY];
    for (uint32_t i = 0; vpc_id != VP_NO_NAME && i < rows->count; i++) {
        vp_vpn_gateway *gateway = (vp_vpn_gateway *)rows->rows[i];
        if (vp_attachments_hold(network, &gateway->vpc_attachments, vpc_id)) {
            return gateway;
        }
    }
    return NULL;
}

/* What is not printed counts as usable, as everywhere in the model. */
static bool is_available(const vp_network *network, vp_name state) {
    return state == VP_NO_NAME || vp_network_name_is(network, state, "available");
}

bool vp_vpn_connection_works(const vp_network *network, const vp_vpn_connection *connection) {
    const vp_list *tunnels = &connection->vgw_telemetry;
    bool up = tunnels->count == 0;
    for (uint32_t i = 0; i < tunnels->count; i++) {
        vp_name status = VP_ITEM(vp_vgw_telemetry, tunnels, i)->status;
        up = up || vp_network_name_is(network, status, "UP");
    }
    return up && is_available(network, connection->state);
}

/* ---- what kinds of connections a gateway has ------------------------------------------------- */

typedef struct links {
    bool vpn, dx; /* there is one, working or not */
    bool vpn_up;  /* some VPN connection works; a declared one is taken to */
} links;

/* Connections that were deleted are printed for a while. */
static const vp_vpn_connection *connection_at(const vp_network *network,
                                              const vp_vpn_gateway *gateway, uint32_t row) {
    const vp_vpn_connection *connection =
        (const vp_vpn_connection *)network->rows[VP_KIND_VPN_CONNECTION].rows[row];
    bool own = connection->vpn_gateway_id == gateway->record.id &&
               !vp_network_name_is(network, connection->state, "deleted");
    return own ? connection : NULL;
}

static links links_of(const vp_network *network, const vp_vpn_gateway *gateway) {
    links found = {false, false, false};
    bool declared = false;
    for (uint32_t i = 0; i < gateway->declared_routes.count; i++) {
        vp_name medium = VP_ITEM(vp_declared_route, &gateway->declared_routes, i)->connection;
        bool dx = vp_network_name_is(network, medium, is_dx);
        found.dx = found.dx || dx;
        declared = declared || !dx;
    }
    for (uint32_t i = 0; i < network->rows[VP_KIND_VPN_CONNECTION].count; i++) {
        const vp_vpn_connection *connection = connection_at(network, gateway, i);
        if (connection != NULL) {
            found.vpn = true;
            found.vpn_up = found.vpn_up || vp_vpn_connection_works(network, connection);
        }
    }
    found.vpn_up = found.vpn_up || (declared && !found.vpn);
    found.vpn = found.vpn || declared;
    return found;
}

/* The connection of what is not tied to one: sure only when there is one kind. */
static const char *medium_of(const links *own) {
    return own->vpn == own->dx ? is_unknown : own->dx ? is_dx : is_vpn;
}

/* ---- prefixes -------------------------------------------------------------------------------- */

static bool next_declared(const vp_network *network, const vp_vpn_gateway *gateway,
                          vp_vpn_cursor *cursor, vp_vpn_prefix *prefix) {
    if (cursor->item >= gateway->declared_routes.count) {
        return false;
    }
    const vp_declared_route *route =
        VP_ITEM(vp_declared_route, &gateway->declared_routes, cursor->item++);
    prefix->cidr = route->cidr;
    prefix->connection = vp_network_name_is(network, route->connection, is_dx) ? is_dx : is_vpn;
    return true;
}

static bool next_learned(const vp_network *network, const vp_vpn_gateway *gateway,
                         vp_vpn_cursor *cursor, vp_vpn_prefix *prefix) {
    for (; cursor->row < network->rows[VP_KIND_VPN_CONNECTION].count; cursor->row++) {
        const vp_vpn_connection *connection = connection_at(network, gateway, cursor->row);
        bool counts = connection != NULL && is_available(network, connection->state);
        while (counts && cursor->item < connection->routes.count) {
            const vp_vpn_static_route *route =
                VP_ITEM(vp_vpn_static_route, &connection->routes, cursor->item++);
            if (is_available(network, route->state)) {
                prefix->cidr = route->destination_cidr_block;
                prefix->connection = is_vpn;
                prefix->connected = connection;
                return true;
            }
        }
        cursor->item = 0;
    }
    return false;
}

static bool next_propagated(const vp_network *network, const vp_vpn_gateway *gateway,
                            vp_vpn_cursor *cursor, vp_vpn_prefix *prefix) {
    for (; cursor->row < network->rows[VP_KIND_ROUTE_TABLE].count; cursor->row++) {
        const vp_route_table *table =
            (const vp_route_table *)network->rows[VP_KIND_ROUTE_TABLE].rows[cursor->row];
        while (cursor->item < table->routes.count) {
            const vp_route *route = VP_ITEM(vp_route, &table->routes, cursor->item++);
            if (route->gateway_id == gateway->record.id &&
                vp_network_name_is(network, route->origin, "EnableVgwRoutePropagation")) {
                prefix->cidr = vp_cidr_is_given(&route->destination_cidr_block)
                                   ? route->destination_cidr_block
                                   : route->destination_ipv6_cidr_block;
                prefix->connection = is_unknown;
                return true;
            }
        }
        cursor->item = 0;
    }
    return false;
}

bool vp_vpn_next_prefix(const vp_network *network, const vp_vpn_gateway *gateway,
                        vp_vpn_cursor *cursor, vp_vpn_prefix *prefix) {
    static bool (*const sources[])(const vp_network *, const vp_vpn_gateway *, vp_vpn_cursor *,
                                   vp_vpn_prefix *) = {next_declared, next_learned,
                                                       next_propagated};
    memset(prefix, 0, sizeof *prefix);
    for (; cursor->source < VP_COUNT_OF(sources); cursor->source++) {
        if (sources[cursor->source](network, gateway, cursor, prefix)) {
            prefix->source = (vp_vpn_source)cursor->source;
            return true;
        }
        cursor->row = cursor->item = 0;
    }
    return false;
}

/* ---- ways ------------------------------------------------------------------------------------ */

/* Nobody says by which connection a propagated prefix came: one that could be up will do. */
static bool prefix_works(const vp_network *network, const links *own, const vp_vpn_prefix *prefix) {
    if (prefix->connected != NULL) {
        return vp_vpn_connection_works(network, prefix->connected);
    }
    if (prefix->source == VP_VPN_PROPAGATED) {
        return own->vpn_up || own->dx || !own->vpn;
    }
    return prefix->connection == is_dx || own->vpn_up;
}

static int rank_of(const char *connection) {
    return connection == is_dx ? 2 : connection == is_vpn ? 1 : 0;
}

/* Is a prefix better than the way found so far? */
static bool is_better(const vp_vpn_prefix *prefix, bool works, const vp_vpn_way *way) {
    if (!vp_cidr_is_given(&way->cidr) || works == way->is_down) {
        return !vp_cidr_is_given(&way->cidr) || works;
    }
    if (prefix->cidr.prefix_length != way->cidr.prefix_length) {
        return prefix->cidr.prefix_length > way->cidr.prefix_length;
    }
    return rank_of(prefix->connection) > rank_of(way->connection);
}

vp_vpn_way vp_vpn_find_way(const vp_network *network, const vp_vpn_gateway *gateway,
                           const vp_addr *address) {
    links own = links_of(network, gateway);
    vp_vpn_way way = {.connection = medium_of(&own)};
    vp_vpn_cursor cursor = {0, 0, 0};
    vp_vpn_prefix prefix;
    way.is_down = own.vpn && !own.vpn_up && !own.dx;
    while (vp_vpn_next_prefix(network, gateway, &cursor, &prefix)) {
        way.knows_any = true;
        if (!vp_cidr_contains_addr(&prefix.cidr, address)) {
            continue;
        }
        if (prefix.source == VP_VPN_PROPAGATED) {
            prefix.connection = medium_of(&own);
        }
        bool works = prefix_works(network, &own, &prefix);
        if (is_better(&prefix, works, &way)) {
            way.cidr = prefix.cidr;
            way.connection = prefix.connection;
            way.connected = prefix.connected;
            way.is_down = !works;
        }
    }
    return way;
}
