/*
 * vp_prefix_map.c - sorting blocks and flattening their nesting away.
 */
#include "vp_prefix_map.h"

#include "vp_interval.h"

#include <string.h>

void vp_prefixes_init(vp_prefixes *list, const vp_alloc *alloc) {
    memset(list, 0, sizeof *list);
    list->alloc = *alloc;
}

void vp_prefixes_clear(vp_prefixes *list) {
    vp_alloc alloc = list->alloc;
    vp_alloc_free(&alloc, list->items, list->capacity * sizeof *list->items);
    vp_prefixes_init(list, &alloc);
}

/* Entry numbers plus one, and two points an entry, must fit 32 bits. */
#define PREFIXES_MAX (UINT32_MAX / 2 - 1)

vp_status vp_prefixes_add(vp_prefixes *list, const vp_cidr *cidr, uint32_t value, vp_error *error) {
    if (list->count == PREFIXES_MAX) {
        return vp_error_limit(error, "entries of a prefix map", PREFIXES_MAX);
    }
    if (list->count == list->capacity) {
        void *items = list->items;
        if (vp_alloc_grow(&list->alloc, &items, &list->capacity, (size_t)list->count + 16,
                          sizeof *list->items) != VP_OK) {
            return vp_error_no_memory(error);
        }
        list->items = items;
    }
    list->items[list->count].cidr = *cidr;
    list->items[list->count].value = value;
    list->count++;
    return VP_OK;
}

/* ---- sorting ----------------------------------------------------------------------------------*/

/*
 * Numbers the entries of both families by prefix length, keeping their order otherwise. The sort by
 * address is stable, so after it they are sorted by address, length and place in the list.
 */
static vp_status order_by_length(const vp_prefixes *list, vp_intervals lists[2]) {
    uint32_t places[130] = {0};
    uint32_t *order = NULL;
    vp_status status = VP_OK;
    if (list->count == 0) {
        return VP_OK;
    }
    order = vp_alloc_array(&list->alloc, NULL, 0, list->count, sizeof *order);
    if (order == NULL) {
        return VP_NO_MEMORY;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        places[list->items[i].cidr.prefix_length + 1]++;
    }
    for (size_t length = 1; length < VP_COUNT_OF(places); length++) {
        places[length] += places[length - 1];
    }
    for (uint32_t i = 0; i < list->count; i++) {
        order[places[list->items[i].cidr.prefix_length]++] = i;
    }
    for (uint32_t i = 0; i < list->count && status == VP_OK; i++) {
        const vp_addr *address = &list->items[order[i]].cidr.address;
        vp_point number = {0, order[i]}; /* travels where intervals have their end */
        status = vp_intervals_add(&lists[address->family == 6], vp_point_of(address), number);
    }
    vp_alloc_free(&list->alloc, order, list->count * sizeof *order);
    return status;
}

/* The number in the unsorted list of a sorted entry. */
static uint32_t number_of(const vp_intervals *sorted, uint32_t index) {
    return sorted->family == 6 ? (uint32_t)sorted->wide[index].last.lo
                               : (uint32_t)(sorted->narrow[index] & UINT32_MAX);
}

/* Leaves only the last of equal blocks; returns how many were left out. */
static uint32_t drop_replaced(const vp_prefixes *list, vp_intervals *sorted) {
    uint32_t kept = 0, count = sorted->count;
    for (uint32_t i = 0; i < count; i++) {
        const vp_cidr *cidr = &list->items[number_of(sorted, i)].cidr;
        if (i + 1 < count && vp_cidr_equals(cidr, &list->items[number_of(sorted, i + 1)].cidr)) {
            continue;
        }
        if (sorted->family == 6) {
            sorted->wide[kept++] = sorted->wide[i];
        } else {
            sorted->narrow[kept++] = sorted->narrow[i];
        }
    }
    vp_intervals_truncate(sorted, kept);
    return count - kept;
}

/* ---- laying out -------------------------------------------------------------------------------*/

/* Hands out pieces of a block, each a multiple of 8 bytes; without a block it only adds up. */
typedef struct block_layout {
    char *memory;
    size_t used;
} block_layout;

static void *take(block_layout *layout, size_t size) {
    void *piece = layout->memory == NULL ? NULL : layout->memory + layout->used;
    layout->used += (size + 7) & ~(size_t)7;
    return piece;
}

/* Places the arrays of a part with room for so many entries and points. */
static void place_part(vp_prefix_part *part, uint8_t family, uint32_t entries, size_t points,
                       block_layout *layout) {
    void *memory = take(layout, vp_range_map_bytes(family, points, true));
    if (memory != NULL) {
        vp_range_map_place(&part->map, family, points, true, memory);
    }
    memset(&part->firsts, 0, sizeof part->firsts);
    if (family == 6) {
        part->firsts.hi = take(layout, entries * sizeof *part->firsts.hi);
        part->firsts.lo = take(layout, entries * sizeof *part->firsts.lo);
    } else {
        part->firsts.narrow = take(layout, entries * sizeof *part->firsts.narrow);
    }
    part->values = take(layout, entries * sizeof *part->values);
    part->parents = take(layout, entries * sizeof *part->parents);
    part->lengths = take(layout, entries * sizeof *part->lengths);
    part->count = entries;
}

