/*
 * vp_reach_group.c - rows between subnets, VPCs or security groups.
 *
 * The one idea: a row of groups is the union of the rows of their members, so each source is looked
 * at as for rows by interface and added to the entry of each pair of groups. Whether every pair of
 * members has the whole union is a matter of counting: the flows of a pair are part of it, so only
 * pairs with exactly the union count, and counting starts again whenever the union grows.
 */
#include "vp_reach_part.h"

#include "vp_sort.h"

#include <string.h>

/* ---- tables by number --------------------------------------------------------------------------
 */

static uint32_t hash_of(uint64_t a, uint64_t b) {
    uint64_t hash = a * UINT64_C(0x9e3779b97f4a7c15) ^ b * UINT64_C(0xc2b2ae3d27d4eb4f);
    return (uint32_t)((hash ^ hash >> 31) * UINT64_C(0xbf58476d1ce4e5b9) >> 32);
}

/*
 * Makes room for one more number in open addressing: a table at most half full. The numbers are put
 * in again by `rehash`.
 */
typedef uint32_t hash_function(const vp_reach_groups *groups, uint32_t number);

static bool make_slots(vp_reach *reach, uint32_t **slots, uint32_t *slot_count, uint32_t count,
                       hash_function *hash) {
    if ((size_t)count * 2 < *slot_count) {
        return true;
    }
    uint32_t wanted = *slot_count == 0 ? 64 : *slot_count * 2;
    uint32_t *made = vp_alloc_zeroed(&reach->network->alloc, wanted * sizeof *made);
    if (made == NULL) {
        reach->status = VP_NO_MEMORY;
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = hash(&reach->groups, i) & (wanted - 1);
        while (made[slot] != 0) {
            slot = (slot + 1) & (wanted - 1);
        }
        made[slot] = i + 1;
    }
    vp_alloc_free(&reach->network->alloc, *slots, *slot_count * sizeof **slots);
    *slots = made;
    *slot_count = wanted;
    return true;
}

static uint32_t hash_entry(const vp_reach_groups *groups, uint32_t number) {
    const vp_reach_entry *entry = &groups->entries[number];
    return hash_of((uint64_t)entry->from << 32 | entry->to, entry->family);
}

static vp_reach_entry *entry_of(vp_reach *reach, vp_name from, vp_name to, uint8_t family) {
    vp_reach_groups *groups = &reach->groups;
    void *items = groups->entries;
    if (!make_slots(reach, &groups->entry_slots, &groups->entry_slot_count, groups->entry_count,
                    hash_entry)) {
        return NULL;
    }
    uint32_t mask = groups->entry_slot_count - 1;
    uint32_t slot = hash_of((uint64_t)from << 32 | to, family) & mask;
    for (; groups->entry_slots[slot] != 0; slot = (slot + 1) & mask) {
        vp_reach_entry *entry = &groups->entries[groups->entry_slots[slot] - 1];
        if (entry->from == from && entry->to == to && entry->family == family) {
            return entry;
        }
    }
    if (!vp_reach_grow(reach, &items, &groups->entry_capacity, (size_t)groups->entry_count + 1,
                       sizeof *groups->entries)) {
        return NULL;
    }
    groups->entries = items;
    vp_reach_entry *entry = &groups->entries[groups->entry_count];
    memset(entry, 0, sizeof *entry);
    entry->from = from;
    entry->to = to;
    entry->family = family;
    groups->entry_slots[slot] = ++groups->entry_count;
    return entry;
}

static uint32_t hash_size(const vp_reach_groups *groups, uint32_t number) {
    return hash_of(groups->sizes[number].group, 1);
}

static vp_reach_size *size_of(vp_reach *reach, vp_name group) {
    vp_reach_groups *groups = &reach->groups;
    void *items = groups->sizes;
    if (!make_slots(reach, &groups->size_slots, &groups->size_slot_count, groups->size_count,
                    hash_size)) {
        return NULL;
    }
    uint32_t mask = groups->size_slot_count - 1, slot = hash_of(group, 1) & mask;
    for (; groups->size_slots[slot] != 0; slot = (slot + 1) & mask) {
        if (groups->sizes[groups->size_slots[slot] - 1].group == group) {
            return &groups->sizes[groups->size_slots[slot] - 1];
        }
    }
    if (!vp_reach_grow(reach, &items, &groups->size_capacity, (size_t)groups->size_count + 1,
                       sizeof *groups->sizes)) {
        return NULL;
    }
    groups->sizes = items;
    vp_reach_size *size = &groups->sizes[groups->size_count];
    memset(size, 0, sizeof *size);
    size->group = group;
    groups->size_slots[slot] = ++groups->size_count;
    return size;
}

