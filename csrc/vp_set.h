/*
 * vp_set.h - a set of addresses of both families.
 *
 * A set is frozen: made by a builder or by an operation, never changed, counted by references, one
 * allocation (plus the index of its look-ups, if it was asked for). It is a pair of two-valued
 * range maps, one a family, so equal sets have equal bytes and its blocks and ranges come out
 * minimal and in address order, IPv4 first. All operations cost time linear in the number of
 * ranges, or less.
 *
 * Reference counts are not atomic: one set, and what was made from it by reference, belongs to one
 * thread at a time.
 */
#ifndef VP_SET_H
#define VP_SET_H

#include "vp_cidr.h"
#include "vp_interval.h"
#include "vp_range_map.h"

VP_BEGIN_DECLS

typedef struct vp_set {
    vp_alloc alloc;
    size_t size; /* of the allocation */
    uint32_t references;
    vp_range_map parts[2]; /* IPv4, IPv6; their arrays follow the structure */
} vp_set;

/* The part of a family (4 or 6). */
VP_INLINE const vp_range_map *vp_set_part(const vp_set *set, uint8_t family) {
    return &set->parts[family == 6];
}

/* One more reference; returns `set`. */
vp_set *vp_set_ref(vp_set *set);

/* One reference less; the last releases the set. NULL is ignored. */
void vp_set_unref(vp_set *set);

/*
 * Makes a new set from two, which are not changed: `truth` as in vp_range_map_merge. NULL stands
 * for the empty set. *result has one reference, which is the caller's; VP_NO_MEMORY and VP_LIMIT
 * leave it untouched. O(ranges of a and b); where one is much smaller, mostly copying.
 */
VP_MUST_CHECK vp_status vp_set_combine(const vp_set *a, const vp_set *b, vp_truth truth,
                                       const vp_alloc *alloc, vp_set **result, vp_error *error);

/*
 * Makes a new set of two sorted lists of intervals (vp_intervals_sort), IPv4 and IPv6. *result has
 * one reference; VP_NO_MEMORY and VP_LIMIT leave it untouched. O(intervals).
 */
VP_MUST_CHECK vp_status vp_set_from_intervals(const vp_intervals *narrow, const vp_intervals *wide,
                                              vp_set **result, vp_error *error);

/* ---- questions; none of them allocates --------------------------------------------------------
 */

bool vp_set_is_empty(const vp_set *set);
bool vp_set_equals(const vp_set *a, const vp_set *b);

/* Stop at the first address that decides; O(ranges) at most. */
bool vp_set_overlaps(const vp_set *a, const vp_set *b);
bool vp_set_contains(const vp_set *outer, const vp_set *inner);

/* Whether all, or any, of first..last (one family, first <= last) is in the set. O(log ranges). */
bool vp_set_contains_range(const vp_set *set, const vp_addr *first, const vp_addr *last);
bool vp_set_overlaps_range(const vp_set *set, const vp_addr *first, const vp_addr *last);

/*
 * vp_set_contains_range for up to VP_RANKS_MAX ranges at once, which is faster on large sets:
 * inside[i] is the answer for firsts[i]..lasts[i].
 */
void vp_set_contains_ranges(const vp_set *set, const vp_addr *firsts, const vp_addr *lasts,
                            size_t count, bool *inside);

/* Whether the set has nothing outside of first..last. O(1). */
bool vp_set_is_within_range(const vp_set *set, const vp_addr *first, const vp_addr *last);

/*
 * Makes the index that speeds up looking for a range, when it is worth it. VP_NO_MEMORY only means
 * that they stay as they are. O(ranges), once.
 */
VP_MUST_CHECK vp_status vp_set_make_index(vp_set *set);

/* How many ranges it consists of. */
uint64_t vp_set_range_count(const vp_set *set);

/* A number of addresses, up to 2^128 + 2^32: high * 2^128 + middle * 2^64 + low. */
typedef struct vp_set_size {
    uint64_t high, middle, low;
} vp_set_size;

/* Room for such a number in decimal, with the terminating NUL. */
#define VP_SET_SIZE_TEXT_MAX 40

/* How many addresses the set has, exactly. O(ranges). */
vp_set_size vp_set_count(const vp_set *set);

