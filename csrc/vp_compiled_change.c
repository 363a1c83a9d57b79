/*
 * vp_compiled_change.c - what a change of the model leaves of what was compiled.
 *
 * The one idea: the journal names the records that changed, and each kind of fact is made of few
 * kinds of records; so what depends on a changed record is marked "not made yet" and everything
 * else stays, in its place or, where places moved, at the new place of the same id.
 */
#include "vp_compiled.h"

#include "vp_sort.h"

#include <string.h>

static const vp_rows *rows_of(const vp_compiled *compiled, vp_kind kind) {
    return vp_network_rows(compiled->network, kind);
}

void vp_compiled_unmake(vp_profile *profiles, size_t count) {
    for (size_t i = 0; profiles != NULL && i < count; i++) {
        profiles[i] = VP_UNMADE;
    }
}

/* ---- groups ------------------------------------------------------------------------------------
 */

static int compare_links(const void *left, const void *right, const void *context) {
    const vp_compiled_link *a = left, *b = right;
    (void)context;
    return a->id != b->id ? (a->id > b->id) - (a->id < b->id)
                          : (a->number > b->number) - (a->number < b->number);
}

/* Which lists have a group. False, with the status set, when there is no memory. */
static bool link_groups(vp_compiled *compiled) {
    uint32_t count = 0, at = 0;
    if (compiled->group_links != NULL) {
        return true;
    }
    for (uint32_t i = 0; i < compiled->groups_count; i++) {
        count += compiled->groups[i].count;
    }
    vp_compiled_link *links =
        vp_alloc_zeroed(&compiled->network->alloc, ((size_t)count + 1) * sizeof *links);
    if (links == NULL) {
        compiled->profiles->status = VP_NO_MEMORY;
        return false;
    }
    for (uint32_t i = 0; i < compiled->groups_count; i++) {
        const vp_range_map *list = vp_map_pool_get(&compiled->profiles->lists, i);
        for (uint32_t k = 0; k < compiled->groups[i].count; k++) {
            links[at].id = list->points.narrow[k];
            links[at++].number = i;
        }
    }
    compiled->group_links = links;
    compiled->group_link_count = count;
    vp_status status =
        vp_sort(&compiled->network->alloc, links, count, sizeof *links, compare_links, NULL);
    compiled->profiles->status = status != VP_OK ? status : compiled->profiles->status;
    return status == VP_OK;
}

