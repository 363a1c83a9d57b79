/*
 * lvp_load.c - documents of `aws ec2 describe-*` into the model and out of it, record by record.
 *
 * The Lua files of the module find the records in the documents; here one record is read leniently
 * into a temporary structure, and what it gives replaces what was known before (semantics 11.1.3).
 */
#include "lvp_reader.h"

#include "vp_index.h"
#include "vp_peering.h"
#include "vp_seal.h"
#include "vp_transit.h"
#include "vp_view.h"

#include <string.h>

static void raise_if(lua_State *L, vp_status status, const vp_error *error) {
    if (status != VP_OK) {
        (void)lvp_raise(L, error);
    }
}

static vp_kind kind_of_top_key(const char *key) {
    for (int kind = VP_KIND_NONE + 1; kind < VP_KIND_COUNT; kind++) {
        if (strcmp(vp_kind_describe((vp_kind)kind)->top_key, key) == 0) {
            return (vp_kind)kind;
        }
    }
    return VP_KIND_NONE;
}

static vp_kind kind_of_command(const char *command) {
    for (int kind = VP_KIND_NONE + 1; kind < VP_KIND_COUNT; kind++) {
        if (strcmp(vp_kind_describe((vp_kind)kind)->command, command) == 0) {
            return (vp_kind)kind;
        }
    }
    return VP_KIND_NONE;
}

/* Is there a kind, or a view of one, that is loaded under this key, or printed by this command? */
static bool is_top_key(const char *key) {
    return vp_view_of_key(key) != NULL || kind_of_top_key(key) != VP_KIND_NONE;
}

static bool is_command(const char *command) {
    return vp_view_of_command(command) != NULL || kind_of_command(command) != VP_KIND_NONE;
}

/* The text at `key` of the table at `index` as a name; VP_NO_NAME when it is no string. */
static vp_name name_at(lua_State *L, int index, vp_network *network, const char *key) {
    vp_error error;
    vp_name name = VP_NO_NAME;
    lua_getfield(L, index, key);
    if (lua_type(L, -1) == LUA_TSTRING) {
        size_t length;
        const char *text = lua_tolstring(L, -1, &length);
        if (length <= VP_NAME_TEXT_MAX) { /* the reader says what is wrong with longer text */
            raise_if(L, vp_network_intern(network, text, length, &name, &error), &error);
        }
    }
    lua_pop(L, 1);
    return name;
}

static uint32_t index_at(lua_State *L, int index, const char *key) {
    lua_getfield(L, index, key);
    lua_Number number = lua_isnumber(L, -1) ? lua_tonumber(L, -1) : -1;
    lua_pop(L, 1);
    return number >= 0 && number < VP_NO_INDEX ? (uint32_t)number : VP_NO_INDEX;
}

/* An Elastic IP address without an allocation id (EC2-Classic) is known by its address. */
static void name_address(lua_State *L, vp_network *network, vp_address *address) {
    vp_error error;
    char text[VP_ADDR_TEXT_MAX];
    if (address->record.id == VP_NO_NAME && address->public_ip.family != 0) {
        size_t length = vp_addr_format(&address->public_ip, text);
        raise_if(L, vp_network_intern(network, text, length, &address->record.id, &error), &error);
    }
}

/* The primary address first, and present even where only PrivateIpAddress tells it. */
static vp_status order_addresses(const vp_alloc *alloc, vp_network_interface *read) {
    vp_list *list = &read->private_ip_addresses;
    if (list->count == 0 && read->private_ip_address.family != 0) {
        void *item;
        vp_status status = vp_list_append(alloc, &vp_private_ip_address_schema, list, &item);
        if (status != VP_OK) {
            return status;
        }
        vp_private_ip_address *only = item;
        only->private_ip_address = read->private_ip_address;
        only->primary = VP_TRUE;
        only->association = read->association;
    }
    for (uint32_t i = 1; i < list->count; i++) {
        vp_private_ip_address primary = *VP_ITEM(vp_private_ip_address, list, i);
        if (primary.primary == VP_TRUE) {
            memmove(VP_ITEM(vp_private_ip_address, list, 1), list->items, i * sizeof primary);
            *VP_ITEM(vp_private_ip_address, list, 0) = primary;
            break;
        }
    }
    if (list->count > 0 && read->private_ip_address.family == 0) {
        read->private_ip_address = VP_ITEM(vp_private_ip_address, list, 0)->private_ip_address;
    }
    return VP_OK;
}

static bool field_differs(const vp_field *field, const void *a, const void *b) {
    vp_schema one = {"", 0, 1, field};
    return !vp_schema_equals(&one, a, b);
}

