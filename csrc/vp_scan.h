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

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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

/* The marks of two words, those of the second one in bits 8 to 15. */
VP_INLINE unsigned vp_scan_marks_of_two(uint64_t first, uint64_t second) {
#if defined(__SSE2__)
    const __m128i most = _mm_set1_epi8(9);
    __m128i bytes = _mm_set_epi64x((long long)second, (long long)first);
    __m128i values = _mm_xor_si128(bytes, _mm_set1_epi8('0'));
    __m128i digits = _mm_cmpeq_epi8(_mm_min_epu8(values, most), values);
    return 0xffffU ^ (unsigned)_mm_movemask_epi8(digits);
#else
    return vp_scan_marks(first) | vp_scan_marks(second) << 8;
#endif
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
    unsigned marks = vp_scan_marks_of_two(vp_scan_word(text), vp_scan_word(text + 8)) | 0xf0000U;
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

/*
 * What an octet is to be that ends where a mark is: its digits are the last bytes before it. Which
 * bytes they are, and the least number that so many digits write; 1 with no digits is none.
 */
typedef struct vp_scan_end_rule {
    uint32_t digits, least;
} vp_scan_end_rule;

/*
 * The octet of `length` digits at the end of three bytes, of which the first is lowest; sets *bad
 * when it is none.
 */
VP_INLINE uint32_t vp_scan_octet_before(uint32_t bytes, unsigned length, unsigned *bad) {
    static const vp_scan_end_rule rules[4] = {
        {0, 1}, {0x0f0000, 0}, {0x0f0f00, 0x000100}, {0x0f0f0f, 0x010000}};
    const vp_scan_end_rule *rule = &rules[length < 4 ? length : 0];
    uint32_t digits = bytes & rule->digits;
    uint32_t ordered = (digits & 0xff) << 16 | (digits & 0xff00) | digits >> 16;
    *bad |= (unsigned)(ordered < rule->least) | (unsigned)(ordered > 0x020505);
    return digits * (100 << 16 | 10 << 8 | 1) >> 16 & 0xff;
}

/* The length of a block behind a slash, one or two digits; over 32 when it is none. */
VP_INLINE unsigned vp_scan_length(const char *text, size_t digits) {
    if (digits - 1 > 1) {
        return 33;
    }
    unsigned ones = vp_scan_digit(text[digits - 1]), tens = digits == 2 ? vp_scan_digit(*text) : 0;
    return ones <= 9 && (digits == 1 || tens - 1 <= 8) ? tens * 10 + ones : 33;
}

/*
 * Reads a text that is "a.b.c.d" or "a.b.c.d/len" and nothing else as its first and last address;
 * false when it is anything else. Only the bytes of the text are read, each octet from the mark
 * behind it, so that it is for texts of which nobody knows what follows.
 */
VP_INLINE bool vp_scan_ipv4_text(const char *text, size_t length, uint32_t *first, uint32_t *last) {
    unsigned marks, bad = 0;
    if (length - 8 <= 10) { /* 8 to 18 */
        unsigned at = length < 16 ? (unsigned)length - 8 : 8;
        unsigned both = vp_scan_marks_of_two(vp_scan_word(text), vp_scan_word(text + at));
        marks = (both & 0xff) | both >> 8 << at | 0xf0000U << (at / 8 * 4) | 1U << length;
    } else if (length == 7) {
        uint64_t bytes = vp_scan_half(text) | (uint64_t)vp_scan_half(text + 3) << 24;
        marks = vp_scan_marks(bytes) | 0xf0000U;
    } else {
        return false;
    }
    unsigned a = vp_scan_first(marks), b = vp_scan_first(marks &= marks - 1);
    unsigned c = vp_scan_first(marks &= marks - 1), d = vp_scan_first(marks & (marks - 1));
    if (d > length || d > 15 || b < 3) { /* else every octet has its bytes inside the text */
        return false;
    }
    uint32_t second = vp_scan_half(text + b - 3), third = vp_scan_half(text + c - 3);
    uint32_t value = vp_scan_octet_before(vp_scan_half(text) << (8 * (3 - a) & 31), a, &bad) << 24;
    value |= vp_scan_octet_before(second, b - a - 1, &bad) << 16;
    value |= vp_scan_octet_before(third, c - b - 1, &bad) << 8;
    value |= vp_scan_octet_before(vp_scan_half(text + d - 4) >> 8, d - c - 1, &bad);
    bad |= (unsigned)(text[a] ^ '.') | (second >> 24 ^ '.') | (third >> 24 ^ '.');
    uint32_t host = 0;
    if (d < length) {
        unsigned bits = vp_scan_length(text + d + 1, length - d - 1);
        bad |= (unsigned)(text[d] ^ '/') | (unsigned)(bits > 32);
        host = (uint32_t)(UINT64_C(0xffffffff) >> (bits & 63));
    }
    *first = value & ~host;
    *last = value | host;
    return bad == 0;
}

VP_END_DECLS

#endif
