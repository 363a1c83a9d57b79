/*
 * vp_route_action.c - adding, replacing and deleting routes by the rules of AWS.
 *
 * A request is read into a destination and a target, each judged on its own, then together
 * (semantics 4.2): inside the VPC's own blocks only interfaces and NAT gateways may take traffic
 * away from the local route. AWS: Amazon VPC User Guide, "Configure route tables".
 */
#include "vp_endpoint.h"
#include "vp_part.h"
#include "vp_peering.h"
#include "vp_record_vpn.h"
#include "vp_transit.h"

#include <string.h>

#define QUOTA_ROUTES 500

/* ---- requests -------------------------------------------------------------------------------- */

typedef struct route_request {
    vp_route route; /* destination and target as given */
    vp_name vpc_endpoint_id;
    vp_bool local_target;
} route_request;

#define DESTINATION_FIELDS(type, path)                                                             \
    VP_FIELD(type, path destination_cidr_block, VP_TYPE_CIDR, "DestinationCidrBlock", 0, NULL),    \
        VP_FIELD(type, path destination_ipv6_cidr_block, VP_TYPE_CIDR, "DestinationIpv6CidrBlock", \
                 0, NULL),                                                                         \
        VP_FIELD(type, path destination_prefix_list_id, VP_TYPE_TEXT, "DestinationPrefixListId",   \
                 VP_FIELD_REFERENCE, NULL)
#define TARGET_FIELD(member, key)                                                                  \
    VP_FIELD(route_request, member, VP_TYPE_TEXT, key, VP_FIELD_REFERENCE, NULL)
#define TARGET_FIELDS                                                                              \
    TARGET_FIELD(route.gateway_id, "GatewayId"),                                                   \
        TARGET_FIELD(route.nat_gateway_id, "NatGatewayId"),                                        \
        TARGET_FIELD(route.egress_only_internet_gateway_id, "EgressOnlyInternetGatewayId"),        \
        TARGET_FIELD(route.transit_gateway_id, "TransitGatewayId"),                                \
        TARGET_FIELD(route.vpc_peering_connection_id, "VpcPeeringConnectionId"),                   \
        TARGET_FIELD(route.network_interface_id, "NetworkInterfaceId"),                            \
        TARGET_FIELD(route.instance_id, "InstanceId"),                                             \
        TARGET_FIELD(route.carrier_gateway_id, "CarrierGatewayId"),                                \
        TARGET_FIELD(route.local_gateway_id, "LocalGatewayId"),                                    \
        TARGET_FIELD(route.core_network_arn, "CoreNetworkArn"),                                    \
        TARGET_FIELD(route.odb_network_arn, "OdbNetworkArn"),                                      \
        TARGET_FIELD(vpc_endpoint_id, "VpcEndpointId")

static const vp_field create_fields[] = {DESTINATION_FIELDS(route_request, route.), TARGET_FIELDS};
static const vp_schema create_schema = VP_SCHEMA("CreateRoute", route_request, create_fields);

static const vp_field replace_fields[] = {
    DESTINATION_FIELDS(route_request, route.), TARGET_FIELDS,
    VP_FIELD(route_request, local_target, VP_TYPE_BOOL, "LocalTarget", 0, NULL)};
static const vp_schema replace_schema = VP_SCHEMA("ReplaceRoute", route_request, replace_fields);

static const vp_field delete_fields[] = {DESTINATION_FIELDS(vp_route, )};
static const vp_schema delete_schema = VP_SCHEMA("DeleteRoute", vp_route, delete_fields);

/* ---- destinations ---------------------------------------------------------------------------- */

/* The block of a route, NULL for a prefix list. */
static const vp_cidr *block_of(const vp_route *route) {
    if (vp_cidr_is_given(&route->destination_cidr_block)) {
        return &route->destination_cidr_block;
    }
    return vp_cidr_is_given(&route->destination_ipv6_cidr_block)
               ? &route->destination_ipv6_cidr_block
               : NULL;
}

/* Room for a destination as text: a block or an id. */
#define DESTINATION_TEXT_MAX VP_ERROR_QUOTE_MAX

static const char *destination_text(const vp_network *network, const vp_route *route,
                                    char out[DESTINATION_TEXT_MAX]) {
    const vp_cidr *block = block_of(route);
    if (block != NULL) {
        (void)vp_cidr_format(block, out);
    } else {
        const char *id = vp_network_text(network, route->destination_prefix_list_id);
        (void)vp_error_quote(id, strlen(id), out);
    }
    return out;
}

