/*
 * vp_diff.c - old runs against new ones.
 *
 * The one idea: profiles never change and equal ones have equal numbers, so what is the same is
 * seen at once, and the old profile of what is not is still there to be compared with.
 */
#include "vp_diff.h"

#include "vp_change.h"

#include <string.h>

static bool add(vp_diff *diff, const vp_diff_item *item) {
    void *items = diff->items;
    vp_status status = vp_alloc_grow(&diff->network->alloc, &items, &diff->capacity,
                                     (size_t)diff->count + 1, sizeof *diff->items);
    diff->items = items;
    if (status == VP_OK) {
        diff->items[diff->count++] = *item;
    }
    return status == VP_OK;
}

/* The profile of an item as the model is now. */
static vp_profile profile_of(vp_compiled *compiled, const vp_diff_item *item) {
    vp_record *record = vp_network_find(compiled->network, VP_KIND_NONE, item->id);
    switch (item->kind) {
    case VP_DIFF_GROUPS:
        return vp_compiled_group_rules(compiled, item->number, item->egress, item->family);
    case VP_DIFF_ACL:
        return vp_compiled_acl(compiled, (const vp_network_acl *)record, item->egress,
                               item->family);
    default:
        return vp_compiled_table(compiled, (vp_route_table *)record, item->family);
    }
}

static bool add_groups(vp_diff *diff, vp_compiled *compiled, vp_diff_item *item, vp_name id,
                       bool is_first) {
    uint32_t count;
    const vp_compiled_link *links = vp_compiled_lists_with(compiled, id, &count);
    bool added = true;
    for (uint32_t i = 0; i < 2 * count && added; i++) {
        const vp_compiled_groups *groups = &compiled->groups[links[i / 2].number];
        item->number = links[i / 2].number;
        item->egress = i % 2 == 1;
        item->before = profile_of(compiled, item);
        item->leads = i % 2 == 0 && is_first;
        memcpy(item->references, groups->references, sizeof item->references);
        added = add(diff, item);
    }
    return added;
}

static bool add_acl(vp_diff *diff, vp_compiled *compiled, vp_diff_item *item) {
    bool added = true;
    item->kind = VP_DIFF_ACL;
    for (int egress = 0; egress < 2 && added; egress++) {
        item->egress = egress == 1;
        item->before = profile_of(compiled, item);
        added = add(diff, item);
    }
    return added;
}

static bool add_table(vp_diff *diff, vp_compiled *compiled, vp_diff_item *item,
                      const vp_record *table) {
    item->kind = VP_DIFF_TABLE;
    item->id = table->id;
    item->number = vp_compiled_place(compiled, table);
    item->before = profile_of(compiled, item);
    return add(diff, item);
}

/* Only the tables of its two VPCs can lead over a connection; those that do not stay the same. */
static bool add_tables_of(vp_diff *diff, vp_compiled *compiled, vp_diff_item *item,
                          const vp_vpc_peering_connection *connection) {
    bool added = true;
    for (int side = 0; side < 2; side++) {
        uint32_t count;
        vp_name vpc_id = side == 0 ? connection->requester_vpc_info.vpc_id
                                   : connection->accepter_vpc_info.vpc_id;
        vp_route_table *const *tables = vp_index_route_tables_of(compiled->index, vpc_id, &count);
        for (uint32_t i = 0; i < count && added; i++) {
            added = add_table(diff, compiled, item, &tables[i]->record);
        }
    }
    return added;
}

static bool add_items(vp_diff *diff, vp_compiled *compiled, const vp_record *record, uint8_t family,
                      bool is_first) {
    vp_diff_item item = {.kind = VP_DIFF_GROUPS, .id = record->id, .family = family};
    switch ((vp_kind)record->kind) {
    case VP_KIND_SECURITY_GROUP:
        return add_groups(diff, compiled, &item, record->id, is_first);
    case VP_KIND_NETWORK_ACL:
        return add_acl(diff, compiled, &item);
    case VP_KIND_ROUTE_TABLE:
        return add_table(diff, compiled, &item, record);
    case VP_KIND_VPC_PEERING_CONNECTION:
        return add_tables_of(diff, compiled, &item, (const vp_vpc_peering_connection *)record);
    default:
        return true;
    }
}

vp_status vp_diff_begin(vp_diff *diff, vp_network *network, const vp_record *record, uint8_t family,
                        vp_error *error) {
    vp_compiled *compiled;
    memset(diff, 0, sizeof *diff);
    diff->network = network;
    diff->id = record->id;
    vp_status status = vp_compiled_get(network, &compiled, error);
    if (status != VP_OK) {
        return status;
    }
    bool added = vp_change_keep(&network->alloc, record, &diff->kept) == VP_OK;
    for (int wide = 0; wide < 2 && added; wide++) {
        if (family == 0 || family == (wide ? 6 : 4)) {
            added = add_items(diff, compiled, record, wide ? 6 : 4, !wide || family == 6);
        }
    }
    diff->facts = compiled->effort.facts;
    status = added ? vp_compiled_status(compiled, error) : vp_error_no_memory(error);
    if (status != VP_OK) {
        vp_diff_clear(diff);
    }
    return status;
}

