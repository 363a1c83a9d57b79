/*
 * gateway_test.c - questions through internet gateways and appliances: translation, gateway route
 * tables, Block Public Access, the internet as an end.
 */
#include "asking.h"
#include "notation.h"
#include "vp_test.h"

/* One VPC with a public and a private subnet. */
#define PUBLIC                                                                                     \
    "vpc A 172.16.0.0/16,2001:db8:a::/56 ; subnet A1 A 172.16.0.0/24,2001:db8:a::/64\n"            \
    "subnet A2 A 172.16.1.0/24 rtb=A.two\n"                                                        \
    "host a1 A1 172.16.0.10,2001:db8:a::10 eip=203.0.113.10 ; a2 A2 172.16.1.10\n"                 \
    "igw igw-a A ; rtb A.main 0.0.0.0/0>igw-a ::/0>igw-a ; A.two\n"

static vp_network *network;

static void describe(const char *text) {
    vp_alloc alloc = vp_alloc_default();
    vp_network_unref(network);
    network = notation_read(&alloc, text);
}

static vp_name name_of(const char *text) {
    vp_name name = VP_NO_NAME;
    VP_CHECK(vp_network_name(network, text, &name, NULL) == VP_OK);
    return name;
}

static const char *traceroute_at(uint32_t place) {
    static char text[VP_ADDR_TEXT_MAX];
    if (place >= asked()->traceroute.count) {
        return "none";
    }
    (void)vp_addr_format(&((const vp_addr *)asked()->traceroute.items)[place], text);
    return text;
}

static void test_out(void) {
    describe(PUBLIC);
    VP_CHECK_TEXT(ask(network, "i-a1 -> 198.51.100.7"), "ok via igw-a");
    VP_CHECK(asked()->mtu == 1500 && asked()->path.count == 3 && asked()->return_path.count == 3);
    const vp_hop *gateway = &((const vp_hop *)asked()->path.items)[1];
    VP_CHECK(gateway->header.source.lo == 0xcb00710au);
    VP_CHECK_TEXT(traceroute_at(0), "198.51.100.7");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 10.1.2.3"),
                  "no IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS@egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 100.64.0.1"),
                  "no IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS@egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 2001:db8:ffff::1"), "ok via igw-a");
    notation_add(network, "rtb A.two 0.0.0.0/0>igw-a");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"),
                  "no IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS@egress");
    VP_CHECK_TEXT(ask(network, "subnet-A1=172.16.0.77 -> 198.51.100.7"),
                  "no IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS@egress");
    notation_add(network, "vpc B 10.0.0.0/16 ; igw igw-a B");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 198.51.100.7"), "no BAD_STATE_ROUTE@egress");
}

