/*
 * vp_security_group.c - making and deleting security groups.
 *
 * A new group lets everything out and nothing in; the default group of a VPC admits its own
 * members, and can neither be deleted nor named a second time (semantics 1.5, 6.1).
 */
#include "vp_group_part.h"
#include "vp_record_endpoint.h"

#include <string.h>

#define QUOTA_GROUPS 2500

/* ---- what other files need ------------------------------------------------------------------- */

/* Appends a rule for all protocols without a peer. */
static vp_status append_all(vp_call *call, vp_list *permissions, vp_ip_permission **permission,
                            vp_error *error) {
    void *item;
    VP_TRY(vp_change_append(call->change, &vp_ip_permission_schema, permissions, &item, error));
    *permission = item;
    VP_SET(call, (*permission)->ip_protocol, "-1", error);
    return VP_OK;
}

/* Opens an outbound rule to all addresses of a family. */
static vp_status append_everywhere(vp_call *call, const vp_security_group *group,
                                   vp_ip_permission *permission, uint8_t family, vp_error *error) {
    void *item;
    vp_addr lowest = vp_addr_lowest(family);
    vp_cidr everything = vp_cidr_of(&lowest, 0);
    if (family == 4) {
        VP_TRY(vp_change_append(call->change, &vp_ip_range_schema, &permission->ip_ranges, &item,
                                error));
        ((vp_ip_range *)item)->cidr_ip = everything;
    } else {
        VP_TRY(vp_change_append(call->change, &vp_ipv6_range_schema, &permission->ipv6_ranges,
                                &item, error));
        ((vp_ipv6_range *)item)->cidr_ipv6 = everything;
    }
    return vp_group_rule_register(call, group, true, permission,
                                  family == 4 ? VP_RULE_PEER_IPV4 : VP_RULE_PEER_IPV6, item,
                                  VP_NO_NAME, error);
}

vp_status vp_security_group_fill(vp_call *call, vp_security_group *group, const vp_vpc *vpc,
                                 bool is_default, vp_error *error) {
    vp_ip_permission *permission;
    void *item;
    group->vpc_id = vpc->record.id;
    if (is_default) {
        VP_TRY(append_all(call, &group->ip_permissions, &permission, error));
        VP_TRY(vp_change_append(call->change, &vp_user_id_group_pair_schema,
                                &permission->user_id_group_pairs, &item, error));
        ((vp_user_id_group_pair *)item)->group_id = group->record.id;
        ((vp_user_id_group_pair *)item)->user_id = group->record.owner_id;
        VP_TRY(vp_group_rule_register(call, group, false, permission, VP_RULE_PEER_GROUP, item,
                                      VP_NO_NAME, error));
    }
    VP_TRY(append_all(call, &group->ip_permissions_egress, &permission, error));
    VP_TRY(append_everywhere(call, group, permission, 4, error));
    if (vp_check_vpc_has_ipv6(call->network, vpc)) {
        VP_TRY(append_everywhere(call, group, permission, 6, error));
    }
    return VP_OK;
}

vp_security_group *vp_security_group_default(const vp_network *network, vp_name vpc_id) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_SECURITY_GROUP); i++) {
        vp_security_group *group = VP_ROW(vp_security_group, network, VP_KIND_SECURITY_GROUP, i);
        if (group->vpc_id == vpc_id && vp_network_name_is(network, group->group_name, "default")) {
            return group;
        }
    }
    return NULL;
}

/* The pairs of a group that came by the connection; the group is kept for the way back first. */
static vp_status show_in_permissions(vp_change *change, vp_security_group *group,
                                     vp_list *permissions, const vp_vpc_peering_connection *pcx,
                                     vp_error *error) {
    for (uint32_t i = 0; i < permissions->count; i++) {
        vp_list *pairs = &VP_ITEM(vp_ip_permission, permissions, i)->user_id_group_pairs;
        for (uint32_t j = 0; j < pairs->count; j++) {
            vp_user_id_group_pair *pair = VP_ITEM(vp_user_id_group_pair, pairs, j);
            if (pair->vpc_peering_connection_id == pcx->record.id) {
                VP_TRY(vp_change_edit(change, &group->record, error));
                pair->peering_status = pcx->status.code;
            }
        }
    }
    return VP_OK;
}

