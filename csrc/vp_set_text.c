/*
 * vp_set_text.c - the bulk reader and writer of sets.
 *
 * Reading, looking up and writing a line each cost about as much as one wrong guess of a jump, so
 * the loops here are written to have none that depends on the data of a plain line.
 *
 * The reader tries the common forms first, on bytes known to lie inside the text, and gives
 * everything it does not recognize at once to the readers of vp_addr and vp_cidr: they alone decide
 * what is wrong with a text.
 */
#include "vp_set_text.h"

#include "vp_scan.h"

#include <string.h>

/* What may stand around an item; a carriage return is what lines from elsewhere end with. */
static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* Moves both ends of a text to what is no blank. */
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

/*
 * Reads the two addresses around `dash`; returns NULL, or what is wrong. Blocks as ends would have
 * two meanings each, so there are none. The outputs are written only when everything is right.
 */
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

/* As vp_addr_from_ipv4, without a call: a line has two of them. */
VP_INLINE vp_addr ipv4_address(uint32_t value) {
    vp_addr address = {0, value, 4};
    return address;
}

/* A "-" makes a range: no address and no length has one. */
vp_status vp_set_text_item(const char *text, size_t length, vp_addr *first, vp_addr *last,
                           vp_error *error) {
    uint32_t low, high;
    if (vp_scan_ipv4_text(text, length, &low, &high)) { /* which most are */
        *first = ipv4_address(low);
        *last = ipv4_address(high);
        return VP_OK;
    }
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

/* IPv4 goes from the text to the answer without a detour: such a call costs little more than the
 * caller's own.
 */
vp_status vp_set_text_holds(const vp_set *set, const char *text, size_t length, bool *inside,
                            vp_error *error) {
    uint32_t low, high;
    if (vp_scan_ipv4_text(text, length, &low, &high)) {
        const vp_range_map *part = vp_set_part(set, 4);
        vp_point from = {0, low}, to = {0, high};
        uint32_t rank = vp_range_map_rank(part, from);
        *inside = rank & 1; /* anyone's guess, so nothing depends on it where it is one address */
        if (low != high && vp_range_map_rank(part, to) != rank) {
            *inside = false;
        }
        return VP_OK;
    }
    vp_addr first, last;
    vp_status status = vp_set_text_item(text, length, &first, &last, error);
    if (status == VP_OK) {
        *inside = vp_set_contains_range(set, &first, &last);
    }
    return status;
}

vp_status vp_set_text_put(vp_set_builder *builder, const char *text, size_t length,
                          vp_error *error) {
    uint32_t low, high;
    vp_intervals *narrow = &builder->pending[0];
    if (narrow->count < narrow->capacity && vp_scan_ipv4_text(text, length, &low, &high)) {
        vp_point from = {0, low}, to = {0, high};
        return vp_intervals_add(narrow, from, to);
    }
    vp_addr first, last;
    vp_status status = vp_set_text_item(text, length, &first, &last, error);
    return status == VP_OK ? vp_set_builder_add_range(builder, &first, &last, error) : status;
}

/* ---- the reader -------------------------------------------------------------------------------*/

/* Lines count from 1, as editors show them. */
vp_set_reader vp_set_text_begin(const char *text, size_t length) {
    vp_set_reader reader = {text, text + length, text, 0, 1};
    return reader;
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

/* Any item, by the thorough readers: what ends it is looked for first. */
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

/*
 * An address or block without blanks before what ends it, read without looking for that first: a
 * line of IPv6 is gone through once, not twice. False leaves the reader where it was.
 */
static bool scan_item(vp_set_reader *reader, vp_addr *first, vp_addr *last) {
    const char *start = reader->next, *problem;
    vp_addr address;
    size_t used = vp_addr_scan(start, (size_t)(reader->end - start), &address, &problem);
    if (used == 0) {
        return false;
    }
    const char *end = start + used;
    int length = vp_addr_bits(&address);
    if (end < reader->end && *end == '/') {
        end = vp_scan_number(end + 1, reader->end, length, &length);
    }
    if (end == NULL || (end < reader->end && *end != '\n' && *end != ',')) {
        return false;
    }
    *first = vp_addr_first_of(&address, length);
    *last = vp_addr_last_of(&address, length);
    reader->next = end;
    reader->item = start;
    reader->item_length = (size_t)(end - start);
    return true;
}

/* Reading goes on behind a bad item, so that all of them can be reported. */
vp_status vp_set_text_next(vp_set_reader *reader, vp_addr *first, vp_addr *last, vp_error *error) {
    if (!skip_to_item(reader)) {
        return VP_OK;
    }
    return scan_item(reader, first, last) ? VP_MORE : read_item(reader, first, last, error);
}

/*
 * Adds the lines from here on that are an IPv4 address or block and nothing else, as whole files
 * are; stops before the first that is not, and when the list would have to grow.
 */
static void add_plain_lines(vp_set_reader *reader, vp_intervals *list) {
    vp_set_reader at = *reader;
    vp_status status = VP_OK;
    while (at.end - at.next >= VP_SCAN_BYTES && list->count < list->capacity && status == VP_OK) {
        uint32_t first, last;
        const char *after = vp_scan_ipv4_block(at.next, &first, &last);
        if (after == NULL || *after != '\n') {
            break;
        }
        vp_point from = {0, first}, to = {0, last};
        status = vp_intervals_add(list, from, to); /* cannot fail, since there is room */
        at.next = after + 1;
        at.line++;
    }
    *reader = at;
}

/*
 * Plain lines in a tight loop, then one item of any kind, and again. A text of other items goes
 * around once for each, which costs one look at a line that is not plain.
 */
vp_status vp_set_text_add(vp_set_reader *reader, vp_set_builder *builder, vp_error *error) {
    vp_addr first = {0, 0, 0}, last = {0, 0, 0};
    for (;;) {
        (void)skip_to_item(reader); /* an item read before left its end, which is no plain line */
        add_plain_lines(reader, &builder->pending[0]);
        vp_set_reader before = *reader;
        vp_status status = vp_set_text_next(reader, &first, &last, error);
        if (status != VP_MORE) {
            return status;
        }
        status = vp_set_builder_add_range(builder, &first, &last, error);
        if (status != VP_OK) {
            *reader = before; /* what did not fit is still to be read */
            return status;
        }
    }
}

/* The same for whoever wants the ranges and no set: as many as are looked up together. */
vp_status vp_set_text_read(vp_set_reader *reader, vp_addr *firsts, vp_addr *lasts, size_t most,
                           size_t *count, vp_error *error) {
    size_t read = 0;
    vp_status status = VP_MORE;
    while (read < most && status == VP_MORE) {
        uint32_t first, last;
        const char *after = NULL;
        if (reader->end - reader->next >= VP_SCAN_BYTES) {
            after = vp_scan_ipv4_block(reader->next, &first, &last);
        }
        if (after != NULL && *after == '\n') {
            firsts[read] = ipv4_address(first);
            lasts[read++] = ipv4_address(last);
            reader->next = after + 1;
            reader->line++;
        } else {
            status = vp_set_text_next(reader, &firsts[read], &lasts[read], error);
            read += status == VP_MORE;
        }
    }
    *count = read;
    return status;
}

/* Reads a round, looks it up together, writes its answers. */
vp_status vp_set_text_contains(vp_set_reader *reader, const vp_set *set, char *out, size_t capacity,
                               size_t *used, uint64_t *inside, vp_error *error) {
    vp_addr firsts[VP_RANKS_MAX], lasts[VP_RANKS_MAX];
    bool answers[VP_RANKS_MAX];
    char *p = out;
    vp_status status = VP_MORE;
    while (status == VP_MORE && capacity - (size_t)(p - out) >= 2) {
        size_t count, room = (capacity - (size_t)(p - out)) / 2;
        room = room < VP_RANKS_MAX ? room : VP_RANKS_MAX;
        status = vp_set_text_read(reader, firsts, lasts, room, &count, error);
        vp_set_contains_ranges(set, firsts, lasts, count, answers);
        for (size_t i = 0; i < count; i++) {
            *p++ = (char)('0' + answers[i]);
            *p++ = '\n';
            *inside += answers[i];
        }
    }
    *used = (size_t)(p - out);
    return status;
}

/* ---- the writer -------------------------------------------------------------------------------*/

/* The decimal texts of 0-255, made on the stack of each call: three digits and their number. */
typedef struct octet_texts {
    char text[256][4];
} octet_texts;

/* 1 KiB, made for each call: static data that is written once would have to be guarded. */
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

/* An address; IPv4 by the table, which is what most lines are. */
VP_INLINE char *write_point(char *out, const octet_texts *octets, vp_point point, bool wide) {
    if (wide) {
        vp_addr address = vp_point_address(point, 6);
        return out + vp_addr_format(&address, out);
    }
    uint32_t value = (uint32_t)point.lo;
    out = write_octet(out, octets, value >> 24);
    *out++ = '.';
    out = write_octet(out, octets, value >> 16);
    *out++ = '.';
    out = write_octet(out, octets, value >> 8);
    *out++ = '.';
    return write_octet(out, octets, value);
}

/* Takes the next block from an open range and writes it. */
VP_INLINE char *write_block(char *out, const octet_texts *octets, vp_set_cursor *cursor,
                            bool bare_hosts, bool wide) {
    int host_bits = vp_point_block_bits(cursor->first, cursor->last, wide);
    vp_point last = vp_point_block_last(cursor->first, host_bits, wide);
    out = write_point(out, octets, cursor->first, wide);
    if (!bare_hosts || host_bits > 0) {
        *out++ = '/';
        out = write_octet(out, octets, (unsigned)((wide ? 128 : 32) - host_bits));
    }
    cursor->open = !vp_point_equals(last, cursor->last);
    cursor->first = vp_point_after(last, wide);
    return out;
}

/* Takes an open range and writes it, as one address where it is one. */
VP_INLINE char *write_range(char *out, const octet_texts *octets, vp_set_cursor *cursor,
                            bool wide) {
    out = write_point(out, octets, cursor->first, wide);
    if (!vp_point_equals(cursor->first, cursor->last)) {
        *out++ = '-';
        out = write_point(out, octets, cursor->last, wide);
    }
    cursor->open = false;
    return out;
}

/* What is left of the open range, or all of it, in one line. */
VP_INLINE char *write_line(char *out, const octet_texts *octets, vp_set_cursor *cursor,
                           vp_set_style style, bool wide) {
    out = style == VP_SET_STYLE_RANGES
              ? write_range(out, octets, cursor, wide)
              : write_block(out, octets, cursor, style == VP_SET_STYLE_BARE_HOSTS, wide);
    *out++ = '\n';
    return out;
}

/* Stops while there is room for the longest line, so that nothing in between has to check. */
vp_status vp_set_text_write(vp_set_cursor *cursor, vp_set_style style, char *out, size_t capacity,
                            size_t *used) {
    octet_texts octets;
    vp_set_cursor at = *cursor; /* a copy, so that it can stay in registers */
    char *p = out;
    vp_status status = VP_MORE;
    make_octets(&octets);
    while (capacity - (size_t)(p - out) >= VP_SET_LINE_MAX) {
        if (!vp_set_open_range(&at)) {
            status = VP_OK;
            break;
        }
        p = at.family == 6 ? write_line(p, &octets, &at, style, true)
                           : write_line(p, &octets, &at, style, false);
    }
    *cursor = at;
    *used = (size_t)(p - out);
    return status;
}
