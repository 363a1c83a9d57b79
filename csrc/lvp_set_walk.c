/*
 * lvp_set_walk.c - the iterators of sets: blocks, ranges, subnets, free space.
 *
 * An iterator is one C function with two upvalues: the set it walks, which it keeps alive, and its
 * place in it. Nothing is computed ahead.
 */
#include "lvp_set.h"
#include "vp_space.h"

/*
 * The place of the running iterator. While a Lua state closes, finalizers may run an iterator whose
 * set is released already.
 */
static void *place_of(lua_State *L) {
    const lvp_set_box *box = lua_touserdata(L, lua_upvalueindex(1));
    if (box->set == NULL) {
        luaL_error(L, "the set was collected");
    }
    return lua_touserdata(L, lua_upvalueindex(2));
}

/* Pushes an iterator over the set at `index` whose place is the userdata on top. */
static int push_iterator(lua_State *L, int index, lua_CFunction next) {
    lua_pushvalue(L, index);
    lua_insert(L, -2);
    lua_pushcclosure(L, next, 2);
    return 1;
}

static int next_cidr(lua_State *L) {
    vp_set_cursor *cursor = place_of(L);
    vp_cidr cidr;
    if (!vp_set_next_cidr(cursor, &cidr)) {
        lua_pushnil(L);
        return 1;
    }
    lvp_push_cidr(L, &cidr);
    return 1;
}

static int next_range(lua_State *L) {
    vp_set_cursor *cursor = place_of(L);
    vp_addr first, last;
    char text[VP_ADDR_TEXT_MAX];
    size_t length;
    if (!vp_set_next_range(cursor, &first, &last)) {
        lua_pushnil(L);
        return 1;
    }
    length = vp_addr_format(&first, text);
    lua_pushlstring(L, text, length);
    length = vp_addr_format(&last, text);
    lua_pushlstring(L, text, length);
    return 2;
}

static int next_block(lua_State *L) {
    vp_space_cursor *cursor = place_of(L);
    vp_cidr cidr;
    if (!vp_space_next(cursor, &cidr)) {
        lua_pushnil(L);
        return 1;
    }
    lvp_push_cidr(L, &cidr);
    return 1;
}

/***
The minimal list of blocks, in address order, IPv4 first.
@function set:cidrs
@treturn function iterator of cidrs
@usage for block in vpcpeer.set("10.0.0.1-10.0.0.6"):cidrs() do print(block) end
*/
int lvp_set_cidrs(lua_State *L) {
    const vp_set *set = lvp_self_set(L);
    vp_set_cursor *cursor = lvp_newuserdata(L, sizeof *cursor);
    *cursor = vp_set_begin(set);
    return push_iterator(L, 1, next_cidr);
}

/***
The maximal ranges, in address order, IPv4 first.
@function set:ranges
@treturn function iterator of first and last address, as text
@usage for first, last in vpcpeer.set("10.0.0.0/8"):ranges() do print(first, last) end
*/
int lvp_set_ranges(lua_State *L) {
    const vp_set *set = lvp_self_set(L);
    vp_set_cursor *cursor = lvp_newuserdata(L, sizeof *cursor);
    *cursor = vp_set_begin(set);
    return push_iterator(L, 1, next_range);
}

/* The longest prefix length that makes sense for a set. */
static int longest(const vp_set *set) {
    return set->parts[1].count > 0 || vp_set_is_empty(set) ? 128 : 32;
}

/* Pushes an iterator over the blocks of a length in the set at `index`. */
static int push_blocks(lua_State *L, int index, const vp_set *set, int length) {
    vp_space_cursor *cursor = lvp_newuserdata(L, sizeof *cursor);
    *cursor = vp_space_begin(set, length);
    return push_iterator(L, index, next_block);
}

/***
The blocks of one length that lie in the set as a whole, in address order.
@function set:subnets
@tparam number len 0 to 32, or to 128 when the set has IPv6 addresses
@treturn function iterator of cidrs, lazy
@raise when `len` is out of range
@usage for block in vpcpeer.set("10.0.0.0/22"):subnets(24) do print(block) end
*/
int lvp_set_subnets(lua_State *L) {
    const vp_set *set = lvp_self_set(L);
    int length = (int)lvp_integer_arg(L, 2, 0, longest(set));
    return push_blocks(L, 1, set, length);
}

/* Pushes the private ranges of RFC 1918. */
static vp_status push_private(lua_State *L, vp_set **set, vp_error *error) {
    lvp_set_box *box = lvp_new_set(L);
    vp_alloc alloc = lvp_default_alloc();
    vp_status status = vp_space_private(&alloc, &box->set, error);
    *set = box->set;
    return status;
}

/***
The free blocks of one length: the set is what is in use.
@function set:free
@tparam number len the prefix length of the blocks
@tparam[opt] string|cidr|set|table within where to look; without it, in the private ranges of
RFC 1918, which only a set without IPv6 addresses allows
@treturn function iterator of cidrs, in address order, lazy
@raise when `len` is out of range, `within` is missing for IPv6 or cannot be made into a set
@usage
local used = vpcpeer.set { "10.0.0.0/24", "10.0.2.0/24" }
assert(tostring(used:free(24, "10.0.0.0/16")()) == "10.0.1.0/24")
*/
int lvp_set_free(lua_State *L) {
    const vp_set *used = lvp_self_set(L);
    vp_set *within = NULL;
    vp_error error;
    vp_status status;
    lua_settop(L, 3);
    if (!lua_isnil(L, 3)) {
        status = lvp_to_set(L, 3, &within, &error);
    } else if (used->parts[1].count == 0) {
        status = push_private(L, &within, &error);
    } else {
        return luaL_argerror(L, 3, "the set has IPv6 addresses: say within which block to look");
    }
    if (status != VP_OK) {
        return lvp_raise(L, &error);
    }
    int length = (int)lvp_integer_arg(L, 2, 0, longest(within));
    lvp_set_box *box = lvp_new_set(L);
    vp_alloc alloc = lvp_default_alloc();
    if (vp_set_combine(within, used, VP_TRUTH_DIFFERENCE, &alloc, &box->set, &error) != VP_OK) {
        return lvp_raise(L, &error);
    }
    return push_blocks(L, lua_gettop(L), box->set, length);
}
