/*
 * vp_transit_gateway.c - making, changing and deleting transit gateways and their route tables.
 *
 * A gateway comes with one route table where one of its default options is on; that table goes with
 * the gateway, others and all attachments have to go before. AWS: Transit Gateway Guide, "Transit
 * gateways"; EC2 API Reference.
 */
#include "vp_transit_part.h"

#define QUOTA_GATEWAYS 5
#define QUOTA_TABLES 20
#define DEFAULT_ASN 64512

vp_status vp_transit_refuse_state(const vp_network *network, vp_name id, vp_error *error) {
    VP_REFUSE(error, "IncorrectState", "%s is in invalid state", vp_network_text(network, id));
}

/* ---- options --------------------------------------------------------------------------------- */

/* CreateTransitGateway and ModifyTransitGateway take them in one structure; here as there. */
typedef struct options_request {
    vp_int amazon_side_asn;
    vp_list transit_gateway_cidr_blocks; /* vp_text_item */
    vp_name auto_accept_shared_attachments, default_route_table_association,
        default_route_table_propagation, vpn_ecmp_support, dns_support,
        security_group_referencing_support, multicast_support, association_default_route_table_id,
        propagation_default_route_table_id;
} options_request;

#define OPTION(member, key) VP_FIELD(options_request, member, VP_TYPE_TEXT, key, 0, NULL)
#define OPTION_ID(member, key)                                                                     \
    VP_FIELD(options_request, member, VP_TYPE_TEXT, key, VP_FIELD_REFERENCE, NULL)
#define COMMON_OPTIONS                                                                             \
    VP_FIELD(options_request, amazon_side_asn, VP_TYPE_INT, "AmazonSideAsn", VP_FIELD_UNSIGNED,    \
             NULL),                                                                                \
        VP_FIELD(options_request, transit_gateway_cidr_blocks, VP_TYPE_LIST,                       \
                 "TransitGatewayCidrBlocks", 0, &vp_text_item_schema),                             \
        OPTION(auto_accept_shared_attachments, "AutoAcceptSharedAttachments"),                     \
        OPTION(default_route_table_association, "DefaultRouteTableAssociation"),                   \
        OPTION(default_route_table_propagation, "DefaultRouteTablePropagation"),                   \
        OPTION(vpn_ecmp_support, "VpnEcmpSupport"), OPTION(dns_support, "DnsSupport"),             \
        OPTION(security_group_referencing_support, "SecurityGroupReferencingSupport")

static const vp_field create_options_fields[] = {COMMON_OPTIONS,
                                                 OPTION(multicast_support, "MulticastSupport")};
static const vp_schema create_options_schema =
    VP_SCHEMA("TransitGatewayRequestOptions", options_request, create_options_fields);

static const vp_field modify_options_fields[] = {
    COMMON_OPTIONS, OPTION_ID(association_default_route_table_id, "AssociationDefaultRouteTableId"),
    OPTION_ID(propagation_default_route_table_id, "PropagationDefaultRouteTableId")};
static const vp_schema modify_options_schema =
    VP_SCHEMA("ModifyTransitGatewayOptions", options_request, modify_options_fields);

/* An option is "enable" or "disable"; one that is not given keeps what is there. */
static vp_status set_option(const vp_network *network, const char *parameter, vp_name given,
                            vp_name *option, vp_error *error) {
    if (given == VP_NO_NAME) {
        return VP_OK;
    }
    if (!vp_network_name_is(network, given, "enable") &&
        !vp_network_name_is(network, given, "disable")) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "Value (%.100s) for parameter %s is invalid. It is enable or disable.",
                  vp_network_text(network, given), parameter);
    }
    *option = given;
    return VP_OK;
}

