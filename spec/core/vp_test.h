/*
 * vp_test.h - what a C test of the core needs: checks that count, and an allocator that fails.
 *
 * A test is one file `spec/core/NAME_test.c` with a main that ends in `return vp_test_end();`. The
 * last line it prints is `N passed, N failed`, which the test runner adds up; a program that does
 * not print it, or does not exit with 0, counts as a failure.
 *
 * Out of memory is tested by failing the n-th request for all n: vp_test_no_memory.
 */
#ifndef VP_TEST_H
#define VP_TEST_H

#include "vp_alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A place in a test that checks something; a check in a loop is one place. */
typedef struct vp_test_site {
    bool seen;
    unsigned failures;
} vp_test_site;

static unsigned vp_test_passed, vp_test_failed;

/* Counts this place; what does not hold is printed (the first times) and the run goes on. */
#define VP_CHECK(condition)                                                                        \
    do {                                                                                           \
        static vp_test_site vp_site;                                                               \
        vp_test_check((condition), #condition, &vp_site, __FILE__, __LINE__);                      \
    } while (false)

/* The same for terminated text; both texts are printed when they differ. */
#define VP_CHECK_TEXT(actual, wanted)                                                              \
    do {                                                                                           \
        static vp_test_site vp_site;                                                               \
        vp_test_check_text((actual), (wanted), #actual, &vp_site, __FILE__, __LINE__);             \
    } while (false)

static inline void vp_test_check(bool holds, const char *what, vp_test_site *site, const char *file,
                                 int line) {
    if (!site->seen) {
        site->seen = true;
        vp_test_passed++;
    }
    if (holds) {
        return;
    }
    if (site->failures == 0) {
        vp_test_passed--;
        vp_test_failed++;
    }
    if (++site->failures <= 5) {
        fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    }
}

static inline void vp_test_check_text(const char *actual, const char *wanted, const char *what,
                                      vp_test_site *site, const char *file, int line) {
    bool same = actual != NULL && strcmp(actual, wanted) == 0;
    if (!same && site->failures < 5) {
        fprintf(stderr, "%s:%d: got \"%s\", wanted \"%s\"\n", file, line,
                actual == NULL ? "(null)" : actual, wanted);
    }
    vp_test_check(same, what, site, file, line);
}

/* Prints the counts; the result is the exit status of the program. */
static inline int vp_test_end(void) {
    printf("%u passed, %u failed\n", vp_test_passed, vp_test_failed);
    return vp_test_failed == 0 && vp_test_passed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Counts the bytes in use and refuses request number `fail_at` (0: none) and all later ones. */
typedef struct vp_test_memory {
    size_t requests;
    size_t fail_at;
    size_t live;
    bool failed;
} vp_test_memory;

static inline void *vp_test_resize(void *context, void *block, size_t old_size, size_t new_size) {
    vp_test_memory *memory = context;
    if (new_size == 0) {
        memory->live -= block == NULL ? 0 : old_size;
        free(block);
        return NULL;
    }
    memory->requests++;
    if (memory->fail_at != 0 && memory->requests >= memory->fail_at) {
        memory->failed = true;
        return NULL;
    }
    void *result = realloc(block, new_size);
    if (result != NULL) {
        memory->live += new_size - (block == NULL ? 0 : old_size);
    }
    return result;
}

static inline vp_alloc vp_test_failing_alloc(vp_test_memory *memory, size_t fail_at) {
    vp_alloc alloc = {vp_test_resize, memory};
    memset(memory, 0, sizeof *memory);
    memory->fail_at = fail_at;
    return alloc;
}

/*
 * Runs `work`, which cleans up after itself, with request 1, 2, ... refused until none is. What is
 * refused memory says so, or (`may_do_without`) ends well all the same. Returns the last n: one
 * more than the requests that `work` makes.
 */
static inline size_t vp_test_no_memory(vp_status (*work)(const vp_alloc *alloc),
                                       bool may_do_without) {
    for (size_t n = 1;; n++) {
        vp_test_memory memory;
        vp_alloc alloc = vp_test_failing_alloc(&memory, n);
        vp_status status = work(&alloc);
        VP_CHECK(memory.live == 0);
        if (!memory.failed) {
            VP_CHECK(status == VP_OK);
            return n;
        }
        VP_CHECK(status == VP_NO_MEMORY || (may_do_without && status == VP_OK));
    }
}

#endif
