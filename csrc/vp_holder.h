/*
 * vp_holder.h - which interface holds which address.
 *
 * Two sorted arrays. Private addresses and delegated prefixes are blocks, looked up per VPC, since
 * equal addresses in two VPCs are different addresses. Public IPv4 addresses are looked up both
 * ways: who has it, and what is the public side of a private address.
 *
 * Use: add everything, call vp_holders_finish once, then look up.
 */
#ifndef VP_HOLDER_H
#define VP_HOLDER_H

#include "vp_point.h"
#include "vp_record.h"

VP_BEGIN_DECLS

/* A block of a VPC and the interface that holds it, in few bytes, since there are many. */
typedef struct vp_holder {
    vp_network_interface *network_interface;
    vp_point first; /* of the block */
    vp_name vpc_id;
    uint32_t order;     /* of the interface among all: the smaller one wins */
    uint32_t enclosing; /* index of the smallest block around this one, or VP_HOLDER_NONE */
    uint8_t family, prefix_length;
} vp_holder;

#define VP_HOLDER_NONE UINT32_MAX

VP_INLINE vp_cidr vp_holder_block(const vp_holder *holder) {
    vp_cidr block = {{holder->first.hi, holder->first.lo, holder->family}, holder->prefix_length};
    return block;
}

/* A public address and the private address of the interface behind it. */
typedef struct vp_public_holder {
    vp_addr public_ip, private_ip;
    vp_network_interface *network_interface;
    uint32_t order;  /* of the interface that says so; VP_HOLDER_NONE: something else does */
    uint32_t serial; /* rises with each one of that order */
} vp_public_holder;

typedef struct vp_holders {
    vp_alloc alloc;
    vp_holder *blocks; /* by VPC, then in block order: shorter prefix first */
    uint32_t block_count, block_capacity;
    uint32_t sorted_blocks; /* the first of them; the others were added since */
    vp_holder *doubles; /* blocks that another interface of the VPC holds: the first one has them */
    uint32_t double_count, double_capacity;
    vp_public_holder *publics; /* by public address */
    uint32_t public_count, public_capacity;
    vp_public_holder *privates; /* the same by interface, then private address */
    bool has_open; /* some interface has an address that the data do not tell (vp_route.h) */
} vp_holders;

void vp_holders_init(vp_holders *holders, const vp_alloc *alloc);
void vp_holders_clear(vp_holders *holders);

/* Room for so many blocks at once. VP_NO_MEMORY leaves everything as it was. */
VP_MUST_CHECK vp_status vp_holders_reserve(vp_holders *holders, uint32_t block_count);

/*
 * Adds a block (an address as its /32 or /128) that the interface holds in a VPC, or a public
 * address of it. A block or address that is not given is ignored. `order` decides between
 * interfaces that claim the same address; of equal orders the first one added counts. VP_NO_MEMORY
 * leaves everything as it was. O(1).
 */
VP_MUST_CHECK vp_status vp_holders_add(vp_holders *holders, vp_name vpc_id, const vp_cidr *block,
                                       vp_network_interface *network_interface, uint32_t order);
VP_MUST_CHECK vp_status vp_holders_add_public(vp_holders *holders, const vp_addr *public_ip,
                                              const vp_addr *private_ip,
                                              vp_network_interface *network_interface,
                                              uint32_t order);

/*
 * After finishing: gives all interfaces other orders, `orders` by the order of now; VP_HOLDER_NONE
 * takes out what an interface holds, which may be gone already. Public addresses that no interface
 * says go as well. More may be added then, in any order, and vp_holders_finish must follow. Not
 * where there are doubles. O(n).
 */
void vp_holders_renumber(vp_holders *holders, const uint32_t *orders);

/*
 * Sorts what was added; a few blocks more among sorted ones are put in their places, without
 * memory. VP_NO_MEMORY: only vp_holders_clear may follow. O(n).
 */
VP_MUST_CHECK vp_status vp_holders_finish(vp_holders *holders);

/* The interface that comes first among those that hold the address, or NULL. O(log n). */
vp_network_interface *vp_holders_find(const vp_holders *holders, vp_name vpc_id,
                                      const vp_addr *address);

/* The block that is kept of those equal to this one; NULL when it was not added. O(log n). */
const vp_holder *vp_holders_equal(const vp_holders *holders, const vp_holder *block);

/*
 * The private addresses of an interface one after the other, as blocks: the primary one, the other
 * IPv4 ones, IPv6, then the delegated prefixes. `position` starts at 0 and is advanced. False when
 * there are no more.
 */
bool vp_interface_next_block(const vp_network_interface *network_interface, uint32_t *position,
                             vp_cidr *block);

/* The first holder of a public address, or NULL. O(log n). */
const vp_public_holder *vp_holders_find_public(const vp_holders *holders, const vp_addr *public_ip);

/* The first public side of a private address of an interface, or NULL. O(log n). */
const vp_public_holder *vp_holders_public_of(const vp_holders *holders,
                                             const vp_network_interface *network_interface,
                                             const vp_addr *private_ip);

VP_END_DECLS

#endif
