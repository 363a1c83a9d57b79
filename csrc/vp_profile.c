/*
 * vp_profile.c - compiling rules.
 *
 * The one idea: a sweep over the points where some rule begins or ends. Between two of them the
 * same rules speak of every address, so they are painted once onto the line of services; a route
 * table needs no sweep, its routes are painted onto the line of addresses.
 */
#include "vp_profile.h"

#include "vp_sort.h"

#include <string.h>

#define TCP 6
#define UDP 17
#define NUMBER_LAST 0xffffu
#define PROTOCOL_ALL (-1)
enum { ALLOWS = 1, DENIES = 2 };

/* Profiles that admit everything are asked for everywhere. */
static vp_status make_all(vp_profiles *profiles) {
    vp_status status = vp_services_init(&profiles->services, &profiles->pool.alloc);
    for (int i = 0; i < 2 && status == VP_OK; i++) {
        vp_point lowest = {0, 0};
        uint8_t family = i == 0 ? 4 : 6;
        vp_painter_begin(&profiles->painter);
        vp_painter_add(&profiles->painter, lowest, vp_point_highest(family),
                       profiles->services.all);
        profiles->all[i] = vp_profile_painted(profiles, family);
        status = vp_profiles_status(profiles);
    }
    return status;
}

vp_profiles *vp_profiles_new(const vp_alloc *alloc) {
    vp_profiles *profiles = vp_alloc_zeroed(alloc, sizeof *profiles);
    if (profiles == NULL) {
        return NULL;
    }
    profiles->references = 1;
    vp_map_pool_init(&profiles->pool, alloc);
    vp_map_pool_init(&profiles->lists, alloc);
    vp_painter_init(&profiles->painter, alloc);
    if (make_all(profiles) != VP_OK) {
        vp_profiles_unref(profiles);
        return NULL;
    }
    return profiles;
}

vp_profiles *vp_profiles_ref(vp_profiles *profiles) {
    profiles->references++;
    return profiles;
}

void vp_profiles_unref(vp_profiles *profiles) {
    if (profiles == NULL || --profiles->references > 0) {
        return;
    }
    vp_alloc alloc = profiles->pool.alloc;
    vp_alloc_free(&alloc, profiles->parts, profiles->part_capacity * sizeof *profiles->parts);
    vp_alloc_free(&alloc, profiles->rules, profiles->rule_capacity * sizeof *profiles->rules);
    vp_alloc_free(&alloc, profiles->points, profiles->point_capacity * sizeof *profiles->points);
    vp_alloc_free(&alloc, profiles->active, profiles->active_capacity * sizeof *profiles->active);
    vp_alloc_free(&alloc, profiles->scratch, profiles->scratch_capacity);
    vp_painter_clear(&profiles->painter);
    vp_services_clear(&profiles->services);
    vp_map_pool_clear(&profiles->lists);
    vp_map_pool_clear(&profiles->pool);
    vp_alloc_free(&alloc, profiles, sizeof *profiles);
}

vp_status vp_profiles_status(const vp_profiles *profiles) {
    if (profiles->status != VP_OK) {
        return profiles->status;
    }
    if (profiles->pool.status != VP_OK || profiles->lists.status != VP_OK) {
        return profiles->pool.status != VP_OK ? profiles->pool.status : profiles->lists.status;
    }
    return profiles->services.pool.status;
}

static bool grow(vp_profiles *profiles, void **items, uint32_t *capacity, size_t needed,
                 size_t size) {
    vp_status status = vp_alloc_grow(&profiles->pool.alloc, items, capacity, needed, size);
    profiles->status = status != VP_OK ? status : profiles->status;
    return status == VP_OK;
}

uint32_t vp_profile_value(const vp_profiles *profiles, vp_profile profile, uint8_t family,
                          vp_point point, vp_point *last) {
    const vp_range_map *map = vp_map_pool_get(&profiles->pool, profile);
    bool wide = family == 6;
    if (profile == VP_MAP_NONE) {
        *last = vp_point_highest(family);
        return 0;
    }
    uint32_t rank = vp_range_map_search(map->points, 0, map->count, point, wide);
    *last = rank < map->count ? vp_point_before(vp_points_get(map->points, rank, wide))
                              : vp_point_highest(family);
    return rank == 0 ? 0 : map->values[rank - 1];
}

