/*
 * vp_name.h - interned text: equal texts have equal numbers.
 *
 * Ids, tags, states and every other text of a model are kept once and referred to by a small
 * number. Number 0 (VP_NO_NAME) is "not given". Numbers are dense and never reused while the table
 * lives, so an array indexed by name is the natural index of ids.
 */
#ifndef VP_NAME_H
#define VP_NAME_H

#include "vp_alloc.h"

VP_BEGIN_DECLS

typedef uint32_t vp_name;

#define VP_NO_NAME 0u

/* Limits: how long one text may be, how many one table holds, how many bytes they take together. */
#define VP_NAME_TEXT_MAX (1u << 20)
#define VP_NAMES_MAX (1u << 28)
#define VP_NAME_BYTES_MAX UINT32_MAX

typedef struct vp_names {
    vp_alloc alloc;
    char *bytes; /* all texts, each followed by a NUL */
    size_t bytes_used, bytes_capacity;
    uint32_t *starts; /* starts[name] = offset in bytes; starts[count] = bytes_used */
    uint32_t count, starts_capacity;
    uint32_t *slots; /* open addressing, 0 = empty */
    uint32_t slot_count;
} vp_names;

/* Makes an empty table. Nothing is allocated until the first text. */
void vp_names_init(vp_names *names, const vp_alloc *alloc);

/* Makes an empty table a copy of another one. VP_NO_MEMORY leaves it empty. O(bytes). */
VP_MUST_CHECK vp_status vp_names_copy(const vp_names *from, vp_names *to);

/* Releases everything; the table may be initialized again. */
void vp_names_clear(vp_names *names);

/*
 * The number of `text` (length bytes, NUL bytes allowed), adding it when it is new. The empty text
 * is VP_NO_NAME. VP_NO_MEMORY or VP_LIMIT leave the table and *name untouched. O(length).
 */
VP_MUST_CHECK vp_status vp_names_intern(vp_names *names, const char *text, size_t length,
                                        vp_name *name);

/* Gives back the room for texts to come: once most of them are there. */
void vp_names_compact(vp_names *names);

/* The number of a text that is already there, else VP_NO_NAME. O(length), changes nothing. */
vp_name vp_names_find(const vp_names *names, const char *text, size_t length);

/*
 * The text of a name, terminated by NUL; "" for VP_NO_NAME. *length (may be NULL) is its size. The
 * pointer is good until the next vp_names_intern.
 */
const char *vp_names_text(const vp_names *names, vp_name name, size_t *length);

VP_END_DECLS

#endif
