/*
 * vp_protocol.h - the protocols that rules name, by number or by word.
 */
#ifndef VP_PROTOCOL_H
#define VP_PROTOCOL_H

#include "vp_network.h"

VP_BEGIN_DECLS

/* Protocols of a packet. ALL asks for any; OTHER stands for all but TCP, UDP and ICMP at once. */
#define VP_PROTOCOL_ALL (-1)
#define VP_PROTOCOL_OTHER (-2)
#define VP_PROTOCOL_ICMP 1
#define VP_PROTOCOL_TCP 6
#define VP_PROTOCOL_UDP 17
#define VP_PROTOCOL_ICMPV6 58

/* The protocol that a rule names ("tcp", "6", "-1"); false when the text is none. */
bool vp_protocol_read(const vp_network *network, vp_name text, int *protocol);

VP_END_DECLS

#endif
