/*
 * vp_public_access.h - Block Public Access: what the options of an account and its exclusions come
 * to for each VPC and subnet.
 *
 * The result is written into BlockPublicAccessStates of VPCs and subnets when something changes, so
 * that a walk has nothing to work out and loaded data, which hold the result, are read alike.
 */
#ifndef VP_PUBLIC_ACCESS_H
#define VP_PUBLIC_ACCESS_H

#include "vp_check.h"

VP_BEGIN_DECLS

/*
 * Writes the mode of a new VPC or subnet. Nothing happens while its account has no options in its
 * Region. VP_NO_MEMORY, VP_LIMIT. O(options + exclusions).
 */
VP_MUST_CHECK vp_status vp_public_access_enter(vp_change *change, vp_record *vpc_or_subnet,
                                               vp_error *error);

/* Removes the exclusions of a VPC or subnet that goes. */
VP_MUST_CHECK vp_status vp_public_access_forget(vp_change *change, vp_name vpc_or_subnet,
                                                vp_error *error);

VP_END_DECLS

#endif
