/*
 * lvp_core.c - the entry of the C module: checks the Lua version and opens every class.
 *
 * The module table is made anew by each call and holds nothing but functions and texts; all state
 * of a Lua state is in its registry, under the names of the classes.
 */
#include "lvp_reach.h"
#include "lvp_text.h"
#include "lvp_trace.h"

LVP_EXPORT int luaopen_vpcpeer_core(lua_State *L);

/*
 * Pops the table of functions and pushes one that has them only behind __index. An argument error
 * names a function by the loaded module in which Lua finds it; it shall find the public one.
 */
static void hide_functions(lua_State *L) {
    lua_newtable(L);
    lua_newtable(L);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_replace(L, -2);
}

/*** The C half of the library; `require "vpcpeer"` is the public one. */
LVP_EXPORT int luaopen_vpcpeer_core(lua_State *L) {
    lvp_checkversion(L);
    lua_newtable(L);
    lua_pushliteral(L, VP_VERSION);
    lua_setfield(L, -2, "_VERSION");
    lvp_open_cidr(L);
    lvp_open_text(L);
    lvp_open_set(L);
    lvp_open_prefix_map(L);
    lvp_open_reader(L);
    lvp_open_network(L);
    lvp_open_object(L);
    lvp_open_action(L);
    lvp_open_load(L);
    lvp_open_transit(L);
    lvp_open_json(L);
    lvp_open_json_write(L);
    lvp_open_dns(L);
    lvp_open_lint(L);
    lvp_open_trace(L);
    lvp_open_reach(L);
    lvp_open_difference(L);
    lvp_open_confine(L);
    hide_functions(L);
    return 1;
}
