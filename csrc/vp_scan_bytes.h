/*
 * vp_scan_bytes.h - what vp_scan.h does with many bytes of a text at once.
 *
 * Everything here is written twice: with the instructions of the machines that most programs run
 * on, and without. Both give the same (scan_test.c, scan_plain_test.c), and VP_SCAN_PLAIN chooses
 * the second.
 */
#ifndef VP_SCAN_BYTES_H
#define VP_SCAN_BYTES_H

#include "vp_point.h"

#if defined(__SSE2__) && defined(__x86_64__)
#include <emmintrin.h>
#endif

VP_BEGIN_DECLS

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

/*
 * There are, each twice:
 *
 * - vp_scan_bytes, 16 bytes: two words (vp_scan_join), or a word and what is left of another one
 *   without its first `missing` bytes, 0 to 8, with zeros behind (vp_scan_join_rest).
 * - vp_scan_look: what is where among them.
 * - vp_scan_octets: the address of four octets, each in a word of four bytes of which the first is
 *   lowest. The last digit of an octet is the third byte, and what is before its digits is no
 *   digit. Sets *large when one of them is over 255.
 */
#if defined(__SSE2__) && defined(__x86_64__) && !defined(VP_SCAN_PLAIN)

typedef __m128i vp_scan_bytes;

VP_INLINE vp_scan_bytes vp_scan_join(uint64_t first, uint64_t second) {
    return _mm_set_epi64x((long long)second, (long long)first);
}

VP_INLINE vp_scan_bytes vp_scan_join_rest(uint64_t first, uint64_t second, unsigned missing) {
    __m128i rest = _mm_cvtsi64_si128((long long)second);
    rest = _mm_srl_epi64(rest, _mm_cvtsi32_si128((int)(8 * missing)));
    return _mm_unpacklo_epi64(_mm_cvtsi64_si128((long long)first), rest);
}

VP_INLINE __m128i vp_scan_is_digit(__m128i values) {
    return _mm_cmpeq_epi8(_mm_min_epu8(values, _mm_set1_epi8(9)), values);
}

VP_INLINE vp_scan_marks vp_scan_look(vp_scan_bytes bytes) {
    __m128i values = _mm_xor_si128(bytes, _mm_set1_epi8('0'));
    __m128i dots = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('.'));
    __m128i zeros = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('0'));
    vp_scan_marks marks = {0xffffU ^ (unsigned)_mm_movemask_epi8(vp_scan_is_digit(values)),
                           (unsigned)_mm_movemask_epi8(dots), (unsigned)_mm_movemask_epi8(zeros)};
    return marks;
}

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

VP_END_DECLS

#endif
