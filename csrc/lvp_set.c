/*
 * lvp_set.c - the class vpcpeer.set: algebra and questions.
 *
 * An operand is a set, or whatever a set can be made of: text, a cidr, a list. It is made into a
 * set that hangs in a box on the stack for as long as the call runs.
 */
#include "lvp_set.h"

#include <stdlib.h>

lvp_set_box *lvp_new_set(lua_State *L) { return lvp_new_box(L, LVP_SET, sizeof(lvp_set_box)); }

vp_set *lvp_test_set(lua_State *L, int index) {
    const lvp_set_box *box = luaL_testudata(L, index, LVP_SET);
    return box == NULL ? NULL : box->set;
}

static lvp_set_box *self_box(lua_State *L) {
    lvp_set_box *box = lvp_self(L, LVP_SET);
    if (box->set == NULL) {
        luaL_argerror(L, 1, "the set was collected");
    }
    return box;
}

vp_set *lvp_self_set(lua_State *L) { return self_box(L)->set; }

/* After so many look-ups in one set its index pays. */
#define LOOKUPS_WITHOUT_INDEX 16

static vp_set *self_for_lookup(lua_State *L) {
    lvp_set_box *box = self_box(L);
    if (box->lookups < LOOKUPS_WITHOUT_INDEX && ++box->lookups == LOOKUPS_WITHOUT_INDEX) {
        /* Without memory for an index the look-ups stay right, only slower. */
        vp_status status = vp_set_make_index(box->set);
        (void)status;
    }
    return box->set;
}

/***
A set of addresses, of both families, that never changes.
@function set
@tparam table|string|cidr|set list addresses (`"10.0.0.1"`), blocks (`"10.0.0.0/8"`), ranges
(`"10.0.0.1-10.0.0.9"`), cidrs, sets; one of them alone needs no table
@treturn[1] set
@treturn[2] nil
@treturn[2] string message which names the item
@treturn[2] string code `invalid_cidr`
@raise when something is neither text nor a cidr nor a set
@usage
local private = vpcpeer.set { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8" }
assert(private:contains("10.1.2.3") and not private:contains("8.8.8.8"))
*/
static int lvp_set(lua_State *L) {
    vp_set *set;
    vp_error error;
    luaL_checkany(L, 1);
    if (lvp_to_set(L, 1, &set, &error) != VP_OK) {
        return lvp_fail(L, &error);
    }
    return 1;
}

/* ---- algebra ----------------------------------------------------------------------------------*/

/* Combines operands 1 and 2; bad text raises. */
static int combine(lua_State *L, vp_truth truth) {
    vp_set *a, *b;
    vp_error error;
    lua_settop(L, 2);
    if (lvp_to_set(L, 1, &a, &error) != VP_OK || lvp_to_set(L, 2, &b, &error) != VP_OK) {
        return lvp_raise(L, &error);
    }
    lvp_set_box *box = lvp_new_set(L);
    vp_alloc alloc = lvp_default_alloc();
    if (vp_set_combine(a, b, truth, &alloc, &box->set, &error) != VP_OK) {
        return lvp_raise(L, &error);
    }
    return 1;
}

/***
All addresses that are in either set. Also `a + b`.
@function set:union
@tparam set|string|cidr|table x
@treturn set
@raise when `x` cannot be made into a set, also for bad text
@usage assert(tostring(vpcpeer.set("10.0.0.0/9") + "10.128.0.0/9") == "10.0.0.0/8")
*/
static int lvp_set_union(lua_State *L) { return combine(L, VP_TRUTH_UNION); }

/***
The addresses that are in both sets. Also `a * b`.
@function set:intersection
@tparam set|string|cidr|table x
@treturn set
@raise when `x` cannot be made into a set, also for bad text
@usage assert(vpcpeer.set("10.0.0.0/8"):intersection("11.0.0.0/8"):is_empty())
*/
static int lvp_set_intersection(lua_State *L) { return combine(L, VP_TRUTH_INTERSECTION); }

