/*
 * vp_rule_form.c - group rules: permissions and rule form as one.
 *
 * The one idea: a rule is a key (protocol, ports, peer). The peers of a group's permissions are
 * sorted by key, and each rule of the rule form looks for its own; nothing is compared pair by
 * pair.
 */
#include "vp_rule_form.h"

#include "vp_change.h"
#include "vp_protocol.h"
#include "vp_sort.h"

#include <string.h>

/* ---- keys -------------------------------------------------------------------------------------
 */

/* What a rule says, in a form in which equal rules are equal. */
typedef struct rule_key {
    int protocol, from, to;
    vp_name unread; /* the protocol's text where it is none that is known */
    vp_rule_peer peer;
    vp_cidr cidr;
    vp_name name; /* of a prefix list or group */
} rule_key;

/* -1 stands for all, also where the other form leaves the ports out. */
static void read_ports(const vp_network *network, vp_name protocol, vp_int from, vp_int to,
                       rule_key *key) {
    key->unread = VP_NO_NAME;
    if (!vp_protocol_read(network, protocol, &key->protocol)) {
        key->protocol = VP_PROTOCOL_OTHER;
        key->unread = protocol;
    }
    bool has_ports = key->protocol == VP_PROTOCOL_TCP || key->protocol == VP_PROTOCOL_UDP ||
                     key->protocol == VP_PROTOCOL_ICMP || key->protocol == VP_PROTOCOL_ICMPV6;
    key->from = has_ports && from.given ? from.value : -1;
    key->to = has_ports && to.given ? to.value : -1;
}

static int compare_ports(const rule_key *one, const rule_key *two) {
    if (one->protocol != two->protocol) {
        return one->protocol < two->protocol ? -1 : 1;
    }
    if (one->unread != two->unread) {
        return one->unread < two->unread ? -1 : 1;
    }
    if (one->from != two->from) {
        return one->from < two->from ? -1 : 1;
    }
    return one->to == two->to ? 0 : one->to < two->to ? -1 : 1;
}

static int compare_keys(const rule_key *one, const rule_key *two) {
    int order = compare_ports(one, two);
    if (order != 0) {
        return order;
    }
    if (one->peer != two->peer) {
        return one->peer < two->peer ? -1 : 1;
    }
    if (one->name != two->name) {
        return one->name < two->name ? -1 : 1;
    }
    return vp_cidr_compare(&one->cidr, &two->cidr);
}

static void read_peer(vp_rule_peer peer, const void *item, rule_key *key) {
    vp_cidr none = {{0, 0, 0}, 0};
    key->peer = peer;
    key->cidr = none;
    key->name = VP_NO_NAME;
    switch (peer) {
    case VP_RULE_PEER_IPV4:
        key->cidr = ((const vp_ip_range *)item)->cidr_ip;
        break;
    case VP_RULE_PEER_IPV6:
        key->cidr = ((const vp_ipv6_range *)item)->cidr_ipv6;
        break;
    case VP_RULE_PEER_PREFIX_LIST:
        key->name = ((const vp_prefix_list_id *)item)->prefix_list_id;
        break;
    default:
        key->name = ((const vp_user_id_group_pair *)item)->group_id;
    }
}

/* ---- one rule in the other form ---------------------------------------------------------------
 */

void vp_rule_form_write(const vp_security_group *group, bool egress,
                        const vp_ip_permission *permission, vp_rule_peer peer, const void *item,
                        vp_security_group_rule *rule) {
    const vp_int all = {-1, 1};
    const vp_user_id_group_pair *pair = item;
    rule->group_id = group->record.id;
    rule->is_egress = egress ? VP_TRUE : VP_FALSE;
    rule->ip_protocol = permission->ip_protocol;
    rule->from_port = permission->from_port.given ? permission->from_port : all;
    rule->to_port = permission->to_port.given ? permission->to_port : all;
    switch (peer) {
    case VP_RULE_PEER_IPV4:
        rule->cidr_ipv4 = ((const vp_ip_range *)item)->cidr_ip;
        rule->description = ((const vp_ip_range *)item)->description;
        break;
    case VP_RULE_PEER_IPV6:
        rule->cidr_ipv6 = ((const vp_ipv6_range *)item)->cidr_ipv6;
        rule->description = ((const vp_ipv6_range *)item)->description;
        break;
    case VP_RULE_PEER_PREFIX_LIST:
        rule->prefix_list_id = ((const vp_prefix_list_id *)item)->prefix_list_id;
        rule->description = ((const vp_prefix_list_id *)item)->description;
        break;
    default:
        rule->referenced_group_info.group_id = pair->group_id;
        rule->referenced_group_info.user_id = pair->user_id;
        rule->referenced_group_info.vpc_id = pair->vpc_id;
        rule->referenced_group_info.vpc_peering_connection_id = pair->vpc_peering_connection_id;
        rule->referenced_group_info.peering_status = pair->peering_status;
        rule->description = pair->description;
    }
}

