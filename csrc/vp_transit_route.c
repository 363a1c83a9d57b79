/*
 * vp_transit_route.c - what a transit gateway route table does with attachments: associations,
 * propagations, static routes, references to prefix lists.
 *
 * Propagated routes are never written here: vp_transit.h derives them. Only where a document listed
 * some of an attachment do they lie in the table, and go with the propagation. AWS: Transit Gateway
 * Guide, "Transit gateway route tables".
 */
#include "vp_transit_part.h"

#include <string.h>

#define QUOTA_ROUTES 10000

typedef vp_transit_gateway_route_table route_table;

static route_table *table_at(const vp_network *network, uint32_t at) {
    return VP_ROW(vp_transit_gateway_route_table, network, VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, at);
}

/* The attachment that a request names, which is one of the table's gateway. */
static vp_status find_attachment(const vp_call *call, vp_name id,
                                 vp_transit_gateway_attachment **attachment, vp_error *error) {
    const route_table *table = (const route_table *)call->receiver;
    vp_record *record;
    VP_TRY(vp_check_exists(call->network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, id, &record, error));
    *attachment = (vp_transit_gateway_attachment *)record;
    if (!vp_transit_is_at(*attachment, table->transit_gateway_id)) {
        VP_REFUSE(error, "InvalidTransitGatewayAttachmentID.NotFound",
                  "%s is no attachment of the transit gateway of %s",
                  vp_network_text(call->network, id),
                  vp_network_text(call->network, table->record.id));
    }
    return VP_OK;
}

typedef struct attachment_request {
    vp_name transit_gateway_attachment_id;
} attachment_request;

static const vp_field attachment_fields[] = {
    VP_FIELD(attachment_request, transit_gateway_attachment_id, VP_TYPE_TEXT,
             "TransitGatewayAttachmentId", VP_FIELD_REFERENCE, NULL)};
static const vp_schema attachment_schema =
    VP_SCHEMA("AssociateTransitGatewayRouteTable", attachment_request, attachment_fields);

static vp_name asked_id(const vp_call *call) {
    return ((const attachment_request *)call->request)->transit_gateway_attachment_id;
}

/* ---- associations ---------------------------------------------------------------------------- */

/* A peering attachment has one at each of its gateways. */
static vp_transit_association *association_at(vp_transit_gateway_attachment *attachment,
                                              vp_name gateway_id) {
    return attachment->transit_gateway_id == gateway_id ? &attachment->association
                                                        : &attachment->peer_association;
}

static vp_status associate_with(vp_change *change, vp_transit_gateway_attachment *attachment,
                                vp_name gateway_id, vp_name table_id, vp_error *error) {
    VP_TRY(vp_change_edit(change, &attachment->record, error));
    vp_transit_association *association = association_at(attachment, gateway_id);
    association->transit_gateway_route_table_id = table_id;
    return vp_network_name(change->network, "associated", &association->state, error);
}

/***
Lets this table decide for what arrives from an attachment.
@function transit_gateway_route_table:associate
@tparam table options `transit_gateway_attachment_id` (id or attachment)
@treturn transit_gateway_route_table itself
@raise InvalidTransitGatewayAttachmentID.NotFound, IncorrectState (the attachment does not work),
Resource.AlreadyAssociated, MissingParameter
@usage isolated:associate{ transit_gateway_attachment_id = attachment }
Source: EC2 API Reference, "AssociateTransitGatewayRouteTable"
*/
static vp_status associate(vp_call *call, vp_error *error) {
    const route_table *table = (const route_table *)call->receiver;
    vp_transit_gateway_attachment *attachment;
    VP_TRY(find_attachment(call, asked_id(call), &attachment, error));
    if (!vp_transit_is_available(call->network, attachment->state)) {
        return vp_transit_refuse_state(call->network, attachment->record.id, error);
    }
    if (association_at(attachment, table->transit_gateway_id)->transit_gateway_route_table_id !=
        VP_NO_NAME) {
        VP_REFUSE(error, "Resource.AlreadyAssociated",
                  "Transit Gateway Attachment %s is already associated to a route table.",
                  vp_network_text(call->network, attachment->record.id));
    }
    call->result = call->receiver;
    return associate_with(call->change, attachment, table->transit_gateway_id, table->record.id,
                          error);
}

