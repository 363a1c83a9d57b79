/*
 * lvp_reach.c - net:connectivity: what is asked, and rows as tables.
 *
 * The box of a question holds the network, the answer under way and everything that the question
 * points to; it is made empty first and filled afterwards, so nothing leaks when Lua raises. The
 * iterator is a closure with the box; leaving a loop early leaves the box to the collector.
 */
#include "lvp_reach.h"

#include "lvp_set.h"
#include "lvp_trace.h"
#include "vp_service_text.h"

#include <string.h>

#define LVP_ROWS "vpcpeer.rows"

typedef struct rows_box {
    vp_network *network;
    vp_reach *reach;
    uint32_t interface_count;
    lvp_side sides[2];
    uint32_t services_made; /* entries of the table of services (upvalue 2 of the iterator) */
    vp_profiles *profiles;  /* of the row under way: its services outlive the network */
} rows_box;

static void close_rows(rows_box *box) {
    vp_network *network = box->network;
    if (network == NULL) {
        return;
    }
    if (box->reach != NULL) {
        vp_reach_close(box->reach);
    }
    for (int i = 0; i < 2; i++) {
        lvp_side *side = &box->sides[i];
        vp_alloc_free(&network->alloc, side->chosen,
                      side->chosen == NULL ? 0 : (size_t)box->interface_count + 1);
        if (side->open) {
            vp_set_builder_clear(&side->builder);
        }
        vp_set_unref(side->within);
        vp_alloc_free(&network->alloc, side->far, side->far_capacity * sizeof *side->far);
    }
    vp_profiles_unref(box->profiles);
    memset(box, 0, sizeof *box);
    vp_network_unref(network);
}

static int lvp_rows_gc(lua_State *L) {
    rows_box *box = luaL_testudata(L, 1, LVP_ROWS);
    if (box != NULL) {
        close_rows(box);
    }
    return 0;
}

/* ---- the question ------------------------------------------------------------------------------
 */

static int field_at(lua_State *L, const char *key) {
    lua_pushstring(L, key);
    lua_rawget(L, 2);
    return lua_gettop(L);
}

static void read_group(lua_State *L, vp_reach_query *query) {
    static const char *const words[] = {"interface", "subnet", "vpc", "security_group"};
    int index = field_at(L, "group_by");
    if (lua_isnil(L, index)) {
        return;
    }
    const char *text = lua_type(L, index) == LUA_TSTRING ? lua_tostring(L, index) : "";
    for (size_t i = 0; i < VP_COUNT_OF(words); i++) {
        if (strcmp(text, words[i]) == 0) {
            query->group_by = (vp_reach_group)i;
            return;
        }
    }
    luaL_error(L, "'group_by' is \"interface\", \"subnet\", \"vpc\" or \"security_group\"");
}

static void read_family(lua_State *L, vp_reach_query *query) {
    int index = field_at(L, "family");
    if (!lua_isnil(L, index)) {
        lua_Number family = lua_type(L, index) == LUA_TNUMBER ? lua_tonumber(L, index) : 0;
        if (family != 4 && family != 6) {
            luaL_error(L, "'family' is 4 or 6");
        }
        query->family = (uint8_t)family;
    }
}

/* The source ports as a set over 0-65535 of the line of services. */
static vp_status read_sources(lua_State *L, vp_services *services, vp_reach_query *query,
                              vp_error *error) {
    vp_ports *ports = lvp_newuserdata(L, sizeof *ports);
    vp_ports_range range;
    int32_t position = 0;
    vp_ports_clear(ports);
    vp_ports_add(ports, 1024, VP_PORTS_MAX);
    vp_status status = lvp_read_ports(L, field_at(L, "source_port"), "source_port", ports, error);
    query->sources = VP_SERVICE_NONE;
    while (status == VP_OK && vp_ports_next_range(ports, &position, &range)) {
        vp_service_range part = {(uint32_t)range.first, (uint32_t)range.last};
        query->sources = vp_service_combine(services, VP_TRUTH_UNION, query->sources,
                                            vp_service_of_range(services, part));
    }
    return status;
}

