/*
 * action_test.c - a change happens as a whole or not at all, also when there is no memory.
 *
 * One script of calls touches every kind of object. It is run with the n-th allocation failing for
 * all n; the first call that fails must leave a model whose every field is what it was before.
 */
#include "calling.h"
#include "vp_peering.h"

#include "vp_test.h"

enum { OPTIONS_MAX = 8 };

/* One call: "" as receiver is the network, else an id; options are key, text, key, text, ... */
typedef struct script_call {
    const char *receiver, *action, *options[2 * OPTIONS_MAX];
} script_call;

/* ---- the script ------------------------------------------------------------------------------ */

static const script_call script[] = {
    {"", "create_vpc", {"VpcId", "vpc-a", "CidrBlock", "10.0.0.0/16", "Tags", "Name"}},
    {"", "create_vpc", {"VpcId", "vpc-b", "CidrBlock", "172.16.0.0/16"}},
    {"", "create_vpc", {"VpcId", "vpc-c", "CidrBlock", "10.0.0.0/24"}},
    {"", "create_default_vpc", {"VpcId", "vpc-d"}},
    {"vpc-a", "create_subnet", {"SubnetId", "subnet-a", "CidrBlock", "10.0.0.0/24"}},
    {"vpc-b", "create_subnet", {"SubnetId", "subnet-b", "CidrBlock", "172.16.0.0/24"}},
    {"vpc-a", "create_route_table", {"RouteTableId", "rtb-a"}},
    {"rtb-a", "associate", {"SubnetId", "subnet-a"}},
    {"vpc-b", "create_route_table", {"RouteTableId", "rtb-b"}},
    {"",
     "create_vpc_peering_connection",
     {"VpcPeeringConnectionId", "pcx-1", "VpcId", "vpc-a", "PeerVpcId", "vpc-b"}},
    {"",
     "create_vpc_peering_connection",
     {"VpcPeeringConnectionId", "pcx-2", "VpcId", "vpc-a", "PeerVpcId", "vpc-c"}},
    {"rtb-a",
     "create_route",
     {"DestinationCidrBlock", "172.16.0.0/16", "VpcPeeringConnectionId", "pcx-1"}},
    {"vpc-b", "associate_cidr_block", {"CidrBlock", "172.18.0.0/16"}},
    {"vpc-b", "associate_cidr_block", {"Ipv6CidrBlock", "2001:db8:1234:1a00::/56"}},
    {"pcx-1", "accept", {NULL}},
    {"vpc-a", "create_security_group", {"GroupId", "sg-a", "GroupName", "a"}},
    {"vpc-b", "create_security_group", {"GroupId", "sg-b", "GroupName", "b"}},
    {"sg-b", "authorize_ingress", {"IpProtocol", "-1", "ReferencedGroupId", "sg-a"}},
    {"sg-b",
     "authorize_ingress",
     {"IpProtocol", "tcp", "FromPort", "22", "ToPort", "22", "CidrIp", "10.0.0.0/8"}},
    {"sg-b", "revoke_egress", {"IpProtocol", "-1", "CidrIp", "0.0.0.0/0"}},
    {"vpc-b", "create_network_acl", {"NetworkAclId", "acl-b"}},
    {"acl-b",
     "create_entry",
     {"RuleNumber", "100", "Protocol", "-1", "RuleAction", "allow", "CidrBlock", "10.0.0.0/8"}},
    {"acl-b", "associate", {"SubnetId", "subnet-b"}},
    {"", "create_internet_gateway", {"InternetGatewayId", "igw-a"}},
    {"vpc-a", "attach_internet_gateway", {"InternetGatewayId", "igw-a"}},
    {"rtb-a", "create_route", {"DestinationCidrBlock", "0.0.0.0/0", "GatewayId", "igw-a"}},
    {"",
     "create_egress_only_internet_gateway",
     {"EgressOnlyInternetGatewayId", "eigw-a", "VpcId", "vpc-b"}},
    {"rtb-b",
     "create_route",
     {"DestinationIpv6CidrBlock", "::/0", "EgressOnlyInternetGatewayId", "eigw-a"}},
    {"eigw-a", "delete", {NULL}},
    {"", "allocate_address", {"AllocationId", "eipalloc-2"}},
    {"subnet-a",
     "create_nat_gateway",
     {"NatGatewayId", "nat-a", "AllocationId", "eipalloc-2", "PrivateIpAddress", "10.0.0.50"}},
    {"rtb-a", "create_route", {"DestinationCidrBlock", "198.51.100.0/24", "NatGatewayId", "nat-a"}},
    {"vpc-a", "create_nat_gateway", {"NatGatewayId", "nat-b"}},
    {"nat-a", "delete", {NULL}},
    {"nat-b", "delete", {NULL}},
    {"subnet-a",
     "run_instance",
     {"InstanceId", "i-1", "NetworkInterfaceId", "eni-1", "SecurityGroupIds", "sg-a", "Nat",
      "true"}},
    {"subnet-a", "create_network_interface", {"NetworkInterfaceId", "eni-2"}},
    {"eni-2", "attach", {"InstanceId", "i-1", "DeviceIndex", "1"}},
    {"eni-2", "assign_private_ip_addresses", {"PrivateIpAddresses", "10.0.0.99"}},
    {"rtb-a",
     "create_route",
     {"DestinationCidrBlock", "192.168.0.0/16", "NetworkInterfaceId", "eni-2"}},
    {"", "allocate_address", {"AllocationId", "eipalloc-1"}},
    {"eipalloc-1", "associate", {"NetworkInterfaceId", "eni-2"}},
    {"",
     "create_managed_prefix_list",
     {"PrefixListId", "pl-1", "PrefixListName", "p", "Entries", "10.9.0.0/16"}},
    {"", "create_transit_gateway", {"TransitGatewayId", "tgw-1"}},
    {"tgw-1",
     "create_vpc_attachment",
     {"VpcId", "vpc-a", "SubnetIds", "subnet-a", "TransitGatewayAttachmentId", "tgw-attach-1"}},
    {"rtb-a",
     "create_route",
     {"DestinationCidrBlock", "10.200.0.0/16", "TransitGatewayId", "tgw-1"}},
    {"tgw-1", "create_route_table", {"TransitGatewayRouteTableId", "tgw-rtb-1"}},
    {"tgw-rtb-1", "enable_propagation", {"TransitGatewayAttachmentId", "tgw-attach-1"}},
    {"tgw-rtb-1",
     "create_route",
     {"DestinationCidrBlock", "10.200.0.0/16", "TransitGatewayAttachmentId", "tgw-attach-1"}},
    {"tgw-rtb-1", "replace_route", {"DestinationCidrBlock", "10.200.0.0/16", "Blackhole", "true"}},
    {"tgw-rtb-1",
     "create_prefix_list_reference",
     {"PrefixListId", "pl-1", "TransitGatewayAttachmentId", "tgw-attach-1"}},
    {"tgw-1",
     "attach_direct_connect_gateway",
     {"TransitGatewayAttachmentId", "tgw-attach-x", "Cidrs", "192.168.0.0/16"}},
    {"tgw-attach-x", "declare_routes", {"Cidrs", "192.168.1.0/24"}},
    {"", "create_transit_gateway", {"TransitGatewayId", "tgw-2"}},
    {"tgw-1",
     "create_peering_attachment",
     {"PeerTransitGatewayId", "tgw-2", "TransitGatewayAttachmentId", "tgw-attach-p"}},
    {"tgw-attach-p", "accept", {NULL}},
    {"tgw-attach-p", "delete", {NULL}},
    {"tgw-2", "delete", {NULL}},
    {"tgw-attach-1", "delete", {NULL}},
    {"vpc-a",
     "create_vpc_endpoint",
     {"VpcEndpointId", "vpce-a", "ServiceName", "com.amazonaws.us-east-1.s3", "RouteTableIds",
      "rtb-a"}},
    {"vpc-a", "modify_attribute", {"EnableDnsHostnames", "true"}},
    {"vpc-a",
     "create_vpc_endpoint",
     {"VpcEndpointId", "vpce-b", "VpcEndpointType", "Interface", "ServiceName",
      "com.amazonaws.us-east-1.sqs", "SubnetIds", "subnet-a", "PrivateDnsEnabled", "true"}},
    {"vpc-a",
     "create_vpc_endpoint",
     {"VpcEndpointId", "vpce-c", "VpcEndpointType", "GatewayLoadBalancer", "ServiceName",
      "com.amazonaws.vpce.us-east-1.vpce-svc-1", "SubnetIds", "subnet-a"}},
    {"rtb-a", "create_route", {"DestinationCidrBlock", "198.18.0.0/15", "VpcEndpointId", "vpce-c"}},
    {"vpce-b", "modify", {"AddSecurityGroupIds", "sg-a"}},
    {"vpce-b", "modify", {"RemoveSecurityGroupIds", "sg-a"}},
    {"vpce-a", "modify", {"RemoveRouteTableIds", "rtb-a"}},
    {"vpce-a", "modify", {"AddRouteTableIds", "rtb-a"}},
    {"rtb-a", "delete_route", {"DestinationCidrBlock", "198.18.0.0/15"}},
    {"",
     "create_hosted_zone",
     {"HostedZoneId", "Z1", "Name", "Example.internal.", "VpcIds", "vpc-a"}},
    {"Z1", "associate_vpc", {"VpcId", "vpc-b"}},
    {"Z1", "disassociate_vpc", {"VpcId", "vpc-b"}},
    {"Z1", "associate_vpc", {"VpcId", "vpc-d"}},
    {"vpce-c", "delete", {NULL}},
    {"vpce-b", "delete", {NULL}},
    {"vpce-a", "delete", {NULL}},
    {"", "create_vpn_gateway", {"VpnGatewayId", "vgw-a", "AmazonSideAsn", "65001"}},
    {"vpc-a", "attach_vpn_gateway", {"VpnGatewayId", "vgw-a"}},
    {"rtb-a", "enable_vgw_route_propagation", {"GatewayId", "vgw-a"}},
    {"",
     "create_customer_gateway",
     {"CustomerGatewayId", "cgw-a", "IpAddress", "192.0.2.1", "BgpAsn", "65000"}},
    {"",
     "create_vpn_connection",
     {"VpnConnectionId", "vpn-a", "CustomerGatewayId", "cgw-a", "VpnGatewayId", "vgw-a",
      "StaticRoutesOnly", "true"}},
    {"vpn-a", "create_route", {"DestinationCidrBlock", "192.168.8.0/24"}},
    {"vgw-a", "declare_routes", {"Cidrs", "192.168.9.0/24", "Connection", "dx"}},
    {"rtb-a", "create_route", {"DestinationCidrBlock", "192.168.7.0/24", "GatewayId", "vgw-a"}},
    {"vpn-a", "delete_route", {"DestinationCidrBlock", "192.168.8.0/24"}},
    {"vpn-a", "create_route", {"DestinationCidrBlock", "192.168.6.0/24"}},
    {"vpn-a", "delete", {NULL}},
    {"vpc-a", "detach_vpn_gateway", {"VpnGatewayId", "vgw-a"}},
    {"vgw-a", "delete", {NULL}},
    {"cgw-a", "delete", {NULL}},
    {"i-1", "stop", {NULL}},
    {"i-1", "start", {NULL}},
    {"eni-2", "detach", {NULL}},
    {"eni-2", "delete", {NULL}},
    {"pcx-1", "delete", {NULL}},
    {"i-1", "terminate", {NULL}},
    {"vpc-a", "detach_internet_gateway", {"InternetGatewayId", "igw-a"}},
    {"subnet-a", "delete", {NULL}},
    {"rtb-a", "delete", {NULL}},
    {"sg-a", "delete", {NULL}},
    {"vpc-a", "delete", {NULL}}};