bool vp_rule_form_peer(const vp_security_group_rule *rule, vp_rule_peer *peer) {
    const bool given[VP_RULE_PEER_COUNT] = {
        [VP_RULE_PEER_IPV4] = vp_cidr_is_given(&rule->cidr_ipv4),
        [VP_RULE_PEER_IPV6] = vp_cidr_is_given(&rule->cidr_ipv6),
        [VP_RULE_PEER_PREFIX_LIST] = rule->prefix_list_id != VP_NO_NAME,
        [VP_RULE_PEER_GROUP] = rule->referenced_group_info.group_id != VP_NO_NAME};
    int count = 0;
    for (int i = 0; i < VP_RULE_PEER_COUNT; i++) {
        if (given[i]) {
            *peer = (vp_rule_peer)i;
            count++;
        }
    }
    return count == 1;
}

/* An item for the lists of a permission that says what the rule says. */
static void write_item(const vp_security_group_rule *rule, vp_rule_peer peer, void *item) {
    vp_user_id_group_pair *pair = item;
    switch (peer) {
    case VP_RULE_PEER_IPV4:
        *(vp_ip_range *)item = (vp_ip_range){rule->cidr_ipv4, rule->description, rule->record.id};
        break;
    case VP_RULE_PEER_IPV6:
        *(vp_ipv6_range *)item =
            (vp_ipv6_range){rule->cidr_ipv6, rule->description, rule->record.id};
        break;
    case VP_RULE_PEER_PREFIX_LIST:
        *(vp_prefix_list_id *)item =
            (vp_prefix_list_id){rule->prefix_list_id, rule->description, rule->record.id};
        break;
    default:
        pair->group_id = rule->referenced_group_info.group_id;
        pair->user_id = rule->referenced_group_info.user_id;
        pair->vpc_id = rule->referenced_group_info.vpc_id;
        pair->vpc_peering_connection_id = rule->referenced_group_info.vpc_peering_connection_id;
        pair->peering_status = rule->referenced_group_info.peering_status;
        pair->description = rule->description;
        pair->security_group_rule_id = rule->record.id;
    }
}

static rule_key key_of(const vp_network *network, const vp_security_group_rule *rule,
                       vp_rule_peer peer) {
    rule_key key = {.peer = peer,
                    .cidr = peer == VP_RULE_PEER_IPV6 ? rule->cidr_ipv6 : rule->cidr_ipv4,
                    .name = peer == VP_RULE_PEER_GROUP ? rule->referenced_group_info.group_id
                                                       : rule->prefix_list_id};
    read_ports(network, rule->ip_protocol, rule->from_port, rule->to_port, &key);
    return key;
}

/* ---- one direction of a group -----------------------------------------------------------------
 */

/* A peer of the permissions under its key; or a permission under its ports. */
typedef struct place {
    rule_key key;
    void *item;
    uint32_t taken; /* at the first of equal ones: how many of them rules have taken */
    uint32_t at;    /* of a permission */
} place;

/* A rule that the permissions do not have. */
typedef struct newcomer {
    rule_key key;
    const vp_security_group_rule *rule;
} newcomer;

/* What is done to one direction of one group. */
typedef struct merging {
    vp_network *network;
    vp_list *permissions;
    place *places; /* sorted by key */
    uint32_t place_count, place_capacity;
    newcomer *newcomers;
    uint32_t newcomer_count, newcomer_capacity;
    bool differs;
} merging;

static int compare_places(const void *a, const void *b, const void *context) {
    (void)context;
    return compare_keys(&((const place *)a)->key, &((const place *)b)->key);
}

static int compare_newcomers(const void *a, const void *b, const void *context) {
    (void)context;
    return compare_ports(&((const newcomer *)a)->key, &((const newcomer *)b)->key);
}

