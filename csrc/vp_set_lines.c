/*
 * vp_set_lines.c - finding addresses in lines.
 *
 * A line is cut into words of letters, digits, dots and colons: only a word can be an address, and
 * most words are refused by a look at what they are made of. What is left is read by vp_addr_scan,
 * which alone decides what an address is.
 */
#include "vp_set_lines.h"

#include "vp_scan.h"

#include <string.h>

/* What a byte is to a word; 0 for bytes that no word has. */
enum { DIGIT = 1, HEX = 2, LETTER = 4, DOT = 8, COLON = 16 };

static unsigned kind_of(char c) {
    if (c >= '0' && c <= '9') {
        return DIGIT;
    }
    char lower = (char)(c | 0x20);
    if (lower >= 'a' && lower <= 'z') {
        return lower <= 'f' ? HEX : LETTER;
    }
    return c == '.' ? DOT : c == ':' ? COLON : 0;
}

/* The kinds of all bytes, made on the stack of each call. */
typedef struct kinds {
    uint8_t of[256];
} kinds;

static void make_kinds(kinds *table) {
    for (unsigned i = 0; i < 256; i++) {
        table->of[i] = (uint8_t)kind_of((char)i);
    }
}

VP_INLINE unsigned kind(const kinds *table, const char *p) { return table->of[(unsigned char)*p]; }

/* What was found in a line so far. */
typedef struct line_search {
    const vp_set *set;
    const kinds *table;
    const char *end; /* of the line */
    bool any, inside;
} line_search;

/* Counts a range, an IPv4 address in IPv6 clothes in both of its forms. */
static void look_up(line_search *search, const vp_addr *first, const vp_addr *last) {
    search->any = true;
    search->inside |= vp_set_contains_range(search->set, first, last);
    if (first->family == 6 && vp_addr_equals(first, last) && first->hi == 0 &&
        first->lo >> 32 == 0xffff) {
        vp_addr narrow = vp_addr_from_ipv4((uint32_t)(first->lo & UINT32_MAX));
        search->inside |= vp_set_contains_range(search->set, &narrow, &narrow);
    }
}

/* Whether a word can end here. */
static bool is_border(const line_search *search, const char *p) {
    return p == search->end || kind(search->table, p) == 0;
}

/* Reads "/len" at `p`; returns its end, or NULL when it is none that fits the family. */
static const char *scan_length(const line_search *search, const char *p, const vp_addr *address,
                               int *length) {
    const char *after = vp_scan_number(p + 1, search->end, vp_addr_bits(address), length);
    return after != NULL && is_border(search, after) ? after : NULL;
}

/* Reads "-b" at `p`; returns its end, or NULL when b is no later address of the same family. */
static const char *scan_range(const line_search *search, const char *p, const vp_addr *first,
                              vp_addr *last) {
    const char *problem;
    size_t used = vp_addr_scan(p + 1, (size_t)(search->end - p - 1), last, &problem);
    bool good = used > 0 && last->family == first->family && vp_addr_compare(first, last) <= 0;
    return good && is_border(search, p + 1 + used) ? p + 1 + used : NULL;
}

/*
 * Takes the address that ends at `p` together with what makes it a block or a range; returns where
 * the search goes on. What follows may be neither ("10.0.0.1/index.html", "10.0.0.1-beta"): then
 * the address counts by itself.
 */
static const char *take(line_search *search, const char *p, const vp_addr *address) {
    vp_addr first = *address, last = *address;
    const char *after = NULL;
    if (p < search->end && *p == '/') {
        int length;
        after = scan_length(search, p, address, &length);
        if (after != NULL) {
            first = vp_addr_first_of(address, length);
            last = vp_addr_last_of(address, length);
        }
    } else if (p < search->end && *p == '-') {
        after = scan_range(search, p, address, &last);
        if (after == NULL) {
            last = *address;
        }
    }
    look_up(search, &first, &last);
    return after != NULL ? after : p;
}

/* Whether the bytes are one address as a whole. */
static bool read_whole(const char *text, const char *end, vp_addr *address) {
    const char *problem;
    size_t length = (size_t)(end - text);
    return length > 0 && vp_addr_scan(text, length, address, &problem) == length;
}

/* An IPv4 address between colons: with a port behind it, a name before it. */
static const char *examine_pieces(line_search *search, const char *word, const char *end) {
    for (const char *piece = word, *p = word;; p++) {
        if (p == end || *p == ':') {
            vp_addr address;
            if (p - piece >= 7 && read_whole(piece, p, &address) && address.family == 4) {
                return take(search, p, &address);
            }
            if (p == end) {
                return end;
            }
            piece = p + 1;
        }
    }
}

/* Looks for an address in a word made of `parts`; returns where the search goes on. */
static const char *examine(line_search *search, const char *word, const char *end, unsigned parts) {
    vp_addr address;
    if (!(parts & COLON)) {
        return parts == (DIGIT | DOT) && read_whole(word, end, &address)
                   ? take(search, end, &address)
                   : end;
    }
    const char *start = word;
    /* "::1:" is an address before a colon; "from:::1" is a name before one. */
    if (parts & LETTER) {
        /* No IPv6 address has such a letter: it can only begin behind the name. */
        start = memchr(word, ':', (size_t)(end - word));
        start++;
    }
    if (read_whole(start, end, &address)) {
        return take(search, end, &address);
    }
    if (end > start && end[-1] == ':' && read_whole(start, end - 1, &address)) {
        return take(search, end - 1, &address);
    }
    return parts & DOT ? examine_pieces(search, word, end) : end;
}

/* Searches a line up to the first thing in the set, or all of it. */
static void search_line(line_search *search, const char *p) {
    while (p < search->end && !search->inside) {
        const char *word = p;
        unsigned parts = 0, part;
        while (p < search->end && (part = kind(search->table, p)) != 0) {
            parts |= part;
            p++;
        }
        /* The shortest addresses are "::" and "1.2.3.4". */
        if (parts & (DOT | COLON) && p - word >= 2) {
            p = examine(search, word, p, parts);
        }
        p += p < search->end && kind(search->table, p) == 0;
    }
}

/*
 * Lines are copied as they are. A last line without an end gets one, which is the one byte by which
 * the result may be longer than the text.
 */
size_t vp_set_filter_lines(const vp_set *set, const char *text, size_t length, vp_set_keep keep,
                           char *out, uint64_t *count) {
    const char *end = text + length;
    size_t used = 0;
    kinds table;
    make_kinds(&table);
    *count = 0;
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        stop = stop != NULL ? stop : end;
        line_search search = {set, &table, stop, false, false};
        search_line(&search, text);
        bool wanted = keep == VP_SET_KEEP_INSIDE    ? search.inside
                      : keep == VP_SET_KEEP_OUTSIDE ? search.any && !search.inside
                                                    : !search.inside;
        if (wanted) {
            size_t size = (size_t)(stop - text);
            memcpy(out + used, text, size);
            out[used + size] = '\n';
            used += size + 1;
            (*count)++;
        }
        text = stop < end ? stop + 1 : end;
    }
    return used;
}
