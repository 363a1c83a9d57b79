/*
 * vp_route_table.c - route tables, what they are associated with, and their local routes.
 *
 * A subnet has one table: the one with an explicit association, else the VPC's main table. A table
 * that is associated with a gateway steers what enters there and can then be nothing else's main.
 */
#include "vp_endpoint.h"
#include "vp_part.h"
#include "vp_peering.h"
#include "vp_record_vpn.h"

#define QUOTA_ROUTE_TABLES 200

/* ---- what other files need ------------------------------------------------------------------- */

static vp_status append_local(vp_call *call, vp_route_table *table, const vp_cidr *block,
                              vp_error *error) {
    void *item;
    VP_TRY(vp_change_append(call->change, &vp_route_schema, &table->routes, &item, error));
    vp_route *route = item;
    if (block->address.family == 4) {
        route->destination_cidr_block = *block;
    } else {
        route->destination_ipv6_cidr_block = *block;
    }
    VP_SET(call, route->gateway_id, "local", error);
    VP_SET(call, route->origin, "CreateRouteTable", error);
    VP_SET(call, route->state, "active", error);
    return VP_OK;
}

/* Appends an association, with a new id; the caller says with what. */
static vp_status append_association(vp_call *call, vp_route_table *table,
                                    vp_route_table_association **association, vp_error *error) {
    void *item;
    VP_TRY(vp_change_append(call->change, &vp_route_table_association_schema, &table->associations,
                            &item, error));
    *association = item;
    (*association)->route_table_id = table->record.id;
    (*association)->main = VP_FALSE;
    VP_SET(call, (*association)->association_state.state, "associated", error);
    return vp_network_new_id(call->network, VP_KIND_NONE, "rtbassoc-",
                             &(*association)->route_table_association_id, error);
}

vp_cidr vp_route_table_classic_block(void) {
    vp_addr first = vp_addr_from_ipv4(0x0a000000u);
    return vp_cidr_of(&first, 8);
}

vp_status vp_route_table_fill(vp_call *call, vp_route_table *table, const vp_vpc *vpc, bool main,
                              vp_error *error) {
    uint32_t position = 0;
    vp_cidr block;
    vp_route_table_association *association;
    table->vpc_id = vpc->record.id;
    while (vp_vpc_next_block(call->network, vpc, &position, &block)) {
        VP_TRY(append_local(call, table, &block, error));
    }
    if (vp_peering_opens_classic_link(call->network, vpc->record.id)) {
        block = vp_route_table_classic_block();
        VP_TRY(append_local(call, table, &block, error));
    }
    if (main) {
        VP_TRY(append_association(call, table, &association, error));
        association->main = VP_TRUE;
    }
    return VP_OK;
}

/* Loaded tables may have a route to the block of EC2-Classic already. */
static bool has_route_to(const vp_route_table *table, const vp_cidr *block) {
    for (uint32_t i = 0; i < table->routes.count; i++) {
        const vp_route *route = VP_ITEM(vp_route, &table->routes, i);
        if (vp_cidr_equals(&route->destination_cidr_block, block) ||
            vp_cidr_equals(&route->destination_ipv6_cidr_block, block)) {
            return true;
        }
    }
    return false;
}

vp_status vp_route_table_add_local(vp_call *call, vp_name vpc_id, const vp_cidr *block,
                                   vp_error *error) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(call->network, VP_KIND_ROUTE_TABLE); i++) {
        vp_route_table *table = VP_ROW(vp_route_table, call->network, VP_KIND_ROUTE_TABLE, i);
        if (table->vpc_id == vpc_id && !has_route_to(table, block)) {
            VP_TRY(vp_change_edit(call->change, &table->record, error));
            VP_TRY(append_local(call, table, block, error));
        }
    }
    return VP_OK;
}

/* A route that somebody added goes by hand only, also where it leads to the same block. */
static bool is_added(const vp_network *network, const vp_route *route) {
    return vp_network_name_is(network, route->origin, "CreateRoute") &&
           !vp_network_name_is(network, route->gateway_id, "local");
}

vp_status vp_route_table_remove_local(vp_call *call, vp_name vpc_id, const vp_cidr *block,
                                      vp_error *error) {
    const vp_network *network = call->network;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_ROUTE_TABLE); i++) {
        vp_route_table *table = VP_ROW(vp_route_table, network, VP_KIND_ROUTE_TABLE, i);
        for (uint32_t j = table->routes.count; j-- > 0 && table->vpc_id == vpc_id;) {
            const vp_route *route = VP_ITEM(vp_route, &table->routes, j);
            if ((vp_cidr_equals(&route->destination_cidr_block, block) ||
                 vp_cidr_equals(&route->destination_ipv6_cidr_block, block)) &&
                !is_added(network, route)) {
                VP_TRY(vp_change_edit(call->change, &table->record, error));
                vp_list_remove(&network->alloc, &vp_route_schema, &table->routes, j);
            }
        }
    }
    return VP_OK;
}