static void test_in(void) {
    describe(PUBLIC);
    VP_CHECK_TEXT(ask(network, "internet@igw-a=198.51.100.7 -> i-a1"), "ok via igw-a");
    VP_CHECK_TEXT(traceroute_at(0), "203.0.113.10");
    VP_CHECK_TEXT(ask(network, "internet@igw-a=198.51.100.7 -> 203.0.113.10"), "ok via igw-a");
    VP_CHECK_TEXT(ask(network, "internet=198.51.100.7 -> i-a1"), "ok via igw-a");
    VP_CHECK_TEXT(ask(network, "198.51.100.7 -> i-a1"), "ok via igw-a");
    VP_CHECK_TEXT(ask(network, "internet@igw-a=2001:db8:ffff::1 -> i-a1"), "ok via igw-a");
    VP_CHECK_TEXT(ask(network, "internet@igw-a=198.51.100.7 -> i-a2"),
                  "no IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS@ingress");
    VP_CHECK_TEXT(ask(network, "internet@igw-a=10.9.9.9 -> i-a1"),
                  "no IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS@ingress");
    VP_CHECK_TEXT(ask(network, "internet@igw-a=100.64.9.9 -> i-a1"),
                  "no IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS@ingress");
    VP_CHECK_TEXT(ask(network, "internet@igw-a=127.0.0.1 -> i-a1"),
                  "no IGW_EXPECTS_PUBLIC_ADDRESS@egress");
    VP_CHECK_TEXT(ask(network, "internet@igw-a=2001:db8:a::99 -> i-a1"),
                  "no GATEWAY_REJECTS_SPOOFED_TRAFFIC@ingress");
    vp_network_interface *met = (vp_network_interface *)notation_get(network, "eni-a1");
    met->deny_all_igw_traffic = VP_TRUE;
    VP_CHECK_TEXT(ask(network, "internet@igw-a=2001:db8:ffff::1 -> i-a1"),
                  "no IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS@ingress");
    notation_add(network, "rtb A.main ::/0>igw-a");
    VP_CHECK_TEXT(ask(network, "internet -> i-a1"), "no RETURN_ROUTE_MISSING@return-egress");
    notation_add(network,
                 "igw igw-b A ; pcx pcx-1 A B ; rtb A.main 0.0.0.0/0>igw-b 198.51.0.0/16>pcx-1");
    VP_CHECK_TEXT(ask(network, "internet@igw-a=203.0.114.1 -> i-a1"),
                  "no RETURN_ROUTE_WRONG_TARGET@return-egress");
    VP_CHECK_TEXT(ask(network, "internet@igw-a=198.51.100.7 -> i-a1"),
                  "no RETURN_ROUTE_WRONG_TARGET@return-egress");
    notation_add(network, "pcx pcx-1 A B state=deleted");
    VP_CHECK_TEXT(ask(network, "internet@igw-a=198.51.100.7 -> i-a1"),
                  "no RETURN_ROUTE_BLACKHOLE@return-egress");
}

/* Does some address of the internet get in? The rules decide which one to try. */
static void test_from_anywhere(void) {
    describe(PUBLIC "sg web A in|tcp|443|198.51.100.0/24 out|all|all|0.0.0.0/0\n"
                    "host a1 A1 172.16.0.10 sg=web eip=203.0.113.10");
    VP_CHECK_TEXT(ask(network, "internet -> i-a1"), "ok via igw-a");
    VP_CHECK(asked()->from_address.lo == 0xc6336400u);
    VP_CHECK_TEXT(ask(network, "internet -> i-a1 tcp/80"), "no ENI_SG_RULES_MISMATCH@ingress");
    VP_CHECK(asked()->from_address.lo == 0x01000000u);
    VP_CHECK_TEXT(ask(network, "internet -> i-a2"),
                  "no IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS@ingress");
    notation_add(network, "acl n A in|1|deny|all|all|198.51.100.0/25 in|2|allow|all|all|0.0.0.0/0 "
                          "out|1|allow|all|all|0.0.0.0/0\n"
                          "subnet A1 A 172.16.0.0/24 acl=n");
    VP_CHECK_TEXT(ask(network, "internet -> i-a1"), "ok via igw-a");
    VP_CHECK(asked()->from_address.lo == 0xc6336480u);
}

static void test_to_internet(void) {
    describe(PUBLIC);
    VP_CHECK_TEXT(ask(network, "i-a1 -> internet"), "ok via igw-a");
    VP_CHECK(asked()->to_address.lo == 0x01000000u);
    VP_CHECK_TEXT(ask(network, "i-a1 -> igw-a"), "ok via igw-a");
    VP_CHECK_TEXT(ask(network, "i-a1 -> internet@igw-a=198.51.100.7"), "ok via igw-a");
    VP_CHECK_TEXT(ask(network, "i-a1 -> internet family=6"), "ok via igw-a");
    VP_CHECK(asked()->to_address.hi == UINT64_C(0x2000000000000000));
    VP_CHECK_TEXT(ask(network, "i-a2 -> internet"), "no NO_ROUTE_TO_DESTINATION@egress");
    VP_CHECK_TEXT(ask(network, "igw-a -> i-a1"), "ok via igw-a");
    notation_add(network, "rtb A.main 1.0.0.0/8>pcx-1 2.0.0.0/9>igw-a 0.0.0.0/0>igw-a");
    VP_CHECK_TEXT(ask(network, "i-a1 -> internet"), "ok via igw-a");
    VP_CHECK(asked()->to_address.lo == 0x02000000u);
    VP_CHECK_TEXT(ask(network, "i-a1 -> internet@igw-a=172.16.0.10"), "no NO_PATH@egress");
    notation_add(network, "vpc B 198.51.0.0/16 ; subnet B1 B 198.51.100.0/24\n"
                          "host b1 B1 198.51.100.7 ; pcx pcx-1 A B\n"
                          "rtb B.main 172.16.0.0/16>pcx-1 ; A.main 0.0.0.0/0>igw-a "
                          "198.51.100.0/24>pcx-1");
    VP_CHECK_TEXT(ask(network, "i-a1 -> internet@igw-a=198.51.100.7"),
                  "no NO_PATH@egress hint MORE_SPECIFIC_ROUTE");
    notation_add(network, "pl pl-x 198.51.100.0/24\n"
                          "rtb A.main 198.51.100.0/24>pcx-1 pl-x>igw-a");
    VP_CHECK_TEXT(ask(network, "i-a1 -> internet@igw-a=198.51.100.7"),
                  "no NO_PATH@egress hint HIGHER_PRIORITY_ROUTE");
}

