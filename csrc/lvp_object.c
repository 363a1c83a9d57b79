/*
 * lvp_object.c - the class "vpcpeer.object": handles of VPCs, subnets, connections and so on.
 *
 * One class for all kinds. A field is looked up as a relation (a handle), then as a method of the
 * kind, then as a field of the record; all three are tables, so a new kind adds rows.
 */
#include "lvp_model.h"

#include "vp_index.h"
#include "vp_peering.h"
#include "vp_record_endpoint.h"
#include "vp_transit.h"
#include "vp_vpn.h"

#include <string.h>

lvp_box *lvp_test_object(lua_State *L, int index) { return luaL_testudata(L, index, LVP_OBJECT); }

static vp_record *record_of(lua_State *L, const lvp_box *box) {
    lvp_check_usable(L, box->network);
    vp_record *record = vp_network_find(box->network, VP_KIND_NONE, box->id);
    if (record == NULL) {
        luaL_error(L, "%s does not exist any more", vp_network_text(box->network, box->id));
    }
    return record;
}

vp_record *lvp_check_record(lua_State *L, int index) {
    return record_of(L, luaL_checkudata(L, index, LVP_OBJECT));
}

void lvp_push_object(lua_State *L, const lvp_box *from, const vp_record *record) {
    if (record == NULL) {
        lua_pushnil(L);
        return;
    }
    vp_name id = record->id; /* the record may be gone once the box is made */
    lvp_box *made = lvp_new_box(L, LVP_OBJECT, sizeof *made);
    made->network = vp_network_ref(from->network);
    made->owner_id = from->owner_id;
    made->region = from->region;
    made->id = id;
}

/* ---- relations --------------------------------------------------------------------------------
 */

typedef struct relation {
    vp_kind kind;
    const char *name;
    vp_record *(*find)(const vp_network *network, const vp_index *index, const vp_record *record);
} relation;

#define RELATION(function, type, expression)                                                       \
    static vp_record *function(const vp_network *network, const vp_index *index,                   \
                               const vp_record *record) {                                          \
        const type *self = (const type *)record;                                                   \
        (void)network;                                                                             \
        (void)index;                                                                               \
        return (vp_record *)(expression);                                                          \
    }

static vp_record *default_security_group(const vp_network *network, const vp_index *index,
                                         const vp_record *record) {
    const vp_rows *groups = &network->rows[VP_KIND_SECURITY_GROUP];
    (void)index;
    for (uint32_t i = 0; i < groups->count; i++) {
        const vp_security_group *group = (const vp_security_group *)groups->rows[i];
        if (group->vpc_id == record->id &&
            vp_network_name_is(network, group->group_name, "default")) {
            return groups->rows[i];
        }
    }
    return NULL;
}

RELATION(vpc_main_route_table, vp_vpc, self->main_route_table)
RELATION(vpc_default_network_acl, vp_vpc, self->default_network_acl)
RELATION(vpc_internet_gateway, vp_vpc, vp_index_internet_gateway_of(index, self->record.id))
RELATION(subnet_vpc, vp_subnet, self->vpc)
RELATION(subnet_route_table, vp_subnet, self->route_table)
RELATION(subnet_network_acl, vp_subnet, self->network_acl)
RELATION(route_table_vpc, vp_route_table, self->vpc)
RELATION(security_group_vpc, vp_security_group, self->vpc)
RELATION(rule_security_group, vp_security_group_rule,
         vp_network_find(network, VP_KIND_SECURITY_GROUP, self->group_id))
RELATION(network_acl_vpc, vp_network_acl, self->vpc)
RELATION(requester_vpc, vp_vpc_peering_connection, self->requester_vpc_info.vpc)
RELATION(accepter_vpc, vp_vpc_peering_connection, self->accepter_vpc_info.vpc)
RELATION(interface_vpc, vp_network_interface, self->vpc)
RELATION(interface_subnet, vp_network_interface, self->subnet)
RELATION(interface_instance, vp_network_interface, self->instance)
RELATION(instance_vpc, vp_instance, self->vpc)
RELATION(instance_subnet, vp_instance, vp_network_find(network, VP_KIND_SUBNET, self->subnet_id))
RELATION(gateway_vpc, vp_internet_gateway,
         self->attachments.count == 0
             ? NULL
             : vp_network_find(network, VP_KIND_VPC,
                               VP_ITEM(vp_gateway_attachment, &self->attachments, 0)->vpc_id))
