/*
 * vp_hosted_zone.c - private hosted zones: names of one's own, for the VPCs that they are given to.
 *
 * Route 53's rules and codes. Names are kept in lower case and without the dot at the end,
 * addresses in canonical form, so that equal records look equal. AWS: Route 53 API Reference,
 * "CreateHostedZone", "ChangeResourceRecordSets".
 */
#include "vp_dns_zone.h"
#include "vp_endpoint_part.h"

#include <string.h>

#define NAME_MAX_LENGTH 255 /* RFC 1035 */
#define LABEL_MAX_LENGTH 63

/* ---- requests -------------------------------------------------------------------------------- */

/* A record as it is given; `value` is short for a list of one. */
typedef struct record_request {
    vp_name action, name, type, value;
    vp_list values; /* vp_text_item */
} record_request;

#define RECORD_FIELDS                                                                              \
    VP_FIELD(record_request, name, VP_TYPE_TEXT, "Name", VP_FIELD_KEY, NULL),                      \
        VP_FIELD(record_request, type, VP_TYPE_TEXT, "Type", VP_FIELD_KEY, NULL),                  \
        VP_FIELD(record_request, value, VP_TYPE_TEXT, "Value", 0, NULL),                           \
        VP_FIELD(record_request, values, VP_TYPE_LIST, "Values", 0, &vp_text_item_schema)

static const vp_field record_fields[] = {RECORD_FIELDS};
static const vp_schema record_schema =
    VP_SCHEMA("ResourceRecordSet", record_request, record_fields);

static const vp_field change_fields[] = {
    VP_FIELD(record_request, action, VP_TYPE_TEXT, "Action", VP_FIELD_KEY, NULL), RECORD_FIELDS};
static const vp_schema change_schema = VP_SCHEMA("Change", record_request, change_fields);

typedef struct create_request {
    vp_new made;
    vp_name name;
    vp_list vpc_ids; /* vp_text_item */
    vp_list records; /* record_request */
} create_request;

static const vp_field create_fields[] = {
    VP_NEW_FIELDS(create_request, "HostedZoneId"),
    VP_FIELD(create_request, name, VP_TYPE_TEXT, "Name", 0, NULL),
    VP_FIELD(create_request, vpc_ids, VP_TYPE_LIST, "VpcIds", VP_FIELD_REFERENCE,
             &vp_text_item_schema),
    VP_FIELD(create_request, records, VP_TYPE_LIST, "Records", 0, &record_schema)};
static const vp_schema create_schema = VP_SCHEMA("CreateHostedZone", create_request, create_fields);

typedef struct vpc_request {
    vp_name vpc_id;
} vpc_request;

static const vp_field vpc_fields[] = {
    VP_FIELD(vpc_request, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL)};
static const vp_schema vpc_schema =
    VP_SCHEMA("AssociateVPCWithHostedZone", vpc_request, vpc_fields);

typedef struct changes_request {
    vp_list changes; /* record_request */
} changes_request;

static const vp_field changes_fields[] = {
    VP_FIELD(changes_request, changes, VP_TYPE_LIST, "Changes", 0, &change_schema)};
static const vp_schema changes_schema =
    VP_SCHEMA("ChangeResourceRecordSets", changes_request, changes_fields);

/* ---- names ----------------------------------------------------------------------------------- */

/* Letters, digits, "-" and "_"; "*" stands alone as the first label of a record. */
static bool is_label(const char *label, size_t length, bool first) {
    if (first && length == 1 && label[0] == '*') {
        return true;
    }
    for (size_t i = 0; i < length; i++) {
        char c = label[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!word) {
            return false;
        }
    }
    return length > 0 && length <= LABEL_MAX_LENGTH;
}

static bool is_host_name(const char *text, size_t length) {
    size_t start = 0;
    for (size_t i = 0; i <= length; i++) {
        if (i == length || text[i] == '.') {
            if (!is_label(text + start, i - start, start == 0)) {
                return false;
            }
            start = i + 1;
        }
    }
    return length > 0;
}

