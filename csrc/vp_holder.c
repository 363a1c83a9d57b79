/*
 * vp_holder.c - sorted arrays of the addresses that interfaces hold.
 *
 * Blocks nest or are disjoint, so each knows the smallest block around it. Everything that covers
 * an address is then the chain that starts at the last block that begins at or before it:
 *
 *     10.0.0.0/24  |------------------------------|   interface A (a delegated prefix)
 *     10.0.0.16/28      |----|  enclosing: /24        interface B
 *     10.0.0.200                              ^ starts after /28, which does not cover it: /24
 *
 * Invariant after finishing: equal blocks of one VPC occur once.
 */
#include "vp_holder.h"

#include "vp_sort.h"

#include <string.h>

void vp_holders_init(vp_holders *holders, const vp_alloc *alloc) {
    memset(holders, 0, sizeof *holders);
    holders->alloc = *alloc;
}

void vp_holders_clear(vp_holders *holders) {
    const vp_alloc *alloc = &holders->alloc;
    vp_alloc_free(alloc, holders->blocks, holders->block_capacity * sizeof *holders->blocks);
    vp_alloc_free(alloc, holders->publics, holders->public_capacity * sizeof *holders->publics);
    vp_alloc_free(alloc, holders->privates, holders->public_count * sizeof *holders->privates);
    vp_alloc kept = *alloc;
    vp_holders_init(holders, &kept);
}

vp_status vp_holders_add(vp_holders *holders, vp_name vpc_id, const vp_cidr *block,
                         vp_network_interface *network_interface) {
    if (!vp_cidr_is_given(block)) {
        return VP_OK;
    }
    void *blocks = holders->blocks;
    vp_status status = vp_alloc_grow(&holders->alloc, &blocks, &holders->block_capacity,
                                     (size_t)holders->block_count + 1, sizeof *holders->blocks);
    if (status != VP_OK) {
        return status;
    }
    holders->blocks = blocks;
    vp_holder holder = {vpc_id, holders->block_count, VP_HOLDER_NONE, *block, network_interface};
    holders->blocks[holders->block_count++] = holder;
    return VP_OK;
}

vp_status vp_holders_add_public(vp_holders *holders, const vp_addr *public_ip,
                                const vp_addr *private_ip,
                                vp_network_interface *network_interface) {
    if (public_ip->family == 0) {
        return VP_OK;
    }
    void *publics = holders->publics;
    vp_status status = vp_alloc_grow(&holders->alloc, &publics, &holders->public_capacity,
                                     (size_t)holders->public_count + 1, sizeof *holders->publics);
    if (status != VP_OK) {
        return status;
    }
    holders->publics = publics;
    vp_public_holder holder = {*public_ip, *private_ip, network_interface};
    holders->publics[holders->public_count++] = holder;
    return VP_OK;
}

/* Any fixed order will do for grouping; names are numbers, so no text is compared. */
static int order_of_names(vp_name a, vp_name b) { return (a > b) - (a < b); }

/* The three orders of sorting and searching. */
static int compare_blocks(const void *left, const void *right, const void *context) {
    (void)context;
    const vp_holder *a = left, *b = right;
    int order = order_of_names(a->vpc_id, b->vpc_id);
    return order != 0 ? order : vp_cidr_compare(&a->block, &b->block);
}

static int compare_publics(const void *left, const void *right, const void *context) {
    (void)context;
    const vp_public_holder *a = left, *b = right;
    return vp_addr_compare(&a->public_ip, &b->public_ip);
}

static int compare_privates(const void *left, const void *right, const void *context) {
    (void)context;
    const vp_public_holder *a = left, *b = right;
    int order = order_of_names(a->network_interface->record.id, b->network_interface->record.id);
    return order != 0 ? order : vp_addr_compare(&a->private_ip, &b->private_ip);
}

/* Keeps the first of equal blocks and links each block to the one around it. */
static void nest_blocks(vp_holders *holders) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < holders->block_count; i++) {
        vp_holder *next = &holders->blocks[i];
        const vp_holder *last = kept > 0 ? &holders->blocks[kept - 1] : NULL;
        if (last != NULL && compare_blocks(last, next, NULL) == 0) {
            holders->has_doubles |= last->network_interface != next->network_interface;
            continue;
        }
        /* The block before it in order holds it, or one of those around that block, or none does.
         */
        uint32_t around = last != NULL && last->vpc_id == next->vpc_id ? kept - 1 : VP_HOLDER_NONE;
        while (around != VP_HOLDER_NONE &&
               !vp_cidr_contains(&holders->blocks[around].block, &next->block)) {
            around = holders->blocks[around].enclosing;
        }
        next->enclosing = around;
        holders->blocks[kept++] = *next;
    }
    holders->block_count = kept;
}

