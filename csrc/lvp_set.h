/*
 * lvp_set.h - what the files of the classes vpcpeer.set and vpcpeer.builder share.
 *
 * A set box holds one reference to a frozen vp_set; a builder box holds a vp_set_builder. Both are
 * anchors, too: whatever is made while Lua may raise hangs in one of them.
 */
#ifndef LVP_SET_H
#define LVP_SET_H

#include "lvp.h"
#include "vp_set_text.h"

VP_BEGIN_DECLS

#define LVP_BUILDER "vpcpeer.builder"

typedef struct lvp_set_box {
    vp_set *set;      /* NULL only while the box is made, and after __gc */
    unsigned lookups; /* until the index is worth making */
} lvp_set_box;

typedef struct lvp_builder_box {
    vp_set_builder builder;
    bool open; /* false before it is initialized and after __gc */
} lvp_builder_box;

/* Pushes an empty box of either class. */
lvp_set_box *lvp_new_set(lua_State *L);
lvp_builder_box *lvp_new_builder(lua_State *L);

/* The set in argument 1 of a method of class set. */
vp_set *lvp_self_set(lua_State *L);

/* The set at a stack index, NULL for any other value. */
vp_set *lvp_test_set(lua_State *L, int index);

/*
 * Reads the addresses at `index` as a range: text (address, block, "a-b") or a cidr. Another type
 * raises, saying that a set would do as well; bad text is VP_INVALID.
 */
VP_MUST_CHECK vp_status lvp_to_range(lua_State *L, int index, vp_addr *first, vp_addr *last,
                                     vp_error *error);

/*
 * Reads the set at `index`: a set, text, a cidr or a list of these. Pushes one value, the box that
 * keeps *set alive; on failure it pushes nothing that matters. Another type raises.
 */
VP_MUST_CHECK vp_status lvp_to_set(lua_State *L, int index, vp_set **set, vp_error *error);

/* Adds the value at `index`, as lvp_to_set takes it, to a builder, whole or not at all. */
VP_MUST_CHECK vp_status lvp_builder_add(lua_State *L, lvp_builder_box *box, int index,
                                        vp_error *error);

/* Pushes the set that a builder has collected. */
VP_MUST_CHECK vp_status lvp_push_frozen(lua_State *L, lvp_builder_box *box, vp_error *error);

/*
 * Puts in front of the message of a failure where it is ("item" or "line", from 1); returns the
 * status.
 */
vp_status lvp_locate(vp_error *error, const char *what, size_t number);

/* Methods of class set that live in lvp_set_text.c. */
int lvp_set_to_text(lua_State *L);
int lvp_set_contains_text(lua_State *L);
int lvp_set_filter_text(lua_State *L);
int lvp_set_tostring(lua_State *L);

/* Methods of class set that live in lvp_set_walk.c. */
int lvp_set_cidrs(lua_State *L);
int lvp_set_ranges(lua_State *L);
int lvp_set_subnets(lua_State *L);
int lvp_set_free(lua_State *L);

/* Adds set_from_text and builder to the module table on top. */
void lvp_open_builder(lua_State *L);

VP_END_DECLS

#endif
