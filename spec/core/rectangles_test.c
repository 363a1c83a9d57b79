/*
 * rectangles_test.c - rectangles say of each pair of members what the walk says, on random networks
 * of VPCs on a transit gateway, with its tables, zones, filters, peering connections and gaps;
 * and each request for memory refused once.
 */
#include "rectangles.h"

#include "calling.h"
#include "notation.h"
#include "random.h"
#include "vp_mesh.h"
#include "vp_reach.h"
#include "vp_test.h"

#include <stdarg.h>
#include <string.h>

enum { NETWORKS = 40, SUBNETS = 6 };

static vp_network *network;
static random_source source;

static bool chance(uint64_t percent) { return random_below(&source, 100) < percent; }
static int below(uint64_t limit) { return (int)random_below(&source, limit); }

/* One statement of the notation. */
static void say(const char *format, ...) {
    char text[400];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(text, sizeof text, format, values);
    va_end(values);
    notation_add(network, text);
}

static void call(const char *receiver, const char *action, const char *const *options,
                 size_t count) {
    vp_error error = {VP_OK, "", ""};
    vp_status status = calling_run(network, receiver, action, options, count, &error);
    VP_CHECK_TEXT(error.message, "");
    VP_CHECK(status == VP_OK);
}

/* Filters of a VPC: three groups, and two ACLs. Often open, often for one far VPC. */
static void draw_filters(int vpc, int vpcs) {
    int far = below((uint64_t)vpcs), other = below((uint64_t)vpcs);
    const char *action = chance(50) ? "allow" : "deny";
    say("sg web%d V%d in|tcp|443|0.0.0.0/0 in|icmp|all|10.%d.0.0/16 out|all|all|0.0.0.0/0", vpc,
        vpc, far);
    say("sg app%d V%d in|tcp|%d|10.%d.0.0/%d out|tcp|all|10.%d.0.0/16", vpc, vpc, 1000 + below(3),
        other, 16 + below(9), far);
    say("sg db%d V%d in|tcp|5432|sg:app%d in|udp|53|10.0.0.0/8 out|all|all|0.0.0.0/0", vpc, vpc,
        chance(50) ? vpc : far);
    say("acl open%d V%d in|1|allow|all|all|0.0.0.0/0 out|1|allow|all|all|0.0.0.0/0", vpc, vpc);
    say("acl odd%d V%d in|1|%s|tcp|443-2000|10.%d.0.0/16 in|2|allow|all|all|0.0.0.0/0 "
        "out|1|deny|tcp|%s|10.%d.1.0/24 out|2|allow|all|all|10.0.0.0/9",
        vpc, vpc, action, far, chance(50) ? "32768-65535" : "443-5000", other);
}

static void draw_vpc(int vpc, int vpcs) {
    static const char *const groups[] = {"web", "app", "db"};
    if (chance(10)) { /* a block where another VPC's members stand */
        say("vpc V%d 10.%d.0.0/16,10.%d.0.0/22", vpc, vpc, (vpc + 1) % vpcs);
    } else {
        say("vpc V%d 10.%d.0.0/16", vpc, vpc);
    }
    draw_filters(vpc, vpcs);
    for (int i = 0; i < SUBNETS; i++) {
        say("subnet S%d.%d V%d 10.%d.%d.0/24 az=%c acl=%s%d rtb=V%d.%s", vpc, i, vpc, vpc, i,
            'a' + (chance(70) ? i % 3 : 0), chance(70) ? "open" : "odd", vpc, vpc,
            chance(80) ? "main" : "own");
        for (int k = 0; k < 1 + below(2); k++) {
            say("host h%d.%d.%d S%d.%d 10.%d.%d.%d sg=%s%d%s", vpc, i, k, vpc, i, vpc, i, 10 + k,
                groups[below(3)], vpc, chance(95) ? "" : " state=stopped");
        }
    }
}

/* Attachments to the gateway, each to a table of two; and what the tables of the VPC lead to it. */
static void draw_attachment(int vpc) {
    char vpc_id[32], attachment[32], subnets[2][32];
    (void)snprintf(vpc_id, sizeof vpc_id, "vpc-V%d", vpc);
    (void)snprintf(attachment, sizeof attachment, "tgw-attach-%d", vpc);
    (void)snprintf(subnets[0], sizeof subnets[0], "subnet-S%d.0", vpc);
    (void)snprintf(subnets[1], sizeof subnets[1], "subnet-S%d.2", vpc);
    const vp_subnet *first = (const vp_subnet *)notation_get(network, subnets[0]);
    const vp_subnet *second = (const vp_subnet *)notation_get(network, subnets[1]);
    bool both = first->availability_zone != second->availability_zone && chance(80);
    const char *create[] = {"VpcId",     vpc_id,      "TransitGatewayAttachmentId",
                            attachment,  "SubnetIds", subnets[0],
                            "SubnetIds", subnets[1]};
    call("tgw-1", "create_vpc_attachment", create, both ? 8 : 6);
    vp_transit_gateway_attachment *made =
        vp_transit_find_attachment(network, notation_get(network, attachment)->id);
    made->state = vp_transit_find(network, made->transit_gateway_id)->state = VP_NO_NAME;
    VP_CHECK(vp_transit_settle(network, made, NULL) == VP_OK);
    VP_CHECK(vp_network_name(network, chance(80) ? "tgw-rtb-1" : "tgw-rtb-2",
                             &made->association.transit_gateway_route_table_id, NULL) == VP_OK);
    for (int i = 1; i <= 2; i++) {
        const char *propagate[] = {"TransitGatewayAttachmentId", attachment};
        if (chance(85)) {
            call(i == 1 ? "tgw-rtb-1" : "tgw-rtb-2", "enable_propagation", propagate, 2);
        }
    }
    if (chance(10)) {
        VP_CHECK(vp_network_name(network, "enable", &made->options.appliance_mode_support, NULL) ==
                 VP_OK);
    }
}

