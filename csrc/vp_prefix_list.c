/*
 * vp_prefix_list.c - customer-managed prefix lists.
 *
 * A list has one address family and a maximum of entries, which is what it counts for in quotas of
 * routes and rules. AWS: Amazon VPC User Guide, "Customer-managed prefix lists".
 */
#include "vp_transit_part.h"

/* The place of a block in a list; its count when it is not there. */
static uint32_t find_entry(const vp_prefix_list *list, const vp_cidr *cidr) {
    uint32_t at = 0;
    while (at < list->cidrs.count &&
           !vp_cidr_equals(&VP_ITEM(vp_cidr_item, &list->cidrs, at)->value, cidr)) {
        at++;
    }
    return at;
}

/* The blocks stand in a list of their own, which is what routes and rules read. */
static vp_status describe_entry(vp_call *call, vp_prefix_list *list,
                                const vp_prefix_list_entry *entry, vp_error *error) {
    void *item;
    if (entry->description == VP_NO_NAME) {
        return VP_OK;
    }
    VP_TRY(vp_change_append(call->change, &vp_prefix_list_entry_schema, &list->entry_descriptions,
                            &item, error));
    *(vp_prefix_list_entry *)item = *entry;
    return VP_OK;
}

static void forget_description(const vp_call *call, vp_prefix_list *list, const vp_cidr *cidr) {
    for (uint32_t i = list->entry_descriptions.count; i-- > 0;) {
        if (vp_cidr_equals(&VP_ITEM(vp_prefix_list_entry, &list->entry_descriptions, i)->cidr,
                           cidr)) {
            vp_list_remove(&call->network->alloc, &vp_prefix_list_entry_schema,
                           &list->entry_descriptions, i);
        }
    }
}

static vp_status add_entries(vp_call *call, vp_prefix_list *list, const vp_list *entries,
                             vp_error *error) {
    uint8_t family = vp_network_name_is(call->network, list->address_family, "IPv6") ? 6 : 4;
    for (uint32_t i = 0; i < entries->count; i++) {
        const vp_cidr *cidr = &VP_ITEM(vp_prefix_list_entry, entries, i)->cidr;
        void *item;
        VP_TRY(vp_check_family(cidr, family, "cidr", error));
        if (find_entry(list, cidr) < list->cidrs.count) {
            char text[VP_CIDR_TEXT_MAX];
            (void)vp_cidr_format(cidr, text);
            VP_REFUSE(error, "InvalidPrefixListModification",
                      "The entry %s is in the prefix list already", text);
        }
        VP_TRY(vp_change_append(call->change, &vp_cidr_item_schema, &list->cidrs, &item, error));
        ((vp_cidr_item *)item)->value = *cidr;
        VP_TRY(describe_entry(call, list, VP_ITEM(vp_prefix_list_entry, entries, i), error));
    }
    if (list->cidrs.count > (uint32_t)list->max_entries.value) {
        VP_REFUSE(error, "PrefixListMaxEntriesExceeded",
                  "The prefix list has %u entries, its maximum is %d", (unsigned)list->cidrs.count,
                  (int)list->max_entries.value);
    }
    return VP_OK;
}

static vp_status remove_entries(vp_call *call, vp_prefix_list *list, const vp_list *entries,
                                vp_error *error) {
    for (uint32_t i = 0; i < entries->count; i++) {
        const vp_cidr *cidr = &VP_ITEM(vp_prefix_list_entry, entries, i)->cidr;
        uint32_t at = find_entry(list, cidr);
        if (at == list->cidrs.count) {
            char text[VP_CIDR_TEXT_MAX];
            (void)vp_cidr_format(cidr, text);
            VP_REFUSE(error, "InvalidPrefixListModification",
                      "The entry %s is not in the prefix list", text);
        }
        vp_list_remove(&call->network->alloc, &vp_cidr_item_schema, &list->cidrs, at);
        forget_description(call, list, cidr);
    }
    return VP_OK;
}

static vp_status set_max_entries(vp_prefix_list *list, vp_int max_entries, vp_error *error) {
    if (max_entries.given && (max_entries.value < 1 || max_entries.value > 1000)) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "Invalid value '%d' for maxEntries. It must be from 1 to 1000.",
                  (int)max_entries.value);
    }
    if (max_entries.given) {
        list->max_entries = max_entries;
    }
    return VP_OK;
}

