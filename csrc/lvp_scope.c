/*
 * lvp_scope.c - the ends of a question about everything: who and what a side means.
 *
 * The one idea: objects mark the interfaces that stand for them; addresses of all kinds gather in
 * one set, which marks interfaces at the end and is what is meant of the outside.
 */
#include "lvp_reach.h"

#include "lvp_set.h"
#include "lvp_trace.h"
#include "vp_endpoint.h"

#include <string.h>

static const vp_network_interface *interface_at(const lvp_reading *of, uint32_t place) {
    return (const vp_network_interface *)vp_network_rows(of->network, VP_KIND_NETWORK_INTERFACE)
        ->rows[place];
}

/* Does the interface stand for the object: is it, does it belong to it, does it have it? */
static bool belongs_to(const vp_network_interface *met, const vp_record *record) {
    if (record->kind == VP_KIND_SECURITY_GROUP) {
        for (uint32_t i = 0; i < met->groups.count; i++) {
            if (VP_ITEM(vp_group_identifier, &met->groups, i)->group_id == record->id) {
                return true;
            }
        }
        return false;
    }
    if (record->kind == VP_KIND_VPC_ENDPOINT) {
        const vp_vpc_endpoint *endpoint = (const vp_vpc_endpoint *)record;
        return vp_endpoint_lists(&endpoint->network_interface_ids, met->record.id);
    }
    return met->record.id == record->id || met->vpc_id == record->id ||
           met->subnet_id == record->id || met->attachment.instance_id == record->id;
}

/* All that is behind something: a gateway endpoint, or what is not in the data. */
static vp_status choose_beyond(lvp_reading *of, vp_name far) {
    lvp_side *side = of->side;
    void *items = side->far;
    vp_status status = vp_alloc_grow(&of->network->alloc, &items, &side->far_capacity,
                                     (size_t)side->far_count + 1, sizeof *side->far);
    side->far = items;
    if (status != VP_OK) {
        return vp_error_no_memory(of->error);
    }
    side->far[side->far_count++] = far;
    vp_reach_outside *beyond = &of->scope->outside[VP_REACH_BEYOND];
    beyond->meant = true;
    beyond->far = side->far;
    beyond->far_count = side->far_count;
    return VP_OK;
}

static vp_status choose_record(lvp_reading *of, const vp_record *record) {
    static const uint8_t kinds[] = {
        VP_KIND_NETWORK_INTERFACE, VP_KIND_INSTANCE,    VP_KIND_SUBNET, VP_KIND_VPC,
        VP_KIND_SECURITY_GROUP,    VP_KIND_VPC_ENDPOINT};
    bool known = false;
    for (size_t i = 0; i < sizeof kinds; i++) {
        known = known || record->kind == kinds[i];
    }
    if (!known) {
        return vp_error_set(of->error, VP_INVALID, "invalid_end",
                            "'%s': connectivity is between interfaces, instances, subnets, VPCs, "
                            "security groups, addresses, \"internet\" and \"onprem\", not '%s'",
                            of->what, vp_network_text(of->network, record->id));
    }
    if (record->kind == VP_KIND_VPC_ENDPOINT &&
        vp_endpoint_type_of(of->network, (const vp_vpc_endpoint *)record) == VP_ENDPOINT_GATEWAY) {
        return choose_beyond(of, record->id);
    }
    for (uint32_t i = 0; i < of->compiled->interface_count; i++) {
        if (!belongs_to(interface_at(of, i), record)) {
            continue;
        }
        /* Gateways send nothing of their own; where one is asked for, silence would look like a
         * proof. */
        if (strcmp(of->what, "from") == 0 && record->kind == VP_KIND_NETWORK_INTERFACE &&
            (of->compiled->interfaces[i].facts & VP_FACT_UNSUPPORTED) != 0) {
            return vp_error_set(of->error, VP_INVALID, "invalid_end",
                                "'from': %s belongs to a gateway, which sends nothing of its own: "
                                "ask from what is behind it",
                                vp_network_text(of->network, record->id));
        }
        of->side->chosen[i] = VP_REACH_WHOLE;
    }
    return VP_OK;
}

/* The internet or the premises, by a gateway or with an address. */
static vp_status choose_outside(lvp_reading *of, const vp_end *end, uint32_t which) {
    vp_reach_outside *outside = &of->scope->outside[which];
    outside->gateway = end->record;
    if (end->address.family != 0) {
        return vp_set_builder_add_range(&of->side->builder, &end->address, &end->address,
                                        of->error);
    }
    outside->meant = true;
    outside->addresses = NULL;
    return VP_OK;
}

