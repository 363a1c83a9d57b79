/*
 * vp_group_rule.c - adding rules to a security group and revoking them.
 *
 * The one idea: a request is a sequence of single rules, each with one peer, whichever way it was
 * written. A group keeps rules of equal protocol and ports together in one permission, as AWS
 * prints them. Semantics 6.1, 6.2; AWS: Amazon VPC User Guide, "Security group rules".
 */
#include "vp_group_part.h"
#include "vp_peering.h"
#include "vp_rule_form.h"
#include "vp_transit.h"

#include <string.h>

#define QUOTA_RULES 60

/* One rule: what it lets through, and for whom. */
typedef struct rule {
    vp_name ip_protocol;
    vp_int from_port, to_port;
    vp_rule_peer peer;
    vp_cidr cidr;               /* of the IPv4 and IPv6 peers */
    vp_user_id_group_pair pair; /* of a group */
    vp_name prefix_list_id, description;
    vp_name id;          /* its own id, VP_NO_NAME: a generated one */
    const vp_list *tags; /* of the rule, or NULL */
} rule;

/* Where the rules of one direction of a group are. */
typedef struct direction {
    vp_security_group *group;
    vp_list *permissions; /* vp_ip_permission */
    bool egress;
} direction;

/* ---- protocols and ports --------------------------------------------------------------------- */

typedef enum port_use { PORTS_NONE, PORTS_RANGE, PORTS_ICMP } port_use;

typedef struct protocol {
    const char *name, *number;
    port_use use;
} protocol;

static const protocol protocols[] = {{"tcp", "6", PORTS_RANGE},
                                     {"udp", "17", PORTS_RANGE},
                                     {"icmp", "1", PORTS_ICMP},
                                     {"icmpv6", "58", PORTS_ICMP},
                                     {"-1", "all", PORTS_NONE}};

static bool equals_ignoring_case(const char *a, const char *b) {
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        char x = *a >= 'A' && *a <= 'Z' ? (char)(*a - 'A' + 'a') : *a;
        if (x != *b) {
            return false;
        }
    }
    return *a == *b;
}

/* The row of a protocol by name or number, NULL for others. */
static const protocol *find_protocol(const char *text) {
    for (size_t i = 0; i < VP_COUNT_OF(protocols); i++) {
        if (equals_ignoring_case(text, protocols[i].name) ||
            equals_ignoring_case(text, protocols[i].number)) {
            return &protocols[i];
        }
    }
    return NULL;
}

/* Is the text a plain number from 0 to 255? */
static bool is_protocol_number(const char *text) {
    int value = 0;
    size_t length = strlen(text);
    for (size_t i = 0; i < length && i < 4; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        value = value * 10 + (text[i] - '0');
    }
    return length > 0 && length <= 3 && value <= 255 && (text[0] != '0' || length == 1);
}

static vp_status check_ports(const rule *checked, vp_error *error) {
    int32_t from = checked->from_port.value, to = checked->to_port.value;
    if (!checked->from_port.given || !checked->to_port.given) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "Invalid value 'Must specify both from and to ports with TCP/UDP.' for "
                  "portRange.");
    }
    if (from < 0 || from > 65535 || to < 0 || to > 65535 || from > to) {
        VP_REFUSE(error, "InvalidParameterValue", "Invalid TCP/UDP port range (%d:%d)", (int)from,
                  (int)to);
    }
    return VP_OK;
}

/* ICMP type and code: what is missing means all, and all types have all codes. */
static vp_status normalize_icmp(rule *checked, vp_error *error) {
    int32_t type = checked->from_port.given ? checked->from_port.value : -1;
    int32_t code = checked->to_port.given && type != -1 ? checked->to_port.value : -1;
    if (type < -1 || type > 255) {
        VP_REFUSE(error, "InvalidParameterValue", "ICMP type (%d) out of range", (int)type);
    }
    if (code < -1 || code > 255) {
        VP_REFUSE(error, "InvalidParameterValue", "ICMP code (%d) out of range", (int)code);
    }
    checked->from_port = (vp_int){type, 1};
    checked->to_port = (vp_int){code, 1};
    return VP_OK;
}

