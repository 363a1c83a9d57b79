/*
 * vp_atlas_class.c - sorting members into classes.
 *
 * The one idea: who holds which address is sorted by VPC and address already, so members are dealt
 * out from there to their classes, in that order, each to the place that is counted out for it;
 * neighbours are mostly of one class, and only classes are compared.
 */
#include "vp_atlas.h"

#include "vp_sort.h"

#include <string.h>

/* ---- keys --------------------------------------------------------------------------------------
 */

/* What tells classes apart: equal keys are one class. Compared from the first word on. */
enum { KEY_WORDS = 6 };

typedef struct class_key {
    uint32_t words[KEY_WORDS];
} class_key;

/* Keys in the order in which they were met, and which of them stand at a slot (number + 1). */
typedef struct key_table {
    class_key *keys;
    uint32_t *counts; /* by key: members, then the place of its next one */
    uint32_t *slots;
    uint32_t *numbers; /* by holder: its key */
    uint32_t count, capacity, count_capacity, slot_count;
} key_table;

static const vp_alloc *alloc_of(const vp_atlas *atlas) { return &atlas->compiled->network->alloc; }

static bool is_block(const vp_holder *holder) {
    return holder->prefix_length != (holder->family == 6 ? 128 : 32);
}

/* Interfaces that packets can tell apart by more than the address are classes of their own. */
static class_key key_of(const vp_atlas *atlas, const vp_holder *holder) {
    const vp_compiled_interface *facts = &atlas->compiled->interfaces[holder->order];
    bool alone = (facts->facts & (VP_FACT_TARGET | VP_FACT_DOUBTFUL)) != 0 || is_block(holder);
    class_key key = {{facts->vpc_id, holder->family, facts->subnet_id, facts->groups, facts->facts,
                      alone ? 1 + holder->order : 0}};
    return key;
}

static int compare_keys(const void *left, const void *right, const void *context) {
    const class_key *keys = context;
    const class_key *a = &keys[*(const uint32_t *)left], *b = &keys[*(const uint32_t *)right];
    for (size_t i = 0; i < KEY_WORDS; i++) {
        if (a->words[i] != b->words[i]) {
            return a->words[i] < b->words[i] ? -1 : 1;
        }
    }
    return 0;
}

