/*
 * notation.h - a network written in the few words of the catalogue's notation, for tests of the
 * core. A part of it: vpc, subnet, host, pcx, rtb, igw, pl, sg, acl, mesh, hub; statements are
 * separated by ";" or a line's end, and a statement without a keyword takes the one before it.
 *
 * Names become ids: vpc-A, subnet-A1, rtb-A.main, sg-web, acl-n1; the host a1 is the instance i-a1
 * with the interface eni-a1. Connections, gateways and prefix lists are named by their ids.
 */
#ifndef NOTATION_H
#define NOTATION_H

#include "vp_network.h"

/* A network in which everything is described by `text`. Ends the program on a mistake in it. */
vp_network *notation_read(const vp_alloc *alloc, const char *text);

/* Adds to a network; a name that is there already is described anew. */
void notation_add(vp_network *network, const char *text);

/* The record with this id; ends the program when there is none. */
vp_record *notation_get(const vp_network *network, const char *id);

#endif
