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
 * The blocks are sorted word by word, without comparing any two of them, and those that are like
 * the one before are put aside. Invariant after finishing: equal blocks of one VPC occur once.
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
    vp_alloc_free(alloc, holders->doubles, holders->double_capacity * sizeof *holders->doubles);
    vp_alloc_free(alloc, holders->publics, holders->public_capacity * sizeof *holders->publics);
    vp_alloc_free(alloc, holders->privates, holders->public_count * sizeof *holders->privates);
    vp_alloc kept = *alloc;
    vp_holders_init(holders, &kept);
}

vp_status vp_holders_reserve(vp_holders *holders, uint32_t block_count) {
    void *blocks = holders->blocks;
    vp_status status = vp_alloc_grow(&holders->alloc, &blocks, &holders->block_capacity,
                                     block_count, sizeof *holders->blocks);
    holders->blocks = blocks;
    return status;
}

vp_status vp_holders_add(vp_holders *holders, vp_name vpc_id, const vp_cidr *block,
                         vp_network_interface *network_interface, uint32_t order) {
    if (!vp_cidr_is_given(block)) {
        return VP_OK;
    }
    vp_status status = vp_holders_reserve(holders, holders->block_count + 1);
    if (status != VP_OK) {
        return status;
    }
    vp_holder *added = &holders->blocks[holders->block_count++];
    added->network_interface = network_interface;
    added->first = vp_point_of(&block->address);
    added->vpc_id = vpc_id;
    added->order = order;
    added->enclosing = VP_HOLDER_NONE;
    added->family = block->address.family;
    added->prefix_length = block->prefix_length;
    holders->has_open = holders->has_open || (added->first.hi == 0 && added->first.lo == 0);
    return VP_OK;
}

vp_status vp_holders_add_public(vp_holders *holders, const vp_addr *public_ip,
                                const vp_addr *private_ip, vp_network_interface *network_interface,
                                uint32_t order) {
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
    vp_public_holder holder = {*public_ip, *private_ip, network_interface, order,
                               holders->public_count};
    holders->publics[holders->public_count++] = holder;
    return VP_OK;
}

/* ---- sorting -----------------------------------------------------------------------------------
 */

/* Words of keys, the greatest last. */
enum {
    BY_SERIAL,
    BY_ORDER,
    BY_LENGTH,
    BY_LO_LO,
    BY_LO_HI,
    BY_HI_LO,
    BY_HI_HI,
    BY_FAMILY,
    BY_OWNER
};

static uint32_t word_of_address(uint64_t hi, uint64_t lo, unsigned which) {
    uint64_t half = which == BY_LO_LO || which == BY_LO_HI ? lo : hi;
    return (uint32_t)(which == BY_LO_HI || which == BY_HI_HI ? half >> 32 : half);
}

/* By VPC, any fixed order of which will do, then in the order of vp_cidr_compare. */
static uint32_t word_of_block(const void *item, unsigned which) {
    const vp_holder *holder = item;
    return which == BY_ORDER    ? holder->order
           : which == BY_LENGTH ? holder->prefix_length
           : which == BY_FAMILY ? holder->family
           : which == BY_OWNER  ? holder->vpc_id
                                : word_of_address(holder->first.hi, holder->first.lo, which);
}

/* In the order in which they were added, as far as the rest is equal. */
static uint32_t word_of_saying(const vp_public_holder *holder, unsigned which) {
    return which == BY_SERIAL ? holder->serial : holder->order;
}

static uint32_t word_of_public(const void *item, unsigned which) {
    const vp_public_holder *holder = item;
    const vp_addr *address = &holder->public_ip;
    return which <= BY_ORDER    ? word_of_saying(holder, which)
           : which == BY_FAMILY ? address->family
                                : word_of_address(address->hi, address->lo, which);
}

static uint32_t word_of_private(const void *item, unsigned which) {
    const vp_public_holder *holder = item;
    const vp_addr *address = &holder->private_ip;
    return which <= BY_ORDER    ? word_of_saying(holder, which)
           : which == BY_FAMILY ? address->family
           : which == BY_OWNER  ? holder->network_interface->record.id
                                : word_of_address(address->hi, address->lo, which);
}

