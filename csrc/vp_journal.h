/*
 * vp_journal.h - what the last changes of a model were, for views that are compiled from it.
 *
 * A view that knows the generation it was made at asks for everything since and mends what depends
 * on that, instead of starting anew. The journal is short: what it does not reach back to, and what
 * nobody wrote down (a load), counts as "everything may have changed".
 */
#ifndef VP_JOURNAL_H
#define VP_JOURNAL_H

#include "vp_kind.h"

VP_BEGIN_DECLS

/* What happened to a record, as far as a view may have to know. */
enum {
    VP_CHANGED_RULES = 1, /* of a group, an ACL, a table, a prefix list: what it lists */
    VP_CHANGED_STATE = 2, /* of a peering connection: whether and what it carries */
    VP_CHANGED_LINKS = 4, /* anything else: who belongs to whom, states, names */
    VP_CHANGED_ADDED = 8,
    VP_CHANGED_REMOVED = 16
};

/* Changes after which records no longer stand where they stood, or lead elsewhere. */
#define VP_CHANGED_PLACES (VP_CHANGED_LINKS | VP_CHANGED_ADDED | VP_CHANGED_REMOVED)

typedef struct vp_journal_entry {
    uint64_t generation; /* of the model, when it was changed */
    vp_name id;
    uint8_t kind, what;
} vp_journal_entry;

/* Limit: how many records a journal reaches back. */
#define VP_JOURNAL_MAX 64u

/* A ring. All zero is the journal of an empty model. */
typedef struct vp_journal {
    vp_journal_entry entries[VP_JOURNAL_MAX];
    uint64_t count; /* entries ever written */
    uint64_t from;  /* changes up to this generation are not in it */
} vp_journal;

/* Writes down what happened to a record; nothing when `what` is 0. O(1). */
void vp_journal_note(vp_journal *journal, uint64_t generation, const vp_record *record,
                     uint8_t what);

/* Anything may have happened up to `generation`. */
void vp_journal_forget(vp_journal *journal, uint64_t generation);

/* Does it hold everything that happened after `generation`? */
bool vp_journal_covers(const vp_journal *journal, uint64_t generation);

/*
 * The next entry after `generation`, oldest first; *position starts at 0 and is advanced. NULL at
 * the end. Only what is covered.
 */
const vp_journal_entry *vp_journal_next(const vp_journal *journal, uint64_t generation,
                                        uint32_t *position);

/* All that happened after `generation`: VP_CHANGED_*, 0 for nothing. Only what is covered. */
uint8_t vp_journal_since(const vp_journal *journal, uint64_t generation);

/*
 * What the edit of a record changed: VP_CHANGED_*, 0 for what no view knows (a description, a tag
 * that is neither the Name nor one of ours). O(size of the record).
 */
uint8_t vp_journal_compare(const vp_names *names, const vp_record *before, const vp_record *after);

/* What adding or removing a record changes: nothing for those that no view lists. */
bool vp_journal_is_seen(const vp_names *names, const vp_record *record);

VP_END_DECLS

#endif
