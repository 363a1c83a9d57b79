/*
 * vp_ports.h - a set of ports (0-65535) as a bit each, for the literal walk.
 *
 * Bounded, without allocation, and exact: 8 KiB a set. Filters intersect it with the ranges of
 * their rules as they are written.
 */
#ifndef VP_PORTS_H
#define VP_PORTS_H

#include "vp_base.h"

VP_BEGIN_DECLS

#define VP_PORTS_WORDS 1024

typedef struct vp_ports {
    uint64_t bits[VP_PORTS_WORDS];
} vp_ports;

/* A closed range. */
typedef struct vp_ports_range {
    int32_t first, last; /* -1, -1: does not apply */
} vp_ports_range;

void vp_ports_clear(vp_ports *ports);
void vp_ports_fill(vp_ports *ports);

/* Adds first..last (clipped to 0-65535; nothing when first > last). */
void vp_ports_add(vp_ports *ports, int32_t first, int32_t last);
void vp_ports_remove(vp_ports *ports, int32_t first, int32_t last);

/* ports = ports and other; ports = ports without other; ports = ports or other. */
void vp_ports_intersect(vp_ports *ports, const vp_ports *other);
void vp_ports_subtract(vp_ports *ports, const vp_ports *other);
void vp_ports_unite(vp_ports *ports, const vp_ports *other);

bool vp_ports_is_empty(const vp_ports *ports);
bool vp_ports_equals(const vp_ports *a, const vp_ports *b);

/*
 * The next maximal range at or after *position (start with 0; advanced). False when there is none.
 */
bool vp_ports_next_range(const vp_ports *ports, int32_t *position, vp_ports_range *range);

VP_END_DECLS

#endif
