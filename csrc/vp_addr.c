/*
 * vp_addr.c - reading, writing and stepping one address.
 *
 * There is one reader: vp_addr_scan. Whole texts, blocks and ranges are read by calling it and then
 * looking at what follows, so nothing else in the project decides what an address looks like. (The
 * quick reader of vp_scan.h takes a part of what it takes, and is tested against it.)
 *
 * It is strict on purpose: leading zeros, fewer than four parts, hexadecimal parts and zones mean
 * different addresses to different programs, which has been a way around filters (RFC 6943 3.1.1).
 * A text either is an address to everybody or it is refused, with the reason.
 */
#include "vp_addr.h"

#include <string.h>

int vp_addr_bits(const vp_addr *address) { return address->family == 4 ? 32 : 128; }

/* The value of a decimal digit, over 9 for any other byte. */
static unsigned digit_of(char c) { return (unsigned)(unsigned char)c - '0'; }

/* One more than the value of a hexadecimal digit, 0 for any other byte. */
static const uint8_t hex_digits[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16};

static unsigned hex_of(char c) { return hex_digits[(unsigned char)c]; }

/*
 * Returns the end of the address, or NULL with *problem set. Numbers are refused as soon as they
 * are over 255, so none overflows, however long the text is.
 */
static const char *scan_ipv4(const char *p, const char *end, uint32_t *value,
                             const char **problem) {
    uint32_t result = 0;
    for (int part = 0; part < 4; part++) {
        if (part > 0 && (p == end || *p++ != '.')) {
            *problem = "an IPv4 address has four parts";
            return NULL;
        }
        unsigned number = p < end ? digit_of(*p) : 10;
        if (number > 9) {
            *problem = part == 0 ? "it is not an address" : "an IPv4 address has four parts";
            return NULL;
        }
        const char *start = p++;
        while (p < end && digit_of(*p) <= 9) {
            if (*start == '0') {
                *problem = "a part has a leading zero";
                return NULL;
            }
            number = number * 10 + digit_of(*p++);
            if (number > 255) {
                *problem = "a part is over 255";
                return NULL;
            }
        }
        result = result << 8 | number;
    }
    *value = result;
    return p;
}

/* What scan_ipv6 has read so far: the groups since the start or since the "::", right-aligned. */
typedef struct group_list {
    uint64_t hi, lo;
    int count;                 /* of all groups */
    int gap;                   /* how many groups stand before the "::", -1 = none seen */
    uint64_t head_hi, head_lo; /* those groups */
} group_list;

/* Moves what was read up by 16 bits. A ninth group is refused before it would push one out. */
static void push_group(group_list *groups, unsigned value) {
    groups->hi = groups->hi << 16 | groups->lo >> 48;
    groups->lo = groups->lo << 16 | value;
    groups->count++;
}

/* Puts the groups before the "::" at the top: [a b :: c] becomes [a b 0 0 0 0 0 c]. */
static vp_addr join_groups(const group_list *groups) {
    vp_addr address = {groups->hi, groups->lo, 6};
    if (groups->gap > 4) {
        int shift = 16 * (8 - groups->gap);
        address.hi |= groups->head_hi << shift | groups->head_lo >> (64 - shift);
        address.lo |= groups->head_lo << shift;
    } else if (groups->gap > 0) {
        address.hi |= groups->head_lo << 16 * (4 - groups->gap);
    }
    return address;
}

/*
 * Reads one group, or the dotted quad that may stand for the last two. Returns the end of it, or
 * NULL with *problem set. The first byte is known to be a digit.
 */
static const char *scan_group(const char *p, const char *end, group_list *groups, bool *was_quad,
                              const char **problem) {
    const char *start = p;
    unsigned value = 0, digit;
    while (p < end && (digit = hex_of(*p)) != 0) {
        value = value << 4 | (digit - 1);
        p++;
    }
    if (p < end && *p == '.' && groups->count <= 6) {
        uint32_t quad = 0;
        *was_quad = true;
        p = scan_ipv4(start, end, &quad, problem);
        push_group(groups, quad >> 16);
        push_group(groups, quad & 0xffff);
        return p;
    }
    if (p - start > 4) {
        *problem = "a group has more than four digits";
        return NULL;
    }
    push_group(groups, value);
    return p;
}

/*
 * Moves past the colons after a group; returns NULL with *problem set when they are wrong. One
 * colon needs a group behind it; two are the gap, which may end the text and stand in it once.
 */