static vp_status read_services(lua_State *L, vp_services *services, vp_reach_query *query,
                               vp_error *error) {
    size_t length;
    int index = field_at(L, "services");
    if (lua_isnil(L, index)) {
        return VP_OK;
    }
    if (lua_type(L, index) != LUA_TSTRING) {
        luaL_error(L, "'services' is text such as \"tcp 22, tcp 3389\", not %s",
                   luaL_typename(L, index));
    }
    const char *text = lua_tolstring(L, index, &length);
    return vp_service_parse(services, text, length, &query->wanted, error);
}

/* Reads the question at index 2 and begins to answer it: pinned, since the ends are records. */
static vp_status open_rows(lua_State *L, vp_network *network, rows_box *box, vp_error *error) {
    static const char *const options[] = {"from",        "to",       "group_by", "family",
                                          "source_port", "services", NULL};
    static const char *const names[] = {"from", "to"};
    vp_reach_query query;
    vp_compiled *compiled;
    memset(&query, 0, sizeof query);
    (void)lvp_check_options(L, 2, options);
    read_group(L, &query);
    read_family(L, &query);
    vp_status status = vp_compiled_get(network, &compiled, error);
    if (status != VP_OK) {
        return status;
    }
    box->interface_count = compiled->interface_count;
    vp_services *services = &compiled->profiles->services;
    status = read_sources(L, services, &query, error);
    if (status == VP_OK) {
        status = read_services(L, services, &query, error);
    }
    for (int i = 0; i < 2 && status == VP_OK; i++) {
        lvp_reading of = {L,        names[i],       network,
                          compiled, &box->sides[i], i == 0 ? &query.from : &query.to,
                          error};
        status = lvp_read_side(&of, field_at(L, names[i]));
    }
    return status == VP_OK ? vp_reach_open(network, &query, &box->reach, error) : status;
}

/* ---- rows --------------------------------------------------------------------------------------
 */

static void push_pair(lua_State *L, lua_Integer a, lua_Integer b) {
    lua_createtable(L, 2, 0);
    lua_pushinteger(L, a);
    lua_rawseti(L, -2, 1);
    lua_pushinteger(L, b);
    lua_rawseti(L, -2, 2);
}

static void append(lua_State *L, int list) { lua_rawseti(L, list, (int)lua_rawlen(L, list) + 1); }

static void push_protocol(lua_State *L, uint32_t protocol, uint8_t family) {
    switch (protocol) {
    case 6:
        lua_pushliteral(L, "tcp");
        break;
    case 17:
        lua_pushliteral(L, "udp");
        break;
    default:
        if (protocol == (family == 6 ? 58 : 1)) {
            lua_pushstring(L, family == 6 ? "icmpv6" : "icmp");
        } else {
            lua_pushfstring(L, "%d", (int)protocol);
        }
    }
}

/* Appends the types and codes of a range to the list on top; code -1 stands for all. */
static void append_types(lua_State *L, uint32_t first, uint32_t last) {
    int list = lua_gettop(L);
    while (first <= last) {
        bool whole = (first & 255) == 0 && first + 255 <= last;
        push_pair(L, (lua_Integer)(first >> 8), whole ? -1 : (lua_Integer)(first & 255));
        append(L, list);
        first += whole ? 256 : 1;
    }
}

/* A fresh list of the ranges of a set over 0-65535. */
static void push_ports(lua_State *L, const vp_services *services, vp_service set) {
    vp_service_range range;
    uint32_t position = 0;
    lua_newtable(L);
    int list = lua_gettop(L);
    while (vp_service_next(services, set, &position, &range)) {
        push_pair(L, (lua_Integer)range.first, (lua_Integer)range.last);
        append(L, list);
    }
}

/* One protocol's part of a flow: runs that have the same source ports are one service. */
typedef struct part {
    const vp_services *services;
    vp_flow flow;
    uint32_t protocol;
    uint8_t family;
} part;

static bool is_port_protocol(uint32_t protocol) { return protocol == 6 || protocol == 17; }

/* The next run of the part, cut to its protocol. */
static bool next_run(const part *of, uint32_t *position, vp_flow_run *run) {
    uint32_t first = of->protocol << 16, last = first | 0xffff;
    while (vp_flow_next(of->services, of->flow, position, run)) {
        if (run->last >= first && run->first <= last) {
            run->first = run->first < first ? 0 : run->first - first;
            run->last = run->last > last ? 0xffff : run->last - first;
            return true;
        }
    }
    return false;
}

