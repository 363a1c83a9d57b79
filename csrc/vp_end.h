/*
 * vp_end.h - what a question means by an end: a text or an object becomes a vp_end.
 *
 * A text is tried as an id, as a Name tag that one object carries, as an address, in this order;
 * before that as one of the forms
 *
 *     internet   internet@igw-1   internet@igw-1=198.51.100.7   internet=198.51.100.7
 *     onprem     onprem@vgw-1     onprem@vgw-1=192.168.1.10     onprem=192.168.1.10
 *                onprem@tgw-attach-1   onprem@tgw-attach-1=192.168.1.10
 *     subnet-1   subnet-1=10.0.0.9   (the id or the Name tag of a subnet)
 *
 * and last, for a destination, as a host name that AWS gives to instances (vp_dns.h).
 *
 * Nothing is interned, so asking changes nothing. Names that are not there are looked for with a
 * small edit distance, so that the message can say what was probably meant.
 */
#ifndef VP_END_H
#define VP_END_H

#include "vp_trace.h"

VP_BEGIN_DECLS

/*
 * Which side of the question: only an address differs. As a source it stands for the one interface
 * that holds it, else for the bare address in the one subnet around it, else for the internet.
 */
typedef enum vp_end_role { VP_END_SOURCE, VP_END_DESTINATION } vp_end_role;

/*
 * Resolves a text. VP_NOT_FOUND ("unknown_id"; the message names the nearest id or Name tag, or
 * says what cannot be asked for), VP_AMBIGUOUS ("ambiguous"; the message lists the candidates),
 * VP_INVALID ("invalid_address", "invalid_end") and VP_NO_MEMORY leave *end untouched. An id that
 * the data refer to but do not describe is VP_END_UNKNOWN, and VP_OK. O(log n), O(n) on a failure.
 */
VP_MUST_CHECK vp_status vp_end_resolve(vp_network *network, const char *text, size_t length,
                                       vp_end_role role, vp_end *end, vp_error *error);

/*
 * Resolves a destination that is a host name as the VPC of the source does (semantics 8.3, 8.4; P2
 * of 9.3): it becomes VP_END_ADDRESS, VP_END_NXDOMAIN or VP_END_UNRESOLVED. Any other destination
 * stays as it is. `family` 6 asks for IPv6. VP_OK, VP_NO_MEMORY or VP_LIMIT.
 */
VP_MUST_CHECK vp_status vp_end_ask(vp_network *network, const vp_end *from, int family, vp_end *to,
                                   vp_error *error);

/*
 * The end that an object stands for: an interface, an instance, a VPC endpoint, a subnet, a gateway
 * (as source what is outside of it), an Elastic IP address. VP_INVALID ("invalid_end") for others.
 */
VP_MUST_CHECK vp_status vp_end_of_record(vp_network *network, vp_record *record, vp_end_role role,
                                         vp_end *end, vp_error *error);

/*
 * The table forms: the internet, or a network on premises, through a gateway (NULL: any) and an
 * address (NULL: any), and an
 * address (NULL: the lowest that may be assigned) in a subnet. VP_INVALID ("invalid_end") when the
 * object is of another kind.
 */
VP_MUST_CHECK vp_status vp_end_of_internet(const vp_network *network, vp_record *gateway,
                                           const vp_addr *address, vp_end *end, vp_error *error);
VP_MUST_CHECK vp_status vp_end_of_premises(const vp_network *network, vp_record *gateway,
                                           const vp_addr *address, vp_end *end, vp_error *error);
VP_MUST_CHECK vp_status vp_end_of_subnet(const vp_network *network, vp_record *subnet,
                                         const vp_addr *address, vp_end *end, vp_error *error);

/*
 * The object that a text names by id or by a Name tag that is its alone; the errors of
 * vp_end_resolve. For options that take any component (through, avoid) and for the table forms.
 */
VP_MUST_CHECK vp_status vp_end_find(vp_network *network, const char *text, size_t length,
                                    vp_record **record, vp_error *error);

VP_END_DECLS

#endif
