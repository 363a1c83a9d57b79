/*
 * vp_compiled.h - a network compiled: profiles of its rules, and the facts of its objects that
 * packets meet.
 *
 * Made of the model as it is at one moment. When the model changes, what depends on the change is
 * unmade and everything else stays (vp_journal.h); profiles are made when they are first asked for.
 * The pools of services and profiles outlive all of it, so that equal rules have equal numbers.
 */
#ifndef VP_COMPILED_H
#define VP_COMPILED_H

#include "vp_profile.h"
#include "vp_record_transit.h"
#include "vp_record_vpn.h"
#include "vp_route.h"

VP_BEGIN_DECLS

/* "Not made yet", of a profile or a set of services. */
#define VP_UNMADE UINT32_MAX

/* What happens to packets that take a route. Equal for all tables that lead to the same target. */
typedef struct vp_compiled_action {
    vp_record *record; /* the target, NULL: not in the data */
    vp_target target;
    vp_name target_id;
    vp_name record_id;  /* its id, VP_NO_NAME: not in the data */
    vp_name vpc_ids[2]; /* of a peering connection: what it joins */
    bool blackhole;
} vp_compiled_action;

/* The groups of interfaces that have the same ones; their ids are a list of the pools. */
typedef struct vp_compiled_groups {
    const vp_security_group **groups; /* in the order of the ids; NULL: not in the data */
    uint32_t count;
    bool missing;             /* one of them is not in the data */
    bool references[2];       /* some rule of a direction names a group */
    vp_profile profile[2][2]; /* [egress][family == 6], or VP_UNMADE */
    uint32_t version;         /* of its rules: another number whenever they changed */
} vp_compiled_groups;

/* Facts about an interface. */
enum {
    VP_FACT_UNFILTERED = 1,     /* without groups, and of a gateway: nothing is filtered (D42) */
    VP_FACT_USABLE = 2,         /* attached, its instance running (P5) */
    VP_FACT_DESCRIBED = 4,      /* its subnet is in the data */
    VP_FACT_OPENS = 8,          /* may be a source (P7) */
    VP_FACT_UNSUPPORTED = 16,   /* as a source the verdict is unknown */
    VP_FACT_ACCEPTS = 32,       /* takes connections (F10) */
    VP_FACT_TRANSLATES = 64,    /* marked as a NAT instance */
    VP_FACT_TARGET = 128,       /* some route leads to it */
    VP_FACT_PUBLIC = 256,       /* has a public address */
    VP_FACT_DOUBTFUL = 512,     /* another interface claims one of its addresses */
    VP_FACT_CLASSIC = 1024,     /* stands for a ClassLink instance */
    VP_FACT_UNAVAILABLE = 2048, /* of an endpoint that is not available */
    VP_FACT_NO_GATEWAY = 4096,  /* denies all traffic of internet gateways */
    VP_FACT_OPEN = 8192         /* has an address that the data do not tell */
};

typedef struct vp_compiled_interface {
    uint32_t groups; /* place in vp_compiled.groups */
    uint32_t facts;
    vp_name subnet_id, vpc_id; /* as it prints them */
} vp_compiled_interface;

/* Addresses of a VPC: what lies in its blocks, what is answered by AWS's own services. */
enum { VP_SPACE_BLOCK = 1 };
enum { VP_SERVED = 1, VP_SERVED_BY_RESOLVER = 2 };

typedef struct vp_compiled_vpc {
    vp_profile space[2], services[2];
    uint32_t first_subnet; /* place, or VP_UNMADE */
} vp_compiled_vpc;

/* What a virtual private gateway does with an address. */
enum { VP_BEHIND_WORKS = 1, VP_BEHIND_IPV4_ONLY = 2, VP_BEHIND_DOWN = 3 };

/* A list of groups that has the group `id`. */
typedef struct vp_compiled_link {
    vp_name id;
    uint32_t number;
} vp_compiled_link;

/* How often something was compiled, to see that nothing is compiled in vain. */
typedef struct vp_compiled_effort {
    uint64_t facts; /* all places and facts of all objects */
    uint64_t acls, groups, references, tables, spaces, services, held, outside, behind, transits;
} vp_compiled_effort;

