/*
 * vp_schema.c - generic work on structures that a vp_schema describes.
 *
 * The one idea: recursion over the field table. Only lists own memory, so clearing and copying a
 * structure is clearing and copying the lists in it and in its nested structures.
 */
#include "vp_schema.h"

#include <string.h>

/*
 * Lists of plain values have items with one field whose key is empty: so the reader and the writer
 * know that the item stands for itself and is no object.
 */
static const vp_field text_item_fields[] = {
    VP_FIELD(vp_text_item, value, VP_TYPE_TEXT, "", VP_FIELD_KEY, NULL)};
const vp_schema vp_text_item_schema = VP_SCHEMA("String", vp_text_item, text_item_fields);

static const vp_field cidr_item_fields[] = {
    VP_FIELD(vp_cidr_item, value, VP_TYPE_CIDR, "", VP_FIELD_KEY, NULL)};
const vp_schema vp_cidr_item_schema = VP_SCHEMA("Cidr", vp_cidr_item, cidr_item_fields);

/* A tag without a value is legal and prints Value "", so the value is always printed. */
static const vp_field tag_fields[] = {
    VP_FIELD(vp_tag, key, VP_TYPE_TEXT, "Key", VP_FIELD_KEY, NULL),
    VP_FIELD(vp_tag, value, VP_TYPE_TEXT, "Value", VP_FIELD_ALWAYS, NULL)};
const vp_schema vp_tag_schema = VP_SCHEMA("Tag", vp_tag, tag_fields);

/* Two functions for one addition, because a pointer must not lose its const on the way. */
static const void *member_of(const vp_field *field, const void *record) {
    return (const char *)record + field->offset;
}

static void *member_in(const vp_field *field, void *record) {
    return (char *)record + field->offset;
}

/* Items begin as zeros, which is "not given" for a field of every type. */
vp_status vp_list_append(const vp_alloc *alloc, const vp_schema *schema, vp_list *list,
                         void **item) {
    if (list->count >= VP_LIST_MAX) {
        return VP_LIMIT;
    }
    vp_status status =
        vp_alloc_grow(alloc, &list->items, &list->capacity, (size_t)list->count + 1, schema->size);
    if (status != VP_OK) {
        return status;
    }
    *item = (char *)list->items + (size_t)list->count * schema->size;
    memset(*item, 0, schema->size);
    list->count++;
    return VP_OK;
}

/* The order of a list is AWS's and is printed again, so the tail moves up. */
void vp_list_remove(const vp_alloc *alloc, const vp_schema *schema, vp_list *list, uint32_t index) {
    char *item = (char *)list->items + (size_t)index * schema->size;
    vp_schema_clear(alloc, schema, item);
    memmove(item, item + schema->size, (size_t)(list->count - index - 1) * schema->size);
    list->count--;
}

void vp_list_clear(const vp_alloc *alloc, const vp_schema *schema, vp_list *list) {
    for (uint32_t i = 0; i < list->count; i++) {
        vp_schema_clear(alloc, schema, (char *)list->items + (size_t)i * schema->size);
    }
    vp_alloc_free(alloc, list->items, (size_t)list->capacity * schema->size);
    memset(list, 0, sizeof *list);
}

/* Nested structures lie inside of their record: only the lists in them own anything. */
static void clear_lists(const vp_alloc *alloc, const vp_schema *schema, void *record) {
    for (uint16_t i = 0; i < schema->field_count; i++) {
        const vp_field *field = &schema->fields[i];
        if (field->type == VP_TYPE_LIST) {
            vp_list_clear(alloc, field->schema, member_in(field, record));
        } else if (field->type == VP_TYPE_OBJECT) {
            clear_lists(alloc, field->schema, member_in(field, record));
        }
    }
}

void vp_schema_clear(const vp_alloc *alloc, const vp_schema *schema, void *record) {
    clear_lists(alloc, schema, record);
    memset(record, 0, schema->size);
}

/* What was copied before a failure stays in `to`, where vp_schema_copy clears it. */
static vp_status copy_list(const vp_alloc *alloc, const vp_schema *schema, const vp_list *from,
                           vp_list *to) {
    for (uint32_t i = 0; i < from->count; i++) {
        void *item;
        vp_status status = vp_list_append(alloc, schema, to, &item);
        if (status == VP_OK) {
            const char *source = (const char *)from->items + (size_t)i * schema->size;
            status = vp_schema_copy(alloc, schema, source, item);
        }
        if (status != VP_OK) {
            return status;
        }
    }
    return VP_OK;
}

/* In the order of vp_type; lists and objects come after the scalars and are not asked for here. */
static size_t scalar_size(const vp_field *field) {
    static const uint8_t sizes[] = {sizeof(vp_name), sizeof(vp_bool), sizeof(vp_int),
                                    sizeof(vp_addr), sizeof(vp_cidr)};
    return sizes[field->type];
}

vp_status vp_schema_copy(const vp_alloc *alloc, const vp_schema *schema, const void *from,
                         void *to) {
    vp_status status = VP_OK;
    for (uint16_t i = 0; i < schema->field_count && status == VP_OK; i++) {
        const vp_field *field = &schema->fields[i];
        const void *source = member_of(field, from);
        void *target = member_in(field, to);
        if (field->type == VP_TYPE_LIST) {
            status = copy_list(alloc, field->schema, source, target);
        } else if (field->type == VP_TYPE_OBJECT) {
            status = vp_schema_copy(alloc, field->schema, source, target);
        } else {
            memcpy(target, source, scalar_size(field));
        }
    }
    if (status != VP_OK) {
        vp_schema_clear(alloc, schema, to);
    }
    return status;
}

