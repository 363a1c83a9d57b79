/*
 * vp_walk_classic.h - instances of EC2-Classic that are linked to a VPC.
 *
 * Such an instance has one IPv4 address, is in no subnet, uses the main route table of its VPC and
 * meets no network ACL (semantics 5.10). Across a peering connection it is reached and heard only
 * within one Region, and only where both sides allow it.
 */
#ifndef VP_WALK_CLASSIC_H
#define VP_WALK_CLASSIC_H

#include "vp_walk.h"

VP_BEGIN_DECLS

/* Does the interface stand for a ClassLink instance? NULL does not. */
bool vp_walk_is_classic(const vp_walk *walk, const vp_network_interface *met);

/*
 * Does an active connection carry packets between ClassLink instances of VPC `linked_id` and the
 * VPC at its other side? IPv4 only, and both flags of 5.10.
 */
bool vp_walk_carries_classic(const vp_walk *walk, const vp_vpc_peering_connection *connection,
                             vp_name linked_id);

/*
 * A VPC that lets its instances reach ClassLink instances of a peer has a route 10.0.0.0/8 to them
 * in every table, printed or not. The connection over which the destination is reached by it, with
 * who holds the address there, when that route wins against `choice` (NULL: none was found); else
 * NULL.
 */
vp_vpc_peering_connection *vp_walk_classic_route(const vp_walk *walk, const vp_route_choice *choice,
                                                 vp_place *holder);

VP_END_DECLS

#endif