const vp_compiled_link *vp_compiled_lists_with(vp_compiled *compiled, vp_name group_id,
                                               uint32_t *count) {
    *count = 0;
    if (!link_groups(compiled)) {
        return NULL;
    }
    const vp_compiled_link *links = compiled->group_links;
    uint32_t low = 0, high = compiled->group_link_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (links[middle].id < group_id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    while (low + *count < compiled->group_link_count && links[low + *count].id == group_id) {
        ++*count;
    }
    return links + low;
}

/* Does some rule of a direction name a group? */
static bool has_references(const vp_security_group *group, bool egress) {
    const vp_list *permissions = egress ? &group->ip_permissions_egress : &group->ip_permissions;
    for (uint32_t i = 0; i < permissions->count; i++) {
        if (VP_ITEM(vp_ip_permission, permissions, i)->user_id_group_pairs.count > 0) {
            return true;
        }
    }
    return false;
}

void vp_compiled_note_rules(vp_compiled *compiled, vp_compiled_groups *groups) {
    groups->missing = groups->references[0] = groups->references[1] = false;
    for (uint32_t k = 0; k < groups->count; k++) {
        const vp_security_group *group = groups->groups[k];
        groups->missing = groups->missing || group == NULL;
        for (int egress = 0; group != NULL && egress < 2; egress++) {
            groups->references[egress] =
                groups->references[egress] || has_references(group, egress == 1);
        }
    }
    vp_compiled_unmake(&groups->profile[0][0], 4);
    groups->version = ++compiled->versions;
}

static void group_changed(vp_compiled *compiled, vp_name group_id) {
    uint32_t count;
    const vp_compiled_link *links = vp_compiled_lists_with(compiled, group_id, &count);
    for (uint32_t i = 0; i < count; i++) {
        vp_compiled_note_rules(compiled, &compiled->groups[links[i].number]);
    }
}

/* Does some rule of the groups name the prefix list? */
static bool lists_name(const vp_list *permissions, vp_name id) {
    for (uint32_t i = 0; i < permissions->count; i++) {
        const vp_list *ids = &VP_ITEM(vp_ip_permission, permissions, i)->prefix_list_ids;
        for (uint32_t k = 0; k < ids->count; k++) {
            if (VP_ITEM(vp_prefix_list_id, ids, k)->prefix_list_id == id) {
                return true;
            }
        }
    }
    return false;
}

static bool groups_name(const vp_compiled_groups *groups, vp_name id) {
    for (uint32_t k = 0; k < groups->count; k++) {
        const vp_security_group *group = groups->groups[k];
        if (group != NULL && (lists_name(&group->ip_permissions, id) ||
                              lists_name(&group->ip_permissions_egress, id))) {
            return true;
        }
    }
    return false;
}

/* ---- tables ------------------------------------------------------------------------------------
 */

static bool route_names(const vp_route *route, vp_name id) {
    return route->vpc_peering_connection_id == id || route->gateway_id == id ||
           route->nat_gateway_id == id || route->network_interface_id == id ||
           route->transit_gateway_id == id || route->egress_only_internet_gateway_id == id ||
           route->instance_id == id || route->destination_prefix_list_id == id ||
           route->carrier_gateway_id == id || route->local_gateway_id == id;
}

/* An interface stands for its instance, and the other way round; an attachment for its gateway. */
static bool route_depends(const vp_compiled *compiled, const vp_route *route,
                          const vp_journal_entry *entry) {
    bool transit = entry->kind == VP_KIND_TRANSIT_GATEWAY_ATTACHMENT;
    bool host = entry->kind == VP_KIND_NETWORK_INTERFACE || entry->kind == VP_KIND_INSTANCE;
    if (route_names(route, entry->id) || (transit && route->transit_gateway_id != VP_NO_NAME)) {
        return true;
    }
    if (host && route->network_interface_id == VP_NO_NAME && route->instance_id != VP_NO_NAME) {
        return true;
    }
    vp_name id =
        route->network_interface_id != VP_NO_NAME ? route->network_interface_id : route->gateway_id;
    const vp_network_interface *met = (const vp_network_interface *)vp_network_find(
        compiled->network, VP_KIND_NETWORK_INTERFACE, id);
    return entry->kind == VP_KIND_INSTANCE && met != NULL &&
           met->attachment.instance_id == entry->id;
}

static bool table_depends(const vp_compiled *compiled, const vp_route_table *table,
                          const vp_journal_entry *entry) {
    if (table->record.id == entry->id ||
        (entry->kind == VP_KIND_VPC && table->vpc_id == entry->id)) {
        return true;
    }
    for (uint32_t i = 0; i < table->routes.count; i++) {
        if (route_depends(compiled, VP_ITEM(vp_route, &table->routes, i), entry)) {
            return true;
        }
    }
    return false;
}

static void unmake_table(vp_compiled *compiled, const vp_route_table *table) {
    vp_compiled_unmake(&compiled->tables[2 * (size_t)vp_compiled_place(compiled, &table->record)],
                       2);
}

/* Only tables of its two VPCs lead over a connection, whatever others name it. */
static void connection_changed(vp_compiled *compiled, const vp_journal_entry *entry) {
    const vp_vpc_peering_connection *connection =
        (const vp_vpc_peering_connection *)vp_network_find(
            compiled->network, VP_KIND_VPC_PEERING_CONNECTION, entry->id);
    for (int side = 0; connection != NULL && side < 2; side++) {
        uint32_t count;
        vp_name vpc_id = side == 0 ? connection->requester_vpc_info.vpc_id
                                   : connection->accepter_vpc_info.vpc_id;
        vp_route_table *const *tables = vp_index_route_tables_of(compiled->index, vpc_id, &count);
        for (uint32_t i = 0; i < count; i++) {
            if (table_depends(compiled, tables[i], entry)) {
                unmake_table(compiled, tables[i]);
            }
        }
    }
}

/* ---- what is made of nothing but rules ---------------------------------------------------------
 */

static void prefix_list_changed(vp_compiled *compiled, const vp_journal_entry *entry) {
    const vp_rows *tables = rows_of(compiled, VP_KIND_ROUTE_TABLE);
    for (uint32_t i = 0; i < tables->count; i++) {
        const vp_route_table *table = (const vp_route_table *)tables->rows[i];
        if (table_depends(compiled, table, entry)) {
            unmake_table(compiled, table);
        }
    }
    for (uint32_t i = 0; i < compiled->groups_count; i++) {
        if (groups_name(&compiled->groups[i], entry->id)) {
            vp_compiled_note_rules(compiled, &compiled->groups[i]);
        }
    }
    vp_memo_clear(&compiled->transits);
}

static void record_changed(vp_compiled *compiled, const vp_journal_entry *entry) {
    const vp_record *record = vp_network_find(compiled->network, VP_KIND_NONE, entry->id);
    if (record == NULL) {
        return;
    }
    switch ((vp_kind)entry->kind) {
    case VP_KIND_SECURITY_GROUP:
        group_changed(compiled, entry->id);
        return;
    case VP_KIND_NETWORK_ACL:
        vp_compiled_unmake(&compiled->acls[4 * (size_t)vp_compiled_place(compiled, record)], 4);
        return;
    case VP_KIND_ROUTE_TABLE: /* a gateway on premises knows what tables say of it */
        unmake_table(compiled, (const vp_route_table *)record);
        vp_compiled_unmake(&compiled->behind[0][0], 2 * (size_t)compiled->behind_count);
        return;
    case VP_KIND_VPC_PEERING_CONNECTION:
        connection_changed(compiled, entry);
        return;
    default:
        prefix_list_changed(compiled, entry);
        return;
    }
}

bool vp_compiled_is_known(const vp_compiled *compiled) {
    const vp_network *network = compiled->network;
    return compiled->places != NULL && !compiled->is_partial && network->changing == 0 &&
           vp_journal_covers(&network->journal, compiled->generation) &&
           vp_profiles_status(compiled->profiles) == VP_OK;
}

bool vp_compiled_mend(vp_compiled *compiled) {
    const vp_journal_entry *entry;
    uint32_t position = 0;
    const vp_journal *journal = &compiled->network->journal;
    if (!vp_compiled_is_known(compiled) ||
        (vp_journal_since(journal, compiled->generation) & VP_CHANGED_PLACES)) {
        return false;
    }
    compiled->ways_changed = false;
    while ((entry = vp_journal_next(journal, compiled->generation, &position)) != NULL) {
        compiled->ways_changed = compiled->ways_changed || (entry->kind != VP_KIND_SECURITY_GROUP &&
                                                            entry->kind != VP_KIND_NETWORK_ACL);
        record_changed(compiled, entry);
    }
    return true;
}

/* ---- what can be carried over ------------------------------------------------------------------
 */

/* Kinds of records as bits. */
#define KIND(name) (UINT32_C(1) << VP_KIND_##name)
#define TRANSIT_KINDS                                                                              \
    (KIND(TRANSIT_GATEWAY) | KIND(TRANSIT_GATEWAY_ATTACHMENT) | KIND(TRANSIT_GATEWAY_ROUTE_TABLE))
#define PREMISES_KINDS (KIND(VPN_GATEWAY) | KIND(VPN_CONNECTION) | KIND(CUSTOMER_GATEWAY))

/* What the facts that are no profiles of a single record are made of. */
#define HELD_KINDS                                                                                 \
    (KIND(NETWORK_INTERFACE) | KIND(SUBNET) | KIND(VPC) | KIND(VPC_PEERING_CONNECTION))
#define OUTSIDE_KINDS                                                                              \
    (KIND(NETWORK_INTERFACE) | KIND(SUBNET) | KIND(VPC) | KIND(INSTANCE) | KIND(ADDRESS) |         \
     KIND(NAT_GATEWAY))
#define TRANSIT_TABLE_KINDS (TRANSIT_KINDS | PREMISES_KINDS | KIND(VPC) | KIND(PREFIX_LIST))
#define BEHIND_KINDS (PREMISES_KINDS | KIND(ROUTE_TABLE))

static bool is_among(const vp_compiled *compiled, uint64_t since, vp_name id) {
    const vp_journal_entry *entry;
    uint32_t position = 0;
    while ((entry = vp_journal_next(&compiled->network->journal, since, &position)) != NULL) {
        if (entry->id == id) {
            return true;
        }
    }
    return false;
}

static void carry_tables(vp_compiled *compiled, const vp_compiled *old) {
    const vp_rows *rows = rows_of(compiled, VP_KIND_ROUTE_TABLE);
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_route_table *table = (const vp_route_table *)rows->rows[i];
        const vp_journal_entry *entry;
        uint32_t position = 0;
        bool depends = false;
        while (!depends && (entry = vp_journal_next(&compiled->network->journal, old->generation,
                                                    &position)) != NULL) {
            depends = table_depends(compiled, table, entry);
        }
        if (!depends) {
            memcpy(&compiled->tables[2 * (size_t)i],
                   &old->tables[2 * (size_t)old->places[table->record.id]],
                   2 * sizeof *old->tables);
        }
    }
}

