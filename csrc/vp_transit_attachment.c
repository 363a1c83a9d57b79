/*
 * vp_transit_attachment.c - hanging VPCs, other transit gateways and networks on premises on a
 * transit gateway.
 *
 * The life of an attachment is one table: what may happen in a state, and what comes of it. States
 * between take no time (semantics D07). AWS: Transit Gateway Guide, "Attachments to a VPC",
 * "Transit gateway peering attachments".
 */
#include "vp_transit_part.h"

#include "vp_peering.h"
#include "vp_record_vpn.h"

#include <stdio.h>
#include <string.h>

#define QUOTA_ATTACHMENTS 5000
#define QUOTA_GATEWAYS_OF_VPC 5

/* ---- making one ------------------------------------------------------------------------------ */

static vp_transit_gateway_attachment *attachment_at(const vp_network *network, uint32_t at) {
    return VP_ROW(vp_transit_gateway_attachment, network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, at);
}

static uint32_t attachment_count(const vp_network *network) {
    return VP_ROW_COUNT(network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT);
}

/* An attachment that ended does not count for quotas and duplicates. */
static bool is_alive(const vp_network *network, const vp_transit_gateway_attachment *attachment) {
    return !vp_network_name_is(network, attachment->state, "deleted") &&
           !vp_network_name_is(network, attachment->state, "rejected") &&
           !vp_network_name_is(network, attachment->state, "failed");
}

static uint32_t count_alive(const vp_network *network, vp_name gateway_id, vp_name resource_id) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < attachment_count(network); i++) {
        const vp_transit_gateway_attachment *one = attachment_at(network, i);
        bool counts = (gateway_id == VP_NO_NAME || one->transit_gateway_id == gateway_id) &&
                      (resource_id == VP_NO_NAME || one->resource_id == resource_id);
        count += counts && is_alive(network, one) ? 1 : 0;
    }
    return count;
}

/* Times within one second are told apart by their fraction: which came first decides (3.6). */
static vp_status set_creation_time(vp_network *network, vp_transit_gateway_attachment *made,
                                   vp_error *error) {
    char second[40], text[48];
    unsigned fraction = 0;
    vp_peering_format_time(network->clock, second);
    for (uint32_t i = 0; i < attachment_count(network); i++) {
        const char *other = vp_network_text(network, attachment_at(network, i)->creation_time);
        unsigned theirs = 0;
        if (strncmp(other, second, 19) == 0 && sscanf(other + 19, ".%3uZ", &theirs) == 1 &&
            theirs >= fraction) {
            fraction = theirs + 1;
        }
    }
    (void)snprintf(text, sizeof text, "%.19s.%03uZ", second, fraction % 1000);
    return vp_network_name(network, text, &made->creation_time, error);
}

vp_status vp_transit_attach(vp_call *call, const vp_transit_gateway *gateway,
                            const vp_transit_attachment_request *request,
                            vp_transit_gateway_attachment **attachment, vp_error *error) {
    vp_record *record;
    VP_TRY(vp_check_quota(call->network, count_alive(call->network, gateway->record.id, VP_NO_NAME),
                          QUOTA_ATTACHMENTS, "TransitGatewayAttachmentLimitExceeded",
                          "The maximum number of attachments of the transit gateway has been "
                          "reached.",
                          error));
    VP_TRY(vp_check_add(call, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, request->made, NULL, &record,
                        error));
    vp_transit_gateway_attachment *made = (vp_transit_gateway_attachment *)record;
    record->owner_id = request->resource_owner_id;
    record->region = gateway->record.region;
    made->transit_gateway_id = gateway->record.id;
    made->transit_gateway_owner_id = gateway->record.owner_id;
    made->resource_id = request->resource_id;
    made->resource_owner_id = request->resource_owner_id;
    made->is_described = VP_TRUE;
    VP_SET(call, made->resource_type, request->resource_type, error);
    VP_SET(call, made->state, request->state, error);
    VP_TRY(set_creation_time(call->network, made, error));
    VP_TRY(vp_transit_log(call->network, request->action, record->id,
                          vp_transit_is_available(call->network, made->state) ? "pending"
                                                                              : "initiatingRequest",
                          request->state, error));
    *attachment = made;
    return vp_transit_join_tables(call->change, gateway->record.id, made, error);
}

/* ---- VPCs ------------------------------------------------------------------------------------ */

