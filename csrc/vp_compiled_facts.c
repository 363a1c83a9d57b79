/*
 * vp_compiled_facts.c - the facts of all interfaces, in one pass over them.
 *
 * The one idea: interfaces that print the same have the same facts, and most print what the one
 * before them printed; so texts are compared where something is different, and nothing is allocated
 * for each. What others say of interfaces (routes, gateways, who else claims an address) is added
 * from there.
 */
#include "vp_compiled.h"

#include "vp_endpoint.h"
#include "vp_record_classic.h"
#include "vp_sort.h"

#include <string.h>

static const vp_rows *rows_of(const vp_compiled *compiled, vp_kind kind) {
    return vp_network_rows(compiled->network, kind);
}

/* ---- lists of groups ---------------------------------------------------------------------------
 */

/* How many lists of groups are remembered: those of a few hundred VPCs. */
enum { SEEN_BITS = 12 };

/* A list of groups that was looked up. */
typedef struct list_seen {
    const vp_network_interface *met; /* who has it; NULL: nobody yet */
    vp_name first;
    uint32_t count, number;
} list_seen;

/* The pass over all interfaces. */
typedef struct survey {
    vp_compiled *compiled;
    list_seen *seen;
    uint32_t *ids; /* room for one list */
    uint32_t id_capacity;
    const vp_network_interface *last; /* the one before, and what was found for it */
    uint32_t last_facts;
    bool has_marks; /* some tag says what a thing does */
} survey;

static vp_name group_at(const vp_network_interface *met, uint32_t i) {
    return VP_ITEM(vp_group_identifier, &met->groups, i)->group_id;
}

static int compare_names(const void *left, const void *right, const void *context) {
    const uint32_t *a = left, *b = right;
    (void)context;
    return (*a > *b) - (*a < *b);
}

/* The number of the list of an interface's groups: ids in order, each once, are a range map. */
static uint32_t intern_list(survey *on, const vp_network_interface *met) {
    const vp_alloc *alloc = &on->compiled->network->alloc;
    vp_profiles *profiles = on->compiled->profiles;
    vp_range_map map;
    void *room = on->ids;
    uint32_t kept = 0;
    vp_status status =
        vp_alloc_grow(alloc, &room, &on->id_capacity, met->groups.count, sizeof *on->ids);
    uint32_t *ids = on->ids = room;
    for (uint32_t i = 0; i < met->groups.count && status == VP_OK; i++) {
        ids[i] = group_at(met, i);
    }
    if (status == VP_OK) {
        status = vp_sort(alloc, ids, met->groups.count, sizeof *ids, compare_names, NULL);
    }
    if (status != VP_OK) {
        profiles->status = status;
        return VP_MAP_NONE;
    }
    for (uint32_t i = 0; i < met->groups.count; i++) {
        if (kept == 0 || ids[kept - 1] != ids[i]) {
            ids[kept++] = ids[i];
        }
    }
    memset(&map, 0, sizeof map);
    map.family = 4;
    map.points.narrow = ids;
    map.count = kept;
    return vp_map_pool_intern(&profiles->lists, &map);
}

static bool has_same_groups(const vp_network_interface *a, const vp_network_interface *b) {
    if (a->groups.count != b->groups.count) {
        return false;
    }
    for (uint32_t i = 0; i < a->groups.count; i++) {
        if (group_at(a, i) != group_at(b, i)) {
            return false;
        }
    }
    return true;
}

/* Most interfaces have the groups of one that was met before: few lists are looked up by content.
 */
static uint32_t list_of(survey *on, const vp_network_interface *met) {
    uint32_t hash = met->groups.count;
    for (uint32_t i = 0; i < met->groups.count; i++) {
        hash = (hash ^ group_at(met, i)) * UINT32_C(0x9e3779b1);
    }
    list_seen *seen = &on->seen[hash >> (32 - SEEN_BITS)];
    bool known = seen->met != NULL &&
                 (met->groups.count == 1 && seen->count == 1 ? seen->first == group_at(met, 0)
                                                             : has_same_groups(seen->met, met));
    if (!known) {
        seen->met = met;
        seen->count = met->groups.count;
        seen->first = met->groups.count > 0 ? group_at(met, 0) : VP_NO_NAME;
        seen->number = intern_list(on, met);
    }
    return seen->number;
}

