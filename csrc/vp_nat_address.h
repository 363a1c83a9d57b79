/*
 * vp_nat_address.h - the secondary addresses of a zonal NAT gateway.
 */
#ifndef VP_NAT_ADDRESS_H
#define VP_NAT_ADDRESS_H

#include "vp_change.h"
#include "vp_part.h"

VP_BEGIN_DECLS

/* The secondary addresses that a request asks for. */
typedef struct vp_nat_secondary {
    vp_list allocation_ids;          /* vp_text_item: of a public gateway, each takes an address */
    vp_list private_ip_addresses;    /* vp_nat_addr_item */
    vp_int private_ip_address_count; /* of a private gateway: so many free ones */
} vp_nat_secondary;

/* The item of a list of addresses. */
typedef struct vp_nat_addr_item {
    vp_addr value;
} vp_nat_addr_item;
extern const vp_schema vp_nat_addr_item_schema;

/*
 * Gives the interface of a gateway more private addresses, and those of a public one an Elastic IP
 * each. VP_REFUSED: "InvalidParameterCombination" where Elastic IPs and addresses do not pair up or
 * the type of the gateway has no such thing, and what AssignPrivateIpAddresses and AssociateAddress
 * refuse. Nothing is asked for: VP_OK.
 */
VP_MUST_CHECK vp_status vp_nat_address_add(vp_call *call, vp_nat_gateway *gateway,
                                           vp_network_interface *owner,
                                           const vp_nat_secondary *asked, vp_error *error);

VP_END_DECLS

#endif
