/*
 * lvp_json_write.c - Lua values as JSON text whose bytes depend on the value alone.
 *
 * Keys are sorted bytewise, whole numbers are written as integers in every Lua version, and an
 * empty table is a list except under the keys that are objects by nature. The text grows in a box
 * that Lua collects, so anything may raise at any time.
 */
#include "lvp_model.h"

#include "vp_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define LVP_JSON_TEXT "vpcpeer.json_text"

/* Nesting, as the reader takes it. */
#define DEPTH_MAX 64
/* Keys of an object that are sorted on the stack; more go through a table. */
#define KEYS_MAX 64

typedef struct text_box {
    vp_alloc alloc;
    char *text;
    size_t length, capacity;
} text_box;

typedef struct writer {
    lua_State *L;
    text_box *out;
    int null;   /* the stack index of what is written as null, besides nil and userdata */
    int indent; /* blanks of a level; -1: everything on one line */
} writer;

typedef struct key_at {
    const char *text;
    size_t length;
    int index; /* on the stack, or in the table of keys */
} key_at;

static int fail(writer *w, const char *format, const char *what) {
    lua_pushfstring(w->L, format, what);
    return lua_error(w->L);
}

/* Room for `more` bytes. */
static char *reserve(writer *w, size_t more) {
    text_box *out = w->out;
    if (out->capacity - out->length < more) {
        size_t wanted = out->capacity * 2 + more + 256;
        char *grown = vp_alloc_array(&out->alloc, out->text, out->capacity, wanted, 1);
        if (grown == NULL) {
            (void)fail(w, "%s", "not enough memory");
        }
        out->text = grown;
        out->capacity = wanted;
    }
    return out->text + out->length;
}

static void put(writer *w, const char *text, size_t length) {
    memcpy(reserve(w, length), text, length);
    w->out->length += length;
}

static void put_line(writer *w, int depth) {
    if (w->indent >= 0) {
        size_t length = (size_t)depth * (size_t)w->indent + 1;
        char *at = reserve(w, length);
        memset(at + 1, ' ', length - 1);
        at[0] = '\n';
        w->out->length += length;
    }
}

/* A control character, a quote or a backslash. */
static void put_escape(writer *w, char byte) {
    static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    char text[8];
    for (const char *pair = letters; *pair != '\0'; pair += 2) {
        if (*pair == byte) {
            (void)snprintf(text, sizeof text, "\\%c", pair[1]);
            put(w, text, 2);
            return;
        }
    }
    (void)snprintf(text, sizeof text, "\\u%04x", (unsigned)(uint8_t)byte);
    put(w, text, 6);
}

/* Runs that need no escape go out in one piece. */
static void put_escaped(writer *w, const char *text, size_t length) {
    size_t from = 0;
    for (size_t at = 0; at < length; at++) {
        if ((uint8_t)text[at] < 32 || text[at] == '"' || text[at] == '\\') {
            put(w, text + from, at - from);
            put_escape(w, text[at]);
            from = at + 1;
        }
    }
    put(w, text + from, length - from);
}

/* Bytes that are no UTF-8 become U+FFFD, one each. */
static void put_string(writer *w, const char *text, size_t length) {
    put(w, "\"", 1);
    for (;;) {
        size_t good = vp_json_utf8_length(text, length);
        put_escaped(w, text, good);
        if (good == length) {
            break;
        }
        put(w, "\xef\xbf\xbd", 3);
        text += good + 1;
        length -= good + 1;
    }
    put(w, "\"", 1);
}

/* The fewest digits that read back as the same number; the host may have set a decimal comma. */
static void put_fraction(writer *w, double value) {
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    char *comma = strchr(text, ',');
    if (comma != NULL) {
        *comma = '.';
    }
    put(w, text, strlen(text));
}

