/*
 * vp_reach_quick.c - one packet between two plain interfaces, by a few look-ups.
 *
 * The one idea: the steps of vp_path.c for a pair in one VPC or across one peering connection,
 * where one port is asked for and so each filter says yes or no. Every doubt ends in "not certain":
 * this may never say yes where the walk says no.
 */
#include "vp_reach_quick.h"

#include "vp_path.h"

#include <string.h>

/* Facts of an interface from which packets may go and to which they may come. */
#define PLAIN_FACTS (VP_FACT_USABLE | VP_FACT_DESCRIBED | VP_FACT_OPENS | VP_FACT_ACCEPTS)
#define OTHER_FACTS                                                                                \
    (VP_FACT_UNFILTERED | VP_FACT_DOUBTFUL | VP_FACT_CLASSIC | VP_FACT_UNAVAILABLE |               \
     VP_FACT_UNSUPPORTED)

/* The longest id that has a card; AWS's have 21 characters at most. */
#define ID_MAX 23

/* The text of an id, padded with zeros: equal texts are equal words. */
typedef struct quick_key {
    uint64_t words[3]; /* the last byte is the length */
} quick_key;

/* An id and the interface that it stands for: one line of memory. */
typedef struct quick_card {
    quick_key id;
    uint32_t address; /* the primary one, IPv4 */
    uint32_t groups;
    uint32_t subnet;      /* name */
    uint32_t vpc;         /* name; VP_NO_NAME: no card here */
    uint32_t table, acl;  /* places; VP_UNMADE: no ACL in the data */
    uint32_t first, last; /* the VPC's one IPv4 block */
    uint64_t unused;      /* to the end of the line */
} quick_card;

#define LINE_BYTES 64

struct vp_quick {
    quick_card *cards;  /* by hash of the id, NULL: not made yet; a line of memory each */
    uint32_t *of_names; /* number of the card + 1 */
    void *memory;       /* where the cards lie */
    uint32_t capacity, name_count;
    uint32_t asked; /* questions before the cards were made */
    vp_memo ways;   /* from a table to a VPC's block: number of an action, VP_UNMADE: several */
};

/* So many interfaces are worth a question: the cards are made when questions keep coming. */
#define WORTH_A_QUESTION 256

static size_t bytes_of(uint32_t capacity) {
    return (size_t)capacity * sizeof(quick_card) + LINE_BYTES;
}

static void drop_cards(const vp_alloc *alloc, struct vp_quick *quick) {
    vp_alloc_free(alloc, quick->memory, bytes_of(quick->capacity));
    vp_alloc_free(alloc, quick->of_names,
                  ((size_t)quick->name_count + 1) * sizeof *quick->of_names);
    quick->cards = NULL;
    quick->memory = NULL;
    quick->of_names = NULL;
}

static void quick_free(vp_compiled *compiled) {
    const vp_alloc *alloc = &compiled->network->alloc;
    if (compiled->quick != NULL) {
        drop_cards(alloc, compiled->quick);
        vp_memo_clear(&compiled->quick->ways);
        vp_alloc_free(alloc, compiled->quick, sizeof *compiled->quick);
        compiled->quick = NULL;
    }
}

/* ---- ids ---------------------------------------------------------------------------------------
 */

/* False for a text that can have no card. */
static bool key_of(const char *text, size_t length, quick_key *key) {
    char bytes[sizeof key->words] = {0};
    if (length == 0 || length > ID_MAX) {
        return false;
    }
    if (length >= 16) { /* as most ids: in pieces that overlap, of a size that is known */
        memcpy(bytes, text, 16);
        memcpy(bytes + length - 8, text + length - 8, 8);
    } else {
        memcpy(bytes, text, length);
    }
    bytes[ID_MAX] = (char)length;
    memcpy(key->words, bytes, sizeof bytes);
    return true;
}

/* Where a key belongs, if nobody is there. */
static uint32_t slot_of(const quick_key *key, uint32_t capacity) {
    uint64_t hash = key->words[0] * UINT64_C(0x9e3779b97f4a7c15) +
                    key->words[1] * UINT64_C(0xc2b2ae3d27d4eb4f) +
                    key->words[2] * UINT64_C(0x165667b19e3779f9);
    hash = (hash ^ hash >> 32) * UINT64_C(0xbf58476d1ce4e5b9);
    return (uint32_t)((hash >> 32) * capacity >> 32);
}

/* The card of a key, or the free place where it belongs, from the slot of the key on. */
static quick_card *card_at(const struct vp_quick *quick, const quick_key *key, uint32_t slot) {
    for (;;) {
        quick_card *card = &quick->cards[slot];
        if (card->vpc == VP_NO_NAME ||
            ((card->id.words[0] == key->words[0]) & (card->id.words[1] == key->words[1]) &
             (card->id.words[2] == key->words[2]))) {
            return card;
        }
        slot = slot + 1 == quick->capacity ? 0 : slot + 1;
    }
}

