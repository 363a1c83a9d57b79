/*
 * dpdk.c - longest prefix match by DPDK (libdpdk-dev): rte_lpm, rte_fib (DIR24_8), rte_fib6 (trie),
 * 32 addresses a call, without huge pages: `dpdk FOLDER lpm|fib|fib6`.
 */
#include "bench.h"

#include <rte_eal.h>
#include <rte_fib.h>
#include <rte_fib6.h>
#include <rte_lpm.h>

#include <stdbool.h>

#define BULK 32
#define NOTHING 0x7fffffff

typedef struct table {
    bench_block *routes, *probes;
    uint32_t *addresses; /* of the probes of IPv4 */
    size_t count, probe_count;
} table;

static table read_table(const char *folder, const char *routes, const char *hits) {
    table t = {NULL, NULL, NULL, 0, 0};
    t.routes = bench_blocks(folder, routes, &t.count);
    t.probes = bench_blocks(folder, hits, &t.probe_count);
    return t;
}

static void lookup_lpm(table *t) {
    struct rte_lpm_config config = {.max_rules = 2000000, .number_tbl8s = 65536};
    struct rte_lpm *lpm = rte_lpm_create("lpm", 0, &config);
    double seconds;
    size_t hits = 0, refused = 0;
    uint32_t out[BULK];
    if (lpm == NULL) {
        return;
    }
    BENCH_TIME(1, seconds, {
        for (size_t i = 0; i < t->count; i++) {
            refused += rte_lpm_add(lpm, bench_ipv4(&t->routes[i]), (uint8_t)t->routes[i].length,
                                   (uint32_t)(i & 0xffffff)) != 0;
        }
    });
    bench_report("lpm_build", seconds, t->count - refused);
    BENCH_TIME(5, seconds, {
        hits = 0;
        for (size_t i = 0; i + BULK <= t->probe_count; i += BULK) {
            rte_lpm_lookup_bulk(lpm, t->addresses + i, out, BULK);
            for (int k = 0; k < BULK; k++) {
                hits += (out[k] & RTE_LPM_LOOKUP_SUCCESS) != 0;
            }
        }
    });
    bench_report("lpm", seconds, hits);
    rte_lpm_free(lpm);
}

static void lookup_fib(table *t) {
    struct rte_fib_conf config = {.type = RTE_FIB_DIR24_8,
                                  .default_nh = NOTHING,
                                  .max_routes = 2000000,
                                  .dir24_8 = {.nh_sz = RTE_FIB_DIR24_8_4B, .num_tbl8 = 65536}};
    struct rte_fib *fib = rte_fib_create("fib", 0, &config);
    double seconds;
    size_t hits = 0, refused = 0;
    uint64_t out[BULK];
    if (fib == NULL) {
        return;
    }
    BENCH_TIME(1, seconds, {
        for (size_t i = 0; i < t->count; i++) {
            refused +=
                rte_fib_add(fib, bench_ipv4(&t->routes[i]), (uint8_t)t->routes[i].length, i) != 0;
        }
    });
    bench_report("lpm_build", seconds, t->count - refused);
    BENCH_TIME(5, seconds, {
        hits = 0;
        for (size_t i = 0; i + BULK <= t->probe_count; i += BULK) {
            rte_fib_lookup_bulk(fib, t->addresses + i, out, BULK);
            for (int k = 0; k < BULK; k++) {
                hits += out[k] != NOTHING;
            }
        }
    });
    bench_report("lpm", seconds, hits);
    rte_fib_free(fib);
}

static void lookup_fib6(table *t) {
    struct rte_fib6_conf config = {.type = RTE_FIB6_TRIE,
                                   .default_nh = NOTHING,
                                   .max_routes = 2000000,
                                   .trie = {.nh_sz = RTE_FIB6_TRIE_4B, .num_tbl8 = 1 << 20}};
    struct rte_fib6 *fib = rte_fib6_create("fib6", 0, &config);
    double seconds;
    size_t hits = 0, refused = 0;
    uint64_t out[BULK];
    uint8_t(*addresses)[16] = calloc(t->probe_count, sizeof *addresses);
    if (fib == NULL || addresses == NULL) {
        return;
    }
    for (size_t i = 0; i < t->probe_count; i++) {
        memcpy(addresses[i], t->probes[i].bytes, 16);
    }
    BENCH_TIME(1, seconds, {
        for (size_t i = 0; i < t->count; i++) {
            refused += rte_fib6_add(fib, t->routes[i].bytes, (uint8_t)t->routes[i].length, i) != 0;
        }
    });
    bench_report("lpm_build", seconds, t->count - refused);
    BENCH_TIME(5, seconds, {
        hits = 0;
        for (size_t i = 0; i + BULK <= t->probe_count; i += BULK) {
            rte_fib6_lookup_bulk(fib, addresses + i, out, BULK);
            for (int k = 0; k < BULK; k++) {
                hits += out[k] != NOTHING;
            }
        }
    });
    bench_report("lpm", seconds, hits);
    rte_fib6_free(fib);
}

int main(int argc, char **argv) {
    char options[][20] = {"dpdk", "--no-huge", "--no-pci",      "--no-telemetry",
                          "-m",   "4096",      "--log-level",   "1",
                          "-l",   "0",         "--iova-mode=va"};
    char *arguments[sizeof options / sizeof *options];
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        arguments[i] = options[i];
    }
    if (argc != 3 || rte_eal_init(sizeof options / sizeof *options, arguments) < 0) {
        fprintf(stderr, "usage: dpdk FOLDER lpm|fib|fib6 (or DPDK cannot start here)\n");
        return 2;
    }
    bool wide = strcmp(argv[2], "fib6") == 0;
    table t = read_table(argv[1], wide ? "routes6" : "routes4", wide ? "hits6" : "hits4");
    t.addresses = calloc(t.probe_count, sizeof *t.addresses);
    for (size_t i = 0; i < t.probe_count && t.addresses != NULL; i++) {
        t.addresses[i] = bench_ipv4(&t.probes[i]);
    }
    if (strcmp(argv[2], "lpm") == 0) {
        lookup_lpm(&t);
    } else if (wide) {
        lookup_fib6(&t);
    } else {
        lookup_fib(&t);
    }
    return 0;
}
