/*
 * vp_compiled.c - the facts of all objects in one pass, the profiles of their rules on demand.
 *
 * The one idea: an array by place for each kind, and one array that turns an id into a place. When
 * places move the arrays are made anew beside the old ones, from which profiles are carried over.
 */
#include "vp_compiled.h"

#include <string.h>

/* ---- memory ------------------------------------------------------------------------------------
 */

static void *make(vp_compiled *compiled, size_t count, size_t size) {
    void *memory = vp_alloc_zeroed(&compiled->network->alloc, (count + 1) * size);
    if (memory == NULL) {
        compiled->profiles->status = VP_NO_MEMORY;
    }
    return memory;
}

static void drop(vp_compiled *compiled, void *memory, size_t count, size_t size) {
    vp_alloc_free(&compiled->network->alloc, memory, memory == NULL ? 0 : (count + 1) * size);
}

/* Everything but the pools. */
static void forget(vp_compiled *compiled) {
    if (compiled->quick != NULL) {
        compiled->quick_free(compiled);
    }
    if (compiled->atlas != NULL) {
        compiled->atlas_free(compiled->atlas);
        compiled->atlas = NULL;
    }
    for (uint32_t i = 0; compiled->groups != NULL && i < compiled->groups_count; i++) {
        vp_alloc_free(&compiled->network->alloc, compiled->groups[i].groups,
                      compiled->groups[i].count * sizeof *compiled->groups[i].groups);
    }
    drop(compiled, compiled->groups, compiled->groups_count, sizeof *compiled->groups);
    drop(compiled, compiled->group_links, compiled->group_link_count,
         sizeof *compiled->group_links);
    drop(compiled, compiled->places, compiled->place_count, sizeof *compiled->places);
    drop(compiled, compiled->tables, 2 * (size_t)compiled->table_count, sizeof *compiled->tables);
    drop(compiled, compiled->acls, 4 * (size_t)compiled->acl_count, sizeof *compiled->acls);
    drop(compiled, compiled->vpcs, compiled->vpc_count, sizeof *compiled->vpcs);
    drop(compiled, compiled->next_subnet, compiled->subnet_count, sizeof *compiled->next_subnet);
    drop(compiled, compiled->behind, compiled->behind_count, sizeof *compiled->behind);
    drop(compiled, compiled->interfaces, compiled->interface_count, sizeof *compiled->interfaces);
    vp_alloc_free(&compiled->network->alloc, compiled->actions,
                  compiled->action_capacity * sizeof *compiled->actions);
    vp_memo_clear(&compiled->references);
    vp_memo_clear(&compiled->action_numbers);
    vp_memo_clear(&compiled->spaces);
    vp_memo_clear(&compiled->transits);
    vp_memo_clear(&compiled->attachments);
    compiled->groups = NULL;
    compiled->group_links = NULL;
    compiled->places = NULL;
    compiled->tables = compiled->acls = NULL;
    compiled->vpcs = NULL;
    compiled->behind = NULL;
    compiled->next_subnet = NULL;
    compiled->interfaces = NULL;
    compiled->actions = NULL;
    compiled->action_count = compiled->action_capacity = 0;
}

void vp_compiled_free(vp_compiled *compiled) {
    if (compiled != NULL) {
        vp_alloc alloc = compiled->network->alloc;
        forget(compiled);
        vp_profiles_unref(compiled->profiles);
        vp_alloc_free(&alloc, compiled, sizeof *compiled);
    }
}

/* ---- facts -------------------------------------------------------------------------------------
 */

static const vp_rows *rows_of(const vp_compiled *compiled, vp_kind kind) {
    return vp_network_rows(compiled->network, kind);
}

/* Those of interfaces, of which there are most, are numbered when each of them is looked at. */
static void number_places(vp_compiled *compiled) {
    for (int kind = 0; kind < VP_KIND_COUNT; kind++) {
        const vp_rows *rows = rows_of(compiled, (vp_kind)kind);
        for (uint32_t i = 0; i < rows->count && kind != VP_KIND_NETWORK_INTERFACE; i++) {
            compiled->places[rows->rows[i]->id] = i;
        }
    }
}

