/*
 * vp_compiled_copy.c - what is compiled of a model, for its clone.
 *
 * The one idea: numbers of profiles and places mean the same in both, since the pools are shared
 * and the records are in the same order; only pointers to records are looked up again. The copy is
 * one generation behind its network, with nothing in the journal, so the first question completes
 * it.
 */
#include "vp_compiled.h"

#include <string.h>

/* Copies an array of count + 1 items, as all of them are kept; false when there is no memory. */
static bool copy_array(const vp_network *network, const void *from, size_t count, size_t size,
                       void *to) {
    void *made = NULL;
    if (from != NULL) {
        made = vp_alloc_array(&network->alloc, NULL, 0, count + 1, size);
        if (made == NULL) {
            return false;
        }
        memcpy(made, from, (count + 1) * size);
    }
    memcpy(to, &made, sizeof made);
    return true;
}

/* Memories only save time: one that finds no room stays empty. */
static void copy_memo(const vp_memo *from, vp_memo *to) {
    size_t bytes = from->bits == 0 ? 0 : sizeof *from->entries << from->bits;
    vp_memo_entry *entries = bytes == 0 ? NULL : vp_alloc_array(&to->alloc, NULL, 0, bytes, 1);
    if (entries != NULL) {
        memcpy(entries, from->entries, bytes);
        to->entries = entries;
        to->bits = from->bits;
        to->added = from->added;
    }
}

static bool copy_groups(const vp_compiled *from, vp_compiled *to) {
    if (!copy_array(to->network, from->groups, from->groups_count, sizeof *from->groups,
                    &to->groups)) {
        return false;
    }
    to->groups_count = from->groups_count;
    for (uint32_t i = 0; i < to->groups_count; i++) {
        to->groups[i].groups = NULL;
        to->groups[i].count = 0;
    }
    for (uint32_t i = 0; i < to->groups_count; i++) {
        const vp_range_map *list = vp_map_pool_get(&from->profiles->lists, i);
        uint32_t count = from->groups[i].count;
        if (count == 0) {
            continue;
        }
        vp_compiled_groups *groups = &to->groups[i];
        groups->groups =
            vp_alloc_array(&to->network->alloc, NULL, 0, count, sizeof *groups->groups);
        if (groups->groups == NULL) {
            return false;
        }
        groups->count = count;
        for (uint32_t k = 0; k < count; k++) {
            groups->groups[k] = (const vp_security_group *)vp_network_find(
                to->network, VP_KIND_SECURITY_GROUP, list->points.narrow[k]);
        }
    }
    return true;
}

static bool copy_actions(const vp_compiled *from, vp_compiled *to) {
    size_t count = from->action_capacity;
    if (count == 0) {
        return true;
    }
    to->actions = vp_alloc_array(&to->network->alloc, NULL, 0, count, sizeof *to->actions);
    if (to->actions == NULL) {
        return false;
    }
    memcpy(to->actions, from->actions, from->action_count * sizeof *to->actions);
    to->action_count = from->action_count;
    to->action_capacity = from->action_capacity;
    for (uint32_t i = 0; i < to->action_count; i++) {
        to->actions[i].record =
            vp_network_find(to->network, VP_KIND_NONE, to->actions[i].record_id);
    }
    return true;
}

static bool copy_arrays(const vp_compiled *from, vp_compiled *to) {
    const vp_network *network = to->network;
    to->place_count = from->place_count;
    to->table_count = from->table_count;
    to->acl_count = from->acl_count;
    to->vpc_count = from->vpc_count;
    to->interface_count = from->interface_count;
    to->subnet_count = from->subnet_count;
    to->behind_count = from->behind_count;
    return copy_array(network, from->places, from->place_count, sizeof *from->places,
                      &to->places) &&
           copy_array(network, from->tables, 2 * (size_t)from->table_count, sizeof *from->tables,
                      &to->tables) &&
           copy_array(network, from->acls, 4 * (size_t)from->acl_count, sizeof *from->acls,
                      &to->acls) &&
           copy_array(network, from->vpcs, from->vpc_count, sizeof *from->vpcs, &to->vpcs) &&
           copy_array(network, from->interfaces, from->interface_count, sizeof *from->interfaces,
                      &to->interfaces) &&
           copy_array(network, from->next_subnet, from->subnet_count, sizeof *from->next_subnet,
                      &to->next_subnet) &&
           copy_array(network, from->behind, from->behind_count, sizeof *from->behind, &to->behind);
}

/* Nothing but the pools and numbers: what a copy starts with. */
static vp_compiled *start(const vp_compiled *compiled, vp_network *clone) {
    vp_compiled *made = vp_alloc_zeroed(&clone->alloc, sizeof *made);
    if (made == NULL) {
        return NULL;
    }
    made->network = clone;
    made->profiles = vp_profiles_ref(compiled->profiles);
    made->versions = compiled->versions;
    made->has_classic = compiled->has_classic;
    made->private_ranges = compiled->private_ranges;
    memcpy(made->outside, compiled->outside, sizeof made->outside);
    vp_memo *const memos[] = {&made->references, &made->action_numbers, &made->attachments,
                              &made->transits, &made->spaces};
    for (size_t i = 0; i < VP_COUNT_OF(memos); i++) {
        vp_memo_init(memos[i], &clone->alloc);
    }
    return made;
}

void vp_compiled_copy(const vp_compiled *compiled, vp_network *clone) {
    const vp_network *network = compiled->network;
    if (compiled->places == NULL || compiled->is_partial ||
        compiled->generation != network->generation ||
        vp_profiles_status(compiled->profiles) != VP_OK) {
        return;
    }
    vp_compiled *made = start(compiled, clone);
    if (made == NULL) {
        return;
    }
    if (!copy_arrays(compiled, made) || !copy_groups(compiled, made) ||
        !copy_actions(compiled, made)) {
        vp_compiled_free(made);
        return;
    }
    copy_memo(&compiled->references, &made->references);
    copy_memo(&compiled->action_numbers, &made->action_numbers);
    copy_memo(&compiled->attachments, &made->attachments);
    copy_memo(&compiled->transits, &made->transits);
    copy_memo(&compiled->spaces, &made->spaces);
    made->generation = clone->generation;
    vp_journal_forget(&clone->journal, clone->generation);
    vp_network_advance(clone);
    clone->compiled = made;
    clone->compiled_free = vp_compiled_free;
    clone->compiled_copy = vp_compiled_copy;
}
