/*
 * change_test.c - what is compiled again after a change: what depends on it, counted.
 *
 * Every fact is asked for before and after each call, so whatever was unmade is made again; how
 * often that happened is the measure. The answers of paths are compared with those of a model that
 * was touched as a whole.
 */
#include "calling.h"
#include "notation.h"
#include "vp_diff.h"
#include "vp_path.h"
#include "vp_test.h"

static const char *const model =
    "vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; C 10.1.0.0/16\n"
    "subnet A1 A 172.16.0.0/24 ; B1 B 10.0.0.0/24 ; B2 B 10.0.1.0/24 ; C1 C 10.1.0.0/24\n"
    "host a1 A1 172.16.0.10 ; a2 A1 172.16.0.11 ; b1 B1 10.0.0.10 sg=web ; b2 B2 10.0.1.10 ; c1 C1 "
    "10.1.0.10\n"
    "pcx pcx-1 A B ; pcx-2 B C\n"
    "rtb A.main 10.0.0.0/16>pcx-1 ; B.main 172.16.0.0/16>pcx-1 10.1.0.0/16>pcx-2 ; C.main "
    "10.0.0.0/16>pcx-2\n"
    "sg web B in|tcp|443|172.16.0.0/24\n"
    "acl n C in|100|allow|all|all|0.0.0.0/0 out|100|allow|all|all|0.0.0.0/0 ; m A "
    "in|100|allow|all|all|0.0.0.0/0 "
    "out|100|allow|all|all|0.0.0.0/0\n"
    "subnet C1 C 10.1.0.0/24 acl=n";

static const char *const hosts[] = {"eni-a1", "eni-a2", "eni-b1", "eni-b2", "eni-c1"};

/* Every pair of hosts. */
static void ask_all(vp_network *network, vp_path_answer answers[25]) {
    vp_compiled *compiled;
    vp_error error;
    VP_CHECK(vp_compiled_get(network, &compiled, &error) == VP_OK);
    for (size_t i = 0; i < 25; i++) {
        vp_path_end from = {.kind = VP_PATH_INTERFACE, .strict = true}, to = from;
        from.network_interface = (vp_network_interface *)notation_get(network, hosts[i / 5]);
        to.network_interface = (vp_network_interface *)notation_get(network, hosts[i % 5]);
        from.address = from.network_interface->private_ip_address;
        to.address = to.network_interface->private_ip_address;
        vp_path_ask(compiled, &from, &to, true, &answers[i]);
    }
    VP_CHECK(vp_compiled_status(compiled, &error) == VP_OK);
}

/* Makes everything that questions can ask for, of IPv4. */
static vp_compiled_effort make_all(vp_network *network) {
    vp_compiled *compiled;
    vp_error error;
    vp_path_answer answers[25];
    ask_all(network, answers);
    VP_CHECK(vp_compiled_get(network, &compiled, &error) == VP_OK);
    const vp_rows *rows = vp_network_rows(network, VP_KIND_ROUTE_TABLE);
    for (uint32_t i = 0; i < rows->count; i++) {
        (void)vp_compiled_table(compiled, (vp_route_table *)rows->rows[i], 4);
    }
    rows = vp_network_rows(network, VP_KIND_NETWORK_ACL);
    for (uint32_t i = 0; i < rows->count; i++) {
        for (int egress = 0; egress < 2; egress++) {
            (void)vp_compiled_acl(compiled, (vp_network_acl *)rows->rows[i], egress == 1, 4);
        }
    }
    for (uint32_t i = 0; i < compiled->groups_count; i++) {
        for (int egress = 0; egress < 2; egress++) {
            (void)vp_compiled_group_rules(compiled, i, egress == 1, 4);
        }
    }
    return compiled->effort;
}

typedef struct counts {
    int facts, acls, groups, tables;
} counts;

/* Calls an action and counts what was compiled because of it; answers are as after a fresh start.
 */
static counts change(vp_network *network, const char *receiver, const char *action,
                     const char *const *options, size_t count) {
    vp_error error;
    vp_path_answer mended[25], anew[25];
    vp_compiled_effort before = make_all(network);
    vp_status status = calling_run(network, receiver, action, options, count, &error);
    if (status != VP_OK) {
        (void)fprintf(stderr, "%s: %s\n", action, error.message);
    }
    VP_CHECK(status == VP_OK);
    vp_compiled_effort after = make_all(network);
    ask_all(network, mended);
    vp_network_touch(network);
    ask_all(network, anew);
    for (size_t i = 0; i < 25; i++) {
        VP_CHECK(mended[i].known == anew[i].known && mended[i].back == anew[i].back &&
                 mended[i].unknown == anew[i].unknown && mended[i].code == anew[i].code);
    }
    counts made = {(int)(after.facts - before.facts), (int)(after.acls - before.acls),
                   (int)(after.groups - before.groups), (int)(after.tables - before.tables)};
    return made;
}

static bool is(counts made, int facts, int acls, int groups, int tables) {
    bool same =
        made.facts == facts && made.acls == acls && made.groups == groups && made.tables == tables;
    if (!same) {
        (void)fprintf(stderr, "%d facts, %d acls, %d groups, %d tables\n", made.facts, made.acls,
                      made.groups, made.tables);
    }
    return same;
}

