/*
 * vp_error.c - filling a vp_error.
 */
#include "vp_error.h"

#include <stdarg.h>
#include <stdio.h>

vp_status vp_error_set(vp_error *error, vp_status status, const char *code, const char *format,
                       ...) {
    if (error != NULL) {
        va_list arguments;
        error->status = status;
        error->code = code;
        va_start(arguments, format);
        (void)vsnprintf(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
    }
    return status;
}

vp_status vp_error_no_memory(vp_error *error) {
    return vp_error_set(error, VP_NO_MEMORY, "no_memory", "not enough memory");
}

vp_status vp_error_limit(vp_error *error, const char *limit_name, size_t limit) {
    return vp_error_set(error, VP_LIMIT, "limit", "the limit %s (%zu) is reached", limit_name,
                        limit);
}