typedef struct vp_transit_attachment_options option_names;

static const vp_field option_fields[] = {
    VP_FIELD(option_names, dns_support, VP_TYPE_TEXT, "DnsSupport", 0, NULL),
    VP_FIELD(option_names, security_group_referencing_support, VP_TYPE_TEXT,
             "SecurityGroupReferencingSupport", 0, NULL),
    VP_FIELD(option_names, ipv6_support, VP_TYPE_TEXT, "Ipv6Support", 0, NULL),
    VP_FIELD(option_names, appliance_mode_support, VP_TYPE_TEXT, "ApplianceModeSupport", 0, NULL)};
static const vp_schema option_schema =
    VP_SCHEMA("CreateTransitGatewayVpcAttachmentRequestOptions", option_names, option_fields);

/* "enable" or "disable"; what is not given keeps its value. */
static vp_status set_options(const vp_network *network, const option_names *given,
                             option_names *options, vp_error *error) {
    const struct {
        const char *parameter;
        vp_name given;
        vp_name *option;
    } rows[] = {
        {"dnsSupport", given->dns_support, &options->dns_support},
        {"securityGroupReferencingSupport", given->security_group_referencing_support,
         &options->security_group_referencing_support},
        {"ipv6Support", given->ipv6_support, &options->ipv6_support},
        {"applianceModeSupport", given->appliance_mode_support, &options->appliance_mode_support}};
    for (size_t i = 0; i < VP_COUNT_OF(rows); i++) {
        if (rows[i].given == VP_NO_NAME) {
            continue;
        }
        if (!vp_transit_is_enabled(network, rows[i].given) &&
            !vp_network_name_is(network, rows[i].given, "disable")) {
            VP_REFUSE(error, "InvalidParameterValue",
                      "Value (%.100s) for parameter %s is invalid. It is enable or disable.",
                      vp_network_text(network, rows[i].given), rows[i].parameter);
        }
        *rows[i].option = rows[i].given;
    }
    return VP_OK;
}

/* A subnet is of the VPC, and the only one in its zone. */
static vp_status check_subnet(const vp_call *call, vp_name vpc_id, const vp_list *others,
                              vp_name id, vp_error *error) {
    const vp_network *network = call->network;
    vp_record *record;
    VP_TRY(vp_check_own(call, VP_KIND_SUBNET, id, &record, error));
    const vp_subnet *subnet = (const vp_subnet *)record;
    if (subnet->vpc_id != vpc_id) {
        VP_REFUSE(error, "InvalidParameterValue", "The subnet '%s' does not belong to %s",
                  vp_network_text(network, id), vp_network_text(network, vpc_id));
    }
    for (uint32_t i = 0; i < others->count; i++) {
        const vp_subnet *other = (const vp_subnet *)vp_network_find(
            network, VP_KIND_SUBNET, VP_ITEM(vp_text_item, others, i)->value);
        if (other != NULL && vp_transit_same_zone(subnet, other)) {
            VP_REFUSE(error, "DuplicateSubnetsInSameZone", "Duplicate Subnets for same AZ");
        }
    }
    return VP_OK;
}

static vp_status add_subnets(vp_call *call, vp_transit_gateway_attachment *attachment,
                             const vp_list *ids, vp_error *error) {
    uint32_t first = attachment->subnet_ids.count;
    void *item;
    for (uint32_t i = 0; i < ids->count; i++) {
        vp_name id = VP_ITEM(vp_text_item, ids, i)->value;
        VP_TRY(check_subnet(call, attachment->vpc_id, &attachment->subnet_ids, id, error));
        VP_TRY(vp_change_append(call->change, &vp_text_item_schema, &attachment->subnet_ids, &item,
                                error));
        ((vp_text_item *)item)->value = id;
    }
    return vp_transit_add_interfaces(call, attachment, first, error);
}

typedef struct vpc_request {
    vp_new made;
    vp_name vpc_id;
    vp_list subnet_ids; /* vp_text_item */
    option_names options;
} vpc_request;

static const vp_field vpc_fields[] = {
    VP_NEW_FIELDS(vpc_request, "TransitGatewayAttachmentId"),
    VP_FIELD(vpc_request, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vpc_request, subnet_ids, VP_TYPE_LIST, "SubnetIds", VP_FIELD_REFERENCE,
             &vp_text_item_schema),
    VP_FIELD(vpc_request, options, VP_TYPE_OBJECT, "Options", 0, &option_schema)};
