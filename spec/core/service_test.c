/*
 * service_test.c - sets of services and flows against arrays of bits, and what a pool promises.
 */
#include "random.h"
#include "vp_service_text.h"
#include "vp_test.h"

/* The plain counterpart of a set: some points of interest, in or out. */
#define POINTS 64
static const uint32_t base = 6u << 16; /* TCP from port 0 on */

typedef struct plain {
    bool in[POINTS];
} plain;

static vp_service make(vp_services *services, const plain *set) {
    vp_painter_begin(&services->painter);
    for (uint32_t i = 0; i < POINTS; i++) {
        vp_point point = {0, base + i};
        if (set->in[i]) {
            vp_painter_add(&services->painter, point, point, 1);
        }
    }
    return vp_service_painted(services);
}

static bool is_same(const vp_services *services, vp_service set, const plain *wanted) {
    for (uint32_t i = 0; i < POINTS; i++) {
        if (vp_service_contains(services, set, base + i) != wanted->in[i]) {
            return false;
        }
    }
    return true;
}

static plain draw(random_source *random) {
    plain set;
    uint64_t density = random_below(random, 4) + 1;
    for (int i = 0; i < POINTS; i++) {
        set.in[i] = random_below(random, 5) < density;
    }
    return set;
}

/* Every truth table gives what it gives bit by bit, and equal sets have equal numbers. */
static void test_algebra(vp_services *services, random_source *random) {
    static const vp_truth truths[] = {VP_TRUTH_UNION, VP_TRUTH_INTERSECTION, VP_TRUTH_DIFFERENCE};
    for (int n = 0; n < 20000; n++) {
        plain a = draw(random), b = draw(random), wanted;
        vp_service set_a = make(services, &a), set_b = make(services, &b);
        vp_truth truth = truths[random_below(random, 3)];
        for (int i = 0; i < POINTS; i++) {
            wanted.in[i] = truth >> ((b.in[i] ? 2 : 0) + (a.in[i] ? 1 : 0)) & 1;
        }
        vp_service result = vp_service_combine(services, truth, set_a, set_b);
        VP_CHECK(is_same(services, result, &wanted));
        VP_CHECK(result == make(services, &wanted));
        vp_service_range half = {base, base + POINTS / 2 - 1};
        bool any = false;
        for (int i = 0; i < POINTS / 2; i++) {
            any = any || a.in[i];
        }
        VP_CHECK(vp_service_meets(services, set_a, half) == any);
    }
}

static vp_flow read(vp_services *services, const char *text) {
    vp_flow flow = VP_FLOW_NONE;
    vp_error error;
    VP_CHECK(vp_service_parse(services, text, strlen(text), &flow, &error) == VP_OK);
    return flow;
}

/* Flows as sets of (port, source port): one is in another, both ways of writing one are one. */
static void test_flows(vp_services *services) {
    vp_flow a = read(services, "tcp 1-10 from 1024-2000, udp 53");
    vp_flow b = read(services, "tcp 5-20 from 1500-3000");
    VP_CHECK(vp_flow_combine(services, VP_FLOW_INTERSECTION, a, b) ==
             read(services, "tcp 5-10 from 1500-2000"));
    VP_CHECK(vp_flow_combine(services, VP_FLOW_DIFFERENCE, a, b) ==
             read(services, "udp 53, tcp 1-4 from 1024-2000, tcp 5-10 from 1024-1499"));
    VP_CHECK(vp_flow_combine(services, VP_FLOW_UNION, a, b) ==
             read(services, "tcp 1-4 from 1024-2000, tcp 5-10 from 1024-3000, "
                            "tcp 11-20 from 1500-3000, udp 53"));
    VP_CHECK(vp_flow_combine(services, VP_FLOW_DIFFERENCE, a, a) == VP_FLOW_NONE);
    VP_CHECK(read(services, "icmp 0-255") == read(services, "icmp"));
    VP_CHECK(read(services, "tcp 1-5, tcp 6-9") == read(services, "tcp 1-9"));
}

/* The way back: an echo needs its reply, other types none; ports need one that passes. */
static void test_answers(vp_services *services) {
    vp_service_range icmp = vp_service_range_of(1), echo = {(1u << 16) + 2048, (1u << 16) + 2048};
    vp_service_range reply = {1u << 16, 1u << 16}, ssh = {base + 22, base + 22};
    vp_service_range low = {base + 80, base + 80}, high = {base + 4000, base + 4000};
    vp_service all_icmp = vp_service_of_range(services, icmp);
    vp_service answered = vp_service_answered(services, all_icmp, VP_SERVICE_NONE, 4);
    VP_CHECK(!vp_service_contains(services, answered, echo.first));
    VP_CHECK(vp_service_contains(services, answered, echo.first + 1));
    VP_CHECK(vp_service_answered(services, all_icmp, vp_service_of_range(services, reply), 4) ==
             all_icmp);
    VP_CHECK(vp_service_answered(services, vp_service_of_range(services, ssh), VP_SERVICE_NONE,
                                 4) == VP_SERVICE_NONE);
    VP_CHECK(vp_service_translated(services, vp_service_of_range(services, low)) ==
             VP_SERVICE_NONE);
    VP_CHECK(vp_service_translated(services, vp_service_of_range(services, high)) ==
             vp_service_of_range(services, vp_service_range_of(6)));
    vp_service_range echo6 = {(58u << 16) + 128 * 256, (58u << 16) + 128 * 256};
    VP_CHECK(vp_service_to_ipv4(services, vp_service_of_range(services, echo6)) ==
             vp_service_of_range(services, echo));
    VP_CHECK(vp_service_to_ipv6(services, vp_service_of_range(services, echo), false) ==
             vp_service_of_range(services, echo6));
}

static vp_status work(const vp_alloc *alloc) {
    vp_services services;
    vp_flow flow = VP_FLOW_NONE;
    vp_status status = vp_services_init(&services, alloc);
    if (status == VP_OK) {
        static const char text[] = "tcp 1-10 from 1024-2000, udp 53, icmp 8/0, 47, tcp 90";
        status = vp_service_parse(&services, text, sizeof text - 1, &flow, NULL);
    }
    vp_services_clear(&services);
    return status;
}

/* What is remembered may be forgotten without harm, so running out may also end well. */
static void test_no_memory(void) { VP_CHECK(vp_test_no_memory(work, true) > 10); }

int main(void) {
    vp_alloc alloc = vp_alloc_default();
    vp_services services;
    random_source random = random_start();
    VP_CHECK(vp_services_init(&services, &alloc) == VP_OK);
    test_algebra(&services, &random);
    test_flows(&services);
    test_answers(&services);
    VP_CHECK(services.pool.status == VP_OK);
    vp_services_clear(&services);
    test_no_memory();
    return vp_test_end();
}
