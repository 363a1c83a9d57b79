/*
 * trace_test.c - questions whose answers follow from the routes and rules that are written above
 * them: peering, local delivery, ends, filters, hints, and what happens without memory.
 */
#include "asking.h"
#include "notation.h"
#include "vp_test.h"

/* Two peered VPCs, everything open. */
#define TWO_PEERED                                                                                 \
    "vpc A 172.16.0.0/16 ; B 10.0.0.0/16\n"                                                        \
    "subnet A1 A 172.16.0.0/24 ; B1 B 10.0.0.0/24\n"                                               \
    "host a1 A1 172.16.0.10 ; b1 B1 10.0.0.10\n"                                                   \
    "pcx pcx-1 A B\n"                                                                              \
    "rtb A.main 10.0.0.0/16>pcx-1 ; B.main 172.16.0.0/16>pcx-1\n"

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

static void test_peering(void) {
    describe(TWO_PEERED);
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1"), "ok via pcx-1");
    VP_CHECK(asked()->path.count == 3 && asked()->return_path.count == 3);
    VP_CHECK(asked()->mtu == 9001);
    VP_CHECK(asked()->traceroute.count == 1);
    VP_CHECK_TEXT(ask(network, "i-a1 -> eni-b1 one-way"),
                  "ok via pcx-1 warn UNIDIRECTIONAL_PATH_ANALYSIS_ONLY");
    VP_CHECK(asked()->return_path.count == 0);
    VP_CHECK_TEXT(ask(network, "i-a1 -> 10.0.0.9"), "no NO_POSSIBLE_DESTINATION@egress");
    VP_CHECK_TEXT(ask(network, "subnet-A1=172.16.0.99 -> i-b1"), "ok via pcx-1");
    VP_CHECK_TEXT(ask(network, "i-b1 -> subnet-A1=172.16.0.99"), "ok via pcx-1");
    VP_CHECK_TEXT(ask(network, "subnet-A1 -> i-b1"), "ok via pcx-1");
    VP_CHECK_TEXT(ask(network, "subnet-A1=10.9.9.9 -> i-b1"), "no ENI_ADDRESS_RESTRICTION@egress");
    VP_CHECK_TEXT(ask(network, "172.16.0.10 -> i-b1"), "ok via pcx-1");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 2001:db8::1"), "no IPV6_NOT_ENABLED@egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 2001:db8::1 family=4"),
                  "no ADDRESS_FAMILY_MISMATCH@ingress");
    notation_add(network, "vpc B 10.0.0.0/16 region=us-west-2 ; subnet B1 B 10.0.0.0/24 az=b");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1"), "ok via pcx-1 warn AVAILABILITY_ZONE_CROSSED");
    VP_CHECK(asked()->mtu == 8500);
}

static void test_state_of_ends(void) {
    describe(TWO_PEERED "host b1 B1 10.0.0.10 state=stopped");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1"), "no BAD_STATE@ingress");
    VP_CHECK_TEXT(ask(network, "i-b1 -> i-a1"), "no BAD_STATE@egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 10.0.0.10"), "no BAD_STATE@ingress");
    notation_add(network,
                 "host e B1 10.0.0.20 kind=vpc_endpoint ; n B1 10.0.0.21 kind=nat_gateway");
    VP_CHECK_TEXT(ask(network, "eni-e -> i-a1"), "no VPCE_INTRA_VPC_TRAFFIC@egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> eni-e"), "ok via pcx-1");
    VP_CHECK_TEXT(ask(network, "i-a1 -> eni-n"), "no NO_POSSIBLE_DESTINATION@ingress");
    VP_CHECK_TEXT(ask(network, "eni-n -> i-a1"), "unknown UNSUPPORTED_COMPONENT@egress");
    vp_instance *gone = (vp_instance *)notation_get(network, "i-b1");
    vp_network_interface *met = (vp_network_interface *)notation_get(network, "eni-b1");
    met->attachment.instance_id = VP_NO_NAME;
    vp_network_touch(network);
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1"), "no BAD_STATE@ingress");
    gone->state.name = VP_NO_NAME;
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1"), "unknown UNKNOWN_RESOURCE@ingress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> eni-b1"), "ok via pcx-1");
    met->attachment.status = name_of("detaching");
    VP_CHECK_TEXT(ask(network, "i-a1 -> eni-b1"), "no BAD_STATE@ingress");
}

