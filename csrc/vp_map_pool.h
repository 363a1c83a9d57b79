/*
 * vp_map_pool.h - range maps kept once: equal functions have equal numbers.
 *
 * The engine asks the same few functions of addresses and services over and over: a thousand
 * subnets share one ACL, ten thousand pairs admit the same ports. The pool keeps each function
 * once and gives it a small number, so that comparing two functions is comparing two numbers, and
 * what an operation gave for two numbers can be remembered (vp_memo).
 *
 * Number 0 is the function that is 0 everywhere, whatever its family. A pool only grows; it is
 * dropped as a whole.
 */
#ifndef VP_MAP_POOL_H
#define VP_MAP_POOL_H

#include "vp_range_map.h"

VP_BEGIN_DECLS

#define VP_MAP_NONE 0u

/* Limit: how many bytes the functions of one pool may take. */
#define VP_MAP_POOL_BYTES_MAX ((size_t)1 << 31)

typedef struct vp_map_chunk vp_map_chunk;

/*
 * `status` is VP_OK until a function could not be kept (VP_NO_MEMORY, VP_LIMIT); then every new
 * function is number 0, so that callers check once, at the end.
 */
typedef struct vp_map_pool {
    vp_alloc alloc;
    vp_range_map *maps; /* by number */
    uint32_t count, capacity;
    uint32_t *slots; /* open addressing, number + 1, 0 = free */
    uint32_t slot_count;
    vp_map_chunk *chunks; /* what the arrays lie in, newest first */
    size_t bytes;
    vp_status status;
} vp_map_pool;

void vp_map_pool_init(vp_map_pool *pool, const vp_alloc *alloc);
void vp_map_pool_clear(vp_map_pool *pool);

/*
 * The number of a function; the map is copied when it is new and stays the caller's. Sound maps
 * only (vp_range_map_validate). O(points), 0 and pool->status when there is no room.
 */
uint32_t vp_map_pool_intern(vp_map_pool *pool, const vp_range_map *map);

/* The function of a number, good until the next vp_map_pool_intern (its arrays: always). O(1). */
VP_INLINE const vp_range_map *vp_map_pool_get(const vp_map_pool *pool, uint32_t number) {
    return &pool->maps[number];
}

/*
 * What operations on two numbers gave: a direct-mapped table that forgets, so its size is bounded
 * and an answer that is not there is only computed again.
 */
typedef struct vp_memo_entry {
    uint32_t operation, a, b, result;
} vp_memo_entry;

#define VP_MEMO_BITS_MIN 10
#define VP_MEMO_BITS_MAX 20

typedef struct vp_memo {
    vp_alloc alloc;
    vp_memo_entry *entries;
    uint32_t bits;  /* of the number of entries; 0 = not made yet */
    uint32_t added; /* since the table last grew */
} vp_memo;

void vp_memo_init(vp_memo *memo, const vp_alloc *alloc);
void vp_memo_clear(vp_memo *memo);

/* Where (operation, a, b) would stand. */
VP_INLINE uint32_t vp_memo_slot(const vp_memo *memo, uint32_t operation, uint32_t a, uint32_t b) {
    uint64_t hash = ((uint64_t)a << 32 | b) * UINT64_C(0x9e3779b97f4a7c15);
    hash ^= (uint64_t)operation * UINT64_C(0xc2b2ae3d27d4eb4f);
    return (uint32_t)((hash ^ hash >> 29) * UINT64_C(0xbf58476d1ce4e5b9) >> (64 - memo->bits));
}

/* True when it is remembered what (operation, a, b) gave; `operation` is not 0. O(1). */
VP_INLINE bool vp_memo_find(const vp_memo *memo, uint32_t operation, uint32_t a, uint32_t b,
                            uint32_t *result) {
    if (memo->bits == 0) {
        return false;
    }
    const vp_memo_entry *entry = &memo->entries[vp_memo_slot(memo, operation, a, b)];
    *result = entry->result;
    return entry->operation == operation && entry->a == a && entry->b == b;
}

/* Remembers a result; without memory for it nothing is lost but time. O(1) amortized. */
void vp_memo_keep(vp_memo *memo, uint32_t operation, uint32_t a, uint32_t b, uint32_t result);

VP_END_DECLS

#endif