/* Appends the service of all runs with these source ports to the list at `list`. */
static void append_service(lua_State *L, const part *of, vp_service sources, int list) {
    vp_flow_run run;
    uint32_t position = 0;
    bool ports = is_port_protocol(of->protocol);
    bool types = of->protocol == (of->family == 6 ? 58u : 1u);
    lua_createtable(L, 0, 3);
    push_protocol(L, of->protocol, of->family);
    lua_setfield(L, -2, "protocol");
    if (ports || types) {
        lua_newtable(L);
        bool whole = false;
        while (next_run(of, &position, &run)) {
            whole = whole || (types && run.first == 0 && run.last == 0xffff);
            if (run.sources == sources && ports) {
                push_pair(L, (lua_Integer)run.first, (lua_Integer)run.last);
                append(L, lua_gettop(L) - 1);
            } else if (types && !whole) {
                append_types(L, run.first, run.last);
            }
        }
        if (whole) {
            lua_pop(L, 1);
        } else {
            lua_setfield(L, -2, ports ? "ports" : "types");
        }
    }
    if (ports) {
        push_ports(L, of->services, sources);
        lua_setfield(L, -2, "source_ports");
    }
    append(L, list);
}

/* Has an earlier run of the part the same source ports? Then they were written with that one. */
static bool was_written(const part *of, uint32_t before, vp_service sources) {
    vp_flow_run run;
    uint32_t position = 0;
    while (next_run(of, &position, &run) && position < before) {
        if (run.sources == sources) {
            return true;
        }
    }
    return false;
}

static void append_protocol(lua_State *L, const part *of, int list) {
    vp_flow_run run;
    uint32_t position = 0;
    bool ports = is_port_protocol(of->protocol);
    while (next_run(of, &position, &run)) {
        if (!ports || !was_written(of, position, run.sources)) {
            append_service(L, of, run.sources, list);
        }
        if (!ports) {
            return;
        }
    }
}

/* Does the flow leave nothing out? */
static bool is_everything(vp_services *services, const vp_reach_row *row, vp_service sources) {
    return row->flow ==
           vp_flow_product(services, services->all, services->all, sources, row->family);
}

void lvp_push_services(lua_State *L, vp_services *services, const vp_reach_row *row,
                       vp_service sources) {
    vp_flow_run run;
    uint32_t position = 0, next = 0;
    lua_newtable(L);
    int list = lua_gettop(L);
    if (is_everything(services, row, sources)) {
        lua_createtable(L, 0, 1);
        lua_pushliteral(L, "-1");
        lua_setfield(L, -2, "protocol");
        append(L, list);
        return;
    }
    while (vp_flow_next(services, row->flow, &position, &run)) {
        for (uint32_t protocol = run.first >> 16; protocol <= run.last >> 16; protocol++) {
            if (protocol >= next) {
                part of = {services, row->flow, protocol, row->family};
                append_protocol(L, &of, list);
                next = protocol + 1;
            }
        }
    }
}

/* Limit: different lists of services that one iterator keeps to use them again. */
#define SERVICES_KEPT_MAX 4096

/*
 * Rows with the same services share one table of them: an organization has a thousand different
 * ones and millions of rows. Upvalue 2 of the iterator is the table of those, by flow and family.
 */
static void push_shared_services(lua_State *L, rows_box *box, const vp_reach_row *row,
                                 vp_services *services, vp_service sources) {
    lua_Number key = (lua_Number)row->flow * 2 + (row->family == 6);
    lua_pushnumber(L, key);
    lua_rawget(L, lua_upvalueindex(2));
    if (!lua_isnil(L, -1)) {
        return;
    }
    lua_pop(L, 1);
    lvp_push_services(L, services, row, sources);
    if (box->services_made < SERVICES_KEPT_MAX) {
        box->services_made++;
        lua_pushnumber(L, key);
        lua_pushvalue(L, -2);
        lua_rawset(L, lua_upvalueindex(2));
    }
}