/* Peers of which only parts are described. */
static void test_unknown(void) {
    describe("vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; subnet A1 A 172.16.0.0/24\n"
             "host a1 A1 172.16.0.10 ; pcx pcx-1 A B\n"
             "rtb A.main 10.0.0.0/16>pcx-1 10.1.0.0/16>pcx-2 10.2.0.0/16>igw-9 10.3.0.0/16>tgw-1 "
             "10.4.0.0/16>nat-1 10.5.0.0/16>vgw-1 10.6.0.0/16>lgw-1");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 10.0.0.10"), "unknown UNKNOWN_RESOURCE@egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 10.1.0.10"), "unknown UNKNOWN_DESTINATION@egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 10.2.0.10"), "unknown UNKNOWN_DESTINATION@egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 10.3.0.10"), "unknown UNKNOWN_DESTINATION@egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 10.4.0.10"), "unknown UNKNOWN_DESTINATION@egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 10.5.0.10"), "unknown UNKNOWN_DESTINATION@egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 10.6.0.10"), "unknown UNSUPPORTED_COMPONENT@egress");
    VP_CHECK_TEXT(ask(network, "subnet-C1 -> i-a1"), "error unknown_id");
    VP_CHECK_TEXT(ask(network, "i-a2 -> i-a1"), "error unknown_id");
    vp_network_interface *met = (vp_network_interface *)notation_get(network, "eni-a1");
    met->subnet_id = name_of("subnet-C1");
    vp_network_touch(network);
    VP_CHECK_TEXT(ask(network, "i-a1 -> 10.0.0.10"), "unknown UNKNOWN_RESOURCE@egress");
    VP_CHECK_TEXT(ask(network, "subnet-C1 -> i-a1"), "unknown UNKNOWN_RESOURCE@egress");
}

static void test_routes(void) {
    describe(TWO_PEERED "vpc C 192.168.0.0/16 ; subnet C1 C 192.168.0.0/24\n"
                        "host c1 C1 192.168.0.10 ; pcx pcx-9 B C\n"
                        "pl pl-b 10.0.0.0/16 ; pl-a 10.0.0.0/16\n"
                        "rtb A.main pl-b>pcx-9 pl-a>pcx-1");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1"), "ok via pcx-1 warn ROUTE_TIE_PREFIX_LIST");
    notation_add(network, "rtb A.main pl-b>pcx-9 10.0.0.0/16>pcx-1");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1"), "ok via pcx-1");
    notation_add(network, "rtb A.main 10.0.0.0/16>pcx-1 10.0.0.0/24>pcx-9");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1"), "no PCX_NOT_PARTY@egress");
    vp_route_table *table = (vp_route_table *)notation_get(network, "rtb-A.main");
    vp_route *specific = VP_ITEM(vp_route, &table->routes, table->routes.count - 1);
    specific->state = name_of("filtered");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1"), "ok via pcx-1");
    notation_add(network, "rtb A.main 10.0.0.0/16>pcx-1");
    specific = VP_ITEM(vp_route, &table->routes, table->routes.count - 1);
    specific->state = name_of("blackhole");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1"),
                  "no PCX_NOT_ACTIVE@egress warn ROUTE_STATE_DISAGREES");
    notation_add(network, "rtb A.main 0.0.0.0/0>pcx-1");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 169.254.168.1"), "no NO_ROUTE_TO_DESTINATION@egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 169.254.169.254 tcp/80"), "ok via -");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 172.16.0.1"), "ok via -");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 172.16.0.2 udp/53"), "ok via -");
    notation_add(network, "vpc A 172.16.0.0/16 dns=none");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 172.16.0.2 udp/53"), "no DNS_SUPPORT_DISABLED@egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 10.0.0.2 udp/53"), "no PCX_REMOTE_RESOLVER@egress");
}

