/*
 * vp_range_value.c - looking up values in a range map, one or many, and the index of a map of many
 * values.
 *
 * In a table of a million routes nothing is where the last look-up was, so its cost is the number
 * of places that it has to fetch from memory. Therefore a bucket leads to a leaf, which has all
 * that is needed behind each other: what is left of the points when the bucket is known, in a few
 * bits, and their values. The points and values of the map itself are not touched.
 *
 *     leaf     head | tails of its points | values of its points
 *     before   the value that holds where the bucket starts: mostly the last one of the leaf before
 *
 * An entry is the place of a leaf, in the same array behind the entries of its directory. Each
 * directory has one entry more in front, for addresses before its first point.
 */
#include "vp_range_draft.h"

#include <string.h>

/* So many tails are compared at once, without a jump; few buckets have more. */
#define LANES 8

#define LEAF_MAX (2 * LANES) /* a bucket with more points is cut again */

/*
 * Points for each bucket of a directory, or up to twice as many. More of them take less memory and
 * let a leaf reach over more of it: IPv6 has the larger leaves, and gains from fewer points.
 */
#define NARROW_SHARE 2
#define WIDE_SHARE 1

/*
 * The head of a leaf: how many points (bits 0-7), and how many bits of what is left of an address
 * are no part of a tail, since no point has any (8-15). REFERENCE: the points have too many bits
 * for tails. The number of the first one follows, and they are looked at where they are.
 */
#define COUNT_MASK 0xffU
#define ZEROS_SHIFT 8
#define ZEROS_MASK 63U
#define REFERENCE (UINT32_C(1) << 16)

/* Tails are compared as signed numbers, which is what machines can do many at a time: 16 bits for
 * IPv4, 32 for IPv6.
 */
#define NARROW_TAIL_BITS 15
#define WIDE_TAIL_BITS 31

/* ---- one look-up ------------------------------------------------------------------------------*/

/* Where an address lies in a directory: the number of its entry, and how far it is into the bucket.
 */
typedef struct place {
    uint32_t entry;
    uint64_t rest;
} place;

/*
 * Directories go by one half of an address: of IPv6 by the upper one, where nearly all points
 * differ, or by the lower one where that is the same for all (`low`). An address behind the last
 * bucket is at the end of it, which is behind all points.
 */
VP_INLINE place place_of(const vp_range_directory *directory, vp_point point, bool wide) {
    uint64_t key = wide ? point.hi : point.lo,
             base = wide ? directory->base.hi : directory->base.lo;
    uint64_t end = (UINT64_C(1) << directory->shift) - 1;
    bool before = key < base, behind = false;
    if (wide && directory->low) {
        behind = key > base;
        before |= key == base && point.lo < directory->base.lo;
        key = point.lo;
        base = directory->base.lo;
    }
    uint64_t offset = key - base, bucket = offset >> directory->shift;
    behind |= bucket > directory->last;
    bucket = behind ? directory->last : bucket;
    place at = {directory->entries + (before ? 0 : (uint32_t)bucket + 1),
                behind ? end : offset & end};
    return at;
}

/* How many of the first `count` tails of a lane are not above `tail`; those behind do not count. */
VP_INLINE uint32_t narrow_lane(const uint32_t *tails, int16_t tail, int16_t count) {
    int16_t lane[LANES];
    uint16_t below = 0;
    memcpy(lane, tails, sizeof lane);
    for (int16_t i = 0; i < LANES; i++) {
        below = (uint16_t)(below + ((lane[i] <= tail) & (i < count)));
    }
    return below;
}

VP_INLINE uint32_t wide_lane(const uint32_t *tails, int32_t tail, int32_t count) {
    int32_t lane[LANES];
    uint32_t below = 0;
    memcpy(lane, tails, sizeof lane);
    for (int32_t i = 0; i < LANES; i++) {
        below += (uint32_t)((lane[i] <= tail) & (i < count));
    }
    return below;
}

/* Words that the tails of a leaf take. */
VP_INLINE uint32_t tail_words(uint32_t count, bool wide) { return wide ? count : (count + 1) / 2; }

VP_INLINE uint32_t below_in(const uint32_t *tails, uint64_t tail, uint32_t count, bool wide) {
    return wide ? wide_lane(tails, (int32_t)tail, (int32_t)count)
                : narrow_lane(tails, (int16_t)tail, (int16_t)count);
}

