/*
 * vp_record_vpn.h - the objects between a VPC and a network on premises.
 *
 * A virtual private gateway is the VPC's end, a customer gateway the label of the far end, a VPN
 * connection the way between them. As in vp_record.h a member is AWS's key in snake case. What is
 * known over Direct Connect is printed by no describe command (semantics 3.4.4): the caller
 * declares it, and the gateway keeps it in a list of its own that is printed only when it has
 * items, so that documents of AWS stay as they are.
 */
#ifndef VP_RECORD_VPN_H
#define VP_RECORD_VPN_H

#include "vp_record.h"

VP_BEGIN_DECLS

/* A prefix behind the gateway that the caller declared; connection is "vpn" or "dx". */
typedef struct vp_declared_route {
    vp_cidr cidr;
    vp_name connection;
} vp_declared_route;

typedef struct vp_vpn_gateway {
    vp_record record;
    vp_name state, type, availability_zone;
    vp_int amazon_side_asn;
    vp_list vpc_attachments; /* vp_gateway_attachment; at most one works */
    vp_list declared_routes; /* vp_declared_route */
} vp_vpn_gateway;

/* A prefix that a VPN connection has learned or was given; no state counts as available. */
typedef struct vp_vpn_static_route {
    vp_cidr destination_cidr_block;
    vp_name source, state;
} vp_vpn_static_route;

/* One tunnel. */
typedef struct vp_vgw_telemetry {
    vp_name outside_ip_address;
    vp_name status; /* "UP", "DOWN" */
    vp_int accepted_route_count;
} vp_vgw_telemetry;

/* CustomerGatewayConfiguration, which AWS prints too, holds keys and is never read. */
typedef struct vp_vpn_connection {
    vp_record record;
    vp_name customer_gateway_id, vpn_gateway_id, transit_gateway_id, state, type, category;
    struct {
        vp_bool static_routes_only;
    } options;
    vp_list routes;        /* vp_vpn_static_route */
    vp_list vgw_telemetry; /* vp_vgw_telemetry */
} vp_vpn_connection;

typedef struct vp_customer_gateway {
    vp_record record;
    vp_name ip_address, bgp_asn, state, type; /* AWS prints the number as text */
} vp_customer_gateway;

extern const vp_schema vp_declared_route_schema, vp_vpn_static_route_schema;

VP_END_DECLS

#endif