typedef struct vp_compiled vp_compiled;

struct vp_compiled {
    vp_network *network;
    const vp_index *index;
    uint64_t generation;
    bool is_partial; /* made while something was changed */
    vp_compiled_effort effort;
    vp_profiles *profiles; /* kept from generation to generation, shared with clones */
    vp_memo references;
    vp_memo action_numbers;
    vp_memo attachments; /* of a VPC to a transit gateway: place + 1, 0 = none */
    vp_memo transits;    /* tables of transit gateways by id */
    vp_memo spaces;      /* of VPCs that are not in the data */
    uint32_t *places;    /* by id: place among the records of its kind */
    uint32_t place_count;
    vp_profile *tables, *acls; /* by place: [family == 6]; [egress][family == 6] */
    uint32_t table_count, acl_count;
    vp_compiled_vpc *vpcs;
    uint32_t vpc_count;
    vp_compiled_interface *interfaces;
    uint32_t interface_count;
    vp_compiled_groups *groups; /* by number of the list */
    uint32_t groups_count;
    uint32_t *next_subnet; /* by place: the next of the same VPC, or VP_UNMADE */
    uint32_t subnet_count;
    uint32_t versions;             /* of lists of groups, given so far */
    bool ways_changed;             /* at the last mending more than groups and ACLs did */
    vp_compiled_link *group_links; /* by group; NULL: not made yet */
    uint32_t group_link_count;
    vp_profile (*behind)[2]; /* by place of the virtual private gateway */
    uint32_t behind_count;
    vp_compiled_action *actions; /* number 0 is none */
    uint32_t action_count, action_capacity;
    bool has_classic;       /* some interface is a ClassLink instance */
    vp_profile outside[2];  /* public address: place of who holds it + 1, VP_OUTSIDE_NAT */
    struct vp_atlas *atlas; /* of vp_atlas.h, dropped with the rest */
    void (*atlas_free)(struct vp_atlas *atlas);
    void (*atlas_forget)(struct vp_atlas *atlas, bool ways); /* what it found by rules; by tables */
    struct vp_quick *quick; /* of vp_reach_quick.h, dropped when records move */
    void (*quick_free)(struct vp_compiled *compiled);
    vp_profile private_ranges; /* IPv4: 1 = RFC 1918, 2 = RFC 6598 */
};

#define VP_OUTSIDE_NAT (UINT32_MAX - 1)

/*
 * The network as it is now, compiled. O(1) when nothing changed, O(what depends on them) when only
 * rules, routes, entries or the state of peering connections did, else O(records). On failure
 * (VP_NO_MEMORY, VP_LIMIT) *compiled is untouched.
 */
VP_MUST_CHECK vp_status vp_compiled_get(vp_network *network, vp_compiled **compiled,
                                        vp_error *error);

/* VP_OK, or what a question could not be answered for; asking again starts anew. */
VP_MUST_CHECK vp_status vp_compiled_status(vp_compiled *compiled, vp_error *error);

/* Throws everything away, so that the next question starts anew; for when memory ran out. */
void vp_compiled_drop(vp_compiled *compiled);

/* The place of a record among those of its kind, in id order. */
VP_INLINE uint32_t vp_compiled_place(const vp_compiled *compiled, const vp_record *record) {
    return compiled->places[record->id];
}

VP_INLINE const vp_compiled_interface *vp_compiled_of(const vp_compiled *compiled,
                                                      const vp_network_interface *met) {
    return &compiled->interfaces[vp_compiled_place(compiled, &met->record)];
}

/*
 * The lists of groups that have a group, `count` of them in order of their numbers. NULL with the
 * status set when there is no memory. O(log n), after the first time.
 */
const vp_compiled_link *vp_compiled_lists_with(vp_compiled *compiled, vp_name group_id,
                                               uint32_t *count);

/* Profiles, made when they are first asked for. */
vp_profile vp_compiled_acl(vp_compiled *compiled, const vp_network_acl *acl, bool egress,
                           uint8_t family);
