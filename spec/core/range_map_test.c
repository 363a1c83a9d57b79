/*
 * range_map_test.c - range maps with values, with and without an index, against an array with one
 * value an address; the invariant and its checker.
 */
#include "random.h"
#include "vp_range_map.h"
#include "vp_test.h"

#define CELLS 600

/* Address number `cell`: spread out, so that neighbours differ high up, and at the very edges. */
static vp_point point_of(uint8_t family, int cell) {
    vp_point point = {0, 0};
    uint64_t far = cell < CELLS / 2 ? 0 : UINT64_MAX - CELLS;
    if (family == 4) {
        point.lo = (far + (uint64_t)cell + (cell < CELLS / 2 ? 0 : 1)) & UINT32_MAX;
    } else {
        point.hi = far == 0 ? (uint64_t)(cell / 64) : UINT64_MAX;
        point.lo = far == 0 ? (uint64_t)(cell % 64) << 40 : far + (uint64_t)cell + 1;
    }
    return point;
}

static void check_map(random_source *random, uint8_t family, vp_alloc *alloc) {
    uint32_t wanted[CELLS] = {0};
    uint64_t memory[CELLS * 3];
    vp_range_map map;
    uint64_t often = 1 + random_below(random, 40);
    uint32_t value = 0;
    VP_CHECK(vp_range_map_bytes(family, CELLS, true) <= sizeof memory);
    vp_range_map_place(&map, family, CELLS, true, memory);
    for (int cell = 0; cell < CELLS; cell++) {
        if (random_below(random, often) == 0) {
            if (random_below(random, 4) == 0) { /* what is overwritten at once leaves no trace */
                vp_range_map_append(&map, point_of(family, cell), 99);
            }
            value = (uint32_t)random_below(random, 4);
            vp_range_map_append(&map, point_of(family, cell), value);
        }
        wanted[cell] = value;
    }
    VP_CHECK(vp_range_map_validate(&map) == NULL);
    for (int indexed = 0; indexed < 2; indexed++) {
        bool right = true;
        for (int cell = 0; cell < CELLS; cell++) {
            right &= vp_range_map_value(&map, point_of(family, cell)) == wanted[cell];
        }
        for (int from = 0; from < CELLS; from += VP_RANKS_MAX) {
            size_t left = (size_t)(CELLS - from), count = left < VP_RANKS_MAX ? left : VP_RANKS_MAX;
            vp_point points[VP_RANKS_MAX];
            uint32_t ranks[VP_RANKS_MAX];
            for (size_t i = 0; i < count; i++) {
                points[i] = point_of(family, from + (int)i);
            }
            vp_range_map_ranks(&map, points, count, ranks);
            for (size_t i = 0; i < count; i++) {
                right &= ranks[i] == vp_range_map_rank(&map, points[i]);
            }
        }
        VP_CHECK(right);
        VP_CHECK(vp_range_map_make_index(&map, alloc) == VP_OK);
        VP_CHECK(vp_range_map_validate(&map) == NULL);
    }
    vp_range_map_drop_index(&map, alloc);
}

#define CROWDS_MAX 5000

/* The value that a map has behind so many of its points. */
static uint32_t value_behind(const vp_range_map *map, uint32_t rank) {
    return map->values == NULL ? rank & 1 : rank > 0 ? map->values[rank - 1] : 0;
}

/* The ranks and values of addresses on both sides of every point, one at a time and in bulk. */
static bool bulk_agrees(const vp_range_map *map) {
    bool wide = map->family == 6, right = true;
    vp_point points[VP_RANKS_MAX], one = {0, 1};
    uint32_t ranks[VP_RANKS_MAX], values[VP_RANKS_MAX], from = 0;
    while (from < map->count) {
        size_t count = 0;
        for (; from < map->count && count + 3 <= VP_RANKS_MAX; from++) {
            vp_point point = vp_points_get(map->points, from, wide);
            points[count++] = vp_point_minus(point, one); /* of 0 the end of the line */
            points[count++] = point;
            points[count++] = vp_point_after(point, wide);
        }
        for (size_t i = 0; i < count; i++) {
            points[i].hi = wide ? points[i].hi : 0;
            points[i].lo &= wide ? UINT64_MAX : UINT32_MAX;
        }
        vp_range_map_ranks(map, points, count, ranks);
        if (map->values != NULL) {
            vp_range_map_values(map, points, count, values);
        }
        for (size_t i = 0; i < count; i++) {
            uint32_t rank = vp_range_map_search(map->points, 0, map->count, points[i], wide);
            right &= ranks[i] == rank && ranks[i] == vp_range_map_rank(map, points[i]);
            right &= vp_range_map_value(map, points[i]) == value_behind(map, rank);
            right &= map->values == NULL || values[i] == value_behind(map, rank);
        }
    }
    return right;
}

