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

/* How an interface, or an instance that has only one, is called. */
typedef struct vp_quick_id {
    const char *text; /* its id; NULL: by name */
    size_t length;
    vp_name name;
} vp_quick_id;

/*
 * Is it certain that a packet of TCP or UDP gets from one interface to another one on `port`, IPv4,
 * primary addresses, and an answer to some port from 1024 on back? False says nothing, and is all
 * that the first questions after records moved get, until it is worth being ready for more: then
 * one question is O(records). Else O(log of the rules on the path), without allocation once the
 * rules it meets are compiled.
 */
bool vp_reach_quick(vp_network *network, const vp_quick_id *from, const vp_quick_id *to,
                    uint8_t protocol, uint16_t port);

VP_END_DECLS

#endif
