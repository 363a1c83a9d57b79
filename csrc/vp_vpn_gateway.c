/*
 * vp_vpn_gateway.c - virtual private gateways: attaching, and propagating what they know.
 *
 * A route table that a gateway propagates to shows the prefixes the gateway knows, as long as it is
 * attached. So whatever changes either ends in vp_vpn_gateway_propagate, which makes the tables
 * right by comparing. AWS: Amazon VPC User Guide, "Route tables" (route propagation).
 */
#include "vp_part.h"
#include "vp_vpn.h"

#include <string.h>

#define QUOTA_GATEWAYS 5
#define QUOTA_PROPAGATED 100
#define DEFAULT_ASN 64512

/* ---- propagation ----------------------------------------------------------------------------- */

/* The place of the gateway among those that propagate to a table; their count: it does not. */
static uint32_t find_propagation(const vp_route_table *table, vp_name gateway_id) {
    uint32_t at = 0;
    while (at < table->propagating_vgws.count &&
           VP_ITEM(vp_propagating_vgw, &table->propagating_vgws, at)->gateway_id != gateway_id) {
        at++;
    }
    return at;
}

static bool is_propagated(const vp_network *network, const vp_route *route, vp_name gateway_id) {
    return route->gateway_id == gateway_id &&
           vp_network_name_is(network, route->origin, "EnableVgwRoutePropagation");
}

/* Does the gateway know the prefix for another reason than that a table shows it? */
static bool is_known(const vp_network *network, const vp_vpn_gateway *gateway,
                     const vp_cidr *cidr) {
    vp_vpn_cursor cursor = {0, 0, 0};
    vp_vpn_prefix prefix;
    while (vp_vpn_next_prefix(network, gateway, &cursor, &prefix) &&
           prefix.source != VP_VPN_PROPAGATED) {
        if (vp_cidr_equals(&prefix.cidr, cidr)) {
            return true;
        }
    }
    return false;
}

static const vp_cidr *block_of(const vp_route *route) {
    return vp_cidr_is_given(&route->destination_cidr_block) ? &route->destination_cidr_block
                                                            : &route->destination_ipv6_cidr_block;
}

/* Removes the routes whose prefix is known no more; all of them where the gateway is not wanted. */
static vp_status remove_stale(vp_change *change, vp_route_table *table,
                              const vp_vpn_gateway *gateway, bool wanted, vp_error *error) {
    const vp_network *network = change->network;
    for (uint32_t i = table->routes.count; i-- > 0;) {
        const vp_route *route = VP_ITEM(vp_route, &table->routes, i);
        if (is_propagated(network, route, gateway->record.id) &&
            !(wanted && is_known(network, gateway, block_of(route)))) {
            VP_TRY(vp_change_edit(change, &table->record, error));
            vp_list_remove(&network->alloc, &vp_route_schema, &table->routes, i);
        }
    }
    return VP_OK;
}

/* How many propagated routes a table has, and whether the gateway's to this prefix is one. */
static uint32_t count_propagated(const vp_network *network, const vp_route_table *table,
                                 vp_name gateway_id, const vp_cidr *cidr, bool *has) {
    uint32_t count = 0;
    *has = false;
    for (uint32_t i = 0; i < table->routes.count; i++) {
        const vp_route *route = VP_ITEM(vp_route, &table->routes, i);
        if (is_propagated(network, route, gateway_id)) {
            *has = *has || vp_cidr_equals(block_of(route), cidr);
            count++;
        }
    }
    return count;
}

static vp_status add_route(vp_change *change, vp_route_table *table, vp_name gateway_id,
                           const vp_cidr *cidr, vp_error *error) {
    vp_network *network = change->network;
    void *item;
    bool has;
    uint32_t count = count_propagated(network, table, gateway_id, cidr, &has);
    if (has) {
        return VP_OK;
    }
    VP_TRY(vp_check_quota(network, count, QUOTA_PROPAGATED, "RouteLimitExceeded",
                          "The maximum number of propagated routes has been reached.", error));
    VP_TRY(vp_change_edit(change, &table->record, error));
    VP_TRY(vp_change_append(change, &vp_route_schema, &table->routes, &item, error));
    vp_route *route = item;
    route->gateway_id = gateway_id;
    if (cidr->address.family == 4) {
        route->destination_cidr_block = *cidr;
    } else {
        route->destination_ipv6_cidr_block = *cidr;
    }
    VP_TRY(vp_network_name(network, "EnableVgwRoutePropagation", &route->origin, error));
    return vp_network_name(network, "active", &route->state, error);
}

