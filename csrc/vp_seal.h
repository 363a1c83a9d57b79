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

/* What the place of a file says about the objects in it: names of its folders, for instance. */
typedef struct vp_seal_origin {
    vp_name file, owner_id, region; /* VP_NO_NAME = the place does not say */
} vp_seal_origin;

typedef struct vp_seal_options {
    vp_name owner_id, region;      /* for objects whose file does not say either; VP_NO_NAME =
                                      the placeholders 000000000000 and unknown */
    const vp_seal_origin *origins; /* each file once at most, any order; NULL when there is none */
    uint32_t origin_count;
} vp_seal_options;

/*
 * Completes and checks a loaded model. Account and Region of an object are the first that is known
 * of: its own, its Availability Zone's, that of a peering connection that names the VPC, that of
 * its VPC, its file's origin, the options, a placeholder (D54).
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
