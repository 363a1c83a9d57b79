/*
 * vp_text.h - the text forms of a block that libcidr writes.
 *
 * The only user of libcidr. Its values are built from blocks that our own reader made; its text
 * reader is never called (it accepts octal and reads out of bounds). Canonical text is not its
 * business either: that is vp_cidr_format.
 */
#ifndef VP_TEXT_H
#define VP_TEXT_H

#include "vp_cidr.h"

VP_BEGIN_DECLS

/* Room for any of the forms, with the terminating NUL: a PTR name of IPv6 is the longest. */
#define VP_TEXT_MAX 80

typedef enum vp_text_form {
    VP_TEXT_NETMASK,  /* 255.255.0.0, ffff:ffff:: */
    VP_TEXT_WILDCARD, /* 0.0.255.255, ::ffff:ffff:...: the complement of the netmask */
    VP_TEXT_PTR,      /* 0.0.0.10.in-addr.arpa: the name of the first address in the DNS */
    VP_TEXT_LONG      /* 10.0.0.0, 2001:0db8:0000:0000:0000:0000:0000:0000: no length */
} vp_text_form;

/*
 * Writes a form of a block and a NUL; *length is its size. The block must be given. VP_NO_MEMORY
 * leaves `out` empty. libcidr allocates its results with malloc, past vp_alloc; they are released
 * before the function returns. O(1), any thread.
 */
VP_MUST_CHECK vp_status vp_text_format(const vp_cidr *cidr, vp_text_form form,
                                       char out[VP_TEXT_MAX], size_t *length, vp_error *error);

VP_END_DECLS

#endif
