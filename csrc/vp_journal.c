/*
 * vp_journal.c - the ring of changes, and what an edit changed.
 *
 * The one idea: an edit keeps the record as it was, so comparing field by field tells exactly what
 * is different; a table says for which fields less than everything has to be looked at again.
 */
#include "vp_journal.h"

#include "vp_record.h"

#include <string.h>

void vp_journal_note(vp_journal *journal, uint64_t generation, const vp_record *record,
                     uint8_t what) {
    if (what == 0) {
        return;
    }
    vp_journal_entry *entry = &journal->entries[journal->count++ % VP_JOURNAL_MAX];
    if (journal->count > VP_JOURNAL_MAX) {
        journal->from = entry->generation > journal->from ? entry->generation : journal->from;
    }
    entry->generation = generation;
    entry->id = record->id;
    entry->kind = record->kind;
    entry->what = what;
}

void vp_journal_forget(vp_journal *journal, uint64_t generation) { journal->from = generation; }

bool vp_journal_covers(const vp_journal *journal, uint64_t generation) {
    return generation >= journal->from;
}

const vp_journal_entry *vp_journal_next(const vp_journal *journal, uint64_t generation,
                                        uint32_t *position) {
    uint64_t kept = journal->count < VP_JOURNAL_MAX ? journal->count : VP_JOURNAL_MAX;
    while (*position < kept) {
        uint64_t number = journal->count - kept + (*position)++;
        const vp_journal_entry *entry = &journal->entries[number % VP_JOURNAL_MAX];
        if (entry->generation > generation) {
            return entry;
        }
    }
    return NULL;
}

uint8_t vp_journal_since(const vp_journal *journal, uint64_t generation) {
    const vp_journal_entry *entry;
    uint32_t position = 0;
    uint8_t what = 0;
    while ((entry = vp_journal_next(journal, generation, &position)) != NULL) {
        what |= entry->what;
    }
    return what;
}

/* ---- what an edit changed ----------------------------------------------------------------------
 */

/* Fields of which no view reads more than this. */
static const struct {
    uint8_t kind, what;
    const char *field;
} narrow[] = {
    {VP_KIND_SECURITY_GROUP, VP_CHANGED_RULES, "IpPermissions"},
    {VP_KIND_SECURITY_GROUP, VP_CHANGED_RULES, "IpPermissionsEgress"},
    {VP_KIND_SECURITY_GROUP, 0, "StaleIpPermissions"},
    {VP_KIND_SECURITY_GROUP, 0, "StaleIpPermissionsEgress"},
    {VP_KIND_NETWORK_ACL, VP_CHANGED_RULES, "Entries"},
    {VP_KIND_PREFIX_LIST, VP_CHANGED_RULES, "Cidrs"},
    {VP_KIND_PREFIX_LIST, 0, "MaxEntries"},
    {VP_KIND_VPC_PEERING_CONNECTION, VP_CHANGED_STATE, "Status"},
    {VP_KIND_VPC_PEERING_CONNECTION, 0, "ExpirationTime"},
};

/* A tag by which things are found, or which says what a thing does. */
static bool is_meaningful(const vp_names *names, const vp_tag *tag) {
    const char *key = vp_names_text(names, tag->key, NULL);
    return strcmp(key, "Name") == 0 || strncmp(key, "vpcpeer:", 8) == 0;
}