RELATION(egress_only_vpc, vp_egress_only_internet_gateway,
         self->attachments.count == 0
             ? NULL
             : vp_network_find(network, VP_KIND_VPC,
                               VP_ITEM(vp_gateway_attachment, &self->attachments, 0)->vpc_id))
RELATION(vpc_vpn_gateway, vp_vpc, vp_vpn_gateway_of(network, self->record.id))
RELATION(vpn_gateway_vpc, vp_vpn_gateway,
         vp_network_find(network, VP_KIND_VPC, vp_vpn_vpc_of(network, self)))
RELATION(connection_vpn_gateway, vp_vpn_connection,
         vp_network_find(network, VP_KIND_VPN_GATEWAY, self->vpn_gateway_id))
RELATION(connection_customer_gateway, vp_vpn_connection,
         vp_network_find(network, VP_KIND_CUSTOMER_GATEWAY, self->customer_gateway_id))
RELATION(nat_vpc, vp_nat_gateway, vp_network_find(network, VP_KIND_VPC, self->vpc_id))
RELATION(nat_subnet, vp_nat_gateway, vp_network_find(network, VP_KIND_SUBNET, self->subnet_id))
RELATION(nat_route_table, vp_nat_gateway,
         vp_network_find(network, VP_KIND_ROUTE_TABLE, self->route_table_id))
RELATION(endpoint_vpc, vp_vpc_endpoint, vp_network_find(network, VP_KIND_VPC, self->vpc_id))
RELATION(address_interface, vp_address,
         vp_network_find(network, VP_KIND_NETWORK_INTERFACE, self->network_interface_id))
RELATION(address_instance, vp_address,
         vp_network_find(network, VP_KIND_INSTANCE, self->instance_id))

RELATION(connection_transit_gateway, vp_vpn_connection,
         vp_network_find(network, VP_KIND_TRANSIT_GATEWAY, self->transit_gateway_id))
RELATION(transit_association_table, vp_transit_gateway,
         vp_network_find(network, VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE,
                         self->options.association_default_route_table_id))
RELATION(transit_propagation_table, vp_transit_gateway,
         vp_network_find(network, VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE,
                         self->options.propagation_default_route_table_id))
RELATION(attachment_gateway, vp_transit_gateway_attachment,
         vp_network_find(network, VP_KIND_TRANSIT_GATEWAY, self->transit_gateway_id))
RELATION(attachment_vpc, vp_transit_gateway_attachment,
         vp_network_find(network, VP_KIND_VPC, self->vpc_id))
RELATION(attachment_vpn, vp_transit_gateway_attachment,
         vp_network_find(network, VP_KIND_VPN_CONNECTION, self->resource_id))
RELATION(attachment_table, vp_transit_gateway_attachment,
         vp_transit_table_of(network, self, self->transit_gateway_id).table)
RELATION(transit_table_gateway, vp_transit_gateway_route_table,
         vp_network_find(network, VP_KIND_TRANSIT_GATEWAY, self->transit_gateway_id))

