/*
 * vp_reach_ways.c - where the routes of a table can lead besides to interfaces of the model.
 *
 * The one idea: most addresses of most tables lead to somebody in the data, or to nobody, and no
 * walk is needed to know that. What is left is found once for each table, as runs of the address
 * line; more of it than there is costs a walk that finds nothing, less of it would be silence.
 */
#include "vp_reach_part.h"

#include "vp_record_nat.h"
#include "vp_sort.h"

/* Tables that send packets to one another are followed so far; from there on all is possible. */
#define DEPTH_MAX 4

/* A look along the line: the value at a point holds up to `until`. */
typedef struct looking {
    vp_reach *reach;
    uint8_t family;
    vp_point at, until;
} looking;

static uint32_t ways_of_table(looking *on, vp_route_table *table, vp_name vpc_id, uint32_t depth);

static void narrow(looking *on, vp_point until) {
    on->until = vp_point_less(until, on->until) ? until : on->until;
}

static uint32_t value_at(looking *on, vp_profile profile) {
    vp_point until;
    uint32_t value =
        vp_profile_value(on->reach->compiled->profiles, profile, on->family, on->at, &until);
    narrow(on, until);
    return value;
}

/* To somebody in the data, unless the VPC at the other side is not described. */
static uint32_t ways_over_peering(const looking *on, const vp_compiled_action *action,
                                  vp_name vpc_id) {
    const vp_vpc_peering_connection *connection = (const vp_vpc_peering_connection *)action->record;
    if (connection == NULL || connection->record.kind != VP_KIND_VPC_PEERING_CONNECTION) {
        return VP_WAY_BEYOND | VP_WAY_FROM_BEYOND;
    }
    const vp_peering_vpc_info *peer = connection->requester_vpc_info.vpc_id == vpc_id
                                          ? &connection->accepter_vpc_info
                                          : &connection->requester_vpc_info;
    return vp_path_is_described(on->reach->network, peer) ? 0 : VP_WAY_BEYOND | VP_WAY_FROM_BEYOND;
}

/* By the tables of all subnets of the attachment: which of them is a matter of zones. */
static uint32_t ways_into_vpc(looking *on, const vp_transit_gateway_attachment *attachment,
                              uint32_t depth) {
    vp_network *network = on->reach->network;
    bool complete;
    uint32_t ways = 0;
    if (vp_transit_subnet_of(network, attachment, NULL, true, &complete) == NULL || !complete) {
        return VP_WAY_ANY;
    }
    for (uint32_t i = 0; i < attachment->subnet_ids.count; i++) {
        const vp_subnet *subnet = (const vp_subnet *)vp_network_find(
            network, VP_KIND_SUBNET, VP_ITEM(vp_text_item, &attachment->subnet_ids, i)->value);
        ways |= subnet == NULL ? VP_WAY_ANY
                               : ways_of_table(on, subnet->route_table, subnet->vpc_id, depth);
    }
    return ways;
}

static uint32_t ways_over_transit(looking *on, vp_name gateway_id, vp_name vpc_id, uint32_t depth) {
    vp_compiled *compiled = on->reach->compiled;
    vp_network *network = on->reach->network;
    bool complete;
    const vp_transit_gateway_attachment *from =
        vp_compiled_attachment(compiled, gateway_id, vpc_id);
    if (vp_transit_find(network, gateway_id) == NULL || from == NULL ||
        vp_transit_subnet_of(network, from, NULL, true, &complete) == NULL || !complete) {
        return VP_WAY_ANY;
    }
    vp_transit_table found = vp_transit_table_of(network, from, gateway_id);
    if (found.table == NULL) {
        return VP_WAY_ANY;
    }
    uint32_t value = value_at(on, vp_compiled_transit(compiled, found.table, on->family));
    if (value == VP_TRANSIT_REFUSED) {
        return 0;
    }
    if (value == 0 || value == VP_TRANSIT_NOT_LOADED || value == VP_TRANSIT_NOT_MODELLED) {
        return VP_WAY_ANY;
    }
    const vp_rows *rows = vp_network_rows(network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT);
    const vp_transit_gateway_attachment *next =
        (const vp_transit_gateway_attachment *)rows->rows[value - 1];
    switch (vp_transit_type_of(network, next)) {
    case VP_TRANSIT_VPC:
        return ways_into_vpc(on, next, depth);
    case VP_TRANSIT_VPN:
    case VP_TRANSIT_DIRECT_CONNECT:
        return VP_WAY_PREMISES;
    default:
        return VP_WAY_ANY;
    }
}

