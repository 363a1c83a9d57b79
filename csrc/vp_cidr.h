/*
 * vp_cidr.h - one block of addresses, address/prefix_length.
 *
 * Invariant: the host bits of `address` are zero. Two blocks are equal or disjoint or one contains
 * the other; blocks of different families have nothing in common.
 */
#ifndef VP_CIDR_H
#define VP_CIDR_H

#include "vp_addr.h"

VP_BEGIN_DECLS

typedef struct vp_cidr {
    vp_addr address; /* the first address; address.family 0 = not given */
    uint8_t prefix_length;
} vp_cidr;

/* Room for any block as text, with the terminating NUL. */
#define VP_CIDR_TEXT_MAX (VP_ADDR_TEXT_MAX + 4)

/* What the reader does with host bits: clears them as AWS does, or refuses them. */
typedef enum vp_cidr_mode { VP_CIDR_CLEAR_HOST_BITS, VP_CIDR_REFUSE_HOST_BITS } vp_cidr_mode;

/*
 * Reads "address/len" that fills `text` exactly; a bare address is its /32 or /128. `len` is
 * decimal without sign or leading zero. VP_INVALID ("invalid_cidr"; the message quotes the text and
 * says what is wrong with it) leaves *cidr untouched. O(length), no allocation.
 */
VP_MUST_CHECK vp_status vp_cidr_parse(const char *text, size_t length, vp_cidr_mode mode,
                                      vp_cidr *cidr, vp_error *error);

/* As vp_cidr_parse, but "/len" must be there: what AWS takes as a CIDR. */
VP_MUST_CHECK vp_status vp_cidr_parse_block(const char *text, size_t length, vp_cidr *cidr,
                                            vp_error *error);

/* Writes "address/len" and a NUL; returns its length. Family 0 writes "". */
size_t vp_cidr_format(const vp_cidr *cidr, char out[VP_CIDR_TEXT_MAX]);

/* The block of `prefix_length` bits around an address (host bits cleared). */
vp_cidr vp_cidr_of(const vp_addr *address, int prefix_length);

vp_addr vp_cidr_last(const vp_cidr *cidr);
bool vp_cidr_is_given(const vp_cidr *cidr);
bool vp_cidr_contains_addr(const vp_cidr *cidr, const vp_addr *address);
bool vp_cidr_contains(const vp_cidr *outer, const vp_cidr *inner);
bool vp_cidr_overlaps(const vp_cidr *a, const vp_cidr *b);
bool vp_cidr_equals(const vp_cidr *a, const vp_cidr *b);

/* Order: IPv4 first, then address, then shorter prefix first. */
int vp_cidr_compare(const vp_cidr *a, const vp_cidr *b);

VP_END_DECLS

#endif
