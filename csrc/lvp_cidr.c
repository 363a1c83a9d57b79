/*
 * lvp_cidr.c - the class vpcpeer.cidr: one block, kept in the userdata itself.
 *
 * A value: nothing to release, never changes, equal by value.
 */
#include "lvp_set.h"
#include "vp_text.h"

const vp_cidr *lvp_test_cidr(lua_State *L, int index) { return luaL_testudata(L, index, LVP_CIDR); }

void lvp_push_cidr(lua_State *L, const vp_cidr *cidr) {
    vp_cidr *box = lvp_new_box(L, LVP_CIDR, sizeof *box);
    *box = *cidr;
}

vp_status lvp_to_cidr(lua_State *L, int index, vp_cidr *cidr, vp_error *error) {
    if (lua_type(L, index) == LUA_TSTRING) {
        size_t length;
        const char *text = lua_tolstring(L, index, &length);
        return vp_cidr_parse(text, length, VP_CIDR_CLEAR_HOST_BITS, cidr, error);
    }
    const vp_cidr *box = lvp_test_cidr(L, index);
    if (box == NULL) {
        luaL_argerror(L, index,
                      lua_pushfstring(L, "CIDR text or %s expected, got %s", LVP_CIDR,
                                      luaL_typename(L, index)));
    }
    *cidr = *box;
    return VP_OK;
}

static void push_addr(lua_State *L, const vp_addr *address) {
    char text[VP_ADDR_TEXT_MAX];
    size_t length = vp_addr_format(address, text);
    lua_pushlstring(L, text, length);
}

/***
One block of addresses.
Host bits are cleared, as AWS does it, unless `strict` is set; a bare address is its /32 or /128.
@function cidr
@tparam string|cidr text `"10.0.0.0/8"`, `"2001:db8::/32"`, `"10.0.0.1"`
@tparam[opt] table options `strict = true` refuses host bits
@treturn[1] cidr the block; fields `address`, `prefix_length`, `family` (4 or 6), `first`, `last`
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code `invalid_cidr`
@raise when the text is neither a string nor a cidr, or an option is unknown
@usage
local block = vpcpeer.cidr("10.1.2.3/16")
assert(tostring(block) == "10.1.0.0/16" and block.last == "10.1.255.255")
*/
static int lvp_cidr(lua_State *L) {
    static const char *const options[] = {"strict", NULL};
    vp_cidr cidr;
    vp_error error;
    vp_status status;
    lua_settop(L, 2);
    (void)lvp_check_options(L, 2, options);
    if (lvp_boolean_option(L, 2, "strict") && lua_type(L, 1) == LUA_TSTRING) {
        size_t length;
        const char *text = lua_tolstring(L, 1, &length);
        status = vp_cidr_parse(text, length, VP_CIDR_REFUSE_HOST_BITS, &cidr, &error);
    } else {
        status = lvp_to_cidr(L, 1, &cidr, &error);
    }
    if (status != VP_OK) {
        return lvp_fail(L, &error);
    }
    lvp_push_cidr(L, &cidr);
    return 1;
}

/***
Whether all of `x` is in the block.
@function cidr:contains
@tparam string|cidr|set x an address, block, range or set
@treturn[1] boolean the answer; false for another family
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code `invalid_cidr`
@usage assert(vpcpeer.cidr("10.0.0.0/8"):contains("10.1.2.3"))
*/
static int lvp_cidr_contains(lua_State *L) {
    const vp_cidr *self = lvp_self(L, LVP_CIDR);
    const vp_set *set = lvp_test_set(L, 2);
    vp_addr first, last, end = vp_cidr_last(self);
    vp_error error;
    if (set != NULL) {
        lua_pushboolean(L, vp_set_is_within_range(set, &self->address, &end));
        return 1;
    }
    if (lvp_to_range(L, 2, &first, &last, &error) != VP_OK) {
        return lvp_fail(L, &error);
    }
    lua_pushboolean(L, vp_cidr_contains_addr(self, &first) && vp_cidr_contains_addr(self, &last));
    return 1;
}

