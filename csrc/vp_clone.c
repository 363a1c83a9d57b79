/*
 * vp_clone.c - an independent copy of a model.
 *
 * Names are copied with their numbers, so every number means the same in the copy and records can
 * be copied field by field. What was compiled goes along: the pools are shared, the rest refers to
 * records by id or by place, which are the same.
 */
#include "vp_network.h"

#include <string.h>

/* What a schema does not list: the record's place, and a peering connection's life cycle. */
static void clone_rest(const vp_record *from, vp_record *to) {
    to->view = from->view;
    to->file = from->file;
    to->index = from->index;
    to->parent_index = from->parent_index;
    to->owner_id = from->owner_id;
    to->region = from->region;
    to->hint_owner_id = from->hint_owner_id;
    to->hint_region = from->hint_region;
    if (from->kind == VP_KIND_VPC_PEERING_CONNECTION) {
        const vp_vpc_peering_connection *source = (const vp_vpc_peering_connection *)from;
        vp_vpc_peering_connection *target = (vp_vpc_peering_connection *)to;
        target->created_at = source->created_at;
        target->ended_at = source->ended_at;
        target->ended_by = source->ended_by;
        target->cause = source->cause;
    }
}

static vp_status clone_records(const vp_network *from, vp_network *to, vp_error *error) {
    for (int kind = VP_KIND_NONE + 1; kind < VP_KIND_COUNT; kind++) {
        const vp_schema *schema = vp_kind_describe((vp_kind)kind)->schema;
        const vp_rows *rows = &from->rows[kind];
        for (uint32_t i = 0; i < rows->count; i++) {
            vp_record *copy;
            vp_status status = vp_network_add(to, (vp_kind)kind, rows->rows[i]->id, &copy, error);
            if (status != VP_OK) {
                return status;
            }
            if (vp_schema_copy(&to->alloc, schema, rows->rows[i], copy) != VP_OK) {
                copy->id = rows->rows[i]->id; /* a cleared record is still listed */
                copy->kind = (uint8_t)kind;
                return vp_error_no_memory(error);
            }
            clone_rest(rows->rows[i], copy);
        }
    }
    return VP_OK;
}

static vp_status clone_logs(const vp_network *from, vp_network *to, vp_error *error) {
    for (uint32_t i = 0; i < from->diagnostic_count; i++) {
        vp_status status = vp_network_report(to, &from->diagnostics[i], error);
        if (status != VP_OK) {
            return status;
        }
    }
    to->judged_first = from->judged_first;
    to->judged_end = from->judged_end;
    if (from->event_count > 0) {
        to->events = vp_alloc_array(&to->alloc, NULL, 0, from->event_count, sizeof *to->events);
        if (to->events == NULL) {
            return vp_error_no_memory(error);
        }
        memcpy(to->events, from->events, from->event_count * sizeof *to->events);
        to->event_count = to->event_capacity = from->event_count;
    }
    return VP_OK;
}

vp_status vp_network_clone(const vp_network *network, vp_network **clone, vp_error *error) {
    vp_network *made;
    vp_status status = vp_network_new(&network->alloc, "", 0, "", 0, &made, error);
    if (status != VP_OK) {
        return status;
    }
    if (vp_names_copy(&network->names, &made->names) != VP_OK) {
        vp_network_unref(made);
        return vp_error_no_memory(error);
    }
    made->owner_id = network->owner_id;
    made->region = network->region;
    made->is_caller_inferred = network->is_caller_inferred;
    made->quotas = network->quotas;
    made->is_unsealed = network->is_unsealed;
    made->clock = network->clock;
    made->next_id = network->next_id;
    made->next_rule_id = network->next_rule_id;
    made->lent_public = network->lent_public;
    status = clone_records(network, made, error);
    if (status == VP_OK) {
        status = clone_logs(network, made, error);
    }
    if (status != VP_OK) {
        vp_network_unref(made);
        return status;
    }
    if (network->compiled != NULL && network->compiled_copy != NULL) {
        network->compiled_copy(network->compiled, made);
    }
    *clone = made;
    return VP_OK;
}
