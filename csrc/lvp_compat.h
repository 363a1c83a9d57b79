/*
 * lvp_compat.h - one source for Lua 5.1, LuaJIT, 5.2, 5.3 and 5.4.
 *
 * The binding is written against the API of Lua 5.4; what older versions lack is made here. A build
 * for 5.1 must also run in LuaJIT and the other way round, so nothing that only LuaJIT's headers
 * offer is used. The end of the file lists what no file of the binding may use.
 */
#ifndef LVP_COMPAT_H
#define LVP_COMPAT_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The one exported symbol carries this mark. */
#if defined(__GNUC__)
#define LVP_EXPORT __attribute__((visibility("default")))
#else
#define LVP_EXPORT
#endif

#if LUA_VERSION_NUM == 501

#define lua_rawlen lua_objlen
#define LUA_OK 0
#define lua_absindex lvp_absindex
#define luaL_setfuncs lvp_setfuncs
#define luaL_testudata lvp_testudata

static inline int lvp_absindex(lua_State *L, int index) {
    return index > 0 || index <= LUA_REGISTRYINDEX ? index : lua_gettop(L) + index + 1;
}

/* Sets the functions of a list into the table below `upvalues` values, which all share. */
static inline void lvp_setfuncs(lua_State *L, const luaL_Reg *list, int upvalues) {
    luaL_checkstack(L, upvalues + 1, "too many upvalues");
    for (; list->name != NULL; list++) {
        for (int i = 0; i < upvalues; i++) {
            lua_pushvalue(L, -upvalues);
        }
        lua_pushcclosure(L, list->func, upvalues);
        lua_setfield(L, -(upvalues + 2), list->name);
    }
    lua_pop(L, upvalues);
}

static inline void *lvp_testudata(lua_State *L, int index, const char *name) {
    void *box = lua_touserdata(L, index);
    if (box == NULL || !lua_getmetatable(L, index)) {
        return NULL;
    }
    luaL_getmetatable(L, name);
    bool same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same ? box : NULL;
}

#endif

/* A full userdata without user values. */
static inline void *lvp_newuserdata(lua_State *L, size_t size) {
#if LUA_VERSION_NUM >= 504
    return lua_newuserdatauv(L, size, 0);
#else
    return lua_newuserdata(L, size);
#endif
}

/* Raises when the module was built for another Lua than the one that loads it. */
static inline void lvp_checkversion(lua_State *L) {
#if LUA_VERSION_NUM == 501
    lua_pushliteral(L, "_VERSION");
    lua_rawget(L, LUA_GLOBALSINDEX);
    const char *version = lua_tostring(L, -1);
    if (version != NULL && strcmp(version, "Lua 5.1") != 0) {
        luaL_error(L, "vpcpeer was built for Lua 5.1, not for %s", version);
    }
    lua_pop(L, 1);
#else
    luaL_checkversion(L);
#endif
}

/* Pushes a count: an integer where Lua has them and it fits, else the nearest float. */
static inline void lvp_pushcount(lua_State *L, uint64_t count) {
#if LUA_VERSION_NUM >= 503
    if (count <= (uint64_t)LUA_MAXINTEGER) {
        lua_pushinteger(L, (lua_Integer)count);
        return;
    }
#endif
    lua_pushnumber(L, (lua_Number)count);
}

/*
 * Not to be used: lua_isinteger, lua_geti, lua_seti, luaL_len (5.3); lua_compare, lua_arith,
 * luaL_tolstring, luaL_requiref, luaL_traceback (5.2); the returned type of lua_getfield and
 * lua_rawget (5.3); %I and %U in lua_pushfstring; luaL_Buffer; light userdata; user values.
 */

#endif