/* Out by one gateway and in by another: the far end is in the model too (D14). */
static void test_between_gateways(void) {
    describe(PUBLIC "vpc B 10.0.0.0/16 ; subnet B1 B 10.0.0.0/24\n"
                    "host b1 B1 10.0.0.10 eip=203.0.113.20 ; igw igw-b B\n"
                    "rtb B.main 0.0.0.0/0>igw-b");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 203.0.113.20"), "ok via igw-a,igw-b");
    VP_CHECK(asked()->path.count == 5 && asked()->return_path.count == 5);
    notation_add(network, "sg only B in|tcp|443|203.0.113.10/32\n"
                          "host b1 B1 10.0.0.10 sg=only eip=203.0.113.20");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 203.0.113.20"), "ok via igw-a,igw-b");
    notation_add(network, "sg only B in|tcp|443|172.16.0.0/16");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 203.0.113.20"), "no ENI_SG_RULES_MISMATCH@ingress");
    notation_add(network, "sg only B in|tcp|443|0.0.0.0/0 ; rtb B.main");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 203.0.113.20"), "no RETURN_ROUTE_MISSING@return-egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 203.0.113.10"), "ok via igw-a,igw-a");
    notation_add(network, "igw igw-b A");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 203.0.113.20"),
                  "no IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS@ingress");
}

static void test_block_public_access(void) {
    describe(PUBLIC);
    vp_vpc *vpc = (vp_vpc *)notation_get(network, "vpc-A");
    vp_subnet *subnet = (vp_subnet *)notation_get(network, "subnet-A1");
    vpc->block_public_access_states.internet_gateway_block_mode = name_of("block-ingress");
    VP_CHECK_TEXT(ask(network, "internet -> i-a1"), "no VPC_BLOCK_PUBLIC_ACCESS_ENABLED@ingress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 198.51.100.7"),
                  "no VPC_BLOCK_PUBLIC_ACCESS_ENABLED@egress");
    subnet->block_public_access_states.internet_gateway_block_mode = name_of("off");
    VP_CHECK_TEXT(ask(network, "internet -> i-a1"), "ok via igw-a");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-a2"), "ok via -");
}

