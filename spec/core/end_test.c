/*
 * end_test.c - what texts mean as ends of a question, which pair of addresses answers it, hints,
 * and the same with every allocation failing once.
 */
#include "asking.h"
#include "notation.h"
#include "vp_end.h"
#include "vp_record_vpn.h"
#include "vp_test.h"

#define THREE                                                                                      \
    "vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; C 192.168.0.0/16\n"                                     \
    "subnet A1 A 172.16.0.0/24 ; B1 B 10.0.0.0/24 ; C1 C 192.168.0.0/24\n"                         \
    "host a1 A1 172.16.0.10 ; b1 B1 10.0.0.10 ; c1 C1 192.168.0.10\n"                              \
    "pcx pcx-1 A B ; pcx-2 A C\n"                                                                  \
    "rtb A.main 10.0.0.0/16>pcx-1 192.168.0.0/16>pcx-2 ; B.main 172.16.0.0/16>pcx-1\n"             \
    "rtb C.main 172.16.0.0/16>pcx-2\n"

static vp_network *network;

static void describe(const char *text) {
    vp_alloc alloc = vp_alloc_default();
    vp_network_unref(network);
    network = notation_read(&alloc, text);
}

static void set_tag(const char *id, const char *value) {
    vp_record *record = notation_get(network, id);
    void *item = NULL;
    VP_CHECK(vp_list_append(&network->alloc, &vp_tag_schema, &record->tags, &item) == VP_OK);
    vp_tag *tag = item;
    VP_CHECK(vp_network_name(network, "Name", &tag->key, NULL) == VP_OK);
    VP_CHECK(vp_network_name(network, value, &tag->value, NULL) == VP_OK);
    vp_network_touch(network);
}

/* The gateway vgw-a of VPC A, with 192.168.99.0/24 behind it. */
static void add_vpn_gateway(void) {
    vp_name id = VP_NO_NAME, attached = VP_NO_NAME;
    vp_record *record = NULL;
    void *item = NULL;
    VP_CHECK(vp_network_name(network, "vgw-a", &id, NULL) == VP_OK);
    VP_CHECK(vp_network_name(network, "attached", &attached, NULL) == VP_OK);
    VP_CHECK(vp_network_add(network, VP_KIND_VPN_GATEWAY, id, &record, NULL) == VP_OK);
    vp_vpn_gateway *gateway = (vp_vpn_gateway *)record;
    VP_CHECK(vp_list_append(&network->alloc, &vp_gateway_attachment_schema,
                            &gateway->vpc_attachments, &item) == VP_OK);
    ((vp_gateway_attachment *)item)->vpc_id = notation_get(network, "vpc-A")->id;
    ((vp_gateway_attachment *)item)->state = attached;
    VP_CHECK(vp_list_append(&network->alloc, &vp_declared_route_schema, &gateway->declared_routes,
                            &item) == VP_OK);
    VP_CHECK(vp_cidr_parse_block("192.168.99.0/24", 15, &((vp_declared_route *)item)->cidr, NULL) ==
             VP_OK);
    vp_network_touch(network);
}

/* What a text resolves to: kind and id, or the message. */
static const char *resolve(const char *text, vp_end_role role) {
    static char result[VP_ERROR_MESSAGE_MAX + 64];
    static const char *const kinds[] = {"none",     "interface", "instance", "address", "subnet",
                                        "internet", "onprem",    "gateway",  "unknown"};
    char address[VP_ADDR_TEXT_MAX];
    vp_end end;
    vp_error error;
    if (vp_end_resolve(network, text, strlen(text), role, &end, &error) != VP_OK) {
        (void)snprintf(result, sizeof result, "%s: %s", error.code, error.message);
        return result;
    }
    (void)vp_addr_format(&end.address, address);
    (void)snprintf(result, sizeof result, "%s %s %s", kinds[end.kind],
                   end.record == NULL ? "-" : vp_network_text(network, end.record->id), address);
    return result;
}