static void carry_acls(vp_compiled *compiled, const vp_compiled *old) {
    const vp_rows *rows = rows_of(compiled, VP_KIND_NETWORK_ACL);
    for (uint32_t i = 0; i < rows->count; i++) {
        vp_name id = rows->rows[i]->id;
        if (!is_among(compiled, old->generation, id)) {
            memcpy(&compiled->acls[4 * (size_t)i], &old->acls[4 * (size_t)old->places[id]],
                   4 * sizeof *old->acls);
        }
    }
}

/* The router of a subnet answers in its VPC; where a subnet was is not known any more. */
static bool services_depend(const vp_compiled *compiled, uint64_t since, vp_name vpc_id) {
    const vp_journal_entry *entry;
    uint32_t position = 0;
    while ((entry = vp_journal_next(&compiled->network->journal, since, &position)) != NULL) {
        const vp_subnet *subnet =
            (const vp_subnet *)vp_network_find(compiled->network, VP_KIND_SUBNET, entry->id);
        if (entry->kind == VP_KIND_SUBNET && (subnet == NULL || subnet->vpc_id == vpc_id)) {
            return true;
        }
    }
    return false;
}

static void carry_vpcs(vp_compiled *compiled, const vp_compiled *old) {
    const vp_rows *rows = rows_of(compiled, VP_KIND_VPC);
    for (uint32_t i = 0; i < rows->count; i++) {
        vp_name id = rows->rows[i]->id;
        if (is_among(compiled, old->generation, id)) {
            continue;
        }
        const vp_compiled_vpc *from = &old->vpcs[old->places[id]];
        memcpy(compiled->vpcs[i].space, from->space, sizeof from->space);
        if (!services_depend(compiled, old->generation, id)) {
            memcpy(compiled->vpcs[i].services, from->services, sizeof from->services);
        }
    }
}