/* The name as it is kept; "InvalidDomainName" for a text that is none. */
static vp_status canonical_name(vp_network *network, vp_name given, vp_name *name,
                                vp_error *error) {
    char lower[NAME_MAX_LENGTH + 1];
    size_t length;
    const char *text = vp_names_text(&network->names, given, &length);
    char quoted[VP_ERROR_QUOTE_MAX];
    (void)vp_error_quote(text, length, quoted);
    length -= length > 0 && text[length - 1] == '.' ? 1 : 0;
    for (size_t i = 0; i < length && length <= NAME_MAX_LENGTH; i++) {
        lower[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
    }
    if (length > NAME_MAX_LENGTH || !is_host_name(lower, length)) {
        VP_REFUSE(error, "InvalidDomainName", "The domain name %s is not valid", quoted);
    }
    return vp_network_intern(network, lower, length, name, error);
}

/* ---- records --------------------------------------------------------------------------------- */

/* The place of a record of this name and type; the count: there is none. */
static uint32_t find_record(const vp_hosted_zone *zone, vp_name name, vp_name type) {
    uint32_t at = 0;
    while (at < zone->records.count) {
        const vp_zone_record *record = VP_ITEM(vp_zone_record, &zone->records, at);
        if (record->name == name && record->type == type) {
            break;
        }
        at++;
    }
    return at;
}

static vp_status refuse_value(const char *text, const char *wanted, vp_error *error) {
    char quoted[VP_ERROR_QUOTE_MAX];
    VP_REFUSE(error, "InvalidChangeBatch", "Invalid Resource Record: '%s' is not a valid %s",
              vp_error_quote(text, strlen(text), quoted), wanted);
}

/* One value in its canonical form: an address of the type's family, or a name. */
static vp_status canonical_value(vp_network *network, vp_name type, vp_name given, vp_name *value,
                                 vp_error *error) {
    const char *text = vp_network_text(network, given);
    bool ipv6 = vp_network_name_is(network, type, "AAAA");
    char shown[VP_ADDR_TEXT_MAX];
    vp_addr address;
    if (vp_network_name_is(network, type, "CNAME")) {
        return canonical_name(network, given, value, error);
    }
    if (vp_addr_parse(text, strlen(text), &address, NULL) != VP_OK ||
        address.family != (ipv6 ? 6 : 4)) {
        return refuse_value(text, ipv6 ? "IPv6 address" : "IPv4 address", error);
    }
    (void)vp_addr_format(&address, shown);
    return vp_network_name(network, shown, value, error);
}

/* A CNAME stands alone at its name, has one value, and is not at the zone's own name. */
static vp_status check_alias(const vp_network *network, const vp_hosted_zone *zone,
                             const record_request *request, vp_name name, uint32_t values,
                             vp_error *error) {
    bool alias = vp_network_name_is(network, request->type, "CNAME");
    for (uint32_t i = 0; i < zone->records.count; i++) {
        const vp_zone_record *other = VP_ITEM(vp_zone_record, &zone->records, i);
        if (other->name == name && alias != vp_network_name_is(network, other->type, "CNAME")) {
            VP_REFUSE(error, "InvalidChangeBatch",
                      "RRSet of type CNAME with DNS name %.150s is not permitted as it conflicts "
                      "with other records with the same DNS name",
                      vp_network_text(network, name));
        }
    }
    if (alias && (name == zone->name || values != 1)) {
        VP_REFUSE(error, "InvalidChangeBatch",
                  "RRSet of type CNAME with DNS name %.150s is not permitted at apex, or with "
                  "several values",
                  vp_network_text(network, name));
    }
    return VP_OK;
}

/* Only these three types mean something to the model. */
static vp_status check_type(const vp_network *network, vp_name type, vp_error *error) {
    if (!vp_network_name_is(network, type, "A") && !vp_network_name_is(network, type, "AAAA") &&
        !vp_network_name_is(network, type, "CNAME")) {
        char quoted[VP_ERROR_QUOTE_MAX];
        const char *text = vp_network_text(network, type);
        VP_REFUSE(error, "InvalidInput", "Records are of type A, AAAA or CNAME, not %s",
                  vp_error_quote(text, strlen(text), quoted));
    }
    return VP_OK;
}

/* The name of a record, which is in its zone. */
static vp_status record_name(vp_network *network, const vp_hosted_zone *zone, vp_name given,
                             vp_name *name, vp_error *error) {
    VP_TRY(canonical_name(network, given, name, error));
    const char *text = vp_network_text(network, *name);
    const char *own = vp_network_text(network, zone->name);
    if (!vp_dns_zone_is_below(text, strlen(text), own)) {
        VP_REFUSE(error, "InvalidChangeBatch",
                  "RRSet with DNS name %.120s is not permitted in zone %.120s", text, own);
    }
    return VP_OK;
}

static vp_status add_record(vp_call *call, vp_hosted_zone *zone, const record_request *request,
                            vp_error *error) {
    vp_network *network = call->network;
    uint32_t count = request->values.count + (request->value != VP_NO_NAME ? 1 : 0);
    vp_name name;
    void *item;
    VP_TRY(check_type(network, request->type, error));
    VP_TRY(record_name(network, zone, request->name, &name, error));
    VP_TRY(vp_check_given(count > 0, "values", error));
    VP_TRY(check_alias(network, zone, request, name, count, error));
    VP_TRY(vp_change_append(call->change, &vp_zone_record_schema, &zone->records, &item, error));
    vp_zone_record *record = item;
    record->name = name;
    record->type = request->type;
    for (uint32_t i = 0; i < count; i++) {
        vp_name given = i < request->values.count
                            ? VP_ITEM(vp_text_item, &request->values, i)->value
                            : request->value;
        VP_TRY(vp_change_append(call->change, &vp_text_item_schema, &record->values, &item, error));
        VP_TRY(
            canonical_value(network, request->type, given, &((vp_text_item *)item)->value, error));
    }
    return VP_OK;
}

/* CREATE wants it new, DELETE wants it there, UPSERT takes either. */
static vp_status change_record(vp_call *call, vp_hosted_zone *zone, const record_request *request,
                               vp_error *error) {
    vp_network *network = call->network;
    bool creates = vp_network_name_is(network, request->action, "CREATE");
    bool deletes = vp_network_name_is(network, request->action, "DELETE");
    vp_name name;
    if (!creates && !deletes && !vp_network_name_is(network, request->action, "UPSERT")) {
        VP_REFUSE(error, "InvalidInput", "The action of a change is CREATE, UPSERT or DELETE");
    }
    VP_TRY(record_name(network, zone, request->name, &name, error));
    uint32_t at = find_record(zone, name, request->type);
    bool exists = at < zone->records.count;
    if (creates && exists) {
        VP_REFUSE(error, "InvalidChangeBatch",
                  "Tried to create resource record set [name='%.120s', type='%.20s'] but it "
                  "already exists",
                  vp_network_text(network, name), vp_network_text(network, request->type));
    }
    if (deletes && !exists) {
        VP_REFUSE(error, "InvalidChangeBatch",
                  "Tried to delete resource record set [name='%.120s', type='%.20s'] but it was "
                  "not found",
                  vp_network_text(network, name), vp_network_text(network, request->type));
    }
    if (exists) {
        vp_list_remove(&network->alloc, &vp_zone_record_schema, &zone->records, at);
    }
    return deletes ? VP_OK : add_record(call, zone, request, error);
}

/* ---- VPCs ------------------------------------------------------------------------------------ */

/* Two zones of one name for a VPC would answer differently: AWS allows one. */
static vp_status check_conflict(const vp_network *network, const vp_hosted_zone *zone,
                                vp_name vpc_id, vp_error *error) {
    char name[VP_ENDPOINT_NAME_MAX];
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_HOSTED_ZONE); i++) {
        const vp_hosted_zone *other = VP_ROW(vp_hosted_zone, network, VP_KIND_HOSTED_ZONE, i);
        if (other->name == zone->name && vp_endpoint_lists(&other->vpc_ids, vpc_id)) {
            VP_REFUSE(error, "ConflictingDomainExists",
                      "The VPC %s has already been associated with the hosted zone %s with the "
                      "same domain name.",
                      vp_network_text(network, vpc_id), vp_network_text(network, other->record.id));
        }
    }
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_VPC_ENDPOINT); i++) {
        const vp_vpc_endpoint *endpoint = VP_ROW(vp_vpc_endpoint, network, VP_KIND_VPC_ENDPOINT, i);
        if (endpoint->vpc_id == vpc_id && endpoint->private_dns_enabled == VP_TRUE &&
            vp_endpoint_private_name(network, endpoint->service_name, name) &&
            vp_network_name_is(network, zone->name, name)) {
            VP_REFUSE(error, "ConflictingDomainExists",
                      "The VPC %s has an endpoint, %s, with private DNS for the same domain name.",
                      vp_network_text(network, vpc_id),
                      vp_network_text(network, endpoint->record.id));
        }
    }
    return VP_OK;
}