/* Moves what `read` gives into `kept`; true when it replaced something else. */
static bool merge(const vp_alloc *alloc, const vp_schema *schema, uint64_t present, void *read,
                  void *kept) {
    bool replaced = false;
    for (uint16_t i = 0; i < schema->field_count; i++) {
        const vp_field *field = &schema->fields[i];
        bool given = vp_field_is_given(field, read);
        if (!given && !(field->type == VP_TYPE_LIST && (present >> i & 1) != 0)) {
            continue;
        }
        replaced = replaced || (vp_field_is_given(field, kept) && field_differs(field, read, kept));
        size_t size = vp_field_size(field);
        char *target = (char *)kept + field->offset, *source = (char *)read + field->offset;
        vp_field_clear(alloc, field, kept);
        memcpy(target, source, size);
        memset(source, 0, size);
    }
    return replaced;
}

/* The record to fill: the one with this id, or a new one; NULL when another kind has the id. */
static vp_record *record_for(lvp_reader *reader, vp_kind kind, vp_name id) {
    vp_error error;
    vp_record *record = vp_network_find(reader->network, VP_KIND_NONE, id);
    if (record == NULL) {
        raise_if(reader->L, vp_network_add(reader->network, kind, id, &record, &error), &error);
    } else if (record->kind != (uint8_t)kind) {
        lvp_reader_warn(reader, "duplicate_id",
                        "has the id of an object of another kind; left out");
        return NULL;
    }
    return record;
}

/* Where the record was first described in a list of its kind. */
static void read_place(lua_State *L, lvp_reader *reader, const vp_view *view, vp_record *record) {
    if (record->index == VP_NO_INDEX) {
        record->view = vp_view_number(view);
        record->file = reader->file;
        record->index = index_at(L, 4, "index");
        record->parent_index = index_at(L, 4, "parent_index");
        record->hint_owner_id = name_at(L, 4, reader->network, "owner_id");
        record->hint_region = name_at(L, 4, reader->network, "region");
    }
}

/* What a document says about a record by describing it at all. */
static void complete(lua_State *L, vp_network *network, const vp_view *view, vp_record *record) {
    vp_error error;
    if (view != NULL) {
        vp_view_mark(view, record);
    }
    if (record->kind == VP_KIND_TRANSIT_GATEWAY_ATTACHMENT) {
        raise_if(L, vp_transit_settle(network, (vp_transit_gateway_attachment *)record, &error),
                 &error);
    }
}

/* Pinned, with the network, the top key, the record and its place. */
static int load_record(lua_State *L) {
    const lvp_box *box = lua_touserdata(L, 1);
    const vp_view *view = vp_view_of_key(lua_tostring(L, 2));
    vp_kind kind = view != NULL ? view->kind : kind_of_top_key(lua_tostring(L, 2));
    lvp_reader reader = {0};
    uint64_t present = 0;
    const vp_kind_info *info = vp_kind_describe(kind);
    const vp_schema *schema = view != NULL ? view->schema : info->schema;
    reader.L = L;
    reader.network = box->network;
    reader.file = name_at(L, 4, box->network, "file");
    lua_getfield(L, 4, "path"); /* stays on the stack while the reader uses it */
    reader.base = lua_tostring(L, -1);
    if (!lua_istable(L, 3)) {
        lvp_reader_warn(&reader, "invalid_type", "is no object; left out");
        lua_pushboolean(L, 0);
        return 1;
    }
    reader.resource_id = name_at(L, 3, box->network, info->id_key);
    vp_record *read = lvp_new_request(L, box->network, schema);
    lvp_reader_read(&reader, 3, schema, read, &present);
    if (kind == VP_KIND_ADDRESS) {
        name_address(L, box->network, (vp_address *)read);
    }
    if (read->id == VP_NO_NAME) {
        lvp_reader_warn(&reader, "missing_id", "has no id; left out");
        lua_pushboolean(L, 0);
        return 1;
    }
    if (kind == VP_KIND_NETWORK_INTERFACE &&
        order_addresses(&box->network->alloc, (vp_network_interface *)read) != VP_OK) {
        return luaL_error(L, "not enough memory");
    }
    vp_record *record = record_for(&reader, kind, read->id);
    if (record != NULL) {
        read_place(L, &reader, view, record);
        bool replaced = merge(&box->network->alloc, schema, present, read, record);
        complete(L, box->network, view, record);
        vp_network_touch(box->network);
        if (replaced) {
            lvp_reader_note(&reader, "redefined",
                            "differs from an earlier description, which it replaces");
        }
    }
    lua_pushboolean(L, record != NULL);
    return 1;
}