static void test_texts(void) {
    describe(THREE "igw igw-a A");
    add_vpn_gateway();
    set_tag("i-a1", "web");
    set_tag("eni-b1", "db");
    set_tag("i-c1", "db");
    set_tag("subnet-A1", "10.0.0.10");
    VP_CHECK_TEXT(resolve("i-a1", VP_END_SOURCE), "instance i-a1 ");
    VP_CHECK_TEXT(resolve("web", VP_END_SOURCE), "instance i-a1 ");
    VP_CHECK_TEXT(resolve("eni-a1", VP_END_SOURCE), "interface eni-a1 ");
    VP_CHECK_TEXT(resolve("10.0.0.11", VP_END_DESTINATION), "address - 10.0.0.11");
    VP_CHECK_TEXT(resolve("10.0.0.10", VP_END_DESTINATION), "subnet subnet-A1 ");
    VP_CHECK_TEXT(resolve("192.168.0.10", VP_END_SOURCE), "interface eni-c1 192.168.0.10");
    VP_CHECK_TEXT(resolve("192.168.0.11", VP_END_SOURCE), "subnet subnet-C1 192.168.0.11");
    VP_CHECK_TEXT(resolve("198.51.100.7", VP_END_SOURCE), "internet - 198.51.100.7");
    VP_CHECK_TEXT(resolve("internet", VP_END_SOURCE), "internet - ");
    VP_CHECK_TEXT(resolve("internet@igw-a", VP_END_SOURCE), "internet igw-a ");
    VP_CHECK_TEXT(resolve("internet@igw-a=198.51.100.7", VP_END_SOURCE),
                  "internet igw-a 198.51.100.7");
    VP_CHECK_TEXT(resolve("internet=2001:db8::1", VP_END_SOURCE), "internet - 2001:db8::1");
    VP_CHECK_TEXT(resolve("igw-a", VP_END_SOURCE), "internet igw-a ");
    VP_CHECK_TEXT(resolve("igw-a", VP_END_DESTINATION), "gateway igw-a ");
    VP_CHECK_TEXT(resolve("subnet-B1=10.0.0.9", VP_END_SOURCE), "subnet subnet-B1 10.0.0.9");
    VP_CHECK_TEXT(resolve("db", VP_END_SOURCE),
                  "ambiguous: \"db\" is the name of 2 objects: eni-b1, i-c1");
    set_tag("vpc-A", "web");
    set_tag("eni-a1", "web");
    VP_CHECK_TEXT(resolve("web", VP_END_SOURCE), "instance i-a1 ");
    VP_CHECK_TEXT(resolve("i-a2", VP_END_SOURCE),
                  "unknown_id: nothing in the model has the id, Name tag or address \"i-a2\"; did "
                  "you mean \"i-a1\"?");
    VP_CHECK_TEXT(resolve("entirely-else", VP_END_SOURCE),
                  "unknown_id: nothing in the model has the id, Name tag or address "
                  "\"entirely-else\"");
    VP_CHECK_TEXT(resolve("vpc-A", VP_END_SOURCE),
                  "invalid_end: vpc-A is not an interface, an instance, a subnet or a gateway");
    VP_CHECK_TEXT(resolve("internet@i-a1", VP_END_SOURCE),
                  "invalid_end: i-a1 is not an internet gateway");
    VP_CHECK(strncmp(resolve("onprem@vgw-9=192.168.1.10", VP_END_SOURCE), "unknown_id: ", 12) == 0);
    VP_CHECK_TEXT(resolve("onprem@vgw-a=192.168.1.10", VP_END_SOURCE), "onprem vgw-a 192.168.1.10");
    VP_CHECK_TEXT(resolve("onprem", VP_END_DESTINATION), "onprem - ");
    VP_CHECK_TEXT(resolve("vgw-a", VP_END_SOURCE), "onprem vgw-a ");
    VP_CHECK_TEXT(resolve("vgw-a", VP_END_DESTINATION), "gateway vgw-a ");
    VP_CHECK_TEXT(resolve("onprem@igw-a", VP_END_SOURCE),
                  "invalid_end: igw-a is not a virtual private gateway, or a VPN or Direct Connect "
                  "attachment");
    VP_CHECK(strstr(resolve("db.example.com", VP_END_SOURCE), "host name") != NULL);
    VP_CHECK_TEXT(resolve("10.0.0.0/16", VP_END_SOURCE),
                  "invalid_end: \"10.0.0.0/16\" is a block: name one address of it");
    VP_CHECK_TEXT(resolve("10.0.0.0/33", VP_END_SOURCE),
                  "invalid_cidr: \"10.0.0.0/33\": the prefix length is over 32");
    VP_CHECK(strncmp(resolve("10.0.0.300", VP_END_SOURCE), "invalid_cidr: ", 14) == 0);
    VP_CHECK(strncmp(resolve("2001:db8::/129", VP_END_SOURCE), "invalid_cidr: ", 14) == 0);
    VP_CHECK(strncmp(resolve("db.ad", VP_END_SOURCE), "unknown_id: ", 12) == 0);
    VP_CHECK(strncmp(resolve("internet=1.2.3", VP_END_SOURCE), "invalid_address: ", 17) == 0);
    VP_CHECK(strncmp(resolve("", VP_END_SOURCE), "unknown_id: ", 12) == 0);
    VP_CHECK(strncmp(resolve("=", VP_END_SOURCE), "unknown_id: ", 12) == 0);
    VP_CHECK(strncmp(resolve("internet@", VP_END_SOURCE), "unknown_id: ", 12) == 0);
    VP_CHECK(strncmp(resolve("a\nb\x01", VP_END_SOURCE), "unknown_id: ", 12) == 0);
}