static bool is_address(const vp_holder *holder) {
    return holder->prefix_length == (holder->family == 6 ? 128 : 32);
}

/* The words by which blocks of one VPC differ: where all are IPv4 addresses most say nothing. */
static size_t words_of_blocks(const vp_holder *blocks, uint32_t count, unsigned *words) {
    bool wide = false, shorter = false, mixed = false;
    size_t word_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        mixed = mixed || (i > 0 && blocks[i].order < blocks[i - 1].order);
        wide = wide || blocks[i].family == 6;
        shorter = shorter || !is_address(&blocks[i]);
    }
    for (unsigned which = BY_ORDER; which < BY_OWNER; which++) {
        bool says = which == BY_ORDER    ? mixed
                    : which == BY_LENGTH ? shorter
                    : which == BY_LO_LO  ? true
                                         : wide;
        if (says) {
            words[word_count++] = which;
        }
    }
    return word_count;
}

/* ---- nesting -----------------------------------------------------------------------------------
 */

static bool is_equal(const vp_holder *a, const vp_holder *b) {
    return a->vpc_id == b->vpc_id && a->family == b->family &&
           a->prefix_length == b->prefix_length && vp_point_equals(a->first, b->first);
}

static bool contains(const vp_holder *outer, const vp_holder *inner) {
    vp_cidr around = vp_holder_block(outer), block = vp_holder_block(inner);
    return vp_cidr_contains(&around, &block);
}

static vp_status put_aside(vp_holders *holders, const vp_holder *block) {
    void *doubles = holders->doubles;
    vp_status status = vp_alloc_grow(&holders->alloc, &doubles, &holders->double_capacity,
                                     (size_t)holders->double_count + 1, sizeof *holders->doubles);
    holders->doubles = doubles;
    if (status == VP_OK) {
        holders->doubles[holders->double_count++] = *block;
    }
    return status;
}

/*
 * Writes down the next block in order behind the `count` first ones, which it may stand among no
 * longer. Of equal ones the first is kept. The block before it holds it, or one of those around
 * that block, or none does.
 */
static vp_status nest_block(vp_holders *holders, uint32_t *count, const vp_holder *next) {
    vp_holder *kept = holders->blocks;
    const vp_holder *last = *count > 0 ? &kept[*count - 1] : NULL;
    uint32_t around = VP_HOLDER_NONE;
    if (last != NULL && last->vpc_id == next->vpc_id) {
        if (is_equal(last, next)) {
            return last->network_interface == next->network_interface ? VP_OK
                                                                      : put_aside(holders, next);
        }
        /* An address holds nothing else, and most blocks are one. */
        around = is_address(last) ? last->enclosing : *count - 1;
        while (around != VP_HOLDER_NONE && !contains(&kept[around], next)) {
            around = kept[around].enclosing;
        }
    }
    kept[*count] = *next;
    kept[(*count)++].enclosing = around;
    return VP_OK;
}

/* Moves all blocks to their places in place, along the cycles of the order, which is used up. */
static void put_in_order(vp_holder *blocks, vp_numbered *order, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t to = i, from = order[i].item;
        if (from == i) {
            continue;
        }
        vp_holder first = blocks[i];
        while (from != i) {
            blocks[to] = blocks[from];
            order[to].item = to;
            to = from;
            from = order[to].item;
        }
        blocks[to] = first;
        order[to].item = to;
    }
}

static vp_status sort_by_words(const vp_alloc *alloc, vp_holder *blocks, uint32_t count,
                               const unsigned *words, size_t word_count) {
    vp_numbered *order;
    vp_status status = vp_sort_order(alloc, blocks, count, sizeof *blocks, word_of_block, words,
                                     word_count, &order);
    if (order != NULL) {
        put_in_order(blocks, order, count);
        vp_alloc_free(alloc, order, ((size_t)count + 1) * sizeof *order);
    }
    return status;
}

