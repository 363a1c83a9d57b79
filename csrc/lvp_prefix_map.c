/*
 * lvp_prefix_map.c - the class vpcpeer.prefix_map: longest prefix match from blocks to Lua values.
 *
 * A map is made in two steps: blocks are collected in the box while their values go into the table
 * of values, since reading them may raise; then the core makes the map of the blocks at once. The
 * place of a block in the list is the number of its value.
 */
#include "lvp_prefix_map.h"

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

void lvp_map_values(lua_State *L, int index) {
#if LUA_VERSION_NUM >= 504
    (void)lua_getiuservalue(L, index, 1);
#elif LUA_VERSION_NUM >= 502
    lua_getuservalue(L, index);
#else
    lua_getfenv(L, index);
#endif
}

/* Pushes an empty box with an empty table of values. */
static lvp_map_box *new_box(lua_State *L) {
#if LUA_VERSION_NUM >= 504
    lvp_map_box *box = lua_newuserdatauv(L, sizeof *box, 1);
#else
    lvp_map_box *box = lua_newuserdata(L, sizeof *box);
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
static vp_status add_entry(lua_State *L, lvp_map_box *box, int key, int values, vp_error *error) {
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
static vp_status read_list(lua_State *L, lvp_map_box *box, int values, vp_error *error) {
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
            return status == VP_INVALID ? lvp_locate(error, "item", (size_t)i) : status;
        }
        lua_settop(L, item - 1);
    }
    return VP_OK;
}

/* Reads { [cidr] = value } at index 1. */
static vp_status read_table(lua_State *L, lvp_map_box *box, int values, vp_error *error) {
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
    lvp_map_box *box = new_box(L);
    lvp_map_values(L, 2);
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

lvp_map_box *lvp_self_map(lua_State *L) {
    lvp_map_box *box = lvp_self(L, LVP_PREFIX_MAP);
    if (box->map == NULL) {
        luaL_argerror(L, 1, "the prefix map was collected");
    }
    return box;
}

/* Making the index costs about as much as so many look-ups without it in a small map. */
#define LOOKUPS_WITHOUT_INDEX 16

static const vp_prefix_map *self_for_lookup(lua_State *L) {
    lvp_map_box *box = lvp_self_map(L);
    if (box->lookups < LOOKUPS_WITHOUT_INDEX && ++box->lookups == LOOKUPS_WITHOUT_INDEX) {
        /* Without memory for an index the look-ups stay right, only slower. */
        vp_status status = vp_prefix_map_make_index(box->map);
        (void)status;
    }
    return box->map;
}

void lvp_push_map_value(lua_State *L, int values, const vp_prefix_map *map, uint8_t family,
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
    lvp_map_values(L, 1);
    lvp_push_map_value(L, 3, map, cidr.address.family, entry);
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
    lvp_map_values(L, 1);
    lua_createtable(L, count, 0);
    for (int i = 1; i <= count; i++) {
        vp_cidr cidr;
        lua_rawgeti(L, 2, i);
        if (!is_block(L, 5)) {
            return luaL_error(L, "item %d: CIDR text or cidr expected, got %s", i,
                              luaL_typename(L, 5));
        }
        if (lvp_to_cidr(L, 5, &cidr, &error) != VP_OK) {
            (void)lvp_locate(&error, "item", (size_t)i);
            return lvp_fail(L, &error);
        }
        uint32_t entry = vp_prefix_map_find_block(map, &cidr);
        lua_pop(L, 1);
        if (entry == VP_NO_PREFIX) {
            lua_pushboolean(L, 0);
        } else {
            lvp_push_map_value(L, 3, map, cidr.address.family, entry);
        }
        lua_rawseti(L, 4, i);
    }
    return 1;
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
    const lvp_map_box *box = lua_touserdata(L, lua_upvalueindex(1));
    if (box->map == NULL) {
        luaL_error(L, "the prefix map was collected");
    }
    return lua_touserdata(L, lua_upvalueindex(3));
}

/* Upvalues: the map (1), its values (2), the walk (3). Gives a block and its value. */
static int push_entry(lua_State *L, const map_walk *walk, uint32_t entry) {
    vp_cidr cidr = vp_prefix_map_cidr(walk->map, walk->family, entry);
    lvp_push_cidr(L, &cidr);
    lvp_push_map_value(L, lua_upvalueindex(2), walk->map, walk->family, entry);
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
    lvp_map_values(L, 1);
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
    const vp_prefix_map *map = lvp_self_map(L)->map;
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
    const vp_prefix_map *map = lvp_self_map(L)->map;
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
    const vp_prefix_map *map = lvp_self_map(L)->map;
    lvp_pushcount(L, (uint64_t)map->parts[0].count + map->parts[1].count);
    return 1;
}

static int lvp_prefix_map_tostring(lua_State *L) {
    const vp_prefix_map *map = lvp_self_map(L)->map;
    lua_pushfstring(L, "%s: %d blocks", LVP_PREFIX_MAP,
                    (int)(map->parts[0].count + map->parts[1].count));
    return 1;
}

static int lvp_prefix_map_gc(lua_State *L) {
    lvp_map_box *box = lvp_self(L, LVP_PREFIX_MAP);
    lvp_drop_value_texts(box);
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
