/*
 * vp_peering_action.c - the actions on VPC peering connections.
 *
 * Each action checks who calls, from which Region, in the order of semantics 5.3 and 5.4, and then
 * takes steps of the life cycle (vp_peering.h). A refusal after a step undoes the step.
 */
#include "vp_part.h"
#include "vp_peering.h"

#include <stdio.h>

#define QUOTA_OUTSTANDING 25
#define QUOTA_ACTIVE 50

/* ---- create ---------------------------------------------------------------------------------- */

typedef struct create_request {
    vp_new made;
    vp_name vpc_id, peer_vpc_id, peer_owner_id, peer_region;
} create_request;

static const vp_field create_fields[] = {
    VP_NEW_FIELDS(create_request, "VpcPeeringConnectionId"),
    VP_FIELD(create_request, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(create_request, peer_vpc_id, VP_TYPE_TEXT, "PeerVpcId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(create_request, peer_owner_id, VP_TYPE_TEXT, "PeerOwnerId", 0, NULL),
    VP_FIELD(create_request, peer_region, VP_TYPE_TEXT, "PeerRegion", 0, NULL)};
static const vp_schema create_schema =
    VP_SCHEMA("CreateVpcPeeringConnection", create_request, create_fields);

/* A VPC that belongs to this account and Region, or NULL. */
static const vp_vpc *vpc_of(const vp_network *network, vp_name id, vp_name owner, vp_name region) {
    const vp_record *record = vp_network_find(network, VP_KIND_VPC, id);
    bool matches = record != NULL && record->owner_id == owner && record->region == region;
    return matches ? (const vp_vpc *)record : NULL;
}

/* The connection that makes the request a repetition (5.4, row 3), and the count for row 4. */
static vp_vpc_peering_connection *find_existing(const vp_network *network, vp_name requester,
                                                vp_name accepter, vp_name owner,
                                                uint32_t *outstanding) {
    vp_vpc_peering_connection *found = NULL;
    *outstanding = 0;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_VPC_PEERING_CONNECTION); i++) {
        vp_vpc_peering_connection *pcx =
            VP_ROW(vp_vpc_peering_connection, network, VP_KIND_VPC_PEERING_CONNECTION, i);
        bool pending = vp_peering_is_pending(network, pcx);
        *outstanding += pending && pcx->requester_vpc_info.owner_id == owner ? 1 : 0;
        if (pcx->requester_vpc_info.vpc_id == requester &&
            pcx->accepter_vpc_info.vpc_id == accepter &&
            (pending || vp_peering_is_live(network, pcx)) &&
            (found == NULL || vp_network_compare(network, pcx->record.id, found->record.id) < 0)) {
            found = pcx;
        }
    }
    return found;
}

/* Rows 5 to 7 of 5.4: the new connection becomes pending, or fails with a cause. */
static vp_status validate(vp_call *call, vp_vpc_peering_connection *pcx, vp_error *error) {
    static const char action[] = "CreateVpcPeeringConnection";
    const vp_network *network = call->network;
    const vp_peering_vpc_info *peer = &pcx->accepter_vpc_info;
    const char *cause = NULL;
    char message[VP_ERROR_MESSAGE_MAX];
    vp_cidr own, other;
    if (vpc_of(network, peer->vpc_id, peer->owner_id, peer->region) == NULL) {
        cause = "PCX_UNKNOWN_VPC";
        (void)snprintf(message, sizeof message, "account %s has no VPC %.100s in Region %s",
                       vp_network_text(network, peer->owner_id),
                       vp_network_text(network, peer->vpc_id),
                       vp_network_text(network, peer->region));
    } else if (peer->vpc_id == pcx->requester_vpc_info.vpc_id) {
        cause = "PCX_SAME_VPC";
        (void)snprintf(message, sizeof message, "a VPC cannot be peered with itself");
    } else if (vp_peering_overlap(network, pcx, &own, &other)) {
        char own_text[VP_CIDR_TEXT_MAX], other_text[VP_CIDR_TEXT_MAX];
        (void)vp_cidr_format(&own, own_text);
        (void)vp_cidr_format(&other, other_text);
        cause = "PCX_OVERLAPPING_CIDRS";
        (void)snprintf(message, sizeof message,
                       "the requester's block %s overlaps the accepter's block %s", own_text,
                       other_text);
    }
    if (cause != NULL) {
        return vp_peering_fail(call->change, pcx, VP_PEERING_INVALID, action, cause, message,
                               error);
    }
    return vp_peering_step(call->change, pcx, VP_PEERING_VALIDATED, call->owner_id, action, error);
}

