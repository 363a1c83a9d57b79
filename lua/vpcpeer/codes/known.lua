-- Codes that AWS's Reachability Analyzer prints and this product understands but never emits,
-- because the component is not modelled or another code says it more exactly.
-- A row is code, meaning, usual cause, remedy.

local rows = {
    { "ELB_ACL_RESTRICTION", "A Classic Load Balancer applies network ACLs even inside a subnet.",
        "An ACL of the load balancer's subnet denies.", "Allow the traffic in that ACL." },
    { "ELB_INSTALLED_AZ_RESTRICTION", "The load balancer is not enabled in the target's zone.",
        "The zone was not added.", "Enable the zone." },
    { "ELB_LISTENER_PORT_RESTRICTION", "The listener's port does not fit the traffic.",
        "Another port was asked for.", "Use the listener's port." },
    { "ELB_LISTENERS_MISMATCH", "No listener of the Classic Load Balancer fits.",
        "The listener is missing.", "Add a listener." },
    { "ELB_NOT_CROSSZONE", "Cross-zone balancing is off.",
        "All targets are in other zones.", "Enable cross-zone balancing." },
    { "ELBV2_LISTENER_HAS_NO_TG", "The listener's target groups are empty.",
        "No target was registered.", "Register targets." },
    { "ELBV2_LISTENER_PORT_RESTRICTION", "The listener's port does not fit the traffic.",
        "Another port was asked for.", "Use the listener's port." },
    { "ELBV2_LISTENER_REQUIRES_TG_ACCEPT", "No target group takes the traffic.",
        "Its targets do not fit.", "Register a target that does." },
    { "ELBV2_LISTENERS_MISMATCH", "No listener fits the traffic.",
        "The listener is missing.", "Add a listener." },
    { "ELBV2_NO_TARGETS_IN_AZ", "There is no target in the zone.",
        "Cross-zone balancing is off.", "Register a target there." },
    { "ELBV2_SOURCE_ADDRESS_PRESERVATION", "The Network Load Balancer keeps the client's address.",
        "Client address preservation is on.", "Allow the client's address at the target." },
    { "FIREWALL_RULES_RESTRICTION", "A rule of AWS Network Firewall blocks the traffic.",
        "The firewall's policy drops it.", "Change the firewall's rules." },
    { "GWLB_DESTINATION_PORT_RESTRICTION", "GENEVE, behind a Gateway Load Balancer, uses port 6081.",
        "Another port was asked for.", "Use port 6081." },
    { "GWLB_PROTOCOL_RESTRICTION", "GENEVE, behind a Gateway Load Balancer, is UDP.",
        "Another protocol was asked for.", "Use UDP." },
    { "IGW_NAT_REFLECTION", "AWS's analyzer does not follow a path through two internet gateways.",
        "The destination is a public address of a VPC.", "None is needed here: such paths are followed." },
    { "NGW_DEST_ADDRESS_PRESERVATION", "A NAT gateway keeps the destination address.",
        "A changed destination was asked for.", "Ask for the destination itself." },
    { "NGW_SOURCE_ADDRESS_REASSIGN", "A NAT gateway rewrites the source address.",
        "The sender's own address was expected behind it.", "Allow the NAT gateway's address." },
    { "REMAP_EPHEMERAL_PORT", "The source port is remapped to 1024-65535.",
        "A NAT gateway is on the way.", "Allow that range for answers." },
    { "TARGET_ADDRESS_RESTRICTION", "The target's address does not fit.",
        "The load balancer sends to another address.", "Register the right target." },
    { "TARGET_PORT_RESTRICTION", "The target's port does not fit.",
        "The load balancer sends to another port.", "Register the right port." },
    { "TGW_ATTACH_VPC_AZ_RESTRICTION", "Traffic of one zone must return through the same zone.",
        "Appliance mode is off.", "Enable appliance mode." },
    { "TGW_RTB_CANNOT_ROUTE", "The transit gateway route table cannot route the traffic.",
        "No attachment takes it.", "See TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT." },
    { "VPC_LOCAL_ROUTE_CIDR_RESTRICTION", "The local route covers the VPC's own blocks only.",
        "The address is outside of them.", "Add a route for it." },
    { "VPCE_SERVICE_NOT_INSTALLED_IN_AZ", "The endpoint's service is missing in the zone.",
        "The service is offered in some zones only.", "Use a subnet of another zone." },
    { "ASSUMPTION_PRESERVE_CLIENT_IP_IS_DISABLED", "Client address preservation was taken to be off.",
        "The target group's attributes are missing.", "Load them." },
    { "ASSUMPTION_PRESERVE_CLIENT_IP_IS_ENABLED", "Client address preservation was taken to be on.",
        "The target group's attributes are missing.", "Load them." },
    { "FIREWALL_UNSUPPORTED_HIGHER_PRIORITY_RULE_GROUP_TYPE",
        "A firewall rule group of an unsupported type comes first.", "AWS's analyzer skipped it.",
        "Examine the firewall itself." },
    { "FIREWALL_UNSUPPORTED_HIGHER_PRIORITY_RULES", "Unsupported firewall rules come first.",
        "AWS's analyzer skipped them.", "Examine the firewall itself." },
    { "FIREWALL_UNSUPPORTED_RULE_OPTIONS", "A firewall rule has unsupported options.",
        "AWS's analyzer ignored them.", "Examine the firewall itself." },
    { "MISSING_TARGET_GROUP_ATTRIBUTES", "The target group's attributes are missing.",
        "They were not readable.", "Load them." },
}

local filtered = {
    SOURCE_ADDRESS = "source address",
    SOURCE_PORT_RANGE = "source port range",
    DESTINATION_ADDRESS = "destination address",
    DESTINATION_PORT_RANGE = "destination port range",
    PROTOCOL = "protocol",
}
for _, place in ipairs { "source", "destination" } do
    for name, words in pairs(filtered) do
        rows[#rows + 1] = {
            "FILTER_AT_" .. place:upper() .. "_" .. name,
            "The packet does not meet the " .. words .. " filter at the " .. place .. ".",
            "The analysis was asked with a header filter.",
            "Ask with another filter.",
        }
    end
end

local codes = {}
for _, row in ipairs(rows) do
    codes[#codes + 1] = { code = row[1], kind = "known", meaning = row[2], cause = row[3], remedy = row[4] }
end
return codes
