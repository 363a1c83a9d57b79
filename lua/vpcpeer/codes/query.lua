-- The codes of the question itself: its ends, states, families, filters, names, missing data.
-- One entry a code; vpcpeer/codes.lua says what the fields are.

return {
    {
        code = "NO_SOURCE_OR_DESTINATION",
        kind = "explanation",
        what = "{component} is not in the data",
        meaning = "An end of the question does not exist.",
        cause = "The id is misspelt, or its account or Region is not loaded.",
        remedy = "Check the id, or load the data that describe it.",
    },
    {
        code = "UNKNOWN_RESOURCE",
        kind = "explanation",
        what = "[{unknown_attribute} {is_or_are} not known until apply"
            .. "|{missing} is referred to but not described in the data|no interface of {instance} is in the data"
            .. "|{named} is not fully described in the data|no route table of {subnet} is in the data"
            .. "|the data are incomplete here], so the answer is unknown",
        fix = "[apply the plan, or set {unknown_attribute}|load the output of {command_left_out} as well]",
        meaning = "The way leads through something that the data do not describe, or of which they hold "
            .. "only the id.",
        cause = "It belongs to another account or Region whose dump is missing, or one of the describe "
            .. "commands was left out.",
        remedy = "Load what is missing, from the account and Region that own it.",
    },
    {
        code = "UNKNOWN_DESTINATION",
        kind = "explanation",
        what = "{table} sends the packet to [{unknown_attribute}, which {is_or_are} not known until apply"
            .. "|{component}, which is not in the data|something that is not in the data], so the answer is unknown",
        fix = "[apply the plan, or set {unknown_attribute}|load the output of {command} as well]",
        meaning = "The target of the route is not in the data.",
        cause = "The command that prints such targets was not part of the dump.",
        remedy = "Load the output that describes the target.",
    },
    {
        code = "UNSUPPORTED_COMPONENT",
        kind = "explanation",
        what = "the packet meets {component}, which is not modelled, so the answer is unknown",
        meaning = "The way leads through a kind of component that this product does not model.",
        cause = "Carrier and local gateways, Cloud WAN and some attachments are out of scope.",
        remedy = "Examine that part with AWS's own tools.",
    },
    {
        code = "BAD_STATE",
        kind = "explanation",
        what = "{component} is not in use[: {state}]",
        fix_of = {
            stopped = "start {component}",
            terminated = "ask for an instance that still exists",
        },
        meaning = "The interface is not attached, its instance is not running, or the endpoint is not "
            .. "available.",
        cause = "The instance was stopped or terminated.",
        remedy = "Start the instance or attach the interface.",
    },
    {
        code = "UNASSOCIATED_COMPONENT",
        kind = "explanation",
        what = "{component} has no IPv4 address in a VPC",
        meaning = "An end has no IPv4 address, or belongs to no VPC.",
        cause = "Its subnet is IPv6-only, or the gateway is not attached.",
        remedy = "Ask with family 6, or attach it.",
    },
    {
        code = "IPV6_NOT_ENABLED",
        kind = "explanation",
        aws_code = "UNASSOCIATED_COMPONENT",
        what = "{component} has no IPv6 address",
        meaning = "The question is about IPv6, but an end has no IPv6 address.",
        cause = "The VPC or subnet has no IPv6 block, or no address was assigned.",
        remedy = "Give VPC and subnet an IPv6 block and the interface an address, or ask with family 4.",
    },
    {
        code = "ADDRESS_FAMILY_MISMATCH",
        kind = "explanation",
        aws_code = "NO_PATH",
        what = "{address} is not of the family of {from}",
        meaning = "One end is IPv4, the other IPv6; nothing on the way translates between them.",
        cause = "The question mixes families.",
        remedy = "Ask with addresses of one family.",
    },
    {
        code = "ENI_ADDRESS_RESTRICTION",
        kind = "explanation",
        what = "{address} is not an address of {interface}",
        meaning = "The question names an interface and an address that the interface does not have.",
        cause = "The address belongs to another interface.",
        remedy = "Leave the address out, or name the interface that has it.",
    },
    {
        code = "IGW_EXPECTS_PUBLIC_ADDRESS",
        kind = "explanation",
        what = "{address} is no public address and cannot stand for the internet",
        meaning = "The address given for the internet is loopback, link-local, multicast or 0.0.0.0/8.",
        cause = "A placeholder was used as an address.",
        remedy = "Use a public address, for example 198.51.100.7.",
    },
    {
        code = "COMPONENT_FILTER_RESTRICTION",
        kind = "explanation",
        what = "no path passes {component}",
        meaning = "No path satisfies the option through.",
        cause = "The route tables lead elsewhere.",
        remedy = "Ask without through to see the path that is taken.",
    },
    {
        code = "COMPONENT_FILTER_RESTRICTION_REMOVED_COMPONENT",
        kind = "explanation",
        what = "every path passes {component}, which was to be avoided",
        meaning = "No path satisfies the option avoid.",
        cause = "Routing knows no other way.",
        remedy = "Ask without avoid to see the path that is taken.",
    },
    {
        code = "DNS_NAME_NOT_FOUND",
        kind = "explanation",
        aws_code = "NO_SOURCE_OR_DESTINATION",
        what = "the name {component} does not resolve from {from}[: {dns_cause}]",
        fix_of = {
            not_in_data = "ask for the address instead, or associate the hosted zone that has the name",
            attributes_off = "switch enableDnsSupport and enableDnsHostnames on in {destination_vpc}",
            attributes_not_loaded = "load the output of describe-vpc-attribute for {destination_vpc}",
            only_in_region = "peer the VPCs, and let the other side resolve names of {destination_vpc}",
            only_in_vpc = "peer the VPCs, and let the other side resolve names of {destination_vpc}",
            only_inside = "ask for the public name or the public address",
        },
        meaning = "The name has no address for this sender.",
        cause = "The VPC of the instance has enableDnsHostnames off (the default of VPCs that are no default "
            .. "VPC), the peering connection does not let this side resolve names of the other, or the "
            .. "sender's VPC is not associated with the hosted zone.",
        remedy = "Switch enableDnsSupport and enableDnsHostnames on in both VPCs, enable DNS resolution on "
            .. "the connection, or associate the hosted zone.",
    },
    {
        code = "DNS_SUPPORT_DISABLED",
        kind = "explanation",
        aws_code = "NO_SOURCE_OR_DESTINATION",
        what = "DNS support is off[ in {vpc}], so its resolver does not answer",
        fix = "switch enableDnsSupport on in {vpc}",
        meaning = "The attribute enableDnsSupport of the VPC is false.",
        cause = "It was switched off; it is on by default.",
        remedy = "Switch enableDnsSupport on.",
    },
}
