/*
 * vp_ports.c - a set of numbers 0-65535 as one range where it is one, else as bits.
 *
 * The one idea: `low` and `high` are exact, so a range is its two ends and every loop over words
 * runs between them. Bits come into being when a set stops being one range (make_bits), and a set
 * that becomes one range again is recognised when its ends are found anew (tighten).
 *
 *     low = 70, high = 200:   word 1  |......xxxxxxx|  word 2  |xxxxx|  word 3  |xx.....|
 *     words 1, 2, 3 are valid; bits below 70 and above 200 in them are zero.
 */
#include "vp_ports.h"

#include <string.h>

/* The bits of word `word` that lie in first..last. */
static uint64_t mask_of(int32_t word, int32_t first, int32_t last) {
    int32_t start = word * 64;
    uint64_t mask = UINT64_MAX;
    if (first > start) {
        mask &= first - start > 63 ? 0 : UINT64_MAX << (first - start);
    }
    if (last < start + 63) {
        mask &= last < start ? 0 : UINT64_MAX >> (63 - (last - start));
    }
    return mask;
}

/* The word of a set, whether it has bits or not; nothing outside of low..high. */
static uint64_t word_of(const vp_ports *ports, int32_t word) {
    if (word < ports->low / 64 || word > ports->high / 64 || ports->low > ports->high) {
        return 0;
    }
    return ports->solid ? mask_of(word, ports->low, ports->high) : ports->bits[word];
}

static bool clip(int32_t *first, int32_t *last) {
    *first = *first < 0 ? 0 : *first;
    *last = *last > VP_PORTS_MAX ? VP_PORTS_MAX : *last;
    return *first <= *last;
}

void vp_ports_clear(vp_ports *ports) {
    ports->low = 0;
    ports->high = -1;
    ports->solid = true;
}

void vp_ports_fill(vp_ports *ports) {
    ports->low = 0;
    ports->high = VP_PORTS_MAX;
    ports->solid = true;
}

void vp_ports_copy(vp_ports *to, const vp_ports *from) {
    to->low = from->low;
    to->high = from->high;
    to->solid = from->solid;
    if (!from->solid) {
        size_t first = (size_t)from->low / 64, last = (size_t)from->high / 64;
        memcpy(to->bits + first, from->bits + first, (last - first + 1) * sizeof *to->bits);
    }
}

/* Gives a set bits that are valid from word first / 64 to last / 64, which must cover its own. */
static void make_bits(vp_ports *ports, int32_t first, int32_t last) {
    for (int32_t word = first / 64; word <= last / 64; word++) {
        ports->bits[word] = word_of(ports, word);
    }
    ports->solid = false;
}

/* Halving instead of a built-in function, which C11 does not have. */
static int32_t lowest_bit(uint64_t word) {
    int32_t position = 0;
    for (int32_t step = 32; step > 0; step /= 2) {
        if ((word << (64 - step)) == 0) {
            word >>= step;
            position += step;
        }
    }
    return position;
}

static int32_t highest_bit(uint64_t word) {
    int32_t position = 0;
    for (int32_t step = 32; step > 0; step /= 2) {
        if ((word >> step) != 0) {
            word >>= step;
            position += step;
        }
    }
    return position;
}

/* Finds low and high again after bits between word first and word last have changed. */
static void tighten(vp_ports *ports, int32_t first, int32_t last) {
    while (first <= last && ports->bits[first] == 0) {
        first++;
    }
    if (first > last) {
        vp_ports_clear(ports);
        return;
    }
    while (ports->bits[last] == 0) {
        last--;
    }
    ports->low = first * 64 + lowest_bit(ports->bits[first]);
    ports->high = last * 64 + highest_bit(ports->bits[last]);
    for (int32_t word = first; word <= last; word++) {
        if (ports->bits[word] != mask_of(word, ports->low, ports->high)) {
            return;
        }
    }
    ports->solid = true;
}

/* A range that covers the set or touches it makes one range again, the common case by far. */
void vp_ports_add(vp_ports *ports, int32_t first, int32_t last) {
    if (!clip(&first, &last)) {
        return;
    }
    bool empty = ports->low > ports->high;
    if (empty || (first <= ports->low && last >= ports->high)) {
        ports->low = first;
        ports->high = last;
        ports->solid = true;
        return;
    }
    int32_t low = first < ports->low ? first : ports->low;
    int32_t high = last > ports->high ? last : ports->high;
    if (ports->solid && first <= ports->high + 1 && last >= ports->low - 1) {
        ports->low = low;
        ports->high = high;
        return;
    }
    make_bits(ports, low, high);
    for (int32_t word = first / 64; word <= last / 64; word++) {
        ports->bits[word] |= mask_of(word, first, last);
    }
    tighten(ports, low / 64, high / 64);
}

