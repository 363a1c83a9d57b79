/*
 * lvp_text.c - the growing block behind lvp_text.h.
 *
 * The box is on the Lua stack for as long as the text grows, so whatever raises in between leaves
 * it to the collector. Pushing the text copies it once; there is no way around that in Lua's API.
 */
#include "lvp_text.h"

#define LVP_TEXT "vpcpeer.text"

/* Leaves an empty text behind, so that releasing twice does nothing. */
static void release(lvp_text *text) {
    if (text->bytes != NULL) {
        vp_alloc_free(&text->alloc, text->bytes, text->capacity);
    }
    text->bytes = NULL;
    text->used = text->capacity = 0;
}

static int text_gc(lua_State *L) {
    release(lvp_self(L, LVP_TEXT));
    return 0;
}

/* A box and no luaL_Buffer: a buffer would forbid other pushes while the text grows. */
lvp_text *lvp_new_text(lua_State *L) {
    lvp_text *text = lvp_new_box(L, LVP_TEXT, sizeof *text);
    text->alloc = lvp_default_alloc();
    return text;
}

/* Doubles from 4 KiB on. What does not fit into half of the address space is taken for no memory.
 */
vp_status lvp_text_reserve(lvp_text *text, size_t more, vp_error *error) {
    if (more <= text->capacity - text->used) {
        return VP_OK;
    }
    size_t capacity = text->capacity < 2048 ? 4096 : text->capacity * 2;
    while (capacity < SIZE_MAX / 2 && capacity - text->used < more) {
        capacity *= 2;
    }
    void *bytes = capacity - text->used < more
                      ? NULL
                      : vp_alloc_array(&text->alloc, text->bytes, text->capacity, capacity, 1);
    if (bytes == NULL) {
        return vp_error_no_memory(error);
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return VP_OK;
}

vp_status lvp_text_append(lvp_text *text, const char *bytes, size_t length, vp_error *error) {
    vp_status status = lvp_text_reserve(text, length, error);
    if (status == VP_OK && length > 0) {
        memcpy(text->bytes + text->used, bytes, length);
        text->used += length;
    }
    return status;
}

/* Lua has its own copy then, so the block is given back at once and does not wait for __gc. */
void lvp_push_text(lua_State *L, lvp_text *text) {
    lua_pushlstring(L, text->bytes != NULL ? text->bytes : "", text->used);
    release(text);
}

void lvp_open_text(lua_State *L) {
    static const luaL_Reg metamethods[] = {{"__gc", text_gc}, {NULL, NULL}};
    lvp_new_class(L, LVP_TEXT, NULL, metamethods);
}
