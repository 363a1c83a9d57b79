/*
 * vp_index_find.c - looking things up.
 *
 * The one idea: all arrays are sorted, so that every question is one search by halving.
 */
#include "vp_index_part.h"

const vp_holders *vp_index_holders(const vp_index *index) { return &index->holders; }

vp_network_interface *vp_index_interface_at(const vp_index *index, vp_name vpc_id,
                                            const vp_addr *address) {
    return vp_holders_find(&index->holders, vpc_id, address);
}

/* The first block that none of the VPCs up to this one has. */
static uint32_t first_behind(const vp_holders *holders, uint32_t low, vp_name vpc_id) {
    uint32_t high = holders->block_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (holders->blocks[middle].vpc_id <= vpc_id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

vp_network_interface *vp_index_interface_anywhere(const vp_index *index, const vp_addr *address) {
    const vp_holders *holders = &index->holders;
    vp_network_interface *found = NULL;
    for (uint32_t i = 0; found == NULL && i < holders->block_count;) {
        vp_name vpc_id = holders->blocks[i].vpc_id;
        found = vp_holders_find(holders, vpc_id, address);
        i = first_behind(holders, i, vpc_id);
    }
    return found;
}

vp_network_interface *vp_index_public(const vp_index *index, const vp_addr *address,
                                      vp_addr *private_address) {
    const vp_public_holder *holder = vp_holders_find_public(&index->holders, address);
    if (holder == NULL) {
        return NULL;
    }
    *private_address = holder->private_ip;
    return holder->network_interface;
}

vp_addr vp_index_public_of(const vp_index *index, const vp_network_interface *network_interface,
                           const vp_addr *private_address) {
    const vp_public_holder *holder =
        vp_holders_public_of(&index->holders, network_interface, private_address);
    vp_addr none = {0, 0, 0};
    return holder != NULL ? holder->public_ip : none;
}

vp_network_interface *const *vp_index_interfaces_of(const vp_index *index, vp_name instance_id,
                                                    uint32_t *count) {
    uint32_t first = vp_links_find(&index->links[VP_INTERFACES_OF_INSTANCE], instance_id, count);
    return *count > 0 ? index->interfaces + first : NULL;
}

vp_vpc_peering_connection *const *vp_index_peerings_of(const vp_index *index, vp_name vpc_id,
                                                       uint32_t *count) {
    uint32_t first = vp_links_find(&index->links[VP_PEERINGS_OF_VPC], vpc_id, count);
    return *count > 0 ? index->peerings + first : NULL;
}

vp_route_table *const *vp_index_route_tables_of(const vp_index *index, vp_name vpc_id,
                                                uint32_t *count) {
    uint32_t first = vp_links_find(&index->links[VP_ROUTE_TABLES_OF_VPC], vpc_id, count);
    return *count > 0 ? index->route_tables + first : NULL;
}

vp_route_table *vp_index_edge_route_table(const vp_index *index, vp_name gateway_id) {
    return (vp_route_table *)vp_links_first(&index->links[VP_ROUTE_TABLE_OF_GATEWAY], gateway_id);
}

vp_record *const *vp_index_named(const vp_index *index, vp_name name, uint32_t *count) {
    uint32_t first = vp_links_find(&index->links[VP_RECORDS_OF_NAME], name, count);
    return *count > 0 ? index->named + first : NULL;
}

vp_internet_gateway *vp_index_internet_gateway_of(const vp_index *index, vp_name vpc_id) {
    return (vp_internet_gateway *)vp_links_first(&index->links[VP_GATEWAYS_OF_VPC], vpc_id);
}