/* ---- what an interface says of itself ----------------------------------------------------------
 */

static bool is_one_of(const vp_network *network, vp_name name, const char *const *texts,
                      size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (vp_network_name_is(network, name, texts[i])) {
            return true;
        }
    }
    return false;
}

static bool is_marked(const vp_network *network, const vp_record *record) {
    return vp_network_name_is(network, vp_network_tag(network, record, "vpcpeer:nat"), "true");
}

/* What its type says: a fact is there unless a type takes it away. */
static uint32_t facts_of_type(const vp_network *network, const vp_network_interface *met) {
    static const char *const filtered[] = {"interface", "efa", "efa-only", "trunk", "branch"};
    static const char *const endpoints[] = {"vpc_endpoint", "gateway_load_balancer_endpoint"};
    static const char *const gateways[] = {"nat_gateway", "natGateway", "transit_gateway"};
    uint32_t facts = VP_FACT_OPENS | VP_FACT_ACCEPTS;
    vp_name type = met->interface_type;
    if (type == VP_NO_NAME) {
        return facts;
    }
    if (met->groups.count == 0 && !is_one_of(network, type, filtered, VP_COUNT_OF(filtered))) {
        facts |= VP_FACT_UNFILTERED;
    }
    if (is_one_of(network, type, endpoints, VP_COUNT_OF(endpoints))) {
        facts &= ~(uint32_t)VP_FACT_OPENS;
    }
    if (is_one_of(network, type, gateways, VP_COUNT_OF(gateways))) {
        facts &= ~(uint32_t)(VP_FACT_OPENS | VP_FACT_ACCEPTS);
        facts |= VP_FACT_UNSUPPORTED;
    }
    return facts;
}

static bool is_running(const vp_network *network, const vp_instance *instance) {
    return instance == NULL || instance->state.name == VP_NO_NAME ||
           vp_network_name_is(network, instance->state.name, "running");
}

static uint32_t facts_of(const vp_network *network, const vp_network_interface *met) {
    uint32_t facts = facts_of_type(network, met);
    if (vp_interface_is_attached(network, met) && is_running(network, met->instance)) {
        facts |= VP_FACT_USABLE;
    }
    bool classic = vp_network_name_is(network, met->interface_type, VP_CLASSIC_LINK_TYPE);
    facts |= classic ? VP_FACT_CLASSIC : 0;
    facts |= met->deny_all_igw_traffic == VP_TRUE ? VP_FACT_NO_GATEWAY : 0;
    if (met->subnet != NULL || classic) {
        facts |= VP_FACT_DESCRIBED;
    }
    return facts;
}

/* Does facts_of read the same of both? */
static bool is_alike(const vp_network_interface *a, const vp_network_interface *b) {
    vp_name one = a->instance == NULL ? VP_NO_NAME : a->instance->state.name;
    vp_name other = b->instance == NULL ? VP_NO_NAME : b->instance->state.name;
    return a->interface_type == b->interface_type && a->status == b->status &&
           a->attachment.status == b->attachment.status &&
           a->requester_managed == b->requester_managed &&
           a->deny_all_igw_traffic == b->deny_all_igw_traffic && one == other &&
           (a->groups.count == 0) == (b->groups.count == 0) &&
           (a->subnet == NULL) == (b->subnet == NULL);
}

/* Marked by a tag as a NAT instance, or its instance is. */
static uint32_t facts_of_marks(const vp_network *network, const vp_network_interface *met) {
    bool marked = is_marked(network, &met->record) ||
                  (met->instance != NULL && is_marked(network, &met->instance->record));
    return marked ? VP_FACT_TRANSLATES : 0;
}

