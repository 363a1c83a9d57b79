/*
 * vp_walk_vpn.h - the steps of a walk that lead to a network on premises or come from there.
 *
 * A virtual private gateway is the door, vp_vpn.h says what is behind it; here a packet goes
 * through it (semantics 3.4, 9.5 and 9.6). As everywhere in a walk, running out of memory is
 * remembered in walk->status.
 */
#ifndef VP_WALK_VPN_H
#define VP_WALK_VPN_H

#include "vp_vpn.h"
#include "vp_walk.h"

VP_BEGIN_DECLS

/* Out through the virtual private gateway that the selected route names (3.4). */
vp_step vp_walk_vpn_gateway(vp_walk *walk, vp_route_table *table, const vp_route_choice *choice);

/* The request starts on premises (9.6). */
vp_step vp_walk_start_on_premises(vp_walk *walk);

/* Opens the hop of what is outside of a gateway: the internet (also for NULL), or premises. */
vp_hop *vp_walk_pass_outside(vp_walk *walk, vp_record *gateway, const vp_addr *address);

/* The lowest address at or after one that is known to be on premises, where the question starts. */
bool vp_walk_next_behind(const vp_walk *walk, const vp_addr *address, vp_addr *found);

/* Does the question end on premises, at a gateway or anywhere? */
bool vp_walk_ends_on_premises(const vp_walk *walk);

VP_END_DECLS

#endif