/* Judges the destination on its own. */
static vp_status check_destination(const vp_call *call, const vp_route *route, vp_error *error) {
    static const char names[] =
        "destinationCidrBlock, destinationIpv6CidrBlock and destinationPrefixListId";
    bool ipv4 = vp_cidr_is_given(&route->destination_cidr_block);
    bool ipv6 = vp_cidr_is_given(&route->destination_ipv6_cidr_block);
    bool list = route->destination_prefix_list_id != VP_NO_NAME;
    const vp_network *network = call->network;
    vp_record *found;
    VP_TRY(vp_check_given(ipv4 || ipv6 || list, "destinationCidrBlock", error));
    VP_TRY(vp_check_not_both(ipv4, ipv6 || list, names, error));
    VP_TRY(vp_check_not_both(ipv6, list, names, error));
    VP_TRY(vp_check_family(&route->destination_cidr_block, 4, "destinationCidrBlock", error));
    VP_TRY(
        vp_check_family(&route->destination_ipv6_cidr_block, 6, "destinationIpv6CidrBlock", error));
    if (list) {
        return vp_check_shared(call, VP_KIND_PREFIX_LIST, route->destination_prefix_list_id, &found,
                               error);
    }
    if (vp_block_is_unroutable(block_of(route))) {
        char text[DESTINATION_TEXT_MAX];
        VP_REFUSE(error, "InvalidParameterValue",
                  "The destination '%s' lies in a range that is reserved for AWS services",
                  destination_text(network, route, text));
    }
    return VP_OK;
}

/* Blocks are canonical, so equal destinations have equal fields. */
static bool same_destination(const vp_route *a, const vp_route *b) {
    return vp_cidr_equals(&a->destination_cidr_block, &b->destination_cidr_block) &&
           vp_cidr_equals(&a->destination_ipv6_cidr_block, &b->destination_ipv6_cidr_block) &&
           a->destination_prefix_list_id == b->destination_prefix_list_id;
}

/* Propagated routes are not the user's: they neither collide with static ones nor can be changed.
 */
static bool is_propagated(const vp_network *network, const vp_route *route) {
    return vp_network_name_is(network, route->origin, "EnableVgwRoutePropagation") ||
           vp_network_name_is(network, route->origin, "Advertisement");
}

/* The static or local route with this destination, or NULL. */
static vp_route *find_route(const vp_network *network, const vp_route_table *table,
                            const vp_route *wanted, uint32_t *at) {
    for (*at = 0; *at < table->routes.count; ++*at) {
        vp_route *route = VP_ITEM(vp_route, &table->routes, *at);
        if (same_destination(route, wanted) && !is_propagated(network, route)) {
            return route;
        }
    }
    return NULL;
}

/* ---- targets --------------------------------------------------------------------------------- */

/*
 * The ways to name a target: where, with which prefix, of which kind (VP_KIND_NONE: one that the
 * model does not have, so that no id is known), and the refusal of an unknown id.
 */
typedef struct target_row {
    uint16_t offset; /* of the vp_name in route_request */
    const char *prefix;
    vp_kind kind;
    const char *code, *word;
} target_row;

#define TARGET(member, prefix, kind, code, word)                                                   \
    { (uint16_t) offsetof(route_request, member), prefix, kind, code, word }

