/*
 * vp_lint_route.c - findings about single routes.
 *
 * Every route is looked at once. One that leads to a peering connection is compared with the blocks
 * of the far side, and its table is noted as a user of the connection. Semantics 4.4, 5.8, 5.11.
 */
#include "vp_change.h"
#include "vp_lint_view.h"
#include "vp_peering.h"
#include "vp_route.h"

/* A route that leads to a connection: where it stands and what it meets. */
typedef struct peering_route {
    const vp_route_table *table;
    const vp_route *route;
    const vp_vpc_peering_connection *connection; /* NULL: not in the data */
    vp_name connection_id;
} peering_route;

static vp_status add_finding(vp_lint *lint, vp_lint_code code, const vp_route_table *table,
                             const vp_route *route, vp_name target, vp_finding **finding,
                             vp_error *error) {
    const vp_name ids[3] = {table->record.id, target, VP_NO_NAME};
    VP_TRY(vp_lint_add(lint, code, ids, finding, error));
    (*finding)->evidence.route_table_id = table->record.id;
    (*finding)->evidence.vpc_id = table->vpc_id;
    (*finding)->evidence.route = *route;
    return VP_OK;
}

static vp_status add_peering(vp_lint *lint, vp_lint_code code, const peering_route *found,
                             vp_finding **finding, vp_error *error) {
    VP_TRY(
        add_finding(lint, code, found->table, found->route, found->connection_id, finding, error));
    (*finding)->evidence.vpc_peering_connection_id = found->connection_id;
    if (found->connection != NULL) {
        const vp_vpc_peering_connection *connection = found->connection;
        int far = connection->requester_vpc_info.vpc_id == found->table->vpc_id ? 1 : 0;
        (*finding)->evidence.status = connection->status.code;
        (*finding)->evidence.peer_vpc_id = vp_lint_info_of(connection, far)->vpc_id;
    }
    return VP_OK;
}

/* ---- what a route covers ----------------------------------------------------------------------
 */

/* The destination of a route: one block, or the blocks of a prefix list. */
typedef struct destination {
    vp_cidr block;
    const vp_lint_view *list; /* NULL: `block` is it */
} destination;

static bool is_within(const destination *to, const vp_lint_view *peer) {
    if (to->list != NULL) {
        return vp_set_contains(peer->set, to->list->set);
    }
    vp_addr last = vp_cidr_last(&to->block);
    return vp_set_contains_range(peer->set, &to->block.address, &last);
}

/* The first block of the peer that the destination covers as a whole, or NULL. */
static const vp_cidr *whole_block(const destination *to, const vp_lint_view *peer) {
    if (to->list == NULL) {
        uint32_t at = vp_lint_lower_bound(peer, &to->block);
        return at < peer->count && vp_cidr_contains(&to->block, &peer->blocks[at])
                   ? &peer->blocks[at]
                   : NULL;
    }
    for (uint32_t i = 0; i < peer->count; i++) {
        vp_addr last = vp_cidr_last(&peer->blocks[i]);
        if (vp_set_contains_range(to->list->set, &peer->blocks[i].address, &last)) {
            return &peer->blocks[i];
        }
    }
    return NULL;
}

/* False when the route names a list that is not in the data: what it covers is not known. */
static vp_status read_destination(vp_lint *lint, const vp_route *route, destination *to,
                                  bool *is_known, vp_error *error) {
    to->list = NULL;
    to->block = vp_cidr_is_given(&route->destination_cidr_block)
                    ? route->destination_cidr_block
                    : route->destination_ipv6_cidr_block;
    *is_known = vp_cidr_is_given(&to->block);
    if (*is_known || route->destination_prefix_list_id == VP_NO_NAME) {
        return VP_OK;
    }
    const vp_prefix_list *list = (const vp_prefix_list *)vp_network_find(
        lint->network, VP_KIND_PREFIX_LIST, route->destination_prefix_list_id);
    *is_known = list != NULL;
    return list != NULL ? vp_lint_list(lint, list, &to->list, error) : VP_OK;
}