/* A list of groups is as it was when none of them changed, and no prefix list that they name. */
static bool is_as_it_was(const vp_compiled *compiled, const vp_compiled *old, uint32_t number) {
    const vp_range_map *list = vp_map_pool_get(&compiled->profiles->lists, number);
    const vp_journal_entry *entry;
    uint32_t position = 0;
    for (uint32_t k = 0; k < list->count; k++) {
        if (is_among(compiled, old->generation, list->points.narrow[k])) {
            return false;
        }
    }
    while ((entry = vp_journal_next(&compiled->network->journal, old->generation, &position)) !=
           NULL) {
        if (entry->kind == VP_KIND_PREFIX_LIST &&
            groups_name(&compiled->groups[number], entry->id)) {
            return false;
        }
    }
    return true;
}

static void carry_groups(vp_compiled *compiled, const vp_compiled *old) {
    for (uint32_t i = 0; i < old->groups_count && i < compiled->groups_count; i++) {
        if (is_as_it_was(compiled, old, i)) {
            memcpy(compiled->groups[i].profile, old->groups[i].profile,
                   sizeof old->groups[i].profile);
            compiled->groups[i].version = old->groups[i].version;
        }
    }
}

void vp_compiled_set_target(vp_compiled_action *action, vp_record *record) {
    action->record = record;
    action->vpc_ids[0] = action->vpc_ids[1] = VP_NO_NAME;
    if (record != NULL && record->kind == VP_KIND_VPC_PEERING_CONNECTION) {
        const vp_vpc_peering_connection *connection = (const vp_vpc_peering_connection *)record;
        action->vpc_ids[0] = connection->requester_vpc_info.vpc_id;
        action->vpc_ids[1] = connection->accepter_vpc_info.vpc_id;
    }
}

