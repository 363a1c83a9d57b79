/*
 * vp_endpoint.h - what a VPC endpoint is: its type, whether it works, where it stands.
 *
 * Semantics 3.5. Old documents leave out the type, and AWS prints states in two spellings, so
 * everything that asks goes through here: the judges, the strict actions, the walk, the resolver.
 * Records are borrowed from the network and good until it changes. Nothing here allocates or fails.
 */
#ifndef VP_ENDPOINT_H
#define VP_ENDPOINT_H

#include "vp_index.h"
#include "vp_record_endpoint.h"

VP_BEGIN_DECLS

/* What an endpoint does with packets. Resource and service network endpoints are as interfaces. */
typedef enum vp_endpoint_type {
    VP_ENDPOINT_GATEWAY,       /* a route target without an interface: S3, DynamoDB */
    VP_ENDPOINT_INTERFACE,     /* a destination: its interfaces take connections */
    VP_ENDPOINT_LOAD_BALANCER, /* a route target that forwards: Gateway Load Balancer */
    VP_ENDPOINT_UNKNOWN        /* a type of which nothing is known */
} vp_endpoint_type;

/*
 * The type. An endpoint that does not print it is one of the two that were there first: with
 * interfaces or subnets an interface endpoint, else a gateway endpoint.
 */
vp_endpoint_type vp_endpoint_type_of(const vp_network *network, const vp_vpc_endpoint *endpoint);

/* Is its state "available"? Spelling does not matter (11.2); a state that is not given counts. */
bool vp_endpoint_works(const vp_network *network, const vp_vpc_endpoint *endpoint);

/*
 * The endpoint with this id, or NULL: an id in a route may name a gateway of another kind, or what
 * the data do not have. O(1).
 */
vp_vpc_endpoint *vp_endpoint_find(const vp_network *network, vp_name id);

/*
 * Its interface number `at` of those that the data have, in the order in which it names them; NULL
 * beyond the last. O(interfaces of the endpoint).
 */
vp_network_interface *vp_endpoint_interface(const vp_network *network,
                                            const vp_vpc_endpoint *endpoint, uint32_t at);

/* The endpoint that names an interface as its own, or NULL. O(endpoints). */
vp_vpc_endpoint *vp_endpoint_of_interface(const vp_network *network, vp_name interface_id);

/*
 * The prefix list of a service: the list of that name in this Region, or one that tells no Region;
 * NULL when the model has none. O(prefix lists).
 */
vp_prefix_list *vp_endpoint_prefix_list(const vp_network *network, vp_name service_name,
                                        vp_name region);

/* Is the id an item of a list of ids? O(items). */
bool vp_endpoint_lists(const vp_list *ids, vp_name id);

VP_END_DECLS

#endif
