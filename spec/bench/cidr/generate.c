/*
 * generate.c - the inputs of the benchmark, the same bytes on every machine: `generate FOLDER`.
 *
 *     a4_N b4_N      N IPv4 blocks as access lists have them (/16 to /32, a quarter of them next to
 *                    the one before, so that there is something to merge); N = 10^4, 10^5, 10^6
 *     a6_N b6_N      the same for IPv6 (/40 to /128 in 5,000 networks of /32); N = 10^5
 *     probes4, 6     10^6 addresses, every other one inside a4_100000 or a6_100000
 *     routes4        10^6 different IPv4 routes with the lengths of a full table of the Internet,
 *                    half of the longer ones inside shorter ones
 *     routes6        10^6 IPv6 routes, likewise (the Internet has a fifth of them)
 *     hits4, hits6   10^6 addresses, each inside a route
 *
 * Every file starts from a seed of its own.
 */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* IPv4 is kept in the top 32 bits of hi, so that both families share all code. */
typedef struct address {
    uint64_t hi, lo;
} address;

typedef struct block {
    address first;
    int length;
} block;

static uint64_t state;

/* splitmix64 */
static uint64_t draw(void) {
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static unsigned below(unsigned limit) { return (unsigned)((draw() >> 32) * limit >> 32); }

/* Bits of an address from position `length` on. */
static address host_mask(int length) {
    address mask = {0, 0};
    mask.hi = length == 0 ? UINT64_MAX : length < 64 ? UINT64_MAX >> length : 0;
    mask.lo = length <= 64 ? UINT64_MAX : length < 128 ? UINT64_MAX >> (length - 64) : 0;
    return mask;
}

static block block_of(address any, int length) {
    address mask = host_mask(length);
    block result = {{any.hi & ~mask.hi, any.lo & ~mask.lo}, length};
    return result;
}

static address inside(block b) {
    address mask = host_mask(b.length);
    address result = {b.first.hi | (draw() & mask.hi), b.first.lo | (draw() & mask.lo)};
    return result;
}

/* The block of the same length behind this one; the line is a ring. */
static block next_to(block b) {
    if (b.length > 64) {
        uint64_t before = b.first.lo;
        b.first.lo += b.length == 128 ? 1 : UINT64_C(1) << (128 - b.length);
        b.first.hi += b.first.lo < before;
    } else {
        b.first.hi += UINT64_C(1) << (64 - b.length);
    }
    return b;
}

/* ---- files ------------------------------------------------------------------------------------*/

static const char *folder;

static FILE *create(const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.txt", folder, name);
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    return file;
}

/* Writes an address, with its length unless that is negative. */
static void put(FILE *file, int family, address a, int length) {
    char text[INET6_ADDRSTRLEN];
    unsigned char bytes[16];
    for (int i = 0; i < 16; i++) {
        bytes[i] = (unsigned char)((i < 8 ? a.hi : a.lo) >> (56 - i % 8 * 8));
    }
    inet_ntop(family == 4 ? AF_INET : AF_INET6, bytes, text, sizeof text);
    if (length < 0) {
        fprintf(file, "%s\n", text);
    } else {
        fprintf(file, "%s/%d\n", text, length);
    }
}

/* ---- access lists -----------------------------------------------------------------------------*/

typedef struct share {
    int length;
    unsigned weight;
} share;

static const share access4[] = {{16, 4},   {18, 6},  {20, 30}, {22, 80}, {23, 60},
                                {24, 320}, {25, 30}, {26, 60}, {27, 40}, {28, 80},
                                {29, 20},  {30, 20}, {31, 10}, {32, 240}};
static const share access6[] = {{40, 20}, {44, 60},  {48, 400}, {52, 20},  {56, 120},
                                {60, 40}, {64, 240}, {96, 10},  {127, 10}, {128, 80}};

#define NETWORKS 5000
static address networks[NETWORKS]; /* of /32 inside 2000::/3 */

static int pick_length(const share *shares) {
    unsigned left = below(1000), i = 0;
    while (left >= shares[i].weight) {
        left -= shares[i++].weight;
    }
    return shares[i].length;
}

/* An address anywhere: of IPv6, in one of the networks. */
static address anywhere(int family) {
    address result = {draw(), draw()};
    if (family == 6) {
        result.hi = networks[below(NETWORKS)].hi | result.hi >> 32;
    }
    return result;
}

/* Writes a list and returns it. */
static block *write_list(const char *name, uint64_t seed, int family, unsigned count) {
    block *list = calloc(count, sizeof *list);
    FILE *file = create(name);
    const share *shares = family == 4 ? access4 : access6;
    state = seed;
    for (unsigned i = 0; i < count && list != NULL; i++) {
        if (i > 0 && below(4) == 0) {
            list[i] = next_to(list[i - 1]);
        } else {
            int length = pick_length(shares);
            list[i] = block_of(anywhere(family), length);
        }
        put(file, family, list[i].first, list[i].length);
    }
    fclose(file);
    return list;
}

/* 10^6 addresses, every `step`-th anywhere, the others inside a block of the list. */
static void write_probes(const char *name, uint64_t seed, int family, const block *list,
                         unsigned count, unsigned step) {
    FILE *file = create(name);
    state = seed;
    for (unsigned i = 1; i <= 1000000; i++) {
        address random = {draw() >> (family == 6 ? 3 : 0) | (uint64_t)(family == 6) << 61, draw()};
        put(file, family, i % step == 0 ? random : inside(list[below(count)]), -1);
    }
    fclose(file);
}

/* ---- routes -----------------------------------------------------------------------------------*/

static const share table4[] = {{8, 16},     {9, 13},      {10, 38},    {11, 103},   {12, 299},
                               {13, 581},   {14, 1203},   {15, 2100},  {16, 13490}, {17, 8235},
                               {18, 13798}, {19, 24870},  {20, 42611}, {21, 50750}, {22, 108623},
                               {23, 96510}, {24, 537698}, {28, 60},    {30, 20},    {32, 886}};
static const share table6[] = {{28, 193},   {29, 4371}, {30, 650},  {32, 22548}, {33, 2926},
                               {34, 2603},  {36, 5996}, {38, 1617}, {40, 13418}, {42, 2301},
                               {44, 14365}, {46, 3039}, {47, 3153}, {48, 75488}, {56, 24},
                               {64, 184},   {128, 6}};

#define SEEN_BITS 22
static block *seen[1 << SEEN_BITS]; /* open addressing */

/* Remembers a block; false when it was there. */
static bool is_new(block *b) {
    uint64_t hash =
        (b->first.hi ^ b->first.lo * 31 ^ (uint64_t)b->length) * UINT64_C(0x9e3779b97f4a7c15);
    size_t place = (size_t)(hash >> (64 - SEEN_BITS));
    for (; seen[place] != NULL; place = (place + 1) % (1 << SEEN_BITS)) {
        if (memcmp(&seen[place]->first, &b->first, sizeof b->first) == 0 &&
            seen[place]->length == b->length) {
            return false;
        }
    }
    seen[place] = b;
    return true;
}

/* A place for a route: among addresses in use, or inside a route made before. */
static address place_of(int family, const block *routes, unsigned made, int length) {
    if (made > 1000 && length > (family == 4 ? 16 : 32) && below(2) == 0) {
        const block *outer = &routes[below(made)];
        if (outer->length < length) {
            return inside(*outer);
        }
    }
    address result = anywhere(family);
    if (family == 4) { /* 1.0.0.0 to 222.255.255.255 */
        result.hi = (uint64_t)(0x01000000 + below(0xde000000)) << 32;
    } else if (length <= 32) { /* the networks are too few */
        result.hi = UINT64_C(1) << 61 | (uint64_t)below(1U << 29) << 32;
    }
    return result;
}

static void shuffle(block *list, unsigned count) {
    for (unsigned i = count - 1; i > 0; i--) {
        unsigned other = below(i + 1);
        block b = list[i];
        list[i] = list[other];
        list[other] = b;
    }
}

static void write_routes(const char *name, uint64_t seed, int family, const share *shares,
                         size_t kinds, unsigned count, const char *hits) {
    block *routes = calloc(count, sizeof *routes);
    uint64_t total = 0;
    unsigned made = 0;
    if (routes == NULL) {
        exit(1);
    }
    memset(seen, 0, sizeof seen);
    state = seed;
    for (size_t i = 0; i < kinds; i++) {
        total += shares[i].weight;
    }
    for (size_t i = 0; i < kinds; i++) {
        unsigned wanted = (unsigned)((uint64_t)shares[i].weight * count / total);
        unsigned end = i + 1 < kinds ? made + wanted : count;
        while (made < end) {
            int length = shares[i].length;
            routes[made] = block_of(place_of(family, routes, made, length), length);
            made += is_new(&routes[made]);
        }
    }
    shuffle(routes, count);
    FILE *file = create(name);
    for (unsigned i = 0; i < count; i++) {
        put(file, family, routes[i].first, routes[i].length);
    }
    fclose(file);
    write_probes(hits, seed + 1, family, routes, count, UINT32_MAX);
    free(routes);
}

int main(int argc, char **argv) {
    static const unsigned sizes[] = {10000, 100000, 1000000};
    char name[32];
    if (argc != 2) {
        fprintf(stderr, "usage: generate FOLDER\n");
        return 2;
    }
    folder = argv[1];
    state = 1;
    for (int i = 0; i < NETWORKS; i++) {
        networks[i].hi = UINT64_C(1) << 61 | (uint64_t)below(1U << 29) << 32;
    }
    for (unsigned i = 0; i < 3; i++) {
        for (int letter = 'a'; letter <= 'b'; letter++) {
            snprintf(name, sizeof name, "%c4_%u", letter, sizes[i]);
            block *list = write_list(name, 10 + 2 * i + (letter == 'b'), 4, sizes[i]);
            if (list != NULL && letter == 'a' && sizes[i] == 100000) {
                write_probes("probes4", 20, 4, list, sizes[i], 2);
            }
            free(list);
        }
    }
    free(write_list("b6_100000", 31, 6, 100000));
    block *list = write_list("a6_100000", 30, 6, 100000);
    write_probes("probes6", 32, 6, list, 100000, 2);
    free(list);
    write_routes("routes4", 40, 4, table4, sizeof table4 / sizeof *table4, 1000000, "hits4");
    write_routes("routes6", 50, 6, table6, sizeof table6 / sizeof *table6, 1000000, "hits6");
    return 0;
}
