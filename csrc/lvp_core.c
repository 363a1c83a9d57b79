/*
 * lvp_core.c - the entry of the C module: checks the Lua version and opens every class.
 *
 * The module table is made anew by each call and holds nothing but functions and texts; all state
 * of a Lua state is in its registry, under the names of the classes.
 */
#include "lvp_text.h"
#include "lvp_trace.h"

LVP_EXPORT int luaopen_vpcpeer_core(lua_State *L);

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
    lvp_open_json(L);
    lvp_open_json_write(L);
    lvp_open_dns(L);
    lvp_open_lint(L);
    lvp_open_trace(L);
    return 1;
}
