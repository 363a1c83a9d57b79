/*
 * vp_index_mend.c - an index that follows changes of a few records.
 *
 * The one idea: everything that a changed record said is dropped, by its id, since the record may
 * be gone; then the record as it is now says it anew. What is looked up by other records' ids is
 * looked up again where the changed record may be the answer. Places of interfaces move when some
 * come or go, and so do the orders that holders keep.
 */
#include "vp_index_part.h"

#include <string.h>

/* A record that was there, is there, or both. */
typedef struct change {
    vp_name id;
    vp_kind kind;
    uint8_t what; /* all that happened to it */
    bool was;
    vp_record *record; /* NULL: it is gone */
    uint32_t place;    /* of an interface: now, or where it would stand */
    uint32_t before;   /* and at the time of the index */
} change;

typedef struct changes {
    change items[VP_JOURNAL_MAX];
    uint32_t count;
    uint32_t kinds; /* bits */
} changes;

static bool has_kind(const changes *on, vp_kind kind) { return (on->kinds >> kind & 1u) != 0; }

/* Each record once, with what happened to it first and last. */
static void collect(const vp_network *network, const vp_index *index, changes *on) {
    uint32_t position = 0;
    const vp_journal_entry *entry;
    on->count = on->kinds = 0;
    while ((entry = vp_journal_next(&network->journal, index->generation, &position)) != NULL) {
        uint32_t i = 0;
        while (i < on->count && on->items[i].id != entry->id) {
            i++;
        }
        change *item = &on->items[i];
        if (i == on->count) {
            memset(item, 0, sizeof *item);
            item->id = entry->id;
            item->kind = (vp_kind)entry->kind;
            item->was = (entry->what & VP_CHANGED_ADDED) == 0;
            item->record = vp_network_find(network, item->kind, item->id);
            on->count++;
            on->kinds |= UINT32_C(1) << entry->kind;
        }
        item->what |= entry->what;
    }
}

/*
 * VPCs are everywhere, and a subnet may tell the VPC of an interface that does not. Where two
 * interfaces claim a block the one that gave way is not among the blocks, so neither is what is
 * left when the other one goes.
 */
bool vp_index_is_mendable(const vp_network *network, const vp_index *index) {
    uint32_t position = 0;
    const vp_journal_entry *entry;
    if (index->is_partial || network->changing > 0 ||
        !vp_journal_covers(&network->journal, index->generation)) {
        return false;
    }
    while ((entry = vp_journal_next(&network->journal, index->generation, &position)) != NULL) {
        bool moved = (entry->what & (VP_CHANGED_ADDED | VP_CHANGED_REMOVED)) != 0;
        if ((entry->kind == VP_KIND_VPC && moved) ||
            (entry->kind == VP_KIND_SUBNET && index->homeless > 0) ||
            (entry->kind == VP_KIND_NETWORK_INTERFACE && index->holders.double_count > 0)) {
            return false;
        }
    }
    return true;
}

/* ---- links -------------------------------------------------------------------------------------
 */

/* Drops what the changed records said. */
static void drop_links(vp_index *index, const changes *on, bool *changed) {
    static const uint8_t kinds[VP_LINKS_COUNT] = {
        VP_KIND_ROUTE_TABLE,       VP_KIND_ROUTE_TABLE,
        VP_KIND_ROUTE_TABLE,       VP_KIND_ROUTE_TABLE,
        VP_KIND_NETWORK_ACL,       VP_KIND_NETWORK_ACL,
        VP_KIND_INTERNET_GATEWAY,  VP_KIND_VPC_PEERING_CONNECTION,
        VP_KIND_NETWORK_INTERFACE, VP_KIND_NONE};
    for (int which = 0; which < VP_LINKS_COUNT; which++) {
        vp_name ids[VP_JOURNAL_MAX];
        uint32_t count = 0;
        for (uint32_t i = 0; i < on->count; i++) {
            if (kinds[which] == VP_KIND_NONE || kinds[which] == on->items[i].kind) {
                ids[count++] = on->items[i].id;
            }
        }
        changed[which] = count > 0 && vp_links_drop(&index->links[which], ids, count);
    }
}

/* Says anew what the changed records say. */
static vp_status link_again(vp_network *network, vp_index *index, const changes *on,
                            bool *changed) {
    uint32_t counts[VP_LINKS_COUNT];
    vp_status status = VP_OK;
    for (int which = 0; which < VP_LINKS_COUNT; which++) {
        counts[which] = index->links[which].count;
    }
    for (uint32_t i = 0; i < on->count && status == VP_OK; i++) {
        if (on->items[i].record != NULL) {
            status = vp_index_link(network, index, on->items[i].record, on->items[i].place);
        }
    }
    for (int which = 0; which < VP_LINKS_COUNT; which++) {
        changed[which] = changed[which] || index->links[which].count != counts[which];
    }
    return status;
}

/* ---- interfaces --------------------------------------------------------------------------------
 */

