/*
 * vp_profile.h - rules compiled: from an address to what is admitted, or to where it is routed.
 *
 * A profile is a many-valued range map over the addresses of one family, kept once in a pool: of a
 * network ACL's direction and of a list of groups it gives the set of services that the far address
 * may use, of a route table the number of an action. References to other groups are no addresses;
 * they are asked for by the groups of the far end (vp_profile_references).
 *
 * These are the rules of vp_route.h and vp_filter.h a second time, written for all addresses and
 * services at once instead of for one packet; neither calls the other.
 */
#ifndef VP_PROFILE_H
#define VP_PROFILE_H

#include "vp_index.h"
#include "vp_service.h"

VP_BEGIN_DECLS

typedef uint32_t vp_profile; /* number of a profile; 0 admits nothing, leads nowhere */

/* One rule's interval of addresses while a profile is made. */
typedef struct vp_profile_part {
    vp_point first, last;
    uint32_t rule; /* number of the rule, in order of precedence */
} vp_profile_part;

/* What a rule speaks of, and whether it allows. */
typedef struct vp_profile_rule {
    vp_service_range range;
    uint32_t allows; /* 1, or 2: denies */
} vp_profile_rule;

/*
 * All profiles of one engine, and the memory that making them needs. What is in a pool never
 * changes, so a network and its clones share one: the same rules have the same numbers in all of
 * them. It is counted without locks; networks that share one are used by one thread at a time.
 */
typedef struct vp_profiles {
    uint32_t references;
    vp_services services;
    vp_map_pool pool;
    vp_map_pool lists; /* ids of groups, in order */
    vp_painter painter;
    vp_profile_part *parts;
    vp_profile_rule *rules;
    vp_point *points;
    uint32_t *active; /* rules that speak of the addresses under way */
    void *scratch;
    uint32_t part_count, part_capacity, rule_count, rule_capacity, point_capacity, active_capacity,
        scratch_capacity;
    vp_profile all[2]; /* admits everything: IPv4, IPv6 */
    vp_status status;
} vp_profiles;

/* Makes pools with one reference; NULL when there is no memory. */
vp_profiles *vp_profiles_new(const vp_alloc *alloc);
vp_profiles *vp_profiles_ref(vp_profiles *profiles);
void vp_profiles_unref(vp_profiles *profiles); /* NULL is ignored */

/* VP_OK, or why some profile or set of services could not be made. */
vp_status vp_profiles_status(const vp_profiles *profiles);

/*
 * What one direction of a network ACL admits, by far address. O(n log n + the rules that speak of
 * each piece).
 */
vp_profile vp_profile_of_acl(vp_profiles *profiles, const vp_network *network,
                             const vp_network_acl *acl, bool egress, uint8_t family);

/* What the CIDR and prefix list rules of groups (NULL: not in the data) admit, by far address. */
vp_profile vp_profile_of_groups(vp_profiles *profiles, const vp_network *network,
                                const vp_security_group *const *groups, uint32_t count, bool egress,
                                uint8_t family);

/* What the rules of groups admit that name one of the groups `ids`. */
vp_service vp_profile_references(vp_profiles *profiles, const vp_network *network,
                                 const vp_security_group *const *groups, uint32_t count,
                                 bool egress, const uint32_t *ids, uint32_t id_count,
                                 uint8_t family);

/* The number of what happens to packets that take a route; never 0. */
typedef uint32_t vp_profile_action(void *context, const vp_route *route);

/*
 * Where a route table sends addresses: the number that `action` gives for the route that is
 * selected, 0 where none is. O(n log n) for n routes and prefix list entries.
 */
vp_profile vp_profile_of_table(vp_profiles *profiles, const vp_network *network,
                               const vp_route_table *table, uint8_t family,
                               vp_profile_action *action, void *context);

/* A profile painted from strokes (profiles->painter). */
vp_profile vp_profile_painted(vp_profiles *profiles, uint8_t family);

/* The value of a profile at a point, and the last address up to which it stays the same. */
uint32_t vp_profile_value(const vp_profiles *profiles, vp_profile profile, uint8_t family,
                          vp_point point, vp_point *last);

VP_END_DECLS

#endif
