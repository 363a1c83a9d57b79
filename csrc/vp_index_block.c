/*
 * vp_index_block.c - which blocks a VPC has, and what is attached or associated.
 *
 * The one idea: a state that AWS does not print is the usual one; any other than the usual one
 * counts for nothing. Nothing here needs an index.
 */
#include "vp_index_part.h"

/* AWS: VPC User Guide, "Internet gateways"; the describe call prints "available". */
bool vp_attachments_hold(const vp_network *network, const vp_list *attachments, vp_name vpc_id) {
    for (uint32_t i = 0; i < attachments->count; i++) {
        const vp_gateway_attachment *attachment = VP_ITEM(vp_gateway_attachment, attachments, i);
        if (attachment->vpc_id == vpc_id &&
            (vp_network_name_is(network, attachment->state, "available") ||
             vp_network_name_is(network, attachment->state, "attached"))) {
            return true;
        }
    }
    return false;
}

bool vp_gateway_is_attached(const vp_network *network, const vp_internet_gateway *gateway,
                            vp_name vpc_id) {
    return vp_attachments_hold(network, &gateway->attachments, vpc_id);
}

bool vp_security_group_serves(const vp_network *network, const vp_security_group *group,
                              vp_name vpc_id) {
    if (group->vpc_id == vpc_id) {
        return true;
    }
    for (uint32_t i = 0; i < group->vpc_associations.count; i++) {
        const vp_group_vpc_association *association =
            VP_ITEM(vp_group_vpc_association, &group->vpc_associations, i);
        if (association->vpc_id == vpc_id &&
            vp_network_name_is(network, association->state, "associated")) {
            return true;
        }
    }
    return false;
}

bool vp_block_is_associated(const vp_network *network, const vp_block_association *association) {
    return vp_index_is_associated(network, association->state.state);
}

bool vp_vpc_next_block(const vp_network *network, const vp_vpc *vpc, uint32_t *position,
                       vp_cidr *block) {
    const vp_list *ipv4 = &vpc->cidr_block_association_set;
    const vp_list *ipv6 = &vpc->ipv6_cidr_block_association_set;
    /* Without the IPv4 set, position 0 is the primary block (semantics D09). */
    uint32_t before_ipv6 = ipv4->count > 0 ? ipv4->count : 1;
    while (*position < before_ipv6 + ipv6->count) {
        uint32_t at = (*position)++;
        vp_block_association primary = {.cidr_block = vpc->cidr_block};
        const vp_block_association *association =
            at >= before_ipv6 ? VP_ITEM(vp_block_association, ipv6, at - before_ipv6)
            : ipv4->count > 0 ? VP_ITEM(vp_block_association, ipv4, at)
                              : &primary;
        if (vp_cidr_is_given(&association->cidr_block) &&
            vp_block_is_associated(network, association)) {
            *block = association->cidr_block;
            return true;
        }
    }
    return false;
}

bool vp_vpc_contains(const vp_network *network, const vp_vpc *vpc, const vp_addr *address) {
    uint32_t position = 0;
    vp_cidr block;
    while (vp_vpc_next_block(network, vpc, &position, &block)) {
        if (vp_cidr_contains_addr(&block, address)) {
            return true;
        }
    }
    return false;
}

bool vp_peering_next_block(const vp_network *network, const vp_peering_vpc_info *side,
                           uint32_t *position, vp_cidr *block) {
    const vp_vpc *vpc = vp_index_find_vpc(network, side->vpc_id);
    if (vpc != NULL) {
        return vp_vpc_next_block(network, vpc, position, block);
    }
    const vp_list *ipv4 = &side->cidr_block_set, *ipv6 = &side->ipv6_cidr_block_set;
    uint32_t before_ipv6 = ipv4->count > 0 ? ipv4->count : 1;
    while (*position < before_ipv6 + ipv6->count) {
        uint32_t at = (*position)++;
        if (at >= before_ipv6) {
            *block = VP_ITEM(vp_peering_ipv6_block, ipv6, at - before_ipv6)->ipv6_cidr_block;
        } else {
            *block = ipv4->count > 0 ? VP_ITEM(vp_peering_block, ipv4, at)->cidr_block
                                     : side->cidr_block;
        }
        if (vp_cidr_is_given(block)) {
            return true;
        }
    }
    return false;
}
