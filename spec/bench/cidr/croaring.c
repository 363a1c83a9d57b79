/*
 * croaring.c - CRoaring (libroaring-dev) as a set of IPv4 addresses, one range a block:
 * `croaring FOLDER algebra SUFFIX|member 4`.
 */
#include "bench.h"

#include <roaring/roaring.h>

static roaring_bitmap_t *read_set(const char *folder, const char *name) {
    size_t count;
    bench_block *list = bench_blocks(folder, name, &count);
    roaring_bitmap_t *set = roaring_bitmap_create();
    for (size_t i = 0; i < count; i++) {
        uint64_t first = bench_ipv4(&list[i]);
        roaring_bitmap_add_range(set, first, first + (UINT64_C(1) << (32 - list[i].length)));
    }
    roaring_bitmap_run_optimize(set);
    free(list);
    return set;
}

typedef roaring_bitmap_t *operation(const roaring_bitmap_t *a, const roaring_bitmap_t *b);

static roaring_bitmap_t *complement(const roaring_bitmap_t *a, const roaring_bitmap_t *b) {
    (void)b;
    return roaring_bitmap_flip(a, 0, UINT64_C(1) << 32);
}

static void combine(const char *workload, operation *work, const roaring_bitmap_t *a,
                    const roaring_bitmap_t *b) {
    double seconds;
    BENCH_TIME(5, seconds, roaring_bitmap_free(work(a, b)));
    roaring_bitmap_t *result = work(a, b);
    bench_report(workload, seconds, roaring_bitmap_get_cardinality(result));
    roaring_bitmap_free(result);
}

static void algebra(const char *folder, const char *suffix) {
    char name[64];
    double seconds;
    bool answer = false;
    snprintf(name, sizeof name, "a%s", suffix);
    roaring_bitmap_t *a = read_set(folder, name);
    name[0] = 'b';
    roaring_bitmap_t *b = read_set(folder, name);
    combine("union", roaring_bitmap_or, a, b);
    combine("intersection", roaring_bitmap_and, a, b);
    combine("difference", roaring_bitmap_andnot, a, b);
    combine("complement", complement, a, NULL);
    BENCH_TIME(5, seconds, answer = roaring_bitmap_intersect(a, b));
    bench_report("overlaps", seconds, answer);
    roaring_bitmap_t *inner = roaring_bitmap_and(a, b);
    BENCH_TIME(5, seconds, answer = roaring_bitmap_is_subset(inner, a));
    bench_report("subset", seconds, answer);
    roaring_bitmap_free(inner);
    roaring_bitmap_free(a);
    roaring_bitmap_free(b);
}

/* Only IPv4; `family` is there to be called like algebra. */
static void membership(const char *folder, const char *family) {
    (void)family;
    size_t count, hits = 0;
    bench_block *list = bench_blocks(folder, "probes4", &count);
    uint32_t *addresses = calloc(count, sizeof *addresses);
    roaring_bitmap_t *set = read_set(folder, "a4_100000");
    double seconds;
    for (size_t i = 0; i < count && addresses != NULL; i++) {
        addresses[i] = bench_ipv4(&list[i]);
    }
    BENCH_TIME(5, seconds, {
        hits = 0;
        for (size_t i = 0; i < count; i++) {
            hits += roaring_bitmap_contains(set, addresses[i]);
        }
    });
    bench_report("member", seconds, hits);
    roaring_bitmap_free(set);
    free(addresses);
    free(list);
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[2], "algebra") == 0) {
        algebra(argv[1], argv[3]);
    } else if (argc == 4 && strcmp(argv[2], "member") == 0) {
        membership(argv[1], argv[3]);
    } else {
        fprintf(stderr, "usage: croaring FOLDER algebra SUFFIX|member 4\n");
        return 2;
    }
    return 0;
}
