/*
 * vp_link.c - pairs of a name and a record, sorted by name.
 *
 * The one idea: names are dense numbers, so that a sort by number brings the records of a name
 * together, and only those few are compared with each other.
 */
#include "vp_link.h"

#include <string.h>

void vp_links_clear(vp_links *links, const vp_alloc *alloc) {
    vp_links none = {NULL, 0, 0, 0};
    vp_alloc_free(alloc, links->items, links->capacity * sizeof *links->items);
    *links = none;
}

vp_status vp_links_add(vp_links *links, const vp_alloc *alloc, vp_name key, vp_record *record) {
    if (key == VP_NO_NAME) {
        return VP_OK;
    }
    void *items = links->items;
    vp_status status = vp_alloc_grow(alloc, &items, &links->capacity, (size_t)links->count + 1,
                                     sizeof *links->items);
    if (status != VP_OK) {
        return status;
    }
    links->items = items;
    vp_link added = {key, record->id, record};
    links->items[links->count++] = added;
    return VP_OK;
}

static uint32_t word_of(const void *item, unsigned which) {
    (void)which;
    return ((const vp_link *)item)->key;
}

/* Brings equal keys together; where they are from the start nothing is moved. */
static vp_status sort_by_key(vp_links *links, const vp_alloc *alloc) {
    static const unsigned word = 0;
    size_t count = links->count;
    vp_numbered *order;
    vp_status status = vp_sort_order(alloc, links->items, links->count, sizeof *links->items,
                                     word_of, &word, 1, &order);
    if (status != VP_OK || order == NULL) {
        return status;
    }
    vp_link *sorted = vp_alloc_array(alloc, NULL, 0, count, sizeof *sorted);
    for (size_t i = 0; i < count && sorted != NULL; i++) {
        sorted[i] = links->items[order[i].item];
    }
    vp_alloc_free(alloc, order, (count + 1) * sizeof *order);
    if (sorted == NULL) {
        return VP_NO_MEMORY;
    }
    vp_alloc_free(alloc, links->items, links->capacity * sizeof *links->items);
    links->items = sorted;
    links->capacity = links->count;
    return VP_OK;
}

/* Everything anew: the records of one key are compared with each other. */
static vp_status sort_all(vp_links *links, const vp_alloc *alloc, vp_compare *compare,
                          const void *context) {
    vp_status status = sort_by_key(links, alloc);
    for (uint32_t i = 0, end; i < links->count && status == VP_OK; i = end) {
        for (end = i + 1; end < links->count && links->items[end].key == links->items[i].key;) {
            end++;
        }
        if (end > i + 1) {
            status =
                vp_sort(alloc, links->items + i, end - i, sizeof *links->items, compare, context);
        }
    }
    return status;
}

/* Puts one pair among those before it, which are sorted. */
static void insert(vp_links *links, uint32_t at, vp_compare *compare, const void *context) {
    vp_link moved = links->items[at];
    uint32_t low = 0, high = at;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const vp_link *met = &links->items[middle];
        if (met->key < moved.key || (met->key == moved.key && compare(met, &moved, context) <= 0)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    memmove(links->items + low + 1, links->items + low, (at - low) * sizeof *links->items);
    links->items[low] = moved;
}

vp_status vp_links_sort(vp_links *links, const vp_alloc *alloc, vp_compare *compare,
                        const void *context) {
    enum { FEW = 64 };
    if (links->sorted == 0 || links->count - links->sorted > FEW) {
        vp_status status = sort_all(links, alloc, compare, context);
        links->sorted = status == VP_OK ? links->count : 0;
        return status;
    }
    while (links->sorted < links->count) {
        insert(links, links->sorted++, compare, context);
    }
    return VP_OK;
}

bool vp_links_drop(vp_links *links, const vp_name *ids, uint32_t count) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < links->count; i++) {
        bool dropped = false;
        for (uint32_t k = 0; k < count && !dropped; k++) {
            dropped = links->items[i].id == ids[k];
        }
        if (!dropped) {
            links->items[kept++] = links->items[i];
        }
    }
    bool any = kept < links->count;
    links->sorted = links->sorted == links->count ? kept : 0;
    links->count = kept;
    return any;
}

/* The place of the first pair whose key is not below `key`. */
static uint32_t lower_bound(const vp_links *links, vp_name key) {
    uint32_t low = 0, high = links->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (links->items[middle].key < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

uint32_t vp_links_find(const vp_links *links, vp_name key, uint32_t *count) {
    uint32_t first = lower_bound(links, key);
    *count = (key == UINT32_MAX ? links->count : lower_bound(links, key + 1)) - first;
    return first;
}

vp_record *vp_links_first(const vp_links *links, vp_name key) {
    uint32_t first = lower_bound(links, key);
    return first < links->count && links->items[first].key == key ? links->items[first].record
                                                                  : NULL;
}