static const char *scan_colons(const char *p, const char *end, group_list *groups,
                               const char **problem) {
    if (end - p >= 2 && p[1] == ':') {
        if (groups->gap >= 0) {
            *problem = "\"::\" stands in it twice";
            return NULL;
        }
        groups->gap = groups->count;
        groups->head_hi = groups->hi;
        groups->head_lo = groups->lo;
        groups->hi = groups->lo = 0;
        return p + 2;
    }
    if (end - p < 2 || hex_of(p[1]) == 0) {
        *problem = "a colon has no group after it";
        return NULL;
    }
    return p + 1;
}

/*
 * Returns the end of the address, or NULL with *problem set. Groups are read until something stands
 * there that is no group; whether they are as many as they must be is decided at the end, since a
 * "::" may stand for any number of zeros but none.
 */
static const char *scan_ipv6(const char *p, const char *end, vp_addr *address,
                             const char **problem) {
    group_list groups = {0, 0, 0, -1, 0, 0};
    bool was_quad = false;
    if (p < end && *p == ':') {
        if (end - p < 2 || p[1] != ':') {
            *problem = "an IPv6 address starts with a group or with \"::\"";
            return NULL;
        }
        groups.gap = 0;
        p += 2;
    }
    while (p < end && hex_of(*p) != 0) {
        if (groups.count == 8) {
            *problem = "an IPv6 address has eight groups";
            return NULL;
        }
        p = scan_group(p, end, &groups, &was_quad, problem);
        if (p == NULL) {
            return NULL;
        }
        if (was_quad || p == end || *p != ':') {
            break;
        }
        p = scan_colons(p, end, &groups, problem);
        if (p == NULL) {
            return NULL;
        }
    }
    if (groups.gap < 0 ? groups.count != 8 : groups.count > 7) {
        *problem = "an IPv6 address has eight groups";
        return NULL;
    }
    *address = join_groups(&groups);
    return p;
}

/*
 * The first bytes tell the family, so that each reader can say what is wrong in its own terms and
 * no text is read twice. The output is written only when the text is an address.
 */
size_t vp_addr_scan(const char *text, size_t length, vp_addr *address, const char **problem) {
    const char *end = text + length, *after;
    if (length == 0) {
        *problem = "it is empty";
        return 0;
    }
    /* A colon comes at the latest after the first group; five bytes tell the families apart. */
    if (memchr(text, ':', length < 5 ? length : 5) != NULL) {
        vp_addr read;
        after = scan_ipv6(text, end, &read, problem);
        if (after != NULL) {
            *address = read;
        }
    } else {
        uint32_t value = 0;
        after = scan_ipv4(text, end, &value, problem);
        if (after != NULL) {
            *address = vp_addr_from_ipv4(value);
        }
    }
    return after == NULL ? 0 : (size_t)(after - text);
}

/* The whole text has to be one address; what follows one is a reason of its own. */
vp_status vp_addr_parse(const char *text, size_t length, vp_addr *address, vp_error *error) {
    const char *problem = "something follows the address";
    char quoted[VP_ERROR_QUOTE_MAX];
    vp_addr read;
    if (vp_addr_scan(text, length, &read, &problem) == length && length > 0) {
        *address = read;
        return VP_OK;
    }
    return vp_error_set(error, VP_INVALID, "invalid_address", "\"%s\": %s",
                        vp_error_quote(text, length, quoted), problem);
}

/* Writes 0-255 in decimal; returns the end. */
static char *format_octet(char *out, unsigned value) {
    if (value >= 100) {
        *out++ = (char)('0' + value / 100);
        value %= 100;
        *out++ = (char)('0' + value / 10);
    } else if (value >= 10) {
        *out++ = (char)('0' + value / 10);
    }
    *out++ = (char)('0' + value % 10);
    return out;
}

/* Writes a dot behind every part and takes the last one back. */
static char *format_ipv4(char *out, uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        out = format_octet(out, value >> shift & 0xff);
        *out++ = '.';
    }
    return out - 1;
}

/* Writes a group in lower case without leading zeros; returns the end. */
static char *format_group(char *out, unsigned value) {
    static const char digits[16] = "0123456789abcdef";
    int shift = 12;
    while (shift > 0 && value >> shift == 0) {
        shift -= 4;
    }
    for (; shift >= 0; shift -= 4) {
        *out++ = digits[value >> shift & 0xf];
    }
    return out;
}

