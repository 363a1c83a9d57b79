/*
 * vp_group_part.h - what the files about security groups do for the other actions.
 *
 * A group comes with its VPC, rules have records of their own, and what rules show of the rest of
 * the model follows it: each function belongs to the file that the line above it names. All may
 * leave with VP_NO_MEMORY or VP_LIMIT, which vp_change undoes.
 */
#ifndef VP_GROUP_PART_H
#define VP_GROUP_PART_H

#include "vp_part.h"

VP_BEGIN_DECLS

/* ---- vp_group_rule.c ---- */

/* Makes the rule-form record of a peer, which gets its id; VP_NO_NAME takes a generated one. */
VP_MUST_CHECK vp_status vp_group_rule_register(vp_call *call, const vp_security_group *group,
                                               bool egress, const vp_ip_permission *permission,
                                               vp_rule_peer peer, void *item, vp_name id,
                                               vp_error *error);

/*
 * What the rules of one direction of a group count against AWS's quotas: those of the larger
 * family, group references once, a prefix list with as many entries as it may have. O(rules).
 */
uint32_t vp_group_rule_count(const vp_network *network, const vp_list *permissions);

/* Removes the records of all rules of a group. */
VP_MUST_CHECK vp_status vp_group_rule_forget(vp_call *call, vp_name group_id, vp_error *error);

/* ---- vp_security_group.c ---- */

/* Fills a new group: everything out; from itself everything in if it is the default group. */
VP_MUST_CHECK vp_status vp_security_group_fill(vp_call *call, vp_security_group *group,
                                               const vp_vpc *vpc, bool is_default, vp_error *error);

/* The default group of a VPC, the one with that name; NULL when the model has none. */
vp_security_group *vp_security_group_default(const vp_network *network, vp_name vpc_id);

/* Adds the outbound rule for ::/0 to the default group where its rules are unmodified. */
VP_MUST_CHECK vp_status vp_security_group_admit_ipv6(vp_call *call, vp_name vpc_id,
                                                     vp_error *error);

/* Writes the state of a peering connection into the rules that name it. O(rules of the model). */
VP_MUST_CHECK vp_status vp_security_group_show_status(vp_change *change,
                                                      const vp_vpc_peering_connection *pcx,
                                                      vp_error *error);

VP_END_DECLS

#endif