static void push_side(lua_State *L, const rows_box *box, const vp_reach_side *side, const char *key,
                      const char *cidrs_key) {
    if (side->id != VP_NO_NAME) {
        lvp_push_name(L, box->network, side->id);
    } else {
        lua_pushstring(L, side->premises ? "onprem" : "internet");
    }
    lua_setfield(L, -2, key);
    if (side->cidrs == NULL) {
        return;
    }
    vp_set_cursor cursor = vp_set_begin(side->cidrs);
    vp_cidr cidr;
    lua_newtable(L);
    int list = lua_gettop(L);
    while (vp_set_next_cidr(&cursor, &cidr)) {
        lvp_push_cidr_text(L, &cidr);
        append(L, list);
    }
    lua_setfield(L, -2, cidrs_key);
}

static void push_row(lua_State *L, rows_box *box, const vp_reach_row *row, vp_services *services,
                     vp_service sources, bool grouped) {
    lua_createtable(L, 0, 8);
    push_side(L, box, &row->from, "from", "from_cidrs");
    push_side(L, box, &row->to, "to", "to_cidrs");
    lua_pushinteger(L, row->family);
    lua_setfield(L, -2, "family");
    lua_pushstring(L, row->code == NULL ? "reachable" : "unknown");
    lua_setfield(L, -2, "verdict");
    if (row->code != NULL) {
        lua_pushstring(L, row->code);
        lua_setfield(L, -2, "code");
    }
    if (grouped && row->all) {
        lua_pushboolean(L, 1);
        lua_setfield(L, -2, "all");
    }
    push_shared_services(L, box, row, services, sources);
    lua_setfield(L, -2, "services");
}

/* The services of the row under way, kept for as long as they are pushed. */
static vp_services *keep_services(rows_box *box) {
    vp_profiles *profiles = box->network->compiled->profiles;
    if (box->profiles != profiles) {
        vp_profiles_unref(box->profiles);
        box->profiles = vp_profiles_ref(profiles);
    }
    return &profiles->services;
}

static int next_row(lua_State *L) {
    rows_box *box = lua_touserdata(L, lua_upvalueindex(1));
    vp_reach_row row;
    vp_error error;
    if (box->reach == NULL) {
        lua_pushnil(L);
        return 1;
    }
    lvp_check_usable(L, box->network);
    vp_status status = vp_reach_next(box->reach, &row, &error);
    if (status == VP_OK) {
        lua_pushnil(L);
        return 1;
    }
    if (status != VP_MORE) {
        return lvp_raise(L, &error);
    }
    vp_reach_query query = vp_reach_query_of(box->reach);
    push_row(L, box, &row, keep_services(box), query.sources,
             query.group_by != VP_REACH_BY_INTERFACE);
    lvp_check_usable(L, box->network); /* pushing may have run a finalizer, and ids are gone then */
    return 1;
}

/***
What was looked at so far, for those who ask what "nothing" rests on.
@function rows:examined
@treturn table `{ classes, sources, walks }`: kinds of interfaces, sources looked at, walks made
@usage local found, examined = net:find { from = "internet", services = "tcp 22" }
*/
static int lvp_rows_effort(lua_State *L) {
    const rows_box *box = luaL_checkudata(L, 1, LVP_ROWS);
    vp_reach_effort effort = {0, 0, 0, 0};
    if (box->reach != NULL) {
        effort = vp_reach_effort_of(box->reach);
    }
    lua_createtable(L, 0, 3);
    lua_pushnumber(L, (lua_Number)effort.classes);
    lua_setfield(L, -2, "classes");
    lua_pushnumber(L, (lua_Number)effort.sources);
    lua_setfield(L, -2, "sources");
    lua_pushnumber(L, (lua_Number)effort.walks);
    lua_setfield(L, -2, "walks");
    return 1;
}

/* Pinned, with the network, the question and the empty box. */
static int begin_rows(lua_State *L) {
    rows_box *box = lua_touserdata(L, 3);
    vp_error error;
    if (open_rows(L, box->network, box, &error) != VP_OK) {
        return lvp_fail(L, &error);
    }
    lua_settop(L, 3);
    lua_pushvalue(L, 3);
    lua_newtable(L);
    lua_pushcclosure(L, next_row, 2);
    lua_insert(L, 3);
    return 2;
}