static const vp_schema vpc_schema =
    VP_SCHEMA("CreateTransitGatewayVpcAttachment", vpc_request, vpc_fields);

/* A VPC of the gateway's Region hangs on it once. */
static vp_status check_vpc(const vp_call *call, const vp_transit_gateway *gateway, vp_name vpc_id,
                           vp_vpc **vpc, vp_error *error) {
    const vp_network *network = call->network;
    VP_TRY(vp_check_vpc(call, vpc_id, vpc, error));
    if (count_alive(network, gateway->record.id, vpc_id) > 0) {
        VP_REFUSE(error, "DuplicateTransitGatewayAttachment",
                  "%s has non-deleted Transit Gateway Attachments with same VPC ID.",
                  vp_network_text(network, gateway->record.id));
    }
    return vp_check_quota(network, count_alive(network, VP_NO_NAME, vpc_id), QUOTA_GATEWAYS_OF_VPC,
                          "TransitGatewayAttachmentLimitExceeded",
                          "The maximum number of transit gateways of the VPC has been reached.",
                          error);
}

/***
Attaches a VPC by one subnet in each zone that shall use the transit gateway; each gets an interface
of the gateway. Where the VPC is
another account's the owner of the gateway has to accept, unless the gateway accepts by itself.
@function transit_gateway:create_vpc_attachment
@tparam table options `vpc_id` (id or VPC), `subnet_ids` (list of ids or subnets), `options`
(`appliance_mode_support`, `dns_support`, `ipv6_support`, `security_group_referencing_support`:
"enable" or "disable"), `transit_gateway_attachment_id` (its own id), `tags`
@treturn transit_gateway_attachment
@raise InvalidVpcID.NotFound, InvalidSubnetID.NotFound, InvalidParameterValue,
DuplicateSubnetsInSameZone, DuplicateTransitGatewayAttachment, InsufficientFreeAddressesInSubnet,
TransitGatewayAttachmentLimitExceeded, MissingParameter
@usage local attachment = tgw:create_vpc_attachment{ vpc_id = vpc, subnet_ids = { subnet } }
Source: EC2 API Reference, "CreateTransitGatewayVpcAttachment"
*/
static vp_status create_vpc_attachment(vp_call *call, vp_error *error) {
    vpc_request *request = call->request;
    const vp_transit_gateway *gateway = (const vp_transit_gateway *)call->receiver;
    vp_transit_gateway_attachment *made;
    vp_vpc *vpc;
    VP_TRY(check_vpc(call, gateway, request->vpc_id, &vpc, error));
    VP_TRY(vp_check_given(request->subnet_ids.count > 0, "subnetIds", error));
    bool at_once =
        vpc->record.owner_id == gateway->record.owner_id ||
        vp_transit_is_enabled(call->network, gateway->options.auto_accept_shared_attachments);
    vp_transit_attachment_request wanted = {
        &request->made,       "CreateTransitGatewayVpcAttachment",        "vpc", vpc->record.id,
        vpc->record.owner_id, at_once ? "available" : "pendingAcceptance"};
    VP_TRY(vp_transit_attach(call, gateway, &wanted, &made, error));
    made->vpc_id = vpc->record.id;
    made->vpc_owner_id = vpc->record.owner_id;
    made->is_vpc_described = VP_TRUE;
    VP_SET(call, made->options.dns_support, "enable", error);
    VP_SET(call, made->options.security_group_referencing_support, "enable", error);
    VP_SET(call, made->options.ipv6_support, "disable", error);
    VP_SET(call, made->options.appliance_mode_support, "disable", error);
    VP_TRY(set_options(call->network, &request->options, &made->options, error));
    return add_subnets(call, made, &request->subnet_ids, error);
}

typedef struct modify_request {
    vp_list add_subnet_ids, remove_subnet_ids; /* vp_text_item */
    option_names options;
} modify_request;

static const vp_field modify_fields[] = {
    VP_FIELD(modify_request, add_subnet_ids, VP_TYPE_LIST, "AddSubnetIds", VP_FIELD_REFERENCE,
             &vp_text_item_schema),
    VP_FIELD(modify_request, remove_subnet_ids, VP_TYPE_LIST, "RemoveSubnetIds", VP_FIELD_REFERENCE,
             &vp_text_item_schema),
    VP_FIELD(modify_request, options, VP_TYPE_OBJECT, "Options", 0, &option_schema)};