static vp_route_table_association *find_main(const vp_route_table *table) {
    for (uint32_t i = 0; i < table->associations.count; i++) {
        vp_route_table_association *association =
            VP_ITEM(vp_route_table_association, &table->associations, i);
        if (association->main == VP_TRUE) {
            return association;
        }
    }
    return NULL;
}

vp_route_table *vp_route_table_main(const vp_network *network, vp_name vpc_id) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_ROUTE_TABLE); i++) {
        vp_route_table *table = VP_ROW(vp_route_table, network, VP_KIND_ROUTE_TABLE, i);
        if (table->vpc_id == vpc_id && find_main(table) != NULL) {
            return table;
        }
    }
    return NULL;
}

vp_status vp_route_table_forget(vp_change *change, vp_name subnet_or_gateway, vp_error *error) {
    const vp_network *network = change->network;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_ROUTE_TABLE); i++) {
        vp_route_table *table = VP_ROW(vp_route_table, network, VP_KIND_ROUTE_TABLE, i);
        for (uint32_t j = table->associations.count; j-- > 0;) {
            const vp_route_table_association *association =
                VP_ITEM(vp_route_table_association, &table->associations, j);
            if (association->subnet_id == subnet_or_gateway ||
                association->gateway_id == subnet_or_gateway) {
                VP_TRY(vp_change_edit(change, &table->record, error));
                vp_list_remove(&network->alloc, &vp_route_table_association_schema,
                               &table->associations, j);
            }
        }
    }
    return VP_OK;
}

/* ---- create, delete -------------------------------------------------------------------------- */

typedef struct create_request {
    vp_new made;
} create_request;

static const vp_field create_fields[] = {VP_NEW_FIELDS(create_request, "RouteTableId")};
static const vp_schema create_schema = VP_SCHEMA("CreateRouteTable", create_request, create_fields);

static uint32_t count_tables(const vp_network *network, vp_name vpc_id) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_ROUTE_TABLE); i++) {
        count += VP_ROW(vp_route_table, network, VP_KIND_ROUTE_TABLE, i)->vpc_id == vpc_id ? 1 : 0;
    }
    return count;
}

/***
Makes a route table with the local routes of its VPC.
@function vpc:create_route_table
@tparam[opt] table options `route_table_id` (its own id), `tags`
@treturn route_table
@raise RouteTableLimitExceeded
@usage local private = vpc:create_route_table{ tags = { Name = "private" } }
Source: EC2 API Reference, "CreateRouteTable"
*/
static vp_status create_route_table(vp_call *call, vp_error *error) {
    create_request *request = call->request;
    const vp_vpc *vpc = (const vp_vpc *)call->receiver;
    vp_record *record;
    VP_TRY(vp_check_quota(call->network, count_tables(call->network, vpc->record.id),
                          QUOTA_ROUTE_TABLES, "RouteTableLimitExceeded",
                          "The maximum number of route tables has been reached.", error));
    VP_TRY(vp_check_add(call, VP_KIND_ROUTE_TABLE, &request->made, vpc, &record, error));
    return vp_route_table_fill(call, (vp_route_table *)record, vpc, false, error);
}

/***
Deletes a route table.
@function route_table:delete
@treturn route_table itself, gone
@raise DependencyViolation: it has associations, is the main table, or a regional NAT gateway's
@usage private:delete()
Source: EC2 API Reference, "DeleteRouteTable"
*/
static vp_status delete_route_table(vp_call *call, vp_error *error) {
    const vp_route_table *table = (const vp_route_table *)call->receiver;
    bool used = table->associations.count > 0;
    for (uint32_t i = 0; i < VP_ROW_COUNT(call->network, VP_KIND_NAT_GATEWAY); i++) {
        const vp_nat_gateway *nat = VP_ROW(vp_nat_gateway, call->network, VP_KIND_NAT_GATEWAY, i);
        used = used || nat->route_table_id == table->record.id;
    }
    VP_TRY(vp_check_no_dependents(call->network, call->receiver, used, error));
    VP_TRY(vp_endpoint_forget_table(call->change, table->record.id, error));
    return vp_change_remove(call->change, call->receiver, error);
}

/* ---- associations ---------------------------------------------------------------------------- */

