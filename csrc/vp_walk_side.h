/*
 * vp_walk_side.h - the addresses that an end of a question stands for.
 *
 * An instance stands for its interfaces in device order, a VPC endpoint for the interfaces that it
 * names, an interface for its private addresses, primary first (D48); the internet for whichever
 * public address will do. A vp_side goes through them one by one without allocating.
 */
#ifndef VP_WALK_SIDE_H
#define VP_WALK_SIDE_H

#include "vp_walk.h"

VP_BEGIN_DECLS

/* An end and the address of it that is tried now. */
typedef struct vp_side {
    const vp_end *end;
    uint8_t family;
    const vp_network *network;
    const struct vp_vpc_endpoint *endpoint;  /* whose interfaces are meant, or NULL */
    vp_network_interface *const *interfaces; /* of an instance; of an interface, itself */
    vp_network_interface *alone;
    uint32_t interface_count, interface, address; /* the next to try */
    vp_place place; /* what was found: without an interface, a bare address */
    vp_addr value;  /* family 0: not known yet (the internet) */
} vp_side;

/* Before the first address; vp_side_next moves to the next and is false when there is none. */
void vp_side_start(const vp_walk *walk, const vp_end *end, uint8_t family, vp_side *side);
bool vp_side_next(const vp_walk *walk, vp_side *side);

/* Has the end an address of the family? The internet has both. */
bool vp_side_has_family(const vp_walk *walk, const vp_end *end, uint8_t family);

/* Has the interface this private address, delegated prefixes included? */
bool vp_interface_holds(const vp_network_interface *network_interface, const vp_addr *address);

/* The lowest public address that a route table sends to a gateway; VP_NO_NAME: to any (D56). */
bool vp_side_lowest_through(const vp_walk *walk, const vp_route_table *table, uint8_t family,
                            vp_name gateway_id, vp_addr *found);

/* The lowest address at or after one from which a question that starts outside can come. */
bool vp_side_next_source(const vp_walk *walk, const vp_addr *address, vp_addr *found);

/*
 * Fills trace->candidates with the addresses of the internet at which the rules for an interface
 * change what they say, so that some address gets in if one of these does.
 */
void vp_side_candidates(vp_walk *walk, const vp_place *to, uint8_t family);

VP_END_DECLS

#endif
