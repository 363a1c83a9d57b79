/*
 * vp_dns_zone.h - names that private zones and endpoints answer for (semantics 8.5).
 *
 * A private hosted zone counts for the VPCs that it is associated with; an interface endpoint with
 * private DNS is such a zone for the name of its service in its own VPC. Every interface endpoint
 * also has host names of its own, which mean its interfaces wherever they are asked for.
 *
 * Names are lower case and without a dot at the end; what zones and records hold may be otherwise.
 * Nothing here allocates. Each question looks through zones and endpoints once: O(zones + records).
 */
#ifndef VP_DNS_ZONE_H
#define VP_DNS_ZONE_H

#include "vp_endpoint.h"

VP_BEGIN_DECLS

typedef enum vp_zone_result {
    VP_ZONE_NONE,    /* no zone of the VPC covers the name: ask further */
    VP_ZONE_ADDRESS, /* *address */
    VP_ZONE_ALIAS,   /* *alias is the name to ask for instead (CNAME) */
    VP_ZONE_NOTHING  /* the zone that covers the name has no such record: there is no such name */
} vp_zone_result;

/*
 * What the longest-named zone of a VPC that covers the name says. `family` 6 asks for AAAA, else A.
 * A record for the very name goes before "*." records, of which the longest wins; of several values
 * the first is the answer.
 */
vp_zone_result vp_dns_zone_ask(const vp_network *network, const vp_vpc *asker, const char *name,
                               size_t length, int family, vp_addr *address, vp_name *alias);

/*
 * The same for a host name of an endpoint's own: VP_ZONE_NONE when it is none. A name of one zone
 * means the interface there, any other the first interface in use that has an address of the
 * family.
 */
vp_zone_result vp_dns_zone_endpoint(const vp_network *network, const char *name, size_t length,
                                    int family, vp_addr *address);

/* Is the name one that some zone or endpoint could answer for, whoever asks? */
bool vp_dns_zone_covers(const vp_network *network, const char *name, size_t length);

/* Is the name the zone's or below it? Case and a dot at the end of `zone` do not count. */
bool vp_dns_zone_is_below(const char *name, size_t length, const char *zone);

VP_END_DECLS

#endif
