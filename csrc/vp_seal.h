/*
 * vp_seal.h - what is done once after documents were read: fill in, complete, judge.
 *
 * Loaded records are evidence and stay as they were described (semantics 0.3). Sealing adds what
 * the documents leave out (account, Region, an interface for an instance that shows none) and
 * records a diagnostic for everything that AWS would not have accepted or that names what is not
 * in the data. Sealing once more puts new diagnostics in the place of those of the last time.
 */
#ifndef VP_SEAL_H
#define VP_SEAL_H

#include "vp_network.h"

VP_BEGIN_DECLS

/*
 * The account and Region of objects for which nothing else tells; VP_NO_NAME = placeholders. Where
 * one is not given the default caller of the network becomes the account, or Region, that most of
 * the VPCs are of: who edits a loaded model means its owner.
 */
typedef struct vp_seal_options {
    vp_name owner_id, region;
} vp_seal_options;

/*
 * Completes and checks a loaded model: accounts and Regions (vp_identity.h); for an instance with
 * an address but without interfaces one interface `eni-of-i-...` (semantics 11.1.5); diagnostics
 * (vp_judge.h). VP_OK, VP_NO_MEMORY or VP_LIMIT; a failure leaves a valid model that is completed
 * in part. O(n log n) in the number of records.
 */
VP_MUST_CHECK vp_status vp_network_seal(vp_network *network, const vp_seal_options *options,
                                        vp_error *error);

VP_END_DECLS

#endif
