/*
 * lvp_transit.c - the routes of a transit gateway route table as packets meet them.
 *
 * The field `routes` holds what was written or listed; here is what that comes to, with the entries
 * of prefix lists and the blocks that attachments propagate.
 */
#include "lvp_model.h"

#include "vp_transit.h"

/* One text field of the table on top; what is not given is no field. */
static void set_name(lua_State *L, const vp_network *network, const char *key, vp_name name) {
    lvp_push_name(L, network, name);
    lua_setfield(L, -2, key);
}

/* The shape of the field `routes`. A route to nowhere has an empty list of attachments. */
static void push_route(lua_State *L, const vp_network *network, const vp_transit_route *route) {
    const vp_transit_gateway_attachment *attachment =
        vp_transit_find_attachment(network, route->attachment_id);
    lua_createtable(L, 0, 5);
    lvp_push_cidr_text(L, &route->block);
    lua_setfield(L, -2, "destination_cidr_block");
    set_name(L, network, "prefix_list_id", route->prefix_list_id);
    lua_pushstring(L, route->is_propagated ? "propagated" : "static");
    lua_setfield(L, -2, "type");
    lua_pushstring(L, route->is_blackhole ? "blackhole" : "active");
    lua_setfield(L, -2, "state");
    lua_createtable(L, 1, 0);
    if (route->attachment_id != VP_NO_NAME) {
        lua_createtable(L, 0, 3);
        set_name(L, network, "transit_gateway_attachment_id", route->attachment_id);
        set_name(L, network, "resource_type", route->resource_type);
        set_name(L, network, "resource_id",
                 attachment == NULL ? VP_NO_NAME : attachment->resource_id);
        lua_rawseti(L, -2, 1);
    }
    lua_setfield(L, -2, "transit_gateway_attachments");
}

/* Pinned, with the handle of the table. */
static int push_routes(lua_State *L) {
    const lvp_box *box = lua_touserdata(L, 1);
    const vp_network *network = box->network;
    const vp_transit_gateway_route_table *table =
        (const vp_transit_gateway_route_table *)vp_network_find(
            network, VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, box->id);
    vp_transit_cursor cursor = {0, 0, 0};
    vp_transit_route route;
    int count = 0;
    lua_newtable(L);
    while (table != NULL && vp_transit_next_route(network, table, &cursor, &route)) {
        const vp_transit_gateway_attachment *source =
            route.is_propagated && route.listed == NULL
                ? vp_transit_find_attachment(network, route.attachment_id)
                : NULL;
        if (source == NULL || !vp_transit_is_shadowed(network, source)) {
            push_route(L, network, &route);
            lua_rawseti(L, -2, ++count);
        }
    }
    return 1;
}

/***
All routes of the table as packets meet them: static ones, one for each entry of a prefix list that
the table refers to, and those that attachments propagate at this moment.
@function transit_gateway_route_table:search_routes
@treturn {table,...} each `destination_cidr_block`, `type` ("static" or "propagated"), `state`
("active" or "blackhole"), `transit_gateway_attachments` (at most one: `resource_id`,
`resource_type`, `transit_gateway_attachment_id`), and `prefix_list_id` where it is one of a list
@usage for _, route in ipairs(tgw.association_default_route_table:search_routes()) do
  print(route.destination_cidr_block, route.type) end
Source: EC2 API Reference, "SearchTransitGatewayRoutes"
*/
static int lvp_search_routes(lua_State *L) {
    const vp_record *record = lvp_check_record(L, 1);
    luaL_argcheck(L, record->kind == VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, 1,
                  "a transit gateway route table expected");
    lua_settop(L, 1);
    return lvp_pinned(L, lvp_test_object(L, 1)->network, push_routes, 1, NULL);
}

static const luaL_Reg transit_methods[] = {{"search_routes", lvp_search_routes}, {NULL, NULL}};

/* The module table is on top. */
void lvp_open_transit(lua_State *L) {
    lua_getfield(L, -1, "methods");
    lua_pushstring(L, vp_kind_describe(VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE)->name);
    lua_call(L, 1, 1);
    luaL_setfuncs(L, transit_methods, 0);
    lua_pop(L, 1);
}