vp_status vp_vpn_gateway_propagate(vp_change *change, vp_name gateway_id, vp_error *error) {
    const vp_network *network = change->network;
    const vp_vpn_gateway *gateway =
        (const vp_vpn_gateway *)vp_network_find(network, VP_KIND_VPN_GATEWAY, gateway_id);
    for (uint32_t i = 0; gateway != NULL && i < VP_ROW_COUNT(network, VP_KIND_ROUTE_TABLE); i++) {
        vp_route_table *table = VP_ROW(vp_route_table, network, VP_KIND_ROUTE_TABLE, i);
        bool wanted = find_propagation(table, gateway_id) < table->propagating_vgws.count &&
                      vp_attachments_hold(network, &gateway->vpc_attachments, table->vpc_id);
        vp_vpn_cursor cursor = {0, 0, 0};
        vp_vpn_prefix prefix;
        VP_TRY(remove_stale(change, table, gateway, wanted, error));
        while (wanted && vp_vpn_next_prefix(network, gateway, &cursor, &prefix) &&
               prefix.source != VP_VPN_PROPAGATED) {
            VP_TRY(add_route(change, table, gateway_id, &prefix.cidr, error));
        }
    }
    return VP_OK;
}

typedef struct propagation_request {
    vp_name gateway_id;
} propagation_request;

static const vp_field propagation_fields[] = {
    VP_FIELD(propagation_request, gateway_id, VP_TYPE_TEXT, "GatewayId", VP_FIELD_REFERENCE, NULL)};
static const vp_schema propagation_schema =
    VP_SCHEMA("EnableVgwRoutePropagation", propagation_request, propagation_fields);

/* Does the table steer what enters through a gateway? Such a one takes no propagated routes. */
static bool serves_gateway(const vp_route_table *table) {
    for (uint32_t i = 0; i < table->associations.count; i++) {
        if (VP_ITEM(vp_route_table_association, &table->associations, i)->gateway_id !=
            VP_NO_NAME) {
            return true;
        }
    }
    return false;
}

/***
Lets a virtual private gateway write the prefixes it knows into a route table, now and whenever they
change.
@function route_table:enable_vgw_route_propagation
@tparam table options `gateway_id` (id or virtual private gateway)
@treturn route_table itself
@raise InvalidVpnGatewayID.NotFound, Gateway.NotAttached (the gateway is not attached to the table's
VPC), InvalidParameterValue (the table is associated with a gateway), RouteLimitExceeded,
MissingParameter
@usage vpc.main_route_table:enable_vgw_route_propagation{ gateway_id = vgw }
Source: EC2 API Reference, "EnableVgwRoutePropagation"
*/
static vp_status enable_propagation(vp_call *call, vp_error *error) {
    const vp_network *network = call->network;
    vp_route_table *table = (vp_route_table *)call->receiver;
    vp_name id = ((const propagation_request *)call->request)->gateway_id;
    vp_record *record;
    void *item;
    VP_TRY(vp_check_given(id != VP_NO_NAME, "gatewayId", error));
    VP_TRY(vp_check_own(call, VP_KIND_VPN_GATEWAY, id, &record, error));
    const vp_list *attachments = &((const vp_vpn_gateway *)record)->vpc_attachments;
    if (!vp_attachments_hold(network, attachments, table->vpc_id)) {
        VP_REFUSE(error, "Gateway.NotAttached", "resource %s is not attached to network %s",
                  vp_network_text(network, id), vp_network_text(network, table->vpc_id));
    }
    if (serves_gateway(table)) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "The route table %s is associated with a gateway and takes no propagated routes",
                  vp_network_text(network, table->record.id));
    }
    call->result = call->receiver;
    if (find_propagation(table, id) < table->propagating_vgws.count) {
        return VP_OK;
    }
    VP_TRY(vp_change_edit(call->change, &table->record, error));
    VP_TRY(vp_change_append(call->change, &vp_propagating_vgw_schema, &table->propagating_vgws,
                            &item, error));
    ((vp_propagating_vgw *)item)->gateway_id = id;
    return vp_vpn_gateway_propagate(call->change, id, error);
}

