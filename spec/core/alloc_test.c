/*
 * alloc_test.c - the default allocator keeps what is in a block, whatever sizes it goes through:
 * large blocks come from another place than small ones.
 */
#include "random.h"
#include "vp_test.h"

#define MIB ((size_t)1 << 20)

/* Bytes at both ends and around the borders of pages; the whole would be mostly waiting. */
static void write_marks(unsigned char *block, size_t size, unsigned char mark) {
    for (size_t at = 0; at < size; at += 4093) {
        block[at] = (unsigned char)(mark + at % 251);
    }
    block[size - 1] = mark;
}

static bool has_marks(const unsigned char *block, size_t size, unsigned char mark) {
    bool right = true;
    for (size_t at = 0; at < size && right; at += 4093) {
        right = block[at] == (unsigned char)(mark + at % 251);
    }
    return right;
}

static void check_sizes(void) {
    random_source random = random_start();
    vp_alloc alloc = vp_alloc_default();
    unsigned char *block = NULL;
    size_t size = 0;
    for (unsigned char round = 0; round < 60; round++) {
        size_t limit = round % 3 == 0 ? 64 : 20 * MIB, wanted = 1 + random_below(&random, limit);
        unsigned char *moved = vp_alloc_array(&alloc, block, size, wanted, 1);
        VP_CHECK(moved != NULL);
        if (moved == NULL) {
            break;
        }
        size_t kept = size < wanted ? size : wanted;
        VP_CHECK(kept == 0 || has_marks(moved, kept - 1, (unsigned char)(round - 1)));
        write_marks(moved, wanted, round);
        block = moved;
        size = wanted;
    }
    vp_alloc_free(&alloc, block, size);
}

/* What cannot be had leaves the block as it was. */
static void check_refusal(void) {
    vp_alloc alloc = vp_alloc_default();
    unsigned char *block = vp_alloc_array(&alloc, NULL, 0, 8 * MIB, 1);
    VP_CHECK(block != NULL);
    if (block != NULL) {
        write_marks(block, 8 * MIB, 7);
#if !defined(__SANITIZE_ADDRESS__) /* which ends the program instead */
        VP_CHECK(vp_alloc_array(&alloc, block, 8 * MIB, SIZE_MAX / 2, 1) == NULL);
        VP_CHECK(vp_alloc_array(&alloc, block, 8 * MIB, SIZE_MAX - 4096, 1) == NULL);
#endif
        VP_CHECK(vp_alloc_array(&alloc, block, 8 * MIB, SIZE_MAX, 2) == NULL);
        VP_CHECK(has_marks(block, 8 * MIB - 1, 7));
    }
    vp_alloc_free(&alloc, block, 8 * MIB);
}

int main(void) {
    check_sizes();
    check_refusal();
    return vp_test_end();
}