static const vp_schema modify_schema =
    VP_SCHEMA("ModifyTransitGatewayVpcAttachment", modify_request, modify_fields);

static vp_status remove_subnets(vp_call *call, vp_transit_gateway_attachment *attachment,
                                const vp_list *ids, vp_error *error) {
    for (uint32_t i = 0; i < ids->count; i++) {
        vp_name id = VP_ITEM(vp_text_item, ids, i)->value;
        vp_list *list = &attachment->subnet_ids;
        uint32_t at = 0;
        while (at < list->count && VP_ITEM(vp_text_item, list, at)->value != id) {
            at++;
        }
        if (at == list->count) {
            VP_REFUSE(error, "InvalidSubnetID.NotFound",
                      "The subnet ID '%.100s' is not of this attachment",
                      vp_network_text(call->network, id));
        }
        vp_list_remove(&call->network->alloc, &vp_text_item_schema, list, at);
        VP_TRY(vp_transit_remove_interfaces(call->change, attachment->record.id, id, error));
    }
    return VP_OK;
}

/***
Changes the subnets and options of a VPC attachment.
@function transit_gateway_attachment:modify
@tparam table options `add_subnet_ids`, `remove_subnet_ids` (lists of ids or subnets), `options` as
for `create_vpc_attachment`
@treturn transit_gateway_attachment itself
@raise IncorrectState (it does not work, or is of another type), InvalidSubnetID.NotFound,
InvalidParameterValue, DuplicateSubnetsInSameZone, InsufficientSubnetsException (none would be left)
@usage attachment:modify{ options = { appliance_mode_support = "enable" } }
Source: EC2 API Reference, "ModifyTransitGatewayVpcAttachment"
*/
static vp_status modify(vp_call *call, vp_error *error) {
    const modify_request *request = call->request;
    vp_transit_gateway_attachment *attachment = (vp_transit_gateway_attachment *)call->receiver;
    if (vp_transit_type_of(call->network, attachment) != VP_TRANSIT_VPC ||
        !vp_transit_is_available(call->network, attachment->state)) {
        return vp_transit_refuse_state(call->network, call->receiver->id, error);
    }
    VP_TRY(vp_change_edit(call->change, call->receiver, error));
    VP_TRY(remove_subnets(call, attachment, &request->remove_subnet_ids, error));
    VP_TRY(add_subnets(call, attachment, &request->add_subnet_ids, error));
    if (attachment->subnet_ids.count == 0) {
        VP_REFUSE(error, "InsufficientSubnetsException", "%s needs at least one subnet",
                  vp_network_text(call->network, call->receiver->id));
    }
    call->result = call->receiver;
    return set_options(call->network, &request->options, &attachment->options, error);
}

bool vp_transit_uses(const vp_network *network, vp_name vpc_id, vp_name subnet_id) {
    for (uint32_t i = 0; i < attachment_count(network); i++) {
        const vp_transit_gateway_attachment *one = attachment_at(network, i);
        if (one->resource_id != vpc_id || !is_alive(network, one)) {
            continue;
        }
        for (uint32_t k = 0; subnet_id != VP_NO_NAME && k < one->subnet_ids.count; k++) {
            if (VP_ITEM(vp_text_item, &one->subnet_ids, k)->value == subnet_id) {
                return true;
            }
        }
        if (subnet_id == VP_NO_NAME) {
            return true;
        }
    }
    return false;
}

/* ---- other transit gateways ------------------------------------------------------------------ */

typedef struct peering_request {
    vp_new made;
    vp_name peer_transit_gateway_id, peer_account_id, peer_region;
} peering_request;

static const vp_field peering_fields[] = {
    VP_NEW_FIELDS(peering_request, "TransitGatewayAttachmentId"),
    VP_FIELD(peering_request, peer_transit_gateway_id, VP_TYPE_TEXT, "PeerTransitGatewayId",
             VP_FIELD_REFERENCE, NULL),
    VP_FIELD(peering_request, peer_account_id, VP_TYPE_TEXT, "PeerAccountId", 0, NULL),
    VP_FIELD(peering_request, peer_region, VP_TYPE_TEXT, "PeerRegion", 0, NULL)};
static const vp_schema peering_schema =
    VP_SCHEMA("CreateTransitGatewayPeeringAttachment", peering_request, peering_fields);

