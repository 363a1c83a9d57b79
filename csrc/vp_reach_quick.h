/*
 * vp_reach_quick.h - "yes" to the question that hosts ask most: one interface, another one, one
 * port.
 *
 * What such a question needs of an interface lies in one line of memory, so that asking about a few
 * among many thousands waits for memory as seldom as it can. Whatever is not plain (an appliance, a
 * translator, a gateway, an address that two claim) is not answered here.
 */
#ifndef VP_REACH_QUICK_H
#define VP_REACH_QUICK_H

#include "vp_compiled.h"

VP_BEGIN_DECLS

/*
 * Is it certain that a packet of TCP or UDP gets from one interface (or instance that has one) to
 * another one on `port`, IPv4, primary addresses, and an answer to some port from 1024 on back?
 * False says nothing. The first call after records moved is O(records); else O(log of the rules on
 * the path), without allocation once the rules it meets are compiled.
 */
bool vp_reach_quick(vp_network *network, vp_name from, vp_name to, uint8_t protocol, uint16_t port);

VP_END_DECLS

#endif