static void test_wrong_source(void) {
    vp_alloc alloc = vp_alloc_default();
    vp_trace trace;
    vp_trace_query query;
    vp_error error;
    describe(THREE);
    vp_trace_init(&trace, &alloc);
    vp_trace_query_init(&query);
    VP_CHECK(vp_trace_run(network, &query, &trace, &error) == VP_OK);
    VP_CHECK(trace.reachable == 0 && trace.explanations.count == 1);
    VP_CHECK_TEXT(((const vp_explanation *)trace.explanations.items)->code,
                  "NO_SOURCE_OR_DESTINATION");
    query.from.kind = VP_END_ADDRESS;
    VP_CHECK(vp_trace_run(network, &query, &trace, &error) == VP_INVALID);
    VP_CHECK_TEXT(error.code, "invalid_end");
    vp_trace_clear(&trace);
}

/* Several addresses and interfaces: one pair that passes is enough. */
static void test_pairs(void) {
    describe(THREE "sg one A out|all|all|0.0.0.0/0 ; lim B in|tcp|443|172.16.0.20/32\n"
                   "host a1 A1 172.16.0.10,172.16.0.20 sg=one ; b1 B1 10.0.0.10 sg=lim");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1"), "ok via pcx-1");
    VP_CHECK(asked()->from_address.lo == 0xac100014u);
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 tcp/80"), "no ENI_SG_RULES_MISMATCH@ingress");
    VP_CHECK(asked()->from_address.lo == 0xac10000au);
    notation_add(network, "host extra B1 10.0.0.30");
    vp_network_interface *extra = (vp_network_interface *)notation_get(network, "eni-extra");
    extra->attachment.instance_id = notation_get(network, "i-a1")->id;
    extra->attachment.device_index = (vp_int){1, 1};
    vp_network_touch(network);
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 tcp/80"), "no ENI_SG_RULES_MISMATCH@ingress");
    notation_add(network, "sg lim B in|tcp|443|172.16.0.20/32 in|tcp|443|10.0.0.30/32");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1"), "ok via -");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 through=pcx-1"), "ok via pcx-1");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-b1 avoid=eni-extra"), "ok via pcx-1");
    VP_CHECK_TEXT(ask(network, "eni-a1 -> i-b1 avoid=pcx-1"),
                  "no COMPONENT_FILTER_RESTRICTION_REMOVED_COMPONENT@egress");
    VP_CHECK_TEXT(ask(network, "eni-a1 -> i-c1 avoid=pcx-2"),
                  "no COMPONENT_FILTER_RESTRICTION_REMOVED_COMPONENT@egress");
    VP_CHECK_TEXT(ask(network, "eni-a1 -> i-c1 through=pcx-1"),
                  "no COMPONENT_FILTER_RESTRICTION@egress");
    vp_network_interface *met = (vp_network_interface *)notation_get(network, "eni-a1");
    void *item = NULL;
    VP_CHECK(vp_list_append(&network->alloc,
                            vp_schema_field(vp_kind_describe(VP_KIND_NETWORK_INTERFACE)->schema,
                                            "Ipv4Prefixes", 12)
                                ->schema,
                            &met->ipv4_prefixes, &item) == VP_OK);
    const char *prefix = "172.16.0.32/28";
    VP_CHECK(vp_cidr_parse(prefix, strlen(prefix), VP_CIDR_REFUSE_HOST_BITS,
                           &((vp_ipv4_prefix *)item)->ipv4_prefix, NULL) == VP_OK);
    notation_add(network, "sg lim B in|tcp|443|172.16.0.40/32");
    VP_CHECK_TEXT(ask(network, "eni-a1 -> i-b1"), "ok via pcx-1");
    VP_CHECK(asked()->from_address.lo == 0xac100028u);
}

