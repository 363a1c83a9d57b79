/*
 * vp_schema.h - what a record looks like, as data.
 *
 * Every object of the model, every list item in it and every request that changes it is a plain C
 * structure plus one constant table of its fields under AWS's names. Everything that must treat
 * all objects alike (loading, describing, reading a field from Lua, reading the options of a call,
 * copying, releasing) walks that table, so a new object is a structure and a table.
 *
 * An all-zero structure is a valid one in which nothing is given.
 */
#ifndef VP_SCHEMA_H
#define VP_SCHEMA_H

#include "vp_cidr.h"
#include "vp_name.h"

VP_BEGIN_DECLS

/* The C type behind each: vp_name, vp_bool, vp_int, vp_addr, vp_cidr, a structure, a vp_list. */
typedef enum vp_type {
    VP_TYPE_TEXT,
    VP_TYPE_BOOL,
    VP_TYPE_INT,
    VP_TYPE_ADDR,
    VP_TYPE_CIDR,
    VP_TYPE_OBJECT,
    VP_TYPE_LIST
} vp_type;

/* A Boolean that may be missing. */
typedef uint8_t vp_bool;
enum { VP_UNSET = 0, VP_FALSE = 1, VP_TRUE = 2 };

/* A number that may be missing. */
typedef struct vp_int {
    int32_t value; /* 0 when not given */
    uint8_t given;
} vp_int;

/* A list of structures, `schema` of the field says which. Owned by the record that holds it. */
typedef struct vp_list {
    void *items;
    uint32_t count, capacity;
} vp_list;

typedef struct vp_schema vp_schema;

typedef struct vp_field {
    const char *name; /* AWS's key ("CidrBlock"); "" for the only field of a list of scalars */
    uint8_t type;     /* vp_type */
    uint8_t flags;    /* VP_FIELD_* */
    uint16_t offset;
    const vp_schema *schema; /* of the structure or of the list's items, else NULL */
} vp_field;

enum {
    VP_FIELD_ALWAYS = 1,       /* describe prints it even when it is not given: "", 0, false, [] */
    VP_FIELD_REFERENCE = 2,    /* an id: the reader takes a handle too */
    VP_FIELD_KEY = 4,          /* an item without a readable value here says nothing: dropped */
    VP_FIELD_NOT_EMBEDDED = 8, /* left out where the object is printed inside another */
    VP_FIELD_NOT_PRINTED = 16, /* read where a collector wrote it, but AWS does not print it */
    VP_FIELD_UNSIGNED = 32,    /* a number up to 2^32 - 1: its bits are kept as they are */
    VP_FIELD_ANY_FAMILY = 64,  /* a block of either family under a key without "Ipv6" */
    VP_FIELD_UNWRAPPED = 128   /* an object with one value, which scripts see without the object */
};

struct vp_schema {
    const char *name; /* AWS's type name, for messages */
    uint16_t size;    /* sizeof the structure */
    uint16_t field_count;
    const vp_field *fields;
};

#define VP_FIELD(type, member, kind, name, flags, schema)                                          \
    { name, kind, flags, (uint16_t)offsetof(type, member), schema }
#define VP_SCHEMA(label, type, table)                                                              \
    { label, (uint16_t)sizeof(type), (uint16_t)VP_COUNT_OF(table), table }

/* The item of a list of scalars ({"Cidrs": ["10.0.0.0/8"]}): one structure for each type. */
typedef struct vp_text_item {
    vp_name value;
} vp_text_item;
typedef struct vp_cidr_item {
    vp_cidr value;
} vp_cidr_item;
extern const vp_schema vp_text_item_schema, vp_cidr_item_schema;

/* A tag. */
typedef struct vp_tag {
    vp_name key, value;
} vp_tag;
extern const vp_schema vp_tag_schema;

/*
 * Appends one zeroed item and returns it through *item (good until the next append). VP_NO_MEMORY
 * or VP_LIMIT (VP_LIST_MAX) leave the list as it was. O(1) amortized.
 */
#define VP_LIST_MAX (1u << 24)
VP_MUST_CHECK vp_status vp_list_append(const vp_alloc *alloc, const vp_schema *schema,
                                       vp_list *list, void **item);

/* Removes item `index`, releasing what it owns; the rest keeps its order. O(items after it). */
void vp_list_remove(const vp_alloc *alloc, const vp_schema *schema, vp_list *list, uint32_t index);

/* Releases all items. */
void vp_list_clear(const vp_alloc *alloc, const vp_schema *schema, vp_list *list);

/* Item `index` of a list, as a pointer to `type`. */
#define VP_ITEM(type, list, index) (&((type *)(list)->items)[index])

/* Releases everything that a structure owns and zeroes it. */
void vp_schema_clear(const vp_alloc *alloc, const vp_schema *schema, void *record);

/*
 * Copies all fields of `from` into `to` (which must be all zero), lists included. On VP_NO_MEMORY
 * `to` is cleared. Both must belong to the same table of names.
 */
VP_MUST_CHECK vp_status vp_schema_copy(const vp_alloc *alloc, const vp_schema *schema,
                                       const void *from, void *to);

/* True when two structures have the same fields, lists in order. */
bool vp_schema_equals(const vp_schema *schema, const void *a, const void *b);

/* True when the field is given: a text, a number, a Boolean, a block, a list with items. */
bool vp_field_is_given(const vp_field *field, const void *record);

/* The size of the member behind a field, and releasing what that member of `record` owns. */
size_t vp_field_size(const vp_field *field);
void vp_field_clear(const vp_alloc *alloc, const vp_field *field, void *record);

/* The field called `name` (AWS's key, exactly), or NULL. */
const vp_field *vp_schema_field(const vp_schema *schema, const char *name, size_t length);

/* The field whose key in snake case is `name` (CidrBlock: cidr_block), or NULL. */
const vp_field *vp_schema_field_snake(const vp_schema *schema, const char *name, size_t length);

/*
 * AWS's key in snake case, terminated: VpcPeeringConnectionId gives vpc_peering_connection_id. A
 * word starts at an upper-case letter that follows a lower-case letter or a digit. Returns the
 * length; keys are constants shorter than VP_KEY_MAX.
 */
#define VP_KEY_MAX 64
size_t vp_key_snake(const char *key, char out[VP_KEY_MAX]);

VP_END_DECLS

#endif
