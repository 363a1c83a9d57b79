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

const char *vp_error_quote(const char *text, size_t length, char out[VP_ERROR_QUOTE_MAX]) {
    static const char digits[16] = "0123456789abcdef";
    char *p = out, *limit = out + VP_ERROR_QUOTE_MAX - 8; /* an escape, the dots and the NUL */
    size_t i = 0;
    for (; i < length && p < limit; i++) {
        unsigned byte = (unsigned char)text[i];
        if (byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\') {
            *p++ = (char)byte;
        } else {
            *p++ = '\\';
            *p++ = 'x';
            *p++ = digits[byte >> 4];
            *p++ = digits[byte & 0xf];
        }
    }
    if (i < length) {
        for (int dot = 0; dot < 3; dot++) {
            *p++ = '.';
        }
    }
    *p = '\0';
    return out;
}

vp_status vp_error_no_memory(vp_error *error) {
    return vp_error_set(error, VP_NO_MEMORY, "no_memory", "not enough memory");
}

vp_status vp_error_limit(vp_error *error, const char *limit_name, size_t limit) {
    return vp_error_set(error, VP_LIMIT, "limit", "the limit %s (%zu) is reached", limit_name,
                        limit);
}
