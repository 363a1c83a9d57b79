/*
 * bench.h - what the C programs of the benchmark share: a clock, medians, reading the inputs.
 *
 * Times are processor time of the process, since the machine may be shared. A program prints a line
 * a result: the workload, a tab, median seconds, a tab, the answer (a count, by which the runner
 * sees that two programs did the same).
 */
#ifndef BENCH_H
#define BENCH_H

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline double bench_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline int bench_order(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline double bench_median(double *times, size_t count) {
    qsort(times, count, sizeof *times, bench_order);
    return times[count / 2];
}

#define BENCH_REPEATS 7

/* Runs the statements `repeats` times (at most BENCH_REPEATS); `seconds` becomes their median. */
#define BENCH_TIME(repeats, seconds, ...)                                                          \
    do {                                                                                           \
        double bench_times[BENCH_REPEATS];                                                         \
        for (size_t bench_i = 0; bench_i < (repeats); bench_i++) {                                 \
            double bench_start = bench_now();                                                      \
            __VA_ARGS__;                                                                           \
            bench_times[bench_i] = bench_now() - bench_start;                                      \
        }                                                                                          \
        (seconds) = bench_median(bench_times, (repeats));                                          \
    } while (0)

static inline void bench_report(const char *workload, double seconds, uint64_t answer) {
    printf("%s\t%.9f\t%" PRIu64 "\n", workload, seconds, answer);
    fflush(stdout);
}

/* The whole of FOLDER/NAME.txt, terminated; ends the process when it cannot be read. */
static inline char *bench_read(const char *folder, const char *name, size_t *length) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.txt", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(1);
    }
    long size = ftell(file);
    rewind(file);
    char *text = malloc((size_t)size + 1);
    if (text == NULL || fread(text, 1, (size_t)size, file) != (size_t)size) {
        perror(path);
        exit(1);
    }
    fclose(file);
    text[size] = '\0';
    *length = (size_t)size;
    return text;
}

/* A block of either family in network order; an address has the full length. */
typedef struct bench_block {
    unsigned char bytes[16];
    int length;
} bench_block;

static inline uint32_t bench_ipv4(const bench_block *b) {
    return (uint32_t)b->bytes[0] << 24 | (uint32_t)b->bytes[1] << 16 | (uint32_t)b->bytes[2] << 8 |
           b->bytes[3];
}

/* All blocks of a file. */
static inline bench_block *bench_blocks(const char *folder, const char *name, size_t *count) {
    size_t length, used = 0, lines = 0;
    char *text = bench_read(folder, name, &length);
    for (size_t i = 0; i < length; i++) {
        lines += text[i] == '\n';
    }
    bench_block *list = calloc(lines, sizeof *list);
    for (char *line = strtok(text, "\n"); line != NULL && list != NULL; line = strtok(NULL, "\n")) {
        int family = strchr(line, ':') != NULL ? AF_INET6 : AF_INET;
        char *slash = strchr(line, '/');
        list[used].length = slash != NULL ? atoi(slash + 1) : family == AF_INET ? 32 : 128;
        if (slash != NULL) {
            *slash = '\0';
        }
        used += inet_pton(family, line, list[used].bytes) == 1;
    }
    free(text);
    *count = used;
    return list;
}

#endif
