/*
 * vp_sort.h - stable sorts that allocate where the core allocates: by a comparison, by a number.
 *
 * The C library's qsort is not stable, passes no context and may call malloc behind our back.
 */
#ifndef VP_SORT_H
#define VP_SORT_H

#include "vp_alloc.h"

VP_BEGIN_DECLS

/* Order of two items: negative, 0, positive. `context` is what vp_sort was given. */
typedef int vp_compare(const void *a, const void *b, const void *context);

/*
 * Sorts `count` items of `item_size` bytes; equal items keep their order. O(n log n) comparisons,
 * O(n) for items that are sorted already, which then allocates nothing; else it borrows as much
 * memory as the items take. VP_NO_MEMORY leaves the items as they were.
 */
VP_MUST_CHECK vp_status vp_sort(const vp_alloc *alloc, void *items, size_t count, size_t item_size,
                                vp_compare *compare, const void *context);

/* An item known by its place somewhere else, and what it is sorted by. */
typedef struct vp_numbered {
    uint32_t key, item;
} vp_numbered;

/*
 * Sorts by key; equal keys keep their order, so that sorting by the least word of a long key first
 * and by its greatest word last sorts by all of it. O(n), without a comparison, and O(n) for keys
 * that are sorted already, which allocates nothing; else it borrows as much memory as the items
 * take. VP_NO_MEMORY leaves the items as they were.
 */
VP_MUST_CHECK vp_status vp_sort_numbered(const vp_alloc *alloc, vp_numbered *items, size_t count);

/* One word of the key of an item. */
typedef uint32_t vp_sort_word(const void *item, unsigned which);

/*
 * The order of `count` items by `word_count` words of their keys, the least one first: *order gets
 * an array of count + 1 places (`item`), for the caller to release; equal items keep their order.
 * NULL when they are in order already. O(n word_count). VP_NO_MEMORY: *order is NULL.
 */
VP_MUST_CHECK vp_status vp_sort_order(const vp_alloc *alloc, const void *items, uint32_t count,
                                      size_t item_size, vp_sort_word *word, const unsigned *words,
                                      size_t word_count, vp_numbered **order);

VP_END_DECLS

#endif