/***
The addresses of this set that are not in the other. Also `a - b`.
@function set:difference
@tparam set|string|cidr|table x
@treturn set
@raise when `x` cannot be made into a set, also for bad text
@usage assert(tostring(vpcpeer.set("10.0.0.0/30") - "10.0.0.0") == "10.0.0.1/32, 10.0.0.2/31")
*/
static int lvp_set_difference(lua_State *L) { return combine(L, VP_TRUTH_DIFFERENCE); }

/***
The addresses that are in exactly one of the sets. Also `a ~ b` from Lua 5.3 on.
@function set:symmetric_difference
@tparam set|string|cidr|table x
@treturn set
@raise when `x` cannot be made into a set, also for bad text
@usage
local changed = vpcpeer.set("10.0.0.0/31"):symmetric_difference("10.0.0.1-10.0.0.2")
assert(changed:to_text() == "10.0.0.0/32\n10.0.0.2/32\n")
*/
static int lvp_set_symmetric_difference(lua_State *L) {
    return combine(L, VP_TRUTH_SYMMETRIC_DIFFERENCE);
}

/***
The addresses that are not in the set: of both families, or those of `within`. Also `~a` from Lua
5.3 on.
@function set:complement
@tparam[opt] set|string|cidr|table within
@treturn set
@raise when `within` cannot be made into a set, also for bad text
@usage assert(tostring(vpcpeer.set("10.0.0.0/9"):complement("10.0.0.0/8")) == "10.128.0.0/9")
*/
static int lvp_set_complement(lua_State *L) {
    vp_set *self = lvp_self_set(L), *within = NULL;
    vp_error error;
    vp_alloc alloc = lvp_default_alloc();
    vp_truth truth = VP_TRUTH_COMPLEMENT;
    if (!lua_isnoneornil(L, 2)) {
        truth = VP_TRUTH_DIFFERENCE;
        if (lvp_to_set(L, 2, &within, &error) != VP_OK) {
            return lvp_raise(L, &error);
        }
    }
    lvp_set_box *box = lvp_new_set(L);
    const vp_set *a = within != NULL ? within : self, *b = within != NULL ? self : NULL;
    if (vp_set_combine(a, b, truth, &alloc, &box->set, &error) != VP_OK) {
        return lvp_raise(L, &error);
    }
    return 1;
}

/* Lua hands the operand of a unary operator over twice. */
static int lvp_set_bnot(lua_State *L) {
    lua_settop(L, 1);
    return lvp_set_complement(L);
}

/* ---- questions --------------------------------------------------------------------------------*/

/*
 * A question about argument 2: about a range when it is one, which most are, else about the set
 * that it is or makes.
 */
static int ask(lua_State *L, bool (*range)(const vp_set *, const vp_addr *, const vp_addr *),
               bool (*whole)(const vp_set *, const vp_set *)) {
    vp_set *self = self_for_lookup(L), *other;
    vp_addr first, last;
    vp_error error;
    vp_status status;
    int type = lua_type(L, 2);
    if (type == LUA_TSTRING || (type == LUA_TUSERDATA && lvp_test_set(L, 2) == NULL)) {
        status = lvp_to_range(L, 2, &first, &last, &error);
        if (status == VP_OK) {
            lua_pushboolean(L, range(self, &first, &last));
            return 1;
        }
    } else {
        luaL_checkany(L, 2);
        status = lvp_to_set(L, 2, &other, &error);
        if (status == VP_OK) {
            lua_pushboolean(L, whole(self, other));
            return 1;
        }
    }
    return lvp_fail(L, &error);
}