vp_profile vp_compiled_table(vp_compiled *compiled, vp_route_table *table, uint8_t family);
vp_profile vp_compiled_group_rules(vp_compiled *compiled, uint32_t groups, bool egress,
                                   uint8_t family);
vp_profile vp_compiled_space(vp_compiled *compiled, const vp_vpc *vpc, uint8_t family);
/* Who holds which address in a VPC, in the data or not: place of the interface + 1. */
vp_profile vp_compiled_held(vp_compiled *compiled, vp_name vpc_id, uint8_t family);
vp_profile vp_compiled_services(vp_compiled *compiled, const vp_vpc *vpc, uint8_t family);
/* The same for a subnet of a VPC that is not in the data: what the subnet alone tells. */
vp_profile vp_compiled_services_beside(vp_compiled *compiled, const vp_subnet *subnet,
                                       uint8_t family);
vp_profile vp_compiled_behind(vp_compiled *compiled, vp_vpn_gateway *gateway, uint8_t family);
vp_profile vp_compiled_outside(vp_compiled *compiled, uint8_t family);
vp_profile vp_compiled_private(vp_compiled *compiled);

/*
 * What a table of a transit gateway does with an address, besides the place of an attachment + 1.
 * UINT32_MAX is none of these: painters take it for a place that nothing was painted on.
 */
#define VP_TRANSIT_REFUSED (UINT32_MAX - 3)
#define VP_TRANSIT_NOT_LOADED (UINT32_MAX - 1)
#define VP_TRANSIT_NOT_MODELLED (UINT32_MAX - 2)

/* In vp_compiled_transit.c: a table; the attachment of a VPC to a gateway, or NULL. */
vp_profile vp_compiled_transit(vp_compiled *compiled, const vp_transit_gateway_route_table *table,
                               uint8_t family);
vp_transit_gateway_attachment *vp_compiled_attachment(vp_compiled *compiled, vp_name gateway_id,
                                                      vp_name vpc_id);

/* What the rules of `groups` admit that name one of the groups `far_groups`. */
vp_service vp_compiled_references(vp_compiled *compiled, uint32_t groups, uint32_t far_groups,
                                  bool egress, uint8_t family);

/* The blocks of one side of a peering connection: VP_SPACE_BLOCK. */
vp_profile vp_compiled_side(vp_compiled *compiled, const vp_vpc_peering_connection *connection,
                            bool accepter, uint8_t family);

void vp_compiled_free(vp_compiled *compiled);

/* ---- the inside: facts, and what is kept when the model changes (vp_compiled_change.c) ---------
 */

/* In vp_compiled_facts.c: places and facts of all interfaces; every other place is known. */
void vp_compiled_note_interfaces(vp_compiled *compiled);

/* Marks profiles as not made yet. */
void vp_compiled_unmake(vp_profile *profiles, size_t count);

/* What the rules of a list of groups say of it; its profiles are to be made. */
void vp_compiled_note_rules(vp_compiled *compiled, vp_compiled_groups *groups);

/* Says which record is the target of an action. */
void vp_compiled_set_target(vp_compiled_action *action, vp_record *record);

/* Does the journal hold everything that happened since, and is what there is whole? */
bool vp_compiled_is_known(const vp_compiled *compiled);

/*
 * Unmakes what depends on rules that changed; false, with nothing done, when more than rules did.
 * O(what depends on them). The caller sets the generation.
 */
bool vp_compiled_mend(vp_compiled *compiled);

/*
 * Gives a clone that has nothing compiled yet what is compiled of its original, if that is up to
 * date; without memory it gets nothing. O(records), no rule is read.
 */
void vp_compiled_copy(const vp_compiled *compiled, vp_network *clone);

/*
 * Takes over from `old`, the same view of the model as it was, what the journal leaves as it is;
 * `compiled` is made, with no profile yet. O(records).
 */
void vp_compiled_carry(vp_compiled *compiled, vp_compiled *old);

VP_END_DECLS

#endif