/* The search for the card of an id. */
typedef struct quick_search {
    quick_key key;
    uint32_t slot; /* where it begins */
    bool by_name;  /* and ends */
} quick_search;

/*
 * Begins a search by asking for the memory alone, so that the cards of both ends are waited for
 * together. False where there is no card.
 */
static bool begin_search(const struct vp_quick *quick, const vp_quick_id *id,
                         quick_search *search) {
    search->by_name = id->text == NULL;
    if (search->by_name) {
        uint32_t number = id->name < quick->name_count ? quick->of_names[id->name] : 0;
        if (number == 0) {
            return false;
        }
        search->slot = number - 1;
    } else if (key_of(id->text, id->length, &search->key)) {
        search->slot = slot_of(&search->key, quick->capacity);
    } else {
        return false;
    }
#if defined(__GNUC__)
    __builtin_prefetch(&quick->cards[search->slot]);
#endif
    return true;
}

static const quick_card *end_search(const struct vp_quick *quick, const quick_search *search) {
    const quick_card *card =
        search->by_name ? &quick->cards[search->slot] : card_at(quick, &search->key, search->slot);
    return card->vpc == VP_NO_NAME ? NULL : card;
}

/* ---- who is plain ------------------------------------------------------------------------------
 */

/* The one IPv4 block of a VPC. */
static bool only_block(const vp_network *network, const vp_vpc *vpc, vp_cidr *only) {
    uint32_t position = 0, count = 0;
    vp_cidr block;
    while (vp_vpc_next_block(network, vpc, &position, &block)) {
        if (block.address.family == 4) {
            *only = block;
            count++;
        }
    }
    return count == 1;
}

/* What is to be known of a plain interface; false for another one. */
static bool note(vp_compiled *compiled, const vp_network_interface *met, quick_card *card) {
    const vp_compiled_interface *of = vp_compiled_of(compiled, met);
    const vp_subnet *subnet = met->subnet;
    vp_cidr block;
    if ((of->facts & (PLAIN_FACTS | OTHER_FACTS)) != PLAIN_FACTS || met->vpc == NULL ||
        subnet == NULL || subnet->vpc != met->vpc || subnet->route_table == NULL ||
        met->vpc_id != met->vpc->record.id || met->private_ip_address.family != 4 ||
        !only_block(compiled->network, met->vpc, &block) ||
        !vp_cidr_contains_addr(&block, &met->private_ip_address)) {
        return false;
    }
    vp_addr last = vp_cidr_last(&block);
    card->address = (uint32_t)met->private_ip_address.lo;
    card->groups = of->groups;
    card->subnet = subnet->record.id;
    card->table = vp_compiled_place(compiled, &subnet->route_table->record);
    card->acl = subnet->network_acl == NULL
                    ? VP_UNMADE
                    : vp_compiled_place(compiled, &subnet->network_acl->record);
    card->first = (uint32_t)block.address.lo;
    card->last = (uint32_t)last.lo;
    card->vpc = met->vpc->record.id;
    return true;
}

/* Of interfaces that hold addresses outside of their VPC's block a neighbour may not be seen. */
static bool has_strays(const vp_compiled *compiled) {
    const vp_holders *holders = vp_index_holders(compiled->index);
    for (uint32_t i = 0; i < holders->block_count; i++) {
        const vp_holder *holder = &holders->blocks[i];
        const vp_vpc *vpc = holder->network_interface->vpc;
        vp_cidr block = vp_holder_block(holder);
        if (holder->family == 4 &&
            (vpc == NULL || !vp_vpc_contains(compiled->network, vpc, &block.address))) {
            return true;
        }
    }
    return false;
}

/* Puts the card of an id where it belongs; an id that is too long gets none. */
static void put(const vp_network *network, struct vp_quick *quick, vp_name id,
                const quick_card *card) {
    size_t length;
    quick_key key;
    const char *text = vp_names_text(&network->names, id, &length);
    if (key_of(text, length, &key)) {
        quick_card *place = card_at(quick, &key, slot_of(&key, quick->capacity));
        *place = *card;
        place->id = key;
        quick->of_names[id] = (uint32_t)(place - quick->cards) + 1;
    }
}