vp_profile vp_profile_painted(vp_profiles *profiles, uint8_t family) {
    vp_range_map map;
    vp_status status = vp_painter_finish(&profiles->painter, family, &map);
    if (status != VP_OK) {
        profiles->status = status;
        return VP_MAP_NONE;
    }
    return vp_map_pool_intern(&profiles->pool, &map);
}

/* ---- what a rule speaks of ---------------------------------------------------------------------
 */

/* The number of a protocol as rules write it: "tcp", "6", "-1"; false for anything else. */
static bool protocol_of(const vp_network *network, vp_name name, int *protocol) {
    static const struct {
        const char *name;
        int protocol;
    } words[] = {{"tcp", TCP},   {"udp", UDP},          {"icmp", 1},
                 {"icmpv6", 58}, {"all", PROTOCOL_ALL}, {"-1", PROTOCOL_ALL}};
    const char *text = vp_network_text(network, name);
    for (size_t i = 0; i < VP_COUNT_OF(words); i++) {
        if (strcmp(text, words[i].name) == 0) {
            *protocol = words[i].protocol;
            return true;
        }
    }
    *protocol = 0;
    for (const char *digit = text; *digit != '\0'; digit++) {
        if (*digit < '0' || *digit > '9' || digit - text > 3) {
            return false;
        }
        *protocol = *protocol * 10 + (*digit - '0');
    }
    return text[0] != '\0' && *protocol <= 255;
}

static bool has_types(int protocol, uint8_t family) { return protocol == (family == 6 ? 58 : 1); }

/*
 * The part of the line of services that a rule speaks of, `low` and `high` being its ports, or type
 * and code; false when there is none.
 */
static bool range_of(const vp_network *network, vp_name name, uint8_t family, vp_int low,
                     vp_int high, vp_service_range *range) {
    int protocol;
    if (!protocol_of(network, name, &protocol)) {
        return false;
    }
    *range = vp_service_range_of(protocol);
    if (protocol == TCP || protocol == UDP) {
        int32_t first = low.given && low.value > 0 ? low.value : 0;
        int32_t last = high.given && high.value >= 0 ? high.value : (int32_t)NUMBER_LAST;
        if (first > last || first > (int32_t)NUMBER_LAST) {
            return false;
        }
        uint32_t base = range->first;
        range->first = base + (uint32_t)first;
        range->last = base + (last > (int32_t)NUMBER_LAST ? NUMBER_LAST : (uint32_t)last);
    } else if (has_types(protocol, family) && low.given && low.value >= 0) {
        bool one = high.given && high.value >= 0;
        if (low.value > 255 || (one && high.value > 255)) {
            return false;
        }
        range->first += (uint32_t)low.value * 256 + (one ? (uint32_t)high.value : 0);
        range->last = range->first + (one ? 0 : 255);
    }
    return true;
}

/* ---- the sweep ---------------------------------------------------------------------------------
 */

static void begin(vp_profiles *profiles) {
    profiles->part_count = 0;
    profiles->rule_count = 0;
}

/* The number of a new rule. Memory that is missing is noted, and 0 returned. */
static uint32_t add_rule(vp_profiles *profiles, vp_service_range range, uint32_t allows) {
    void *items = profiles->rules;
    bool fits = grow(profiles, &items, &profiles->rule_capacity, (size_t)profiles->rule_count + 1,
                     sizeof *profiles->rules);
    profiles->rules = items;
    if (!fits) {
        return 0;
    }
    vp_profile_rule rule = {range, allows};
    profiles->rules[profiles->rule_count] = rule;
    return profiles->rule_count++;
}

