/*
 * vp_set_text.c - the bulk reader and writer of sets.
 *
 * The reader tries the common forms first, on bytes known to lie inside the text, and gives
 * everything it does not recognize at once to the readers of vp_addr and vp_cidr: they alone decide
 * what is wrong with a text.
 */
#include "vp_set_text.h"

#include <string.h>

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static const char *trim(const char *text, const char **end) {
    while (text < *end && is_blank(*text)) {
        text++;
    }
    while (text < *end && is_blank((*end)[-1])) {
        (*end)--;
    }
    return text;
}

/* ---- one item ---------------------------------------------------------------------------------*/

/* Reads the two addresses around `dash`; returns NULL, or what is wrong. */
static const char *read_range(const char *text, const char *dash, const char *end, vp_addr *first,
                              vp_addr *last) {
    const char *problem = "something follows the address";
    const char *parts[2] = {text, dash + 1}, *ends[2] = {dash, end};
    vp_addr ends_read[2];
    for (int i = 0; i < 2; i++) {
        const char *start = trim(parts[i], &ends[i]);
        size_t length = (size_t)(ends[i] - start);
        size_t used = vp_addr_scan(start, length, &ends_read[i], &problem);
        if (used == 0 || used < length) {
            return used == 0 ? problem : "a range is two addresses";
        }
    }
    if (ends_read[0].family != ends_read[1].family) {
        return "the range mixes IPv4 and IPv6";
    }
    if (vp_addr_compare(&ends_read[0], &ends_read[1]) > 0) {
        return "the range ends before it starts";
    }
    *first = ends_read[0];
    *last = ends_read[1];
    return NULL;
}

vp_status vp_set_text_item(const char *text, size_t length, vp_addr *first, vp_addr *last,
                           vp_error *error) {
    const char *dash = length > 0 ? memchr(text, '-', length) : NULL;
    if (dash != NULL) {
        char quoted[VP_ERROR_QUOTE_MAX];
        const char *problem = read_range(text, dash, text + length, first, last);
        if (problem == NULL) {
            return VP_OK;
        }
        return vp_error_set(error, VP_INVALID, "invalid_cidr", "\"%s\": %s",
                            vp_error_quote(text, length, quoted), problem);
    }
    vp_cidr cidr;
    vp_status status = vp_cidr_parse(text, length, VP_CIDR_CLEAR_HOST_BITS, &cidr, error);
    if (status == VP_OK) {
        *first = cidr.address;
        *last = vp_cidr_last(&cidr);
    }
    return status;
}

/* ---- the reader -------------------------------------------------------------------------------*/

vp_set_reader vp_set_text_begin(const char *text, size_t length) {
    vp_set_reader reader = {text, text + length, text, 0, 1};
    return reader;
}

VP_INLINE unsigned digit(char c) { return (unsigned)(unsigned char)c - '0'; }

/* The longest IPv4 block is 18 bytes; with one more, all that is looked at lies inside the text. */
#define QUICK_BYTES 19

/*
 * Reads "a.b.c.d" or "a.b.c.d/len"; NULL for anything else, for the thorough readers to judge. What
 * follows is not looked at.
 */
VP_INLINE const char *quick_ipv4(const char *p, uint32_t *first, uint32_t *last) {
    uint32_t value = 0;
    for (int part = 0; part < 4; part++) {
        if (part > 0 && *p++ != '.') {
            return NULL;
        }
        unsigned number = digit(*p++), next = digit(*p);
        if (number > 9) {
            return NULL;
        }
        if (next <= 9) {
            if (number == 0) {
                return NULL;
            }
            number = number * 10 + next;
            next = digit(*++p);
            if (next <= 9) {
                number = number * 10 + next;
                p++;
            }
        }
        if (number > 255) {
            return NULL;
        }
        value = value << 8 | number;
    }
    uint32_t host = 0;
    if (*p == '/') {
        unsigned length = digit(p[1]), next = digit(p[2]);
        p += 2;
        if (length > 9) {
            return NULL;
        }
        if (next <= 9) {
            length = length == 0 ? 99 : length * 10 + next;
            p++;
        }
        if (length > 32) {
            return NULL;
        }
        host = (uint32_t)(UINT64_C(0xffffffff) >> length);
    }
    *first = value & ~host;
    *last = value | host;
    return p;
}

/* Whether an item can end before `p`: blanks, then a separator, a comment or the end. */
VP_INLINE bool ends_item(const char *p, const char *end) {
    while (p < end && is_blank(*p)) {
        p++;
    }
    return p == end || *p == '\n' || *p == ',' || *p == '#';
}

/* Moves to the start of the next item, counting lines; false at the end of the text. */
VP_INLINE bool skip_to_item(vp_set_reader *reader) {
    const char *p = reader->next, *end = reader->end;
    for (; p < end; p++) {
        if (*p == '\n') {
            reader->line++;
        } else if (*p == '#') {
            const char *stop = memchr(p, '\n', (size_t)(end - p));
            p = (stop != NULL ? stop : end) - 1;
        } else if (*p != ',' && !is_blank(*p)) {
            break;
        }
    }
    reader->next = p;
    return p < end;
}

