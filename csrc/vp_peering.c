/*
 * vp_peering.c - the life of a VPC peering connection.
 *
 * The one idea: semantics 5.3 is a table, so it is one here too: state and event give the next
 * state or the refusal. Everything else (messages, times, log, routes) hangs on entering a state.
 * AWS: VPC Peering Guide, "VPC peering connection lifecycle".
 */
#include "vp_peering.h"

#include "vp_group_part.h"

#include <stdio.h>
#include <string.h>

enum { HOUR = 3600, DAY = 24 * HOUR };
#define FOREVER INT64_MAX

typedef enum state {
    INITIATING,
    FAILED,
    PENDING,
    EXPIRED,
    REJECTED,
    PROVISIONING,
    ACTIVE,
    DELETING,
    DELETED,
    STATE_COUNT
} state;

/*
 * What a cell says besides a next state: wrong state (InvalidStateTransition), wrong caller
 * (OperationNotPermitted), cannot happen: a system event that its callers never raise there.
 */
enum { ST = -1, NP = -2, NO = -3 };

static const int8_t transitions[STATE_COUNT][VP_PEERING_EVENT_COUNT] = {
    /*              validated invalid accept   reject   R deletes A deletes expires overlaps set up
                    torn down */
    [INITIATING] = {PENDING, FAILED, ST, ST, ST, ST, NO, NO, NO, NO},
    [FAILED] = {NO, NO, ST, ST, ST, ST, NO, NO, NO, NO},
    [PENDING] = {NO, NO, PROVISIONING, REJECTED, DELETING, NP, EXPIRED, FAILED, NO, NO},
    [EXPIRED] = {NO, NO, ST, ST, ST, ST, NO, NO, NO, NO},
    [REJECTED] = {NO, NO, ST, ST, ST, ST, NO, NO, NO, NO},
    [PROVISIONING] = {NO, NO, ST, ST, ST, ST, NO, NO, ACTIVE, NO},
    [ACTIVE] = {NO, NO, ST, ST, DELETING, DELETING, NO, NO, NO, NO},
    [DELETING] = {NO, NO, ST, ST, ST, ST, NO, NO, NO, DELETED},
    [DELETED] = {NO, NO, ST, ST, ST, ST, NO, NO, NO, NO}};

/*
 * What a state is called, what Status.Message says (%s: an account), and for how many seconds after
 * its end each side sees it (semantics 5.2).
 */
typedef struct state_info {
    const char *code, *message;
    int64_t requester, accepter, same;
} state_info;

static const state_info states[STATE_COUNT] = {
    [INITIATING] = {"initiating-request", "Initiating Request to %s", FOREVER, 0, FOREVER},
    [FAILED] = {"failed", "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range",
                2 * HOUR, 0, 2 * HOUR},
    [PENDING] = {"pending-acceptance", "Pending Acceptance by %s", FOREVER, FOREVER, FOREVER},
    [EXPIRED] = {"expired", "Inactive", 2 * DAY, 2 * DAY, 2 * DAY},
    [REJECTED] = {"rejected", "Inactive", 2 * DAY, 2 * HOUR, 2 * HOUR},
    [PROVISIONING] = {"provisioning", "Provisioning", FOREVER, FOREVER, FOREVER},
    [ACTIVE] = {"active", "Active", FOREVER, FOREVER, FOREVER},
    [DELETING] = {"deleting", "Deleting", FOREVER, FOREVER, FOREVER},
    /* the side that did not delete it; the one that did: 2 hours */
    [DELETED] = {"deleted", "Deleted by %s", 2 * DAY, 2 * DAY, 2 * HOUR}};

/* The state of a connection; codes that AWS does not have count as ended. */
static state state_of(const vp_network *network, const vp_vpc_peering_connection *pcx) {
    for (int i = 0; i < STATE_COUNT; i++) {
        if (vp_network_name_is(network, pcx->status.code, states[i].code)) {
            return (state)i;
        }
    }
    return DELETED;
}

/* States that nothing leaves; they start the time for which a side still sees the connection. */
static bool is_final(state at) {
    return at == FAILED || at == EXPIRED || at == REJECTED || at == DELETED;
}

bool vp_peering_is_pending(const vp_network *network, const vp_vpc_peering_connection *pcx) {
    return state_of(network, pcx) == PENDING;
}

bool vp_peering_is_live(const vp_network *network, const vp_vpc_peering_connection *pcx) {
    state at = state_of(network, pcx);
    return at == PROVISIONING || at == ACTIVE;
}

