/*
 * nat_test.c - questions through NAT gateways: translation and its undoing, network ACLs around
 * them, regional ones, NAT64, and the answer that needs no route.
 */
#include "asking.h"
#include "notation.h"
#include "vp_test.h"

/* A private subnet behind a gateway in a public one. */
#define BEHIND                                                                                     \
    "vpc A 172.16.0.0/16,2001:db8:a::/56 ; subnet A1 A 172.16.0.0/24 rtb=A.pub\n"                  \
    "subnet A2 A 172.16.1.0/24,2001:db8:a:1::/64 rtb=A.prv ; igw igw-a A\n"                        \
    "host a1 A1 172.16.0.10 ; a2 A2 172.16.1.10,2001:db8:a:1::10\n"                                \
    "rtb A.pub 0.0.0.0/0>igw-a ; A.prv 0.0.0.0/0>nat-a 64:ff9b::/96>nat-a ::/0>nat-a\n"

static vp_network *network;

static vp_name name_of(const char *text) {
    vp_name name = VP_NO_NAME;
    VP_CHECK(vp_network_name(network, text, &name, NULL) == VP_OK);
    return name;
}

static vp_addr addr_of(const char *text) {
    vp_addr address = {0, 0, 0};
    if (text != NULL) {
        VP_CHECK(vp_addr_parse(text, strlen(text), &address, NULL) == VP_OK);
    }
    return address;
}

static vp_nat_gateway_address *add_address(vp_nat_gateway *gateway, const char *private_ip,
                                           const char *public_ip) {
    void *item = NULL;
    VP_CHECK(vp_list_append(&network->alloc, &vp_nat_gateway_address_schema,
                            &gateway->nat_gateway_addresses, &item) == VP_OK);
    vp_nat_gateway_address *address = item;
    address->private_ip = addr_of(private_ip);
    address->public_ip = addr_of(public_ip);
    return address;
}

/* The gateway nat-a in a subnet (NULL: none yet), available. */
static vp_nat_gateway *add_gateway(const char *vpc, const char *subnet) {
    vp_record *record = NULL;
    VP_CHECK(vp_network_add(network, VP_KIND_NAT_GATEWAY, name_of("nat-a"), &record, NULL) ==
             VP_OK);
    vp_nat_gateway *gateway = (vp_nat_gateway *)record;
    gateway->vpc_id = name_of(vpc);
    gateway->subnet_id = subnet == NULL ? VP_NO_NAME : name_of(subnet);
    gateway->state = name_of("available");
    vp_network_touch(network);
    return gateway;
}

static vp_nat_gateway *describe(const char *text, const char *private_ip, const char *public_ip) {
    vp_alloc alloc = vp_alloc_default();
    vp_network_unref(network);
    network = notation_read(&alloc, text);
    vp_nat_gateway *gateway = add_gateway("vpc-A", "subnet-A1");
    (void)add_address(gateway, private_ip, public_ip)->is_primary;
    return gateway;
}

static const char *address_text(const vp_addr *address) {
    static char text[VP_ADDR_TEXT_MAX];
    (void)vp_addr_format(address, text);
    return text;
}

static const vp_hop *hop_at(uint32_t place) {
    return &((const vp_hop *)asked()->path.items)[place];
}

static void test_public(void) {
    vp_nat_gateway *gateway = describe(BEHIND, "172.16.0.4", "203.0.113.4");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"), "ok via nat-a,igw-a");
    VP_CHECK(asked()->mtu == 1500 && asked()->path.count == 4 && asked()->return_path.count == 4);
    VP_CHECK(hop_at(1)->kind == VP_KIND_NAT_GATEWAY);
    VP_CHECK_TEXT(address_text(&hop_at(1)->header.source), "172.16.0.4");
    VP_CHECK_TEXT(address_text(&hop_at(2)->header.source), "203.0.113.4");
    VP_CHECK_TEXT(address_text(asked()->traceroute.items), "172.16.0.4");
    VP_CHECK(asked()->source_ports.low == 1024 && asked()->source_ports.high == 65535);
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7 udp/53 sport=30000"), "ok via nat-a,igw-a");
    VP_CHECK(asked()->source_ports.low == 30000 && asked()->source_ports.high == 30000);
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7 sport=30000 one-way"),
                  "ok via nat-a,igw-a warn UNIDIRECTIONAL_PATH_ANALYSIS_ONLY");
    VP_CHECK(asked()->source_ports.low == 1024);
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7 icmp"), "ok via nat-a,igw-a left 2048-2048");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7 47"), "no PROTOCOL_RESTRICTION@egress");
    VP_CHECK_TEXT(ask(network, "i-a2 -> internet"), "ok via nat-a,igw-a");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 2600::1"), "no PROTOCOL_RESTRICTION@egress");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 203.0.113.4"), "no NO_POSSIBLE_DESTINATION@ingress");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 172.16.0.4"), "no NO_POSSIBLE_DESTINATION@egress");
    VP_CHECK_TEXT(ask(network, "internet=198.51.100.7 -> 203.0.113.4"),
                  "no IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS@ingress");
    gateway->state = name_of("failed");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"), "no BAD_STATE_ROUTE@egress");
    gateway->state = name_of("available");
    gateway->vpc_id = name_of("vpc-B");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"), "no NGW_REQUIRES_SOURCE_IN_VPC@egress");
    notation_add(network, "rtb A.prv 0.0.0.0/0>nat-b");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"), "unknown UNKNOWN_DESTINATION@egress");
}

