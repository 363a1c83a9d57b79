/*
 * vp_range_draft.h - an index of a range map while it is made.
 *
 * Directories are made from the first one on; every bucket with too many points becomes a directory
 * at the end of the list, until there are no more of them. So the list is the queue of what is
 * still to be done, and nothing recurses. It ends, since the first and the last point of a
 * directory never share a bucket: those of each bucket are fewer.
 *
 * What a bucket leads to is up to two files: vp_range_index.c numbers the points, for maps of two
 * values, vp_range_value.c copies points and values together, for maps of many.
 */
#ifndef VP_RANGE_DRAFT_H
#define VP_RANGE_DRAFT_H

#include "vp_range_map.h"

VP_BEGIN_DECLS

/* An index as it grows. A directory that is still to be done has the end of its points in `last`.
 */
typedef struct vp_range_draft {
    vp_range_index index;
    uint32_t directory_room, entry_room;
    uint32_t
        behind; /* entries that look-ups may read behind the last one; there is room for them */
    vp_alloc alloc;
} vp_range_draft;

/* Appends a directory for the points from..to, without the last, to what is to be done.
 * VP_NO_MEMORY leaves the draft as it was.
 */
VP_MUST_CHECK vp_status vp_range_draft_add(vp_range_draft *draft, uint32_t from, uint32_t to);

/* Makes room for so many entries more; none of them is there yet. VP_NO_MEMORY, also where entries
 * could not be told from directories any more, leaves the draft as it was.
 */
VP_MUST_CHECK vp_status vp_range_draft_reserve(vp_range_draft *draft, size_t count);

/* Does directory number `number`: gives it entries, and crowded buckets directories of their own.
 * The first is for maps of two values, the second for those of many. VP_NO_MEMORY.
 */
VP_MUST_CHECK vp_status vp_range_draft_ranks(vp_range_draft *draft, uint32_t number,
                                             const vp_range_map *map);
VP_MUST_CHECK vp_status vp_range_draft_values(vp_range_draft *draft, uint32_t number,
                                              const vp_range_map *map);

/* Asks for memory that is read soon. */
#if defined(__GNUC__)
#define VP_PREFETCH(address) __builtin_prefetch(address)
#else
#define VP_PREFETCH(address) ((void)(address))
#endif

VP_END_DECLS

#endif