/* What a NAT gateway sends on goes by its own subnet's table; to it come answers only. */
static uint32_t ways_over_nat(looking *on, const vp_nat_gateway *gateway, uint32_t depth) {
    const vp_subnet *subnet =
        gateway == NULL ? NULL
                        : (const vp_subnet *)vp_network_find(on->reach->network, VP_KIND_SUBNET,
                                                             gateway->subnet_id);
    bool known = subnet != NULL && vp_path_is_nat_known(on->reach->network, gateway);
    uint32_t ways = !known || on->family == 6
                        ? VP_WAY_ANY
                        : ways_of_table(on, subnet->route_table, subnet->vpc_id, depth);
    return ways & (VP_WAY_BEYOND | VP_WAY_PREMISES);
}

static uint32_t ways_over_endpoint(const looking *on, vp_name endpoint_id) {
    vp_network *network = on->reach->network;
    const vp_vpc_endpoint *endpoint = vp_endpoint_find(network, endpoint_id);
    bool gateway =
        endpoint != NULL && vp_endpoint_type_of(network, endpoint) == VP_ENDPOINT_GATEWAY;
    return gateway ? VP_WAY_BEYOND : VP_WAY_ANY;
}

static uint32_t ways_of_action(looking *on, const vp_compiled_action *action, vp_name vpc_id,
                               uint32_t depth) {
    const vp_network_interface *box;
    if (action->blackhole) {
        return 0;
    }
    switch (action->target) {
    case VP_TARGET_LOCAL:
        return 0;
    case VP_TARGET_PEERING:
        return ways_over_peering(on, action, vpc_id);
    case VP_TARGET_VPN_GATEWAY:
        return action->record != NULL ? VP_WAY_PREMISES : VP_WAY_BEYOND | VP_WAY_FROM_BEYOND;
    case VP_TARGET_INTERNET_GATEWAY:
        return action->record != NULL && action->record->kind == VP_KIND_INTERNET_GATEWAY
                   ? 0
                   : VP_WAY_BEYOND | VP_WAY_FROM_BEYOND;
    case VP_TARGET_EGRESS_ONLY:
        return action->record != NULL ? 0 : VP_WAY_BEYOND;
    case VP_TARGET_TRANSIT_GATEWAY:
        return ways_over_transit(on, action->target_id, vpc_id, depth);
    case VP_TARGET_NAT_GATEWAY:
        return ways_over_nat(on, (const vp_nat_gateway *)action->record, depth);
    case VP_TARGET_INTERFACE:
        box = (const vp_network_interface *)action->record;
        return box == NULL || box->subnet == NULL
                   ? VP_WAY_ANY
                   : ways_of_table(on, box->subnet->route_table, box->vpc_id, depth);
    case VP_TARGET_ENDPOINT:
        return ways_over_endpoint(on, action->target_id);
    default:
        return VP_WAY_ANY;
    }
}

static uint32_t ways_of_table(looking *on, vp_route_table *table, vp_name vpc_id, uint32_t depth) {
    vp_compiled *compiled = on->reach->compiled;
    if (table == NULL || depth == DEPTH_MAX) {
        return VP_WAY_ANY;
    }
    uint32_t number = value_at(on, vp_compiled_table(compiled, table, on->family));
    if (number == 0) {
        return 0;
    }
    vp_compiled_action action = compiled->actions[number];
    return ways_of_action(on, &action, vpc_id, depth + 1);
}

/* ---- runs, kept for each table -----------------------------------------------------------------
 */