static vp_status set_options(vp_call *call, const options_request *given,
                             struct vp_transit_gateway_options *options, vp_error *error) {
    const struct {
        const char *parameter;
        vp_name given;
        vp_name *option;
    } rows[] = {{"autoAcceptSharedAttachments", given->auto_accept_shared_attachments,
                 &options->auto_accept_shared_attachments},
                {"defaultRouteTableAssociation", given->default_route_table_association,
                 &options->default_route_table_association},
                {"defaultRouteTablePropagation", given->default_route_table_propagation,
                 &options->default_route_table_propagation},
                {"vpnEcmpSupport", given->vpn_ecmp_support, &options->vpn_ecmp_support},
                {"dnsSupport", given->dns_support, &options->dns_support},
                {"securityGroupReferencingSupport", given->security_group_referencing_support,
                 &options->security_group_referencing_support},
                {"multicastSupport", given->multicast_support, &options->multicast_support}};
    for (size_t i = 0; i < VP_COUNT_OF(rows); i++) {
        VP_TRY(set_option(call->network, rows[i].parameter, rows[i].given, rows[i].option, error));
    }
    if (given->amazon_side_asn.given) {
        options->amazon_side_asn = given->amazon_side_asn;
    }
    if (given->transit_gateway_cidr_blocks.count > 0) {
        VP_TRY(vp_change_copy_list(call->change, &vp_text_item_schema,
                                   &given->transit_gateway_cidr_blocks,
                                   &options->transit_gateway_cidr_blocks, error));
    }
    return VP_OK;
}

/* AWS's defaults; references between groups are off until they are asked for. */
static vp_status set_defaults(vp_call *call, struct vp_transit_gateway_options *options,
                              vp_error *error) {
    options->amazon_side_asn = (vp_int){DEFAULT_ASN, 1};
    VP_SET(call, options->auto_accept_shared_attachments, "disable", error);
    VP_SET(call, options->default_route_table_association, "enable", error);
    VP_SET(call, options->default_route_table_propagation, "enable", error);
    VP_SET(call, options->vpn_ecmp_support, "enable", error);
    VP_SET(call, options->dns_support, "enable", error);
    VP_SET(call, options->security_group_referencing_support, "disable", error);
    VP_SET(call, options->multicast_support, "disable", error);
    return VP_OK;
}

vp_status vp_transit_log(vp_network *network, const char *action, vp_name id, const char *passing,
                         const char *final, vp_error *error) {
    VP_TRY(vp_network_log(network, action, id, passing, error));
    return vp_network_log(network, action, id, final, error);
}

/* ---- route tables ---------------------------------------------------------------------------- */

static uint32_t count_tables(const vp_network *network, vp_name gateway_id) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE); i++) {
        count +=
            VP_ROW(vp_transit_gateway_route_table, network, VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, i)
                        ->transit_gateway_id == gateway_id
                ? 1
                : 0;
    }
    return count;
}

vp_status vp_transit_make_table(vp_call *call, const vp_transit_gateway *gateway, vp_new *made,
                                vp_transit_gateway_route_table **table, vp_error *error) {
    vp_record *record;
    VP_TRY(vp_check_quota(call->network, count_tables(call->network, gateway->record.id),
                          QUOTA_TABLES, "TransitGatewayRouteTableLimitExceeded",
                          "The maximum number of route tables of the transit gateway has been "
                          "reached.",
                          error));
    VP_TRY(vp_check_add(call, VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, made, NULL, &record, error));
    record->owner_id = gateway->record.owner_id;
    record->region = gateway->record.region;
    *table = (vp_transit_gateway_route_table *)record;
    (*table)->transit_gateway_id = gateway->record.id;
    (*table)->default_association_route_table = VP_FALSE;
    (*table)->default_propagation_route_table = VP_FALSE;
    (*table)->are_routes_known = VP_TRUE;
    (*table)->are_propagations_known = VP_TRUE;
    VP_SET(call, (*table)->state, "available", error);
    return vp_transit_log(call->network, "CreateTransitGatewayRouteTable", record->id, "pending",
                          "available", error);
}

typedef struct table_request {
    vp_new made;
} table_request;

static const vp_field table_fields[] = {VP_NEW_FIELDS(table_request, "TransitGatewayRouteTableId")};
static const vp_schema table_schema =
    VP_SCHEMA("CreateTransitGatewayRouteTable", table_request, table_fields);

