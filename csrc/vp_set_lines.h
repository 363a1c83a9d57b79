/*
 * vp_set_lines.h - which lines of any text (a log, a list) name an address of a set.
 *
 * An address stands in a line by itself: letters, digits and dots around it make it part of
 * something else (a version number, a host name). A port may follow ("10.0.0.1:80"), a name and a
 * colon may come before ("from:10.0.0.1"); brackets, quotes and all other signs are borders.
 *
 *     10.0.0.1 - - [10/Oct/2000] "GET"     10.0.0.1
 *     from:2001:db8::1                     2001:db8::1
 *     routes 10.0.0.0/8, 10.1.0.0-10.2.0.9 a block and a range, which count as a whole
 *     x10.0.0.1 10.0.0.1.5 1.10.0.256      none
 *
 * An IPv4 address written in IPv6 (::ffff:10.0.0.1) counts as both: servers that listen to both
 * families write the first for the second.
 */
#ifndef VP_SET_LINES_H
#define VP_SET_LINES_H

#include "vp_set.h"

VP_BEGIN_DECLS

/* Which lines to keep. */
typedef enum vp_set_keep {
    VP_SET_KEEP_INSIDE,  /* with something that is in the set */
    VP_SET_KEEP_OUTSIDE, /* with something, but nothing that is in the set */
    VP_SET_KEEP_REST     /* all that VP_SET_KEEP_INSIDE leaves out */
} vp_set_keep;

/*
 * Copies the lines to keep, each ended by "\n", in order, into `out`, which has room for length + 1
 * bytes; *count is their number. Returns the bytes written. O(length) and a look-up an address; the
 * index of the set pays (vp_set_make_index).
 */
size_t vp_set_filter_lines(const vp_set *set, const char *text, size_t length, vp_set_keep keep,
                           char *out, uint64_t *count);

VP_END_DECLS

#endif
