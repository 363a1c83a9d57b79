/*
 * vp_interface.h - giving addresses to interfaces and taking them away.
 *
 * Shared by vp_interface.c, which makes interfaces, and vp_interface_action.c, which changes them.
 */
#ifndef VP_INTERFACE_H
#define VP_INTERFACE_H

#include "vp_part.h"

VP_BEGIN_DECLS

/*
 * Adds a private address to an interface: the given one, or (family 0) the lowest of the subnet
 * that can be assigned and is free. The primary one goes to the front. VP_REFUSED:
 * "InvalidParameterValue" (outside of the subnet or reserved), "InvalidIPAddress.InUse",
 * "InsufficientFreeAddressesInSubnet", "PrivateIpAddressLimitExceeded". O(interfaces).
 */
VP_MUST_CHECK vp_status vp_interface_add_ipv4(vp_change *change, const vp_subnet *subnet,
                                              vp_network_interface *owner, vp_addr address,
                                              bool primary, vp_error *error);

/* The same for an IPv6 address. */
VP_MUST_CHECK vp_status vp_interface_add_ipv6(vp_change *change, const vp_subnet *subnet,
                                              vp_network_interface *owner, vp_addr address,
                                              vp_error *error);

/* The IPv6 block of a subnet that holds the address; without one its first block, or NULL. */
const vp_cidr *vp_interface_ipv6_block(const vp_network *network, const vp_subnet *subnet,
                                       const vp_addr *address);

/*
 * Delegates prefixes of a family: those of a list (of structures that are one block), or the lowest
 * `count` that are free. VP_REFUSED: "InvalidParameterValue" (not a /28 or /80, outside of the
 * subnet, with reserved addresses), "InvalidIPAddress.InUse", "InsufficientCidrBlocks",
 * "PrivateIpAddressLimitExceeded", "InvalidParameterCombination" (list and count).
 * O(interfaces * prefixes looked at). (vp_interface_prefix.c)
 */
VP_MUST_CHECK vp_status vp_interface_add_prefixes(vp_change *change, const vp_subnet *subnet,
                                                  vp_network_interface *owner,
                                                  const vp_list *prefixes, vp_int count,
                                                  uint8_t family, vp_error *error);

/* Takes one away: "InvalidParameterValue" when the interface has not got it. */
VP_MUST_CHECK vp_status vp_interface_remove_prefix(vp_change *change, vp_network_interface *owner,
                                                   const vp_cidr *prefix, vp_error *error);

/*
 * Rows of a request's table for the addresses and prefixes of an interface; `at` leads from the
 * request to its vp_interface_request ("interface.", or nothing).
 */
#define VP_INTERFACE_ADDRESS_FIELDS(type, at)                                                      \
    VP_FIELD(type, at private_ip_address, VP_TYPE_ADDR, "PrivateIpAddress", 0, NULL),              \
        VP_FIELD(type, at private_ip_addresses, VP_TYPE_LIST, "PrivateIpAddresses", 0,             \
                 &vp_private_ip_address_schema),                                                   \
        VP_FIELD(type, at secondary_private_ip_address_count, VP_TYPE_INT,                         \
                 "SecondaryPrivateIpAddressCount", 0, NULL),                                       \
        VP_FIELD(type, at ipv6_addresses, VP_TYPE_LIST, "Ipv6Addresses", 0,                        \
                 &vp_ipv6_address_schema),                                                         \
        VP_FIELD(type, at ipv6_address_count, VP_TYPE_INT, "Ipv6AddressCount", 0, NULL),           \
        VP_FIELD(type, at ipv4_prefixes, VP_TYPE_LIST, "Ipv4Prefixes", 0, &vp_ipv4_prefix_schema), \
        VP_FIELD(type, at ipv4_prefix_count, VP_TYPE_INT, "Ipv4PrefixCount", 0, NULL),             \
        VP_FIELD(type, at ipv6_prefixes, VP_TYPE_LIST, "Ipv6Prefixes", 0, &vp_ipv6_prefix_schema), \
        VP_FIELD(type, at ipv6_prefix_count, VP_TYPE_INT, "Ipv6PrefixCount", 0, NULL)

/* "InvalidParameterValue" for a number of addresses that is negative. */
VP_MUST_CHECK vp_status vp_interface_check_count(vp_int count, const char *parameter,
                                                 vp_error *error);

VP_END_DECLS

#endif
