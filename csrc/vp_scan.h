/*
 * vp_scan.h - reading IPv4 text without looking for its end, for the loops that read millions.
 *
 * It takes what vp_addr_scan takes, or declines: whoever calls it goes to the thorough reader then,
 * which also knows what is wrong. Both functions look at a fixed number of bytes at most, which
 * must be readable, whatever they are.
 */
#ifndef VP_SCAN_H
#define VP_SCAN_H

#include "vp_point.h"

VP_BEGIN_DECLS

/* The longest address with what ends it, and the longest block. */
#define VP_SCAN_ADDRESS_BYTES 16
#define VP_SCAN_BLOCK_BYTES 19

/* The value of a decimal digit, over 9 for any other byte. */
VP_INLINE unsigned vp_scan_digit(char c) { return (unsigned)(unsigned char)c - '0'; }

/* Reads four decimal octets; returns their end, or NULL when it is anything else. */
VP_INLINE const char *vp_scan_ipv4(const char *text, uint32_t *value) {
    uint32_t result = 0;
    for (int part = 0; part < 4; part++) {
        if (part > 0 && *text++ != '.') {
            return NULL;
        }
        unsigned number = vp_scan_digit(*text++), next = vp_scan_digit(*text);
        if (number > 9) {
            return NULL;
        }
        if (next <= 9) {
            if (number == 0) {
                return NULL;
            }
            number = number * 10 + next;
            next = vp_scan_digit(*++text);
            if (next <= 9) {
                number = number * 10 + next;
                text++;
            }
        }
        if (number > 255) {
            return NULL;
        }
        result = result << 8 | number;
    }
    *value = result;
    return text;
}

/* Reads "a.b.c.d" or "a.b.c.d/len" as its first and last address; returns the end, or NULL. */
VP_INLINE const char *vp_scan_ipv4_block(const char *text, uint32_t *first, uint32_t *last) {
    uint32_t value, host = 0;
    const char *end = vp_scan_ipv4(text, &value);
    if (end == NULL) {
        return NULL;
    }
    if (*end == '/') {
        unsigned length = vp_scan_digit(end[1]);
        unsigned second = vp_scan_digit(end[2]);
        unsigned two = second <= 9;
        end += 2 + two;
        if (length - two > 9 - two) { /* no digit, or a leading zero */
            return NULL;
        }
        length = two ? length * 10 + second : length;
        if (length > 32) {
            return NULL;
        }
        host = (uint32_t)(UINT64_C(0xffffffff) >> length);
    }
    *first = value & ~host;
    *last = value | host;
    return end;
}

VP_END_DECLS

#endif