/***
Rows of everything that can flow; `net:connectivity` is the public face.
@function core.connectivity
@tparam network net
@tparam table question see `net:connectivity`
@treturn[1] function iterator of rows
@treturn[1] rows what was looked at: `rows:examined()`
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code
@raise misuse: unknown option, wrong type
*/
static int lvp_reach_connectivity(lua_State *L) {
    vp_network *network = lvp_check_network(L, 1)->network;
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    rows_box *box = lvp_new_box(L, LVP_ROWS, sizeof *box);
    box->network = vp_network_ref(network);
    return lvp_pinned(L, network, begin_rows, 3, NULL);
}

/* ---- what words mean ---------------------------------------------------------------------------
 */

/* Sets the field of the table on top to the set of all that "internet" means. */
static void push_internet(lua_State *L, vp_network *network, vp_compiled *compiled) {
    vp_error error;
    lvp_builder_box *made = lvp_new_builder(L);
    vp_set_builder_init(&made->builder, &network->alloc);
    made->open = true;
    vp_status status = vp_reach_add_internet(compiled, &made->builder, &error);
    if (status == VP_OK) {
        status = lvp_push_frozen(L, made, &error);
    }
    if (status != VP_OK) {
        (void)lvp_raise(L, &error);
    }
    lua_setfield(L, -3, "internet");
    lua_pop(L, 1);
}

/* Interfaces of the other kinds neither send nor answer for themselves. */
static void push_scope(lua_State *L, vp_network *network, vp_compiled *compiled,
                       const lvp_side *side, const vp_reach_scope *scope, bool sends) {
    const vp_rows *rows = vp_network_rows(network, VP_KIND_NETWORK_INTERFACE);
    uint32_t needed = sends ? VP_FACT_OPENS : VP_FACT_ACCEPTS;
    lua_createtable(L, 0, 4);
    lua_newtable(L);
    for (uint32_t i = 0; i < compiled->interface_count; i++) {
        if (side->chosen[i] != VP_REACH_OUT && (compiled->interfaces[i].facts & needed) != 0) {
            lvp_push_name(L, network, rows->rows[i]->id);
            append(L, lua_gettop(L) - 1);
        }
    }
    lua_setfield(L, -2, "interfaces");
    if (side->within != NULL && !vp_set_is_empty(side->within)) {
        lvp_new_set(L)->set = vp_set_ref(side->within);
        lua_setfield(L, -2, "addresses");
    }
    const vp_reach_outside *internet = &scope->outside[VP_REACH_ON_INTERNET];
    const vp_reach_outside *premises = &scope->outside[VP_REACH_ON_PREMISES];
    if (internet->meant && internet->addresses == NULL) {
        push_internet(L, network, compiled);
    }
    lua_pushboolean(L, premises->meant && premises->addresses == NULL);
    lua_setfield(L, -2, "onprem");
}

/* Pinned, with the network, the side, the ends and the empty box. */
static int read_scope(lua_State *L) {
    rows_box *box = lua_touserdata(L, 4);
    const char *what = lua_tostring(L, 2);
    vp_reach_scope scope;
    vp_compiled *compiled;
    vp_error error;
    memset(&scope, 0, sizeof scope);
    vp_status status = vp_compiled_get(box->network, &compiled, &error);
    if (status == VP_OK) {
        box->interface_count = compiled->interface_count;
        lvp_reading of = {L, what, box->network, compiled, &box->sides[0], &scope, &error};
        status = lua_isnil(L, 3) ? vp_error_set(&error, VP_INVALID, "invalid_end",
                                                "'%s': no end was given", what)
                                 : lvp_read_side(&of, 3);
    }
    if (status != VP_OK) {
        return lvp_fail(L, &error);
    }
    push_scope(L, box->network, compiled, &box->sides[0], &scope, strcmp(what, "from") == 0);
    return 1;
}

/***
Who an END of a question about everything is.
@function core.scope
@local
@tparam network net
@tparam string what the side, `"from"` or `"to"`
@param end_or_list as in `net:connectivity`
@treturn[1] table `interfaces`: ids, in id order, of those that open connections, or take them;
`addresses`: the set of those that were named;
`internet`: the set of all its addresses, where all of it is meant; `onprem`: whether all of it is
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code
@raise for another type
*/
static int lvp_reach_scope(lua_State *L) {
    vp_network *network = lvp_check_network(L, 1)->network;
    (void)luaL_checkstring(L, 2);
    luaL_checkany(L, 3);
    lua_settop(L, 3);
    rows_box *box = lvp_new_box(L, LVP_ROWS, sizeof *box);
    box->network = vp_network_ref(network);
    return lvp_pinned(L, network, read_scope, 4, NULL);
}

