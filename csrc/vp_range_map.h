/*
 * vp_range_map.h - a piecewise constant function over the address line of one family.
 *
 * The one structure under address sets, route tables, rule lists and profiles: a sorted array of
 * the points where the function changes.
 *
 *     points        p0        p1              p2
 *     address  0 ---+---------+---------------+------------- end of the line
 *     value     0   |   v0    |      v1       |      v2
 *
 * With `values` it is many-valued: values[i] holds from point i up to the next. Without, it is
 * two-valued and the values alternate: 1 from p0, 0 from p1, ... so that membership is the parity
 * of the rank, the number of points at or below an address. The end of the line is implicit.
 *
 * Invariant: points strictly increase; neighbouring values differ and the first is not 0 (so equal
 * functions have equal arrays).
 *
 * A map owns nothing: its arrays lie in a block of whoever holds it, so that several maps and their
 * owner can be one allocation. Only the index is allocated by itself.
 */
#ifndef VP_RANGE_MAP_H
#define VP_RANGE_MAP_H

#include "vp_alloc.h"
#include "vp_point.h"

VP_BEGIN_DECLS

/*
 * A directory of some neighbouring points: the line from the first of them to the last is cut into
 * buckets of 2^shift addresses, each with an entry that tells where its points start. One more
 * entry tells where those of the last bucket end.
 *
 *     points    |.|||....|..........||||||||||||...|......|
 *     buckets   |    0    |    1    |    2    |    3    |
 *     entries        0         5      directory     17       19      a crowded bucket is cut again
 */
typedef struct vp_range_directory {
    vp_point base;    /* the first point */
    uint32_t from;    /* its number */
    uint32_t entries; /* the number of the first entry */
    uint32_t last;    /* the last bucket; they count from 0 */
    uint8_t shift;
    bool low; /* by the lower halves of the points, which have the upper one in common */
} vp_range_directory;

/*
 * An entry with this bit is the number of a directory. Without it: in a map of two values the
 * number of a point, in one of many values the place of a leaf, which lies among the entries and
 * has the points of the bucket and their values behind each other (vp_range_value.c).
 */
#define VP_RANGE_DEEPER (UINT32_C(1) << 31)

typedef struct vp_range_index {
    vp_range_directory *directories; /* NULL = not made; the first one is of all points */
    uint32_t *entries;
    uint32_t directory_count, entry_count;
} vp_range_index;

typedef struct vp_range_map {
    vp_points points;
    uint32_t *values; /* NULL: two-valued */
    uint32_t count;   /* of points */
    uint8_t family;   /* 4 or 6 */
    vp_range_index index;
} vp_range_map;

/* Bytes of the arrays of a map with room for `capacity` points, a multiple of 8. */
size_t vp_range_map_bytes(uint8_t family, size_t capacity, bool valued);

/*
 * Makes an empty map whose arrays lie in `memory` (vp_range_map_bytes, aligned for uint64_t).
 * Nothing is allocated.
 */
void vp_range_map_place(vp_range_map *map, uint8_t family, size_t capacity, bool valued,
                        void *memory);

/*
 * Appends "from `point` on the value is `value`" to a many-valued map with room for one more.
 * Points must not decrease; a second value at the same point replaces the first, and a value that
 * changes nothing adds no point. O(1).
 */
VP_INLINE void vp_range_map_append(vp_range_map *map, vp_point point, uint32_t value);

/* The same for a family known when compiling (wide: IPv6): for the hottest loops. */
VP_INLINE void vp_range_map_append_to(vp_range_map *map, vp_point point, uint32_t value,
                                      bool wide) {
    uint32_t count = map->count;
    if (count > 0 && vp_point_equals(vp_points_get(map->points, count - 1, wide), point)) {
        count--;
    }
    if (value != (count > 0 ? map->values[count - 1] : 0)) {
        vp_points_set(map->points, count, point, wide);
        map->values[count] = value;
        count++;
    }
    map->count = count;
}