static vp_status choose_end(lvp_reading *of, const vp_end *end) {
    switch (end->kind) {
    case VP_END_INTERFACE:
    case VP_END_INSTANCE:
        if (end->address.family != 0) {
            return vp_set_builder_add_range(&of->side->builder, &end->address, &end->address,
                                            of->error);
        }
        return choose_record(of, end->record);
    case VP_END_SUBNET:
    case VP_END_ENDPOINT:
        if (end->address.family != 0) {
            return vp_set_builder_add_range(&of->side->builder, &end->address, &end->address,
                                            of->error);
        }
        return choose_record(of, end->record);
    case VP_END_INTERNET:
    case VP_END_ONPREM:
        return choose_outside(
            of, end, end->kind == VP_END_ONPREM ? VP_REACH_ON_PREMISES : VP_REACH_ON_INTERNET);
    case VP_END_GATEWAY:
        if (end->record->kind == VP_KIND_VPC_ENDPOINT) {
            return choose_record(of, end->record);
        }
        return choose_outside(of, end,
                              end->record->kind == VP_KIND_VPN_GATEWAY ||
                                      end->record->kind == VP_KIND_TRANSIT_GATEWAY ||
                                      end->record->kind == VP_KIND_TRANSIT_GATEWAY_ATTACHMENT
                                  ? VP_REACH_ON_PREMISES
                                  : VP_REACH_ON_INTERNET);
    case VP_END_ADDRESS:
        return vp_set_builder_add_range(&of->side->builder, &end->address, &end->address,
                                        of->error);
    default:
        return vp_error_set(of->error, VP_NOT_FOUND, "unknown_id",
                            "'%s': no such object, address or block", of->what);
    }
}

/* Does a route lead there? */
static bool is_target(vp_network *network, vp_name id) {
    const vp_rows *tables = vp_network_rows(network, VP_KIND_ROUTE_TABLE);
    for (uint32_t i = 0; i < tables->count; i++) {
        const vp_list *routes = &((const vp_route_table *)tables->rows[i])->routes;
        for (uint32_t k = 0; k < routes->count; k++) {
            vp_name target;
            (void)vp_route_target(network, VP_ITEM(vp_route, routes, k), &target);
            if (target == id) {
                return true;
            }
        }
    }
    return false;
}

/* Is what is not in the data a way out of it: by a route, a connection, an attachment? */
static bool is_referred_to(vp_network *network, vp_name id) {
    const vp_rows *peerings = vp_network_rows(network, VP_KIND_VPC_PEERING_CONNECTION);
    const vp_rows *attachments = vp_network_rows(network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT);
    bool found = id != VP_NO_NAME && is_target(network, id);
    for (uint32_t i = 0; id != VP_NO_NAME && !found && i < peerings->count; i++) {
        const vp_vpc_peering_connection *one = (const vp_vpc_peering_connection *)peerings->rows[i];
        found = one->requester_vpc_info.vpc_id == id || one->accepter_vpc_info.vpc_id == id;
    }
    for (uint32_t i = 0; id != VP_NO_NAME && !found && i < attachments->count; i++) {
        found = ((const vp_transit_gateway_attachment *)attachments->rows[i])->resource_id == id;
    }
    return found;
}

/* Text: an id or a Name, a block, an address, "internet" and "onprem" in all their forms. */
static vp_status choose_text(lvp_reading *of, int index) {
    size_t length;
    const char *text = lua_tolstring(of->L, index, &length);
    vp_record *record;
    vp_cidr cidr;
    vp_end end;
    vp_error ignored;
    if (memchr(text, '/', length) != NULL &&
        vp_cidr_parse(text, length, VP_CIDR_CLEAR_HOST_BITS, &cidr, &ignored) == VP_OK) {
        return vp_set_builder_add_cidr(&of->side->builder, &cidr, of->error);
    }
    vp_status status = vp_end_find(of->network, text, length, &record, &ignored);
    if (status == VP_OK && record->kind != VP_KIND_INTERNET_GATEWAY &&
        record->kind != VP_KIND_VPN_GATEWAY &&
        record->kind != VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY &&
        record->kind != VP_KIND_TRANSIT_GATEWAY &&
        record->kind != VP_KIND_TRANSIT_GATEWAY_ATTACHMENT) {
        return choose_record(of, record);
    }
    if (status == VP_AMBIGUOUS) {
        *of->error = ignored;
        return status;
    }
    vp_name missing = vp_names_find(&of->network->names, text, length);
    if (status == VP_NOT_FOUND && is_referred_to(of->network, missing)) {
        return choose_beyond(of, missing);
    }
    status = vp_end_resolve(of->network, text, length, VP_END_DESTINATION, &end, of->error);
    return status == VP_OK ? choose_end(of, &end) : status;
}

