/*
 * lvp_reader.c - see lvp_reader.h.
 *
 * Every value goes through one function per type; each ends in `bad`, which raises in strict
 * temper and records a diagnostic in lenient temper.
 */
#include "lvp_reader.h"

#include <stdio.h>
#include <string.h>

static void raise_if(lua_State *L, vp_status status, const vp_error *error) {
    if (status != VP_OK) {
        (void)lvp_raise(L, error);
    }
}

/* Writes the JSON path of the place the reader is at. */
static void write_path(const lvp_reader *reader, char *out, size_t size) {
    int used = snprintf(out, size, "%s", reader->base != NULL ? reader->base : "");
    for (uint32_t i = 0; i < reader->depth && used >= 0 && (size_t)used < size; i++) {
        if (reader->path[i].key != NULL) {
            used += snprintf(out + used, size - (size_t)used, "%s%s", used > 0 ? "." : "",
                             reader->path[i].key);
        } else {
            used +=
                snprintf(out + used, size - (size_t)used, "[%u]", (unsigned)reader->path[i].index);
        }
    }
}

/*
 * A diagnostic lies in the network and outlives the document, so all of its texts are interned. May
 * raise: the caller holds nothing but what Lua collects.
 */
static void report(lvp_reader *reader, vp_severity severity, const char *code, const char *detail) {
    vp_error error;
    char path[VP_ERROR_MESSAGE_MAX];
    vp_diagnostic diagnostic = {severity, 0, reader->resource_id, reader->file, 0, 0};
    write_path(reader, path, sizeof path);
    raise_if(reader->L, vp_network_name(reader->network, code, &diagnostic.code, &error), &error);
    raise_if(reader->L, vp_network_name(reader->network, path, &diagnostic.path, &error), &error);
    raise_if(reader->L, vp_network_name(reader->network, detail, &diagnostic.message, &error),
             &error);
    raise_if(reader->L, vp_network_report(reader->network, &diagnostic, &error), &error);
}

void lvp_reader_warn(lvp_reader *reader, const char *code, const char *detail) {
    report(reader, VP_SEVERITY_WARNING, code, detail);
}

void lvp_reader_note(lvp_reader *reader, const char *code, const char *detail) {
    report(reader, VP_SEVERITY_INFO, code, detail);
}

/* A value of the wrong type. */
static void bad_type(lvp_reader *reader, const char *wanted, int index) {
    const char *got = luaL_typename(reader->L, index);
    char text[VP_ERROR_MESSAGE_MAX];
    if (reader->strict) {
        write_path(reader, text, sizeof text);
        luaL_error(reader->L, "bad option '%s' (%s expected, got %s)", text, wanted, got);
        return;
    }
    (void)snprintf(text, sizeof text, "is no %s (a %s); left out", wanted, got);
    report(reader, VP_SEVERITY_WARNING, "invalid_type", text);
}

/* Text that is no CIDR or address: `error` says why. */
static void bad_text(lvp_reader *reader, const vp_field *field, int index, const vp_error *error) {
    if (!reader->strict) {
        report(reader, VP_SEVERITY_WARNING, error->code, error->message);
        return;
    }
    size_t length;
    const char *text = lua_tolstring(reader->L, index, &length);
    const char *name = field->name[0] != '\0' || reader->depth < 2
                           ? field->name
                           : reader->path[reader->depth - 2].key;
    char parameter[VP_KEY_MAX];
    (void)snprintf(parameter, sizeof parameter, "%s", name != NULL ? name : "");
    if (parameter[0] >= 'A' && parameter[0] <= 'Z') {
        parameter[0] = (char)(parameter[0] - 'A' + 'a');
    }
    luaL_error(reader->L,
               "InvalidParameterValue: Value (%s) for parameter %s is invalid. This is not a valid "
               "%s.",
               text != NULL ? text : luaL_typename(reader->L, index), parameter,
               field->type == VP_TYPE_CIDR ? "CIDR block" : "address");
}

/* Is the value one that stands for "not given" (nil, JSON null, "" in documents)? */
static bool is_absent(const lvp_reader *reader, int index) {
    int type = lua_type(reader->L, index);
    if (type == LUA_TNIL) {
        return true;
    }
    if (reader->strict) {
        return false;
    }
    return type == LUA_TLIGHTUSERDATA || (type == LUA_TSTRING && lua_rawlen(reader->L, index) == 0);
}

