/*
 * vp_scan.h - reading IPv4 text many bytes at a time, for the loops that read millions.
 *
 * It takes what vp_addr_scan takes, or declines: whoever calls it goes to the thorough reader then,
 * which also knows what is wrong.
 *
 * A text is looked at 16 bytes at once. One computation marks every byte that is no digit; the
 * first marks are the dots, so where each number ends is known before any of them is read, all four
 * are computed together, and no jump depends on how many digits they have. Such jumps would be
 * guessed wrong about twice an address, which costs more than everything else here.
 *
 *     bytes    1 0 . 0 . 1 2 . 2 5 5 / 2 4 \n
 *     marks    . . x . x . . x . . . x . . x      set bits of one number, taken off one by one
 */
#ifndef VP_SCAN_H
#define VP_SCAN_H

#include "vp_scan_bytes.h"

VP_BEGIN_DECLS

/* How many bytes must be readable, whatever they are: the longest block has 18 and an end. */
#define VP_SCAN_BYTES 24

/*
 * Reads the number of one to three digits at `p`, which has no leading zero and is at most `most`;
 * returns what follows, or NULL when there is none. A fourth digit is left to whoever looks there.
 */
VP_INLINE const char *vp_scan_number(const char *p, const char *end, int most, int *number) {
    const char *start = p;
    int value = 0;
    while (p < end && vp_scan_digit(*p) <= 9 && p - start < 3) {
        value = value * 10 + (int)vp_scan_digit(*p++);
    }
    *number = value;
    return p == start || (*start == '0' && p - start > 1) || value > most ? NULL : p;
}

/* ---- addresses and blocks ---------------------------------------------------------------------*/

/*
 * Reads the address with which a text begins whose first 16 bytes are given; where it is shorter
 * they end with zeros. Returns its length, or 0 when there is none.
 *
 * The four numbers end at the first four marks, of which three are dots. What is wrong shows in the
 * bits: a mark behind a mark is a number without digits, four bits in a row without one are too
 * many digits, and a zero with a mark before it and none behind it leads a number.
 */
VP_INLINE unsigned vp_scan_address(const char *text, vp_scan_bytes bytes, uint32_t *value) {
    vp_scan_marks marks = vp_scan_look(bytes);
    unsigned others = marks.others | 0xf0000U, rest = others, large;
    unsigned digits = ~others, pairs = digits & digits >> 1, starts = others << 1 | 1;
    unsigned a = vp_scan_first(rest), b = vp_scan_first(rest &= rest - 1);
    unsigned c = vp_scan_first(rest &= rest - 1), d = vp_scan_first(rest &= rest - 1);
    unsigned up_to_end = rest ^ (rest - 1);
    unsigned wrong = (starts & (others | (marks.zeros & digits >> 1))) | (pairs & pairs >> 2);
    if ((wrong & up_to_end) | ((others ^ marks.dots) & up_to_end >> 1)) {
        return 0;
    }
    *value = vp_scan_octets(vp_scan_half(text) << (24 - 8 * a), vp_scan_half(text + b - 3),
                            vp_scan_half(text + c - 3), vp_scan_half(text + d - 4) >> 8, &large);
    return large ? 0 : d;
}

/* The length of a block behind a slash, of one digit or two; over 32 when it is none. */
VP_INLINE unsigned vp_scan_length(char first, char second, bool two) {
    unsigned high = vp_scan_digit(first), low = vp_scan_digit(second);
    unsigned length = two ? high * 10 + low : high;
    bool wrong = (high - two > 9U - two) | (two & (low > 9)); /* two do not begin with a zero */
    return length | (wrong ? 64 : 0);
}

/* The bits in which the addresses of a block differ. */
VP_INLINE uint32_t vp_scan_host_bits(unsigned length) {
    return (uint32_t)(UINT64_C(0xffffffff) >> length);
}

/*
 * Reads "a.b.c.d" or "a.b.c.d/len" as its first and last address; returns the end, or NULL when it
 * is anything else. VP_SCAN_BYTES from `text` on must be readable.
 */
VP_INLINE const char *vp_scan_ipv4_block(const char *text, uint32_t *first, uint32_t *last) {
    uint32_t host = 0, value = 0;
    vp_scan_bytes bytes = vp_scan_join(vp_scan_word(text), vp_scan_word(text + 8));
    unsigned used = vp_scan_address(text, bytes, &value);
    if (used == 0) {
        return NULL;
    }
    const char *end = text + used;
    if (*end == '/') {
        bool two = vp_scan_digit(end[2]) <= 9;
        unsigned length = vp_scan_length(end[1], end[2], two);
        if (length > 32) {
            return NULL;
        }
        host = vp_scan_host_bits(length);
        end += 2 + two;
    }
    *first = value & ~host;
    *last = value | host;
    return end;
}

/*
 * Reads a text that is "a.b.c.d" or "a.b.c.d/len" and nothing else as its first and last address;
 * false when it is anything else. Only the bytes of the text are read.
 */
VP_INLINE bool vp_scan_ipv4_text(const char *text, size_t length, uint32_t *first, uint32_t *last) {
    vp_scan_bytes bytes;
    if (length - 8 <= 10) { /* 8 to 18 */
        unsigned held = length < 16 ? (unsigned)length : 16;
        uint64_t head = vp_scan_word(text), tail = vp_scan_word(text + held - 8);
        bytes = vp_scan_join_rest(head, tail, 16 - held);
    } else if (length == 7) {
        bytes = vp_scan_join(vp_scan_half(text) | (uint64_t)vp_scan_half(text + 3) << 24, 0);
    } else {
        return false;
    }
    uint32_t host = 0, value = 0;
    unsigned used = vp_scan_address(text, bytes, &value);
    if (used < length) {
        size_t digits = length - used - 1;
        if (used == 0 || text[used] != '/' || digits - 1 > 1) {
            return false;
        }
        unsigned bits = vp_scan_length(text[used + 1], text[length - 1], digits == 2);
        if (bits > 32) {
            return false;
        }
        host = vp_scan_host_bits(bits);
    }
    *first = value & ~host;
    *last = value | host;
    return true;
}

VP_END_DECLS

#endif