static uint32_t hash_border(const vp_reach_groups *groups, uint32_t number) {
    const vp_reach_border *border = &groups->borders[number];
    return hash_of(border->group, border->outside * 2u + border->inbound);
}

static vp_reach_border *border_of(vp_reach *reach, vp_name group, bool inbound, uint8_t outside) {
    vp_reach_groups *groups = &reach->groups;
    void *items = groups->borders;
    if (!make_slots(reach, &groups->border_slots, &groups->border_slot_count, groups->border_count,
                    hash_border)) {
        return NULL;
    }
    uint32_t mask = groups->border_slot_count - 1;
    uint32_t slot = hash_of(group, outside * 2u + inbound) & mask;
    for (; groups->border_slots[slot] != 0; slot = (slot + 1) & mask) {
        vp_reach_border *border = &groups->borders[groups->border_slots[slot] - 1];
        if (border->group == group && border->inbound == inbound && border->outside == outside) {
            return border;
        }
    }
    if (!vp_reach_grow(reach, &items, &groups->border_capacity, (size_t)groups->border_count + 1,
                       sizeof *groups->borders)) {
        return NULL;
    }
    groups->borders = items;
    vp_reach_border *border = &groups->borders[groups->border_count];
    memset(border, 0, sizeof *border);
    border->group = group;
    border->inbound = inbound;
    border->outside = outside;
    groups->border_slots[slot] = ++groups->border_count;
    return border;
}

void vp_reach_groups_clear(vp_reach *reach) {
    const vp_alloc *alloc = &reach->network->alloc;
    vp_reach_groups *groups = &reach->groups;
    for (uint32_t i = 0; i < groups->border_count; i++) {
        vp_reach_pieces *pieces = &groups->borders[i].pieces;
        vp_alloc_free(alloc, pieces->items, pieces->capacity * sizeof *pieces->items);
    }
    vp_alloc_free(alloc, groups->entries, groups->entry_capacity * sizeof *groups->entries);
    vp_alloc_free(alloc, groups->borders, groups->border_capacity * sizeof *groups->borders);
    vp_alloc_free(alloc, groups->sizes, groups->size_capacity * sizeof *groups->sizes);
    vp_alloc_free(alloc, groups->entry_slots, groups->entry_slot_count * sizeof(uint32_t));
    vp_alloc_free(alloc, groups->border_slots, groups->border_slot_count * sizeof(uint32_t));
    vp_alloc_free(alloc, groups->size_slots, groups->size_slot_count * sizeof(uint32_t));
    memset(groups, 0, sizeof *groups);
}

/* ---- members of groups -------------------------------------------------------------------------
 */

static const vp_network_interface *interface_at(const vp_reach *reach, uint32_t place) {
    const vp_rows *rows = vp_network_rows(reach->network, VP_KIND_NETWORK_INTERFACE);
    return (const vp_network_interface *)rows->rows[place];
}

/* The n-th group of an interface, VP_NO_NAME when there is none. Only security groups are many. */
static vp_name group_at(const vp_reach *reach, uint32_t place, uint32_t n) {
    const vp_network_interface *met = interface_at(reach, place);
    if (reach->query.group_by == VP_REACH_BY_SECURITY_GROUP) {
        const vp_range_map *list = vp_map_pool_get(&reach->compiled->profiles->lists,
                                                   reach->compiled->interfaces[place].groups);
        return n < list->count ? list->points.narrow[n] : VP_NO_NAME;
    }
    if (n > 0) {
        return VP_NO_NAME;
    }
    return reach->query.group_by == VP_REACH_BY_SUBNET ? met->subnet_id : met->vpc_id;
}

static bool has_family(const vp_reach *reach, const vp_reach_scope *scope, uint32_t place,
                       uint8_t family) {
    const vp_atlas *atlas = reach->atlas;
    if (!vp_reach_is_chosen(scope, place) ||
        (reach->query.family != 0 && reach->query.family != family)) {
        return false;
    }
    for (uint32_t m = atlas->first_member[place]; m != VP_ATLAS_NONE; m = atlas->members[m].next) {
        uint32_t position = 0;
        vp_point first, last;
        if (atlas->members[m].family == family &&
            vp_reach_next_range(scope, &atlas->members[m], &position, &first, &last)) {
            return true;
        }
    }
    return false;
}