/***
Whether all of `x` is in the set.
@function set:contains
@tparam string|cidr|set|table x an address, block, range, set or list
@treturn[1] boolean
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code `invalid_cidr`
@usage assert(vpcpeer.set("10.0.0.0/8"):contains("10.1.0.0-10.2.0.9"))
*/
static int lvp_set_contains(lua_State *L) {
    /* Text is what it is asked about most, one address a call: nothing in between then. */
    if (lua_type(L, 2) == LUA_TSTRING) {
        lvp_set_box *box = lvp_quick_self(L);
        const vp_set *self =
            box != NULL && box->lookups == LOOKUPS_WITHOUT_INDEX && box->set != NULL
                ? box->set
                : self_for_lookup(L);
        vp_error error;
        size_t length;
        bool inside;
        const char *text = lua_tolstring(L, 2, &length);
        if (vp_set_text_holds(self, text, length, &inside, &error) != VP_OK) {
            return lvp_fail(L, &error);
        }
        lua_pushboolean(L, inside);
        return 1;
    }
    return ask(L, vp_set_contains_range, vp_set_contains);
}

/***
Whether any of `x` is in the set.
@function set:overlaps
@tparam string|cidr|set|table x an address, block, range, set or list
@treturn[1] boolean
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code `invalid_cidr`
@usage assert(vpcpeer.set("10.0.0.0/16"):overlaps("10.0.0.0/8"))
*/
static int lvp_set_overlaps(lua_State *L) { return ask(L, vp_set_overlaps_range, vp_set_overlaps); }

/***
Which entries of a list are in the set: `contains` for each, in one call.
@function set:contains_all
@tparam table list of addresses, blocks, ranges, cidrs, sets
@treturn[1] table array of booleans, in the order of the list
@treturn[2] nil
@treturn[2] string message which names the item
@treturn[2] string code `invalid_cidr`
@usage
local inside = vpcpeer.set("10.0.0.0/8"):contains_all { "10.0.0.1", "11.0.0.1" }
assert(inside[1] and not inside[2])
*/
static int lvp_set_contains_all(lua_State *L) {
    vp_set *self = self_for_lookup(L);
    vp_error error;
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    int count = (int)lua_rawlen(L, 2);
    lua_createtable(L, count, 0);
    for (int i = 1; i <= count; i++) {
        vp_addr first, last;
        lua_rawgeti(L, 2, i);
        const vp_set *other = lvp_test_set(L, 4);
        bool inside;
        if (other != NULL) {
            inside = vp_set_contains(self, other);
        } else if (lua_type(L, 4) != LUA_TSTRING && lvp_test_cidr(L, 4) == NULL) {
            return luaL_error(L, "item %d: CIDR text, cidr or set expected, got %s", i,
                              luaL_typename(L, 4));
        } else if (lvp_to_range(L, 4, &first, &last, &error) == VP_OK) {
            inside = vp_set_contains_range(self, &first, &last);
        } else {
            (void)lvp_locate(&error, "item", (size_t)i);
            return lvp_fail(L, &error);
        }
        lua_pop(L, 1);
        lua_pushboolean(L, inside);
        lua_rawseti(L, 3, i);
    }
    return 1;
}

/***
Whether the set has no address at all.
@function set:is_empty
@treturn boolean
@usage assert(vpcpeer.set({}):is_empty())
*/
static int lvp_set_is_empty(lua_State *L) {
    lua_pushboolean(L, vp_set_is_empty(lvp_self_set(L)));
    return 1;
}

/***
How many addresses the set has, as exact decimal text.
@function set:size_text
@treturn string
@usage assert(vpcpeer.set("::/64"):size_text() == "18446744073709551616")
*/
static int lvp_set_size_text(lua_State *L) {
    vp_set_size size = vp_set_count(lvp_self_set(L));
    char text[VP_SET_SIZE_TEXT_MAX];
    size_t length = vp_set_size_format(&size, text);
    lua_pushlstring(L, text, length);
    return 1;
}

#define EXACT_MAX (UINT64_C(1) << 53)

