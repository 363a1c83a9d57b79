/*
 * vp_path.h - the walk of a pair of addresses for all services at once, on compiled profiles.
 *
 * Which way a packet takes depends on its addresses alone, never on ports; so one walk per pair of
 * addresses carries the whole set of services and cuts it at every filter. And each step looks at
 * one address at a time in a piecewise constant function, so the answer stays the same up to the
 * nearest end of a piece: the walk says how far each address may move.
 *
 *     answer(source, destination) = answer(s, d)  for source <= s <= source_last,
 *                                                     destination <= d <= destination_last
 *
 * These are the rules of semantics part 9 a second time: nothing of vp_walk_* is called.
 */
#ifndef VP_PATH_H
#define VP_PATH_H

#include "vp_compiled.h"
#include "vp_endpoint.h"
#include "vp_transit.h"

VP_BEGIN_DECLS

#define VP_PATH_LOOKUPS_MAX 64 /* route lookups in one direction, as in the walk */

typedef enum vp_path_end_kind {
    VP_PATH_INTERFACE, /* an interface and one of its private addresses */
    VP_PATH_SUBNET,    /* a bare address in a subnet */
    VP_PATH_ADDRESS,   /* a bare address, whoever has it (destination) */
    VP_PATH_INTERNET,  /* a public address, beyond the gateway `gateway` or any */
    VP_PATH_PREMISES,  /* an address behind a virtual private gateway, `gateway` or any */
    VP_PATH_BEYOND     /* source: an address behind what is not in the data, whatever that is */
} vp_path_end_kind;

typedef struct vp_path_end {
    vp_path_end_kind kind;
    vp_network_interface *network_interface;
    vp_subnet *subnet;
    vp_record *gateway;
    vp_addr address;
    bool strict; /* destination: the packet must end at this very interface, not at another one */
} vp_path_end;

/*
 * What passes. `known` and `unknown` are sets of (protocol, destination port) that arrive: those of
 * which it is certain, and those that only what is not in the data stands against, for `code`.
 * `back` is the set of (protocol, source port) that the answer may use. `far` is where the request
 * left the model without entering the internet or the premises: the id of the gateway endpoint that
 * took it, or of what is not in the data (a peer VPC, a gateway, a subnet without a table);
 * VP_NO_NAME elsewhere. From outside it is where the reply does; from VP_PATH_BEYOND nothing but
 * that is known of the sender, so all that passes is `unknown`, and without it nothing passes.
 */
typedef struct vp_path_answer {
    vp_service known, unknown, back;
    const char *code;
    vp_name far;
    vp_point source_last, destination_last;
} vp_path_answer;

/*
 * Walks from one end to the other, there and (`bidirectional`) back. Failures to allocate are kept
 * in the compiled network (vp_compiled_status). O(log of the rules) for each of the steps.
 */
void vp_path_ask(vp_compiled *compiled, const vp_path_end *from, const vp_path_end *to,
                 bool bidirectional, vp_path_answer *answer);

/* ---- the inside --------------------------------------------------------------------------------
 */

/* One address of a packet, and how far it may move without changing an answer. */
typedef struct vp_path_address {
    vp_addr value;
    vp_point *last;  /* NULL: not an address of the question any more, it moves nothing */
    vp_point origin; /* of the question, where `value` stands in its place one to one */
    bool mapped;
} vp_path_address;

typedef struct vp_path_place {
    vp_network_interface *network_interface; /* NULL: a bare address, or a gateway */
    vp_subnet *subnet;
    vp_vpc *vpc;
    vp_name vpc_id;
} vp_path_place;

/* What the request passed and the reply undoes. */
typedef struct vp_path_stage {
    vp_path_place place, sender;
    vp_record *gateway; /* that let it out, or NULL: a translator */
    vp_nat_gateway *nat;
    vp_addr nat_public;
    vp_transit_gateway_attachment *outside; /* of a transit gateway: by which it left */
    vp_path_address source, destination;
    vp_record *came_by;
} vp_path_stage;

typedef enum vp_path_step {
    VP_PATH_LOOKUP,
    VP_PATH_DELIVER,
    VP_PATH_LEFT,
    VP_PATH_FAILED
} vp_path_step;

typedef struct vp_path {
    vp_compiled *compiled;
    vp_network *network;
    vp_services *services;
    const vp_path_end *from_end, *to_end;
    vp_path_answer *answer;
    uint8_t family;
    vp_path_address source, destination;
    vp_path_place from, to, at, sender, reached;
    vp_route_table *own_table; /* of the regional NAT gateway that the packet is at */
    bool preserved, from_outside, arrived, left, direct, at_service, replying;
    bool passed;       /* the gateway that the question asks for */
    bool from_transit; /* has just left a transit gateway, into the subnet where it is */
    bool by_transit;   /* came over a transit gateway ... */
    bool groups_kept;  /* ... that carries references (also true before the first one) */
    vp_transit_gateway_attachment *outside;  /* the last one that led on premises, or NULL */
    vp_transit_gateway_attachment *entrance; /* by which the request came from there, or NULL */
    vp_record *came_by;
    vp_vpc_peering_connection *crossed;
    vp_name unseen; /* instead of came_by: what the data only name, see come_in */
    vp_name far;    /* what is not in the data, or the endpoint that took it */
    uint32_t lookups, stage_count;
    vp_service known, unknown, back;
    uint32_t met_count;
    vp_path_stage stages[VP_PATH_LOOKUPS_MAX + 2];
    struct { /* attachments that the request met, and where */
        vp_transit_gateway_attachment *attachment;
        vp_subnet *subnet;
    } met[2 * VP_PATH_LOOKUPS_MAX];
} vp_path;

