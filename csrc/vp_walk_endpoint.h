/*
 * vp_walk_endpoint.h - VPC endpoints as targets of routes (semantics 3.5, 9.5).
 *
 * A gateway endpoint is the end of a request: the service answers to whoever asked. A Gateway Load
 * Balancer endpoint is an appliance that is not looked into, also for replies and for what enters
 * through a gateway. (An interface endpoint is no target: it is a destination, see vp_walk_side.h.)
 */
#ifndef VP_WALK_ENDPOINT_H
#define VP_WALK_ENDPOINT_H

#include "vp_endpoint.h"
#include "vp_walk.h"

VP_BEGIN_DECLS

/* Acts on the selected route of a request whose target is an endpoint. */
vp_step vp_walk_endpoint(vp_walk *walk, vp_route_table *table, const vp_route_choice *choice);

/* The Gateway Load Balancer endpoint that a route leads to, or NULL when it leads to none. */
vp_vpc_endpoint *vp_walk_balancer(const vp_walk *walk, const vp_route_choice *choice);

/*
 * Hands the packet, request or reply, to a Gateway Load Balancer endpoint: the next look-up is in
 * the table of its subnet. Fails where the data do not say which subnet that is.
 */
vp_step vp_walk_through_balancer(vp_walk *walk, vp_vpc_endpoint *endpoint);

/* The subnet of such an endpoint, or NULL. */
vp_subnet *vp_walk_balancer_subnet(const vp_walk *walk, const vp_vpc_endpoint *endpoint);

VP_END_DECLS

#endif