/* The value in a leaf, of an address so far into its bucket. */
VP_INLINE uint32_t value_in(const vp_range_map *map, const uint32_t *leaf, uint64_t rest,
                            vp_point point, bool wide) {
    uint32_t head = leaf[0], count = head & COUNT_MASK;
    if (head & REFERENCE) {
        uint32_t rank = vp_range_map_search(map->points, leaf[1], leaf[1] + count, point, wide);
        return rank > 0 ? map->values[rank - 1] : 0;
    }
    uint64_t tail = rest >> (head >> ZEROS_SHIFT & ZEROS_MASK);
    uint32_t words = tail_words(count, wide), below = below_in(leaf + 1, tail, count, wide);
    if (count > LANES) {
        below += below_in(leaf + 1 + tail_words(LANES, wide), tail, count - LANES, wide);
    }
    return *(below > 0 ? leaf + words + below : leaf - 1);
}

VP_INLINE uint32_t value_of(const vp_range_map *map, vp_point point, bool wide) {
    const vp_range_index *index = &map->index;
    const vp_range_directory *directory = index->directories;
    for (;;) {
        place at = place_of(directory, point, wide);
        uint32_t entry = index->entries[at.entry];
        if (entry < VP_RANGE_DEEPER) {
            return value_in(map, index->entries + entry, at.rest, point, wide);
        }
        directory = index->directories + (entry - VP_RANGE_DEEPER);
    }
}

uint32_t vp_range_map_value(const vp_range_map *map, vp_point point) {
    if (map->values != NULL && map->index.directories != NULL) {
        return map->family == 6 ? value_of(map, point, true) : value_of(map, point, false);
    }
    uint32_t below = vp_range_map_rank(map, point);
    if (map->values == NULL) {
        return below & 1;
    }
    return below == 0 ? 0 : map->values[below - 1];
}

/* ---- making the index -------------------------------------------------------------------------*/

/* The leaves of a directory as they are written, one behind the other. */
typedef struct leaf_writer {
    const vp_range_map *map;
    const vp_range_directory *directory;
    uint32_t *entries; /* of the whole index */
    uint32_t used;     /* of them */
    uint32_t from;     /* the next point */
    uint32_t last;     /* the value in the last word, if `follows` */
    bool follows;
} leaf_writer;

/* How far a point of the directory is from its base, by the half of it that counts. */
VP_INLINE uint64_t offset_of(const leaf_writer *writer, uint32_t which, bool wide) {
    const vp_range_directory *directory = writer->directory;
    vp_point point = vp_points_get(writer->map->points, which, wide);
    return wide && !directory->low ? point.hi - directory->base.hi : point.lo - directory->base.lo;
}

/*
 * Sees to it that the value before the next leaf stands before it; returns where the leaf is. The
 * word is written either way and counts or not: which one is as good as random.
 */
VP_INLINE uint32_t begin_leaf(leaf_writer *writer) {
    uint32_t before = writer->from > 0 ? writer->map->values[writer->from - 1] : 0;
    writer->entries[writer->used] = before;
    writer->used += !writer->follows | (writer->last != before);
    return writer->used;
}

/* A leaf without points. */
VP_INLINE uint32_t write_empty(leaf_writer *writer) {
    uint32_t at = begin_leaf(writer);
    writer->entries[writer->used++] = 0;
    writer->follows = false;
    return at;
}

VP_INLINE void write_tails(leaf_writer *writer, uint32_t count, int zeros, bool wide) {
    char *out = (char *)(writer->entries + writer->used);
    uint64_t end = (UINT64_C(1) << writer->directory->shift) - 1;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t tail = (offset_of(writer, writer->from + i, wide) & end) >> zeros;
        if (wide) {
            int32_t number = (int32_t)tail;
            memcpy(out + i * sizeof number, &number, sizeof number);
        } else {
            int16_t number = (int16_t)tail;
            memcpy(out + i * sizeof number, &number, sizeof number);
        }
    }
    writer->used += tail_words(count, wide);
}

/* Copies a lane at once where there is one, which is no slower than a value. */
VP_INLINE void write_values(leaf_writer *writer, uint32_t count) {
    const uint32_t *values = writer->map->values + writer->from;
    uint32_t *out = writer->entries + writer->used;
    if (count <= LANES && writer->map->count - writer->from >= LANES) {
        memcpy(out, values, LANES * sizeof *out);
    } else {
        memcpy(out, values, count * sizeof *out);
    }
    writer->used += count;
    writer->last = values[count - 1];
    writer->follows = true;
}

