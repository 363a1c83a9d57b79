/*
 * vp_prefix_map.c - sorting blocks and flattening their nesting away.
 *
 * Blocks are nested or apart, never overlapping in part. Sorted by first address, the larger one
 * before those in it, they come as an opening bracket each, and a stack of what is open tells where
 * they close. One pass over the sorted list then writes the function from addresses to the
 * innermost block, and the parent of each block on the way.
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

/* Grows by doubling; what is sorted later stands here in the order in which it was given. */
vp_status vp_prefixes_add(vp_prefixes *list, const vp_cidr *cidr, vp_error *error) {
    if (list->count == VP_PREFIXES_MAX) {
        return vp_error_limit(error, "entries of a prefix map", VP_PREFIXES_MAX);
    }
    if (list->count == list->capacity) {
        void *items = list->items;
        if (vp_alloc_grow(&list->alloc, &items, &list->capacity, (size_t)list->count + 16,
                          sizeof *list->items) != VP_OK) {
            return vp_error_no_memory(error);
        }
        list->items = items;
    }
    list->items[list->count++] = *cidr;
    return VP_OK;
}

/* ---- sorting ----------------------------------------------------------------------------------*/

/*
 * The sort of intervals orders by first address only and is stable. Blocks go through it with their
 * length and place in the list where intervals have their end, put in order of length before: after
 * it they are sorted by address, then length, then place.
 */
typedef struct sorted_block {
    vp_point first;
    uint32_t place;
    uint8_t length;
} sorted_block;

/* IPv4: six bits of length and 26 of place are what is left of 64 beside the address. */
#define PLACE_BITS 26

/* Takes an item of the sorted list apart. */
VP_INLINE sorted_block get_block(const vp_intervals *list, uint32_t index, bool wide) {
    sorted_block block;
    uint32_t packed;
    if (wide) {
        block.first = list->wide[index].first;
        block.length = (uint8_t)list->wide[index].last.hi;
        block.place = (uint32_t)list->wide[index].last.lo;
    } else {
        packed = (uint32_t)(list->narrow[index] & UINT32_MAX);
        block.first.hi = 0;
        block.first.lo = list->narrow[index] >> 32;
        block.length = (uint8_t)(packed >> PLACE_BITS);
        block.place = packed & VP_PREFIXES_MAX;
    }
    return block;
}

/* Its opposite, for a block that came at a place of the list. */
static void put_block(vp_intervals *list, uint32_t index, const vp_cidr *cidr, uint32_t place) {
    if (list->family == 6) {
        vp_interval item = {vp_point_of(&cidr->address), {cidr->prefix_length, place}};
        list->wide[index] = item;
    } else {
        uint64_t packed = (uint64_t)cidr->prefix_length << PLACE_BITS | place;
        list->narrow[index] = cidr->address.lo << 32 | packed;
    }
}

/*
 * Distributes the blocks to the lists of their families, in order of length: a counting sort, which
 * keeps the order of equal lengths. starts[f][l + 1] first counts the blocks of length l, then is
 * where those of length l + 1 start.
 */
static vp_status order_by_length(const vp_prefixes *list, vp_intervals lists[2]) {
    uint32_t starts[2][130] = {{0}, {0}};
    for (uint32_t i = 0; i < list->count; i++) {
        const vp_cidr *cidr = &list->items[i];
        starts[cidr->address.family == 6][cidr->prefix_length + 1]++;
    }
    for (int wide = 0; wide < 2; wide++) {
        for (size_t length = 1; length < VP_COUNT_OF(starts[0]); length++) {
            starts[wide][length] += starts[wide][length - 1];
        }
        uint32_t count = starts[wide][VP_COUNT_OF(starts[0]) - 1];
        vp_status status = vp_intervals_reserve(&lists[wide], count);
        if (status != VP_OK) {
            return status;
        }
        lists[wide].count = count;
        lists[wide].sorted = false;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        const vp_cidr *cidr = &list->items[i];
        bool wide = cidr->address.family == 6;
        put_block(&lists[wide], starts[wide][cidr->prefix_length]++, cidr, i);
    }
    return VP_OK;
}