/* First by VPC, as they are read mostly; then each VPC's, which are near each other in memory. */
static vp_status sort_all_blocks(vp_holders *holders) {
    static const unsigned owner = BY_OWNER;
    vp_holder *blocks = holders->blocks;
    uint32_t count = holders->block_count, in_order = 1;
    unsigned words[BY_OWNER];
    vp_status status = VP_OK;
    while (in_order < count && blocks[in_order - 1].vpc_id <= blocks[in_order].vpc_id) {
        in_order++;
    }
    if (in_order < count) {
        status = sort_by_words(&holders->alloc, blocks, count, &owner, 1);
    }
    for (uint32_t i = 0, end; i < count && status == VP_OK; i = end) {
        for (end = i + 1; end < count && blocks[end].vpc_id == blocks[i].vpc_id;) {
            end++;
        }
        size_t word_count = words_of_blocks(blocks + i, end - i, words);
        status = sort_by_words(&holders->alloc, blocks + i, end - i, words, word_count);
    }
    return status;
}

/* Does a block stand before another one, or in its very place? */
static bool stands_before(const vp_holder *a, const vp_holder *b) {
    for (unsigned which = BY_OWNER;; which--) {
        uint32_t one = word_of_block(a, which), other = word_of_block(b, which);
        if (one != other || which == BY_ORDER) {
            return one <= other;
        }
    }
}

/* Puts one block among those before it, which are sorted. */
static void insert_block(vp_holder *blocks, uint32_t at) {
    vp_holder moved = blocks[at];
    uint32_t low = 0, high = at;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (stands_before(&blocks[middle], &moved)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    memmove(blocks + low + 1, blocks + low, (at - low) * sizeof *blocks);
    blocks[low] = moved;
}

static vp_status sort_blocks(vp_holders *holders) {
    enum { FEW = 64 };
    const vp_alloc *alloc = &holders->alloc;
    uint32_t count = holders->block_count, sorted = holders->sorted_blocks, kept = 0;
    vp_status status = VP_OK;
    if (sorted == 0 || count - sorted > FEW) {
        status = sort_all_blocks(holders);
    } else {
        while (sorted < count) {
            insert_block(holders->blocks, sorted++);
        }
    }
    for (uint32_t i = 0; i < count && status == VP_OK; i++) {
        vp_holder next = holders->blocks[i];
        status = nest_block(holders, &kept, &next);
    }
    holders->block_count = holders->sorted_blocks = kept;
    if (status == VP_OK && kept > 0 && kept < holders->block_capacity) { /* no more to come */
        vp_holder *exact = vp_alloc_array(alloc, holders->blocks, holders->block_capacity, kept,
                                          sizeof *holders->blocks);
        holders->blocks = exact != NULL ? exact : holders->blocks;
        holders->block_capacity = exact != NULL ? kept : holders->block_capacity;
    }
    return status;
}

void vp_holders_renumber(vp_holders *holders, const uint32_t *orders) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < holders->block_count; i++) {
        uint32_t order = orders[holders->blocks[i].order];
        if (order != VP_HOLDER_NONE) {
            holders->blocks[kept] = holders->blocks[i];
            holders->blocks[kept++].order = order;
        }
    }
    holders->block_count = holders->sorted_blocks = kept;
    vp_alloc_free(&holders->alloc, holders->privates,
                  holders->public_count * sizeof *holders->privates);
    holders->privates = NULL;
    kept = 0;
    for (uint32_t i = 0; i < holders->public_count; i++) {
        uint32_t order = holders->publics[i].order;
        order = order == VP_HOLDER_NONE ? order : orders[order];
        if (order != VP_HOLDER_NONE) {
            holders->publics[kept] = holders->publics[i];
            holders->publics[kept++].order = order;
        }
    }
    holders->public_count = kept;
}