/* The points of a bucket: how far they reach, and the bits that any of them has. */
typedef struct bucket_points {
    uint32_t end;
    uint64_t any;   /* of the offsets */
    uint64_t other; /* of the half by which the directory does not go */
} bucket_points;

VP_INLINE bucket_points read_bucket(const leaf_writer *writer, uint32_t to, bool wide) {
    unsigned shift = writer->directory->shift;
    bool upper = wide && !writer->directory->low;
    uint64_t offset = offset_of(writer, writer->from, wide), bucket = offset >> shift;
    bucket_points points = {writer->from, 0, 0};
    do {
        points.any |= offset;
        points.other |= upper ? writer->map->points.lo[points.end] : 0;
        points.end++;
        offset = points.end < to ? offset_of(writer, points.end, wide) : UINT64_MAX;
    } while (points.end < to && offset >> shift == bucket);
    return points;
}

/*
 * A leaf for the points of a bucket, at most LEAF_MAX. Low bits that no point has are no part of a
 * tail; with too many others, or when the other half counts as well, there are no tails.
 */
VP_INLINE uint32_t write_leaf(leaf_writer *writer, const bucket_points *points, bool wide) {
    uint32_t at = begin_leaf(writer), count = points->end - writer->from;
    int shift = writer->directory->shift, most = wide ? WIDE_TAIL_BITS : NARROW_TAIL_BITS;
    vp_point any = {0, points->any | UINT64_C(1) << shift};
    int zeros = vp_point_trailing_zeros(any);
    if (points->other != 0 || shift - zeros > most) {
        writer->entries[writer->used++] = count | REFERENCE;
        writer->entries[writer->used++] = writer->from;
        writer->follows = false;
    } else {
        writer->entries[writer->used++] = count | (uint32_t)zeros << ZEROS_SHIFT;
        write_tails(writer, count, zeros, wide);
        write_values(writer, count);
    }
    return at;
}

/* The entries of a directory up to the end of its points. */
VP_INLINE vp_status write_directory(vp_range_draft *draft, leaf_writer *writer, uint32_t to,
                                    bool wide) {
    uint32_t *entries = writer->entries + writer->directory->entries;
    uint32_t next = 0; /* entry */
    vp_status status = VP_OK;
    while (writer->from < to && status == VP_OK) {
        uint64_t bucket = offset_of(writer, writer->from, wide) >> writer->directory->shift;
        bucket_points points = read_bucket(writer, to, wide);
        if (next <= bucket) { /* nothing changes before: all of them share a leaf */
            uint32_t empty = write_empty(writer);
            while (next <= bucket) {
                entries[next++] = empty;
            }
        }
        if (points.end - writer->from > LEAF_MAX) {
            entries[next++] = draft->index.directory_count | VP_RANGE_DEEPER;
            status = vp_range_draft_add(draft, writer->from, points.end);
        } else {
            entries[next++] = write_leaf(writer, &points, wide);
        }
        writer->from = points.end;
    }
    return status;
}

/*
 * Cuts the line from the first to the last point into buckets, by the half of the address in which
 * they differ: the two never share a bucket, so those of each are fewer than all.
 */
VP_INLINE void cut(vp_range_directory *directory, const vp_range_map *map, uint32_t from,
                   uint32_t to, bool wide) {
    vp_point first = vp_points_get(map->points, from, wide);
    vp_point last = vp_points_get(map->points, to - 1, wide), span = {0, 0};
    directory->base = first;
    directory->low = first.hi == last.hi;
    span.lo = directory->low ? last.lo - first.lo : last.hi - first.hi;
    int bits = 1, length = vp_point_bit_length(span);
    while ((to - from) >> bits >= 2 * (wide ? WIDE_SHARE : NARROW_SHARE)) {
        bits++;
    }
    directory->shift = (uint8_t)(length > bits ? length - bits : 0);
    directory->last = (uint32_t)(span.lo >> directory->shift);
}

/*
 * Reserves for the worst case: for each point a tail and a value, for each entry a leaf with a head
 * and a value before; the lanes of the last leaf are read beyond its end.
 */
