/*
 * vp_lint.c - what a finding consists of: codes with their severities, and the table of evidence.
 *
 * Both are constant tables; the codes stand in the order in which findings are listed.
 */
#include "vp_lint.h"

static const vp_lint_info codes[VP_LINT_CODE_COUNT] = {
    [VP_LINT_OVERLAPPING_CIDRS] = {"PCX_OVERLAPPING_CIDRS", VP_SEVERITY_ERROR},
    [VP_LINT_DUPLICATE] = {"PCX_DUPLICATE", VP_SEVERITY_ERROR},
    [VP_LINT_NOT_PARTY] = {"PCX_NOT_PARTY", VP_SEVERITY_ERROR},
    [VP_LINT_CROSS_REGION] = {"SG_RULE_CROSS_REGION", VP_SEVERITY_ERROR},
    [VP_LINT_ONE_WAY] = {"PCX_ROUTE_ONE_WAY", VP_SEVERITY_WARNING},
    [VP_LINT_BROADER_THAN_PEER] = {"PCX_ROUTE_BROADER_THAN_PEER", VP_SEVERITY_WARNING},
    [VP_LINT_AMBIGUOUS_PEERS] = {"PCX_ROUTE_AMBIGUOUS_PEERS", VP_SEVERITY_WARNING},
    [VP_LINT_BLACKHOLE] = {"PCX_ROUTE_BLACKHOLE", VP_SEVERITY_WARNING},
    [VP_LINT_RULE_STALE] = {"SG_RULE_STALE", VP_SEVERITY_WARNING},
    [VP_LINT_CIDR_RESTRICTED] = {"VPC_CIDR_RESTRICTED", VP_SEVERITY_WARNING},
    [VP_LINT_STATE_DISAGREES] = {"ROUTE_STATE_DISAGREES", VP_SEVERITY_WARNING},
    [VP_LINT_STALE_DISAGREES] = {"SG_STALE_DISAGREES", VP_SEVERITY_WARNING},
    [VP_LINT_UNKNOWN_PREFIX_LIST] = {"UNKNOWN_PREFIX_LIST", VP_SEVERITY_WARNING},
    [VP_LINT_UNUSED_CONNECTION] = {"PCX_ROUTE_UNUSED_CONNECTION", VP_SEVERITY_INFO},
    [VP_LINT_WHOLE_PEER] = {"PCX_ROUTE_WHOLE_PEER", VP_SEVERITY_INFO},
};

const vp_lint_info *vp_lint_describe(vp_lint_code code) { return &codes[code]; }

/* ---- what a finding looks like ----------------------------------------------------------------
 */

static const vp_field block_fields[] = {
    VP_FIELD(vp_lint_block, vpc_id, VP_TYPE_TEXT, "VpcId", 0, NULL),
    VP_FIELD(vp_lint_block, vpc_peering_connection_id, VP_TYPE_TEXT, "VpcPeeringConnectionId", 0,
             NULL),
    VP_FIELD(vp_lint_block, cidr_block, VP_TYPE_CIDR, "CidrBlock", 0, NULL)};
static const vp_schema block_schema = VP_SCHEMA("FindingBlock", vp_lint_block, block_fields);

#define EVIDENCE(member, type, key) VP_FIELD(vp_lint_evidence, member, type, key, 0, NULL)
static const vp_field evidence_fields[] = {
    EVIDENCE(vpc_peering_connection_id, VP_TYPE_TEXT, "VpcPeeringConnectionId"),
    EVIDENCE(status, VP_TYPE_TEXT, "Status"),
    EVIDENCE(vpc_id, VP_TYPE_TEXT, "VpcId"),
    EVIDENCE(peer_vpc_id, VP_TYPE_TEXT, "PeerVpcId"),
    EVIDENCE(region, VP_TYPE_TEXT, "Region"),
    EVIDENCE(peer_region, VP_TYPE_TEXT, "PeerRegion"),
    EVIDENCE(route_table_id, VP_TYPE_TEXT, "RouteTableId"),
    EVIDENCE(prefix_list_id, VP_TYPE_TEXT, "PrefixListId"),
    EVIDENCE(state, VP_TYPE_TEXT, "State"),
    VP_FIELD(vp_lint_evidence, route, VP_TYPE_OBJECT, "Route", 0, &vp_route_schema),
    EVIDENCE(cidr_block, VP_TYPE_CIDR, "CidrBlock"),
    EVIDENCE(peer_cidr_block, VP_TYPE_CIDR, "PeerCidrBlock"),
    VP_FIELD(vp_lint_evidence, blocks, VP_TYPE_LIST, "Blocks", 0, &block_schema),
    EVIDENCE(group_id, VP_TYPE_TEXT, "GroupId"),
    EVIDENCE(security_group_rule_id, VP_TYPE_TEXT, "SecurityGroupRuleId"),
    EVIDENCE(referenced_group_id, VP_TYPE_TEXT, "ReferencedGroupId"),
    EVIDENCE(user_id, VP_TYPE_TEXT, "UserId"),
    EVIDENCE(ip_protocol, VP_TYPE_TEXT, "IpProtocol"),
    EVIDENCE(from_port, VP_TYPE_INT, "FromPort"),
    EVIDENCE(to_port, VP_TYPE_INT, "ToPort"),
    EVIDENCE(is_egress, VP_TYPE_BOOL, "IsEgress"),
    EVIDENCE(computed_stale, VP_TYPE_BOOL, "ComputedStale"),
    EVIDENCE(printed_stale, VP_TYPE_BOOL, "PrintedStale")};
const vp_schema vp_lint_evidence_schema = VP_SCHEMA("Evidence", vp_lint_evidence, evidence_fields);

static const vp_field finding_fields[] = {
    VP_FIELD(vp_finding, code, VP_TYPE_INT, "Code", 0, NULL),
    VP_FIELD(vp_finding, resource_ids, VP_TYPE_LIST, "ResourceIds", 0, &vp_text_item_schema),
    VP_FIELD(vp_finding, evidence, VP_TYPE_OBJECT, "Evidence", 0, &vp_lint_evidence_schema)};
const vp_schema vp_finding_schema = VP_SCHEMA("Finding", vp_finding, finding_fields);
