/*
 * lvp_prefix_map.c - the class vpcpeer.prefix_map: longest prefix match from blocks to Lua values.
 *
 * The core maps addresses to numbers; the values are in a Lua table, by number, that belongs to the
 * userdata (its user value, in Lua 5.1 its environment).
 */
#include "lvp_set.h"
#include "lvp_text.h"
#include "vp_prefix_map.h"

typedef struct map_box {
    vp_prefix_map *map;   /* NULL until it is made, and after __gc */
    vp_prefixes prefixes; /* what it is made of; empty afterwards */
    unsigned lookups;     /* until the index is worth making */
} map_box;

/* Pops a table that from now on belongs to the userdata at `index`. */
static void set_values(lua_State *L, int index) {
#if LUA_VERSION_NUM >= 504
    (void)lua_setiuservalue(L, index, 1);
#elif LUA_VERSION_NUM >= 502
    lua_setuservalue(L, index);
#else
    (void)lua_setfenv(L, index);
#endif
}

/* Pushes that table. */
static void get_values(lua_State *L, int index) {
#if LUA_VERSION_NUM >= 504
    (void)lua_getiuservalue(L, index, 1);
#elif LUA_VERSION_NUM >= 502
    lua_getuservalue(L, index);
#else
    lua_getfenv(L, index);
#endif
}

/* Pushes an empty box with an empty table of values. */
static map_box *new_box(lua_State *L) {
#if LUA_VERSION_NUM >= 504
    map_box *box = lua_newuserdatauv(L, sizeof *box, 1);
#else
    map_box *box = lua_newuserdata(L, sizeof *box);
#endif
    vp_alloc alloc = lvp_default_alloc();
    memset(box, 0, sizeof *box);
    vp_prefixes_init(&box->prefixes, &alloc);
    luaL_getmetatable(L, LVP_PREFIX_MAP);
    lua_setmetatable(L, -2);
    lua_newtable(L);
    set_values(L, -2);
    return box;
}

/* ---- making one -------------------------------------------------------------------------------*/

/*
 * Adds the block at `key` with the value on top, which is popped into the table at `values`.
 * VP_INVALID for bad text.
 */
static vp_status add_entry(lua_State *L, map_box *box, int key, int values, vp_error *error) {
    vp_cidr cidr;
    vp_status status = lvp_to_cidr(L, key, &cidr, error);
    if (status == VP_OK) {
        status = vp_prefixes_add(&box->prefixes, &cidr, error);
    }
    if (status == VP_OK) {
        lua_rawseti(L, values, (int)box->prefixes.count);
    }
    return status;
}

static bool is_block(lua_State *L, int index) {
    return lua_type(L, index) == LUA_TSTRING || lvp_test_cidr(L, index) != NULL;
}

/* Reads { { cidr, value }, ... } at index 1. */
static vp_status read_list(lua_State *L, map_box *box, int values, vp_error *error) {
    int count = (int)lua_rawlen(L, 1);
    for (int i = 1; i <= count; i++) {
        lua_rawgeti(L, 1, i);
        if (!lua_istable(L, -1)) {
            luaL_error(L, "item %d: { cidr, value } expected, got %s", i, luaL_typename(L, -1));
        }
        int item = lua_gettop(L);
        lua_rawgeti(L, item, 1);
        lua_rawgeti(L, item, 2);
        if (!is_block(L, item + 1) || lua_isnil(L, item + 2)) {
            luaL_error(L, "item %d: { cidr, value } expected", i);
        }
        vp_status status = add_entry(L, box, item + 1, values, error);
        if (status != VP_OK) {
            vp_error inner = *error;
            return vp_error_set(error, status, inner.code, "item %d: %s", i, inner.message);
        }
        lua_settop(L, item - 1);
    }
    return VP_OK;
}

/* Reads { [cidr] = value } at index 1. */
static vp_status read_table(lua_State *L, map_box *box, int values, vp_error *error) {
    lua_pushnil(L);
    while (lua_next(L, 1) != 0) {
        int key = lua_gettop(L) - 1;
        if (!is_block(L, key)) {
            luaL_error(L, "CIDR text or cidr as key expected, got %s", luaL_typename(L, key));
        }
        vp_status status = add_entry(L, box, key, values, error);
        if (status != VP_OK) {
            return status;
        }
        lua_settop(L, key);
    }
    return VP_OK;
}