VP_INLINE vp_status do_directory(vp_range_draft *draft, uint32_t number, const vp_range_map *map,
                                 bool wide) {
    vp_range_directory directory = draft->index.directories[number];
    uint32_t from = directory.from, to = directory.last;
    cut(&directory, map, from, to, wide);
    size_t count = (size_t)directory.last + 2;
    vp_status status =
        vp_range_draft_reserve(draft, 3 * count + 2 * (size_t)(to - from) + LEAF_MAX);
    if (status != VP_OK) {
        return status;
    }
    directory.entries = draft->index.entry_count;
    draft->index.directories[number] = directory;
    leaf_writer writer = {.map = map, .directory = &directory, .entries = draft->index.entries};
    writer.used = directory.entries + directory.last + 2;
    writer.from = from;
    status = write_directory(draft, &writer, to, wide);
    draft->index.entry_count = writer.used;
    draft->behind = LEAF_MAX;
    return status;
}

vp_status vp_range_draft_values(vp_range_draft *draft, uint32_t number, const vp_range_map *map) {
    return map->family == 6 ? do_directory(draft, number, map, true)
                            : do_directory(draft, number, map, false);
}

/* ---- many look-ups at once --------------------------------------------------------------------*/

/* The addresses that are looked up together: for each its entry, then its leaf. */
typedef struct look_ups {
    const vp_point *points;
    uint64_t rests[VP_RANKS_MAX];
    uint32_t entries[VP_RANKS_MAX];
    uint8_t deeper[VP_RANKS_MAX]; /* which of them meet one more directory */
    size_t deeper_count;
} look_ups;

/* Goes to the entry of an address in a directory and asks for it. */
VP_INLINE void approach(look_ups *all, size_t which, const vp_range_index *index,
                        const vp_range_directory *directory, bool wide) {
    place at = place_of(directory, all->points[which], wide);
    all->entries[which] = at.entry;
    all->rests[which] = at.rest;
    VP_PREFETCH(index->entries + at.entry);
}

/*
 * Reads that entry and asks for what it leads to. Whether that is a leaf or a directory is anyone's
 * guess, so both go the same way without a jump: for a directory something is fetched in vain.
 */
VP_INLINE void follow(look_ups *all, size_t which, const vp_range_index *index) {
    uint32_t entry = index->entries[all->entries[which]];
    const uint32_t *leaf = index->entries + (entry & ~VP_RANGE_DEEPER);
    all->entries[which] = entry;
    all->deeper[all->deeper_count] = (uint8_t)which;
    all->deeper_count += entry >= VP_RANGE_DEEPER;
    VP_PREFETCH(leaf);
    VP_PREFETCH(leaf + LANES);
}

/* In rounds, each asking for the memory that the next one needs: entries, leaves, answers. */
VP_INLINE void value_all(const vp_range_map *map, const vp_point *points, size_t count,
                         uint32_t *values, bool wide) {
    const vp_range_index *index = &map->index;
    const vp_range_directory first = index->directories[0]; /* kept in registers */
    look_ups all;
    all.points = points;
    all.deeper_count = 0;
    for (size_t i = 0; i < count; i++) {
        approach(&all, i, index, &first, wide);
    }
    for (size_t i = 0; i < count; i++) {
        follow(&all, i, index);
    }
    while (all.deeper_count > 0) {
        size_t left = all.deeper_count;
        for (size_t i = 0; i < left; i++) {
            size_t which = all.deeper[i];
            approach(&all, which, index,
                     index->directories + (all.entries[which] & ~VP_RANGE_DEEPER), wide);
        }
        all.deeper_count = 0; /* those that stay move to the front, none overtakes another */
        for (size_t i = 0; i < left; i++) {
            follow(&all, all.deeper[i], index);
        }
    }
    for (size_t i = 0; i < count; i++) {
        values[i] = value_in(map, index->entries + all.entries[i], all.rests[i], points[i], wide);
    }
}

/* Without an index there is nothing to wait for together: the map is small. */
void vp_range_map_values(const vp_range_map *map, const vp_point *points, size_t count,
                         uint32_t *values) {
    if (map->index.directories == NULL) {
        for (size_t i = 0; i < count; i++) {
            values[i] = vp_range_map_value(map, points[i]);
        }
    } else if (map->family == 6) {
        value_all(map, points, count, values, true);
    } else {
        value_all(map, points, count, values, false);
    }
}