static bool are_peered(const vp_network *network, vp_name a, vp_name b) {
    for (uint32_t i = 0; i < attachment_count(network); i++) {
        const vp_transit_gateway_attachment *one = attachment_at(network, i);
        vp_name first = one->requester_tgw_info.transit_gateway_id;
        vp_name second = one->accepter_tgw_info.transit_gateway_id;
        if (is_alive(network, one) &&
            ((first == a && second == b) || (first == b && second == a))) {
            return true;
        }
    }
    return false;
}

/***
Asks for a peering attachment to another transit gateway, whose owner accepts it in its Region. A
request to a gateway that is not there, or not the named account's and Region's, fails.
@function transit_gateway:create_peering_attachment
@tparam table options `peer_transit_gateway_id` (id or transit gateway), `peer_account_id`,
`peer_region` (default: those of the gateway where the model has it),
`transit_gateway_attachment_id` (its own id), `tags`
@treturn transit_gateway_attachment `state` is "pendingAcceptance" or "failed"
@raise InvalidParameterValue (to itself), DuplicateTransitGatewayAttachment,
TransitGatewayAttachmentLimitExceeded, MissingParameter
@usage local attachment = tgw:create_peering_attachment{ peer_transit_gateway_id = far }
Source: EC2 API Reference, "CreateTransitGatewayPeeringAttachment"
*/
static vp_status create_peering_attachment(vp_call *call, vp_error *error) {
    peering_request *request = call->request;
    const vp_transit_gateway *gateway = (const vp_transit_gateway *)call->receiver;
    const vp_network *network = call->network;
    vp_name peer_id = request->peer_transit_gateway_id;
    const vp_transit_gateway *peer = vp_transit_find(network, peer_id);
    vp_transit_gateway_attachment *made;
    VP_TRY(vp_check_given(peer_id != VP_NO_NAME, "peerTransitGatewayId", error));
    if (peer == gateway) {
        VP_REFUSE(error, "InvalidParameterValue", "Cannot peer %s with itself",
                  vp_network_text(network, peer_id));
    }
    if (are_peered(network, gateway->record.id, peer_id)) {
        VP_REFUSE(error, "DuplicateTransitGatewayAttachment",
                  "%s has non-deleted Transit Gateway Attachments with same peer",
                  vp_network_text(network, gateway->record.id));
    }
    vp_transit_gateway_info far = {peer_id, request->peer_account_id, request->peer_region};
    if (peer != NULL && far.owner_id == VP_NO_NAME) {
        far.owner_id = peer->record.owner_id;
    }
    if (peer != NULL && far.region == VP_NO_NAME) {
        far.region = peer->record.region;
    }
    bool is_there =
        peer != NULL && far.owner_id == peer->record.owner_id && far.region == peer->record.region;
    vp_transit_attachment_request wanted = {
        &request->made, "CreateTransitGatewayPeeringAttachment",  "peering", peer_id,
        far.owner_id,   is_there ? "pendingAcceptance" : "failed"};
    VP_TRY(vp_transit_attach(call, gateway, &wanted, &made, error));
    made->requester_tgw_info = (vp_transit_gateway_info){
        gateway->record.id, gateway->record.owner_id, gateway->record.region};
    made->accepter_tgw_info = far;
    made->is_peering_described = VP_TRUE;
    made->is_peer_described = is_there ? VP_TRUE : VP_UNSET;
    return VP_OK;
}

/* ---- the life of an attachment --------------------------------------------------------------- */

typedef enum life { PENDING, AVAILABLE, REJECTED, ENDED, LIFE_COUNT } life;
typedef enum event { ACCEPT, REJECT, DELETE, EVENT_COUNT } event;

/* What comes of an event; LIFE_COUNT: it is refused. */
static const uint8_t transitions[LIFE_COUNT][EVENT_COUNT] = {
    [PENDING] = {AVAILABLE, REJECTED, ENDED},
    [AVAILABLE] = {LIFE_COUNT, LIFE_COUNT, ENDED},
    [REJECTED] = {LIFE_COUNT, LIFE_COUNT, LIFE_COUNT},
    [ENDED] = {LIFE_COUNT, LIFE_COUNT, LIFE_COUNT}};

static const char *const life_names[LIFE_COUNT] = {"pendingAcceptance", "available", "rejected",
                                                   "deleted"};