/* Where the tables of a VPC lead: the main one mostly to the gateway, the other one seldom. */
static void draw_routes(int vpc, const char *peering, int far) {
    char to_gateway[40] = "", to_peer[40] = "";
    if (chance(90)) {
        (void)snprintf(to_gateway, sizeof to_gateway, " 10.0.0.0/%d>tgw-1", chance(80) ? 8 : 14);
    }
    if (peering != NULL && chance(80)) {
        (void)snprintf(to_peer, sizeof to_peer, " 10.%d.0.0/%d>%s", far, 16 + below(9), peering);
    }
    say("rtb V%d.main%s%s", vpc, to_gateway, to_peer);
    say("rtb V%d.own%s", vpc, chance(30) ? to_gateway : "");
}

static void draw_network(const vp_alloc *alloc) {
    int vpcs = 3 + below(4);
    const char *gateway[] = {"TransitGatewayId", "tgw-1"};
    const char *tables[][2] = {{"TransitGatewayRouteTableId", "tgw-rtb-1"},
                               {"TransitGatewayRouteTableId", "tgw-rtb-2"}};
    network = notation_read(alloc, "vpc V0 10.0.0.0/16");
    for (int i = 0; i < vpcs; i++) {
        draw_vpc(i, vpcs);
    }
    call("", "create_transit_gateway", gateway, 2);
    call("tgw-1", "create_route_table", tables[0], 2);
    call("tgw-1", "create_route_table", tables[1], 2);
    if (chance(40)) {
        vp_transit_gateway_route_table *drawn =
            (vp_transit_gateway_route_table *)notation_get(network, "tgw-rtb-1");
        drawn->are_routes_known = VP_UNSET;
    }
    for (int i = 0; i < vpcs; i++) {
        if (chance(90)) {
            draw_attachment(i);
        }
    }
    int far = 1 + below((uint64_t)vpcs - 1);
    bool peered = chance(60);
    if (peered) {
        say("pcx pcx-1 V0 V%d", far);
    }
    for (int i = 0; i < vpcs; i++) {
        bool is_end = peered && (i == 0 || i == far);
        draw_routes(i, is_end ? "pcx-1" : NULL, i == 0 ? far : 0);
    }
}

/* ---- without memory ----------------------------------------------------------------------------
 */

static void count_pairs(void *context, const vp_rectangle *found) {
    uint64_t *pairs = context;
    *pairs += (uint64_t)found->source_count * (found->last - found->first + 1);
}

/* All rectangles of a network of which nothing is compiled; *pairs: how many they have. */
static vp_status visit_all(uint64_t *pairs) {
    vp_compiled *compiled;
    vp_atlas *atlas;
    *pairs = 0;
    vp_status status = vp_compiled_get(network, &compiled, NULL);
    if (status != VP_OK) {
        return status;
    }
    status = vp_atlas_get(compiled, &atlas, NULL);
    if (status == VP_OK) {
        vp_mesh_visit(atlas, count_pairs, pairs);
        status = atlas->status;
        status = status == VP_OK ? vp_profiles_status(compiled->profiles) : status;
    }
    vp_compiled_drop(compiled);
    return status;
}

/* Each request for memory is refused once: that is said, or it was one to save time. */
static void test_no_memory(void) {
    vp_test_memory memory;
    vp_alloc alloc = vp_test_failing_alloc(&memory, 0);
    uint64_t expected, pairs;
    size_t refused = 0;
    draw_network(&alloc);
    VP_CHECK(visit_all(&expected) == VP_OK && expected > 0);
    for (size_t n = 1;; n++) {
        memory.requests = 0;
        memory.failed = false;
        memory.fail_at = n;
        vp_status status = visit_all(&pairs);
        memory.fail_at = 0;
        VP_CHECK(status == VP_NO_MEMORY || (status == VP_OK && pairs == expected));
        refused += status == VP_NO_MEMORY;
        if (!memory.failed) {
            break;
        }
    }
    VP_CHECK(visit_all(&pairs) == VP_OK && pairs == expected);
    VP_CHECK(refused > 100);
    vp_network_unref(network);
    VP_CHECK(memory.live == 0);
}

int main(void) {
    vp_alloc alloc = vp_alloc_default();
    uint32_t bundled = 0;
    source = random_start();
    for (int i = 0; i < NETWORKS; i++) {
        vp_compiled *compiled;
        vp_atlas *atlas;
        vp_error error;
        uint32_t shared;
        draw_network(&alloc);
        VP_CHECK(vp_compiled_get(network, &compiled, &error) == VP_OK);
        VP_CHECK(vp_atlas_get(compiled, &atlas, &error) == VP_OK);
        VP_CHECK(rectangles_differ(atlas, &shared) == 0);
        bundled += shared;
        vp_network_unref(network);
    }
    VP_CHECK(bundled > 20 * NETWORKS);
    test_no_memory();
    printf("%u pairs in bundles\n", bundled);
    return vp_test_end();
}