/* Does the record (NULL: none) carry all tags of the table at `index`? */
static bool carries(const lvp_reading *of, const vp_record *record, int index) {
    lua_State *L = of->L;
    int top = lua_gettop(L);
    bool all = record != NULL;
    lua_pushnil(L);
    while (all && lua_next(L, index)) {
        size_t length;
        vp_name value = vp_network_tag(of->network, record, lua_tostring(L, -2));
        const char *wanted = lua_tolstring(L, -1, &length);
        const char *text = vp_network_text(of->network, value);
        all = value != VP_NO_NAME && strlen(text) == length && memcmp(text, wanted, length) == 0;
        lua_pop(L, 1);
    }
    lua_settop(L, top); /* the key of a loop that was left */
    return all;
}

/* { tag = { Tier = "data" } }: the tags of an interface, its instance, subnet or VPC. */
static vp_status choose_tagged(lvp_reading *of, int index) {
    lua_State *L = of->L;
    if (!lua_istable(L, index)) {
        luaL_error(L, "'%s': 'tag' is a table { Name = value }, not %s", of->what,
                   luaL_typename(L, index));
    }
    lua_pushnil(L);
    while (lua_next(L, index)) {
        if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING) {
            luaL_error(L, "'%s': 'tag' has texts as names and values", of->what);
        }
        lua_pop(L, 1);
    }
    for (uint32_t i = 0; i < of->compiled->interface_count; i++) {
        const vp_network_interface *met = interface_at(of, i);
        const vp_record *records[] = {&met->record,
                                      met->instance == NULL ? NULL : &met->instance->record,
                                      met->subnet == NULL ? NULL : &met->subnet->record,
                                      met->vpc == NULL ? NULL : &met->vpc->record};
        for (size_t k = 0; k < VP_COUNT_OF(records); k++) {
            if (carries(of, records[k], index)) {
                of->side->chosen[i] = VP_REACH_WHOLE;
                break;
            }
        }
    }
    return VP_OK;
}

static vp_status choose_table(lvp_reading *of, int index) {
    static const char *const keys[] = {"internet", "onprem", "subnet_id", "address", "tag", NULL};
    lua_State *L = of->L;
    vp_end end;
    if (lua_rawlen(L, index) > 0) {
        luaL_error(L, "'%s': a list of ends holds ends, not lists", of->what);
    }
    (void)lvp_check_options(L, index, keys);
    lua_pushliteral(L, "tag");
    lua_rawget(L, index);
    if (!lua_isnil(L, -1)) {
        vp_status status = choose_tagged(of, lua_gettop(L));
        lua_pop(L, 1);
        return status;
    }
    lua_pop(L, 1);
    vp_status status =
        lvp_read_end(L, index, of->what, of->network, VP_END_DESTINATION, &end, of->error);
    return status == VP_OK ? choose_end(of, &end) : status;
}

/* Adds one end: text, a handle, a cidr, a set or a table form. */
static vp_status choose_one(lvp_reading *of, int index) {
    lua_State *L = of->L;
    vp_set *set = lvp_test_set(L, index);
    const vp_cidr *cidr = lvp_test_cidr(L, index);
    const lvp_box *box = lvp_test_object(L, index);
    if (set != NULL) {
        return vp_set_builder_add_set(&of->side->builder, set, of->error);
    }
    if (cidr != NULL) {
        return vp_set_builder_add_cidr(&of->side->builder, cidr, of->error);
    }
    if (box != NULL) {
        vp_record *record = box->network == of->network
                                ? vp_network_find(of->network, VP_KIND_NONE, box->id)
                                : NULL;
        if (record == NULL) {
            luaL_error(L, "'%s': the object is gone, or belongs to another network", of->what);
        }
        vp_end end;
        if (record->kind == VP_KIND_VPC || record->kind == VP_KIND_SECURITY_GROUP) {
            return choose_record(of, record);
        }
        vp_status status =
            vp_end_of_record(of->network, record, VP_END_DESTINATION, &end, of->error);
        return status == VP_OK ? choose_end(of, &end) : status;
    }
    if (lua_istable(L, index)) {
        return choose_table(of, index);
    }
    if (lua_type(L, index) != LUA_TSTRING) {
        luaL_error(L, "'%s' is an end or a list of ends, not %s", of->what,
                   luaL_typename(L, index));
    }
    return choose_text(of, index);
}