static const relation relations[] = {
    {VP_KIND_VPC, "main_route_table", vpc_main_route_table},
    {VP_KIND_VPC, "default_network_acl", vpc_default_network_acl},
    {VP_KIND_VPC, "default_security_group", default_security_group},
    {VP_KIND_VPC, "internet_gateway", vpc_internet_gateway},
    {VP_KIND_SUBNET, "vpc", subnet_vpc},
    {VP_KIND_SUBNET, "route_table", subnet_route_table},
    {VP_KIND_SUBNET, "network_acl", subnet_network_acl},
    {VP_KIND_ROUTE_TABLE, "vpc", route_table_vpc},
    {VP_KIND_VPC_PEERING_CONNECTION, "requester_vpc", requester_vpc},
    {VP_KIND_VPC_PEERING_CONNECTION, "accepter_vpc", accepter_vpc},
    {VP_KIND_SECURITY_GROUP, "vpc", security_group_vpc},
    {VP_KIND_SECURITY_GROUP_RULE, "security_group", rule_security_group},
    {VP_KIND_NETWORK_ACL, "vpc", network_acl_vpc},
    {VP_KIND_INTERNET_GATEWAY, "vpc", gateway_vpc},
    {VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY, "vpc", egress_only_vpc},
    {VP_KIND_VPC, "vpn_gateway", vpc_vpn_gateway},
    {VP_KIND_VPN_GATEWAY, "vpc", vpn_gateway_vpc},
    {VP_KIND_VPN_CONNECTION, "vpn_gateway", connection_vpn_gateway},
    {VP_KIND_VPN_CONNECTION, "customer_gateway", connection_customer_gateway},
    {VP_KIND_VPN_CONNECTION, "transit_gateway", connection_transit_gateway},
    {VP_KIND_TRANSIT_GATEWAY, "association_default_route_table", transit_association_table},
    {VP_KIND_TRANSIT_GATEWAY, "propagation_default_route_table", transit_propagation_table},
    {VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, "transit_gateway", attachment_gateway},
    {VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, "vpc", attachment_vpc},
    {VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, "vpn_connection", attachment_vpn},
    {VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, "transit_gateway_route_table", attachment_table},
    {VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, "transit_gateway", transit_table_gateway},
    {VP_KIND_NAT_GATEWAY, "vpc", nat_vpc},
    {VP_KIND_NAT_GATEWAY, "subnet", nat_subnet},
    {VP_KIND_NAT_GATEWAY, "route_table", nat_route_table},
    {VP_KIND_VPC_ENDPOINT, "vpc", endpoint_vpc},
    {VP_KIND_NETWORK_INTERFACE, "vpc", interface_vpc},
    {VP_KIND_NETWORK_INTERFACE, "subnet", interface_subnet},
    {VP_KIND_NETWORK_INTERFACE, "instance", interface_instance},
    {VP_KIND_INSTANCE, "vpc", instance_vpc},
    {VP_KIND_INSTANCE, "subnet", instance_subnet},
    {VP_KIND_ADDRESS, "network_interface", address_interface},
    {VP_KIND_ADDRESS, "instance", address_instance},
};

static const vp_index *index_of(lua_State *L, vp_network *network) {
    const vp_index *index = NULL;
    vp_error error;
    if (vp_index_get(network, &index, &error) != VP_OK) {
        (void)lvp_raise(L, &error);
    }
    return index;
}

/* Relations to several objects, which a list of ids names. */
static const struct {
    vp_kind kind;
    const char *name;
    uint16_t offset; /* of the list of vp_text_item in the record */
} list_relations[] = {
    {VP_KIND_VPC_ENDPOINT, "network_interfaces",
     (uint16_t)offsetof(vp_vpc_endpoint, network_interface_ids)},
    {VP_KIND_VPC_ENDPOINT, "subnets", (uint16_t)offsetof(vp_vpc_endpoint, subnet_ids)},
    {VP_KIND_VPC_ENDPOINT, "route_tables", (uint16_t)offsetof(vp_vpc_endpoint, route_table_ids)},
    {VP_KIND_HOSTED_ZONE, "vpcs", (uint16_t)offsetof(vp_hosted_zone, vpc_ids)},
};

/* Pushes the objects that a list names and the data have; false when there is no such relation. */
static bool push_list_relation(lua_State *L, const lvp_box *box, const vp_record *record,
                               const char *name) {
    for (size_t i = 0; i < VP_COUNT_OF(list_relations); i++) {
        if (list_relations[i].kind != (vp_kind)record->kind ||
            strcmp(list_relations[i].name, name) != 0) {
            continue;
        }
        const void *member = (const char *)record + list_relations[i].offset;
        const vp_list *ids = member;
        int length = 0;
        lua_createtable(L, (int)ids->count, 0);
        for (uint32_t n = 0; n < ids->count; n++) {
            vp_name id = VP_ITEM(vp_text_item, ids, n)->value;
            const vp_record *named = vp_network_find(box->network, VP_KIND_NONE, id);
            if (named != NULL) {
                lvp_push_object(L, box, named);
                lua_rawseti(L, -2, ++length);
            }
        }
        return true;
    }
    return false;
}

/* Pushes the related object; false when the kind has no such relation. */
static bool push_relation(lua_State *L, const lvp_box *box, const vp_record *record,
                          const char *name) {
    for (size_t i = 0; i < VP_COUNT_OF(relations); i++) {
        if (relations[i].kind == (vp_kind)record->kind && strcmp(relations[i].name, name) == 0) {
            const vp_index *index = index_of(L, box->network);
            lvp_push_object(L, box, relations[i].find(box->network, index, record));
            return true;
        }
    }
    if (record->kind == VP_KIND_INSTANCE && strcmp(name, "network_interfaces") == 0) {
        uint32_t count;
        const vp_index *index = index_of(L, box->network);
        vp_network_interface *const *list = vp_index_interfaces_of(index, record->id, &count);
        lua_createtable(L, (int)count, 0);
        for (uint32_t i = 0; i < count; i++) {
            lvp_push_object(L, box, &list[i]->record);
            lua_rawseti(L, -2, (int)i + 1);
        }
        return true;
    }
    return push_list_relation(L, box, record, name);
}