/* States that AWS has and this model passes through, or does not know, are ends. */
static life life_of(const vp_network *network, const vp_transit_gateway_attachment *attachment) {
    for (int i = 0; i < ENDED; i++) {
        if (vp_network_name_is(network, attachment->state, life_names[i])) {
            return (life)i;
        }
    }
    return attachment->state == VP_NO_NAME ? AVAILABLE : ENDED;
}

/* The account and Region that accept: the gateway's, of a peering attachment the far gateway's. */
static bool may_decide(const vp_call *call, const vp_transit_gateway_attachment *attachment) {
    if (vp_transit_type_of(call->network, attachment) == VP_TRANSIT_PEERING) {
        return attachment->accepter_tgw_info.owner_id == call->owner_id &&
               attachment->accepter_tgw_info.region == call->region;
    }
    return attachment->transit_gateway_owner_id == call->owner_id;
}

/* Either side may delete. */
static bool may_delete(const vp_call *call, const vp_transit_gateway_attachment *attachment) {
    return attachment->transit_gateway_owner_id == call->owner_id ||
           attachment->resource_owner_id == call->owner_id ||
           attachment->transit_gateway_owner_id == VP_NO_NAME;
}

/* An event: in words of a refusal, the state passed through, AWS's action by type. */
static const struct {
    const char *verb, *passing, *vpc, *peering, *direct_connect;
} events[EVENT_COUNT] = {[ACCEPT] = {"accept", "pending", "AcceptTransitGatewayVpcAttachment",
                                     "AcceptTransitGatewayPeeringAttachment",
                                     "AcceptDirectConnectGatewayAssociationProposal"},
                         [REJECT] = {"reject", "rejecting", "RejectTransitGatewayVpcAttachment",
                                     "RejectTransitGatewayPeeringAttachment",
                                     "DeleteDirectConnectGatewayAssociationProposal"},
                         [DELETE] = {"delete", "deleting", "DeleteTransitGatewayVpcAttachment",
                                     "DeleteTransitGatewayPeeringAttachment",
                                     "DeleteDirectConnectGatewayAssociation"}};

static const char *action_of(const vp_call *call, event what) {
    switch (vp_transit_type_of(call->network, (vp_transit_gateway_attachment *)call->receiver)) {
    case VP_TRANSIT_PEERING:
        return events[what].peering;
    case VP_TRANSIT_DIRECT_CONNECT:
        return events[what].direct_connect;
    default:
        return events[what].vpc;
    }
}

static vp_status step(vp_call *call, event what, life *next, vp_error *error) {
    vp_transit_gateway_attachment *attachment = (vp_transit_gateway_attachment *)call->receiver;
    bool allowed = what == DELETE ? may_delete(call, attachment) : may_decide(call, attachment);
    if (!allowed) {
        VP_REFUSE(error, "OperationNotPermitted", "User (%s) cannot %s %s",
                  vp_network_text(call->network, call->owner_id), events[what].verb,
                  vp_network_text(call->network, call->receiver->id));
    }
    *next = (life)transitions[life_of(call->network, attachment)][what];
    if (*next == LIFE_COUNT) {
        return vp_transit_refuse_state(call->network, call->receiver->id, error);
    }
    VP_TRY(vp_change_edit(call->change, call->receiver, error));
    VP_SET(call, attachment->state, life_names[*next], error);
    call->result = *next == ENDED ? NULL : call->receiver; /* one that ended is removed */
    return vp_transit_log(call->network, action_of(call, what), call->receiver->id,
                          events[what].passing, life_names[*next], error);
}

/***
Accepts a pending attachment: of another account's VPC by the gateway's owner, of a peering by the
owner of the other gateway in its Region. It gets the default tables of its gateways.
@function transit_gateway_attachment:accept
@treturn transit_gateway_attachment itself, `state` is "available"
@raise OperationNotPermitted, IncorrectState
@usage net:as("222222222222", "us-west-2"):get("tgw-attach-1"):accept()
Source: EC2 API Reference, "AcceptTransitGatewayPeeringAttachment",
"AcceptTransitGatewayVpcAttachment"
*/
static vp_status accept(vp_call *call, vp_error *error) {
    vp_transit_gateway_attachment *attachment = (vp_transit_gateway_attachment *)call->receiver;
    life next;
    VP_TRY(step(call, ACCEPT, &next, error));
    VP_TRY(vp_transit_join_tables(call->change, attachment->transit_gateway_id, attachment, error));
    if (vp_transit_type_of(call->network, attachment) == VP_TRANSIT_PEERING) {
        return vp_transit_join_tables(call->change, attachment->resource_id, attachment, error);
    }
    VP_TRY(vp_transit_add_interfaces(call, attachment, 0, error));
    return vp_route_table_refresh(call->change, attachment->transit_gateway_id, false, error);
}

