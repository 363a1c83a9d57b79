/*
 * vp_vpn_connection.c - customer gateways, and the VPN connections to them.
 *
 * A connection works as soon as it is made: the model has no far end whose tunnels could be down.
 * Its routes are prefixes that its virtual private gateway knows, so a change of them is propagated
 * to the route tables. AWS: AWS Site-to-Site VPN User Guide.
 */
#include "vp_transit_part.h"
#include "vp_vpn.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define QUOTA_CUSTOMER_GATEWAYS 50
#define QUOTA_CONNECTIONS 50
#define DEFAULT_ASN 65000

/* The objects of a kind that the caller has in its Region: what quotas count. */
static uint32_t count_own(const vp_call *call, vp_kind kind) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < VP_ROW_COUNT(call->network, kind); i++) {
        const vp_record *other = call->network->rows[kind].rows[i];
        count += other->owner_id == call->owner_id && other->region == call->region ? 1 : 0;
    }
    return count;
}

/* ---- customer gateways ----------------------------------------------------------------------- */

typedef struct customer_request {
    vp_new made;
    vp_addr ip_address, public_ip;
    vp_int bgp_asn;
    vp_name type;
} customer_request;

static const vp_field customer_fields[] = {
    VP_NEW_FIELDS(customer_request, "CustomerGatewayId"),
    VP_FIELD(customer_request, ip_address, VP_TYPE_ADDR, "IpAddress", 0, NULL),
    VP_FIELD(customer_request, public_ip, VP_TYPE_ADDR, "PublicIp", 0, NULL),
    VP_FIELD(customer_request, bgp_asn, VP_TYPE_INT, "BgpAsn", VP_FIELD_UNSIGNED, NULL),
    VP_FIELD(customer_request, type, VP_TYPE_TEXT, "Type", 0, NULL)};
static const vp_schema customer_schema =
    VP_SCHEMA("CreateCustomerGateway", customer_request, customer_fields);

/* The caller's customer gateway of this address and number, or NULL. */
static vp_record *find_customer(const vp_call *call, vp_name ip_address, vp_name bgp_asn) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(call->network, VP_KIND_CUSTOMER_GATEWAY); i++) {
        vp_customer_gateway *other =
            VP_ROW(vp_customer_gateway, call->network, VP_KIND_CUSTOMER_GATEWAY, i);
        if (other->ip_address == ip_address && other->bgp_asn == bgp_asn &&
            other->record.owner_id == call->owner_id && other->record.region == call->region) {
            return &other->record;
        }
    }
    return NULL;
}

/* AWS prints both as text. */
static vp_status name_customer(vp_call *call, const customer_request *request, vp_name *ip_address,
                               vp_name *bgp_asn, vp_error *error) {
    char text[VP_ADDR_TEXT_MAX], number[16];
    uint32_t asn = request->bgp_asn.given ? (uint32_t)request->bgp_asn.value : DEFAULT_ASN;
    (void)vp_addr_format(&request->ip_address, text);
    (void)snprintf(number, sizeof number, "%" PRIu32, asn);
    VP_TRY(vp_network_name(call->network, text, ip_address, error));
    return vp_network_name(call->network, number, bgp_asn, error);
}