/* A document may hold anything; options are the caller's own and raise further down. */
static bool is_too_long(lvp_reader *reader, size_t length) {
    char text[64];
    if (reader->strict || length <= VP_NAME_TEXT_MAX) {
        return false;
    }
    (void)snprintf(text, sizeof text, "is longer than %u bytes; left out", VP_NAME_TEXT_MAX);
    report(reader, VP_SEVERITY_WARNING, "limit", text);
    return true;
}

/*
 * A number is text where AWS's text is a number, and in documents, whose writers may not tell them
 * apart. An option that is an id or a name was meant to be something else.
 */
static bool takes_number(const lvp_reader *reader, const vp_field *field) {
    static const char *const keys[] = {"IpProtocol", "Protocol", "Value"};
    for (size_t i = 0; reader->strict && i < VP_COUNT_OF(keys); i++) {
        if (strcmp(field->name, keys[i]) == 0) {
            return true;
        }
    }
    return !reader->strict;
}

static void read_text(lvp_reader *reader, const vp_field *field, int index, vp_name *out) {
    lua_State *L = reader->L;
    vp_error error;
    const lvp_box *box;
    if (lua_type(L, index) == LUA_TSTRING) {
        size_t length;
        const char *text = lua_tolstring(L, index, &length);
        if (!is_too_long(reader, length)) {
            raise_if(L, vp_network_intern(reader->network, text, length, out, &error), &error);
        }
    } else if (lua_type(L, index) == LUA_TNUMBER && takes_number(reader, field)) {
        char text[40];
        lua_Number number = lua_tonumber(L, index);
        (void)snprintf(text, sizeof text, "%.14g", (double)number);
        raise_if(L, vp_network_name(reader->network, text, out, &error), &error);
    } else if (reader->strict && (field->flags & VP_FIELD_REFERENCE) != 0 &&
               (box = lvp_test_object(L, index)) != NULL) {
        if (box->network != reader->network) {
            luaL_error(L, "option '%s': the object belongs to another network", field->name);
        }
        *out = box->id;
    } else {
        bad_type(reader, "string", index);
    }
}

/* Only true and false: "false" as text would be true in many readers. */
static void read_bool(lvp_reader *reader, int index, vp_bool *out) {
    if (lua_isboolean(reader->L, index)) {
        *out = lua_toboolean(reader->L, index) ? VP_TRUE : VP_FALSE;
    } else {
        bad_type(reader, "boolean", index);
    }
}

/* Numbers may be given as strings of digits in documents (semantics 11.1.4). */
static void read_int(lvp_reader *reader, const vp_field *field, int index, vp_int *out) {
    int type = lua_type(reader->L, index);
    bool taken = type == LUA_TNUMBER ||
                 (!reader->strict && type == LUA_TSTRING && lua_isnumber(reader->L, index));
    lua_Number number = taken ? lua_tonumber(reader->L, index) : 0.5;
    if ((field->flags & VP_FIELD_UNSIGNED) != 0 && number > INT32_MAX && number <= UINT32_MAX &&
        (lua_Number)(uint32_t)number == number) {
        out->value = (int32_t)(uint32_t)number;
        out->given = 1;
    } else if (number >= INT32_MIN && number <= INT32_MAX &&
               (lua_Number)(int32_t)number == number) {
        out->value = (int32_t)number;
        out->given = 1;
    } else {
        bad_type(reader, "whole number", index);
    }
}

/* The family that a key speaks of; 0 for keys that take both ("Cidr": of a prefix list). */
static uint8_t family_of_key(const char *key) {
    if (key[0] == '\0' || strcmp(key, "Cidr") == 0) {
        return 0;
    }
    return strstr(key, "Ipv6") != NULL ? 6 : 4;
}

/* AWS has a key for each family, and a value under the other's key would never match anything. */
static bool check_family(lvp_reader *reader, const vp_field *field, int index, uint8_t family) {
    uint8_t wanted = (field->flags & VP_FIELD_ANY_FAMILY) != 0 ? 0 : family_of_key(field->name);
    if (wanted == 0 || wanted == family) {
        return true;
    }
    vp_error error;
    const char *text = lua_tostring(reader->L, index);
    (void)vp_error_set(&error, VP_INVALID, "invalid_cidr", "\"%s\": not an IPv%d value",
                       text != NULL ? text : "", wanted);
    bad_text(reader, field, index, &error);
    return false;
}

