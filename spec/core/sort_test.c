/*
 * sort_test.c - the sort is stable, complete, and gives up cleanly without memory.
 */
#include "vp_sort.h"
#include "vp_test.h"

typedef struct item {
    uint32_t key, place;
} item;

static int compare_keys(const void *left, const void *right, const void *context) {
    const item *a = left, *b = right;
    uint32_t mask = *(const uint32_t *)context;
    return ((a->key & mask) > (b->key & mask)) - ((a->key & mask) < (b->key & mask));
}

static uint32_t next_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Every length up to 70, so that all shapes of the last runs occur; few keys, so many ties. */
static void test_random(void) {
    vp_test_memory memory;
    vp_alloc alloc = vp_test_failing_alloc(&memory, 0);
    uint32_t state = 20240521u, mask = 7;
    for (uint32_t count = 0; count < 70; count++) {
        item items[70];
        uint32_t seen = 0;
        for (uint32_t i = 0; i < count; i++) {
            items[i].key = next_random(&state);
            items[i].place = i;
        }
        VP_CHECK(vp_sort(&alloc, items, count, sizeof *items, compare_keys, &mask) == VP_OK);
        bool in_order = true;
        for (uint32_t i = 0; i < count; i++) {
            seen += items[i].place;
            if (i > 0) {
                uint32_t a = items[i - 1].key & mask, b = items[i].key & mask;
                in_order = in_order && (a < b || (a == b && items[i - 1].place < items[i].place));
            }
        }
        VP_CHECK(in_order);
        VP_CHECK(seen == count * (count - (count > 0)) / 2);
    }
    VP_CHECK(memory.live == 0);
}

static void test_memory(void) {
    item items[3] = {{3, 0}, {2, 1}, {1, 2}};
    uint32_t mask = ~0u;
    vp_test_memory memory;
    vp_alloc alloc = vp_test_failing_alloc(&memory, 1);
    VP_CHECK(vp_sort(&alloc, items, 3, sizeof *items, compare_keys, &mask) == VP_NO_MEMORY);
    VP_CHECK(items[0].key == 3 && items[1].key == 2 && items[2].key == 1);
    VP_CHECK(vp_sort(&alloc, items + 2, 1, sizeof *items, compare_keys, &mask) == VP_OK);
    VP_CHECK(vp_sort(&alloc, NULL, 0, sizeof *items, compare_keys, &mask) == VP_OK);
}

/* Keys of few and many digits, in short and in long lists, which have digits of other widths. */
static void test_numbered(void) {
    static const uint32_t masks[] = {7, 0xffffffffu, 0x7ff00000u, 0xf000000fu};
    vp_test_memory memory;
    vp_alloc alloc = vp_test_failing_alloc(&memory, 0);
    uint32_t state = 20240522u;
    for (size_t round = 0; round < 4 * VP_COUNT_OF(masks); round++) {
        vp_numbered items[5000];
        uint32_t count = round < 4 ? (uint32_t)round : round < 8 ? 300 : 5000;
        bool in_order = true;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t high = next_random(&state);
            items[i].key = (high << 16 ^ next_random(&state)) & masks[round % VP_COUNT_OF(masks)];
            items[i].item = i;
        }
        VP_CHECK(vp_sort_numbered(&alloc, items, count) == VP_OK);
        for (uint32_t i = 1; i < count; i++) {
            in_order = in_order &&
                       (items[i - 1].key < items[i].key ||
                        (items[i - 1].key == items[i].key && items[i - 1].item < items[i].item));
        }
        VP_CHECK(in_order);
    }
    VP_CHECK(memory.live == 0);
    vp_numbered two[2] = {{2, 0}, {1, 1}};
    alloc = vp_test_failing_alloc(&memory, 1);
    VP_CHECK(vp_sort_numbered(&alloc, two, 2) == VP_NO_MEMORY);
    VP_CHECK(two[0].key == 2 && two[1].key == 1);
}

int main(void) {
    test_random();
    test_memory();
    test_numbered();
    return vp_test_end();
}
