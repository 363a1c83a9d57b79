/*
 * reach_test.c - rows of a small network with every allocation failing once, how far answers hold,
 * and that a change is seen. What rows say is compared with the walk through Lua.
 */
#include "notation.h"
#include "vp_atlas.h"
#include "vp_reach.h"
#include "vp_test.h"

static const char *const model =
    "vpc A 172.16.0.0/16 ; B 10.0.0.0/16\n"
    "subnet A1 A 172.16.0.0/24 ; B1 B 10.0.0.0/24 ; B2 B 10.0.1.0/24\n"
    "host a1 A1 172.16.0.10 ; a2 A1 172.16.0.11 ; b1 B1 10.0.0.10 ; b2 B2 10.0.1.10\n"
    "pcx pcx-1 A B\n"
    "rtb A.main 10.0.0.0/16>pcx-1 ; B.main 172.16.0.0/16>pcx-1\n"
    "sg web B in|tcp|443|172.16.0.0/24";

/* Counts the rows of a question; negative: the status. */
static int64_t count(vp_network *network, vp_reach_group group) {
    vp_reach_query query;
    vp_reach *reach;
    vp_reach_row row;
    vp_compiled *compiled;
    vp_error error;
    int64_t rows = 0;
    memset(&query, 0, sizeof query);
    query.group_by = group;
    query.from.outside[0].meant = query.to.outside[0].meant = true;
    query.from.outside[1].meant = query.to.outside[1].meant = true;
    vp_status status = vp_compiled_get(network, &compiled, &error);
    if (status == VP_OK) {
        vp_service_range ports = {1024, 65535};
        query.sources = vp_service_of_range(&compiled->profiles->services, ports);
        status = vp_reach_open(network, &query, &reach, &error);
    }
    if (status != VP_OK) {
        return status;
    }
    while ((status = vp_reach_next(reach, &row, &error)) == VP_MORE) {
        rows++;
    }
    vp_reach_close(reach);
    return status == VP_OK ? rows : (int64_t)status;
}

static void test_no_memory(int64_t wanted, vp_reach_group group) {
    for (size_t n = 1;; n++) {
        vp_test_memory memory;
        vp_alloc alloc = vp_test_failing_alloc(&memory, 0);
        vp_network *network = notation_read(&alloc, model);
        memory.fail_at = memory.requests + n;
        int64_t rows = count(network, group);
        bool failed = memory.failed;
        VP_CHECK(rows == wanted || (failed && rows == VP_NO_MEMORY));
        memory.fail_at = 0; /* with memory again, the answer is the right one */
        VP_CHECK(count(network, group) == wanted);
        vp_network_unref(network);
        VP_CHECK(memory.live == 0);
        if (!failed) {
            VP_CHECK(n > 50);
            break;
        }
    }
}

/* Whatever address is asked for, the answer is that of every address up to where it says it holds.
 */
static void test_bounds(vp_network *network) {
    vp_compiled *compiled;
    vp_error error;
    VP_CHECK(vp_compiled_get(network, &compiled, &error) == VP_OK);
    vp_path_end from = {.kind = VP_PATH_INTERFACE, .strict = true};
    vp_path_end to = {.kind = VP_PATH_ADDRESS};
    from.network_interface = (vp_network_interface *)notation_get(network, "eni-a1");
    from.address = from.network_interface->private_ip_address;
    for (uint32_t start = 0x0a000000u; start < 0x0a000220u;) {
        vp_path_answer first, other;
        to.address = vp_addr_from_ipv4(start);
        vp_path_ask(compiled, &from, &to, true, &first);
        VP_CHECK(first.destination_last.lo >= start);
        for (uint32_t next = start; next <= first.destination_last.lo && next < 0x0a000220u;
             next++) {
            to.address = vp_addr_from_ipv4(next);
            vp_path_ask(compiled, &from, &to, true, &other);
            VP_CHECK(other.known == first.known && other.unknown == first.unknown &&
                     other.back == first.back);
            start = next;
        }
        start++;
    }
}

static void test_changes(vp_network *network) {
    int64_t before = count(network, VP_REACH_BY_INTERFACE);
    notation_add(network, "host b3 B1 10.0.0.30");
    VP_CHECK(count(network, VP_REACH_BY_INTERFACE) > before);
    vp_reach_query query;
    vp_reach *reach;
    vp_reach_row row;
    vp_error error;
    memset(&query, 0, sizeof query);
    VP_CHECK(vp_reach_open(network, &query, &reach, &error) == VP_OK);
    vp_network_touch(network);
    VP_CHECK(vp_reach_next(reach, &row, &error) == VP_MISUSE);
    vp_reach_close(reach);
}