/* The order counts: AWS gives none a meaning, but the same document always has the same order. */
static bool lists_equal(const vp_schema *schema, const vp_list *a, const vp_list *b) {
    if (a->count != b->count) {
        return false;
    }
    for (uint32_t i = 0; i < a->count; i++) {
        size_t offset = (size_t)i * schema->size;
        if (!vp_schema_equals(schema, (const char *)a->items + offset,
                              (const char *)b->items + offset)) {
            return false;
        }
    }
    return true;
}

/* Field by field and not memcmp: padding has no defined value. */
static bool scalars_equal(const vp_field *field, const void *a, const void *b) {
    switch (field->type) {
    case VP_TYPE_TEXT:
        return *(const vp_name *)a == *(const vp_name *)b;
    case VP_TYPE_BOOL:
        return *(const vp_bool *)a == *(const vp_bool *)b;
    case VP_TYPE_INT: {
        const vp_int *x = a, *y = b;
        return x->given == y->given && x->value == y->value;
    }
    case VP_TYPE_ADDR:
        return vp_addr_equals(a, b);
    default:
        return vp_cidr_equals(a, b);
    }
}

bool vp_schema_equals(const vp_schema *schema, const void *a, const void *b) {
    for (uint16_t i = 0; i < schema->field_count; i++) {
        const vp_field *field = &schema->fields[i];
        const void *x = member_of(field, a), *y = member_of(field, b);
        bool equal = field->type == VP_TYPE_LIST     ? lists_equal(field->schema, x, y)
                     : field->type == VP_TYPE_OBJECT ? vp_schema_equals(field->schema, x, y)
                                                     : scalars_equal(field, x, y);
        if (!equal) {
            return false;
        }
    }
    return true;
}

/* An object is given when anything in it is: {} says no more than an absent key. */
bool vp_field_is_given(const vp_field *field, const void *record) {
    const void *member = member_of(field, record);
    switch (field->type) {
    case VP_TYPE_TEXT:
        return *(const vp_name *)member != VP_NO_NAME;
    case VP_TYPE_BOOL:
        return *(const vp_bool *)member != VP_UNSET;
    case VP_TYPE_INT:
        return ((const vp_int *)member)->given != 0;
    case VP_TYPE_ADDR:
        return ((const vp_addr *)member)->family != 0;
    case VP_TYPE_CIDR:
        return ((const vp_cidr *)member)->address.family != 0;
    case VP_TYPE_LIST:
        return ((const vp_list *)member)->count != 0;
    default:
        for (uint16_t i = 0; i < field->schema->field_count; i++) {
            if (vp_field_is_given(&field->schema->fields[i], member)) {
                return true;
            }
        }
        return false;
    }
}

size_t vp_field_size(const vp_field *field) {
    return field->type == VP_TYPE_LIST     ? sizeof(vp_list)
           : field->type == VP_TYPE_OBJECT ? field->schema->size
                                           : scalar_size(field);
}

void vp_field_clear(const vp_alloc *alloc, const vp_field *field, void *record) {
    void *member = member_in(field, record);
    if (field->type == VP_TYPE_LIST) {
        vp_list_clear(alloc, field->schema, member);
    } else if (field->type == VP_TYPE_OBJECT) {
        vp_schema_clear(alloc, field->schema, member);
    } else {
        memset(member, 0, scalar_size(field));
    }
}

const vp_field *vp_schema_field(const vp_schema *schema, const char *name, size_t length) {
    for (uint16_t i = 0; i < schema->field_count; i++) {
        const char *key = schema->fields[i].name;
        if (strlen(key) == length && memcmp(key, name, length) == 0) {
            return &schema->fields[i];
        }
    }
    return NULL;
}

static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

/*
 * The mechanical rule of the contract: an underscore before a capital that follows a letter in
 * lower case or a digit. A run of capitals is one word.
 *
 *     VpcPeeringConnectionId   vpc_peering_connection_id
 *     Ipv6CidrBlock            ipv6_cidr_block
 */
size_t vp_key_snake(const char *key, char out[VP_KEY_MAX]) {
    size_t length = 0;
    for (size_t i = 0; key[i] != '\0' && length + 2 < VP_KEY_MAX; i++) {
        if (is_upper(key[i]) && i > 0 && !is_upper(key[i - 1])) {
            out[length++] = '_';
        }
        out[length++] = is_upper(key[i]) ? (char)(key[i] - 'A' + 'a') : key[i];
    }
    out[length] = '\0';
    return length;
}

/* Spelling every key anew costs less than a second table that could disagree with the first. */
const vp_field *vp_schema_field_snake(const vp_schema *schema, const char *name, size_t length) {
    for (uint16_t i = 0; i < schema->field_count; i++) {
        char snake[VP_KEY_MAX];
        size_t snake_length = vp_key_snake(schema->fields[i].name, snake);
        if (snake_length == length && memcmp(snake, name, length) == 0) {
            return &schema->fields[i];
        }
    }
    return NULL;
}
