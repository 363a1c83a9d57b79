/*
 * vp_block.h - which blocks a VPC and a subnet may have.
 *
 * Pure questions about blocks (semantics 1.2 to 1.4 and 2), asked by the strict actions, which
 * refuse, and by the lenient loader, which records a diagnostic. All are O(1).
 */
#ifndef VP_BLOCK_H
#define VP_BLOCK_H

#include "vp_cidr.h"

VP_BEGIN_DECLS

/* IPv4 of /16 to /28 that overlaps no range that is never allowed (semantics 1.2). */
bool vp_block_is_valid_ipv4(const vp_cidr *block);

/* Does it overlap 172.17.0.0/16, which AWS allows but some of its services use internally? */
bool vp_block_is_used_internally(const vp_cidr *block);

/* IPv6 of /44, /48, /52, /56 or /60 (semantics 1.4). */
bool vp_block_is_valid_ipv6(const vp_cidr *block);

/* A subnet's size: IPv4 /16 to /28, IPv6 /44 to /64 in steps of 4 (semantics 2). */
bool vp_block_is_subnet_size(const vp_cidr *block);

/*
 * May a VPC whose primary block is `primary` add `block`, judged by the classes of private ranges
 * alone (semantics 1.3, D11)? `has_10_15`: some block of the VPC lies inside 10.0.0.0/15.
 */
bool vp_block_may_join(const vp_cidr *primary, bool has_10_15, const vp_cidr *block);

/* Is the block inside 10.0.0.0/15? */
bool vp_block_is_in_10_15(const vp_cidr *block);

/*
 * Can an interface in a subnet with this block have this address? Not the first four and the last
 * of an IPv4 or IPv6 block, nor anything outside of it (semantics 2).
 */
bool vp_block_is_reserved(const vp_cidr *subnet, const vp_addr *address);

/* Can the internet know this IPv4 address: neither private nor shared, local, multicast, reserved?
 */
bool vp_block_is_public(const vp_addr *address);

/* Does the whole block lie in a range that routes may not name (semantics 4.2)? */
bool vp_block_is_unroutable(const vp_cidr *destination);

VP_END_DECLS

#endif
