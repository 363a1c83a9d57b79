/*
 * vp_range_map.c - laying out, looking up, indexing and checking range maps.
 */
#include "vp_range_map.h"

#include <string.h>

static size_t round_up(size_t size) { return (size + 7) & ~(size_t)7; }

size_t vp_range_map_bytes(uint8_t family, size_t capacity, bool valued) {
    size_t points = capacity * (family == 6 ? 2 * sizeof(uint64_t) : sizeof(uint32_t));
    return round_up(points) + (valued ? round_up(capacity * sizeof(uint32_t)) : 0);
}

void vp_range_map_place(vp_range_map *map, uint8_t family, size_t capacity, bool valued,
                        void *memory) {
    memset(map, 0, sizeof *map);
    map->family = family;
    if (family == 6) {
        map->points.hi = memory;
        map->points.lo = map->points.hi + capacity;
    } else {
        map->points.narrow = memory;
    }
    if (valued) {
        size_t used = vp_range_map_bytes(family, capacity, false);
        map->values = (uint32_t *)memory + used / sizeof(uint32_t);
    }
}

/* ---- look-up ----------------------------------------------------------------------------------*/

uint32_t vp_range_map_rank(const vp_range_map *map, vp_point point) {
    return map->family == 6 ? vp_range_map_rank_of(map, point, true)
                            : vp_range_map_rank_of(map, point, false);
}

#if defined(__GNUC__)
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)(address))
#endif

/* Asks for the points in the middle of [from, from + length). */
VP_INLINE void fetch_points(vp_points points, uint32_t from, uint32_t length, bool wide) {
    size_t middle = from + length / 2;
    if (wide) {
        PREFETCH(points.hi + middle);
        PREFETCH(points.lo + middle);
    } else {
        PREFETCH(points.narrow + middle);
    }
}

/* Three rounds, each asking for the memory that the next one needs: buckets, points, answers. */
VP_INLINE void rank_all(const vp_range_map *map, const vp_point *points, size_t count,
                        uint32_t *ranks, bool wide) {
    vp_point first = vp_points_get(map->points, 0, wide);
    vp_point last = vp_points_get(map->points, map->count - 1, wide);
    const vp_range_index *index = &map->index;
    uint32_t lengths[VP_RANKS_MAX];
    for (size_t i = 0; i < count; i++) {
        uint64_t bits = vp_range_index_window(points[i], index->skip, wide);
        ranks[i] = (uint32_t)(bits >> (64 - index->bits));
        PREFETCH(index->starts + ranks[i]);
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t bucket = ranks[i];
        ranks[i] = index->starts[bucket];
        lengths[i] = index->starts[bucket + 1] - ranks[i];
        fetch_points(map->points, ranks[i], lengths[i], wide);
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t rank =
            vp_range_map_search(map->points, ranks[i], ranks[i] + lengths[i], points[i], wide);
        /* Outside of the points' common prefix the bucket meant nothing. */
        rank = vp_point_less(points[i], first) ? 0 : rank;
        ranks[i] = vp_point_less(points[i], last) ? rank : map->count;
    }
}

void vp_range_map_ranks(const vp_range_map *map, const vp_point *points, size_t count,
                        uint32_t *ranks) {
    if (map->index.starts == NULL) {
        for (size_t i = 0; i < count; i++) {
            ranks[i] = vp_range_map_rank(map, points[i]);
        }
    } else if (map->family == 6) {
        rank_all(map, points, count, ranks, true);
    } else {
        rank_all(map, points, count, ranks, false);
    }
}

uint32_t vp_range_map_value(const vp_range_map *map, vp_point point) {
    uint32_t below = vp_range_map_rank(map, point);
    if (map->values == NULL) {
        return below & 1;
    }
    return below == 0 ? 0 : map->values[below - 1];
}

/* ---- the index --------------------------------------------------------------------------------*/

#define INDEX_BITS_MAX 20 /* 4 MiB: more would leave the caches */
#define INDEX_WORTH 32    /* fewer points are searched as fast without */

/* How many leading bits the first and the last point share, at most all but one. */
static uint8_t shared_bits(const vp_range_map *map) {
    bool wide = map->family == 6;
    vp_point first = vp_points_get(map->points, 0, wide);
    vp_point last = vp_points_get(map->points, map->count - 1, wide);
    uint8_t shared = 0, most = wide ? 127 : 31;
    while (shared < most && vp_range_index_window(first, shared, wide) >> 63 ==
                                vp_range_index_window(last, shared, wide) >> 63) {
        shared++;
    }
    return shared;
}

