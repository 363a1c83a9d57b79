/*
 * vp_peering.h - the life of a VPC peering connection.
 *
 * A connection is a state and a clock (semantics 5.2 to 5.7). Who may cause which step from which
 * state is one constant table in vp_peering.c; every step is logged. A connection that ended stays
 * in the model, but each side sees it only for a while.
 */
#ifndef VP_PEERING_H
#define VP_PEERING_H

#include "vp_change.h"

VP_BEGIN_DECLS

/* A request that nobody accepted expires after so many seconds (168 hours). */
#define VP_PEERING_EXPIRY 604800

/* What happens to a connection: the columns of the table in semantics 5.3. */
typedef enum vp_peering_event {
    VP_PEERING_VALIDATED,
    VP_PEERING_INVALID,
    VP_PEERING_ACCEPT,
    VP_PEERING_REJECT,
    VP_PEERING_REQUESTER_DELETES,
    VP_PEERING_ACCEPTER_DELETES,
    VP_PEERING_EXPIRES,
    VP_PEERING_ACCEPTER_OVERLAPS,
    VP_PEERING_SET_UP,
    VP_PEERING_TORN_DOWN,
    VP_PEERING_EVENT_COUNT
} vp_peering_event;

/* Puts a new record, which names both sides already, into its first state. */
VP_MUST_CHECK vp_status vp_peering_start(vp_change *change, vp_vpc_peering_connection *pcx,
                                         vp_error *error);

/*
 * Takes one step: state, message, times, what the sides show of each other, the log (under
 * `action`) and the routes that use the connection. VP_REFUSED where the table says so:
 * "InvalidStateTransition", or "OperationNotPermitted" when `account` may not cause this event now.
 */
VP_MUST_CHECK vp_status vp_peering_step(vp_change *change, vp_vpc_peering_connection *pcx,
                                        vp_peering_event event, vp_name account, const char *action,
                                        vp_error *error);

/* Ends a request with a cause that is kept and reported as a diagnostic. */
VP_MUST_CHECK vp_status vp_peering_fail(vp_change *change, vp_vpc_peering_connection *pcx,
                                        vp_peering_event event, const char *action,
                                        const char *cause, const char *message, vp_error *error);

/* Is it a request that waits for an answer? Does it join its VPCs (provisioning, active)? */
bool vp_peering_is_pending(const vp_network *network, const vp_vpc_peering_connection *pcx);
bool vp_peering_is_live(const vp_network *network, const vp_vpc_peering_connection *pcx);

/* The first pair of overlapping blocks of both sides; false when there is none. */
bool vp_peering_overlap(const vp_network *network, const vp_vpc_peering_connection *pcx,
                        vp_cidr *requester, vp_cidr *accepter);

/*
 * Does this account see the connection (semantics 5.2)? Each side may, as long as the state allows;
 * a third account never. O(1).
 */
bool vp_peering_is_visible(const vp_network *network, const vp_vpc_peering_connection *pcx,
                           vp_name account);

/*
 * Is this record, of any kind, a connection that lists and look-ups leave out for this account? A
 * side misses what it does not see any more, a third account all. The network's default caller,
 * whose view is also that of the whole model, misses where it is no side, or was inferred from
 * data, only what neither side sees.
 */
bool vp_peering_is_hidden(const vp_network *network, const vp_record *record, vp_name account);

/*
 * Moves the clock forward by `seconds` (0 or more, else VP_MISUSE). Requests expire on the way, at
 * their own second and in the order of time. VP_NO_MEMORY and VP_LIMIT leave all as it was.
 * O(connections x requests that expire).
 */
VP_MUST_CHECK vp_status vp_peering_advance(vp_network *network, int64_t seconds, vp_error *error);

/* The active connection of two VPCs with the smallest id, or NULL. O(connections). */
const vp_vpc_peering_connection *vp_peering_between(const vp_network *network, vp_name a,
                                                    vp_name b);

/* Do both sides lie in one Region? Group references and jumbo frames ask. */
bool vp_peering_is_in_one_region(const vp_vpc_peering_connection *pcx);

/*
 * Does an active connection let instances of the VPC talk to ClassicLink instances of the peer
 * (AllowEgressFromLocalVpcToRemoteClassicLink of the VPC's side, semantics 5.10)? O(connections).
 */
bool vp_peering_opens_classic_link(const vp_network *network, vp_name vpc_id);

/*
 * May the VPC add this block, as far as its peering connections are concerned (semantics 5.7)?
 * VP_REFUSED: "OperationNotPermitted" while a request of this VPC is pending, "InvalidVpc.Range"
 * when the block overlaps one of a peer.
 */
VP_MUST_CHECK vp_status vp_peering_check_block(const vp_network *network, const vp_vpc *vpc,
                                               const vp_cidr *block, vp_error *error);

/* Ends the pending requests to this VPC that the block it just added makes impossible (5.7). */
VP_MUST_CHECK vp_status vp_peering_block_added(vp_change *change, const vp_vpc *vpc,
                                               const vp_cidr *block, vp_error *error);

/*
 * Before a VPC is deleted: deletes its pending requests. "DependencyViolation" while a connection
 * of it is active, or while another account's request to it is pending (semantics 5.3, D37).
 */
VP_MUST_CHECK vp_status vp_peering_release_vpc(vp_change *change, const vp_vpc *vpc,
                                               vp_error *error);

/* Seconds of the network's clock as AWS prints a time: "1970-01-08T00:00:00+00:00". */
void vp_peering_format_time(int64_t seconds, char out[40]);

VP_END_DECLS

#endif