/***
Requests a peering connection between two VPCs. What the request lacks in the accepter (an unknown
VPC, the same VPC, overlapping blocks) makes a connection in state `failed` and a diagnostic with
the cause (PCX\_UNKNOWN\_VPC, PCX\_SAME\_VPC, PCX\_OVERLAPPING\_CIDRS), not an error. A request that
repeats a pending or active one returns that one.
@function network:create_vpc_peering_connection
@tparam table options `vpc_id` (the requester: id or VPC, of the caller's account and Region),
`peer_vpc_id` (the accepter), `peer_owner_id` (12 digits, default: the caller), `peer_region`
(default: the caller's), `vpc_peering_connection_id` (its own id), `tags`
@treturn vpc_peering_connection `status.code` is "pending-acceptance" or "failed"
@raise InvalidVpcID.NotFound, OperationNotPermitted (the VPC is only shared with the caller),
MissingParameter, OutstandingVpcPeeringConnectionLimitExceeded
@usage local pcx = net:create_vpc_peering_connection{ vpc_id = app, peer_vpc_id = data }
Source: EC2 API Reference, "CreateVpcPeeringConnection"; VPC Peering Guide, "VPC peering basics"
*/
static vp_status create_vpc_peering_connection(vp_call *call, vp_error *error) {
    create_request *request = call->request;
    const vp_network *network = call->network;
    vp_record *record;
    uint32_t outstanding;
    VP_TRY(vp_check_given(request->vpc_id != VP_NO_NAME, "vpcId", error));
    VP_TRY(vp_check_given(request->peer_vpc_id != VP_NO_NAME, "peerVpcId", error));
    const vp_record *vpc = vp_network_find(network, VP_KIND_VPC, request->vpc_id);
    if (vpc != NULL && vpc->owner_id != call->owner_id && vp_check_sees(call, vpc)) {
        VP_REFUSE(error, "OperationNotPermitted", "User (%s) does not own the vpc %s",
                  vp_network_text(network, call->owner_id), vp_network_text(network, vpc->id));
    }
    if (vpc_of(network, request->vpc_id, call->owner_id, call->region) == NULL) {
        VP_REFUSE(error, "InvalidVpcID.NotFound", "The vpc ID '%.100s' does not exist",
                  vp_network_text(network, request->vpc_id));
    }
    vp_vpc_peering_connection *existing =
        find_existing(network, request->vpc_id, request->peer_vpc_id, call->owner_id, &outstanding);
    if (existing != NULL) {
        call->result = &existing->record;
        return VP_OK;
    }
    VP_TRY(vp_check_quota(
        network, outstanding, QUOTA_OUTSTANDING, "OutstandingVpcPeeringConnectionLimitExceeded",
        "The maximum number of outstanding VPC peering requests is reached", error));
    VP_TRY(
        vp_check_add(call, VP_KIND_VPC_PEERING_CONNECTION, &request->made, NULL, &record, error));
    vp_vpc_peering_connection *pcx = (vp_vpc_peering_connection *)record;
    pcx->requester_vpc_info.vpc_id = request->vpc_id;
    pcx->requester_vpc_info.owner_id = call->owner_id;
    pcx->requester_vpc_info.region = call->region;
    pcx->accepter_vpc_info.vpc_id = request->peer_vpc_id;
    pcx->accepter_vpc_info.owner_id =
        request->peer_owner_id != VP_NO_NAME ? request->peer_owner_id : call->owner_id;
    pcx->accepter_vpc_info.region =
        request->peer_region != VP_NO_NAME ? request->peer_region : call->region;
    VP_TRY(vp_peering_start(call->change, pcx, error));
    return validate(call, pcx, error);
}