vp_status vp_security_group_show_status(vp_change *change, const vp_vpc_peering_connection *pcx,
                                        vp_error *error) {
    const vp_network *network = change->network;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_SECURITY_GROUP); i++) {
        vp_security_group *group = VP_ROW(vp_security_group, network, VP_KIND_SECURITY_GROUP, i);
        VP_TRY(show_in_permissions(change, group, &group->ip_permissions, pcx, error));
        VP_TRY(show_in_permissions(change, group, &group->ip_permissions_egress, pcx, error));
    }
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_SECURITY_GROUP_RULE); i++) {
        vp_security_group_rule *found =
            VP_ROW(vp_security_group_rule, network, VP_KIND_SECURITY_GROUP_RULE, i);
        if (found->referenced_group_info.vpc_peering_connection_id == pcx->record.id) {
            VP_TRY(vp_change_edit(change, &found->record, error));
            found->referenced_group_info.peering_status = pcx->status.code;
        }
    }
    return VP_OK;
}

/* AWS adds the rule unless the outbound rules were touched; one rule for 0.0.0.0/0 is untouched. */
vp_status vp_security_group_admit_ipv6(vp_call *call, vp_name vpc_id, vp_error *error) {
    vp_security_group *group = vp_security_group_default(call->network, vpc_id);
    if (group == NULL || group->ip_permissions_egress.count != 1) {
        return VP_OK;
    }
    const vp_ip_permission *only = VP_ITEM(vp_ip_permission, &group->ip_permissions_egress, 0);
    if (!vp_network_name_is(call->network, only->ip_protocol, "-1") || only->ip_ranges.count != 1 ||
        VP_ITEM(vp_ip_range, &only->ip_ranges, 0)->cidr_ip.prefix_length != 0 ||
        only->ipv6_ranges.count + only->prefix_list_ids.count + only->user_id_group_pairs.count >
            0) {
        return VP_OK;
    }
    VP_TRY(vp_change_edit(call->change, &group->record, error));
    return append_everywhere(call, group,
                             VP_ITEM(vp_ip_permission, &group->ip_permissions_egress, 0), 6, error);
}

/* ---- create ---------------------------------------------------------------------------------- */

typedef struct create_request {
    vp_new made;
    vp_name group_name, description;
} create_request;

static const vp_field create_fields[] = {
    VP_NEW_FIELDS(create_request, "GroupId"),
    VP_FIELD(create_request, group_name, VP_TYPE_TEXT, "GroupName", 0, NULL),
    VP_FIELD(create_request, description, VP_TYPE_TEXT, "Description", 0, NULL)};
static const vp_schema create_schema =
    VP_SCHEMA("CreateSecurityGroup", create_request, create_fields);

/* Names are unique in a VPC, not in an account. */
static vp_status check_name(const vp_network *network, const vp_vpc *vpc, vp_name name,
                            vp_error *error) {
    const char *text = vp_network_text(network, name);
    char quoted[VP_ERROR_QUOTE_MAX];
    VP_TRY(vp_check_given(name != VP_NO_NAME, "groupName", error));
    (void)vp_error_quote(text, strlen(text), quoted);
    if (strcmp(text, "default") == 0) {
        VP_REFUSE(error, "InvalidGroup.Reserved", "The security group '%s' is reserved", quoted);
    }
    if (strncmp(text, "sg-", 3) == 0 || strlen(text) > 255) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "Value (%s) for parameter GroupName is invalid. Group names have at most 255 "
                  "characters and do not begin with sg-.",
                  quoted);
    }
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_SECURITY_GROUP); i++) {
        const vp_security_group *other =
            VP_ROW(vp_security_group, network, VP_KIND_SECURITY_GROUP, i);
        if (other->vpc_id == vpc->record.id && other->group_name == name) {
            VP_REFUSE(error, "InvalidGroup.Duplicate", "The security group '%s' already exists",
                      quoted);
        }
    }
    return VP_OK;
}

static uint32_t count_groups(const vp_network *network, const vp_record *vpc) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_SECURITY_GROUP); i++) {
        const vp_record *other = network->rows[VP_KIND_SECURITY_GROUP].rows[i];
        count += other->owner_id == vpc->owner_id && other->region == vpc->region ? 1 : 0;
    }
    return count;
}

/***
Makes a security group: nothing comes in, everything goes out.
@function vpc:create_security_group
@tparam table options `group_name` (unique in the VPC), `description`, `group_id` (its own id),
`tags`
@treturn security_group
@raise MissingParameter, InvalidGroup.Duplicate, InvalidGroup.Reserved, InvalidParameterValue,
SecurityGroupLimitExceeded
@usage local db = vpc:create_security_group{ group_name = "db" }
Source: EC2 API Reference, "CreateSecurityGroup"
*/
static vp_status create_security_group(vp_call *call, vp_error *error) {
    create_request *request = call->request;
    const vp_vpc *vpc = (const vp_vpc *)call->receiver;
    vp_record *record;
    VP_TRY(check_name(call->network, vpc, request->group_name, error));
    VP_TRY(vp_check_quota(call->network, count_groups(call->network, &vpc->record), QUOTA_GROUPS,
                          "SecurityGroupLimitExceeded",
                          "The maximum number of security groups has been reached.", error));
    VP_TRY(vp_check_add(call, VP_KIND_SECURITY_GROUP, &request->made, vpc, &record, error));
    vp_security_group *group = (vp_security_group *)record;
    group->group_name = request->group_name;
    group->description = request->description;
    return vp_security_group_fill(call, group, vpc, false, error);
}