typedef struct associate_request {
    vp_name subnet_id, gateway_id;
    vp_bool main;
} associate_request;

static const vp_field associate_fields[] = {
    VP_FIELD(associate_request, subnet_id, VP_TYPE_TEXT, "SubnetId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(associate_request, gateway_id, VP_TYPE_TEXT, "GatewayId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(associate_request, main, VP_TYPE_BOOL, "Main", 0, NULL)};
static const vp_schema associate_schema =
    VP_SCHEMA("AssociateRouteTable", associate_request, associate_fields);

/* The table and the place of an association, by its id or by its subnet or gateway. */
typedef struct place {
    vp_route_table *table;
    uint32_t at;
} place;

static bool find_association(const vp_network *network, vp_name id, vp_name subnet_or_gateway,
                             place *found) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_ROUTE_TABLE); i++) {
        found->table = VP_ROW(vp_route_table, network, VP_KIND_ROUTE_TABLE, i);
        for (found->at = 0; found->at < found->table->associations.count; found->at++) {
            const vp_route_table_association *association =
                VP_ITEM(vp_route_table_association, &found->table->associations, found->at);
            bool same_id = id != VP_NO_NAME && association->route_table_association_id == id;
            bool same_end =
                subnet_or_gateway != VP_NO_NAME && (association->subnet_id == subnet_or_gateway ||
                                                    association->gateway_id == subnet_or_gateway);
            if (same_id || same_end) {
                return true;
            }
        }
    }
    return false;
}

static vp_status check_not_associated(const vp_network *network, const vp_route_table *table,
                                      vp_name subnet_or_gateway, vp_error *error) {
    place found;
    if (find_association(network, VP_NO_NAME, subnet_or_gateway, &found)) {
        VP_REFUSE(error, "Resource.AlreadyAssociated",
                  "the specified association for route table %s conflicts with an existing "
                  "association",
                  vp_network_text(network, table->record.id));
    }
    return VP_OK;
}

static vp_status check_subnet(const vp_call *call, const vp_route_table *table, vp_name subnet_id,
                              vp_error *error) {
    const vp_network *network = call->network;
    vp_record *record;
    VP_TRY(vp_check_own(call, VP_KIND_SUBNET, subnet_id, &record, error));
    if (((const vp_subnet *)record)->vpc_id != table->vpc_id) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "Route table %s and subnet %s belong to different networks",
                  vp_network_text(network, table->record.id), vp_network_text(network, subnet_id));
    }
    return check_not_associated(network, table, subnet_id, error);
}

/* What a gateway's table may hold is semantics 4.7. */
static bool suits_gateway(const vp_network *network, const vp_route_table *table,
                          const vp_route *route) {
    bool ipv4 = vp_cidr_is_given(&route->destination_cidr_block);
    const vp_cidr *destination =
        ipv4 ? &route->destination_cidr_block : &route->destination_ipv6_cidr_block;
    const vp_vpc *vpc = (const vp_vpc *)vp_network_find(network, VP_KIND_VPC, table->vpc_id);
    bool local = vp_network_name_is(network, route->gateway_id, "local");
    bool inside = vpc != NULL && vp_cidr_is_given(destination) &&
                  (vp_check_vpc_has_block(network, vpc, destination) ||
                   vp_check_subnet_with(network, table->vpc_id, destination) != NULL);
    const vp_vpc_endpoint *endpoint = vp_endpoint_find(network, route->gateway_id);
    bool balancer =
        endpoint != NULL && vp_endpoint_type_of(network, endpoint) == VP_ENDPOINT_LOAD_BALANCER;
    return inside && (local || balancer || route->network_interface_id != VP_NO_NAME);
}

/* The VPCs of the gateway with this id, internet or virtual private. */
static vp_status find_attachments(const vp_call *call, vp_name gateway_id,
                                  const vp_list **attachments, vp_error *error) {
    vp_record *record = vp_network_find(call->network, VP_KIND_VPN_GATEWAY, gateway_id);
    if (record != NULL) {
        VP_TRY(vp_check_own(call, VP_KIND_VPN_GATEWAY, gateway_id, &record, error));
        *attachments = &((const vp_vpn_gateway *)record)->vpc_attachments;
        return VP_OK;
    }
    VP_TRY(vp_check_own(call, VP_KIND_INTERNET_GATEWAY, gateway_id, &record, error));
    *attachments = &((const vp_internet_gateway *)record)->attachments;
    return VP_OK;
}

