/*
 * vp_interval.h - a growing list of address intervals, in any order and overlapping as they come,
 * and what makes a range map of it: sorting and one sweep.
 *
 * Intervals that arrive in order (most files are sorted) are never sorted again.
 */
#ifndef VP_INTERVAL_H
#define VP_INTERVAL_H

#include "vp_range_map.h"

VP_BEGIN_DECLS

/* An interval of either family, both ends included. */
typedef struct vp_interval {
    vp_point first, last;
} vp_interval;

typedef struct vp_intervals {
    vp_alloc alloc;
    uint64_t *narrow;  /* family 4: first << 32 | last */
    vp_interval *wide; /* family 6 */
    uint32_t count, capacity;
    uint8_t family;
    bool sorted; /* by first */
} vp_intervals;

/* Makes an empty list of a family. Nothing is allocated until the first interval. */
void vp_intervals_init(vp_intervals *list, uint8_t family, const vp_alloc *alloc);

/* Releases everything; the list is empty again. */
void vp_intervals_clear(vp_intervals *list);

/* Forgets all intervals from number `count` on; the memory stays. */
void vp_intervals_truncate(vp_intervals *list, uint32_t count);

/* Makes room for `more` intervals. VP_NO_MEMORY, VP_LIMIT leave the list as it was. */
VP_MUST_CHECK vp_status vp_intervals_reserve(vp_intervals *list, uint32_t more);

/* Adds first..last, first <= last. VP_NO_MEMORY, VP_LIMIT leave the list as it was. O(1) amortized.
 */
VP_INLINE VP_MUST_CHECK vp_status vp_intervals_add(vp_intervals *list, vp_point first,
                                                   vp_point last) {
    uint32_t count = list->count;
    if (count == list->capacity) {
        vp_status status = vp_intervals_reserve(list, 1);
        if (status != VP_OK) {
            return status;
        }
    }
    if (list->family == 4) {
        uint64_t item = first.lo << 32 | last.lo;
        list->narrow[count] = item;
        list->sorted &= count == 0 || list->narrow[count - 1] <= item;
    } else {
        list->wide[count].first = first;
        list->wide[count].last = last;
        list->sorted &= count == 0 || !vp_point_less(first, list->wide[count - 1].first);
    }
    list->count = count + 1;
    return VP_OK;
}

/*
 * Sorts the list by first address. Radix sort: O(count) for IPv4, O(count * bits that differ) for
 * IPv6; needs as much memory again while it runs. VP_NO_MEMORY leaves the list as it was.
 */
VP_MUST_CHECK vp_status vp_intervals_sort(vp_intervals *list);

/*
 * Writes the union of a sorted list into `out`, an empty two-valued map of the same family with
 * room for 2 * count + 1 points. O(count).
 */
void vp_intervals_sweep(const vp_intervals *list, vp_range_map *out);

VP_END_DECLS

#endif
