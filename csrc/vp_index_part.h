/*
 * vp_index_part.h - what an index consists of: links between records, and who holds which address.
 *
 * For the files of vp_index alone. vp_index_link.c says what each record is linked to, _make.c
 * builds the whole, _mend.c follows changes, _find.c looks things up in it, and _block.c answers
 * what a record tells without any index.
 */
#ifndef VP_INDEX_PART_H
#define VP_INDEX_PART_H

#include "vp_index.h"
#include "vp_link.h"

VP_BEGIN_DECLS

/*
 * X of Y. Where AWS promises exactly one X (a subnet's table, a VPC's default ACL), lenient data
 * may hold several or none: the list is kept all the same and the first one counts.
 */
enum {
    VP_ROUTE_TABLES_OF_VPC,     /* all of them, gateway route tables included */
    VP_MAIN_ROUTE_TABLE_OF_VPC, /* those with an association that is main */
    VP_ROUTE_TABLE_OF_SUBNET,   /* explicit associations only */
    VP_ROUTE_TABLE_OF_GATEWAY,  /* edge associations */
    VP_DEFAULT_ACL_OF_VPC,
    VP_ACL_OF_SUBNET,          /* explicit associations only */
    VP_GATEWAYS_OF_VPC,        /* internet gateways whose attachment works */
    VP_PEERINGS_OF_VPC,        /* either side, any status */
    VP_INTERFACES_OF_INSTANCE, /* in device order */
    VP_RECORDS_OF_NAME,        /* by the value of the Name tag */
    VP_LINKS_COUNT
};

/* The texts that records are compared with, as names; VP_NO_NAME where no record has them. */
typedef struct vp_index_words {
    vp_name name_tag, address_tag;
} vp_index_words;

struct vp_index {
    vp_alloc alloc;
    uint64_t generation;
    bool is_partial; /* made while something was changed */
    vp_links links[VP_LINKS_COUNT];
    vp_holders holders;
    vp_index_words words;
    uint32_t interface_total; /* interfaces of the network */
    uint32_t astray;          /* no more of them than these are in no subnet of the data */
    uint32_t homeless;        /* and no more name no VPC */
    /* The records of four of the links under their own types, in the same places. */
    vp_route_table **route_tables;
    vp_vpc_peering_connection **peerings;
    vp_network_interface **interfaces;
    vp_record **named;
    uint32_t route_table_count, peering_count, interface_count, named_count; /* of these */
};

/* NULL for a VPC that is named but not in the data, and for no name at all. */
VP_INLINE vp_vpc *vp_index_find_vpc(const vp_network *network, vp_name id) {
    return (vp_vpc *)vp_network_find(network, VP_KIND_VPC, id);
}

/* Does the state of an association count: is it missing, or "associated"? */
VP_INLINE bool vp_index_is_associated(const vp_network *network, vp_name state) {
    return state == VP_NO_NAME || vp_network_name_is(network, state, "associated");
}

/* Finds the words. O(1). */
void vp_index_find_words(const vp_network *network, vp_index *index);

/*
 * What one record says about others, and the derived members of it that need nothing but ids;
 * `place` is where it stands among those of its kind. Elastic IP addresses and the tables of
 * subnets are left to vp_index_resolve. VP_NO_MEMORY: the index is of no use.
 */
VP_MUST_CHECK vp_status vp_index_link(vp_network *network, vp_index *index, vp_record *record,
                                      uint32_t place);

/* Which route table and ACL apply to subnets and VPCs, and what VPCs have: of sorted links. */
void vp_index_resolve(vp_network *network, const vp_index *index);

/* Where Elastic IP addresses lead: of sorted links. */
VP_MUST_CHECK vp_status vp_index_link_addresses(vp_network *network, vp_index *index);

/* In vp_index_make.c: makes all links searchable; `changed` (by list) are copied for look-ups. */
VP_MUST_CHECK vp_status vp_index_sort(const vp_network *network, vp_index *index,
                                      const bool *changed);

/*
 * In vp_index_mend.c: does the journal tell all that changed since, and can an index follow? Then
 * vp_index_mend does; after VP_NO_MEMORY it is of no use any more. O(changes), O(n) beside what is
 * simple moving where interfaces changed.
 */
bool vp_index_is_mendable(const vp_network *network, const vp_index *index);
VP_MUST_CHECK vp_status vp_index_mend(vp_network *network, vp_index *index);

/* Puts the entries of an ACL in the order in which they are evaluated. */
VP_MUST_CHECK vp_status vp_index_sort_entries(const vp_index *index, vp_network_acl *acl);

VP_END_DECLS

#endif
