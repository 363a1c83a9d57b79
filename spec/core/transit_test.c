/*
 * transit_test.c - the decision of one transit gateway: tables, ranks, derived routes, zones.
 */
#include "calling.h"
#include "vp_test.h"
#include "vp_transit.h"

static vp_network *network;

static vp_name name_of(const char *text) {
    vp_name name = VP_NO_NAME;
    VP_CHECK(vp_network_name(network, text, &name, NULL) == VP_OK);
    return name;
}

/* Calls of actions: receiver, name, options. */
typedef struct line {
    const char *receiver, *action, *options[8];
} line;

static void run(const line *lines, size_t count) {
    for (size_t i = 0; i < count; i++) {
        vp_error error = {VP_OK, "", ""};
        vp_status status =
            calling_run(network, lines[i].receiver, lines[i].action, lines[i].options, 8, &error);
        VP_CHECK_TEXT(error.message, "");
        VP_CHECK(status == VP_OK);
    }
}
#define RUN(lines) run(lines, VP_COUNT_OF(lines))

/* Two VPCs on a gateway, each with two subnets in two zones; b hangs on both of its own. */
static void build(void) {
    static const line lines[] = {
        {"", "create_vpc", {"VpcId", "vpc-a", "CidrBlock", "10.0.0.0/16"}},
        {"", "create_vpc", {"VpcId", "vpc-b", "CidrBlock", "10.1.0.0/16"}},
        {"vpc-a",
         "create_subnet",
         {"SubnetId", "subnet-a", "CidrBlock", "10.0.0.0/24", "AvailabilityZone", "us-east-1b"}},
        {"vpc-b",
         "create_subnet",
         {"SubnetId", "subnet-b1", "CidrBlock", "10.1.0.0/24", "AvailabilityZone", "us-east-1b"}},
        {"vpc-b",
         "create_subnet",
         {"SubnetId", "subnet-b2", "CidrBlock", "10.1.1.0/24", "AvailabilityZone", "us-east-1a"}},
        {"", "create_transit_gateway", {"TransitGatewayId", "tgw-1"}},
        {"tgw-1",
         "create_vpc_attachment",
         {"VpcId", "vpc-a", "SubnetIds", "subnet-a", "TransitGatewayAttachmentId", "tgw-attach-a"}},
        {"tgw-1",
         "create_vpc_attachment",
         {"VpcId", "vpc-b", "SubnetIds", "subnet-b1", "SubnetIds", "subnet-b2",
          "TransitGatewayAttachmentId", "tgw-attach-b"}},
        {"tgw-1", "create_route_table", {"TransitGatewayRouteTableId", "tgw-rtb-2"}}};
    vp_alloc alloc = vp_alloc_default();
    vp_error error;
    vp_network_unref(network);
    network = NULL;
    VP_CHECK(vp_network_new(&alloc, "111111111111", 12, "us-east-1", 9, &network, &error) == VP_OK);
    RUN(lines);
}

static vp_transit_gateway_attachment *attachment_of(const char *id) {
    vp_transit_gateway_attachment *found = vp_transit_find_attachment(network, name_of(id));
    VP_CHECK(found != NULL);
    return found;
}

/* "CODE", or the attachment that a packet of an attachment for an address leaves by. */
static const char *decide(const char *from, const char *address) {
    vp_addr destination;
    vp_transit_choice choice;
    VP_CHECK(vp_addr_parse(address, strlen(address), &destination, NULL) == VP_OK);
    vp_transit_route_packet(network, attachment_of(from), name_of("tgw-1"), &destination, &choice);
    return choice.problem != NULL ? choice.problem
                                  : vp_network_text(network, choice.next->record.id);
}

