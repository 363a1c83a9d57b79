/*
 * vp_network_acl.c - network ACLs: their entries and the subnets they guard.
 *
 * A subnet has one ACL at any time, so associating it with one takes it away from another. Entries
 * are kept in the order in which they are judged, as vp_index does; the last one is the rule *.
 * Semantics 7; AWS: Amazon VPC User Guide, "Control subnet traffic with network access control
 * lists".
 */
#include "vp_part.h"

#include <string.h>

#define QUOTA_ACLS 200
#define QUOTA_ENTRIES 20
#define RULE_LAST 32766 /* the highest number a user may give */
#define RULE_STAR 32767

/* ---- entries --------------------------------------------------------------------------------- */

/* Inserts a zeroed entry at its place: by number, and of one number the outbound one first. */
static vp_status insert_entry(vp_call *call, vp_network_acl *acl, bool egress, int32_t number,
                              vp_network_acl_entry **entry, vp_error *error) {
    void *item;
    uint32_t at = 0;
    VP_TRY(
        vp_change_append(call->change, &vp_network_acl_entry_schema, &acl->entries, &item, error));
    for (; at + 1 < acl->entries.count; at++) {
        const vp_network_acl_entry *other = VP_ITEM(vp_network_acl_entry, &acl->entries, at);
        bool same = other->rule_number.value == number;
        if (same ? egress && other->egress != VP_TRUE : other->rule_number.value > number) {
            break;
        }
    }
    *entry = VP_ITEM(vp_network_acl_entry, &acl->entries, at);
    memmove(*entry + 1, *entry, (acl->entries.count - at - 1) * sizeof **entry);
    memset(*entry, 0, sizeof **entry);
    (*entry)->egress = egress ? VP_TRUE : VP_FALSE;
    (*entry)->rule_number = (vp_int){number, 1};
    return VP_OK;
}

/* Adds a rule for all traffic of a family in both directions. */
static vp_status add_blanket(vp_call *call, vp_network_acl *acl, int32_t number, uint8_t family,
                             bool allow, vp_error *error) {
    vp_addr lowest = vp_addr_lowest(family);
    for (int egress = 0; egress <= 1; egress++) {
        vp_network_acl_entry *entry;
        VP_TRY(insert_entry(call, acl, egress == 1, number, &entry, error));
        if (family == 4) {
            entry->cidr_block = vp_cidr_of(&lowest, 0);
        } else {
            entry->ipv6_cidr_block = vp_cidr_of(&lowest, 0);
        }
        VP_SET(call, entry->protocol, "-1", error);
        VP_SET(call, entry->rule_action, allow ? "allow" : "deny", error);
    }
    return VP_OK;
}

vp_status vp_network_acl_fill(vp_call *call, vp_network_acl *acl, const vp_vpc *vpc,
                              bool is_default, vp_error *error) {
    acl->vpc_id = vpc->record.id;
    acl->is_default = is_default ? VP_TRUE : VP_FALSE;
    VP_TRY(add_blanket(call, acl, RULE_STAR, 4, false, error));
    if (!is_default) {
        return VP_OK;
    }
    VP_TRY(add_blanket(call, acl, 100, 4, true, error));
    if (vp_check_vpc_has_ipv6(call->network, vpc)) {
        VP_TRY(add_blanket(call, acl, 101, 6, true, error));
    }
    return VP_OK;
}

vp_network_acl *vp_network_acl_default(const vp_network *network, vp_name vpc_id) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_NETWORK_ACL); i++) {
        vp_network_acl *acl = VP_ROW(vp_network_acl, network, VP_KIND_NETWORK_ACL, i);
        if (acl->vpc_id == vpc_id && acl->is_default == VP_TRUE) {
            return acl;
        }
    }
    return NULL;
}