/***
Makes a route table of a transit gateway, without routes.
@function transit_gateway:create_route_table
@tparam[opt] table options `transit_gateway_route_table_id` (its own id), `tags`
@treturn transit_gateway_route_table
@raise TransitGatewayRouteTableLimitExceeded
@usage local isolated = tgw:create_route_table()
Source: EC2 API Reference, "CreateTransitGatewayRouteTable"
*/
static vp_status create_route_table(vp_call *call, vp_error *error) {
    vp_transit_gateway_route_table *table;
    return vp_transit_make_table(call, (const vp_transit_gateway *)call->receiver,
                                 &((table_request *)call->request)->made, &table, error);
}

static bool is_associated(const vp_network *network, vp_name table_id) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT); i++) {
        const vp_transit_gateway_attachment *one =
            VP_ROW(vp_transit_gateway_attachment, network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, i);
        if (one->association.transit_gateway_route_table_id == table_id ||
            one->peer_association.transit_gateway_route_table_id == table_id) {
            return true;
        }
    }
    return false;
}

/***
Deletes a route table that no attachment is associated with and that is no default one.
@function transit_gateway_route_table:delete
@treturn transit_gateway_route_table itself, gone
@raise IncorrectState
@usage isolated:delete()
Source: EC2 API Reference, "DeleteTransitGatewayRouteTable"
*/
static vp_status delete_route_table(vp_call *call, vp_error *error) {
    const vp_transit_gateway_route_table *table =
        (const vp_transit_gateway_route_table *)call->receiver;
    const vp_transit_gateway *gateway = vp_transit_find(call->network, table->transit_gateway_id);
    vp_name id = table->record.id;
    bool is_default =
        gateway != NULL && (gateway->options.association_default_route_table_id == id ||
                            gateway->options.propagation_default_route_table_id == id);
    if (is_default || is_associated(call->network, id)) {
        return vp_transit_refuse_state(call->network, id, error);
    }
    VP_TRY(vp_transit_log(call->network, "DeleteTransitGatewayRouteTable", id, "deleting",
                          "deleted", error));
    return vp_change_remove(call->change, call->receiver, error);
}

/* ---- gateways -------------------------------------------------------------------------------- */

typedef struct create_request {
    vp_new made;
    vp_name description;
    options_request options;
} create_request;

static const vp_field create_fields[] = {
    VP_NEW_FIELDS(create_request, "TransitGatewayId"),
    VP_FIELD(create_request, description, VP_TYPE_TEXT, "Description", 0, NULL),
    VP_FIELD(create_request, options, VP_TYPE_OBJECT, "Options", 0, &create_options_schema)};
static const vp_schema create_schema =
    VP_SCHEMA("CreateTransitGateway", create_request, create_fields);

/* The table that attachments get by default, where one of the two options is on. */
static vp_status make_default_table(vp_call *call, vp_transit_gateway *gateway, vp_error *error) {
    const vp_network *network = call->network;
    struct vp_transit_gateway_options *options = &gateway->options;
    bool associates = vp_transit_is_enabled(network, options->default_route_table_association);
    bool propagates = vp_transit_is_enabled(network, options->default_route_table_propagation);
    vp_transit_gateway_route_table *table;
    vp_new made = {VP_NO_NAME, {NULL, 0, 0}};
    if (!associates && !propagates) {
        return VP_OK;
    }
    VP_TRY(vp_transit_make_table(call, gateway, &made, &table, error));
    table->default_association_route_table = associates ? VP_TRUE : VP_FALSE;
    table->default_propagation_route_table = propagates ? VP_TRUE : VP_FALSE;
    options->association_default_route_table_id = associates ? table->record.id : VP_NO_NAME;
    options->propagation_default_route_table_id = propagates ? table->record.id : VP_NO_NAME;
    call->result = &gateway->record;
    return VP_OK;
}

