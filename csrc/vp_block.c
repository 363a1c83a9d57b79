/*
 * vp_block.c - which blocks a VPC and a subnet may have.
 *
 * The one idea: a class of IPv4 space is a block, and a rule is a row of a small table of blocks.
 * AWS: Amazon VPC User Guide, "VPC CIDR blocks" and "IPv4 CIDR block association restrictions".
 */
#include "vp_block.h"

/* An IPv4 block as a constant. */
typedef struct ipv4_range {
    uint32_t address;
    uint8_t prefix_length;
} ipv4_range;

#define IPV4(a, b, c, d)                                                                           \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

static vp_cidr cidr_of(const ipv4_range *range) {
    vp_addr address = vp_addr_from_ipv4(range->address);
    return vp_cidr_of(&address, range->prefix_length);
}

static bool is_inside(const ipv4_range *range, const vp_cidr *block) {
    vp_cidr outer = cidr_of(range);
    return vp_cidr_contains(&outer, block);
}

bool vp_block_is_valid_ipv4(const vp_cidr *block) {
    static const ipv4_range never[] = {{IPV4(0, 0, 0, 0), 8},
                                       {IPV4(127, 0, 0, 0), 8},
                                       {IPV4(169, 254, 0, 0), 16},
                                       {IPV4(224, 0, 0, 0), 4}};
    if (block->address.family != 4 || block->prefix_length < 16 || block->prefix_length > 28) {
        return false;
    }
    for (size_t i = 0; i < VP_COUNT_OF(never); i++) {
        vp_cidr range = cidr_of(&never[i]);
        if (vp_cidr_overlaps(&range, block)) {
            return false;
        }
    }
    return true;
}

bool vp_block_is_public(const vp_addr *address) {
    static const ipv4_range never[] = {{IPV4(0, 0, 0, 0), 8},      {IPV4(10, 0, 0, 0), 8},
                                       {IPV4(100, 64, 0, 0), 10},  {IPV4(127, 0, 0, 0), 8},
                                       {IPV4(169, 254, 0, 0), 16}, {IPV4(172, 16, 0, 0), 12},
                                       {IPV4(192, 168, 0, 0), 16}, {IPV4(224, 0, 0, 0), 3}};
    vp_cidr one = vp_cidr_of(address, vp_addr_bits(address));
    for (size_t i = 0; i < VP_COUNT_OF(never); i++) {
        if (is_inside(&never[i], &one)) {
            return false;
        }
    }
    return address->family == 4;
}

bool vp_block_is_used_internally(const vp_cidr *block) {
    static const ipv4_range internal = {IPV4(172, 17, 0, 0), 16};
    vp_cidr range = cidr_of(&internal);
    return vp_cidr_overlaps(&range, block);
}

bool vp_block_is_valid_ipv6(const vp_cidr *block) {
    return block->address.family == 6 && block->prefix_length >= 44 && block->prefix_length <= 60 &&
           block->prefix_length % 4 == 0;
}

bool vp_block_is_subnet_size(const vp_cidr *block) {
    if (block->address.family == 4) {
        return block->prefix_length >= 16 && block->prefix_length <= 28;
    }
    return block->prefix_length >= 44 && block->prefix_length <= 64 &&
           block->prefix_length % 4 == 0;
}

/* The classes of semantics 1.3; a block in none of them is publicly routable. */
typedef enum block_class { R10, R172, R192, B198, PUB } block_class;

static block_class class_of(const vp_cidr *block) {
    static const ipv4_range classes[] = {[R10] = {IPV4(10, 0, 0, 0), 8},
                                         [R172] = {IPV4(172, 16, 0, 0), 12},
                                         [R192] = {IPV4(192, 168, 0, 0), 16},
                                         [B198] = {IPV4(198, 19, 0, 0), 16}};
    for (size_t i = 0; i < VP_COUNT_OF(classes); i++) {
        if (is_inside(&classes[i], block)) {
            return (block_class)i;
        }
    }
    return PUB;
}

bool vp_block_is_in_10_15(const vp_cidr *block) {
    static const ipv4_range range = {IPV4(10, 0, 0, 0), 15};
    return is_inside(&range, block);
}

bool vp_block_may_join(const vp_cidr *primary, bool has_10_15, const vp_cidr *block) {
    static const ipv4_range first_of_10 = {IPV4(10, 0, 0, 0), 16};
    static const ipv4_range last_of_172 = {IPV4(172, 31, 0, 0), 16};
    block_class kind = class_of(block), primary_kind = class_of(primary);
    if (kind != PUB && kind != primary_kind) {
        return false;
    }
    if (primary_kind == R10 && has_10_15 && is_inside(&first_of_10, block)) {
        return false;
    }
    return !(primary_kind == R172 && is_inside(&last_of_172, block));
}

bool vp_block_is_reserved(const vp_cidr *subnet, const vp_addr *address) {
    if (!vp_cidr_contains_addr(subnet, address)) {
        return true;
    }
    vp_addr fourth = vp_addr_plus(&subnet->address, 3);
    vp_addr last = vp_cidr_last(subnet);
    return vp_addr_compare(address, &fourth) <= 0 || vp_addr_equals(address, &last);
}

bool vp_block_is_unroutable(const vp_cidr *destination) {
    static const ipv4_range services = {IPV4(169, 254, 168, 0), 22};
    vp_cidr ipv6_services = {{(uint64_t)0xfd000ec2 << 32, 0, 6}, 32};
    return is_inside(&services, destination) || vp_cidr_contains(&ipv6_services, destination);
}
