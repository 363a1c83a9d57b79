/*
 * vp_record_nat.h - NAT gateways as structures: zonal ones in a subnet, regional ones of a VPC.
 *
 * The fields are those of `aws ec2 describe-nat-gateways` (semantics 3.3, 11.2). A zonal gateway
 * stands on an interface of its subnet, which its addresses name; a regional one has no subnet, a
 * route table of its own, and addresses in each zone that it serves.
 */
#ifndef VP_RECORD_NAT_H
#define VP_RECORD_NAT_H

#include "vp_kind.h"

VP_BEGIN_DECLS

/* One address of a gateway. status: "succeeded", ...; VP_NO_NAME counts as succeeded. */
typedef struct vp_nat_gateway_address {
    vp_addr private_ip, public_ip;
    vp_name network_interface_id, allocation_id, association_id, availability_zone,
        availability_zone_id, status;
    vp_bool is_primary;
} vp_nat_gateway_address;

typedef struct vp_nat_gateway {
    vp_record record;
    vp_name vpc_id, subnet_id, state, connectivity_type, availability_mode, auto_provision_zones,
        route_table_id;
    vp_list nat_gateway_addresses; /* vp_nat_gateway_address */
} vp_nat_gateway;

extern const vp_schema vp_nat_gateway_schema, vp_nat_gateway_address_schema;

VP_END_DECLS

#endif