/* ---- the class --------------------------------------------------------------------------------
 */

/* Pinned, with a handle and a key: pushes what is no method. */
static int push_member(lua_State *L) {
    const lvp_box *box = lua_touserdata(L, 1);
    const vp_network *network = box->network;
    const vp_record *record = vp_network_find(network, VP_KIND_NONE, box->id);
    size_t length;
    const char *key = lua_tolstring(L, 2, &length);
    if (!network->open) {
        return luaL_error(L, "the network is closed"); /* while this function was pushed */
    } else if (record == NULL) {
        return luaL_error(L, "%s does not exist any more", vp_network_text(network, box->id));
    }
    if (push_relation(L, box, record, key)) {
        return 1;
    }
    const vp_kind_info *info = vp_kind_describe((vp_kind)record->kind);
    const vp_field *field = vp_schema_field_snake(info->schema, key, length);
    if (strcmp(key, "tags") == 0) {
        vp_field tags = {"Tags", VP_TYPE_LIST, 0, (uint16_t)offsetof(vp_record, tags),
                         &vp_tag_schema};
        lvp_push_field(L, network, &tags, record, LVP_STYLE_SNAKE);
    } else if (strcmp(key, "id") == 0) {
        lvp_push_name(L, network, record->id);
    } else if (strcmp(key, "kind") == 0) {
        lua_pushstring(L, info->name);
    } else if (field != NULL) {
        lvp_push_field(L, network, field, record, LVP_STYLE_SNAKE);
    } else {
        lua_pushnil(L);
    }
    return 1;
}

/* object[key]: upvalue 2 is the table of methods by class name. */
static int lvp_object_index(lua_State *L) {
    lvp_box *box = luaL_checkudata(L, 1, LVP_OBJECT);
    vp_kind kind = (vp_kind)record_of(L, box)->kind;
    lua_settop(L, 2);
    if (lua_type(L, 2) != LUA_TSTRING) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushstring(L, vp_kind_describe(kind)->name);
    lua_rawget(L, lua_upvalueindex(2));
    lua_pushvalue(L, 2);
    lua_rawget(L, -2);
    if (!lua_isnil(L, -1)) {
        return 1;
    }
    lua_settop(L, 2);
    lvp_check_usable(L, box->network);
    return lvp_pinned(L, box->network, push_member, 2, NULL);
}

static int lvp_object_newindex(lua_State *L) {
    return luaL_error(L, "objects change only through actions, such as vpc:modify_attribute{}");
}

static int lvp_object_tostring(lua_State *L) {
    lvp_box *box = luaL_checkudata(L, 1, LVP_OBJECT);
    if (box->network == NULL || !box->network->open) {
        lua_pushliteral(L, "object of a closed network");
    } else {
        lvp_push_name(L, box->network, box->id);
    }
    return 1;
}

static int lvp_object_eq(lua_State *L) {
    /* Lua calls it for any two userdata, when either has it. */
    const lvp_box *a = lvp_test_object(L, 1), *b = lvp_test_object(L, 2);
    lua_pushboolean(L, a != NULL && b != NULL && a->network == b->network && a->id == b->id);
    return 1;
}

static int lvp_object_gc(lua_State *L) {
    lvp_box *box = lvp_test_object(L, 1);
    if (box != NULL && box->network != NULL) {
        vp_network *network = box->network;
        box->network = NULL;
        vp_network_unref(network);
    }
    return 0;
}

static const luaL_Reg object_metamethods[] = {{"__index", lvp_object_index},
                                              {"__newindex", lvp_object_newindex},
                                              {"__tostring", lvp_object_tostring},
                                              {"__eq", lvp_object_eq},
                                              {"__gc", lvp_object_gc},
                                              {NULL, NULL}};

/*
 * core.methods(class): the table of methods of "network" or of a kind ("subnet"), for the Lua files
 * of the module to add theirs. Upvalue 1 is the table of methods by class name.
 */