/* Has this direction just the rules 100 and *? Then AWS counts it as unmodified. */
static bool is_unmodified(const vp_network *network, const vp_network_acl *acl, bool egress) {
    uint32_t count = 0;
    bool has_100 = false;
    for (uint32_t i = 0; i < acl->entries.count; i++) {
        const vp_network_acl_entry *entry = VP_ITEM(vp_network_acl_entry, &acl->entries, i);
        if ((entry->egress == VP_TRUE) == egress && entry->rule_number.value <= RULE_LAST) {
            count++;
            has_100 = entry->rule_number.value == 100 &&
                      vp_network_name_is(network, entry->rule_action, "allow") &&
                      vp_network_name_is(network, entry->protocol, "-1") &&
                      entry->cidr_block.address.family == 4 && entry->cidr_block.prefix_length == 0;
        }
    }
    return count == 1 && has_100;
}

vp_status vp_network_acl_admit_ipv6(vp_call *call, vp_name vpc_id, vp_error *error) {
    vp_network_acl *acl = vp_network_acl_default(call->network, vpc_id);
    vp_addr lowest = vp_addr_lowest(6);
    for (int egress = 0; egress <= 1 && acl != NULL; egress++) {
        vp_network_acl_entry *entry;
        if (!is_unmodified(call->network, acl, egress == 1)) {
            continue;
        }
        VP_TRY(vp_change_edit(call->change, &acl->record, error));
        VP_TRY(insert_entry(call, acl, egress == 1, 101, &entry, error));
        entry->ipv6_cidr_block = vp_cidr_of(&lowest, 0);
        VP_SET(call, entry->protocol, "-1", error);
        VP_SET(call, entry->rule_action, "allow", error);
    }
    return VP_OK;
}

/* ---- associations ---------------------------------------------------------------------------- */

vp_status vp_network_acl_forget(vp_change *change, vp_name subnet_id, vp_error *error) {
    const vp_network *network = change->network;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_NETWORK_ACL); i++) {
        vp_network_acl *acl = VP_ROW(vp_network_acl, network, VP_KIND_NETWORK_ACL, i);
        for (uint32_t j = acl->associations.count; j-- > 0;) {
            if (VP_ITEM(vp_network_acl_association, &acl->associations, j)->subnet_id ==
                subnet_id) {
                VP_TRY(vp_change_edit(change, &acl->record, error));
                vp_list_remove(&network->alloc, &vp_network_acl_association_schema,
                               &acl->associations, j);
            }
        }
    }
    return VP_OK;
}

vp_status vp_network_acl_assign(vp_call *call, vp_network_acl *acl, vp_name subnet_id,
                                vp_name *association_id, vp_error *error) {
    void *item;
    VP_TRY(vp_network_acl_forget(call->change, subnet_id, error));
    VP_TRY(vp_change_edit(call->change, &acl->record, error));
    VP_TRY(vp_change_append(call->change, &vp_network_acl_association_schema, &acl->associations,
                            &item, error));
    vp_network_acl_association *association = item;
    association->network_acl_id = acl->record.id;
    association->subnet_id = subnet_id;
    VP_TRY(vp_network_new_id(call->network, VP_KIND_NONE, "aclassoc-", association_id, error));
    association->network_acl_association_id = *association_id;
    return VP_OK;
}

typedef struct associate_request {
    vp_name subnet_id;
} associate_request;

static const vp_field associate_fields[] = {
    VP_FIELD(associate_request, subnet_id, VP_TYPE_TEXT, "SubnetId", VP_FIELD_REFERENCE, NULL)};
static const vp_schema associate_schema =
    VP_SCHEMA("ReplaceNetworkAclAssociation", associate_request, associate_fields);

/* Both calls end here: the subnet, which must be of the ACL's VPC, comes under it. */
static vp_status put_under(vp_call *call, vp_network_acl *acl, vp_name subnet_id, vp_error *error) {
    vp_record *subnet;
    VP_TRY(vp_check_own(call, VP_KIND_SUBNET, subnet_id, &subnet, error));
    if (((const vp_subnet *)subnet)->vpc_id != acl->vpc_id) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "networkAcl %s and subnet %s belong to different networks",
                  vp_network_text(call->network, acl->record.id),
                  vp_network_text(call->network, subnet_id));
    }
    return vp_network_acl_assign(call, acl, subnet_id, &call->result_id, error);
}

