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
    for (int round = 0; round < 2000; round++) {
        check_map(&random, 4, &alloc);
        check_map(&random, 6, &alloc);
    }
    VP_CHECK(memory.live == 0);
    check_validate();
    return vp_test_end();
}
