/*
 * vp_lint_reference.c - findings about what rules and routes name: groups, prefix lists.
 *
 * A reference is judged by the VPCs of both groups: one VPC, joined VPCs, or neither. What the data
 * leave open (a peer that is not loaded) is not called stale. Semantics 6.2, 6.5; AWS: VPC Peering
 * Guide, "Identify your deleted security groups".
 */
#include "vp_change.h"
#include "vp_identity.h"
#include "vp_lint_view.h"
#include "vp_sort.h"

/* ---- group references -------------------------------------------------------------------------
 */

/* What is known of the VPC that a reference leads to. */
typedef struct target {
    const vp_security_group *group; /* NULL: not in the data */
    vp_name vpc_id, region;         /* VP_NO_NAME: not known */
} target;

typedef enum verdict { FINE, NOT_KNOWN, STALE, CROSS_REGION } verdict;

/* The side of the connection that a pair names and that is not `vpc_id`. */
static const vp_peering_vpc_info *far_side(const vp_lint *lint, const vp_user_id_group_pair *pair,
                                           vp_name vpc_id) {
    const vp_vpc_peering_connection *connection =
        (const vp_vpc_peering_connection *)vp_network_find(
            lint->network, VP_KIND_VPC_PEERING_CONNECTION, pair->vpc_peering_connection_id);
    return connection == NULL
               ? NULL
               : vp_lint_info_of(connection,
                                 connection->requester_vpc_info.vpc_id == vpc_id ? 1 : 0);
}

/* AWS prints neither VPC nor connection for a group of the same VPC. */
static target target_of(const vp_lint *lint, const vp_security_group *from,
                        const vp_user_id_group_pair *pair) {
    target found = {(const vp_security_group *)vp_network_find(
                        lint->network, VP_KIND_SECURITY_GROUP, pair->group_id),
                    pair->vpc_id, VP_NO_NAME};
    const vp_peering_vpc_info *side = far_side(lint, pair, from->vpc_id);
    if (found.group != NULL) {
        found.vpc_id = found.group->vpc_id;
        found.region = found.group->record.region;
        return found;
    }
    if (found.vpc_id == VP_NO_NAME) {
        found.vpc_id = side != NULL                                    ? side->vpc_id
                       : pair->vpc_peering_connection_id == VP_NO_NAME ? from->vpc_id
                                                                       : VP_NO_NAME;
    }
    const vp_record *vpc = vp_network_find(lint->network, VP_KIND_VPC, found.vpc_id);
    found.region = vpc != NULL                                    ? vpc->region
                   : side != NULL && side->vpc_id == found.vpc_id ? side->region
                                                                  : VP_NO_NAME;
    return found;
}

static bool is_known_region(const vp_lint *lint, vp_name region) {
    return region != VP_NO_NAME && !vp_network_name_is(lint->network, region, VP_UNKNOWN_REGION);
}

/* Is an active connection between the two VPCs (any one, D44)? */
static bool are_joined(const vp_lint *lint, vp_name a, vp_name b) {
    uint32_t count;
    const vp_lint_pair *pairs = vp_lint_pairs_of(lint, a, b, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (pairs[i].active) {
            return true;
        }
    }
    return false;
}

/* Do the data say that nothing joins the VPCs, rather than leave it out? */
static bool is_known_apart(const vp_lint *lint, const vp_security_group *from,
                           const vp_user_id_group_pair *pair, const target *to) {
    vp_network *network = lint->network;
    return vp_network_find(network, VP_KIND_VPC_PEERING_CONNECTION,
                           pair->vpc_peering_connection_id) != NULL ||
           (pair->peering_status != VP_NO_NAME &&
            !vp_network_name_is(network, pair->peering_status, "active")) ||
           (to->group != NULL && from->vpc_id != VP_NO_NAME && to->vpc_id != VP_NO_NAME &&
            vp_network_rows(network, VP_KIND_VPC_PEERING_CONNECTION)->count > 0);
}

/* Every VPC has its default group: one whose groups are in the data has no others. */
static bool has_groups(const vp_lint *lint, vp_name vpc_id) {
    return vpc_id != VP_NO_NAME && lint->has_groups[vpc_id] != 0;
}

