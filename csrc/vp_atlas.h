/*
 * vp_atlas.h - who is where: interfaces by class, and what each class reaches, found out on demand.
 *
 * A member is a private address (or a delegated prefix) of an interface. Members are sorted by VPC,
 * family, class and address, so that the members for which one walk answers lie side by side. The
 * answers for one source address are a list of runs; it holds for all sources of the class up to
 * `last`, and is kept until the model changes or VP_ATLAS_RUNS_MAX is reached.
 */
#ifndef VP_ATLAS_H
#define VP_ATLAS_H

#include "vp_path.h"

VP_BEGIN_DECLS

#define VP_ATLAS_NONE UINT32_MAX

/* Limit: runs that are kept; at the limit all are forgotten and found out again when needed. */
#define VP_ATLAS_RUNS_MAX (1u << 23)

typedef struct vp_member {
    vp_point first;
    uint32_t interface; /* place */
    uint32_t class_number;
    uint32_t next; /* member of the same interface, or VP_ATLAS_NONE */
    uint8_t family, prefix_length;
} vp_member;

/* Most are one address, so its last one is not kept. */
VP_INLINE vp_point vp_member_last(const vp_member *member) {
    vp_cidr block = {{member->first.hi, member->first.lo, member->family}, member->prefix_length};
    vp_addr last = vp_cidr_last(&block);
    return vp_point_of(&last);
}

typedef struct vp_class {
    uint32_t first, end; /* members */
    uint32_t segment;
    uint32_t columns; /* first of what is known of it as a source, or VP_ATLAS_NONE */
    uint8_t family;
    bool is_block; /* one delegated prefix */
} vp_class;

/* The classes of one VPC. */
typedef struct vp_segment {
    vp_name vpc_id;
    vp_vpc *vpc;               /* NULL: not in the data */
    uint32_t first[2], end[2]; /* classes: IPv4, IPv6 */
    vp_point lowest[2], highest[2];
    bool has_span[2];
    bool undescribed; /* some interface's subnet or address is not known */
    uint32_t scopes;  /* what its route tables lead to: first of a list, or VP_ATLAS_NONE */
} vp_segment;

/* The segments that packets by a route table can end in: `count` of vp_atlas.listed. */
typedef struct vp_scope {
    vp_route_table *table;
    uint32_t first, count, next;
    uint8_t family;
} vp_scope;

/* Members first..last of one class, and what passes to each of them. */
typedef struct vp_run {
    uint32_t first, last;
    vp_service known, unknown, back;
    const char *code;
} vp_run;

/* What sources of a class from `first` to `last` reach: runs, those that nothing passes left out.
 */
typedef struct vp_column {
    vp_point first, last;
    uint32_t runs, run_count;
    uint32_t next; /* column of the same class */
} vp_column;

/* What packets meet at a class, whoever is at the other end: [0] coming in, [1] going out. */
typedef struct vp_side {
    const vp_subnet *subnet;
    uint32_t groups;
    vp_profile rules[2], acl[2], table;
    bool refers[2]; /* rules of this direction name groups */
    bool is_made, is_plain, opens, takes;
} vp_side;

/* What was found for the source of the column under way, by number of the profile. */
typedef struct vp_seen {
    uint32_t stamp, value;
} vp_seen;

typedef struct vp_atlas vp_atlas;

struct vp_atlas {
    vp_compiled *compiled;
    uint64_t generation;
    vp_member *members;
    vp_class *classes;
    vp_segment *segments;
    uint32_t *first_member; /* by place of the interface */
    uint32_t member_count, class_count, segment_count, interface_count;
    uint32_t class_capacity, segment_capacity;
    vp_run *runs;
    vp_column *columns;
    uint32_t run_count, run_capacity, column_count, column_capacity;
    vp_scope *scopes;
    uint32_t *listed;   /* segments, of all scopes */
    uint8_t *is_listed; /* by segment, while a scope is made */
    uint32_t scope_count, scope_capacity, listed_count, listed_capacity;
    vp_side *sides; /* by class, made when first asked for */
    vp_seen *seen;
    uint32_t seen_count, seen_capacity, stamp;
    uint64_t walks;  /* answers found, plain or walked for */
    bool walks_only; /* ask the walk even where the way is plain: for those who check */
    /* Made on first use: segments with addresses of a family, by the lowest, and behind them, of
     * each and all before it, which reaches highest; members; classes by their lists of groups. */
    uint32_t *by_span[2], span_count[2], *by_address[2], address_count[2], *by_groups;
    bool made_sides;      /* some of them */
    bool has_blocks;      /* some member is a delegated prefix */
    bool has_undescribed; /* some segment is undescribed */
    vp_status status;
};

/* Makes the atlas of a compiled network. VP_NO_MEMORY: *atlas is untouched. O(n log n). */
VP_MUST_CHECK vp_status vp_atlas_get(vp_compiled *compiled, vp_atlas **atlas, vp_error *error);
void vp_atlas_free(vp_atlas *atlas);

