/*
 * core.c - the kernels of vpcpeer by themselves, without Lua: `core FOLDER`. What CRoaring, DPDK
 * and the others are compared with, since they are measured without a script as well.
 */
#include "bench.h"
#include "vp_prefix_map.h"
#include "vp_set_text.h"

static void must(vp_status status) {
    if (status != VP_OK) {
        fprintf(stderr, "status %d\n", (int)status);
        exit(1);
    }
}

static vp_set *read_set(const char *folder, const char *name) {
    size_t length;
    char *text = bench_read(folder, name, &length);
    vp_alloc alloc = vp_alloc_default();
    vp_set_builder builder;
    vp_set *set = NULL;
    vp_set_reader reader = vp_set_text_begin(text, length);
    vp_set_builder_init(&builder, &alloc);
    must(vp_set_text_add(&reader, &builder, NULL));
    must(vp_set_builder_freeze(&builder, &set, NULL));
    vp_set_builder_clear(&builder);
    free(text);
    return set;
}

static void combine(const char *workload, const vp_set *a, const vp_set *b, vp_truth truth) {
    vp_alloc alloc = vp_alloc_default();
    double seconds;
    vp_set *result = NULL;
    BENCH_TIME(7, seconds, {
        vp_set_unref(result);
        must(vp_set_combine(a, b, truth, &alloc, &result, NULL));
    });
    /* The answer is the number of addresses, modulo 2^64. */
    bench_report(workload, seconds, vp_set_count(result).low);
    vp_set_unref(result);
}

/* The operations of two sets, and what a range of the first costs in memory. */
static void algebra(const char *folder, const char *suffix) {
    char name[64];
    double seconds;
    bool answer = false;
    snprintf(name, sizeof name, "a%s", suffix);
    vp_set *a = read_set(folder, name);
    name[0] = 'b';
    vp_set *b = read_set(folder, name);
    combine("union", a, b, VP_TRUTH_UNION);
    combine("intersection", a, b, VP_TRUTH_INTERSECTION);
    combine("difference", a, b, VP_TRUTH_DIFFERENCE);
    combine("complement", a, NULL, VP_TRUTH_COMPLEMENT);
    BENCH_TIME(7, seconds, answer = vp_set_overlaps(a, b));
    bench_report("overlaps", seconds, answer);
    /* The costly case: a subset is walked to its end. */
    vp_alloc alloc = vp_alloc_default();
    vp_set *inner = NULL;
    must(vp_set_combine(a, b, VP_TRUTH_INTERSECTION, &alloc, &inner, NULL));
    BENCH_TIME(7, seconds, answer = vp_set_contains(a, inner));
    bench_report("subset", seconds, answer);
    vp_set_unref(inner);
    /* Bytes where the others have seconds. */
    uint64_t ranges = vp_set_range_count(a);
    bench_report("bytes", (double)a->size / (double)ranges, ranges);
    must(vp_set_make_index(a));
    size_t index = vp_range_map_index_bytes(&a->parts[0]) + vp_range_map_index_bytes(&a->parts[1]);
    bench_report("index_bytes", (double)index / (double)ranges, ranges);
    vp_set_unref(a);
    vp_set_unref(b);
}

static vp_addr *read_addresses(const char *folder, const char *name, size_t *count) {
    bench_block *list = bench_blocks(folder, name, count);
    vp_addr *addresses = calloc(*count, sizeof *addresses);
    for (size_t i = 0; i < *count && addresses != NULL; i++) {
        /* The inputs of a family end in its digit. */
        addresses[i].family = name[strlen(name) - 1] == '6' ? 6 : 4;
        if (addresses[i].family == 4) {
            addresses[i].lo = bench_ipv4(&list[i]);
            continue;
        }
        for (int k = 0; k < 16; k++) {
            uint64_t *half = k < 8 ? &addresses[i].hi : &addresses[i].lo;
            *half = *half << 8 | list[i].bytes[k];
        }
    }
    free(list);
    return addresses;
}

static void membership(const char *folder, const char *family) {
    char set_name[16], probes[16];
    snprintf(set_name, sizeof set_name, "a%s_100000", family);
    snprintf(probes, sizeof probes, "probes%s", family);
    vp_set *set = read_set(folder, set_name);
    size_t count, hits = 0;
    vp_addr *addresses = read_addresses(folder, probes, &count);
    double seconds;
    must(vp_set_make_index(set));
    BENCH_TIME(7, seconds, {
        hits = 0;
        for (size_t i = 0; i < count; i++) {
            hits += vp_set_contains_range(set, &addresses[i], &addresses[i]);
        }
    });
    bench_report("member", seconds, hits);
    free(addresses);
    vp_set_unref(set);
}

static void longest_prefix(const char *folder, const char *family) {
    char routes_name[16], hits_name[16];
    snprintf(routes_name, sizeof routes_name, "routes%s", family);
    snprintf(hits_name, sizeof hits_name, "hits%s", family);
    vp_alloc alloc = vp_alloc_default();
    vp_prefixes list;
    vp_prefixes_init(&list, &alloc);
    size_t length, count, hits = 0;
    char *text = bench_read(folder, routes_name, &length);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        vp_cidr cidr;
        must(vp_cidr_parse(line, strlen(line), VP_CIDR_CLEAR_HOST_BITS, &cidr, NULL));
        must(vp_prefixes_add(&list, &cidr, NULL));
    }
    free(text);
    vp_prefix_map *map = NULL;
    double seconds;
    BENCH_TIME(5, seconds, {
        vp_prefix_map_free(map);
        must(vp_prefix_map_new(&list, &alloc, &map, NULL));
        must(vp_prefix_map_make_index(map));
    });
    bench_report("lpm_build", seconds, list.count);
    vp_addr *addresses = read_addresses(folder, hits_name, &count);
    uint32_t entries[VP_RANKS_MAX];
    uint64_t sum = 0;
    BENCH_TIME(7, seconds, {
        hits = 0;
        for (size_t i = 0; i + VP_RANKS_MAX <= count; i += VP_RANKS_MAX) {
            vp_prefix_map_find_ranges(map, addresses + i, addresses + i, VP_RANKS_MAX, entries);
            for (size_t k = 0; k < VP_RANKS_MAX; k++) {
                hits += entries[k] != VP_NO_PREFIX;
                sum += entries[k];
            }
        }
    });
    if (sum == 1) {
        printf("\n"); /* so that the sum is needed */
    }
    bench_report("lpm", seconds, hits);
    free(addresses);
    vp_prefixes_clear(&list);
    vp_prefix_map_free(map);
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*run)(const char *folder, const char *what);
    } parts[] = {{"algebra", algebra}, {"member", membership}, {"lpm", longest_prefix}};
    for (size_t i = 0; argc == 4 && i < VP_COUNT_OF(parts); i++) {
        if (strcmp(argv[2], parts[i].name) == 0) {
            parts[i].run(argv[1], argv[3]);
            return 0;
        }
    }
    fprintf(stderr, "usage: core FOLDER algebra SUFFIX|member FAMILY|lpm FAMILY\n");
    return 2;
}
