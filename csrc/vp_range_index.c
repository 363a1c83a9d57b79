/*
 * vp_range_index.c - looking up the ranks of addresses in a range map, one or many, and the index
 * of a map of two values, where the rank is the answer.
 *
 * An entry of the index is the number of the first point of its bucket; where the next bucket
 * starts is in the next entry. Points themselves stay in the map and are compared in windows, so
 * that the index takes 4 bytes a point at most and no jump depends on how many points a bucket has.
 */
#include "vp_range_draft.h"

#include <string.h>

/* So many points are compared at once, without a jump; most buckets have fewer. */
#define WINDOW 8

/* A bucket with more points is cut again; halving goes down to the window as fast as a directory
 * would up to there.
 */
#define CROWD 64

#define SHARE 1 /* points for each bucket of a directory, at most twice as many */

/* ---- one look-up ------------------------------------------------------------------------------*/

/*
 * The bucket of a point: that of the base for a point before it, the last one for a point behind
 * it. Both give the right rank in the end, since whole windows are compared.
 */
VP_INLINE uint32_t bucket_of(const vp_range_directory *directory, vp_point point, bool wide) {
    unsigned shift = directory->shift;
    uint64_t bucket;
    if (!wide) { /* 33 bits: a negative offset is seen by its sign */
        int64_t offset = (int64_t)point.lo - (int64_t)directory->base.lo;
        bucket = (uint64_t)(offset > 0 ? offset : 0) >> shift;
    } else {
        vp_point offset = vp_point_minus(point, directory->base);
        uint64_t far = shift < 64 ? offset.hi >> shift : 0;
        if (shift >= 64) {
            bucket = offset.hi >> (shift - 64);
        } else if (far != 0) {
            bucket = UINT64_MAX;
        } else {
            bucket = offset.hi << 1 << (63 - shift) | offset.lo >> shift;
        }
        bucket = vp_point_less(point, directory->base) ? 0 : bucket;
    }
    return bucket < directory->last ? (uint32_t)bucket : directory->last;
}

/* Where a window starts that would else reach behind the points: they are at least as many. */
VP_INLINE uint32_t window_start(const vp_range_map *map, uint32_t from) {
    uint32_t most = map->count - WINDOW;
    return from < most ? from : most;
}

/* Whether a point of the map is at or below an address. The lower half is looked at only when the
 * upper ones are equal, which spares the memory in between.
 */
VP_INLINE uint32_t is_below(const vp_range_map *map, uint32_t which, vp_point point, bool wide) {
    if (!wide) {
        return map->points.narrow[which] <= (uint32_t)point.lo;
    }
    uint64_t hi = map->points.hi[which];
    return hi == point.hi ? map->points.lo[which] <= point.lo : hi < point.hi;
}

/* The rank of an address whose window starts at point `from`: points before are below it, points
 * behind its bucket are not.
 */
VP_INLINE uint32_t rank_in_window(const vp_range_map *map, uint32_t from, vp_point point,
                                  bool wide) {
    uint32_t below = 0;
    if (wide) {
        const uint64_t *window = map->points.hi + from;
        for (int i = 0; i < WINDOW; i++) {
            below += window[i] <= point.hi;
        }
    } else {
        const uint32_t *window = map->points.narrow + from, value = (uint32_t)point.lo;
        for (int i = 0; i < WINDOW; i++) {
            below += window[i] <= value;
        }
    }
    if (wide && below > 0 && map->points.hi[from + below - 1] == point.hi) {
        return vp_range_map_search(map->points, from, from + below, point, true);
    }
    return from + below;
}

/* The rank of an address whose bucket has `count` points from `from` on. */
VP_INLINE uint32_t rank_in_bucket(const vp_range_map *map, uint32_t from, uint32_t count,
                                  vp_point point, bool wide) {
    while (count > WINDOW) {
        uint32_t half = count / 2;
        from += half & (0U - is_below(map, from + half - 1, point, wide));
        count -= half;
    }
    return rank_in_window(map, window_start(map, from), point, wide);
}