/* A map with room for so many entries and points, without any; NULL when there is no memory. */
static vp_prefix_map *start(const vp_alloc *alloc, const uint32_t entries[2],
                            const size_t points[2]) {
    vp_prefix_map sizes;
    block_layout layout = {NULL, 0};
    for (int wide = 0; wide < 2; wide++) {
        place_part(&sizes.parts[wide], wide ? 6 : 4, entries[wide], points[wide], &layout);
    }
    size_t size = sizeof(vp_prefix_map) + layout.used;
    vp_prefix_map *map = alloc->resize(alloc->context, NULL, 0, size);
    if (map == NULL) {
        return NULL;
    }
    memset(map, 0, sizeof *map);
    map->alloc = *alloc;
    map->size = size;
    layout.memory = (char *)(map + 1);
    layout.used = 0;
    for (int wide = 0; wide < 2; wide++) {
        place_part(&map->parts[wide], wide ? 6 : 4, entries[wide], points[wide], &layout);
    }
    return map;
}

static void copy_points(vp_points to, vp_points from, size_t count) {
    if (count > 0 && from.narrow != NULL) {
        memcpy(to.narrow, from.narrow, count * sizeof *to.narrow);
    } else if (count > 0) {
        memcpy(to.hi, from.hi, count * sizeof *to.hi);
        memcpy(to.lo, from.lo, count * sizeof *to.lo);
    }
}

/* A copy of a map without room to spare; NULL when there is no memory. */
static vp_prefix_map *copy_tight(const vp_prefix_map *map) {
    const vp_prefix_part *parts = map->parts;
    uint32_t entries[2] = {parts[0].count, parts[1].count};
    size_t points[2] = {parts[0].map.count, parts[1].map.count};
    vp_prefix_map *copy = start(&map->alloc, entries, points);
    for (int wide = 0; wide < 2 && copy != NULL; wide++) {
        vp_prefix_part *to = &copy->parts[wide];
        const vp_prefix_part *from = &parts[wide];
        to->map.count = from->map.count;
        copy_points(to->map.points, from->map.points, from->map.count);
        memcpy(to->map.values, from->map.values, from->map.count * sizeof *to->map.values);
        copy_points(to->firsts, from->firsts, from->count);
        memcpy(to->values, from->values, from->count * sizeof *to->values);
        memcpy(to->parents, from->parents, from->count * sizeof *to->parents);
        memcpy(to->lengths, from->lengths, from->count * sizeof *to->lengths);
        copy->replaced = map->replaced;
    }
    return copy;
}

/* ---- flattening -------------------------------------------------------------------------------*/

/* The blocks around the place of the sweep, the innermost on top: at most one a length. */
typedef struct open_blocks {
    vp_point last[130];
    uint32_t entry[130];
    int depth;
} open_blocks;

/* Closes the blocks that end before `point`, or all of them when it is NULL. */
VP_INLINE void close_blocks(open_blocks *nest, vp_range_map *map, const vp_point *point,
                            bool wide) {
    while (nest->depth > 0 &&
           (point == NULL || vp_point_less(nest->last[nest->depth - 1], *point))) {
        vp_point after = vp_point_after(nest->last[--nest->depth], wide);
        if (!vp_point_is_zero(after)) {
            vp_range_map_append(map, after, nest->depth > 0 ? nest->entry[nest->depth - 1] + 1 : 0);
        }
    }
}

/* Fills the entries and the flattened function of a part. */
VP_INLINE void flatten(const vp_prefixes *list, const vp_intervals *sorted, vp_prefix_part *part,
                       bool wide) {
    open_blocks nest;
    nest.depth = 0;
    for (uint32_t i = 0; i < part->count; i++) {
        const vp_prefix *prefix = &list->items[number_of(sorted, i)];
        vp_point first = vp_point_of(&prefix->cidr.address);
        vp_addr last = vp_cidr_last(&prefix->cidr);
        close_blocks(&nest, &part->map, &first, wide);
        vp_points_set(part->firsts, i, first, wide);
        part->lengths[i] = prefix->cidr.prefix_length;
        part->values[i] = prefix->value;
        part->parents[i] = nest.depth > 0 ? nest.entry[nest.depth - 1] : VP_NO_PREFIX;
        nest.last[nest.depth] = vp_point_of(&last);
        nest.entry[nest.depth++] = i;
        vp_range_map_append(&part->map, first, i + 1);
    }
    close_blocks(&nest, &part->map, NULL, wide);
}

/* Builds the map of sorted lists in a block with room to spare, then copies it into its own. */
static vp_prefix_map *build(const vp_prefixes *list, vp_intervals lists[2], const vp_alloc *alloc) {
    uint32_t replaced = drop_replaced(list, &lists[0]) + drop_replaced(list, &lists[1]);
    uint32_t entries[2] = {lists[0].count, lists[1].count};
    size_t points[2] = {2 * (size_t)entries[0], 2 * (size_t)entries[1]};
    vp_prefix_map *draft = start(alloc, entries, points), *map = NULL;
    if (draft != NULL) {
        flatten(list, &lists[0], &draft->parts[0], false);
        flatten(list, &lists[1], &draft->parts[1], true);
        draft->replaced = replaced;
        map = copy_tight(draft);
        vp_prefix_map_free(draft);
    }
    return map;
}

