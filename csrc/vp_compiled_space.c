/*
 * vp_compiled_space.c - address spaces as profiles: a VPC's blocks, what AWS answers in it, what is
 * behind a gateway, and who is on the internet.
 *
 * The one idea: each is painted from the blocks that the model names, the most exact ones first.
 */
#include "vp_compiled.h"

#include "vp_sort.h"
#include "vp_vpn.h"

#include <string.h>

static const vp_rows *rows_of(const vp_compiled *compiled, vp_kind kind) {
    return vp_network_rows(compiled->network, kind);
}

static void paint(vp_compiled *compiled, const vp_cidr *block, uint8_t family, uint32_t value) {
    if (block->address.family == family) {
        vp_addr last = vp_cidr_last(block);
        vp_painter_add(&compiled->profiles->painter, vp_point_of(&block->address),
                       vp_point_of(&last), value);
    }
}

static void paint_address(vp_compiled *compiled, const vp_addr *address, uint8_t family,
                          uint32_t value) {
    vp_cidr block = {*address, (uint8_t)vp_addr_bits(address)};
    paint(compiled, &block, family, value);
}

static vp_profile painted(vp_compiled *compiled, uint8_t family) {
    return vp_profile_painted(compiled->profiles, family);
}

/* The blocks that interfaces of a VPC hold lie together, sorted by VPC. */
static uint32_t first_holder(const vp_holders *holders, vp_name vpc_id) {
    uint32_t low = 0, high = holders->block_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (holders->blocks[middle].vpc_id < vpc_id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

vp_profile vp_compiled_space(vp_compiled *compiled, const vp_vpc *vpc, uint8_t family) {
    vp_profile *made =
        &compiled->vpcs[vp_compiled_place(compiled, &vpc->record)].space[family == 6];
    if (*made != VP_UNMADE) {
        return *made;
    }
    compiled->effort.spaces++;
    uint32_t position = 0;
    vp_cidr block;
    vp_painter_begin(&compiled->profiles->painter);
    while (vp_vpc_next_block(compiled->network, vpc, &position, &block)) {
        paint(compiled, &block, family, VP_SPACE_BLOCK);
    }
    *made = painted(compiled, family);
    return *made;
}

enum { HELD = 1, SIDE, SERVICES }; /* what vp_compiled.spaces remembers */

static int compare_orders(const void *left, const void *right, const void *context) {
    const vp_holder *const *a = left, *const *b = right;
    (void)context;
    return ((*a)->order > (*b)->order) - ((*a)->order < (*b)->order);
}

/* Of two interfaces that claim an address the first one holds it: painted in that order. */
static void paint_holders(vp_compiled *compiled, vp_name vpc_id, uint8_t family) {
    const vp_holders *holders = vp_index_holders(compiled->index);
    const vp_alloc *alloc = &compiled->network->alloc;
    uint32_t first = first_holder(holders, vpc_id), count = 0;
    while (first + count < holders->block_count &&
           holders->blocks[first + count].vpc_id == vpc_id) {
        count++;
    }
    const vp_holder **sorted = vp_alloc_array(alloc, NULL, 0, (size_t)count + 1, sizeof *sorted);
    if (sorted == NULL) {
        compiled->profiles->status = VP_NO_MEMORY;
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        sorted[i] = &holders->blocks[first + i];
    }
    vp_status status = vp_sort(alloc, sorted, count, sizeof *sorted, compare_orders, NULL);
    compiled->profiles->status = status != VP_OK ? status : compiled->profiles->status;
    for (uint32_t i = 0; i < count; i++) {
        vp_cidr block = vp_holder_block(sorted[i]);
        paint(compiled, &block, family,
              1 + vp_compiled_place(compiled, &sorted[i]->network_interface->record));
    }
    vp_alloc_free(alloc, sorted, ((size_t)count + 1) * sizeof *sorted);
}

vp_profile vp_compiled_held(vp_compiled *compiled, vp_name vpc_id, uint8_t family) {
    vp_profile made;
    if (vp_memo_find(&compiled->spaces, HELD, vpc_id, family, &made)) {
        return made;
    }
    compiled->effort.held++;
    vp_painter_begin(&compiled->profiles->painter);
    paint_holders(compiled, vpc_id, family);
    made = painted(compiled, family);
    vp_memo_keep(&compiled->spaces, HELD, vpc_id, family, made);
    return made;
}

vp_profile vp_compiled_side(vp_compiled *compiled, const vp_vpc_peering_connection *connection,
                            bool accepter, uint8_t family) {
    const vp_peering_vpc_info *side =
        accepter ? &connection->accepter_vpc_info : &connection->requester_vpc_info;
    uint32_t position = 0, which = (uint32_t)family * 2 + accepter;
    vp_profile made;
    vp_cidr block;
    if (side->vpc != NULL) {
        return vp_compiled_space(compiled, side->vpc, family);
    }
    if (vp_memo_find(&compiled->spaces, SIDE, connection->record.id, which, &made)) {
        return made;
    }
    vp_painter_begin(&compiled->profiles->painter);
    while (vp_peering_next_block(compiled->network, side, &position, &block)) {
        paint(compiled, &block, family, VP_SPACE_BLOCK);
    }
    made = painted(compiled, family);
    vp_memo_keep(&compiled->spaces, SIDE, connection->record.id, which, made);
    return made;
}

/* Metadata, time, licences: addresses that AWS answers in every VPC (7.3). */
static void paint_link_services(vp_compiled *compiled, uint8_t family) {
    static const uint32_t ipv4[] = {0xa9fea9feu, 0xa9feaa02u, 0xa9fea97bu, 0xa9fea9fau,
                                    0xa9fea9fbu};
    static const vp_addr ipv6[] = {{UINT64_C(0xfd000ec200000000), 0x254, 6},
                                   {UINT64_C(0xfd000ec200000000), 0x123, 6},
                                   {UINT64_C(0xfe800ec200000000), 1, 6}};
    for (size_t i = 0; family == 4 && i < VP_COUNT_OF(ipv4); i++) {
        vp_addr address = vp_addr_from_ipv4(ipv4[i]);
        paint_address(compiled, &address, family, VP_SERVED);
    }
    for (size_t i = 0; family == 6 && i < VP_COUNT_OF(ipv6); i++) {
        paint_address(compiled, &ipv6[i], family, VP_SERVED);
    }
}

/* The router answers at the second address of each block; of a VPC, where that is in its own. */
static void paint_router(vp_compiled *compiled, const vp_vpc *vpc, const vp_cidr *block,
                         uint8_t family) {
    vp_addr router = vp_addr_plus(&block->address, 1);
    if (block->address.family == family &&
        (vpc == NULL || vp_vpc_contains(compiled->network, vpc, &router))) {
        paint_address(compiled, &router, family, VP_SERVED);
    }
}

static void paint_routers(vp_compiled *compiled, const vp_vpc *vpc, const vp_subnet *subnet,
                          uint8_t family) {
    const vp_list *blocks = &subnet->ipv6_cidr_block_association_set;
    paint_router(compiled, vpc, &subnet->cidr_block, family);
    for (uint32_t i = 0; i < blocks->count; i++) {
        paint_router(compiled, vpc, &VP_ITEM(vp_block_association, blocks, i)->cidr_block, family);
    }
}

static void paint_resolver(vp_compiled *compiled, uint8_t family) {
    vp_addr resolver6 = {UINT64_C(0xfd000ec200000000), 0x253, 6};
    vp_addr resolver4 = vp_addr_from_ipv4(0xa9fea9fdu);
    paint_address(compiled, family == 6 ? &resolver6 : &resolver4, family, VP_SERVED_BY_RESOLVER);
}

vp_profile vp_compiled_services(vp_compiled *compiled, const vp_vpc *vpc, uint8_t family) {
    vp_compiled_vpc *of = &compiled->vpcs[vp_compiled_place(compiled, &vpc->record)];
    vp_profile *made = &of->services[family == 6];
    if (*made != VP_UNMADE) {
        return *made;
    }
    compiled->effort.services++;
    const vp_rows *rows = rows_of(compiled, VP_KIND_SUBNET);
    vp_addr base = vp_addr_plus(&vpc->cidr_block.address, 2);
    vp_painter_begin(&compiled->profiles->painter);
    paint_resolver(compiled, family);
    if (vpc->cidr_block.address.family == 4) {
        paint_address(compiled, &base, family, VP_SERVED_BY_RESOLVER);
    }
    paint_link_services(compiled, family);
    for (uint32_t i = of->first_subnet; i != VP_UNMADE; i = compiled->next_subnet[i]) {
        paint_routers(compiled, vpc, (const vp_subnet *)rows->rows[i], family);
    }
    *made = painted(compiled, family);
    return *made;
}

vp_profile vp_compiled_services_beside(vp_compiled *compiled, const vp_subnet *subnet,
                                       uint8_t family) {
    vp_profile made;
    if (vp_memo_find(&compiled->spaces, SERVICES, subnet->record.id, family, &made)) {
        return made;
    }
    compiled->effort.services++;
    vp_painter_begin(&compiled->profiles->painter);
    paint_resolver(compiled, family);
    paint_link_services(compiled, family);
    paint_routers(compiled, NULL, subnet, family);
    made = painted(compiled, family);
    vp_memo_keep(&compiled->spaces, SERVICES, subnet->record.id, family, made);
    return made;
}

/* The way to an address may change only where a known prefix begins or ends. */
vp_profile vp_compiled_behind(vp_compiled *compiled, vp_vpn_gateway *gateway, uint8_t family) {
    vp_profile *made =
        &compiled->behind[vp_compiled_place(compiled, &gateway->record)][family == 6];
    vp_vpn_cursor cursor = {0, 0, 0};
    vp_vpn_prefix prefix;
    vp_range_map cuts;
    vp_painter *painter = &compiled->profiles->painter;
    if (*made != VP_UNMADE) {
        return *made;
    }
    compiled->effort.behind++;
    uint32_t number = 0;
    vp_painter_begin(painter);
    while (vp_vpn_next_prefix(compiled->network, gateway, &cursor, &prefix)) {
        paint(compiled, &prefix.cidr, family, ++number);
    }
    vp_cidr whole = {vp_addr_lowest(family), 0};
    paint(compiled, &whole, family, number + 1);
    vp_profile cut = painted(compiled, family);
    cuts = *vp_map_pool_get(&compiled->profiles->pool, cut);
    vp_painter_begin(painter);
    for (uint32_t i = 0; i < cuts.count; i++) {
        bool wide = family == 6;
        vp_point first = vp_points_get(cuts.points, i, wide);
        vp_point last = i + 1 < cuts.count
                            ? vp_point_before(vp_points_get(cuts.points, i + 1, wide))
                            : vp_point_highest(family);
        vp_addr address = vp_point_address(first, family);
        vp_vpn_way way = vp_vpn_find_way(compiled->network, gateway, &address);
        bool known = !way.knows_any || vp_cidr_is_given(&way.cidr);
        uint32_t value = family == 6 && strcmp(way.connection, "vpn") == 0 ? VP_BEHIND_IPV4_ONLY
                         : way.is_down                                     ? VP_BEHIND_DOWN
                         : known                                           ? VP_BEHIND_WORKS
                                                                           : 0;
        vp_painter_add(painter, first, last, value);
    }
    *made = painted(compiled, family);
    return *made;
}

/* Public IPv4 addresses and the IPv6 addresses of interfaces, by who holds them. */
vp_profile vp_compiled_outside(vp_compiled *compiled, uint8_t family) {
    vp_profile *made = &compiled->outside[family == 6];
    const vp_holders *holders = vp_index_holders(compiled->index);
    const vp_rows *gateways = rows_of(compiled, VP_KIND_NAT_GATEWAY);
    if (*made != VP_UNMADE) {
        return *made;
    }
    compiled->effort.outside++;
    vp_painter_begin(&compiled->profiles->painter);
    for (uint32_t i = 0; family == 4 && i < holders->public_count; i++) {
        const vp_public_holder *holder = &holders->publics[i];
        paint_address(compiled, &holder->public_ip, family,
                      1 + vp_compiled_place(compiled, &holder->network_interface->record));
    }
    for (uint32_t i = 0; family == 4 && i < gateways->count; i++) {
        const vp_list *list = &((const vp_nat_gateway *)gateways->rows[i])->nat_gateway_addresses;
        for (uint32_t k = 0; k < list->count; k++) {
            paint_address(compiled, &VP_ITEM(vp_nat_gateway_address, list, k)->public_ip, family,
                          VP_OUTSIDE_NAT);
        }
    }
    for (uint32_t i = 0; family == 6 && i < holders->block_count; i++) {
        const vp_holder *holder = &holders->blocks[i];
        vp_cidr block = vp_holder_block(holder);
        if (!vp_addr_is_unspecified(&block.address)) {
            paint(compiled, &block, family,
                  1 + vp_compiled_place(compiled, &holder->network_interface->record));
        }
    }
    *made = painted(compiled, family);
    return *made;
}

vp_profile vp_compiled_private(vp_compiled *compiled) {
    static const vp_cidr blocks[] = {{{0, 0x0a000000u, 4}, 8},
                                     {{0, 0xac100000u, 4}, 12},
                                     {{0, 0xc0a80000u, 4}, 16},
                                     {{0, 0x64400000u, 4}, 10}};
    if (compiled->private_ranges == VP_UNMADE) {
        vp_painter_begin(&compiled->profiles->painter);
        for (size_t i = 0; i < VP_COUNT_OF(blocks); i++) {
            paint(compiled, &blocks[i], 4, i == 3 ? 2 : 1);
        }
        compiled->private_ranges = painted(compiled, 4);
    }
    return compiled->private_ranges;
}