/***
Ends the association of an attachment with this table: what arrives from it is dropped then.
@function transit_gateway_route_table:disassociate
@tparam table options `transit_gateway_attachment_id` (id or attachment)
@treturn transit_gateway_route_table itself
@raise InvalidTransitGatewayAttachmentID.NotFound, InvalidAssociation.NotFound, MissingParameter
@usage isolated:disassociate{ transit_gateway_attachment_id = attachment }
Source: EC2 API Reference, "DisassociateTransitGatewayRouteTable"
*/
static vp_status disassociate(vp_call *call, vp_error *error) {
    const route_table *table = (const route_table *)call->receiver;
    vp_transit_gateway_attachment *attachment;
    VP_TRY(find_attachment(call, asked_id(call), &attachment, error));
    vp_transit_association *association = association_at(attachment, table->transit_gateway_id);
    if (association->transit_gateway_route_table_id != table->record.id) {
        VP_REFUSE(error, "InvalidAssociation.NotFound",
                  "Transit Gateway Attachment %s is not associated to %s",
                  vp_network_text(call->network, attachment->record.id),
                  vp_network_text(call->network, table->record.id));
    }
    VP_TRY(vp_change_edit(call->change, &attachment->record, error));
    *association = (vp_transit_association){VP_NO_NAME, VP_NO_NAME};
    call->result = call->receiver;
    return VP_OK;
}

/* ---- propagations ---------------------------------------------------------------------------- */

/* The place of an attachment among those that propagate; their count: it does not. */
static uint32_t find_propagation(const route_table *table, vp_name attachment_id) {
    uint32_t at = 0;
    while (
        at < table->propagations.count &&
        VP_ITEM(vp_transit_propagation, &table->propagations, at)->transit_gateway_attachment_id !=
            attachment_id) {
        at++;
    }
    return at;
}

static vp_status propagate(vp_change *change, route_table *table,
                           const vp_transit_gateway_attachment *attachment, vp_error *error) {
    void *item;
    VP_TRY(vp_change_edit(change, &table->record, error));
    VP_TRY(vp_change_append(change, &vp_transit_propagation_schema, &table->propagations, &item,
                            error));
    vp_transit_propagation *propagation = item;
    table->are_propagations_known = VP_TRUE;
    propagation->transit_gateway_attachment_id = attachment->record.id;
    propagation->resource_type = attachment->resource_type;
    propagation->resource_id = attachment->resource_id;
    return vp_network_name(change->network, "enabled", &propagation->state, error);
}

/***
Lets an attachment install its prefixes in this table, now and whenever they change.
@function transit_gateway_route_table:enable_propagation
@tparam table options `transit_gateway_attachment_id` (id or attachment)
@treturn transit_gateway_route_table itself
@raise InvalidTransitGatewayAttachmentID.NotFound, IncorrectState (the attachment does not work, or
is a peering: those have static routes only), TransitGatewayRouteTablePropagation.Duplicate,
MissingParameter
@usage shared:enable_propagation{ transit_gateway_attachment_id = attachment }
Source: EC2 API Reference, "EnableTransitGatewayRouteTablePropagation"
*/
static vp_status enable_propagation(vp_call *call, vp_error *error) {
    route_table *table = (route_table *)call->receiver;
    vp_transit_gateway_attachment *attachment;
    VP_TRY(find_attachment(call, asked_id(call), &attachment, error));
    if (!vp_transit_is_available(call->network, attachment->state) ||
        vp_transit_type_of(call->network, attachment) == VP_TRANSIT_PEERING) {
        return vp_transit_refuse_state(call->network, attachment->record.id, error);
    }
    if (find_propagation(table, attachment->record.id) < table->propagations.count) {
        VP_REFUSE(error, "TransitGatewayRouteTablePropagation.Duplicate",
                  "Propagation (%s, %s) already exists",
                  vp_network_text(call->network, attachment->record.id),
                  vp_network_text(call->network, table->record.id));
    }
    call->result = call->receiver;
    return propagate(call->change, table, attachment, error);
}

/* Does a listed route lead to the attachment? */
static bool leads_to(const vp_transit_gateway_route *route, vp_name attachment_id) {
    for (uint32_t i = 0; i < route->transit_gateway_attachments.count; i++) {
        if (VP_ITEM(vp_transit_target, &route->transit_gateway_attachments, i)
                ->transit_gateway_attachment_id == attachment_id) {
            return true;
        }
    }
    return false;
}

