/*
 * vp_set.c - making, combining and questioning frozen sets.
 *
 * The block of a set: the structure, then the IPv6 arrays (they need the larger alignment), then
 * the IPv4 array. While a set is made the arrays have room to spare; finish() closes the gaps.
 */
#include "vp_set.h"

#include <string.h>

/* The parts as numbered in the array; vp_set_part takes a family and is for readers. */
static vp_range_map *part_of(vp_set *set, int wide) { return &set->parts[wide]; }

/* Points the parts at their arrays, with this much room each; their counts become 0. */
static void place(vp_set *set, size_t narrow_room, size_t wide_room) {
    char *memory = (char *)(set + 1);
    vp_range_map_place(part_of(set, 1), 6, wide_room, false, memory);
    vp_range_map_place(part_of(set, 0), 4, narrow_room, false,
                       memory + vp_range_map_bytes(6, wide_room, false));
}

/* How large the block of a set is; the sum of what place() hands out. */
static size_t size_for(size_t narrow_room, size_t wide_room) {
    return sizeof(vp_set) + vp_range_map_bytes(6, wide_room, false) +
           vp_range_map_bytes(4, narrow_room, false);
}

/* An empty set with room for so many points; NULL when there is no memory. */
static vp_set *start(const vp_alloc *alloc, size_t narrow_room, size_t wide_room) {
    size_t size = size_for(narrow_room, wide_room);
    vp_set *set = alloc->resize(alloc->context, NULL, 0, size);
    if (set != NULL) {
        set->alloc = *alloc;
        set->size = size;
        set->references = 1;
        place(set, narrow_room, wide_room);
    }
    return set;
}

/*
 * Moves the arrays together and gives back the rest of the block. The upper halves of IPv6 come
 * first and stay; what follows moves towards the front only, in the order of the block, so nothing
 * is overwritten that is still to be moved. An allocator that cannot shrink keeps the large block.
 */
static vp_set *finish(vp_set *set) {
    vp_points narrow = set->parts[0].points, wide = set->parts[1].points;
    uint32_t narrow_count = set->parts[0].count, wide_count = set->parts[1].count;
    size_t size = size_for(narrow_count, wide_count);
    place(set, narrow_count, wide_count);
    memmove(set->parts[1].points.lo, wide.lo, wide_count * sizeof *wide.lo);
    memmove(set->parts[0].points.narrow, narrow.narrow, narrow_count * sizeof *narrow.narrow);
    if (size < set->size) {
        vp_set *smaller = set->alloc.resize(set->alloc.context, set, set->size, size);
        if (smaller != NULL) {
            set = smaller;
            set->size = size;
            place(set, narrow_count, wide_count);
        }
    }
    set->parts[0].count = narrow_count;
    set->parts[1].count = wide_count;
    return set;
}

/* Sets are shared wherever nothing changes: a builder that was frozen twice gives the same one. */
vp_set *vp_set_ref(vp_set *set) {
    set->references++;
    return set;
}

void vp_set_unref(vp_set *set) {
    if (set != NULL && --set->references == 0) {
        vp_alloc alloc = set->alloc;
        vp_range_map_drop_index(part_of(set, 0), &alloc);
        vp_range_map_drop_index(part_of(set, 1), &alloc);
        vp_alloc_free(&alloc, set, set->size);
    }
}

/* The part of a set, or an empty one for NULL. */
static vp_range_map operand(const vp_set *set, int wide) {
    vp_range_map none = {.family = wide ? 6 : 4};
    return set != NULL ? set->parts[wide] : none;
}

/*
 * One merge a family. The room is for the worst case, every point of both, and one at 0 where the
 * result has what neither has. An empty family takes none, so that the other need not be moved.
 */
vp_status vp_set_combine(const vp_set *a, const vp_set *b, vp_truth truth, const vp_alloc *alloc,
                         vp_set **result, vp_error *error) {
    vp_range_map left[2], right[2];
    size_t room[2];
    for (int wide = 0; wide < 2; wide++) {
        left[wide] = operand(a, wide);
        right[wide] = operand(b, wide);
        room[wide] = (size_t)left[wide].count + right[wide].count + (truth & 1);
        if (room[wide] > UINT32_MAX) {
            return vp_error_limit(error, "points of a set", UINT32_MAX);
        }
    }
    vp_set *set = start(alloc, room[0], room[1]);
    if (set == NULL) {
        return vp_error_no_memory(error);
    }
    for (int wide = 0; wide < 2; wide++) {
        vp_range_map_merge(&left[wide], &right[wide], truth, part_of(set, wide));
    }
    *result = finish(set);
    return VP_OK;
}

