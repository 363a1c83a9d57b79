/*
 * fuzz.h - what the fuzz targets share: checks that end the process, and an allocator that can be
 * told to refuse.
 *
 * A target is one file NAME_fuzz.c with LLVMFuzzerTestOneInput; corpus/NAME holds its seeds, which
 * are texts. A finding is a crash, a report of a sanitizer, or a check that does not hold.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "vp_alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process, which is how a fuzzer learns of a finding. */
#define FUZZ_CHECK(condition) ((condition) ? (void)0 : fuzz_fail(#condition, __FILE__, __LINE__))

static inline void fuzz_fail(const char *what, const char *file, int line) {
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}

/* The C library's memory; the request that `countdown` reaches 1 at is refused. 0: none. */
typedef struct fuzz_memory {
    unsigned countdown;
    bool refused;
    size_t live; /* bytes in use */
} fuzz_memory;

static inline void *fuzz_resize(void *context, void *block, size_t old_size, size_t new_size) {
    fuzz_memory *memory = context;
    if (new_size > 0 && memory->countdown > 0 && --memory->countdown == 0) {
        memory->refused = true;
        return NULL;
    }
    memory->live += new_size - old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    void *result = realloc(block, new_size);
    FUZZ_CHECK(result != NULL);
    return result;
}

static inline vp_alloc fuzz_alloc(fuzz_memory *memory) {
    vp_alloc alloc = {fuzz_resize, memory};
    memset(memory, 0, sizeof *memory);
    return alloc;
}

#endif
