/*
 * endpoint_test.c - VPC endpoints and private zones without Lua: types and states as documents
 * spell them, ways through endpoints, names, and all of it while memory runs out.
 */
#include "asking.h"
#include "calling.h"
#include "notation.h"
#include "vp_dns.h"
#include "vp_dns_zone.h"
#include "vp_test.h"

static vp_network *network;

static vp_name name_of(const char *text) {
    vp_name name = VP_NO_NAME;
    VP_CHECK(vp_network_name(network, text, &name, NULL) == VP_OK);
    return name;
}

static vp_vpc_endpoint *add_endpoint(const char *id, const char *type) {
    vp_record *record = NULL;
    VP_CHECK(vp_network_add(network, VP_KIND_VPC_ENDPOINT, name_of(id), &record, NULL) == VP_OK);
    vp_vpc_endpoint *endpoint = (vp_vpc_endpoint *)record;
    endpoint->vpc_id = name_of("vpc-A");
    endpoint->vpc_endpoint_type = type == NULL ? VP_NO_NAME : name_of(type);
    vp_network_touch(network);
    return endpoint;
}

static void add_id(vp_list *ids, const char *id) {
    void *item = NULL;
    VP_CHECK(vp_list_append(&network->alloc, &vp_text_item_schema, ids, &item) == VP_OK);
    ((vp_text_item *)item)->value = name_of(id);
    vp_network_touch(network);
}

static void read_network(const char *text) {
    vp_alloc alloc = vp_alloc_default();
    vp_network_unref(network);
    network = notation_read(&alloc, text);
}

#define TWO_SUBNETS                                                                                \
    "vpc A 172.16.0.0/16 ; subnet A1 A 172.16.0.0/24 rtb=A.one ; A2 A 172.16.1.0/24\n"             \
    "host a1 A1 172.16.0.10 ; e A2 172.16.1.20 kind=vpc_endpoint ; igw igw-a A\n"                  \
    "pl pl-s3 52.216.0.0/15\n"

static void test_types(void) {
    static const struct {
        const char *name;
        vp_endpoint_type type;
    } types[] = {
        {"Gateway", VP_ENDPOINT_GATEWAY},     {"gateway", VP_ENDPOINT_GATEWAY},
        {"Interface", VP_ENDPOINT_INTERFACE}, {"GatewayLoadBalancer", VP_ENDPOINT_LOAD_BALANCER},
        {"Resource", VP_ENDPOINT_INTERFACE},  {"ServiceNetwork", VP_ENDPOINT_INTERFACE},
        {"Gatewa", VP_ENDPOINT_UNKNOWN},      {"Gateways", VP_ENDPOINT_UNKNOWN}};
    read_network(TWO_SUBNETS);
    vp_vpc_endpoint *endpoint = add_endpoint("vpce-1", NULL);
    VP_CHECK(vp_endpoint_type_of(network, endpoint) == VP_ENDPOINT_GATEWAY);
    add_id(&endpoint->subnet_ids, "subnet-A1");
    VP_CHECK(vp_endpoint_type_of(network, endpoint) == VP_ENDPOINT_INTERFACE);
    for (size_t i = 0; i < VP_COUNT_OF(types); i++) {
        endpoint->vpc_endpoint_type = name_of(types[i].name);
        VP_CHECK(vp_endpoint_type_of(network, endpoint) == types[i].type);
    }
    VP_CHECK(vp_endpoint_works(network, endpoint));
    endpoint->state = name_of("Available");
    VP_CHECK(vp_endpoint_works(network, endpoint));
    endpoint->state = name_of("availabl");
    VP_CHECK(!vp_endpoint_works(network, endpoint));
    endpoint->state = name_of("pendingAcceptance");
    VP_CHECK(!vp_endpoint_works(network, endpoint));
}