/* How many points a bucket has whose entries are `entry` and `next`. */
VP_INLINE uint32_t points_between(const vp_range_index *index, uint32_t entry, uint32_t next) {
    uint32_t end = next < VP_RANGE_DEEPER ? next : index->directories[next - VP_RANGE_DEEPER].from;
    return end - entry;
}

/* The rank of one address. */
VP_INLINE uint32_t rank_of(const vp_range_map *map, vp_point point, bool wide) {
    const vp_range_index *index = &map->index;
    const vp_range_directory *directory = index->directories;
    if (directory == NULL || map->values != NULL) {
        return vp_range_map_search(map->points, 0, map->count, point, wide);
    }
    for (;;) {
        const uint32_t *entry =
            index->entries + directory->entries + bucket_of(directory, point, wide);
        if (entry[0] < VP_RANGE_DEEPER) {
            uint32_t count = points_between(index, entry[0], entry[1]);
            return rank_in_bucket(map, entry[0], count, point, wide);
        }
        directory = index->directories + (entry[0] - VP_RANGE_DEEPER);
    }
}

uint32_t vp_range_map_rank(const vp_range_map *map, vp_point point) {
    return map->family == 6 ? rank_of(map, point, true) : rank_of(map, point, false);
}

/* ---- making the index -------------------------------------------------------------------------*/

/*
 * Cuts the line from the first to the last point into about as many buckets as it should have: at
 * least two, so that the points of each are fewer than those of the directory.
 */
VP_INLINE void cut(vp_range_directory *directory, vp_points points, uint32_t from, uint32_t to,
                   bool wide) {
    directory->base = vp_points_get(points, from, wide);
    vp_point span = vp_point_minus(vp_points_get(points, to - 1, wide), directory->base);
    int bits = 1, length = vp_point_bit_length(span);
    while ((to - from) >> bits >= 2 * SHARE) {
        bits++;
    }
    directory->shift = (uint8_t)(length > bits ? length - bits : 0);
    directory->last = UINT32_MAX; /* so that this bucket is not cut off */
    vp_point end = vp_point_plus(directory->base, span);
    directory->last = bucket_of(directory, end, wide);
}

/* An empty bucket, until it gets the end of its own points, which is the start of the next ones. */
#define NO_POINT UINT32_MAX

/* Fills in the first point of every bucket that has any. */
VP_INLINE void number_points(const vp_range_directory *directory, uint32_t *entries,
                             vp_points points, uint32_t from, uint32_t to, bool wide) {
    memset(entries, 0xff, ((size_t)directory->last + 1) * sizeof *entries);
    for (uint32_t i = to; i-- > from;) {
        entries[bucket_of(directory, vp_points_get(points, i, wide), wide)] = i;
    }
}

VP_INLINE vp_status do_directory(vp_range_draft *draft, uint32_t number, const vp_range_map *map,
                                 bool wide) {
    vp_range_directory directory = draft->index.directories[number];
    uint32_t from = directory.from, to = directory.last;
    cut(&directory, map->points, from, to, wide);
    vp_status status = vp_range_draft_reserve(draft, (size_t)directory.last + 2);
    if (status != VP_OK) {
        return status;
    }
    directory.entries = draft->index.entry_count;
    draft->index.entry_count += directory.last + 2;
    draft->index.directories[number] = directory;
    uint32_t *entries = draft->index.entries + directory.entries, end = to;
    number_points(&directory, entries, map->points, from, to, wide);
    entries[(size_t)directory.last + 1] = to;
    for (size_t bucket = (size_t)directory.last + 1; bucket-- > 0 && status == VP_OK;) {
        uint32_t start = entries[bucket] == NO_POINT ? end : entries[bucket];
        entries[bucket] = start;
        if (end - start > CROWD) {
            entries[bucket] = draft->index.directory_count | VP_RANGE_DEEPER;
            status = vp_range_draft_add(draft, start, end);
        }
        end = start;
    }
    return status;
}

