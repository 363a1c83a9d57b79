/*
 * vp_alloc.c - the allocator interface: overflow checks and growth in one place; large blocks in
 * huge pages.
 */
#if defined(__linux__)
#define _DEFAULT_SOURCE /* madvise */
#endif

#include "vp_alloc.h"

#include <stdlib.h>
#include <string.h>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#define HUGE_PAGE ((size_t)1 << 21)
#define LARGE (2 * HUGE_PAGE)

/*
 * A new block with its first `used` bytes from an old one, in huge pages where the system has them.
 * A table of many megabytes in pages of 4 KiB costs a fault each when it is written first, and most
 * look-ups in it wait for the address of a page before they wait for memory.
 */
static void *enlarge(void *block, size_t used, size_t size) {
#if defined(MADV_HUGEPAGE)
    size_t whole = size & ~(HUGE_PAGE - 1);
    void *large = size > SIZE_MAX - HUGE_PAGE ? NULL : aligned_alloc(HUGE_PAGE, whole + HUGE_PAGE);
    if (large != NULL) {
        (void)madvise(large, whole, MADV_HUGEPAGE); /* without them it is a block as any other */
        if (used > 0) {
            memcpy(large, block, used);
            free(block);
        }
    }
    return large;
#else
    (void)used;
    return realloc(block, size);
#endif
}

/* realloc(block, 0) may or may not free, so freeing is spelt out. */
static void *default_resize(void *context, void *block, size_t old_size, size_t new_size) {
    (void)context;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    return new_size >= LARGE && new_size > old_size ? enlarge(block, old_size, new_size)
                                                    : realloc(block, new_size);
}

vp_alloc vp_alloc_default(void) {
    vp_alloc alloc = {default_resize, NULL};
    return alloc;
}

/* Zeros are the empty state of every structure of the core. */
void *vp_alloc_zeroed(const vp_alloc *alloc, size_t size) {
    void *block = alloc->resize(alloc->context, NULL, 0, size);
    if (block != NULL) {
        memset(block, 0, size);
    }
    return block;
}

/* The one place where a count from input is multiplied: the product must fit. */
void *vp_alloc_array(const vp_alloc *alloc, void *block, size_t old_count, size_t new_count,
                     size_t item_size) {
    if (new_count > SIZE_MAX / item_size) {
        return NULL;
    }
    return alloc->resize(alloc->context, block, old_count * item_size, new_count * item_size);
}

void vp_alloc_free(const vp_alloc *alloc, void *block, size_t size) {
    if (block != NULL) {
        (void)alloc->resize(alloc->context, block, size, 0);
    }
}

/* Doubling keeps appending O(1); near the end of the count it grows to the last item and stops. */
vp_status vp_alloc_grow(const vp_alloc *alloc, void **items, uint32_t *capacity, size_t needed,
                        size_t item_size) {
    if (needed <= *capacity) {
        return VP_OK;
    }
    if (needed > UINT32_MAX) {
        return VP_LIMIT;
    }
    size_t wanted = (size_t)*capacity * 2;
    if (wanted < needed) {
        wanted = needed;
    }
    if (wanted > UINT32_MAX) {
        wanted = UINT32_MAX;
    }
    void *grown = vp_alloc_array(alloc, *items, *capacity, wanted, item_size);
    if (grown == NULL) {
        return VP_NO_MEMORY;
    }
    *items = grown;
    *capacity = (uint32_t)wanted;
    return VP_OK;
}