/***
A longest prefix match table.
@function prefix_map
@tparam table x `{ { cidr, value }, ... }`, where of equal blocks the last counts, or
`{ [cidr] = value }`, where equal blocks are an error; values are anything but nil
@treturn[1] prefix_map
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code `invalid_cidr`
@raise when `x` has another shape
@usage
local owners = vpcpeer.prefix_map { ["10.0.0.0/8"] = "us", ["10.1.0.0/16"] = "them" }
assert(owners:lookup("10.1.2.3") == "them" and owners:lookup("10.9.9.9") == "us")
*/
static int lvp_prefix_map(lua_State *L) {
    vp_error error;
    vp_alloc alloc = lvp_default_alloc();
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    map_box *box = new_box(L);
    get_values(L, 2);
    bool is_list = lua_rawlen(L, 1) > 0;
    vp_status status = is_list ? read_list(L, box, 3, &error) : read_table(L, box, 3, &error);
    if (status == VP_OK) {
        status = vp_prefix_map_new(&box->prefixes, &alloc, &box->map, &error);
    }
    vp_prefixes_clear(&box->prefixes);
    if (status == VP_OK && !is_list && box->map->replaced > 0) {
        status = vp_error_set(&error, VP_INVALID, "invalid_cidr",
                              "two keys are the same block; which counts would be chance");
    }
    if (status != VP_OK) {
        return lvp_fail(L, &error);
    }
    lua_settop(L, 2);
    return 1;
}

/* ---- look-ups ---------------------------------------------------------------------------------*/

static map_box *self_box(lua_State *L) {
    map_box *box = lvp_self(L, LVP_PREFIX_MAP);
    if (box->map == NULL) {
        luaL_argerror(L, 1, "the prefix map was collected");
    }
    return box;
}

#define LOOKUPS_WITHOUT_INDEX 16

static const vp_prefix_map *self_for_lookup(lua_State *L) {
    map_box *box = self_box(L);
    if (box->lookups < LOOKUPS_WITHOUT_INDEX && ++box->lookups == LOOKUPS_WITHOUT_INDEX) {
        /* Without memory for an index the look-ups stay right, only slower. */
        vp_status status = vp_prefix_map_make_index(box->map);
        (void)status;
    }
    return box->map;
}

/* Pushes the value of an entry from the table of values at `values`. */
static void push_value(lua_State *L, int values, const vp_prefix_map *map, uint8_t family,
                       uint32_t entry) {
    lua_rawgeti(L, values, (int)vp_prefix_map_part(map, family)->places[entry] + 1);
}

/***
The value of the longest block that contains an address.
@function prefix_map:lookup
@tparam string|cidr addr an address, or a block that must be contained as a whole
@treturn[1] any the value, nil when nothing matches
@treturn[1] cidr the block, when one matches
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code `invalid_cidr`
@usage assert(vpcpeer.prefix_map({ { "10.0.0.0/8", 1 } }):lookup("11.0.0.1") == nil)
*/
static int lvp_prefix_map_lookup(lua_State *L) {
    const vp_prefix_map *map = self_for_lookup(L);
    vp_cidr cidr;
    vp_error error;
    if (lvp_to_cidr(L, 2, &cidr, &error) != VP_OK) {
        return lvp_fail(L, &error);
    }
    uint32_t entry = vp_prefix_map_find_block(map, &cidr);
    if (entry == VP_NO_PREFIX) {
        lua_pushnil(L);
        return 1;
    }
    lua_settop(L, 2);
    get_values(L, 1);
    push_value(L, 3, map, cidr.address.family, entry);
    cidr = vp_prefix_map_cidr(map, cidr.address.family, entry);
    lvp_push_cidr(L, &cidr);
    return 2;
}

/***
The values for a list of addresses.
@function prefix_map:lookup_all
@tparam table list of addresses or blocks, as text or cidrs
@treturn[1] table array of values in the order of the list, `false` where nothing matches
@treturn[2] nil
@treturn[2] string message which names the item
@treturn[2] string code `invalid_cidr`
@usage
local map = vpcpeer.prefix_map { { "10.0.0.0/8", "ten" } }
assert(map:lookup_all({ "10.0.0.1", "11.0.0.1" })[2] == false)
*/
static int lvp_prefix_map_lookup_all(lua_State *L) {
    const vp_prefix_map *map = self_for_lookup(L);
    vp_error error;
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    int count = (int)lua_rawlen(L, 2);
    get_values(L, 1);
    lua_createtable(L, count, 0);
    for (int i = 1; i <= count; i++) {
        vp_cidr cidr;
        lua_rawgeti(L, 2, i);
        if (!is_block(L, 5)) {
            return luaL_error(L, "item %d: CIDR text or cidr expected, got %s", i,
                              luaL_typename(L, 5));
        }
        if (lvp_to_cidr(L, 5, &cidr, &error) != VP_OK) {
            lua_pushnil(L);
            lua_pushfstring(L, "item %d: %s", i, error.message);
            lua_pushstring(L, error.code);
            return 3;
        }
        uint32_t entry = vp_prefix_map_find_block(map, &cidr);
        lua_pop(L, 1);
        if (entry == VP_NO_PREFIX) {
            lua_pushboolean(L, 0);
        } else {
            push_value(L, 3, map, cidr.address.family, entry);
        }
        lua_rawseti(L, 4, i);
    }
    return 1;
}