/* Brings protocol and ports into the form in which AWS prints them. */
static vp_status normalize(vp_network *network, rule *checked, vp_error *error) {
    const char *text = vp_network_text(network, checked->ip_protocol);
    const protocol *known = find_protocol(text);
    VP_TRY(vp_check_given(checked->ip_protocol != VP_NO_NAME, "ipProtocol", error));
    if (known == NULL && !is_protocol_number(text)) {
        char quoted[VP_ERROR_QUOTE_MAX];
        VP_REFUSE(error, "InvalidParameterValue",
                  "Invalid value '%s' for IP protocol. Unknown protocol.",
                  vp_error_quote(text, strlen(text), quoted));
    }
    if (known != NULL && known->use == PORTS_RANGE) {
        VP_TRY(check_ports(checked, error));
    } else if (known != NULL && known->use == PORTS_ICMP) {
        VP_TRY(normalize_icmp(checked, error));
    } else {
        checked->from_port = checked->to_port = (vp_int){0, 0};
    }
    return known == NULL ? VP_OK
                         : vp_network_name(network, known->name, &checked->ip_protocol, error);
}

/* Has the permission, which may be written in another way, this protocol and these ports? */
static bool has_ports(const vp_network *network, const vp_ip_permission *permission,
                      const rule *wanted) {
    const protocol *a = find_protocol(vp_network_text(network, permission->ip_protocol));
    const protocol *b = find_protocol(vp_network_text(network, wanted->ip_protocol));
    if (a != b || (a == NULL && permission->ip_protocol != wanted->ip_protocol)) {
        return false;
    }
    return a == NULL || a->use == PORTS_NONE ||
           (permission->from_port.value == wanted->from_port.value &&
            permission->to_port.value == wanted->to_port.value);
}

/* ---- peers ----------------------------------------------------------------------------------- */

static bool is_peer(const vp_list *list, uint32_t at, const rule *wanted) {
    switch (wanted->peer) {
    case VP_RULE_PEER_IPV4:
        return vp_cidr_equals(&VP_ITEM(vp_ip_range, list, at)->cidr_ip, &wanted->cidr);
    case VP_RULE_PEER_IPV6:
        return vp_cidr_equals(&VP_ITEM(vp_ipv6_range, list, at)->cidr_ipv6, &wanted->cidr);
    case VP_RULE_PEER_PREFIX_LIST:
        return VP_ITEM(vp_prefix_list_id, list, at)->prefix_list_id == wanted->prefix_list_id;
    default:
        return VP_ITEM(vp_user_id_group_pair, list, at)->group_id == wanted->pair.group_id;
    }
}

static void write_peer(void *item, const rule *added) {
    switch (added->peer) {
    case VP_RULE_PEER_IPV4:
        ((vp_ip_range *)item)->cidr_ip = added->cidr;
        ((vp_ip_range *)item)->description = added->description;
        break;
    case VP_RULE_PEER_IPV6:
        ((vp_ipv6_range *)item)->cidr_ipv6 = added->cidr;
        ((vp_ipv6_range *)item)->description = added->description;
        break;
    case VP_RULE_PEER_PREFIX_LIST:
        ((vp_prefix_list_id *)item)->prefix_list_id = added->prefix_list_id;
        ((vp_prefix_list_id *)item)->description = added->description;
        break;
    default:
        *(vp_user_id_group_pair *)item = added->pair;
    }
}

/* "111122223333/sg-1" names the account too. */
static vp_status split_reference(vp_network *network, vp_user_id_group_pair *pair,
                                 vp_error *error) {
    const char *text = vp_network_text(network, pair->group_id);
    const char *slash = strchr(text, '/');
    if (slash == NULL) {
        return VP_OK;
    }
    char account[16], group[VP_ERROR_QUOTE_MAX];
    size_t account_length = (size_t)(slash - text), group_length = strlen(slash + 1);
    if (account_length >= sizeof account || group_length >= sizeof group) {
        return VP_OK; /* no such group */
    }
    memcpy(account, text, account_length);
    memcpy(group, slash + 1, group_length);
    VP_TRY(vp_network_intern(network, account, account_length, &pair->user_id, error));
    return vp_network_intern(network, group, group_length, &pair->group_id, error);
}

