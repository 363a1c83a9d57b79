/*
 * rule_form_test.c - merging both forms of group rules, twice over, and with every allocation
 * failing once. What comes out is tested through Lua.
 */
#include "notation.h"
#include "vp_rule_form.h"
#include "vp_test.h"

static const char *const model =
    "vpc A 10.0.0.0/16 ; pl pl-1 10.9.0.0/16\n"
    "sg one A in|tcp|443|10.0.0.0/8 in|tcp|443|pl:pl-1 in|all|all|sg:one out|all|all|0.0.0.0/0";

/* Adds a rule of the rule form; everything it needs is interned by the model already. */
static void add_rule(vp_network *network, const char *id, const char *group, bool egress, int port,
                     const char *block) {
    vp_record *record = NULL;
    vp_name name = VP_NO_NAME;
    VP_CHECK(vp_network_name(network, id, &name, NULL) == VP_OK);
    VP_CHECK(vp_network_add(network, VP_KIND_SECURITY_GROUP_RULE, name, &record, NULL) == VP_OK);
    vp_security_group_rule *rule = (vp_security_group_rule *)record;
    VP_CHECK(vp_network_name(network, group, &rule->group_id, NULL) == VP_OK);
    VP_CHECK(vp_network_name(network, port < 0 ? "-1" : "tcp", &rule->ip_protocol, NULL) == VP_OK);
    rule->is_egress = egress ? VP_TRUE : VP_FALSE;
    rule->from_port = rule->to_port = (vp_int){port, 1};
    VP_CHECK(vp_cidr_parse(block, strlen(block), VP_CIDR_REFUSE_HOST_BITS, &rule->cidr_ipv4,
                           NULL) == VP_OK);
}

static vp_network *build(const vp_alloc *alloc) {
    vp_network *network = notation_read(alloc, model);
    add_rule(network, "sgr-1", "sg-one", false, 443, "10.0.0.0/8");
    add_rule(network, "sgr-2", "sg-one", false, 443, "192.0.2.0/24");
    add_rule(network, "sgr-3", "sg-one", false, 80, "10.0.0.0/8");
    add_rule(network, "sgr-4", "sg-one", true, -1, "0.0.0.0/0");
    add_rule(network, "sgr-5", "sg-new", false, 22, "10.0.0.0/8");
    return network;
}

static void check(const vp_network *network) {
    const vp_security_group *one = (const vp_security_group *)notation_get(network, "sg-one");
    const vp_security_group *new = (const vp_security_group *)notation_get(network, "sg-new");
    uint32_t rules = 0;
    VP_CHECK(one->ip_permissions.count == 2);
    for (uint32_t i = 0; i < one->ip_permissions.count; i++) {
        const vp_ip_permission *permission = VP_ITEM(vp_ip_permission, &one->ip_permissions, i);
        rules += vp_permission_count(permission);
        for (uint32_t j = 0; j < permission->ip_ranges.count; j++) {
            VP_CHECK(VP_ITEM(vp_ip_range, &permission->ip_ranges, j)->security_group_rule_id !=
                     VP_NO_NAME);
        }
    }
    VP_CHECK(rules == 3);
    VP_CHECK(one->ip_permissions_egress.count == 1);
    VP_CHECK(new->ip_permissions.count == 1 && new->ip_permissions_egress.count == 0);
    VP_CHECK(vp_network_validate(network) == NULL);
}

static void test_no_memory(void) {
    for (size_t n = 1;; n++) {
        vp_test_memory memory;
        vp_alloc alloc = vp_test_failing_alloc(&memory, 0);
        vp_network *network = build(&alloc);
        memory.fail_at = memory.requests + n;
        vp_status status = vp_rule_form_merge(network, NULL);
        bool failed = memory.failed;
        vp_network_unref(network);
        VP_CHECK(memory.live == 0);
        if (!failed) {
            VP_CHECK(status == VP_OK);
            VP_CHECK(n > 5);
            break;
        }
        VP_CHECK(status == VP_NO_MEMORY);
    }
}

int main(void) {
    vp_alloc alloc = vp_alloc_default();
    vp_network *network = build(&alloc);
    for (int times = 0; times < 2; times++) {
        VP_CHECK(vp_rule_form_merge(network, NULL) == VP_OK);
        check(network);
    }
    VP_CHECK(network->diagnostic_count == 1); /* the second time nothing differs */
    vp_network_unref(network);
    test_no_memory();
    return vp_test_end();
}
