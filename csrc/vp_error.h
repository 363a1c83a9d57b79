/*
 * vp_error.h - the details of a failure, filled into a structure that the caller owns.
 */
#ifndef VP_ERROR_H
#define VP_ERROR_H

#include "vp_base.h"

VP_BEGIN_DECLS

#define VP_ERROR_MESSAGE_MAX 512

/*
 * `code` is a string with static lifetime: AWS's error code for VP_REFUSED
 * ("InvalidVpc.Range"), else one of the stable codes of outside data ("invalid_cidr",
 * "unknown_id", "ambiguous", "limit", "no_memory"). `message` is terminated and stands alone.
 */
typedef struct vp_error {
    vp_status status;
    const char *code;
    char message[VP_ERROR_MESSAGE_MAX];
} vp_error;

/*
 * Fills *error (NULL is allowed: nothing is kept) and returns `status`, so that a function can
 * write `return vp_error_set(...)`. The message is cut at VP_ERROR_MESSAGE_MAX - 1 bytes.
 */
VP_PRINTF(4, 5)
vp_status vp_error_set(vp_error *error, vp_status status, const char *code, const char *format,
                       ...);

/* Room for any quoted text, with the terminating NUL. */
#define VP_ERROR_QUOTE_MAX 80

/*
 * Writes outside text so that it can stand in a message: bytes that are not printable ASCII become
 * \xNN, a long text is cut and ends in "...". Returns `out`.
 */
const char *vp_error_quote(const char *text, size_t length, char out[VP_ERROR_QUOTE_MAX]);

/* The two failures that carry no details of their own. */
vp_status vp_error_no_memory(vp_error *error);
vp_status vp_error_limit(vp_error *error, const char *limit_name, size_t limit);

VP_END_DECLS

#endif