bool vp_peering_opens_classic_link(const vp_network *network, vp_name vpc_id) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_VPC_PEERING_CONNECTION); i++) {
        const vp_vpc_peering_connection *pcx =
            VP_ROW(vp_vpc_peering_connection, network, VP_KIND_VPC_PEERING_CONNECTION, i);
        const vp_peering_vpc_info *sides[] = {&pcx->requester_vpc_info, &pcx->accepter_vpc_info};
        for (size_t k = 0; k < VP_COUNT_OF(sides); k++) {
            if (sides[k]->vpc_id == vpc_id &&
                vp_network_name_is(network, pcx->status.code, "active") &&
                sides[k]->peering_options.allow_egress_from_local_vpc_to_remote_classic_link ==
                    VP_TRUE) {
                return true;
            }
        }
    }
    return false;
}

bool vp_peering_is_in_one_region(const vp_vpc_peering_connection *pcx) {
    return pcx->requester_vpc_info.region == pcx->accepter_vpc_info.region;
}

/* ---- who sees it ----------------------------------------------------------------------------- */

/* One account as one of the sides; an owner of both sides has times of its own. */
static bool is_seen(const vp_network *network, const vp_vpc_peering_connection *pcx,
                    vp_name account) {
    state at = state_of(network, pcx);
    const state_info *info = &states[at];
    bool requests = pcx->requester_vpc_info.owner_id == account;
    bool accepts = pcx->accepter_vpc_info.owner_id == account;
    /* AWS: the side that deleted it loses sight of it first. */
    int64_t limit = requests && accepts ? info->same : requests ? info->requester : info->accepter;
    if (at == DELETED && account == pcx->ended_by) {
        limit = 2 * HOUR;
    }
    return limit == FOREVER || network->clock - pcx->ended_at < limit;
}

bool vp_peering_is_visible(const vp_network *network, const vp_vpc_peering_connection *pcx,
                           vp_name account) {
    return (account == pcx->requester_vpc_info.owner_id ||
            account == pcx->accepter_vpc_info.owner_id) &&
           is_seen(network, pcx, account);
}

bool vp_peering_is_hidden(const vp_network *network, const vp_record *record, vp_name account) {
    if (record == NULL || record->kind != VP_KIND_VPC_PEERING_CONNECTION) {
        return false;
    }
    const vp_vpc_peering_connection *pcx = (const vp_vpc_peering_connection *)record;
    vp_name requester = pcx->requester_vpc_info.owner_id,
            accepter = pcx->accepter_vpc_info.owner_id;
    bool is_party = account == requester || account == accepter;
    if (is_party && !(account == network->owner_id && network->is_caller_inferred)) {
        return !is_seen(network, pcx, account);
    }
    return account != network->owner_id ||
           (!is_seen(network, pcx, requester) && !is_seen(network, pcx, accepter));
}

/* ---- steps ----------------------------------------------------------------------------------- */

/*
 * Writes the text of a second of the clock as AWS prints times. The model's clock starts at 0,
 * which is written as the beginning of 1970; nothing reads the text back.
 */
void vp_peering_format_time(int64_t seconds, char out[40]) {
    int64_t days = seconds / DAY, rest = seconds % DAY;
    /* Days to year, month, day by eras of 400 years that begin in March. */
    int64_t shifted = days + 719468, era = shifted / 146097, of_era = shifted % 146097;
    int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    (void)snprintf(out, 40, "%04d-%02d-%02dT%02d:%02d:%02d+00:00", (int)year, (int)month, (int)day,
                   (int)(rest / HOUR), (int)(rest % HOUR / 60), (int)(rest % 60));
}

/*
 * Copies the blocks of a side's VPC into what the connection prints of it. A VPC of an account that
 * is not in the model leaves it as it is.
 */
static vp_status show_blocks(vp_change *change, vp_peering_vpc_info *side, vp_error *error) {
    const vp_network *network = change->network;
    const vp_vpc *vpc = (const vp_vpc *)vp_network_find(network, VP_KIND_VPC, side->vpc_id);
    uint32_t position = 0;
    vp_cidr block;
    if (vpc == NULL) {
        return VP_OK;
    }
    side->cidr_block = vpc->cidr_block;
    vp_list_clear(&network->alloc, &vp_peering_block_schema, &side->cidr_block_set);
    vp_list_clear(&network->alloc, &vp_peering_ipv6_block_schema, &side->ipv6_cidr_block_set);
    while (vp_vpc_next_block(network, vpc, &position, &block)) {
        void *item;
        if (block.address.family == 4) {
            VP_TRY(vp_change_append(change, &vp_peering_block_schema, &side->cidr_block_set, &item,
                                    error));
            ((vp_peering_block *)item)->cidr_block = block;
        } else {
            VP_TRY(vp_change_append(change, &vp_peering_ipv6_block_schema,
                                    &side->ipv6_cidr_block_set, &item, error));
            ((vp_peering_ipv6_block *)item)->ipv6_cidr_block = block;
        }
    }
    return VP_OK;
}