/* Without an Elastic IP the internet gateway has nothing to translate to. */
static void test_private(void) {
    vp_nat_gateway *gateway = describe(BEHIND, "172.16.0.4", NULL);
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"),
                  "no IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS@egress");
    notation_add(network, "rtb A.prv 172.16.0.0/24>nat-a");
    VP_CHECK_TEXT(ask(network, "i-a2 -> i-a1"), "ok via nat-a");
    VP_CHECK(asked()->mtu == 8500);
    VP_ITEM(vp_nat_gateway_address, &gateway->nat_gateway_addresses, 0)->status = name_of("failed");
    VP_CHECK_TEXT(ask(network, "i-a2 -> i-a1"), "unknown UNKNOWN_RESOURCE@egress");
    vp_nat_gateway_address *primary = add_address(gateway, "172.16.0.6", NULL);
    (void)add_address(gateway, "172.16.0.5", NULL);
    VP_CHECK_TEXT(ask(network, "i-a2 -> i-a1"), "ok via nat-a");
    VP_CHECK_TEXT(address_text(asked()->traceroute.items), "172.16.0.6");
    primary = VP_ITEM(vp_nat_gateway_address, &gateway->nat_gateway_addresses, 2);
    primary->is_primary = VP_TRUE;
    VP_CHECK_TEXT(ask(network, "i-a2 -> i-a1"), "ok via nat-a");
    VP_CHECK_TEXT(address_text(asked()->traceroute.items), "172.16.0.5");
}

/* The sender's groups are not seen behind the gateway, its addresses are not either. */
static void test_groups(void) {
    (void)describe(BEHIND "sg me A out|all|all|0.0.0.0/0 ; in A in|all|all|sg:me\n"
                          "host a1 A1 172.16.0.10 sg=in ; a2 A2 172.16.1.10 sg=me\n"
                          "rtb A.prv 172.16.0.0/24>nat-a",
                   "172.16.0.4", NULL);
    VP_CHECK_TEXT(ask(network, "i-a2 -> i-a1"), "no SG_REFERENCES_NOT_PRESERVED@ingress");
    notation_add(network, "sg in A in|all|all|172.16.1.0/24");
    VP_CHECK_TEXT(ask(network, "i-a2 -> i-a1"), "no ENI_SG_RULES_MISMATCH@ingress");
    notation_add(network, "sg in A in|all|all|172.16.0.4/32");
    VP_CHECK_TEXT(ask(network, "i-a2 -> i-a1"), "ok via nat-a");
    notation_add(network, "sg me A out|all|all|sg:in ; in A in|all|all|0.0.0.0/0");
    VP_CHECK_TEXT(ask(network, "i-a2 -> i-a1"), "no SG_REFERENCES_NOT_PRESERVED@egress");
}

/* The ACL of the gateway's subnet: on the way in, on, back and out again. */
static void test_acl(void) {
    static const char *const rules[][2] = {
        {"in|1|allow|all|all|0.0.0.0/0 out|1|allow|all|all|0.0.0.0/0", "ok via nat-a,igw-a"},
        {"in|1|deny|all|all|172.16.1.0/24 in|2|allow|all|all|0.0.0.0/0 "
         "out|1|allow|all|all|0.0.0.0/0",
         "no SUBNET_ACL_RESTRICTION@ingress"},
        {"in|1|allow|all|all|0.0.0.0/0 out|1|deny|all|all|198.51.100.0/24 "
         "out|2|allow|all|all|0.0.0.0/0",
         "no SUBNET_ACL_RESTRICTION@egress"},
        {"in|1|deny|all|all|198.51.100.0/24 in|2|allow|all|all|0.0.0.0/0 "
         "out|1|allow|all|all|0.0.0.0/0",
         "no SUBNET_ACL_RESTRICTION@return-ingress"},
        {"in|1|allow|all|all|0.0.0.0/0 out|1|deny|all|all|172.16.1.0/24 "
         "out|2|allow|all|all|0.0.0.0/0",
         "no SUBNET_ACL_RESTRICTION@return-egress"},
        /* the gateway's own ports: one is enough; the sender's: the one that was asked for */
        {"in|1|allow|tcp|443|172.16.0.0/16 in|2|allow|tcp|2000|0.0.0.0/0 "
         "out|1|allow|all|all|0.0.0.0/0",
         "ok via nat-a,igw-a"},
        {"in|1|allow|all|all|0.0.0.0/0 out|1|allow|tcp|443|0.0.0.0/0 "
         "out|2|allow|tcp|30001|172.16.0.0/16",
         "no SUBNET_ACL_RESTRICTION@return-egress"}};
    (void)describe(BEHIND, "172.16.0.4", "203.0.113.4");
    for (size_t i = 0; i < VP_COUNT_OF(rules); i++) {
        char text[256];
        (void)snprintf(text, sizeof text, "acl n A %s\nsubnet A1 A 172.16.0.0/24 rtb=A.pub acl=n",
                       rules[i][0]);
        notation_add(network, text);
        VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7 sport=30000"), rules[i][1]);
    }
}