static void look_at(survey *on, const vp_network_interface *met, vp_compiled_interface *of) {
    const vp_network *network = on->compiled->network;
    if (on->last == NULL || !is_alike(on->last, met)) {
        on->last_facts = facts_of(network, met);
    }
    on->last = met;
    of->facts = on->last_facts | (on->has_marks ? facts_of_marks(network, met) : 0);
    of->groups = list_of(on, met);
    of->subnet_id = met->subnet_id;
    of->vpc_id = met->vpc_id;
    on->compiled->has_classic = on->compiled->has_classic || (of->facts & VP_FACT_CLASSIC) != 0;
}

/* Records stand in memory as they were read, not by id: what comes next is fetched ahead. */
static void look_at_all(survey *on) {
    enum { FAR_AHEAD = 16, AHEAD = 8 };
    vp_compiled *compiled = on->compiled;
    const vp_rows *rows = rows_of(compiled, VP_KIND_NETWORK_INTERFACE);
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_network_interface *met = (const vp_network_interface *)rows->rows[i];
        if (rows->count - i > FAR_AHEAD) {
            const vp_network_interface *far =
                (const vp_network_interface *)rows->rows[i + FAR_AHEAD];
            VP_PREFETCH(far);
            VP_PREFETCH(&far->vpc_id);
            VP_PREFETCH(&far->groups.count);
            VP_PREFETCH(&far->attachment);
            VP_PREFETCH(&far->instance);
            VP_PREFETCH(((const vp_network_interface *)rows->rows[i + AHEAD])->groups.items);
        }
        compiled->places[met->record.id] = i;
        look_at(on, met, &compiled->interfaces[i]);
    }
}

/* ---- what others say of it ---------------------------------------------------------------------
 */

static void add_fact(vp_compiled *compiled, const vp_network_interface *met, uint32_t fact,
                     bool set) {
    uint32_t *facts = &compiled->interfaces[vp_compiled_place(compiled, &met->record)].facts;
    *facts = set ? *facts | fact : *facts & ~fact;
}

/* Interfaces of NAT gateways take no connections, whatever their type says. */
static void note_nat_gateways(vp_compiled *compiled) {
    const vp_rows *rows = rows_of(compiled, VP_KIND_NAT_GATEWAY);
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_list *list = &((const vp_nat_gateway *)rows->rows[i])->nat_gateway_addresses;
        for (uint32_t k = 0; k < list->count; k++) {
            const vp_network_interface *met = (const vp_network_interface *)vp_network_find(
                compiled->network, VP_KIND_NETWORK_INTERFACE,
                VP_ITEM(vp_nat_gateway_address, list, k)->network_interface_id);
            if (met != NULL && met->instance == NULL) {
                add_fact(compiled, met, VP_FACT_ACCEPTS, false);
            }
        }
    }
}

/* Interfaces that routes lead to are told apart from all others. */
static void note_targets(vp_compiled *compiled) {
    const vp_rows *rows = rows_of(compiled, VP_KIND_ROUTE_TABLE);
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_list *routes = &((const vp_route_table *)rows->rows[i])->routes;
        for (uint32_t k = 0; k < routes->count; k++) {
            const vp_route *route = VP_ITEM(vp_route, routes, k);
            vp_name id;
            if (vp_route_target(compiled->network, route, &id) == VP_TARGET_INTERFACE) {
                const vp_network_interface *met =
                    vp_route_interface(compiled->network, compiled->index, route);
                if (met != NULL) {
                    add_fact(compiled, met, VP_FACT_TARGET, true);
                }
            }
        }
    }
}

static void doubt(vp_compiled *compiled, const vp_holder *one, const vp_holder *other) {
    add_fact(compiled, one->network_interface, VP_FACT_DOUBTFUL, true);
    add_fact(compiled, other->network_interface, VP_FACT_DOUBTFUL, true);
}

/* Blocks of one VPC that lie in one another, or are equal, and belong to two interfaces. */
static void note_doubtful(vp_compiled *compiled, const vp_holders *holders) {
    for (uint32_t i = 0; i < holders->block_count; i++) {
        const vp_holder *inner = &holders->blocks[i];
        uint32_t outer = inner->enclosing;
        for (; outer != VP_HOLDER_NONE; outer = holders->blocks[outer].enclosing) {
            if (holders->blocks[outer].network_interface != inner->network_interface) {
                doubt(compiled, inner, &holders->blocks[outer]);
            }
        }
    }
    for (uint32_t i = 0; i < holders->double_count; i++) {
        const vp_holder *inner = &holders->doubles[i];
        const vp_holder *outer = vp_holders_equal(holders, inner);
        doubt(compiled, inner, outer == NULL ? inner : outer);
    }
}

