/*
 * lvp_prefix_map.h - what the files of the class vpcpeer.prefix_map share: its box.
 *
 * The core maps addresses to numbers; the values are in a Lua table, by number, that belongs to the
 * userdata (its user value, in Lua 5.1 its environment).
 */
#ifndef LVP_PREFIX_MAP_H
#define LVP_PREFIX_MAP_H

#include "lvp_set.h"
#include "lvp_text.h"
#include "vp_prefix_map.h"

VP_BEGIN_DECLS

typedef struct lvp_map_box {
    vp_prefix_map *map;   /* NULL until it is made, and after __gc */
    vp_prefixes prefixes; /* what it is made of; empty afterwards */
    unsigned lookups;     /* until the index is worth making */
    /*
     * The values as text, for look-ups in bulk: all different texts in one block, and where in it
     * the text of each entry starts. `texts` hangs in the table of values; NULL = not made.
     */
    lvp_text *texts;
    uint32_t *starts;
    uint32_t start_count;
} lvp_map_box;

/* The box in argument 1 of a method; raises when its map was collected. */
lvp_map_box *lvp_self_map(lua_State *L);

/* Pushes the table of values of the box at `index`. */
void lvp_map_values(lua_State *L, int index);

/* Pushes the value of an entry from the table of values at `values`. */
void lvp_push_map_value(lua_State *L, int values, const vp_prefix_map *map, uint8_t family,
                        uint32_t entry);

/* The method lookup_text; it lives in lvp_prefix_text.c. */
int lvp_prefix_map_lookup_text(lua_State *L);

/* Releases the values as text, if they were made. */
void lvp_drop_value_texts(lvp_map_box *box);

VP_END_DECLS

#endif
