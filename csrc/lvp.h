/*
 * lvp.h - what every file of the binding shares: classes, arguments, options, errors.
 *
 * A Lua-callable function goes in this order: check all arguments; push the empty box with its
 * metatable; call the core; hang the result in the box; push plain results. Nothing that can raise
 * may happen while the C function alone holds a resource.
 *
 * Three kinds of errors: misuse raises (luaL_argerror, luaL_error, lvp_raise); outside data gives
 * nil, message, code (lvp_fail); a change that AWS would refuse raises "CODE: message" (lvp_fail).
 */
#ifndef LVP_H
#define LVP_H

#include "lvp_compat.h"
#include "vp_alloc.h"
#include "vp_cidr.h"

VP_BEGIN_DECLS

/* The names of the classes in the registry. */
#define LVP_CIDR "vpcpeer.cidr"
#define LVP_SET "vpcpeer.set"
#define LVP_PREFIX_MAP "vpcpeer.prefix_map"

/* ---- errors ---------------------------------------------------------------------------------- */

/*
 * Turns a failure into what Lua sees; `return lvp_fail(L, &error);`. Pushes nil, message, code and
 * returns 3, except: VP_REFUSED raises "CODE: message" and VP_MISUSE raises the message, both with
 * the caller's position in front. The caller must hold nothing that only C knows about.
 */
int lvp_fail(lua_State *L, const vp_error *error);

/* Raises the message whatever the status is: for operators and set algebra with bad text. */
int lvp_raise(lua_State *L, const vp_error *error);

/* ---- arguments ------------------------------------------------------------------------------- */

/*
 * A whole number between min and max (both within +-2^53); raises for other types, fractions, NaN
 * and numbers out of range, in the same words in every Lua version. Floats with a whole value
 * (24.0) are taken.
 */
int64_t lvp_integer_arg(lua_State *L, int index, int64_t min, int64_t max);

/* As lvp_integer_arg; nil or nothing gives `absent`. */
int64_t lvp_integer_opt(lua_State *L, int index, int64_t min, int64_t max, int64_t absent);

/*
 * Checks the options table at `index` (nil or nothing: no options) against a list of names ended by
 * NULL: a value of another type raises, so does an unknown key, naming the nearest known one.
 * Returns true when there is a table.
 */
bool lvp_check_options(lua_State *L, int index, const char *const *names);

/*
 * The value of a boolean option of the table at `index`: false when there is no table or the key is
 * not set; raises when it is no boolean.
 */
bool lvp_boolean_option(lua_State *L, int index, const char *name);

/* How many edits (insert, delete, replace, swap neighbours) make one text of the other. */
size_t lvp_edit_distance(const char *a, size_t a_length, const char *b, size_t b_length);

/* The name of a list ended by NULL that is nearest to a text; NULL for an empty list. */
const char *lvp_nearest(const char *text, size_t length, const char *const *names);

/*
 * Reads the block at `index`: text (host bits are cleared, a bare address is its /32 or /128) or a
 * cidr. Another type raises; bad text is VP_INVALID, for the caller to fail or raise.
 */
VP_MUST_CHECK vp_status lvp_to_cidr(lua_State *L, int index, vp_cidr *cidr, vp_error *error);

/* ---- classes --------------------------------------------------------------------------------- */

/*
 * Makes the metatable of a class and keeps it in the registry: `metamethods` go into it, `methods`
 * into its __index table; __name and __metatable are set. All functions get two upvalues: the
 * metatable (1) and the table of methods (2), so a class with fields brings its own __index and
 * looks up methods in upvalue 2. Either list may be NULL. Pushes nothing.
 */
void lvp_new_class(lua_State *L, const char *name, const luaL_Reg *methods,
                   const luaL_Reg *metamethods);

/* Pushes a zeroed userdata of a class: the empty box that a resource is hung into afterwards. */
void *lvp_new_box(lua_State *L, const char *name, size_t size);

/*
 * The userdata of argument 1 in a method or metamethod of the class whose metatable is upvalue 1;
 * raises for anything else. Faster than luaL_checkudata.
 */
void *lvp_self(lua_State *L, const char *name);

/*
 * As lvp_self without a call of its own, for the methods called most: NULL for anything else, and
 * the caller goes to lvp_self then. It may leave a value on top of the stack.
 */
static inline void *lvp_quick_self(lua_State *L) {
    void *box = lua_touserdata(L, 1);
    return box != NULL && lua_getmetatable(L, 1) && lua_rawequal(L, -1, lua_upvalueindex(1)) ? box
                                                                                             : NULL;
}

/* Pushes a cidr object. */
void lvp_push_cidr(lua_State *L, const vp_cidr *cidr);

/* The cidr at a stack index, NULL for any other value. */
const vp_cidr *lvp_test_cidr(lua_State *L, int index);

/* The allocator that objects made from Lua use. */
vp_alloc lvp_default_alloc(void);

/* ---- openers: one a file, called with the module table on top, which they add to ------------- */

void lvp_open_cidr(lua_State *L);
void lvp_open_set(lua_State *L);
void lvp_open_prefix_map(lua_State *L);

VP_END_DECLS

#endif