/* Ends a propagation, and what documents listed of it. Nothing to do where there is none. */
static vp_status stop_propagation(vp_change *change, route_table *table, vp_name attachment_id,
                                  vp_error *error) {
    const vp_network *network = change->network;
    uint32_t at = find_propagation(table, attachment_id);
    if (at < table->propagations.count) {
        VP_TRY(vp_change_edit(change, &table->record, error));
        vp_list_remove(&network->alloc, &vp_transit_propagation_schema, &table->propagations, at);
    }
    for (uint32_t i = table->routes.count; i-- > 0;) {
        const vp_transit_gateway_route *route =
            VP_ITEM(vp_transit_gateway_route, &table->routes, i);
        if (vp_network_name_is(network, route->type, "propagated") &&
            leads_to(route, attachment_id)) {
            VP_TRY(vp_change_edit(change, &table->record, error));
            vp_list_remove(&network->alloc, &vp_transit_gateway_route_schema, &table->routes, i);
        }
    }
    return VP_OK;
}

/***
Ends the propagation of an attachment; the routes that it brought disappear.
@function transit_gateway_route_table:disable_propagation
@tparam table options `transit_gateway_attachment_id` (id or attachment)
@treturn transit_gateway_route_table itself
@raise InvalidTransitGatewayAttachmentID.NotFound, TransitGatewayRouteTablePropagation.NotFound,
MissingParameter
@usage shared:disable_propagation{ transit_gateway_attachment_id = attachment }
Source: EC2 API Reference, "DisableTransitGatewayRouteTablePropagation"
*/
static vp_status disable_propagation(vp_call *call, vp_error *error) {
    route_table *table = (route_table *)call->receiver;
    vp_transit_gateway_attachment *attachment;
    VP_TRY(find_attachment(call, asked_id(call), &attachment, error));
    if (find_propagation(table, attachment->record.id) == table->propagations.count) {
        VP_REFUSE(error, "TransitGatewayRouteTablePropagation.NotFound",
                  "Propagation (%s, %s) does not exist",
                  vp_network_text(call->network, attachment->record.id),
                  vp_network_text(call->network, table->record.id));
    }
    call->result = call->receiver;
    return stop_propagation(call->change, table, attachment->record.id, error);
}

/* ---- static routes --------------------------------------------------------------------------- */

typedef struct route_request {
    vp_cidr destination_cidr_block;
    vp_name transit_gateway_attachment_id;
    vp_bool blackhole;
} route_request;

static const vp_field route_fields[] = {
    VP_FIELD(route_request, destination_cidr_block, VP_TYPE_CIDR, "DestinationCidrBlock",
             VP_FIELD_ANY_FAMILY, NULL),
    VP_FIELD(route_request, transit_gateway_attachment_id, VP_TYPE_TEXT,
             "TransitGatewayAttachmentId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(route_request, blackhole, VP_TYPE_BOOL, "Blackhole", 0, NULL)};
static const vp_schema route_schema =
    VP_SCHEMA("CreateTransitGatewayRoute", route_request, route_fields);

/* The static route with this destination, or NULL; *at is its place. */
static vp_transit_gateway_route *find_route(const vp_network *network, const route_table *table,
                                            const vp_cidr *block, uint32_t *at) {
    for (*at = 0; *at < table->routes.count; ++*at) {
        vp_transit_gateway_route *route = VP_ITEM(vp_transit_gateway_route, &table->routes, *at);
        if (vp_cidr_equals(&route->destination_cidr_block, block) &&
            !vp_network_name_is(network, route->type, "propagated")) {
            return route;
        }
    }
    return NULL;
}

static uint32_t count_static(const vp_network *network, const route_table *table) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < table->routes.count; i++) {
        vp_name type = VP_ITEM(vp_transit_gateway_route, &table->routes, i)->type;
        count += vp_network_name_is(network, type, "propagated") ? 0 : 1;
    }
    return count;
}

/* Either an attachment or nowhere; *attachment is NULL for the latter. */
static vp_status check_target(const vp_call *call, vp_name attachment_id, vp_bool blackhole,
                              vp_transit_gateway_attachment **attachment, vp_error *error) {
    static const char names[] = "transitGatewayAttachmentId and blackhole";
    *attachment = NULL;
    VP_TRY(vp_check_not_both(attachment_id != VP_NO_NAME, blackhole == VP_TRUE, names, error));
    VP_TRY(vp_check_given(attachment_id != VP_NO_NAME || blackhole == VP_TRUE,
                          "transitGatewayAttachmentId", error));
    if (blackhole == VP_TRUE) {
        return VP_OK;
    }
    VP_TRY(find_attachment(call, attachment_id, attachment, error));
    return vp_transit_is_available(call->network, (*attachment)->state)
               ? VP_OK
               : vp_transit_refuse_state(call->network, attachment_id, error);
}

