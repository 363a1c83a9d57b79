/*
 * vp_record.h - the objects of a model as structures.
 *
 * Field by field these are the answers of `aws ec2 describe-*` (semantics 11.2): a member is AWS's
 * key in snake case. An object refers to another by the number of its id (vp_name), so data may
 * name what is not loaded; vp_network_find turns a number into a record. Members below "derived"
 * are filled by vp_index (vp_index.h) and are no part of the record's value.
 */
#ifndef VP_RECORD_H
#define VP_RECORD_H

#include "vp_record_classic.h"
#include "vp_record_group.h"
#include "vp_record_nat.h"
#include "vp_record_prefix.h"
#include "vp_rule.h"

VP_BEGIN_DECLS

/* One block of a VPC or subnet. state: "associated", ...; VP_NO_NAME counts as associated. */
typedef struct vp_block_association {
    vp_name association_id;
    vp_cidr cidr_block;
    struct {
        vp_name state;
    } state;
} vp_block_association;

typedef struct vp_vpc {
    vp_record record;
    vp_cidr cidr_block;
    vp_list cidr_block_association_set;      /* vp_block_association */
    vp_list ipv6_cidr_block_association_set; /* vp_block_association */
    vp_bool is_default;
    vp_name state, dhcp_options_id, instance_tenancy;
    struct {
        vp_bool value;
    } enable_dns_support, enable_dns_hostnames; /* describe-vpc-attribute */
    struct {
        vp_name internet_gateway_block_mode;
    } block_public_access_states;
    vp_name encryption_mode; /* EncryptionControl.Mode */
    /* derived */
    struct vp_route_table *main_route_table;
    struct vp_network_acl *default_network_acl;
    uint32_t subnet_count, network_acl_count;
} vp_vpc;

typedef struct vp_subnet {
    vp_record record;
    vp_name vpc_id;
    vp_cidr cidr_block;
    vp_list ipv6_cidr_block_association_set; /* vp_block_association */
    vp_name availability_zone, availability_zone_id, state;
    vp_bool map_public_ip_on_launch, assign_ipv6_address_on_creation, default_for_az, ipv6_native,
        enable_dns64;
    struct {
        vp_name internet_gateway_block_mode;
    } block_public_access_states;
    /* derived */
    vp_vpc *vpc;                        /* NULL: not loaded */
    struct vp_route_table *route_table; /* explicit, else main; NULL: none loaded */
    struct vp_network_acl *network_acl; /* explicit, else default; NULL: none loaded */
} vp_subnet;

typedef struct vp_route_table_association {
    vp_name route_table_association_id, route_table_id, subnet_id, gateway_id;
    vp_bool main;
    struct {
        vp_name state;
    } association_state;
} vp_route_table_association;

typedef struct vp_propagating_vgw {
    vp_name gateway_id;
} vp_propagating_vgw;

typedef struct vp_route_table {
    vp_record record;
    vp_name vpc_id;
    vp_list associations;     /* vp_route_table_association */
    vp_list propagating_vgws; /* vp_propagating_vgw */
    vp_list routes;           /* vp_route, in table order */
    /* derived */
    vp_vpc *vpc;
} vp_route_table;

/* One side of a peering connection. */
typedef struct vp_peering_vpc_info {
    vp_name vpc_id, owner_id, region;
    vp_cidr cidr_block;
    vp_list cidr_block_set;      /* vp_peering_block */
    vp_list ipv6_cidr_block_set; /* vp_peering_ipv6_block */
    struct {
        vp_bool allow_dns_resolution_from_remote_vpc,
            allow_egress_from_local_classic_link_to_remote_vpc,
            allow_egress_from_local_vpc_to_remote_classic_link;
    } peering_options;
    /* derived */
    vp_vpc *vpc;
} vp_peering_vpc_info;

typedef struct vp_peering_block {
    vp_cidr cidr_block;
} vp_peering_block;
typedef struct vp_peering_ipv6_block {
    vp_cidr ipv6_cidr_block;
} vp_peering_ipv6_block;

typedef struct vp_vpc_peering_connection {
    vp_record record;
    vp_peering_vpc_info requester_vpc_info, accepter_vpc_info;
    struct {
        vp_name code, message;
    } status;
    vp_name expiration_time;
    /* life cycle, not printed: seconds of the network's clock, who ended it, why it failed */
    int64_t created_at, ended_at;
    vp_name ended_by, cause;
} vp_vpc_peering_connection;

typedef struct vp_security_group {
    vp_record record;
    vp_name group_name, description, vpc_id;
    vp_list ip_permissions, ip_permissions_egress;             /* vp_ip_permission */
    vp_list stale_ip_permissions, stale_ip_permissions_egress; /* as printed, to be compared */
    vp_list vpc_associations;                                  /* vp_group_vpc_association */
    /* derived */
    vp_vpc *vpc;
} vp_security_group;