/* Writes a number of addresses in decimal and a NUL; returns the length. */
size_t vp_set_size_format(const vp_set_size *size, char out[VP_SET_SIZE_TEXT_MAX]);

/* NULL when the invariant holds, else what of it does not (a constant). For tests. */
const char *vp_set_validate(const vp_set *set);

/* ---- walking ----------------------------------------------------------------------------------
 */

/*
 * A place in a set. It borrows the set. Ranges and blocks may be asked for in turn: a range that
 * was begun as blocks is finished as the range that is left of it.
 */
typedef struct vp_set_cursor {
    const vp_set *set;
    uint32_t next;        /* point where the next range starts */
    uint8_t family;       /* of the range */
    bool open;            /* first..last is still to be given */
    vp_point first, last; /* what is left of the range begun */
} vp_set_cursor;

/* A cursor before the first address. */
vp_set_cursor vp_set_begin(const vp_set *set);

/*
 * Makes cursor->first..last what comes next: the rest of the range begun, else the next range.
 * Whoever takes from it leaves `open` false, or the rest in `first`. False at the end. O(1).
 */
VP_INLINE bool vp_set_open_range(vp_set_cursor *cursor) {
    if (cursor->open) {
        return true;
    }
    const vp_range_map *part = vp_set_part(cursor->set, cursor->family);
    while (cursor->next >= part->count) {
        if (cursor->family != 4) {
            return false;
        }
        cursor->family = 6;
        cursor->next = 0;
        part = vp_set_part(cursor->set, 6);
    }
    bool wide = cursor->family == 6;
    vp_point end_of_line = {wide ? UINT64_MAX : 0, wide ? UINT64_MAX : UINT32_MAX};
    cursor->first = vp_points_get(part->points, cursor->next, wide);
    cursor->last = cursor->next + 1 < part->count
                       ? vp_point_before(vp_points_get(part->points, cursor->next + 1, wide))
                       : end_of_line;
    cursor->next += 2;
    cursor->open = true;
    return true;
}

/* The next maximal range; false at the end. O(1). */
bool vp_set_next_range(vp_set_cursor *cursor, vp_addr *first, vp_addr *last);

/* The next block of the minimal list of blocks; false at the end. O(1). */
bool vp_set_next_cidr(vp_set_cursor *cursor, vp_cidr *cidr);

/* ---- building ---------------------------------------------------------------------------------
 */

/* Collects ranges in any order; freezing sorts what came since and unites it with what was there.
 */
typedef struct vp_set_builder {
    vp_alloc alloc;
    vp_set *base;            /* what was frozen before, or NULL */
    vp_intervals pending[2]; /* IPv4, IPv6 */
} vp_set_builder;

void vp_set_builder_init(vp_set_builder *builder, const vp_alloc *alloc);
void vp_set_builder_clear(vp_set_builder *builder);

/* Add to the builder. VP_NO_MEMORY and VP_LIMIT leave it as it was (a set may be added in part). */
VP_MUST_CHECK vp_status vp_set_builder_add_range(vp_set_builder *builder, const vp_addr *first,
                                                 const vp_addr *last, vp_error *error);
VP_MUST_CHECK vp_status vp_set_builder_add_cidr(vp_set_builder *builder, const vp_cidr *cidr,
                                                vp_error *error);
VP_MUST_CHECK vp_status vp_set_builder_add_set(vp_set_builder *builder, vp_set *set,
                                               vp_error *error);

/*
 * What a builder holds at some moment; going back to it forgets what was added since, as long as
 * the builder was not frozen in between.
 */
typedef struct vp_set_mark {
    uint32_t counts[2];
    bool has_base;
} vp_set_mark;

vp_set_mark vp_set_builder_mark(const vp_set_builder *builder);
void vp_set_builder_go_back(vp_set_builder *builder, const vp_set_mark *mark);

/*
 * Gives the set of everything added so far, with a reference for the caller. The builder can go on.
 * VP_NO_MEMORY and VP_LIMIT leave builder and *set as they were. O(what was added since the last
 * time + ranges so far, mostly copying); nothing new: O(1).
 */
VP_MUST_CHECK vp_status vp_set_builder_freeze(vp_set_builder *builder, vp_set **set,
                                              vp_error *error);

VP_END_DECLS

#endif
