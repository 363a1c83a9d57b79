/*
 * vp_diff.h - what a change of rules gives or takes, as rectangles, from what depends on it alone.
 *
 * Begun before the change, a difference remembers the numbers of the profiles that the record has a
 * part in; read after it, it compares them with the new ones, run by run. A rectangle says: all
 * that share these rules, all far addresses in this range, these services more and these less. It
 * tells what this filter or table does; whether other filters let the same packet pass is for
 * vp_path.
 */
#ifndef VP_DIFF_H
#define VP_DIFF_H

#include "vp_compiled.h"

VP_BEGIN_DECLS

/* Who shares the rules: interfaces with a list of groups, subnets of an ACL, those of a table. */
typedef enum vp_diff_kind { VP_DIFF_GROUPS, VP_DIFF_ACL, VP_DIFF_TABLE } vp_diff_kind;

typedef struct vp_diff_item {
    vp_diff_kind kind;
    uint32_t number; /* of the list of groups; place of the ACL or table */
    vp_name id;      /* of the ACL or table */
    bool egress;
    uint8_t family;
    vp_profile before;
} vp_diff_item;

typedef struct vp_diff {
    vp_network *network;
    vp_diff_item *items;
    uint32_t count, capacity;
    uint32_t item; /* where reading is */
    vp_point at;
    bool inside; /* the item under way has been begun */
    vp_profile after;
} vp_diff;

/*
 * Of filters `gained` and `lost` are sets of services; of tables both are VP_SERVICE_NONE, and
 * `before` and `after` are numbers of actions (vp_compiled.actions), 0 for no route.
 */
typedef struct vp_diff_rectangle {
    const vp_diff_item *of;
    vp_point first, last; /* far addresses */
    uint32_t before, after;
    vp_service gained, lost;
} vp_diff_rectangle;

/*
 * Remembers what depends on a group, an ACL, a table or a peering connection (the tables of its
 * VPCs that name it), `family` 4 or 6. Records must not be added or removed until it is read to the
 * end. VP_NO_MEMORY and VP_LIMIT leave nothing to clear. O(what depends on it).
 */
VP_MUST_CHECK vp_status vp_diff_begin(vp_diff *diff, vp_network *network, const vp_record *record,
                                      uint8_t family, vp_error *error);

/*
 * The next rectangle: VP_MORE, or VP_OK at the end. VP_NO_MEMORY, VP_LIMIT. O(runs of the profiles
 * that changed), what changed is compiled on the way.
 */
VP_MUST_CHECK vp_status vp_diff_next(vp_diff *diff, vp_diff_rectangle *rectangle, vp_error *error);

void vp_diff_clear(vp_diff *diff);

VP_END_DECLS

#endif