/***
Makes a customer gateway: the label of a VPN connection's far end. One of the same address and
number is returned instead of a second one.
@function network:create_customer_gateway
@tparam table options `ip_address` (or, as AWS called it before, `public_ip`), `bgp_asn` (default
65000), `type` ("ipsec.1", AWS has no other), `customer_gateway_id` (its own id), `tags`
@treturn customer_gateway
@raise InvalidParameterValue, InvalidParameterCombination, InvalidCustomerGateway.DuplicateIpAddress
(an own id for one that exists), CustomerGatewayLimitExceeded, MissingParameter
@usage local cgw = net:create_customer_gateway{ ip_address = "192.0.2.1", bgp_asn = 65000 }
Source: EC2 API Reference, "CreateCustomerGateway"
*/
static vp_status create_customer_gateway(vp_call *call, vp_error *error) {
    customer_request *request = call->request;
    vp_name ip_address, bgp_asn;
    vp_record *record;
    VP_TRY(vp_check_only(call->network, request->type, "ipsec.1", "type", error));
    VP_TRY(vp_check_not_both(request->ip_address.family != 0, request->public_ip.family != 0,
                             "ipAddress and publicIp", error));
    if (request->public_ip.family != 0) {
        request->ip_address = request->public_ip;
    }
    VP_TRY(vp_check_given(request->ip_address.family != 0, "ipAddress", error));
    VP_TRY(name_customer(call, request, &ip_address, &bgp_asn, error));
    vp_record *other = find_customer(call, ip_address, bgp_asn);
    if (other != NULL) {
        if (request->made.id != VP_NO_NAME && request->made.id != other->id) {
            VP_REFUSE(error, "InvalidCustomerGateway.DuplicateIpAddress",
                      "The customer gateway %s has the IP address %s and the BGP ASN %s already",
                      vp_network_text(call->network, other->id),
                      vp_network_text(call->network, ip_address),
                      vp_network_text(call->network, bgp_asn));
        }
        call->result = other;
        return VP_OK;
    }
    VP_TRY(vp_check_quota(call->network, count_own(call, VP_KIND_CUSTOMER_GATEWAY),
                          QUOTA_CUSTOMER_GATEWAYS, "CustomerGatewayLimitExceeded",
                          "The maximum number of customer gateways has been reached.", error));
    VP_TRY(vp_check_add(call, VP_KIND_CUSTOMER_GATEWAY, &request->made, NULL, &record, error));
    vp_customer_gateway *customer = (vp_customer_gateway *)record;
    customer->ip_address = ip_address;
    customer->bgp_asn = bgp_asn;
    VP_SET(call, customer->type, "ipsec.1", error);
    VP_SET(call, customer->state, "available", error);
    return VP_OK;
}

/***
Deletes a customer gateway.
@function customer_gateway:delete
@treturn customer_gateway itself, gone
@raise IncorrectState: a VPN connection ends there
@usage cgw:delete()
Source: EC2 API Reference, "DeleteCustomerGateway"
*/
static vp_status delete_customer_gateway(vp_call *call, vp_error *error) {
    const vp_network *network = call->network;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_VPN_CONNECTION); i++) {
        const vp_vpn_connection *connection =
            VP_ROW(vp_vpn_connection, network, VP_KIND_VPN_CONNECTION, i);
        if (connection->customer_gateway_id == call->receiver->id &&
            !vp_network_name_is(network, connection->state, "deleted")) {
            VP_REFUSE(error, "IncorrectState", "The customer gateway '%s' is in use by %s",
                      vp_network_text(network, call->receiver->id),
                      vp_network_text(network, connection->record.id));
        }
    }
    return vp_change_remove(call->change, call->receiver, error);
}

/* ---- VPN connections ------------------------------------------------------------------------- */

/* The one of AWS's options that matters to routing; the others tell how tunnels are set up. */
typedef struct connection_options {
    vp_bool static_routes_only;
} connection_options;

static const vp_field option_fields[] = {
    VP_FIELD(connection_options, static_routes_only, VP_TYPE_BOOL, "StaticRoutesOnly", 0, NULL)};
static const vp_schema option_schema =
    VP_SCHEMA("VpnConnectionOptionsSpecification", connection_options, option_fields);

typedef struct connection_request {
    vp_new made;
    vp_name customer_gateway_id, vpn_gateway_id, transit_gateway_id, type;
    vp_bool static_routes_only;
    connection_options options;
} connection_request;

static const vp_field connection_fields[] = {
    VP_NEW_FIELDS(connection_request, "VpnConnectionId"),
    VP_FIELD(connection_request, customer_gateway_id, VP_TYPE_TEXT, "CustomerGatewayId",
             VP_FIELD_REFERENCE, NULL),
    VP_FIELD(connection_request, vpn_gateway_id, VP_TYPE_TEXT, "VpnGatewayId", VP_FIELD_REFERENCE,
             NULL),
    VP_FIELD(connection_request, transit_gateway_id, VP_TYPE_TEXT, "TransitGatewayId",
             VP_FIELD_REFERENCE, NULL),
    VP_FIELD(connection_request, type, VP_TYPE_TEXT, "Type", 0, NULL),
    VP_FIELD(connection_request, static_routes_only, VP_TYPE_BOOL, "StaticRoutesOnly", 0, NULL),
    VP_FIELD(connection_request, options, VP_TYPE_OBJECT, "Options", 0, &option_schema)};
static const vp_schema connection_schema =
    VP_SCHEMA("CreateVpnConnection", connection_request, connection_fields);