static const target_row target_rows[] = {
    TARGET(route.vpc_peering_connection_id, "", VP_KIND_VPC_PEERING_CONNECTION,
           "InvalidVpcPeeringConnectionID.NotFound", "vpcPeeringConnection"),
    TARGET(route.gateway_id, "igw-", VP_KIND_INTERNET_GATEWAY, "InvalidInternetGatewayID.NotFound",
           "internetGateway"),
    TARGET(route.gateway_id, "vgw-", VP_KIND_VPN_GATEWAY, "InvalidGatewayID.NotFound", "gateway"),
    TARGET(route.gateway_id, "vpce-", VP_KIND_VPC_ENDPOINT, "InvalidVpcEndpointId.NotFound",
           "Vpc Endpoint"),
    TARGET(route.gateway_id, "", VP_KIND_NONE, "InvalidGatewayID.NotFound", "gateway"),
    TARGET(route.network_interface_id, "", VP_KIND_NETWORK_INTERFACE,
           "InvalidNetworkInterfaceID.NotFound", "networkInterface"),
    TARGET(route.instance_id, "", VP_KIND_INSTANCE, "InvalidInstanceID.NotFound", "instance"),
    TARGET(route.nat_gateway_id, "", VP_KIND_NAT_GATEWAY, "NatGatewayNotFound", "natGateway"),
    TARGET(route.transit_gateway_id, "", VP_KIND_TRANSIT_GATEWAY,
           "InvalidTransitGatewayID.NotFound", "transitGateway"),
    TARGET(route.egress_only_internet_gateway_id, "", VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY,
           "InvalidGatewayID.NotFound", "egressOnlyInternetGateway"),
    TARGET(vpc_endpoint_id, "", VP_KIND_VPC_ENDPOINT, "InvalidVpcEndpointId.NotFound",
           "Vpc Endpoint"),
    TARGET(route.carrier_gateway_id, "", VP_KIND_NONE, "InvalidCarrierGatewayID.NotFound",
           "carrierGateway"),
    TARGET(route.local_gateway_id, "", VP_KIND_NONE, "InvalidLocalGatewayID.NotFound",
           "localGateway"),
    TARGET(route.core_network_arn, "", VP_KIND_NONE, "InvalidCoreNetworkArn.NotFound",
           "coreNetwork"),
    TARGET(route.odb_network_arn, "", VP_KIND_NONE, "InvalidOdbNetworkArn.NotFound", "odbNetwork")};

static vp_name target_at(const route_request *request, const target_row *row) {
    return *(const vp_name *)(const void *)((const char *)request + row->offset);
}

/* The row of the one target that is given; how many there are goes to *count. */
static const target_row *find_target(const vp_network *network, const route_request *request,
                                     uint32_t *count) {
    const target_row *found = NULL;
    uint16_t last = UINT16_MAX; /* rows of one member stand together: only the first match counts */
    *count = request->local_target == VP_TRUE ? 1 : 0;
    for (size_t i = 0; i < VP_COUNT_OF(target_rows); i++) {
        const target_row *row = &target_rows[i];
        const char *id = vp_network_text(network, target_at(request, row));
        bool matches = id[0] != '\0' && strncmp(id, row->prefix, strlen(row->prefix)) == 0;
        if (matches && row->offset != last) {
            found = row;
            last = row->offset;
            ++*count;
        }
    }
    return found;
}

static vp_status refuse_foreign(const vp_network *network, const vp_route_table *table,
                                const char *word, vp_name target, vp_error *error) {
    VP_REFUSE(error, "InvalidParameterValue",
              "route table %s and %s %s belong to different networks",
              vp_network_text(network, table->record.id), word, vp_network_text(network, target));
}

/* The instance's only interface becomes the target; it stays one of the VPC. */
static vp_status resolve_instance(const vp_network *network, vp_route *route, vp_error *error) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_NETWORK_INTERFACE); i++) {
        const vp_network_interface *interface =
            VP_ROW(vp_network_interface, network, VP_KIND_NETWORK_INTERFACE, i);
        if (interface->attachment.instance_id == route->instance_id) {
            route->network_interface_id = interface->record.id;
            count++;
        }
    }
    if (count != 1) {
        VP_REFUSE(error, "InvalidInstanceID",
                  "There are %s interfaces attached to instance '%s'. Please specify an interface "
                  "ID for the operation instead.",
                  count == 0 ? "no" : "multiple", vp_network_text(network, route->instance_id));
    }
    return VP_OK;
}

static bool is_ipv4(const vp_network *network, const vp_route *route) {
    const vp_prefix_list *list = (const vp_prefix_list *)vp_network_find(
        network, VP_KIND_PREFIX_LIST, route->destination_prefix_list_id);
    return vp_cidr_is_given(&route->destination_cidr_block) ||
           (list != NULL && vp_network_name_is(network, list->address_family, "IPv4"));
}