/***
Puts a subnet under this network ACL; the one it was under no longer has it.
@function network_acl:associate
@tparam table options `subnet_id` (id or subnet of the same VPC)
@treturn string the id of the association
@raise MissingParameter, InvalidSubnetID.NotFound, InvalidParameterValue (another VPC's)
@usage acl:associate{ subnet_id = subnet }
Source: EC2 API Reference, "ReplaceNetworkAclAssociation"
*/
static vp_status associate(vp_call *call, vp_error *error) {
    return put_under(call, (vp_network_acl *)call->receiver,
                     ((const associate_request *)call->request)->subnet_id, error);
}

typedef struct replace_request {
    vp_name association_id;
} replace_request;

static const vp_field replace_fields[] = {
    VP_FIELD(replace_request, association_id, VP_TYPE_TEXT, "AssociationId", 0, NULL)};
static const vp_schema replace_schema =
    VP_SCHEMA("ReplaceNetworkAclAssociation", replace_request, replace_fields);

/* The association with this id, of whatever ACL; NULL when there is none. */
static const vp_network_acl_association *find_association(const vp_network *network, vp_name id) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_NETWORK_ACL); i++) {
        const vp_list *list =
            &VP_ROW(vp_network_acl, network, VP_KIND_NETWORK_ACL, i)->associations;
        for (uint32_t j = 0; j < list->count; j++) {
            const vp_network_acl_association *found = VP_ITEM(vp_network_acl_association, list, j);
            if (found->network_acl_association_id == id) {
                return found;
            }
        }
    }
    return NULL;
}

/***
Moves an association to this network ACL: as `associate`, but named as AWS's call names it.
@function network_acl:replace_association
@tparam table options `association_id` (of the subnet's association with any ACL of this VPC)
@treturn string the id of the new association
@raise MissingParameter, InvalidAssociationID.NotFound, InvalidParameterValue (another VPC's)
@usage acl:replace_association{ association_id = old.associations[1].network_acl_association_id }
Source: EC2 API Reference, "ReplaceNetworkAclAssociation"
*/
static vp_status replace_association(vp_call *call, vp_error *error) {
    vp_network_acl *acl = (vp_network_acl *)call->receiver;
    vp_name id = ((const replace_request *)call->request)->association_id;
    VP_TRY(vp_check_given(id != VP_NO_NAME, "associationId", error));
    const vp_network_acl_association *found = find_association(call->network, id);
    if (found == NULL) {
        VP_REFUSE(error, "InvalidAssociationID.NotFound",
                  "The association ID '%.100s' does not exist", vp_network_text(call->network, id));
    }
    return put_under(call, acl, found->subnet_id, error);
}

/* ---- create, delete -------------------------------------------------------------------------- */

typedef struct create_request {
    vp_new made;
} create_request;

static const vp_field create_fields[] = {VP_NEW_FIELDS(create_request, "NetworkAclId")};
static const vp_schema create_schema = VP_SCHEMA("CreateNetworkAcl", create_request, create_fields);

/***
Makes a network ACL that denies everything until it gets entries.
@function vpc:create_network_acl
@tparam[opt] table options `network_acl_id` (its own id), `tags`
@treturn network_acl
@raise NetworkAclLimitExceeded
@usage local acl = vpc:create_network_acl()
Source: EC2 API Reference, "CreateNetworkAcl"
*/
static vp_status create_network_acl(vp_call *call, vp_error *error) {
    create_request *request = call->request;
    const vp_vpc *vpc = (const vp_vpc *)call->receiver;
    vp_record *record;
    uint32_t count = 0;
    for (uint32_t i = 0; i < VP_ROW_COUNT(call->network, VP_KIND_NETWORK_ACL); i++) {
        const vp_network_acl *other = VP_ROW(vp_network_acl, call->network, VP_KIND_NETWORK_ACL, i);
        count += other->vpc_id == vpc->record.id ? 1 : 0;
    }
    VP_TRY(vp_check_quota(call->network, count, QUOTA_ACLS, "NetworkAclLimitExceeded",
                          "The maximum number of network ACLs has been reached.", error));
    VP_TRY(vp_check_add(call, VP_KIND_NETWORK_ACL, &request->made, vpc, &record, error));
    return vp_network_acl_fill(call, (vp_network_acl *)record, vpc, false, error);
}

