/*
 * vp_space.c - walking the blocks of one length in a set.
 *
 * Ranges of the set are taken one after the other; of the current one `next`..`last` is left. A
 * block is given only if all of it is left, so alignment is looked for inside ranges and a gap ends
 * the search for it:
 *
 *     range      ......|#######################|....
 *     blocks     |       |       |       |       |       |
 *     given              |=======|=======|
 */
#include "vp_space.h"

vp_space_cursor vp_space_begin(const vp_set *set, int prefix_length) {
    vp_space_cursor cursor = {vp_set_begin(set), {0, 0, 0}, {0, 0, 0}, prefix_length};
    return cursor;
}

/*
 * Takes the block that `cursor->next` is the first possible address of, moving up to the next
 * multiple of the block size; false when it does not fit into what is left of the range.
 */
static bool take_block(vp_space_cursor *cursor, vp_cidr *cidr) {
    vp_addr *next = &cursor->next;
    if (next->family == 0 || cursor->prefix_length > vp_addr_bits(next)) {
        return false;
    }
    vp_cidr block = vp_cidr_of(next, cursor->prefix_length);
    vp_addr end = vp_cidr_last(&block);
    if (!vp_addr_equals(&block.address, next)) {
        /* The range starts inside this block, so the one after it is the first. */
        if (vp_addr_compare(&end, &cursor->last) >= 0) {
            return false;
        }
        vp_addr start = vp_addr_plus(&end, 1);
        block = vp_cidr_of(&start, cursor->prefix_length);
        end = vp_cidr_last(&block);
    }
    int order = vp_addr_compare(&end, &cursor->last);
    if (order > 0) {
        return false;
    }
    /* At the end of the line the next address would be the first again: family 0 says that nothing
     * is left. */
    *cidr = block;
    *next = vp_addr_plus(&end, 1);
    if (order == 0) {
        next->family = 0;
    }
    return true;
}

bool vp_space_next(vp_space_cursor *cursor, vp_cidr *cidr) {
    while (!take_block(cursor, cidr)) {
        if (!vp_set_next_range(&cursor->ranges, &cursor->next, &cursor->last)) {
            cursor->next.family = 0;
            return false;
        }
    }
    return true;
}

vp_status vp_space_private(const vp_alloc *alloc, vp_set **result, vp_error *error) {
    static const vp_cidr blocks[] = {{{0, UINT64_C(0x0a000000), 4}, 8},   /* 10.0.0.0/8 */
                                     {{0, UINT64_C(0xac100000), 4}, 12},  /* 172.16.0.0/12 */
                                     {{0, UINT64_C(0xc0a80000), 4}, 16}}; /* 192.168.0.0/16 */
    vp_set_builder builder;
    vp_status status = VP_OK;
    vp_set_builder_init(&builder, alloc);
    for (size_t i = 0; i < VP_COUNT_OF(blocks) && status == VP_OK; i++) {
        status = vp_set_builder_add_cidr(&builder, &blocks[i], error);
    }
    if (status == VP_OK) {
        status = vp_set_builder_freeze(&builder, result, error);
    }
    vp_set_builder_clear(&builder);
    return status;
}