static verdict judge(const vp_lint *lint, const vp_security_group *from,
                     const vp_user_id_group_pair *pair, const target *to) {
    if (is_known_region(lint, from->record.region) && is_known_region(lint, to->region) &&
        from->record.region != to->region) {
        return CROSS_REGION;
    }
    if (to->vpc_id == VP_NO_NAME || from->vpc_id == VP_NO_NAME) {
        return NOT_KNOWN;
    }
    if (to->group == NULL && has_groups(lint, to->vpc_id)) {
        bool foreign = pair->user_id != VP_NO_NAME && to->vpc_id == from->vpc_id &&
                       pair->user_id != from->record.owner_id;
        return foreign ? NOT_KNOWN : STALE; /* groups of participants may be in their own dump */
    }
    if (to->vpc_id == from->vpc_id || are_joined(lint, from->vpc_id, to->vpc_id)) {
        return to->group != NULL ? FINE : NOT_KNOWN;
    }
    return is_known_apart(lint, from, pair, to) ? STALE : NOT_KNOWN;
}

/* A rule with a group as its peer. */
typedef struct reference {
    const vp_security_group *group;
    const vp_ip_permission *permission;
    const vp_user_id_group_pair *pair;
    bool egress;
} reference;

static vp_status report(vp_lint *lint, vp_lint_code code, const reference *rule, const target *to,
                        vp_error *error) {
    const vp_name ids[3] = {rule->group->record.id, rule->pair->group_id, VP_NO_NAME};
    vp_finding *finding;
    VP_TRY(vp_lint_add(lint, code, ids, &finding, error));
    vp_lint_evidence *evidence = &finding->evidence;
    evidence->group_id = rule->group->record.id;
    evidence->is_egress = rule->egress ? VP_TRUE : VP_FALSE;
    evidence->ip_protocol = rule->permission->ip_protocol;
    evidence->from_port = rule->permission->from_port;
    evidence->to_port = rule->permission->to_port;
    evidence->security_group_rule_id = rule->pair->security_group_rule_id;
    evidence->referenced_group_id = rule->pair->group_id;
    evidence->user_id = rule->pair->user_id;
    evidence->vpc_id = rule->group->vpc_id;
    evidence->peer_vpc_id = to->vpc_id;
    evidence->vpc_peering_connection_id = rule->pair->vpc_peering_connection_id;
    if (code == VP_LINT_CROSS_REGION) {
        evidence->region = rule->group->record.region;
        evidence->peer_region = to->region;
    }
    return VP_OK;
}

static vp_status judge_rules(vp_lint *lint, const vp_security_group *group, bool egress,
                             vp_error *error) {
    const vp_list *permissions = egress ? &group->ip_permissions_egress : &group->ip_permissions;
    for (uint32_t i = 0; i < permissions->count; i++) {
        const vp_ip_permission *permission = VP_ITEM(vp_ip_permission, permissions, i);
        for (uint32_t j = 0; j < permission->user_id_group_pairs.count; j++) {
            reference rule = {group, permission,
                              VP_ITEM(vp_user_id_group_pair, &permission->user_id_group_pairs, j),
                              egress};
            target to = target_of(lint, group, rule.pair);
            verdict said = judge(lint, group, rule.pair, &to);
            if (said == STALE && vp_lint_wants(lint, VP_LINT_RULE_STALE)) {
                VP_TRY(report(lint, VP_LINT_RULE_STALE, &rule, &to, error));
            } else if (said == CROSS_REGION && vp_lint_wants(lint, VP_LINT_CROSS_REGION)) {
                VP_TRY(report(lint, VP_LINT_CROSS_REGION, &rule, &to, error));
            }
        }
    }
    return VP_OK;
}

vp_status vp_lint_groups(vp_lint *lint, vp_error *error) {
    const vp_rows *rows = vp_network_rows(lint->network, VP_KIND_SECURITY_GROUP);
    for (uint32_t i = 0; i < rows->count; i++) {
        vp_name vpc_id = ((const vp_security_group *)rows->rows[i])->vpc_id;
        lint->has_groups[vpc_id] = 1;
    }
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_security_group *group = (const vp_security_group *)rows->rows[i];
        VP_TRY(judge_rules(lint, group, false, error));
        VP_TRY(judge_rules(lint, group, true, error));
    }
    return VP_OK;
}