/***
Deletes a network ACL.
@function network_acl:delete
@treturn network_acl itself, gone
@raise InvalidParameterValue (the default ACL), DependencyViolation (a subnet is under it)
@usage acl:delete()
Source: EC2 API Reference, "DeleteNetworkAcl"
*/
static vp_status delete_network_acl(vp_call *call, vp_error *error) {
    const vp_network_acl *acl = (const vp_network_acl *)call->receiver;
    if (acl->is_default == VP_TRUE) {
        VP_REFUSE(error, "InvalidParameterValue", "cannot delete default network ACL %s",
                  vp_network_text(call->network, acl->record.id));
    }
    VP_TRY(
        vp_check_no_dependents(call->network, call->receiver, acl->associations.count > 0, error));
    return vp_change_remove(call->change, call->receiver, error);
}

/* ---- entries: the actions -------------------------------------------------------------------- */

static const vp_field delete_fields[] = {
    VP_FIELD(vp_network_acl_entry, rule_number, VP_TYPE_INT, "RuleNumber", 0, NULL),
    VP_FIELD(vp_network_acl_entry, egress, VP_TYPE_BOOL, "Egress", 0, NULL)};
static const vp_schema delete_schema =
    VP_SCHEMA("DeleteNetworkAclEntry", vp_network_acl_entry, delete_fields);

/* Protocols are kept as numbers, whatever they are called in the request. */
static vp_status normalize_protocol(vp_network *network, vp_network_acl_entry *entry,
                                    vp_error *error) {
    static const char *const names[][2] = {
        {"tcp", "6"}, {"udp", "17"}, {"icmp", "1"}, {"icmpv6", "58"}, {"all", "-1"}};
    const char *text = vp_network_text(network, entry->protocol);
    for (size_t i = 0; i < VP_COUNT_OF(names); i++) {
        if (strcmp(text, names[i][0]) == 0) {
            return vp_network_name(network, names[i][1], &entry->protocol, error);
        }
    }
    size_t length = strlen(text);
    int value = 0;
    bool number = length > 0 && length <= 3;
    for (size_t i = 0; i < length && number; i++) {
        number = text[i] >= '0' && text[i] <= '9';
        value = value * 10 + (text[i] - '0');
    }
    if (strcmp(text, "-1") != 0 && (!number || value > 255)) {
        char quoted[VP_ERROR_QUOTE_MAX];
        VP_REFUSE(error, "InvalidParameterValue",
                  "Invalid value '%s' for protocol. It must be a number from -1 to 255.",
                  vp_error_quote(text, length, quoted));
    }
    return VP_OK;
}

static vp_status check_details(const vp_network *network, const vp_network_acl_entry *entry,
                               vp_error *error) {
    bool ports = vp_network_name_is(network, entry->protocol, "6") ||
                 vp_network_name_is(network, entry->protocol, "17");
    bool icmp = vp_network_name_is(network, entry->protocol, "1") ||
                (vp_network_name_is(network, entry->protocol, "58") &&
                 vp_cidr_is_given(&entry->ipv6_cidr_block));
    int32_t from = entry->port_range.from.value, to = entry->port_range.to.value;
    VP_TRY(vp_check_given(!ports || (entry->port_range.from.given && entry->port_range.to.given),
                          "portRange", error));
    VP_TRY(vp_check_given(
        !icmp || (entry->icmp_type_code.type.given && entry->icmp_type_code.code.given),
        "icmpTypeCode", error));
    if (ports && (from < 0 || to > 65535 || from > to)) {
        VP_REFUSE(error, "InvalidParameterValue", "Invalid TCP/UDP port range (%d:%d)", (int)from,
                  (int)to);
    }
    if (icmp && (entry->icmp_type_code.type.value < -1 || entry->icmp_type_code.type.value > 255 ||
                 entry->icmp_type_code.code.value < -1 || entry->icmp_type_code.code.value > 255)) {
        VP_REFUSE(error, "InvalidParameterValue", "Invalid ICMP type or code");
    }
    return VP_OK;
}