/* The rule speaks of the addresses of a block, if that is of the family. */
static void add_block(vp_profiles *profiles, uint32_t rule, const vp_cidr *block, uint8_t family) {
    void *items = profiles->parts;
    if (block->address.family != family ||
        !grow(profiles, &items, &profiles->part_capacity, (size_t)profiles->part_count + 1,
              sizeof *profiles->parts)) {
        return;
    }
    profiles->parts = items;
    vp_addr last = vp_cidr_last(block);
    vp_profile_part part = {vp_point_of(&block->address), vp_point_of(&last), rule};
    profiles->parts[profiles->part_count++] = part;
}

static int compare_points(const void *left, const void *right, const void *context) {
    const vp_point *a = left, *b = right;
    (void)context;
    return (int)vp_point_less(*b, *a) - (int)vp_point_less(*a, *b);
}

static int compare_parts(const void *left, const void *right, const void *context) {
    const vp_profile_part *a = left, *b = right;
    return compare_points(&a->first, &b->first, context);
}

/* Sorts the parts, and the points where they begin and end; returns how many points there are. */
static uint32_t sort_parts(vp_profiles *profiles, uint8_t family) {
    void *items = profiles->points;
    uint32_t found = 0, kept = 0;
    bool fits = grow(profiles, &items, &profiles->point_capacity, 2 * (size_t)profiles->part_count,
                     sizeof *profiles->points);
    profiles->points = items;
    for (uint32_t i = 0; fits && i < profiles->part_count; i++) {
        vp_point after = vp_point_after(profiles->parts[i].last, family == 6);
        profiles->points[found++] = profiles->parts[i].first;
        if (!vp_point_is_zero(after)) {
            profiles->points[found++] = after;
        }
    }
    vp_status status = vp_sort(&profiles->pool.alloc, profiles->points, found,
                               sizeof *profiles->points, compare_points, NULL);
    if (status == VP_OK) {
        status = vp_sort(&profiles->pool.alloc, profiles->parts, profiles->part_count,
                         sizeof *profiles->parts, compare_parts, NULL);
    }
    profiles->status = status != VP_OK ? status : profiles->status;
    for (uint32_t i = 0; i < found; i++) {
        if (kept == 0 || !vp_point_equals(profiles->points[kept - 1], profiles->points[i])) {
            profiles->points[kept++] = profiles->points[i];
        }
    }
    return profiles->status == VP_OK ? kept : 0;
}

/* Forgets the active parts that end before a point. */
static uint32_t drop_ended(vp_profiles *profiles, uint32_t count, vp_point point) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!vp_point_less(profiles->parts[profiles->active[i]].last, point)) {
            profiles->active[kept++] = profiles->active[i];
        }
    }
    return kept;
}

/* Keeps the active parts in the order of their rules. */
static uint32_t insert(vp_profiles *profiles, uint32_t count, uint32_t part) {
    uint32_t place = count;
    for (; place > 0 &&
           profiles->parts[profiles->active[place - 1]].rule > profiles->parts[part].rule;
         place--) {
        profiles->active[place] = profiles->active[place - 1];
    }
    profiles->active[place] = part;
    return count + 1;
}

static vp_service service_of(vp_profiles *profiles, uint32_t count) {
    vp_painter *painter = &profiles->services.painter;
    vp_painter_begin(painter);
    for (uint32_t i = 0; i < count; i++) {
        const vp_profile_rule *rule = &profiles->rules[profiles->parts[profiles->active[i]].rule];
        vp_point first = {0, rule->range.first}, last = {0, rule->range.last};
        vp_painter_add(painter, first, last, rule->allows);
    }
    return count == 0 ? VP_SERVICE_NONE : vp_service_painted(&profiles->services);
}