/***
Makes a VPN connection between a virtual private gateway or a transit gateway and a customer
gateway; both tunnels are taken to be up. A transit gateway gets an attachment of it.
@function network:create_vpn_connection
@tparam table options `customer_gateway_id` (id or customer gateway), `vpn_gateway_id` (id or
virtual private gateway) or `transit_gateway_id` (id or transit gateway), `options`
(`{ static_routes_only }`; `static_routes_only` may also stand outside, default false), `type`
("ipsec.1", AWS has no other), `vpn_connection_id` (its own id), `tags`
@treturn vpn_connection
@raise InvalidCustomerGatewayID.NotFound, InvalidVpnGatewayID.NotFound,
InvalidTransitGatewayID.NotFound, InvalidParameterCombination, InvalidParameterValue,
VpnConnectionLimitExceeded, MissingParameter
@usage local vpn = net:create_vpn_connection{
  customer_gateway_id = cgw, vpn_gateway_id = vgw, options = { static_routes_only = true } }
Source: EC2 API Reference, "CreateVpnConnection"
*/
static vp_status create_vpn_connection(vp_call *call, vp_error *error) {
    connection_request *request = call->request;
    bool within = request->options.static_routes_only != VP_UNSET;
    vp_record *record;
    VP_TRY(vp_check_only(call->network, request->type, "ipsec.1", "type", error));
    VP_TRY(vp_check_not_both(within, request->static_routes_only != VP_UNSET,
                             "staticRoutesOnly and options.staticRoutesOnly", error));
    if (within) {
        request->static_routes_only = request->options.static_routes_only;
    }
    VP_TRY(
        vp_check_own(call, VP_KIND_CUSTOMER_GATEWAY, request->customer_gateway_id, &record, error));
    bool transit = request->transit_gateway_id != VP_NO_NAME;
    VP_TRY(vp_check_not_both(transit, request->vpn_gateway_id != VP_NO_NAME,
                             "vpnGatewayId and transitGatewayId", error));
    VP_TRY(vp_check_own(call, transit ? VP_KIND_TRANSIT_GATEWAY : VP_KIND_VPN_GATEWAY,
                        transit ? request->transit_gateway_id : request->vpn_gateway_id, &record,
                        error));
    VP_TRY(vp_check_quota(call->network, count_own(call, VP_KIND_VPN_CONNECTION), QUOTA_CONNECTIONS,
                          "VpnConnectionLimitExceeded",
                          "The maximum number of VPN connections has been reached.", error));
    VP_TRY(vp_check_add(call, VP_KIND_VPN_CONNECTION, &request->made, NULL, &record, error));
    vp_vpn_connection *connection = (vp_vpn_connection *)record;
    connection->customer_gateway_id = request->customer_gateway_id;
    connection->vpn_gateway_id = request->vpn_gateway_id;
    connection->transit_gateway_id = request->transit_gateway_id;
    connection->options.static_routes_only =
        request->static_routes_only == VP_TRUE ? VP_TRUE : VP_FALSE;
    VP_SET(call, connection->type, "ipsec.1", error);
    VP_SET(call, connection->category, "VPN", error);
    VP_SET(call, connection->state, "available", error);
    return transit ? vp_transit_attach_vpn(call, request->transit_gateway_id, record->id, error)
                   : VP_OK;
}

/***
Deletes a VPN connection; what it brought to route tables disappears.
@function vpn_connection:delete
@treturn vpn_connection itself, gone
@usage vpn:delete()
Source: EC2 API Reference, "DeleteVpnConnection"
*/
static vp_status delete_vpn_connection(vp_call *call, vp_error *error) {
    vp_vpn_connection *connection = (vp_vpn_connection *)call->receiver;
    VP_TRY(vp_change_edit(call->change, call->receiver, error));
    while (connection->routes.count > 0) {
        vp_list_remove(&call->network->alloc, &vp_vpn_static_route_schema, &connection->routes,
                       connection->routes.count - 1);
    }
    VP_TRY(vp_vpn_gateway_propagate(call->change, connection->vpn_gateway_id, error));
    VP_TRY(vp_transit_release_vpn(call->change, call->receiver->id, error));
    return vp_change_remove(call->change, call->receiver, error);
}

/* ---- routes of a connection ------------------------------------------------------------------ */

typedef struct route_request {
    vp_cidr destination_cidr_block;
} route_request;

static const vp_field route_fields[] = {
    VP_FIELD(route_request, destination_cidr_block, VP_TYPE_CIDR, "DestinationCidrBlock", 0, NULL)};
static const vp_schema route_schema =
    VP_SCHEMA("CreateVpnConnectionRoute", route_request, route_fields);

