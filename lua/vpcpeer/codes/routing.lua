-- The codes of routing and delivery: which route a packet found, where it led, and the way back.
-- One entry a code; vpcpeer/codes.lua says what the fields are. The order is that of a packet's way.

return {
    {
        code = "NO_ROUTE_TO_DESTINATION",
        kind = "explanation",
        what = "{table}[ of {vpc}] has no route to {address}",
        fix = "add {destination} -> {way} to {table}",
        meaning = "No route of the sender's route table covers the destination address.",
        cause = "The route was never added, or it was added to a route table that another subnet uses; "
            .. "a subnet without an association of its own uses the main route table.",
        remedy = "Add a route for the destination to the route table of the sender's subnet, with the "
            .. "connection or gateway that leads there as its target.",
    },
    {
        code = "BAD_STATE_ROUTE",
        kind = "explanation",
        what = "{route} of {table} is a blackhole",
        meaning = "The route with the longest prefix wins, but its target does not exist or does not work. "
            .. "AWS drops the packet; it does not fall back to a shorter prefix.",
        cause = "The target was deleted or detached, or an instance behind it was stopped.",
        remedy = "Bring the target back, or replace the route's target with one that works.",
    },
    {
        code = "NO_POSSIBLE_DESTINATION",
        kind = "explanation",
        what = "no interface[ in {reached_vpc}] holds {address}",
        meaning = "The packet reached the right network, but no network interface there has the address.",
        cause = "The instance was terminated, the address is one that AWS reserves in every subnet, or the "
            .. "block is used by two VPCs and the route leads to the other one.",
        remedy = "Ask for an address that an interface has, or correct the route that led there.",
    },
    {
        code = "DELIVERED_TO_OTHER_INTERFACE",
        kind = "explanation",
        aws_code = "NO_POSSIBLE_DESTINATION",
        what = "on this path {address} belongs to {holder}[ in {reached_vpc}], not to {to}",
        meaning = "Two VPCs use the same addresses, and the route leads to the one that was not meant.",
        cause = "The route table sends the shared block to another peer.",
        remedy = "Add a more specific route (a subnet's block or a /32) that leads to the VPC you mean.",
    },
    {
        code = "RETURN_ROUTE_MISSING",
        kind = "explanation",
        aws_code = "NO_ROUTE_TO_DESTINATION",
        what = "{table}[ of {vpc}] has no route back to {address}",
        fix = "add {destination} -> {way}",
        meaning = "The request arrives, but the answer finds no route back, so no connection is made.",
        cause = "Only one side of a peering connection got its routes. AWS adds none by itself: the route "
            .. "tables on both sides need one.",
        remedy = "Add a route to the sender's block to the route table of the receiver's subnet.",
    },
    {
        code = "RETURN_ROUTE_BLACKHOLE",
        kind = "explanation",
        aws_code = "BAD_STATE_ROUTE",
        what = "the way back, {route} of {table}, is a blackhole",
        meaning = "The request arrives, but the route that the answer takes leads nowhere.",
        cause = "The target of the route back was deleted, detached or never became active.",
        remedy = "Replace the route's target with the connection or gateway the request came through.",
    },
    {
        code = "RETURN_ROUTE_WRONG_VPC",
        kind = "explanation",
        aws_code = "MORE_SPECIFIC_ROUTE",
        what = "the answer to {address} takes {route} of {table} and ends up[ in {reached_vpc}][ at {holder}]"
            .. " instead of {from}",
        fix = "add {destination} -> {way}, which is more specific, to {table}",
        meaning = "Answers follow the route table, not the way the request came. Here the table leads "
            .. "them into another VPC that uses the same addresses.",
        cause = "One VPC is peered with two VPCs that have the same block, and the route of the block "
            .. "leads to the other one.",
        remedy = "Add a route for the sender's subnet, or for its address alone (/32), that leads back to "
            .. "the sender's VPC; the longest prefix wins.",
    },
    {
        code = "RETURN_ROUTE_WRONG_TARGET",
        kind = "explanation",
        aws_code = "NO_ROUTE_TO_DESTINATION",
        what = "the answer to {address} takes {route} of {table}[, but the request came in by {way}]",
        meaning = "The answer leaves through another gateway than the one the request came in by, and "
            .. "the sender never accepts it.",
        cause = "The default route of the receiver's subnet points to a NAT gateway, an appliance or "
            .. "another connection.",
        remedy = "Route the sender's addresses to the gateway the request came in by.",
    },
    {
        code = "NO_PATH",
        kind = "explanation",
        what = "the packet reaches its address, but not through {component}",
        meaning = "The walk succeeds, but not through the gateway that was asked for.",
        cause = "A longer prefix, or a route that ranks higher, leads elsewhere.",
        remedy = "Change the route that wins, or ask for the gateway the packet takes.",
    },
    {
        code = "MORE_SPECIFIC_ROUTE",
        kind = "hint",
        what = "{table} has a route to {component}, but {route} has a longer prefix and wins",
        meaning = "The gateway you asked for has a route, but a route with a longer prefix wins.",
        cause = "Routes of different prefix lengths overlap.",
        remedy = "Remove the longer route, or add one that is longer still.",
    },
    {
        code = "HIGHER_PRIORITY_ROUTE",
        kind = "hint",
        what = "{table} has a route of equal length to {component}, but {route} ranks higher",
        meaning = "The gateway you asked for has a route of the same length, but the other one ranks "
            .. "higher: static before prefix list before propagated.",
        cause = "A static route hides a propagated one.",
        remedy = "Remove the static route if the propagated one is meant.",
    },
    {
        code = "ROUTING_LOOP",
        kind = "explanation",
        aws_code = "NO_PATH",
        what = "the packet was still under way after 64 route look-ups[, last at {component}]",
        meaning = "Appliances send the packet in a circle.",
        cause = "Two route tables point at each other's appliance.",
        remedy = "Give the appliance's own subnet a route table that leads on, not back.",
    },
    {
        code = "INGRESS_RTB_NO_PUBLIC_IP",
        kind = "explanation",
        what = "{interface}, to which the gateway's route table sends the traffic, has no public address",
        meaning = "An appliance that an internet gateway's route table names needs a public address.",
        cause = "The appliance was launched without one.",
        remedy = "Associate an Elastic IP address with the appliance.",
    },
    {
        code = "INGRESS_RTB_TRAFFIC_REDIRECTION",
        kind = "explanation",
        what = "{subnet} is redirected to an appliance by the gateway's own route table, so its direct "
            .. "route[ {route}] cannot be used",
        meaning = "A gateway's route table sends what enters for this subnet through an appliance; the way "
            .. "out must use it too.",
        cause = "The subnet kept its default route to the internet gateway.",
        remedy = "Route the subnet's outgoing traffic to the same appliance.",
    },
    {
        code = "ROUTE_TIE_PREFIX_LIST",
        kind = "warning",
        what = "several prefix lists[ of {table}] cover {address} equally; {route} was taken",
        meaning = "AWS picks one of several equal prefix-list routes at random; this product takes the "
            .. "smallest id.",
        cause = "Two prefix lists that routes use share an entry.",
        remedy = "Keep the entry in one of the lists only.",
    },
    {
        code = "ROUTE_STATE_DISAGREES",
        kind = "warning lint",
        what = "{table} prints another state for {route} than its target's state implies",
        meaning = "The printed state of a route does not fit the state of its target; the worse counts.",
        cause = "The files of the dump were written at different times.",
        remedy = "Take the dump again.",
    },
    {
        code = "ASYMMETRIC_PATH",
        kind = "warning",
        what = "the answer takes another way than the request[, by {route} of {table}]",
        meaning = "Both directions work, but on different ways. A stateful appliance would drop it.",
        cause = "The two sides route to each other through different connections.",
        remedy = "Use the same connection on both sides.",
    },
    {
        code = "UNIDIRECTIONAL_PATH_ANALYSIS_ONLY",
        kind = "warning",
        what = "only the request was examined, not the answer",
        meaning = "The question said bidirectional = false, so the way back was not examined.",
        cause = "The option was given.",
        remedy = "Ask without it to examine both directions.",
    },
    {
        code = "AVAILABILITY_ZONE_CROSSED",
        kind = "warning",
        what = "source and destination are in different Availability Zones",
        meaning = "The traffic crosses Availability Zones. It works, and AWS charges for it.",
        cause = "The two subnets are in different zones.",
        remedy = "Nothing, unless cost or the failure of one zone matters.",
    },
}