/* Takes a gateway out of the list of a table, and its routes with it. */
static vp_status stop_propagation(vp_change *change, vp_route_table *table, vp_name gateway_id,
                                  vp_error *error) {
    uint32_t at = find_propagation(table, gateway_id);
    if (at == table->propagating_vgws.count) {
        return VP_OK;
    }
    VP_TRY(vp_change_edit(change, &table->record, error));
    vp_list_remove(&change->network->alloc, &vp_propagating_vgw_schema, &table->propagating_vgws,
                   at);
    return vp_vpn_gateway_propagate(change, gateway_id, error);
}

/***
Ends the propagation to a route table; the routes it brought disappear.
@function route_table:disable_vgw_route_propagation
@tparam table options `gateway_id` (id or virtual private gateway)
@treturn route_table itself
@raise InvalidVpnGatewayID.NotFound, MissingParameter
@usage vpc.main_route_table:disable_vgw_route_propagation{ gateway_id = vgw }
Source: EC2 API Reference, "DisableVgwRoutePropagation"
*/
static vp_status disable_propagation(vp_call *call, vp_error *error) {
    vp_name id = ((const propagation_request *)call->request)->gateway_id;
    vp_record *record;
    VP_TRY(vp_check_given(id != VP_NO_NAME, "gatewayId", error));
    VP_TRY(vp_check_own(call, VP_KIND_VPN_GATEWAY, id, &record, error));
    call->result = call->receiver;
    return stop_propagation(call->change, (vp_route_table *)call->receiver, id, error);
}

/* ---- create, delete -------------------------------------------------------------------------- */

typedef struct create_request {
    vp_new made;
    vp_int amazon_side_asn;
    vp_name availability_zone, type;
} create_request;

static const vp_field create_fields[] = {
    VP_NEW_FIELDS(create_request, "VpnGatewayId"),
    VP_FIELD(create_request, amazon_side_asn, VP_TYPE_INT, "AmazonSideAsn", VP_FIELD_UNSIGNED,
             NULL),
    VP_FIELD(create_request, availability_zone, VP_TYPE_TEXT, "AvailabilityZone", 0, NULL),
    VP_FIELD(create_request, type, VP_TYPE_TEXT, "Type", 0, NULL)};
static const vp_schema create_schema = VP_SCHEMA("CreateVpnGateway", create_request, create_fields);

/***
Makes a virtual private gateway, attached to nothing.
@function network:create_vpn_gateway
@tparam[opt] table options `amazon_side_asn` (default 64512), `availability_zone`, `type`
("ipsec.1", AWS has no other), `vpn_gateway_id` (its own id), `tags`
@treturn vpn_gateway
@raise VpnGatewayLimitExceeded, InvalidParameterValue
@usage local vgw = net:create_vpn_gateway()
Source: EC2 API Reference, "CreateVpnGateway"
*/
static vp_status create_vpn_gateway(vp_call *call, vp_error *error) {
    create_request *request = call->request;
    vp_record *record;
    uint32_t count = 0;
    VP_TRY(vp_check_only(call->network, request->type, "ipsec.1", "type", error));
    for (uint32_t i = 0; i < VP_ROW_COUNT(call->network, VP_KIND_VPN_GATEWAY); i++) {
        const vp_record *other = call->network->rows[VP_KIND_VPN_GATEWAY].rows[i];
        count += other->owner_id == call->owner_id && other->region == call->region ? 1 : 0;
    }
    VP_TRY(vp_check_quota(call->network, count, QUOTA_GATEWAYS, "VpnGatewayLimitExceeded",
                          "The maximum number of virtual private gateways has been reached.",
                          error));
    VP_TRY(vp_check_add(call, VP_KIND_VPN_GATEWAY, &request->made, NULL, &record, error));
    vp_vpn_gateway *gateway = (vp_vpn_gateway *)record;
    gateway->availability_zone = request->availability_zone;
    gateway->amazon_side_asn =
        request->amazon_side_asn.given ? request->amazon_side_asn : (vp_int){DEFAULT_ASN, 1};
    VP_SET(call, gateway->type, "ipsec.1", error);
    VP_SET(call, gateway->state, "available", error);
    return VP_OK;
}

