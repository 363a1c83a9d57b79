/*
 * vp_rule_form.h - the two forms in which AWS prints group rules, brought together.
 *
 * Invariant of a sealed model and after every action: a peer of a permission whose rule id is known
 * and the record with that id say the same.
 */
#ifndef VP_RULE_FORM_H
#define VP_RULE_FORM_H

#include "vp_network.h"

VP_BEGIN_DECLS

/* Writes into `rule` what item `item` of the peers of a permission says. Account and id are kept.
 */
void vp_rule_form_write(const vp_security_group *group, bool egress,
                        const vp_ip_permission *permission, vp_rule_peer peer, const void *item,
                        vp_security_group_rule *rule);

/* Which peer a rule has; false when it names none, or more than one. */
bool vp_rule_form_peer(const vp_security_group_rule *rule, vp_rule_peer *peer);

/*
 * For every group of which rules in rule form were loaded: they win over its permissions (semantics
 * D43). What both have gets the rule's id and keeps its place, what only the permissions have goes,
 * what only the rules have is added; where both were loaded and differ, an info diagnostic says so.
 * A group that is known by its rules alone comes into being. Doing so twice changes nothing. On
 * VP_NO_MEMORY or VP_LIMIT some groups may be done. O(n log n) in the number of rules.
 */
VP_MUST_CHECK vp_status vp_rule_form_merge(vp_network *network, vp_error *error);

VP_END_DECLS

#endif