/* ---- accept, reject, delete ------------------------------------------------------------------ */

static vp_status check_visible(const vp_call *call, const vp_vpc_peering_connection *pcx,
                               vp_error *error) {
    if (!vp_peering_is_visible(call->network, pcx, call->owner_id)) {
        VP_REFUSE(error, "InvalidVpcPeeringConnectionID.NotFound",
                  "The vpcPeeringConnection ID '%s' does not exist",
                  vp_network_text(call->network, pcx->record.id));
    }
    return VP_OK;
}

/* Accept and reject: visible, then the accepter's owner, then the accepter's Region (5.3). */
static vp_status check_accepter(const vp_call *call, const vp_vpc_peering_connection *pcx,
                                const char *verb, const char *verbs, vp_error *error) {
    const vp_network *network = call->network;
    const vp_peering_vpc_info *accepter = &pcx->accepter_vpc_info;
    VP_TRY(check_visible(call, pcx, error));
    if (accepter->owner_id != call->owner_id) {
        VP_REFUSE(error, "OperationNotPermitted", "User (%s) cannot %s peering %s",
                  vp_network_text(network, call->owner_id), verb,
                  vp_network_text(network, pcx->record.id));
    }
    if (accepter->region != call->region) {
        VP_REFUSE(error, "OperationNotPermitted",
                  "Incorrect region (%s) specified for this request. VPC peering connection %s "
                  "must be %s in region %s",
                  vp_network_text(network, call->region), vp_network_text(network, pcx->record.id),
                  verbs, vp_network_text(network, accepter->region));
    }
    return VP_OK;
}

/* Another connection that joins the same two VPCs, in either direction. */
static const vp_vpc_peering_connection *find_twin(const vp_network *network,
                                                  const vp_vpc_peering_connection *pcx) {
    vp_name a = pcx->requester_vpc_info.vpc_id, b = pcx->accepter_vpc_info.vpc_id;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_VPC_PEERING_CONNECTION); i++) {
        const vp_vpc_peering_connection *other =
            VP_ROW(vp_vpc_peering_connection, network, VP_KIND_VPC_PEERING_CONNECTION, i);
        vp_name requester = other->requester_vpc_info.vpc_id;
        vp_name accepter = other->accepter_vpc_info.vpc_id;
        if (other != pcx && vp_peering_is_live(network, other) &&
            ((requester == a && accepter == b) || (requester == b && accepter == a))) {
            return other;
        }
    }
    return NULL;
}

static uint32_t count_live(const vp_network *network, vp_name vpc_id) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_VPC_PEERING_CONNECTION); i++) {
        const vp_vpc_peering_connection *pcx =
            VP_ROW(vp_vpc_peering_connection, network, VP_KIND_VPC_PEERING_CONNECTION, i);
        count += vp_peering_is_live(network, pcx) && (pcx->requester_vpc_info.vpc_id == vpc_id ||
                                                      pcx->accepter_vpc_info.vpc_id == vpc_id)
                     ? 1
                     : 0;
    }
    return count;
}

static vp_status check_active_quota(const vp_network *network, vp_name vpc_id, vp_error *error) {
    return vp_check_quota(network, count_live(network, vpc_id), QUOTA_ACTIVE + 1,
                          "ActiveVpcPeeringConnectionPerVpcLimitExceeded",
                          "The maximum number of active VPC peering connections of the VPC is "
                          "reached",
                          error);
}

