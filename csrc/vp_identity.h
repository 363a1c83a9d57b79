/*
 * vp_identity.h - which account and Region a loaded object belongs to.
 *
 * Documents say it for some objects only. The first that is known of these counts (semantics D54):
 * what the object says, its Availability Zone, a peering connection that names the VPC, its VPC,
 * what the place it was read from suggests, the caller's options, a placeholder.
 */
#ifndef VP_IDENTITY_H
#define VP_IDENTITY_H

#include "vp_network.h"

VP_BEGIN_DECLS

/* The placeholders of an account and a Region that nothing tells. */
#define VP_UNKNOWN_OWNER_ID "000000000000"
#define VP_UNKNOWN_REGION "unknown"

/* An account and a Region; VP_NO_NAME = not known. */
typedef struct vp_identity {
    vp_name owner_id, region;
} vp_identity;

/*
 * Gives every record an account and a Region, and the sides of peering connections what the data
 * tell about them (those may stay unknown). What is given already stays. VP_NO_MEMORY or VP_LIMIT
 * leave some records without. O(records).
 */
VP_MUST_CHECK vp_status vp_identity_derive(vp_network *network, const vp_identity *options,
                                           vp_error *error);

/* The id of the VPC that an object lies in, VP_NO_NAME for one that lies in none. O(1). */
vp_name vp_identity_vpc_id(const vp_network *network, const vp_record *record);

VP_END_DECLS

#endif