VP_INLINE void vp_range_map_append(vp_range_map *map, vp_point point, uint32_t value) {
    vp_range_map_append_to(map, point, value, map->family == 6);
}

/*
 * How many points are at or below the address `point`. O(log count), for a map of two values with
 * an index O(1) but where points crowd together.
 */
uint32_t vp_range_map_rank(const vp_range_map *map, vp_point point);

/*
 * The number of points at or below `point` among [from, to). The step is masked in, not chosen: a
 * jump would be mispredicted half of the time.
 */
VP_INLINE uint32_t vp_range_map_search(vp_points points, uint32_t from, uint32_t to, vp_point point,
                                       bool wide) {
    uint32_t length = to - from;
    while (length > 0) {
        uint32_t half = (length + 1) / 2;
        uint32_t below = 1U ^ vp_point_less(point, vp_points_get(points, from + half - 1, wide));
        from += half & (0U - below);
        length -= half;
    }
    return from;
}

/* How many points vp_range_map_ranks looks up together. */
#define VP_RANKS_MAX 64

/*
 * vp_range_map_rank for up to VP_RANKS_MAX addresses at once. Where one look-up would wait for
 * memory again and again, these wait together: on a map larger than the caches it is several times
 * as fast.
 */
void vp_range_map_ranks(const vp_range_map *map, const vp_point *points, size_t count,
                        uint32_t *ranks);

/* The values of a many-valued map for up to VP_RANKS_MAX addresses, likewise: with an index most
 * are found in two places of memory.
 */
void vp_range_map_values(const vp_range_map *map, const vp_point *points, size_t count,
                         uint32_t *values);

/* The value at an address: of a two-valued map 0 or 1. Costs as the rank; with an index O(1). */
uint32_t vp_range_map_value(const vp_range_map *map, vp_point point);

/*
 * Makes the index; worth it from a few look-ups per point on. One that is there is kept, and a
 * small map needs none, nor gets one that has 2^31 points. VP_NO_MEMORY changes nothing: look-ups
 * work without. About 4 bytes a point, of a many-valued map 10 (IPv4) or 14; O(count), times the
 * depth where points crowd together.
 */
VP_MUST_CHECK vp_status vp_range_map_make_index(vp_range_map *map, const vp_alloc *alloc);

/* The bytes that the index takes. */
size_t vp_range_map_index_bytes(const vp_range_map *map);

/* Releases the index, if there is one. */
void vp_range_map_drop_index(vp_range_map *map, const vp_alloc *alloc);

/* Whether two maps of one family are the same function. O(count). */
bool vp_range_map_equals(const vp_range_map *a, const vp_range_map *b);

/* NULL when the invariant holds, else which part of it does not (a constant). For tests. O(count).
 */
const char *vp_range_map_validate(const vp_range_map *map);

/*
 * A Boolean operation as a truth table: bit (b << 1 | a) is the result where the first operand is a
 * and the second is b.
 */
typedef enum vp_truth {
    VP_TRUTH_INTERSECTION = 0x8,
    VP_TRUTH_DIFFERENCE = 0x2,
    VP_TRUTH_SYMMETRIC_DIFFERENCE = 0x6,
    VP_TRUTH_UNION = 0xe,
    VP_TRUTH_COMPLEMENT = 0x5 /* of the first operand; the second does not count */
} vp_truth;

/*
 * Writes the combination of two two-valued maps of one family into `out`, which has room for
 * a->count + b->count points, and one more if bit 0 of the truth table is set, and shares no memory
 * with them. Every truth table is allowed.
 * O(a->count + b->count) without a jump that depends on the data; where one operand is much
 * smaller, O(small log large) and copying.
 */
void vp_range_map_merge(const vp_range_map *a, const vp_range_map *b, unsigned truth,
                        vp_range_map *out);

/* Whether the combination holds anywhere. Costs as the merge, but stops at the first place. */
bool vp_range_map_meets(const vp_range_map *a, const vp_range_map *b, unsigned truth);

VP_END_DECLS

#endif