static vp_status check_number(const vp_network_acl_entry *entry, vp_error *error) {
    VP_TRY(vp_check_given(entry->rule_number.given, "ruleNumber", error));
    if (entry->rule_number.value < 1 || entry->rule_number.value > RULE_LAST) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "Invalid value '%d' for ruleNumber. It must be from 1 to %d.",
                  (int)entry->rule_number.value, RULE_LAST);
    }
    return VP_OK;
}

static vp_status check_entry(vp_network *network, vp_network_acl_entry *entry, vp_error *error) {
    bool ipv4 = vp_cidr_is_given(&entry->cidr_block);
    bool ipv6 = vp_cidr_is_given(&entry->ipv6_cidr_block);
    VP_TRY(check_number(entry, error));
    VP_TRY(vp_check_given(entry->protocol != VP_NO_NAME, "protocol", error));
    VP_TRY(vp_check_given(entry->rule_action != VP_NO_NAME, "ruleAction", error));
    VP_TRY(vp_check_given(ipv4 || ipv6, "cidrBlock", error));
    VP_TRY(vp_check_not_both(ipv4, ipv6, "cidrBlock and ipv6CidrBlock", error));
    VP_TRY(vp_check_family(&entry->cidr_block, 4, "cidrBlock", error));
    VP_TRY(vp_check_family(&entry->ipv6_cidr_block, 6, "ipv6CidrBlock", error));
    if (!vp_network_name_is(network, entry->rule_action, "allow") &&
        !vp_network_name_is(network, entry->rule_action, "deny")) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "Invalid value for ruleAction. It must be 'allow' or 'deny'.");
    }
    VP_TRY(normalize_protocol(network, entry, error));
    return check_details(network, entry, error);
}

/* The entry with this direction and number, or NULL; and how many the direction has. */
static vp_network_acl_entry *find_entry(const vp_network_acl *acl,
                                        const vp_network_acl_entry *wanted, uint32_t *at,
                                        uint32_t *count) {
    vp_network_acl_entry *found = NULL;
    *count = 0;
    for (uint32_t i = 0; i < acl->entries.count; i++) {
        vp_network_acl_entry *entry = VP_ITEM(vp_network_acl_entry, &acl->entries, i);
        if ((entry->egress == VP_TRUE) != (wanted->egress == VP_TRUE)) {
            continue;
        }
        *count += entry->rule_number.value <= RULE_LAST ? 1 : 0;
        if (entry->rule_number.value == wanted->rule_number.value) {
            found = entry;
            *at = i;
        }
    }
    return found;
}

static vp_status refuse_unknown(const vp_network_acl_entry *wanted, vp_error *error) {
    VP_REFUSE(error, "InvalidNetworkAclEntry.NotFound",
              "The network acl entry identified by %d does not exist.",
              (int)wanted->rule_number.value);
}

/***
Adds an entry. Entries are judged in the order of their numbers; the first that matches decides.
@function network_acl:create_entry
@tparam table options `rule_number` (1 to 32766), `protocol` (number or "tcp", "udp", "icmp",
"icmpv6", "-1" for all), `rule_action` ("allow" or "deny"), `egress` (boolean, default false), one
of `cidr_block`, `ipv6_cidr_block`; `port_range = { from, to }` for tcp and udp, `icmp_type_code = {
type, code }` for icmp (-1 for all)
@treturn network_acl itself
@raise NetworkAclEntryAlreadyExists, MissingParameter, InvalidParameterValue,
InvalidParameterCombination, NetworkAclEntryLimitExceeded
@usage acl:create_entry{ rule_number = 100, protocol = "tcp", rule_action = "allow",
  cidr_block = "10.0.0.0/16", port_range = { from = 443, to = 443 } }
Source: EC2 API Reference, "CreateNetworkAclEntry"
*/
static vp_status create_entry(vp_call *call, vp_error *error) {
    vp_network_acl *acl = (vp_network_acl *)call->receiver;
    vp_network_acl_entry *given = call->request, *made;
    bool egress = given->egress == VP_TRUE;
    uint32_t at, count;
    VP_TRY(check_entry(call->network, given, error));
    if (find_entry(acl, given, &at, &count) != NULL) {
        VP_REFUSE(error, "NetworkAclEntryAlreadyExists",
                  "The network acl entry identified by %d already exists.",
                  (int)given->rule_number.value);
    }
    VP_TRY(vp_check_quota(call->network, count, QUOTA_ENTRIES, "NetworkAclEntryLimitExceeded",
                          "The maximum number of network ACL entries has been reached.", error));
    VP_TRY(vp_change_edit(call->change, &acl->record, error));
    VP_TRY(insert_entry(call, acl, egress, given->rule_number.value, &made, error));
    *made = *given;
    made->egress = egress ? VP_TRUE : VP_FALSE;
    call->result = call->receiver;
    return VP_OK;
}