/* ---- create ---------------------------------------------------------------------------------- */

typedef struct create_request {
    vp_new made;
    vp_name prefix_list_name, address_family;
    vp_int max_entries;
    vp_list entries; /* vp_prefix_list_entry */
} create_request;

static const vp_field create_fields[] = {
    VP_NEW_FIELDS(create_request, "PrefixListId"),
    VP_FIELD(create_request, prefix_list_name, VP_TYPE_TEXT, "PrefixListName", 0, NULL),
    VP_FIELD(create_request, address_family, VP_TYPE_TEXT, "AddressFamily", 0, NULL),
    VP_FIELD(create_request, max_entries, VP_TYPE_INT, "MaxEntries", 0, NULL),
    VP_FIELD(create_request, entries, VP_TYPE_LIST, "Entries", 0, &vp_prefix_list_entry_schema)};
static const vp_schema create_schema =
    VP_SCHEMA("CreateManagedPrefixList", create_request, create_fields);

/* The family that is named, else that of the first entry. */
static vp_status set_family(vp_call *call, vp_prefix_list *list, const create_request *request,
                            vp_error *error) {
    bool ipv6 = request->entries.count > 0 &&
                VP_ITEM(vp_prefix_list_entry, &request->entries, 0)->cidr.address.family == 6;
    list->address_family = request->address_family;
    if (list->address_family == VP_NO_NAME) {
        return vp_network_name(call->network, ipv6 ? "IPv6" : "IPv4", &list->address_family, error);
    }
    if (!vp_network_name_is(call->network, list->address_family, "IPv4") &&
        !vp_network_name_is(call->network, list->address_family, "IPv6")) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "Invalid value for addressFamily. It must be 'IPv4' or 'IPv6'.");
    }
    return VP_OK;
}

/***
Makes a prefix list.
@function network:create_managed_prefix_list
@tparam table options `prefix_list_name`, `entries` (`{{ cidr, description }}`), `max_entries` (1 to
1000, default: the number of entries), `address_family` ("IPv4" or "IPv6", default: that of the
first entry), `prefix_list_id` (its own id), `tags`
@treturn prefix_list
@raise MissingParameter, InvalidParameterValue, PrefixListMaxEntriesExceeded,
InvalidPrefixListModification
@usage local offices = net:create_managed_prefix_list{ prefix_list_name = "offices",
  max_entries = 10, entries = { { cidr = "198.51.100.0/24" } } }
Source: EC2 API Reference, "CreateManagedPrefixList"
*/
static vp_status create_managed_prefix_list(vp_call *call, vp_error *error) {
    create_request *request = call->request;
    vp_record *record;
    VP_TRY(vp_check_given(request->prefix_list_name != VP_NO_NAME, "prefixListName", error));
    VP_TRY(vp_check_add(call, VP_KIND_PREFIX_LIST, &request->made, NULL, &record, error));
    vp_prefix_list *list = (vp_prefix_list *)record;
    list->prefix_list_name = request->prefix_list_name;
    list->version = (vp_int){1, 1};
    VP_SET(call, list->state, "create-complete", error);
    VP_TRY(set_family(call, list, request, error));
    int32_t count = request->entries.count > 0 ? (int32_t)request->entries.count : 1;
    list->max_entries = (vp_int){count, 1};
    VP_TRY(set_max_entries(list, request->max_entries, error));
    return add_entries(call, list, &request->entries, error);
}

/* ---- modify, delete -------------------------------------------------------------------------- */

typedef struct modify_request {
    vp_list add_entries, remove_entries; /* vp_prefix_list_entry */
    vp_name prefix_list_name;
    vp_int max_entries, current_version;
} modify_request;

static const vp_field modify_fields[] = {
    VP_FIELD(modify_request, add_entries, VP_TYPE_LIST, "AddEntries", 0,
             &vp_prefix_list_entry_schema),
    VP_FIELD(modify_request, remove_entries, VP_TYPE_LIST, "RemoveEntries", 0,
             &vp_prefix_list_entry_schema),
    VP_FIELD(modify_request, current_version, VP_TYPE_INT, "CurrentVersion", 0, NULL),
    VP_FIELD(modify_request, prefix_list_name, VP_TYPE_TEXT, "PrefixListName", 0, NULL),
    VP_FIELD(modify_request, max_entries, VP_TYPE_INT, "MaxEntries", 0, NULL)};