/* Forgets what rules made of it, and with `ways` what tables did; members and classes stay. */
void vp_atlas_forget(vp_atlas *atlas, bool ways);

/* Makes by_address and by_groups, once. False, with atlas->status set: no memory. O(n log n) */
bool vp_atlas_sort_members(vp_atlas *atlas);

/* What a source of a class reaches. NULL with atlas->status when out of memory. */
const vp_column *vp_atlas_column(vp_atlas *atlas, uint32_t member);

/* The same found out anew: the last of atlas->runs, for the caller to take away again. */
void vp_atlas_look(vp_atlas *atlas, uint32_t member, vp_column *column);

/* The end of a question that a member's address is. */
vp_path_end vp_atlas_end(const vp_atlas *atlas, uint32_t member, vp_point address);

/*
 * In vp_atlas_scope.c: the segments that packets from a member can end in, or for which the data do
 * not tell; some more may be among them.
 */
vp_scope vp_atlas_scope(vp_atlas *atlas, uint32_t member);

/* What is looked at where bundles (vp_mesh.h) speak of the rest: segments, and single classes. */
typedef struct vp_atlas_beside {
    const uint32_t *segments;
    uint32_t segment_count;
    const uint32_t *classes; /* those of the segments count once */
    uint32_t class_count;
} vp_atlas_beside;

/* A column of these alone, as vp_atlas_look makes one. */
void vp_atlas_look_beside(vp_atlas *atlas, uint32_t member, const vp_atlas_beside *beside,
                          vp_column *column);

/* The last member of a class, from `first` on, that stands at or before a point. O(log members) */
uint32_t vp_atlas_last_before(const vp_atlas *atlas, const vp_class *of, uint32_t first,
                              vp_point point);

/*
 * In vp_atlas_scope.c: lists by_span. False, with atlas->status set, when there is no memory. How
 * many of a sorted list begin at or before a point.
 */
bool vp_atlas_sort_spans(vp_atlas *atlas, uint8_t family);
uint32_t vp_atlas_begun(const vp_atlas *atlas, uint8_t family, vp_point point);

/*
 * Appends to atlas->listed what packets of a member can end in, and all that stands where its table
 * does not lead by `action`; and the segments whose state is 0 (unless NULL). is_listed stays set.
 */
void vp_atlas_scope_beside(vp_atlas *atlas, uint32_t member, uint32_t action, const uint8_t *state);

/*
 * In vp_atlas_class.c: members, classes and segments of an atlas that has none yet. O(members, and
 * sorting the classes). On failure atlas->status is set.
 */
void vp_atlas_make_classes(vp_atlas *atlas);

/* ---- plain ways, in vp_atlas_plain.c -----------------------------------------------------------
 */

typedef enum vp_plain_way {
    VP_PLAIN_NOT, /* the walk must say */
    VP_PLAIN_NOWHERE,
    VP_PLAIN_DIRECT,
    VP_PLAIN_LOCAL,
    VP_PLAIN_PEERING
} vp_plain_way;

/* The peering connection of an action, seen from one VPC; peer_id VP_NO_NAME: not plain. */
typedef struct vp_plain_peering {
    uint32_t action;
    vp_name peer_id;
    vp_profile own_side, peer_side;
    bool joined, resolves;
    vp_point resolver;
} vp_plain_peering;

/* A column under way. */
typedef struct vp_plain {
    vp_atlas *atlas;
    const vp_side *own;
    const vp_segment *own_segment;
    vp_name vpc_id;
    uint8_t family;
    vp_profile all, services, held; /* admits everything; of the own VPC */
    bool knows_held;
    bool is_uniform; /* the way to all of the segment that was entered is ... */
    vp_plain_way way;
    vp_point source, destination;
    vp_point *last; /* up to where what was found holds for other sources of the class */
    vp_plain_peering peering;
} vp_plain;

/* Begins a column; false when nothing that the member sends is plain. */
bool vp_plain_begin(vp_plain *plain, vp_atlas *atlas, uint32_t member, vp_point *last);

/* Before members of a segment are asked for: mostly one way leads to all of them. */
void vp_plain_enter(vp_plain *plain, uint32_t segment);

/*
 * What vp_path_ask would say of a member of a class with this address, in `known`, `back` and
 * `destination_last` of an answer without `unknown`. False when the way is not plain; then `last`
 * may have been cut more than was needed. O(1) beside the look-ups for the destination.
 */
bool vp_plain_ask(vp_plain *plain, uint32_t class_number, vp_point destination,
                  vp_path_answer *answer);

const vp_side *vp_atlas_side(vp_atlas *atlas, uint32_t class_number);

/* In vp_atlas.c: another source is looked at. */
void vp_atlas_forget_seen(vp_atlas *atlas);

/* The segment of a VPC, or VP_ATLAS_NONE. */
uint32_t vp_atlas_segment(const vp_atlas *atlas, vp_name vpc_id);

/* Grows a list; false, with atlas->status set, when there is no memory. */
bool vp_atlas_grow(vp_atlas *atlas, void **items, uint32_t *capacity, size_t needed, size_t size);

VP_END_DECLS

#endif
