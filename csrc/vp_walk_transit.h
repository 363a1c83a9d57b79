/*
 * vp_walk_transit.h - the steps of a walk that lead through transit gateways.
 *
 * vp_transit.h decides where a gateway sends a packet; here the packet meets what is around that
 * decision: the zone of the sender, the network ACLs of the attachments' subnets, the far end of a
 * peering attachment, the network on premises (semantics 3.6, 9.5, 9.6, 9.8). Request and reply go
 * the same way; each gateway's decision counts as a look-up, so that a ring of gateways ends.
 */
#ifndef VP_WALK_TRANSIT_H
#define VP_WALK_TRANSIT_H

#include "vp_walk.h"

VP_BEGIN_DECLS

/*
 * Hands the packet, request or reply, to the transit gateway of the selected route. LOOKUP: it is
 * in a VPC, in the subnet of an attachment there; LEFT: it is on premises behind walk->outside
 * (only a request has `arrived` then); FAILED.
 */
vp_step vp_walk_transit_gateway(vp_walk *walk, vp_route_table *table,
                                const vp_route_choice *choice);

/*
 * The request starts on premises, behind the attachment that the question names, or else behind one
 * that shares its gateway with the destination's VPC (9.6). *begun is false when there is none.
 */
vp_step vp_walk_start_behind_transit(vp_walk *walk, bool *begun);

/* The reply comes back from premises by the attachment that let the request out; pops its stage. */
vp_step vp_walk_return_by_transit(vp_walk *walk);

/* Opens the hop of what is on premises behind walk->outside. */
vp_hop *vp_walk_pass_behind_transit(vp_walk *walk);

/*
 * Has the packet just left a transit gateway, and does the selected route lead to an interface in
 * that very subnet? Then it meets no network ACL there (3.6).
 */
bool vp_walk_is_near_transit(const vp_walk *walk, const vp_route_choice *choice);

/*
 * A stateful appliance handles the request: warns when it came by a transit gateway whose
 * attachment could bring the answer by another zone (D23).
 */
void vp_walk_warn_of_appliance(vp_walk *walk);

/* The lowest address at or after one that is known behind an attachment; as vp_walk_next_behind. */
bool vp_walk_next_behind_transit(const vp_walk *walk,
                                 const vp_transit_gateway_attachment *attachment,
                                 const vp_addr *address, vp_addr *found);

/* Hints at the routes of transit gateway tables on the path that lead where was asked (9.1). */
void vp_walk_hint_at_transit_routes(vp_walk *walk);

VP_END_DECLS

#endif
