/*
 * vp_record_group.c - the tables of group rules in rule form, and access to the peers of
 * permissions.
 */
#include "vp_record_group.h"

#define REFERENCED(member, key)                                                                    \
    {                                                                                              \
        key, VP_TYPE_TEXT, 0,                                                                      \
            (uint16_t)(offsetof(vp_security_group_rule, referenced_group_info.member) -            \
                       offsetof(vp_security_group_rule, referenced_group_info)),                   \
            NULL                                                                                   \
    }
static const vp_field referenced_fields[] = {
    REFERENCED(group_id, "GroupId"), REFERENCED(peering_status, "PeeringStatus"),
    REFERENCED(user_id, "UserId"), REFERENCED(vpc_id, "VpcId"),
    REFERENCED(vpc_peering_connection_id, "VpcPeeringConnectionId")};
static const vp_schema referenced_schema = {
    "ReferencedSecurityGroup", sizeof(((vp_security_group_rule *)0)->referenced_group_info),
    VP_COUNT_OF(referenced_fields), referenced_fields};

static const vp_field rule_fields[] = {
    VP_FIELD(vp_security_group_rule, record.id, VP_TYPE_TEXT, "SecurityGroupRuleId",
             VP_FIELD_ALWAYS | VP_FIELD_KEY, NULL),
    VP_FIELD(vp_security_group_rule, record.owner_id, VP_TYPE_TEXT, "GroupOwnerId", 0, NULL),
    VP_FIELD(vp_security_group_rule, record.region, VP_TYPE_TEXT, "Region", VP_FIELD_NOT_PRINTED,
             NULL),
    VP_FIELD(vp_security_group_rule, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS,
             &vp_tag_schema),
    VP_FIELD(vp_security_group_rule, group_id, VP_TYPE_TEXT, "GroupId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_security_group_rule, is_egress, VP_TYPE_BOOL, "IsEgress", VP_FIELD_ALWAYS, NULL),
    VP_FIELD(vp_security_group_rule, ip_protocol, VP_TYPE_TEXT, "IpProtocol", 0, NULL),
    VP_FIELD(vp_security_group_rule, from_port, VP_TYPE_INT, "FromPort", 0, NULL),
    VP_FIELD(vp_security_group_rule, to_port, VP_TYPE_INT, "ToPort", 0, NULL),
    VP_FIELD(vp_security_group_rule, cidr_ipv4, VP_TYPE_CIDR, "CidrIpv4", 0, NULL),
    VP_FIELD(vp_security_group_rule, cidr_ipv6, VP_TYPE_CIDR, "CidrIpv6", 0, NULL),
    VP_FIELD(vp_security_group_rule, prefix_list_id, VP_TYPE_TEXT, "PrefixListId",
             VP_FIELD_REFERENCE, NULL),
    VP_FIELD(vp_security_group_rule, referenced_group_info, VP_TYPE_OBJECT, "ReferencedGroupInfo",
             0, &referenced_schema),
    VP_FIELD(vp_security_group_rule, description, VP_TYPE_TEXT, "Description", 0, NULL)};
const vp_schema vp_security_group_rule_schema =
    VP_SCHEMA("SecurityGroupRule", vp_security_group_rule, rule_fields);

static const vp_field association_fields[] = {
    VP_FIELD(vp_group_vpc_association, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_KEY, NULL),
    VP_FIELD(vp_group_vpc_association, vpc_owner_id, VP_TYPE_TEXT, "VpcOwnerId", 0, NULL),
    VP_FIELD(vp_group_vpc_association, state, VP_TYPE_TEXT, "State", 0, NULL)};
const vp_schema vp_group_vpc_association_schema =
    VP_SCHEMA("SecurityGroupVpcAssociation", vp_group_vpc_association, association_fields);

vp_list *vp_permission_peers(vp_ip_permission *permission, vp_rule_peer peer,
                             const vp_schema **schema) {
    switch (peer) {
    case VP_RULE_PEER_IPV4:
        *schema = &vp_ip_range_schema;
        return &permission->ip_ranges;
    case VP_RULE_PEER_IPV6:
        *schema = &vp_ipv6_range_schema;
        return &permission->ipv6_ranges;
    case VP_RULE_PEER_PREFIX_LIST:
        *schema = &vp_prefix_list_id_schema;
        return &permission->prefix_list_ids;
    default:
        *schema = &vp_user_id_group_pair_schema;
        return &permission->user_id_group_pairs;
    }
}

vp_name *vp_permission_rule_id(vp_rule_peer peer, void *item) {
    switch (peer) {
    case VP_RULE_PEER_IPV4:
        return &((vp_ip_range *)item)->security_group_rule_id;
    case VP_RULE_PEER_IPV6:
        return &((vp_ipv6_range *)item)->security_group_rule_id;
    case VP_RULE_PEER_PREFIX_LIST:
        return &((vp_prefix_list_id *)item)->security_group_rule_id;
    default:
        return &((vp_user_id_group_pair *)item)->security_group_rule_id;
    }
}

uint32_t vp_permission_count(const vp_ip_permission *permission) {
    return permission->ip_ranges.count + permission->ipv6_ranges.count +
           permission->prefix_list_ids.count + permission->user_id_group_pairs.count;
}
