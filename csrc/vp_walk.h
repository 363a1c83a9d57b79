/*
 * vp_walk.h - the inside of vp_trace: one packet of one pair of addresses on its way.
 *
 * A walk is the state of semantics part 9: the packet as it is now, where it is, and what the reply
 * will have to undo. Its parts are one file each: the request from an interface and from outside,
 * the targets of routes, the reply, the hints. Running out of memory is remembered in `status`, so
 * that the steps read like the rules; nothing is written after that.
 */
#ifndef VP_WALK_H
#define VP_WALK_H

#include "vp_route.h"
#include "vp_trace.h"

VP_BEGIN_DECLS

/* A place in a VPC. Without an interface: a bare address in a subnet. */
typedef struct vp_place {
    vp_network_interface *network_interface;
    vp_subnet *subnet; /* NULL: outside, or not in the data */
    vp_vpc *vpc;       /* NULL: likewise */
    vp_name vpc_id;
} vp_place;

/*
 * What the request passed and the reply has to undo, innermost last: a translator that sent the
 * packet on as its own, or an internet gateway that let it out and will let the reply in.
 */
typedef struct vp_stage {
    vp_place place;     /* of the translator; of whoever sent the packet to the gateway */
    vp_place sender;    /* vp_walk.sender before */
    vp_record *gateway; /* the internet gateway, or NULL for a translator, whose source ports from
                           before lie on trace->saved_ports */
    vp_header before;   /* the packet before, and its protocol (NAT64 changes ICMP's) */
    int protocol;
    vp_record *came_by;  /* vp_walk.came_by before */
    vp_nat_gateway *nat; /* the translator when it is a NAT gateway, else NULL */
    const vp_nat_gateway_address *nat_address; /* the address that it sends from */
    vp_transit_gateway_attachment *outside;    /* of a transit gateway: by which it left */
} vp_stage;

typedef struct vp_walk {
    vp_network *network;
    const vp_index *index;
    const vp_trace_query *query;
    vp_trace *trace;
    vp_status status; /* VP_NO_MEMORY once a list could not grow */

    int protocol; /* of the packet, or VP_PROTOCOL_OTHER */
    uint8_t family;
    vp_header header; /* the packet as it is now */

    vp_place from, to; /* the pair; to.vpc_id is VP_NO_NAME for an address that is all we know */
    vp_addr from_address, to_address;

    vp_place at; /* whose route table is asked next; subnet NULL: outside, or own_table is asked */
    vp_route_table *own_table; /* of the regional NAT gateway that the packet is at */
    vp_place reached;          /* where the request was delivered */
    vp_place sender;    /* who sent it in its present form: the source, the last translator */
    bool preserved;     /* nothing has forwarded it since: group references can match */
    vp_record *came_by; /* the gateway by which it entered the VPC where it is, or NULL */
    vp_name unseen;     /* instead of it: the gateway that the data only name, or VP_NO_NAME */
    vp_vpc_peering_connection *crossed; /* the connection it came over, or NULL */
    vp_way way; /* what transit gateways did to group references; VP_WAY_LOCAL: passed none */
    vp_transit_gateway_attachment *outside;  /* the last one that led on premises, or NULL */
    vp_transit_gateway_attachment *entrance; /* by which the request came from there, or NULL */
    bool direct;                             /* delivered inside one subnet */
    bool arrived; /* reached its destination, a service, or left the model */
    bool left;
    bool at_service;   /* ended at a service of the VPC that needs no reply walked */
    bool from_outside; /* the source is the internet or a network on premises */
    bool replying;
    bool refused; /* it would pass, but through or avoid is not met */
    uint32_t lookups;
    const char *ended; /* the code of the routing failure that ended the request, or NULL */
    vp_ports echo;     /* the ICMP reply on its way */
    bool reply_narrowed;
    vp_explanation spare; /* written where a list could not grow */
    vp_hop spare_hop;
} vp_walk;

/* What a step of the request or the reply leads to. */
typedef enum vp_step {
    VP_STEP_LOOKUP,  /* walk->at has changed: ask its route table */
    VP_STEP_DELIVER, /* walk->reached says where to */
    VP_STEP_LEFT,    /* out of the model */
    VP_STEP_FAILED
} vp_step;

/* In vp_walk.c: lists and the record of what happened. */

/* Appends a zeroed item of `size` bytes, or returns NULL and sets walk->status. */
void *vp_walk_append(vp_walk *walk, vp_trace_list *list, size_t size);

/* Adds an explanation (hint, warning) and returns it to be filled. Never NULL. */
vp_explanation *vp_walk_explain(vp_walk *walk, const char *code, vp_direction direction);
vp_explanation *vp_walk_hint(vp_walk *walk, const char *code);

/* A warning about `about` (may be NULL), or NULL when the same was warned of already. */
vp_explanation *vp_walk_warn(vp_walk *walk, const char *code, const void *about);

/* An explanation that ends the walk: remembers its code for the hints. */
vp_explanation *vp_walk_fail(vp_walk *walk, const char *code, vp_direction direction);

/* Opens the next hop of the path under way; vp_walk_hop is the one that is open. Never NULL. */
vp_hop *vp_walk_pass(vp_walk *walk, vp_kind kind, vp_record *record, const vp_place *place);
vp_hop *vp_walk_hop(vp_walk *walk);
vp_hop *vp_walk_pass_place(vp_walk *walk, const vp_place *place);

/*
 * Writes detail.chain. Until the walk ends the list of an explanation is its place in
 * trace->chains, since that may move; vp_walk_finish_chains turns places into lists.
 */
void vp_walk_chain(vp_walk *walk, vp_explanation *explanation, const vp_name *ids, uint32_t count);
void vp_walk_finish_chains(vp_walk *walk);