/* The place of a prefix among the connection's routes; their count when it is none. */
static uint32_t find_route(const vp_vpn_connection *connection, const vp_cidr *cidr) {
    uint32_t at = 0;
    while (
        at < connection->routes.count &&
        !vp_cidr_equals(
            &VP_ITEM(vp_vpn_static_route, &connection->routes, at)->destination_cidr_block, cidr)) {
        at++;
    }
    return at;
}

static vp_status check_destination(const vp_cidr *cidr, vp_error *error) {
    VP_TRY(vp_check_given(vp_cidr_is_given(cidr), "destinationCidrBlock", error));
    return vp_check_family(cidr, 4, "destinationCidrBlock", error);
}

/***
Adds a static route to a VPN connection: a prefix behind its customer gateway.
@function vpn_connection:create_route
@tparam table options `destination_cidr_block`
@treturn vpn_connection itself
@raise InvalidVpnConnection.InvalidType (the connection learns its routes by BGP),
RouteAlreadyExists, RouteLimitExceeded, MissingParameter
@usage vpn:create_route{ destination_cidr_block = "192.168.0.0/16" }
Source: EC2 API Reference, "CreateVpnConnectionRoute"
*/
static vp_status create_route(vp_call *call, vp_error *error) {
    vp_vpn_connection *connection = (vp_vpn_connection *)call->receiver;
    const vp_cidr *cidr = &((const route_request *)call->request)->destination_cidr_block;
    char text[VP_CIDR_TEXT_MAX];
    void *item;
    VP_TRY(check_destination(cidr, error));
    if (connection->options.static_routes_only != VP_TRUE) {
        VP_REFUSE(error, "InvalidVpnConnection.InvalidType",
                  "The VPN connection %s does not support static routes",
                  vp_network_text(call->network, call->receiver->id));
    }
    if (find_route(connection, cidr) < connection->routes.count) {
        (void)vp_cidr_format(cidr, text);
        VP_REFUSE(error, "RouteAlreadyExists", "The route identified by %s already exists.", text);
    }
    VP_TRY(vp_change_edit(call->change, call->receiver, error));
    VP_TRY(vp_change_append(call->change, &vp_vpn_static_route_schema, &connection->routes, &item,
                            error));
    vp_vpn_static_route *route = item;
    route->destination_cidr_block = *cidr;
    VP_SET(call, route->source, "Static", error);
    VP_SET(call, route->state, "available", error);
    call->result = call->receiver;
    return vp_vpn_gateway_propagate(call->change, connection->vpn_gateway_id, error);
}

/***
Removes a static route from a VPN connection.
@function vpn_connection:delete_route
@tparam table options `destination_cidr_block`
@treturn vpn_connection itself
@raise InvalidRoute.NotFound, MissingParameter
@usage vpn:delete_route{ destination_cidr_block = "192.168.0.0/16" }
Source: EC2 API Reference, "DeleteVpnConnectionRoute"
*/
static vp_status delete_route(vp_call *call, vp_error *error) {
    vp_vpn_connection *connection = (vp_vpn_connection *)call->receiver;
    const vp_cidr *cidr = &((const route_request *)call->request)->destination_cidr_block;
    VP_TRY(check_destination(cidr, error));
    uint32_t at = find_route(connection, cidr);
    if (at == connection->routes.count) {
        char text[VP_CIDR_TEXT_MAX];
        (void)vp_cidr_format(cidr, text);
        VP_REFUSE(error, "InvalidRoute.NotFound",
                  "no route with destination-cidr-block %s in VPN connection %s", text,
                  vp_network_text(call->network, call->receiver->id));
    }
    VP_TRY(vp_change_edit(call->change, call->receiver, error));
    vp_list_remove(&call->network->alloc, &vp_vpn_static_route_schema, &connection->routes, at);
    call->result = call->receiver;
    return vp_vpn_gateway_propagate(call->change, connection->vpn_gateway_id, error);
}

const vp_action vp_vpn_connection_actions[] = {
    {"create_customer_gateway", VP_KIND_NONE, &customer_schema, create_customer_gateway},
    {"create_vpn_connection", VP_KIND_NONE, &connection_schema, create_vpn_connection},
    {"create_route", VP_KIND_VPN_CONNECTION, &route_schema, create_route},
    {"delete_route", VP_KIND_VPN_CONNECTION, &route_schema, delete_route},
    {"delete", VP_KIND_VPN_CONNECTION, NULL, delete_vpn_connection},
    {"delete", VP_KIND_CUSTOMER_GATEWAY, NULL, delete_customer_gateway},
    {NULL, VP_KIND_NONE, NULL, NULL}};