/* Every peer of the permissions with its key; their rule ids are forgotten. */
static vp_status find_places(merging *merge, vp_error *error) {
    const vp_alloc *alloc = &merge->network->alloc;
    merge->place_count = 0;
    for (uint32_t i = 0; i < merge->permissions->count; i++) {
        vp_ip_permission *permission = VP_ITEM(vp_ip_permission, merge->permissions, i);
        void *items = merge->places;
        if (vp_alloc_grow(alloc, &items, &merge->place_capacity,
                          (size_t)merge->place_count + vp_permission_count(permission) + 1,
                          sizeof *merge->places) != VP_OK) {
            return vp_error_no_memory(error);
        }
        merge->places = items;
        for (int peer = 0; peer < VP_RULE_PEER_COUNT; peer++) {
            const vp_schema *schema;
            const vp_list *list = vp_permission_peers(permission, (vp_rule_peer)peer, &schema);
            for (uint32_t j = 0; j < list->count; j++) {
                place *made = &merge->places[merge->place_count++];
                made->taken = made->at = 0;
                made->item = (char *)list->items + (size_t)j * schema->size;
                read_ports(merge->network, permission->ip_protocol, permission->from_port,
                           permission->to_port, &made->key);
                read_peer((vp_rule_peer)peer, made->item, &made->key);
                *vp_permission_rule_id((vp_rule_peer)peer, made->item) = VP_NO_NAME;
            }
        }
    }
    return vp_sort(alloc, merge->places, merge->place_count, sizeof *merge->places, compare_places,
                   NULL) == VP_OK
               ? VP_OK
               : vp_error_no_memory(error);
}