/* Out over IPv6, answers in, nothing else. */
static void test_egress_only(void) {
    describe("vpc A 172.16.0.0/16,2001:db8:a::/56 ; subnet A1 A 172.16.0.0/24,2001:db8:a::/64\n"
             "host a1 A1 172.16.0.10,2001:db8:a::10 ; eigw eigw-a A\n"
             "rtb A.main 0.0.0.0/0>eigw-a ::/0>eigw-a");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 2600::1"), "ok via eigw-a");
    VP_CHECK(asked()->mtu == 1500 && asked()->path.count == 3 && asked()->return_path.count == 3);
    VP_CHECK_TEXT(traceroute_at(0), "2600::1");
    VP_CHECK_TEXT(ask(network, "i-a1 -> internet family=6"), "ok via eigw-a");
    VP_CHECK_TEXT(ask(network, "i-a1 -> eigw-a family=6"), "ok via eigw-a");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 198.51.100.7"), "no PROTOCOL_RESTRICTION@egress");
    VP_CHECK_TEXT(ask(network, "internet@eigw-a=2600::1 -> i-a1"),
                  "no PROTOCOL_RESTRICTION@ingress");
    VP_CHECK_TEXT(ask(network, "internet@eigw-a=198.51.100.7 -> i-a1"),
                  "no PROTOCOL_RESTRICTION@ingress");
    notation_add(network, "acl n A in|1|deny|all|all|2600::/16 in|2|allow|all|all|::/0 "
                          "out|1|allow|all|all|::/0\n"
                          "subnet A1 A 172.16.0.0/24,2001:db8:a::/64 acl=n");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 2600::1"), "no SUBNET_ACL_RESTRICTION@return-ingress");
    notation_add(network, "subnet A1 A 172.16.0.0/24,2001:db8:a::/64 ; igw igw-a A");
    VP_CHECK_TEXT(ask(network, "internet@igw-a=2600::1 -> i-a1"),
                  "no RETURN_ROUTE_WRONG_TARGET@return-egress");
    vp_vpc *vpc = (vp_vpc *)notation_get(network, "vpc-A");
    vpc->block_public_access_states.internet_gateway_block_mode = name_of("block-ingress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 2600::1"), "ok via eigw-a");
    vpc->block_public_access_states.internet_gateway_block_mode = name_of("block-bidirectional");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 2600::1"), "no VPC_BLOCK_PUBLIC_ACCESS_ENABLED@egress");
    notation_add(network, "vpc B 10.0.0.0/16 ; eigw eigw-a B");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 2600::1"), "no BAD_STATE_ROUTE@egress");
    notation_add(network, "rtb A.main ::/0>eigw-b");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 2600::1"), "unknown UNKNOWN_DESTINATION@egress");
}

/* Into another VPC of the model: it decides whether the connection gets in (D14). */
static void test_egress_only_to_model(void) {
    describe("vpc A 172.16.0.0/16,2001:db8:a::/56 ; subnet A1 A 172.16.0.0/24,2001:db8:a::/64\n"
             "vpc B 10.0.0.0/16,2001:db8:b::/56 ; subnet B1 B 10.0.0.0/24,2001:db8:b::/64\n"
             "host a1 A1 172.16.0.10,2001:db8:a::10 ; b1 B1 10.0.0.10,2001:db8:b::10\n"
             "eigw eigw-a A ; igw igw-b B ; rtb A.main ::/0>eigw-a ; B.main ::/0>igw-b");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 2001:db8:b::10"), "ok via eigw-a,igw-b");
    notation_add(network, "rtb B.main");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 2001:db8:b::10"), "no RETURN_ROUTE_MISSING@return-egress");
}

/* An appliance that sees what enters and what leaves the VPC. */
static void test_gateway_route_table(void) {
    describe(PUBLIC "subnet AM A 172.16.9.0/24 rtb=A.box\n"
                    "host box AM 172.16.9.10 check=off eip=203.0.113.9\n"
                    "rtb A.box 0.0.0.0/0>igw-a ; A.edge 172.16.0.0/24>box ; A.main 0.0.0.0/0>box");
    vp_route_table *edge = (vp_route_table *)notation_get(network, "rtb-A.edge");
    void *item;
    VP_CHECK(vp_list_append(&network->alloc, &vp_route_table_association_schema,
                            &edge->associations, &item) == VP_OK);
    ((vp_route_table_association *)item)->gateway_id = name_of("igw-a");
    vp_network_touch(network);
    VP_CHECK_TEXT(ask(network, "internet@igw-a=198.51.100.7 -> i-a1"), "ok via igw-a,eni-box");
    VP_CHECK_TEXT(traceroute_at(0), "172.16.9.10");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 198.51.100.7"), "ok via eni-box,igw-a");
    notation_add(network, "rtb A.main 0.0.0.0/0>igw-a");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 198.51.100.7"),
                  "no INGRESS_RTB_TRAFFIC_REDIRECTION@egress");
    VP_CHECK_TEXT(ask(network, "internet@igw-a=198.51.100.7 -> i-a1"),
                  "no INGRESS_RTB_TRAFFIC_REDIRECTION@return-egress");
    notation_add(network, "rtb A.main 0.0.0.0/0>box ; host box AM 172.16.9.10 check=off");
    VP_CHECK_TEXT(ask(network, "internet@igw-a=198.51.100.7 -> i-a1"),
                  "no INGRESS_RTB_NO_PUBLIC_IP@ingress");
    notation_add(network, "host box AM 172.16.9.10 eip=203.0.113.9");
    VP_CHECK_TEXT(ask(network, "internet@igw-a=198.51.100.7 -> i-a1"),
                  "no ENI_SOURCE_DEST_CHECK_RESTRICTION@ingress");
}