static vp_profile sweep(vp_profiles *profiles, uint8_t family) {
    void *active = profiles->active, *scratch = profiles->scratch;
    uint32_t count = sort_parts(profiles, family), next = 0, active_count = 0;
    vp_range_map map;
    bool fits = grow(profiles, &active, &profiles->active_capacity,
                     (size_t)profiles->part_count + 1, sizeof *profiles->active) &&
                grow(profiles, &scratch, &profiles->scratch_capacity,
                     vp_range_map_bytes(family, (size_t)count + 1, true), 1);
    profiles->active = active;
    profiles->scratch = scratch;
    if (!fits) {
        return VP_MAP_NONE;
    }
    vp_range_map_place(&map, family, (size_t)count + 1, true, scratch);
    for (uint32_t i = 0; i < count; i++) {
        vp_point point = profiles->points[i];
        active_count = drop_ended(profiles, active_count, point);
        for (; next < profiles->part_count && vp_point_equals(profiles->parts[next].first, point);
             next++) {
            active_count = insert(profiles, active_count, next);
        }
        vp_range_map_append(&map, point, service_of(profiles, active_count));
    }
    return vp_map_pool_intern(&profiles->pool, &map);
}

/* ---- network ACLs and groups -------------------------------------------------------------------
 */

/* AWS: VPC User Guide, "Network ACL rules": by ascending number, the first match decides. */
vp_profile vp_profile_of_acl(vp_profiles *profiles, const vp_network *network,
                             const vp_network_acl *acl, bool egress, uint8_t family) {
    begin(profiles);
    for (uint32_t i = 0; i < acl->entries.count; i++) {
        const vp_network_acl_entry *entry = VP_ITEM(vp_network_acl_entry, &acl->entries, i);
        vp_service_range range;
        int protocol;
        if ((entry->egress == VP_TRUE) != egress ||
            !protocol_of(network, entry->protocol, &protocol)) {
            continue;
        }
        bool types = has_types(protocol, family);
        if (range_of(network, entry->protocol, family,
                     types ? entry->icmp_type_code.type : entry->port_range.from,
                     types ? entry->icmp_type_code.code : entry->port_range.to, &range)) {
            bool allows = vp_network_name_is(network, entry->rule_action, "allow");
            add_block(profiles, add_rule(profiles, range, allows ? ALLOWS : DENIES),
                      family == 4 ? &entry->cidr_block : &entry->ipv6_cidr_block, family);
        }
    }
    return sweep(profiles, family);
}

static void add_prefix_list(vp_profiles *profiles, const vp_network *network, uint32_t rule,
                            vp_name id, uint8_t family) {
    const vp_prefix_list *list =
        (const vp_prefix_list *)vp_network_find(network, VP_KIND_PREFIX_LIST, id);
    for (uint32_t i = 0; list != NULL && i < list->cidrs.count; i++) {
        add_block(profiles, rule, &VP_ITEM(vp_cidr_item, &list->cidrs, i)->value, family);
    }
}

static void add_permission(vp_profiles *profiles, const vp_network *network,
                           const vp_ip_permission *permission, uint8_t family) {
    vp_service_range range;
    if (!range_of(network, permission->ip_protocol, family, permission->from_port,
                  permission->to_port, &range)) {
        return;
    }
    uint32_t rule = add_rule(profiles, range, ALLOWS);
    for (uint32_t i = 0; i < permission->ip_ranges.count; i++) {
        add_block(profiles, rule, &VP_ITEM(vp_ip_range, &permission->ip_ranges, i)->cidr_ip,
                  family);
    }
    for (uint32_t i = 0; i < permission->ipv6_ranges.count; i++) {
        add_block(profiles, rule, &VP_ITEM(vp_ipv6_range, &permission->ipv6_ranges, i)->cidr_ipv6,
                  family);
    }
    for (uint32_t i = 0; i < permission->prefix_list_ids.count; i++) {
        add_prefix_list(profiles, network, rule,
                        VP_ITEM(vp_prefix_list_id, &permission->prefix_list_ids, i)->prefix_list_id,
                        family);
    }
}

static const vp_list *permissions_of(const vp_security_group *group, bool egress) {
    return egress ? &group->ip_permissions_egress : &group->ip_permissions;
}