#define CHANGE(receiver, action, ...)                                                              \
    change(network, receiver, action, (const char *const[]){__VA_ARGS__},                          \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* The value of a filter of `item` at an address, read from scratch. */
static uint32_t value_at(vp_network *network, const vp_diff_item *item, uint32_t address) {
    vp_compiled *compiled;
    vp_error error;
    vp_point at = {0, address}, last;
    vp_record *record = vp_network_find(network, VP_KIND_NONE, item->id);
    VP_CHECK(vp_compiled_get(network, &compiled, &error) == VP_OK);
    vp_profile profile =
        item->kind == VP_DIFF_GROUPS
            ? vp_compiled_group_rules(compiled, item->number, item->egress, item->family)
        : item->kind == VP_DIFF_ACL
            ? vp_compiled_acl(compiled, (vp_network_acl *)record, item->egress, item->family)
            : vp_compiled_table(compiled, (vp_route_table *)record, item->family);
    return vp_profile_value(compiled->profiles, profile, item->family, at, &last);
}

/*
 * A change, its rectangles, and at every end of one and beside it what a fresh compilation of both
 * models says: inside they differ, outside they do not. Returns how many rectangles there are.
 */
static int differences(vp_network *network, const char *id, const char *action,
                       const char *const *options, size_t count) {
    vp_network *original;
    vp_diff diff;
    vp_diff_rectangle found[32];
    vp_error error;
    int many = 0;
    VP_CHECK(vp_network_clone(network, &original, &error) == VP_OK);
    VP_CHECK(vp_diff_begin(&diff, network, notation_get(network, id), 4, &error) == VP_OK);
    VP_CHECK(calling_run(network, id, action, options, count, &error) == VP_OK);
    while (many < 32 && vp_diff_next(&diff, &found[many], &error) == VP_MORE) {
        many++;
    }
    vp_network_touch(network);
    for (uint32_t i = 0; i < diff.count; i++) {
        const vp_diff_item *item = &diff.items[i];
        for (uint32_t at = 0xac0ffff0u; at < 0xac100210u; at++) {
            uint32_t before = value_at(original, item, at), after = value_at(network, item, at);
            bool inside = false;
            for (int k = 0; k < many; k++) {
                if (found[k].of == item && found[k].first.lo <= at && at <= found[k].last.lo) {
                    inside = true;
                    VP_CHECK(item->kind == VP_DIFF_TABLE ||
                             (found[k].before == before && found[k].after == after));
                }
            }
            if (inside != (before != after) && item->kind != VP_DIFF_TABLE) {
                VP_CHECK(inside == (before != after));
            }
        }
    }
    vp_diff_clear(&diff);
    vp_network_unref(original);
    return many;
}

#define DIFFERENCES(id, action, ...)                                                               \
    differences(network, id, action, (const char *const[]){__VA_ARGS__},                           \
                sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

int main(void) {
    vp_alloc alloc = vp_alloc_default();
    vp_network *network = notation_read(&alloc, model);
    for (int i = 1; i <= 2; i++) { /* the notation names nobody who may delete them */
        vp_vpc_peering_connection *connection =
            (vp_vpc_peering_connection *)notation_get(network, i == 1 ? "pcx-1" : "pcx-2");
        connection->requester_vpc_info.owner_id = network->owner_id;
        connection->accepter_vpc_info.owner_id = network->owner_id;
    }
    vp_network_touch(network);
    /* 443 was open to the first /24: open to half of the second one as well, then to nobody */
    VP_CHECK(DIFFERENCES("sg-web", "authorize_ingress", "IpProtocol", "tcp", "FromPort", "443",
                         "ToPort", "443", "CidrIp", "172.16.1.0/25") == 1);
    VP_CHECK(DIFFERENCES("sg-web", "revoke_ingress", "IpProtocol", "tcp", "FromPort", "443",
                         "ToPort", "443", "CidrIp", "172.16.0.0/24") == 1);
    VP_CHECK(DIFFERENCES("acl-n", "create_entry", "RuleNumber", "40", "Protocol", "-1",
                         "RuleAction", "deny", "CidrBlock", "172.16.0.128/25") == 1);
    /* a rule of a group: the two directions of the one list that has the group */
    VP_CHECK(is(CHANGE("sg-web", "authorize_ingress", "IpProtocol", "tcp", "FromPort", "22",
                       "ToPort", "22", "CidrIp", "10.1.0.0/24"),
                0, 0, 2, 0));
    VP_CHECK(is(CHANGE("acl-n", "create_entry", "RuleNumber", "50", "Protocol", "-1", "RuleAction",
                       "deny", "CidrBlock", "10.0.1.0/24"),
                0, 2, 0, 0));
    VP_CHECK(is(CHANGE("rtb-B.main", "delete_route", "DestinationCidrBlock", "172.16.0.0/16"), 0, 0,
                0, 1));
    /* the tables of the two VPCs that lead there */
    VP_CHECK(is(CHANGE("pcx-2", "delete", NULL, NULL), 0, 0, 0, 2));
    VP_CHECK(DIFFERENCES("pcx-1", "delete", NULL, NULL) == 1);
    /* an address of an interface: who is where, but no rule is read again */
    VP_CHECK(
        is(CHANGE("eni-b1", "assign_private_ip_addresses", "SecondaryPrivateIpAddressCount", "1"),
           1, 0, 0, 0));
    VP_CHECK(is(CHANGE("eni-b1", "modify_attribute", "SourceDestCheck", "false"), 1, 0, 0, 0));
    VP_CHECK(is(CHANGE("i-b2", "stop", NULL, NULL), 1, 0, 0, 0));
    vp_network_unref(network);
    return vp_test_end();
}