typedef struct vp_network_acl_association {
    vp_name network_acl_association_id, network_acl_id, subnet_id;
} vp_network_acl_association;

typedef struct vp_network_acl {
    vp_record record;
    vp_name vpc_id;
    vp_bool is_default;
    vp_list associations; /* vp_network_acl_association */
    vp_list entries;      /* vp_network_acl_entry; vp_index keeps them in rule order */
    /* derived */
    vp_vpc *vpc;
} vp_network_acl;

typedef struct vp_gateway_attachment {
    vp_name vpc_id, state;
} vp_gateway_attachment;

typedef struct vp_internet_gateway {
    vp_record record;
    vp_list attachments; /* vp_gateway_attachment */
} vp_internet_gateway;

typedef struct vp_egress_only_internet_gateway {
    vp_record record;
    vp_list attachments; /* vp_gateway_attachment */
} vp_egress_only_internet_gateway;

/* The public side of one private address. */
typedef struct vp_address_association {
    vp_addr public_ip;
    vp_name allocation_id, association_id, ip_owner_id, public_dns_name;
} vp_address_association;

typedef struct vp_private_ip_address {
    vp_addr private_ip_address;
    vp_bool primary;
    vp_name private_dns_name;
    vp_address_association association;
} vp_private_ip_address;

typedef struct vp_ipv6_address {
    vp_addr ipv6_address;
} vp_ipv6_address;
typedef struct vp_ipv4_prefix {
    vp_cidr ipv4_prefix;
} vp_ipv4_prefix;
typedef struct vp_ipv6_prefix {
    vp_cidr ipv6_prefix;
} vp_ipv6_prefix;
typedef struct vp_group_identifier {
    vp_name group_id, group_name;
} vp_group_identifier;

typedef struct vp_network_interface {
    vp_record record;
    vp_name vpc_id, subnet_id, availability_zone, interface_type, status, description,
        private_dns_name;
    vp_bool source_dest_check, requester_managed, deny_all_igw_traffic, associate_public_ip_address;
    vp_list groups; /* vp_group_identifier */
    vp_addr private_ip_address;
    vp_address_association association; /* of the primary address */
    vp_list private_ip_addresses;       /* vp_private_ip_address, primary first */
    vp_list ipv6_addresses;             /* vp_ipv6_address */
    vp_list ipv4_prefixes;              /* vp_ipv4_prefix */
    vp_list ipv6_prefixes;              /* vp_ipv6_prefix */
    struct {
        vp_name attachment_id, instance_id, instance_owner_id, status;
        vp_int device_index;
        vp_bool delete_on_termination; /* what terminating the instance does to the interface */
    } attachment;
    /* derived */
    vp_vpc *vpc;
    vp_subnet *subnet;
    struct vp_instance *instance; /* NULL: not of an instance, or the instance is not loaded */
} vp_network_interface;

typedef struct vp_instance {
    vp_record record;
    vp_name vpc_id, subnet_id, reservation_id, instance_type, image_id;
    struct {
        vp_name name;
    } state;
    vp_addr private_ip_address, public_ip_address, ipv6_address;
    vp_name private_dns_name, public_dns_name;
    vp_bool source_dest_check;
    vp_list security_groups; /* vp_group_identifier */
    vp_classic_link classic_link;
    /* derived: its interfaces in device order are found through vp_index_interfaces_of */
    vp_vpc *vpc;
} vp_instance;

/* An Elastic IP address; its id is the allocation id. */
typedef struct vp_address {
    vp_record record;
    vp_addr public_ip, private_ip_address;
    vp_name association_id, domain, instance_id, network_interface_id, network_interface_owner_id;
} vp_address;

/* The records of vp_record_vpn.h, _endpoint.h and _transit.h, for the table of kinds. */
extern const vp_schema vp_vpn_gateway_schema, vp_vpn_connection_schema, vp_customer_gateway_schema,
    vp_vpc_endpoint_schema, vp_hosted_zone_schema, vp_transit_gateway_schema,
    vp_transit_gateway_attachment_schema, vp_transit_gateway_route_table_schema;

extern const vp_schema vp_group_associations_view, vp_group_stale_view, /* for vp_view */
    vp_route_table_association_schema, vp_network_acl_association_schema,
    vp_block_association_schema, vp_ipv6_block_association_schema, vp_gateway_attachment_schema,
    vp_private_ip_address_schema, vp_ipv6_address_schema, vp_group_identifier_schema,
    vp_peering_block_schema, vp_peering_ipv6_block_schema, vp_propagating_vgw_schema,
    vp_ipv4_prefix_schema, vp_ipv6_prefix_schema;

VP_END_DECLS

#endif
