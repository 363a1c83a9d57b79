/*
 * vp_vpn.h - what a virtual private gateway knows: its VPC, its connections, the prefixes behind
 * it.
 *
 * Semantics 3.4. A prefix is known because a VPN connection has it, because a route table shows it
 * as propagated, or because the caller declared it. AWS prints nothing about Direct Connect, so
 * only a declaration makes a way a "dx"; where the data do not say, the way is "unknown".
 *
 * Nothing here allocates or fails. Each question looks through the VPN connections and route tables
 * of the network once: O(connections + routes).
 */
#ifndef VP_VPN_H
#define VP_VPN_H

#include "vp_index.h"
#include "vp_record_vpn.h"

VP_BEGIN_DECLS

/* The gateway whose attachment to the VPC works, or NULL. O(gateways). */
vp_vpn_gateway *vp_vpn_gateway_of(const vp_network *network, vp_name vpc_id);

/* The VPC that the gateway is attached to in a usable state, or VP_NO_NAME. */
vp_name vp_vpn_vpc_of(const vp_network *network, const vp_vpn_gateway *gateway);

/* Is the connection available, and one tunnel up? No telemetry counts as up (D19). */
bool vp_vpn_connection_works(const vp_network *network, const vp_vpn_connection *connection);

/* Why a prefix is known. */
typedef enum vp_vpn_source {
    VP_VPN_DECLARED,  /* the caller says so */
    VP_VPN_LEARNED,   /* a route of a VPN connection */
    VP_VPN_PROPAGATED /* a route table shows it: what the gateway knew when the data were taken */
} vp_vpn_source;

/* One known prefix. */
typedef struct vp_vpn_prefix {
    vp_cidr cidr;
    vp_vpn_source source;
    const char *connection;             /* "vpn", "dx" or "unknown" */
    const vp_vpn_connection *connected; /* the VPN connection that has it, or NULL */
} vp_vpn_prefix;

/* Where an iteration is; all zero before the first step. */
typedef struct vp_vpn_cursor {
    uint32_t source, row, item;
} vp_vpn_cursor;

/*
 * The known prefixes one after the other, declared ones first; one may come more than once. False
 * when there are no more.
 */
bool vp_vpn_next_prefix(const vp_network *network, const vp_vpn_gateway *gateway,
                        vp_vpn_cursor *cursor, vp_vpn_prefix *prefix);

/* How packets for (or from) an address travel beyond the gateway. */
typedef struct vp_vpn_way {
    const char *connection;             /* "vpn", "dx" or "unknown" */
    const vp_vpn_connection *connected; /* the VPN connection that is used, NULL: not known */
    vp_cidr cidr;                       /* the longest known prefix around it, or not given */
    bool knows_any;                     /* some prefix is known, around this address or not */
    bool is_down;                       /* only VPN connections that do not work lead there */
} vp_vpn_way;

/*
 * A way that works is preferred to one that does not, then the longer prefix, then Direct Connect
 * to VPN (AWS: Site-to-Site VPN User Guide, "Route priority").
 */
vp_vpn_way vp_vpn_find_way(const vp_network *network, const vp_vpn_gateway *gateway,
                           const vp_addr *address);

VP_END_DECLS

#endif
