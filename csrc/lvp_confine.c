/*
 * lvp_confine.c - running a script with limits: instructions, and memory that Lua gives out.
 *
 * For the time of one protected call three things of the Lua state are exchanged: the allocator by
 * one that refuses growth past a limit, the hook by one that counts, and the methods of strings by
 * bounded ones. Nothing between exchanging and putting back can raise, so they are always put back.
 * The guard lives on the C stack; both the allocator and the hook find it as the allocator's data.
 * What the project itself does for a script steps out of the limits by exchanging them once more.
 */
#include "lvp_model.h"

#include <math.h>
#include <time.h>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/resource.h>
#define HAS_LIMITS 1
#endif

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
    bool was_refused;      /* memory, at any time */
    lua_Hook hook;         /* of the host, with its mask and count */
    int mask, count;
    int methods; /* of the host's strings: a reference in the registry */
} guard;

static void *allocate_guarded(void *data, void *block, size_t old_size, size_t new_size);

/* Lua 5.1 raises at once when memory is refused; later ones collect garbage and ask once more. */
#if LUA_VERSION_NUM == 501
#define REFUSALS_MAX 1
#else
#define REFUSALS_MAX 2
#endif

/* The guard of the script that runs, or NULL outside of any. */
static guard *guard_of(lua_State *L) {
    void *data;
    return lua_getallocf(L, &data) == allocate_guarded ? data : NULL;
}

static bool is_over(const guard *self) { return self->is_full || self->is_late; }

/*
 * A function of the host may catch the error and go on (core.confined_pcall does not); then the
 * next instruction raises again, outside of the call that caught the first, so that every level is
 * left in the end.
 */
static void raise_if_over(lua_State *L, lua_Debug *activation) {
    guard *self = guard_of(L);
    (void)activation;
    if (self == NULL) {
        return;
    }
    self->instructions += HOOK_COUNT;
    if (self->instructions > self->instruction_limit ||
        (double)(clock() - self->started) > self->seconds * CLOCKS_PER_SEC) {
        self->is_late = true;
        lua_sethook(L, raise_if_over, LUA_MASKCOUNT, 1);
    }
    if (is_over(self)) {
        luaL_where(L, 0); /* what runs, not what called it */
        lua_pushstring(L, self->is_full ? "not enough memory" : "the script ran too long");
        lua_concat(L, 2);
        lua_error(L);
    }
}