/***
Whether any of `x` is in the block.
@function cidr:overlaps
@tparam string|cidr|set x an address, block, range or set
@treturn[1] boolean the answer; false for another family
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code `invalid_cidr`
@usage assert(not vpcpeer.cidr("10.0.0.0/16"):overlaps("10.1.0.0/16"))
*/
static int lvp_cidr_overlaps(lua_State *L) {
    const vp_cidr *self = lvp_self(L, LVP_CIDR);
    const vp_set *set = lvp_test_set(L, 2);
    vp_addr first, last, end = vp_cidr_last(self);
    vp_error error;
    if (set != NULL) {
        lua_pushboolean(L, vp_set_overlaps_range(set, &self->address, &end));
        return 1;
    }
    if (lvp_to_range(L, 2, &first, &last, &error) != VP_OK) {
        return lvp_fail(L, &error);
    }
    lua_pushboolean(L, first.family == end.family && vp_addr_compare(&first, &end) <= 0 &&
                           vp_addr_compare(&self->address, &last) <= 0);
    return 1;
}

/***
The block of a shorter prefix around this one.
@function cidr:supernet
@tparam[opt] number len its prefix length, from 0 to that of the block; without it, one bit less
@treturn cidr the block, or nil when there is none (a /0 without `len`)
@raise when `len` is out of range
@usage assert(tostring(vpcpeer.cidr("10.1.0.0/16"):supernet(8)) == "10.0.0.0/8")
*/
static int lvp_cidr_supernet(lua_State *L) {
    const vp_cidr *self = lvp_self(L, LVP_CIDR);
    int own = self->prefix_length;
    int length = (int)lvp_integer_opt(L, 2, 0, own, own - 1);
    if (length < 0) {
        lua_pushnil(L);
        return 1;
    }
    vp_cidr outer = vp_cidr_of(&self->address, length);
    lvp_push_cidr(L, &outer);
    return 1;
}

/* What an iterator of subnets has still to give; family 0 = nothing. */
typedef struct subnets {
    vp_cidr next;
    vp_addr last; /* of the whole block */
} subnets;

/* Upvalue 1: subnets. */
static int next_subnet(lua_State *L) {
    subnets *state = lua_touserdata(L, lua_upvalueindex(1));
    if (!vp_cidr_is_given(&state->next)) {
        lua_pushnil(L);
        return 1;
    }
    lvp_push_cidr(L, &state->next);
    vp_addr end = vp_cidr_last(&state->next);
    if (vp_addr_equals(&end, &state->last)) {
        state->next.address.family = 0;
    } else {
        state->next.address = vp_addr_plus(&end, 1);
    }
    return 1;
}

/***
The blocks of a longer prefix that make up this one, in address order.
Lazy: `::/0` cut into /128 costs nothing until it is walked.
@function cidr:subnets
@tparam number len their prefix length, from that of the block to 32 or 128
@treturn function iterator of cidrs
@raise when `len` is out of range
@usage
for half in vpcpeer.cidr("10.0.0.0/8"):subnets(9) do print(half) end
*/
static int lvp_cidr_subnets(lua_State *L) {
    const vp_cidr *self = lvp_self(L, LVP_CIDR);
    int length = (int)lvp_integer_arg(L, 2, self->prefix_length, vp_addr_bits(&self->address));
    subnets *state = lvp_newuserdata(L, sizeof *state);
    state->next = vp_cidr_of(&self->address, length);
    state->last = vp_cidr_last(self);
    lua_pushcclosure(L, next_subnet, 1);
    return 1;
}

static int push_form(lua_State *L, vp_text_form form) {
    const vp_cidr *self = lvp_self(L, LVP_CIDR);
    char text[VP_TEXT_MAX];
    size_t length;
    vp_error error;
    if (vp_text_format(self, form, text, &length, &error) != VP_OK) {
        return lvp_fail(L, &error);
    }
    lua_pushlstring(L, text, length);
    return 1;
}

/***
The netmask as an address.
@function cidr:netmask
@treturn string
@usage assert(vpcpeer.cidr("10.0.0.0/12"):netmask() == "255.240.0.0")
*/
static int lvp_cidr_netmask(lua_State *L) { return push_form(L, VP_TEXT_NETMASK); }

/***
The wildcard mask, the complement of the netmask, as an address.
@function cidr:wildcard
@treturn string
@usage assert(vpcpeer.cidr("10.0.0.0/12"):wildcard() == "0.15.255.255")
*/
static int lvp_cidr_wildcard(lua_State *L) { return push_form(L, VP_TEXT_WILDCARD); }

/***
The name of the first address in the reverse DNS.
@function cidr:ptr
@treturn string
@usage assert(vpcpeer.cidr("10.1.2.3"):ptr() == "3.2.1.10.in-addr.arpa")
*/
static int lvp_cidr_ptr(lua_State *L) { return push_form(L, VP_TEXT_PTR); }

