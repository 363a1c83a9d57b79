/*
 * vp_filter.h - which rule of a network ACL or of security groups admits a packet.
 *
 * A filter is asked with a set of ports (or ICMP types, or protocol numbers, see vp_ports.h) and
 * says which part of it the rules admit, reading them as they are written (semantics 6 and 7). It
 * changes the set only when a part is admitted: an empty answer is a failure to report, and the
 * walk goes on with the whole set.
 */
#ifndef VP_FILTER_H
#define VP_FILTER_H

#include "vp_index.h"
#include "vp_ports.h"
#include "vp_protocol.h"

VP_BEGIN_DECLS

/* What the numbers of a packet's set are. */
typedef enum vp_axis { VP_AXIS_PORTS, VP_AXIS_ICMP, VP_AXIS_PROTOCOLS } vp_axis;

/* TCP and UDP have ports, ICMP over IPv4 and ICMPv6 over IPv6 types, all others numbers. */
vp_axis vp_axis_of(int protocol, uint8_t family);

/* A packet as a filter sees it. */
typedef struct vp_filter_packet {
    int protocol; /* of the packet; VP_PROTOCOL_OTHER */
    vp_addr remote;
    bool egress; /* which rules are asked */
} vp_filter_packet;

typedef struct vp_acl_verdict {
    bool passes, narrowed;               /* some part is admitted; not all of it */
    const vp_network_acl_entry *entry;   /* passes: the first that allowed; else the first that
                                            denied, NULL when none matched at all */
    const vp_network_acl_entry *denying; /* the first that denied a part, or NULL */
    vp_ports_range missing;              /* the first range that was not admitted */
} vp_acl_verdict;

/* Asks the rules of one direction in order; *ports keeps what is allowed, if anything is. */
void vp_filter_acl(const vp_network *network, const vp_network_acl *acl,
                   const vp_filter_packet *packet, vp_ports *ports, vp_acl_verdict *verdict);

/* How a packet comes from or goes to the far end, as far as group references care (6.3). */
typedef enum vp_way {
    VP_WAY_NONE,          /* no group information: the internet, a bare address */
    VP_WAY_LOCAL,         /* within one VPC */
    VP_WAY_PEERING,       /* an active connection in one Region */
    VP_WAY_OTHER_REGION,  /* a connection between two Regions */
    VP_WAY_STALE,         /* the VPCs are not joined any more */
    VP_WAY_NOT_PRESERVED, /* through something that sends packets as its own */
    VP_WAY_TRANSIT,       /* a transit gateway that carries references (inbound) */
    VP_WAY_TRANSIT_OFF    /* a transit gateway that does not */
} vp_way;

/* The interface at the far end; NULL when no interface of the model holds the remote address. */
typedef struct vp_far_end {
    const vp_network_interface *holder;
    vp_way way;
} vp_far_end;

typedef struct vp_group_verdict {
    bool passes, narrowed;
    const char *code; /* when it does not pass: the code of 9.7, else NULL */
    vp_name group;    /* the group that the failing reference names; a group of the interface that
                         is not in the data (UNKNOWN_RESOURCE) */
    vp_security_group *security_group;  /* the first rule that matched: its group, */
    const vp_ip_permission *permission; /* its entry and which of the peers there */
    vp_type permission_type;
    uint32_t permission_index;
    bool permission_ipv6;
    vp_name unknown_prefix_list; /* a rule asked for a list that is not in the data */
    vp_name unknown_group;       /* a rule names a group of a VPC that is not loaded */
    vp_ports_range missing;
} vp_group_verdict;

/* Does a rule of this direction of an interface's groups name another group? */
bool vp_filter_has_references(const vp_network *network,
                              const vp_network_interface *network_interface, bool egress);

/*
 * Do the groups of an interface have no rule of this direction at all, so that nothing passes,
 * whatever the packet? False where a group is not in the data.
 */
bool vp_filter_is_closed(const vp_network *network, const vp_network_interface *network_interface,
                         bool egress);

/* Asks all groups of an interface; *ports keeps what is admitted, if anything is. */
void vp_filter_groups(const vp_network *network, const vp_network_interface *network_interface,
                      const vp_filter_packet *packet, const vp_far_end *far_end, vp_ports *ports,
                      vp_group_verdict *verdict);

VP_END_DECLS

#endif