/* Pinned, with the network, the text and the family. */
static int read_services_text(lua_State *L) {
    vp_network *network = ((lvp_box *)lua_touserdata(L, 1))->network;
    size_t length;
    const char *text = lua_tolstring(L, 2, &length);
    vp_reach_row row;
    vp_compiled *compiled;
    vp_error error;
    memset(&row, 0, sizeof row);
    row.family = lua_tonumber(L, 3) == 6 ? 6 : 4;
    vp_status status = vp_compiled_get(network, &compiled, &error);
    if (status == VP_OK) {
        status = vp_service_parse(&compiled->profiles->services, text, length, &row.flow, &error);
    }
    if (status != VP_OK) {
        return lvp_fail(L, &error);
    }
    vp_services *services = &compiled->profiles->services;
    vp_service_range all = {0, VP_PORTS_MAX};
    lvp_push_services(L, services, &row, vp_service_of_range(services, all));
    return 1;
}

/***
What a text of services names, as the services of a row.
@function core.services
@local
@tparam network net
@tparam string text
@tparam number family
@treturn[1] table services
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code
*/
static int lvp_reach_services(lua_State *L) {
    vp_network *network = lvp_check_network(L, 1)->network;
    (void)luaL_checkstring(L, 2);
    (void)luaL_checknumber(L, 3);
    lua_settop(L, 3);
    return lvp_pinned(L, network, read_services_text, 3, NULL);
}

/***
Looks at everything inside the network without making rows, for measuring.
@function rows:count
@treturn number rectangles: runs of sources by runs of destinations between which something flows
@raise when the network was changed since
@usage local step, rows = core.connectivity(net, {}); print(rows:count())
*/
static int lvp_rows_count(lua_State *L) {
    const rows_box *box = luaL_checkudata(L, 1, LVP_ROWS);
    uint64_t rectangles = 0;
    vp_error error;
    if (box->reach != NULL) {
        lvp_check_usable(L, box->network);
        if (vp_reach_count(box->reach, &rectangles, &error) != VP_OK) {
            return lvp_raise(L, &error);
        }
    }
    lua_pushnumber(L, (lua_Number)rectangles);
    return 1;
}

/***
Goes on without making tables, for measuring.
@function rows:drop
@tparam integer limit
@treturn number rows that were dropped: `limit`, or fewer at the end
@raise when the network was changed since
@usage local step, rows = core.connectivity(net, {}); print(rows:drop(100))
*/
static int lvp_rows_drop(lua_State *L) {
    const rows_box *box = luaL_checkudata(L, 1, LVP_ROWS);
    lua_Number limit = luaL_checknumber(L, 2), dropped = 0;
    vp_reach_row row;
    vp_error error;
    vp_status status = box->reach == NULL ? VP_OK : VP_MORE;
    lvp_check_usable(L, box->network);
    for (; status == VP_MORE && dropped < limit; dropped++) {
        status = vp_reach_next(box->reach, &row, &error);
        if (status != VP_OK && status != VP_MORE) {
            return lvp_raise(L, &error);
        }
    }
    lua_pushnumber(L, status == VP_OK && dropped > 0 ? dropped - 1 : dropped);
    return 1;
}

static const luaL_Reg rows_methods[] = {{"examined", lvp_rows_effort},
                                        {"count", lvp_rows_count},
                                        {"drop", lvp_rows_drop},
                                        {NULL, NULL}};
static const luaL_Reg rows_metamethods[] = {{"__gc", lvp_rows_gc}, {NULL, NULL}};
static const luaL_Reg functions[] = {{"connectivity", lvp_reach_connectivity},
                                     {"scope", lvp_reach_scope},
                                     {"services", lvp_reach_services},
                                     {NULL, NULL}};

void lvp_open_reach(lua_State *L) {
    lvp_new_class(L, LVP_ROWS, rows_methods, rows_metamethods);
    luaL_setfuncs(L, functions, 0);
}