/* Fills starts: for each point, the buckets from that of its predecessor on start at it. */
VP_INLINE void fill_index(vp_range_map *map, bool wide) {
    vp_range_index *index = &map->index;
    size_t bucket = 0, buckets = (size_t)1 << index->bits;
    for (uint32_t i = 0; i < map->count; i++) {
        uint64_t bits =
            vp_range_index_window(vp_points_get(map->points, i, wide), index->skip, wide);
        size_t own = (size_t)(bits >> (64 - index->bits));
        while (bucket <= own) {
            index->starts[bucket++] = i;
        }
    }
    while (bucket <= buckets) {
        index->starts[bucket++] = map->count;
    }
}

static size_t index_entries(const vp_range_index *index) { return ((size_t)1 << index->bits) + 1; }

vp_status vp_range_map_make_index(vp_range_map *map, const vp_alloc *alloc) {
    if (map->index.starts != NULL || map->count < INDEX_WORTH) {
        return VP_OK;
    }
    vp_range_index index = {NULL, 1, shared_bits(map)};
    uint8_t room = (uint8_t)((map->family == 6 ? 128 : 32) - index.skip);
    while (index.bits < INDEX_BITS_MAX && index.bits < room && map->count >> index.bits > 2) {
        index.bits++;
    }
    index.starts = vp_alloc_array(alloc, NULL, 0, index_entries(&index), sizeof *index.starts);
    if (index.starts == NULL) {
        return VP_NO_MEMORY;
    }
    map->index = index;
    if (map->family == 6) {
        fill_index(map, true);
    } else {
        fill_index(map, false);
    }
    return VP_OK;
}

void vp_range_map_drop_index(vp_range_map *map, const vp_alloc *alloc) {
    if (map->index.starts != NULL) {
        vp_alloc_free(alloc, map->index.starts,
                      index_entries(&map->index) * sizeof *map->index.starts);
        map->index.starts = NULL;
    }
}

/* ---- comparing and checking -------------------------------------------------------------------*/

bool vp_range_map_equals(const vp_range_map *a, const vp_range_map *b) {
    size_t count = a->count;
    if (count != b->count || (a->values == NULL) != (b->values == NULL)) {
        return false;
    }
    if (count == 0) {
        return true;
    }
    if (a->values != NULL && memcmp(a->values, b->values, count * sizeof *a->values) != 0) {
        return false;
    }
    if (a->family == 6) {
        return memcmp(a->points.hi, b->points.hi, count * sizeof *a->points.hi) == 0 &&
               memcmp(a->points.lo, b->points.lo, count * sizeof *a->points.lo) == 0;
    }
    return memcmp(a->points.narrow, b->points.narrow, count * sizeof *a->points.narrow) == 0;
}

/* Checks that the index gives the same ranks as a search without it, around every point. */
static bool index_agrees(const vp_range_map *map) {
    bool wide = map->family == 6;
    vp_range_map plain = *map;
    plain.index.starts = NULL;
    for (uint32_t i = 0; i < map->count; i++) {
        vp_point one = {0, 1}, point = vp_points_get(map->points, i, wide);
        if (vp_range_map_rank(map, point) != i + 1) {
            return false;
        }
        if (!vp_point_is_zero(point)) {
            point = vp_point_minus(point, one);
            if (vp_range_map_rank(map, point) != vp_range_map_rank(&plain, point)) {
                return false;
            }
        }
    }
    return true;
}

const char *vp_range_map_validate(const vp_range_map *map) {
    bool wide = map->family == 6;
    if (map->family != 4 && map->family != 6) {
        return "the family is neither 4 nor 6";
    }
    for (uint32_t i = 1; i < map->count; i++) {
        vp_point before = vp_points_get(map->points, i - 1, wide);
        if (!vp_point_less(before, vp_points_get(map->points, i, wide))) {
            return "the points do not increase";
        }
    }
    for (uint32_t i = 0; map->values != NULL && i < map->count; i++) {
        if (map->values[i] == (i > 0 ? map->values[i - 1] : 0)) {
            return "a point changes nothing";
        }
    }
    if (map->index.starts != NULL && !index_agrees(map)) {
        return "the index does not match the points";
    }
    return NULL;
}
