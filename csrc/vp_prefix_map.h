/*
 * vp_prefix_map.h - longest prefix match: from an address to the smallest block that contains it.
 *
 * The blocks are flattened into a range map address -> entry, so a look-up is one search, however
 * deep blocks are nested. The blocks themselves are kept sorted (address, then length), each with
 * the number of the next larger one around it:
 *
 *     10.0.0.0/8     |-----------------------------------|      entry 0, parent none
 *     10.1.0.0/16          |-----------|                        entry 1, parent 0
 *     10.1.2.0/24             |---|                             entry 2, parent 1
 *     look-up        000000001112222211110000000000000000
 *
 * A map is frozen: one allocation (plus the index of its look-ups), never changed.
 */
#ifndef VP_PREFIX_MAP_H
#define VP_PREFIX_MAP_H

#include "vp_cidr.h"
#include "vp_range_map.h"

VP_BEGIN_DECLS

/* "No entry": nothing matches, nothing is around. */
#define VP_NO_PREFIX UINT32_MAX

/* A growing list of blocks. An entry of a map knows its place in the list it was made of. */
typedef struct vp_prefixes {
    vp_alloc alloc;
    vp_cidr *items;
    uint32_t count, capacity;
} vp_prefixes;

#define VP_PREFIXES_MAX ((1U << 26) - 1)

void vp_prefixes_init(vp_prefixes *list, const vp_alloc *alloc);
void vp_prefixes_clear(vp_prefixes *list);

/* Appends a block, which must be given. VP_NO_MEMORY, VP_LIMIT leave the list as it was. */
VP_MUST_CHECK vp_status vp_prefixes_add(vp_prefixes *list, const vp_cidr *cidr, vp_error *error);

/* The entries of one family, sorted; entry numbers count from 0 in each family. */
typedef struct vp_prefix_part {
    vp_range_map map; /* address -> entry number + 1, 0 = no entry */
    vp_points firsts;
    uint32_t *places; /* in the list, from 0 */
    uint32_t *parents;
    uint8_t *lengths;
    uint32_t count;
} vp_prefix_part;

typedef struct vp_prefix_map {
    vp_alloc alloc;
    size_t size;
    uint32_t replaced; /* blocks left out because they came again later in the list */
    vp_prefix_part parts[2];
} vp_prefix_map;

VP_INLINE const vp_prefix_part *vp_prefix_map_part(const vp_prefix_map *map, uint8_t family) {
    return &map->parts[family == 6];
}

/*
 * Makes a map of a list, which is not changed; of equal blocks the last counts. *result is the
 * caller's; VP_NO_MEMORY leaves it untouched. O(entries).
 */
VP_MUST_CHECK vp_status vp_prefix_map_new(const vp_prefixes *list, const vp_alloc *alloc,
                                          vp_prefix_map **result, vp_error *error);

/* Releases a map; NULL is ignored. */
void vp_prefix_map_free(vp_prefix_map *map);

/* The number of the longest entry that contains an address, or VP_NO_PREFIX. */
VP_INLINE uint32_t vp_prefix_map_find(const vp_prefix_map *map, const vp_addr *address) {
    const vp_prefix_part *part = vp_prefix_map_part(map, address->family);
    return vp_range_map_value(&part->map, vp_point_of(address)) - 1;
}

/* The number of the longest entry that contains all of a block, or VP_NO_PREFIX. */
uint32_t vp_prefix_map_find_block(const vp_prefix_map *map, const vp_cidr *cidr);

/* The same for first..last, of one family. */
uint32_t vp_prefix_map_find_range(const vp_prefix_map *map, const vp_addr *first,
                                  const vp_addr *last);

/*
 * The same for up to VP_RANKS_MAX ranges at once, which is several times as fast on large maps:
 * entries[i] is the answer for firsts[i]..lasts[i].
 */
void vp_prefix_map_find_ranges(const vp_prefix_map *map, const vp_addr *firsts,
                               const vp_addr *lasts, size_t count, uint32_t *entries);

/*
 * The entries that lie inside a block are those from lower_bound (the first that is not before the
 * block by address and length) up to, without, upper_bound (the first whose address is behind the
 * block). O(log entries).
 */
uint32_t vp_prefix_map_lower_bound(const vp_prefix_map *map, const vp_cidr *cidr);
uint32_t vp_prefix_map_upper_bound(const vp_prefix_map *map, const vp_cidr *cidr);

/* The block of an entry. */
vp_cidr vp_prefix_map_cidr(const vp_prefix_map *map, uint8_t family, uint32_t entry);

/* Makes the index of the look-ups, see vp_range_map_make_index. */
VP_MUST_CHECK vp_status vp_prefix_map_make_index(vp_prefix_map *map);

/* NULL when the invariant holds, else what of it does not (a constant). For tests. */
const char *vp_prefix_map_validate(const vp_prefix_map *map);

VP_END_DECLS

#endif