static const char *chain_of_hint(void) {
    static char text[256];
    const vp_explanation *hint = asked()->hints.items;
    text[0] = '\0';
    for (uint32_t i = 0; asked()->hints.count > 0 && i < hint->chain.count; i++) {
        vp_name id = VP_ITEM(vp_text_item, &hint->chain, i)->value;
        (void)strncat(text, vp_network_text(network, id), 64);
        (void)strncat(text, " ", 2);
    }
    return text;
}

static void test_hints(void) {
    describe(THREE "vpc D 10.9.0.0/16 ; E 10.0.0.0/8 ; subnet D1 D 10.9.0.0/24 ; E1 E 10.8.0.0/24\n"
                   "host d1 D1 10.9.0.10 ; e1 E1 10.8.0.10");
    VP_CHECK_TEXT(ask(network, "i-b1 -> i-c1"),
                  "no NO_ROUTE_TO_DESTINATION@egress hint PCX_TRANSITIVE_PEERING");
    VP_CHECK_TEXT(chain_of_hint(), "pcx-1 pcx-2 ");
    VP_CHECK_TEXT(ask(network, "i-b1 -> 192.168.0.10"),
                  "no NO_ROUTE_TO_DESTINATION@egress hint PCX_TRANSITIVE_PEERING");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-d1"),
                  "no NO_ROUTE_TO_DESTINATION@egress hint DISCONNECTED_VPCS");
    VP_CHECK_TEXT(ask(network, "i-d1 -> i-e1"),
                  "no NO_ROUTE_TO_DESTINATION@egress hint PCX_OVERLAPPING_CIDRS");
    notation_add(network, "pcx pcx-4 C D ; pcx-3 C D state=expired ; pcx-5 A D state=rejected");
    VP_CHECK_TEXT(ask(network, "i-b1 -> i-d1"),
                  "no NO_ROUTE_TO_DESTINATION@egress hint PCX_TRANSITIVE_PEERING");
    VP_CHECK_TEXT(chain_of_hint(), "pcx-1 pcx-2 pcx-4 ");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-d1"),
                  "no NO_ROUTE_TO_DESTINATION@egress hint PCX_NOT_ACTIVE");
    notation_add(network, "rtb A.main 10.9.0.0/16>pcx-5");
    VP_CHECK_TEXT(ask(network, "i-a1 -> i-d1"), "no PCX_NOT_ACTIVE@egress");
    VP_CHECK_TEXT(ask(network, "i-d1 -> i-a1"),
                  "no NO_ROUTE_TO_DESTINATION@egress hint PCX_NOT_ACTIVE");
    VP_CHECK_TEXT(ask(network, "i-c1 -> i-d1 family=6"), "no IPV6_NOT_ENABLED@egress");
    VP_CHECK_TEXT(ask(network, "i-b1 -> i-d1 family=6"),
                  "no IPV6_NOT_ENABLED@egress hint PCX_TRANSITIVE_PEERING");
}