static const char *const ways =
    "vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; C 10.1.0.0/16 ; D 10.2.0.0/16\n"
    "subnet A1 A 172.16.0.0/24 ; A2 A 172.16.1.0/24 ; B1 B 10.0.0.0/24 ; B2 B 10.0.1.0/24 ; "
    "C1 C 10.1.0.0/24 ; D1 D 10.2.0.0/24\n"
    "host a1 A1 172.16.0.10 ; a2 A1 172.16.0.11 ; a3 A2 172.16.1.10 ; b1 B1 10.0.0.10 ; "
    "b2 B2 10.0.1.10 ; b3 B2 10.0.1.20 ; b4 B2 10.0.1.30 ; c1 C1 10.1.0.10 ; d1 D1 10.2.0.10\n"
    "pcx pcx-1 A B ; pcx-2 B C ; pcx-3 A D\n"
    "rtb A.main 10.0.0.0/16>pcx-1 ; B.main 172.16.0.0/16>pcx-1 10.1.0.0/24>pcx-2 ; "
    "C.main 10.0.1.16/28>pcx-2 ; D.main 172.16.0.0/24>pcx-3";

/* One pair of members: where the way is plain the walk says the same. Counts the plain ones. */
static uint32_t compare_pair(vp_atlas *atlas, vp_plain *plain, uint32_t from, uint32_t to) {
    vp_path_answer answer, walked;
    vp_path_end source = vp_atlas_end(atlas, from, atlas->members[from].first);
    vp_path_end destination = vp_atlas_end(atlas, to, atlas->members[to].first);
    const vp_class *of = &atlas->classes[atlas->members[to].class_number];
    vp_plain_enter(plain, of->segment);
    if (!vp_plain_ask(plain, atlas->members[to].class_number, atlas->members[to].first, &answer)) {
        return 0;
    }
    vp_path_ask(atlas->compiled, &source, &destination, true, &walked);
    VP_CHECK(answer.known == walked.known && walked.unknown == VP_SERVICE_NONE);
    VP_CHECK(answer.known == VP_SERVICE_NONE || answer.back == walked.back);
    return 1;
}

/* Plain ways against the walk, and how far they say they hold for either end. */
static void test_plain_ways(vp_network *network, uint32_t least) {
    vp_compiled *compiled;
    vp_atlas *atlas;
    vp_error error;
    uint32_t plain_pairs = 0;
    VP_CHECK(vp_compiled_get(network, &compiled, &error) == VP_OK);
    VP_CHECK(vp_atlas_get(compiled, &atlas, &error) == VP_OK);
    for (uint32_t from = 0; from < atlas->member_count; from++) {
        vp_plain plain;
        vp_point last = vp_point_highest(4);
        for (uint32_t to = 0; to < atlas->member_count; to++) {
            if (from != to && vp_plain_begin(&plain, atlas, from, &last)) {
                plain_pairs += compare_pair(atlas, &plain, from, to);
            }
        }
    }
    VP_CHECK(plain_pairs >= least);
    int64_t rows = count(network, VP_REACH_BY_INTERFACE);
    VP_CHECK(vp_atlas_get(compiled, &atlas, &error) == VP_OK);
    for (uint32_t i = 0; i < atlas->class_count; i++) {
        atlas->classes[i].columns = VP_ATLAS_NONE;
    }
    atlas->walks_only = true;
    VP_CHECK(count(network, VP_REACH_BY_INTERFACE) == rows);
}

int main(void) {
    vp_alloc alloc = vp_alloc_default();
    vp_network *network = notation_read(&alloc, model);
    int64_t rows = count(network, VP_REACH_BY_INTERFACE), groups = count(network, VP_REACH_BY_VPC);
    VP_CHECK(rows > 3);
    VP_CHECK(groups > 0 && groups < rows);
    test_bounds(network);
    test_plain_ways(network, 8);
    test_changes(network);
    vp_network_unref(network);
    network = notation_read(&alloc, ways);
    test_plain_ways(network, 50);
    vp_network_unref(network);
    test_no_memory(rows, VP_REACH_BY_INTERFACE);
    test_no_memory(groups, VP_REACH_BY_VPC);
    return vp_test_end();
}
