/*
 * vp_seal.h - what is done once after documents were read: fill in, complete, judge.
 *
 * Loaded records are evidence and stay as they were described (semantics 0.3). Sealing adds what
 * the documents leave out (account, Region, an interface for an instance that shows none) and
 * records a diagnostic for everything that AWS would not have accepted or that names what is not
 * in the data. Sealing a sealed model changes nothing but repeats the diagnostics.
 */
#ifndef VP_SEAL_H
#define VP_SEAL_H

#include "vp_index.h"

VP_BEGIN_DECLS

typedef struct vp_seal_options {
    vp_name owner_id, region; /* for objects whose place does not say either; VP_NO_NAME = the
                                 placeholders 000000000000 and unknown */
} vp_seal_options;

/*
 * Completes and checks a loaded model. Account and Region of an object are the first that is known
 * of: its own, its Availability Zone's, that of a peering connection that names the VPC, that of
 * its VPC, the place it was read from (vp_record.hint_owner_id, hint_region), the options, a
 * placeholder (D54).
 *
 * Diagnostics: "unknown_id" (warning, info where other accounts' objects are commonly absent),
 * "PCX_OVERLAPPING_CIDRS" (error), "VPC_CIDR_RESTRICTED", "InvalidVpc.Range",
 * "InvalidSubnet.Range", "InvalidSubnet.Conflict", "InvalidParameterValue" (warnings).
 *
 * VP_OK, VP_NO_MEMORY or VP_LIMIT; a failure leaves a valid model that is completed in part.
 * O(n log n) in the number of records.
 */
VP_MUST_CHECK vp_status vp_network_seal(vp_network *network, const vp_seal_options *options,
                                        vp_error *error);

VP_END_DECLS

#endif
