/*
 * vp_paint.c - the first stroke wins.
 *
 * The one idea: the ends of all strokes cut the line into slots, and a slot is painted once. `next`
 * leads from a slot to the first one at or after it that is still blank, over shorter and shorter
 * ways (path halving), so that no stroke visits a painted slot for long.
 */
#include "vp_paint.h"

#include "vp_sort.h"

#include <string.h>

#define BLANK UINT32_MAX

/* `alloc` may be the one that lies in the object itself. */
void vp_painter_init(vp_painter *painter, const vp_alloc *alloc) {
    vp_alloc kept = *alloc;
    memset(painter, 0, sizeof *painter);
    painter->alloc = kept;
}

void vp_painter_clear(vp_painter *painter) {
    const vp_alloc *alloc = &painter->alloc;
    vp_alloc_free(alloc, painter->strokes, painter->stroke_capacity * sizeof *painter->strokes);
    vp_alloc_free(alloc, painter->points, painter->point_capacity * sizeof *painter->points);
    vp_alloc_free(alloc, painter->slots, painter->slot_capacity * sizeof *painter->slots);
    vp_alloc_free(alloc, painter->memory, painter->memory_capacity);
    vp_painter_init(painter, alloc);
}

void vp_painter_begin(vp_painter *painter) {
    painter->count = 0;
    painter->status = VP_OK;
}

static bool grow(vp_painter *painter, void **items, uint32_t *capacity, size_t needed,
                 size_t size) {
    vp_status status = vp_alloc_grow(&painter->alloc, items, capacity, needed, size);
    painter->status = status != VP_OK ? status : painter->status;
    return status == VP_OK;
}

void vp_painter_add(vp_painter *painter, vp_point first, vp_point last, uint32_t value) {
    void *items = painter->strokes;
    if (!grow(painter, &items, &painter->stroke_capacity, (size_t)painter->count + 1,
              sizeof *painter->strokes)) {
        return;
    }
    painter->strokes = items;
    vp_stroke stroke = {first, last, value};
    painter->strokes[painter->count++] = stroke;
}

static int compare_points(const void *left, const void *right, const void *context) {
    const vp_point *a = left, *b = right;
    (void)context;
    return (int)vp_point_less(*b, *a) - (int)vp_point_less(*a, *b);
}

/* Writes where strokes begin and where the line goes on behind them, sorted, each once. */
static bool find_points(vp_painter *painter, uint8_t family, uint32_t *count) {
    void *items = painter->points;
    bool fits = grow(painter, &items, &painter->point_capacity, 2 * (size_t)painter->count,
                     sizeof *painter->points);
    painter->points = items;
    if (!fits) {
        return false;
    }
    uint32_t found = 0, kept = 0;
    for (uint32_t i = 0; i < painter->count; i++) {
        const vp_stroke *stroke = &painter->strokes[i];
        vp_point after = vp_point_after(stroke->last, family == 6);
        painter->points[found++] = stroke->first;
        if (!vp_point_is_zero(after)) {
            painter->points[found++] = after;
        }
    }
    painter->status = vp_sort(&painter->alloc, painter->points, found, sizeof *painter->points,
                              compare_points, NULL);
    for (uint32_t i = 0; i < found; i++) {
        if (kept == 0 || !vp_point_equals(painter->points[kept - 1], painter->points[i])) {
            painter->points[kept++] = painter->points[i];
        }
    }
    *count = kept;
    return painter->status == VP_OK;
}

/* The number of points below `point`. */
static uint32_t slot_of(const vp_painter *painter, uint32_t count, vp_point point) {
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (vp_point_less(painter->points[middle], point)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static uint32_t next_blank(uint32_t *next, uint32_t slot) {
    while (next[slot] != slot) {
        next[slot] = next[next[slot]];
        slot = next[slot];
    }
    return slot;
}

static void paint(vp_painter *painter, uint32_t count, uint8_t family) {
    uint32_t *values = painter->slots, *next = painter->slots + count;
    for (uint32_t i = 0; i <= count; i++) {
        next[i] = i;
        if (i < count) {
            values[i] = BLANK;
        }
    }
    for (uint32_t i = 0; i < painter->count; i++) {
        const vp_stroke *stroke = &painter->strokes[i];
        vp_point after = vp_point_after(stroke->last, family == 6);
        uint32_t end = vp_point_is_zero(after) ? count : slot_of(painter, count, after);
        uint32_t slot = next_blank(next, slot_of(painter, count, stroke->first));
        for (; slot < end; slot = next_blank(next, slot)) {
            values[slot] = stroke->value;
            next[slot] = slot + 1;
        }
    }
}

vp_status vp_painter_finish(vp_painter *painter, uint8_t family, vp_range_map *map) {
    uint32_t count = 0;
    memset(map, 0, sizeof *map);
    map->family = family;
    if (painter->status != VP_OK || painter->count == 0 || !find_points(painter, family, &count)) {
        return painter->status;
    }
    void *slots = painter->slots, *memory = painter->memory;
    size_t bytes = vp_range_map_bytes(family, count, true);
    bool fits =
        grow(painter, &slots, &painter->slot_capacity, 2 * (size_t)count + 1, sizeof(uint32_t)) &&
        grow(painter, &memory, &painter->memory_capacity, bytes, 1);
    painter->slots = slots;
    painter->memory = memory;
    if (!fits) {
        return painter->status;
    }
    paint(painter, count, family);
    vp_range_map_place(map, family, count, true, painter->memory);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t value = painter->slots[i] == BLANK ? 0 : painter->slots[i];
        vp_range_map_append(map, painter->points[i], value);
    }
    return VP_OK;
}
