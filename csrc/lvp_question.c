/*
 * lvp_question.c - the question of net:trace: ends, protocol, ports and the other options.
 *
 * What is the caller's mistake (a wrong type, an unknown option, a port of 70000) raises; what
 * depends on outside data (an id that is not there, text typed by somebody) is a status. Tables are
 * read raw, so that no metamethod runs while the shared query is being filled.
 */
#include "lvp_trace.h"

#include <stdio.h>

/* Pushes the value of a key, without metamethods; `index` is absolute. */
static void raw_field(lua_State *L, int index, const char *key) {
    lua_pushstring(L, key);
    lua_rawget(L, index);
}

/* ---- ends ------------------------------------------------------------------------------------ */

/* The message for a value that can never be an end. */
static int raise_wrong_end(lua_State *L, const char *what, int index) {
    return luaL_error(L,
                      "'%s' is an end (a handle, an id, a Name, an address, \"internet\" or a "
                      "table), not %s",
                      what, luaL_typename(L, index));
}

/* The record of a handle on the stack; raises for one of another network or one that is gone. */
static vp_record *handle_record(lua_State *L, const lvp_box *box, const char *what,
                                const vp_network *network) {
    if (box->network != network) {
        luaL_error(L, "'%s': the object belongs to another network", what);
    }
    if (!network->open) { /* by a finalizer, a moment ago */
        luaL_error(L, "the network is closed");
    }
    vp_record *record = vp_network_find(network, VP_KIND_NONE, box->id);
    if (record == NULL) {
        luaL_error(L, "'%s': %s does not exist any more", what, vp_network_text(network, box->id));
    }
    return record;
}

/* The record that the value on top names: a handle, an id or a Name tag. Another type raises. */
static vp_status read_record(lua_State *L, const char *what, vp_network *network,
                             vp_record **record, vp_error *error) {
    size_t length;
    const lvp_box *box = lvp_test_object(L, -1);
    if (box != NULL) {
        *record = handle_record(L, box, what, network);
        return VP_OK;
    }
    if (lua_type(L, -1) != LUA_TSTRING) {
        luaL_error(L, "'%s' is an id or an object, not %s", what, luaL_typename(L, -1));
    }
    const char *text = lua_tolstring(L, -1, &length);
    return vp_end_find(network, text, length, record, error);
}

/* The field `address` of a table form; family 0 when it is not given. */
static vp_status read_end_address(lua_State *L, int index, const char *what, vp_addr *address,
                                  vp_error *error) {
    size_t length;
    memset(address, 0, sizeof *address);
    raw_field(L, index, "address");
    if (lua_isnil(L, -1)) {
        return VP_OK;
    }
    if (lua_type(L, -1) != LUA_TSTRING) {
        luaL_error(L, "'%s': the address is text, not %s", what, luaL_typename(L, -1));
    }
    const char *text = lua_tolstring(L, -1, &length);
    return vp_addr_parse(text, length, address, error);
}

/*
 * { internet = "igw-1" or true, address = ... }, { onprem = "vgw-1" or true, address = ... } or
 * { subnet_id = ..., address = ... }.
 */
static vp_status read_end_table(lua_State *L, int index, const char *what, vp_network *network,
                                vp_end *end, vp_error *error) {
    static const char *const keys[] = {"internet", "onprem", "subnet_id", "address", NULL};
    vp_addr address;
    vp_record *record = NULL;
    int form = -1;
    raw_field(L, index, "tag");
    if (!lua_isnil(L, -1)) {
        luaL_error(L, "'%s': a tag stands for any number of ends, and this question is about one",
                   what);
    }
    lua_pop(L, 1);
    (void)lvp_check_options(L, index, keys);
    vp_status status = read_end_address(L, index, what, &address, error);
    if (status != VP_OK) {
        return status;
    }
    for (int i = 0; i < 3 && form < 0; i++) {
        raw_field(L, index, keys[i]);
        form = lua_isnil(L, -1) ? -1 : i;
    }
    if (form < 0) {
        luaL_error(L, "'%s': a table names \"internet\", \"onprem\" or \"subnet_id\"", what);
    }
    if (!(lua_isboolean(L, -1) && lua_toboolean(L, -1) && form < 2)) {
        status = read_record(L, what, network, &record, error);
    }
    if (status != VP_OK) {
        return status;
    }
    const vp_addr *given = address.family != 0 ? &address : NULL;
    return form == 0   ? vp_end_of_internet(network, record, given, end, error)
           : form == 1 ? vp_end_of_premises(network, record, given, end, error)
                       : vp_end_of_subnet(network, record, given, end, error);
}