/* Where an id stands among the interfaces, or would. */
static uint32_t place_of(const vp_network *network, const vp_rows *rows, vp_name id) {
    uint32_t low = 0, high = rows->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (vp_network_compare(network, rows->rows[middle]->id, id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Where the changed interfaces stand, and where they stood. */
static void find_places(vp_network *network, changes *on) {
    const vp_rows *rows = vp_network_rows(network, VP_KIND_NETWORK_INTERFACE);
    for (uint32_t i = 0; i < on->count; i++) {
        change *item = &on->items[i];
        if (item->kind != VP_KIND_NETWORK_INTERFACE) {
            continue;
        }
        item->place = item->before = place_of(network, rows, item->id);
        for (uint32_t k = 0; k < on->count; k++) {
            const change *other = &on->items[k];
            if (other->kind == VP_KIND_NETWORK_INTERFACE && other->was != (other->record != NULL) &&
                vp_network_compare(network, other->id, item->id) < 0) {
                item->before += other->was ? 1u : UINT32_MAX; /* gone, or new: one less */
            }
        }
    }
}

/* Is this place now one of an interface that is new? */
static bool is_new(const changes *on, uint32_t place) {
    for (uint32_t i = 0; i < on->count; i++) {
        const change *item = &on->items[i];
        if (item->kind == VP_KIND_NETWORK_INTERFACE && !item->was && item->record != NULL &&
            item->place == place) {
            return true;
        }
    }
    return false;
}

/*
 * Gives holders the places of now, without those of the changed interfaces. Between two of these
 * all places move alike.
 */
static vp_status renumber(vp_index *index, const changes *on) {
    enum { SAME, GONE, CHANGED };
    uint32_t count = index->interface_total, next = 0;
    uint32_t *orders = vp_alloc_array(&index->alloc, NULL, 0, (size_t)count + 1, sizeof *orders);
    uint8_t *fates = vp_alloc_zeroed(&index->alloc, (size_t)count + 1);
    vp_status status = orders == NULL || fates == NULL ? VP_NO_MEMORY : VP_OK;
    for (uint32_t i = 0; i < on->count && status == VP_OK; i++) {
        const change *item = &on->items[i];
        if (item->kind == VP_KIND_NETWORK_INTERFACE && item->was) {
            fates[item->before] = item->record == NULL ? GONE : CHANGED;
        }
    }
    for (uint32_t i = 0; i < count && status == VP_OK; i++) {
        while (is_new(on, next)) {
            next++;
        }
        orders[i] = fates[i] == SAME ? next : VP_HOLDER_NONE;
        next += fates[i] != GONE;
    }
    if (status == VP_OK) {
        vp_holders_renumber(&index->holders, orders);
    }
    vp_alloc_free(&index->alloc, orders, ((size_t)count + 1) * sizeof *orders);
    vp_alloc_free(&index->alloc, fates, (size_t)count + 1);
    return status;
}

/* Interfaces that name a subnet or an instance that came or went. */
static void find_subnet(vp_network *network, vp_index *index, const change *item) {
    const vp_rows *rows = vp_network_rows(network, VP_KIND_NETWORK_INTERFACE);
    if (!item->was && index->astray == 0) {
        return;
    }
    for (uint32_t i = 0; i < rows->count; i++) {
        vp_network_interface *met = (vp_network_interface *)rows->rows[i];
        if (met->subnet_id == item->id) {
            met->subnet = (vp_subnet *)item->record;
            index->astray += item->record == NULL;
        }
    }
}

static void find_instance(const vp_index *index, const change *item) {
    const vp_links *list = &index->links[VP_INTERFACES_OF_INSTANCE];
    uint32_t count, first = vp_links_find(list, item->id, &count);
    for (uint32_t i = first; i < first + count; i++) {
        ((vp_network_interface *)list->items[i].record)->instance = (vp_instance *)item->record;
    }
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

/* The entries of an ACL are in order for those who read them; no link tells of other rules. */
static vp_status set_rules_aside(const vp_index *index, changes *on) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < on->count; i++) {
        const change *item = &on->items[i];
        if ((item->what & VP_CHANGED_PLACES) != 0) {
            on->items[kept++] = *item;
        } else if (item->kind == VP_KIND_NETWORK_ACL && item->record != NULL &&
                   vp_index_sort_entries(index, (vp_network_acl *)item->record) != VP_OK) {
            return VP_NO_MEMORY;
        }
    }
    on->count = kept;
    on->kinds = 0;
    for (uint32_t i = 0; i < kept; i++) {
        on->kinds |= UINT32_C(1) << on->items[i].kind;
    }
    return VP_OK;
}

static void look_up_again(vp_network *network, vp_index *index, const changes *on) {
    for (uint32_t i = 0; i < on->count; i++) {
        const change *item = &on->items[i];
        if (item->kind == VP_KIND_SUBNET &&
            (item->what & (VP_CHANGED_ADDED | VP_CHANGED_REMOVED)) != 0) {
            find_subnet(network, index, item);
        } else if (item->kind == VP_KIND_INSTANCE) {
            find_instance(index, item);
        }
    }
    if (has_kind(on, VP_KIND_VPC) || has_kind(on, VP_KIND_SUBNET) ||
        has_kind(on, VP_KIND_ROUTE_TABLE) || has_kind(on, VP_KIND_NETWORK_ACL)) {
        vp_index_resolve(network, index);
    }
}

vp_status vp_index_mend(vp_network *network, vp_index *index) {
    bool changed[VP_LINKS_COUNT];
    changes on;
    collect(network, index, &on);
    vp_status status = set_rules_aside(index, &on);
    bool holds = has_kind(&on, VP_KIND_NETWORK_INTERFACE) || has_kind(&on, VP_KIND_ADDRESS);
    if (status == VP_OK && on.count > 0) {
        vp_index_find_words(network, index);
        drop_links(index, &on, changed);
        find_places(network, &on);
        status = holds ? renumber(index, &on) : VP_OK;
        if (status == VP_OK) {
            status = link_again(network, index, &on, changed);
        }
        if (status == VP_OK) {
            status = vp_index_sort(network, index, changed);
        }
        if (status == VP_OK) {
            look_up_again(network, index, &on);
            status = holds ? vp_index_link_addresses(network, index) : VP_OK;
        }
        if (status == VP_OK && holds) {
            status = vp_holders_finish(&index->holders);
        }
    }
    index->interface_total = vp_network_rows(network, VP_KIND_NETWORK_INTERFACE)->count;
    index->generation = network->generation;
    return status;
}