/* May a rule of `group` name that group (semantics 6.2)? Completes the pair as AWS prints it. */
static vp_status check_reference(vp_network *network, const direction *in,
                                 vp_user_id_group_pair *pair, vp_error *error) {
    const vp_security_group *group = in->group;
    vp_record *record;
    VP_TRY(split_reference(network, pair, error));
    VP_TRY(vp_check_exists(network, VP_KIND_SECURITY_GROUP, pair->group_id, &record, error));
    const vp_security_group *other = (const vp_security_group *)record;
    if (pair->user_id != VP_NO_NAME && pair->user_id != record->owner_id) {
        VP_REFUSE(error, "InvalidGroup.NotFound", "The security group '%s' does not exist",
                  vp_network_text(network, pair->group_id));
    }
    pair->user_id = record->owner_id;
    if (vp_security_group_serves(network, other, group->vpc_id)) {
        return VP_OK;
    }
    const vp_vpc_peering_connection *pcx =
        vp_peering_between(network, group->vpc_id, other->vpc_id);
    if (pcx == NULL && !in->egress &&
        vp_transit_joins(network, group->vpc_id, other->vpc_id, true)) {
        pair->vpc_id = other->vpc_id;
        return VP_OK;
    }
    if (pcx == NULL || !vp_peering_is_in_one_region(pcx)) {
        VP_REFUSE(error, "InvalidGroup.NotFound",
                  "You have specified two resources that belong to different networks.");
    }
    pair->vpc_id = other->vpc_id;
    pair->vpc_peering_connection_id = pcx->record.id;
    return vp_network_name(network, "active", &pair->peering_status, error);
}

static vp_status check_cidr(const rule *checked, vp_error *error) {
    uint8_t family = checked->peer == VP_RULE_PEER_IPV4 ? 4 : 6;
    if (checked->cidr.address.family != family) {
        char text[VP_CIDR_TEXT_MAX];
        (void)vp_cidr_format(&checked->cidr, text);
        VP_REFUSE(error, "InvalidPermission.Malformed", "The CIDR '%s' is no IPv%d block", text,
                  (int)family);
    }
    return VP_OK;
}

/* ---- one rule -------------------------------------------------------------------------------- */

typedef vp_status rule_action(vp_call *call, const direction *in, rule *given, vp_error *error);

/* The place of a rule: its permission and its peer; false when it is not there. */
static bool find_rule(const vp_network *network, const vp_list *permissions, const rule *wanted,
                      uint32_t *permission_at, uint32_t *peer_at) {
    for (uint32_t i = 0; i < permissions->count; i++) {
        const vp_schema *schema;
        vp_ip_permission *permission = VP_ITEM(vp_ip_permission, permissions, i);
        const vp_list *list = vp_permission_peers(permission, wanted->peer, &schema);
        for (uint32_t j = 0; j < list->count && has_ports(network, permission, wanted); j++) {
            if (is_peer(list, j, wanted)) {
                *permission_at = i;
                *peer_at = j;
                return true;
            }
        }
    }
    return false;
}

/* The permission for a rule, a new one if none has its protocol and ports. */
static vp_status permission_for(vp_call *call, vp_list *permissions, const rule *added,
                                vp_ip_permission **permission, vp_error *error) {
    void *item;
    for (uint32_t i = 0; i < permissions->count; i++) {
        *permission = VP_ITEM(vp_ip_permission, permissions, i);
        if (has_ports(call->network, *permission, added)) {
            return VP_OK;
        }
    }
    VP_TRY(vp_change_append(call->change, &vp_ip_permission_schema, permissions, &item, error));
    *permission = item;
    (*permission)->ip_protocol = added->ip_protocol;
    (*permission)->from_port = added->from_port;
    (*permission)->to_port = added->to_port;
    return VP_OK;
}

