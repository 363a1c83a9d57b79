/*
 * vp_name.c - interned text: one block of bytes, one array of offsets, one open-addressing index.
 *
 * Invariant: starts[0] = starts[1] = 0 stands for the empty text, name n occupies
 * bytes[starts[n] .. starts[n + 1] - 2] and a NUL follows it; at most half of the slots are used.
 */
#include "vp_name.h"

#include <string.h>

/* Eight bytes a step; the multiplication spreads them upwards, the shift brings them down again. */
static uint32_t hash_of(const char *text, size_t length) {
    uint64_t hash = length, word = 0;
    for (; length >= 8; text += 8, length -= 8) {
        memcpy(&word, text, 8);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    word = 0;
    memcpy(&word, text, length);
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(hash >> 32) ^ (uint32_t)hash;
}

void vp_names_init(vp_names *names, const vp_alloc *alloc) {
    memset(names, 0, sizeof *names);
    names->alloc = *alloc;
    names->count = 1;
}

void vp_names_clear(vp_names *names) {
    vp_alloc alloc = names->alloc;
    vp_alloc_free(&alloc, names->bytes, names->bytes_capacity);
    vp_alloc_free(&alloc, names->starts, names->starts_capacity * sizeof *names->starts);
    vp_alloc_free(&alloc, names->slots, names->slot_count * sizeof *names->slots);
    vp_names_init(names, &alloc);
}

/* Memory for a copy of `count` items, or NULL. */
static void *copy_of(const vp_alloc *alloc, const void *items, size_t count, size_t size) {
    void *copy = vp_alloc_array(alloc, NULL, 0, count, size);
    if (copy != NULL) {
        memcpy(copy, items, count * size);
    }
    return copy;
}

vp_status vp_names_copy(const vp_names *from, vp_names *to) {
    vp_names made = {.alloc = to->alloc, .count = from->count, .slot_count = from->slot_count};
    if (from->slot_count == 0) {
        return VP_OK;
    }
    made.bytes_used = made.bytes_capacity = from->bytes_used;
    made.starts_capacity = from->count + 1;
    made.bytes = copy_of(&to->alloc, from->bytes, made.bytes_capacity, 1);
    made.starts = copy_of(&to->alloc, from->starts, made.starts_capacity, sizeof *made.starts);
    made.slots = copy_of(&to->alloc, from->slots, made.slot_count, sizeof *made.slots);
    if (made.bytes == NULL || made.starts == NULL || made.slots == NULL) {
        made.bytes_capacity = made.bytes == NULL ? 0 : made.bytes_capacity;
        made.starts_capacity = made.starts == NULL ? 0 : made.starts_capacity;
        made.slot_count = made.slots == NULL ? 0 : made.slot_count;
        vp_names_clear(&made);
        return VP_NO_MEMORY;
    }
    vp_names_clear(to);
    *to = made;
    return VP_OK;
}

const char *vp_names_text(const vp_names *names, vp_name name, size_t *length) {
    if (name == VP_NO_NAME || name >= names->count) {
        if (length != NULL) {
            *length = 0;
        }
        return "";
    }
    if (length != NULL) {
        *length = names->starts[name + 1] - names->starts[name] - 1;
    }
    return names->bytes + names->starts[name];
}

/* The slot that holds `text`, or the empty one where it belongs. */
static uint32_t slot_of(const vp_names *names, const char *text, size_t length) {
    uint32_t mask = names->slot_count - 1;
    uint32_t slot = hash_of(text, length) & mask;
    while (names->slots[slot] != 0) {
        size_t other_length;
        const char *other = vp_names_text(names, names->slots[slot], &other_length);
        if (other_length == length && memcmp(other, text, length) == 0) {
            break;
        }
        slot = (slot + 1) & mask;
    }
    return slot;
}

vp_name vp_names_find(const vp_names *names, const char *text, size_t length) {
    if (length == 0 || names->slot_count == 0) {
        return VP_NO_NAME;
    }
    return names->slots[slot_of(names, text, length)];
}

static vp_status grow_slots(vp_names *names) {
    uint32_t old_count = names->slot_count;
    uint32_t new_count = old_count == 0 ? 64 : old_count * 2;
    uint32_t *slots = vp_alloc_zeroed(&names->alloc, new_count * sizeof *slots);
    if (slots == NULL) {
        return VP_NO_MEMORY;
    }
    vp_alloc_free(&names->alloc, names->slots, old_count * sizeof *slots);
    names->slots = slots;
    names->slot_count = new_count;
    for (vp_name name = 1; name < names->count; name++) {
        size_t length;
        const char *text = vp_names_text(names, name, &length);
        names->slots[slot_of(names, text, length)] = name;
    }
    return VP_OK;
}

/* Makes room for one more text of `length` bytes. */
static vp_status reserve(vp_names *names, size_t length) {
    size_t needed = names->bytes_used + length + 1;
    if (needed > names->bytes_capacity) {
        size_t capacity = names->bytes_capacity * 2;
        if (capacity < needed) {
            capacity = needed < 1024 ? 1024 : needed;
        }
        char *bytes =
            vp_alloc_array(&names->alloc, names->bytes, names->bytes_capacity, capacity, 1);
        if (bytes == NULL) {
            return VP_NO_MEMORY;
        }
        names->bytes = bytes;
        names->bytes_capacity = capacity;
    }
    void *starts = names->starts;
    bool first = names->starts_capacity == 0;
    vp_status status = vp_alloc_grow(&names->alloc, &starts, &names->starts_capacity,
                                     (size_t)names->count + 2, sizeof *names->starts);
    names->starts = starts;
    if (status == VP_OK && first) {
        names->starts[0] = names->starts[1] = 0;
    }
    if (status == VP_OK && names->count * 2 >= names->slot_count) {
        status = grow_slots(names);
    }
    return status;
}

vp_status vp_names_intern(vp_names *names, const char *text, size_t length, vp_name *name) {
    vp_name found = vp_names_find(names, text, length);
    if (found != VP_NO_NAME || length == 0) {
        *name = found;
        return VP_OK;
    }
    if (length > VP_NAME_TEXT_MAX || names->count >= VP_NAMES_MAX ||
        length + 1 > VP_NAME_BYTES_MAX - names->bytes_used) {
        return VP_LIMIT;
    }
    vp_status status = reserve(names, length);
    if (status != VP_OK) {
        return status;
    }
    memcpy(names->bytes + names->bytes_used, text, length);
    names->bytes[names->bytes_used + length] = '\0';
    names->bytes_used += length + 1;
    vp_name added = names->count++;
    names->starts[added + 1] = (uint32_t)names->bytes_used;
    names->slots[slot_of(names, text, length)] = added;
    *name = added;
    return VP_OK;
}

/* Shrinking cannot fail in a way that matters: what stays too large is still right. */
void vp_names_compact(vp_names *names) {
    uint32_t starts_count = names->count + 1;
    if (names->bytes_used > 0) {
        char *bytes = vp_alloc_array(&names->alloc, names->bytes, names->bytes_capacity,
                                     names->bytes_used, 1);
        void *starts = vp_alloc_array(&names->alloc, names->starts, names->starts_capacity,
                                      starts_count, sizeof *names->starts);
        names->bytes_capacity = bytes != NULL ? names->bytes_used : names->bytes_capacity;
        names->bytes = bytes != NULL ? bytes : names->bytes;
        names->starts_capacity = starts != NULL ? starts_count : names->starts_capacity;
        names->starts = starts != NULL ? starts : names->starts;
    }
}
