/*
 * vp_transit.h - where a transit gateway sends a packet.
 *
 * Semantics 3.6. A packet arrives from an attachment; the route table associated with that
 * attachment decides by longest prefix which attachment it leaves by. Static routes and those that
 * documents list lie in the table; what an attachment propagates is derived here, from the blocks
 * of its VPC or the prefixes of its VPN connection, so that no route can be out of date.
 *
 * Nothing here allocates, fails or needs an index. "Not described" is an answer of its own: a
 * problem whose verdict is unknown.
 */
#ifndef VP_TRANSIT_H
#define VP_TRANSIT_H

#include "vp_index.h"
#include "vp_record_transit.h"

VP_BEGIN_DECLS

/* What is behind an attachment. OTHER: of a type that the model cannot follow (D24). */
typedef enum vp_transit_type {
    VP_TRANSIT_VPC,
    VP_TRANSIT_VPN,
    VP_TRANSIT_DIRECT_CONNECT,
    VP_TRANSIT_PEERING,
    VP_TRANSIT_OTHER
} vp_transit_type;

vp_transit_type vp_transit_type_of(const vp_network *network,
                                   const vp_transit_gateway_attachment *attachment);

/* Does a gateway or attachment work? A state that is not printed counts as "available". */
bool vp_transit_is_available(const vp_network *network, vp_name state);

/* The gateway and the attachment of this id, or NULL. O(1). */
vp_transit_gateway *vp_transit_find(const vp_network *network, vp_name gateway_id);
vp_transit_gateway_attachment *vp_transit_find_attachment(const vp_network *network, vp_name id);

/*
 * The attachment of a VPC (or other resource) to a gateway, one that works before one that does
 * not, then the lowest id; NULL when the data have none. O(attachments).
 */
vp_transit_gateway_attachment *vp_transit_attachment_of(const vp_network *network,
                                                        vp_name gateway_id, vp_name resource_id);

/* Is it an attachment of the gateway, of a peering attachment at either end? */
bool vp_transit_is_at(const vp_transit_gateway_attachment *attachment, vp_name gateway_id);

/* The gateway at the other end of a peering attachment, seen from one; VP_NO_NAME: not known. */
vp_name vp_transit_other_end(const vp_transit_gateway_attachment *attachment, vp_name gateway_id);

/*
 * Completes an attachment that was read: the fields that two documents call differently. VP_OK or
 * VP_NO_MEMORY.
 */
VP_MUST_CHECK vp_status vp_transit_settle(vp_network *network,
                                          vp_transit_gateway_attachment *attachment,
                                          vp_error *error);

/* Which table decides for packets that arrive from an attachment at one of its gateways. */
typedef struct vp_transit_table {
    vp_name id;                            /* VP_NO_NAME: none, or not known */
    vp_transit_gateway_route_table *table; /* NULL: not in the data */
    bool is_known;                         /* false: no document says whether there is one */
} vp_transit_table;

vp_transit_table vp_transit_table_of(const vp_network *network,
                                     const vp_transit_gateway_attachment *attachment,
                                     vp_name gateway_id);

/* One route as it counts for selection; the lower rank wins among equal lengths. */
typedef struct vp_transit_route {
    vp_cidr block;
    vp_name prefix_list_id; /* the list that the block is an entry of, or VP_NO_NAME */
    vp_name attachment_id;  /* the lowest of several (D21); VP_NO_NAME: none */
    vp_name resource_type;
    bool is_blackhole;
    bool is_propagated;
    uint8_t rank;
    const vp_transit_gateway_route *listed; /* the route in the table, NULL for a derived one */
} vp_transit_route;

/* Where an iteration is; all zero before the first step. */
typedef struct vp_transit_cursor {
    uint32_t stage, item, entry;
} vp_transit_cursor;

/*
 * The routes of a table one after the other, entries of prefix lists and derived routes included.
 * Derived routes of a VPC that vp_transit_is_shadowed come too: ask before using one. False when
 * there are no more.
 */
bool vp_transit_next_route(const vp_network *network, const vp_transit_gateway_route_table *table,
                           vp_transit_cursor *cursor, vp_transit_route *route);

/*
 * Does a block of the attachment's VPC equal or overlap one of a VPC that was attached to the
 * gateway before? Then its blocks are not propagated. O(attachments).
 */
bool vp_transit_is_shadowed(const vp_network *network,
                            const vp_transit_gateway_attachment *attachment);

/* The route of a table for a destination. False: none matches. O(routes + propagated blocks). */
bool vp_transit_select(const vp_network *network, const vp_transit_gateway_route_table *table,
                       const vp_addr *destination, vp_transit_route *route);

/* What a gateway does with a packet. */
typedef struct vp_transit_choice {
    const char *problem; /* a code of semantics 10.1, or NULL: it goes on by `next` */
    vp_transit_gateway *gateway;
    vp_transit_gateway_route_table *table; /* asked, NULL: none */
    vp_transit_route route;                /* selected; block not given: none */
    vp_transit_gateway_attachment *next;   /* NULL: none, or not in the data */
    vp_name missing_id;                    /* what the problem is that the data do not have */
} vp_transit_choice;

/*
 * A packet for `destination` arrives from `attachment` (never NULL) at a gateway: which attachment
 * does it leave by? This is the whole decision of one gateway; what the attachments' zones,
 * subnets and network ACLs say is asked by the caller. A peering attachment as `next` leads to
 * vp_transit_other_end, where the same attachment is asked again. O(attachments + routes).
 */
void vp_transit_route_packet(const vp_network *network,
                             const vp_transit_gateway_attachment *attachment, vp_name gateway_id,
                             const vp_addr *destination, vp_transit_choice *choice);

/* ---- subnets and zones ----------------------------------------------------------------------- */

/* Zones by id where both have one, else by name (D02). */
bool vp_transit_same_zone(const vp_subnet *a, const vp_subnet *b);

/*
 * The subnet of a VPC attachment in the zone of another subnet, or NULL; with `or_lowest` the one
 * in the lowest zone where there is none (D22; `zone` may then be NULL). Subnets that are not in
 * the data do not count; *complete says whether all of the attachment's are (a list that is empty
 * is not). O(subnets of the attachment).
 */
vp_subnet *vp_transit_subnet_of(const vp_network *network,
                                const vp_transit_gateway_attachment *attachment,
                                const vp_subnet *zone, bool or_lowest, bool *complete);

/* Is an option of the attachment or gateway on? What is not printed is off. */
bool vp_transit_is_enabled(const vp_network *network, vp_name option);

/* Do group references work between two attachments of one gateway, inbound (3.6)? */
bool vp_transit_keeps_groups(const vp_network *network, const vp_transit_gateway *gateway,
                             const vp_transit_gateway_attachment *from,
                             const vp_transit_gateway_attachment *to);

/*
 * Is there a gateway that both VPCs have a working attachment to; with `references`, one over which
 * the groups of one can be named in inbound rules of the other? O(attachments).
 */
bool vp_transit_joins(const vp_network *network, vp_name vpc_id, vp_name other_id, bool references);

VP_END_DECLS

#endif
