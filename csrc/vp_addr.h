/*
 * vp_addr.h - one IPv4 or IPv6 address.
 *
 * Both families share one type. An IPv4 address sits in the low 32 bits of `lo` with `hi` = 0, so
 * comparing (family, hi, lo) orders all addresses, IPv4 first. The text reader is strict (RFC 6943
 * 3.1.1: no octal, no shortened forms), the writer is canonical (RFC 5952).
 */
#ifndef VP_ADDR_H
#define VP_ADDR_H

#include "vp_error.h"

VP_BEGIN_DECLS

typedef struct vp_addr {
    uint64_t hi, lo;
    uint8_t family; /* 4, 6, or 0 = not given */
} vp_addr;

/* Room for any address as text, with the terminating NUL. */
#define VP_ADDR_TEXT_MAX 46

/* Bits of an address: 32 or 128. */
int vp_addr_bits(const vp_addr *address);

/*
 * Reads an address that fills `text` (length bytes) exactly: IPv4 as four decimal parts 0-255
 * without leading zeros; IPv6 as RFC 4291 with one "::" at most, a dotted-quad tail allowed, no
 * zone. VP_INVALID ("invalid_address") leaves *address untouched. O(length), no allocation.
 */
VP_MUST_CHECK vp_status vp_addr_parse(const char *text, size_t length, vp_addr *address,
                                      vp_error *error);

/*
 * Reads the longest address at the start of `text` and returns how many bytes it takes; what
 * follows is the caller's affair. Returns 0 when there is none, with *problem saying what is wrong
 * (a constant; "a part is over 255") and *address untouched. O(length of the address).
 */
size_t vp_addr_scan(const char *text, size_t length, vp_addr *address, const char **problem);

/* Writes the canonical text and a NUL; returns its length. Family 0 writes "". */
size_t vp_addr_format(const vp_addr *address, char out[VP_ADDR_TEXT_MAX]);

/* Order by family, then value: negative, 0, positive. */
int vp_addr_compare(const vp_addr *a, const vp_addr *b);
bool vp_addr_equals(const vp_addr *a, const vp_addr *b);

/* Is it 0.0.0.0 or ::? At an interface that stands for an address which is not known. */
bool vp_addr_is_unspecified(const vp_addr *address);

/* An IPv4 address from its number. */
vp_addr vp_addr_from_ipv4(uint32_t value);

/* address + count; the result wraps at the end of the family's line. */
vp_addr vp_addr_plus(const vp_addr *address, uint64_t count);

/* The address with all bits from position `prefix_length` on cleared, or set. */
vp_addr vp_addr_first_of(const vp_addr *address, int prefix_length);
vp_addr vp_addr_last_of(const vp_addr *address, int prefix_length);

/* 0.0.0.0 or ::, 255.255.255.255 or ffff:...:ffff. */
vp_addr vp_addr_lowest(uint8_t family);
vp_addr vp_addr_highest(uint8_t family);

VP_END_DECLS

#endif