/* Public addresses are searched from both ends, hence two copies in two orders. */
vp_status vp_holders_finish(vp_holders *holders) {
    const vp_alloc *alloc = &holders->alloc;
    if (holders->block_count > 0) { /* there are no more to come */
        vp_holder *exact = vp_alloc_array(alloc, holders->blocks, holders->block_capacity,
                                          holders->block_count, sizeof *holders->blocks);
        holders->blocks = exact != NULL ? exact : holders->blocks;
        holders->block_capacity = exact != NULL ? holders->block_count : holders->block_capacity;
    }
    vp_status status = vp_sort(alloc, holders->blocks, holders->block_count,
                               sizeof *holders->blocks, compare_blocks, NULL);
    if (status != VP_OK) {
        return status;
    }
    nest_blocks(holders);
    if (holders->public_count == 0) {
        return VP_OK;
    }
    size_t size = sizeof *holders->publics;
    holders->privates = vp_alloc_array(alloc, NULL, 0, holders->public_count, size);
    if (holders->privates == NULL) {
        return VP_NO_MEMORY;
    }
    memcpy(holders->privates, holders->publics, holders->public_count * size);
    status = vp_sort(alloc, holders->privates, holders->public_count, size, compare_privates, NULL);
    if (status != VP_OK) {
        return status;
    }
    return vp_sort(alloc, holders->publics, holders->public_count, size, compare_publics, NULL);
}

vp_network_interface *vp_holders_find(const vp_holders *holders, vp_name vpc_id,
                                      const vp_addr *address) {
    if (address->family == 0) {
        return NULL;
    }
    vp_holder wanted = {.vpc_id = vpc_id, .block = vp_cidr_of(address, vp_addr_bits(address))};
    uint32_t low = 0, high = holders->block_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_blocks(&holders->blocks[middle], &wanted, NULL) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0 || holders->blocks[low - 1].vpc_id != vpc_id) {
        return NULL;
    }
    /* At most one block a prefix length: the chain is short however many blocks there are. */
    const vp_holder *best = NULL;
    for (uint32_t i = low - 1; i != VP_HOLDER_NONE; i = holders->blocks[i].enclosing) {
        const vp_holder *holder = &holders->blocks[i];
        if (vp_cidr_contains_addr(&holder->block, address) &&
            (best == NULL || holder->order < best->order)) {
            best = holder;
        }
    }
    return best != NULL ? best->network_interface : NULL;
}

/* The first entry equal to `wanted` in an array in the order of `compare`. */
static const vp_public_holder *find_first(const vp_public_holder *entries, uint32_t count,
                                          const vp_public_holder *wanted, vp_compare *compare) {
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare(&entries[middle], wanted, NULL) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && compare(&entries[low], wanted, NULL) == 0 ? &entries[low] : NULL;
}

const vp_public_holder *vp_holders_find_public(const vp_holders *holders,
                                               const vp_addr *public_ip) {
    vp_public_holder wanted = {.public_ip = *public_ip};
    return find_first(holders->publics, holders->public_count, &wanted, compare_publics);
}

const vp_public_holder *vp_holders_public_of(const vp_holders *holders,
                                             const vp_network_interface *network_interface,
                                             const vp_addr *private_ip) {
    vp_network_interface key = {.record = {.id = network_interface->record.id}};
    vp_public_holder wanted = {.private_ip = *private_ip, .network_interface = &key};
    return find_first(holders->privates, holders->public_count, &wanted, compare_privates);
}

static void set_address(const vp_addr *address, vp_cidr *block) {
    block->address = *address;
    block->prefix_length = (uint8_t)vp_addr_bits(address);
}

/* The n-th block; one that is not given where the primary address is listed again. */
static bool block_at(const vp_network_interface *met, uint32_t n, vp_cidr *block) {
    const vp_list *addresses = &met->private_ip_addresses, *wide = &met->ipv6_addresses;
    if (n == 0) {
        set_address(&met->private_ip_address, block);
        return true;
    }
    if (--n < addresses->count) {
        set_address(&VP_ITEM(vp_private_ip_address, addresses, n)->private_ip_address, block);
        if (vp_addr_equals(&block->address, &met->private_ip_address)) {
            block->address.family = 0;
        }
        return true;
    }
    if ((n -= addresses->count) < wide->count) {
        set_address(&VP_ITEM(vp_ipv6_address, wide, n)->ipv6_address, block);
        return true;
    }
    if ((n -= wide->count) < met->ipv4_prefixes.count) {
        *block = VP_ITEM(vp_ipv4_prefix, &met->ipv4_prefixes, n)->ipv4_prefix;
        return true;
    }
    if ((n -= met->ipv4_prefixes.count) < met->ipv6_prefixes.count) {
        *block = VP_ITEM(vp_ipv6_prefix, &met->ipv6_prefixes, n)->ipv6_prefix;
        return true;
    }
    return false;
}

bool vp_interface_next_block(const vp_network_interface *network_interface, uint32_t *position,
                             vp_cidr *block) {
    while (block_at(network_interface, (*position)++, block)) {
        if (block->address.family != 0) {
            return true;
        }
    }
    return false;
}
