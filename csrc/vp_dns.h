/*
 * vp_dns.h - what a host name means, depending on who asks.
 *
 * The names that AWS gives to instances (semantics 8.2), the two tables that say which address the
 * Amazon DNS server of the asking VPC answers with (8.3, 8.4), and before them the names that
 * private zones and endpoints answer for (8.5; vp_dns_zone.h).
 */
#ifndef VP_DNS_H
#define VP_DNS_H

#include "vp_index.h"

VP_BEGIN_DECLS

typedef enum vp_dns_result {
    VP_DNS_ADDRESS,
    VP_DNS_NXDOMAIN,  /* the name does not exist for the asker */
    VP_DNS_UNRESOLVED /* the asking VPC has no Amazon DNS server (enableDnsSupport is false) */
} vp_dns_result;

/* Why a name has no address, or why an answer is worth less than it looks. */
typedef enum vp_dns_cause {
    VP_DNS_NO_CAUSE,           /* there is an address, or nothing more to say */
    VP_DNS_NOT_IN_DATA,        /* a public name that the data say nothing of: it may well exist */
    VP_DNS_ATTRIBUTES_OFF,     /* a DNS attribute of `vpc` is false (8.3, 8.4, 8.5) */
    VP_DNS_ATTRIBUTES_ASSUMED, /* the same, but only by the default of 1.1: none is loaded */
    VP_DNS_ONLY_IN_REGION,     /* a private name of `vpc`, which is in another Region */
    VP_DNS_ONLY_IN_VPC,        /* a private name of `vpc`, whose address is not in RFC 1918 */
    VP_DNS_ONLY_INSIDE         /* a private name, and the asker is outside any VPC */
} vp_dns_cause;

typedef struct vp_dns_reason {
    vp_dns_cause cause;
    const vp_vpc *vpc; /* whose attributes or name; NULL where no VPC is meant */
} vp_dns_reason;

/* The cause in one word of a closed list, "not_in_data"; NULL for VP_DNS_NO_CAUSE. */
const char *vp_dns_cause_text(vp_dns_cause cause);

/*
 * Is the text a host name: of the form of AWS's names, or covered by a zone or an endpoint of the
 * network, whether or not it exists? O(zones + endpoints).
 */
bool vp_dns_is_name(const vp_network *network, const char *text, size_t length);

/*
 * Resolves a name. `asker` is the VPC that asks, NULL = outside any VPC. `family` 6 asks for the
 * IPv6 address (of a resource name), else 4. *address is set for VP_DNS_ADDRESS only, *reason
 * (which may be NULL) always. O(VPCs) for a private name, else O(log n); allocates nothing.
 */
vp_dns_result vp_dns_resolve(vp_network *network, const vp_index *index, const char *text,
                             size_t length, const vp_vpc *asker, int family, vp_addr *address,
                             vp_dns_reason *reason);

/* The DNS attributes of a VPC, with the defaults of 1.1 where the data do not say. */
bool vp_dns_has_support(const vp_vpc *vpc);
bool vp_dns_has_hostnames(const vp_vpc *vpc);

VP_END_DECLS

#endif
