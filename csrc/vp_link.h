/*
 * vp_link.h - every "X of Y": lists of pairs of the name of Y and the record X.
 *
 * Pairs are added in any order and sorted by name once, so that all records of a name lie side by
 * side, and are found by halving. A pair keeps the id of its record beside the pointer, so that the
 * pairs of a record that is gone can be told and dropped without looking at it.
 */
#ifndef VP_LINK_H
#define VP_LINK_H

#include "vp_network.h"
#include "vp_sort.h"

VP_BEGIN_DECLS

typedef struct vp_link {
    vp_name key, id; /* id: of the record */
    vp_record *record;
} vp_link;

/* All zero is an empty list. Sorted means: by key, and the records of one key by a comparison. */
typedef struct vp_links {
    vp_link *items;
    uint32_t count, capacity;
    uint32_t sorted; /* the first of them; the others were added since */
} vp_links;

void vp_links_clear(vp_links *links, const vp_alloc *alloc);

/*
 * Adds a pair. Nothing can be linked to VP_NO_NAME, so that is no failure, and nothing is added.
 * VP_NO_MEMORY leaves the list as it was. O(1) amortized.
 */
VP_MUST_CHECK vp_status vp_links_add(vp_links *links, const vp_alloc *alloc, vp_name key,
                                     vp_record *record);

/*
 * Makes a list searchable. `compare` gets two vp_link of one key and `context`. O(n), and the
 * comparisons of the records of one key; a few pairs more in a sorted list cost a move of those
 * behind them each, and no memory. VP_NO_MEMORY leaves all pairs there, in some order.
 */
VP_MUST_CHECK vp_status vp_links_sort(vp_links *links, const vp_alloc *alloc, vp_compare *compare,
                                      const void *context);

/*
 * Takes out the pairs of `count` records; they may be gone already. The order stays. True when
 * there were any. O(n count).
 */
bool vp_links_drop(vp_links *links, const vp_name *ids, uint32_t count);

/* The place of the first pair with this key; *count is how many follow it, itself included. */
uint32_t vp_links_find(const vp_links *links, vp_name key, uint32_t *count);

/* The first record linked to a key, or NULL. O(log n). */
vp_record *vp_links_first(const vp_links *links, vp_name key);

VP_END_DECLS

#endif
