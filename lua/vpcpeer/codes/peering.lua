-- The codes of VPC peering: what a connection needs, and what it never does (semantics 5.9).
-- One entry a code; vpcpeer/codes.lua says what the fields are.

local edge = {} -- the edge-to-edge codes differ in the gateway's name alone

for _, row in ipairs {
    { "IGW", "internet gateway", "Give the sender's own VPC an internet gateway or a NAT gateway." },
    { "EIGW", "egress-only internet gateway", "Give the sender's own VPC an egress-only internet gateway." },
    { "NAT", "NAT gateway or NAT instance", "Put a NAT gateway into the sender's own VPC." },
    { "VGW", "VPN or Direct Connect connection", "Connect the sender's VPC itself, or use a transit gateway." },
    { "VPCE_GATEWAY", "gateway endpoint", "Create an endpoint in the sender's own VPC, or use an interface endpoint." },
    { "TGW", "transit gateway", "Attach the sender's VPC to the transit gateway itself." },
    { "CLASSICLINK", "ClassicLink connection", "Move the instance into a VPC; ClassicLink is retired.",
        "a peering connection[ ({pcx})] does not carry the traffic of ClassicLink instances[ such as {linked}]",
        meaning = "A peering connection carries the traffic of ClassicLink instances for IPv4 and within one "
            .. "Region only, and only if the options of both sides allow it; for IPv6 never.",
        cause = "AllowEgressFromLocalClassicLinkToRemoteVpc of the side that the instance is linked to, or "
            .. "AllowEgressFromLocalVpcToRemoteClassicLink of the other side, is false (the default)." },
} do
    edge[#edge + 1] = {
        code = "PCX_EDGE_TO_EDGE_" .. row[1],
        kind = "explanation hint",
        aws_code = "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
        what = row[4] or "a peering connection[ ({pcx})] does not lead on to the " .. row[2]
            .. "[ {gateway}] of the peer[ {gateway_vpc}]",
        meaning = row.meaning or "Edge to edge: a peering connection does not extend the " .. row[2]
            .. " of one VPC to its peer, in either direction.",
        cause = row.cause or "A route sends addresses outside of the peer's blocks to the peering connection, "
            .. "in the hope that the peer passes them on; or the traffic entered the peer through its gateway.",
        remedy = row[3],
    }
end

-- A connection that has ended stays in the data for a while; nothing brings it back.
local REQUEST_ANEW = "request a new connection between {vpc} and {destination_vpc} and point the routes at it"

