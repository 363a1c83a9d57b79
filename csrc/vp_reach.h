/*
 * vp_reach.h - everything that can reach everything, exactly.
 *
 * Interfaces with the same subnet, groups and facts form a class: packets can tell them apart by
 * their addresses only. A walk for a pair of addresses (vp_path.h) says how far both may move, so
 * one walk answers for a run of interfaces of a class on each side, and the runs of one source
 * answer for all sources of its class up to the nearest end of a piece. What is computed are these
 * rectangles; rows are made of them only as they are asked for.
 */
#ifndef VP_REACH_H
#define VP_REACH_H

#include "vp_path.h"
#include "vp_set.h"
#include "vp_trace.h"

VP_BEGIN_DECLS

/* Whether an interface is meant: not, with all its addresses, with those that lie in `within`. */
enum { VP_REACH_OUT = 0, VP_REACH_WHOLE = 1, VP_REACH_WITHIN = 2 };

/*
 * What is outside: the internet, the networks on premises, and beyond what is in the data: where a
 * peer VPC, a gateway or an attachment that is not described leads, and as a destination what
 * gateway endpoints serve. An address beyond of which nothing is known is told as the internet
 * where it is public and the internet is meant.
 */
enum { VP_REACH_ON_INTERNET, VP_REACH_ON_PREMISES, VP_REACH_BEYOND, VP_REACH_OUTSIDES };

/* What is meant of it. */
typedef struct vp_reach_outside {
    bool meant;
    vp_record *gateway;      /* NULL: by any */
    const vp_set *addresses; /* NULL: all, unless there are names */
    const vp_name *far;      /* beyond: all addresses behind these besides */
    uint32_t far_count;
} vp_reach_outside;

/* The ends of one side of a question. Everything it points to is the caller's. */
typedef struct vp_reach_scope {
    const uint8_t *chosen; /* by place of the interface; NULL: all, with all their addresses */
    const vp_set *within;  /* not NULL where some interface is VP_REACH_WITHIN */
    vp_reach_outside outside[VP_REACH_OUTSIDES];
} vp_reach_scope;

typedef enum vp_reach_group {
    VP_REACH_BY_INTERFACE,
    VP_REACH_BY_SUBNET,
    VP_REACH_BY_VPC,
    VP_REACH_BY_SECURITY_GROUP
} vp_reach_group;

typedef struct vp_reach_query {
    vp_reach_scope from, to;
    vp_reach_group group_by;
    uint8_t family;     /* 4, 6, 0 = both */
    vp_service sources; /* source ports, a set over 0-65535 of the line of services */
    vp_flow wanted;     /* only what is in this flow; VP_FLOW_NONE: everything */
} vp_reach_query;

/* What a side of a row is: an object, or the outside. */
typedef struct vp_reach_side {
    vp_name id;    /* of an object, or what addresses are beyond; else VP_NO_NAME */
    bool premises; /* without an id: a network on premises, not the internet */
    const vp_set
        *cidrs;     /* of the outside: exactly these addresses, else NULL; until the next row */
    vp_addr sample; /* an address of it for which the row holds */
} vp_reach_side;

typedef struct vp_reach_row {
    vp_reach_side from, to;
    uint8_t family;
    const char *code; /* of an unknown row: what is not in the data; NULL: reachable */
    vp_flow flow;
    bool all; /* of a grouped row: every pair of members has it, gateways' interfaces apart */
} vp_reach_row;

/* What was looked at: so that "nothing" is an answer. */
typedef struct vp_reach_effort {
    uint64_t classes, sources, walks, pairs;
} vp_reach_effort;

/*
 * Is it certain that a question has the answer "reachable"? False says nothing: vp_trace_run knows.
 * O(log of the rules on the path), without allocation once the rules it meets are compiled.
 */
bool vp_reach_passes(vp_network *network, const vp_trace_query *query);

typedef struct vp_reach vp_reach;

/*
 * Begins to answer. The query is copied, what it points to must live on. The rows are those of the
 * model as it is now: after a change vp_reach_next fails. VP_NO_MEMORY, VP_LIMIT.
 */
VP_MUST_CHECK vp_status vp_reach_open(vp_network *network, const vp_reach_query *query,
                                      vp_reach **reach, vp_error *error);
void vp_reach_close(vp_reach *reach);

/*
 * The next row: VP_MORE, or VP_OK at the end. By source in id order, then by destination in id
 * order (the outside last: the internet, the premises, what is beyond by its id), family, known
 * before unknown. Rows by interface come as they are found, those from beyond together at the end;
 * grouped ones after everything was looked at. VP_MISUSE when the
 * model has changed since, VP_NO_MEMORY, VP_LIMIT.
 */
VP_MUST_CHECK vp_status vp_reach_next(vp_reach *reach, vp_reach_row *row, vp_error *error);

/* Looks at everything without making rows; for measuring. `rectangles` counts what is not empty. */
VP_MUST_CHECK vp_status vp_reach_count(vp_reach *reach, uint64_t *rectangles, vp_error *error);

/*
 * Adds the addresses of both families that "internet" means to a builder: public ones that nothing
 * in the model has. VP_NO_MEMORY leaves it as far as it got.
 */
VP_MUST_CHECK vp_status vp_reach_add_internet(vp_compiled *compiled, vp_set_builder *builder,
                                              vp_error *error);

/* The question as it was asked. */
vp_reach_query vp_reach_query_of(const vp_reach *reach);

vp_reach_effort vp_reach_effort_of(const vp_reach *reach);

VP_END_DECLS

#endif
