/*
 * vp_alloc.h - the one way in which the core gets memory.
 *
 * A vp_alloc is a small value: a function and its context. Every structure that owns memory keeps
 * the vp_alloc it was made with. Sizes are passed back on release, so an allocator needs no
 * bookkeeping of its own and a test allocator can check them.
 */
#ifndef VP_ALLOC_H
#define VP_ALLOC_H

#include "vp_base.h"

VP_BEGIN_DECLS

typedef struct vp_alloc {
    /*
     * Resizes `block` from `old_size` to `new_size` bytes. block == NULL (old_size 0) allocates,
     * new_size == 0 releases and returns NULL. Returns NULL when there is no memory, and then
     * `block` stays as it was.
     */
    void *(*resize)(void *context, void *block, size_t old_size, size_t new_size);
    void *context;
} vp_alloc;

/* The C library's allocator. Any thread. */
vp_alloc vp_alloc_default(void);

/* Allocates `size` zeroed bytes, size > 0. NULL when there is no memory. */
void *vp_alloc_zeroed(const vp_alloc *alloc, size_t size);

/*
 * Grows or shrinks an array from old_count to new_count items of item_size bytes; the items that
 * are new are not initialized. Returns NULL, with the block untouched, when there is no memory or
 * the size does not fit a size_t. new_count == 0 releases and returns NULL.
 */
void *vp_alloc_array(const vp_alloc *alloc, void *block, size_t old_count, size_t new_count,
                     size_t item_size);

/* Releases a block of `size` bytes; NULL is ignored. */
void vp_alloc_free(const vp_alloc *alloc, void *block, size_t size);

/*
 * Makes room for at least `needed` items in a growing array (doubling, so appending is O(1)
 * amortized). *items and *capacity are updated; VP_NO_MEMORY leaves both as they were.
 */
VP_MUST_CHECK vp_status vp_alloc_grow(const vp_alloc *alloc, void **items, uint32_t *capacity,
                                      size_t needed, size_t item_size);

VP_END_DECLS

#endif