/***
Accepts a pending request. The caller must own the accepter VPC and call in its Region.
@function vpc_peering_connection:accept
@treturn vpc_peering_connection itself, `status.code` is "active"
@raise InvalidVpcPeeringConnectionID.NotFound, OperationNotPermitted, InvalidStateTransition,
VpcPeeringConnectionAlreadyExists, ActiveVpcPeeringConnectionPerVpcLimitExceeded
@usage net:as("222222222222"):get("pcx-1"):accept()
Source: EC2 API Reference, "AcceptVpcPeeringConnection"
*/
static vp_status accept(vp_call *call, vp_error *error) {
    static const char action[] = "AcceptVpcPeeringConnection";
    vp_vpc_peering_connection *pcx = (vp_vpc_peering_connection *)call->receiver;
    const vp_network *network = call->network;
    VP_TRY(check_accepter(call, pcx, "accept", "accepted", error));
    VP_TRY(vp_peering_step(call->change, pcx, VP_PEERING_ACCEPT, call->owner_id, action, error));
    if (find_twin(network, pcx) != NULL) {
        VP_REFUSE(error, "VpcPeeringConnectionAlreadyExists",
                  "The vpc peering connection identified by %s already exists.",
                  vp_network_text(network, pcx->record.id));
    }
    VP_TRY(check_active_quota(network, pcx->requester_vpc_info.vpc_id, error));
    VP_TRY(check_active_quota(network, pcx->accepter_vpc_info.vpc_id, error));
    call->result = call->receiver;
    return vp_peering_step(call->change, pcx, VP_PEERING_SET_UP, call->owner_id, action, error);
}

/***
Rejects a pending request. The caller must own the accepter VPC and call in its Region.
@function vpc_peering_connection:reject
@treturn vpc_peering_connection itself, `status.code` is "rejected"
@raise InvalidVpcPeeringConnectionID.NotFound, OperationNotPermitted, InvalidStateTransition
@usage pcx:reject()
Source: EC2 API Reference, "RejectVpcPeeringConnection"
*/
static vp_status reject(vp_call *call, vp_error *error) {
    vp_vpc_peering_connection *pcx = (vp_vpc_peering_connection *)call->receiver;
    VP_TRY(check_accepter(call, pcx, "reject", "accepted or rejected", error));
    call->result = call->receiver;
    return vp_peering_step(call->change, pcx, VP_PEERING_REJECT, call->owner_id,
                           "RejectVpcPeeringConnection", error);
}

/* What AWS does to the tables of a VPC when it opens or closes to ClassicLink (semantics 5.10). */
static vp_status follow_classic_link(vp_call *call, vp_name vpc_id, bool was_open,
                                     vp_error *error) {
    vp_cidr block = vp_route_table_classic_block();
    bool is_open = vp_peering_opens_classic_link(call->network, vpc_id);
    if (is_open == was_open) {
        return VP_OK;
    }
    return is_open ? vp_route_table_add_local(call, vpc_id, &block, error)
                   : vp_route_table_remove_local(call, vpc_id, &block, error);
}

/***
Deletes a connection: either side an active one, only the requester a pending one. It stays
visible for a while as "deleted"; routes to it become blackholes.
@function vpc_peering_connection:delete
@treturn vpc_peering_connection itself, `status.code` is "deleted"
@raise InvalidVpcPeeringConnectionID.NotFound, OperationNotPermitted, InvalidStateTransition
@usage pcx:delete()
Source: EC2 API Reference, "DeleteVpcPeeringConnection"
*/
static vp_status delete_connection(vp_call *call, vp_error *error) {
    static const char action[] = "DeleteVpcPeeringConnection";
    vp_vpc_peering_connection *pcx = (vp_vpc_peering_connection *)call->receiver;
    bool requester = vp_peering_opens_classic_link(call->network, pcx->requester_vpc_info.vpc_id);
    bool accepter = vp_peering_opens_classic_link(call->network, pcx->accepter_vpc_info.vpc_id);
    VP_TRY(check_visible(call, pcx, error));
    vp_peering_event event = pcx->requester_vpc_info.owner_id == call->owner_id
                                 ? VP_PEERING_REQUESTER_DELETES
                                 : VP_PEERING_ACCEPTER_DELETES;
    VP_TRY(vp_peering_step(call->change, pcx, event, call->owner_id, action, error));
    call->result = call->receiver;
    VP_TRY(vp_peering_step(call->change, pcx, VP_PEERING_TORN_DOWN, call->owner_id, action, error));
    VP_TRY(follow_classic_link(call, pcx->requester_vpc_info.vpc_id, requester, error));
    return follow_classic_link(call, pcx->accepter_vpc_info.vpc_id, accepter, error);
}

