/*
 * vp_reach_part.h - the inside of vp_reach: a question on its way through the sources.
 *
 * One source at a time is looked at: an interface, the internet, the premises, all that is beyond.
 * What it reaches inside is gathered by interface (slots), what it reaches outside as pieces of the
 * address line.
 */
#ifndef VP_REACH_PART_H
#define VP_REACH_PART_H

#include "vp_atlas.h"
#include "vp_reach.h"
#include "vp_sort.h"

VP_BEGIN_DECLS

/* What flows to or from one interface, of one family. */
typedef struct vp_reach_flows {
    vp_flow known, unknown;
    const char *code;
} vp_reach_flows;

/* An interface that the source under way was paired with. */
typedef struct vp_reach_slot {
    uint32_t stamp; /* of the source for which it was filled */
    vp_reach_flows flows[2];
} vp_reach_slot;

/* Part of the outside and what flows there, for one interface (`tag`: its place). */
typedef struct vp_reach_piece {
    vp_point first, last;
    vp_reach_flows flows;
    uint32_t tag;
    vp_name far; /* beyond: behind what */
    uint8_t family;
} vp_reach_piece;

typedef struct vp_reach_pieces {
    vp_reach_piece *items;
    uint32_t count, capacity;
} vp_reach_pieces;

/* What was found outside for an address of a class: it holds from `first` to `last`. */
typedef struct vp_reach_view {
    vp_point first, last;
    uint32_t start, count; /* of vp_reach.seen */
    bool made;
} vp_reach_view;

/* A row in the making. `set` is owned. */
typedef struct vp_reach_item {
    vp_name from, to; /* ids, or VP_REACH_INTERNET, VP_REACH_PREMISES */
    uint8_t family;
    uint8_t beyond; /* 1: `from` is beyond, 2: `to` is */
    bool known, all;
    const char *code;
    vp_flow flow;
    vp_set *set;
    vp_addr sample;
} vp_reach_item;

#define VP_REACH_INTERNET (UINT32_MAX - 1)
#define VP_REACH_PREMISES UINT32_MAX

/* What all pairs of two groups have flowing between them. */
typedef struct vp_reach_entry {
    vp_name from, to;
    uint8_t family;
    vp_reach_flows flows;
    uint64_t known_pairs, unknown_pairs; /* with exactly these flows */
    uint64_t self;                       /* interfaces that are in both groups */
} vp_reach_entry;

/* One group's part of the outside: all its members' pieces. */
typedef struct vp_reach_border {
    vp_name group;
    uint8_t outside;
    bool inbound;
    vp_reach_pieces pieces;
} vp_reach_border;

/* Members of a group on one side, by family. */
typedef struct vp_reach_size {
    vp_name group;
    uint32_t from[2], to[2];
} vp_reach_size;

typedef struct vp_reach_groups {
    vp_reach_entry *entries;
    vp_reach_border *borders;
    vp_reach_size *sizes;
    uint32_t *entry_slots, *border_slots, *size_slots; /* open addressing, number + 1 */
    uint32_t entry_count, entry_capacity, entry_slot_count;
    uint32_t border_count, border_capacity, border_slot_count;
    uint32_t size_count, size_capacity, size_slot_count;
} vp_reach_groups;

/* Where a route can lead besides to interfaces of the model. */
enum {
    VP_WAY_BEYOND = 1,
    VP_WAY_PREMISES = 2,
    VP_WAY_FROM_BEYOND = 4, /* an answer: to somebody beyond who asked */
    VP_WAY_ANY = 7
};

/* A run of the address line that does, and the runs of a table: `count` of vp_reach.ways. */
typedef struct vp_reach_way {
    vp_point first, last;
    uint32_t leads;
} vp_reach_way;

typedef struct vp_reach_ways {
    uint32_t first, count;
    bool made;
} vp_reach_ways;