/* Group and prefix list rules count in both families, a list as many as it may have entries. */
uint32_t vp_group_rule_count(const vp_network *network, const vp_list *permissions) {
    uint32_t ipv4 = 0, ipv6 = 0, both = 0;
    for (uint32_t i = 0; i < permissions->count; i++) {
        const vp_ip_permission *permission = VP_ITEM(vp_ip_permission, permissions, i);
        ipv4 += permission->ip_ranges.count;
        ipv6 += permission->ipv6_ranges.count;
        both += permission->user_id_group_pairs.count;
        for (uint32_t j = 0; j < permission->prefix_list_ids.count; j++) {
            vp_name id =
                VP_ITEM(vp_prefix_list_id, &permission->prefix_list_ids, j)->prefix_list_id;
            const vp_prefix_list *list =
                (const vp_prefix_list *)vp_network_find(network, VP_KIND_PREFIX_LIST, id);
            both +=
                list != NULL && list->max_entries.value > 0 ? (uint32_t)list->max_entries.value : 1;
        }
    }
    return (ipv4 > ipv6 ? ipv4 : ipv6) + both;
}

static vp_status check_quota(const vp_network *network, const vp_list *permissions,
                             vp_error *error) {
    return vp_check_quota(network, vp_group_rule_count(network, permissions), QUOTA_RULES + 1,
                          "RulesPerSecurityGroupLimitExceeded",
                          "The maximum number of rules per security group has been reached.",
                          error);
}

/* The record of the rule form that belongs to a peer of a permission. */
vp_status vp_group_rule_register(vp_call *call, const vp_security_group *group, bool egress,
                                 const vp_ip_permission *permission, vp_rule_peer peer, void *item,
                                 vp_name id, vp_error *error) {
    vp_record *record;
    VP_TRY(vp_change_add(call->change, VP_KIND_SECURITY_GROUP_RULE, id, &record, error));
    record->owner_id = group->record.owner_id;
    record->region = group->record.region;
    vp_rule_form_write(group, egress, permission, peer, item, (vp_security_group_rule *)record);
    *vp_permission_rule_id(peer, item) = record->id;
    return VP_OK;
}

vp_status vp_group_rule_forget(vp_call *call, vp_name group_id, vp_error *error) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(call->network, VP_KIND_SECURITY_GROUP_RULE); i++) {
        vp_security_group_rule *found =
            VP_ROW(vp_security_group_rule, call->network, VP_KIND_SECURITY_GROUP_RULE, i);
        if (found->group_id == group_id) {
            VP_TRY(vp_change_remove(call->change, &found->record, error));
        }
    }
    return VP_OK;
}

/* Rules that were asked for are told by their ids, those that come with a new group are not. */
static vp_status tell_made(vp_call *call, vp_name id, vp_error *error) {
    void *made;
    if (call->result_ids == NULL) {
        return VP_OK;
    }
    VP_TRY(vp_change_append(call->change, &vp_text_item_schema, call->result_ids, &made, error));
    ((vp_text_item *)made)->value = id;
    return VP_OK;
}