/* A handle that can be no end is the caller's mistake. */
static vp_status read_end_handle(lua_State *L, const lvp_box *box, const char *what,
                                 vp_network *network, vp_end_role role, vp_end *end,
                                 vp_error *error) {
    vp_record *record = handle_record(L, box, what, network);
    vp_status status = vp_end_of_record(network, record, role, end, error);
    if (status == VP_INVALID) {
        luaL_error(L, "'%s': %s", what, error->message);
    }
    return status;
}

/* A block of one address stands for the address; a larger one is the caller's mistake. */
static vp_status read_end_cidr(lua_State *L, const vp_cidr *cidr, const char *what,
                               vp_network *network, vp_end_role role, vp_end *end,
                               vp_error *error) {
    char text[VP_ADDR_TEXT_MAX];
    if (cidr->prefix_length != vp_addr_bits(&cidr->address)) {
        luaL_error(L, "'%s': one packet goes from one address to one, not to a block", what);
    }
    size_t length = vp_addr_format(&cidr->address, text);
    return vp_end_resolve(network, text, length, role, end, error);
}

vp_status lvp_read_end(lua_State *L, int index, const char *what, vp_network *network,
                       vp_end_role role, vp_end *end, vp_error *error) {
    size_t length;
    vp_status status;
    int top = lua_gettop(L);
    index = lua_absindex(L, index);
    const lvp_box *box = lvp_test_object(L, index);
    if (box != NULL) {
        return read_end_handle(L, box, what, network, role, end, error);
    }
    const vp_cidr *cidr = lvp_test_cidr(L, index);
    if (cidr != NULL) {
        return read_end_cidr(L, cidr, what, network, role, end, error);
    }
    if (lua_istable(L, index)) {
        status = read_end_table(L, index, what, network, end, error);
    } else {
        if (lua_type(L, index) != LUA_TSTRING) {
            (void)raise_wrong_end(L, what, index);
        }
        const char *text = lua_tolstring(L, index, &length);
        status = vp_end_resolve(network, text, length, role, end, error);
    }
    lua_settop(L, top); /* what the table forms pushed */
    return status;
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* The number at an index within a range; anything else raises, naming the option. */
static int32_t number_at(lua_State *L, int index, const char *what, int32_t min, int32_t max) {
    if (lua_type(L, index) != LUA_TNUMBER) {
        luaL_error(L, "'%s' is a number, not %s", what, luaL_typename(L, index));
    }
    lua_Number number = lua_tonumber(L, index);
    if (!(number >= (lua_Number)min && number <= (lua_Number)max) ||
        (lua_Number)(int32_t)number != number) {
        luaL_error(L, "'%s' is a whole number from %d to %d", what, (int)min, (int)max);
    }
    return (int32_t)number;
}

/*
 * Reads decimal digits at *text, at most `end`; -1 when there are none or the number is over `max`.
 * *text is advanced.
 */
static int32_t digits(const char **text, const char *end, int32_t max) {
    int32_t value = -1;
    for (; *text < end && **text >= '0' && **text <= '9'; (*text)++) {
        value = (value < 0 ? 0 : value) * 10 + (**text - '0');
        if (value > max) {
            return -1;
        }
    }
    return value;
}

/* Is the counted text exactly this word? */
static bool text_is(const char *text, size_t length, const char *word) {
    return strlen(word) == length && memcmp(text, word, length) == 0;
}

/* The number behind a protocol's name or digits; -2 when it is neither (-1 is any protocol). */
static int protocol_of_text(const char *text, size_t length) {
    static const struct {
        const char *name;
        int number;
    } names[] = {{"tcp", VP_PROTOCOL_TCP},
                 {"udp", VP_PROTOCOL_UDP},
                 {"icmp", VP_PROTOCOL_ICMP},
                 {"icmpv6", VP_PROTOCOL_ICMPV6},
                 {"-1", VP_PROTOCOL_ALL}};
    for (size_t i = 0; i < VP_COUNT_OF(names); i++) {
        if (text_is(text, length, names[i].name)) {
            return names[i].number;
        }
    }
    const char *end = text + length;
    int32_t number = digits(&text, end, 255);
    return text == end ? number : -2;
}

vp_status lvp_read_protocol(lua_State *L, int index, vp_trace_query *query, vp_error *error) {
    size_t length;
    char quoted[VP_ERROR_QUOTE_MAX];
    if (lua_isnoneornil(L, index)) {
        return VP_OK;
    }
    if (lua_type(L, index) != LUA_TSTRING) {
        query->protocol = number_at(L, index, "protocol", -1, 255);
        return VP_OK;
    }
    const char *text = lua_tolstring(L, index, &length);
    int protocol = length == 0 ? -2 : protocol_of_text(text, length);
    if (protocol < VP_PROTOCOL_ALL) {
        return vp_error_set(error, VP_INVALID, "invalid_protocol",
                            "\"%s\" is no protocol: tcp, udp, icmp, icmpv6, 0 to 255, or -1",
                            vp_error_quote(text, length, quoted));
    }
    query->protocol = protocol;
    return VP_OK;
}

/* "443" or "80-90". */
static vp_status add_port_text(const char *text, size_t length, const char *what, vp_ports *ports,
                               vp_error *error) {
    char quoted[VP_ERROR_QUOTE_MAX];
    const char *at = text, *end = text + length;
    int32_t first = digits(&at, end, 65535), last = first;
    if (at < end && *at == '-' && first >= 0) {
        at++;
        last = digits(&at, end, 65535);
    }
    if (at != end || first < 0 || last < first) {
        return vp_error_set(error, VP_INVALID, "invalid_port",
                            "%s \"%s\" is no port: a number from 0 to 65535, or a range such as "
                            "8000-8080",
                            what, vp_error_quote(text, length, quoted));
    }
    vp_ports_add(ports, first, last);
    return VP_OK;
}

/* The pair of numbers {first, last} at an index. */
static void add_pair(lua_State *L, int index, const char *what, vp_ports *ports) {
    int32_t numbers[2];
    if (!lua_istable(L, index) || lua_rawlen(L, index) != 2) {
        luaL_error(L, "'%s' is a number, {first, last}, or a list of such pairs", what);
    }
    for (int i = 0; i < 2; i++) {
        lua_rawgeti(L, index, i + 1);
        numbers[i] = number_at(L, -1, what, 0, 65535);
        lua_pop(L, 1);
    }
    if (numbers[0] > numbers[1]) {
        luaL_error(L, "'%s': the range %d-%d ends before it begins", what, (int)numbers[0],
                   (int)numbers[1]);
    }
    vp_ports_add(ports, numbers[0], numbers[1]);
}

/* {80, 90} is one range, {{80, 90}, {443, 443}} a list of them: the first item tells which. */
static void add_pairs(lua_State *L, int index, const char *what, vp_ports *ports) {
    size_t count = lua_rawlen(L, index);
    lua_rawgeti(L, index, 1);
    bool nested = lua_istable(L, -1);
    lua_pop(L, 1);
    if (!nested) {
        add_pair(L, index, what, ports);
        return;
    }
    for (size_t i = 1; i <= count; i++) {
        lua_rawgeti(L, index, (int)i);
        add_pair(L, lua_gettop(L), what, ports);
        lua_pop(L, 1);
    }
}

vp_status lvp_read_ports(lua_State *L, int index, const char *what, vp_ports *ports,
                         vp_error *error) {
    size_t length;
    index = lua_absindex(L, index);
    if (lua_isnoneornil(L, index)) {
        return VP_OK;
    }
    vp_ports_clear(ports);
    if (lua_type(L, index) == LUA_TSTRING) {
        const char *text = lua_tolstring(L, index, &length);
        return add_port_text(text, length, what, ports, error);
    }
    if (lua_istable(L, index)) {
        add_pairs(L, index, what, ports);
        return VP_OK;
    }
    int32_t port = number_at(L, index, what, 0, 65535);
    vp_ports_add(ports, port, port);
    return VP_OK;
}

/* ---- the other options ----------------------------------------------------------------------- */

/* {8, 0}, {type = 8, code = 0}, or {8}: all codes. */
static void read_icmp(lua_State *L, int index, vp_trace_query *query) {
    static const char *const keys[] = {"type", "code"};
    int *const out[] = {&query->icmp_type, &query->icmp_code};
    if (lua_isnil(L, index)) {
        return;
    }
    if (!lua_istable(L, index)) {
        luaL_error(L, "'icmp' is {type, code}, not %s", luaL_typename(L, index));
    }
    for (int i = 0; i < 2; i++) {
        lua_rawgeti(L, index, i + 1);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            raw_field(L, index, keys[i]);
        }
        *out[i] = lua_isnil(L, -1) ? -1 : number_at(L, -1, "icmp", -1, 255);
        lua_pop(L, 1);
    }
    query->icmp_given = true;
}

