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
    vp_point first, last;
    uint32_t interface; /* place */
    uint32_t class_number;
    uint32_t next; /* member of the same interface, or VP_ATLAS_NONE */
    uint8_t family;
} vp_member;

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
    bool undescribed; /* some interface's subnet is not in the data */
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

typedef struct vp_atlas vp_atlas;

struct vp_atlas {
    vp_compiled *compiled;
    uint64_t generation;
    vp_member *members;
    vp_class *classes;
    vp_segment *segments;
    uint32_t *first_member; /* by place of the interface */
    uint32_t member_count, class_count, segment_count, interface_count;
    uint32_t member_capacity, class_capacity, segment_capacity;
    vp_run *runs;
    vp_column *columns;
    uint32_t run_count, run_capacity, column_count, column_capacity;
    vp_scope *scopes;
    uint32_t *listed;   /* segments, of all scopes */
    uint8_t *is_listed; /* by segment, while a scope is made */
    uint32_t scope_count, scope_capacity, listed_count, listed_capacity;
    uint64_t walks;
    bool has_blocks; /* some member is a delegated prefix */
    vp_status status;
};

/* Makes the atlas of a compiled network. VP_NO_MEMORY: *atlas is untouched. O(n log n). */
VP_MUST_CHECK vp_status vp_atlas_get(vp_compiled *compiled, vp_atlas **atlas, vp_error *error);
void vp_atlas_free(vp_atlas *atlas);

/* What a source of a class reaches. NULL with atlas->status when out of memory. */
const vp_column *vp_atlas_column(vp_atlas *atlas, uint32_t member);

/* The end of a question that a member's address is. */
vp_path_end vp_atlas_end(const vp_atlas *atlas, uint32_t member, vp_point address);

/*
 * In vp_atlas_scope.c: the segments that packets from a member can end in, or for which the data do
 * not tell; some more may be among them.
 */
vp_scope vp_atlas_scope(vp_atlas *atlas, uint32_t member);

/* The segment of a VPC, or VP_ATLAS_NONE. */
uint32_t vp_atlas_segment(const vp_atlas *atlas, vp_name vpc_id);

/* Grows a list; false, with atlas->status set, when there is no memory. */
bool vp_atlas_grow(vp_atlas *atlas, void **items, uint32_t *capacity, size_t needed, size_t size);

VP_END_DECLS

#endif
