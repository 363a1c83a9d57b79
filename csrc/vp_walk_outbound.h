/*
 * vp_walk_outbound.h - ways out for connections that start inside: NAT and egress-only gateways.
 *
 * Both know which connections they let out, so that answers come back where nothing else gets in.
 * A NAT gateway also sends the packet on as its own; the stage that vp_walk_push_stage makes for it
 * says which gateway, and which of its addresses.
 */
#ifndef VP_WALK_OUTBOUND_H
#define VP_WALK_OUTBOUND_H

#include "vp_walk.h"

VP_BEGIN_DECLS

/* In vp_walk_gateway.c. */

/*
 * Does Block Public Access refuse traffic between a place and the internet? One of its modes lets
 * connections from inside pass where nothing else can (`outbound`): NAT and egress-only gateways.
 */
bool vp_walk_is_blocked(const vp_walk *walk, const vp_place *place, bool outbound);

/*
 * The gateway of the interface's VPC to the internet, or to the premises, is not in the data: may
 * there be one all the same (P1)? Where answers to the source go to one that the data only name,
 * which walk->unseen then says, or where the table that would tell is missing.
 */
bool vp_walk_may_have_gateway(vp_walk *walk, const vp_network_interface *met, bool on_premises);

/* Comes in by it, to walk->reached: the verdict is unknown, filters are asked all the same. */
vp_step vp_walk_come_in_unseen(vp_walk *walk);

/* The interface that has an address on the internet, or NULL. O(log n), of IPv6 O(VPCs). */
vp_network_interface *vp_walk_public_holder(const vp_walk *walk, const vp_addr *address);

/* In vp_walk_egress_only.c. */

/* Out through the egress-only internet gateway that the selected route names. */
vp_step vp_walk_egress_only(vp_walk *walk, vp_route_table *table, const vp_route_choice *choice);

/* The request starts behind such a gateway: it refuses. */
vp_step vp_walk_refuse_egress_only(vp_walk *walk);

/* In vp_walk_nat.c. */

/*
 * Hands the request to the NAT gateway that the selected route names, which sends it on as its own:
 * the next look-up is in the table of its subnet, or in its own (vp_walk_table).
 */
vp_step vp_walk_nat_gateway(vp_walk *walk, vp_route_table *table, const vp_route_choice *choice);

/* The route table that is asked where the packet is, or NULL when the data do not have it. */
vp_route_table *vp_walk_table(const vp_walk *walk);

/* Does the packet stay in its subnet, since the NAT gateway of the selected route is in it? (D17)
 */
bool vp_walk_nat_is_near(const vp_walk *walk, const vp_route_choice *choice);

/* The same the other way: does a NAT gateway send to a host of its own subnet? (D17) */
bool vp_walk_nat_serves_near(vp_walk *walk, const vp_route_choice *choice);

/* The NAT gateway that sent the packet in its present form, as a stage; NULL when none did. */
const vp_stage *vp_walk_nat_sender(vp_walk *walk);

/* Does a NAT gateway of the model stand on this interface, or have this public address? O(n). */
bool vp_walk_is_nat_interface(const vp_walk *walk, const vp_network_interface *met);
bool vp_walk_is_nat_public(const vp_walk *walk, const vp_addr *address);

VP_END_DECLS

#endif