/* The id of the component on top. */
static vp_status read_component(lua_State *L, const char *what, vp_network *network, vp_name *out,
                                vp_error *error) {
    vp_record *record;
    vp_status status = read_record(L, what, network, &record, error);
    if (status == VP_OK) {
        *out = record->id;
    }
    return status;
}

/* One component or a list of them, into an array of LVP_COMPONENTS_MAX. */
static vp_status read_components(lua_State *L, int index, const char *what, vp_network *network,
                                 vp_name *out, uint32_t *count, vp_error *error) {
    *count = 0;
    if (lua_isnil(L, index)) {
        return VP_OK;
    }
    if (!lua_istable(L, index)) {
        lua_pushvalue(L, index);
        *count = 1;
        return read_component(L, what, network, out, error);
    }
    size_t length = lua_rawlen(L, index);
    if (length > LVP_COMPONENTS_MAX) {
        luaL_error(L, "'%s' names at most %d components", what, LVP_COMPONENTS_MAX);
    }
    for (; *count < length; (*count)++) {
        lua_rawgeti(L, index, (int)*count + 1);
        vp_status status = read_component(L, what, network, &out[*count], error);
        if (status != VP_OK) {
            return status;
        }
        lua_pop(L, 1);
    }
    return VP_OK;
}

/* 4 or 6; not given leaves the choice to the walk. */
static void read_family(lua_State *L, int index, vp_trace_query *query) {
    if (!lua_isnil(L, index)) {
        query->family = number_at(L, index, "family", 4, 6);
        if (query->family == 5) {
            luaL_error(L, "'family' is 4 or 6");
        }
    }
}