static void *allocate_guarded(void *data, void *block, size_t old_size, size_t new_size) {
    guard *self = data;
    /* Without a block the old size says what the memory is for. */
    int64_t before = block != NULL ? (int64_t)old_size : 0;
    int64_t growth = (int64_t)(new_size < INT64_MAX / 2 ? new_size : INT64_MAX / 2) - before;
    if (growth > 0 && growth > self->memory_limit - self->used) {
        self->was_refused = true;
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

/* What the stack holds while methods of strings are exchanged, from some place on. */
enum { METATABLE, INDEX_KEY, METHODS, EXCHANGED };

/*
 * Puts at `place`, below what stands there: the metatable of strings (nil: they have none),
 * "__index", and the methods that strings have now.
 */
static void insert_string_methods(lua_State *L, int place) {
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
    for (int i = 0; i < EXCHANGED; i++) {
        lua_insert(L, place);
    }
}

/* Gives strings the methods at `value`. The key is there already: nothing is allocated. */
static void set_string_methods(lua_State *L, int place, int value) {
    if (lua_istable(L, place + METATABLE)) {
        lua_pushvalue(L, place + INDEX_KEY);
        lua_pushvalue(L, value);
        lua_rawset(L, place + METATABLE);
    }
}

static void exchange_in(lua_State *L, guard *self) {
    lua_setallocf(L, allocate_guarded, self);
    lua_sethook(L, raise_if_over, LUA_MASKCOUNT, is_over(self) ? 1 : HOOK_COUNT);
}

static void exchange_out(lua_State *L, const guard *self) {
    lua_sethook(L, self->hook, self->mask, self->count);
    lua_setallocf(L, self->allocate, self->data);
}

/***
core.confine(chunk, limits, string_methods, ...): calls the function with the values that follow,
limited to `limits.instructions`, to `limits.seconds` of processor time (seen between instructions)
and to `limits.memory` bytes that Lua may give out meanwhile (not what the core allocates); methods
of strings come from the table. Returns true, or false, the error value, and "time" or "memory" when
such a limit was met, be it that the error is another one.
@local
*/
static int lvp_confine(lua_State *L) {
    guard self = {.L = L, .methods = LUA_NOREF};
    luaL_checktype(L, 1, LUA_TFUNCTION);
    luaL_checktype(L, 2, LUA_TTABLE);
    luaL_checktype(L, 3, LUA_TTABLE);
    luaL_checkstack(L, 8, "no room for a script");
    self.instruction_limit = limit_at(L, 2, "instructions");
    self.memory_limit = limit_at(L, 2, "memory");
    self.seconds = (double)limit_at(L, 2, "seconds");
    int arguments = lua_gettop(L) - 3, place = 4;
    lua_pushvalue(L, 1);
    lua_insert(L, place);
    insert_string_methods(L, place);
    self.hook = lua_gethook(L);
    self.mask = lua_gethookmask(L), self.count = lua_gethookcount(L);
    self.allocate = lua_getallocf(L, &self.data);
    lua_pushvalue(L, place + METHODS);
    self.methods = luaL_ref(L, LUA_REGISTRYINDEX);
    set_string_methods(L, place, 3);
    exchange_in(L, &self);
    self.started = clock();
    int status = lua_pcall(L, arguments, 0, 0);
    exchange_out(L, &self);
    set_string_methods(L, place, place + METHODS);
    luaL_unref(L, LUA_REGISTRYINDEX, self.methods);
    lua_pushboolean(L, status == LUA_OK);
    if (status == LUA_OK) {
        return 1;
    }
    lua_insert(L, -2);
    if (!is_over(&self) && !self.was_refused) {
        return 2;
    }
    lua_pushstring(L, self.is_late && !self.is_full ? "time" : "memory");
    return 3;
}

/***
core.unconfined(function, ...): calls the function without the limits of the script that asked for
it, and gives what it gives. The time and the memory that it takes are not the script's.
@local
*/
static int lvp_unconfined(lua_State *L) {
    guard *self = guard_of(L);
    luaL_checktype(L, 1, LUA_TFUNCTION);
    int arguments = lua_gettop(L) - 1, place = 1;
    if (self == NULL) {
        lua_call(L, arguments, LUA_MULTRET);
        return lua_gettop(L);
    }
    luaL_checkstack(L, 8, "no room for a call");
    insert_string_methods(L, place);
    lua_rawgeti(L, LUA_REGISTRYINDEX, self->methods);
    lua_insert(L, place);
    set_string_methods(L, place + 1, place);
    exchange_out(L, self);
    clock_t began = clock();
    int status = lua_pcall(L, arguments, LUA_MULTRET, 0);
    self->started += clock() - began;
    exchange_in(L, self);
    set_string_methods(L, place + 1, place + 1 + METHODS);
    return status == LUA_OK ? lua_gettop(L) - EXCHANGED - 1 : lua_error(L);
}

/***
core.confined_pcall(function, ...): pcall for scripts. It catches all errors but those of the
limits, so that a script cannot go on after one, however deep it stands.
@local
*/
static int lvp_confined_pcall(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushboolean(L, true);
    lua_insert(L, 1);
    if (lua_pcall(L, lua_gettop(L) - 2, LUA_MULTRET, 0) == LUA_OK) {
        return lua_gettop(L);
    }
    const guard *self = guard_of(L);
    if (self != NULL && is_over(self)) {
        return lua_error(L);
    }
    lua_pushboolean(L, false);
    lua_replace(L, 1);
    return lua_gettop(L);
}

#ifdef HAS_LIMITS
/* Exchanges a soft limit of the process, in units of so many; pushes what it was. */
static void exchange_limit(lua_State *L, int index, int resource, double unit) {
    double wanted = luaL_optnumber(L, index, (lua_Number)HUGE_VAL);
    struct rlimit limit;
    luaL_argcheck(L, wanted > 0, index, "a limit is a positive number");
    if (getrlimit(resource, &limit) != 0) {
        lua_pushnil(L);
        return;
    }
    double before = limit.rlim_cur == RLIM_INFINITY ? HUGE_VAL : (double)limit.rlim_cur / unit;
    double units = wanted * unit;
    bool fits = limit.rlim_max == RLIM_INFINITY || units < (double)limit.rlim_max;
    limit.rlim_cur = limit.rlim_max;
    if (fits && units < 1e18) {
        limit.rlim_cur = (rlim_t)units;
        limit.rlim_cur += (double)limit.rlim_cur < units; /* rounded up */
    }
    if (setrlimit(resource, &limit) != 0) {
        lua_pushnil(L);
        return;
    }
    lua_pushnumber(L, (lua_Number)before);
}
#endif

/***
core.limit_process([seconds [, kibibytes]]): exchanges the limits of the whole process for processor
time since its start and for address space, at whose end the system ends it (time) or refuses
(memory); nothing or infinity is as much as it may have. Returns what they were; nothing where the
system has none. For processes that serve one script, never for a host.
@local
*/
static int lvp_limit_process(lua_State *L) {
#ifdef HAS_LIMITS
    lua_settop(L, 2);
    exchange_limit(L, 1, RLIMIT_CPU, 1);
    exchange_limit(L, 2, RLIMIT_AS, 1024);
    return 2;
#else
    (void)L;
    return 0;
#endif
}

static const luaL_Reg confine_functions[] = {{"confine", lvp_confine},
                                             {"confined_pcall", lvp_confined_pcall},
                                             {"limit_process", lvp_limit_process},
                                             {"unconfined", lvp_unconfined},
                                             {NULL, NULL}};

void lvp_open_confine(lua_State *L) { luaL_setfuncs(L, confine_functions, 0); }