/* Notes a connection, gateway or middlebox that was passed. */
void vp_walk_via(vp_walk *walk, vp_record *record);

/* Remembers how to undo what happens to the packet here. NULL when out of memory. */
vp_stage *vp_walk_push_stage(vp_walk *walk, const vp_place *place, vp_record *gateway);
vp_stage *vp_walk_top_stage(vp_walk *walk);
void vp_walk_pop_stage(vp_walk *walk);

void vp_walk_limit_mtu(vp_walk *walk, int mtu);

/* EGRESS or INGRESS, as the request or the reply sees it. */
vp_direction vp_walk_direction(const vp_walk *walk, bool egress);

/* The place of an interface; of who holds an address in a VPC (vp_place_is_held: anybody?). */
vp_place vp_place_of(vp_network_interface *network_interface);
vp_place vp_walk_holder(const vp_walk *walk, vp_name vpc_id, const vp_addr *address);

bool vp_place_is_held(const vp_place *place);
bool vp_place_same(const vp_place *a, const vp_place *b);

/*
 * The lowest address at or after one, of its family, that can be outside; false when there is none
 * (9.1). On premises there are private addresses too.
 */
bool vp_walk_next_public(const vp_addr *address, vp_addr *found);
bool vp_walk_next_outside(const vp_addr *address, bool on_premises, vp_addr *found);

/* In vp_walk_check.c: before the first step (9.3). */

/* P1, P3, P4: do the ends exist, of which family are they? False: an explanation says why not. */
bool vp_walk_check_ends(vp_walk *walk);

/* P5 to P7 for one pair; P5 for whoever holds a bare destination address. */
bool vp_walk_check_pair(vp_walk *walk);
bool vp_walk_check_reached(vp_walk *walk);

/* In vp_walk_filter.c: rules along the way. */

/* The ACL of a subnet against the packet under way; a failure is noted and the walk goes on. */
void vp_walk_acl(vp_walk *walk, vp_subnet *subnet, bool egress);

/*
 * The groups of the interface of a place (a bare address is not filtered). References to other
 * groups are judged by who is at the far end and how the packet gets there (6.3).
 */
void vp_walk_groups(vp_walk *walk, const vp_place *place, bool egress);

/* In vp_walk_request.c. */

/* Walks the request of the pair; fills path, via, explanations, and `arrived`. */
void vp_walk_request(vp_walk *walk);

/* Warns of what is odd about a route that was selected. */
void vp_walk_warn_of_route(vp_walk *walk, vp_route_table *table, const vp_route_choice *choice,
                           const vp_route_state *state);

/* In vp_walk_gateway.c. */

/* The request starts on the internet (9.6). */
vp_step vp_walk_start_outside(vp_walk *walk);

/* Out through the internet gateway that the selected route names. */
vp_step vp_walk_internet_gateway(vp_walk *walk, vp_route_table *table,
                                 const vp_route_choice *choice);

/* Past a gateway: it has left the model, or enters the VPC that holds the destination (D14). */
vp_step vp_walk_to_internet(vp_walk *walk);

/*
 * The packet, request or reply, has passed the gateway inwards: to its destination, or to the
 * appliance that the gateway's own route table names (4.7).
 */
vp_step vp_walk_enter(vp_walk *walk, vp_record *gateway);

/* Does the gateway's route table send the sender's subnet through an appliance elsewhere? */
bool vp_walk_is_redirected(const vp_walk *walk, const vp_record *gateway);

/* In vp_walk_target.c. */

/* Acts on the selected route of a request (9.5). */
vp_step vp_walk_target(vp_walk *walk, vp_route_table *table, const vp_route_choice *choice);

/* In vp_walk_middlebox.c. */

/* Hands the packet, request or reply, to an interface that does not hold its destination. */
vp_step vp_walk_middlebox(vp_walk *walk, vp_network_interface *box);

/* On from what forwards the packet and stands at walk->at: to a neighbour, or to the next look-up.
 */
vp_step vp_walk_send_on(vp_walk *walk);

/* In vp_walk_reply.c. */

/* Walks the reply of a request that arrived. */
void vp_walk_reply(vp_walk *walk);

/* In vp_walk_peering.c. */

/* The two sides of a connection as seen from a VPC; false when it is no party. */
bool vp_walk_sides_of(const vp_vpc_peering_connection *connection, vp_name vpc_id,
                      const vp_peering_vpc_info **own, const vp_peering_vpc_info **peer);
bool vp_walk_is_active(const vp_network *network, const vp_vpc_peering_connection *connection);
bool vp_walk_side_contains(const vp_network *network, const vp_peering_vpc_info *side,
                           const vp_addr *address);
bool vp_walk_crosses_regions(const vp_vpc_peering_connection *connection);

/* Sends the request over a connection. */
vp_step vp_walk_peering(vp_walk *walk, vp_route_table *table, const vp_route_choice *choice);

/*
 * Notes as hints what a peer could do with an address that is not its own (the classification of
 * 5.9); with `fails`, the first becomes the explanation that ends the walk. False: no code.
 */
bool vp_walk_classify(vp_walk *walk, vp_vpc_peering_connection *connection, vp_name peer_vpc_id,
                      const vp_addr *address, bool fails);

/* In vp_walk_hint.c. */

/* One VPC that a chain of connections reaches; `parent` is the place of the one before. */
typedef struct vp_walk_point {
    vp_name vpc_id, connection_id;
    uint32_t parent, depth;
} vp_walk_point;

/* The VPC of the destination: the interface's, else the only one with a block around it. */
vp_vpc *vp_walk_destination_vpc(const vp_walk *walk);

/* Adds the hints of 9.9. */
void vp_walk_hints(vp_walk *walk);

VP_END_DECLS

#endif
