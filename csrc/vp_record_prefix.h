/*
 * vp_record_prefix.h - prefix lists: blocks under one name, for routes and rules.
 *
 * The blocks are a plain list, since routes and rules read nothing else. What an entry is for
 * (get-managed-prefix-list-entries prints it) stands beside them; an entry of the second list
 * always has its block in the first.
 */
#ifndef VP_RECORD_PREFIX_H
#define VP_RECORD_PREFIX_H

#include "vp_kind.h"

VP_BEGIN_DECLS

/* What an entry of a prefix list is for. */
typedef struct vp_prefix_list_entry {
    vp_cidr cidr;
    vp_name description;
} vp_prefix_list_entry;

extern const vp_schema vp_prefix_list_entry_schema;

typedef struct vp_prefix_list {
    vp_record record;
    vp_name prefix_list_name, address_family, state;
    vp_int max_entries, version;
    vp_list cidrs;              /* vp_cidr_item */
    vp_list entry_descriptions; /* vp_prefix_list_entry: of those entries that have one */
} vp_prefix_list;

VP_END_DECLS

#endif