/* Does the target belong to the table's VPC, and take such a destination? */
static vp_status check_network(const vp_network *network, const vp_route_table *table,
                               const vp_route *route, const vp_record *target, vp_error *error) {
    if (target->kind == VP_KIND_VPC_PEERING_CONNECTION) {
        const vp_vpc_peering_connection *pcx = (const vp_vpc_peering_connection *)target;
        if (pcx->requester_vpc_info.vpc_id != table->vpc_id &&
            pcx->accepter_vpc_info.vpc_id != table->vpc_id) {
            return refuse_foreign(network, table, "network gateway", target->id, error);
        }
    } else if (target->kind == VP_KIND_INTERNET_GATEWAY) {
        if (!vp_gateway_is_attached(network, (const vp_internet_gateway *)target, table->vpc_id)) {
            return refuse_foreign(network, table, "network gateway", target->id, error);
        }
    } else if (target->kind == VP_KIND_NAT_GATEWAY) {
        if (((const vp_nat_gateway *)target)->vpc_id != table->vpc_id) {
            return refuse_foreign(network, table, "NAT gateway", target->id, error);
        }
    } else if (target->kind == VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY) {
        const vp_list *attachments =
            &((const vp_egress_only_internet_gateway *)target)->attachments;
        if (!vp_attachments_hold(network, attachments, table->vpc_id)) {
            return refuse_foreign(network, table, "network gateway", target->id, error);
        }
        if (is_ipv4(network, route)) {
            VP_REFUSE(error, "InvalidParameterValue",
                      "Route target is not supported. An egress-only internet gateway takes IPv6 "
                      "destinations only.");
        }
    } else if (target->kind == VP_KIND_VPN_GATEWAY) {
        const vp_list *attachments = &((const vp_vpn_gateway *)target)->vpc_attachments;
        if (!vp_attachments_hold(network, attachments, table->vpc_id)) {
            return refuse_foreign(network, table, "network gateway", target->id, error);
        }
    } else if (target->kind == VP_KIND_VPC_ENDPOINT) {
        const vp_vpc_endpoint *endpoint = (const vp_vpc_endpoint *)target;
        if (endpoint->vpc_id != table->vpc_id) {
            return refuse_foreign(network, table, "VPC endpoint", target->id, error);
        }
        if (vp_endpoint_type_of(network, endpoint) != VP_ENDPOINT_LOAD_BALANCER) {
            VP_REFUSE(error, "InvalidParameterValue",
                      "Route target is not supported. Of VPC endpoints only those of Gateway Load "
                      "Balancers can be given.");
        }
    } else if (target->kind == VP_KIND_NETWORK_INTERFACE) {
        const vp_network_interface *interface = (const vp_network_interface *)target;
        if (interface->vpc_id != table->vpc_id) {
            return refuse_foreign(network, table, "interface", target->id, error);
        }
    }
    return VP_OK;
}

/* Does it lie in the VPC? Interfaces and instances of participants do (semantics 1.6). */
static bool lies_in(const vp_record *target, vp_name vpc_id) {
    return (target->kind == VP_KIND_NETWORK_INTERFACE &&
            ((const vp_network_interface *)target)->vpc_id == vpc_id) ||
           (target->kind == VP_KIND_INSTANCE && ((const vp_instance *)target)->vpc_id == vpc_id);
}

/*
 * A connection that the table's owner does not see any more is unknown to it, and so is a transit
 * gateway that its VPC is not attached to, and what is another account's or Region's.
 */
static bool is_known(const vp_call *call, const vp_route_table *table, const vp_record *target) {
    const vp_network *network = call->network;
    if (target != NULL && target->kind == VP_KIND_TRANSIT_GATEWAY) {
        return vp_transit_attachment_of(network, target->id, table->vpc_id) != NULL;
    }
    if (target != NULL && target->kind == VP_KIND_VPC_PEERING_CONNECTION) {
        return vp_peering_is_visible(network, (const vp_vpc_peering_connection *)target,
                                     table->record.owner_id);
    }
    return target != NULL && (vp_check_is_own(call, target) || lies_in(target, table->vpc_id));
}