static vp_status authorize(vp_call *call, const direction *in, rule *given, vp_error *error) {
    vp_network *network = call->network;
    vp_ip_permission *permission;
    const vp_schema *schema;
    vp_record *found;
    void *item;
    uint32_t at, peer_at;
    if (given->peer == VP_RULE_PEER_GROUP) {
        VP_TRY(check_reference(network, in, &given->pair, error));
    } else if (given->peer == VP_RULE_PEER_PREFIX_LIST) {
        VP_TRY(vp_check_shared(call, VP_KIND_PREFIX_LIST, given->prefix_list_id, &found, error));
    } else {
        VP_TRY(check_cidr(given, error));
    }
    if (find_rule(network, in->permissions, given, &at, &peer_at)) {
        VP_REFUSE(error, "InvalidPermission.Duplicate", "The specified rule already exists");
    }
    VP_TRY(permission_for(call, in->permissions, given, &permission, error));
    vp_list *list = vp_permission_peers(permission, given->peer, &schema);
    VP_TRY(vp_change_append(call->change, schema, list, &item, error));
    write_peer(item, given);
    VP_TRY(vp_group_rule_register(call, in->group, in->egress, permission, given->peer, item,
                                  given->id, error));
    VP_TRY(tell_made(call, *vp_permission_rule_id(given->peer, item), error));
    if (given->tags != NULL) {
        found = vp_network_find(network, VP_KIND_SECURITY_GROUP_RULE,
                                *vp_permission_rule_id(given->peer, item));
        VP_TRY(vp_change_copy_list(call->change, &vp_tag_schema, given->tags, &found->tags, error));
    }
    return check_quota(network, in->permissions, error);
}

static vp_status revoke(vp_call *call, const direction *in, rule *given, vp_error *error) {
    vp_network *network = call->network;
    const vp_schema *schema;
    uint32_t at, peer_at;
    if (given->peer == VP_RULE_PEER_GROUP) {
        VP_TRY(split_reference(network, &given->pair, error));
    }
    if (!find_rule(network, in->permissions, given, &at, &peer_at)) {
        VP_REFUSE(error, "InvalidPermission.NotFound",
                  "The specified rule does not exist in this security group");
    }
    vp_ip_permission *permission = VP_ITEM(vp_ip_permission, in->permissions, at);
    vp_list *list = vp_permission_peers(permission, given->peer, &schema);
    vp_record *record = vp_network_find(
        network, VP_KIND_SECURITY_GROUP_RULE,
        *vp_permission_rule_id(given->peer, (char *)list->items + (size_t)peer_at * schema->size));
    if (record != NULL) {
        VP_TRY(vp_change_remove(call->change, record, error));
    }
    vp_list_remove(&network->alloc, schema, list, peer_at);
    if (vp_permission_count(permission) == 0) {
        vp_list_remove(&network->alloc, &vp_ip_permission_schema, in->permissions, at);
    }
    return VP_OK;
}

/* ---- requests -------------------------------------------------------------------------------- */

typedef struct rule_request {
    vp_list ip_permissions; /* vp_ip_permission */
    vp_name ip_protocol;
    vp_int from_port, to_port;
    vp_cidr cidr_ip, cidr_ipv6;
    vp_name prefix_list_id, referenced_group_id, description;
    vp_name security_group_rule_id; /* authorize */
    vp_list tags;                   /* authorize; vp_tag */
    vp_list ids;                    /* revoke; vp_text_item */
} rule_request;

#define RULE_FIELDS                                                                                \
    VP_FIELD(rule_request, ip_permissions, VP_TYPE_LIST, "IpPermissions", 0,                       \
             &vp_ip_permission_schema),                                                            \
        VP_FIELD(rule_request, ip_protocol, VP_TYPE_TEXT, "IpProtocol", 0, NULL),                  \
        VP_FIELD(rule_request, from_port, VP_TYPE_INT, "FromPort", 0, NULL),                       \
        VP_FIELD(rule_request, to_port, VP_TYPE_INT, "ToPort", 0, NULL),                           \
        VP_FIELD(rule_request, cidr_ip, VP_TYPE_CIDR, "CidrIp", 0, NULL),                          \
        VP_FIELD(rule_request, cidr_ipv6, VP_TYPE_CIDR, "CidrIpv6", 0, NULL),                      \
        VP_FIELD(rule_request, prefix_list_id, VP_TYPE_TEXT, "PrefixListId", VP_FIELD_REFERENCE,   \
                 NULL),                                                                            \
        VP_FIELD(rule_request, referenced_group_id, VP_TYPE_TEXT, "ReferencedGroupId",             \
                 VP_FIELD_REFERENCE, NULL),                                                        \
        VP_FIELD(rule_request, description, VP_TYPE_TEXT, "Description", 0, NULL)