/* The first place that `compare` does not put before the key. */
static uint32_t lower_bound(const merging *merge, const rule_key *key,
                            int (*compare)(const rule_key *, const rule_key *)) {
    uint32_t low = 0, high = merge->place_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare(&merge->places[middle].key, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Takes the next of the places with this key; NULL when there is none. */
static place *next_place(const merging *merge, const rule_key *key) {
    uint32_t first = lower_bound(merge, key, compare_keys);
    if (first == merge->place_count) {
        return NULL;
    }
    uint32_t at = first + merge->places[first].taken;
    if (at >= merge->place_count || compare_keys(&merge->places[at].key, key) != 0) {
        return NULL;
    }
    merge->places[first].taken++;
    return &merge->places[at];
}

/* A rule takes its place, or is noted as a newcomer. */
static vp_status take_place(merging *merge, const vp_security_group_rule *rule, vp_error *error) {
    vp_rule_peer peer;
    if (!vp_rule_form_peer(rule, &peer)) {
        return vp_network_diagnose(merge->network, VP_SEVERITY_WARNING, "invalid_rule",
                                   &rule->record, NULL, "names no peer, or several; not applied",
                                   error);
    }
    rule_key key = key_of(merge->network, rule, peer);
    const place *found = next_place(merge, &key);
    if (found != NULL) {
        write_item(rule, peer, found->item);
        return VP_OK;
    }
    void *items = merge->newcomers;
    if (vp_alloc_grow(&merge->network->alloc, &items, &merge->newcomer_capacity,
                      (size_t)merge->newcomer_count + 1, sizeof *merge->newcomers) != VP_OK) {
        return vp_error_no_memory(error);
    }
    merge->newcomers = items;
    merge->newcomers[merge->newcomer_count++] = (newcomer){key, rule};
    return VP_OK;
}

/* Removes the peers that no rule took; the others move up. */
static void drop_peers(merging *merge, vp_ip_permission *permission) {
    for (int peer = 0; peer < VP_RULE_PEER_COUNT; peer++) {
        const vp_schema *schema;
        vp_list *list = vp_permission_peers(permission, (vp_rule_peer)peer, &schema);
        uint32_t kept = 0;
        for (uint32_t i = 0; i < list->count; i++) {
            char *item = (char *)list->items + (size_t)i * schema->size;
            if (*vp_permission_rule_id((vp_rule_peer)peer, item) != VP_NO_NAME) {
                memmove((char *)list->items + (size_t)kept++ * schema->size, item, schema->size);
            }
        }
        merge->differs = merge->differs || kept < list->count;
        list->count = kept;
    }
}

static void drop_permissions(merging *merge) {
    vp_ip_permission *all = merge->permissions->items;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < merge->permissions->count; i++) {
        drop_peers(merge, &all[i]);
        if (vp_permission_count(&all[i]) == 0) {
            vp_schema_clear(&merge->network->alloc, &vp_ip_permission_schema, &all[i]);
            continue;
        }
        if (kept != i) {
            all[kept] = all[i];
            memset(&all[i], 0, sizeof all[i]);
        }
        kept++;
    }
    merge->permissions->count = kept;
}

static vp_status append(merging *merge, const vp_schema *schema, vp_list *list, void **item,
                        vp_error *error) {
    vp_status status = vp_list_append(&merge->network->alloc, schema, list, item);
    return status == VP_OK      ? VP_OK
           : status == VP_LIMIT ? vp_error_limit(error, "VP_LIST_MAX", VP_LIST_MAX)
                                : vp_error_no_memory(error);
}

/* The permissions that are left, under their ports; the first of equal ones comes first. */
static vp_status find_permissions(merging *merge, vp_error *error) {
    uint32_t count = merge->permissions->count;
    void *items = merge->places;
    if (vp_alloc_grow(&merge->network->alloc, &items, &merge->place_capacity, (size_t)count + 1,
                      sizeof *merge->places) != VP_OK) {
        return vp_error_no_memory(error);
    }
    merge->places = items;
    merge->place_count = count;
    memset(merge->places, 0, count * sizeof *merge->places);
    for (uint32_t i = 0; i < count; i++) {
        const vp_ip_permission *permission = VP_ITEM(vp_ip_permission, merge->permissions, i);
        read_ports(merge->network, permission->ip_protocol, permission->from_port,
                   permission->to_port, &merge->places[i].key);
        merge->places[i].at = i;
    }
    return vp_sort(&merge->network->alloc, merge->places, count, sizeof *merge->places,
                   compare_places, NULL) == VP_OK
               ? VP_OK
               : vp_error_no_memory(error);
}

/* The permission that has the ports of a newcomer; a new one if none has. */
static vp_status permission_for(merging *merge, const newcomer *first, uint32_t *at,
                                vp_error *error) {
    void *item;
    uint32_t found = lower_bound(merge, &first->key, compare_ports);
    if (found < merge->place_count && compare_ports(&merge->places[found].key, &first->key) == 0) {
        *at = merge->places[found].at;
        return VP_OK;
    }
    *at = merge->permissions->count;
    VP_TRY(append(merge, &vp_ip_permission_schema, merge->permissions, &item, error));
    vp_ip_permission *made = item;
    bool all = first->key.from == -1 && first->key.to == -1 &&
               first->key.protocol != VP_PROTOCOL_ICMP && first->key.protocol != VP_PROTOCOL_ICMPV6;
    made->ip_protocol = first->rule->ip_protocol;
    if (!all) {
        made->from_port = first->rule->from_port;
        made->to_port = first->rule->to_port;
    }
    return VP_OK;
}

/* Newcomers of equal ports stand together, so a permission is looked for once for all of them. */
static vp_status add_newcomers(merging *merge, vp_error *error) {
    uint32_t at = 0;
    if (merge->newcomer_count == 0) {
        return VP_OK;
    }
    VP_TRY(find_permissions(merge, error));
    if (vp_sort(&merge->network->alloc, merge->newcomers, merge->newcomer_count,
                sizeof *merge->newcomers, compare_newcomers, NULL) != VP_OK) {
        return vp_error_no_memory(error);
    }
    for (uint32_t i = 0; i < merge->newcomer_count; i++) {
        const newcomer *this = &merge->newcomers[i];
        const vp_schema *schema;
        void *item;
        if (i == 0 || compare_ports(&this[-1].key, &this->key) != 0) {
            VP_TRY(permission_for(merge, this, &at, error));
        }
        vp_ip_permission *permission = VP_ITEM(vp_ip_permission, merge->permissions, at);
        vp_list *list = vp_permission_peers(permission, this->key.peer, &schema);
        VP_TRY(append(merge, schema, list, &item, error));
        write_item(this->rule, this->key.peer, item);
        merge->differs = true;
    }
    return VP_OK;
}

/* ---- all groups -------------------------------------------------------------------------------
 */

static int compare_rules(const void *a, const void *b, const void *context) {
    const vp_security_group_rule *one = *(vp_security_group_rule *const *)a;
    const vp_security_group_rule *two = *(vp_security_group_rule *const *)b;
    (void)context;
    if (one->group_id != two->group_id) {
        return one->group_id < two->group_id ? -1 : 1;
    }
    bool out = one->is_egress == VP_TRUE, other = two->is_egress == VP_TRUE;
    return out == other ? 0 : out ? 1 : -1;
}

/* The group of a rule, made when only its rules were loaded. */
static vp_status group_of(vp_network *network, const vp_security_group_rule *rule,
                          vp_security_group **group, vp_error *error) {
    vp_record *record = vp_network_find(network, VP_KIND_SECURITY_GROUP, rule->group_id);
    *group = (vp_security_group *)record;
    if (record != NULL || rule->group_id == VP_NO_NAME ||
        vp_network_find(network, VP_KIND_NONE, rule->group_id) != NULL) {
        return VP_OK;
    }
    VP_TRY(vp_network_add(network, VP_KIND_SECURITY_GROUP, rule->group_id, &record, error));
    record->owner_id = rule->record.owner_id;
    record->region = rule->record.region;
    record->hint_owner_id = rule->record.hint_owner_id;
    record->hint_region = rule->record.hint_region;
    *group = (vp_security_group *)record;
    return VP_OK;
}

/* The rules of one direction, `count` of them, against the permissions. */
static vp_status merge_direction(merging *merge, vp_list *permissions,
                                 vp_security_group_rule *const *rules, uint32_t count,
                                 vp_error *error) {
    merge->permissions = permissions;
    merge->newcomer_count = 0;
    VP_TRY(find_places(merge, error));
    for (uint32_t i = 0; i < count; i++) {
        VP_TRY(take_place(merge, rules[i], error));
    }
    drop_permissions(merge);
    return add_newcomers(merge, error);
}

/* The rules of one group, inbound ones first. */
static vp_status merge_group(merging *merge, vp_security_group_rule *const *rules, uint32_t count,
                             vp_error *error) {
    vp_security_group *group;
    uint32_t inbound = 0;
    VP_TRY(group_of(merge->network, rules[0], &group, error));
    if (group == NULL) {
        return vp_network_diagnose(merge->network, VP_SEVERITY_WARNING, "missing_field",
                                   &rules[0]->record, "GroupId", "names no group", error);
    }
    bool had_rules = group->ip_permissions.count + group->ip_permissions_egress.count > 0;
    merge->differs = false;
    while (inbound < count && rules[inbound]->is_egress != VP_TRUE) {
        inbound++;
    }
    VP_TRY(merge_direction(merge, &group->ip_permissions, rules, inbound, error));
    VP_TRY(merge_direction(merge, &group->ip_permissions_egress, rules + inbound, count - inbound,
                           error));
    return had_rules && merge->differs
               ? vp_network_diagnose(merge->network, VP_SEVERITY_INFO, "redefined", &group->record,
                                     NULL, "differs from its rules in rule form, which replace it",
                                     error)
               : VP_OK;
}

static vp_status merge_all(merging *merge, vp_security_group_rule **rules, uint32_t count,
                           vp_error *error) {
    if (vp_sort(&merge->network->alloc, rules, count, sizeof *rules, compare_rules, NULL) !=
        VP_OK) {
        return vp_error_no_memory(error);
    }
    for (uint32_t first = 0, next; first < count; first = next) {
        for (next = first + 1; next < count && rules[next]->group_id == rules[first]->group_id;) {
            next++;
        }
        VP_TRY(merge_group(merge, rules + first, next - first, error));
    }
    return VP_OK;
}

vp_status vp_rule_form_merge(vp_network *network, vp_error *error) {
    const vp_rows *rows = vp_network_rows(network, VP_KIND_SECURITY_GROUP_RULE);
    const vp_alloc *alloc = &network->alloc;
    uint32_t count = rows->count;
    merging merge = {.network = network};
    if (count == 0) {
        return VP_OK;
    }
    vp_security_group_rule **rules = vp_alloc_array(alloc, NULL, 0, count, sizeof *rules);
    if (rules == NULL) {
        return vp_error_no_memory(error);
    }
    for (uint32_t i = 0; i < count; i++) {
        rules[i] = (vp_security_group_rule *)rows->rows[i];
    }
    vp_status status = merge_all(&merge, rules, count, error);
    vp_network_touch(network);
    vp_alloc_free(alloc, rules, count * sizeof(vp_security_group_rule *));
    vp_alloc_free(alloc, merge.places, merge.place_capacity * sizeof *merge.places);
    vp_alloc_free(alloc, merge.newcomers, merge.newcomer_capacity * sizeof *merge.newcomers);
    return status;
}
