/*
 * vp_diff.h - what a change of rules gives or takes, as rectangles, from what depends on it alone.
 *
 * Begun before the change, a difference remembers the numbers of the profiles that the record has a
 * part in; read after it, it compares them with the new ones, run by run. A rectangle says: all
 * that share these rules, all far addresses in this range, these services more and these less. It
 * tells what this filter or table does; what becomes of connectivity by it, all other filters and
 * tables on the way considered, is for vp_diff_visit (vp_diff_pairs.c), which puts the old numbers
 * back for a moment to ask as of before.
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
    bool leads; /* the first of a list of groups, which has what follows for all */
    bool references[2];
    uint32_t version;
    vp_profile before;
    vp_profile held; /* by vp_diff_swap: of the other one of the two models */
} vp_diff_item;

typedef struct vp_diff {
    vp_network *network;
    vp_name id;     /* of the record that changes */
    void *kept;     /* a copy of it as it was */
    uint64_t facts; /* how often all places were compiled */
    bool is_swapped;
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
 * VPCs that name it), `family` 4, 6 or 0 for both. Records must not be added or removed until it is
 * read to the end. VP_NO_MEMORY and VP_LIMIT leave nothing to clear. O(what depends on it).
 */
VP_MUST_CHECK vp_status vp_diff_begin(vp_diff *diff, vp_network *network, const vp_record *record,
                                      uint8_t family, vp_error *error);

/*
 * The next rectangle: VP_MORE, or VP_OK at the end. VP_NO_MEMORY, VP_LIMIT. O(runs of the profiles
 * that changed), what changed is compiled on the way.
 */
VP_MUST_CHECK vp_status vp_diff_next(vp_diff *diff, vp_diff_rectangle *rectangle, vp_error *error);

void vp_diff_clear(vp_diff *diff);

/*
 * Pairs of addresses whose connectivity a change changed: all from `source_first` to `source_last`
 * with all from `first` to `last`, members of the atlas (vp_atlas.h) of one class each, of
 * delegated prefixes the addresses from..to. An interface is not paired with itself. Flows are of
 * the source ports asked for, before [0] and after [1]; `opened` and `closed` are of what is known.
 */
typedef struct vp_diff_pairs {
    uint32_t source_first, source_last, first, last;
    vp_point source_from, source_to, from, to;
    uint8_t family;
    vp_flow known[2], unknown[2], opened, closed;
} vp_diff_pairs;

/* Called for each, in order of the sources' classes; good until it returns. */
typedef void vp_diff_visitor(void *context, const vp_diff_pairs *pairs);

/*
 * Visits all pairs inside the model whose connectivity the change changed, each pair of addresses
 * in one of the rectangles. VP_MISUSE when more than this record's rules, entries, routes or state
 * was changed; VP_NO_MEMORY, VP_LIMIT. O(classes that the change can matter to, on both sides): of
 * those with the changed rules, and of those with addresses where they changed; where a gateway or
 * an appliance goes by the rules, of all. Classes and addresses are sorted on the first call.
 */
VP_MUST_CHECK vp_status vp_diff_visit(vp_diff *diff, vp_service sources, vp_diff_visitor *visitor,
                                      void *context, vp_error *error);

/*
 * Puts what was before in the place of what is now, or back: the record, and what was compiled of
 * it. While it is swapped only vp_path_ask may be called.
 */
void vp_diff_swap(vp_diff *diff, vp_compiled *compiled);

VP_END_DECLS

#endif