/* Appends the value of an entry, as text, and a line feed; "false" where nothing matches. */
static vp_status append_value(lua_State *L, lvp_text *text, const vp_prefix_map *map,
                              uint8_t family, uint32_t entry, vp_error *error) {
    size_t length;
    if (entry == VP_NO_PREFIX) {
        return lvp_text_append(text, "false\n", 6, error);
    }
    push_value(L, 3, map, family, entry);
    if (lua_isboolean(L, -1)) {
        bool value = lua_toboolean(L, -1);
        lua_pop(L, 1);
        return lvp_text_append(text, value ? "true\n" : "false\n", value ? 5 : 6, error);
    }
    const char *value = lua_tolstring(L, -1, &length); /* a copy on the stack: the value stays */
    if (value == NULL) {
        luaL_error(L, "lookup_text writes strings, numbers and booleans, not %s",
                   luaL_typename(L, -1));
    }
    vp_status status = lvp_text_append(text, value, length, error);
    lua_pop(L, 1);
    return status == VP_OK ? lvp_text_append(text, "\n", 1, error) : status;
}

/***
The values for a text of addresses, one line each.
The text is read as by `set_from_text`; a block or range must be contained in one entry as a whole.
@function prefix_map:lookup_text
@tparam string text
@treturn[1] string for each item its value (string, number or boolean) and a line feed; `false`
where nothing matches
@treturn[1] number how many matched
@treturn[2] nil
@treturn[2] string message which names the line
@treturn[2] string code `invalid_cidr`
@usage
local map = vpcpeer.prefix_map { { "10.0.0.0/8", "ten" } }
assert(map:lookup_text("10.0.0.1\n11.0.0.1\n") == "ten\nfalse\n")
*/
static int lvp_prefix_map_lookup_text(lua_State *L) {
    map_box *box = self_box(L);
    const vp_prefix_map *map = box->map;
    size_t length;
    luaL_checktype(L, 2, LUA_TSTRING);
    lua_settop(L, 2);
    const char *input = lua_tolstring(L, 2, &length);
    vp_set_reader reader = vp_set_text_begin(input, length);
    vp_addr firsts[VP_RANKS_MAX], lasts[VP_RANKS_MAX];
    uint32_t entries[VP_RANKS_MAX];
    uint64_t matched = 0;
    vp_error error;
    vp_status status = VP_MORE;
    if (length > (size_t)map->parts[0].count + map->parts[1].count) {
        vp_status indexed = vp_prefix_map_make_index(box->map);
        (void)indexed;
    }
    get_values(L, 1);
    lvp_text *text = lvp_new_text(L);
    while (status == VP_MORE) {
        size_t count;
        status = vp_set_text_read(&reader, firsts, lasts, VP_RANKS_MAX, &count, &error);
        vp_prefix_map_find_ranges(map, firsts, lasts, count, entries);
        for (size_t i = 0; i < count; i++) {
            vp_error trouble;
            matched += entries[i] != VP_NO_PREFIX;
            if (append_value(L, text, map, firsts[i].family, entries[i], &trouble) != VP_OK) {
                return lvp_fail(L, &trouble);
            }
        }
    }
    if (status != VP_OK) {
        lua_pushnil(L);
        lua_pushfstring(L, "line %d: %s", (int)reader.line, error.message);
        lua_pushstring(L, error.code);
        return 3;
    }
    lvp_push_text(L, text);
    lvp_pushcount(L, matched);
    return 2;
}

/* ---- walking ----------------------------------------------------------------------------------*/

/* A place among the entries. `around` holds those that contain a block, outermost last. */
typedef struct map_walk {
    const vp_prefix_map *map;
    uint32_t next, end; /* covered: entries [next, end); covering: places in `around`, downwards */
    uint8_t family;
    uint32_t around[130];
} map_walk;

/* The place of the running iterator; its map may be released while a Lua state closes. */
static map_walk *walk_of(lua_State *L) {
    const map_box *box = lua_touserdata(L, lua_upvalueindex(1));
    if (box->map == NULL) {
        luaL_error(L, "the prefix map was collected");
    }
    return lua_touserdata(L, lua_upvalueindex(3));
}

/* Upvalues: the map (1), its values (2), the walk (3). Gives a block and its value. */
static int push_entry(lua_State *L, const map_walk *walk, uint32_t entry) {
    vp_cidr cidr = vp_prefix_map_cidr(walk->map, walk->family, entry);
    lvp_push_cidr(L, &cidr);
    push_value(L, lua_upvalueindex(2), walk->map, walk->family, entry);
    return 2;
}

