/*
 * rectangles.h - the rectangles of a network, pair by pair, against its columns.
 */
#ifndef RECTANGLES_H
#define RECTANGLES_H

#include "vp_atlas.h"

/*
 * How many pairs of members differ: what vp_mesh_visit says of them, and what the columns of rows
 * say; a pair in two rectangles differs too. *shared: pairs in rectangles of bundles.
 */
uint32_t rectangles_differ(vp_atlas *atlas, uint32_t *shared);

#endif