/* In vp_path.c: looking at an address. */

/* The value of a profile at an address; the answer holds no farther than that piece. */
uint32_t vp_path_value(vp_path *path, vp_profile profile, vp_path_address *address);

/* The answer holds for this one address only. */
void vp_path_pin(vp_path_address *address);

/* Is the address in a block of the VPC? Who holds it there (nobody: all NULL)? */
bool vp_path_is_in(vp_path *path, const vp_vpc *vpc, vp_path_address *address);
vp_path_place vp_path_holder(vp_path *path, vp_name vpc_id, vp_path_address *address);

vp_path_place vp_path_place_of(vp_network_interface *network_interface);
VP_INLINE bool vp_path_is_held(const vp_path_place *place) {
    return place->network_interface != NULL || place->subnet != NULL;
}
VP_INLINE bool vp_path_is_same(const vp_path_place *a, const vp_path_place *b) {
    return a->network_interface == b->network_interface && a->subnet == b->subnet;
}

/*
 * Nothing passes; nothing is known about what would have passed, for want of data (`code`) at what
 * `far` names.
 */
vp_path_step vp_path_fail(vp_path *path);
vp_path_step vp_path_give_up(vp_path *path, const char *code, vp_name far);

/* The subnet, the VPC or the interface of a place, to name it. */
vp_name vp_path_name_of(const vp_path_place *place);

/* In vp_path_filter.c: a filter cuts the set that is under path. */
void vp_path_acl(vp_path *path, vp_subnet *subnet, bool egress);
void vp_path_groups(vp_path *path, const vp_path_place *place, bool egress);

/* Do rules that name groups see across a connection: is it active, within one Region? */
bool vp_path_joins_in_region(const vp_network *network,
                             const vp_vpc_peering_connection *connection);

/* The number of the action for the destination in the table of a place; 0: no route. */
uint32_t vp_path_route(vp_path *path, vp_route_table *table);

/* In vp_path_target.c. */
vp_path_step vp_path_target(vp_path *path, const vp_compiled_action *action);
vp_path_step vp_path_middlebox(vp_path *path, vp_network_interface *box);
vp_path_step vp_path_send_on(vp_path *path);
vp_path_stage *vp_path_push(vp_path *path, const vp_path_place *place, vp_record *gateway);
VP_INLINE vp_path_stage *vp_path_top(vp_path *path) {
    return path->stage_count == 0 ? NULL : &path->stages[path->stage_count - 1];
}
vp_route_table *vp_path_table(const vp_path *path);

/*
 * Is it known, whatever the zone, from which IPv4 address the gateway sends? Else what comes to it
 * has an unknown fate, and not only that of the table by which the gateway sends on.
 */
bool vp_path_is_nat_known(const vp_network *network, const vp_nat_gateway *gateway);

/* In vp_path_gateway.c. */
vp_path_step vp_path_internet_gateway(vp_path *path, const vp_compiled_action *action);
vp_path_step vp_path_egress_only(vp_path *path, const vp_compiled_action *action);
vp_path_step vp_path_vpn_gateway(vp_path *path, const vp_compiled_action *action);
vp_path_step vp_path_start_outside(vp_path *path);
vp_path_step vp_path_enter(vp_path *path, vp_record *gateway);
bool vp_path_is_redirected(vp_path *path, const vp_record *gateway);

/* In vp_path_transit.c. The request or the reply is handed to a gateway: see vp_walk_transit.h. */
vp_path_step vp_path_transit_gateway(vp_path *path, vp_name gateway_id);
vp_path_step vp_path_start_behind_transit(vp_path *path);
vp_path_step vp_path_return_by_transit(vp_path *path, const vp_path_stage *stage);

/* In vp_path_endpoint.c. The Gateway Load Balancer endpoint of an action, or NULL. */
vp_path_step vp_path_endpoint(vp_path *path, const vp_compiled_action *action);
vp_vpc_endpoint *vp_path_balancer(const vp_path *path, const vp_compiled_action *action);
vp_subnet *vp_path_balancer_subnet(const vp_path *path, const vp_vpc_endpoint *endpoint);
vp_path_step vp_path_through_balancer(vp_path *path, vp_vpc_endpoint *endpoint);

/* In vp_path_classic.c: see vp_walk_classic.h. */
bool vp_path_is_classic(const vp_path *path, const vp_network_interface *met);
bool vp_path_carries_classic(const vp_path *path, const vp_vpc_peering_connection *connection,
                             vp_name linked_id);
vp_vpc_peering_connection *vp_path_classic_route(vp_path *path, vp_route_table *table,
                                                 vp_path_place *holder);

/*
 * In vp_path.c: does the selected route lead to somebody in the very subnet where a transit gateway
 * left the packet, or where a NAT gateway stands? Then no network ACL is asked.
 */
bool vp_path_is_near(vp_path *path, const vp_compiled_action *action);

/* Is the other side of a peering connection, seen from a VPC of it, described: some subnet (D53)?
 */
bool vp_path_is_described(vp_network *network, const vp_peering_vpc_info *side);

/* In vp_path_reply.c. */
void vp_path_reply(vp_path *path);

VP_END_DECLS

#endif
