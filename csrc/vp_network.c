/*
 * vp_network.c - storage of a model: records, ids, tags, clock and logs.
 *
 * Names are dense numbers, so by_id[name] is the whole index of ids. Rows of a kind are sorted only
 * when somebody asks for them in order; adding and loading are O(1).
 * Invariant: a record is listed in rows[record->kind] once and by_id[record->id] is that record.
 */
#include "vp_network.h"

#include <stdio.h>
#include <string.h>

const char *vp_network_text(const vp_network *network, vp_name name) {
    return vp_names_text(&network->names, name, NULL);
}

bool vp_network_name_is(const vp_network *network, vp_name name, const char *text) {
    size_t length;
    const char *kept = vp_names_text(&network->names, name, &length);
    return strlen(text) == length && memcmp(kept, text, length) == 0;
}

/* By bytes and then by length: the order of ids in every list, whatever the locale is. */
int vp_network_compare(const vp_network *network, vp_name a, vp_name b) {
    size_t a_length, b_length;
    const char *a_text = vp_names_text(&network->names, a, &a_length);
    const char *b_text = vp_names_text(&network->names, b, &b_length);
    int order = memcmp(a_text, b_text, a_length < b_length ? a_length : b_length);
    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

vp_status vp_network_intern(vp_network *network, const char *text, size_t length, vp_name *name,
                            vp_error *error) {
    vp_status status = vp_names_intern(&network->names, text, length, name);
    if (status == VP_NO_MEMORY) {
        return vp_error_no_memory(error);
    }
    if (status == VP_LIMIT) {
        return vp_error_limit(error, "VP_NAME_TEXT_MAX", VP_NAME_TEXT_MAX);
    }
    return status;
}

vp_status vp_network_name(vp_network *network, const char *text, vp_name *name, vp_error *error) {
    return vp_network_intern(network, text, strlen(text), name, error);
}

/* From the first failure on, unref frees what was made: a network is whole or not there. */
vp_status vp_network_new(const vp_alloc *alloc, const char *owner_id, size_t owner_id_length,
                         const char *region, size_t region_length, vp_network **network,
                         vp_error *error) {
    vp_network *made = vp_alloc_zeroed(alloc, sizeof *made);
    if (made == NULL) {
        return vp_error_no_memory(error);
    }
    made->alloc = *alloc;
    made->references = 1;
    made->open = true;
    vp_names_init(&made->names, alloc);
    vp_status status = vp_network_intern(made, owner_id, owner_id_length, &made->owner_id, error);
    if (status == VP_OK) {
        status = vp_network_intern(made, region, region_length, &made->region, error);
    }
    if (status != VP_OK) {
        vp_network_unref(made);
        return status;
    }
    *network = made;
    return VP_OK;
}

vp_network *vp_network_ref(vp_network *network) {
    network->references++;
    return network;
}

/* The schema knows both what a record owns and how large it is. */
static void free_record(vp_network *network, vp_record *record) {
    const vp_schema *schema = vp_kind_describe((vp_kind)record->kind)->schema;
    vp_schema_clear(&network->alloc, schema, record);
    vp_alloc_free(&network->alloc, record, schema->size);
}

/*
 * Handles may outlive the model, so the network itself stays until the last of them is gone. What
 * they see is a network that is not open, with nothing in it: each counter goes back to zero, so
 * that a look-up finds nothing instead of freed memory. The index goes first: it points at records.
 */
void vp_network_close(vp_network *network) {
    const vp_alloc *alloc = &network->alloc;
    if (network->compiled_free != NULL) {
        network->compiled_free(network->compiled);
        network->compiled = NULL;
    }
    if (network->index_free != NULL) {
        network->index_free(network->index);
        network->index = NULL;
    }
    for (int kind = 0; kind < VP_KIND_COUNT; kind++) {
        vp_rows *rows = &network->rows[kind];
        for (uint32_t i = 0; i < rows->count; i++) {
            free_record(network, rows->rows[i]);
        }
        vp_alloc_free(alloc, rows->rows, rows->capacity * sizeof *rows->rows);
        memset(rows, 0, sizeof *rows);
    }
    vp_alloc_free(alloc, network->by_id, network->by_id_capacity * sizeof *network->by_id);
    vp_alloc_free(alloc, network->diagnostics,
                  network->diagnostic_capacity * sizeof *network->diagnostics);
    vp_alloc_free(alloc, network->events, network->event_capacity * sizeof *network->events);
    vp_names_clear(&network->names);
    network->by_id = NULL;
    network->diagnostics = NULL;
    network->events = NULL;
    network->by_id_capacity = network->diagnostic_count = network->diagnostic_capacity = 0;
    network->judged_first = network->judged_end = 0;
    network->event_count = network->event_capacity = 0;
    network->open = false;
    vp_network_touch(network);
}

void vp_network_unref(vp_network *network) {
    if (network == NULL || --network->references > 0) {
        return;
    }
    vp_alloc alloc = network->alloc;
    vp_network_close(network);
    vp_alloc_free(&alloc, network, sizeof *network);
}

void vp_network_touch(vp_network *network) {
    network->generation++;
    vp_journal_forget(&network->journal, network->generation);
}

void vp_network_advance(vp_network *network) { network->generation++; }

/* A shorter copy of an array; where there is no memory for one, the longer one stays. */
static void *shrink(const vp_alloc *alloc, void *items, uint32_t *capacity, uint32_t count,
                    size_t item_size) {
    void *shrunk =
        count < *capacity ? vp_alloc_array(alloc, items, *capacity, count, item_size) : NULL;
    if (shrunk == NULL && count > 0) {
        return items;
    }
    *capacity = count < *capacity ? count : *capacity;
    return shrunk;
}

/* Ids are names, so that by_id needs no place beyond the last name. */
void vp_network_compact(vp_network *network) {
    const vp_alloc *alloc = &network->alloc;
    if (network->index_free != NULL) {
        network->index_free(network->index);
        network->index = NULL;
    }
    vp_names_compact(&network->names);
    network->by_id = shrink(alloc, network->by_id, &network->by_id_capacity, network->names.count,
                            sizeof *network->by_id);
    for (int kind = 0; kind < VP_KIND_COUNT; kind++) {
        vp_rows *rows = &network->rows[kind];
        rows->rows = shrink(alloc, rows->rows, &rows->capacity, rows->count, sizeof *rows->rows);
    }
}

/* Names grow while documents are read, so a name may be newer than by_id is long. */
vp_record *vp_network_find(const vp_network *network, vp_kind kind, vp_name id) {
    if (id == VP_NO_NAME || id >= network->by_id_capacity) {
        return NULL;
    }
    vp_record *record = network->by_id[id];
    return record != NULL && (kind == VP_KIND_NONE || record->kind == kind) ? record : NULL;
}

/* Makes by_id[id] exist. */
static vp_status reserve_id(vp_network *network, vp_name id) {
    uint32_t old_capacity = network->by_id_capacity;
    void *by_id = network->by_id;
    vp_status status = vp_alloc_grow(&network->alloc, &by_id, &network->by_id_capacity,
                                     (size_t)id + 1, sizeof *network->by_id);
    network->by_id = by_id;
    if (status == VP_OK && network->by_id_capacity > old_capacity) {
        memset(network->by_id + old_capacity, 0,
               (network->by_id_capacity - old_capacity) * sizeof *network->by_id);
    }
    return status;
}

/*
 * Room in both lists is made before the record, so that nothing has to be undone: a list with more
 * capacity than records is whole. `sorted` is kept up to date as long as ids come in order, as they
 * do from a document that the model itself has written.
 */
vp_status vp_network_add(vp_network *network, vp_kind kind, vp_name id, vp_record **record,
                         vp_error *error) {
    if (id == VP_NO_NAME) {
        return vp_error_set(error, VP_REFUSED, "InvalidParameterValue", "an object needs an id");
    }
    if (vp_network_find(network, VP_KIND_NONE, id) != NULL) {
        return vp_error_set(error, VP_REFUSED, "InvalidParameterValue",
                            "the id '%s' is already in use", vp_network_text(network, id));
    }
    vp_rows *rows = &network->rows[kind];
    if (rows->count >= VP_RECORDS_MAX) {
        return vp_error_limit(error, "VP_RECORDS_MAX", VP_RECORDS_MAX);
    }
    void *list = rows->rows;
    vp_status status = vp_alloc_grow(&network->alloc, &list, &rows->capacity,
                                     (size_t)rows->count + 1, sizeof *rows->rows);
    rows->rows = list;
    if (status == VP_OK) {
        status = reserve_id(network, id);
    }
    vp_record *made = status == VP_OK
                          ? vp_alloc_zeroed(&network->alloc, vp_kind_describe(kind)->schema->size)
                          : NULL;
    if (made == NULL) {
        return vp_error_no_memory(error);
    }
    made->id = id;
    made->kind = (uint8_t)kind;
    made->index = VP_NO_INDEX;
    rows->sorted =
        rows->count == 0 ||
        (rows->sorted && vp_network_compare(network, rows->rows[rows->count - 1]->id, id) < 0);
    rows->rows[rows->count++] = made;
    network->by_id[id] = made;
    *record = made;
    return VP_OK;
}

/* O(records of the kind): removals are single calls of a script, never part of a load. */
void vp_network_take_out(vp_network *network, vp_record *record) {
    vp_rows *rows = &network->rows[record->kind];
    uint32_t at = 0;
    while (rows->rows[at] != record) {
        at++;
    }
    memmove(rows->rows + at, rows->rows + at + 1, (rows->count - at - 1) * sizeof *rows->rows);
    rows->count--;
    network->by_id[record->id] = NULL;
    free_record(network, record);
}

void vp_network_remove(vp_network *network, vp_record *record) {
    vp_network_take_out(network, record);
    vp_network_touch(network);
}

/* Mixes a counter into digits that look like AWS's: a bijection, so that ids do not repeat. */
static uint64_t scramble(uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

/*
 * Deterministic: the same calls give the same ids. An id that a caller chose may be in the way,
 * then the next one is taken.
 */
vp_status vp_network_new_id(vp_network *network, vp_kind kind, const char *prefix, vp_name *id,
                            vp_error *error) {
    char text[64];
    vp_name made;
    uint64_t *next =
        kind == VP_KIND_SECURITY_GROUP_RULE ? &network->next_rule_id : &network->next_id;
    do {
        uint64_t digits = scramble(++*next);
        (void)snprintf(text, sizeof text, "%s0%016llx",
                       prefix != NULL ? prefix : vp_kind_describe(kind)->prefix,
                       (unsigned long long)digits);
        vp_status status = vp_network_name(network, text, &made, error);
        if (status != VP_OK) {
            return status;
        }
    } while (vp_network_find(network, VP_KIND_NONE, made) != NULL);
    *id = made;
    return VP_OK;
}

/* A heap sort: in place, without the allocation and the global comparison context of qsort. */
static void sift(const vp_network *network, vp_record **rows, uint32_t root, uint32_t count) {
    for (;;) {
        uint32_t child = 2 * root + 1;
        if (child >= count) {
            return;
        }
        if (child + 1 < count &&
            vp_network_compare(network, rows[child]->id, rows[child + 1]->id) < 0) {
            child++;
        }
        if (vp_network_compare(network, rows[root]->id, rows[child]->id) >= 0) {
            return;
        }
        vp_record *moved = rows[root];
        rows[root] = rows[child];
        rows[child] = moved;
        root = child;
    }
}

/* Sorting is put off to the first question: a load of n records sorts once and not n times. */
const vp_rows *vp_network_rows(vp_network *network, vp_kind kind) {
    vp_rows *rows = &network->rows[kind];
    if (!rows->sorted && rows->count > 1) {
        for (uint32_t root = rows->count / 2; root-- > 0;) {
            sift(network, rows->rows, root, rows->count);
        }
        for (uint32_t end = rows->count - 1; end > 0; end--) {
            vp_record *largest = rows->rows[0];
            rows->rows[0] = rows->rows[end];
            rows->rows[end] = largest;
            sift(network, rows->rows, 0, end);
        }
    }
    rows->sorted = true;
    return rows;
}

/* The first record after an id that need not exist any more: lists may change under an iterator. */
vp_record *vp_network_next(vp_network *network, vp_kind kind, vp_name id) {
    const vp_rows *rows = vp_network_rows(network, kind);
    uint32_t low = 0, high = rows->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (vp_network_compare(network, rows->rows[middle]->id, id) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < rows->count ? rows->rows[low] : NULL;
}

/* A linear scan: a resource has at most 50 tags. */
vp_name vp_network_tag(const vp_network *network, const vp_record *record, const char *key) {
    for (uint32_t i = 0; i < record->tags.count; i++) {
        const vp_tag *tag = VP_ITEM(vp_tag, &record->tags, i);
        if (vp_network_name_is(network, tag->key, key)) {
            return tag->value;
        }
    }
    return VP_NO_NAME;
}

/* Both names are interned before the list grows, so that a failure leaves no half event. */
vp_status vp_network_log(vp_network *network, const char *action, vp_name resource_id,
                         const char *state, vp_error *error) {
    vp_event event = {network->clock, VP_NO_NAME, resource_id, VP_NO_NAME};
    vp_status status = vp_network_name(network, action, &event.action, error);
    if (status == VP_OK) {
        status = vp_network_name(network, state, &event.state, error);
    }
    if (status != VP_OK) {
        return status;
    }
    if (network->event_count >= VP_EVENTS_MAX) {
        return vp_error_limit(error, "VP_EVENTS_MAX", VP_EVENTS_MAX);
    }
    void *events = network->events;
    status = vp_alloc_grow(&network->alloc, &events, &network->event_capacity,
                           (size_t)network->event_count + 1, sizeof event);
    network->events = events;
    if (status != VP_OK) {
        return vp_error_no_memory(error);
    }
    network->events[network->event_count++] = event;
    return VP_OK;
}

const char *vp_network_validate(const vp_network *network) {
    for (int kind = 0; kind < VP_KIND_COUNT; kind++) {
        const vp_rows *rows = &network->rows[kind];
        for (uint32_t i = 0; i < rows->count; i++) {
            const vp_record *record = rows->rows[i];
            if (record->kind != kind) {
                return "a record is listed under another kind";
            }
            if (vp_network_find(network, (vp_kind)kind, record->id) != record) {
                return "an id does not lead to its record";
            }
            if (rows->sorted && i > 0 &&
                vp_network_compare(network, rows->rows[i - 1]->id, record->id) >= 0) {
                return "records that claim to be sorted are not";
            }
        }
    }
    return NULL;
}