/* A copy of all public addresses in another order. */
static vp_status copy_publics(const vp_holders *holders, vp_sort_word *word, const unsigned *words,
                              size_t word_count, vp_public_holder **copy) {
    const vp_alloc *alloc = &holders->alloc;
    uint32_t count = holders->public_count;
    vp_numbered *order;
    vp_status status = vp_sort_order(alloc, holders->publics, count, sizeof *holders->publics, word,
                                     words, word_count, &order);
    vp_public_holder *made =
        status == VP_OK ? vp_alloc_array(alloc, NULL, 0, count, sizeof *made) : NULL;
    for (uint32_t i = 0; made != NULL && i < count; i++) {
        made[i] = holders->publics[order == NULL ? i : order[i].item];
    }
    vp_alloc_free(alloc, order, ((size_t)count + 1) * sizeof *order);
    *copy = made;
    return made == NULL ? VP_NO_MEMORY : VP_OK;
}

/* Public addresses are searched from both ends, hence two copies in two orders. */
vp_status vp_holders_finish(vp_holders *holders) {
    static const unsigned publicly[] = {BY_SERIAL, BY_ORDER, BY_LO_LO, BY_LO_HI,
                                        BY_HI_LO,  BY_HI_HI, BY_FAMILY};
    static const unsigned privately[] = {BY_SERIAL, BY_ORDER, BY_LO_LO,  BY_LO_HI,
                                         BY_HI_LO,  BY_HI_HI, BY_FAMILY, BY_OWNER};
    vp_public_holder *sorted;
    vp_status status = sort_blocks(holders);
    if (status != VP_OK || holders->public_count == 0) {
        return status;
    }
    status = copy_publics(holders, word_of_private, privately, VP_COUNT_OF(privately),
                          &holders->privates);
    if (status == VP_OK) {
        status = copy_publics(holders, word_of_public, publicly, VP_COUNT_OF(publicly), &sorted);
    }
    if (status == VP_OK) {
        vp_alloc_free(&holders->alloc, holders->publics,
                      holders->public_capacity * sizeof *holders->publics);
        holders->publics = sorted;
        holders->public_capacity = holders->public_count;
    }
    return status;
}

/* ---- searching ---------------------------------------------------------------------------------
 */

/* Any fixed order will do for grouping; names are numbers, so no text is compared. */
static int order_of_names(vp_name a, vp_name b) { return (a > b) - (a < b); }

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

/* Does a block begin at or before the address of a VPC? */
static bool begins_before(const vp_holder *holder, vp_name vpc_id, const vp_addr *address) {
    if (holder->vpc_id != vpc_id || holder->family != address->family) {
        return holder->vpc_id != vpc_id ? holder->vpc_id < vpc_id
                                        : holder->family < address->family;
    }
    return !vp_point_less(vp_point_of(address), holder->first);
}

/* How many blocks stand before the first that begins behind the address. */
static uint32_t count_begun(const vp_holders *holders, vp_name vpc_id, const vp_addr *address) {
    uint32_t low = 0, high = holders->block_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (begins_before(&holders->blocks[middle], vpc_id, address)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const vp_holder *vp_holders_equal(const vp_holders *holders, const vp_holder *block) {
    vp_addr first = vp_holder_block(block).address;
    uint32_t end = count_begun(holders, block->vpc_id, &first);
    while (end-- > 0 && holders->blocks[end].vpc_id == block->vpc_id &&
           vp_point_equals(holders->blocks[end].first, block->first)) {
        if (is_equal(&holders->blocks[end], block)) {
            return &holders->blocks[end];
        }
    }
    return NULL;
}

vp_network_interface *vp_holders_find(const vp_holders *holders, vp_name vpc_id,
                                      const vp_addr *address) {
    if (address->family == 0) {
        return NULL;
    }
    uint32_t low = count_begun(holders, vpc_id, address);
    if (low == 0 || holders->blocks[low - 1].vpc_id != vpc_id) {
        return NULL;
    }
    /* At most one block a prefix length: the chain is short however many blocks there are. */
    const vp_holder *best = NULL;
    for (uint32_t i = low - 1; i != VP_HOLDER_NONE; i = holders->blocks[i].enclosing) {
        const vp_holder *holder = &holders->blocks[i];
        vp_cidr block = vp_holder_block(holder);
        if (vp_cidr_contains_addr(&block, address) &&
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
