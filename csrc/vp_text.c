/*
 * vp_text.c - values handed to libcidr, its texts copied out.
 */
#include "vp_text.h"

#include <libcidr.h>
#include <stdlib.h>
#include <string.h>

/* Writes the 16 bytes of libcidr's forms: an IPv4 value stands at their end. */
static void spread(uint64_t hi, uint64_t lo, uint8_t bytes[16]) {
    for (int i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(hi >> (56 - 8 * i) & 0xff);
        bytes[8 + i] = (uint8_t)(lo >> (56 - 8 * i) & 0xff);
    }
}

/*
 * The block as libcidr's structure, or NULL when there is no memory. libcidr makes a value only
 * from one address, so the mask is filled in here; the structure is part of its header.
 */
static CIDR *libcidr_of(const vp_cidr *cidr) {
    uint8_t bytes[16];
    CIDR *value;
    spread(cidr->address.hi, cidr->address.lo, bytes);
    if (cidr->address.family == 4) {
        struct in_addr address;
        memcpy(&address, bytes + 12, sizeof address);
        value = cidr_from_inaddr(&address);
    } else {
        struct in6_addr address;
        memcpy(&address, bytes, sizeof address);
        value = cidr_from_in6addr(&address);
    }
    if (value != NULL) {
        int ones = 128 - vp_addr_bits(&cidr->address) + cidr->prefix_length;
        for (int i = 0; i < 16; i++) {
            int in_byte = ones - 8 * i;
            value->mask[i] = (uint8_t)(in_byte >= 8 ? 0xff : in_byte <= 0 ? 0 : 0xff00 >> in_byte);
        }
    }
    return value;
}

static int flags_of(vp_text_form form) {
    switch (form) {
    case VP_TEXT_NETMASK:
        return CIDR_ONLYPFLEN | CIDR_NETMASK;
    case VP_TEXT_WILDCARD:
        return CIDR_ONLYPFLEN | CIDR_NETMASK | CIDR_WILDCARD;
    case VP_TEXT_PTR:
        return CIDR_REVERSE;
    case VP_TEXT_LONG:
        break;
    }
    return CIDR_ONLYADDR | CIDR_VERBOSE | CIDR_NOCOMPACT;
}

vp_status vp_text_format(const vp_cidr *cidr, vp_text_form form, char out[VP_TEXT_MAX],
                         size_t *length, vp_error *error) {
    CIDR *value = libcidr_of(cidr);
    char *text = value != NULL ? cidr_to_str(value, flags_of(form)) : NULL;
    size_t size = text != NULL ? strlen(text) : VP_TEXT_MAX;
    bool done = size < VP_TEXT_MAX;
    if (done) {
        memcpy(out, text, size + 1);
        *length = size;
    } else {
        out[0] = '\0';
    }
    free(text);
    cidr_free(value);
    return done ? VP_OK : vp_error_no_memory(error);
}
