/*
 * vp_view.h - documents that print a part of a kind's records.
 *
 * AWS describes some objects in several documents, each under a command and a key of its own and
 * each with some of the fields (an attachment of a transit gateway among all attachments, and
 * among those of its type). Such a document is a row of a table here: the kind, a vp_schema over
 * its structure, and the mark in the structure that says that a document of this sort described the
 * record. Where the command or key is a kind's too, the view stands for it.
 */
#ifndef VP_VIEW_H
#define VP_VIEW_H

#include "vp_record.h"

VP_BEGIN_DECLS

typedef struct vp_view {
    vp_kind kind;
    const char *command; /* as in vp_kind_info: "transit-gateway-vpc-attachments" */
    const char *top_key; /* the key that records are loaded under; unique among views and kinds */
    const vp_schema *schema;
    uint16_t mark; /* offset of a vp_bool; 0: every record is printed */
} vp_view;

/* The view with this command, or this key; NULL when there is none. Terminated texts. */
const vp_view *vp_view_of_command(const char *command);
const vp_view *vp_view_of_key(const char *top_key);

/* The number that a record keeps of the sort of document it was read in, and the key behind it. */
uint8_t vp_view_number(const vp_view *view);
const char *vp_view_key_of(const vp_record *record);

/* Does a document of this sort print the record? */
bool vp_view_shows(const vp_view *view, const vp_record *record);

/* Notes that a document of this sort described the record. */
void vp_view_mark(const vp_view *view, vp_record *record);

VP_END_DECLS

#endif