/* Whole numbers are integers whatever their subtype is, as far as every one is exact. */
static void put_number(writer *w, int index) {
    char text[40];
#if LUA_VERSION_NUM >= 503
    if (lua_isinteger(w->L, index)) {
        int length = snprintf(text, sizeof text, "%lld", (long long)lua_tointeger(w->L, index));
        put(w, text, (size_t)length);
        return;
    }
#endif
    double value = (double)lua_tonumber(w->L, index);
    if (isnan(value) || isinf(value)) {
        lua_pushvalue(w->L, index);
        (void)fail(w, "JSON has no text for the number %s", lua_tostring(w->L, -1));
    } else if (value == floor(value) && fabs(value) <= 9007199254740992.0) {
        int length = snprintf(text, sizeof text, "%.0f", value == 0 ? 0.0 : value);
        put(w, text, (size_t)length);
    } else {
        put_fraction(w, value);
    }
}

static void put_value(writer *w, int index, int depth, const char *key);

/* Keys besides the items would be lost. */
static void put_list(writer *w, int index, int depth) {
    lua_State *L = w->L;
    size_t count = 0, length = lua_rawlen(L, index);
    lua_pushnil(L);
    for (; lua_next(L, index) != 0; count++) {
        lua_pop(L, 1);
    }
    if (count != length) {
        (void)fail(w, "%s", "a list with other keys is no JSON value");
    }
    put(w, "[", 1);
    for (size_t i = 1; i <= length; i++) {
        if (i > 1) {
            put(w, ",", 1);
        }
        put_line(w, depth);
        lua_rawgeti(L, index, (int)i);
        put_value(w, lua_gettop(L), depth + 1, NULL);
        lua_pop(L, 1);
    }
    put_line(w, depth - 1);
    put(w, "]", 1);
}

static int compare_keys(const key_at *a, const key_at *b) {
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->text, b->text, shorter);
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static int compare_for_sort(const void *a, const void *b) { return compare_keys(a, b); }

/* Few keys, often nearly in order. */
static void sort_few(key_at *keys, int count) {
    for (int i = 1; i < count; i++) {
        key_at moved = keys[i];
        int at = i;
        for (; at > 0 && compare_keys(&keys[at - 1], &moved) > 0; at--) {
            keys[at] = keys[at - 1];
        }
        keys[at] = moved;
    }
}

/* Reads the key on top of the stack, which stays there or in a table so that it is not collected.
 */
static key_at key_on_top(writer *w, int index) {
    key_at key = {NULL, 0, index};
    if (lua_type(w->L, -1) != LUA_TSTRING) {
        (void)fail(w, "%s", "a table with text and other keys is no JSON value");
    }
    key.text = lua_tolstring(w->L, -1, &key.length);
    return key;
}

/* `keys` is the table that holds the keys, 0: they are on the stack. */
static void put_members(writer *w, int index, int depth, const key_at *list, int count, int keys) {
    lua_State *L = w->L;
    put(w, "{", 1);
    for (int i = 0; i < count; i++) {
        if (i > 0) {
            put(w, ",", 1);
        }
        put_line(w, depth);
        put_string(w, list[i].text, list[i].length);
        put(w, ": ", w->indent >= 0 ? 2 : 1);
        if (keys != 0) {
            lua_rawgeti(L, keys, list[i].index);
        } else {
            lua_pushvalue(L, list[i].index);
        }
        lua_rawget(L, index);
        put_value(w, lua_gettop(L), depth + 1, list[i].text);
        lua_pop(L, 1);
    }
    put_line(w, depth - 1);
    put(w, "}", 1);
}

/* An object with many keys: a table holds them, a userdata what is sorted. */
static void put_large_object(writer *w, int index, int depth, int count) {
    lua_State *L = w->L;
    key_at *list = lvp_newuserdata(L, (size_t)count * sizeof *list);
    lua_createtable(L, count, 0);
    int keys = lua_gettop(L), filled = 0;
    lua_pushnil(L);
    while (filled < count && lua_next(L, index) != 0) {
        lua_pop(L, 1);
        list[filled] = key_on_top(w, filled + 1);
        lua_pushvalue(L, -1);
        lua_rawseti(L, keys, ++filled);
    }
    qsort(list, (size_t)filled, sizeof *list, compare_for_sort);
    put_members(w, index, depth, list, filled, keys);
}