static const vp_field authorize_fields[] = {
    RULE_FIELDS,
    VP_FIELD(rule_request, security_group_rule_id, VP_TYPE_TEXT, "SecurityGroupRuleId", 0, NULL),
    VP_FIELD(rule_request, tags, VP_TYPE_LIST, "Tags", 0, &vp_tag_schema)};
static const vp_schema authorize_schema =
    VP_SCHEMA("AuthorizeSecurityGroupIngress", rule_request, authorize_fields);

static const vp_field revoke_fields[] = {
    RULE_FIELDS, VP_FIELD(rule_request, ids, VP_TYPE_LIST, "SecurityGroupRuleIds",
                          VP_FIELD_REFERENCE, &vp_text_item_schema)};
static const vp_schema revoke_schema =
    VP_SCHEMA("RevokeSecurityGroupIngress", rule_request, revoke_fields);

/* Does `act` to the rules of one permission, peer by peer. */
static vp_status each_peer(vp_call *call, const direction *in, const vp_ip_permission *permission,
                           rule_action *act, vp_error *error) {
    rule common = {.ip_protocol = permission->ip_protocol,
                   .from_port = permission->from_port,
                   .to_port = permission->to_port};
    VP_TRY(normalize(call->network, &common, error));
    if (vp_permission_count(permission) == 0) {
        VP_REFUSE(error, "InvalidPermission.Malformed",
                  "A rule needs a CIDR block, a prefix list or a security group");
    }
    for (uint32_t i = 0; i < permission->ip_ranges.count; i++) {
        const vp_ip_range *range = VP_ITEM(vp_ip_range, &permission->ip_ranges, i);
        rule given = common;
        given.peer = VP_RULE_PEER_IPV4;
        given.cidr = range->cidr_ip;
        given.description = range->description;
        given.id = range->security_group_rule_id;
        VP_TRY(act(call, in, &given, error));
    }
    for (uint32_t i = 0; i < permission->ipv6_ranges.count; i++) {
        const vp_ipv6_range *range = VP_ITEM(vp_ipv6_range, &permission->ipv6_ranges, i);
        rule given = common;
        given.peer = VP_RULE_PEER_IPV6;
        given.cidr = range->cidr_ipv6;
        given.description = range->description;
        given.id = range->security_group_rule_id;
        VP_TRY(act(call, in, &given, error));
    }
    for (uint32_t i = 0; i < permission->prefix_list_ids.count; i++) {
        const vp_prefix_list_id *list = VP_ITEM(vp_prefix_list_id, &permission->prefix_list_ids, i);
        rule given = common;
        given.peer = VP_RULE_PEER_PREFIX_LIST;
        given.prefix_list_id = list->prefix_list_id;
        given.description = list->description;
        given.id = list->security_group_rule_id;
        VP_TRY(act(call, in, &given, error));
    }
    for (uint32_t i = 0; i < permission->user_id_group_pairs.count; i++) {
        const vp_user_id_group_pair *pair =
            VP_ITEM(vp_user_id_group_pair, &permission->user_id_group_pairs, i);
        rule given = common;
        given.peer = VP_RULE_PEER_GROUP;
        given.pair.group_id = pair->group_id;
        given.pair.user_id = pair->user_id;
        given.pair.description = pair->description;
        given.id = pair->security_group_rule_id;
        VP_TRY(act(call, in, &given, error));
    }
    return VP_OK;
}

