/*
 * vp_network.h - a model: records by kind, found by id in one step.
 *
 * A network owns its records, its names, its clock and its logs. Records are allocated one by one,
 * so a pointer to one stays good until that record is removed. Every change must be followed by
 * vp_network_touch, which makes compiled views (vp_index) stale.
 *
 * One network is used by one thread at a time; different networks share nothing.
 */
#ifndef VP_NETWORK_H
#define VP_NETWORK_H

#include "vp_journal.h"
#include "vp_record.h"

VP_BEGIN_DECLS

/* Records of one kind. `rows` is in id order when `sorted`. */
typedef struct vp_rows {
    vp_record **rows;
    uint32_t count, capacity;
    bool sorted;
} vp_rows;

typedef enum vp_severity { VP_SEVERITY_INFO, VP_SEVERITY_WARNING, VP_SEVERITY_ERROR } vp_severity;

/* Something a lenient load kept but did not like. Texts are names of the network. */
typedef struct vp_diagnostic {
    vp_severity severity;
    vp_name code, resource_id, file, path, message;
} vp_diagnostic;

/* One line of the event log: at `at` seconds, `resource_id` went into `state`. */
typedef struct vp_event {
    int64_t at;
    vp_name action, resource_id, state;
} vp_event;

struct vp_index;
struct vp_compiled;

typedef struct vp_network {
    vp_alloc alloc;
    uint32_t references;
    uint32_t pins; /* of the binding: calls that read and must not be interfered with */
    bool open;     /* false after vp_network_close: only unref is allowed then */
    vp_names names;
    vp_rows rows[VP_KIND_COUNT];
    vp_record **by_id; /* by_id[name]: the record with that id, or NULL */
    uint32_t by_id_capacity;
    vp_name owner_id, region; /* of the default caller */
    bool is_caller_inferred;  /* nobody named the default caller: see vp_seal.h */
    bool quotas;              /* check AWS's quotas in strict calls */
    bool is_unsealed;         /* records were loaded and not yet completed (vp_seal.h) */
    int64_t clock;            /* seconds (semantics 0.4) */
    uint64_t generation;      /* counts changes */
    vp_journal journal;       /* what the last ones were */
    uint32_t changing;        /* changes under way (vp_change.h): records may be half done */
    uint64_t next_id;         /* of generated ids */
    uint64_t next_rule_id;    /* of those of group rules, which come by themselves */
    uint32_t lent_public;     /* the last public address that was generated (vp_address.c) */
    vp_diagnostic *diagnostics;
    uint32_t diagnostic_count, diagnostic_capacity;
    uint32_t judged_first, judged_end; /* diagnostics of the last seal: the next makes them anew */
    vp_event *events;
    uint32_t event_count, event_capacity;
    struct vp_index *index; /* owned; see vp_index.h, which stands above and sets both */
    void (*index_free)(struct vp_index *index);
    struct vp_compiled *compiled; /* the same of vp_compiled.h */
    void (*compiled_free)(struct vp_compiled *compiled);
    void (*compiled_copy)(const struct vp_compiled *compiled, struct vp_network *clone);
} vp_network;

/* Limits of one network. */
#define VP_RECORDS_MAX (1u << 24)
#define VP_DIAGNOSTICS_MAX (1u << 16)
#define VP_EVENTS_MAX (1u << 20)

/*
 * Makes an empty network with one reference. The two texts name the default caller's account and
 * Region. On failure *network is untouched.
 */
VP_MUST_CHECK vp_status vp_network_new(const vp_alloc *alloc, const char *owner_id,
                                       size_t owner_id_length, const char *region,
                                       size_t region_length, vp_network **network, vp_error *error);

/* Counted references; the last unref releases everything. Not atomic: one thread at a time. */
vp_network *vp_network_ref(vp_network *network);
void vp_network_unref(vp_network *network);

/* Releases all content at once; the husk lives on until its last reference goes. Idempotent. */
void vp_network_close(vp_network *network);

/*
 * An independent copy: equal records, names, clock, logs. What was compiled stays compiled in it,
 * in pools that both share, so a model and its clones are used by one thread. O(size of the model).
 */
VP_MUST_CHECK vp_status vp_network_clone(const vp_network *network, vp_network **clone,
                                         vp_error *error);

/* Says that something changed, whatever it was: compiled views start anew. */
void vp_network_touch(vp_network *network);