/* Where a key stands, or the empty slot where it belongs. */
static uint32_t slot_of(const key_table *table, const class_key *key) {
    uint64_t hash = 0;
    for (size_t i = 0; i < KEY_WORDS; i++) {
        hash = (hash ^ key->words[i]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    uint32_t mask = table->slot_count - 1, slot = (uint32_t)hash & mask;
    while (table->slots[slot] != 0 &&
           memcmp(&table->keys[table->slots[slot] - 1], key, sizeof *key) != 0) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

/* Twice as many slots as there will be keys, at least. */
static bool make_slots(vp_atlas *atlas, key_table *table) {
    uint32_t slot_count = table->slot_count == 0 ? 1024 : 2 * table->slot_count;
    uint32_t *slots = vp_alloc_zeroed(alloc_of(atlas), slot_count * sizeof *slots);
    if (slots == NULL) {
        atlas->status = VP_NO_MEMORY;
        return false;
    }
    vp_alloc_free(alloc_of(atlas), table->slots, table->slot_count * sizeof *slots);
    table->slots = slots;
    table->slot_count = slot_count;
    for (uint32_t i = 0; i < table->count; i++) {
        slots[slot_of(table, &table->keys[i])] = i + 1;
    }
    return true;
}

static bool add_key(vp_atlas *atlas, key_table *table, const class_key *key) {
    void *keys = table->keys, *counts = table->counts;
    bool fits = vp_atlas_grow(atlas, &keys, &table->capacity, (size_t)table->count + 1,
                              sizeof *table->keys);
    table->keys = keys;
    fits = fits && vp_atlas_grow(atlas, &counts, &table->count_capacity, (size_t)table->count + 1,
                                 sizeof *table->counts);
    table->counts = counts;
    if (fits) {
        table->keys[table->count] = *key;
        table->counts[table->count++] = 0;
    }
    return fits;
}

/* The number of a key, which may be new; some number when there is no memory. */
static uint32_t number_of(vp_atlas *atlas, key_table *table, const class_key *key) {
    if (2 * table->count >= table->slot_count && !make_slots(atlas, table)) {
        return 0;
    }
    uint32_t *slot = &table->slots[slot_of(table, key)];
    if (*slot == 0 && add_key(atlas, table, key)) {
        *slot = table->count;
    }
    return *slot == 0 ? 0 : *slot - 1;
}

static void drop_table(const vp_atlas *atlas, key_table *table) {
    const vp_alloc *alloc = alloc_of(atlas);
    vp_alloc_free(alloc, table->keys, table->capacity * sizeof *table->keys);
    vp_alloc_free(alloc, table->counts, table->count_capacity * sizeof *table->counts);
    vp_alloc_free(alloc, table->slots, table->slot_count * sizeof *table->slots);
    vp_alloc_free(alloc, table->numbers, ((size_t)atlas->member_count + 1) * sizeof(uint32_t));
}

/* ---- members -----------------------------------------------------------------------------------
 */

/* Who holds what: those who are kept, and behind them those who claim the same. */
static const vp_holder *holder_at(const vp_holders *holders, uint32_t i) {
    return i < holders->block_count ? &holders->blocks[i]
                                    : &holders->doubles[i - holders->block_count];
}

/* Numbers the keys of all members and counts how many there are of each. */
static void number_members(vp_atlas *atlas, key_table *table) {
    const vp_holders *holders = vp_index_holders(atlas->compiled->index);
    class_key last;
    uint32_t number = 0;
    memset(&last, 0xff, sizeof last);
    for (uint32_t i = 0; i < atlas->member_count && atlas->status == VP_OK; i++) {
        class_key key = key_of(atlas, holder_at(holders, i));
        if (memcmp(&key, &last, sizeof key) != 0) {
            number = number_of(atlas, table, &key);
            last = key;
        }
        if (atlas->status == VP_OK) {
            table->numbers[i] = number;
            table->counts[number]++;
        }
    }
}

/* Puts the keys in order: the place of the first member of each, in `counts`. */
static void count_out(vp_atlas *atlas, key_table *table) {
    const vp_alloc *alloc = alloc_of(atlas);
    size_t count = table->count;
    uint32_t *order = vp_alloc_array(alloc, NULL, 0, count + 1, sizeof *order);
    atlas->status = order == NULL ? VP_NO_MEMORY : VP_OK;
    for (uint32_t i = 0; order != NULL && i < count; i++) {
        order[i] = i;
    }
    if (order != NULL) {
        atlas->status = vp_sort(alloc, order, count, sizeof *order, compare_keys, table->keys);
    }
    for (uint32_t i = 0, next = 0; atlas->status == VP_OK && i < count; i++) {
        uint32_t members = table->counts[order[i]];
        table->counts[order[i]] = next;
        next += members;
    }
    vp_alloc_free(alloc, order, (count + 1) * sizeof *order);
}

static int compare_members(const void *left, const void *right, const void *context) {
    const vp_member *a = left, *b = right;
    (void)context;
    return (int)vp_point_less(b->first, a->first) - (int)vp_point_less(a->first, b->first);
}

/* Claims of several come behind all others: their classes are put in the order of addresses. */
static void sort_doubles(vp_atlas *atlas) {
    for (uint32_t i = 0, end; i < atlas->member_count && atlas->status == VP_OK; i = end) {
        for (end = i + 1; end < atlas->member_count &&
                          atlas->members[end].class_number == atlas->members[i].class_number;) {
            end++;
        }
        atlas->status = vp_sort(alloc_of(atlas), &atlas->members[i], end - i,
                                sizeof *atlas->members, compare_members, NULL);
    }
}

/* By key, and within one by address; class_number is that of the key. */
static void make_members(vp_atlas *atlas) {
    const vp_holders *holders = vp_index_holders(atlas->compiled->index);
    size_t count = (size_t)holders->block_count + holders->double_count;
    key_table table;
    memset(&table, 0, sizeof table);
    atlas->members = vp_alloc_array(alloc_of(atlas), NULL, 0, count + 1, sizeof *atlas->members);
    atlas->member_count = atlas->members == NULL ? 0 : (uint32_t)count;
    table.numbers = vp_alloc_array(alloc_of(atlas), NULL, 0, (size_t)atlas->member_count + 1,
                                   sizeof *table.numbers);
    if (atlas->members == NULL || table.numbers == NULL) {
        atlas->status = VP_NO_MEMORY;
    } else {
        number_members(atlas, &table);
    }
    if (atlas->status == VP_OK) {
        count_out(atlas, &table);
    }
    for (uint32_t i = 0; i < atlas->member_count && atlas->status == VP_OK; i++) {
        const vp_holder *holder = holder_at(holders, i);
        uint32_t number = table.numbers[i];
        vp_member member = {holder->first, holder->order,  number,
                            VP_ATLAS_NONE, holder->family, holder->prefix_length};
        atlas->members[table.counts[number]++] = member;
    }
    drop_table(atlas, &table);
    if (holders->double_count > 0) {
        sort_doubles(atlas);
    }
}

/* ---- classes and segments ----------------------------------------------------------------------
 */

static const vp_network_interface *interface_at(const vp_atlas *atlas, uint32_t place) {
    const vp_rows *rows = vp_network_rows(atlas->compiled->network, VP_KIND_NETWORK_INTERFACE);
    return (const vp_network_interface *)rows->rows[place];
}

static void open_segment(vp_atlas *atlas, const vp_network_interface *met) {
    void *items = atlas->segments;
    bool fits = vp_atlas_grow(atlas, &items, &atlas->segment_capacity,
                              (size_t)atlas->segment_count + 1, sizeof *atlas->segments);
    atlas->segments = items;
    if (fits) {
        vp_segment segment = {.vpc_id = met->vpc_id, .vpc = met->vpc, .scopes = VP_ATLAS_NONE};
        atlas->segments[atlas->segment_count++] = segment;
    }
}

/* The addresses that members of a segment hold lie in a span. */
static void widen(vp_segment *segment, const vp_member *first, const vp_member *last) {
    int wide = first->family == 6;
    vp_point end = vp_member_last(last);
    if (!segment->has_span[wide] || vp_point_less(first->first, segment->lowest[wide])) {
        segment->lowest[wide] = first->first;
    }
    if (!segment->has_span[wide] || vp_point_less(segment->highest[wide], end)) {
        segment->highest[wide] = end;
    }
    segment->has_span[wide] = true;
}

/* Opens a class for the members from `first` to before `end`, and a segment with the first of a
 * VPC. */
static void open_class(vp_atlas *atlas, uint32_t first, uint32_t end) {
    const vp_member *of = &atlas->members[first];
    const vp_network_interface *met = interface_at(atlas, of->interface);
    bool block = of->prefix_length != (of->family == 6 ? 128 : 32);
    void *items = atlas->classes;
    if (atlas->segment_count == 0 ||
        atlas->segments[atlas->segment_count - 1].vpc_id != met->vpc_id) {
        open_segment(atlas, met);
    }
    bool fits = vp_atlas_grow(atlas, &items, &atlas->class_capacity, (size_t)atlas->class_count + 1,
                              sizeof *atlas->classes);
    atlas->classes = items;
    if (!fits || atlas->status != VP_OK) {
        return;
    }
    vp_class made = {first, end, atlas->segment_count - 1, VP_ATLAS_NONE, of->family, block};
    vp_segment *segment = &atlas->segments[made.segment];
    int wide = made.family == 6;
    if (segment->first[wide] == segment->end[wide]) {
        segment->first[wide] = segment->end[wide] = atlas->class_count;
    }
    segment->end[wide]++;
    vp_addr lowest = vp_point_address(of->first, of->family);
    segment->undescribed =
        segment->undescribed || met->subnet == NULL || vp_addr_is_unspecified(&lowest);
    atlas->has_undescribed = atlas->has_undescribed || segment->undescribed;
    atlas->has_blocks = atlas->has_blocks || block;
    widen(segment, of, &atlas->members[end - 1]);
    atlas->classes[atlas->class_count++] = made;
}

/* Members of one key are a class; but each delegated prefix is one by itself. */
static uint32_t end_of_class(const vp_atlas *atlas, uint32_t first) {
    const vp_member *of = &atlas->members[first];
    uint8_t whole = of->family == 6 ? 128 : 32;
    uint32_t end = first + 1;
    while (of->prefix_length == whole && end < atlas->member_count &&
           atlas->members[end].class_number == of->class_number &&
           atlas->members[end].prefix_length == whole) {
        end++;
    }
    return end;
}

void vp_atlas_make_classes(vp_atlas *atlas) {
    make_members(atlas);
    for (uint32_t i = 0, end; i < atlas->member_count && atlas->status == VP_OK; i = end) {
        end = end_of_class(atlas, i);
        open_class(atlas, i, end);
        for (uint32_t k = i; k < end && atlas->status == VP_OK; k++) {
            atlas->members[k].class_number = atlas->class_count - 1;
        }
    }
    for (uint32_t i = atlas->member_count; i-- > 0 && atlas->status == VP_OK;) {
        uint32_t *first = &atlas->first_member[atlas->members[i].interface];
        atlas->members[i].next = *first;
        *first = i;
    }
}
