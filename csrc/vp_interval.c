/*
 * vp_interval.c - radix sorts of intervals and the sweep over the sorted list.
 *
 * Only the first addresses are sorted by: the sweep takes the longest of those that start together
 * whichever comes first. Comparing sorts would be several times as slow on a million intervals,
 * since every other comparison is guessed wrong.
 */
#include "vp_interval.h"

#include <string.h>

void vp_intervals_init(vp_intervals *list, uint8_t family, const vp_alloc *alloc) {
    memset(list, 0, sizeof *list);
    list->alloc = *alloc;
    list->family = family;
    list->sorted = true;
}

/* IPv4: both ends in one word. IPv6: 32 bytes, which is why it is sorted by another method. */
static size_t item_size(const vp_intervals *list) {
    return list->family == 4 ? sizeof *list->narrow : sizeof *list->wide;
}

void vp_intervals_clear(vp_intervals *list) {
    void *items = list->family == 4 ? (void *)list->narrow : (void *)list->wide;
    vp_alloc_free(&list->alloc, items, list->capacity * item_size(list));
    vp_alloc alloc = list->alloc;
    vp_intervals_init(list, list->family, &alloc);
}

void vp_intervals_truncate(vp_intervals *list, uint32_t count) {
    list->count = count;
    /* What is left may be sorted when the whole was not; it is found out when it matters. */
    list->sorted = list->sorted || count < 2;
}

/* Half of what 32 bits number: the points of as many intervals still fit. */
#define INTERVALS_MAX (UINT32_MAX / 2 - 1)

vp_status vp_intervals_reserve(vp_intervals *list, uint32_t more) {
    size_t needed = (size_t)list->count + more;
    if (needed > INTERVALS_MAX) {
        return VP_LIMIT;
    }
    void *items = list->family == 4 ? (void *)list->narrow : (void *)list->wide;
    if (needed < 16) { /* growing from one item by doubling would be five allocations */
        needed = 16;
    }
    vp_status status =
        vp_alloc_grow(&list->alloc, &items, &list->capacity, needed, item_size(list));
    if (status == VP_OK && list->family == 4) {
        list->narrow = items;
    } else if (status == VP_OK) {
        list->wide = items;
    }
    return status;
}

/* ---- IPv4: least significant digit first, three digits of 11 bits
 * ------------------------------*/

#define DIGIT_BITS 11
#define DIGITS (1U << DIGIT_BITS)

/*
 * 11 bits: three passes cover 32, and the 2,048 places of one pass fit the first cache. The order
 * of equal digits is kept, which is what lets each pass build on the one before.
 */
static unsigned digit_of(uint64_t item, int pass) {
    return (unsigned)(item >> (32 + DIGIT_BITS * pass)) & (DIGITS - 1);
}

/* Turns counts into the places where each digit starts; false when all items have one digit. */
static bool make_places(uint32_t *counts, uint32_t total) {
    uint32_t place = 0;
    bool differ = true;
    for (unsigned i = 0; i < DIGITS; i++) {
        uint32_t count = counts[i];
        differ &= count != total;
        counts[i] = place;
        place += count;
    }
    return differ;
}

/*
 * Sorts by the upper halves; returns which of the two arrays holds the result. All three counts are
 * made in one reading, and a pass in which all items have one digit is left out: lists from one
 * network have their upper bits in common.
 */
static uint64_t *sort_narrow(uint64_t *items, uint64_t *spare, uint32_t count) {
    uint32_t places[3][DIGITS];
    memset(places, 0, sizeof places);
    for (uint32_t i = 0; i < count; i++) {
        places[0][digit_of(items[i], 0)]++;
        places[1][digit_of(items[i], 1)]++;
        places[2][digit_of(items[i], 2)]++;
    }
    for (int pass = 0; pass < 3; pass++) {
        if (make_places(places[pass], count)) {
            for (uint32_t i = 0; i < count; i++) {
                spare[places[pass][digit_of(items[i], pass)]++] = items[i];
            }
            uint64_t *sorted = spare;
            spare = items;
            items = sorted;
        }
    }
    return items;
}

/* ---- IPv6: most significant digit first, from the first bit that differs
 * -----------------------*/

/* For a handful, and for lists that are nearly in order. */
static void insertion_sort(vp_interval *items, size_t count) {
    for (size_t i = 1; i < count; i++) {
        vp_interval item = items[i];
        size_t place = i;
        while (place > 0 && vp_point_less(item.first, items[place - 1].first)) {
            items[place] = items[place - 1];
            place--;
        }
        items[place] = item;
    }
}

/* How many leading bits all first addresses share, 128 when they are all equal. */
static unsigned shared_bits(const vp_interval *items, size_t count) {
    uint64_t hi = 0, lo = 0;
    for (size_t i = 1; i < count; i++) {
        hi |= items[i].first.hi ^ items[0].first.hi;
        lo |= items[i].first.lo ^ items[0].first.lo;
    }
    unsigned shared = 0;
    uint64_t word = hi != 0 ? hi : lo;
    if (word == 0) {
        return 128;
    }
    while (!(word >> 63)) {
        word <<= 1;
        shared++;
    }
    return hi != 0 ? shared : shared + 64;
}

