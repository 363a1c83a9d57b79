/*
 * vp_service_text.h - services as people write them.
 *
 *     tcp 443, tcp 8000-8080 from 1024-65535, udp, icmp 8/0, icmp 9-12, icmpv6, 47, 50-51, all
 *
 * Each item is a protocol, then destination ports (ICMP: types, or a type/codes), then `from` and
 * source ports. What is left out means all of them.
 */
#ifndef VP_SERVICE_TEXT_H
#define VP_SERVICE_TEXT_H

#include "vp_error.h"
#include "vp_service.h"

VP_BEGIN_DECLS

/* Limit: items of one text. */
#define VP_SERVICE_ITEMS_MAX 4096

/*
 * Reads a list into a flow. VP_INVALID ("invalid_service"; the message quotes the item and says
 * what is wrong with it), VP_LIMIT and VP_NO_MEMORY leave *flow untouched. O(length).
 */
VP_MUST_CHECK vp_status vp_service_parse(vp_services *services, const char *text, size_t length,
                                         vp_flow *flow, vp_error *error);

VP_END_DECLS

#endif
