/*
 * vp_vpc_block.h - adding blocks to a VPC and removing them.
 */
#ifndef VP_VPC_BLOCK_H
#define VP_VPC_BLOCK_H

#include "vp_check.h"

VP_BEGIN_DECLS

/*
 * Adds a block of either family to a VPC that was added or edited, as its first one or one more:
 * checks all of semantics 1.2 to 1.4 and 5.7, associates it and logs the steps. *association_id is
 * the id of the association. Routes are the caller's affair.
 */
VP_MUST_CHECK vp_status vp_vpc_block_add(vp_call *call, vp_vpc *vpc, const vp_cidr *block,
                                         vp_name *association_id, vp_error *error);

/*
 * The /56 that Amazon gives: 2600:1f00::/56 for the first VPC of a model, then the next. VP_LIMIT
 * when none is left.
 */
VP_MUST_CHECK vp_status vp_vpc_block_from_amazon(const vp_network *network, vp_cidr *block,
                                                 vp_error *error);

VP_END_DECLS

#endif