local codes = {
    {
        code = "PCX_NOT_ACTIVE",
        kind = "explanation hint",
        aws_code = "BAD_STATE_ROUTE",
        what = "[{stale_route}, although {pcx} is active|{pcx} is {status}, so it carries no traffic]",
        fix_of = {
            active = "take the dump again, since its files were written at different times",
            ["pending-acceptance"] = "accept {pcx} as the owner of the accepter VPC",
            rejected = REQUEST_ANEW,
            expired = REQUEST_ANEW,
            deleting = REQUEST_ANEW,
            deleted = REQUEST_ANEW,
        },
        meaning = "The peering connection is not active. Routes to it are blackholes.",
        cause = "The owner of the accepter VPC has not accepted it yet (also needed when both VPCs are "
            .. "yours), or it was rejected, has expired, failed or was deleted.",
        remedy = "Accept the request while it is pending; otherwise request a new connection and point the "
            .. "routes at it.",
    },
    {
        code = "PCX_NOT_PARTY",
        kind = "explanation lint",
        aws_code = "BAD_STATE_ROUTE",
        what = "{table} routes to {pcx}, but {vpc} is no party to it",
        meaning = "The route names a peering connection of two other VPCs.",
        cause = "The id was copied from another VPC's route table; AWS would refuse the route.",
        remedy = "Route to a connection of the table's own VPC.",
    },
    {
        code = "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
        kind = "explanation",
        what = "{pcx} carries only addresses of the two VPCs, and {address} is not in a block of {reached_vpc}",
        meaning = "A peering connection carries packets from a block of one VPC to a block of the other and "
            .. "drops everything else.",
        cause = "The route to the connection is broader than the peer's blocks.",
        remedy = "Route only the peer's blocks to the connection; send the rest elsewhere.",
    },
    {
        code = "PCX_TRANSITIVE_PEERING",
        kind = "explanation hint",
        aws_code = "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
        what = "peering is not transitive (the way would need {chain} one after the other)",
        fix = "peer {vpc} and {destination_vpc} directly, or use a transit gateway",
        meaning = "A VPC does not pass packets on from one peering connection to another, also when all VPCs "
            .. "belong to one account.",
        cause = "Both VPCs are peered with a third one, and it was expected to connect them.",
        remedy = "Peer the two VPCs directly, or join all of them to a transit gateway.",
    },
    {
        code = "PCX_REMOTE_RESOLVER",
        kind = "explanation",
        aws_code = "NO_POSSIBLE_DESTINATION",
        what = "{address} is the Amazon DNS server of {reached_vpc}, which answers inside that VPC only",
        meaning = "The Amazon DNS server of a VPC (its base address plus two) cannot be asked by a peer.",
        cause = "A resolver was configured with the peer's DNS address.",
        remedy = "Ask the DNS server of the sender's own VPC and enable DNS resolution on the peering "
            .. "connection, or use Route 53 Resolver endpoints.",
    },
    {
        code = "PCX_OVERLAPPING_CIDRS",
        kind = "hint cause lint",
        aws_code = "DISCONNECTED_VPCS",
        what = "[{vpc} and {destination_vpc} |the two VPCs ]cannot be peered: their blocks overlap[ ({pair})]",
        meaning = "VPCs whose blocks match or overlap cannot be peered. One overlapping pair is enough, also "
            .. "when only other blocks (or only IPv6) would be used.",
        cause = "Both VPCs were given the same range, often the default 172.31.0.0/16 or 10.0.0.0/16.",
        remedy = "Move one VPC to another range. Where that is impossible: PrivateLink, a private NAT "
            .. "gateway behind a transit gateway, or a VPN with translation.",
    },
    {
        code = "DISCONNECTED_VPCS",
        kind = "hint",
        what = "nothing connects [{vpc} and {destination_vpc}|the two VPCs]: no peering connection, no chain of "
            .. "them, no transit gateway",
        meaning = "A VPC is isolated until something connects it. These two are not connected at all.",
        cause = "No peering connection was requested, or its dump was not loaded.",
        remedy = "Peer the two VPCs, then add routes on both sides and security group rules.",
    },
    {
        code = "PCX_SAME_VPC",
        kind = "cause",
        aws_code = "DISCONNECTED_VPCS",
        meaning = "The request named one VPC as both sides, so the connection failed.",
        cause = "The request's vpc_id and peer_vpc_id are equal.",
        remedy = "Name two different VPCs; inside one VPC the local route connects all subnets.",
    },
    {
        code = "PCX_UNKNOWN_VPC",
        kind = "cause",
        aws_code = "DISCONNECTED_VPCS",
        meaning = "The accepter VPC does not exist in the account and Region named, so the connection failed.",
        cause = "The id is wrong, or the accepter's account (peer_owner_id) or Region (peer_region) was left "
            .. "out or is wrong.",
        remedy = "Request again with the right id, account and Region.",
    },
    {
        code = "PCX_DUPLICATE",
        kind = "lint",
        meaning = "Two live peering connections join the same pair of VPCs.",
        cause = "Both sides requested one. AWS refuses to accept a second, so the files may be of different times.",
        remedy = "Delete one of them and point all routes at the other.",
    },
    {
        code = "PCX_ROUTE_ONE_WAY",
        kind = "lint",
        meaning = "One side routes to the peering connection, the other does not, so no answer returns.",
        cause = "The route tables of one side were forgotten.",
        remedy = "Add the route back to the tables of the other side's subnets.",
    },
    {
        code = "PCX_ROUTE_UNUSED_CONNECTION",
        kind = "lint",
        meaning = "No route table uses the active peering connection, so nothing flows over it.",
        cause = "Its routes were never added, or it is left over.",
        remedy = "Add the routes, or delete the connection.",
    },
    {
        code = "PCX_ROUTE_BROADER_THAN_PEER",
        kind = "lint",
        meaning = "The destination of a peering route is not contained in the peer's blocks; what is outside "
            .. "of them is dropped.",
        cause = "A convenient supernet such as 10.0.0.0/8 was routed.",
        remedy = "Replace the route by routes to the peer's blocks, or to those of its subnets that are "
            .. "needed.",
    },
    {
        code = "PCX_ROUTE_WHOLE_PEER",
        kind = "lint",
        meaning = "A route opens a whole block of the peer. That works; but peering dilutes isolation, and "
            .. "often less is needed.",
        cause = "The block of the peer's VPC was used as the destination.",
        remedy = "Route only the subnets that must be reached; if that is all of them, leave it.",
    },
    {
        code = "PCX_ROUTE_AMBIGUOUS_PEERS",
        kind = "lint",
        meaning = "A VPC is peered with two VPCs whose blocks overlap; answers can go to the wrong one.",
        cause = "The VPC has peers with blocks in common, and answers follow the route table, not the way "
            .. "the request came.",
        remedy = "Use more specific routes for each peer, down to /32 where needed.",
    },
    {
        code = "PCX_ROUTE_BLACKHOLE",
        kind = "lint",
        meaning = "A route leads to a peering connection that is not active.",
        cause = "The connection is pending, or was deleted and its routes were left.",
        remedy = "Accept the connection, or remove the route.",
    },
    {
        code = "SG_RULE_STALE",
        kind = "lint",
        meaning = "A security group rule names a group that can no longer be referred to; it matches nothing.",
        cause = "The group or the peering connection was deleted.",
        remedy = "Remove the rule, or peer the VPCs again.",
    },
    {
        code = "SG_RULE_CROSS_REGION",
        kind = "lint",
        meaning = "A security group rule names a group in another Region; it never matches.",
        cause = "References work within one Region only.",
        remedy = "Name the peer's block in the rule instead.",
    },
    {
        code = "VPC_CIDR_RESTRICTED",
        kind = "lint",
        meaning = "The blocks of a VPC are a combination that AWS refuses today, or one of them is "
            .. "172.17.0.0/16, which some AWS services use themselves.",
        cause = "A VPC keeps to the private range of its first block: 10.0.0.0/8, 172.16.0.0/12, "
            .. "192.168.0.0/16 or 198.19.0.0/16. The data are of an older time, or were written by hand.",
        remedy = "Take further blocks from the range of the first one, or publicly routable ones.",
    },
}

for _, entry in ipairs(edge) do
    codes[#codes + 1] = entry
end

return codes
