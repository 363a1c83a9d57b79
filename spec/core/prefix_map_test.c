/*
 * prefix_map_test.c - longest prefix match against a scan over all entries.
 */
#include "random.h"
#include "vp_prefix_map.h"
#include "vp_test.h"

#define ENTRIES_MAX 300

/* Blocks and addresses that often meet: few different bits, many lengths, both ends of the line. */
static vp_cidr random_cidr(random_source *random) {
    vp_addr address = {0, 0, random_below(random, 2) == 0 ? 4 : 6};
    uint64_t bits = random_below(random, 256);
    uint64_t spread = random_below(random, 4) == 0 ? UINT64_MAX : 0;
    address.lo = spread ^ (bits & 15) ^ (bits >> 4) << 24;
    address.hi = spread ^ (bits >> 4) << 60;
    if (address.family == 4) {
        address.hi = 0;
        address.lo &= UINT32_MAX;
    }
    return vp_cidr_of(&address, (int)random_below(random, (uint64_t)vp_addr_bits(&address) + 1));
}

/* The place of the longest block around a block; of equal ones the last. */
static uint32_t scan(const vp_prefixes *list, const vp_cidr *cidr) {
    uint32_t best = VP_NO_PREFIX;
    for (uint32_t i = 0; i < list->count; i++) {
        const vp_cidr *item = &list->items[i];
        if (vp_cidr_contains(item, cidr) &&
            (best == VP_NO_PREFIX || item->prefix_length >= list->items[best].prefix_length)) {
            best = i;
        }
    }
    return best;
}

static bool agrees(const vp_prefix_map *map, const vp_prefixes *list, const vp_cidr *cidr) {
    uint32_t wanted = scan(list, cidr), entry = vp_prefix_map_find_block(map, cidr);
    uint8_t family = cidr->address.family;
    if (entry == VP_NO_PREFIX || wanted == VP_NO_PREFIX) {
        return entry == wanted;
    }
    vp_cidr found = vp_prefix_map_cidr(map, family, entry);
    return vp_cidr_equals(&found, &list->items[wanted]) &&
           vp_prefix_map_part(map, family)->places[entry] == wanted;
}

/* The entries between the bounds of a block are exactly those that lie in it. */
static bool bounds_agree(const vp_prefix_map *map, const vp_cidr *cidr) {
    uint8_t family = cidr->address.family;
    uint32_t from = vp_prefix_map_lower_bound(map, cidr);
    uint32_t to = vp_prefix_map_upper_bound(map, cidr);
    bool right = from <= to;
    for (uint32_t i = 0; i < vp_prefix_map_part(map, family)->count; i++) {
        vp_cidr entry = vp_prefix_map_cidr(map, family, i);
        right &= vp_cidr_contains(cidr, &entry) == (i >= from && i < to);
    }
    return right;
}

/* A range is looked up as the smallest block around it. */
static bool range_agrees(const vp_prefix_map *map, const vp_cidr *a, const vp_cidr *b) {
    if (a->address.family != b->address.family || vp_addr_compare(&a->address, &b->address) > 0) {
        return true;
    }
    vp_cidr around = vp_cidr_of(&a->address, vp_addr_bits(&a->address));
    while (!vp_cidr_contains_addr(&around, &b->address)) {
        around = vp_cidr_of(&a->address, around.prefix_length - 1);
    }
    return vp_prefix_map_find_range(map, &a->address, &b->address) ==
           vp_prefix_map_find_block(map, &around);
}

static void check_random_maps(random_source *random) {
    vp_alloc alloc = vp_alloc_default();
    for (int round = 0; round < 1000; round++) {
        vp_prefixes list;
        vp_prefix_map *map = NULL;
        uint32_t count = (uint32_t)random_below(random, ENTRIES_MAX);
        vp_prefixes_init(&list, &alloc);
        for (uint32_t i = 0; i < count; i++) {
            vp_cidr cidr = random_cidr(random);
            VP_CHECK(vp_prefixes_add(&list, &cidr, NULL) == VP_OK);
        }
        VP_CHECK(vp_prefix_map_new(&list, &alloc, &map, NULL) == VP_OK);
        VP_CHECK(vp_prefix_map_validate(map) == NULL);
        VP_CHECK(map->parts[0].count + map->parts[1].count + map->replaced == count);
        for (int indexed = 0; indexed < 2; indexed++) {
            bool right = true;
            for (int i = 0; i < 100; i++) {
                vp_cidr cidr = random_cidr(random);
                vp_cidr host = vp_cidr_of(&cidr.address, vp_addr_bits(&cidr.address));
                vp_cidr other = random_cidr(random);
                right &= agrees(map, &list, &cidr) && agrees(map, &list, &host);
                right &= bounds_agree(map, &cidr) && range_agrees(map, &cidr, &other);
            }
            VP_CHECK(right);
            VP_CHECK(vp_prefix_map_make_index(map) == VP_OK);
            VP_CHECK(vp_prefix_map_validate(map) == NULL);
        }
        vp_prefix_map_free(map);
        vp_prefixes_clear(&list);
    }
}

static vp_status work(const vp_alloc *alloc) {
    vp_prefixes list;
    vp_prefix_map *map = NULL;
    random_source random = {1};
    vp_status status = VP_OK;
    vp_prefixes_init(&list, alloc);
    for (uint32_t i = 0; i < 200 && status == VP_OK; i++) {
        vp_cidr cidr = random_cidr(&random);
        status = vp_prefixes_add(&list, &cidr, NULL);
    }
    if (status == VP_OK) {
        status = vp_prefix_map_new(&list, alloc, &map, NULL);
    }
    if (status == VP_OK) {
        status = vp_prefix_map_make_index(map);
    }
    vp_prefix_map_free(map);
    vp_prefixes_clear(&list);
    return status;
}

static void check_memory(void) {
    /* giving memory back may fail, too */
    VP_CHECK(vp_test_no_memory(work, true) > 1);
}

int main(void) {
    random_source random = random_start();
    check_random_maps(&random);
    check_memory();
    return vp_test_end();
}
