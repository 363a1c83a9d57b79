/*
 * vp_range_merge.c - the one kernel of all Boolean operations on two-valued range maps.
 *
 * Walks the points of both operands in order and keeps their two values as a state of two bits; the
 * truth table says what the result is there, and a point is kept where that changes:
 *
 *     a        ....|#########|..........|####
 *     b        .......|###########|..........
 *     state    0   1  3      2    0     1
 *     a - b    ....|##|.................|####     truth 0x2: only state 1 is in
 */
#include "vp_range_map.h"

#include <string.h>

/* One operand of the walk. A copy of the map's fields, so that they can stay in registers. */
typedef struct side {
    vp_points points;
    uint32_t next, count;
} side;

static side side_of(const vp_range_map *map) {
    side whole = {map->points, 0, map->count};
    return whole;
}

/* The truth table with its operands exchanged. */
static unsigned swapped(unsigned truth) {
    return (truth & 0x9) | (truth & 0x2) << 1 | (truth & 0x4) >> 1;
}

/* Whether the result depends on operand `bit` (1 or 2) while the other one stays as in `state`. */
VP_INLINE bool depends_on(unsigned truth, unsigned state, unsigned bit) {
    return ((truth >> (state & ~bit & 3)) ^ (truth >> (state | bit))) & 1;
}

/* Consumes a point 0 of either operand; returns the state at address 0. */
VP_INLINE unsigned start(side *a, side *b, bool wide) {
    bool flip_a = a->count > 0 && vp_point_is_zero(vp_points_get(a->points, 0, wide));
    bool flip_b = b->count > 0 && vp_point_is_zero(vp_points_get(b->points, 0, wide));
    a->next = flip_a;
    b->next = flip_b;
    return (unsigned)flip_a | (unsigned)flip_b << 1;
}

/* Copies the points of [from, to) to the end of the result; returns its new size. */
VP_INLINE uint32_t copy(vp_points out, uint32_t used, vp_points points, uint32_t from, uint32_t to,
                        bool wide) {
    size_t count = to - from;
    if (count > 0 && wide) {
        memcpy(out.hi + used, points.hi + from, count * sizeof *out.hi);
        memcpy(out.lo + used, points.lo + from, count * sizeof *out.lo);
    } else if (count > 0) {
        memcpy(out.narrow + used, points.narrow + from, count * sizeof *out.narrow);
    }
    return used + (uint32_t)count;
}

/* Operands of like size: one step a point, no jump but the loop's. */
VP_INLINE uint32_t walk(side a, side b, unsigned truth, vp_points out, bool wide) {
    unsigned state = start(&a, &b, wide), now = truth >> state & 1;
    vp_point zero = {0, 0};
    uint32_t used = now;
    vp_points_set(out, 0, zero, wide);
    while (a.next < a.count && b.next < b.count) {
        vp_point x = vp_points_get(a.points, a.next, wide);
        vp_point y = vp_points_get(b.points, b.next, wide);
        unsigned from_a = 1U ^ vp_point_less(y, x), from_b = 1U ^ vp_point_less(x, y);
        uint64_t mask = 0U - (uint64_t)from_a;
        vp_point point = {(x.hi & mask) | (y.hi & ~mask), (x.lo & mask) | (y.lo & ~mask)};
        a.next += from_a;
        b.next += from_b;
        state ^= from_a | from_b << 1;
        unsigned then = truth >> state & 1;
        vp_points_set(out, used, point, wide);
        used += then ^ now;
        now = then;
    }
    if (a.next < a.count && depends_on(truth, state, 1)) {
        used = copy(out, used, a.points, a.next, a.count, wide);
    }
    if (b.next < b.count && depends_on(truth, state, 2)) {
        used = copy(out, used, b.points, b.next, b.count, wide);
    }
    return used;
}

/* The first point of `in` from in->next on that is not below `point`: doubling steps, then halving.
 */
