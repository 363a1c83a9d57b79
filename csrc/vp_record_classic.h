/*
 * vp_record_classic.h - what an instance of EC2-Classic has beyond other instances.
 *
 * EC2-Classic is retired (semantics 5.10, D41). Its instances are records like all others; that one
 * is linked to a VPC is a part of its record, which describe-classic-link-instances prints.
 */
#ifndef VP_RECORD_CLASSIC_H
#define VP_RECORD_CLASSIC_H

#include "vp_kind.h"

VP_BEGIN_DECLS

typedef struct vp_classic_link {
    vp_name vpc_id;       /* the VPC that the instance is linked to; VP_NO_NAME: none */
    vp_list groups;       /* vp_group_identifier: groups of that VPC */
    vp_bool is_described; /* mark of the document (vp_view.h) */
} vp_classic_link;

extern const vp_schema vp_classic_link_schema;

/* The type of the interface that stands for such an instance: in the VPC, in no subnet of it. */
#define VP_CLASSIC_LINK_TYPE "classic_link"

/* What the document prints of a vp_instance. */
extern const vp_schema vp_classic_link_view;

VP_END_DECLS

#endif