/* ---- delete ---------------------------------------------------------------------------------- */

static bool lists_group(const vp_list *groups, vp_name group_id) {
    for (uint32_t i = 0; i < groups->count; i++) {
        if (VP_ITEM(vp_group_identifier, groups, i)->group_id == group_id) {
            return true;
        }
    }
    return false;
}

/* Groups of interfaces decide, not what instances show; an endpoint may have no interface yet. */
static bool is_on_interface(const vp_network *network, vp_name group_id) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_NETWORK_INTERFACE); i++) {
        const vp_network_interface *interface =
            VP_ROW(vp_network_interface, network, VP_KIND_NETWORK_INTERFACE, i);
        if (lists_group(&interface->groups, group_id)) {
            return true;
        }
    }
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_VPC_ENDPOINT); i++) {
        if (lists_group(&VP_ROW(vp_vpc_endpoint, network, VP_KIND_VPC_ENDPOINT, i)->groups,
                        group_id)) {
            return true;
        }
    }
    return false;
}

static bool refers_to(const vp_list *permissions, vp_name group_id) {
    for (uint32_t i = 0; i < permissions->count; i++) {
        const vp_list *pairs = &VP_ITEM(vp_ip_permission, permissions, i)->user_id_group_pairs;
        for (uint32_t j = 0; j < pairs->count; j++) {
            if (VP_ITEM(vp_user_id_group_pair, pairs, j)->group_id == group_id) {
                return true;
            }
        }
    }
    return false;
}

/* A reference from a peer VPC does not hold a group: it becomes stale (semantics 6.5). */
static bool is_referenced(const vp_network *network, const vp_security_group *group) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_SECURITY_GROUP); i++) {
        const vp_security_group *other =
            VP_ROW(vp_security_group, network, VP_KIND_SECURITY_GROUP, i);
        if (other != group && other->vpc_id == group->vpc_id &&
            (refers_to(&other->ip_permissions, group->record.id) ||
             refers_to(&other->ip_permissions_egress, group->record.id))) {
            return true;
        }
    }
    return false;
}

/***
Deletes a security group. Rules of peer VPCs that name it stay and become stale.
@function security_group:delete
@treturn security_group itself, gone
@raise CannotDelete (the default group), DependencyViolation (it is on an interface),
InvalidGroup.InUse (a group of its VPC names it)
@usage sg:delete()
Source: EC2 API Reference, "DeleteSecurityGroup"
*/
static vp_status delete_security_group(vp_call *call, vp_error *error) {
    const vp_network *network = call->network;
    const vp_security_group *group = (const vp_security_group *)call->receiver;
    const char *id = vp_network_text(network, group->record.id);
    if (vp_network_name_is(network, group->group_name, "default")) {
        VP_REFUSE(error, "CannotDelete",
                  "the specified group: \"%s\" name: \"default\" cannot be deleted by a user", id);
    }
    if (is_on_interface(network, group->record.id)) {
        VP_REFUSE(error, "DependencyViolation", "resource %s has a dependent object", id);
    }
    if (is_referenced(network, group)) {
        VP_REFUSE(error, "InvalidGroup.InUse", "The security group '%s' is named by another group",
                  id);
    }
    VP_TRY(vp_group_rule_forget(call, group->record.id, error));
    return vp_change_remove(call->change, call->receiver, error);
}

/* ---- further VPCs ---------------------------------------------------------------------------- */

typedef struct associate_request {
    vp_name vpc_id;
} associate_request;

static const vp_field associate_fields[] = {
    VP_FIELD(associate_request, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL)};
static const vp_schema associate_schema =
    VP_SCHEMA("AssociateSecurityGroupVpc", associate_request, associate_fields);

/* The place of a VPC among the associations; their number when it is not there. */
static uint32_t place_of(const vp_security_group *group, vp_name vpc_id) {
    uint32_t at = 0;
    while (at < group->vpc_associations.count &&
           VP_ITEM(vp_group_vpc_association, &group->vpc_associations, at)->vpc_id != vpc_id) {
        at++;
    }
    return at;
}

