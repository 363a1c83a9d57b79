/*
 * vp_mesh.h - everything that flows inside as rectangles, without looking at each pair.
 *
 * A transit gateway joins all VPCs with all others, and what one end of such a way admits does not
 * depend on who is at the other end, only on the address there. So sources are bundled: members of
 * all VPCs whose packets meet the same profiles up to the gateway, in the order of their addresses.
 * What a destination admits is looked up along a bundle, from run to run, and each run is a
 * rectangle: its members of the bundle by the members of a class that stand in one run.
 *
 *     bundle     |  a member of any VPC ... |  of any other ...  |   address of the source ->
 *     class          80, 443 from here         443 from here
 *
 * This holds for VPCs that are told apart by their addresses, and that a gateway leads to and back
 * from as a whole. All that is not so is looked at source by source, as for rows; each pair of
 * members is in one of the two.
 */
#ifndef VP_MESH_H
#define VP_MESH_H

#include "vp_atlas.h"

VP_BEGIN_DECLS

/* Between all sources and all destinations the same flows. */
typedef struct vp_rectangle {
    const uint32_t *sources; /* members; NULL: source_first and those that follow it */
    uint32_t source_first, source_count;
    uint32_t first, last; /* destinations: members */
    vp_service known, unknown, back;
    const char *code; /* of what is unknown, or NULL */
} vp_rectangle;

/* Called for each rectangle, which is good until it returns. */
typedef void vp_rectangle_visit(void *context, const vp_rectangle *rectangle);

/*
 * Visits what all members that are no delegated prefixes send to each other; pairs of members
 * between which nothing flows are in no rectangle, others in one. On failure atlas->status is set,
 * and some rectangles have been visited. O(rectangles, and for each table of a transit gateway the
 * number of VPCs); what no bundle can speak for costs a look-up for each pair of classes.
 */
void vp_mesh_visit(vp_atlas *atlas, vp_rectangle_visit *visit, void *context);

/* ---- the inside --------------------------------------------------------------------------------
 */

/* Limit: zones that bundles tell apart; a network with more of them has no bundles. */
#define VP_MESH_ZONES_MAX 128

#define VP_MESH_NONE UINT32_MAX

/* What a table of a transit gateway does with all addresses of a VPC. */
enum { VP_MESH_ODD = 0, VP_MESH_HOME, VP_MESH_NOTHING, VP_MESH_UNKNOWN };

/* A table of a transit gateway, for one family. */
typedef struct vp_mesh_table {
    vp_transit_gateway_route_table *table;
    vp_name gateway_id;
    vp_profile profile;
    uint8_t family;
    uint8_t *state; /* by segment */
} vp_mesh_table;

/* How packets of a class leave for a transit gateway. */
typedef struct vp_mesh_exit {
    uint32_t action;  /* the one action of its table that leads to a gateway; 0: none */
    uint32_t table;   /* place in vp_mesh.tables, or VP_MESH_NONE: no packet gets there */
    vp_profile meets; /* the rules of the attachment's subnet on what comes in */
    uint32_t zone;
} vp_mesh_exit;

/* Members whose packets meet the same up to the gateway, and on their way back from it. */
typedef struct vp_mesh_bundle {
    uint32_t table, zone;
    vp_profile rules, acl[2], meets;
    uint32_t zones;        /* place in vp_mesh.backs: for the zone of who answers ... */
    uint32_t first, count; /* of vp_mesh.bundled */
    uint8_t family;
} vp_mesh_bundle;

/* ... the rules on what goes out at the subnet where the answer arrives; HOME: the very subnet. */
#define VP_MESH_AT_HOME (UINT32_MAX - 1)

typedef struct vp_mesh {
    vp_atlas *atlas;
    vp_mesh_table *tables;
    vp_mesh_exit *exits; /* by class */
    const vp_subnet **zones;
    vp_mesh_bundle *bundles;
    uint32_t *bundle_of;  /* by class */
    uint32_t *backs;      /* profiles, zone_count for each bundle */
    uint32_t *bundled;    /* members */
    uint8_t *is_apart[2]; /* by segment: nobody else has addresses among its own */
    uint32_t *rest;       /* lists of segments that are looked at one by one */
    uint32_t *rest_first; /* by segment, one more than there are */
    uint32_t *odd;        /* classes that are not plain */
    uint32_t table_count, table_capacity, zone_count, bundle_count, bundle_capacity, back_capacity,
        rest_count, rest_capacity, odd_count, bundled_count;
    vp_rectangle_visit *visit;
    void *context;
} vp_mesh;

/* In vp_mesh.c. False when there are no bundles, or no memory (atlas->status). */
bool vp_mesh_make(vp_mesh *mesh, vp_atlas *atlas);
void vp_mesh_clear(vp_mesh *mesh);

/* A class that leaves by a gateway: all that bundles do not say of it is in the rest. */
bool vp_mesh_is_beside(const vp_mesh *mesh, uint32_t class_number);

/* In vp_mesh_visit.c: all rectangles of the bundles. */
void vp_mesh_visit_bundles(vp_mesh *mesh);

VP_END_DECLS

#endif