/*
 * Points that crowd together at places which lie at ever larger distances: buckets must be cut
 * again and again. At most CROWDS_MAX of them. Those of a crowd differ in low bits or in high ones.
 */
static void check_crowds(random_source *random, uint8_t family, vp_alloc *alloc) {
    static uint64_t memory[2 * CROWDS_MAX + CROWDS_MAX / 2];
    int bits = family == 6 ? 128 : 32, start = (int)random_below(random, 20);
    int step = 1 + (int)random_below(random, 5);
    uint64_t most = 1 + random_below(random, 300), gap = 1 + random_below(random, 3);
    bool valued = random_below(random, 2) == 0, sparse = random_below(random, 2) == 0;
    uint32_t value = 0;
    vp_range_map map;
    vp_range_map_place(&map, family, CROWDS_MAX, valued, memory);
    vp_point next = {0, random_below(random, 2)};
    for (int bit = start; bit < bits && map.count < CROWDS_MAX - 300; bit += step) {
        vp_point place = {bit >= 64 ? UINT64_C(1) << (bit - 64) : 0,
                          bit < 64 ? UINT64_C(1) << bit : 0};
        int low = sparse && bit > 12 ? bit - 12 : 0;
        low = low > 60 && low < 64 ? 60 : low; /* so that the gap stays in one half */
        vp_point further = {low >= 64 ? gap << (low - 64) : 0, low < 64 ? gap << low : 0};
        next = vp_point_less(place, next) ? next : place;
        for (uint64_t i = 1 + random_below(random, most); i > 0 && bit < bits; i--) {
            vp_point point = next;
            if (valued) {
                value = (value + 1 + (uint32_t)random_below(random, 3)) % 4;
                map.values[map.count] = value;
            }
            vp_points_set(map.points, map.count++, point, family == 6);
            next = vp_point_plus(point, further);
            if (vp_point_less(next, point) || (family == 4 && next.lo > UINT32_MAX)) {
                bit = bits; /* the end of the line */
            }
        }
    }
    if (valued && map.values[0] == 0) {
        map.values[0] = 4;
    }
    VP_CHECK(vp_range_map_make_index(&map, alloc) == VP_OK);
    VP_CHECK(vp_range_map_validate(&map) == NULL);
    VP_CHECK(bulk_agrees(&map));
    VP_CHECK(vp_range_map_index_bytes(&map) < 64 * (size_t)map.count + 4096);
    vp_range_map_drop_index(&map, alloc);
}

static void check_validate(void) {
    uint32_t points[4] = {1, 5, 5, 9}, values[4] = {1, 2, 3, 3};
    vp_range_map map;
    vp_range_map_place(&map, 4, 4, true, points);
    map.values = values;
    map.count = 2;
    VP_CHECK(vp_range_map_validate(&map) == NULL);
    map.count = 3;
    VP_CHECK_TEXT(vp_range_map_validate(&map), "the points do not increase");
    points[2] = 7;
    map.count = 4;
    VP_CHECK_TEXT(vp_range_map_validate(&map), "a point changes nothing");
    values[3] = 0;
    VP_CHECK(vp_range_map_validate(&map) == NULL);
    values[0] = 0;
    VP_CHECK_TEXT(vp_range_map_validate(&map), "a point changes nothing");
    map.family = 5;
    VP_CHECK_TEXT(vp_range_map_validate(&map), "the family is neither 4 nor 6");
}

int main(void) {
    random_source random = random_start();
    vp_test_memory memory;
    vp_alloc alloc = vp_test_failing_alloc(&memory, 0);
    for (int round = 0; round < 1000; round++) {
        check_map(&random, 4, &alloc);
        check_map(&random, 6, &alloc);
        check_crowds(&random, round % 8 == 0 ? 4 : 6, &alloc);
    }
    VP_CHECK(memory.live == 0);
    check_validate();
    return vp_test_end();
}
