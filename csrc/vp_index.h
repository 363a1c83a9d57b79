/*
 * vp_index.h - what questions ask a model for, looked up in one step.
 *
 * vp_index_get compiles the links between records (the "derived" members of vp_record.h) and
 * sorted arrays of addresses. On the first question after a change it follows what the journal
 * tells of (vp_index_mend.c), or is built anew. Everything it returns is good until the next
 * change.
 */
#ifndef VP_INDEX_H
#define VP_INDEX_H

#include "vp_holder.h"
#include "vp_network.h"

VP_BEGIN_DECLS

typedef struct vp_index vp_index;

/*
 * The index of the model as it is now. O(1) when nothing changed, O(n) at most where it can follow,
 * else O(n log n). On failure (VP_NO_MEMORY) *index is untouched.
 */
VP_MUST_CHECK vp_status vp_index_get(vp_network *network, const vp_index **index, vp_error *error);

/* Who holds which address: all private blocks, and the public addresses. O(1). */
const vp_holders *vp_index_holders(const vp_index *index);

/* Releases an index; NULL is ignored. Called by vp_network. */
void vp_index_free(vp_index *index);

/*
 * The interface of VPC `vpc` that holds `address` as a private address (delegated prefixes
 * included), else NULL. Ids of VPCs that are not loaded work too. With several (inconsistent
 * data) the smallest id wins. O(log n).
 */
vp_network_interface *vp_index_interface_at(const vp_index *index, vp_name vpc_id,
                                            const vp_addr *address);

/* The same in whatever VPC: of an IPv6 address, whose it is. O(VPCs log n). */
vp_network_interface *vp_index_interface_anywhere(const vp_index *index, const vp_addr *address);

/*
 * The interface whose public IPv4 address (its own association or an Elastic IP that names it) is
 * `address`, with the private address behind it; else NULL. O(log n).
 */
vp_network_interface *vp_index_public(const vp_index *index, const vp_addr *address,
                                      vp_addr *private_address);

/* The public IPv4 address of a private address of an interface; family 0 when it has none. */
vp_addr vp_index_public_of(const vp_index *index, const vp_network_interface *network_interface,
                           const vp_addr *private_address);

/* The interfaces of an instance in device order. *count may be 0. O(log n). */
vp_network_interface *const *vp_index_interfaces_of(const vp_index *index, vp_name instance_id,
                                                    uint32_t *count);

/* The peering connections (of any status) that name VPC `vpc_id`, in id order. O(log n). */
vp_vpc_peering_connection *const *vp_index_peerings_of(const vp_index *index, vp_name vpc_id,
                                                       uint32_t *count);

/* The route tables of a VPC in id order. O(log n). */
vp_route_table *const *vp_index_route_tables_of(const vp_index *index, vp_name vpc_id,
                                                uint32_t *count);

/* The route table with an edge association to this gateway, or NULL. */
vp_route_table *vp_index_edge_route_table(const vp_index *index, vp_name gateway_id);

/* The records whose Name tag or Terraform address is `name`, in id order. O(log n). */
vp_record *const *vp_index_named(const vp_index *index, vp_name name, uint32_t *count);

/* The internet gateway attached (state available or attached) to a VPC, or NULL. */
vp_internet_gateway *vp_index_internet_gateway_of(const vp_index *index, vp_name vpc_id);

/*
 * Do the attachments (vp_gateway_attachment) of whatever gateway name the VPC in a usable state
 * (available, attached)?
 */
bool vp_attachments_hold(const vp_network *network, const vp_list *attachments, vp_name vpc_id);

/* Is `gateway` attached to the VPC in a usable state? */
bool vp_gateway_is_attached(const vp_network *network, const vp_internet_gateway *gateway,
                            vp_name vpc_id);

/*
 * May interfaces in this VPC have the group: is it the group's own one, or one that the group is
 * associated with (semantics 6.6)? O(associations of the group).
 */
bool vp_security_group_serves(const vp_network *network, const vp_security_group *group,
                              vp_name vpc_id);

/* Does the block count (state absent or "associated")? */
bool vp_block_is_associated(const vp_network *network, const vp_block_association *association);

/*
 * The associated blocks of a VPC, IPv4 then IPv6, one after the other: `position` starts at 0 and
 * is advanced. False when there are no more. Uses cidr_block where the set is missing (D09).
 */
bool vp_vpc_next_block(const vp_network *network, const vp_vpc *vpc, uint32_t *position,
                       vp_cidr *block);

/* Is the address in a block of the VPC? */
bool vp_vpc_contains(const vp_network *network, const vp_vpc *vpc, const vp_addr *address);

/*
 * The blocks of one side of a peering connection: the VPC's own when it is loaded, else those that
 * the connection prints (D33). Iterated as above.
 */
bool vp_peering_next_block(const vp_network *network, const vp_peering_vpc_info *side,
                           uint32_t *position, vp_cidr *block);

VP_END_DECLS

#endif
