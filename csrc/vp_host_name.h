/*
 * vp_host_name.h - the host names that AWS prints beside the addresses of interfaces.
 *
 * A name is made of an address and a Region (semantics 8.2) and stored where describe prints it:
 * with the interface, with each private address, with its public side. Loaded data show the names
 * they came with; only changes of a model write names, through this file. What a name means to who
 * asks is another matter (vp_dns.h), which no stored name has a part in.
 */
#ifndef VP_HOST_NAME_H
#define VP_HOST_NAME_H

#include "vp_change.h"

VP_BEGIN_DECLS

/*
 * The private name of an IPv4 address: ip-10-0-0-5.ec2.internal in us-east-1,
 * ip-10-0-0-5.REGION.compute.internal elsewhere. *name is VP_NO_NAME for other families.
 * VP_NO_MEMORY, VP_LIMIT.
 */
VP_MUST_CHECK vp_status vp_host_name_private(vp_network *network, vp_name region,
                                             const vp_addr *address, vp_name *name,
                                             vp_error *error);

/*
 * The public name of a public IPv4 address of a VPC: ec2-203-0-113-25.compute-1.amazonaws.com in
 * us-east-1, ec2-203-0-113-25.REGION.compute.amazonaws.com elsewhere. *name is VP_NO_NAME unless
 * both DNS attributes of the VPC are true. VP_NO_MEMORY, VP_LIMIT.
 */
VP_MUST_CHECK vp_status vp_host_name_public(vp_network *network, vp_name vpc_id,
                                            const vp_addr *address, vp_name *name, vp_error *error);

/*
 * Brings the public names of all interfaces of a VPC up to date after its attributes have changed,
 * with the instances that show them. O(interfaces).
 */
VP_MUST_CHECK vp_status vp_host_name_refresh(vp_change *change, vp_name vpc_id, vp_error *error);

VP_END_DECLS

#endif