/* An interface of a gateway is the end of nothing: no pair with it is missing from a group. */
static bool accepts(const vp_reach *reach, uint32_t place) {
    return (reach->compiled->interfaces[place].facts & VP_FACT_ACCEPTS) != 0;
}

static void count_members(vp_reach *reach, uint32_t place) {
    vp_name group, other;
    for (int wide = 0; wide < 2; wide++) {
        uint8_t family = wide ? 6 : 4;
        bool from =
            vp_reach_sends(reach, place) && has_family(reach, &reach->query.from, place, family);
        bool to = accepts(reach, place) && has_family(reach, &reach->query.to, place, family);
        for (uint32_t n = 0; (group = group_at(reach, place, n)) != VP_NO_NAME; n++) {
            vp_reach_size *size = size_of(reach, group);
            if (size != NULL) {
                size->from[wide] += from;
                size->to[wide] += to;
            }
            for (uint32_t k = 0; from && to && (other = group_at(reach, place, k)) != VP_NO_NAME;
                 k++) {
                vp_reach_entry *entry = entry_of(reach, group, other, family);
                if (entry != NULL) {
                    entry->self++;
                }
            }
        }
    }
}

/* ---- gathering ---------------------------------------------------------------------------------
 */

/* `counts`: it is one of the pairs that count_members has in its number. */
static void add_to_entry(vp_reach *reach, vp_reach_entry *entry, const vp_reach_flows *flows,
                         bool counts) {
    vp_reach_flows before = entry->flows;
    vp_reach_unite(reach, &entry->flows, flows);
    entry->known_pairs = entry->flows.known != before.known ? 0 : entry->known_pairs;
    entry->unknown_pairs = entry->flows.unknown != before.unknown ? 0 : entry->unknown_pairs;
    entry->known_pairs += counts && flows->known == entry->flows.known;
    entry->unknown_pairs += counts && flows->unknown == entry->flows.unknown;
}

static void add_pair(vp_reach *reach, uint32_t from, uint32_t to, uint8_t family,
                     const vp_reach_flows *flows) {
    vp_name group, other;
    bool counts = accepts(reach, to);
    for (uint32_t n = 0; (group = group_at(reach, from, n)) != VP_NO_NAME; n++) {
        for (uint32_t k = 0; (other = group_at(reach, to, k)) != VP_NO_NAME; k++) {
            vp_reach_entry *entry = entry_of(reach, group, other, family);
            if (entry != NULL) {
                add_to_entry(reach, entry, flows, counts);
            }
        }
    }
}

static void add_border(vp_reach *reach, uint32_t place, bool inbound, uint8_t outside) {
    const vp_reach_scope *scope = inbound ? &reach->query.from : &reach->query.to;
    vp_name group;
    if (!scope->outside[outside].meant) {
        return;
    }
    for (uint32_t n = 0; (group = group_at(reach, place, n)) != VP_NO_NAME; n++) {
        vp_reach_border *border = border_of(reach, group, inbound, outside);
        if (border != NULL && inbound) {
            vp_reach_look_in(reach, place, outside, &border->pieces);
        } else if (border != NULL) {
            vp_reach_look_out(reach, place, outside, &border->pieces);
        }
    }
}

static void gather_from(vp_reach *reach, uint32_t place) {
    vp_reach_look_inside(reach, place);
    for (uint32_t i = 0; i < reach->touched_count; i++) {
        uint32_t far = reach->touched[i].key;
        const vp_reach_slot *slot = &reach->slots[far];
        for (int wide = 0; wide < 2; wide++) {
            if (!vp_reach_is_none(&slot->flows[wide])) {
                add_pair(reach, place, far, wide ? 6 : 4, &slot->flows[wide]);
            }
        }
    }
    for (uint8_t outside = 0; outside < VP_REACH_OUTSIDES; outside++) {
        add_border(reach, place, false, outside);
    }
}

/* ---- rows --------------------------------------------------------------------------------------
 */