/* An instance stands for its interface where it has only one. */
static void put_all(vp_compiled *compiled, struct vp_quick *quick) {
    const vp_rows *rows = vp_network_rows(compiled->network, VP_KIND_NETWORK_INTERFACE);
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_network_interface *met = (const vp_network_interface *)rows->rows[i];
        quick_card card = {.vpc = VP_NO_NAME};
        uint32_t count = 0;
        if (!note(compiled, met, &card)) {
            continue;
        }
        put(compiled->network, quick, met->record.id, &card);
        if (met->instance != NULL) {
            (void)vp_index_interfaces_of(compiled->index, met->instance->record.id, &count);
        }
        if (count == 1) {
            put(compiled->network, quick, met->instance->record.id, &card);
        }
    }
}

/* Makes the cards; without memory there are none. Where something is unusual nobody is plain. */
static void make_cards(vp_compiled *compiled, struct vp_quick *quick) {
    const vp_network *network = compiled->network;
    uint64_t ids = (uint64_t)network->rows[VP_KIND_NETWORK_INTERFACE].count +
                   network->rows[VP_KIND_INSTANCE].count;
    quick->asked = 0;
    vp_memo_init(&quick->ways, &network->alloc);
    quick->capacity = (uint32_t)(ids + ids / 2 + 1);
    quick->name_count = network->names.count;
    quick->memory = vp_alloc_zeroed(&network->alloc, bytes_of(quick->capacity));
    quick->of_names =
        vp_alloc_zeroed(&network->alloc, ((size_t)quick->name_count + 1) * sizeof *quick->of_names);
    if (quick->memory == NULL || quick->of_names == NULL) {
        drop_cards(&network->alloc, quick);
        return;
    }
    size_t beyond = (uintptr_t)quick->memory % LINE_BYTES;
    quick->cards = (quick_card *)(void *)((char *)quick->memory + LINE_BYTES - beyond);
    if (!compiled->has_classic && !has_strays(compiled)) {
        put_all(compiled, quick);
    }
}

/* NULL while questions are too few for the number of interfaces, or without memory. */
static const struct vp_quick *quick_of(vp_compiled *compiled) {
    const vp_network *network = compiled->network;
    struct vp_quick *quick = compiled->quick;
    if (quick == NULL) {
        quick = compiled->quick = vp_alloc_zeroed(&network->alloc, sizeof *quick);
        compiled->quick_free = quick_free;
        if (quick == NULL) {
            return NULL;
        }
    }
    if (quick->cards == NULL) {
        quick->asked++;
        if (quick->asked > network->rows[VP_KIND_NETWORK_INTERFACE].count / WORTH_A_QUESTION) {
            make_cards(compiled, quick);
        }
    }
    return quick->cards == NULL ? NULL : quick;
}

/* ---- one packet --------------------------------------------------------------------------------
 */

typedef struct question {
    vp_compiled *compiled;
    const quick_card *from, *to;
    uint32_t point; /* of the line of services */
    const vp_vpc_peering_connection *crossed;
} question;

static uint32_t value_of(const vp_compiled *compiled, vp_profile profile, uint32_t address) {
    vp_point at = {0, address};
    const vp_range_map *map = vp_map_pool_get(&compiled->profiles->pool, profile);
    uint32_t rank = vp_range_map_search(map->points, 0, map->count, at, false);
    return rank == 0 ? 0 : map->values[rank - 1];
}

static vp_service acl_at(const question *on, const quick_card *end, bool egress, uint32_t far) {
    vp_compiled *compiled = on->compiled;
    if (end->acl == VP_UNMADE) {
        return compiled->profiles->services.all;
    }
    vp_profile made = compiled->acls[4 * (size_t)end->acl + (egress ? 2 : 0)];
    if (made == VP_UNMADE) {
        const vp_rows *rows = vp_network_rows(compiled->network, VP_KIND_NETWORK_ACL);
        made = vp_compiled_acl(compiled, (const vp_network_acl *)rows->rows[end->acl], egress, 4);
    }
    return made == compiled->profiles->all[0] ? compiled->profiles->services.all
                                              : value_of(compiled, made, far);
}

/* References count where both are in one VPC; across a connection inbound ones may. */
static bool groups_admit(const question *on, const quick_card *end, const quick_card *far,
                         bool egress) {
    vp_compiled *compiled = on->compiled;
    const vp_services *services = &compiled->profiles->services;
    const vp_compiled_groups *groups = &compiled->groups[end->groups];
    vp_profile made = groups->profile[egress][0];
    if (made == VP_UNMADE) {
        made = vp_compiled_group_rules(compiled, end->groups, egress, 4);
    }
    if (made == compiled->profiles->all[0] ||
        vp_service_contains(services, value_of(compiled, made, far->address), on->point)) {
        return true;
    }
    if (!groups->references[egress] ||
        (on->crossed != NULL &&
         (egress || !vp_path_joins_in_region(compiled->network, on->crossed)))) {
        return false;
    }
    vp_service named = vp_compiled_references(compiled, end->groups, far->groups, egress, 4);
    return vp_service_contains(services, named, on->point);
}