static vp_transit_target target_of(const vp_transit_gateway_attachment *attachment) {
    return (vp_transit_target){attachment->record.id, attachment->resource_type,
                               attachment->resource_id};
}

static vp_status fill_route(vp_call *call, vp_transit_gateway_route *route,
                            const vp_transit_gateway_attachment *attachment, vp_error *error) {
    void *item;
    vp_list_clear(&call->network->alloc, &vp_transit_target_schema,
                  &route->transit_gateway_attachments);
    VP_SET(call, route->type, "static", error);
    VP_SET(call, route->state, attachment == NULL ? "blackhole" : "active", error);
    if (attachment != NULL) {
        VP_TRY(vp_change_append(call->change, &vp_transit_target_schema,
                                &route->transit_gateway_attachments, &item, error));
        *(vp_transit_target *)item = target_of(attachment);
    }
    call->result = call->receiver;
    return VP_OK;
}

static vp_status refuse_absent(const vp_call *call, const vp_cidr *block, vp_error *error) {
    char text[VP_CIDR_TEXT_MAX];
    (void)vp_cidr_format(block, text);
    VP_REFUSE(error, "InvalidRoute.NotFound",
              "Route %s does not exist in Transit Gateway Route Table %s", text,
              vp_network_text(call->network, call->receiver->id));
}

/***
Adds a static route to an attachment, or to nowhere.
@function transit_gateway_route_table:create_route
@tparam table options `destination_cidr_block` (IPv4 or IPv6), `transit_gateway_attachment_id` (id
or attachment) or `blackhole` (true)
@treturn transit_gateway_route_table itself
@raise RouteAlreadyExists, InvalidTransitGatewayAttachmentID.NotFound, IncorrectState (the
attachment does not work), InvalidParameterCombination, RouteLimitExceeded, MissingParameter
@usage shared:create_route{ destination_cidr_block = "10.0.0.0/8", blackhole = true }
Source: EC2 API Reference, "CreateTransitGatewayRoute"
*/
static vp_status create_route(vp_call *call, vp_error *error) {
    const route_request *request = call->request;
    route_table *table = (route_table *)call->receiver;
    vp_transit_gateway_attachment *attachment;
    void *item;
    uint32_t at;
    VP_TRY(vp_check_given(vp_cidr_is_given(&request->destination_cidr_block),
                          "destinationCidrBlock", error));
    VP_TRY(check_target(call, request->transit_gateway_attachment_id, request->blackhole,
                        &attachment, error));
    if (find_route(call->network, table, &request->destination_cidr_block, &at) != NULL) {
        char text[VP_CIDR_TEXT_MAX];
        (void)vp_cidr_format(&request->destination_cidr_block, text);
        VP_REFUSE(error, "RouteAlreadyExists",
                  "Route %s already exists in Transit Gateway Route Table %s", text,
                  vp_network_text(call->network, table->record.id));
    }
    VP_TRY(vp_check_quota(call->network, count_static(call->network, table), QUOTA_ROUTES,
                          "RouteLimitExceeded", "The maximum number of routes has been reached.",
                          error));
    VP_TRY(vp_change_edit(call->change, &table->record, error));
    VP_TRY(vp_change_append(call->change, &vp_transit_gateway_route_schema, &table->routes, &item,
                            error));
    ((vp_transit_gateway_route *)item)->destination_cidr_block = request->destination_cidr_block;
    return fill_route(call, item, attachment, error);
}

