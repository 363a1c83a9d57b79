/*
 * vp_index_make.c - building an index and keeping it up to date.
 *
 * The one idea: the index is built as a whole beside the old one and takes its place only when it
 * is complete.
 *
 * Invariant: `generation` is the network's when it was built, or when it last followed a change;
 * the derived members of records mean something only while the two are equal.
 */
#include "vp_index_part.h"

#include "vp_sort.h"

/* Records stand in memory as they were read, not by id: what comes next is fetched ahead. */
static void fetch_ahead(const vp_rows *rows, uint32_t place) {
    enum { FAR_AHEAD = 12, AHEAD = 6 };
    if (rows->count - place > FAR_AHEAD) {
        const vp_network_interface *far =
            (const vp_network_interface *)rows->rows[place + FAR_AHEAD];
        const vp_network_interface *near = (const vp_network_interface *)rows->rows[place + AHEAD];
        VP_PREFETCH(far);
        VP_PREFETCH(&far->vpc_id);
        VP_PREFETCH(&far->private_ip_address);
        VP_PREFETCH(&far->association.public_ip);
        VP_PREFETCH(&far->private_ip_addresses);
        VP_PREFETCH(&far->ipv6_prefixes);
        VP_PREFETCH(&far->attachment.instance_id);
        VP_PREFETCH(&far->instance);
        VP_PREFETCH(near->private_ip_addresses.items);
        VP_PREFETCH((const char *)near->private_ip_addresses.items + 48);
    }
}

/* First pass: everything that needs no other link. VPCs come first, their counters start at 0. */
static vp_status link_all(vp_network *network, vp_index *index) {
    uint32_t interfaces = vp_network_rows(network, VP_KIND_NETWORK_INTERFACE)->count;
    vp_status status = vp_holders_reserve(&index->holders, interfaces);
    index->interface_total = interfaces;
    for (int kind = VP_KIND_NONE + 1; kind < VP_KIND_COUNT; kind++) {
        const vp_rows *rows = vp_network_rows(network, (vp_kind)kind);
        for (uint32_t i = 0; i < rows->count && status == VP_OK; i++) {
            if (kind == VP_KIND_NETWORK_INTERFACE) {
                fetch_ahead(rows, i);
            }
            status = vp_index_link(network, index, rows->rows[i], i);
        }
    }
    return status;
}

/* Records of one key stand in id order. */
static int compare_ids(const void *left, const void *right, const void *network) {
    const vp_link *a = left, *b = right;
    return vp_network_compare(network, a->id, b->id);
}

static int compare_devices(const void *left, const void *right, const void *network) {
    const vp_link *a = left, *b = right;
    const vp_network_interface *first = (const vp_network_interface *)a->record;
    const vp_network_interface *second = (const vp_network_interface *)b->record;
    int32_t one = first->attachment.device_index.value, two = second->attachment.device_index.value;
    return one != two ? (one > two) - (one < two) : compare_ids(left, right, network);
}

/*
 * Defines a function that copies the records of sorted links into an array of their own type,
 * which is what look-ups hand out.
 */
#define DEFINE_COPY(name, type)                                                                    \
    static vp_status name(const vp_index *index, int which, type ***array, uint32_t *count) {      \
        const vp_links *list = &index->links[which];                                               \
        vp_alloc_free(&index->alloc, *array, *count * sizeof **array);                             \
        *array = NULL;                                                                             \
        *count = list->count;                                                                      \
        if (list->count == 0) {                                                                    \
            return VP_OK;                                                                          \
        }                                                                                          \
        *array = vp_alloc_array(&index->alloc, NULL, 0, list->count, sizeof **array);              \
        for (uint32_t i = 0; *array != NULL && i < list->count; i++) {                             \
            (*array)[i] = (type *)list->items[i].record;                                           \
        }                                                                                          \
        return *array != NULL ? VP_OK : VP_NO_MEMORY;                                              \
    }
DEFINE_COPY(copy_route_tables, vp_route_table)
DEFINE_COPY(copy_peerings, vp_vpc_peering_connection)
DEFINE_COPY(copy_interfaces, vp_network_interface)
DEFINE_COPY(copy_named, vp_record)
#undef DEFINE_COPY

