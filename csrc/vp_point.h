/*
 * vp_point.h - a position on the address line, and arrays of positions, for both families at once.
 *
 * IPv4 points are stored in 32 bits, IPv6 points in two arrays of 64. Every loop over points is
 * written once, as a VP_INLINE function with the parameter `wide`; it is called with a constant, so
 * that the compiler makes a narrow and a wide copy of it and IPv4 never pays for IPv6's width: with
 * wide = false the upper halves are the constant 0 and all work on them vanishes.
 */
#ifndef VP_POINT_H
#define VP_POINT_H

#include "vp_addr.h"

VP_BEGIN_DECLS

#if defined(__GNUC__)
#define VP_INLINE static inline __attribute__((always_inline))
#else
#define VP_INLINE static inline
#endif

typedef struct vp_point {
    uint64_t hi, lo; /* IPv4: hi = 0, lo < 2^32 */
} vp_point;

/* An array of points: `narrow` for IPv4, `hi` and `lo` for IPv6; the others are NULL. */
typedef struct vp_points {
    uint32_t *narrow;
    uint64_t *hi, *lo;
} vp_points;

VP_INLINE vp_point vp_points_get(vp_points points, size_t index, bool wide) {
    vp_point point = {wide ? points.hi[index] : 0, wide ? points.lo[index] : points.narrow[index]};
    return point;
}

VP_INLINE void vp_points_set(vp_points points, size_t index, vp_point point, bool wide) {
    if (wide) {
        points.hi[index] = point.hi;
        points.lo[index] = point.lo;
    } else {
        points.narrow[index] = (uint32_t)point.lo;
    }
}

/* Comparisons, 0 or 1, without a jump: on random data it would be mispredicted half of the time. */
VP_INLINE unsigned vp_point_less(vp_point a, vp_point b) {
    return (unsigned)(a.hi < b.hi) | ((unsigned)(a.hi == b.hi) & (unsigned)(a.lo < b.lo));
}

VP_INLINE unsigned vp_point_equals(vp_point a, vp_point b) {
    return (unsigned)(a.hi == b.hi) & (unsigned)(a.lo == b.lo);
}

/* a + b and a - b, wrapping at 2^128. */
VP_INLINE vp_point vp_point_plus(vp_point a, vp_point b) {
    vp_point sum = {a.hi + b.hi, a.lo + b.lo};
    sum.hi += sum.lo < a.lo;
    return sum;
}

VP_INLINE vp_point vp_point_minus(vp_point a, vp_point b) {
    vp_point difference = {a.hi - b.hi - (a.lo < b.lo), a.lo - b.lo};
    return difference;
}

/* The point after this one; the end of the family's line wraps to 0. */
VP_INLINE vp_point vp_point_after(vp_point a, bool wide) {
    vp_point one = {0, 1}, next = vp_point_plus(a, one);
    if (!wide) {
        next.lo &= UINT32_MAX;
    }
    return next;
}

/* The point before this one, which is not 0. */
VP_INLINE vp_point vp_point_before(vp_point a) {
    vp_point one = {0, 1};
    return vp_point_minus(a, one);
}

VP_INLINE unsigned vp_point_is_zero(vp_point a) { return (a.hi | a.lo) == 0; }

/* The number of zero bits below the lowest one; 128 for 0. */
VP_INLINE int vp_point_trailing_zeros(vp_point point) {
    uint64_t word = point.lo != 0 ? point.lo : point.hi;
    int zeros = point.lo != 0 ? 0 : 64;
    if (word == 0) {
        return 128;
    }
#if defined(__GNUC__)
    return zeros + __builtin_ctzll(word);
#else
    for (; !(word & 1); word >>= 1) {
        zeros++;
    }
    return zeros;
#endif
}

/* The number of bits up to the highest one; 0 for 0. */
VP_INLINE int vp_point_bit_length(vp_point point) {
    uint64_t word = point.hi != 0 ? point.hi : point.lo;
    int bits = point.hi != 0 ? 64 : 0;
    if (word == 0) {
        return 0;
    }
#if defined(__GNUC__)
    return bits + 64 - __builtin_clzll(word);
#else
    for (; word != 0; word >>= 1) {
        bits++;
    }
    return bits;
#endif
}

/*
 * The host bits of the largest block that starts at `first` and ends at or before `last`: as far as
 * `first` is aligned, and no more than log2 of the number of addresses, which may be 2^128.
 */
VP_INLINE int vp_point_block_bits(vp_point first, vp_point last, bool wide) {
    vp_point one = {0, 1}, count = vp_point_plus(vp_point_minus(last, first), one);
    int aligned = vp_point_is_zero(first) ? (wide ? 128 : 32) : vp_point_trailing_zeros(first);
    int fits = vp_point_is_zero(count) ? 128 : vp_point_bit_length(count) - 1;
    return aligned < fits ? aligned : fits;
}

/* The last address of the block with so many host bits that starts at `first`. */
VP_INLINE vp_point vp_point_block_last(vp_point first, int host_bits, bool wide) {
    vp_point last = first;
    if (wide && host_bits > 64) {
        last.hi |= UINT64_MAX >> (128 - host_bits);
        last.lo = UINT64_MAX;
    } else if (host_bits > 0) {
        last.lo |= UINT64_MAX >> (64 - host_bits);
    }
    return last;
}

VP_INLINE vp_point vp_point_of(const vp_addr *address) {
    vp_point point = {address->hi, address->lo};
    return point;
}

VP_INLINE vp_addr vp_point_address(vp_point point, uint8_t family) {
    vp_addr address = {point.hi, point.lo, family};
    return address;
}

VP_END_DECLS

#endif
