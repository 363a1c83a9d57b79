/*
 * vp_rule.h - the rules inside route tables, security groups and network ACLs, as AWS writes them.
 *
 * A rule is an item of a list of its object (vp_record.h). What a rule means is in vp_route.h and
 * vp_filter.h; here is only what it says.
 */
#ifndef VP_RULE_H
#define VP_RULE_H

#include "vp_schema.h"

VP_BEGIN_DECLS

/* One route: exactly one destination and one target are given in sound data. */
typedef struct vp_route {
    vp_cidr destination_cidr_block, destination_ipv6_cidr_block;
    vp_name destination_prefix_list_id;
    vp_name gateway_id, nat_gateway_id, egress_only_internet_gateway_id, transit_gateway_id,
        vpc_peering_connection_id, network_interface_id, instance_id, instance_owner_id,
        carrier_gateway_id, local_gateway_id, core_network_arn, odb_network_arn;
    vp_name origin, state;
} vp_route;

/*
 * The peers of a group rule: each element of the four lists of a permission is one rule, whose id
 * is known when the rule form of the group is (vp_record_group.h).
 */
typedef struct vp_ip_range {
    vp_cidr cidr_ip;
    vp_name description, security_group_rule_id;
} vp_ip_range;
typedef struct vp_ipv6_range {
    vp_cidr cidr_ipv6;
    vp_name description, security_group_rule_id;
} vp_ipv6_range;
typedef struct vp_prefix_list_id {
    vp_name prefix_list_id, description, security_group_rule_id;
} vp_prefix_list_id;
typedef struct vp_user_id_group_pair {
    vp_name group_id, group_name, user_id, vpc_id, vpc_peering_connection_id, peering_status,
        description, security_group_rule_id;
} vp_user_id_group_pair;

typedef struct vp_ip_permission {
    vp_name ip_protocol;
    vp_int from_port, to_port;
    vp_list ip_ranges;           /* vp_ip_range */
    vp_list ipv6_ranges;         /* vp_ipv6_range */
    vp_list prefix_list_ids;     /* vp_prefix_list_id */
    vp_list user_id_group_pairs; /* vp_user_id_group_pair */
} vp_ip_permission;

/* One numbered rule of a network ACL; `protocol` is a number as text, "-1" = all. */
typedef struct vp_network_acl_entry {
    vp_int rule_number;
    vp_name protocol, rule_action;
    vp_bool egress;
    vp_cidr cidr_block, ipv6_cidr_block;
    struct {
        vp_int from, to;
    } port_range;
    struct {
        vp_int type, code;
    } icmp_type_code;
} vp_network_acl_entry;

extern const vp_schema vp_route_schema, vp_ip_permission_schema, vp_ip_range_schema,
    vp_ipv6_range_schema, vp_prefix_list_id_schema, vp_user_id_group_pair_schema,
    vp_network_acl_entry_schema;

VP_END_DECLS

#endif
