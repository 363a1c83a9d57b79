/*
 * vp_judge.h - what AWS would not have accepted in a loaded model, and what is missing in it.
 *
 * Nothing is changed or refused: a description is evidence (semantics D04). Every finding becomes a
 * diagnostic at the file and JSON path of the record; its message reads on after the path.
 */
#ifndef VP_JUDGE_H
#define VP_JUDGE_H

#include "vp_index.h"

VP_BEGIN_DECLS

/*
 * Ids that name nothing in the data: "unknown_id", a warning, or an info where objects of others
 * are commonly absent (instances of a service, connections of routes). "missing_field": a subnet,
 * route table or network ACL that names no VPC. Where no object of a kind is in the data at all,
 * only the first id of each sort is reported, with the number of the others. O(records and their
 * lists).
 */
VP_MUST_CHECK vp_status vp_judge_references(vp_network *network, vp_error *error);

/*
 * Blocks of VPCs: size and range ("InvalidVpc.Range"), combination ("VPC_CIDR_RESTRICTED");
 * enforced encryption ("ENCRYPTION_CONTROL_ENFORCED", D08); warnings (semantics 1.1 to 1.4). O(VPCs
 * and their blocks).
 */
VP_MUST_CHECK vp_status vp_judge_vpcs(vp_network *network, vp_error *error);

/*
 * Blocks of subnets: size, position ("InvalidSubnet.Range") and overlap ("InvalidSubnet.Conflict");
 * warnings (semantics 2). O(n log n) in the number of subnets.
 */
VP_MUST_CHECK vp_status vp_judge_subnets(vp_network *network, vp_error *error);

/*
 * Private addresses outside of the subnet or reserved in it: "InvalidParameterValue", a warning
 * (semantics 2). O(addresses).
 */
VP_MUST_CHECK vp_status vp_judge_interfaces(vp_network *network, vp_error *error);

/*
 * Live connections between VPCs whose blocks overlap: "PCX_OVERLAPPING_CIDRS", an error (semantics
 * 5.11). O(connections and pairs of blocks).
 */
VP_MUST_CHECK vp_status vp_judge_peerings(vp_network *network, vp_error *error);

/*
 * Route tables that a gateway endpoint names and that do not lead to it: "missing_route", a warning
 * (semantics 3.5). O(endpoints and the routes of their tables).
 */
VP_MUST_CHECK vp_status vp_judge_endpoints(vp_network *network, vp_error *error);

VP_END_DECLS

#endif
