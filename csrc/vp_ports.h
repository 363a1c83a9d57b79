/*
 * vp_ports.h - a set of numbers 0-65535, for the literal walk: ports, ICMP types, protocols.
 *
 * Bounded, without allocation, and exact: a bit each. Almost every set in a walk is one range (a
 * port, the ephemeral ports, everything), so a set that is one range is kept as its two ends and
 * its bits are neither written nor read; no operation looks outside of low..high.
 *
 * A set for an ICMP packet holds type << 8 | code; a set for a packet without ports holds protocol
 * numbers. Filters intersect a set with the ranges of their rules as they are written.
 */
#ifndef VP_PORTS_H
#define VP_PORTS_H

#include "vp_base.h"

VP_BEGIN_DECLS

#define VP_PORTS_WORDS 1024
#define VP_PORTS_MAX 65535

/*
 * low > high: empty. `solid`: every number of low..high is a member. Otherwise the words of `bits`
 * from low / 64 to high / 64 are valid, low and high are members, and all other words are garbage.
 * Large: pass it by pointer and copy it with vp_ports_copy.
 */
typedef struct vp_ports {
    int32_t low, high;
    bool solid;
    uint64_t bits[VP_PORTS_WORDS];
} vp_ports;

/* A closed range. */
typedef struct vp_ports_range {
    int32_t first, last; /* -1, -1: does not apply */
} vp_ports_range;

/* Nothing, everything. O(1), and a set need not be initialized in any other way before. */
void vp_ports_clear(vp_ports *ports);
void vp_ports_fill(vp_ports *ports);

/* to = from. O(1) for one range, else O(words between its ends). */
void vp_ports_copy(vp_ports *to, const vp_ports *from);

/* Adds or removes first..last (clipped to 0-65535; nothing when first > last). */
void vp_ports_add(vp_ports *ports, int32_t first, int32_t last);
void vp_ports_remove(vp_ports *ports, int32_t first, int32_t last);

/* ports = ports and other; ports = ports without other; ports = ports or other. */
void vp_ports_intersect(vp_ports *ports, const vp_ports *other);
void vp_ports_subtract(vp_ports *ports, const vp_ports *other);
void vp_ports_unite(vp_ports *ports, const vp_ports *other);

/* Adds the members of `other` that lie in first..last. */
void vp_ports_add_within(vp_ports *ports, const vp_ports *other, int32_t first, int32_t last);

bool vp_ports_is_empty(const vp_ports *ports);
bool vp_ports_contains(const vp_ports *ports, int32_t number);
bool vp_ports_equals(const vp_ports *a, const vp_ports *b);

/* Is there a member in first..last? Are all members there? (The empty set: no; yes.) */
bool vp_ports_meets(const vp_ports *ports, int32_t first, int32_t last);
bool vp_ports_is_within(const vp_ports *ports, int32_t first, int32_t last);

/*
 * The next maximal range at or after *position (start with 0; advanced). False when there is none.
 */
bool vp_ports_next_range(const vp_ports *ports, int32_t *position, vp_ports_range *range);

VP_END_DECLS

#endif
