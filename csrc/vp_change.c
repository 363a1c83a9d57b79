/*
 * vp_change.c - changes that happen as a whole or not at all.
 *
 * Steps are undone backwards: an added record is removed, an edited one gets its old bytes and its
 * old lists back. Removing is put off to the end, where it cannot fail.
 * Invariant: `before` holds the bytes of the whole structure, with lists of its own.
 */
#include "vp_change.h"

#include <string.h>

static const vp_schema *schema_of(const vp_record *record) {
    return vp_kind_describe((vp_kind)record->kind)->schema;
}

/* Clock, ids and logs are numbers and lengths: remembering them is enough to go back. */
void vp_change_begin(vp_change *change, vp_network *network) {
    memset(change, 0, sizeof *change);
    change->network = network;
    network->changing++;
    change->next_id = network->next_id;
    change->next_rule_id = network->next_rule_id;
    change->lent_public = network->lent_public;
    change->clock = network->clock;
    change->event_count = network->event_count;
    change->diagnostic_count = network->diagnostic_count;
}

/* Moves the lists of `from` over those of `to`, which are no longer anybody's. */
static void move_lists(const vp_schema *schema, const void *from, void *to) {
    for (uint16_t i = 0; i < schema->field_count; i++) {
        const vp_field *field = &schema->fields[i];
        const void *source = (const char *)from + field->offset;
        void *target = (char *)to + field->offset;
        if (field->type == VP_TYPE_LIST) {
            memcpy(target, source, sizeof(vp_list));
        } else if (field->type == VP_TYPE_OBJECT) {
            move_lists(field->schema, source, target);
        }
    }
}

/* The copy knows fields only; the life cycle of a connection and the like are plain bytes. */
vp_status vp_change_keep(const vp_alloc *alloc, const vp_record *record, void **before) {
    const vp_schema *schema = schema_of(record);
    void *bytes = vp_alloc_zeroed(alloc, schema->size);
    void *lists = vp_alloc_zeroed(alloc, schema->size);
    vp_status status = bytes == NULL || lists == NULL
                           ? VP_NO_MEMORY
                           : vp_schema_copy(alloc, schema, record, lists);
    if (status == VP_OK) {
        memcpy(bytes, record, schema->size);
        move_lists(schema, lists, bytes);
        *before = bytes;
    } else {
        vp_alloc_free(alloc, bytes, schema->size);
    }
    vp_alloc_free(alloc, lists, schema->size);
    return status;
}

/* Puts one record back. One that was to be removed has not been touched. */
static void undo(vp_network *network, vp_change_step *step) {
    const vp_schema *schema = schema_of(step->record);
    if (step->before != NULL) {
        vp_schema_clear(&network->alloc, schema, step->record);
        memcpy(step->record, step->before, schema->size);
        vp_alloc_free(&network->alloc, step->before, schema->size);
    } else if (step->added) {
        vp_network_take_out(network, step->record);
    }
}

void vp_change_drop(const vp_alloc *alloc, void *kept) {
    if (kept != NULL) {
        const vp_schema *schema = schema_of(kept);
        vp_schema_clear(alloc, schema, kept);
        vp_alloc_free(alloc, kept, schema->size);
    }
}

void vp_change_swap(vp_record *record, void *kept) {
    unsigned char *a = (unsigned char *)record, *b = kept;
    for (size_t i = 0; i < schema_of(record)->size; i++) {
        unsigned char byte = a[i];
        a[i] = b[i];
        b[i] = byte;
    }
}

/* Writes down what was done to a record that stays, or is about to go. */
static void note(vp_network *network, const vp_change_step *step) {
    uint8_t what = 0;
    if (step->added || step->removed) {
        bool brief = step->added && step->removed;
        what = brief || !vp_journal_is_seen(&network->names, step->record) ? 0
               : step->added                                               ? VP_CHANGED_ADDED
                                                                           : VP_CHANGED_REMOVED;
    } else if (step->before != NULL) {
        what = vp_journal_compare(&network->names, step->before, step->record);
    }
    vp_journal_note(&network->journal, network->generation + 1, step->record, what);
}

/* Drops the copy of one record; removing comes later, when no step needs a record any more. */
static void commit(vp_network *network, vp_change_step *step) {
    if (step->before != NULL) {
        const vp_schema *schema = schema_of(step->record);
        vp_schema_clear(&network->alloc, schema, step->before);
        vp_alloc_free(&network->alloc, step->before, schema->size);
    }
}

