/*
 * vp_record_group.h - security group rules in AWS's rule form, and what else hangs on a group.
 *
 * AWS prints the rules of a group twice: as permissions of the group (protocol and ports with four
 * lists of peers) and one by one with an id each. Questions read the permissions; a record of the
 * rule form belongs to each peer whose id is known, and both say the same (vp_rule_form.h).
 */
#ifndef VP_RECORD_GROUP_H
#define VP_RECORD_GROUP_H

#include "vp_kind.h"
#include "vp_rule.h"

VP_BEGIN_DECLS

/* One rule by itself, of describe-security-group-rules; just one of the four peers is given. */
typedef struct vp_security_group_rule {
    vp_record record; /* its account is that of the group */
    vp_name group_id, ip_protocol;
    vp_bool is_egress;
    vp_int from_port, to_port; /* -1 where AWS means all */
    vp_cidr cidr_ipv4, cidr_ipv6;
    vp_name prefix_list_id;
    struct {
        vp_name group_id, peering_status, user_id, vpc_id, vpc_peering_connection_id;
    } referenced_group_info;
    vp_name description;
} vp_security_group_rule;

/* A further VPC whose interfaces may have the group (semantics 6.6). */
typedef struct vp_group_vpc_association {
    vp_name vpc_id, vpc_owner_id, state;
} vp_group_vpc_association;

extern const vp_schema vp_security_group_rule_schema, vp_group_vpc_association_schema;

/* Which of the four lists of a permission a peer stands in. */
typedef enum vp_rule_peer {
    VP_RULE_PEER_IPV4,
    VP_RULE_PEER_IPV6,
    VP_RULE_PEER_PREFIX_LIST,
    VP_RULE_PEER_GROUP,
    VP_RULE_PEER_COUNT
} vp_rule_peer;

/* The list of a permission for this kind of peer, and the table of its items. */
vp_list *vp_permission_peers(vp_ip_permission *permission, vp_rule_peer peer,
                             const vp_schema **schema);

/* Where an item of such a list keeps the id of its rule. */
vp_name *vp_permission_rule_id(vp_rule_peer peer, void *item);

/* How many rules a permission holds. */
uint32_t vp_permission_count(const vp_ip_permission *permission);

VP_END_DECLS

#endif