static bool has_connections(const vp_network *network, const vp_record *gateway) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_VPN_CONNECTION); i++) {
        const vp_vpn_connection *connection =
            VP_ROW(vp_vpn_connection, network, VP_KIND_VPN_CONNECTION, i);
        if (connection->vpn_gateway_id == gateway->id &&
            !vp_network_name_is(network, connection->state, "deleted")) {
            return true;
        }
    }
    return false;
}

/***
Deletes a virtual private gateway. Routes to it stay, as blackholes.
@function vpn_gateway:delete
@treturn vpn_gateway itself, gone
@raise IncorrectState: it is attached, or has a VPN connection
@usage vgw:delete()
Source: EC2 API Reference, "DeleteVpnGateway"
*/
static vp_status delete_vpn_gateway(vp_call *call, vp_error *error) {
    const vp_vpn_gateway *gateway = (const vp_vpn_gateway *)call->receiver;
    bool attached = gateway->vpc_attachments.count > 0;
    if (attached || has_connections(call->network, call->receiver)) {
        VP_REFUSE(error, "IncorrectState", "The vpnGateway ID '%s' is in use by a %s",
                  vp_network_text(call->network, call->receiver->id),
                  attached ? "VPC" : "VPN connection");
    }
    VP_TRY(vp_route_table_refresh(call->change, call->receiver->id, true, error));
    return vp_change_remove(call->change, call->receiver, error);
}

/* ---- attach, detach: from either end --------------------------------------------------------- */

typedef struct vpc_request {
    vp_name vpn_gateway_id;
} vpc_request;

static const vp_field vpc_fields[] = {
    VP_FIELD(vpc_request, vpn_gateway_id, VP_TYPE_TEXT, "VpnGatewayId", VP_FIELD_REFERENCE, NULL)};
static const vp_schema vpc_schema = VP_SCHEMA("AttachVpnGateway", vpc_request, vpc_fields);

typedef struct gateway_request {
    vp_name vpc_id;
} gateway_request;

static const vp_field gateway_fields[] = {
    VP_FIELD(gateway_request, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL)};
static const vp_schema gateway_schema =
    VP_SCHEMA("AttachVpnGateway", gateway_request, gateway_fields);

/* Both ends of a call, whichever of them is the receiver. */
static vp_status find_ends(vp_call *call, vp_vpn_gateway **gateway, vp_vpc **vpc, vp_error *error) {
    vp_record *record = call->receiver;
    if (call->receiver->kind == VP_KIND_VPC) {
        *vpc = (vp_vpc *)call->receiver;
        VP_TRY(vp_check_own(call, VP_KIND_VPN_GATEWAY,
                            ((const vpc_request *)call->request)->vpn_gateway_id, &record, error));
    } else {
        VP_TRY(vp_check_vpc(call, ((const gateway_request *)call->request)->vpc_id, vpc, error));
    }
    *gateway = (vp_vpn_gateway *)record;
    call->result = call->receiver;
    return VP_OK;
}

/***
Attaches a virtual private gateway to a VPC.
@function vpc:attach_vpn_gateway
@tparam table options `vpn_gateway_id` (id or virtual private gateway)
@treturn vpc itself
@raise InvalidVpnGatewayID.NotFound, InvalidVpcState (the VPC has a gateway),
VpnGatewayAttachmentLimitExceeded (the gateway has a VPC), MissingParameter
@usage vpc:attach_vpn_gateway{ vpn_gateway_id = vgw }
Source: EC2 API Reference, "AttachVpnGateway"
*/
static vp_status attach_vpn_gateway(vp_call *call, vp_error *error) {
    const vp_network *network = call->network;
    vp_vpn_gateway *gateway;
    vp_vpc *vpc;
    void *item;
    VP_TRY(find_ends(call, &gateway, &vpc, error));
    if (vp_vpn_gateway_of(network, vpc->record.id) != NULL) {
        VP_REFUSE(error, "InvalidVpcState", "Network %s already has a VPN gateway attached",
                  vp_network_text(network, vpc->record.id));
    }
    if (gateway->vpc_attachments.count > 0) {
        VP_REFUSE(error, "VpnGatewayAttachmentLimitExceeded",
                  "The vpnGateway ID '%s' is attached to a VPC already",
                  vp_network_text(network, gateway->record.id));
    }
    VP_TRY(vp_change_edit(call->change, &gateway->record, error));
    VP_TRY(vp_change_append(call->change, &vp_gateway_attachment_schema, &gateway->vpc_attachments,
                            &item, error));
    vp_gateway_attachment *attachment = item;
    attachment->vpc_id = vpc->record.id;
    VP_SET(call, attachment->state, "attached", error);
    return vp_route_table_refresh(call->change, gateway->record.id, false, error);
}

