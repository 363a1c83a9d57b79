/*
 * engine.c - what questions and changes cost in C, on an organization of generate.lua.
 *
 * The one idea: Lua makes the model, by the module linked into this program, and C takes it out of
 * its box; from then on nothing of Lua runs. Each figure is the best of several runs, because
 * others use the machine too. Nothing is judged here.
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include "lvp_model.h"

#include "calling.h"
#include "vp_change.h"
#include "vp_diff.h"
#include "vp_reach.h"
#include "vp_reach_quick.h"
#include "vp_test.h"

#include <lualib.h>
#include <time.h>

int luaopen_vpcpeer_core(lua_State *L);

enum { PAIRS = 10000, ROUNDS = 2, REPEATS = 60, ROWS = 2000000, CHANGES = 200 };

typedef struct pair {
    vp_quick_id from, to;
} pair;

static void print_figure(const char *what, double value, const char *unit) {
    printf("  %-58s %12.3f %s\n", what, value, unit);
}

static double now(void) {
    struct timespec at;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + (double)at.tv_nsec * 1e-9;
}

/* Park and Miller: the same pairs wherever it runs. */
static uint32_t below(uint32_t *state, uint32_t limit) {
    *state = (uint32_t)((uint64_t)*state * 16807 % 2147483647);
    return *state % limit;
}

static void give_up(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(EXIT_FAILURE);
}

/* ---- pairs -------------------------------------------------------------------------------------
 */

static vp_quick_id by_name(const vp_record *record) { return (vp_quick_id){.name = record->id}; }

/* The same ids as text, wherever the model keeps it. */
static void spell_out(const vp_network *network, vp_quick_id *id) {
    id->text = vp_names_text(&network->names, id->name, &id->length);
}

/*
 * Distinct pairs that have the answer yes, at random among neighbours by id: a VPC's interfaces
 * follow each other, and mostly its peers' do.
 */
static uint32_t draw_pairs(vp_network *network, pair *pairs) {
    const vp_rows *rows = vp_network_rows(network, VP_KIND_NETWORK_INTERFACE);
    uint32_t state = 7, count = 0;
    for (uint32_t tries = 0; count < PAIRS && tries < 100 * PAIRS; tries++) {
        uint32_t from = below(&state, rows->count), to = from + below(&state, 400);
        to = to < 200 ? 0 : to - 200 < rows->count ? to - 200 : rows->count - 1;
        pairs[count] = (pair){by_name(rows->rows[from]), by_name(rows->rows[to])};
        count += vp_reach_quick(network, &pairs[count].from, &pairs[count].to, 6, 443);
    }
    return count;
}

static void measure_pairs(vp_network *network, const pair *pairs, uint32_t count,
                          const char *what) {
    double best = 1e9;
    uint32_t passed = 0;
    char label[100];
    for (int repeat = 0; repeat < REPEATS; repeat++) {
        double start = now();
        for (int round = 0; round < ROUNDS; round++) {
            for (uint32_t i = 0; i < count; i++) {
                passed += vp_reach_quick(network, &pairs[i].from, &pairs[i].to, 6, 443);
            }
        }
        double seconds = now() - start;
        best = seconds < best ? seconds : best;
    }
    if (passed != count * ROUNDS * REPEATS) {
        give_up("an answer changed");
    }
    (void)snprintf(label, sizeof label, "%u distinct random pairs that pass, %s", count, what);
    print_figure(label, best / ROUNDS / count * 1e9, "ns");
}

/* ---- rows --------------------------------------------------------------------------------------
 */

static void measure_rows(vp_network *network) {
    vp_reach_query query;
    vp_reach_row row;
    vp_reach *reach;
    vp_compiled *compiled;
    vp_service_range every = {0, VP_PORTS_MAX};
    memset(&query, 0, sizeof query);
    if (vp_compiled_get(network, &compiled, NULL) != VP_OK) {
        give_up("no memory");
    }
    query.sources = vp_service_of_range(&compiled->profiles->services, every);
    for (int repeat = 0; repeat < 2; repeat++) {
        if (vp_reach_open(network, &query, &reach, NULL) != VP_OK) {
            give_up("no memory");
        }
        uint32_t count = 0;
        double start = now();
        while (count < ROWS && vp_reach_next(reach, &row, NULL) == VP_MORE) {
            count++;
        }
        double seconds = now() - start;
        vp_reach_close(reach);
        print_figure(repeat == 0 ? "rows by interface, the first time" : "rows by interface, again",
                     count / seconds, "rows/s");
    }
}

/* ---- changes -----------------------------------------------------------------------------------
 */

typedef struct edit {
    const char *what, *receiver, *action[2];
    const char *options[2][8];
} edit;

/* The rectangles of a change that was begun. */
static uint32_t read_rectangles(vp_diff *diff) {
    vp_diff_rectangle rectangle;
    uint32_t count = 0;
    while (vp_diff_next(diff, &rectangle, NULL) == VP_MORE) {
        count++;
    }
    vp_diff_clear(diff);
    return count;
}

/* A peering connection that carries nothing, and carries again. */
static void set_state(vp_network *network, vp_record *record, const char *state) {
    vp_vpc_peering_connection *connection = (vp_vpc_peering_connection *)record;
    vp_change change;
    vp_name code;
    vp_status status = vp_network_name(network, state, &code, NULL);
    vp_change_begin(&change, network);
    if (status == VP_OK) {
        status = vp_change_edit(&change, record, NULL);
    }
    if (status == VP_OK) {
        connection->status.code = code;
    }
    if (vp_change_end(&change, status) != VP_OK) {
        give_up("no memory");
    }
}

