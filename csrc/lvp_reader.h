/*
 * lvp_reader.h - Lua tables into structures that a vp_schema describes.
 *
 * One recursion, two tempers. Strict reads the options of a call: snake case, handles where ids
 * stand, anything wrong raises. Lenient reads AWS's documents: AWS's keys, what is wrong becomes a
 * diagnostic with file and JSON path, and the rest is kept.
 */
#ifndef LVP_READER_H
#define LVP_READER_H

#include "lvp_model.h"

VP_BEGIN_DECLS

#define LVP_READER_DEPTH_MAX 16
/* How many structures may have their keys interned: more than any record has in it. */
#define LVP_READER_KEYED_MAX 32

typedef struct lvp_reader {
    lua_State *L;
    vp_network *network;
    bool strict;
    const char *base; /* lenient: the path of the record ("Vpcs[3]"), else NULL */
    vp_name file;     /* lenient: the file, for diagnostics */
    vp_name resource_id;
    struct {
        const char *key; /* NULL: an index */
        uint32_t index;
    } path[LVP_READER_DEPTH_MAX];
    uint32_t depth;
    int keys; /* the stack index of a table for interned keys, 0: none */
    const vp_schema *keyed[LVP_READER_KEYED_MAX]; /* whose keys are in it, in this order */
    uint32_t keyed_count;
} lvp_reader;

/*
 * Reads the table at `index` into the zeroed `record`. `present` (may be NULL) gets a bit for each
 * of the first 64 fields that the table holds, also for empty lists. Raises as said above and when
 * there is no memory: `record` must belong to a box.
 */
void lvp_reader_read(lvp_reader *reader, int index, const vp_schema *schema, void *record,
                     uint64_t *present);

/* Records a warning at the reader's place, with `detail` as its message (lenient only). */
void lvp_reader_warn(lvp_reader *reader, const char *code, const char *detail);

/* The same of severity info. */
void lvp_reader_note(lvp_reader *reader, const char *code, const char *detail);

VP_END_DECLS

#endif