/* The last range of a family may end with the line, which takes one point less, never more. */
vp_status vp_set_from_intervals(const vp_intervals *narrow, const vp_intervals *wide,
                                vp_set **result, vp_error *error) {
    vp_set *set = start(&narrow->alloc, 2 * (size_t)narrow->count + 1, 2 * (size_t)wide->count + 1);
    if (set == NULL) {
        return vp_error_no_memory(error);
    }
    vp_intervals_sweep(narrow, part_of(set, 0));
    vp_intervals_sweep(wide, part_of(set, 1));
    *result = finish(set);
    return VP_OK;
}

/* ---- questions --------------------------------------------------------------------------------*/

/* A set with any address has a point, if only 0. */
bool vp_set_is_empty(const vp_set *set) {
    return set->parts[0].count == 0 && set->parts[1].count == 0;
}

bool vp_set_equals(const vp_set *a, const vp_set *b) {
    return a == b || (vp_range_map_equals(&a->parts[0], &b->parts[0]) &&
                      vp_range_map_equals(&a->parts[1], &b->parts[1]));
}

/*
 * Both walk the points of the two sets together and stop where the answer is known. A set contains
 * another when nothing of that one is left without it.
 */
bool vp_set_overlaps(const vp_set *a, const vp_set *b) {
    return vp_range_map_meets(&a->parts[0], &b->parts[0], VP_TRUTH_INTERSECTION) ||
           vp_range_map_meets(&a->parts[1], &b->parts[1], VP_TRUTH_INTERSECTION);
}

bool vp_set_contains(const vp_set *outer, const vp_set *inner) {
    return !vp_range_map_meets(&inner->parts[0], &outer->parts[0], VP_TRUTH_DIFFERENCE) &&
           !vp_range_map_meets(&inner->parts[1], &outer->parts[1], VP_TRUTH_DIFFERENCE);
}

/* All in: an odd rank at the start, and no point up to the end. */
bool vp_set_contains_range(const vp_set *set, const vp_addr *first, const vp_addr *last) {
    const vp_range_map *part = vp_set_part(set, first->family);
    vp_point from = vp_point_of(first), to = vp_point_of(last);
    uint32_t rank = vp_range_map_rank(part, from);
    return (rank & 1) && (vp_point_equals(from, to) || vp_range_map_rank(part, to) == rank);
}

/* Only first addresses are looked up together; few items are ranges, fewer start inside the set. */
void vp_set_contains_ranges(const vp_set *set, const vp_addr *firsts, const vp_addr *lasts,
                            size_t count, bool *inside) {
    vp_point points[VP_RANKS_MAX];
    uint32_t ranks[VP_RANKS_MAX];
    for (size_t start_at = 0, end; start_at < count; start_at = end) {
        /* As far as the family is the same, all are looked up together. */
        const vp_range_map *part = vp_set_part(set, firsts[start_at].family);
        for (end = start_at; end < count && firsts[end].family == part->family; end++) {
            points[end - start_at] = vp_point_of(&firsts[end]);
        }
        vp_range_map_ranks(part, points, end - start_at, ranks);
        for (size_t i = start_at; i < end; i++) {
            uint32_t rank = ranks[i - start_at];
            vp_point last = vp_point_of(&lasts[i]);
            inside[i] = (rank & 1) && (vp_point_equals(points[i - start_at], last) ||
                                       vp_range_map_rank(part, last) == rank);
        }
    }
}

/* Any in: the range starts inside, or a point lies between its ends. */
bool vp_set_overlaps_range(const vp_set *set, const vp_addr *first, const vp_addr *last) {
    const vp_range_map *part = vp_set_part(set, first->family);
    uint32_t rank = vp_range_map_rank(part, vp_point_of(first));
    return (rank & 1) || vp_range_map_rank(part, vp_point_of(last)) != rank;
}

/* The points of a set are sorted, so its two ends tell: the other family has to be empty. */
bool vp_set_is_within_range(const vp_set *set, const vp_addr *first, const vp_addr *last) {
    const vp_range_map *part = vp_set_part(set, first->family);
    bool wide = first->family == 6;
    if (set->parts[!wide].count > 0) {
        return false;
    }
    if (part->count == 0) {
        return true;
    }
    vp_addr highest = vp_addr_highest(first->family);
    vp_point end = vp_points_get(part->points, part->count - 1, wide);
    /* An odd number of points leaves the last range open: it ends with the line. */
    bool ends_before = part->count % 2 == 0
                           ? !vp_point_less(vp_point_of(last), vp_point_before(end))
                           : vp_addr_equals(last, &highest);
    return ends_before && !vp_point_less(vp_points_get(part->points, 0, wide), vp_point_of(first));
}

