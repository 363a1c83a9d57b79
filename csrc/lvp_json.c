/*
 * lvp_json.c - JSON text cut into pieces for the loader, and where a text stops being UTF-8.
 *
 * Decoding stays with the JSON library of the Lua side; what it gets are pieces without the members
 * that no table of fields names (vp_json.h).
 */
#include "lvp_model.h"

#include "vp_json.h"

#define LVP_JSON_CUT "vpcpeer.json_cut"

/* Bytes of a piece: small enough that its tables stay in the cache, large enough to be few. */
#define PIECE_SIZE 16384

/* Adds the keys of a structure and of everything in it. */
static void add_schema(vp_json_keys *keys, const vp_schema *schema) {
    for (uint16_t i = 0; i < schema->field_count; i++) {
        const vp_field *field = &schema->fields[i];
        (void)vp_json_keys_add(keys, field->name, strlen(field->name));
        if (field->schema != NULL) {
            add_schema(keys, field->schema);
        }
    }
}

/* Adds the texts of the list at `index`, which the caller keeps; raises for too many. */
static void add_texts(lua_State *L, vp_json_keys *keys, int index) {
    for (int i = 1; i <= (int)lua_rawlen(L, index); i++) {
        size_t length;
        lua_rawgeti(L, index, i);
        const char *text = lua_tolstring(L, -1, &length);
        lua_pop(L, 1);
        if (text == NULL || !vp_json_keys_add(keys, text, length)) {
            luaL_error(L, "the limit VP_JSON_KEYS_MAX is reached");
        }
    }
}

/***
core.json_cut(text, lists, more): cuts a document into pieces. `lists` names the keys of the top
level whose lists come in pieces, `more` the keys that are read there besides those of records.
Returns nil for a document that must be decoded whole, else a value for core.json_piece.
@local
*/
static int lvp_json_cut(lua_State *L) {
    size_t length;
    vp_alloc alloc = lvp_default_alloc();
    const char *text = luaL_checklstring(L, 1, &length);
    luaL_checktype(L, 2, LUA_TTABLE);
    luaL_checktype(L, 3, LUA_TTABLE);
    vp_json *json = lvp_new_box(L, LVP_JSON_CUT, sizeof *json);
    vp_json_keys *keys = lvp_newuserdata(L, 2 * sizeof *keys);
    memset(keys, 0, 2 * sizeof *keys);
    add_texts(L, &keys[0], 2);
    add_texts(L, &keys[1], 3);
    for (int kind = VP_KIND_NONE + 1; kind < VP_KIND_COUNT; kind++) {
        add_schema(&keys[1], vp_kind_describe((vp_kind)kind)->schema);
    }
    vp_status status =
        keys[1].count == VP_JSON_KEYS_MAX
            ? VP_INVALID
            : vp_json_cut(json, &alloc, text, length, &keys[0], &keys[1], PIECE_SIZE);
    if (status == VP_NO_MEMORY) {
        return luaL_error(L, "not enough memory");
    }
    if (status != VP_OK) {
        lua_pushnil(L);
    } else {
        lua_pop(L, 1);
    }
    return 1;
}

/***
core.json_piece(cut, i [, key_only]): the key (nil: the rest of the document), the index of the
first record from 0, the text; nothing beyond the last piece.
@local
*/
static int lvp_json_piece(lua_State *L) {
    const vp_json *json = luaL_checkudata(L, 1, LVP_JSON_CUT);
    lua_Number at = luaL_checknumber(L, 2);
    lua_settop(L, 3);
    if (!(at >= 1 && at <= json->piece_count)) {
        return 0;
    }
    const vp_json_piece *piece = &json->pieces[(uint32_t)at - 1];
    if (piece->key_at == SIZE_MAX) {
        lua_pushnil(L);
    } else {
        lua_pushlstring(L, json->text + piece->key_at, piece->key_length);
    }
    if (lua_toboolean(L, 3)) {
        return 1;
    }
    lua_pushnumber(L, piece->first);
    lua_pushlstring(L, json->text + piece->at, piece->length);
    return 3;
}

/*** core.utf8_length(text): how many bytes at its start are well-formed UTF-8.
@local
*/
static int lvp_utf8_length(lua_State *L) {
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_pushnumber(L, (lua_Number)vp_json_utf8_length(text, length));
    return 1;
}

static int json_gc(lua_State *L) {
    vp_json *json = luaL_testudata(L, 1, LVP_JSON_CUT);
    if (json != NULL && json->text != NULL) {
        vp_json_clear(json);
    }
    return 0;
}

static const luaL_Reg json_metamethods[] = {{"__gc", json_gc}, {NULL, NULL}};

static const luaL_Reg json_functions[] = {{"json_cut", lvp_json_cut},
                                          {"json_piece", lvp_json_piece},
                                          {"utf8_length", lvp_utf8_length},
                                          {NULL, NULL}};

void lvp_open_json(lua_State *L) {
    lvp_new_class(L, LVP_JSON_CUT, NULL, json_metamethods);
    luaL_setfuncs(L, json_functions, 0);
}
