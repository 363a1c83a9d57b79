/*
 * vp_paint.h - from rules in order of precedence to a range map: the first rule that speaks of a
 * point decides.
 *
 * Each rule is a stroke, first..last and a value. Strokes are painted in the order in which they
 * were added, each only where no earlier one has been:
 *
 *     strokes     |----- 1 ------|
 *             |------------- 2 -------------|
 *     map     0   2   1          2          0
 *
 * A route table is painted longest prefix first, a network ACL in the order of its rule numbers; a
 * list of allowances is painted with one value, so that its order does not matter.
 */
#ifndef VP_PAINT_H
#define VP_PAINT_H

#include "vp_range_map.h"

VP_BEGIN_DECLS

typedef struct vp_stroke {
    vp_point first, last;
    uint32_t value;
} vp_stroke;

/* A list of strokes and the memory that painting them needs, kept to be used again. */
typedef struct vp_painter {
    vp_alloc alloc;
    vp_stroke *strokes;
    uint32_t count, stroke_capacity;
    vp_point *points; /* where strokes begin and end */
    uint32_t point_capacity;
    uint32_t *slots; /* for each point: its value so far, then the next slot that is not painted */
    uint32_t slot_capacity;
    void *memory; /* of the map that was made last */
    uint32_t memory_capacity;
    vp_status status; /* VP_NO_MEMORY once a list could not grow; cleared by vp_painter_begin */
} vp_painter;

void vp_painter_init(vp_painter *painter, const vp_alloc *alloc);
void vp_painter_clear(vp_painter *painter);

/* Forgets all strokes. */
void vp_painter_begin(vp_painter *painter);

/* Adds first..last, first <= last. What does not fit in memory is noted in painter->status. */
void vp_painter_add(vp_painter *painter, vp_point first, vp_point last, uint32_t value);

/*
 * Paints the strokes into a many-valued map of a family; what none speaks of is 0. The map lies in
 * the painter and is good until the next vp_painter_finish. VP_NO_MEMORY: the map is empty.
 * O(strokes log strokes).
 */
VP_MUST_CHECK vp_status vp_painter_finish(vp_painter *painter, uint8_t family, vp_range_map *map);

/* The highest point of a family's line. */
VP_INLINE vp_point vp_point_highest(uint8_t family) {
    vp_point highest = {family == 6 ? UINT64_MAX : 0, family == 6 ? UINT64_MAX : UINT32_MAX};
    return highest;
}

VP_END_DECLS

#endif
