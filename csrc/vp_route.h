/*
 * vp_route.h - which route of a table a packet takes, read from the table as it is written.
 *
 * Selection is semantics 4.3 (AWS: VPC User Guide, "Route priority"), the state of a route 4.4.
 * Nothing is compiled: a selection looks at every route once. The index must be current, since the
 * derived links of records are followed.
 */
#ifndef VP_ROUTE_H
#define VP_ROUTE_H

#include "vp_index.h"

VP_BEGIN_DECLS

/* What a route leads to. From peering on in the order of the classification of semantics 5.9. */
typedef enum vp_target {
    VP_TARGET_LOCAL,
    VP_TARGET_PEERING,
    VP_TARGET_VPN_GATEWAY,
    VP_TARGET_TRANSIT_GATEWAY,
    VP_TARGET_INTERNET_GATEWAY,
    VP_TARGET_NAT_GATEWAY,
    VP_TARGET_INTERFACE, /* an interface, or an instance standing for its only one */
    VP_TARGET_ENDPOINT,  /* gateway endpoint or Gateway Load Balancer endpoint */
    VP_TARGET_EGRESS_ONLY,
    VP_TARGET_OTHER, /* out of scope, or nothing at all */
    VP_TARGET_COUNT
} vp_target;

/* The target of a route and the id that names it ("local" for the local route). */
vp_target vp_route_target(const vp_network *network, const vp_route *route, vp_name *id);

/* What a selection found. */
typedef struct vp_route_choice {
    const vp_route *route; /* in the table; NULL: no route matches */
    vp_cidr entry;         /* the prefix that matched: of a prefix list, the entry */
    vp_target target;
    vp_name target_id;
    bool tie; /* several prefix lists matched with this length; the smallest id was taken */
} vp_route_choice;

/*
 * Selects the route for `destination`. False, with choice->route NULL, when none matches (packets
 * to the ranges that AWS never forwards match none). A blackhole that wins is returned like any
 * other route. O(routes + prefix list entries), no allocation.
 */
bool vp_route_select(const vp_network *network, const vp_route_table *table,
                     const vp_addr *destination, vp_route_choice *choice);

/*
 * The route with the longest prefix that contains `destination` and leads to `target_id`, whether
 * it is selected or not; NULL when there is none. *prefix_length is the length that matched.
 */
const vp_route *vp_route_leading_to(const vp_network *network, const vp_route_table *table,
                                    const vp_addr *destination, vp_name target_id,
                                    uint8_t *prefix_length);

/* The state of a route by the rules of 4.4. */
typedef struct vp_route_state {
    bool blackhole; /* the printed state or the target's state says so */
    bool disagrees; /* the two say different things */
} vp_route_state;

/*
 * The state of the selected route of a table of VPC `vpc_id`. Where the target is not in the data,
 * the printed state stands (D30).
 */
vp_route_state vp_route_state_of(const vp_network *network, const vp_index *index,
                                 const vp_route_choice *choice, vp_name vpc_id);

/* The interface that a route with an interface or instance as target leads to, or NULL. */
vp_network_interface *vp_route_interface(const vp_network *network, const vp_index *index,
                                         const vp_route *route);

/* Is the interface attached (requester-managed: in use)? What is not printed counts as yes. */
bool vp_interface_is_attached(const vp_network *network,
                              const vp_network_interface *network_interface);

/*
 * The allocation id under which a private address of an interface has a public one that the data do
 * not tell, as with an Elastic IP that a plan makes; VP_NO_NAME when there is none, or when it is
 * told. Outside of the VPC nothing certain can be said about such an address. O(addresses).
 */
vp_name vp_interface_open_public(const vp_network_interface *network_interface,
                                 const vp_addr *private_address);

VP_END_DECLS

#endif