/* The number of what happens to packets by a table that go to an end. */
static uint32_t way_to(const question *on, vp_profile table, const quick_card *to) {
    const vp_profiles *profiles = on->compiled->profiles;
    vp_memo *ways = &on->compiled->quick->ways;
    vp_point first = {0, to->first}, last;
    uint32_t number;
    if (!vp_memo_find(ways, 1, table, to->vpc, &number)) {
        number = vp_profile_value(profiles, table, 4, first, &last);
        number = last.lo < to->last ? VP_UNMADE : number;
        vp_memo_keep(ways, 1, table, to->vpc, number);
    }
    return number != VP_UNMADE ? number : value_of(on->compiled, table, to->address);
}

/* Does the table of one end lead to the other one: inside the VPC, or over *crossed? */
static bool routes(const question *on, const quick_card *from, const quick_card *to,
                   const vp_vpc_peering_connection **crossed) {
    vp_compiled *compiled = on->compiled;
    vp_profile made = compiled->tables[2 * (size_t)from->table];
    if (made == VP_UNMADE) {
        const vp_rows *rows = vp_network_rows(compiled->network, VP_KIND_ROUTE_TABLE);
        made = vp_compiled_table(compiled, (vp_route_table *)rows->rows[from->table], 4);
    }
    uint32_t number = way_to(on, made, to);
    const vp_compiled_action *action = &compiled->actions[number];
    *crossed = NULL;
    if (number == 0 || action->blackhole) {
        return false;
    }
    if (from->vpc == to->vpc) {
        return action->target == VP_TARGET_LOCAL;
    }
    *crossed = (const vp_vpc_peering_connection *)action->record;
    return action->target == VP_TARGET_PEERING &&
           ((action->vpc_ids[0] == from->vpc && action->vpc_ids[1] == to->vpc) ||
            (action->vpc_ids[1] == from->vpc && action->vpc_ids[0] == to->vpc));
}

/* Is anything in the way that a plain pair does not have? The receiver's address in the sender's
 * VPC, the address of the peer's DNS server. */
static bool is_odd(const quick_card *from, const quick_card *to) {
    if (from->vpc == to->vpc) {
        return from->address == to->address;
    }
    return (to->address >= from->first && to->address <= from->last) ||
           (from->address >= to->first && from->address <= to->last) ||
           to->address == to->first + 2 || to->address >> 16 == 0xa9feu ||
           from->address >> 16 == 0xa9feu;
}

/* Some source port from 1024 on passes both ACLs on the way back. */
static bool answers(const question *on) {
    vp_services *services = &on->compiled->profiles->services;
    vp_service out = acl_at(on, on->to, true, on->from->address);
    vp_service in = acl_at(on, on->from, false, on->to->address);
    vp_service both = vp_service_combine(services, VP_TRUTH_INTERSECTION, out, in);
    uint32_t base = on->point & 0xff0000u;
    vp_service_range ports = {base + 1024, base + 65535};
    return both == services->all || vp_service_meets(services, both, ports);
}

static bool passes(question *on) {
    const vp_services *services = &on->compiled->profiles->services;
    const quick_card *from = on->from, *to = on->to;
    const vp_vpc_peering_connection *back;
    if (from->subnet == to->subnet) {
        return groups_admit(on, from, to, true) && groups_admit(on, to, from, false);
    }
    return routes(on, from, to, &on->crossed) && routes(on, to, from, &back) &&
           groups_admit(on, from, to, true) && groups_admit(on, to, from, false) &&
           vp_service_contains(services, acl_at(on, from, true, to->address), on->point) &&
           vp_service_contains(services, acl_at(on, to, false, from->address), on->point) &&
           answers(on);
}

bool vp_reach_quick(vp_network *network, const vp_quick_id *from, const vp_quick_id *to,
                    uint8_t protocol, uint16_t port) {
    question on = {.point = (uint32_t)protocol << 16 | port};
    quick_search sought[2];
    if (vp_compiled_get(network, &on.compiled, NULL) != VP_OK) {
        return false;
    }
    const struct vp_quick *quick = quick_of(on.compiled);
    if (quick == NULL || !begin_search(quick, from, &sought[0]) ||
        !begin_search(quick, to, &sought[1])) {
        return false;
    }
    on.from = end_search(quick, &sought[0]);
    on.to = end_search(quick, &sought[1]);
    if (on.from == NULL || on.to == NULL || is_odd(on.from, on.to)) {
        return false;
    }
    bool yes = passes(&on);
    return vp_compiled_status(on.compiled, NULL) == VP_OK && yes;
}
