/*
 * vp_service.h - sets of services, and what flows over a path.
 *
 * A service is a point of a line of 24 bits, protocol << 16 | port; for ICMP (over IPv4) and ICMPv6
 * (over IPv6) type << 8 | code stands in place of the port, and any other protocol is all of its
 * 65,536 points or none. A set of services is a two-valued range map over that line, kept once in a
 * pool, so that it is a number and what an operation gives for two numbers is remembered.
 *
 * Rules test the destination port of the packet they see, so a path admits one set of services on
 * the way there (protocol, destination port) and one on the way back (protocol, source port). What
 * flows is their product, protocol by protocol; a union of products is a flow: a many-valued map
 * from the service line to the number of the set of source ports that go with it.
 */
#ifndef VP_SERVICE_H
#define VP_SERVICE_H

#include "vp_map_pool.h"
#include "vp_paint.h"

VP_BEGIN_DECLS

typedef uint32_t vp_service; /* number of a set of services */
typedef uint32_t vp_flow;    /* number of a flow */

#define VP_SERVICE_NONE VP_MAP_NONE
#define VP_FLOW_NONE VP_MAP_NONE
#define VP_SERVICE_LAST 0xffffffu

/* All sets and flows of one engine. Failures are kept in pool.status. */
typedef struct vp_services {
    vp_map_pool pool;
    vp_memo memo;
    vp_painter painter; /* borrowed by whoever compiles rules: vp_service_painted */
    void *scratch;
    uint32_t scratch_capacity;
    vp_service all;
    vp_service one_way[2]; /* ICMP types without a reply: IPv4, IPv6 */
} vp_services;

/* VP_NO_MEMORY: only vp_services_clear may follow. */
VP_MUST_CHECK vp_status vp_services_init(vp_services *services, const vp_alloc *alloc);
void vp_services_clear(vp_services *services);

/* A closed part of the line. */
typedef struct vp_service_range {
    uint32_t first, last;
} vp_service_range;

/* All points of one protocol; of all protocols for -1. */
vp_service_range vp_service_range_of(int protocol);

/* The set of one range. */
vp_service vp_service_of_range(vp_services *services, vp_service_range range);

/* The set of what the strokes of services->painter paint with an odd value. */
vp_service vp_service_painted(vp_services *services);

/* A Boolean operation (vp_truth) on two sets. O(ranges), O(1) when remembered. */
vp_service vp_service_combine(vp_services *services, vp_truth truth, vp_service a, vp_service b);

/* Is a point, or is any point of a range, in the set? O(log ranges). */
bool vp_service_contains(const vp_services *services, vp_service set, uint32_t point);
bool vp_service_meets(const vp_services *services, vp_service set, vp_service_range range);

/* ---- the way back ------------------------------------------------------------------------------
 */

/*
 * What is left of a request when `back` is what the way back admits: of TCP and UDP nothing unless
 * some source port passes, of ICMP no echo request unless its reply passes, of other protocols
 * nothing unless they pass. Other ICMP types have no reply.
 */
vp_service vp_service_answered(vp_services *services, vp_service request, vp_service back,
                               uint8_t family);

/*
 * What the way back admits before a translator, when `back` is what it admits beyond: the
 * translator chooses among the ports 1024-65535, so if one of them passes all do.
 */
vp_service vp_service_translated(vp_services *services, vp_service back);

/* NAT64: the same set on the line of the other family; only TCP, UDP and echo pass. */
vp_service vp_service_to_ipv4(vp_services *services, vp_service request);
vp_service vp_service_to_ipv6(vp_services *services, vp_service request, bool is_reply);

/* ---- flows -------------------------------------------------------------------------------------
 */

/*
 * The product of what passes there and back, with the source ports cut to `sources` (a set over
 * 0-65535 of the line).
 */
vp_flow vp_flow_product(vp_services *services, vp_service request, vp_service back,
                        vp_service sources, uint8_t family);

/* Union and intersection of flows, and a flow without another. */
typedef enum vp_flow_operation {
    VP_FLOW_UNION = 1,
    VP_FLOW_INTERSECTION,
    VP_FLOW_DIFFERENCE
} vp_flow_operation;
vp_flow vp_flow_combine(vp_services *services, vp_flow_operation operation, vp_flow a, vp_flow b);

/* Part of a flow: points first..last, and the source ports that go with each of them. */
typedef struct vp_flow_run {
    uint32_t first, last;
    vp_service sources;
} vp_flow_run;

/* The next run at or after *position (start with 0; advanced). False at the end. */
bool vp_flow_next(const vp_services *services, vp_flow flow, uint32_t *position, vp_flow_run *run);

/* The next range of a set, likewise. */
bool vp_service_next(const vp_services *services, vp_service set, uint32_t *position,
                     vp_service_range *range);

VP_END_DECLS

#endif