vp_status vp_range_draft_ranks(vp_range_draft *draft, uint32_t number, const vp_range_map *map) {
    return map->family == 6 ? do_directory(draft, number, map, true)
                            : do_directory(draft, number, map, false);
}

/* ---- many look-ups at once --------------------------------------------------------------------*/

/* The addresses that are looked up together: for each its entry, then the start of its window. */
typedef struct look_ups {
    const vp_point *points;
    uint32_t entries[VP_RANKS_MAX];
    uint32_t counts[VP_RANKS_MAX]; /* of points in their buckets */
    uint8_t deeper[VP_RANKS_MAX];  /* which of them meet one more directory */
    size_t deeper_count;
} look_ups;

/* Goes to the entry of an address in a directory and asks for it. */
VP_INLINE void approach(look_ups *all, size_t which, const vp_range_index *index,
                        const vp_range_directory *directory, bool wide) {
    uint32_t entry = directory->entries + bucket_of(directory, all->points[which], wide);
    all->entries[which] = entry;
    VP_PREFETCH(index->entries + entry);
}

/* Asks for the points from number `from` on, as many as a window has. */
VP_INLINE void fetch_window(const vp_range_map *map, uint32_t from, bool wide) {
    uint32_t to = from + WINDOW - 1;
    if (wide) {
        VP_PREFETCH(map->points.hi + from);
        VP_PREFETCH(map->points.hi + to);
    } else {
        VP_PREFETCH(map->points.narrow + from);
        VP_PREFETCH(map->points.narrow + to);
    }
}

/* Reads that entry and asks for what it leads to: a directory, or points. */
VP_INLINE void follow(look_ups *all, size_t which, const vp_range_map *map, bool wide) {
    const uint32_t *entry = map->index.entries + all->entries[which];
    uint32_t from = entry[0];
    all->entries[which] = from;
    if (from >= VP_RANGE_DEEPER) {
        VP_PREFETCH(map->index.directories + (from - VP_RANGE_DEEPER));
        all->deeper[all->deeper_count++] = (uint8_t)which;
        return;
    }
    uint32_t count = points_between(&map->index, from, entry[1]);
    all->counts[which] = count;
    fetch_window(map, window_start(map, from + (count > WINDOW ? count / 2 : 0)), wide);
}

/* In rounds, each asking for the memory that the next one needs: entries, windows, answers. */
VP_INLINE void rank_all(const vp_range_map *map, const vp_point *points, size_t count,
                        uint32_t *ranks, bool wide) {
    const vp_range_index *index = &map->index;
    look_ups all;
    all.points = points;
    all.deeper_count = 0;
    for (size_t i = 0; i < count; i++) {
        approach(&all, i, index, index->directories, wide);
    }
    for (size_t i = 0; i < count; i++) {
        follow(&all, i, map, wide);
    }
    while (all.deeper_count > 0) {
        size_t left = all.deeper_count;
        for (size_t i = 0; i < left; i++) {
            size_t which = all.deeper[i];
            const vp_range_directory *directory =
                index->directories + (all.entries[which] - VP_RANGE_DEEPER);
            approach(&all, which, index, directory, wide);
        }
        all.deeper_count = 0; /* those that stay move to the front, none overtakes another */
        for (size_t i = 0; i < left; i++) {
            follow(&all, all.deeper[i], map, wide);
        }
    }
    for (size_t i = 0; i < count; i++) {
        ranks[i] = rank_in_bucket(map, all.entries[i], all.counts[i], points[i], wide);
    }
}

/* Without an index there is nothing to wait for together: the map is small. */
void vp_range_map_ranks(const vp_range_map *map, const vp_point *points, size_t count,
                        uint32_t *ranks) {
    if (map->index.directories == NULL || map->values != NULL) {
        for (size_t i = 0; i < count; i++) {
            ranks[i] = vp_range_map_rank(map, points[i]);
        }
    } else if (map->family == 6) {
        rank_all(map, points, count, ranks, true);
    } else {
        rank_all(map, points, count, ranks, false);
    }
}
