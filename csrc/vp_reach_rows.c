/*
 * vp_reach_rows.c - rows by interface, source after source.
 *
 * The one idea: the columns of the atlas are spread over the interfaces they speak of only for the
 * source under way, in one array with a stamp, so that nothing is cleared and nothing is kept.
 */
#include "vp_reach_part.h"

#include "vp_mesh.h"

#include <string.h>

bool vp_reach_grow(vp_reach *reach, void **items, uint32_t *capacity, size_t needed, size_t size) {
    vp_status status = vp_alloc_grow(&reach->network->alloc, items, capacity, needed, size);
    reach->status = status != VP_OK ? status : reach->status;
    return status == VP_OK;
}

static vp_services *services_of(vp_reach *reach) { return &reach->compiled->profiles->services; }

/* ---- flows -------------------------------------------------------------------------------------
 */

static vp_flow flow_of(vp_reach *reach, vp_service request, vp_service back, uint8_t family) {
    vp_services *services = services_of(reach);
    vp_flow flow = vp_flow_product(services, request, back, reach->query.sources, family);
    return reach->query.wanted == VP_FLOW_NONE
               ? flow
               : vp_flow_combine(services, VP_FLOW_INTERSECTION, flow, reach->query.wanted);
}

vp_reach_flows vp_reach_flows_of(vp_reach *reach, const vp_path_answer *answer, uint8_t family) {
    vp_reach_flows flows = {VP_FLOW_NONE, VP_FLOW_NONE, answer->code};
    if (answer->known != VP_SERVICE_NONE) {
        flows.known = flow_of(reach, answer->known, answer->back, family);
    }
    if (answer->unknown != VP_SERVICE_NONE) {
        flows.unknown = flow_of(reach, answer->unknown, answer->back, family);
    }
    return flows;
}

void vp_reach_unite(vp_reach *reach, vp_reach_flows *to, const vp_reach_flows *from) {
    vp_services *services = services_of(reach);
    to->known = vp_flow_combine(services, VP_FLOW_UNION, to->known, from->known);
    to->unknown = vp_flow_combine(services, VP_FLOW_UNION, to->unknown, from->unknown);
    to->code = to->code == NULL ? from->code : to->code;
}

/* What is known to pass is not unknown by another pair of addresses. */
static vp_flow still_unknown(vp_reach *reach, const vp_reach_flows *flows) {
    return vp_flow_combine(services_of(reach), VP_FLOW_DIFFERENCE, flows->unknown, flows->known);
}

/* ---- who is meant ------------------------------------------------------------------------------
 */

bool vp_reach_is_chosen(const vp_reach_scope *scope, uint32_t place) {
    return scope->chosen == NULL || scope->chosen[place] != 0;
}

bool vp_reach_sends(const vp_reach *reach, uint32_t place) {
    return vp_reach_is_chosen(&reach->query.from, place) &&
           (reach->compiled->interfaces[place].facts & VP_FACT_UNSUPPORTED) == 0;
}

bool vp_reach_next_range(const vp_reach_scope *scope, const vp_member *member, uint32_t *position,
                         vp_point *first, vp_point *last) {
    vp_point end = vp_member_last(member);
    *first = member->first;
    *last = end;
    if (scope->chosen == NULL || scope->chosen[member->interface] != VP_REACH_WITHIN) {
        return (*position)++ == 0;
    }
    const vp_range_map *part = vp_set_part(scope->within, member->family);
    bool wide = member->family == 6;
    uint32_t rank = vp_range_map_search(part->points, 0, part->count, member->first, wide) & ~1u;
    for (uint32_t i = rank + 2 * *position; i < part->count; i += 2) {
        vp_point from = vp_points_get(part->points, i, wide);
        vp_point to = i + 1 < part->count
                          ? vp_point_before(vp_points_get(part->points, i + 1, wide))
                          : vp_point_highest(member->family);
        ++*position;
        if (vp_point_less(end, from)) {
            return false;
        }
        if (!vp_point_less(to, member->first)) {
            *first = vp_point_less(from, member->first) ? member->first : from;
            *last = vp_point_less(end, to) ? end : to;
            return true;
        }
    }
    return false;
}

