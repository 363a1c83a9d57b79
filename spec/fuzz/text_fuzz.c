/*
 * text_fuzz.c - the readers of text: any bytes as a list of addresses, blocks and ranges.
 *
 * inet_pton is the second opinion on every item. What was read is written in every style and read
 * again, and asked for in the set that it makes. A first byte of 128 or more is no text: it says
 * which request for memory is refused.
 */
#include "fuzz.h"
#include "vp_set_lines.h"
#include "vp_set_text.h"

#include <arpa/inet.h>

/* ---- the second opinion -----------------------------------------------------------------------*/

/* An address as inet_pton reads it: 4, 6, or 0 for none. */
static uint8_t plain_address(const char *text, size_t length, vp_addr *address) {
    char copy[64];
    unsigned char bytes[16];
    if (length >= sizeof copy || memchr(text, '\0', length) != NULL) {
        return 0;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    memset(address, 0, sizeof *address);
    size_t count = 0;
    if (inet_pton(AF_INET, copy, bytes) == 1) {
        address->family = 4;
        count = 4;
    } else if (inet_pton(AF_INET6, copy, bytes) == 1) {
        address->family = 6;
        count = 16;
    }
    for (size_t i = 0; i < count; i++) {
        address->hi = address->hi << 8 | address->lo >> 56;
        address->lo = address->lo << 8 | bytes[i];
    }
    return address->family;
}

/* "0" to "128" in plain decimal; -1 for anything else. */
static int plain_length(const char *text, size_t length) {
    int value = 0;
    if (length == 0 || length > 3 || (length > 1 && text[0] == '0')) {
        return -1;
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static bool plain_range(const char *text, const char *dash, size_t length, vp_addr *first,
                        vp_addr *last) {
    const char *end = dash, *start = dash + 1;
    while (end > text && is_blank(end[-1])) {
        end--;
    }
    while (start < text + length && is_blank(*start)) {
        start++;
    }
    return plain_address(text, (size_t)(end - text), first) != 0 &&
           plain_address(start, (size_t)(text + length - start), last) == first->family &&
           vp_addr_compare(first, last) <= 0;
}

static bool plain_item(const char *text, size_t length, vp_addr *first, vp_addr *last) {
    const char *dash = memchr(text, '-', length);
    const char *slash = memchr(text, '/', length);
    if (dash != NULL) {
        return plain_range(text, dash, length, first, last);
    }
    size_t address_length = slash != NULL ? (size_t)(slash - text) : length;
    if (plain_address(text, address_length, first) == 0) {
        return false;
    }
    int bits = first->family == 4 ? 32 : 128, prefix_length = bits;
    if (slash != NULL) {
        prefix_length = plain_length(slash + 1, length - address_length - 1);
    }
    if (prefix_length < 0 || prefix_length > bits) {
        return false;
    }
    *last = vp_addr_last_of(first, prefix_length);
    *first = vp_addr_first_of(first, prefix_length);
    return true;
}

/* ---- one text ---------------------------------------------------------------------------------*/

/* Reads item by item into a builder; false when memory was refused. */
static bool read_items(const char *text, size_t size, vp_set_builder *builder) {
    vp_set_reader reader = vp_set_text_begin(text, size);
    size_t line = 1;
    for (;;) {
        vp_addr first, last, low, high;
        vp_error error;
        vp_status status = vp_set_text_next(&reader, &first, &last, &error);
        if (status == VP_OK) {
            return true;
        }
        FUZZ_CHECK(reader.line >= line && reader.item_length > 0);
        FUZZ_CHECK(reader.item >= text && reader.item + reader.item_length <= text + size);
        line = reader.line;
        bool good = plain_item(reader.item, reader.item_length, &low, &high);
        FUZZ_CHECK(status == (good ? VP_MORE : VP_INVALID));
        vp_status put = vp_set_text_put(builder, reader.item, reader.item_length, NULL);
        if (status == VP_INVALID) {
            FUZZ_CHECK(strlen(error.message) > 0 && strcmp(error.code, "invalid_cidr") == 0);
            FUZZ_CHECK(put == VP_INVALID);
            continue;
        }
        FUZZ_CHECK(vp_addr_equals(&first, &low) && vp_addr_equals(&last, &high));
        FUZZ_CHECK(vp_set_text_item(reader.item, reader.item_length, &low, &high, NULL) == VP_OK);
        FUZZ_CHECK(vp_addr_equals(&first, &low) && vp_addr_equals(&last, &high));
        if (put != VP_OK) {
            return false;
        }
    }
}

/* Reads in bulk, going on after bad items. */
static vp_status read_bulk(const char *text, size_t size, vp_set_builder *builder) {
    vp_set_reader reader = vp_set_text_begin(text, size);
    vp_status status;
    do {
        status = vp_set_text_add(&reader, builder, NULL);
    } while (status == VP_INVALID);
    return status;
}

/* All items are in their own set, none is in its complement. */
static void check_contains(const char *text, size_t size, const vp_set *set, char answer) {
    vp_set_reader reader = vp_set_text_begin(text, size);
    char out[14];
    uint64_t inside = 0, total = 0;
    size_t used;
    vp_status status;
    do {
        status = vp_set_text_contains(&reader, set, out, sizeof out, &used, &inside, NULL);
        for (size_t i = 0; i < used; i += 2) {
            FUZZ_CHECK(out[i] == answer && out[i + 1] == '\n');
        }
        total += used / 2;
    } while (status == VP_MORE || status == VP_INVALID);
    FUZZ_CHECK(inside == (answer == '1' ? total : 0));
}

/* Written in small pieces and read again it is the same set. */
static void check_written(const vp_set *set, vp_set_style style, size_t room) {
    vp_set_cursor cursor = vp_set_begin(set);
    vp_set_builder builder;
    vp_set *again = NULL;
    char out[2 * VP_SET_LINE_MAX];
    vp_status status;
    vp_set_builder_init(&builder, &set->alloc);
    do {
        size_t used;
        status = vp_set_text_write(&cursor, style, out, VP_SET_LINE_MAX + room, &used);
        vp_set_reader reader = vp_set_text_begin(out, used);
        FUZZ_CHECK(vp_set_text_add(&reader, &builder, NULL) == VP_OK);
    } while (status == VP_MORE);
    FUZZ_CHECK(vp_set_builder_freeze(&builder, &again, NULL) == VP_OK);
    FUZZ_CHECK(vp_set_equals(set, again));
    vp_set_unref(again);
    vp_set_builder_clear(&builder);
}

/* How many lines of a text are kept; what is kept is found again, whole and in order. */
static uint64_t filter(const vp_set *set, const char *text, size_t size, vp_set_keep keep) {
    char *kept = malloc(size + 1), *again = malloc(size + 2);
    uint64_t count, count_again, ends = 0;
    FUZZ_CHECK(kept != NULL && again != NULL);
    size_t used = vp_set_filter_lines(set, text, size, keep, kept, &count);
    FUZZ_CHECK(used <= size + 1 && (used == 0 || kept[used - 1] == '\n'));
    for (size_t i = 0; i < used; i++) {
        ends += kept[i] == '\n';
    }
    FUZZ_CHECK(ends == count);
    FUZZ_CHECK(vp_set_filter_lines(set, kept, used, keep, again, &count_again) == used);
    FUZZ_CHECK(count_again == count && memcmp(kept, again, used) == 0);
    free(kept);
    free(again);
    return count;
}

static void check_lines(const char *text, size_t size, const vp_set *set, const vp_set *outside) {
    uint64_t lines = size > 0 && text[size - 1] != '\n';
    for (size_t i = 0; i < size; i++) {
        lines += text[i] == '\n';
    }
    uint64_t inside = filter(set, text, size, VP_SET_KEEP_INSIDE);
    uint64_t other = filter(set, text, size, VP_SET_KEEP_OUTSIDE);
    FUZZ_CHECK(inside + filter(set, text, size, VP_SET_KEEP_REST) == lines);
    FUZZ_CHECK(inside + other <= lines);
    /* A line with something, all of it in the set, has nothing in the complement. */
    FUZZ_CHECK(filter(outside, text, size, VP_SET_KEEP_OUTSIDE) <= lines);
}

static void check_set(const char *text, size_t size, vp_set *set) {
    vp_set *outside = NULL;
    FUZZ_CHECK(vp_set_validate(set) == NULL);
    FUZZ_CHECK(vp_set_combine(set, NULL, VP_TRUTH_COMPLEMENT, &set->alloc, &outside, NULL) ==
               VP_OK);
    FUZZ_CHECK(vp_set_make_index(set) == VP_OK && vp_set_validate(set) == NULL);
    check_contains(text, size, set, '1');
    check_contains(text, size, outside, '0');
    check_lines(text, size, set, outside);
    check_written(set, VP_SET_STYLE_BLOCKS, size % VP_SET_LINE_MAX);
    check_written(set, VP_SET_STYLE_BARE_HOSTS, size % 7);
    check_written(outside, VP_SET_STYLE_RANGES, size % 11);
    for (uint8_t family = 4; family <= 6; family += 2) {
        vp_addr low = vp_addr_lowest(family), high = vp_addr_highest(family);
        FUZZ_CHECK(vp_set_overlaps_range(set, &low, &high) ||
                   vp_set_contains_range(outside, &low, &high));
    }
    vp_set_unref(outside);
}

/* What two blocks have to do with each other, by their first and last addresses. */
static void check_blocks(const vp_cidr *a, const vp_cidr *b) {
    vp_addr last_a = vp_cidr_last(a), last_b = vp_cidr_last(b);
    bool same = a->address.family == b->address.family;
    bool starts_in = same && vp_addr_compare(&a->address, &b->address) <= 0;
    bool ends_in = same && vp_addr_compare(&last_b, &last_a) <= 0;
    bool apart = !same || vp_addr_compare(&last_a, &b->address) < 0 ||
                 vp_addr_compare(&last_b, &a->address) < 0;
    FUZZ_CHECK(vp_cidr_contains(a, b) == (starts_in && ends_in));
    FUZZ_CHECK(vp_cidr_contains_addr(a, &b->address) == (starts_in && !apart));
    FUZZ_CHECK(vp_cidr_overlaps(a, b) == !apart);
    FUZZ_CHECK((vp_cidr_compare(a, b) == 0) == vp_cidr_equals(a, b));
    FUZZ_CHECK((vp_cidr_compare(a, b) < 0) == (vp_cidr_compare(b, a) > 0));
}

/* The look-up of a text as one item, against reading it and looking that up. */
static void check_holds(const char *text, size_t size, const vp_set *set) {
    vp_addr first, last;
    bool inside = false;
    vp_status status = vp_set_text_item(text, size, &first, &last, NULL);
    FUZZ_CHECK(vp_set_text_holds(set, text, size, &inside, NULL) == status);
    FUZZ_CHECK(inside == (status == VP_OK && vp_set_contains_range(set, &first, &last)));
}

/* The readers of one block, on the text as a whole. */
static void check_one(const char *text, size_t size, const vp_set *set) {
    for (int mode = VP_CIDR_CLEAR_HOST_BITS; mode <= VP_CIDR_REFUSE_HOST_BITS; mode++) {
        vp_cidr cidr, again, other;
        char out[VP_CIDR_TEXT_MAX];
        if (vp_cidr_parse(text, size, (vp_cidr_mode)mode, &cidr, NULL) == VP_OK) {
            size_t length = vp_cidr_format(&cidr, out);
            FUZZ_CHECK(strlen(out) == length && vp_cidr_is_given(&cidr));
            FUZZ_CHECK(vp_cidr_parse_block(out, length, &again, NULL) == VP_OK);
            FUZZ_CHECK(vp_cidr_equals(&cidr, &again));
        }
        FUZZ_CHECK(vp_cidr_parse_block(text, size, &again, NULL) != VP_OK ||
                   (mode == VP_CIDR_REFUSE_HOST_BITS) || vp_cidr_equals(&cidr, &again));
        vp_set_cursor cursor = vp_set_begin(set);
        for (int i = 0; i < 8 && vp_set_next_cidr(&cursor, &cidr); i++) {
            vp_set_cursor rest = cursor;
            check_blocks(&cidr, &cidr);
            for (int k = 0; k < 4 && vp_set_next_cidr(&rest, &other); k++) {
                vp_cidr wider = vp_cidr_of(&other.address, other.prefix_length / 2);
                check_blocks(&cidr, &other);
                check_blocks(&cidr, &wider);
                check_blocks(&wider, &cidr);
            }
        }
    }
    vp_addr address;
    const char *problem = NULL;
    size_t used = vp_addr_scan(text, size, &address, &problem);
    FUZZ_CHECK(used <= size && (used > 0 || problem != NULL));
    FUZZ_CHECK(used == 0 || vp_addr_parse(text, used, &address, NULL) == VP_OK);
    FUZZ_CHECK((vp_addr_parse(text, size, &address, NULL) == VP_OK) == (used > 0 && used == size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_memory memory;
    vp_alloc alloc = fuzz_alloc(&memory);
    const char *text = (const char *)data;
    vp_set_builder items, bulk;
    vp_set *one = NULL, *other = NULL;
    unsigned refuse = 0;
    if (size > 0 && data[0] >= 128) {
        refuse = data[0] - 127U;
        text++;
        size--;
    }
    vp_set_builder_init(&items, &alloc);
    vp_set_builder_init(&bulk, &alloc);
    FUZZ_CHECK(read_items(text, size, &items));
    FUZZ_CHECK(vp_set_builder_freeze(&items, &one, NULL) == VP_OK);
    memory.countdown = refuse;
    vp_status status = read_bulk(text, size, &bulk);
    if (status == VP_OK) {
        status = vp_set_builder_freeze(&bulk, &other, NULL);
    }
    memory.countdown = 0;
    FUZZ_CHECK(status == VP_OK || (status == VP_NO_MEMORY && memory.refused));
    if (status == VP_OK) {
        FUZZ_CHECK(vp_set_equals(one, other));
    }
    check_set(text, size, one);
    check_one(text, size, one);
    check_holds(text, size, one);
    vp_set_unref(one);
    vp_set_unref(other);
    vp_set_builder_clear(&items);
    vp_set_builder_clear(&bulk);
    FUZZ_CHECK(memory.live == 0);
    return 0;
}