/* Judges the target on its own and completes the route (instance and interface name each other). */
static vp_status check_target(const vp_call *call, const vp_route_table *table,
                              route_request *request, vp_error *error) {
    const vp_network *network = call->network;
    uint32_t count;
    const target_row *row = find_target(network, request, &count);
    VP_TRY(vp_check_given(count > 0, "gatewayId", error));
    if (count > 1) {
        VP_REFUSE(error, "InvalidParameterCombination", "Only one target may be given for a route");
    }
    vp_route *route = &request->route;
    if (row == NULL || vp_network_name_is(network, route->gateway_id, "local")) {
        return VP_OK;
    }
    vp_name id = target_at(request, row);
    const vp_record *target =
        row->kind != VP_KIND_NONE ? vp_network_find(network, row->kind, id) : NULL;
    if (!is_known(call, table, target)) {
        VP_REFUSE(error, row->code, "The %s ID '%.100s' does not exist", row->word,
                  vp_network_text(network, id));
    }
    if (route->instance_id != VP_NO_NAME) {
        VP_TRY(resolve_instance(network, route, error));
        target = vp_network_find(network, VP_KIND_NETWORK_INTERFACE, route->network_interface_id);
    }
    VP_TRY(check_network(network, table, route, target, error));
    if (target->kind == VP_KIND_VPC_ENDPOINT) { /* printed as a gateway, whichever key named it */
        route->gateway_id = target->id;
    }
    if (target->kind == VP_KIND_NETWORK_INTERFACE) {
        const vp_network_interface *interface = (const vp_network_interface *)target;
        route->instance_id = interface->attachment.instance_id;
        route->instance_owner_id = interface->attachment.instance_owner_id;
    }
    return VP_OK;
}

/* ---- both together --------------------------------------------------------------------------- */

static bool is_local_target(const vp_network *network, const route_request *request) {
    return request->local_target == VP_TRUE ||
           vp_network_name_is(network, request->route.gateway_id, "local");
}

/* Does the table steer what enters through a gateway? */
static bool has_edge(const vp_route_table *table) {
    for (uint32_t i = 0; i < table->associations.count; i++) {
        if (VP_ITEM(vp_route_table_association, &table->associations, i)->gateway_id !=
            VP_NO_NAME) {
            return true;
        }
    }
    return false;
}

static vp_status refuse_target(vp_error *error) {
    VP_REFUSE(error, "InvalidParameterValue",
              "Route target is not supported. This route only supports interface and instance "
              "targets.");
}

/* Inside the VPC, and in the table of a gateway (4.7), few destinations and targets will do. */
static vp_status check_together(const vp_network *network, const vp_route_table *table,
                                const route_request *request, vp_error *error) {
    const vp_cidr *block = block_of(&request->route);
    const vp_vpc *vpc = (const vp_vpc *)vp_network_find(network, VP_KIND_VPC, table->vpc_id);
    /* inside: taken by the local route; own: a block of the VPC; whole: one of it or of a subnet.
     */
    bool inside = block != NULL && vpc != NULL && vp_check_vpc_covers(network, vpc, block);
    bool own = inside && vp_check_vpc_has_block(network, vpc, block);
    bool whole = own || (inside && vp_check_subnet_with(network, table->vpc_id, block) != NULL);
    bool edge = has_edge(table), local = is_local_target(network, request);
    if (edge && !whole) {
        char text[DESTINATION_TEXT_MAX];
        VP_REFUSE(
            error, "InvalidParameterValue",
            "The destination '%s' is neither a block of the VPC nor of a subnet, as the route "
            "table of a gateway needs",
            destination_text(network, &request->route, text));
    }
    if (local && !own && !(edge && whole)) {
        return refuse_target(error);
    }
    bool takes_over = request->route.network_interface_id != VP_NO_NAME ||
                      vp_endpoint_find(network, request->route.gateway_id) != NULL ||
                      (!edge && request->route.nat_gateway_id != VP_NO_NAME);
    if (inside && !local && (!whole || !takes_over)) {
        return refuse_target(error);
    }
    return VP_OK;
}

/* Of IPv6: its destination is, or the entries of its prefix list are. */
static bool is_ipv6(const vp_route *route, const vp_prefix_list *list, const vp_network *network) {
    return list != NULL ? vp_network_name_is(network, list->address_family, "IPv6")
                        : vp_cidr_is_given(&route->destination_ipv6_cidr_block);
}

static const vp_prefix_list *list_of(const vp_network *network, const vp_route *route) {
    return (const vp_prefix_list *)vp_network_find(network, VP_KIND_PREFIX_LIST,
                                                   route->destination_prefix_list_id);
}

/*
 * Static routes of one family count one each, a prefix list as many as it may have entries; what
 * the table was created with and what is propagated does not count.
 */
