/*
 * drawing.h - random requests of actions, for laws that must hold whatever is asked for.
 *
 * Everything follows from the random source, so that a seed gives the same requests again.
 */
#ifndef DRAWING_H
#define DRAWING_H

#include "random.h"
#include "vp_network.h"

/* Some record of a kind, or NULL when there is none. */
vp_record *drawing_record(const vp_network *network, random_source *source, vp_kind kind);

/*
 * Gives each field of a zeroed request a value with a chance in percent; fields that calls can
 * hardly do without more often. Lists are allocated by the network.
 */
void drawing_fill(vp_network *network, random_source *source, const vp_schema *schema,
                  void *request, uint64_t chance);

#endif