static const vp_schema modify_schema =
    VP_SCHEMA("ModifyManagedPrefixList", modify_request, modify_fields);

/***
Changes a prefix list: entries are removed, then added, which makes a new version.
@function prefix_list:modify
@tparam table options `add_entries` (`{{ cidr, description }}`), `remove_entries` (`{{ cidr }}`),
`max_entries`, `prefix_list_name`, `current_version` (the version that is meant to be changed)
@treturn prefix_list itself
@raise PrefixListVersionMismatch, InvalidPrefixListModification, PrefixListMaxEntriesExceeded,
InvalidParameterValue
@usage offices:modify{ add_entries = { { cidr = "203.0.113.0/24" } } }
Source: EC2 API Reference, "ModifyManagedPrefixList"
*/
static vp_status modify(vp_call *call, vp_error *error) {
    vp_prefix_list *list = (vp_prefix_list *)call->receiver;
    const modify_request *request = call->request;
    if (request->current_version.given && list->version.given &&
        request->current_version.value != list->version.value) {
        VP_REFUSE(error, "PrefixListVersionMismatch",
                  "The prefix list has the incorrect version number.");
    }
    VP_TRY(vp_change_edit(call->change, &list->record, error));
    if (list->version.given && request->add_entries.count + request->remove_entries.count > 0 &&
        list->version.value < INT32_MAX) {
        list->version.value++;
    }
    if (!list->max_entries.given) { /* a loaded list may not say */
        list->max_entries = (vp_int){1000, 1};
    }
    if (request->prefix_list_name != VP_NO_NAME) {
        list->prefix_list_name = request->prefix_list_name;
    }
    VP_TRY(set_max_entries(list, request->max_entries, error));
    VP_TRY(remove_entries(call, list, &request->remove_entries, error));
    VP_TRY(add_entries(call, list, &request->add_entries, error));
    call->result = call->receiver;
    return vp_network_name(call->network, "modify-complete", &list->state, error);
}

static bool group_names(const vp_list *permissions, vp_name id) {
    for (uint32_t i = 0; i < permissions->count; i++) {
        const vp_list *lists = &VP_ITEM(vp_ip_permission, permissions, i)->prefix_list_ids;
        for (uint32_t j = 0; j < lists->count; j++) {
            if (VP_ITEM(vp_prefix_list_id, lists, j)->prefix_list_id == id) {
                return true;
            }
        }
    }
    return false;
}

static bool is_used(const vp_network *network, vp_name id) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_ROUTE_TABLE); i++) {
        const vp_list *routes = &VP_ROW(vp_route_table, network, VP_KIND_ROUTE_TABLE, i)->routes;
        for (uint32_t j = 0; j < routes->count; j++) {
            if (VP_ITEM(vp_route, routes, j)->destination_prefix_list_id == id) {
                return true;
            }
        }
    }
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_SECURITY_GROUP); i++) {
        const vp_security_group *group =
            VP_ROW(vp_security_group, network, VP_KIND_SECURITY_GROUP, i);
        if (group_names(&group->ip_permissions, id) ||
            group_names(&group->ip_permissions_egress, id)) {
            return true;
        }
    }
    return false;
}

/***
Deletes a prefix list.
@function prefix_list:delete
@treturn prefix_list itself, gone
@raise DependencyViolation: a route or rule names it
@usage offices:delete()
Source: EC2 API Reference, "DeleteManagedPrefixList"
*/
static vp_status delete_prefix_list(vp_call *call, vp_error *error) {
    bool used = is_used(call->network, call->receiver->id) ||
                vp_transit_names_prefix_list(call->network, call->receiver->id);
    VP_TRY(vp_check_no_dependents(call->network, call->receiver, used, error));
    return vp_change_remove(call->change, call->receiver, error);
}

const vp_action vp_prefix_list_actions[] = {
    {"create_managed_prefix_list", VP_KIND_NONE, &create_schema, create_managed_prefix_list},
    {"modify", VP_KIND_PREFIX_LIST, &modify_schema, modify},
    {"delete", VP_KIND_PREFIX_LIST, NULL, delete_prefix_list},
    {NULL, VP_KIND_NONE, NULL, NULL}};