vp_status vp_prefix_map_new(const vp_prefixes *list, const vp_alloc *alloc, vp_prefix_map **result,
                            vp_error *error) {
    vp_intervals lists[2];
    vp_prefix_map *map = NULL;
    vp_intervals_init(&lists[0], 4, alloc);
    vp_intervals_init(&lists[1], 6, alloc);
    if (order_by_length(list, lists) == VP_OK && vp_intervals_sort(&lists[0]) == VP_OK &&
        vp_intervals_sort(&lists[1]) == VP_OK) {
        map = build(list, lists, alloc);
    }
    vp_intervals_clear(&lists[0]);
    vp_intervals_clear(&lists[1]);
    if (map == NULL) {
        return vp_error_no_memory(error);
    }
    *result = map;
    return VP_OK;
}

void vp_prefix_map_free(vp_prefix_map *map) {
    if (map != NULL) {
        vp_alloc alloc = map->alloc;
        vp_range_map_drop_index(&map->parts[0].map, &alloc);
        vp_range_map_drop_index(&map->parts[1].map, &alloc);
        vp_alloc_free(&alloc, map, map->size);
    }
}

/* ---- questions --------------------------------------------------------------------------------*/

vp_cidr vp_prefix_map_cidr(const vp_prefix_map *map, uint8_t family, uint32_t entry) {
    const vp_prefix_part *part = vp_prefix_map_part(map, family);
    vp_point first = vp_points_get(part->firsts, entry, family == 6);
    vp_cidr cidr = {vp_point_address(first, family), part->lengths[entry]};
    return cidr;
}

uint32_t vp_prefix_map_find_block(const vp_prefix_map *map, const vp_cidr *cidr) {
    const vp_prefix_part *part = vp_prefix_map_part(map, cidr->address.family);
    uint32_t entry = vp_prefix_map_find(map, &cidr->address);
    /* What contains the first address and is no longer than the block contains the block. */
    while (entry != VP_NO_PREFIX && part->lengths[entry] > cidr->prefix_length) {
        entry = part->parents[entry];
    }
    return entry;
}

uint32_t vp_prefix_map_find_range(const vp_prefix_map *map, const vp_addr *first,
                                  const vp_addr *last) {
    const vp_prefix_part *part = vp_prefix_map_part(map, first->family);
    uint32_t entry = vp_prefix_map_find(map, first);
    while (entry != VP_NO_PREFIX) {
        vp_cidr cidr = vp_prefix_map_cidr(map, first->family, entry);
        if (vp_cidr_contains_addr(&cidr, last)) {
            break;
        }
        entry = part->parents[entry];
    }
    return entry;
}

/* How many entries are before a block by address and length, or by address alone not behind it. */
static uint32_t bound(const vp_prefix_map *map, const vp_cidr *cidr, bool behind) {
    uint8_t family = cidr->address.family;
    uint32_t from = 0, to = vp_prefix_map_part(map, family)->count;
    vp_addr last = vp_cidr_last(cidr);
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        vp_cidr other = vp_prefix_map_cidr(map, family, middle);
        if (behind ? vp_addr_compare(&other.address, &last) <= 0
                   : vp_cidr_compare(&other, cidr) < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

uint32_t vp_prefix_map_lower_bound(const vp_prefix_map *map, const vp_cidr *cidr) {
    return bound(map, cidr, false);
}

uint32_t vp_prefix_map_upper_bound(const vp_prefix_map *map, const vp_cidr *cidr) {
    return bound(map, cidr, true);
}

vp_status vp_prefix_map_make_index(vp_prefix_map *map) {
    vp_status status = vp_range_map_make_index(&map->parts[0].map, &map->alloc);
    return status != VP_OK ? status : vp_range_map_make_index(&map->parts[1].map, &map->alloc);
}

const char *vp_prefix_map_validate(const vp_prefix_map *map) {
    for (int wide = 0; wide < 2; wide++) {
        const vp_prefix_part *part = &map->parts[wide];
        const char *problem = vp_range_map_validate(&part->map);
        if (problem != NULL) {
            return problem;
        }
        for (uint32_t i = 0; i < part->count; i++) {
            vp_cidr cidr = vp_prefix_map_cidr(map, wide ? 6 : 4, i);
            if (i > 0) {
                vp_cidr before = vp_prefix_map_cidr(map, wide ? 6 : 4, i - 1);
                if (vp_cidr_compare(&before, &cidr) >= 0) {
                    return "the entries do not increase";
                }
            }
            if (part->parents[i] != VP_NO_PREFIX) {
                vp_cidr parent = vp_prefix_map_cidr(map, wide ? 6 : 4, part->parents[i]);
                if (part->parents[i] >= i || !vp_cidr_contains(&parent, &cidr)) {
                    return "a parent is not around its entry";
                }
            }
        }
    }
    return NULL;
}