/* Whether a block comes again right behind itself, which is where equal ones are. */
VP_INLINE bool is_replaced(const vp_intervals *list, uint32_t index, bool wide) {
    if (!wide) {
        return (list->narrow[index] ^ list->narrow[index + 1]) >> PLACE_BITS == 0;
    }
    const vp_interval *block = &list->wide[index], *next = block + 1;
    return vp_point_equals(block->first, next->first) && block->last.hi == next->last.hi;
}

/* Leaves only the last of equal blocks; returns how many were left out. Mostly there are none. */
VP_INLINE uint32_t drop_replaced(vp_intervals *list, bool wide) {
    uint32_t kept = 0, count = list->count;
    while (kept + 1 < count && !is_replaced(list, kept, wide)) {
        kept++;
    }
    for (uint32_t i = kept; i < count; i++) {
        if (i + 1 < count && is_replaced(list, i, wide)) {
            continue;
        }
        if (wide) {
            list->wide[kept++] = list->wide[i];
        } else {
            list->narrow[kept++] = list->narrow[i];
        }
    }
    vp_intervals_truncate(list, kept);
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

/* Places the arrays of the entries, whose number is known from the start. */
static void place_entries(vp_prefix_part *part, uint8_t family, uint32_t entries,
                          block_layout *layout) {
    memset(&part->firsts, 0, sizeof part->firsts);
    if (family == 6) {
        part->firsts.hi = take(layout, entries * sizeof *part->firsts.hi);
        part->firsts.lo = take(layout, entries * sizeof *part->firsts.lo);
    } else {
        part->firsts.narrow = take(layout, entries * sizeof *part->firsts.narrow);
    }
    part->places = take(layout, entries * sizeof *part->places);
    part->parents = take(layout, entries * sizeof *part->parents);
    part->lengths = take(layout, entries * sizeof *part->lengths);
    part->count = entries;
}

/* Places a function with room for so many points; it has none yet. */
static void place_map(vp_range_map *map, uint8_t family, size_t points, block_layout *layout) {
    void *memory = take(layout, vp_range_map_bytes(family, points, true));
    if (memory != NULL) {
        vp_range_map_place(map, family, points, true, memory);
    }
}

/*
 * Places everything: the entries of both families, then the flattened functions, so that these can
 * be moved together and the end of the block given back once it is known how long they are.
 */
static void place(vp_prefix_part parts[2], const uint32_t entries[2], const size_t points[2],
                  block_layout *layout) {
    place_entries(&parts[0], 4, entries[0], layout);
    place_entries(&parts[1], 6, entries[1], layout);
    place_map(&parts[0].map, 4, points[0], layout);
    place_map(&parts[1].map, 6, points[1], layout);
}

/* A map with room for so many entries and points, without any; NULL when there is no memory. */
static vp_prefix_map *start(const vp_alloc *alloc, const uint32_t entries[2],
                            const size_t points[2]) {
    vp_prefix_map sizes;
    block_layout layout = {NULL, 0};
    place(sizes.parts, entries, points, &layout);
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
    place(map->parts, entries, points, &layout);
    return map;
}

/* The upper halves first: they lie before the lower ones in both places. */
static void move_points(vp_points to, vp_points from, size_t count, bool wide) {
    if (wide) {
        memmove(to.hi, from.hi, count * sizeof *to.hi);
        memmove(to.lo, from.lo, count * sizeof *to.lo);
    } else {
        memmove(to.narrow, from.narrow, count * sizeof *to.narrow);
    }
}

/*
 * Moves the functions together and gives back the rest of the block. Every array moves towards the
 * front only, so moving them in their order overwrites none that is still to be moved.
 */
static vp_prefix_map *finish(vp_prefix_map *map) {
    uint32_t entries[2] = {map->parts[0].count, map->parts[1].count};
    size_t points[2] = {map->parts[0].map.count, map->parts[1].map.count};
    block_layout layout = {(char *)(map + 1), 0};
    vp_range_map drafts[2] = {map->parts[0].map, map->parts[1].map};
    place(map->parts, entries, points, &layout);
    for (int wide = 0; wide < 2; wide++) {
        vp_range_map *tight = &map->parts[wide].map;
        move_points(tight->points, drafts[wide].points, points[wide], wide == 1);
        memmove(tight->values, drafts[wide].values, points[wide] * sizeof *tight->values);
    }
    size_t size = sizeof *map + layout.used;
    if (size < map->size) {
        vp_prefix_map *smaller = map->alloc.resize(map->alloc.context, map, map->size, size);
        if (smaller != NULL) {
            map = smaller;
            map->size = size;
        }
    }
    layout.memory = (char *)(map + 1);
    layout.used = 0;
    place(map->parts, entries, points, &layout);
    map->parts[0].map.count = (uint32_t)points[0];
    map->parts[1].map.count = (uint32_t)points[1];
    return map;
}

/* ---- flattening -------------------------------------------------------------------------------*/

/* The blocks around the place of the sweep, the innermost on top: at most one a length. */
typedef struct open_blocks {
    vp_point last[130];
    uint32_t entry[130];
    int depth;
} open_blocks;

/*
 * From `point` on the answer is `value`. What was said about the same point before is forgotten,
 * and that is the only check: an opened block is a new value, and after a closed one the value of a
 * block around it follows, never the one before, so no point changes nothing.
 */
VP_INLINE void say(vp_range_map *map, vp_point point, uint32_t value, bool wide) {
    uint32_t count = map->count;
    if (count > 0) {
        count -= vp_point_equals(vp_points_get(map->points, count - 1, wide), point);
    }
    vp_points_set(map->points, count, point, wide);
    map->values[count] = value;
    map->count = count + 1;
}

/* Closes the innermost block: what is around it goes on behind it, if the line does. */
VP_INLINE void close_block(open_blocks *nest, vp_range_map *map, bool wide) {
    vp_point after = vp_point_after(nest->last[--nest->depth], wide);
    if (!vp_point_is_zero(after)) {
        say(map, after, nest->depth > 0 ? nest->entry[nest->depth - 1] + 1 : 0, wide);
    }
}

/* Fills the entries and the flattened function of a part. */
VP_INLINE void flatten(const vp_intervals *sorted, vp_prefix_part *part, bool wide) {
    vp_range_map map = part->map; /* a copy, so that it can stay in registers */
    open_blocks nest;
    nest.depth = 0;
    for (uint32_t i = 0; i < part->count; i++) {
        sorted_block block = get_block(sorted, i, wide);
        int host_bits = (wide ? 128 : 32) - block.length;
        while (nest.depth > 0 && vp_point_less(nest.last[nest.depth - 1], block.first)) {
            close_block(&nest, &map, wide);
        }
        vp_points_set(part->firsts, i, block.first, wide);
        part->lengths[i] = block.length;
        part->places[i] = block.place;
        part->parents[i] = nest.depth > 0 ? nest.entry[nest.depth - 1] : VP_NO_PREFIX;
        nest.last[nest.depth] = vp_point_block_last(block.first, host_bits, wide);
        nest.entry[nest.depth++] = i;
        say(&map, block.first, i + 1, wide);
    }
    while (nest.depth > 0) {
        close_block(&nest, &map, wide);
    }
    part->map.count = map.count;
}

/* Builds the map of sorted lists; NULL when there is no memory. A block has two ends, so it adds
 * two points at the most.
 */
static vp_prefix_map *build(vp_intervals lists[2], const vp_alloc *alloc) {
    uint32_t replaced = drop_replaced(&lists[0], false) + drop_replaced(&lists[1], true);
    uint32_t entries[2] = {lists[0].count, lists[1].count};
    size_t points[2] = {2 * (size_t)entries[0], 2 * (size_t)entries[1]};
    vp_prefix_map *map = start(alloc, entries, points);
    if (map == NULL) {
        return NULL;
    }
    flatten(&lists[0], &map->parts[0], false);
    flatten(&lists[1], &map->parts[1], true);
    map->replaced = replaced;
    return finish(map);
}

/*
 * A stable sort by length and one by address make the order: address, then length, then place. Of
 * equal blocks the one given last stands last, so that the others can be left out.
 */
vp_status vp_prefix_map_new(const vp_prefixes *list, const vp_alloc *alloc, vp_prefix_map **result,
                            vp_error *error) {
    vp_intervals lists[2];
    vp_prefix_map *map = NULL;
    vp_intervals_init(&lists[0], 4, alloc);
    vp_intervals_init(&lists[1], 6, alloc);
    if (order_by_length(list, lists) == VP_OK && vp_intervals_sort(&lists[0]) == VP_OK &&
        vp_intervals_sort(&lists[1]) == VP_OK) {
        map = build(lists, alloc);
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

/* Entries keep no family: the part they are in has one. */
vp_cidr vp_prefix_map_cidr(const vp_prefix_map *map, uint8_t family, uint32_t entry) {
    const vp_prefix_part *part = vp_prefix_map_part(map, family);
    vp_point first = vp_points_get(part->firsts, entry, family == 6);
    vp_cidr cidr = {vp_point_address(first, family), part->lengths[entry]};
    return cidr;
}

/* An entry is the innermost around one address; the entries around it are its parents. */
uint32_t vp_prefix_map_find_block(const vp_prefix_map *map, const vp_cidr *cidr) {
    const vp_prefix_part *part = vp_prefix_map_part(map, cidr->address.family);
    uint32_t entry = vp_prefix_map_find(map, &cidr->address);
    /* What contains the first address and is no longer than the block contains the block. */
    while (entry != VP_NO_PREFIX && part->lengths[entry] > cidr->prefix_length) {
        entry = part->parents[entry];
    }
    return entry;
}

/* From an entry outwards to the first that contains `last` as well. */
static uint32_t widen(const vp_prefix_map *map, uint32_t entry, const vp_addr *last) {
    while (entry != VP_NO_PREFIX) {
        vp_cidr cidr = vp_prefix_map_cidr(map, last->family, entry);
        if (vp_cidr_contains_addr(&cidr, last)) {
            break;
        }
        entry = vp_prefix_map_part(map, last->family)->parents[entry];
    }
    return entry;
}

uint32_t vp_prefix_map_find_range(const vp_prefix_map *map, const vp_addr *first,
                                  const vp_addr *last) {
    uint32_t entry = vp_prefix_map_find(map, first);
    return vp_addr_equals(first, last) ? entry : widen(map, entry, last);
}

/* One range or more, of one family. Most are one address each, so that what is found needs no
 * second look. */
static void find_run(const vp_prefix_map *map, const vp_addr *firsts, const vp_addr *lasts,
                     size_t count, uint32_t *entries) {
    vp_point points[VP_RANKS_MAX];
    uint64_t ranges = 0;
    size_t read = 0;
    do {
        points[read] = vp_point_of(&firsts[read]);
        ranges |= (firsts[read].hi ^ lasts[read].hi) | (firsts[read].lo ^ lasts[read].lo);
    } while (++read < count);
    vp_range_map_values(&vp_prefix_map_part(map, firsts[0].family)->map, points, count, entries);
    for (size_t i = 0; i < count; i++) {
        entries[i]--;
    }
    for (size_t i = 0; i < count && ranges != 0; i++) {
        if (!vp_addr_equals(&firsts[i], &lasts[i])) {
            entries[i] = widen(map, entries[i], &lasts[i]);
        }
    }
}

/* The family changes seldom in a text, so rounds are cut where it does. */
void vp_prefix_map_find_ranges(const vp_prefix_map *map, const vp_addr *firsts,
                               const vp_addr *lasts, size_t count, uint32_t *entries) {
    for (size_t begin = 0, end; begin < count; begin = end) {
        for (end = begin; end < count && firsts[end].family == firsts[begin].family; end++) {
        }
        find_run(map, firsts + begin, lasts + begin, end - begin, entries + begin);
    }
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

/* The order of the entries, and that parents are around theirs; the function is checked as a map.
 */
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