static vp_status check_gateway(const vp_call *call, const vp_route_table *table, vp_name gateway_id,
                               vp_error *error) {
    const vp_network *network = call->network;
    const vp_list *attachments;
    VP_TRY(find_attachments(call, gateway_id, &attachments, error));
    if (!vp_attachments_hold(network, attachments, table->vpc_id)) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "route table %s and network gateway %s belong to different networks",
                  vp_network_text(network, table->record.id), vp_network_text(network, gateway_id));
    }
    if (find_main(table) != NULL) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "The main route table %s cannot be associated with a gateway",
                  vp_network_text(network, table->record.id));
    }
    if (table->propagating_vgws.count > 0) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "The route table %s takes propagated routes and cannot be associated with a "
                  "gateway",
                  vp_network_text(network, table->record.id));
    }
    for (uint32_t i = 0; i < table->routes.count; i++) {
        if (!suits_gateway(network, table, VP_ITEM(vp_route, &table->routes, i))) {
            VP_REFUSE(error, "InvalidParameterValue",
                      "Route table %s contains unsupported routes for an association with a "
                      "gateway",
                      vp_network_text(network, table->record.id));
        }
    }
    return check_not_associated(network, table, gateway_id, error);
}

static bool serves_gateway(const vp_route_table *table) {
    for (uint32_t i = 0; i < table->associations.count; i++) {
        if (VP_ITEM(vp_route_table_association, &table->associations, i)->gateway_id !=
            VP_NO_NAME) {
            return true;
        }
    }
    return false;
}

/* Makes the table the main one; the table that was keeps its other associations. */
static vp_status become_main(vp_call *call, vp_route_table *table, vp_error *error) {
    const vp_network *network = call->network;
    vp_route_table *old = vp_route_table_main(network, table->vpc_id);
    vp_route_table_association *association;
    if (serves_gateway(table)) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "The route table %s is associated with a gateway and cannot be the main one",
                  vp_network_text(network, table->record.id));
    }
    if (old == table) {
        call->result_id = find_main(table)->route_table_association_id;
        return VP_OK;
    }
    if (old != NULL) {
        VP_TRY(vp_change_edit(call->change, &old->record, error));
        vp_route_table_association *moved = find_main(old);
        uint32_t at =
            (uint32_t)(moved - VP_ITEM(vp_route_table_association, &old->associations, 0));
        vp_list_remove(&network->alloc, &vp_route_table_association_schema, &old->associations, at);
    }
    VP_TRY(vp_change_edit(call->change, &table->record, error));
    VP_TRY(append_association(call, table, &association, error));
    association->main = VP_TRUE;
    call->result_id = association->route_table_association_id;
    return VP_OK;
}

/* Associates a subnet or gateway that has passed its checks. */
static vp_status associate_end(vp_call *call, vp_route_table *table, vp_name subnet_id,
                               vp_name gateway_id, vp_error *error) {
    vp_route_table_association *association;
    VP_TRY(vp_change_edit(call->change, &table->record, error));
    VP_TRY(append_association(call, table, &association, error));
    association->subnet_id = subnet_id;
    association->gateway_id = gateway_id;
    call->result_id = association->route_table_association_id;
    return VP_OK;
}

/***
Associates a route table with a subnet, with an internet gateway (edge association), or makes it
the main table of its VPC.
@function route_table:associate
@tparam table options one of `subnet_id` (id or subnet), `gateway_id` (id or internet gateway),
`main` (true)
@treturn string the id of the association
@raise Resource.AlreadyAssociated, InvalidSubnetID.NotFound, InvalidInternetGatewayID.NotFound,
InvalidParameterValue (another VPC's, or not allowed for a gateway), MissingParameter
@usage private:associate{ subnet_id = subnet }
Source: EC2 API Reference, "AssociateRouteTable"; Amazon VPC User Guide, "Gateway route tables"
*/
static vp_status associate(vp_call *call, vp_error *error) {
    vp_route_table *table = (vp_route_table *)call->receiver;
    const associate_request *request = call->request;
    static const char names[] = "subnetId, gatewayId and main";
    bool subnet = request->subnet_id != VP_NO_NAME, gateway = request->gateway_id != VP_NO_NAME;
    bool main = request->main == VP_TRUE;
    VP_TRY(vp_check_given(subnet || gateway || main, "subnetId or gatewayId", error));
    VP_TRY(vp_check_not_both(subnet, gateway || main, names, error));
    VP_TRY(vp_check_not_both(gateway, main, names, error));
    if (main) {
        return become_main(call, table, error);
    }
    if (subnet) {
        VP_TRY(check_subnet(call, table, request->subnet_id, error));
    } else {
        VP_TRY(check_gateway(call, table, request->gateway_id, error));
    }
    return associate_end(call, table, request->subnet_id, request->gateway_id, error);
}