/***
core.load_record(network, top_key, record, place): reads one record leniently. Returns true, or
false when nothing could be kept. place = { file, path, index, parent_index,
owner_id, region }; the last two are what the place suggests where the data do not say.
@local
*/
static int lvp_load_record(lua_State *L) {
    lvp_box *box = lvp_check_network(L, 1);
    luaL_argcheck(L, is_top_key(luaL_checkstring(L, 2)), 2, "unknown kind");
    luaL_checktype(L, 4, LUA_TTABLE);
    lua_settop(L, 4);
    return lvp_pinned(L, box->network, load_record, 4, NULL);
}

/* Adds to an instance what stands around it in AWS's document, and its interfaces. */
static void push_surroundings(lua_State *L, vp_network *network, const vp_instance *instance) {
    vp_error error;
    const vp_index *index;
    uint32_t count;
    raise_if(L, vp_index_get(network, &index, &error), &error);
    lvp_push_name(L, network, instance->reservation_id);
    lua_setfield(L, -2, "ReservationId");
    lvp_push_name(L, network, instance->record.owner_id);
    lua_setfield(L, -2, "OwnerId");
    vp_network_interface *const *list = vp_index_interfaces_of(index, instance->record.id, &count);
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        lvp_push_fields(L, network, vp_kind_describe(VP_KIND_NETWORK_INTERFACE)->schema, list[i],
                        LVP_STYLE_AWS, true);
        lua_rawseti(L, -2, (int)i + 1);
    }
    lua_setfield(L, -2, "NetworkInterfaces");
}

/* Pinned, with the network and the command. */
static int push_descriptions(lua_State *L) {
    const lvp_box *box = lua_touserdata(L, 1);
    const vp_view *view = vp_view_of_command(lua_tostring(L, 2));
    vp_kind kind = view != NULL ? view->kind : kind_of_command(lua_tostring(L, 2));
    const vp_rows *rows = vp_network_rows(box->network, kind);
    const vp_schema *schema = view != NULL ? view->schema : vp_kind_describe(kind)->schema;
    int length = 0;
    lua_createtable(L, (int)rows->count, 0);
    for (uint32_t i = 0; i < rows->count; i++) {
        if (vp_peering_is_hidden(box->network, rows->rows[i], box->owner_id) ||
            (view != NULL && !vp_view_shows(view, rows->rows[i]))) {
            continue;
        }
        lvp_push_fields(L, box->network, schema, rows->rows[i], LVP_STYLE_AWS, false);
        if (kind == VP_KIND_INSTANCE && view == NULL) {
            push_surroundings(L, box->network, (const vp_instance *)rows->rows[i]);
        }
        lua_rawseti(L, -2, ++length);
    }
    return 1;
}

/*** core.describe(network, command): the records of a kind in AWS's shape, in id order.
@local
*/
static int lvp_describe(lua_State *L) {
    lvp_box *box = lvp_check_network(L, 1);
    luaL_argcheck(L, is_command(luaL_checkstring(L, 2)), 2, "unknown kind");
    lua_settop(L, 2);
    return lvp_pinned(L, box->network, push_descriptions, 2, NULL);
}

/*** core.diagnose(network, severity, code, resource_id, file, path, message)
@local
*/
static int lvp_diagnose(lua_State *L) {
    static const char *const severities[] = {"info", "warning", "error", NULL};
    lvp_box *box = lvp_check_network(L, 1);
    vp_error error;
    vp_diagnostic diagnostic = {0};
    vp_name *parts[] = {&diagnostic.code, &diagnostic.resource_id, &diagnostic.file,
                        &diagnostic.path, &diagnostic.message};
    diagnostic.severity = (vp_severity)luaL_checkoption(L, 2, NULL, severities);
    for (int i = 0; i < 5; i++) {
        size_t length;
        const char *text = luaL_optlstring(L, 3 + i, "", &length);
        raise_if(L, vp_network_intern(box->network, text, length, parts[i], &error), &error);
    }
    raise_if(L, vp_network_report(box->network, &diagnostic, &error), &error);
    return 0;
}

/*** core.seal(network, { owner_id, region }): what is to be done once everything is loaded.
@local
*/
static int lvp_seal(lua_State *L) {
    lvp_box *box = lvp_check_network(L, 1);
    vp_error error;
    vp_seal_options options = {0};
    if (lua_istable(L, 2)) {
        options.owner_id = name_at(L, 2, box->network, "owner_id");
        options.region = name_at(L, 2, box->network, "region");
    }
    raise_if(L, vp_network_seal(box->network, &options, &error), &error);
    vp_network_touch(box->network);
    return 0;
}

static const luaL_Reg load_functions[] = {{"load_record", lvp_load_record},
                                          {"describe", lvp_describe},
                                          {"diagnose", lvp_diagnose},
                                          {"seal", lvp_seal},
                                          {NULL, NULL}};

void lvp_open_load(lua_State *L) { luaL_setfuncs(L, load_functions, 0); }
