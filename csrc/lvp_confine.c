/*
 * lvp_confine.c - running a script with limits: instructions, and memory that Lua gives out.
 *
 * For the time of one protected call three things of the Lua state are exchanged: the allocator by
 * one that refuses growth past a limit, the hook by one that counts, and the methods of strings by
 * bounded ones. Nothing between exchanging and putting back can raise, so they are always put back.
 * The guard lives on the C stack; both the allocator and the hook find it as the allocator's data.
 */
#include "lvp_model.h"

#include <time.h>

/* Instructions between two looks of the hook: so often that what one may cost does not add up. */
#define HOOK_COUNT 1000

typedef struct guard {
    lua_State *L;
    lua_Alloc allocate; /* of the host, with its data */
    void *data;
    int64_t used, memory_limit; /* bytes given out more than given back */
    int64_t instructions, instruction_limit;
    clock_t started; /* of the processor time of the process */
    double seconds; /* limit: an instruction may cost much, as one that fails deep in a recursion */
    uint32_t refusals;     /* of memory, one after the other */
    bool is_full, is_late; /* over the limit: from now on each instruction raises */
} guard;

static void *allocate_guarded(void *data, void *block, size_t old_size, size_t new_size);

/* Lua 5.1 raises at once when memory is refused; later ones collect garbage and ask once more. */
#if LUA_VERSION_NUM == 501
#define REFUSALS_MAX 1
#else
#define REFUSALS_MAX 2
#endif

/*
 * A script may catch the error and go on; then its next instruction raises again, outside of the
 * call that caught the first, so that every level is left in the end.
 */
static void raise_if_over(lua_State *L, lua_Debug *activation) {
    void *data;
    (void)activation;
    if (lua_getallocf(L, &data) != allocate_guarded) {
        return;
    }
    guard *self = data;
    self->instructions += HOOK_COUNT;
    if (self->instructions > self->instruction_limit ||
        (double)(clock() - self->started) > self->seconds * CLOCKS_PER_SEC) {
        self->is_late = true;
        lua_sethook(L, raise_if_over, LUA_MASKCOUNT, 1);
    }
    if (self->is_full || self->is_late) {
        luaL_error(L, self->is_full ? "not enough memory" : "the script ran too long");
    }
}

static void *allocate_guarded(void *data, void *block, size_t old_size, size_t new_size) {
    guard *self = data;
    /* Without a block the old size says what the memory is for. */
    int64_t before = block != NULL ? (int64_t)old_size : 0;
    int64_t growth = (int64_t)(new_size < INT64_MAX / 2 ? new_size : INT64_MAX / 2) - before;
    if (growth > 0 && growth > self->memory_limit - self->used) {
        if (++self->refusals >= REFUSALS_MAX) {
            self->is_full = true;
            lua_sethook(self->L, raise_if_over, LUA_MASKCOUNT, 1); /* allowed at any time */
        }
        return NULL;
    }
    void *made = self->allocate(self->data, block, old_size, new_size);
    if (made != NULL || new_size == 0) {
        self->used += growth;
        self->refusals = growth > 0 ? 0 : self->refusals;
    }
    return made;
}

static int64_t limit_at(lua_State *L, int index, const char *key) {
    lua_getfield(L, index, key);
    lua_Number limit = luaL_checknumber(L, -1);
    lua_pop(L, 1);
    luaL_argcheck(L, limit >= 1 && limit <= 4e15, index, "a limit is a positive number");
    return (int64_t)limit;
}

/* Where lvp_confine keeps what it puts back; the chunk and its arguments follow. */
enum { STRING_METATABLE = 4, INDEX_KEY, INDEX, CHUNK };

/* Pushes the metatable of strings (nil: they have none), "__index" and what is there. */
static void push_string_methods(lua_State *L) {
    lua_pushliteral(L, "");
    if (lua_getmetatable(L, -1) == 0) {
        lua_pushnil(L);
    }
    lua_replace(L, -2);
    lua_pushliteral(L, "__index");
    if (lua_istable(L, -2)) {
        lua_pushvalue(L, -1);
        lua_rawget(L, -3);
    } else {
        lua_pushnil(L);
    }
}

/* Gives strings the methods at `value`. The key is there already: nothing is allocated. */
static void set_string_methods(lua_State *L, int value) {
    if (lua_istable(L, STRING_METATABLE)) {
        lua_pushvalue(L, INDEX_KEY);
        lua_pushvalue(L, value);
        lua_rawset(L, STRING_METATABLE);
    }
}

/***
core.confine(chunk, limits, string_methods, ...): calls the function with the values that follow,
limited to `limits.instructions`, to `limits.seconds` of processor time (seen between instructions)
and to `limits.memory` bytes that Lua may give out meanwhile (not what the core allocates); methods
of strings come from the table. Returns true, or false, the error value, and "time" or "memory" when
such a limit was met.
@local
*/
static int lvp_confine(lua_State *L) {
    guard self = {.L = L};
    luaL_checktype(L, 1, LUA_TFUNCTION);
    luaL_checktype(L, 2, LUA_TTABLE);
    luaL_checktype(L, 3, LUA_TTABLE);
    luaL_checkstack(L, 8, "no room for a script");
    self.instruction_limit = limit_at(L, 2, "instructions");
    self.memory_limit = limit_at(L, 2, "memory");
    self.seconds = (double)limit_at(L, 2, "seconds");
    int arguments = lua_gettop(L) - 3;
    push_string_methods(L);
    lua_pushvalue(L, 1);
    for (int i = 0; i < CHUNK - STRING_METATABLE + 1; i++) {
        lua_insert(L, STRING_METATABLE);
    }
    lua_Hook hook = lua_gethook(L);
    int mask = lua_gethookmask(L), count = lua_gethookcount(L);
    set_string_methods(L, 3);
    self.allocate = lua_getallocf(L, &self.data);
    lua_setallocf(L, allocate_guarded, &self);
    lua_sethook(L, raise_if_over, LUA_MASKCOUNT, HOOK_COUNT);
    self.started = clock();
    int status = lua_pcall(L, arguments, 0, 0);
    lua_sethook(L, hook, mask, count);
    lua_setallocf(L, self.allocate, self.data);
    set_string_methods(L, INDEX);
    lua_pushboolean(L, status == LUA_OK);
    if (status == LUA_OK) {
        return 1;
    }
    lua_insert(L, -2);
    if (!self.is_full && !self.is_late) {
        return 2;
    }
    lua_pushstring(L, self.is_full ? "memory" : "time");
    return 3;
}

static const luaL_Reg confine_functions[] = {{"confine", lvp_confine}, {NULL, NULL}};

void lvp_open_confine(lua_State *L) { luaL_setfuncs(L, confine_functions, 0); }
