/*
 * vp_record_transit.h - transit gateways, their attachments and their route tables as structures.
 *
 * As in vp_record.h a member is AWS's key in snake case (semantics 3.6, 11.2). AWS describes one
 * object in several documents, each with a part of it: an attachment in a list of all attachments
 * and in one of its own type, a route table beside its routes and its propagations. Here each is
 * one structure; vp_view.h says which document prints which part, and a mark in the structure says
 * which documents described it. What no document described is not known, rather than absent.
 *
 * A peering attachment has one id at both of its gateways, and an association at each.
 */
#ifndef VP_RECORD_TRANSIT_H
#define VP_RECORD_TRANSIT_H

#include "vp_record.h"

VP_BEGIN_DECLS

typedef struct vp_transit_gateway {
    vp_record record;
    vp_name transit_gateway_arn, state, description, creation_time;
    struct vp_transit_gateway_options {
        vp_int amazon_side_asn;
        vp_list transit_gateway_cidr_blocks; /* vp_text_item */
        vp_name auto_accept_shared_attachments, default_route_table_association,
            association_default_route_table_id, default_route_table_propagation,
            propagation_default_route_table_id, vpn_ecmp_support, dns_support,
            security_group_referencing_support, multicast_support;
    } options;
} vp_transit_gateway;

/* The table that decides for packets that arrive from an attachment. */
typedef struct vp_transit_association {
    vp_name transit_gateway_route_table_id, state;
} vp_transit_association;

/* One side of a peering attachment. */
typedef struct vp_transit_gateway_info {
    vp_name transit_gateway_id, owner_id, region;
} vp_transit_gateway_info;

typedef struct vp_transit_gateway_attachment {
    vp_record record;
    vp_name transit_gateway_id, transit_gateway_owner_id, resource_type, resource_id,
        resource_owner_id, state, creation_time;
    vp_transit_association association;      /* at transit_gateway_id */
    vp_transit_association peer_association; /* of a peering attachment: at resource_id */
    /* of a VPC: the same as resource_id and resource_owner_id */
    vp_name vpc_id, vpc_owner_id;
    vp_list subnet_ids; /* vp_text_item */
    struct vp_transit_attachment_options {
        vp_name dns_support, security_group_referencing_support, ipv6_support,
            appliance_mode_support;
    } options;
    vp_transit_gateway_info requester_tgw_info, accepter_tgw_info; /* of a peering attachment */
    vp_list declared_routes; /* vp_declared_route: what no command prints, of Direct Connect */
    /* marks: which documents described it; the other gateway's list of attachments */
    vp_bool is_described, is_vpc_described, is_peering_described, is_peer_described;
} vp_transit_gateway_attachment;

/* What a route or a propagation names: an attachment, and what is behind it. */
typedef struct vp_transit_target {
    vp_name transit_gateway_attachment_id, resource_type, resource_id;
} vp_transit_target;

/*
 * One route; with a prefix list it is there for an entry of that list. type: "static",
 * "propagated"; state: "active", "blackhole".
 */
typedef struct vp_transit_gateway_route {
    vp_cidr destination_cidr_block;
    vp_name prefix_list_id, type, state;
    vp_list transit_gateway_attachments; /* vp_transit_target */
} vp_transit_gateway_route;

/* A static route for every entry of a prefix list; blackhole: to nowhere. */
typedef struct vp_transit_prefix_list_reference {
    vp_name prefix_list_id, prefix_list_owner_id, state;
    vp_bool blackhole;
    vp_transit_target transit_gateway_attachment;
} vp_transit_prefix_list_reference;

/* An attachment that installs its prefixes in the table; state: "enabled", ... */
typedef struct vp_transit_propagation {
    vp_name transit_gateway_attachment_id, resource_type, resource_id, state;
} vp_transit_propagation;

typedef struct vp_transit_gateway_route_table {
    vp_record record;
    vp_name transit_gateway_id, state, creation_time;
    vp_bool default_association_route_table, default_propagation_route_table;
    vp_list routes;                      /* vp_transit_gateway_route: static and loaded ones */
    vp_bool additional_routes_available; /* the list was cut */
    vp_list propagations;                /* vp_transit_propagation */
    vp_list prefix_list_references;      /* vp_transit_prefix_list_reference */
    vp_bool are_routes_known, are_propagations_known, are_references_known; /* marks */
} vp_transit_gateway_route_table;

extern const vp_schema vp_transit_gateway_route_schema, vp_transit_target_schema,
    vp_transit_propagation_schema, vp_transit_prefix_list_reference_schema;

/* The parts that single documents print (vp_view.h). */
extern const vp_schema vp_transit_attachment_view, vp_transit_vpc_attachment_view,
    vp_transit_peering_attachment_view, vp_transit_route_table_view, vp_transit_routes_view,
    vp_transit_propagations_view, vp_transit_references_view;

VP_END_DECLS

#endif
