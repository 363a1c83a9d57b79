/*
 * vp_atlas_scope.c - in which VPCs packets can end, seen from the route tables alone.
 *
 * The one idea: go along the runs of a table instead of asking for each VPC: a connection leads to
 * one VPC, gateways to the internet to none that was named, and what forwards packets to the runs
 * of its own table. Only where the data do not tell, every VPC with addresses in the run is in
 * scope. What is in scope for nothing costs time; what is left out would cost an answer, so in
 * doubt it is in.
 */
#include "vp_atlas.h"

#include "vp_sort.h"

/* Limits: tables that lead to one another, and runs that are looked at for one scope. */
#define DEPTH_MAX 6
#define RUNS_MAX 20000

/* A scope in the making. */
typedef struct search {
    vp_atlas *atlas;
    uint8_t family;
    vp_name vpc_id;  /* in which the packet is */
    uint32_t runs;   /* looked at so far */
    uint32_t beside; /* action of the first table that others look at; 0: none */
} search;

uint32_t vp_atlas_segment(const vp_atlas *atlas, vp_name vpc_id) {
    uint32_t low = 0, high = atlas->segment_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (atlas->segments[middle].vpc_id < vpc_id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < atlas->segment_count && atlas->segments[low].vpc_id == vpc_id;
    return found ? low : VP_ATLAS_NONE;
}

static void add(vp_atlas *atlas, uint32_t segment) {
    void *items = atlas->listed;
    if (segment == VP_ATLAS_NONE || atlas->is_listed[segment] ||
        !vp_atlas_grow(atlas, &items, &atlas->listed_capacity, (size_t)atlas->listed_count + 1,
                       sizeof *atlas->listed)) {
        return;
    }
    atlas->listed = items;
    atlas->is_listed[segment] = 1;
    atlas->listed[atlas->listed_count++] = segment;
}

typedef struct by_family {
    const vp_atlas *atlas;
    int wide;
} by_family;

static int compare_spans(const void *left, const void *right, const void *context) {
    const uint32_t *a = left, *b = right;
    const by_family *on = context;
    const vp_segment *one = &on->atlas->segments[*a], *other = &on->atlas->segments[*b];
    return (int)vp_point_less(other->lowest[on->wide], one->lowest[on->wide]) -
           (int)vp_point_less(one->lowest[on->wide], other->lowest[on->wide]);
}

/* Segments by their lowest address, and for each the one that reaches highest up to there. */
bool vp_atlas_sort_spans(vp_atlas *atlas, uint8_t family) {
    int wide = family == 6;
    const vp_alloc *alloc = &atlas->compiled->network->alloc;
    by_family on = {atlas, wide};
    if (atlas->by_span[wide] != NULL) {
        return true;
    }
    uint32_t *list =
        vp_alloc_array(alloc, NULL, 0, 2 * ((size_t)atlas->segment_count + 1), sizeof *list);
    if (list == NULL) {
        atlas->status = VP_NO_MEMORY;
        return false;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < atlas->segment_count; i++) {
        if (atlas->segments[i].has_span[wide]) {
            list[count++] = i;
        }
    }
    vp_status status = vp_sort(alloc, list, count, sizeof *list, compare_spans, &on);
    atlas->status = status != VP_OK ? status : atlas->status;
    uint32_t *reach = list + atlas->segment_count + 1;
    for (uint32_t i = 0; i < count; i++) {
        bool more = i == 0 || vp_point_less(atlas->segments[reach[i - 1]].highest[wide],
                                            atlas->segments[list[i]].highest[wide]);
        reach[i] = more ? list[i] : reach[i - 1];
    }
    atlas->by_span[wide] = list;
    atlas->span_count[wide] = count;
    return status == VP_OK;
}

uint32_t vp_atlas_begun(const vp_atlas *atlas, uint8_t family, vp_point point) {
    int wide = family == 6;
    uint32_t low = 0, high = atlas->span_count[wide];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (vp_point_less(point, atlas->segments[atlas->by_span[wide][middle]].lowest[wide])) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* Every segment with an address from `first` to `last`. */
static void add_all_in(search *on, vp_point first, vp_point last) {
    int wide = on->family == 6;
    vp_atlas *atlas = on->atlas;
    if (!vp_atlas_sort_spans(atlas, on->family)) {
        return;
    }
    const uint32_t *list = atlas->by_span[wide], *reach = list + atlas->segment_count + 1;
    uint32_t low = vp_atlas_begun(atlas, on->family, last);
    while (low-- > 0 && !vp_point_less(atlas->segments[reach[low]].highest[wide], first)) {
        if (!vp_point_less(atlas->segments[list[low]].highest[wide], first)) {
            add(atlas, list[low]);
        }
    }
}

static void follow(search *on, vp_route_table *table, vp_point first, vp_point last,
                   uint32_t depth);

static bool is_described(const search *on, vp_name vpc_id) {
    const vp_vpc *vpc =
        (const vp_vpc *)vp_network_find(on->atlas->compiled->network, VP_KIND_VPC, vpc_id);
    return vpc != NULL && vpc->subnet_count > 0;
}

static void over_peering(search *on, const vp_record *record, vp_point first, vp_point last) {
    const vp_vpc_peering_connection *connection = (const vp_vpc_peering_connection *)record;
    vp_name a = connection->requester_vpc_info.vpc_id, b = connection->accepter_vpc_info.vpc_id;
    vp_name peer_id = a == on->vpc_id ? b : a;
    if (record->kind != VP_KIND_VPC_PEERING_CONNECTION || !is_described(on, peer_id)) {
        add_all_in(on, first, last);
    } else {
        add(on->atlas, vp_atlas_segment(on->atlas, peer_id));
    }
}

/* Through a NAT gateway: by the table of its subnet, or its own. */
static void through_nat(search *on, const vp_nat_gateway *gateway, vp_point first, vp_point last,
                        uint32_t depth) {
    vp_network *network = on->atlas->compiled->network;
    const vp_subnet *subnet =
        (const vp_subnet *)vp_network_find(network, VP_KIND_SUBNET, gateway->subnet_id);
    vp_route_table *own =
        (vp_route_table *)vp_network_find(network, VP_KIND_ROUTE_TABLE, gateway->route_table_id);
    vp_route_table *table = subnet != NULL ? subnet->route_table : own;
    for (uint32_t i = 0; i < gateway->nat_gateway_addresses.count; i++) {
        const vp_network_interface *met = (const vp_network_interface *)vp_network_find(
            network, VP_KIND_NETWORK_INTERFACE,
            VP_ITEM(vp_nat_gateway_address, &gateway->nat_gateway_addresses, i)
                ->network_interface_id);
        if (met != NULL && met->subnet != NULL && met->subnet != subnet) {
            table = NULL; /* it stands elsewhere than it says */
        }
    }
    if (on->family == 6 || table == NULL || !vp_path_is_nat_known(network, gateway)) {
        add_all_in(on, first, last);
    } else {
        follow(on, table, first, last, depth + 1);
    }
}

/* Into a VPC by one of its attachment's subnets; the tables there say where to go on. */
static void into_attachment(search *on, const vp_transit_gateway_attachment *next, vp_point first,
                            vp_point last, uint32_t depth) {
    vp_network *network = on->atlas->compiled->network;
    vp_name before = on->vpc_id;
    on->vpc_id = next->resource_id;
    if (next->subnet_ids.count == 0) {
        add_all_in(on, first, last);
    }
    for (uint32_t i = 0; i < next->subnet_ids.count; i++) {
        const vp_subnet *subnet = (const vp_subnet *)vp_network_find(
            network, VP_KIND_SUBNET, VP_ITEM(vp_text_item, &next->subnet_ids, i)->value);
        if (subnet == NULL || subnet->route_table == NULL) {
            add_all_in(on, first, last);
        } else {
            follow(on, subnet->route_table, first, last, depth + 1);
        }
    }
    on->vpc_id = before;
}

static void over_transit(search *on, vp_transit_gateway_attachment *from, vp_name gateway_id,
                         vp_point first, vp_point last, uint32_t depth) {
    vp_compiled *compiled = on->atlas->compiled;
    vp_point at = first, until;
    if (from == NULL || vp_transit_find(compiled->network, gateway_id) == NULL ||
        depth > DEPTH_MAX) {
        add_all_in(on, first, last);
        return;
    }
    vp_transit_table table = vp_transit_table_of(compiled->network, from, gateway_id);
    if (table.table == NULL) {
        add_all_in(on, first, last);
        return;
    }
    vp_profile profile = vp_compiled_transit(compiled, table.table, on->family);
    const vp_rows *rows = vp_network_rows(compiled->network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT);
    for (;;) {
        uint32_t value = vp_profile_value(compiled->profiles, profile, on->family, at, &until);
        until = vp_point_less(last, until) ? last : until;
        if (++on->runs > RUNS_MAX || value == VP_TRANSIT_NOT_LOADED ||
            value == VP_TRANSIT_NOT_MODELLED ||
            (value == 0 && (table.table->are_routes_known != VP_TRUE ||
                            table.table->additional_routes_available == VP_TRUE))) {
            add_all_in(on, at, until);
        } else if (value != 0 && value != VP_TRANSIT_REFUSED) {
            vp_transit_gateway_attachment *next =
                (vp_transit_gateway_attachment *)rows->rows[value - 1];
            if (vp_transit_type_of(compiled->network, next) == VP_TRANSIT_VPC) {
                into_attachment(on, next, at, until, depth);
            } else if (vp_transit_type_of(compiled->network, next) == VP_TRANSIT_PEERING) {
                over_transit(on, next, vp_transit_other_end(next, gateway_id), at, until,
                             depth + 1);
            }
        }
        if (!vp_point_less(until, last)) {
            return;
        }
        at = vp_point_after(until, on->family == 6);
    }
}

/* Are subnets of the attachment not in the data? Then nobody knows whether packets enter there. */
static bool has_unknown_subnets(const search *on, const vp_transit_gateway_attachment *attachment) {
    bool complete = true;
    if (attachment != NULL) {
        (void)vp_transit_subnet_of(on->atlas->compiled->network, attachment, NULL, false,
                                   &complete);
    }
    return !complete;
}

static void into_transit(search *on, vp_name gateway_id, vp_point first, vp_point last,
                         uint32_t depth) {
    vp_transit_gateway_attachment *from =
        vp_compiled_attachment(on->atlas->compiled, gateway_id, on->vpc_id);
    if (has_unknown_subnets(on, from)) {
        add_all_in(on, first, last);
    } else {
        over_transit(on, from, gateway_id, first, last, depth);
    }
}

/* Through an appliance: by the table of its subnet. One that checks addresses forwards nothing. */
static void through_box(search *on, const vp_network_interface *box, vp_point first, vp_point last,
                        uint32_t depth) {
    if (box->source_dest_check != VP_FALSE) {
        add(on->atlas, vp_atlas_segment(on->atlas, box->vpc_id)); /* it may be the destination */
    } else if (box->subnet == NULL || box->subnet->route_table == NULL) {
        add_all_in(on, first, last);
    } else {
        add(on->atlas, vp_atlas_segment(on->atlas, box->vpc_id));
        follow(on, box->subnet->route_table, first, last, depth + 1);
    }
}

/* One run of a table. */
static void act(search *on, const vp_compiled_action *action, vp_point first, vp_point last,
                uint32_t depth) {
    bool wide = on->family == 6;
    if (action->blackhole) {
        return;
    }
    if (action->target == VP_TARGET_LOCAL) {
        add(on->atlas, vp_atlas_segment(on->atlas, on->vpc_id));
        return;
    }
    if (action->record == NULL) {
        add_all_in(on, first, last);
        return;
    }
    switch (action->target) {
    case VP_TARGET_PEERING:
        over_peering(on, action->record, first, last);
        break;
    case VP_TARGET_NAT_GATEWAY:
        through_nat(on, (const vp_nat_gateway *)action->record, first, last, depth);
        break;
    case VP_TARGET_INTERFACE:
        through_box(on, (const vp_network_interface *)action->record, first, last, depth);
        break;
    case VP_TARGET_TRANSIT_GATEWAY:
        into_transit(on, action->target_id, first, last, depth);
        break;
    case VP_TARGET_INTERNET_GATEWAY:
    case VP_TARGET_EGRESS_ONLY:
        if (wide) { /* IPv6 addresses are public: the internet joins all VPCs */
            add_all_in(on, first, last);
        }
        break;
    case VP_TARGET_VPN_GATEWAY:
        break;
    default:
        add_all_in(on, first, last);
    }
}

static void follow(search *on, vp_route_table *table, vp_point first, vp_point last,
                   uint32_t depth) {
    vp_compiled *compiled = on->atlas->compiled;
    vp_point at = first, until;
    if (depth > DEPTH_MAX) {
        add_all_in(on, first, last);
        return;
    }
    vp_profile profile = vp_compiled_table(compiled, table, on->family);
    for (;;) {
        uint32_t number = vp_profile_value(compiled->profiles, profile, on->family, at, &until);
        until = vp_point_less(last, until) ? last : until;
        if (++on->runs > RUNS_MAX) {
            add_all_in(on, at, last);
            return;
        }
        bool beside = depth == 0 && on->beside != 0;
        if (beside && number != on->beside) {
            add_all_in(on, at, until);
        }
        if (number != 0 && !(beside && number == on->beside)) {
            vp_compiled_action action = compiled->actions[number];
            act(on, &action, at, until, depth);
        }
        if (!vp_point_less(until, last)) {
            return;
        }
        at = vp_point_after(until, on->family == 6);
    }
}

static void add_valued(search *on, vp_profile profile) {
    vp_profiles *profiles = on->atlas->compiled->profiles;
    vp_point at = {0, 0}, until, highest = vp_point_highest(on->family);
    for (;;) {
        if (vp_profile_value(profiles, profile, on->family, at, &until) != 0) {
            add_all_in(on, at, until);
        }
        if (!vp_point_less(until, highest)) {
            return;
        }
        at = vp_point_after(until, on->family == 6);
    }
}

/* Addresses that AWS answers in the VPC of the source end there, whoever has them elsewhere. */
static void add_served(search *on, const vp_segment *own) {
    vp_compiled *compiled = on->atlas->compiled;
    const vp_rows *subnets = vp_network_rows(compiled->network, VP_KIND_SUBNET);
    if (own->vpc != NULL) {
        add_valued(on, vp_compiled_services(compiled, own->vpc, on->family));
        return;
    }
    for (uint32_t i = 0; i < subnets->count; i++) {
        const vp_subnet *subnet = (const vp_subnet *)subnets->rows[i];
        if (subnet->vpc_id == own->vpc_id) {
            add_valued(on, vp_compiled_services_beside(compiled, subnet, on->family));
        }
    }
}

/* A source whose rules or address are not known, or that has no table, could reach everything. */
static void collect(search *on, const vp_segment *own, vp_route_table *table) {
    vp_point lowest = {0, 0}, highest = vp_point_highest(on->family);
    add(on->atlas, (uint32_t)(own - on->atlas->segments));
    if (table == NULL || on->atlas->compiled->has_classic) {
        add_all_in(on, lowest, highest);
        return;
    }
    follow(on, table, lowest, highest, 0);
    add_served(on, own);
    for (uint32_t i = 0; on->atlas->has_undescribed && i < on->atlas->segment_count; i++) {
        if (on->atlas->segments[i].undescribed) {
            add(on->atlas, i);
        }
    }
}

vp_scope vp_atlas_scope(vp_atlas *atlas, uint32_t member) {
    const vp_class *of = &atlas->classes[atlas->members[member].class_number];
    vp_segment *own = &atlas->segments[of->segment];
    const vp_rows *rows = vp_network_rows(atlas->compiled->network, VP_KIND_NETWORK_INTERFACE);
    const vp_network_interface *met =
        (const vp_network_interface *)rows->rows[atlas->members[member].interface];
    vp_addr address = vp_point_address(atlas->members[member].first, of->family);
    bool unknown = met->subnet == NULL || vp_addr_is_unspecified(&address);
    vp_route_table *table = unknown ? NULL : met->subnet->route_table;
    vp_scope made = {table, atlas->listed_count, 0, own->scopes, of->family};
    for (uint32_t i = own->scopes; i != VP_ATLAS_NONE; i = atlas->scopes[i].next) {
        if (atlas->scopes[i].table == table && atlas->scopes[i].family == of->family) {
            return atlas->scopes[i];
        }
    }
    search on = {atlas, of->family, own->vpc_id, 0, 0};
    collect(&on, own, table);
    made.count = atlas->listed_count - made.first;
    for (uint32_t i = 0; i < made.count; i++) {
        atlas->is_listed[atlas->listed[made.first + i]] = 0;
    }
    void *items = atlas->scopes;
    if (vp_atlas_grow(atlas, &items, &atlas->scope_capacity, (size_t)atlas->scope_count + 1,
                      sizeof *atlas->scopes)) {
        atlas->scopes = items;
        own->scopes = atlas->scope_count;
        atlas->scopes[atlas->scope_count++] = made;
    }
    return made;
}

void vp_atlas_scope_beside(vp_atlas *atlas, uint32_t member, uint32_t action,
                           const uint8_t *state) {
    const vp_class *of = &atlas->classes[atlas->members[member].class_number];
    const vp_segment *own = &atlas->segments[of->segment];
    vp_path_end end = vp_atlas_end(atlas, member, atlas->members[member].first);
    search on = {atlas, of->family, own->vpc_id, 0, action};
    collect(&on, own, end.network_interface->subnet->route_table);
    for (uint32_t i = 0; state != NULL && i < atlas->segment_count; i++) {
        if (state[i] == 0 && atlas->segments[i].has_span[of->family == 6]) {
            add(atlas, i);
        }
    }
}