/* ---- options --------------------------------------------------------------------------------- */

typedef struct side_options {
    vp_bool dns, classic_link, to_classic_link;
} side_options;

static const vp_field side_fields[] = {
    VP_FIELD(side_options, dns, VP_TYPE_BOOL, "AllowDnsResolutionFromRemoteVpc", 0, NULL),
    VP_FIELD(side_options, classic_link, VP_TYPE_BOOL, "AllowEgressFromLocalClassicLinkToRemoteVpc",
             0, NULL),
    VP_FIELD(side_options, to_classic_link, VP_TYPE_BOOL,
             "AllowEgressFromLocalVpcToRemoteClassicLink", 0, NULL)};
static const vp_schema side_schema =
    VP_SCHEMA("PeeringConnectionOptions", side_options, side_fields);

typedef struct options_request {
    side_options requester, accepter;
} options_request;

static const vp_field options_fields[] = {
    VP_FIELD(options_request, requester, VP_TYPE_OBJECT, "RequesterPeeringConnectionOptions", 0,
             &side_schema),
    VP_FIELD(options_request, accepter, VP_TYPE_OBJECT, "AccepterPeeringConnectionOptions", 0,
             &side_schema)};
static const vp_schema options_schema =
    VP_SCHEMA("ModifyVpcPeeringConnectionOptions", options_request, options_fields);

static bool is_given(const side_options *options) {
    return options->dns != VP_UNSET || options->classic_link != VP_UNSET ||
           options->to_classic_link != VP_UNSET;
}

/* Only the owner of a side may set its options, in the Region of that side. */
static vp_status check_side(const vp_call *call, const vp_peering_vpc_info *side,
                            const side_options *options, vp_error *error) {
    const vp_network *network = call->network;
    if (is_given(options) && (side->owner_id != call->owner_id || side->region != call->region)) {
        VP_REFUSE(error, "OperationNotPermitted",
                  "Options of the vpc '%.100s' can be modified only by account %s in region %s",
                  vp_network_text(network, side->vpc_id), vp_network_text(network, side->owner_id),
                  vp_network_text(network, side->region));
    }
    return VP_OK;
}

/* Both attributes must be on in a VPC of the model (semantics 8.3). */
static vp_status check_dns(const vp_network *network, const vp_peering_vpc_info *side,
                           vp_error *error) {
    const vp_vpc *vpc = (const vp_vpc *)vp_network_find(network, VP_KIND_VPC, side->vpc_id);
    if (vpc != NULL &&
        (vpc->enable_dns_support.value == VP_FALSE || vpc->enable_dns_hostnames.value != VP_TRUE)) {
        VP_REFUSE(error, "InvalidVpcPeeringConnectionState.DnsHostnamesDisabled",
                  "The vpc '%.100s' must have DNS support and DNS hostnames enabled",
                  vp_network_text(network, side->vpc_id));
    }
    return VP_OK;
}

static void set_option(vp_bool value, vp_bool *option) {
    if (value != VP_UNSET) {
        *option = value;
    }
}