static bool is_meant(const vp_reach_scope *scope, const vp_member *member) {
    uint32_t position = 0;
    vp_point first, last;
    return scope->chosen == NULL || scope->chosen[member->interface] != VP_REACH_WITHIN ||
           vp_reach_next_range(scope, member, &position, &first, &last);
}

/* ---- what one interface reaches inside ---------------------------------------------------------
 */

/* A slot for each interface, made when the first one is needed: rectangles need none. */
static bool make_slots(vp_reach *reach) {
    const vp_alloc *alloc = &reach->network->alloc;
    size_t count = (size_t)reach->compiled->interface_count + 1;
    reach->slots = vp_alloc_zeroed(alloc, count * sizeof *reach->slots);
    reach->touched = vp_alloc_zeroed(alloc, count * sizeof *reach->touched);
    if (reach->slots == NULL || reach->touched == NULL) {
        vp_alloc_free(alloc, reach->slots, count * sizeof *reach->slots);
        vp_alloc_free(alloc, reach->touched, count * sizeof *reach->touched);
        reach->slots = NULL;
        reach->touched = NULL;
        reach->status = VP_NO_MEMORY;
        return false;
    }
    reach->slot_count = (uint32_t)count;
    return true;
}

static void add_flows(vp_reach *reach, uint32_t place, uint8_t family,
                      const vp_reach_flows *flows) {
    if (vp_reach_is_none(flows) || (reach->slots == NULL && !make_slots(reach))) {
        return;
    }
    vp_reach_slot *slot = &reach->slots[place];
    if (slot->stamp != reach->stamp) {
        memset(slot, 0, sizeof *slot);
        slot->stamp = reach->stamp;
        reach->touched[reach->touched_count++].key = place;
    }
    vp_reach_unite(reach, &slot->flows[family == 6], flows);
}

/* A column's runs, spread over the interfaces of their members. */
static void spread(vp_reach *reach, uint32_t source, const vp_column *column, uint8_t family) {
    for (uint32_t i = 0; i < column->run_count; i++) {
        const vp_run *run = &reach->atlas->runs[column->runs + i];
        vp_path_answer answer = {
            .known = run->known, .unknown = run->unknown, .back = run->back, .code = run->code};
        vp_reach_flows flows = vp_reach_flows_of(reach, &answer, family);
        for (uint32_t k = run->first; k <= run->last; k++) {
            const vp_member *member = &reach->atlas->members[k];
            if (member->interface != source &&
                vp_reach_is_chosen(&reach->query.to, member->interface) &&
                is_meant(&reach->query.to, member)) {
                add_flows(reach, member->interface, family, &flows);
            }
        }
        reach->effort.pairs += run->last - run->first + 1;
    }
}

/* All addresses of two members, piece by piece: for delegated prefixes, whose ends may differ. */
static void walk_pieces(vp_reach *reach, uint32_t source, uint32_t destination) {
    vp_atlas *atlas = reach->atlas;
    const vp_member *from = &atlas->members[source], *to = &atlas->members[destination];
    uint32_t from_position = 0, to_position;
    vp_point s, s_last, d, d_last;
    while (vp_reach_next_range(&reach->query.from, from, &from_position, &s, &s_last)) {
        for (;;) {
            vp_point next = s_last;
            to_position = 0;
            while (vp_reach_next_range(&reach->query.to, to, &to_position, &d, &d_last)) {
                for (;;) {
                    vp_path_end from_end = vp_atlas_end(atlas, source, s);
                    vp_path_end to_end = vp_atlas_end(atlas, destination, d);
                    vp_path_answer answer;
                    vp_path_ask(reach->compiled, &from_end, &to_end, true, &answer);
                    reach->effort.walks++;
                    vp_reach_flows flows = vp_reach_flows_of(reach, &answer, from->family);
                    add_flows(reach, to->interface, from->family, &flows);
                    next = vp_point_less(answer.source_last, next) ? answer.source_last : next;
                    if (!vp_point_less(answer.destination_last, d_last)) {
                        break;
                    }
                    d = vp_point_after(answer.destination_last, to->family == 6);
                }
            }
            if (!vp_point_less(next, s_last)) {
                break;
            }
            s = vp_point_after(next, from->family == 6);
        }
    }
}

