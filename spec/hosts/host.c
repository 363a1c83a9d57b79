/*
 * host.c - a program that hosts Lua: opens a state, requires vpcpeer, loads a dump and traces.
 *
 * usage: host PATH FROM TO PORT; prints the version, the verdict and the trace; exit status 0 when
 * the answer is "reachable", 1 when it is not, 2 when something went wrong.
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Stack: the arguments of main as texts; leaves the verdict as text. */
static int ask(lua_State *L) {
    lua_getglobal(L, "require");
    lua_pushliteral(L, "vpcpeer");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "_VERSION");
    printf("vpcpeer %s\n", lua_tostring(L, -1));
    lua_getfield(L, -2, "load");
    lua_pushvalue(L, 1);
    lua_call(L, 1, 2);
    if (lua_isnil(L, -2)) {
        return lua_error(L); /* nil, message */
    }
    lua_pop(L, 1);
    lua_getfield(L, -1, "trace");
    lua_insert(L, -2);
    lua_newtable(L);
    lua_pushvalue(L, 2);
    lua_setfield(L, -2, "from");
    lua_pushvalue(L, 3);
    lua_setfield(L, -2, "to");
    lua_pushliteral(L, "tcp");
    lua_setfield(L, -2, "protocol");
    lua_pushinteger(L, lua_tointeger(L, 4));
    lua_setfield(L, -2, "port");
    lua_call(L, 2, 2);
    if (lua_isnil(L, -2)) {
        return lua_error(L);
    }
    lua_pop(L, 1);
    puts(luaL_tolstring(L, -1, NULL));
    lua_getfield(L, -2, "verdict");
    return 1;
}

int main(int count, char **arguments) {
    if (count != 5) {
        fprintf(stderr, "usage: host PATH FROM TO PORT\n");
        return 2;
    }
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    lua_pushcfunction(L, ask);
    for (int i = 1; i < count; i++) {
        lua_pushstring(L, arguments[i]);
    }
    int result = 2;
    if (lua_pcall(L, 4, 1, 0) != LUA_OK) {
        fprintf(stderr, "host: %s\n", lua_tostring(L, -1));
    } else {
        printf("verdict: %s\n", lua_tostring(L, -1));
        result = strcmp(lua_tostring(L, -1), "reachable") == 0 ? 0 : 1;
    }
    lua_close(L);
    return result;
}