/* The groups count from the left, as they are written. */
static unsigned group_of(const vp_addr *address, int index) {
    uint64_t half = index < 4 ? address->hi : address->lo;
    return (unsigned)(half >> (48 - 16 * (index % 4)) & 0xffff);
}

/* The longest run of two or more zero groups, the first on a tie (RFC 5952 4.2). */
static int find_gap(const vp_addr *address, int *length) {
    int best = -1, best_length = 1;
    for (int i = 0; i < 8; i++) {
        int start = i;
        while (i < 8 && group_of(address, i) == 0) {
            i++;
        }
        if (i - start > best_length) {
            best = start;
            best_length = i - start;
        }
    }
    *length = best_length;
    return best;
}

/* RFC 5952 leaves one text for each address, which is what makes text usable as a key. */
static char *format_ipv6(char *out, const vp_addr *address) {
    /* An IPv4-mapped address is written with its IPv4 part (RFC 5952 5). */
    if (address->hi == 0 && address->lo >> 32 == 0xffff) {
        memcpy(out, "::ffff:", 7);
        return format_ipv4(out + 7, (uint32_t)(address->lo & UINT32_MAX));
    }
    int gap_length;
    int gap = find_gap(address, &gap_length);
    for (int i = 0; i < 8; i++) {
        if (i == gap) {
            *out++ = ':';
            *out++ = ':';
            i += gap_length - 1;
        } else {
            if (i > 0 && out[-1] != ':') {
                *out++ = ':';
            }
            out = format_group(out, group_of(address, i));
        }
    }
    return out;
}

/* An address that was never set has the family 0 and no text. */
size_t vp_addr_format(const vp_addr *address, char out[VP_ADDR_TEXT_MAX]) {
    char *end = out;
    if (address->family == 4) {
        end = format_ipv4(out, (uint32_t)(address->lo & UINT32_MAX));
    } else if (address->family == 6) {
        end = format_ipv6(out, address);
    }
    *end = '\0';
    return (size_t)(end - out);
}

/* IPv4 before IPv6: the families are two lines, and sets list them one after the other. */
int vp_addr_compare(const vp_addr *a, const vp_addr *b) {
    if (a->family != b->family) {
        return a->family < b->family ? -1 : 1;
    }
    if (a->hi != b->hi) {
        return a->hi < b->hi ? -1 : 1;
    }
    return a->lo < b->lo ? -1 : a->lo > b->lo;
}

bool vp_addr_equals(const vp_addr *a, const vp_addr *b) {
    return a->family == b->family && a->hi == b->hi && a->lo == b->lo;
}

bool vp_addr_is_unspecified(const vp_addr *address) {
    return address->family != 0 && address->hi == 0 && address->lo == 0;
}

vp_addr vp_addr_from_ipv4(uint32_t value) {
    vp_addr address = {0, value, 4};
    return address;
}

/* Wraps at the end of the family's own line, not of the 128 bits that hold it. */
vp_addr vp_addr_plus(const vp_addr *address, uint64_t count) {
    vp_addr sum = *address;
    sum.lo += count;
    if (sum.family == 4) {
        sum.lo &= UINT32_MAX;
    } else if (sum.lo < count) {
        sum.hi++;
    }
    return sum;
}

/* The host bits of a block: ones from position prefix_length on. */
static vp_addr host_mask(uint8_t family, int prefix_length) {
    vp_addr mask = {0, 0, family};
    int host_bits = (family == 4 ? 32 : 128) - prefix_length;
    if (host_bits > 64) {
        mask.hi = UINT64_MAX >> (128 - host_bits);
        mask.lo = UINT64_MAX;
    } else if (host_bits > 0) {
        mask.lo = UINT64_MAX >> (64 - host_bits);
    }
    return mask;
}

/* The two ends of the block around an address: host bits cleared, host bits set. */
vp_addr vp_addr_first_of(const vp_addr *address, int prefix_length) {
    vp_addr mask = host_mask(address->family, prefix_length);
    mask.hi = address->hi & ~mask.hi;
    mask.lo = address->lo & ~mask.lo;
    return mask;
}

vp_addr vp_addr_last_of(const vp_addr *address, int prefix_length) {
    vp_addr mask = host_mask(address->family, prefix_length);
    mask.hi |= address->hi;
    mask.lo |= address->lo;
    return mask;
}

vp_addr vp_addr_lowest(uint8_t family) {
    vp_addr address = {0, 0, family};
    return address;
}

/* All of the family's bits are host bits of its /0. */
vp_addr vp_addr_highest(uint8_t family) { return host_mask(family, 0); }