static int next_covering(lua_State *L) {
    map_walk *walk = walk_of(L);
    if (walk->next == 0) {
        lua_pushnil(L);
        return 1;
    }
    return push_entry(L, walk, walk->around[--walk->next]);
}

static int next_covered(lua_State *L) {
    map_walk *walk = walk_of(L);
    if (walk->next >= walk->end) {
        lua_pushnil(L);
        return 1;
    }
    return push_entry(L, walk, walk->next++);
}

/* Pushes map, values and an empty walk, for the closure. */
static map_walk *new_walk(lua_State *L, const vp_prefix_map *map, uint8_t family) {
    lua_pushvalue(L, 1);
    get_values(L, 1);
    map_walk *walk = lvp_newuserdata(L, sizeof *walk);
    walk->map = map;
    walk->next = walk->end = 0;
    walk->family = family;
    return walk;
}

/***
The entries that contain a block, the shortest first.
@function prefix_map:covering
@tparam string|cidr x
@treturn[1] function iterator of cidr and value
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code `invalid_cidr`
@usage
local map = vpcpeer.prefix_map { { "10.0.0.0/8", 1 }, { "10.1.0.0/16", 2 } }
for block, value in map:covering("10.1.2.3") do print(block, value) end
*/
static int lvp_prefix_map_covering(lua_State *L) {
    const vp_prefix_map *map = self_box(L)->map;
    vp_cidr cidr;
    vp_error error;
    if (lvp_to_cidr(L, 2, &cidr, &error) != VP_OK) {
        return lvp_fail(L, &error);
    }
    map_walk *walk = new_walk(L, map, cidr.address.family);
    uint32_t entry = vp_prefix_map_find_block(map, &cidr);
    while (entry != VP_NO_PREFIX) {
        walk->around[walk->next++] = entry;
        entry = vp_prefix_map_part(map, walk->family)->parents[entry];
    }
    lua_pushcclosure(L, next_covering, 3);
    return 1;
}

/***
The entries that lie inside a block, in address order, shorter ones first.
@function prefix_map:covered
@tparam string|cidr x
@treturn[1] function iterator of cidr and value
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code `invalid_cidr`
@usage
local map = vpcpeer.prefix_map { { "10.0.0.0/8", 1 }, { "10.1.0.0/16", 2 } }
for block, value in map:covered("10.0.0.0/8") do print(block, value) end
*/
static int lvp_prefix_map_covered(lua_State *L) {
    const vp_prefix_map *map = self_box(L)->map;
    vp_cidr cidr;
    vp_error error;
    if (lvp_to_cidr(L, 2, &cidr, &error) != VP_OK) {
        return lvp_fail(L, &error);
    }
    map_walk *walk = new_walk(L, map, cidr.address.family);
    walk->next = vp_prefix_map_lower_bound(map, &cidr);
    walk->end = vp_prefix_map_upper_bound(map, &cidr);
    lua_pushcclosure(L, next_covered, 3);
    return 1;
}

/* The number of entries. */
static int lvp_prefix_map_len(lua_State *L) {
    const vp_prefix_map *map = self_box(L)->map;
    lvp_pushcount(L, (uint64_t)map->parts[0].count + map->parts[1].count);
    return 1;
}

static int lvp_prefix_map_tostring(lua_State *L) {
    const vp_prefix_map *map = self_box(L)->map;
    lua_pushfstring(L, "%s: %d blocks", LVP_PREFIX_MAP,
                    (int)(map->parts[0].count + map->parts[1].count));
    return 1;
}

static int lvp_prefix_map_gc(lua_State *L) {
    map_box *box = lvp_self(L, LVP_PREFIX_MAP);
    vp_prefix_map_free(box->map);
    box->map = NULL;
    vp_prefixes_clear(&box->prefixes);
    return 0;
}

static const luaL_Reg methods[] = {
    {"lookup", lvp_prefix_map_lookup},           {"lookup_all", lvp_prefix_map_lookup_all},
    {"lookup_text", lvp_prefix_map_lookup_text}, {"covering", lvp_prefix_map_covering},
    {"covered", lvp_prefix_map_covered},         {NULL, NULL}};

static const luaL_Reg metamethods[] = {{"__len", lvp_prefix_map_len},
                                       {"__tostring", lvp_prefix_map_tostring},
                                       {"__gc", lvp_prefix_map_gc},
                                       {NULL, NULL}};

void lvp_open_prefix_map(lua_State *L) {
    lvp_new_class(L, LVP_PREFIX_MAP, methods, metamethods);
    lua_pushcfunction(L, lvp_prefix_map);
    lua_setfield(L, -2, "prefix_map");
}