/* Delegated prefixes that a member could reach; for a prefix as source everything. */
static void walk_blocks(vp_reach *reach, uint32_t source, bool all) {
    vp_scope scope = vp_atlas_scope(reach->atlas, source);
    vp_atlas *atlas = reach->atlas;
    const vp_member *from = &atlas->members[source];
    int wide = from->family == 6;
    for (uint32_t i = 0; i < scope.count; i++) {
        const vp_segment *segment = &atlas->segments[atlas->listed[scope.first + i]];
        for (uint32_t k = segment->first[wide]; k < segment->end[wide]; k++) {
            const vp_class *of = &atlas->classes[k];
            for (uint32_t m = of->first; (all || of->is_block) && m < of->end; m++) {
                uint32_t place = atlas->members[m].interface;
                if (place != from->interface && vp_reach_is_chosen(&reach->query.to, place)) {
                    walk_pieces(reach, source, m);
                }
            }
        }
    }
}

void vp_reach_look_inside(vp_reach *reach, uint32_t place) {
    vp_atlas *atlas = reach->atlas;
    reach->stamp++;
    reach->touched_count = 0;
    for (uint32_t m = atlas->first_member[place]; m != VP_ATLAS_NONE; m = atlas->members[m].next) {
        const vp_member *member = &atlas->members[m];
        const vp_class *of = &atlas->classes[member->class_number];
        if ((reach->query.family != 0 && reach->query.family != member->family) ||
            !is_meant(&reach->query.from, member)) {
            continue;
        }
        if (!of->is_block) {
            const vp_column *column = vp_atlas_column(atlas, m);
            if (column == NULL) {
                reach->status = atlas->status;
                return;
            }
            spread(reach, place, column, member->family);
        }
        if (of->is_block || atlas->has_blocks) {
            walk_blocks(reach, m, of->is_block);
        }
    }
    vp_status status =
        vp_sort_numbered(&reach->network->alloc, reach->touched, reach->touched_count);
    reach->status = status != VP_OK ? status : reach->status;
    reach->effort.sources++;
}

/* ---- rows --------------------------------------------------------------------------------------
 */

void vp_reach_add_item(vp_reach *reach, const vp_reach_item *item) {
    void *items = reach->items;
    if (!vp_reach_grow(reach, &items, &reach->item_capacity, (size_t)reach->item_count + 1,
                       sizeof *reach->items)) {
        vp_set_unref(item->set);
        return;
    }
    reach->items = items;
    reach->items[reach->item_count++] = *item;
}

static void add_rows(vp_reach *reach, vp_reach_item *pattern, const vp_reach_flows *flows) {
    vp_flow unknown = still_unknown(reach, flows);
    pattern->all = true;
    if (flows->known != VP_FLOW_NONE) {
        pattern->known = true;
        pattern->flow = flows->known;
        pattern->code = NULL;
        vp_reach_add_item(reach, pattern);
    }
    if (unknown != VP_FLOW_NONE) {
        pattern->known = false;
        pattern->flow = unknown;
        pattern->code = flows->code;
        vp_reach_add_item(reach, pattern);
    }
}

static void clear_items(vp_reach *reach) {
    for (uint32_t i = 0; i < reach->item_count; i++) {
        vp_set_unref(reach->items[i].set);
    }
    reach->item_count = reach->item = 0;
}