/* An appliance that sends packets as its own. */
static void test_nat_instance(void) {
    describe(PUBLIC "host nat A1 172.16.0.5 check=off nat=yes eip=203.0.113.5\n"
                    "rtb A.two 0.0.0.0/0>nat");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"), "ok via eni-nat,igw-a");
    VP_CHECK(asked()->source_ports.low == 1024 && asked()->source_ports.high == 65535);
    VP_CHECK_TEXT(traceroute_at(0), "172.16.0.5");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7 sport=30000"), "ok via eni-nat,igw-a");
    VP_CHECK(asked()->source_ports.low == 30000 && asked()->source_ports.high == 30000);
    notation_add(network, "acl n A in|1|allow|all|all|172.16.0.0/16 "
                          "in|2|allow|tcp|40000-40001|0.0.0.0/0 out|1|allow|all|all|0.0.0.0/0\n"
                          "subnet A1 A 172.16.0.0/24 acl=n");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7 sport=30000"), "ok via eni-nat,igw-a");
    notation_add(network, "acl n A in|1|allow|all|all|172.16.0.0/16 out|1|allow|all|all|0.0.0.0/0");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"), "no SUBNET_ACL_RESTRICTION@return-ingress");
    notation_add(network, "subnet A1 A 172.16.0.0/24\n"
                          "sg in A in|all|all|172.16.1.0/24\n"
                          "host nat A1 172.16.0.5 check=off nat=yes eip=203.0.113.5 sg=in");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"), "no SG_HAS_NO_RULES@egress");
}

/* Block Public Access asks the workload behind an appliance, not the appliance (3.1.8). */
static void test_blocked_workload(void) {
    describe(PUBLIC "host nat A1 172.16.0.5 check=off nat=yes eip=203.0.113.5\n"
                    "rtb A.two 0.0.0.0/0>nat");
    vp_subnet *workload = (vp_subnet *)notation_get(network, "subnet-A2");
    vp_subnet *appliance = (vp_subnet *)notation_get(network, "subnet-A1");
    workload->block_public_access_states.internet_gateway_block_mode = name_of("block-ingress");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"),
                  "no VPC_BLOCK_PUBLIC_ACCESS_ENABLED@egress");
    workload->block_public_access_states.internet_gateway_block_mode = name_of("off");
    appliance->block_public_access_states.internet_gateway_block_mode = name_of("block-ingress");
    VP_CHECK_TEXT(ask(network, "i-a2 -> 198.51.100.7"), "ok via eni-nat,igw-a");
}

static void test_loop(void) {
    describe("vpc A 10.0.0.0/16 ; subnet A1 A 10.0.1.0/24 rtb=A.a ; A2 A 10.0.2.0/24 rtb=A.b\n"
             "subnet A3 A 10.0.3.0/24 rtb=A.c ; host a1 A1 10.0.1.10 ; m2 A2 10.0.2.10 check=off\n"
             "host m3 A3 10.0.3.10 check=off\n"
             "rtb A.a 0.0.0.0/0>m2 ; A.b 0.0.0.0/0>m3 ; A.c 0.0.0.0/0>m2");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 198.51.100.7"), "no ROUTING_LOOP@egress");
}

int main(void) {
    test_out();
    test_in();
    test_from_anywhere();
    test_to_internet();
    test_between_gateways();
    test_block_public_access();
    test_egress_only();
    test_egress_only_to_model();
    test_gateway_route_table();
    test_nat_instance();
    test_blocked_workload();
    test_loop();
    vp_network_unref(network);
    ask_no_more();
    return vp_test_end();
}