/***
The first address in full: all digits of an IPv6 address, nothing left out.
@function cidr:long
@treturn string
@usage assert(vpcpeer.cidr("::1"):long() == "0000:0000:0000:0000:0000:0000:0000:0001")
*/
static int lvp_cidr_long(lua_State *L) { return push_form(L, VP_TEXT_LONG); }

/***
How many addresses the block has.
@function cidr:size
@treturn number exact up to 2^53, a float (exact too: a power of two) above
@usage assert(vpcpeer.cidr("10.0.0.0/8"):size() == 16777216)
*/
static int lvp_cidr_size(lua_State *L) {
    const vp_cidr *self = lvp_self(L, LVP_CIDR);
    int host_bits = vp_addr_bits(&self->address) - self->prefix_length;
    if (host_bits <= 53) {
        lvp_pushcount(L, UINT64_C(1) << host_bits);
    } else {
        lua_Number count = 1;
        for (int i = 0; i < host_bits; i++) {
            count *= 2;
        }
        lua_pushnumber(L, count);
    }
    return 1;
}

static int lvp_cidr_tostring(lua_State *L) {
    const vp_cidr *self = lvp_self(L, LVP_CIDR);
    char text[VP_CIDR_TEXT_MAX];
    size_t length = vp_cidr_format(self, text);
    lua_pushlstring(L, text, length);
    return 1;
}

/* Lua calls it for two userdata of any class, when either has it. */
static int lvp_cidr_eq(lua_State *L) {
    const vp_cidr *a = lvp_test_cidr(L, 1), *b = lvp_test_cidr(L, 2);
    lua_pushboolean(L, a != NULL && b != NULL && vp_cidr_equals(a, b));
    return 1;
}

/* Compares both operands of < or <=; raises when one is no cidr. */
static int compare(lua_State *L) {
    const vp_cidr *a = luaL_checkudata(L, 1, LVP_CIDR), *b = luaL_checkudata(L, 2, LVP_CIDR);
    return vp_cidr_compare(a, b);
}

static int lvp_cidr_lt(lua_State *L) {
    lua_pushboolean(L, compare(L) < 0);
    return 1;
}

static int lvp_cidr_le(lua_State *L) {
    lua_pushboolean(L, compare(L) <= 0);
    return 1;
}

/* Methods first (upvalue 2): they are asked for more often than fields. */
static int lvp_cidr_index(lua_State *L) {
    const vp_cidr *self = lvp_self(L, LVP_CIDR);
    lua_pushvalue(L, 2);
    lua_rawget(L, lua_upvalueindex(2));
    if (!lua_isnil(L, -1) || lua_type(L, 2) != LUA_TSTRING) {
        return 1;
    }
    const char *key = lua_tostring(L, 2);
    if (strcmp(key, "address") == 0 || strcmp(key, "first") == 0) {
        push_addr(L, &self->address);
    } else if (strcmp(key, "last") == 0) {
        vp_addr last = vp_cidr_last(self);
        push_addr(L, &last);
    } else if (strcmp(key, "prefix_length") == 0) {
        lua_pushinteger(L, self->prefix_length);
    } else if (strcmp(key, "family") == 0) {
        lua_pushinteger(L, self->address.family);
    }
    return 1;
}

static const luaL_Reg methods[] = {{"contains", lvp_cidr_contains}, {"overlaps", lvp_cidr_overlaps},
                                   {"supernet", lvp_cidr_supernet}, {"subnets", lvp_cidr_subnets},
                                   {"netmask", lvp_cidr_netmask},   {"wildcard", lvp_cidr_wildcard},
                                   {"ptr", lvp_cidr_ptr},           {"long", lvp_cidr_long},
                                   {"size", lvp_cidr_size},         {NULL, NULL}};

static const luaL_Reg metamethods[] = {
    {"__index", lvp_cidr_index}, {"__tostring", lvp_cidr_tostring},
    {"__eq", lvp_cidr_eq},       {"__lt", lvp_cidr_lt},
    {"__le", lvp_cidr_le},       {NULL, NULL}};

void lvp_open_cidr(lua_State *L) {
    lvp_new_class(L, LVP_CIDR, methods, metamethods);
    lua_pushcfunction(L, lvp_cidr);
    lua_setfield(L, -2, "cidr");
}