static void add_run(vp_reach *reach, vp_reach_ways *ways, const vp_reach_way *run) {
    vp_reach_way *before = ways->count == 0 ? NULL : &reach->ways[ways->first + ways->count - 1];
    if (run->leads == 0) {
        return;
    }
    if (before != NULL && before->leads == run->leads &&
        vp_point_equals(before->last, vp_point_before(run->first))) {
        before->last = run->last;
        return;
    }
    void *items = reach->ways;
    if (vp_reach_grow(reach, &items, &reach->way_capacity, (size_t)reach->way_count + 1,
                      sizeof *reach->ways)) {
        reach->ways = items;
        reach->ways[reach->way_count++] = *run;
        ways->count++;
    }
}

static void find_ways(vp_reach *reach, vp_route_table *table, vp_name vpc_id, uint8_t family,
                      vp_reach_ways *ways) {
    looking on = {.reach = reach, .family = family};
    bool more = true;
    ways->first = reach->way_count;
    ways->count = 0;
    while (more && reach->status == VP_OK) {
        on.until = vp_point_highest(family);
        vp_reach_way run = {.first = on.at};
        run.leads = ways_of_table(&on, table, vpc_id, 0);
        run.last = on.until;
        add_run(reach, ways, &run);
        more = vp_point_less(on.until, vp_point_highest(family));
        on.at = vp_point_after(on.until, family == 6);
    }
}

/* A ClassLink instance goes by the main table of its VPC; without a table all is possible. */
static vp_route_table *table_of(const vp_reach *reach, const vp_network_interface *met) {
    if (met->subnet != NULL) {
        return met->subnet->route_table;
    }
    bool classic = (vp_compiled_of(reach->compiled, met)->facts & VP_FACT_CLASSIC) != 0;
    return classic && met->vpc != NULL ? met->vpc->main_route_table : NULL;
}

/* The runs of a table (NULL: none is known) of a VPC. */
static vp_reach_ways ways_of(vp_reach *reach, vp_route_table *table, vp_name vpc_id,
                             uint8_t family) {
    vp_compiled *compiled = reach->compiled;
    size_t count = 2 * ((size_t)compiled->table_count + 1);
    size_t place =
        table == NULL ? compiled->table_count : vp_compiled_place(compiled, &table->record);
    vp_reach_ways none = {0, 0, true};
    if (reach->ways_of_tables == NULL) {
        reach->ways_of_tables =
            vp_alloc_zeroed(&reach->network->alloc, count * sizeof *reach->ways_of_tables);
        reach->ways_table_count = compiled->table_count;
    }
    if (reach->ways_of_tables == NULL) {
        reach->status = VP_NO_MEMORY;
        return none;
    }
    vp_reach_ways *ways = &reach->ways_of_tables[2 * place + (family == 6)];
    if (!ways->made) {
        find_ways(reach, table, vpc_id, family, ways);
        ways->made = true;
    }
    return *ways;
}

vp_reach_ways vp_reach_ways_of(vp_reach *reach, const vp_network_interface *met, uint8_t family) {
    return ways_of(reach, table_of(reach, met), met->vpc_id, family);
}

/* ---- translators -------------------------------------------------------------------------------
 */

/* Runs of several tables, in no order. */
typedef struct run_list {
    vp_reach_way *items;
    uint32_t count, capacity;
} run_list;

static void take_table(vp_reach *reach, run_list *runs, vp_route_table *table, vp_name vpc_id) {
    vp_reach_ways ways = ways_of(reach, table, vpc_id, 4);
    void *items = runs->items;
    if (!vp_reach_grow(reach, &items, &runs->capacity, (size_t)runs->count + ways.count,
                       sizeof *runs->items)) {
        return;
    }
    runs->items = items;
    for (uint32_t i = 0; i < ways.count; i++) {
        vp_reach_way run = reach->ways[ways.first + i];
        run.leads &= VP_WAY_PREMISES;
        if (run.leads != 0) {
            runs->items[runs->count++] = run;
        }
    }
}

/* Of a gateway these are more tables than it goes by: of all subnets it may stand in, and its own.
 */