static vp_name id_at(const vp_reach *reach, uint32_t place) {
    return vp_network_rows(reach->network, VP_KIND_NETWORK_INTERFACE)->rows[place]->id;
}

static const uint32_t one_each[2] = {1, 1};

static void rows_from_interface(vp_reach *reach, uint32_t place) {
    vp_reach_item pattern;
    memset(&pattern, 0, sizeof pattern);
    pattern.from = id_at(reach, place);
    vp_reach_look_inside(reach, place);
    for (uint32_t i = 0; i < reach->touched_count; i++) {
        const vp_reach_slot *slot = &reach->slots[reach->touched[i].key];
        pattern.to = id_at(reach, reach->touched[i].key);
        for (int wide = 0; wide < 2; wide++) {
            pattern.family = wide ? 6 : 4;
            add_rows(reach, &pattern, &slot->flows[wide]);
        }
    }
    for (uint32_t outside = 0; outside < VP_REACH_OUTSIDES; outside++) {
        if (reach->query.to.outside[outside].meant) {
            reach->pieces.count = 0;
            pattern.to = outside == VP_REACH_ON_PREMISES ? VP_REACH_PREMISES : VP_REACH_INTERNET;
            pattern.beyond = outside == VP_REACH_BEYOND ? 2 : 0;
            vp_reach_look_out(reach, place, outside, &reach->pieces);
            vp_reach_border_rows(reach, &reach->pieces, &pattern, one_each);
        }
    }
}

/* From the internet, from the premises or from beyond: to each interface by itself. */
static void rows_from_outside(vp_reach *reach, uint32_t outside) {
    vp_reach_item pattern;
    memset(&pattern, 0, sizeof pattern);
    pattern.from = outside == VP_REACH_ON_PREMISES ? VP_REACH_PREMISES : VP_REACH_INTERNET;
    pattern.beyond = outside == VP_REACH_BEYOND ? 1 : 0;
    reach->effort.sources++;
    for (uint32_t i = 0; i < reach->compiled->interface_count && reach->status == VP_OK; i++) {
        if (vp_reach_is_chosen(&reach->query.to, i)) {
            reach->pieces.count = 0;
            pattern.to = id_at(reach, i);
            vp_reach_look_in(reach, i, outside, &reach->pieces);
            vp_reach_border_rows(reach, &reach->pieces, &pattern, one_each);
        }
    }
    if (outside == VP_REACH_BEYOND && reach->status == VP_OK) {
        vp_reach_sort_items(reach);
    }
}

/* Looks at the next source; false when there is none. */
static bool look_on(vp_reach *reach) {
    uint32_t count = reach->compiled->interface_count;
    clear_items(reach);
    while (reach->source < count && !vp_reach_sends(reach, reach->source)) {
        reach->source++;
    }
    uint32_t source = reach->source++;
    if (source < count) {
        rows_from_interface(reach, source);
    } else if (source - count < VP_REACH_OUTSIDES &&
               reach->query.from.outside[source - count].meant) {
        rows_from_outside(reach, source - count);
    }
    return source < count + VP_REACH_OUTSIDES;
}

/* ---- the question ------------------------------------------------------------------------------
 */

vp_status vp_reach_open(vp_network *network, const vp_reach_query *query, vp_reach **result,
                        vp_error *error) {
    vp_compiled *compiled;
    vp_atlas *atlas = NULL;
    vp_status status = vp_compiled_get(network, &compiled, error);
    if (status == VP_OK) {
        status = vp_atlas_get(compiled, &atlas, error);
    }
    if (status != VP_OK) {
        return status;
    }
    vp_reach *reach = vp_alloc_zeroed(&network->alloc, sizeof *reach);
    if (reach == NULL) {
        return vp_error_no_memory(error);
    }
    reach->network = network;
    reach->compiled = compiled;
    reach->atlas = atlas;
    reach->generation = network->generation;
    reach->query = *query;
    reach->view_count = atlas->class_count;
    reach->effort.classes = atlas->class_count;
    reach->effort.walks = 0;
    *result = reach;
    return VP_OK;
}