/* Where the profile of an item stands. */
static vp_profile *slot_of(vp_compiled *compiled, const vp_diff_item *item) {
    const vp_record *record = vp_network_find(compiled->network, VP_KIND_NONE, item->id);
    size_t wide = item->family == 6;
    switch (item->kind) {
    case VP_DIFF_GROUPS:
        return &compiled->groups[item->number].profile[item->egress][wide];
    case VP_DIFF_ACL:
        return &compiled->acls[4 * (size_t)vp_compiled_place(compiled, record) +
                               (item->egress ? 2 : 0) + wide];
    default:
        return &compiled->tables[2 * (size_t)vp_compiled_place(compiled, record) + wide];
    }
}

/* Rules that name groups are remembered by version: those of before get one of their own. */
static void swap_references(vp_compiled *compiled, vp_diff_item *item) {
    vp_compiled_groups *groups = &compiled->groups[item->number];
    if (item->version == 0) {
        item->version = ++compiled->versions;
    }
    uint32_t version = groups->version;
    groups->version = item->version;
    item->version = version;
    for (int egress = 0; egress < 2; egress++) {
        bool refers = groups->references[egress];
        groups->references[egress] = item->references[egress];
        item->references[egress] = refers;
    }
}

void vp_diff_swap(vp_diff *diff, vp_compiled *compiled) {
    for (uint32_t i = 0; i < diff->count; i++) {
        vp_diff_item *item = &diff->items[i];
        if (!diff->is_swapped) {
            item->held = item->before;
            (void)profile_of(compiled, item);
        }
        vp_profile *slot = slot_of(compiled, item), now = *slot;
        *slot = item->held;
        item->held = now;
        if (item->leads) {
            swap_references(compiled, item);
        }
    }
    vp_change_swap(vp_network_find(diff->network, VP_KIND_NONE, diff->id), diff->kept);
    diff->is_swapped = !diff->is_swapped;
}

/* One run of both profiles from diff->at on; false at the end of the line. */
static void take_run(vp_diff *diff, vp_compiled *compiled, const vp_diff_item *item,
                     vp_diff_rectangle *run) {
    vp_point other;
    run->of = item;
    run->first = diff->at;
    run->before =
        vp_profile_value(compiled->profiles, item->before, item->family, diff->at, &run->last);
    run->after = vp_profile_value(compiled->profiles, diff->after, item->family, diff->at, &other);
    run->last = vp_point_less(other, run->last) ? other : run->last;
    diff->at = vp_point_after(run->last, item->family == 6);
    if (vp_point_is_zero(diff->at)) {
        diff->inside = false;
        diff->item++;
    }
}

static void compare(vp_compiled *compiled, vp_diff_rectangle *run) {
    vp_services *services = &compiled->profiles->services;
    run->gained = run->lost = VP_SERVICE_NONE;
    if (run->of->kind != VP_DIFF_TABLE) {
        run->gained = vp_service_combine(services, VP_TRUTH_DIFFERENCE, run->after, run->before);
        run->lost = vp_service_combine(services, VP_TRUTH_DIFFERENCE, run->before, run->after);
    }
}

vp_status vp_diff_next(vp_diff *diff, vp_diff_rectangle *rectangle, vp_error *error) {
    vp_compiled *compiled;
    vp_status status = vp_compiled_get(diff->network, &compiled, error);
    while (status == VP_OK && diff->item < diff->count) {
        const vp_diff_item *item = &diff->items[diff->item];
        if (!diff->inside) {
            diff->after = profile_of(compiled, item);
            status = vp_compiled_status(compiled, error);
            if (status != VP_OK || diff->after == item->before) {
                diff->item++;
                continue;
            }
            diff->inside = true;
            memset(&diff->at, 0, sizeof diff->at);
        }
        take_run(diff, compiled, item, rectangle);
        if (rectangle->before != rectangle->after) {
            compare(compiled, rectangle);
            status = vp_compiled_status(compiled, error);
            return status == VP_OK ? VP_MORE : status;
        }
    }
    return status;
}

void vp_diff_clear(vp_diff *diff) {
    vp_change_drop(&diff->network->alloc, diff->kept);
    diff->kept = NULL;
    vp_alloc_free(&diff->network->alloc, diff->items, diff->capacity * sizeof *diff->items);
    diff->items = NULL;
    diff->count = diff->capacity = 0;
}