/* Empties are lists, but for what is an object by nature. */
static void put_empty(writer *w, const char *key) {
    bool object = key != NULL && (strcmp(key, "detail") == 0 || strcmp(key, "tags") == 0);
    put(w, object ? "{}" : "[]", 2);
}

static void put_object(writer *w, int index, int depth, const char *name) {
    lua_State *L = w->L;
    key_at list[KEYS_MAX];
    int top = lua_gettop(L), count = 0;
    luaL_checkstack(L, KEYS_MAX + 8, "nested too deep");
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        lua_pop(L, 1);
        if (count < KEYS_MAX) {
            list[count] = key_on_top(w, lua_gettop(L));
            lua_pushvalue(L, -1); /* one copy stays, the other asks for the next */
        }
        count++;
    }
    if (count == 0) {
        put_empty(w, name);
    } else if (count > KEYS_MAX) {
        lua_settop(L, top);
        put_large_object(w, index, depth, count);
    } else {
        sort_few(list, count);
        put_members(w, index, depth, list, count, 0);
    }
    lua_settop(L, top);
}

static void put_table(writer *w, int index, int depth, const char *key) {
    if (depth > DEPTH_MAX) {
        char text[64];
        (void)snprintf(text, sizeof text, "the value is nested deeper than %d levels", DEPTH_MAX);
        (void)fail(w, "%s", text);
    }
    lua_rawgeti(w->L, index, 1);
    bool list = !lua_isnil(w->L, -1);
    lua_pop(w->L, 1);
    if (list) {
        put_list(w, index, depth);
    } else {
        put_object(w, index, depth, key);
    }
}

/* `key` is that of the member whose value this is, NULL for an item of a list. */
static void put_value(writer *w, int index, int depth, const char *key) {
    size_t length;
    const char *text;
    luaL_checkstack(w->L, 8, "nested too deep");
    switch (lua_type(w->L, index)) {
    case LUA_TSTRING:
        text = lua_tolstring(w->L, index, &length);
        put_string(w, text, length);
        break;
    case LUA_TNUMBER:
        put_number(w, index);
        break;
    case LUA_TBOOLEAN:
        text = lua_toboolean(w->L, index) ? "true" : "false";
        put(w, text, strlen(text));
        break;
    case LUA_TNIL:
    case LUA_TUSERDATA:
    case LUA_TLIGHTUSERDATA:
        put(w, "null", 4);
        break;
    case LUA_TTABLE:
        if (lua_rawequal(w->L, index, w->null)) {
            put(w, "null", 4);
        } else {
            put_table(w, index, depth, key);
        }
        break;
    default:
        (void)fail(w, "JSON has no text for a %s", luaL_typename(w->L, index));
    }
}

/***
core.json_encode(value, indent, null): the text of a value; indent -1 is everything on one line,
`null` a table that is written as null. Raises without a position.
@local
*/
static int lvp_json_encode(lua_State *L) {
    luaL_checkany(L, 1);
    int indent = (int)lvp_integer_arg(L, 2, -1, 64);
    lua_settop(L, 3);
    text_box *out = lvp_new_box(L, LVP_JSON_TEXT, sizeof *out);
    out->alloc = lvp_default_alloc();
    writer w = {L, out, 3, indent};
    put_value(&w, 1, 1, NULL);
    lua_pushlstring(L, out->text, out->length);
    vp_alloc_free(&out->alloc, out->text, out->capacity);
    out->text = NULL;
    return 1;
}

static int text_gc(lua_State *L) {
    text_box *box = luaL_testudata(L, 1, LVP_JSON_TEXT);
    if (box != NULL && box->text != NULL) {
        vp_alloc_free(&box->alloc, box->text, box->capacity);
        box->text = NULL;
    }
    return 0;
}

static const luaL_Reg text_metamethods[] = {{"__gc", text_gc}, {NULL, NULL}};

static const luaL_Reg write_functions[] = {{"json_encode", lvp_json_encode}, {NULL, NULL}};

void lvp_open_json_write(lua_State *L) {
    lvp_new_class(L, LVP_JSON_TEXT, NULL, text_metamethods);
    luaL_setfuncs(L, write_functions, 0);
}