void vp_reach_close(vp_reach *reach) {
    if (reach == NULL) {
        return;
    }
    const vp_alloc alloc = reach->network->alloc;
    clear_items(reach);
    vp_reach_groups_clear(reach);
    vp_reach_views_clear(reach);
    vp_reach_ways_clear(reach);
    vp_alloc_free(&alloc, reach->items, reach->item_capacity * sizeof *reach->items);
    vp_alloc_free(&alloc, reach->pieces.items,
                  reach->pieces.capacity * sizeof *reach->pieces.items);
    vp_alloc_free(&alloc, reach->slots, reach->slot_count * sizeof *reach->slots);
    vp_alloc_free(&alloc, reach->touched, reach->slot_count * sizeof *reach->touched);
    vp_alloc_free(&alloc, reach, sizeof *reach);
}

/* The question goes on only as long as the model is the same, and nothing was missing. */
static vp_status check(vp_reach *reach, vp_error *error) {
    if (reach->generation != reach->network->generation ||
        reach->network->compiled != reach->compiled) {
        return vp_error_set(error, VP_MISUSE, "misuse",
                            "the network was changed while its connectivity was read");
    }
    if (reach->status != VP_OK || reach->atlas->status != VP_OK) {
        vp_compiled_drop(reach->compiled);
        return vp_error_no_memory(error);
    }
    reach->atlas_walks = reach->atlas->walks;
    return vp_compiled_status(reach->compiled, error);
}

static vp_name id_of(vp_name name) { return name >= VP_REACH_INTERNET ? VP_NO_NAME : name; }

static void write_row(const vp_reach_item *item, vp_reach_row *row) {
    memset(row, 0, sizeof *row);
    row->from.id = id_of(item->from);
    row->from.premises = item->from == VP_REACH_PREMISES;
    row->to.id = id_of(item->to);
    row->to.premises = item->to == VP_REACH_PREMISES;
    vp_reach_side *outside =
        item->from >= VP_REACH_INTERNET || item->beyond == 1 ? &row->from : &row->to;
    outside->cidrs = item->set;
    outside->sample = item->sample;
    row->family = item->family;
    row->code = item->known ? NULL : item->code;
    row->flow = item->flow;
    row->all = item->all;
}

vp_status vp_reach_next(vp_reach *reach, vp_reach_row *row, vp_error *error) {
    vp_status status = check(reach, error);
    bool grouped = reach->query.group_by != VP_REACH_BY_INTERFACE;
    if (status == VP_OK && grouped && !reach->gathered) {
        vp_reach_gather(reach);
        reach->gathered = true;
        status = check(reach, error);
    }
    while (status == VP_OK && reach->item == reach->item_count) {
        if (grouped || !look_on(reach)) {
            return VP_OK;
        }
        status = check(reach, error);
    }
    if (status != VP_OK) {
        return status;
    }
    write_row(&reach->items[reach->item++], row);
    return VP_MORE;
}

vp_reach_query vp_reach_query_of(const vp_reach *reach) { return reach->query; }

vp_reach_effort vp_reach_effort_of(const vp_reach *reach) {
    vp_reach_effort effort = reach->effort;
    effort.walks += reach->atlas_walks;
    return effort;
}

static void count_one(void *context, const vp_rectangle *rectangle) {
    uint64_t *count = context;
    (void)rectangle;
    ++*count;
}

vp_status vp_reach_count(vp_reach *reach, uint64_t *rectangles, vp_error *error) {
    vp_status status = check(reach, error);
    *rectangles = 0;
    if (status == VP_OK) {
        vp_mesh_visit(reach->atlas, count_one, rectangles);
        status = check(reach, error);
    }
    return status;
}