/* What look-ups hand out, of the lists that changed. */
static vp_status copy_links(vp_index *index, const bool *changed) {
    vp_status status = VP_OK;
    if (changed[VP_ROUTE_TABLES_OF_VPC]) {
        status = copy_route_tables(index, VP_ROUTE_TABLES_OF_VPC, &index->route_tables,
                                   &index->route_table_count);
    }
    if (status == VP_OK && changed[VP_PEERINGS_OF_VPC]) {
        status = copy_peerings(index, VP_PEERINGS_OF_VPC, &index->peerings, &index->peering_count);
    }
    if (status == VP_OK && changed[VP_INTERFACES_OF_INSTANCE]) {
        status = copy_interfaces(index, VP_INTERFACES_OF_INSTANCE, &index->interfaces,
                                 &index->interface_count);
    }
    if (status == VP_OK && changed[VP_RECORDS_OF_NAME]) {
        status = copy_named(index, VP_RECORDS_OF_NAME, &index->named, &index->named_count);
    }
    return status;
}

vp_status vp_index_sort(const vp_network *network, vp_index *index, const bool *changed) {
    vp_status status = VP_OK;
    for (int which = 0; which < VP_LINKS_COUNT && status == VP_OK; which++) {
        status = vp_links_sort(&index->links[which], &index->alloc,
                               which == VP_INTERFACES_OF_INSTANCE ? compare_devices : compare_ids,
                               network);
    }
    return status == VP_OK ? copy_links(index, changed) : status;
}

/* All steps in the order of what they need; the first failure ends it. */
static vp_status build(vp_network *network, vp_index *index) {
    bool changed[VP_LINKS_COUNT];
    for (int which = 0; which < VP_LINKS_COUNT; which++) {
        changed[which] = true;
    }
    vp_index_find_words(network, index);
    vp_status status = link_all(network, index);
    if (status == VP_OK) {
        status = vp_index_sort(network, index, changed);
    }
    if (status == VP_OK) {
        vp_index_resolve(network, index);
        status = vp_index_link_addresses(network, index);
    }
    return status == VP_OK ? vp_holders_finish(&index->holders) : status;
}

/* Builds an index beside the old one, which then goes. */
static vp_status rebuild(vp_network *network) {
    vp_index *built = vp_alloc_zeroed(&network->alloc, sizeof *built);
    if (built == NULL) {
        return VP_NO_MEMORY;
    }
    built->alloc = network->alloc;
    built->generation = network->generation;
    built->is_partial = network->changing > 0;
    vp_holders_init(&built->holders, &network->alloc);
    if (build(network, built) != VP_OK) {
        /* Some derived members are new already: the old index stays stale, nobody reads them. */
        vp_index_free(built);
        return VP_NO_MEMORY;
    }
    vp_index_free(network->index);
    network->index = built;
    network->index_free = vp_index_free;
    return VP_OK;
}

vp_status vp_index_get(vp_network *network, const vp_index **index, vp_error *error) {
    bool stale = network->index == NULL || network->index->generation != network->generation;
    if (stale && network->index != NULL && vp_index_is_mendable(network, network->index)) {
        if (vp_index_mend(network, network->index) != VP_OK) {
            vp_index_free(network->index);
            network->index = NULL;
            return vp_error_no_memory(error);
        }
    } else if (stale && rebuild(network) != VP_OK) {
        return vp_error_no_memory(error);
    }
    *index = network->index;
    return VP_OK;
}

void vp_index_free(vp_index *index) {
    if (index == NULL) {
        return;
    }
    vp_alloc alloc = index->alloc;
    vp_alloc_free(&alloc, index->route_tables,
                  index->route_table_count * sizeof *index->route_tables);
    vp_alloc_free(&alloc, index->peerings, index->peering_count * sizeof *index->peerings);
    vp_alloc_free(&alloc, index->interfaces, index->interface_count * sizeof *index->interfaces);
    vp_alloc_free(&alloc, index->named, index->named_count * sizeof *index->named);
    for (int which = 0; which < VP_LINKS_COUNT; which++) {
        vp_links_clear(&index->links[which], &alloc);
    }
    vp_holders_clear(&index->holders);
    vp_alloc_free(&alloc, index, sizeof *index);
}