static vp_status add_vpc(vp_call *call, vp_hosted_zone *zone, vp_name vpc_id, vp_error *error) {
    void *item;
    VP_TRY(vp_check_given(vpc_id != VP_NO_NAME, "vpcId", error));
    if (vp_network_find(call->network, VP_KIND_VPC, vpc_id) == NULL) {
        char quoted[VP_ERROR_QUOTE_MAX];
        const char *text = vp_network_text(call->network, vpc_id);
        VP_REFUSE(error, "InvalidVPCId", "The VPC: %s that you provided is not valid",
                  vp_error_quote(text, strlen(text), quoted));
    }
    VP_TRY(check_conflict(call->network, zone, vpc_id, error));
    VP_TRY(vp_change_append(call->change, &vp_text_item_schema, &zone->vpc_ids, &item, error));
    ((vp_text_item *)item)->value = vpc_id;
    return VP_OK;
}

static void remove_vpc(const vp_network *network, vp_hosted_zone *zone, vp_name vpc_id) {
    for (uint32_t i = zone->vpc_ids.count; i-- > 0;) {
        if (VP_ITEM(vp_text_item, &zone->vpc_ids, i)->value == vpc_id) {
            vp_list_remove(&network->alloc, &vp_text_item_schema, &zone->vpc_ids, i);
        }
    }
}