/*
 * Options take a cidr object and a bare address as a block, as every call of the module does. In a
 * document AWS always prints the length, so there its absence is a mistake worth naming.
 */
static void read_cidr(lvp_reader *reader, const vp_field *field, int index, vp_cidr *out) {
    lua_State *L = reader->L;
    vp_error error;
    vp_cidr cidr;
    vp_status status;
    if (reader->strict && (lua_type(L, index) == LUA_TSTRING || lvp_test_cidr(L, index) != NULL)) {
        status = lvp_to_cidr(L, index, &cidr, &error);
    } else if (lua_type(L, index) == LUA_TSTRING) {
        size_t length;
        const char *text = lua_tolstring(L, index, &length);
        status = vp_cidr_parse_block(text, length, &cidr, &error);
    } else {
        bad_type(reader, "CIDR block", index);
        return;
    }
    if (status != VP_OK) {
        bad_text(reader, field, index, &error);
    } else if (check_family(reader, field, index, cidr.address.family)) {
        *out = cidr;
    }
}

static void read_addr(lvp_reader *reader, const vp_field *field, int index, vp_addr *out) {
    lua_State *L = reader->L;
    vp_error error;
    vp_addr address;
    if (lua_type(L, index) != LUA_TSTRING) {
        bad_type(reader, "address", index);
        return;
    }
    size_t length;
    const char *text = lua_tolstring(L, index, &length);
    if (vp_addr_parse(text, length, &address, &error) != VP_OK) {
        bad_text(reader, field, index, &error);
    } else if (check_family(reader, field, index, address.family)) {
        *out = address;
    }
}

static void read_value(lvp_reader *reader, const vp_field *field, int index, void *record,
                       uint8_t reference);

/* Fails for lack of memory or at 16 million items; neither leaves a record worth keeping. */
static void *append(lvp_reader *reader, const vp_schema *schema, vp_list *list) {
    void *item = NULL;
    vp_status status = vp_list_append(&reader->network->alloc, schema, list, &item);
    if (status != VP_OK) {
        luaL_error(reader->L,
                   status == VP_LIMIT ? "the limit VP_LIST_MAX is reached" : "not enough memory");
    }
    return item;
}

/* A list entry without its key fields says nothing that could be looked up. */
static bool item_has_keys(const vp_schema *schema, const void *item) {
    for (uint16_t i = 0; i < schema->field_count; i++) {
        if ((schema->fields[i].flags & VP_FIELD_KEY) != 0 &&
            !vp_field_is_given(&schema->fields[i], item)) {
            return false;
        }
    }
    return true;
}

/* tags = { Name = "web" } in options. */
static void read_tag_map(lvp_reader *reader, int index, vp_list *list) {
    lua_State *L = reader->L;
    vp_error error;
    vp_field text = {"Value", VP_TYPE_TEXT, 0, 0, NULL};
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        if (lua_type(L, -2) != LUA_TSTRING) {
            luaL_error(L, "bad option 'tags' (a map from name to value expected)");
        }
        size_t length;
        const char *key = lua_tolstring(L, -2, &length);
        vp_tag *tag = append(reader, &vp_tag_schema, list);
        raise_if(L, vp_network_intern(reader->network, key, length, &tag->key, &error), &error);
        read_text(reader, &text, lua_gettop(L), &tag->value);
        lua_pop(L, 1);
    }
    /* the order of lua_next is not defined; what we print is */
    for (uint32_t i = 1; i < list->count; i++) {
        vp_tag moved = *VP_ITEM(vp_tag, list, i);
        uint32_t at = i;
        while (at > 0 && vp_network_compare(reader->network, VP_ITEM(vp_tag, list, at - 1)->key,
                                            moved.key) > 0) {
            *VP_ITEM(vp_tag, list, at) = *VP_ITEM(vp_tag, list, at - 1);
            at--;
        }
        *VP_ITEM(vp_tag, list, at) = moved;
    }
}

