/*
 * vp_change.h - a change of a model that happens as a whole or not at all.
 *
 * An action adds, edits and removes records through its vp_change and returns at the first thing
 * AWS would refuse; vp_change_end then keeps everything or puts everything back. So rules can be
 * checked where they are easiest to read, and running out of memory needs no code of its own.
 */
#ifndef VP_CHANGE_H
#define VP_CHANGE_H

#include "vp_network.h"

VP_BEGIN_DECLS

/* What was done to one record. */
typedef struct vp_change_step {
    vp_record *record;
    void *before; /* an edited record as it was, else NULL */
    bool added;   /* gone when the change is undone */
    bool removed; /* gone when it is kept */
} vp_change_step;

typedef struct vp_change {
    vp_network *network;
    vp_change_step *steps;
    uint32_t count, capacity;
    uint64_t next_id, next_rule_id; /* of the network before the change, as all below */
    uint32_t lent_public;
    int64_t clock;
    uint32_t event_count, diagnostic_count;
} vp_change;

/* Starts a change; vp_change_end must follow, once. Nothing is allocated. O(1). */
void vp_change_begin(vp_change *change, vp_network *network);

/*
 * Ends it: VP_OK keeps what was done, anything else undoes it, together with what was logged and
 * the ids that were generated. Interned names stay. Returns `status`. O(size of what was done).
 */
VP_MUST_CHECK vp_status vp_change_end(vp_change *change, vp_status status);

/*
 * Adds a record of a kind; VP_NO_NAME as `id` takes a generated one. VP_REFUSED
 * ("InvalidParameterValue"): the id has not the prefix of its kind, other characters than
 * [A-Za-z0-9_.-] after it, or is in use. The record is all zero but for id and kind.
 */
VP_MUST_CHECK vp_status vp_change_add(vp_change *change, vp_kind kind, vp_name id,
                                      vp_record **record, vp_error *error);

/*
 * Must come before the first write to a record that was there: keeps a copy of it. Doing so twice
 * is harmless. Pointers to the record stay good. O(size of the record).
 */
VP_MUST_CHECK vp_status vp_change_edit(vp_change *change, vp_record *record, vp_error *error);

/* Removes a record when the change ends well; until then it can be read. O(1) amortized. */
VP_MUST_CHECK vp_status vp_change_remove(vp_change *change, vp_record *record, vp_error *error);

/* Appends a zeroed item to a list of a record that was added or edited. */
VP_MUST_CHECK vp_status vp_change_append(vp_change *change, const vp_schema *schema, vp_list *list,
                                         void **item, vp_error *error);

/* Replaces `to` by a copy of the list `from`. */
VP_MUST_CHECK vp_status vp_change_copy_list(vp_change *change, const vp_schema *schema,
                                            const vp_list *from, vp_list *to, vp_error *error);

/*
 * Leaves the function when a step failed. Only for functions that hold nothing: what an action did
 * so far is undone by vp_change_end.
 */
#define VP_TRY(step)                                                                               \
    do {                                                                                           \
        vp_status vp_try_status = (step);                                                          \
        if (vp_try_status != VP_OK) {                                                              \
            return vp_try_status;                                                                  \
        }                                                                                          \
    } while (0)

/* Leaves the function with a refusal: AWS's code, then a format and its arguments. */
#define VP_REFUSE(error, code, ...) return vp_error_set(error, VP_REFUSED, code, __VA_ARGS__)

/*
 * A copy of a record as it is, with lists of its own: VP_OK or VP_NO_MEMORY. Swapping puts the copy
 * in the record's place and back again, for those who look at how things were; nobody else must see
 * it so. O(size of the record).
 */
VP_MUST_CHECK vp_status vp_change_keep(const vp_alloc *alloc, const vp_record *record, void **kept);
void vp_change_swap(vp_record *record, void *kept);
void vp_change_drop(const vp_alloc *alloc, void *kept);

VP_END_DECLS

#endif
