/*
 * vp_trace.h - can A reach B: the literal walk of one packet, with every explanation.
 *
 * The walk (semantics part 9) reads rules as written, one packet at a time, and consults no
 * compiled range map: it is the implementation that the factored engine is checked against. It
 * carries a header set (addresses, protocol, port sets, ICMP types); each filter keeps the admitted
 * part. A routing failure ends the walk, a filter failure is recorded and the walk goes on; then
 * the reply is walked. The result holds codes, ids and numbers only: sentences are made in Lua.
 */
#ifndef VP_TRACE_H
#define VP_TRACE_H

#include "vp_dns.h"
#include "vp_filter.h"
#include "vp_transit.h"

VP_BEGIN_DECLS

typedef enum vp_end_kind {
    VP_END_NONE,
    VP_END_INTERFACE, /* record: the network interface; address given or not */
    VP_END_INSTANCE,  /* record: the instance, stands for its interfaces */
    VP_END_ADDRESS,   /* a bare address (destination only) */
    VP_END_SUBNET,    /* record: a subnet, and an address in it that stands for an interface without
                         groups; address not given: the lowest that may be assigned */
    VP_END_INTERNET,  /* record: the internet gateway or NULL; address given or not */
    VP_END_ONPREM,    /* record: the virtual private gateway, the attachment of a transit gateway,
                         or NULL; address given or not */
    VP_END_GATEWAY,   /* record: a gateway as destination (igw-, eigw-, vgw-, vpce-, tgw-) */
    VP_END_UNKNOWN,   /* named, but not in the data (P1): `name` says what */
    VP_END_HOST_NAME, /* a host name, until vp_end_ask has asked for it (destination only) */
    VP_END_NXDOMAIN,  /* a host name that does not resolve (P2): `name` says which */
    VP_END_UNRESOLVED, /* the source's VPC has no Amazon DNS server to ask (P2) */
    VP_END_ENDPOINT    /* record: a VPC endpoint with interfaces, for which it stands */
} vp_end_kind;

/* Does an end of this kind stand for interfaces that it names (and not for whoever is met)? */
bool vp_end_has_interfaces(vp_end_kind kind);

typedef struct vp_end {
    vp_end_kind kind;
    vp_record *record;
    vp_addr address;  /* family 0: not given */
    vp_name name;     /* what the question called it, for messages */
    const char *text; /* of a host name, borrowed from the question */
    size_t text_length;
    vp_dns_reason reason; /* why a host name has no address */
} vp_end;

#define VP_TRACE_LOOKUPS_MAX 64 /* route lookups in one direction */

typedef struct vp_trace_query {
    vp_end from, to;
    int protocol;             /* VP_PROTOCOL_ALL or 0-255; vp_trace_query_init: tcp. ICMP over IPv6
                                 is ICMPv6 */
    vp_ports ports;           /* destination ports; init: 443 */
    vp_ports source_ports;    /* init: 1024-65535 */
    int icmp_type, icmp_code; /* -1 = all; init: 8/0, and 128/0 once the family is known to be 6 */
    bool icmp_given;          /* the two were asked for: take them as they are */
    int family;               /* 4, 6, or 0 = 4 if both ends have IPv4, else 6 */
    bool bidirectional;
    bool ephemeral_all; /* a shrunken set of source ports is a failure */
    const vp_name *through, *avoid;
    uint32_t through_count, avoid_count;
} vp_trace_query;

/* Sets the defaults above; the ends stay VP_END_NONE. */
void vp_trace_query_init(vp_trace_query *query);

typedef enum vp_direction {
    VP_EGRESS,
    VP_INGRESS,
    VP_RETURN_EGRESS,
    VP_RETURN_INGRESS,
    VP_NO_DIRECTION
} vp_direction;

/* The addresses of a packet at one place. */
typedef struct vp_header {
    vp_addr source, destination;
} vp_header;

/*
 * One component that the packet passed, in order: an interface, a peering connection, a gateway, or
 * the internet or a network on premises (record NULL). What decided there: the route taken, the ACL
 * entry and the group rule that matched (all NULL where nothing was consulted). Pointers go into
 * the model.
 */
typedef struct vp_hop {
    vp_kind kind; /* VP_KIND_NONE: outside ("internet"); VP_KIND_CUSTOMER_GATEWAY: "onprem" */
    vp_record *record;
    vp_vpc *vpc;
    vp_subnet *subnet;
    vp_route_table *route_table;
    const vp_route *route;
    vp_cidr route_entry; /* the prefix that matched (of a prefix list: the entry) */
    const vp_transit_gateway_route_table *transit_table; /* of a transit gateway: what decided */
    vp_transit_route transit_route;
    vp_network_acl *network_acl;
    const vp_network_acl_entry *network_acl_rule;
    vp_security_group *security_group;
    const vp_ip_permission *permission; /* and which of its peers, e.g. cidr_ip number 2: */
    vp_type permission_type;            /* VP_TYPE_CIDR, _LIST (prefix list), _OBJECT (group) */
    uint32_t permission_index;
    bool permission_ipv6;
    vp_header header; /* as the packet leaves this hop */
} vp_hop;

