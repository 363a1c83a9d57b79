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

/* The first point among [from, to) that is not below `point`. */
VP_INLINE uint32_t not_below(vp_points points, uint32_t from, uint32_t to, vp_point point,
                             bool wide) {
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (vp_point_less(vp_points_get(points, middle, wide), point)) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

/* ---- operands of like size --------------------------------------------------------------------*/

/*
 * A walk under way: what is left of both operands, their two values, the end of the result. Values
 * of the result alternate, so the one so far is the parity of `used`; where the result of a lane
 * begins at a place of the other parity, its truth table is turned round.
 */
typedef struct lane {
    side a, b;
    unsigned state, truth;
    uint32_t used;
} lane;

/*
 * Takes the lower point of the two, or both where they are equal, without a jump. It is written in
 * any case, and stays if the result changes there.
 */
VP_INLINE void step(lane *l, vp_points out, bool wide) {
    vp_point x = vp_points_get(l->a.points, l->a.next, wide);
    vp_point y = vp_points_get(l->b.points, l->b.next, wide);
    unsigned from_a = 1U ^ vp_point_less(y, x), from_b = 1U ^ vp_point_less(x, y);
    vp_point point = {from_a ? x.hi : y.hi, from_a ? x.lo : y.lo};
    l->a.next += from_a;
    l->b.next += from_b;
    l->state ^= from_a | from_b << 1;
    vp_points_set(out, l->used, point, wide);
    l->used += ((l->truth >> l->state) ^ l->used) & 1;
}

VP_INLINE uint32_t less_of(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* As many steps need no look at the ends: each takes at most one point of either operand. */
VP_INLINE uint32_t safe_steps(const lane *l) {
    return less_of(l->a.count - l->a.next, l->b.count - l->b.next);
}

/* Walks to the end; returns the end of the result. */
VP_INLINE uint32_t walk_on(lane l, vp_points out, bool wide) {
    for (uint32_t steps; (steps = safe_steps(&l)) > 0;) {
        for (; steps > 0; steps--) {
            step(&l, out, wide);
        }
    }
    /* One operand has ended: what is left of the other changes the result everywhere or nowhere. */
    if (depends_on(l.truth, l.state, 1)) {
        l.used = copy(out, l.used, l.a.points, l.a.next, l.a.count, wide);
    }
    if (depends_on(l.truth, l.state, 2)) {
        l.used = copy(out, l.used, l.b.points, l.b.next, l.b.count, wide);
    }
    return l.used;
}

/* Moves the points [from, to) of the result down to `used`; returns the end of the result. */
VP_INLINE uint32_t close_gap(vp_points out, uint32_t used, uint32_t from, uint32_t to, bool wide) {
    size_t count = to - from;
    if (wide) {
        memmove(out.hi + used, out.hi + from, count * sizeof *out.hi);
        memmove(out.lo + used, out.lo + from, count * sizeof *out.lo);
    } else {
        memmove(out.narrow + used, out.narrow + from, count * sizeof *out.narrow);
    }
    return used + (uint32_t)count;
}

/*
 * Cuts what is left of a walk at the middle point of the longer operand and, in the other one, at
 * the first point not below that: equal points stay together. The lower part becomes *l, the upper
 * one is returned; its values are the parities of the points before it, and it writes behind the
 * room of the lower part.
 */
VP_INLINE lane cut(lane *l, bool wide) {
    bool by_a = l->a.count > l->b.count;
    side *longer = by_a ? &l->a : &l->b, *other = by_a ? &l->b : &l->a;
    lane upper = *l;
    uint32_t middle = longer->count / 2;
    vp_point point = vp_points_get(longer->points, middle, wide);
    longer->count = middle;
    other->count = not_below(other->points, other->next, other->count, point, wide);
    upper.a.next = l->a.count;
    upper.b.next = l->b.count;
    upper.state = (upper.a.next & 1) | (upper.b.next & 1) << 1;
    upper.used = l->a.count + l->b.count + (l->truth & 1);
    upper.truth ^= ((l->truth >> upper.state) ^ upper.used) & 1 ? 0xf : 0;
    return upper;
}

/*
 * A step waits for the one before: load, compare, move on, load. Two walks that know nothing of
 * each other do not, so both go on in one loop.
 */
VP_INLINE uint32_t walk_in_two(lane lower, vp_points out, bool wide) {
    lane upper = cut(&lower, wide);
    uint32_t from = upper.used;
    for (uint32_t steps; (steps = less_of(safe_steps(&lower), safe_steps(&upper))) > 0;) {
        for (; steps > 0; steps--) {
            step(&lower, out, wide);
            step(&upper, out, wide);
        }
    }
    uint32_t used = walk_on(lower, out, wide);
    return close_gap(out, used, from, walk_on(upper, out, wide), wide);
}

#define TWO_LANES_FROM 64 /* points of the shorter operand; of fewer the cut takes too much */

VP_INLINE uint32_t walk(side a, side b, unsigned truth, vp_points out, bool wide) {
    unsigned state = start(&a, &b, wide);
    lane whole = {a, b, state, truth, truth >> state & 1};
    if (whole.used > 0) {
        vp_point zero = {0, 0};
        vp_points_set(out, 0, zero, wide);
    }
    return safe_steps(&whole) < TWO_LANES_FROM ? walk_on(whole, out, wide)
                                               : walk_in_two(whole, out, wide);
}

/* ---- one operand much smaller than the other --------------------------------------------------*/

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
    return not_below(in->points, from, to, point, wide);
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
