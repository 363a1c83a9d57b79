/*
 * lvp_load.c - documents of `aws ec2 describe-*` into the model and out of it, record by record.
 *
 * The Lua files of the module find the records in the documents; here one record is read leniently
 * into a temporary structure, and what it gives replaces what was known before (semantics 11.1.3).
 */
#include "lvp_reader.h"

#include "vp_index.h"
#include "vp_lint.h"
#include "vp_peering.h"
#include "vp_seal.h"
#include "vp_transit.h"
#include "vp_view.h"

#include <string.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

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

static vp_kind kind_of_class(const char *name) {
    for (int kind = VP_KIND_NONE + 1; kind < VP_KIND_COUNT; kind++) {
        if (strcmp(vp_kind_describe((vp_kind)kind)->name, name) == 0) {
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

/* The first primary address first, and present even where only PrivateIpAddress tells it. */
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
    for (uint32_t i = 0; i < list->count; i++) {
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

/* Does the id say that the object is of another kind (semantics 0.1)? */
static bool is_of_other_kind(const vp_network *network, vp_kind kind, vp_name id) {
    size_t length;
    const char *text = vp_names_text(&network->names, id, &length);
    vp_kind named = vp_kind_of_id(text, length);
    return named != VP_KIND_NONE && named != kind;
}

/* The record to fill: the one with this id, or a new one; NULL when the id is another kind's. */
static vp_record *record_for(lvp_reader *reader, vp_kind kind, vp_name id) {
    vp_error error;
    vp_record *record = vp_network_find(reader->network, VP_KIND_NONE, id);
    if (record == NULL && is_of_other_kind(reader->network, kind, id)) {
        lvp_reader_warn(reader, "invalid_id", "has an id of another kind of object; left out");
        return NULL;
    } else if (record == NULL) {
        raise_if(reader->L, vp_network_add(reader->network, kind, id, &record, &error), &error);
    } else if (record->kind != (uint8_t)kind) {
        lvp_reader_warn(reader, "duplicate_id",
                        "has the id of an object of another kind; left out");
        return NULL;
    }
    return record;
}

/* Reading lists of records of one document; lives on the stack of a pinned function. */
typedef struct loader {
    lvp_reader reader;
    vp_name hint_owner_id, hint_region; /* what the document's place suggests */
    uint32_t index, parent_index;       /* of the record in its list, VP_NO_INDEX: in none */
} loader;

/* A structure to read records into, one after the other: cleared between them. */
typedef struct slot {
    const vp_view *view; /* NULL: the document describes the kind itself */
    vp_kind kind;
    const vp_schema *schema;
    vp_record *read;
} slot;

/*
 * A slot for what is loaded under a top key, or for whole records of a class; what it owns goes
 * with the box that is pushed.
 */
static slot new_slot(lua_State *L, vp_network *network, const char *top_key) {
    slot made = {vp_view_of_key(top_key), kind_of_class(top_key), NULL, NULL};
    if (made.kind == VP_KIND_NONE) {
        made.kind = made.view != NULL ? made.view->kind : kind_of_top_key(top_key);
    }
    made.schema = made.view != NULL ? made.view->schema : vp_kind_describe(made.kind)->schema;
    made.read = lvp_new_request(L, network, made.schema);
    return made;
}

static loader new_loader(lua_State *L, vp_network *network, int place) {
    loader made = {0};
    made.reader.L = L;
    made.reader.network = network;
    made.reader.file = name_at(L, place, network, "file");
    made.hint_owner_id = name_at(L, place, network, "owner_id");
    made.hint_region = name_at(L, place, network, "region");
    made.index = made.parent_index = VP_NO_INDEX;
    return made;
}

/* Where the record was first described in a list of its kind. */
static void read_place(const loader *l, const vp_view *view, vp_record *record) {
    if (record->index == VP_NO_INDEX) {
        record->view = vp_view_number(view);
        record->file = l->reader.file;
        record->index = l->index;
        record->parent_index = l->parent_index;
        record->hint_owner_id = l->hint_owner_id;
        record->hint_region = l->hint_region;
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

/* Reads the value at `index` into the slot; false, said in a warning, when it is no record. */
static bool read_record(loader *l, const slot *into, int index, uint64_t *present) {
    lua_State *L = l->reader.L;
    vp_network *network = l->reader.network;
    vp_schema_clear(&network->alloc, into->schema, into->read);
    *present = 0;
    l->reader.resource_id = VP_NO_NAME;
    if (!lua_istable(L, index)) {
        lvp_reader_warn(&l->reader, "invalid_type", "is no object; left out");
        return false;
    }
    l->reader.resource_id = name_at(L, index, network, vp_kind_describe(into->kind)->id_key);
    lvp_reader_read(&l->reader, index, into->schema, into->read, present);
    if (into->kind == VP_KIND_ADDRESS) {
        name_address(L, network, (vp_address *)into->read);
    }
    if (into->read->id == VP_NO_NAME) {
        lvp_reader_warn(&l->reader, "missing_id", "has no id; left out");
        return false;
    }
    return true;
}

/* Moves what was read into the record of its id; false when another kind has that id. */
static bool keep_record(loader *l, const slot *from, uint64_t present) {
    vp_network *network = l->reader.network;
    if (from->kind == VP_KIND_NETWORK_INTERFACE &&
        order_addresses(&network->alloc, (vp_network_interface *)from->read) != VP_OK) {
        luaL_error(l->reader.L, "not enough memory");
    }
    vp_record *record = record_for(&l->reader, from->kind, from->read->id);
    if (record == NULL) {
        return false;
    }
    read_place(l, from->view, record);
    bool replaced = merge(&network->alloc, from->schema, present, from->read, record);
    complete(l->reader.L, network, from->view, record);
    network->is_unsealed = true;
    vp_network_touch(network);
    if (replaced) {
        lvp_reader_note(&l->reader, "redefined",
                        "differs from an earlier description, which it replaces");
    }
    return true;
}

static bool load_one(loader *l, const slot *into, int index) {
    uint64_t present;
    return read_record(l, into, index, &present) && keep_record(l, into, present);
}

/* Pinned, with the network, the top key, the record and its place. */
static int load_record(lua_State *L) {
    vp_network *network = ((const lvp_box *)lua_touserdata(L, 1))->network;
    loader l = new_loader(L, network, 4);
    slot into = new_slot(L, network, lua_tostring(L, 2));
    l.index = index_at(L, 4, "index");
    l.parent_index = index_at(L, 4, "parent_index");
    lua_getfield(L, 4, "path"); /* stays on the stack while the reader uses it */
    l.reader.base = lua_tostring(L, -1);
    lua_pushboolean(L, load_one(&l, &into, 3));
    return 1;
}

/***
core.load_record(network, top_key, record, place): reads one record leniently; the name of a class
as key takes whole records, as core.records gives them. Returns true, or false when nothing could
be kept. place = { file, path, index, parent_index,
owner_id, region }; the last two are what the place suggests where the data do not say.
@local
*/
static int lvp_load_record(lua_State *L) {
    lvp_box *box = lvp_check_network(L, 1);
    const char *key = luaL_checkstring(L, 2);
    luaL_argcheck(L, is_top_key(key) || kind_of_class(key) != VP_KIND_NONE, 2, "unknown kind");
    luaL_checktype(L, 4, LUA_TTABLE);
    lua_settop(L, 4);
    return lvp_pinned(L, box->network, load_record, 4, NULL);
}

/* ---- lists of records ------------------------------------------------------------------------ */

/* One step down the JSON path: into a member, or (key == NULL) to an item of a list. */
static void enter(loader *l, const char *key, uint32_t index) {
    l->reader.path[l->reader.depth].key = key;
    l->reader.path[l->reader.depth++].index = index;
}

/*
 * How many items the value on top has. Null is absent; an empty object is an empty list, as some
 * writers print it; anything else is named by the path and left out.
 */
static uint32_t list_length(loader *l) {
    lua_State *L = l->reader.L;
    int type = lua_type(L, -1);
    size_t length = type == LUA_TTABLE ? lua_rawlen(L, -1) : 0;
    bool wrong = type != LUA_TNIL && type != LUA_TUSERDATA && type != LUA_TLIGHTUSERDATA;
    if (type == LUA_TTABLE && length == 0) {
        lua_pushnil(L);
        wrong = lua_next(L, -2) != 0;
        lua_pop(L, wrong ? 2 : 0);
    } else if (type == LUA_TTABLE) {
        wrong = false;
    }
    if (wrong) {
        l->reader.resource_id = VP_NO_NAME;
        lvp_reader_warn(&l->reader, "invalid_type", "is no list; left out");
    }
    return length < VP_NO_INDEX ? (uint32_t)length : VP_NO_INDEX - 1;
}

/* Pushes a member of the table at `index`, nil of anything else. */
static void push_member(lua_State *L, int index, const char *key) {
    if (lua_istable(L, index)) {
        lua_pushstring(L, key);
        lua_rawget(L, index);
    } else {
        lua_pushnil(L);
    }
}

/* An interface that a list of interfaces described: a copy inside an instance adds nothing. */
static bool is_described(const loader *l, vp_name id) {
    const vp_record *known = vp_network_find(l->reader.network, VP_KIND_NETWORK_INTERFACE, id);
    return known != NULL && known->index != VP_NO_INDEX;
}

/* The interfaces inside the instance at `index`, which leave out what the instance says. */
static void load_embedded(loader *l, const slot *into, int index, const vp_instance *instance) {
    lua_State *L = l->reader.L;
    uint32_t level = l->reader.depth, place = l->index, parent = l->parent_index;
    l->index = l->parent_index = VP_NO_INDEX;
    enter(l, "NetworkInterfaces", 0);
    push_member(L, index, "NetworkInterfaces");
    uint32_t count = list_length(l);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t present;
        lua_rawgeti(L, -1, (int)i + 1);
        enter(l, NULL, i);
        if (!lua_istable(L, -1) ||
            !is_described(l, name_at(L, lua_gettop(L), l->reader.network, "NetworkInterfaceId"))) {
            vp_network_interface *read = (vp_network_interface *)into->read;
            if (read_record(l, into, lua_gettop(L), &present)) {
                vp_name *attached = &read->attachment.instance_id;
                read->vpc_id = read->vpc_id == VP_NO_NAME ? instance->vpc_id : read->vpc_id;
                read->subnet_id =
                    read->subnet_id == VP_NO_NAME ? instance->subnet_id : read->subnet_id;
                *attached = *attached == VP_NO_NAME ? instance->record.id : *attached;
                (void)keep_record(l, into, present);
            }
        }
        lua_pop(L, 1);
        l->reader.depth = level + 1;
    }
    lua_pop(L, 1);
    l->reader.depth = level;
    l->index = place;
    l->parent_index = parent;
}

/* An instance has the owner and the id of its reservation, and its interfaces in it. */
static void load_instance(loader *l, const slot *instances, const slot *interfaces, int index,
                          vp_name owner_id, vp_name reservation_id) {
    uint64_t present;
    if (!read_record(l, instances, index, &present)) {
        return;
    }
    vp_instance *read = (vp_instance *)instances->read, about = {0};
    read->record.owner_id = read->record.owner_id == VP_NO_NAME ? owner_id : read->record.owner_id;
    read->reservation_id =
        read->reservation_id == VP_NO_NAME ? reservation_id : read->reservation_id;
    about.record.id = read->record.id;
    about.vpc_id = read->vpc_id;
    about.subnet_id = read->subnet_id;
    if (keep_record(l, instances, present)) {
        load_embedded(l, interfaces, index, &about);
    }
}

/* One reservation of `Reservations[place]`, on top of the stack. */
static void load_reservation(loader *l, const slot *instances, const slot *interfaces,
                             uint32_t place) {
    lua_State *L = l->reader.L;
    int index = lua_gettop(L);
    uint32_t level = l->reader.depth;
    if (!lua_istable(L, index)) {
        l->reader.resource_id = VP_NO_NAME;
        lvp_reader_warn(&l->reader, "invalid_type", "is no object; left out");
        return;
    }
    vp_name owner_id = name_at(L, index, l->reader.network, "OwnerId");
    vp_name reservation_id = name_at(L, index, l->reader.network, "ReservationId");
    enter(l, "Instances", 0);
    push_member(L, index, "Instances");
    uint32_t count = list_length(l);
    for (uint32_t i = 0; i < count; i++) {
        lua_rawgeti(L, -1, (int)i + 1);
        enter(l, NULL, i);
        l->parent_index = place;
        l->index = i;
        load_instance(l, instances, interfaces, lua_gettop(L), owner_id, reservation_id);
        lua_pop(L, 1);
        l->reader.depth = level + 1;
    }
    lua_pop(L, 1);
    l->reader.depth = level;
}

/* Pinned, with the network, the top key, the list, the place and the index of the first record. */
static int load_records(lua_State *L) {
    vp_network *network = ((const lvp_box *)lua_touserdata(L, 1))->network;
    const char *key = lua_tostring(L, 2);
    uint32_t first = (uint32_t)lua_tonumber(L, 5);
    bool reserved = strcmp(key, "Reservations") == 0;
    loader l = new_loader(L, network, 4);
    slot into = new_slot(L, network, reserved ? "Instances" : key);
    slot embedded = new_slot(L, network, "NetworkInterfaces");
    lua_newtable(L);
    l.reader.keys = lua_gettop(L);
    enter(&l, key, 0);
    lua_pushvalue(L, 3);
    uint32_t count = list_length(&l);
    for (uint32_t i = 0; i < count; i++) {
        lua_rawgeti(L, 3, (int)i + 1);
        enter(&l, NULL, first + i);
        l.index = first + i;
        if (reserved) {
            load_reservation(&l, &into, &embedded, first + i);
        } else {
            (void)load_one(&l, &into, lua_gettop(L));
        }
        lua_pop(L, 1);
        l.reader.depth = 1;
    }
    return 0;
}

/***
core.load_records(network, top_key, list, place, first): reads the records of a list, of which the
first has the index `first` in the document's list (from 0), as core.load_record reads one.
"Reservations" are read with the instances and interfaces in them.
@local
*/
static int lvp_load_records(lua_State *L) {
    lvp_box *box = lvp_check_network(L, 1);
    const char *key = luaL_checkstring(L, 2);
    luaL_argcheck(L, strcmp(key, "Reservations") == 0 || is_top_key(key), 2, "unknown kind");
    luaL_checktype(L, 4, LUA_TTABLE);
    (void)lvp_integer_opt(L, 5, 0, VP_NO_INDEX - 1, 0);
    lua_settop(L, 5);
    return lvp_pinned(L, box->network, load_records, 5, NULL);
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

/* Pinned, with the network and the class. */
static int push_records(lua_State *L) {
    vp_network *network = ((const lvp_box *)lua_touserdata(L, 1))->network;
    vp_kind kind = kind_of_class(lua_tostring(L, 2));
    const vp_rows *rows = vp_network_rows(network, kind);
    lua_createtable(L, (int)rows->count, 0);
    for (uint32_t i = 0; i < rows->count; i++) {
        lvp_push_fields(L, network, vp_kind_describe(kind)->schema, rows->rows[i], LVP_STYLE_WHOLE,
                        false);
        lua_rawseti(L, -2, (int)i + 1);
    }
    return 1;
}

/***
core.records(network, class): the whole records of a class in id order: AWS's keys, and also what no
command of AWS prints. core.load_record takes them.
@local
*/
static int lvp_records(lua_State *L) {
    lvp_box *box = lvp_check_network(L, 1);
    luaL_argcheck(L, kind_of_class(luaL_checkstring(L, 2)) != VP_KIND_NONE, 2, "unknown class");
    lua_settop(L, 2);
    return lvp_pinned(L, box->network, push_records, 2, NULL);
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

/*** core.forget_diagnostics(network)
@local
*/
static int lvp_forget_diagnostics(lua_State *L) {
    vp_network *network = lvp_check_network(L, 1)->network;
    network->diagnostic_count = network->judged_first = network->judged_end = 0;
    return 0;
}

/***
core.caller(network): account and Region of the model's default caller, and whether sealing told
them.
@local
*/
static int lvp_caller(lua_State *L) {
    const vp_network *network = lvp_check_network(L, 1)->network;
    lvp_push_name(L, network, network->owner_id);
    lvp_push_name(L, network, network->region);
    lua_pushboolean(L, network->is_caller_inferred);
    return 3;
}

/***
core.seal(network, { owner_id, region }): what is to be done once everything is loaded; nothing when
nothing was loaded since the last time.
@local
*/
static int lvp_seal(lua_State *L) {
    lvp_box *box = lvp_check_network(L, 1);
    vp_error error;
    vp_seal_options options = {0};
    if (!box->network->is_unsealed) {
        return 0;
    }
    if (lua_istable(L, 2)) {
        options.owner_id = name_at(L, 2, box->network, "owner_id");
        options.region = name_at(L, 2, box->network, "region");
    }
    raise_if(L, vp_network_seal(box->network, &options, &error), &error);
    box->owner_id = box->network->owner_id;
    box->region = box->network->region;
    vp_network_touch(box->network);
    raise_if(L, vp_lint_report_stale(box->network, &error), &error);
    box->network->judged_end = box->network->diagnostic_count;
    vp_network_compact(box->network);
    return 0;
}

/*** core.give_back(large): after a large load collects the documents, and lets the C library
return to the system what it can: the records lie among the holes that documents leave.
@local
*/
static int lvp_give_back(lua_State *L) {
    if (lua_toboolean(L, 1)) {
        (void)lua_gc(L, LUA_GCCOLLECT, 0);
#if defined(__GLIBC__)
        (void)malloc_trim(0);
#endif
    }
    return 0;
}

static const luaL_Reg load_functions[] = {{"load_record", lvp_load_record},
                                          {"load_records", lvp_load_records},
                                          {"describe", lvp_describe},
                                          {"records", lvp_records},
                                          {"forget_diagnostics", lvp_forget_diagnostics},
                                          {"caller", lvp_caller},
                                          {"diagnose", lvp_diagnose},
                                          {"seal", lvp_seal},
                                          {"give_back", lvp_give_back},
                                          {NULL, NULL}};

void lvp_open_load(lua_State *L) { luaL_setfuncs(L, load_functions, 0); }
