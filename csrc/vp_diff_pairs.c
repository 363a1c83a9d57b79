/*
 * vp_diff_pairs.c - what a change of rules makes of connectivity: pairs that it can matter to.
 *
 * The one idea: a filter or a table looks at one far address, so a change of it matters to packets
 * between those who have it and addresses where it changed, to nobody else; these are asked for
 * twice, as of now and, with the old numbers in place, as of before. What goes by the changed rules
 * on behalf of others (appliances, NAT gateways, transit gateways) has no address of its own in the
 * question: then every pair is asked for.
 */
#include "vp_diff.h"

#include "vp_atlas.h"
#include "vp_endpoint.h"
#include "vp_sort.h"

#include <string.h>

/* Members of a destination class, or part of a delegated prefix, and what flows there. */
typedef struct cell {
    uint32_t class_number, first_member, last_member;
    vp_point first, last;
    vp_flow known, unknown;
} cell;

typedef struct cells {
    cell *items;
    uint32_t count, capacity;
} cells;

/* A difference under way. */
typedef struct pairing {
    vp_diff *diff;
    vp_network *network;
    vp_compiled *compiled;
    vp_atlas *atlas;
    vp_service sources;
    vp_diff_visitor *visitor;
    void *context;
    uint32_t *near, *far; /* classes; room for all */
    uint32_t near_count, far_count;
    uint32_t *stamps, stamp; /* by class: is among `far` */
    uint64_t *pairs;         /* source class << 32 | destination class */
    uint32_t pair_count, pair_capacity;
    cells now, before;
    bool singly; /* appliances come or go: each member is asked for by itself */
} pairing;

static bool is_usable(const pairing *on) { return on->atlas->status == VP_OK; }

static const vp_network_interface *interface_of(const pairing *on, uint32_t class_number) {
    const vp_rows *rows = vp_network_rows(on->network, VP_KIND_NETWORK_INTERFACE);
    const vp_class *of = &on->atlas->classes[class_number];
    return (const vp_network_interface *)rows->rows[on->atlas->members[of->first].interface];
}

static uint32_t facts_of(const pairing *on, uint32_t class_number) {
    const vp_class *of = &on->atlas->classes[class_number];
    return on->compiled->interfaces[on->atlas->members[of->first].interface].facts;
}

/* ---- whose rules they are ----------------------------------------------------------------------
 */

static uint32_t list_of(const pairing *on, uint32_t class_number) {
    const vp_class *of = &on->atlas->classes[class_number];
    return on->compiled->interfaces[on->atlas->members[of->first].interface].groups;
}