vp_status vp_hosted_zone_forget_vpc(vp_change *change, vp_name vpc_id, vp_error *error) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(change->network, VP_KIND_HOSTED_ZONE); i++) {
        vp_hosted_zone *zone = VP_ROW(vp_hosted_zone, change->network, VP_KIND_HOSTED_ZONE, i);
        if (vp_endpoint_lists(&zone->vpc_ids, vpc_id)) {
            VP_TRY(vp_change_edit(change, &zone->record, error));
            remove_vpc(change->network, zone, vpc_id);
        }
    }
    return VP_OK;
}

/* ---- the actions ----------------------------------------------------------------------------- */

/***
Makes a private hosted zone: host names of one's own, which the VPCs that are associated with it
resolve. Whether they can needs both of their DNS attributes.
@function network:create_hosted_zone
@tparam table options `name` (`"example.internal"`), `vpc_ids` (list of ids or VPCs, at least one),
`records` (`{{ name, type, values }}`: full names; type `"A"`, `"AAAA"` or `"CNAME"`; `value` is
short for a list of one), `hosted_zone_id` (its own id), `tags`
@treturn hosted_zone
@raise MissingParameter, InvalidDomainName, InvalidVPCId, ConflictingDomainExists (another zone of
the name, or an endpoint's private DNS, in the VPC), InvalidChangeBatch, InvalidInput (a record)
@usage local zone = net:create_hosted_zone{ name = "example.internal", vpc_ids = { vpc },
  records = { { name = "db.example.internal", type = "A", values = { "10.0.0.10" } } } }
Source: Route 53 API Reference, "CreateHostedZone"
*/
static vp_status create_hosted_zone(vp_call *call, vp_error *error) {
    create_request *request = call->request;
    vp_name name = VP_NO_NAME;
    vp_record *record;
    VP_TRY(vp_check_given(request->name != VP_NO_NAME, "name", error));
    VP_TRY(vp_check_given(request->vpc_ids.count > 0, "vpcIds", error));
    VP_TRY(canonical_name(call->network, request->name, &name, error));
    VP_TRY(vp_check_add(call, VP_KIND_HOSTED_ZONE, &request->made, NULL, &record, error));
    vp_hosted_zone *zone = (vp_hosted_zone *)record;
    zone->name = name;
    for (uint32_t i = 0; i < request->vpc_ids.count; i++) {
        VP_TRY(add_vpc(call, zone, VP_ITEM(vp_text_item, &request->vpc_ids, i)->value, error));
    }
    for (uint32_t i = 0; i < request->records.count; i++) {
        record_request *wanted = VP_ITEM(record_request, &request->records, i);
        VP_SET(call, wanted->action, "CREATE", error);
        VP_TRY(change_record(call, zone, wanted, error));
    }
    return VP_OK;
}

/***
Associates a VPC with a zone: of any account and Region.
@function hosted_zone:associate_vpc
@tparam table options `vpc_id` (id or VPC)
@treturn hosted_zone itself
@raise MissingParameter, InvalidVPCId, ConflictingDomainExists
@usage zone:associate_vpc{ vpc_id = peer }
Source: Route 53 API Reference, "AssociateVPCWithHostedZone"
*/
static vp_status associate_vpc(vp_call *call, vp_error *error) {
    vp_hosted_zone *zone = (vp_hosted_zone *)call->receiver;
    const vpc_request *request = call->request;
    VP_TRY(vp_change_edit(call->change, &zone->record, error));
    call->result = call->receiver;
    return add_vpc(call, zone, request->vpc_id, error);
}