/***
How many addresses the set has.
@function set:size
@treturn number exact up to 2^53, above it the nearest float (see `set:size_text`)
@usage assert(vpcpeer.set({ "10.0.0.0/24", "10.0.0.9" }):size() == 256)
*/
static int lvp_set_count(lua_State *L) {
    vp_set_size size = vp_set_count(lvp_self_set(L));
    if (size.high == 0 && size.middle == 0 && size.low <= EXACT_MAX) {
        lvp_pushcount(L, size.low);
    } else {
        /* Rounding three words one after the other may round twice; the text is rounded once. */
        char text[VP_SET_SIZE_TEXT_MAX];
        (void)vp_set_size_format(&size, text);
        lua_pushnumber(L, (lua_Number)strtod(text, NULL));
    }
    return 1;
}

/* The number of ranges. */
static int lvp_set_len(lua_State *L) {
    lvp_pushcount(L, vp_set_range_count(lvp_self_set(L)));
    return 1;
}

/* ---- comparing --------------------------------------------------------------------------------*/

/* Lua calls it for two userdata of any class, when either has it. */
static int lvp_set_eq(lua_State *L) {
    const vp_set *a = lvp_test_set(L, 1), *b = lvp_test_set(L, 2);
    lua_pushboolean(L, a != NULL && b != NULL && vp_set_equals(a, b));
    return 1;
}

/* a <= b: every address of a is in b. */
static int lvp_set_le(lua_State *L) {
    vp_set *a, *b;
    vp_error error;
    lua_settop(L, 2);
    if (lvp_to_set(L, 1, &a, &error) != VP_OK || lvp_to_set(L, 2, &b, &error) != VP_OK) {
        return lvp_raise(L, &error);
    }
    lua_pushboolean(L, vp_set_contains(b, a));
    return 1;
}

/* a < b: and they are not equal. */
static int lvp_set_lt(lua_State *L) {
    vp_set *a, *b;
    vp_error error;
    lua_settop(L, 2);
    if (lvp_to_set(L, 1, &a, &error) != VP_OK || lvp_to_set(L, 2, &b, &error) != VP_OK) {
        return lvp_raise(L, &error);
    }
    lua_pushboolean(L, vp_set_contains(b, a) && !vp_set_equals(a, b));
    return 1;
}

static int lvp_set_gc(lua_State *L) {
    lvp_set_box *box = lvp_self(L, LVP_SET);
    vp_set_unref(box->set);
    box->set = NULL;
    return 0;
}

static const luaL_Reg methods[] = {{"union", lvp_set_union},
                                   {"intersection", lvp_set_intersection},
                                   {"difference", lvp_set_difference},
                                   {"symmetric_difference", lvp_set_symmetric_difference},
                                   {"complement", lvp_set_complement},
                                   {"contains", lvp_set_contains},
                                   {"overlaps", lvp_set_overlaps},
                                   {"contains_all", lvp_set_contains_all},
                                   {"contains_text", lvp_set_contains_text},
                                   {"filter_text", lvp_set_filter_text},
                                   {"is_empty", lvp_set_is_empty},
                                   {"size", lvp_set_count},
                                   {"size_text", lvp_set_size_text},
                                   {"to_text", lvp_set_to_text},
                                   {"cidrs", lvp_set_cidrs},
                                   {"ranges", lvp_set_ranges},
                                   {"subnets", lvp_set_subnets},
                                   {"free", lvp_set_free},
                                   {NULL, NULL}};

static const luaL_Reg metamethods[] = {{"__tostring", lvp_set_tostring},
                                       {"__len", lvp_set_len},
                                       {"__eq", lvp_set_eq},
                                       {"__le", lvp_set_le},
                                       {"__lt", lvp_set_lt},
                                       {"__add", lvp_set_union},
                                       {"__mul", lvp_set_intersection},
                                       {"__sub", lvp_set_difference},
                                       {"__bxor", lvp_set_symmetric_difference},
                                       {"__bnot", lvp_set_bnot},
                                       {"__gc", lvp_set_gc},
                                       {NULL, NULL}};

void lvp_open_set(lua_State *L) {
    lvp_new_class(L, LVP_SET, methods, metamethods);
    lua_pushcfunction(L, lvp_set);
    lua_setfield(L, -2, "set");
    lvp_open_builder(L);
}