/* AWS: VPC User Guide, "Security group rules": the rules of all groups count as one list. */
vp_profile vp_profile_of_groups(vp_profiles *profiles, const vp_network *network,
                                const vp_security_group *const *groups, uint32_t count, bool egress,
                                uint8_t family) {
    begin(profiles);
    for (uint32_t i = 0; i < count; i++) {
        const vp_list *permissions = groups[i] == NULL ? NULL : permissions_of(groups[i], egress);
        for (uint32_t k = 0; permissions != NULL && k < permissions->count; k++) {
            add_permission(profiles, network, VP_ITEM(vp_ip_permission, permissions, k), family);
        }
    }
    return sweep(profiles, family);
}

static bool names_one_of(const vp_ip_permission *permission, const uint32_t *ids, uint32_t count) {
    for (uint32_t i = 0; i < permission->user_id_group_pairs.count; i++) {
        vp_name id = VP_ITEM(vp_user_id_group_pair, &permission->user_id_group_pairs, i)->group_id;
        for (uint32_t k = 0; k < count; k++) {
            if (ids[k] == id) {
                return true;
            }
        }
    }
    return false;
}

vp_service vp_profile_references(vp_profiles *profiles, const vp_network *network,
                                 const vp_security_group *const *groups, uint32_t count,
                                 bool egress, const uint32_t *ids, uint32_t id_count,
                                 uint8_t family) {
    vp_painter *painter = &profiles->services.painter;
    vp_painter_begin(painter);
    for (uint32_t i = 0; i < count; i++) {
        const vp_list *permissions = groups[i] == NULL ? NULL : permissions_of(groups[i], egress);
        for (uint32_t k = 0; permissions != NULL && k < permissions->count; k++) {
            const vp_ip_permission *permission = VP_ITEM(vp_ip_permission, permissions, k);
            vp_service_range range;
            if (names_one_of(permission, ids, id_count) &&
                range_of(network, permission->ip_protocol, family, permission->from_port,
                         permission->to_port, &range)) {
                vp_point first = {0, range.first}, last = {0, range.last};
                vp_painter_add(painter, first, last, ALLOWS);
            }
        }
    }
    return painter->count == 0 ? VP_SERVICE_NONE : vp_service_painted(&profiles->services);
}

/* ---- route tables ------------------------------------------------------------------------------
 */

/* Among routes of equal length the lower rank goes first (4.3). */
enum { RANK_STATIC, RANK_PREFIX_LIST, RANK_PROPAGATED };

typedef struct table_entry {
    vp_cidr block;
    const vp_route *route;
    vp_name list_id;
    uint8_t rank;
} table_entry;

/* Longest prefix first, then rank; of prefix lists the smallest id (D27); then table order. */
static int compare_entries(const void *left, const void *right, const void *network) {
    const table_entry *a = left, *b = right;
    if (a->block.prefix_length != b->block.prefix_length) {
        return a->block.prefix_length > b->block.prefix_length ? -1 : 1;
    }
    if (a->rank != b->rank) {
        return a->rank < b->rank ? -1 : 1;
    }
    return a->rank == RANK_PREFIX_LIST ? vp_network_compare(network, a->list_id, b->list_id) : 0;
}

typedef struct table_entries {
    table_entry *items;
    uint32_t count, capacity;
} table_entries;

static void add_entry(vp_profiles *profiles, table_entries *entries, const vp_cidr *block,
                      const vp_route *route, uint8_t rank, uint8_t family) {
    void *items = entries->items;
    if (block->address.family != family ||
        !grow(profiles, &items, &entries->capacity, (size_t)entries->count + 1,
              sizeof *entries->items)) {
        return;
    }
    entries->items = items;
    table_entry entry = {*block, route, route->destination_prefix_list_id, rank};
    entries->items[entries->count++] = entry;
}