/* The place in by_groups of the first class with a list of groups. */
static uint32_t first_with(const pairing *on, uint32_t number) {
    uint32_t low = 0, high = on->atlas->class_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (list_of(on, on->atlas->by_groups[middle]) < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The next class of a family with a list of groups; *at is advanced. False at the end. */
static bool next_with(const pairing *on, uint32_t number, uint8_t family, uint32_t *at,
                      uint32_t *class_number) {
    const vp_atlas *atlas = on->atlas;
    while (*at < atlas->class_count && list_of(on, atlas->by_groups[*at]) == number) {
        *class_number = atlas->by_groups[(*at)++];
        if (atlas->classes[*class_number].family == family) {
            return true;
        }
    }
    return false;
}

/* Does a subnet go by the ACL or the table? What is not in the data may. */
static bool goes_by(const vp_subnet *subnet, const vp_diff_item *item) {
    return subnet != NULL &&
           (item->kind == VP_DIFF_ACL
                ? subnet->network_acl != NULL && subnet->network_acl->record.id == item->id
                : subnet->route_table != NULL && subnet->route_table->record.id == item->id);
}

static void find_near(pairing *on, const vp_diff_item *item) {
    on->near_count = 0;
    if (item->kind == VP_DIFF_GROUPS) {
        uint32_t at = first_with(on, item->number), met;
        while (next_with(on, item->number, item->family, &at, &met)) {
            on->near[on->near_count++] = met;
        }
        return;
    }
    for (uint32_t i = 0; i < on->atlas->class_count; i++) {
        if (on->atlas->classes[i].family == item->family &&
            goes_by(interface_of(on, i)->subnet, item)) {
            on->near[on->near_count++] = i;
        }
    }
}

/* ---- on behalf of others -----------------------------------------------------------------------
 */

static bool nat_goes_by(const pairing *on, const vp_diff_item *item) {
    const vp_rows *rows = vp_network_rows(on->network, VP_KIND_NAT_GATEWAY);
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_nat_gateway *gateway = (const vp_nat_gateway *)rows->rows[i];
        if (gateway->route_table_id == item->id ||
            goes_by(
                (const vp_subnet *)vp_network_find(on->network, VP_KIND_SUBNET, gateway->subnet_id),
                item)) {
            return true;
        }
    }
    return false;
}

static bool some_subnet_goes_by(const pairing *on, const vp_list *ids, const vp_diff_item *item) {
    for (uint32_t i = 0; i < ids->count; i++) {
        if (goes_by((const vp_subnet *)vp_network_find(on->network, VP_KIND_SUBNET,
                                                       VP_ITEM(vp_text_item, ids, i)->value),
                    item)) {
            return true;
        }
    }
    return false;
}

static bool attachment_goes_by(const pairing *on, const vp_diff_item *item) {
    const vp_rows *rows = vp_network_rows(on->network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT);
    const vp_rows *endpoints = vp_network_rows(on->network, VP_KIND_VPC_ENDPOINT);
    for (uint32_t i = 0; i < rows->count; i++) {
        if (some_subnet_goes_by(
                on, &((const vp_transit_gateway_attachment *)rows->rows[i])->subnet_ids, item)) {
            return true;
        }
    }
    for (uint32_t i = 0; i < endpoints->count; i++) {
        const vp_vpc_endpoint *endpoint = (const vp_vpc_endpoint *)endpoints->rows[i];
        if (vp_endpoint_type_of(on->network, endpoint) == VP_ENDPOINT_LOAD_BALANCER) {
            return true;
        }
    }
    return false;
}

/* The table of a gateway, on what comes in by it. */
static bool is_edge_table(const pairing *on, const vp_diff_item *item) {
    const vp_route_table *table =
        item->kind == VP_DIFF_TABLE
            ? (const vp_route_table *)vp_network_find(on->network, VP_KIND_ROUTE_TABLE, item->id)
            : NULL;
    for (uint32_t i = 0; table != NULL && i < table->associations.count; i++) {
        if (VP_ITEM(vp_route_table_association, &table->associations, i)->gateway_id !=
            VP_NO_NAME) {
            return true;
        }
    }
    return false;
}

/* Do packets of others go by the item's rules, those of the classes `near`? */
static bool serves_others(const pairing *on, const vp_diff_item *item) {
    for (uint32_t i = 0; i < on->near_count; i++) {
        if (facts_of(on, on->near[i]) & (VP_FACT_TARGET | VP_FACT_TRANSLATES)) {
            return true;
        }
    }
    return item->kind != VP_DIFF_GROUPS &&
           (on->compiled->has_classic || nat_goes_by(on, item) || attachment_goes_by(on, item) ||
            is_edge_table(on, item));
}

/* Does somebody send with an address of this run as its own what others sent? */
static bool has_translator(const pairing *on, uint8_t family, vp_point first, vp_point last) {
    const vp_rows *rows = vp_network_rows(on->network, VP_KIND_NAT_GATEWAY);
    for (uint32_t i = 0; family == 4 && i < rows->count; i++) {
        const vp_list *list = &((const vp_nat_gateway *)rows->rows[i])->nat_gateway_addresses;
        for (uint32_t k = 0; k < list->count; k++) {
            const vp_nat_gateway_address *address = VP_ITEM(vp_nat_gateway_address, list, k);
            vp_point own = vp_point_of(address->private_ip.family == 4 ? &address->private_ip
                                                                       : &address->public_ip);
            if (!vp_point_less(own, first) && !vp_point_less(last, own)) {
                return true;
            }
        }
    }
    return false;
}

/* ---- pairs of classes --------------------------------------------------------------------------
 */

/* Can packets of a class end in the VPC of another? As far as its table tells. */
static bool may_end_at(pairing *on, uint32_t source, uint32_t destination) {
    vp_scope scope = vp_atlas_scope(on->atlas, on->atlas->classes[source].first);
    for (uint32_t i = 0; i < scope.count; i++) {
        if (on->atlas->listed[scope.first + i] == on->atlas->classes[destination].segment) {
            return true;
        }
    }
    return false;
}

static void add_pair(pairing *on, uint32_t source, uint32_t destination) {
    void *items = on->pairs;
    if ((facts_of(on, source) & VP_FACT_UNSUPPORTED) || !may_end_at(on, source, destination) ||
        !vp_atlas_grow(on->atlas, &items, &on->pair_capacity, (size_t)on->pair_count + 1,
                       sizeof *on->pairs)) {
        return;
    }
    on->pairs = items;
    on->pairs[on->pair_count++] = (uint64_t)source << 32 | destination;
}

static void add_far(pairing *on, uint32_t class_number) {
    if (on->stamps[class_number] != on->stamp) {
        on->stamps[class_number] = on->stamp;
        on->far[on->far_count++] = class_number;
    }
}

/* Classes with addresses in a run; whoever translates there stands for all. */
static void find_far(pairing *on, uint8_t family, vp_point first, vp_point last) {
    const vp_atlas *atlas = on->atlas;
    const uint32_t *list = atlas->by_address[family == 6];
    uint32_t low = 0, high = atlas->address_count[family == 6];
    bool all = has_translator(on, family, first, last);
    on->far_count = 0;
    on->stamp++;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (vp_point_less(atlas->members[list[middle]].first, first)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < atlas->address_count[family == 6] &&
           !vp_point_less(last, atlas->members[list[low]].first);
         low++) {
        add_far(on, atlas->members[list[low]].class_number);
        all = all || (facts_of(on, atlas->members[list[low]].class_number) & VP_FACT_TRANSLATES);
    }
    for (uint32_t i = 0; (all || atlas->has_blocks) && i < atlas->class_count; i++) {
        const vp_class *of = &atlas->classes[i];
        const vp_member *block = &atlas->members[of->first];
        if (of->family == family && (all || (of->is_block && !vp_point_less(last, block->first) &&
                                             !vp_point_less(vp_member_last(block), first)))) {
            add_far(on, i);
        }
    }
}

/* Groups look at what goes out, or comes in; ACLs and tables at requests and at answers. */
static void pair_up(pairing *on, const vp_diff_item *item) {
    bool from = item->kind != VP_DIFF_GROUPS || item->egress;
    bool to = item->kind != VP_DIFF_GROUPS || !item->egress;
    for (uint32_t i = 0; i < on->near_count && is_usable(on); i++) {
        for (uint32_t k = 0; k < on->far_count; k++) {
            if (from) {
                add_pair(on, on->near[i], on->far[k]);
            }
            if (to) {
                add_pair(on, on->far[k], on->near[i]);
            }
        }
    }
}

static void add_run(pairing *on, const vp_diff_item *item, vp_point first, vp_point last) {
    find_far(on, item->family, first, last);
    pair_up(on, item);
}

/* Classes that have a group; false when packets of others may be taken for theirs. */
static bool find_named(pairing *on, vp_name group_id, uint8_t family) {
    uint32_t count, met;
    bool themselves = true;
    const vp_compiled_link *links = vp_compiled_lists_with(on->compiled, group_id, &count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = first_with(on, links[i].number);
        while (next_with(on, links[i].number, family, &at, &met)) {
            add_far(on, met);
            themselves =
                themselves &&
                (facts_of(on, met) & (VP_FACT_TARGET | VP_FACT_TRANSLATES | VP_FACT_DOUBTFUL)) == 0;
        }
    }
    return themselves;
}

/* Rules that name groups have no run: they matter to those who have a group that is named. */
static void add_named(pairing *on, const vp_diff_item *item) {
    const vp_security_group *group = (const vp_security_group *)vp_network_find(
        on->network, VP_KIND_SECURITY_GROUP, on->diff->id);
    const vp_list *permissions =
        item->egress ? &group->ip_permissions_egress : &group->ip_permissions;
    vp_point lowest = {0, 0};
    bool themselves = true;
    on->far_count = 0;
    on->stamp++;
    for (uint32_t i = 0; i < permissions->count; i++) {
        const vp_list *named = &VP_ITEM(vp_ip_permission, permissions, i)->user_id_group_pairs;
        for (uint32_t k = 0; k < named->count; k++) {
            vp_name id = VP_ITEM(vp_user_id_group_pair, named, k)->group_id;
            themselves = find_named(on, id, item->family) && themselves;
        }
    }
    if (themselves) {
        pair_up(on, item);
    } else {
        add_run(on, item, lowest, vp_point_highest(item->family));
    }
}

static void add_everything(pairing *on) {
    vp_atlas *atlas = on->atlas;
    for (uint32_t i = 0; i < atlas->class_count && is_usable(on); i++) {
        vp_scope scope = vp_atlas_scope(atlas, atlas->classes[i].first);
        for (uint32_t k = 0; k < scope.count; k++) {
            const vp_segment *segment = &atlas->segments[atlas->listed[scope.first + k]];
            int wide = atlas->classes[i].family == 6;
            for (uint32_t d = segment->first[wide]; d < segment->end[wide]; d++) {
                add_pair(on, i, d);
            }
        }
    }
}

static bool is_appliance(const pairing *on, const vp_diff_item *item, uint32_t value) {
    return item->kind == VP_DIFF_TABLE && value != 0 &&
           on->compiled->actions[value].target == VP_TARGET_INTERFACE;
}

/* The runs of the address line where an item's profile is another one. */
static void add_runs(pairing *on, const vp_diff_item *item, vp_profile now) {
    vp_point at = {0, 0}, first = {0, 0}, until, other;
    bool inside = false, more = true;
    while (more) {
        uint32_t old =
            vp_profile_value(on->compiled->profiles, item->before, item->family, at, &until);
        uint32_t new = vp_profile_value(on->compiled->profiles, now, item->family, at, &other);
        until = vp_point_less(other, until) ? other : until;
        more = vp_point_less(until, vp_point_highest(item->family));
        on->singly = on->singly ||
                     (old != new && (is_appliance(on, item, old) || is_appliance(on, item, new)));
        first = old != new && !inside ? at : first;
        if (inside && old == new) {
            add_run(on, item, first, vp_point_before(at));
        }
        inside = old != new;
        if (inside && !more) {
            add_run(on, item, first, until);
        }
        at = vp_point_after(until, item->family == 6);
    }
}

static bool names_groups(const pairing *on, const vp_diff_item *item) {
    const vp_compiled_groups *groups = &on->compiled->groups[item->number];
    return item->kind == VP_DIFF_GROUPS &&
           (groups->references[item->egress] || item->references[item->egress]);
}

/* Pairs that an item can matter to, by the tables as they are. True: these are all there are. */
static bool add_item(pairing *on, const vp_diff_item *item, vp_profile now) {
    if (now == item->before && !names_groups(on, item)) {
        return false;
    }
    find_near(on, item);
    if (serves_others(on, item)) {
        add_everything(on);
        return true;
    }
    add_runs(on, item, now);
    if (names_groups(on, item)) {
        add_named(on, item);
    }
    return false;
}

/* Of a connection that begins or ends to work also those whose way nobody knows. */
static bool add_unknown_ways(pairing *on) {
    const vp_record *record = vp_network_find(on->network, VP_KIND_NONE, on->diff->id);
    for (uint32_t i = 0;
         record->kind == VP_KIND_VPC_PEERING_CONNECTION && i < on->atlas->class_count; i++) {
        const vp_subnet *subnet = interface_of(on, i)->subnet;
        if (subnet == NULL || subnet->route_table == NULL) {
            add_everything(on);
            return true;
        }
    }
    return false;
}

static void add_items(pairing *on, const vp_profile *now) {
    bool all = add_unknown_ways(on);
    for (uint32_t i = 0; i < on->diff->count && !all && is_usable(on); i++) {
        all = add_item(on, &on->diff->items[i], now[i]);
    }
}

/* Those whom rules named that are gone. */
static void add_named_before(pairing *on) {
    for (uint32_t i = 0; i < on->diff->count && is_usable(on); i++) {
        const vp_diff_item *item = &on->diff->items[i];
        if (names_groups(on, item)) {
            find_near(on, item);
            add_named(on, item);
        }
    }
}

/* As the tables are, and where they were changed as they were: a way may be gone. */
static void collect(pairing *on) {
    const vp_diff *diff = on->diff;
    const vp_alloc *alloc = &on->network->alloc;
    size_t count = (size_t)diff->count + 1;
    vp_profile *now = vp_alloc_array(alloc, NULL, 0, count, sizeof *now);
    bool ways = false;
    if (now == NULL) {
        on->atlas->status = VP_NO_MEMORY;
        return;
    }
    for (uint32_t i = 0; i < diff->count; i++) {
        ways = ways || diff->items[i].kind == VP_DIFF_TABLE;
    }
    vp_diff_swap(on->diff, on->compiled); /* leaves the profiles of now in the items */
    for (uint32_t i = 0; i < diff->count; i++) {
        now[i] = diff->items[i].held;
    }
    if (ways) {
        vp_atlas_forget(on->atlas, true);
        add_items(on, now);
        vp_atlas_forget(on->atlas, true);
    }
    add_named_before(on);
    vp_diff_swap(on->diff, on->compiled);
    add_items(on, now);
    vp_alloc_free(alloc, now, count * sizeof *now);
}

/* ---- what flows --------------------------------------------------------------------------------
 */

static void add_cell(pairing *on, cells *list, const cell *found) {
    void *items = list->items;
    if (vp_atlas_grow(on->atlas, &items, &list->capacity, (size_t)list->count + 1,
                      sizeof *list->items)) {
        list->items = items;
        list->items[list->count++] = *found;
    }
}

/* What one address sends to a class, piece by piece; *last is cut to where it holds. */
static void look_at(pairing *on, const vp_path_end *from, uint32_t class_number, cells *list,
                    vp_point *last) {
    vp_services *services = &on->compiled->profiles->services;
    const vp_class *of = &on->atlas->classes[class_number];
    cell next = {.class_number = class_number};
    next.first_member = of->first;
    next.first = on->atlas->members[of->first].first;
    for (bool more = true; more && is_usable(on);) {
        vp_path_answer answer;
        vp_path_end to = vp_atlas_end(on->atlas, next.first_member, next.first);
        vp_path_ask(on->compiled, from, &to, true, &answer);
        on->atlas->walks++;
        *last = vp_point_less(answer.source_last, *last) ? answer.source_last : *last;
        next.known = vp_flow_product(services, answer.known, answer.back, on->sources, of->family);
        next.unknown =
            vp_flow_product(services, answer.unknown, answer.back, on->sources, of->family);
        if (of->is_block) {
            vp_point end = vp_member_last(&on->atlas->members[of->first]);
            more = vp_point_less(answer.destination_last, end);
            next.last_member = of->first;
            next.last = more ? answer.destination_last : end;
            add_cell(on, list, &next);
            next.first = vp_point_after(next.last, of->family == 6);
            continue;
        }
        next.last_member = on->singly ? next.first_member
                                      : vp_atlas_last_before(on->atlas, of, next.first_member,
                                                             answer.destination_last);
        next.last = vp_member_last(&on->atlas->members[next.last_member]);
        add_cell(on, list, &next);
        next.first_member = next.last_member + 1;
        more = next.first_member < of->end;
        next.first = more ? on->atlas->members[next.first_member].first : next.first;
    }
}

/* Part of two cells that speak of the same class: what they have in common. */
static void compare(pairing *on, const cell *old, const cell *new, vp_diff_pairs *pairs) {
    vp_services *services = &on->compiled->profiles->services;
    const vp_member *members = on->atlas->members;
    if (old->known == new->known && old->unknown == new->unknown) {
        return;
    }
    bool late = new->first_member > old->first_member, early = new->last_member < old->last_member;
    pairs->first = late ? new->first_member : old->first_member;
    pairs->last = early ? new->last_member : old->last_member;
    pairs->from = vp_point_less(old->first, new->first) ? new->first : old->first;
    pairs->to = vp_point_less(old->last, new->last) ? old->last : new->last;
    pairs->known[0] = old->known;
    pairs->known[1] = new->known;
    pairs->unknown[0] = old->unknown;
    pairs->unknown[1] = new->unknown;
    pairs->opened = vp_flow_combine(services, VP_FLOW_DIFFERENCE, new->known, old->known);
    pairs->closed = vp_flow_combine(services, VP_FLOW_DIFFERENCE, old->known, new->known);
    bool alone = pairs->first == pairs->last && pairs->source_first == pairs->source_last &&
                 members[pairs->first].interface == members[pairs->source_first].interface;
    if (!alone) {
        on->visitor(on->context, pairs);
    }
}

/* Both lists cover the same classes in the same order, each in pieces of its own. */
static void merge(pairing *on, vp_diff_pairs *pairs) {
    for (uint32_t i = 0, k = 0; i < on->before.count && k < on->now.count;) {
        const cell *old = &on->before.items[i], *new = &on->now.items[k];
        compare(on, old, new, pairs);
        bool old_ends = !vp_point_less(new->last, old->last);
        bool new_ends = !vp_point_less(old->last, new->last);
        i += old_ends;
        k += new_ends;
    }
}

/* All destinations from..end of the pairs, for all members of their source class. */
static void look_from(pairing *on, uint32_t from, uint32_t end) {
    vp_atlas *atlas = on->atlas;
    const vp_class *of = &atlas->classes[on->pairs[from] >> 32];
    uint32_t member = of->first;
    vp_point at = atlas->members[member].first;
    while (member < of->end && is_usable(on)) {
        vp_path_end source = vp_atlas_end(atlas, member, at);
        vp_diff_pairs pairs = {.source_first = member, .source_last = member, .source_from = at};
        vp_point last = on->singly ? at : vp_point_highest(of->family);
        on->now.count = on->before.count = 0;
        for (uint32_t i = from; i < end; i++) {
            look_at(on, &source, (uint32_t)on->pairs[i], &on->now, &last);
        }
        vp_diff_swap(on->diff, on->compiled);
        for (uint32_t i = from; i < end; i++) {
            look_at(on, &source, (uint32_t)on->pairs[i], &on->before, &last);
        }
        vp_diff_swap(on->diff, on->compiled);
        bool rest = of->is_block && vp_point_less(last, vp_member_last(&atlas->members[member]));
        if (!of->is_block) {
            pairs.source_last = vp_atlas_last_before(atlas, of, member, last);
        }
        pairs.source_to = rest ? last : vp_member_last(&atlas->members[pairs.source_last]);
        pairs.family = of->family;
        merge(on, &pairs);
        at = vp_point_after(last, of->family == 6);
        if (!rest) {
            member = pairs.source_last + 1;
            at = member < of->end ? atlas->members[member].first : at;
        }
    }
}

/* ---- the difference ----------------------------------------------------------------------------
 */

static int compare_pairs(const void *left, const void *right, const void *context) {
    const uint64_t *a = left, *b = right;
    (void)context;
    return (*a > *b) - (*a < *b);
}

/* Each pair of classes once, by source. */
static void visit_pairs(pairing *on) {
    vp_status status = vp_sort(&on->network->alloc, on->pairs, on->pair_count, sizeof *on->pairs,
                               compare_pairs, NULL);
    uint32_t count = 0;
    on->atlas->status = status != VP_OK ? status : on->atlas->status;
    for (uint32_t i = 0; i < on->pair_count; i++) {
        if (count == 0 || on->pairs[count - 1] != on->pairs[i]) {
            on->pairs[count++] = on->pairs[i];
        }
    }
    for (uint32_t i = 0, end; i < count && is_usable(on); i = end) {
        for (end = i + 1; end < count && on->pairs[end] >> 32 == on->pairs[i] >> 32; end++) {
        }
        look_from(on, i, end);
    }
}

static vp_status open_pairing(pairing *on, vp_diff *diff, vp_error *error) {
    vp_status status = vp_compiled_get(diff->network, &on->compiled, error);
    if (status == VP_OK && on->compiled->effort.facts != diff->facts) {
        return vp_error_set(error, VP_MISUSE, "misuse", "more than rules was changed");
    }
    if (status == VP_OK) {
        status = vp_atlas_get(on->compiled, &on->atlas, error);
    }
    if (status != VP_OK) {
        return status;
    }
    size_t count = 3 * ((size_t)on->atlas->class_count + 1);
    on->diff = diff;
    on->network = diff->network;
    on->near = vp_alloc_zeroed(&on->network->alloc, count * sizeof *on->near);
    on->far = on->near + count / 3;
    on->stamps = on->far + count / 3;
    return on->near == NULL || !vp_atlas_sort_members(on->atlas) ? vp_error_no_memory(error)
                                                                 : VP_OK;
}

static void close_pairing(pairing *on, const vp_alloc *alloc) {
    size_t count = on->near == NULL ? 0 : 3 * ((size_t)on->atlas->class_count + 1);
    vp_alloc_free(alloc, on->near, count * sizeof *on->near);
    vp_alloc_free(alloc, on->pairs, on->pair_capacity * sizeof *on->pairs);
    vp_alloc_free(alloc, on->now.items, on->now.capacity * sizeof *on->now.items);
    vp_alloc_free(alloc, on->before.items, on->before.capacity * sizeof *on->before.items);
}

vp_status vp_diff_visit(vp_diff *diff, vp_service sources, vp_diff_visitor *visitor, void *context,
                        vp_error *error) {
    pairing on;
    memset(&on, 0, sizeof on);
    on.sources = sources;
    on.visitor = visitor;
    on.context = context;
    vp_status status = open_pairing(&on, diff, error);
    if (status == VP_OK) {
        collect(&on);
        visit_pairs(&on);
        status = vp_compiled_status(on.compiled, error);
        if (!is_usable(&on)) {
            vp_compiled_drop(on.compiled);
            status = vp_error_no_memory(error);
        }
    }
    close_pairing(&on, &diff->network->alloc);
    return status;
}