static void set_options(const side_options *options, vp_peering_vpc_info *side) {
    set_option(options->dns, &side->peering_options.allow_dns_resolution_from_remote_vpc);
    set_option(options->classic_link,
               &side->peering_options.allow_egress_from_local_classic_link_to_remote_vpc);
    set_option(options->to_classic_link,
               &side->peering_options.allow_egress_from_local_vpc_to_remote_classic_link);
}

/***
Changes what each side lets the other do, on an active connection. Each side's owner sets that
side's options, in its Region; `allow_dns_resolution_from_remote_vpc` needs both DNS attributes in
both VPCs. While `allow_egress_from_local_vpc_to_remote_classic_link` is on, every route table of
that side's VPC has a local route to 10.0.0.0/8.
@function vpc_peering_connection:modify_options
@tparam table options `requester_peering_connection_options` and
`accepter_peering_connection_options`, each `{ allow_dns_resolution_from_remote_vpc,
allow_egress_from_local_classic_link_to_remote_vpc,
allow_egress_from_local_vpc_to_remote_classic_link }` (booleans)
@treturn vpc_peering_connection itself
@raise InvalidVpcPeeringConnectionID.NotFound, MissingParameter, OperationNotPermitted,
InvalidVpcPeeringConnectionState.DnsHostnamesDisabled
@usage pcx:modify_options{
  accepter_peering_connection_options = { allow_dns_resolution_from_remote_vpc = true } }
Source: VPC Peering Guide, "Enable DNS resolution for a VPC peering connection"
*/
static vp_status modify_options(vp_call *call, vp_error *error) {
    vp_vpc_peering_connection *pcx = (vp_vpc_peering_connection *)call->receiver;
    const options_request *request = call->request;
    const vp_network *network = call->network;
    VP_TRY(check_visible(call, pcx, error));
    VP_TRY(vp_check_given(is_given(&request->requester) || is_given(&request->accepter),
                          "requesterPeeringConnectionOptions or accepterPeeringConnectionOptions",
                          error));
    VP_TRY(check_side(call, &pcx->requester_vpc_info, &request->requester, error));
    VP_TRY(check_side(call, &pcx->accepter_vpc_info, &request->accepter, error));
    if (!vp_network_name_is(network, pcx->status.code, "active")) {
        VP_REFUSE(error, "OperationNotPermitted",
                  "Peering %s is not active. Peering options can be added only to active peerings.",
                  vp_network_text(network, pcx->record.id));
    }
    if (request->requester.dns == VP_TRUE || request->accepter.dns == VP_TRUE) {
        VP_TRY(check_dns(network, &pcx->requester_vpc_info, error));
        VP_TRY(check_dns(network, &pcx->accepter_vpc_info, error));
    }
    bool requester = vp_peering_opens_classic_link(network, pcx->requester_vpc_info.vpc_id);
    bool accepter = vp_peering_opens_classic_link(network, pcx->accepter_vpc_info.vpc_id);
    VP_TRY(vp_change_edit(call->change, &pcx->record, error));
    set_options(&request->requester, &pcx->requester_vpc_info);
    set_options(&request->accepter, &pcx->accepter_vpc_info);
    call->result = call->receiver;
    VP_TRY(follow_classic_link(call, pcx->requester_vpc_info.vpc_id, requester, error));
    return follow_classic_link(call, pcx->accepter_vpc_info.vpc_id, accepter, error);
}

const vp_action vp_peering_actions[] = {
    {"create_vpc_peering_connection", VP_KIND_NONE, &create_schema, create_vpc_peering_connection},
    {"accept", VP_KIND_VPC_PEERING_CONNECTION, NULL, accept},
    {"reject", VP_KIND_VPC_PEERING_CONNECTION, NULL, reject},
    {"delete", VP_KIND_VPC_PEERING_CONNECTION, NULL, delete_connection},
    {"modify_options", VP_KIND_VPC_PEERING_CONNECTION, &options_schema, modify_options},
    {NULL, VP_KIND_NONE, NULL, NULL}};