static void call(vp_network *network, const edit *of, int which) {
    vp_error error = {VP_OK, "", ""};
    if (of->action[which] == NULL) {
        vp_name id = vp_names_find(&network->names, of->receiver, strlen(of->receiver));
        set_state(network, vp_network_find(network, VP_KIND_NONE, id), of->options[which][0]);
    } else if (calling_run(network, of->receiver, of->action[which], of->options[which], 8,
                           &error) != VP_OK) {
        give_up(error.message);
    }
}

/* The change and its undoing, each with its rectangles: the mean, with and without the change. */
static void measure_change(vp_network *network, const edit *of) {
    double best = 1e9, best_change = 1e9;
    uint32_t rectangles = 0;
    char label[100];
    for (int repeat = 0; repeat < REPEATS; repeat++) {
        double diffs = 0, changes = 0;
        for (int i = 0; i < 2 * CHANGES; i++) {
            const vp_record *record =
                vp_network_find(network, VP_KIND_NONE,
                                vp_names_find(&network->names, of->receiver, strlen(of->receiver)));
            vp_diff diff;
            double start = now();
            if (vp_diff_begin(&diff, network, record, 4, NULL) != VP_OK) {
                give_up("no memory");
            }
            double begun = now();
            call(network, of, i % 2);
            double changed = now();
            rectangles = read_rectangles(&diff);
            diffs += begun - start + (now() - changed);
            changes += changed - begun;
        }
        best = diffs < best ? diffs : best;
        best_change = changes < best_change ? changes : best_change;
    }
    (void)snprintf(label, sizeof label, "%s: its rectangles (%u)", of->what, rectangles);
    print_figure(label, best / (2 * CHANGES) * 1e6, "us");
    (void)snprintf(label, sizeof label, "%s: the call itself", of->what);
    print_figure(label, best_change / (2 * CHANGES) * 1e6, "us");
}

static void measure_changes(vp_network *network) {
    static const edit edits[] = {
        {"a rule of a group",
         "sg-00000003app",
         {"authorize_ingress", "revoke_ingress"},
         {{"IpProtocol", "tcp", "FromPort", "7", "ToPort", "7", "CidrIp", "203.0.113.0/24"},
          {"IpProtocol", "tcp", "FromPort", "7", "ToPort", "7", "CidrIp", "203.0.113.0/24"}}},
        {"an entry of an ACL",
         "acl-00000003a",
         {"create_entry", "delete_entry"},
         {{"RuleNumber", "40", "Protocol", "-1", "RuleAction", "deny", "CidrBlock", "10.9.0.0/16"},
          {"RuleNumber", "40"}}},
        {"a route",
         "rtb-000000031",
         {"create_route", "delete_route"},
         {{"DestinationCidrBlock", "203.0.113.0/24", "VpcPeeringConnectionId",
           "pcx-0000000000000003"},
          {"DestinationCidrBlock", "203.0.113.0/24"}}},
        {"a peering connection", "pcx-0000000000000003", {NULL, NULL}, {{"deleted"}, {"active"}}},
    };
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        measure_change(network, &edits[i]);
    }
}

/* ---- the organization --------------------------------------------------------------------------
 */

static vp_network *make(lua_State *L, const char *options) {
    lua_settop(L, 0);
    if (luaL_loadstring(L, "package.path = './lua/?.lua;./lua/?/init.lua;./spec/bench/?.lua'\n"
                           "return require('generate').network(load('return ' .. ...)())") != 0) {
        give_up(lua_tostring(L, -1));
    }
    lua_pushstring(L, options);
    if (lua_pcall(L, 1, 1, 0) != 0) {
        give_up(lua_tostring(L, -1));
    }
    (void)lua_gc(L, LUA_GCCOLLECT, 0);
    (void)lua_gc(L, LUA_GCCOLLECT, 0);
    return lvp_check_network(L, 1)->network;
}

static void run(lua_State *L, const char *options) {
    pair *pairs = malloc(PAIRS * sizeof *pairs);
    vp_network *network = make(L, options);
    if (pairs == NULL) {
        give_up("no memory");
    }
    printf("%s\n", options);
    uint32_t drawn = draw_pairs(network, pairs);
    measure_pairs(network, pairs, drawn, "by number");
    for (uint32_t i = 0; i < drawn; i++) {
        spell_out(network, &pairs[i].from);
        spell_out(network, &pairs[i].to);
    }
    measure_pairs(network, pairs, drawn, "by id");
    measure_rows(network);
    measure_changes(network);
    free(pairs);
}

/* Arguments: options of generate.lua, such as "{ interfaces = 20000 }". */
int main(int count, char **arguments) {
    static const char *const usual[] = {"{ interfaces = 2000 }", "{ interfaces = 20000 }",
                                        "{ interfaces = 200000, vpcs = 2000, peers = 10 }"};
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "preload");
    lua_pushcfunction(L, luaopen_vpcpeer_core);
    lua_setfield(L, -2, "vpcpeer.core");
    for (int i = 1; i < count; i++) {
        run(L, arguments[i]);
    }
    for (size_t i = 0; count == 1 && i < sizeof usual / sizeof *usual; i++) {
        run(L, usual[i]);
    }
    lua_close(L);
    return EXIT_SUCCESS;
}
