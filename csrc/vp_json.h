/*
 * vp_json.h - a JSON document cut into pieces for a reader that makes tables of them one by one.
 *
 * A dump of an organization is one list of very many records. Decoded at once it is several times
 * the size of its text; decoded piece by piece, and without what nobody reads, it never is. Here
 * the text is checked in one pass (grammar, UTF-8, depth) and copied without blanks and unread
 * members; the lists named by the caller come out as pieces of whole records, everything else of
 * the document as one more document. What is decoded from the pieces is what would be decoded from
 * the whole.
 *
 * Only the plain case is handled. Whatever is unusual, malformed text included, is refused without
 * a reason, and the caller decodes the whole document, which finds the reason or manages.
 */
#ifndef VP_JSON_H
#define VP_JSON_H

#include "vp_alloc.h"

VP_BEGIN_DECLS

/* A set of keys, at most VP_JSON_KEYS_MAX; the texts must live as long as the set. */
#define VP_JSON_KEYS_MAX 1024
typedef struct vp_json_keys {
    struct {
        const char *text; /* NULL: empty */
        size_t length;
    } slots[2 * VP_JSON_KEYS_MAX];
    uint32_t count;
} vp_json_keys;

/* Adds a key to a set that was zeroed; false when it is full. O(1). */
bool vp_json_keys_add(vp_json_keys *keys, const char *text, size_t length);

/* Is the key in the set? O(length). */
bool vp_json_keys_have(const vp_json_keys *keys, const char *text, size_t length);

/*
 * A list of the document, or a part of one: records `first` and following (from 0), as the text of
 * a list. The key and the text lie in the vp_json, at these offsets. A key of length 0 with the
 * offset SIZE_MAX marks the last piece: the rest of the document, as the text of an object.
 */
typedef struct vp_json_piece {
    size_t key_at, key_length, at, length;
    uint32_t first;
} vp_json_piece;

/* Zeroed it is empty. Owned by whoever made it: vp_json_clear. */
typedef struct vp_json {
    vp_alloc alloc;
    char *text;
    size_t capacity;
    vp_json_piece *pieces;
    uint32_t piece_count, piece_capacity;
} vp_json;

/*
 * Cuts `text` into a zeroed `json`. `lists` are the keys of the top level whose lists come in
 * pieces of about `piece_size` bytes; `read` the keys of members that are kept inside of them, at
 * any depth. VP_INVALID: not handled here (see above), nothing is in `json`. VP_NO_MEMORY
 * likewise. O(length), one allocation of about the length, of which untouched pages stay untouched.
 */
VP_MUST_CHECK vp_status vp_json_cut(vp_json *json, const vp_alloc *alloc, const char *text,
                                    size_t length, const vp_json_keys *lists,
                                    const vp_json_keys *read, size_t piece_size);

/* Releases what the cut made and zeroes *json. */
void vp_json_clear(vp_json *json);

/*
 * The length of the well-formed UTF-8 at the start of a text: `length` when all of it is (Unicode,
 * table 3-7). O(length), eight bytes at a time where they are ASCII.
 */
size_t vp_json_utf8_length(const char *text, size_t length);

VP_END_DECLS

#endif