vp_status vp_change_end(vp_change *change, vp_status status) {
    vp_network *network = change->network;
    bool kept = status == VP_OK;
    /* Backwards, so that a record edited after it was added is undone in that order. */
    for (uint32_t i = change->count; i-- > 0;) {
        if (kept) {
            note(network, &change->steps[i]);
            commit(network, &change->steps[i]);
        } else {
            undo(network, &change->steps[i]);
        }
    }
    for (uint32_t i = 0; i < change->count && kept; i++) {
        if (change->steps[i].removed) {
            vp_network_take_out(network, change->steps[i].record);
        }
    }
    if (!kept) {
        network->next_id = change->next_id;
        network->next_rule_id = change->next_rule_id;
        network->lent_public = change->lent_public;
        network->clock = change->clock;
        network->event_count = change->event_count;
        network->diagnostic_count = change->diagnostic_count;
    }
    vp_alloc_free(&network->alloc, change->steps, change->capacity * sizeof *change->steps);
    network->changing--;
    vp_network_advance(network);
    memset(change, 0, sizeof *change);
    return status;
}

/* Makes room for one more step, so that writing it down cannot fail. */
static vp_status reserve(vp_change *change, vp_error *error) {
    void *steps = change->steps;
    vp_status status = vp_alloc_grow(&change->network->alloc, &steps, &change->capacity,
                                     (size_t)change->count + 1, sizeof *change->steps);
    change->steps = steps;
    return status == VP_OK ? VP_OK : vp_error_no_memory(error);
}

/* The step of a record, a new one if it has none. Changes touch few records: a scan will do. */
static vp_status step_for(vp_change *change, vp_record *record, vp_change_step **step,
                          vp_error *error) {
    uint32_t at = 0;
    while (at < change->count && change->steps[at].record != record) {
        at++;
    }
    if (at == change->count) {
        VP_TRY(reserve(change, error));
        change->steps[change->count++] = (vp_change_step){record, NULL, false, false};
    }
    *step = &change->steps[at];
    return VP_OK;
}

/* AWS's suffixes are hexadecimal, its guides use names: any such byte will do (semantics D01). */
static bool is_id_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}

/* Look-ups take the kind from the prefix, so an id with a foreign prefix would be lost. */
static vp_status check_id(const vp_network *network, vp_kind kind, vp_name id, vp_error *error) {
    size_t length;
    const char *text = vp_names_text(&network->names, id, &length);
    bool valid = vp_kind_of_id(text, length) == kind;
    for (size_t i = 0; i < length; i++) {
        valid = valid && is_id_byte(text[i]);
    }
    if (!valid) {
        char quoted[VP_ERROR_QUOTE_MAX];
        VP_REFUSE(error, "InvalidParameterValue", "'%s' is no id of a %s: it is '%s' and then %s",
                  vp_error_quote(text, length, quoted), vp_kind_describe(kind)->name,
                  vp_kind_describe(kind)->prefix, "letters, digits, '_', '.' or '-'");
    }
    return VP_OK;
}

vp_status vp_change_add(vp_change *change, vp_kind kind, vp_name id, vp_record **record,
                        vp_error *error) {
    vp_name used = id;
    if (id != VP_NO_NAME) {
        VP_TRY(check_id(change->network, kind, id, error));
    } else {
        VP_TRY(vp_network_new_id(change->network, kind, NULL, &used, error));
    }
    VP_TRY(reserve(change, error));
    VP_TRY(vp_network_add(change->network, kind, used, record, error));
    change->steps[change->count++] = (vp_change_step){*record, NULL, true, false};
    return VP_OK;
}

vp_status vp_change_edit(vp_change *change, vp_record *record, vp_error *error) {
    vp_change_step *step;
    VP_TRY(step_for(change, record, &step, error));
    if (!step->added && step->before == NULL &&
        vp_change_keep(&change->network->alloc, record, &step->before) != VP_OK) {
        return vp_error_no_memory(error);
    }
    return VP_OK;
}

vp_status vp_change_remove(vp_change *change, vp_record *record, vp_error *error) {
    vp_change_step *step;
    VP_TRY(step_for(change, record, &step, error));
    step->removed = true;
    return VP_OK;
}

vp_status vp_change_append(vp_change *change, const vp_schema *schema, vp_list *list, void **item,
                           vp_error *error) {
    vp_status status = vp_list_append(&change->network->alloc, schema, list, item);
    if (status == VP_LIMIT) {
        return vp_error_limit(error, "VP_LIST_MAX", VP_LIST_MAX);
    }
    return status == VP_OK ? VP_OK : vp_error_no_memory(error);
}

vp_status vp_change_copy_list(vp_change *change, const vp_schema *schema, const vp_list *from,
                              vp_list *to, vp_error *error) {
    const vp_alloc *alloc = &change->network->alloc;
    vp_list_clear(alloc, schema, to);
    for (uint32_t i = 0; i < from->count; i++) {
        void *item;
        VP_TRY(vp_change_append(change, schema, to, &item, error));
        if (vp_schema_copy(alloc, schema, (const char *)from->items + (size_t)i * schema->size,
                           item) != VP_OK) {
            return vp_error_no_memory(error);
        }
    }
    return VP_OK;
}