/***
Makes a transit gateway with its default route table.
@function network:create_transit_gateway
@tparam[opt] table options `description`, `options` (`amazon_side_asn`,
`auto_accept_shared_attachments`, `default_route_table_association`,
`default_route_table_propagation`, `dns_support`, `multicast_support`,
`security_group_referencing_support`, `transit_gateway_cidr_blocks`, `vpn_ecmp_support`: "enable" or
"disable"), `transit_gateway_id` (its own id), `tags`
@treturn transit_gateway
@raise InvalidParameterValue, TransitGatewayLimitExceeded
@usage local tgw = net:create_transit_gateway()
Source: EC2 API Reference, "CreateTransitGateway"
*/
static vp_status create_transit_gateway(vp_call *call, vp_error *error) {
    create_request *request = call->request;
    vp_record *record;
    uint32_t count = 0;
    for (uint32_t i = 0; i < VP_ROW_COUNT(call->network, VP_KIND_TRANSIT_GATEWAY); i++) {
        const vp_record *other = call->network->rows[VP_KIND_TRANSIT_GATEWAY].rows[i];
        count += other->owner_id == call->owner_id && other->region == call->region ? 1 : 0;
    }
    VP_TRY(vp_check_quota(call->network, count, QUOTA_GATEWAYS, "TransitGatewayLimitExceeded",
                          "The maximum number of transit gateways has been reached.", error));
    VP_TRY(vp_check_add(call, VP_KIND_TRANSIT_GATEWAY, &request->made, NULL, &record, error));
    vp_transit_gateway *gateway = (vp_transit_gateway *)record;
    gateway->description = request->description;
    VP_SET(call, gateway->state, "available", error);
    VP_TRY(set_defaults(call, &gateway->options, error));
    VP_TRY(set_options(call, &request->options, &gateway->options, error));
    VP_TRY(vp_transit_log(call->network, "CreateTransitGateway", record->id, "pending", "available",
                          error));
    return make_default_table(call, gateway, error);
}

typedef struct modify_request {
    vp_name description;
    options_request options;
} modify_request;

static const vp_field modify_fields[] = {
    VP_FIELD(modify_request, description, VP_TYPE_TEXT, "Description", 0, NULL),
    VP_FIELD(modify_request, options, VP_TYPE_OBJECT, "Options", 0, &modify_options_schema)};
static const vp_schema modify_schema =
    VP_SCHEMA("ModifyTransitGateway", modify_request, modify_fields);

/* A new default table is one of this gateway, and shows that it is. */
static vp_status set_default_table(vp_call *call, vp_transit_gateway *gateway, vp_name given,
                                   bool associates, vp_error *error) {
    vp_name *option = associates ? &gateway->options.association_default_route_table_id
                                 : &gateway->options.propagation_default_route_table_id;
    vp_record *record;
    if (given == VP_NO_NAME) {
        return VP_OK;
    }
    VP_TRY(vp_check_own(call, VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, given, &record, error));
    if (((vp_transit_gateway_route_table *)record)->transit_gateway_id != gateway->record.id) {
        VP_REFUSE(error, "InvalidParameterValue", "%s is no route table of %s",
                  vp_network_text(call->network, given),
                  vp_network_text(call->network, gateway->record.id));
    }
    vp_record *both[] = {
        vp_network_find(call->network, VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, *option), record};
    for (size_t i = 0; i < VP_COUNT_OF(both); i++) {
        if (both[i] != NULL) {
            VP_TRY(vp_change_edit(call->change, both[i], error));
            vp_transit_gateway_route_table *table = (vp_transit_gateway_route_table *)both[i];
            *(associates ? &table->default_association_route_table
                         : &table->default_propagation_route_table) = i == 1 ? VP_TRUE : VP_FALSE;
        }
    }
    *option = given;
    return VP_OK;
}

