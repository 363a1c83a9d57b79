/*
 * vp_scan.h - reading IPv4 text many bytes at a time, for the loops that read millions.
 *
 * It takes what vp_addr_scan takes, or declines: whoever calls it goes to the thorough reader then,
 * which also knows what is wrong.
 *
 * A text is looked at as words of eight bytes. One computation marks every byte that is no digit;
 * the first marks are the dots, so where each number starts is known before any of them is read,
 * and no jump depends on how many digits they have. Such jumps would be guessed wrong about twice
 * an address, which costs more than everything else here.
 *
 *     bytes    1 0 . 0 . 1 2 . 2 5 5 / 2 4 \n
 *     marks    . . x . x . . x . . . x . . x      set bits of one number, taken off one by one
 */
#ifndef VP_SCAN_H
#define VP_SCAN_H

#include "vp_point.h"

VP_BEGIN_DECLS

/* How many bytes must be readable, whatever they are: the longest block has 18 and an end. */
#define VP_SCAN_BYTES 24

/* The value of a decimal digit, over 9 for any other byte. */
VP_INLINE unsigned vp_scan_digit(char c) { return (unsigned)(unsigned char)c - '0'; }

/* Bytes as a number, the first one lowest: a plain load where the machine does it so. */
VP_INLINE uint32_t vp_scan_half(const char *text) {
    const unsigned char *bytes = (const unsigned char *)text;
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

VP_INLINE uint64_t vp_scan_word(const char *text) {
    return vp_scan_half(text) | (uint64_t)vp_scan_half(text + 4) << 32;
}

/* Its opposite; written out, since compilers make one store of it, but not of a loop. */
VP_INLINE void vp_scan_put_word(char *out, uint64_t word) {
    unsigned char *bytes = (unsigned char *)out;
    bytes[0] = (unsigned char)word;
    bytes[1] = (unsigned char)(word >> 8);
    bytes[2] = (unsigned char)(word >> 16);
    bytes[3] = (unsigned char)(word >> 24);
    bytes[4] = (unsigned char)(word >> 32);
    bytes[5] = (unsigned char)(word >> 40);
    bytes[6] = (unsigned char)(word >> 48);
    bytes[7] = (unsigned char)(word >> 56);
}

/*
 * Copies 8 to 16 bytes, with zeros behind them. Two loads that overlap and two stores of words: for
 * what memcpy puts together of pieces, the words read next would have to wait.
 */
VP_INLINE void vp_scan_copy(const char *text, size_t length, char out[VP_SCAN_BYTES]) {
    unsigned missing = 8 * (unsigned)(16 - length);
    uint64_t end = vp_scan_word(text + length - 8);
    vp_scan_put_word(out, vp_scan_word(text));
    vp_scan_put_word(out + 8, missing < 64 ? end >> missing : 0);
    vp_scan_put_word(out + 16, 0);
}

/*
 * A bit for each of eight bytes that is no decimal digit. Digits become 0 to 9 by the exclusive or,
 * other bytes become more, which the sum carries into their top bit, and no further. The product
 * brings the eight top bits together.
 */
VP_INLINE unsigned vp_scan_marks(uint64_t word) {
    const uint64_t all = UINT64_C(0x0101010101010101);
    uint64_t value = word ^ all * '0';
    uint64_t marks = (((value & all * 0x7f) + all * 0x76) | value) & all * 0x80;
    return (unsigned)(((marks >> 7) * UINT64_C(0x0102040810204080)) >> 56);
}

/* The lowest set bit of a number other than 0. */
VP_INLINE unsigned vp_scan_first(unsigned marks) {
#if defined(__GNUC__)
    return (unsigned)__builtin_ctz(marks);
#else
    unsigned bit = 0;
    for (; !(marks & 1); marks >>= 1) {
        bit++;
    }
    return bit;
#endif
}

/*
 * What an octet of so many digits has to be: its text, as a number with the first byte on top, at
 * least and at most that. Which bits are digits when the first byte is lowest, and what each digit
 * counts for, in the opposite order.
 */
typedef struct vp_scan_rule {
    uint32_t least, most, digits, factors;
} vp_scan_rule;

/*
 * The number of `length` digits at `text`; over 255 when it is no octet: too long or too short, too
 * large, or with a leading zero. Four bytes must be readable.
 */
VP_INLINE unsigned vp_scan_octet(const char *text, unsigned length) {
    static const vp_scan_rule rules[4] = {
        {1, 0, 0, 0}, /* nothing is in between */
        {0, UINT32_MAX, 0x0f, 1 << 16},
        {UINT32_C(0x31000000), UINT32_MAX, 0x0f0f, 10 << 16 | 1 << 8},
        {UINT32_C(0x31000000), UINT32_C(0x323535ff), 0x0f0f0f, 100 << 16 | 10 << 8 | 1}};
    const vp_scan_rule *rule = &rules[length < 4 ? length : 0];
    const unsigned char *bytes = (const unsigned char *)text;
    uint32_t whole = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
                     (uint32_t)bytes[3];
    unsigned bad = (unsigned)(whole < rule->least) | (unsigned)(whole > rule->most);
    /* The third byte of the product is the sum of digits times factors; those below do not carry.
     */
    unsigned value = (vp_scan_half(text) & rule->digits) * rule->factors >> 16 & 0xff;
    return value | bad << 16;
}

/*
 * Reads "a.b.c.d" or "a.b.c.d/len" as its first and last address; returns the end, or NULL when it
 * is anything else. VP_SCAN_BYTES from `text` on must be readable.
 */
VP_INLINE const char *vp_scan_ipv4_block(const char *text, uint32_t *first, uint32_t *last) {
    /* 16 bytes hold an address and its end. The last mark is always there; masks keep the reads of
     * what is too long anyway near. */
    unsigned marks =
        vp_scan_marks(vp_scan_word(text)) | vp_scan_marks(vp_scan_word(text + 8)) << 8 | 0xf0000U;
    unsigned a = vp_scan_first(marks), b = vp_scan_first(marks &= marks - 1);
    unsigned c = vp_scan_first(marks &= marks - 1), d = vp_scan_first(marks & (marks - 1));
    unsigned first_octet = vp_scan_octet(text, a);
    unsigned second_octet = vp_scan_octet(text + (a & 15) + 1, b - a - 1);
    unsigned third_octet = vp_scan_octet(text + (b & 15) + 1, c - b - 1);
    unsigned fourth_octet = vp_scan_octet(text + (c & 15) + 1, d - c - 1);
    unsigned large = (first_octet | second_octet | third_octet | fourth_octet) >> 8;
    int others = (text[a & 15] ^ '.') | (text[b & 15] ^ '.') | (text[c & 15] ^ '.');
    if (large != 0 || others != 0) {
        return NULL;
    }
    uint32_t host = 0,
             value = first_octet << 24 | second_octet << 16 | third_octet << 8 | fourth_octet;
    const char *end = text + d;
    if (*end == '/') {
        unsigned length = vp_scan_digit(end[1]), second = vp_scan_digit(end[2]);
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