static void rows_of_entry(vp_reach *reach, const vp_reach_entry *entry) {
    int wide = entry->family == 6;
    const vp_reach_size *from = size_of(reach, entry->from), *to = size_of(reach, entry->to);
    vp_flow unknown = vp_flow_combine(&reach->compiled->profiles->services, VP_FLOW_DIFFERENCE,
                                      entry->flows.unknown, entry->flows.known);
    if (from == NULL || (to = size_of(reach, entry->to)) == NULL) {
        return;
    }
    uint64_t total = (uint64_t)from->from[wide] * to->to[wide] - entry->self;
    vp_reach_item item;
    memset(&item, 0, sizeof item);
    item.from = entry->from;
    item.to = entry->to;
    item.family = entry->family;
    if (entry->flows.known != VP_FLOW_NONE) {
        item.known = true;
        item.flow = entry->flows.known;
        item.all = entry->known_pairs == total;
        vp_reach_add_item(reach, &item);
    }
    if (unknown != VP_FLOW_NONE) {
        item.known = false;
        item.flow = unknown;
        item.code = entry->flows.code;
        item.all = entry->unknown_pairs == total;
        vp_reach_add_item(reach, &item);
    }
}

static void rows_of_border(vp_reach *reach, vp_reach_border *border) {
    vp_reach_item pattern;
    const vp_reach_size *size = size_of(reach, border->group);
    vp_name outside =
        border->outside == VP_REACH_ON_PREMISES ? VP_REACH_PREMISES : VP_REACH_INTERNET;
    memset(&pattern, 0, sizeof pattern);
    pattern.beyond = (uint8_t)(border->outside != VP_REACH_BEYOND ? 0 : border->inbound ? 1 : 2);
    pattern.from = border->inbound ? outside : border->group;
    pattern.to = border->inbound ? border->group : outside;
    if (size != NULL) {
        vp_reach_border_rows(reach, &border->pieces, &pattern,
                             border->inbound ? size->to : size->from);
    }
}

/* The outside comes last: the internet, the premises, what is beyond. */
static int compare_ids(const vp_network *network, vp_name a, bool beyond_a, vp_name b,
                       bool beyond_b) {
    if (beyond_a || beyond_b) {
        return beyond_a != beyond_b ? (int)beyond_a - (int)beyond_b
               : a == b             ? 0
                                    : vp_network_compare(network, a, b);
    }
    if (a >= VP_REACH_INTERNET || b >= VP_REACH_INTERNET) {
        bool out_a = a >= VP_REACH_INTERNET, out_b = b >= VP_REACH_INTERNET;
        return out_a && out_b ? (a > b) - (a < b) : (int)out_a - (int)out_b;
    }
    return a == b ? 0 : vp_network_compare(network, a, b);
}

static int compare_items(const void *left, const void *right, const void *network) {
    const vp_reach_item *a = left, *b = right;
    int order = compare_ids(network, a->from, a->beyond == 1, b->from, b->beyond == 1);
    order = order != 0 ? order : compare_ids(network, a->to, a->beyond == 2, b->to, b->beyond == 2);
    order = order != 0 ? order : (int)a->family - (int)b->family;
    return order != 0 ? order : (int)b->known - (int)a->known;
}

void vp_reach_sort_items(vp_reach *reach) {
    vp_status status = vp_sort(&reach->network->alloc, reach->items, reach->item_count,
                               sizeof *reach->items, compare_items, reach->network);
    reach->status = status != VP_OK ? status : reach->status;
}

void vp_reach_gather(vp_reach *reach) {
    uint32_t count = reach->compiled->interface_count;
    for (uint32_t i = 0; i < count && reach->status == VP_OK; i++) {
        count_members(reach, i);
    }
    for (uint32_t i = 0; i < count && reach->status == VP_OK; i++) {
        if (vp_reach_sends(reach, i)) {
            gather_from(reach, i);
        }
        if (reach->status == VP_OK && vp_reach_is_chosen(&reach->query.to, i)) {
            for (uint8_t outside = 0; outside < VP_REACH_OUTSIDES; outside++) {
                add_border(reach, i, true, outside);
            }
        }
    }
    for (uint32_t i = 0; i < reach->groups.entry_count && reach->status == VP_OK; i++) {
        vp_reach_entry entry = reach->groups.entries[i];
        rows_of_entry(reach, &entry);
    }
    for (uint32_t i = 0; i < reach->groups.border_count && reach->status == VP_OK; i++) {
        rows_of_border(reach, &reach->groups.borders[i]);
    }
    vp_reach_sort_items(reach);
}