/***
Gives a static route another target.
@function transit_gateway_route_table:replace_route
@tparam table options as for `create_route`
@treturn transit_gateway_route_table itself
@raise InvalidRoute.NotFound, InvalidTransitGatewayAttachmentID.NotFound,
InvalidParameterCombination, MissingParameter
@usage shared:replace_route{ destination_cidr_block = "10.0.0.0/8",
  transit_gateway_attachment_id = attachment }
Source: EC2 API Reference, "ReplaceTransitGatewayRoute"
*/
static vp_status replace_route(vp_call *call, vp_error *error) {
    const route_request *request = call->request;
    route_table *table = (route_table *)call->receiver;
    vp_transit_gateway_attachment *attachment;
    uint32_t at;
    VP_TRY(vp_check_given(vp_cidr_is_given(&request->destination_cidr_block),
                          "destinationCidrBlock", error));
    VP_TRY(check_target(call, request->transit_gateway_attachment_id, request->blackhole,
                        &attachment, error));
    if (find_route(call->network, table, &request->destination_cidr_block, &at) == NULL) {
        return refuse_absent(call, &request->destination_cidr_block, error);
    }
    VP_TRY(vp_change_edit(call->change, &table->record, error));
    return fill_route(call, VP_ITEM(vp_transit_gateway_route, &table->routes, at), attachment,
                      error);
}

typedef struct delete_request {
    vp_cidr destination_cidr_block;
} delete_request;

static const vp_field delete_fields[] = {VP_FIELD(delete_request, destination_cidr_block,
                                                  VP_TYPE_CIDR, "DestinationCidrBlock",
                                                  VP_FIELD_ANY_FAMILY, NULL)};
static const vp_schema delete_schema =
    VP_SCHEMA("DeleteTransitGatewayRoute", delete_request, delete_fields);

/***
Removes a static route.
@function transit_gateway_route_table:delete_route
@tparam table options `destination_cidr_block`
@treturn transit_gateway_route_table itself
@raise InvalidRoute.NotFound, MissingParameter
@usage shared:delete_route{ destination_cidr_block = "10.0.0.0/8" }
Source: EC2 API Reference, "DeleteTransitGatewayRoute"
*/
static vp_status delete_route(vp_call *call, vp_error *error) {
    const vp_cidr *block = &((const delete_request *)call->request)->destination_cidr_block;
    route_table *table = (route_table *)call->receiver;
    uint32_t at;
    VP_TRY(vp_check_given(vp_cidr_is_given(block), "destinationCidrBlock", error));
    if (find_route(call->network, table, block, &at) == NULL) {
        return refuse_absent(call, block, error);
    }
    VP_TRY(vp_change_edit(call->change, &table->record, error));
    vp_list_remove(&call->network->alloc, &vp_transit_gateway_route_schema, &table->routes, at);
    call->result = call->receiver;
    return VP_OK;
}

/* ---- prefix lists ---------------------------------------------------------------------------- */

typedef struct reference_request {
    vp_name prefix_list_id, transit_gateway_attachment_id;
    vp_bool blackhole;
} reference_request;

static const vp_field reference_fields[] = {
    VP_FIELD(reference_request, prefix_list_id, VP_TYPE_TEXT, "PrefixListId", VP_FIELD_REFERENCE,
             NULL),
    VP_FIELD(reference_request, transit_gateway_attachment_id, VP_TYPE_TEXT,
             "TransitGatewayAttachmentId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(reference_request, blackhole, VP_TYPE_BOOL, "Blackhole", 0, NULL)};
static const vp_schema reference_schema =
    VP_SCHEMA("CreateTransitGatewayPrefixListReference", reference_request, reference_fields);

static const vp_field unreference_fields[] = {VP_FIELD(
    reference_request, prefix_list_id, VP_TYPE_TEXT, "PrefixListId", VP_FIELD_REFERENCE, NULL)};
static const vp_schema unreference_schema =
    VP_SCHEMA("DeleteTransitGatewayPrefixListReference", reference_request, unreference_fields);

/* The place of a list among those that the table refers to; their count: it does not. */
static uint32_t find_reference(const route_table *table, vp_name prefix_list_id) {
    uint32_t at = 0;
    while (at < table->prefix_list_references.count &&
           VP_ITEM(vp_transit_prefix_list_reference, &table->prefix_list_references, at)
                   ->prefix_list_id != prefix_list_id) {
        at++;
    }
    return at;
}

bool vp_transit_names_prefix_list(const vp_network *network, vp_name prefix_list_id) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE); i++) {
        const route_table *table = table_at(network, i);
        if (find_reference(table, prefix_list_id) < table->prefix_list_references.count) {
            return true;
        }
    }
    return false;
}