/* The two options that are words: what is not given keeps the default of the query. */
static void read_switches(lua_State *L, int question, vp_trace_query *query) {
    raw_field(L, question, "bidirectional");
    if (!lua_isnil(L, -1)) {
        query->bidirectional = lvp_boolean_option(L, question, "bidirectional");
    }
    raw_field(L, question, "ephemeral");
    if (!lua_isnil(L, -1)) {
        const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
        query->ephemeral_all = strcmp(text, "all") == 0;
        if (!query->ephemeral_all && strcmp(text, "any") != 0) {
            luaL_error(L, "'ephemeral' is \"any\" or \"all\"");
        }
    }
    lua_pop(L, 2);
}

/* Both ends are required; the source is read first, so its problem is reported first. */
static vp_status read_ends(lua_State *L, int question, vp_network *network, vp_trace_query *query,
                           vp_error *error) {
    static const char *const keys[] = {"from", "to"};
    vp_end *const ends[] = {&query->from, &query->to};
    for (int i = 0; i < 2; i++) {
        raw_field(L, question, keys[i]);
        if (lua_isnil(L, -1)) {
            luaL_error(L, "the question needs '%s'", keys[i]);
        }
        vp_status status = lvp_read_end(
            L, -1, keys[i], network, i == 0 ? VP_END_SOURCE : VP_END_DESTINATION, ends[i], error);
        if (status != VP_OK) {
            return status;
        }
        lua_pop(L, 1);
    }
    return VP_OK;
}