/* Routes that are "filtered" do not count (D26); those of VPC Route Server are propagated (D25). */
static void add_route(vp_profiles *profiles, const vp_network *network, table_entries *entries,
                      const vp_route *route, uint8_t family) {
    vp_name list_id = route->destination_prefix_list_id;
    bool propagated = vp_network_name_is(network, route->origin, "EnableVgwRoutePropagation") ||
                      vp_network_name_is(network, route->origin, "Advertisement");
    uint8_t rank = propagated              ? RANK_PROPAGATED
                   : list_id != VP_NO_NAME ? RANK_PREFIX_LIST
                                           : RANK_STATIC;
    if (vp_network_name_is(network, route->state, "filtered")) {
        return;
    }
    if (list_id == VP_NO_NAME) {
        add_entry(profiles, entries,
                  family == 4 ? &route->destination_cidr_block
                              : &route->destination_ipv6_cidr_block,
                  route, rank, family);
        return;
    }
    const vp_prefix_list *list =
        (const vp_prefix_list *)vp_network_find(network, VP_KIND_PREFIX_LIST, list_id);
    for (uint32_t i = 0; list != NULL && i < list->cidrs.count; i++) {
        add_entry(profiles, entries, &VP_ITEM(vp_cidr_item, &list->cidrs, i)->value, route, rank,
                  family);
    }
}

static void paint_block(vp_painter *painter, const vp_cidr *block, uint32_t value) {
    vp_addr last = vp_cidr_last(block);
    vp_painter_add(painter, vp_point_of(&block->address), vp_point_of(&last), value);
}

/* A propagated route does not count inside the blocks of the VPC: only what is outside is left. */
static void paint_outside(vp_painter *painter, const vp_network *network, const vp_vpc *vpc,
                          const vp_cidr *block, uint32_t value) {
    vp_addr end = vp_cidr_last(block);
    vp_point at = vp_point_of(&block->address), last = vp_point_of(&end);
    bool wide = block->address.family == 6;
    for (;;) {
        vp_point next = {0, 0}, next_last = next;
        uint32_t position = 0;
        bool any = false;
        vp_cidr own;
        while (vpc != NULL && vp_vpc_next_block(network, vpc, &position, &own)) {
            vp_addr own_end = vp_cidr_last(&own);
            vp_point first = vp_point_of(&own.address);
            if (own.address.family == block->address.family &&
                !vp_point_less(vp_point_of(&own_end), at) && (!any || vp_point_less(first, next))) {
                any = true;
                next = first;
                next_last = vp_point_of(&own_end);
            }
        }
        if (!any || vp_point_less(last, next)) {
            vp_painter_add(painter, at, last, value);
            return;
        }
        if (vp_point_less(at, next)) {
            vp_painter_add(painter, at, vp_point_before(next), value);
        }
        if (!vp_point_less(next_last, last)) {
            return;
        }
        at = vp_point_after(next_last, wide);
    }
}

/* The ranges of AWS's own services, which no route forwards (4.2). */
static vp_cidr never_forwarded(uint8_t family) {
    vp_cidr block = {{0, 0xa9fea800u, 4}, 22};
    if (family == 6) {
        block.address.hi = UINT64_C(0xfd000ec200000000);
        block.address.lo = 0;
        block.address.family = 6;
        block.prefix_length = 32;
    }
    return block;
}

vp_profile vp_profile_of_table(vp_profiles *profiles, const vp_network *network,
                               const vp_route_table *table, uint8_t family,
                               vp_profile_action *action, void *context) {
    vp_painter *painter = &profiles->painter;
    table_entries entries = {NULL, 0, 0};
    vp_cidr own = never_forwarded(family);
    for (uint32_t i = 0; i < table->routes.count; i++) {
        add_route(profiles, network, &entries, VP_ITEM(vp_route, &table->routes, i), family);
    }
    vp_status status = vp_sort(&profiles->pool.alloc, entries.items, entries.count,
                               sizeof *entries.items, compare_entries, network);
    profiles->status = status != VP_OK ? status : profiles->status;
    vp_painter_begin(painter);
    paint_block(painter, &own, 0);
    for (uint32_t i = 0; i < entries.count; i++) {
        const table_entry *entry = &entries.items[i];
        uint32_t value = action(context, entry->route);
        if (entry->rank == RANK_PROPAGATED) {
            paint_outside(painter, network, table->vpc, &entry->block, value);
        } else {
            paint_block(painter, &entry->block, value);
        }
    }
    vp_alloc_free(&profiles->pool.alloc, entries.items, entries.capacity * sizeof *entries.items);
    return vp_profile_painted(profiles, family);
}
