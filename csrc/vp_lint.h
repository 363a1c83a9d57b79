/*
 * vp_lint.h - findings: what of a configuration AWS holds, but hardly anybody means.
 *
 * A finding is a code, the objects concerned and its evidence, all of them read from the records;
 * the sentences about it are made elsewhere. Every check goes through the records once and looks
 * others up in sorted views, so a run costs O(n log n) in the size of the model, also where a
 * document was made to be slow (VP_LINT_BLOCKS_MAX). Semantics 5.11, 4.4, 6.1, 6.5.
 */
#ifndef VP_LINT_H
#define VP_LINT_H

#include "vp_network.h"

VP_BEGIN_DECLS

/* In the order in which findings of one severity are listed. */
typedef enum vp_lint_code {
    VP_LINT_OVERLAPPING_CIDRS,
    VP_LINT_DUPLICATE,
    VP_LINT_NOT_PARTY,
    VP_LINT_CROSS_REGION,
    VP_LINT_ONE_WAY,
    VP_LINT_BROADER_THAN_PEER,
    VP_LINT_AMBIGUOUS_PEERS,
    VP_LINT_BLACKHOLE,
    VP_LINT_RULE_STALE,
    VP_LINT_CIDR_RESTRICTED,
    VP_LINT_STATE_DISAGREES,
    VP_LINT_STALE_DISAGREES,
    VP_LINT_UNKNOWN_PREFIX_LIST,
    VP_LINT_UNUSED_CONNECTION,
    VP_LINT_WHOLE_PEER,
    VP_LINT_CODE_COUNT
} vp_lint_code;

/* All checks, for vp_lint_run; a single one is 1u << code. */
#define VP_LINT_ALL ((1u << VP_LINT_CODE_COUNT) - 1)

/* What a code is called ("PCX_DUPLICATE") and how much it matters. */
typedef struct vp_lint_info {
    const char *name;
    vp_severity severity;
} vp_lint_info;

const vp_lint_info *vp_lint_describe(vp_lint_code code);

/* A block of a VPC that plays a part in a finding. */
typedef struct vp_lint_block {
    vp_name vpc_id, vpc_peering_connection_id;
    vp_cidr cidr_block;
} vp_lint_block;

/*
 * What a finding rests on. Which fields are given depends on the code; `vp_lint_evidence_schema`
 * is the table of all of them. Texts are names of the network.
 */
typedef struct vp_lint_evidence {
    vp_name vpc_peering_connection_id, status, vpc_id, peer_vpc_id, region, peer_region;
    vp_name route_table_id, prefix_list_id, state; /* state: what the target's own state makes */
    vp_route route;                                /* a copy */
    vp_cidr cidr_block, peer_cidr_block;
    vp_list blocks; /* vp_lint_block, in order of address */
    vp_name group_id, security_group_rule_id, referenced_group_id, user_id, ip_protocol;
    vp_int from_port, to_port;
    vp_bool is_egress, computed_stale, printed_stale;
} vp_lint_evidence;

typedef struct vp_finding {
    vp_int code;          /* vp_lint_code */
    vp_list resource_ids; /* vp_text_item: what it is about first, then what plays a part */
    vp_lint_evidence evidence;
} vp_finding;

extern const vp_schema vp_finding_schema, vp_lint_evidence_schema;

/*
 * VPCs that have more blocks than this are compared by their first ones where the blocks of all
 * peers of a VPC are; AWS allows 50 of each family.
 */
#define VP_LINT_BLOCKS_MAX 1024

/*
 * Runs the checks of `wanted` (bits by vp_lint_code) and appends their findings to the empty list
 * *findings (vp_finding): errors first, then warnings, then hints; within these by code, then by
 * resource ids bytewise, then in the order of the records. The caller clears the list with
 * vp_finding_schema, also after a failure. VP_NO_MEMORY, or VP_LIMIT at VP_LIST_MAX findings.
 */
VP_MUST_CHECK vp_status vp_lint_run(vp_network *network, uint32_t wanted, vp_list *findings,
                                    vp_error *error);

/*
 * Records a warning for every rule that describe-stale-security-groups judges otherwise than the
 * model (semantics 6.5), once after documents were read. VP_NO_MEMORY or VP_LIMIT may leave some
 * unsaid. Where no such document was read O(groups), else as a run.
 */
VP_MUST_CHECK vp_status vp_lint_report_stale(vp_network *network, vp_error *error);

VP_END_DECLS

#endif
