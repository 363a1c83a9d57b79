/*
 * lvp_network.c - the class "vpcpeer.network": one model, seen by one caller.
 *
 * The box holds a counted reference, so handles and networks may be collected in any order.
 */
#include "lvp_model.h"

#include "vp_index.h"
#include "vp_peering.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_OWNER_ID "111111111111"
#define DEFAULT_REGION "us-east-1"

void lvp_check_usable(lua_State *L, const vp_network *network) {
    if (network == NULL || !network->open) {
        luaL_error(L, "the network is closed");
    } else if (network->pins > 0) {
        luaL_error(L, "the network is in use by a call that has not ended");
    }
}

lvp_box *lvp_check_network(lua_State *L, int index) {
    lvp_box *box = luaL_checkudata(L, index, LVP_NETWORK);
    lvp_check_usable(L, box->network);
    return box;
}

int lvp_pinned(lua_State *L, vp_network *network, lua_CFunction work, int arguments, bool *busy) {
    bool unused;
    int base = lua_gettop(L) - arguments;
    busy = busy != NULL ? busy : &unused;
    lua_pushcfunction(L, work);
    lua_insert(L, base + 1);
    lvp_check_usable(L, network); /* whatever was pushed so far may have run a finalizer */
    vp_network_ref(network)->pins++;
    *busy = true;
    int failed = lua_pcall(L, arguments, LUA_MULTRET, 0);
    *busy = false;
    network->pins--;
    vp_network_unref(network);
    return failed ? lua_error(L) : lua_gettop(L) - base;
}

static void raise_if(lua_State *L, vp_status status, const vp_error *error) {
    if (status != VP_OK) {
        (void)lvp_raise(L, error);
    }
}

/* Interns the string option `key` of the table at `index`, else keeps *name. */
static void name_option(lua_State *L, int index, vp_network *network, const char *key,
                        vp_name *name) {
    vp_error error;
    if (!lua_istable(L, index)) {
        return;
    }
    lua_getfield(L, index, key);
    if (!lua_isnil(L, -1)) {
        if (lua_type(L, -1) != LUA_TSTRING) {
            luaL_error(L, "bad option '%s' (string expected, got %s)", key, luaL_typename(L, -1));
        }
        size_t length;
        const char *text = lua_tolstring(L, -1, &length);
        raise_if(L, vp_network_intern(network, text, length, name, &error), &error);
    }
    lua_pop(L, 1);
}

void lvp_check_caller(lua_State *L, const vp_network *network, vp_name owner_id, vp_name region) {
    size_t length;
    const char *text = vp_names_text(&network->names, owner_id, &length);
    char quoted[VP_ERROR_QUOTE_MAX];
    if (length != 12 || strspn(text, "0123456789") != 12) {
        luaL_error(L, "bad option 'owner_id' (an account has 12 digits, unlike '%s')",
                   vp_error_quote(text, length, quoted));
    }
    text = vp_names_text(&network->names, region, &length);
    if (length == 0 || strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != length) {
        luaL_error(L, "bad option 'region' (a Region is a text such as 'us-east-1', unlike '%s')",
                   vp_error_quote(text, length, quoted));
    }
}

/***
Makes an empty network.
@function network
@tparam[opt] table options `owner_id` (12 digits, default "111111111111") and `region` (default
"us-east-1") of the default caller (see network:as); `quotas` (boolean): check AWS's default quotas
@treturn network
@raise misuse: unknown option, wrong type
@usage local net = vpcpeer.network{ region = "eu-west-1" }
*/
static int lvp_network_new(lua_State *L) {
    static const char *const options[] = {"owner_id", "region", "quotas", NULL};
    vp_error error;
    vp_alloc alloc = lvp_default_alloc();
    (void)lvp_check_options(L, 1, options);
    bool quotas = lvp_boolean_option(L, 1, "quotas");
    lvp_box *box = lvp_new_box(L, LVP_NETWORK, sizeof *box);
    raise_if(L,
             vp_network_new(&alloc, DEFAULT_OWNER_ID, sizeof DEFAULT_OWNER_ID - 1, DEFAULT_REGION,
                            sizeof DEFAULT_REGION - 1, &box->network, &error),
             &error);
    vp_network *network = box->network;
    name_option(L, 1, network, "owner_id", &network->owner_id);
    name_option(L, 1, network, "region", &network->region);
    lvp_check_caller(L, network, network->owner_id, network->region);
    network->quotas = quotas;
    box->owner_id = network->owner_id;
    box->region = network->region;
    return 1;
}