static void test_decision(void) {
    static const line black[] = {
        {"tgw-rtb-2", "create_route", {"DestinationCidrBlock", "10.1.0.0/24", "Blackhole", "true"}},
        {"tgw-rtb-2",
         "create_route",
         {"DestinationCidrBlock", "10.1.0.0/16", "TransitGatewayAttachmentId", "tgw-attach-a"}}};
    build();
    VP_CHECK_TEXT(decide("tgw-attach-a", "10.1.0.10"), "tgw-attach-b");
    VP_CHECK_TEXT(decide("tgw-attach-a", "10.0.0.10"), "tgw-attach-a");
    VP_CHECK_TEXT(decide("tgw-attach-a", "10.2.0.10"), "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT");
    VP_CHECK_TEXT(decide("tgw-attach-a", "2001:db8::1"), "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT");
    RUN(black);
    vp_transit_association *association = &attachment_of("tgw-attach-a")->association;
    association->transit_gateway_route_table_id = name_of("tgw-rtb-2");
    VP_CHECK_TEXT(decide("tgw-attach-a", "10.1.0.10"), "TGW_RTB_BAD_STATE_ROUTE");
    VP_CHECK_TEXT(decide("tgw-attach-a", "10.1.9.10"), "tgw-attach-a");
    association->transit_gateway_route_table_id = name_of("tgw-rtb-9");
    VP_CHECK_TEXT(decide("tgw-attach-a", "10.1.0.10"), "TGW_RTB_ROUTES_ARE_UNKNOWN");
    association->transit_gateway_route_table_id = VP_NO_NAME;
    VP_CHECK_TEXT(decide("tgw-attach-a", "10.1.0.10"), "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION");
    attachment_of("tgw-attach-a")->is_described = VP_UNSET;
    VP_CHECK_TEXT(decide("tgw-attach-a", "10.1.0.10"), "UNKNOWN_RESOURCE");
    attachment_of("tgw-attach-b")->state = name_of("modifying");
    VP_CHECK_TEXT(decide("tgw-attach-b", "10.0.0.10"), "BAD_STATE_ATTACHMENT");
}

/* What an attachment propagates follows its VPC, and ends with its state. */
static void test_derived(void) {
    static const line more[] = {
        {"vpc-b", "associate_cidr_block", {"CidrBlock", "10.7.0.0/16"}},
        {"vpc-b", "associate_cidr_block", {"Ipv6CidrBlock", "2001:db8:1234:1a00::/56"}}};
    build();
    VP_CHECK_TEXT(decide("tgw-attach-a", "10.7.0.10"), "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT");
    RUN(more);
    VP_CHECK_TEXT(decide("tgw-attach-a", "10.7.0.10"), "tgw-attach-b");
    VP_CHECK_TEXT(decide("tgw-attach-a", "2001:db8:1234:1a00::1"),
                  "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT");
    attachment_of("tgw-attach-b")->options.ipv6_support = name_of("enable");
    VP_CHECK_TEXT(decide("tgw-attach-a", "2001:db8:1234:1a00::1"), "tgw-attach-b");
    VP_CHECK(!vp_transit_is_shadowed(network, attachment_of("tgw-attach-b")));
    attachment_of("tgw-attach-b")->state = name_of("deleting");
    VP_CHECK_TEXT(decide("tgw-attach-a", "10.7.0.10"), "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT");
}

static void test_zones(void) {
    bool complete = false;
    build();
    const vp_subnet *a =
        (const vp_subnet *)vp_network_find(network, VP_KIND_SUBNET, name_of("subnet-a"));
    vp_transit_gateway_attachment *b = attachment_of("tgw-attach-b");
    vp_subnet *found = vp_transit_subnet_of(network, b, a, false, &complete);
    VP_CHECK(complete && found != NULL && found->record.id == name_of("subnet-b1"));
    found = vp_transit_subnet_of(network, b, NULL, true, &complete);
    VP_CHECK(found != NULL && found->record.id == name_of("subnet-b2")); /* us-east-1a */
    VP_ITEM(vp_text_item, &b->subnet_ids, 0)->value = name_of("subnet-9");
    VP_CHECK(vp_transit_subnet_of(network, b, a, false, &complete) == NULL && !complete);
    VP_CHECK(vp_transit_subnet_of(network, b, a, true, &complete) == found);
}

static void test_groups(void) {
    build();
    vp_name a = name_of("vpc-a"), b = name_of("vpc-b");
    VP_CHECK(vp_transit_joins(network, a, b, false) && !vp_transit_joins(network, a, b, true));
    vp_transit_find(network, name_of("tgw-1"))->options.security_group_referencing_support =
        name_of("enable");
    VP_CHECK(vp_transit_joins(network, a, b, true));
    attachment_of("tgw-attach-b")->state = name_of("deleting");
    VP_CHECK(!vp_transit_joins(network, a, b, false));
    VP_CHECK(vp_transit_attachment_of(network, name_of("tgw-1"), name_of("vpc-9")) == NULL);
}

int main(void) {
    test_decision();
    test_derived();
    test_zones();
    test_groups();
    vp_network_unref(network);
    return vp_test_end();
}