static vp_status check_quota(const vp_network *network, const vp_route_table *table,
                             const vp_route *added, vp_error *error) {
    uint32_t count = 0;
    bool ipv6 = is_ipv6(added, list_of(network, added), network);
    for (uint32_t i = 0; i <= table->routes.count; i++) {
        const vp_route *route =
            i < table->routes.count ? VP_ITEM(vp_route, &table->routes, i) : added;
        const vp_prefix_list *list = list_of(network, route);
        if (is_propagated(network, route) || is_ipv6(route, list, network) != ipv6 ||
            vp_network_name_is(network, route->origin, "CreateRouteTable")) {
            continue;
        }
        count +=
            list != NULL && list->max_entries.value > 0 ? (uint32_t)list->max_entries.value : 1;
    }
    return vp_check_quota(network, count, QUOTA_ROUTES + 1, "RouteLimitExceeded",
                          "The maximum number of routes has been reached.", error);
}

/* What a gateway endpoint has put into a table goes with the endpoint alone (3.5). */
static vp_status refuse_managed(const vp_network *network, const vp_route_table *table,
                                const vp_route *route, const char *verb, vp_error *error) {
    const vp_vpc_endpoint *endpoint = vp_endpoint_find(network, route->gateway_id);
    if (endpoint != NULL && vp_endpoint_type_of(network, endpoint) == VP_ENDPOINT_GATEWAY) {
        char text[DESTINATION_TEXT_MAX];
        VP_REFUSE(error, "InvalidParameterValue",
                  "cannot %s VPC endpoint route %s in route table %s", verb,
                  destination_text(network, route, text),
                  vp_network_text(network, table->record.id));
    }
    return VP_OK;
}

/* ---- the actions ----------------------------------------------------------------------------- */

/* Gives a route in a table the target of the request. */
static vp_status set_target(vp_call *call, const vp_route_table *table,
                            const route_request *request, vp_route *route, vp_error *error) {
    vp_route before = *route;
    *route = request->route;
    route->destination_cidr_block = before.destination_cidr_block;
    route->destination_ipv6_cidr_block = before.destination_ipv6_cidr_block;
    route->destination_prefix_list_id = before.destination_prefix_list_id;
    route->origin = before.origin;
    if (is_local_target(call->network, request)) {
        VP_SET(call, route->gateway_id, "local", error);
    }
    bool works = vp_route_table_works(call->network, table, route);
    return vp_network_name(call->network, works ? "active" : "blackhole", &route->state, error);
}

/***
Adds a route. Routes to a pending peering connection are allowed; their state is "blackhole" until
it is active.
@function route_table:create_route
@tparam table options one of `destination_cidr_block`, `destination_ipv6_cidr_block`,
`destination_prefix_list_id` (id or prefix list); one of `vpc_peering_connection_id`, `gateway_id`
(internet or virtual private gateway), `nat_gateway_id`, `egress_only_internet_gateway_id`,
`network_interface_id`,
`instance_id`, `vpc_endpoint_id` (of a Gateway Load Balancer; ids or objects)
@treturn route_table itself
@raise RouteAlreadyExists, InvalidParameterValue (target of another VPC, target or destination not
supported), MissingParameter, InvalidParameterCombination, InvalidVpcPeeringConnectionID.NotFound,
InvalidInternetGatewayID.NotFound, InvalidGatewayID.NotFound, InvalidNetworkInterfaceID.NotFound,
InvalidInstanceID.NotFound, InvalidInstanceID, NatGatewayNotFound, InvalidTransitGatewayID.NotFound,
InvalidPrefixListID.NotFound, RouteLimitExceeded
@usage vpc.main_route_table:create_route{
  destination_cidr_block = "10.0.0.0/16", vpc_peering_connection_id = pcx }
Source: EC2 API Reference, "CreateRoute"; VPC Peering Guide, "Update your route tables"
*/
static vp_status create_route(vp_call *call, vp_error *error) {
    vp_route_table *table = (vp_route_table *)call->receiver;
    route_request *request = call->request;
    const vp_network *network = call->network;
    uint32_t at;
    void *item;
    VP_TRY(check_destination(call, &request->route, error));
    VP_TRY(check_target(call, table, request, error));
    vp_route *existing = find_route(network, table, &request->route, &at);
    bool local = existing != NULL && vp_network_name_is(network, existing->gateway_id, "local");
    if (existing != NULL && !local) {
        char text[DESTINATION_TEXT_MAX];
        VP_REFUSE(error, "RouteAlreadyExists", "The route identified by %s already exists.",
                  destination_text(network, &request->route, text));
    }
    VP_TRY(check_together(network, table, request, error));
    VP_TRY(vp_change_edit(call->change, &table->record, error));
    if (!local) {
        VP_TRY(check_quota(network, table, &request->route, error));
        VP_TRY(vp_change_append(call->change, &vp_route_schema, &table->routes, &item, error));
        existing = item;
        *existing = request->route;
        VP_SET(call, existing->origin, "CreateRoute", error);
    }
    call->result = call->receiver;
    return set_target(call, table, request, existing, error);
}