/***
Attaches this virtual private gateway to a VPC; vpc:attach\_vpn\_gateway from the other end.
@function vpn_gateway:attach
@tparam table options `vpc_id` (id or VPC)
@treturn vpn_gateway itself
@raise InvalidVpcID.NotFound, InvalidVpcState (the VPC has a gateway),
VpnGatewayAttachmentLimitExceeded (it has a VPC), MissingParameter
@usage vgw:attach{ vpc_id = vpc }
Source: EC2 API Reference, "AttachVpnGateway"
*/
static vp_status attach(vp_call *call, vp_error *error) { return attach_vpn_gateway(call, error); }

/* Propagation needs the attachment: it ends in every table of the VPC. */
static vp_status stop_all(vp_change *change, vp_name gateway_id, vp_error *error) {
    const vp_network *network = change->network;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_ROUTE_TABLE); i++) {
        vp_route_table *table = VP_ROW(vp_route_table, network, VP_KIND_ROUTE_TABLE, i);
        VP_TRY(stop_propagation(change, table, gateway_id, error));
    }
    return VP_OK;
}

/***
Detaches a virtual private gateway from a VPC. Static routes to it become blackholes, propagated
ones disappear; a route table associated with it is associated no more.
@function vpc:detach_vpn_gateway
@tparam table options `vpn_gateway_id` (id or virtual private gateway)
@treturn vpc itself
@raise InvalidVpnGatewayID.NotFound, InvalidVpnGatewayAttachment.NotFound, MissingParameter
@usage vpc:detach_vpn_gateway{ vpn_gateway_id = vgw }
Source: EC2 API Reference, "DetachVpnGateway"
*/
static vp_status detach_vpn_gateway(vp_call *call, vp_error *error) {
    const vp_network *network = call->network;
    vp_vpn_gateway *gateway;
    vp_vpc *vpc;
    uint32_t at = 0;
    VP_TRY(find_ends(call, &gateway, &vpc, error));
    const vp_list *list = &gateway->vpc_attachments;
    while (at < list->count && VP_ITEM(vp_gateway_attachment, list, at)->vpc_id != vpc->record.id) {
        at++;
    }
    if (at == list->count) {
        VP_REFUSE(error, "InvalidVpnGatewayAttachment.NotFound",
                  "The attachment with vpn gateway ID '%s' and vpc ID '%s' does not exist",
                  vp_network_text(network, gateway->record.id),
                  vp_network_text(network, vpc->record.id));
    }
    VP_TRY(stop_all(call->change, gateway->record.id, error));
    VP_TRY(vp_change_edit(call->change, &gateway->record, error));
    vp_list_remove(&network->alloc, &vp_gateway_attachment_schema, &gateway->vpc_attachments, at);
    VP_TRY(vp_route_table_forget(call->change, gateway->record.id, error));
    return vp_route_table_refresh(call->change, gateway->record.id, false, error);
}

/***
Detaches this virtual private gateway from its VPC; vpc:detach\_vpn\_gateway from the other end.
@function vpn_gateway:detach
@tparam table options `vpc_id` (id or VPC)
@treturn vpn_gateway itself
@raise InvalidVpcID.NotFound, InvalidVpnGatewayAttachment.NotFound, MissingParameter
@usage vgw:detach{ vpc_id = vpc }
Source: EC2 API Reference, "DetachVpnGateway"
*/
static vp_status detach(vp_call *call, vp_error *error) { return detach_vpn_gateway(call, error); }

/* ---- what no API prints ---------------------------------------------------------------------- */

typedef struct declare_request {
    vp_list cidrs; /* vp_cidr_item */
    vp_name connection;
} declare_request;

