/*
 * vp_base.h - what every file of the core shares: the version, status codes, visibility.
 *
 * The core (vp_*) is plain C11. It knows no Lua, keeps no global state, never prints, exits or
 * blocks, and allocates only through a vp_alloc (vp_alloc.h) that its caller hands it. Two networks
 * may therefore be used from two threads at the same time; one network from one thread at a time.
 */
#ifndef VP_BASE_H
#define VP_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The version of the product, written here and nowhere else in the code. */
#define VP_VERSION "0.1.0"

/*
 * Everything the core declares is hidden from the dynamic linker: a rock is built without
 * -fvisibility=hidden, so the headers say it. Each header puts its declarations between the two.
 */
#if defined(__GNUC__)
#define VP_BEGIN_DECLS _Pragma("GCC visibility push(hidden)")
#define VP_END_DECLS _Pragma("GCC visibility pop")
#define VP_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#define VP_MUST_CHECK __attribute__((warn_unused_result))
#define VP_PREFETCH(address) __builtin_prefetch(address)
#else
#define VP_BEGIN_DECLS
#define VP_END_DECLS
#define VP_PRINTF(text, first)
#define VP_MUST_CHECK
#define VP_PREFETCH(address) ((void)(address))
#endif

/*
 * What a function that can fail returns. Zero is success, VP_MORE says that there is more to
 * fetch, errors are negative. The details of an error go to the caller's vp_error (vp_error.h).
 */
typedef enum vp_status {
    VP_OK = 0,
    VP_MORE = 1,
    VP_NO_MEMORY = -1, /* the allocator gave nothing */
    VP_LIMIT = -2,     /* a named limit was reached */
    VP_INVALID = -3,   /* outside data that cannot be read: text, a document, a question */
    VP_NOT_FOUND = -4, /* a name that the model does not know */
    VP_AMBIGUOUS = -5, /* a name that several objects carry */
    VP_REFUSED = -6,   /* a change that AWS would refuse; vp_error.code is AWS's code */
    VP_MISUSE = -7     /* the caller broke the contract: closed object, wrong kind */
} vp_status;

#define VP_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
