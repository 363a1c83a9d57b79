/*
 * vp_space.h - blocks of one length inside a set: what can still be given out.
 *
 * Free space is the difference of two sets; its blocks of a wanted length are the aligned ones that
 * lie in it as a whole. They are found one at a time, so asking for the first costs the same
 * whether there are two or 2^100.
 */
#ifndef VP_SPACE_H
#define VP_SPACE_H

#include "vp_set.h"

VP_BEGIN_DECLS

/* A place in a list of blocks; it borrows the set. */
typedef struct vp_space_cursor {
    vp_set_cursor ranges;
    vp_addr next, last; /* what is left of the current range; next.family 0 = nothing */
    int prefix_length;
} vp_space_cursor;

/* A cursor over the blocks of `prefix_length` bits (0-128) in a set, in address order. */
vp_space_cursor vp_space_begin(const vp_set *set, int prefix_length);

/* The next block; false at the end. O(1), plus O(1) for each range too small for one. */
bool vp_space_next(vp_space_cursor *cursor, vp_cidr *cidr);

/*
 * The private ranges of RFC 1918 as a set: where AWS suggests to take VPC blocks from. *result has
 * one reference; VP_NO_MEMORY leaves it untouched.
 */
VP_MUST_CHECK vp_status vp_space_private(const vp_alloc *alloc, vp_set **result, vp_error *error);

VP_END_DECLS

#endif
