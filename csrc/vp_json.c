/*
 * vp_json.c - see vp_json.h.
 *
 * The one idea: one recursive descent that writes what it reads. A member that nobody reads is
 * written like any other and then taken back, so there is a single grammar to get right.
 *
 * Invariant: the output has room for the whole input and eight bytes beyond it, so nothing is
 * checked while writing and whole words may be copied. A piece adds at most its two brackets, of
 * which the list's own cover one pair and the comma between two pieces half of each other one.
 */
#include "vp_json.h"

#include <string.h>

/* As the reader that decodes the pieces: deeper documents are its to refuse. */
#define DEPTH_MAX 64
/* Members of the top level beside the lists: describe-* documents have a handful. */
#define OTHERS_MAX 64

#define ONES (~(uint64_t)0 / 255)
#define HIGHS (ONES * 128)

static uint64_t word_at(const char *text) {
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return word;
}

/* Non-zero when a byte of the word is below `limit` (at most 128) or has its high bit set. */
static uint64_t has_below(uint64_t word, uint64_t limit) {
    return ((word - ONES * limit) | word) & HIGHS;
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* The first and last eight bytes and the length tell AWS's keys apart well enough. */
static uint32_t slot_of(const char *text, size_t length) {
    uint64_t head = 0, tail = 0;
    size_t part = length < 8 ? length : 8;
    memcpy(&head, text, part);
    memcpy(&tail, text + length - part, part);
    uint64_t hash = (head ^ (tail * 31) ^ length) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(hash >> 40) & (2 * VP_JSON_KEYS_MAX - 1);
}

bool vp_json_keys_have(const vp_json_keys *keys, const char *text, size_t length) {
    for (uint32_t at = slot_of(text, length); keys->slots[at].text != NULL;
         at = (at + 1) & (2 * VP_JSON_KEYS_MAX - 1)) {
        if (keys->slots[at].length == length && memcmp(keys->slots[at].text, text, length) == 0) {
            return true;
        }
    }
    return false;
}

bool vp_json_keys_add(vp_json_keys *keys, const char *text, size_t length) {
    if (vp_json_keys_have(keys, text, length)) {
        return true;
    }
    if (keys->count >= VP_JSON_KEYS_MAX) {
        return false;
    }
    uint32_t at = slot_of(text, length);
    while (keys->slots[at].text != NULL) {
        at = (at + 1) & (2 * VP_JSON_KEYS_MAX - 1);
    }
    keys->slots[at].text = text;
    keys->slots[at].length = length;
    keys->count++;
    return true;
}

/* ---- UTF-8 ----------------------------------------------------------------------------------- */

/* The length of the character of several bytes at `text`, 0 for none (Unicode, table 3-7). */
static size_t wide_character(const char *text, size_t length) {
    uint8_t first = (uint8_t)text[0];
    size_t size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (size == 0 || size > length) {
        return 0;
    }
    uint8_t second = (uint8_t)text[1];
    uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high) {
        return 0;
    }
    for (size_t i = 2; i < size; i++) {
        if (((uint8_t)text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return size;
}

size_t vp_json_utf8_length(const char *text, size_t length) {
    size_t at = 0;
    while (at < length) {
        if (length - at >= 8 && (word_at(text + at) & HIGHS) == 0) {
            at += 8;
        } else if (((uint8_t)text[at] & 0x80) == 0) {
            at++;
        } else {
            size_t size = wide_character(text + at, length - at);
            if (size == 0) {
                return at;
            }
            at += size;
        }
    }
    return length;
}

/* ---- the descent ----------------------------------------------------------------------------- */

typedef struct scan {
    const char *in, *end;
    char *out;
    const vp_json_keys *read; /* NULL: every member is kept */
} scan;

static void skip_blanks(scan *s) {
    for (;;) {
        while (s->end - s->in >= 8 && word_at(s->in) == ONES * ' ') {
            s->in += 8;
        }
        if (s->in == s->end ||
            (*s->in != ' ' && *s->in != '\n' && *s->in != '\r' && *s->in != '\t')) {
            return;
        }
        s->in++;
    }
}

/* Takes the next byte if it is `byte`, and writes it. */
static bool take(scan *s, char byte) {
    if (s->in == s->end || *s->in != byte) {
        return false;
    }
    *s->out++ = *s->in++;
    return true;
}

/* Escapes of surrogates are left to the reader, which knows which pairs it takes. */
static bool take_escape(scan *s) {
    if (s->end - s->in < 2) {
        return false;
    }
    if (s->in[1] != 'u') {
        bool known = s->in[1] != '\0' && strchr("\"\\/bfnrt", s->in[1]) != NULL;
        s->out[0] = s->in[0];
        s->out[1] = s->in[1];
        s->in += 2;
        s->out += 2;
        return known;
    }
    if (s->end - s->in < 6) {
        return false;
    }
    for (int i = 2; i < 6; i++) {
        char digit = s->in[i];
        if (!((digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f') ||
              (digit >= 'A' && digit <= 'F'))) {
            return false;
        }
    }
    if ((s->in[2] == 'd' || s->in[2] == 'D') && s->in[3] >= '8') {
        return false;
    }
    memcpy(s->out, s->in, 6);
    s->in += 6;
    s->out += 6;
    return true;
}

static bool take_string(scan *s) {
    if (!take(s, '"')) {
        return false;
    }
    while (s->in < s->end) {
        if (s->end - s->in >= 8) {
            uint64_t word = word_at(s->in);
            uint64_t quote = word ^ (ONES * '"'), escape = word ^ (ONES * '\\');
            uint64_t zero = (quote - ONES) | (escape - ONES);
            if (((has_below(word, 32) | zero) & HIGHS) == 0) {
                memcpy(s->out, &word, sizeof word);
                s->in += 8;
                s->out += 8;
                continue;
            }
        }
        uint8_t byte = (uint8_t)*s->in;
        if (byte == '"') {
            return take(s, '"');
        } else if (byte == '\\') {
            if (!take_escape(s)) {
                return false;
            }
        } else if (byte < 32) {
            return false;
        } else {
            size_t size = byte < 128 ? 1 : wide_character(s->in, (size_t)(s->end - s->in));
            if (size == 0) {
                return false;
            }
            for (size_t i = 0; i < size; i++) {
                *s->out++ = *s->in++;
            }
        }
    }
    return false;
}

/* One digit at least. */
static bool take_digits(scan *s) {
    const char *start = s->in;
    while (s->in < s->end && *s->in >= '0' && *s->in <= '9') {
        *s->out++ = *s->in++;
    }
    return s->in > start;
}

static bool take_number(scan *s) {
    (void)take(s, '-');
    if (!take(s, '0') && !take_digits(s)) {
        return false;
    }
    if (take(s, '.') && !take_digits(s)) {
        return false;
    }
    if (take(s, 'e') || take(s, 'E')) {
        (void)(take(s, '+') || take(s, '-'));
        return take_digits(s);
    }
    return true;
}

static bool take_word(scan *s, const char *word) {
    while (*word != '\0') {
        if (!take(s, *word++)) {
            return false;
        }
    }
    return true;
}

static bool take_value(scan *s, int depth);

static bool take_list(scan *s, int depth) {
    if (depth > DEPTH_MAX || !take(s, '[')) {
        return false;
    }
    skip_blanks(s);
    if (take(s, ']')) {
        return true;
    }
    for (;;) {
        if (!take_value(s, depth + 1)) {
            return false;
        }
        skip_blanks(s);
        if (take(s, ']')) {
            return true;
        }
        if (!take(s, ',')) {
            return false;
        }
        skip_blanks(s);
    }
}

/* A key with an escape in it may be any key, so its member is kept. */
static bool is_read(const scan *s, const char *key, size_t length) {
    return s->read == NULL || vp_json_keys_have(s->read, key, length) ||
           memchr(key, '\\', length) != NULL;
}

/* `key`, a colon, a value; *key and *length say where the key stands in the input. */
static bool take_key(scan *s, const char **key, size_t *length) {
    *key = s->in + 1;
    if (!take_string(s)) {
        return false;
    }
    *length = (size_t)(s->in - *key) - 1;
    skip_blanks(s);
    if (!take(s, ':')) {
        return false;
    }
    skip_blanks(s);
    return true;
}

static bool take_object(scan *s, int depth) {
    if (depth > DEPTH_MAX || !take(s, '{')) {
        return false;
    }
    const char *first = s->out, *key;
    size_t length;
    skip_blanks(s);
    if (take(s, '}')) {
        return true;
    }
    for (;;) {
        char *before = s->out;
        if (before != first) {
            *s->out++ = ',';
        }
        if (!take_key(s, &key, &length) || !take_value(s, depth + 1)) {
            return false;
        }
        if (!is_read(s, key, length)) {
            s->out = before;
        }
        skip_blanks(s);
        if (take(s, '}')) {
            return true;
        }
        if (s->in == s->end || *s->in++ != ',') {
            return false;
        }
        skip_blanks(s);
    }
}

static bool take_value(scan *s, int depth) {
    switch (s->in < s->end ? *s->in : '\0') {
    case '{':
        return take_object(s, depth);
    case '[':
        return take_list(s, depth);
    case '"':
        return take_string(s);
    case 't':
        return take_word(s, "true");
    case 'f':
        return take_word(s, "false");
    case 'n':
        return take_word(s, "null");
    default:
        return take_number(s);
    }
}

/* ---- the document ---------------------------------------------------------------------------- */

typedef struct cutter {
    scan scan;
    vp_json *json;
    const vp_json_keys *lists;
    size_t piece_size;
    vp_status status; /* VP_NO_MEMORY: why a step failed */
    struct {
        const char *text; /* of the input: key, colon, value */
        size_t length;
    } others[OTHERS_MAX];
    uint32_t other_count;
} cutter;

static bool add_piece(cutter *c, const vp_json_piece *piece) {
    vp_json *json = c->json;
    void *pieces = json->pieces;
    c->status = vp_alloc_grow(&json->alloc, &pieces, &json->piece_capacity,
                              (size_t)json->piece_count + 1, sizeof *piece);
    json->pieces = pieces;
    if (c->status != VP_OK) {
        return false;
    }
    json->pieces[json->piece_count++] = *piece;
    return true;
}

/* A list of records, in pieces of whole ones; an empty list is one empty piece. */
static bool cut_list(cutter *c, size_t key_at, size_t key_length) {
    scan *s = &c->scan;
    vp_json_piece piece = {key_at, key_length, (size_t)(s->out - c->json->text), 0, 0};
    if (!take(s, '[')) {
        return false;
    }
    skip_blanks(s);
    bool more = !(s->in < s->end && *s->in == ']');
    for (uint32_t count = 0; more;) {
        if (!take_value(s, 3) || ++count == UINT32_MAX) {
            return false;
        }
        skip_blanks(s);
        more = s->in < s->end && *s->in == ',';
        size_t length = (size_t)(s->out - c->json->text) - piece.at;
        if (more && length >= c->piece_size) {
            *s->out++ = ']';
            piece.length = length + 1;
            if (!add_piece(c, &piece)) {
                return false;
            }
            piece.first = count;
            piece.at += piece.length;
            *s->out++ = '[';
        } else if (more) {
            *s->out++ = ',';
        }
        if (more) {
            s->in++;
            skip_blanks(s);
        }
    }
    if (!take(s, ']')) {
        return false;
    }
    piece.length = (size_t)(s->out - c->json->text) - piece.at;
    return add_piece(c, &piece);
}

/* The last of two members with one name counts, which only a reader of the whole can do. */
static bool is_repeated(const cutter *c, const char *key, size_t length) {
    for (uint32_t i = 0; i < c->json->piece_count; i++) {
        const vp_json_piece *piece = &c->json->pieces[i];
        if (piece->key_length == length &&
            memcmp(c->json->text + piece->key_at, key, length) == 0) {
            return true;
        }
    }
    for (uint32_t i = 0; i < c->other_count; i++) {
        if (c->others[i].length > length + 2 && c->others[i].text[length + 1] == '"' &&
            memcmp(c->others[i].text + 1, key, length) == 0) {
            return true;
        }
    }
    return false;
}

/* A list is cut, its key staying before its pieces; any other member is left for the rest. */
static bool cut_member(cutter *c) {
    scan *s = &c->scan;
    const char *start = s->in, *key;
    char *before = s->out;
    size_t length;
    if (!take_key(s, &key, &length) || is_repeated(c, key, length) ||
        memchr(key, '\\', length) != NULL) {
        return false;
    }
    if (s->in < s->end && *s->in == '[' && vp_json_keys_have(c->lists, key, length)) {
        return cut_list(c, (size_t)(before - c->json->text) + 1, length);
    }
    const vp_json_keys *read = s->read;
    s->read = NULL;
    if (c->other_count == OTHERS_MAX || !take_value(s, 2)) {
        return false;
    }
    s->read = read;
    s->out = before;
    c->others[c->other_count].text = start;
    c->others[c->other_count++].length = (size_t)(s->in - start);
    return true;
}

/* The members that are no such lists, as one document. */
static bool add_rest(cutter *c) {
    scan *s = &c->scan;
    vp_json_piece piece = {SIZE_MAX, 0, (size_t)(s->out - c->json->text), 0, 0};
    *s->out++ = '{';
    for (uint32_t i = 0; i < c->other_count; i++) {
        if (i > 0) {
            *s->out++ = ',';
        }
        memcpy(s->out, c->others[i].text, c->others[i].length);
        s->out += c->others[i].length;
    }
    *s->out++ = '}';
    piece.length = (size_t)(s->out - c->json->text) - piece.at;
    return add_piece(c, &piece);
}

static bool cut_document(cutter *c) {
    scan *s = &c->scan;
    skip_blanks(s);
    if (s->in == s->end || *s->in++ != '{') {
        return false;
    }
    skip_blanks(s);
    bool more = !(s->in < s->end && *s->in == '}');
    while (more) {
        if (!cut_member(c)) {
            return false;
        }
        skip_blanks(s);
        more = s->in < s->end && *s->in == ',';
        s->in += more ? 1 : 0;
        skip_blanks(s);
    }
    if (s->in == s->end || *s->in++ != '}') {
        return false;
    }
    skip_blanks(s);
    return s->in == s->end && add_rest(c);
}

vp_status vp_json_cut(vp_json *json, const vp_alloc *alloc, const char *text, size_t length,
                      const vp_json_keys *lists, const vp_json_keys *read, size_t piece_size) {
    cutter c = {{text, text + length, NULL, read}, json, lists, piece_size, VP_OK, {{NULL, 0}}, 0};
    json->alloc = *alloc;
    /* The rest follows the lists, and each of its members was read before the next was. */
    json->capacity = length + length / (piece_size + 1) * 2 + 64;
    json->text = vp_alloc_array(alloc, NULL, 0, json->capacity, 1);
    if (json->text == NULL) {
        vp_json_clear(json);
        return VP_NO_MEMORY;
    }
    c.scan.out = json->text;
    if (!cut_document(&c)) {
        vp_json_clear(json);
        return c.status == VP_OK ? VP_INVALID : c.status;
    }
    return VP_OK;
}

void vp_json_clear(vp_json *json) {
    vp_alloc_free(&json->alloc, json->text, json->capacity);
    vp_alloc_free(&json->alloc, json->pieces, json->piece_capacity * sizeof *json->pieces);
    memset(json, 0, sizeof *json);
}