/* The subnets of each VPC, in id order. */
static void note_subnets(vp_compiled *compiled) {
    const vp_rows *rows = rows_of(compiled, VP_KIND_SUBNET);
    for (uint32_t i = rows->count; i-- > 0;) {
        const vp_vpc *vpc = (const vp_vpc *)vp_network_find(
            compiled->network, VP_KIND_VPC, ((const vp_subnet *)rows->rows[i])->vpc_id);
        if (vpc != NULL) {
            vp_compiled_vpc *of = &compiled->vpcs[vp_compiled_place(compiled, &vpc->record)];
            compiled->next_subnet[i] = of->first_subnet;
            of->first_subnet = i;
        }
    }
}

static void note_groups(vp_compiled *compiled) {
    for (uint32_t i = 0; i < compiled->groups_count; i++) {
        vp_compiled_groups *groups = &compiled->groups[i];
        const vp_range_map *list = vp_map_pool_get(&compiled->profiles->lists, i);
        vp_compiled_unmake(&groups->profile[0][0], 4);
        if (list->count == 0) {
            continue;
        }
        groups->groups =
            vp_alloc_array(&compiled->network->alloc, NULL, 0, list->count, sizeof *groups->groups);
        if (groups->groups == NULL) {
            compiled->profiles->status = VP_NO_MEMORY;
            return;
        }
        groups->count = list->count;
        for (uint32_t k = 0; k < list->count; k++) {
            const vp_security_group *group = (const vp_security_group *)vp_network_find(
                compiled->network, VP_KIND_SECURITY_GROUP, list->points.narrow[k]);
            groups->groups[k] = group;
        }
        vp_compiled_note_rules(compiled, groups);
    }
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

static void build(vp_compiled *compiled) {
    compiled->effort.facts++;
    uint32_t table_count = rows_of(compiled, VP_KIND_ROUTE_TABLE)->count;
    uint32_t acl_count = rows_of(compiled, VP_KIND_NETWORK_ACL)->count;
    compiled->vpc_count = rows_of(compiled, VP_KIND_VPC)->count;
    compiled->interface_count = rows_of(compiled, VP_KIND_NETWORK_INTERFACE)->count;
    compiled->subnet_count = rows_of(compiled, VP_KIND_SUBNET)->count;
    compiled->next_subnet = make(compiled, compiled->subnet_count, sizeof *compiled->next_subnet);
    compiled->behind_count = rows_of(compiled, VP_KIND_VPN_GATEWAY)->count;
    compiled->table_count = table_count;
    compiled->acl_count = acl_count;
    compiled->place_count = compiled->network->names.count;
    compiled->places = make(compiled, compiled->place_count, sizeof *compiled->places);
    compiled->tables = make(compiled, 2 * (size_t)table_count, sizeof *compiled->tables);
    compiled->acls = make(compiled, 4 * (size_t)acl_count, sizeof *compiled->acls);
    compiled->vpcs = make(compiled, compiled->vpc_count, sizeof *compiled->vpcs);
    compiled->behind = make(compiled, compiled->behind_count, sizeof *compiled->behind);
    compiled->interfaces = make(compiled, compiled->interface_count, sizeof *compiled->interfaces);
    if (compiled->profiles->status != VP_OK) {
        return;
    }
    vp_compiled_unmake(compiled->tables, 2 * (size_t)table_count);
    vp_compiled_unmake(compiled->acls, 4 * (size_t)acl_count);
    vp_compiled_unmake(&compiled->behind[0][0], 2 * (size_t)compiled->behind_count);
    vp_compiled_unmake(compiled->next_subnet, compiled->subnet_count);
    vp_compiled_unmake(compiled->outside, 2);
    for (uint32_t i = 0; i < compiled->vpc_count; i++) {
        vp_compiled_unmake(compiled->vpcs[i].space, 2);
        vp_compiled_unmake(compiled->vpcs[i].services, 2);
        compiled->vpcs[i].first_subnet = VP_UNMADE;
    }
    compiled->private_ranges = VP_UNMADE;
    compiled->has_classic = false;
    number_places(compiled);
    note_subnets(compiled);
    vp_compiled_note_interfaces(compiled);
    compiled->groups_count =
        compiled->profiles->lists.count == 0 ? 1 : compiled->profiles->lists.count;
    compiled->groups = make(compiled, compiled->groups_count, sizeof *compiled->groups);
    if (compiled->groups != NULL && compiled->profiles->lists.count > 0) {
        note_groups(compiled);
    }
}

void vp_compiled_drop(vp_compiled *compiled) {
    vp_network *network = compiled->network;
    network->compiled = NULL;
    vp_compiled_free(compiled);
    vp_network_touch(network); /* whoever still refers to it shall notice */
}

vp_status vp_compiled_status(vp_compiled *compiled, vp_error *error) {
    vp_status status = vp_profiles_status(compiled->profiles);
    if (status == VP_OK) {
        return VP_OK;
    }
    vp_compiled_drop(compiled);
    return status == VP_LIMIT
               ? vp_error_limit(error, "VP_MAP_POOL_BYTES_MAX", VP_MAP_POOL_BYTES_MAX)
               : vp_error_no_memory(error);
}

static vp_compiled *new_compiled(vp_network *network) {
    vp_compiled *compiled = vp_alloc_zeroed(&network->alloc, sizeof *compiled);
    if (compiled == NULL) {
        return NULL;
    }
    compiled->network = network;
    vp_memo_init(&compiled->references, &network->alloc);
    vp_memo_init(&compiled->action_numbers, &network->alloc);
    vp_memo_init(&compiled->spaces, &network->alloc);
    vp_memo_init(&compiled->transits, &network->alloc);
    vp_memo_init(&compiled->attachments, &network->alloc);
    compiled->profiles = vp_profiles_new(&network->alloc);
    if (compiled->profiles == NULL) {
        vp_compiled_free(compiled);
        return NULL;
    }
    network->compiled = compiled;
    network->compiled_free = vp_compiled_free;
    network->compiled_copy = vp_compiled_copy;
    return compiled;
}

/* Everything anew, or beside what there is, which then hands over what stays. */
static void rebuild(vp_compiled *compiled) {
    vp_compiled old = *compiled;
    bool known = vp_compiled_is_known(compiled);
    if (!known) {
        forget(compiled);
        build(compiled);
        return;
    }
    if (compiled->atlas != NULL) {
        compiled->atlas_free(compiled->atlas);
        compiled->atlas = old.atlas = NULL;
    }
    compiled->quick = NULL;
    compiled->groups = NULL;
    compiled->group_links = NULL;
    compiled->places = NULL;
    compiled->tables = compiled->acls = NULL;
    compiled->vpcs = NULL;
    compiled->behind = NULL;
    compiled->interfaces = NULL;
    compiled->next_subnet = NULL;
    compiled->actions = NULL;
    compiled->action_count = compiled->action_capacity = 0;
    vp_memo *const memos[] = {&compiled->references, &compiled->action_numbers, &compiled->spaces,
                              &compiled->transits, &compiled->attachments};
    for (size_t i = 0; i < VP_COUNT_OF(memos); i++) {
        vp_memo_init(memos[i], &compiled->network->alloc);
    }
    build(compiled);
    if (vp_profiles_status(compiled->profiles) == VP_OK) {
        vp_compiled_carry(compiled, &old);
    }
    forget(&old);
}

/* Rules only: what depends on them is unmade, and who is where stays. */
static bool mend(vp_compiled *compiled) {
    if (!vp_compiled_mend(compiled)) {
        return false;
    }
    if (compiled->atlas != NULL) {
        compiled->atlas_forget(compiled->atlas, compiled->ways_changed);
    }
    return true;
}

vp_status vp_compiled_get(vp_network *network, vp_compiled **result, vp_error *error) {
    vp_compiled *compiled = network->compiled;
    if (compiled != NULL && compiled->generation == network->generation &&
        compiled->places != NULL) {
        *result = compiled;
        return VP_OK;
    }
    const vp_index *index;
    vp_status status = vp_index_get(network, &index, error);
    if (status != VP_OK) {
        return status;
    }
    if (compiled != NULL && vp_profiles_status(compiled->profiles) != VP_OK) {
        vp_compiled_drop(compiled); /* pools that another network filled up */
        compiled = NULL;
        status = vp_index_get(network, &index, error);
    }
    if (status == VP_OK && compiled == NULL) {
        compiled = new_compiled(network);
        status = compiled == NULL ? vp_error_no_memory(error) : VP_OK;
    }
    if (status != VP_OK) {
        return status;
    }
    compiled->index = index;
    if (!mend(compiled)) {
        rebuild(compiled);
        compiled->is_partial = network->changing > 0;
    }
    compiled->generation = network->generation;
    status = vp_compiled_status(compiled, error);
    if (status == VP_OK) {
        *result = compiled;
    }
    return status;
}

/* ---- rules -------------------------------------------------------------------------------------
 */

vp_profile vp_compiled_acl(vp_compiled *compiled, const vp_network_acl *acl, bool egress,
                           uint8_t family) {
    vp_profile *made = &compiled->acls[4 * (size_t)vp_compiled_place(compiled, &acl->record) +
                                       (egress ? 2 : 0) + (family == 6)];
    if (*made == VP_UNMADE) {
        compiled->effort.acls++;
        *made = vp_profile_of_acl(compiled->profiles, compiled->network, acl, egress, family);
    }
    return *made;
}

vp_profile vp_compiled_group_rules(vp_compiled *compiled, uint32_t groups, bool egress,
                                   uint8_t family) {
    vp_compiled_groups *of = &compiled->groups[groups];
    vp_profile *made = &of->profile[egress][family == 6];
    if (*made == VP_UNMADE) {
        compiled->effort.groups++;
        *made = vp_profile_of_groups(compiled->profiles, compiled->network, of->groups, of->count,
                                     egress, family);
    }
    return *made;
}

vp_service vp_compiled_references(vp_compiled *compiled, uint32_t groups, uint32_t far_groups,
                                  bool egress, uint8_t family) {
    const vp_compiled_groups *of = &compiled->groups[groups];
    vp_service result;
    uint32_t operation = 4 * of->version + (egress ? 2u : 0u) + (family == 6);
    if (!of->references[egress] || far_groups == VP_MAP_NONE) {
        return VP_SERVICE_NONE;
    }
    if (!vp_memo_find(&compiled->references, operation, groups, far_groups, &result)) {
        compiled->effort.references++;
        const vp_range_map *list = vp_map_pool_get(&compiled->profiles->lists, far_groups);
        result = vp_profile_references(compiled->profiles, compiled->network, of->groups, of->count,
                                       egress, list->points.narrow, list->count, family);
        vp_memo_keep(&compiled->references, operation, groups, far_groups, result);
    }
    return result;
}

/* A table that is compiled, for the numbers of its actions. */
typedef struct table_context {
    vp_compiled *compiled;
    vp_name vpc_id;
} table_context;

static uint32_t add_action(vp_compiled *compiled, const vp_compiled_action *action) {
    void *items = compiled->actions;
    vp_status status = vp_alloc_grow(&compiled->network->alloc, &items, &compiled->action_capacity,
                                     (size_t)compiled->action_count + 2, sizeof *compiled->actions);
    if (status != VP_OK) {
        compiled->profiles->status = status;
        return VP_MAP_NONE;
    }
    compiled->actions = items;
    if (compiled->action_count == 0) {
        memset(&compiled->actions[0], 0, sizeof compiled->actions[0]);
        compiled->action_count = 1;
    }
    compiled->actions[compiled->action_count] = *action;
    return compiled->action_count++;
}

static uint32_t number_action(void *context, const vp_route *route) {
    const table_context *of = context;
    vp_compiled *compiled = of->compiled;
    vp_route_choice choice = {.route = route};
    choice.target = vp_route_target(compiled->network, route, &choice.target_id);
    vp_compiled_action action = {.target = choice.target, .target_id = choice.target_id};
    action.blackhole =
        vp_route_state_of(compiled->network, compiled->index, &choice, of->vpc_id).blackhole;
    vp_compiled_set_target(
        &action, choice.target == VP_TARGET_INTERFACE
                     ? (vp_record *)vp_route_interface(compiled->network, compiled->index, route)
                     : vp_network_find(compiled->network, VP_KIND_NONE, choice.target_id));
    uint32_t operation = 1 + (uint32_t)action.target * 2 + action.blackhole, number;
    vp_name id = action.record == NULL ? VP_NO_NAME : action.record->id;
    action.record_id = id;
    if (!vp_memo_find(&compiled->action_numbers, operation, action.target_id, id, &number)) {
        number = add_action(compiled, &action);
        vp_memo_keep(&compiled->action_numbers, operation, action.target_id, id, number);
    }
    return number;
}

vp_profile vp_compiled_table(vp_compiled *compiled, vp_route_table *table, uint8_t family) {
    vp_profile *made =
        &compiled->tables[2 * (size_t)vp_compiled_place(compiled, &table->record) + (family == 6)];
    if (*made == VP_UNMADE) {
        table_context context = {compiled, table->vpc_id};
        compiled->effort.tables++;
        *made = vp_profile_of_table(compiled->profiles, compiled->network, table, family,
                                    number_action, &context);
    }
    return *made;
}
