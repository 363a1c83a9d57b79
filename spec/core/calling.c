/*
 * calling.c - see calling.h. Works on the schemas of requests and records, so it knows all actions.
 */
#include "calling.h"

#include "vp_test.h"

static vp_status set_scalar(vp_network *network, const vp_field *field, void *record,
                            const char *text, vp_error *error) {
    void *member = (char *)record + field->offset;
    size_t length = strlen(text);
    switch (field->type) {
    case VP_TYPE_TEXT:
        return vp_network_name(network, text, member, error);
    case VP_TYPE_BOOL:
        *(vp_bool *)member = strcmp(text, "true") == 0 ? VP_TRUE : VP_FALSE;
        return VP_OK;
    case VP_TYPE_INT:
        *(vp_int *)member = (vp_int){(int32_t)strtol(text, NULL, 10), 1};
        return VP_OK;
    case VP_TYPE_ADDR:
        return vp_addr_parse(text, length, member, error);
    default:
        return vp_cidr_parse_block(text, length, member, error);
    }
}

vp_status calling_set(vp_network *network, const vp_schema *schema, void *request, const char *key,
                      const char *text, vp_error *error) {
    const vp_field *field = vp_schema_field(schema, key, strlen(key));
    VP_CHECK(field != NULL);
    if (field == NULL) {
        return VP_MISUSE;
    }
    if (field->type != VP_TYPE_LIST) {
        return set_scalar(network, field, request, text, error);
    }
    void *item;
    vp_list *list = (vp_list *)(void *)((char *)request + field->offset);
    vp_status status = vp_list_append(&network->alloc, field->schema, list, &item);
    return status == VP_OK ? set_scalar(network, &field->schema->fields[0], item, text, error)
                           : status;
}

vp_status calling_run(vp_network *network, const char *receiver, const char *name,
                      const char *const *options, size_t option_count, vp_error *error) {
    static const vp_schema none = {"none", 0, 0, NULL};
    calling_request request;
    vp_call call = {0};
    call.network = network;
    call.owner_id = network->owner_id;
    call.region = network->region;
    call.request = &request;
    call.receiver = vp_network_find(network, VP_KIND_NONE,
                                    vp_names_find(&network->names, receiver, strlen(receiver)));
    vp_kind kind = call.receiver != NULL ? (vp_kind)call.receiver->kind : VP_KIND_NONE;
    const vp_action *action = vp_action_find(kind, name, strlen(name));
    VP_CHECK(action != NULL);
    if (action == NULL) {
        fprintf(stderr, "no action %s of %s\n", name, receiver);
        return VP_MISUSE;
    }
    const vp_schema *schema = action->request != NULL ? action->request : &none;
    vp_status status = VP_OK;
    VP_CHECK(schema->size <= sizeof request);
    memset(&request, 0, sizeof request);
    for (size_t i = 0; status == VP_OK && i < option_count && options[i] != NULL; i += 2) {
        status = calling_set(network, schema, &request, options[i], options[i + 1], error);
    }
    if (status == VP_OK) {
        status = vp_action_run(action, &call, error);
    }
    vp_schema_clear(&network->alloc, schema, &request);
    return status;
}

static uint64_t mix(uint64_t hash, uint64_t value) {
    hash ^= value + 0x9e3779b97f4a7c15u + (hash << 6) + (hash >> 2);
    return hash * 0xff51afd7ed558ccdu;
}

static uint64_t hash_record(uint64_t hash, const vp_schema *schema, const void *record);

static uint64_t hash_field(uint64_t hash, const vp_field *field, const void *member) {
    switch (field->type) {
    case VP_TYPE_TEXT:
        return mix(hash, *(const vp_name *)member);
    case VP_TYPE_BOOL:
        return mix(hash, *(const vp_bool *)member);
    case VP_TYPE_INT:
        return mix(hash, (uint64_t)(int64_t)((const vp_int *)member)->value);
    case VP_TYPE_ADDR:
        return mix(mix(hash, ((const vp_addr *)member)->hi), ((const vp_addr *)member)->lo);
    case VP_TYPE_CIDR: {
        const vp_cidr *cidr = member;
        hash = mix(mix(hash, cidr->address.hi), cidr->address.lo);
        return mix(hash, (uint64_t)cidr->address.family << 8 | cidr->prefix_length);
    }
    case VP_TYPE_LIST: {
        const vp_list *list = member;
        hash = mix(hash, list->count);
        for (uint32_t i = 0; i < list->count; i++) {
            const char *items = list->items;
            hash = hash_record(hash, field->schema, items + (size_t)i * field->schema->size);
        }
        return hash;
    }
    default:
        return hash_record(hash, field->schema, member);
    }
}

static uint64_t hash_record(uint64_t hash, const vp_schema *schema, const void *record) {
    for (uint16_t i = 0; i < schema->field_count; i++) {
        hash =
            hash_field(hash, &schema->fields[i], (const char *)record + schema->fields[i].offset);
    }
    return hash;
}

uint64_t calling_hash(const vp_network *network) {
    uint64_t sum = mix(mix(network->next_id, network->event_count), network->diagnostic_count);
    for (int kind = VP_KIND_NONE + 1; kind < VP_KIND_COUNT; kind++) {
        const vp_rows *rows = &network->rows[kind];
        for (uint32_t i = 0; i < rows->count; i++) {
            sum += hash_record(1, vp_kind_describe((vp_kind)kind)->schema, rows->rows[i]);
            if (kind == VP_KIND_VPC_PEERING_CONNECTION) {
                const vp_vpc_peering_connection *pcx =
                    (const vp_vpc_peering_connection *)rows->rows[i];
                sum += mix(mix((uint64_t)pcx->created_at, (uint64_t)pcx->ended_at), pcx->cause);
            }
        }
    }
    return mix(sum, (uint64_t)network->clock);
}
