/*
 * vp_map_pool.c - hash-consing of range maps.
 *
 * The one idea: the invariant of a range map makes equal functions equal arrays, so a hash of the
 * arrays finds the copy that is there. Arrays lie in chunks that never move; only the headers do.
 */
#include "vp_map_pool.h"

#include <string.h>

struct vp_map_chunk {
    vp_map_chunk *next;
    size_t size, used; /* of the whole block, header included */
};

#define CHUNK_BYTES ((size_t)1 << 16)
#define CHUNK_HEADER ((sizeof(vp_map_chunk) + 7) / 8 * 8)

/* `alloc` may be the one that lies in the object itself. */
void vp_map_pool_init(vp_map_pool *pool, const vp_alloc *alloc) {
    vp_alloc kept = *alloc;
    memset(pool, 0, sizeof *pool);
    pool->alloc = kept;
}

void vp_map_pool_clear(vp_map_pool *pool) {
    for (uint32_t i = 0; i < pool->count; i++) {
        vp_range_map_drop_index(&pool->maps[i], &pool->alloc);
    }
    while (pool->chunks != NULL) {
        vp_map_chunk *chunk = pool->chunks;
        pool->chunks = chunk->next;
        vp_alloc_free(&pool->alloc, chunk, chunk->size);
    }
    vp_alloc_free(&pool->alloc, pool->maps, pool->capacity * sizeof *pool->maps);
    vp_alloc_free(&pool->alloc, pool->slots, pool->slot_count * sizeof *pool->slots);
    vp_map_pool_init(pool, &pool->alloc);
}