/* An index for one family and none for the other is no harm: each look-up asks its own part. */
vp_status vp_set_make_index(vp_set *set) {
    vp_status status = vp_range_map_make_index(part_of(set, 0), &set->alloc);
    return status != VP_OK ? status : vp_range_map_make_index(part_of(set, 1), &set->alloc);
}

/* A range is two points, and one where it ends with the line. */
uint64_t vp_set_range_count(const vp_set *set) {
    return ((uint64_t)set->parts[0].count + 1) / 2 + ((uint64_t)set->parts[1].count + 1) / 2;
}

/* Adds the length of every range of a part; a range up to the end of the line ends at 2^bits. */
static void add_part(vp_set_size *size, const vp_range_map *part) {
    bool wide = part->family == 6;
    for (uint32_t i = 0; i < part->count; i += 2) {
        vp_point start_point = vp_points_get(part->points, i, wide);
        vp_point end = {0, wide ? 0 : UINT64_C(1) << 32};
        if (i + 1 < part->count) {
            end = vp_points_get(part->points, i + 1, wide);
        }
        vp_point length = vp_point_minus(end, start_point);
        size->high += vp_point_is_zero(length); /* only all of IPv6 has the length 2^128 */
        size->low += length.lo;
        uint64_t carry = size->low < length.lo;
        size->middle += length.hi;
        size->high += size->middle < length.hi;
        size->middle += carry;
        size->high += size->middle < carry;
    }
}

vp_set_size vp_set_count(const vp_set *set) {
    vp_set_size size = {0, 0, 0};
    add_part(&size, &set->parts[0]);
    add_part(&size, &set->parts[1]);
    return size;
}

/* 2^128 + 2^32 needs 129 bits, so the number goes through five words by hand. */
size_t vp_set_size_format(const vp_set_size *size, char out[VP_SET_SIZE_TEXT_MAX]) {
    uint32_t digits[5] = {(uint32_t)size->high, (uint32_t)(size->middle >> 32),
                          (uint32_t)(size->middle & UINT32_MAX), (uint32_t)(size->low >> 32),
                          (uint32_t)(size->low & UINT32_MAX)};
    char reversed[VP_SET_SIZE_TEXT_MAX];
    size_t length = 0;
    uint32_t left;
    do {
        /* Divides by ten as on paper, in base 2^32. */
        uint64_t rest = 0;
        left = 0;
        for (size_t i = 0; i < VP_COUNT_OF(digits); i++) {
            uint64_t part = rest << 32 | digits[i];
            digits[i] = (uint32_t)(part / 10);
            rest = part % 10;
            left |= digits[i];
        }
        reversed[length++] = (char)('0' + rest);
    } while (left != 0);
    for (size_t i = 0; i < length; i++) {
        out[i] = reversed[length - 1 - i];
    }
    out[length] = '\0';
    return length;
}

const char *vp_set_validate(const vp_set *set) {
    if (set->parts[0].family != 4 || set->parts[1].family != 6) {
        return "the parts are exchanged";
    }
    if (set->parts[0].values != NULL || set->parts[1].values != NULL) {
        return "a part has values";
    }
    const char *problem = vp_range_map_validate(&set->parts[0]);
    return problem != NULL ? problem : vp_range_map_validate(&set->parts[1]);
}

/* ---- walking ----------------------------------------------------------------------------------*/

/* A cursor always starts in IPv4; vp_set_open_range goes on to IPv6, also past an empty part. */
vp_set_cursor vp_set_begin(const vp_set *set) {
    vp_set_cursor cursor = {set, 0, 4, false, {0, 0}, {0, 0}};
    return cursor;
}

/* Takes all that is left of the open range: after blocks, the rest of it. */
bool vp_set_next_range(vp_set_cursor *cursor, vp_addr *first, vp_addr *last) {
    if (!vp_set_open_range(cursor)) {
        return false;
    }
    *first = vp_point_address(cursor->first, cursor->family);
    *last = vp_point_address(cursor->last, cursor->family);
    cursor->open = false;
    return true;
}

/*
 * The largest block at the start of what is left, then the rest. Taking the largest each time gives
 * the fewest blocks: one can start at an address only if it is aligned there.
 */
bool vp_set_next_cidr(vp_set_cursor *cursor, vp_cidr *cidr) {
    if (!vp_set_open_range(cursor)) {
        return false;
    }
    bool wide = cursor->family == 6;
    int host_bits = vp_point_block_bits(cursor->first, cursor->last, wide);
    vp_point end = vp_point_block_last(cursor->first, host_bits, wide);
    cidr->address = vp_point_address(cursor->first, cursor->family);
    cidr->prefix_length = (uint8_t)((wide ? 128 : 32) - host_bits);
    cursor->open = !vp_point_equals(end, cursor->last);
    cursor->first = vp_point_after(end, wide);
    return true;
}