static void test_lists(void) {
    read_network(TWO_SUBNETS);
    vp_vpc_endpoint *endpoint = add_endpoint("vpce-1", "Interface");
    add_id(&endpoint->network_interface_ids, "eni-x");
    add_id(&endpoint->network_interface_ids, "eni-e");
    VP_CHECK(vp_endpoint_interface(network, endpoint, 0) ==
             (vp_network_interface *)notation_get(network, "eni-e"));
    VP_CHECK(vp_endpoint_interface(network, endpoint, 1) == NULL);
    VP_CHECK(vp_endpoint_lists(&endpoint->network_interface_ids, name_of("eni-x")));
    VP_CHECK(!vp_endpoint_lists(&endpoint->network_interface_ids, name_of("eni-a1")));
    vp_prefix_list *list = (vp_prefix_list *)notation_get(network, "pl-s3");
    list->prefix_list_name = name_of("com.amazonaws.us-east-1.s3");
    vp_name service = list->prefix_list_name, here = name_of("us-east-1");
    list->record.region = VP_NO_NAME;
    VP_CHECK(vp_endpoint_prefix_list(network, service, here) == list);
    list->record.region = name_of("us-west-2");
    VP_CHECK(vp_endpoint_prefix_list(network, service, here) == NULL);
    VP_CHECK(vp_endpoint_prefix_list(network, VP_NO_NAME, here) == NULL);
    VP_CHECK(vp_endpoint_find(network, name_of("igw-a")) == NULL);
}

/* The three types on the way of one host, in the words of the answers. */
static void test_ways(void) {
    read_network(TWO_SUBNETS "rtb A.one 52.216.0.0/15>vpce-s3 0.0.0.0/0>vpce-g ; "
                             "A.main 0.0.0.0/0>igw-a");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 52.216.8.8"), "unknown UNKNOWN_DESTINATION@egress");
    vp_vpc_endpoint *s3 = add_endpoint("vpce-s3", "Gateway");
    vp_vpc_endpoint *balancer = add_endpoint("vpce-g", "GatewayLoadBalancer");
    vp_vpc_endpoint *listening = add_endpoint("vpce-q", "Interface");
    add_id(&listening->network_interface_ids, "eni-e");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 52.216.8.8"), "ok via vpce-s3");
    VP_CHECK_TEXT(ask(network, "i-a1 -> vpce-s3 icmp"), "ok via vpce-s3 left 2048-2048");
    VP_CHECK_TEXT(ask(network, "i-a1 -> vpce-s3 udp/53"),
                  "no VPCE_GATEWAY_PROTOCOL_RESTRICTION@egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> vpce-q"), "ok via -");
    VP_CHECK_TEXT(ask(network, "vpce-q -> i-a1"), "no VPCE_INTRA_VPC_TRAFFIC@egress");
    VP_CHECK_TEXT(ask(network, "vpce-s3 -> i-a1"), "no VPCE_INTRA_VPC_TRAFFIC@egress");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 198.51.100.7"),
                  "unknown UNKNOWN_RESOURCE@ingress warn PATH_THROUGH_GWLB_NOT_CHECKED");
    add_id(&balancer->subnet_ids, "subnet-A2");
    notation_add(network, "host a1 A1 172.16.0.10 eip=203.0.113.10");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 198.51.100.7"),
                  "ok via vpce-g,igw-a warn PATH_THROUGH_GWLB_NOT_CHECKED ASYMMETRIC_PATH");
    s3->vpc_id = name_of("vpc-B");
    VP_CHECK_TEXT(ask(network, "i-a1 -> 52.216.8.8"),
                  "no VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION@egress");
    listening->state = name_of("deleting");
    VP_CHECK_TEXT(ask(network, "i-a1 -> vpce-q"), "no BAD_STATE@ingress");
}

/* The way through a balancer, with the n-th request for memory failing, for all n. */
static void test_memory(void) {
    vp_trace_query query;
    vp_trace_query_init(&query);
    vp_error error;
    const vp_index *index;
    VP_CHECK(vp_index_get(network, &index, &error) == VP_OK);
    query.from.kind = VP_END_INSTANCE;
    query.from.record = notation_get(network, "i-a1");
    query.to.kind = VP_END_ADDRESS;
    VP_CHECK(vp_addr_parse("198.51.100.7", 12, &query.to.address, &error) == VP_OK);
    for (size_t n = 1;; n++) {
        vp_test_memory memory;
        vp_alloc alloc = vp_test_failing_alloc(&memory, n);
        vp_trace trace;
        vp_trace_init(&trace, &alloc);
        vp_status status = vp_trace_run(network, &query, &trace, &error);
        VP_CHECK(memory.failed ? status == VP_NO_MEMORY
                               : status == VP_OK && trace.reachable == 1 && trace.via.count == 2);
        vp_trace_clear(&trace);
        VP_CHECK(memory.live == 0);
        if (!memory.failed) {
            VP_CHECK(n > 3);
            break;
        }
    }
}

