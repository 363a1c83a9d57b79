/*
 * lvp_trace.c - net:trace and net:reachable: the walk of one packet, asked from Lua.
 *
 * Both share one asker, upvalue 1 of their closures. Tables are read raw, so the only scripts that
 * can run in between are finalizers: one that changed something while a question was read makes the
 * question fail, and none can while its answer is shown.
 */
#include "lvp_trace.h"

#include "vp_reach.h"
#include "vp_reach_quick.h"

#include <string.h>

#define LVP_ASKER "vpcpeer.asker"

/* Upvalues of both functions: the asker, the codes (see push_code), and the two classes, so that
 * they stay where the asker says they are. */
enum { ASKER = 1, CODES, NETWORKS, OBJECTS, UPVALUES = OBJECTS };

static lvp_asker *asker_of(lua_State *L) {
    lvp_asker *asker = lua_touserdata(L, lua_upvalueindex(ASKER));
    if (asker == NULL || asker->collected) {
        luaL_error(L, "the Lua state is closing");
    }
    if (asker->busy) {
        luaL_error(L, "another question is being answered");
    }
    asker->questions++;
    vp_trace_query_init(&asker->query);
    return asker;
}

/* What a question was asked of, to see afterwards whether it still is what it was. */
typedef struct moment {
    uint64_t questions, generation;
} moment;

static moment now(const lvp_asker *asker, const vp_network *network) {
    moment taken = {asker->questions, network->generation};
    return taken;
}

/* Reading a question makes Lua values, which may run a finalizer, which may do anything. */
static void check_undisturbed(lua_State *L, const lvp_asker *asker, const vp_network *network,
                              moment before) {
    if (!network->open) {
        luaL_error(L, "the network is closed");
    } else if (asker->questions != before.questions || network->generation != before.generation) {
        luaL_error(L, "a finalizer interfered with the question");
    }
}

/* A host name is asked for when both ends are known, then the packet is walked. */
static vp_status ask(vp_network *network, lvp_asker *asker, vp_error *error) {
    vp_trace_query *query = &asker->query;
    vp_status status = vp_end_ask(network, &query->from, query->family, &query->to, error);
    return status == VP_OK ? vp_trace_run(network, query, &asker->trace, error) : status;
}

/* Pinned, with the network, the asker and the moment: answers the question that the asker holds. */
static int answer(lua_State *L) {
    vp_network *network = ((lvp_box *)lua_touserdata(L, 1))->network;
    lvp_asker *asker = lua_touserdata(L, 2);
    moment before = {(uint64_t)lua_tonumber(L, 3), (uint64_t)lua_tonumber(L, 4)};
    vp_error error;
    check_undisturbed(L, asker, network, before);
    if (ask(network, asker, &error) != VP_OK) {
        return lvp_fail(L, &error);
    }
    lvp_push_answer(L, network, &asker->trace);
    lvp_push_asked(L, &asker->query, &asker->trace);
    return 3;
}

/***
The plain answer to a question, and the Name tags it mentions; `net:trace` adds the sentences.
@function core.trace
@tparam network net
@tparam table question see `net:trace`
@treturn[1] table the fields of a trace without messages
@treturn[1] {string=string} Name tags by id
@treturn[1] ?table what was asked for and the answer does not hold: `icmp`, `ports`
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code
@raise misuse: unknown option, wrong type
*/
static int lvp_trace_ask(lua_State *L) {
    vp_network *network = lvp_check_network(L, 1)->network;
    lvp_asker *asker = asker_of(L);
    moment before = now(asker, network);
    vp_error error;
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    vp_status status = lvp_read_question(L, 2, network, asker, &error);
    check_undisturbed(L, asker, network, before);
    if (status != VP_OK) {
        return lvp_fail(L, &error);
    }
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(ASKER));
    lua_pushnumber(L, (lua_Number)before.questions);
    lua_pushnumber(L, (lua_Number)before.generation);
    return lvp_pinned(L, network, answer, 4, &asker->busy);
}

