/*
 * lvp_arg.c - the helpers of lvp.h: errors, arguments, options, classes.
 */
#include "lvp.h"

#include <inttypes.h>
#include <stdio.h>

/*
 * The code goes in front only of what AWS would refuse: misuse has none that a program could act
 * on. The position is that of the Lua function that called into C, which is the caller's own line.
 */
int lvp_raise(lua_State *L, const vp_error *error) {
    luaL_where(L, 1);
    if (error->status == VP_REFUSED) {
        lua_pushfstring(L, "%s: %s", error->code, error->message);
    } else {
        lua_pushstring(L, error->message);
    }
    lua_concat(L, 2);
    return lua_error(L);
}

/* The one place where a status becomes what Lua sees, so that every function does it alike. */
int lvp_fail(lua_State *L, const vp_error *error) {
    if (error->status == VP_REFUSED || error->status == VP_MISUSE) {
        return lvp_raise(L, error);
    }
    lua_pushnil(L);
    lua_pushstring(L, error->message);
    lua_pushstring(L, error->code);
    return 3;
}

/*
 * luaL_checkinteger cuts 2.5 down to 2 in Lua 5.1 and raises in 5.3, so numbers are read as
 * lua_Number and checked here. The condition is written so that NaN fails it.
 */
int64_t lvp_integer_arg(lua_State *L, int index, int64_t min, int64_t max) {
    luaL_checktype(L, index, LUA_TNUMBER);
    lua_Number number = lua_tonumber(L, index);
    char problem[96];
    if (!(number >= (lua_Number)min && number <= (lua_Number)max)) {
        (void)snprintf(problem, sizeof problem, "not between %" PRId64 " and %" PRId64, min, max);
        luaL_argerror(L, index, problem);
    }
    if ((lua_Number)(int64_t)number != number) {
        luaL_argerror(L, index, "not a whole number");
    }
    return (int64_t)number;
}

int64_t lvp_integer_opt(lua_State *L, int index, int64_t min, int64_t max, int64_t absent) {
    return lua_isnoneornil(L, index) ? absent : lvp_integer_arg(L, index, min, max);
}

/* By length and bytes: a key of Lua may hold a zero byte. */
static bool is_known(const char *text, size_t length, const char *const *names) {
    for (; *names != NULL; names++) {
        if (strlen(*names) == length && memcmp(*names, text, length) == 0) {
            return true;
        }
    }
    return false;
}

/*
 * Every key is looked at before any value is read, so a misspelt option never half works. Keys that
 * are no strings are not converted: lua_tolstring would change them under lua_next.
 */
bool lvp_check_options(lua_State *L, int index, const char *const *names) {
    if (lua_isnoneornil(L, index)) {
        return false;
    }
    luaL_checktype(L, index, LUA_TTABLE);
    index = lua_absindex(L, index);
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        size_t length;
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING) {
            luaL_error(L, "option names are strings, not %s", luaL_typename(L, -1));
        }
        const char *key = lua_tolstring(L, -1, &length);
        if (!is_known(key, length, names)) {
            const char *nearest = lvp_nearest(key, length, names);
            char quoted[VP_ERROR_QUOTE_MAX];
            luaL_error(L, "unknown option '%s' (did you mean '%s'?)",
                       vp_error_quote(key, length, quoted), nearest != NULL ? nearest : "");
        }
    }
    return true;
}

/* Only true and false: 0 and "false" are true in Lua, which nobody who writes them means. */
bool lvp_boolean_option(lua_State *L, int index, const char *name) {
    if (lua_isnoneornil(L, index)) {
        return false;
    }
    lua_getfield(L, index, name);
    if (!lua_isnil(L, -1) && !lua_isboolean(L, -1)) {
        luaL_error(L, "option \"%s\" is true or false, not %s", name, luaL_typename(L, -1));
    }
    bool value = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return value;
}