/* Any item, by the thorough readers. */
static vp_status read_item(vp_set_reader *reader, vp_addr *first, vp_addr *last, vp_error *error) {
    const char *start = reader->next, *end = start;
    while (end < reader->end && *end != '\n' && *end != ',' && *end != '#') {
        end++;
    }
    reader->next = end;
    reader->item = trim(start, &end);
    reader->item_length = (size_t)(end - reader->item);
    vp_status status = vp_set_text_item(reader->item, reader->item_length, first, last, error);
    return status == VP_OK ? VP_MORE : status;
}

VP_INLINE vp_status next_item(vp_set_reader *reader, vp_addr *first, vp_addr *last,
                              vp_error *error) {
    if (!skip_to_item(reader)) {
        return VP_OK;
    }
    const char *start = reader->next;
    if (reader->end - start > QUICK_BYTES) {
        uint32_t low, high;
        const char *after = quick_ipv4(start, &low, &high);
        if (after != NULL && ends_item(after, reader->end)) {
            reader->next = after;
            reader->item = start;
            reader->item_length = (size_t)(after - start);
            *first = vp_addr_from_ipv4(low);
            *last = vp_addr_from_ipv4(high);
            return VP_MORE;
        }
    }
    return read_item(reader, first, last, error);
}

vp_status vp_set_text_next(vp_set_reader *reader, vp_addr *first, vp_addr *last, vp_error *error) {
    return next_item(reader, first, last, error);
}

vp_status vp_set_text_add(vp_set_reader *reader, vp_set_builder *builder, vp_error *error) {
    vp_addr first = {0, 0, 0}, last = {0, 0, 0};
    for (;;) {
        vp_status status = next_item(reader, &first, &last, error);
        if (status != VP_MORE) {
            return status;
        }
        vp_intervals *pending = &builder->pending[first.family == 6];
        if (vp_intervals_add(pending, vp_point_of(&first), vp_point_of(&last)) != VP_OK) {
            /* Out of memory or over the limit: asked again for the words. */
            status = vp_set_builder_add_range(builder, &first, &last, error);
            if (status != VP_OK) {
                return status;
            }
        }
    }
}

vp_status vp_set_text_contains(vp_set_reader *reader, const vp_set *set, char *out, size_t capacity,
                               size_t *used, uint64_t *inside, vp_error *error) {
    vp_addr first = {0, 0, 0}, last = {0, 0, 0};
    size_t written = 0;
    vp_status status = VP_MORE;
    while (capacity - written >= 2) {
        status = next_item(reader, &first, &last, error);
        if (status != VP_MORE) {
            break;
        }
        bool is_inside = vp_set_contains_range(set, &first, &last);
        out[written++] = (char)('0' + is_inside);
        out[written++] = '\n';
        *inside += is_inside;
    }
    *used = written;
    return status;
}

/* ---- the writer -------------------------------------------------------------------------------*/

/* The decimal texts of 0-255, made on the stack of each call: three digits and their number. */
typedef struct octet_texts {
    char text[256][4];
} octet_texts;

static void make_octets(octet_texts *octets) {
    for (unsigned value = 0; value < 256; value++) {
        char *text = octets->text[value];
        unsigned length = 0;
        if (value >= 100) {
            text[length++] = (char)('0' + value / 100);
        }
        if (value >= 10) {
            text[length++] = (char)('0' + value / 10 % 10);
        }
        text[length++] = (char)('0' + value % 10);
        text[3] = (char)length;
    }
}

/* Writes 0-255 and perhaps some bytes more; returns the end of the number. */
VP_INLINE char *write_octet(char *out, const octet_texts *octets, unsigned value) {
    const char *text = octets->text[value & 0xff];
    memcpy(out, text, 4);
    return out + text[3];
}

static char *write_address(char *out, const octet_texts *octets, const vp_addr *address) {
    if (address->family == 6) {
        return out + vp_addr_format(address, out);
    }
    uint32_t value = (uint32_t)address->lo;
    out = write_octet(out, octets, value >> 24);
    *out++ = '.';
    out = write_octet(out, octets, value >> 16);
    *out++ = '.';
    out = write_octet(out, octets, value >> 8);
    *out++ = '.';
    return write_octet(out, octets, value);
}

static char *write_block(char *out, const octet_texts *octets, const vp_cidr *cidr,
                         bool bare_hosts) {
    out = write_address(out, octets, &cidr->address);
    if (!bare_hosts || cidr->prefix_length != vp_addr_bits(&cidr->address)) {
        *out++ = '/';
        out = write_octet(out, octets, cidr->prefix_length);
    }
    return out;
}

vp_status vp_set_text_write(vp_set_cursor *cursor, vp_set_style style, char *out, size_t capacity,
                            size_t *used) {
    octet_texts octets;
    char *p = out;
    make_octets(&octets);
    *used = 0;
    while (capacity - (size_t)(p - out) >= VP_SET_LINE_MAX) {
        vp_cidr cidr;
        vp_addr first, last;
        if (style != VP_SET_STYLE_RANGES) {
            if (!vp_set_next_cidr(cursor, &cidr)) {
                return VP_OK;
            }
            p = write_block(p, &octets, &cidr, style == VP_SET_STYLE_BARE_HOSTS);
        } else {
            if (!vp_set_next_range(cursor, &first, &last)) {
                return VP_OK;
            }
            p = write_address(p, &octets, &first);
            if (!vp_addr_equals(&first, &last)) {
                *p++ = '-';
                p = write_address(p, &octets, &last);
            }
        }
        *p++ = '\n';
        *used = (size_t)(p - out);
    }
    return VP_MORE;
}