/* Cutting an end off one range leaves one range; only a hole in the middle needs bits. */
void vp_ports_remove(vp_ports *ports, int32_t first, int32_t last) {
    if (!clip(&first, &last) || !vp_ports_meets(ports, first, last)) {
        return;
    }
    if (first <= ports->low && last >= ports->high) {
        vp_ports_clear(ports);
    } else if (ports->solid && first <= ports->low) {
        ports->low = last + 1;
    } else if (ports->solid && last >= ports->high) {
        ports->high = first - 1;
    } else {
        int32_t low = ports->low / 64, high = ports->high / 64;
        make_bits(ports, ports->low, ports->high);
        for (int32_t word = first / 64 < low ? low : first / 64; word <= high; word++) {
            ports->bits[word] &= ~mask_of(word, first, last);
        }
        tighten(ports, low, high);
    }
}

/* With one range: cut off what is below and above it. */
void vp_ports_intersect(vp_ports *ports, const vp_ports *other) {
    if (other->solid) {
        vp_ports_remove(ports, 0, other->low - 1);
        vp_ports_remove(ports, other->high + 1, VP_PORTS_MAX);
        return;
    }
    if (ports->low > ports->high) {
        return;
    }
    int32_t low = ports->low / 64, high = ports->high / 64;
    make_bits(ports, ports->low, ports->high);
    for (int32_t word = low; word <= high; word++) {
        ports->bits[word] &= word_of(other, word);
    }
    tighten(ports, low, high);
}

void vp_ports_subtract(vp_ports *ports, const vp_ports *other) {
    if (other->solid) {
        vp_ports_remove(ports, other->low, other->high);
        return;
    }
    if (ports->low > ports->high) {
        return;
    }
    int32_t low = ports->low / 64, high = ports->high / 64;
    make_bits(ports, ports->low, ports->high);
    for (int32_t word = low; word <= high; word++) {
        ports->bits[word] &= ~word_of(other, word);
    }
    tighten(ports, low, high);
}

void vp_ports_add_within(vp_ports *ports, const vp_ports *other, int32_t first, int32_t last) {
    if (!clip(&first, &last) || !vp_ports_meets(other, first, last)) {
        return;
    }
    first = first < other->low ? other->low : first;
    last = last > other->high ? other->high : last;
    if (other->solid) {
        vp_ports_add(ports, first, last);
        return;
    }
    bool empty = ports->low > ports->high;
    int32_t low = empty || first < ports->low ? first : ports->low;
    int32_t high = empty || last > ports->high ? last : ports->high;
    make_bits(ports, low, high);
    for (int32_t word = first / 64; word <= last / 64; word++) {
        ports->bits[word] |= word_of(other, word) & mask_of(word, first, last);
    }
    tighten(ports, low / 64, high / 64);
}

void vp_ports_unite(vp_ports *ports, const vp_ports *other) {
    vp_ports_add_within(ports, other, 0, VP_PORTS_MAX);
}

bool vp_ports_is_empty(const vp_ports *ports) { return ports->low > ports->high; }

bool vp_ports_contains(const vp_ports *ports, int32_t number) {
    return vp_ports_meets(ports, number, number);
}

/* Sets of equal numbers have equal forms, since what is one range is always kept as one. */
bool vp_ports_equals(const vp_ports *a, const vp_ports *b) {
    bool a_empty = a->low > a->high, b_empty = b->low > b->high;
    if (a_empty || b_empty) {
        return a_empty == b_empty;
    }
    if (a->low != b->low || a->high != b->high || a->solid != b->solid) {
        return false;
    }
    for (int32_t word = a->low / 64; !a->solid && word <= a->high / 64; word++) {
        if (a->bits[word] != b->bits[word]) {
            return false;
        }
    }
    return true;
}

bool vp_ports_meets(const vp_ports *ports, int32_t first, int32_t last) {
    first = first < ports->low ? ports->low : first;
    last = last > ports->high ? ports->high : last;
    if (first > last || ports->solid) {
        return first <= last;
    }
    for (int32_t word = first / 64; word <= last / 64; word++) {
        if ((ports->bits[word] & mask_of(word, first, last)) != 0) {
            return true;
        }
    }
    return false;
}

bool vp_ports_is_within(const vp_ports *ports, int32_t first, int32_t last) {
    return ports->low > ports->high || (first <= ports->low && last >= ports->high);
}

bool vp_ports_next_range(const vp_ports *ports, int32_t *position, vp_ports_range *range) {
    int32_t at = *position < ports->low ? ports->low : *position;
    if (at > ports->high) {
        return false;
    }
    if (!ports->solid) {
        uint64_t word = ports->bits[at / 64] & mask_of(at / 64, at, VP_PORTS_MAX);
        while (word == 0) {
            at = (at / 64 + 1) * 64;
            if (at > ports->high) {
                return false;
            }
            word = ports->bits[at / 64];
        }
        at = at / 64 * 64 + lowest_bit(word);
    }
    range->first = at;
    if (ports->solid) {
        at = ports->high;
    } else {
        while (at < ports->high && (ports->bits[(at + 1) / 64] >> ((at + 1) % 64) & 1) != 0) {
            at++;
        }
    }
    range->last = at;
    *position = at + 1;
    return true;
}