/*
 * Interfaces of an endpoint that is not available are not usable; those that old documents tell no
 * type of open no connections either.
 */
static void note_endpoints(vp_compiled *compiled) {
    const vp_rows *rows = rows_of(compiled, VP_KIND_VPC_ENDPOINT);
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_vpc_endpoint *endpoint = (const vp_vpc_endpoint *)rows->rows[i];
        bool works = vp_endpoint_works(compiled->network, endpoint);
        for (uint32_t k = 0; k < endpoint->network_interface_ids.count; k++) {
            const vp_network_interface *met = (const vp_network_interface *)vp_network_find(
                compiled->network, VP_KIND_NETWORK_INTERFACE,
                VP_ITEM(vp_text_item, &endpoint->network_interface_ids, k)->value);
            if (met == NULL) {
                continue;
            }
            if (!works &&
                vp_network_name_is(compiled->network, met->interface_type, "vpc_endpoint")) {
                add_fact(compiled, met, VP_FACT_UNAVAILABLE, true);
            }
            if (met->interface_type == VP_NO_NAME && met->instance == NULL) {
                add_fact(compiled, met, VP_FACT_OPENS, false);
            }
        }
    }
}

/* Has it an address that the data do not tell? */
static bool is_open(const vp_network_interface *met) {
    bool open = vp_interface_open_public(met, &met->private_ip_address) != VP_NO_NAME;
    for (uint32_t i = 0; !open && i < met->private_ip_addresses.count; i++) {
        const vp_addr *address =
            &VP_ITEM(vp_private_ip_address, &met->private_ip_addresses, i)->private_ip_address;
        open =
            vp_addr_is_unspecified(address) || vp_interface_open_public(met, address) != VP_NO_NAME;
    }
    for (uint32_t i = 0; !open && i < met->ipv6_addresses.count; i++) {
        open = vp_addr_is_unspecified(
            &VP_ITEM(vp_ipv6_address, &met->ipv6_addresses, i)->ipv6_address);
    }
    return open;
}

/* Few models have such addresses, so that those that have none are not searched for them. */
static void note_open(vp_compiled *compiled) {
    const vp_rows *rows = rows_of(compiled, VP_KIND_NETWORK_INTERFACE);
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_network_interface *met = (const vp_network_interface *)rows->rows[i];
        if (is_open(met)) {
            add_fact(compiled, met, VP_FACT_OPEN, true);
        }
    }
}

static void survey_interfaces(vp_compiled *compiled) {
    static const char mark[] = "vpcpeer:nat";
    const vp_alloc *alloc = &compiled->network->alloc;
    size_t bytes = sizeof(list_seen) << SEEN_BITS;
    survey on = {.compiled = compiled};
    on.seen = vp_alloc_zeroed(alloc, bytes);
    on.has_marks = vp_names_find(&compiled->network->names, mark, sizeof mark - 1) != VP_NO_NAME;
    if (on.seen != NULL) {
        look_at_all(&on);
    } else {
        compiled->profiles->status = VP_NO_MEMORY;
    }
    vp_alloc_free(alloc, on.seen, bytes);
    vp_alloc_free(alloc, on.ids, on.id_capacity * sizeof *on.ids);
}

void vp_compiled_note_interfaces(vp_compiled *compiled) {
    const vp_holders *holders = vp_index_holders(compiled->index);
    survey_interfaces(compiled);
    if (compiled->profiles->status != VP_OK) {
        return;
    }
    if (holders->has_open) {
        note_open(compiled);
    }
    for (uint32_t i = 0; i < holders->public_count; i++) {
        add_fact(compiled, holders->publics[i].network_interface, VP_FACT_PUBLIC, true);
    }
    note_doubtful(compiled, holders);
    note_endpoints(compiled);
    note_nat_gateways(compiled);
    note_targets(compiled);
}
