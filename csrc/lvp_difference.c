/*
 * lvp_difference.c - what a change of one record makes of connectivity, for scripts that ask.
 *
 * The box holds the difference and the pairs that were found; they are gathered first, since
 * nothing may raise while the old numbers stand in the place of the new ones.
 */
#include "lvp_reach.h"

#include "vp_atlas.h"
#include "vp_diff.h"

#include <string.h>

#define LVP_DIFFERENCE "vpcpeer.difference"

typedef struct difference_box {
    vp_network *network;
    vp_diff diff;
    vp_diff_pairs *found;
    uint32_t count, capacity;
    bool is_open, failed;
} difference_box;

static int lvp_difference_gc(lua_State *L) {
    difference_box *box = luaL_testudata(L, 1, LVP_DIFFERENCE);
    if (box != NULL && box->network != NULL) {
        vp_network *network = box->network;
        if (box->is_open) {
            vp_diff_clear(&box->diff);
        }
        vp_alloc_free(&network->alloc, box->found, box->capacity * sizeof *box->found);
        memset(box, 0, sizeof *box);
        vp_network_unref(network);
    }
    return 0;
}

/***
Remembers how things are before a record is changed.
@function core.difference
@local
@tparam network net
@tparam string id of a security group, a network ACL, a route table or a peering connection
@treturn[1] difference
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code
@raise for another type
*/
static int lvp_difference_new(lua_State *L) {
    vp_network *network = lvp_check_network(L, 1)->network;
    size_t length;
    const char *id = luaL_checklstring(L, 2, &length);
    vp_error error;
    difference_box *box = lvp_new_box(L, LVP_DIFFERENCE, sizeof *box);
    lvp_check_usable(L, network); /* making the box may have run a finalizer */
    box->network = vp_network_ref(network);
    const vp_record *record =
        vp_network_find(network, VP_KIND_NONE, vp_names_find(&network->names, id, length));
    vp_status status = record == NULL
                           ? vp_error_set(&error, VP_NOT_FOUND, "unknown_id", "no record '%s'", id)
                           : vp_diff_begin(&box->diff, network, record, 0, &error);
    if (status != VP_OK) {
        return lvp_fail(L, &error);
    }
    box->is_open = true;
    return 1;
}

static void keep_pairs(void *context, const vp_diff_pairs *pairs) {
    difference_box *box = context;
    void *items = box->found;
    if (vp_alloc_grow(&box->network->alloc, &items, &box->capacity, (size_t)box->count + 1,
                      sizeof *box->found) != VP_OK) {
        box->failed = true;
        return;
    }
    box->found = items;
    box->found[box->count++] = *pairs;
}

/* The ids of the interfaces of members first..last, as a field of the table on top. */
static void push_members(lua_State *L, const difference_box *box, uint32_t first, uint32_t last,
                         const char *key) {
    const vp_atlas *atlas = box->network->compiled->atlas;
    const vp_rows *rows = vp_network_rows(box->network, VP_KIND_NETWORK_INTERFACE);
    lua_createtable(L, (int)(last - first) + 1, 0);
    for (uint32_t i = first; i <= last; i++) {
        lvp_push_name(L, box->network, rows->rows[atlas->members[i].interface]->id);
        lua_rawseti(L, -2, (int)(i - first) + 1);
    }
    lua_setfield(L, -2, key);
}

static void push_flow(lua_State *L, difference_box *box, const vp_diff_pairs *pairs, vp_flow flow,
                      const char *key) {
    vp_reach_row row;
    vp_services *services = &box->network->compiled->profiles->services;
    vp_service_range usual = {1024, VP_PORTS_MAX};
    memset(&row, 0, sizeof row);
    row.family = pairs->family;
    row.flow = flow;
    lvp_push_services(L, services, &row, vp_service_of_range(services, usual));
    lua_setfield(L, -2, key);
}

/* The list of what was found, for the box on top. */
static int push_pairs(lua_State *L) {
    difference_box *box = luaL_checkudata(L, -1, LVP_DIFFERENCE);
    lua_createtable(L, (int)box->count, 0);
    for (uint32_t i = 0; i < box->count; i++) {
        const vp_diff_pairs *pairs = &box->found[i];
        lua_createtable(L, 0, 9);
        lua_pushinteger(L, pairs->family);
        lua_setfield(L, -2, "family");
        push_members(L, box, pairs->source_first, pairs->source_last, "from");
        push_members(L, box, pairs->first, pairs->last, "to");
        push_flow(L, box, pairs, pairs->opened, "opened");
        push_flow(L, box, pairs, pairs->closed, "closed");
        push_flow(L, box, pairs, pairs->known[0], "before");
        push_flow(L, box, pairs, pairs->known[1], "after");
        push_flow(L, box, pairs, pairs->unknown[0], "unknown_before");
        push_flow(L, box, pairs, pairs->unknown[1], "unknown_after");
        lua_rawseti(L, -2, (int)i + 1);
    }
    return 1;
}

/***
What the change made of connectivity inside the network, from usual source ports.
@function difference:pairs
@treturn {table,...} rectangles `{ family, from, to, opened, closed, before, after, unknown_before,
unknown_after }`: between all interfaces `from` and all `to`, but none with itself; services as in a
row
@raise when more was changed than rules, entries, routes or the state of the record
@usage local difference = core.difference(net, "sg-web")
*/
static int lvp_difference_pairs(lua_State *L) {
    difference_box *box = luaL_checkudata(L, 1, LVP_DIFFERENCE);
    vp_compiled *compiled;
    vp_error error;
    luaL_argcheck(L, box->is_open, 1, "a difference that was begun expected");
    lvp_check_usable(L, box->network);
    vp_status status = vp_compiled_get(box->network, &compiled, &error);
    box->count = 0;
    box->failed = false;
    if (status == VP_OK) {
        vp_service_range usual = {1024, VP_PORTS_MAX};
        status =
            vp_diff_visit(&box->diff, vp_service_of_range(&compiled->profiles->services, usual),
                          keep_pairs, box, &error);
    }
    if (status == VP_OK && box->failed) {
        status = vp_error_no_memory(&error);
    }
    if (status != VP_OK) {
        return lvp_raise(L, &error);
    }
    lua_settop(L, 1);
    return lvp_pinned(L, box->network, push_pairs, 1, NULL);
}

static const luaL_Reg difference_methods[] = {{"pairs", lvp_difference_pairs}, {NULL, NULL}};
static const luaL_Reg difference_metamethods[] = {{"__gc", lvp_difference_gc}, {NULL, NULL}};
static const luaL_Reg functions[] = {{"difference", lvp_difference_new}, {NULL, NULL}};

void lvp_open_difference(lua_State *L) {
    lvp_new_class(L, LVP_DIFFERENCE, difference_methods, difference_metamethods);
    luaL_setfuncs(L, functions, 0);
}