/* Writes a reference at a place that is there: a new one, or one that changes. */
static vp_status fill_reference(vp_call *call, uint32_t at, vp_error *error) {
    const reference_request *request = call->request;
    route_table *table = (route_table *)call->receiver;
    vp_transit_gateway_attachment *attachment;
    vp_record *list;
    VP_TRY(vp_check_shared(call, VP_KIND_PREFIX_LIST, request->prefix_list_id, &list, error));
    VP_TRY(check_target(call, request->transit_gateway_attachment_id, request->blackhole,
                        &attachment, error));
    vp_transit_prefix_list_reference *reference =
        VP_ITEM(vp_transit_prefix_list_reference, &table->prefix_list_references, at);
    reference->prefix_list_id = list->id;
    reference->prefix_list_owner_id = list->owner_id;
    reference->blackhole = attachment == NULL ? VP_TRUE : VP_FALSE;
    memset(&reference->transit_gateway_attachment, 0, sizeof reference->transit_gateway_attachment);
    if (attachment != NULL) {
        reference->transit_gateway_attachment = target_of(attachment);
    }
    call->result = call->receiver;
    VP_SET(call, reference->state, "available", error);
    return VP_OK;
}

/***
Adds a static route for every entry of a prefix list.
@function transit_gateway_route_table:create_prefix_list_reference
@tparam table options `prefix_list_id` (id or prefix list), `transit_gateway_attachment_id` (id or
attachment) or `blackhole` (true)
@treturn transit_gateway_route_table itself
@raise InvalidPrefixListID.NotFound, InvalidTransitGatewayAttachmentID.NotFound,
PrefixListReference.Duplicate, InvalidParameterCombination, MissingParameter
@usage shared:create_prefix_list_reference{ prefix_list_id = list, blackhole = true }
Source: EC2 API Reference, "CreateTransitGatewayPrefixListReference"
*/
static vp_status create_prefix_list_reference(vp_call *call, vp_error *error) {
    route_table *table = (route_table *)call->receiver;
    vp_name id = ((const reference_request *)call->request)->prefix_list_id;
    uint32_t at = table->prefix_list_references.count;
    void *item;
    if (id != VP_NO_NAME && find_reference(table, id) < at) {
        VP_REFUSE(error, "PrefixListReference.Duplicate", "%s refers to %s already",
                  vp_network_text(call->network, table->record.id),
                  vp_network_text(call->network, id));
    }
    VP_TRY(vp_change_edit(call->change, &table->record, error));
    table->are_references_known = VP_TRUE;
    VP_TRY(vp_change_append(call->change, &vp_transit_prefix_list_reference_schema,
                            &table->prefix_list_references, &item, error));
    return fill_reference(call, at, error);
}

/* The place of the reference that a request names. */
static vp_status require_reference(const vp_call *call, uint32_t *at, vp_error *error) {
    const route_table *table = (const route_table *)call->receiver;
    vp_name id = ((const reference_request *)call->request)->prefix_list_id;
    VP_TRY(vp_check_given(id != VP_NO_NAME, "prefixListId", error));
    *at = find_reference(table, id);
    if (*at == table->prefix_list_references.count) {
        VP_REFUSE(error, "InvalidPrefixListReference.NotFound", "%s does not refer to %.100s",
                  vp_network_text(call->network, table->record.id),
                  vp_network_text(call->network, id));
    }
    return VP_OK;
}

/***
Gives the routes of a prefix list another target.
@function transit_gateway_route_table:modify_prefix_list_reference
@tparam table options as for `create_prefix_list_reference`
@treturn transit_gateway_route_table itself
@raise InvalidPrefixListReference.NotFound, InvalidTransitGatewayAttachmentID.NotFound,
InvalidParameterCombination, MissingParameter
@usage shared:modify_prefix_list_reference{ prefix_list_id = list,
  transit_gateway_attachment_id = attachment }
Source: EC2 API Reference, "ModifyTransitGatewayPrefixListReference"
*/
static vp_status modify_prefix_list_reference(vp_call *call, vp_error *error) {
    uint32_t at;
    VP_TRY(require_reference(call, &at, error));
    VP_TRY(vp_change_edit(call->change, call->receiver, error));
    return fill_reference(call, at, error);
}