/***
The same network seen by another caller. A handle speaks for the view that it was got from, or for
the call that made it (which may carry an `owner_id` and a `region` as options): its methods are
calls of that account in that Region. With `dry_run = true` a call changes nothing and raises
DryRunOperation where it would have succeeded. Calls change and name what is the caller's own there;
the rest does not exist for it (InvalidVpcID.NotFound and so on), or is not to be changed
(UnauthorizedOperation). What accounts share is excepted: another account may run instances and make
interfaces and groups in a subnet, attach its VPC to a transit gateway, use prefix lists, and name
groups and VPCs across peering connections. So is what has no known owner in loaded data. Reading
and questions see the whole model, but for the peering connections of others.
@function network:as
@tparam string owner_id the caller's account
@tparam[opt] string region the caller's Region, default: that of this network
@treturn network shares everything with this one
@usage
net:as("222222222222"):get("vpc-b"):create_subnet{ cidr_block = "10.0.0.0/24" }
net:as("222222222222", "us-west-2"):get("pcx-1"):accept()
*/
static int lvp_network_as(lua_State *L) {
    lvp_box *box = lvp_check_network(L, 1);
    vp_error error;
    size_t owner_length, region_length;
    const char *owner = luaL_checklstring(L, 2, &owner_length);
    const char *region = luaL_optlstring(L, 3, NULL, &region_length);
    lvp_box *made = lvp_new_box(L, LVP_NETWORK, sizeof *made);
    lvp_check_usable(L, box->network); /* making the box may have run a finalizer */
    made->network = vp_network_ref(box->network);
    made->region = box->region;
    raise_if(L, vp_network_intern(box->network, owner, owner_length, &made->owner_id, &error),
             &error);
    if (region != NULL) {
        raise_if(L, vp_network_intern(box->network, region, region_length, &made->region, &error),
                 &error);
    }
    lvp_check_caller(L, made->network, made->owner_id, made->region);
    return 1;
}

/***
Finds an object by its id or by a Name tag that no other object has. A peering connection that ended
is found as long as the caller sees it.
@function network:get
@tparam string name id or Name
@treturn[1] object a handle
@treturn[2] nil when there is none
@treturn[3] nil
@treturn[3] string message, naming the objects that carry the Name
@treturn[3] string "ambiguous"
@usage local web = net:get("web")
*/
static int lvp_network_get(lua_State *L) {
    lvp_box *box = lvp_check_network(L, 1);
    vp_network *network = box->network;
    vp_error error;
    const vp_index *index;
    size_t length;
    uint32_t count;
    const char *text = luaL_checklstring(L, 2, &length);
    vp_name name = vp_names_find(&network->names, text, length);
    vp_record *record = vp_network_find(network, VP_KIND_NONE, name);
    if (record != NULL) {
        bool hidden = vp_peering_is_hidden(network, record, box->owner_id);
        lvp_push_object(L, box, hidden ? NULL : record);
        return 1;
    }
    raise_if(L, vp_index_get(network, &index, &error), &error);
    vp_record *const *named = vp_index_named(index, name, &count);
    if (name == VP_NO_NAME || count == 0) {
        lua_pushnil(L);
        return 1;
    }
    if (count == 1) {
        bool hidden = vp_peering_is_hidden(network, named[0], box->owner_id);
        lvp_push_object(L, box, hidden ? NULL : named[0]);
        return 1;
    }
    char list[VP_ERROR_MESSAGE_MAX] = "";
    size_t used = 0;
    for (uint32_t i = 0; i < count && used + 64 < sizeof list; i++) {
        int written = snprintf(list + used, sizeof list - used, "%s%.60s", i == 0 ? " " : ", ",
                               vp_network_text(network, named[i]->id));
        used += written > 0 ? (size_t)written : 0;
    }
    lua_pushnil(L);
    lua_pushfstring(L, "the Name \"%s\" is carried by %d objects:%s", text, (int)count, list);
    lua_pushliteral(L, "ambiguous");
    return 3;
}

/***
An independent copy: changes of one do not touch the other.
@function network:clone
@treturn network
@usage local draft = net:clone()
*/
static int lvp_network_clone(lua_State *L) {
    lvp_box *box = lvp_check_network(L, 1);
    vp_error error;
    lvp_box *made = lvp_new_box(L, LVP_NETWORK, sizeof *made);
    lvp_check_usable(L, box->network); /* making the box may have run a finalizer */
    raise_if(L, vp_network_clone(box->network, &made->network, &error), &error);
    made->owner_id = box->owner_id;
    made->region = box->region;
    return 1;
}

/***
Moves the clock: pending requests expire, ended connections vanish.
@function network:advance
@tparam integer seconds 0 or more
@treturn integer the clock, seconds since the network was made
@usage net:advance(7 * 24 * 3600)
Source: VPC Peering Guide, "VPC peering connection lifecycle"
*/
static int lvp_network_advance(lua_State *L) {
    lvp_box *box = lvp_check_network(L, 1);
    vp_error error;
    int64_t seconds = lvp_integer_arg(L, 2, 0, (int64_t)1 << 40);
    raise_if(L, vp_peering_advance(box->network, seconds, &error), &error);
    lvp_pushcount(L, (uint64_t)box->network->clock);
    return 1;
}

static void set_name(lua_State *L, const vp_network *network, const char *key, vp_name name) {
    lvp_push_name(L, network, name);
    lua_setfield(L, -2, key);
}