/* The meaningful tags of one list are in the other one. */
static bool has_tags(const vp_names *names, const vp_list *tags, const vp_list *of) {
    for (uint32_t i = 0; i < of->count; i++) {
        const vp_tag *tag = VP_ITEM(vp_tag, of, i);
        bool found = !is_meaningful(names, tag);
        for (uint32_t k = 0; !found && k < tags->count; k++) {
            const vp_tag *other = VP_ITEM(vp_tag, tags, k);
            found = other->key == tag->key && other->value == tag->value;
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

static bool is_interface(const vp_names *names, vp_name id) {
    size_t length;
    const char *text = vp_names_text(names, id, &length);
    return vp_kind_of_id(text, length) == VP_KIND_NETWORK_INTERFACE;
}

/* Every route of a list that leads to an interface or instance has one like it in the other. */
static bool has_targets(const vp_names *names, const vp_list *routes, const vp_list *of) {
    for (uint32_t i = 0; i < of->count; i++) {
        const vp_route *route = VP_ITEM(vp_route, of, i);
        bool found = route->network_interface_id == VP_NO_NAME &&
                     route->instance_id == VP_NO_NAME && !is_interface(names, route->gateway_id);
        for (uint32_t k = 0; !found && k < routes->count; k++) {
            const vp_route *other = VP_ITEM(vp_route, routes, k);
            found = other->network_interface_id == route->network_interface_id &&
                    other->instance_id == route->instance_id &&
                    other->gateway_id == route->gateway_id;
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

/* Interfaces that routes lead to are told apart from others, so a new target is more than a rule.
 */
static uint8_t compare_routes(const vp_names *names, const vp_record *before,
                              const vp_record *after) {
    const vp_list *old = &((const vp_route_table *)before)->routes;
    const vp_list *new = &((const vp_route_table *)after)->routes;
    return has_targets(names, old, new) && has_targets(names, new, old) ? VP_CHANGED_RULES
                                                                        : VP_CHANGED_LINKS;
}

/* The sides of a connection: what they allow is asked of the record; their blocks may be compiled.
 */
static uint8_t compare_sides(const vp_record *before, const vp_record *after) {
    const vp_vpc_peering_connection *old = (const vp_vpc_peering_connection *)before;
    const vp_vpc_peering_connection *new = (const vp_vpc_peering_connection *)after;
    bool same = old->requester_vpc_info.vpc_id == new->requester_vpc_info.vpc_id &&
                old->accepter_vpc_info.vpc_id == new->accepter_vpc_info.vpc_id;
    return same && new->requester_vpc_info.vpc != NULL &&new->accepter_vpc_info.vpc != NULL
               ? VP_CHANGED_STATE
               : VP_CHANGED_LINKS;
}

/* What it means that one field is different. */
static uint8_t compare_field(const vp_names *names, const vp_field *field, const vp_record *before,
                             const vp_record *after) {
    if (strcmp(field->name, "Tags") == 0) {
        return has_tags(names, &before->tags, &after->tags) &&
                       has_tags(names, &after->tags, &before->tags)
                   ? 0
                   : VP_CHANGED_LINKS;
    }
    if (after->kind == VP_KIND_ROUTE_TABLE && strcmp(field->name, "Routes") == 0) {
        return compare_routes(names, before, after);
    }
    if (after->kind == VP_KIND_VPC_PEERING_CONNECTION && field->type == VP_TYPE_OBJECT &&
        strcmp(field->name, "Status") != 0) {
        return compare_sides(before, after);
    }
    for (size_t i = 0; i < VP_COUNT_OF(narrow); i++) {
        if (narrow[i].kind == after->kind && strcmp(narrow[i].field, field->name) == 0) {
            return narrow[i].what;
        }
    }
    return VP_CHANGED_LINKS;
}

uint8_t vp_journal_compare(const vp_names *names, const vp_record *before, const vp_record *after) {
    const vp_schema *schema = vp_kind_describe((vp_kind)after->kind)->schema;
    uint8_t what = 0;
    if (after->kind == VP_KIND_SECURITY_GROUP_RULE) { /* its group says the same */
        return vp_journal_is_seen(names, before) || vp_journal_is_seen(names, after)
                   ? VP_CHANGED_LINKS
                   : 0;
    }
    for (uint16_t i = 0; i < schema->field_count; i++) {
        vp_schema one = {schema->name, schema->size, 1, &schema->fields[i]};
        if (!vp_schema_equals(&one, before, after)) {
            what |= compare_field(names, &schema->fields[i], before, after);
        }
    }
    bool same = before->owner_id == after->owner_id && before->region == after->region;
    return same ? what : (uint8_t)(what | VP_CHANGED_LINKS);
}

bool vp_journal_is_seen(const vp_names *names, const vp_record *record) {
    for (uint32_t i = 0; i < record->tags.count; i++) {
        if (is_meaningful(names, VP_ITEM(vp_tag, &record->tags, i))) {
            return true;
        }
    }
    return record->kind != VP_KIND_SECURITY_GROUP_RULE;
}
