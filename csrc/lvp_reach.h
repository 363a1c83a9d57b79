/*
 * lvp_reach.h - net:connectivity: lvp_scope.c reads who is meant, lvp_reach.c answers.
 */
#ifndef LVP_REACH_H
#define LVP_REACH_H

#include "lvp_model.h"
#include "vp_reach.h"
#include "vp_set.h"

VP_BEGIN_DECLS

/* One side while it is read. */
typedef struct lvp_side {
    uint8_t *chosen;
    vp_set_builder builder; /* addresses and blocks */
    vp_set *within;
    vp_name *far; /* what addresses beyond were named by */
    uint32_t far_count, far_capacity;
    bool open;
} lvp_side;

/* What the ends of a side are read into. */
typedef struct lvp_reading {
    lua_State *L;
    const char *what;
    vp_network *network;
    vp_compiled *compiled;
    lvp_side *side;
    vp_reach_scope *scope;
    vp_error *error;
} lvp_reading;

/*
 * Reads the END or the list of ENDs at `index` (absolute; nil: everything). Another type raises;
 * VP_NOT_FOUND, VP_AMBIGUOUS, VP_INVALID for what names nothing, several things, or no end. What
 * was allocated hangs in of->side, whose box the caller has on the stack.
 */
VP_MUST_CHECK vp_status lvp_read_side(lvp_reading *of, int index);

/* Pushes the services of a row's flow and family; `sources` are the source ports asked for. */
void lvp_push_services(lua_State *L, vp_services *services, const vp_reach_row *row,
                       vp_service sources);

/* In lvp_difference.c: adds core.difference to the module table on top. */
void lvp_open_difference(lua_State *L);

/* Adds core.connectivity to the module table on top. */
void lvp_open_reach(lua_State *L);

VP_END_DECLS

#endif