/***
Replaces the entry with this number and direction.
@function network_acl:replace_entry
@tparam table options as create\_entry
@treturn network_acl itself
@raise InvalidNetworkAclEntry.NotFound, MissingParameter, InvalidParameterValue,
InvalidParameterCombination
@usage acl:replace_entry{ rule_number = 100, protocol = "-1", rule_action = "deny",
  cidr_block = "10.0.0.0/16" }
Source: EC2 API Reference, "ReplaceNetworkAclEntry"
*/
static vp_status replace_entry(vp_call *call, vp_error *error) {
    vp_network_acl *acl = (vp_network_acl *)call->receiver;
    vp_network_acl_entry *given = call->request;
    uint32_t at, count;
    VP_TRY(check_entry(call->network, given, error));
    if (find_entry(acl, given, &at, &count) == NULL) {
        return refuse_unknown(given, error);
    }
    VP_TRY(vp_change_edit(call->change, &acl->record, error));
    vp_network_acl_entry *entry = VP_ITEM(vp_network_acl_entry, &acl->entries, at);
    vp_bool egress = entry->egress;
    *entry = *given;
    entry->egress = egress;
    call->result = call->receiver;
    return VP_OK;
}

/***
Deletes the entry with this number and direction.
@function network_acl:delete_entry
@tparam table options `rule_number`, `egress` (boolean, default false)
@treturn network_acl itself
@raise InvalidNetworkAclEntry.NotFound, MissingParameter, InvalidParameterValue
@usage acl:delete_entry{ rule_number = 100, egress = true }
Source: EC2 API Reference, "DeleteNetworkAclEntry"
*/
static vp_status delete_entry(vp_call *call, vp_error *error) {
    vp_network_acl *acl = (vp_network_acl *)call->receiver;
    const vp_network_acl_entry *given = call->request;
    uint32_t at, count;
    VP_TRY(check_number(given, error));
    if (find_entry(acl, given, &at, &count) == NULL) {
        return refuse_unknown(given, error);
    }
    VP_TRY(vp_change_edit(call->change, &acl->record, error));
    vp_list_remove(&call->network->alloc, &vp_network_acl_entry_schema, &acl->entries, at);
    call->result = call->receiver;
    return VP_OK;
}

const vp_action vp_network_acl_actions[] = {
    {"create_network_acl", VP_KIND_VPC, &create_schema, create_network_acl},
    {"create_entry", VP_KIND_NETWORK_ACL, &vp_network_acl_entry_schema, create_entry},
    {"replace_entry", VP_KIND_NETWORK_ACL, &vp_network_acl_entry_schema, replace_entry},
    {"delete_entry", VP_KIND_NETWORK_ACL, &delete_schema, delete_entry},
    {"associate", VP_KIND_NETWORK_ACL, &associate_schema, associate},
    {"replace_association", VP_KIND_NETWORK_ACL, &replace_schema, replace_association},
    {"delete", VP_KIND_NETWORK_ACL, NULL, delete_network_acl},
    {NULL, VP_KIND_NONE, NULL, NULL}};