/* Reads (network, from, to, protocol, port) from the stack; walks unless the engine is certain. */
static vp_status ask_shortly(lua_State *L, vp_network *network, lvp_asker *asker, moment before,
                             bool *certain, vp_error *error) {
    vp_trace_query *query = &asker->query;
    vp_status status = lvp_read_end(L, 2, "from", network, VP_END_SOURCE, &query->from, error);
    if (status == VP_OK) {
        status = lvp_read_end(L, 3, "to", network, VP_END_DESTINATION, &query->to, error);
    }
    if (status == VP_OK) {
        status = lvp_read_protocol(L, 4, query, error);
    }
    if (status == VP_OK) {
        status = lvp_read_ports(L, 5, "port", &query->ports, error);
    }
    check_undisturbed(L, asker, network, before);
    if (status != VP_OK) {
        return status;
    }
    lvp_check_packet(L, query, lua_isnoneornil(L, 5) ? NULL : "port");
    lvp_open_ports(query, !lua_isnoneornil(L, 5));
    *certain = vp_reach_passes(network, query);
    return *certain ? VP_OK : ask(network, asker, error);
}

/*
 * Pushes a code. The upvalue CODES is a table that holds every code pushed so far, so that the text
 * stays interned and pushing it again allocates nothing.
 */
static void push_code(lua_State *L, const char *code) {
    lua_pushstring(L, code);
    lua_pushvalue(L, -1);
    lua_rawget(L, lua_upvalueindex(CODES));
    if (lua_isnil(L, -1)) {
        lua_pushvalue(L, -2);
        lua_pushboolean(L, 1);
        lua_rawset(L, lua_upvalueindex(CODES));
    }
    lua_pop(L, 1);
}

/*
 * The box at an index if it is of a class, else NULL. To look a class up by name costs as much as
 * the rest of a short question.
 */
static lvp_box *box_at(lua_State *L, int index, const void *class) {
    lvp_box *box = lua_touserdata(L, index);
    if (box == NULL || !lua_getmetatable(L, index)) {
        return NULL;
    }
    bool same = lua_topointer(L, -1) == class;
    lua_pop(L, 1);
    return same ? box : NULL;
}

/* The id at an index of the stack; false for whatever else is there. */
static bool id_at(lua_State *L, int index, const void *class, const vp_network *network,
                  vp_quick_id *id) {
    if (lua_type(L, index) == LUA_TSTRING) {
        id->text = lua_tolstring(L, index, &id->length);
        return true;
    }
    const lvp_box *box = box_at(L, index, class);
    *id = (vp_quick_id){.name = box == NULL ? VP_NO_NAME : box->id};
    return box != NULL && box->network == network;
}

/* The protocol at an index: tcp, udp, else 0. Not given: tcp. */
static uint8_t protocol_at(lua_State *L, int index) {
    size_t length;
    if (lua_type(L, index) != LUA_TSTRING) {
        return lua_isnoneornil(L, index) ? VP_PROTOCOL_TCP : 0;
    }
    const char *text = lua_tolstring(L, index, &length);
    return length != 3                   ? 0
           : memcmp(text, "tcp", 3) == 0 ? VP_PROTOCOL_TCP
           : memcmp(text, "udp", 3) == 0 ? VP_PROTOCOL_UDP
                                         : 0;
}

/*
 * A question of ids, "tcp" or "udp", and one port may be answered before it is read in full. What
 * is not as it should be is left to who says what is wrong with it.
 */