static void take_nat_gateway(vp_reach *reach, run_list *runs, const vp_nat_gateway *gateway) {
    vp_network *network = reach->network;
    const vp_subnet *subnet =
        (const vp_subnet *)vp_network_find(network, VP_KIND_SUBNET, gateway->subnet_id);
    vp_route_table *own =
        (vp_route_table *)vp_network_find(network, VP_KIND_ROUTE_TABLE, gateway->route_table_id);
    for (uint32_t i = 0; i < gateway->nat_gateway_addresses.count; i++) {
        const vp_nat_gateway_address *address =
            VP_ITEM(vp_nat_gateway_address, &gateway->nat_gateway_addresses, i);
        const vp_network_interface *met = (const vp_network_interface *)vp_network_find(
            network, VP_KIND_NETWORK_INTERFACE, address->network_interface_id);
        if (met != NULL && met->subnet != NULL && met->subnet != subnet) {
            take_table(reach, runs, met->subnet->route_table, met->vpc_id);
        }
    }
    if (subnet != NULL || own == NULL) {
        take_table(reach, runs, subnet == NULL ? NULL : subnet->route_table, gateway->vpc_id);
    }
    if (own != NULL) {
        take_table(reach, runs, own, gateway->vpc_id);
    }
}

static int compare_runs(const void *a, const void *b, const void *context) {
    const vp_reach_way *left = a, *right = b;
    (void)context;
    return vp_point_less(left->first, right->first)   ? -1
           : vp_point_less(right->first, left->first) ? 1
                                                      : 0;
}

/* Makes runs of the question of a sorted list, each point once. */
static void add_united(vp_reach *reach, const run_list *runs, vp_reach_ways *ways) {
    vp_point covered = {0, 0};
    ways->first = reach->way_count;
    for (uint32_t i = 0; i < runs->count; i++) {
        vp_reach_way run = runs->items[i];
        if (ways->count != 0 && !vp_point_less(covered, run.first)) {
            if (!vp_point_less(covered, run.last)) {
                continue;
            }
            run.first = vp_point_after(covered, false);
        }
        covered = run.last;
        add_run(reach, ways, &run);
    }
}

vp_reach_ways vp_reach_ways_of_translators(vp_reach *reach) {
    vp_reach_ways *ways = &reach->ways_of_translators;
    const vp_alloc *alloc = &reach->network->alloc;
    const vp_rows *gateways = vp_network_rows(reach->network, VP_KIND_NAT_GATEWAY);
    const vp_rows *interfaces = vp_network_rows(reach->network, VP_KIND_NETWORK_INTERFACE);
    run_list runs = {NULL, 0, 0};
    if (ways->made) {
        return *ways;
    }
    for (uint32_t i = 0; i < gateways->count; i++) {
        take_nat_gateway(reach, &runs, (const vp_nat_gateway *)gateways->rows[i]);
    }
    for (uint32_t i = 0; i < interfaces->count; i++) {
        const vp_network_interface *met = (const vp_network_interface *)interfaces->rows[i];
        if ((vp_compiled_of(reach->compiled, met)->facts & VP_FACT_TRANSLATES) != 0) {
            take_table(reach, &runs, table_of(reach, met), met->vpc_id);
        }
    }
    if (vp_sort(alloc, runs.items, runs.count, sizeof *runs.items, compare_runs, NULL) != VP_OK) {
        reach->status = VP_NO_MEMORY;
    } else {
        add_united(reach, &runs, ways);
    }
    vp_alloc_free(alloc, runs.items, runs.capacity * sizeof *runs.items);
    ways->made = true;
    return *ways;
}

void vp_reach_ways_clear(vp_reach *reach) {
    const vp_alloc *alloc = &reach->network->alloc;
    size_t count = 2 * ((size_t)reach->ways_table_count + 1);
    vp_alloc_free(alloc, reach->ways_of_tables,
                  reach->ways_of_tables == NULL ? 0 : count * sizeof *reach->ways_of_tables);
    vp_alloc_free(alloc, reach->ways, reach->way_capacity * sizeof *reach->ways);
}