static void test_groups(void) {
    describe(TWO_PEERED "sg app A out|tcp|1-1000|10.0.0.0/16 out|tcp|2000-2010|sg:db\n"
                        "sg db B in|tcp|500-2005|sg:app in|icmp|8|172.16.0.0/16\n"
                        "host a1 A1 172.16.0.10 sg=app ; b1 B1 10.0.0.10 sg=db");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 tcp/500"), "ok via pcx-1");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 tcp/0-65535"),
                  "ok via pcx-1 ports 500-1000,2000-2005");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 tcp/2006-2008"), "no ENI_SG_RULES_MISMATCH@ingress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 tcp/5432"),
                  "no ENI_SG_RULES_MISMATCH@egress ENI_SG_RULES_MISMATCH@ingress");
    VP_CHECK_TEXT(ask(network, "i-b1 -> i-a1 tcp/500"),
                  "no SG_HAS_NO_RULES@egress SG_HAS_NO_RULES@ingress");
    notation_add(network, "vpc B 10.0.0.0/16 region=us-west-2");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 tcp/500"), "no SG_REFERENCE_CROSS_REGION@ingress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 tcp/2000"),
                  "no SG_REFERENCE_CROSS_REGION@egress SG_REFERENCE_CROSS_REGION@ingress");
    notation_add(network, "vpc B 10.0.0.0/16 ; pcx pcx-1 A B state=deleted");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 tcp/2000"),
                  "no SG_REFERENCE_STALE@egress PCX_NOT_ACTIVE@egress hint PCX_NOT_ACTIVE");
    notation_add(network,
                 "pcx pcx-1 A B\n"
                 "sg db B in|tcp|all|pl:pl-none in|tcp|443|sg:lost in|all|all|10.9.0.0/16\n"
                 "sg app A out|all|all|0.0.0.0/0");
    vp_security_group *db = (vp_security_group *)notation_get(network, "sg-db");
    vp_ip_permission *naming = VP_ITEM(vp_ip_permission, &db->ip_permissions, 1);
    VP_ITEM(vp_user_id_group_pair, &naming->user_id_group_pairs, 0)->vpc_id = db->record.id;
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1"),
                  "no ENI_SG_RULES_MISMATCH@ingress hint UNKNOWN_PEERED_SGS warn "
                  "UNKNOWN_PREFIX_LIST");
    notation_add(network, "host b1 B1 10.0.0.10 sg=absent");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1"), "unknown UNKNOWN_RESOURCE@ingress");
}

/* A pair outside of any group: a bare address in a subnet. */
static void test_references(void) {
    describe("vpc A 10.0.0.0/16 ; subnet A1 A 10.0.0.0/24 ; A2 A 10.0.1.0/24\n"
             "sg own A in|all|all|sg:own out|all|all|0.0.0.0/0\n"
             "host x A1 10.0.0.10 sg=own ; y A2 10.0.1.10 sg=own ; z A2 10.0.1.11");
    VP_CHECK_TEXT(ask(network, "i-x -> i-y"), "ok via -");
    VP_CHECK_TEXT(ask(network, "i-z -> i-y"), "no ENI_SG_RULES_MISMATCH@ingress");
    VP_CHECK_TEXT(ask(network, "subnet-A1=10.0.0.77 -> i-y"), "no ENI_SG_RULES_MISMATCH@ingress");
    notation_add(network, "host m A1 10.0.0.20 check=off\n"
                          "subnet A2 A 10.0.1.0/24 rtb=A.b\nsubnet A3 A 10.0.2.0/24\n"
                          "host w A3 10.0.2.10 sg=own\n"
                          "rtb A.b 10.0.2.0/24>m");
    VP_CHECK_TEXT(ask(network, "i-y -> i-w"),
                  "no SG_REFERENCES_NOT_PRESERVED@ingress warn ASYMMETRIC_PATH");
    VP_CHECK_TEXT(ask(network, "i-w -> i-z"), "ok via - warn ASYMMETRIC_PATH");
    VP_CHECK_TEXT(ask(network, "i-z -> i-w tcp/22"),
                  "no ENI_SG_RULES_MISMATCH@ingress warn ASYMMETRIC_PATH");
}

