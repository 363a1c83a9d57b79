/*
 * random.h - seeded random numbers for the tests of the core, and the printing of the seed.
 */
#ifndef SPEC_CORE_RANDOM_H
#define SPEC_CORE_RANDOM_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct random_source {
    uint64_t state;
} random_source;

/* The next 64 bits (splitmix64). */
static inline uint64_t random_next(random_source *source) {
    uint64_t z = source->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* A number below `limit`, which is not 0. */
static inline uint64_t random_below(random_source *source, uint64_t limit) {
    return random_next(source) % limit;
}

/* Starts from the environment variable VPCPEER_SEED, else from the clock, and prints the seed. */
static inline random_source random_start(void) {
    const char *given = getenv("VPCPEER_SEED");
    random_source source = {given != NULL ? strtoull(given, NULL, 10)
                                          : (uint64_t)time(NULL) % 1000000000};
    printf("VPCPEER_SEED=%" PRIu64 "\n", source.state);
    return source;
}

#endif