/* Adds one end, or the ends of a list; lists within lists could be endless. */
static vp_status choose(lvp_reading *of, int index) {
    lua_State *L = of->L;
    vp_status status = VP_OK;
    if (!lua_istable(L, index) || lua_rawlen(L, index) == 0) {
        return choose_one(of, index);
    }
    for (int i = 1; status == VP_OK && i <= (int)lua_rawlen(L, index); i++) {
        lua_rawgeti(L, index, i);
        status = choose_one(of, lua_gettop(L));
        lua_pop(L, 1);
    }
    return status;
}

/* Does an interface have one of these addresses as a public one? */
static bool has_public(const vp_network_interface *met, const vp_set *within) {
    for (uint32_t i = 0; i < met->private_ip_addresses.count; i++) {
        const vp_addr *known =
            &VP_ITEM(vp_private_ip_address, &met->private_ip_addresses, i)->association.public_ip;
        if (known->family != 0 && vp_set_overlaps_range(within, known, known)) {
            return true;
        }
    }
    const vp_addr *known = &met->association.public_ip;
    return known->family != 0 && vp_set_overlaps_range(within, known, known);
}

/* May an address that is not known yet be one of these? It is one of the subnet of its interface.
 */
static bool may_be_within(const vp_network_interface *met, const vp_cidr *block,
                          const vp_set *within) {
    if (!vp_addr_is_unspecified(&block->address) || met->subnet == NULL ||
        block->address.family != met->subnet->cidr_block.address.family) {
        return false;
    }
    vp_addr last = vp_cidr_last(&met->subnet->cidr_block);
    return vp_set_overlaps_range(within, &met->subnet->cidr_block.address, &last);
}

/*
 * Addresses that were named stand for the interfaces that have them, a public one and one that is
 * not known yet for the whole interface, and for what is outside with them.
 */
static vp_status close_side(lvp_reading *of) {
    lvp_side *side = of->side;
    vp_status status = vp_set_builder_freeze(&side->builder, &side->within, of->error);
    if (status != VP_OK || vp_set_is_empty(side->within)) {
        return status;
    }
    of->scope->within = side->within;
    for (uint32_t i = 0; i < of->compiled->interface_count; i++) {
        uint32_t position = 0;
        vp_cidr block;
        while (side->chosen[i] == VP_REACH_OUT &&
               vp_interface_next_block(interface_at(of, i), &position, &block)) {
            vp_addr last = vp_cidr_last(&block);
            if (vp_set_overlaps_range(side->within, &block.address, &last)) {
                side->chosen[i] = VP_REACH_WITHIN;
            }
            if (may_be_within(interface_at(of, i), &block, side->within)) {
                side->chosen[i] = VP_REACH_WHOLE;
            }
        }
        if (has_public(interface_at(of, i), side->within)) {
            side->chosen[i] = VP_REACH_WHOLE;
        }
    }
    for (int i = 0; i < VP_REACH_OUTSIDES; i++) {
        vp_reach_outside *outside = &of->scope->outside[i];
        if (!outside->meant || outside->gateway != NULL || outside->far_count > 0) {
            outside->meant = true;
            outside->addresses = side->within;
        }
    }
    return VP_OK;
}

vp_status lvp_read_side(lvp_reading *of, int index) {
    lvp_side *side = of->side;
    if (lua_isnil(of->L, index)) {
        for (uint32_t i = 0; i < VP_REACH_OUTSIDES; i++) {
            of->scope->outside[i].meant = true;
        }
        return VP_OK;
    }
    side->chosen = vp_alloc_zeroed(&of->network->alloc, (size_t)of->compiled->interface_count + 1);
    if (side->chosen == NULL) {
        return vp_error_no_memory(of->error);
    }
    vp_set_builder_init(&side->builder, &of->network->alloc);
    side->open = true;
    of->scope->chosen = side->chosen;
    vp_status status = choose(of, index);
    return status == VP_OK ? close_side(of) : status;
}
