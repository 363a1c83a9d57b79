/*
 * lvp_action.c - the actions of the core as Lua methods.
 *
 * Every row of vp_action.h becomes one closure in the table of methods of its receiver's class; the
 * closure's upvalue is the number of the row. The methods' LDoc blocks stand above the actions.
 */
#include "lvp_model.h"

#include "vp_action.h"

static void raise_if(lua_State *L, vp_status status, const vp_error *error) {
    if (status != VP_OK) {
        (void)lvp_raise(L, error);
    }
}

/* Takes the option `key` out of the options table's copy at `index` into *name. */
static void take_name(lua_State *L, int index, vp_network *network, const char *key,
                      vp_name *name) {
    vp_error error;
    lua_getfield(L, index, key);
    if (!lua_isnil(L, -1)) {
        if (lua_type(L, -1) != LUA_TSTRING) {
            luaL_error(L, "bad option '%s' (string expected, got %s)", key, luaL_typename(L, -1));
        }
        size_t length;
        const char *text = lua_tolstring(L, -1, &length);
        raise_if(L, vp_network_intern(network, text, length, name, &error), &error);
        lua_pushnil(L);
        lua_setfield(L, index, key);
    }
    lua_pop(L, 1);
}

/* The same for the option `dry_run`. */
static bool take_dry_run(lua_State *L, int index) {
    lua_getfield(L, index, "dry_run");
    if (!lua_isnil(L, -1) && !lua_isboolean(L, -1)) {
        luaL_error(L, "bad option 'dry_run' (boolean expected, got %s)", luaL_typename(L, -1));
    }
    bool dry_run = lua_toboolean(L, -1) != 0;
    lua_pop(L, 1);
    lua_pushnil(L);
    lua_setfield(L, index, "dry_run");
    return dry_run;
}

/* Replaces the options at 2 by a copy without what all actions take, which goes into the call. */
static void read_caller(lua_State *L, vp_network *network, vp_call *call) {
    if (lua_isnoneornil(L, 2)) {
        lua_settop(L, 1);
        lua_newtable(L);
        return;
    }
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    lua_newtable(L);
    lua_pushnil(L);
    while (lua_next(L, 2) != 0) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, 3);
    }
    lua_replace(L, 2);
    take_name(L, 2, network, "owner_id", &call->owner_id);
    take_name(L, 2, network, "region", &call->region);
    call->dry_run = take_dry_run(L, 2);
    lvp_check_usable(L, network); /* reading may have run a finalizer that closed it */
    lvp_check_caller(L, network, call->owner_id, call->region);
}

/* The ids that a call returns besides its result, in a box that releases them. */
typedef struct made_ids {
    vp_list ids; /* vp_text_item */
} made_ids;

static const vp_field made_fields[] = {
    VP_FIELD(made_ids, ids, VP_TYPE_LIST, "Ids", 0, &vp_text_item_schema)};
static const vp_schema made_schema = VP_SCHEMA("made ids", made_ids, made_fields);

/* Pushes the ids as a second result; returns the number of results. */
static int push_made(lua_State *L, const vp_network *network, const vp_list *ids) {
    if (ids->count == 0) {
        return 1;
    }
    lvp_push_field(L, network, &made_fields[0], ids, LVP_STYLE_SNAKE);
    return 2;
}

static const vp_schema no_options = {"no options", 0, 0, NULL};

/* The box at index 1, of which the action must be one; a record is read into the call. */
static lvp_box *read_receiver(lua_State *L, const vp_action *action, vp_call *call) {
    if (action->receiver == VP_KIND_NONE) {
        return lvp_check_network(L, 1);
    }
    lvp_box *box = lvp_test_object(L, 1);
    const char *wanted = vp_kind_describe(action->receiver)->name;
    if (box == NULL) {
        luaL_error(L, "bad receiver of '%s' (call it with a colon on a %s)", action->name, wanted);
    }
    call->receiver = lvp_check_record(L, 1);
    if (call->receiver->kind != (uint8_t)action->receiver) {
        luaL_error(L, "'%s' is an action of a %s, not of %s", action->name, wanted,
                   vp_network_text(box->network, box->id));
    }
    return box;
}

/* What was made, an id, or the receiver: "itself" is the very handle, which speaks for whom it did.
 */
static void push_result(lua_State *L, const lvp_box *box, const vp_call *call) {
    if (call->result != NULL && call->result != call->receiver) {
        lvp_box caller = *box;
        caller.owner_id = call->owner_id;
        caller.region = call->region;
        lvp_push_object(L, &caller, call->result);
    } else if (call->result == NULL && call->result_id != VP_NO_NAME) {
        lvp_push_name(L, call->network, call->result_id);
    } else {
        lua_pushvalue(L, 1);
    }
}

static int lvp_action_call(lua_State *L) {
    uint32_t position = (uint32_t)lua_tointeger(L, lua_upvalueindex(1));
    const vp_action *action = vp_action_next(&position);
    const vp_schema *schema = action->request != NULL ? action->request : &no_options;
    vp_error error;
    error.status = VP_OK;
    vp_call call = {0};
    lvp_box *box = read_receiver(L, action, &call);
    call.network = box->network;
    call.owner_id = box->owner_id;
    call.region = box->region;
    read_caller(L, call.network, &call);
    call.request = lvp_new_request(L, call.network, schema);
    lvp_read_options(L, 2, call.network, schema, call.request);
    made_ids *made = lvp_new_request(L, call.network, &made_schema);
    call.result_ids = &made->ids;
    lvp_check_usable(L, call.network); /* reading may have run a finalizer */
    call.receiver = call.receiver == NULL ? NULL : lvp_check_record(L, 1);
    if (vp_action_run(action, &call, &error) != VP_OK) {
        return error.status == VP_REFUSED ? lvp_fail(L, &error) : lvp_raise(L, &error);
    }
    push_result(L, box, &call);
    return push_made(L, call.network, call.result_ids);
}

/* Adds the actions to the tables of methods; the module table is on top. */
void lvp_open_action(lua_State *L) {
    uint32_t position = 0;
    for (;;) {
        uint32_t row = position;
        const vp_action *action = vp_action_next(&position);
        if (action == NULL) {
            return;
        }
        lua_getfield(L, -1, "methods");
        lua_pushstring(L, action->receiver == VP_KIND_NONE
                              ? "network"
                              : vp_kind_describe(action->receiver)->name);
        lua_call(L, 1, 1);
        lua_pushinteger(L, (lua_Integer)row);
        lua_pushcclosure(L, lvp_action_call, 1);
        lua_setfield(L, -2, action->name);
        lua_pop(L, 1);
    }
}
