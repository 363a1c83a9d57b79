/*
 * vp_record_access.h - Block Public Access as structures: the options of an account, and the VPCs
 * and subnets that are excluded from them.
 *
 * The fields are those of `aws ec2 describe-vpc-block-public-access-options` and `-exclusions`
 * (semantics 3.1). What they come to for a VPC or subnet stands in its BlockPublicAccessStates,
 * which is all that walks look at.
 */
#ifndef VP_RECORD_ACCESS_H
#define VP_RECORD_ACCESS_H

#include "vp_kind.h"

VP_BEGIN_DECLS

/*
 * The mode of one account in one Region: "off", "block-bidirectional", "block-ingress". AWS gives
 * it no id; the record's is made of account and Region.
 */
typedef struct vp_access_options {
    vp_record record;
    vp_name internet_gateway_block_mode, state;
} vp_access_options;

/* One VPC or subnet, named by its ARN: "allow-bidirectional", "allow-egress". */
typedef struct vp_access_exclusion {
    vp_record record;
    vp_name internet_gateway_exclusion_mode, resource_arn, state;
} vp_access_exclusion;

extern const vp_schema vp_access_options_schema, vp_access_exclusion_schema;

VP_END_DECLS

#endif