static bool is_plainly_open(lua_State *L) {
    vp_quick_id from, to;
    const lvp_asker *asker = lua_touserdata(L, lua_upvalueindex(ASKER));
    if (asker == NULL || asker->collected || asker->busy) {
        return false;
    }
    const lvp_box *box = box_at(L, 1, asker->networks);
    vp_network *network = box == NULL ? NULL : box->network;
    if (network == NULL || !network->open || network->pins > 0 ||
        !id_at(L, 2, asker->objects, network, &from) ||
        !id_at(L, 3, asker->objects, network, &to)) {
        return false;
    }
    uint8_t protocol = protocol_at(L, 4);
    lua_Number port = lua_type(L, 5) == LUA_TNUMBER ? lua_tonumber(L, 5) : -1;
    return protocol != 0 && port >= 0 && port <= 65535 && (lua_Number)(uint16_t)port == port &&
           vp_reach_quick(network, &from, &to, protocol, (uint16_t)port);
}

/***
Can one end reach another? The short form of `net:trace`, for hosts that ask often: it makes no
table and, once warm, allocates nothing.
@function network:reachable
@param from END: a handle, an id, a unique Name tag, an address, `"internet"` ... (see `net:trace`)
@param to END
@param[opt="tcp"] protocol `"tcp"`, `"udp"`, `"icmp"`, `"icmpv6"`, a number, or `"-1"` for any
@param[opt=443] port a number, `{first, last}` or text
@treturn[1] boolean true or false; nil when the data do not say
@treturn[1] string the first reason's code; nil when reachable
@treturn[2] nil
@treturn[2] string message
@treturn[2] string `"unknown_id"`, `"ambiguous"` or another code of outside data
@raise misuse: wrong types, a port for a protocol that has none, a closed network
@usage local ok, code = net:reachable("web", "db", "tcp", 5432)
*/
static int lvp_trace_reachable(lua_State *L) {
    bool certain = false;
    vp_error error;
    if (is_plainly_open(L)) {
        lua_pushboolean(L, 1);
        lua_pushnil(L);
        return 2;
    }
    vp_network *network = lvp_check_network(L, 1)->network;
    luaL_checkany(L, 2);
    luaL_checkany(L, 3);
    lua_settop(L, 5);
    lvp_asker *asker = asker_of(L);
    moment before = now(asker, network);
    if (ask_shortly(L, network, asker, before, &certain, &error) != VP_OK) {
        return lvp_fail(L, &error);
    }
    if (certain) {
        lua_pushboolean(L, 1);
        lua_pushnil(L);
        return 2;
    }
    const vp_trace *trace = &asker->trace;
    if (trace->reachable < 0) {
        lua_pushnil(L);
    } else {
        lua_pushboolean(L, trace->reachable);
    }
    if (trace->explanations.count == 0) {
        lua_pushnil(L);
    } else {
        push_code(L, VP_ITEM(vp_explanation, &trace->explanations, 0)->code);
    }
    return 2;
}

static int lvp_asker_gc(lua_State *L) {
    lvp_asker *asker = luaL_testudata(L, 1, LVP_ASKER);
    if (asker != NULL && !asker->collected) {
        asker->collected = true;
        vp_trace_clear(&asker->trace);
    }
    return 0;
}

static const luaL_Reg asker_metamethods[] = {{"__gc", lvp_asker_gc}, {NULL, NULL}};

static const luaL_Reg functions[] = {
    {"trace", lvp_trace_ask}, {"reachable", lvp_trace_reachable}, {NULL, NULL}};

void lvp_open_trace(lua_State *L) {
    vp_alloc alloc = lvp_default_alloc();
    lvp_new_class(L, LVP_ASKER, NULL, asker_metamethods);
    lvp_asker *asker = lvp_new_box(L, LVP_ASKER, sizeof *asker);
    vp_trace_init(&asker->trace, &alloc);
    lua_newtable(L);
    luaL_getmetatable(L, LVP_NETWORK);
    asker->networks = lua_topointer(L, -1);
    luaL_getmetatable(L, LVP_OBJECT);
    asker->objects = lua_topointer(L, -1);
    luaL_setfuncs(L, functions, UPVALUES);
}