/*
 * Gives back what a load has no more use for: room for records and texts to come, and an index,
 * which the first question makes anew. O(bytes).
 */
void vp_network_compact(vp_network *network);

/*
 * Says that what the journal holds for generation + 1 has happened, and nothing else: compiled
 * views are mended. Only vp_change writes that.
 */
void vp_network_advance(vp_network *network);

/* Interns a text in the network's names; terminated and counted forms. */
VP_MUST_CHECK vp_status vp_network_intern(vp_network *network, const char *text, size_t length,
                                          vp_name *name, vp_error *error);
VP_MUST_CHECK vp_status vp_network_name(vp_network *network, const char *text, vp_name *name,
                                        vp_error *error);

/* The text of a name, terminated; good until the next text is interned. */
const char *vp_network_text(const vp_network *network, vp_name name);

/* True when `name` is exactly the terminated text. No allocation. */
bool vp_network_name_is(const vp_network *network, vp_name name, const char *text);

/* The record with this id, of this kind (VP_KIND_NONE = any); NULL when there is none. O(1). */
vp_record *vp_network_find(const vp_network *network, vp_kind kind, vp_name id);

/*
 * Adds an all-zero record. The id must be new: VP_REFUSED with code "InvalidParameterValue" when a
 * record has it already. The caller fills the record and calls vp_network_touch.
 */
VP_MUST_CHECK vp_status vp_network_add(vp_network *network, vp_kind kind, vp_name id,
                                       vp_record **record, vp_error *error);

/*
 * Removes a record and releases it. O(records of that kind). `take_out` leaves it to the caller to
 * say that something changed.
 */
void vp_network_remove(vp_network *network, vp_record *record);
void vp_network_take_out(vp_network *network, vp_record *record);

/*
 * A new id of this kind in AWS's form (prefix and 17 hexadecimal digits) that no record has,
 * deterministic: the same calls give the same ids. `prefix` NULL takes the kind's.
 */
VP_MUST_CHECK vp_status vp_network_new_id(vp_network *network, vp_kind kind, const char *prefix,
                                          vp_name *id, vp_error *error);

/* The records of one kind in id order, bytewise. Good until the next add or remove. */
const vp_rows *vp_network_rows(vp_network *network, vp_kind kind);

/* The first record of the kind whose id comes after `id` (VP_NO_NAME: the very first), or NULL. */
vp_record *vp_network_next(vp_network *network, vp_kind kind, vp_name id);

/* Compares two names as texts, bytewise. */
int vp_network_compare(const vp_network *network, vp_name a, vp_name b);

/*
 * The tag with the address of the Terraform resource that a record was loaded from. A record is
 * found by it as by its Name tag, and diagnostics name the record by it.
 */
#define VP_TAG_TERRAFORM_ADDRESS "terraform:address"

/*
 * The tag with the attributes of a record that are not known until apply, and what ends the ids
 * that stand for things not known until then: no object has such an id.
 */
#define VP_TAG_TERRAFORM_UNKNOWN "terraform:known_after_apply"
#define VP_ID_UNKNOWN_ENDING ":known-after-apply"

/* Value of a record's tag, VP_NO_NAME when it has none of that key. */
vp_name vp_network_tag(const vp_network *network, const vp_record *record, const char *key);

/*
 * Appends a diagnostic; at VP_DIAGNOSTICS_MAX the last one says that the rest is not listed.
 * (vp_diagnostic.c)
 */
VP_MUST_CHECK vp_status vp_network_report(vp_network *network, const vp_diagnostic *diagnostic,
                                          vp_error *error);

/*
 * The same from plain texts, at the place where `record` (may be NULL) was read; `key` (may be
 * NULL) is the field within it, such as "VpcId" or "Routes[2].DestinationCidrBlock".
 */
VP_MUST_CHECK vp_status vp_network_diagnose(vp_network *network, vp_severity severity,
                                            const char *code, const vp_record *record,
                                            const char *key, const char *message, vp_error *error);

/* Appends to the event log. */
VP_MUST_CHECK vp_status vp_network_log(vp_network *network, const char *action, vp_name resource_id,
                                       const char *state, vp_error *error);

/* Checks the invariants (ids found where they are listed, order). NULL, or what is broken. */
const char *vp_network_validate(const vp_network *network);

VP_END_DECLS

#endif