typedef struct association_request {
    vp_name association_id, subnet_id;
} association_request;

static const vp_field association_fields[] = {
    VP_FIELD(association_request, association_id, VP_TYPE_TEXT, "AssociationId", 0, NULL),
    VP_FIELD(association_request, subnet_id, VP_TYPE_TEXT, "SubnetId", VP_FIELD_REFERENCE, NULL)};
static const vp_schema association_schema =
    VP_SCHEMA("ReplaceRouteTableAssociation", association_request, association_fields);

/* Finds the association that a request names. */
static vp_status name_association(const vp_call *call, place *found, vp_error *error) {
    const association_request *request = call->request;
    bool given = request->association_id != VP_NO_NAME || request->subnet_id != VP_NO_NAME;
    VP_TRY(vp_check_given(given, "associationId", error));
    if (!find_association(call->network, request->association_id, request->subnet_id, found)) {
        vp_name named =
            request->association_id != VP_NO_NAME ? request->association_id : request->subnet_id;
        VP_REFUSE(error, "InvalidAssociationID.NotFound",
                  "The association ID '%.100s' does not exist",
                  vp_network_text(call->network, named));
    }
    return VP_OK;
}

/***
Moves an association to this route table: that of a subnet or gateway, or the main one.
@function route_table:replace_association
@tparam table options `association_id`, or `subnet_id` (id or subnet)
@treturn string the id of the new association
@raise InvalidAssociationID.NotFound, InvalidParameterValue (another VPC's), MissingParameter
@usage private:replace_association{ subnet_id = subnet }
Source: EC2 API Reference, "ReplaceRouteTableAssociation"
*/
static vp_status replace_association(vp_call *call, vp_error *error) {
    vp_route_table *table = (vp_route_table *)call->receiver;
    place old;
    VP_TRY(name_association(call, &old, error));
    const vp_network *network = call->network;
    vp_route_table_association moved =
        *VP_ITEM(vp_route_table_association, &old.table->associations, old.at);
    if (old.table->vpc_id != table->vpc_id) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "route table %s and association %s belong to different networks",
                  vp_network_text(network, table->record.id),
                  vp_network_text(network, moved.route_table_association_id));
    }
    if (moved.main == VP_TRUE) {
        return become_main(call, table, error);
    }
    VP_TRY(vp_change_edit(call->change, &old.table->record, error));
    vp_list_remove(&network->alloc, &vp_route_table_association_schema, &old.table->associations,
                   old.at);
    if (moved.gateway_id != VP_NO_NAME) {
        VP_TRY(check_gateway(call, table, moved.gateway_id, error));
    }
    return associate_end(call, table, moved.subnet_id, moved.gateway_id, error);
}

/***
Ends an association: the subnet follows the main table again.
@function route_table:disassociate
@tparam table options `association_id`, or `subnet_id` (id or subnet)
@treturn route_table itself
@raise InvalidAssociationID.NotFound, InvalidParameterValue (the main association)
@usage private:disassociate{ subnet_id = subnet }
Source: EC2 API Reference, "DisassociateRouteTable"
*/
static vp_status disassociate(vp_call *call, vp_error *error) {
    place found;
    VP_TRY(name_association(call, &found, error));
    const vp_route_table_association *association =
        VP_ITEM(vp_route_table_association, &found.table->associations, found.at);
    if (&found.table->record != call->receiver) {
        VP_REFUSE(error, "InvalidAssociationID.NotFound", "The association ID '%s' does not exist",
                  vp_network_text(call->network, association->route_table_association_id));
    }
    if (association->main == VP_TRUE) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "cannot disassociate the main route table association %s",
                  vp_network_text(call->network, association->route_table_association_id));
    }
    VP_TRY(vp_change_edit(call->change, &found.table->record, error));
    vp_list_remove(&call->network->alloc, &vp_route_table_association_schema,
                   &found.table->associations, found.at);
    call->result = call->receiver;
    return VP_OK;
}

const vp_action vp_route_table_actions[] = {
    {"create_route_table", VP_KIND_VPC, &create_schema, create_route_table},
    {"associate", VP_KIND_ROUTE_TABLE, &associate_schema, associate},
    {"replace_association", VP_KIND_ROUTE_TABLE, &association_schema, replace_association},
    {"disassociate", VP_KIND_ROUTE_TABLE, &association_schema, disassociate},
    {"delete", VP_KIND_ROUTE_TABLE, NULL, delete_route_table},
    {NULL, VP_KIND_NONE, NULL, NULL}};
