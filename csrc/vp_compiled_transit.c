/*
 * vp_compiled_transit.c - tables of transit gateways as profiles.
 *
 * The one idea: routes and what attachments propagate are painted in the order of their priority,
 * so that the first stroke is the route that is selected.
 */
#include "vp_compiled.h"

#include "vp_sort.h"
#include "vp_transit.h"

enum { MEMO = 1 };

typedef struct routes {
    vp_transit_route *items;
    uint32_t count, capacity;
} routes;

/* Longest prefix, then rank, then the lowest attachment (D21). */
static int compare_routes(const void *left, const void *right, const void *network) {
    const vp_transit_route *a = left, *b = right;
    if (a->block.prefix_length != b->block.prefix_length) {
        return a->block.prefix_length > b->block.prefix_length ? -1 : 1;
    }
    if (a->rank != b->rank) {
        return a->rank < b->rank ? -1 : 1;
    }
    return vp_network_compare(network, a->attachment_id, b->attachment_id);
}

/* What happens to packets that take a route. */
static uint32_t value_of(const vp_compiled *compiled, const vp_transit_route *route) {
    const vp_transit_gateway_attachment *next =
        vp_transit_find_attachment(compiled->network, route->attachment_id);
    if (route->is_blackhole || route->attachment_id == VP_NO_NAME) {
        return VP_TRANSIT_REFUSED;
    }
    if (next == NULL) {
        return VP_TRANSIT_NOT_LOADED;
    }
    if (!vp_transit_is_available(compiled->network, next->state)) {
        return VP_TRANSIT_REFUSED;
    }
    return vp_transit_type_of(compiled->network, next) == VP_TRANSIT_OTHER
               ? VP_TRANSIT_NOT_MODELLED
               : 1 + vp_compiled_place(compiled, &next->record);
}

/* A VPC whose blocks overlap those of one attached before propagates nothing. */
static bool is_shadowed(const vp_compiled *compiled, const vp_transit_route *route) {
    const vp_transit_gateway_attachment *derived_of =
        route->is_propagated && route->listed == NULL
            ? vp_transit_find_attachment(compiled->network, route->attachment_id)
            : NULL;
    return derived_of != NULL && vp_transit_is_shadowed(compiled->network, derived_of);
}

static void collect(vp_compiled *compiled, const vp_transit_gateway_route_table *table,
                    uint8_t family, routes *found) {
    vp_transit_cursor cursor = {0, 0, 0};
    vp_transit_route route;
    while (vp_transit_next_route(compiled->network, table, &cursor, &route)) {
        void *items = found->items;
        if (route.block.address.family != family || is_shadowed(compiled, &route)) {
            continue;
        }
        vp_status status = vp_alloc_grow(&compiled->network->alloc, &items, &found->capacity,
                                         (size_t)found->count + 1, sizeof *found->items);
        found->items = items;
        if (status != VP_OK) {
            compiled->profiles->status = status;
            return;
        }
        found->items[found->count++] = route;
    }
}

vp_profile vp_compiled_transit(vp_compiled *compiled, const vp_transit_gateway_route_table *table,
                               uint8_t family) {
    vp_painter *painter = &compiled->profiles->painter;
    const vp_alloc *alloc = &compiled->network->alloc;
    routes found = {NULL, 0, 0};
    vp_profile made;
    if (vp_memo_find(&compiled->transits, MEMO, table->record.id, family, &made)) {
        return made;
    }
    compiled->effort.transits++;
    collect(compiled, table, family, &found);
    vp_status status = vp_sort(alloc, found.items, found.count, sizeof *found.items, compare_routes,
                               compiled->network);
    compiled->profiles->status = status != VP_OK ? status : compiled->profiles->status;
    vp_painter_begin(painter);
    for (uint32_t i = 0; i < found.count; i++) {
        vp_addr last = vp_cidr_last(&found.items[i].block);
        vp_painter_add(painter, vp_point_of(&found.items[i].block.address), vp_point_of(&last),
                       value_of(compiled, &found.items[i]));
    }
    vp_alloc_free(alloc, found.items, found.capacity * sizeof *found.items);
    made = vp_profile_painted(compiled->profiles, family);
    vp_memo_keep(&compiled->transits, MEMO, table->record.id, family, made);
    return made;
}

vp_transit_gateway_attachment *vp_compiled_attachment(vp_compiled *compiled, vp_name gateway_id,
                                                      vp_name vpc_id) {
    uint32_t place;
    if (!vp_memo_find(&compiled->attachments, MEMO, gateway_id, vpc_id, &place)) {
        const vp_transit_gateway_attachment *found =
            vp_transit_attachment_of(compiled->network, gateway_id, vpc_id);
        place = found == NULL ? 0 : 1 + vp_compiled_place(compiled, &found->record);
        vp_memo_keep(&compiled->attachments, MEMO, gateway_id, vpc_id, place);
    }
    const vp_rows *rows = vp_network_rows(compiled->network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT);
    return place == 0 ? NULL : (vp_transit_gateway_attachment *)rows->rows[place - 1];
}
