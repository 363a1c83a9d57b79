/*
 * lint_test.c - a run of the linter over a model with something to find for most codes, with every
 * allocation failing once, and of single codes. What findings say is tested through Lua.
 */
#include "notation.h"
#include "vp_lint.h"
#include "vp_test.h"

static const char *const model =
    "vpc A 172.16.0.0/16,10.2.0.0/16 ; B 10.0.0.0/16 ; C 10.0.0.0/20 ; D 172.16.128.0/20\n"
    "pcx pcx-ab A B ; pcx-ba B A ; pcx-ac A C ; pcx-ad A D ; pcx-bd B D state=deleted\n"
    "rtb A.main 10.0.0.0/8>pcx-ab pl-1>pcx-ac pl-9>igw-1 ; B.main 172.16.128.0/20>pcx-bd ; "
    "C.main 10.0.0.0/16>pcx-ad ; D.main 172.16.0.0/16>pcx-ad\n"
    "pl pl-1 10.0.0.0/21,10.0.8.0/21\n"
    "sg one A in|tcp|443|sg:two ; two D in|all|all|pl:pl-8 ; three B in|tcp|1|sg:two";

static bool has(const vp_list *findings, vp_lint_code code) {
    for (uint32_t i = 0; i < findings->count; i++) {
        if (VP_ITEM(vp_finding, findings, i)->code.value == (int32_t)code) {
            return true;
        }
    }
    return false;
}

static vp_status work(vp_network *network, bool check) {
    static const vp_lint_code wanted[] = {
        VP_LINT_OVERLAPPING_CIDRS, VP_LINT_DUPLICATE,          VP_LINT_NOT_PARTY,
        VP_LINT_ONE_WAY,           VP_LINT_BLACKHOLE,          VP_LINT_BROADER_THAN_PEER,
        VP_LINT_AMBIGUOUS_PEERS,   VP_LINT_RULE_STALE,         VP_LINT_CIDR_RESTRICTED,
        VP_LINT_WHOLE_PEER,        VP_LINT_UNKNOWN_PREFIX_LIST};
    vp_list findings = {NULL, 0, 0};
    vp_error error;
    vp_status status = vp_lint_run(network, VP_LINT_ALL, &findings, &error);
    for (size_t i = 0; check && i < VP_COUNT_OF(wanted); i++) {
        VP_CHECK_TEXT(has(&findings, wanted[i]) ? vp_lint_describe(wanted[i])->name : "",
                      vp_lint_describe(wanted[i])->name);
    }
    vp_list_clear(&network->alloc, &vp_finding_schema, &findings);
    return status;
}

/* The model is made without failing: only the run is on trial. */
static void test_no_memory(void) {
    for (size_t n = 1;; n++) {
        vp_test_memory memory;
        vp_alloc alloc = vp_test_failing_alloc(&memory, 0);
        vp_network *network = notation_read(&alloc, model);
        memory.fail_at = memory.requests + n;
        vp_status status = work(network, false);
        bool failed = memory.failed;
        vp_network_unref(network);
        VP_CHECK(memory.live == 0);
        if (!failed) {
            VP_CHECK(status == VP_OK);
            VP_CHECK(n > 20);
            break;
        }
        VP_CHECK(status == VP_NO_MEMORY);
    }
}

/* Each code alone finds what it finds among all of them. */
static void test_single_codes(void) {
    vp_alloc alloc = vp_alloc_default();
    vp_network *network = notation_read(&alloc, model);
    vp_list all = {NULL, 0, 0};
    uint32_t sum = 0;
    VP_CHECK(vp_lint_run(network, VP_LINT_ALL, &all, NULL) == VP_OK);
    for (int code = 0; code < VP_LINT_CODE_COUNT; code++) {
        vp_list some = {NULL, 0, 0};
        VP_CHECK(vp_lint_run(network, 1u << code, &some, NULL) == VP_OK);
        VP_CHECK((some.count > 0) == has(&all, (vp_lint_code)code));
        sum += some.count;
        vp_list_clear(&network->alloc, &vp_finding_schema, &some);
    }
    VP_CHECK(sum == all.count);
    VP_CHECK(vp_lint_run(network, 0, &all, NULL) == VP_OK);
    VP_CHECK(sum == all.count);
    vp_list_clear(&network->alloc, &vp_finding_schema, &all);
    vp_network_unref(network);
}

int main(void) {
    vp_alloc alloc = vp_alloc_default();
    vp_network *network = notation_read(&alloc, model);
    VP_CHECK(work(network, true) == VP_OK);
    vp_network_unref(network);
    test_no_memory();
    test_single_codes();
    return vp_test_end();
}