/* A row of a hundred VPCs, each peered with the next. */
static void test_long_chain(void) {
    describe("");
    for (int i = 0; i < 100; i++) {
        char text[256];
        (void)snprintf(
            text, sizeof text,
            "vpc V%d 10.%d.0.0/16 ; subnet S%d V%d 10.%d.0.0/24 ; host h%d S%d 10.%d.0.10", i, i, i,
            i, i, i, i, i);
        notation_add(network, text);
        (void)snprintf(text, sizeof text, "pcx pcx-%d V%d V%d", i, i - 1, i);
        notation_add(network, i == 0 ? "" : text);
    }
    VP_CHECK_TEXT(ask(network, "i-h0 -> i-h99"),
                  "no NO_ROUTE_TO_DESTINATION@egress hint PCX_TRANSITIVE_PEERING");
    const vp_explanation *hint = asked()->hints.items;
    VP_CHECK(hint->chain.count == 99);
    VP_CHECK_TEXT(vp_network_text(network, VP_ITEM(vp_text_item, &hint->chain, 98)->value),
                  "pcx-99");
    notation_add(network, "pcx pcx-50 V49 V50 state=deleted");
    VP_CHECK_TEXT(ask(network, "i-h0 -> i-h99"),
                  "no NO_ROUTE_TO_DESTINATION@egress hint DISCONNECTED_VPCS");
}

/* One question after building, with the trace on a failing allocator: no leak, no half answer. */
static void test_out_of_memory(void) {
    static const char *const questions[][2] = {{"i-b1", "i-c1"},     {"i-a1", "i-b1"},
                                               {"internet", "i-a1"}, {"i-a1", "198.51.100.7"},
                                               {"i-a1", "vgw-a"},    {"onprem", "i-a1"}};
    describe(THREE "igw igw-a A ; host a1 A1 172.16.0.10 eip=203.0.113.10\n"
                   "sg web A in|tcp|443|198.51.100.0/24 out|all|all|0.0.0.0/0\n"
                   "host a1 A1 172.16.0.10 eip=203.0.113.10 sg=web\n"
                   "rtb A.main 0.0.0.0/0>igw-a 10.0.0.0/16>pcx-1 192.168.99.0/24>vgw-a");
    add_vpn_gateway();
    for (size_t i = 0; i < VP_COUNT_OF(questions); i++) {
        vp_trace_query query;
        vp_error error;
        vp_trace_query_init(&query);
        const char *from = questions[i][0], *to = questions[i][1];
        VP_CHECK(vp_end_resolve(network, from, strlen(from), VP_END_SOURCE, &query.from, &error) ==
                 VP_OK);
        VP_CHECK(vp_end_resolve(network, to, strlen(to), VP_END_DESTINATION, &query.to, &error) ==
                 VP_OK);
        for (size_t n = 1;; n++) {
            vp_test_memory memory;
            vp_alloc alloc = vp_test_failing_alloc(&memory, n);
            vp_trace trace;
            vp_trace_init(&trace, &alloc);
            vp_status status = vp_trace_run(network, &query, &trace, &error);
            vp_trace_clear(&trace);
            VP_CHECK(memory.live == 0);
            if (!memory.failed) {
                VP_CHECK(status == VP_OK);
                break;
            }
            VP_CHECK(status == VP_NO_MEMORY);
        }
    }
}

int main(void) {
    test_texts();
    test_wrong_source();
    test_pairs();
    test_hints();
    test_long_chain();
    test_out_of_memory();
    vp_network_unref(network);
    ask_no_more();
    return vp_test_end();
}
