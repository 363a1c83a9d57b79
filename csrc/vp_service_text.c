/*
 * vp_service_text.c - one item at a time, each a product of two sets.
 *
 * The one idea: an item is up to four words, and every item is united with what was read before.
 */
#include "vp_service_text.h"

#include <string.h>

#define NUMBER_MAX 65535u

typedef struct word {
    const char *text;
    size_t length;
} word;

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* Cuts an item into words; returns how many there are, at most `max` + 1. */
static size_t split(const char *text, size_t length, word *words, size_t max) {
    size_t count = 0, at = 0;
    while (at < length && count <= max) {
        while (at < length && is_blank(text[at])) {
            at++;
        }
        size_t start = at;
        while (at < length && !is_blank(text[at])) {
            at++;
        }
        if (at > start) {
            if (count < max) {
                words[count].text = text + start;
                words[count].length = at - start;
            }
            count++;
        }
    }
    return count;
}

static bool is_word(const word *met, const char *text) {
    return met->length == strlen(text) && memcmp(met->text, text, met->length) == 0;
}

/* Reads a decimal number up to `max`; *at is advanced. */
static bool read_number(const word *met, size_t *at, uint32_t max, uint32_t *number) {
    size_t start = *at;
    *number = 0;
    while (*at < met->length && met->text[*at] >= '0' && met->text[*at] <= '9' && *at - start < 6) {
        *number = *number * 10 + (uint32_t)(met->text[(*at)++] - '0');
    }
    return *at > start && *number <= max;
}

/* Reads "a" or "a-b" up to `max`; *at is advanced. */
static bool read_range(const word *met, size_t *at, uint32_t max, uint32_t *first, uint32_t *last) {
    if (!read_number(met, at, max, first)) {
        return false;
    }
    *last = *first;
    if (*at < met->length && met->text[*at] == '-') {
        ++*at;
        return read_number(met, at, max, last) && *first <= *last;
    }
    return true;
}

/* "443" or "8000-8080". */
static bool read_ports(const word *met, uint32_t *first, uint32_t *last) {
    size_t at = 0;
    return read_range(met, &at, NUMBER_MAX, first, last) && at == met->length;
}

/* "8", "0-7", "8/0" or "8/1-255". */
static bool read_type(const word *met, uint32_t *first, uint32_t *last) {
    size_t at = 0;
    uint32_t type, last_type, code = 0, last_code = 255;
    if (!read_range(met, &at, 255, &type, &last_type)) {
        return false;
    }
    if (at < met->length && met->text[at] == '/') {
        at++;
        if (type != last_type || !read_range(met, &at, 255, &code, &last_code)) {
            return false;
        }
    }
    *first = type * 256 + code;
    *last = last_type * 256 + last_code;
    return at == met->length;
}

static bool read_protocol(const word *met, int *protocol) {
    static const struct {
        const char *name;
        int protocol;
    } names[] = {{"tcp", 6}, {"udp", 17}, {"icmp", 1}, {"icmpv6", 58}, {"all", -1}, {"-1", -1}};
    size_t at = 0;
    uint32_t number;
    for (size_t i = 0; i < VP_COUNT_OF(names); i++) {
        if (is_word(met, names[i].name)) {
            *protocol = names[i].protocol;
            return true;
        }
    }
    *protocol = read_number(met, &at, 255, &number) ? (int)number : -2;
    return *protocol >= 0 && at == met->length;
}

/* What an item says; NULL, or what is wrong with it. */
typedef struct item {
    int protocol;
    vp_service_range range, sources;
} item;

/* "18-254": protocols that have nothing but their number. */
static bool read_protocols(const word *met, item *read) {
    uint32_t first, last;
    size_t at = 0;
    if (memchr(met->text + 1, '-', met->length - 1) == NULL ||
        !read_range(met, &at, 255, &first, &last) || at != met->length) {
        return false;
    }
    read->protocol = (int)first;
    read->range.first = first << 16;
    read->range.last = last << 16 | NUMBER_MAX;
    return true;
}

static const char *read_item(const word *words, size_t count, item *read) {
    size_t next = 1;
    uint32_t first = 0, last = NUMBER_MAX;
    read->sources.first = 0;
    read->sources.last = NUMBER_MAX;
    if (count == 1 && words[0].length > 1 && read_protocols(&words[0], read)) {
        return NULL;
    }
    if (count == 0 || !read_protocol(&words[0], &read->protocol)) {
        return "it starts with tcp, udp, icmp, icmpv6, all or a protocol number";
    }
    bool ports = read->protocol == 6 || read->protocol == 17;
    bool types = read->protocol == 1 || read->protocol == 58;
    read->range = vp_service_range_of(read->protocol);
    if (next < count && !is_word(&words[next], "from")) {
        if (!ports && !types) {
            return "only tcp and udp have ports, icmp and icmpv6 types";
        }
        if (!(ports ? read_ports : read_type)(&words[next++], &first, &last)) {
            return ports ? "ports are a number from 0 to 65535 or first-last"
                         : "a type is a number from 0 to 255, first-last, or type/code";
        }
        read->range.last = read->range.first + last;
        read->range.first += first;
    }
    if (next < count && is_word(&words[next], "from")) {
        next++;
        if (!ports || next == count ||
            !read_ports(&words[next++], &read->sources.first, &read->sources.last)) {
            return "source ports are \"from\" and a number or first-last, for tcp and udp";
        }
    }
    return next == count ? NULL : "there is something after its end";
}

static vp_flow flow_of(vp_services *services, const item *read) {
    return vp_flow_product(services, vp_service_of_range(services, read->range), services->all,
                           vp_service_of_range(services, read->sources), 4);
}

vp_status vp_service_parse(vp_services *services, const char *text, size_t length, vp_flow *flow,
                           vp_error *error) {
    vp_flow all = VP_FLOW_NONE;
    size_t at = 0, items = 0;
    while (at <= length) {
        const char *comma = at < length ? memchr(text + at, ',', length - at) : NULL;
        size_t end = comma == NULL ? length : (size_t)(comma - text);
        word words[4];
        item read;
        size_t count = split(text + at, end - at, words, VP_COUNT_OF(words));
        const char *problem = count > VP_COUNT_OF(words) ? "there is something after its end"
                                                         : read_item(words, count, &read);
        if (problem != NULL) {
            char quoted[VP_ERROR_QUOTE_MAX];
            return vp_error_set(error, VP_INVALID, "invalid_service", "'%s' is no service: %s",
                                vp_error_quote(text + at, end - at, quoted), problem);
        }
        if (++items > VP_SERVICE_ITEMS_MAX) {
            return vp_error_limit(error, "VP_SERVICE_ITEMS_MAX", VP_SERVICE_ITEMS_MAX);
        }
        all = vp_flow_combine(services, VP_FLOW_UNION, all, flow_of(services, &read));
        at = end + 1;
    }
    if (services->pool.status != VP_OK) {
        return vp_error_no_memory(error);
    }
    *flow = all;
    return VP_OK;
}