/* ---- prefix lists that are not in the data ----------------------------------------------------
 */

/* Who names a list. */
typedef struct naming {
    vp_name list, user;
} naming;

typedef struct namings {
    naming *items;
    uint32_t count, capacity;
} namings;

static vp_status note(vp_lint *lint, namings *all, vp_name list, vp_name user, vp_error *error) {
    void *items = all->items;
    naming last = all->count > 0 ? all->items[all->count - 1] : (naming){VP_NO_NAME, VP_NO_NAME};
    if (list == VP_NO_NAME || (last.list == list && last.user == user) ||
        vp_network_find(lint->network, VP_KIND_PREFIX_LIST, list) != NULL) {
        return VP_OK;
    }
    if (vp_alloc_grow(&lint->network->alloc, &items, &all->capacity, (size_t)all->count + 1,
                      sizeof *all->items) != VP_OK) {
        return vp_error_no_memory(error);
    }
    all->items = items;
    all->items[all->count++] = (naming){list, user};
    return VP_OK;
}

static vp_status note_group(vp_lint *lint, namings *all, const vp_security_group *group,
                            vp_error *error) {
    for (int egress = 0; egress <= 1; egress++) {
        const vp_list *permissions =
            egress == 1 ? &group->ip_permissions_egress : &group->ip_permissions;
        for (uint32_t i = 0; i < permissions->count; i++) {
            const vp_list *lists = &VP_ITEM(vp_ip_permission, permissions, i)->prefix_list_ids;
            for (uint32_t j = 0; j < lists->count; j++) {
                VP_TRY(note(lint, all, VP_ITEM(vp_prefix_list_id, lists, j)->prefix_list_id,
                            group->record.id, error));
            }
        }
    }
    return VP_OK;
}

static vp_status note_all(vp_lint *lint, namings *all, vp_error *error) {
    const vp_rows *rows = vp_network_rows(lint->network, VP_KIND_ROUTE_TABLE);
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_route_table *table = (const vp_route_table *)rows->rows[i];
        for (uint32_t j = 0; j < table->routes.count; j++) {
            VP_TRY(note(lint, all, VP_ITEM(vp_route, &table->routes, j)->destination_prefix_list_id,
                        table->record.id, error));
        }
    }
    rows = vp_network_rows(lint->network, VP_KIND_SECURITY_GROUP);
    for (uint32_t i = 0; i < rows->count; i++) {
        VP_TRY(note_group(lint, all, (const vp_security_group *)rows->rows[i], error));
    }
    return VP_OK;
}

static int compare_namings(const void *a, const void *b, const void *context) {
    const naming *one = a, *two = b;
    if (one->list != two->list) {
        return vp_network_compare(context, one->list, two->list);
    }
    return one->user == two->user ? 0 : vp_network_compare(context, one->user, two->user);
}

/* One finding a list: the list, then everything that names it. */
static vp_status report_lists(vp_lint *lint, const namings *all, vp_error *error) {
    vp_finding *finding = NULL;
    for (uint32_t i = 0; i < all->count; i++) {
        const naming *this = &all->items[i];
        if (i == 0 || this->list != all->items[i - 1].list) {
            const vp_name ids[3] = {this->list, VP_NO_NAME, VP_NO_NAME};
            VP_TRY(vp_lint_add(lint, VP_LINT_UNKNOWN_PREFIX_LIST, ids, &finding, error));
            finding->evidence.prefix_list_id = this->list;
        } else if (this->user == all->items[i - 1].user) {
            continue;
        }
        VP_TRY(vp_lint_name(lint, finding, this->user, error));
    }
    return VP_OK;
}

vp_status vp_lint_prefix_lists(vp_lint *lint, vp_error *error) {
    namings all = {NULL, 0, 0};
    vp_status status = note_all(lint, &all, error);
    if (status == VP_OK && vp_sort(&lint->network->alloc, all.items, all.count, sizeof *all.items,
                                   compare_namings, lint->network) != VP_OK) {
        status = vp_error_no_memory(error);
    }
    if (status == VP_OK) {
        status = report_lists(lint, &all, error);
    }
    vp_alloc_free(&lint->network->alloc, all.items, all.capacity * sizeof *all.items);
    return status;
}