static const char *resolved(const char *name, const char *vpc_id, int family) {
    static char text[VP_ADDR_TEXT_MAX];
    const vp_index *index;
    vp_addr address;
    vp_error error;
    VP_CHECK(vp_index_get(network, &index, &error) == VP_OK);
    const vp_vpc *asker = vpc_id == NULL ? NULL : (const vp_vpc *)notation_get(network, vpc_id);
    switch (vp_dns_resolve(network, index, name, strlen(name), asker, family, &address, NULL)) {
    case VP_DNS_ADDRESS:
        (void)vp_addr_format(&address, text);
        return text;
    case VP_DNS_NXDOMAIN:
        return "NXDOMAIN";
    default:
        return "UNRESOLVED";
    }
}

static void add_zone_record(vp_hosted_zone *zone, const char *name, const char *type,
                            const char *value) {
    void *item = NULL;
    VP_CHECK(vp_list_append(&network->alloc, &vp_zone_record_schema, &zone->records, &item) ==
             VP_OK);
    vp_zone_record *record = item;
    record->name = name_of(name);
    record->type = name_of(type);
    if (value != NULL) {
        add_id(&record->values, value);
    }
}

/* Names as documents may spell them; what is wrong in them answers nothing. */
static void test_zones(void) {
    vp_record *record = NULL;
    read_network("vpc A 172.16.0.0/16 ; B 10.0.0.0/16");
    for (int i = 0; i < 2; i++) {
        vp_vpc *vpc = (vp_vpc *)notation_get(network, i == 0 ? "vpc-A" : "vpc-B");
        vpc->enable_dns_support.value = vpc->enable_dns_hostnames.value = VP_TRUE;
    }
    VP_CHECK(vp_network_add(network, VP_KIND_HOSTED_ZONE, name_of("Z1"), &record, NULL) == VP_OK);
    vp_hosted_zone *zone = (vp_hosted_zone *)record;
    zone->name = name_of("Example.Internal.");
    add_id(&zone->vpc_ids, "vpc-A");
    add_zone_record(zone, "DB.example.internal.", "A", "172.16.0.10");
    add_zone_record(zone, "empty.example.internal", "A", NULL);
    add_zone_record(zone, "wrong.example.internal", "A", "2001:db8::1");
    add_zone_record(zone, "nowhere.example.internal", "CNAME", NULL);
    add_zone_record(zone, "*", "A", "172.16.0.99");
    add_zone_record(zone, "*.sub.example.internal", "AAAA", "2001:db8::7");
    vp_network_touch(network);
    VP_CHECK_TEXT(resolved("db.EXAMPLE.internal", "vpc-A", 4), "172.16.0.10");
    VP_CHECK_TEXT(resolved("db.example.internal", "vpc-A", 6), "NXDOMAIN");
    VP_CHECK_TEXT(resolved("db.example.internal", "vpc-B", 4), "NXDOMAIN");
    VP_CHECK_TEXT(resolved("db.example.internal", NULL, 4), "NXDOMAIN");
    VP_CHECK_TEXT(resolved("empty.example.internal", "vpc-A", 4), "NXDOMAIN");
    VP_CHECK_TEXT(resolved("wrong.example.internal", "vpc-A", 4), "NXDOMAIN");
    VP_CHECK_TEXT(resolved("nowhere.example.internal", "vpc-A", 4), "NXDOMAIN");
    VP_CHECK_TEXT(resolved("x.sub.example.internal", "vpc-A", 6), "2001:db8::7");
    VP_CHECK_TEXT(resolved("sub.example.internal", "vpc-A", 6), "NXDOMAIN");
    VP_CHECK(vp_dns_is_name(network, "any.example.internal", 20));
    VP_CHECK(!vp_dns_is_name(network, "example.com", 11));
    VP_CHECK(!vp_dns_is_name(network, "", 0));
    VP_CHECK(!vp_dns_zone_is_below("anexample.internal", 18, "example.internal"));
    VP_CHECK(vp_dns_zone_is_below("example.internal", 16, "EXAMPLE.internal."));
    VP_CHECK(!vp_dns_zone_is_below("example.internal", 16, ""));
}

int main(void) {
    test_types();
    test_lists();
    test_ways();
    vp_vpc_endpoint *s3 = (vp_vpc_endpoint *)notation_get(network, "vpce-s3");
    s3->vpc_id = name_of("vpc-A");
    test_memory();
    test_zones();
    vp_network_unref(network);
    ask_no_more();
    return vp_test_end();
}