/* Peers without a block in the data say nothing about what a route should cover. */
static vp_status judge_extent(vp_lint *lint, const peering_route *found, int far, vp_error *error) {
    const vp_lint_view *peer;
    vp_finding *finding;
    destination to;
    bool is_known;
    VP_TRY(vp_lint_side(lint, found->connection, far, &peer, error));
    VP_TRY(read_destination(lint, found->route, &to, &is_known, error));
    if (!is_known || peer->count == 0) {
        return VP_OK;
    }
    if (vp_lint_wants(lint, VP_LINT_BROADER_THAN_PEER) && !is_within(&to, peer)) {
        VP_TRY(add_peering(lint, VP_LINT_BROADER_THAN_PEER, found, &finding, error));
    }
    const vp_cidr *whole = vp_lint_wants(lint, VP_LINT_WHOLE_PEER) ? whole_block(&to, peer) : NULL;
    if (whole != NULL) {
        VP_TRY(add_peering(lint, VP_LINT_WHOLE_PEER, found, &finding, error));
        finding->evidence.peer_cidr_block = *whole;
    }
    return VP_OK;
}

/* ---- one route --------------------------------------------------------------------------------
 */

/* A route to what is not in the data leads nowhere if it says so itself. */
static vp_status judge_peering(vp_lint *lint, const peering_route *found, vp_error *error) {
    const vp_vpc_peering_connection *connection = found->connection;
    vp_finding *finding;
    if (connection == NULL) {
        return vp_network_name_is(lint->network, found->route->state, "blackhole") &&
                       vp_lint_wants(lint, VP_LINT_BLACKHOLE)
                   ? add_peering(lint, VP_LINT_BLACKHOLE, found, &finding, error)
                   : VP_OK;
    }
    int side = connection->requester_vpc_info.vpc_id == found->table->vpc_id  ? 0
               : connection->accepter_vpc_info.vpc_id == found->table->vpc_id ? 1
                                                                              : -1;
    if (side < 0) {
        return vp_lint_wants(lint, VP_LINT_NOT_PARTY)
                   ? add_peering(lint, VP_LINT_NOT_PARTY, found, &finding, error)
                   : VP_OK;
    }
    const vp_route_table **user = &lint->use_of[found->connection_id].table[side];
    *user = *user == NULL ? found->table : *user;
    if (!vp_network_name_is(lint->network, connection->status.code, "active") &&
        vp_lint_wants(lint, VP_LINT_BLACKHOLE)) {
        VP_TRY(add_peering(lint, VP_LINT_BLACKHOLE, found, &finding, error));
    }
    return vp_peering_is_live(lint->network, connection)
               ? judge_extent(lint, found, 1 - side, error)
               : VP_OK;
}

/* The printed state against the one that the target makes (semantics 4.4). */
static vp_status judge_state(vp_lint *lint, const vp_route_table *table,
                             const vp_route_choice *choice, vp_error *error) {
    vp_finding *finding;
    if (!vp_lint_wants(lint, VP_LINT_STATE_DISAGREES) ||
        !vp_route_state_of(lint->network, lint->index, choice, table->vpc_id).disagrees) {
        return VP_OK;
    }
    return add_finding(lint, VP_LINT_STATE_DISAGREES, table, choice->route, choice->target_id,
                       &finding, error);
}

static vp_status judge_route(vp_lint *lint, const vp_route_table *table, const vp_route *route,
                             vp_error *error) {
    vp_route_choice choice = {.route = route};
    if (vp_network_name_is(lint->network, route->state, "filtered")) {
        return VP_OK; /* D26: as if it were not there */
    }
    choice.target = vp_route_target(lint->network, route, &choice.target_id);
    VP_TRY(judge_state(lint, table, &choice, error));
    if (choice.target != VP_TARGET_PEERING) {
        return VP_OK;
    }
    peering_route found = {table, route,
                           (const vp_vpc_peering_connection *)vp_network_find(
                               lint->network, VP_KIND_VPC_PEERING_CONNECTION, choice.target_id),
                           choice.target_id};
    return judge_peering(lint, &found, error);
}

vp_status vp_lint_routes(vp_lint *lint, vp_error *error) {
    const vp_rows *rows = vp_network_rows(lint->network, VP_KIND_ROUTE_TABLE);
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_route_table *table = (const vp_route_table *)rows->rows[i];
        for (uint32_t j = 0; j < table->routes.count; j++) {
            VP_TRY(judge_route(lint, table, VP_ITEM(vp_route, &table->routes, j), error));
        }
    }
    return VP_OK;
}
