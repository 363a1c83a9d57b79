/*
 * lvp_text.h - text of unknown length on its way to a Lua string.
 *
 * The bytes grow in a block of our own that hangs in a box: luaL_Buffer would live on the Lua stack
 * and differs between versions.
 */
#ifndef LVP_TEXT_H
#define LVP_TEXT_H

#include "lvp.h"

VP_BEGIN_DECLS

typedef struct lvp_text {
    vp_alloc alloc;
    char *bytes;
    size_t used, capacity;
} lvp_text;

/* Pushes an empty text. */
lvp_text *lvp_new_text(lua_State *L);

/* Makes room for `more` bytes after the used ones. VP_NO_MEMORY leaves the text as it was. */
VP_MUST_CHECK vp_status lvp_text_reserve(lvp_text *text, size_t more, vp_error *error);

/* Appends bytes. VP_NO_MEMORY leaves the text as it was. */
VP_MUST_CHECK vp_status lvp_text_append(lvp_text *text, const char *bytes, size_t length,
                                        vp_error *error);

/* Pushes what was written as a string; the text is empty again. */
void lvp_push_text(lua_State *L, lvp_text *text);

/* Makes the class of the boxes. */
void lvp_open_text(lua_State *L);

VP_END_DECLS

#endif