struct vp_reach {
    vp_network *network;
    vp_compiled *compiled;
    vp_atlas *atlas;
    uint64_t generation;
    vp_reach_query query;
    vp_reach_slot *slots;
    vp_numbered *touched; /* places with a slot of the source under way, by place */
    uint32_t slot_count, touched_count, stamp, source;
    vp_reach_pieces pieces;
    vp_reach_view *views[VP_REACH_OUTSIDES][2]; /* of the outside, [which][inbound]: by class */
    vp_reach_pieces seen;                       /* of all views */
    uint32_t view_count;                        /* classes */
    vp_reach_way *ways;
    vp_reach_ways *ways_of_tables; /* by place of the table, then none: [family == 6] */
    vp_reach_ways ways_of_translators;
    uint32_t way_count, way_capacity, ways_table_count;
    vp_reach_item *items; /* rows of the source under way, or all of them when grouped */
    uint32_t item_count, item_capacity, item;
    vp_reach_groups groups;
    bool gathered; /* grouped: everything was looked at */
    vp_reach_effort effort;
    uint64_t atlas_walks; /* as of the last row */
    vp_status status;
};

/* Grows a list of the question; false with reach->status when there is no memory. */
bool vp_reach_grow(vp_reach *reach, void **items, uint32_t *capacity, size_t needed, size_t size);

/* What flows by an answer, cut to what the question wants. */
vp_reach_flows vp_reach_flows_of(vp_reach *reach, const vp_path_answer *answer, uint8_t family);
void vp_reach_unite(vp_reach *reach, vp_reach_flows *to, const vp_reach_flows *from);
VP_INLINE bool vp_reach_is_none(const vp_reach_flows *flows) {
    return (flows->known | flows->unknown) == VP_FLOW_NONE;
}

/* Is the interface meant by a side of the question, and has it an address there of this family? */
bool vp_reach_is_chosen(const vp_reach_scope *scope, uint32_t place);

/*
 * Is an interface a source of rows? The question means it, and it is none of a gateway: these send
 * nothing of their own.
 */
bool vp_reach_sends(const vp_reach *reach, uint32_t place);

/*
 * The addresses of a member that a scope means, range after range: *position starts at 0. False
 * when there are no more.
 */
bool vp_reach_next_range(const vp_reach_scope *scope, const vp_member *member, uint32_t *position,
                         vp_point *first, vp_point *last);

/*
 * In vp_reach_outside.c: adds pieces for all addresses outside. What is found for one member of a
 * class is remembered for those others for which it holds.
 */
void vp_reach_look_out(vp_reach *reach, uint32_t place, uint32_t outside, vp_reach_pieces *pieces);
void vp_reach_look_in(vp_reach *reach, uint32_t place, uint32_t outside, vp_reach_pieces *pieces);
void vp_reach_views_clear(vp_reach *reach);

/*
 * In vp_reach_ways.c: the runs of the table by which an interface sends, in order; what is in none
 * of them leads nowhere outside but on the internet. O(runs of the tables that it leads to) once.
 */
vp_reach_ways vp_reach_ways_of(vp_reach *reach, const vp_network_interface *met, uint8_t family);

/*
 * The IPv4 runs by which some translator, NAT gateway or instance, passes an answer on to premises:
 * the interface that it answers for need not know the way. O(runs log runs of their tables) once.
 */
vp_reach_ways vp_reach_ways_of_translators(vp_reach *reach);
void vp_reach_ways_clear(vp_reach *reach);

/*
 * In vp_reach_border.c: makes rows of pieces, one for each flow, in address order; `total` is how
 * many interfaces of a family must have a flow for it to be everybody's. The outside of the pattern
 * is VP_REACH_INTERNET or VP_REACH_PREMISES, or `beyond` says where each piece's `far` goes.
 * O(pieces log pieces). Sorts the pieces.
 */
void vp_reach_border_rows(vp_reach *reach, vp_reach_pieces *pieces, const vp_reach_item *pattern,
                          const uint32_t total[2]);

/* Appends a row. The set goes over to it. */
void vp_reach_add_item(vp_reach *reach, const vp_reach_item *item);

/* Sorts rows as vp_reach_next gives them. */
void vp_reach_sort_items(vp_reach *reach);

/* In vp_reach_group.c. */
void vp_reach_gather(vp_reach *reach);
void vp_reach_groups_clear(vp_reach *reach);

/* In vp_reach_rows.c: fills the slots with what an interface reaches. */
void vp_reach_look_inside(vp_reach *reach, uint32_t place);

VP_END_DECLS

#endif