/* Does `act` to the one rule of a flat request. */
static vp_status flat_rule(vp_call *call, const direction *in, const rule_request *request,
                           rule_action *act, vp_error *error) {
    rule given = {.ip_protocol = request->ip_protocol,
                  .from_port = request->from_port,
                  .to_port = request->to_port,
                  .description = request->description,
                  .id = request->security_group_rule_id,
                  .tags = &request->tags};
    bool ipv4 = vp_cidr_is_given(&request->cidr_ip);
    bool ipv6 = vp_cidr_is_given(&request->cidr_ipv6);
    bool list = request->prefix_list_id != VP_NO_NAME;
    bool group = request->referenced_group_id != VP_NO_NAME;
    if (ipv4 + ipv6 + list + group != 1) {
        VP_REFUSE(error, "InvalidPermission.Malformed", "A rule needs one of %s",
                  "cidrIp, cidrIpv6, prefixListId and referencedGroupId");
    }
    given.peer = ipv4   ? VP_RULE_PEER_IPV4
                 : ipv6 ? VP_RULE_PEER_IPV6
                 : list ? VP_RULE_PEER_PREFIX_LIST
                        : VP_RULE_PEER_GROUP;
    given.cidr = ipv4 ? request->cidr_ip : request->cidr_ipv6;
    given.prefix_list_id = request->prefix_list_id;
    given.pair.group_id = request->referenced_group_id;
    given.pair.description = request->description;
    VP_TRY(normalize(call->network, &given, error));
    return act(call, in, &given, error);
}

/* The rule with this id, which must be one of the group and direction, as it was given. */
static vp_status rule_with_id(const vp_network *network, const direction *in, vp_name id,
                              rule *given, vp_error *error) {
    vp_record *record;
    VP_TRY(vp_check_exists(network, VP_KIND_SECURITY_GROUP_RULE, id, &record, error));
    const vp_security_group_rule *found = (const vp_security_group_rule *)record;
    if (found->group_id != in->group->record.id || (found->is_egress == VP_TRUE) != in->egress ||
        !vp_rule_form_peer(found, &given->peer)) {
        VP_REFUSE(error, "InvalidSecurityGroupRuleId.NotFound",
                  "The security group rule ID '%s' does not exist", vp_network_text(network, id));
    }
    given->ip_protocol = found->ip_protocol;
    given->from_port = found->from_port;
    given->to_port = found->to_port;
    given->cidr = given->peer == VP_RULE_PEER_IPV6 ? found->cidr_ipv6 : found->cidr_ipv4;
    given->prefix_list_id = found->prefix_list_id;
    given->pair.group_id = found->referenced_group_info.group_id;
    return VP_OK;
}

static vp_status each_id(vp_call *call, const direction *in, const vp_list *ids, vp_error *error) {
    for (uint32_t i = 0; i < ids->count; i++) {
        rule given = {.ip_protocol = VP_NO_NAME};
        VP_TRY(
            rule_with_id(call->network, in, VP_ITEM(vp_text_item, ids, i)->value, &given, error));
        VP_TRY(revoke(call, in, &given, error));
    }
    return VP_OK;
}

static vp_status each_rule(vp_call *call, bool egress, rule_action *act, vp_error *error) {
    const rule_request *request = call->request;
    vp_security_group *group = (vp_security_group *)call->receiver;
    direction in = {group, egress ? &group->ip_permissions_egress : &group->ip_permissions, egress};
    bool flat = request->ip_protocol != VP_NO_NAME, by_id = request->ids.count > 0;
    VP_TRY(
        vp_check_given(flat || by_id || request->ip_permissions.count > 0, "ipPermissions", error));
    VP_TRY(vp_check_not_both(by_id, flat || request->ip_permissions.count > 0,
                             "securityGroupRuleIds and ipPermissions", error));
    VP_TRY(vp_check_not_both(flat, request->ip_permissions.count > 0,
                             "ipPermissions and ipProtocol", error));
    VP_TRY(vp_change_edit(call->change, &group->record, error));
    call->result = call->receiver;
    if (by_id) {
        return each_id(call, &in, &request->ids, error);
    } else if (flat) {
        return flat_rule(call, &in, request, act, error);
    }
    for (uint32_t i = 0; i < request->ip_permissions.count; i++) {
        VP_TRY(each_peer(call, &in, VP_ITEM(vp_ip_permission, &request->ip_permissions, i), act,
                         error));
    }
    return VP_OK;
}