static void test_acls(void) {
    describe(TWO_PEERED
             "acl n B in|100|allow|tcp|80-90|0.0.0.0/0 in|110|deny|tcp|85|0.0.0.0/0 "
             "in|120|deny|tcp|100-110|0.0.0.0/0 in|130|allow|all|all|0.0.0.0/0 "
             "out|100|allow|tcp|2000-3000|0.0.0.0/0 out|200|allow|icmp|0-0|172.16.0.0/16\n"
             "subnet B1 B 10.0.0.0/24 acl=n");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 tcp/85"), "ok via pcx-1 warn EPHEMERAL_PORTS_PARTIAL");
    VP_CHECK(asked()->source_ports.low == 2000 && asked()->source_ports.high == 3000);
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 tcp/85 sport=2000-2100"), "ok via pcx-1");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 tcp/85 sport=5000"),
                  "no SUBNET_ACL_RESTRICTION@return-egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 tcp/85 every-port"),
                  "no SUBNET_ACL_RESTRICTION@return-egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 tcp/105"),
                  "no SUBNET_ACL_RESTRICTION@ingress warn EPHEMERAL_PORTS_PARTIAL");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 tcp/99-111 sport=2000"),
                  "ok via pcx-1 ports 99-99,111-111");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 udp/85"), "no SUBNET_ACL_RESTRICTION@return-egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 47"), "no SUBNET_ACL_RESTRICTION@return-egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 icmp"), "ok via pcx-1 left 2048-2048");
    VP_CHECK_TEXT(ask(network, "i-b1 -> i-a1 icmp"), "no SUBNET_ACL_RESTRICTION@egress");
    notation_add(network, "host b1 B1 10.0.0.10 ; b2 B1 10.0.0.11");
    VP_CHECK_TEXT(ask(network, "i-b1 -> i-b2 47"), "ok via - left 47-47");
}

static void test_icmp(void) {
    describe(TWO_PEERED "acl n B in|100|allow|icmp|8-0|0.0.0.0/0 in|110|allow|icmp|3|0.0.0.0/0 "
                        "out|100|allow|tcp|all|0.0.0.0/0\n"
                        "subnet B1 B 10.0.0.0/24 acl=n");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 icmp"), "no SUBNET_ACL_RESTRICTION@return-egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 icmp/3"), "ok via pcx-1 left 768-1023");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 icmp/-1"), "ok via pcx-1 left 768-1023");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 icmp/4"), "no SUBNET_ACL_RESTRICTION@ingress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 all"), "no SUBNET_ACL_RESTRICTION@ingress");
    notation_add(network, "acl n B in|100|allow|icmp|8|0.0.0.0/0 out|1|allow|icmp|0|0.0.0.0/0");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 all"), "ok via pcx-1 left 2048-2048");
    notation_add(network, "acl n B in|1|allow|47|all|0.0.0.0/0 in|2|allow|50|all|0.0.0.0/0 "
                          "out|1|allow|50|all|0.0.0.0/0");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 all"), "ok via pcx-1 left 50-50");
    VP_CHECK(asked()->protocol == 50);
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 47"), "no SUBNET_ACL_RESTRICTION@return-egress");
}

int main(void) {
    test_peering();
    test_state_of_ends();
    test_unknown();
    test_routes();
    test_groups();
    test_references();
    test_acls();
    test_icmp();
    vp_network_unref(network);
    ask_no_more();
    return vp_test_end();
}