/* An active connection shows blocks and options of both sides; options start as false. */
static vp_status show_active(vp_change *change, vp_peering_vpc_info *side, vp_error *error) {
    side->peering_options.allow_dns_resolution_from_remote_vpc = VP_FALSE;
    side->peering_options.allow_egress_from_local_classic_link_to_remote_vpc = VP_FALSE;
    side->peering_options.allow_egress_from_local_vpc_to_remote_classic_link = VP_FALSE;
    return show_blocks(change, side, error);
}

/*
 * Enters a state and does all that hangs on it: message, end, what the sides show, the log.
 * `account` is the one that caused it, VP_NO_NAME for the system.
 */
static vp_status enter(vp_change *change, vp_vpc_peering_connection *pcx, state next,
                       vp_name account, const char *action, vp_error *error) {
    vp_network *network = change->network;
    char message[VP_ERROR_MESSAGE_MAX];
    vp_name named = next == DELETED ? account : pcx->accepter_vpc_info.owner_id;
    const char *format = states[next].message, *hole = strstr(format, "%s");
    /* The account stands at the end of every message that names one. */
    (void)snprintf(message, sizeof message, "%.*s%s", hole != NULL ? (int)(hole - format) : 200,
                   format, hole != NULL ? vp_network_text(network, named) : "");
    VP_TRY(vp_network_name(network, states[next].code, &pcx->status.code, error));
    VP_TRY(vp_network_name(network, message, &pcx->status.message, error));
    if (next != PENDING) {
        pcx->expiration_time = VP_NO_NAME;
    }
    if (is_final(next)) {
        pcx->ended_at = network->clock;
        pcx->ended_by = account;
    }
    if (next == ACTIVE) {
        VP_TRY(show_active(change, &pcx->requester_vpc_info, error));
        VP_TRY(show_active(change, &pcx->accepter_vpc_info, error));
    }
    return vp_network_log(network, action, pcx->record.id, states[next].code, error);
}

vp_status vp_peering_start(vp_change *change, vp_vpc_peering_connection *pcx, vp_error *error) {
    char expiry[40];
    pcx->created_at = change->network->clock;
    vp_peering_format_time(pcx->created_at + VP_PEERING_EXPIRY, expiry);
    VP_TRY(enter(change, pcx, INITIATING, VP_NO_NAME, "CreateVpcPeeringConnection", error));
    VP_TRY(vp_network_name(change->network, expiry, &pcx->expiration_time, error));
    return show_blocks(change, &pcx->requester_vpc_info, error);
}

vp_status vp_peering_step(vp_change *change, vp_vpc_peering_connection *pcx, vp_peering_event event,
                          vp_name account, const char *action, vp_error *error) {
    const vp_network *network = change->network;
    int next = transitions[state_of(network, pcx)][event];
    if (next == NP) {
        VP_REFUSE(error, "OperationNotPermitted", "User (%s) cannot delete peering %s",
                  vp_network_text(network, account), vp_network_text(network, pcx->record.id));
    }
    if (next < 0) {
        VP_REFUSE(error, "InvalidStateTransition",
                  "VpcPeeringConnectionID %s is not in the correct state for the request.",
                  vp_network_text(network, pcx->record.id));
    }
    VP_TRY(vp_change_edit(change, &pcx->record, error));
    vp_name expiration_time = pcx->expiration_time; /* only a pending request shows one */
    VP_TRY(enter(change, pcx, (state)next, account, action, error));
    if (next == PENDING) {
        pcx->expiration_time = expiration_time;
    }
    VP_TRY(vp_security_group_show_status(change, pcx, error));
    return vp_route_table_refresh(change, pcx->record.id, false, error);
}

vp_status vp_peering_fail(vp_change *change, vp_vpc_peering_connection *pcx, vp_peering_event event,
                          const char *action, const char *cause, const char *message,
                          vp_error *error) {
    VP_TRY(vp_peering_step(change, pcx, event, VP_NO_NAME, action, error));
    VP_TRY(vp_network_name(change->network, cause, &pcx->cause, error));
    return vp_network_diagnose(change->network, VP_SEVERITY_WARNING, cause, &pcx->record, NULL,
                               message, error);
}