static uint64_t mix(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

static uint64_t hash_of(const vp_range_map *map) {
    uint64_t hash = mix(map->family, map->values != NULL);
    bool wide = map->family == 6;
    for (uint32_t i = 0; i < map->count; i++) {
        vp_point point = vp_points_get(map->points, i, wide);
        hash = mix(hash, point.lo);
        hash = wide ? mix(hash, point.hi) : hash;
        hash = map->values != NULL ? mix(hash, map->values[i]) : hash;
    }
    return hash;
}

static bool is_same(const vp_range_map *a, const vp_range_map *b) {
    return a->family == b->family && (a->values == NULL) == (b->values == NULL) &&
           vp_range_map_equals(a, b);
}

/* `bytes` of memory that stays where it is; NULL sets pool->status. */
static void *take(vp_map_pool *pool, size_t bytes) {
    vp_map_chunk *chunk = pool->chunks;
    if (chunk == NULL || chunk->size - chunk->used < bytes) {
        size_t size = CHUNK_HEADER + (bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES);
        if (pool->bytes + size > VP_MAP_POOL_BYTES_MAX) {
            pool->status = VP_LIMIT;
            return NULL;
        }
        chunk = vp_alloc_array(&pool->alloc, NULL, 0, size, 1);
        if (chunk == NULL) {
            pool->status = VP_NO_MEMORY;
            return NULL;
        }
        chunk->size = size;
        chunk->used = CHUNK_HEADER;
        chunk->next = pool->chunks;
        pool->chunks = chunk;
        pool->bytes += size;
    }
    void *memory = (char *)chunk + chunk->used;
    chunk->used += bytes;
    return memory;
}

/* Doubles the table of slots. The old one stays when there is no memory. */
static bool grow_slots(vp_map_pool *pool) {
    uint32_t slot_count = pool->slot_count == 0 ? 64 : pool->slot_count * 2;
    uint32_t *slots = vp_alloc_zeroed(&pool->alloc, slot_count * sizeof *slots);
    if (slots == NULL) {
        pool->status = VP_NO_MEMORY;
        return false;
    }
    for (uint32_t number = 0; number < pool->count; number++) {
        uint32_t slot = (uint32_t)hash_of(&pool->maps[number]) & (slot_count - 1);
        while (slots[slot] != 0) {
            slot = (slot + 1) & (slot_count - 1);
        }
        slots[slot] = number + 1;
    }
    vp_alloc_free(&pool->alloc, pool->slots, pool->slot_count * sizeof *pool->slots);
    pool->slots = slots;
    pool->slot_count = slot_count;
    return true;
}

/* Room for one more map and its slot; number 0 is made with the first. */
static bool make_room(vp_map_pool *pool) {
    void *maps = pool->maps;
    vp_status status = vp_alloc_grow(&pool->alloc, &maps, &pool->capacity, (size_t)pool->count + 2,
                                     sizeof *pool->maps);
    if (status != VP_OK) {
        pool->status = status;
        return false;
    }
    pool->maps = maps;
    if (pool->count == 0) {
        memset(&pool->maps[0], 0, sizeof pool->maps[0]);
        pool->maps[0].family = 4;
        pool->count = 1;
    }
    return pool->count * 2 < pool->slot_count || grow_slots(pool);
}

static bool copy_map(vp_map_pool *pool, const vp_range_map *map, vp_range_map *copy) {
    bool wide = map->family == 6;
    void *memory = take(pool, vp_range_map_bytes(map->family, map->count, map->values != NULL));
    if (memory == NULL) {
        return false;
    }
    vp_range_map_place(copy, map->family, map->count, map->values != NULL, memory);
    for (uint32_t i = 0; i < map->count; i++) {
        vp_points_set(copy->points, i, vp_points_get(map->points, i, wide), wide);
    }
    if (map->values != NULL) {
        memcpy(copy->values, map->values, map->count * sizeof *map->values);
    }
    copy->count = map->count;
    return true;
}

uint32_t vp_map_pool_intern(vp_map_pool *pool, const vp_range_map *map) {
    if (pool->status != VP_OK || !make_room(pool) || map->count == 0) {
        return VP_MAP_NONE;
    }
    uint32_t mask = pool->slot_count - 1, slot = (uint32_t)hash_of(map) & mask;
    for (; pool->slots[slot] != 0; slot = (slot + 1) & mask) {
        if (is_same(&pool->maps[pool->slots[slot] - 1], map)) {
            return pool->slots[slot] - 1;
        }
    }
    if (!copy_map(pool, map, &pool->maps[pool->count])) {
        return VP_MAP_NONE;
    }
    pool->slots[slot] = ++pool->count;
    return pool->count - 1;
}

/* `alloc` may be the one that lies in the object itself. */
void vp_memo_init(vp_memo *memo, const vp_alloc *alloc) {
    vp_alloc kept = *alloc;
    memset(memo, 0, sizeof *memo);
    memo->alloc = kept;
}

void vp_memo_clear(vp_memo *memo) {
    vp_alloc_free(&memo->alloc, memo->entries,
                  memo->bits == 0 ? 0 : sizeof *memo->entries << memo->bits);
    vp_memo_init(memo, &memo->alloc);
}

/* What was remembered is not carried over: it comes back with the next questions. */
static void grow_memo(vp_memo *memo) {
    uint32_t bits = memo->bits == 0 ? VP_MEMO_BITS_MIN : memo->bits + 2;
    vp_memo_entry *entries = vp_alloc_zeroed(&memo->alloc, sizeof *entries << bits);
    memo->added = 0;
    if (entries != NULL) {
        vp_memo_clear(memo);
        memo->entries = entries;
        memo->bits = bits;
    }
}

void vp_memo_keep(vp_memo *memo, uint32_t operation, uint32_t a, uint32_t b, uint32_t result) {
    if (memo->bits == 0 || (memo->bits < VP_MEMO_BITS_MAX && memo->added >> memo->bits != 0)) {
        grow_memo(memo);
        if (memo->bits == 0) {
            return;
        }
    }
    memo->added++;
    vp_memo_entry kept = {operation, a, b, result};
    memo->entries[vp_memo_slot(memo, operation, a, b)] = kept;
}