static int push_diagnostics(lua_State *L) {
    static const char *const severities[] = {"info", "warning", "error"};
    const vp_network *network = ((lvp_box *)lua_touserdata(L, 1))->network;
    lua_createtable(L, (int)network->diagnostic_count, 0);
    for (uint32_t i = 0; i < network->diagnostic_count; i++) {
        const vp_diagnostic *diagnostic = &network->diagnostics[i];
        lua_createtable(L, 0, 6);
        lua_pushstring(L, severities[diagnostic->severity]);
        lua_setfield(L, -2, "severity");
        set_name(L, network, "code", diagnostic->code);
        set_name(L, network, "resource_id", diagnostic->resource_id);
        set_name(L, network, "file", diagnostic->file);
        set_name(L, network, "path", diagnostic->path);
        set_name(L, network, "message", diagnostic->message);
        lua_rawseti(L, -2, (int)i + 1);
    }
    return 1;
}

/***
What a lenient load kept but did not like, in the order of finding.
@function network:diagnostics
@treturn {table,...} each `{severity = "info"|"warning"|"error", code, resource_id, file, path,
message}`; `message` reads on after the path
@usage for _, d in ipairs(net:diagnostics()) do print(d.severity, d.code, d.message) end
*/
static int lvp_network_diagnostics(lua_State *L) {
    lvp_box *box = lvp_check_network(L, 1);
    lua_settop(L, 1);
    return lvp_pinned(L, box->network, push_diagnostics, 1, NULL);
}

static int push_events(lua_State *L) {
    const vp_network *network = ((lvp_box *)lua_touserdata(L, 1))->network;
    lua_createtable(L, (int)network->event_count, 0);
    for (uint32_t i = 0; i < network->event_count; i++) {
        const vp_event *event = &network->events[i];
        lua_createtable(L, 0, 4);
        lvp_pushcount(L, (uint64_t)event->at);
        lua_setfield(L, -2, "at");
        set_name(L, network, "action", event->action);
        set_name(L, network, "resource_id", event->resource_id);
        set_name(L, network, "state", event->state);
        lua_rawseti(L, -2, (int)i + 1);
    }
    return 1;
}

/***
The log of what happened, oldest first.
@function network:events
@treturn {table,...} each `{at = seconds, action, resource_id, state}`
@usage for _, e in ipairs(net:events()) do print(e.at, e.resource_id, e.state) end
*/
static int lvp_network_events(lua_State *L) {
    lvp_box *box = lvp_check_network(L, 1);
    lua_settop(L, 1);
    return lvp_pinned(L, box->network, push_events, 1, NULL);
}

/***
Frees the model at once. Using it or its objects afterwards is misuse; closing again is not.
@function network:close
@usage net:close()
*/
static int lvp_network_close(lua_State *L) {
    lvp_box *box = luaL_checkudata(L, 1, LVP_NETWORK);
    if (box->network != NULL && box->network->open) {
        lvp_check_usable(L, box->network);
        vp_network_close(box->network);
    }
    return 0;
}

static int lvp_network_gc(lua_State *L) {
    lvp_box *box = luaL_testudata(L, 1, LVP_NETWORK);
    if (box != NULL && box->network != NULL) {
        vp_network *network = box->network;
        box->network = NULL;
        vp_network_unref(network);
    }
    return 0;
}

static int lvp_network_tostring(lua_State *L) {
    lvp_box *box = luaL_checkudata(L, 1, LVP_NETWORK);
    if (box->network == NULL || !box->network->open) {
        lua_pushliteral(L, "network (closed)");
        return 1;
    }
    const vp_rows *rows = box->network->rows;
    lua_pushfstring(L, "network (%d VPCs, %d subnets, %d peering connections, %d interfaces)",
                    (int)rows[VP_KIND_VPC].count, (int)rows[VP_KIND_SUBNET].count,
                    (int)rows[VP_KIND_VPC_PEERING_CONNECTION].count,
                    (int)rows[VP_KIND_NETWORK_INTERFACE].count);
    return 1;
}

static int lvp_network_eq(lua_State *L) {
    /* Lua calls it for any two userdata, when either has it. */
    const lvp_box *a = luaL_testudata(L, 1, LVP_NETWORK), *b = luaL_testudata(L, 2, LVP_NETWORK);
    lua_pushboolean(L, a != NULL && b != NULL && a->network == b->network &&
                           a->owner_id == b->owner_id && a->region == b->region);
    return 1;
}

static const luaL_Reg network_methods[] = {{"as", lvp_network_as},
                                           {"get", lvp_network_get},
                                           {"clone", lvp_network_clone},
                                           {"advance", lvp_network_advance},
                                           {"diagnostics", lvp_network_diagnostics},
                                           {"events", lvp_network_events},
                                           {"close", lvp_network_close},
                                           {NULL, NULL}};

static const luaL_Reg network_metamethods[] = {{"__gc", lvp_network_gc},
                                               {"__close", lvp_network_close},
                                               {"__tostring", lvp_network_tostring},
                                               {"__eq", lvp_network_eq},
                                               {NULL, NULL}};

static const luaL_Reg network_functions[] = {{"network", lvp_network_new}, {NULL, NULL}};

void lvp_open_network(lua_State *L) {
    lvp_new_class(L, LVP_NETWORK, network_methods, network_metamethods);
    luaL_setfuncs(L, network_functions, 0);
}
