/*
 * vp_sort.c - a merge sort from the bottom up.
 *
 * Runs of doubling width are merged from one buffer into the other, so there is no recursion.
 * Invariant after each pass: every run of `width` items in `from` is sorted.
 */
#include "vp_sort.h"

#include <string.h>

/* Most lists are added in order: then one pass is all. */
static bool is_sorted(const char *items, size_t count, size_t size, vp_compare *compare,
                      const void *context) {
    for (size_t i = 1; i < count; i++) {
        if (compare(items + (i - 1) * size, items + i * size, context) > 0) {
            return false;
        }
    }
    return true;
}

/* Merges the runs [left, middle) and [middle, end) of `from` into `to`. Ties take the left one. */
static void merge(const char *from, char *to, size_t left, size_t middle, size_t end, size_t size,
                  vp_compare *compare, const void *context) {
    size_t a = left, b = middle;
    for (size_t i = left; i < end; i++) {
        bool take_left =
            a < middle && (b >= end || compare(from + a * size, from + b * size, context) <= 0);
        memcpy(to + i * size, from + (take_left ? a : b) * size, size);
        if (take_left) {
            a++;
        } else {
            b++;
        }
    }
}

vp_status vp_sort(const vp_alloc *alloc, void *items, size_t count, size_t item_size,
                  vp_compare *compare, const void *context) {
    if (is_sorted(items, count, item_size, compare, context)) {
        return VP_OK;
    }
    char *spare = vp_alloc_array(alloc, NULL, 0, count, item_size);
    if (spare == NULL) {
        return VP_NO_MEMORY;
    }
    char *from = items, *to = spare;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t left = 0; left < count; left += 2 * width) {
            size_t middle = count - left > width ? left + width : count;
            size_t end = count - left > 2 * width ? left + 2 * width : count;
            merge(from, to, left, middle, end, item_size, compare, context);
        }
        /* What was merged is the source of the next pass. */
        char *swapped = from;
        from = to;
        to = swapped;
    }
    /* After an odd number of passes the result is in the wrong buffer. */
    if (from == spare) {
        memcpy(items, spare, count * item_size);
    }
    vp_alloc_free(alloc, spare, count * item_size);
    return VP_OK;
}
