/*
 * vp_sort.c - a merge sort from the bottom up, and a radix sort from the last digit on.
 *
 * Runs of doubling width are merged from one buffer into the other, so there is no recursion; a
 * digit is sorted by counting how often it has each value. Invariant after each pass: every run of
 * `width` items in `from` is sorted; the items are sorted by the digits so far.
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

/* ---- by numbers ----------------------------------------------------------------------------*/

/*
 * Digits of long lists: few enough values that a line of each one's end stays in the cache. Of
 * short ones fewer still, for what is counted is cleared and added up for each digit.
 */
enum { DIGIT_BITS = 11, SHORT_DIGIT_BITS = 8, SHORT = 1 << 12 };

/* Sorts by one digit from one buffer into the other. */
static void sort_by_digit(const vp_numbered *from, vp_numbered *to, size_t count, unsigned shift,
                          unsigned bits) {
    size_t ends[1 << DIGIT_BITS];
    uint32_t values = UINT32_C(1) << bits, mask = values - 1;
    memset(ends, 0, values * sizeof *ends);
    for (size_t i = 0; i < count; i++) {
        ends[from[i].key >> shift & mask]++;
    }
    for (size_t i = 0, begin = 0; i < values; i++) {
        size_t next = begin + ends[i];
        ends[i] = begin;
        begin = next;
    }
    for (size_t i = 0; i < count; i++) {
        to[ends[from[i].key >> shift & mask]++] = from[i];
    }
}

vp_status vp_sort_numbered(const vp_alloc *alloc, vp_numbered *items, size_t count) {
    unsigned bits = count < SHORT ? SHORT_DIGIT_BITS : DIGIT_BITS;
    uint32_t different = 0; /* bits in which keys differ at all */
    bool in_order = true;
    for (size_t i = 1; i < count; i++) {
        different |= items[i].key ^ items[0].key;
        in_order = in_order && items[i - 1].key <= items[i].key;
    }
    if (in_order) {
        return VP_OK;
    }
    vp_numbered *spare = vp_alloc_array(alloc, NULL, 0, count, sizeof *spare);
    if (spare == NULL) {
        return VP_NO_MEMORY;
    }
    vp_numbered *from = items, *to = spare;
    for (unsigned shift = 0; shift < 32; shift += bits) {
        if ((different >> shift & ((UINT32_C(1) << bits) - 1)) != 0) {
            sort_by_digit(from, to, count, shift, bits);
            vp_numbered *swapped = from;
            from = to;
            to = swapped;
        }
    }
    if (from == spare) {
        memcpy(items, spare, count * sizeof *items);
    }
    vp_alloc_free(alloc, spare, count * sizeof *spare);
    return VP_OK;
}

vp_status vp_sort_order(const vp_alloc *alloc, const void *items, uint32_t count, size_t item_size,
                        vp_sort_word *word, const unsigned *words, size_t word_count,
                        vp_numbered **order) {
    const char *bytes = items;
    vp_numbered *made = vp_alloc_array(alloc, NULL, 0, (size_t)count + 1, sizeof *made);
    vp_status status = made == NULL ? VP_NO_MEMORY : VP_OK;
    bool moved = false;
    *order = NULL;
    for (uint32_t i = 0; i < count && status == VP_OK; i++) {
        made[i].item = i;
    }
    for (size_t k = 0; k < word_count && status == VP_OK; k++) {
        for (uint32_t i = 0; i < count; i++) {
            made[i].key = word(bytes + made[i].item * item_size, words[k]);
        }
        status = vp_sort_numbered(alloc, made, count);
    }
    for (uint32_t i = 0; i < count && status == VP_OK && !moved; i++) {
        moved = made[i].item != i;
    }
    if (status == VP_OK && moved) {
        *order = made;
    } else {
        vp_alloc_free(alloc, made, ((size_t)count + 1) * sizeof *made);
    }
    return status;
}
