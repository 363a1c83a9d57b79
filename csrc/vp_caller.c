/*
 * vp_caller.c - what of a model the caller of an action owns, sees or may use.
 *
 * AWS prints no shares: who shares a subnet, a prefix list or a transit gateway with whom is told
 * by AWS RAM, which no describe command shows. So what can be shared counts as shared with every
 * account of its Region (semantics 1.6, 3.6); what follows from sharing is checked.
 */
#include "vp_check.h"

#include "vp_identity.h"

#include <stdio.h>
#include <string.h>

static bool is_same(const vp_network *network, vp_name of_record, vp_name of_caller,
                    const char *unknown) {
    return of_record == of_caller || of_record == VP_NO_NAME ||
           vp_network_name_is(network, of_record, unknown);
}

static bool is_in_region(const vp_call *call, const vp_record *record) {
    return record->kind == VP_KIND_HOSTED_ZONE ||
           is_same(call->network, record->region, call->region, VP_UNKNOWN_REGION);
}

bool vp_check_is_own(const vp_call *call, const vp_record *record) {
    return is_in_region(call, record) &&
           is_same(call->network, record->owner_id, call->owner_id, VP_UNKNOWN_OWNER_ID);
}

/* ---- what the caller sees of others ---------------------------------------------------------- */

/* The VPC that a part of the network is of, which its owner shares with the part. */
static vp_name shared_vpc_id(const vp_network *network, const vp_record *record) {
    switch (record->kind) {
    case VP_KIND_VPC:
        return record->id;
    case VP_KIND_SUBNET:
    case VP_KIND_ROUTE_TABLE:
    case VP_KIND_NETWORK_ACL:
        return vp_identity_vpc_id(network, record);
    default:
        return VP_NO_NAME;
    }
}

/* Has the caller something of its own in the VPC, so that it is shared with it for sure? */
static bool takes_part(const vp_call *call, vp_name vpc_id) {
    const vp_network *network = call->network;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_NETWORK_INTERFACE); i++) {
        const vp_network_interface *one =
            VP_ROW(vp_network_interface, network, VP_KIND_NETWORK_INTERFACE, i);
        if (one->vpc_id == vpc_id && one->record.owner_id == call->owner_id) {
            return true;
        }
    }
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_SECURITY_GROUP); i++) {
        const vp_security_group *one =
            VP_ROW(vp_security_group, network, VP_KIND_SECURITY_GROUP, i);
        if (one->vpc_id == vpc_id && one->record.owner_id == call->owner_id) {
            return true;
        }
    }
    return false;
}

bool vp_check_sees(const vp_call *call, const vp_record *record) {
    vp_name vpc_id = shared_vpc_id(call->network, record);
    if (!is_in_region(call, record)) {
        return false;
    }
    return record->kind == VP_KIND_PREFIX_LIST || record->kind == VP_KIND_TRANSIT_GATEWAY ||
           (vpc_id != VP_NO_NAME && takes_part(call, vpc_id));
}

static vp_status refuse_foreign(const vp_call *call, const vp_record *record, vp_error *error) {
    const vp_network *network = call->network;
    char because[VP_ERROR_MESSAGE_MAX];
    if (vp_check_sees(call, record)) {
        VP_REFUSE(error, "UnauthorizedOperation",
                  "You are not authorized to perform this operation. %.100s belongs to account "
                  "%.20s, the caller is %s",
                  vp_network_text(network, record->id), vp_network_text(network, record->owner_id),
                  vp_network_text(network, call->owner_id));
    }
    (void)snprintf(
        because, sizeof because, " (for account %s in %.40s: it belongs to account %.20s in %.40s)",
        vp_network_text(network, call->owner_id), vp_network_text(network, call->region),
        vp_network_text(network, record->owner_id), vp_network_text(network, record->region));
    return vp_check_refuse_unknown(network, (vp_kind)record->kind, record->id, because, error);
}

/* ---- look-ups -------------------------------------------------------------------------------- */

vp_status vp_check_own(const vp_call *call, vp_kind kind, vp_name id, vp_record **record,
                       vp_error *error) {
    VP_TRY(vp_check_exists(call->network, kind, id, record, error));
    return vp_check_is_own(call, *record) ? VP_OK : refuse_foreign(call, *record, error);
}

vp_status vp_check_shared(const vp_call *call, vp_kind kind, vp_name id, vp_record **record,
                          vp_error *error) {
    VP_TRY(vp_check_exists(call->network, kind, id, record, error));
    return is_in_region(call, *record) ? VP_OK : refuse_foreign(call, *record, error);
}

/* ---- receivers ------------------------------------------------------------------------------- */

/* Calls that an account may make on what another shares with it. */
static const struct {
    vp_kind receiver;
    const char *action;
} shared_actions[] = {{VP_KIND_SUBNET, "run_instance"},
                      {VP_KIND_SUBNET, "create_network_interface"},
                      {VP_KIND_VPC, "create_security_group"},
                      {VP_KIND_TRANSIT_GATEWAY, "create_vpc_attachment"}};

/* Has each side of it an owner, so that the action has to tell who may do what? */
static bool has_two_owners(const vp_record *record, const char *action) {
    return record->kind == VP_KIND_VPC_PEERING_CONNECTION ||
           (record->kind == VP_KIND_TRANSIT_GATEWAY_ATTACHMENT &&
            (strcmp(action, "accept") == 0 || strcmp(action, "reject") == 0 ||
             strcmp(action, "delete") == 0));
}

/* AWS: subnets of a default VPC cannot be shared. */
static bool may_be_shared(const vp_network *network, const vp_record *record) {
    const vp_vpc *vpc =
        (const vp_vpc *)vp_network_find(network, VP_KIND_VPC, shared_vpc_id(network, record));
    return vpc == NULL || vpc->is_default != VP_TRUE;
}

vp_status vp_check_receiver(const vp_call *call, const char *action, vp_error *error) {
    const vp_record *receiver = call->receiver;
    if (receiver == NULL || vp_check_is_own(call, receiver) || has_two_owners(receiver, action)) {
        return VP_OK;
    }
    for (size_t i = 0; i < VP_COUNT_OF(shared_actions) && is_in_region(call, receiver); i++) {
        if (shared_actions[i].receiver == (vp_kind)receiver->kind &&
            strcmp(shared_actions[i].action, action) == 0 &&
            may_be_shared(call->network, receiver)) {
            return VP_OK;
        }
    }
    return refuse_foreign(call, receiver, error);
}