static int lvp_methods(lua_State *L) {
    luaL_checkstring(L, 1);
    lua_pushvalue(L, 1);
    lua_rawget(L, lua_upvalueindex(1));
    luaL_argcheck(L, lua_istable(L, -1), 1, "unknown class");
    return 1;
}

/* The kind whose class name is the argument; raises when there is none. */
static vp_kind check_class(lua_State *L, int argument) {
    const char *name = luaL_checkstring(L, argument);
    for (int kind = VP_KIND_NONE + 1; kind < VP_KIND_COUNT; kind++) {
        if (strcmp(vp_kind_describe((vp_kind)kind)->name, name) == 0) {
            return (vp_kind)kind;
        }
    }
    luaL_argerror(L, argument, "unknown class");
    return VP_KIND_NONE;
}

/*** core.next(network, class, id or nil): the object that comes next in id order, or nil.
@local
*/
static int lvp_next(lua_State *L) {
    lvp_box *box = lvp_check_network(L, 1);
    vp_kind kind = check_class(L, 2);
    size_t length;
    const char *id = luaL_optlstring(L, 3, "", &length);
    vp_name after = vp_names_find(&box->network->names, id, length);
    vp_record *record = vp_network_next(box->network, kind, after);
    while (vp_peering_is_hidden(box->network, record, box->owner_id)) {
        record = vp_network_next(box->network, kind, record->id);
    }
    lvp_push_object(L, box, record);
    return 1;
}

/*** core.fields(class): the names of the fields that objects of a class have, as keys of a table.
@local
*/
static int lvp_fields(lua_State *L) {
    const vp_schema *schema = vp_kind_describe(check_class(L, 1))->schema;
    lua_createtable(L, 0, schema->field_count);
    for (uint16_t i = 0; i < schema->field_count; i++) {
        char spelt[VP_KEY_MAX];
        lua_pushboolean(L, 1);
        lua_setfield(L, -2, lvp_key_of(&schema->fields[i], LVP_STYLE_SNAKE, spelt));
    }
    return 1;
}

/*** core.check_receiver(value, class, method): raises misuse unless the value is an open network
(class "network") or the handle of an object of that class.
@local
*/
static int lvp_check_receiver(lua_State *L) {
    const char *name = luaL_checkstring(L, 2), *method = luaL_checkstring(L, 3);
    const lvp_box *box = luaL_testudata(L, 1, "vpcpeer.network");
    bool right = box != NULL && strcmp(name, "network") == 0;
    if (right) {
        lvp_check_usable(L, box->network);
    } else if (lvp_test_object(L, 1) != NULL) {
        vp_kind kind = (vp_kind)lvp_check_record(L, 1)->kind;
        right = strcmp(name, vp_kind_describe(kind)->name) == 0;
    }
    return right
               ? 0
               : luaL_error(L, "bad receiver of '%s' (call it with a colon on a %s)", method, name);
}

/*** core.network_of(object): the network of a handle, with the handle's caller.
@local
*/
static int lvp_network_of(lua_State *L) {
    lvp_box *box = luaL_checkudata(L, 1, LVP_OBJECT);
    (void)record_of(L, box);
    lvp_box *made = lvp_new_box(L, "vpcpeer.network", sizeof *made);
    made->network = vp_network_ref(box->network);
    made->owner_id = box->owner_id;
    made->region = box->region;
    return 1;
}

static const luaL_Reg object_functions[] = {{"next", lvp_next},
                                            {"fields", lvp_fields},
                                            {"check_receiver", lvp_check_receiver},
                                            {"network_of", lvp_network_of},
                                            {NULL, NULL}};

void lvp_open_object(lua_State *L) {
    lvp_new_class(L, LVP_OBJECT, NULL, object_metamethods);
    luaL_setfuncs(L, object_functions, 0);
    /* the table of methods that the class's functions got as upvalue 2 */
    luaL_getmetatable(L, LVP_OBJECT);
    lua_getfield(L, -1, "__index");
    (void)lua_getupvalue(L, -1, 2);
    for (int kind = VP_KIND_NONE + 1; kind < VP_KIND_COUNT; kind++) {
        lua_newtable(L);
        lua_setfield(L, -2, vp_kind_describe((vp_kind)kind)->name);
    }
    luaL_getmetatable(L, "vpcpeer.network");
    lua_getfield(L, -1, "__index");
    lua_setfield(L, -3, "network");
    lua_pop(L, 1);
    lua_pushcclosure(L, lvp_methods, 1);
    lua_setfield(L, -4, "methods");
    lua_pop(L, 2);
}
