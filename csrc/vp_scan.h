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

#include "vp_point.h"

#if defined(__SSE2__) && defined(__x86_64__)
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

/* ---- 16 bytes at once, with instructions of the machine and without them ----------------------*/

/* What each of 16 bytes is, a bit for each: no decimal digit, a dot, a zero. */
typedef struct vp_scan_marks {
    unsigned others, dots, zeros;
} vp_scan_marks;

#if defined(__SSE2__) && defined(__x86_64__) && !defined(VP_SCAN_PLAIN)

typedef __m128i vp_scan_bytes;

VP_INLINE vp_scan_bytes vp_scan_join(uint64_t first, uint64_t second) {
    return _mm_set_epi64x((long long)second, (long long)first);
}

/* The second word without its first `missing` bytes, up to all of them, and zeros behind. */
VP_INLINE vp_scan_bytes vp_scan_join_rest(uint64_t first, uint64_t second, unsigned missing) {
    __m128i rest = _mm_cvtsi64_si128((long long)second);
    rest = _mm_srl_epi64(rest, _mm_cvtsi32_si128((int)(8 * missing)));
    return _mm_unpacklo_epi64(_mm_cvtsi64_si128((long long)first), rest);
}

VP_INLINE __m128i vp_scan_is_digit(__m128i values) {
    return _mm_cmpeq_epi8(_mm_min_epu8(values, _mm_set1_epi8(9)), values);
}

/* What is where among 16 bytes. */
VP_INLINE vp_scan_marks vp_scan_look(vp_scan_bytes bytes) {
    __m128i values = _mm_xor_si128(bytes, _mm_set1_epi8('0'));
    __m128i dots = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('.'));
    __m128i zeros = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('0'));
    vp_scan_marks marks = {0xffffU ^ (unsigned)_mm_movemask_epi8(vp_scan_is_digit(values)),
                           (unsigned)_mm_movemask_epi8(dots), (unsigned)_mm_movemask_epi8(zeros)};
    return marks;
}

/*
 * The address of four octets, each in a word of four bytes of which the first is lowest: its last
 * digit is the third byte, and what is before its digits is no digit. Sets *large when one of them
 * is over 255.
 */
VP_INLINE uint32_t vp_scan_octets(uint32_t a, uint32_t b, uint32_t c, uint32_t d, unsigned *large) {
    __m128i bytes = _mm_set_epi32((int)a, (int)b, (int)c, (int)d);
    __m128i values = _mm_xor_si128(bytes, _mm_set1_epi8('0')), digits = vp_scan_is_digit(values);
    /* A digit counts when the one behind it does, the last one anyway. */
    __m128i behind = _mm_or_si128(_mm_srli_epi32(digits, 8), _mm_set1_epi32(0xff0000));
    values = _mm_and_si128(values, _mm_and_si128(digits, behind));
    __m128i outer = _mm_and_si128(values, _mm_set1_epi32(0xff00ff));
    __m128i tens = _mm_srli_epi16(values, 8);
    outer = _mm_madd_epi16(outer, _mm_set1_epi32(1 << 16 | 100));
    tens = _mm_madd_epi16(tens, _mm_set1_epi32(10));
    __m128i octets = _mm_add_epi32(outer, tens);
    octets = _mm_packs_epi32(octets, octets);
    *large = (unsigned)_mm_movemask_epi8(_mm_cmpgt_epi16(octets, _mm_set1_epi16(255)));
    return (uint32_t)_mm_cvtsi128_si32(_mm_packus_epi16(octets, octets));
}

#else

typedef struct vp_scan_bytes {
    uint64_t words[2];
} vp_scan_bytes;

VP_INLINE vp_scan_bytes vp_scan_join(uint64_t first, uint64_t second) {
    vp_scan_bytes bytes = {{first, second}};
    return bytes;
}

VP_INLINE vp_scan_bytes vp_scan_join_rest(uint64_t first, uint64_t second, unsigned missing) {
    return vp_scan_join(first, missing < 8 ? second >> 8 * missing : 0);
}

/*
 * A bit for each byte whose exclusive or with `byte` is over `limit`: the sum carries that into its
 * top bit, and no further. The product brings the top bits together.
 */
VP_INLINE unsigned vp_scan_over(vp_scan_bytes bytes, unsigned byte, unsigned limit) {
    const uint64_t all = UINT64_C(0x0101010101010101);
    unsigned bits = 0;
    for (int i = 0; i < 2; i++) {
        uint64_t value = bytes.words[i] ^ all * byte;
        uint64_t tops = (((value & all * 0x7f) + all * (0x7f - limit)) | value) & all * 0x80;
        bits |= (unsigned)((tops >> 7) * UINT64_C(0x0102040810204080) >> 56) << 8 * i;
    }
    return bits;
}

VP_INLINE vp_scan_marks vp_scan_look(vp_scan_bytes bytes) {
    vp_scan_marks marks = {vp_scan_over(bytes, '0', 9), 0xffff ^ vp_scan_over(bytes, '.', 0),
                           0xffff ^ vp_scan_over(bytes, '0', 0)};
    return marks;
}

VP_INLINE uint32_t vp_scan_octets(uint32_t a, uint32_t b, uint32_t c, uint32_t d, unsigned *large) {
    uint32_t words[4] = {a, b, c, d}, value = 0;
    *large = 0;
    for (int i = 0; i < 4; i++) {
        unsigned hundreds = (words[i] & 0xff) - '0', tens = (words[i] >> 8 & 0xff) - '0';
        unsigned two = tens <= 9, three = two & (hundreds <= 9);
        unsigned octet = (words[i] >> 16 & 0xff) - '0' + two * tens * 10 + three * hundreds * 100;
        *large |= octet >> 8;
        value = value << 8 | (octet & 0xff);
    }
    return value;
}

#endif

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