/* Runs the script until a call fails; checks what that call left behind. */
static vp_status run_script(vp_network *network) {
    vp_error error = {VP_OK, "", ""};
    for (size_t i = 0; i < VP_COUNT_OF(script); i++) {
        uint64_t before = calling_hash(network);
        vp_status status = calling_run(network, script[i].receiver, script[i].action,
                                       script[i].options, VP_COUNT_OF(script[i].options), &error);
        if (status != VP_OK) {
            if (status != VP_NO_MEMORY) {
                fprintf(stderr, "call %zu, %s: %s: %s\n", i, script[i].action, error.code,
                        error.message);
            }
            VP_CHECK(calling_hash(network) == before);
            VP_CHECK(vp_network_validate(network) == NULL);
            return status;
        }
        VP_CHECK(calling_hash(network) != before);
    }
    uint64_t before = calling_hash(network);
    vp_status status = vp_peering_advance(network, 400 * 3600, &error);
    VP_CHECK(status == VP_OK || calling_hash(network) == before);
    return status;
}

static vp_status run_once(const vp_alloc *alloc) {
    vp_network *network;
    vp_error error;
    vp_status status = vp_network_new(alloc, "111111111111", 12, "us-east-1", 9, &network, &error);
    if (status == VP_OK) {
        status = run_script(network);
        VP_CHECK(vp_network_validate(network) == NULL);
        vp_network_unref(network);
    }
    return status;
}

static void test_no_memory(void) { VP_CHECK(vp_test_no_memory(run_once, false) > 1); }

static void test_find(void) {
    uint32_t position = 0, count = 0;
    const vp_action *action;
    while ((action = vp_action_next(&position)) != NULL) {
        count++;
        VP_CHECK(vp_action_find(action->receiver, action->name, strlen(action->name)) == action);
        VP_CHECK(action->request == NULL || action->request->size <= REQUEST_MAX);
    }
    VP_CHECK(count == position && count > 60);
    VP_CHECK(vp_action_find(VP_KIND_NONE, "create_vpc_", 11) == NULL);
    VP_CHECK(vp_action_find(VP_KIND_VPC, "create_vpc", 10) == NULL);
    VP_CHECK(vp_action_next(&position) == NULL);
}

int main(void) {
    test_find();
    test_no_memory();
    return vp_test_end();
}