/***
Takes a zone away from a VPC, but not from its last one.
@function hosted_zone:disassociate_vpc
@tparam table options `vpc_id` (id or VPC)
@treturn hosted_zone itself
@raise MissingParameter, VPCAssociationNotFound, LastVPCAssociation
@usage zone:disassociate_vpc{ vpc_id = peer }
Source: Route 53 API Reference, "DisassociateVPCFromHostedZone"
*/
static vp_status disassociate_vpc(vp_call *call, vp_error *error) {
    vp_hosted_zone *zone = (vp_hosted_zone *)call->receiver;
    const vpc_request *request = call->request;
    VP_TRY(vp_check_given(request->vpc_id != VP_NO_NAME, "vpcId", error));
    if (!vp_endpoint_lists(&zone->vpc_ids, request->vpc_id)) {
        VP_REFUSE(error, "VPCAssociationNotFound",
                  "The VPC: %.100s is not associated with hosted zone %s",
                  vp_network_text(call->network, request->vpc_id),
                  vp_network_text(call->network, zone->record.id));
    }
    if (zone->vpc_ids.count == 1) {
        VP_REFUSE(error, "LastVPCAssociation",
                  "The VPC is the last one associated with hosted zone %s",
                  vp_network_text(call->network, zone->record.id));
    }
    VP_TRY(vp_change_edit(call->change, &zone->record, error));
    remove_vpc(call->network, zone, request->vpc_id);
    call->result = call->receiver;
    return VP_OK;
}

/***
Changes records of a zone, all or none of them, in their order.
@function hosted_zone:change_resource_record_sets
@tparam table options `changes` (`{{ action, name, type, values }}`: action `"CREATE"`, `"UPSERT"`
or
`"DELETE"`; the rest as the records of create\_hosted\_zone; DELETE needs no values)
@treturn hosted_zone itself
@raise MissingParameter, InvalidInput, InvalidDomainName, InvalidChangeBatch (a name outside of the
zone, a value that is no address, a CNAME beside other records, what is to be made is there, what is
to go is not)
@usage zone:change_resource_record_sets{ changes = {
  { action = "UPSERT", name = "db.example.internal", type = "A", values = { "10.0.0.11" } } } }
Source: Route 53 API Reference, "ChangeResourceRecordSets"
*/
static vp_status change_resource_record_sets(vp_call *call, vp_error *error) {
    vp_hosted_zone *zone = (vp_hosted_zone *)call->receiver;
    const changes_request *request = call->request;
    VP_TRY(vp_check_given(request->changes.count > 0, "changes", error));
    VP_TRY(vp_change_edit(call->change, &zone->record, error));
    for (uint32_t i = 0; i < request->changes.count; i++) {
        VP_TRY(change_record(call, zone, VP_ITEM(record_request, &request->changes, i), error));
    }
    call->result = call->receiver;
    return VP_OK;
}

/***
Deletes a zone that has no records.
@function hosted_zone:delete
@treturn hosted_zone itself, gone
@raise HostedZoneNotEmpty
@usage zone:delete()
Source: Route 53 API Reference, "DeleteHostedZone"
*/
static vp_status delete_hosted_zone(vp_call *call, vp_error *error) {
    if (((const vp_hosted_zone *)call->receiver)->records.count > 0) {
        VP_REFUSE(error, "HostedZoneNotEmpty",
                  "The specified hosted zone contains non-required resource record sets and so "
                  "cannot be deleted.");
    }
    return vp_change_remove(call->change, call->receiver, error);
}

const vp_action vp_hosted_zone_actions[] = {
    {"create_hosted_zone", VP_KIND_NONE, &create_schema, create_hosted_zone},
    {"associate_vpc", VP_KIND_HOSTED_ZONE, &vpc_schema, associate_vpc},
    {"disassociate_vpc", VP_KIND_HOSTED_ZONE, &vpc_schema, disassociate_vpc},
    {"change_resource_record_sets", VP_KIND_HOSTED_ZONE, &changes_schema,
     change_resource_record_sets},
    {"delete", VP_KIND_HOSTED_ZONE, NULL, delete_hosted_zone},
    {NULL, VP_KIND_NONE, NULL, NULL}};