/*
 * Between a host and a gateway of one subnet there is no ACL, in either direction (D17). NAT64 is
 * the way to see it: otherwise their common table would send the packet back to the gateway.
 */
static void test_one_subnet(void) {
    (void)describe(
        "vpc A 172.16.0.0/16,2001:db8:a::/56 ; igw igw-a A\n"
        "acl n A in|1|allow|all|all|0.0.0.0/0 out|1|allow|all|all|0.0.0.0/0\n"
        "subnet A1 A 172.16.0.0/24,2001:db8:a::/64 acl=n ; A2 A 172.16.1.0/24 rtb=A.two\n"
        "host a1 A1 172.16.0.10,2001:db8:a::10\n"
        "rtb A.main 0.0.0.0/0>igw-a 64:ff9b::/96>nat-a ; A.two",
        "172.16.0.4", "203.0.113.4");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 64:ff9b::198.51.100.7"), "ok via nat-a,igw-a");
    notation_add(network, "acl n A in|1|allow|all|all|0.0.0.0/0 out|1|deny|all|all|0.0.0.0/0");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 64:ff9b::198.51.100.7"),
                  "no SUBNET_ACL_RESTRICTION@egress");
    notation_add(network, "rtb A.main 0.0.0.0/0>nat-a ; subnet A1 A 172.16.0.0/24");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 198.51.100.7"), "no ROUTING_LOOP@egress");
}

/* Over a peering connection the answer finds the gateway without a route, the ACLs apply (R3). */
static void test_peering(void) {
    (void)describe(BEHIND "vpc B 10.0.0.0/16 ; subnet B1 B 10.0.0.0/24 ; host b1 B1 10.0.0.10\n"
                          "pcx pcx-1 A B ; rtb A.prv 10.0.0.0/16>nat-a ; A.pub 10.0.0.0/16>pcx-1",
                   "172.16.0.4", NULL);
    VP_CHECK_TEXT(ask(network, "i-a2 -> i-b1"), "ok via nat-a,pcx-1");
    VP_CHECK(asked()->return_path.count == 4 && asked()->mtu == 8500);
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1"), "no RETURN_ROUTE_MISSING@return-egress");
    notation_add(network, "acl n B in|1|allow|all|all|172.16.0.4/32 out|1|deny|all|all|0.0.0.0/0\n"
                          "subnet B1 B 10.0.0.0/24 acl=n");
    VP_CHECK_TEXT(ask(network, "i-a2 -> i-b1"), "no SUBNET_ACL_RESTRICTION@return-egress");
}

/* What the internet sent in is not let out again by a NAT gateway. */
static void test_from_outside(void) {
    (void)describe(BEHIND "subnet AM A 172.16.9.0/24 rtb=A.prv\n"
                          "host box AM 172.16.9.10 check=off eip=203.0.113.9 ; x1 A1 172.16.0.20 "
                          "eip=203.0.113.20\n"
                          "rtb A.edge 172.16.0.0/24>box ; A.prv 172.16.0.0/24>nat-a",
                   "172.16.0.4", "203.0.113.4");
    vp_route_table *edge = (vp_route_table *)notation_get(network, "rtb-A.edge");
    void *item = NULL;
    VP_CHECK(vp_list_append(&network->alloc, &vp_route_table_association_schema,
                            &edge->associations, &item) == VP_OK);
    ((vp_route_table_association *)item)->gateway_id = name_of("igw-a");
    vp_network_touch(network);
    VP_CHECK_TEXT(ask(network, "internet@igw-a=198.51.100.7 -> i-x1"),
                  "no NGW_REQUIRES_SOURCE_IN_VPC@egress");
}