/***
Lets interfaces of a further VPC of the same Region have this group.
@function security_group:associate_vpc
@tparam table options `vpc_id` (id or VPC)
@treturn security_group itself
@raise MissingParameter, InvalidVpcID.NotFound, InvalidParameterValue (another Region, a default
VPC, the group's own VPC or one that it is associated with already), OperationNotPermitted (a
default group)
@usage group:associate_vpc{ vpc_id = other }
Source: EC2 API Reference, "AssociateSecurityGroupVpc"; VPC User Guide, "Associate security groups
with multiple VPCs"
*/
static vp_status associate_vpc(vp_call *call, vp_error *error) {
    const vp_network *network = call->network;
    vp_security_group *group = (vp_security_group *)call->receiver;
    vp_name vpc_id = ((const associate_request *)call->request)->vpc_id;
    const char *id = vp_network_text(network, group->record.id);
    vp_record *vpc;
    void *item;
    VP_TRY(vp_check_exists(network, VP_KIND_VPC, vpc_id, &vpc, error));
    if (vpc->region == group->record.region && !vp_check_sees(call, vpc)) {
        VP_TRY(vp_check_own(call, VP_KIND_VPC, vpc_id, &vpc, error));
    }
    if (vp_network_name_is(network, group->group_name, "default")) {
        VP_REFUSE(error, "OperationNotPermitted",
                  "The default security group %s can not be associated with a VPC", id);
    }
    if (vpc->region != group->record.region || ((const vp_vpc *)vpc)->is_default == VP_TRUE) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "The security group %s can not be associated with the VPC %s, which is a default "
                  "VPC or in another Region",
                  id, vp_network_text(network, vpc_id));
    }
    if (group->vpc_id == vpc_id || place_of(group, vpc_id) < group->vpc_associations.count) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "The security group %s is associated with the VPC %s already", id,
                  vp_network_text(network, vpc_id));
    }
    VP_TRY(vp_change_edit(call->change, &group->record, error));
    VP_TRY(vp_change_append(call->change, &vp_group_vpc_association_schema,
                            &group->vpc_associations, &item, error));
    vp_group_vpc_association *made = item;
    made->vpc_id = vpc_id;
    made->vpc_owner_id = vpc->owner_id;
    call->result = call->receiver;
    VP_SET(call, made->state, "associated", error);
    return VP_OK;
}

/* Has an interface of the VPC the group? */
static bool is_used_in(const vp_network *network, vp_name group_id, vp_name vpc_id) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_NETWORK_INTERFACE); i++) {
        const vp_network_interface *interface =
            VP_ROW(vp_network_interface, network, VP_KIND_NETWORK_INTERFACE, i);
        for (uint32_t j = 0; interface->vpc_id == vpc_id && j < interface->groups.count; j++) {
            if (VP_ITEM(vp_group_identifier, &interface->groups, j)->group_id == group_id) {
                return true;
            }
        }
    }
    return false;
}

/***
Takes the group away from a further VPC. Rules there that name it become stale.
@function security_group:disassociate_vpc
@tparam table options `vpc_id` (id or VPC)
@treturn security_group itself
@raise MissingParameter, InvalidVpcID.NotFound, InvalidParameterValue (they are not associated),
DependencyViolation (an interface of that VPC has the group)
@usage group:disassociate_vpc{ vpc_id = other }
Source: EC2 API Reference, "DisassociateSecurityGroupVpc"
*/
static vp_status disassociate_vpc(vp_call *call, vp_error *error) {
    const vp_network *network = call->network;
    vp_security_group *group = (vp_security_group *)call->receiver;
    vp_name vpc_id = ((const associate_request *)call->request)->vpc_id;
    vp_record *vpc;
    VP_TRY(vp_check_exists(network, VP_KIND_VPC, vpc_id, &vpc, error));
    uint32_t at = place_of(group, vpc_id);
    if (at == group->vpc_associations.count) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "The security group %s is not associated with the VPC %s",
                  vp_network_text(network, group->record.id), vp_network_text(network, vpc_id));
    }
    if (is_used_in(network, group->record.id, vpc_id)) {
        VP_REFUSE(error, "DependencyViolation", "resource %s has a dependent object",
                  vp_network_text(network, group->record.id));
    }
    VP_TRY(vp_change_edit(call->change, &group->record, error));
    vp_list_remove(&network->alloc, &vp_group_vpc_association_schema, &group->vpc_associations, at);
    call->result = call->receiver;
    return VP_OK;
}

const vp_action vp_security_group_actions[] = {
    {"create_security_group", VP_KIND_VPC, &create_schema, create_security_group},
    {"delete", VP_KIND_SECURITY_GROUP, NULL, delete_security_group},
    {"associate_vpc", VP_KIND_SECURITY_GROUP, &associate_schema, associate_vpc},
    {"disassociate_vpc", VP_KIND_SECURITY_GROUP, &associate_schema, disassociate_vpc},
    {NULL, VP_KIND_NONE, NULL, NULL}};
