/*
 * vp_sort.h - a stable sort that allocates where the core allocates.
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

VP_END_DECLS

#endif