/* Numbers of actions stand in the tables that were carried over, so the actions keep them. */
static void carry_actions(vp_compiled *compiled, vp_compiled *old) {
    compiled->actions = old->actions;
    compiled->action_count = old->action_count;
    compiled->action_capacity = old->action_capacity;
    compiled->action_numbers = old->action_numbers;
    old->actions = NULL;
    old->action_count = old->action_capacity = 0;
    vp_memo_init(&old->action_numbers, &compiled->network->alloc);
    for (uint32_t i = 0; i < compiled->action_count; i++) {
        vp_compiled_action *action = &compiled->actions[i];
        vp_compiled_set_target(action,
                               vp_network_find(compiled->network, VP_KIND_NONE, action->record_id));
    }
}

static void carry_memo(vp_memo *to, vp_memo *from, bool same) {
    if (same) {
        vp_memo_clear(to);
        *to = *from;
        vp_memo_init(from, &to->alloc);
    }
}

void vp_compiled_carry(vp_compiled *compiled, vp_compiled *old) {
    const vp_journal_entry *entry;
    uint32_t position = 0, kinds = 0;
    while ((entry = vp_journal_next(&compiled->network->journal, old->generation, &position)) !=
           NULL) {
        kinds |= UINT32_C(1) << entry->kind;
    }
    carry_tables(compiled, old);
    carry_acls(compiled, old);
    carry_vpcs(compiled, old);
    carry_groups(compiled, old);
    carry_actions(compiled, old);
    carry_memo(&compiled->references, &old->references, true);
    carry_memo(&compiled->spaces, &old->spaces, !(kinds & HELD_KINDS));
    carry_memo(&compiled->transits, &old->transits, !(kinds & TRANSIT_TABLE_KINDS));
    carry_memo(&compiled->attachments, &old->attachments, !(kinds & TRANSIT_KINDS));
    if (!(kinds & OUTSIDE_KINDS)) {
        memcpy(compiled->outside, old->outside, sizeof old->outside);
    }
    if (!(kinds & BEHIND_KINDS)) {
        memcpy(compiled->behind, old->behind, old->behind_count * sizeof *old->behind);
    }
    compiled->private_ranges = old->private_ranges;
}
