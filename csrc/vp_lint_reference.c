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
#include "vp_transit.h"

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

/*
 * Do the data say that nothing joins the VPCs, rather than leave it out? A group that a call made
 * is in a model that holds everything there is.
 */
static bool is_known_apart(const vp_lint *lint, const vp_security_group *from,
                           const vp_user_id_group_pair *pair, const target *to) {
    vp_network *network = lint->network;
    if (vp_network_find(network, VP_KIND_VPC_PEERING_CONNECTION, pair->vpc_peering_connection_id) !=
            NULL ||
        (pair->peering_status != VP_NO_NAME &&
         !vp_network_name_is(network, pair->peering_status, "active"))) {
        return true;
    }
    return to->group != NULL &&
           (from->record.index == VP_NO_INDEX ||
            vp_network_rows(network, VP_KIND_VPC_PEERING_CONNECTION)->count > 0 ||
            vp_network_rows(network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT)->count > 0);
}

/* Every VPC has its default group: one whose groups are in the data has no others. */
static bool has_groups(const vp_lint *lint, vp_name vpc_id) {
    return vpc_id != VP_NO_NAME && lint->has_groups[vpc_id] != 0;
}

static verdict judge(const vp_lint *lint, const vp_security_group *from,
                     const vp_user_id_group_pair *pair, const target *to, bool egress) {
    if (is_known_region(lint, from->record.region) && is_known_region(lint, to->region) &&
        from->record.region != to->region) {
        return CROSS_REGION;
    }
    if (to->vpc_id == VP_NO_NAME || from->vpc_id == VP_NO_NAME) {
        return NOT_KNOWN;
    }
    if (to->group != NULL && vp_security_group_serves(lint->network, to->group, from->vpc_id)) {
        return FINE;
    }
    if (to->group == NULL && has_groups(lint, to->vpc_id)) {
        bool foreign = pair->user_id != VP_NO_NAME && to->vpc_id == from->vpc_id &&
                       pair->user_id != from->record.owner_id;
        return foreign ? NOT_KNOWN : STALE; /* groups of participants may be in their own dump */
    }
    if (to->vpc_id == from->vpc_id || are_joined(lint, from->vpc_id, to->vpc_id)) {
        return to->group != NULL ? FINE : NOT_KNOWN;
    }
    if (!egress && vp_transit_joins(lint->network, from->vpc_id, to->vpc_id, true)) {
        return FINE;
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
    evidence->status = rule->pair->peering_status;
    if (code == VP_LINT_CROSS_REGION) {
        evidence->region = rule->group->record.region;
        evidence->peer_region = to->region;
    }
    return VP_OK;
}

/* ---- what describe-stale-security-groups printed ----------------------------------------------
 */

/* A rule as the document lists it. */
typedef struct listed {
    vp_name group_id, protocol;
    int32_t from, to;
} listed;

typedef struct listing {
    listed *items; /* sorted */
    uint32_t count, capacity;
} listing;

static int compare_listed(const void *a, const void *b, const void *context) {
    const listed *one = a, *two = b;
    (void)context;
    if (one->group_id != two->group_id) {
        return one->group_id < two->group_id ? -1 : 1;
    }
    if (one->protocol != two->protocol) {
        return one->protocol < two->protocol ? -1 : 1;
    }
    if (one->from != two->from) {
        return one->from < two->from ? -1 : 1;
    }
    return one->to == two->to ? 0 : one->to < two->to ? -1 : 1;
}

static listed listed_of(const vp_ip_permission *permission, const vp_user_id_group_pair *pair) {
    return (listed){pair->group_id, permission->ip_protocol,
                    permission->from_port.given ? permission->from_port.value : -1,
                    permission->to_port.given ? permission->to_port.value : -1};
}

static vp_status read_listing(vp_lint *lint, const vp_list *permissions, listing *all,
                              vp_error *error) {
    const vp_alloc *alloc = &lint->network->alloc;
    all->count = 0;
    for (uint32_t i = 0; i < permissions->count; i++) {
        const vp_ip_permission *permission = VP_ITEM(vp_ip_permission, permissions, i);
        const vp_list *list = &permission->user_id_group_pairs;
        void *items = all->items;
        if (vp_alloc_grow(alloc, &items, &all->capacity, (size_t)all->count + list->count + 1,
                          sizeof *all->items) != VP_OK) {
            return vp_error_no_memory(error);
        }
        all->items = items;
        for (uint32_t j = 0; j < list->count; j++) {
            all->items[all->count++] =
                listed_of(permission, VP_ITEM(vp_user_id_group_pair, list, j));
        }
    }
    return vp_sort(alloc, all->items, all->count, sizeof *all->items, compare_listed, NULL) == VP_OK
               ? VP_OK
               : vp_error_no_memory(error);
}

static bool is_listed(const listing *all, const listed *wanted) {
    uint32_t low = 0, high = all->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = compare_listed(&all->items[middle], wanted, NULL);
        if (order == 0) {
            return true;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

/* ---- the rules of a group ---------------------------------------------------------------------
 */

/* What the model says against what the document lists; a VPC of which none is listed is left out.
 */
static vp_status compare(vp_lint *lint, const reference *rule, const target *to, verdict said,
                         const listing *printed, vp_error *error) {
    listed this = listed_of(rule->permission, rule->pair);
    bool lists = is_listed(printed, &this), stale = said == STALE;
    if (!vp_lint_wants(lint, VP_LINT_STALE_DISAGREES) || (said != STALE && said != FINE) ||
        stale == lists || lint->has_groups[rule->group->vpc_id] != 2) {
        return VP_OK;
    }
    VP_TRY(report(lint, VP_LINT_STALE_DISAGREES, rule, to, error));
    vp_lint_evidence *evidence =
        &VP_ITEM(vp_finding, lint->findings, lint->findings->count - 1)->evidence;
    evidence->computed_stale = stale ? VP_TRUE : VP_FALSE;
    evidence->printed_stale = lists ? VP_TRUE : VP_FALSE;
    return VP_OK;
}

static vp_status judge_rule(vp_lint *lint, const reference *rule, const listing *printed,
                            vp_error *error) {
    target to = target_of(lint, rule->group, rule->pair);
    verdict said = judge(lint, rule->group, rule->pair, &to, rule->egress);
    if (said == STALE && vp_lint_wants(lint, VP_LINT_RULE_STALE)) {
        VP_TRY(report(lint, VP_LINT_RULE_STALE, rule, &to, error));
    } else if (said == CROSS_REGION && vp_lint_wants(lint, VP_LINT_CROSS_REGION)) {
        VP_TRY(report(lint, VP_LINT_CROSS_REGION, rule, &to, error));
    }
    return compare(lint, rule, &to, said, printed, error);
}

static vp_status judge_rules(vp_lint *lint, const vp_security_group *group, bool egress,
                             listing *printed, vp_error *error) {
    const vp_list *permissions = egress ? &group->ip_permissions_egress : &group->ip_permissions;
    VP_TRY(read_listing(lint,
                        egress ? &group->stale_ip_permissions_egress : &group->stale_ip_permissions,
                        printed, error));
    for (uint32_t i = 0; i < permissions->count; i++) {
        const vp_ip_permission *permission = VP_ITEM(vp_ip_permission, permissions, i);
        for (uint32_t j = 0; j < permission->user_id_group_pairs.count; j++) {
            reference rule = {group, permission,
                              VP_ITEM(vp_user_id_group_pair, &permission->user_id_group_pairs, j),
                              egress};
            VP_TRY(judge_rule(lint, &rule, printed, error));
        }
    }
    return VP_OK;
}

static bool lists_stale(const vp_security_group *group) {
    return group->stale_ip_permissions.count + group->stale_ip_permissions_egress.count > 0;
}

vp_status vp_lint_groups(vp_lint *lint, vp_error *error) {
    const vp_rows *rows = vp_network_rows(lint->network, VP_KIND_SECURITY_GROUP);
    listing printed = {NULL, 0, 0};
    vp_status status = VP_OK;
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_security_group *group = (const vp_security_group *)rows->rows[i];
        uint8_t *known = &lint->has_groups[group->vpc_id];
        *known = lists_stale(group) || *known == 2 ? 2 : 1;
    }
    for (uint32_t i = 0; status == VP_OK && i < rows->count; i++) {
        const vp_security_group *group = (const vp_security_group *)rows->rows[i];
        status = judge_rules(lint, group, false, &printed, error);
        if (status == VP_OK) {
            status = judge_rules(lint, group, true, &printed, error);
        }
    }
    vp_alloc_free(&lint->network->alloc, printed.items, printed.capacity * sizeof *printed.items);
    return status;
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