/* ---- the clock ------------------------------------------------------------------------------- */

/* The pending request that expires first, by then `until` or earlier; ties by id. */
static vp_vpc_peering_connection *next_to_expire(const vp_network *network, int64_t until) {
    vp_vpc_peering_connection *first = NULL;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_VPC_PEERING_CONNECTION); i++) {
        vp_vpc_peering_connection *pcx =
            VP_ROW(vp_vpc_peering_connection, network, VP_KIND_VPC_PEERING_CONNECTION, i);
        if (state_of(network, pcx) != PENDING || pcx->created_at > until - VP_PEERING_EXPIRY) {
            continue;
        }
        if (first == NULL || pcx->created_at < first->created_at ||
            (pcx->created_at == first->created_at &&
             vp_network_compare(network, pcx->record.id, first->record.id) < 0)) {
            first = pcx;
        }
    }
    return first;
}

/* Time passes in steps, from one expiry to the next, so that the log has the right seconds. */
static vp_status advance(vp_change *change, int64_t until, vp_error *error) {
    vp_network *network = change->network;
    vp_vpc_peering_connection *pcx;
    while ((pcx = next_to_expire(network, until)) != NULL) {
        network->clock = pcx->created_at + VP_PEERING_EXPIRY;
        VP_TRY(vp_peering_step(change, pcx, VP_PEERING_EXPIRES, VP_NO_NAME,
                               "ExpireVpcPeeringConnection", error));
    }
    network->clock = until;
    return VP_OK;
}

vp_status vp_peering_advance(vp_network *network, int64_t seconds, vp_error *error) {
    if (seconds < 0 || seconds > INT64_MAX / 4 - network->clock) {
        return vp_error_set(error, VP_MISUSE, "misuse", "the clock goes forward only");
    }
    vp_change change;
    vp_change_begin(&change, network);
    return vp_change_end(&change, advance(&change, network->clock + seconds, error));
}

/* ---- what VPCs and groups ask ---------------------------------------------------------------- */

/* Any active connection will do, not the one that a rule may name (semantics D44). */
const vp_vpc_peering_connection *vp_peering_between(const vp_network *network, vp_name a,
                                                    vp_name b) {
    const vp_vpc_peering_connection *found = NULL;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_VPC_PEERING_CONNECTION); i++) {
        const vp_vpc_peering_connection *pcx =
            VP_ROW(vp_vpc_peering_connection, network, VP_KIND_VPC_PEERING_CONNECTION, i);
        vp_name requester = pcx->requester_vpc_info.vpc_id;
        vp_name accepter = pcx->accepter_vpc_info.vpc_id;
        bool joins = (requester == a && accepter == b) || (requester == b && accepter == a);
        if (joins && state_of(network, pcx) == ACTIVE &&
            (found == NULL || vp_network_compare(network, pcx->record.id, found->record.id) < 0)) {
            found = pcx;
        }
    }
    return found;
}

/* All blocks of both families count, whatever the connection is meant for (semantics 5.4). */
bool vp_peering_overlap(const vp_network *network, const vp_vpc_peering_connection *pcx,
                        vp_cidr *requester, vp_cidr *accepter) {
    uint32_t at = 0;
    while (vp_peering_next_block(network, &pcx->requester_vpc_info, &at, requester)) {
        uint32_t peer_at = 0;
        while (vp_peering_next_block(network, &pcx->accepter_vpc_info, &peer_at, accepter)) {
            if (vp_cidr_overlaps(requester, accepter)) {
                return true;
            }
        }
    }
    return false;
}

/* Does a block of one side overlap `block`? That block is written to *found, for the message. */
static bool side_overlaps(const vp_network *network, const vp_peering_vpc_info *side,
                          const vp_cidr *block, vp_cidr *found) {
    uint32_t position = 0;
    while (vp_peering_next_block(network, side, &position, found)) {
        if (vp_cidr_overlaps(found, block)) {
            return true;
        }
    }
    return false;
}

