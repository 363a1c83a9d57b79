/*
 * merge_test.c - the merge of two-valued range maps against an obvious one, for every truth table.
 *
 * Operands are drawn as windows of cells, each with a density of its own: alike, lopsided, one
 * below the other, side by side, empty, with the first and the last address. The result gets
 * exactly the room that the header asks for, so that under ASan one point too many is seen.
 */
#include "random.h"
#include "vp_range_map.h"
#include "vp_test.h"

#define CELLS 4096

/* Cell 0 is the first address, the last cell the last one; IPv6 cells differ in either half. */
static vp_point point_of(uint8_t family, uint32_t cell) {
    vp_point point = {0, cell};
    if (family == 4) {
        point.lo = cell < CELLS / 2 ? cell : UINT32_MAX - (CELLS - 1 - cell);
    } else if (cell >= CELLS / 2) {
        point.hi = UINT64_MAX - (CELLS - 1 - cell) / 64;
        point.lo = UINT64_MAX - (CELLS - 1 - cell) % 64;
    }
    return point;
}

static void *room_for(uint8_t family, size_t count) {
    void *memory = malloc(vp_range_map_bytes(family, count, false) + (count == 0));
    if (memory == NULL) {
        exit(EXIT_FAILURE);
    }
    return memory;
}

/* Up to three windows; a point for one in `often` cells of each. */
static void draw(random_source *random, bool cells[CELLS]) {
    memset(cells, 0, CELLS * sizeof *cells);
    for (uint64_t windows = random_below(random, 4); windows > 0; windows--) {
        uint32_t from = (uint32_t)random_below(random, CELLS);
        uint32_t length = 1 + (uint32_t)random_below(random, CELLS >> random_below(random, 6));
        uint64_t often = UINT64_C(1) << random_below(random, 6);
        from = random_below(random, 3) == 0 ? 0 : from;
        for (uint32_t i = from; i < CELLS && i < from + length; i++) {
            cells[i] |= random_below(random, often) == 0;
        }
    }
    cells[0] ^= random_below(random, 4) == 0;
    cells[CELLS - 1] ^= random_below(random, 4) == 0;
}

static vp_range_map map_of(const bool cells[CELLS], uint8_t family) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < CELLS; i++) {
        count += cells[i];
    }
    vp_range_map map;
    vp_range_map_place(&map, family, count, false, room_for(family, count));
    for (uint32_t i = 0; i < CELLS; i++) {
        if (cells[i]) {
            vp_points_set(map.points, map.count++, point_of(family, i), family == 6);
        }
    }
    return map;
}

static void drop(vp_range_map *map) {
    free(map->family == 6 ? (void *)map->points.hi : (void *)map->points.narrow);
}

/* What a merge has to give, cell by cell. */
static void combine(const bool a[CELLS], const bool b[CELLS], unsigned truth, bool out[CELLS]) {
    unsigned state = 0, before = 0;
    for (uint32_t i = 0; i < CELLS; i++) {
        state ^= (unsigned)a[i] | (unsigned)b[i] << 1;
        out[i] = (truth >> state & 1) != before;
        before = truth >> state & 1;
    }
}

static void check_pair(const bool a[CELLS], const bool b[CELLS], uint8_t family) {
    vp_range_map left = map_of(a, family), right = map_of(b, family), merged;
    for (unsigned truth = 0; truth < 16; truth++) {
        bool cells[CELLS];
        combine(a, b, truth, cells);
        vp_range_map wanted = map_of(cells, family);
        size_t room = (size_t)left.count + right.count + (truth & 1);
        vp_range_map_place(&merged, family, room, false, room_for(family, room));
        vp_range_map_merge(&left, &right, truth, &merged);
        VP_CHECK(vp_range_map_validate(&merged) == NULL);
        VP_CHECK(vp_range_map_equals(&merged, &wanted));
        VP_CHECK(vp_range_map_meets(&left, &right, truth) == (wanted.count > 0));
        drop(&merged);
        drop(&wanted);
    }
    drop(&left);
    drop(&right);
}

int main(void) {
    random_source random = random_start();
    for (int i = 0; i < 300; i++) {
        bool a[CELLS], b[CELLS];
        draw(&random, a);
        draw(&random, b);
        /* Often most points are common, so that the cut falls on one. */
        for (uint32_t k = 0; i % 3 == 0 && k < CELLS; k++) {
            b[k] = random_below(&random, 8) == 0 ? b[k] : a[k];
        }
        check_pair(a, b, 4);
        check_pair(a, b, 6);
    }
    return vp_test_end();
}
