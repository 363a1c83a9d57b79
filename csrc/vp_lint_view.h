/*
 * vp_lint_view.h - between the files of the linter: one run, and what its checks look up.
 *
 * A run (vp_lint) caches the blocks of VPCs, of sides of connections whose VPC is not loaded, and
 * of prefix lists as views, each made when it is first asked for; and the pairs of VPCs that are
 * joined, sorted. Nothing outside of vp_lint*.c includes this file.
 */
#ifndef VP_LINT_VIEW_H
#define VP_LINT_VIEW_H

#include "vp_index.h"
#include "vp_lint.h"
#include "vp_set.h"

VP_BEGIN_DECLS

/* Blocks in order (vp_cidr_compare) and as a set of addresses. */
typedef struct vp_lint_view {
    vp_cidr *blocks;
    uint32_t count, capacity;
    vp_set *set;
} vp_lint_view;

/* A live connection under its pair of VPCs, the smaller name first. */
typedef struct vp_lint_pair {
    vp_name a, b;
    const vp_vpc_peering_connection *connection;
    bool active; /* not only being set up */
} vp_lint_pair;

/* Where a connection is routed to: for each side (requester, accepter) the first table. */
typedef struct vp_lint_use {
    const vp_route_table *table[2];
} vp_lint_use;

typedef struct vp_lint {
    vp_network *network;
    const vp_index *index;
    uint32_t wanted;
    vp_list *findings;
    uint32_t names;       /* how many names the arrays below are long */
    uint32_t *view_at;    /* view_at[2 * name + side]: number of a view, 0 = none yet */
    vp_lint_use *use_of;  /* use_of[name of a connection] */
    uint8_t *has_groups;  /* by name of a VPC: 1 groups of it are in the data, 2 with stale ones
                             that a document lists */
    vp_lint_view **views; /* views[0] is number 1 */
    uint32_t view_count, view_capacity;
    vp_lint_pair *pairs; /* sorted by VPCs, then by id */
    uint32_t pair_count, pair_capacity;
} vp_lint;

/* Starts a run; vp_lint_end must follow, also after a failure. The network must not change. */
VP_MUST_CHECK vp_status vp_lint_begin(vp_lint *lint, vp_network *network, uint32_t wanted,
                                      vp_list *findings, vp_error *error);
void vp_lint_end(vp_lint *lint);

/* Is this code asked for? */
bool vp_lint_wants(const vp_lint *lint, vp_lint_code code);

/*
 * Appends a finding about up to three objects (VP_NO_NAME: none). *finding is good until the next
 * one is added.
 */
VP_MUST_CHECK vp_status vp_lint_add(vp_lint *lint, vp_lint_code code, const vp_name ids[3],
                                    vp_finding **finding, vp_error *error);

/* Adds one more object to a finding. */
VP_MUST_CHECK vp_status vp_lint_name(vp_lint *lint, vp_finding *finding, vp_name id,
                                     vp_error *error);

/*
 * The blocks of a side of a connection (0 requester, 1 accepter; the VPC's own where it is loaded,
 * D33), and those of a prefix list. *view is good until the run ends.
 */
VP_MUST_CHECK vp_status vp_lint_side(vp_lint *lint, const vp_vpc_peering_connection *connection,
                                     int side, const vp_lint_view **view, vp_error *error);
VP_MUST_CHECK vp_status vp_lint_list(vp_lint *lint, const vp_prefix_list *list,
                                     const vp_lint_view **view, vp_error *error);

/* The first block that is not before `block` in order; view->count beyond the last. O(log n). */
uint32_t vp_lint_lower_bound(const vp_lint_view *view, const vp_cidr *block);

/* Some block of the view that overlaps `block`; NULL when none does. O(log n). */
const vp_cidr *vp_lint_overlapping(const vp_lint_view *view, const vp_cidr *block);

/* The first pair that joins two VPCs, and how many do; NULL for none. O(log n). */
const vp_lint_pair *vp_lint_pairs_of(const vp_lint *lint, vp_name a, vp_name b, uint32_t *count);

/* A side of a connection. */
const vp_peering_vpc_info *vp_lint_info_of(const vp_vpc_peering_connection *connection, int side);

/* The checks, each adding what it finds. Routes go before connections, whose use they note. */
VP_MUST_CHECK vp_status vp_lint_routes(vp_lint *lint, vp_error *error);
VP_MUST_CHECK vp_status vp_lint_connections(vp_lint *lint, vp_error *error);
VP_MUST_CHECK vp_status vp_lint_groups(vp_lint *lint, vp_error *error);
VP_MUST_CHECK vp_status vp_lint_vpcs(vp_lint *lint, vp_error *error);
VP_MUST_CHECK vp_status vp_lint_prefix_lists(vp_lint *lint, vp_error *error);

VP_END_DECLS

#endif