/* Longer texts are compared by their beginnings: names are shorter than this. */
#define DISTANCE_MAX 64

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/*
 * Three rows of the table suffice: a swap of neighbours looks two rows back. They are on the stack,
 * so that finding a name for an error message cannot fail itself.
 */
size_t lvp_edit_distance(const char *a, size_t a_length, const char *b, size_t b_length) {
    /* rows[i % 3][j] = distance of the first i bytes of a and the first j of b */
    size_t rows[3][DISTANCE_MAX + 1];
    a_length = least(a_length, DISTANCE_MAX);
    b_length = least(b_length, DISTANCE_MAX);
    for (size_t i = 0; i <= a_length; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            if (i == 0) {
                row[j] = j;
                continue;
            }
            size_t cost = a[i - 1] != b[j - 1];
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], two_above[j - 2] + 1);
            }
        }
    }
    return rows[a_length % 3][b_length];
}

/* Of equally near names the first one: the answer must not depend on chance. */
const char *lvp_nearest(const char *text, size_t length, const char *const *names) {
    const char *nearest = NULL;
    size_t best = SIZE_MAX;
    for (; *names != NULL; names++) {
        size_t distance = lvp_edit_distance(text, length, *names, strlen(*names));
        if (length > 0 && distance > 1 && strncmp(*names, text, length) == 0) {
            distance = 1; /* cut short is as near as mistyped */
        }
        if (distance < best) {
            best = distance;
            nearest = *names;
        }
    }
    return nearest;
}

/*
 * The metatable and the method table are upvalues of every function of the class: lvp_self compares
 * with the first without a look-up in the registry, and __index functions find methods in the
 * second. It enters the registry last, so that a failure half way leaves no class that looks whole.
 */
void lvp_new_class(lua_State *L, const char *name, const luaL_Reg *methods,
                   const luaL_Reg *metamethods) {
    static const luaL_Reg none[] = {{NULL, NULL}};
    luaL_getmetatable(L, name);
    if (lua_istable(L, -1)) {
        /* The module is opened again: objects of before keep working with what is new. */
        lua_getfield(L, -1, "__version");
        lua_pushliteral(L, VP_VERSION);
        bool same = lua_rawequal(L, -1, -2);
        lua_pop(L, 2);
        if (same) {
            lua_pop(L, 1);
            return;
        }
    }
    lua_pop(L, 1);

    lua_newtable(L); /* metatable */
    lua_newtable(L); /* methods */
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "__index");
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    luaL_setfuncs(L, methods != NULL ? methods : none, 2);
    lua_pushvalue(L, -2);
    lua_insert(L, -2); /* metatable, metatable, methods */
    luaL_setfuncs(L, metamethods != NULL ? metamethods : none, 2);
    lua_pushstring(L, name);
    lua_setfield(L, -2, "__name");
    lua_pushstring(L, name);
    lua_setfield(L, -2, "__metatable");
    lua_pushliteral(L, VP_VERSION);
    lua_setfield(L, -2, "__version");
    lua_setfield(L, LUA_REGISTRYINDEX, name);
}

/* Zeroed before it has a metatable: __gc may run at once and must see the closed state. */
void *lvp_new_box(lua_State *L, const char *name, size_t size) {
    void *box = lvp_newuserdata(L, size);
    memset(box, 0, size);
    luaL_getmetatable(L, name);
    lua_setmetatable(L, -2);
    return box;
}

/* The fast way is one comparison; the slow one raises with Lua's own words. */
void *lvp_self(lua_State *L, const char *name) {
    void *box = lua_touserdata(L, 1);
    if (box != NULL && lua_getmetatable(L, 1)) {
        bool same = lua_rawequal(L, -1, lua_upvalueindex(1));
        lua_pop(L, 1);
        if (same) {
            return box;
        }
    }
    return luaL_checkudata(L, 1, name);
}

vp_alloc lvp_default_alloc(void) { return vp_alloc_default(); }