/* The rows of semantics 5.7 that refuse; the row that ends a request is vp_peering_block_added. */
static vp_status check_block_against(const vp_network *network,
                                     const vp_vpc_peering_connection *pcx, const vp_vpc *vpc,
                                     const vp_cidr *block, vp_error *error) {
    bool requests = pcx->requester_vpc_info.vpc_id == vpc->record.id;
    const vp_peering_vpc_info *peer = requests ? &pcx->accepter_vpc_info : &pcx->requester_vpc_info;
    state at = state_of(network, pcx);
    vp_cidr found;
    if (at == PENDING && requests) {
        VP_REFUSE(error, "OperationNotPermitted",
                  "The vpc '%s' cannot add a block while its request %s is pending acceptance",
                  vp_network_text(network, vpc->record.id),
                  vp_network_text(network, pcx->record.id));
    }
    if ((at == PROVISIONING || at == ACTIVE) && side_overlaps(network, peer, block, &found)) {
        char text[VP_CIDR_TEXT_MAX], other[VP_CIDR_TEXT_MAX];
        (void)vp_cidr_format(block, text);
        (void)vp_cidr_format(&found, other);
        VP_REFUSE(error, "InvalidVpc.Range",
                  "The CIDR '%s' overlaps '%s' of the vpc '%s', which %s joins to this vpc", text,
                  other, vp_network_text(network, peer->vpc_id),
                  vp_network_text(network, pcx->record.id));
    }
    return VP_OK;
}

vp_status vp_peering_check_block(const vp_network *network, const vp_vpc *vpc, const vp_cidr *block,
                                 vp_error *error) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_VPC_PEERING_CONNECTION); i++) {
        const vp_vpc_peering_connection *pcx =
            VP_ROW(vp_vpc_peering_connection, network, VP_KIND_VPC_PEERING_CONNECTION, i);
        if (pcx->requester_vpc_info.vpc_id == vpc->record.id ||
            pcx->accepter_vpc_info.vpc_id == vpc->record.id) {
            VP_TRY(check_block_against(network, pcx, vpc, block, error));
        }
    }
    return VP_OK;
}

vp_status vp_peering_block_added(vp_change *change, const vp_vpc *vpc, const vp_cidr *block,
                                 vp_error *error) {
    vp_network *network = change->network;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_VPC_PEERING_CONNECTION); i++) {
        vp_vpc_peering_connection *pcx =
            VP_ROW(vp_vpc_peering_connection, network, VP_KIND_VPC_PEERING_CONNECTION, i);
        vp_cidr found;
        if (pcx->accepter_vpc_info.vpc_id == vpc->record.id && state_of(network, pcx) == PENDING &&
            side_overlaps(network, &pcx->requester_vpc_info, block, &found)) {
            char text[VP_CIDR_TEXT_MAX], other[VP_CIDR_TEXT_MAX], message[160];
            (void)vp_cidr_format(block, text);
            (void)vp_cidr_format(&found, other);
            (void)snprintf(message, sizeof message,
                           "the accepter's new block %s overlaps the requester's %s", text, other);
            VP_TRY(vp_peering_fail(change, pcx, VP_PEERING_ACCEPTER_OVERLAPS,
                                   "AssociateVpcCidrBlock", "PCX_OVERLAPPING_CIDRS", message,
                                   error));
        }
    }
    return VP_OK;
}

/*
 * One connection of a VPC that is deleted: the requester may withdraw on the way, the accepter must
 * reject first, an active one holds both (semantics 5.3).
 */
static vp_status release(vp_change *change, vp_vpc_peering_connection *pcx, const vp_vpc *vpc,
                         vp_error *error) {
    const vp_network *network = change->network;
    state at = state_of(network, pcx);
    bool requests = pcx->requester_vpc_info.vpc_id == vpc->record.id;
    bool one_owner = pcx->requester_vpc_info.owner_id == pcx->accepter_vpc_info.owner_id;
    if (at == PENDING && (requests || one_owner)) {
        vp_name account = pcx->requester_vpc_info.owner_id;
        VP_TRY(vp_peering_step(change, pcx, VP_PEERING_REQUESTER_DELETES, account, "DeleteVpc",
                               error));
        return vp_peering_step(change, pcx, VP_PEERING_TORN_DOWN, account, "DeleteVpc", error);
    }
    return vp_check_no_dependents(network, &vpc->record, !is_final(at), error);
}

vp_status vp_peering_release_vpc(vp_change *change, const vp_vpc *vpc, vp_error *error) {
    const vp_network *network = change->network;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_VPC_PEERING_CONNECTION); i++) {
        vp_vpc_peering_connection *pcx =
            VP_ROW(vp_vpc_peering_connection, network, VP_KIND_VPC_PEERING_CONNECTION, i);
        if (pcx->requester_vpc_info.vpc_id == vpc->record.id ||
            pcx->accepter_vpc_info.vpc_id == vpc->record.id) {
            VP_TRY(release(change, pcx, vpc, error));
        }
    }
    return VP_OK;
}