/***
Rejects a pending attachment; whoever may accept it may.
@function transit_gateway_attachment:reject
@treturn transit_gateway_attachment itself, `state` is "rejected"
@raise OperationNotPermitted, IncorrectState
@usage attachment:reject()
Source: EC2 API Reference, "RejectTransitGatewayPeeringAttachment",
"RejectTransitGatewayVpcAttachment"
*/
static vp_status reject(vp_call *call, vp_error *error) {
    life next;
    return step(call, REJECT, &next, error);
}

/***
Deletes an attachment. Routes to it become black holes; one of a VPN connection goes with the
connection.
@function transit_gateway_attachment:delete
@treturn transit_gateway_attachment itself, gone
@raise OperationNotPermitted, IncorrectState
@usage attachment:delete()
Source: EC2 API Reference, "DeleteTransitGatewayVpcAttachment",
"DeleteTransitGatewayPeeringAttachment"
*/
static vp_status delete_attachment(vp_call *call, vp_error *error) {
    const vp_transit_gateway_attachment *attachment =
        (const vp_transit_gateway_attachment *)call->receiver;
    vp_name gateway_id = attachment->transit_gateway_id;
    life next;
    if (vp_transit_type_of(call->network, attachment) == VP_TRANSIT_VPN) {
        return vp_transit_refuse_state(call->network, call->receiver->id, error);
    }
    VP_TRY(step(call, DELETE, &next, error));
    VP_TRY(vp_transit_leave_tables(call->change, call->receiver->id, error));
    VP_TRY(vp_transit_remove_interfaces(call->change, call->receiver->id, VP_NO_NAME, error));
    VP_TRY(vp_route_table_refresh(call->change, gateway_id, false, error));
    return vp_change_remove(call->change, call->receiver, error);
}

/* ---- networks on premises -------------------------------------------------------------------- */

vp_status vp_transit_attach_vpn(vp_call *call, vp_name gateway_id, vp_name connection_id,
                                vp_error *error) {
    vp_new made = {VP_NO_NAME, {NULL, 0, 0}};
    vp_transit_gateway_attachment *attachment;
    vp_record *connection = call->result;
    vp_transit_attachment_request wanted = {&made,         "CreateVpnConnection", "vpn",
                                            connection_id, call->owner_id,        "available"};
    VP_TRY(vp_transit_attach(call, vp_transit_find(call->network, gateway_id), &wanted, &attachment,
                             error));
    call->result = connection;
    return VP_OK;
}

vp_status vp_transit_release_vpn(vp_change *change, vp_name connection_id, vp_error *error) {
    for (uint32_t i = 0; i < attachment_count(change->network); i++) {
        vp_transit_gateway_attachment *one = attachment_at(change->network, i);
        if (one->resource_id == connection_id) {
            VP_TRY(vp_transit_leave_tables(change, one->record.id, error));
            VP_TRY(vp_transit_log(change->network, "DeleteVpnConnection", one->record.id,
                                  "deleting", "deleted", error));
            VP_TRY(vp_change_remove(change, &one->record, error));
        }
    }
    return VP_OK;
}

typedef struct direct_connect_request {
    vp_new made;
    vp_name direct_connect_gateway_id;
    vp_list cidrs; /* vp_cidr_item */
} direct_connect_request;

static const vp_field direct_connect_fields[] = {
    VP_NEW_FIELDS(direct_connect_request, "TransitGatewayAttachmentId"),
    VP_FIELD(direct_connect_request, direct_connect_gateway_id, VP_TYPE_TEXT,
             "DirectConnectGatewayId", 0, NULL),
    VP_FIELD(direct_connect_request, cidrs, VP_TYPE_LIST, "Cidrs", 0, &vp_cidr_item_schema)};
static const vp_schema direct_connect_schema =
    VP_SCHEMA("AttachDirectConnectGateway", direct_connect_request, direct_connect_fields);