/* `bits` bits of a point from bit `skip` on; what lies beyond its end is 0. */
static size_t bits_of(vp_point point, unsigned skip, unsigned bits) {
    uint64_t word =
        skip >= 64 ? point.lo << (skip - 64) : point.hi << skip | point.lo >> 1 >> (63 - skip);
    return (size_t)(word >> (64 - bits));
}

/*
 * Bits that all items share cost nothing: a level starts at the first bit in which any differ, so
 * the sparse upper half of IPv6 addresses is passed over at once.
 */
#define FEW 24    /* below: insertion sort */
#define MANY 4096 /* from here on: big digits */
#define SMALL_DIGIT_BITS 6

static void sort_wide(vp_interval *items, vp_interval *spare, size_t count);

/* One level: distributes by the first bits that differ, then sorts each part. */
static void distribute(vp_interval *items, vp_interval *spare, size_t count, unsigned skip,
                       unsigned bits, uint32_t *places) {
    size_t digits = (size_t)1 << bits;
    for (size_t i = 0; i < count; i++) {
        places[bits_of(items[i].first, skip, bits)]++;
    }
    uint32_t place = 0;
    for (size_t digit = 0; digit < digits; digit++) {
        uint32_t size = places[digit];
        places[digit] = place;
        place += size;
    }
    for (size_t i = 0; i < count; i++) {
        spare[places[bits_of(items[i].first, skip, bits)]++] = items[i];
    }
    memcpy(items, spare, count * sizeof *items);
    /* Now places[digit] is where the part of that digit ends. */
    size_t start = 0;
    for (size_t digit = 0; digit < digits; digit++) {
        size_t size = places[digit] - start;
        if (size > 1) {
            sort_wide(items + start, spare + start, size);
        }
        start = places[digit];
    }
}

/* Recurses at most once for each digit of an address: 12 big ones and 22 small ones. */
static void sort_wide(vp_interval *items, vp_interval *spare, size_t count) {
    if (count < FEW) {
        insertion_sort(items, count);
        return;
    }
    unsigned skip = shared_bits(items, count);
    if (skip == 128) {
        return;
    }
    if (count < MANY) {
        uint32_t places[1U << SMALL_DIGIT_BITS] = {0};
        distribute(items, spare, count, skip, SMALL_DIGIT_BITS, places);
    } else {
        uint32_t places[DIGITS] = {0};
        distribute(items, spare, count, skip, DIGIT_BITS, places);
    }
}

/* A list that came in order, as most files do, was noticed while it was filled. */
vp_status vp_intervals_sort(vp_intervals *list) {
    if (list->sorted || list->count < 2) {
        return VP_OK;
    }
    void *spare = vp_alloc_array(&list->alloc, NULL, 0, list->capacity, item_size(list));
    if (spare == NULL) {
        return VP_NO_MEMORY;
    }
    if (list->family == 4) {
        uint64_t *sorted = sort_narrow(list->narrow, spare, list->count);
        spare = sorted == list->narrow ? spare : list->narrow;
        list->narrow = sorted;
    } else {
        sort_wide(list->wide, spare, list->count);
    }
    vp_alloc_free(&list->alloc, spare, list->capacity * item_size(list));
    list->sorted = true;
    return VP_OK;
}

/* ---- the sweep --------------------------------------------------------------------------------*/

/* An interval of either family in the form that the sweep works on. */
VP_INLINE vp_interval get(const vp_intervals *list, uint32_t index, bool wide) {
    if (wide) {
        return list->wide[index];
    }
    uint64_t item = list->narrow[index];
    vp_interval interval = {{0, item >> 32}, {0, item & UINT32_MAX}};
    return interval;
}

/*
 * Keeps one open run and either extends it or closes it. Every step writes the open run to the end
 * of the result; only closing it moves the end.
 *
 *     open    |#######|            |#######|
 *     next        |######|  joins           |###|  touches, joins        |##|  closes
 */
VP_INLINE uint32_t sweep(const vp_intervals *list, vp_points out, bool wide) {
    vp_interval open = get(list, 0, wide);
    vp_point one = {0, 1};
    uint32_t used = 0;
    for (uint32_t i = 1; i < list->count; i++) {
        vp_interval next = get(list, i, wide);
        unsigned joins = (1U ^ vp_point_less(open.last, next.first)) |
                         vp_point_equals(vp_point_after(open.last, wide), next.first);
        unsigned inside = joins & vp_point_less(next.last, open.last);
        vp_points_set(out, used, open.first, wide);
        vp_points_set(out, used + 1, vp_point_plus(open.last, one), wide);
        used += joins ? 0 : 2;
        open.first = joins ? open.first : next.first;
        open.last = inside ? open.last : next.last;
    }
    vp_points_set(out, used++, open.first, wide);
    vp_point after = vp_point_after(open.last, wide);
    if (!vp_point_is_zero(after)) {
        vp_points_set(out, used++, after, wide);
    }
    return used;
}

void vp_intervals_sweep(const vp_intervals *list, vp_range_map *out) {
    if (list->count == 0) {
        out->count = 0;
    } else if (list->family == 6) {
        out->count = sweep(list, out->points, true);
    } else {
        out->count = sweep(list, out->points, false);
    }
}