/***
Removes the routes of a prefix list.
@function transit_gateway_route_table:delete_prefix_list_reference
@tparam table options `prefix_list_id` (id or prefix list)
@treturn transit_gateway_route_table itself
@raise InvalidPrefixListReference.NotFound, MissingParameter
@usage shared:delete_prefix_list_reference{ prefix_list_id = list }
Source: EC2 API Reference, "DeleteTransitGatewayPrefixListReference"
*/
static vp_status delete_prefix_list_reference(vp_call *call, vp_error *error) {
    route_table *table = (route_table *)call->receiver;
    uint32_t at;
    VP_TRY(require_reference(call, &at, error));
    VP_TRY(vp_change_edit(call->change, call->receiver, error));
    vp_list_remove(&call->network->alloc, &vp_transit_prefix_list_reference_schema,
                   &table->prefix_list_references, at);
    call->result = call->receiver;
    return VP_OK;
}

/* ---- attachments that come and go ------------------------------------------------------------ */

vp_status vp_transit_join_tables(vp_change *change, vp_name gateway_id,
                                 vp_transit_gateway_attachment *attachment, vp_error *error) {
    const vp_network *network = change->network;
    const vp_transit_gateway *gateway = vp_transit_find(network, gateway_id);
    if (gateway == NULL || !vp_transit_is_available(network, attachment->state)) {
        return VP_OK;
    }
    const struct vp_transit_gateway_options *options = &gateway->options;
    route_table *propagated = (route_table *)vp_network_find(
        network, VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, options->propagation_default_route_table_id);
    if (vp_transit_is_enabled(network, options->default_route_table_association) &&
        options->association_default_route_table_id != VP_NO_NAME) {
        VP_TRY(associate_with(change, attachment, gateway_id,
                              options->association_default_route_table_id, error));
    }
    if (vp_transit_is_enabled(network, options->default_route_table_propagation) &&
        propagated != NULL && vp_transit_type_of(network, attachment) != VP_TRANSIT_PEERING) {
        VP_TRY(propagate(change, propagated, attachment, error));
    }
    return VP_OK;
}

/* A static route that leads nowhere any more says so, and names nothing. */
static vp_status blacken(vp_change *change, route_table *table, vp_name attachment_id,
                         vp_error *error) {
    vp_network *network = change->network;
    for (uint32_t i = 0; i < table->routes.count; i++) {
        vp_transit_gateway_route *route = VP_ITEM(vp_transit_gateway_route, &table->routes, i);
        if (!leads_to(route, attachment_id)) {
            continue;
        }
        VP_TRY(vp_change_edit(change, &table->record, error));
        vp_list_clear(&network->alloc, &vp_transit_target_schema,
                      &route->transit_gateway_attachments);
        VP_TRY(vp_network_name(network, "blackhole", &route->state, error));
    }
    for (uint32_t i = 0; i < table->prefix_list_references.count; i++) {
        vp_transit_prefix_list_reference *reference =
            VP_ITEM(vp_transit_prefix_list_reference, &table->prefix_list_references, i);
        if (reference->transit_gateway_attachment.transit_gateway_attachment_id == attachment_id) {
            VP_TRY(vp_change_edit(change, &table->record, error));
            memset(&reference->transit_gateway_attachment, 0,
                   sizeof reference->transit_gateway_attachment);
            reference->blackhole = VP_TRUE;
        }
    }
    return VP_OK;
}

vp_status vp_transit_leave_tables(vp_change *change, vp_name attachment_id, vp_error *error) {
    const vp_network *network = change->network;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE); i++) {
        route_table *table = table_at(network, i);
        VP_TRY(stop_propagation(change, table, attachment_id, error));
        VP_TRY(blacken(change, table, attachment_id, error));
    }
    return VP_OK;
}

const vp_action vp_transit_route_actions[] = {
    {"associate", VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, &attachment_schema, associate},
    {"disassociate", VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, &attachment_schema, disassociate},
    {"enable_propagation", VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, &attachment_schema,
     enable_propagation},
    {"disable_propagation", VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, &attachment_schema,
     disable_propagation},
    {"create_route", VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, &route_schema, create_route},
    {"replace_route", VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, &route_schema, replace_route},
    {"delete_route", VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, &delete_schema, delete_route},
    {"create_prefix_list_reference", VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, &reference_schema,
     create_prefix_list_reference},
    {"modify_prefix_list_reference", VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, &reference_schema,
     modify_prefix_list_reference},
    {"delete_prefix_list_reference", VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, &unreference_schema,
     delete_prefix_list_reference},
    {NULL, VP_KIND_NONE, NULL, NULL}};