static vp_status declare(vp_call *call, vp_transit_gateway_attachment *attachment,
                         const vp_list *cidrs, const char *connection, vp_error *error) {
    void *item;
    for (uint32_t i = 0; i < cidrs->count; i++) {
        VP_TRY(vp_change_append(call->change, &vp_declared_route_schema,
                                &attachment->declared_routes, &item, error));
        ((vp_declared_route *)item)->cidr = VP_ITEM(vp_cidr_item, cidrs, i)->value;
        VP_SET(call, ((vp_declared_route *)item)->connection, connection, error);
    }
    return VP_OK;
}

/***
Attaches a Direct Connect gateway, with the prefixes that it announces. No EC2 action does: AWS
Direct Connect makes the attachment when the two gateways are associated.
@function transit_gateway:attach_direct_connect_gateway
@tparam table options `cidrs` (list of blocks), `direct_connect_gateway_id`,
`transit_gateway_attachment_id` (its own id), `tags`
@treturn transit_gateway_attachment
@raise TransitGatewayAttachmentLimitExceeded
@usage tgw:attach_direct_connect_gateway{ cidrs = { "192.168.0.0/16" } }
Source: AWS Direct Connect User Guide, "Transit gateway associations"
*/
static vp_status attach_direct_connect_gateway(vp_call *call, vp_error *error) {
    direct_connect_request *request = call->request;
    const vp_transit_gateway *gateway = (const vp_transit_gateway *)call->receiver;
    vp_transit_gateway_attachment *made;
    vp_transit_attachment_request wanted = {
        &request->made,           "CreateDirectConnectGatewayAssociation",
        "direct-connect-gateway", request->direct_connect_gateway_id,
        call->owner_id,           "available"};
    VP_TRY(vp_transit_attach(call, gateway, &wanted, &made, error));
    return declare(call, made, &request->cidrs, "dx", error);
}

typedef struct declare_request {
    vp_list cidrs; /* vp_cidr_item */
} declare_request;

static const vp_field declare_fields[] = {
    VP_FIELD(declare_request, cidrs, VP_TYPE_LIST, "Cidrs", 0, &vp_cidr_item_schema)};
static const vp_schema declare_schema = VP_SCHEMA("DeclareRoutes", declare_request, declare_fields);

/***
Says which prefixes are behind an attachment that leads on premises, where no describe command does.
They are propagated like those that AWS prints, and kept in the field `declared_routes`.
@function transit_gateway_attachment:declare_routes
@tparam table options `cidrs` (list of blocks)
@treturn transit_gateway_attachment itself
@raise IncorrectState (an attachment of another type), MissingParameter
@usage attachment:declare_routes{ cidrs = { "192.168.0.0/16" } }
Source: Transit Gateway Guide, "Transit gateway route tables"
*/
static vp_status declare_routes(vp_call *call, vp_error *error) {
    const declare_request *request = call->request;
    vp_transit_gateway_attachment *attachment = (vp_transit_gateway_attachment *)call->receiver;
    vp_transit_type type = vp_transit_type_of(call->network, attachment);
    VP_TRY(vp_check_given(request->cidrs.count > 0, "cidrs", error));
    if (type != VP_TRANSIT_VPN && type != VP_TRANSIT_DIRECT_CONNECT) {
        return vp_transit_refuse_state(call->network, call->receiver->id, error);
    }
    VP_TRY(vp_change_edit(call->change, call->receiver, error));
    call->result = call->receiver;
    return declare(call, attachment, &request->cidrs, type == VP_TRANSIT_VPN ? "vpn" : "dx", error);
}

const vp_action vp_transit_attachment_actions[] = {
    {"create_vpc_attachment", VP_KIND_TRANSIT_GATEWAY, &vpc_schema, create_vpc_attachment},
    {"create_peering_attachment", VP_KIND_TRANSIT_GATEWAY, &peering_schema,
     create_peering_attachment},
    {"attach_direct_connect_gateway", VP_KIND_TRANSIT_GATEWAY, &direct_connect_schema,
     attach_direct_connect_gateway},
    {"modify", VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, &modify_schema, modify},
    {"accept", VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, NULL, accept},
    {"reject", VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, NULL, reject},
    {"delete", VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, NULL, delete_attachment},
    {"declare_routes", VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, &declare_schema, declare_routes},
    {NULL, VP_KIND_NONE, NULL, NULL}};