/***
Adds inbound rules. Either `ip_permissions`, or one rule flat.
@function security_group:authorize_ingress
@tparam table options `ip_permissions` (AWS's list: `{{ ip_protocol, from_port, to_port, ip_ranges =
{{ cidr_ip }}, ipv6_ranges = {{ cidr_ipv6 }}, prefix_list_ids = {{ prefix_list_id }},
user_id_group_pairs = {{ group_id, user_id }} }}`), or `ip_protocol` ("tcp", "udp", "icmp",
"icmpv6", a number, "-1" for all), `from_port` and `to_port` (0 to 65535; ICMP type and code, -1 for
all) and one of `cidr_ip`, `cidr_ipv6`, `prefix_list_id`, `referenced_group_id` (id, group, or
"account/id"); `description`; `security_group_rule_id` (its own id; in a list: of each peer) and, of
one rule, `tags`
@treturn security_group itself
@treturn {string,...} the ids of the new rules
@raise InvalidPermission.Duplicate, InvalidPermission.Malformed, InvalidGroup.NotFound (no such
group, or one of a VPC without an active peering connection in this Region),
InvalidPrefixListID.NotFound, InvalidParameterValue, InvalidParameterCombination, MissingParameter,
RulesPerSecurityGroupLimitExceeded
@usage db:authorize_ingress{ ip_protocol = "tcp", from_port = 5432, to_port = 5432,
  cidr_ip = "172.16.0.0/24" }
Source: EC2 API Reference, "AuthorizeSecurityGroupIngress"; VPC Peering Guide, "Update your security
groups to reference peer security groups"
*/
static vp_status authorize_ingress(vp_call *call, vp_error *error) {
    return each_rule(call, false, authorize, error);
}

/***
Adds outbound rules; as authorize\_ingress.
@function security_group:authorize_egress
@tparam table options as authorize\_ingress
@treturn security_group itself
@treturn {string,...} the ids of the new rules
@raise as authorize\_ingress
@usage web:authorize_egress{ ip_protocol = "-1", cidr_ip = "10.0.0.0/16" }
Source: EC2 API Reference, "AuthorizeSecurityGroupEgress"
*/
static vp_status authorize_egress(vp_call *call, vp_error *error) {
    return each_rule(call, true, authorize, error);
}

/***
Removes inbound rules, each exactly as it was added or by its id.
@function security_group:revoke_ingress
@tparam table options as authorize\_ingress without ids and tags, or `security_group_rule_ids`
@treturn security_group itself
@raise InvalidPermission.NotFound, InvalidSecurityGroupRuleId.NotFound, InvalidPermission.Malformed,
InvalidParameterValue, InvalidParameterCombination, MissingParameter
@usage db:revoke_ingress{ ip_protocol = "tcp", from_port = 5432, to_port = 5432,
  cidr_ip = "172.16.0.0/24" }
Source: EC2 API Reference, "RevokeSecurityGroupIngress"
*/
static vp_status revoke_ingress(vp_call *call, vp_error *error) {
    return each_rule(call, false, revoke, error);
}

/***
Removes outbound rules; as revoke\_ingress.
@function security_group:revoke_egress
@tparam table options as revoke\_ingress
@treturn security_group itself
@raise as revoke\_ingress
@usage web:revoke_egress{ ip_protocol = "-1", cidr_ip = "0.0.0.0/0" }
Source: EC2 API Reference, "RevokeSecurityGroupEgress"
*/
static vp_status revoke_egress(vp_call *call, vp_error *error) {
    return each_rule(call, true, revoke, error);
}

const vp_action vp_group_rule_actions[] = {
    {"authorize_ingress", VP_KIND_SECURITY_GROUP, &authorize_schema, authorize_ingress},
    {"authorize_egress", VP_KIND_SECURITY_GROUP, &authorize_schema, authorize_egress},
    {"revoke_ingress", VP_KIND_SECURITY_GROUP, &revoke_schema, revoke_ingress},
    {"revoke_egress", VP_KIND_SECURITY_GROUP, &revoke_schema, revoke_egress},
    {NULL, VP_KIND_NONE, NULL, NULL}};
