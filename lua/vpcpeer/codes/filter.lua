-- The codes of filters: security groups, network ACLs, source/destination check, public access.
-- One entry a code; vpcpeer/codes.lua says what the fields are.

return {
    {
        code = "ENI_SG_RULES_MISMATCH",
        kind = "explanation",
        what = "no {way_of_rule} rule of {groups} on {interface} admits {packet}[ {far}]",
        fix = "add an {way_of_rule} rule {packet} {far_block} to {first_group}",
        meaning = "The security groups of the interface have rules in this direction, but none admits the "
            .. "traffic. Security groups only allow; what no rule names is dropped.",
        cause = "The rule names another port, protocol, block or group. Across a peering connection a rule "
            .. "must name the peer's addresses, or (in one Region) a group of the peer.",
        remedy = "Add a rule for the protocol, the port and the address of the other side.",
    },
    {
        code = "SG_HAS_NO_RULES",
        kind = "explanation",
        what = "there is no {way_of_rule} rule at all in {groups} on {interface}",
        fix = "add an {way_of_rule} rule {packet} {far_block} to {first_group}",
        meaning = "The security groups of the interface have no rule in this direction, so nothing passes.",
        cause = "A new security group starts with no inbound rule; or its outbound rules were removed.",
        remedy = "Add a rule for the protocol, the port and the address of the other side.",
    },
    {
        code = "SG_REFERENCE_CROSS_REGION",
        kind = "explanation",
        aws_code = "SG_REFERENCES_NOT_PRESERVED",
        what = "the {way_of_rule} rule of {groups} names a group[ ({reference})] in another Region, which "
            .. "never matches",
        fix = "add an {way_of_rule} rule {packet} {far_block} to {first_group}",
        meaning = "A rule that names a group works over a peering connection within one Region only.",
        cause = "The VPCs are in different Regions.",
        remedy = "Name the peer's block in the rule instead of its group.",
    },
    {
        code = "SG_REFERENCE_STALE",
        kind = "explanation",
        aws_code = "ENI_SG_RULES_MISMATCH",
        what = "the {way_of_rule} rule of {groups} that would match names a group[ ({reference})] that can no "
            .. "longer be referred to",
        meaning = "The rule is stale: its group was deleted, or the peering connection that made it "
            .. "reachable was. A stale rule stays in the list and matches nothing.",
        cause = "The peering connection between the two VPCs was deleted.",
        remedy = "Peer the VPCs again, or replace the rule by one that names addresses.",
    },
    {
        code = "SG_REFERENCES_NOT_PRESERVED",
        kind = "explanation",
        what = "a rule of {groups} names a group[ ({reference})], but the way to {interface} does not carry "
            .. "group membership",
        meaning = "Behind an appliance, a NAT device or an internet gateway the groups of the sender are "
            .. "no longer known, so rules that name groups cannot match.",
        cause = "The packet passes a middlebox or a public address.",
        remedy = "Name the sender's subnet or the appliance's address in the rule.",
    },
    {
        code = "SG_REFERENCING_SUPPORT",
        kind = "explanation",
        what = "a rule of {groups} names a group[ ({reference})], but the transit gateway does not support it",
        meaning = "Rules that name groups work over a transit gateway only inbound, and only if the gateway "
            .. "and both attachments have SecurityGroupReferencingSupport enabled.",
        cause = "The option is off on the gateway or on one of the attachments, or the rule is outbound.",
        remedy = "Enable it on the gateway and both attachments for inbound rules; name addresses in outbound "
            .. "ones.",
    },
    {
        code = "SUBNET_ACL_RESTRICTION",
        kind = "explanation",
        what = "{acl}[ of {subnet}] does not let {reply_or_packet} {through}[ {far}] ({acl_rule})",
        fix = "add an {way_of_rule} rule{rule_place} to {acl} that allows {packet} {far_block}",
        meaning = "The network ACL of the subnet denies the traffic. Rules are tried in order of their "
            .. "number and the first match decides; what no rule matches is denied.",
        cause = "A deny rule comes first, or no rule allows it. Network ACLs keep no state: the answer needs "
            .. "its own rule, for the ports the client opened (1024-65535).",
        remedy = "Add an allow rule with a lower number; for answers, one for the ephemeral ports.",
    },
    {
        code = "EPHEMERAL_PORTS_PARTIAL",
        kind = "warning",
        what = "the answer passes for the source ports {source_ports} only[, because of {acl}]",
        meaning = "A network ACL lets the answer pass for some of the ports that clients open, so some "
            .. "connections work and some do not.",
        cause = "The rule for answers allows a smaller range than 1024-65535.",
        remedy = "Allow 1024-65535 on the way back, or ask with the range your clients use.",
    },
    {
        code = "ASSUMPTION_DEFAULT_NETWORK_ACL",
        kind = "warning",
        what = "no network ACL of {subnet} is in the data; it was taken to allow everything",
        meaning = "The data hold no network ACL for the subnet, so none was applied.",
        cause = "The output of describe-network-acls was not part of the dump.",
        remedy = "Load the network ACLs as well.",
    },
    {
        code = "UNKNOWN_PREFIX_LIST",
        kind = "warning lint",
        what = "a rule[ of {groups}] names the prefix list {component}, which is not in the data and so "
            .. "matches nothing",
        meaning = "A rule or route names a prefix list whose entries are not loaded.",
        cause = "The entries of prefix lists are printed by a command of their own.",
        remedy = "Load the output of get-managed-prefix-list-entries for it.",
    },
    {
        code = "UNKNOWN_PEERED_SGS",
        kind = "hint",
        what = "a rule[ of {groups}] names a group[ ({reference})] of a VPC that is not loaded; it was taken "
            .. "not to match",
        meaning = "A rule names a group of a peer VPC that is not in the data.",
        cause = "The peer belongs to another account whose dump is missing.",
        remedy = "Load the peer's security groups and interfaces as well.",
    },
    {
        code = "SG_STALE_DISAGREES",
        kind = "warning lint",
        what = "describe-stale-security-groups says something else[ of {groups}] than the model",
        meaning = "AWS's list of stale rules and the model disagree.",
        cause = "The files of the dump were written at different times.",
        remedy = "Take the dump again.",
    },
    {
        code = "ENI_SOURCE_DEST_CHECK_RESTRICTION",
        kind = "explanation",
        what = "{interface} refuses a packet[ for {address}] that is not its own, because its "
            .. "source/destination check is on",
        fix = "switch SourceDestCheck off on {interface}",
        meaning = "An interface accepts only packets from and to its own addresses, unless its "
            .. "source/destination check is off.",
        cause = "A route names an instance as an appliance, but the check was left on (the default).",
        remedy = "Switch the check off on the appliance's interface.",
    },
    {
        code = "VPC_BLOCK_PUBLIC_ACCESS_ENABLED",
        kind = "explanation",
        what = "VPC Block Public Access[ of {vpc}] refuses internet traffic[ of {subnet}]",
        meaning = "VPC Block Public Access forbids traffic through internet gateways, for the whole Region "
            .. "or this VPC or subnet.",
        cause = "It was switched on for the account, and the VPC or subnet is not excluded.",
        remedy = "Add an exclusion for the VPC or subnet if the traffic is meant.",
    },
}
