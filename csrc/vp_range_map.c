/*
 * vp_range_map.c - laying out, comparing and checking range maps.
 *
 * The arrays of a map lie in one piece of memory of somebody else: the points, upper halves before
 * lower ones, then the values. Everything here works on both families by asking once which it is.
 */
#include "vp_range_map.h"

#include <string.h>

/* The arrays of several maps follow each other, and points of IPv6 are words of eight bytes. */
static size_t round_up(size_t size) { return (size + 7) & ~(size_t)7; }

size_t vp_range_map_bytes(uint8_t family, size_t capacity, bool valued) {
    size_t points = capacity * (family == 6 ? 2 * sizeof(uint64_t) : sizeof(uint32_t));
    return round_up(points) + (valued ? round_up(capacity * sizeof(uint32_t)) : 0);
}

void vp_range_map_place(vp_range_map *map, uint8_t family, size_t capacity, bool valued,
                        void *memory) {
    /* The other family's arrays stay NULL, so that mistaking the family is seen at once. */
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

/* ---- comparing and checking -------------------------------------------------------------------*/

/*
 * No point changes nothing, so a function has one array only: equal arrays and equal functions are
 * the same thing, and comparing is comparing memory. The index does not count.
 */
bool vp_range_map_equals(const vp_range_map *a, const vp_range_map *b) {
    size_t count = a->count;
    if (count != b->count || (a->values == NULL) != (b->values == NULL)) {
        return false;
    }
    if (count == 0) {
        return true;
    }
    bool same = a->values == NULL || memcmp(a->values, b->values, count * sizeof *a->values) == 0;
    if (a->family == 6) {
        return same && memcmp(a->points.hi, b->points.hi, count * sizeof *a->points.hi) == 0 &&
               memcmp(a->points.lo, b->points.lo, count * sizeof *a->points.lo) == 0;
    }
    return same &&
           memcmp(a->points.narrow, b->points.narrow, count * sizeof *a->points.narrow) == 0;
}

/* Checks that the index gives the same answers as a search without it, around every point. */
static bool index_agrees(const vp_range_map *map) {
    bool wide = map->family == 6;
    vp_range_map plain = *map;
    plain.index.directories = NULL;
    bool right = true;
    for (uint32_t i = 0; i < map->count; i++) {
        vp_point one = {0, 1}, point = vp_points_get(map->points, i, wide);
        right &= vp_range_map_rank(map, point) == i + 1;
        right &= vp_range_map_value(map, point) == vp_range_map_value(&plain, point);
        if (!vp_point_is_zero(point)) {
            point = vp_point_minus(point, one);
            right &= vp_range_map_rank(map, point) == vp_range_map_rank(&plain, point);
            right &= vp_range_map_value(map, point) == vp_range_map_value(&plain, point);
        }
    }
    return right;
}

/* The alternating values of a two-valued map cannot be wrong; where it has none, points decide. */
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
    if (map->index.directories != NULL && !index_agrees(map)) {
        return "the index does not match the points";
    }
    return NULL;
}