/***
Gives the route to a destination another target; it keeps its place in the table.
@function route_table:replace_route
@tparam table options destination and target as in create\_route, or `local_target` (true) to give
a local route its own target back
@treturn route_table itself
@raise InvalidParameterValue (no such route, or as create\_route), and what create\_route raises
@usage rtb:replace_route{ destination_cidr_block = "0.0.0.0/0", gateway_id = igw }
Source: EC2 API Reference, "ReplaceRoute"
*/
static vp_status replace_route(vp_call *call, vp_error *error) {
    vp_route_table *table = (vp_route_table *)call->receiver;
    route_request *request = call->request;
    const vp_network *network = call->network;
    uint32_t at;
    VP_TRY(check_destination(call, &request->route, error));
    if (find_route(network, table, &request->route, &at) == NULL) {
        char text[DESTINATION_TEXT_MAX];
        VP_REFUSE(error, "InvalidParameterValue",
                  "There is no route defined for '%s' in the route table. Use CreateRoute instead.",
                  destination_text(network, &request->route, text));
    }
    VP_TRY(refuse_managed(network, table, VP_ITEM(vp_route, &table->routes, at), "replace", error));
    VP_TRY(check_target(call, table, request, error));
    VP_TRY(check_together(network, table, request, error));
    VP_TRY(vp_change_edit(call->change, &table->record, error));
    call->result = call->receiver;
    return set_target(call, table, request, VP_ITEM(vp_route, &table->routes, at), error);
}

/***
Deletes the route to a destination.
@function route_table:delete_route
@tparam table options one of `destination_cidr_block`, `destination_ipv6_cidr_block`,
`destination_prefix_list_id`
@treturn route_table itself
@raise InvalidRoute.NotFound, InvalidParameterValue (the local route), MissingParameter
@usage rtb:delete_route{ destination_cidr_block = "10.0.0.0/16" }
Source: EC2 API Reference, "DeleteRoute"
*/
static vp_status delete_route(vp_call *call, vp_error *error) {
    vp_route_table *table = (vp_route_table *)call->receiver;
    const vp_route *wanted = call->request;
    const vp_network *network = call->network;
    char text[DESTINATION_TEXT_MAX];
    uint32_t at;
    VP_TRY(
        vp_check_given(block_of(wanted) != NULL || wanted->destination_prefix_list_id != VP_NO_NAME,
                       "destinationCidrBlock", error));
    const vp_route *route = find_route(network, table, wanted, &at);
    if (route == NULL) {
        VP_REFUSE(error, "InvalidRoute.NotFound",
                  "no route with destination-cidr-block %s in route table %s",
                  destination_text(network, wanted, text),
                  vp_network_text(network, table->record.id));
    }
    if (vp_network_name_is(network, route->origin, "CreateRouteTable") ||
        vp_network_name_is(network, route->gateway_id, "local")) {
        VP_REFUSE(error, "InvalidParameterValue", "cannot remove local route %s in route table %s",
                  destination_text(network, wanted, text),
                  vp_network_text(network, table->record.id));
    }
    VP_TRY(refuse_managed(network, table, route, "remove", error));
    VP_TRY(vp_change_edit(call->change, &table->record, error));
    vp_list_remove(&network->alloc, &vp_route_schema, &table->routes, at);
    call->result = call->receiver;
    return VP_OK;
}

const vp_action vp_route_actions[] = {
    {"create_route", VP_KIND_ROUTE_TABLE, &create_schema, create_route},
    {"replace_route", VP_KIND_ROUTE_TABLE, &replace_schema, replace_route},
    {"delete_route", VP_KIND_ROUTE_TABLE, &delete_schema, delete_route},
    {NULL, VP_KIND_NONE, NULL, NULL}};