static void read_item(lvp_reader *reader, const vp_field *field, int index, vp_list *list) {
    const vp_schema *schema = field->schema;
    bool scalars = schema->field_count == 1 && schema->fields[0].name[0] == '\0';
    if (is_absent(reader, index)) {
        return;
    }
    void *item = append(reader, schema, list);
    if (scalars) {
        read_value(reader, &schema->fields[0], index, item, field->flags & VP_FIELD_REFERENCE);
    } else if (lua_istable(reader->L, index)) {
        lvp_reader_read(reader, index, schema, item, NULL);
    } else {
        bad_type(reader, "table", index);
    }
    if (!item_has_keys(schema, item)) {
        if (reader->strict) {
            char path[VP_ERROR_MESSAGE_MAX];
            write_path(reader, path, sizeof path);
            luaL_error(reader->L, "bad option '%s' (incomplete %s)", path, schema->name);
        }
        vp_list_remove(&reader->network->alloc, schema, list, list->count - 1);
    }
}

/* The place in the list is part of the path of whatever is wrong inside of it. */
static void read_list(lvp_reader *reader, const vp_field *field, int index, vp_list *list) {
    lua_State *L = reader->L;
    if (!lua_istable(L, index)) {
        bad_type(reader, reader->strict ? "table" : "list", index);
        return;
    }
    size_t count = lua_rawlen(L, index);
    if (count == 0 && reader->strict && field->schema == &vp_tag_schema) {
        read_tag_map(reader, index, list);
        return;
    }
    uint32_t level = reader->depth++;
    reader->path[level].key = NULL;
    for (size_t i = 1; i <= count && i <= VP_LIST_MAX; i++) {
        reader->path[level].index = (uint32_t)(i - 1);
        lua_rawgeti(L, index, (int)i);
        read_item(reader, field, lua_gettop(L), list);
        lua_pop(L, 1);
    }
    reader->depth = level;
}

static void read_value(lvp_reader *reader, const vp_field *field, int index, void *record,
                       uint8_t reference) {
    void *member = (char *)record + field->offset;
    vp_field used = *field;
    used.flags = (uint8_t)(used.flags | reference);
    luaL_checkstack(reader->L, 16, "nested too deep");
    switch (field->type) {
    case VP_TYPE_TEXT:
        read_text(reader, &used, index, member);
        break;
    case VP_TYPE_BOOL:
        read_bool(reader, index, member);
        break;
    case VP_TYPE_INT:
        read_int(reader, &used, index, member);
        break;
    case VP_TYPE_ADDR:
        read_addr(reader, &used, index, member);
        break;
    case VP_TYPE_CIDR:
        read_cidr(reader, &used, index, member);
        break;
    case VP_TYPE_LIST:
        read_list(reader, &used, index, member);
        break;
    default:
        if (lua_istable(reader->L, index)) {
            lvp_reader_read(reader, index, field->schema, member, NULL);
        } else {
            bad_type(reader, "table", index);
        }
    }
}

/* Raises for a key that no field has, naming the nearest one. */
static void check_keys(lvp_reader *reader, int index, const vp_schema *schema) {
    lua_State *L = reader->L;
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING) {
            luaL_error(L, "unknown option (a %s as key)", luaL_typename(L, -1));
        }
        size_t length;
        const char *key = lua_tolstring(L, -1, &length);
        char best[VP_KEY_MAX] = "", spelt[VP_KEY_MAX];
        size_t best_distance = SIZE_MAX;
        for (uint16_t i = 0; i < schema->field_count && best_distance != 0; i++) {
            const char *known = lvp_key_of(&schema->fields[i], LVP_STYLE_SNAKE, spelt);
            size_t distance = lvp_edit_distance(key, length, known, strlen(known));
            if (distance < best_distance) {
                best_distance = distance;
                (void)snprintf(best, sizeof best, "%s", known);
            }
        }
        if (best_distance != 0) {
            luaL_error(L, "unknown option '%s' (did you mean '%s'?)", key, best);
        }
    }
}

/*
 * Pushes the list of a structure's keys where the reader has a table for them: interning every key
 * for every record again would cost as much as reading it. False when there is none.
 */