VP_INLINE uint32_t gallop(const side *in, vp_point point, bool wide) {
    uint32_t from = in->next, step = 1;
    while (step < in->count - from &&
           vp_point_less(vp_points_get(in->points, from + step, wide), point)) {
        from += step;
        step += step < UINT32_MAX / 2 ? step : 0;
    }
    uint32_t to = step < in->count - from ? from + step : in->count;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (vp_point_less(vp_points_get(in->points, middle, wide), point)) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

/* `a` is much smaller: jump over the stretches of `b` between its points, copy or drop them whole.
 */
VP_INLINE uint32_t leap(side a, side b, unsigned truth, vp_points out, bool wide) {
    unsigned state = start(&a, &b, wide);
    vp_point zero = {0, 0};
    uint32_t used = truth >> state & 1;
    vp_points_set(out, 0, zero, wide);
    for (; a.next < a.count; a.next++) {
        vp_point point = vp_points_get(a.points, a.next, wide);
        uint32_t stop = gallop(&b, point, wide);
        if (depends_on(truth, state, 2)) {
            used = copy(out, used, b.points, b.next, stop, wide);
        }
        state ^= ((stop - b.next) & 1) << 1;
        unsigned now = truth >> state & 1;
        bool both = stop < b.count && vp_point_equals(vp_points_get(b.points, stop, wide), point);
        b.next = stop + both;
        state ^= 1U | (unsigned)both << 1;
        vp_points_set(out, used, point, wide);
        used += now ^ (truth >> state & 1);
    }
    if (depends_on(truth, state, 2)) {
        used = copy(out, used, b.points, b.next, b.count, wide);
    }
    return used;
}

/*
 * Leap when one operand is this many times smaller. A leap costs about log2 of what it passes over,
 * each step guessed wrong half of the time, so it needs a long way to be cheaper than walking.
 */
#define LEAP_FROM 16

/* Sets of like size are walked, others leapt through; the small one is always the first operand. */
VP_INLINE uint32_t merge(side a, side b, unsigned truth, vp_points out, bool wide) {
    if (a.count < b.count / LEAP_FROM) {
        return leap(a, b, truth, out, wide);
    }
    if (b.count < a.count / LEAP_FROM) {
        return leap(b, a, swapped(truth), out, wide);
    }
    return walk(a, b, truth, out, wide);
}

/* Here the family is chosen, once; everything above is compiled for each. */
void vp_range_map_merge(const vp_range_map *a, const vp_range_map *b, unsigned truth,
                        vp_range_map *out) {
    if (out->family == 6) {
        out->count = merge(side_of(a), side_of(b), truth, out->points, true);
    } else {
        out->count = merge(side_of(a), side_of(b), truth, out->points, false);
    }
}

/*
 * The walk without a result: true at the first point where the combination holds. When one operand
 * ends, the other alone decides whether anything is still to come.
 */
VP_INLINE bool walk_meets(side a, side b, unsigned truth, bool wide) {
    unsigned state = start(&a, &b, wide);
    while (!(truth >> state & 1) && a.next < a.count && b.next < b.count) {
        vp_point x = vp_points_get(a.points, a.next, wide);
        vp_point y = vp_points_get(b.points, b.next, wide);
        unsigned from_a = 1U ^ vp_point_less(y, x), from_b = 1U ^ vp_point_less(x, y);
        a.next += from_a;
        b.next += from_b;
        state ^= from_a | from_b << 1;
    }
    return truth >> state & 1 || (a.next < a.count && depends_on(truth, state, 1)) ||
           (b.next < b.count && depends_on(truth, state, 2));
}

/* The leap without a result. */
VP_INLINE bool leap_meets(side a, side b, unsigned truth, bool wide) {
    unsigned state = start(&a, &b, wide);
    for (; !(truth >> state & 1) && a.next < a.count; a.next++) {
        vp_point point = vp_points_get(a.points, a.next, wide);
        uint32_t stop = gallop(&b, point, wide);
        if (stop > b.next && depends_on(truth, state, 2)) {
            return true;
        }
        bool both = stop < b.count && vp_point_equals(vp_points_get(b.points, stop, wide), point);
        state ^= (((stop - b.next) & 1) ^ (unsigned)both) << 1 | 1U;
        b.next = stop + both;
    }
    return truth >> state & 1 || (b.next < b.count && depends_on(truth, state, 2));
}

VP_INLINE bool meets(side a, side b, unsigned truth, bool wide) {
    if (a.count < b.count / LEAP_FROM) {
        return leap_meets(a, b, truth, wide);
    }
    if (b.count < a.count / LEAP_FROM) {
        return leap_meets(b, a, swapped(truth), wide);
    }
    return walk_meets(a, b, truth, wide);
}

bool vp_range_map_meets(const vp_range_map *a, const vp_range_map *b, unsigned truth) {
    return a->family == 6 ? meets(side_of(a), side_of(b), truth, true)
                          : meets(side_of(a), side_of(b), truth, false);
}