void lvp_check_packet(lua_State *L, const vp_trace_query *query, const char *ports) {
    bool all = query->protocol == VP_PROTOCOL_ALL;
    bool has_ports = query->protocol == VP_PROTOCOL_TCP || query->protocol == VP_PROTOCOL_UDP;
    bool is_icmp = query->protocol == VP_PROTOCOL_ICMP || query->protocol == VP_PROTOCOL_ICMPV6;
    if (ports != NULL && !all && !has_ports) {
        luaL_error(L, "'%s' is for tcp and udp, and this question is about another protocol",
                   ports);
    }
    if (query->icmp_given && !all && !is_icmp) {
        luaL_error(L, "'icmp' is for icmp and icmpv6, and this question is about another protocol");
    }
}

void lvp_open_ports(vp_trace_query *query, bool given) {
    if (query->protocol == VP_PROTOCOL_ALL && !given) {
        vp_ports_fill(&query->ports);
    }
}

/* The protocol, ports and ICMP type: `icmp` without a protocol asks about ICMP. */
static vp_status read_packet(lua_State *L, int question, vp_trace_query *query, vp_error *error) {
    int top = lua_gettop(L);
    raw_field(L, question, "family");
    read_family(L, top + 1, query);
    raw_field(L, question, "icmp");
    read_icmp(L, top + 2, query);
    if (query->icmp_given) {
        query->protocol = query->family == 6 ? VP_PROTOCOL_ICMPV6 : VP_PROTOCOL_ICMP;
    }
    raw_field(L, question, "protocol");
    vp_status status = lvp_read_protocol(L, top + 3, query, error);
    if (status == VP_OK) {
        raw_field(L, question, "port");
        status = lvp_read_ports(L, top + 4, "port", &query->ports, error);
    }
    if (status == VP_OK) {
        raw_field(L, question, "source_port");
        status = lvp_read_ports(L, top + 5, "source_port", &query->source_ports, error);
    }
    if (status == VP_OK) {
        bool port = !lua_isnil(L, top + 4), source_port = !lua_isnil(L, top + 5);
        lvp_check_packet(L, query, port ? "port" : source_port ? "source_port" : NULL);
        lvp_open_ports(query, port);
    }
    lua_settop(L, top);
    return status;
}

vp_status lvp_read_question(lua_State *L, int index, vp_network *network, lvp_asker *asker,
                            vp_error *error) {
    static const char *const options[] = {
        "from",   "to",      "protocol", "port",          "source_port", "icmp",
        "family", "through", "avoid",    "bidirectional", "ephemeral",   NULL};
    vp_trace_query *query = &asker->query;
    int top = lua_gettop(L);
    (void)lvp_check_options(L, index, options);
    read_switches(L, index, query);
    vp_status status = read_packet(L, index, query, error);
    if (status == VP_OK) {
        raw_field(L, index, "through");
        status = read_components(L, top + 1, "through", network, asker->through,
                                 &query->through_count, error);
    }
    if (status == VP_OK) {
        lua_settop(L, top);
        raw_field(L, index, "avoid");
        status =
            read_components(L, top + 1, "avoid", network, asker->avoid, &query->avoid_count, error);
    }
    query->through = asker->through;
    query->avoid = asker->avoid;
    lua_settop(L, top);
    return status == VP_OK ? read_ends(L, index, network, query, error) : status;
}