/*
 * One reason why not, a hint, or a warning. `code` is a constant of semantics part 10. Which of the
 * pointers are set depends on the code; NULL or VP_NO_NAME or family 0 = does not apply.
 */
typedef struct vp_explanation {
    const char *code;
    vp_direction direction;
    vp_network_acl *network_acl;
    const vp_network_acl_entry *network_acl_rule; /* NULL: none matched (implicit deny) */
    vp_route_table *route_table;
    const vp_route *route;
    vp_network_interface *network_interface; /* whose groups, or where it went wrong */
    vp_subnet *subnet;
    vp_vpc *vpc, *destination_vpc;
    vp_vpc_peering_connection *vpc_peering_connection;
    vp_record *gateway; /* internet gateway ... */
    vp_transit_gateway_attachment *transit_attachment;
    const vp_transit_gateway_route_table *transit_table;
    vp_transit_route transit_route; /* block not given: none */
    vp_record *interface_met;       /* detail.network_interface_id: who holds the address there */
    vp_addr address;                /* the address the code speaks of */
    vp_cidr cidr;                   /* detail.destination: the route to add */
    vp_cidr pair[2];                /* detail.pair: overlapping blocks */
    vp_name id;                     /* an id that the data do not have; a prefix list; a group; the
                                       target of a route; a component of through or avoid */
    const char *connection;         /* detail.connection: "vpn", "dx", "unknown" */
    const char *cause;              /* detail.cause: vp_dns_cause_text, "private_address" */
    vp_name state;                  /* what a component that is not usable is instead */
    vp_list chain;       /* vp_text_item: detail.chain, peering connection ids; borrowed from
                            the trace */
    int protocol;        /* of the packet, -1 = does not apply */
    vp_ports_range port; /* the first port or ICMP type/code not admitted */
    const void *about;   /* of a warning: what was warned of, so that it is not said twice */
} vp_explanation;

typedef struct vp_trace_list {
    void *items;
    uint32_t count, capacity, item_size;
} vp_trace_list;

/*
 * An answer. Reused from question to question, so that asking allocates nothing once the lists
 * have grown. Pointers into the model are good until the model changes.
 */
typedef struct vp_trace {
    vp_alloc alloc;
    int reachable; /* 1, 0, or -1 = unknown */
    int protocol;  /* the one that was walked: of VP_PROTOCOL_ALL the first that passes */
    int family;
    vp_end from, to;         /* as asked */
    vp_hop from_end, to_end; /* record, vpc, subnet of the pair that was walked */
    vp_addr from_address, to_address;
    vp_ports ports, source_ports;                /* what remains; without ports: see vp_ports.h */
    vp_trace_list path, return_path;             /* vp_hop */
    vp_trace_list via;                           /* vp_record * : connections, gateways, in order */
    vp_trace_list explanations, hints, warnings; /* vp_explanation */
    vp_trace_list traceroute;                    /* vp_addr */
    int mtu;
    /* working space of the walk, kept to be used again */
    vp_trace_list chains, stages, saved_ports, return_via, points, slots, candidates;
} vp_trace;

void vp_trace_init(vp_trace *trace, const vp_alloc *alloc);
void vp_trace_clear(vp_trace *trace);

/*
 * Answers a query. "Not reachable" is an answer: VP_OK. VP_NO_MEMORY otherwise; VP_INVALID
 * ("invalid_end") when an end has the wrong kind (a bare address or a gateway as source). *trace is
 * overwritten either way. Ends with several addresses are tried pair by pair: the passing pair with
 * the fewest hops is the answer, else the first pair. A pair takes O(rules and routes on the path).
 */
VP_MUST_CHECK vp_status vp_trace_run(vp_network *network, const vp_trace_query *query,
                                     vp_trace *trace, vp_error *error);

/* Is the internet behind this gateway: an internet or an egress-only internet gateway? */
bool vp_trace_faces_internet(const vp_record *gateway);

/* AWS's Reachability Analyzer code for a code of this project; NULL when there is none. */
const char *vp_trace_aws_code(const char *code);

/* The same for an explanation: edge to edge from outside is refused by the gateway itself (10.2).
 */
const char *vp_trace_aws_code_of(const vp_explanation *explanation);

VP_END_DECLS

#endif