/***
Changes options of a transit gateway; what is attached already keeps its tables.
@function transit_gateway:modify
@tparam table options `description`, `options` as for `create_transit_gateway`, and
`association_default_route_table_id`, `propagation_default_route_table_id`
@treturn transit_gateway itself
@raise InvalidParameterValue, InvalidRouteTableID.NotFound
@usage tgw:modify{ options = { security_group_referencing_support = "enable" } }
Source: EC2 API Reference, "ModifyTransitGateway"
*/
static vp_status modify(vp_call *call, vp_error *error) {
    const modify_request *request = call->request;
    vp_transit_gateway *gateway = (vp_transit_gateway *)call->receiver;
    VP_TRY(vp_change_edit(call->change, call->receiver, error));
    if (request->description != VP_NO_NAME) {
        gateway->description = request->description;
    }
    call->result = call->receiver;
    VP_TRY(set_default_table(call, gateway, request->options.association_default_route_table_id,
                             true, error));
    VP_TRY(set_default_table(call, gateway, request->options.propagation_default_route_table_id,
                             false, error));
    return set_options(call, &request->options, &gateway->options, error);
}

/* Attachments that ended keep nothing, and go with the gateway. */
static vp_status remove_attachments(vp_change *change, vp_name gateway_id, vp_error *error) {
    const vp_network *network = change->network;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT); i++) {
        vp_transit_gateway_attachment *one =
            VP_ROW(vp_transit_gateway_attachment, network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, i);
        if (one->transit_gateway_id == gateway_id) {
            VP_TRY(vp_transit_leave_tables(change, one->record.id, error));
            VP_TRY(vp_change_remove(change, &one->record, error));
        }
    }
    return VP_OK;
}

static bool has_attachments(const vp_network *network, vp_name gateway_id) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT); i++) {
        const vp_transit_gateway_attachment *one =
            VP_ROW(vp_transit_gateway_attachment, network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, i);
        bool ended = vp_network_name_is(network, one->state, "deleted") ||
                     vp_network_name_is(network, one->state, "rejected") ||
                     vp_network_name_is(network, one->state, "failed");
        if (!ended && vp_transit_is_at(one, gateway_id)) {
            return true;
        }
    }
    return false;
}

/***
Deletes a transit gateway without attachments, and its default route table with it.
@function transit_gateway:delete
@treturn transit_gateway itself, gone
@raise IncorrectState: it has attachments, or other route tables
@usage tgw:delete()
Source: EC2 API Reference, "DeleteTransitGateway"
*/
static vp_status delete_transit_gateway(vp_call *call, vp_error *error) {
    const vp_network *network = call->network;
    vp_name id = call->receiver->id;
    const struct vp_transit_gateway_options *options =
        &((const vp_transit_gateway *)call->receiver)->options;
    if (has_attachments(network, id)) {
        VP_REFUSE(error, "IncorrectState", "%s has non-deleted Transit Gateway Attachments",
                  vp_network_text(network, id));
    }
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE); i++) {
        vp_transit_gateway_route_table *table =
            VP_ROW(vp_transit_gateway_route_table, network, VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, i);
        if (table->transit_gateway_id != id) {
            continue;
        }
        if (table->record.id != options->association_default_route_table_id &&
            table->record.id != options->propagation_default_route_table_id) {
            VP_REFUSE(error, "IncorrectState", "%s has non-deleted Transit Gateway Route Tables",
                      vp_network_text(network, id));
        }
        VP_TRY(vp_transit_log(call->network, "DeleteTransitGateway", table->record.id, "deleting",
                              "deleted", error));
        VP_TRY(vp_change_remove(call->change, &table->record, error));
    }
    VP_TRY(vp_transit_log(call->network, "DeleteTransitGateway", id, "deleting", "deleted", error));
    VP_TRY(remove_attachments(call->change, id, error));
    VP_TRY(vp_route_table_refresh(call->change, id, true, error));
    return vp_change_remove(call->change, call->receiver, error);
}

const vp_action vp_transit_gateway_actions[] = {
    {"create_transit_gateway", VP_KIND_NONE, &create_schema, create_transit_gateway},
    {"modify", VP_KIND_TRANSIT_GATEWAY, &modify_schema, modify},
    {"delete", VP_KIND_TRANSIT_GATEWAY, NULL, delete_transit_gateway},
    {"create_route_table", VP_KIND_TRANSIT_GATEWAY, &table_schema, create_route_table},
    {"delete", VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, NULL, delete_route_table},
    {NULL, VP_KIND_NONE, NULL, NULL}};