static const vp_field declare_fields[] = {
    VP_FIELD(declare_request, cidrs, VP_TYPE_LIST, "Cidrs", 0, &vp_cidr_item_schema),
    VP_FIELD(declare_request, connection, VP_TYPE_TEXT, "Connection", 0, NULL)};
static const vp_schema declare_schema = VP_SCHEMA("DeclareRoutes", declare_request, declare_fields);

static vp_status declare_one(vp_call *call, vp_vpn_gateway *gateway, const vp_cidr *cidr,
                             vp_name connection, vp_error *error) {
    void *item;
    for (uint32_t i = 0; i < gateway->declared_routes.count; i++) {
        const vp_declared_route *other = VP_ITEM(vp_declared_route, &gateway->declared_routes, i);
        if (vp_cidr_equals(&other->cidr, cidr) && other->connection == connection) {
            return VP_OK;
        }
    }
    VP_TRY(vp_change_append(call->change, &vp_declared_route_schema, &gateway->declared_routes,
                            &item, error));
    vp_declared_route *route = item;
    route->cidr = *cidr;
    route->connection = connection;
    return VP_OK;
}

/***
Says which prefixes are behind the gateway, where no describe command does: all of Direct Connect,
and what a VPN connection has learned by BGP. They are kept in the field `declared_routes`, which
describe prints too.
@function vpn_gateway:declare_routes
@tparam table options `cidrs` (list of blocks), `connection` ("vpn", the default, or "dx")
@treturn vpn_gateway itself
@raise MissingParameter, InvalidParameterValue (another connection; an IPv6 block behind a VPN
connection), RouteLimitExceeded
@usage vgw:declare_routes{ cidrs = { "192.168.0.0/16" }, connection = "dx" }
Source: AWS Direct Connect User Guide, "Routing policies and BGP communities"
*/
static vp_status declare_routes(vp_call *call, vp_error *error) {
    const declare_request *request = call->request;
    vp_vpn_gateway *gateway = (vp_vpn_gateway *)call->receiver;
    vp_name connection = request->connection;
    VP_TRY(vp_check_given(request->cidrs.count > 0, "cidrs", error));
    if (connection == VP_NO_NAME) {
        VP_SET(call, connection, "vpn", error);
    }
    bool vpn = vp_network_name_is(call->network, connection, "vpn");
    if (!vpn && !vp_network_name_is(call->network, connection, "dx")) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "Value (%.100s) for parameter connection is invalid. It is vpn or dx.",
                  vp_network_text(call->network, connection));
    }
    VP_TRY(vp_change_edit(call->change, &gateway->record, error));
    for (uint32_t i = 0; i < request->cidrs.count; i++) {
        const vp_cidr *cidr = &VP_ITEM(vp_cidr_item, &request->cidrs, i)->value;
        VP_TRY(vpn ? vp_check_family(cidr, 4, "cidrs", error) : VP_OK);
        VP_TRY(declare_one(call, gateway, cidr, connection, error));
    }
    call->result = call->receiver;
    return vp_vpn_gateway_propagate(call->change, gateway->record.id, error);
}

const vp_action vp_vpn_gateway_actions[] = {
    {"create_vpn_gateway", VP_KIND_NONE, &create_schema, create_vpn_gateway},
    {"attach_vpn_gateway", VP_KIND_VPC, &vpc_schema, attach_vpn_gateway},
    {"detach_vpn_gateway", VP_KIND_VPC, &vpc_schema, detach_vpn_gateway},
    {"attach", VP_KIND_VPN_GATEWAY, &gateway_schema, attach},
    {"detach", VP_KIND_VPN_GATEWAY, &gateway_schema, detach},
    {"declare_routes", VP_KIND_VPN_GATEWAY, &declare_schema, declare_routes},
    {"delete", VP_KIND_VPN_GATEWAY, NULL, delete_vpn_gateway},
    {"enable_vgw_route_propagation", VP_KIND_ROUTE_TABLE, &propagation_schema, enable_propagation},
    {"disable_vgw_route_propagation", VP_KIND_ROUTE_TABLE, &propagation_schema,
     disable_propagation},
    {NULL, VP_KIND_NONE, NULL, NULL}};
