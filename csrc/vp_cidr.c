/*
 * vp_cidr.c - reading, writing and comparing one block.
 *
 * A block is its first address and a length; host bits are always clear. So two blocks are the same
 * exactly when both fields are, and a block contains an address when clearing as many of the
 * address's bits gives the block's own.
 */
#include "vp_cidr.h"

/* Reads what follows the address: nothing, or "/len". Returns NULL, or what is wrong with it. */
static const char *scan_length(const char *text, size_t length, int bits, int *prefix_length) {
    if (length == 0) {
        *prefix_length = bits;
        return NULL;
    }
    if (text[0] == '%') {
        return "a zone is not allowed";
    }
    if (text[0] != '/') {
        return "something follows the address";
    }
    if (length == 1) {
        return "the prefix length is missing";
    }
    /* Once over every family's bits the number stays there: it may have any number of digits. */
    int value = 0;
    for (size_t i = 1; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return "the prefix length is not a plain number";
        }
        value = value > 128 ? value : value * 10 + (text[i] - '0');
    }
    if (text[1] == '0' && length > 2) {
        return "the prefix length has a leading zero";
    }
    if (value > bits) {
        return bits == 32 ? "the prefix length is over 32" : "the prefix length is over 128";
    }
    *prefix_length = value;
    return NULL;
}

/* The reader behind both entries. Returns NULL, or what is wrong with the text. */
static const char *scan_cidr(const char *text, size_t length, vp_cidr_mode mode, bool need_length,
                             vp_cidr *cidr) {
    const char *problem = NULL;
    vp_addr address;
    int prefix_length = 0;
    size_t used = vp_addr_scan(text, length, &address, &problem);
    if (used == 0) {
        return problem;
    }
    if (used == length && need_length) {
        return "the prefix length is missing";
    }
    problem = scan_length(text + used, length - used, vp_addr_bits(&address), &prefix_length);
    if (problem != NULL) {
        return problem;
    }
    vp_cidr read = vp_cidr_of(&address, prefix_length);
    if (mode == VP_CIDR_REFUSE_HOST_BITS && !vp_addr_equals(&address, &read.address)) {
        return "it has host bits";
    }
    *cidr = read;
    return NULL;
}

/* The text is quoted: it may hold anything, and a message must stay one line. */
static vp_status refuse(const char *text, size_t length, const char *problem, vp_error *error) {
    char quoted[VP_ERROR_QUOTE_MAX];
    return vp_error_set(error, VP_INVALID, "invalid_cidr", "\"%s\": %s",
                        vp_error_quote(text, length, quoted), problem);
}

/* The two entries: a length may be left out, or has to be there. */
vp_status vp_cidr_parse(const char *text, size_t length, vp_cidr_mode mode, vp_cidr *cidr,
                        vp_error *error) {
    const char *problem = scan_cidr(text, length, mode, false, cidr);
    return problem == NULL ? VP_OK : refuse(text, length, problem, error);
}

vp_status vp_cidr_parse_block(const char *text, size_t length, vp_cidr *cidr, vp_error *error) {
    const char *problem = scan_cidr(text, length, VP_CIDR_CLEAR_HOST_BITS, true, cidr);
    return problem == NULL ? VP_OK : refuse(text, length, problem, error);
}

/* The length is written always, also that of a single address: one text for each block. */
size_t vp_cidr_format(const vp_cidr *cidr, char out[VP_CIDR_TEXT_MAX]) {
    size_t used = vp_addr_format(&cidr->address, out);
    if (cidr->address.family == 0) {
        return used;
    }
    unsigned value = cidr->prefix_length;
    out[used++] = '/';
    if (value >= 100) {
        out[used++] = '1'; /* 128 is the most */
    }
    if (value >= 10) {
        out[used++] = (char)('0' + value / 10 % 10);
    }
    out[used++] = (char)('0' + value % 10);
    out[used] = '\0';
    return used;
}

/* Clears the host bits: blocks are equal when their members are. */
vp_cidr vp_cidr_of(const vp_addr *address, int prefix_length) {
    vp_cidr cidr = {vp_addr_first_of(address, prefix_length), (uint8_t)prefix_length};
    return cidr;
}

/* The host bits that the block has clear, set. */
vp_addr vp_cidr_last(const vp_cidr *cidr) {
    return vp_addr_last_of(&cidr->address, cidr->prefix_length);
}

bool vp_cidr_is_given(const vp_cidr *cidr) { return cidr->address.family != 0; }

/* Comparing first addresses needs no masks and is the same for both families. */
bool vp_cidr_contains_addr(const vp_cidr *cidr, const vp_addr *address) {
    vp_addr first = vp_addr_first_of(address, cidr->prefix_length);
    return cidr->address.family == address->family && vp_addr_equals(&first, &cidr->address);
}

/* A block inside a larger one has its first address in it, and that is enough. */
bool vp_cidr_contains(const vp_cidr *outer, const vp_cidr *inner) {
    return outer->prefix_length <= inner->prefix_length &&
           vp_cidr_contains_addr(outer, &inner->address);
}

/* Two blocks never overlap in part: powers of two are nested or disjoint. */
bool vp_cidr_overlaps(const vp_cidr *a, const vp_cidr *b) {
    return vp_cidr_contains(a, b) || vp_cidr_contains(b, a);
}

bool vp_cidr_equals(const vp_cidr *a, const vp_cidr *b) {
    return a->prefix_length == b->prefix_length && vp_addr_equals(&a->address, &b->address);
}

/* The wider block first, so that a block comes before everything in it. */
int vp_cidr_compare(const vp_cidr *a, const vp_cidr *b) {
    int order = vp_addr_compare(&a->address, &b->address);
    return order != 0 ? order : (int)a->prefix_length - (int)b->prefix_length;
}