static bool push_keys(lvp_reader *reader, const vp_schema *schema) {
    lua_State *L = reader->L;
    uint32_t at = 0;
    while (at < reader->keyed_count && reader->keyed[at] != schema) {
        at++;
    }
    if (reader->keys == 0 || at == LVP_READER_KEYED_MAX) {
        return false;
    }
    if (at < reader->keyed_count) {
        lua_rawgeti(L, reader->keys, (int)at + 1);
        return true;
    }
    lua_createtable(L, schema->field_count, 0);
    for (uint16_t i = 0; i < schema->field_count; i++) {
        lua_pushstring(L, schema->fields[i].name);
        lua_rawseti(L, -2, i + 1);
    }
    lua_pushvalue(L, -1);
    lua_rawseti(L, reader->keys, (int)at + 1);
    reader->keyed[reader->keyed_count++] = schema;
    return true;
}

/* Pushes the value of field `i`; `keys` is the stack index of its list of keys, 0: none. */
static const char *push_field(lvp_reader *reader, int index, const vp_field *field, int keys,
                              uint16_t i, char spelt[VP_KEY_MAX]) {
    lua_State *L = reader->L;
    const char *key = field->name;
    if (keys != 0) {
        lua_rawgeti(L, keys, i + 1);
    } else {
        key = lvp_key_of(field, reader->strict ? LVP_STYLE_SNAKE : LVP_STYLE_AWS, spelt);
        lua_pushstring(L, key);
    }
    lua_rawget(L, index);
    return key;
}

void lvp_reader_read(lvp_reader *reader, int index, const vp_schema *schema, void *record,
                     uint64_t *present) {
    lua_State *L = reader->L;
    index = lua_absindex(L, index);
    luaL_checkstack(L, 16, "nested too deep");
    if (reader->depth + 2 > LVP_READER_DEPTH_MAX) {
        luaL_error(L, "the limit LVP_READER_DEPTH_MAX is reached");
    }
    if (reader->strict) {
        check_keys(reader, index, schema);
    }
    int keys = push_keys(reader, schema) ? lua_gettop(L) : 0;
    uint32_t level = reader->depth++;
    for (uint16_t i = 0; i < schema->field_count; i++) {
        char spelt[VP_KEY_MAX];
        const char *key = push_field(reader, index, &schema->fields[i], keys, i, spelt);
        if (!is_absent(reader, -1)) {
            reader->path[level].key = reader->strict ? key : schema->fields[i].name;
            read_value(reader, &schema->fields[i], lua_gettop(L), record, 0);
            if (present != NULL && i < 64 && lua_istable(L, -1)) {
                *present |= (uint64_t)1 << i;
            }
        }
        lua_pop(L, 1);
    }
    lua_pop(L, keys != 0 ? 1 : 0);
    reader->depth = level;
}

/* ---- the options of a call ------------------------------------------------------------------- */

typedef struct request_box {
    vp_network *network; /* NULL: empty */
    const vp_schema *schema;
    double data[]; /* aligned for every structure */
} request_box;

static int request_gc(lua_State *L) {
    request_box *box = luaL_testudata(L, 1, "vpcpeer.request");
    if (box != NULL && box->network != NULL) {
        vp_schema_clear(&box->network->alloc, box->schema, box->data);
        vp_network_unref(box->network);
        box->network = NULL;
    }
    return 0;
}

void *lvp_new_request(lua_State *L, vp_network *network, const vp_schema *schema) {
    request_box *box = lvp_new_box(L, "vpcpeer.request", sizeof(request_box) + schema->size);
    box->schema = schema;
    box->network = vp_network_ref(network);
    return box->data;
}

void lvp_read_options(lua_State *L, int index, vp_network *network, const vp_schema *schema,
                      void *request) {
    lvp_reader reader = {0};
    if (lua_isnoneornil(L, index)) {
        return;
    }
    luaL_checktype(L, index, LUA_TTABLE);
    reader.L = L;
    reader.network = network;
    reader.strict = true;
    lvp_reader_read(&reader, index, schema, request, NULL);
}

static const luaL_Reg request_metamethods[] = {{"__gc", request_gc}, {NULL, NULL}};

void lvp_open_reader(lua_State *L) {
    lvp_new_class(L, "vpcpeer.request", NULL, request_metamethods);
}
