/*
 * vp_kind.h - the kinds of objects, what they are called, and what every record starts with.
 *
 * A kind is one row of a table in vp_record.c: its class name in Lua, its describe command, the key
 * of its list in AWS's documents, the prefix of its ids and its vp_schema.
 */
#ifndef VP_KIND_H
#define VP_KIND_H

#include "vp_schema.h"

VP_BEGIN_DECLS

typedef enum vp_kind {
    VP_KIND_NONE,
    VP_KIND_VPC,
    VP_KIND_SUBNET,
    VP_KIND_ROUTE_TABLE,
    VP_KIND_VPC_PEERING_CONNECTION,
    VP_KIND_SECURITY_GROUP,
    VP_KIND_SECURITY_GROUP_RULE,
    VP_KIND_NETWORK_ACL,
    VP_KIND_INTERNET_GATEWAY,
    VP_KIND_VPN_GATEWAY,
    VP_KIND_VPN_CONNECTION,
    VP_KIND_CUSTOMER_GATEWAY,
    VP_KIND_NETWORK_INTERFACE,
    VP_KIND_INSTANCE,
    VP_KIND_ADDRESS,
    VP_KIND_PREFIX_LIST,
    VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY,
    VP_KIND_NAT_GATEWAY,
    VP_KIND_VPC_ENDPOINT,
    VP_KIND_HOSTED_ZONE,
    VP_KIND_TRANSIT_GATEWAY,
    VP_KIND_TRANSIT_GATEWAY_ATTACHMENT,
    VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE,
    VP_KIND_VPC_BLOCK_PUBLIC_ACCESS_OPTIONS,
    VP_KIND_VPC_BLOCK_PUBLIC_ACCESS_EXCLUSION,
    VP_KIND_COUNT
} vp_kind;

/* What the kinds are called. */
typedef struct vp_kind_info {
    const char *name;    /* the class Lua sees and a hop's kind: "route_table" */
    const char *command; /* the CLI command without "describe-": "route-tables" */
    const char *top_key; /* the document's key: "RouteTables" */
    const char *id_key;  /* "RouteTableId" */
    const char *prefix;  /* "rtb-" */
    const vp_schema *schema;
} vp_kind_info;

/* The description of a kind, for VP_KIND_NONE < kind < VP_KIND_COUNT. */
const vp_kind_info *vp_kind_describe(vp_kind kind);

/* The kind that an id's longest matching prefix names (semantics 0.1), or VP_KIND_NONE. */
vp_kind vp_kind_of_id(const char *id, size_t length);

/* What every record starts with. */
typedef struct vp_record {
    vp_name id;
    uint8_t kind;
    uint8_t view; /* the sort of document it was first read in: 0 = its kind's own (vp_view.h) */
    vp_name owner_id, region;           /* VP_NO_NAME = not known (yet) */
    vp_list tags;                       /* vp_tag */
    vp_name hint_owner_id, hint_region; /* what the place it was read from suggests */
    vp_name file; /* where it was read: file, and place in the document's list */
    uint32_t index, parent_index;
} vp_record;

/* The index of a record that stands in no list of its kind: made by a call, inside an instance. */
#define VP_NO_INDEX UINT32_MAX

VP_END_DECLS

#endif