static void test_block_public_access(void) {
    (void)describe(BEHIND, "172.16.0.4", "203.0.113.4");
    vp_vpc *vpc = (vp_vpc *)notation_get(network, "vpc-A");
    vp_subnet *its = (vp_subnet *)notation_get(network, "subnet-A1");
    vp_subnet *sender = (vp_subnet *)notation_get(network, "subnet-A2");
    vpc->block_public_access_states.internet_gateway_block_mode = name_of("block-ingress");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"), "ok via nat-a,igw-a");
    vpc->block_public_access_states.internet_gateway_block_mode = name_of("block-bidirectional");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"),
                  "no VPC_BLOCK_PUBLIC_ACCESS_ENABLED@egress");
    sender->block_public_access_states.internet_gateway_block_mode = name_of("off");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"),
                  "no VPC_BLOCK_PUBLIC_ACCESS_ENABLED@egress");
    its->block_public_access_states.internet_gateway_block_mode = name_of("off");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"), "ok via nat-a,igw-a");
}

static void test_regional(void) {
    vp_nat_gateway *gateway = describe(BEHIND "rtb A.nat 0.0.0.0/0>igw-a", NULL, "203.0.113.4");
    vp_nat_gateway_address *address =
        VP_ITEM(vp_nat_gateway_address, &gateway->nat_gateway_addresses, 0);
    vp_subnet *sender = (vp_subnet *)notation_get(network, "subnet-A2");
    gateway->subnet_id = VP_NO_NAME;
    gateway->availability_mode = name_of("regional");
    gateway->route_table_id = name_of("rtb-A.nat");
    address->availability_zone = sender->availability_zone = name_of("us-east-1a");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"), "ok via nat-a,igw-a");
    VP_CHECK_TEXT(address_text(&hop_at(2)->header.source), "203.0.113.4");
    address->availability_zone_id = name_of("use1-az2");
    sender->availability_zone_id = name_of("use1-az1");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"),
                  "no REGIONAL_NGW_ROUTE_AZ_RESTRICTION@egress");
    gateway->auto_provision_zones = name_of("enabled");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"),
                  "ok via nat-a,igw-a warn AVAILABILITY_ZONE_CROSSED");
    gateway->route_table_id = name_of("rtb-x");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"),
                  "unknown UNKNOWN_RESOURCE@egress warn AVAILABILITY_ZONE_CROSSED");
}

/* IPv6 inside, IPv4 outside: the family, the addresses and the echo come back as they went. */
static void test_nat64(void) {
    (void)describe(BEHIND, "172.16.0.4", "203.0.113.4");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 64:ff9b::198.51.100.7"), "ok via nat-a,igw-a");
    VP_CHECK(asked()->family == 6 && asked()->return_path.count == 4);
    VP_CHECK_TEXT(address_text(&hop_at(1)->header.source), "172.16.0.4");
    VP_CHECK_TEXT(address_text(&hop_at(1)->header.destination), "198.51.100.7");
    const vp_hop *last = &((const vp_hop *)asked()->return_path.items)[3];
    VP_CHECK_TEXT(address_text(&last->header.destination), "2001:db8:a:1::10");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 64:ff9b::198.51.100.7 icmpv6"),
                  "ok via nat-a,igw-a left 32768-32768");
    VP_CHECK(asked()->protocol == VP_PROTOCOL_ICMPV6);
    VP_CHECK_TEXT(ask(network, "i-a2 -> 64:ff9b::198.51.100.7 icmpv6/130"),
                  "no PROTOCOL_RESTRICTION@egress");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 64:ff9b::10.1.2.3"),
                  "no IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS@egress");
    VP_CHECK(asked()->family == 6);
    VP_CHECK_TEXT(ask(network, "i-a2 -> 64:ff9b::172.16.0.10"), "ok via nat-a");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 64:ff9c::198.51.100.7"), "no PROTOCOL_RESTRICTION@egress");
    notation_add(network, "acl n A in|1|allow|all|all|2001:db8:a::/56 "
                          "in|2|allow|tcp|1024-65535|0.0.0.0/0 out|1|allow|all|all|0.0.0.0/0\n"
                          "subnet A1 A 172.16.0.0/24 rtb=A.pub acl=n");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 64:ff9b::198.51.100.7"),
                  "no SUBNET_ACL_RESTRICTION@return-egress");
}

int main(void) {
    test_public();
    test_private();
    test_groups();
    test_acl();
    test_one_subnet();
    test_peering();
    test_from_outside();
    test_block_public_access();
    test_regional();
    test_nat64();
    vp_network_unref(network);
    ask_no_more();
    return vp_test_end();
}
